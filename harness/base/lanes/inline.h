/* The elementary functions of a lane, in operations that every width has and rounds alike. */
#ifndef ES_BASE_LANES_INLINE_H
#define ES_BASE_LANES_INLINE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "harness/base/lanes/quantile.h"

static inline uint64_t es_bits(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double es_from_bits(uint64_t bits)
{
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline uint32_t es_bits_float(float x)
{
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline float es_float_from_bits(uint32_t bits)
{
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* (word + 1/2) / 2^32; every width converts signed integers. */
static inline double es_lane_uniform(uint32_t word)
{
  return ((double)(int32_t)(word ^ 0x80000000u) + 2147483648.5) * 0x1p-32;
}

/* -log((n + 1/2) / 2^bits) of 0 <= n < 2^31, in single precision.  The logarithm of the fraction is
 * that of S. L. Moshier's Cephes (logf). */
static inline float es_lane_wait(int32_t n, int32_t bits)
{
  uint32_t raw = es_bits_float((float)n + 0.5f);
  uint32_t exponent = (raw + (0x3f800000u - 0x3f3504f3u)) >> 23; /* of the power nearest to it */
  float x = es_float_from_bits(raw - ((exponent - 127u) << 23)) - 1.0f, y = 7.0376836292e-2f;
  y = y * x - 1.1514610310e-1f;
  y = y * x + 1.1676998740e-1f;
  y = y * x - 1.2420140846e-1f;
  y = y * x + 1.4249322787e-1f;
  y = y * x - 1.6668057665e-1f;
  y = y * x + 2.0000714765e-1f;
  y = y * x - 2.4999993993e-1f;
  y = y * x + 3.3333331174e-1f;
  float square = x * x, fraction = x + (y * x * square - 0.5f * square);
  return (float)(127 + bits - (int32_t)exponent) * 0.693147181f - fraction;
}

/* Exponential of mean 1, of 31 bits of the word, to single precision. */
static inline double es_lane_exponential(uint32_t word)
{
  return es_lane_wait((int32_t)(word >> 1), 31);
}

/* Where a word stands among the octaves of the normal quantile: which half, which octave, how far
 * into it. */
static inline float es_lane_octave(uint32_t word, uint32_t *upper, uint32_t *octave)
{
  *upper = (uint32_t) - (int32_t)(word >> 31); /* all bits in the upper half */
  uint32_t raw = es_bits_float((float)(int32_t)(word ^ *upper) + 0.5f);
  raw = raw < 0x4f000000u ? raw : 0x4effffffu; /* below the median, not at it */
  *octave = (raw >> 23) - 126;
  return es_float_from_bits((raw & 0x7fffffu) | 0x3f800000u) - 1.5f;
}

/* Standard normal by inversion, within 7.4e-7 of the quantile for every word. */
static inline double es_lane_normal(uint32_t word)
{
  uint32_t upper, octave;
  float t = es_lane_octave(word, &upper, &octave), y = es_quantile[ES_QUANTILE_DEGREE][octave];
  for (int k = ES_QUANTILE_DEGREE - 1; k >= 0; k--) y = y * t + es_quantile[k][octave];
  return es_float_from_bits(es_bits_float(y) ^ (~upper & 0x80000000u));
}

/* e^x = 2^k·e^r with |r| at most half of log 2, and Taylor's series of e^r to r^13. */
static inline double es_lane_exp(double x)
{
  const double shift = 0x1.8p52; /* added, it leaves the nearest integer in the lowest bits */
  double inside = x < -708 ? -708 : x;
  inside = inside > 709 ? 709 : inside;
  double k = inside * 0x1.71547652b82fep0 + shift, n = k - shift;
  double r = (inside - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
  double y = 1.0 / 6227020800;
  y = y * r + 1.0 / 479001600;
  y = y * r + 1.0 / 39916800;
  y = y * r + 1.0 / 3628800;
  y = y * r + 1.0 / 362880;
  y = y * r + 1.0 / 40320;
  y = y * r + 1.0 / 5040;
  y = y * r + 1.0 / 720;
  y = y * r + 1.0 / 120;
  y = y * r + 1.0 / 24;
  y = y * r + 1.0 / 6;
  y = y * r + 0.5;
  y = y * r * r + r + 1;
  double power = es_from_bits((es_bits(k) + 1023) << 52);
  return x < -708 ? 0 : y * power;
}

/* The logarithm of a positive normal number, as in FreeBSD's e_log.c (Sun Microsystems, 1993). */
static inline double es_lane_log(double x)
{
  uint64_t bits = es_bits(x), root = 0x3fe6a09e667f3bcdu; /* of 1/2 */
  uint64_t exponent = (bits + (0x3ff0000000000000u - root)) >> 52;
  double k = es_from_bits(exponent | 0x4330000000000000u) - (0x1p52 + 1023);
  double f = es_from_bits(bits - ((exponent - 1023) << 52)) - 1;
  double s = f / (2 + f), z = s * s, y = 1.479819860511658591e-01;
  y = y * z + 1.531383769920937332e-01;
  y = y * z + 1.818357216161805012e-01;
  y = y * z + 2.222219843214978396e-01;
  y = y * z + 2.857142874366239149e-01;
  y = y * z + 3.999999999940941908e-01;
  y = y * z + 6.666666666666735130e-01;
  double half = 0.5 * f * f;
  return k * 6.93147180369123816490e-01 -
         ((half - (s * (half + y * z) + k * 1.90821492927058770002e-10)) - f);
}

/* 1 / (1 + e^-x); both tails keep their relative precision. */
static inline double es_lane_logistic(double x)
{
  double e = es_lane_exp(-fabs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

#endif
