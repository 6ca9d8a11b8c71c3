/* Intervals for rates and for what is made of them.
 *
 * k of n may be real numbers (effective counts of weighted data).  z is the normal quantile of the
 * confidence: 1.959964 for 0.95.
 */
#ifndef ES_MEASURE_INTERVAL_H
#define ES_MEASURE_INTERVAL_H

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

/* value ± z·sqrt(variance); and the ratio a/b of positive numbers on the log scale. */
struct es_interval es_normal_interval(double value, double variance, double z);
struct es_interval es_delta_log(double a, double variance_a, double b, double variance_b, double z);

#endif
