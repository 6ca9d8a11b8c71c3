/* A table for GitHub: pipes aligned in the source too, the best in bold, notes folded. */
#include "reports/report.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/words.h"
#include "harness/tables/shown.h"

/* Where a line must not end: before an arrow, and before the number of a note. */
#define NO_BREAK "\u00A0"

static char *cell_text(const struct es_table *table, size_t row, size_t c)
{
  const struct es_table_cell *cell = &table->cell[row * table->columns + c];
  struct es_text out = {0};
  if (cell->best) es_text_add(&out, "**");
  bool noted = strncmp(cell->text, "undefined ", 10) == 0;
  if (noted) es_text_add(&out, "undefined" NO_BREAK);
  es_show_markdown(&out, cell->text + (noted ? 10 : 0));
  if (cell->best) es_text_add(&out, "**");
  if (cell->spread[0] != '\0') es_text_add(&out, " %s", cell->spread);
  return es_text_take(&out);
}

static char *heading_text(const struct es_table_column *column)
{
  struct es_text out = {0};
  es_show_markdown(&out, column->heading);
  es_text_add(&out, "%s", column->arrow > 0 ? NO_BREAK "↑" : column->arrow < 0 ? NO_BREAK "↓" : "");
  return es_text_take(&out);
}

static void add_padded(struct es_text *out, const char *text, size_t width, enum es_align align)
{
  int blanks = (int)(width - es_text_width(text));
  es_text_add(out, "| %*s%s%*s ", align == ES_RIGHT ? blanks : 0, "", text,
              align == ES_LEFT ? blanks : 0, "");
}

static void add_rule(struct es_text *out, size_t width, enum es_align align)
{
  es_text_add(out, "|%s", align == ES_LEFT ? " :" : " -");
  for (size_t i = 2; i < width; i++) es_text_add(out, "-");
  es_text_add(out, "%s", align == ES_LEFT ? "- " : ": ");
}

/* text[0] are the headings, text[1 …] the rows. */
static void add_table(struct es_text *out, const struct es_table *table, char *const *text)
{
  for (size_t line = 0; line <= table->rows; line++) {
    for (size_t rule = 0; rule < (line == 0 ? 2 : 1); rule++) {
      for (size_t c = 0; c < table->columns; c++) {
        enum es_align align = table->column[c].align;
        size_t width = 3;
        for (size_t i = 0; i <= table->rows; i++) {
          size_t wide = es_text_width(text[i * table->columns + c]);
          if (wide > width) width = wide;
        }
        if (rule == 1)
          add_rule(out, width, align);
        else
          add_padded(out, text[line * table->columns + c], width, align);
      }
      es_text_add(out, "|\n");
    }
  }
}

static enum es_status write_table(const struct es_table *table, struct es_text *out,
                                  struct es_context *ctx)
{
  size_t cells = (table->rows + 1) * table->columns;
  char **text = es_alloc(cells, sizeof *text, ctx);
  if (text == NULL) return ES_NOMEM;
  bool failed = false;
  for (size_t i = 0; i < cells; i++) {
    size_t c = i % table->columns, line = i / table->columns;
    text[i] = line == 0 ? heading_text(&table->column[c]) : cell_text(table, line - 1, c);
    failed |= text[i] == NULL;
  }
  if (!failed) add_table(out, table, text);
  for (size_t i = 0; i < cells; i++) free(text[i]);
  free(text);
  return failed ? es_fail(ctx, ES_NOMEM, "markdown: out of memory") : ES_OK;
}

static void add_notes(struct es_text *out, const struct es_notes *notes)
{
  if (notes->count == 0) return;
  es_text_add(out, "\n<details><summary>Notes</summary>\n\n");
  for (size_t i = 0; i < notes->count; i++) {
    es_text_add(out, "- ");
    es_show_markdown(out, notes->text[i]);
    es_text_add(out, "\n");
  }
  es_text_add(out, "\n</details>\n");
}

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  struct es_table table = {0};
  ES_TRY(es_table_make(&table, results, request, ctx));
  es_text_add(out, "### ");
  es_show_markdown(out, table.title);
  es_text_add(out, "\n\n");
  es_show_markdown(out, table.sentence);
  if (table.sentence[0] != '\0') es_text_add(out, "\n\n");
  enum es_status status = table.rows > 0 ? write_table(&table, out, ctx) : ES_OK;
  if (status == ES_OK) add_notes(out, &table.notes);
  es_table_clear(&table);
  if (status == ES_OK && out->failed) status = es_fail(ctx, ES_NOMEM, "markdown: out of memory");
  return status;
}

ES_REPORT(markdown) = {.api = ES_REPORT_API,
                       .name = "markdown",
                       .summary = "a table for GitHub and papers' drafts, notes folded",
                       .extension = ".md",
                       .lays_out = true,
                       .write = write};
