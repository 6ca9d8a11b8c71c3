/* Antecedents of rules: the tests of a pool, and pairs of them.
 *
 * An antecedent is a test, or two tests of different columns (of one column only an interval), that
 * is true for at least `support` of the people and false for at least as many: the mining of the
 * CORELS experiments.  People for whom the same tests are true are one point: a search that weighs
 * points has 194 of them to weigh where a file of criminal records has 6,489 people.  Points are
 * numbered by their tests, so that the people's order changes nothing.
 */
#ifndef ES_METHODS_RULES_MINE_H
#define ES_METHODS_RULES_MINE_H

#include "harness/methods/rules_pool.h"

/*   point, who  each person's point; a person of each point
 *   all, good   each point's mass, and that of its favourable people
 *   single      for each test of the pool `words` words of bits over the points
 *   a, b, row   each antecedent's tests (a single one twice) and its bits */
struct es_rule_mine {
  const struct es_rule_pool *pool;
  size_t points, words, antecedents, room;
  size_t *point, *who, *a, *b;
  uint64_t *all, *good, *single, *row;
};

/* From a filled pool, which must outlive it.  Clear it also when this failed. */
enum es_status es_rule_mine_dig(struct es_rule_mine *mine, const struct es_rule_pool *pool,
                                struct es_context *ctx) ES_CHECKED;
void es_rule_mine_clear(struct es_rule_mine *mine);

#endif
