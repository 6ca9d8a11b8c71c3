/* Figures of the tables `scores` and `calibration`: a panel per scorer, a line per group. */
#include "harness/figures/build.h"

#include <math.h>
#include <string.h>

/* Scorers' and the oracle's, of a population's first attribute; the other yardsticks show nothing
 * that has a shape. */
static bool is_shown(const struct es_build *b, const json_t *row)
{
  const char *scorer = es_row_text(row, "scorer");
  if (es_is_yardstick(b->results, scorer) && strcmp(scorer, "oracle") != 0) return false;
  return es_is_main_attribute(b, es_row_text(row, "population"), es_row_text(row, "attribute"));
}

/* The series of the row's group, in its scorer's panel.  A scorer has the same scores under every
 * policy. */
static struct es_series *series_of(struct es_build *b, struct es_figure *figure, const json_t *row,
                                   enum es_mark mark)
{
  const char *population = es_row_text(row, "population"), *group = es_row_text(row, "group");
  struct es_text title = {0};
  if (json_array_size(b->results->populations) > 1) es_text_add(&title, "%s: ", population);
  es_text_add(&title, "%s", es_row_text(row, "scorer"));
  struct es_panel *panel = es_build_panel(b, figure, es_text_get(&title));
  struct es_series *series = es_build_series(b, panel, group, mark);
  es_build_group(b, series, population, es_row_text(row, "attribute"), group);
  es_text_clear(&title);
  return series;
}

void es_build_calibration(struct es_build *b)
{
  struct es_figure *figure = es_build_figure(
      b, "calibration", "Does a probability mean the same in each group?",
      "Tenths of each group's scored people: what was predicted, and what came true, with Wilson's "
      "intervals. On the line both are equal.",
      "predicted probability", "share that came true");
  if (figure != NULL) figure->diagonal = true;
  const json_t *row;
  size_t i;
  json_array_foreach(json_object_get(b->results->tables, "calibration"), i, row)
  {
    if (!is_shown(b, row)) continue;
    struct es_series *series = series_of(b, figure, row, ES_MARK_LINE);
    struct es_point *point =
        es_build_point(b, series, es_row_number(row, "predicted"), es_row_number(row, "value"), "");
    if (point == NULL) continue;
    point->y_low = es_row_number(row, "low");
    point->y_high = es_row_number(row, "high");
  }
  es_build_finish(b, "no scorer states probabilities");
}

/* A figure for each kind of scale: scores of two scales do not share an axis. */
static void add_scores(struct es_build *b, const char *scale, const char *name, const char *title,
                       const char *x_title)
{
  struct es_figure *figure = es_build_figure(
      b, name, title,
      "Share of each group's people by score. Those without a score are in no column, so what "
      "stands lower covers fewer.",
      x_title, "share of the group");
  if (figure != NULL) figure->tight = true;
  const json_t *row;
  size_t i;
  json_array_foreach(json_object_get(b->results->tables, "scores"), i, row)
  {
    if (strcmp(es_row_text(row, "scale"), scale) != 0 || !is_shown(b, row)) continue;
    /* Distinct scores have no width: dots, joined to be followed. */
    bool columns = es_row_number(row, "wide") > 0;
    struct es_series *series = series_of(b, figure, row, columns ? ES_MARK_STEP : ES_MARK_LINE);
    es_build_point(b, series, es_row_number(row, "score"), es_row_number(row, "share"), "");
  }
  es_build_own_axes(figure);
  es_build_finish(b, "no scores on such a scale are in these results");
}

void es_build_scores(struct es_build *b)
{
  add_scores(b, "log-odds", "scores", "Where do each group's probabilities lie?",
             "log-odds of the predicted probability");
  add_scores(b, "score", "points", "Where do each group's scores lie?", "score");
}
