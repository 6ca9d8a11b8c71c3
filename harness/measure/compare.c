/* Groups are different people: two-proportion z, Fisher where counts are small, DeLong with Welch's
 * degrees of freedom, a permutation where there is no variance.  Scorers judge the same people:
 * McNemar, paired DeLong; in weighted data the linearised variance of the difference. */
#include "harness/measure/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/gap.h"
#include "harness/measure/permute.h"

/* How a rate looks at one person: whether they count at all, and for what. */
typedef bool (*es_looks)(int outcome, int decision, bool adverse);

static bool any(int o, int d, bool adverse) { return (void)o, (void)d, (void)adverse, true; }
static bool known(int o, int d, bool adverse) { return (void)d, (void)adverse, o != ES_UNKNOWN; }
static bool good(int o, int d, bool adverse) { return (void)d, (void)adverse, o == ES_FAVORABLE; }
static bool bad(int o, int d, bool adverse) { return (void)d, (void)adverse, o == ES_UNFAVORABLE; }
static bool denied(int o, int d, bool adverse) { return (void)o, (void)adverse, d == ES_DENIED; }
static bool approved(int o, int d, bool adverse)
{
  return (void)o, (void)adverse, d == ES_APPROVED;
}
static bool selected(int o, int d, bool adverse)
{
  return (void)o, d == (adverse ? ES_DENIED : ES_APPROVED);
}
static bool positive(int o, int d, bool adverse)
{
  return (void)d, o == (adverse ? ES_UNFAVORABLE : ES_FAVORABLE);
}
static bool negative(int o, int d, bool adverse)
{
  return (void)d, o == (adverse ? ES_FAVORABLE : ES_UNFAVORABLE);
}
static bool right(int o, int d, bool adverse)
{
  return selected(o, d, adverse) == positive(o, d, adverse);
}

/* What can be tested between scorers (who may differ in decisions and scores), and what is tested
 * without being named. */
static const struct tested {
  const char *metric;
  bool standard;
  es_looks counts, hit;
} tested[] = {{"auc", true, NULL, NULL},
              {"accuracy", true, known, right},
              {"selection_rate", true, any, selected},
              {"abstention_rate", true, NULL, NULL},
              {"true_positive_rate", false, positive, selected},
              {"false_positive_rate", false, negative, selected},
              {"wrongful_denial_rate", true, good, denied},
              {"wrongful_approval_rate", true, bad, approved}};

struct comparing {
  struct es_results *results;
  const struct es_evaluation *e;
  const char *reduction;
  struct es_choice choice;
  struct es_context *ctx;
};

static const struct tested *find(const char *metric)
{
  for (size_t t = 0; t < ES_COUNT_OF(tested); t++)
    if (strcmp(tested[t].metric, metric) == 0) return &tested[t];
  return NULL;
}

static bool is_wanted(const struct comparing *at, size_t metric)
{
  unsigned parts = 1u << ES_VALUE | 1u << ES_DIFFERENCE;
  if (!(at->choice.metric[metric] & parts)) return false;
  const struct tested *t = find(es_metrics[metric].name);
  if (at->e->decisions_only && t != NULL && t->hit == NULL) return false;
  return (t != NULL && t->standard) || at->choice.metric_named[metric] != 0;
}

static const char *called(const struct comparing *at)
{
  return at->e->tested != NULL ? at->e->tested : at->e->scorer;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* `undefined`: why there is no test, or "". */
struct finding {
  const char *comparison, *attribute, *group, *metric, *undefined;
  double estimate;
  struct es_interval interval;
  struct es_test test;
  uint64_t n;
};

static enum es_status add(const struct comparing *at, const struct finding *f)
{
  char method[ES_REASON + 16];
  bool defined = f->undefined[0] == '\0';
  const char *none = !defined ? f->undefined : isnan(f->test.p) ? "no variance to test with" : NULL;
  snprintf(method, sizeof method, "%s%s", none != NULL ? "undefined: " : "",
           none != NULL ? none : f->test.method);
  json_t *row =
      json_pack("{ss ss ss ss ss so so so so so so ss sI}", "population", at->e->population,
                "comparison", f->comparison, "attribute", f->attribute, "group", f->group, "metric",
                f->metric, "estimate", es_json_real(defined ? f->estimate : NAN), "low",
                es_json_real(defined ? f->interval.low : NAN), "high",
                es_json_real(defined ? f->interval.high : NAN), "statistic",
                es_json_real(none == NULL ? f->test.statistic : NAN), "p",
                es_json_real(none == NULL ? f->test.p : NAN), "p_adjusted", json_null(), "method",
                method, "n", (json_int_t)f->n);
  return es_results_tidy(at->results, "tests", row, at->ctx);
}

/* --- between groups
 * -------------------------------------------------------------------------------- */

static struct es_test test_of(const struct es_metric *metric, const struct es_measured *a,
                              const struct es_measured *b, bool weighted)
{
  if (a->rate && weighted) return es_test_proportions(a->k, a->n, b->k, b->n);
  if (a->rate)
    return es_test_rates((uint64_t)(a->k + 0.5), (uint64_t)(a->n + 0.5), (uint64_t)(b->k + 0.5),
                         (uint64_t)(b->n + 0.5));
  if (a->variance < 0 || b->variance < 0) return (struct es_test){NAN, NAN, ""};
  if (strcmp(metric->name, "auc") == 0)
    return es_test_auc_unpaired(a->value, a->variance, (double)a->people, b->value, b->variance,
                                (double)b->people);
  return es_test_normal(a->value - b->value, a->variance + b->variance, "z");
}

/* Two groups of a view: by their numbers. */
struct contrast {
  const struct es_tally *tally;
  const struct es_view *view;
  const char *attribute;
  const struct es_group *group;
  size_t number[2];
};

/* For what has no variance: the groups' people dealt anew, as often as --bootstrap says. */
static enum es_status deal(struct es_test *test, const struct comparing *at,
                           const struct contrast *c, const struct es_metric *metric)
{
  bool *member[2];
  for (int g = 0; g < 2; g++) member[g] = es_alloc(c->tally->cells, sizeof **member, at->ctx);
  enum es_status status = member[0] != NULL && member[1] != NULL ? ES_OK : ES_NOMEM;
  for (size_t cell = 0; status == ES_OK && cell < c->tally->cells; cell++)
    for (int g = 0; g < 2; g++)
      member[g][cell] = es_view_holds(c->view, at->e->attribute, c->number[g], cell);
  if (status == ES_OK)
    status = es_test_dealing(test, metric, c->tally, (const bool *const[2]){member[0], member[1]},
                             &c->group[c->number[0]].counts.weight, at->e->bootstrap, at->ctx);
  free(member[0]);
  free(member[1]);
  return status;
}

static bool is_dealt(const struct comparing *at, const struct contrast *c,
                     const struct es_metric *metric)
{
  return metric->estimate != NULL && !metric->slow && !c->tally->weighted && at->e->bootstrap > 0;
}

static enum es_status two_groups(const struct comparing *at, const struct contrast *c)
{
  const struct es_group *a = &c->group[c->number[0]], *b = &c->group[c->number[1]];
  struct es_text text = {0};
  es_text_add(&text, "%s: %s vs %s", called(at), a->name, b->name);
  enum es_status status = ES_OK;
  for (size_t k = 0; status == ES_OK && k < es_metric_count; k++) {
    if (!is_wanted(at, k)) continue;
    struct es_measured x = es_measure(&es_metrics[k], &a->counts),
                       y = es_measure(&es_metrics[k], &b->counts);
    struct es_gap gap = es_gap_of(&x, &y, false, at->e->confidence);
    struct finding f = {.comparison = es_text_get(&text),
                        .attribute = c->attribute,
                        .group = "",
                        .metric = es_metrics[k].name,
                        .undefined = gap.undefined,
                        .estimate = gap.value,
                        .interval = gap.interval,
                        .n = x.people + y.people};
    if (gap.undefined[0] == '\0') f.test = test_of(&es_metrics[k], &x, &y, c->tally->weighted);
    bool unsure = gap.undefined[0] == '\0' && !x.rate && (x.variance < 0 || y.variance < 0);
    if (unsure && is_dealt(at, c, &es_metrics[k])) status = deal(&f.test, at, c, &es_metrics[k]);
    if (status == ES_OK) status = add(at, &f);
  }
  es_text_clear(&text);
  return status;
}

static enum es_status one_view(const struct comparing *at, const struct es_tally *tally,
                               const struct es_grouping *how, const struct es_view *view)
{
  struct es_group *group = NULL;
  size_t n = 0;
  char *name = es_view_name(view, at->e->attribute);
  enum es_status status = name == NULL ? es_fail(at->ctx, ES_NOMEM, "out of memory")
                                       : es_groups_make(&group, &n, tally, how, view, at->ctx);
  size_t reference = n;
  for (size_t g = 0; g < n; g++)
    if (at->e->reference != NULL && strcmp(at->e->reference, group[g].name) == 0) reference = g;
  for (size_t b = 0; status == ES_OK && b < n; b++)
    for (size_t a = reference < n ? 0 : b + 1; status == ES_OK && a < n; a++) {
      bool asked = reference < n ? b == reference && a != b : view->count == 1;
      bool people = group[a].counts.people.people > 0 && group[b].counts.people.people > 0;
      struct contrast c = {tally, view, name, group, {a, b}};
      if (asked && people) status = two_groups(at, &c);
    }
  es_groups_free(group, n);
  free(name);
  return status;
}

enum es_status es_compare_groups(struct es_results *results, const struct es_tally *tally,
                                 const struct es_evaluation *e, struct es_context *ctx)
{
  struct comparing at = {.results = results, .e = e, .ctx = ctx};
  struct es_grouping how = {e->attribute, e->attributes, &e->consequence, e->positive_is_adverse,
                            e->oracle};
  ES_TRY(es_choice_make(&at.choice, e->metrics, ctx));
  enum es_status status = ES_OK;
  for (size_t v = 0; status == ES_OK && v < e->views; v++)
    status = one_view(&at, tally, &how, &e->view[v]);
  es_choice_clear(&at.choice);
  return status;
}

/* --- paired: between scorers or policies
 * ------------------------------------------------------------------------------- */

/* Who counts in both, in one alone, in all: people, weights, or squared weights. */
struct joint {
  double both, only[2], all;
};

static struct joint count(const struct es_pair *pair, const bool *member, const struct tested *t,
                          bool adverse, int what)
{
  struct joint j = {0};
  for (size_t c = 0; c < pair->cells; c++)
    for (int o = 0; member[c] && o < ES_OUTCOMES; o++)
      for (int d = 0; d < ES_DECISIONS * ES_DECISIONS; d++) {
        const struct es_pair_cell *cell = &pair->cell[c];
        int a = d / ES_DECISIONS, b = d % ES_DECISIONS;
        if (!t->counts(o, a, adverse)) continue;
        double n = what == 0
                       ? (double)cell->people[o][a][b]
                       : es_fixed_to(what == 1 ? cell->weight[o][a][b] : cell->square[o][a][b]);
        bool first = t->hit(o, a, adverse), second = t->hit(o, b, adverse);
        j.all += n;
        if (first && second) j.both += n;
        if (first != second) j.only[second] += n;
      }
  return j;
}

static struct finding of_decisions(const struct comparing *at, const struct es_pair *pair,
                                   const bool *member, const struct tested *t, double z)
{
  bool adverse = at->e->positive_is_adverse;
  struct joint people = count(pair, member, t, adverse, 0), w = people;
  struct finding f = {.metric = t->metric, .n = (uint64_t)people.all, .undefined = ""};
  if (people.all == 0) f.undefined = "nobody of whom the rate could be";
  if (people.all == 0) return f;
  if (pair->weighted) w = count(pair, member, t, adverse, 1);
  if (pair->counted) f.n = (uint64_t)(w.all + 0.5);
  f.estimate = (w.only[0] - w.only[1]) / w.all;
  if (!pair->weighted) {
    f.interval = es_newcombe_paired(w.both, w.only[0], w.only[1], w.all, z);
    f.test = es_test_mcnemar((uint64_t)w.only[0], (uint64_t)w.only[1]);
    return f;
  }
  struct joint s = count(pair, member, t, adverse, 2);
  double d = f.estimate, same = s.all - s.only[0] - s.only[1];
  double variance = (s.only[0] * (1 - d) * (1 - d) + s.only[1] * (1 + d) * (1 + d) + same * d * d) /
                    w.all / w.all;
  f.interval = es_normal_interval(d, variance, z);
  f.test = es_test_normal(d, variance, "paired_linearised");
  return f;
}

static enum es_status of_scores(struct finding *f, const struct es_pair *pair, const bool *member,
                                double z, struct es_context *ctx)
{
  struct es_paired_auc auc;
  *f = (struct finding){.metric = "auc", .undefined = ""};
  if (pair->weighted) f->undefined = "AUCs of weighted people are not compared";
  if (pair->weighted) return ES_OK;
  ES_TRY(es_pair_auc(&auc, pair, member, ctx));
  if (auc.undefined != NULL) f->undefined = auc.undefined;
  f->n = (uint64_t)auc.people;
  f->estimate = auc.auc[0] - auc.auc[1];
  f->interval = es_normal_interval(f->estimate, es_paired_variance(&auc), z);
  f->test = es_test_normal(f->estimate, es_paired_variance(&auc), "delong_paired");
  return ES_OK;
}

/* The difference as a row among the measures. */
static enum es_status add_row(const struct comparing *at, const struct finding *f, bool weighted)
{
  char metric[ES_METRIC_NAME], status[ES_REASON + 16];
  bool defined = f->undefined[0] == '\0', ranged = defined && !isnan(f->interval.low);
  const char *method = strcmp(f->metric, "auc") == 0 ? "delong_paired"
                       : weighted                    ? "paired_linearised"
                                                     : "newcombe_paired";
  snprintf(metric, sizeof metric, "%s_difference", f->metric);
  snprintf(status, sizeof status, "%s%s", defined ? "ok" : "undefined: ", f->undefined);
  return es_results_add(at->results,
                        &(struct es_row){.population = (char *)at->e->population,
                                         .scorer = (char *)at->e->scorer,
                                         .policy = (char *)at->e->policy,
                                         .attribute = (char *)f->attribute,
                                         .group = (char *)f->group,
                                         .metric = metric,
                                         .reduction = (char *)at->reduction,
                                         .value = defined ? f->estimate : NAN,
                                         .low = ranged ? f->interval.low : NAN,
                                         .high = ranged ? f->interval.high : NAN,
                                         .confidence = ranged ? at->e->confidence : NAN,
                                         .method = (char *)(ranged ? method : ""),
                                         .n = f->n,
                                         .status = status},
                        at->ctx);
}

static enum es_status two_scorers(const struct comparing *at, const struct es_pair *pair,
                                  const bool *member, const char *attribute, const char *group)
{
  double z = es_normal_quantile(0.5 + at->e->confidence / 2);
  for (size_t t = 0; t < ES_COUNT_OF(tested); t++) {
    struct finding f;
    bool scores = strcmp(tested[t].metric, "auc") == 0;
    if (!is_wanted(at, (size_t)(es_metric_find(tested[t].metric) - es_metrics))) continue;
    if (!scores && tested[t].hit == NULL) continue;
    if (scores)
      ES_TRY(of_scores(&f, pair, member, z, at->ctx));
    else
      f = of_decisions(at, pair, member, &tested[t], z);
    f.comparison = called(at);
    f.attribute = attribute;
    f.group = group;
    ES_TRY(add(at, &f));
    ES_TRY(add_row(at, &f, pair->weighted));
  }
  return ES_OK;
}

static enum es_status all_groups(const struct comparing *at, const struct es_pair *pair,
                                 const struct es_view *view, bool *member)
{
  const struct es_attribute *attribute = at->e->attribute;
  char *name = es_view_name(view, attribute);
  enum es_status status = name != NULL ? ES_OK : es_fail(at->ctx, ES_NOMEM, "out of memory");
  for (size_t g = 0; status == ES_OK && g < es_view_groups(view, attribute); g++) {
    char *group = view->count > 0 ? es_view_group(view, attribute, g) : es_strdup("all", at->ctx);
    for (size_t c = 0; c < pair->cells; c++) member[c] = es_view_holds(view, attribute, g, c);
    status = group != NULL ? two_scorers(at, pair, member, name, group)
                           : es_fail(at->ctx, ES_NOMEM, "out of memory");
    free(group);
  }
  free(name);
  return status;
}

bool es_is_paired(const char *reduction)
{
  return strcmp(reduction, ES_BETWEEN_SCORERS) == 0 || strcmp(reduction, ES_BETWEEN_POLICIES) == 0;
}

void es_comparison_name(struct es_text *name, const char *scorer, const char *policy,
                        bool several_policies)
{
  es_text_add(name, several_policies ? "%s, %s" : "%s", scorer, policy);
}

enum es_status es_compare_paired(struct es_results *results, const struct es_pair *pair,
                                 const char *reduction, const struct es_evaluation *e,
                                 struct es_context *ctx)
{
  struct comparing at = {.results = results, .e = e, .reduction = reduction, .ctx = ctx};
  static const struct es_view everyone;
  bool *member = es_alloc(pair->cells, sizeof *member, ctx);
  if (member == NULL) return ES_NOMEM;
  enum es_status status = es_choice_make(&at.choice, e->metrics, ctx);
  if (status == ES_OK) status = all_groups(&at, pair, &everyone, member);
  for (size_t v = 0; status == ES_OK && v < e->views; v++)
    if (e->view[v].count == 1) status = all_groups(&at, pair, &e->view[v], member);
  es_choice_clear(&at.choice);
  free(member);
  return status;
}

/* --- the family
 * ------------------------------------------------------------------------------------- */

enum es_status es_tests_correct(struct es_results *results, enum es_correction correction,
                                struct es_context *ctx)
{
  json_t *rows = json_object_get(results->tables, "tests"), *row;
  size_t n = json_array_size(rows), i;
  if (n == 0) return ES_OK;
  double *p = es_alloc(n, sizeof *p, ctx), *adjusted = es_alloc(n, sizeof *adjusted, ctx);
  enum es_status status = p != NULL && adjusted != NULL ? ES_OK : ES_NOMEM;
  for (i = 0; status == ES_OK && i < n; i++) {
    const json_t *value = json_object_get(json_array_get(rows, i), "p");
    p[i] = json_is_number(value) ? json_number_value(value) : NAN;
  }
  if (status == ES_OK) status = es_adjust(adjusted, p, n, correction, ctx);
  json_array_foreach(rows, i, row)
  {
    if (status == ES_OK && json_object_set_new(row, "p_adjusted", es_json_real(adjusted[i])) != 0)
      status = es_fail(ctx, ES_NOMEM, "out of memory");
  }
  free(p);
  free(adjusted);
  return status;
}
