/* CSV through libcsv, fed one physical line at a time.
 *
 * libcsv (strict mode) splits fields and knows quoting; it counts no lines and bounds nothing.  So
 * lines are cut here, checked (length, NUL, UTF-8) and counted before it sees them, and a record is
 * kept until it is complete: a row with a field too few is called that, and not a bad number.
 *
 * A line without a quote, most of all lines, is split here in place, as libcsv would: it takes a
 * byte at a time through a state machine, ten times as long (docs/performance.md).
 *
 * A column whose kind is guessed is read as numbers.  When a cell is none, it holds levels; if
 * there were cells before it, whose texts are gone, the file is read a second time.
 */
#include "harness/data/csv.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "harness/base/text.h"

enum { LONGEST = 1 << 20, CHUNK = 1 << 18 };

/* What a column needs while it is read.
 *   next     the next column that the same field feeds, +1; 0: none
 *   guessed  the field, +1, whose numbers may yet turn out to be levels; 0: none
 *   slot     hash table of labels: index + 1, or 0; `slots` is a power of two */
struct state {
  const struct es_texts *missing;
  size_t next, guessed;
  uint32_t *slot;
  size_t slots;
};

/*   header, headers   the file's column names
 *   first[field]      the first column that it feeds, +1; 0: nobody wants it
 *   twin[field]       the earlier wanted field of the same name, +1; 0: none
 *   record, start     the kept fields of the record so far, and where each begins
 *   text              what the starts count from: the record, or a line that was split in place
 *   open              a record has begun on an earlier line: a quoted line break
 *   levels            [levels_count] fields that an earlier reading has found to be no numbers
 *   again             one was found that has had numbers before: read all of it again */
struct reading {
  struct es_csv *csv;
  const struct es_csv_request *request;
  struct es_context *ctx;
  enum es_status status;
  struct csv_parser parser;
  char separator, **header;
  size_t headers, *first, *twin;
  struct state *state;
  size_t room;
  struct es_text record;
  const char *text;
  size_t *start, starts, fields;
  uint64_t line, record_line;
  size_t record_size;
  bool open, ended, again, *levels;
  size_t levels_count;
};

const char *es_csv_shown(char buffer[ES_SHOWN_SIZE], const char *text)
{
  size_t size = strnlen(text, 41);
  bool cut = size > 40;
  if (cut)
    for (size = 40; size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80;) size--;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    buffer[i] = c < ' ' || c == 127 ? ' ' : text[i];
  }
  memcpy(buffer + size, cut ? "…" : "", cut ? sizeof "…" : 1);
  return buffer;
}

static bool is_missing(const char *cell, const struct es_texts *markers)
{
  for (size_t i = 0; markers != NULL && i < markers->count; i++)
    if (strcmp(cell, markers->at[i]) == 0) return true;
  return false;
}

/* --- labels ----------------------------------------------------------------------------------- */

static uint32_t hash(const char *text)
{
  uint32_t h = 2166136261u; /* FNV-1a */
  for (; *text != '\0'; text++) h = (h ^ (unsigned char)*text) * 16777619u;
  return h;
}

static enum es_status grow_labels(struct es_csv_column *column, struct state *state,
                                  struct es_context *ctx)
{
  size_t slots = state->slots > 0 ? 2 * state->slots : 64;
  char **label = realloc(column->label, slots / 2 * sizeof *label);
  if (label == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  column->label = label;
  uint32_t *slot = es_alloc(slots, sizeof *slot, ctx);
  if (slot == NULL) return ES_NOMEM;
  for (uint32_t i = 0; i < column->levels; i++) {
    size_t at = hash(label[i]) & (slots - 1);
    while (slot[at] != 0) at = (at + 1) & (slots - 1);
    slot[at] = i + 1;
  }
  free(state->slot);
  state->slot = slot;
  state->slots = slots;
  return ES_OK;
}

static enum es_status find_label(struct es_csv_column *column, struct state *state,
                                 const char *cell, uint32_t *level, struct es_context *ctx)
{
  if (2 * ((size_t)column->levels + 1) > state->slots) ES_TRY(grow_labels(column, state, ctx));
  size_t at = hash(cell) & (state->slots - 1);
  for (; state->slot[at] != 0; at = (at + 1) & (state->slots - 1))
    if (strcmp(column->label[state->slot[at] - 1], cell) == 0) {
      *level = state->slot[at] - 1;
      return ES_OK;
    }
  char *copy = es_strdup(cell, ctx);
  if (copy == NULL) return ES_NOMEM;
  column->label[column->levels++] = copy;
  state->slot[at] = column->levels;
  *level = column->levels - 1;
  return ES_OK;
}

struct ranked {
  char *label;
  uint32_t old;
};

static int by_label(const void *a, const void *b)
{
  return strcmp(((const struct ranked *)a)->label, ((const struct ranked *)b)->label);
}

/* From order of first appearance to strcmp order. */
static enum es_status sort_labels(struct es_csv_column *column, size_t rows, struct es_context *ctx)
{
  struct ranked *rank = es_alloc(column->levels, sizeof *rank, ctx);
  uint32_t *now = es_alloc(column->levels, sizeof *now, ctx);
  if (rank != NULL && now != NULL) {
    for (uint32_t i = 0; i < column->levels; i++) rank[i] = (struct ranked){column->label[i], i};
    qsort(rank, column->levels, sizeof *rank, by_label);
    for (uint32_t i = 0; i < column->levels; i++) {
      column->label[i] = rank[i].label;
      now[rank[i].old] = i;
    }
    for (size_t i = 0; i < rows; i++)
      if (column->seen[i]) column->level[i] = now[column->level[i]];
  }
  bool done = rank != NULL && now != NULL;
  free(rank);
  free(now);
  return done ? ES_OK : ES_NOMEM;
}

static void drop_labels(struct es_csv_column *column)
{
  for (uint32_t i = 0; i < column->levels; i++) free(column->label[i]);
  free(column->label);
  free(column->level);
  column->label = NULL;
  column->level = NULL;
  column->levels = 0;
}

/* --- the header ------------------------------------------------------------------------------- */

/* The names of the header, as many as a message has room for. */
static void list_header(const struct reading *r, struct es_text *out)
{
  char shown[ES_SHOWN_SIZE];
  for (size_t i = 0; i < r->headers; i++) {
    if (out->size > 500) {
      es_text_add(out, ", …");
      return;
    }
    es_text_add(out, "%s%s", i > 0 ? ", " : "", es_csv_shown(shown, r->header[i]));
  }
}

static enum es_status no_column(struct reading *r, const char *name)
{
  char shown[ES_SHOWN_SIZE], meant[ES_SHOWN_SIZE];
  const char *file = r->csv->name;
  bool semicolon = r->headers == 1 && strchr(r->header[0], ';') != NULL;
  bool tab = r->headers == 1 && strchr(r->header[0], '\t') != NULL;
  bool comma = r->headers == 1 && strchr(r->header[0], ',') != NULL;
  if (semicolon || tab || comma)
    return es_fail(r->ctx, ES_INPUT,
                   "%s:%llu: there is no column \"%s\", only one field: is the "
                   "separator a %s?",
                   file, (unsigned long long)r->record_line, es_csv_shown(shown, name),
                   semicolon ? "semicolon"
                   : tab     ? "tab"
                             : "comma");
  const char *near = es_nearest(name, (const char *const *)r->header, r->headers);
  struct es_text list = {0}, mend = {0};
  list_header(r, &list);
  if (near != NULL) es_text_add(&mend, "did you mean \"%s\"? ", es_csv_shown(meant, near));
  double x;
  for (size_t i = 0; near == NULL && mend.size == 0 && i < r->headers; i++)
    if (es_parse_double(r->header[i], &x)) es_text_add(&mend, "the first line must name them ");
  es_fail(r->ctx, ES_INPUT, "%s:%llu: there is no column \"%s\"; %s(columns: %s)", file,
          (unsigned long long)r->record_line, es_csv_shown(shown, name), es_text_get(&mend),
          es_text_get(&list));
  es_text_clear(&list);
  es_text_clear(&mend);
  return ES_INPUT;
}

/* Makes column k out of header field `field`. */
static enum es_status begin_column(struct reading *r, size_t field, enum es_csv_kind kind,
                                   const struct es_texts *missing)
{
  size_t k = r->csv->columns++, guessed = kind == ES_CSV_GUESS ? field + 1 : 0;
  if (kind == ES_CSV_GUESS) kind = r->levels[field] ? ES_CSV_LEVELS : ES_CSV_NUMBER;
  r->csv->column[k] =
      (struct es_csv_column){.kind = kind, .name = es_strdup(r->header[field], r->ctx)};
  r->state[k] = (struct state){.missing = missing, .next = r->first[field], .guessed = guessed};
  r->first[field] = k + 1;
  return r->csv->column[k].name != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status begin_want(struct reading *r, const struct es_csv_want *want)
{
  size_t found = r->headers;
  for (size_t field = r->headers; field-- > 0;)
    if (strcmp(r->header[field], want->name) == 0) {
      if (found < r->headers) r->twin[found] = field + 1;
      found = field;
    }
  if (found == r->headers) return no_column(r, want->name);
  return begin_column(r, found, want->kind, want->missing);
}

/* The header is complete: who wants which field?  An unnamed first column (row numbers, as R and
 * pandas write them) is let through. */
static enum es_status take_header(struct reading *r)
{
  const struct es_csv_request *request = r->request;
  r->headers = r->fields;
  size_t most = request->wants + r->headers;
  r->header = es_alloc(r->headers, sizeof *r->header, r->ctx);
  r->first = es_alloc(r->headers, sizeof *r->first, r->ctx);
  r->twin = es_alloc(r->headers, sizeof *r->twin, r->ctx);
  r->state = es_alloc(most, sizeof *r->state, r->ctx);
  r->csv->column = es_alloc(most, sizeof *r->csv->column, r->ctx);
  if (!r->header || !r->first || !r->twin || !r->state || !r->csv->column) return ES_NOMEM;
  for (size_t i = 0; i < r->headers; i++)
    if ((r->header[i] = es_strdup(r->text + r->start[i], r->ctx)) == NULL) return ES_NOMEM;
  if (r->levels_count < r->headers) {
    free(r->levels);
    if ((r->levels = es_alloc(r->headers, sizeof *r->levels, r->ctx)) == NULL) return ES_NOMEM;
    r->levels_count = r->headers;
  }
  for (size_t i = 0; i < r->headers; i++)
    if (r->header[i][0] == '\0' && (i > 0 || r->headers == 1))
      return es_fail(r->ctx, ES_INPUT,
                     "%s:%llu: field %zu of the header has no name; the first "
                     "line must name the columns",
                     r->csv->name, (unsigned long long)r->record_line, i + 1);
  for (size_t k = 0; k < request->wants; k++) ES_TRY(begin_want(r, &request->want[k]));
  for (size_t i = 0; request->others == ES_CSV_GUESS && i < r->headers; i++)
    if (r->first[i] == 0 && r->header[i][0] != '\0') ES_TRY(begin_column(r, i, ES_CSV_GUESS, NULL));
  return ES_OK;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void *grow(void *array, size_t room, size_t size, bool *good)
{
  void *grown = *good ? realloc(array, room * size) : NULL;
  *good = grown != NULL;
  return *good ? grown : array;
}

static enum es_status more_room(struct reading *r)
{
  size_t room = r->room > 0 ? 2 * r->room : 1024;
  bool good = true;
  r->csv->line = grow(r->csv->line, room, sizeof *r->csv->line, &good);
  for (size_t k = 0; good && k < r->csv->columns; k++) {
    struct es_csv_column *column = &r->csv->column[k];
    column->seen = grow(column->seen, room, sizeof *column->seen, &good);
    if (column->kind == ES_CSV_NUMBER)
      column->number = grow(column->number, room, sizeof *column->number, &good);
    else
      column->level = grow(column->level, room, sizeof *column->level, &good);
  }
  if (!good) return es_fail(r->ctx, ES_NOMEM, "%s: out of memory at %zu rows", r->csv->name, room);
  r->room = room;
  return ES_OK;
}

/* Names after all. */
static enum es_status turn_to_levels(struct reading *r, size_t k)
{
  struct es_csv_column *column = &r->csv->column[k];
  column->kind = ES_CSV_LEVELS;
  free(column->number);
  column->number = NULL;
  r->levels[r->state[k].guessed - 1] = true;
  r->again |= memchr(column->seen, true, r->csv->rows) != NULL;
  column->level = es_alloc(r->room, sizeof *column->level, r->ctx);
  return column->level != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status store(struct reading *r, size_t k, const char *cell)
{
  struct es_csv_column *column = &r->csv->column[k];
  size_t row = r->csv->rows;
  bool seen = cell[0] != '\0' && !is_missing(cell, r->state[k].missing) &&
              !is_missing(cell, r->request->missing);
  column->seen[row] = seen;
  if (column->kind == ES_CSV_NUMBER) {
    column->number[row] = (double)NAN;
    if (!seen || es_parse_double(cell, &column->number[row])) return ES_OK;
  }
  if (column->kind == ES_CSV_NUMBER && r->state[k].guessed != 0) ES_TRY(turn_to_levels(r, k));
  if (column->kind == ES_CSV_NUMBER) {
    char name[ES_SHOWN_SIZE], shown[ES_SHOWN_SIZE];
    return es_fail(r->ctx, ES_INPUT,
                   "%s:%llu: column \"%s\": \"%s\" is not a number; if it stands "
                   "for a missing value, add it to missing",
                   r->csv->name, (unsigned long long)r->record_line,
                   es_csv_shown(name, column->name), es_csv_shown(shown, cell));
  }
  column->level[row] = 0;
  return seen ? find_label(column, &r->state[k], cell, &column->level[row], r->ctx) : ES_OK;
}

static enum es_status take_row(struct reading *r)
{
  if (r->fields != r->headers)
    return es_fail(r->ctx, ES_INPUT,
                   "%s:%llu: %zu field%s where the header has %zu; is a separator "
                   "missing or a text with one not quoted?",
                   r->csv->name, (unsigned long long)r->record_line, r->fields,
                   r->fields == 1 ? "" : "s", r->headers);
  if (r->csv->rows == r->room) ES_TRY(more_room(r));
  r->csv->line[r->csv->rows] = r->record_line;
  for (size_t i = 0; i < r->headers; i++) {
    const char *cell = r->text + r->start[i];
    char shown[ES_SHOWN_SIZE];
    if (r->twin[i] != 0 && strcmp(cell, r->text + r->start[r->twin[i] - 1]) != 0)
      return es_fail(r->ctx, ES_INPUT,
                     "%s:%llu: column \"%s\" is there twice, and here the two "
                     "differ; rename one",
                     r->csv->name, (unsigned long long)r->record_line,
                     es_csv_shown(shown, r->header[i]));
    for (size_t k = r->first[i]; k != 0; k = r->state[k - 1].next) ES_TRY(store(r, k - 1, cell));
  }
  r->csv->rows++;
  return ES_OK;
}

/* libcsv's two callbacks. */
static void on_field(void *text, size_t size, void *data)
{
  struct reading *r = data;
  if (r->status != ES_OK) return;
  size_t field = r->fields++;
  bool header = r->header == NULL;
  if (!header && field >= r->headers) return; /* a ragged row: counted, not kept */
  if (header && field >= r->starts) {
    bool good = true;
    r->start = grow(r->start, 2 * r->starts + 64, sizeof *r->start, &good);
    if (!good) {
      r->status = es_fail(r->ctx, ES_NOMEM, "out of memory");
      return;
    }
    r->starts = 2 * r->starts + 64;
  }
  r->start[field] = r->record.size;
  if (header || r->first[field] != 0 || r->twin[field] != 0)
    es_text_bytes(&r->record, text, size + 1); /* with its NUL */
  if (r->record.failed) r->status = es_fail(r->ctx, ES_NOMEM, "out of memory");
}

static void on_record(int end, void *data)
{
  (void)end;
  struct reading *r = data;
  if (r->text == NULL) r->text = r->record.at;
  if (r->status == ES_OK) r->status = r->header == NULL ? take_header(r) : take_row(r);
  r->text = NULL;
  r->ended = true;
  r->fields = 0;
  r->record.size = 0;
}

/* --- lines ------------------------------------------------------------------------------------ */

static enum es_status fail_line(struct reading *r, uint64_t line, const char *what)
{
  return es_fail(r->ctx, ES_INPUT, "%s:%llu: %s", r->csv->name, (unsigned long long)line, what);
}

static enum es_status unclosed(struct reading *r)
{
  return es_fail(r->ctx, ES_INPUT,
                 "%s:%llu: the quote that opens field %zu of this record is never "
                 "closed; close it, or double it to mean a quote",
                 r->csv->name, (unsigned long long)r->record_line, r->fields + 1);
}

static bool is_blank(const char *line, size_t size)
{
  for (size_t i = 0; i < size; i++)
    if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n') return false;
  return true;
}

static bool is_padding(char c, char separator) { return (c == ' ' || c == '\t') && c != separator; }

/* A line without quotes.  Fields are ended where they stand, and begin and end with no blank. */
static void split(struct reading *r, char *line, size_t size)
{
  char separator = r->separator, *at = line, *end = line + size;
  while (end > at && (end[-1] == '\n' || end[-1] == '\r')) end--;
  while (at < end && is_padding(*at, separator)) at++;
  if (at == end) return; /* a blank line is none */
  for (bool more = true; more; at++) {
    char *stop = memchr(at, separator, (size_t)(end - at));
    more = stop != NULL;
    if (!more) stop = end;
    char *last = stop;
    while (at < last && is_padding(*at, separator)) at++;
    while (last > at && is_padding(last[-1], separator)) last--;
    *last = '\0';
    if (r->fields < r->headers) r->start[r->fields] = (size_t)(at - line);
    r->fields++;
    at = stop;
  }
  r->text = line;
  on_record(0, r);
}

/* libcsv takes the line. */
static enum es_status parse(struct reading *r, const char *line, size_t size)
{
  if (csv_parse(&r->parser, line, size, on_field, on_record, r) == size) return ES_OK;
  if (csv_error(&r->parser) != CSV_EPARSE) return es_fail(r->ctx, ES_NOMEM, "out of memory");
  return es_fail(r->ctx, ES_INPUT,
                 "%s:%llu: bad quoting in field %zu; put the whole field in "
                 "quotes and double each quote inside it",
                 r->csv->name, (unsigned long long)r->line, r->fields + 1);
}

/* The line's end is overwritten, and one byte behind it may be. */
static enum es_status feed(struct reading *r, char *line, size_t size)
{
  r->line++;
  size_t bad = 0;
  if (memchr(line, '\0', size) != NULL)
    return fail_line(r, r->line, "holds a NUL byte; save the file as UTF-8 text");
  if (!es_is_utf8(line, size, &bad))
    return es_fail(r->ctx, ES_INPUT, "%s:%llu: byte %zu is not UTF-8; save the file as UTF-8 text",
                   r->csv->name, (unsigned long long)r->line, bad + 1);
  if (!r->open) {
    r->record_line = r->line;
    r->record_size = 0;
  }
  r->record_size += size;
  if (r->record_size > LONGEST) return unclosed(r);
  r->ended = false;
  bool blank = is_blank(line, size);
  if (r->header != NULL && !r->open && memchr(line, '"', size) == NULL)
    split(r, line, size);
  else
    ES_TRY(parse(r, line, size));
  if (r->ended)
    r->open = false;
  else if (!blank)
    r->open = true;
  return r->status;
}

/* Where the line that begins at `at` ends: after LF, CRLF or a lone CR.  NULL: not in the buffer.
 * `newline` remembers the next LF, so that a file with CR alone is not searched again and again. */
static const char *line_end(const char *at, const char *end, const char **newline, bool last)
{
  if (*newline == NULL || *newline < at) {
    *newline = memchr(at, '\n', (size_t)(end - at));
    if (*newline == NULL) *newline = end;
  }
  const char *stop = *newline;
  const char *cr = memchr(at, '\r', (size_t)(stop - at));
  if (cr != NULL && cr + 1 < stop) return cr + 1;
  if (cr != NULL && cr + 1 == end && !last) return NULL; /* its LF may follow */
  if (stop < end) return stop + 1;
  return last && at < end ? end : NULL;
}

/* Feeds the complete lines of the buffer; returns how many bytes they took. */
static enum es_status feed_lines(struct reading *r, char *buffer, size_t held, bool last,
                                 size_t *used)
{
  const char *at = buffer, *end = buffer + held, *newline = NULL, *stop;
  if (r->line == 0 && held >= 3 && memcmp(buffer, "\xEF\xBB\xBF", 3) == 0) at += 3;
  while (at < end && (stop = line_end(at, end, &newline, last)) != NULL) {
    if (stop - at > LONGEST) break;
    ES_TRY(feed(r, buffer + (at - buffer), (size_t)(stop - at)));
    at = stop;
  }
  if (end - at > LONGEST)
    return fail_line(r, r->line + 1, "a line of over 1 MiB: is this a CSV file?");
  *used = (size_t)(at - buffer);
  return ES_OK;
}

static enum es_status pump(struct reading *r, FILE *file, uint64_t total)
{
  const size_t room = LONGEST + CHUNK;
  char *buffer = es_alloc(room + 1, 1, r->ctx);
  if (buffer == NULL) return ES_NOMEM;
  enum es_status status = ES_OK;
  size_t held = 0;
  uint64_t done = 0;
  for (bool last = false; !last && status == ES_OK;) {
    size_t got = fread(buffer + held, 1, room - held, file);
    last = got < room - held;
    if (last && ferror(file)) {
      status = es_fail(r->ctx, ES_INPUT, "%s: cannot read: %s", r->csv->name, strerror(errno));
      break;
    }
    held += got;
    done += got;
    size_t used = 0;
    status = feed_lines(r, buffer, held, last, &used);
    held -= used;
    if (used > 0) memmove(buffer, buffer + used, held);
    if (r->ctx->reading != NULL) r->ctx->reading(r->ctx->reading_data, done, total);
  }
  free(buffer);
  if (status == ES_OK && csv_fini(&r->parser, on_field, on_record, r) != 0) status = unclosed(r);
  return status != ES_OK ? status : r->status;
}

/* Reads the file once, from its beginning. */
static enum es_status read_once(struct reading *r, FILE *file, uint64_t total)
{
  const char *name = r->csv->name;
  const struct es_csv_request *request = r->request;
  if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) return ES_NOMEM;
  r->separator = request->separator != '\0' ? request->separator : ',';
  csv_set_delim(&r->parser, (unsigned char)r->separator);
  enum es_status status = pump(r, file, total);
  csv_free(&r->parser);
  if (status == ES_OK && r->header == NULL)
    status =
        es_fail(r->ctx, ES_INPUT, "%s: the file is empty; give one with a header and rows", name);
  if (status == ES_OK && r->csv->rows == 0)
    status = es_fail(r->ctx, ES_INPUT, "%s:%llu: a header and no rows; is the first line a header?",
                     name, (unsigned long long)r->record_line);
  for (size_t k = 0; status == ES_OK && !r->again && k < r->csv->columns; k++)
    if (r->csv->column[k].kind == ES_CSV_LEVELS)
      status = sort_labels(&r->csv->column[k], r->csv->rows, r->ctx);
  return status;
}

/* All but what the next reading is to know: the levels found. */
static void forget(struct reading *r)
{
  for (size_t k = 0; r->state != NULL && k < r->csv->columns; k++) free(r->state[k].slot);
  for (size_t i = 0; r->header != NULL && i < r->headers; i++) free(r->header[i]);
  free(r->header);
  free(r->first);
  free(r->twin);
  free(r->state);
  free(r->start);
  es_text_clear(&r->record);
}

/* What cannot be read twice is copied first. */
static enum es_status open_file(FILE **file, uint64_t *total, const char *path,
                                struct es_context *ctx)
{
  struct stat there;
  if ((*file = fopen(path, "rb")) == NULL || fstat(fileno(*file), &there) != 0)
    return es_fail(ctx, ES_INPUT, "%s: cannot open: %s", path, strerror(errno));
  if (S_ISDIR(there.st_mode))
    return es_fail(ctx, ES_INPUT, "%s: is a directory; give a CSV file in it", path);
  *total = S_ISREG(there.st_mode) ? (uint64_t)there.st_size : 0;
  if (S_ISREG(there.st_mode)) return ES_OK;
  FILE *copy = tmpfile(), *from = *file;
  char some[4096];
  for (size_t got; copy != NULL && (got = fread(some, 1, sizeof some, from)) > 0;)
    if (fwrite(some, 1, got, copy) != got) break;
  bool failed = copy == NULL || ferror(from) || fflush(copy) != 0 || ferror(copy);
  int error = errno;
  fclose(from);
  *file = copy;
  if (failed) return es_fail(ctx, ES_INPUT, "%s: cannot read: %s", path, strerror(error));
  rewind(copy);
  return ES_OK;
}

enum es_status es_csv_read(struct es_csv *csv, const char *path,
                           const struct es_csv_request *request, struct es_context *ctx)
{
  struct reading r = {.again = true};
  FILE *file = NULL;
  uint64_t total = 0;
  *csv = (struct es_csv){0};
  enum es_status status = open_file(&file, &total, path, ctx);
  while (status == ES_OK && r.again) {
    es_csv_clear(csv);
    *csv = (struct es_csv){.name = es_strdup(path, ctx)};
    r = (struct reading){.csv = csv,
                         .request = request,
                         .ctx = ctx,
                         .levels = r.levels,
                         .levels_count = r.levels_count};
    rewind(file);
    status = csv->name != NULL ? read_once(&r, file, total) : ES_NOMEM;
    forget(&r);
  }
  if (file != NULL) fclose(file);
  free(r.levels);
  if (status != ES_OK) es_csv_clear(csv);
  return status;
}

void es_csv_clear(struct es_csv *csv)
{
  for (size_t k = 0; k < csv->columns; k++) {
    struct es_csv_column *column = &csv->column[k];
    drop_labels(column);
    free(column->number);
    free(column->seen);
    free(column->name);
  }
  free(csv->column);
  free(csv->line);
  free(csv->name);
  *csv = (struct es_csv){0};
}
