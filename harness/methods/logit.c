/* Logistic regression: columns standardised and tested for rank, the search run, and its answer put
 * back on the scale of the columns. */
#include "harness/methods/logit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/linalg.h"
#include "harness/base/math.h"
#include "harness/methods/logit_search.h"

enum { SEARCH_STEPS = 60, PROFILE_STEPS = 100, EXACT_COLUMNS = 128 };
enum { COEFFICIENT_BITS = 40, ERROR_BITS = 32 }; /* that outlive the rounding */

enum { MANY_ROWS = 65536, STRIDE = 16, ROWS_PER_COLUMN = 128 }; /* for a start from a part */

#define COLLINEAR 1e-4  /* a smaller pivot of the scaled Hessian costs too many digits */
#define PIVOT     1e-13 /* share of a column's variance that other columns leave unexplained */
#define NEARLY    1e-3  /* the gradient at which the search on a part of the rows ends */

const char *const es_logit_verdict_words[ES_LOGIT_VERDICTS] = {
    "ok", "rank_deficient", "quasi_separated", "separated", "one_class"};

const char *es_logit_verdict_text(enum es_logit_verdict verdict)
{
  static const char *const text[] = {
#define ES_LOGIT_VERDICT_TEXT(name, text) text,
      ES_LOGIT_VERDICT_LIST(ES_LOGIT_VERDICT_TEXT)
#undef ES_LOGIT_VERDICT_TEXT
  };
  return text[verdict];
}

/* --- the design ------------------------------------------------------------------------------- */

/* A Cholesky factor of the correlation matrix, column by column: a column whose pivot vanishes is
 * a combination of those before it, and goes.  Returns the least pivot of those that stay. */
static double find_dropped(struct es_logit_search *s, uint8_t *dropped)
{
  size_t d = s->d;
  double *c = s->information, least = 1;
  es_logit_gram(s);
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
    if (!dropped[j - 1]) least = fmin(least, pivot);
  }
  return least;
}

static void drop(struct es_logit_search *s, const uint8_t *dropped)
{
  size_t columns = s->d - 1, count = 0;
  for (size_t j = 0; j < columns; j++)
    if (!dropped[j]) {
      s->mean[count] = s->mean[j];
      s->scale[count] = s->scale[j];
      s->inverse[count] = s->inverse[j];
      s->kept[count++] = j;
    }
  s->d = count + 1;
}

/* Makes the columns orthogonal, by the modified process of Gram and Schmidt, twice each: Firth's
 * penalty is the same on any basis, but its hat values would lose the digits that collinear columns
 * cost.  In a fixed order, as they decide where the search ends. */
static void orthogonalize(struct es_logit_search *s)
{
  size_t n = s->d - 1;
  double *r = s->basis, *x = s->own;
  memset(r, 0, n * n * sizeof *r);
  for (size_t j = 0; j < n; j++) {
    double squares = 0;
    for (size_t k = 0; k < 2 * j; k++) {
      double sum = 0;
      for (size_t i = 0; i < s->rows; i++)
        sum += es_logit_weight(s, i) * x[i * n + j] * x[i * n + k % j];
      sum /= s->total;
      for (size_t i = 0; i < s->rows; i++) x[i * n + j] -= sum * x[i * n + k % j];
      r[k % j * n + j] += sum;
    }
    for (size_t i = 0; i < s->rows; i++)
      squares += es_logit_weight(s, i) * x[i * n + j] * x[i * n + j];
    r[j * n + j] = sqrt(squares / s->total);
    for (size_t i = 0; i < s->rows; i++) x[i * n + j] /= r[j * n + j];
  }
}

static bool make_basis(struct es_logit_search *s, struct es_context *ctx)
{
  size_t d = s->d;
  s->basis = es_alloc((d - 1) * (d - 1), sizeof *s->basis, ctx);
  s->own = es_alloc(s->rows * (d - 1), sizeof *s->own, ctx);
  if (s->basis == NULL || s->own == NULL) return false;
  for (size_t i = 0; i < s->rows; i++) es_logit_read_row(s, s->own + i * (d - 1), i);
  orthogonalize(s);
  return true;
}

static bool make_firth(struct es_logit_search *s, struct es_context *ctx)
{
  size_t d = s->d, pairs = d * (d + 1) / 2;
  s->info = es_alloc(s->rows, sizeof *s->info, ctx);
  s->lean = es_alloc(s->rows, sizeof *s->lean, ctx);
  s->fisher = es_alloc(d * d, sizeof *s->fisher, ctx);
  if (!s->info || !s->lean || !s->fisher || !make_basis(s, ctx)) return false;
  if (d > EXACT_COLUMNS) return true;
  s->curve = es_alloc((d + 1) * pairs, sizeof *s->curve, ctx);
  return s->curve != NULL;
}

/* --- the answer ------------------------------------------------------------------------------- */

/* How a coefficient of the columns as they came hangs on those of the search: it is a'beta, for a
 * slope over its scale. */
static void find_functional(const struct es_logit_search *s, size_t j, double *a)
{
  size_t d = s->d, slopes = d - 1;
  a[0] = j == 0 ? 1 : 0;
  for (size_t k = 1; k < d; k++) a[k] = j > 0 ? k == j : -s->mean[k - 1] / s->scale[k - 1];
  for (size_t k = 0; k < slopes && s->basis != NULL; k++) {
    for (size_t l = 0; l < k; l++) a[k + 1] -= s->basis[l * slopes + k] * a[l + 1];
    a[k + 1] /= s->basis[k * slopes + k];
  }
}

static double apply(const double *a, const double *beta, size_t d)
{
  double sum = 0;
  for (size_t k = 0; k < d; k++) sum += a[k] * beta[k];
  return sum;
}

/* Without a penalty the Hessian of nearly collinear columns is better had on a basis of them. */
static bool improve(struct es_logit_search *s, struct es_context *ctx)
{
  size_t n = s->d - 1;
  double pivot = 1;
  for (size_t j = 0; j <= n; j++) pivot = fmin(pivot, s->hessian[j * (n + 1) + j]);
  if (s->basis != NULL || pivot > COLLINEAR) return true;
  for (size_t j = 1; j <= n; j++)
    if (s->penalty[j] > 0) return true;
  if (!make_basis(s, ctx)) return false;
  for (size_t j = 0; j < n; j++) {
    double sum = 0;
    for (size_t k = j; k < n; k++) sum += s->basis[j * n + k] * s->beta[k + 1];
    s->beta[j + 1] = sum;
  }
  es_logit_evaluate(s, s->beta, NULL);
  return es_logit_factor(s);
}

/* From standardised columns back to those that came; errors from the inverse Hessian, with Firth's
 * penalty from the inverse information. */
static bool report(struct es_logit_search *s, struct es_logit_fit *fit, struct es_context *ctx)
{
  size_t d = s->d;
  double *c = s->hessian, *a = s->trial;
  bool exact = s->exact;
  double squares = 0;
  for (size_t k = 0; k < d; k++) squares += s->gradient[k] * s->gradient[k];
  fit->gradient = sqrt(squares);
  s->exact = false;
  if (!es_logit_factor(s) || !improve(s, ctx)) return false;
  s->exact = exact;
  es_cholesky_inverse(c, d);
  for (size_t k = 0; k < d; k++)
    for (size_t l = 0; l < d; l++)
      c[k * d + l] = ldexp(c[k * d + l], s->exponent[k] + s->exponent[l]);
  fit->log_likelihood = s->log_likelihood;
  fit->objective = s->objective;
  for (size_t j = 0; j < d; j++) {
    size_t place = j == 0 ? 0 : s->kept[j - 1] + 1;
    double scale = j == 0 ? 1 : s->scale[j - 1], variance = 0;
    find_functional(s, j, a);
    for (size_t k = 0; k < d; k++)
      for (size_t l = 0; l < d && a[k] != 0; l++) variance += a[k] * a[l] * c[k * d + l];
    fit->coefficient[place] = es_round_bits(apply(a, s->beta, d) / scale, COEFFICIENT_BITS);
    fit->error[place] = es_round_bits(sqrt(fmax(variance, 0)) / scale, ERROR_BITS);
    if (s->firth && j > 0)
      fit->objective += es_log(scale) + es_log(s->basis[(j - 1) * (d - 1) + j - 1]);
  }
  fit->exists = true;
  return true;
}

/* Where the profile of coefficient j falls to `target`, on the scale of the columns; NaN: nowhere.
 * best: where the search starts. */
static double profile_end(struct es_logit_search *s, size_t j, double sign, double target,
                          const double *best, double *space)
{
  double *a = s->trial, scale = j == 0 ? 1 : s->scale[j - 1];
  find_functional(s, j, a);
  memcpy(s->beta, best, s->d * sizeof *s->beta);
  if (!es_logit_descend(s, a, sign, target, PROFILE_STEPS, space)) return NAN;
  return es_round_bits(apply(a, s->beta, s->d) / scale, ERROR_BITS);
}

static enum es_status profile(struct es_logit_search *s, double confidence,
                              struct es_logit_fit *fit, struct es_context *ctx)
{
  double z = es_normal_quantile((1 + confidence) / 2), target = s->objective - z * z / 2;
  double *best = es_alloc(s->d, sizeof *best, ctx), *space = es_alloc(s->d, sizeof *space, ctx);
  enum es_status status = best && space ? ES_OK : ES_NOMEM;
  if (status == ES_OK) memcpy(best, s->beta, s->d * sizeof *best);
  for (size_t j = 0; j < s->d && status == ES_OK; j++) {
    size_t place = j == 0 ? 0 : s->kept[j - 1] + 1;
    fit->low[place] = profile_end(s, j, -1, target, best, space);
    fit->high[place] = profile_end(s, j, 1, target, best, space);
  }
  free(best);
  free(space);
  return status;
}

static void take_wald(double confidence, size_t columns, struct es_logit_fit *fit)
{
  double z = es_normal_quantile((1 + confidence) / 2);
  for (size_t j = 0; j <= columns; j++) {
    fit->low[j] = fit->coefficient[j] - z * fit->error[j];
    fit->high[j] = fit->coefficient[j] + z * fit->error[j];
  }
}

static size_t find_culprit(const struct es_logit_search *s)
{
  size_t most = 1;
  for (size_t j = 2; j < s->d; j++)
    if (fabs(s->direction[j]) > fabs(s->direction[most])) most = j;
  return s->kept[most - 1];
}

static void set_penalty(struct es_logit_search *s, const struct es_logit *problem, bool on)
{
  bool ridge = on && problem->penalty == ES_LOGIT_RIDGE;
  for (size_t j = 1; j < s->d; j++) {
    double scale = s->scale[j - 1];
    double l2 = problem->standardize ? problem->l2 : problem->l2 / (scale * scale);
    s->penalty[j] = ridge ? l2 : 0;
  }
  s->firth = on && problem->penalty == ES_LOGIT_FIRTH;
}

/* Every so manieth block of rows is a sample on which a search costs little, and whose end is near
 * that of all rows; 1: there are too few of them. */
static size_t find_stride(const struct es_logit_search *s)
{
  size_t stride = s->rows / ROWS_PER_COLUMN / s->d;
  return s->rows < MANY_ROWS || stride < 2 ? 1 : stride < STRIDE ? stride : STRIDE;
}

/* Leaves beta where to begin: the end of a search on some of the rows, if it has one. */
static void find_start(struct es_logit_search *s)
{
  double total = s->total;
  enum es_logit_verdict verdict;
  size_t steps;
  es_logit_start(s);
  s->stride = find_stride(s);
  if (s->stride == 1) return;
  s->total /= (double)s->stride;
  es_logit_evaluate(s, s->beta, NULL);
  bool good = es_logit_climb(s, true, SEARCH_STEPS, NEARLY, &steps, &verdict);
  s->stride = 1;
  s->total = total;
  if (!good || verdict != ES_LOGIT_OK) es_logit_start(s);
}

static bool is_penalized(const struct es_logit *problem)
{
  return problem->penalty == ES_LOGIT_FIRTH ||
         (problem->penalty == ES_LOGIT_RIDGE && problem->l2 > 0);
}

/* From where the search stands, and should that lead nowhere, with care from the base rate. */
static bool search(struct es_logit_search *s, bool look, size_t max_iter, double tolerance,
                   size_t *steps, enum es_logit_verdict *verdict)
{
  if (es_logit_climb(s, look, max_iter, tolerance, steps, verdict)) return true;
  es_logit_start(s);
  es_logit_evaluate(s, s->beta, NULL);
  s->careful = true;
  bool good = es_logit_climb(s, look, max_iter, tolerance, steps, verdict);
  s->careful = false;
  return good;
}

/* A penalty hides separation, so without one the same sample is climbed first, only to look.  Where
 * that ends is near the maximum with a ridge. */
static enum es_status solve(struct es_logit_search *s, const struct es_logit *problem,
                            struct es_logit_fit *fit, struct es_context *ctx)
{
  bool penalized = is_penalized(problem);
  size_t max_iter = penalized ? SEARCH_STEPS : problem->max_iter;
  enum es_logit_verdict verdict, none;
  bool good = search(s, true, max_iter, problem->tolerance, &fit->steps, &verdict);
  if (verdict != ES_LOGIT_OK) {
    fit->verdict = verdict;
    fit->culprit = find_culprit(s);
    if (!penalized) return ES_OK;
  }
  if (penalized) {
    set_penalty(s, problem, true);
    if (s->firth && !make_firth(s, ctx)) return ES_NOMEM;
    if (s->firth || !good || verdict != ES_LOGIT_OK) es_logit_start(s);
    es_logit_evaluate(s, s->beta, NULL);
    good = search(s, false, problem->max_iter, problem->tolerance, &fit->steps, &none);
  }
  if (!good || !report(s, fit, ctx))
    return es_fail(ctx, ES_DIVERGED,
                   "logistic regression did not converge in %zu steps: raise max_iter%s",
                   problem->max_iter, problem->penalty == ES_LOGIT_FIRTH ? "" : ", or l2");
  if (problem->profile) return profile(s, problem->confidence, fit, ctx);
  take_wald(problem->confidence, problem->columns, fit);
  return ES_OK;
}

/* The least share of a column's variance that those before it leave unexplained; or less, as it is
 * taken from the information: a row's is at most a quarter of its weight, and so the squares that
 * are left of a column are at least four times those that are left of its information. */
static double least_pivot(struct es_logit_search *s)
{
  double least = 1, *c = s->hessian;
  memcpy(c, s->information, s->d * s->d * sizeof *c);
  if (!es_cholesky(c, s->d)) return 0;
  for (size_t j = 1; j < s->d; j++)
    least = fmin(least, 4 * c[j * s->d + j] * c[j * s->d + j] / s->total);
  return least;
}

/* Evaluates where the search begins, on columns none of which is given by those before it. */
static enum es_status begin(struct es_logit_search *s, const struct es_logit *problem,
                            struct es_logit_fit *fit, struct es_context *ctx)
{
  set_penalty(s, problem, false);
  find_start(s);
  es_logit_evaluate(s, s->beta, NULL);
  if (least_pivot(s) > COLLINEAR * COLLINEAR) return ES_OK;
  double least = find_dropped(s, fit->dropped);
  drop(s, fit->dropped);
  if (s->d < s->columns + 1) fit->verdict = ES_LOGIT_RANK_DEFICIENT;
  if (least <= COLLINEAR * COLLINEAR && !is_penalized(problem) && !make_basis(s, ctx))
    return ES_NOMEM;
  find_start(s);
  es_logit_evaluate(s, s->beta, NULL);
  return ES_OK;
}

static bool allocate(struct es_logit_search *s, size_t columns, struct es_context *ctx)
{
  size_t d = columns + 1;
  double **vectors[] = {&s->mean,  &s->scale,    &s->inverse,   &s->penalty, &s->beta,
                        &s->trial, &s->gradient, &s->direction, &s->row};
  for (size_t k = 0; k < ES_COUNT_OF(vectors); k++)
    if ((*vectors[k] = es_alloc(d, sizeof **vectors[k], ctx)) == NULL) return false;
  s->information = es_alloc(d * d, sizeof *s->information, ctx);
  s->hessian = es_alloc(d * (d + 1), sizeof *s->hessian, ctx);
  s->kept = es_alloc(d, sizeof *s->kept, ctx);
  s->exponent = es_alloc(d, sizeof *s->exponent, ctx);
  if (!s->information || !s->hessian || !s->kept || !s->exponent) return false;
  for (size_t j = 0; j < columns; j++) s->kept[j] = j;
  return es_logit_make_room(s, ctx);
}

static void release(struct es_logit_search *s)
{
  void *owned[] = {s->mean,        s->scale,    s->inverse,   s->penalty, s->beta,
                   s->trial,       s->gradient, s->direction, s->row,     s->own,
                   s->information, s->hessian,  s->fisher,    s->info,    s->lean,
                   s->kept,        s->exponent, s->curve,     s->basis};
  for (size_t k = 0; k < ES_COUNT_OF(owned); k++) free(owned[k]);
  es_logit_free_room(s);
}

enum es_status es_logit_fit(const struct es_logit *problem, struct es_logit_fit *fit,
                            struct es_context *ctx)
{
  size_t columns = problem->columns, favourable = 0;
  *fit = (struct es_logit_fit){0};
  fit->coefficient = es_alloc(columns + 1, sizeof *fit->coefficient, ctx);
  fit->error = es_alloc(columns + 1, sizeof *fit->error, ctx);
  fit->low = es_alloc(columns + 1, sizeof *fit->low, ctx);
  fit->high = es_alloc(columns + 1, sizeof *fit->high, ctx);
  fit->dropped = es_alloc(columns, sizeof *fit->dropped, ctx);
  if (!fit->coefficient || !fit->error || !fit->low || !fit->high || !fit->dropped) return ES_NOMEM;
  for (size_t i = 0; i < problem->rows; i++) favourable += problem->y[i] != 0;
  if (favourable == 0 || favourable == problem->rows) {
    fit->verdict = ES_LOGIT_ONE_CLASS;
    return ES_OK;
  }
  struct es_logit_search s = {.rows = problem->rows,
                              .d = columns + 1,
                              .columns = columns,
                              .stride = 1,
                              .x = problem->x,
                              .y = problem->y,
                              .weight = problem->weight,
                              .offset = problem->offset};
  enum es_status status = ES_NOMEM;
  if (allocate(&s, columns, ctx)) {
    es_logit_measure(&s);
    status = begin(&s, problem, fit, ctx);
    if (status == ES_OK) status = solve(&s, problem, fit, ctx);
  }
  release(&s);
  return status;
}

void es_logit_clear(struct es_logit_fit *fit)
{
  free(fit->coefficient);
  free(fit->error);
  free(fit->low);
  free(fit->high);
  free(fit->dropped);
  *fit = (struct es_logit_fit){0};
}
