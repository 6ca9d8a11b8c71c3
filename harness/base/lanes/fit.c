/* What linear models are fitted with: sums over the rows of a block (ES_ROWS).
 *
 * A sum is kept in ES_STRANDS strands, each over every ES_STRANDS-th row, which are added up at the
 * end: the same additions in the same order at every width, and as many at once as it has.
 */
#include "harness/base/lanes/width.h"

#include <math.h>
#include <string.h>
#include "harness/base/lanes/inline.h"

enum { VECTOR = ES_VECTOR_BYTES / 8, TILE = ES_GRAM_TILE, STRIP = 4 * VECTOR, LINE = 8 };
typedef double numbers __attribute__((vector_size(ES_VECTOR_BYTES)));

static inline numbers load(const double *x)
{
  numbers some;
  memcpy(&some, x, sizeof some);
  return some;
}

static inline void store(double *to, numbers some) { memcpy(to, &some, sizeof some); }

static inline double fold(const double *strand)
{
  return ((strand[0] + strand[4]) + (strand[2] + strand[6])) +
         ((strand[1] + strand[5]) + (strand[3] + strand[7]));
}

void LANES(fold)(double *restrict out, const double *restrict sum, size_t n)
{
  for (size_t k = 0; k < n; k++) out[k] += fold(sum + k * ES_STRANDS);
}

void LANES(standardize)(double *restrict out, const double *restrict x, double mean, double inverse)
{
  EACH(i, ES_ROWS) out[i] = (x[i] - mean) * inverse;
}

void LANES(add_moments)(double *restrict sum, const double *restrict weight,
                        const double *restrict x, double shift)
{
  for (size_t i = 0; i < ES_ROWS; i += ES_STRANDS) EACH(l, ES_STRANDS)
    {
      double away = x[i + l] - shift, part = weight[i + l] * away;
      sum[l] += part;
      sum[ES_STRANDS + l] += part * away;
    }
}

void LANES(combine)(double *restrict out, const double *restrict x, const double *restrict by,
                    size_t columns)
{
  for (size_t i = 0; i < ES_ROWS; i += STRIP) {
    const double *column = x + i;
    numbers a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t k = 0; k < columns; k++, column += ES_ROWS) {
      a += load(column) * by[k];
      b += load(column + VECTOR) * by[k];
      c += load(column + 2 * VECTOR) * by[k];
      d += load(column + 3 * VECTOR) * by[k];
    }
    store(out + i, a);
    store(out + i + VECTOR, b);
    store(out + i + 2 * VECTOR, c);
    store(out + i + 3 * VECTOR, d);
  }
}

/* Four columns at a time, so that sums wait less for each other. */
void LANES(add_dots)(double *restrict sum, const double *restrict y, const double *restrict x,
                     size_t columns)
{
  for (size_t k = 0; k < columns; k += 4, sum += 4 * ES_STRANDS, x += 4 * ES_ROWS) {
    const size_t last = columns - k - 1, two = last < 1 ? 0 : 1, three = last < 2 ? 0 : 2,
                 four = last < 3 ? 0 : 3;
    for (size_t strand = 0; strand < ES_STRANDS; strand += VECTOR) {
      numbers a = load(sum + strand), b = {0}, c = {0}, d = {0};
      if (last >= 1) b = load(sum + ES_STRANDS + strand);
      if (last >= 2) c = load(sum + 2 * ES_STRANDS + strand);
      if (last >= 3) d = load(sum + 3 * ES_STRANDS + strand);
      for (size_t i = strand; i < ES_ROWS; i += ES_STRANDS) {
        numbers by = load(y + i);
        a += by * load(x + i);
        b += by * load(x + two * ES_ROWS + i);
        c += by * load(x + three * ES_ROWS + i);
        d += by * load(x + four * ES_ROWS + i);
      }
      store(sum + strand, a);
      if (last >= 1) store(sum + ES_STRANDS + strand, b);
      if (last >= 2) store(sum + 2 * ES_STRANDS + strand, c);
      if (last >= 3) store(sum + 3 * ES_STRANDS + strand, d);
    }
  }
}

/* Products of three columns with three. */
static inline void add_tile(double *restrict sum, const double *restrict left,
                            const double *const right[TILE])
{
  for (size_t strand = 0; strand < ES_STRANDS; strand += VECTOR) {
    double *to = sum + strand;
    numbers total[TILE * TILE];
    for (size_t k = 0; k < TILE * TILE; k++) total[k] = load(to + k * ES_STRANDS);
    for (size_t i = strand; i < ES_ROWS; i += ES_STRANDS) {
      numbers a = load(left + i), b = load(left + ES_ROWS + i), c = load(left + 2 * ES_ROWS + i);
      numbers x = load(right[0] + i), y = load(right[1] + i), z = load(right[2] + i);
      total[0] += a * x;
      total[1] += a * y;
      total[2] += a * z;
      total[3] += b * x;
      total[4] += b * y;
      total[5] += b * z;
      total[6] += c * x;
      total[7] += c * y;
      total[8] += c * z;
    }
    for (size_t k = 0; k < TILE * TILE; k++) store(to + k * ES_STRANDS, total[k]);
  }
}

/* Columns beyond the last are the last again; nobody looks at their sums. */
static inline const double *column_of(const double *x, size_t k, size_t columns)
{
  return x + (k < columns ? k : columns - 1) * ES_ROWS;
}

void LANES(add_gram)(double *restrict sum, const double *restrict weight, const double *restrict x,
                     size_t columns, const double *restrict next)
{
  size_t tiles = ES_GRAM_TILES(columns), lines = columns * ES_ROWS / LINE;
  size_t share = lines / (tiles * (tiles + 1) / 2) + 1;
  _Alignas(64) double left[TILE * ES_ROWS];
  for (size_t a = 0; a < columns; a += TILE) {
    for (size_t t = 0; t < TILE; t++) {
      const double *column = column_of(x, a + t, columns);
      EACH(i, ES_ROWS) left[t * ES_ROWS + i] = weight[i] * column[i];
    }
    for (size_t b = 0; b <= a; b += TILE, sum += TILE * TILE * ES_STRANDS) {
      const double *const right[TILE] = {column_of(x, b, columns), column_of(x, b + 1, columns),
                                         column_of(x, b + 2, columns)};
      for (size_t k = 0; k < share; k++, next += LINE) __builtin_prefetch(next, 0, 2);
      add_tile(sum, left, right);
    }
  }
}

void LANES(fold_gram)(double *restrict out, const double *restrict sum, size_t columns)
{
  for (size_t a = 0; a < columns; a += TILE)
    for (size_t b = 0; b <= a; b += TILE)
      for (size_t k = 0; k < TILE * TILE; k++, sum += ES_STRANDS) {
        size_t row = a + k / TILE, column = b + k % TILE;
        if (row < columns && column <= row) out[row * columns + column] += fold(sum);
      }
}

void LANES(odds)(struct es_odds *restrict o)
{
  EACH(i, ES_ROWS)
  {
    double side = o->favorable[i] ? 1 : -1, weight = o->weight[i];
    double right = side * (o->right[i] + o->offset[i]), e = es_lane_exp(-fabs(right));
    double beyond = 1 + e, share = 1 / beyond, miss = right >= 0 ? e * share : share;
    o->right[i] *= side;
    o->gain[i] *= side;
    o->likelihood[i] = weight * ((right >= 0 ? 0 : right) - es_lane_log(beyond));
    o->residual[i] = weight * (side * miss);
    o->info[i] = weight * (e * share * share);
    o->lean[i] = side * (miss - 0.5);
  }
}

static inline double smaller(double a, double b) { return a < b ? a : b; }
static inline double larger(double a, double b) { return a > b ? a : b; }

void LANES(range)(double *restrict low, double *restrict high, const double *restrict x, size_t n)
{
  double least[ES_STRANDS], most[ES_STRANDS];
  size_t i = 0;
  EACH(l, ES_STRANDS) least[l] = *low, most[l] = *high;
  for (; i + ES_STRANDS <= n; i += ES_STRANDS) EACH(l, ES_STRANDS)
    {
      least[l] = smaller(x[i + l], least[l]);
      most[l] = larger(x[i + l], most[l]);
    }
  for (size_t l = 0; i < n; i++, l++) {
    least[l] = smaller(x[i], least[l]);
    most[l] = larger(x[i], most[l]);
  }
  for (size_t l = 0; l < ES_STRANDS; l++) {
    *low = smaller(least[l], *low);
    *high = larger(most[l], *high);
  }
}
