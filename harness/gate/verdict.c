/* Holm's procedure (1979) with the intervals that go with it, and the power of its first step. */
#include "harness/gate/verdict.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/statistics/significance.h"

const char *const es_finding_text[ES_FINDING_COUNT] = {
#define ES_FINDING_TEXT(name, text) text,
    ES_FINDINGS(ES_FINDING_TEXT)
#undef ES_FINDING_TEXT
};

static double tail_of(const struct es_judged *j)
{
  return es_upper_tail((j->worsening - j->tolerance) / j->error, j->df);
}

static enum es_finding decide(const struct es_judged *j)
{
  if (j->low > j->tolerance) return j->untold ? ES_INCONCLUSIVE : ES_REGRESSION;
  if (j->high < -j->tolerance && !j->limit) return j->untold ? ES_INCONCLUSIVE : ES_IMPROVEMENT;
  return j->high <= j->tolerance ? ES_PASS : ES_INCONCLUSIVE;
}

/* p: of everything that is judged by numbers, NaN for the others. */
static enum es_status step_down(struct es_judged *judged, size_t count, double *p, double level,
                                struct es_context *ctx)
{
  double *adjusted = es_alloc(count, sizeof *adjusted, ctx);
  if (adjusted == NULL) return ES_NOMEM;
  size_t family = 0, found = 0;
  for (size_t i = 0; i < count; i++) family += isnan(p[i]) ? 0 : 1;
  enum es_status status = es_adjust(adjusted, p, count, ES_HOLM, ctx);
  for (size_t i = 0; status == ES_OK && i < count; i++) {
    judged[i].p_adjusted = adjusted[i];
    found += !isnan(p[i]) && adjusted[i] < level;
  }
  for (size_t i = 0; status == ES_OK && i < count; i++) {
    struct es_judged *j = &judged[i];
    if (isnan(p[i])) continue;
    /* Found at its rank's step; what is not found, at the step where the procedure stopped. */
    size_t rank = found;
    if (adjusted[i] < level) {
      rank = 0;
      for (size_t k = 0; k < count; k++) rank += p[k] < p[i] || (p[k] == p[i] && k < i);
    }
    size_t left = family - rank > 0 ? family - rank : 1;
    double reach = j->error * es_upper_quantile(level / (double)left, j->df);
    j->low = j->worsening - reach;
    j->high = j->worsening + reach;
    j->verdict = decide(j);
  }
  free(adjusted);
  return status;
}

enum es_status es_judge(struct es_judged *judged, size_t count, double level,
                        struct es_context *ctx)
{
  double *p = es_alloc(count, sizeof *p, ctx);
  if (p == NULL) return ES_NOMEM;
  for (size_t i = 0; i < count; i++) {
    struct es_judged *j = &judged[i];
    bool sure = !j->settled && !(j->error > 0); /* nothing there could be a false finding */
    j->p = p[i] = j->settled || sure ? NAN : tail_of(j);
    j->low = j->high = sure ? j->worsening : NAN;
    j->p_adjusted = NAN;
    if (sure) j->verdict = decide(j);
  }
  enum es_status status = step_down(judged, count, p, level, ctx);
  free(p);
  return status;
}

/* --- power ------------------------------------------------------------------------------------ */

/* Density of s = sqrt(chi²/df) at x, on the log scale where it is not tiny. */
static double spread_density(double x, double df)
{
  double half = df / 2;
  double log_density =
      es_log(2) + half * es_log(half) - es_log_gamma(half) + (df - 1) * es_log(x) - half * x * x;
  return es_exp(log_density);
}

double es_detection_rate(double true_worsening, double tolerance, double error, double df,
                         double level)
{
  enum { STEPS = 2000 };
  double shift = true_worsening - tolerance;
  if (!(error > 0)) return shift > 0;
  double t = es_upper_quantile(level, df), delta = shift / error;
  if (isinf(df)) return es_normal_cdf(delta - t);
  double most = 1 + 12 / sqrt(df), sum = 0, step = most / STEPS;
  for (int k = 1; k <= STEPS; k++) { /* at 0 nothing is found that any error could hide */
    double x = k * step, weight = k == STEPS ? 1 : k % 2 == 1 ? 4 : 2;
    sum += weight * spread_density(x, df) * es_normal_cdf(delta - t * x);
  }
  if (df < 1.5) sum += spread_density(step * 1e-9, df) * es_normal_cdf(delta);
  return fmin(1, sum * step / 3);
}

double es_detectable(double tolerance, double error, double df, double level, double power)
{
  if (!(error > 0)) return tolerance;
  double low = tolerance, high = tolerance + error;
  while (es_detection_rate(high, tolerance, error, df, level) < power) high += high - tolerance;
  for (int k = 0; k < 60; k++) {
    double middle = (low + high) / 2;
    if (es_detection_rate(middle, tolerance, error, df, level) < power)
      low = middle;
    else
      high = middle;
  }
  return high;
}

double es_shrink_needed(double worsening, double tolerance, double error, double df, double level,
                        double power)
{
  if (!(worsening > tolerance)) return INFINITY;
  double reach = es_detectable(0, 1, df, level, power); /* in standard errors */
  double wanted = (worsening - tolerance) / reach;
  return error > 0 ? error * error / (wanted * wanted) : 0;
}
