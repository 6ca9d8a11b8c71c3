/* A shared object's record, read by a worker and handed over as text, so that nothing of the object
 * is ever loaded into this program: not even its constructors run here. */
#include "harness/foreign/parts.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/stop.h"

enum { MOST_ROWS = 256, RECORD = 1 << 18, LOADING = 30 /* seconds */ };

size_t es_option_field(enum es_option_type type)
{
  switch (type) {
  case ES_TYPE_DOUBLE: return sizeof(double);
  case ES_TYPE_INT: return sizeof(int64_t);
  case ES_TYPE_BOOL: return sizeof(bool);
  case ES_TYPE_CHOICE: return sizeof(int);
  case ES_TYPE_TEXT: return sizeof(char *);
  case ES_TYPE_NUMBERS: return sizeof(struct es_numbers);
  case ES_TYPE_TEXTS: return sizeof(struct es_texts);
  case ES_TYPE_FILE: return sizeof(struct es_input);
  }
  return 0;
}

/* --- in the worker ------------------------------------------------------------------------------
 */

/* dlerror's words without the path, which the message has already. */
static const char *loading_error(const char *path)
{
  const char *text = dlerror();
  size_t size = strlen(path);
  if (text == NULL) return "for no reason that is given";
  return strncmp(text, path, size) == 0 && strncmp(text + size, ": ", 2) == 0 ? text + size + 2
                                                                              : text;
}

const struct es_scorer *es_object_load(const char *path, char message[512])
{
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (object == NULL) {
    snprintf(message, 512, "cannot be loaded: %s", loading_error(path));
    return NULL;
  }
  const struct es_scorer *const *exported = dlsym(object, "es_scorer_of_object");
  if (exported == NULL || *exported == NULL) {
    snprintf(message, 512, "holds no scorer; define one with ES_SCORER of scorers/scorer.h");
    return NULL;
  }
  const struct es_scorer *s = *exported;
  if (s->api != ES_SCORER_API)
    snprintf(message, 512,
             "speaks scorer API %u, this program %u; build it with the headers of "
             "evenscore %s",
             s->api, ES_SCORER_API, ES_VERSION);
  else if (s->name == NULL || s->summary == NULL || s->score == NULL)
    snprintf(message, 512, "lacks its %s",
             s->name == NULL      ? "name"
             : s->summary == NULL ? "summary"
                                  : "score");
  else
    return s;
  return NULL;
}

/* Fields end with a NUL; the first says whether there is more to come, or what is wrong. */
static void put(struct es_text *text, const char *field)
{
  if (field != NULL) es_text_add(text, "%s", field);
  es_text_bytes(text, "", 1);
}
static void put_number(struct es_text *text, double x)
{
  char number[ES_NUMBER_SIZE];
  put(text, es_number(number, x));
}

struct loading {
  const char *path;
  char *shared; /* RECORD bytes */
};

static void describe_object(void *with)
{
  struct loading *l = with;
  char message[512];
  struct es_text text = {0};
  const struct es_scorer *s = es_object_load(l->path, message);
  put(&text, s != NULL ? "" : message);
  size_t rows = 0;
  while (s != NULL && s->options != NULL && s->options[rows].name != NULL) rows++;
  if (s != NULL) {
    put(&text, s->name);
    put(&text, s->summary);
    put(&text, s->cite);
    put_number(&text, s->flags);
    put_number(&text, (double)rows);
  }
  for (size_t r = 0; r < rows; r++) {
    const struct es_option *o = &s->options[r];
    put(&text, o->name);
    put_number(&text, o->type);
    put(&text, o->def);
    put_number(&text, o->min);
    put_number(&text, o->max);
    put(&text, o->choices);
    put(&text, o->help);
    put(&text, o->meta);
  }
  if (text.failed || text.size >= RECORD) _exit(1);
  if (text.size > 0) memcpy(l->shared, text.at, text.size);
}

/* --- here ---------------------------------------------------------------------------------------
 */

static const char *next(const char **at, const char *end)
{
  if (*at >= end) return "";
  const char *field = *at;
  *at += strlen(field) + 1;
  return field;
}
static double next_number(const char **at, const char *end)
{
  double x;
  return es_parse_double(next(at, end), &x) ? x : 0;
}

/* The object's rows behind the limits, each with a field of this program's own. */
static enum es_status read_rows(struct es_foreign *self, const char *at, const char *end,
                                double count, struct es_context *ctx)
{
  static const struct es_option limits[] = {ES_FOREIGN_LIMITS};
  size_t rows = count >= 0 && count <= MOST_ROWS ? (size_t)count : MOST_ROWS;
  self->table = es_alloc(ES_COUNT_OF(limits) + rows + 1, sizeof *self->table, ctx);
  if (self->table == NULL) return ES_NOMEM;
  memcpy(self->table, limits, sizeof limits);
  size_t offset = sizeof(struct es_foreign_limits);
  for (size_t r = 0; r < rows; r++) {
    struct es_option *o = &self->table[ES_COUNT_OF(limits) + r];
    o->name = next(&at, end);
    double type = next_number(&at, end);
    o->def = next(&at, end);
    o->min = next_number(&at, end);
    o->max = next_number(&at, end);
    o->choices = next(&at, end);
    o->help = next(&at, end);
    o->meta = next(&at, end);
    if (o->meta[0] == '\0') o->meta = NULL;
    bool known = type >= ES_TYPE_DOUBLE && type <= ES_TYPE_FILE;
    if (!known || o->name[0] == '\0' || (type == ES_TYPE_CHOICE && o->choices[0] == '\0'))
      return es_fail(ctx, ES_INPUT, "row %zu of its option table is broken", r + 1);
    for (size_t k = 0; k < ES_COUNT_OF(limits); k++)
      if (strcmp(o->name, limits[k].name) == 0)
        return es_fail(ctx, ES_INPUT, "its option %s has the name of the program's own", o->name);
    o->type = (enum es_option_type)type;
    o->offset = offset;
    offset += (es_option_field(o->type) + 7) / 8 * 8;
  }
  self->rows = rows;
  self->scorer.options = self->table;
  self->scorer.options_size = offset;
  return ES_OK;
}

static enum es_status read_record(struct es_foreign *self, struct es_context *ctx)
{
  const char *at = self->record, *end = self->record + RECORD;
  es_foreign_tidy(self->record); /* the first field */
  const char *error = next(&at, end);
  if (error[0] != '\0') return es_fail(ctx, ES_INPUT, "%s", error);
  self->scorer = (struct es_scorer){.api = ES_SCORER_API,
                                    .state_size = sizeof(struct es_object_state),
                                    .fit = es_object_fit,
                                    .score = es_object_score,
                                    .describe = es_object_describe,
                                    .clear = es_object_clear};
  self->scorer.name = next(&at, end);
  self->scorer.summary = next(&at, end);
  self->scorer.cite = next(&at, end);
  if (self->scorer.cite[0] == '\0') self->scorer.cite = NULL;
  self->scorer.flags = (unsigned)next_number(&at, end);
  if (self->scorer.name[0] == '\0') return es_fail(ctx, ES_INPUT, "its scorer has no name");
  size_t wrong;
  for (const char *c = self->record; c < end; c += strlen(c) + 1)
    if (!es_is_utf8(c, strlen(c), &wrong)) return es_fail(ctx, ES_INPUT, "its texts are not UTF-8");
  double rows = next_number(&at, end);
  return read_rows(self, at, end, rows, ctx);
}

/* Until the worker has ended, for so long at the most. */
static enum es_status wait_for_record(struct es_ward *kept, struct es_context *ctx)
{
  double until = es_seconds() + LOADING;
  while (!es_ward_ended(kept)) {
    struct pollfd report = {.fd = kept->report, .events = POLLIN};
    if (es_stop) return es_fail(ctx, ES_INTERRUPTED, "interrupted");
    if (es_seconds() > until)
      return es_fail(ctx, ES_INPUT, "takes more than %d s to be loaded", LOADING);
    poll(&report, 1, 100);
  }
  char how[96];
  return kept->status == 0
             ? ES_OK
             : es_fail(ctx, ES_INPUT, "%s while it was loaded", es_how_it_ended(how, kept->status));
}

static enum es_status load(struct es_foreign *self, struct es_context *ctx)
{
  struct loading l = {self->path, es_shared_memory(RECORD, ctx)};
  if (l.shared == NULL) return ES_NOMEM;
  struct es_work work = {.work = describe_object, .with = &l, .stdio = {-1, -1, -1}};
  struct es_ward kept = {0};
  fflush(NULL); /* the object may call exit */
  enum es_status status = es_keep(&kept, &work, ctx);
  if (status == ES_OK) status = wait_for_record(&kept, ctx);
  es_ward_end(&kept);
  if (status == ES_OK && (self->record = es_alloc(RECORD + 1, 1, ctx)) == NULL) status = ES_NOMEM;
  if (status == ES_OK) memcpy(self->record, l.shared, RECORD);
  es_shared_free(l.shared, RECORD);
  return status == ES_OK ? read_record(self, ctx) : status;
}

enum es_status es_object_open(struct es_foreign *self, char **given, const char *spec,
                              struct es_context *ctx)
{
  size_t size = strcspn(spec, ":");
  struct es_text path = {0};
  es_text_add(&path, "%s%.*s", memchr(spec, '/', size) == NULL ? "./" : "", (int)size, spec);
  self->batch = ES_OBJECT_BATCH;
  self->path = es_text_take(&path);
  *given = es_strdup(spec[size] == ':' ? spec + size + 1 : "", ctx);
  if (self->path == NULL || *given == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  enum es_status status =
      access(self->path, R_OK) == 0
          ? load(self, ctx)
          : es_fail(ctx, ES_INPUT, "%s",
                    errno == ENOENT ? "there is no such file" : strerror(errno));
  return status == ES_INPUT ? es_fail_at(ctx, status, "scorer %.*s: ", (int)size, spec) : status;
}
