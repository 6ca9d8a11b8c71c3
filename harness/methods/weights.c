/* Weights from correlations. */
#include "harness/methods/weights.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/linalg.h"

enum { BLOCK = ES_LANES, ROUNDS = 5000 };

/* Correlations of columns that vary; what is missing is set to the mean.  block has room for
 * BLOCK × d numbers. */
static void correlate(double *c, double *block, const struct es_indicator *const *one, size_t d,
                      const struct es_training *training)
{
  size_t rows = 0;
  for (size_t i = 0; i < training->frame.people; i++) {
    for (size_t j = 0; j < d; j++) {
      double weight = es_indicator_weight(training, one[j]->column, i);
      double off = weight > 0 ? training->frame.value[one[j]->column][i] - one[j]->mean : 0;
      block[rows * d + j] = sqrt(weight) * off / one[j]->sd;
    }
    if (++rows < BLOCK && i + 1 < training->frame.people) continue;
    es_gram_add(c, block, rows, d);
    rows = 0;
  }
  for (size_t j = 0; j < d; j++) block[j] = sqrt(c[j * d + j]);
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < d; k++) c[j * d + k] /= block[j] * block[k];
}

static double on_grid(double weight) { return rint(weight * 0x1p24) * 0x1p-24; }

static enum es_status load(double *weight, double *c, double *values, size_t d,
                           struct es_context *ctx)
{
  if (!es_symmetric_eigen(c, values, d))
    return es_fail(ctx, ES_DIVERGED, "weights=pca: the eigenvalues did not converge");
  if (d > 1 && values[d - 1] - values[d - 2] < 1e-6 * values[d - 1])
    return es_fail(ctx, ES_DEGENERATE,
                   "weights=pca: the columns have no first principal component "
                   "(two are as large): use weights=equal");
  for (size_t j = 0; j < d; j++) {
    double loading = c[(d - 1) * d + j];
    weight[j] = on_grid(loading * loading);
  }
  return ES_OK;
}

enum es_status es_weights_pca(double *weight, const struct es_indicator *const *one, size_t count,
                              const struct es_training *training, struct es_context *ctx)
{
  double *c = es_alloc(count * count, sizeof *c, ctx);
  double *block = es_alloc(BLOCK * count, sizeof *block, ctx);
  enum es_status status = c && block ? ES_OK : ES_NOMEM;
  if (status == ES_OK) {
    correlate(c, block, one, count, training);
    status = load(weight, c, block, count, ctx);
  }
  free(c);
  free(block);
  return status;
}

/* r[j]: the correlation of column j with the mean by these weights; the columns' spread is in `sd`.
 * Returns the average. */
static double follow(double *r, const double *c, const double *weight, const double *sd, size_t d)
{
  double square = 0, average = 0;
  for (size_t j = 0; j < d; j++) {
    r[j] = 0;
    for (size_t k = 0; k < d; k++) r[j] += c[j * d + k] * weight[k] * sd[k];
    square += r[j] * weight[j] * sd[j];
  }
  for (size_t j = 0; j < d; j++) {
    r[j] /= sqrt(square);
    average += r[j] / (double)d;
  }
  return average;
}

/* A column that follows the mean too little gains weight, by the root of what it lacks, and the
 * others lose; which also keeps weights above 0. */
static void balance(double *weight, double *r, const double *c, const double *sd, size_t d)
{
  for (size_t j = 0; j < d; j++) weight[j] = 1 / (double)d;
  for (size_t round = 0; round < ROUNDS; round++) {
    double average = follow(r, c, weight, sd, d), sum = 0, off = 0;
    for (size_t j = 0; j < d; j++) {
      off = fmax(off, fabs(r[j] - average));
      weight[j] *= sqrt(fmax(average, 0.01) / fmax(r[j], 0.01));
      sum += weight[j];
    }
    for (size_t j = 0; j < d; j++) weight[j] /= sum;
    if (off < 1e-12) return;
  }
}

enum es_status es_weights_correlation(double *weight, double *least, double *most,
                                      const struct es_indicator *const *one, size_t count,
                                      enum es_norm how, const struct es_training *training,
                                      struct es_context *ctx)
{
  size_t d = count;
  double *c = es_alloc(d * d, sizeof *c, ctx), *block = es_alloc(BLOCK * d, sizeof *block, ctx);
  double *sd = es_alloc(d, sizeof *sd, ctx), *r = es_alloc(d, sizeof *r, ctx);
  enum es_status status = c && block && sd && r ? ES_OK : ES_NOMEM;
  if (status == ES_OK) {
    correlate(c, block, one, d, training);
    for (size_t j = 0; j < d; j++) sd[j] = es_indicator_slope(one[j], how) * one[j]->sd;
    for (size_t j = 0; j < d; j++) /* of the columns as they are turned */
      for (size_t k = 0; k < d; k++)
        if ((sd[j] < 0) != (sd[k] < 0)) c[j * d + k] = -c[j * d + k];
    for (size_t j = 0; j < d; j++) sd[j] = fabs(sd[j]);
    balance(weight, r, c, sd, d);
    for (size_t j = 0; j < d; j++) weight[j] = on_grid(weight[j]);
    follow(r, c, weight, sd, d);
    *least = *most = r[0];
    for (size_t j = 1; j < d; j++) {
      *least = fmin(*least, r[j]);
      *most = fmax(*most, r[j]);
    }
  }
  free(c);
  free(block);
  free(sd);
  free(r);
  return status;
}
