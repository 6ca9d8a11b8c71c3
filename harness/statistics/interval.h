/* Intervals for rates and for what is made of them.
 *
 * k of n may be real numbers (effective counts of weighted data).  z is the normal quantile of the
 * confidence: 1.959964 for 0.95.
 */
#ifndef ES_STATISTICS_INTERVAL_H
#define ES_STATISTICS_INTERVAL_H

#include <stddef.h>

/* Both NaN where the method gives no interval. */
struct es_interval {
  double low, high;
};

/* Wilson's score interval for k / n (Wilson 1927). */
struct es_interval es_wilson(double k, double n, double z);

/* p1 - p2 by Newcombe's hybrid score interval (Newcombe 1998, method 10). */
struct es_interval es_newcombe(double k1, double n1, double k2, double n2, double z);

/* (k1/n1) / (k2/n2) on the log scale (Katz et al. 1978); none when k1 or k2 is 0. */
struct es_interval es_katz_log(double k1, double n1, double k2, double n2, double z);

/* The same ratio by inverting the score test (Koopman, Biometrics 40, 1984): holds for small and
 * zero counts too.  k1 = 0 gives low = 0; none when k2 = 0.  Miettinen & Nurminen's limits (1985)
 * are those at z·sqrt((n1 + n2) / (n1 + n2 - 1)). */
struct es_interval es_koopman(double k1, double n1, double k2, double n2, double z);

/* p1 - p2 where the same n people were counted twice (Newcombe 1998b, method 10): `only1` people
 * count in the first alone, `only2` in the second alone, `both` in both. */
struct es_interval es_newcombe_paired(double both, double only1, double only2, double n, double z);

/* Mean of n replicates ± Student's quantile × standard error; none for n < 2. */
struct es_interval es_student_interval(const double *value, size_t n, double confidence);

/* People without weights who would give the rate part/whole the variance that it has by
 * linearisation (Taylor: Σ w²(y - p)² / (Σ w)², one stage): what an interval may count them as. The
 * squares are the sums of w² over the same people; without weights it is n itself, and for a rate
 * of 0 or 1, which has no variance to go by, Kish's (Σ w)² / Σ w². */
double es_effective_people(double part, double whole, double part_square, double whole_square);

/* value ± z·sqrt(variance); and the ratio a/b of positive numbers on the log scale. */
struct es_interval es_normal_interval(double value, double variance, double z);
struct es_interval es_delta_log(double a, double variance_a, double b, double variance_b, double z);

#endif
