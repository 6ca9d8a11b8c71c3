/* evenscore report: any report from a results file. */
#include "harness/cli/cli.h"

#include <string.h>

struct pictures {
  char *figures;
  int figure_format;
};
static const char *const formats[] = {"svg", "pdf", "png", "tikz"};
#define P struct pictures
static const struct es_option options[] = {
    ES_OPTION_TEXT(P, figures, "", "DIR",
                   "draw the figures into this folder, with scripts and data (needs gnuplot)"),
    ES_OPTION_CHOICE(P, figure_format, "svg", "svg|pdf|png|tikz", "what --figures draws"),
    {0}};
#undef P

/* Figures in place of a report, or beside one that goes to a file. */
static enum es_status write(const struct es_results *results, const struct es_output *output,
                            const struct pictures *pictures, struct es_context *ctx)
{
  bool draws = pictures->figures[0] != '\0';
  if (draws)
    ES_TRY(es_output_figures(results, pictures->figures, formats[pictures->figure_format], ctx));
  if (draws && output->output[0] == '\0') return ES_OK;
  const struct es_table_request request = {.table = output->table,
                                           .metrics = &output->metrics,
                                           .groups = &output->groups,
                                           .transpose = output->transpose,
                                           .digits = (int)output->digits,
                                           .caption = output->caption,
                                           .label = output->label};
  return es_output_table(results, output->format, &request, output->output, ctx);
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct es_output output = {0};
  struct pictures pictures = {0};
  const struct es_args sets[] = {{es_report_options, &output}, {options, &pictures}};
  const char *file = NULL;
  size_t files = 0;
  enum es_status status = es_options_default(es_report_options, &output, ctx);
  if (status == ES_OK) status = es_options_default(options, &pictures, ctx);
  if (status == ES_OK) status = es_args_parse(argc, argv, sets, 2, &file, 1, &files, ctx);
  if (status == ES_OK && files == 0)
    status = es_fail(ctx, ES_INPUT,
                     "report: name a results file, as evenscore run -o results.json writes it");
  if (status == ES_OK) status = es_output_check(&output, ctx);
  struct es_results results = {0};
  if (status == ES_OK) status = es_results_read(&results, file, ctx);
  if (status == ES_OK) status = es_texts_split(&output.metrics, ctx);
  if (status == ES_OK) status = es_texts_split(&output.groups, ctx);
  if (status == ES_OK) status = write(&results, &output, &pictures, ctx);
  es_results_clear(&results);
  es_options_clear(options, &pictures);
  es_options_clear(es_report_options, &output);
  return status;
}

static const struct es_option *const tables[] = {es_report_options, options, NULL};
const struct es_command es_command_report = {
    .name = "report",
    .usage = "report RESULTS.json [options]",
    .summary = "make any report from a results file",
    .help = "  evenscore run -o results.json\n"
            "  evenscore report results.json --format markdown -o table.md\n"
            "  evenscore report results.json --figures figures --figure-format pdf\n",
    .tables = tables,
    .run = run,
};
