/* Newton's method for logistic regression, with its checks of rank and of separation.
 *
 * Separation is seen in the steps: once the rest has settled, a step along a direction in which
 * nobody's fit gets worse moves the linear predictor of the separated people by about 1, for ever,
 * whereas ordinary steps shrink.  Such a direction is a proof, so there is no threshold on
 * coefficients to choose.
 */
#include "harness/methods/logit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/linalg.h"
#include "harness/base/math.h"

enum { BLOCK = 256, HALVINGS = 30, SEARCH_STEPS = 60 };
enum { STEP_BITS = 10, COEFFICIENT_BITS = 40, ERROR_BITS = 32 }; /* that outlive the rounding */

#define PIVOT 1e-13 /* share of a column's variance that other columns leave unexplained */
#define SLACK 1e-8  /* a fit that worsens by less than this share of the best does not worsen */

/* The sample on standardised columns, and the point where the search stands.  d = slopes + 1.
 *   direction  the Newton step; `step` is the same, rounded
 *   info       w p (1 - p) of each row at the point that was evaluated last
 *   kept       which of the problem's columns are here
 *   margin     the smallest linear predictor on the right side, and spread the largest at all */
struct search {
  size_t rows, d;
  double *x, *mean, *scale, *penalty;
  const uint8_t *y;
  const double *weight;
  double total;
  double *beta, *trial, *gradient, *partial, *direction, *step, *hessian, *block, *info;
  size_t *kept;
  int *exponent;
  double objective, log_likelihood, margin, spread;
};

const char *es_logit_verdict_text(enum es_logit_verdict verdict)
{
  static const char *const text[] = {
#define ES_LOGIT_VERDICT_TEXT(name, text) text,
      ES_LOGIT_VERDICT_LIST(ES_LOGIT_VERDICT_TEXT)
#undef ES_LOGIT_VERDICT_TEXT
  };
  return text[verdict];
}

static double weight_of(const struct search *s, size_t row)
{
  return s->weight != NULL ? s->weight[row] : 1;
}

/* --- the design ------------------------------------------------------------------------------- */

static void standardize(struct search *s, size_t columns)
{
  for (size_t j = 0; j < columns; j++) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < s->rows; i++) sum += weight_of(s, i) * s->x[i * columns + j];
    double mean = sum / s->total;
    for (size_t i = 0; i < s->rows; i++) {
      double off = s->x[i * columns + j] - mean;
      squares += weight_of(s, i) * off * off;
    }
    double scale = sqrt(squares / s->total);
    bool constant = scale <= 1e-14 * fabs(mean);
    for (size_t i = 0; i < s->rows; i++) {
      double *x = &s->x[i * columns + j];
      *x = constant ? 0 : (*x - mean) / scale;
    }
    s->mean[j] = mean;
    s->scale[j] = scale;
  }
}

/* Hessian of minus the objective (row_weight: info) or Gram matrix (row_weight: the weights). */
static void gram(const struct search *s, double *out, const double *row_weight)
{
  size_t d = s->d;
  memset(out, 0, d * d * sizeof *out);
  for (size_t first = 0; first < s->rows; first += BLOCK) {
    size_t rows = s->rows - first < BLOCK ? s->rows - first : BLOCK;
    for (size_t i = 0; i < rows; i++) {
      double root = row_weight != NULL ? sqrt(row_weight[first + i]) : 1;
      const double *x = s->x + (first + i) * (d - 1);
      double *to = s->block + i * d;
      to[0] = root;
      for (size_t j = 1; j < d; j++) to[j] = root * x[j - 1];
    }
    es_gram_add(out, s->block, rows, d);
  }
}

/* A Cholesky factor of the correlation matrix, column by column: a column whose pivot vanishes is
 * a combination of those before it, and goes. */
static void find_dropped(struct search *s, uint8_t *dropped)
{
  size_t d = s->d;
  double *c = s->hessian;
  gram(s, c, s->weight);
  for (size_t j = 1; j < d; j++) {
    for (size_t k = 1; k < j; k++) {
      if (dropped[k - 1]) continue;
      double sum = c[j * d + k] / s->total;
      for (size_t l = 1; l < k; l++)
        if (!dropped[l - 1]) sum -= c[j * d + l] * c[k * d + l];
      c[j * d + k] = sum / c[k * d + k];
    }
    double pivot = c[j * d + j] / s->total;
    for (size_t k = 1; k < j; k++)
      if (!dropped[k - 1]) pivot -= c[j * d + k] * c[j * d + k];
    dropped[j - 1] = pivot < PIVOT;
    c[j * d + j] = dropped[j - 1] ? 0 : sqrt(pivot);
  }
}

static void drop(struct search *s, const uint8_t *dropped)
{
  size_t columns = s->d - 1, count = 0;
  for (size_t j = 0; j < columns; j++)
    if (!dropped[j]) {
      s->mean[count] = s->mean[j];
      s->scale[count] = s->scale[j];
      s->kept[count++] = j;
    }
  double *to = s->x;
  for (size_t i = 0; i < s->rows; i++)
    for (size_t j = 0; j < count; j++) *to++ = s->x[i * columns + s->kept[j]];
  s->d = count + 1;
}

/* --- the search ------------------------------------------------------------------------------- */

static double predictor(const struct search *s, const double *beta, size_t row)
{
  const double *x = s->x + row * (s->d - 1);
  double eta = beta[0];
  for (size_t j = 1; j < s->d; j++) eta += beta[j] * x[j - 1];
  return eta;
}

static void add_and_clear(double *sum, double *part, size_t d)
{
  for (size_t j = 0; j < d; j++) {
    sum[j] += part[j];
    part[j] = 0;
  }
}

/* Objective, likelihood, gradient, info and margin at beta.  Sums go block by block: that is fixed,
 * and loses fewer digits than one long sum. */
static void evaluate(struct search *s, const double *beta)
{
  size_t d = s->d;
  double part = 0;
  s->log_likelihood = s->spread = 0;
  s->margin = INFINITY;
  memset(s->gradient, 0, d * sizeof *s->gradient);
  memset(s->partial, 0, d * sizeof *s->partial);
  for (size_t i = 0; i < s->rows; i++) {
    double weight = weight_of(s, i), sign = s->y[i] ? 1 : -1;
    double right = sign * predictor(s, beta, i);
    double e = es_exp(-fabs(right));
    double miss = right >= 0 ? e / (1 + e) : 1 / (1 + e);
    part += weight * ((right >= 0 ? 0 : right) - es_log(1 + e));
    s->info[i] = weight * (e / ((1 + e) * (1 + e)));
    double residual = weight * sign * miss;
    const double *x = s->x + i * (d - 1);
    s->partial[0] += residual;
    for (size_t j = 1; j < d; j++) s->partial[j] += residual * x[j - 1];
    if (right < s->margin) s->margin = right;
    if (fabs(right) > s->spread) s->spread = fabs(right);
    if ((i + 1) % BLOCK == 0 || i + 1 == s->rows) {
      add_and_clear(s->gradient, s->partial, d);
      s->log_likelihood += part;
      part = 0;
    }
  }
  s->objective = s->log_likelihood;
  for (size_t j = 1; j < d; j++) {
    s->objective -= 0.5 * s->penalty[j] * beta[j] * beta[j];
    s->gradient[j] -= s->penalty[j] * beta[j];
  }
}

/* Leaves the Cholesky factor of the Hessian, its rows and columns scaled by powers of two (exact)
 * to a diagonal near 1. */
static bool factor(struct search *s)
{
  size_t d = s->d;
  gram(s, s->hessian, s->info);
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

/* The Newton direction, and the same on a grid, a power of two below its largest element.  The grid
 * hides what BLAS kernels differ in; it costs some more steps, and must be finer the nearer the
 * Hessian is to singular (its smallest pivot says how near) for the search to converge at all. */
static bool find_step(struct search *s)
{
  if (!factor(s)) return false;
  double most = 0, pivot = 1;
  for (size_t j = 0; j < s->d; j++) pivot = fmin(pivot, s->hessian[j * s->d + j]);
  for (size_t j = 0; j < s->d; j++) s->direction[j] = ldexp(s->gradient[j], s->exponent[j]);
  es_cholesky_solve(s->hessian, s->direction, s->d);
  for (size_t j = 0; j < s->d; j++) most = fmax(most, fabs(s->direction[j]));
  int grid = most > 0 ? STEP_BITS - ilogb(pivot) - ilogb(most) : 0;
  for (size_t j = 0; j < s->d; j++) {
    s->step[j] = ldexp(rint(ldexp(s->direction[j], grid)), s->exponent[j] - grid);
    s->direction[j] = ldexp(s->direction[j], s->exponent[j]);
  }
  return isfinite(most);
}

static bool take_step(struct search *s)
{
  double before = s->objective, enough = before - 1e-12 * (1 + fabs(before)), share = 1;
  for (int halving = 0; halving < HALVINGS; halving++, share /= 2) {
    for (size_t j = 0; j < s->d; j++) s->trial[j] = s->beta[j] + share * s->step[j];
    evaluate(s, s->trial);
    if (s->objective >= enough) {
      memcpy(s->beta, s->trial, s->d * sizeof *s->beta);
      return true;
    }
  }
  evaluate(s, s->beta);
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
static enum es_logit_verdict judge(const struct search *s, double *moves)
{
  double worst = INFINITY;
  *moves = 0;
  for (size_t i = 0; i < s->rows; i++) {
    double gain = predictor(s, s->direction, i);
    if (!s->y[i]) gain = -gain;
    worst = fmin(worst, gain);
    *moves = fmax(*moves, fabs(gain));
  }
  if (*moves < 0.1 || worst < -SLACK * *moves) return ES_LOGIT_OK;
  return worst > SLACK * *moves ? ES_LOGIT_SEPARATED : ES_LOGIT_QUASI_SEPARATED;
}

static void start(struct search *s)
{
  double favourable = 0;
  for (size_t i = 0; i < s->rows; i++) favourable += s->y[i] ? weight_of(s, i) : 0;
  memset(s->beta, 0, s->d * sizeof *s->beta);
  s->beta[0] = es_log(favourable / (s->total - favourable));
  evaluate(s, s->beta);
}

/* Newton's method from the base rate.  Converged: the gradient is small and the step, taken last,
 * moves nobody.  Without a penalty it stops as soon as separation is proved. */
static bool climb(struct search *s, bool penalized, size_t max_iter, double tolerance,
                  struct es_logit_fit *fit, enum es_logit_verdict *verdict)
{
  *verdict = ES_LOGIT_OK;
  start(s);
  for (fit->steps = 1; fit->steps <= max_iter; fit->steps++) {
    double moves = 0;
    if (!find_step(s)) return false;
    if (!penalized) {
      *verdict = judge(s, &moves);
      if (s->margin > 1e-10 * s->spread) *verdict = ES_LOGIT_SEPARATED;
      if (*verdict != ES_LOGIT_OK) return true;
    }
    bool small = largest(s->gradient, s->d) <= tolerance * s->total && moves < 1e-3;
    if (!take_step(s)) return small;
    if (small) return true;
  }
  return false;
}

/* --- the answer ------------------------------------------------------------------------------- */

/* From standardised columns back to those that came; errors from the inverse Hessian. */
static bool report(struct search *s, struct es_logit_fit *fit)
{
  size_t d = s->d;
  double intercept = s->beta[0], *c = s->hessian, *shift = s->trial, variance = 0;
  if (!factor(s)) return false;
  es_cholesky_inverse(c, d);
  shift[0] = 1;
  for (size_t j = 1; j < d; j++) {
    shift[j] = -s->mean[j - 1] / s->scale[j - 1];
    intercept += shift[j] * s->beta[j];
    double error = ldexp(sqrt(c[j * d + j]), s->exponent[j]) / s->scale[j - 1];
    size_t place = s->kept[j - 1] + 1;
    fit->coefficient[place] = es_round_bits(s->beta[j] / s->scale[j - 1], COEFFICIENT_BITS);
    fit->error[place] = es_round_bits(error, ERROR_BITS);
  }
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < d; k++)
      variance += shift[j] * shift[k] * ldexp(c[j * d + k], s->exponent[j] + s->exponent[k]);
  fit->coefficient[0] = es_round_bits(intercept, COEFFICIENT_BITS);
  fit->error[0] = es_round_bits(sqrt(fmax(variance, 0)), ERROR_BITS);
  fit->log_likelihood = s->log_likelihood;
  fit->exists = true;
  return true;
}

static size_t find_culprit(const struct search *s)
{
  size_t most = 1;
  for (size_t j = 2; j < s->d; j++)
    if (fabs(s->direction[j]) > fabs(s->direction[most])) most = j;
  return s->kept[most - 1];
}

static void set_penalty(struct search *s, const struct es_logit *problem, bool penalized)
{
  for (size_t j = 1; j < s->d; j++) {
    double scale = s->scale[j - 1];
    double l2 = problem->standardize ? problem->l2 : problem->l2 / (scale * scale);
    s->penalty[j] = penalized ? l2 : 0;
  }
}

/* A penalty hides separation, so without one the same sample is climbed first, only to look. */
static enum es_status solve(struct search *s, const struct es_logit *problem,
                            struct es_logit_fit *fit, struct es_context *ctx)
{
  bool penalized = problem->penalty == ES_LOGIT_RIDGE && problem->l2 > 0;
  size_t max_iter = penalized ? SEARCH_STEPS : problem->max_iter;
  enum es_logit_verdict verdict, none;
  set_penalty(s, problem, false);
  bool good = climb(s, false, max_iter, problem->tolerance, fit, &verdict);
  if (verdict != ES_LOGIT_OK) {
    fit->verdict = verdict;
    fit->culprit = find_culprit(s);
    if (!penalized) return ES_OK;
  }
  if (penalized) {
    set_penalty(s, problem, true);
    good = climb(s, true, problem->max_iter, problem->tolerance, fit, &none);
  }
  if (!good || !report(s, fit))
    return es_fail(ctx, ES_DIVERGED,
                   "logistic regression did not converge in %zu steps: raise max_iter, or l2",
                   problem->max_iter);
  return ES_OK;
}

static bool allocate(struct search *s, size_t columns, struct es_context *ctx)
{
  size_t d = columns + 1;
  double **vectors[] = {&s->mean,    &s->scale,     &s->penalty, &s->beta, &s->trial,
                        &s->gradient, &s->partial, &s->direction, &s->step};
  for (size_t k = 0; k < ES_COUNT_OF(vectors); k++)
    if ((*vectors[k] = es_alloc(d, sizeof **vectors[k], ctx)) == NULL) return false;
  s->hessian = es_alloc(d * d, sizeof *s->hessian, ctx);
  s->block = es_alloc(BLOCK * d, sizeof *s->block, ctx);
  s->info = es_alloc(s->rows, sizeof *s->info, ctx);
  s->kept = es_alloc(d, sizeof *s->kept, ctx);
  s->exponent = es_alloc(d, sizeof *s->exponent, ctx);
  return s->hessian && s->block && s->info && s->kept && s->exponent;
}

static void release(struct search *s)
{
  void *owned[] = {s->mean, s->scale,   s->penalty, s->beta, s->trial, s->gradient, s->partial,
                   s->direction, s->step, s->hessian, s->block, s->info, s->kept, s->exponent};
  for (size_t k = 0; k < ES_COUNT_OF(owned); k++) free(owned[k]);
}

enum es_status es_logit_fit(const struct es_logit *problem, struct es_logit_fit *fit,
                            struct es_context *ctx)
{
  size_t columns = problem->columns, favourable = 0;
  *fit = (struct es_logit_fit){0};
  fit->coefficient = es_alloc(columns + 1, sizeof *fit->coefficient, ctx);
  fit->error = es_alloc(columns + 1, sizeof *fit->error, ctx);
  fit->dropped = es_alloc(columns, sizeof *fit->dropped, ctx);
  if (!fit->coefficient || !fit->error || !fit->dropped) return ES_NOMEM;
  for (size_t i = 0; i < problem->rows; i++) favourable += problem->y[i] != 0;
  if (favourable == 0 || favourable == problem->rows) {
    fit->verdict = ES_LOGIT_ONE_CLASS;
    return ES_OK;
  }
  struct search s = {.rows = problem->rows, .d = columns + 1, .x = problem->x, .y = problem->y,
                     .weight = problem->weight};
  enum es_status status = ES_NOMEM;
  if (allocate(&s, columns, ctx)) {
    for (size_t i = 0; i < s.rows; i++) s.total += weight_of(&s, i);
    standardize(&s, columns);
    find_dropped(&s, fit->dropped);
    drop(&s, fit->dropped);
    if (s.d < columns + 1) fit->verdict = ES_LOGIT_RANK_DEFICIENT;
    status = solve(&s, problem, fit, ctx);
  }
  release(&s);
  return status;
}

void es_logit_clear(struct es_logit_fit *fit)
{
  free(fit->coefficient);
  free(fit->error);
  free(fit->dropped);
  *fit = (struct es_logit_fit){0};
}
