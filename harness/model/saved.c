/* Model files: writing, reading, and whom they fit. */
#include "harness/model/saved.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"
#include "harness/results/results.h"
#include "harness/results/settings.h"

static const char *const kinds[] = {"number", "binary", "count", "levels"}, *const dates[] = {
                                                                                "none", "opened",
                                                                                "updated"};

static enum es_status no_memory(struct es_context *ctx)
{
  return es_fail(ctx, ES_NOMEM, "out of memory");
}

/* --- writing ---------------------------------------------------------------------------------- */

static json_t *texts_of(const char *const *text, size_t count)
{
  json_t *list = json_array();
  for (size_t k = 0; k < count; k++) json_array_append_new(list, json_string(text[k]));
  return list;
}

/* A text of lines as a list, one each: so it can be read. */
static json_t *lines_of(const char *text)
{
  json_t *list = json_array();
  while (*text != '\0') {
    size_t size = strcspn(text, "\n");
    json_array_append_new(list, json_stringn(text, size));
    text += size + (text[size] != '\0');
  }
  return list;
}

static json_t *column_of(const struct es_column *column, const double *typical)
{
  json_t *one =
      json_pack("{ss ss ss si sb}", "name", column->name, "kind", kinds[column->kind], "source",
                column->source, "direction", column->direction, "core", (int)column->core);
  if (column->date != ES_UNDATED)
    json_object_set_new(one, "date", json_string(dates[column->date]));
  else if (typical != NULL)
    json_object_set_new(one, "typical", es_json_real(*typical));
  if (column->kind == ES_LEVELS)
    json_object_set_new(one, "levels", texts_of(column->level, column->levels));
  return one;
}

static json_t *head_of(const struct es_model *model, const struct es_people *people,
                       const struct es_provenance *from)
{
  json_t *columns = json_array(), *root = json_object();
  for (size_t c = 0; c < es_all_columns(people); c++) {
    bool known = model->typical != NULL && c < people->columns;
    json_array_append_new(columns,
                          column_of(&people->column[c], known ? &model->typical[c] : NULL));
  }
  json_object_set_new(root, "format", json_string(ES_MODEL_FORMAT));
  json_object_set_new(root, "scorer", json_string(model->scorer->name));
  json_object_set_new(root, "options", es_json_options(model->scorer->options, model->options));
  json_object_set_new(root, "columns", columns);
  json_object_set_new(root, "reading", lines_of(from->reading));
  json_object_set_new(root, "offset", json_string(from->offset));
  json_object_set_new(root, "warnings",
                      from->notes != NULL
                          ? texts_of((const char *const *)from->notes->text, from->notes->count)
                          : json_array());
  return root;
}

/* The file's columns as a scorer's frame of nobody. */
static struct es_frame frame_of(const struct es_people *people)
{
  return (struct es_frame){.columns = people->columns, .column = people->column};
}

static enum es_status walk(const struct es_model *model, const struct es_people *people,
                           json_t *root, bool loading, struct es_context *ctx)
{
  if (model->scorer->keep == NULL) return ES_OK;
  struct es_frame frame = frame_of(people);
  struct es_keep *file = es_keep_open(root, loading, &frame, ctx);
  if (file == NULL) return ES_NOMEM;
  model->scorer->keep(model->state, model->options, file);
  return es_keep_close(file);
}

enum es_status es_saved_write(const struct es_model *model, const struct es_people *people,
                              const struct es_provenance *from, struct es_text *out,
                              struct es_context *ctx)
{
  const struct es_scorer *s = model->scorer;
  if (s->fit != NULL && s->keep == NULL)
    return es_fail(ctx, ES_INPUT, "%s has no way to keep what it learned in a model file", s->name);
  json_t *root = head_of(model, people, from);
  enum es_status status = root != NULL ? walk(model, people, root, false, ctx) : no_memory(ctx);
  if (status == ES_OK) {
    es_json_write(root, out);
    es_text_add(out, "\n");
    if (out->failed) status = no_memory(ctx);
  }
  json_decref(root);
  return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const char *text_at(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/* The file's JSON object, of this format; the caller frees it. */
static enum es_status parse(const char *path, json_t **root, struct es_context *ctx)
{
  char *bytes;
  size_t size;
  json_error_t error;
  ES_TRY(es_file_read(path, &bytes, &size, ctx));
  *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
  free(bytes);
  if (*root == NULL)
    return es_fail(ctx, ES_INPUT, "%s:%d: not JSON: %s", path, error.line, error.text);
  const char *format = text_at(*root, "format");
  if (strcmp(format, ES_MODEL_FORMAT) == 0) return ES_OK;
  if (strncmp(format, "evenscore-model/", 16) == 0)
    es_fail(ctx, ES_INPUT, "%s: its format is %s, and this program reads %s; fit it again", path,
            format, ES_MODEL_FORMAT);
  else
    es_fail(ctx, ES_INPUT, "%s: this is no model file (\"format\": \"%s\" is missing)", path,
            ES_MODEL_FORMAT);
  json_decref(*root);
  return ES_INPUT;
}

static enum es_status set_option(struct es_model *model, const char *key, const json_t *value,
                                 struct es_context *ctx)
{
  char number[ES_NUMBER_SIZE];
  struct es_text text = {0};
  const json_t *one;
  size_t i;
  enum es_status status = ES_OK;
  const struct es_option *row = es_options_find(model->scorer->options, key);
  if (row != NULL && row->type == ES_TYPE_FILE) { /* what it said is in the state; its name stays */
    struct es_input *input = (void *)((char *)model->options + row->offset);
    free(input->path);
    input->path = es_strdup(json_is_string(value) ? json_string_value(value) : "", ctx);
    return input->path != NULL ? ES_OK : ES_NOMEM;
  }
  if (json_is_array(value)) {
    bool texts = row != NULL && row->type == ES_TYPE_TEXTS;
    json_array_foreach(value, i, one)
    {
      if (texts && status == ES_OK)
        status = es_model_set(model, key, json_is_string(one) ? json_string_value(one) : "", ctx);
      else
        es_text_add(&text, " %s", es_number(number, json_number_value(one)));
    }
    if (texts || json_array_size(value) == 0) return status;
  } else if (json_is_integer(value)) {
    es_text_add(&text, "%lld", (long long)json_integer_value(value));
  } else if (json_is_number(value)) {
    es_text_add(&text, "%s", es_number(number, json_number_value(value)));
  } else {
    es_text_add(&text, "%s",
                json_is_boolean(value)  ? (json_is_true(value) ? "true" : "false")
                : json_is_string(value) ? json_string_value(value)
                                        : "");
  }
  status = es_model_set(model, key, es_text_get(&text), ctx);
  es_text_clear(&text);
  return status;
}

static enum es_status read_options(struct es_model *model, json_t *options, struct es_context *ctx)
{
  const char *key;
  json_t *value;
  if (!json_is_object(options)) return es_fail(ctx, ES_INPUT, "\"options\" is missing");
  json_object_foreach(options, key, value) ES_TRY(set_option(model, key, value, ctx));
  return ES_OK;
}

static enum es_status read_levels(struct es_column *column, const json_t *levels,
                                  struct es_context *ctx)
{
  size_t count = json_array_size(levels);
  char **level = es_alloc(count, sizeof *level, ctx);
  if (level == NULL) return ES_NOMEM;
  column->level = (const char *const *)level;
  for (; column->levels < count; column->levels++) {
    const char *name = json_string_value(json_array_get(levels, column->levels));
    if (name == NULL) return es_fail(ctx, ES_INPUT, "a level of %s is not a text", column->name);
    if ((level[column->levels] = es_strdup(name, ctx)) == NULL) return ES_NOMEM;
  }
  return ES_OK;
}

static enum es_status read_column(struct es_column *column, const json_t *one, double *typical,
                                  struct es_context *ctx)
{
  const char *kind = text_at(one, "kind"), *date = text_at(one, "date");
  size_t k = 0;
  while (k < ES_COUNT_OF(kinds) && strcmp(kinds[k], kind) != 0) k++;
  json_int_t direction = json_integer_value(json_object_get(one, "direction"));
  column->name = es_strdup(text_at(one, "name"), ctx);
  column->source = es_strdup(text_at(one, "source"), ctx);
  if (column->name == NULL || column->source == NULL) return ES_NOMEM;
  if (column->name[0] == '\0' || k == ES_COUNT_OF(kinds) || direction < -1 || direction > 1)
    return es_fail(ctx, ES_INPUT,
                   "one of the \"columns\" has no name, or another kind or "
                   "direction than there are");
  column->kind = (enum es_kind)k;
  column->direction = (int)direction;
  column->core = json_is_true(json_object_get(one, "core"));
  for (int d = ES_OPENED; d <= ES_UPDATED; d++)
    if (strcmp(date, dates[d]) == 0) column->date = (enum es_date)d;
  const json_t *value = json_object_get(one, "typical");
  *typical = json_is_number(value) ? json_number_value(value) : (double)NAN;
  return column->kind == ES_LEVELS ? read_levels(column, json_object_get(one, "levels"), ctx)
                                   : ES_OK;
}

static enum es_status read_columns(struct es_saved *saved, const json_t *columns,
                                   struct es_context *ctx)
{
  size_t count = json_array_size(columns);
  if (!json_is_array(columns)) return es_fail(ctx, ES_INPUT, "\"columns\" is missing");
  saved->model.column = es_alloc(count, sizeof *saved->model.column, ctx);
  saved->model.typical = es_alloc(count, sizeof *saved->model.typical, ctx);
  if (saved->model.column == NULL || saved->model.typical == NULL) return ES_NOMEM;
  saved->people.column = saved->model.column;
  while (saved->model.columns < count) {
    size_t c = saved->model.columns++;
    ES_TRY(read_column(&saved->model.column[c], json_array_get(columns, c),
                       &saved->model.typical[c], ctx));
    if (saved->model.column[c].date != ES_UNDATED)
      saved->people.dates++;
    else if (saved->people.columns++ < c)
      return es_fail(ctx, ES_INPUT, "\"columns\": %s stands behind a date; put dates last",
                     saved->model.column[c].name);
  }
  return ES_OK;
}

/* The lines of a list as one text. */
static enum es_status read_lines(char **text, const json_t *lines, struct es_context *ctx)
{
  struct es_text all = {0};
  const json_t *line;
  size_t i;
  es_text_add(&all, "%s", "");
  json_array_foreach(lines, i, line)
      es_text_add(&all, "%s\n", json_is_string(line) ? json_string_value(line) : "");
  *text = es_text_take(&all);
  return *text != NULL ? ES_OK : no_memory(ctx);
}

static enum es_status read_all(struct es_saved *saved, json_t *root, struct es_context *ctx)
{
  ES_TRY(es_model_create(&saved->model, text_at(root, "scorer"), ctx));
  ES_TRY(read_options(&saved->model, json_object_get(root, "options"), ctx));
  ES_TRY(read_columns(saved, json_object_get(root, "columns"), ctx));
  ES_TRY(read_lines(&saved->reading, json_object_get(root, "reading"), ctx));
  if ((saved->offset = es_strdup(text_at(root, "offset"), ctx)) == NULL) return ES_NOMEM;
  saved->model.kept = true;
  return walk(&saved->model, &saved->people, root, true, ctx);
}

enum es_status es_saved_read(struct es_saved *saved, const char *path, struct es_context *ctx)
{
  json_t *root;
  *saved = (struct es_saved){0};
  ES_TRY(parse(path, &root, ctx));
  enum es_status status = read_all(saved, root, ctx);
  json_decref(root);
  if (status == ES_OK) return ES_OK;
  es_saved_clear(saved);
  return es_fail_at(ctx, status, "%s: ", path);
}

void es_saved_clear(struct es_saved *saved)
{
  es_model_clear(&saved->model);
  free(saved->reading);
  free(saved->offset);
  *saved = (struct es_saved){0};
}
