/* Newton's method for logistic regression: objective, steps, and the eye for separation.
 *
 * Separation is seen in the steps: once the rest has settled, a step along a direction in which
 * nobody's fit gets worse moves the linear predictor of the separated people by about 1, for ever,
 * whereas ordinary steps shrink.  Such a direction is a proof, so there is no threshold on
 * coefficients to choose.
 */
#include "harness/methods/logit_search.h"

#include <math.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/base/linalg.h"
#include "harness/base/math.h"

enum { BLOCK = ES_LOGIT_BLOCK, HALVINGS = 30, STEP_BITS = 10 /* that outlive the rounding */ };

#define SLACK  1e-8 /* a fit that worsens by less than this share of the best does not worsen */
#define STRIDE 5    /* the longest step away from a maximum, in standard deviations of a column */

double es_logit_weight(const struct es_logit_search *s, size_t row)
{
  return s->weight != NULL ? s->weight[row] : 1;
}

void es_logit_gram(const struct es_logit_search *s, double *out, const double *row_weight)
{
  size_t d = s->d;
  memset(out, 0, d * d * sizeof *out);
  for (size_t first = 0; first < s->rows; first += BLOCK) {
    size_t rows = s->rows - first < BLOCK ? s->rows - first : BLOCK;
    for (size_t i = 0; i < rows; i++) {
      double root = row_weight != NULL ? sqrt(row_weight[first + i]) : 1;
      const double *x = s->x + (first + i) * (d - 1);
      double *to = s->block + i * d + 1;
      to[-1] = root;
#pragma omp simd
      for (size_t j = 0; j < d - 1; j++) to[j] = root * x[j];
    }
    es_gram_add(out, s->block, rows, d);
  }
}

static double predictor(const struct es_logit_search *s, const double *beta, size_t row)
{
  const double *x = s->x + row * (s->d - 1);
  double eta = beta[0];
  for (size_t j = 1; j < s->d; j++) eta += beta[j] * x[j - 1];
  return eta;
}

/* The same of n rows; four at a time, so that sums wait less for each other. */
static void predict(double *eta, const struct es_logit_search *s, const double *beta, size_t first,
                    size_t n)
{
  size_t columns = s->d - 1, i = 0;
  for (; i + 4 <= n; i += 4) {
    const double *x = s->x + (first + i) * columns, *y = x + columns, *z = y + columns,
                 *w = z + columns;
    double sum[4] = {beta[0], beta[0], beta[0], beta[0]};
    for (size_t j = 0; j < columns; j++) {
      sum[0] += beta[j + 1] * x[j];
      sum[1] += beta[j + 1] * y[j];
      sum[2] += beta[j + 1] * z[j];
      sum[3] += beta[j + 1] * w[j];
    }
    memcpy(eta + i, sum, sizeof sum);
  }
  for (; i < n; i++) eta[i] = predictor(s, beta, first + i);
}

static void add_and_clear(double *sum, double *part, size_t d)
{
  for (size_t j = 0; j < d; j++) {
    sum[j] += part[j];
    part[j] = 0;
  }
}

/* A Cholesky factor of the information without a penalty, in a fixed order. */
static bool factor_fisher(struct es_logit_search *s)
{
  size_t d = s->d;
  double *c = s->fisher;
  memset(c, 0, d * d * sizeof *c);
  for (size_t i = 0; i < s->rows; i++) {
    const double *x = s->x + i * (d - 1);
    c[0] += s->info[i];
    for (size_t j = 1; j < d; j++) {
      double part = s->info[i] * x[j - 1];
      c[j * d] += part;
      for (size_t k = 1; k <= j; k++) c[j * d + k] += part * x[k - 1];
    }
  }
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k <= j; k++) {
      double sum = c[j * d + k];
      for (size_t l = 0; l < k; l++) sum -= c[j * d + l] * c[k * d + l];
      if (k < j)
        c[j * d + k] = sum / c[k * d + k];
      else if (!(sum > 0))
        return false;
      else
        c[j * d + j] = sqrt(sum);
    }
  return true;
}

/* The hat value of a row: its info times the square of its length after L z = x. */
static double hat(struct es_logit_search *s, size_t row)
{
  size_t d = s->d;
  const double *x = s->x + row * (d - 1);
  double *z = s->partial, squares = 0;
  for (size_t j = 0; j < d; j++) {
    double sum = j == 0 ? 1 : x[j - 1];
    for (size_t k = 0; k < j; k++) sum -= s->fisher[j * d + k] * z[k];
    z[j] = sum / s->fisher[j * d + j];
    squares += z[j] * z[j];
  }
  return s->info[row] * squares;
}

/* Adds 0.5 log |information|, and its derivative: sum of hat (0.5 - p) x. */
static void add_firth(struct es_logit_search *s)
{
  size_t d = s->d;
  if (!factor_fisher(s)) {
    s->objective = -INFINITY;
    return;
  }
  for (size_t j = 0; j < d; j++) s->objective += es_log(s->fisher[j * d + j]);
  for (size_t i = 0; i < s->rows; i++) {
    const double *x = s->x + i * (d - 1);
    double pull = hat(s, i) * s->lean[i];
    s->gradient[0] += pull;
    for (size_t j = 1; j < d; j++) s->gradient[j] += pull * x[j - 1];
  }
}

/* How far n rows are on the right side of the outcome, with the offset, and e^-|that|. */
static void find_sides(double *right, double *e, struct es_logit_search *s, const double *beta,
                       size_t first, size_t n)
{
  double outside[BLOCK];
  predict(right, s, beta, first, n);
  for (size_t i = 0; i < n; i++) {
    double sign = s->y[first + i] ? 1 : -1, linear = sign * right[i];
    if (linear < s->margin) s->margin = linear;
    if (fabs(linear) > s->spread) s->spread = fabs(linear);
    right[i] = s->offset != NULL ? linear + sign * s->offset[first + i] : linear;
    outside[i] = -fabs(right[i]);
  }
  es_lanes()->exp(e, outside, n);
}

/* Adds n rows' part of the likelihood and the gradient. */
static void evaluate_block(struct es_logit_search *s, const double *beta, size_t first, size_t n)
{
  double right[BLOCK], e[BLOCK], beyond[BLOCK], loss[BLOCK], residual[BLOCK];
  double part = 0, *partial = s->partial;
  size_t columns = s->d - 1;
  find_sides(right, e, s, beta, first, n);
  for (size_t i = 0; i < n; i++) beyond[i] = 1 + e[i];
  es_lanes()->log(loss, beyond, n);
  for (size_t i = 0; i < n; i++) {
    double weight = es_logit_weight(s, first + i), sign = s->y[first + i] ? 1 : -1;
    double share = 1 / beyond[i], miss = right[i] >= 0 ? e[i] * share : share;
    part += weight * ((right[i] >= 0 ? 0 : right[i]) - loss[i]);
    s->info[first + i] = weight * (e[i] * share * share);
    s->lean[first + i] = sign * (miss - 0.5);
    residual[i] = weight * sign * miss;
    partial[0] += residual[i];
  }
  es_lanes()->add_rows(partial + 1, residual, s->x + first * columns, columns, n);
  add_and_clear(s->gradient, partial, s->d);
  s->log_likelihood += part;
}

/* Likelihood, gradient, info and margin.  Sums go block by block: that is fixed, and loses fewer
 * digits than one long sum. */
static void evaluate_likelihood(struct es_logit_search *s, const double *beta)
{
  s->log_likelihood = s->spread = 0;
  s->margin = INFINITY;
  memset(s->gradient, 0, s->d * sizeof *s->gradient);
  memset(s->partial, 0, s->d * sizeof *s->partial);
  for (size_t first = 0; first < s->rows; first += BLOCK)
    evaluate_block(s, beta, first, s->rows - first < BLOCK ? s->rows - first : BLOCK);
}

void es_logit_evaluate(struct es_logit_search *s, const double *beta)
{
  evaluate_likelihood(s, beta);
  s->objective = s->log_likelihood;
  for (size_t j = 1; j < s->d; j++) {
    s->objective -= 0.5 * s->penalty[j] * beta[j] * beta[j];
    s->gradient[j] -= s->penalty[j] * beta[j];
  }
  if (s->firth) add_firth(s);
}

/* Adds the curvature of Firth's penalty to the Hessian of minus the objective:
 *   0.5 sum h x x' (0.5 - 6 (0.5 - p)²) + 0.5 <A_j, A_k>,  A_j = sum info' x_j z z',  L z = x. */
static void add_curvature(struct es_logit_search *s)
{
  size_t d = s->d, pairs = d * (d + 1) / 2;
  double *pair = s->curve + d * pairs, *row = s->step;
  memset(s->curve, 0, d * pairs * sizeof *s->curve);
  for (size_t i = 0; i < s->rows; i++) {
    double lean = s->lean[i], own = 0.5 * hat(s, i) * (0.5 - 6 * lean * lean), *to = pair;
    row[0] = 1;
    memcpy(row + 1, s->x + i * (d - 1), (d - 1) * sizeof *row);
    for (size_t j = 0; j < d; j++)
      for (size_t k = 0; k <= j; k++) *to++ = s->partial[j] * s->partial[k] * (k < j ? sqrt(2) : 1);
    for (size_t j = 0; j < d; j++) {
      double slope = 2 * lean * s->info[i] * row[j];
      for (size_t k = 0; k < pairs; k++) s->curve[j * pairs + k] += slope * pair[k];
      for (size_t k = 0; k < d; k++) s->hessian[j * d + k] += own * row[j] * row[k];
    }
  }
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < d; k++) {
      double sum = 0;
      for (size_t l = 0; l < pairs; l++) sum += s->curve[j * pairs + l] * s->curve[k * pairs + l];
      s->hessian[j * d + k] += 0.5 * sum;
    }
}

static bool factor(struct es_logit_search *s, bool exact)
{
  size_t d = s->d;
  es_logit_gram(s, s->hessian, s->info);
  if (exact) add_curvature(s);
  for (size_t j = 1; j < d; j++) s->hessian[j * d + j] += s->penalty[j];
  for (size_t j = 0; j < d; j++) {
    if (!(s->hessian[j * d + j] > 0)) return false;
    s->exponent[j] = -(int)floor(ilogb(s->hessian[j * d + j]) / 2.0);
  }
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < d; k++)
      s->hessian[j * d + k] = ldexp(s->hessian[j * d + k], s->exponent[j] + s->exponent[k]);
  return es_cholesky(s->hessian, d);
}

/* Far from its maximum Firth's objective need not be concave; the information serves there. */
bool es_logit_factor(struct es_logit_search *s)
{
  return (s->firth && s->exact && factor(s, true)) || factor(s, false);
}

/* Puts s->direction (in the scale of the factor) on a grid, a power of two below its largest
 * element, and both back to the scale of the columns.  The grid hides what BLAS kernels differ in;
 * it costs some more steps, and must be finer the nearer the Hessian is to singular (its smallest
 * pivot says how near) for the search to converge at all. */
static bool round_step(struct es_logit_search *s)
{
  double most = 0, pivot = 1;
  for (size_t j = 0; j < s->d; j++) {
    pivot = fmin(pivot, s->hessian[j * s->d + j]);
    most = fmax(most, fabs(s->direction[j]));
  }
  int grid = most > 0 ? STEP_BITS - ilogb(pivot) - ilogb(most) : 0;
  for (size_t j = 0; j < s->d; j++) {
    s->step[j] = ldexp(rint(ldexp(s->direction[j], grid)), s->exponent[j] - grid);
    s->direction[j] = ldexp(s->direction[j], s->exponent[j]);
  }
  return isfinite(most);
}

/* out = the solution for `right`, in the scale of the factor. */
static void solve_scaled(const struct es_logit_search *s, double *out, const double *right)
{
  for (size_t j = 0; j < s->d; j++) out[j] = ldexp(right[j], s->exponent[j]);
  es_cholesky_solve(s->hessian, out, s->d);
}

static bool find_step(struct es_logit_search *s)
{
  if (!es_logit_factor(s)) return false;
  solve_scaled(s, s->direction, s->gradient);
  return round_step(s);
}

/* What shrinks slowly although it is `near` its end means that the penalty bends the objective
 * much. */
static void notice_slowness(struct es_logit_search *s, double now, double before, double near)
{
  s->exact |= s->firth && s->curve != NULL && now < near && now > before / 8;
}

static bool take_step(struct es_logit_search *s)
{
  double before = s->objective, enough = before - 1e-12 * (1 + fabs(before)), share = 1;
  for (int halving = 0; halving < HALVINGS; halving++, share /= 2) {
    for (size_t j = 0; j < s->d; j++) s->trial[j] = s->beta[j] + share * s->step[j];
    es_logit_evaluate(s, s->trial);
    if (s->objective >= enough) {
      memcpy(s->beta, s->trial, s->d * sizeof *s->beta);
      return true;
    }
  }
  es_logit_evaluate(s, s->beta);
  return false;
}

static double largest(const double *values, size_t count)
{
  double most = 0;
  for (size_t j = 0; j < count; j++) most = fmax(most, fabs(values[j]));
  return most;
}

/* Whether a step in this direction lets somebody's fit get worse; *moves: the most that the linear
 * predictor of anybody changes. */
static enum es_logit_verdict judge(const struct es_logit_search *s, double *moves)
{
  double worst = INFINITY;
  *moves = 0;
  for (size_t first = 0; first < s->rows; first += BLOCK) {
    double eta[BLOCK];
    size_t n = s->rows - first < BLOCK ? s->rows - first : BLOCK;
    predict(eta, s, s->direction, first, n);
    for (size_t i = 0; i < n; i++) {
      double gain = s->y[first + i] ? eta[i] : -eta[i];
      worst = gain < worst ? gain : worst;
      *moves = fabs(gain) > *moves ? fabs(gain) : *moves;
    }
  }
  if (*moves < 0.1 || worst < -SLACK * *moves) return ES_LOGIT_OK;
  return worst > SLACK * *moves ? ES_LOGIT_SEPARATED : ES_LOGIT_QUASI_SEPARATED;
}

/* The intercept with which, beside the offsets, `favourable` are expected; by halving, for offsets
 * may be huge and Newton's steps would not find back from there. */
static double balance(const struct es_logit_search *s, double favourable)
{
  double base = es_log(favourable / (s->total - favourable)), low = INFINITY, high = -INFINITY;
  if (s->offset == NULL) return base;
  for (size_t i = 0; i < s->rows; i++) {
    low = fmin(low, base - s->offset[i]);
    high = fmax(high, base - s->offset[i]);
  }
  for (int halving = 0; halving < 100 && high - low > 1e-3; halving++) {
    double middle = low + (high - low) / 2, expected = 0;
    for (size_t i = 0; i < s->rows; i++)
      expected += es_logit_weight(s, i) * es_logistic(middle + s->offset[i]);
    if (expected < favourable)
      low = middle;
    else
      high = middle;
  }
  return low + (high - low) / 2;
}

static void start(struct es_logit_search *s)
{
  double favourable = 0;
  for (size_t i = 0; i < s->rows; i++) favourable += s->y[i] ? es_logit_weight(s, i) : 0;
  memset(s->beta, 0, s->d * sizeof *s->beta);
  s->beta[0] = balance(s, favourable);
  es_logit_evaluate(s, s->beta);
}

bool es_logit_climb(struct es_logit_search *s, bool look, size_t max_iter, double tolerance,
                    size_t *steps, enum es_logit_verdict *verdict)
{
  double before = INFINITY;
  *verdict = ES_LOGIT_OK;
  start(s);
  for (*steps = 1; *steps <= max_iter; ++*steps) {
    double moves = 0;
    if (!find_step(s)) return false;
    if (look) {
      *verdict = judge(s, &moves);
      if (s->margin > 1e-10 * s->spread) *verdict = ES_LOGIT_SEPARATED;
      if (*verdict != ES_LOGIT_OK) return true;
    }
    bool small = largest(s->gradient, s->d) <= tolerance * s->total && moves < 1e-3;
    if (!take_step(s)) return small;
    if (small) return true;
    notice_slowness(s, largest(s->gradient, s->d), before, 1e-3 * s->total);
    before = largest(s->gradient, s->d);
  }
  return false;
}

/* --- away from it ----------------------------------------------------------------------------- */

/* The step to the target by the quadratic at hand, in s->step. */
static bool find_descent(struct es_logit_search *s, const double *a, double sign, double target,
                         double *z)
{
  double gain = 0, length = 0;
  if (!es_logit_factor(s)) return false;
  solve_scaled(s, s->direction, s->gradient);
  solve_scaled(s, z, a);
  for (size_t j = 0; j < s->d; j++) {
    gain += ldexp(s->gradient[j], s->exponent[j]) * s->direction[j];
    length += ldexp(a[j], s->exponent[j]) * z[j];
  }
  double excess = 2 * (s->objective - target) + gain;
  double lambda = excess > 0 ? sign * sqrt(excess / length) : 0;
  for (size_t j = 0; j < s->d; j++) s->direction[j] += lambda * z[j];
  return round_step(s);
}

bool es_logit_descend(struct es_logit_search *s, const double *a, double sign, double target,
                      size_t max_iter, double *space)
{
  double before = INFINITY;
  es_logit_evaluate(s, s->beta);
  for (size_t steps = 0; steps < max_iter; steps++) {
    if (!isfinite(s->objective) || !find_descent(s, a, sign, target, space)) return false;
    double most = largest(s->step, s->d), share = most > STRIDE ? STRIDE / most : 1;
    for (size_t j = 0; j < s->d; j++) s->beta[j] += share * s->step[j];
    es_logit_evaluate(s, s->beta);
    if (most <= 1e-10 * (1 + largest(s->beta, s->d))) return true;
    notice_slowness(s, most, before, 0.1);
    before = most;
  }
  return false;
}
