/* Arithmetic on blocks: the same bytes at every width, and right. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/base/math.h"

static const struct es_context ctx = {.seed = 0x123456789ABCDEF, .replicate = 3};
enum { N = ES_LANES };

/* Every function's results on the same input. */
struct outputs {
  struct es_words words;
  double uniform[N], normal[N], exponential[N], exp[N], log[N], logistic[N], pick[N], scaled[N],
      rounded[N], log_odds[N], product[N], months[N], spread[N], count[N], positive[N], revealed[N];
  uint32_t level[N];
  struct es_losses losses;
  double put[N], known[N], share[N], sum[N], total[N], mean[N], given[N], weight[N];
  uint8_t compared[6][N];
  uint64_t bits[4], counted[2];
  uint16_t bin[N];
  size_t strays;
  uint8_t below[N], less[N], seen[N], reached[N];
};

static void run_all(struct outputs *o, const struct es_lanes *lanes, size_t n)
{
  static const double table[] = {0.3, 7, 0.5, 7, 0.2, 7};
  struct es_stream stream = es_stream(&ctx, 9);
  uint64_t person[N];
  for (size_t i = 0; i < n; i++) person[i] = i * 0x9E3779B97F4A7C15u;
  lanes->draw(&o->words, &stream, person, n);
  uint32_t *const word = o->words.word[0];
  for (size_t i = 0; i < 4 && i < n; i++)
    word[i] = (uint32_t[]){0, UINT32_MAX, 1u << 31, ~0u >> 1}[i];
  lanes->uniform(o->uniform, word, n);
  lanes->normal(o->normal, word, n);
  lanes->exponential(o->exponential, word, n);
  lanes->exp(o->exp, o->normal, n);
  lanes->log(o->log, o->uniform, n);
  lanes->logistic(o->logistic, o->log, n);
  lanes->level(o->level, word, table, 2, 3, n);
  lanes->pick(o->pick, o->level, table, 2, 3, n);
  lanes->fill(o->scaled, 0.1, n);
  lanes->add_scaled(o->scaled, 0.7, o->normal, n);
  lanes->fill(o->product, -0.1, n);
  lanes->add_product(o->product, o->normal, o->log, n);
  lanes->below(o->below, o->words.word[1], o->pick, n);
  lanes->less(o->less, o->normal, o->pick, n);
  lanes->history(o->months, o->spread, o->exponential, o->exp, o->pick, n);
  lanes->count(o->count, o->normal, o->words.word[2], n);
  lanes->positive(o->positive, o->normal, n);
  memcpy(o->rounded, o->normal, n * sizeof *o->normal);
  lanes->round(o->rounded, 40, n);
  lanes->stray(&o->strays, o->normal, o->less, -1, 2, n);
  lanes->reaches(o->reached, o->normal, 0.5, n);
  lanes->logit(o->log_odds, o->uniform, n);
  lanes->losses(&o->losses, o->uniform, o->below, n);
  lanes->bin(o->bin, o->normal, -2, 100, 400, n);
  lanes->fill(o->known, 1, n);
  lanes->add_known(o->known, -0.3, o->normal, o->less, 2, n);
  lanes->fill(o->sum, 0, n);
  lanes->fill(o->total, 0, n);
  lanes->fill(o->given, 0, n);
  lanes->fill(o->weight, 0, n);
  lanes->add_shares(o->given, o->weight, 0.7, o->normal, o->below, 1.5, -0.5, 0.25, n);
  lanes->add_shares(o->sum, o->total, 0.3, o->normal, o->below, 1.5, -0.5, (double)NAN, n);
  lanes->mean(o->share, o->sum, o->total, n);
  lanes->add_weighted(o->sum, o->total, 0.7, o->share, n);
  lanes->mean(o->mean, o->sum, o->total, n);
  for (uint64_t k = 0; k < 4; k++) o->bits[k] = (k + 3) * 0x9E3779B97F4A7C15u;
  lanes->count_bits(&o->counted[0], &o->counted[1], &o->bits[0], &o->bits[1], &o->bits[2],
                    &o->bits[3], 1);
  lanes->fill(o->put, 7, n);
  lanes->put(o->put, o->normal, o->less, 1, n);
  lanes->put_one(o->put, -7, o->below, 0, n);
  for (int how = 0; how < 6; how++)
    lanes->compare(o->compared[how], o->count, o->below, (enum es_comparison)how, 1, n);
  memcpy(o->revealed, o->exp, n * sizeof *o->exp);
  lanes->reveal(o->revealed, o->seen, o->below, o->less, n);
}

Test(lanes, every_width_gives_the_same_bytes)
{
  static const size_t sizes[] = {1, 5, 16, 100, 255, N};
  static struct outputs want, got;
  const struct es_lanes *any = es_lanes_widths[es_lanes_width_count - 1];
  cr_assert_str_eq(any->name, "any");
  for (size_t s = 0; s < ES_COUNT_OF(sizes); s++) {
    memset(&want, 0, sizeof want);
    run_all(&want, any, sizes[s]);
    for (size_t k = 0; k + 1 < es_lanes_width_count; k++) {
      if (!es_lanes_runs(es_lanes_widths[k])) {
        fprintf(stderr, "skipped: this processor has no %s\n", es_lanes_widths[k]->name);
        continue;
      }
      memset(&got, 0, sizeof got);
      run_all(&got, es_lanes_widths[k], sizes[s]);
      for (size_t w = 0; w < 4; w++) /* what stands behind the last of them is nobody's */
        memset(got.words.word[w] + sizes[s], 0, (N - sizes[s]) * sizeof(uint32_t)),
            memset(want.words.word[w] + sizes[s], 0, (N - sizes[s]) * sizeof(uint32_t));
      cr_expect(memcmp(&want, &got, sizeof want) == 0, "%s, %zu people", es_lanes_widths[k]->name,
                sizes[s]);
    }
  }
}

/* --- blocks of rows --------------------------------------------------------------------------- */

enum { COLUMNS = 7 };
struct sums {
  struct es_odds odds;
  double x[COLUMNS * ES_ROWS], strands[ES_GRAM_ROOM(COLUMNS)], gram[COLUMNS * COLUMNS];
  double dots[COLUMNS], moments[2], combined[ES_ROWS], low, high;
};

static void sum_rows(struct sums *o, const struct es_lanes *lanes, size_t columns, size_t n)
{
  static struct es_words words;
  const struct es_stream stream = es_stream(&ctx, 11);
  uint64_t person[ES_ROWS];
  double by[COLUMNS];
  memset(o, 0, sizeof *o);
  for (size_t k = 0; k < columns; k++) {
    by[k] = 0.3 - 0.1 * (double)k;
    for (size_t i = 0; i < ES_ROWS; i++) person[i] = k * ES_ROWS + i;
    lanes->draw(&words, &stream, person, ES_ROWS);
    lanes->normal(o->x + k * ES_ROWS, words.word[0], ES_ROWS);
    lanes->standardize(o->x + k * ES_ROWS, o->x + k * ES_ROWS, 0.5, 2);
  }
  for (size_t i = 0; i < ES_ROWS; i++) o->odds.favorable[i] = words.word[1][i] % 2 == 0;
  lanes->fill(o->odds.weight, 0.75, n);
  lanes->normal(o->odds.offset, words.word[2], ES_ROWS);
  lanes->combine(o->combined, o->x, by, columns);
  memcpy(o->odds.right, o->combined, sizeof o->combined);
  memcpy(o->odds.gain, o->x, sizeof o->odds.gain);
  lanes->odds(&o->odds);
  lanes->add_gram(o->strands, o->odds.info, o->x, columns, o->x);
  lanes->add_gram(o->strands, o->odds.info, o->x, columns, o->x);
  lanes->fold_gram(o->gram, o->strands, columns);
  memset(o->strands, 0, sizeof o->strands);
  lanes->add_dots(o->strands, o->odds.residual, o->x, columns);
  lanes->fold(o->dots, o->strands, columns);
  memset(o->strands, 0, sizeof o->strands);
  lanes->add_moments(o->strands, o->odds.weight, o->x, 0.25);
  lanes->fold(o->moments, o->strands, 2);
  lanes->range(&o->low, &o->high, o->odds.right, n);
}

Test(lanes, sums_over_rows_have_the_same_bytes_at_every_width)
{
  static struct sums want, got;
  for (size_t columns = 1; columns <= COLUMNS; columns++) {
    sum_rows(&want, es_lanes_widths[es_lanes_width_count - 1], columns, 100);
    for (size_t k = 0; k + 1 < es_lanes_width_count; k++) {
      if (!es_lanes_runs(es_lanes_widths[k])) continue;
      sum_rows(&got, es_lanes_widths[k], columns, 100);
      cr_expect(memcmp(&want, &got, sizeof want) == 0, "%s", es_lanes_widths[k]->name);
    }
  }
}

/* --- binomials -------------------------------------------------------------------------------- */

struct trials {
  struct es_hat hat;
  struct es_words words;
  double few[N], smaller[N], people[N], log_v[N];
  uint64_t verdict[2][N], pairs[2 * N];
};

static void run_trials(struct trials *t, const struct es_lanes *lanes, size_t n)
{
  const struct es_stream stream = es_stream(&ctx, 12);
  uint64_t person[N], people[N];
  double share[N];
  memset(t, 0, sizeof *t);
  for (size_t i = 0; i < N; i++) person[i] = i;
  lanes->draw(&t->words, &stream, person, N);
  for (size_t i = 0; i < n; i++) {
    people[i] = 50 + i * i * i;
    share[i] = 0.3 + 0.4 * (double)i / N;
  }
  lanes->open_pairs(t->people, t->smaller, people, share, n);
  memcpy(t->hat.n, t->people, sizeof t->people);
  memcpy(t->hat.p, t->smaller, sizeof t->smaller);
  lanes->hat(&t->hat, &t->words, n);
  memcpy(t->verdict[0], t->hat.verdict, n * sizeof *t->verdict[0]);
  lanes->squeeze(&t->hat, n);
  memcpy(t->verdict[1], t->hat.verdict, n * sizeof *t->verdict[1]);
  lanes->height(&t->hat, n);
  for (size_t i = n; i < N; i++) /* written, and nobody's */
    t->hat.k[i] = t->hat.v[i] = 0, t->hat.verdict[i] = 0;
  lanes->close_pairs(t->pairs, t->people, t->hat.k, share, n);
  for (size_t i = 0; i < n; i++) share[i] = 5 / t->people[i] * share[i];
  lanes->invert(t->few, t->people, share, &t->words, n);
}

Test(lanes, binomials_have_the_same_bytes_at_every_width)
{
  static const size_t sizes[] = {1, 7, 100, N};
  static struct trials want, got;
  for (size_t s = 0; s < ES_COUNT_OF(sizes); s++) {
    run_trials(&want, es_lanes_widths[es_lanes_width_count - 1], sizes[s]);
    for (size_t k = 0; k + 1 < es_lanes_width_count; k++) {
      if (!es_lanes_runs(es_lanes_widths[k])) continue;
      run_trials(&got, es_lanes_widths[k], sizes[s]);
      cr_expect(memcmp(&want, &got, sizeof want) == 0, "%s", es_lanes_widths[k]->name);
    }
  }
}

/* What the quick look says, the close one says too; and that is the formula's word. */
Test(lanes, looks_at_binomials_agree)
{
  static struct trials t;
  size_t looked = 0;
  run_trials(&t, es_lanes(), N);
  for (size_t i = 0; i < N; i++) {
    double n = t.people[i], p = t.smaller[i], k = t.hat.k[i], mode = floor((n + 1) * p);
    if (!(k >= 0 && k <= n)) continue;
    cr_expect_eq(t.pairs[2 * i] + t.pairs[2 * i + 1], 50 + i * i * i);
    double log_height = lgamma(mode + 1) + lgamma(n - mode + 1) - lgamma(k + 1) -
                        lgamma(n - k + 1) + (k - mode) * log(p / (1 - p));
    if (fabs(log_height - t.hat.v[i]) < 1e-6) continue;
    cr_expect_eq(t.hat.verdict[i], t.hat.v[i] <= log_height ? ES_TRUE : ES_FALSE, "%zu", i);
    for (int q = 0; q < 2; q++)
      cr_expect(t.verdict[q][i] == ES_UNKNOWABLE || t.verdict[q][i] == t.hat.verdict[i]);
    looked += t.verdict[0][i] == ES_UNKNOWABLE;
  }
  cr_expect(looked > N / 10 && looked < N / 2, "%zu", looked);
}

static bool close_to(double got, double want)
{
  return fabs(got - want) < 1e-12 * (1 + fabs(want));
}

Test(lanes, sums_over_rows_are_what_they_say)
{
  static struct sums o;
  enum { ROWS = 100 };
  sum_rows(&o, es_lanes(), COLUMNS, ROWS);
  double low = 0, high = 0, sum = 0, squares = 0;
  for (size_t i = 0; i < ROWS; i++) {
    double eta = 0, side = o.odds.favorable[i] ? 1 : -1, weight = 0.75;
    for (size_t k = 0; k < COLUMNS; k++) eta += (0.3 - 0.1 * (double)k) * o.x[k * ES_ROWS + i];
    double p = 1 / (1 + exp(-side * (eta + o.odds.offset[i])));
    cr_expect(close_to(o.combined[i], eta));
    cr_expect(close_to(o.odds.right[i], side * eta) && o.odds.gain[i] == side * o.x[i]);
    cr_expect(close_to(o.odds.likelihood[i], weight * log(p)));
    cr_expect(close_to(o.odds.residual[i], weight * side * (1 - p)));
    cr_expect(close_to(o.odds.info[i], weight * p * (1 - p)));
    cr_expect(close_to(o.odds.lean[i], side * (0.5 - p)));
    sum += weight * (o.x[i] - 0.25);
    squares += weight * (o.x[i] - 0.25) * (o.x[i] - 0.25);
    low = fmin(low, o.odds.right[i]);
    high = fmax(high, o.odds.right[i]);
  }
  cr_expect(close_to(o.moments[0], sum) && close_to(o.moments[1], squares));
  cr_expect(o.low == low && o.high == high);
  for (size_t j = 0; j < COLUMNS; j++) {
    double dot = 0;
    for (size_t i = 0; i < ROWS; i++) dot += o.odds.residual[i] * o.x[j * ES_ROWS + i];
    cr_expect(close_to(o.dots[j], dot));
    for (size_t k = 0; k <= j; k++) {
      double product = 0;
      for (size_t i = 0; i < ROWS; i++)
        product += 2 * o.odds.info[i] * o.x[j * ES_ROWS + i] * o.x[k * ES_ROWS + i];
      cr_expect(close_to(o.gram[j * COLUMNS + k], product), "%zu %zu", j, k);
    }
  }
}

static bool near(double got, double want)
{
  return fabs(got - want) <= 2 * DBL_EPSILON * fabs(want);
}

/* es_draw is Random123's own code. */
Test(lanes, draw_is_philox)
{
  static struct es_words words;
  uint64_t person[N];
  for (uint32_t purpose = 0; purpose < 50; purpose++) {
    struct es_stream stream = es_stream(&ctx, purpose);
    for (size_t i = 0; i < N; i++) person[i] = (uint64_t)purpose << 40 | i * i;
    es_lanes()->draw(&words, &stream, person, N);
    for (size_t i = 0; i < N; i++) {
      struct es_draw d = es_draw(&ctx, person[i], purpose);
      for (size_t k = 0; k < 4; k++) cr_assert_eq(words.word[k][i], d.word[k]);
    }
  }
}

Test(lanes, a_word_alone_is_as_in_a_block)
{
  static struct outputs o;
  size_t strays = 0;
  run_all(&o, es_lanes(), N);
  uint64_t both = 0, good = 0;
  for (int k = 0; k < 64; k++) {
    uint64_t in = (o.bits[0] & o.bits[1] & o.bits[2]) >> k & 1;
    both += in;
    good += in & o.bits[3] >> k;
  }
  cr_assert(both > good && good > 0);
  cr_assert(o.counted[0] == both && o.counted[1] == good);
  for (size_t i = 0; i < N; i++) {
    uint32_t word = o.words.word[0][i];
    cr_assert_eq(o.uniform[i], es_uniform(word));
    cr_assert_eq(o.normal[i], es_normal(word));
    cr_assert_eq(o.exponential[i], es_exponential(word));
    cr_assert_eq(o.level[i], (o.uniform[i] >= 0.3) + (o.uniform[i] >= 0.3 + 0.5));
    cr_assert_eq(o.below[i], es_uniform(o.words.word[1][i]) < o.pick[i]);
    cr_assert_eq(o.seen[i], o.below[i] && o.less[i]);
    cr_assert_eq(isnan(o.revealed[i]) != 0, !o.seen[i]);
    cr_assert_eq(o.rounded[i], es_round_bits(o.normal[i], 40));
    cr_assert_eq(o.reached[i], o.normal[i] >= 0.5);
    cr_assert_eq(o.bin[i], (int)fmin(399, fmax(0, (o.normal[i] + 2) * 100)));
    cr_assert_eq(o.put[i], !o.below[i] ? -7 : o.less[i] ? o.normal[i] : 7);
    double share = fmin(1, fmax(0, (1.5 - o.normal[i]) / 2)), x = o.count[i];
    cr_assert_eq(o.known[i], 1 + -0.3 * (o.less[i] ? o.normal[i] : 2));
    cr_assert(o.below[i] ? near(o.share[i], share) && near(o.mean[i], share)
                         : isnan(o.mean[i]) != 0);
    cr_assert_eq(o.given[i], 0.7 * (o.below[i] ? share : 0.25));
    cr_assert_eq(o.weight[i], 0.7);
    const bool is[6] = {x<1, x <= 1, x> 1, x >= 1, x == 1, x != 1};
    for (int how = 0; how < 6; how++)
      cr_assert_eq(o.compared[how][i], !o.below[i] ? ES_UNKNOWABLE : is[how] ? ES_TRUE : ES_FALSE);
    strays += !o.less[i] && !(o.normal[i] >= -1 && o.normal[i] <= 2);
    cr_assert_eq(o.months[i], 1 + floor(o.exponential[i] * o.exp[i]));
  }
  cr_expect_eq(o.strays, strays);
}

/* Wichura's quantile is right to 1e-16. */
/* Squared error and log loss of a probability, in units of a fixed point. */
Test(lanes, losses_are_what_they_say)
{
  static struct es_losses got;
  double p[N], odds[N], unit = 0x1p-50, loss_unit = 0x1p-46, square_unit = 0x1p-41;
  uint8_t favorable[N];
  for (size_t i = 0; i < N; i++) {
    struct es_draw d = es_draw(&ctx, i, 7);
    p[i] = i == 0 ? 0 : i == 1 ? 1 : es_logistic(20 * es_normal(d.word[0]));
    favorable[i] = d.word[1] & 1;
  }
  es_lanes()->losses(&got, p, favorable, N);
  es_lanes()->logit(odds, p, N);
  for (size_t i = 0; i < N; i++) {
    double hit = favorable[i] ? p[i] : 1 - p[i], error = (favorable[i] ? 1 : 0) - p[i];
    double loss = -log(fmin(fmax(hit, 1e-15), 1 - 1e-15)), q = fmin(fmax(p[i], 1e-15), 1 - 1e-15);
    cr_assert(fabs((double)got.brier[i] * unit - error * error) <= unit);
    cr_assert(fabs((double)got.brier_square[i] * unit - pow(error, 4)) <= unit);
    cr_assert(fabs((double)got.loss[i] * loss_unit - loss) <= loss_unit);
    cr_assert(fabs((double)got.loss_square[i] * square_unit - loss * loss) <= square_unit);
    cr_assert(fabs(odds[i] - log(q) + log(fmax(1 - p[i], 1e-15))) <= 1e-14 &&
              odds[i] == got.log_odds[i]);
  }
}

Test(lanes, normals_are_within_their_bound)
{
  double worst = 0;
  for (uint64_t w = 0; w <= UINT32_MAX; w += w < 5000 || w > UINT32_MAX - 5000u ? 1 : 9973) {
    uint32_t word = (uint32_t)w;
    worst = fmax(worst, fabs(es_normal(word) - es_normal_quantile(es_uniform(word))));
    cr_assert_eq(es_normal(word), -es_normal(~word), "mirrored at the median");
  }
  cr_expect(worst > 1e-7 && worst <= 2.1e-6, "%g", worst);
}

Test(lanes, waits_are_within_their_bound)
{
  for (uint64_t w = 0; w <= UINT32_MAX; w += 9973) {
    double wait = es_exponential((uint32_t)w), want = -log(((double)(w >> 1) + 0.5) / 0x1p31);
    cr_assert(wait >= 0 && fabs(wait - want) <= 1.5e-7 * fmax(1, want), "%g, not %g", wait, want);
  }
}

Test(lanes, functions_agree_with_libm)
{
  double x[N], y[N];
  for (size_t block = 0; block < 400; block++) {
    for (size_t i = 0; i < N; i++) {
      struct es_draw d = es_draw(&ctx, block * N + i, 5);
      x[i] = (es_uniform(d.word[0]) - 0.5) * (i % 2 ? 1400 : 4);
    }
    es_lanes()->exp(y, x, N);
    for (size_t i = 0; i < N; i++) cr_assert(near(y[i], exp(x[i])), "exp(%.17g)", x[i]);
    es_lanes()->logistic(y, x, N);
    for (size_t i = 0; i < N; i++)
      cr_assert(fabs(y[i] / (x[i] < 0 ? exp(x[i]) / (1 + exp(x[i])) : 1 / (1 + exp(-x[i]))) - 1) <
                1e-15);
    for (size_t i = 0; i < N; i++) x[i] = exp(x[i]);
    es_lanes()->log(y, x, N);
    for (size_t i = 0; i < N; i++) cr_assert(near(y[i], log(x[i])), "log(%.17g)", x[i]);
  }
}

Test(lanes, functions_at_their_ends)
{
  double x[] = {0, -1000, -708.5, 1000, -0.0, (double)NAN}, y[6], one = 1;
  es_lanes()->exp(y, x, 6);
  cr_expect(y[0] == 1 && y[1] == 0 && y[2] == 0 && y[3] > 1e307 && y[4] == 1 && isnan(y[5]));
  es_lanes()->logistic(y, x, 6);
  cr_expect(y[0] == 0.5 && y[1] == 0 && y[3] == 1 && y[4] == 0.5 && isnan(y[5]));
  es_lanes()->log(y, &one, 1);
  cr_expect_eq(y[0], 0);
}

/* Inversion, step by step; and counts beyond those that all lanes take together. */
Test(lanes, counts_are_poisson)
{
  double x[N], y[N], means[] = {0.01, 0.3, 2, 9, 40};
  uint32_t word[N];
  size_t beyond = 0;
  for (size_t m = 0; m < ES_COUNT_OF(means); m++) {
    for (size_t i = 0; i < N; i++) {
      x[i] = log(means[m]);
      word[i] = es_draw(&ctx, i, 6).word[0];
    }
    es_lanes()->count(y, x, word, N);
    for (size_t i = 0; i < N; i++) {
      double p = exp(-means[m]), sum = p;
      int k = 0;
      while (es_uniform(word[i]) > sum) sum += p *= means[m] / ++k;
      cr_assert_eq(y[i], k, "mean %g", means[m]);
      beyond += k > 6;
    }
  }
  cr_expect_gt(beyond, N / 4);
}
