/* The kinds of policy, what they learn, and decisions. */
#include "harness/run/policy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/random.h"
#include "harness/base/lanes.h"
#include "harness/base/text.h"
#include "harness/population/draws.h"

/* --- learning --------------------------------------------------------------------------------- */

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

static enum es_status one_cut(struct es_rule *rule, double at, struct es_context *ctx)
{
  if ((rule->cut = es_alloc(1, sizeof *rule->cut, ctx)) == NULL) return ES_NOMEM;
  rule->cuts = 1;
  rule->cut[0] = (struct es_cut){.low = at, .high = at, .above = 1};
  return ES_OK;
}

static enum es_status learn_rate(const struct es_policy *policy, const struct es_lesson *lesson,
                                 struct es_rule *rule, struct es_context *ctx)
{
  const struct es_scores *s = lesson->scores;
  size_t n = lesson->n;
  double cutoff = 0;
  double *sorted = es_alloc(n, sizeof *sorted, ctx);
  if (sorted == NULL) return ES_NOMEM;
  size_t scored = 0;
  for (size_t i = 0; i < n; i++)
    if (s->why[i] == ES_SCORED) sorted[scored++] = s->value[i];
  qsort(sorted, scored, sizeof *sorted, ascending);
  if (scored > 0)
    cutoff = closest_cutoff(lesson->scorer->name, policy->settings.share, sorted, scored, ctx);
  free(sorted);
  if (scored == 0) return es_fail(ctx, ES_DEGENERATE, "nobody in training has a score");
  return one_cut(rule, cutoff, ctx);
}

static enum es_status learn_cutoff(const struct es_policy *policy, const struct es_lesson *lesson,
                                   struct es_rule *rule, struct es_context *ctx)
{
  (void)lesson;
  return one_cut(rule, policy->settings.at, ctx);
}

static enum es_status learn_cost(const struct es_policy *policy, const struct es_lesson *lesson,
                                 struct es_rule *rule, struct es_context *ctx)
{
  (void)policy;
  const struct es_consequence *c = &lesson->people->consequence;
  if (!(lesson->scorer->flags & ES_PROBABILITY))
    return es_fail(ctx, ES_DEGENERATE, "policy cost wants a probability, which this score is not");
  if (c->cost_wrongful_denial < 0 || c->cost_wrongful_approval < 0)
    return es_fail(ctx, ES_DEGENERATE, "policy cost wants the costs of wrong decisions");
  return one_cut(
      rule, c->cost_wrongful_approval / (c->cost_wrongful_approval + c->cost_wrongful_denial), ctx);
}

/* --- kinds ------------------------------------------------------------------------------------ */

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

const struct es_policy_kind es_policies[] = {
    {"rate", "approve the best share of those with a score", rate_table, learn_rate},
    {"cutoff", "approve a score of at least the cut-off", cutoff_table, learn_cutoff},
    {"cost", "approve where that costs less than denying, by probability and costs", cost_table,
     learn_cost},
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

static const struct es_policy_kind *find(const char *spec)
{
  size_t size = strcspn(spec, ":");
  for (size_t k = 0; k < es_policy_count; k++)
    if (strlen(es_policies[k].name) == size && strncmp(spec, es_policies[k].name, size) == 0)
      return &es_policies[k];
  return NULL;
}

bool es_policy_takes(const char *spec, const char *key)
{
  const struct es_policy_kind *kind = find(spec);
  return kind != NULL && es_options_find(kind->options, key) != NULL;
}

static enum es_status no_such(const char *spec, struct es_context *ctx)
{
  const char *names[32];
  struct es_text list = {0};
  for (size_t k = 0; k < es_policy_count; k++) {
    names[k] = es_policies[k].name;
    es_text_add(&list, "%s%s", k > 0 ? ", " : "", names[k]);
  }
  const char *near = es_nearest(spec, names, es_policy_count);
  es_fail(ctx, ES_INPUT, "there is no policy \"%s\"%s%s; there are: %s", spec,
          near != NULL ? "; did you mean " : "", near != NULL ? near : "", es_text_get(&list));
  es_text_clear(&list);
  return ES_INPUT;
}

enum es_status es_policy_create(struct es_policy *policy, const char *spec, struct es_context *ctx)
{
  size_t size = strcspn(spec, ":");
  *policy = (struct es_policy){.kind = find(spec)};
  if (policy->kind == NULL) return no_such(spec, ctx);
  enum es_status status = es_options_default(policy->kind->options, &policy->settings, ctx);
  if (status == ES_OK && spec[size] == ':')
    status = es_options_parse(policy->kind->options, &policy->settings, spec + size + 1, ctx);
  if (status == ES_INPUT) es_fail_at(ctx, status, "policy %s: ", policy->kind->name);
  if (status == ES_OK) status = make_label(policy, ctx);
  if (status != ES_OK) es_policy_clear(policy);
  return status;
}

void es_policy_clear(struct es_policy *policy)
{
  if (policy->kind != NULL) es_options_clear(policy->kind->options, &policy->settings);
  if (policy->second.scorer != NULL) es_model_clear(&policy->second);
  free(policy->label);
  *policy = (struct es_policy){0};
}

/* --- deciding --------------------------------------------------------------------------------- */

enum es_status es_policy_learn(const struct es_policy *policy, const struct es_lesson *lesson,
                               struct es_rule *rule, struct es_context *ctx)
{
  es_rule_clear(rule);
  enum es_status status = policy->kind->learn(policy, lesson, rule, ctx);
  if (status != ES_OK) es_rule_clear(rule);
  return status;
}

enum es_status es_rule_copy(struct es_rule *rule, const struct es_rule *from,
                            struct es_context *ctx)
{
  es_rule_clear(rule);
  if (from->cut == NULL) return ES_OK;
  if ((rule->cut = es_alloc(from->cuts, sizeof *rule->cut, ctx)) == NULL) return ES_NOMEM;
  memcpy(rule->cut, from->cut, from->cuts * sizeof *rule->cut);
  rule->cuts = from->cuts;
  return ES_OK;
}

void es_rule_clear(struct es_rule *rule)
{
  free(rule->cut);
  *rule = (struct es_rule){0};
}

/* Approves with probability p, by the person's own draw. */
static struct es_ruling by_chance(double p, uint64_t person, const struct es_context *ctx)
{
  if (p <= 0) return (struct es_ruling){ES_DENIED, -1};
  if (p >= 1) return (struct es_ruling){ES_APPROVED, -1};
  bool approved = es_uniform(es_draw(ctx, person, ES_DRAW_DECISION).word[0]) < p;
  return (struct es_ruling){approved ? ES_APPROVED : ES_DENIED, p};
}

struct es_ruling es_policy_decide(const struct es_policy *policy, const struct es_rule *rule,
                                  uint32_t cell, const struct es_scores *scores,
                                  const struct es_scores *second, size_t i, uint64_t person,
                                  const struct es_context *ctx)
{
  (void)second;
  if (scores->refuse[i]) return (struct es_ruling){ES_DENIED, -1};
  if (scores->why[i] != ES_SCORED)
    return (struct es_ruling){(enum es_decision)policy->settings.unscorable, -1};
  const struct es_cut *cut = &rule->cut[rule->cuts > 1 ? cell : 0];
  double x = scores->value[i];
  return by_chance(x < cut->low    ? cut->below
                   : x < cut->high ? cut->between
                                   : cut->above,
                   person, ctx);
}

/* One cut-off for all, without chance. */
static bool is_plain(const struct es_rule *rule)
{
  return rule->cuts == 1 && rule->cut->low == rule->cut->high && rule->cut->below <= 0 &&
         rule->cut->above >= 1;
}

bool es_policy_decide_block(const struct es_policy *policy, const struct es_rule *rule,
                            const uint32_t *cell, const struct es_scores *scores,
                            const struct es_scores *second, const uint64_t *person, size_t n,
                            uint8_t *decision, double *chance, const struct es_context *ctx)
{
  bool some = false;
  for (size_t i = 0; !is_plain(rule) && i < n; i++) {
    struct es_ruling ruling =
        es_policy_decide(policy, rule, cell[i], scores, second, i, person[i], ctx);
    decision[i] = (uint8_t)ruling.decision;
    chance[i] = ruling.chance;
    some |= ruling.chance > 0;
  }
  if (!is_plain(rule)) return some;
  const uint8_t unscorable = (uint8_t)policy->settings.unscorable, *why = scores->why,
                *refuse = scores->refuse;
  es_lanes()->reaches(decision, scores->value, rule->cut->low, n);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    uint8_t ruled = decision[i] ? ES_APPROVED : ES_DENIED;
    ruled = why[i] == ES_SCORED ? ruled : unscorable;
    decision[i] = refuse[i] ? ES_DENIED : ruled;
  }
  return false;
}
