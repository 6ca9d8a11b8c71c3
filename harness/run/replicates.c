/* Runs replicates one after the other and puts their rows together. */
#include "harness/run/replicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/compare.h"
#include "harness/run/runner.h"

static enum es_status run_one(const struct es_study *study, uint32_t replicate, int threads,
                              struct es_results *results, struct es_context *ctx)
{
  struct es_study one;
  ES_TRY(es_study_copy(&one, study, ctx));
  one.replicates = 1;
  one.bootstrap = 0; /* the replicates say how much numbers vary */
  enum es_status status = ES_OK;
  for (size_t i = 0; replicate == 0 && status == ES_OK && i < study->attribute.count; i++)
    status =
        es_texts_add(&one.attribute, study->attribute.at[i], strlen(study->attribute.at[i]), ctx);
  for (size_t i = 0; replicate == 0 && status == ES_OK && i < study->sweep.count; i++)
    status = es_texts_add(&one.sweep, study->sweep.at[i], strlen(study->sweep.at[i]), ctx);
  one.missing_policies = replicate == 0 && study->missing_policies;
  one.levers = replicate == 0 && study->levers;
  one.periods = replicate == 0 ? study->periods : 0;
  ctx->replicate = replicate;
  if (status == ES_OK) status = es_run(&one, threads, results, ctx);
  ctx->replicate = 0;
  es_study_clear(&one);
  return status;
}

static bool same_place(const struct es_row *a, const struct es_row *b)
{
  return strcmp(a->population, b->population) == 0 && strcmp(a->scorer, b->scorer) == 0 &&
         strcmp(a->policy, b->policy) == 0 && strcmp(a->attribute, b->attribute) == 0 &&
         strcmp(a->group, b->group) == 0 && strcmp(a->metric, b->metric) == 0 &&
         strcmp(a->reduction, b->reduction) == 0;
}

static enum es_status keep(struct es_results *results, const struct es_row *r, size_t replicate,
                           struct es_context *ctx)
{
  json_t *value = isfinite(r->value) ? json_real(r->value) : json_null();
  return es_results_tidy(results, "replicates",
                         json_pack("{ss ss ss ss ss ss ss sI so}", "population", r->population,
                                   "scorer", r->scorer, "policy", r->policy, "attribute",
                                   r->attribute, "group", r->group, "metric", r->metric,
                                   "reduction", r->reduction, "replicate", (json_int_t)replicate,
                                   "value", value),
                         ctx);
}

/* Mean and interval of a row over the replicates; undefined where it is in any of them. */
static enum es_status combine(struct es_row *row, struct es_results *const *of, size_t replicates,
                              size_t i, double confidence, struct es_context *ctx)
{
  double sum = 0, squares = 0, n = (double)replicates;
  uint64_t people = 0;
  for (size_t r = 0; r < replicates; r++) {
    const struct es_row *one = &of[r]->row[i];
    if (strcmp(one->status, "ok") != 0) {
      char *status = es_strdup(one->status, ctx);
      if (status == NULL) return ES_NOMEM;
      free(row->status);
      row->status = status;
      row->value = row->low = row->high = row->confidence = NAN;
      return ES_OK;
    }
    sum += one->value;
    people += one->n;
  }
  row->value = sum / n;
  for (size_t r = 0; r < replicates; r++) {
    double off = of[r]->row[i].value - row->value;
    squares += off * off;
  }
  double half = es_student_quantile(0.5 + confidence / 2, n - 1) * sqrt(squares / (n - 1) / n);
  char *method = es_strdup("student_replicates", ctx);
  if (method == NULL) return ES_NOMEM;
  free(row->method);
  row->method = method;
  row->low = row->value - half;
  row->high = row->value + half;
  row->confidence = confidence;
  row->n = people;
  return ES_OK;
}

static enum es_status combine_all(struct es_results *results, struct es_results *const *of,
                                  size_t replicates, double confidence, struct es_context *ctx)
{
  for (size_t i = 0; i < of[0]->rows; i++) {
    for (size_t r = 1; r < replicates; r++)
      if (i >= of[r]->rows || !same_place(&of[0]->row[i], &of[r]->row[i]))
        return es_fail(ctx, ES_DEGENERATE,
                       "replicate %zu has other rows than the first: a scorer could not take "
                       "part in all of them",
                       r);
    for (size_t r = 0; r < replicates; r++) ES_TRY(keep(results, &of[r]->row[i], r, ctx));
  }
  /* Only now, because the first replicate's rows become the results'. */
  for (size_t i = 0; i < of[0]->rows; i++)
    ES_TRY(combine(&results->row[i], of, replicates, i, confidence, ctx));
  return ES_OK;
}

/* Scorers against each other, paired by seed: each replicate judges all of them on the same people,
 * so the differences of a pair are independent draws, and their mean has Student's t. */
static enum es_status test_pairs(struct es_results *results, const struct es_study *study,
                                 struct es_context *ctx)
{
  double df = (double)study->replicates - 1;
  double quantile = es_student_quantile(0.5 + study->confidence / 2, df);
  json_object_del(results->tables, "tests"); /* they were of the first replicate's people alone */
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *row = &results->row[i];
    if (!es_is_paired(row->reduction) || strcmp(row->status, "ok") != 0) continue;
    double error = (row->high - row->value) / quantile, t = row->value / error;
    size_t stem = strlen(row->metric) - strlen("_difference"); /* as the table names measures */
    struct es_text name = {0};
    es_comparison_name(&name, row->scorer, row->policy, study->policy.count > 1);
    json_t *test = json_pack(
        "{ss ss ss ss ss% so so so so so so ss sI}", "population", row->population, "comparison",
        es_text_get(&name), "attribute", row->attribute, "group", row->group, "metric", row->metric,
        stem, "estimate", es_json_real(row->value), "low", es_json_real(row->low), "high",
        es_json_real(row->high), "statistic", es_json_real(t), "p",
        error > 0 ? es_json_real(es_student_tails(t, df)) : json_null(), "p_adjusted", json_null(),
        "method", error > 0 ? "paired_by_seed" : "undefined: no variance to test with", "n",
        (json_int_t)row->n);
    es_text_clear(&name);
    ES_TRY(es_results_tidy(results, "tests", test, ctx));
  }
  return es_tests_correct(results, (enum es_correction)study->correction, ctx);
}

/* The first's study, populations, scorers, tables and rows, to be overwritten by all. */
static enum es_status take_first(struct es_results *results, const struct es_results *first,
                                 int64_t replicates, struct es_context *ctx)
{
  results->study = json_copy(first->study);
  results->populations = json_incref(first->populations);
  results->tables = json_copy(first->tables);
  results->tallies = json_incref(first->tallies);
  results->scorer = es_alloc(first->scorers, sizeof *results->scorer, ctx);
  if (results->study == NULL || results->scorer == NULL) return ES_NOMEM;
  json_object_set_new(results->study, "replicates", json_integer(replicates));
  for (size_t k = 0; k < first->scorers; k++) {
    const struct es_scorer_result *s = &first->scorer[k];
    struct es_scorer_result *out = &results->scorer[results->scorers++];
    *out =
        (struct es_scorer_result){es_strdup(s->name, ctx), es_strdup(s->summary, ctx),
                                  es_strdup(s->cite, ctx), s->yardstick, es_strdup(s->model, ctx)};
    if (!out->name || !out->summary || !out->cite || !out->model) return ES_NOMEM;
  }
  for (size_t i = 0; i < first->rows; i++) ES_TRY(es_results_add(results, &first->row[i], ctx));
  return ES_OK;
}

enum es_status es_replicates(const struct es_study *study, int threads, struct es_results *results,
                             struct es_context *ctx)
{
  size_t replicates = (size_t)study->replicates;
  *results = (struct es_results){0};
  struct es_results *all = es_alloc(replicates, sizeof *all, ctx);
  struct es_results **of = es_alloc(replicates, sizeof *of, ctx);
  enum es_status status = all != NULL && of != NULL ? ES_OK : ES_NOMEM;
  for (size_t r = 0; status == ES_OK && r < replicates; r++) {
    of[r] = &all[r];
    status = run_one(study, (uint32_t)r, threads, of[r], ctx);
  }
  if (status == ES_OK) status = take_first(results, of[0], study->replicates, ctx);
  ctx->notes = &results->warnings;
  for (size_t r = 0; status == ES_OK && r < replicates; r++)
    for (size_t w = 0; w < of[r]->warnings.count; w++) es_note(ctx, "%s", of[r]->warnings.text[w]);
  if (status == ES_OK) status = combine_all(results, of, replicates, study->confidence, ctx);
  if (status == ES_OK) status = test_pairs(results, study, ctx);
  ctx->notes = NULL;
  for (size_t r = 0; all != NULL && r < replicates; r++) es_results_clear(&all[r]);
  free(all);
  free(of);
  if (status != ES_OK) es_results_clear(results);
  return status;
}
