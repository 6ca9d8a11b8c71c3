/* A table on its side: measures in rows, what the rows were about in columns. */
#ifndef ES_TABLES_TRANSPOSE_H
#define ES_TABLES_TRANSPOSE_H

#include "harness/tables/table.h"

/* Columns of words before the first number become the new headings, joined by a blank. */
enum es_status es_table_transpose(struct es_table *table, struct es_context *ctx) ES_CHECKED;

#endif
