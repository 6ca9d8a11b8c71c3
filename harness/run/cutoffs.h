/* What policies have learned, as the results' table "cutoffs". */
#ifndef ES_RUN_CUTOFFS_H
#define ES_RUN_CUTOFFS_H

#include "harness/results/results.h"
#include "harness/run/contest.h"

/* A row per contender and group that its policy tells apart; of the fitted contest's fold.  A study
 * of one policy that draws one line for all gets none. */
enum es_status es_cutoffs(const struct es_contest *contest, struct es_results *results,
                          struct es_context *ctx) ES_CHECKED;

#endif
