/* Whole runs: the same bytes on any number of threads, scorers that fail and cost only their row,
 * people's addresses, folds, and how often a population without a gap shows one. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "harness/base/text.h"
#include "harness/measure/evaluate.h"
#include "harness/model/registry.h"
#include "tests/kit.h"

static struct es_context ctx;

/* The default study with fewer people and other settings, "key=value" separated by |. */
static void open_study(struct es_study *study, const char *settings)
{
  MUST(es_study_open(study, "default", &ctx), &ctx);
  MUST(es_options_parse(es_study_options, study, "people=3000,train=1500", &ctx), &ctx);
  for (const char *at = settings; *at != '\0';) {
    char key[32], value[160];
    size_t size = strcspn(at, "|"), name = strcspn(at, "=");
    snprintf(key, sizeof key, "%.*s", (int)name, at);
    snprintf(value, sizeof value, "%.*s", (int)(size - name - 1), at + name + 1);
    MUST(es_options_set(es_study_options, study, key, value, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  MUST(es_study_settle(study, &ctx), &ctx);
}

static struct es_results run(const char *settings, int threads)
{
  struct es_study study;
  struct es_results results;
  open_study(&study, settings);
  MUST(es_run(&study, threads, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

/* One scorer only, in place of the default study's. */
static struct es_results run_one(const char *scorer, const char *population, const char *settings)
{
  struct es_study study;
  struct es_results results;
  open_study(&study, settings);
  es_texts_clear(&study.scorer);
  es_texts_clear(&study.population);
  MUST(es_texts_add(&study.scorer, scorer, strlen(scorer), &ctx), &ctx);
  MUST(es_texts_add(&study.population, population, strlen(population), &ctx), &ctx);
  MUST(es_run(&study, 2, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

static char *text_of(struct es_results *results)
{
  struct es_text text = {0};
  MUST(es_results_write(results, &text, &ctx), &ctx);
  es_results_clear(results);
  return es_text_take(&text);
}

Test(runner, threads_change_nothing)
{
  struct es_results results = run("", 1);
  char *one = text_of(&results);
  for (int threads = 2; threads <= 8; threads *= 2) {
    results = run("", threads);
    char *many = text_of(&results);
    cr_expect_str_eq(one, many, "%d threads", threads);
    free(many);
  }
  free(one);
}

/* Scorers do not shift each other's draws: alone or in company, a scorer gives the same rows. */
Test(runner, company_changes_nothing)
{
  struct es_results all = run("", 2), alone = run_one("random", "cn-2017", "");
  size_t checked = 0;
  for (size_t k = 0; k < alone.rows; k++) {
    const struct es_row *a = &alone.row[k];
    const struct es_row *b = es_results_find(&all, a->population, "random", a->attribute, a->group,
                                             a->metric, a->reduction);
    cr_assert_not_null(b);
    cr_expect(a->value == b->value || (isnan(a->value) && isnan(b->value)), "%s", a->metric);
    checked++;
  }
  cr_expect_gt(checked, 50);
  es_results_clear(&all);
  es_results_clear(&alone);
}

/* One person to learn from is one class: the scorers that learn say so, the others go on. */
Test(runner, a_scorer_that_fails_costs_its_own_row)
{
  struct es_results r = run("train=1", 2);
  const struct es_row *learned = es_results_find(&r, NULL, "logistic", "", "all", "auc", "");
  const struct es_row *drawn = es_results_find(&r, NULL, "random", "", "all", "auc", "");
  cr_assert(learned != NULL && drawn != NULL);
  cr_expect_eq(strncmp(learned->status, "undefined: ", 11), 0, "%s", learned->status);
  cr_expect_str_eq(drawn->status, "ok");
  cr_expect_gt(r.warnings.count, 0);
  es_results_clear(&r);
}

static double value(const struct es_results *r, const char *attribute, const char *group,
                    const char *metric)
{
  const struct es_row *x = es_results_find(r, NULL, NULL, attribute, group, metric, "");
  cr_assert_not_null(x);
  cr_assert_str_eq(x->status, "ok", "%s: %s", metric, x->status);
  return x->value;
}

/* The unscorable are approved, denied or reviewed, and nothing else changes. */
Test(runner, policies_say_what_happens_to_the_unscorable)
{
#define CUT "policy=cutoff:at=0.9,unscorable="
  struct es_results deny = run_one("logistic", "cn-2017", CUT "deny");
  struct es_results approve = run_one("logistic", "cn-2017", CUT "approve");
  struct es_results review = run_one("logistic", "cn-2017", CUT "review");
  double selected = value(&deny, "", "all", "selection_rate");
  double unscorable = value(&deny, "", "all", "abstention_rate");
  cr_expect(unscorable > 0.4 && unscorable < 0.7);
  cr_expect(fabs(value(&approve, "", "all", "selection_rate") - selected - unscorable) < 1e-12);
  cr_expect(fabs(value(&review, "", "all", "selection_rate") - selected) < 1e-12);
  cr_expect(fabs(value(&review, "", "all", "review_rate") - unscorable) < 1e-12);
  cr_expect_eq(value(&deny, "", "all", "auc"), value(&review, "", "all", "auc"));
  es_results_clear(&deny);
  es_results_clear(&approve);
  es_results_clear(&review);
}

/* Who decides by the truth at the cheapest cut-off cannot be beaten. */
Test(runner, nobody_is_cheaper_than_the_oracle)
{
  struct es_results r = run("policy=cost|people=8000", 2);
  const struct es_row *best =
      es_results_find(&r, NULL, "oracle", "", "all", "expected_cost_per_person", "");
  cr_assert_not_null(best);
  for (size_t s = 0; s < es_scorer_count; s++) {
    const struct es_row *x =
        es_results_find(&r, NULL, es_scorers[s]->name, "", "all", "expected_cost_per_person", "");
    if (x == NULL || strcmp(x->status, "ok") != 0 || x == best) continue;
    cr_expect_gt(x->value, best->value, "%s costs %g", x->scorer, x->value);
  }
  es_results_clear(&r);
}

/* A 95 % interval that holds for every pair misses 0 in one study of twenty on average at most;
 * more than 6 of 40 would be one chance in a hundred. */
Test(runner, a_population_without_a_gap_seldom_shows_one)
{
  static const char *const gaps[] = {"demographic_parity_difference",
                                     "equal_opportunity_difference", "equalized_odds_difference"};
  size_t beyond[ES_COUNT_OF(gaps)] = {0};
  for (int seed = 1; seed <= 40; seed++) {
    char settings[64];
    snprintf(settings, sizeof settings, "seed=%d|people=3000", seed);
    struct es_results r = run_one("logistic", "null", settings);
    for (size_t k = 0; k < ES_COUNT_OF(gaps); k++)
      beyond[k] +=
          es_results_find(&r, NULL, NULL, "region", "", gaps[k], "between_groups")->low > 0;
    es_results_clear(&r);
  }
  for (size_t k = 0; k < ES_COUNT_OF(gaps); k++)
    cr_expect_leq(beyond[k], 6, "%s is beyond its interval in %zu of 40", gaps[k], beyond[k]);
}

/* …and one with a gap always does. */
Test(runner, a_gap_in_coverage_shows)
{
  struct es_results r = run_one("logistic", "cn-2017", "people=8000");
  const struct es_row *gap = es_results_find(&r, NULL, NULL, "region", "",
                                             "wrongful_denial_rate_difference", "between_groups");
  cr_assert_not_null(gap);
  cr_expect_gt(gap->low, 0.1);
  cr_expect_gt(value(&r, "region", "rural", "abstention_rate"),
               value(&r, "region", "urban", "abstention_rate") + 0.2);
  es_results_clear(&r);
}

Test(runner, twins_are_told_apart_by_their_options)
{
  struct es_study study;
  struct es_model *models;
  size_t count;
  open_study(&study, "scorer=logistic:l2=1|scorer=logistic:l2=2");
  MUST(es_study_models(&study, &models, &count, &ctx), &ctx);
  cr_expect_eq(count, 8);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < i; j++) cr_expect_str_neq(models[i].label, models[j].label);
  for (size_t i = 0; i < count; i++) es_model_clear(&models[i]);
  free(models);
  es_study_clear(&study);
}
