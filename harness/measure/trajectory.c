/* Sums cells over groups, and makes rows of them. */
#include "harness/measure/trajectory.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/statistics/interval.h"

static const double unit = 0x1p40;

void es_sum_add(struct es_sum *s, double x)
{
  s->n++;
  s->sum += (es_signed)floor(x * unit + 0.5);
  s->square += es_fixed_from(x * x);
}

#define SUM_FIELDS(block, which)                                                                   \
  ES_COUNTS(block, which.n), ES_SUMS(block, which.sum), ES_SUMS(block, which.square)
#define MOMENT struct es_moment
static const struct es_field moment_fields[] = {
    ES_COUNTS(MOMENT, people),     ES_COUNTS(MOMENT, scored),    ES_COUNTS(MOMENT, approved),
    ES_COUNTS(MOMENT, restricted), ES_COUNTS(MOMENT, favorable), ES_COUNTS(MOMENT, wronged),
    SUM_FIELDS(MOMENT, chance),    SUM_FIELDS(MOMENT, score),    {0}};
#undef MOMENT
#define COURSE struct es_course
static const struct es_field course_fields[] = {
    ES_COUNTS(COURSE, people),  ES_COUNTS(COURSE, never),  ES_COUNTS(COURSE, wronged),
    SUM_FIELDS(COURSE, chance), SUM_FIELDS(COURSE, score), {0}};
#undef COURSE
const struct es_layout es_moment_layout = {sizeof(struct es_moment), moment_fields};
const struct es_layout es_course_layout = {sizeof(struct es_course), course_fields};

enum es_status es_trajectory_create(struct es_trajectory *t, size_t cells, size_t months,
                                    struct es_context *ctx)
{
  *t = (struct es_trajectory){.cells = cells, .months = months};
  t->moment = es_alloc((months + 1) * cells, sizeof *t->moment, ctx);
  t->course = es_alloc(cells, sizeof *t->course, ctx);
  t->recovered = es_alloc((months + 1) * cells, sizeof *t->recovered, ctx);
  if (t->moment == NULL || t->course == NULL || t->recovered == NULL) return ES_NOMEM;
  for (size_t c = 0; c < cells; c++) t->course[c].recovered = t->recovered + c * (months + 1);
  return ES_OK;
}

void es_trajectory_merge(struct es_trajectory *whole, const struct es_trajectory *part)
{
  size_t moments = (whole->months + 1) * whole->cells;
  es_fields_add(&es_moment_layout, whole->moment, part->moment, moments);
  es_fields_add(&es_course_layout, whole->course, part->course, whole->cells);
  es_fields_add(&es_count_layout, whole->recovered, part->recovered, moments);
}

void es_trajectory_write(const struct es_trajectory *t, struct es_text *out)
{
  size_t moments = (t->months + 1) * t->cells;
  es_text_add(out, "{\"moment\":");
  es_fields_write(&es_moment_layout, t->moment, moments, out);
  es_text_add(out, ",\"course\":");
  es_fields_write(&es_course_layout, t->course, t->cells, out);
  es_text_add(out, ",\"recovered\":");
  es_fields_write(&es_count_layout, t->recovered, moments, out);
  es_text_add(out, "}");
}

enum es_status es_trajectory_read(struct es_trajectory *t, const json_t *from,
                                  struct es_context *ctx)
{
  size_t moments = (t->months + 1) * t->cells;
  ES_TRY(
      es_fields_read(&es_moment_layout, t->moment, moments, json_object_get(from, "moment"), ctx));
  ES_TRY(
      es_fields_read(&es_course_layout, t->course, t->cells, json_object_get(from, "course"), ctx));
  return es_fields_read(&es_count_layout, t->recovered, moments, json_object_get(from, "recovered"),
                        ctx);
}

void es_trajectory_clear(struct es_trajectory *t)
{
  free(t->moment);
  free(t->course);
  free(t->recovered);
  *t = (struct es_trajectory){0};
}

/* --- rows
 * ---------------------------------------------------------------------------------------- */

/* A value with its interval; a reason where it is undefined. */
struct point {
  double value;
  struct es_interval interval;
  uint64_t n;
  const char *undefined;
};

static struct point share(uint64_t part, uint64_t whole, double z)
{
  if (whole == 0) return (struct point){NAN, {NAN, NAN}, 0, "0 of 0 people"};
  return (struct point){(double)part / (double)whole, es_wilson((double)part, (double)whole, z),
                        whole, NULL};
}

static struct point mean(const struct es_sum *s, double z)
{
  if (s->n == 0) return (struct point){NAN, {NAN, NAN}, 0, "0 of 0 people"};
  double n = (double)s->n, value = (double)s->sum / unit / n;
  double variance = fmax(0, es_fixed_to(s->square) / n - value * value) / n;
  return (struct point){value, es_normal_interval(value, variance, z), s->n, NULL};
}

/* The month by which half of those wronged at first have been approved; its interval: the months
 * in which Wilson's interval of the share reaches a half. */
static struct point half_life(const struct es_course *c, size_t months, double z)
{
  struct point p = {NAN, {NAN, NAN}, c->wronged, "fewer than half are approved by the horizon"};
  uint64_t so_far = 0;
  if (c->wronged == 0) p.undefined = "0 of 0: nobody is wronged at first";
  for (size_t m = 1; m <= months && c->wronged > 0; m++) {
    so_far += c->recovered[m];
    struct point s = share(so_far, c->wronged, z);
    if (isnan(p.interval.low) && s.interval.high >= 0.5) p.interval.low = (double)m;
    if (isnan(p.value) && s.value >= 0.5) p.value = (double)m;
    if (isnan(p.interval.high) && s.interval.low >= 0.5) p.interval.high = (double)m;
  }
  if (isnan(p.value)) return p;
  if (isnan(p.interval.high)) p.interval.low = NAN;
  p.undefined = NULL;
  return p;
}

struct writing {
  struct es_results *results;
  const struct es_evaluation *e;
  const char *attribute, *group;
  double z;
  struct es_context *ctx;
};

static json_t *keys(const struct writing *w)
{
  return json_pack("{ss ss ss ss ss}", "population", w->e->population, "scorer", w->e->scorer,
                   "policy", w->e->policy, "attribute", w->attribute, "group", w->group);
}

static enum es_status put(const struct writing *w, const char *table, json_t *row,
                          const char *measure, const struct point *p)
{
  json_t *rest =
      json_pack("{ss so so so sI ss}", "measure", measure, "value", es_json_real(p->value), "low",
                es_json_real(p->interval.low), "high", es_json_real(p->interval.high), "n",
                (json_int_t)p->n, "status", p->undefined == NULL ? "ok" : p->undefined);
  if (row != NULL && rest != NULL) json_object_update(row, rest);
  json_decref(rest);
  return es_results_tidy(w->results, table, row, w->ctx);
}

static enum es_status put_moment(const struct writing *w, size_t month, const struct es_moment *m)
{
  const struct {
    const char *measure;
    struct point point;
  } rows[] = {{"approved_share", share(m->approved, m->people, w->z)},
              {"scored_share", share(m->scored, m->people, w->z)},
              {"restricted_share", share(m->restricted, m->people, w->z)},
              {"wrongly_denied_share", share(m->wronged, m->favorable, w->z)},
              {"mean_probability", mean(&m->chance, w->z)},
              {"mean_score", mean(&m->score, w->z)}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    json_t *row = keys(w);
    if (row != NULL) json_object_set_new(row, "month", json_integer((json_int_t)month));
    ES_TRY(put(w, "trajectory", row, rows[k].measure, &rows[k].point));
  }
  return ES_OK;
}

static enum es_status put_course(const struct writing *w, const struct es_course *c, size_t months)
{
  const struct {
    const char *measure;
    struct point point;
  } rows[] = {{"lock_in_share", share(c->never, c->people, w->z)},
              {"recovery_half_life", half_life(c, months, w->z)},
              {"delayed_impact_probability", mean(&c->chance, w->z)},
              {"delayed_impact_score", mean(&c->score, w->z)}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++)
    ES_TRY(put(w, "dynamics", keys(w), rows[k].measure, &rows[k].point));
  return ES_OK;
}

/* Everybody where `view` is NULL, else the number-th group of the view. */
static enum es_status put_group(const struct writing *w, const struct es_trajectory *t,
                                const struct es_view *view, size_t number)
{
  struct es_trajectory sum;
  enum es_status status = es_trajectory_create(&sum, 1, t->months, w->ctx);
  for (size_t c = 0; status == ES_OK && c < t->cells; c++) {
    if (view != NULL && !es_view_holds(view, w->e->attribute, number, c)) continue;
    for (size_t m = 0; m <= t->months; m++)
      es_fields_add(&es_moment_layout, &sum.moment[m], &t->moment[m * t->cells + c], 1);
    es_fields_add(&es_course_layout, sum.course, &t->course[c], 1);
    es_fields_add(&es_count_layout, sum.recovered, t->course[c].recovered, t->months + 1);
  }
  for (size_t m = 0; status == ES_OK && m <= t->months; m++)
    status = put_moment(w, m, &sum.moment[m]);
  if (status == ES_OK) status = put_course(w, &sum.course[0], t->months);
  es_trajectory_clear(&sum);
  return status;
}

static enum es_status put_view(struct writing *w, const struct es_trajectory *t,
                               const struct es_view *view)
{
  char *attribute = es_view_name(view, w->e->attribute);
  if (attribute == NULL) return es_fail(w->ctx, ES_NOMEM, "out of memory");
  w->attribute = attribute;
  enum es_status status = ES_OK;
  size_t groups = es_view_groups(view, w->e->attribute);
  for (size_t g = 0; status == ES_OK && g < groups; g++) {
    char *group = es_view_group(view, w->e->attribute, g);
    w->group = group;
    status = group != NULL ? put_group(w, t, view, g) : es_fail(w->ctx, ES_NOMEM, "out of memory");
    free(group);
  }
  free(attribute);
  return status;
}

enum es_status es_trajectory_rows(struct es_results *results, const struct es_trajectory *t,
                                  const struct es_evaluation *e, struct es_context *ctx)
{
  struct writing w = {.results = results,
                      .e = e,
                      .attribute = "",
                      .group = "all",
                      .z = es_normal_quantile(0.5 + e->confidence / 2),
                      .ctx = ctx};
  ES_TRY(put_group(&w, t, NULL, 0));
  for (size_t v = 0; v < e->views; v++) ES_TRY(put_view(&w, t, &e->view[v]));
  return ES_OK;
}
