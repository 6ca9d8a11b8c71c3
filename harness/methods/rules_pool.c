/* Tests from columns, and rules from tests. */
#include "harness/methods/rules_pool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"

struct weighed {
  double x;
  uint64_t mass;
};

/* --- tests ------------------------------------------------------------------------------------ */

struct es_mass es_rule_pool_weigh(const struct es_rule_pool *pool, const uint64_t *a,
                                  const uint64_t *b)
{
  struct es_mass part = {0, 0};
  if (pool->mass == NULL) {
    es_lanes()->count_bits(&part.all, &part.favorable, a, b, pool->rest, pool->favorable,
                           pool->words);
    return part;
  }
  for (size_t w = 0; w < pool->words; w++) {
    uint64_t in = a[w] & b[w] & pool->rest[w], good = in & pool->favorable[w];
    for (; in != 0; in &= in - 1) {
      size_t bit = (size_t)__builtin_ctzll(in);
      part.all += pool->mass[64 * w + bit];
      if ((good >> bit) & 1) part.favorable += pool->mass[64 * w + bit];
    }
  }
  return part;
}

static enum es_status grow_room(struct es_rule_pool *pool, struct es_context *ctx)
{
  if (pool->tests < pool->room) return ES_OK;
  size_t room = 2 * pool->room + 64;
  struct es_rule_node *test = realloc(pool->test, room * sizeof *test);
  if (test != NULL) pool->test = test;
  uint64_t *bits = test != NULL ? realloc(pool->bits, room * pool->words * sizeof *bits) : NULL;
  if (bits == NULL) return es_fail(ctx, ES_NOMEM, "out of memory for %zu candidate rules", room);
  pool->bits = bits;
  pool->room = room;
  return ES_OK;
}

/* Whom of the frame a test is true of.  A chunk of people may end within a word. */
static void fill_row(uint64_t *bits, const struct es_rule_node *test, const struct es_frame *frame)
{
  uint8_t truth[ES_LANES];
  memset(bits, 0, (frame->people + 63) / 64 * sizeof *bits);
  for (size_t first = 0; first < frame->people; first += ES_LANES) {
    size_t n = frame->people - first < ES_LANES ? frame->people - first : ES_LANES;
    es_rule_test_block(truth, test, frame, first, n);
    for (size_t i = 0; i < n;) {
      size_t from = first + i, end = i + 64 - from % 64;
      uint64_t word = 0;
      for (; i < n && i < end; i++) word |= (uint64_t)(truth[i] == ES_TRUE) << (first + i) % 64;
      bits[from / 64] |= word;
    }
  }
}

/* Adds a test, unless it captures too few or everybody. */
static enum es_status offer(struct es_rule_pool *pool, size_t column, enum es_rule_op op,
                            double number, const char *level, struct es_context *ctx)
{
  ES_TRY(grow_room(pool, ctx));
  const struct es_frame *frame = &pool->training->frame;
  struct es_rule_node *test = &pool->test[pool->tests];
  /* The name is only copied from; the node's field is not const because lists own theirs. */
  *test = (struct es_rule_node){.op = op,
                                .size = 1,
                                .at = column,
                                .number = number,
                                .column = (char *)(uintptr_t)frame->column[column].name,
                                .value = (char *)(uintptr_t)level,
                                .numeric = level == NULL && op != ES_RULE_MISSING};
  uint64_t *bits = pool->bits + pool->tests * pool->words;
  fill_row(bits, test, frame);
  uint64_t captured = es_rule_pool_weigh(pool, bits, bits).all; /* all are still in the rest */
  double least = pool->search->support * (double)pool->total.all;
  if (captured > 0 && captured < pool->total.all && (double)captured >= least) pool->tests++;
  return ES_OK;
}

static int by_value(const void *a, const void *b)
{
  double x = ((const struct weighed *)a)->x, y = ((const struct weighed *)b)->x;
  return (x > y) - (x < y);
}

/* Cuts at quantiles: each takes its equal share of what lies above the one before, so that a value
 * that many people share does not use up several cuts. */
static enum es_status offer_cuts(struct es_rule_pool *pool, size_t column, struct es_context *ctx)
{
  const struct es_frame *frame = &pool->training->frame;
  struct weighed *seen = es_alloc(frame->people, sizeof *seen, ctx);
  if (seen == NULL) return ES_NOMEM;
  size_t count = 0;
  uint64_t all = 0, upto = 0, base = 0;
  for (size_t i = 0; i < frame->people; i++) {
    if (!es_seen(frame, column, i)) continue;
    seen[count++] = (struct weighed){frame->value[column][i], es_rule_pool_mass(pool, i)};
    all += es_rule_pool_mass(pool, i);
  }
  qsort(seen, count, sizeof *seen, by_value);
  enum es_status status = ES_OK;
  size_t left = pool->search->bins - 1;
  for (size_t i = 0; i < count && left > 0 && status == ES_OK; i++) {
    upto += seen[i].mass;
    if (i + 1 == count || seen[i + 1].x == seen[i].x) continue;
    if ((double)(upto - base) * (double)(left + 1) < (double)(all - base)) continue;
    status = offer(pool, column, ES_RULE_MORE, seen[i].x, NULL, ctx);
    if (status == ES_OK) status = offer(pool, column, ES_RULE_AT_MOST, seen[i].x, NULL, ctx);
    base = upto;
    left--;
  }
  free(seen);
  return status;
}

static enum es_status offer_column(struct es_rule_pool *pool, size_t c, struct es_context *ctx)
{
  const struct es_column *column = &pool->training->frame.column[c];
  if (column->kind == ES_BINARY) {
    ES_TRY(offer(pool, c, ES_RULE_EQUAL, 1, NULL, ctx));
    ES_TRY(offer(pool, c, ES_RULE_EQUAL, 0, NULL, ctx));
  } else if (column->kind == ES_LEVELS) {
    for (uint32_t k = 0; k < column->levels; k++)
      ES_TRY(offer(pool, c, ES_RULE_EQUAL, k, column->level[k], ctx));
  } else {
    ES_TRY(offer_cuts(pool, c, ctx));
  }
  return offer(pool, c, ES_RULE_MISSING, 0, NULL, ctx);
}

/* Weights as integers, the largest 2^32: sums are exact, in whatever order people come. */
static enum es_status set_mass(struct es_rule_pool *pool, struct es_context *ctx)
{
  const struct es_training *training = pool->training;
  double most = 0;
  if (training->weight == NULL) return ES_OK;
  pool->mass = es_alloc(training->frame.people, sizeof *pool->mass, ctx);
  if (pool->mass == NULL) return ES_NOMEM;
  for (size_t i = 0; i < training->frame.people; i++)
    if (training->weight[i] > most) most = training->weight[i];
  if (!(most > 0)) return es_fail(ctx, ES_DEGENERATE, "nobody to learn from has a weight");
  for (size_t i = 0; i < training->frame.people; i++)
    pool->mass[i] = (uint64_t)(training->weight[i] / most * 0x1p32 + 0.5);
  return ES_OK;
}

enum es_status es_rule_pool_fill(struct es_rule_pool *pool, const struct es_rule_search *search,
                                 const struct es_training *training, struct es_context *ctx)
{
  *pool = (struct es_rule_pool){.training = training, .search = search};
  size_t people = training->frame.people, weighty = 0;
  if (people == 0) return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn rules from");
  pool->words = (people + 63) / 64;
  pool->favorable = es_alloc(pool->words, sizeof *pool->favorable, ctx);
  pool->rest = es_alloc(pool->words, sizeof *pool->rest, ctx);
  if (pool->favorable == NULL || pool->rest == NULL) return ES_NOMEM;
  ES_TRY(set_mass(pool, ctx));
  for (size_t i = 0; i < people; i++) {
    uint64_t bit = (uint64_t)1 << (i % 64);
    pool->rest[i / 64] |= bit;
    if (training->outcome[i]) pool->favorable[i / 64] |= bit;
    weighty += es_rule_pool_mass(pool, i) > 0;
  }
  pool->total = es_rule_pool_weigh(pool, pool->rest, pool->rest);
  pool->unit = (double)pool->total.all / (double)weighty;
  for (size_t c = 0; c < training->frame.columns; c++) ES_TRY(offer_column(pool, c, ctx));
  return ES_OK;
}

void es_rule_pool_clear(struct es_rule_pool *pool)
{
  free(pool->test);
  free(pool->bits);
  free(pool->favorable);
  free(pool->rest);
  free(pool->mass);
}

/* --- rules ------------------------------------------------------------------------------------ */

static struct es_rule predict(const struct es_rule_pool *pool, struct es_mass part,
                              const struct es_rules *rules)
{
  double people = (double)part.all / pool->unit, favorable = (double)part.favorable / pool->unit;
  double score = (favorable + 0.5) / (people + 1);
  if (pool->search->falling && rules->rules > 0)
    score = fmax(score, rules->rule[rules->rules - 1].score);
  return (struct es_rule){
      .act = ES_RULE_SCORE, .score = score, .people = people, .favorable = favorable};
}

static enum es_status add_test(const struct es_rule_pool *pool, size_t test, struct es_rules *rules,
                               struct es_context *ctx)
{
  char number[ES_NUMBER_SIZE];
  struct es_rule_node node = pool->test[test];
  if (node.numeric) node.value = (char *)(uintptr_t)es_number(number, node.number);
  return es_rules_add_node(rules, &node, ctx);
}

enum es_status es_rule_pool_take(struct es_rule_pool *pool, size_t a, size_t b,
                                 struct es_rules *rules, struct es_context *ctx)
{
  const uint64_t *of_a = es_rule_pool_row(pool, a), *of_b = es_rule_pool_row(pool, b);
  struct es_rule rule = predict(pool, es_rule_pool_weigh(pool, of_a, of_b), rules);
  rule.first = rules->nodes;
  ES_TRY(add_test(pool, a, rules, ctx));
  if (b != a) {
    ES_TRY(add_test(pool, b, rules, ctx));
    ES_TRY(es_rules_add_node(rules, &(struct es_rule_node){.op = ES_RULE_AND}, ctx));
  }
  for (size_t w = 0; w < pool->words; w++) pool->rest[w] &= ~(of_a[w] & of_b[w]);
  return es_rules_add_rule(rules, &rule, ctx);
}

void es_rule_pool_take_rest(struct es_rule_pool *pool, struct es_rules *rules)
{
  rules->otherwise = predict(pool, es_rule_pool_weigh(pool, pool->rest, pool->rest), rules);
}
