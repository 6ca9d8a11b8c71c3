/* Who bears the harm: each group's share of it beside its share of people. */
#ifndef ES_MEASURE_BURDEN_H
#define ES_MEASURE_BURDEN_H

#include "harness/measure/evaluate.h"

/* Adds the rows of one scorer to the results' table "harm": by group, every harm that the
 * population states; shares are NaN where nobody suffers any.  Nothing where a denial has no term.
 */
enum es_status es_burden(struct es_results *results, const struct es_tally *tally,
                         const struct es_evaluation *evaluation, struct es_context *ctx) ES_CHECKED;

#endif
