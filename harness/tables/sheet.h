/* A table under construction, cell by cell: what the layouts of compare and check share. */
#ifndef ES_TABLES_SHEET_H
#define ES_TABLES_SHEET_H

#include "harness/tables/table.h"

/* Rows of the tidy table that is laid out; `reasons` are its footnotes. */
struct es_sheet {
  struct es_table *table;
  const json_t *rows;
  size_t room;
  struct es_notes reasons;
  struct es_context *ctx;
};

/* Room for so many columns and rows. */
enum es_status es_sheet_open(struct es_sheet *sheet, size_t columns, size_t rows) ES_CHECKED;

enum es_status es_sheet_column(struct es_sheet *sheet, const char *over, const char *heading,
                               int drop, enum es_align align) ES_CHECKED;

/* Hands the texts over to a cell. */
enum es_status es_sheet_put(struct es_sheet *sheet, size_t row, size_t column, struct es_text *text,
                            struct es_text *spread) ES_CHECKED;

/* " ¹": points to the footnote with that reason, which is new or there already. */
void es_sheet_footnote(struct es_sheet *sheet, struct es_text *text, const char *reason);

/* The footnotes and then the warnings become the table's notes; the title and sentence are taken.
 */
enum es_status es_sheet_close(struct es_sheet *sheet, const struct es_notes *warnings,
                              struct es_text *title, struct es_text *sentence) ES_CHECKED;

/* What rows say: "" or NaN where it is null or missing. */
const char *es_json_text(const json_t *row, const char *key);
double es_json_number(const json_t *row, const char *key);

/* Whether rows say different things under the key. */
bool es_sheet_varies(const struct es_sheet *sheet, const char *key);

/* "parity gap ↓": the metric's label and its better direction, with the attribute where it is asked
 * for. */
void es_sheet_metric(struct es_text *text, const char *metric);

#endif
