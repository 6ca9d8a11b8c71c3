/* Tests: statsmodels', scipy's and pROC's numbers; uniform p-values; families. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/base/math.h"
#include "harness/measure/paired.h"
#include "harness/statistics/sample.h"
#include "harness/statistics/significance.h"

static struct es_context ctx = {.seed = 7};

static json_t *cases(const char *file)
{
  char path[256];
  snprintf(path, sizeof path, "%s/cases/%s", SHARED, file);
  json_t *root = json_load_file(path, 0, NULL);
  if (root == NULL) cr_log_info("skipped: no %s", path);
  return root;
}

static double number(const json_t *object, const char *key)
{
  return json_number_value(json_object_get(object, key));
}
static double item(const json_t *array, size_t i)
{
  return json_number_value(json_array_get(array, i));
}

static void expect_near(const char *id, const char *what, double is, double wanted, double within)
{
  cr_expect(fabs(is - wanted) <= within * fmax(1, fabs(wanted)), "%s %s: %.15g, not %.15g", id,
            what, is, wanted);
}

/* A p in the tail must be near by its own size. */
static void expect_p(const char *id, const char *what, double is, const json_t *wanted)
{
  if (!json_is_number(wanted)) return;
  double p = json_number_value(wanted);
  cr_expect(fabs(is - p) <= 1e-9 * p + 1e-300, "%s %s: p %.15g, not %.15g", id, what, is, p);
}

Test(significance, agrees_with_statsmodels)
{
  json_t *root = cases("proportion_tests.json"), *one;
  size_t i;
  json_array_foreach(json_object_get(root, "cases"), i, one)
  {
    const char *id = json_string_value(json_object_get(one, "id")),
               *kind = json_string_value(json_object_get(one, "kind"));
    const json_t *in = json_object_get(one, "input"), *out = json_object_get(one, "expected");
    if (strcmp(kind, "two_proportions") == 0) {
      double k1 = number(in, "k1"), n1 = number(in, "n1"), k2 = number(in, "k2"),
             n2 = number(in, "n2");
      const json_t *z = json_object_get(out, "ztest_pooled_stat_p");
      struct es_test test = es_test_proportions(k1, n1, k2, n2);
      if (json_is_number(json_array_get(z, 0))) {
        expect_near(id, "z", test.statistic, item(z, 0), 1e-9);
        expect_p(id, "z", test.p, json_array_get(z, 1));
      }
      test = es_test_fisher((uint64_t)k1, (uint64_t)n1, (uint64_t)k2, (uint64_t)n2);
      expect_p(id, "fisher", test.p, json_object_get(out, "fisher_two_sided_p"));
    } else if (strcmp(kind, "mcnemar") == 0) {
      const json_t *table = json_object_get(in, "table"), *chi2 = json_object_get(out, "chi2_nocc");
      uint64_t b = (uint64_t)item(json_array_get(table, 0), 1),
               c = (uint64_t)item(json_array_get(table, 1), 0);
      expect_p(id, "mcnemar", es_mcnemar_exact(b, c), json_object_get(out, "exact_p"));
      struct es_test test = es_test_mcnemar(b, c);
      if (b + c > ES_MCNEMAR_EXACT) expect_near(id, "chi2", test.statistic, item(chi2, 0), 1e-9);
    }
  }
  json_decref(root);
}

/* Scores and outcomes of a case; the caller frees. */
struct scores {
  size_t n;
  double *a, *b;
  uint8_t *outcome;
};

static struct scores read_scores(const json_t *in, const char *y, const char *first,
                                 const char *second)
{
  const json_t *outcome = json_object_get(in, y), *a = json_object_get(in, first);
  const json_t *b = second != NULL ? json_object_get(in, second) : a;
  struct scores s = {json_array_size(outcome), NULL, NULL, NULL};
  s.a = calloc(s.n, sizeof *s.a);
  s.b = calloc(s.n, sizeof *s.b);
  s.outcome = calloc(s.n, 1);
  for (size_t i = 0; i < s.n; i++) {
    s.outcome[i] = item(outcome, i) > 0 ? ES_FAVORABLE : ES_UNFAVORABLE;
    s.a[i] = item(a, i);
    s.b[i] = item(b, i);
  }
  return s;
}

static void free_scores(struct scores *s)
{
  free(s->a);
  free(s->b);
  free(s->outcome);
}

static struct es_paired_auc paired(const struct scores *s)
{
  struct es_paired_auc auc;
  cr_assert_eq(es_delong_paired(&auc, s->a, s->b, s->outcome, s->n, &ctx), ES_OK);
  return auc;
}

Test(significance, agrees_with_proc)
{
  json_t *root = cases("proc_delong.json"), *one;
  size_t i;
  json_array_foreach(json_object_get(root, "cases"), i, one)
  {
    const char *name = json_string_value(json_object_get(one, "name")),
               *kind = json_string_value(json_object_get(one, "kind"));
    const json_t *in = json_object_get(one, "input"), *out = json_object_get(one, "expected");
    if (strcmp(kind, "paired_test") == 0) {
      struct scores s = read_scores(in, "y_true", "score1", "score2");
      struct es_paired_auc auc = paired(&s);
      expect_near(name, "auc1", auc.auc[0], number(out, "auc1"), 1e-10);
      expect_near(name, "auc2", auc.auc[1], number(out, "auc2"), 1e-10);
      expect_near(name, "cov", auc.covariance, number(out, "cov"), 1e-10);
      struct es_test test =
          es_test_normal(auc.auc[0] - auc.auc[1], es_paired_variance(&auc), "delong_paired");
      if (json_is_number(json_object_get(out, "statistic_Z"))) {
        expect_near(name, "Z", test.statistic, number(out, "statistic_Z"), 1e-10);
        expect_near(name, "p", test.p, number(out, "p_value"), 1e-10);
      }
      free_scores(&s);
    } else if (strcmp(kind, "unpaired_test") == 0) {
      struct scores a = read_scores(in, "y_true1", "score1", NULL),
                    b = read_scores(in, "y_true2", "score2", NULL);
      struct es_paired_auc first = paired(&a), second = paired(&b);
      struct es_test test = es_test_auc_unpaired(first.auc[0], first.variance[0], (double)a.n,
                                                 second.auc[0], second.variance[0], (double)b.n);
      expect_near(name, "D", test.statistic, number(out, "statistic_D"), 1e-10);
      expect_near(name, "p", test.p, number(out, "p_value"), 1e-10);
      free_scores(&a);
      free_scores(&b);
    }
  }
  json_decref(root);
}

Test(significance, exact_tests_by_hand)
{
  /* Fisher's tea: 3 of 4 against 1 of 4. */
  cr_expect(fabs(es_test_fisher(3, 4, 1, 4).p - 0.4857142857142857) < 1e-15);
  cr_expect(es_test_fisher(2, 4, 2, 4).p == 1);
  cr_expect(fabs(es_test_fisher(10, 10, 0, 10).p - 2 / 184756.0) < 1e-19);
  /* 1 against 9 discordant: 2 (1 + 10) / 1024. */
  cr_expect(fabs(es_mcnemar_exact(1, 9) - 22 / 1024.0) < 1e-16);
  cr_expect(es_mcnemar_exact(0, 0) == 1 && es_mcnemar_exact(4, 4) == 1 &&
            es_mcnemar_exact(4, 5) == 1);
  cr_expect(es_mcnemar_exact(40, 60) == es_mcnemar_exact(60, 40));
  cr_expect(isnan(es_test_fisher(0, 0, 1, 4).p) && isnan(es_test_proportions(0, 0, 1, 4).p));
  cr_expect(es_test_proportions(0, 30, 0, 40).p == 1, "nobody in either: no difference at all");
  cr_expect_str_eq(es_test_rates(1, 30, 4, 40).method, "fisher");
  cr_expect_str_eq(es_test_rates(100, 300, 140, 400).method, "two_proportion_z");
}

/* Under no difference, p falls below α in at most α of the draws (and near α where counts are
 * large). */
Test(significance, p_is_uniform_without_a_difference)
{
  struct es_dice s = es_dice_open(&ctx, 2, 0);
  enum { DRAWS = 4000 };
  int below[4][3] = {{0}};
  static const double level[3] = {0.01, 0.05, 0.5};
  for (int d = 0; d < DRAWS; d++) {
    uint64_t a = es_binomial(&s, 2000, 0.3), b = es_binomial(&s, 3000, 0.3);
    uint64_t differ = es_binomial(&s, 4000, 0.3), one = es_binomial(&s, differ, 0.5);
    double p[4] = {es_test_proportions((double)a, 2000, (double)b, 3000).p,
                   es_test_fisher(a, 2000, b, 3000).p, es_test_mcnemar(one, differ - one).p,
                   es_mcnemar_exact(one, differ - one)};
    for (int t = 0; t < 4; t++)
      for (int l = 0; l < 3; l++) below[t][l] += p[t] <= level[l];
  }
  for (int t = 0; t < 4; t++)
    for (int l = 0; l < 3; l++) {
      double share = (double)below[t][l] / DRAWS, error = sqrt(level[l] * (1 - level[l]) / DRAWS);
      cr_expect(share < level[l] + 4 * error, "test %d: %g of p are below %g", t, share, level[l]);
      cr_expect(share > level[l] * 0.85 - 4 * error, "test %d: %g of p are below %g", t, share,
                level[l]);
    }
}

Test(significance, corrections_known_answers)
{
  /* R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") and "BH". */
  const double p[5] = {0.01, 0.04, NAN, 0.03, 0.005}, holm[5] = {0.03, 0.06, NAN, 0.06, 0.02},
               bh[5] = {0.02, 0.04, NAN, 0.04, 0.02};
  double out[5];
  const double *const wanted[] = {holm, bh, p};
  for (int c = 0; c <= ES_UNCORRECTED; c++) {
    cr_assert_eq(es_adjust(out, p, 5, (enum es_correction)c, &ctx), ES_OK);
    for (size_t i = 0; i < 5; i++)
      cr_expect(isnan(wanted[c][i]) ? isnan(out[i]) : fabs(out[i] - wanted[c][i]) < 1e-15,
                "%d, %zu: %g", c, i, out[i]);
  }
}

/* 20 tests of which 15 have no difference: the chance that any of those 15 is called one. */
Test(significance, holm_keeps_the_familywise_error)
{
  struct es_dice s = es_dice_open(&ctx, 3, 0);
  enum { DRAWS = 2000, TESTS = 20, NULLS = 15 };
  int wrong[3] = {0}, found[3] = {0};
  for (int d = 0; d < DRAWS; d++) {
    double p[TESTS], out[TESTS];
    for (int t = 0; t < TESTS; t++) p[t] = es_dice_uniform(&s) * (t < NULLS ? 1 : 0.002);
    for (int c = 0; c <= ES_UNCORRECTED; c++) {
      bool any = false;
      cr_assert_eq(es_adjust(out, p, TESTS, (enum es_correction)c, &ctx), ES_OK);
      for (int t = 0; t < TESTS; t++) {
        any |= t < NULLS && out[t] <= 0.05;
        found[c] += t >= NULLS && out[t] <= 0.05;
      }
      wrong[c] += any;
    }
  }
  cr_expect(wrong[ES_HOLM] < DRAWS * (0.05 + 4 * sqrt(0.05 * 0.95 / DRAWS)), "%d of %d",
            wrong[ES_HOLM], DRAWS);
  cr_expect(wrong[ES_UNCORRECTED] > DRAWS / 2);
  cr_expect(found[ES_HOLM] <= found[ES_BH] && found[ES_BH] <= found[ES_UNCORRECTED]);
}

/* --- pairs
 * --------------------------------------------------------------------------------------------- */

/* Streamed people on grids give the AUCs and their covariance that the scores themselves give. */
Test(significance, pairs_on_grids_agree_with_pairs_of_scores)
{
  struct es_tally exact, grid;
  struct es_pair by_score, by_grid, half;
  cr_assert_eq(es_tally_create(&exact, 2, true, &ctx), ES_OK);
  cr_assert_eq(es_tally_create(&grid, 2, false, &ctx), ES_OK);
  grid.low = -6, grid.high = 7;
  cr_assert_eq(es_pair_create(&by_score, &exact, &ctx), ES_OK);
  cr_assert_eq(es_pair_create(&by_grid, &grid, &ctx), ES_OK);
  cr_assert_eq(es_pair_create(&half, &grid, &ctx), ES_OK);
  struct es_dice dice = es_dice_open(&ctx, 4, 0);
  for (int i = 0; i < 20000; i++) {
    bool good = es_dice_uniform(&dice) < 0.3;
    double shared = es_normal_quantile(es_dice_uniform(&dice)),
           noise = es_normal_quantile(es_dice_uniform(&dice));
    struct es_verdict a = {.cell = (uint32_t)i % 2,
                           .outcome = good ? ES_FAVORABLE : ES_UNFAVORABLE,
                           .why = ES_SCORED,
                           .decision = ES_APPROVED,
                           .score = shared + good,
                           .weight = 1},
                      b = a;
    b.score = 0.8 * shared + 0.6 * noise + 0.9 * good;
    uint16_t bin[2];
    es_lanes()->bin(bin, (double[]){a.score, b.score}, grid.low,
                    ES_SCORE_BINS / (grid.high - grid.low), ES_SCORE_BINS, 2);
    cr_assert_eq(es_pair_add(&by_score, &a, &b, NULL, &ctx), ES_OK);
    cr_assert_eq(es_pair_add(i < 9000 ? &half : &by_grid, &a, &b, bin, &ctx), ES_OK);
  }
  cr_assert_eq(es_pair_merge(&by_grid, &half, &ctx), ES_OK);
  for (int part = 0; part < 2; part++) {
    struct es_paired_auc x, y;
    const bool member[2] = {true, part == 0};
    cr_assert_eq(es_pair_auc(&x, &by_score, member, &ctx), ES_OK);
    cr_assert_eq(es_pair_auc(&y, &by_grid, member, &ctx), ES_OK);
    cr_expect_eq(x.people, part == 0 ? 20000 : 10000);
    cr_expect_eq(x.people, y.people);
    double sd = sqrt(es_paired_variance(&x));
    cr_expect(fabs((x.auc[0] - x.auc[1]) - (y.auc[0] - y.auc[1])) < 0.02 * sd);
    double on_grid =
        sqrt(es_paired_variance(&y)) / sd; /* 32 bins lose some correlation: never too little */
    cr_expect(on_grid > 0.995 && on_grid < 1.04, "%g, not %g", sqrt(es_paired_variance(&y)), sd);
  }
  es_pair_clear(&by_score);
  es_pair_clear(&by_grid);
  es_pair_clear(&half);
  es_tally_clear(&exact);
  es_tally_clear(&grid);
}
