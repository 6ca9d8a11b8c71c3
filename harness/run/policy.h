/* From scores to decisions.
 *
 *   rate:share=0.8      approve the best share of those with a score, as near as ties allow
 *   cutoff:at=600       approve a score of at least `at`
 *   cost                approve where that costs less than denying (a probability and stated costs)
 * each with unscorable=deny|approve|review.  A person exactly at the cut-off is approved.
 */
#ifndef ES_RUN_POLICY_H
#define ES_RUN_POLICY_H

#include "harness/measure/tally.h"
#include "scorers/scorer.h"

struct es_policy_settings {
  double share, at;
  int unscorable; /* enum es_decision: "approve|deny|review" in that order */
};

struct es_policy_kind {
  const char *name, *summary;
  const struct es_option *options;
};
extern const struct es_policy_kind es_policies[];
extern const size_t es_policy_count;

struct es_policy {
  const struct es_policy_kind *kind;
  struct es_policy_settings settings;
  char *label; /* as in rows: the kind and every setting */
};

enum es_status es_policy_create(struct es_policy *policy, const char *spec,
                                struct es_context *ctx) ES_CHECKED;
void es_policy_clear(struct es_policy *policy);

/* The cut-off for scores like these (n training scores).  ES_DEGENERATE: nobody has a score, or the
 * policy does not fit the scorer. */
enum es_status es_policy_cutoff(const struct es_policy *policy, const struct es_scorer *scorer,
                                const struct es_consequence *consequence,
                                const struct es_scores *training, size_t n, double *cutoff,
                                struct es_context *ctx) ES_CHECKED;

enum es_decision es_policy_decide(const struct es_policy *policy, double cutoff,
                                  const struct es_scores *scores, size_t person);

#endif
