/* A contest: who takes part, and who is out. */
#include "harness/run/contest.h"

#include <stdlib.h>
#include <string.h>
#include "harness/measure/evaluate.h"
#include "harness/run/ledger.h"

/* Not yardsticks, which are no proposals, nor scorers from elsewhere, where a call is a process. */
static bool gives_reasons(const struct es_contest *contest, const struct es_model *model)
{
  bool ours = model->foreign == NULL && (model->scorer->flags & ES_YARDSTICK) == 0;
  return contest->study->reasons && ours;
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
      if (gives_reasons(contest, c->model)) ES_TRY(es_tally_reasons(&c->tally[b], ctx));
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

bool es_contest_whole(const struct es_contest *contest)
{
  return es_ledger_whole(contest->study->ledger);
}

const struct es_model *es_contest_model(const struct es_contest *contest, size_t m)
{
  size_t models = contest->who.models;
  return m < models ? &contest->who.model[m] : &contest->who.policy[m - models].second;
}

/* --- who is out --------------------------------------------------------------------------------
 */

bool es_survivable(enum es_status status)
{
  return status == ES_DEGENERATE || status == ES_DIVERGED || status == ES_BROKEN;
}

void es_contender_fail(struct es_contender *c, uint64_t at, const char *reason)
{
  if (c->failed && c->failed_at <= at) return;
  c->failed = true;
  c->failed_at = at;
  snprintf(c->reason, sizeof c->reason, "%s", reason);
}

bool es_contender_failed(const struct es_contender *c, uint64_t before)
{
  bool failed;
#pragma omp critical(es_give_up)
  failed = c->failed && c->failed_at <= before;
  return failed;
}

bool es_model_failed(const struct es_contest *contest, size_t model)
{
  const struct es_contender *c = &contest->contender[model * contest->who.policies];
  for (size_t p = 0; p < contest->who.policies; p++)
    if (!c[p].failed) return false;
  return true;
}
