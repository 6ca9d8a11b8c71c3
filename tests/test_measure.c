/* Measures against other people's programs, against hand-made tables, and against what must hold of
 * any population: symmetry, duplication, order, and 0/0 being undefined. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/base/random.h"
#include "harness/measure/curve.h"
#include "harness/measure/evaluate.h"
#include "harness/statistics/interval.h"
#include "harness/measure/metric.h"
#include "tests/kit.h"

static struct es_context ctx = {.seed = 7};

/* --- people, audited -------------------------------------------------------------------------- */

enum { MOST_LEVELS = 8 };
struct person {
  uint8_t outcome, decision, why;
  uint32_t group;
  double score, probability, weight;
};

struct crowd {
  struct person *person;
  size_t people, levels;
  char level[MOST_LEVELS][16];
  bool weighted, adverse;
  struct es_consequence consequence;
};

static struct crowd crowd_of(size_t room, size_t levels)
{
  struct crowd c = {.person = calloc(room, sizeof *c.person), .levels = levels};
  c.consequence =
      (struct es_consequence){.cost_wrongful_denial = -1, .cost_wrongful_approval = -1, .term = -1};
  for (size_t l = 0; l < levels; l++) snprintf(c.level[l], sizeof c.level[l], "%c", (int)('a' + l));
  return c;
}

/* `count` people alike, with a score of 1 or 0 as they are decided. */
static void add(struct crowd *c, size_t count, uint32_t group, int outcome, int decision)
{
  for (; count > 0; count--)
    c->person[c->people++] = (struct person){.outcome = (uint8_t)outcome,
                                             .group = group,
                                             .decision = (uint8_t)decision,
                                             .probability = -1,
                                             .score = decision == ES_APPROVED,
                                             .weight = 1};
}

static struct es_tally tally_of(const struct crowd *c, size_t first, size_t count)
{
  struct es_tally t;
  MUST(es_tally_create(&t, c->levels, true, &ctx), &ctx);
  t.weighted = c->weighted;
  for (size_t i = first; i < first + count; i++) {
    const struct person *p = &c->person[i];
    struct es_verdict v = {.cell = p->group,
                           .outcome = p->outcome,
                           .why = p->why,
                           .decision = p->decision,
                           .score = p->score,
                           .weight = p->weight,
                           .probability = p->probability,
                           .term = c->consequence.term};
    MUST(es_tally_add(&t, &v, &ctx), &ctx);
  }
  return t;
}

static struct es_results evaluate(const struct crowd *c, struct es_tally *tally)
{
  const char *level[MOST_LEVELS];
  for (size_t l = 0; l < c->levels; l++) level[l] = c->level[l];
  struct es_attribute g = {"g", level, (uint32_t)c->levels};
  struct es_view view = {{0}, 1};
  struct es_texts all = {(char *[]){(char *)"all"}, 1};
  struct es_results results = {0};
  struct es_evaluation e = {.population = "p",
                            .scorer = "s",
                            .policy = "x",
                            .reference = c->level[0],
                            .attribute = &g,
                            .attributes = 1,
                            .view = &view,
                            .views = 1,
                            .consequence = c->consequence,
                            .positive_is_adverse = c->adverse,
                            .confidence = 0.95,
                            .metrics = &all};
  MUST(es_evaluate(&results, tally, &e, &ctx), &ctx);
  return results;
}

static struct es_results audit(const struct crowd *c)
{
  struct es_tally tally = tally_of(c, 0, c->people);
  struct es_results results = evaluate(c, &tally);
  es_tally_clear(&tally);
  return results;
}

/* group NULL: everyone; "": a disparity between groups. */
static const struct es_row *row(const struct es_results *r, const char *group, const char *metric)
{
  bool all = group == NULL;
  const struct es_row *found =
      es_results_find(r, NULL, NULL, all ? "" : "g", all ? "all" : group, metric,
                      !all && group[0] == '\0' ? "between_groups" : "");
  cr_assert_not_null(found, "no %s of \"%s\"", metric, all ? "all" : group);
  return found;
}

static void expect(const struct es_results *r, const char *group, const char *metric, double want,
                   double tolerance)
{
  const struct es_row *x = row(r, group, metric);
  cr_expect_str_eq(x->status, "ok", "%s of %s: %s", metric, group ? group : "all", x->status);
  cr_expect(fabs(x->value - want) <= tolerance, "%s of %s: %.17g, not %.17g", metric,
            group ? group : "all", x->value, want);
}

static void expect_undefined(const struct es_results *r, const char *group, const char *metric,
                             const char *reason)
{
  const struct es_row *x = row(r, group, metric);
  cr_expect_str_eq(x->status, reason, "%s: %s", metric, x->status);
  cr_expect(isnan(x->value) && isnan(x->low) && isnan(x->high), "%s has a value", metric);
  cr_expect_str_eq(x->method, "");
}

/* --- other people's programs ------------------------------------------------------------------ */

static json_t *cases(const char *name)
{
  char path[256];
  snprintf(path, sizeof path, SHARED "/cases/%s", name);
  json_t *root = json_load_file(path, 0, NULL);
  if (root == NULL) fprintf(stderr, "skipped: no %s\n", path);
  return root;
}

/* "NaN" and absent keys are NaN. */
static double number(const json_t *object, const char *key)
{
  const json_t *x = json_object_get(object, key);
  return json_is_number(x) ? json_number_value(x) : NAN;
}

static void expect_pair(const char *id, struct es_interval got, const json_t *want,
                        double tolerance)
{
  double low = json_number_value(json_array_get(want, 0));
  double high = json_number_value(json_array_get(want, 1));
  cr_expect(fabs(got.low - low) <= tolerance * fmax(1, fabs(low)) &&
                fabs(got.high - high) <= tolerance * fmax(1, fabs(high)),
            "%s: %.15g … %.15g, not %.15g … %.15g", id, got.low, got.high, low, high);
}

static bool finite_pair(const json_t *pair)
{
  return json_is_number(json_array_get(pair, 0)) && json_is_number(json_array_get(pair, 1));
}

/* statsmodels 0.13.5: Wilson, Newcombe's method 10, Katz's log ratio. */
Test(interval, agrees_with_statsmodels)
{
  json_t *root = cases("proportion_tests.json"), *one;
  double z = es_normal_quantile(0.975), z90 = es_normal_quantile(0.95);
  size_t at, checked = 0;
  json_array_foreach(json_object_get(root, "cases"), at, one)
  {
    const char *id = json_string_value(json_object_get(one, "id"));
    const json_t *in = json_object_get(one, "input"), *want = json_object_get(one, "expected");
    const json_t *wilson = json_object_get(want, "wilson_alpha0.05");
    double k1 = number(in, "k1"), n1 = number(in, "n1");
    double k2 = number(in, "k2"), n2 = number(in, "n2");
    if (wilson != NULL) {
      double k = number(in, "k"), n = number(in, "n");
      expect_pair(id, es_wilson(k, n, z), wilson, 1e-12);
      expect_pair(id, es_wilson(k, n, z90), json_object_get(want, "wilson_alpha0.1"), 1e-12);
      checked += 2;
    }
    const json_t *newcombe = json_object_get(want, "ci_diff_newcomb");
    const json_t *katz = json_object_get(want, "ci_ratio_log");
    if (finite_pair(newcombe)) {
      expect_pair(id, es_newcombe(k1, n1, k2, n2, z), newcombe, 1e-12);
      checked++;
    }
    if (k1 > 0 && k2 > 0 && finite_pair(katz)) {
      expect_pair(id, es_katz_log(k1, n1, k2, n2, z), katz, 1e-12);
      checked++;
    }
  }
  cr_expect(root == NULL || checked > 80, "only %zu were checked", checked);
  json_decref(root);
}

/* Outcomes and scores of a case as a crowd of one group; probabilities where the scores can be. */
static struct crowd crowd_from(const json_t *y, const json_t *score, double cutoff)
{
  size_t n = json_array_size(y);
  struct crowd c = crowd_of(n, 1);
  bool probability = true;
  for (size_t i = 0; i < n; i++) {
    double s = json_number_value(json_array_get(score, i));
    bool good = json_number_value(json_array_get(y, i)) > 0;
    probability = probability && s >= 0 && s <= 1;
    add(&c, 1, 0, good ? ES_FAVORABLE : ES_UNFAVORABLE, s >= cutoff ? ES_APPROVED : ES_DENIED);
    c.person[i].score = s;
  }
  for (size_t i = 0; probability && i < n; i++) c.person[i].probability = c.person[i].score;
  return c;
}

static struct es_estimate auc_of(const json_t *y, const json_t *score)
{
  struct crowd c = crowd_from(y, score, 0);
  struct es_tally tally = tally_of(&c, 0, c.people);
  struct es_group_counts counts;
  cr_assert_eq(es_tally_sort(&tally, &ctx), ES_OK);
  MUST(es_counts_make(&counts, &tally, (bool[]){true}, &c.consequence, false, &ctx), &ctx);
  struct es_estimate auc = es_curve_auc(&counts.weight);
  es_counts_clear(&counts);
  es_tally_clear(&tally);
  free(c.person);
  return auc;
}

static void expect_near(const char *id, const char *what, double got, double want, double tolerance)
{
  cr_expect(fabs(got - want) <= tolerance * fmax(1, fabs(want)), "%s: %s is %.17g, not %.17g", id,
            what, got, want);
}

/* pROC 1.18.0: AUC, DeLong's variance, the interval, and D of two independent AUCs. */
Test(curve, agrees_with_proc)
{
  json_t *root = cases("proc_delong.json"), *one;
  size_t at, checked = 0;
  json_array_foreach(json_object_get(root, "cases"), at, one)
  {
    const char *id = json_string_value(json_object_get(one, "id"));
    const char *kind = json_string_value(json_object_get(one, "kind"));
    const json_t *in = json_object_get(one, "input"), *want = json_object_get(one, "expected");
    if (json_object_get(in, "file") != NULL) continue; /* real data: the transcripts look at them */
    if (strcmp(kind, "auc") == 0) {
      struct es_estimate e = auc_of(json_object_get(in, "y_true"), json_object_get(in, "score"));
      expect_near(id, "AUC", e.value, number(want, "auc"), 1e-10);
      expect_near(id, "variance", e.variance, number(want, "delong_var"), 1e-12);
      struct es_interval ci = es_normal_interval(e.value, e.variance, es_normal_quantile(0.975));
      ci = (struct es_interval){fmax(ci.low, 0), fmin(ci.high, 1)};
      expect_pair(id, ci, json_object_get(want, "ci95"), 1e-10);
      checked++;
    } else if (strcmp(kind, "unpaired_test") == 0) {
      struct es_estimate a = auc_of(json_object_get(in, "y_true1"), json_object_get(in, "score1"));
      struct es_estimate b = auc_of(json_object_get(in, "y_true2"), json_object_get(in, "score2"));
      double d = (a.value - b.value) / sqrt(a.variance + b.variance);
      expect_near(id, "D", d, number(want, "statistic_D"), 1e-9);
      checked++;
    }
  }
  cr_expect(root == NULL || checked > 35, "only %zu were checked", checked);
  json_decref(root);
}

static bool has_certainty(const struct crowd *c)
{
  for (size_t i = 0; i < c->people; i++)
    if (c->person[i].probability == 0 || c->person[i].probability == 1) return true;
  return false;
}

static size_t compare_scores(const char *id, const struct crowd *c, const json_t *want)
{
  static const struct {
    const char *ours, *theirs;
    bool at_threshold;
  } names[] = {{"auc", "roc_auc", false},
               {"gini", "gini", false},
               {"average_precision", "average_precision", false},
               {"ks", "ks_2samp_statistic", false},
               {"brier", "brier", false},
               {"log_loss", "log_loss_eps1e-15", false},
               {"accuracy", "accuracy", true},
               {"balanced_accuracy", "balanced_accuracy", true},
               {"precision", "precision", true},
               {"true_positive_rate", "recall", true}};
  const json_t *at_threshold = json_object_get(want, "at_threshold");
  struct es_results results = audit(c);
  size_t checked = 0;
  for (size_t k = 0; k < ES_COUNT_OF(names); k++) {
    const struct es_row *x = row(&results, NULL, names[k].ours);
    double their = number(names[k].at_threshold ? at_threshold : want, names[k].theirs);
    bool probability = c->person[0].probability >= 0;
    if (isnan(their) || (k > 3 && k < 6 && !probability)) continue;
    if (strcmp(x->status, "ok") != 0) { /* 0/0, which scikit-learn calls 0 */
      cr_expect_eq(their, 0, "%s %s: %s, not %g", id, names[k].ours, x->status, their);
      continue;
    }
    bool clipped = k == 5 && has_certainty(c); /* their 1 - (1 - 1e-15) is rounded */
    expect_near(id, names[k].ours, x->value, their, clipped ? 1e-3 : 1e-12);
    checked++;
  }
  es_results_clear(&results);
  return checked;
}

static bool tagged(const json_t *one, const char *tag)
{
  const json_t *x, *tags = json_object_get(one, "tags");
  size_t at;
  json_array_foreach(tags, at, x) if (strcmp(json_string_value(x), tag) == 0) return true;
  return false;
}

Test(curve, agrees_with_scikit_learn)
{
  json_t *root = cases("sklearn_scores.json"), *one;
  size_t at, checked = 0;
  json_array_foreach(json_object_get(root, "cases"), at, one)
  {
    const json_t *in = json_object_get(one, "input");
    if (tagged(one, "one_class") || !json_is_null(json_object_get(in, "weight"))) continue;
    struct crowd c = crowd_from(json_object_get(in, "y_true"), json_object_get(in, "score"),
                                number(in, "threshold"));
    checked += compare_scores(json_string_value(json_object_get(one, "id")), &c,
                              json_object_get(one, "expected"));
    free(c.person);
  }
  cr_expect(root == NULL || checked > 400, "only %zu were checked", checked);
  json_decref(root);
}

static uint32_t level_of(struct crowd *c, const char *name)
{
  for (uint32_t l = 0; l < c->levels; l++)
    if (strcmp(c->level[l], name) == 0) return l;
  cr_assert_lt(c->levels, MOST_LEVELS);
  snprintf(c->level[c->levels], sizeof c->level[0], "%s", name);
  return (uint32_t)c->levels++;
}

static struct crowd grouped_crowd(const json_t *in)
{
  const json_t *y = json_object_get(in, "y_true"), *d = json_object_get(in, "y_pred");
  const json_t *g = json_object_get(in, "group"), *w = json_object_get(in, "weight");
  struct crowd c = crowd_of(json_array_size(y), 0);
  c.weighted = json_is_array(w);
  for (size_t i = 0; i < json_array_size(y); i++) {
    bool good = json_number_value(json_array_get(y, i)) > 0;
    bool approved = json_number_value(json_array_get(d, i)) > 0;
    uint32_t group = level_of(&c, json_string_value(json_array_get(g, i)));
    add(&c, 1, group, good ? ES_FAVORABLE : ES_UNFAVORABLE, approved ? ES_APPROVED : ES_DENIED);
    if (c.weighted) c.person[i].weight = json_number_value(json_array_get(w, i));
  }
  return c;
}

static const char *const fairlearn_rates[] = {
    "selection_rate",     "true_positive_rate",  "false_positive_rate",
    "true_negative_rate", "false_negative_rate", "accuracy",
    "precision"};

/* Where we say undefined, fairlearn says 0 or NaN by its own convention. */
static size_t compare_one(const char *id, const struct es_row *x, double their)
{
  if (strcmp(x->status, "ok") == 0) {
    expect_near(id, x->metric, x->value, their, 1e-12);
    return 1;
  }
  cr_expect(their == 0 || isnan(their), "%s %s: %s, not %g", id, x->metric, x->status, their);
  return 0;
}

/* fairlearn leaves weighted groups of one person out of demographic parity. */
static bool is_left_out(const struct crowd *c, const char *metric)
{
  size_t people[MOST_LEVELS] = {0};
  for (size_t i = 0; i < c->people; i++) people[c->person[i].group]++;
  for (size_t g = 0; g < c->levels; g++)
    if (people[g] == 1 && c->weighted && strncmp(metric, "demographic", 11) == 0) return true;
  return false;
}

static size_t compare_groups(const char *id, const struct crowd *c, const struct es_results *r,
                             const json_t *want)
{
  static const struct {
    const char *ours, *theirs;
  } gaps[] = {{"demographic_parity_difference", "demographic_parity_difference"},
              {"demographic_parity_ratio", "demographic_parity_ratio"},
              {"equal_opportunity_difference", "equal_opportunity_difference"},
              {"equal_opportunity_ratio", "equal_opportunity_ratio"},
              {"equalized_odds_difference", "equalized_odds_difference_worst_case"},
              {"equalized_odds_ratio", "equalized_odds_ratio_worst_case"}};
  size_t checked = 0;
  const char *group;
  json_t *rates;
  json_object_foreach(json_object_get((json_t *)want, "by_group"), group,
                      rates) for (size_t k = 0; k < ES_COUNT_OF(fairlearn_rates); k++) checked +=
      compare_one(id, row(r, group, fairlearn_rates[k]), number(rates, fairlearn_rates[k]));
  rates = json_object_get(want, "overall");
  for (size_t k = 0; k < ES_COUNT_OF(fairlearn_rates); k++)
    checked += compare_one(id, row(r, NULL, fairlearn_rates[k]), number(rates, fairlearn_rates[k]));
  for (size_t k = 0; k < ES_COUNT_OF(gaps); k++) {
    const struct es_row *x = row(r, "", gaps[k].ours);
    double their = number(json_object_get(want, "scalar"), gaps[k].theirs);
    /* A disparity over an undefined group is undefined. */
    if (strcmp(x->status, "ok") != 0 || isnan(their) || is_left_out(c, gaps[k].ours)) continue;
    expect_near(id, gaps[k].ours, x->value, their, 1e-12);
    checked++;
  }
  return checked;
}

Test(evaluate, agrees_with_fairlearn)
{
  json_t *root = cases("fairlearn_metricframe.json"), *one;
  size_t at, checked = 0, weighted = 0;
  json_array_foreach(json_object_get(root, "cases"), at, one)
  {
    const json_t *want = json_object_get(one, "expected");
    if (json_object_get(want, "raises") != NULL) continue;
    struct crowd c = grouped_crowd(json_object_get(one, "input"));
    struct es_results r = audit(&c);
    checked += compare_groups(json_string_value(json_object_get(one, "id")), &c, &r, want);
    weighted += c.weighted;
    es_results_clear(&r);
    free(c.person);
  }
  cr_expect(root == NULL || (checked > 3000 && weighted > 30), "%zu, %zu", checked, weighted);
  json_decref(root);
}

/* --- tables by hand --------------------------------------------------------------------------- */

/* Two groups, the first privileged: TP 30, FP 10, FN 10, TN 50 and TP 12, FP 6, FN 12, TN 30. */
static struct crowd two_groups(void)
{
  static const size_t table[2][4] = {{30, 10, 10, 50}, {12, 6, 12, 30}};
  struct crowd c = crowd_of(400, 2);
  for (uint32_t g = 0; g < 2; g++) {
    add(&c, table[g][0], g, ES_FAVORABLE, ES_APPROVED);
    add(&c, table[g][1], g, ES_UNFAVORABLE, ES_APPROVED);
    add(&c, table[g][2], g, ES_FAVORABLE, ES_DENIED);
    add(&c, table[g][3], g, ES_UNFAVORABLE, ES_DENIED);
  }
  return c;
}

/* What fairlearn, AIF360 and error-parity print for it. */
Test(evaluate, gives_what_peers_print)
{
  static const struct {
    const char *metric;
    double value;
  } peers[] = {{"demographic_parity_difference", 0.1}, /* fairlearn */
               {"demographic_parity_ratio", 0.75},
               {"equal_opportunity_difference", 0.25},
               {"equal_opportunity_ratio", 2.0 / 3},
               {"equalized_odds_difference", 0.25},
               {"equalized_odds_ratio", 2.0 / 3},
               {"false_positive_rate_ratio", 1}, /* AIF360 */
               {"false_discovery_rate_difference", 1.0 / 12},
               {"false_omission_rate_difference", 5.0 / 42},
               {"false_negative_rate_ratio", 0.5}, /* error-parity */
               {"precision_ratio", 8.0 / 9},
               {"selection_rate_group_max", 0.4},
               {"selection_rate_group_min", 0.3}};
  struct crowd c = two_groups();
  struct es_results r = audit(&c);
  for (size_t k = 0; k < ES_COUNT_OF(peers); k++)
    expect(&r, "", peers[k].metric, peers[k].value, 1e-15);
  es_results_clear(&r);
  free(c.person);
}

static void check_rates(const struct es_results *r, const double want[11])
{
  static const char *const names[] = {"base_rate",
                                      "selection_rate",
                                      "true_positive_rate",
                                      "false_positive_rate",
                                      "false_negative_rate",
                                      "true_negative_rate",
                                      "precision",
                                      "negative_predictive_value",
                                      "accuracy",
                                      "wrongful_denial_rate",
                                      "wrongful_approval_rate"};
  for (size_t k = 0; k < ES_COUNT_OF(names); k++) expect(r, "a", names[k], want[k], 1e-15);
}

/* The wrongful rates do not depend on which decision the textbook counts as positive. */
Test(evaluate, both_orientations_by_hand)
{
  struct crowd c = two_groups();
  struct es_results r = audit(&c);
  check_rates(&r, (double[]){.4, .4, .75, 1.0 / 6, .25, 5.0 / 6, .75, 5.0 / 6, .8, .25, 1.0 / 6});
  es_results_clear(&r);
  c.adverse = true;
  r = audit(&c);
  check_rates(&r, (double[]){.6, .6, 5.0 / 6, .25, 1.0 / 6, .75, 5.0 / 6, .75, .8, .25, 1.0 / 6});
  es_results_clear(&r);
  free(c.person);
}

/* 8 good and 4 bad people; costs 1 and 5, a term of 180 days; some have no score. */
Test(evaluate, people_without_a_score_stay_in_the_denominator)
{
  struct crowd c = crowd_of(20, 1);
  c.consequence =
      (struct es_consequence){.cost_wrongful_denial = 1, .cost_wrongful_approval = 5, .term = 180};
  add(&c, 4, 0, ES_FAVORABLE, ES_APPROVED);
  add(&c, 1, 0, ES_FAVORABLE, ES_DENIED);
  add(&c, 3, 0, ES_FAVORABLE, ES_DENIED);
  for (size_t i = 5; i < 8; i++) c.person[i].why = ES_NO_RECORD;
  add(&c, 1, 0, ES_UNFAVORABLE, ES_APPROVED);
  add(&c, 2, 0, ES_UNFAVORABLE, ES_DENIED);
  add(&c, 1, 0, ES_UNFAVORABLE, ES_REVIEWED);
  c.person[11].why = ES_THIN_FILE;
  struct es_results r = audit(&c);
  expect(&r, NULL, "coverage_rate", 8.0 / 12, 1e-15);
  expect(&r, NULL, "abstention_rate", 4.0 / 12, 1e-15);
  expect(&r, NULL, "review_rate", 1.0 / 12, 1e-15);
  expect(&r, NULL, "selection_rate", 5.0 / 12, 1e-15);
  expect(&r, NULL, "selection_rate_scored", 5.0 / 8, 1e-15);
  expect(&r, NULL, "true_positive_rate", 4.0 / 8, 1e-15);
  expect(&r, NULL, "false_negative_rate", 4.0 / 8, 1e-15);
  expect(&r, NULL, "false_positive_rate", 1.0 / 4, 1e-15);
  expect(&r, NULL, "accuracy", (4 + 3) / 12.0, 1e-15);
  expect(&r, NULL, "wrongful_denial_rate", 4.0 / 8, 1e-15);
  expect(&r, NULL, "wrongful_denial_rate_scored", 1.0 / 5, 1e-15);
  expect(&r, NULL, "wrongful_approval_rate", 1.0 / 4, 1e-15);
  expect(&r, NULL, "wrongful_restriction_days_per_1000", 1000 * 4 * 180.0 / 12, 1e-9);
  expect(&r, NULL, "expected_cost_per_person", (4 * 1 + 1 * 5) / 12.0, 1e-15);
  cr_expect_eq(row(&r, NULL, "wrongful_denial_rate")->n, 8);
  cr_expect_eq(row(&r, NULL, "wrongful_denial_rate_scored")->n, 5);
  cr_expect_eq(row(&r, NULL, "auc")->n, 8);
  es_results_clear(&r);
  free(c.person);
}

/* --- 0/0 -------------------------------------------------------------------------------------- */

Test(evaluate, nothing_over_nothing_is_undefined_all_the_way)
{
  struct crowd c = crowd_of(20, 3);
  add(&c, 4, 0, ES_FAVORABLE, ES_APPROVED);
  add(&c, 2, 0, ES_UNFAVORABLE, ES_DENIED);
  add(&c, 3, 1, ES_UNFAVORABLE, ES_DENIED); /* b: nobody good, nobody approved; c: nobody */
  struct es_results r = audit(&c);
  expect(&r, "a", "true_positive_rate", 1, 0);
  expect_undefined(&r, "b", "true_positive_rate", "undefined: 0 of 0 people in TP/(TP+FN)");
  expect_undefined(&r, "b", "precision", "undefined: 0 of 0 people in TP/(TP+FP)");
  expect_undefined(&r, "b", "auc", "undefined: no scored person with the favourable outcome");
  expect_undefined(&r, "c", "auc", "undefined: nobody with a score and a known outcome");
  expect_undefined(&r, "c", "selection_rate",
                   "undefined: 0 of 0 people in (TP+FP)/n, the unscorable in n");
  expect_undefined(&r, "a", "brier", "undefined: no probability: the score is not one");
  expect_undefined(&r, NULL, "expected_cost_per_person",
                   "undefined: no costs of wrong decisions are stated");
  expect_undefined(&r, "", "true_positive_rate_difference",
                   "undefined: b: 0 of 0 people in TP/(TP+FN)");
  expect_undefined(&r, "", "equalized_odds_ratio", "undefined: b: 0 of 0 people in TP/(TP+FN)");
  expect_undefined(&r, "", "selection_rate_group_min",
                   "undefined: c: 0 of 0 people in (TP+FP)/n, the unscorable in n");
  size_t undefined = 0;
  for (size_t k = 0; k < r.rows; k++) {
    bool ok = strcmp(r.row[k].status, "ok") == 0;
    undefined += !ok;
    cr_expect_eq(isfinite(r.row[k].value), ok, "%s: %s", r.row[k].metric, r.row[k].status);
  }
  cr_expect_gt(undefined, 50);
  es_results_clear(&r);
  free(c.person);
}

/* A rate of 0 in one group leaves the difference defined and the ratio too: 0 of the other's. */
Test(evaluate, a_ratio_to_zero_is_undefined_and_of_zero_is_zero)
{
  struct crowd c = crowd_of(20, 2);
  add(&c, 4, 0, ES_FAVORABLE, ES_APPROVED);
  add(&c, 2, 0, ES_UNFAVORABLE, ES_DENIED);
  add(&c, 3, 1, ES_FAVORABLE, ES_DENIED);
  add(&c, 3, 1, ES_UNFAVORABLE, ES_DENIED);
  struct es_results r = audit(&c);
  expect(&r, "", "true_positive_rate_difference", 1, 0);
  expect(&r, "", "true_positive_rate_ratio", 0, 0);
  const struct es_row *ratio = row(&r, "", "true_positive_rate_ratio");
  cr_expect_str_eq(ratio->method, "koopman", "Katz has no interval at 0");
  cr_expect(ratio->low == 0 && ratio->high > 0 && ratio->high < 1, "%g", ratio->high);
  expect(&r, "", "false_positive_rate_difference", 0, 0);
  expect_undefined(&r, "", "false_positive_rate_ratio",
                   "undefined: division by zero: the value compared with is 0");
  es_results_clear(&r);
  free(c.person);
}

Test(evaluate, who_could_not_take_part_is_undefined_with_the_reason)
{
  struct es_texts none = {0};
  struct es_results r = {0};
  struct es_evaluation e = {
      .population = "p", .scorer = "s", .policy = "x", .confidence = 0.95, .metrics = &none};
  MUST(es_evaluate_failed(&r, &e, "one class only", &ctx), &ctx);
  cr_assert_gt(r.rows, 0);
  for (size_t k = 0; k < r.rows; k++)
    cr_expect_str_eq(r.row[k].status, "undefined: one class only");
  es_results_clear(&r);
}

/* --- what must hold of anybody ---------------------------------------------------------------- */

/* People in three groups with ties, weights, people without a score and unknown outcomes. */
static struct crowd random_crowd(size_t n)
{
  struct crowd c = crowd_of(2 * n, 3);
  c.consequence =
      (struct es_consequence){.cost_wrongful_denial = 1, .cost_wrongful_approval = 5, .term = 30};
  for (size_t i = 0; i < n; i++) {
    struct es_draw d = es_draw(&ctx, i, 1);
    double p = floor(es_uniform(d.word[0]) * 50) / 50;
    int outcome = d.word[1] % 40 == 0 ? ES_UNKNOWN : es_uniform(d.word[1]) < p;
    add(&c, 1, d.word[2] % 3, outcome, p < 0.3 + 0.1 * (d.word[2] % 3) ? ES_DENIED : ES_APPROVED);
    struct person *one = &c.person[i];
    one->score = one->probability = p;
    one->weight = 0.1 * (double)(d.word[3] % 30);
    if (d.word[3] % 11 == 0) {
      one->why = ES_DECLINED;
      one->decision = ES_DENIED;
      one->probability = -1;
    }
  }
  return c;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

Test(evaluate, names_of_groups_do_not_matter)
{
  struct crowd c = random_crowd(900);
  struct es_results before = audit(&c);
  for (size_t i = 0; i < c.people; i++) c.person[i].group = 2 - c.person[i].group;
  struct es_results after = audit(&c);
  size_t checked = 0;
  for (size_t k = 0; k < before.rows; k++) {
    const struct es_row *a = &before.row[k], *b = &after.row[k];
    if (strcmp(a->reduction, "between_groups") != 0) continue;
    cr_expect(same(a->value, b->value) && same(a->low, b->low) && same(a->high, b->high),
              "%s: %.17g and %.17g", a->metric, a->value, b->value);
    checked++;
  }
  cr_expect_gt(checked, 80);
  es_results_clear(&before);
  es_results_clear(&after);
  free(c.person);
}

Test(evaluate, doubled_people_give_the_same_rates_more_surely)
{
  struct crowd c = random_crowd(900);
  struct es_results before = audit(&c);
  memcpy(c.person + c.people, c.person, c.people * sizeof *c.person);
  c.people *= 2;
  struct es_results after = audit(&c);
  size_t narrower = 0;
  for (size_t k = 0; k < before.rows; k++) {
    const struct es_row *a = &before.row[k], *b = &after.row[k];
    if (strcmp(a->status, "ok") != 0 || strstr(a->metric, "differential_fairness") != NULL)
      continue; /* its smoothing weighs less in more people */
    cr_expect(fabs(a->value - b->value) <= 1e-12 * fabs(a->value), "%s: %.17g and %.17g", a->metric,
              a->value, b->value);
    if (isnan(a->low) || a->high == a->low) continue;
    cr_expect_lt(b->high - b->low, a->high - a->low, "%s is not narrower", a->metric);
    narrower++;
  }
  cr_expect_gt(narrower, 150);
  es_results_clear(&before);
  es_results_clear(&after);
  free(c.person);
}

Test(evaluate, groups_alike_have_no_disparity)
{
  struct crowd c = random_crowd(300);
  for (size_t i = 0; i < 300; i++) c.person[i].group = 0;
  for (uint32_t g = 1; g < 3; g++)
    for (size_t i = 0; i < 300 && c.people < 600; i++) c.person[c.people++] = c.person[i];
  for (size_t i = 300; i < 600; i++) c.person[i].group = 1;
  c.levels = 2;
  struct es_results r = audit(&c);
  size_t checked = 0;
  for (size_t k = 0; k < r.rows; k++) {
    const struct es_row *x = &r.row[k];
    size_t size = strlen(x->metric);
    bool gap = size > 11 && strcmp(x->metric + size - 11, "_difference") == 0;
    bool ratio = size > 6 && strcmp(x->metric + size - 6, "_ratio") == 0;
    if (x->reduction[0] == '\0' || strcmp(x->status, "ok") != 0 || (!gap && !ratio)) continue;
    cr_expect(fabs(x->value - (ratio ? 1 : 0)) < 1e-14, "%s %s: %g", x->metric, x->reduction,
              x->value);
    if (!isnan(x->low))
      cr_expect(x->low <= x->value && x->value <= x->high, "%s is outside its interval", x->metric);
    checked++;
  }
  cr_expect_gt(checked, 100);
  es_results_clear(&r);
  free(c.person);
}

/* Every rate, gap and bound lies where it can. */
Test(evaluate, intervals_hold_their_value)
{
  struct crowd c = random_crowd(500);
  c.weighted = true;
  struct es_results r = audit(&c);
  for (size_t k = 0; k < r.rows; k++) {
    const struct es_row *x = &r.row[k];
    if (strcmp(x->status, "ok") != 0 || isnan(x->low)) continue;
    cr_expect(x->low <= x->value && x->value <= x->high, "%s: %g not within %g … %g", x->metric,
              x->value, x->low, x->high);
    if (strcmp(x->method, "wilson") == 0) cr_expect(x->low >= 0 && x->high <= 1);
    if (strcmp(x->method, "newcombe") == 0) cr_expect(x->low >= -1 && x->high <= 1);
  }
  es_results_clear(&r);
  free(c.person);
}

/* --- tallies ---------------------------------------------------------------------------------- */

static char *evaluated_text(const struct crowd *c, struct es_tally *tally)
{
  struct es_text text = {0};
  struct es_results r = evaluate(c, tally);
  MUST(es_results_write(&r, &text, &ctx), &ctx);
  es_results_clear(&r);
  return es_text_take(&text);
}

Test(tally, parts_in_any_order_make_the_same_whole)
{
  enum { PARTS = 5 };
  static const size_t order[][PARTS] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}};
  for (int weighted = 0; weighted < 2; weighted++) {
    struct crowd c = random_crowd(1000);
    c.weighted = weighted;
    struct es_tally whole = tally_of(&c, 0, c.people);
    char *want = evaluated_text(&c, &whole);
    for (size_t k = 0; k < ES_COUNT_OF(order); k++) {
      struct es_tally sum = tally_of(&c, 0, 0);
      for (size_t p = 0; p < PARTS; p++) {
        struct es_tally part = tally_of(&c, order[k][p] * 200, 200);
        MUST(es_tally_merge(&sum, &part, &ctx), &ctx);
        es_tally_clear(&part);
      }
      char *got = evaluated_text(&c, &sum);
      cr_expect_str_eq(got, want);
      es_tally_clear(&sum);
      free(got);
    }
    es_tally_clear(&whole);
    free(want);
    free(c.person);
  }
}

Test(tally, fixed_point_keeps_what_it_is_given)
{
  static const double exact[] = {0,       1,           0.5,   0.1,     1.0 / 3,
                                 0x1p-64, 1e6 + 0.125, 36500, 1490400, 1e15 + 0.5};
  for (size_t k = 0; k < ES_COUNT_OF(exact); k++)
    cr_expect_eq(es_fixed_to(es_fixed_from(exact[k])), exact[k], "%.17g", exact[k]);
  static const double small[] = {1e-15, 1e-18, 3e-20, 1e-30};
  for (size_t k = 0; k < ES_COUNT_OF(small); k++)
    cr_expect(fabs(es_fixed_to(es_fixed_from(small[k])) - small[k]) <= 0x1p-64);
  es_fixed sum = 0, back = 0;
  for (int k = 1; k <= 1000; k++) sum += es_fixed_from(1.0 / k);
  for (int k = 1000; k >= 1; k--) back += es_fixed_from(1.0 / k);
  cr_expect(sum == back);
  cr_expect(fabs(es_fixed_to(sum) - 7.485470860550345) < 1e-15);
}

/* AUC and KS of `n` people whose class shifts a normal score, kept exactly or on the grid. */
static struct es_estimate auc_on(double *ks, bool exact, bool probability, double spread, size_t n)
{
  struct es_tally t;
  struct es_group_counts counts;
  MUST(es_tally_create(&t, 1, exact, &ctx), &ctx);
  t.probability = probability;
  t.low = -6 * spread;
  t.high = 7 * spread;
  for (size_t i = 0; i < n; i++) {
    struct es_draw d = es_draw(&ctx, i, 2);
    uint8_t good = d.word[1] % 10 != 0;
    double x = spread * (es_normal(d.word[0]) + good);
    struct es_verdict v = {.outcome = good,
                           .why = ES_SCORED,
                           .decision = ES_APPROVED,
                           .weight = 1,
                           .score = probability ? es_logistic(x) : x,
                           .probability = -1};
    MUST(es_tally_add(&t, &v, &ctx), &ctx);
  }
  cr_assert_eq(es_tally_sort(&t, &ctx), ES_OK);
  struct es_consequence none = {
      .cost_wrongful_denial = -1, .cost_wrongful_approval = -1, .term = -1};
  MUST(es_counts_make(&counts, &t, (bool[]){true}, &none, false, &ctx), &ctx);
  struct es_estimate auc = es_curve_auc(&counts.weight);
  *ks = es_curve_ks(&counts.weight).value;
  es_counts_clear(&counts);
  es_tally_clear(&t);
  return auc;
}

/* Measured with 100,000 people, whose AUC is uncertain by 3e-3: AUC 3e-7, its error 1e-5 of itself,
 * KS 2e-4. */
Test(tally, the_grid_costs_the_auc_next_to_nothing)
{
  static const double spreads[] = {0.05, 1, 4};
  for (size_t k = 0; k < ES_COUNT_OF(spreads); k++)
    for (int probability = 0; probability < 2; probability++) {
      double ks[2];
      struct es_estimate exact = auc_on(&ks[0], true, probability, spreads[k], 100000);
      struct es_estimate grid = auc_on(&ks[1], false, probability, spreads[k], 100000);
      double error = sqrt(grid.variance / exact.variance) - 1;
      cr_log_info("spread %g, probability %d: %.3g, its error by %.3g, KS %.3g\n", spreads[k],
                  probability, grid.value - exact.value, error, ks[1] - ks[0]);
      cr_expect(fabs(grid.value - exact.value) < 2e-6, "%.9f on the grid, %.9f exactly", grid.value,
                exact.value);
      cr_expect(fabs(error) < 5e-5, "standard error off by %g", error);
      cr_expect(ks[1] <= ks[0] && ks[1] > ks[0] - 1e-3, "KS %g, not %g", ks[1], ks[0]);
    }
}

/* --- the registry ----------------------------------------------------------------------------- */

Test(metric, every_name_explains_itself)
{
  static const char *const endings[] = {"", "_difference", "_ratio", "_group_min", "_group_max"};
  for (size_t k = 0; k < es_metric_count; k++)
    for (size_t e = 0; e < ES_COUNT_OF(endings); e++) {
      char name[96];
      struct es_metric_words words;
      snprintf(name, sizeof name, "%s%s", es_metrics[k].name, endings[e]);
      cr_expect(es_metric_look_up(name, &words), "%s is unknown", name);
      cr_expect(words.label[0] && words.formula[0] && words.summary[0] && words.reference != NULL);
      cr_expect_eq((es_metrics[k].rate != NULL) + (es_metrics[k].estimate != NULL), 1, "%s", name);
    }
  struct es_metric_words words;
  cr_expect_not(es_metric_look_up("selection_rate_gap", &words));
  char *misspelt[] = {(char *)"selction_rate"};
  cr_expect_eq(es_metrics_check(&(struct es_texts){misspelt, 1}, &ctx), ES_INPUT);
  cr_expect(strstr(ctx.message, "did you mean \"selection_rate\"?") != NULL, "%s", ctx.message);
}

/* --- blocks ----------------------------------------------------------------------------------- */

/* People added as a block, or one by one, or in two tallies that are merged: the same bytes. */
Test(blocks, count_as_their_people_do)
{
  enum { N = 700, CELLS = 3 };
  static uint32_t cell[N];
  static uint8_t outcome[N], why[N], decision[N];
  static uint16_t bin[N];
  static double score[N], weight[N], term[N], chance[N];
  for (size_t i = 0; i < N; i++) {
    struct es_draw d = es_draw(&ctx, i, 77);
    cell[i] = d.word[0] % CELLS;
    outcome[i] = (uint8_t)(d.word[1] % 10 == 0 ? ES_UNKNOWN : d.word[1] % 2);
    why[i] = d.word[2] % 3 == 0 ? ES_THIN_FILE : ES_SCORED;
    decision[i] = (uint8_t)(d.word[2] / 7 % ES_DECISIONS);
    score[i] = why[i] == ES_SCORED ? es_uniform(d.word[3]) : (double)NAN;
    weight[i] = 0.5 + d.word[0] % 100;
    term[i] = d.word[1] % 5 == 0 ? 0 : d.word[1] % 7 == 0 ? 12.25 : 180;
    chance[i] = d.word[3] % 4 == 0 ? 0.3 : -1;
  }
  for (int kind = 0; kind < 4; kind++) {
    bool weighted = kind & 1, exact = kind & 2;
    struct es_tally one, block, half;
    MUST(es_tally_create(&one, CELLS, exact, &ctx), &ctx);
    one.weighted = weighted, one.probability = true, one.low = -5, one.high = 6;
    MUST(es_tally_like(&block, &one, &ctx), &ctx);
    MUST(es_tally_like(&half, &one, &ctx), &ctx);
    for (size_t i = 0; i < N; i++) {
      struct es_verdict v = {cell[i],
                             outcome[i],
                             why[i],
                             decision[i],
                             score[i],
                             why[i] == ES_SCORED ? score[i] : -1,
                             weighted ? weight[i] : 1,
                             term[i],
                             chance[i]};
      MUST(es_tally_add(&one, &v, &ctx), &ctx);
    }
    for (size_t part = 0; part < 2; part++) {
      size_t from = part * 301, end = part ? N : 301;
      struct es_verdicts v = {end - from,
                              cell + from,
                              outcome + from,
                              why + from,
                              decision + from,
                              score + from,
                              score + from,
                              weighted ? weight + from : NULL,
                              term + from,
                              chance + from,
                              NULL};
      MUST(es_tally_add_block(part ? &half : &block, &v, bin + from, &ctx), &ctx);
    }
    MUST(es_tally_merge(&block, &half, &ctx), &ctx);
    cr_expect(memcmp(one.cell, block.cell, CELLS * sizeof *one.cell) == 0, "kind %d", kind);
    cr_expect_eq(one.kept_count, block.kept_count);
    if (!exact)
      cr_expect(memcmp(one.bins, block.bins, CELLS * 2 * ES_SCORE_BINS * sizeof *one.bins) == 0);
    for (size_t i = 0; !exact && i < N; i++)
      if (why[i] == ES_SCORED && outcome[i] != ES_UNKNOWN)
        cr_assert_gt(one.bins[(cell[i] * 2 + outcome[i]) * ES_SCORE_BINS + bin[i]], 0);
    es_tally_clear(&one);
    es_tally_clear(&block);
    es_tally_clear(&half);
  }
}
