/* Settings and counts as JSON. */
#include "harness/run/resolved.h"

#include <stdlib.h>
#include <string.h>

#include "harness/results/settings.h"

static enum es_status no_memory(struct es_context *ctx)
{
  return es_fail(ctx, ES_NOMEM, "out of memory");
}

/* Of the measures that are not at their first version. */
static json_t *metric_versions(void)
{
  json_t *versions = json_object();
  for (size_t i = 0; i < es_metric_count; i++)
    if (es_metrics[i].version != 1)
      json_object_set_new(versions, es_metrics[i].name, json_integer(es_metrics[i].version));
  for (size_t i = 0; i < es_between_count; i++)
    if (es_betweens[i].version != 1)
      json_object_set_new(versions, es_betweens[i].name, json_integer(es_betweens[i].version));
  return versions;
}

enum es_status es_resolved_study(struct es_results *results, const struct es_study *study,
                                 const struct es_model *models, size_t count,
                                 struct es_context *ctx)
{
  results->study = es_json_options(es_study_options, study);
  if (study->policy.count < 2) /* one is a text, several are a list */
    json_object_set_new(
        results->study, "policy",
        json_string(study->policy.count > 0 ? study->policy.at[0] : ES_DEFAULT_POLICY));
  results->populations = json_array();
  results->tallies = json_array();
  results->scorer = es_alloc(count, sizeof *results->scorer, ctx);
  json_t *options = json_object();
  if (!results->study || !results->populations || !results->tallies || !results->scorer || !options)
    return no_memory(ctx);
  for (size_t k = 0; k < count; k++) {
    const struct es_scorer *s = models[k].scorer;
    struct es_scorer_result *out = &results->scorer[results->scorers++];
    *out = (struct es_scorer_result){es_strdup(models[k].label, ctx), es_strdup(s->summary, ctx),
                                     es_strdup(s->cite != NULL ? s->cite : "", ctx),
                                     (s->flags & ES_YARDSTICK) != 0, es_strdup("", ctx)};
    if (!out->name || !out->summary || !out->cite || !out->model) return ES_NOMEM;
    json_object_set_new(options, models[k].label, es_json_options(s->options, models[k].options));
  }
  bool failed = json_object_set_new(results->study, "scorer_options", options) != 0 ||
                json_object_set_new(results->study, "metric_versions", metric_versions()) != 0;
  return failed ? no_memory(ctx) : ES_OK;
}

enum es_status es_resolved_audit(struct es_results *results, const struct es_option *table,
                                 const void *block, const char *population, const char *favorable,
                                 uint64_t people, const struct es_texts *columns,
                                 struct es_context *ctx)
{
  results->study = es_json_options(table, block);
  json_object_set_new(results->study, "metric_versions", metric_versions());
  results->tallies = json_array();
  results->populations = json_pack(
      "[{ss ss ss ss ss sI sI sI si si ss}]", "name", population, "kind", "audit", "title", "",
      "version", "1", "favorable", favorable, "people", (json_int_t)people, "train", (json_int_t)0,
      "folds", (json_int_t)1, "numbers", 0, "assumed", 0, "definition", "");
  results->scorer = es_alloc(columns->count, sizeof *results->scorer, ctx);
  if (!results->study || !results->populations || !results->tallies || !results->scorer)
    return no_memory(ctx);
  for (size_t k = 0; k < columns->count; k++) {
    struct es_scorer_result *out = &results->scorer[results->scorers++];
    *out = (struct es_scorer_result){es_strdup(columns->at[k], ctx),
                                     es_strdup("a column of the file", ctx), es_strdup("", ctx),
                                     false, es_strdup("", ctx)};
    if (!out->name || !out->summary || !out->cite || !out->model) return ES_NOMEM;
  }
  return ES_OK;
}

enum es_status es_resolved_population(struct es_results *results, const struct es_opened *from,
                                      struct es_context *ctx)
{
  const struct es_people *p = from->people;
  struct es_text definition = {0};
  if (from->dataset->describe != NULL)
    ES_TRY(from->dataset->describe(from->state, &definition, ctx));
  uint64_t test = 0, train = 0;
  for (size_t f = 0; f < p->folds; f++) {
    test += from->dataset->size(from->state, f, ES_TEST);
    train += from->dataset->size(from->state, f, ES_TRAIN);
  }
  if (p->counted > 0) test = train = p->counted; /* rows are not people */
  json_t *one = json_pack(
      "{ss ss ss ss ss sI sI sI si si ss}", "name", p->name, "kind", from->dataset->name, "title",
      p->title, "version", p->version, "favorable", p->favorable, "people", (json_int_t)test,
      "train", (json_int_t)train, "folds", (json_int_t)p->folds, "numbers", (int)p->numbers,
      "assumed", (int)p->assumed, "definition", es_text_get(&definition));
  es_text_clear(&definition);
  return one != NULL && json_array_append_new(results->populations, one) == 0 ? ES_OK
                                                                              : no_memory(ctx);
}

static json_t *fixed(es_fixed x)
{
  char text[40];
  snprintf(text, sizeof text, "0x%llx.%016llx", (unsigned long long)(x >> 64),
           (unsigned long long)x);
  return json_string(text);
}

/* Counts without the zeros at both ends: where they begin, then they. */
static json_t *trimmed(const uint64_t *count, size_t n)
{
  size_t first = 0, end = n;
  while (first < n && count[first] == 0) first++;
  while (end > first && count[end - 1] == 0) end--;
  json_t *list = json_array();
  for (size_t b = first; b < end; b++)
    json_array_append_new(list, json_integer((json_int_t)count[b]));
  return json_pack("{sI so}", "first", (json_int_t)first, "counts", list);
}

static json_t *cell(const struct es_evaluation *e, const struct es_tally *tally, size_t number)
{
  const struct es_cell *c = &tally->cell[number];
  json_t *levels = json_array(), *people = json_array();
  size_t rest = number;
  for (size_t a = 0; a < e->attributes; a++) {
    json_array_append_new(levels,
                          json_string(e->attribute[a].level[rest % e->attribute[a].levels]));
    rest /= e->attribute[a].levels;
  }
  for (size_t o = 0; o < ES_OUTCOMES; o++)
    for (size_t s = 0; s < 2; s++)
      for (size_t d = 0; d < ES_DECISIONS; d++)
        json_array_append_new(people, json_integer((json_int_t)c->people[o][s][d]));
  json_t *why = json_object();
  for (unsigned w = ES_SCORED + 1; w < ES_UNSCORABLE_REASONS; w++)
    if (c->why[w] > 0)
      json_object_set_new(why, es_unscorable_text(w), json_integer((json_int_t)c->why[w]));
  json_t *object =
      json_pack("{so so so so so so so so so}", "levels", levels, "people", people, "unscorable",
                why, "days", fixed(c->days), "days_square", fixed(c->days_square), "brier",
                fixed(c->brier), "brier_square", fixed(c->brier_square), "loss", fixed(c->loss),
                "loss_square", fixed(c->loss_square));
  if (c->move_square > 0)
    json_object_update_new(object, json_pack("{so so so}", "rise", fixed(c->rise), "fall",
                                             fixed(c->fall), "move_square", fixed(c->move_square)));
  if (tally->bins == NULL) return object;
  const uint64_t *bins = tally->bins + number * 2 * ES_SCORE_BINS;
  json_object_set_new(object, "unfavorable", trimmed(bins, ES_SCORE_BINS));
  json_object_set_new(object, "favorable", trimmed(bins + ES_SCORE_BINS, ES_SCORE_BINS));
  return object;
}

static bool empty(const struct es_cell *c)
{
  for (size_t o = 0; o < ES_OUTCOMES; o++)
    for (size_t s = 0; s < 2; s++)
      for (size_t d = 0; d < ES_DECISIONS; d++)
        if (c->people[o][s][d] > 0) return false;
  return true;
}

enum es_status es_resolved_tally(struct es_results *results, const struct es_evaluation *e,
                                 const struct es_tally *tally, struct es_context *ctx)
{
  json_t *attributes = json_array(), *cells = json_array();
  for (size_t a = 0; a < e->attributes; a++)
    json_array_append_new(attributes, json_string(e->attribute[a].name));
  for (size_t c = 0; c < tally->cells; c++)
    if (!empty(&tally->cell[c])) json_array_append_new(cells, cell(e, tally, c));
  json_t *one = json_pack("{ss ss ss so so}", "population", e->population, "scorer", e->scorer,
                          "policy", e->policy, "attributes", attributes, "cells", cells);
  if (one != NULL && tally->bins != NULL)
    json_object_update_new(one, json_pack("{ss sf sf}", "grid",
                                          tally->probability ? "log-odds" : "score", "low",
                                          tally->low, "high", tally->high));
  return one != NULL && json_array_append_new(results->tallies, one) == 0 ? ES_OK : no_memory(ctx);
}
