/* Learns a list of rules by likelihood: greedy sequential covering.
 *
 * The list grows from the top.  Of the people whom no rule has captured yet, the next rule takes
 * those whose separation from the others gains most binomial log-likelihood, less the price of its
 * tests; the learner stops when nothing gains.  The price is a share of the log-likelihood without
 * rules, so it means the same whatever the number of people and the base rate.  Covering goes back
 * to J. Fürnkranz, "Separate-and-conquer rule learning", Artificial Intelligence Review 13 (1999).
 *
 * A falling list serves the worst off first: F. Wang, C. Rudin, "Falling rule lists", AISTATS 2015.
 * Here a rule is taken only if its share of favourable outcomes is at least that of the rule before
 * it and at most that of the people it leaves, so that the shares rise down the list.
 *
 * Ties go to the rule that captures fewer, then to the first: single tests before pairs, in the
 * order of the pool.
 */
#include "harness/methods/rules_pool.h"

#include <stdlib.h>
#include "harness/base/math.h"

enum { BEST = 64 };               /* pairs are tried among this many best single tests */
static const double NOISE = 1e-9; /* gain per person that rounding may feign */

/* A rule to be: one test, or two when b differs from a. */
struct candidate {
  size_t a, b;
  struct es_mass captured;
  double gain;
};

/* Who is left, and whom the last rule captured (nobody yet: 0). */
struct front {
  struct es_mass rest, last;
};

static double x_log_x(double x) { return x > 0 ? x * es_log(x) : 0; }

/* Log-likelihood of a part whose every person gets the part's own share. */
static double likelihood(const struct es_rule_pool *pool, struct es_mass part)
{
  double all = (double)part.all / pool->unit, favorable = (double)part.favorable / pool->unit;
  return x_log_x(favorable) + x_log_x(all - favorable) - x_log_x(all);
}

static struct es_mass without(struct es_mass all, struct es_mass part)
{
  return (struct es_mass){all.all - part.all, all.favorable - part.favorable};
}

/* Whether a's share of favourable outcomes is at most b's; nobody's share is any. */
static bool at_most(struct es_mass a, struct es_mass b)
{
  return a.all == 0 || b.all == 0 ||
         (double)a.favorable / (double)a.all <= (double)b.favorable / (double)b.all;
}

/* Fills in whom it captures of the rest and what it gains, net of its price; false: it must not. */
static bool appraise(const struct es_rule_pool *pool, const struct front *front,
                     struct candidate *candidate)
{
  const struct es_rule_search *search = pool->search;
  struct es_mass captured = es_rule_pool_weigh(pool, es_rule_pool_row(pool, candidate->a),
                                               es_rule_pool_row(pool, candidate->b));
  struct es_mass left = without(front->rest, captured);
  candidate->captured = captured;
  if ((double)captured.all < search->support * (double)pool->total.all) return false;
  if (search->falling && !(at_most(front->last, captured) && at_most(captured, left))) return false;
  /* The two parts first: a test and its opposite then gain the same to the last bit. */
  int tests = candidate->a == candidate->b ? 1 : 2;
  candidate->gain = likelihood(pool, captured) + likelihood(pool, left) -
                    likelihood(pool, front->rest) +
                    tests * search->price * likelihood(pool, pool->total);
  return captured.all > 0;
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
static struct candidate best_rule(const struct es_rule_pool *pool, const struct front *front,
                                  struct candidate *single)
{
  struct candidate best = {.gain = 0};
  double least = NOISE * (double)pool->total.all / pool->unit;
  size_t count = 0;
  for (size_t a = 0; a < pool->tests; a++) {
    struct candidate one = {.a = a, .b = a};
    if (!appraise(pool, front, &one)) continue;
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
      if (!appraise(pool, front, &pair)) continue;
      if (pair.gain > least && (best.gain <= 0 || better(&pair, &best))) best = pair;
    }
  return best;
}

static enum es_status grow(struct es_rule_pool *pool, struct es_rules *rules,
                           struct es_context *ctx)
{
  enum es_status status = ES_OK;
  struct front front = {.rest = pool->total};
  struct candidate *single = es_alloc(pool->tests, sizeof *single, ctx);
  if (single == NULL) return ES_NOMEM;
  while (status == ES_OK && rules->rules < pool->search->max_rules) {
    struct candidate best = best_rule(pool, &front, single);
    if (best.gain <= 0) break;
    status = es_rule_pool_take(pool, best.a, best.b, rules, ctx);
    front = (struct front){without(front.rest, best.captured), best.captured};
  }
  es_rule_pool_take_rest(pool, rules);
  free(single);
  return status;
}

enum es_status es_rules_learn(struct es_rules *rules, const struct es_rule_search *search,
                              const struct es_training *training, struct es_context *ctx)
{
  struct es_rule_pool pool;
  *rules = (struct es_rules){.name = es_strdup("learned rules", ctx)};
  if (rules->name == NULL) return ES_NOMEM;
  enum es_status status = es_rule_pool_fill(&pool, search, training, ctx);
  if (status == ES_OK) status = grow(&pool, rules, ctx);
  es_rule_pool_clear(&pool);
  if (status != ES_OK) es_rules_clear(rules);
  return status;
}
