/* Whether two groups differ in a number that has no variance of its own: by dealing people to the
 * two groups anew. */
#ifndef ES_MEASURE_PERMUTE_H
#define ES_MEASURE_PERMUTE_H

#include "harness/measure/metric.h"
#include "harness/statistics/significance.h"

/* Cells with member[0] against those with member[1], `times` dealings of both groups' people into
 * groups of the same sizes: p = (1 + differences at least as large) / (1 + times).  A dealing draws
 * counts from cells (multivariate hypergeometric), so its cost does not depend on the people;
 * scores are pooled into at most ES_PERMUTATION_BANDS bands, for the groups as they are too.  The
 * tally must have been sorted and not be weighted.  `like` says which way is positive. */
enum { ES_PERMUTATION_BANDS = 256 };
enum es_status es_test_dealing(struct es_test *test, const struct es_metric *metric,
                               const struct es_tally *tally, const bool *const member[2],
                               const struct es_counts *like, size_t times,
                               struct es_context *ctx) ES_CHECKED;

#endif
