/* Follows the training people to learn, then everybody else to count. */
#include "harness/run/periods.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/population/draws.h"
#include "harness/run/cohort.h"

enum { COHORT = 4096 };

/* What one contender decides by from some month on; epoch 0 is the contest's own. */
struct epoch {
  struct es_model *models; /* the study's, of which one has learned; NULL: as before */
  size_t count, used;
  struct es_rule rule;
};

struct following {
  const struct es_contest *contest;
  size_t months, every, epochs;
  struct epoch *epoch;              /* [contenders][epochs] */
  struct es_trajectory *trajectory; /* [contenders] */
  struct es_progress progress;
  int threads;
};

enum es_status es_periods_check(const struct es_contest *contest, struct es_context *ctx)
{
  const struct es_opened *from = &contest->from;
  if (from->dataset->again != NULL && from->people->dynamics != NULL) return ES_OK;
  return es_fail(ctx, ES_INPUT, "--periods: nothing is known of %s but the present",
                 from->people->name);
}

static struct epoch *epoch_at(const struct following *f, size_t k, size_t month)
{
  return &f->epoch[k * f->epochs + (f->every > 0 ? month / f->every : 0)];
}

/* Who decides in a month: the last that has learned. */
static struct es_judge judge_of(const struct following *f, size_t k, size_t month)
{
  const struct es_contender *c = &f->contest->contender[k];
  const struct epoch *first = epoch_at(f, k, 0), *e = epoch_at(f, k, month);
  while (e > first && e->models == NULL) e--;
  if (e->models == NULL) return (struct es_judge){c->model, c->policy, &c->rule};
  return (struct es_judge){&e->models[e->used], c->policy, &e->rule};
}

/* --- learning ------------------------------------------------------------------------------- */

/* Everybody as they are, with the outcomes of the approved alone. */
static enum es_status hide_outcomes(struct es_cohort *cohort, size_t month, size_t *known,
                                    struct es_context *ctx)
{
  ES_TRY(es_cohort_look(cohort, month, ctx));
  for (size_t i = 0; i < cohort->people; i++)
    if (cohort->one[i].standing != ES_APPROVED) cohort->block.outcome[i] = ES_UNKNOWN;
  return es_block_known_first(&cohort->block, cohort->contest->from.people, known, ctx);
}

static enum es_status learn(struct following *f, struct es_cohort *cohort, size_t k,
                            struct epoch *e, size_t known, struct es_context *ctx)
{
  const struct es_contender *c = &f->contest->contender[k];
  const struct es_people *people = f->contest->from.people;
  struct es_block labelled = cohort->block;
  labelled.people = known;
  struct es_model *model = &e->models[e->used];
  ES_TRY(es_model_fit(model, people, &labelled, ctx));
  ES_TRY(es_model_score(model, people, &cohort->block, &cohort->scores, ctx));
  bool rescues = c->policy->second.scorer != NULL;
  if (rescues)
    ES_TRY(es_model_score(&c->policy->second, people, &cohort->block, &cohort->second, ctx));
  uint32_t *cell = es_alloc(cohort->people, sizeof *cell, ctx);
  if (cell == NULL) return ES_NOMEM;
  es_cells_of(cell, people, &cohort->block);
  struct es_lesson lesson = {.scorer = model->scorer,
                             .people = people,
                             .scores = &cohort->scores,
                             .second = rescues ? &cohort->second : NULL,
                             .cell = cell,
                             .outcome = cohort->block.outcome,
                             .n = cohort->people};
  enum es_status status = es_policy_learn(c->policy, &lesson, &e->rule, ctx);
  free(cell);
  return status;
}

static void forget(struct epoch *e)
{
  for (size_t m = 0; e->models != NULL && m < e->count; m++) es_model_clear(&e->models[m]);
  free(e->models);
  es_rule_clear(&e->rule);
  *e = (struct epoch){0};
}

/* A scorer that cannot learn from those it approved goes on as it is. */
static enum es_status relearn(struct following *f, struct es_cohort *cohort, size_t k, size_t month,
                              struct es_context *ctx)
{
  struct epoch *e = epoch_at(f, k, month);
  size_t known = 0;
  ES_TRY(es_study_models(f->contest->study, &e->models, &e->count, ctx));
  e->used = k / f->contest->who.policies;
  ES_TRY(hide_outcomes(cohort, month, &known, ctx));
  enum es_status status = learn(f, cohort, k, e, known, ctx);
  if (status != ES_DEGENERATE && status != ES_DIVERGED && status != ES_BROKEN) return status;
  es_note(ctx, "%s, month %zu: it could not learn anew (%.300s) and goes on as it was",
          f->contest->contender[k].model->label, month, ctx->message);
  forget(e);
  return ES_OK;
}

/* The training people's months under one contender. */
static enum es_status teach(struct following *f, size_t k, struct es_context *ctx)
{
  const struct es_opened *from = &f->contest->from;
  size_t people = (size_t)from->dataset->size(from->state, 0, ES_TRAIN);
  struct es_cohort cohort;
  enum es_status status = es_cohort_create(&cohort, f->contest, people, ctx);
  if (status == ES_OK) es_cohort_begin(&cohort, ES_TRAIN_ADDRESS, people);
  for (size_t month = 0; status == ES_OK && month <= f->months && !es_stop; month++) {
    if (month > 0 && month % f->every == 0) status = relearn(f, &cohort, k, month, ctx);
    struct es_judge judge = judge_of(f, k, month);
    if (status == ES_OK) status = es_cohort_month(&cohort, month, &judge, ctx);
  }
  es_cohort_clear(&cohort);
  return status;
}

/* --- streaming ------------------------------------------------------------------------------ */

static enum es_status follow(const struct following *f, struct es_cohort *cohort, uint64_t first,
                             size_t people, struct es_trajectory *trajectory,
                             struct es_context *ctx)
{
  for (size_t k = 0; k < f->contest->contenders; k++) {
    if (f->contest->contender[k].failed) continue;
    es_cohort_begin(cohort, first, people);
    for (size_t month = 0; month <= f->months; month++) {
      struct es_judge judge = judge_of(f, k, month);
      ES_TRY(es_cohort_month(cohort, month, &judge, ctx));
      es_cohort_count(cohort, month, &trajectory[k]);
    }
    es_cohort_end(cohort, &trajectory[k]);
  }
  return ES_OK;
}

static enum es_status make_trajectories(const struct following *f, struct es_trajectory **out,
                                        struct es_context *ctx)
{
  if ((*out = es_alloc(f->contest->contenders, sizeof **out, ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < f->contest->contenders; k++)
    ES_TRY(es_trajectory_create(&(*out)[k], f->contest->cells, f->months, ctx));
  return ES_OK;
}

static void free_trajectories(const struct following *f, struct es_trajectory *t)
{
  for (size_t k = 0; t != NULL && k < f->contest->contenders; k++) es_trajectory_clear(&t[k]);
  free(t);
}

static enum es_status stream(struct following *f, struct es_context *ctx)
{
  const struct es_opened *from = &f->contest->from;
  uint64_t total = from->dataset->size(from->state, 0, ES_TEST);
  int64_t blocks = (int64_t)((total + COHORT - 1) / COHORT);
  enum es_status status = ES_OK;
#pragma omp parallel num_threads(f->threads)
  {
    struct es_context own = *ctx;
    struct es_cohort cohort;
    struct es_trajectory *trajectory = NULL;
    own.notes = NULL;
    enum es_status mine = es_cohort_create(&cohort, f->contest, COHORT, &own);
    if (mine == ES_OK) mine = make_trajectories(f, &trajectory, &own);
#pragma omp for schedule(dynamic, 1)
    for (int64_t b = 0; b < blocks; b++) {
      uint64_t first = (uint64_t)b * COHORT, left = total - first;
      size_t people = left < COHORT ? (size_t)left : COHORT;
      if (mine != ES_OK || es_stop) continue;
      mine = follow(f, &cohort, first, people, trajectory, &own);
#pragma omp critical(es_progress)
      es_progress_add(&f->progress, people);
    }
#pragma omp critical(es_merge)
    {
      for (size_t k = 0; mine == ES_OK && k < f->contest->contenders; k++)
        es_trajectory_merge(&f->trajectory[k], &trajectory[k]);
      if (mine != ES_OK && status == ES_OK) {
        status = mine;
        memcpy(ctx->message, own.message, sizeof ctx->message);
      }
    }
    free_trajectories(f, trajectory);
    es_cohort_clear(&cohort);
  }
  if (status == ES_OK && es_stop)
    status = es_fail(ctx, ES_INTERRUPTED, "interrupted; nothing was written");
  return status;
}

static enum es_status write_rows(const struct following *f, struct es_results *results,
                                 struct es_context *ctx)
{
  const struct es_contest *contest = f->contest;
  const struct es_people *people = contest->from.people;
  struct es_evaluation e = {.population = people->name,
                            .attribute = people->attribute,
                            .attributes = people->attributes,
                            .confidence = contest->study->confidence};
  struct es_view *views = NULL;
  enum es_status status = es_views_make(&views, &e.views, &contest->study->group, people->attribute,
                                        people->attributes, ctx);
  e.view = views;
  for (size_t k = 0; status == ES_OK && k < contest->contenders; k++) {
    if (contest->contender[k].failed) continue;
    e.scorer = contest->contender[k].model->label;
    e.policy = contest->contender[k].policy->label;
    status = es_trajectory_rows(results, &f->trajectory[k], &e, ctx);
  }
  free(views);
  return status;
}

enum es_status es_periods(const struct es_contest *contest, int threads, struct es_results *results,
                          struct es_context *ctx)
{
  struct following f = {.contest = contest,
                        .months = (size_t)contest->study->periods,
                        .every = (size_t)contest->study->refit_every,
                        .threads = threads};
  f.epochs = 1 + (f.every > 0 ? f.months / f.every : 0);
  f.epoch = es_alloc(contest->contenders * f.epochs, sizeof *f.epoch, ctx);
  enum es_status status = f.epoch != NULL ? make_trajectories(&f, &f.trajectory, ctx) : ES_NOMEM;
  for (size_t k = 0; status == ES_OK && f.epochs > 1 && k < contest->contenders; k++)
    if (!contest->contender[k].failed) status = teach(&f, k, ctx);
  es_progress_start(&f.progress, "months", "people", es_contest_size(contest));
  if (status == ES_OK) status = stream(&f, ctx);
  es_progress_end(&f.progress);
  if (status == ES_OK) status = write_rows(&f, results, ctx);
  for (size_t e = 0; f.epoch != NULL && e < contest->contenders * f.epochs; e++)
    forget(&f.epoch[e]);
  free(f.epoch);
  free_trajectories(&f, f.trajectory);
  return status;
}
