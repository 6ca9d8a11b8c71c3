/* Judges the labelled alone, and compares their gaps with everyone's. */
#include "harness/run/residual.h"

#include <math.h>
#include <string.h>

static bool is_gap(const struct es_row *row)
{
  size_t length = strlen(row->metric);
  return strcmp(row->status, "ok") == 0 && strcmp(row->reduction, "between_groups") == 0 &&
         length > 11 && strcmp(row->metric + length - 11, "_difference") == 0;
}

static bool same(const char *a, const char *b) { return strcmp(a, b) == 0; }

/* The same gap among everyone, or NULL. */
static const struct es_row *of_everyone(const struct es_results *results, const struct es_row *row)
{
  for (const struct es_row *r = results->row; r < results->row + results->rows; r++)
    if (same(r->population, row->population) && same(r->scorer, row->scorer) &&
        same(r->policy, row->policy) && same(r->attribute, row->attribute) &&
        same(r->metric, row->metric) && is_gap(r))
      return r;
  return NULL;
}

static enum es_status add_rows(struct es_results *results, const struct es_results *labelled,
                               struct es_context *ctx)
{
  for (size_t i = 0; i < labelled->rows; i++) {
    const struct es_row *row = &labelled->row[i];
    if (!is_gap(row)) continue;
    const struct es_row *all = of_everyone(results, row);
    if (all == NULL) continue;
    struct es_row residual = *row;
    residual.reduction = (char *)"labelled_minus_everyone";
    residual.method = (char *)"";
    residual.value = row->value - all->value;
    residual.low = residual.high = residual.confidence = NAN;
    ES_TRY(es_results_add(results, &residual, ctx));
  }
  return ES_OK;
}

enum es_status es_residual(struct es_contest *contest, const char *population,
                           const struct es_evaluation *evaluation, int threads,
                           struct es_results *results, struct es_context *ctx)
{
  if (!contest->from.people->selective) return ES_OK;
  struct es_contest labelled = {.keep = ES_KEEP_NONE};
  struct es_results rows = {0};
  struct es_evaluation e = *evaluation;
  e.bootstrap = 0;
  e.oracle = NULL;
  enum es_status status =
      es_contest_open(&labelled, contest->study, &contest->who, population, 1, ctx);
  struct es_progress progress = {0};
  labelled.progress = &progress;
  labelled.only_labelled = true;
  if (status == ES_OK) status = es_contest_adopt(&labelled, contest, ctx);
  if (status == ES_OK) {
    es_progress_start(&progress, "labelled", "people", es_contest_size(&labelled));
    status = es_contest_stream(&labelled, threads, ctx);
  }
  struct es_notes *notes = ctx->notes;
  ctx->notes = NULL; /* small groups have been named already */
  for (size_t k = 0; status == ES_OK && es_contest_whole(contest) && k < labelled.contenders; k++) {
    if (labelled.contender[k].failed) continue;
    e.scorer = labelled.contender[k].model->label;
    e.policy = labelled.contender[k].policy->label;
    status = es_evaluate(&rows, labelled.contender[k].tally, &e, ctx);
  }
  ctx->notes = notes;
  es_progress_end(&progress);
  if (status == ES_OK) status = add_rows(results, &rows, ctx);
  es_results_clear(&rows);
  es_contest_close(&labelled);
  return status;
}
