/* What was run, written down in the results: every setting, population, scorer, count. */
#ifndef ES_RUN_RESOLVED_H
#define ES_RUN_RESOLVED_H

#include "harness/measure/evaluate.h"
#include "harness/run/contest.h"

enum es_status es_resolved_study(struct es_results *results, const struct es_study *study,
                                 const struct es_model *models, size_t count,
                                 struct es_context *ctx) ES_CHECKED;
/* The same for an audit: its options, one population, and each scores' or decisions' column. */
enum es_status es_resolved_audit(struct es_results *results, const struct es_option *table,
                                 const void *block, const char *population, const char *favorable,
                                 uint64_t people, const struct es_texts *columns,
                                 struct es_context *ctx) ES_CHECKED;
enum es_status es_resolved_population(struct es_results *results, const struct es_opened *from,
                                      struct es_context *ctx) ES_CHECKED;
enum es_status es_resolved_tally(struct es_results *results, const struct es_evaluation *evaluation,
                                 const struct es_tally *tally, struct es_context *ctx) ES_CHECKED;

#endif
