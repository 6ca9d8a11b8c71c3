/* Reading, printing and clearing option blocks by their table. */
#include "harness/base/option.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/embedded.h"
#include "harness/base/file.h"
#include "harness/base/text.h"

static void *field(const struct es_option *row, void *block) { return (char *)block + row->offset; }

static bool same_name(const char *a, const char *b)
{
  for (; *a != '\0' && *b != '\0'; a++, b++)
    if (*a != *b && !((*a == '_' || *a == '-') && (*b == '_' || *b == '-'))) return false;
  return *a == *b;
}

const struct es_option *es_options_find(const struct es_option *table, const char *key)
{
  for (; table != NULL && table->name != NULL; table++)
    if (same_name(table->name, key)) return table;
  return NULL;
}

/* Length of the next word of a list, and where it starts; 0 at the end. */
static size_t next_word(const char **at)
{
  *at += strspn(*at, " \t,");
  return strcspn(*at, " \t,");
}

static bool in_range(const struct es_option *row, double x)
{
  return (row->min == 0 && row->max == 0) || (x >= row->min && x <= row->max);
}

static enum es_status refuse(const struct es_option *row, const char *value, struct es_context *ctx)
{
  char *range = es_option_range(row);
  es_fail(ctx, ES_INPUT, "%s = %s: give %s", row->name, value,
          range != NULL ? range : "another value");
  free(range);
  return ES_INPUT;
}

static enum es_status set_choice(const struct es_option *row, int *out, const char *value,
                                 struct es_context *ctx)
{
  int number = 0;
  for (const char *at = row->choices;; number++) {
    size_t size = strcspn(at, "|");
    if (strlen(value) == size && strncmp(at, value, size) == 0) {
      *out = number;
      return ES_OK;
    }
    if (at[size] == '\0') return refuse(row, value, ctx);
    at += size + 1;
  }
}

static enum es_status set_bool(const struct es_option *row, bool *out, const char *value,
                               struct es_context *ctx)
{
  static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no", "off",
                                                                              "0"};
  for (size_t i = 0; i < ES_COUNT_OF(yes); i++) {
    if (strcmp(value, yes[i]) == 0 || strcmp(value, no[i]) == 0) {
      *out = strcmp(value, yes[i]) == 0;
      return ES_OK;
    }
  }
  return refuse(row, value, ctx);
}

static enum es_status set_numbers(const struct es_option *row, struct es_numbers *out,
                                  const char *value, struct es_context *ctx)
{
  struct es_numbers list = {es_alloc(strlen(value) / 2 + 1, sizeof(double), ctx), 0};
  if (list.at == NULL) return ES_NOMEM;
  const char *at = value;
  for (size_t size; (size = next_word(&at)) > 0; at += size) {
    char word[64] = "";
    if (size < sizeof word) memcpy(word, at, size);
    if (!es_parse_double(word, &list.at[list.count]) || !in_range(row, list.at[list.count])) {
      free(list.at);
      return refuse(row, value, ctx);
    }
    list.count++;
  }
  free(out->at);
  *out = list;
  return ES_OK;
}

enum es_status es_texts_add(struct es_texts *texts, const char *text, size_t size,
                            struct es_context *ctx)
{
  char **grown = realloc(texts->at, (texts->count + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  texts->at = grown;
  if ((grown[texts->count] = es_alloc(size + 1, 1, ctx)) == NULL) return ES_NOMEM;
  memcpy(grown[texts->count++], text, size);
  return ES_OK;
}

enum es_status es_texts_split(struct es_texts *texts, struct es_context *ctx)
{
  struct es_texts words = {0};
  for (size_t i = 0; i < texts->count; i++) {
    const char *at = texts->at[i];
    for (size_t size; (size = next_word(&at)) > 0; at += size) {
      enum es_status status = es_texts_add(&words, at, size, ctx);
      if (status == ES_OK) continue;
      es_texts_clear(&words);
      return status;
    }
  }
  es_texts_clear(texts);
  *texts = words;
  return ES_OK;
}

void es_texts_clear(struct es_texts *texts)
{
  for (size_t i = 0; i < texts->count; i++) free(texts->at[i]);
  free(texts->at);
  *texts = (struct es_texts){0};
}

static enum es_status set_text(char **out, const char *value, struct es_context *ctx)
{
  char *copy = es_strdup(value, ctx);
  if (copy == NULL) return ES_NOMEM;
  free(*out);
  *out = copy;
  return ES_OK;
}

/* A copy of the compiled-in file behind "builtin:". */
static enum es_status read_builtin(const char *name, struct es_input *out, struct es_context *ctx)
{
  const char *names[256];
  size_t count = 0;
  for (size_t i = 0; i < es_embedded_count && count < 256; i++)
    if (strcmp(es_embedded[i].kind, "rules") == 0) names[count++] = es_embedded[i].name;
  const struct es_embedded *file = es_embedded_find("rules", name);
  if (file == NULL) {
    const char *near = es_nearest(name, names, count);
    return es_fail(ctx, ES_INPUT, "nothing called \"%s\" is built in%s%s", name,
                   near != NULL ? "; did you mean builtin:" : "", near != NULL ? near : "");
  }
  out->size = strlen(file->text);
  return (out->text = es_strdup(file->text, ctx)) != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status set_file(struct es_input *out, const char *path, struct es_context *ctx)
{
  struct es_input input = {0};
  if (strncmp(path, "builtin:", 8) == 0)
    ES_TRY(read_builtin(path + 8, &input, ctx));
  else if (path[0] != '\0')
    ES_TRY(es_file_read(path, &input.text, &input.size, ctx));
  free(out->text);
  out->text = input.text;
  out->size = input.size;
  return set_text(&out->path, path, ctx);
}

static enum es_status set_row(const struct es_option *row, void *block, const char *value,
                              struct es_context *ctx)
{
  void *at = field(row, block);
  double real;
  int64_t whole;
  switch (row->type) {
  case ES_TYPE_DOUBLE:
    if (!es_parse_double(value, &real) || !in_range(row, real)) return refuse(row, value, ctx);
    *(double *)at = real;
    return ES_OK;
  case ES_TYPE_INT:
    if (!es_parse_int(value, &whole) || !in_range(row, (double)whole))
      return refuse(row, value, ctx);
    *(int64_t *)at = whole;
    return ES_OK;
  case ES_TYPE_BOOL: return set_bool(row, at, value, ctx);
  case ES_TYPE_CHOICE: return set_choice(row, at, value, ctx);
  case ES_TYPE_NUMBERS: return set_numbers(row, at, value, ctx);
  case ES_TYPE_TEXTS: return es_texts_add(at, value, strlen(value), ctx);
  case ES_TYPE_TEXT: return set_text(at, value, ctx);
  case ES_TYPE_FILE: return set_file(at, value, ctx);
  }
  return es_fail(ctx, ES_BROKEN, "option %s has no type", row->name);
}

enum es_status es_options_default(const struct es_option *table, void *block,
                                  struct es_context *ctx)
{
  for (; table != NULL && table->name != NULL; table++)
    if (table->def[0] != '\0' || table->type == ES_TYPE_TEXT || table->type == ES_TYPE_FILE)
      ES_TRY(set_row(table, block, table->def, ctx));
  return ES_OK;
}

static enum es_status unknown(const struct es_option *table, const char *key,
                              struct es_context *ctx)
{
  const char *names[256] = {NULL};
  size_t count = 0;
  for (const struct es_option *row = table; row != NULL && row->name != NULL && count < 256; row++)
    names[count++] = row->name;
  const char *near = es_nearest(key, names, count);
  if (near != NULL)
    return es_fail(ctx, ES_INPUT, "there is no option \"%s\"; did you mean \"%s\"?", key, near);
  if (count == 0)
    return es_fail(ctx, ES_INPUT, "there is no option \"%s\": none is taken here", key);
  struct es_text list = {0};
  for (size_t i = 0; i < count; i++) es_text_add(&list, "%s%s", i > 0 ? ", " : "", names[i]);
  es_fail(ctx, ES_INPUT, "there is no option \"%s\"; there are: %s", key, es_text_get(&list));
  es_text_clear(&list);
  return ES_INPUT;
}

enum es_status es_options_set(const struct es_option *table, void *block, const char *key,
                              const char *value, struct es_context *ctx)
{
  const struct es_option *row = es_options_find(table, key);
  return row == NULL ? unknown(table, key, ctx) : set_row(row, block, value, ctx);
}

/* Where the value that starts here ends: at the comma before the next "key=", or at the end. */
static const char *value_end(const char *at)
{
  for (const char *comma = strchr(at, ','); comma != NULL; comma = strchr(comma + 1, ','))
    if (comma[1 + strcspn(comma + 1, ",=")] == '=') return comma;
  return at + strlen(at);
}

enum es_status es_options_parse(const struct es_option *table, void *block, const char *text,
                                struct es_context *ctx)
{
  char *copy = es_strdup(text, ctx);
  if (copy == NULL) return ES_NOMEM;
  enum es_status status = ES_OK;
  for (char *at = copy; *at != '\0' && status == ES_OK;) {
    char *equal = strchr(at, '=');
    if (equal == NULL) {
      status = es_fail(ctx, ES_INPUT, "\"%s\": give options as key=value, separated by commas", at);
      break;
    }
    *equal = '\0';
    char *end = equal + 1 + (value_end(equal + 1) - (equal + 1));
    bool last = *end == '\0';
    *end = '\0';
    status = es_options_set(table, block, at, equal + 1, ctx);
    at = last ? end : end + 1;
  }
  free(copy);
  return status;
}

char *es_option_text(const struct es_option *row, const void *block)
{
  const void *at = (const char *)block + row->offset;
  char number[ES_NUMBER_SIZE];
  struct es_text text = {0};
  switch (row->type) {
  case ES_TYPE_DOUBLE: es_text_add(&text, "%s", es_number(number, *(const double *)at)); break;
  case ES_TYPE_INT: es_text_add(&text, "%lld", (long long)*(const int64_t *)at); break;
  case ES_TYPE_BOOL: es_text_add(&text, "%s", *(const bool *)at ? "true" : "false"); break;
  case ES_TYPE_TEXT: {
    const char *value = *(char *const *)at;
    es_text_add(&text, "%s", value != NULL ? value : "");
    break;
  }
  case ES_TYPE_FILE: es_text_add(&text, "%s", ((const struct es_input *)at)->path); break;
  case ES_TYPE_CHOICE: {
    const char *name = row->choices;
    for (int skip = *(const int *)at; skip > 0; skip--) name = strchr(name, '|') + 1;
    es_text_bytes(&text, name, strcspn(name, "|"));
    break;
  }
  case ES_TYPE_NUMBERS: {
    const struct es_numbers *list = at;
    for (size_t i = 0; i < list->count; i++)
      es_text_add(&text, "%s%s", i > 0 ? " " : "", es_number(number, list->at[i]));
    break;
  }
  case ES_TYPE_TEXTS: {
    const struct es_texts *list = at;
    for (size_t i = 0; i < list->count; i++)
      es_text_add(&text, "%s%s", i > 0 ? " " : "", list->at[i]);
    break;
  }
  }
  return es_text_take(&text);
}

enum es_status es_options_copy(const struct es_option *table, void *to, const void *from,
                               struct es_context *ctx)
{
  for (; table != NULL && table->name != NULL; table++) {
    enum es_status status = ES_OK;
    if (table->type == ES_TYPE_TEXTS) { /* a text of the list may hold what would split it */
      const struct es_texts *list = (const void *)((const char *)from + table->offset);
      for (size_t i = 0; status == ES_OK && i < list->count; i++)
        status = es_texts_add(field(table, to), list->at[i], strlen(list->at[i]), ctx);
    } else {
      char *text = es_option_text(table, from);
      status =
          text == NULL ? es_fail(ctx, ES_NOMEM, "out of memory") : set_row(table, to, text, ctx);
      free(text);
    }
    if (status != ES_OK) return status;
  }
  return ES_OK;
}

char *es_option_range(const struct es_option *row)
{
  static const char *const kind[] = {"a number", "a whole number", "yes or no", "one of ",
                                     "a text",   "numbers",        "a text",    "a file's path"};
  char low[ES_NUMBER_SIZE], high[ES_NUMBER_SIZE];
  struct es_text text = {0};
  es_text_add(&text, "%s", kind[row->type]);
  if (row->type == ES_TYPE_CHOICE)
    for (const char *at = row->choices; *at != '\0'; at++)
      es_text_add(&text, *at == '|' ? ", " : "%c", *at);
  else if (row->min != 0 || row->max != 0)
    es_text_add(&text, " from %s to %s", es_number(low, row->min), es_number(high, row->max));
  return es_text_take(&text);
}

void es_options_clear(const struct es_option *table, void *block)
{
  for (; table != NULL && table->name != NULL; table++) {
    void *at = field(table, block);
    if (table->type == ES_TYPE_TEXT) {
      free(*(char **)at);
      *(char **)at = NULL;
    } else if (table->type == ES_TYPE_FILE) {
      free(((struct es_input *)at)->path);
      free(((struct es_input *)at)->text);
      *(struct es_input *)at = (struct es_input){0};
    } else if (table->type == ES_TYPE_NUMBERS) {
      free(((struct es_numbers *)at)->at);
      *(struct es_numbers *)at = (struct es_numbers){0};
    } else if (table->type == ES_TYPE_TEXTS) {
      es_texts_clear(at);
    }
  }
}
