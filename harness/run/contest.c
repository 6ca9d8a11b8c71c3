/* The loop: fit every scorer on the training people, stream the others in blocks, in parallel, and
 * merge the threads' tallies. */
#include "harness/run/contest.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/evaluate.h"
#include "harness/process/process.h"
#include "harness/run/registry.h"

enum { BLOCK = 512 };

/* What one thread owns. */
struct worker {
  struct es_block block;
  struct es_scores scores;
  struct es_tally *tally; /* [contenders][batches] */
  struct es_pair *pair;   /* [pairs], of these verdicts and bins: [contenders][BLOCK] */
  struct es_verdict *verdict;
  uint16_t *bin;
  struct es_context ctx;
};

/* --- people ----------------------------------------------------------------------------------- */

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
  if (status == ES_OK)
    opened->people = opened->dataset->people(opened->state);
  else
    es_people_close(opened);
  return status;
}

void es_people_close(struct es_opened *opened)
{
  if (opened->state != NULL && opened->dataset->close != NULL)
    opened->dataset->close(opened->state);
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

enum es_status es_contest_open(struct es_contest *contest, const struct es_study *study,
                               const struct es_policy *policy, const char *population,
                               struct es_model *models, size_t count, size_t batches,
                               struct es_context *ctx)
{
  enum es_scores_kept keep = contest->keep;
  *contest = (struct es_contest){
      .study = study, .policy = policy, .contenders = count, .batches = batches};
  ES_TRY(es_people_open(&contest->from, study, population, ctx));
  const struct es_people *people = contest->from.people;
  if (keep != ES_KEEP_NONE && (contest->from.dataset->flags & ES_LISTED)) keep = ES_KEEP_EXACT;
  contest->keep = keep;
  contest->cells = es_cell_count(people->attribute, people->attributes);
  if (contest->cells > 1000000)
    return es_fail(ctx, ES_INPUT,
                   "%s: %zu combinations of groups are too many; group by fewer attributes",
                   people->name, contest->cells);
  if ((contest->contender = es_alloc(count, sizeof *contest->contender, ctx)) == NULL)
    return ES_NOMEM;
  for (size_t k = 0; k < count; k++) {
    struct es_contender *c = &contest->contender[k];
    *c = (struct es_contender){.model = &models[k],
                               .tally = es_alloc(batches, sizeof *c->tally, ctx)};
    if (c->tally == NULL) return ES_NOMEM;
    for (size_t b = 0; b < batches; b++) {
      ES_TRY(es_tally_create(&c->tally[b], contest->cells, keep != ES_KEEP_GRID, ctx));
      c->tally[b].weighted = people->weighted;
      c->tally[b].scores_dropped = keep == ES_KEEP_NONE;
      if (people->process != NULL) ES_TRY(es_tally_harm(&c->tally[b], ctx));
    }
  }
  return ES_OK;
}

void es_contest_close(struct es_contest *contest)
{
  for (size_t k = 0; contest->contender != NULL && k < contest->contenders; k++) {
    struct es_contender *c = &contest->contender[k];
    for (size_t b = 0; c->tally != NULL && b < contest->batches; b++) es_tally_clear(&c->tally[b]);
    free(c->tally);
  }
  free(contest->contender);
  for (size_t k = 0; contest->pair != NULL && k < contest->pairs; k++)
    es_pair_clear(&contest->pair[k]);
  free(contest->pair);
  free(contest->pair_of);
  es_imputer_clear(&contest->imputer);
  es_people_close(&contest->from);
  *contest = (struct es_contest){0};
}

void es_contest_adopt(struct es_contest *contest, const struct es_contest *from)
{
  for (size_t k = 0; k < contest->contenders; k++) {
    struct es_contender *c = &contest->contender[k];
    c->cutoff = from->contender[k].cutoff;
    c->failed = from->contender[k].failed;
    memcpy(c->reason, from->contender[k].reason, sizeof c->reason);
  }
}

uint64_t es_contest_size(const struct es_contest *contest)
{
  uint64_t total = 0;
  for (size_t f = 0; f < contest->from.people->folds; f++)
    total += contest->from.dataset->size(contest->from.state, f, ES_TEST);
  return total;
}

/* --- fitting ---------------------------------------------------------------------------------- */

static bool survivable(enum es_status status)
{
  return status == ES_DEGENERATE || status == ES_DIVERGED || status == ES_BROKEN;
}

static void give_up(struct es_contender *c, uint64_t at, const char *reason)
{
  if (c->failed && c->failed_at <= at) return;
  c->failed = true;
  c->failed_at = at;
  snprintf(c->reason, sizeof c->reason, "%s", reason);
}

/* The even grid that scores are tallied on: the training scores' range and an eighth of it on each
 * side; in log-odds for a probability, so that rare risks keep their resolution. */
static void lay_grid(struct es_contender *c, size_t batches, const struct es_scores *s, size_t n)
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
  for (size_t b = 0; b < batches; b++) {
    c->tally[b].probability = probability;
    c->tally[b].low = low - margin;
    c->tally[b].high = high + margin;
  }
}

/* Learns from the first `known` people; the cut-off is for all of them. */
static enum es_status fit_one(struct es_contest *contest, struct es_contender *c,
                              const struct es_block *training, size_t known,
                              struct es_scores *scores, struct es_context *ctx)
{
  const struct es_people *people = contest->from.people;
  struct es_block labelled = *training;
  labelled.people = known;
  ES_TRY(es_model_fit(c->model, people, &labelled, ctx));
  ES_TRY(es_model_score(c->model, people, training, scores, ctx));
  ES_TRY(es_policy_cutoff(contest->policy, c->model->scorer, &people->consequence, scores,
                          training->people, &c->cutoff, ctx));
  if (contest->keep == ES_KEEP_GRID) lay_grid(c, contest->batches, scores, training->people);
  return ES_OK;
}

enum es_status es_contest_fit(struct es_contest *contest, struct es_context *ctx)
{
  const struct es_opened *from = &contest->from;
  struct es_block training = {0};
  struct es_scores scores = {0};
  size_t n = (size_t)from->dataset->size(from->state, contest->fold, ES_TRAIN);
  enum es_status status = es_block_create(&training, from->people, n, ctx);
  if (status == ES_OK) status = es_scores_create(&scores, n, ctx);
  training.people = n;
  if (status == ES_OK)
    status = from->dataset->block(from->state, contest->fold, ES_TRAIN, 0, &training, ctx);
  size_t known = 0;
  if (status == ES_OK) status = es_block_known_first(&training, from->people, &known, ctx);
  if (status == ES_OK)
    status = es_imputer_learn(&contest->imputer, (enum es_imputation)contest->study->impute,
                              from->people, &training, ctx);
  if (status == ES_OK) es_impute(&contest->imputer, &training);
  for (size_t k = 0; status == ES_OK && k < contest->contenders; k++) {
    struct es_contender *c = &contest->contender[k];
    if (c->failed) continue;
    status = fit_one(contest, c, &training, known, &scores, ctx);
    if (!survivable(status)) continue;
    give_up(c, 0, ctx->message);
    status = ES_OK;
  }
  es_scores_clear(&scores);
  es_block_clear(&training, from->people);
  return status;
}

/* --- streaming
 * ------------------------------------------------------------------------------------ */

static bool has_failed(const struct es_contender *c, uint64_t before)
{
  bool failed;
#pragma omp critical(es_give_up)
  failed = c->failed && c->failed_at <= before;
  return failed;
}

/* Where restrictions have a due process: what becomes of somebody who is denied. */
static void restrict_person(const struct es_people *people, const struct es_block *block, size_t i,
                            struct es_verdict *v, struct es_fate *fate,
                            const struct es_context *ctx)
{
  if (people->process == NULL || v->decision != ES_DENIED || v->outcome == ES_UNKNOWN) return;
  bool wrongly = v->outcome == ES_FAVORABLE;
  es_fate_draw(fate, people->process, block->group[0][i], v->term, wrongly, block->person[i], ctx);
  v->fate = fate;
  v->term = fate->days;
}

static enum es_status tally_block(const struct es_contest *contest, size_t k,
                                  const struct worker *w, struct es_tally *tally,
                                  struct es_context *ctx)
{
  const struct es_contender *c = &contest->contender[k];
  const struct es_people *people = contest->from.people;
  bool probability = (c->model->scorer->flags & ES_PROBABILITY) != 0;
  for (size_t i = 0; i < w->block.people; i++) {
    if (contest->only_labelled && !w->block.labelled[i]) continue;
    double score = w->scores.value[i];
    struct es_verdict v = {
        .cell = es_cell_of(people, &w->block, i),
        .outcome = w->block.outcome[i],
        .why = w->scores.why[i],
        .decision = (uint8_t)es_policy_decide(contest->policy, c->cutoff, &w->scores, i),
        .score = score,
        .probability = probability && w->scores.why[i] == ES_SCORED ? score : -1,
        .weight = people->weighted ? w->block.weight[i] : 1,
        .term = w->scores.term[i] > 0 ? w->scores.term[i] : people->consequence.term};
    struct es_fate fate;
    restrict_person(people, &w->block, i, &v, &fate, ctx);
    ES_TRY(es_tally_add(tally, &v, ctx));
    if (contest->pair == NULL) continue;
    v.fate = NULL; /* it ends with this person */
    w->verdict[k * BLOCK + i] = v;
    if (contest->keep == ES_KEEP_GRID && v.why == ES_SCORED)
      w->bin[k * BLOCK + i] = es_pair_bin(tally, score);
  }
  return ES_OK;
}

/* A pair goes on while both of its scorers do; what was counted of one that fails is never shown.
 */
static enum es_status pair_block(const struct es_contest *contest, struct worker *w, uint64_t first)
{
  for (size_t p = 0; contest->pair != NULL && p < contest->pairs; p++) {
    size_t a = contest->pair_of[p][0], b = contest->pair_of[p][1];
    if (has_failed(&contest->contender[a], first) || has_failed(&contest->contender[b], first))
      continue;
    for (size_t i = 0; i < w->block.people; i++) {
      size_t one = a * BLOCK + i, other = b * BLOCK + i;
      ES_TRY(es_pair_add(&w->pair[p], &w->verdict[one], &w->verdict[other],
                         (uint16_t[2]){w->bin[one], w->bin[other]}, &w->ctx));
    }
  }
  return ES_OK;
}

static enum es_status run_block(struct es_contest *contest, struct worker *w, uint64_t first)
{
  const struct es_opened *from = &contest->from;
  ES_TRY(from->dataset->block(from->state, contest->fold, ES_TEST, first, &w->block, &w->ctx));
  es_impute(&contest->imputer, &w->block);
  for (size_t k = 0; k < contest->contenders; k++) {
    struct es_contender *c = &contest->contender[k];
    if (has_failed(c, first)) continue;
    enum es_status status = es_model_score(c->model, from->people, &w->block, &w->scores, &w->ctx);
    struct es_tally *tally = &w->tally[k * contest->batches + first / BLOCK % contest->batches];
    if (status == ES_OK) status = tally_block(contest, k, w, tally, &w->ctx);
    if (survivable(status)) {
#pragma omp critical(es_give_up)
      give_up(c, first, w->ctx.message);
    } else if (status != ES_OK) {
      return status;
    }
  }
  return pair_block(contest, w, first);
}

static size_t tallies(const struct es_contest *contest)
{
  return contest->contenders * contest->batches;
}

static void clear_worker(struct worker *w, const struct es_contest *contest)
{
  es_block_clear(&w->block, contest->from.people);
  es_scores_clear(&w->scores);
  for (size_t k = 0; w->tally != NULL && k < tallies(contest); k++) es_tally_clear(&w->tally[k]);
  free(w->tally);
  for (size_t k = 0; w->pair != NULL && k < contest->pairs; k++) es_pair_clear(&w->pair[k]);
  free(w->pair);
  free(w->verdict);
  free(w->bin);
}

static enum es_status make_pairs(struct worker *w, const struct es_contest *contest)
{
  w->pair = es_alloc(contest->pairs, sizeof *w->pair, &w->ctx);
  w->verdict = es_alloc(contest->contenders * BLOCK, sizeof *w->verdict, &w->ctx);
  w->bin = es_alloc(contest->contenders * BLOCK, sizeof *w->bin, &w->ctx);
  if (w->pair == NULL || w->verdict == NULL || w->bin == NULL) return ES_NOMEM;
  for (size_t p = 0; p < contest->pairs; p++)
    ES_TRY(es_pair_create(&w->pair[p], contest->contender[contest->pair_of[p][0]].tally, &w->ctx));
  return ES_OK;
}

static enum es_status make_worker(struct worker *w, const struct es_contest *contest,
                                  const struct es_context *ctx)
{
  *w = (struct worker){.ctx = *ctx};
  w->ctx.notes = NULL;
  ES_TRY(es_block_create(&w->block, contest->from.people, BLOCK, &w->ctx));
  ES_TRY(es_scores_create(&w->scores, BLOCK, &w->ctx));
  if ((w->tally = es_alloc(tallies(contest), sizeof *w->tally, &w->ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_like(&w->tally[k],
                         &contest->contender[k / contest->batches].tally[k % contest->batches],
                         &w->ctx));
  return contest->pair != NULL ? make_pairs(w, contest) : ES_OK;
}

/* All pairs of scorers that are no yardsticks. */
static enum es_status open_pairs(struct es_contest *contest, struct es_context *ctx)
{
  size_t n = contest->contenders;
  contest->pair = es_alloc(n * n, sizeof *contest->pair, ctx);
  contest->pair_of = es_alloc(n * n, sizeof *contest->pair_of, ctx);
  if (contest->pair == NULL || contest->pair_of == NULL) return ES_NOMEM;
  for (size_t a = 0; a < n; a++)
    for (size_t b = a + 1; b < n; b++) {
      const struct es_contender *one = &contest->contender[a], *other = &contest->contender[b];
      if ((one->model->scorer->flags | other->model->scorer->flags) & ES_YARDSTICK) continue;
      ES_TRY(es_pair_create(&contest->pair[contest->pairs], one->tally, ctx));
      contest->pair_of[contest->pairs][0] = a;
      contest->pair_of[contest->pairs++][1] = b;
    }
  return ES_OK;
}

enum es_status es_contest_stream(struct es_contest *contest, int threads, struct es_context *ctx)
{
  const struct es_opened *from = &contest->from;
  uint64_t total = from->dataset->size(from->state, contest->fold, ES_TEST);
  int64_t blocks = (int64_t)((total + BLOCK - 1) / BLOCK);
  if (contest->paired && contest->pair == NULL) ES_TRY(open_pairs(contest, ctx));
  enum es_status status = ES_OK;
#pragma omp parallel num_threads(threads)
  {
    struct worker w;
    enum es_status mine = make_worker(&w, contest, ctx);
#pragma omp for schedule(dynamic, 8)
    for (int64_t b = 0; b < blocks; b++) {
      if (mine != ES_OK || es_stop) continue;
      uint64_t first = (uint64_t)b * BLOCK;
      w.block.people = total - first < BLOCK ? (size_t)(total - first) : BLOCK;
      mine = run_block(contest, &w, first);
#pragma omp critical(es_progress)
      es_progress_add(contest->progress, w.block.people);
    }
#pragma omp critical(es_merge)
    {
      for (size_t k = 0; mine == ES_OK && k < tallies(contest); k++)
        mine = es_tally_merge(&contest->contender[k / contest->batches].tally[k % contest->batches],
                              &w.tally[k], &w.ctx);
      for (size_t p = 0; mine == ES_OK && contest->pair != NULL && p < contest->pairs; p++)
        mine = es_pair_merge(&contest->pair[p], &w.pair[p], &w.ctx);
      if (mine != ES_OK && status == ES_OK) {
        status = mine;
        memcpy(ctx->message, w.ctx.message, sizeof ctx->message);
      }
    }
    clear_worker(&w, contest);
  }
  if (status == ES_OK && es_stop)
    status = es_fail(
        ctx, ES_INTERRUPTED, "interrupted after %llu of %llu people; nothing was written",
        (unsigned long long)contest->progress->done, (unsigned long long)contest->progress->total);
  return status;
}
