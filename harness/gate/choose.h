/* Which numbers are looked at: by metric, and by where they stand. */
#ifndef ES_GATE_CHOOSE_H
#define ES_GATE_CHOOSE_H

#include "harness/base/option.h"
#include "harness/results/results.h"

/* Whether the list has the metric: by name or alias, its family, "all"; "default", and an empty
 * list, mean the few to look at first (es_metric.headline). */
bool es_metric_wanted(const struct es_texts *metrics, const char *metric);

/* Filters like scorer=logistic or group=rural,urban; policy!=cost.  Each names a column of text of
 * the rows; a value may hold *, anything.  ES_INPUT where one does not. */
enum es_status es_filters_check(const struct es_texts *filters, struct es_context *ctx) ES_CHECKED;
bool es_filters_pass(const struct es_texts *filters, const struct es_row *row);

/* Whether a filter is about that column. */
bool es_filters_name(const struct es_texts *filters, const char *column);

/* Whether a row stands for everyone, or between the groups of one attribute. */
bool es_is_headline(const struct es_row *row);

#endif
