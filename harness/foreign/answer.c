/* The two directions of what a program and this one say to each other. */
#include "harness/foreign/answer.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 20 };

static void add_cell(struct es_text *text, const char *cell)
{
  if (cell[strcspn(cell, ",\"\r\n")] == '\0') {
    es_text_bytes(text, cell, strlen(cell));
    return;
  }
  es_text_bytes(text, "\"", 1);
  for (; *cell != '\0'; cell++)
    es_text_bytes(text, *cell == '"' ? "\"\"" : cell, *cell == '"' ? 2 : 1);
  es_text_bytes(text, "\"", 1);
}

static void add_number(struct es_text *text, double x)
{
  char number[ES_NUMBER_SIZE];
  if (x == rint(x) && fabs(x) < 1e15)
    snprintf(number, sizeof number, "%.0f", x == 0 ? 0 : x);
  else
    es_number(number, x);
  es_text_bytes(text, number, strlen(number));
}

static enum es_status add_header(struct es_text *text, const struct es_frame *frame, bool training,
                                 struct es_context *ctx)
{
  if (training) es_text_add(text, "outcome,weight%s", frame->columns > 0 ? "," : "");
  for (size_t c = 0; c < frame->columns; c++) {
    const char *name = frame->column[c].name;
    if (strcmp(name, "outcome") == 0 || strcmp(name, "weight") == 0)
      return es_fail(ctx, ES_DEGENERATE,
                     "these people have a column called %s, as the training file has; rename it",
                     name);
    if (c > 0) es_text_bytes(text, ",", 1);
    add_cell(text, name);
  }
  es_text_bytes(text, "\n", 1);
  return ES_OK;
}

/* An empty line would not be seen: of a single column, what is not seen is a quoted nothing. */
static void add_person(struct es_text *text, const struct es_frame *frame,
                       const struct es_training *training, size_t i)
{
  if (training != NULL) {
    es_text_bytes(text, training->outcome[i] ? "1," : "0,", 2);
    add_number(text, training->weight != NULL ? training->weight[i] : 1);
    if (frame->columns > 0) es_text_bytes(text, ",", 1);
  }
  for (size_t c = 0; c < frame->columns; c++) {
    const struct es_column *column = &frame->column[c];
    if (c > 0) es_text_bytes(text, ",", 1);
    if (!es_seen(frame, c, i)) {
      if (frame->columns == 1 && training == NULL) es_text_add(text, "\"\"");
      continue;
    }
    double x = frame->value[c][i];
    if (column->kind == ES_LEVELS && column->level != NULL && x >= 0 && x < column->levels)
      add_cell(text, column->level[(size_t)x]);
    else
      add_number(text, x);
  }
  es_text_bytes(text, "\n", 1);
}

static enum es_status flush(int file, struct es_text *text, struct es_context *ctx)
{
  if (text->failed) return es_fail(ctx, ES_NOMEM, "out of memory");
  for (size_t done = 0; done < text->size;) {
    ssize_t wrote = write(file, text->at + done, text->size - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0)
      return es_fail(ctx, ES_IO, "cannot write a temporary file: %s", strerror(errno));
    done += (size_t)wrote;
  }
  text->size = 0;
  return ES_OK;
}

enum es_status es_people_write(int file, const struct es_frame *frame,
                               const struct es_training *training, struct es_context *ctx)
{
  struct es_text text = {0};
  enum es_status status = add_header(&text, frame, training != NULL, ctx);
  for (size_t i = 0; status == ES_OK && i < frame->people; i++) {
    add_person(&text, frame, training, i);
    if (text.size > PIECE) status = flush(file, &text, ctx);
  }
  if (status == ES_OK) status = flush(file, &text, ctx);
  es_text_clear(&text);
  return status;
}

/* One line without its end; false when it is neither a score nor a reason. */
static bool read_line(const char *line, size_t i, struct es_scores *out)
{
  static const struct {
    const char *word;
    enum es_unscorable why;
  } reasons[] = {{"", ES_DECLINED},
                 {"declined", ES_DECLINED},
                 {"no_record", ES_NO_RECORD},
                 {"thin_file", ES_THIN_FILE},
                 {"stale", ES_STALE}};
  for (size_t k = 0; k < ES_COUNT_OF(reasons); k++)
    if (strcmp(line, reasons[k].word) == 0) {
      es_unscorable(out, i, reasons[k].why);
      return true;
    }
  return es_parse_double(line, &out->value[i]);
}

enum es_status es_answer_read(const char *text, size_t size, size_t people, struct es_scores *out,
                              struct es_context *ctx)
{
  const char *at = text, *end = text + size;
  for (size_t i = 0; i < people; i++) {
    char line[64];
    if (at >= end)
      return es_fail(ctx, ES_BROKEN, "answered %zu lines for %zu people: line %zu is missing", i,
                     people, i + 1);
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (stop == NULL) stop = end;
    size_t length = (size_t)(stop - at);
    if (length > 0 && at[length - 1] == '\r') length--;
    size_t shown = length < sizeof line ? length : sizeof line - 1;
    memcpy(line, at, shown);
    line[shown] = '\0';
    if (length >= sizeof line || memchr(at, '\0', length) != NULL || !read_line(line, i, out)) {
      for (char *c = line; *c != '\0'; c++)
        if (*c < ' ' || *c > '~') *c = '?';
      return es_fail(ctx, ES_BROKEN,
                     "line %zu of its answer is \"%.40s\"; give a number, no_record, thin_file, "
                     "stale, declined, or nothing",
                     i + 1, line);
    }
    at = stop < end ? stop + 1 : end;
  }
  if (at < end)
    return es_fail(ctx, ES_BROKEN,
                   "answered more than %zu lines for %zu people: line %zu is too many", people,
                   people, people + 1);
  return ES_OK;
}
