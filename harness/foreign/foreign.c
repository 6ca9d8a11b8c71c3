/* What all foreign scorers have in common. */
#include "harness/foreign/parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

bool es_is_foreign(const char *spec)
{
  size_t size = strcspn(spec, ":");
  if (strncmp(spec, "command:", 8) == 0) return true;
  return memchr(spec, '/', size) != NULL || (size > 3 && memcmp(spec + size - 3, ".so", 3) == 0);
}

enum es_status es_foreign_open(struct es_foreign **foreign, char **given, const char *spec,
                               struct es_context *ctx)
{
  *given = NULL;
  struct es_foreign *self = *foreign = es_alloc(1, sizeof *self, ctx);
  if (self == NULL) return ES_NOMEM;
  enum es_status status = strncmp(spec, "command:", 8) == 0
                              ? es_command_open(self, given, spec, ctx)
                              : es_object_open(self, given, spec, ctx);
  if (status == ES_OK) return ES_OK;
  free(*given);
  *given = NULL;
  es_foreign_close(self);
  *foreign = NULL;
  return status;
}

void es_foreign_close(struct es_foreign *self)
{
  if (self == NULL) return;
  es_texts_clear(&self->words);
  free(self->path);
  free(self->line);
  free(self->record);
  free(self->name);
  free(self->table);
  free(self);
}

const struct es_scorer *es_foreign_scorer(const struct es_foreign *self) { return &self->scorer; }

size_t es_foreign_batch(const struct es_foreign *self) { return self->batch; }

enum es_status es_foreign_extend(const struct es_foreign *self, char **spec, const char *key,
                                 const char *value, struct es_context *ctx)
{
  struct es_text text = {0};
  if (self->line != NULL) { /* options stand in front of the program's line, as words */
    es_text_add(&text, "%.*s%s=", (int)(strlen(*spec) - strlen(self->line)), *spec, key);
    for (const char *c = value; *c != '\0'; c++)
      es_text_add(&text, strchr(" \t'\"\\", *c) != NULL ? "\\%c" : "%c", *c);
    es_text_add(&text, " %s", self->line);
  } else {
    es_text_add(&text, "%s%c%s=%s", *spec, strchr(*spec, ':') != NULL ? ',' : ':', key, value);
  }
  free(*spec);
  *spec = es_text_take(&text);
  return *spec != NULL ? ES_OK : es_fail(ctx, ES_NOMEM, "out of memory");
}

void es_foreign_settle(struct es_foreign *self, void *options)
{
  ((struct es_foreign_limits *)options)->self = self;
  if (self->settle != NULL) self->settle(self, options);
}

void es_foreign_tidy(char *text)
{
  size_t at;
  for (char *c = text; *c != '\0'; c++)
    if ((unsigned char)*c < ' ' || *c == 127) *c = ' ';
  while (!es_is_utf8(text, strlen(text), &at)) text[at] = '?';
}

void *es_shared_memory(size_t size, struct es_context *ctx)
{
  void *memory =
      mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) return memory;
  es_fail(ctx, ES_NOMEM, "out of memory: %zu bytes were to be shared", size);
  return NULL;
}

void es_shared_free(void *memory, size_t size)
{
  if (memory != NULL) munmap(memory, size);
}
