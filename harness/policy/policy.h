/* From scores to decisions.
 *
 * Which kinds there are, and what each learns: learn.h.  Every kind says what happens to people
 * without a score (unscorable=deny|approve|review).  A person exactly at a cut-off is approved.
 *
 * A policy learns a rule from the scores of the training people: cut-offs, for everybody or for
 * each group (policies see groups, scorers do not).  Between a rule's two cut-offs chance may
 * decide; it is the person's own draw, the same under every policy and scorer.
 */
#ifndef ES_POLICY_POLICY_H
#define ES_POLICY_POLICY_H

#include "harness/measure/tally.h"
#include "harness/model/model.h"

enum { ES_AIM_SHARE, ES_AIM_PROFIT };
enum { ES_BAND_FAVOR, ES_BAND_REVIEW };
enum { ES_AMONG_SCORED, ES_AMONG_EVERYONE };

/* Of all kinds; each has its own table.
 *   unscorable  enum es_decision: "approve|deny|review" in that order
 *   aim         what is sought among the rules that a kind allows
 *   among       of whom a share is a share: people with a score, or all
 *   by          the attribute whose groups are told apart, or several crossed ("region*sex") */
struct es_policy_settings {
  double share, at, band;
  int unscorable, aim, in_band, among;
  char *by, *deprived, *second;
};

struct es_view; /* measure/views.h */
struct es_lesson;
struct es_rule;
struct es_policy;
/*   cite, words  the method's source, or NULL; how it decides, for `describe` */
struct es_policy_kind {
  const char *name, *summary, *cite, *words;
  const struct es_option *options;
  enum es_status (*learn)(const struct es_policy *policy, const struct es_lesson *lesson,
                          struct es_rule *rule, struct es_context *ctx);
};
extern const struct es_policy_kind es_policies[];
extern const size_t es_policy_count;

/*   label   as in rows: the kind and every setting
 *   second  scores people who have no score; without a scorer for most kinds
 *   unfit   why the second scorer could not learn; "": it could */
struct es_policy {
  const struct es_policy_kind *kind;
  struct es_policy_settings settings;
  char *label;
  struct es_model second;
  char unfit[512];
};

enum es_status es_policy_create(struct es_policy *policy, const char *spec,
                                struct es_context *ctx) ES_CHECKED;
void es_policy_clear(struct es_policy *policy);

/* Whether the policy that a spec names has such an option. */
bool es_policy_takes(const char *spec, const char *key);

/* The groups that it tells apart: an empty view where it does not.  ES_INPUT: no such attribute;
 * ES_DEGENERATE: these people have none. */
enum es_status es_policy_view(const struct es_policy *policy, const struct es_people *people,
                              struct es_view *view, struct es_context *ctx) ES_CHECKED;

/* One score's way to a decision: P(approved) is `below` under `low`, `above` from `high` on, and
 * `between` in between.  A plain cut-off has low = high, below = 0, above = 1; infinite: nobody. */
struct es_cut {
  double low, high, below, between, above;
};

/* What a policy has learned of one scorer: a cut for everybody, or one per group cell.
 *   second  the cut of the second scorer
 *   review  people between low and high are reviewed */
struct es_rule {
  struct es_cut *cut, second;
  size_t cuts;
  bool review;
};
enum es_status es_rule_copy(struct es_rule *rule, const struct es_rule *from,
                            struct es_context *ctx) ES_CHECKED;
void es_rule_clear(struct es_rule *rule);

/* As a JSON object and back; whether two are the same. */
void es_rule_write(const struct es_rule *rule, struct es_text *out);
enum es_status es_rule_read(struct es_rule *rule, const json_t *from,
                            struct es_context *ctx) ES_CHECKED;
bool es_rule_same(const struct es_rule *a, const struct es_rule *b);

/* What policies learn from: the scores of n training people.
 *   second   their scores by the policy's second scorer, or NULL
 *   cell     their group cells
 *   outcome  ES_UNKNOWN where it is not known
 *   weight   NULL: all 1 */
struct es_lesson {
  const struct es_scorer *scorer;
  const struct es_people *people;
  const struct es_scores *scores, *second;
  const uint32_t *cell;
  const uint8_t *outcome;
  const double *weight;
  size_t n;
};

/* ES_DEGENERATE: nobody has a score, or the policy does not fit the scorer. */
enum es_status es_policy_learn(const struct es_policy *policy, const struct es_lesson *lesson,
                               struct es_rule *rule, struct es_context *ctx) ES_CHECKED;

/* What becomes of one person; chance: P(approved) where chance has decided, else -1. */
struct es_ruling {
  enum es_decision decision;
  double chance;
};
struct es_ruling es_policy_decide(const struct es_policy *policy, const struct es_rule *rule,
                                  uint32_t cell, const struct es_scores *scores,
                                  const struct es_scores *second, size_t i, uint64_t person,
                                  const struct es_context *ctx);

/* The same of n people; chance[i] as in es_ruling.  Returns whether chance has decided anything. */
bool es_policy_decide_block(const struct es_policy *policy, const struct es_rule *rule,
                            const uint32_t *cell, const struct es_scores *scores,
                            const struct es_scores *second, const uint64_t *person, size_t n,
                            uint8_t *decision, double *chance, const struct es_context *ctx);

#endif
