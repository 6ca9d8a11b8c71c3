/* Lays a tidy table (attribution, …) out as the tables that reports print. */
#ifndef ES_TABLES_TIDY_H
#define ES_TABLES_TIDY_H

#include "harness/tables/table.h"

/* A row per row.  Columns that say the same everywhere go to the title; value, low and high share a
 * cell; a word that is the same as above is not said again.  Fails when the results have no such
 * table. */
enum es_status es_tidy_make(struct es_table *table, const struct es_results *results,
                            const struct es_tidy *tidy, struct es_context *ctx) ES_CHECKED;

#endif
