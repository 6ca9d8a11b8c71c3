/* Binomial numbers of many people at once: the steps of an algorithm that turns most numbers down
 * or takes them without a logarithm, and looks closer at fewer and fewer of the rest.  Where two
 * things are divided, one reciprocal serves both, as divisions take their time. */
#include "harness/base/lanes/width.h"

#include <math.h>
#include "harness/base/lanes/inline.h"

/* Uniform in (0, 1) with 53 bits. */
static inline double uniform(uint32_t high, uint32_t low)
{
  return ((double)(int32_t)(high >> 6) * 0x1p27 + (double)(int32_t)(low >> 5) + 0.5) * 0x1p-53;
}

static inline double below(double x)
{
  double nearest = (x + 0x1.8p52) - 0x1.8p52;
  return nearest > x ? nearest - 1 : nearest;
}

/* log(1 + x) of -1/2 <= x <= 0, also where it is tiny. */
static inline double log1p_of(double x)
{
  double y = 1 + x, gone = y - 1;
  return gone == 0 ? x : es_lane_log(y) * (x / gone);
}

/* Term after term of the distribution is taken off u, until the next is more than what is left. */
void LANES(invert)(double *restrict k, const double *restrict n, const double *restrict p,
                   const struct es_words *restrict words, size_t size)
{
  double u[ES_LANES], term[ES_LANES], odds[ES_LANES];
  EACH(i, size)
  {
    u[i] = uniform(words->word[0][i], words->word[1][i]);
    term[i] = es_lane_exp(n[i] * log1p_of(-p[i]));
    odds[i] = p[i] / (1 - p[i]);
    k[i] = 0;
  }
  size_t going = 1;
  for (int step = 0; going > 0 && step < ES_INVERTED; step++) {
    const double done = step, share = 1.0 / (step + 1);
    going = 0;
    _Pragma("omp simd reduction(+ : going)") for (size_t i = 0; i < size; i++)
    {
      bool on = u[i] >= term[i];
      double next = term[i] * (odds[i] * ((n[i] - done) * share));
      k[i] += on ? 1 : 0;
      u[i] -= on ? term[i] : 0;
      term[i] = on ? next : term[i];
      going += on;
    }
  }
}

/* Whole vectors: beyond `size` there is room, and nobody who looks. */
#define WHOLE(size) (((size) + 7) / 8 * 8)

void LANES(hat)(struct es_hat *restrict h, const struct es_words *restrict words, size_t size)
{
  EACH(i, WHOLE(size))
  {
    double n = h->n[i], p = h->p[i], v = uniform(words->word[2][i], words->word[3][i]);
    double u = uniform(words->word[0][i], words->word[1][i]) - 0.5, edge = 0.5 - fabs(u);
    double spread = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spread;
    double a = -0.0873 + 0.0248 * b + 0.01 * p, square = edge * edge, slope = b * (a + b * square);
    double both = 1 / (edge * slope), k = below((2 * a * (both * slope) + b) * u + (n * p + 0.5));
    bool easy = edge >= 0.07 && v * b <= 0.92 * b - 4.2, out = !(k >= 0 && k <= n);
    h->k[i] = k;
    h->v[i] = v * ((2.83 * b + 5.1) * spread * square) * (both * edge);
    h->verdict[i] = easy ? ES_TRUE : out ? ES_FALSE : ES_UNKNOWABLE;
  }
}

void LANES(squeeze)(struct es_hat *restrict h, size_t size)
{
  EACH(i, WHOLE(size))
  {
    double n = h->n[i], p = h->p[i], variance = n * p * (1 - p), inverse = 1 / variance;
    double away = fabs(h->k[i] - below((n + 1) * p)), log_v = es_lane_log(h->v[i]);
    double slack = away * inverse * (((away * (1.0 / 3) + 0.625) * away + 1.0 / 6) * inverse + 0.5);
    double normal = -0.5 * away * away * inverse;
    bool near = away < variance / 2 - 1;
    h->v[i] = log_v;
    h->verdict[i] = near && log_v < normal - slack   ? ES_TRUE
                    : near && log_v > normal + slack ? ES_FALSE
                                                     : ES_UNKNOWABLE;
  }
}

/* log k! less Stirling's main terms, k log k and so on of k + 1, to 2e-11, from x = 1 / (k + 1):
 * the polynomial that goes through its values at k = 0 to 9, and further on near enough. */
static inline double rest(double x)
{
  double y = -0.00023014500963811172;
  y = y * x + 0.0007481064727108873;
  y = y * x - 0.0008473884690598435;
  y = y * x + 4.463647625781243e-05;
  y = y * x + 0.0007911779829846902;
  y = y * x - 6.134398088148172e-07;
  y = y * x - 0.0027776261231809408;
  y = y * x - 1.5170282750471846e-08;
  y = y * x + 0.08333333409082205;
  return y * x - 1.54777236361359e-11;
}

/* Whether log v is below log P(k) / P(mode). */
void LANES(height)(struct es_hat *restrict h, size_t size)
{
  EACH(i, WHOLE(size))
  {
    double n = h->n[i], p = h->p[i], k = h->k[i], q = 1 - p, pq = 1 / (p * q);
    double mode = below((n + 1) * p), a = mode + 1, b = n - mode + 1, c = k + 1, d = n - k + 1;
    double ab = 1 / (a * b), cd = 1 / (c * d), in_b = ab * a, in_c = cd * d, in_d = cd * c;
    double height = (mode + 0.5) * es_lane_log(a * (q * q * pq) * in_b) +
                    (n + 1) * es_lane_log(b * in_d) +
                    (k + 0.5) * es_lane_log(p * p * pq * d * in_c) + rest(ab * b) + rest(in_b) -
                    rest(in_c) - rest(in_d);
    h->verdict[i] = h->v[i] <= height ? ES_TRUE : ES_FALSE;
  }
}

/* Numbers below 2^52 stand in the lower bits of 2^52 and more. */
static inline double number(uint64_t n) { return es_from_bits(n | 0x4330000000000000u) - 0x1p52; }
static inline uint64_t count(double n) { return es_bits(n + 0x1p52) & 0xfffffffffffffu; }

void LANES(open_pairs)(double *restrict n, double *restrict p, const uint64_t *restrict people,
                       const double *restrict share, size_t size)
{
  EACH(i, size)
  {
    n[i] = number(people[i]);
    p[i] = share[i] <= 0.5 ? share[i] : 1 - share[i];
  }
}

void LANES(close_pairs)(uint64_t *restrict pairs, const double *restrict n,
                        const double *restrict k, const double *restrict share, size_t size)
{
  EACH(i, size)
  {
    double first = share[i] <= 0.5 ? k[i] : n[i] - k[i];
    pairs[2 * i] = count(first);
    pairs[2 * i + 1] = count(n[i] - first);
  }
}
