/* What people pay for a loan: a tier by their score, beside the tier that the truth would give.
 *
 * Tiers are shares of people, best first, each at a rate (a population's tier_share and tier_rate).
 * A scorer's tiers are cut at quantiles of its training people's scores, the fair ones at those of
 * their true probabilities; so that tiers need no scale.
 */
#ifndef ES_POLICY_PRICE_H
#define ES_POLICY_PRICE_H

#include "datasets/dataset.h"
#include "harness/measure/tally.h"

/* Whoever has at least cut[t] is in tier t, or in a better one; below all of them: in the last. */
struct es_tiers {
  size_t cuts;
  double cut[ES_MOST_TIERS];
};

/* From the values of n training people, of those with a score (why; NULL: all of them).  Without
 * prices, no tiers. */
enum es_status es_tiers_learn(struct es_tiers *tiers, const struct es_consequence *consequence,
                              const double *value, const uint8_t *why, size_t n,
                              struct es_context *ctx) ES_CHECKED;

/* What a favourable person pays in a year above what the truth would have them pay, and never less
 * than 0.  The approved pay their tier's rate, without a score the last tier's; of the denied,
 * fallback_share borrow at fallback_rate. */
double es_excess_interest(const struct es_consequence *consequence, const struct es_tiers *scored,
                          const struct es_tiers *fair, enum es_decision decision, double score,
                          double truth);

#endif
