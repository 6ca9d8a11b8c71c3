/* The counts of one group, as measures see them. */
#ifndef ES_MEASURE_COUNTS_H
#define ES_MEASURE_COUNTS_H

#include "harness/measure/harm.h"
#include "harness/measure/reasons.h"
#include "harness/measure/tally.h"

/* Scored people by score, ascending: how many (or what weight) of each outcome stand at each
 * distinct score, and in all. */
struct es_curve {
  size_t points;
  double *score, *favorable, *unfavorable;
  double all_favorable, all_unfavorable;
};

/* Sums over the group's cells: in sampling weight where the data are weighted, else in people.
 *   by[outcome][scored][decision]  the table that the rest is summed from
 *   tp … tn    in the orientation asked for (--positive), people with a known outcome
 *   effective  effective people per unit of weight (Kish): 1 without weights
 *   days, moved (up less down), brier, loss  sums over people, and sums of squares
 *   curve        by score; `reversed`: scores stand as minus what was given
 *   probability  the same people by P(favourable outcome); no points where nothing states one
 *   harm         what became of the restricted; NULL without a due process
 *   reasoned     what reasons are about; NULL where nobody asks
 *   oracle       favourable people denied and unfavourable ones approved by the oracle, if it took
 *                part */
struct es_counts {
  double by[ES_OUTCOMES][2][ES_DECISIONS];
  double people, tp, fp, fn, tn, effective;
  double interest, interest_square, interest_denied, interest_days;
  double days, days_square, moved, moved_square;
  double brier, brier_square, loss, loss_square, probability_weight;
  struct es_consequence consequence;
  struct es_curve curve, probability;
  struct es_harm *harm;
  struct es_reasoned *reasoned;
  double oracle[2];
  bool positive_is_adverse, reversed, has_oracle;
};

/* The same group counted three ways, so that a rate is computed once for each: in weight (the
 * value), in people (the n that is shown), in squared weight (the n that an interval may use). */
struct es_group_counts {
  struct es_counts weight, people, square;
};

/* Sums the cells with member[cell] true.  `kept` scores must have been sorted (es_tally_sort). */
enum es_status es_counts_make(struct es_group_counts *group, const struct es_tally *tally,
                              const bool *member, const struct es_consequence *consequence,
                              bool positive_is_adverse, struct es_context *ctx) ES_CHECKED;
void es_counts_clear(struct es_group_counts *group);

/* Adds the tables of two groups, without their curves. */
void es_counts_add(struct es_group_counts *sum, const struct es_group_counts *group);

/* Sorts kept scores, once, before counts are made. */
enum es_status es_tally_sort(struct es_tally *tally, struct es_context *ctx) ES_CHECKED;

/* Sums of the table: any outcome, decision or scored status is "any" when negative. */
double es_counts_sum(const struct es_counts *counts, int outcome, int scored, int decision);

#endif
