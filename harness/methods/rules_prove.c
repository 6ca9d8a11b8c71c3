/* Learns the list of rules that misjudges fewest people at a price for each rule, with a proof. */
#include <stdlib.h>
#include "harness/methods/rules_mine.h"
#include "harness/methods/rules_search.h"

static enum es_status search_list(const struct es_rule_mine *mine, struct es_rule_pool *pool,
                                  struct es_rules *rules, struct es_context *ctx)
{
  const struct es_rule_search *set = pool->search;
  struct es_list_problem problem = {.points = mine->points,
                                    .antecedents = mine->antecedents,
                                    .row = mine->row,
                                    .all = mine->all,
                                    .good = mine->good,
                                    .lambda = set->lambda,
                                    .most_seconds = set->seconds,
                                    .most_nodes = set->nodes,
                                    .falling = set->falling};
  size_t *list = NULL, count = 0;
  enum es_status status = es_list_search(&problem, &list, &count, &rules->proof, ctx);
  for (size_t k = 0; k < count && status == ES_OK; k++)
    status = es_rule_pool_take(pool, mine->a[list[k]], mine->b[list[k]], rules, ctx);
  free(list);
  es_rule_pool_take_rest(pool, rules);
  rules->proof.people /= pool->unit;
  rules->proof.errors /= pool->unit;
  return status;
}

enum es_status es_rules_prove(struct es_rules *rules, const struct es_rule_search *search,
                              const struct es_training *training, struct es_context *ctx)
{
  struct es_rule_pool pool = {0};
  struct es_rule_mine mine = {0};
  *rules = (struct es_rules){.name = es_strdup("learned rules", ctx)};
  if (rules->name == NULL) return ES_NOMEM;
  enum es_status status = es_rule_pool_fill(&pool, search, training, ctx);
  if (status == ES_OK) status = es_rule_mine_dig(&mine, &pool, ctx);
  if (status == ES_OK) status = search_list(&mine, &pool, rules, ctx);
  es_rule_mine_clear(&mine);
  es_rule_pool_clear(&pool);
  if (status != ES_OK) es_rules_clear(rules);
  return status;
}
