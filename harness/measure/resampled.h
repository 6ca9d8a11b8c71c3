/* Bootstrap intervals for rows that have no closed form. */
#ifndef ES_MEASURE_RESAMPLED_H
#define ES_MEASURE_RESAMPLED_H

#include "harness/measure/evaluate.h"

/* Gives the rows from `first` on, which es_evaluate added for this tally, the intervals that they
 * lack. Regret has none: the oracle's people are not resampled with the scorer's. */
enum es_status es_resample_rows(struct es_results *results, size_t first,
                                const struct es_tally *tally,
                                const struct es_evaluation *evaluation,
                                struct es_context *ctx) ES_CHECKED;

#endif
