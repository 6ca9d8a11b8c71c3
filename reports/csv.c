/* Every number as one line of tidy CSV, in full precision.
 *
 * Fields are quoted where RFC 4180 asks for it; lines end with LF; what is undefined is empty, and
 * its reason stands in `status`.
 */
#include "reports/report.h"

#include <math.h>
#include <string.h>
#include "harness/tables/tidy.h"

static void add_text(struct es_text *out, const char *text)
{
  if (text[strcspn(text, ",\"\r\n")] == '\0') {
    es_text_add(out, "%s", text);
    return;
  }
  es_text_add(out, "\"");
  for (; *text != '\0'; text++) es_text_add(out, *text == '"' ? "\"\"" : "%c", *text);
  es_text_add(out, "\"");
}

static void add_field(struct es_text *out, const struct es_row_field *field,
                      const struct es_row *row)
{
  char number[ES_NUMBER_SIZE];
  const void *at = (const char *)row + field->offset;
  switch (field->kind) {
  case ES_ROW_TEXT: add_text(out, *(char *const *)at); break;
  case ES_ROW_COUNT: es_text_add(out, "%llu", (unsigned long long)*(const uint64_t *)at); break;
  case ES_ROW_REAL:
    if (isfinite(*(const double *)at))
      es_text_add(out, "%s", es_number(number, *(const double *)at));
  }
}

static void add_value(struct es_text *out, const json_t *value)
{
  char number[ES_NUMBER_SIZE];
  if (json_is_string(value))
    add_text(out, json_string_value(value));
  else if (json_is_integer(value))
    es_text_add(out, "%lld", (long long)json_integer_value(value));
  else if (json_is_real(value))
    es_text_add(out, "%s", es_number(number, json_real_value(value)));
}

/* One of the further tidy tables. */
static void write_tidy(const json_t *rows, const struct es_tidy *table, struct es_text *out)
{
  size_t i;
  json_t *row;
  for (size_t c = 0; table->column[c] != NULL; c++)
    es_text_add(out, "%s%s", c > 0 ? "," : "", table->column[c]);
  es_text_add(out, "\n");
  json_array_foreach(rows, i, row)
  {
    for (size_t c = 0; table->column[c] != NULL; c++) {
      if (c > 0) es_text_add(out, ",");
      add_value(out, json_object_get(row, table->column[c]));
    }
    es_text_add(out, "\n");
  }
}

/* Whether there is what was asked for, by metric and by group. */
static enum es_status check(const struct es_results *results,
                            const struct es_table_request *request, struct es_context *ctx)
{
  const struct es_texts *metrics = request->metrics, *groups = request->groups;
  for (size_t k = 0; metrics != NULL && k < metrics->count; k++)
    if (es_results_find(results, NULL, NULL, NULL, NULL, metrics->at[k], NULL) == NULL)
      return es_fail(ctx, ES_INPUT,
                     "--metrics %s: the results do not have it; run the study with --metrics %s",
                     metrics->at[k], metrics->at[k]);
  for (size_t k = 0; groups != NULL && k < groups->count; k++)
    if (es_results_find(results, NULL, NULL, NULL, groups->at[k], NULL, NULL) == NULL)
      return es_fail(ctx, ES_INPUT, "--groups %s: the results have no such group", groups->at[k]);
  return ES_OK;
}

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  const struct es_tidy *tidy = request->table != NULL ? es_tidy_find(request->table) : NULL;
  if (tidy != NULL) {
    json_t *rows = NULL;
    enum es_status status = es_tidy_select(&rows, results, tidy, request, ctx);
    if (status == ES_OK) write_tidy(rows, tidy, out);
    json_decref(rows);
    if (status != ES_OK) return status;
    return out->failed ? es_fail(ctx, ES_NOMEM, "csv: out of memory") : ES_OK;
  }
  ES_TRY(check(results, request, ctx));
  for (size_t f = 0; f < ES_ROW_FIELDS; f++)
    es_text_add(out, "%s%s", f > 0 ? "," : "", es_row_fields[f].name);
  es_text_add(out, "\n");
  for (size_t i = 0; i < results->rows; i++) {
    if (!es_is_asked(request->metrics, results->row[i].metric) ||
        !es_is_asked(request->groups, results->row[i].group))
      continue;
    for (size_t f = 0; f < ES_ROW_FIELDS; f++) {
      if (f > 0) es_text_add(out, ",");
      add_field(out, &es_row_fields[f], &results->row[i]);
    }
    es_text_add(out, "\n");
  }
  return out->failed ? es_fail(ctx, ES_NOMEM, "csv: out of memory") : ES_OK;
}

ES_REPORT(csv) = {.api = ES_REPORT_API,
                  .name = "csv",
                  .summary = "every number on a line of its own, full precision",
                  .extension = ".csv",
                  .write = write};
