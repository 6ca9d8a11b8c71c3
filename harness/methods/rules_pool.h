/* What a learned rule can be made of: the tests that the columns offer, and whom each is true of.
 *
 * A test is a number above or at most a cut, a binary column 0 or 1, a level, or a missing record.
 * They stand in the order of the columns; within a column by cut (above, then at most), 1 then 0,
 * or level; `is missing` last.  Each is a row of bits over the people, so that counting whom a rule
 * captures is `and` and population count.  Counts are integers, of weighted people too, so that the
 * people's order changes nothing.
 */
#ifndef ES_METHODS_RULES_POOL_H
#define ES_METHODS_RULES_POOL_H

#include "harness/methods/rules.h"

/* What stands on the scales: integer mass of people, and of the favourable ones among them. */
struct es_mass {
  uint64_t all, favorable;
};

/*   test        the tests; `column` and a level's `value` are borrowed from the frame
 *   bits        words of each test, one row after the other
 *   favorable, rest  people with a favourable outcome; people not yet captured, at first everybody
 *   mass        a person's weight as an integer; NULL: 1 each
 *   unit        mass of one average person */
struct es_rule_pool {
  const struct es_training *training;
  const struct es_rule_search *search;
  struct es_rule_node *test;
  size_t tests, room, words;
  uint64_t *bits, *favorable, *rest, *mass;
  double unit;
  struct es_mass total;
};

/* A test stays out when it is true of less than search->support of the people, or of all.  Nobody
 * there: ES_DEGENERATE.  Clear it also when this failed. */
enum es_status es_rule_pool_fill(struct es_rule_pool *pool, const struct es_rule_search *search,
                                 const struct es_training *training,
                                 struct es_context *ctx) ES_CHECKED;
void es_rule_pool_clear(struct es_rule_pool *pool);

static inline const uint64_t *es_rule_pool_row(const struct es_rule_pool *pool, size_t test)
{
  return pool->bits + test * pool->words;
}

static inline uint64_t es_rule_pool_mass(const struct es_rule_pool *pool, size_t person)
{
  return pool->mass != NULL ? pool->mass[person] : 1;
}

/* Of the rest, those in both rows. */
struct es_mass es_rule_pool_weigh(const struct es_rule_pool *pool, const uint64_t *a,
                                  const uint64_t *b);

/* Puts a rule behind the others: test a, or a and b when they differ.  It takes those of the rest
 * for whom it is true, and predicts their share of favourable outcomes, with half a person added on
 * either side (Jeffreys); no less than the rule before it where lists are falling. */
enum es_status es_rule_pool_take(struct es_rule_pool *pool, size_t a, size_t b,
                                 struct es_rules *rules, struct es_context *ctx) ES_CHECKED;

/* Makes what is left into `otherwise`. */
void es_rule_pool_take_rest(struct es_rule_pool *pool, struct es_rules *rules);

#endif
