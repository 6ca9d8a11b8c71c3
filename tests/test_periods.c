/* Time: a null dynamic changes nothing, month 0 is the study itself, and each force by its closed
 * form.  Tolerances are five standard errors, or exact where the same people are computed twice. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/measure/trajectory.h"
#include "tests/kit.h"

static struct es_context ctx;

#define NULL_DYNAMICS "dynamics.grows=0|dynamics.enters=0|dynamics.strain=0|dynamics.recovers=0|"

/* The default population and one scorer over months, with settings separated by |. */
static struct es_results run(const char *scorer, const char *policy, const char *settings,
                             int64_t periods, int64_t refit, int threads)
{
  struct es_study study;
  struct es_results results;
  MUST(es_study_open(&study, "default", &ctx), &ctx);
  es_texts_clear(&study.scorer);
  es_texts_clear(&study.policy);
  MUST(es_texts_add(&study.scorer, scorer, strlen(scorer), &ctx), &ctx);
  MUST(es_texts_add(&study.policy, policy, strlen(policy), &ctx), &ctx);
  study.people = 9000;
  study.train = 3000;
  study.bootstrap = 0;
  study.periods = periods;
  study.refit_every = refit;
  for (const char *at = settings; *at != '\0';) {
    size_t size = strcspn(at, "|");
    MUST(es_texts_add(&study.set, at, size, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  MUST(es_study_settle(&study, &ctx), &ctx);
  MUST(es_run(&study, threads, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

static bool is(const json_t *row, const char *key, const char *text)
{
  return strcmp(json_string_value(json_object_get(row, key)), text) == 0;
}

static const json_t *find(const struct es_results *r, const char *table, const char *group,
                          const char *measure, int month)
{
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(r->tables, table), i, row)
  {
    if (is(row, "group", group) && is(row, "measure", measure) &&
        (month < 0 || json_integer_value(json_object_get(row, "month")) == month))
      return row;
  }
  cr_assert_fail("no %s of %s in month %d", measure, group, month);
  return NULL;
}

static double at(const struct es_results *r, const char *group, const char *measure, int month)
{
  return json_number_value(json_object_get(find(r, "trajectory", group, measure, month), "value"));
}

static double after(const struct es_results *r, const char *group, const char *measure)
{
  const json_t *row = find(r, "dynamics", group, measure, -1);
  cr_assert(is(row, "status", "ok"), "%s: %s", measure,
            json_string_value(json_object_get(row, "status")));
  return json_number_value(json_object_get(row, "value"));
}

static double row_of(const struct es_results *r, const char *group, const char *metric)
{
  const struct es_row *row = es_results_find(r, NULL, NULL, NULL, group, metric, "");
  cr_assert_not_null(row);
  return row->value;
}

static char *text_of(struct es_results *results)
{
  struct es_text text = {0};
  MUST(es_results_write(results, &text, &ctx), &ctx);
  es_results_clear(results);
  return es_text_take(&text);
}

Test(periods, a_null_dynamic_changes_nothing)
{
  static const char *const measures[] = {"approved_share",   "scored_share",
                                         "mean_score",       "wrongly_denied_share",
                                         "mean_probability", "restricted_share"};
  struct es_results r = run("logistic", "rate:share=0.8", NULL_DYNAMICS, 14, 0, 2);
  for (size_t k = 0; k < ES_COUNT_OF(measures); k++)
    for (int month = 1; month <= 14; month++)
      cr_assert_eq(at(&r, "rural", measures[k], month), at(&r, "rural", measures[k], 0),
                   "%s, month %d", measures[k], month);
  cr_assert_eq(after(&r, "all", "delayed_impact_probability"), 0);
  cr_assert_eq(after(&r, "all", "delayed_impact_score"), 0);
  es_results_clear(&r);
}

Test(periods, month_0_is_the_study)
{
  struct es_results r = run("logistic", "rate:share=0.8", "", 1, 0, 2);
  static const char *const group[] = {"all", "urban", "migrant", "rural"};
  for (size_t g = 0; g < ES_COUNT_OF(group); g++) {
    cr_assert_eq(at(&r, group[g], "approved_share", 0), row_of(&r, group[g], "selection_rate"));
    cr_assert_eq(at(&r, group[g], "scored_share", 0), row_of(&r, group[g], "coverage_rate"));
    cr_assert_eq(at(&r, group[g], "wrongly_denied_share", 0),
                 row_of(&r, group[g], "wrongful_denial_rate"));
  }
  es_results_clear(&r);
}

Test(periods, same_bytes_on_any_threads)
{
  struct es_results one = run("logistic", "rate:share=0.8", "", 8, 4, 1);
  struct es_results more = run("logistic", "rate:share=0.8", "", 8, 4, 3);
  char *a = text_of(&one), *b = text_of(&more);
  cr_assert_str_eq(a, b);
  free(a);
  free(b);
}

/* Where everybody is denied for ever, capacity falls by the strain of each month: the same people's
 * probabilities, computed by hand. */
Test(periods, strain_lowers_capacity)
{
  struct kit kit;
  double before = 0, expected = 0;
  struct es_results r =
      run("constant", "cutoff:at=2", NULL_DYNAMICS "dynamics.strain=0.05|term=36000", 10, 0, 2);
  kit_open(&kit, "cn-2017", 9000, &ctx);
  for (size_t i = 0; i < 9000; i++) {
    before += kit.test.truth[i] / 9000;
    expected += es_logistic(es_logit(kit.test.truth[i]) - 0.6 * 0.05 * 10) / 9000;
  }
  cr_assert_float_eq(at(&r, "all", "mean_probability", 0), before, 1e-9);
  cr_assert_float_eq(at(&r, "all", "mean_probability", 10), expected, 1e-9);
  cr_assert_float_eq(after(&r, "all", "delayed_impact_probability"), expected - before, 1e-9);
  kit_close(&kit);
  es_results_clear(&r);
}

/* Denied people answer to incentives, up to the most that is stated; the approved do not. */
Test(periods, incentives_move_the_denied)
{
  const char *on = NULL_DYNAMICS "dynamics.responds=0.1|dynamics.responds_most=0.3|term=36000";
  struct es_results denied = run("constant", "cutoff:at=2", on, 10, 0, 2);
  struct es_results approved = run("constant", "cutoff:at=-2", on, 10, 0, 2);
  cr_assert_eq(at(&denied, "all", "mean_probability", 3),
               at(&denied, "all", "mean_probability", 10));
  cr_assert_gt(after(&denied, "all", "delayed_impact_probability"), 0.005);
  cr_assert_eq(after(&approved, "all", "delayed_impact_probability"), 0);
  es_results_clear(&denied);
  es_results_clear(&approved);
}

/* Looked at each month, with a chance h each month to come on file: (1 - h)^T are never scored. */
Test(periods, lock_in_by_its_closed_form)
{
  struct es_results r = run("logistic", "rate:share=0.8",
                            NULL_DYNAMICS "dynamics.enters=0.1|term=15|source credit.missed=0|"
                                          "source credit.false_links=0|source credit.shared=1",
                            12, 0, 2);
  double unscored = 1 - at(&r, "rural", "scored_share", 0), expected = unscored * pow(0.9, 12);
  double n = 9000 * 0.415, error = sqrt(unscored * pow(0.9, 12) * (1 - pow(0.9, 12)) / n);
  cr_assert_float_eq(after(&r, "rural", "lock_in_share"), expected, 5 * error);
  es_results_clear(&r);
}

/* Fresh cases with a term of half a month: in each later month those are restricted who are
 * reviewed and denied. */
Test(periods, fresh_cases_by_their_closed_form)
{
  struct es_results r =
      run("random", "rate:share=0.7",
          NULL_DYNAMICS "dynamics.records=fresh|dynamics.reviewed=0.4|term=15", 5, 0, 2);
  double error = sqrt(0.4 * 0.3 / 9000);
  for (int month = 2; month <= 5; month++)
    cr_assert_float_eq(at(&r, "all", "restricted_share", month),
                       0.4 * at(&r, "all", "restricted_share", 0), 6 * error, "month %d", month);
  es_results_clear(&r);
}

/* Who is denied wrongly at first and looked at anew when a term of five months is over, by chance
 * alone, is approved then with probability 0.7: half of them recover by month 5. */
Test(periods, recovery_half_life)
{
  struct es_results r =
      run("random", "rate:share=0.7", NULL_DYNAMICS "dynamics.records=fresh|term=140", 12, 0, 2);
  cr_assert_eq(after(&r, "all", "recovery_half_life"), 5);
  es_results_clear(&r);
}

/* Of ten wronged at first, three are approved in month 1, two in month 2, four in month 5. */
Test(periods, half_life_by_hand)
{
  struct es_trajectory t;
  struct es_results r = {0};
  const struct es_evaluation e = {
      .population = "p", .scorer = "s", .policy = "q", .confidence = 0.95};
  MUST(es_trajectory_create(&t, 1, 6, &ctx), &ctx);
  t.course[0] = (struct es_course){.people = 20, .wronged = 10, .recovered = t.recovered};
  t.recovered[1] = 3;
  t.recovered[2] = 2;
  t.recovered[5] = 4;
  MUST(es_trajectory_rows(&r, &t, &e, &ctx), &ctx);
  cr_assert_eq(after(&r, "all", "recovery_half_life"), 2);
  es_trajectory_clear(&t);
  es_results_clear(&r);
}

/* Fresh records each month for everybody: who is never scored has been missed three times. */
Test(periods, fresh_records_lock_nobody_in)
{
  struct es_results r =
      run("logistic", "rate:share=0.8",
          NULL_DYNAMICS "dynamics.records=fresh|dynamics.reviewed=1|term=15", 2, 0, 2);
  double missed = 1 - at(&r, "rural", "scored_share", 0), expected = missed * missed * missed;
  double n = 9000 * 0.415, error = 3 * missed * missed * sqrt(missed * (1 - missed) / n) +
                                   sqrt(expected * (1 - expected) / n);
  cr_assert_float_eq(after(&r, "rural", "lock_in_share"), expected, 5 * error);
  es_results_clear(&r);
}

/* Learning anew from everybody (all approved, nothing changes) is learning the same. */
Test(periods, relearning_the_same_is_the_same)
{
  struct es_results once =
      run("logistic", "cutoff:at=0,unscorable=approve", NULL_DYNAMICS, 6, 0, 2);
  struct es_results anew =
      run("logistic", "cutoff:at=0,unscorable=approve", NULL_DYNAMICS, 6, 2, 2);
  for (int month = 0; month <= 6; month++)
    cr_assert_float_eq(at(&once, "rural", "mean_score", month),
                       at(&anew, "rural", "mean_score", month), 1e-12);
  es_results_clear(&once);
  es_results_clear(&anew);
}

/* Learning from the approved alone moves scores. */
Test(periods, relearning_from_the_approved)
{
  struct es_results once = run("logistic", "rate:share=0.5", NULL_DYNAMICS, 12, 0, 2);
  struct es_results anew = run("logistic", "rate:share=0.5", NULL_DYNAMICS, 12, 6, 2);
  cr_assert_eq(at(&once, "all", "mean_score", 5), at(&anew, "all", "mean_score", 5));
  cr_assert_neq(at(&once, "all", "mean_score", 12), at(&anew, "all", "mean_score", 12));
  es_results_clear(&once);
  es_results_clear(&anew);
}
