/* Tallies files: a study, and the sums of its passes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"
#include "harness/run/ledger.h"

#define FIRST   "{\"schema\":\"" ES_TALLIES_SCHEMA "\",\"head\":\n"
#define PASSES  ",\"passes\":["
#define CHECKED "],\"checksum\":\""

/* FNV-1a (Fowler, Noll, Vo), for bytes that were lost or changed by accident. */
static uint64_t checksum(const char *bytes, size_t size)
{
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
  return hash;
}

/* --- the study ------------------------------------------------------------------------------ */

static json_t *setting(const struct es_option *row, const struct es_study *study)
{
  if (row->type == ES_TYPE_TEXTS) {
    const struct es_texts *list = (const void *)((const char *)study + row->offset);
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) json_array_append_new(array, json_string(list->at[i]));
    return array;
  }
  char *text = es_option_text(row, study);
  json_t *value = text != NULL ? json_string(text) : NULL;
  free(text);
  return value;
}

static json_t *study_to_json(const struct es_study *study)
{
  json_t *settings = json_object(), *file = json_array();
  for (const struct es_option *row = es_study_options; row->name != NULL; row++)
    json_object_set_new(settings, row->name, setting(row, study));
  for (size_t i = 0; i < study->file.entries; i++) {
    const struct es_ini_entry *e = &study->file.entry[i];
    if (strcmp(e->section, "study") != 0)
      json_array_append_new(file, json_pack("[sssi]", e->section, e->key, e->value, e->line));
  }
  return json_pack("{so ss so}", "settings", settings, "name",
                   study->file.name != NULL ? study->file.name : "", "file", file);
}

static enum es_status set(struct es_study *study, const struct es_option *row, const json_t *value,
                          struct es_context *ctx)
{
  const struct es_option one[2] = {*row, {0}};
  const json_t *text;
  size_t i;
  if (row->type != ES_TYPE_TEXTS)
    return es_options_set(one, study, row->name, json_string_value(value), ctx);
  struct es_texts *list = (void *)((char *)study + row->offset);
  json_array_foreach(value, i, text)
      ES_TRY(es_texts_add(list, json_string_value(text), json_string_length(text), ctx));
  return ES_OK;
}

static enum es_status add_entry(struct es_study *study, const json_t *one, struct es_context *ctx)
{
  const char *section = NULL, *key = NULL, *value = NULL;
  int line = 0;
  if (json_unpack((json_t *)(size_t)one, "[sssi]", &section, &key, &value, &line) != 0)
    return es_fail(ctx, ES_INPUT, "study: an entry of its file has not section, key and value");
  return es_ini_add(&study->file, section, key, value, line, ctx);
}

static enum es_status study_from_json(struct es_study *study, const json_t *from,
                                      struct es_context *ctx)
{
  const json_t *settings = json_object_get(from, "settings"), *entry;
  const char *name = json_string_value(json_object_get(from, "name"));
  size_t i;
  study->file.name = es_strdup(name != NULL ? name : "", ctx);
  if (study->file.name == NULL) return ES_NOMEM;
  for (const struct es_option *row = es_study_options; row->name != NULL; row++) {
    const json_t *value = json_object_get(settings, row->name);
    if (row->type == ES_TYPE_TEXTS ? !json_is_array(value) : !json_is_string(value))
      return es_fail(ctx, ES_INPUT, "study: the setting %s is missing", row->name);
    ES_TRY(set(study, row, value, ctx));
  }
  json_array_foreach(json_object_get(from, "file"), i, entry) ES_TRY(add_entry(study, entry, ctx));
  return ES_OK;
}

enum es_status es_ledger_study(const struct es_ledger *ledger, struct es_study *study,
                               struct es_context *ctx)
{
  const struct es_tallies *t = &ledger->found[0];
  *study = (struct es_study){0};
  enum es_status status = study_from_json(study, json_object_get(t->head, "study"), ctx);
  if (status == ES_OK) return ES_OK;
  es_study_clear(study);
  return status == ES_INPUT ? es_fail_at(ctx, status, "%s: ", t->path) : status;
}

/* --- writing -------------------------------------------------------------------------------- */

enum es_status es_ledger_write(const struct es_ledger *ledger, const struct es_study *study,
                               bool finished, const char *path, struct es_context *ctx)
{
  struct es_text text = {0};
  json_t *head =
      json_pack("{ss si si sb so}", "evenscore", ES_VERSION, "shard", (int)ledger->shard, "shards",
                (int)ledger->shards, "finished", finished, "study", study_to_json(study));
  char *line = head != NULL ? json_dumps(head, JSON_COMPACT) : NULL;
  json_decref(head);
  if (line == NULL) return es_fail(ctx, ES_NOMEM, "out of memory, or a name that is not UTF-8");
  es_text_add(&text, FIRST "%s\n" PASSES "\n", line);
  free(line);
  for (size_t r = 0; r < ledger->record.count; r++) {
    if (r > 0) es_text_add(&text, ",");
    es_text_add(&text, "%s\n", ledger->record.at[r]);
  }
  es_text_add(&text, CHECKED "%016llx\"}\n",
              (unsigned long long)checksum(es_text_get(&text), text.size));
  enum es_status status = text.failed ? es_fail(ctx, ES_NOMEM, "out of memory")
                                      : es_file_write(path, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

/* --- reading -------------------------------------------------------------------------------- */

bool es_is_tallies(const char *path)
{
  char begin[sizeof FIRST] = "";
  FILE *file = fopen(path, "rb");
  if (file == NULL) return false;
  size_t got = fread(begin, 1, sizeof FIRST - 1, file);
  fclose(file);
  return got == sizeof FIRST - 1 && memcmp(begin, FIRST, got) == 0;
}

static enum es_status refuse(const struct es_tallies *t, const char *why, struct es_context *ctx)
{
  return es_fail(ctx, ES_INPUT, "%s: %s", t->path, why);
}

/* Whether the text is whole: ends with the checksum of all before. */
static enum es_status check_whole(struct es_tallies *t, size_t size, struct es_context *ctx)
{
  enum { TAIL = sizeof CHECKED - 1 + 16 + 3 };
  char tail[TAIL + 1];
  if (size < sizeof FIRST - 1 || memcmp(t->text, FIRST, sizeof FIRST - 1) != 0) {
    if (strstr(t->text, "\"schema\": \"evenscore-results/") != NULL)
      return refuse(t, "schema: these are finished results; there is nothing to merge or resume",
                    ctx);
    return refuse(t, "schema: this is no " ES_TALLIES_SCHEMA " file, or its beginning is lost",
                  ctx);
  }
  if (size < sizeof FIRST - 1 + TAIL ||
      memcmp(t->text + size - TAIL, CHECKED, sizeof CHECKED - 1) != 0)
    return refuse(t, "checksum: the file is cut off; make it again", ctx);
  snprintf(tail, sizeof tail, CHECKED "%016llx\"}\n",
           (unsigned long long)checksum(t->text, size - TAIL));
  if (memcmp(t->text + size - TAIL, tail, TAIL) != 0)
    return refuse(t, "checksum: the file was changed or damaged; make it again", ctx);
  t->text[size - TAIL] = '\0';
  return ES_OK;
}

/* Finds the lines. */
static enum es_status find_lines(struct es_tallies *t, struct es_context *ctx)
{
  json_error_t error;
  char *line = t->text + sizeof FIRST - 1, *end = strchr(line, '\n');
  size_t lines = 0;
  if (end == NULL) return refuse(t, "head: there is none", ctx);
  *end = '\0';
  t->head = json_loads(line, 0, &error);
  if (t->head == NULL) return refuse(t, "head: not JSON", ctx);
  line = end + 1;
  if (strncmp(line, PASSES "\n", sizeof PASSES) != 0) return refuse(t, "passes: none", ctx);
  line += sizeof PASSES;
  for (const char *at = line; *at != '\0'; at++) lines += *at == '\n';
  if (lines % 2 != 0) return refuse(t, "passes: a head without sums", ctx);
  if ((t->line = es_alloc(lines, sizeof *t->line, ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < lines; k++, line = end + 1) {
    end = strchr(line, '\n');
    *end = '\0';
    t->line[k] = line;
  }
  t->passes = lines / 2;
  return ES_OK;
}

static enum es_status check_version(const struct es_tallies *t, struct es_context *ctx)
{
  const char *version = json_string_value(json_object_get(t->head, "evenscore"));
  if (version != NULL && strcmp(version, ES_VERSION) == 0) return ES_OK;
  return es_fail(ctx, ES_INPUT, "%s: evenscore: made by version %s, and this is " ES_VERSION,
                 t->path, version != NULL ? version : "?");
}

static enum es_status open_file(struct es_ledger *ledger, const char *path, struct es_context *ctx)
{
  struct es_tallies *grown = realloc(ledger->found, (ledger->count + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  ledger->found = grown;
  struct es_tallies *t = &grown[ledger->count++];
  size_t size = 0;
  *t = (struct es_tallies){.path = es_strdup(path, ctx)};
  if (t->path == NULL) return ES_NOMEM;
  ES_TRY(es_file_read(path, &t->text, &size, ctx));
  ES_TRY(check_whole(t, size, ctx));
  ES_TRY(find_lines(t, ctx));
  return check_version(t, ctx);
}

static size_t number(const struct es_tallies *t, const char *key)
{
  json_int_t x = json_integer_value(json_object_get(t->head, key));
  return x > 0 ? (size_t)x : 0;
}

static bool finished(const struct es_tallies *t)
{
  return json_is_true(json_object_get(t->head, "finished"));
}

enum es_status es_ledger_resume(struct es_ledger *ledger, const char *path, struct es_context *ctx)
{
  ES_TRY(open_file(ledger, path, ctx));
  const struct es_tallies *t = &ledger->found[0];
  ledger->shard = number(t, "shard");
  ledger->shards = number(t, "shards");
  if (ledger->shard > ledger->shards) return refuse(t, "shard: there is no such shard", ctx);
  if (!finished(t)) return ES_OK;
  return refuse(t, "finished: there is nothing left to do; evenscore merge puts shards together",
                ctx);
}

/* Names the first setting in which two studies differ. */
static enum es_status same_study(const struct es_tallies *t, const struct es_tallies *first,
                                 struct es_context *ctx)
{
  json_t *a = json_object_get(first->head, "study"), *b = json_object_get(t->head, "study"), *value;
  json_t *mine = json_object_get(a, "settings"), *other = json_object_get(b, "settings");
  const char *key;
  if (json_equal(a, b)) return ES_OK;
  json_object_foreach(mine, key, value)
  {
    if (json_equal(value, json_object_get(other, key))) continue;
    char *one = json_dumps(value, JSON_ENCODE_ANY),
         *two = json_dumps(json_object_get(other, key), JSON_ENCODE_ANY);
    es_fail(ctx, ES_INPUT, "%s: %s: %.200s, where %s has %.200s; merge shards of one study",
            t->path, key, two != NULL ? two : "nothing", first->path, one != NULL ? one : "");
    free(one);
    free(two);
    return ES_INPUT;
  }
  return es_fail(ctx, ES_INPUT, "%s: study: its file is another than that of %s", t->path,
                 first->path);
}

static enum es_status check_shard(const struct es_ledger *ledger, const char **of,
                                  struct es_context *ctx)
{
  const struct es_tallies *t = &ledger->found[ledger->count - 1], *first = &ledger->found[0];
  size_t shard = number(t, "shard"), shards = number(t, "shards");
  if (!finished(t))
    return es_fail(ctx, ES_INPUT, "%s: finished: no; evenscore run --resume %s completes it",
                   t->path, t->path);
  if (shard == 0 || shard > shards) return refuse(t, "shard: this is no shard of a study", ctx);
  ES_TRY(same_study(t, first, ctx));
  if (shards != number(first, "shards"))
    return es_fail(ctx, ES_INPUT, "%s: shards: one of %zu, where %s is one of %zu", t->path, shards,
                   first->path, number(first, "shards"));
  if (of[shard - 1] != NULL)
    return es_fail(ctx, ES_INPUT, "%s: shard: %zu/%zu is there twice: also %s", t->path, shard,
                   shards, of[shard - 1]);
  of[shard - 1] = t->path;
  return ES_OK;
}

enum es_status es_ledger_merge(struct es_ledger *ledger, const char *const *paths, size_t count,
                               struct es_context *ctx)
{
  const char **of = NULL;
  enum es_status status = ES_OK;
  for (size_t f = 0; status == ES_OK && f < count; f++) {
    status = open_file(ledger, paths[f], ctx);
    size_t shards = status == ES_OK ? number(&ledger->found[0], "shards") : 0;
    if (status == ES_OK && of == NULL && (of = es_alloc(shards, sizeof *of, ctx)) == NULL)
      status = ES_NOMEM;
    if (status == ES_OK) status = check_shard(ledger, of, ctx);
  }
  size_t shards = status == ES_OK ? number(&ledger->found[0], "shards") : 0;
  for (size_t s = 0; status == ES_OK && s < shards; s++)
    if (of[s] == NULL)
      status = es_fail(ctx, ES_INPUT, "%s: shards: of its %zu, shard %zu/%zu is missing", paths[0],
                       shards, s + 1, shards);
  free(of);
  return status;
}
