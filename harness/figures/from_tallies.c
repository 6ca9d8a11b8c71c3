/* Figures of the tallies: calibration, and where each group's scores lie.
 *
 * The tallies hold people by score on a grid of 4,096 steps; a step stands for its middle, as it
 * does where metrics are computed from them.
 */
#include "harness/figures/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/statistics/interval.h"

enum { STEPS = 4096, DECILES = 10, COLUMNS = 32, LEAST = 30 };

/* One group's people by outcome (unfavourable, favourable) and step; all of them, scored or not. */
struct pile {
  char *group;
  double count[2][STEPS], people;
};

struct piles {
  struct pile *at;
  size_t count, first, end; /* steps that hold anybody */
};

static double value_of(const json_t *tally, size_t step)
{
  double low = es_row_number(tally, "low"), high = es_row_number(tally, "high");
  return low + ((double)step + 0.5) / STEPS * (high - low);
}

static void add_steps(struct piles *piles, double *count, const json_t *trimmed)
{
  json_int_t first = json_integer_value(json_object_get(trimmed, "first"));
  const json_t *counts = json_object_get(trimmed, "counts"), *number;
  size_t i;
  json_array_foreach(counts, i, number)
  {
    if (first < 0 || (size_t)first + i >= STEPS) return;
    size_t step = (size_t)first + i;
    count[step] += json_number_value(number);
    if (step < piles->first) piles->first = step;
    if (step >= piles->end) piles->end = step + 1;
  }
}

static struct pile *pile_of(struct es_build *b, struct piles *piles, const char *group)
{
  for (size_t k = 0; k < piles->count; k++)
    if (strcmp(piles->at[k].group, group) == 0) return &piles->at[k];
  if (piles->count == ES_MOST_NAMES) return NULL;
  struct pile *grown = realloc(piles->at, (piles->count + 1) * sizeof *grown);
  b->failed |= grown == NULL;
  if (grown == NULL) return NULL;
  piles->at = grown;
  grown[piles->count] = (struct pile){.group = es_strdup(group, b->ctx)};
  b->failed |= grown[piles->count].group == NULL;
  return b->failed ? NULL : &grown[piles->count++];
}

static void clear(struct piles *piles)
{
  for (size_t k = 0; k < piles->count; k++) free(piles->at[k].group);
  free(piles->at);
  *piles = (struct piles){.first = STEPS};
}

/* People of the tally's cells by the level of the population's first attribute. */
static void pile_up(struct es_build *b, const json_t *tally, struct piles *piles)
{
  const char *attribute = es_first_attribute(b->results, es_row_text(tally, "population"));
  size_t place = SIZE_MAX, i, k;
  const json_t *name, *cell, *number;
  clear(piles);
  json_array_foreach(json_object_get(tally, "attributes"), i,
                     name) if (strcmp(json_string_value(name) ? json_string_value(name) : "",
                                      attribute) == 0) place = i;
  json_array_foreach(json_object_get(tally, "cells"), i, cell)
  {
    const char *level = json_string_value(json_array_get(json_object_get(cell, "levels"), place));
    struct pile *pile = pile_of(b, piles, level != NULL ? level : "all");
    if (pile == NULL) return;
    json_array_foreach(json_object_get(cell, "people"), k, number) pile->people +=
        json_number_value(number);
    add_steps(piles, pile->count[0], json_object_get(cell, "unfavorable"));
    add_steps(piles, pile->count[1], json_object_get(cell, "favorable"));
  }
}

/* A tally that shows something, and is not that of the same scores under another policy. */
static bool is_shown(const struct es_build *b, const json_t *tally, const char *grid)
{
  const char *is = es_row_text(tally, "grid"), *scorer = es_row_text(tally, "scorer");
  if (is[0] == '\0' || (grid != NULL && strcmp(is, grid) != 0)) return false;
  if (es_is_yardstick(b->results, scorer) && strcmp(scorer, "oracle") != 0) return false;
  const json_t *other;
  size_t i;
  json_array_foreach(b->results->tallies, i, other)
  {
    if (other == tally) return true;
    if (strcmp(es_row_text(other, "scorer"), scorer) == 0 &&
        strcmp(es_row_text(other, "population"), es_row_text(tally, "population")) == 0)
      return false;
  }
  return true;
}

static struct es_panel *panel_of(struct es_build *b, struct es_figure *figure, const json_t *tally)
{
  struct es_text title = {0};
  if (json_array_size(b->results->populations) > 1)
    es_text_add(&title, "%s: ", es_row_text(tally, "population"));
  es_text_add(&title, "%s", es_row_text(tally, "scorer"));
  struct es_panel *panel = es_build_panel(b, figure, es_text_get(&title));
  es_text_clear(&title);
  return panel;
}

static struct es_series *series_of(struct es_build *b, struct es_panel *panel, const json_t *tally,
                                   const char *group, enum es_mark mark)
{
  const char *population = es_row_text(tally, "population");
  struct es_series *series = es_build_series(b, panel, group, mark);
  es_build_group(b, series, population, es_first_attribute(b->results, population), group);
  return series;
}

/* --- calibration ------------------------------------------------------------------------------ */

/* A tenth of a group's scored people, or more where many share a step. */
static void add_tenths(struct es_build *b, struct es_series *series, const json_t *tally,
                       const struct pile *pile)
{
  const double z = es_normal_quantile(0.975);
  double all = 0, people = 0, good = 0, sum = 0;
  for (size_t s = 0; s < STEPS; s++) all += pile->count[0][s] + pile->count[1][s];
  for (size_t s = 0; s < STEPS; s++) {
    double here = pile->count[0][s] + pile->count[1][s];
    people += here;
    good += pile->count[1][s];
    sum += here * es_logistic(value_of(tally, s));
    if (people < LEAST || people < all / DECILES) continue;
    struct es_interval range = es_wilson(good, people, z);
    struct es_point *point = es_build_point(b, series, sum / people, good / people, "");
    if (point != NULL) point->y_low = range.low, point->y_high = range.high;
    people = good = sum = 0;
  }
}

void es_build_calibration(struct es_build *b)
{
  struct es_figure *figure = es_build_figure(
      b, "calibration", "Does a probability mean the same in each group?",
      "Tenths of each group's scored people: what was predicted, and what came true, with 95% "
      "Wilson intervals. On the line both are equal.",
      "predicted probability", "share that came true");
  if (figure != NULL) figure->diagonal = true;
  struct piles piles = {.first = STEPS};
  const json_t *tally;
  size_t i;
  json_array_foreach(b->results->tallies, i, tally)
  {
    if (!is_shown(b, tally, "log-odds")) continue;
    pile_up(b, tally, &piles);
    struct es_panel *panel = panel_of(b, figure, tally);
    for (size_t k = 0; panel != NULL && k < piles.count; k++)
      add_tenths(b, series_of(b, panel, tally, piles.at[k].group, ES_MARK_LINE), tally,
                 &piles.at[k]);
  }
  clear(&piles);
  es_build_finish(b, "no tally of probabilities is in these results");
}

/* --- score distributions ---------------------------------------------------------------------- */

static void add_columns(struct es_build *b, struct es_series *series, const json_t *tally,
                        const struct piles *piles, const struct pile *pile)
{
  size_t wide = (piles->end - piles->first + COLUMNS - 1) / COLUMNS;
  for (size_t c = 0; c < COLUMNS && wide > 0; c++) {
    size_t first = piles->first + c * wide;
    double people = 0;
    if (first >= piles->end) break;
    for (size_t s = first; s < first + wide && s < STEPS; s++)
      people += pile->count[0][s] + pile->count[1][s];
    double middle = (value_of(tally, first) + value_of(tally, first + wide - 1)) / 2;
    es_build_point(b, series, middle, people / pile->people, "");
  }
}

/* A figure for each kind of scale: scores of two scales do not share an axis. */
static void add_scores(struct es_build *b, const char *grid, const char *name, const char *title,
                       const char *x_title)
{
  struct es_figure *figure = es_build_figure(
      b, name, title,
      "Share of each group's people by score. Those without a score are in no column, so what "
      "stands lower covers fewer.",
      x_title, "share of the group");
  if (figure != NULL) figure->own_axes = true;
  struct piles piles = {.first = STEPS};
  const json_t *tally;
  size_t i;
  json_array_foreach(b->results->tallies, i, tally)
  {
    if (!is_shown(b, tally, grid)) continue;
    pile_up(b, tally, &piles);
    struct es_panel *panel = panel_of(b, figure, tally);
    for (size_t k = 0; panel != NULL && k < piles.count; k++)
      if (piles.at[k].people > 0)
        add_columns(b, series_of(b, panel, tally, piles.at[k].group, ES_MARK_STEP), tally, &piles,
                    &piles.at[k]);
  }
  clear(&piles);
  es_build_finish(b, "no tally of scores on such a scale is in these results");
}

void es_build_scores(struct es_build *b)
{
  add_scores(b, "log-odds", "scores", "Where do each group's probabilities lie?",
             "log-odds of the predicted probability");
  add_scores(b, "score", "points", "Where do each group's scores lie?", "score");
}
