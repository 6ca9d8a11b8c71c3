/* From the tally of one scorer on one population to rows: every measure, for everyone, for each
 * group, and between groups. */
#ifndef ES_MEASURE_EVALUATE_H
#define ES_MEASURE_EVALUATE_H

#include "harness/measure/choice.h"
#include "harness/results/results.h"
#include "harness/measure/views.h"

/*   metrics    "default", "all", families, or names of measures and disparities
 *   reference  the name of a group, or "": no to_reference rows
 *   small      groups of fewer people are named in a warning
 *   skip_undefined  disparities leave undefined groups out, and say how many in `method`
 *   tested     what tests call the scorer; NULL: as rows do
 *   decisions_only  tests leave scores out: they have been tested under another policy
 *   oracle     what the oracle decided on the same people, or NULL
 *   bootstrap  replicates for intervals that have no closed form; 0: none */
struct es_evaluation {
  const char *population, *scorer, *policy, *reference;
  const struct es_attribute *attribute;
  size_t attributes;
  const struct es_view *view;
  size_t views;
  struct es_consequence consequence;
  bool positive_is_adverse;
  double confidence;
  const struct es_texts *metrics;
  uint64_t small;
  bool skip_undefined;
  const char *tested;
  bool decisions_only;
  const struct es_tally *oracle;
  size_t bootstrap;
};

enum es_status es_evaluate(struct es_results *results, struct es_tally *tally,
                           const struct es_evaluation *evaluation,
                           struct es_context *ctx) ES_CHECKED;

/* The values alone, in the order of the rows that es_evaluate adds; NaN where undefined, and for
 * measures that are too slow to compute often (es_metric.slow).  For resampling: the tally comes
 * sorted, and nothing is noted.  ES_BROKEN when there are not `count` of them. */
enum es_status es_evaluate_values(double *values, size_t count, struct es_tally *tally,
                                  const struct es_evaluation *evaluation,
                                  struct es_context *ctx) ES_CHECKED;

/* The same rows, all undefined for one reason: a scorer that could not take part. */
enum es_status es_evaluate_failed(struct es_results *results,
                                  const struct es_evaluation *evaluation, const char *reason,
                                  struct es_context *ctx) ES_CHECKED;

#endif
