/* Firth's penalty on a logistic likelihood: its value, derivative and curvature, row by row on the
 * basis that the search has for it. */
#include <math.h>
#include <string.h>
#include "harness/base/linalg.h"
#include "harness/base/math.h"
#include "harness/methods/logit_search.h"

static const double *row_of(const struct es_logit_search *s, size_t row)
{
  return s->own + row * (s->d - 1);
}

/* The hat value of a row: its info times the square of its length after L z = x. */
static double hat(struct es_logit_search *s, size_t row)
{
  size_t d = s->d;
  const double *x = row_of(s, row);
  double *z = s->row, squares = 0;
  for (size_t j = 0; j < d; j++) {
    double sum = j == 0 ? 1 : x[j - 1];
    for (size_t k = 0; k < j; k++) sum -= s->fisher[j * d + k] * z[k];
    z[j] = sum / s->fisher[j * d + j];
    squares += z[j] * z[j];
  }
  return s->info[row] * squares;
}

/* The derivative is the sum of hat (0.5 - p) x. */
void es_logit_add_firth(struct es_logit_search *s)
{
  size_t d = s->d;
  memcpy(s->fisher, s->information, d * d * sizeof *s->fisher);
  if (!es_cholesky(s->fisher, d)) {
    s->objective = -INFINITY;
    return;
  }
  for (size_t j = 0; j < d; j++) s->objective += es_log(s->fisher[j * d + j]);
  for (size_t i = 0; i < s->rows; i++) {
    const double *x = row_of(s, i);
    double pull = hat(s, i) * s->lean[i];
    s->gradient[0] += pull;
    for (size_t j = 1; j < d; j++) s->gradient[j] += pull * x[j - 1];
  }
}

/* 0.5 sum h x x' (0.5 - 6 (0.5 - p)²) + 0.5 <A_j, A_k>,  A_j = sum info' x_j z z',  L z = x. */
void es_logit_add_curvature(struct es_logit_search *s)
{
  size_t d = s->d, pairs = d * (d + 1) / 2;
  double *pair = s->curve + d * pairs, *row = s->direction;
  memset(s->curve, 0, d * pairs * sizeof *s->curve);
  for (size_t i = 0; i < s->rows; i++) {
    double lean = s->lean[i], own = 0.5 * hat(s, i) * (0.5 - 6 * lean * lean), *to = pair;
    row[0] = 1;
    memcpy(row + 1, row_of(s, i), (d - 1) * sizeof *row);
    for (size_t j = 0; j < d; j++)
      for (size_t k = 0; k <= j; k++) *to++ = s->row[j] * s->row[k] * (k < j ? sqrt(2) : 1);
    for (size_t j = 0; j < d; j++) {
      double slope = 2 * lean * s->info[i] * row[j];
      for (size_t k = 0; k < pairs; k++) s->curve[j * pairs + k] += slope * pair[k];
      for (size_t k = 0; k <= j; k++) s->hessian[j * d + k] += own * row[j] * row[k];
    }
  }
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k <= j; k++) {
      double sum = 0;
      for (size_t l = 0; l < pairs; l++) sum += s->curve[j * pairs + l] * s->curve[k * pairs + l];
      s->hessian[j * d + k] += 0.5 * sum;
    }
}
