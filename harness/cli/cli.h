/* The command line: one record per command, one file per command. */
#ifndef ES_CLI_H
#define ES_CLI_H

#include "harness/base/option.h"
#include "harness/results/results.h"
#include "harness/tables/table.h"

/* An option table with the block it fills; a command may take several. */
struct es_args {
  const struct es_option *table;
  void *block;
};

/* A command; `tables` says which options its --help lists (ended by NULL). */
struct es_command {
  const char *name, *usage, *summary, *help;
  const struct es_option *const *tables;
  enum es_status (*run)(int argc, char **argv, struct es_context *ctx);
};

extern const struct es_command es_command_run, es_command_audit, es_command_report,
    es_command_generate, es_command_list, es_command_describe, es_command_compare, es_command_merge,
    es_command_check, es_command_fit, es_command_score;

/* Reads --name value, --name=value, -o value, --flag and --no-flag into the blocks; everything else
 * goes to `positional` (at most `room`).  A list given on the command line replaces the one that is
 * there already.  Unknown option: the nearest. */
enum es_status es_args_parse(int argc, char **argv, const struct es_args *sets, size_t set_count,
                             const char **positional, size_t room, size_t *count,
                             struct es_context *ctx) ES_CHECKED;

/* What the command prints and writes; from `metrics` on only where it makes a report. */
struct es_output {
  char *format, *output, *table;
  struct es_texts metrics, groups;
  bool transpose;
  int64_t digits;
  char *caption, *label;
};
extern const struct es_option es_output_options[], es_report_options[];

/* Fails now rather than after the work: unknown format or table, a folder that is not there. */
enum es_status es_output_check(const struct es_output *output, struct es_context *ctx) ES_CHECKED;

/* Fails where -o names a folder, or a file in one that is not there. */
enum es_status es_output_folder(const char *path, struct es_context *ctx) ES_CHECKED;

/* Prints the results in the format; with -o also writes the results file first. */
enum es_status es_output_results(const struct es_results *results, const struct es_output *output,
                                 struct es_context *ctx) ES_CHECKED;

/* Runs a study over its ledger, and writes what comes of it: results, or a shard.  After Ctrl-C it
 * keeps the sums in the output's file and says how to go on. */
struct es_study;
struct es_ledger;
enum es_status es_run_to_output(struct es_study *study, struct es_ledger *ledger, int threads,
                                const struct es_output *output, struct es_context *ctx) ES_CHECKED;

/* The results in a format, to a file or standard output ("" or "-"): a table by its name, or as
 * it was asked for. */
enum es_status es_output_report(const struct es_results *results, const char *format,
                                const char *table, const char *path,
                                struct es_context *ctx) ES_CHECKED;
enum es_status es_output_table(const struct es_results *results, const char *format,
                               const struct es_table_request *request, const char *path,
                               struct es_context *ctx) ES_CHECKED;

/* What standard output shows, as its terminal and the environment say. */
struct es_paper es_stdout_paper(void);

/* Figures into a folder, which is made where it is not there; says which, and what is left out. */
enum es_status es_output_figures(const struct es_results *results, const char *folder,
                                 const char *format, struct es_context *ctx) ES_CHECKED;

/* Rows of a table as --help and `describe` show them. */
void es_print_options(const struct es_option *table, bool command_line);

/* Whether a compiled-in file is the study of a stylised system. */
struct es_embedded;
bool es_is_system(const struct es_embedded *file);

/* The measures: a line each; one of them (false: no such metric); all as tables in Markdown. */
enum es_status es_list_metrics(struct es_context *ctx) ES_CHECKED;
bool es_describe_metric(const char *name);
void es_describe_metrics(void);

#endif
