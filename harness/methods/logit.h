/* Weighted binary logistic regression: a design matrix in, coefficients and a verdict out.
 *
 * Maximises  sum_i w_i log P(y_i | x_i, offset_i) - penalty  by Newton's method with step halving.
 * Columns are standardised inside, and the answer is given on the scale of the columns as they
 * came.  Where there are many rows, the search starts from where it ends for a part of them; what
 * is found does not depend on that.  BLAS takes no part: everything is summed in a fixed order, so
 * that every processor walks the same path.
 */
#ifndef ES_METHODS_LOGIT_H
#define ES_METHODS_LOGIT_H

#include "harness/base/lanes.h"

/* FIRTH adds half the log determinant of the information (Jeffreys' prior): it takes the
 * first-order bias off the coefficients, and they are finite for a separated sample too. */
enum es_logit_penalty { ES_LOGIT_NONE, ES_LOGIT_RIDGE, ES_LOGIT_FIRTH };

/* What the data allow.  A separated sample has no maximum-likelihood estimate: the likelihood grows
 * without end along some direction (Albert, Anderson, Biometrika 71 (1984) 1-10). */
#define ES_LOGIT_VERDICT_LIST(X)                                                                   \
  X(OK, "ok")                                                                                      \
  X(RANK_DEFICIENT, "rank deficient: collinear columns were left out")                             \
  X(QUASI_SEPARATED, "quasi-completely separated")                                                 \
  X(SEPARATED, "completely separated")                                                             \
  X(ONE_CLASS, "all outcomes are the same")

enum es_logit_verdict {
#define ES_LOGIT_VERDICT_ENUM(name, text) ES_LOGIT_##name,
  ES_LOGIT_VERDICT_LIST(ES_LOGIT_VERDICT_ENUM)
#undef ES_LOGIT_VERDICT_ENUM
};

const char *es_logit_verdict_text(enum es_logit_verdict verdict);

/* The verdicts as model files name them: "ok", "rank_deficient", … */
enum { ES_LOGIT_VERDICTS = ES_LOGIT_ONE_CLASS + 1 };
extern const char *const es_logit_verdict_words[ES_LOGIT_VERDICTS];

/* Where a design matrix has its numbers, in blocks of rows (lanes.h), and how many it has room for;
 * what is beyond the last row is 0. */
static inline size_t es_logit_place(size_t columns, size_t row, size_t column)
{
  return (row / ES_ROWS * columns + column) * ES_ROWS + row % ES_ROWS;
}
static inline size_t es_logit_size(size_t rows, size_t columns)
{
  return (rows + ES_ROWS - 1) / ES_ROWS * ES_ROWS * columns;
}

/* x: the design (finite, no intercept).  weight: > 0 each, or NULL: all 1.  offset: added to each
 * linear predictor, or NULL: all 0.
 *   l2         ridge: half of it times the squared slopes; with `standardize`, times those of the
 *              columns divided by their standard deviation
 *   tolerance  converged: no element of the gradient over standardised columns is larger per unit
 *              of weight
 *   profile    intervals from the profile of the (penalised) likelihood, which cost about ten more
 *              steps for each end; otherwise Wald's */
struct es_logit {
  size_t rows, columns;
  const double *x;
  const uint8_t *y;
  const double *weight, *offset;
  enum es_logit_penalty penalty;
  double l2;
  bool standardize;
  size_t max_iter;
  double tolerance;
  bool profile;
  double confidence;
};

/* coefficient, error, low and high have columns + 1 places, the intercept's first; a dropped column
 * has 0.
 *   exists          whether there is a maximum; if not, the numbers are all 0 and mean nothing
 *   error           from the inverse of the (penalised) Hessian
 *   low, high       ends of the interval; NaN: the profile does not fall that far
 *   log_likelihood  without the penalty; objective: with it
 *   gradient        its norm at the end, of the objective over standardised columns
 *   culprit         the column that separates most, when the verdict says separated */
struct es_logit_fit {
  double *coefficient, *error, *low, *high;
  uint8_t *dropped;
  bool exists;
  double log_likelihood, objective, gradient;
  size_t steps, culprit;
  enum es_logit_verdict verdict;
};

/* Returns ES_OK also when no maximum exists, and the verdict says why; with a penalty a separated
 * sample has one.  ES_DIVERGED: not converged in max_iter steps.  The caller clears the fit in any
 * case. */
enum es_status es_logit_fit(const struct es_logit *problem, struct es_logit_fit *fit,
                            struct es_context *ctx) ES_CHECKED;

void es_logit_clear(struct es_logit_fit *fit);

#endif
