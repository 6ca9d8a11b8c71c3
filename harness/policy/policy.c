/* The kinds of policy, what they learn, and decisions. */
#include "harness/policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/random.h"
#include "harness/base/lanes.h"
#include "harness/base/text.h"
#include "harness/measure/views.h"
#include "harness/population/draws.h"
#include "harness/policy/learn.h"

/* --- kinds ------------------------------------------------------------------------------------ */

#define P struct es_policy_settings
#define UNSCORABLE                                                                                 \
  ES_OPTION_CHOICE(P, unscorable, "deny", "approve|deny|review",                                   \
                   "what happens to people without a score")
#define SHARE                                                                                      \
  ES_OPTION_DOUBLE(P, share, "0.8", 0, 1, "share of those with a score who are approved")
#define BY(def)                                                                                    \
  ES_OPTION_TEXT(P, by, def, "A[*B]",                                                              \
                 "whose groups have cut-offs of their own; empty: the first attribute's; none")
#define AIM                                                                                        \
  ES_OPTION_CHOICE(P, aim, "share", "share|profit",                                                \
                   "approve that share, or whatever brings the most")
static const struct es_option rate_table[] = {SHARE, UNSCORABLE, {0}};
static const struct es_option cutoff_table[] = {
    ES_OPTION_DOUBLE(P, at, "0.5", -1e300, 1e300, "lowest score that is approved"),
    UNSCORABLE,
    {0}};
static const struct es_option cost_table[] = {UNSCORABLE, {0}};
static const struct es_option profit_table[] = {BY("none"), UNSCORABLE, {0}};
static const struct es_option odds_table[] = {AIM, SHARE, BY(""), UNSCORABLE, {0}};
static const struct es_option parity_table[] = {
    AIM,
    SHARE,
    ES_OPTION_CHOICE(P, among, "scored", "scored|everyone",
                     "of whom groups have equal shares: with a score, or all"),
    BY(""),
    UNSCORABLE,
    {0}};
static const struct es_option reject_table[] = {
    SHARE,
    ES_OPTION_DOUBLE(P, band, "0.1", 0, 1,
                     "share of those with a score who are closest to the cut-off"),
    ES_OPTION_CHOICE(P, in_band, "favor", "favor|review",
                     "there, approve the deprived and deny the others, or review everybody"),
    ES_OPTION_TEXT(P, deprived, "", "GROUP",
                   "who is favoured; empty: groups approved less often than all"),
    BY(""),
    UNSCORABLE,
    {0}};
static const struct es_option alternative_table[] = {
    SHARE,
    ES_OPTION_TEXT(P, second, "logistic;gate=any", "SCORER[;key=value;...]",
                   "who scores those without a score"),
    UNSCORABLE,
    {0}};
#undef P

#define KIND(kind, table) .name = #kind, .options = table, .learn = es_learn_##kind
#define EQUAL                                                                                      \
  "The cut-offs are found on the training people; where scores tie chance decides, so that\n"      \
  "groups are equal there.  People without a score stay where `unscorable` puts them;\n"           \
  "among=everyone counts them, so that groups that are seen less get lower cut-offs, as far as\n"  \
  "that goes."
const struct es_policy_kind es_policies[] = {
    {KIND(rate, rate_table), .summary = "approve the best share of those with a score",
     .words = "The cut-off at which the share of training people is nearest to `share`."},
    {KIND(cutoff, cutoff_table), .summary = "approve a score of at least the cut-off",
     .words = "Nothing is learned: the cut-off is what you say."},
    {KIND(cost, cost_table),
     .summary = "approve where that costs less than denying, by probability and costs",
     .cite = "Elkan 2001, The foundations of cost-sensitive learning",
     .words = "Approves where P(favourable) >= c_approval / (c_approval + c_denial), by the "
              "population's\n"
              "cost_wrongful_denial and cost_wrongful_approval; the score must be a probability."},
    {KIND(max_profit, profit_table),
     .summary = "the cut-off that brought the most in training, for all or for each group",
     .words = "By u_plus and u_minus, what an approved good and bad person bring; where none are "
              "stated,\n"
              "by what wrong decisions cost.  by=none draws one line for all."},
    {KIND(demographic_parity, parity_table), .summary = "approve the same share of each group",
     .cite = "Hardt, Price & Srebro 2016, Equality of opportunity in supervised learning",
     .words = EQUAL},
    {KIND(equal_opportunity, parity_table),
     .summary = "approve the same share of the good of each group",
     .cite = "Hardt, Price & Srebro 2016, Equality of opportunity in supervised learning",
     .words = EQUAL},
    {KIND(equalized_odds, odds_table),
     .summary = "the same shares of the good and of the bad of each group, with chance",
     .cite = "Hardt, Price & Srebro 2016, Equality of opportunity in supervised learning",
     .words =
         "One point of true and false positives for all groups, on the lowest of their curves'\n"
         "hulls.  A group comes to it by chance between two cut-offs, and where its curve lies "
         "above\n"
         "it by leaving some decisions to chance alone.  The draw is the person's own."},
    {KIND(reject_option, reject_table),
     .summary = "decide a band around the cut-off for the deprived, or by review",
     .cite = "Kamiran, Karim & Zhang 2012, Decision theory for discrimination-aware classification",
     .words =
         "The band is the share of training people with a score who are closest to the cut-off of\n"
         "`share`, half of them on each side."},
    {KIND(alternative_data, alternative_table),
     .summary = "have people without a score scored by a second scorer",
     .words = "Those whom the scorer cannot score are approved where the second one's score "
              "reaches its\n"
              "own cut-off: that at which it approves as many of the training people whom both "
              "score as\n"
              "the first does.  They still count as unscored."},
};
#undef KIND
#undef EQUAL
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

/* From "logistic;gate=any;l2=1": commas would end the option. */
static enum es_status make_second(struct es_model *model, const char *text, struct es_context *ctx)
{
  char *spec = es_strdup(text, ctx);
  if (spec == NULL) return ES_NOMEM;
  bool first = true;
  for (char *at = spec; (at = strchr(at, ';')) != NULL; first = false) *at = first ? ':' : ',';
  enum es_status status = es_model_create(model, spec, ctx);
  free(spec);
  return status;
}

enum es_status es_policy_create(struct es_policy *policy, const char *spec, struct es_context *ctx)
{
  size_t size = strcspn(spec, ":");
  *policy = (struct es_policy){.kind = find(spec)};
  if (policy->kind == NULL) return no_such(spec, ctx);
  enum es_status status = es_options_default(policy->kind->options, &policy->settings, ctx);
  if (status == ES_OK && spec[size] == ':')
    status = es_options_parse(policy->kind->options, &policy->settings, spec + size + 1, ctx);
  if (status == ES_OK && policy->settings.second != NULL)
    status = make_second(&policy->second, policy->settings.second, ctx);
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

/* --- groups ----------------------------------------------------------------------------------- */

static enum es_status find_attribute(const struct es_policy *policy, const struct es_people *people,
                                     const char *name, size_t size, size_t *at,
                                     struct es_context *ctx)
{
  const char *names[64] = {NULL};
  char word[128];
  size_t count = people->attributes < 64 ? people->attributes : 64;
  snprintf(word, sizeof word, "%.*s", (int)size, name);
  for (*at = 0; *at < people->attributes; ++*at) {
    if (strcmp(people->attribute[*at].name, word) == 0) return ES_OK;
    if (*at < count) names[*at] = people->attribute[*at].name;
  }
  const char *near = es_nearest(word, names, count);
  return es_fail(ctx, ES_INPUT, "policy %s: by=%s: there is no such attribute; %s %s",
                 policy->kind->name, word, near != NULL ? "did you mean" : "the first is",
                 near != NULL ? near : people->attribute[0].name);
}

enum es_status es_policy_view(const struct es_policy *policy, const struct es_people *people,
                              struct es_view *view, struct es_context *ctx)
{
  const char *by = policy->settings.by;
  *view = (struct es_view){{0}, 0};
  if (by == NULL || strcmp(by, "none") == 0) return ES_OK;
  if (people->attributes == 0)
    return es_fail(ctx, ES_DEGENERATE, "policy %s: these people have no groups",
                   policy->kind->name);
  if (by[0] == '\0') {
    view->count = 1; /* the first attribute */
    return ES_OK;
  }
  for (size_t size; *by != '\0'; by += size + (by[size] == '*')) {
    size = strcspn(by, "*");
    if (view->count == ES_VIEW_ATTRIBUTES)
      return es_fail(ctx, ES_INPUT, "policy %s: by=%s: cross %d attributes at the most",
                     policy->kind->name, policy->settings.by, ES_VIEW_ATTRIBUTES);
    ES_TRY(find_attribute(policy, people, by, size, &view->attribute[view->count++], ctx));
  }
  return ES_OK;
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
  rule->second = from->second;
  rule->review = from->review;
  return ES_OK;
}

void es_rule_clear(struct es_rule *rule)
{
  free(rule->cut);
  *rule = (struct es_rule){0};
}

/* Numbers are text, because a cut may be infinite. */
static void write_cut(const struct es_cut *cut, const char *before, struct es_text *out)
{
  es_text_add(out, "%s[\"%.17g\",\"%.17g\",\"%.17g\",\"%.17g\",\"%.17g\"]", before, cut->low,
              cut->high, cut->below, cut->between, cut->above);
}

void es_rule_write(const struct es_rule *rule, struct es_text *out)
{
  es_text_add(out, "{\"review\":%s,\"second\":", rule->review ? "true" : "false");
  write_cut(&rule->second, "", out);
  es_text_add(out, ",\"cut\":[");
  for (size_t k = 0; k < rule->cuts; k++) write_cut(&rule->cut[k], k > 0 ? "," : "", out);
  es_text_add(out, "]}");
}

static bool read_cut(struct es_cut *cut, const json_t *from)
{
  double *const to[] = {&cut->low, &cut->high, &cut->below, &cut->between, &cut->above};
  for (size_t k = 0; k < ES_COUNT_OF(to); k++) {
    const char *text = json_string_value(json_array_get(from, k));
    if (text == NULL) return false;
    *to[k] = strtod(text, NULL);
  }
  return true;
}

enum es_status es_rule_read(struct es_rule *rule, const json_t *from, struct es_context *ctx)
{
  const json_t *list = json_object_get(from, "cut");
  *rule = (struct es_rule){.review = json_is_true(json_object_get(from, "review"))};
  bool good = json_is_array(list) && read_cut(&rule->second, json_object_get(from, "second"));
  if ((rule->cut = es_alloc(json_array_size(list), sizeof *rule->cut, ctx)) == NULL)
    return ES_NOMEM;
  for (; good && rule->cuts < json_array_size(list); rule->cuts++)
    good = read_cut(&rule->cut[rule->cuts], json_array_get(list, rule->cuts));
  if (good) return ES_OK;
  es_rule_clear(rule);
  return es_fail(ctx, ES_INPUT, "rule: this is none");
}

static bool same_cut(const struct es_cut *a, const struct es_cut *b)
{
  return a->low == b->low && a->high == b->high && a->below == b->below &&
         a->between == b->between && a->above == b->above;
}

bool es_rule_same(const struct es_rule *a, const struct es_rule *b)
{
  bool same = a->cuts == b->cuts && a->review == b->review && same_cut(&a->second, &b->second);
  for (size_t k = 0; same && k < a->cuts; k++) same = same_cut(&a->cut[k], &b->cut[k]);
  return same;
}

/* Approves with probability p, by the person's own draw. */
static struct es_ruling by_chance(double p, uint64_t person, const struct es_context *ctx)
{
  if (p <= 0) return (struct es_ruling){ES_DENIED, -1};
  if (p >= 1) return (struct es_ruling){ES_APPROVED, -1};
  bool approved = es_uniform(es_draw(ctx, person, ES_DRAW_DECISION).word[0]) < p;
  return (struct es_ruling){approved ? ES_APPROVED : ES_DENIED, p};
}

static struct es_ruling by_cut(const struct es_cut *cut, double x, uint64_t person,
                               const struct es_context *ctx)
{
  return by_chance(x < cut->low    ? cut->below
                   : x < cut->high ? cut->between
                                   : cut->above,
                   person, ctx);
}

struct es_ruling es_policy_decide(const struct es_policy *policy, const struct es_rule *rule,
                                  uint32_t cell, const struct es_scores *scores,
                                  const struct es_scores *second, size_t i, uint64_t person,
                                  const struct es_context *ctx)
{
  if (scores->refuse[i]) return (struct es_ruling){ES_DENIED, -1};
  double x = scores->value[i];
  const struct es_cut *cut = &rule->cut[rule->cuts > 1 ? cell : 0];
  if (scores->why[i] == ES_SCORED && rule->review && x >= cut->low && x < cut->high)
    return (struct es_ruling){ES_REVIEWED, -1};
  if (scores->why[i] == ES_SCORED) return by_cut(cut, x, person, ctx);
  bool rescued = policy->second.scorer != NULL && second->why[i] == ES_SCORED;
  if (rescued && second->refuse[i]) return (struct es_ruling){ES_DENIED, -1};
  if (rescued) return by_cut(&rule->second, second->value[i], person, ctx);
  return (struct es_ruling){(enum es_decision)policy->settings.unscorable, -1};
}

/* One cut-off for all, without chance or a second scorer. */
static bool is_plain(const struct es_policy *policy, const struct es_rule *rule)
{
  return policy->second.scorer == NULL && rule->cuts == 1 && rule->cut->low == rule->cut->high &&
         rule->cut->below <= 0 && rule->cut->above >= 1;
}

bool es_policy_decide_block(const struct es_policy *policy, const struct es_rule *rule,
                            const uint32_t *cell, const struct es_scores *scores,
                            const struct es_scores *second, const uint64_t *person, size_t n,
                            uint8_t *decision, double *chance, const struct es_context *ctx)
{
  bool some = false;
  for (size_t i = 0; !is_plain(policy, rule) && i < n; i++) {
    struct es_ruling ruling =
        es_policy_decide(policy, rule, cell[i], scores, second, i, person[i], ctx);
    decision[i] = (uint8_t)ruling.decision;
    chance[i] = ruling.chance;
    some |= ruling.chance > 0;
  }
  if (!is_plain(policy, rule)) return some;
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
