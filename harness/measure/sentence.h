/* What a table means, in one plain sentence made from rows alone. */
#ifndef ES_MEASURE_SENTENCE_H
#define ES_MEASURE_SENTENCE_H

#include "harness/measure/results.h"

/* Of the first scorer that is not a yardstick and whose wrongful denials can be compared: the group
 * it denies most and the one it denies least.  Says so where the gap is within its interval, is
 * undefined, or where there are no groups.  The caller frees it; NULL: no memory. */
char *es_sentence_make(const struct es_results *results, struct es_context *ctx);

#endif
