/* Model files, key by key, over a JSON object. */
#include "harness/base/keep.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"

enum { DEPTH = 8 }; /* lists within lists */

/* at[depth] is the object whose keys are spoken of; list[depth] the list that it stands in. */
struct es_keep {
  bool loading;
  const struct es_frame *columns;
  json_t *at[DEPTH], *list[DEPTH];
  size_t depth;
  enum es_status status;
  struct es_context *ctx;
};

struct es_keep *es_keep_open(void *json, bool loading, const struct es_frame *columns,
                             struct es_context *ctx)
{
  struct es_keep *file = es_alloc(1, sizeof *file, ctx);
  if (file == NULL) return NULL;
  *file = (struct es_keep){.loading = loading, .columns = columns, .at = {json}, .ctx = ctx};
  return file;
}

enum es_status es_keep_close(struct es_keep *file)
{
  enum es_status status = file->status;
  free(file);
  return status;
}

bool es_keep_loading(const struct es_keep *file) { return file->loading; }

const struct es_frame *es_keep_frame(const struct es_keep *file) { return file->columns; }

bool es_keep_good(const struct es_keep *file) { return file->status == ES_OK; }

struct es_context *es_keep_context(struct es_keep *file) { return file->ctx; }

void es_keep_fail(struct es_keep *file, enum es_status status)
{
  if (file->status == ES_OK) file->status = status;
}

static bool failed(const struct es_keep *file) { return file->status != ES_OK; }

static void refuse(struct es_keep *file, const char *key, const char *what)
{
  if (!failed(file)) file->status = es_fail(file->ctx, ES_INPUT, "\"%s\" %s", key, what);
}

void es_keep_check(struct es_keep *file, bool holds, const char *format, ...)
{
  if (!file->loading || holds || failed(file)) return;
  struct es_text text = {0};
  va_list args;
  va_start(args, format);
  es_text_addv(&text, format, args);
  va_end(args);
  file->status = es_fail(file->ctx, ES_INPUT, "%s", es_text_get(&text));
  es_text_clear(&text);
}

/* Takes the value's reference.  A key that is there already is the scorer's mistake. */
static void put(struct es_keep *file, const char *key, json_t *value)
{
  json_t *at = file->at[file->depth];
  if (failed(file)) {
    json_decref(value);
  } else if (value != NULL && json_object_get(at, key) != NULL) {
    json_decref(value);
    file->status = es_fail(file->ctx, ES_BROKEN, "the key \"%s\" is kept twice", key);
  } else if (value == NULL || json_object_set_new(at, key, value) != 0) {
    file->status = es_fail(file->ctx, ES_NOMEM, "out of memory");
  }
}

/* The value of a key when loading, NULL when it failed. */
static const json_t *get(struct es_keep *file, const char *key)
{
  if (failed(file)) return NULL;
  const json_t *value = json_object_get(file->at[file->depth], key);
  if (value == NULL) refuse(file, key, "is missing");
  return value;
}

static json_t *real(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static bool read_real(const json_t *value, double *x)
{
  if (!json_is_number(value) && !json_is_null(value)) return false;
  *x = json_is_null(value) ? (double)NAN : json_number_value(value);
  return true;
}

static bool read_count(const json_t *value, size_t *x)
{
  if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
  *x = (size_t)json_integer_value(value);
  return true;
}

void es_keep_number(struct es_keep *file, const char *key, double *value)
{
  if (!file->loading) {
    put(file, key, real(*value));
    return;
  }
  const json_t *is = get(file, key);
  if (is != NULL && !read_real(is, value)) refuse(file, key, "is not a number");
}

void es_keep_count(struct es_keep *file, const char *key, size_t *value)
{
  if (!file->loading) {
    put(file, key, json_integer((json_int_t)*value));
    return;
  }
  const json_t *is = get(file, key);
  if (is != NULL && !read_count(is, value)) refuse(file, key, "is not a whole number");
}

void es_keep_flag(struct es_keep *file, const char *key, bool *value)
{
  if (!file->loading) {
    put(file, key, json_boolean(*value));
    return;
  }
  const json_t *is = get(file, key);
  if (is != NULL && !json_is_boolean(is)) refuse(file, key, "is neither true nor false");
  if (!failed(file)) *value = json_is_true(is);
}

/* What a text key says, or NULL. */
static const char *get_text(struct es_keep *file, const char *key)
{
  const json_t *is = get(file, key);
  if (is != NULL && !json_is_string(is)) refuse(file, key, "is not a text");
  return failed(file) ? NULL : json_string_value(is);
}

void es_keep_text(struct es_keep *file, const char *key, char **value)
{
  if (!file->loading) {
    put(file, key, json_string(*value));
    return;
  }
  const char *is = get_text(file, key);
  if (is == NULL) return;
  *value = es_strdup(is, file->ctx);
  if (*value == NULL) file->status = ES_NOMEM;
}

void es_keep_choice(struct es_keep *file, const char *key, int *value, const char *const *words,
                    size_t count)
{
  if (!file->loading) {
    put(file, key, json_string(words[*value]));
    return;
  }
  const char *is = get_text(file, key);
  for (size_t k = 0; is != NULL && k < count; k++)
    if (strcmp(is, words[k]) == 0) {
      *value = (int)k;
      return;
    }
  refuse(file, key, "is none of the words that may stand there");
}

void es_keep_column(struct es_keep *file, const char *key, size_t *column)
{
  const struct es_frame *all = file->columns;
  if (!file->loading) {
    put(file, key, json_string(all->column[*column].name));
    return;
  }
  const char *is = get_text(file, key);
  for (size_t c = 0; is != NULL && c < all->columns; c++)
    if (strcmp(is, all->column[c].name) == 0) {
      *column = c;
      return;
    }
  refuse(file, key, "is not one of the columns");
}

void es_keep_level(struct es_keep *file, const char *key, size_t column, uint32_t *level)
{
  if (failed(file)) return;
  const struct es_column *of = &file->columns->column[column];
  if (!file->loading) {
    put(file, key, json_string(of->level[*level]));
    return;
  }
  const char *is = get_text(file, key);
  for (uint32_t k = 0; is != NULL && k < of->levels; k++)
    if (strcmp(is, of->level[k]) == 0) {
      *level = k;
      return;
    }
  refuse(file, key, "is not a level of its column");
}

/* --- rows of numbers, lists of objects -------------------------------------------------------- */

/* An array to load, of the length that is wanted. */
static const json_t *get_array(struct es_keep *file, const char *key, size_t want)
{
  const json_t *is = get(file, key);
  if (is != NULL && !json_is_array(is)) refuse(file, key, "is not a list");
  if (is != NULL && want != SIZE_MAX && json_array_size(is) != want)
    refuse(file, key, "has another length than it must have");
  return failed(file) ? NULL : is;
}

static void *get_room(struct es_keep *file, size_t count, size_t size)
{
  void *at = es_alloc(count, size, file->ctx);
  if (at == NULL) file->status = ES_NOMEM;
  return at;
}

void es_keep_numbers(struct es_keep *file, const char *key, double **at, size_t *count, size_t want)
{
  if (!file->loading) {
    json_t *all = json_array();
    for (size_t k = 0; k < *count; k++) json_array_append_new(all, real((*at)[k]));
    put(file, key, all);
    return;
  }
  const json_t *is = get_array(file, key, want);
  size_t n = json_array_size(is);
  if (is == NULL || (*at = get_room(file, n, sizeof **at)) == NULL) return;
  *count = n;
  for (size_t k = 0; k < n; k++)
    if (!read_real(json_array_get(is, k), &(*at)[k])) refuse(file, key, "holds no numbers");
}

void es_keep_counts(struct es_keep *file, const char *key, size_t **at, size_t *count, size_t want)
{
  if (!file->loading) {
    json_t *all = json_array();
    for (size_t k = 0; k < *count; k++)
      json_array_append_new(all, (*at)[k] == SIZE_MAX ? json_null()
                                                      : json_integer((json_int_t)(*at)[k]));
    put(file, key, all);
    return;
  }
  const json_t *is = get_array(file, key, want);
  size_t n = json_array_size(is);
  if (is == NULL || (*at = get_room(file, n, sizeof **at)) == NULL) return;
  *count = n;
  for (size_t k = 0; k < n; k++) {
    const json_t *one = json_array_get(is, k);
    (*at)[k] = SIZE_MAX;
    if (!json_is_null(one) && !read_count(one, &(*at)[k]))
      refuse(file, key, "holds no whole numbers");
  }
}

void es_keep_texts(struct es_keep *file, const char *key, char ***at, size_t *count)
{
  if (!file->loading) {
    json_t *all = json_array();
    for (size_t k = 0; k < *count; k++) json_array_append_new(all, json_string((*at)[k]));
    put(file, key, all);
    return;
  }
  const json_t *is = get_array(file, key, SIZE_MAX);
  size_t n = json_array_size(is);
  if (is == NULL || (*at = get_room(file, n, sizeof **at)) == NULL) return;
  *count = n;
  for (size_t k = 0; k < n; k++) {
    const char *text = json_string_value(json_array_get(is, k));
    if (text == NULL) refuse(file, key, "holds what is not a text");
    if (text != NULL && ((*at)[k] = es_strdup(text, file->ctx)) == NULL) file->status = ES_NOMEM;
  }
}

void es_keep_list(struct es_keep *file, const char *key, void **at, size_t size, size_t *count)
{
  json_t *list = NULL;
  if (!failed(file) && file->depth + 1 == DEPTH) refuse(file, key, "lies too deep");
  if (!file->loading) {
    list = json_array();
    for (size_t k = 0; k < *count; k++) json_array_append_new(list, json_object());
    put(file, key, list);
  } else {
    list = (json_t *)get_array(file, key, SIZE_MAX);
    size_t n = json_array_size(list);
    if (list != NULL && (*at = get_room(file, n, size)) != NULL) *count = n;
  }
  if (failed(file)) return;
  file->depth++;
  file->list[file->depth] = list;
}

bool es_keep_item(struct es_keep *file, size_t k)
{
  if (failed(file)) return false;
  file->at[file->depth] = json_array_get(file->list[file->depth], k);
  if (json_is_object(file->at[file->depth])) return true;
  file->status = es_fail(file->ctx, ES_INPUT, "a list holds something that is not an object");
  return false;
}

void es_keep_end(struct es_keep *file)
{
  if (!failed(file)) file->depth--;
}
