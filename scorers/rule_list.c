/* A list of rules, the first that fires decides: written by hand, or learned.
 *
 * Written (option `rules`), it is how court lists and refusal codes work: grounds, a sanction and
 * its term; whoever no rule names is approved.  The language is in harness/methods/rules.h.
 * Learned, it is a short list of tests with the share of favourable outcomes among those whom each
 * captured in training: a model that a person can read.  Without `lambda` it is grown greedily by
 * likelihood, in the manner of R. L. Rivest, "Learning decision lists", Machine Learning 2 (1987)
 * (harness/methods/rules_learn.c).  With it, the list that misjudges fewest people at that price
 * for each rule is searched and proved best, in the manner of CORELS (rules_search.h there); a
 * search that meets a limit gives its best list and says how much better another could be.
 *
 * `describe` prints either in the same language, so that a learned list can be kept and edited.
 */
#include "scorers/scorer.h"

#include "harness/base/lanes.h"
#include "harness/methods/rules.h"

enum learn { AUTO, LEARN, WRITTEN };
enum stack { FIRST, LONGEST, SUM };

struct options {
  struct es_input rules;
  int stack, learn;
  double lambda, support, price, seconds;
  int64_t conjuncts, bins, max_rules, nodes;
  bool falling;
  int gate;
};

static const struct es_option table[] = {
    ES_OPTION_FILE(struct options, rules, "a list written by hand; without it, one is learned"),
    ES_OPTION_CHOICE(struct options, stack, "first", "first|longest|sum",
                     "term when several rules list or deny: of the first, the longest, their sum"),
    ES_OPTION_CHOICE(struct options, learn, "auto", "auto|true|false",
                     "learn the list; auto: when no list was written"),
    ES_OPTION_DOUBLE(struct options, lambda, "0", 0, 1,
                     "price of a rule, as a share misjudged, of a list proved best; 0: greedy"),
    ES_OPTION_DOUBLE(struct options, support, "0.01", 0, 0.5,
                     "learning: least share of the people that a rule must be true of"),
    ES_OPTION_INT(struct options, conjuncts, "2", 1, 2, "learning: tests in one rule"),
    ES_OPTION_INT(struct options, bins, "4", 2, 100, "learning: quantile bins of a number"),
    ES_OPTION_INT(struct options, nodes, "1000000", 1, 1e9,
                  "with lambda: stop without a proof when so many lists are kept"),
    ES_OPTION_DOUBLE(struct options, seconds, "0", 0, 1e9,
                     "with lambda: stop without a proof after this time; 0: never"),
    ES_OPTION_INT(struct options, max_rules, "8", 0, 1000, "without lambda: rules at the most"),
    ES_OPTION_DOUBLE(struct options, price, "0.002", 0, 1,
                     "without lambda: share of the deviance that each test must explain"),
    ES_OPTION_BOOL(struct options, falling, "false",
                   "learning: worst off first, each rule's share at least the one before's"),
    ES_GATE_OPTION(struct options),
    {0}};

struct state {
  struct es_rules list;
};

static enum es_status learn(struct es_rules *list, const struct options *set,
                            const struct es_training *training, struct es_context *ctx)
{
  struct es_rule_search search = {.support = set->support,
                                  .conjuncts = (size_t)set->conjuncts,
                                  .bins = (size_t)set->bins,
                                  .max_rules = (size_t)set->max_rules,
                                  .price = set->price,
                                  .falling = set->falling,
                                  .lambda = set->lambda,
                                  .nodes = (size_t)set->nodes,
                                  .seconds = set->seconds};
  if (!(set->lambda > 0)) return es_rules_learn(list, &search, training, ctx);
  ES_TRY(es_rules_prove(list, &search, training, ctx));
  if (list->proof.end == ES_PROOF_CLOCK)
    es_note(ctx, "rule_list: the search was stopped by the clock; another run may differ");
  return ES_OK;
}

static enum es_status fit(void *state, const void *options, const struct es_training *training,
                          struct es_context *ctx)
{
  struct es_rules *list = &((struct state *)state)->list;
  const struct options *set = options;
  bool written = set->rules.text != NULL;
  ES_TRY(es_check_gate((enum es_gate)set->gate, &training->frame, ctx));
  if (written && set->learn == LEARN)
    return es_fail(ctx, ES_INPUT,
                   "rule_list: rules= names a list, learn=true wants none; drop one");
  if (!written && set->learn == WRITTEN)
    return es_fail(ctx, ES_INPUT, "rule_list: learn=false needs a list; name its file with rules=");
  if (!written) return learn(list, set, training, ctx);
  ES_TRY(es_rules_parse(list, set->rules.path, set->rules.text, set->rules.size, ctx));
  return es_rules_bind(list, &training->frame, ctx);
}

static bool refuses(const struct es_rule *rule)
{
  return rule->act == ES_RULE_LIST || rule->act == ES_RULE_DENY;
}

/* The term of a person whom rule r lists, which may grow by later rules that fire too. */
static uint32_t stacked_term(const struct es_rules *list, enum stack stack, size_t r,
                             const struct es_frame *frame, size_t person)
{
  uint64_t term = list->rule[r].term;
  for (size_t k = r + 1; stack != FIRST && k < list->rules; k++) {
    if (!refuses(&list->rule[k]) || !es_rule_fires(list, k, frame, person)) continue;
    uint64_t more = list->rule[k].term;
    term = stack == SUM ? term + more : more > term ? more : term;
  }
  return term < UINT32_MAX ? (uint32_t)term : UINT32_MAX;
}

/* Refuses a person whom rule r lists: the first that fires, or list->rules. */
static void sanction(struct es_scores *out, const struct es_rules *list, enum stack stack, size_t r,
                     const struct es_frame *frame, size_t person)
{
  const struct es_rule *rule = r < list->rules ? &list->rule[r] : &list->otherwise;
  if (!refuses(rule)) return;
  out->refuse[person] = 1;
  out->term[person] = r < list->rules ? stacked_term(list, stack, r, frame, person) : rule->term;
}

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)ctx;
  const struct es_rules *list = &((const struct state *)state)->list;
  const struct options *set = options;
  bool lists = refuses(&list->otherwise);
  for (size_t r = 0; r < list->rules; r++) lists = lists || refuses(&list->rule[r]);
  ES_TRY(es_apply_gate((enum es_gate)set->gate, frame, out, ctx));
  for (size_t first = 0; first < frame->people; first += ES_LANES) {
    size_t n = frame->people - first < ES_LANES ? frame->people - first : ES_LANES;
    uint32_t fired[ES_LANES];
    double value[ES_LANES];
    es_rules_first(fired, value, list, frame, first, n);
    es_lanes()->put(out->value + first, value, out->why + first, ES_SCORED, n);
    for (size_t i = first; lists && i < first + n; i++)
      if (out->why[i] == ES_SCORED)
        sanction(out, list, (enum stack)set->stack, fired[i - first], frame, i);
  }
  return ES_OK;
}

static enum es_status describe(const void *state, const void *options,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  (void)options, (void)columns, (void)ctx;
  es_rules_print(&((const struct state *)state)->list, out);
  return ES_OK;
}

/* The tests of a rule that are true of a person, or those that are not, as reasons. */
static size_t add_tests(struct es_reason *reason, size_t count, const struct es_rules *list,
                        size_t r, bool hold, double effect, const struct es_frame *frame,
                        size_t person)
{
  const struct es_rule_node *node = &list->node[list->rule[r].first];
  for (size_t i = 0; i < list->rule[r].nodes; i++)
    if (node[i].column != NULL && es_rule_test(&node[i], frame, person) == hold)
      count = es_reason_add(reason, count,
                            (struct es_reason){.column = node[i].at,
                                               .missing = !es_seen(frame, node[i].at, person),
                                               .effect = effect});
  return count;
}

/* What made the rule fire that decided, where a later one is better; and what kept a better one
 * before it from firing. */
static size_t explain(const void *state, const void *options, const struct es_frame *frame,
                      size_t person, struct es_reason *reason)
{
  (void)options;
  const struct es_rules *list = &((const struct state *)state)->list;
  size_t r = 0, count = 0;
  double best = 0;
  while (r < list->rules && !es_rule_fires(list, r, frame, person)) r++;
  double own = r < list->rules ? list->rule[r].score : list->otherwise.score;
  for (size_t q = 0; q < r; q++)
    if (list->rule[q].score > own)
      count = add_tests(reason, count, list, q, false, list->rule[q].score - own, frame, person);
  if (r == list->rules) return count;
  for (size_t q = r + 1; q <= list->rules; q++)
    best = fmax(best, q < list->rules ? list->rule[q].score : list->otherwise.score);
  return best > own ? add_tests(reason, count, list, r, true, best - own, frame, person) : count;
}

static void keep(void *state, const void *options, struct es_keep *file)
{
  (void)options;
  es_rules_keep(&((struct state *)state)->list, file);
}

static void clear(void *state) { es_rules_clear(&((struct state *)state)->list); }

ES_SCORER(rule_list) = {
    .api = ES_SCORER_API,
    .name = "rule_list",
    .summary = "the first rule that fires decides: grounds and sanctions, or learned shares",
    .cite = "Rivest, Machine Learning 2 (1987), doi:10.1007/BF00058680; "
            "Angelino et al., JMLR 18 (2018)",
    .flags = ES_PROBABILITY | ES_NEEDS_TRAINING,
    .options = table,
    .options_size = sizeof(struct options),
    .state_size = sizeof(struct state),
    .fit = fit,
    .score = score,
    .describe = describe,
    .explain = explain,
    .keep = keep,
    .clear = clear,
};
