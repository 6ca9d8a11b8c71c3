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

enum es_family {
  ES_FAMILY_COVERAGE,
  ES_FAMILY_ACCURACY,
  ES_FAMILY_DISPARITY,
  ES_FAMILY_IMPACT,
  ES_FAMILIES
};
extern const char *const es_family_names[ES_FAMILIES];

/* A number that is not a rate.  variance < 0: no interval; undefined: the reason, or NULL. */
struct es_estimate {
  double value, variance, n;
  const char *undefined, *method;
};

/* The mean of something added up with its squares, and the variance of that mean. */
struct es_estimate es_estimate_mean(double sum, double square, double n, double effective);

/* What any row of the registry says of itself.
 *   label       short heading for tables ("wrongly denied")
 *   direction   +1 higher is better, -1 lower is better, 0 neither
 *   version     changes when the number would
 *   by_default  printed when --metrics is not given; headline: one of the few to look at first
 *   share       lies within 0 and 1, and so does its interval
 *   slow        a search, not a sum: left out where thousands of samples are measured */
struct es_metric {
  const char *name, *label, *formula, *summary, *reference;
  int direction;
  enum es_family family;
  int version;
  bool by_default, headline, share, slow;
  /* One of the two: */
  struct es_ratio (*rate)(const struct es_counts *counts);
  struct es_estimate (*estimate)(const struct es_counts *counts);
};

extern const struct es_metric es_metrics[];
extern const size_t es_metric_count;

const struct es_metric *es_metric_find(const char *name);

/* A named disparity: a gap or ratio of one rate, or of two: the worse, or (mean) their average.
 * "demographic_parity" gives demographic_parity_difference and demographic_parity_ratio. */
struct es_disparity {
  const char *name, *label;
  const char *metric[2];
  bool mean, by_default, headline;
  const char *summary, *reference;
};
extern const struct es_disparity es_disparities[];
extern const size_t es_disparity_count;

/* A number between groups that is more than a gap of one measure.  One of:
 *   groups    a function of all groups' counts: between_groups
 *   pair      a distance between two groups: between_groups is that of the two that are furthest
 * apart (or nearest, where higher is better), to_reference:G of G and the one furthest from it
 *   others    signed, of everybody outside the reference group u and the reference group p:
 *             to_reference:G only
 *   rate      the same for one rate: u - p, or u / p where `divided`
 * lacks: why a group cannot take part, or NULL. */
struct es_between {
  const char *name, *label, *formula, *summary, *reference;
  int direction, version;
  const char *(*lacks)(const struct es_counts *group);
  struct es_estimate (*groups)(const struct es_counts *const *group, size_t count);
  struct es_estimate (*pair)(const struct es_counts *a, const struct es_counts *b);
  struct es_estimate (*others)(const struct es_counts *u, const struct es_counts *p);
  struct es_ratio (*rate)(const struct es_counts *counts);
  bool divided;
};
extern const struct es_between es_betweens[];
extern const size_t es_between_count;

/* Another name for exactly the same number: "tpr", "zero_one_loss". */
struct es_alias {
  const char *name, *means, *who;
};
extern const struct es_alias es_aliases[];
extern const size_t es_alias_count;

/* What a table or `describe` says of any metric name, disparities and aliases included
 * ("selection_rate_ratio", "equalized_odds_difference", "tpr").  false: no such metric. */
struct es_metric_words {
  char label[64], formula[160], summary[128];
  const char *reference;
  int direction, version;
  enum es_family family;
};
bool es_metric_look_up(const char *name, struct es_metric_words *words);

/* The name that `name` stands for: itself, or what an alias in it means ("tpr_ratio" gives
 * "true_positive_rate_ratio"). */
enum { ES_METRIC_NAME = 96 };
void es_metric_resolve(const char *name, char resolved[ES_METRIC_NAME]);

#endif
