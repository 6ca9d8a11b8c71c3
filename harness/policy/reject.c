/* Reject option: the people around the cut-off, about whom the score is least sure, are decided
 * otherwise. */
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"
#include "harness/policy/learn.h"
#include "harness/policy/parting.h"

/* Whether a group is named, or (where none is) approved less often than all at the middle of the
 * band. */
static bool is_deprived(const struct es_parting *p, size_t g, double middle, double share)
{
  const char *named = p->policy->settings.deprived;
  const struct es_steps *s = &p->group[g].steps;
  if (named[0] != '\0') return strcmp(named, p->group[g].name) == 0;
  size_t k = 0;
  while (k < s->n && s->score[k] < middle) k++;
  return s->all[k] < share * s->all[0];
}

static enum es_status check_name(const struct es_parting *p)
{
  const char *named = p->policy->settings.deprived, *names[256];
  size_t count = 0;
  for (size_t g = 0; g < p->groups && count < ES_COUNT_OF(names); g++) {
    if (named[0] == '\0' || strcmp(named, p->group[g].name) == 0) return ES_OK;
    names[count++] = p->group[g].name;
  }
  const char *near = es_nearest(named, names, count);
  return es_fail(p->ctx, ES_INPUT, "policy reject_option: deprived=%s: %s has no such group; %s %s",
                 named, p->of, near != NULL ? "did you mean" : "there is",
                 near != NULL ? near : names[0]);
}

/* In the band the deprived are approved and the others denied: two cut-offs. */
static enum es_status favor(const struct es_policy *policy, const struct es_lesson *lesson,
                            const struct es_steps *all, const size_t step[3], struct es_rule *rule,
                            struct es_context *ctx)
{
  struct es_parting p;
  ES_TRY(es_parting_open(&p, policy, lesson, false, ctx));
  struct es_cut *cut = es_alloc(p.groups, sizeof *cut, ctx);
  enum es_status status = cut != NULL ? check_name(&p) : ES_NOMEM;
  double share = all->all[step[1]] / all->all[0];
  for (size_t g = 0; status == ES_OK && g < p.groups; g++)
    cut[g] =
        es_steps_cut(all, step[is_deprived(&p, g, es_steps_cut(all, step[1]).low, share) ? 0 : 2]);
  if (status == ES_OK) status = es_parting_rule(&p, rule, cut);
  free(cut);
  es_parting_close(&p);
  return status;
}

/* The band goes to people who look at the case. */
static enum es_status review(const struct es_steps *all, const size_t step[3], struct es_rule *rule,
                             struct es_context *ctx)
{
  if ((rule->cut = es_alloc(1, sizeof *rule->cut, ctx)) == NULL) return ES_NOMEM;
  rule->cuts = 1;
  rule->cut[0] = es_steps_cut(all, step[2]);
  rule->cut[0].low = es_steps_cut(all, step[0]).low;
  rule->review = true;
  return ES_OK;
}

enum es_status es_learn_reject_option(const struct es_policy *policy,
                                      const struct es_lesson *lesson, struct es_rule *rule,
                                      struct es_context *ctx)
{
  const struct es_policy_settings *set = &policy->settings;
  struct es_steps all;
  ES_TRY(es_steps_make(&all, lesson, lesson->scores, NULL, 0, ctx));
  bool whole = lesson->weight == NULL;
  enum es_status status = ES_OK;
  if (all.n == 0) status = es_fail(ctx, ES_DEGENERATE, "nobody in training has a score");
  if (status == ES_OK) {
    double wide = set->share + set->band / 2, narrow = set->share - set->band / 2;
    const size_t step[3] = {es_steps_nearest(&all, wide < 1 ? wide : 1, whole),
                            es_steps_nearest(&all, set->share, whole),
                            narrow > 0 ? es_steps_nearest(&all, narrow, whole) : all.n};
    status = set->in_band == ES_BAND_FAVOR ? favor(policy, lesson, &all, step, rule, ctx)
                                           : review(&all, step, rule, ctx);
  }
  es_steps_clear(&all);
  return status;
}
