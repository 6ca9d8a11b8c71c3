/* evenscore report: any report from a results file. */
#include "harness/cli/cli.h"

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct es_output output = {0};
  const struct es_args sets[] = {{es_report_options, &output}};
  const char *file = NULL;
  size_t files = 0;
  enum es_status status = es_options_default(es_report_options, &output, ctx);
  if (status == ES_OK) status = es_args_parse(argc, argv, sets, 1, &file, 1, &files, ctx);
  if (status == ES_OK && files == 0)
    status = es_fail(ctx, ES_INPUT,
                     "report: name a results file, as evenscore run -o results.json writes it");
  if (status == ES_OK) status = es_output_check(&output, ctx);
  struct es_results results = {0};
  if (status == ES_OK) status = es_results_read(&results, file, ctx);
  if (status == ES_OK)
    status = es_output_report(&results, output.format, output.table, output.output, ctx);
  es_results_clear(&results);
  es_options_clear(es_report_options, &output);
  return status;
}

static const struct es_option *const tables[] = {es_report_options, NULL};
const struct es_command es_command_report = {
    .name = "report",
    .usage = "report RESULTS.json [options]",
    .summary = "make any report from a results file",
    .help = "  evenscore run -o results.json\n"
            "  evenscore report results.json --format markdown -o table.md\n",
    .tables = tables,
    .run = run,
};
