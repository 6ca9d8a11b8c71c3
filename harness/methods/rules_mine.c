/* Points from people, antecedents from tests. */
#include "harness/methods/rules_mine.h"

#include <stdlib.h>
#include <string.h>

static bool holds(const uint64_t *bits, size_t at) { return (bits[at / 64] >> (at % 64)) & 1; }

/* Splits the points by one test after the other, those without it first. */
static enum es_status find_points(struct es_rule_mine *mine, struct es_context *ctx)
{
  const struct es_rule_pool *pool = mine->pool;
  size_t people = pool->training->frame.people;
  mine->point = es_alloc(people, sizeof *mine->point, ctx);
  size_t *half = es_alloc(2 * people, sizeof *half, ctx);
  enum es_status status = mine->point != NULL && half != NULL ? ES_OK : ES_NOMEM;
  mine->points = 1;
  for (size_t t = 0; status == ES_OK && t < pool->tests; t++) {
    const uint64_t *bits = es_rule_pool_row(pool, t);
    size_t halves = 2 * mine->points, next = 0;
    memset(half, 0, halves * sizeof *half);
    for (size_t i = 0; i < people; i++) {
      mine->point[i] = 2 * mine->point[i] + holds(bits, i);
      half[mine->point[i]] = 1;
    }
    for (size_t h = 0; h < halves; h++)
      if (half[h] != 0) half[h] = next++;
    for (size_t i = 0; i < people; i++) mine->point[i] = half[mine->point[i]];
    mine->points = next;
  }
  free(half);
  return status;
}

static enum es_status weigh_points(struct es_rule_mine *mine, struct es_context *ctx)
{
  const struct es_rule_pool *pool = mine->pool;
  mine->words = (mine->points + 63) / 64;
  mine->who = es_alloc(mine->points, sizeof *mine->who, ctx);
  mine->all = es_alloc(mine->points, sizeof *mine->all, ctx);
  mine->good = es_alloc(mine->points, sizeof *mine->good, ctx);
  mine->single = es_alloc(pool->tests * mine->words, sizeof *mine->single, ctx);
  if (mine->who == NULL || mine->all == NULL || mine->good == NULL || mine->single == NULL)
    return ES_NOMEM;
  for (size_t i = 0; i < pool->training->frame.people; i++) {
    size_t p = mine->point[i];
    mine->who[p] = i;
    mine->all[p] += es_rule_pool_mass(pool, i);
    if (holds(pool->favorable, i)) mine->good[p] += es_rule_pool_mass(pool, i);
  }
  for (size_t t = 0; t < pool->tests; t++)
    for (size_t p = 0; p < mine->points; p++)
      if (holds(es_rule_pool_row(pool, t), mine->who[p]))
        mine->single[t * mine->words + p / 64] |= (uint64_t)1 << (p % 64);
  return ES_OK;
}

static enum es_status grow_room(struct es_rule_mine *mine, struct es_context *ctx)
{
  if (mine->antecedents < mine->room) return ES_OK;
  size_t room = 2 * mine->room + 64;
  size_t *a = realloc(mine->a, room * sizeof *a);
  if (a != NULL) mine->a = a;
  size_t *b = realloc(mine->b, room * sizeof *b);
  if (b != NULL) mine->b = b;
  uint64_t *bits = realloc(mine->row, room * mine->words * sizeof *bits);
  if (bits != NULL) mine->row = bits;
  if (a == NULL || b == NULL || bits == NULL)
    return es_fail(ctx, ES_NOMEM, "out of memory for %zu antecedents", room);
  mine->room = room;
  return ES_OK;
}

/* Adds tests a and b as one antecedent, unless it holds for too few or too many. */
static enum es_status offer(struct es_rule_mine *mine, size_t a, size_t b, struct es_context *ctx)
{
  ES_TRY(grow_room(mine, ctx));
  const struct es_rule_pool *pool = mine->pool;
  uint64_t *bits = mine->row + mine->antecedents * mine->words, holds_for = 0;
  for (size_t w = 0; w < mine->words; w++) {
    bits[w] = mine->single[a * mine->words + w] & mine->single[b * mine->words + w];
    for (uint64_t in = bits[w]; in != 0; in &= in - 1)
      holds_for += mine->all[64 * w + (size_t)__builtin_ctzll(in)];
  }
  double all = (double)pool->total.all, support = pool->search->support;
  if (holds_for == 0 || (double)holds_for < support * all ||
      (double)(pool->total.all - holds_for) < support * all)
    return ES_OK;
  mine->a[mine->antecedents] = a;
  mine->b[mine->antecedents++] = b;
  return ES_OK;
}

static bool may_pair(const struct es_rule_node *a, const struct es_rule_node *b)
{
  return a->at != b->at || (a->op == ES_RULE_MORE && b->op == ES_RULE_AT_MOST) ||
         (a->op == ES_RULE_AT_MOST && b->op == ES_RULE_MORE);
}

enum es_status es_rule_mine_dig(struct es_rule_mine *mine, const struct es_rule_pool *pool,
                                struct es_context *ctx)
{
  *mine = (struct es_rule_mine){.pool = pool};
  ES_TRY(find_points(mine, ctx));
  ES_TRY(weigh_points(mine, ctx));
  for (size_t t = 0; t < pool->tests; t++) ES_TRY(offer(mine, t, t, ctx));
  for (size_t a = 0; pool->search->conjuncts > 1 && a < pool->tests; a++)
    for (size_t b = a + 1; b < pool->tests; b++)
      if (may_pair(&pool->test[a], &pool->test[b])) ES_TRY(offer(mine, a, b, ctx));
  return ES_OK;
}

void es_rule_mine_clear(struct es_rule_mine *mine)
{
  free(mine->point);
  free(mine->who);
  free(mine->a);
  free(mine->b);
  free(mine->all);
  free(mine->good);
  free(mine->single);
  free(mine->row);
}
