/* Runs worlds and reads their numbers, with each batch of people left out in turn. */
#include "harness/run/worlds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/evaluate.h"

enum es_status es_worlds_create(struct es_worlds *w, size_t worlds, size_t targets,
                                struct es_context *ctx)
{
  const struct es_people *people = w->factual->from.people;
  w->worlds = worlds;
  ES_TRY(es_views_make(&w->view, &w->views, &w->factual->study->group, people->attribute,
                       people->attributes, ctx));
  w->targets = targets * w->views;
  size_t size = worlds * w->factual->contenders * w->targets * (1 + ES_BATCHES);
  w->target = es_alloc(w->targets, sizeof *w->target, ctx);
  w->value = es_alloc(size, sizeof *w->value, ctx);
  if (w->target == NULL || w->value == NULL) return ES_NOMEM;
  for (size_t i = 0; i < size; i++) w->value[i] = NAN;
  return ES_OK;
}

void es_worlds_clear(struct es_worlds *w)
{
  for (size_t t = 0; w->target != NULL && t < w->targets; t++) free(w->target[t].attribute);
  free(w->target);
  free(w->value);
  free(w->view);
  *w = (struct es_worlds){0};
}

double *es_worlds_at(const struct es_worlds *w, size_t world, size_t contender, size_t target)
{
  size_t at = (world * w->factual->contenders + contender) * w->targets + target;
  return w->value + at * (1 + ES_BATCHES);
}

/* The batches' tallies together, without number `left_out` (ES_BATCHES: with all). */
static enum es_status together(struct es_tally *sum, const struct es_contender *c, size_t left_out,
                               struct es_context *ctx)
{
  enum es_status status = es_tally_like(sum, &c->tally[0], ctx);
  for (size_t b = 0; status == ES_OK && b < ES_BATCHES; b++)
    if (b != left_out) status = es_tally_merge(sum, &c->tally[b], ctx);
  return status;
}

/* Fills value `slot` of every target of one contender from a tally. */
static enum es_status evaluate(const struct es_worlds *w, const struct es_contest *contest,
                               size_t world, size_t k, struct es_tally *tally, size_t slot,
                               struct es_context *ctx)
{
  const struct es_people *people = contest->from.people;
  struct es_results rows = {0};
  struct es_evaluation e = {.population = "",
                            .scorer = "",
                            .policy = "",
                            .reference = "",
                            .attribute = people->attribute,
                            .attributes = people->attributes,
                            .view = w->view,
                            .views = w->views,
                            .consequence = people->consequence,
                            .positive_is_adverse = contest->study->positive != 0,
                            .confidence = contest->study->confidence,
                            .metrics = w->metrics};
  enum es_status status = es_evaluate(&rows, tally, &e, ctx);
  for (size_t t = 0; status == ES_OK && t < w->targets; t++) {
    const struct es_target *x = &w->target[t];
    const struct es_row *row =
        es_results_find(&rows, NULL, NULL, x->attribute, x->group, x->metric, x->reduction);
    if (row != NULL) es_worlds_at(w, world, k, t)[slot] = row->value;
  }
  es_results_clear(&rows);
  return status;
}

static enum es_status evaluate_world(const struct es_worlds *w, const struct es_contest *contest,
                                     size_t world, struct es_context *ctx)
{
  for (size_t k = 0; k < contest->contenders; k++)
    for (size_t slot = 0; slot <= ES_BATCHES && !contest->contender[k].failed; slot++) {
      struct es_tally sum = {0};
      size_t left_out = slot > 0 ? slot - 1 : ES_BATCHES;
      enum es_status status = together(&sum, &contest->contender[k], left_out, ctx);
      if (status == ES_OK) status = evaluate(w, contest, world, k, &sum, slot, ctx);
      es_tally_clear(&sum);
      if (status != ES_OK) return status;
    }
  return ES_OK;
}

/* The factual study with those overrides on top. */
static enum es_status vary(const struct es_study *factual, const char *const *override,
                           size_t count, struct es_study *study, struct es_context *ctx)
{
  *study = *factual;
  study->set = (struct es_texts){0};
  enum es_status status = ES_OK;
  for (size_t i = 0; status == ES_OK && i < factual->set.count; i++)
    status = es_texts_add(&study->set, factual->set.at[i], strlen(factual->set.at[i]), ctx);
  for (size_t i = 0; status == ES_OK && i < count; i++)
    status = es_texts_add(&study->set, override[i], strlen(override[i]), ctx);
  return status;
}

enum es_status es_worlds_run(struct es_worlds *w, size_t world, const char *const *override,
                             size_t count, struct es_context *ctx)
{
  struct es_study study;
  struct es_contest contest = {.keep = ES_KEEP_NONE};
  struct es_contest *f = w->factual;
  enum es_status status = vary(f->study, override, count, &study, ctx);
  if (status == ES_OK)
    status = es_contest_open(&contest, &study, &f->who, w->population, ES_BATCHES, ctx);
  contest.progress = w->progress;
  if (status == ES_OK && study.refit)
    status = es_contest_fit(&contest, ctx);
  else if (status == ES_OK)
    status = es_contest_adopt(&contest, f, ctx);
  if (status == ES_OK) status = es_contest_stream(&contest, w->threads, ctx);
  if (status == ES_OK && es_contest_whole(&contest))
    status = evaluate_world(w, &contest, world, ctx);
  es_contest_close(&contest);
  es_texts_clear(&study.set);
  return status;
}

double es_worlds_half_width(const double without[ES_BATCHES], double confidence)
{
  double mean = 0, squares = 0;
  for (size_t b = 0; b < ES_BATCHES; b++) mean += without[b] / ES_BATCHES;
  for (size_t b = 0; b < ES_BATCHES; b++) squares += (without[b] - mean) * (without[b] - mean);
  double t = es_student_quantile(0.5 + confidence / 2, ES_BATCHES - 1);
  return t * sqrt(squares * (ES_BATCHES - 1) / ES_BATCHES);
}
