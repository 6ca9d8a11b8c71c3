/* Blocks laid end to end, and a call per scorer from elsewhere. */
#include "harness/run/ahead.h"

#include <stdlib.h>
#include <string.h>

/* Values of people that a thread may hold: 19 MB. */
enum { MOST_VALUES = 1 << 21 };

static size_t models(const struct es_contest *contest)
{
  return contest->who.models + contest->who.policies;
}

size_t es_ahead_people(const struct es_contest *contest, size_t block)
{
  size_t people = block, columns = es_all_columns(contest->from.people);
  for (size_t m = 0; m < models(contest); m++) {
    size_t best = es_model_batch(es_contest_model(contest, m));
    people = people > best ? people : best;
  }
  if (columns > 0 && people > MOST_VALUES / columns) people = MOST_VALUES / columns;
  return people > block ? people / block * block : block;
}

enum es_status es_ahead_create(struct es_ahead *a, const struct es_contest *contest, size_t block,
                               struct es_context *ctx)
{
  size_t room = es_ahead_people(contest, block);
  *a = (struct es_ahead){.contest = contest};
  if (room == block) return ES_OK;
  ES_TRY(es_block_create(&a->people, contest->from.people, room, ctx));
  a->said = es_alloc(models(contest), sizeof *a->said, ctx);
  a->start = es_alloc(room / block + 1, sizeof *a->start, ctx);
  if (a->said == NULL || a->start == NULL) return ES_NOMEM;
  for (size_t m = 0; m < models(contest); m++)
    if (es_model_batch(es_contest_model(contest, m)) > 1)
      ES_TRY(es_scores_create(&a->said[m].scores, room, ctx));
  return ES_OK;
}

void es_ahead_clear(struct es_ahead *a)
{
  if (a->contest == NULL) return;
  for (size_t m = 0; a->said != NULL && m < models(a->contest); m++)
    es_scores_clear(&a->said[m].scores);
  es_block_clear(&a->people, a->contest->from.people);
  free(a->said);
  free(a->start);
  *a = (struct es_ahead){0};
}

bool es_ahead_wanted(const struct es_ahead *a) { return a->start != NULL; }

void es_ahead_begin(struct es_ahead *a) { a->people.people = a->blocks = 0; }

void es_ahead_add(struct es_ahead *a, const struct es_block *block)
{
  size_t at = a->people.people;
  es_block_copy(&a->people, at, block, 0, block->people, a->contest->from.people);
  a->start[++a->blocks] = a->people.people = at + block->people;
}

void es_ahead_block(const struct es_ahead *a, size_t k, struct es_block *block)
{
  block->people = a->start[k + 1] - a->start[k];
  es_block_copy(block, 0, &a->people, a->start[k], block->people, a->contest->from.people);
}

bool es_ahead_scores(const struct es_ahead *a, size_t m)
{
  return a->said != NULL && a->said[m].scores.value != NULL;
}

void es_ahead_score(struct es_ahead *a, size_t m, struct es_context *ctx)
{
  struct es_said *said = &a->said[m];
  said->status = es_model_score(es_contest_model(a->contest, m), a->contest->from.people,
                                &a->people, &said->scores, ctx);
  if (said->status != ES_OK) memcpy(said->message, ctx->message, sizeof said->message);
}

enum es_status es_ahead_said(const struct es_ahead *a, size_t m, size_t k, struct es_scores *scores,
                             struct es_context *ctx)
{
  const struct es_said *said = &a->said[m];
  size_t first = a->start[k], n = a->start[k + 1] - first;
  if (said->status != ES_OK) return es_fail(ctx, said->status, "%s", said->message);
  memcpy(scores->value, said->scores.value + first, n * sizeof *scores->value);
  memcpy(scores->why, said->scores.why + first, n * sizeof *scores->why);
  memcpy(scores->term, said->scores.term + first, n * sizeof *scores->term);
  memcpy(scores->refuse, said->scores.refuse + first, n * sizeof *scores->refuse);
  return ES_OK;
}
