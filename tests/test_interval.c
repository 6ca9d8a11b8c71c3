/* Intervals: statsmodels' numbers, and how often each covers the truth. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/statistics/interval.h"
#include "harness/statistics/sample.h"

static const double z95 = 1.959963984540054;

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

static void expect_interval(const char *id, const char *what, struct es_interval is,
                            const json_t *wanted)
{
  if (!json_is_number(json_array_get(wanted, 0)) || !json_is_number(json_array_get(wanted, 1)))
    return;
  double low = json_number_value(json_array_get(wanted, 0)),
         high = json_number_value(json_array_get(wanted, 1));
  cr_expect(fabs(is.low - low) <= 1e-9 * fmax(1, fabs(low)) &&
                fabs(is.high - high) <= 1e-9 * fmax(1, fabs(high)),
            "%s %s: %.12g %.12g, statsmodels has %.12g %.12g", id, what, is.low, is.high, low,
            high);
}

Test(interval, agrees_with_statsmodels)
{
  json_t *root = cases("proportion_tests.json"), *one;
  size_t i;
  json_array_foreach(json_object_get(root, "cases"), i, one)
  {
    const char *id = json_string_value(json_object_get(one, "id")),
               *kind = json_string_value(json_object_get(one, "kind"));
    const json_t *in = json_object_get(one, "input"), *out = json_object_get(one, "expected");
    if (strcmp(kind, "one_proportion") == 0) {
      double k = number(in, "k"), n = number(in, "n");
      expect_interval(id, "wilson", es_wilson(k, n, z95), json_object_get(out, "wilson_alpha0.05"));
      expect_interval(id, "wilson 90%", es_wilson(k, n, es_normal_quantile(0.95)),
                      json_object_get(out, "wilson_alpha0.1"));
    } else if (strcmp(kind, "two_proportions") == 0) {
      double k1 = number(in, "k1"), n1 = number(in, "n1"), k2 = number(in, "k2"),
             n2 = number(in, "n2");
      double n = n1 + n2; /* statsmodels' score interval is Miettinen and Nurminen's */
      expect_interval(id, "newcombe", es_newcombe(k1, n1, k2, n2, z95),
                      json_object_get(out, "ci_diff_newcomb"));
      if (k1 > 0 && k2 > 0)
        expect_interval(id, "katz", es_katz_log(k1, n1, k2, n2, z95),
                        json_object_get(out, "ci_ratio_log"));
      const json_t *score = json_object_get(out, "ci_ratio_score");
      if (k2 == n2 && json_number_value(json_array_get(score, 0)) > k1 / n1)
        continue; /* statsmodels' search ended beside the ratio itself */
      expect_interval(id, "koopman", es_koopman(k1, n1, k2, n2, z95 * sqrt(n / (n - 1))), score);
    }
  }
  json_decref(root);
}

Test(interval, known_answers)
{
  /* Koopman 1984: 36/40 against 16/80 gives 2.94 to 7.15. */
  struct es_interval k = es_koopman(36, 40, 16, 80, z95);
  cr_expect(fabs(k.low - 2.94) < 0.005 && fabs(k.high - 7.15) < 0.005, "%g %g", k.low, k.high);
  k = es_koopman(0, 20, 5, 20, z95);
  cr_expect(k.low == 0 && k.high > 0.2 && k.high < 1, "%g %g", k.low, k.high);
  cr_expect(isnan(es_koopman(3, 20, 0, 20, z95).low));
  /* The paired interval knows no first and second. */
  struct es_interval a = es_newcombe_paired(30, 12, 4, 60, z95),
                     b = es_newcombe_paired(30, 4, 12, 60, z95);
  cr_expect(fabs(a.low + b.high) < 1e-12 && fabs(a.high + b.low) < 1e-12);
  cr_expect(a.low < 8.0 / 60 && a.high > 8.0 / 60);
  /* 3.5 ± 3.182446 × sqrt(7) / 2 */
  const double x[] = {1, 2, 4, 7};
  struct es_interval t = es_student_interval(x, 4, 0.95);
  cr_expect(fabs(t.low + 0.7099807) < 1e-6 && fabs(t.high - 7.7099807) < 1e-6, "%.9g %.9g", t.low,
            t.high);
  cr_expect(isnan(es_student_interval(x, 1, 0.95).low));
}

Test(interval, student_distribution)
{
  /* R: qt(0.975, df) */
  const double row[][2] = {{1, 12.70620473617471},
                           {4, 2.776445105197793},
                           {30, 2.042272456301238},
                           {1000, 1.962339080826408}};
  for (size_t i = 0; i < 4; i++) {
    double q = es_student_quantile(0.975, row[i][0]);
    cr_expect(fabs(q - row[i][1]) < 1e-11 * row[i][1], "df %g: %.16g", row[i][0], q);
    cr_expect(fabs(es_student_tails(q, row[i][0]) - 0.05) < 1e-13);
    cr_expect(fabs(es_student_quantile(0.025, row[i][0]) + q) < 1e-11);
  }
  /* I_x(a, b) + I_1-x(b, a) = 1; I_0.3(2, 5) = 0.579825 by summing the binomial. */
  cr_expect(fabs(es_beta_cdf(0.3, 2, 5) - 0.579825) < 1e-14);
  cr_expect(fabs(es_beta_cdf(0.2, 0.5, 70) + es_beta_cdf(0.8, 70, 0.5) - 1) < 1e-13);
}

/* Weights by hand: y = 1 1 0 0 with w = 1 3 2 2: p = 1/2; Σ w²(y - p)² / (Σ w)² = 18/4/64. */
Test(interval, weighted_variance_is_the_linearised_one)
{
  double people = es_effective_people(4, 8, 10, 18), variance = 0.25 / people;
  cr_expect(fabs(variance - 18.0 / 4 / 64) < 1e-15);
  cr_expect(es_effective_people(30, 100, 30, 100) == 100, "no weights: n itself");
  cr_expect(fabs(es_effective_people(60, 200, 120, 400) - 100) < 1e-12, "equal weights: n again");
  cr_expect(fabs(es_effective_people(0, 8, 0, 18) - 64.0 / 18) < 1e-15, "a rate of 0: Kish");
}

/* --- coverage
 * --------------------------------------------------------------------------------------- */

enum method { WILSON, NEWCOMBE, KATZ, KOOPMAN, PAIRED, METHODS };
static const char *const method_name[] = {"wilson", "newcombe", "katz_log", "koopman",
                                          "newcombe_paired"};

/* Whether the interval of one draw covers the truth; -1: the method gives none. */
static int covers(enum method method, struct es_dice *s, uint64_t n, double p)
{
  double k1 = (double)es_binomial(s, n, p), k2 = (double)es_binomial(s, n, p), truth = 0,
         m = (double)n;
  struct es_interval i = {NAN, NAN};
  switch (method) {
  case WILSON: i = es_wilson(k1, m, z95), truth = p; break;
  case NEWCOMBE: i = es_newcombe(k1, m, k2, m, z95); break;
  case KATZ: i = es_katz_log(k1, m, k2, m, z95), truth = 1; break;
  case KOOPMAN: i = es_koopman(k1, m, k2, m, z95), truth = 1; break;
  case PAIRED: { /* p of the people differ, evenly to both sides; 2 in 10 count in both */
    double differ = (double)es_binomial(s, n, p),
           one = (double)es_binomial(s, (uint64_t)differ, 0.5);
    double both = (double)es_binomial(s, n - (uint64_t)differ, 0.2);
    i = es_newcombe_paired(both, one, differ - one, m, z95);
    break;
  }
  case METHODS: break;
  }
  return isnan(i.low) ? -1 : i.low <= truth && truth <= i.high;
}

/* Where a method is known to stay outside 93.5% to 96.5% (docs/conventions.md lists these).  With
 * so few expected that counts are 0, 1 or 2, coverage jumps with n and p, and all hold more than
 * they promise; Katz says nothing at 0.  Wilson's exact coverage at n = 30, p = 0.3 is 92.98%, and
 * at n = 200, p = 0.02 about 93.1%. */
static const struct exception {
  enum method method;
  uint64_t n;
  double p, low, high;
} exceptions[] = {
    {WILSON, 30, 0.02, 0.965, 0.99},    {WILSON, 30, 0.3, 0.92, 0.94},
    {WILSON, 200, 0.02, 0.92, 0.94},    {NEWCOMBE, 30, 0.02, 0.99, 1},
    {KATZ, 30, 0.02, 0.99, 1},          {KATZ, 30, 0.3, 0.95, 0.975},
    {KATZ, 200, 0.02, 0.97, 0.995},     {KOOPMAN, 30, 0.02, 0.98, 1},
    {KOOPMAN, 200, 0.02, 0.955, 0.975}, {PAIRED, 30, 0.02, 0.99, 1},
    {PAIRED, 200, 0.02, 0.975, 0.995},
};

Test(interval, covers_as_often_as_it_says)
{
  static const uint64_t people[] = {30, 200, 5000};
  static const double rate[] = {0.02, 0.3};
  struct es_context ctx = {.seed = 1};
  for (int method = 0; method < METHODS; method++)
    for (size_t n = 0; n < 3; n++)
      for (size_t p = 0; p < 2; p++) {
        struct es_dice s = es_dice_open(&ctx, 1, (uint32_t)(method * 6 + (int)(n * 2 + p)));
        int covered = 0, given = 0;
        for (int draw = 0; draw < 4000; draw++) {
          int is = covers((enum method)method, &s, people[n], rate[p]);
          given += is >= 0;
          covered += is > 0;
        }
        double share = (double)covered / given, low = 0.935, high = 0.965;
        for (size_t e = 0; e < sizeof exceptions / sizeof exceptions[0]; e++)
          if ((int)exceptions[e].method == method && exceptions[e].n == people[n] &&
              exceptions[e].p == rate[p])
            low = exceptions[e].low, high = exceptions[e].high;
        cr_expect(low <= share && share <= high, "%s, n = %llu, p = %g: covers %.4f",
                  method_name[method], (unsigned long long)people[n], rate[p], share);
      }
}
