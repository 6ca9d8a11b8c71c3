/* The dense linear algebra that scorers use; the only place that includes BLAS and LAPACK.
 *
 * Results of BLAS differ in the last digits between processors; whoever lets them decide something
 * rounds them first (es_round_bits).  Matrices are row-major, symmetric ones full.
 */
#ifndef ES_BASE_LINALG_H
#define ES_BASE_LINALG_H

#include "harness/base/status.h"

/* C (d × d) += Aᵀ A for A of rows × d (dsyrk); both triangles are filled. */
void es_gram_add(double *c, const double *a, size_t rows, size_t d);

/* In place, a (d × d, symmetric positive definite, of which the lower half is read) becomes its
 * lower Cholesky factor.  Returns false where it is not positive definite to working precision.
 * This, and what is solved from it, is without BLAS and has the same bytes everywhere. */
bool es_cholesky(double *a, size_t d);

/* Solves a x = b from that factor, in place of b; and the inverse of a, in place of the factor. */
void es_cholesky_solve(const double *factor, double *b, size_t d);
void es_cholesky_inverse(double *factor, size_t d);

/* Eigenvalues (ascending) and eigenvectors (rows of a) of a symmetric matrix, in place. */
bool es_symmetric_eigen(double *a, double *values, size_t d);

/* One BLAS thread: threads are ours (blocks of people), and BLAS threads change last digits. */
void es_linalg_start(void);
const char *es_linalg_version(void);

#endif
