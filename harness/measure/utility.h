/* What decisions bring who decides, and what they do to scores: linear in counts and moves, so that
 * tallies are enough. */
#ifndef ES_MEASURE_UTILITY_H
#define ES_MEASURE_UTILITY_H

#include "harness/measure/metric.h"

struct es_estimate es_utility_per_person(const struct es_counts *c);
struct es_estimate es_utility_per_decision(const struct es_counts *c); /* reviews are none */
struct es_estimate es_mean_score_change(const struct es_counts *c);

/* Of what the best cut-off in each group would bring. */
struct es_estimate es_utility_share(const struct es_counts *const *group, size_t groups);

#endif
