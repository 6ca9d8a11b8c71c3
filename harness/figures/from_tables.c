/* Figures of the tidy tables: causes of gaps, sweeps, harm, months. */
#include "harness/figures/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"
#include "harness/measure/metric.h"

static const json_t *table(const struct es_build *b, const char *name)
{
  return json_object_get(b->results->tables, name);
}

/* Words for a metric or a measure: its label, or its name without underscores. */
static char *words_of(struct es_build *b, const char *name)
{
  struct es_metric_words words;
  char *text = es_strdup(es_metric_look_up(name, &words) ? words.label : name, b->ctx);
  for (char *at = text; at != NULL && *at != '\0'; at++)
    if (*at == '_') *at = ' ';
  b->failed |= text == NULL;
  return text;
}

static struct es_panel *panel_of(struct es_build *b, struct es_figure *figure, const json_t *row,
                                 const char *what)
{
  char *words = words_of(b, what);
  char *title = words == NULL ? NULL
                              : es_build_title(b, es_row_text(row, "population"),
                                               es_row_text(row, "policy"), words);
  struct es_panel *panel = title != NULL ? es_build_panel(b, figure, title) : NULL;
  free(words);
  free(title);
  return panel;
}

/* --- attribution ------------------------------------------------------------------------------ */

/* Where the next bar of that line begins: after those on the same side of 0. */
static double bar_begins(const struct es_panel *panel, double y, double value)
{
  double end = 0;
  for (size_t s = 0; s < panel->count; s++)
    for (size_t i = 0; i < panel->series[s].points; i++) {
      const struct es_point *at = &panel->series[s].point[i];
      if (at->y == y && (at->x - at->from) * value > 0) end = at->x;
    }
  return end;
}

void es_build_attribution(struct es_build *b)
{
  struct es_figure *figure =
      es_build_figure(b, "attribution", "Where do the gaps come from?",
                      "How much of each gap would vanish if one cause were repaired (Shapley "
                      "values); the remainder is the scorer's own.",
                      "part of the gap", "");
  if (figure != NULL) figure->zero = true;
  const json_t *row;
  size_t i, causes = 0;
  json_array_foreach(table(b, "attribution"), i, row)
  {
    double value = es_row_number(row, "value");
    const char *scorer = es_row_text(row, "scorer"), *cause = es_row_text(row, "cause");
    if (isnan(value) || es_is_yardstick(b->results, scorer) ||
        !es_is_main_attribute(b, es_row_text(row, "population"), es_row_text(row, "attribute")))
      continue;
    struct es_panel *panel = panel_of(b, figure, row, es_row_text(row, "metric"));
    char *name = words_of(b, cause);
    double y = es_build_category(b, figure, scorer);
    size_t before = panel != NULL ? panel->count : 0;
    struct es_series *series =
        name != NULL && !isnan(y) ? es_build_series(b, panel, name, ES_MARK_BAR) : NULL;
    free(name);
    if (series == NULL) continue;
    bool rest = strcmp(cause, "remainder") == 0;
    if (panel->count > before) {
      series->palette = rest ? ES_GREY : ES_GROUPS;
      series->hue = rest ? 2 : before;
      causes++;
    }
    double from = bar_begins(panel, y, value);
    struct es_point *point = es_build_point(b, series, from + value, y, "");
    if (point == NULL) continue;
    point->from = from;
    point->x_low = es_row_number(row, "low"), point->x_high = es_row_number(row, "high");
  }
  es_build_finish(b, "no table attribution: run with --attribute");
}

/* --- sweep ------------------------------------------------------------------------------------ */

/* Rows about everyone, or between the groups of the first attribute. */
static bool is_headline(const struct es_build *b, const json_t *row)
{
  if (strcmp(es_row_text(row, "group"), "all") == 0) return true;
  return strcmp(es_row_text(row, "reduction"), "between_groups") == 0 &&
         es_is_main_attribute(b, es_row_text(row, "population"), es_row_text(row, "attribute"));
}

static void add_ribbon(struct es_build *b, struct es_series *series, const json_t *row, double x)
{
  struct es_point *point = es_build_point(b, series, x, es_row_number(row, "value"), "");
  if (point == NULL) return;
  point->y_low = es_row_number(row, "low");
  point->y_high = es_row_number(row, "high");
}

/* Leaves out what a sweep shows of two: scorer against scorer. */
static bool is_of_two(const json_t *row)
{
  const char *reduction = es_row_text(row, "reduction");
  return strcmp(reduction, "between_scorers") == 0 || strcmp(reduction, "between_policies") == 0;
}

/* Whether every setting is a number. */
static bool is_numeric(const json_t *rows)
{
  const json_t *row;
  size_t i;
  double x;
  json_array_foreach(rows, i,
                     row) if (!es_parse_double(es_row_text(row, "setting"), &x)) return false;
  return true;
}

/* The series of a row's scorer, and of its second setting. */
static struct es_series *swept(struct es_build *b, struct es_figure *figure, const json_t *row,
                               enum es_mark mark)
{
  const char *second = es_row_text(row, "setting_2"), *scorer = es_row_text(row, "scorer");
  struct es_text name = {0};
  es_text_add(&name, second[0] != '\0' ? "%s, %s" : "%s", scorer, second);
  struct es_panel *panel = panel_of(b, figure, row, es_row_text(row, "metric"));
  struct es_series *series = es_build_series(b, panel, es_text_get(&name), mark);
  es_build_scorer(b, series, scorer);
  es_text_clear(&name);
  return series;
}

/* A setting that is a word is a line, in which each scorer has a point. */
static void add_word(struct es_build *b, struct es_figure *figure, const json_t *row)
{
  double y = es_build_category(b, figure, es_row_text(row, "setting"));
  double value = es_row_number(row, "value");
  if (isnan(y) || isnan(value)) return;
  struct es_series *series = swept(b, figure, row, ES_MARK_POINT);
  if (series != NULL) series->named = series->listed = true;
  struct es_point *point = es_build_point(b, series, value, y, "");
  if (point == NULL) return;
  point->x_low = es_row_number(row, "low");
  point->x_high = es_row_number(row, "high");
}

/* Points of a line stand below each other, in the order of their names. */
static void spread_out(struct es_figure *figure)
{
  for (size_t p = 0; p < figure->panels; p++)
    if (figure->panel[p].count > figure->abreast) figure->abreast = figure->panel[p].count;
  for (size_t p = 0; p < figure->panels; p++)
    for (size_t s = 0; s < figure->panel[p].count; s++)
      for (size_t i = 0; i < figure->panel[p].series[s].points; i++)
        figure->panel[p].series[s].point[i].y +=
            0.8 * (((double)s + 0.5) / (double)figure->panel[p].count - 0.5);
}

void es_build_sweep(struct es_build *b)
{
  const json_t *rows = table(b, "sweep"), *row;
  const char *parameter = es_row_text(json_array_get(rows, 0), "parameter");
  bool numeric = is_numeric(rows);
  struct es_figure *figure =
      es_build_figure(b, "sweep", "What changes as the parameter moves?",
                      numeric ? "Each measure at each setting; the ribbon is the interval."
                              : "Each measure at each setting; the line is the interval.",
                      numeric ? parameter : "", numeric ? "" : parameter);
  if (figure != NULL) figure->tight = numeric;
  size_t i;
  json_array_foreach(rows, i, row)
  {
    if (!is_headline(b, row) || is_of_two(row) || isnan(es_row_number(row, "value"))) continue;
    double x;
    if (!numeric)
      add_word(b, figure, row);
    else if (es_parse_double(es_row_text(row, "setting"), &x))
      add_ribbon(b, swept(b, figure, row, ES_MARK_LINE), row, x);
  }
  if (!numeric && figure != NULL && !b->failed) spread_out(figure);
  es_build_own_axes(figure);
  es_build_finish(b, "no table sweep: run with --sweep");
}

/* --- harm ------------------------------------------------------------------------------------- */

void es_build_harm(struct es_build *b)
{
  struct es_figure *figure =
      es_build_figure(b, "harm", "Who bears the harm?",
                      "Each group's share of the harm of wrong decisions (colour) against its "
                      "share of the people (grey).",
                      "share", "");
  if (figure != NULL) figure->zero = true;
  const json_t *row;
  size_t i;
  json_array_foreach(table(b, "harm"), i, row)
  {
    const char *scorer = es_row_text(row, "scorer");
    double harm = es_row_number(row, "harm_share"), people = es_row_number(row, "population_share");
    if (isnan(harm) || isnan(people) || es_is_yardstick(b->results, scorer) ||
        !es_is_main_attribute(b, es_row_text(row, "population"), es_row_text(row, "attribute")))
      continue;
    struct es_text what = {0};
    es_text_add(&what, "%s, %s", scorer, es_row_text(row, "harm"));
    for (char *at = what.at; at != NULL && *at != '\0'; at++)
      if (*at == '_' && at > what.at + strlen(scorer)) *at = ' ';
    char *title = es_build_title(b, es_row_text(row, "population"), es_row_text(row, "policy"),
                                 es_text_get(&what));
    es_text_clear(&what);
    double y = es_build_category(b, figure, es_row_text(row, "group"));
    struct es_panel *panel = title != NULL && !isnan(y) ? es_build_panel(b, figure, title) : NULL;
    struct es_point *point = es_build_point(
        b, es_build_series(b, panel, "share of the people", ES_MARK_POINT), people, y, "");
    struct es_series *series = es_build_series(b, panel, "share of the harm", ES_MARK_BAR);
    es_build_scorer(b, series, scorer);
    if (series != NULL) series->named = false;
    point = point != NULL ? es_build_point(b, series, harm, y, "") : NULL;
    if (point != NULL) point->from = 0;
    free(title);
  }
  es_build_finish(b, "no table harm: the population states no restriction");
}

/* --- trajectory ------------------------------------------------------------------------------- */

/* A word's number in the order in which they come. */
static size_t number_of(struct es_notes *seen, const char *word)
{
  struct es_context noting = {.notes = seen};
  es_note(&noting, "%s", word);
  size_t k = 0;
  while (k < seen->count && strcmp(seen->text[k], word) != 0) k++;
  return k;
}

/* Whether the figure shows the row: of the scorers those that are no yardsticks, unless there are
 * no others; groups of the first attribute. */
static bool is_month(const struct es_build *b, const json_t *row, bool yardsticks)
{
  return es_is_yardstick(b->results, es_row_text(row, "scorer")) == yardsticks &&
         es_row_text(row, "attribute")[0] != '\0' && !isnan(es_row_number(row, "value")) &&
         es_is_main_attribute(b, es_row_text(row, "population"), es_row_text(row, "attribute"));
}

static void add_month(struct es_build *b, struct es_figure *figure, const json_t *row, bool several,
                      size_t scale)
{
  const char *group = es_row_text(row, "group");
  struct es_text what = {0};
  es_text_add(&what, "%s", es_row_text(row, "measure"));
  for (char *at = what.at; at != NULL && *at != '\0'; at++)
    if (*at == '_') *at = ' ';
  if (several) es_text_add(&what, ", %s", es_row_text(row, "scorer"));
  char *title = es_build_title(b, es_row_text(row, "population"), es_row_text(row, "policy"),
                               es_text_get(&what));
  es_text_clear(&what);
  struct es_panel *panel = title != NULL ? es_build_panel(b, figure, title) : NULL;
  free(title);
  if (panel != NULL) panel->scale = scale;
  struct es_series *series = es_build_series(b, panel, group, ES_MARK_LINE);
  es_build_group(b, series, es_row_text(row, "population"), es_row_text(row, "attribute"), group);
  add_ribbon(b, series, row, es_row_number(row, "month"));
}

/* A row of panels for each measure, on the same axes, a panel for each scorer. */
void es_build_trajectory(struct es_build *b)
{
  enum { ROW = 4 };
  const json_t *rows = table(b, "trajectory"), *row;
  struct es_notes scorers = {0}, measures = {0};
  bool yardsticks = true;
  size_t i;
  json_array_foreach(rows, i, row) yardsticks &=
      es_is_yardstick(b->results, es_row_text(row, "scorer"));
  json_array_foreach(rows, i, row)
  {
    if (!is_month(b, row, yardsticks)) continue;
    number_of(&scorers, es_row_text(row, "scorer"));
    number_of(&measures, es_row_text(row, "measure"));
  }
  struct es_text about = {0};
  es_text_add(&about, "Each group, month by month, as the decisions of %s feed back.",
              scorers.count == 1 ? scorers.text[0] : "each scorer");
  struct es_figure *figure = es_build_figure(b, "trajectory", "Where do the decisions lead?",
                                             es_text_get(&about), "month", "");
  es_text_clear(&about);
  if (figure != NULL) figure->tight = true;
  if (figure != NULL && scorers.count > 1 && scorers.count <= ROW) figure->columns = scorers.count;
  for (size_t m = 0; m < measures.count; m++)
    json_array_foreach(rows, i, row) if (is_month(b, row, yardsticks) &&
                                         strcmp(es_row_text(row, "measure"), measures.text[m]) == 0)
        add_month(b, figure, row, scorers.count > 1, m);
  es_notes_clear(&scorers);
  es_notes_clear(&measures);
  es_build_finish(b, "no table trajectory: run with --periods");
}
