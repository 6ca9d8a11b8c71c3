/* The shape behind the numbers: where each group's scores lie, and whether its probabilities come
 * true. */
#ifndef ES_MEASURE_SHAPE_H
#define ES_MEASURE_SHAPE_H

#include "harness/measure/evaluate.h"

/* Adds the rows of the tables `scores` and `calibration`, for each attribute by itself.  Kept
 * scores must have been sorted.  Nothing where decisions are all that is looked at. */
enum es_status es_shape(struct es_results *results, const struct es_tally *tally,
                        const struct es_evaluation *evaluation, struct es_context *ctx) ES_CHECKED;

#endif
