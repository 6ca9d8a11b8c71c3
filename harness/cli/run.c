/* evenscore run: a study, from people to a table. */
#include "harness/cli/cli.h"

#include <string.h>
#include "harness/base/embedded.h"
#include "harness/run/runner.h"

#define DEFAULT_STUDY "default"

/* What changes how a study is run, and never what comes out. */
struct running {
  int64_t threads;
};
static const struct es_option running_options[] = {
    ES_OPTION_INT(struct running, threads, "0", 0, 1024, "threads; 0: all cores"), {0}};

static enum es_status with_study(struct es_study *study, const struct es_output *output,
                                 const struct running *how, struct es_context *ctx)
{
  ES_TRY(es_study_settle(study, ctx));
  ES_TRY(es_output_check(output, ctx));
  struct es_results results;
  ES_TRY(es_run(study, (int)how->threads, &results, ctx));
  enum es_status status = es_output_results(&results, output, ctx);
  es_results_clear(&results);
  return status;
}

/* Reads the command line into the blocks; *file is the study that it names. */
static enum es_status read_line(int argc, char **argv, struct es_study *study, struct running *how,
                                struct es_output *output, const char **file, struct es_context *ctx)
{
  const struct es_args sets[] = {
      {es_study_options, study}, {running_options, how}, {es_output_options, output}};
  size_t files;
  ES_TRY(es_options_default(running_options, how, ctx));
  ES_TRY(es_options_default(es_output_options, output, ctx));
  return es_args_parse(argc, argv, sets, ES_COUNT_OF(sets), file, 1, &files, ctx);
}

/* The study that --system names, if it does; *file stays where it does not. */
static enum es_status choose_system(const char *system, const char **file, struct es_context *ctx)
{
  const char *names[64];
  size_t count = 0;
  if (system[0] == '\0') return ES_OK;
  if (strcmp(*file, DEFAULT_STUDY) != 0)
    return es_fail(ctx, ES_INPUT, "--system %s is a study itself; leave it or %s out", system,
                   *file);
  for (size_t i = 0; i < es_embedded_count; i++) {
    if (!es_is_system(&es_embedded[i])) continue;
    if (strcmp(es_embedded[i].name, system) == 0) {
      *file = es_embedded[i].name;
      return ES_OK;
    }
    if (count < ES_COUNT_OF(names)) names[count++] = es_embedded[i].name;
  }
  const char *near = es_nearest(system, names, count);
  return es_fail(ctx, ES_INPUT, "there is no system \"%s\"%s%s; see evenscore list systems", system,
                 near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}

/* Reads it twice: first for the study's name, then on top of that study. */
static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct es_study study = {0};
  struct es_output output = {0};
  struct running how = {0};
  const char *file = DEFAULT_STUDY;
  enum es_status status = read_line(argc, argv, &study, &how, &output, &file, ctx);
  if (status == ES_OK) status = choose_system(study.system != NULL ? study.system : "", &file, ctx);
  es_study_clear(&study);
  es_options_clear(es_output_options, &output);
  if (status == ES_OK) status = es_study_open(&study, file, ctx);
  if (status == ES_OK) status = read_line(argc, argv, &study, &how, &output, &file, ctx);
  if (status == ES_OK) status = with_study(&study, &output, &how, ctx);
  es_study_clear(&study);
  es_options_clear(es_output_options, &output);
  return status;
}

static const struct es_option *const tables[] = {es_study_options, running_options,
                                                 es_output_options, NULL};
const struct es_command es_command_run = {
    .name = "run",
    .usage = "run [STUDY.ini] [options]",
    .summary = "scorers × people → a comparison table",
    .help =
        "Runs a study: every scorer on every population, under every policy.  Without a study "
        "it runs the\n"
        "default one; options go on top of it.\n\n"
        "  evenscore run\n"
        "  evenscore run --population us-2020 --scorer logistic:l2=1 --scorer oracle\n"
        "  evenscore run --set coverage_gap=0 -o equal.json\n"
        "  evenscore run --scorer logistic --policy rate:share=0.8 --policy cost\n"
        "  evenscore run --system court-list --people 1000000\n"
        "  evenscore run --population csv:german.csv --schema german_credit --scorer logistic\n",
    .tables = tables,
    .run = run,
};
