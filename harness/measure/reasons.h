/* What reasons for scores are about, counted: how many a person is given, and how many of those are
 * that nothing is on record.  Only runs that ask for reasons have any. */
#ifndef ES_MEASURE_REASONS_H
#define ES_MEASURE_REASONS_H

#include "harness/base/fixed.h"
#include "harness/base/frame.h"
#include "harness/measure/fields.h"

enum { ES_MOST_REASONS = 4 };

/* One group cell.
 *   people  with a score, by how many reasons they are given and how many of them are about missing
 *           data; absent: without a score for want of records, which is one reason, and about that
 *   weight  the same in sampling weight */
struct es_reasoned {
  uint64_t people[ES_MOST_REASONS + 1][ES_MOST_REASONS + 1], absent;
  es_fixed weight[ES_MOST_REASONS + 1][ES_MOST_REASONS + 1], absent_weight;
};
extern const struct es_layout es_reasoned_layout; /* a row for each field */

/* Adds one person: `missing` of their `reasons` are about missing data. */
void es_reasoned_add(struct es_reasoned *cell, enum es_unscorable why, size_t reasons,
                     size_t missing, double weight);

/* Measures: undefined where nobody asked for reasons, or nobody is given one. */
struct es_counts;
struct es_estimate es_missing_reason_share(const struct es_counts *c);
struct es_estimate es_missing_reason_share_scored(const struct es_counts *c);

#endif
