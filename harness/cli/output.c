/* Where results go: a results file, and a report on standard output. */
#include "harness/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/model/registry.h"

#define O struct es_output
const struct es_option es_output_options[] = {
    ES_OPTION_TEXT(O, format, "text", "F",
                   "what is printed: text, markdown, latex, html, card, csv or json"),
    ES_OPTION_TEXT(O, table, "main", "T",
                   "which table: main, groups, or a further one (attribution, sweep, ...)"),
    {"output", ES_TYPE_TEXT, ES_FIELD_(O, output, char *), "", 0, 0, NULL,
     "also write the results file (JSON), from which every report can be made again", "FILE", 'o'},
    {0}};
const struct es_option es_report_options[] = {
    ES_OPTION_TEXT(O, format, "text", "F",
                   "text, markdown, latex, html, card, csv or json (evenscore list reports)"),
    ES_OPTION_TEXT(O, table, "main", "T",
                   "which table: main, groups, or a further one (attribution, sweep, ...)"),
    ES_OPTION_TEXTS(O, metrics, "", "M[,M]", "these measures alone, in this order"),
    ES_OPTION_TEXTS(O, groups, "", "G[,G]", "of tables with groups, these alone"),
    ES_OPTION_BOOL(O, transpose, "no", "measures in rows, scorers in columns"),
    ES_OPTION_INT(O, digits, "0", 0, 12, "significant digits at the most; 0: 4"),
    ES_OPTION_TEXT(O, caption, "", "TEXT", "LaTeX: the caption, instead of the table's title"),
    ES_OPTION_TEXT(O, label, "", "NAME", "LaTeX: what \\ref calls the table, like tab:main"),
    {"output", ES_TYPE_TEXT, ES_FIELD_(O, output, char *), "", 0, 0, NULL,
     "write there instead of to standard output", "FILE", 'o'},
    {0}};
#undef O

enum es_status es_output_folder(const char *path, struct es_context *ctx)
{
  const char *slash = strrchr(path, '/');
  struct stat there;
  if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
    return es_fail(ctx, ES_INPUT, "-o %s: this is a folder; name a file in it", path);
  if (slash == NULL || slash == path) return ES_OK;
  char *folder = es_strdup(path, ctx);
  if (folder == NULL) return ES_NOMEM;
  folder[slash - path] = '\0';
  bool good = stat(folder, &there) == 0 && S_ISDIR(there.st_mode);
  free(folder);
  return good ? ES_OK
              : es_fail(ctx, ES_INPUT, "-o %s: the folder is not there; make it first", path);
}

static enum es_status no_such_table(const char *name, struct es_context *ctx)
{
  struct es_text list = {0};
  es_text_add(&list, "main, disparity, groups");
  for (size_t t = 0; t < es_tidy_count; t++) es_text_add(&list, ", %s", es_tidy_tables[t].name);
  es_fail(ctx, ES_INPUT, "--table %s: there are %s", name, es_text_get(&list));
  es_text_clear(&list);
  return ES_INPUT;
}

enum es_status es_output_check(const struct es_output *output, struct es_context *ctx)
{
  const struct es_report *report;
  enum es_status status = es_report_find(&report, output->format, ctx);
  if (status != ES_OK) return es_fail_at(ctx, status, "--format: ");
  static const char *const own[] = {"main", "disparity", "groups"};
  bool there = es_tidy_find(output->table) != NULL;
  for (size_t t = 0; t < ES_COUNT_OF(own); t++) there |= strcmp(output->table, own[t]) == 0;
  if (!there) return no_such_table(output->table, ctx);
  return output->output[0] != '\0' ? es_output_folder(output->output, ctx) : ES_OK;
}

enum es_status es_output_report(const struct es_results *results, const char *format,
                                const char *table, const char *path, struct es_context *ctx)
{
  return es_output_table(results, format, &(struct es_table_request){.table = table}, path, ctx);
}

enum es_status es_output_table(const struct es_results *results, const char *format,
                               const struct es_table_request *asked, const char *path,
                               struct es_context *ctx)
{
  const struct es_report *report;
  ES_TRY(es_report_find(&report, format, ctx));
  bool to_stdout = path[0] == '\0' || strcmp(path, "-") == 0;
  struct es_table_request request = *asked;
  if (to_stdout) request.paper = es_stdout_paper();
  const struct es_paper paper = request.paper;
  struct es_text text = {0};
  enum es_status status = report->write(results, &request, &text, ctx);
  bool more = report->lays_out && strcmp(asked->table, "main") == 0;
  for (size_t t = 0; more && status == ES_OK && t < es_tidy_count; t++) {
    const struct es_tidy *tidy = &es_tidy_tables[t];
    if (tidy->on_request || json_array_size(json_object_get(results->tables, tidy->name)) == 0)
      continue;
    /* The other wishes are about the first table. */
    request =
        (struct es_table_request){.table = tidy->name, .paper = paper, .digits = asked->digits};
    es_text_add(&text, "\n");
    status = report->write(results, &request, &text, ctx);
  }
  if (status == ES_OK && text.failed) status = es_fail(ctx, ES_NOMEM, "out of memory");
  if (status == ES_OK)
    status = es_file_write(to_stdout ? NULL : path, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

enum es_status es_output_results(const struct es_results *results, const struct es_output *output,
                                 struct es_context *ctx)
{
  if (output->output[0] != '\0')
    ES_TRY(es_output_report(results, "json", "main", output->output, ctx));
  if (strcmp(output->output, "-") == 0)
    return ES_OK; /* the results file has taken standard output */
  return es_output_report(results, output->format, output->table, "", ctx);
}
