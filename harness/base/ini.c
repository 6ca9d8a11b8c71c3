/* INI files through inih, with line numbers, comments and overrides.
 *
 * inih hands over neither line numbers nor comments, silently cuts long lines and section names,
 * and takes an indented line as the last value's continuation.  Its reader callback sees every line
 * first, so we count, check and keep the comment there.
 */
#include "harness/base/ini.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/embedded.h"
#include "harness/base/file.h"
#include "harness/base/text.h"

enum { LONGEST_LINE = 190, LONGEST_NAME = 48 }; /* inih: 200 and 50, with room for its ends */

struct reading {
  struct es_ini *ini;
  struct es_context *ctx;
  const char *at, *end;
  char comment[LONGEST_LINE + 1];
  int line, section_line;
  size_t section_start;
  enum es_status status;
};

static void keep_comment(struct reading *r, const char *line)
{
  const char *mark = strstr(line, " ;");
  r->comment[0] = '\0';
  if (mark == NULL) return;
  mark += 2 + strspn(mark + 2, " \t");
  size_t size = strcspn(mark, "\r\n");
  memcpy(r->comment, mark, size);
  r->comment[size] = '\0';
}

static bool check_line(struct reading *r, const char *line, size_t size)
{
  const char *text = line + strspn(line, " \t\r\n");
  const char *what = NULL;
  if (size > LONGEST_LINE)
    what = "line too long (190 bytes at the most)";
  else if (*text == '\0' || *text == ';' || *text == '#')
    return true;
  else if (*text == '[' && strchr(text, ']') == NULL)
    what = "a section wants its ]";
  else if (*text == '[' && strcspn(text, "]") > LONGEST_NAME)
    what = "section name too long";
  else if (*text != '[' && strchr(text, '=') == NULL)
    what = "give [section], key = value or ; comment";
  if (what == NULL) return true;
  r->status = es_fail(r->ctx, ES_INPUT, "%s:%d: %s", r->ini->name, r->line, what);
  return false;
}

/* inih does not tell of a section without keys, so it would be dropped in silence. */
static bool check_section(struct reading *r)
{
  if (r->status != ES_OK || r->section_line == 0 || r->ini->entries > r->section_start) return true;
  r->status = es_fail(r->ctx, ES_INPUT,
                      "%s:%d: this section is empty; give it a key = value or leave "
                      "it out",
                      r->ini->name, r->section_line);
  return false;
}

/* inih's reader: one line, without the blanks that would make it a continuation. */
static char *read_line(char *out, int room, void *data)
{
  struct reading *r = data;
  if (r->at == r->end || r->status != ES_OK) return NULL;
  const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
  size_t size = stop != NULL ? (size_t)(stop - r->at) : (size_t)(r->end - r->at);
  r->line++;
  while (size > 0 && (*r->at == ' ' || *r->at == '\t')) r->at++, size--;
  size_t kept = size < (size_t)room - 2 ? size : (size_t)room - 2;
  memcpy(out, r->at, kept);
  out[kept] = '\0';
  r->at = stop != NULL ? stop + 1 : r->end;
  if (!check_line(r, out, size)) return NULL;
  if (*out == '[') {
    if (!check_section(r)) return NULL;
    r->section_line = r->line;
    r->section_start = r->ini->entries;
  }
  keep_comment(r, out);
  out[kept] = '\n';
  out[kept + 1] = '\0';
  return out;
}

static enum es_status add(struct es_ini *ini, const char *section, const char *key,
                          const char *value, const char *comment, int line, struct es_context *ctx)
{
  struct es_ini_entry *grown = realloc(ini->entry, (ini->entries + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  ini->entry = grown;
  struct es_ini_entry entry = {.section = es_strdup(section, ctx),
                               .key = es_strdup(key, ctx),
                               .value = es_strdup(value, ctx),
                               .comment = es_strdup(comment, ctx),
                               .line = line};
  grown[ini->entries++] = entry;
  return entry.section && entry.key && entry.value && entry.comment ? ES_OK : ES_NOMEM;
}

enum es_status es_ini_add(struct es_ini *ini, const char *section, const char *key,
                          const char *value, int line, struct es_context *ctx)
{
  return add(ini, section, key, value, "", line, ctx);
}

static int take_entry(void *data, const char *section, const char *key, const char *value)
{
  struct reading *r = data;
  if (r->status == ES_OK) r->status = add(r->ini, section, key, value, r->comment, r->line, r->ctx);
  return r->status == ES_OK;
}

enum es_status es_ini_read(struct es_ini *ini, const char *name, const char *text, size_t size,
                           struct es_context *ctx)
{
  *ini = (struct es_ini){.name = es_strdup(name, ctx)};
  if (ini->name == NULL) return ES_NOMEM;
  size_t bad = 0;
  if (!es_is_utf8(text, size, &bad) || memchr(text, '\0', size) != NULL) {
    int line = 1;
    if (memchr(text, '\0', size) != NULL) bad = strlen(text);
    for (size_t i = 0; i < bad; i++) line += text[i] == '\n';
    es_ini_clear(ini);
    return es_fail(ctx, ES_INPUT, "%s:%d: not UTF-8 text", name, line);
  }
  if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, size -= 3;
  struct reading r = {.ini = ini, .ctx = ctx, .at = text, .end = text + size};
  int error = ini_parse_stream(read_line, &r, take_entry, &r);
  check_section(&r);
  if (r.status == ES_OK && error != 0)
    r.status = es_fail(ctx, ES_INPUT, "%s:%d: cannot be read as INI", name, error);
  if (r.status != ES_OK) es_ini_clear(ini);
  return r.status;
}

static enum es_status no_such(const char *kind, const char *name, struct es_context *ctx)
{
  const char *names[256];
  size_t count = 0;
  struct es_text list = {0};
  for (size_t i = 0; i < es_embedded_count && count < ES_COUNT_OF(names); i++) {
    if (strcmp(es_embedded[i].kind, kind) != 0) continue;
    es_text_add(&list, "%s%s", count > 0 ? ", " : "", es_embedded[i].name);
    names[count++] = es_embedded[i].name;
  }
  const char *near = es_nearest(name, names, count);
  if (near != NULL)
    es_fail(ctx, ES_INPUT, "there is no %s \"%s\"; did you mean \"%s\"?", kind, name, near);
  else
    es_fail(ctx, ES_INPUT, "there is no %s \"%s\"; there are: %s, or a file's path", kind, name,
            es_text_get(&list));
  es_text_clear(&list);
  return ES_INPUT;
}

enum es_status es_ini_open(struct es_ini *ini, const char *kind, const char *name,
                           struct es_context *ctx)
{
  size_t length = strlen(name);
  if (strchr(name, '/') != NULL || (length > 4 && strcmp(name + length - 4, ".ini") == 0)) {
    char *text;
    size_t size;
    ES_TRY(es_file_read(name, &text, &size, ctx));
    enum es_status status = es_ini_read(ini, name, text, size, ctx);
    free(text);
    return status;
  }
  const struct es_embedded *file = es_embedded_find(kind, name);
  if (file == NULL) return no_such(kind, name, ctx);
  struct es_text shown = {0};
  es_text_add(&shown, "%s.ini", name);
  enum es_status status =
      es_ini_read(ini, es_text_get(&shown), file->text, strlen(file->text), ctx);
  es_text_clear(&shown);
  return status;
}

enum es_status es_ini_include(struct es_ini *ini, const char *section, const char *kind,
                              const char *name, struct es_context *ctx)
{
  struct es_ini from;
  ES_TRY(es_ini_open(&from, kind, name, ctx));
  size_t old = ini->entries;
  enum es_status status = ES_OK;
  for (size_t i = 0; status == ES_OK && i < from.entries; i++) {
    const struct es_ini_entry *e = &from.entry[i];
    if (strcmp(e->section, section) != 0) {
      es_fail(ctx, ES_INPUT, "unknown section; there is [%s]", section);
      status = es_ini_fail_at(&from, e, ES_INPUT, ctx);
      break;
    }
    status = add(ini, e->section, e->key, e->value, e->comment, e->line, ctx);
    if (status == ES_OK && (ini->entry[ini->entries - 1].file = es_strdup(from.name, ctx)) == NULL)
      status = ES_NOMEM;
  }
  es_ini_clear(&from);
  size_t added = ini->entries - old;
  struct es_ini_entry *room = added > 0 ? es_alloc(added, sizeof *room, ctx) : NULL;
  if (room != NULL) {
    memcpy(room, ini->entry + old, added * sizeof *room);
    memmove(ini->entry + added, ini->entry, old * sizeof *room);
    memcpy(ini->entry, room, added * sizeof *room);
  } else if (added > 0) {
    status = ES_NOMEM;
  }
  free(room);
  return status;
}

static struct es_ini_entry *find(const struct es_ini *ini, const char *section, const char *key)
{
  for (size_t i = ini->entries; i-- > 0;) /* the last one counts */
    if (strcmp(ini->entry[i].section, section) == 0 && strcmp(ini->entry[i].key, key) == 0)
      return &ini->entry[i];
  return NULL;
}

const struct es_ini_entry *es_ini_find(const struct es_ini *ini, const char *section,
                                       const char *key)
{
  return find(ini, section, key);
}

const char *es_ini_get(const struct es_ini *ini, const char *section, const char *key)
{
  const struct es_ini_entry *entry = find(ini, section, key);
  return entry != NULL ? entry->value : NULL;
}

enum es_status es_ini_override(struct es_ini *ini, const char *section, const char *assignment,
                               struct es_context *ctx)
{
  const char *equal = strchr(assignment, '=');
  if (equal == NULL || equal == assignment)
    return es_fail(ctx, ES_INPUT, "--set %s: give key=value or \"section.key=value\"", assignment);
  ini->main = section;
  char *left = es_strdup(assignment, ctx);
  if (left == NULL) return ES_NOMEM;
  left[equal - assignment] = '\0';
  char *dot = strrchr(left, '.');
  if (dot != NULL) *dot = '\0';
  const char *key = dot != NULL ? dot + 1 : left;
  const char *where = dot != NULL ? left : section;
  struct es_ini_entry *entry = find(ini, where, key);
  enum es_status status = ES_OK;
  if (entry == NULL) {
    status = add(ini, where, key, equal + 1, "", 0, ctx);
  } else {
    char *value = es_strdup(equal + 1, ctx), *comment = es_strdup("set by the study", ctx);
    if (value == NULL || comment == NULL) {
      free(value);
      free(comment);
      status = ES_NOMEM;
    } else {
      free(entry->value);
      free(entry->comment);
      entry->value = value;
      entry->comment = comment;
      entry->line = 0;
    }
  }
  free(left);
  return status;
}

enum es_status es_ini_fail_at(const struct es_ini *ini, const struct es_ini_entry *entry,
                              enum es_status status, struct es_context *ctx)
{
  bool plain = ini->main != NULL && strcmp(entry->section, ini->main) == 0; /* as it was typed */
  if (entry->line == 0 && plain) return es_fail_at(ctx, status, "--set %s: ", entry->key);
  if (entry->line == 0)
    return es_fail_at(ctx, status, "--set \"%s.%s\": ", entry->section, entry->key);
  return es_fail_at(ctx, status, "%s:%d: [%s] ", entry->file != NULL ? entry->file : ini->name,
                    entry->line, entry->section);
}

enum es_status es_ini_options(const struct es_ini *ini, const char *section,
                              const struct es_option *table, void *block, struct es_context *ctx)
{
  for (size_t i = 0; i < ini->entries; i++) {
    const struct es_ini_entry *entry = &ini->entry[i];
    if (strcmp(entry->section, section) != 0) continue;
    enum es_status status = es_options_set(table, block, entry->key, entry->value, ctx);
    if (status != ES_OK) return es_ini_fail_at(ini, entry, status, ctx);
  }
  return ES_OK;
}

void es_ini_clear(struct es_ini *ini)
{
  for (size_t i = 0; i < ini->entries; i++) {
    struct es_ini_entry *entry = &ini->entry[i];
    free(entry->section);
    free(entry->key);
    free(entry->value);
    free(entry->comment);
    free(entry->file);
  }
  free(ini->entry);
  free(ini->name);
  *ini = (struct es_ini){0};
}
