/* The evenscore program: finds the command, prints its one error line, and exits. */
#include "harness/cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/base/linalg.h"
#include "harness/run/progress.h"
#include "harness/run/ranks.h"
#include "harness/model/registry.h"

static const struct es_command *const commands[] = {
    &es_command_run,   &es_command_audit,    &es_command_report, &es_command_compare,
    &es_command_check, &es_command_generate, &es_command_fit,    &es_command_score,
    &es_command_list,  &es_command_describe, &es_command_merge};

static void stop(int signal_number)
{
  if (es_stop) { /* the second time it is meant */
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
  es_stop = 1;
}

static void print_usage(void)
{
  printf("evenscore: how does a scoring system treat the people its data barely sees?\n\n");
  for (size_t c = 0; c < ES_COUNT_OF(commands); c++)
    printf("  evenscore %-36s %s\n", commands[c]->usage, commands[c]->summary);
  printf(
      "\nevenscore COMMAND --help explains one; evenscore --version says what was built.\n"
      "Exit status: 0 done or gate passed, 1 the gate found a regression, 2 wrong usage or input,\n"
      "3 the run failed, 4 the gate is inconclusive (with check --strict).\n");
}

static void print_help(const struct es_command *command)
{
  printf("usage: evenscore %s\n\n%s\n", command->usage, command->help);
  for (size_t t = 0; command->tables != NULL && command->tables[t] != NULL; t++)
    es_print_options(command->tables[t], true);
}

static const struct es_command *find(const char *name)
{
  for (size_t c = 0; c < ES_COUNT_OF(commands); c++)
    if (strcmp(commands[c]->name, name) == 0) return commands[c];
  return NULL;
}

static int unknown(const char *name)
{
  const char *names[ES_COUNT_OF(commands)];
  for (size_t c = 0; c < ES_COUNT_OF(commands); c++) names[c] = commands[c]->name;
  const char *near = es_nearest(name, names, ES_COUNT_OF(commands));
  fprintf(stderr, "evenscore: there is no command \"%s\"%s%s%s; see evenscore --help\n", name,
          near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
          near != NULL ? "\"?" : "");
  return 2;
}

static int exit_code(enum es_status status)
{
  switch (status) {
  case ES_OK: return 0;
  case ES_GATE_RED: return 1;
  case ES_INPUT: return 2;
  case ES_GATE_UNSURE: return 4;
  default: return 3;
  }
}

static void say(const struct es_context *ctx)
{
  if (es_rank() == 0) {
    fprintf(stderr, "evenscore: %s\n", ctx->message);
    return;
  }
  es_ranks_wait();
  fprintf(stderr, "evenscore: rank %d: %s\n", es_rank(), ctx->message);
}

/* A bar for a file that takes long to read. */
static void show_reading(void *data, uint64_t done, uint64_t total)
{
  struct es_progress *bar = data;
  uint64_t megabytes = done / 1000000;
  if (bar->label == NULL || megabytes < bar->done)
    es_progress_start(bar, "reading", "MB", total / 1000000);
  if (total > 0) es_progress_add(bar, megabytes - bar->done);
  if (done >= total) es_progress_end(bar);
}

static int run_command(const struct es_command *command, int argc, char **argv)
{
  for (int a = 0; a < argc && strcmp(argv[a], "--") != 0; a++)
    if (strcmp(argv[a], "--help") == 0 || strcmp(argv[a], "-h") == 0) {
      if (es_rank() == 0) print_help(command);
      return 0;
    }
  struct es_progress bar = {0};
  struct es_context ctx = {.reading = show_reading, .reading_data = &bar};
  enum es_status status = es_registry_check(&ctx);
  if (status == ES_OK) status = es_lanes_check(&ctx);
  if (status == ES_OK) status = command->run(argc, argv, &ctx);
  es_progress_end(&bar);
  if (status != ES_OK) say(&ctx);
  return exit_code(status);
}

static int act(int argc, char **argv)
{
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    print_usage();
    return argc < 2 ? 2 : 0;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("evenscore %s\n%s, %s, lanes %s%s\n", ES_VERSION, __VERSION__, es_linalg_version(),
           es_lanes()->name, es_ranks_version());
    return 0;
  }
  const char *name = argv[1];
  if (strcmp(name, "help") == 0) {
    const struct es_command *asked = argc > 2 ? find(argv[2]) : NULL;
    if (argc > 2 && asked == NULL) return unknown(argv[2]);
    if (asked != NULL)
      print_help(asked);
    else
      print_usage();
    return 0;
  }
  const struct es_command *command = find(name);
  return command != NULL ? run_command(command, argc - 2, argv + 2) : unknown(name);
}

/* Rank 0 says what there is to say.  Another that fails by itself, which rank 0 cannot know, waits
 * for rank 0 to fail first of the same, and only then speaks and ends the run. */
int main(int argc, char **argv)
{
  es_linalg_start();
  es_ranks_start(&argc, &argv);
  signal(SIGINT, stop);
  signal(SIGTERM, stop);
  bool helps = es_rank() > 0, runs = argc > 1 && strcmp(argv[1], "run") == 0;
  int code = helps && !runs ? 0 : act(argc, argv);
  fflush(stdout);
  es_ranks_end(code);
  return code;
}
