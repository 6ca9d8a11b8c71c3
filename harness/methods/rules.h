/* Lists of rules: a small language to write them in, what they say of a person, and two learners.
 *
 *   # grounds and sanction; the first rule that fires decides
 *   list "unpaid judgment" if court.judgment and not court.exempt term 730 days
 *   deny "late payments" if credit.arrears >= 3 or (credit.used > 0.9 and bank.balance is missing)
 *   score 0.7 if bank.balance > 2
 *   otherwise approve
 *
 * A rule is an action (`list`, `deny`, `approve`, `score NUMBER`), grounds in quotes if one likes,
 * `if` and a condition; `list` and `deny` may have a term.  Without an `otherwise`, the rest are
 * approved.  A condition joins tests by and, or, not and parentheses; `not` binds closest, then
 * `and`, then `or`.  A test is
 *
 *   COLUMN < NUMBER        <= > >= = != likewise
 *   COLUMN = LEVEL         and != for a column of levels
 *   COLUMN                 a binary column is 1
 *   COLUMN is missing      is recorded, is not missing, is not recorded
 *
 * Names of columns and levels are words of letters, digits, dots, dashes and underscores that start
 * with a letter; any other, and the language's own words, stand in quotes: "income (a year)" > 3.
 *
 * A comparison with what is not on record is neither true nor false but unknown (Kleene's strong
 * three-valued logic: S. C. Kleene, Introduction to Metamathematics, 1952, section 64), and a rule
 * fires only where its condition is true.
 */
#ifndef ES_METHODS_RULES_H
#define ES_METHODS_RULES_H

#include "harness/base/frame.h"
#include "harness/base/keep.h"
#include "harness/base/status.h"
#include "harness/base/text.h"

/* Line and column in the text, from 1; a column counts characters. */
struct es_place {
  int line, col;
};

enum es_rule_op {
  ES_RULE_OR,
  ES_RULE_AND,
  ES_RULE_NOT,
  ES_RULE_LESS,
  ES_RULE_AT_MOST,
  ES_RULE_MORE,
  ES_RULE_AT_LEAST,
  ES_RULE_EQUAL,
  ES_RULE_UNEQUAL,
  ES_RULE_HOLDS,
  ES_RULE_MISSING,
  ES_RULE_RECORDED
};

/* A node of a condition.  Conditions are stored operands first: a node's last operand ends right
 * before it.
 *   size    nodes of the whole condition that ends here
 *   column  the column's name, and `at` its number once bound; NULL for or, and, not
 *   value   what it is compared with, as written; `numeric` when that is a number, which is then in
 *           `number`; once bound, a level's number is there */
struct es_rule_node {
  enum es_rule_op op;
  size_t size;
  char *column, *value;
  bool numeric;
  size_t at;
  double number;
  struct es_place column_place, value_place;
};

enum es_rule_act { ES_RULE_LIST, ES_RULE_DENY, ES_RULE_APPROVE, ES_RULE_SCORE };

/* One rule: nodes first … first+nodes-1 of the list are its condition.
 *   ground           "" when none is given
 *   score            0 for list and deny, 1 for approve
 *   term             days; 0: not stated
 *   people, favorable  of those it was learned from (weighted); 0 in a list that was written */
struct es_rule {
  enum es_rule_act act;
  char *ground;
  double score;
  uint32_t term;
  size_t first, nodes;
  double people, favorable;
};

/* Why a search for the best list ended. */
enum es_proof_end {
  ES_PROOF_WHOLE, /* nothing better can exist: the list is proved best */
  ES_PROOF_NODES, /* so many lists were kept */
  ES_PROOF_CLOCK  /* time was up: another run may get further */
};

/* What a search for the list with the fewest errors found out; all 0 in other lists.
 *   falling      it was among falling lists, and so is its proof
 *   antecedents  tests and pairs of tests to choose from
 *   nodes        lists that were kept
 *   people, errors  searched on; misjudged by the list (weighted)
 *   objective    errors / people + lambda × rules; no list that the antecedents make has less than
 *                lower_bound, which is the same when the list is proved best */
struct es_rule_proof {
  double lambda, people, errors, objective, lower_bound;
  size_t antecedents, nodes;
  enum es_proof_end end;
  bool falling;
};

/* {0} is an empty list; es_rules_clear frees one. */
struct es_rules {
  char *name;
  struct es_rule *rule;
  size_t rules;
  struct es_rule_node *node;
  size_t nodes;
  struct es_rule otherwise;
  struct es_rule_proof proof;
};

/* Whether a searched list is proved best. */
static inline bool es_rules_certified(const struct es_rules *rules)
{
  return rules->proof.lambda > 0 && rules->proof.end == ES_PROOF_WHOLE;
}

/* Reads a list; text[size] is NUL, as in struct es_input.  Errors (ES_INPUT) read
 * "NAME:LINE:COL: what; mend".  On failure the list is empty. */
enum es_status es_rules_parse(struct es_rules *rules, const char *name, const char *text,
                              size_t size, struct es_context *ctx) ES_CHECKED;

/* Finds the columns and levels that the list speaks of, before it is asked about people.  An
 * unknown one fails with its place and the nearest name. */
enum es_status es_rules_bind(struct es_rules *rules, const struct es_frame *frame,
                             struct es_context *ctx) ES_CHECKED;

/* Whether the condition of rule r is true for a person of a frame with the columns bound to. */
bool es_rule_fires(const struct es_rules *rules, size_t r, const struct es_frame *frame,
                   size_t person);

/* For each of n people from the `first` on, at most ES_LANES: the first rule that fires, or
 * rules->rules, and the score that it gives. */
void es_rules_first(uint32_t *rule, double *score, const struct es_rules *rules,
                    const struct es_frame *frame, size_t first, size_t n);

/* Of each of them an ES_TRUE, ES_FALSE or ES_UNKNOWABLE of one bound test. */
void es_rule_test_block(uint8_t *out, const struct es_rule_node *node, const struct es_frame *frame,
                        size_t first, size_t n);

/* The same of one person; false for and, or, not. */
bool es_rule_test(const struct es_rule_node *node, const struct es_frame *frame, size_t person);

/* The list in its own language; reading that again gives the same list.  What a rule was learned
 * from follows as a comment; what is proved of the list stands as comments above it. */
void es_rules_print(const struct es_rules *rules, struct es_text *out);

/* The list in a model file: each rule's conditions, all of which must hold, and its action, in the
 * language above; and what is proved of the list. */
void es_rules_keep(struct es_rules *rules, struct es_keep *file);

void es_rules_clear(struct es_rules *rules);

/* A text in quotes; an action without its ground; the condition that ends at node `last`. */
void es_rules_print_quoted(const char *text, struct es_text *out);
void es_rules_print_action(const struct es_rule *rule, struct es_text *out);
void es_rules_print_condition(const struct es_rules *rules, size_t last, struct es_text *out);

/* For the parser and the learner.  Puts a node behind the others, of its size with its operands
 * there; copies the texts of a test.  Makes the nodes from `first` on into a rule. */
enum es_status es_rules_add_node(struct es_rules *rules, const struct es_rule_node *node,
                                 struct es_context *ctx) ES_CHECKED;
enum es_status es_rules_add_rule(struct es_rules *rules, const struct es_rule *rule,
                                 struct es_context *ctx) ES_CHECKED;

/* Words with a meaning in the language: as a name they want quotes. */
bool es_rules_reserved(const char *word);
bool es_rules_word_byte(char byte, bool first);

/* Longest condition of one rule, in nodes. */
enum { ES_RULE_NODES = 1000 };

/* How to learn a list.
 *   support      least share of the people for whom a test or a pair of tests is true
 *   conjuncts    tests in one rule: 1 or 2
 *   bins         a number is cut at its quantiles 1/bins … (bins-1)/bins
 *   falling      the worst off first: shares of favourable outcomes never fall down the list, and
 *                scores are raised to the one before where half a person would turn two round
 * es_rules_learn, by likelihood:
 *   max_rules    at the most, besides `otherwise`
 *   price        what each test must explain: a share of the deviance without rules
 * es_rules_prove, by errors:
 *   lambda       what a rule costs, as a share of people misjudged; > 0
 *   nodes, seconds  where to stop without a proof: lists kept; time, 0 for none */
struct es_rule_search {
  double support, price, lambda, seconds;
  size_t max_rules, conjuncts, bins, nodes;
  bool falling;
};

/* Both learn a bound list of `score` rules; nobody to learn from: ES_DEGENERATE.  The first grows
 * a list greedily by likelihood; the second finds the one that misjudges fewest, at a price for
 * each rule, with a proof. */
enum es_status es_rules_learn(struct es_rules *rules, const struct es_rule_search *search,
                              const struct es_training *training,
                              struct es_context *ctx) ES_CHECKED;
enum es_status es_rules_prove(struct es_rules *rules, const struct es_rule_search *search,
                              const struct es_training *training,
                              struct es_context *ctx) ES_CHECKED;

#endif
