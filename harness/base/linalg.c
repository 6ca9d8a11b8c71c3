/* CBLAS and LAPACKE behind a few functions. */
#include "harness/base/linalg.h"

#include <cblas.h>
#include <lapacke.h>
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

bool es_cholesky(double *a, size_t d)
{
  return LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)d, a, (lapack_int)d) == 0;
}

void es_cholesky_solve(const double *factor, double *b, size_t d)
{
  cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, (int)d, factor, (int)d, b, 1);
  cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, (int)d, factor, (int)d, b, 1);
}

void es_cholesky_inverse(double *factor, size_t d)
{
  LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'L', (lapack_int)d, factor, (lapack_int)d);
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
