/* The point where a search for the best coefficients stands, and its steps.
 *
 * For logit.c alone.  The sample is on standardised columns.  BLAS takes part in the direction of a
 * step only; that is rounded before it is taken, while objective and gradient are summed in a fixed
 * order.  Firth's penalty 0.5 log |information| (D. Firth, Biometrika 80 (1993) 27-38; G. Heinze,
 * M. Schemper, Stat. Med. 21 (2002) 2409-2419) decides by its hat values where the search ends, so
 * it goes without BLAS altogether; it is meant for small samples, and takes rows × columns² each
 * time.
 */
#ifndef ES_METHODS_LOGIT_SEARCH_H
#define ES_METHODS_LOGIT_SEARCH_H

#include "harness/base/frame.h"
#include "harness/methods/logit.h"

enum { ES_LOGIT_BLOCK = ES_LANES };

/* d = slopes + 1.
 *   direction  the Newton step, and `step` the same, rounded
 *   info       w p (1 - p) of each row at the point that was evaluated last; lean: 0.5 - p
 *   kept       which of the problem's columns are here
 *   margin     the smallest linear predictor (without offset) on the right side, and spread the
 *              largest at all
 *   firth      whether the penalty is Firth's; `fisher` is then a factor of the information
 *   exact      with Firth's penalty, steps by the Hessian of the whole objective; otherwise by the
 *              information alone, which is cheaper and mostly nearly as good.  `curve` is its room,
 *              or NULL: never
 *   basis      NULL, or the triangle R of (columns - mean) / scale = x R */
struct es_logit_search {
  size_t rows, d;
  double *x, *mean, *scale, *penalty;
  const uint8_t *y;
  const double *weight, *offset;
  double total;
  bool firth, exact;
  double *beta, *trial, *gradient, *partial, *direction, *step, *hessian, *block, *info;
  double *lean, *fisher, *curve, *basis;
  size_t *kept;
  int *exponent;
  double objective, log_likelihood, margin, spread;
};

double es_logit_weight(const struct es_logit_search *s, size_t row);

/* Adds the Gram matrix of the rows (with a leading 1), each times its weight, to zero. */
void es_logit_gram(const struct es_logit_search *s, double *out, const double *row_weight);

/* Objective, likelihood, gradient, info and margin at beta. */
void es_logit_evaluate(struct es_logit_search *s, const double *beta);

/* Leaves the Cholesky factor of the Hessian, its rows and columns scaled by powers of two (exact)
 * to a diagonal near 1.  False where it is not positive definite. */
bool es_logit_factor(struct es_logit_search *s);

/* Newton's method from the base rate.  Converged: the gradient is small and the step, taken last,
 * moves nobody.  With `look` it stops as soon as separation is proved. */
bool es_logit_climb(struct es_logit_search *s, bool look, size_t max_iter, double tolerance,
                    size_t *steps, enum es_logit_verdict *verdict);

/* Goes from s->beta to where the objective has fallen to `target` while a'beta is as large (sign
 * +1) or as small (-1) as it can be: Venzon, Moolgavkar, Appl. Stat. 37 (1988) 87-94.  `space`:
 * room for d numbers.  False: not found in max_iter steps. */
bool es_logit_descend(struct es_logit_search *s, const double *a, double sign, double target,
                      size_t max_iter, double *space);

#endif
