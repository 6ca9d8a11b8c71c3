/* The loop: people stream in blocks, every scorer scores them, every policy decides, and the
 * verdicts are tallied. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/harm.h"
#include "harness/measure/reasons.h"
#include "harness/model/explain.h"
#include "harness/process/process.h"
#include "harness/run/ahead.h"
#include "harness/run/pass.h"
#include "harness/run/sums.h"

enum { BLOCK = ES_BLOCK };
_Static_assert(ES_DEALT % BLOCK == 0, "a block is of one batch");

/* A block's people as one contender has judged them. */
struct ruled {
  uint8_t why[BLOCK], decision[BLOCK];
  uint16_t bin[BLOCK];
  double score[BLOCK], chance[BLOCK];
  bool by_chance; /* whether it has decided about anybody */
};

/* What one thread owns. */
struct worker {
  struct es_ahead ahead;
  struct es_block block;
  size_t at;                        /* the block's number among those ahead */
  struct es_scores scores, *second; /* second: [policies], of those that have a second scorer */
  struct es_tally *tally;           /* what it adds to: es_contest_sums */
  struct es_pair *pair;
  struct ruled *ruled; /* [contenders] */
  struct es_reasons reasons;
  uint32_t cell[BLOCK];
  double term[BLOCK], move[BLOCK];
  struct es_context *ctx;
};

/* How long a denial of each person lasts. */
static void find_terms(struct worker *w, double stated)
{
  const uint32_t *own = w->scores.term;
#pragma omp simd
  for (size_t i = 0; i < w->block.people; i++) w->term[i] = own[i] > 0 ? own[i] : stated;
}

/* Where restrictions have a due process: what becomes of those who are denied. */
static void restrict_people(const struct es_people *people, struct worker *w,
                            const uint8_t *decision, struct es_tally *tally)
{
  for (size_t i = 0; people->process != NULL && i < w->block.people; i++) {
    if (decision[i] != ES_DENIED || w->block.outcome[i] == ES_UNKNOWN) continue;
    struct es_fate fate;
    bool wrongly = w->block.outcome[i] == ES_FAVORABLE;
    es_fate_draw(&fate, people->process, w->block.group[0][i], w->term[i], wrongly,
                 w->block.person[i], w->ctx);
    w->term[i] = fate.days;
    if (tally->harm != NULL) es_harm_add(&tally->harm[w->cell[i]], &fate);
  }
}

/* Where a loan has a price: what the favourable pay above what the truth would have them pay. */
static void price_people(const struct es_contest *contest, const struct es_contender *c,
                         const struct worker *w, const struct ruled *ruled, struct es_tally *tally)
{
  const struct es_consequence *price = &contest->from.people->consequence;
  for (size_t i = 0; price->loan > 0 && w->block.truth != NULL && i < w->block.people; i++) {
    if (w->block.outcome[i] != ES_FAVORABLE) continue;
    double interest = es_excess_interest(price, &c->tiers, &contest->fair, ruled->decision[i],
                                         ruled->score[i], w->block.truth[i]);
    es_tally_interest(&tally->cell[w->cell[i]], interest, ruled->decision[i] == ES_DENIED,
                      w->term[i]);
  }
}

/* How far the scores of these people would move if they were approved: the expected change where
 * the probability of the favourable outcome is known, else that of what happened (Liu et al. 2018).
 */
static const double *find_moves(struct worker *w, const struct es_consequence *c)
{
  if (!es_moves_stated(c)) return NULL;
  for (size_t i = 0; i < w->block.people; i++) {
    w->move[i] = 0;
    if (w->scores.why[i] != ES_SCORED || w->block.outcome[i] == ES_UNKNOWN) continue;
    double good = w->block.truth != NULL ? w->block.truth[i] : w->block.outcome[i] == ES_FAVORABLE;
    double x = w->scores.value[i], y = x + good * c->score_gain - (1 - good) * c->score_loss;
    w->move[i] = fmin(fmax(y, c->score_low), c->score_high) - x;
  }
  return w->move;
}

/* Where they are asked for: what the reasons for these scores are about. */
static void tally_reasons(const struct worker *w, struct es_tally *tally)
{
  _Static_assert((int)ES_MOST_REASONS == (int)ES_REASONS, "tallies have room for every reason");
  const struct es_reasons *r = &w->reasons;
  for (size_t i = 0; tally->reasoned != NULL && i < w->block.people; i++) {
    size_t missing = 0;
    for (size_t k = 0; k < r->count[i]; k++) missing += r->reason[i * ES_REASONS + k].missing;
    es_reasoned_add(&tally->reasoned[w->cell[i]], (enum es_unscorable)w->scores.why[i], r->count[i],
                    missing, w->block.weight != NULL ? w->block.weight[i] : 1);
  }
}

static enum es_status tally_block(const struct es_contest *contest, size_t k, struct worker *w,
                                  struct es_tally *tally)
{
  const struct es_contender *c = &contest->contender[k];
  const struct es_people *people = contest->from.people;
  struct ruled *ruled = &w->ruled[k];
  size_t n = w->block.people;
  memcpy(ruled->why, w->scores.why, n * sizeof *ruled->why);
  memcpy(ruled->score, w->scores.value, n * sizeof *ruled->score);
  ruled->by_chance = es_policy_decide_block(c->policy, &c->rule, w->cell, &w->scores,
                                            &w->second[k % contest->who.policies], w->block.person,
                                            n, ruled->decision, ruled->chance, w->ctx);
  find_terms(w, people->consequence.term);
  restrict_people(people, w, ruled->decision, tally);
  price_people(contest, c, w, ruled, tally);
  tally_reasons(w, tally);
  bool probability = (c->model->scorer->flags & ES_PROBABILITY) != 0;
  struct es_verdicts v = {.people = n,
                          .cell = w->cell,
                          .outcome = w->block.outcome,
                          .why = ruled->why,
                          .decision = ruled->decision,
                          .score = ruled->score,
                          .probability = probability ? ruled->score : NULL,
                          .weight = people->weighted ? w->block.weight : NULL,
                          .term = w->term,
                          .chance = ruled->by_chance ? ruled->chance : NULL,
                          .move = find_moves(w, &people->consequence)};
  return es_tally_add_block(tally, &v, contest->pair != NULL ? ruled->bin : NULL, w->ctx);
}

static struct es_pair_side side_of(const struct ruled *ruled)
{
  return (struct es_pair_side){ruled->why, ruled->decision, ruled->score, ruled->bin,
                               ruled->by_chance ? ruled->chance : NULL};
}

/* A pair goes on while both of its scorers do; what was counted of one that fails is never shown.
 */
static enum es_status pair_block(const struct es_contest *contest, struct worker *w, uint64_t first)
{
  for (size_t p = 0; contest->pair != NULL && p < contest->pairs; p++) {
    size_t a = contest->pair_of[p][0], b = contest->pair_of[p][1];
    if (es_contender_failed(&contest->contender[a], first) ||
        es_contender_failed(&contest->contender[b], first))
      continue;
    struct es_pair_side one = side_of(&w->ruled[a]), other = side_of(&w->ruled[b]);
    ES_TRY(es_pair_add_block(&w->pair[p], &one, &other, w->cell, w->block.outcome, w->block.weight,
                             w->block.people, w->ctx));
  }
  return ES_OK;
}

/* Notes what a block that begins at `first` has done to a contender. */
static enum es_status settle(struct es_contender *c, uint64_t first, enum es_status status,
                             const struct es_context *ctx)
{
  if (!es_survivable(status)) return status;
#pragma omp critical(es_give_up)
  es_contender_fail(c, first, ctx->message);
  return ES_OK;
}

/* Whether a model still scores for somebody: a model, or behind the models a policy's second. */
static bool is_in(const struct es_contest *contest, size_t model, uint64_t first)
{
  size_t policies = contest->who.policies, models = contest->who.models;
  bool second = model >= models;
  size_t k = second ? model - models : model * policies;
  for (size_t n = second ? models : policies; n > 0; n--, k += second ? policies : 1)
    if (!es_contender_failed(&contest->contender[k], first)) return true;
  return false;
}

/* What a model says of the block: now, or ahead of it. */
static enum es_status score_block(const struct es_contest *contest, size_t model, struct worker *w,
                                  struct es_scores *scores)
{
  if (es_ahead_scores(&w->ahead, model))
    return es_ahead_said(&w->ahead, model, w->at, scores, w->ctx);
  return es_model_score(es_contest_model(contest, model), contest->from.people, &w->block, scores,
                        w->ctx);
}

/* Scores the block once and lets every policy decide. */
static enum es_status run_model(struct es_contest *contest, size_t model, struct worker *w,
                                uint64_t first)
{
  size_t policies = contest->who.policies, batch = first / ES_DEALT % contest->batches;
  if (!is_in(contest, model, first)) return ES_OK;
  enum es_status scored = score_block(contest, model, w, &w->scores);
  bool asked = contest->contender[model * policies].tally->reasoned != NULL;
  if (scored == ES_OK && asked)
    scored = es_reasons_find(&w->reasons, &contest->who.model[model], contest->from.people,
                             &w->block, &w->scores, w->ctx);
  for (size_t k = model * policies; k < (model + 1) * policies; k++) {
    struct es_contender *c = &contest->contender[k];
    if (es_contender_failed(c, first)) continue;
    enum es_status status = scored;
    if (status == ES_OK)
      status = tally_block(contest, k, w, &w->tally[k * contest->batches + batch]);
    ES_TRY(settle(c, first, status, w->ctx));
  }
  return ES_OK;
}

/* A policy whose second scorer fails takes all of its contenders out. */
static enum es_status score_second(struct es_contest *contest, struct worker *w, uint64_t first)
{
  for (size_t p = 0; p < contest->who.policies; p++) {
    size_t model = contest->who.models + p;
    if (w->second[p].value == NULL || !is_in(contest, model, first)) continue;
    enum es_status status = score_block(contest, model, w, &w->second[p]);
    for (size_t m = 0; status != ES_OK && m < contest->who.models; m++)
      ES_TRY(settle(&contest->contender[m * contest->who.policies + p], first, status, w->ctx));
  }
  return ES_OK;
}

/* Fills the block with the people from `first` on, as the scorers see them. */
static enum es_status fill(const struct es_contest *contest, struct worker *w, uint64_t first,
                           size_t people)
{
  const struct es_opened *from = &contest->from;
  w->block.people = people < BLOCK ? people : BLOCK;
  ES_TRY(from->dataset->block(from->state, contest->fold, ES_TEST, first, &w->block, w->ctx));
  es_impute(&contest->imputer, &w->block);
  return contest->only_labelled ? es_block_keep_labelled(&w->block, from->people, w->ctx) : ES_OK;
}

/* Everybody whom scorers from elsewhere are asked about at once. */
static enum es_status look_ahead(const struct es_contest *contest, struct worker *w, uint64_t first,
                                 size_t people)
{
  es_ahead_begin(&w->ahead);
  for (size_t done = 0; done < people; done += BLOCK) {
    ES_TRY(fill(contest, w, first + done, people - done));
    es_ahead_add(&w->ahead, &w->block);
  }
  for (size_t m = 0; m < contest->who.models + contest->who.policies; m++)
    if (es_ahead_scores(&w->ahead, m) && is_in(contest, m, first))
      es_ahead_score(&w->ahead, m, w->ctx);
  return ES_OK;
}

static enum es_status run_block(struct es_contest *contest, struct worker *w, uint64_t first)
{
  es_cells_of(w->cell, contest->from.people, &w->block);
  ES_TRY(score_second(contest, w, first));
  for (size_t m = 0; m < contest->who.models; m++) ES_TRY(run_model(contest, m, w, first));
  return pair_block(contest, w, first);
}

/* --- the pass --------------------------------------------------------------------------------- */

static void close_worker(void *worker, const void *job)
{
  const struct es_contest *contest = job;
  struct worker *w = worker;
  es_ahead_clear(&w->ahead);
  es_block_clear(&w->block, contest->from.people);
  es_scores_clear(&w->scores);
  for (size_t p = 0; w->second != NULL && p < contest->who.policies; p++)
    es_scores_clear(&w->second[p]);
  es_reasons_clear(&w->reasons);
  free(w->second);
  free(w->ruled);
}

static enum es_status open_worker(void *worker, const void *job, struct es_context *ctx)
{
  const struct es_contest *contest = job;
  struct worker *w = worker;
  ES_TRY(es_ahead_create(&w->ahead, contest, BLOCK, ctx));
  ES_TRY(es_block_create(&w->block, contest->from.people, BLOCK, ctx));
  ES_TRY(es_scores_create(&w->scores, BLOCK, ctx));
  if (contest->study->reasons) ES_TRY(es_reasons_create(&w->reasons, BLOCK, ctx));
  w->reasons.scored_only = true;
  if ((w->second = es_alloc(contest->who.policies, sizeof *w->second, ctx)) == NULL)
    return ES_NOMEM;
  for (size_t p = 0; p < contest->who.policies; p++)
    if (contest->who.policy[p].second.scorer != NULL)
      ES_TRY(es_scores_create(&w->second[p], BLOCK, ctx));
  w->ruled = es_alloc(contest->contenders, sizeof *w->ruled, ctx);
  return w->ruled != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status add_people(void *job, void *worker, void *sums, uint64_t first, size_t people,
                                 struct es_context *ctx)
{
  struct worker *w = worker;
  struct es_contest_sums *s = sums;
  w->tally = s->tally;
  w->pair = s->pair;
  w->ctx = ctx;
  bool ahead = es_ahead_wanted(&w->ahead);
  if (ahead) ES_TRY(look_ahead(job, w, first, people));
  for (size_t done = 0; done < people; done += BLOCK) {
    w->at = done / BLOCK;
    if (ahead)
      es_ahead_block(&w->ahead, w->at, &w->block);
    else
      ES_TRY(fill(job, w, first + done, people - done));
    ES_TRY(run_block(job, w, first + done));
  }
  return ES_OK;
}

static enum es_status ready(void *job, struct es_context *ctx)
{
  return es_contest_ready(job, ctx);
}

static const struct es_pass_kind judging = {.sums_size = sizeof(struct es_contest_sums),
                                            .worker_size = sizeof(struct worker),
                                            .ready = ready,
                                            .open_sums = es_sums_open,
                                            .close_sums = es_sums_close,
                                            .add_sums = es_sums_add,
                                            .write_sums = es_sums_write,
                                            .read_sums = es_sums_read,
                                            .open_worker = open_worker,
                                            .close_worker = close_worker,
                                            .block = add_people};

/* Whether two contenders are worth a comparison: no yardsticks, and alike in one respect. */
static bool is_pair(const struct es_contender *a, const struct es_contender *b)
{
  if ((a->model->scorer->flags | b->model->scorer->flags) & ES_YARDSTICK) return false;
  return a->policy == b->policy || a->model == b->model;
}

/* All pairs of contenders that can be compared. */
static enum es_status open_pairs(struct es_contest *contest, struct es_context *ctx)
{
  size_t n = contest->contenders;
  contest->pair = es_alloc(n * n, sizeof *contest->pair, ctx);
  contest->pair_of = es_alloc(n * n, sizeof *contest->pair_of, ctx);
  if (contest->pair == NULL || contest->pair_of == NULL) return ES_NOMEM;
  for (size_t a = 0; a < n; a++)
    for (size_t b = a + 1; b < n; b++) {
      const struct es_contender *one = &contest->contender[a];
      if (!is_pair(one, &contest->contender[b])) continue;
      ES_TRY(es_pair_create(&contest->pair[contest->pairs], one->tally, ctx));
      contest->pair_of[contest->pairs][0] = a;
      contest->pair_of[contest->pairs++][1] = b;
    }
  return ES_OK;
}

enum es_status es_contest_stream(struct es_contest *contest, int threads, struct es_context *ctx)
{
  const struct es_opened *from = &contest->from;
  struct es_contest_sums sums = {0};
  size_t block = es_ahead_people(contest, BLOCK);
  struct es_pass pass = {.kind = &judging,
                         .job = contest,
                         .name = from->people->name,
                         .people = from->dataset->size(from->state, contest->fold, ES_TEST),
                         .block = block,
                         .chunk = block > BLOCK ? 1 : 8,
                         .threads = threads,
                         .progress = contest->progress,
                         .ledger = contest->study->ledger};
  if (contest->paired && contest->pair == NULL) ES_TRY(open_pairs(contest, ctx));
  enum es_status status = es_sums_open(&sums, contest, ctx);
  if (status == ES_OK) status = es_pass_run(&pass, &sums, ctx);
  if (status == ES_OK) status = es_sums_take(contest, &sums, ctx);
  es_sums_close(&sums, contest);
  return status;
}
