/* Scores by group in columns, and tenths of its probabilities.
 *
 * A column is a distinct score where all groups together have few, else a part of the range: of
 * log-odds for probabilities on a grid.  Tenths lie between quantiles of the group's own people, as
 * in calibration_error_quantile.  With weights, people are the effective ones (Kish).
 */
#include "harness/measure/shape.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/measure/calibration.h"
#include "harness/measure/gap.h"

enum { COLUMNS = 32, TENTHS = 10 };

/* The columns of all groups: middle of each; `wide` 0: one for each distinct score. */
struct columns {
  double middle[COLUMNS], low, wide;
  size_t count;
  bool odds; /* of probabilities, shown as log-odds */
};

struct shaping {
  struct es_results *results;
  const struct es_evaluation *e;
  const char *attribute;
  struct es_context *ctx;
};

static double shown(const struct columns *columns, const struct es_counts *c, double score)
{
  if (columns->odds) return es_logit(score);
  return c->reversed ? -score : score;
}

/* The column of a distinct score, or COLUMNS. */
static size_t distinct(const struct columns *columns, double x)
{
  size_t k = 0;
  while (k < columns->count && columns->middle[k] != x) k++;
  return k < columns->count ? k : COLUMNS;
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void choose_columns(struct columns *columns, const struct es_group *group, size_t n)
{
  double high = -INFINITY;
  bool few = true;
  columns->low = INFINITY;
  for (size_t g = 0; g < n; g++) {
    const struct es_counts *c = &group[g].counts.weight;
    for (size_t k = 0; k < c->curve.points; k++) {
      double x = shown(columns, c, c->curve.score[k]);
      columns->low = fmin(columns->low, x);
      high = fmax(high, x);
      if (!few || distinct(columns, x) < COLUMNS) continue;
      few = columns->count < COLUMNS;
      if (few) columns->middle[columns->count++] = x;
    }
  }
  if (few) {
    qsort(columns->middle, columns->count, sizeof columns->middle[0], by_value);
    return;
  }
  columns->count = COLUMNS;
  columns->wide = (high - columns->low) / COLUMNS;
  for (size_t k = 0; k < COLUMNS; k++)
    columns->middle[k] = columns->low + ((double)k + 0.5) * columns->wide;
}

static size_t column_of(const struct columns *columns, double x)
{
  if (!(columns->wide > 0)) return distinct(columns, x);
  double at = (x - columns->low) / columns->wide;
  return at < COLUMNS ? (size_t)at : COLUMNS - 1;
}

static enum es_status add_scores(const struct shaping *s, const struct es_group *group,
                                 const struct columns *columns)
{
  const struct es_counts *c = &group->counts.weight;
  double people[COLUMNS + 1] = {0};
  for (size_t k = 0; k < c->curve.points; k++)
    people[column_of(columns, shown(columns, c, c->curve.score[k]))] +=
        c->curve.favorable[k] + c->curve.unfavorable[k];
  for (size_t k = 0; k < columns->count && c->people > 0; k++)
    ES_TRY(es_results_tidy(
        s->results, "scores",
        json_pack("{ss ss ss ss ss ss so so so}", "population", s->e->population, "scorer",
                  s->e->scorer, "policy", s->e->policy, "attribute", s->attribute, "group",
                  group->name, "scale", columns->odds ? "log-odds" : "score", "score",
                  es_json_real(columns->middle[k]), "wide", es_json_real(columns->wide), "share",
                  es_json_real(people[k] / c->people)),
        s->ctx));
  return ES_OK;
}

static enum es_status add_tenths(const struct shaping *s, const struct es_group *group)
{
  const struct es_counts *c = &group->counts.weight;
  struct es_calibration_bin bin[TENTHS];
  double z = es_normal_quantile(0.5 + s->e->confidence / 2);
  if (c->probability.points == 0 || !(es_calibration_bins(c, true, bin, TENTHS) > 0)) return ES_OK;
  for (size_t b = 0; b < TENTHS; b++) {
    double people = bin[b].weight * c->effective;
    if (!(people > 0)) continue;
    struct es_interval i = es_wilson(bin[b].share * people, people, z);
    ES_TRY(es_results_tidy(
        s->results, "calibration",
        json_pack("{ss ss ss ss ss si so so so so so}", "population", s->e->population, "scorer",
                  s->e->scorer, "policy", s->e->policy, "attribute", s->attribute, "group",
                  group->name, "tenth", (int)b + 1, "predicted", es_json_real(bin[b].mean), "value",
                  es_json_real(bin[b].share), "low", es_json_real(i.low), "high",
                  es_json_real(i.high), "n", es_json_real(people)),
        s->ctx));
  }
  return ES_OK;
}

static enum es_status one_view(struct shaping *s, const struct es_tally *tally,
                               const struct es_grouping *how, const struct es_view *view)
{
  struct es_group *group = NULL;
  size_t n = 0;
  struct columns columns = {.odds = tally->probability && tally->bins != NULL};
  char *name = es_view_name(view, s->e->attribute);
  if (name == NULL) return es_fail(s->ctx, ES_NOMEM, "out of memory");
  s->attribute = name;
  enum es_status status = es_groups_make(&group, &n, tally, how, view, s->ctx);
  if (status == ES_OK) choose_columns(&columns, group, n);
  for (size_t g = 0; status == ES_OK && g < n; g++) {
    status = add_scores(s, &group[g], &columns);
    if (status == ES_OK) status = add_tenths(s, &group[g]);
  }
  es_groups_free(group, n);
  free(name);
  return status;
}

enum es_status es_shape(struct es_results *results, const struct es_tally *tally,
                        const struct es_evaluation *e, struct es_context *ctx)
{
  struct shaping s = {.results = results, .e = e, .ctx = ctx};
  struct es_grouping how = {e->attribute, e->attributes, &e->consequence, e->positive_is_adverse,
                            e->oracle};
  if (tally->scores_dropped || e->decisions_only) return ES_OK;
  for (size_t v = 0; v < e->views; v++)
    if (e->view[v].count == 1) ES_TRY(one_view(&s, tally, &how, &e->view[v]));
  return ES_OK;
}
