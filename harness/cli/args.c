/* Reads command lines by their option tables, and prints those tables. */
#include "harness/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 128 };

/* An option as typed on the command line: its words joined by -. */
static const char *spelled(char buffer[64], const char *name)
{
  size_t k = 0;
  for (; name[k] != '\0' && k < 63; k++) buffer[k] = name[k] == '_' ? '-' : name[k];
  buffer[k] = '\0';
  return buffer;
}

static const struct es_option *find(const struct es_args *sets, size_t n, const char *name,
                                    void **block)
{
  for (size_t s = 0; s < n; s++) {
    const struct es_option *row = es_options_find(sets[s].table, name);
    *block = sets[s].block;
    if (row != NULL) return row;
  }
  return NULL;
}

static const struct es_option *find_letter(const struct es_args *sets, size_t n, char letter,
                                           void **block)
{
  for (size_t s = 0; s < n; s++)
    for (const struct es_option *row = sets[s].table; row->name != NULL; row++) {
      *block = sets[s].block;
      if (row->letter == letter) return row;
    }
  return NULL;
}

static enum es_status unknown(const struct es_args *sets, size_t n, const char *word,
                              struct es_context *ctx)
{
  char spelling[MOST_OPTIONS][64];
  const char *names[MOST_OPTIONS];
  size_t count = 0;
  for (size_t s = 0; s < n; s++)
    for (const struct es_option *row = sets[s].table; row->name != NULL && count < MOST_OPTIONS;
         row++, count++)
      names[count] = spelled(spelling[count], row->name);
  const char *near = count > 0 ? es_nearest(word + strspn(word, "-"), names, count) : NULL;
  if (near != NULL)
    return es_fail(ctx, ES_INPUT, "there is no option %s; did you mean --%s?", word, near);
  return es_fail(ctx, ES_INPUT, "there is no option %s; see --help", word);
}

/* Lists begin anew with the command line, whatever a file said. */
static void begin_list(const struct es_option *row, void *block, const struct es_option **begun,
                       size_t *count)
{
  if (row->type != ES_TYPE_TEXTS) return;
  for (size_t k = 0; k < *count; k++)
    if (begun[k] == row) return;
  struct es_option one[2] = {*row, {0}};
  es_options_clear(one, block);
  if (*count < MOST_OPTIONS) begun[(*count)++] = row;
}

static enum es_status take(const struct es_option *row, void *block, const char *value,
                           struct es_context *ctx)
{
  const struct es_option one[2] = {*row, {0}};
  enum es_status status = es_options_set(one, block, row->name, value, ctx);
  return status == ES_INPUT ? es_fail_at(ctx, status, "--") : status;
}

enum es_status es_args_parse(int argc, char **argv, const struct es_args *sets, size_t set_count,
                             const char **positional, size_t room, size_t *count,
                             struct es_context *ctx)
{
  const struct es_option *begun[MOST_OPTIONS];
  size_t lists = 0;
  bool options_end = false;
  *count = 0;
  for (int a = 0; a < argc; a++) {
    const char *word = argv[a];
    if (options_end || word[0] != '-' || word[1] == '\0') {
      if (*count == room)
        return es_fail(ctx, ES_INPUT, "%s: one argument too many; see --help", word);
      positional[(*count)++] = word;
      continue;
    }
    if (strcmp(word, "--") == 0) {
      options_end = true;
      continue;
    }
    char name[64];
    const char *equal = strchr(word, '=');
    size_t size = equal != NULL ? (size_t)(equal - word) : strlen(word);
    snprintf(name, sizeof name, "%.*s", (int)size, word);
    void *block = NULL;
    bool letter = word[1] != '-', no = false;
    const struct es_option *row =
        letter ? (size == 2 ? find_letter(sets, set_count, word[1], &block) : NULL)
               : find(sets, set_count, name + 2, &block);
    if (row == NULL && strncmp(name, "--no-", 5) == 0) {
      row = find(sets, set_count, name + 5, &block);
      no = true;
      if (row != NULL && row->type != ES_TYPE_BOOL) row = NULL;
    }
    if (row == NULL) return unknown(sets, set_count, name, ctx);
    const char *value = equal != NULL ? equal + 1 : NULL;
    if (row->type == ES_TYPE_BOOL && value == NULL) value = no ? "no" : "yes";
    if (value == NULL && a + 1 < argc) value = argv[++a];
    if (value == NULL) return es_fail(ctx, ES_INPUT, "%s wants a value; see --help", name);
    begin_list(row, block, begun, &lists);
    ES_TRY(take(row, block, value, ctx));
  }
  return ES_OK;
}

static void print_option(const struct es_option *row, bool command_line)
{
  char name[64], left[96] = "";
  const char *meta = row->meta != NULL                                         ? row->meta
                     : row->type == ES_TYPE_INT || row->type == ES_TYPE_DOUBLE ? "N"
                     : row->type == ES_TYPE_NUMBERS                            ? "N,N,..."
                     : row->type == ES_TYPE_CHOICE                             ? row->choices
                     : row->type == ES_TYPE_BOOL && !command_line              ? "yes|no"
                                                                               : "";
  if (command_line && row->letter != 0) snprintf(left, sizeof left, "-%c, ", row->letter);
  size_t used = strlen(left);
  snprintf(left + used, sizeof left - used, "%s%s%s%s", command_line ? "--" : "",
           command_line ? spelled(name, row->name) : row->name, command_line ? " " : " = ", meta);
  printf(strlen(left) > 28 ? "  %s\n%31s%s" : "  %-28s%.0s %s", left, "", row->help);
  if (row->def[0] != '\0') printf(" [%s]", row->def);
  if (!command_line && (row->min != 0 || row->max != 0)) {
    char *range = es_option_range(row);
    printf(", %s", range != NULL ? range : "");
    free(range);
  }
  printf("\n");
}

void es_print_options(const struct es_option *table, bool command_line)
{
  for (; table != NULL && table->name != NULL; table++) print_option(table, command_line);
}
