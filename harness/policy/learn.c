/* Cut-offs for everybody; the groups of those that tell groups apart are in parity.c. */
#include "harness/policy/learn.h"

#include <math.h>
#include <stdlib.h>
#include "harness/policy/steps.h"

static enum es_status one_cut(struct es_rule *rule, struct es_cut cut, struct es_context *ctx)
{
  if ((rule->cut = es_alloc(1, sizeof *rule->cut, ctx)) == NULL) return ES_NOMEM;
  rule->cuts = 1;
  rule->cut[0] = cut;
  return ES_OK;
}

static struct es_cut plain(double at) { return (struct es_cut){.low = at, .high = at, .above = 1}; }

/* Everybody with a score; ES_DEGENERATE when there is nobody. */
static enum es_status open_steps(struct es_steps *steps, const struct es_lesson *lesson,
                                 struct es_context *ctx)
{
  ES_TRY(es_steps_make(steps, lesson, lesson->scores, NULL, 0, ctx));
  if (steps->n > 0) return ES_OK;
  es_steps_clear(steps);
  return es_fail(ctx, ES_DEGENERATE, "nobody in training has a score");
}

/* The score at which the share of approved people comes closest to what was asked for.  Where many
 * scores tie it cannot come close, and says so. */
static size_t closest(const struct es_steps *steps, const struct es_lesson *lesson, double share,
                      struct es_context *ctx)
{
  size_t k = es_steps_nearest(steps, share, lesson->weight == NULL);
  double approved = steps->all[k] / steps->all[0];
  if (fabs(approved - share) > 0.02)
    es_note(ctx,
            "%s: scores tie at the cut-off: %.0f%% of those with a score are approved, not %.0f%%",
            lesson->scorer->name, 100 * approved, 100 * share);
  return k;
}

enum es_status es_learn_rate(const struct es_policy *policy, const struct es_lesson *lesson,
                             struct es_rule *rule, struct es_context *ctx)
{
  struct es_steps steps;
  ES_TRY(open_steps(&steps, lesson, ctx));
  size_t k = closest(&steps, lesson, policy->settings.share, ctx);
  enum es_status status = one_cut(rule, es_steps_cut(&steps, k), ctx);
  es_steps_clear(&steps);
  return status;
}

enum es_status es_learn_cutoff(const struct es_policy *policy, const struct es_lesson *lesson,
                               struct es_rule *rule, struct es_context *ctx)
{
  (void)lesson;
  return one_cut(rule, plain(policy->settings.at), ctx);
}

enum es_status es_learn_cost(const struct es_policy *policy, const struct es_lesson *lesson,
                             struct es_rule *rule, struct es_context *ctx)
{
  (void)policy;
  const struct es_consequence *c = &lesson->people->consequence;
  if (!(lesson->scorer->flags & ES_PROBABILITY))
    return es_fail(ctx, ES_DEGENERATE, "policy cost wants a probability, which this score is not");
  if (c->cost_wrongful_denial < 0 || c->cost_wrongful_approval < 0)
    return es_fail(ctx, ES_DEGENERATE, "policy cost wants the costs of wrong decisions");
  double costs = c->cost_wrongful_approval + c->cost_wrongful_denial;
  return one_cut(rule, plain(c->cost_wrongful_approval / costs), ctx);
}

/* --- people without a score ------------------------------------------------------------------- */

/* Those whom both scorers score, as the scores of one of them: the others are hidden. */
static enum es_status scored_by_both(struct es_scores *out, const struct es_lesson *lesson,
                                     const struct es_scores *of, struct es_context *ctx)
{
  ES_TRY(es_scores_create(out, lesson->n, ctx));
  for (size_t i = 0; i < lesson->n; i++) {
    bool both = lesson->scores->why[i] == ES_SCORED && lesson->second->why[i] == ES_SCORED;
    out->why[i] = both ? ES_SCORED : ES_DECLINED;
    out->value[i] = of->value[i];
  }
  return ES_OK;
}

/* What share of those whom both score the first approves, and where the second approves as many. */
static enum es_status same_bar(const struct es_lesson *lesson, const struct es_scores *one,
                               const struct es_scores *two, double cutoff, struct es_rule *rule,
                               struct es_context *ctx)
{
  struct es_steps first = {0}, second = {0};
  enum es_status status = es_steps_make(&first, lesson, one, NULL, 0, ctx);
  if (status == ES_OK) status = es_steps_make(&second, lesson, two, NULL, 0, ctx);
  if (status == ES_OK && first.n == 0)
    status = es_fail(ctx, ES_DEGENERATE,
                     "policy alternative_data: nobody in training is scored by both scorers");
  if (status == ES_OK) {
    size_t k = 0;
    while (k < first.n && first.score[k] < cutoff) k++;
    double share = first.all[k] / first.all[0];
    rule->second = es_steps_cut(&second, es_steps_nearest(&second, share, lesson->weight == NULL));
  }
  es_steps_clear(&first);
  es_steps_clear(&second);
  return status;
}

enum es_status es_learn_alternative_data(const struct es_policy *policy,
                                         const struct es_lesson *lesson, struct es_rule *rule,
                                         struct es_context *ctx)
{
  struct es_scores one = {0}, two = {0};
  ES_TRY(es_learn_rate(policy, lesson, rule, ctx));
  enum es_status status = scored_by_both(&one, lesson, lesson->scores, ctx);
  if (status == ES_OK) status = scored_by_both(&two, lesson, lesson->second, ctx);
  if (status == ES_OK) status = same_bar(lesson, &one, &two, rule->cut[0].low, rule, ctx);
  es_scores_clear(&one);
  es_scores_clear(&two);
  return status;
}
