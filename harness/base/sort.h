/* Sorting of numbers by radix: no comparisons, and equal numbers stay in their order. */
#ifndef ES_BASE_SORT_H
#define ES_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>
#include "harness/base/status.h"

/* Sorts n records (below 2^32) of 16 bytes, each of which begins with a double, not NaN.  A zero
 * loses its sign. */
enum { ES_RECORD = 16 };
enum es_status es_sort_records(void *record, size_t n, struct es_context *ctx) ES_CHECKED;

/* order: the numbers 0 … n-1 (n below 2^32) so that x[order[k]] ascends.  The x stand `stride`
 * bytes apart and are not NaN; -0 and 0 are equal. */
enum es_status es_sort_order(uint32_t *order, const double *x, size_t stride, size_t n,
                             struct es_context *ctx) ES_CHECKED;

#endif
