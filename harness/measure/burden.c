/* Totals by group of what is added up over people, and their shares. */
#include "harness/measure/burden.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/measure/cost.h"
#include "harness/measure/gap.h"
#include "harness/measure/harm.h"

/* A harm: its total in a group, and the measure whose interval it takes; NULL: none.
 * Without a process only the first is known. */
struct burden {
  const char *name;
  double (*total)(const struct es_counts *c);
  const char *metric;
};

static double sum_of(const struct es_counts *c, enum es_harm_sum what)
{
  return c->harm != NULL ? es_fixed_to(c->harm->sum[what]) : NAN;
}
static double state_of(const struct es_counts *c, enum es_process_state state)
{
  return c->harm != NULL ? es_fixed_to(c->harm->state[state]) : NAN;
}
static double days(const struct es_counts *c) { return c->days; }
static double weighted(const struct es_counts *c) { return sum_of(c, ES_HARM_WEIGHTED); }
static double attempts(const struct es_counts *c) { return sum_of(c, ES_HARM_ATTEMPTS); }
static double stale(const struct es_counts *c) { return sum_of(c, ES_HARM_STALE); }
static double unaware(const struct es_counts *c) { return state_of(c, ES_UNAWARE); }
static double aware(const struct es_counts *c) { return state_of(c, ES_AWARE); }
static double disputing(const struct es_counts *c) { return state_of(c, ES_DISPUTING); }
static double lingering(const struct es_counts *c) { return state_of(c, ES_LINGERING); }
static double cost(const struct es_counts *c)
{
  struct es_estimate e = es_cost_expected(c);
  return e.undefined == NULL ? e.value * e.n : NAN;
}

static const struct burden burdens[] = {
    {"wrongful_restriction_days", days, "wrongful_restriction_days_per_1000"},
    {"days_unaware", unaware, NULL},
    {"days_aware", aware, NULL},
    {"days_disputing", disputing, NULL},
    {"days_lingering", lingering, NULL},
    {"severity_weighted_days", weighted, "severity_weighted_days_per_1000"},
    {"denied_attempts", attempts, "denied_attempts_per_1000"},
    {"stale_days", stale, "stale_days_per_1000"},
    {"expected_cost", cost, NULL},
};

static struct es_interval interval(const struct burden *b, const struct es_group *group, double z)
{
  struct es_interval none = {NAN, NAN};
  if (b->metric == NULL) return none;
  struct es_measured m = es_measure(es_metric_find(b->metric), &group->counts);
  if (m.undefined[0] != '\0' || m.variance < 0) return none;
  return es_normal_interval(m.value, m.variance, z);
}

static enum es_status add_row(struct es_results *results, const struct es_evaluation *e,
                              const char *attribute, const struct es_group *group,
                              const struct es_counts *all, const struct burden *b,
                              struct es_context *ctx)
{
  const struct es_counts *c = &group->counts.weight;
  double total = b->total(c), of = b->total(all), people = c->people / all->people;
  struct es_interval i = interval(b, group, es_normal_quantile(0.5 + e->confidence / 2));
  double share = of > 0 ? total / of : NAN;
  json_t *row = json_pack("{ss ss ss ss ss ss so so so so so so so}", "population", e->population,
                          "scorer", e->scorer, "policy", e->policy, "attribute", attribute, "group",
                          group->name, "harm", b->name, "total", es_json_real(total), "per_1000",
                          es_json_real(c->people > 0 ? 1000 * total / c->people : NAN), "low",
                          es_json_real(i.low), "high", es_json_real(i.high), "harm_share",
                          es_json_real(share), "population_share", es_json_real(people), "ratio",
                          es_json_real(people > 0 ? share / people : NAN));
  return es_results_tidy(results, "harm", row, ctx);
}

static enum es_status one_view(struct es_results *results, const struct es_tally *tally,
                               const struct es_grouping *how, const struct es_evaluation *e,
                               const struct es_view *view, const struct es_counts *all,
                               struct es_context *ctx)
{
  struct es_group *group = NULL;
  size_t n = 0;
  char *name = es_view_name(view, e->attribute);
  if (name == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  enum es_status status = es_groups_make(&group, &n, tally, how, view, ctx);
  for (size_t b = 0; b < ES_COUNT_OF(burdens); b++) {
    if (isnan(burdens[b].total(all))) continue;
    for (size_t g = 0; status == ES_OK && g < n; g++)
      status = add_row(results, e, name, &group[g], all, &burdens[b], ctx);
  }
  es_groups_free(group, n);
  free(name);
  return status;
}

enum es_status es_burden(struct es_results *results, const struct es_tally *tally,
                         const struct es_evaluation *e, struct es_context *ctx)
{
  if (e->consequence.term < 0) return ES_OK;
  struct es_grouping how = {e->attribute, e->attributes, &e->consequence, e->positive_is_adverse,
                            e->oracle};
  struct es_group *all = NULL;
  size_t n = 0;
  enum es_status status = es_groups_make(&all, &n, tally, &how, &(struct es_view){{0}, 0}, ctx);
  for (size_t v = 0; status == ES_OK && v < e->views; v++)
    status = one_view(results, tally, &how, e, &e->view[v], &all[0].counts.weight, ctx);
  es_groups_free(all, n);
  return status;
}
