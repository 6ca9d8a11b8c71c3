/* Lays the tables of compare and check out: a line per number, files or verdicts side by side. */
#ifndef ES_TABLES_COMPARED_H
#define ES_TABLES_COMPARED_H

#include "harness/tables/table.h"

/* Fills a zeroed table from the tidy table "comparison".  Fails when the results have none. */
enum es_status es_compared_make(struct es_table *table, const struct es_results *results,
                                struct es_context *ctx) ES_CHECKED;

/* The same from "gate" or "plan". */
enum es_status es_gated_make(struct es_table *table, const struct es_results *results,
                             const char *name, struct es_context *ctx) ES_CHECKED;

#endif
