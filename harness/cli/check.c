/* evenscore check: the gate. */
#include "harness/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/base/ini.h"
#include "harness/gate/comparison.h"
#include "harness/gate/gate.h"
#include "harness/model/registry.h"
#include "harness/run/runner.h"

/* What is asked beside the rules. */
struct asking {
  char *gate, *junit, *summary, *format;
  struct es_texts detect;
  int annotations;
  int64_t threads;
  double power;
  bool update, plan;
};
#define A struct asking
static const struct es_option asking_options[] = {
    ES_OPTION_TEXT(A, gate, ES_GATE_FILE, "FILE", "the gate file, read where it is there"),
    ES_OPTION_BOOL(A, update, "no", "make the new results the baseline, and say what changed"),
    ES_OPTION_BOOL(A, plan, "no", "say what the gate could find, and judge nothing"),
    ES_OPTION_TEXTS(A, detect, "", "METRIC=X",
                    "with --plan: what it takes to find a worsening of X; again for more"),
    ES_OPTION_DOUBLE(A, power, "0.8", 0.5, 0.999, "with --plan: the share of gates that find it"),
    ES_OPTION_TEXT(A, junit, "", "FILE", "write the verdicts as JUnit XML"),
    ES_OPTION_CHOICE(A, annotations, "none", "none|github",
                     "print what CI shows at the change, after the table"),
    ES_OPTION_TEXT(A, summary, "", "FILE", "write the table as Markdown, for a comment"),
    ES_OPTION_TEXT(A, format, "text", "F", "what is printed (evenscore list reports)"),
    ES_OPTION_INT(A, threads, "0", 0, 1024, "threads; 0: all cores"),
    {0}};
#undef A

struct checking {
  struct asking asking;
  struct es_rules rules;
  struct es_ini file;
  const char *results_path; /* NULL: the study is run */
  struct es_results old, new;
  struct es_side old_side, new_side;
  bool has_old;
  struct es_context *ctx;
};

/* --- rules: the file's, and the command line's on top ----------------------------------------- */

static enum es_status read_line(struct checking *c, int argc, char **argv)
{
  const struct es_args sets[] = {{es_rules_options, &c->rules}, {asking_options, &c->asking}};
  size_t files;
  return es_args_parse(argc, argv, sets, ES_COUNT_OF(sets), &c->results_path, 1, &files, c->ctx);
}

static enum es_status check_sections(struct checking *c)
{
  for (size_t i = 0; i < c->file.entries; i++) {
    const char *section = c->file.entry[i].section;
    if (strcmp(section, "gate") == 0 || strcmp(section, "study") == 0 ||
        strncmp(section, "scorer ", 7) == 0 || strncmp(section, "population ", 11) == 0)
      continue;
    es_fail(c->ctx, ES_INPUT,
            "unknown section; there are [gate], [study], [scorer NAME], [population NAME]");
    return es_ini_fail_at(&c->file, &c->file.entry[i], ES_INPUT, c->ctx);
  }
  return es_ini_options(&c->file, "gate", es_rules_options, &c->rules, c->ctx);
}

/* Reads the line twice: first for the gate file's name, then on top of that file. */
static enum es_status read_rules(struct checking *c, int argc, char **argv)
{
  ES_TRY(es_options_default(es_rules_options, &c->rules, c->ctx));
  ES_TRY(es_options_default(asking_options, &c->asking, c->ctx));
  ES_TRY(read_line(c, argc, argv));
  const char *name = c->asking.gate;
  if (strcmp(name, ES_GATE_FILE) == 0 && access(name, F_OK) != 0) return ES_OK;
  struct es_text path = {0};
  es_text_add(&path, "%s%s", strchr(name, '/') == NULL ? "./" : "", name);
  enum es_status status = es_ini_open(&c->file, "study", es_text_get(&path), c->ctx);
  es_text_clear(&path);
  if (status != ES_OK) return es_fail_at(c->ctx, status, "--gate: ");
  es_options_clear(es_rules_options, &c->rules);
  es_options_clear(asking_options, &c->asking);
  ES_TRY(es_options_default(es_rules_options, &c->rules, c->ctx));
  ES_TRY(es_options_default(asking_options, &c->asking, c->ctx));
  ES_TRY(check_sections(c));
  return read_line(c, argc, argv);
}

/* --- results ---------------------------------------------------------------------------------- */

/* The study must measure what the gate watches. */
static enum es_status want_metrics(struct checking *c, struct es_study *study)
{
  struct es_texts *list = &study->metrics;
  if (list->count == 0) ES_TRY(es_texts_add(list, "default", 7, c->ctx));
  for (size_t i = 0; i < c->rules.metrics.count; i++)
    ES_TRY(es_texts_add(list, c->rules.metrics.at[i], strlen(c->rules.metrics.at[i]), c->ctx));
  for (size_t i = 0; i < c->rules.limit.count; i++) {
    struct es_limit limit;
    ES_TRY(es_limit_read(&limit, c->rules.limit.at[i], c->ctx));
    ES_TRY(es_texts_add(list, limit.metric, strlen(limit.metric), c->ctx));
  }
  return ES_OK;
}

static enum es_status run_study(struct checking *c)
{
  bool own = false;
  const char *name = c->rules.study;
  for (size_t i = 0; i < c->file.entries; i++)
    own = own || strcmp(c->file.entry[i].section, "study") == 0;
  if (name[0] == '\0' && !own)
    return es_fail(c->ctx, ES_INPUT,
                   "check: name a results file, or write a study into %s "
                   "(evenscore check --help)",
                   ES_GATE_FILE);
  struct es_text path = {0};
  if (name[0] == '\0')
    es_text_add(&path, "%s%s", strchr(c->asking.gate, '/') == NULL ? "./" : "", c->asking.gate);
  else
    es_text_add(&path, "%s", name);
  struct es_study study = {0};
  enum es_status status = es_study_open(&study, es_text_get(&path), c->ctx);
  if (status == ES_OK) status = want_metrics(c, &study);
  if (status == ES_OK) status = es_study_settle(&study, c->ctx);
  if (status == ES_OK) status = es_run(&study, (int)c->asking.threads, &c->new, c->ctx);
  es_study_clear(&study);
  es_text_clear(&path);
  return status;
}

static enum es_status get_results(struct checking *c)
{
  if (c->results_path == NULL)
    ES_TRY(run_study(c));
  else
    ES_TRY(es_results_read(&c->new, c->results_path, c->ctx));
  const char *name = c->results_path != NULL ? c->results_path : "this run";
  return es_side_make(&c->new_side, name, &c->new, c->ctx);
}

/* The baseline, where there is one: --update makes the first, --plan needs none. */
static enum es_status get_baseline(struct checking *c)
{
  const char *path = c->rules.baseline;
  if (strcmp(path, ES_NO_BASELINE) == 0) {
    if (c->rules.limit.count > 0 && !c->asking.update) return ES_OK;
    return es_fail(c->ctx, ES_INPUT,
                   "baseline none: there is nothing to hold results against; "
                   "name a baseline%s",
                   c->asking.update ? "" : ", or give a --limit");
  }
  if (access(path, F_OK) != 0) {
    if (c->asking.update) return ES_OK;
    return es_fail(c->ctx, ES_INPUT,
                   "baseline %s: there is no such file; evenscore check --update makes it", path);
  }
  ES_TRY(es_results_read(&c->old, path, c->ctx));
  c->has_old = true;
  return es_side_make(&c->old_side, path, &c->old, c->ctx);
}

/* --- what comes out --------------------------------------------------------------------------- */

static enum es_status write_text(struct checking *c, const char *path, struct es_text *text)
{
  enum es_status status = text->failed ? es_fail(c->ctx, ES_NOMEM, "out of memory")
                                       : es_file_write(path[0] != '\0' ? path : NULL,
                                                       es_text_get(text), text->size, c->ctx);
  es_text_clear(text);
  return status;
}

static enum es_status show(struct checking *c, const struct es_results *gate)
{
  struct es_text text = {0};
  ES_TRY(es_output_report(gate, c->asking.format, "gate", "", c->ctx));
  if (c->asking.summary[0] != '\0')
    ES_TRY(es_output_report(gate, "markdown", "gate", c->asking.summary, c->ctx));
  if (c->asking.junit[0] != '\0') {
    ES_TRY(es_gate_junit(gate, c->rules.strict, &text, c->ctx));
    ES_TRY(write_text(c, c->asking.junit, &text));
  }
  if (c->asking.annotations == 0) return ES_OK;
  ES_TRY(es_gate_annotate(gate, c->rules.strict, &text, c->ctx));
  return write_text(c, "", &text);
}

/* "logistic auc, logistic brier and 3 more": those with the verdict. */
static void list_numbers(const struct es_results *gate, enum es_finding verdict,
                         struct es_text *out)
{
  enum { NAMED = 3 };
  size_t count = 0, i;
  json_t *row;
  json_array_foreach(json_object_get(gate->tables, "gate"), i, row)
  {
    if (strcmp(json_string_value(json_object_get(row, "verdict")), es_finding_text[verdict]) != 0)
      continue;
    if (++count > NAMED) continue;
    es_text_add(out, "%s%s %s", count > 1 ? ", " : "",
                json_string_value(json_object_get(row, "scorer")),
                json_string_value(json_object_get(row, "metric")));
  }
  if (count > NAMED) es_text_add(out, " and %zu more", count - NAMED);
}

static enum es_status conclude(struct checking *c, const struct es_results *gate,
                               const size_t count[ES_FINDING_COUNT])
{
  bool red = count[ES_REGRESSION] > 0, unsure = !red && count[ES_INCONCLUSIVE] > 0;
  struct es_text names = {0};
  if (!red && !(unsure && c->rules.strict)) return ES_OK;
  list_numbers(gate, red ? ES_REGRESSION : ES_INCONCLUSIVE, &names);
  enum es_status status =
      es_fail(c->ctx, red ? ES_GATE_RED : ES_GATE_UNSURE,
              red ? "the gate is red: %s" : "the gate is inconclusive: %s", es_text_get(&names));
  es_text_clear(&names);
  return status;
}

static enum es_status judge(struct checking *c)
{
  size_t count[ES_FINDING_COUNT];
  struct es_results gate = {0};
  ES_TRY(es_gate_make(&gate, count, c->has_old ? &c->old_side : NULL, &c->new_side, &c->rules,
                      c->ctx));
  enum es_status status = show(c, &gate);
  if (status == ES_OK) status = conclude(c, &gate, count);
  es_results_clear(&gate);
  return status;
}

static enum es_status plan(struct checking *c)
{
  struct es_results made = {0};
  ES_TRY(es_plan_make(&made, &c->new_side, &c->rules, &c->asking.detect, c->asking.power, c->ctx));
  enum es_status status = es_output_report(&made, c->asking.format, "plan", "", c->ctx);
  es_results_clear(&made);
  return status;
}

/* What the new baseline has that the old one had otherwise. */
static enum es_status show_changes(struct checking *c, const struct es_side *kept)
{
  struct es_results made = {0};
  const struct es_side sides[] = {c->old_side, *kept};
  const struct es_texts everything = {(char *[]){(char *)"all"}, 1};
  const struct es_texts every_place = {(char *[]){(char *)"metric=*"}, 1};
  const struct es_comparison_request request = {&everything, &every_place, ES_BY_FILE,
                                                c->rules.level};
  if (es_comparison_make(&made, sides, 2, &request, c->ctx) != ES_OK)
    return ES_OK; /* nothing in common: all of it is new */
  enum es_status status = es_output_report(&made, c->asking.format, "comparison", "", c->ctx);
  es_results_clear(&made);
  return status;
}

static enum es_status update(struct checking *c)
{
  struct es_results kept = {0};
  struct es_side side = {0};
  struct es_text text = {0};
  ES_TRY(es_gate_compact(&kept, &c->new_side, &c->rules, c->ctx));
  enum es_status status = es_side_make(&side, c->new_side.name, &kept, c->ctx);
  if (status == ES_OK && kept.rows == 0)
    status = es_fail(c->ctx, ES_INPUT,
                     "nothing is watched: the filters and --metrics let no "
                     "number of %s through",
                     c->new_side.name);
  if (status == ES_OK && c->has_old) status = show_changes(c, &side);
  if (status == ES_OK) status = es_results_write(&kept, &text, c->ctx);
  if (status == ES_OK) status = write_text(c, c->rules.baseline, &text);
  if (status == ES_OK) {
    es_text_add(&text, "%s%s: %zu numbers, written %s\n", c->has_old ? "\n" : "", c->rules.baseline,
                kept.rows, c->has_old ? "anew" : "for the first time");
    status = write_text(c, "", &text);
  }
  es_side_clear(&side);
  es_results_clear(&kept);
  return status;
}

static enum es_status check(struct checking *c, int argc, char **argv)
{
  ES_TRY(read_rules(c, argc, argv));
  ES_TRY(es_rules_check(&c->rules, c->ctx));
  const struct es_output output = {
      .format = c->asking.format, .output = (char *)"", .table = (char *)"main"};
  ES_TRY(es_output_check(&output, c->ctx));
  if (!c->asking.plan) ES_TRY(get_baseline(c));
  ES_TRY(get_results(c));
  if (c->asking.plan) return plan(c);
  return c->asking.update ? update(c) : judge(c);
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct checking c = {.ctx = ctx};
  enum es_status status = check(&c, argc, argv);
  es_side_clear(&c.old_side);
  es_side_clear(&c.new_side);
  es_results_clear(&c.old);
  es_results_clear(&c.new);
  es_ini_clear(&c.file);
  es_options_clear(es_rules_options, &c.rules);
  es_options_clear(asking_options, &c.asking);
  return status;
}

static const struct es_option *const tables[] = {es_rules_options, asking_options, NULL};
const struct es_command es_command_check = {
    .name = "check",
    .usage = "check [RESULTS.json] [options]",
    .summary = "a gate for CI: red where something got worse for certain",
    .help =
        "Holds results against a baseline.  A number is a regression where the whole interval of "
        "its worsening\n"
        "lies beyond its tolerance, and the chance of any false one is at most the level.  Without "
        "results it\n"
        "runs the study of evenscore.ini, whose [gate] section may hold the first options below "
        "(docs/ci.md).\n\n"
        "  evenscore check --update                     the first baseline, or a new one\n"
        "  evenscore check                              the gate: exit 0, 1 (regression), 4 "
        "(--strict)\n"
        "  evenscore check new.json --baseline old.json --tolerance auc=0.02\n"
        "  evenscore check new.json --baseline none --limit 'demographic_parity_ratio>=0.8'\n"
        "  evenscore check --plan --detect auc=0.03\n",
    .tables = tables,
    .run = run,
};
