/* Which numbers were asked for (--metrics), worked out once per evaluation. */
#ifndef ES_MEASURE_CHOICE_H
#define ES_MEASURE_CHOICE_H

#include "harness/base/option.h"
#include "harness/measure/metric.h"

/* What a measure is made into; the endings of names. */
enum es_form { ES_VALUE, ES_DIFFERENCE, ES_RATIO, ES_GROUP_MIN, ES_GROUP_MAX, ES_FORMS };
extern const char *const es_form_ending[ES_FORMS];

/*   metric, disparity, between  bits 1 << part of each registry row that are wanted (between: 1)
 *   named    the same, of those asked for by name: they come with every reduction
 *   bulk     not only names are listed: families, default or all
 *   needed   measures whose value in each group something is made from
 *   alias    listed names that stand for another one, and for which */
struct es_choice {
  unsigned *metric, *metric_named, *disparity, *between;
  bool *needed, everything, bulk;
  const char **alias;
  char (*means)[ES_METRIC_NAME];
  size_t aliases;
  const struct es_texts *list;
};

enum es_status es_choice_make(struct es_choice *choice, const struct es_texts *metrics,
                              struct es_context *ctx) ES_CHECKED;
void es_choice_clear(struct es_choice *choice);

/* The `number`-th name under which a wanted number is printed: its own, unless only an alias was
 * listed, then each alias that was; NULL after the last. */
const char *es_choice_name(const struct es_choice *choice, const char *name, size_t number);

/* Fails on a name that is no measure, saying the nearest. */
enum es_status es_metrics_check(const struct es_texts *metrics, struct es_context *ctx) ES_CHECKED;

#endif
