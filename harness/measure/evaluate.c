/* Rates with Wilson intervals, differences with Newcombe's, ratios with Katz's; averages and curves
 * with normal intervals from their own variance.  Anything over an undefined group is undefined. */
#include "harness/measure/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/interval.h"
#include "harness/measure/metric.h"

/* One measure in one group.  Rates carry k of n as an interval may count them, others a variance. */
struct measured {
  double value, k, n, variance;
  uint64_t people;
  bool rate;
  const char *method;
  char undefined[128]; /* "" when defined */
};

struct group {
  char *name;
  struct es_group_counts counts;
};

struct evaluating {
  struct es_results *results;
  const struct es_evaluation *e;
  const char *attribute; /* of the view at hand; "" for everyone */
  double z;
  struct es_context *ctx;
};

/* --- which measures ------------------------------------------------------------------------------ */

static bool listed(const struct es_texts *metrics, const char *name)
{
  for (size_t i = 0; i < metrics->count; i++)
    if (strcmp(metrics->at[i], name) == 0) return true;
  return false;
}

static bool wanted(const struct es_texts *metrics, const char *name, bool by_default)
{
  return listed(metrics, name) || listed(metrics, "all") ||
         (by_default && (metrics->count == 0 || listed(metrics, "default")));
}

enum es_status es_metrics_check(const struct es_texts *metrics, struct es_context *ctx)
{
  const char *names[128] = {"default", "all"};
  size_t count = 2;
  for (size_t m = 0; m < es_metric_count; m++) names[count++] = es_metrics[m].name;
  for (size_t i = 0; i < metrics->count; i++) {
    struct es_metric_words words;
    const char *name = metrics->at[i];
    if (listed(&(struct es_texts){(char *[]){"all", "default"}, 2}, name)) continue;
    if (es_metric_look_up(name, &words)) continue;
    const char *near = es_nearest(name, names, count);
    return es_fail(ctx, ES_INPUT, "there is no metric \"%s\"%s%s%s; see: evenscore list metrics", name,
                   near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "");
  }
  return ES_OK;
}

/* --- groups ------------------------------------------------------------------------------------ */

size_t es_cell_count(const struct es_attribute *attribute, size_t attributes)
{
  size_t cells = 1;
  for (size_t a = 0; a < attributes; a++) cells *= attribute[a].levels;
  return cells;
}

static enum es_status add_view(struct es_view **views, size_t *count, const struct es_view *view,
                               struct es_context *ctx)
{
  struct es_view *grown = realloc(*views, (*count + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  *views = grown;
  grown[(*count)++] = *view;
  return ES_OK;
}

static enum es_status find_attribute(size_t *at, const char *name, size_t size,
                                     const struct es_attribute *attribute, size_t attributes,
                                     struct es_context *ctx)
{
  char word[128];
  snprintf(word, sizeof word, "%.*s", (int)size, name);
  const char *names[64] = {NULL};
  for (size_t a = 0; a < attributes; a++) {
    if (a < ES_COUNT_OF(names)) names[a] = attribute[a].name;
    if (strcmp(attribute[a].name, word) == 0) {
      *at = a;
      return ES_OK;
    }
  }
  const char *near = es_nearest(word, names, attributes < 64 ? attributes : 64);
  return es_fail(ctx, ES_INPUT, "--group %s: there is no such attribute; %s %s", word,
                 near != NULL ? "did you mean" : "the first is",
                 near != NULL ? near : attributes > 0 ? attribute[0].name : "none");
}

enum es_status es_views_make(struct es_view **views, size_t *count, const struct es_texts *groups,
                             const struct es_attribute *attribute, size_t attributes,
                             struct es_context *ctx)
{
  *views = NULL;
  *count = 0;
  for (size_t a = 0; groups->count == 0 && a < attributes; a++)
    ES_TRY(add_view(views, count, &(struct es_view){{a}, 1}, ctx));
  for (size_t g = 0; g < groups->count; g++) {
    struct es_view crossed = {{0}, 0};
    for (const char *at = groups->at[g]; *at != '\0';) {
      size_t size = strcspn(at, ",");
      if (crossed.count == ES_VIEW_ATTRIBUTES)
        return es_fail(ctx, ES_INPUT, "--group %s: cross %d attributes at the most", groups->at[g],
                       ES_VIEW_ATTRIBUTES);
      size_t *slot = &crossed.attribute[crossed.count++];
      ES_TRY(find_attribute(slot, at, size, attribute, attributes, ctx));
      ES_TRY(add_view(views, count, &(struct es_view){{*slot}, 1}, ctx));
      at += size + (at[size] == ',');
    }
    if (crossed.count > 1) ES_TRY(add_view(views, count, &crossed, ctx));
  }
  return ES_OK;
}

/* Names of a view's attributes, or of the `number`-th combination of its levels, joined by "*". */
static char *joined(const struct es_evaluation *e, const struct es_view *view, size_t number, bool levels)
{
  struct es_text text = {0};
  for (size_t k = 0; k < view->count; k++) {
    const struct es_attribute *a = &e->attribute[view->attribute[k]];
    es_text_add(&text, "%s%s", k > 0 ? "*" : "", levels ? a->level[number % a->levels] : a->name);
    number /= a->levels;
  }
  return es_text_take(&text);
}

static size_t combinations(const struct es_evaluation *e, const struct es_view *view)
{
  size_t count = 1;
  for (size_t k = 0; k < view->count; k++) count *= e->attribute[view->attribute[k]].levels;
  return count;
}

/* Whether the cell's levels are those of the `number`-th combination. */
static bool belongs(const struct es_evaluation *e, const struct es_view *view, size_t number, size_t cell)
{
  for (size_t k = 0; k < view->count; k++) {
    size_t stride = es_cell_count(e->attribute, view->attribute[k]);
    size_t levels = e->attribute[view->attribute[k]].levels;
    if (cell / stride % levels != number % levels) return false;
    number /= levels;
  }
  return true;
}

static void free_groups(struct group *groups, size_t count)
{
  for (size_t g = 0; groups != NULL && g < count; g++) {
    free(groups[g].name);
    es_counts_clear(&groups[g].counts);
  }
  free(groups);
}

static enum es_status make_groups(struct group **out, size_t *count, struct es_tally *tally,
                                  const struct evaluating *at, const struct es_view *view)
{
  size_t n = combinations(at->e, view);
  struct group *groups = es_alloc(n, sizeof *groups, at->ctx);
  bool *member = es_alloc(tally->cells, sizeof *member, at->ctx);
  enum es_status status = groups != NULL && member != NULL ? ES_OK : ES_NOMEM;
  for (size_t g = 0; status == ES_OK && g < n; g++) {
    for (size_t c = 0; c < tally->cells; c++) member[c] = belongs(at->e, view, g, c);
    groups[g].name = view->count > 0 ? joined(at->e, view, g, true) : es_strdup("all", at->ctx);
    status = groups[g].name == NULL ? ES_NOMEM
                                    : es_counts_make(&groups[g].counts, tally, member, &at->e->consequence,
                                                     at->e->positive_is_adverse, at->ctx);
  }
  free(member);
  if (status != ES_OK) {
    free_groups(groups, n);
    return status;
  }
  *out = groups;
  *count = n;
  return ES_OK;
}

/* --- one measure in one group -------------------------------------------------------------------- */

static struct measured measure(const struct es_metric *metric, const struct es_group_counts *group)
{
  struct measured m = {.rate = metric->rate != NULL, .variance = -1, .method = "wilson"};
  if (m.rate) {
    struct es_ratio value = metric->rate(&group->weight), people = metric->rate(&group->people);
    struct es_ratio square = metric->rate(&group->square);
    m.people = (uint64_t)people.whole;
    if (!(value.whole > 0)) {
      snprintf(m.undefined, sizeof m.undefined, "0 of 0 people in %s", metric->formula);
      return m;
    }
    m.value = value.part / value.whole;
    m.n = value.whole * (value.whole / square.whole); /* Kish's effective n; n itself unweighted */
    m.k = m.value * m.n;
    return m;
  }
  struct es_estimate e = metric->estimate(&group->weight);
  m.value = e.value;
  m.variance = e.variance;
  m.method = e.method != NULL ? e.method : "";
  m.people = (uint64_t)(e.n * group->weight.effective + 0.5);
  if (e.undefined != NULL) snprintf(m.undefined, sizeof m.undefined, "%s", e.undefined);
  return m;
}

static enum es_status add_row(const struct evaluating *at, const char *group, const char *metric,
                              const char *reduction, double value, struct es_interval interval,
                              const char *method, uint64_t n, const char *undefined)
{
  char status[160];
  snprintf(status, sizeof status, "%s%s", undefined[0] != '\0' ? "undefined: " : "ok", undefined);
  bool defined = undefined[0] == '\0', ranged = defined && !isnan(interval.low);
  return es_results_add(at->results,
                        &(struct es_row){.population = (char *)at->e->population,
                                         .scorer = (char *)at->e->scorer,
                                         .policy = (char *)at->e->policy,
                                         .attribute = (char *)at->attribute,
                                         .group = (char *)group,
                                         .metric = (char *)metric,
                                         .reduction = (char *)reduction,
                                         .value = defined ? value : NAN,
                                         .low = ranged ? interval.low : NAN,
                                         .high = ranged ? interval.high : NAN,
                                         .confidence = ranged ? at->e->confidence : NAN,
                                         .method = (char *)(ranged ? method : ""),
                                         .n = n,
                                         .status = status},
                        at->ctx);
}

static enum es_status add_measure(const struct evaluating *at, const char *group,
                                  const struct es_metric *metric, const struct measured *m)
{
  struct es_interval interval = m->rate ? es_wilson(m->k, m->n, at->z)
                                        : es_normal_interval(m->value, m->variance, at->z);
  if (m->variance >= 0 && strcmp(metric->name, "auc") == 0) /* no AUC is outside 0 … 1 */
    interval = (struct es_interval){fmax(interval.low, 0), fmin(interval.high, 1)};
  return add_row(at, group, metric->name, "", m->value, interval, m->method, m->people, m->undefined);
}

/* --- between groups ------------------------------------------------------------------------------ */

enum kind { DIFFERENCE, RATIO };

/* A disparity with what it rests on. */
struct disparity {
  double value;
  struct es_interval interval;
  char method[32];
  char undefined[192];
};

/* A comparison that is the worst of several was chosen because it is: its interval must hold for all
 * of them (Bonferroni), or gaps between many equal groups would look real. */
struct level {
  double z;
  const char *suffix;
};

static struct level for_worst_of(size_t comparisons, double confidence)
{
  double miss = (1 - confidence) / (double)(comparisons > 1 ? comparisons : 1);
  return (struct level){es_normal_quantile(1 - miss / 2), comparisons > 1 ? "_bonferroni" : ""};
}

static void compare(struct disparity *d, enum kind kind, const struct measured *a,
                    const struct measured *b, struct level level)
{
  static const struct es_interval none = {NAN, NAN};
  const char *method = a->rate ? "newcombe" : a->method;
  double z = level.z;
  if (kind == RATIO && b->value == 0) {
    snprintf(d->undefined, sizeof d->undefined, "division by zero: the value compared with is 0");
    return;
  }
  if (kind == RATIO) {
    method = a->rate ? "katz_log" : "delta_log";
    d->value = a->value / b->value;
    d->interval = a->rate ? es_katz_log(a->k, a->n, b->k, b->n, z)
                          : es_delta_log(a->value, a->variance, b->value, b->variance, z);
  } else {
    d->value = a->value - b->value;
    if (a->rate) d->interval = es_newcombe(a->k, a->n, b->k, b->n, z);
    else if (a->variance < 0 || b->variance < 0) d->interval = none;
    else d->interval = es_normal_interval(d->value, a->variance + b->variance, z);
  }
  snprintf(d->method, sizeof d->method, "%s%s", method, level.suffix);
}

/* The group whose measure is undefined, if any. */
static bool any_undefined(struct disparity *d, const struct measured *m, const struct group *groups, size_t n)
{
  for (size_t g = 0; g < n; g++) {
    if (m[g].undefined[0] == '\0') continue;
    snprintf(d->undefined, sizeof d->undefined, "%.60s: %.120s", groups[g].name, m[g].undefined);
    return true;
  }
  return false;
}

/* Whether a is the more extreme group.  Of equals it is the one that is known less well, so that the
 * groups' order does not matter and no group is compared with itself. */
static bool is_beyond(const struct measured *a, const struct measured *b, int direction)
{
  if (a->value != b->value) return direction * (a->value - b->value) > 0;
  return a->rate ? a->n < b->n : a->variance > b->variance;
}

/* max - min over groups, or min / max. */
static struct disparity between_groups(enum kind kind, const struct measured *m,
                                       const struct group *groups, size_t n, struct level level)
{
  struct disparity d = {0};
  if (any_undefined(&d, m, groups, n)) return d;
  size_t low = 0, high = n > 1 ? n : 0;
  for (size_t g = 1; g < n; g++)
    if (is_beyond(&m[g], &m[low], -1)) low = g;
  for (size_t g = 0; g < n; g++)
    if (g != low && (high == n || is_beyond(&m[g], &m[high], 1))) high = g;
  if (kind == DIFFERENCE) compare(&d, kind, &m[high], &m[low], level);
  else compare(&d, kind, &m[low], &m[high], level);
  return d;
}

/* The worst of all groups against one: largest |difference|, smallest min(r, 1/r). */
static struct disparity to_one(enum kind kind, const struct measured *m, const struct group *groups,
                               size_t n, const struct measured *one, struct level level)
{
  struct disparity worst = {.interval = {NAN, NAN}};
  if (any_undefined(&worst, m, groups, n)) return worst;
  if (one->undefined[0] != '\0') {
    snprintf(worst.undefined, sizeof worst.undefined, "%s", one->undefined);
    return worst;
  }
  bool first = true;
  for (size_t g = 0; g < n; g++) {
    if (&m[g] == one) continue;
    struct disparity d = {0};
    bool up = m[g].value >= one->value;
    bool over = kind == DIFFERENCE ? up : !up; /* so that differences are >= 0 and ratios <= 1 */
    compare(&d, kind, over ? &m[g] : one, over ? one : &m[g], level);
    if (d.undefined[0] != '\0') return d;
    if (first || (kind == DIFFERENCE ? d.value > worst.value : d.value < worst.value)) worst = d;
    first = false;
  }
  return worst;
}

static enum es_status add_disparity(const struct evaluating *at, const char *name, const char *reduction,
                                    const struct disparity *d, uint64_t n)
{
  return add_row(at, "", name, reduction, d->value, d->interval, d->method, n, d->undefined);
}

struct measures {
  const struct group *group;
  size_t groups;
  const struct group *all;
  const struct measured *m;       /* [metrics][groups] */
  const struct measured *overall; /* [metrics] */
  uint64_t people;
};

static const char *const ending[] = {"difference", "ratio"};

static enum es_status one_metric(const struct evaluating *at, const struct measures *s, size_t metric,
                                 size_t reference)
{
  const struct es_metric *row = &es_metrics[metric];
  const struct measured *m = &s->m[metric * s->groups];
  const struct es_texts *names = at->e->metrics;
  struct level pairs = for_worst_of(s->groups * (s->groups - 1) / 2, at->e->confidence);
  struct level others = for_worst_of(s->groups - 1, at->e->confidence);
  for (int kind = DIFFERENCE; kind <= RATIO; kind++) {
    char name[96], reduction[160];
    snprintf(name, sizeof name, "%s_%s", row->name, ending[kind]);
    if (!wanted(names, name, row->by_default)) continue;
    struct disparity d = between_groups((enum kind)kind, m, s->group, s->groups, pairs);
    ES_TRY(add_disparity(at, name, "between_groups", &d, s->people));
    if (listed(names, "all")) {
      d = to_one((enum kind)kind, m, s->group, s->groups, &s->overall[metric], others);
      d.interval = (struct es_interval){NAN, NAN}; /* a group is part of the overall */
      ES_TRY(add_disparity(at, name, "to_overall", &d, s->people));
    }
    if (reference >= s->groups) continue;
    snprintf(reduction, sizeof reduction, "to_reference:%s", s->group[reference].name);
    d = to_one((enum kind)kind, m, s->group, s->groups, &m[reference], others);
    ES_TRY(add_disparity(at, name, reduction, &d, s->people));
  }
  return ES_OK;
}

static enum es_status extremes(const struct evaluating *at, const struct measures *s, size_t metric)
{
  const struct measured *m = &s->m[metric * s->groups];
  for (int high = 0; high < 2; high++) {
    char name[96];
    snprintf(name, sizeof name, "%s_group_%s", es_metrics[metric].name, high ? "max" : "min");
    if (!wanted(at->e->metrics, name, false)) continue;
    struct disparity d = {.interval = {NAN, NAN}};
    if (!any_undefined(&d, m, s->group, s->groups)) {
      d.value = m[0].value;
      for (size_t g = 1; g < s->groups; g++)
        d.value = high ? fmax(d.value, m[g].value) : fmin(d.value, m[g].value);
    }
    ES_TRY(add_disparity(at, name, "between_groups", &d, s->people));
  }
  return ES_OK;
}

/* A named disparity: of its rate, or the worse of its two. */
static enum es_status named(const struct evaluating *at, const struct measures *s,
                            const struct es_disparity *row)
{
  size_t rates = row->metric[1] != NULL ? 2 : 1;
  struct level level = for_worst_of(rates * s->groups * (s->groups - 1) / 2, at->e->confidence);
  for (int kind = DIFFERENCE; kind <= RATIO; kind++) {
    char name[96];
    snprintf(name, sizeof name, "%s_%s", row->name, ending[kind]);
    if (!wanted(at->e->metrics, name, true)) continue;
    struct disparity worst = {0};
    for (size_t k = 0; k < rates; k++) {
      size_t metric = (size_t)(es_metric_find(row->metric[k]) - es_metrics);
      struct disparity d =
          between_groups((enum kind)kind, &s->m[metric * s->groups], s->group, s->groups, level);
      if (k == 0 || d.undefined[0] != '\0' ||
          (kind == DIFFERENCE ? d.value > worst.value : d.value < worst.value))
        worst = d;
      if (worst.undefined[0] != '\0') break;
    }
    ES_TRY(add_disparity(at, name, "between_groups", &worst, s->people));
  }
  return ES_OK;
}

static size_t find_reference(const struct es_evaluation *e, const struct es_view *view)
{
  if (e->reference == NULL || view->count != 1 || view->attribute[0] != 0) return SIZE_MAX;
  for (size_t l = 0; l < e->attribute[0].levels; l++)
    if (strcmp(e->attribute[0].level[l], e->reference) == 0) return l;
  return SIZE_MAX;
}

/* --- everything of one view ---------------------------------------------------------------------- */

static enum es_status add_measures(const struct evaluating *at, const struct group *groups, size_t n,
                                   struct measured *m)
{
  for (size_t g = 0; g < n; g++)
    for (size_t k = 0; k < es_metric_count; k++) {
      m[k * n + g] = measure(&es_metrics[k], &groups[g].counts);
      if (wanted(at->e->metrics, es_metrics[k].name, es_metrics[k].by_default))
        ES_TRY(add_measure(at, groups[g].name, &es_metrics[k], &m[k * n + g]));
    }
  return ES_OK;
}

static enum es_status add_disparities(const struct evaluating *at, const struct measures *s,
                                      const struct es_view *view)
{
  for (size_t d = 0; d < es_disparity_count; d++) ES_TRY(named(at, s, &es_disparities[d]));
  for (size_t k = 0; k < es_metric_count; k++) {
    ES_TRY(one_metric(at, s, k, find_reference(at->e, view)));
    ES_TRY(extremes(at, s, k));
  }
  return ES_OK;
}

static enum es_status evaluate_view(struct evaluating *at, struct es_tally *tally,
                                    const struct es_view *view, const struct measured *overall)
{
  struct group *groups = NULL;
  size_t n = 0;
  char *name = joined(at->e, view, 0, false);
  if (name == NULL) return es_fail(at->ctx, ES_NOMEM, "out of memory");
  at->attribute = name;
  enum es_status status = make_groups(&groups, &n, tally, at, view);
  struct measured *m = status == ES_OK ? es_alloc(es_metric_count * n, sizeof *m, at->ctx) : NULL;
  if (status == ES_OK && m == NULL) status = ES_NOMEM;
  if (status == ES_OK) status = add_measures(at, groups, n, m);
  if (status == ES_OK) {
    struct measures s = {.group = groups, .groups = n, .m = m, .overall = overall};
    for (size_t g = 0; g < n; g++) s.people += (uint64_t)groups[g].counts.people.people;
    status = add_disparities(at, &s, view);
  }
  free(m);
  free_groups(groups, n);
  at->attribute = "";
  free(name);
  return status;
}

enum es_status es_evaluate(struct es_results *results, struct es_tally *tally,
                           const struct es_evaluation *e, struct es_context *ctx)
{
  struct evaluating at = {results, e, "", es_normal_quantile(0.5 + e->confidence / 2), ctx};
  es_tally_sort(tally);
  struct group *all = NULL;
  size_t n = 0;
  struct measured *overall = es_alloc(es_metric_count, sizeof *overall, ctx);
  enum es_status status = overall == NULL ? ES_NOMEM : make_groups(&all, &n, tally, &at, &(struct es_view){{0}, 0});
  if (status == ES_OK) status = add_measures(&at, all, 1, overall);
  for (size_t v = 0; status == ES_OK && v < e->views; v++)
    status = evaluate_view(&at, tally, &e->view[v], overall);
  free(overall);
  free_groups(all, n);
  return status;
}

enum es_status es_evaluate_failed(struct es_results *results, const struct es_evaluation *e,
                                  const char *reason, struct es_context *ctx)
{
  struct evaluating at = {results, e, "", 0, ctx};
  struct es_interval none = {NAN, NAN};
  for (size_t k = 0; k < es_metric_count; k++)
    if (wanted(e->metrics, es_metrics[k].name, es_metrics[k].by_default))
      ES_TRY(add_row(&at, "all", es_metrics[k].name, "", NAN, none, "", 0, reason));
  return ES_OK;
}
