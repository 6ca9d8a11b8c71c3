/* The counts of one group, as measures see them. */
#ifndef ES_MEASURE_COUNTS_H
#define ES_MEASURE_COUNTS_H

#include "harness/measure/tally.h"

/* Scored people by score, ascending: how many of each outcome stand at each distinct score. */
struct es_curve {
  size_t points;
  double *score, *favorable, *unfavorable;
};

/* Weighted where the data are.  `effective` = effective people per unit of weight (Kish), 1 without
 * weights, so that part × effective is what an interval may count.
 *   by[outcome][scored][decision]  the table everything else is summed from
 *   tp … tn                        in the orientation asked for (--positive) */
struct es_counts {
  double by[ES_OUTCOMES][2][ES_DECISIONS];
  double people, effective;
  double tp, fp, fn, tn;
  double days, days_square;
  double brier, brier_square, loss, loss_square, probability_weight, probabilities;
  struct es_consequence consequence;
  const struct es_curve *curve; /* NULL: nobody was scored */
  bool positive_is_adverse, outcome_known;
};

#endif
