/* From the tally of one scorer on one population to rows: every measure, for everyone, for each
 * group, and between groups. */
#ifndef ES_MEASURE_EVALUATE_H
#define ES_MEASURE_EVALUATE_H

#include "harness/base/option.h"
#include "harness/measure/results.h"
#include "harness/measure/tally.h"

/* A way to look at groups: one attribute, or several crossed ("region*income"). */
enum { ES_VIEW_ATTRIBUTES = 4 };
struct es_view {
  size_t attribute[ES_VIEW_ATTRIBUTES];
  size_t count;
};

/* Views of --group: "race,sex" is race, sex and race*sex; each further --group adds its own.  Without
 * any, each attribute by itself.  Unknown attribute: names the nearest.  The caller frees *views. */
enum es_status es_views_make(struct es_view **views, size_t *count, const struct es_texts *groups,
                             const struct es_attribute *attribute, size_t attributes,
                             struct es_context *ctx) ES_CHECKED;

/* A person's cell: the levels of all attributes in mixed radix, the first attribute fastest. */
size_t es_cell_count(const struct es_attribute *attribute, size_t attributes);

/*   metrics    "default", "all", or names of measures and disparities
 *   reference  a level of the first attribute, or "": no to_reference rows */
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
};

/* Fails on a name that is no measure, saying the nearest. */
enum es_status es_metrics_check(const struct es_texts *metrics, struct es_context *ctx) ES_CHECKED;

enum es_status es_evaluate(struct es_results *results, struct es_tally *tally,
                           const struct es_evaluation *evaluation, struct es_context *ctx) ES_CHECKED;

/* The same rows, all undefined for one reason: a scorer that could not take part. */
enum es_status es_evaluate_failed(struct es_results *results, const struct es_evaluation *evaluation,
                                  const char *reason, struct es_context *ctx) ES_CHECKED;

#endif
