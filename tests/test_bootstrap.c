/* Random counts have the right distribution, and resampling a tally is resampling its people. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/bootstrap.h"
#include "harness/measure/counts.h"
#include "harness/measure/curve.h"
#include "harness/measure/permute.h"
#include "harness/statistics/sample.h"

static struct es_context ctx = {.seed = 11};

/* Pearson's χ² of draws against expected counts, pooled to at least 5 each; in units of its sd. */
static double surprise(const double *seen, const double *expected, size_t n)
{
  double chi2 = 0, cells = 0, s = 0, e = 0;
  for (size_t i = 0; i < n; i++) {
    s += seen[i];
    e += expected[i];
    if (e < 5) continue;
    chi2 += (s - e) * (s - e) / e;
    cells++;
    s = e = 0;
  }
  return cells > 1 ? (chi2 - (cells - 1)) / sqrt(2 * (cells - 1)) : 0;
}

static double log_choose(double n, double k)
{
  return es_log_gamma(n + 1) - es_log_gamma(k + 1) - es_log_gamma(n - k + 1);
}

enum { DRAWS = 100000, MOST = 20000 };

Test(bootstrap, binomials_are_binomial)
{
  static const struct {
    uint64_t n;
    double p;
  } row[] = {{1, 0.3},   {20, 0.1},    {40, 0.5},          {100, 0.11},
             {100, 0.9}, {3000, 0.01}, {10000, 0.5},       {1000000, 0.003},
             {21, 0.5},  {22, 0.47},   {1000000000, 2e-9}, {1000000000000, 1.3e-11}};
  for (size_t r = 0; r < ES_COUNT_OF(row); r++) {
    struct es_dice s = es_dice_open(&ctx, 5, (uint32_t)r);
    double *seen = calloc(MOST, sizeof *seen), *expected = calloc(MOST, sizeof *expected),
           n = (double)row[r].n;
    for (int d = 0; d < DRAWS; d++) seen[es_binomial(&s, row[r].n, row[r].p)]++;
    for (double k = 0; k < MOST && k <= n; k++) {
      double choose = log_choose(n, k), p = row[r].p;
      for (double i = 0; n > 1e8 && i < k; i++) /* log gamma would lose digits */
        choose = (i == 0 ? 0 : choose) + es_log((n - i) / (i + 1));
      expected[(int)k] =
          DRAWS * es_exp((k == 0 ? 0 : choose) + k * es_log(p) + (n - k) * es_log1p(-p));
    }
    double by = surprise(seen, expected, MOST);
    cr_expect(fabs(by) < 4, "n = %g, p = %g: %g sd off", n, row[r].p, by);
    free(seen);
    free(expected);
  }
  struct es_dice s = es_dice_open(&ctx, 5, 0);
  cr_expect(es_binomial(&s, 0, 0.5) == 0 && es_binomial(&s, 9, 0) == 0 &&
            es_binomial(&s, 9, 1) == 9);
}

Test(bootstrap, hypergeometrics_are_hypergeometric)
{
  static const uint64_t row[][3] = {{5, 7, 4},       {30, 50, 9},     {30, 50, 75},
                                    {300, 200, 120}, {200, 900, 700}, {4000, 6000, 5000},
                                    {6, 5000, 900},  {5000, 4, 900},  {7, 5000, 4900}};
  for (size_t r = 0; r < ES_COUNT_OF(row); r++) {
    struct es_dice s = es_dice_open(&ctx, 6, (uint32_t)r);
    double *seen = calloc(MOST, sizeof *seen), *expected = calloc(MOST, sizeof *expected);
    double m = (double)row[r][0], o = (double)row[r][1], n = (double)row[r][2];
    for (int d = 0; d < DRAWS; d++) seen[es_hypergeometric(&s, row[r][0], row[r][1], row[r][2])]++;
    for (double k = fmax(0, n - o); k <= fmin(m, n); k++)
      expected[(int)k] =
          DRAWS * es_exp(log_choose(m, k) + log_choose(o, n - k) - log_choose(m + o, n));
    double by = surprise(seen, expected, MOST);
    cr_expect(fabs(by) < 4, "%g of %g + %g: %g sd off", n, m, o, by);
    free(seen);
    free(expected);
  }
}

/* Both ways of drawing people from cells: by person, and by binomials. */
Test(bootstrap, multinomials_have_the_right_moments)
{
  static const uint64_t few[4] = {3, 0, 8, 4}, many[4] = {300, 0, 1200, 500};
  const uint64_t *const count[2] = {few, many};
  for (size_t r = 0; r < 2; r++) {
    struct es_multinomial m;
    struct es_dice s = es_dice_open(&ctx, 8, (uint32_t)r);
    cr_assert_eq(es_multinomial_create(&m, count[r], 4, &ctx), ES_OK);
    cr_expect((m.owner != NULL) == (r == 0));
    double n = (double)m.total, sum[4] = {0}, both = 0, square = 0;
    for (int d = 0; d < DRAWS; d++) {
      uint64_t drawn[4];
      es_multinomial_draw(drawn, &m, m.total, &s);
      cr_assert_eq(drawn[0] + drawn[1] + drawn[2] + drawn[3], m.total);
      for (int c = 0; c < 4; c++) sum[c] += (double)drawn[c] / DRAWS;
      both += ((double)drawn[0] - (double)count[r][0]) * ((double)drawn[2] - (double)count[r][2]) /
              DRAWS;
      square += ((double)drawn[3] - (double)count[r][3]) *
                ((double)drawn[3] - (double)count[r][3]) / DRAWS;
    }
    cr_expect(sum[1] == 0);
    for (int c = 0; c < 4; c++)
      cr_expect(fabs(sum[c] - (double)count[r][c]) < 4 * sqrt((double)count[r][c] / DRAWS) + 1e-9);
    double covariance = -(double)count[r][0] * (double)count[r][2] / n, p = (double)count[r][3] / n;
    cr_expect(fabs(both / covariance - 1) < 0.1, "%g, not %g", both, covariance);
    cr_expect(fabs(square / (n * p * (1 - p)) - 1) < 0.03, "%g, not %g", square, n * p * (1 - p));
    es_multinomial_clear(&m);
  }
}

/* Of five people in three cells, every outcome as often as its formula says. */
Test(bootstrap, small_multinomials_are_exact)
{
  static const uint64_t count[3] = {50, 20, 30};
  struct es_multinomial m;
  struct es_dice s = es_dice_open(&ctx, 12, 0);
  double seen[21] = {0}, expected[21];
  cr_assert_eq(es_multinomial_create(&m, count, 3, &ctx), ES_OK);
  for (int d = 0; d < DRAWS; d++) {
    uint64_t x[3];
    es_multinomial_draw(x, &m, 5, &s);
    cr_assert_eq(x[0] + x[1] + x[2], 5);
    seen[x[0] * (13 - x[0]) / 2 + x[1]]++; /* 6, 5, … 1 outcomes */
  }
  for (int a = 0, at = 0; a <= 5; a++)
    for (int b = 0; b <= 5 - a; b++, at++)
      expected[at] = DRAWS * es_exp(log_choose(5, a) + log_choose(5 - a, b) + a * es_log(0.5) +
                                    b * es_log(0.2) + (5 - a - b) * es_log(0.3));
  double by = surprise(seen, expected, 21);
  cr_expect(fabs(by) < 4, "%g sd off", by);
  es_multinomial_clear(&m);
}

/* Many cells, of which some are empty and some large: Pearson's statistic has the mean and variance
 * that the multinomial gives it, and neighbours go against each other as they should. */
Test(bootstrap, multinomials_of_many_cells)
{
  enum { CELLS = 701, TIMES = 3000 };
  uint64_t count[CELLS], drawn[CELLS];
  struct es_multinomial m;
  for (uint64_t c = 0; c < CELLS; c++) count[c] = c % 7 == 3 ? 0 : c % 50 == 0 ? 40000 : 3 + c % 90;
  cr_assert_eq(es_multinomial_create(&m, count, CELLS, &ctx), ES_OK);
  double n = (double)m.total, sum = 0, square = 0, both = 0, want = 0, inverse = 0, full = 0;
  for (uint32_t t = 0; t < TIMES; t++) {
    struct es_dice s = es_dice_open(&ctx, 13, t);
    es_multinomial_draw(drawn, &m, m.total, &s);
    double chi2 = 0;
    uint64_t people = 0;
    for (size_t c = 0; c < CELLS; c++) {
      double e = (double)count[c], off = (double)drawn[c] - e;
      people += drawn[c];
      if (count[c] == 0) cr_assert_eq(drawn[c], 0);
      chi2 += e > 0 ? off * off / e : 0;
      if (c + 1 < CELLS && e > 0 && count[c + 1] > 0)
        both += off * ((double)drawn[c + 1] - (double)count[c + 1]) / TIMES;
    }
    cr_assert_eq(people, m.total);
    sum += chi2;
    square += chi2 * chi2;
  }
  for (size_t c = 0; c < CELLS; c++) {
    full += count[c] > 0;
    inverse += count[c] > 0 ? 1 / (double)count[c] : 0;
    if (c + 1 < CELLS) want -= (double)count[c] * (double)count[c + 1] / n;
  }
  /* Haldane, Biometrika 29 (1937) 133-143 */
  double mean = full - 1, variance = 2 * mean - (full * full + 2 * full - 2) / n + inverse;
  sum /= TIMES;
  square = square / TIMES - sum * sum;
  cr_expect(fabs(sum - mean) < 4 * sqrt(variance / TIMES), "%g, not %g", sum, mean);
  cr_expect(fabs(square / variance - 1) < 4 * sqrt(2.5 / TIMES), "%g, not %g", square, variance);
  cr_expect(fabs(both - want) < 4 * sqrt(700 * 1e6 / TIMES), "%g, not %g", both, want);
  es_multinomial_clear(&m);
}

/* --- tallies
 * ------------------------------------------------------------------------------------------ */

/* People of two groups with overlapping normal scores; every score `step` apart. */
static void make_people(struct es_tally *tally, size_t people, double step, uint32_t number)
{
  struct es_dice s = es_dice_open(&ctx, 9, number);
  cr_assert_eq(es_tally_create(tally, 2, true, &ctx), ES_OK);
  for (size_t i = 0; i < people; i++) {
    bool good = es_dice_uniform(&s) < 0.6, rural = es_dice_uniform(&s) < 0.4;
    double score = es_normal_quantile(es_dice_uniform(&s)) + good - 0.3 * rural;
    score = step > 0 ? step * floor(score / step) : score;
    struct es_verdict v = {.cell = rural,
                           .outcome = good ? ES_FAVORABLE : ES_UNFAVORABLE,
                           .why = ES_SCORED,
                           .decision = score > 0.3 ? ES_APPROVED : ES_DENIED,
                           .score = score,
                           .probability = -1,
                           .weight = 1,
                           .term = 0};
    cr_assert_eq(es_tally_add(tally, &v, &ctx), ES_OK);
  }
  cr_assert_eq(es_tally_sort(tally, &ctx), ES_OK);
}

enum { KS, AUC, PRECISION, RURAL_DENIED, NUMBERS };

/* KS, AUC and average precision of everyone, and a rate in one group. */
static enum es_status statistics(double *value, struct es_tally *tally, const void *closure,
                                 struct es_context *c)
{
  (void)closure;
  struct es_group_counts all, rural;
  struct es_consequence none = {
      .cost_wrongful_denial = -1, .cost_wrongful_approval = -1, .term = -1};
  ES_TRY(es_counts_make(&all, tally, (bool[]){true, true}, &none, false, c));
  ES_TRY(es_counts_make(&rural, tally, (bool[]){false, true}, &none, false, c));
  value[KS] = es_curve_ks(&all.weight).value;
  value[AUC] = es_curve_auc(&all.weight).value;
  value[PRECISION] = es_curve_average_precision(&all.weight).value;
  value[RURAL_DENIED] = es_counts_sum(&rural.weight, -1, -1, ES_DENIED) / rural.weight.people;
  es_counts_clear(&all);
  es_counts_clear(&rural);
  return ES_OK;
}

struct summary {
  double mean[NUMBERS], sd[NUMBERS];
};

static void add(double sums[2][NUMBERS], const double *value)
{
  for (int k = 0; k < NUMBERS; k++) sums[0][k] += value[k], sums[1][k] += value[k] * value[k];
}

static struct summary sum_up(double sums[2][NUMBERS], double n)
{
  struct summary s;
  for (int k = 0; k < NUMBERS; k++) {
    s.mean[k] = sums[0][k] / n;
    s.sd[k] = sqrt(sums[1][k] / n - s.mean[k] * s.mean[k]);
  }
  return s;
}

/* The slow way: people drawn one by one, from the order in which they were added. */
static struct summary resample_people(size_t people, double step, int replicates)
{
  double sums[2][NUMBERS] = {{0}}, value[NUMBERS];
  struct es_tally all;
  make_people(&all, people, step, 1);
  for (int r = 0; r < replicates; r++) {
    struct es_tally tally;
    struct es_dice s = es_dice_open(&ctx, 10, (uint32_t)r);
    cr_assert_eq(es_tally_create(&tally, 2, true, &ctx), ES_OK);
    for (size_t i = 0; i < people; i++) {
      const struct es_kept *one = &all.kept[es_dice_below(&s, (uint32_t)people)];
      struct es_verdict v = {.cell = one->list / 2,
                             .outcome = one->list % 2,
                             .why = ES_SCORED,
                             .score = one->score,
                             .decision = one->score > 0.3 ? ES_APPROVED : ES_DENIED,
                             .probability = -1,
                             .weight = 1};
      cr_assert_eq(es_tally_add(&tally, &v, &ctx), ES_OK);
    }
    cr_assert_eq(es_tally_sort(&tally, &ctx), ES_OK);
    cr_assert_eq(statistics(value, &tally, NULL, &ctx), ES_OK);
    add(sums, value);
    es_tally_clear(&tally);
  }
  es_tally_clear(&all);
  return sum_up(sums, replicates);
}

static struct summary resample_tally(size_t people, double step, int replicates)
{
  double sums[2][NUMBERS] = {{0}}, value[NUMBERS];
  struct es_tally all, room;
  struct es_resample *resample;
  make_people(&all, people, step, 1);
  cr_assert_eq(es_resample_create(&resample, &all, &ctx), ES_OK);
  cr_assert_eq(es_resample_room(&room, resample, &ctx), ES_OK);
  for (int r = 0; r < replicates; r++) {
    cr_assert_eq(es_resample_draw(&room, resample, (uint32_t)r, &ctx), ES_OK);
    cr_assert_eq(statistics(value, &room, NULL, &ctx), ES_OK);
    add(sums, value);
  }
  es_tally_clear(&room);
  es_resample_free(resample);
  es_tally_clear(&all);
  return sum_up(sums, replicates);
}

Test(bootstrap, resampling_a_tally_is_resampling_people)
{
  enum { PEOPLE = 400, REPLICATES = 1500 };
  struct summary slow = resample_people(PEOPLE, 0.1, REPLICATES),
                 fast = resample_tally(PEOPLE, 0.1, REPLICATES);
  for (int k = 0; k < NUMBERS; k++) {
    double error = slow.sd[k] / sqrt(REPLICATES);
    cr_expect(fabs(slow.mean[k] - fast.mean[k]) < 4 * M_SQRT2 * error, "%d: %g, not %g", k,
              fast.mean[k], slow.mean[k]);
    cr_expect(fabs(slow.sd[k] / fast.sd[k] - 1) < 4 / sqrt(REPLICATES), "%d: sd %g, not %g", k,
              fast.sd[k], slow.sd[k]);
  }
}

/* A replicate of ten thousand times the people draws from the same number of cells. */
Test(bootstrap, costs_the_same_for_a_village_and_a_country)
{
  size_t cells[2];
  for (int k = 0; k < 2; k++) {
    struct es_tally tally, room;
    struct es_resample *resample;
    make_people(&tally, 500, 0.5, 2);
    for (size_t c = 0; k == 1 && c < tally.cells; c++)
      for (size_t s = 0; s < ES_OUTCOMES * 2 * ES_DECISIONS; s++)
        ((uint64_t *)tally.cell[c].people)[s] *= 10000;
    if (k == 1) { /* the same people on a grid, ten thousand of each */
      tally.bins = calloc(tally.cells * 2 * ES_SCORE_BINS, sizeof *tally.bins);
      tally.low = -8.25, tally.high = 8.25;
      for (size_t i = 0; i < tally.kept_count; i++) {
        const struct es_kept *one = &tally.kept[i];
        size_t bin = (size_t)((one->score + 8.25) / 16.5 * ES_SCORE_BINS);
        tally.bins[one->list * ES_SCORE_BINS + bin] += 10000;
      }
      tally.kept_count = 0;
    }
    cr_assert_eq(es_resample_create(&resample, &tally, &ctx), ES_OK);
    cr_assert_eq(es_resample_room(&room, resample, &ctx), ES_OK);
    cells[k] = room.kept_room;
    cr_assert_eq(es_resample_draw(&room, resample, 0, &ctx), ES_OK);
    double people = 0, spread = 0;
    for (size_t i = 0; i < room.kept_count; i++) people += room.told[room.kept[i].told].weight;
    cr_expect_eq(people, k == 0 ? 500 : 5000000, "%g", people);
    es_resample_base(&room, resample);
    for (size_t i = 0; i < room.kept_count; i++) spread += room.told[room.kept[i].told].weight;
    cr_expect_eq(spread, people);
    es_tally_clear(&room);
    es_resample_free(resample);
    es_tally_clear(&tally);
  }
  cr_expect_eq(cells[0], cells[1], "%zu cells, and %zu", cells[0], cells[1]);
}

Test(bootstrap, pools_scores_that_are_too_many)
{
  struct es_tally tally, room;
  struct es_resample *resample;
  double value[NUMBERS], pooled[NUMBERS];
  make_people(&tally, 40000, 0, 3);
  cr_assert_eq(es_resample_create(&resample, &tally, &ctx), ES_OK);
  cr_assert_eq(es_resample_room(&room, resample, &ctx), ES_OK);
  cr_expect_leq(room.kept_room, ES_BOOTSTRAP_POINTS);
  es_resample_base(&room, resample);
  cr_assert_eq(statistics(value, &tally, NULL, &ctx), ES_OK);
  cr_assert_eq(statistics(pooled, &room, NULL, &ctx), ES_OK);
  for (int k = 0; k < NUMBERS; k++)
    cr_expect(fabs(value[k] - pooled[k]) < 1e-3, "%d: %g and %g", k, value[k], pooled[k]);
  es_tally_clear(&room);
  es_resample_free(resample);
  es_tally_clear(&tally);
}

static void bootstrap(struct es_interval *interval, const char **method, double *value,
                      size_t people, uint32_t number, size_t replicates)
{
  struct es_tally tally;
  make_people(&tally, people, 0.05, number);
  cr_assert_eq(statistics(value, &tally, NULL, &ctx), ES_OK);
  struct es_bootstrap b = {NUMBERS, value, NULL, interval, method};
  cr_assert_eq(es_bootstrap(&b, &tally, replicates, 0.95, statistics, NULL, &ctx), ES_OK);
  es_tally_clear(&tally);
}

/* The bootstrap's AUC interval is DeLong's, and its rate's interval is the normal one. */
Test(bootstrap, agrees_with_closed_forms)
{
  struct es_interval interval[NUMBERS];
  const char *method[NUMBERS];
  double value[NUMBERS];
  bootstrap(interval, method, value, 2000, 4, 2000);
  cr_expect_str_eq(method[AUC], "bootstrap_bca");
  struct es_tally tally;
  make_people(&tally, 2000, 0.05, 4);
  struct es_group_counts all;
  cr_assert_eq(es_counts_make(&all, &tally, (bool[]){true, true},
                              &(struct es_consequence){.cost_wrongful_denial = -1,
                                                       .cost_wrongful_approval = -1,
                                                       .term = -1},
                              false, &ctx),
               ES_OK);
  double half = 1.96 * sqrt(es_curve_auc(&all.weight).variance);
  cr_expect(fabs((interval[AUC].high - interval[AUC].low) / (2 * half) - 1) < 0.08);
  cr_expect(fabs(interval[AUC].low - (value[AUC] - half)) < 0.15 * half &&
            fabs(interval[AUC].high - value[AUC] - half) < 0.15 * half);
  es_counts_clear(&all);
  es_tally_clear(&tally);
}

/* Truth: KS of two unit normals 1 apart within each group, mixed; taken from many people. */
Test(bootstrap, covers_as_often_as_it_says)
{
  enum { SAMPLES = 200 };
  double truth[NUMBERS], value[NUMBERS];
  int covered[NUMBERS] = {0};
  struct es_tally many;
  make_people(&many, 400000, 0.05, 5);
  cr_assert_eq(statistics(truth, &many, NULL, &ctx), ES_OK);
  es_tally_clear(&many);
  for (uint32_t s = 0; s < SAMPLES; s++) {
    struct es_interval interval[NUMBERS];
    const char *method[NUMBERS];
    bootstrap(interval, method, value, 500, 100 + s, 200);
    for (int k = 0; k < NUMBERS; k++)
      covered[k] += interval[k].low <= truth[k] && truth[k] <= interval[k].high;
  }
  for (int k = 0; k < NUMBERS; k++)
    cr_expect(covered[k] >= 0.885 * SAMPLES && covered[k] <= 0.99 * SAMPLES, "%d: %g", k,
              (double)covered[k] / SAMPLES);
}

Test(bootstrap, the_same_for_any_threads)
{
  struct es_interval one[NUMBERS], again[NUMBERS];
  const char *method[NUMBERS];
  double value[NUMBERS];
  bootstrap(one, method, value, 300, 6, 100);
  bootstrap(again, method, value, 300, 6, 100);
  cr_expect(memcmp(one, again, sizeof one) == 0);
}

Test(bootstrap, bca_known_answers)
{
  /* No bias, no acceleration: the percentiles; all on one side: percentiles, and it says so. */
  double x[999];
  const char *method;
  for (int i = 0; i < 999; i++) x[i] = (i * 7) % 999 + 1;
  struct es_interval i = es_bca(x, 999, 500, 0, 0.95, &method);
  cr_expect_str_eq(method, "bootstrap_bca");
  cr_expect(fabs(i.low - 25) < 1e-9 && fabs(i.high - 975) < 1e-9, "%g %g", i.low, i.high);
  i = es_bca(x, 999, 2000, 0, 0.95, &method);
  cr_expect_str_eq(method, "bootstrap_percentile");
  cr_expect(fabs(i.low - 25) < 1e-9);
  /* Acceleration 0.1: Φ(-1.96 / 1.196) = 0.0506 and Φ(1.96 / 0.804) = 0.9926. */
  i = es_bca(x, 999, 500, 0.1, 0.95, &method);
  cr_expect(fabs(i.low - 50.6) < 0.1 && fabs(i.high - 992.6) < 0.1, "%g %g", i.low, i.high);
}

/* The larger of two gaps that are both nothing but chance: its interval reaches 0. */
static enum es_status chance_gap(double *value, struct es_tally *tally, const void *closure,
                                 struct es_context *c)
{
  static const bool member[2][2] = {{true, false}, {false, true}};
  double ks[2];
  (void)closure;
  for (int g = 0; g < 2; g++) {
    struct es_group_counts counts;
    ES_TRY(es_counts_make(&counts, tally, member[g],
                          &(struct es_consequence){
                              .cost_wrongful_denial = -1, .cost_wrongful_approval = -1, .term = -1},
                          false, c));
    ks[g] = es_curve_ks(&counts.weight).value;
    es_counts_clear(&counts);
  }
  value[0] = fabs(ks[0] - ks[1]);
  value[1] = fmin(ks[0], ks[1]) / fmax(ks[0], ks[1]);
  return ES_OK;
}

Test(bootstrap, gaps_of_chance_reach_0)
{
  enum { SAMPLES = 60 };
  int reached[2] = {0, 0};
  for (uint32_t s = 0; s < SAMPLES; s++) {
    struct es_tally tally;
    struct es_interval interval[2];
    const char *method[2];
    double value[2];
    make_people(&tally, 600, 0.1, 2000 + s);
    cr_assert_eq(chance_gap(value, &tally, NULL, &ctx), ES_OK);
    struct es_bootstrap b = {2, value, (enum es_worst[]){ES_WORST_GAP, ES_WORST_RATIO}, interval,
                             method};
    cr_assert_eq(es_bootstrap(&b, &tally, 100, 0.95, chance_gap, NULL, &ctx), ES_OK);
    cr_expect_str_eq(method[0], "bootstrap_basic");
    reached[0] += interval[0].low == 0;
    reached[1] += interval[1].high == 1;
    es_tally_clear(&tally);
  }
  cr_expect(reached[0] >= 0.88 * SAMPLES && reached[1] >= 0.85 * SAMPLES, "%d, %d of %d",
            reached[0], reached[1], SAMPLES);
}

/* --- dealing people to groups anew
 * --------------------------------------------------------------------- */

static double dealt_p(const struct es_tally *tally, size_t times, uint64_t seed)
{
  struct es_context one = {.seed = seed};
  static const struct es_metric ks = {.name = "ks", .estimate = es_curve_ks};
  static const bool member[2][2] = {{true, false}, {false, true}};
  struct es_counts like = {
      .consequence = {.cost_wrongful_denial = -1, .cost_wrongful_approval = -1, .term = -1}};
  struct es_test test;
  cr_assert_eq(es_test_dealing(&test, &ks, tally, (const bool *const[2]){member[0], member[1]},
                               &like, times, &one),
               ES_OK);
  cr_expect_str_eq(test.method, "permutation");
  return test.p;
}

/* The groups of make_people have the same KS: p is uniform.  A group whose scores say nothing
 * differs. */
Test(bootstrap, dealing_people_anew_tests_groups)
{
  enum { SAMPLES = 150, TIMES = 99 };
  int below[2] = {0, 0};
  for (uint32_t s = 0; s < SAMPLES; s++) {
    struct es_tally tally;
    make_people(&tally, 250, 0.1, 1000 + s);
    double p = dealt_p(&tally, TIMES, s);
    below[0] += p <= 0.05;
    below[1] += p <= 0.5;
    es_tally_clear(&tally);
  }
  cr_expect(below[0] <= 0.05 * SAMPLES + 4 * sqrt(SAMPLES * 0.05 * 0.95), "%d", below[0]);
  cr_expect(fabs(below[1] - 0.5 * SAMPLES) <= 4 * sqrt(SAMPLES * 0.25), "%d", below[1]);
  struct es_tally tally;
  make_people(&tally, 1000, 0.1, 77);
  for (size_t k = 0; k < tally.kept_count; k++)
    if (tally.kept[k].list / 2 == 1) tally.kept[k].score = (double)(k % 7);
  cr_assert_eq(es_tally_sort(&tally, &ctx), ES_OK);
  double p = dealt_p(&tally, 999, 1);
  cr_expect(p == 1.0 / 1000, "%g", p);
  es_tally_clear(&tally);
}
