/* Attribution, sweeps and treatments of missing records: studies varied, against closed forms,
 * plain runs of the same worlds, and each other. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>
#include "harness/run/runner.h"
#include "tests/kit.h"

static struct es_context ctx;

/* A study of one scorer on cn-2017; `settings` are key=value, separated by |, as on the command
 * line. */
static void open_study(struct es_study *study, const char *settings)
{
  MUST(es_study_open(study, "default", &ctx), &ctx);
  es_texts_clear(&study->scorer);
  es_texts_clear(&study->population);
  study->people = 20000;
  study->train = 5000;
  for (const char *at = settings; *at != '\0';) {
    char key[64] = "", value[256] = "";
    size_t size = strcspn(at, "|"), equal = strcspn(at, "=");
    snprintf(key, sizeof key, "%.*s", (int)equal, at);
    snprintf(value, sizeof value, "%.*s", (int)(size - equal - 1), at + equal + 1);
    MUST(es_options_set(es_study_options, study, key, value, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  if (study->scorer.count == 0)
    MUST(es_options_set(es_study_options, study, "scorer", "logistic", &ctx), &ctx);
  if (study->population.count == 0)
    MUST(es_options_set(es_study_options, study, "population", "cn-2017", &ctx), &ctx);
}

static struct es_results run(const char *settings, int threads)
{
  struct es_study study;
  struct es_results results;
  open_study(&study, settings);
  MUST(es_study_settle(&study, &ctx), &ctx);
  MUST(es_run(&study, threads, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

static double gap_of(const struct es_results *results, const char *metric)
{
  const struct es_row *row =
      es_results_find(results, NULL, NULL, "region", "", metric, "between_groups");
  cr_assert_not_null(row);
  return row->value;
}

static double rate_of(const struct es_results *results, const char *group, const char *metric)
{
  const struct es_row *row = es_results_find(results, NULL, NULL, NULL, group, metric, "");
  cr_assert_not_null(row);
  return row->value;
}

static double number(const json_t *row, const char *key)
{
  return json_number_value(json_object_get(row, key));
}

static const char *word(const json_t *row, const char *key)
{
  return json_string_value(json_object_get(row, key));
}

static const json_t *part(const struct es_results *results, const char *cause)
{
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(results->tables, "attribution"), i,
                     row) if (strcmp(word(row, "cause"), cause) == 0) return row;
  return NULL;
}

#define PARITY "demographic_parity_difference"

/* --- attribution
 * ---------------------------------------------------------------------------------- */

Test(attribution, parts_and_remainder_sum_to_the_measured_gap)
{
  struct es_results r =
      run("attribute=" PARITY ",wrongful_denial_rate_difference|scorer=logistic|scorer=oracle", 0);
  for (size_t k = 0; k < r.scorers; k++)
    for (size_t m = 0; m < 2; m++) {
      const char *metric = m == 0 ? PARITY : "wrongful_denial_rate_difference";
      double sum = 0;
      size_t i, parts = 0;
      json_t *row;
      json_array_foreach(json_object_get(r.tables, "attribution"), i, row)
      {
        if (strcmp(word(row, "scorer"), r.scorer[k].name) != 0 ||
            strcmp(word(row, "metric"), metric) != 0)
          continue;
        sum += number(row, "value");
        parts++;
        cr_expect(number(row, "low") <= number(row, "value") &&
                  number(row, "value") <= number(row, "high"));
      }
      const struct es_row *gap =
          es_results_find(&r, NULL, r.scorer[k].name, "region", "", metric, "between_groups");
      cr_expect_gt(parts, 3);
      cr_expect_float_eq(sum, gap->value, 1e-9, "%s: %g and %g", r.scorer[k].name, sum, gap->value);
    }
  es_results_clear(&r);
}

/* With two causes the formula is ½[v(∅)-v(A)] + ½[v(B)-v(AB)], from four plain runs.  A scorer that
 * learns nothing from the population is the same in each of them. */
Test(attribution, two_causes_are_shared_as_plain_runs_of_the_worlds_say)
{
  static const char *const off = "|set=noise_gap=0|set=linkage_gap=0|set=sharing_gap=0";
  static const char *const world[] = {"", "|set=coverage_gap=0", "|set=base_rate_gap=0",
                                      "|set=coverage_gap=0|set=base_rate_gap=0"};
  char settings[400];
  double v[4];
  const char *study = "scorer=logistic|policy=cutoff:at=0.9";
  snprintf(settings, sizeof settings, "%s%s|attribute=" PARITY "|refit=yes", study, off);
  struct es_results r = run(settings, 0);
  for (size_t w = 0; w < 4; w++) {
    snprintf(settings, sizeof settings, "%s%s%s", study, off, world[w]);
    struct es_results plain = run(settings, 0);
    v[w] = gap_of(&plain, PARITY);
    es_results_clear(&plain);
  }
  cr_assert_not_null(part(&r, "absence"));
  cr_expect_float_eq(number(part(&r, "absence"), "value"), (v[0] - v[1] + v[2] - v[3]) / 2, 1e-12);
  cr_expect_float_eq(number(part(&r, "base_rate"), "value"), (v[0] - v[2] + v[1] - v[3]) / 2,
                     1e-12);
  cr_expect_float_eq(number(part(&r, "remainder"), "value"), v[3], 1e-12);
  cr_expect_null(part(&r, "thin_files"));
  es_results_clear(&r);
}

/* Scored people are alike in every stratum, so a gap in selection is the gap in coverage times the
 * share of the scored who are selected, and all of it is absence. */
Test(attribution, one_cause_gets_all_but_noise_and_its_closed_form)
{
  struct es_results r =
      run("people=200000|attribute=" PARITY
          "|set=noise_gap=0|set=linkage_gap=0|set=sharing_gap=0|set=base_rate_gap=0",
          0);
  double scored = rate_of(&r, "all", "selection_rate_scored"), gap = gap_of(&r, PARITY);
  /* 0.58 - 0.29 is cn-2017's; false links move it by 0.002 of itself; five standard errors of a
   * rate */
  cr_expect_float_eq(gap, (0.58 - 0.29) * scored, 5 * sqrt(0.25 / 80000), "%g and %g", gap,
                     0.29 * scored);
  cr_expect_gt(number(part(&r, "absence"), "share"), 0.95);
  cr_expect_lt(number(part(&r, "remainder"), "value"), 5 * sqrt(0.25 / 30000));
  es_results_clear(&r);
}

Test(attribution, intervals_cover_what_many_people_show)
{
  const char *one =
      "attribute=" PARITY "|set=noise_gap=0|set=linkage_gap=0|set=sharing_gap=0|set=coverage_gap=0"
      "|policy=cutoff:at=0.9|scorer=oracle"; /* learns nothing, so that seeds differ in people alone
                                              */
  char settings[400];
  snprintf(settings, sizeof settings, "%s|people=400000", one);
  struct es_results many = run(settings, 0);
  double truth = number(part(&many, "base_rate"), "value");
  int covered = 0, runs = 40;
  for (int seed = 1; seed <= runs; seed++) {
    snprintf(settings, sizeof settings, "%s|people=4000|seed=%d", one, seed);
    struct es_results r = run(settings, 0);
    covered += number(part(&r, "base_rate"), "low") <= truth &&
               truth <= number(part(&r, "base_rate"), "high");
    es_results_clear(&r);
  }
  cr_expect_geq(covered, 30, "%d of %d", covered, runs); /* 38 less five standard errors */
  es_results_clear(&many);
}

Test(attribution, a_population_without_causes_says_so)
{
  struct es_results r = run("population=null|attribute=" PARITY, 0);
  cr_expect_eq(json_array_size(json_object_get(r.tables, "attribution")), 1);
  cr_assert_not_null(part(&r, "remainder"));
  cr_expect_eq(number(part(&r, "remainder"), "value"), gap_of(&r, PARITY));
  bool said = false;
  for (size_t i = 0; i < r.warnings.count; i++)
    said |= strstr(r.warnings.text[i], "nothing to attribute") != NULL;
  cr_expect(said);
  es_results_clear(&r);
}

/* Where nothing differs, all that there is to share out is chance: over 200 seeds the interval
 * covers 0 as often as it says, less five standard errors. */
Test(attribution, intervals_cover_0_where_nothing_differs)
{
  int covered = 0, runs = 200;
  for (int seed = 1; seed <= runs; seed++) {
    char settings[200];
    snprintf(settings, sizeof settings,
             "population=null|scorer=composite_index|people=10240|train=500|seed=%d|bootstrap=0|"
             "metrics=" PARITY "|attribute=" PARITY,
             seed);
    struct es_results r = run(settings, 0);
    covered += number(part(&r, "remainder"), "low") <= 0;
    es_results_clear(&r);
  }
  cr_expect_geq(covered, 190 - 15, "%d of %d", covered, runs);
}

Test(attribution, threads_change_no_byte)
{
  struct es_text text[2] = {{0}, {0}};
  for (int t = 0; t < 2; t++) {
    struct es_results r = run("people=5000|attribute=" PARITY, t + 1);
    MUST(es_results_write(&r, &text[t], &ctx), &ctx);
    es_results_clear(&r);
  }
  cr_expect_str_eq(es_text_get(&text[0]), es_text_get(&text[1]));
  es_text_clear(&text[0]);
  es_text_clear(&text[1]);
}

Test(attribution, refuses_what_it_cannot_share_out)
{
  struct es_study study;
  struct es_results r;
  open_study(&study, "people=2000|attribute=selection_rate");
  cr_expect_eq(es_study_settle(&study, &ctx), ES_INPUT);
  cr_expect(strstr(ctx.message, "give differences between groups") != NULL, "%s", ctx.message);
  es_study_clear(&study);
  open_study(&study, "people=2000|attribute=auc_difference");
  MUST(es_study_settle(&study, &ctx), &ctx);
  cr_expect_eq(es_run(&study, 1, &r, &ctx), ES_INPUT);
  cr_expect(strstr(ctx.message, "only measures of decisions") != NULL, "%s", ctx.message);
  es_study_clear(&study);
}

/* --- sweeps
 * ---------------------------------------------------------------------------------------- */

static double swept(const struct es_results *r, const char *setting, const char *setting_2,
                    const char *metric)
{
  size_t i;
  json_t *row;
  json_array_foreach(
      json_object_get(r->tables, "sweep"), i,
      row) if (strcmp(word(row, "setting"), setting) == 0 &&
               strcmp(word(row, "setting_2"), setting_2) == 0 &&
               strcmp(word(row, "metric"), metric) == 0 &&
               (strcmp(word(row, "group"), "all") == 0 ||
                strcmp(word(row, "reduction"), "between_groups") == 0)) return number(row, "value");
  return NAN;
}

Test(sweep, each_setting_is_the_run_with_it_set)
{
  struct es_results r = run("sweep=coverage_gap=0:1:0.5|sweep=logistic.l2=1,100", 0);
  struct es_results set = run("set=coverage_gap=0.5|scorer=logistic:l2=100", 0), plain = run("", 0);
  cr_expect_eq(json_array_size(json_object_get(r.tables, "sweep")) % 6, 0);
  cr_expect_eq(swept(&r, "0.5", "100", "auc"), rate_of(&set, "all", "auc"));
  cr_expect_eq(swept(&r, "0.5", "100", PARITY), gap_of(&set, PARITY));
  cr_expect_eq(swept(&r, "1", "1", PARITY), gap_of(&plain, PARITY));
  cr_expect(isnan(swept(&r, "1.5", "1", "auc")));
  cr_expect_lt(swept(&r, "0", "1", PARITY), swept(&r, "0.5", "1", PARITY));
  es_results_clear(&r);
  es_results_clear(&set);
  es_results_clear(&plain);
}

Test(sweep, reaches_the_policy)
{
  struct es_results r = run("sweep=policy.share=0.5,0.9", 0);
  cr_expect_lt(swept(&r, "0.5", "", "selection_rate"), swept(&r, "0.9", "", "selection_rate"));
  es_results_clear(&r);
}

Test(sweep, takes_words)
{
  struct es_results r = run("sweep=policy.unscorable=deny,approve", 0);
  cr_expect_lt(swept(&r, "deny", "", "selection_rate"), swept(&r, "approve", "", "selection_rate"));
  es_results_clear(&r);
}

Test(sweep, steps_are_what_was_typed)
{
  struct es_results r = run("people=500|train=500|sweep=coverage_gap=0:0.3:0.1", 0);
  static const char *const steps[] = {"0", "0.1", "0.2", "0.3"};
  for (size_t i = 0; i < 4; i++) cr_expect(!isnan(swept(&r, steps[i], "", "auc")), "%s", steps[i]);
  es_results_clear(&r);
}

Test(sweep, refuses_what_leads_nowhere)
{
  static const struct {
    const char *settings, *says;
  } bad[] = {{"sweep=coverage_gap", "there is no KEY="},
             {"sweep=coverage_gap=0:1", "the steps lead nowhere"},
             {"sweep=coverage_gap=0:1:-1", "the steps lead nowhere"},
             {"sweep=coverage_gap=0:1:1e-9", "over 10,000 settings"},
             {"sweep=coverage_gap=0:b:1", "this is not a number"},
             {"sweep=coverage_gap=", "there is no setting"},
             {"sweep=a=1|sweep=b=1|sweep=c=1", "two parameters at once"}};
  for (size_t i = 0; i < ES_COUNT_OF(bad); i++) {
    struct es_study study;
    open_study(&study, bad[i].settings);
    cr_expect_eq(es_study_settle(&study, &ctx), ES_INPUT);
    cr_expect(strstr(ctx.message, bad[i].says) != NULL, "%s: %s", bad[i].settings, ctx.message);
    es_study_clear(&study);
  }
}

/* --- people without a record
 * ------------------------------------------------------------------------- */

static double treated(const struct es_results *r, const char *treatment, const char *metric)
{
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(r->tables, "missing_policies"), i,
                     row) if (strcmp(word(row, "treatment"), treatment) == 0 &&
                              strcmp(word(row, "metric"), metric) == 0) return number(row, "value");
  return NAN;
}

Test(missing, treatments_are_the_runs_that_they_name)
{
  struct es_results r = run("missing_policies=yes", 0), plain = run("", 0);
  struct es_results approve = run("policy=rate:share=0.8,unscorable=approve", 0);
  struct es_results mean = run("impute=mean|scorer=logistic:gate=none", 0);
  cr_expect_eq(treated(&r, "deny", PARITY), gap_of(&plain, PARITY));
  cr_expect_eq(treated(&r, "approve", PARITY), gap_of(&approve, PARITY));
  cr_expect_eq(treated(&r, "impute_mean", PARITY), gap_of(&mean, PARITY));
  cr_expect_eq(rate_of(&mean, "all", "abstention_rate"), 0);
  /* people in review are neither selected nor denied */
  cr_expect_eq(treated(&r, "review", PARITY), treated(&r, "deny", PARITY));
  cr_expect_lt(treated(&r, "review", "wrongful_denial_rate_difference"),
               treated(&r, "deny", "wrongful_denial_rate_difference"));
  es_results_clear(&r);
  es_results_clear(&plain);
  es_results_clear(&approve);
  es_results_clear(&mean);
}

Test(missing, means_are_of_those_seen_in_training_by_group_where_asked)
{
  struct kit kit = {0};
  struct es_imputer m = {0};
  kit_open(&kit, "cn-2017", 3000, &ctx);
  MUST(es_imputer_learn(&m, ES_IMPUTE_GROUP_MEAN, kit.from.people, &kit.train, &ctx), &ctx);
  double sum[2] = {0, 0}, n[2] = {0, 0};
  for (size_t i = 0; i < kit.train.people; i++) {
    if (!kit.train.seen[0][i]) continue;
    sum[0] += kit.train.value[0][i], n[0]++;
    if (kit.train.group[0][i] == 2) sum[1] += kit.train.value[0][i], n[1]++;
  }
  cr_expect_float_eq(m.fill[0], sum[0] / n[0], 1e-12);
  cr_expect_float_eq(m.fill[1 + 2], sum[1] / n[1], 1e-12);
  size_t absent = 0;
  while (kit.test.seen[0][absent] || kit.test.group[0][absent] != 2) absent++;
  es_impute(&m, &kit.test);
  cr_expect(kit.test.seen[0][absent]);
  cr_expect_eq(kit.test.value[0][absent], m.fill[3]);
  es_imputer_clear(&m);
  kit_close(&kit);
}

/* --- replicates
 * -------------------------------------------------------------------------------------- */

Test(replicates, are_runs_of_their_own_put_together)
{
  struct es_results r = run("people=3000|train=1000|replicates=4", 0);
  double value[4], sum = 0, squares = 0;
  size_t i, n = 0;
  json_t *row;
  json_array_foreach(json_object_get(r.tables, "replicates"), i,
                     row) if (strcmp(word(row, "metric"), "auc") == 0 &&
                              strcmp(word(row, "group"), "all") == 0 && n < 4) sum += value[n++] =
      number(row, "value");
  cr_assert_eq(n, 4);
  for (size_t k = 0; k < 4; k++) squares += (value[k] - sum / 4) * (value[k] - sum / 4);
  struct es_results plain = run("people=3000|train=1000", 0);
  cr_expect_eq(value[0], rate_of(&plain, "all", "auc"), "the first replicate is the study itself");
  cr_expect_neq(value[0], value[1]);
  const struct es_row *auc = es_results_find(&r, NULL, NULL, "", "all", "auc", "");
  cr_expect_str_eq(auc->method, "student_replicates");
  cr_expect_float_eq(auc->value, sum / 4, 1e-14);
  /* t with 3 degrees of freedom at 0.975 is 3.18244630528371 */
  cr_expect_float_eq(auc->high - auc->value, 3.18244630528371 * sqrt(squares / 3 / 4), 1e-9);
  es_results_clear(&plain);
  es_results_clear(&r);
}

Test(replicates, pair_scorers_by_seed)
{
  struct es_results r =
      run("people=3000|train=1000|replicates=5|scorer=logistic|scorer=composite_index", 0);
  double value[5], sum = 0, squares = 0;
  const json_t *test = NULL;
  size_t i, n = 0;
  json_t *row;
  json_array_foreach(json_object_get(r.tables, "replicates"), i,
                     row) if (strcmp(word(row, "scorer"), "logistic vs composite_index") == 0 &&
                              n < 5 && strcmp(word(row, "metric"), "accuracy_difference") == 0 &&
                              strcmp(word(row, "group"), "all") == 0) sum += value[n++] =
      number(row, "value");
  cr_assert_eq(n, 5);
  for (size_t k = 0; k < 5; k++) squares += (value[k] - sum / 5) * (value[k] - sum / 5);
  json_array_foreach(json_object_get(r.tables, "tests"), i, row)
  {
    cr_expect_str_eq(word(row, "method"), "paired_by_seed");
    if (strcmp(word(row, "metric"), "accuracy") == 0 && strcmp(word(row, "group"), "all") == 0)
      test = row;
  }
  cr_assert_not_null(test);
  double t = sum / 5 / sqrt(squares / 4 / 5);
  cr_expect_float_eq(number(test, "statistic"), t, 1e-6 * fabs(t));
  cr_expect(number(test, "p") > 0 && number(test, "p") <= number(test, "p_adjusted"));
  es_results_clear(&r);
}

Test(replicates, are_undefined_where_one_is)
{
  struct es_results r = run("people=3|train=1000|replicates=3", 0);
  const struct es_row *row = es_results_find(&r, NULL, NULL, "", "all", "auc", "");
  cr_expect(strncmp(row->status, "undefined: ", 11) == 0, "%s", row->status);
  cr_expect(isnan(row->value));
  es_results_clear(&r);
}

/* --- selective labels
 * ---------------------------------------------------------------------------------- */

#define APPROVED "set=labels=approved|set=incumbent=credit.arrears|set=incumbent_share=0.5"

Test(residual, is_the_gap_among_the_labelled_less_that_among_everyone)
{
  struct es_results r = run(APPROVED "|people=40000", 0);
  const struct es_row *row =
      es_results_find(&r, NULL, "logistic", "region", "", PARITY, "labelled_minus_everyone");
  cr_assert_not_null(row);
  /* the incumbent approves nobody without a credit record, so the labelled differ less by stratum
   */
  cr_expect_lt(row->value, -0.1, "%g", row->value);
  es_results_clear(&r);
  struct es_results all = run("people=4000", 0);
  cr_expect_null(es_results_find(&all, NULL, NULL, NULL, NULL, NULL, "labelled_minus_everyone"));
  es_results_clear(&all);
}

Test(residual, the_cut_off_is_for_all_who_apply)
{
  struct es_results all = run("scorer=oracle|people=20000", 0);
  struct es_results approved = run("scorer=oracle|people=20000|" APPROVED, 0);
  /* the oracle learns nothing, so whose outcomes become known must not move its decisions */
  cr_expect_eq(rate_of(&all, "all", "selection_rate"), rate_of(&approved, "all", "selection_rate"));
  es_results_clear(&all);
  es_results_clear(&approved);
}
