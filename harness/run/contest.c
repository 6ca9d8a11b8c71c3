/* The loop: fit every scorer on the training people, stream the others in blocks, in parallel, and
 * merge the threads' tallies. */
#include "harness/run/contest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/evaluate.h"
#include "harness/process/process.h"
#include "harness/run/ledger.h"
#include "harness/run/explain.h"
#include "harness/run/registry.h"

enum { BLOCK = 512 };

/* A block's people as one contender has judged them. */
struct ruled {
  uint8_t why[BLOCK], decision[BLOCK];
  uint16_t bin[BLOCK];
  double score[BLOCK], chance[BLOCK];
  bool by_chance; /* whether it has decided about anybody */
};

/* What one thread owns. */
struct worker {
  struct es_block block;
  struct es_scores scores, *second; /* second: [policies], of those that have a second scorer */
  struct es_tally *tally;           /* what it adds to: es_contest_sums */
  struct es_pair *pair;
  struct ruled *ruled; /* [contenders] */
  uint32_t cell[BLOCK];
  double term[BLOCK], move[BLOCK];
  struct es_context *ctx;
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

void es_cells_of(uint32_t *cell, const struct es_people *people, const struct es_block *block)
{
  uint32_t stride = 1;
  memset(cell, 0, block->people * sizeof *cell);
  for (size_t a = 0; a < people->attributes; a++) {
    const uint32_t *group = block->group[a];
#pragma omp simd
    for (size_t i = 0; i < block->people; i++) cell[i] += stride * group[i];
    stride *= people->attribute[a].levels;
  }
}

enum es_status es_contest_open(struct es_contest *contest, const struct es_study *study,
                               const struct es_entrants *who, const char *population,
                               size_t batches, struct es_context *ctx)
{
  enum es_scores_kept keep = contest->keep;
  size_t count = who->models * who->policies;
  *contest =
      (struct es_contest){.study = study, .who = *who, .contenders = count, .batches = batches};
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
    *c = (struct es_contender){.model = &who->model[k / who->policies],
                               .policy = &who->policy[k % who->policies],
                               .tally = es_alloc(batches, sizeof *c->tally, ctx)};
    if (c->tally == NULL) return ES_NOMEM;
    for (size_t b = 0; b < batches; b++) {
      ES_TRY(es_tally_create(&c->tally[b], contest->cells, keep != ES_KEEP_GRID, ctx));
      c->tally[b].weighted = people->weighted;
      c->tally[b].counted = people->counted > 0;
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
    es_rule_clear(&c->rule);
  }
  free(contest->contender);
  for (size_t k = 0; contest->pair != NULL && k < contest->pairs; k++)
    es_pair_clear(&contest->pair[k]);
  free(contest->pair);
  free(contest->pair_of);
  for (size_t m = 0; contest->learned != NULL && m < contest->who.models; m++)
    free(contest->learned[m]);
  free(contest->learned);
  es_imputer_clear(&contest->imputer);
  es_people_close(&contest->from);
  *contest = (struct es_contest){0};
}

enum es_status es_contest_adopt(struct es_contest *contest, struct es_contest *from,
                                struct es_context *ctx)
{
  contest->taught_by = from;
  contest->fitted = from->fitted;
  contest->fair = from->fair;
  for (size_t k = 0; k < contest->contenders; k++) {
    struct es_contender *c = &contest->contender[k];
    c->tiers = from->contender[k].tiers;
    ES_TRY(es_rule_copy(&c->rule, &from->contender[k].rule, ctx));
    c->failed = from->contender[k].failed;
    memcpy(c->reason, from->contender[k].reason, sizeof c->reason);
  }
  return ES_OK;
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
    low = fmin(low, s->value[i]);
    high = fmax(high, s->value[i]);
  }
  if (probability && low <= high) {
    low = es_logit(fmin(fmax(low, 1e-9), 1 - 1e-9));
    high = es_logit(fmin(fmax(high, 1e-9), 1 - 1e-9));
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

/* What the fold's fitting works on. */
struct fitting {
  struct es_block training; /* those whose outcome is known come first: `known` of them */
  size_t known;
  struct es_scores scores, *second;
  uint32_t *cell;
};

static void clear_fitting(struct fitting *f, const struct es_contest *contest)
{
  es_scores_clear(&f->scores);
  for (size_t p = 0; f->second != NULL && p < contest->who.policies; p++)
    es_scores_clear(&f->second[p]);
  free(f->second);
  free(f->cell);
  es_block_clear(&f->training, contest->from.people);
}

static enum es_status make_fitting(struct fitting *f, struct es_contest *contest,
                                   struct es_context *ctx)
{
  const struct es_opened *from = &contest->from;
  size_t n = (size_t)from->dataset->size(from->state, contest->fold, ES_TRAIN);
  ES_TRY(es_block_create(&f->training, from->people, n, ctx));
  ES_TRY(es_scores_create(&f->scores, n, ctx));
  f->second = es_alloc(contest->who.policies, sizeof *f->second, ctx);
  f->cell = es_alloc(n, sizeof *f->cell, ctx);
  if (f->second == NULL || f->cell == NULL) return ES_NOMEM;
  f->training.people = n;
  ES_TRY(from->dataset->block(from->state, contest->fold, ES_TRAIN, 0, &f->training, ctx));
  ES_TRY(es_block_known_first(&f->training, from->people, &f->known, ctx));
  es_cells_of(f->cell, from->people, &f->training);
  ES_TRY(es_imputer_learn(&contest->imputer, (enum es_imputation)contest->study->impute,
                          from->people, &f->training, ctx));
  es_impute(&contest->imputer, &f->training);
  if (f->training.truth != NULL)
    ES_TRY(es_tiers_learn(&contest->fair, &from->people->consequence, f->training.truth, NULL, n,
                          ctx));
  return ES_OK;
}

/* Learns from those whose outcome is known, and scores everybody. */
static enum es_status fit_model(const struct es_contest *contest, struct es_model *model,
                                const struct fitting *f, struct es_scores *scores,
                                struct es_context *ctx)
{
  struct es_block labelled = f->training;
  labelled.people = f->known;
  ES_TRY(es_model_fit(model, contest->from.people, &labelled, ctx));
  if (contest->study->save_model != NULL && !model->kept)
    ES_TRY(es_typical_learn(model, contest->from.people, &labelled, ctx));
  return es_model_score(model, contest->from.people, &f->training, scores, ctx);
}

static enum es_status learn_rule(struct es_contest *contest, size_t k, const struct fitting *f,
                                 struct es_context *ctx)
{
  struct es_contender *c = &contest->contender[k];
  const struct es_people *people = contest->from.people;
  size_t p = k % contest->who.policies;
  struct es_lesson lesson = {.scorer = c->model->scorer,
                             .people = people,
                             .scores = &f->scores,
                             .second = f->second[p].value != NULL ? &f->second[p] : NULL,
                             .cell = f->cell,
                             .outcome = f->training.outcome,
                             .weight = f->training.weight,
                             .n = f->training.people};
  if (c->policy->unfit[0] != '\0') return es_fail(ctx, ES_DEGENERATE, "%s", c->policy->unfit);
  ES_TRY(es_policy_learn(c->policy, &lesson, &c->rule, ctx));
  ES_TRY(es_tiers_learn(&c->tiers, &people->consequence, f->scores.value, f->scores.why, lesson.n,
                        ctx));
  if (contest->keep == ES_KEEP_GRID) lay_grid(c, contest->batches, &f->scores, lesson.n);
  return ES_OK;
}

/* The second scorers of policies, each on its own. */
static enum es_status fit_policies(struct es_contest *contest, struct fitting *f,
                                   struct es_context *ctx)
{
  for (size_t p = 0; p < contest->who.policies; p++) {
    struct es_policy *policy = &contest->who.policy[p];
    policy->unfit[0] = '\0';
    if (policy->second.scorer == NULL) continue;
    ES_TRY(es_scores_create(&f->second[p], f->training.room, ctx));
    enum es_status status = fit_model(contest, &policy->second, f, &f->second[p], ctx);
    if (status == ES_OK) continue;
    if (!survivable(status)) return status;
    snprintf(policy->unfit, sizeof policy->unfit, "the second scorer of policy %s: %.400s",
             policy->kind->name, ctx->message);
  }
  return ES_OK;
}

bool es_model_failed(const struct es_contest *contest, size_t model)
{
  const struct es_contender *c = &contest->contender[model * contest->who.policies];
  for (size_t p = 0; p < contest->who.policies; p++)
    if (!c[p].failed) return false;
  return true;
}

static enum es_status fit_one(struct es_contest *contest, size_t model, struct fitting *f,
                              struct es_context *ctx)
{
  size_t first = model * contest->who.policies;
  enum es_status fitted = fit_model(contest, &contest->who.model[model], f, &f->scores, ctx);
  for (size_t k = first; k < first + contest->who.policies; k++) {
    if (contest->contender[k].failed) continue;
    enum es_status status = fitted == ES_OK ? learn_rule(contest, k, f, ctx) : fitted;
    if (survivable(status))
      give_up(&contest->contender[k], 0, ctx->message);
    else if (status != ES_OK)
      return status;
  }
  return ES_OK;
}

/* What the scorers have learned, in words, where that is asked for. */
static enum es_status describe_models(struct es_contest *contest, struct es_context *ctx)
{
  for (size_t m = 0; contest->learned != NULL && m < contest->who.models; m++) {
    struct es_text text = {0};
    if (contest->learned[m] != NULL || es_model_failed(contest, m)) continue;
    enum es_status status =
        es_model_describe(&contest->who.model[m], contest->from.people, &text, ctx);
    contest->learned[m] = es_strdup(es_text_get(&text), ctx);
    es_text_clear(&text);
    if (status != ES_OK) return status;
    if (contest->learned[m] == NULL) return ES_NOMEM;
  }
  return ES_OK;
}

static enum es_status fit_now(struct es_contest *contest, struct es_context *ctx)
{
  struct fitting f = {0};
  enum es_status status = make_fitting(&f, contest, ctx);
  if (status == ES_OK) status = fit_policies(contest, &f, ctx);
  for (size_t m = 0; status == ES_OK && m < contest->who.models; m++)
    if (!es_model_failed(contest, m)) status = fit_one(contest, m, &f, ctx);
  clear_fitting(&f, contest);
  if (status == ES_OK) status = describe_models(contest, ctx);
  contest->fitted = status == ES_OK;
  return status;
}

enum es_status es_contest_fit(struct es_contest *contest, struct es_context *ctx)
{
  contest->fitted = false;
  for (size_t k = 0; k < contest->contenders; k++) contest->contender[k].found = false;
  return es_ledger_has(contest->study->ledger) ? ES_OK : fit_now(contest, ctx);
}

enum es_status es_contest_ready(struct es_contest *contest, struct es_context *ctx)
{
  if (contest->fitted) return ES_OK;
  if (contest->taught_by != NULL) {
    ES_TRY(es_contest_ready(contest->taught_by, ctx));
    return es_contest_adopt(contest, contest->taught_by, ctx);
  }
  size_t fold = contest->fold, folds = contest->from.people->folds;
  if (fold >= folds) contest->fold = folds - 1; /* all folds are through: the last one's scorers */
  enum es_status status = fit_now(contest, ctx);
  contest->fold = fold;
  return status;
}

bool es_contest_whole(const struct es_contest *contest)
{
  return es_ledger_whole(contest->study->ledger);
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
    if (has_failed(&contest->contender[a], first) || has_failed(&contest->contender[b], first))
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
  if (!survivable(status)) return status;
#pragma omp critical(es_give_up)
  give_up(c, first, ctx->message);
  return ES_OK;
}

/* Scores the block once and lets every policy decide. */
static enum es_status run_model(struct es_contest *contest, size_t model, struct worker *w,
                                uint64_t first)
{
  size_t policies = contest->who.policies, batch = first / BLOCK % contest->batches;
  bool anybody = false;
  for (size_t k = model * policies; k < (model + 1) * policies; k++)
    anybody |= !has_failed(&contest->contender[k], first);
  if (!anybody) return ES_OK;
  enum es_status scored = es_model_score(&contest->who.model[model], contest->from.people,
                                         &w->block, &w->scores, w->ctx);
  for (size_t k = model * policies; k < (model + 1) * policies; k++) {
    struct es_contender *c = &contest->contender[k];
    if (has_failed(c, first)) continue;
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
    const struct es_policy *policy = &contest->who.policy[p];
    if (w->second[p].value == NULL || policy->unfit[0] != '\0') continue;
    enum es_status status =
        es_model_score(&policy->second, contest->from.people, &w->block, &w->second[p], w->ctx);
    for (size_t m = 0; status != ES_OK && m < contest->who.models; m++)
      ES_TRY(settle(&contest->contender[m * contest->who.policies + p], first, status, w->ctx));
  }
  return ES_OK;
}

static enum es_status run_block(struct es_contest *contest, struct worker *w, uint64_t first)
{
  const struct es_opened *from = &contest->from;
  ES_TRY(from->dataset->block(from->state, contest->fold, ES_TEST, first, &w->block, w->ctx));
  es_impute(&contest->imputer, &w->block);
  if (contest->only_labelled) ES_TRY(es_block_keep_labelled(&w->block, from->people, w->ctx));
  es_cells_of(w->cell, from->people, &w->block);
  ES_TRY(score_second(contest, w, first));
  for (size_t m = 0; m < contest->who.models; m++) ES_TRY(run_model(contest, m, w, first));
  return pair_block(contest, w, first);
}

/* --- sums ------------------------------------------------------------------------------------ */

static size_t tallies(const struct es_contest *contest)
{
  return contest->contenders * contest->batches;
}

static struct es_tally *own_tally(const struct es_contest *contest, size_t k)
{
  return &contest->contender[k / contest->batches].tally[k % contest->batches];
}

static void close_sums(void *sums, const void *job)
{
  const struct es_contest *contest = job;
  struct es_contest_sums *s = sums;
  for (size_t k = 0; s->tally != NULL && k < tallies(contest); k++) es_tally_clear(&s->tally[k]);
  for (size_t k = 0; s->pair != NULL && k < contest->pairs; k++) es_pair_clear(&s->pair[k]);
  free(s->tally);
  free(s->pair);
}

static enum es_status open_sums(void *sums, const void *job, struct es_context *ctx)
{
  const struct es_contest *contest = job;
  struct es_contest_sums *s = sums;
  if ((s->tally = es_alloc(tallies(contest), sizeof *s->tally, ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_like(&s->tally[k], own_tally(contest, k), ctx));
  if (contest->pair == NULL) return ES_OK;
  if ((s->pair = es_alloc(contest->pairs, sizeof *s->pair, ctx)) == NULL) return ES_NOMEM;
  for (size_t p = 0; p < contest->pairs; p++)
    ES_TRY(es_pair_create(&s->pair[p], contest->contender[contest->pair_of[p][0]].tally, ctx));
  return ES_OK;
}

static enum es_status add_sums(void *sums, const void *part, const void *job,
                               struct es_context *ctx)
{
  const struct es_contest *contest = job;
  struct es_contest_sums *to = sums;
  const struct es_contest_sums *from = part;
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_merge(&to->tally[k], &from->tally[k], ctx));
  for (size_t p = 0; contest->pair != NULL && p < contest->pairs; p++)
    ES_TRY(es_pair_merge(&to->pair[p], &from->pair[p], ctx));
  return ES_OK;
}

static void write_text(const char *text, struct es_text *out)
{
  json_t *json = text != NULL ? json_string(text) : json_null();
  char *line = json != NULL ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
  json_decref(json);
  es_text_add(out, "%s", line != NULL ? line : "null");
  free(line);
}

static void write_contender(const struct es_contest *contest, size_t k,
                            const struct es_contest_sums *s, struct es_text *out)
{
  const struct es_contender *c = &contest->contender[k];
  char low[ES_NUMBER_SIZE], high[ES_NUMBER_SIZE];
  es_text_add(out, "%s{\"low\":%s,\"high\":%s,\"probability\":%s,\"failed_at\":%lld,\"reason\":",
              k > 0 ? "," : "", es_number(low, c->tally->low), es_number(high, c->tally->high),
              c->tally->probability ? "true" : "false", c->failed ? (long long)c->failed_at : -1);
  write_text(c->reason, out);
  es_text_add(out, ",\"rule\":");
  es_rule_write(&c->rule, out);
  for (size_t b = 0; b < contest->batches; b++) {
    es_text_add(out, b > 0 ? "," : ",\"tally\":[");
    es_tally_write(&s->tally[k * contest->batches + b], out);
  }
  es_text_add(out, "]}");
}

static void write_sums(const void *sums, const void *job, struct es_text *out)
{
  const struct es_contest *contest = job;
  const struct es_contest_sums *s = sums;
  es_text_add(out, "{\"learned\":[");
  for (size_t m = 0; contest->learned != NULL && m < contest->who.models; m++) {
    es_text_add(out, m > 0 ? "," : "");
    write_text(contest->learned[m], out);
  }
  es_text_add(out, "],\"contender\":[");
  for (size_t k = 0; k < contest->contenders; k++) write_contender(contest, k, s, out);
  es_text_add(out, "],\"pair\":[");
  for (size_t p = 0; s->pair != NULL && p < contest->pairs; p++) {
    es_text_add(out, p > 0 ? "," : "");
    es_pair_write(&s->pair[p], out);
  }
  es_text_add(out, "]}");
}

static void take_grid(struct es_contest *contest, struct es_contender *c, const json_t *from)
{
  for (size_t b = 0; b < contest->batches; b++) {
    c->tally[b].low = json_number_value(json_object_get(from, "low"));
    c->tally[b].high = json_number_value(json_object_get(from, "high"));
    c->tally[b].probability = json_is_true(json_object_get(from, "probability"));
  }
}

/* What was learned there, which must be what was learned here, or in the other files. */
static enum es_status read_learned(struct es_contest *contest, struct es_contender *c,
                                   const json_t *from, struct es_context *ctx)
{
  double low = json_number_value(json_object_get(from, "low")),
         high = json_number_value(json_object_get(from, "high"));
  struct es_rule rule;
  ES_TRY(es_rule_read(&rule, json_object_get(from, "rule"), ctx));
  bool same = c->tally->low == low && c->tally->high == high && es_rule_same(&c->rule, &rule);
  if (!contest->fitted && !c->found) {
    take_grid(contest, c, from);
    es_rule_clear(&c->rule);
    c->rule = rule;
    c->found = same = true;
  } else {
    es_rule_clear(&rule);
  }
  if (same || c->failed) return ES_OK;
  return es_fail(ctx, ES_INPUT, "%s has learned something else there; were its data the same?",
                 c->model->label);
}

static enum es_status read_contender(struct es_contest *contest, size_t k,
                                     struct es_contest_sums *s, const json_t *from,
                                     struct es_context *ctx)
{
  struct es_contender *c = &contest->contender[k];
  const json_t *tally = json_object_get(from, "tally");
  const char *reason = json_string_value(json_object_get(from, "reason"));
  json_int_t failed_at = json_integer_value(json_object_get(from, "failed_at"));
  if (json_array_size(tally) != contest->batches || reason == NULL)
    return es_fail(ctx, ES_INPUT, "contender: there are other tallies of %s", c->model->label);
  if (failed_at >= 0) {
#pragma omp critical(es_give_up)
    give_up(c, (uint64_t)failed_at, reason);
  }
  ES_TRY(read_learned(contest, c, from, ctx));
  for (size_t b = 0; b < contest->batches; b++)
    ES_TRY(es_tally_read(&s->tally[k * contest->batches + b], json_array_get(tally, b), ctx));
  return ES_OK;
}

static enum es_status read_sums(void *sums, void *job, const json_t *from, struct es_context *ctx)
{
  struct es_contest *contest = job;
  struct es_contest_sums *s = sums;
  const json_t *learned = json_object_get(from, "learned"),
               *who = json_object_get(from, "contender"), *pair = json_object_get(from, "pair");
  if (json_array_size(who) != contest->contenders ||
      json_array_size(pair) != (s->pair != NULL ? contest->pairs : 0))
    return es_fail(ctx, ES_INPUT, "contender: there are others than in the study");
  for (size_t m = 0; contest->learned != NULL && m < contest->who.models; m++) {
    const char *text = json_string_value(json_array_get(learned, m));
    if (text == NULL || contest->learned[m] != NULL) continue;
    if ((contest->learned[m] = es_strdup(text, ctx)) == NULL) return ES_NOMEM;
  }
  for (size_t k = 0; k < contest->contenders; k++)
    ES_TRY(read_contender(contest, k, s, json_array_get(who, k), ctx));
  for (size_t p = 0; s->pair != NULL && p < contest->pairs; p++)
    ES_TRY(es_pair_read(&s->pair[p], json_array_get(pair, p), ctx));
  return ES_OK;
}

static void close_worker(void *worker, const void *job)
{
  const struct es_contest *contest = job;
  struct worker *w = worker;
  es_block_clear(&w->block, contest->from.people);
  es_scores_clear(&w->scores);
  for (size_t p = 0; w->second != NULL && p < contest->who.policies; p++)
    es_scores_clear(&w->second[p]);
  free(w->second);
  free(w->ruled);
}

static enum es_status open_worker(void *worker, const void *job, struct es_context *ctx)
{
  const struct es_contest *contest = job;
  struct worker *w = worker;
  ES_TRY(es_block_create(&w->block, contest->from.people, BLOCK, ctx));
  ES_TRY(es_scores_create(&w->scores, BLOCK, ctx));
  if ((w->second = es_alloc(contest->who.policies, sizeof *w->second, ctx)) == NULL)
    return ES_NOMEM;
  for (size_t p = 0; p < contest->who.policies; p++)
    if (contest->who.policy[p].second.scorer != NULL)
      ES_TRY(es_scores_create(&w->second[p], BLOCK, ctx));
  w->ruled = es_alloc(contest->contenders, sizeof *w->ruled, ctx);
  return w->ruled != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status add_block(void *job, void *worker, void *sums, uint64_t first, size_t people,
                                struct es_context *ctx)
{
  struct worker *w = worker;
  struct es_contest_sums *s = sums;
  w->tally = s->tally;
  w->pair = s->pair;
  w->ctx = ctx;
  w->block.people = people;
  return run_block(job, w, first);
}

static enum es_status ready(void *job, struct es_context *ctx)
{
  return es_contest_ready(job, ctx);
}

static const struct es_pass_kind judging = {.sums_size = sizeof(struct es_contest_sums),
                                            .worker_size = sizeof(struct worker),
                                            .ready = ready,
                                            .open_sums = open_sums,
                                            .close_sums = close_sums,
                                            .add_sums = add_sums,
                                            .write_sums = write_sums,
                                            .read_sums = read_sums,
                                            .open_worker = open_worker,
                                            .close_worker = close_worker,
                                            .block = add_block};

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

/* The sums of a fold come on top of those of the folds before. */
static enum es_status take_sums(struct es_contest *contest, const struct es_contest_sums *s,
                                struct es_context *ctx)
{
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_merge(own_tally(contest, k), &s->tally[k], ctx));
  for (size_t p = 0; contest->pair != NULL && p < contest->pairs; p++)
    ES_TRY(es_pair_merge(&contest->pair[p], &s->pair[p], ctx));
  return ES_OK;
}

enum es_status es_contest_stream(struct es_contest *contest, int threads, struct es_context *ctx)
{
  const struct es_opened *from = &contest->from;
  struct es_contest_sums sums = {0};
  struct es_pass pass = {.kind = &judging,
                         .job = contest,
                         .name = from->people->name,
                         .people = from->dataset->size(from->state, contest->fold, ES_TEST),
                         .block = BLOCK,
                         .chunk = 8,
                         .threads = threads,
                         .progress = contest->progress,
                         .ledger = contest->study->ledger};
  if (contest->paired && contest->pair == NULL) ES_TRY(open_pairs(contest, ctx));
  enum es_status status = open_sums(&sums, contest, ctx);
  if (status == ES_OK) status = es_pass_run(&pass, &sums, ctx);
  if (status == ES_OK) status = take_sums(contest, &sums, ctx);
  close_sums(&sums, contest);
  return status;
}
