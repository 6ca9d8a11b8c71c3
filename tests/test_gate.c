/* Comparing results: changes with known answers, verdicts at their level, power as it is promised.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/gate/verdict.h"
#include "harness/statistics/interval.h"
#include "harness/statistics/sample.h"

static struct es_context ctx = {.seed = 8};

static struct es_row row_of(double value, double half, uint64_t n)
{
  static char all[] = "all", metric[] = "auc", method[] = "wilson", ok[] = "ok", none[] = "";
  return (struct es_row){none,  none,         none,         none, all,    metric, none,
                         value, value - half, value + half, 0.95, method, n,      ok};
}

/* A side with one row, of one replicate or of many. */
struct one {
  struct es_row row;
  struct es_results results;
  struct es_side side;
};

static void make_one(struct one *one, double value, double half, double *replicates, size_t count)
{
  *one = (struct one){.row = row_of(value, half, 100)};
  one->results = (struct es_results){.row = &one->row, .rows = 1};
  one->side = (struct es_side){"one", &one->results, replicates, count};
}

static struct es_change between(const struct one *a, const struct one *b, bool same_people)
{
  return es_change_between(&a->side, &a->row, &b->side, &b->row, same_people);
}

static double mean_of(const double *x, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  return sum / (double)n;
}

/* --- changes ---------------------------------------------------------------------------------- */

/* Student's sleep data (1908) as R's t.test has them. */
Test(gate, paired_and_unpaired_replicates_agree_with_r)
{
  double x[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0},
         y[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  struct one a, b;
  make_one(&a, mean_of(x, 10), 1, x, 10);
  make_one(&b, mean_of(y, 10), 1, y, 10);
  struct es_change paired = between(&a, &b, true), welch = between(&a, &b, false);
  cr_expect_str_eq(paired.method, "paired_by_seed");
  cr_expect_float_eq(paired.change / paired.error, 4.0621, 5e-5);
  cr_expect_float_eq(paired.df, 9, 0);
  cr_expect_float_eq(paired.p, 0.002833, 5e-7);
  cr_expect_str_eq(welch.method, "welch");
  cr_expect_float_eq(welch.change / welch.error, 1.8608, 5e-5);
  cr_expect_float_eq(welch.df, 17.776, 5e-4);
  cr_expect_float_eq(welch.p, 0.07939, 5e-6);
}

/* z of 0.1 with errors of 0.03 and 0.04, which make 0.05. */
Test(gate, errors_of_strangers_add_in_squares)
{
  double z = es_normal_quantile(0.975);
  struct one a, b;
  make_one(&a, 0.5, 0.03 * z, NULL, 0);
  make_one(&b, 0.6, 0.04 * z, NULL, 0);
  struct es_change c = between(&a, &b, true);
  cr_expect_float_eq(c.error, 0.05, 1e-12);
  cr_expect_float_eq(c.p, 2 * es_normal_cdf(-2), 1e-12);
  cr_expect_str_eq(c.method, "unpaired");
  cr_expect_not(c.untold);
}

/* An interval that was cut at 0 does not make its number surer. */
Test(gate, the_longer_side_of_an_interval_counts)
{
  struct one a;
  double error, df;
  make_one(&a, 0.01, 0.05, NULL, 0);
  a.row.low = 0;
  es_row_error(&a.side, &a.row, &error, &df);
  cr_expect_float_eq(error, 0.05 / es_normal_quantile(0.975), 1e-12);
  cr_expect(isinf(df));
}

Test(gate, what_is_equal_to_the_last_bit_has_not_moved)
{
  struct one a, b;
  make_one(&a, 0.5, 0.03, NULL, 0);
  make_one(&b, 0.5, 0.03, NULL, 0);
  struct es_change c = between(&a, &b, true);
  cr_expect(c.change == 0 && c.error == 0 && isnan(c.p));
  cr_expect_str_eq(c.method, "same");
  c = between(&a, &b, false); /* strangers may agree by chance */
  cr_expect(c.change == 0 && c.error > 0);
  cr_expect_float_eq(c.p, 1, 1e-12);
}

Test(gate, what_is_undefined_has_not_moved)
{
  struct one a, b;
  make_one(&a, 0.5, 0.03, NULL, 0);
  make_one(&b, NAN, NAN, NULL, 0);
  b.row.status = (char *)"undefined: nobody";
  struct es_change c = between(&a, &b, true);
  cr_expect(isnan(c.change) && isnan(c.p));
  cr_expect_str_eq(c.undefined, "undefined: nobody");
  make_one(&b, 0.4, NAN, NULL, 0);
  c = between(&a, &b, true);
  cr_expect_float_eq(c.change, -0.1, 1e-12);
  cr_expect(isnan(c.p) && c.undefined != NULL);
}

/* --- verdicts --------------------------------------------------------------------------------- */

static struct es_judged judged_of(double worsening, double error, double tolerance)
{
  return (struct es_judged){
      .worsening = worsening, .error = error, .df = INFINITY, .tolerance = tolerance};
}

Test(gate, the_interval_decides)
{
  struct es_judged j[] = {judged_of(0.10, 0.01, 0.02),  judged_of(-0.10, 0.01, 0.02),
                          judged_of(0.00, 0.005, 0.02), judged_of(0.02, 0.01, 0.02),
                          judged_of(0.021, 0, 0.02),    judged_of(0.02, 0, 0.02)};
  const enum es_finding wanted[] = {ES_REGRESSION,   ES_IMPROVEMENT, ES_PASS,
                                    ES_INCONCLUSIVE, ES_REGRESSION,  ES_PASS};
  cr_assert_eq(es_judge(j, 6, 0.05, &ctx), ES_OK);
  for (size_t i = 0; i < 6; i++) {
    cr_expect_eq(j[i].verdict, wanted[i], "%zu: %s", i, es_finding_text[j[i].verdict]);
    bool tested = j[i].error > 0;
    cr_expect_eq(tested && j[i].low > j[i].tolerance, j[i].p_adjusted < 0.05, "%zu: p", i);
  }
}

/* Holm by hand: p = 0.01, 0.02, 0.04 of three at 0.05: steps 0.0167, 0.025, 0.05; all are found. */
Test(gate, holm_steps_down)
{
  struct es_judged j[3];
  const double p[] = {0.04, 0.01, 0.02}, adjusted[] = {0.04, 0.03, 0.04};
  for (size_t i = 0; i < 3; i++) j[i] = judged_of(-es_normal_quantile(p[i]), 1, 0);
  cr_assert_eq(es_judge(j, 3, 0.05, &ctx), ES_OK);
  for (size_t i = 0; i < 3; i++) {
    cr_expect_float_eq(j[i].p, p[i], 1e-9);
    cr_expect_float_eq(j[i].p_adjusted, adjusted[i], 1e-9);
    cr_expect_eq(j[i].verdict, ES_REGRESSION);
    cr_expect_gt(j[i].low, 0);
  }
  j[0].settled = true; /* not in the family */
  cr_assert_eq(es_judge(j, 3, 0.05, &ctx), ES_OK);
  cr_expect_float_eq(j[1].p_adjusted, 0.02, 1e-9);
}

Test(gate, luck_that_no_error_holds_is_no_regression)
{
  struct es_judged j = judged_of(0.1, 0.01, 0);
  j.untold = true;
  cr_assert_eq(es_judge(&j, 1, 0.05, &ctx), ES_OK);
  cr_expect_eq(j.verdict, ES_INCONCLUSIVE);
}

/* --- 2,000 gates ------------------------------------------------------------------------------ */

enum { GATES = 2000, FAMILY = 8 };

static double normal(struct es_dice *dice) { return es_normal_quantile(es_dice_uniform(dice)); }

/* Two standard errors of a share of GATES beyond it. */
static double beyond(double share) { return share + 2 * sqrt(share * (1 - share) / GATES); }

/* Rates of 4,000 people each by binomial draws and Wilson's intervals, nothing changed. */
static struct es_row drawn_rate(struct es_dice *dice, double rate, uint64_t people)
{
  double k = (double)es_binomial(dice, people, rate), n = (double)people;
  struct es_interval i = es_wilson(k, n, es_normal_quantile(0.975));
  struct es_row row = row_of(k / n, 0, people);
  row.low = i.low;
  row.high = i.high;
  return row;
}

static size_t false_alarms(const double *rate, uint64_t people, double tolerance)
{
  size_t alarms = 0;
  for (uint32_t g = 0; g < GATES; g++) {
    struct es_dice dice = es_dice_open(&ctx, ES_DRAW_BOOTSTRAP, g);
    struct es_judged j[FAMILY];
    bool alarm = false;
    for (size_t i = 0; i < FAMILY; i++) {
      struct one a, b;
      make_one(&a, 0, 0, NULL, 0);
      make_one(&b, 0, 0, NULL, 0);
      a.row = drawn_rate(&dice, rate[i], people);
      b.row = drawn_rate(&dice, rate[i], people);
      struct es_change c = between(&a, &b, false);
      j[i] = judged_of(c.change, c.error, tolerance);
    }
    cr_assert_eq(es_judge(j, FAMILY, 0.05, &ctx), ES_OK);
    for (size_t i = 0; i < FAMILY; i++) alarm |= j[i].verdict == ES_REGRESSION;
    alarms += alarm;
  }
  return alarms;
}

Test(gate, false_alarms_of_new_seeds_stay_at_the_level)
{
  const double rate[FAMILY] = {0.5, 0.2, 0.1, 0.05, 0.64, 0.9, 0.3, 0.02};
  double share = (double)false_alarms(rate, 4000, 0) / GATES;
  cr_expect_leq(share, beyond(0.05), "%.4f", share);
  cr_expect_geq(share, 0.02, "%.4f: the gate sleeps", share);
  share = (double)false_alarms(rate, 4000, 0.01) / GATES;
  cr_expect_leq(share, 0.01, "%.4f with a tolerance", share);
}

/* Replicates of both sides: a luck that they share, and one of each side's own. */
static size_t detected(double worsening, double tolerance, double own, size_t replicates,
                       bool paired, size_t family)
{
  size_t found = 0;
  for (uint32_t g = 0; g < GATES; g++) {
    struct es_dice dice = es_dice_open(&ctx, ES_DRAW_PERMUTATION, g);
    struct es_judged j[FAMILY];
    for (size_t i = 0; i < family; i++) {
      double x[64], y[64];
      struct one a, b;
      for (size_t r = 0; r < replicates; r++) {
        double shared = 0.02 * normal(&dice);
        x[r] = 0.3 + shared + own * normal(&dice);
        if (!paired) shared = 0.02 * normal(&dice);
        y[r] = 0.3 + shared + own * normal(&dice) + (i == 0 ? worsening : 0);
      }
      make_one(&a, mean_of(x, replicates), 0.1, x, replicates);
      make_one(&b, mean_of(y, replicates), 0.1, y, replicates);
      struct es_change c = between(&a, &b, paired);
      j[i] = judged_of(c.change, c.error, tolerance);
      j[i].df = c.df;
    }
    cr_assert_eq(es_judge(j, family, 0.05, &ctx), ES_OK);
    if (worsening != 0)
      found += j[0].verdict == ES_REGRESSION;
    else
      for (size_t i = 0, any = 0; i < family; i++)
        if (j[i].verdict == ES_REGRESSION && any++ == 0) found++;
  }
  return found;
}

Test(gate, false_alarms_of_replicates_stay_at_the_level)
{
  for (int paired = 0; paired < 2; paired++) {
    double share = (double)detected(0, 0, 0.01, 10, paired, FAMILY) / GATES;
    cr_expect_leq(share, beyond(0.05), "%.4f", share);
    cr_expect_geq(share, 0.02, "%.4f: the gate sleeps", share);
  }
}

/* What --plan says is found with 80% power is found in 80% of gates. */
Test(gate, detection_is_what_the_plan_says)
{
  double z = es_normal_quantile(0.95);
  cr_expect_float_eq(es_detection_rate(0.03, 0.01, 0.01, INFINITY, 0.05), es_normal_cdf(2 - z),
                     1e-12);
  static const size_t replicates[] = {3, 10, 40};
  for (size_t k = 0; k < 3; k++) {
    double n = (double)replicates[k], error = 0.01 * sqrt(2 / n), df = n - 1;
    double least = es_detectable(0.01, error, df, 0.05, 0.8);
    double share = (double)detected(least, 0.01, 0.01, replicates[k], true, 1) / GATES;
    cr_expect_float_eq(share, 0.8, 3 * sqrt(0.8 * 0.2 / GATES), "%zu replicates: %.4f",
                       replicates[k], share);
  }
}

/* As R: power.t.test(n = 10, delta = 1, sd = 1, type = "one.sample", alternative = "one.sided") has
 * power 0.8975170. */
Test(gate, power_is_that_of_the_noncentral_t)
{
  cr_expect_float_eq(es_detection_rate(1, 0, 1 / sqrt(10), 9, 0.05), 0.8975170, 1e-6);
  cr_expect_float_eq(es_detection_rate(0, 0, 1, 1, 0.05), 0.05, 1e-5);
  cr_expect_float_eq(es_detection_rate(0, 0, 1, 4, 0.01), 0.01, 1e-7);
}

/* Four times the people halve the error, and with it what is found beyond the tolerance. */
Test(gate, what_is_wished_says_how_much_is_needed)
{
  double least = es_detectable(0.01, 0.02, INFINITY, 0.05, 0.8);
  double half = es_detectable(0.01, 0.01, INFINITY, 0.05, 0.8);
  cr_expect_float_eq(half - 0.01, (least - 0.01) / 2, 1e-9);
  cr_expect_float_eq(es_shrink_needed(half, 0.01, 0.02, INFINITY, 0.05, 0.8), 4, 1e-6);
  cr_expect(isinf(es_shrink_needed(0.01, 0.01, 0.02, INFINITY, 0.05, 0.8)));
}
