/* evenscore merge: the shards of a study, put together. */
#include "harness/cli/cli.h"

#include <stdlib.h>
#include "harness/run/ledger.h"

struct merging {
  int64_t threads;
};
static const struct es_option merging_options[] = {
    ES_OPTION_INT(struct merging, threads, "0", 0, 1024, "threads; 0: all cores"), {0}};

static enum es_status merge(const char *const *files, size_t count, const struct merging *how,
                            const struct es_output *output, struct es_context *ctx)
{
  struct es_ledger ledger = {0};
  struct es_study study = {0};
  enum es_status status = ES_OK;
  if (count == 0)
    status = es_fail(ctx, ES_INPUT,
                     "merge: name all shards, as evenscore run --shard I/N -o FILE writes them");
  if (status == ES_OK) status = es_ledger_merge(&ledger, files, count, ctx);
  if (status == ES_OK) status = es_ledger_study(&ledger, &study, ctx);
  if (status == ES_OK) status = es_run_to_output(&study, &ledger, (int)how->threads, output, ctx);
  es_study_clear(&study);
  es_ledger_clear(&ledger);
  return status;
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct merging how = {0};
  struct es_output output = {0};
  const struct es_args sets[] = {{merging_options, &how}, {es_output_options, &output}};
  const char **files = es_alloc((size_t)argc, sizeof *files, ctx);
  size_t count = 0;
  enum es_status status = files != NULL ? ES_OK : ES_NOMEM;
  if (status == ES_OK) status = es_options_default(merging_options, &how, ctx);
  if (status == ES_OK) status = es_options_default(es_output_options, &output, ctx);
  if (status == ES_OK)
    status = es_args_parse(argc, argv, sets, ES_COUNT_OF(sets), files, (size_t)argc, &count, ctx);
  if (status == ES_OK) status = merge(files, count, &how, &output, ctx);
  free(files);
  es_options_clear(es_output_options, &output);
  return status;
}

static const struct es_option *const tables[] = {merging_options, es_output_options, NULL};
const struct es_command es_command_merge = {
    .name = "merge",
    .usage = "merge SHARD.json... [options]",
    .summary = "the results of a study from all its shards",
    .help = "Adds up what the shards of a study have counted: the same bytes of results as one run "
            "of it.\n\n"
            "  evenscore run --shard 1/2 -o shard-1.json\n"
            "  evenscore run --shard 2/2 -o shard-2.json\n"
            "  evenscore merge shard-1.json shard-2.json -o results.json\n",
    .tables = tables,
    .run = run,
};
