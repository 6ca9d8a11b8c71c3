/* Lays a tidy table (attribution, …) out as the tables that reports print. */
#ifndef ES_TABLES_TIDY_H
#define ES_TABLES_TIDY_H

#include "harness/tables/table.h"

/* A row per row.  Columns that say the same everywhere go to the title; low and high are the spread
 * of the column before them; a word that is the same as above is not said again; what is undefined
 * points to its reason.  Fails when the results have no such table, or not what the request names.
 */
enum es_status es_tidy_make(struct es_table *table, const struct es_results *results,
                            const struct es_tidy *tidy, const struct es_table_request *request,
                            struct es_context *ctx) ES_CHECKED;

/* The rows that the request asks for by metric and group, in an array that the caller gives back.
 */
enum es_status es_tidy_select(json_t **rows, const struct es_results *results,
                              const struct es_tidy *tidy, const struct es_table_request *request,
                              struct es_context *ctx) ES_CHECKED;

/* Whether a list of words that were asked for has this one; an empty one has all. */
bool es_is_asked(const struct es_texts *list, const char *name);

#endif
