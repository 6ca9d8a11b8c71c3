/* How far a number moved between two results, and how surely.
 *
 * What both sides share is taken out where it can be:
 *   same             the same people and the same number, to the last bit: nothing moved
 *   paired_by_seed   both have replicates of the same people: Student's t of their differences
 *   welch            both have replicates, of other people: Welch's t
 *   unpaired         a number with an interval on either side: errors add in squares.  On the same
 *                    people this errs on the safe side, since versions of a scorer agree more often
 *                    than strangers do
 */
#ifndef ES_GATE_CHANGE_H
#define ES_GATE_CHANGE_H

#include "harness/gate/pairing.h"

/* change = new - old; error: its standard error, df: of Student's distribution (INFINITY: normal),
 * p: two-sided, against no change; NaN where there is nothing
 * to test.  undefined: why there is no change, or NULL.  `untold` where
 * scorers have learned from other people and the error does not hold that luck. */
struct es_change {
  const struct es_row *old, *new;
  double change, error, df, p;
  const char *method, *undefined;
  bool untold;
};

struct es_change es_change_between(const struct es_side *old, const struct es_row *old_row,
                                   const struct es_side *new, const struct es_row *new_row,
                                   bool same_people);

/* Of one number by itself: its standard error and df.  error < 0: it has no interval. */
void es_row_error(const struct es_side *side, const struct es_row *row, double *error, double *df);

/* P(T > t) in one tail, and the t with that tail; df may be INFINITY. */
double es_upper_tail(double t, double df);
double es_upper_quantile(double tail, double df);

#endif
