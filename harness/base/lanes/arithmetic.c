/* Arithmetic on columns of numbers, and the table of everything that a width has. */
#include "harness/base/lanes/width.h"

#include <float.h>
#include "harness/base/lanes/inline.h"

void LANES(exp)(double *restrict out, const double *restrict x, size_t n)
{
  EACH(i, n) out[i] = es_lane_exp(x[i]);
}

void LANES(log)(double *restrict out, const double *restrict x, size_t n)
{
  EACH(i, n) out[i] = es_lane_log(x[i]);
}

void LANES(logistic)(double *restrict out, const double *restrict x, size_t n)
{
  EACH(i, n) out[i] = es_lane_logistic(x[i]);
}

/* By comparing with each group rather than by looking up: few groups, and no gathers. */
void LANES(pick)(double *restrict out, const uint32_t *restrict group, const double *restrict table,
                 size_t stride, size_t groups, size_t n)
{
  EACH(i, n) out[i] = table[0];
  for (size_t g = 1; g < groups; g++) {
    double x = table[g * stride];
    if (es_bits(x) == es_bits(table[0])) continue;
    EACH(i, n) out[i] = group[i] == g ? x : out[i];
  }
}

void LANES(fill)(double *restrict out, double a, size_t n) { EACH(i, n) out[i] = a; }

void LANES(add_scaled)(double *restrict out, double a, const double *restrict x, size_t n)
{
  EACH(i, n) out[i] += a * x[i];
}

void LANES(add_product)(double *restrict out, const double *restrict x, const double *restrict y,
                        size_t n)
{
  EACH(i, n) out[i] += x[i] * y[i];
}

void LANES(less)(uint8_t *restrict out, const double *restrict x, const double *restrict y,
                 size_t n)
{
  EACH(i, n) out[i] = x[i] < y[i];
}

void LANES(positive)(double *restrict out, const double *restrict x, size_t n)
{
  EACH(i, n) out[i] = x[i] > 0 ? 1 : 0;
}

/* Adding 2^52 rounds to an integer; half less makes that the integer below. */
static inline double down(double x)
{
  double nearest = (x + 0x1p52) - 0x1p52;
  return nearest > x ? nearest - 1 : nearest;
}

void LANES(history)(double *restrict months, double *restrict spread, const double *restrict wait,
                    const double *restrict scale, const double *restrict noise, size_t n)
{
  EACH(i, n)
  {
    double m = 1 + down(wait[i] * scale[i]);
    months[i] = m;
    spread[i] = noise[i] * (double)(1 / sqrtf((float)m));
  }
}

/* Most counts are small: FEW steps are taken for everybody, and those who are not there yet go on
 * by themselves. */
enum { FEW = 6, MOST = 99 };

static double count_on(double mean, double u, double p, double sum)
{
  int k = FEW;
  while (u > sum && k < MOST) sum += p *= mean / ++k;
  return k;
}

void LANES(count)(double *restrict out, const double *restrict x, const uint32_t *restrict word,
                  size_t n)
{
  double mean[ES_LANES], p[ES_LANES], sum[ES_LANES];
  uint8_t more[ES_LANES];
  EACH(i, n)
  {
    double u = es_lane_uniform(word[i]), m = es_lane_exp(x[i]), k = 0, q = es_lane_exp(-m), s = q;
    for (int step = 1; step <= FEW; step++) {
      k += u > s ? 1 : 0;
      q *= m * (1.0 / step);
      s = u > s ? s + q : s;
    }
    mean[i] = m;
    p[i] = q;
    sum[i] = s;
    out[i] = k;
    more[i] = u > s;
  }
  for (size_t i = 0; i < n; i++)
    if (more[i]) out[i] = count_on(mean[i], es_lane_uniform(word[i]), p[i], sum[i]);
}

/* In the binary representation, adding half a unit of the last kept bit and clearing what is below
 * rounds to nearest. */
void LANES(round)(double *x, int bits, size_t n)
{
  uint64_t unit = (uint64_t)1 << (53 - bits);
  EACH(i, n)
  {
    double rounded = es_from_bits((es_bits(x[i]) + unit / 2) & ~(unit - 1));
    x[i] = fabs(x[i]) <= DBL_MAX ? rounded : x[i];
  }
}

void LANES(stray)(size_t *restrict out, const double *restrict x, const uint8_t *restrict skip,
                  double low, double high, size_t n)
{
  size_t strays = 0;
  _Pragma("omp simd reduction(+ : strays)") for (size_t i = 0; i < n; i++)
  {
    strays += skip[i] == 0 && !(x[i] >= low && x[i] <= high);
  }
  *out = strays;
}

void LANES(reaches)(uint8_t *restrict out, const double *restrict x, double a, size_t n)
{
  EACH(i, n) out[i] = x[i] >= a;
}

/* Probabilities closer to 0 and 1 are taken for this close, as scikit-learn's log_loss does. */
static inline double clip(double p)
{
  p = p < 1e-15 ? 1e-15 : p;
  return p > 1 - 1e-15 ? 1 - 1e-15 : p;
}

void LANES(logit)(double *restrict out, const double *restrict p, size_t n)
{
  EACH(i, n) out[i] = es_lane_log(clip(p[i])) - es_lane_log(clip(1 - p[i]));
}

/* The nearest integer to x, below 2^52: added to that, it stands in the lower bits. */
static inline uint64_t nearest(double x) { return es_bits(x + 0x1p52) & 0xfffffffffffffu; }

void LANES(losses)(struct es_losses *restrict out, const double *restrict p,
                   const uint8_t *restrict favorable, size_t n)
{
  EACH(i, n)
  {
    double good = es_lane_log(clip(p[i])), bad = es_lane_log(clip(1 - p[i]));
    double miss = favorable[i] ? 1 - p[i] : p[i], error = miss * miss;
    double loss = favorable[i] ? -good : -bad;
    out->brier[i] = nearest(error * (double)((uint64_t)1 << ES_BRIER_BITS));
    out->brier_square[i] = nearest(error * error * (double)((uint64_t)1 << ES_BRIER_BITS));
    out->loss[i] = nearest(loss * (double)((uint64_t)1 << ES_LOSS_BITS));
    out->loss_square[i] = nearest(loss * loss * (double)((uint64_t)1 << ES_LOSS_SQUARE_BITS));
    out->log_odds[i] = good - bad;
  }
}

void LANES(bin)(uint16_t *restrict out, const double *restrict x, double low, double scale,
                uint16_t bins, size_t n)
{
  EACH(i, n)
  {
    double at = (x[i] - low) * scale;
    at = at > 0 ? at : 0;
    at = at < bins - 1 ? at : bins - 1;
    out[i] = (uint16_t)(int32_t)at;
  }
}

void LANES(reveal)(double *restrict value, uint8_t *restrict seen, const uint8_t *restrict covered,
                   const uint8_t *restrict shared, size_t n)
{
  EACH(i, n) seen[i] = covered[i] & shared[i];
  EACH(i, n) value[i] = seen[i] ? value[i] : (double)NAN;
}

#define ES_PASTE_TABLE(width)       es_lanes_##width
#define ES_PASTE_TABLE_AFTER(width) ES_PASTE_TABLE(width)
#define ES_QUOTE(text)              #text
#define ES_QUOTE_AFTER(text)        ES_QUOTE(text)
extern const struct es_lanes ES_PASTE_TABLE_AFTER(ES_WIDTH);
const struct es_lanes ES_PASTE_TABLE_AFTER(ES_WIDTH) = {.name = ES_QUOTE_AFTER(ES_WIDTH),
#define ES_LANES_ENTRY(name, ...) .name = LANES(name),
                                                        ES_LANES_LIST(ES_LANES_ENTRY)
#undef ES_LANES_ENTRY
};
