/* The point where a search for the best coefficients stands, and its steps.
 *
 * For logit*.c alone.  The search sees columns that are standardised as they are read, block by
 * block, with a leading column of 1.  All sums are taken in a fixed order (lanes.h), block after
 * block into panels, and panel after panel, so that they are the same for any number of threads.
 * Firth's penalty 0.5 log |information| (D. Firth, Biometrika 80 (1993) 27-38; G. Heinze,
 * M. Schemper, Stat. Med. 21 (2002) 2409-2419) takes rows × columns² on one thread each time; it is
 * meant for small samples.
 */
#ifndef ES_METHODS_LOGIT_SEARCH_H
#define ES_METHODS_LOGIT_SEARCH_H

#include "harness/base/lanes.h"
#include "harness/methods/logit.h"

/* d = slopes + 1.
 *   stride       only every so manieth block of rows is looked at
 *   kept         which of the problem's columns are here; inverse: 1 / scale
 *   own          NULL, or the rows' slopes on another basis, row by row
 *   basis        NULL, or the triangle R of (columns - mean) / scale = own R
 *   total        the weight of all rows
 *   information  of the sample at the point that was evaluated last, without a penalty, lower half;
 *                hessian: a factor of that of the objective; keep: it is not evaluated
 *   margin       the smallest linear predictor (without offset) on the right side, and spread the
 *                largest at all; worst, moves: the same of what a direction changes
 *   careful      steps are short: whole ones may carry the few people of a rare level to where
 *                nothing is learned of them, while the objective grows by what they do for others
 *   firth        whether the penalty is Firth's; `fisher` is then a factor of the information,
 *                `info` each row's w p (1 - p), and `lean` 0.5 - p
 *   exact        with Firth's penalty, steps by the Hessian of the whole objective; otherwise by
 *                the information alone, which is cheaper and mostly nearly as good.  `curve` is its
 *                room, or NULL: never
 *   room         of each thread, for its block and its sums; panel, dots: those of panels, and of
 *                columns */
struct es_logit_search {
  size_t rows, d, columns, stride;
  const double *x, *weight, *offset;
  const uint8_t *y;
  double *mean, *scale, *inverse, *penalty, *own, *basis;
  size_t *kept;
  double total;
  bool careful, firth, exact, keep;
  double *beta, *trial, *gradient, *direction, *information, *hessian;
  double *info, *lean, *fisher, *curve, *row;
  int *exponent;
  double objective, log_likelihood, margin, spread, worst, moves;
  struct es_logit_room *room;
  double *panel, *dots;
  size_t rooms;
};

/* --- over the rows (logit_rows.c) ------------------------------------------------------------- */

bool es_logit_make_room(struct es_logit_search *s, struct es_context *ctx);
void es_logit_free_room(struct es_logit_search *s);

static inline double es_logit_weight(const struct es_logit_search *s, size_t row)
{
  return s->weight != NULL ? s->weight[row] : 1;
}

/* The slopes of one row, to which s->own has them. */
void es_logit_read_row(const struct es_logit_search *s, double *out, size_t row);

/* Total weight, and every column's mean, scale and inverse. */
void es_logit_measure(struct es_logit_search *s);

/* The Gram matrix of the sample, each row times its weight, in s->information. */
void es_logit_gram(struct es_logit_search *s);

/* Likelihood, gradient, information, margin and spread at beta; and, where there is a direction,
 * its worst and moves. */
void es_logit_likelihood(struct es_logit_search *s, const double *beta, const double *direction);

/* --- Firth's penalty (logit_firth.c) ---------------------------------------------------------- */

/* Adds 0.5 log |information|, and its derivative. */
void es_logit_add_firth(struct es_logit_search *s);
/* Adds the curvature of that to the Hessian of minus the objective. */
void es_logit_add_curvature(struct es_logit_search *s);

/* --- steps (logit_search.c) ------------------------------------------------------------------- */

/* The likelihood and all that, and the objective, with the penalty. */
void es_logit_evaluate(struct es_logit_search *s, const double *beta, const double *direction);

/* Leaves the Cholesky factor of the Hessian, its rows and columns scaled by powers of two (exact)
 * to a diagonal near 1.  False where it is not positive definite. */
bool es_logit_factor(struct es_logit_search *s);

/* Puts beta where nothing but the base rate is known. */
void es_logit_start(struct es_logit_search *s);

/* Newton's method from s->beta, where it has been evaluated.  Converged: the gradient is small and
 * the step, taken last, moves nobody.  With `look` it stops as soon as separation is proved. */
bool es_logit_climb(struct es_logit_search *s, bool look, size_t max_iter, double tolerance,
                    size_t *steps, enum es_logit_verdict *verdict);

/* Goes from s->beta to where the objective has fallen to `target` while a'beta is as large (sign
 * +1) or as small (-1) as it can be: Venzon, Moolgavkar, Appl. Stat. 37 (1988) 87-94.  `space`:
 * room for d numbers.  False: not found in max_iter steps. */
bool es_logit_descend(struct es_logit_search *s, const double *a, double sign, double target,
                      size_t max_iter, double *space);

#endif
