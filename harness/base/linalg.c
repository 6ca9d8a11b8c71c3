/* CBLAS and LAPACKE behind a few functions, and Cholesky's factor without them. */
#include "harness/base/linalg.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static void mirror(double *c, size_t d)
{
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < i; j++) c[j * d + i] = c[i * d + j];
}

void es_gram_add(double *c, const double *a, size_t rows, size_t d)
{
  if (rows > 0)
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)d, (int)rows, 1, a, (int)d, 1, c,
                (int)d);
  mirror(c, d);
}

/* Column by column; what a column takes off the rest of its rows is taken off at once. */
bool es_cholesky(double *a, size_t d)
{
  for (size_t j = 0; j < d; j++) {
    double *row = a + j * d;
    for (size_t k = 0; k < j; k++) row[j] -= row[k] * row[k];
    if (!(row[j] > 0)) return false;
    row[j] = sqrt(row[j]);
    for (size_t i = j + 1; i < d; i++) {
      double *to = a + i * d, sum = to[j];
      for (size_t k = 0; k < j; k++) sum -= to[k] * row[k];
      to[j] = sum / row[j];
    }
  }
  return true;
}

void es_cholesky_solve(const double *factor, double *b, size_t d)
{
  for (size_t i = 0; i < d; i++) {
    for (size_t k = 0; k < i; k++) b[i] -= factor[i * d + k] * b[k];
    b[i] /= factor[i * d + i];
  }
  for (size_t i = d; i-- > 0;) {
    b[i] /= factor[i * d + i];
    for (size_t k = 0; k < i; k++) b[k] -= factor[i * d + k] * b[i];
  }
}

/* The inverse M of the factor first, row by row in its place; that of the matrix is M'M. */
void es_cholesky_inverse(double *factor, size_t d)
{
  for (size_t i = 0; i < d; i++) {
    double *row = factor + i * d, pivot = row[i];
    for (size_t j = 0; j < i; j++) {
      double sum = 0;
      for (size_t k = j; k < i; k++) sum += row[k] * factor[k * d + j];
      row[j] = -sum / pivot;
    }
    row[i] = 1 / pivot;
  }
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = 0;
      for (size_t k = i; k < d; k++) sum += factor[k * d + i] * factor[k * d + j];
      factor[i * d + j] = sum;
    }
  mirror(factor, d);
}

bool es_symmetric_eigen(double *a, double *values, size_t d)
{
  if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'L', (lapack_int)d, a, (lapack_int)d, values) != 0)
    return false;
  for (size_t i = 0; i < d; i++) /* LAPACKE leaves vectors in columns */
    for (size_t j = 0; j < i; j++) {
      double swap = a[i * d + j];
      a[i * d + j] = a[j * d + i];
      a[j * d + i] = swap;
    }
  return true;
}

/* OpenBLAS has begun threads of its own by now, which wait by spinning; only some builds have them
 * and this to end them. */
extern int blas_thread_shutdown_(void) __attribute__((weak));

void es_linalg_start(void)
{
  openblas_set_num_threads(1);
  if (blas_thread_shutdown_ != NULL) blas_thread_shutdown_();
}

const char *es_linalg_version(void) { return openblas_get_config(); }
