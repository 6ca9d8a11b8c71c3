/* Learns a list of rules: candidates from the columns, then greedy sequential covering.
 *
 * A candidate is one test that a column offers: a number above or at most a cut, a binary column 0
 * or 1, a level, a missing record.  Each is a row of bits over the people, so that counting whom a
 * candidate captures is `and` and population count.
 *
 * The list grows from the top.  Of the people whom no rule has captured yet, the next rule takes
 * those whose separation from the others gains most binomial log-likelihood, less the price of its
 * tests; the learner stops when nothing gains.  The price is a share of the log-likelihood without
 * rules, so it means the same whatever the number of people and the base rate.  Covering goes back
 * to J. Fürnkranz, "Separate-and-conquer rule learning", Artificial Intelligence Review 13 (1999);
 * a rule predicts the share of favourable outcomes among those it captured, with half a person
 * added on either side (Jeffreys).
 *
 * Counts are integers, also of weighted people, so that the people's order changes nothing.  Ties
 * go to the rule that captures fewer, then to the first: single tests before pairs, in the order of
 * the columns; within a column by cut (above, then at most), 1 then 0, or level; `is missing` last.
 *
 * A learner is a function over the pool: another, such as one that proves its list optimal, stands
 * beside grow().
 */
#include "harness/methods/rules.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"

enum { BEST = 64 };             /* pairs are tried among this many best single tests */
static const double NOISE = 1e-9; /* gain per person that rounding may feign */

/* What stands on the scales: integer mass of people, and of the favourable ones among them. */
struct part {
  uint64_t all, favorable;
};

/*   test        candidates; `column` and a level's `value` are borrowed from the frame
 *   bits        words of each candidate, one row after the other
 *   favorable, rest  people with a favourable outcome; people not yet captured
 *   mass        a person's weight as an integer; NULL: 1 each
 *   unit        mass of one average person */
struct pool {
  const struct es_training *training;
  const struct es_rule_search *search;
  struct es_rule_node *test;
  size_t tests, room, words;
  uint64_t *bits, *favorable, *rest, *mass;
  double unit;
  struct part total;
};

/* A rule to be: one test, or two when b differs from a. */
struct candidate {
  size_t a, b;
  struct part captured;
  double gain;
};

struct weighed {
  double x;
  uint64_t mass;
};

/* --- the pool --------------------------------------------------------------------------------- */

static uint64_t mass_of(const struct pool *pool, size_t person)
{
  return pool->mass != NULL ? pool->mass[person] : 1;
}

static struct part weigh(const struct pool *pool, const uint64_t *a, const uint64_t *b)
{
  struct part part = {0, 0};
  for (size_t w = 0; w < pool->words; w++) {
    uint64_t in = a[w] & b[w] & pool->rest[w], good = in & pool->favorable[w];
    if (pool->mass == NULL) {
      part.all += (uint64_t)__builtin_popcountll(in);
      part.favorable += (uint64_t)__builtin_popcountll(good);
      continue;
    }
    for (; in != 0; in &= in - 1) {
      size_t bit = (size_t)__builtin_ctzll(in);
      part.all += pool->mass[64 * w + bit];
      if ((good >> bit) & 1) part.favorable += pool->mass[64 * w + bit];
    }
  }
  return part;
}

static const uint64_t *row(const struct pool *pool, size_t test)
{
  return pool->bits + test * pool->words;
}

static enum es_status grow_room(struct pool *pool, struct es_context *ctx)
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

/* Adds a test, unless it captures too few or everybody. */
static enum es_status offer(struct pool *pool, size_t column, enum es_rule_op op, double number,
                            const char *level, struct es_context *ctx)
{
  ES_TRY(grow_room(pool, ctx));
  const struct es_frame *frame = &pool->training->frame;
  struct es_rule_node *test = &pool->test[pool->tests];
  /* The name is only copied from; the node's field is not const because lists own theirs. */
  *test = (struct es_rule_node){.op = op, .size = 1, .at = column, .number = number,
                                .column = (char *)(uintptr_t)frame->column[column].name,
                                .value = (char *)(uintptr_t)level,
                                .numeric = level == NULL && op != ES_RULE_MISSING};
  uint64_t *bits = pool->bits + pool->tests * pool->words, captured = 0;
  memset(bits, 0, pool->words * sizeof *bits);
  for (size_t i = 0; i < frame->people; i++) {
    if (!es_rule_test(test, frame, i)) continue;
    bits[i / 64] |= (uint64_t)1 << (i % 64);
    captured += mass_of(pool, i);
  }
  double least = pool->search->min_support * (double)pool->total.all;
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
static enum es_status offer_cuts(struct pool *pool, size_t column, struct es_context *ctx)
{
  const struct es_frame *frame = &pool->training->frame;
  struct weighed *seen = es_alloc(frame->people, sizeof *seen, ctx);
  if (seen == NULL) return ES_NOMEM;
  size_t count = 0;
  uint64_t all = 0, upto = 0, base = 0;
  for (size_t i = 0; i < frame->people; i++) {
    if (!es_seen(frame, column, i)) continue;
    seen[count++] = (struct weighed){frame->value[column][i], mass_of(pool, i)};
    all += mass_of(pool, i);
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

static enum es_status offer_column(struct pool *pool, size_t c, struct es_context *ctx)
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
static enum es_status set_mass(struct pool *pool, struct es_context *ctx)
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

static enum es_status fill(struct pool *pool, struct es_context *ctx)
{
  const struct es_training *training = pool->training;
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
    weighty += mass_of(pool, i) > 0;
  }
  pool->total = weigh(pool, pool->rest, pool->rest);
  pool->unit = (double)pool->total.all / (double)weighty;
  for (size_t c = 0; c < training->frame.columns; c++) ES_TRY(offer_column(pool, c, ctx));
  return ES_OK;
}

static void clear(struct pool *pool)
{
  free(pool->test);
  free(pool->bits);
  free(pool->favorable);
  free(pool->rest);
  free(pool->mass);
}

/* --- greedy covering -------------------------------------------------------------------------- */

static double x_log_x(double x) { return x > 0 ? x * es_log(x) : 0; }

/* Log-likelihood of a part whose every person gets the part's own share. */
static double likelihood(const struct pool *pool, struct part part)
{
  double all = (double)part.all / pool->unit, favorable = (double)part.favorable / pool->unit;
  return x_log_x(favorable) + x_log_x(all - favorable) - x_log_x(all);
}

static struct part without(struct part all, struct part part)
{
  return (struct part){all.all - part.all, all.favorable - part.favorable};
}

/* Fills in whom it captures of the rest and what it gains, net of its price; false: too few. */
static bool appraise(const struct pool *pool, struct part rest, struct candidate *candidate)
{
  const struct es_rule_search *search = pool->search;
  candidate->captured = weigh(pool, row(pool, candidate->a), row(pool, candidate->b));
  int tests = candidate->a == candidate->b ? 1 : 2;
  if ((double)candidate->captured.all < search->min_support * (double)pool->total.all) return false;
  /* The two parts first: a test and its opposite then gain the same to the last bit. */
  candidate->gain = likelihood(pool, candidate->captured) +
                    likelihood(pool, without(rest, candidate->captured)) - likelihood(pool, rest) +
                    tests * search->price * likelihood(pool, pool->total);
  return candidate->captured.all > 0;
}

static bool better(const struct candidate *x, const struct candidate *y)
{
  if (x->gain != y->gain) return x->gain > y->gain;
  return x->captured.all < y->captured.all;
}

static int by_gain(const void *a, const void *b)
{
  const struct candidate *x = a, *y = b;
  if (better(x, y)) return -1;
  if (better(y, x)) return 1;
  return (x->a > y->a) - (x->a < y->a);
}

static int by_order(const void *a, const void *b)
{
  const struct candidate *x = a, *y = b;
  return (x->a > y->a) - (x->a < y->a);
}

/* The best rule for the rest; its gain is not positive when there is none.  `single` has room for
 * all tests. */
static struct candidate best_rule(const struct pool *pool, struct part rest,
                                  struct candidate *single)
{
  struct candidate best = {.gain = 0};
  double least = NOISE * (double)pool->total.all / pool->unit;
  size_t count = 0;
  for (size_t a = 0; a < pool->tests; a++) {
    struct candidate one = {.a = a, .b = a};
    if (!appraise(pool, rest, &one)) continue;
    single[count++] = one;
    if (one.gain > least && (best.gain <= 0 || better(&one, &best))) best = one;
  }
  if (pool->search->conjuncts < 2) return best;
  qsort(single, count, sizeof *single, by_gain);
  if (count > BEST) count = BEST;
  qsort(single, count, sizeof *single, by_order);
  for (size_t i = 0; i < count; i++)
    for (size_t j = i + 1; j < count; j++) {
      struct candidate pair = {.a = single[i].a, .b = single[j].a};
      if (!appraise(pool, rest, &pair)) continue;
      if (pair.gain > least && (best.gain <= 0 || better(&pair, &best))) best = pair;
    }
  return best;
}

static struct es_rule predict(const struct pool *pool, struct part part)
{
  double people = (double)part.all / pool->unit, favorable = (double)part.favorable / pool->unit;
  return (struct es_rule){.act = ES_RULE_SCORE, .score = (favorable + 0.5) / (people + 1),
                          .people = people, .favorable = favorable};
}

static enum es_status add_test(const struct pool *pool, size_t test, struct es_rules *rules,
                               struct es_context *ctx)
{
  char number[ES_NUMBER_SIZE];
  struct es_rule_node node = pool->test[test];
  if (node.numeric) node.value = (char *)(uintptr_t)es_number(number, node.number);
  return es_rules_add_node(rules, &node, ctx);
}

static enum es_status add_rule(const struct pool *pool, const struct candidate *candidate,
                               struct es_rules *rules, struct es_context *ctx)
{
  struct es_rule rule = predict(pool, candidate->captured);
  rule.first = rules->nodes;
  ES_TRY(add_test(pool, candidate->a, rules, ctx));
  if (candidate->b != candidate->a) {
    ES_TRY(add_test(pool, candidate->b, rules, ctx));
    ES_TRY(es_rules_add_node(rules, &(struct es_rule_node){.op = ES_RULE_AND}, ctx));
  }
  return es_rules_add_rule(rules, &rule, ctx);
}

static enum es_status grow(struct pool *pool, struct es_rules *rules, struct es_context *ctx)
{
  enum es_status status = ES_OK;
  struct part rest = pool->total;
  struct candidate *single = es_alloc(pool->tests, sizeof *single, ctx);
  if (single == NULL) return ES_NOMEM;
  while (status == ES_OK && rules->rules < pool->search->max_rules) {
    struct candidate best = best_rule(pool, rest, single);
    if (best.gain <= 0) break;
    status = add_rule(pool, &best, rules, ctx);
    const uint64_t *a = row(pool, best.a), *b = row(pool, best.b);
    for (size_t w = 0; w < pool->words; w++) pool->rest[w] &= ~(a[w] & b[w]);
    rest = without(rest, best.captured);
  }
  rules->otherwise = predict(pool, rest);
  free(single);
  return status;
}

enum es_status es_rules_learn(struct es_rules *rules, const struct es_rule_search *search,
                              const struct es_training *training, struct es_context *ctx)
{
  struct pool pool = {.training = training, .search = search};
  *rules = (struct es_rules){.name = es_strdup("learned rules", ctx)};
  enum es_status status = rules->name != NULL ? fill(&pool, ctx) : ES_NOMEM;
  if (status == ES_OK) status = grow(&pool, rules, ctx);
  clear(&pool);
  if (status != ES_OK) es_rules_clear(rules);
  return status;
}
