/* How unequally decisions treat people one by one: inequality of benefits (Speicher et al., KDD
 * 2018).
 *
 * A person's benefit is 1 + decision - outcome, 1 = favourable: 0 for who is wrongly denied, 2 for
 * who is wrongly approved, 1 for everybody else.  People with a known outcome; review is no
 * approval.
 */
#ifndef ES_MEASURE_INEQUALITY_H
#define ES_MEASURE_INEQUALITY_H

#include "harness/measure/metric.h"

/* 1/(2n) sum [(b/mean)^2 - 1]; 1/n sum (b/mean) ln(b/mean); sqrt(2 × the first). */
struct es_estimate es_generalized_entropy(const struct es_counts *counts);
struct es_estimate es_theil(const struct es_counts *counts);
struct es_estimate es_coefficient_of_variation(const struct es_counts *counts);

/* The same where everybody has the mean benefit of their group. */
struct es_estimate es_between_group_entropy(const struct es_counts *const *group, size_t groups);
struct es_estimate es_between_group_theil(const struct es_counts *const *group, size_t groups);
struct es_estimate es_between_group_variation(const struct es_counts *const *group, size_t groups);

/* Why the group has no benefits, or NULL. */
const char *es_lacks_outcomes(const struct es_counts *counts);

/* Sums numbers from the smallest up, so that the order in which groups are named does not show;
 * sorts them. */
double es_sum_sorted(double *x, size_t n);
enum { ES_MOST_SORTED = 4096 };

#endif
