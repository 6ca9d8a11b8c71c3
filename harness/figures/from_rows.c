/* Figures of the metrics' rows: gaps with their intervals, and accuracy against the gap. */
#include "harness/figures/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/metric.h"

static bool is_ok(const struct es_row *row) { return strcmp(row->status, "ok") == 0; }

/* "undefined: nobody in rural repays" without its first word. */
static const char *reason(const struct es_row *row) { return row->status + strlen("undefined: "); }

static const char *label_of(const char *metric)
{
  for (size_t m = 0; m < es_metric_count; m++)
    if (strcmp(es_metrics[m].name, metric) == 0) return es_metrics[m].label;
  return metric;
}

/* --- forest ----------------------------------------------------------------------------------- */

static void add_gap(struct es_build *b, struct es_figure *figure, const struct es_row *row,
                    const char *label)
{
  char *title = es_build_title(b, row->population, row->policy, label);
  double y = es_build_category(b, figure, row->scorer);
  if (title != NULL && !isnan(y)) {
    struct es_panel *panel = es_build_panel(b, figure, title);
    struct es_series *series = es_build_series(b, panel, row->scorer, ES_MARK_POINT);
    es_build_scorer(b, series, row->scorer);
    bool ok = is_ok(row);
    struct es_point *point =
        es_build_point(b, series, ok ? row->value : NAN, y, ok ? "" : reason(row));
    if (point != NULL && ok) point->x_low = row->low, point->x_high = row->high;
  }
  free(title);
}

void es_build_forest(struct es_build *b)
{
  static const char *const wanted[] = {
      "demographic_parity_difference", "equal_opportunity_difference",
      "equalized_odds_difference",     "wrongful_denial_rate_difference",
      "abstention_rate_difference",    "auc_difference"};
  struct es_figure *figure = es_build_figure(
      b, "forest", "How unequal is each scorer?",
      "The gap between the groups that fare best and worst. 0 is none; the line is the interval.",
      "gap between groups", "");
  if (figure != NULL) figure->zero = true;
  for (size_t w = 0; w < ES_COUNT_OF(wanted); w++) {
    struct es_metric_words words;
    if (!es_metric_look_up(wanted[w], &words)) continue;
    for (size_t i = 0; i < b->results->rows; i++) {
      const struct es_row *row = &b->results->row[i];
      if (strcmp(row->metric, wanted[w]) == 0 && strcmp(row->reduction, "between_groups") == 0 &&
          es_is_main_attribute(b, row->population, row->attribute))
        add_gap(b, figure, row, words.label);
    }
  }
  es_build_finish(b, "these results have no gaps between groups");
}

/* --- accuracy against disparity --------------------------------------------------------------- */

#define GAP "demographic_parity_difference"

/* The row of the same scorer, population and policy; NULL where it is not there or undefined. */
static const struct es_row *beside(const struct es_results *results, const struct es_row *gap,
                                   const char *metric)
{
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *row = &results->row[i];
    if (strcmp(row->metric, metric) == 0 && row->attribute[0] == '\0' &&
        strcmp(row->group, "all") == 0 && row->reduction[0] == '\0' && is_ok(row) &&
        strcmp(row->scorer, gap->scorer) == 0 && strcmp(row->policy, gap->policy) == 0 &&
        strcmp(row->population, gap->population) == 0)
      return row;
  }
  return NULL;
}

/* The first measure of accuracy that anybody has. */
static const char *accuracy_of(const struct es_results *results)
{
  static const char *const wanted[] = {"auc", "balanced_accuracy", "accuracy"};
  for (size_t w = 0; w < ES_COUNT_OF(wanted); w++)
    for (size_t i = 0; i < results->rows; i++)
      if (strcmp(results->row[i].metric, wanted[w]) == 0 && is_ok(&results->row[i]))
        return wanted[w];
  return wanted[0];
}

static void add_scorer(struct es_build *b, struct es_figure *figure, const struct es_row *gap,
                       const struct es_row *accuracy)
{
  char *title = es_build_title(b, gap->population, gap->policy, "");
  struct es_panel *panel = title != NULL ? es_build_panel(b, figure, title) : NULL;
  struct es_series *series = es_build_series(b, panel, gap->scorer, ES_MARK_POINT);
  es_build_scorer(b, series, gap->scorer);
  struct es_point *point = es_build_point(b, series, accuracy->value, gap->value, "");
  if (point != NULL) {
    series->named = true;
    point->x_low = accuracy->low, point->x_high = accuracy->high;
    point->y_low = gap->low, point->y_high = gap->high;
  }
  free(title);
}

/* Whether a scorer of the panel that is no yardstick is at least as good in both, and better in
 * one. */
static bool is_beaten(const struct es_panel *panel, const struct es_point *by)
{
  for (size_t s = 0; s < panel->count; s++) {
    const struct es_point *p = panel->series[s].point;
    if (panel->series[s].palette == ES_GREY || panel->series[s].mark != ES_MARK_POINT) continue;
    if (p->x >= by->x && p->y <= by->y && (p->x > by->x || p->y < by->y)) return true;
  }
  return false;
}

/* The Pareto front: scorers that no other beats in both, from the least accurate up, joined. */
static void add_front(struct es_build *b, struct es_panel *panel)
{
  double before = -INFINITY;
  size_t scorers = panel->count;
  for (;;) {
    const struct es_point *next = NULL;
    for (size_t s = 0; s < scorers; s++) {
      const struct es_point *p = panel->series[s].point;
      if (panel->series[s].palette == ES_GREY || p->x <= before || is_beaten(panel, p)) continue;
      if (next == NULL || p->x < next->x) next = p;
    }
    if (next == NULL) return;
    before = next->x;
    struct es_series *front = es_build_series(b, panel, "Pareto front", ES_MARK_LINE);
    if (front == NULL) return;
    front->named = false;
    front->hue = 2;
    es_build_point(b, front, next->x, next->y, "");
  }
}

void es_build_accuracy(struct es_build *b)
{
  const char *metric = accuracy_of(b->results);
  struct es_metric_words words;
  struct es_figure *figure = es_build_figure(
      b, "accuracy_disparity", "What does accuracy cost in equality?",
      "Right is more accurate, low is more equal. The line joins the scorers that no other "
      "beats in both; grey: yardsticks.",
      label_of(metric), es_metric_look_up(GAP, &words) ? words.label : GAP);
  for (size_t i = 0; i < b->results->rows; i++) {
    const struct es_row *row = &b->results->row[i];
    if (strcmp(row->metric, GAP) != 0 || strcmp(row->reduction, "between_groups") != 0 ||
        !is_ok(row) || !es_is_main_attribute(b, row->population, row->attribute))
      continue;
    const struct es_row *accuracy = beside(b->results, row, metric);
    if (accuracy != NULL) add_scorer(b, figure, row, accuracy);
  }
  for (size_t p = 0; figure != NULL && p < figure->panels; p++) add_front(b, &figure->panel[p]);
  es_build_finish(b, "no scorer has both an accuracy and a gap");
}
