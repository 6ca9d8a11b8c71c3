/* A score that is there already: a column of the people's records, as it stands.
 *
 * So scores that somebody else has made are decided upon by every policy and measured like any
 * other.  Where more of it speaks against a person its sign is turned.
 */
#include "scorers/scorer.h"

#include <string.h>

struct options {
  char *name;
};
static const struct es_option options_table[] = {
    ES_OPTION_TEXT(struct options, name, "", "COLUMN",
                   "the column (SOURCE.NAME where sources have names); empty: the first"),
    {0}};

/* Whether a column is called so, with its source or without. */
static bool is_called(const struct es_column *column, const char *name)
{
  size_t size = strlen(column->source);
  if (strcmp(column->name, name) == 0) return true;
  return size > 0 && strncmp(name, column->source, size) == 0 && name[size] == '.' &&
         strcmp(name + size + 1, column->name) == 0;
}

static enum es_status find(const struct es_frame *frame, const char *name, size_t *column,
                           struct es_context *ctx)
{
  const char *names[256];
  size_t known = 0;
  *column = 0;
  if (frame->columns == 0) return es_fail(ctx, ES_DEGENERATE, "these people have no columns");
  if (name[0] == '\0') return ES_OK;
  for (; *column < frame->columns; ++*column) {
    if (is_called(&frame->column[*column], name)) return ES_OK;
    if (known < ES_COUNT_OF(names)) names[known++] = frame->column[*column].name;
  }
  const char *near = es_nearest(name, names, known);
  return es_fail(ctx, ES_INPUT, "scorer column: name=%s: there is no such column; %s %s", name,
                 near != NULL ? "did you mean" : "the first is", near != NULL ? near : names[0]);
}

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state;
  size_t c;
  ES_TRY(find(frame, ((const struct options *)options)->name, &c, ctx));
  if (frame->column[c].kind == ES_LEVELS)
    return es_fail(ctx, ES_DEGENERATE, "column %s has levels in no order: they are no score",
                   frame->column[c].name);
  double sign = frame->column[c].direction < 0 ? -1 : 1;
  for (size_t i = 0; i < frame->people; i++) {
    if (es_seen(frame, c, i))
      out->value[i] = sign * frame->value[c][i];
    else
      es_unscorable(out, i, ES_NO_RECORD);
  }
  return ES_OK;
}

ES_SCORER(column) = {
    .api = ES_SCORER_API,
    .name = "column",
    .summary = "a score that is there already, in a column",
    .options = options_table,
    .options_size = sizeof(struct options),
    .score = score,
};
