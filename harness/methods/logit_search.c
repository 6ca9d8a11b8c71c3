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
#include "harness/base/linalg.h"
#include "harness/base/math.h"

enum {
  HALVINGS = 30,
  FAST = 30 /* where the gradient falls so much, the Hessian does not change */
};

#define SLACK  1e-8 /* a fit that worsens by less than this share of the best does not worsen */
#define LEAP   4    /* the most that a careful step changes a linear predictor */
#define STRIDE 5    /* the longest step away from a maximum, in standard deviations of a column */

void es_logit_evaluate(struct es_logit_search *s, const double *beta, const double *direction)
{
  es_logit_likelihood(s, beta, direction);
  s->objective = s->log_likelihood;
  for (size_t j = 1; j < s->d; j++) {
    s->objective -= 0.5 * s->penalty[j] * beta[j] * beta[j];
    s->gradient[j] -= s->penalty[j] * beta[j];
  }
  if (s->firth) es_logit_add_firth(s);
}

static bool factor(struct es_logit_search *s, bool exact)
{
  size_t d = s->d;
  memcpy(s->hessian, s->information, d * d * sizeof *s->hessian);
  if (exact) es_logit_add_curvature(s);
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

/* out = the solution for `right`, in the scale of the factor. */
static void solve_scaled(const struct es_logit_search *s, double *out, const double *right)
{
  for (size_t j = 0; j < s->d; j++) out[j] = ldexp(right[j], s->exponent[j]);
  es_cholesky_solve(s->hessian, out, s->d);
}

/* Puts s->direction from the scale of the factor on that of the columns. */
static bool unscale(struct es_logit_search *s)
{
  bool finite = true;
  for (size_t j = 0; j < s->d; j++) {
    s->direction[j] = ldexp(s->direction[j], s->exponent[j]);
    finite &= isfinite(s->direction[j]) != 0;
  }
  return finite;
}

static bool find_step(struct es_logit_search *s)
{
  if (!es_logit_factor(s)) return false;
  solve_scaled(s, s->direction, s->gradient);
  return unscale(s);
}

/* What shrinks slowly although it is `near` its end means that the penalty bends the objective
 * much. */
static void notice_slowness(struct es_logit_search *s, double now, double before, double near)
{
  s->exact |= s->firth && s->curve != NULL && now < near && now > before / 8;
}

/* Whether a step in the direction that was evaluated lets somebody's fit get worse. */
static enum es_logit_verdict judge(const struct es_logit_search *s)
{
  if (s->margin > 1e-10 * s->spread) return ES_LOGIT_SEPARATED;
  if (s->moves < 0.1 || s->worst < -SLACK * s->moves) return ES_LOGIT_OK;
  return s->worst > SLACK * s->moves ? ES_LOGIT_SEPARATED : ES_LOGIT_QUASI_SEPARATED;
}

/* Goes the whole step, or half, … as far as the objective does not fall, and nobody leaps if it is
 * to be careful; *verdict: what the whole step shows.  keep: the information is left as it was. */
static bool take_step(struct es_logit_search *s, bool keep, enum es_logit_verdict *verdict)
{
  double before = s->objective, enough = before - 1e-12 * (1 + fabs(before)), share = 1, moves = 0;
  for (int halving = 0; halving < HALVINGS; halving++, share /= 2) {
    for (size_t j = 0; j < s->d; j++) s->trial[j] = s->beta[j] + share * s->direction[j];
    s->keep = keep && halving == 0;
    es_logit_evaluate(s, s->trial, s->direction);
    s->keep = false;
    moves = s->moves;
    if (halving == 0) *verdict = judge(s);
    if (s->careful && share * moves > LEAP) {
      share = 2 * LEAP / moves;
      continue;
    }
    if (s->objective >= enough) {
      memcpy(s->beta, s->trial, s->d * sizeof *s->beta);
      return true;
    }
  }
  es_logit_evaluate(s, s->beta, NULL);
  s->moves = moves;
  return false;
}

static double largest(const double *values, size_t count)
{
  double most = 0;
  for (size_t j = 0; j < count; j++) most = fmax(most, fabs(values[j]));
  return most;
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

void es_logit_start(struct es_logit_search *s)
{
  double favourable = 0;
  for (size_t i = 0; i < s->rows; i++) favourable += s->y[i] ? es_logit_weight(s, i) : 0;
  memset(s->beta, 0, s->d * sizeof *s->beta);
  s->beta[0] = balance(s, favourable);
}

bool es_logit_climb(struct es_logit_search *s, bool look, size_t max_iter, double tolerance,
                    size_t *steps, enum es_logit_verdict *verdict)
{
  double before = largest(s->gradient, s->d);
  bool fast = false;
  *verdict = ES_LOGIT_OK;
  for (*steps = 1; *steps <= max_iter; ++*steps) {
    enum es_logit_verdict seen = ES_LOGIT_OK;
    bool small = largest(s->gradient, s->d) <= tolerance * s->total;
    if (!find_step(s)) return false;
    bool taken = take_step(s, fast && !small && !s->firth, &seen);
    if (look && seen != ES_LOGIT_OK) {
      *verdict = seen;
      return true;
    }
    if (small && (!look || s->moves < fmax(1e-3, 100 * tolerance))) return true;
    if (!taken) return false;
    double now = largest(s->gradient, s->d);
    notice_slowness(s, now, before, 1e-3 * s->total);
    fast = now < before / FAST;
    before = now;
  }
  return false;
}

/* --- away from it ----------------------------------------------------------------------------- */

/* The step to the target by the quadratic at hand, in s->direction. */
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
  return unscale(s);
}

bool es_logit_descend(struct es_logit_search *s, const double *a, double sign, double target,
                      size_t max_iter, double *space)
{
  double before = INFINITY;
  es_logit_evaluate(s, s->beta, NULL);
  for (size_t steps = 0; steps < max_iter; steps++) {
    if (!isfinite(s->objective) || !find_descent(s, a, sign, target, space)) return false;
    double most = largest(s->direction, s->d), share = most > STRIDE ? STRIDE / most : 1;
    for (size_t j = 0; j < s->d; j++) s->beta[j] += share * s->direction[j];
    es_logit_evaluate(s, s->beta, NULL);
    if (most <= 1e-10 * (1 + largest(s->beta, s->d))) return true;
    notice_slowness(s, most, before, 0.1);
    before = most;
  }
  return false;
}
