/* What wrong decisions cost, in the population's own units, in all and by what it is for. */
#ifndef ES_MEASURE_COST_H
#define ES_MEASURE_COST_H

#include "harness/measure/metric.h"

struct es_estimate es_cost_expected(const struct es_counts *c);
struct es_estimate es_cost_denial(const struct es_counts *c);
struct es_estimate es_cost_approval(const struct es_counts *c);
struct es_estimate es_cost_restriction(const struct es_counts *c);
struct es_estimate es_cost_deposit(const struct es_counts *c);
struct es_estimate es_cost_interest(const struct es_counts *c);

/* What the oracle would have saved of the costs of wrong decisions. */
struct es_estimate es_cost_regret(const struct es_counts *c);

#endif
