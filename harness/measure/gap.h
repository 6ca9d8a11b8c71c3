/* How far groups are apart in one measure, with an interval. */
#ifndef ES_MEASURE_GAP_H
#define ES_MEASURE_GAP_H

#include "harness/statistics/interval.h"
#include "harness/measure/metric.h"

/* One measure in one group.  Rates carry k of n as an interval may count them, others a variance.
 */
enum { ES_REASON = 160 };
struct es_measured {
  double value, k, n, variance;
  uint64_t people;
  bool rate;
  const char *method;
  char undefined[ES_REASON]; /* "" when defined */
};
struct es_measured es_measure(const struct es_metric *metric, const struct es_group_counts *group);
/* A rate that is no row of the registry; `formula` is what an empty denominator is blamed on. */
struct es_measured es_measure_rate(struct es_ratio (*rate)(const struct es_counts *),
                                   const char *formula, const struct es_group_counts *group);

/* A disparity with what it rests on; `skipped` groups were left out as undefined. */
struct es_gap {
  double value;
  struct es_interval interval;
  char method[48];
  char undefined[ES_REASON + 64];
  size_t skipped;
};

/* The groups of a view as one measure sees them.
 *   name   of each, for reasons
 *   skip   leave undefined groups out, rather than be undefined with them */
struct es_compared {
  const struct es_measured *m;
  const char *const *name;
  size_t groups;
  bool skip;
  double confidence;
};

/* max - min over groups, or min / max.  The extremes of many equal groups differ, too: the interval
 * holds for all `comparisons` at once (Bonferroni). */
struct es_gap es_gap_between(const struct es_compared *c, bool divided, size_t comparisons);

/* The worst of all groups against `one`: largest |difference|, smallest min(r, 1/r). */
struct es_gap es_gap_to(const struct es_compared *c, bool divided, const struct es_measured *one);

/* The lowest, or the highest. */
struct es_gap es_gap_extreme(const struct es_compared *c, bool highest);

/* a - b, or a / b, as they stand. */
struct es_gap es_gap_of(const struct es_measured *a, const struct es_measured *b, bool divided,
                        double confidence);

#endif
