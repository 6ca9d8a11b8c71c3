/* Runs studies: for each population a contest of its scorers, evaluated and written down. */
#include "harness/run/runner.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/burden.h"
#include "harness/base/file.h"
#include "harness/measure/compare.h"
#include "harness/measure/shape.h"
#include "harness/run/attribute.h"
#include "harness/run/cutoffs.h"
#include "harness/run/levers.h"
#include "harness/run/missing.h"
#include "harness/run/periods.h"
#include "harness/run/replicates.h"
#include "harness/run/residual.h"
#include "harness/model/saved.h"
#include "harness/run/resolved.h"
#include "harness/run/sweep.h"

/* What the scorers have learned of these people goes below what they learned of others. */
static enum es_status describe_models(const struct es_contest *contest, struct es_results *results,
                                      struct es_context *ctx)
{
  for (size_t m = 0; m < contest->who.models; m++) {
    const char *learned = contest->learned[m];
    if (learned == NULL || learned[0] == '\0' || es_model_failed(contest, m)) continue;
    struct es_text text = {0};
    es_text_add(&text, "%s", results->scorer[m].model);
    es_text_add(&text, "%s%s:\n%s", text.size > 0 ? "\n" : "", contest->from.people->name, learned);
    free(results->scorer[m].model);
    results->scorer[m].model = es_text_take(&text);
    if (results->scorer[m].model == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  }
  return ES_OK;
}

/* What the oracle decided under the same policy, where it took part: the yardstick of regret. */
static const struct es_tally *oracle(const struct es_contest *contest,
                                     const struct es_policy *policy)
{
  for (size_t k = 0; k < contest->contenders; k++) {
    const struct es_contender *c = &contest->contender[k];
    if (!c->failed && c->policy == policy && strcmp(c->model->scorer->name, "oracle") == 0)
      return c->tally;
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

/* Scores are the same under every policy, and are tested under the first. */
static enum es_status compare_groups(const struct es_contest *contest, const struct es_contender *c,
                                     struct es_evaluation *e, struct es_results *results,
                                     struct es_context *ctx)
{
  struct es_text tested = {0};
  es_comparison_name(&tested, e->scorer, e->policy, contest->who.policies > 1);
  e->tested = es_text_get(&tested);
  e->decisions_only = c->policy != contest->who.policy;
  enum es_status status = es_compare_groups(results, c->tally, e, ctx);
  e->tested = NULL;
  es_text_clear(&tested);
  return status;
}

static enum es_status evaluate_one(const struct es_contest *contest, size_t k,
                                   struct es_evaluation *e, struct es_results *results,
                                   struct es_context *ctx)
{
  const struct es_contender *c = &contest->contender[k];
  e->scorer = c->model->label;
  e->policy = c->policy->label;
  e->oracle = oracle(contest, c->policy);
  if (c->failed) {
    struct es_text who = {0};
    es_comparison_name(&who, e->scorer, e->policy, contest->who.policies > 1);
    es_note(ctx, "%s on %s: %s", es_text_get(&who), e->population, c->reason);
    es_text_clear(&who);
    return es_evaluate_failed(results, e, c->reason, ctx);
  }
  ES_TRY(es_evaluate(results, c->tally, e, ctx));
  if (!(c->model->scorer->flags & ES_YARDSTICK))
    ES_TRY(compare_groups(contest, c, e, results, ctx));
  ES_TRY(es_burden(results, c->tally, e, ctx));
  e->decisions_only = c->policy != contest->who.policy; /* the scores are the same under each */
  ES_TRY(es_shape(results, c->tally, e, ctx));
  return es_resolved_tally(results, e, c->tally, ctx);
}

static enum es_status compare_pair(const struct es_contest *contest, size_t pair,
                                   struct es_evaluation *e, struct es_results *results,
                                   struct es_context *ctx)
{
  const struct es_contender *a = &contest->contender[contest->pair_of[pair][0]];
  const struct es_contender *b = &contest->contender[contest->pair_of[pair][1]];
  if (a->failed || b->failed) return ES_OK;
  struct es_text both = {0}, tested = {0};
  bool scorers = a->policy == b->policy, several = contest->who.policies > 1;
  es_text_add(&both, "%s vs %s", scorers ? a->model->label : a->policy->label,
              scorers ? b->model->label : b->policy->label);
  e->scorer = scorers ? es_text_get(&both) : a->model->label;
  e->policy = scorers ? a->policy->label : es_text_get(&both);
  es_comparison_name(&tested, e->scorer, e->policy, several);
  e->tested = es_text_get(&tested);
  e->decisions_only = !scorers || a->policy != contest->who.policy;
  enum es_status status = es_compare_paired(
      results, &contest->pair[pair], scorers ? ES_BETWEEN_SCORERS : ES_BETWEEN_POLICIES, e, ctx);
  e->tested = NULL;
  es_text_clear(&both);
  es_text_clear(&tested);
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
                            .bootstrap = (size_t)study->bootstrap};
  size_t contenders = es_contest_whole(contest) ? contest->contenders : 0;
  size_t pairs = es_contest_whole(contest) ? contest->pairs : 0;
  for (size_t k = 0; status == ES_OK && k < contenders; k++)
    status = evaluate_one(contest, k, &e, results, ctx);
  for (size_t p = 0; status == ES_OK && p < pairs; p++)
    status = compare_pair(contest, p, &e, results, ctx);
  if (status == ES_OK) status = es_residual(contest, population, &e, threads, results, ctx);
  free(views);
  return status;
}

/* The study's one scorer that is no yardstick. */
static const struct es_model *one_scorer(const struct es_entrants *who)
{
  const struct es_model *one = NULL;
  for (size_t m = 0; m < who->models; m++) {
    if (who->model[m].scorer->flags & ES_YARDSTICK) continue;
    if (one != NULL) return NULL;
    one = &who->model[m];
  }
  return one;
}

/* Before anything is learned: whether there is one model to keep. */
static enum es_status check_save(const struct es_study *study, const struct es_entrants *who,
                                 struct es_context *ctx)
{
  const char *path = study->save_model;
  if (path == NULL) return ES_OK;
  const struct es_model *one = one_scorer(who);
  if (one == NULL)
    return es_fail(ctx, ES_INPUT,
                   "--save-model %s: a file holds one model, and the study has none or several; "
                   "choose one with --scorer",
                   path);
  if (one->scorer->fit != NULL && one->scorer->keep == NULL)
    return es_fail(ctx, ES_INPUT, "--save-model %s: %s cannot be kept in a file", path,
                   one->scorer->name);
  if (study->population.count > 1 || study->replicates > 1 || study->folds > 0)
    return es_fail(ctx, ES_INPUT,
                   "--save-model %s: a file holds one model; leave further populations, replicates "
                   "and folds out",
                   path);
  return ES_OK;
}

static enum es_status save_model(const struct es_contest *contest, struct es_context *ctx)
{
  const struct es_provenance from = {"", "", NULL};
  const struct es_model *one = one_scorer(&contest->who);
  struct es_text text = {0};
  for (size_t k = 0; k < contest->contenders; k++)
    if (contest->contender[k].model == one && contest->contender[k].failed)
      return es_fail(ctx, ES_DEGENERATE, "--save-model: there is nothing to keep: %s",
                     contest->contender[k].reason);
  enum es_status status = es_saved_write(one, contest->from.people, &from, &text, ctx);
  if (status == ES_OK)
    status = es_file_write(contest->study->save_model, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

static enum es_status run_population(const struct es_study *study, const struct es_entrants *who,
                                     const char *population, int threads,
                                     struct es_results *results, struct es_context *ctx)
{
  struct es_contest contest = {0};
  struct es_progress progress = {0};
  enum es_status status = es_contest_open(&contest, study, who, population, 1, ctx);
  contest.progress = &progress;
  contest.paired = true;
  contest.learned = es_alloc(who->models, sizeof *contest.learned, ctx);
  if (status == ES_OK && contest.learned == NULL) status = ES_NOMEM;
  if (status == ES_OK) status = check_reference(&contest, ctx);
  if (status == ES_OK && study->periods > 0) status = es_periods_check(&contest, ctx);
  if (status == ES_OK && study->levers) status = es_levers_check(contest.from.people, ctx);
  if (status == ES_OK)
    es_progress_start(&progress, contest.from.people->name, "people", es_contest_size(&contest));
  for (; status == ES_OK && contest.fold < contest.from.people->folds; contest.fold++) {
    status = es_contest_fit(&contest, ctx);
    if (status == ES_OK) status = es_contest_stream(&contest, threads, ctx);
    if (status == ES_OK && study->save_model != NULL) status = save_model(&contest, ctx);
    if (status == ES_OK && contest.fold == 0) status = describe_models(&contest, results, ctx);
    if (status == ES_OK && contest.fold == 0) status = es_cutoffs(&contest, results, ctx);
  }
  es_progress_end(&progress);
  if (status == ES_OK) status = es_resolved_population(results, &contest.from, ctx);
  if (status == ES_OK) status = evaluate_all(&contest, population, threads, results, ctx);
  if (status == ES_OK && study->attribute.count > 0)
    status = es_attribute(&contest, population, threads, results, ctx);
  if (status == ES_OK && study->levers)
    status = es_levers(&contest, population, threads, results, ctx);
  if (status == ES_OK && study->periods > 0) status = es_periods(&contest, threads, results, ctx);
  es_contest_close(&contest);
  return status;
}

enum es_status es_run(const struct es_study *study, int threads, struct es_results *results,
                      struct es_context *ctx)
{
  if (study->replicates > 1 && study->save_model == NULL)
    return es_replicates(study, threads, results, ctx);
  struct es_entrants who = {0};
  *results = (struct es_results){0};
  ctx->notes = &results->warnings;
  ctx->seed = (uint64_t)study->seed;
  if (threads <= 0) threads = omp_get_num_procs();
  omp_set_num_threads(threads); /* the bootstrap's, too */
  enum es_status status = es_study_policies(study, &who.policy, &who.policies, ctx);
  if (status == ES_OK) status = es_study_models(study, &who.model, &who.models, ctx);
  if (status == ES_OK) status = check_save(study, &who, ctx);
  if (status == ES_OK && study->population.count == 0)
    status = es_fail(ctx, ES_INPUT,
                     "no population is named; give --population P (evenscore list populations)");
  if (status == ES_OK) status = es_resolved_study(results, study, who.model, who.models, ctx);
  for (size_t p = 0; status == ES_OK && p < study->population.count; p++)
    status = run_population(study, &who, study->population.at[p], threads, results, ctx);
  if (status == ES_OK)
    status = es_tests_correct(results, (enum es_correction)study->correction, ctx);
  if (status == ES_OK && study->missing_policies)
    status = es_missing_policies(study, threads, results, ctx);
  if (status == ES_OK && study->sweep.count > 0) status = es_sweep(study, threads, results, ctx);
  for (size_t k = 0; who.model != NULL && k < who.models; k++) es_model_clear(&who.model[k]);
  for (size_t p = 0; who.policy != NULL && p < who.policies; p++) es_policy_clear(&who.policy[p]);
  free(who.model);
  free(who.policy);
  ctx->notes = NULL;
  if (status != ES_OK) es_results_clear(results);
  return status;
}
