/* A statement of an audit, in Markdown: what was judged and on whom, what came out, who is harmed,
 * and how far that goes.  After Mitchell et al., "Model cards for model reporting", FAT* 2019.
 *
 * Everything is read from the results; where they do not say, the card does not either.
 */
#include "reports/report.h"

#include <math.h>
#include <string.h>
#include "harness/base/words.h"
#include "harness/tables/shown.h"

static const char *word(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static double number(const json_t *object, const char *key)
{
  const json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* "- label: text" where there is a text. */
static void add_item(struct es_text *out, const char *label, const char *text)
{
  if (text[0] == '\0') return;
  es_text_add(out, "- %s: ", label);
  es_show_markdown(out, text);
  es_text_add(out, "\n");
}

/* --- what was judged -------------------------------------------------------------------------- */

static void add_population(struct es_text *out, const json_t *p)
{
  int64_t numbers = json_integer_value(json_object_get(p, "numbers"));
  es_text_add(out, "\n### People: ");
  es_show_markdown(out, word(p, "name"));
  es_text_add(out, "\n\n");
  add_item(out, "who", word(p, "title"));
  add_item(out, "version", word(p, "version"));
  add_item(out, "the favourable outcome", word(p, "favorable"));
  if (json_is_integer(json_object_get(p, "people"))) {
    es_text_add(out, "- judged: ");
    es_show_grouped(out, number(p, "people"), 0);
    es_text_add(out, "\n");
  }
  if (numbers > 0)
    es_text_add(out,
                "- synthetic: %lld of the %lld numbers that they follow are assumed, not sourced\n",
                (long long)json_integer_value(json_object_get(p, "assumed")), (long long)numbers);
}

static void add_judged(struct es_text *out, const struct es_results *results)
{
  es_text_add(out, "\n## What was judged\n\n");
  add_item(out, "study", word(results->study, "title"));
  if (word(results->study, "system")[0] != '\0')
    es_text_add(out, "- a stylised system: it claims to reproduce no real one\n");
  add_item(out, "what it shows", word(results->study, "shows"));
  for (size_t k = 0; k < results->scorers; k++) {
    const struct es_scorer_result *s = &results->scorer[k];
    es_text_add(out, "- %s ", s->yardstick ? "yardstick" : "scorer");
    es_show_markdown(out, s->name);
    es_text_add(out, "%s", s->summary[0] != '\0' ? ": " : "");
    es_show_markdown(out, s->summary);
    es_text_add(out, "\n");
  }
  size_t i;
  const json_t *population;
  json_array_foreach(results->populations, i, population) add_population(out, population);
}

/* --- what came out -----------------------------------------------------------------------------
 */

/* What such results can be used for: people who were made, or the rows of a file. */
static void add_use(struct es_text *out, const struct es_results *results)
{
  const json_t *first = json_array_get(results->populations, 0);
  bool made = strcmp(word(first, "kind"), "synthetic") == 0;
  es_text_add(out, "\n## Intended use\n\n%s\n",
              made ? "To compare scoring systems on people whose truth is known because they are "
                     "made up. It is no finding about real people, or about any real system."
                   : "To say how decisions or scores treat the people of the file named below, and "
                     "nobody else.");
}

/* The notes of a table, folded. */
static void add_notes(struct es_text *out, const struct es_table *t)
{
  es_text_add(out, "\n<details><summary>Notes</summary>\n\n");
  for (size_t i = 0; i < t->notes.count; i++) {
    es_text_add(out, "- ");
    es_show_markdown(out, t->notes.text[i]);
    es_text_add(out, "\n");
  }
  es_text_add(out, "\n</details>\n");
}

/* Each row of a table as a line of words and numbers. */
static enum es_status add_numbers(struct es_text *out, const struct es_results *results,
                                  const struct es_table_request *request, bool sentence,
                                  struct es_context *ctx)
{
  struct es_table t = {0};
  ES_TRY(es_table_make(&t, results, request, ctx));
  for (size_t r = 0; r < t.rows; r++) {
    es_text_add(out, "- ");
    for (size_t c = 0; c < t.columns; c++) {
      const struct es_table_cell *cell = &t.cell[r * t.columns + c];
      bool words = t.column[c].align == ES_LEFT;
      es_text_add(out, "%s", c == 0 ? "**" : words ? " " : ", ");
      if (!words) es_show_markdown(out, t.column[c].heading);
      if (!words) es_text_add(out, ": ");
      es_show_markdown(out, cell->text);
      es_text_add(out, "%s%s%s", cell->spread[0] != '\0' ? " " : "", cell->spread,
                  c == 0 ? "**" : "");
    }
    es_text_add(out, "\n");
  }
  if (sentence) es_text_add(out, "\n");
  if (sentence) es_show_markdown(out, t.sentence);
  if (sentence) es_text_add(out, "\n");
  add_notes(out, &t);
  es_table_clear(&t);
  return ES_OK;
}

/* --- who is harmed -----------------------------------------------------------------------------
 */

/* Groups that bear more of the wrongful days than their share of people. */
static void add_burdens(struct es_text *out, const json_t *rows)
{
  size_t i;
  const json_t *row;
  json_array_foreach(rows, i, row)
  {
    double ratio = number(row, "ratio");
    if (strcmp(word(row, "harm"), "wrongful_restriction_days") != 0 || !(ratio > 1)) continue;
    es_text_add(out, "- ");
    es_show_markdown(out, word(row, "scorer"));
    es_text_add(out, ": ");
    es_show_markdown(out, word(row, "group"));
    es_text_add(out,
                " people are %.0f%% of all and bear %.0f%% of the days of wrongful restriction\n",
                100 * number(row, "population_share"), 100 * number(row, "harm_share"));
  }
}

static void add_levers(struct es_text *out, const json_t *rows)
{
  size_t i;
  const json_t *row;
  json_array_foreach(rows, i, row)
  {
    bool first = json_integer_value(json_object_get(row, "rank")) == 1;
    if (!first || word(row, "attribute")[0] != '\0' || !(number(row, "share") < 0)) continue;
    es_text_add(out, "- ");
    es_show_markdown(out, word(row, "scorer"));
    es_text_add(out, ": those days would fall by %.0f%% if ", -100 * number(row, "share"));
    es_show_markdown(out, word(row, "words"));
    es_text_add(out, "\n");
  }
}

static void add_lock_in(struct es_text *out, const json_t *rows)
{
  size_t i;
  const json_t *row;
  json_array_foreach(rows, i, row)
  {
    if (strcmp(word(row, "measure"), "lock_in_share") != 0 || word(row, "group")[0] == '\0')
      continue;
    es_text_add(out, "- ");
    es_show_markdown(out, word(row, "scorer"));
    es_text_add(out, ", ");
    es_show_markdown(out, word(row, "group"));
    es_text_add(out, ": %.1f%% are never scored within the months that were followed\n",
                100 * number(row, "value"));
  }
}

static void add_harm(struct es_text *out, const struct es_results *results)
{
  es_text_add(out, "\n## Who is harmed\n\n");
  size_t before = out->size;
  add_burdens(out, json_object_get(results->tables, "harm"));
  add_levers(out, json_object_get(results->tables, "levers"));
  add_lock_in(out, json_object_get(results->tables, "dynamics"));
  if (out->size == before)
    es_text_add(out, "The results state no harm beyond the rates above: no term or due process.\n");
}

static void add_limits(struct es_text *out, const struct es_results *results)
{
  es_text_add(out,
              "\n## Limits\n\n"
              "- An interval says how far chance in the people who were judged may have moved a "
              "number; it holds neither the luck of the training sample nor the error of an "
              "assumption.\n");
  for (size_t i = 0; i < results->warnings.count; i++) {
    es_text_add(out, "- ");
    es_show_markdown(out, results->warnings.text[i]);
    es_text_add(out, "\n");
  }
}

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  const struct es_table_request main = {.metrics = request->metrics, .digits = request->digits},
                                groups = {.table = "groups",
                                          .metrics = request->metrics,
                                          .groups = request->groups,
                                          .digits = request->digits};
  es_text_add(out, "# Audit statement\n");
  add_use(out, results);
  add_judged(out, results);
  es_text_add(out, "\n## What came out\n\n");
  ES_TRY(add_numbers(out, results, &main, true, ctx));
  es_text_add(out, "\n## By group\n\n");
  ES_TRY(add_numbers(out, results, &groups, false, ctx));
  add_harm(out, results);
  add_limits(out, results);
  return out->failed ? es_fail(ctx, ES_NOMEM, "card: out of memory") : ES_OK;
}

ES_REPORT(card) = {
    .api = ES_REPORT_API,
    .name = "card",
    .summary = "a statement of the audit: who was judged, what came out, who is harmed",
    .extension = ".md",
    .write = write};
