/* What reasons for scores are about: counted, measured, and the same as when everybody is asked. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include "harness/base/random.h"
#include "harness/measure/metric.h"
#include "harness/model/explain.h"
#include "tests/kit.h"

static struct es_context ctx = {.seed = 2018};

static struct es_estimate measure(const char *name, struct es_reasoned *cell, double effective)
{
  struct es_counts counts = {.reasoned = cell, .effective = effective};
  return es_metric_find(name)->estimate(&counts);
}

/* --- by hand --------------------------------------------------------------------------------- */

Test(reasons, shares_of_a_table_by_hand)
{
  struct es_reasoned cell = {0};
  for (int k = 0; k < 3; k++) es_reasoned_add(&cell, ES_SCORED, 2, 1, 1);
  for (int k = 0; k < 5; k++) es_reasoned_add(&cell, ES_SCORED, 0, 0, 1);
  es_reasoned_add(&cell, ES_SCORED, 4, 4, 1);
  es_reasoned_add(&cell, ES_NO_RECORD, 0, 0, 1);
  es_reasoned_add(&cell, ES_STALE, 3, 3, 1); /* one reason, whatever was found besides */
  es_reasoned_add(&cell, ES_DECLINED, 0, 0, 1);
  struct es_estimate e = measure("missing_reason_share", &cell, 1);
  cr_expect_float_eq(e.value, 9 / 12.0, 1e-15); /* 3·1 + 4 + 2 of 3·2 + 4 + 2 */
  cr_expect_float_eq(e.variance, (3 * 0.25 + 1 + 2 * 0.0625) / 144, 1e-15);
  cr_expect_eq(e.n, 6);
  e = measure("missing_reason_share_scored", &cell, 1);
  cr_expect_float_eq(e.value, 7 / 10.0, 1e-15);
  cr_expect_float_eq(e.variance, (3 * 0.16 + 1.2 * 1.2) / 100, 1e-15);
  cr_expect_eq(e.n, 4);
}

Test(reasons, weights_count_in_the_value_and_widen_the_interval)
{
  struct es_reasoned one = {0}, twice = {0};
  for (int k = 0; k < 2; k++) es_reasoned_add(&one, ES_SCORED, 2, 2, 1);
  es_reasoned_add(&twice, ES_SCORED, 2, 2, 2);
  es_reasoned_add(&one, ES_SCORED, 1, 0, 1);
  es_reasoned_add(&twice, ES_SCORED, 1, 0, 1);
  struct es_estimate a = measure("missing_reason_share", &one, 1),
                     b = measure("missing_reason_share", &twice, 0.6);
  cr_expect_float_eq(a.value, 0.8, 1e-15);
  cr_expect_float_eq(b.value, 0.8, 1e-15);
  cr_expect_float_eq(b.variance, a.variance / 0.6, 1e-15);
}

Test(reasons, what_nobody_asked_for_is_undefined)
{
  struct es_reasoned nothing = {0};
  cr_expect_str_eq(measure("missing_reason_share", NULL, 1).undefined,
                   "nobody asked for reasons: --reasons, of a scorer of this build");
  es_reasoned_add(&nothing, ES_SCORED, 0, 0, 1);
  cr_expect_str_eq(measure("missing_reason_share", &nothing, 1).undefined,
                   "0 of 0: nobody is given a reason");
}

/* Intervals hold the truth as often as they say: 4,000 samples of 300 people whose reasons hang
 * together, so that to take each reason for an independent one would be too narrow. */
Test(reasons, intervals_cover)
{
  enum { SAMPLES = 4000, PEOPLE = 300 };
  int inside = 0, naive = 0;
  for (uint64_t s = 0; s < SAMPLES; s++) {
    struct es_reasoned cell = {0};
    for (uint64_t i = 0; i < PEOPLE; i++) {
      struct es_draw d = es_draw(&ctx, s * PEOPLE + i, 77);
      size_t n = es_uniform(d.word[0]) < 0.5 ? 4 : 1;
      es_reasoned_add(&cell, ES_SCORED, n, es_uniform(d.word[1]) < 0.3 ? n : 0, 1);
    }
    struct es_estimate e = measure("missing_reason_share_scored", &cell, 1);
    double off = fabs(e.value - 0.3);
    inside += off <= 1.959964 * sqrt(e.variance);
    naive += off <= 1.959964 * sqrt(0.3 * 0.7 / (PEOPLE * 2.5));
  }
  double share = inside / (double)SAMPLES;
  cr_expect(share > 0.95 - 0.012 && share < 0.95 + 0.012, "%.4f hold the truth", share);
  cr_expect_lt(naive / (double)SAMPLES, 0.9, "the test cannot tell");
}

/* --- in a run -------------------------------------------------------------------------------- */

static struct es_results run(const char *population, const char *scorer, int64_t people,
                             int64_t seed, int threads)
{
  struct es_study study;
  struct es_results results;
  MUST(es_study_open(&study, "default", &ctx), &ctx);
  es_texts_clear(&study.scorer);
  es_texts_clear(&study.population);
  MUST(es_texts_add(&study.scorer, scorer, strlen(scorer), &ctx), &ctx);
  MUST(es_texts_add(&study.population, population, strlen(population), &ctx), &ctx);
  study.people = study.train = people;
  study.seed = seed;
  study.reasons = true;
  study.bootstrap = 0;
  MUST(es_study_settle(&study, &ctx), &ctx);
  MUST(es_run(&study, threads, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

static const struct es_row *row_of(const struct es_results *r, const char *group,
                                   const char *metric, const char *reduction)
{
  const struct es_row *row =
      es_results_find(r, NULL, NULL, group[0] != '\0' ? NULL : "region", group, metric, reduction);
  cr_assert_not_null(row, "no %s of %s", metric, group);
  return row;
}

/* Everybody's reasons, asked for one by one. */
static void expect_as_explained(const char *scorer)
{
  enum { PEOPLE = 3000 };
  struct kit kit;
  struct es_model model;
  struct es_scores scores;
  struct es_reasons reasons;
  struct es_results r = run("cn-2017", scorer, PEOPLE, (int64_t)ctx.seed, 2);
  double about[2] = {0, 0}, all[2] = {0, 0}; /* [scored only] */
  kit_open(&kit, "cn-2017", PEOPLE, &ctx);
  MUST(es_model_create(&model, scorer, &ctx), &ctx);
  MUST(es_model_fit(&model, kit.from.people, &kit.train, &ctx), &ctx);
  MUST(es_typical_learn(&model, kit.from.people, &kit.train, &ctx), &ctx);
  MUST(es_scores_create(&scores, PEOPLE, &ctx), &ctx);
  MUST(es_reasons_create(&reasons, PEOPLE, &ctx), &ctx);
  MUST(es_model_score(&model, kit.from.people, &kit.test, &scores, &ctx), &ctx);
  MUST(es_reasons_find(&reasons, &model, kit.from.people, &kit.test, &scores, &ctx), &ctx);
  for (size_t i = 0; i < PEOPLE; i++) {
    bool scored = scores.why[i] == ES_SCORED;
    about[0] += !scored;
    all[0] += !scored;
    for (size_t k = 0; scored && k < reasons.count[i]; k++)
      for (int s = 0; s < 2; s++) {
        about[s] += reasons.reason[i * ES_REASONS + k].missing;
        all[s]++;
      }
  }
  cr_expect_gt(about[1], 0);
  cr_expect_float_eq(row_of(&r, "all", "missing_reason_share", "")->value, about[0] / all[0], 1e-14,
                     "%s", scorer);
  cr_expect_float_eq(row_of(&r, "all", "missing_reason_share_scored", "")->value, about[1] / all[1],
                     1e-14, "%s, of the scored", scorer);
  es_reasons_clear(&reasons);
  es_scores_clear(&scores);
  es_model_clear(&model);
  kit_close(&kit);
  es_results_clear(&r);
}

/* One that explains itself, and one that is found out by trying. */
Test(reasons, a_run_counts_what_everybody_is_told) { expect_as_explained("scorecard"); }
Test(reasons, a_run_counts_what_trying_finds) { expect_as_explained("composite_index"); }

/* Whose records are alike are told alike: over 40 seeds, the interval of the gap leaves 0 out about
 * twice, and hardly ever more than 6 times. */
Test(reasons, the_null_population_has_no_gap)
{
  int found = 0;
  for (int64_t seed = 1; seed <= 40; seed++) {
    struct es_results r = run("null", "scorecard", 3000, seed, 2);
    found += row_of(&r, "", "missing_reason_share_difference", "between_groups")->low > 0;
    es_results_clear(&r);
  }
  cr_expect_leq(found, 6, "a gap in %d of 40", found);
}

/* Rural people leave fewer records, and are told so more often. */
Test(reasons, whom_agencies_see_less_of_is_told_so)
{
  struct es_results r = run("cn-2017", "scorecard", 20000, 2018, 2);
  const struct es_row *gap = row_of(&r, "", "missing_reason_share_difference", "between_groups");
  double rural = row_of(&r, "rural", "missing_reason_share", "")->value,
         urban = row_of(&r, "urban", "missing_reason_share", "")->value;
  cr_expect_gt(gap->low, 0);
  cr_expect_float_eq(gap->value, rural - urban, 1e-14);
  cr_expect_gt(rural, urban);
  es_results_clear(&r);
}
