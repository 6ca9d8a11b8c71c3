/* The study's settings as options of `evenscore run` or `audit`.
 *
 * Settings in the results have the options' names.  All are said, defaults too: those of a later
 * version may be others.  Empty texts and lists are not options.
 */
#include "harness/tables/command.h"

#include <string.h>

static void add_quoted(struct es_text *out, const char *text)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "_-.:/,=+@%";
  if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
    es_text_add(out, "%s", text);
    return;
  }
  es_text_add(out, "'");
  for (; *text != '\0'; text++)
    if (*text == '\'')
      es_text_add(out, "'\\''");
    else
      es_text_bytes(out, text, 1);
  es_text_add(out, "'");
}

static void add_name(struct es_text *out, const char *before, const char *name)
{
  es_text_add(out, " \\\n  %s", before);
  for (; *name != '\0'; name++) es_text_add(out, "%c", *name == '_' ? '-' : *name);
}

static void add_value(struct es_text *out, const json_t *value)
{
  char number[ES_NUMBER_SIZE];
  if (json_is_string(value))
    add_quoted(out, json_string_value(value));
  else if (json_is_integer(value))
    es_text_add(out, "%lld", (long long)json_integer_value(value));
  else
    es_text_add(out, "%s", es_number(number, json_number_value(value)));
}

static bool is_numbers(const json_t *list) { return json_is_number(json_array_get(list, 0)); }

static void add_option(struct es_text *out, const char *name, const json_t *value)
{
  size_t i;
  const json_t *one;
  if (json_is_boolean(value)) {
    add_name(out, json_is_true(value) ? "--" : "--no-", name);
  } else if (json_is_array(value) && is_numbers(value)) {
    add_name(out, "--", name);
    json_array_foreach(value, i, one)
    {
      es_text_add(out, i == 0 ? " " : ",");
      add_value(out, one);
    }
  } else if (json_is_array(value)) {
    json_array_foreach(value, i, one) add_option(out, name, one);
  } else if (json_is_number(value) || (json_is_string(value) && json_string_length(value) > 0)) {
    add_name(out, "--", name);
    es_text_add(out, " ");
    add_value(out, value);
  }
}

void es_command_add(struct es_text *out, const struct es_results *results)
{
  const json_t *population = json_array_get(results->populations, 0);
  const char *kind = json_string_value(json_object_get(population, "kind"));
  const char *name = json_string_value(json_object_get(population, "name"));
  bool audit = kind != NULL && strcmp(kind, "audit") == 0;
  es_text_add(out, "evenscore %s", audit ? "audit " : "run");
  if (audit) { /* the file's folder and ending are not in the results */
    add_quoted(out, name != NULL ? name : "");
    es_text_add(out, ".csv");
  }
  const char *key;
  json_t *value;
  json_object_foreach(results->study, key, value)
  {
    if (!json_is_object(value)) add_option(out, key, value); /* scorers' options are in --scorer */
  }
  es_text_add(out, " \\\n  -o results.json\n");
}
