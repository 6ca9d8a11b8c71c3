/* The loop: for each population and fold, fit every scorer on the training people, then stream the
 * others in blocks, in parallel, and merge the threads' tallies.
 *
 * A scorer that fails (a single class, a broken contract) costs its own row and says why; the run goes
 * on.  Integer tallies make the order of blocks and threads invisible.
 */
#include "harness/run/runner.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/evaluate.h"
#include "harness/run/progress.h"
#include "harness/run/registry.h"
#include "harness/run/resolved.h"

enum { BLOCK = 512 };

/* One scorer on one population. */
struct contender {
  struct es_model *model;
  struct es_tally tally;
  double cutoff;
  bool failed;
  uint64_t failed_at; /* address of the failing block, so that the message does not depend on threads */
  char reason[1024];
};

struct running {
  const struct es_study *study;
  struct es_policy policy;
  struct es_opened from;
  struct contender *contender;
  size_t contenders, fold, cells;
  struct es_progress progress;
};

/* What one thread owns. */
struct worker {
  struct es_block block;
  struct es_scores scores;
  struct es_tally *tally;
  struct es_context ctx;
};

enum es_status es_people_open(struct es_opened *opened, const struct es_study *study,
                              const char *population, struct es_context *ctx)
{
  *opened = (struct es_opened){0};
  struct es_dataset_request request = {.schema = study->schema,
                                       .people = (uint64_t)study->people,
                                       .train = (uint64_t)study->train,
                                       .folds = (uint64_t)study->folds,
                                       .test_share = study->test_share};
  ES_TRY(es_dataset_find(&opened->dataset, &request.source, population, ctx));
  enum es_status status = es_study_overrides(study, request.source, &request.overrides, ctx);
  if (status == ES_OK && (opened->state = es_alloc(1, opened->dataset->state_size, ctx)) == NULL)
    status = ES_NOMEM;
  if (status == ES_OK) status = opened->dataset->open(opened->state, &request, ctx);
  es_texts_clear(&request.overrides);
  if (status == ES_OK) opened->people = opened->dataset->people(opened->state);
  else es_people_close(opened);
  return status;
}

void es_people_close(struct es_opened *opened)
{
  if (opened->state != NULL && opened->dataset->close != NULL) opened->dataset->close(opened->state);
  free(opened->state);
  *opened = (struct es_opened){0};
}

uint32_t es_cell_of(const struct es_people *people, const struct es_block *block, size_t i)
{
  uint32_t cell = 0, stride = 1;
  for (size_t a = 0; a < people->attributes; a++) {
    cell += stride * block->group[a][i];
    stride *= people->attribute[a].levels;
  }
  return cell;
}

/* --- fitting ------------------------------------------------------------------------------------- */

static bool survivable(enum es_status status)
{
  return status == ES_DEGENERATE || status == ES_DIVERGED || status == ES_BROKEN;
}

static void give_up(struct contender *c, uint64_t at, const char *reason)
{
  if (c->failed && c->failed_at <= at) return;
  c->failed = true;
  c->failed_at = at;
  snprintf(c->reason, sizeof c->reason, "%s", reason);
}

/* The even grid that scores are tallied on: the training scores' range and an eighth of it on each
 * side; in log-odds for a probability, so that rare risks keep their resolution. */
static void lay_grid(struct contender *c, const struct es_scores *s, size_t n)
{
  bool probability = (c->model->scorer->flags & ES_PROBABILITY) != 0;
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (s->why[i] != ES_SCORED) continue;
    double x = probability ? es_logit(fmin(fmax(s->value[i], 1e-9), 1 - 1e-9)) : s->value[i];
    low = fmin(low, x);
    high = fmax(high, x);
  }
  if (!(low < high)) { /* one score for all: any grid will do that has it inside */
    low = isfinite(low) ? low - 1 : -1;
    high = low + 2;
  }
  double margin = (high - low) / 8;
  c->tally.probability = probability;
  c->tally.low = low - margin;
  c->tally.high = high + margin;
}

static enum es_status fit_one(struct running *run, struct contender *c, const struct es_block *training,
                              struct es_scores *scores, struct es_context *ctx)
{
  const struct es_people *people = run->from.people;
  ES_TRY(es_model_fit(c->model, people, training, ctx));
  ES_TRY(es_model_score(c->model, people, training, scores, ctx));
  ES_TRY(es_policy_cutoff(&run->policy, c->model->scorer, &people->consequence, scores, training->people,
                          &c->cutoff, ctx));
  if (c->tally.bins != NULL) lay_grid(c, scores, training->people);
  return ES_OK;
}

static enum es_status fit_all(struct running *run, struct es_context *ctx)
{
  const struct es_opened *from = &run->from;
  struct es_block training = {0};
  struct es_scores scores = {0};
  size_t n = (size_t)from->dataset->size(from->state, run->fold, ES_TRAIN);
  enum es_status status = es_block_create(&training, from->people, n, ctx);
  if (status == ES_OK) status = es_scores_create(&scores, n, ctx);
  training.people = n;
  if (status == ES_OK)
    status = from->dataset->block(from->state, run->fold, ES_TRAIN, 0, &training, ctx);
  for (size_t k = 0; status == ES_OK && k < run->contenders; k++) {
    struct contender *c = &run->contender[k];
    if (c->failed) continue;
    status = fit_one(run, c, &training, &scores, ctx);
    if (!survivable(status)) continue;
    give_up(c, 0, ctx->message);
    status = ES_OK;
  }
  es_scores_clear(&scores);
  es_block_clear(&training, from->people);
  return status;
}

/* --- streaming ------------------------------------------------------------------------------------ */

static enum es_status tally_block(const struct running *run, const struct contender *c,
                                  const struct worker *w, struct es_tally *tally, struct es_context *ctx)
{
  const struct es_people *people = run->from.people;
  bool probability = (c->model->scorer->flags & ES_PROBABILITY) != 0;
  for (size_t i = 0; i < w->block.people; i++) {
    double score = w->scores.value[i];
    struct es_verdict v = {
        .cell = es_cell_of(people, &w->block, i),
        .outcome = w->block.outcome[i],
        .why = w->scores.why[i],
        .decision = (uint8_t)es_policy_decide(&run->policy, c->cutoff, &w->scores, i),
        .score = score,
        .probability = probability && w->scores.why[i] == ES_SCORED ? score : -1,
        .weight = people->weighted ? w->block.weight[i] : 1,
        .term = w->scores.term[i] > 0 ? w->scores.term[i] : people->consequence.term};
    ES_TRY(es_tally_add(tally, &v, ctx));
  }
  return ES_OK;
}

static bool has_failed(const struct contender *c, uint64_t before)
{
  bool failed;
#pragma omp critical(es_give_up)
  failed = c->failed && c->failed_at <= before;
  return failed;
}

static enum es_status run_block(struct running *run, struct worker *w, uint64_t first)
{
  const struct es_opened *from = &run->from;
  ES_TRY(from->dataset->block(from->state, run->fold, ES_TEST, first, &w->block, &w->ctx));
  for (size_t k = 0; k < run->contenders; k++) {
    struct contender *c = &run->contender[k];
    if (has_failed(c, first)) continue;
    enum es_status status = es_model_score(c->model, from->people, &w->block, &w->scores, &w->ctx);
    if (status == ES_OK) status = tally_block(run, c, w, &w->tally[k], &w->ctx);
    if (survivable(status)) {
#pragma omp critical(es_give_up)
      give_up(c, first, w->ctx.message);
    } else if (status != ES_OK) {
      return status;
    }
  }
  return ES_OK;
}

static void clear_worker(struct worker *w, const struct running *run)
{
  es_block_clear(&w->block, run->from.people);
  es_scores_clear(&w->scores);
  for (size_t k = 0; w->tally != NULL && k < run->contenders; k++) es_tally_clear(&w->tally[k]);
  free(w->tally);
}

static enum es_status make_worker(struct worker *w, const struct running *run, const struct es_context *ctx)
{
  *w = (struct worker){.ctx = *ctx};
  w->ctx.notes = NULL;
  ES_TRY(es_block_create(&w->block, run->from.people, BLOCK, &w->ctx));
  ES_TRY(es_scores_create(&w->scores, BLOCK, &w->ctx));
  if ((w->tally = es_alloc(run->contenders, sizeof *w->tally, &w->ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < run->contenders; k++) {
    const struct es_tally *like = &run->contender[k].tally;
    ES_TRY(es_tally_create(&w->tally[k], run->cells, like->bins == NULL, &w->ctx));
    w->tally[k].weighted = like->weighted;
    w->tally[k].probability = like->probability;
    w->tally[k].low = like->low;
    w->tally[k].high = like->high;
  }
  return ES_OK;
}

/* Streams one fold's people; *failed_at orders failures, so that the first by address is told. */
static enum es_status stream(struct running *run, int threads, struct es_context *ctx)
{
  const struct es_opened *from = &run->from;
  uint64_t total = from->dataset->size(from->state, run->fold, ES_TEST);
  int64_t blocks = (int64_t)((total + BLOCK - 1) / BLOCK);
  enum es_status status = ES_OK;
#pragma omp parallel num_threads(threads)
  {
    struct worker w;
    enum es_status mine = make_worker(&w, run, ctx);
#pragma omp for schedule(dynamic, 8)
    for (int64_t b = 0; b < blocks; b++) {
      if (mine != ES_OK || es_stop) continue;
      uint64_t first = (uint64_t)b * BLOCK;
      w.block.people = total - first < BLOCK ? (size_t)(total - first) : BLOCK;
      mine = run_block(run, &w, first);
#pragma omp critical(es_progress)
      es_progress_add(&run->progress, w.block.people);
    }
#pragma omp critical(es_merge)
    {
      for (size_t k = 0; mine == ES_OK && k < run->contenders; k++)
        mine = es_tally_merge(&run->contender[k].tally, &w.tally[k], &w.ctx);
      if (mine != ES_OK && status == ES_OK) {
        status = mine;
        memcpy(ctx->message, w.ctx.message, sizeof ctx->message);
      }
    }
    clear_worker(&w, run);
  }
  if (status == ES_OK && es_stop)
    status = es_fail(ctx, ES_INTERRUPTED, "interrupted after %llu of %llu people; nothing was written",
                     (unsigned long long)run->progress.done, (unsigned long long)run->progress.total);
  return status;
}

/* --- one population -------------------------------------------------------------------------------- */

static enum es_status describe_models(struct running *run, struct es_results *results, struct es_context *ctx)
{
  for (size_t k = 0; k < run->contenders; k++) {
    const struct contender *c = &run->contender[k];
    if (c->failed) continue;
    struct es_text text = {0};
    es_text_add(&text, "%s", results->scorer[k].model);
    es_text_add(&text, "%s%s:\n", text.size > 0 ? "\n" : "", run->from.people->name);
    size_t before = text.size;
    enum es_status status = es_model_describe(c->model, run->from.people, &text, ctx);
    if (status == ES_OK && text.size > before) {
      free(results->scorer[k].model);
      results->scorer[k].model = es_text_take(&text);
      if (results->scorer[k].model == NULL) status = es_fail(ctx, ES_NOMEM, "out of memory");
    }
    es_text_clear(&text);
    if (status != ES_OK) return status;
  }
  return ES_OK;
}

static enum es_status evaluate_all(struct running *run, struct es_results *results, struct es_context *ctx)
{
  const struct es_people *people = run->from.people;
  const struct es_study *study = run->study;
  struct es_view *views = NULL;
  size_t count = 0;
  enum es_status status = es_views_make(&views, &count, &study->group, people->attribute,
                                        people->attributes, ctx);
  for (size_t k = 0; status == ES_OK && k < run->contenders; k++) {
    struct contender *c = &run->contender[k];
    struct es_evaluation e = {.population = people->name,
                              .scorer = c->model->label,
                              .policy = run->policy.label,
                              .reference = study->reference[0] != '\0' ? study->reference : people->reference,
                              .attribute = people->attribute,
                              .attributes = people->attributes,
                              .view = views,
                              .views = count,
                              .consequence = people->consequence,
                              .positive_is_adverse = study->positive != 0,
                              .confidence = study->confidence,
                              .metrics = &study->metrics};
    if (c->failed) {
      es_note(ctx, "%s on %s: %s", c->model->label, people->name, c->reason);
      status = es_evaluate_failed(results, &e, c->reason, ctx);
    } else {
      status = es_evaluate(results, &c->tally, &e, ctx);
      if (status == ES_OK) status = es_resolved_tally(results, &e, &c->tally, ctx);
    }
  }
  free(views);
  return status;
}

static enum es_status prepare(struct running *run, struct es_model *models, struct es_context *ctx)
{
  const struct es_people *people = run->from.people;
  bool exact = (run->from.dataset->flags & ES_LISTED) != 0;
  run->cells = es_cell_count(people->attribute, people->attributes);
  if (run->cells > 1000000)
    return es_fail(ctx, ES_INPUT, "%s: %zu combinations of groups are too many; group by fewer attributes",
                   people->name, run->cells);
  for (size_t k = 0; k < run->contenders; k++) {
    run->contender[k] = (struct contender){.model = &models[k]};
    ES_TRY(es_tally_create(&run->contender[k].tally, run->cells, exact, ctx));
    run->contender[k].tally.weighted = people->weighted;
  }
  uint64_t total = 0;
  for (size_t f = 0; f < people->folds; f++) total += run->from.dataset->size(run->from.state, f, ES_TEST);
  es_progress_start(&run->progress, people->name, "people", total);
  return ES_OK;
}

static enum es_status run_population(struct running *run, const char *population, struct es_model *models,
                                     int threads, struct es_results *results, struct es_context *ctx)
{
  ES_TRY(es_people_open(&run->from, run->study, population, ctx));
  enum es_status status = prepare(run, models, ctx);
  for (run->fold = 0; status == ES_OK && run->fold < run->from.people->folds; run->fold++) {
    status = fit_all(run, ctx);
    if (status == ES_OK) status = stream(run, threads, ctx);
    if (status == ES_OK && run->fold == 0) status = describe_models(run, results, ctx);
  }
  es_progress_end(&run->progress);
  if (status == ES_OK) status = es_resolved_population(results, &run->from, ctx);
  if (status == ES_OK) status = evaluate_all(run, results, ctx);
  for (size_t k = 0; k < run->contenders; k++) es_tally_clear(&run->contender[k].tally);
  es_people_close(&run->from);
  return status;
}

enum es_status es_run(const struct es_study *study, int threads, struct es_results *results,
                      struct es_context *ctx)
{
  struct es_model *models = NULL;
  struct running run = {.study = study};
  *results = (struct es_results){0};
  ctx->notes = &results->warnings;
  ctx->seed = (uint64_t)study->seed;
  if (threads <= 0) threads = omp_get_num_procs();
  enum es_status status = es_policy_create(&run.policy, study->policy, ctx);
  if (status == ES_OK) status = es_study_models(study, &models, &run.contenders, ctx);
  if (status == ES_OK && study->population.count == 0)
    status = es_fail(ctx, ES_INPUT, "no population is named; give --population P (evenscore list populations)");
  if (status == ES_OK) status = es_resolved_study(results, study, models, run.contenders, ctx);
  if (status == ES_OK && (run.contender = es_alloc(run.contenders, sizeof *run.contender, ctx)) == NULL)
    status = ES_NOMEM;
  for (size_t p = 0; status == ES_OK && p < study->population.count; p++)
    status = run_population(&run, study->population.at[p], models, threads, results, ctx);
  for (size_t k = 0; models != NULL && k < run.contenders; k++) es_model_clear(&models[k]);
  free(models);
  free(run.contender);
  es_policy_clear(&run.policy);
  ctx->notes = NULL;
  if (status != ES_OK) es_results_clear(results);
  return status;
}
