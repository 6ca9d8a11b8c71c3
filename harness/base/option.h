/* One option table drives the command line, INI files, --help, `describe`, the docs and the
 * resolved settings in the results.
 *
 * A table is an array of rows ended by {0}; a row describes one field of a plain struct (the
 * "block").  The default is text, read by the same code as what a user types, so help shows exactly
 * what happens.  The macros fail to compile when the field has another type than the row says.
 *
 *   struct settings { double l2; int64_t max_iter; };
 *   static const struct es_option table[] = {
 *     ES_OPTION_DOUBLE(struct settings, l2, "0.001", 0, 1e6, "ridge penalty on the slopes"),
 *     ES_OPTION_INT(struct settings, max_iter, "50", 1, 1000, "Newton steps at the most"),
 *     {0}};
 */
#ifndef ES_BASE_OPTION_H
#define ES_BASE_OPTION_H

#include "harness/base/status.h"

enum es_option_type {
  ES_TYPE_DOUBLE,
  ES_TYPE_INT,
  ES_TYPE_BOOL,
  ES_TYPE_CHOICE,  /* an int: which of the names in `choices` */
  ES_TYPE_TEXT,    /* a char *, never NULL after es_options_default */
  ES_TYPE_NUMBERS, /* numbers separated by blanks or commas */
  ES_TYPE_TEXTS,   /* given again, each adds one */
  ES_TYPE_FILE /* a path, or builtin:NAME; the core reads the file, so that plug-ins need no I/O */
};

struct es_numbers {
  double *at;
  size_t count;
};

struct es_texts {
  char **at;
  size_t count;
};

/* path "" and text NULL: no file was named.  `text` ends with a NUL that `size` does not count. */
struct es_input {
  char *path, *text;
  size_t size;
};

struct es_option {
  const char *name; /* as in files; the command line spells _ as - */
  enum es_option_type type;
  size_t offset;
  const char *def;     /* "" for no value */
  double min, max;     /* numbers only; both ends belong */
  const char *choices; /* "a|b|c" */
  const char *help;    /* one line, without a full stop */
  const char *meta;    /* what the value is called in help, or NULL */
  char letter;         /* short form on the command line, or 0 */
};

#define ES_FIELD_(block, field, type)                                                              \
  (offsetof(block, field) + _Generic(((block *)0)->field, type : 0u))
#define ES_OPTION_DOUBLE(block, field, def, min, max, help)                                        \
  {                                                                                                \
#field, ES_TYPE_DOUBLE, ES_FIELD_(block, field, double), def, min, max, NULL, help, NULL, 0    \
  }
#define ES_OPTION_INT(block, field, def, min, max, help)                                           \
  {                                                                                                \
#field, ES_TYPE_INT, ES_FIELD_(block, field, int64_t), def, min, max, NULL, help, NULL, 0      \
  }
#define ES_OPTION_BOOL(block, field, def, help)                                                    \
  {                                                                                                \
#field, ES_TYPE_BOOL, ES_FIELD_(block, field, bool), def, 0, 0, NULL, help, NULL, 0            \
  }
#define ES_OPTION_CHOICE(block, field, def, choices, help)                                         \
  {                                                                                                \
#field, ES_TYPE_CHOICE, ES_FIELD_(block, field, int), def, 0, 0, choices, help, NULL, 0        \
  }
#define ES_OPTION_TEXT(block, field, def, meta, help)                                              \
  {                                                                                                \
#field, ES_TYPE_TEXT, ES_FIELD_(block, field, char *), def, 0, 0, NULL, help, meta, 0          \
  }
#define ES_OPTION_NUMBERS(block, field, def, min, max, help)                                       \
  {                                                                                                \
#field, ES_TYPE_NUMBERS, ES_FIELD_(block, field, struct es_numbers), def, min, max, NULL,      \
        help, NULL, 0                                                                              \
  }
#define ES_OPTION_TEXTS(block, field, def, meta, help)                                             \
  {                                                                                                \
#field, ES_TYPE_TEXTS, ES_FIELD_(block, field, struct es_texts), def, 0, 0, NULL, help, meta,  \
        0                                                                                          \
  }
#define ES_OPTION_FILE(block, field, help)                                                         \
  {                                                                                                \
#field, ES_TYPE_FILE, ES_FIELD_(block, field, struct es_input), "", 0, 0, NULL, help, "FILE",  \
        0                                                                                          \
  }

/* Fills a zeroed block with the defaults. */
enum es_status es_options_default(const struct es_option *table, void *block,
                                  struct es_context *ctx) ES_CHECKED;

/* Reads one value.  Unknown key: names the nearest; out of range: quotes the range. */
enum es_status es_options_set(const struct es_option *table, void *block, const char *key,
                              const char *value, struct es_context *ctx) ES_CHECKED;

/* Reads "l2=0.1,max_iter=50"; a piece without = goes on with the list before it (weights=1,2,3). */
enum es_status es_options_parse(const struct es_option *table, void *block, const char *text,
                                struct es_context *ctx) ES_CHECKED;

/* The row of that name, _ and - alike; NULL when there is none. */
const struct es_option *es_options_find(const struct es_option *table, const char *key);

/* The value as text that es_options_set would read back; the caller frees it.  NULL: no memory. */
char *es_option_text(const struct es_option *row, const void *block);

/* "number from 0 to 1e6", "one of a, b, c": for help and `describe`.  The caller frees it. */
char *es_option_range(const struct es_option *row);

/* Adds a copy of `size` bytes; splits "a,b" into two throughout; frees. */
enum es_status es_texts_add(struct es_texts *texts, const char *text, size_t size,
                            struct es_context *ctx) ES_CHECKED;
enum es_status es_texts_split(struct es_texts *texts, struct es_context *ctx) ES_CHECKED;
void es_texts_clear(struct es_texts *texts);

/* Fills a zeroed block with copies of another's values. */
enum es_status es_options_copy(const struct es_option *table, void *to, const void *from,
                               struct es_context *ctx) ES_CHECKED;

/* Frees what the block's texts and lists own, and zeroes them. */
void es_options_clear(const struct es_option *table, void *block);

#endif
