/* The plug-ins that this build has: the files of scorers/, datasets/ and reports/. */
#ifndef ES_MODEL_REGISTRY_H
#define ES_MODEL_REGISTRY_H

#include "datasets/dataset.h"
#include "reports/report.h"
#include "scorers/scorer.h"

extern const struct es_scorer *const es_scorers[];
extern const struct es_dataset *const es_datasets[];
extern const struct es_report *const es_reports[];
extern const size_t es_scorer_count, es_dataset_count, es_report_count;

/* By name; an unknown one fails with the nearest name and the list. */
enum es_status es_scorer_find(const struct es_scorer **scorer, const char *name,
                              struct es_context *ctx) ES_CHECKED;
enum es_status es_report_find(const struct es_report **report, const char *name,
                              struct es_context *ctx) ES_CHECKED;

/* "csv:people.csv" names the kind; anything without a kind's name and a colon is synthetic.
 * *source points into `spec`. */
enum es_status es_dataset_find(const struct es_dataset **dataset, const char **source,
                               const char *spec, struct es_context *ctx) ES_CHECKED;

/* Whether every plug-in speaks this build's API and has what it must have. */
enum es_status es_registry_check(struct es_context *ctx) ES_CHECKED;

#endif
