/* What each kind of policy learns from the scores of the training people.
 *
 *   cutoff, cost         nothing: the cut-off is stated, or follows from stated costs
 *   rate, max_profit     where the share of approved people, or the profit, is what it should be
 *   demographic_parity   in each group the same share approved: for each, a cut-off of its own
 *   equal_opportunity    in each group the same share of the good approved
 *   equalized_odds       the same of the good and of the bad: where the groups' curves of true over
 *                        false positives allow it, by chance between two cut-offs and, for groups
 *                        whose curve lies above the common point, by chance alone (Hardt, Price &
 *                        Srebro 2016, "Equality of opportunity in supervised learning")
 *   reject_option        a band around the cut-off is decided otherwise (Kamiran, Karim & Zhang
 * 2012, "Decision theory for discrimination-aware classification") alternative_data     people
 * without a score are scored by a second scorer, at the bar that those whom both score are held to
 *
 * Groups are equal among the people with a score.  Those without stay what `unscorable` makes them,
 * and stay in the denominators of every measure.  Where many tie, or the common point lies between
 * two cut-offs, chance decides, so that equality holds exactly on the training people.
 */
#ifndef ES_POLICY_LEARN_H
#define ES_POLICY_LEARN_H

#include "harness/policy/policy.h"

#define ES_LEARN(kind)                                                                             \
  enum es_status es_learn_##kind(const struct es_policy *policy, const struct es_lesson *lesson,   \
                                 struct es_rule *rule, struct es_context *ctx) ES_CHECKED
ES_LEARN(rate);
ES_LEARN(cutoff);
ES_LEARN(cost);
ES_LEARN(max_profit);
ES_LEARN(demographic_parity);
ES_LEARN(equal_opportunity);
ES_LEARN(equalized_odds);
ES_LEARN(reject_option);
ES_LEARN(alternative_data);

#endif
