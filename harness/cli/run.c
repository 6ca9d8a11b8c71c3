/* evenscore run: a study, from people to a table. */
#include "harness/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "harness/base/embedded.h"
#include "harness/run/ledger.h"
#include "harness/run/ranks.h"
#include "harness/run/runner.h"

#define DEFAULT_STUDY "default"

/* What changes how a study is run, and never what comes out. */
struct running {
  int64_t threads;
  char *shard, *resume, *save_model;
  double save_every;
};
static const struct es_option running_options[] = {
    ES_OPTION_INT(struct running, threads, "0", 0, 1024, "threads; 0: all cores"),
    ES_OPTION_TEXT(struct running, shard, "", "I/N",
                   "judge part I of N of the people; evenscore merge puts all parts together"),
    ES_OPTION_TEXT(struct running, save_model, "", "FILE",
                   "keep what the study's one scorer learned (docs/models.md)"),
    ES_OPTION_TEXT(struct running, resume, "", "FILE", "complete what an interrupted run has kept"),
    ES_OPTION_DOUBLE(struct running, save_every, "60", 0, 1e9,
                     "seconds after which what was done is kept, as if interrupted; 0: never"),
    {0}};

/* --- what is kept after Ctrl-C -------------------------------------------------------------- */

/* The file that may take the sums: the one the results were meant for, unless something else is in
 * it; then one beside it.  Empty: none. */
static void name_kept(const char *path, struct es_text *out)
{
  struct stat there;
  bool taken = stat(path, &there) == 0;
  if (path[0] == '\0' || strcmp(path, "-") == 0 || (taken && !S_ISREG(there.st_mode))) return;
  es_text_add(out, taken && !es_is_tallies(path) ? "%s.partial" : "%s", path);
}

static enum es_status keep(const struct es_study *study, const char *path, struct es_context *ctx)
{
  struct es_text kept = {0};
  struct es_context own = *ctx;
  name_kept(path, &kept);
  if (kept.size == 0) {
    es_fail(&own, ES_INTERRUPTED,
            "; nothing was written; with -o FILE what was done would have been kept");
  } else if (es_ledger_write(study->ledger, study, false, es_text_get(&kept), &own) == ES_OK) {
    bool beside = strcmp(es_text_get(&kept), path) != 0;
    es_fail(&own, ES_INTERRUPTED,
            "; what was done is kept in %s: evenscore run --resume %s%s%s completes it",
            es_text_get(&kept), es_text_get(&kept), beside ? " -o " : "", beside ? path : "");
  } else {
    es_fail_at(&own, ES_INTERRUPTED, "; nothing could be kept: ");
  }
  es_text_clear(&kept);
  size_t used = strlen(ctx->message);
  snprintf(ctx->message + used, sizeof ctx->message - used, "%s", own.message);
  return ES_INTERRUPTED;
}

/* --- running -------------------------------------------------------------------------------- */

/* Runs it, and writes what is to be written. */
static enum es_status run_and_write(struct es_study *study, int threads,
                                    const struct es_output *output, struct es_context *ctx)
{
  struct es_results results;
  enum es_status status = es_run(study, threads, &results, ctx);
  if (status == ES_INTERRUPTED && es_rank() == 0) return keep(study, output->output, ctx);
  if (status != ES_OK) return status;
  if (es_rank() > 0)
    status = ES_OK; /* rank 0 writes */
  else if (es_ledger_whole(study->ledger))
    status = es_output_results(&results, output, ctx);
  else
    status = es_ledger_write(study->ledger, study, true, output->output, ctx);
  es_results_clear(&results);
  return status;
}

enum es_status es_run_to_output(struct es_study *study, struct es_ledger *ledger, int threads,
                                const struct es_output *output, struct es_context *ctx)
{
  struct es_text safe = {0};
  ES_TRY(es_study_settle(study, ctx));
  ES_TRY(es_output_check(output, ctx));
  study->ledger = ledger;
  ledger->study = study;
  name_kept(output->output, &safe);
  if (ledger->every > 0 && safe.size > 0) ledger->safe = es_text_get(&safe);
  ledger->saved = es_now();
  enum es_status status = run_and_write(study, threads, output, ctx);
  if (status == ES_OK && ledger->saves > 0 && strcmp(es_text_get(&safe), output->output) != 0)
    remove(es_text_get(&safe));
  ledger->safe = NULL;
  es_text_clear(&safe);
  return status;
}

/* "2/5" */
static enum es_status read_shard(const char *text, struct es_ledger *ledger, struct es_context *ctx)
{
  char *one = es_strdup(text, ctx);
  if (one == NULL) return ES_NOMEM;
  char *slash = strchr(one, '/');
  int64_t shard = 0, shards = 0;
  if (slash != NULL) *slash = '\0';
  bool good = slash != NULL && es_parse_int(one, &shard) && es_parse_int(slash + 1, &shards) &&
              shard >= 1 && shard <= shards && shards <= 1000000;
  free(one);
  if (!good)
    return es_fail(ctx, ES_INPUT, "--shard %s: give I/N, like 2/5 for the second of five", text);
  ledger->shard = (size_t)shard;
  ledger->shards = (size_t)shards;
  return ES_OK;
}

static enum es_status with_study(struct es_study *study, const struct es_output *output,
                                 const struct running *how, struct es_context *ctx)
{
  struct es_ledger ledger = {.keeps = output->output[0] != '\0', .every = how->save_every};
  enum es_status status = ES_OK;
  if (how->save_model[0] != '\0') {
    study->save_model = how->save_model;
    status = es_output_folder(how->save_model, ctx);
  }
  if (status == ES_OK && how->shard[0] != '\0') status = read_shard(how->shard, &ledger, ctx);
  if (status == ES_OK && ledger.shards > 0 && output->output[0] == '\0')
    status = es_fail(ctx, ES_INPUT, "--shard %s: name the file that the shard goes to: -o FILE",
                     how->shard);
  if (status == ES_OK) status = es_run_to_output(study, &ledger, (int)how->threads, output, ctx);
  es_ledger_clear(&ledger);
  return status;
}

/* The study is the file's; so are the results, where no other file is named. */
static enum es_status resume(int argc, char **argv, struct es_context *ctx)
{
  struct running how = {0};
  struct es_output output = {0};
  struct es_ledger ledger = {.keeps = true};
  struct es_study study = {0};
  const struct es_args sets[] = {{running_options, &how}, {es_output_options, &output}};
  size_t none;
  enum es_status status = es_options_default(running_options, &how, ctx);
  if (status == ES_OK) status = es_options_default(es_output_options, &output, ctx);
  if (status == ES_OK)
    status = es_args_parse(argc, argv, sets, ES_COUNT_OF(sets), NULL, 0, &none, ctx);
  if (status == ES_OK && (how.shard[0] != '\0' || how.save_model[0] != '\0'))
    status = es_fail(ctx, ES_INPUT, "leave --shard and --save-model out");
  if (status == ES_INPUT) es_fail_at(ctx, status, "--resume: the study is the file's: ");
  ledger.every = how.save_every;
  if (status == ES_OK) status = es_ledger_resume(&ledger, how.resume, ctx);
  if (status == ES_OK) status = es_ledger_study(&ledger, &study, ctx);
  if (status == ES_OK && output.output[0] == '\0')
    status = es_options_set(es_output_options, &output, "output", how.resume, ctx);
  if (status == ES_OK) status = es_run_to_output(&study, &ledger, (int)how.threads, &output, ctx);
  es_study_clear(&study);
  es_ledger_clear(&ledger);
  es_options_clear(es_output_options, &output);
  es_options_clear(running_options, &how);
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
  bool resumes = how.resume != NULL && how.resume[0] != '\0';
  if (status == ES_OK && !resumes)
    status = choose_system(study.system != NULL ? study.system : "", &file, ctx);
  es_study_clear(&study);
  es_options_clear(es_output_options, &output);
  es_options_clear(running_options, &how);
  if (status == ES_OK && resumes) return resume(argc, argv, ctx);
  if (status == ES_OK) status = es_study_open(&study, file, ctx);
  if (status == ES_OK) status = read_line(argc, argv, &study, &how, &output, &file, ctx);
  if (status == ES_OK) status = with_study(&study, &output, &how, ctx);
  es_study_clear(&study);
  es_options_clear(es_output_options, &output);
  es_options_clear(running_options, &how);
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
