/* Cut-offs and decisions. */
#include "harness/run/policy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"

#define P struct es_policy_settings
#define UNSCORABLE                                                                                 \
  ES_OPTION_CHOICE(P, unscorable, "deny", "approve|deny|review",                                   \
                   "what happens to people without a score")
static const struct es_option rate_table[] = {
    ES_OPTION_DOUBLE(P, share, "0.8", 0, 1, "share of those with a score who are approved"),
    UNSCORABLE,
    {0}};
static const struct es_option cutoff_table[] = {
    ES_OPTION_DOUBLE(P, at, "0.5", -1e300, 1e300, "lowest score that is approved"),
    UNSCORABLE,
    {0}};
static const struct es_option cost_table[] = {UNSCORABLE, {0}};
#undef P

enum { RATE, CUTOFF, COST };
const struct es_policy_kind es_policies[] = {
    [RATE] = {"rate", "approve the best share of those with a score", rate_table},
    [CUTOFF] = {"cutoff", "approve a score of at least the cut-off", cutoff_table},
    [COST] = {"cost", "approve where that costs less than denying, by probability and costs",
              cost_table},
};
const size_t es_policy_count = ES_COUNT_OF(es_policies);

/* "rate:share=0.8,unscorable=deny": every setting, so that rows say what was done. */
static enum es_status make_label(struct es_policy *policy, struct es_context *ctx)
{
  struct es_text text = {0};
  es_text_add(&text, "%s", policy->kind->name);
  const char *mark = ":";
  for (const struct es_option *row = policy->kind->options; row->name != NULL; row++, mark = ",") {
    char *value = es_option_text(row, &policy->settings);
    es_text_add(&text, "%s%s=%s", mark, row->name, value != NULL ? value : "");
    free(value);
  }
  policy->label = es_text_take(&text);
  return policy->label != NULL ? ES_OK : es_fail(ctx, ES_NOMEM, "out of memory");
}

enum es_status es_policy_create(struct es_policy *policy, const char *spec, struct es_context *ctx)
{
  *policy = (struct es_policy){0};
  size_t size = strcspn(spec, ":");
  for (size_t k = 0; k < es_policy_count; k++)
    if (strlen(es_policies[k].name) == size && strncmp(spec, es_policies[k].name, size) == 0)
      policy->kind = &es_policies[k];
  if (policy->kind == NULL) {
    const char *names[] = {"rate", "cutoff", "cost"},
               *near = es_nearest(spec, names, ES_COUNT_OF(names));
    return es_fail(ctx, ES_INPUT, "there is no policy \"%s\"%s%s; there are: rate, cutoff, cost",
                   spec, near != NULL ? "; did you mean " : "", near != NULL ? near : "");
  }
  ES_TRY(es_options_default(policy->kind->options, &policy->settings, ctx));
  enum es_status status = ES_OK;
  if (spec[size] == ':')
    status = es_options_parse(policy->kind->options, &policy->settings, spec + size + 1, ctx);
  if (status == ES_INPUT) es_fail_at(ctx, status, "policy %s: ", policy->kind->name);
  if (status == ES_OK) status = make_label(policy, ctx);
  if (status != ES_OK) es_policy_clear(policy);
  return status;
}

void es_policy_clear(struct es_policy *policy)
{
  free(policy->label);
  *policy = (struct es_policy){0};
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* How many of n ascending scores are below x. */
static size_t count_below(const double *sorted, size_t n, double x)
{
  size_t k = 0;
  while (k < n && sorted[k] < x) k++;
  return k;
}

/* The score at which the share of approved people comes closest to what was asked for.  Where many
 * scores tie it cannot come close, and says so. */
static double closest_cutoff(const char *scorer, double share, const double *sorted, size_t n,
                             struct es_context *ctx)
{
  size_t wish = (size_t)((1 - share) * (double)n);
  double cutoff = sorted[wish < n ? wish : n - 1];
  size_t denied = count_below(sorted, n, cutoff), above = denied;
  while (above < n && sorted[above] == cutoff) above++;
  if (above < n && above - wish < wish - denied) cutoff = sorted[denied = above];
  double approved = (double)(n - denied) / (double)n;
  if (fabs(approved - share) > 0.02)
    es_note(ctx,
            "%s: scores tie at the cut-off: %.0f%% of those with a score are approved, not %.0f%%",
            scorer, 100 * approved, 100 * share);
  return cutoff;
}

static enum es_status share_cutoff(const char *scorer, double share, const struct es_scores *s,
                                   size_t n, double *cutoff, struct es_context *ctx)
{
  double *sorted = es_alloc(n, sizeof *sorted, ctx);
  if (sorted == NULL) return ES_NOMEM;
  size_t scored = 0;
  for (size_t i = 0; i < n; i++)
    if (s->why[i] == ES_SCORED) sorted[scored++] = s->value[i];
  qsort(sorted, scored, sizeof *sorted, ascending);
  if (scored > 0) *cutoff = closest_cutoff(scorer, share, sorted, scored, ctx);
  free(sorted);
  return scored > 0 ? ES_OK : es_fail(ctx, ES_DEGENERATE, "nobody in training has a score");
}

enum es_status es_policy_cutoff(const struct es_policy *policy, const struct es_scorer *scorer,
                                const struct es_consequence *c, const struct es_scores *training,
                                size_t n, double *cutoff, struct es_context *ctx)
{
  if (policy->kind == &es_policies[RATE])
    return share_cutoff(scorer->name, policy->settings.share, training, n, cutoff, ctx);
  *cutoff = policy->settings.at;
  if (policy->kind == &es_policies[CUTOFF]) return ES_OK;
  if (!(scorer->flags & ES_PROBABILITY))
    return es_fail(ctx, ES_DEGENERATE, "policy cost wants a probability, which this score is not");
  if (c->cost_wrongful_denial < 0 || c->cost_wrongful_approval < 0)
    return es_fail(ctx, ES_DEGENERATE, "policy cost wants the costs of wrong decisions");
  *cutoff = c->cost_wrongful_approval / (c->cost_wrongful_approval + c->cost_wrongful_denial);
  return ES_OK;
}

enum es_decision es_policy_decide(const struct es_policy *policy, double cutoff,
                                  const struct es_scores *scores, size_t i)
{
  if (scores->refuse[i]) return ES_DENIED;
  if (scores->why[i] != ES_SCORED) return (enum es_decision)policy->settings.unscorable;
  return scores->value[i] >= cutoff ? ES_APPROVED : ES_DENIED;
}
