/* Cells, footnotes and words of a table that is made line by line. */
#include "harness/tables/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/metric.h"
#include "harness/tables/shown.h"

enum es_status es_sheet_open(struct es_sheet *sheet, size_t columns, size_t rows)
{
  struct es_table *t = sheet->table;
  t->rows = rows;
  t->column = es_alloc(columns, sizeof *t->column, sheet->ctx);
  t->cell = es_alloc(rows * columns, sizeof *t->cell, sheet->ctx);
  t->rule_before = es_alloc(rows, sizeof *t->rule_before, sheet->ctx);
  return t->column && t->cell && t->rule_before ? ES_OK : ES_NOMEM;
}

enum es_status es_sheet_column(struct es_sheet *sheet, const char *over, const char *heading,
                               int drop, enum es_align align)
{
  struct es_table_column *column = &sheet->table->column[sheet->table->columns++];
  *column = (struct es_table_column){.over = es_strdup(over, sheet->ctx),
                                     .heading = es_strdup(heading, sheet->ctx),
                                     .drop = drop,
                                     .align = align};
  return column->over != NULL && column->heading != NULL ? ES_OK : ES_NOMEM;
}

enum es_status es_sheet_put(struct es_sheet *sheet, size_t row, size_t column, struct es_text *text,
                            struct es_text *spread)
{
  struct es_table_cell *cell = &sheet->table->cell[row * sheet->table->columns + column];
  *cell = (struct es_table_cell){.text = es_text_take(text), .spread = es_text_take(spread)};
  return cell->text != NULL && cell->spread != NULL
             ? ES_OK
             : es_fail(sheet->ctx, ES_NOMEM, "out of memory");
}

void es_sheet_footnote(struct es_sheet *sheet, struct es_text *text, const char *reason)
{
  struct es_context noting = {.notes = &sheet->reasons};
  es_note(&noting, "%s", reason);
  for (size_t i = 0; i < sheet->reasons.count; i++)
    if (strcmp(sheet->reasons.text[i], reason) == 0) {
      es_text_add(text, " ");
      es_show_superscript(text, i + 1);
    }
}

enum es_status es_sheet_close(struct es_sheet *sheet, const struct es_notes *warnings,
                              struct es_text *title, struct es_text *sentence)
{
  struct es_context noting = {.notes = &sheet->table->notes};
  for (size_t i = 0; i < sheet->reasons.count; i++) {
    struct es_text number = {0};
    es_show_superscript(&number, i + 1);
    es_note(&noting, "%s %s", es_text_get(&number), sheet->reasons.text[i]);
    es_text_clear(&number);
  }
  for (size_t i = 0; i < warnings->count; i++) es_note(&noting, "%s", warnings->text[i]);
  sheet->table->title = es_text_take(title);
  sheet->table->sentence = es_text_take(sentence);
  return sheet->table->title != NULL && sheet->table->sentence != NULL
             ? ES_OK
             : es_fail(sheet->ctx, ES_NOMEM, "out of memory");
}

const char *es_json_text(const json_t *row, const char *key)
{
  const char *text = json_string_value(json_object_get(row, key));
  return text != NULL ? text : "";
}

double es_json_number(const json_t *row, const char *key)
{
  const json_t *value = json_object_get(row, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* --- words in front --------------------------------------------------------------------------- */

static const char *const words[ES_SHEET_WORDS] = {"population", "scorer", "policy", "metric",
                                                  "group"};

static const json_t *first_of(const struct es_sheet *sheet, size_t line)
{
  return json_array_get(sheet->rows, line * sheet->stride);
}

static bool varies(const struct es_sheet *sheet, const char *key)
{
  const char *first = es_json_text(first_of(sheet, 0), key);
  size_t i;
  json_t *row;
  json_array_foreach(sheet->rows, i, row)
  {
    if (strcmp(es_json_text(row, key), first) != 0) return true;
  }
  return false;
}

/* Where everyone and the gaps of one attribute are all there is, the measure's name says which. */
static bool groups_matter(const struct es_sheet *sheet)
{
  const char *attribute = "";
  size_t i;
  json_t *row;
  json_array_foreach(sheet->rows, i, row)
  {
    const char *group = es_json_text(row, "group"), *of = es_json_text(row, "attribute");
    if (group[0] != '\0' && strcmp(group, "all") != 0) return true;
    if (of[0] != '\0' && attribute[0] != '\0' && strcmp(of, attribute) != 0) return true;
    if (of[0] != '\0') attribute = of;
  }
  return false;
}

enum es_status es_sheet_words(struct es_sheet *sheet, struct es_text *title)
{
  for (enum es_sheet_word w = 0; w < ES_SHEET_WORDS; w++) {
    bool metric = w == ES_SHEET_METRIC, group = w == ES_SHEET_GROUP;
    const char *same = es_json_text(first_of(sheet, 0), words[w]);
    sheet->shown[w] = metric || (group ? groups_matter(sheet) : varies(sheet, words[w]));
    if (sheet->shown[w])
      ES_TRY(es_sheet_column(sheet, "", metric ? "measure" : words[w], 0, ES_LEFT));
    else if (!group && same[0] != '\0')
      es_text_add(title, ", %s", same);
  }
  return ES_OK;
}

/* Whether the line begins like the one above it, up to and with word w. */
static bool repeats(const struct es_sheet *sheet, size_t line, enum es_sheet_word w)
{
  if (sheet->sorted || line == 0) return false;
  for (enum es_sheet_word k = 0; k <= w; k++)
    if (strcmp(es_json_text(first_of(sheet, line), words[k]),
               es_json_text(first_of(sheet, line - 1), words[k])) != 0)
      return false;
  return true;
}

/* "parity gap ↓": a metric's label, and where its better values are. */
static void show_metric(struct es_text *text, const char *metric)
{
  struct es_metric_words said;
  bool known = es_metric_look_up(metric, &said);
  int direction = known ? said.direction : 0;
  es_text_add(text, "%s%s", known ? said.label : metric,
              direction > 0   ? " ↑"
              : direction < 0 ? " ↓"
                              : "");
}

enum es_status es_sheet_put_words(struct es_sheet *sheet, size_t line, size_t *column)
{
  const json_t *row = first_of(sheet, line);
  for (enum es_sheet_word w = 0; w < ES_SHEET_WORDS; w++) {
    const char *word = es_json_text(row, words[w]);
    struct es_text text = {0}, none = {0};
    if (!sheet->shown[w]) continue;
    bool again = w < ES_SHEET_METRIC && repeats(sheet, line, w);
    if (w == ES_SHEET_METRIC)
      show_metric(&text, word);
    else if (w == ES_SHEET_GROUP && word[0] == '\0')
      es_text_add(&text, "%s", es_json_text(row, "attribute"));
    else if (!again)
      es_text_add(&text, "%s", word);
    if (w < ES_SHEET_METRIC && !again && !sheet->sorted) sheet->table->rule_before[line] = line > 0;
    ES_TRY(es_sheet_put(sheet, line, *column, &text, &none));
    sheet->table->cell[line * sheet->table->columns + (*column)++].repeated = again;
  }
  return ES_OK;
}
