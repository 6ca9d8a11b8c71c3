/* Reasons for scores, by changing one column at a time. */
#include "harness/model/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- what is typical -------------------------------------------------------------------------- */

struct weighed {
  double value, weight;
};

static int by_value(const void *a_, const void *b_)
{
  const struct weighed *a = a_, *b = b_;
  if (a->value != b->value) return a->value < b->value ? -1 : 1;
  return (a->weight > b->weight) - (a->weight < b->weight);
}

/* Of sorted values: where half of the weight is reached, or the value of most weight. */
static double middle(const struct weighed *all, size_t count, double total)
{
  double sum = 0;
  for (size_t k = 0; k < count; k++)
    if ((sum += all[k].weight) >= total / 2) return all[k].value;
  return NAN;
}

static double commonest(const struct weighed *all, size_t count)
{
  double best = NAN, most = 0, sum = 0;
  for (size_t k = 0; k < count; k++) {
    sum = (k > 0 && all[k].value == all[k - 1].value ? sum : 0) + all[k].weight;
    if (sum <= most) continue;
    most = sum;
    best = all[k].value;
  }
  return best;
}

enum es_status es_typical_learn(struct es_model *model, const struct es_people *people,
                                const struct es_block *training, struct es_context *ctx)
{
  struct weighed *all = es_alloc(training->people, sizeof *all, ctx);
  free(model->typical);
  model->typical = es_alloc(people->columns, sizeof *model->typical, ctx);
  for (size_t c = 0; all != NULL && model->typical != NULL && c < people->columns; c++) {
    size_t count = 0;
    double total = 0;
    for (size_t i = 0; i < training->people; i++) {
      double weight = training->weight != NULL ? training->weight[i] : 1;
      if (!training->seen[c][i] || !(weight > 0)) continue;
      all[count++] = (struct weighed){training->value[c][i], weight};
      total += weight;
    }
    qsort(all, count, sizeof *all, by_value);
    bool levels = people->column[c].kind == ES_LEVELS;
    model->typical[c] = levels ? commonest(all, count) : middle(all, count, total);
  }
  free(all);
  return all != NULL && model->typical != NULL ? ES_OK : ES_NOMEM;
}

/* --- reasons ---------------------------------------------------------------------------------- */

enum es_status es_reasons_create(struct es_reasons *reasons, size_t room, struct es_context *ctx)
{
  *reasons = (struct es_reasons){0};
  ES_TRY(es_scores_create(&reasons->other, room, ctx));
  reasons->reason = es_alloc(room * ES_REASONS, sizeof *reasons->reason, ctx);
  reasons->count = es_alloc(room, sizeof *reasons->count, ctx);
  reasons->value = es_alloc(room, sizeof *reasons->value, ctx);
  reasons->seen = es_alloc(room, sizeof *reasons->seen, ctx);
  if (reasons->reason && reasons->count && reasons->value && reasons->seen) return ES_OK;
  es_reasons_clear(reasons);
  return ES_NOMEM;
}

void es_reasons_clear(struct es_reasons *reasons)
{
  es_scores_clear(&reasons->other);
  free(reasons->reason);
  free(reasons->count);
  free(reasons->value);
  free(reasons->seen);
  *reasons = (struct es_reasons){0};
}

/* The reason that column c is for person i, who would have another score with it; effect 0: none.
 */
static struct es_reason difference(const struct es_reasons *reasons, const struct es_scores *scores,
                                   bool seen, size_t c, size_t i)
{
  struct es_reason none = {.column = c}, own = {c, !seen, 0};
  if (reasons->other.why[i] != ES_SCORED) return none;
  if (scores->why[i] != ES_SCORED) {
    if (seen) return none;
    own.effect = INFINITY;
    return own;
  }
  own.effect = reasons->other.value[i] - scores->value[i];
  return own;
}

/* Scores everybody with one column as is typical, and takes what it tells of those whom the scorer
 * does not explain itself. */
static enum es_status try_column(struct es_reasons *reasons, const struct es_model *model,
                                 const struct es_people *people, struct es_block *changed,
                                 const struct es_scores *scores, size_t c, struct es_context *ctx)
{
  double *value = changed->value[c];
  uint8_t *seen = changed->seen[c];
  changed->value[c] = reasons->value;
  changed->seen[c] = reasons->seen;
  for (size_t i = 0; i < changed->people; i++) reasons->value[i] = model->typical[c];
  memset(reasons->seen, 1, changed->people);
  enum es_status status = es_model_score(model, people, changed, &reasons->other, ctx);
  changed->value[c] = value;
  changed->seen[c] = seen;
  bool itself = model->scorer->explain != NULL;
  for (size_t i = 0; status == ES_OK && i < changed->people; i++) {
    if (itself && scores->why[i] == ES_SCORED) continue;
    if (reasons->scored_only && scores->why[i] != ES_SCORED) continue;
    struct es_reason own = difference(reasons, scores, seen[i], c, i);
    if (own.effect > 0)
      reasons->count[i] = es_reason_add(&reasons->reason[i * ES_REASONS], reasons->count[i], own);
  }
  return status;
}

static enum es_status try_all(struct es_reasons *reasons, const struct es_model *model,
                              const struct es_people *people, const struct es_block *block,
                              const struct es_scores *scores, struct es_context *ctx)
{
  struct es_block changed = *block;
  changed.value = es_alloc(es_all_columns(people), sizeof *changed.value, ctx);
  changed.seen = es_alloc(es_all_columns(people), sizeof *changed.seen, ctx);
  enum es_status status = changed.value != NULL && changed.seen != NULL ? ES_OK : ES_NOMEM;
  for (size_t c = 0; status == ES_OK && c < es_all_columns(people); c++) {
    changed.value[c] = block->value[c];
    changed.seen[c] = block->seen[c];
  }
  for (size_t c = 0; status == ES_OK && c < people->columns; c++)
    if (!isnan(model->typical[c]))
      status = try_column(reasons, model, people, &changed, scores, c, ctx);
  free(changed.value);
  free(changed.seen);
  return status;
}

enum es_status es_reasons_find(struct es_reasons *reasons, const struct es_model *model,
                               const struct es_people *people, const struct es_block *block,
                               const struct es_scores *scores, struct es_context *ctx)
{
  bool itself = model->scorer->explain != NULL, all = itself;
  memset(reasons->count, 0, block->people * sizeof *reasons->count);
  for (size_t i = 0; i < block->people; i++) all &= scores->why[i] == ES_SCORED;
  if (itself) es_model_explain(model, people, block, scores, reasons->reason, reasons->count);
  bool done = itself && (all || reasons->scored_only);
  if (done || model->typical == NULL) return ES_OK;
  return try_all(reasons, model, people, block, scores, ctx);
}
