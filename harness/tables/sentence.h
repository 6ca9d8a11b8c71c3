/* What a table means, in one plain sentence made from rows alone. */
#ifndef ES_TABLES_SENTENCE_H
#define ES_TABLES_SENTENCE_H

#include "harness/results/results.h"

/* Of the first scorer that is not a yardstick and whose wrongful denials can be compared: the group
 * it denies most and the one it denies least.  Says so where the two are within their intervals,
 * the gap is undefined, or there are no groups.  The caller frees it; NULL: no memory. */
char *es_sentence_make(const struct es_results *results, struct es_context *ctx);

/* "rural", or "sex=0" where the level by itself would not read as a word. */
void es_group_add(struct es_text *out, const char *attribute, const char *group);

#endif
