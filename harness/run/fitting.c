/* Before anybody is judged: scorers learn from the training people, and policies from the scores.
 */
#include "harness/run/contest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/model/explain.h"
#include "harness/run/ledger.h"

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
  bool asked = contest->study->save_model != NULL ||
               (contest->study->reasons && model->scorer->explain == NULL);
  if (asked && !model->kept) ES_TRY(es_typical_learn(model, contest->from.people, &labelled, ctx));
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
    if (!es_survivable(status)) return status;
    snprintf(policy->unfit, sizeof policy->unfit, "the second scorer of policy %s: %.400s",
             policy->kind->name, ctx->message);
  }
  return ES_OK;
}

static enum es_status fit_one(struct es_contest *contest, size_t model, struct fitting *f,
                              struct es_context *ctx)
{
  size_t first = model * contest->who.policies;
  enum es_status fitted = fit_model(contest, &contest->who.model[model], f, &f->scores, ctx);
  for (size_t k = first; k < first + contest->who.policies; k++) {
    if (contest->contender[k].failed) continue;
    enum es_status status = fitted == ES_OK ? learn_rule(contest, k, f, ctx) : fitted;
    if (es_survivable(status))
      es_contender_fail(&contest->contender[k], 0, ctx->message);
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
