/* Tests on counts by summing from the most likely table outwards: terms follow from their
 * neighbours by one multiplication, so that nothing overflows and no factorial is taken. */
#include "harness/statistics/significance.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"

const char *const es_correction_text[] = {"Holm", "Benjamini-Hochberg", "no"};

static double both_tails(double z) { return 2 * es_normal_cdf(-fabs(z)); }

struct es_test es_test_normal(double difference, double variance, const char *method)
{
  if (!(variance >= 0)) return (struct es_test){NAN, NAN, method};
  if (variance == 0 && difference == 0) return (struct es_test){0, 1, method};
  if (variance == 0) return (struct es_test){NAN, NAN, method};
  double z = difference / sqrt(variance);
  return (struct es_test){z, both_tails(z), method};
}

struct es_test es_test_proportions(double k1, double n1, double k2, double n2)
{
  double p = (k1 + k2) / (n1 + n2);
  if (!(n1 > 0) || !(n2 > 0)) return (struct es_test){NAN, NAN, "two_proportion_z"};
  return es_test_normal(k1 / n1 - k2 / n2, p * (1 - p) * (1 / n1 + 1 / n2), "two_proportion_z");
}

/* P(x + 1) / P(x) of a distribution over whole numbers. */
struct steps {
  double drawn, marked,
      rest; /* hypergeometric: marked among drawn, rest = total - marked - drawn */
};

static double step_up(const struct steps *s, double x)
{
  return (s->drawn - x) / (x + 1) * ((s->marked - x) / (s->rest + x + 1));
}

/* Adds the terms from `x` outwards in one direction: all of them, and those not above `limit`. */
static void add_tail(const struct steps *s, double x, double term, int direction, double limit,
                     double *all, double *far)
{
  for (;;) {
    term *= direction > 0 ? step_up(s, x) : 1 / step_up(s, x - 1);
    x += direction;
    if (!(term > 0) || isinf(term)) return;
    *all += term;
    if (term <= limit) *far += term;
    if (term <= limit && term < 1e-20 * *far) return; /* what follows is smaller still */
  }
}

struct es_test es_test_fisher(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2)
{
  struct es_test test = {NAN, NAN, "fisher"};
  if (n1 == 0 || n2 == 0) return test;
  double marked = (double)k1 + (double)k2, drawn = (double)n1, other = (double)n2;
  struct steps s = {drawn, marked, other - marked};
  double low = fmax(0, marked - other), high = fmin(drawn, marked);
  double mode = fmin(fmax(floor((drawn + 1) * (marked + 1) / (drawn + other + 2)), low), high);
  double seen = 1, all = 1, far = 0;
  for (double x = mode; x < (double)k1; x++) seen *= step_up(&s, x);
  for (double x = mode; x > (double)k1; x--) seen /= step_up(&s, x - 1);
  double limit = seen * (1 + 1e-7); /* ties by rounding are ties, as in R and scipy */
  if (1 <= limit) far = 1;
  if (mode < high) add_tail(&s, mode, 1, 1, limit, &all, &far);
  if (mode > low) add_tail(&s, mode, 1, -1, limit, &all, &far);
  test.p = fmin(1, far / all);
  return test;
}

struct es_test es_test_rates(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2)
{
  double k = (double)k1 + (double)k2, n = (double)n1 + (double)n2;
  double fewer = fmin((double)n1, (double)n2) * fmin(k, n - k) / n;
  return n > 0 && fewer < 5 ? es_test_fisher(k1, n1, k2, n2)
                            : es_test_proportions((double)k1, (double)n1, (double)k2, (double)n2);
}

double es_mcnemar_exact(uint64_t only1, uint64_t only2)
{
  double n = (double)only1 + (double)only2, least = (double)(only1 < only2 ? only1 : only2);
  double mode = floor(n / 2), term = 1, all = 1, tail = 0;
  if (least == mode) return 1;
  for (double x = mode; x > 0 && term > 0; x--) { /* the lower half of Binomial(n, 1/2) */
    term *= x / (n - x + 1);
    all += term;
    if (x - 1 <= least) tail += term;
  }
  double whole = fmod(n, 2) == 0 ? 2 * all - 1 : 2 * all;
  return fmin(1, 2 * tail / whole);
}

struct es_test es_test_mcnemar(uint64_t only1, uint64_t only2)
{
  double b = (double)only1, c = (double)only2, n = b + c;
  if (n <= ES_MCNEMAR_EXACT)
    return (struct es_test){NAN, es_mcnemar_exact(only1, only2), "mcnemar_exact"};
  double chi2 = (b - c) * (b - c) / n;
  return (struct es_test){chi2, both_tails(sqrt(chi2)), "mcnemar_chi2"};
}

struct es_test es_test_auc_unpaired(double auc1, double variance1, double n1, double auc2,
                                    double variance2, double n2)
{
  struct es_test test = es_test_normal(auc1 - auc2, variance1 + variance2, "delong_unpaired");
  if (isnan(test.statistic) || !(n1 > 1) || !(n2 > 1)) return test;
  double sum = variance1 + variance2;
  double df = sum * sum / (variance1 * variance1 / (n1 - 1) + variance2 * variance2 / (n2 - 1));
  test.p = es_student_tails(test.statistic, df);
  return test;
}

/* --- many tests ------------------------------------------------------------------------------- */

struct ranked {
  double p;
  size_t index;
};

static int by_p(const void *a, const void *b)
{
  const struct ranked *x = a, *y = b;
  if (x->p != y->p) return x->p < y->p ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

/* Each p times the factor of its rank; then no p may come out below one before it (Holm), or above
 * one after it (Benjamini-Hochberg). */
static void correct(struct ranked *r, size_t m, enum es_correction correction)
{
  double bound = correction == ES_HOLM ? 0 : 1;
  for (size_t k = 0; correction == ES_HOLM && k < m; k++)
    r[k].p = bound = fmin(1, fmax(bound, r[k].p * (double)(m - k)));
  for (size_t k = m; correction == ES_BH && k > 0; k--)
    r[k - 1].p = bound = fmin(bound, r[k - 1].p * (double)m / (double)k);
}

enum es_status es_adjust(double *adjusted, const double *p, size_t n, enum es_correction correction,
                         struct es_context *ctx)
{
  struct ranked *ranked = es_alloc(n, sizeof *ranked, ctx);
  if (ranked == NULL) return ES_NOMEM;
  size_t family = 0;
  for (size_t i = 0; i < n; i++) {
    adjusted[i] = p[i];
    if (!isnan(p[i])) ranked[family++] = (struct ranked){p[i], i};
  }
  qsort(ranked, family, sizeof *ranked, by_p);
  correct(ranked, family, correction);
  for (size_t k = 0; k < family; k++) adjusted[ranked[k].index] = ranked[k].p;
  free(ranked);
  return ES_OK;
}
