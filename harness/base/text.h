/* Growing text, number formatting, and the nearest word to a misspelt one. */
#ifndef ES_BASE_TEXT_H
#define ES_BASE_TEXT_H

#include <stdarg.h>
#include "harness/base/status.h"

/* Text that grows; {0} is empty.  After a failed allocation `failed` is set and adds do nothing, so
 * that one check at the end is enough. */
struct es_text {
  char *at;
  size_t size, room;
  bool failed;
};

void es_text_add(struct es_text *text, const char *format, ...) ES_PRINTF(2, 3);
void es_text_addv(struct es_text *text, const char *format, va_list args) ES_PRINTF(2, 0);
void es_text_bytes(struct es_text *text, const char *bytes, size_t size);
void es_text_clear(struct es_text *text);

/* What it holds, "" when empty; hands it over and leaves {0} (the caller frees it; NULL: failed).
 */
const char *es_text_get(const struct es_text *text);
char *es_text_take(struct es_text *text);

/* The shortest decimal that reads back as the same double ("0.1", "1e-09", "nan" never). */
#define ES_NUMBER_SIZE 32
const char *es_number(char buffer[ES_NUMBER_SIZE], double x);

/* At most 4 significant digits, never in exponent form between 0.0001 and 1e9. */
const char *es_number_short(char buffer[ES_NUMBER_SIZE], double x);

/* Reads a whole finite number, with blanks around it allowed; false for anything else.  Exact: the
 * same double as strtod in the C locale. */
bool es_parse_double(const char *text, double *x);
bool es_parse_int(const char *text, int64_t *x);

/* The nearest of `count` words by edit distance, or NULL when none is near enough to be meant. */
const char *es_nearest(const char *word, const char *const *words, size_t count);

/* How many columns of a terminal the UTF-8 text takes: two for East Asian characters, none for
 * marks that stand on the one before. */
size_t es_text_width(const char *text);

/* The bytes of `size` that fit `most` columns, and how many columns they take. */
size_t es_text_fit(const char *text, size_t size, size_t most, size_t *width);

/* The character that begins here, and its bytes, at least 1. */
size_t es_text_character(const char *text, unsigned long *code);

/* Whether the bytes are UTF-8 throughout; if not, *at is the first offending offset. */
bool es_is_utf8(const char *bytes, size_t size, size_t *at);

#endif
