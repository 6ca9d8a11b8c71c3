/* Tests of whether two numbers differ, and corrections for asking often.
 *
 * Every p is two-sided.  A test that the counts cannot answer (nobody in a group, no variance) has
 * p = NaN; the caller says why.
 */
#ifndef ES_STATISTICS_SIGNIFICANCE_H
#define ES_STATISTICS_SIGNIFICANCE_H

#include "harness/base/status.h"

/* statistic: NaN where the test has none (an exact test). */
struct es_test {
  double statistic, p;
  const char *method;
};

/* k1/n1 against k2/n2, pooled: z² is Pearson's χ² without continuity correction. */
struct es_test es_test_proportions(double k1, double n1, double k2, double n2);

/* The same table by Fisher's exact test: all tables with the same margins that are at most as
 * likely. Its cost grows with the spread of the counts, not with the people. */
struct es_test es_test_fisher(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2);

/* Fisher where an expected count is below 5 (Cochran's rule), the pooled z elsewhere. */
struct es_test es_test_rates(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2);

/* The same people judged twice: only1 of them count in the first alone, only2 in the second alone
 * (McNemar 1947).  Exact to ES_MCNEMAR_EXACT such people, χ² without correction beyond. */
#define ES_MCNEMAR_EXACT 1000
struct es_test es_test_mcnemar(uint64_t only1, uint64_t only2);
double es_mcnemar_exact(uint64_t only1, uint64_t only2);

/* A difference with its variance against the normal distribution. */
struct es_test es_test_normal(double difference, double variance, const char *method);

/* Two AUCs of different people with DeLong's variances; n people each.  Student's distribution with
 * Welch's and Satterthwaite's df, as pROC does. */
struct es_test es_test_auc_unpaired(double auc1, double variance1, double n1, double auc2,
                                    double variance2, double n2);

/* How p-values are corrected for their number.
 *   holm  step down (Holm 1979): holds the chance of any false finding
 *   bh    step up (Benjamini & Hochberg 1995): holds the share of false findings */
enum es_correction { ES_HOLM, ES_BH, ES_UNCORRECTED };
#define ES_CORRECTIONS "holm|bh|none"
extern const char *const es_correction_text[];

/* adjusted[i] of p[i]; NaNs stay and do not count in the family. */
enum es_status es_adjust(double *adjusted, const double *p, size_t n, enum es_correction correction,
                         struct es_context *ctx) ES_CHECKED;

#endif
