/* A table under construction, cell by cell: what the layouts of compare and check share. */
#ifndef ES_TABLES_SHEET_H
#define ES_TABLES_SHEET_H

#include "harness/tables/table.h"

/* Words that stand in front of a line. */
enum es_sheet_word {
  ES_SHEET_POPULATION,
  ES_SHEET_SCORER,
  ES_SHEET_POLICY,
  ES_SHEET_METRIC,
  ES_SHEET_GROUP,
  ES_SHEET_WORDS
};

/* Rows of the tidy table that is laid out, `stride` of them for a line; sorted: a scorer's lines do
 * not stand together; `reasons` are the footnotes. */
struct es_sheet {
  struct es_table *table;
  const json_t *rows;
  size_t stride;
  bool sorted, shown[ES_SHEET_WORDS];
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

/* Columns for the words in which lines differ, and always for the measure; what is the same
 * everywhere goes to the title, each with a comma before it. */
enum es_status es_sheet_words(struct es_sheet *sheet, struct es_text *title) ES_CHECKED;

/* The words of a line; *column is then the first of its numbers'. */
enum es_status es_sheet_put_words(struct es_sheet *sheet, size_t line, size_t *column) ES_CHECKED;

#endif
