/* Runs the worlds and shares the gap out. */
#include "harness/run/attribute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/evaluate.h"
#include "harness/measure/metric.h"

enum { BATCHES = 20, MOST_CAUSES = 9 };

struct attributing {
  const struct es_contest *factual;
  const char *population;
  const struct es_cause *cause[MOST_CAUSES];
  size_t causes, worlds, metrics, views;
  struct es_view *view;
  /* [worlds][contenders][views][metrics][1 + BATCHES]: with everybody, then without each batch; NaN
   * where undefined */
  double *value;
  struct es_progress progress;
  int threads;
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

static double *values_at(const struct attributing *a, size_t world, size_t contender, size_t view,
                         size_t metric)
{
  size_t at =
      ((world * a->factual->contenders + contender) * a->views + view) * a->metrics + metric;
  return a->value + at * (1 + BATCHES);
}

/* --- one world
 * ------------------------------------------------------------------------------------- */

/* The batches' tallies together, without number `left_out` (BATCHES: with all). */
static enum es_status together(struct es_tally *sum, const struct es_contender *c, size_t left_out,
                               struct es_context *ctx)
{
  enum es_status status = es_tally_like(sum, &c->tally[0], ctx);
  for (size_t b = 0; status == ES_OK && b < BATCHES; b++)
    if (b != left_out) status = es_tally_merge(sum, &c->tally[b], ctx);
  return status;
}

/* Fills value `slot` of every view and metric of one contender from a tally. */
static enum es_status evaluate(const struct attributing *a, const struct es_contest *contest,
                               size_t world, size_t k, struct es_tally *tally, size_t slot,
                               struct es_context *ctx)
{
  const struct es_study *study = contest->study;
  const struct es_people *people = contest->from.people;
  struct es_results rows = {0};
  struct es_evaluation e = {.population = "",
                            .scorer = "",
                            .policy = "",
                            .reference = "",
                            .attribute = people->attribute,
                            .attributes = people->attributes,
                            .view = a->view,
                            .views = a->views,
                            .consequence = people->consequence,
                            .positive_is_adverse = study->positive != 0,
                            .confidence = study->confidence,
                            .metrics = &study->attribute};
  enum es_status status = es_evaluate(&rows, tally, &e, ctx);
  for (size_t m = 0; status == ES_OK && m < a->metrics; m++) {
    size_t view = 0;
    for (size_t r = 0; r < rows.rows; r++) /* rows come view by view */
      if (strcmp(rows.row[r].metric, study->attribute.at[m]) == 0 &&
          strcmp(rows.row[r].reduction, "between_groups") == 0 && view < a->views)
        values_at(a, world, k, view++, m)[slot] = rows.row[r].value;
  }
  es_results_clear(&rows);
  return status;
}

static enum es_status evaluate_world(const struct attributing *a, const struct es_contest *contest,
                                     size_t world, struct es_context *ctx)
{
  for (size_t k = 0; k < contest->contenders; k++)
    for (size_t slot = 0; slot <= BATCHES && !contest->contender[k].failed; slot++) {
      struct es_tally sum = {0};
      size_t left_out = slot > 0 ? slot - 1 : BATCHES;
      enum es_status status = together(&sum, &contest->contender[k], left_out, ctx);
      if (status == ES_OK) status = evaluate(a, contest, world, k, &sum, slot, ctx);
      es_tally_clear(&sum);
      if (status != ES_OK) return status;
    }
  return ES_OK;
}

/* The study with the causes of this world taken away. */
static enum es_status without(const struct attributing *a, size_t world, struct es_study *study,
                              struct es_context *ctx)
{
  *study = *a->factual->study;
  study->set = (struct es_texts){0};
  const struct es_texts *set = &a->factual->study->set;
  enum es_status status = ES_OK;
  for (size_t i = 0; status == ES_OK && i < set->count; i++)
    status = es_texts_add(&study->set, set->at[i], strlen(set->at[i]), ctx);
  for (size_t c = 0; status == ES_OK && c < a->causes; c++)
    if (world >> c & 1)
      status = es_texts_add(&study->set, a->cause[c]->override, strlen(a->cause[c]->override), ctx);
  return status;
}

static enum es_status run_world(struct attributing *a, size_t world, struct es_context *ctx)
{
  struct es_study study;
  struct es_contest contest = {.keep = ES_KEEP_NONE};
  const struct es_contest *f = a->factual;
  enum es_status status = without(a, world, &study, ctx);
  if (status == ES_OK)
    status = es_contest_open(&contest, &study, &f->who, a->population, BATCHES, ctx);
  contest.progress = &a->progress;
  if (status == ES_OK && study.refit)
    status = es_contest_fit(&contest, ctx);
  else if (status == ES_OK)
    status = es_contest_adopt(&contest, f, ctx);
  if (status == ES_OK) status = es_contest_stream(&contest, a->threads, ctx);
  if (status == ES_OK) status = evaluate_world(a, &contest, world, ctx);
  es_contest_close(&contest);
  es_texts_clear(&study.set);
  return status;
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
static double part(const struct attributing *a, size_t k, size_t view, size_t m, size_t c,
                   size_t slot)
{
  if (c == a->causes) return values_at(a, a->worlds - 1, k, view, m)[slot];
  double sum = 0;
  for (size_t s = 0; s < a->worlds; s++) {
    if (s >> c & 1) continue;
    double fall =
        values_at(a, s, k, view, m)[slot] - values_at(a, s | (size_t)1 << c, k, view, m)[slot];
    sum += order_weight(members(s), a->causes) * fall;
  }
  return sum;
}

/* Half-width of the interval from leaving batches out. */
static double half_width(const struct attributing *a, size_t k, size_t view, size_t m, size_t c)
{
  double mean = 0, squares = 0;
  for (size_t b = 1; b <= BATCHES; b++) mean += part(a, k, view, m, c, b) / BATCHES;
  for (size_t b = 1; b <= BATCHES; b++) {
    double off = part(a, k, view, m, c, b) - mean;
    squares += off * off;
  }
  double t = es_student_quantile(0.5 + a->factual->study->confidence / 2, BATCHES - 1);
  return t * sqrt(squares * (BATCHES - 1) / BATCHES);
}

static enum es_status add_rows(const struct attributing *a, size_t k, size_t view,
                               const char *attribute, struct es_results *results,
                               struct es_context *ctx)
{
  const struct es_contest *f = a->factual;
  for (size_t m = 0; m < a->metrics; m++) {
    double gap = values_at(a, 0, k, view, m)[0];
    for (size_t c = 0; c <= a->causes; c++) {
      double value = part(a, k, view, m, c, 0), half = half_width(a, k, view, m, c);
      json_t *row = json_pack(
          "{ss ss ss ss ss ss so so so so ss ss}", "population", f->from.people->name, "scorer",
          f->contender[k].model->label, "policy", f->contender[k].policy->label, "attribute",
          attribute, "metric", f->study->attribute.at[m], "cause",
          c < a->causes ? a->cause[c]->name : "remainder", "value", es_json_real(value), "low",
          es_json_real(value - half), "high", es_json_real(value + half), "share",
          es_json_real(gap != 0 ? value / gap : NAN), "words",
          c < a->causes ? a->cause[c]->words : "", "reference", f->from.people->reference);
      ES_TRY(es_results_tidy(results, "attribution", row, ctx));
    }
  }
  return ES_OK;
}

static enum es_status share_out(const struct attributing *a, struct es_results *results,
                                struct es_context *ctx)
{
  const struct es_people *people = a->factual->from.people;
  for (size_t k = 0; k < a->factual->contenders; k++) {
    if (a->factual->contender[k].failed) continue;
    for (size_t v = 0; v < a->views; v++) {
      struct es_text name = {0};
      for (size_t i = 0; i < a->view[v].count; i++)
        es_text_add(&name, "%s%s", i > 0 ? "*" : "",
                    people->attribute[a->view[v].attribute[i]].name);
      enum es_status status = add_rows(a, k, v, es_text_get(&name), results, ctx);
      es_text_clear(&name);
      if (status != ES_OK) return status;
    }
  }
  return ES_OK;
}

/* A measure of scores, which the worlds do not keep, would come out undefined there. */
static enum es_status check_measured(const struct attributing *a, const struct es_results *results,
                                     struct es_context *ctx)
{
  const struct es_study *study = a->factual->study;
  for (size_t m = 0; m < a->metrics; m++)
    for (size_t k = 0; k < a->factual->contenders; k++) {
      const struct es_row *row = es_results_find(results, a->factual->from.people->name,
                                                 a->factual->contender[k].model->label, NULL, "",
                                                 study->attribute.at[m], "between_groups");
      if (row != NULL && strcmp(row->status, "ok") == 0 && isnan(values_at(a, 0, k, 0, m)[0]))
        return es_fail(ctx, ES_INPUT,
                       "--attribute %s: only measures of decisions can be attributed",
                       study->attribute.at[m]);
    }
  return ES_OK;
}

enum es_status es_attribute(const struct es_contest *factual, const char *population, int threads,
                            struct es_results *results, struct es_context *ctx)
{
  const struct es_study *study = factual->study;
  const struct es_dataset *dataset = factual->from.dataset;
  struct attributing a = {.factual = factual,
                          .population = population,
                          .threads = threads,
                          .metrics = study->attribute.count};
  if (dataset->causes != NULL)
    a.causes = dataset->causes(factual->from.state, a.cause, MOST_CAUSES);
  if (a.causes == 0) {
    es_note(ctx, "%s: nothing to attribute gaps to: no stratum is seen differently",
            factual->from.people->name);
    return ES_OK;
  }
  a.worlds = (size_t)1 << a.causes;
  enum es_status status =
      es_views_make(&a.view, &a.views, &study->group, factual->from.people->attribute,
                    factual->from.people->attributes, ctx);
  size_t size = a.worlds * factual->contenders * a.views * a.metrics * (1 + BATCHES);
  if (status == ES_OK && (a.value = es_alloc(size, sizeof *a.value, ctx)) == NULL)
    status = ES_NOMEM;
  for (size_t i = 0; status == ES_OK && i < size; i++) a.value[i] = NAN;
  es_progress_start(&a.progress, "worlds", "people", a.worlds * es_contest_size(factual));
  struct es_notes *notes = ctx->notes;
  ctx->notes = NULL; /* the worlds repeat what the factual run has said */
  for (size_t s = 0; status == ES_OK && s < a.worlds; s++) {
    status = run_world(&a, s, ctx);
    if (status == ES_OK && s == 0) status = check_measured(&a, results, ctx);
  }
  ctx->notes = notes;
  es_progress_end(&a.progress);
  if (status == ES_OK) status = share_out(&a, results, ctx);
  free(a.value);
  free(a.view);
  return status;
}
