/* evenscore compare: results files side by side. */
#include "harness/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include "harness/gate/comparison.h"
#include "harness/measure/choice.h"

enum { MOST_FILES = 32 };

struct comparing {
  char *format, *output;
  struct es_texts metrics, filter;
  int sort;
  double level;
};
#define C struct comparing
static const struct es_option options[] = {
    ES_OPTION_TEXTS(C, metrics, "", "M[,M]",
                    "names, families or all; not given: the few to look at first"),
    ES_OPTION_TEXTS(C, filter, "", "COLUMN=VALUE",
                    "only such rows, like scorer=logistic, group=rural,urban or policy!=cost*"),
    ES_OPTION_CHOICE(C, sort, "file", ES_COMPARISON_ORDERS,
                     "rows as in the first file, by name, surest change first, worst first"),
    ES_OPTION_DOUBLE(C, level, "0.05", 1e-6, 0.5,
                     "chance of seeing any change where there is none, over the whole table"),
    ES_OPTION_TEXT(C, format, "text", "F", "what is printed (evenscore list reports)"),
    {"output", ES_TYPE_TEXT, ES_FIELD_(C, output, char *), "", 0, 0, NULL,
     "write there instead of to standard output", "FILE", 'o'},
    {0}};
#undef C

/* The file's name without its folder and .json; the whole path where two would be called the same.
 */
static char *short_name(const char *path, const char *const *files, size_t count,
                        struct es_context *ctx)
{
  const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
  size_t same = 0, size = strlen(base);
  for (size_t i = 0; i < count; i++) {
    const char *other = strrchr(files[i], '/');
    same += strcmp(other != NULL ? other + 1 : files[i], base) == 0;
  }
  char *name = es_strdup(same > 1 ? path : base, ctx);
  if (name != NULL && same == 1 && size > 5 && strcmp(base + size - 5, ".json") == 0)
    name[size - 5] = '\0';
  return name;
}

static enum es_status compare(const struct comparing *how, const char *const *files, size_t count,
                              struct es_results *results, struct es_side *side, char **name,
                              struct es_context *ctx)
{
  struct es_results made = {0};
  for (size_t f = 0; f < count; f++) {
    ES_TRY(es_results_read(&results[f], files[f], ctx));
    if ((name[f] = short_name(files[f], files, count, ctx)) == NULL) return ES_NOMEM;
    ES_TRY(es_side_make(&side[f], files[f], &results[f], ctx));
    side[f].name = name[f];
  }
  const struct es_comparison_request request = {&how->metrics, &how->filter,
                                                (enum es_comparison_order)how->sort, how->level};
  ES_TRY(es_comparison_make(&made, side, count, &request, ctx));
  enum es_status status = es_output_report(&made, how->format, "comparison", how->output, ctx);
  es_results_clear(&made);
  return status;
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct comparing how = {0};
  const struct es_args sets[] = {{options, &how}};
  const char *file[MOST_FILES];
  size_t files = 0;
  struct es_results results[MOST_FILES] = {0};
  struct es_side side[MOST_FILES] = {0};
  char *name[MOST_FILES] = {0};
  enum es_status status = es_options_default(options, &how, ctx);
  if (status == ES_OK) status = es_args_parse(argc, argv, sets, 1, file, MOST_FILES, &files, ctx);
  if (status == ES_OK && files < 2)
    status = es_fail(ctx, ES_INPUT, "compare: name two results files or more, the old one first");
  if (status == ES_OK) status = es_texts_split(&how.metrics, ctx);
  if (status == ES_OK) status = es_metrics_check(&how.metrics, ctx);
  if (status == ES_OK) status = es_filters_check(&how.filter, ctx);
  const struct es_output output = {
      .format = how.format, .output = how.output, .table = (char *)"main"};
  if (status == ES_OK) status = es_output_check(&output, ctx);
  if (status == ES_OK) status = compare(&how, file, files, results, side, name, ctx);
  for (size_t f = 0; f < files; f++) {
    es_side_clear(&side[f]);
    es_results_clear(&results[f]);
    free(name[f]);
  }
  es_options_clear(options, &how);
  return status;
}

static const struct es_option *const tables[] = {options, NULL};
const struct es_command es_command_compare = {
    .name = "compare",
    .usage = "compare OLD.json NEW.json [...] [options]",
    .summary = "results side by side: what moved by more than chance",
    .help = "Each number of the first file beside the same of the others: how far it moved, with "
            "an interval,\n"
            "and a p-value that counts how often was asked (Holm).  ~ where chance alone could "
            "do it.\n"
            "Results of the same people with --replicates are compared in pairs.\n\n"
            "  evenscore run --replicates 10 -o new.json\n"
            "  evenscore compare old.json new.json\n"
            "  evenscore compare old.json new.json --filter group=rural --metrics auc,tpr\n"
            "  evenscore compare a.json b.json c.json --format latex -o table.tex\n",
    .tables = tables,
    .run = run,
};
