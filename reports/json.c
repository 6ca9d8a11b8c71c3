/* The results file itself (docs/results.schema.json): every other report can be made from it. */
#include "reports/report.h"

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  (void)request;
  return es_results_write(results, out, ctx);
}

ES_REPORT(json) = {.api = ES_REPORT_API,
                   .name = "json",
                   .summary = "the whole results file: study, scorers, numbers, tallies",
                   .extension = ".json",
                   .write = write};
