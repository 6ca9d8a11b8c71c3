/* Follows the training people to learn, then everybody else to count. */
#include "harness/run/periods.h"

#include <stdlib.h>
#include <string.h>
#include "harness/population/draws.h"
#include "harness/run/ahead.h"
#include "harness/run/cohort.h"
#include "harness/run/pass.h"

/* People followed at once; more where scorers from elsewhere are asked every month. */
enum { COHORT = 8 * ES_BLOCK };

/* What one contender decides by from some month on; epoch 0 is the contest's own. */
struct epoch {
  struct es_model *models; /* the study's, of which one has learned; NULL: as before */
  size_t count, used;
  struct es_rule rule;
};

struct following {
  struct es_contest *contest;
  size_t months, every, epochs;
  struct epoch *epoch;              /* [contenders][epochs] */
  struct es_trajectory *trajectory; /* [contenders] */
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

/* --- following ------------------------------------------------------------------------------ */

static enum es_status add_block(void *job, void *worker, void *sums, uint64_t first, size_t people,
                                struct es_context *ctx)
{
  const struct following *f = job;
  struct es_cohort *cohort = worker;
  struct es_trajectory *trajectory = *(struct es_trajectory **)sums;
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

/* Sums are a list of trajectories, one for each contender. */
static enum es_status open_sums(void *sums, const void *job, struct es_context *ctx)
{
  const struct following *f = job;
  struct es_trajectory **t = sums;
  if ((*t = es_alloc(f->contest->contenders, sizeof **t, ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < f->contest->contenders; k++)
    ES_TRY(es_trajectory_create(&(*t)[k], f->contest->cells, f->months, ctx));
  return ES_OK;
}

static void close_sums(void *sums, const void *job)
{
  const struct following *f = job;
  struct es_trajectory **t = sums;
  for (size_t k = 0; *t != NULL && k < f->contest->contenders; k++) es_trajectory_clear(&(*t)[k]);
  free(*t);
}

static enum es_status add_sums(void *sums, const void *part, const void *job,
                               struct es_context *ctx)
{
  (void)ctx;
  const struct following *f = job;
  for (size_t k = 0; k < f->contest->contenders; k++)
    es_trajectory_merge(&(*(struct es_trajectory **)sums)[k],
                        &(*(struct es_trajectory *const *)part)[k]);
  return ES_OK;
}

static void write_sums(const void *sums, const void *job, struct es_text *out)
{
  const struct following *f = job;
  es_text_add(out, "[");
  for (size_t k = 0; k < f->contest->contenders; k++) {
    es_text_add(out, k > 0 ? "," : "");
    es_trajectory_write(&(*(struct es_trajectory *const *)sums)[k], out);
  }
  es_text_add(out, "]");
}

static enum es_status read_sums(void *sums, void *job, const json_t *from, struct es_context *ctx)
{
  const struct following *f = job;
  for (size_t k = 0; k < f->contest->contenders; k++)
    ES_TRY(es_trajectory_read(&(*(struct es_trajectory **)sums)[k], json_array_get(from, k), ctx));
  return ES_OK;
}

static enum es_status open_worker(void *worker, const void *job, struct es_context *ctx)
{
  const struct es_contest *contest = ((const struct following *)job)->contest;
  return es_cohort_create(worker, contest, es_ahead_people(contest, COHORT), ctx);
}

static void close_worker(void *worker, const void *job)
{
  (void)job;
  es_cohort_clear(worker);
}

/* Before anybody is followed: who decides in which month. */
static enum es_status ready(void *job, struct es_context *ctx)
{
  struct following *f = job;
  ES_TRY(es_contest_ready(f->contest, ctx));
  for (size_t k = 0; f->epochs > 1 && k < f->contest->contenders; k++)
    if (!f->contest->contender[k].failed) ES_TRY(teach(f, k, ctx));
  return ES_OK;
}

static const struct es_pass_kind months = {.sums_size = sizeof(struct es_trajectory *),
                                           .worker_size = sizeof(struct es_cohort),
                                           .ready = ready,
                                           .open_sums = open_sums,
                                           .close_sums = close_sums,
                                           .add_sums = add_sums,
                                           .write_sums = write_sums,
                                           .read_sums = read_sums,
                                           .open_worker = open_worker,
                                           .close_worker = close_worker,
                                           .block = add_block};

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

enum es_status es_periods(struct es_contest *contest, int threads, struct es_results *results,
                          struct es_context *ctx)
{
  struct following f = {.contest = contest,
                        .months = (size_t)contest->study->periods,
                        .every = (size_t)contest->study->refit_every};
  f.epochs = 1 + (f.every > 0 ? f.months / f.every : 0);
  f.epoch = es_alloc(contest->contenders * f.epochs, sizeof *f.epoch, ctx);
  const struct es_opened *from = &contest->from;
  struct es_progress progress;
  struct es_pass pass = {.kind = &months,
                         .job = &f,
                         .name = from->people->name,
                         .people = from->dataset->size(from->state, 0, ES_TEST),
                         .block = es_ahead_people(contest, COHORT),
                         .chunk = 1,
                         .threads = threads,
                         .progress = &progress,
                         .ledger = contest->study->ledger};
  es_progress_start(&progress, "months", "people", pass.people);
  enum es_status status = f.epoch != NULL ? open_sums(&f.trajectory, &f, ctx) : ES_NOMEM;
  if (status == ES_OK) status = es_pass_run(&pass, &f.trajectory, ctx);
  es_progress_end(&progress);
  if (status == ES_OK && es_contest_whole(contest)) status = write_rows(&f, results, ctx);
  for (size_t e = 0; f.epoch != NULL && e < contest->contenders * f.epochs; e++)
    forget(&f.epoch[e]);
  free(f.epoch);
  close_sums(&f.trajectory, &f);
  return status;
}
