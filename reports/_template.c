/* template: say here what the format is for.
 *
 * Lays out the table that harness/tables/table.h makes; a format that wants every number instead
 * walks results->row, as csv.c does.
 */
#include "reports/report.h"

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  struct es_table table = {0};
  ES_TRY(es_table_make(&table, results, request, ctx));
  ES_TRY(es_table_plain(&table, ctx));
  es_text_add(out, "%s\n%s\n", table.title, table.sentence);
  for (size_t i = 0; i < table.rows; i++) {
    for (size_t c = 0; c < table.columns; c++) {
      const struct es_table_cell *cell = &table.cell[i * table.columns + c];
      es_text_add(out, "%s%s%s", c > 0 ? "\t" : "", cell->text, cell->spread);
    }
    es_text_add(out, "\n");
  }
  for (size_t i = 0; i < table.notes.count; i++) es_text_add(out, "%s\n", table.notes.text[i]);
  es_table_clear(&table);
  return out->failed ? es_fail(ctx, ES_NOMEM, "template: out of memory") : ES_OK;
}

ES_REPORT(template) = {.api = ES_REPORT_API,
                       .name = "template",
                       .summary = "one line for evenscore list reports",
                       .extension = ".txt",
                       .write = write};
