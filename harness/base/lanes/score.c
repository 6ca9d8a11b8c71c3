/* What scorers do to a column of a block. */
#include "harness/base/lanes/width.h"

#include <math.h>

void LANES(add_known)(double *restrict out, double a, const double *restrict x,
                      const uint8_t *restrict seen, double otherwise, size_t n)
{
  EACH(i, n) out[i] += a * (seen[i] ? x[i] : otherwise);
}

void LANES(add_weighted)(double *restrict sum, double *restrict total, double weight,
                         const double *restrict x, size_t n)
{
  EACH(i, n)
  {
    bool there = x[i] == x[i];
    sum[i] += there ? weight * x[i] : 0;
    total[i] += there ? weight : 0;
  }
}

/* What is not seen may be NaN, which is none: it adds nothing to a mean. */
void LANES(add_shares)(double *restrict sum, double *restrict total, double weight,
                       const double *restrict x, const uint8_t *restrict seen, double from,
                       double to, double otherwise, size_t n)
{
  const double scale = 1 / (to - from);
  const bool counts = otherwise == otherwise;
  const double none = counts ? weight * otherwise : 0, least = counts ? weight : 0;
  EACH(i, n)
  {
    double share = (x[i] - from) * scale;
    share = share > 0 ? share : 0;
    share = share < 1 ? share : 1;
    sum[i] += seen[i] ? weight * share : none;
    total[i] += seen[i] ? weight : least;
  }
}

void LANES(mean)(double *restrict out, const double *restrict sum, const double *restrict total,
                 size_t n)
{
  EACH(i, n) out[i] = total[i] > 0 ? sum[i] / total[i] : (double)NAN;
}

void LANES(count_bits)(uint64_t *restrict all, uint64_t *restrict good, const uint64_t *a,
                       const uint64_t *b, const uint64_t *within, const uint64_t *favorable,
                       size_t words)
{
  uint64_t in_all = 0, in_good = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t in = a[w] & b[w] & within[w];
    in_all += (uint64_t)__builtin_popcountll(in);
    in_good += (uint64_t)__builtin_popcountll(in & favorable[w]);
  }
  *all = in_all;
  *good = in_good;
}

void LANES(put)(double *restrict out, const double *restrict x, const uint8_t *restrict flag,
                uint8_t when, size_t n)
{
  EACH(i, n) out[i] = flag[i] == when ? x[i] : out[i];
}

void LANES(put_one)(double *restrict out, double a, const uint8_t *restrict flag, uint8_t when,
                    size_t n)
{
  EACH(i, n) out[i] = flag[i] == when ? a : out[i];
}

/* One comparison of a whole column: unknown where it is not seen. */
#define COMPARE(op)                                                                                \
  EACH(i, n) out[i] = seen[i] ? (x[i] op number ? ES_TRUE : ES_FALSE) : ES_UNKNOWABLE;             \
  return

void LANES(compare)(uint8_t *restrict out, const double *restrict x, const uint8_t *restrict seen,
                    enum es_comparison how, double number, size_t n)
{
  switch (how) {
  case ES_LESS: COMPARE(<);
  case ES_AT_MOST: COMPARE(<=);
  case ES_MORE: COMPARE(>);
  case ES_AT_LEAST: COMPARE(>=);
  case ES_EQUAL: COMPARE(==);
  case ES_UNEQUAL: COMPARE(!=);
  }
}
