/* Splitting lists of words, and finding a cell among them. */
#include "harness/data/words.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"

void es_words_clear(struct es_texts *words)
{
  for (size_t i = 0; i < words->count; i++) free(words->at[i]);
  free(words->at);
  *words = (struct es_texts){0};
}

static enum es_status add_words(struct es_texts *out, const char *line, struct es_context *ctx)
{
  for (const char *at = line + strspn(line, " \t,"); *at != '\0'; at += strspn(at, " \t,")) {
    bool quoted = *at == '"';
    at += quoted;
    size_t size = strcspn(at, quoted ? "\"" : " \t,");
    if (quoted && at[size] == '\0') return es_fail(ctx, ES_INPUT, "%s: close the quote", line);
    char **grown = realloc(out->at, (out->count + 1) * sizeof *grown);
    if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
    out->at = grown;
    if ((grown[out->count] = es_alloc(size + 1, 1, ctx)) == NULL) return ES_NOMEM;
    memcpy(grown[out->count++], at, size);
    at += size + quoted;
  }
  return ES_OK;
}

enum es_status es_words_split(struct es_texts *words, const struct es_texts *lines,
                              struct es_context *ctx)
{
  *words = (struct es_texts){0};
  enum es_status status = ES_OK;
  for (size_t i = 0; i < lines->count && status == ES_OK; i++)
    status = add_words(words, lines->at[i], ctx);
  if (status != ES_OK) es_words_clear(words);
  return status;
}

enum es_status es_words_of(struct es_texts *words, const char *line, struct es_context *ctx)
{
  *words = (struct es_texts){0};
  enum es_status status = add_words(words, line, ctx);
  if (status != ES_OK) es_words_clear(words);
  return status;
}

bool es_words_same(const char *cell, const char *word)
{
  double a, b;
  return strcmp(cell, word) == 0 ||
         (es_parse_double(cell, &a) && es_parse_double(word, &b) && a == b);
}

size_t es_words_find(const struct es_texts *words, const char *cell)
{
  for (size_t i = 0; i < words->count; i++)
    if (strcmp(words->at[i], cell) == 0) return i;
  for (size_t i = 0; i < words->count; i++)
    if (es_words_same(cell, words->at[i])) return i;
  return words->count;
}
