/* Runs studies: for each population a contest of its scorers, evaluated and written down. */
#include "harness/run/runner.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/burden.h"
#include "harness/measure/compare.h"
#include "harness/run/attribute.h"
#include "harness/run/missing.h"
#include "harness/run/replicates.h"
#include "harness/run/residual.h"
#include "harness/run/resolved.h"
#include "harness/run/sweep.h"

static enum es_status describe_models(struct es_contest *contest, struct es_results *results,
                                      struct es_context *ctx)
{
  for (size_t k = 0; k < contest->contenders; k++) {
    const struct es_contender *c = &contest->contender[k];
    if (c->failed) continue;
    struct es_text text = {0};
    es_text_add(&text, "%s", results->scorer[k].model);
    es_text_add(&text, "%s%s:\n", text.size > 0 ? "\n" : "", contest->from.people->name);
    size_t before = text.size;
    enum es_status status = es_model_describe(c->model, contest->from.people, &text, ctx);
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

/* What the oracle decided, where it took part: the yardstick of regret. */
static const struct es_tally *oracle(const struct es_contest *contest)
{
  for (size_t k = 0; k < contest->contenders; k++) {
    const struct es_contender *c = &contest->contender[k];
    if (!c->failed && strcmp(c->model->scorer->name, "oracle") == 0) return c->tally;
  }
  return NULL;
}

/* Before anybody is judged: whether the reference that was asked for is there. */
static enum es_status check_reference(const struct es_contest *contest, struct es_context *ctx)
{
  const struct es_people *people = contest->from.people;
  struct es_view *views = NULL;
  size_t count = 0;
  enum es_status status = es_views_make(&views, &count, &contest->study->group, people->attribute,
                                        people->attributes, ctx);
  if (status == ES_OK)
    status = es_reference_check(contest->study->reference, views, count, people->attribute, ctx);
  free(views);
  return status;
}

static enum es_status evaluate_one(const struct es_contender *c, struct es_evaluation *e,
                                   struct es_results *results, struct es_context *ctx)
{
  e->scorer = c->model->label;
  if (c->failed) {
    es_note(ctx, "%s on %s: %s", c->model->label, e->population, c->reason);
    return es_evaluate_failed(results, e, c->reason, ctx);
  }
  ES_TRY(es_evaluate(results, c->tally, e, ctx));
  if (!(c->model->scorer->flags & ES_YARDSTICK))
    ES_TRY(es_compare_groups(results, c->tally, e, ctx));
  ES_TRY(es_burden(results, c->tally, e, ctx));
  return es_resolved_tally(results, e, c->tally, ctx);
}

static enum es_status compare_pair(const struct es_contest *contest, size_t pair,
                                   struct es_evaluation *e, struct es_results *results,
                                   struct es_context *ctx)
{
  const struct es_contender *a = &contest->contender[contest->pair_of[pair][0]];
  const struct es_contender *b = &contest->contender[contest->pair_of[pair][1]];
  if (a->failed || b->failed) return ES_OK;
  struct es_text name = {0};
  es_text_add(&name, "%s vs %s", a->model->label, b->model->label);
  e->scorer = es_text_get(&name);
  enum es_status status = es_compare_scorers(results, &contest->pair[pair], e, ctx);
  es_text_clear(&name);
  return status;
}

static enum es_status evaluate_all(struct es_contest *contest, const char *population, int threads,
                                   struct es_results *results, struct es_context *ctx)
{
  const struct es_people *people = contest->from.people;
  const struct es_study *study = contest->study;
  struct es_view *views = NULL;
  size_t count = 0;
  enum es_status status =
      es_views_make(&views, &count, &study->group, people->attribute, people->attributes, ctx);
  struct es_evaluation e = {.population = people->name,
                            .policy = contest->policy->label,
                            .reference =
                                study->reference[0] != '\0' ? study->reference : people->reference,
                            .attribute = people->attribute,
                            .attributes = people->attributes,
                            .view = views,
                            .views = count,
                            .consequence = people->consequence,
                            .positive_is_adverse = study->positive != 0,
                            .confidence = study->confidence,
                            .metrics = &study->metrics,
                            .small = (uint64_t)study->small,
                            .skip_undefined = study->undefined != 0,
                            .oracle = oracle(contest),
                            .bootstrap = (size_t)study->bootstrap};
  for (size_t k = 0; status == ES_OK && k < contest->contenders; k++)
    status = evaluate_one(&contest->contender[k], &e, results, ctx);
  for (size_t p = 0; status == ES_OK && contest->pair != NULL && p < contest->pairs; p++)
    status = compare_pair(contest, p, &e, results, ctx);
  if (status == ES_OK) status = es_residual(contest, population, &e, threads, results, ctx);
  free(views);
  return status;
}

static enum es_status run_population(const struct es_study *study, const struct es_policy *policy,
                                     const char *population, struct es_model *models, size_t count,
                                     int threads, struct es_results *results,
                                     struct es_context *ctx)
{
  struct es_contest contest = {0};
  struct es_progress progress = {0};
  enum es_status status =
      es_contest_open(&contest, study, policy, population, models, count, 1, ctx);
  contest.progress = &progress;
  contest.paired = true;
  if (status == ES_OK) status = check_reference(&contest, ctx);
  if (status == ES_OK)
    es_progress_start(&progress, contest.from.people->name, "people", es_contest_size(&contest));
  for (; status == ES_OK && contest.fold < contest.from.people->folds; contest.fold++) {
    status = es_contest_fit(&contest, ctx);
    if (status == ES_OK) status = es_contest_stream(&contest, threads, ctx);
    if (status == ES_OK && contest.fold == 0) status = describe_models(&contest, results, ctx);
  }
  es_progress_end(&progress);
  if (status == ES_OK) status = es_resolved_population(results, &contest.from, ctx);
  if (status == ES_OK) status = evaluate_all(&contest, population, threads, results, ctx);
  if (status == ES_OK && study->attribute.count > 0)
    status = es_attribute(&contest, population, threads, results, ctx);
  es_contest_close(&contest);
  return status;
}

enum es_status es_run(const struct es_study *study, int threads, struct es_results *results,
                      struct es_context *ctx)
{
  if (study->replicates > 1) return es_replicates(study, threads, results, ctx);
  struct es_model *models = NULL;
  struct es_policy policy = {0};
  size_t count = 0;
  *results = (struct es_results){0};
  ctx->notes = &results->warnings;
  ctx->seed = (uint64_t)study->seed;
  if (threads <= 0) threads = omp_get_num_procs();
  omp_set_num_threads(threads); /* the bootstrap's, too */
  enum es_status status = es_policy_create(&policy, study->policy, ctx);
  if (status == ES_OK) status = es_study_models(study, &models, &count, ctx);
  if (status == ES_OK && study->population.count == 0)
    status = es_fail(ctx, ES_INPUT,
                     "no population is named; give --population P (evenscore list populations)");
  if (status == ES_OK) status = es_resolved_study(results, study, models, count, ctx);
  for (size_t p = 0; status == ES_OK && p < study->population.count; p++)
    status = run_population(study, &policy, study->population.at[p], models, count, threads,
                            results, ctx);
  if (status == ES_OK)
    status = es_tests_correct(results, (enum es_correction)study->correction, ctx);
  if (status == ES_OK && study->missing_policies)
    status = es_missing_policies(study, threads, results, ctx);
  if (status == ES_OK && study->sweep.count > 0) status = es_sweep(study, threads, results, ctx);
  for (size_t k = 0; models != NULL && k < count; k++) es_model_clear(&models[k]);
  free(models);
  es_policy_clear(&policy);
  ctx->notes = NULL;
  if (status != ES_OK) es_results_clear(results);
  return status;
}
