/* Lists of words in schemas, and what it means that a cell is one of them. */
#ifndef ES_DATA_WORDS_H
#define ES_DATA_WORDS_H

#include "harness/base/option.h"

/* The words of all lines: separated by blanks or commas, those with blanks in "double quotes".  On
 * failure nothing is left to free. */
enum es_status es_words_split(struct es_texts *words, const struct es_texts *lines,
                              struct es_context *ctx) ES_CHECKED;
/* The same for one line. */
enum es_status es_words_of(struct es_texts *words, const char *line,
                           struct es_context *ctx) ES_CHECKED;
void es_words_clear(struct es_texts *words);

/* The same text, or two spellings of the same number: `0` is also 0.0. */
bool es_words_same(const char *cell, const char *word);

/* Which word a cell is, as text first and as a number second; words->count when it is none. */
size_t es_words_find(const struct es_texts *words, const char *cell);

#endif
