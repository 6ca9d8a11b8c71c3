/* Runs the worlds and shares the gap out. */
#include "harness/run/attribute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/choice.h"
#include "harness/measure/views.h"
#include "harness/run/worlds.h"

enum { MOST_CAUSES = 9 };

struct attributing {
  const struct es_cause *cause[MOST_CAUSES];
  size_t causes, metrics;
  struct es_worlds worlds; /* targets: [views][metrics] */
};

enum es_status es_attribute_check(const struct es_texts *metrics, struct es_context *ctx)
{
  ES_TRY(es_metrics_check(metrics, ctx));
  for (size_t m = 0; m < metrics->count; m++) {
    const char *name = metrics->at[m];
    size_t length = strlen(name);
    if (length < 12 || strcmp(name + length - 11, "_difference") != 0)
      return es_fail(ctx, ES_INPUT,
                     "--attribute %s: give differences between groups, like "
                     "demographic_parity_difference",
                     name);
  }
  return ES_OK;
}

/* The gaps of every view, in every world. */
static enum es_status name_targets(struct attributing *a, struct es_context *ctx)
{
  const struct es_contest *f = a->worlds.factual;
  for (size_t t = 0; t < a->worlds.targets; t++) {
    struct es_target *x = &a->worlds.target[t];
    *x = (struct es_target){
        .attribute = es_view_name(&a->worlds.view[t / a->metrics], f->from.people->attribute),
        .group = "",
        .metric = f->study->attribute.at[t % a->metrics],
        .reduction = "between_groups"};
    if (x->attribute == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  }
  return ES_OK;
}

static const double *values_at(const struct attributing *a, size_t world, size_t k, size_t target)
{
  return es_worlds_at(&a->worlds, world, k, target);
}

/* The world of that number: without the causes whose bits it has. */
static enum es_status run_world(struct attributing *a, size_t world, struct es_context *ctx)
{
  const char *override[MOST_CAUSES];
  size_t count = 0;
  for (size_t c = 0; c < a->causes; c++)
    if (world >> c & 1) override[count++] = a->cause[c]->override;
  return es_worlds_run(&a->worlds, world, override, count, ctx);
}

/* --- sharing out
 * ------------------------------------------------------------------------------------ */

/* |S|! (k-|S|-1)! / k! for a set of that size among k causes. */
static double order_weight(size_t size, size_t k)
{
  double ways = 1; /* k · C(k-1, size), in exact steps */
  for (size_t i = 0; i < size; i++) ways = ways * (double)(k - 1 - i) / (double)(i + 1);
  return 1 / ((double)k * ways);
}

static size_t members(size_t set)
{
  size_t n = 0;
  for (; set != 0; set &= set - 1) n++;
  return n;
}

/* The part of cause c (c = causes: the remainder), with everybody or without a batch. */
static double part(const struct attributing *a, size_t k, size_t target, size_t c, size_t slot)
{
  size_t worlds = a->worlds.worlds;
  if (c == a->causes) return values_at(a, worlds - 1, k, target)[slot];
  double sum = 0;
  for (size_t s = 0; s < worlds; s++) {
    if (s >> c & 1) continue;
    double fall =
        values_at(a, s, k, target)[slot] - values_at(a, s | (size_t)1 << c, k, target)[slot];
    sum += order_weight(members(s), a->causes) * fall;
  }
  return sum;
}

/* Half-width of the interval from leaving batches out.  The remainder is itself the widest of the
 * gaps between pairs of groups, so that its interval must hold for all of them (Bonferroni). */
static double half_width(const struct attributing *a, size_t k, size_t target, size_t c)
{
  const struct es_contest *f = a->worlds.factual;
  const struct es_view *view = &a->worlds.view[target / a->metrics];
  size_t groups = es_view_groups(view, f->from.people->attribute),
         pairs = groups * (groups - 1) / 2;
  double without[ES_BATCHES], miss = 1 - f->study->confidence;
  for (size_t b = 0; b < ES_BATCHES; b++) without[b] = part(a, k, target, c, 1 + b);
  if (c == a->causes && pairs > 1) miss /= (double)pairs;
  return es_worlds_half_width(without, 1 - miss);
}

static enum es_status add_rows(const struct attributing *a, size_t k, size_t target,
                               struct es_results *results, struct es_context *ctx)
{
  const struct es_contest *f = a->worlds.factual;
  const struct es_target *x = &a->worlds.target[target];
  double gap = values_at(a, 0, k, target)[0];
  for (size_t c = 0; c <= a->causes; c++) {
    double value = part(a, k, target, c, 0), half = half_width(a, k, target, c);
    json_t *row = json_pack(
        "{ss ss ss ss ss ss so so so so ss ss}", "population", f->from.people->name, "scorer",
        f->contender[k].model->label, "policy", f->contender[k].policy->label, "attribute",
        x->attribute, "metric", x->metric, "cause", c < a->causes ? a->cause[c]->name : "remainder",
        "value", es_json_real(value), "low", es_json_real(value - half), "high",
        es_json_real(value + half), "share", es_json_real(gap != 0 ? value / gap : NAN), "words",
        c < a->causes ? a->cause[c]->words : "", "reference", f->from.people->reference);
    ES_TRY(es_results_tidy(results, "attribution", row, ctx));
  }
  return ES_OK;
}

static enum es_status share_out(const struct attributing *a, struct es_results *results,
                                struct es_context *ctx)
{
  const struct es_contest *f = a->worlds.factual;
  for (size_t k = 0; k < f->contenders; k++)
    for (size_t t = 0; t < a->worlds.targets && !f->contender[k].failed; t++)
      ES_TRY(add_rows(a, k, t, results, ctx));
  return ES_OK;
}

/* A measure of scores, which the worlds do not keep, would come out undefined there. */
static enum es_status check_measured(const struct attributing *a, const struct es_results *results,
                                     struct es_context *ctx)
{
  const struct es_contest *f = a->worlds.factual;
  for (size_t m = 0; m < a->metrics; m++)
    for (size_t k = 0; k < f->contenders; k++) {
      const char *metric = f->study->attribute.at[m];
      const struct es_row *row =
          es_results_find(results, f->from.people->name, f->contender[k].model->label, NULL, "",
                          metric, "between_groups");
      if (row != NULL && strcmp(row->status, "ok") == 0 && isnan(values_at(a, 0, k, m)[0]))
        return es_fail(ctx, ES_INPUT,
                       "--attribute %s: only measures of decisions can be attributed", metric);
    }
  return ES_OK;
}

static enum es_status run_worlds(struct attributing *a, const struct es_results *results,
                                 struct es_context *ctx)
{
  struct es_progress progress;
  size_t worlds = a->worlds.worlds;
  es_progress_start(&progress, "worlds", "people", worlds * es_contest_size(a->worlds.factual));
  a->worlds.progress = &progress;
  struct es_notes *notes = ctx->notes;
  ctx->notes = NULL; /* the worlds repeat what the factual run has said */
  enum es_status status = ES_OK;
  for (size_t s = 0; status == ES_OK && s < worlds; s++) {
    status = run_world(a, s, ctx);
    if (status == ES_OK && s == 0) status = check_measured(a, results, ctx);
  }
  ctx->notes = notes;
  es_progress_end(&progress);
  return status;
}

enum es_status es_attribute(struct es_contest *factual, const char *population, int threads,
                            struct es_results *results, struct es_context *ctx)
{
  const struct es_dataset *dataset = factual->from.dataset;
  const struct es_texts *metrics = &factual->study->attribute;
  struct attributing a = {
      .metrics = metrics->count,
      .worlds = {
          .factual = factual, .population = population, .metrics = metrics, .threads = threads}};
  if (dataset->causes != NULL)
    a.causes = dataset->causes(factual->from.state, a.cause, MOST_CAUSES);
  if (a.causes == 0)
    es_note(ctx, "%s: nothing to attribute gaps to: no stratum is seen differently",
            factual->from.people->name);
  if (dataset->causes == NULL) return ES_OK;
  enum es_status status = es_worlds_create(&a.worlds, (size_t)1 << a.causes, a.metrics, ctx);
  if (status == ES_OK) status = name_targets(&a, ctx);
  if (status == ES_OK) status = run_worlds(&a, results, ctx);
  if (status == ES_OK) status = share_out(&a, results, ctx);
  es_worlds_clear(&a.worlds);
  return status;
}
