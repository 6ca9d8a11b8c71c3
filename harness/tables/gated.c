/* The tables of check: verdicts, and what a gate could find. */
#include "harness/tables/compared.h"

#include <math.h>
#include <string.h>
#include "harness/tables/sheet.h"
#include "harness/tables/shown.h"

static enum es_status put(struct es_sheet *l, size_t i, size_t *column, struct es_text *text,
                          struct es_text *spread)
{
  return es_sheet_put(l, i, (*column)++, text, spread);
}

/* The decimals of a half-width, where the number leaves room for them. */
static int decimals_for(double half, double value)
{
  int most = es_most_decimals(isnan(value) ? 0 : value);
  int wanted = half > 0 ? es_decimals_for_one(half) : most;
  return wanted < most ? wanted : most;
}

static void show(struct es_text *text, double x, int decimals)
{
  if (isnan(x))
    es_text_add(text, "–");
  else
    es_show_value(text, x, decimals);
}

/* As short as it can be said. */
static void show_plain(struct es_text *text, double x)
{
  if (isnan(x))
    es_text_add(text, "–");
  else if (fabs(x) >= 1000)
    es_show_value(text, x, es_most_decimals(x));
  else
    es_text_add(text, "%.3g", x);
}

/* --- verdicts --------------------------------------------------------------------------------- */

static enum es_status gate_columns(struct es_sheet *l)
{
  static const char *const headings[] = {"baseline", "now", "worse by", "tolerated"};
  for (size_t c = 0; c < ES_COUNT_OF(headings); c++)
    ES_TRY(es_sheet_column(l, "", headings[c], 0, ES_RIGHT));
  return es_sheet_column(l, "", "verdict", 0, ES_LEFT);
}

/* What was asked of the number: its tolerance, or the limit with its sign. */
static void show_rule(struct es_text *text, const json_t *row)
{
  const char *limit = strpbrk(es_json_text(row, "limit"), "<>");
  if (limit != NULL)
    es_text_add(text, "%s %s", limit[0] == '<' ? "≤" : "≥", limit + 2 + strspn(limit + 2, " "));
  else
    show_plain(text, es_json_number(row, "tolerance"));
}

static enum es_status gate_row(struct es_sheet *l, size_t i, size_t column)
{
  const json_t *row = json_array_get(l->rows, i);
  const char *verdict = es_json_text(row, "verdict"), *reason = es_json_text(row, "reason");
  double worsening = es_json_number(row, "worsening"), low = es_json_number(row, "low");
  double half = (es_json_number(row, "high") - low) / 2, value = es_json_number(row, "value");
  double larger = isnan(value) ? es_json_number(row, "baseline") : value;
  int decimals = decimals_for(half, larger);
  struct es_text text = {0}, spread = {0};
  show(&text, es_json_number(row, "baseline"), decimals);
  ES_TRY(put(l, i, &column, &text, &spread));
  show(&text, value, decimals);
  ES_TRY(put(l, i, &column, &text, &spread));
  if (worsening == 0 && half == 0) {
    es_text_add(&text, "=");
  } else {
    show(&text, worsening, decimals);
    if (half >= 0) es_show_half(&spread, half, decimals);
  }
  ES_TRY(put(l, i, &column, &text, &spread));
  show_rule(&text, row);
  ES_TRY(put(l, i, &column, &text, &spread));
  bool loud = strcmp(verdict, "regression") == 0;
  for (const char *at = verdict; *at != '\0'; at++)
    es_text_add(&text, "%c", loud ? *at - 'a' + 'A' : *at);
  if (reason[0] != '\0') es_sheet_footnote(l, &text, reason);
  return put(l, i, &column, &text, &spread);
}

static void gate_sentence(const struct es_sheet *l, struct es_text *out)
{
  size_t regressions = 0, unsure = 0, better = 0, i;
  json_t *row;
  json_array_foreach(l->rows, i, row)
  {
    const char *verdict = es_json_text(row, "verdict");
    regressions += verdict[0] == 'r';
    unsure += strcmp(verdict, "inconclusive") == 0;
    better += strcmp(verdict, "improvement") == 0;
  }
  if (regressions > 0)
    es_text_add(out, "RED: %zu of %zu numbers got worse by more than is tolerated.", regressions,
                json_array_size(l->rows));
  else
    es_text_add(out, "GREEN: none of %zu numbers got worse by more than is tolerated.",
                json_array_size(l->rows));
  if (unsure > 0) es_text_add(out, " %zu cannot be told.", unsure);
  if (better > 0) es_text_add(out, " %zu got better: --update would keep that.", better);
}

static void gate_notes(const struct es_sheet *l, const struct es_results *results,
                       struct es_context *noting)
{
  size_t family = 0, i;
  json_t *row;
  double level = json_number_value(json_object_get(results->study, "level"));
  json_array_foreach(l->rows, i, row) family += isnan(es_json_number(row, "p")) ? 0 : 1;
  if (family > 0)
    es_note(noting,
            "± holds every worsening at once: at most %g%% of gates go red by chance (Holm "
            "over %zu)",
            100 * level, family);
  es_note(noting, "= the same people and the same number; ↑ more is better, ↓ less");
}

/* --- plans ------------------------------------------------------------------------------------ */

static bool any_wish(const struct es_sheet *l)
{
  size_t i;
  json_t *row;
  json_array_foreach(l->rows, i, row)
  {
    if (!isnan(es_json_number(row, "wished"))) return true;
  }
  return false;
}

static enum es_status plan_columns(struct es_sheet *l)
{
  ES_TRY(es_sheet_column(l, "", "now", 0, ES_RIGHT));
  ES_TRY(es_sheet_column(l, "", "tolerated", 0, ES_RIGHT));
  ES_TRY(es_sheet_column(l, "", "found from", 0, ES_RIGHT));
  if (!any_wish(l)) return ES_OK;
  ES_TRY(es_sheet_column(l, "", "wished", 0, ES_RIGHT));
  return es_sheet_column(l, "", "takes", 0, ES_LEFT);
}

static void show_need(struct es_sheet *l, const json_t *row, struct es_text *text)
{
  double people = es_json_number(row, "people"), replicates = es_json_number(row, "replicates");
  if (isnan(es_json_number(row, "wished"))) return;
  if (!isnan(people) || !isnan(replicates)) {
    es_show_grouped(text, isnan(people) ? replicates : people, 0);
    es_text_add(text, isnan(people) ? " replicates" : " people");
  } else {
    es_text_add(text, "never");
    es_sheet_footnote(l, text, "within the tolerance, or beyond 10,000 replicates");
  }
}

static enum es_status plan_row(struct es_sheet *l, size_t i, size_t column)
{
  static const char *const keys[] = {"value", "tolerance", "detectable", "wished"};
  const json_t *row = json_array_get(l->rows, i);
  struct es_text text = {0}, none = {0};
  bool wishes = any_wish(l);
  for (size_t k = 0; k < ES_COUNT_OF(keys) - !wishes; k++) {
    double x = es_json_number(row, keys[k]);
    if (k == 0)
      es_show_value(&text, x, es_most_decimals(x));
    else
      show_plain(&text, x);
    ES_TRY(put(l, i, &column, &text, &none));
  }
  if (!wishes) return ES_OK;
  show_need(l, row, &text);
  return put(l, i, &column, &text, &none);
}

static void plan_sentence(const struct es_results *results, struct es_text *out)
{
  const json_t *study = results->study;
  json_int_t replicates = json_integer_value(json_object_get(study, "replicates"));
  es_text_add(out, "A worsening of that size is found by %.0f%% of gates",
              100 * json_number_value(json_object_get(study, "power")));
  if (replicates > 1) es_text_add(out, " with %lld replicates", (long long)replicates);
  es_text_add(out, ".");
}

static void plan_notes(const struct es_results *results, struct es_context *noting)
{
  const json_t *study = results->study;
  es_note(
      noting,
      "found from: among %lld numbers at a level of %g, as if the new run's luck shared nothing "
      "with the baseline's; the same seeds find smaller ones",
      (long long)json_integer_value(json_object_get(study, "family")),
      json_number_value(json_object_get(study, "level")));
  if (json_integer_value(json_object_get(study, "replicates")) < 2)
    es_note(noting, "one replicate: the luck of training is not in it; see run --replicates");
}

/* --- the whole -------------------------------------------------------------------------------- */

static void begin_title(const struct es_results *results, bool plan, struct es_text *title)
{
  const json_t *study = results->study;
  const char *baseline = es_json_text(study, "baseline");
  es_text_add(title, plan ? "plan for " : "");
  if (baseline[0] != '\0') es_text_add(title, "%s → ", baseline);
  es_text_add(title, "%s", es_json_text(study, "results"));
}

static enum es_status lay_out(struct es_sheet *l, const struct es_results *results, bool plan)
{
  struct es_text title = {0}, sentence = {0};
  struct es_notes notes = {0};
  struct es_context noting = {.notes = &notes};
  begin_title(results, plan, &title);
  size_t rows = json_array_size(l->rows);
  enum es_status status = es_sheet_open(l, ES_SHEET_WORDS + 6, rows);
  if (status == ES_OK) status = es_sheet_words(l, &title);
  if (status == ES_OK) status = plan ? plan_columns(l) : gate_columns(l);
  for (size_t i = 0; status == ES_OK && i < rows; i++) {
    size_t column = 0;
    status = es_sheet_put_words(l, i, &column);
    if (status == ES_OK) status = plan ? plan_row(l, i, column) : gate_row(l, i, column);
  }
  if (plan)
    plan_sentence(results, &sentence), plan_notes(results, &noting);
  else
    gate_sentence(l, &sentence), gate_notes(l, results, &noting);
  for (size_t i = 0; i < results->warnings.count; i++)
    es_note(&noting, "%s", results->warnings.text[i]);
  if (status == ES_OK) status = es_sheet_close(l, &notes, &title, &sentence);
  es_notes_clear(&notes);
  es_text_clear(&title);
  es_text_clear(&sentence);
  return status;
}

enum es_status es_gated_make(struct es_table *table, const struct es_results *results,
                             const char *name, struct es_context *ctx)
{
  struct es_sheet l = {.table = table, .stride = 1, .ctx = ctx};
  l.rows = json_object_get(results->tables, name);
  if (json_array_size(l.rows) == 0)
    return es_fail(ctx, ES_INPUT, "--table %s: these results have none", name);
  enum es_status status = lay_out(&l, results, strcmp(name, "plan") == 0);
  es_notes_clear(&l.reasons);
  if (status != ES_OK) es_table_clear(table);
  return status;
}
