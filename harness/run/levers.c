/* One world per lever, and the days in it against the days as they are. */
#include "harness/run/levers.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/measure/views.h"
#include "harness/run/worlds.h"

#define DAYS "wrongful_restriction_days_per_1000"

struct lever {
  const char *name, *override, *words;
};

static const struct lever levers[] = {
    {"notice", "process.untold_scale=0.5", "half of those who are not told were told"},
    {"access", "process.discovery_scale=2", "people found out in half the time"},
    {"dispute_help", "process.undisputed_scale=0.5",
     "half of those outside the reference group who know and do not dispute did"},
    {"processing", "process.processing_scale=0.5", "answers took half as long"},
    {"propagation", "process.propagation_scale=0.5",
     "half as many corrections were lost, and the others took half as long"},
    {"term", "process.term_scale=0.5", "restrictions lasted half as long"},
    {"identifiers", "error_scale=0.5", "half as many records were false or a stranger's"},
    {"coverage", "coverage_gap=0.5", "groups were half as far apart in coverage"},
};
enum { LEVERS = ES_COUNT_OF(levers), DAYS_OF_ALL = 0, GAP, TARGETS };

/* A lever's effect on one number. */
struct effect {
  const struct lever *lever;
  double before, change, half, elasticity;
};

static double elasticity(double before, double after)
{
  return before > 0 && after > 0 ? es_log(after / before) / es_log(0.5) : NAN;
}

static struct effect effect_of(const struct es_worlds *w, size_t lever, size_t k, size_t target)
{
  const double *before = es_worlds_at(w, 0, k, target);
  const double *after = es_worlds_at(w, 1 + lever, k, target);
  double change[ES_BATCHES], confidence = w->factual->study->confidence;
  for (size_t b = 0; b < ES_BATCHES; b++) change[b] = after[1 + b] - before[1 + b];
  return (struct effect){.lever = &levers[lever],
                         .before = before[0],
                         .change = after[0] - before[0],
                         .half = es_worlds_half_width(change, confidence),
                         .elasticity = elasticity(before[0], after[0])};
}

static int by_change(const void *a, const void *b)
{
  const struct effect *x = a, *y = b;
  if (x->change != y->change) return x->change < y->change ? -1 : 1;
  return x->lever < y->lever ? -1 : x->lever > y->lever;
}

static enum es_status add_row(const struct es_worlds *w, size_t k, size_t target, size_t rank,
                              const struct effect *e, struct es_results *results,
                              struct es_context *ctx)
{
  const struct es_contest *f = w->factual;
  const struct es_target *x = &w->target[target];
  json_t *row = json_pack(
      "{ss ss ss ss ss ss si so so so so so so ss ss}", "population", f->from.people->name,
      "scorer", f->contender[k].model->label, "policy", f->contender[k].policy->label, "attribute",
      x->attribute, "metric", x->metric, "lever", e->lever->name, "rank", (int)rank, "before",
      es_json_real(e->before), "value", es_json_real(e->change), "low",
      es_json_real(e->change - e->half), "high", es_json_real(e->change + e->half), "share",
      es_json_real(e->before != 0 ? e->change / e->before : NAN), "elasticity",
      es_json_real(e->elasticity), "words", e->lever->words, "reference",
      f->from.people->reference);
  return es_results_tidy(results, "levers", row, ctx);
}

/* Everybody's days in the order of what is won; a gap in the same order. */
static enum es_status add_rows(const struct es_worlds *w, size_t k, size_t target,
                               struct es_results *results, struct es_context *ctx)
{
  struct effect effect[LEVERS];
  size_t count = 0;
  for (size_t l = 0; l < LEVERS; l++) {
    effect[count] = effect_of(w, l, k, target);
    if (!isnan(effect[count].change) && effect[count].change != 0) count++;
  }
  qsort(effect, count, sizeof *effect, by_change);
  for (size_t r = 0; r < count; r++) ES_TRY(add_row(w, k, target, 1 + r, &effect[r], results, ctx));
  return ES_OK;
}

static enum es_status name_targets(struct es_worlds *w, struct es_context *ctx)
{
  for (size_t t = 0; t < w->targets; t++) {
    bool all = t % TARGETS == DAYS_OF_ALL;
    const struct es_attribute *attribute = w->factual->from.people->attribute;
    w->target[t] = (struct es_target){
        .attribute = all ? es_strdup("", ctx) : es_view_name(&w->view[t / TARGETS], attribute),
        .group = all ? "all" : "",
        .metric = all ? DAYS : DAYS "_difference",
        .reduction = all ? "" : "between_groups"};
    if (w->target[t].attribute == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  }
  return ES_OK;
}

static enum es_status run_worlds(struct es_worlds *w, struct es_context *ctx)
{
  struct es_progress progress;
  es_progress_start(&progress, "levers", "people", w->worlds * es_contest_size(w->factual));
  w->progress = &progress;
  struct es_notes *notes = ctx->notes;
  ctx->notes = NULL; /* the worlds repeat what the factual run has said */
  enum es_status status = es_worlds_run(w, 0, NULL, 0, ctx);
  for (size_t l = 0; status == ES_OK && l < LEVERS; l++)
    status = es_worlds_run(w, 1 + l, &levers[l].override, 1, ctx);
  ctx->notes = notes;
  es_progress_end(&progress);
  return status;
}

enum es_status es_levers_check(const struct es_people *people, struct es_context *ctx)
{
  if (people->process != NULL) return ES_OK;
  return es_fail(
      ctx, ES_INPUT,
      "--levers: %s states no due process; give --set process.preset=NAME (evenscore list "
      "processes)",
      people->name);
}

enum es_status es_levers(struct es_contest *factual, const char *population, int threads,
                         struct es_results *results, struct es_context *ctx)
{
  char *names[] = {DAYS, DAYS "_difference"};
  const struct es_texts metrics = {names, ES_COUNT_OF(names)};
  struct es_worlds w = {
      .factual = factual, .population = population, .metrics = &metrics, .threads = threads};
  enum es_status status = es_worlds_create(&w, 1 + LEVERS, TARGETS, ctx);
  if (status == ES_OK) status = name_targets(&w, ctx);
  if (status == ES_OK) status = run_worlds(&w, ctx);
  for (size_t k = 0; status == ES_OK && k < factual->contenders; k++)
    for (size_t t = 0; status == ES_OK && t < w.targets && !factual->contender[k].failed; t++)
      if (t == 0 || t % TARGETS != DAYS_OF_ALL) status = add_rows(&w, k, t, results, ctx);
  es_worlds_clear(&w);
  return status;
}
