/* The registry of measures: each row says what a number is, and computes it from counts.
 *
 * A new rate is a function of two lines and a row of the table in metric.c; it then has intervals,
 * disparities (<rate>_difference, <rate>_ratio, …), `describe`, and a place in every report.
 */
#ifndef ES_MEASURE_METRIC_H
#define ES_MEASURE_METRIC_H

#include "harness/measure/counts.h"

/* A rate: numerator and denominator, in people (or in sampling weight). */
struct es_ratio {
  double part, whole;
};

enum es_family { ES_FAMILY_COVERAGE, ES_FAMILY_ACCURACY, ES_FAMILY_DISPARITY, ES_FAMILY_IMPACT };

/* A number that is not a rate.  variance < 0: no interval; undefined: the reason, or NULL. */
struct es_estimate {
  double value, variance, n;
  const char *undefined, *method;
};

/* One of rate and estimate is set.
 *   label      short heading for tables ("wrongly denied")
 *   direction  +1 higher is better, -1 lower is better, 0 neither
 *   version    changes when the number would */
struct es_metric {
  const char *name, *label, *formula, *summary, *reference;
  int direction;
  enum es_family family;
  int version;
  bool by_default;
  struct es_ratio (*rate)(const struct es_counts *counts);
  struct es_estimate (*estimate)(const struct es_counts *counts);
};

extern const struct es_metric es_metrics[];
extern const size_t es_metric_count;

const struct es_metric *es_metric_find(const char *name);

/* A named disparity: a gap or ratio of one rate, or the worse of two.  "demographic_parity" gives
 * demographic_parity_difference and demographic_parity_ratio. */
struct es_disparity {
  const char *name, *label;
  const char *metric[2];
  const char *summary, *reference;
};
extern const struct es_disparity es_disparities[];
extern const size_t es_disparity_count;

/* What a table or `describe` says of any metric name, disparities included ("selection_rate_ratio",
 * "equalized_odds_difference").  false: no such metric. */
struct es_metric_words {
  char label[64], formula[160], summary[128];
  const char *reference;
  int direction, version;
  enum es_family family;
};
bool es_metric_look_up(const char *name, struct es_metric_words *words);

#endif
