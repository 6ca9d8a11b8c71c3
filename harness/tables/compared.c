/* The table of compare, after benchstat: old and new with their half-widths, how far it moved, and
 * ~ where nothing can be said; several files stand side by side, each against the first. */
#include "harness/tables/compared.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/tables/sheet.h"
#include "harness/tables/shown.h"

struct laying {
  struct es_sheet sheet;
  const json_t *files;
  size_t count; /* of files */
  double level;
};

static const json_t *row_at(const struct laying *l, size_t line, size_t file)
{
  return json_array_get(l->sheet.rows, line * l->count + file);
}

static bool is_ok(const json_t *row)
{
  return strncmp(es_json_text(row, "status"), "undefined", 9) != 0;
}

static double half_of(const json_t *row, const char *low, const char *high)
{
  double half = (es_json_number(row, high) - es_json_number(row, low)) / 2;
  return half > 0 ? half : 0;
}

/* --- columns ---------------------------------------------------------------------------------- */

static enum es_status add_columns(struct laying *l, struct es_text *title)
{
  struct es_sheet *sheet = &l->sheet;
  ES_TRY(es_sheet_words(sheet, title));
  for (size_t f = 0; f < l->count; f++) {
    const char *name = json_string_value(json_array_get(l->files, f));
    bool two = l->count == 2;
    ES_TRY(es_sheet_column(sheet, two ? "" : name, two ? name : "value", 0, ES_RIGHT));
    if (f == 0) continue;
    ES_TRY(es_sheet_column(sheet, two ? "" : name, "change", 0, ES_RIGHT));
    if (two) ES_TRY(es_sheet_column(sheet, "", "p", 0, ES_RIGHT));
  }
  if (l->count == 2) ES_TRY(es_sheet_column(sheet, "", "is", 1, ES_LEFT));
  return es_sheet_column(sheet, "", "n", 2, ES_RIGHT);
}

/* --- cells ------------------------------------------------------------------------------------ */

/* The decimals that every number of the line has: those of its narrowest half-width. */
static int decimals_of(const struct laying *l, size_t line)
{
  int decimals = 4;
  double least = INFINITY, largest = 0;
  for (size_t f = 0; f < l->count; f++) {
    const json_t *row = row_at(l, line, f);
    double halves[] = {half_of(row, "low", "high"), half_of(row, "change_low", "change_high")};
    for (size_t k = 0; k < 2; k++)
      if (halves[k] > 0) least = fmin(least, halves[k]);
    if (is_ok(row)) largest = fmax(largest, fabs(es_json_number(row, "value")));
  }
  if (isfinite(least)) decimals = es_decimals_for_one(least);
  int most = es_most_decimals(largest);
  return decimals < most ? decimals : most;
}

static void show_value(struct laying *l, const json_t *row, int decimals, struct es_text *text,
                       struct es_text *spread)
{
  double value = es_json_number(row, "value"), half = half_of(row, "low", "high");
  if (isnan(value)) {
    es_text_add(text, "undefined");
    es_sheet_footnote(&l->sheet, text, es_json_text(row, "status"));
    return;
  }
  char number[ES_NUMBER_SIZE];
  if (isfinite(es_json_number(row, "low"))) {
    es_show_value(text, value, decimals);
    es_show_half(spread, half, decimals);
  } else {
    es_text_add(text, "%s", es_number_short(number, value));
  }
}

/* Whether a change is told from chance. */
static bool is_told(const struct laying *l, const json_t *row)
{
  return es_json_number(row, "p_adjusted") < l->level;
}

static void show_change(struct laying *l, const json_t *row, int decimals, struct es_text *text,
                        struct es_text *spread)
{
  double change = es_json_number(row, "change"), half = half_of(row, "change_low", "change_high");
  if (isnan(change)) {
    es_text_add(text, "–");
  } else if (change == 0 && isfinite(es_json_number(row, "change_low")) && half == 0) {
    es_text_add(text, "=");
  } else if (isnan(es_json_number(row, "p"))) {
    es_text_add(text, "?");
    es_sheet_footnote(&l->sheet, text, es_json_text(row, "status"));
  } else if (!is_told(l, row)) {
    es_text_add(text, "~");
    es_show_half(spread, half, decimals);
  } else {
    if (change > 0) es_text_add(text, "+");
    es_show_value(text, change, decimals);
    es_show_half(spread, half, decimals);
  }
}

static void show_p(const json_t *row, struct es_text *text)
{
  double p = es_json_number(row, "p_adjusted");
  if (isnan(p))
    es_text_add(text, "–");
  else if (p < 0.001)
    es_text_add(text, "<0.001");
  else
    es_text_add(text, "%.3f", p);
}

static const char *better_or_worse(const struct laying *l, const json_t *row)
{
  double better = es_json_number(row, "change") * es_json_number(row, "direction");
  if (!is_told(l, row) || better == 0) return "";
  return better > 0 ? "better" : "worse";
}

static void show_people(struct es_text *text, const json_t *first, const json_t *last)
{
  double a = es_json_number(first, "n"), b = es_json_number(last, "n");
  es_show_grouped(text, a, 0);
  if (a == b) return;
  es_text_add(text, " → ");
  es_show_grouped(text, b, 0);
}

static enum es_status put(struct laying *l, size_t line, size_t *column, struct es_text *text,
                          struct es_text *spread)
{
  return es_sheet_put(&l->sheet, line, (*column)++, text, spread);
}

static enum es_status fill_line(struct laying *l, size_t line)
{
  size_t column = 0;
  int decimals = decimals_of(l, line);
  struct es_text text = {0}, spread = {0};
  ES_TRY(es_sheet_put_words(&l->sheet, line, &column));
  for (size_t f = 0; f < l->count; f++) {
    const json_t *row = row_at(l, line, f);
    show_value(l, row, decimals, &text, &spread);
    ES_TRY(put(l, line, &column, &text, &spread));
    if (f == 0) continue;
    show_change(l, row, decimals, &text, &spread);
    ES_TRY(put(l, line, &column, &text, &spread));
    if (l->count > 2) continue;
    show_p(row, &text);
    ES_TRY(put(l, line, &column, &text, &spread));
    es_text_add(&text, "%s", better_or_worse(l, row));
    ES_TRY(put(l, line, &column, &text, &spread));
  }
  show_people(&text, row_at(l, line, 0), row_at(l, line, l->count - 1));
  return put(l, line, &column, &text, &spread);
}

/* --- words around ----------------------------------------------------------------------------- */

static void say(const struct laying *l, struct es_text *out)
{
  size_t better = 0, worse = 0, told = 0, moved = 0, i;
  json_t *row;
  json_array_foreach(l->sheet.rows, i, row)
  {
    const char *word = better_or_worse(l, row);
    double change = es_json_number(row, "change");
    moved += isfinite(change) && change != 0 ? 1 : 0;
    told += is_told(l, row);
    better += word[0] == 'b';
    worse += word[0] == 'w';
  }
  if (moved == 0)
    es_text_add(out, "Nothing moved.");
  else
    es_text_add(out,
                "Of %zu number%s that moved, %zu moved by more than chance: %zu for the better, "
                "%zu for the worse.",
                moved, moved == 1 ? "" : "s", told, better, worse);
}

static void note_reading(struct laying *l, struct es_notes *notes)
{
  static const struct {
    const char *method, *words;
  } methods[] = {{"paired_by_seed", "paired by seed (Student)"},
                 {"welch", "unpaired replicates (Welch)"},
                 {"unpaired", "unpaired (errors added in squares)"},
                 {"same", "the same people and numbers"}};
  struct es_context noting = {.notes = notes};
  struct es_text used = {0};
  size_t family = 0, i;
  json_t *row;
  json_array_foreach(l->sheet.rows, i, row) family += isfinite(es_json_number(row, "p")) ? 1 : 0;
  for (size_t m = 0; m < ES_COUNT_OF(methods); m++) {
    bool any = false;
    json_array_foreach(l->sheet.rows, i, row)
    {
      any |= strcmp(es_json_text(row, "method"), methods[m].method) == 0;
    }
    if (any) es_text_add(&used, "%s%s", used.size > 0 ? ", " : "", methods[m].words);
  }
  es_note(&noting, "± is half of the interval: of a value as it was made, of a change at %g%%: %s",
          100 * (1 - l->level), es_text_get(&used));
  es_note(&noting,
          "~ not told from chance; = the same; p by Holm over a family of %zu, told below "
          "%g; ↑ more is better, ↓ less",
          family, l->level);
  es_text_clear(&used);
}

static enum es_status lay_out(struct laying *l, const struct es_results *results)
{
  struct es_text title = {0}, files = {0}, sentence = {0};
  size_t lines = json_array_size(l->sheet.rows) / l->count;
  enum es_status status = es_sheet_open(&l->sheet, ES_SHEET_WORDS + 3 * l->count + 2, lines);
  if (status == ES_OK) status = add_columns(l, &title);
  for (size_t i = 0; status == ES_OK && i < lines; i++) status = fill_line(l, i);
  for (size_t f = 0; f < l->count; f++)
    es_text_add(&files, "%s%s",
                f == 0   ? ""
                : f == 1 ? " → "
                         : ", ",
                json_string_value(json_array_get(l->files, f)));
  if (title.size > 0) es_text_add(&files, ": %s", es_text_get(&title) + strlen(", "));
  es_text_clear(&title);
  say(l, &sentence);
  struct es_notes reading = {0}; /* how to read it stands before what to beware of */
  note_reading(l, &reading);
  struct es_context noting = {.notes = &reading};
  for (size_t i = 0; i < results->warnings.count; i++)
    es_note(&noting, "%s", results->warnings.text[i]);
  if (status == ES_OK) status = es_sheet_close(&l->sheet, &reading, &files, &sentence);
  es_notes_clear(&reading);
  es_text_clear(&files);
  es_text_clear(&sentence);
  return status;
}

enum es_status es_compared_make(struct es_table *table, const struct es_results *results,
                                struct es_context *ctx)
{
  struct laying l = {.sheet = {.table = table, .ctx = ctx}};
  l.sheet.rows = json_object_get(results->tables, "comparison");
  l.files = json_object_get(results->study, "files");
  l.count = json_array_size(l.files);
  l.sheet.sorted = json_is_true(json_object_get(results->study, "sorted"));
  l.sheet.stride = l.count;
  l.level = json_number_value(json_object_get(results->study, "level"));
  if (json_array_size(l.sheet.rows) == 0 || l.count < 2)
    return es_fail(ctx, ES_INPUT, "--table comparison: these results have none");
  enum es_status status = lay_out(&l, results);
  es_notes_clear(&l.sheet.reasons);
  if (status != ES_OK) es_table_clear(table);
  return status;
}
