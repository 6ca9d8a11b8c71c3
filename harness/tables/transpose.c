/* Moves cells and headings of a table into a new one. */
#include "harness/tables/transpose.h"

#include <stdlib.h>

/* The heading of a column that was row `row`: its words. */
static char *words_of(const struct es_table *t, size_t row, size_t words)
{
  struct es_text text = {0};
  for (size_t c = 0; c < words; c++)
    es_text_add(&text, "%s%s", c > 0 ? " " : "", t->cell[row * t->columns + c].text);
  return es_text_take(&text);
}

static char *measure_of(const struct es_table_column *column)
{
  struct es_text text = {0};
  es_text_add(&text, "%s%s", column->heading,
              column->arrow > 0   ? " ↑"
              : column->arrow < 0 ? " ↓"
                                  : "");
  return es_text_take(&text);
}

static enum es_status fill(struct es_table *to, struct es_table *from, size_t words,
                           struct es_context *ctx)
{
  to->column[0] = (struct es_table_column){
      .over = es_strdup("", ctx), .heading = es_strdup("", ctx), .align = ES_LEFT};
  for (size_t r = 0; r < from->rows; r++)
    to->column[1 + r] = (struct es_table_column){
        .over = es_strdup("", ctx), .heading = words_of(from, r, words), .align = ES_RIGHT};
  for (size_t c = 0; c < to->columns; c++)
    if (to->column[c].over == NULL || to->column[c].heading == NULL) return ES_NOMEM;
  for (size_t m = 0; m < to->rows; m++) {
    struct es_table_cell *line = &to->cell[m * to->columns];
    line[0] = (struct es_table_cell){.text = measure_of(&from->column[words + m]),
                                     .spread = es_strdup("", ctx)};
    if (line[0].text == NULL || line[0].spread == NULL) return ES_NOMEM;
    for (size_t r = 0; r < from->rows; r++) {
      struct es_table_cell *cell = &from->cell[r * from->columns + words + m];
      line[1 + r] = *cell;
      *cell = (struct es_table_cell){0};
    }
  }
  return ES_OK;
}

enum es_status es_table_transpose(struct es_table *t, struct es_context *ctx)
{
  size_t words = 0;
  while (words < t->columns && t->column[words].align == ES_LEFT) words++;
  struct es_table to = {.columns = 1 + t->rows, .rows = t->columns - words};
  to.column = es_alloc(to.columns, sizeof *to.column, ctx);
  to.cell = es_alloc(to.rows * to.columns, sizeof *to.cell, ctx);
  to.rule_before = es_alloc(to.rows, sizeof *to.rule_before, ctx);
  bool room = to.column != NULL && to.cell != NULL && to.rule_before != NULL;
  enum es_status status = room ? fill(&to, t, words, ctx) : ES_NOMEM;
  to.title = t->title;
  to.sentence = t->sentence;
  to.notes = t->notes;
  t->title = t->sentence = NULL;
  t->notes = (struct es_notes){0};
  es_table_clear(t);
  *t = to;
  if (status != ES_OK) es_table_clear(t);
  return status;
}
