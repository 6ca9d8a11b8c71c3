/* Binomial: inversion where few are expected, else BTRS (Hörmann, "The generation of binomial
 * random variates", J. Statist. Comput. Simul. 46, 1993).  Hypergeometric: an urn where few are
 * drawn, else HRUA (Stadlober, "Sampling from Poisson, binomial and hypergeometric distributions",
 * 1989). Multinomial: a binomial per cell from what is left, or person by person where that costs
 * less. */
#include "harness/statistics/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"

struct es_dice es_dice_open(const struct es_context *ctx, uint32_t purpose, uint32_t number)
{
  return (struct es_dice){
      .ctx = ctx, .address = (uint64_t)number << 32, .purpose = purpose, .used = 4};
}

static inline uint32_t next(struct es_dice *s)
{
  if (s->used == 4) {
    s->draw = es_draw(s->ctx, s->address++, s->purpose);
    s->used = 0;
  }
  return s->draw.word[s->used++];
}

double es_dice_uniform(struct es_dice *s)
{
  uint64_t high = next(s) >> 6, low = next(s) >> 5;
  return ((double)(high << 27 | low) + 0.5) * 0x1p-53;
}

uint32_t es_dice_below(struct es_dice *s, uint32_t n)
{
  /* Multiply and shift; the few words that would favour some numbers are drawn again (Lemire 2019).
   */
  uint64_t wide = (uint64_t)next(s) * n;
  if ((uint32_t)wide >= n) return (uint32_t)(wide >> 32);
  for (uint32_t least = -n % n; (uint32_t)wide < least;) wide = (uint64_t)next(s) * n;
  return (uint32_t)(wide >> 32);
}

static uint64_t by_inversion(struct es_dice *s, double n, double p)
{
  double odds = p / (1 - p), least = es_exp(n * es_log1p(-p));
  for (;;) {
    double u = es_dice_uniform(s), term = least;
    for (double k = 0; k <= n; k++) {
      if (u < term) return (uint64_t)k;
      u -= term;
      term *= odds * ((n - k) / (k + 1));
      if (term < 1e-20 && k > n * p) break; /* lost in rounding: once in 10^15 */
    }
  }
}

/* log k! less Stirling's main terms. */
static double stirling_rest(double k)
{
  static const double small[10] = {0.08106146679532726, 0.04134069595540929, 0.02767792568499834,
                                   0.02079067210376509, 0.01664469118982119, 0.01387612882307075,
                                   0.01189670994589177, 0.01041126526197209, 0.009255462182712733,
                                   0.008330563433362871};
  if (k < 10) return small[(int)k];
  double x = 1 / (k + 1), x2 = x * x;
  return (1.0 / 12 - (1.0 / 360 - x2 / 1260) * x2) * x;
}

/* log of P(k) / P(mode). */
static double log_height(double n, double odds, double mode, double k)
{
  return (mode + 0.5) * es_log((mode + 1) / (odds * (n - mode + 1))) +
         (n + 1) * es_log((n - mode + 1) / (n - k + 1)) +
         (k + 0.5) * es_log(odds * (n - k + 1) / (k + 1)) + stirling_rest(mode) +
         stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
}

/* Whether v is below P(k) / P(mode); most often a bound decides, and no logarithm but v's is taken.
 */
static bool below(double v, double n, double p, double variance, double k)
{
  double odds = p / (1 - p), mode = floor((n + 1) * p), away = fabs(k - mode);
  if (away <= 15) {
    double height = 1, under = 1;
    for (double i = mode + 1; i <= k; i++) height *= odds * (n - i + 1), under *= i;
    for (double i = k + 1; i <= mode; i++) height *= i, under *= odds * (n - i + 1);
    return v * under <= height;
  }
  double log_v = es_log(v);
  if (away < variance / 2 - 1) {
    double slack = away / variance * (((away / 3 + 0.625) * away + 1.0 / 6) / variance + 0.5);
    double normal = -away * away / (2 * variance);
    if (log_v < normal - slack) return true;
    if (log_v > normal + slack) return false;
  }
  return log_v <= log_height(n, odds, mode, k);
}

static uint64_t by_btrd(struct es_dice *s, double n, double p)
{
  double variance = n * p * (1 - p), spread = sqrt(variance), b = 1.15 + 2.53 * spread;
  double a = -0.0873 + 0.0248 * b + 0.01 * p, c = n * p + 0.5, easy = 0.92 - 4.2 / b;
  for (;;) {
    double u = es_dice_uniform(s) - 0.5, v = es_dice_uniform(s);
    double edge = 0.5 - fabs(u), k = (2 * a / edge + b) * u + c;
    if (edge >= 0.07 && v <= easy) return (uint64_t)k;
    if (k < 0 || k >= n + 1) continue;
    k = (double)(uint64_t)k;
    v *= (2.83 + 5.1 / b) * spread / (a / (edge * edge) + b);
    if (below(v, n, p, variance, k)) return (uint64_t)k;
  }
}

uint64_t es_binomial(struct es_dice *s, uint64_t n, double p)
{
  if (n == 0 || !(p > 0)) return 0;
  if (!(p < 1)) return n;
  double trials = (double)n, q = p <= 0.5 ? p : 1 - p;
  uint64_t k = trials * q < 10 ? by_inversion(s, trials, q) : by_btrd(s, trials, q);
  return p <= 0.5 ? k : n - k;
}

/* --- without replacement
 * --------------------------------------------------------------------------- */

static double log_factorial(double k) { return es_log_gamma(k + 1); }

static uint64_t by_urn(struct es_dice *s, double marked, double total, uint64_t drawn)
{
  uint64_t found = 0;
  for (; drawn > 0; drawn--, total--)
    if (es_dice_uniform(s) * total < marked) {
      found++;
      marked--;
    }
  return found;
}

/* drawn is at most half of all, fewer at most as many as more. */
static double by_hrua(struct es_dice *s, double fewer, double more, double drawn)
{
  double all = fewer + more, p = fewer / all, a = drawn * p + 0.5;
  double c = sqrt((all - drawn) * drawn * p * (1 - p) / (all - 1) + 0.5);
  double h = 1.7155277699214135 * c + 0.8989161620588988; /* 2 sqrt(2/e), 3 - 2 sqrt(3/e) */
  double mode = floor((drawn + 1) * (fewer + 1) / (all + 2));
  double top = log_factorial(mode) + log_factorial(fewer - mode) + log_factorial(drawn - mode) +
               log_factorial(more - drawn + mode);
  double beyond = fmin(fmin(drawn, fewer) + 1, floor(a + 16 * c));
  for (;;) {
    double u = es_dice_uniform(s), v = es_dice_uniform(s), x = a + h * (v - 0.5) / u;
    if (x < 0 || x >= beyond) continue;
    double k = floor(x);
    double t = top - log_factorial(k) - log_factorial(fewer - k) - log_factorial(drawn - k) -
               log_factorial(more - drawn + k);
    if (u * (4 - u) - 3 <= t) return k;
    if (u * (u - t) < 1 && 2 * es_log(u) <= t) return k;
  }
}

uint64_t es_hypergeometric(struct es_dice *s, uint64_t marked, uint64_t others, uint64_t drawn)
{
  uint64_t all = marked + others, least = drawn < all - drawn ? drawn : all - drawn, k;
  if (least == 0 || marked == 0 || others == 0)
    return drawn == 0 || marked == 0 ? 0 : drawn == all ? marked : drawn;
  bool swapped = marked > others;
  uint64_t rare = swapped ? others : marked;
  if (rare < 10 && least >= 10) { /* the other way round: which of the few are among those drawn */
    k = by_urn(s, (double)drawn, (double)all, rare);
    return swapped ? drawn - k : k;
  }
  if (least < 10)
    k = by_urn(s, (double)marked, (double)all, least);
  else
    k = (uint64_t)by_hrua(s, (double)(swapped ? others : marked),
                          (double)(swapped ? marked : others), (double)least);
  if (least >= 10 && swapped) k = least - k;
  return least < drawn ? marked - k : k;
}

/* --- people in cells
 * ------------------------------------------------------------------------------- */

/* Below this many people per cell it is cheaper to draw people than binomials. */
enum { FEW = 16 };

enum es_status es_multinomial_create(struct es_multinomial *m, const uint64_t *count, size_t cells,
                                     struct es_context *ctx)
{
  *m = (struct es_multinomial){.count = count, .cells = cells};
  for (size_t c = 0; c < cells; c++) m->total += count[c];
  if (m->total > FEW * (uint64_t)cells || m->total > UINT32_MAX) return ES_OK;
  if ((m->owner = es_alloc(m->total, sizeof *m->owner, ctx)) == NULL) return ES_NOMEM;
  size_t person = 0;
  for (size_t c = 0; c < cells; c++)
    for (uint64_t k = 0; k < count[c]; k++) m->owner[person++] = (uint32_t)c;
  return ES_OK;
}

void es_multinomial_draw(uint64_t *drawn, const struct es_multinomial *m, uint64_t people,
                         struct es_dice *dice)
{
  memset(drawn, 0, m->cells * sizeof *drawn);
  if (m->total == 0) return;
  if (m->owner != NULL && people <= 2 * m->total) {
    for (; people > 0; people--) drawn[m->owner[es_dice_below(dice, (uint32_t)m->total)]]++;
    return;
  }
  uint64_t rest = m->total;
  for (size_t c = 0; people > 0 && c < m->cells; c++) {
    if (m->count[c] == 0) continue;
    drawn[c] = m->count[c] == rest ? people
                                   : es_binomial(dice, people, (double)m->count[c] / (double)rest);
    people -= drawn[c];
    rest -= m->count[c];
  }
}

void es_multinomial_clear(struct es_multinomial *m)
{
  free(m->owner);
  *m = (struct es_multinomial){0};
}
