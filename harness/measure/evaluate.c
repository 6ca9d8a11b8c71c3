/* Goes through the registry for everyone and for each view, and writes rows.
 *
 * The order of rows depends on the registry and on what was asked for, never on the counts, so that
 * the values of a resampled tally stand in the same places.
 */
#include "harness/measure/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/gap.h"
#include "harness/measure/resampled.h"

/* Distances between all pairs of more groups than this are not resampled: they would take minutes.
 */
enum { MOST_RESAMPLED = 12 };

/* `values`: where numbers go in place of rows, or NULL. */
struct evaluating {
  struct es_results *results;
  double *values;
  size_t count, room;
  const struct es_evaluation *e;
  struct es_choice choice;
  const char *attribute; /* of the view at hand; "" for everyone */
  double z;
  struct es_context *ctx;
};

/* A view, measured.  m is [metrics][groups], overall [metrics]; left_out counts, for each group,
 * the comparisons that skipped it; reference: a group, or `groups` for none. */
struct viewed {
  const struct es_group *group;
  size_t groups, reference;
  const char **name;
  struct es_measured *m;
  const struct es_measured *overall;
  size_t *left_out;
  uint64_t people;
};

/* --- rows ------------------------------------------------------------------------------------- */

struct figure {
  const char *group, *metric, *reduction, *method, *undefined;
  double value;
  struct es_interval interval;
  uint64_t n;
  size_t skipped;
};

static enum es_status add_row(const struct evaluating *at, const char *name, const struct figure *f)
{
  bool defined = f->undefined[0] == '\0', ranged = defined && !isnan(f->interval.low);
  char status[ES_REASON + 96], method[96] = "";
  snprintf(status, sizeof status, "%s%s", defined ? "ok" : "undefined: ", f->undefined);
  if (ranged) snprintf(method, sizeof method, "%s", f->method);
  if (defined && f->skipped > 0)
    snprintf(method, sizeof method, "%s%s%zu skipped", ranged ? f->method : "", ranged ? ", " : "",
             f->skipped);
  return es_results_add(at->results,
                        &(struct es_row){.population = (char *)at->e->population,
                                         .scorer = (char *)at->e->scorer,
                                         .policy = (char *)at->e->policy,
                                         .attribute = (char *)at->attribute,
                                         .group = (char *)f->group,
                                         .metric = (char *)name,
                                         .reduction = (char *)f->reduction,
                                         .value = defined ? f->value : NAN,
                                         .low = ranged ? f->interval.low : NAN,
                                         .high = ranged ? f->interval.high : NAN,
                                         .confidence = ranged ? at->e->confidence : NAN,
                                         .method = method,
                                         .n = f->n,
                                         .status = status},
                        at->ctx);
}

/* Under each name that was asked for. */
static enum es_status put(struct evaluating *at, const struct figure *f)
{
  const char *name;
  for (size_t k = 0; (name = es_choice_name(&at->choice, f->metric, k)) != NULL; k++) {
    if (at->values == NULL)
      ES_TRY(add_row(at, name, f));
    else if (at->count < at->room)
      at->values[at->count] = f->undefined[0] == '\0' ? f->value : NAN;
    at->count++;
  }
  return ES_OK;
}

static enum es_status put_measure(struct evaluating *at, const char *group,
                                  const struct es_metric *metric, const struct es_measured *m)
{
  struct es_interval interval =
      m->rate ? es_wilson(m->k, m->n, at->z) : es_normal_interval(m->value, m->variance, at->z);
  if (m->variance >= 0 && metric->share)
    interval = (struct es_interval){fmax(interval.low, 0), fmin(interval.high, 1)};
  return put(at, &(struct figure){.group = group,
                                  .metric = metric->name,
                                  .reduction = "",
                                  .value = m->value,
                                  .interval = interval,
                                  .method = m->method,
                                  .n = m->people,
                                  .undefined = m->undefined});
}

static enum es_status put_gap(struct evaluating *at, const struct viewed *v, const char *name,
                              const char *reduction, const struct es_gap *d)
{
  return put(at, &(struct figure){.group = "",
                                  .metric = name,
                                  .reduction = reduction,
                                  .value = d->value,
                                  .interval = d->interval,
                                  .method = d->method,
                                  .n = v->people,
                                  .undefined = d->undefined,
                                  .skipped = d->skipped});
}

/* --- gaps of one measure ---------------------------------------------------------------------- */

static struct es_compared compared(const struct evaluating *at, const struct viewed *v,
                                   size_t metric)
{
  return (struct es_compared){&v->m[metric * v->groups], v->name, v->groups, at->e->skip_undefined,
                              at->e->confidence};
}

/* Remembers which groups a gap went without. */
static void remember(const struct viewed *v, const struct es_compared *c, const struct es_gap *d)
{
  for (size_t g = 0; d->skipped > 0 && d->undefined[0] == '\0' && g < v->groups; g++)
    v->left_out[g] += c->m[g].undefined[0] != '\0';
}

static size_t pairs(const struct viewed *v) { return v->groups * (v->groups - 1) / 2; }

static enum es_status gaps_of(struct evaluating *at, const struct viewed *v, size_t metric,
                              enum es_form part)
{
  char name[ES_METRIC_NAME], reduction[160];
  bool divided = part == ES_RATIO, named = at->choice.metric_named[metric] >> part & 1;
  struct es_compared c = compared(at, v, metric);
  snprintf(name, sizeof name, "%s%s", es_metrics[metric].name, es_form_ending[part]);
  struct es_gap d = es_gap_between(&c, divided, pairs(v));
  remember(v, &c, &d);
  ES_TRY(put_gap(at, v, name, "between_groups", &d));
  if (at->choice.everything || named) {
    d = es_gap_to(&c, divided, &v->overall[metric]);
    d.interval = (struct es_interval){NAN, NAN}; /* a group is part of the overall */
    ES_TRY(put_gap(at, v, name, "to_overall", &d));
  }
  if (v->reference == v->groups) return ES_OK;
  snprintf(reduction, sizeof reduction, "to_reference:%s", v->name[v->reference]);
  d = es_gap_to(&c, divided, &c.m[v->reference]);
  return put_gap(at, v, name, reduction, &d);
}

static enum es_status disparities_of(struct evaluating *at, const struct viewed *v, size_t metric)
{
  for (enum es_form part = ES_DIFFERENCE; part < ES_FORMS; part++) {
    if (!(at->choice.metric[metric] >> part & 1)) continue;
    if (part <= ES_RATIO) {
      ES_TRY(gaps_of(at, v, metric, part));
      continue;
    }
    char name[ES_METRIC_NAME];
    snprintf(name, sizeof name, "%s%s", es_metrics[metric].name, es_form_ending[part]);
    struct es_compared c = compared(at, v, metric);
    struct es_gap d = es_gap_extreme(&c, part == ES_GROUP_MAX);
    ES_TRY(put_gap(at, v, name, "between_groups", &d));
  }
  return ES_OK;
}

/* A named disparity: of its rate, or the worse of its two, or their mean. */
static struct es_gap named_gap(const struct evaluating *at, const struct viewed *v,
                               const struct es_disparity *row, bool divided)
{
  size_t rates = row->metric[1] != NULL ? 2 : 1;
  struct es_gap all = {.interval = {NAN, NAN}};
  for (size_t k = 0; k < rates; k++) {
    struct es_compared c = compared(at, v, (size_t)(es_metric_find(row->metric[k]) - es_metrics));
    struct es_gap d = es_gap_between(&c, divided, rates * pairs(v));
    if (d.undefined[0] != '\0') return d;
    remember(v, &c, &d);
    size_t skipped = d.skipped > all.skipped ? d.skipped : all.skipped;
    if (row->mean) {
      all.value += d.value / (double)rates; /* the two share people: no closed interval */
    } else if (k == 0 || (divided ? d.value < all.value : d.value > all.value)) {
      all = d;
    }
    all.skipped = skipped;
  }
  return all;
}

static enum es_status named(struct evaluating *at, const struct viewed *v, size_t disparity)
{
  for (enum es_form part = ES_DIFFERENCE; part <= ES_RATIO; part++) {
    char name[ES_METRIC_NAME];
    if (!(at->choice.disparity[disparity] >> part & 1)) continue;
    snprintf(name, sizeof name, "%s%s", es_disparities[disparity].name, es_form_ending[part]);
    struct es_gap d = named_gap(at, v, &es_disparities[disparity], part == ES_RATIO);
    ES_TRY(put_gap(at, v, name, "between_groups", &d));
  }
  return ES_OK;
}

/* --- numbers between groups ------------------------------------------------------------------- */

static struct es_gap gap_from(const struct evaluating *at, const struct es_estimate *e)
{
  struct es_gap d = {.value = e->value,
                     .interval = es_normal_interval(e->value, e->variance, at->z)};
  snprintf(d.method, sizeof d.method, "%s", e->method != NULL ? e->method : "");
  if (e->undefined != NULL) snprintf(d.undefined, sizeof d.undefined, "%s", e->undefined);
  return d;
}

/* The groups that can take part; a gap that is undefined where one cannot, and none are skipped. */
static struct es_gap who_can(const struct evaluating *at, const struct viewed *v,
                             const struct es_between *row, bool *out)
{
  struct es_gap d = {.interval = {NAN, NAN}};
  for (size_t g = 0; g < v->groups; g++) {
    const char *reason = row->lacks != NULL ? row->lacks(&v->group[g].counts.weight) : NULL;
    out[g] = reason != NULL;
    if (reason == NULL) continue;
    if (!at->e->skip_undefined && d.undefined[0] == '\0')
      snprintf(d.undefined, sizeof d.undefined, "%.60s: %.150s", v->name[g], reason);
    d.skipped++;
  }
  if (d.undefined[0] == '\0' && v->groups - d.skipped < 2)
    snprintf(d.undefined, sizeof d.undefined, "%zu of %zu groups can be compared",
             v->groups - d.skipped, v->groups);
  return d;
}

/* The two that are furthest apart, or the one furthest from `from`. */
static struct es_gap worst_pair(const struct evaluating *at, const struct viewed *v,
                                const struct es_between *row, const bool *out, size_t from)
{
  struct es_gap worst = {.interval = {NAN, NAN}};
  bool first = true;
  for (size_t a = 0; a < v->groups; a++)
    for (size_t b = a + 1; b < v->groups; b++) {
      if (out[a] || out[b] || (from < v->groups && a != from && b != from)) continue;
      struct es_estimate e = row->pair(&v->group[a].counts.weight, &v->group[b].counts.weight);
      if (e.undefined != NULL) return gap_from(at, &e);
      if (first || (row->direction > 0 ? e.value < worst.value : e.value > worst.value))
        worst.value = e.value;
      first = false;
    }
  return worst;
}

static struct es_gap of_all(const struct evaluating *at, const struct viewed *v,
                            const struct es_between *row, const bool *out)
{
  const struct es_counts **group = es_alloc(v->groups, sizeof *group, at->ctx);
  struct es_gap d = {.undefined = "out of memory"};
  size_t n = 0;
  for (size_t g = 0; group != NULL && g < v->groups; g++)
    if (!out[g]) group[n++] = &v->group[g].counts.weight;
  if (group != NULL) {
    struct es_estimate e = row->groups(group, n);
    d = gap_from(at, &e);
  }
  free(group);
  return d;
}

/* Of everybody outside the reference group and the reference group. */
static struct es_gap of_others(const struct evaluating *at, const struct viewed *v,
                               const struct es_between *row)
{
  struct es_group_counts others = {0};
  const struct es_group_counts *p = &v->group[v->reference].counts;
  for (size_t g = 0; g < v->groups; g++)
    if (g != v->reference) es_counts_add(&others, &v->group[g].counts);
  if (row->rate != NULL) {
    struct es_measured a = es_measure_rate(row->rate, row->formula, &others);
    struct es_measured b = es_measure_rate(row->rate, row->formula, p);
    return es_gap_of(&a, &b, row->divided, at->e->confidence);
  }
  struct es_estimate e = row->others(&others.weight, &p->weight);
  return gap_from(at, &e);
}

static enum es_status between(struct evaluating *at, const struct viewed *v, size_t number,
                              bool *out)
{
  const struct es_between *row = &es_betweens[number];
  bool signed_gap = row->others != NULL || row->rate != NULL, referred = v->reference < v->groups;
  char reduction[160] = "to_reference";
  if (referred) snprintf(reduction, sizeof reduction, "to_reference:%s", v->name[v->reference]);
  if (signed_gap) {
    struct es_gap d = {.undefined = "no reference group is named: --reference GROUP"};
    if (referred)
      d = of_others(at, v, row);
    else if (at->choice.between[number] < 2)
      return ES_OK; /* it was not asked for by name */
    return put_gap(at, v, row->name, reduction, &d);
  }
  struct es_gap able = who_can(at, v, row, out);
  if (at->values != NULL && row->pair != NULL && v->groups > MOST_RESAMPLED)
    snprintf(able.undefined, sizeof able.undefined, "not resampled");
  struct es_gap d = able;
  if (able.undefined[0] == '\0')
    d = row->groups != NULL ? of_all(at, v, row, out) : worst_pair(at, v, row, out, v->groups);
  d.skipped = able.skipped;
  for (size_t g = 0; d.undefined[0] == '\0' && g < v->groups; g++) v->left_out[g] += out[g];
  ES_TRY(put_gap(at, v, row->name, "between_groups", &d));
  if (row->pair == NULL || !referred) return ES_OK;
  if (able.undefined[0] == '\0') {
    d = worst_pair(at, v, row, out, v->reference);
    if (out[v->reference])
      snprintf(d.undefined, sizeof d.undefined, "%.60s is undefined", v->name[v->reference]);
  }
  d.skipped = able.skipped;
  return put_gap(at, v, row->name, reduction, &d);
}

/* --- everything of one view ------------------------------------------------------------------- */

static enum es_status put_measures(struct evaluating *at, const struct es_group *groups, size_t n,
                                   struct es_measured *m)
{
  for (size_t g = 0; g < n; g++)
    for (size_t k = 0; k < es_metric_count; k++) {
      struct es_measured *one = &m[k * n + g];
      if (!at->choice.needed[k]) continue;
      if (at->values != NULL && es_metrics[k].slow)
        snprintf(one->undefined, ES_REASON, "not resampled");
      else
        *one = es_measure(&es_metrics[k], &groups[g].counts);
      if (at->choice.metric[k] >> ES_VALUE & 1)
        ES_TRY(put_measure(at, groups[g].name, &es_metrics[k], one));
    }
  return ES_OK;
}

static enum es_status put_disparities(struct evaluating *at, const struct viewed *v)
{
  for (size_t d = 0; d < es_disparity_count; d++) ES_TRY(named(at, v, d));
  for (size_t k = 0; k < es_metric_count; k++) ES_TRY(disparities_of(at, v, k));
  bool *out = es_alloc(v->groups, sizeof *out, at->ctx);
  enum es_status status = out != NULL ? ES_OK : ES_NOMEM;
  for (size_t b = 0; status == ES_OK && b < es_between_count; b++)
    if (at->choice.between[b] != 0) status = between(at, v, b, out);
  free(out);
  return status;
}

/* Names the groups whose numbers rest on few people, and those that comparisons went without. */
static void note(const struct evaluating *at, const struct viewed *v)
{
  enum { MOST = 12 };
  struct es_text text = {0};
  size_t small = 0;
  for (size_t g = 0; g < v->groups; g++) {
    uint64_t people = (uint64_t)(v->group[g].counts.people.people + 0.5);
    if (people >= at->e->small) continue;
    if (small++ < MOST)
      es_text_add(&text, "%s%s (%llu)", small > 1 ? ", " : "", v->name[g],
                  (unsigned long long)people);
  }
  if (small > MOST) es_text_add(&text, " and %zu more", small - MOST);
  if (small > 0)
    es_note(at->ctx, "%s: fewer than %llu people: %s", at->attribute,
            (unsigned long long)at->e->small, es_text_get(&text));
  es_text_clear(&text);
  for (size_t g = 0; at->e->skip_undefined && g < v->groups; g++)
    if (v->left_out[g] > 0)
      es_note(at->ctx, "%s: %s is undefined in %zu gaps, which skip it", at->attribute, v->name[g],
              v->left_out[g]);
}

static enum es_status evaluate_groups(struct evaluating *at, struct viewed *v)
{
  v->name = es_alloc(v->groups, sizeof *v->name, at->ctx);
  v->left_out = es_alloc(v->groups, sizeof *v->left_out, at->ctx);
  v->m = es_alloc(es_metric_count * v->groups, sizeof *v->m, at->ctx);
  if (v->name == NULL || v->left_out == NULL || v->m == NULL) return ES_NOMEM;
  v->reference = v->groups;
  for (size_t g = 0; g < v->groups; g++) {
    v->name[g] = v->group[g].name;
    v->people += (uint64_t)(v->group[g].counts.people.people + 0.5);
    if (at->e->reference != NULL && strcmp(at->e->reference, v->name[g]) == 0) v->reference = g;
  }
  ES_TRY(put_measures(at, v->group, v->groups, v->m));
  ES_TRY(put_disparities(at, v));
  if (at->values == NULL) note(at, v);
  return ES_OK;
}

static enum es_status evaluate_view(struct evaluating *at, const struct es_tally *tally,
                                    const struct es_grouping *how, const struct es_view *view,
                                    const struct es_measured *overall)
{
  struct es_group *groups = NULL;
  struct viewed v = {.overall = overall};
  char *name = es_view_name(view, at->e->attribute);
  if (name == NULL) return es_fail(at->ctx, ES_NOMEM, "out of memory");
  at->attribute = name;
  enum es_status status = es_groups_make(&groups, &v.groups, tally, how, view, at->ctx);
  v.group = groups;
  if (status == ES_OK) status = evaluate_groups(at, &v);
  free(v.name);
  free(v.left_out);
  free(v.m);
  es_groups_free(groups, v.groups);
  at->attribute = "";
  free(name);
  return status;
}

static enum es_status evaluate(struct evaluating *at, struct es_tally *tally)
{
  const struct es_evaluation *e = at->e;
  struct es_grouping how = {e->attribute, e->attributes, &e->consequence, e->positive_is_adverse,
                            e->oracle};
  struct es_group *all = NULL;
  size_t n = 0;
  if (at->values == NULL) ES_TRY(es_tally_sort(tally, at->ctx));
  at->z = es_normal_quantile(0.5 + e->confidence / 2);
  at->attribute = "";
  ES_TRY(es_choice_make(&at->choice, e->metrics, at->ctx));
  struct es_measured *overall = es_alloc(es_metric_count, sizeof *overall, at->ctx);
  enum es_status status = overall == NULL ? ES_NOMEM : ES_OK;
  if (status == ES_OK)
    status = es_groups_make(&all, &n, tally, &how, &(struct es_view){{0}, 0}, at->ctx);
  if (status == ES_OK) status = put_measures(at, all, 1, overall);
  for (size_t v = 0; status == ES_OK && v < e->views; v++)
    status = evaluate_view(at, tally, &how, &e->view[v], overall);
  free(overall);
  es_groups_free(all, n);
  es_choice_clear(&at->choice);
  return status;
}

enum es_status es_evaluate(struct es_results *results, struct es_tally *tally,
                           const struct es_evaluation *e, struct es_context *ctx)
{
  struct evaluating at = {.results = results, .e = e, .ctx = ctx};
  size_t first = results->rows;
  ES_TRY(evaluate(&at, tally));
  if (e->bootstrap == 0 || tally->counted) return ES_OK; /* such rows are no people to draw */
  return es_resample_rows(results, first, tally, e, ctx);
}

enum es_status es_evaluate_values(double *values, size_t count, struct es_tally *tally,
                                  const struct es_evaluation *e, struct es_context *ctx)
{
  struct evaluating at = {.values = values, .room = count, .e = e, .ctx = ctx};
  ES_TRY(evaluate(&at, tally));
  if (at.count == count) return ES_OK;
  return es_fail(ctx, ES_BROKEN, "%zu values were measured in place of %zu", at.count, count);
}

enum es_status es_evaluate_failed(struct es_results *results, const struct es_evaluation *e,
                                  const char *reason, struct es_context *ctx)
{
  struct evaluating at = {.results = results, .e = e, .attribute = "", .ctx = ctx};
  ES_TRY(es_choice_make(&at.choice, e->metrics, ctx));
  enum es_status status = ES_OK;
  for (size_t k = 0; status == ES_OK && k < es_metric_count; k++)
    if (at.choice.metric[k] >> ES_VALUE & 1)
      status = put(&at, &(struct figure){.group = "all",
                                         .metric = es_metrics[k].name,
                                         .reduction = "",
                                         .undefined = reason});
  es_choice_clear(&at.choice);
  return status;
}
