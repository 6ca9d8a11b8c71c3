/* INI files (inih) as a list of entries that remember their line and their comment.
 *
 * The comment matters: a population's numbers carry their tag there ("; [found] CNNIC 41"), and
 * `describe` prints it.  Sections look like [source credit]; keys like coverage.
 */
#ifndef ES_BASE_INI_H
#define ES_BASE_INI_H

#include "harness/base/option.h"

struct es_ini_entry {
  char *section, *key, *value, *comment; /* comment: "" when there is none */
  char *file;                            /* the included file it is from; NULL: the ini itself */
  int line;                              /* 0: given by --set */
};

struct es_ini {
  char *name;       /* the file as the user named it, or "cn-2017.ini" for a compiled-in one */
  const char *main; /* the section whose keys --set gives alone; borrowed */
  struct es_ini_entry *entry;
  size_t entries;
};

/* Reads text.  Errors name the line: a line that is neither [section], key = value nor comment, a
 * line too long for inih, a section without a key, bytes that are not UTF-8. */
enum es_status es_ini_read(struct es_ini *ini, const char *name, const char *text, size_t size,
                           struct es_context *ctx) ES_CHECKED;

/* Reads the compiled-in file of that kind and name ("population", "cn-2017"); if `name` ends in
 * ".ini" or has a slash, the file of that path instead.  Unknown name: says the nearest. */
enum es_status es_ini_open(struct es_ini *ini, const char *kind, const char *name,
                           struct es_context *ctx) ES_CHECKED;

/* Puts the entries of another file's section of the same name in front, so that those that are
 * there already count.  `kind` and `name` as for es_ini_open. */
enum es_status es_ini_include(struct es_ini *ini, const char *section, const char *kind,
                              const char *name, struct es_context *ctx) ES_CHECKED;

/* "coverage_gap=2" sets key coverage_gap of `section`; "source credit.coverage=0.5" names one. */
enum es_status es_ini_override(struct es_ini *ini, const char *section, const char *assignment,
                               struct es_context *ctx) ES_CHECKED;

/* Adds an entry without a comment. */
enum es_status es_ini_add(struct es_ini *ini, const char *section, const char *key,
                          const char *value, int line, struct es_context *ctx) ES_CHECKED;

/* The last entry of that key (the one that counts), or NULL; and its value, or NULL. */
const struct es_ini_entry *es_ini_find(const struct es_ini *ini, const char *section,
                                       const char *key);
const char *es_ini_get(const struct es_ini *ini, const char *section, const char *key);

/* Hands every entry of `section` to the table; an unknown key fails with file:line. */
enum es_status es_ini_options(const struct es_ini *ini, const char *section,
                              const struct es_option *table, void *block,
                              struct es_context *ctx) ES_CHECKED;

/* Puts "file:line: " in front of the message that is there. */
enum es_status es_ini_fail_at(const struct es_ini *ini, const struct es_ini_entry *entry,
                              enum es_status status, struct es_context *ctx);

void es_ini_clear(struct es_ini *ini);

#endif
