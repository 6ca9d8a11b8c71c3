/* Failure messages, remarks, and memory that says when it is out. */
#include "harness/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

const char *es_status_text(enum es_status status)
{
  static const char *const text[] = {
#define ES_STATUS_TEXT(name, text) text,
      ES_STATUS_LIST(ES_STATUS_TEXT)
#undef ES_STATUS_TEXT
  };
  return (size_t)status < ES_COUNT_OF(text) ? text[status] : "unknown status";
}

enum es_status es_fail(struct es_context *ctx, enum es_status status, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(ctx->message, sizeof ctx->message, format, args);
  va_end(args);
  return status;
}

enum es_status es_fail_at(struct es_context *ctx, enum es_status status, const char *format, ...)
{
  char said[sizeof ctx->message];
  memcpy(said, ctx->message, sizeof said);
  va_list args;
  va_start(args, format);
  int used = vsnprintf(ctx->message, sizeof ctx->message, format, args);
  va_end(args);
  if (used >= 0 && (size_t)used < sizeof ctx->message)
    snprintf(ctx->message + used, sizeof ctx->message - (size_t)used, "%s", said);
  return status;
}

void es_note(struct es_context *ctx, const char *format, ...)
{
  if (ctx->notes == NULL) return;
  char line[sizeof ctx->message];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  for (size_t i = 0; i < ctx->notes->count; i++)
    if (strcmp(ctx->notes->text[i], line) == 0) return;
  char **grown = realloc(ctx->notes->text, (ctx->notes->count + 1) * sizeof *grown);
  if (grown == NULL) return; /* a lost remark must not end a run */
  ctx->notes->text = grown;
  grown[ctx->notes->count] = strdup(line);
  if (grown[ctx->notes->count] != NULL) ctx->notes->count++;
}

void es_notes_clear(struct es_notes *notes)
{
  for (size_t i = 0; i < notes->count; i++) free(notes->text[i]);
  free(notes->text);
  *notes = (struct es_notes){0};
}

void es_use_big_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
  const size_t page = 4096, much = (size_t)4 << 20;
  size_t skip = (page - (uintptr_t)memory % page) % page;
  if (bytes >= much) madvise((char *)memory + skip, bytes - skip, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)bytes;
#endif
}

static void *found(void *memory, size_t n, size_t size, struct es_context *ctx)
{
  if (memory == NULL) es_fail(ctx, ES_NOMEM, "out of memory: %zu × %zu bytes were wanted", n, size);
  if (memory != NULL) es_use_big_pages(memory, n * size);
  return memory;
}

void *es_alloc(size_t n, size_t size, struct es_context *ctx)
{
  return found(calloc(n > 0 ? n : 1, size > 0 ? size : 1), n, size, ctx);
}

void *es_room(size_t n, size_t size, struct es_context *ctx)
{
  bool fits = size == 0 || n <= PTRDIFF_MAX / size;
  return found(fits ? malloc(n * size > 0 ? n * size : 1) : NULL, n, size, ctx);
}

char *es_strdup(const char *text, struct es_context *ctx)
{
  size_t size = strlen(text) + 1;
  char *copy = es_alloc(size, 1, ctx);
  if (copy != NULL) memcpy(copy, text, size);
  return copy;
}
