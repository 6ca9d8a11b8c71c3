/* Lists of rules: building, binding to columns, asking, printing.
 *
 * Conditions are stored operands first (postfix), so asking is one pass with a small stack, and
 * three-valued logic is arithmetic: false 0, unknown 1, true 2; and is the smaller, or the larger,
 * not x is 2 - x.
 */
#include "harness/methods/rules.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"

enum { IS_FALSE = ES_FALSE, IS_UNKNOWN = ES_UNKNOWABLE, IS_TRUE = ES_TRUE };

static const char *const op_text[] = {"or", "and", "not", "<", "<=",         ">",
                                      ">=", "=",   "!=",  "",  "is missing", "is recorded"};
static const char *const act_text[] = {"list", "deny", "approve", "score"};

bool es_rules_reserved(const char *word)
{
  static const char *const words[] = {"list",      "deny",     "approve", "score", "if",
                                      "otherwise", "and",      "or",      "not",   "is",
                                      "missing",   "recorded", "term"};
  for (size_t i = 0; i < ES_COUNT_OF(words); i++)
    if (strcmp(word, words[i]) == 0) return true;
  return false;
}

bool es_rules_word_byte(char byte, bool first)
{
  bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
                (unsigned char)byte >= 0x80;
  return letter || (!first && ((byte >= '0' && byte <= '9') || byte == '.' || byte == '-'));
}

/* --- building --------------------------------------------------------------------------------- */

/* Grows by doubling: `count` is full when it is a power of two (or 0). */
static void *room_for_one(void *array, size_t count, size_t size, struct es_context *ctx)
{
  if ((count & (count - 1)) != 0) return array;
  void *grown = realloc(array, (count > 0 ? 2 * count : 1) * size);
  if (grown == NULL) es_fail(ctx, ES_NOMEM, "out of memory");
  return grown;
}

enum es_status es_rules_add_node(struct es_rules *rules, const struct es_rule_node *node,
                                 struct es_context *ctx)
{
  struct es_rule_node *grown = room_for_one(rules->node, rules->nodes, sizeof *grown, ctx);
  if (grown == NULL) return ES_NOMEM;
  rules->node = grown;
  struct es_rule_node *added = &grown[rules->nodes];
  *added = *node;
  added->column = added->value = NULL;
  rules->nodes++; /* from here on es_rules_clear frees what it holds */
  added->size = 1;
  for (int k = node->op <= ES_RULE_AND ? 2 : node->op == ES_RULE_NOT; k > 0; k--)
    added->size += added[-(ptrdiff_t)added->size].size;
  if (node->column != NULL) added->column = es_strdup(node->column, ctx);
  if (node->value != NULL) added->value = es_strdup(node->value, ctx);
  bool whole = !added->column == !node->column && !added->value == !node->value;
  return whole ? ES_OK : ES_NOMEM;
}

enum es_status es_rules_add_rule(struct es_rules *rules, const struct es_rule *rule,
                                 struct es_context *ctx)
{
  struct es_rule *grown = room_for_one(rules->rule, rules->rules, sizeof *grown, ctx);
  if (grown == NULL) return ES_NOMEM;
  rules->rule = grown;
  struct es_rule *added = &grown[rules->rules];
  *added = *rule;
  added->nodes = rules->nodes - rule->first;
  added->ground = es_strdup(rule->ground != NULL ? rule->ground : "", ctx);
  if (added->ground == NULL) return ES_NOMEM;
  rules->rules++;
  return ES_OK;
}

void es_rules_clear(struct es_rules *rules)
{
  for (size_t i = 0; i < rules->nodes; i++) {
    free(rules->node[i].column);
    free(rules->node[i].value);
  }
  for (size_t i = 0; i < rules->rules; i++) free(rules->rule[i].ground);
  free(rules->otherwise.ground);
  free(rules->node);
  free(rules->rule);
  free(rules->name);
  *rules = (struct es_rules){0};
}

/* --- binding ---------------------------------------------------------------------------------- */

static enum es_status fail_at(const struct es_rules *rules, struct es_place place,
                              struct es_context *ctx)
{
  return es_fail_at(ctx, ES_INPUT, "%s:%d:%d: ", rules->name, place.line, place.col);
}

static enum es_status find_column(const struct es_rules *rules, struct es_rule_node *node,
                                  const struct es_frame *frame, struct es_context *ctx)
{
  for (size_t c = 0; c < frame->columns; c++)
    if (strcmp(frame->column[c].name, node->column) == 0) {
      node->at = c;
      return ES_OK;
    }
  const char **names = es_alloc(frame->columns, sizeof *names, ctx);
  if (names == NULL) return ES_NOMEM;
  for (size_t c = 0; c < frame->columns; c++) names[c] = frame->column[c].name;
  const char *near = es_nearest(node->column, names, frame->columns);
  free(names);
  if (near != NULL)
    es_fail(ctx, ES_INPUT, "there is no column \"%s\"; did you mean \"%s\"?", node->column, near);
  else
    es_fail(ctx, ES_INPUT, "there is no column \"%s\"; `describe` lists the population's columns",
            node->column);
  return fail_at(rules, node->column_place, ctx);
}

static enum es_status find_level(const struct es_rules *rules, struct es_rule_node *node,
                                 const struct es_column *column, struct es_context *ctx)
{
  if (node->op != ES_RULE_EQUAL && node->op != ES_RULE_UNEQUAL) {
    es_fail(ctx, ES_INPUT, "the levels of %s have no order; compare with = or !=", column->name);
    return fail_at(rules, node->column_place, ctx);
  }
  for (uint32_t k = 0; k < column->levels; k++)
    if (strcmp(column->level[k], node->value) == 0) {
      node->number = k;
      return ES_OK;
    }
  const char *near = es_nearest(node->value, column->level, column->levels);
  if (near != NULL)
    es_fail(ctx, ES_INPUT, "%s has no level \"%s\"; did you mean \"%s\"?", column->name,
            node->value, near);
  else
    es_fail(ctx, ES_INPUT, "%s has no level \"%s\"; the first of its %u levels is \"%s\"",
            column->name, node->value, (unsigned)column->levels,
            column->levels > 0 ? column->level[0] : "");
  return fail_at(rules, node->value_place, ctx);
}

enum es_status es_rules_bind(struct es_rules *rules, const struct es_frame *frame,
                             struct es_context *ctx)
{
  for (size_t i = 0; i < rules->nodes; i++) {
    struct es_rule_node *node = &rules->node[i];
    if (node->column == NULL) continue;
    ES_TRY(find_column(rules, node, frame, ctx));
    const struct es_column *column = &frame->column[node->at];
    if (node->op == ES_RULE_HOLDS && column->kind != ES_BINARY) {
      es_fail(ctx, ES_INPUT, "%s is not a yes or no; compare it: %s", column->name,
              column->kind == ES_LEVELS ? "= LEVEL" : "> NUMBER");
      return fail_at(rules, node->column_place, ctx);
    }
    if (node->value == NULL) continue;
    if (column->kind == ES_LEVELS) {
      ES_TRY(find_level(rules, node, column, ctx));
    } else if (!node->numeric) {
      es_fail(ctx, ES_INPUT, "%s holds numbers; compare it with a number, not with \"%s\"",
              column->name, node->value);
      return fail_at(rules, node->value_place, ctx);
    }
  }
  return ES_OK;
}

/* --- asking ----------------------------------------------------------------------------------- */

static int test(const struct es_rule_node *node, const struct es_frame *frame, size_t person)
{
  bool seen = es_seen(frame, node->at, person), is;
  if (node->op == ES_RULE_MISSING) return seen ? IS_FALSE : IS_TRUE;
  if (node->op == ES_RULE_RECORDED) return seen ? IS_TRUE : IS_FALSE;
  if (!seen) return IS_UNKNOWN;
  double x = frame->value[node->at][person];
  switch (node->op) {
  case ES_RULE_LESS: is = x < node->number; break;
  case ES_RULE_AT_MOST: is = x <= node->number; break;
  case ES_RULE_MORE: is = x > node->number; break;
  case ES_RULE_AT_LEAST: is = x >= node->number; break;
  case ES_RULE_EQUAL: is = x == node->number; break;
  case ES_RULE_UNEQUAL: is = x != node->number; break;
  default: is = x != 0; break; /* ES_RULE_HOLDS */
  }
  return is ? IS_TRUE : IS_FALSE;
}

bool es_rule_test(const struct es_rule_node *node, const struct es_frame *frame, size_t person)
{
  return node->column != NULL && test(node, frame, person) == IS_TRUE;
}

bool es_rule_fires(const struct es_rules *rules, size_t r, const struct es_frame *frame,
                   size_t person)
{
  const struct es_rule *rule = &rules->rule[r];
  int stack[ES_RULE_NODES];
  size_t top = 0;
  for (size_t i = rule->first; i < rule->first + rule->nodes; i++) {
    const struct es_rule_node *node = &rules->node[i];
    if (node->op == ES_RULE_NOT) {
      stack[top - 1] = IS_TRUE - stack[top - 1];
    } else if (node->op == ES_RULE_AND || node->op == ES_RULE_OR) {
      int b = stack[--top], a = stack[top - 1];
      stack[top - 1] = (node->op == ES_RULE_AND) == (a < b) ? a : b;
    } else {
      stack[top++] = test(node, frame, person);
    }
  }
  return stack[0] == IS_TRUE;
}

/* --- blocks of people --------------------------------------------------------------------------
 */

/* Conditions that nest no deeper are worked out for a block at once. */
enum { DEEP = 8 };

static size_t depth_of(const struct es_rules *rules, const struct es_rule *rule)
{
  size_t depth = 0, most = 0;
  for (size_t i = rule->first; i < rule->first + rule->nodes; i++) {
    enum es_rule_op op = rules->node[i].op;
    if (op == ES_RULE_AND || op == ES_RULE_OR) depth--;
    if (op >= ES_RULE_LESS) depth++;
    if (depth > most) most = depth;
  }
  return most;
}

void es_rule_test_block(uint8_t *out, const struct es_rule_node *node, const struct es_frame *frame,
                        size_t first, size_t n)
{
  static const enum es_comparison how[] = {
      [ES_RULE_LESS] = ES_LESS,    [ES_RULE_AT_MOST] = ES_AT_MOST,
      [ES_RULE_MORE] = ES_MORE,    [ES_RULE_AT_LEAST] = ES_AT_LEAST,
      [ES_RULE_EQUAL] = ES_EQUAL,  [ES_RULE_UNEQUAL] = ES_UNEQUAL,
      [ES_RULE_HOLDS] = ES_UNEQUAL};
  const uint8_t *seen = frame->seen[node->at] + first;
  if (node->op == ES_RULE_MISSING || node->op == ES_RULE_RECORDED) {
    bool recorded = node->op == ES_RULE_RECORDED;
    for (size_t i = 0; i < n; i++) out[i] = (seen[i] != 0) == recorded ? IS_TRUE : IS_FALSE;
  } else {
    double number = node->op == ES_RULE_HOLDS ? 0 : node->number;
    es_lanes()->compare(out, frame->value[node->at] + first, seen, how[node->op], number, n);
  }
}

/* a = a and b, or a or b: the lesser or the greater truth. */
static void join(uint8_t *restrict a, const uint8_t *restrict b, bool both, size_t n)
{
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    uint8_t less = a[i] < b[i] ? a[i] : b[i], more = a[i] < b[i] ? b[i] : a[i];
    a[i] = both ? less : more;
  }
}

/* fires[i]: IS_TRUE where the condition of rule r is true. */
static void fire_block(uint8_t *fires, const struct es_rules *rules, size_t r,
                       const struct es_frame *frame, size_t first, size_t n)
{
  const struct es_rule *rule = &rules->rule[r];
  uint8_t stack[DEEP][ES_LANES];
  size_t top = 0;
  for (size_t i = rule->first; i < rule->first + rule->nodes; i++) {
    const struct es_rule_node *node = &rules->node[i];
    if (node->op == ES_RULE_AND || node->op == ES_RULE_OR) {
      top--;
      join(stack[top - 1], stack[top], node->op == ES_RULE_AND, n);
    } else if (node->op == ES_RULE_NOT) {
      for (size_t k = 0; k < n; k++) stack[top - 1][k] = (uint8_t)(IS_TRUE - stack[top - 1][k]);
    } else {
      es_rule_test_block(stack[top++], node, frame, first, n);
    }
  }
  memcpy(fires, stack[0], n);
}

void es_rules_first(uint32_t *which, double *score, const struct es_rules *rules,
                    const struct es_frame *frame, size_t first, size_t n)
{
  uint8_t fires[ES_LANES];
  es_lanes()->fill(score, rules->otherwise.score, n);
  for (size_t i = 0; i < n; i++) which[i] = (uint32_t)rules->rules;
  for (size_t r = rules->rules; r-- > 0;) { /* the last one written over is the first */
    if (depth_of(rules, &rules->rule[r]) <= DEEP)
      fire_block(fires, rules, r, frame, first, n);
    else
      for (size_t i = 0; i < n; i++)
        fires[i] = es_rule_fires(rules, r, frame, first + i) ? IS_TRUE : IS_FALSE;
#pragma omp simd
    for (size_t i = 0; i < n; i++) which[i] = fires[i] == IS_TRUE ? (uint32_t)r : which[i];
    es_lanes()->put_one(score, rules->rule[r].score, fires, IS_TRUE, n);
  }
}

/* --- printing --------------------------------------------------------------------------------- */

void es_rules_print_quoted(const char *text, struct es_text *out)
{
  es_text_add(out, "\"");
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\') es_text_add(out, "\\");
    es_text_bytes(out, text, 1);
  }
  es_text_add(out, "\"");
}

static void print_name(const char *name, struct es_text *out)
{
  bool word = es_rules_word_byte(name[0], true) && !es_rules_reserved(name);
  for (const char *at = name; word && *at != '\0'; at++) word = es_rules_word_byte(*at, false);
  if (word)
    es_text_add(out, "%s", name);
  else
    es_rules_print_quoted(name, out);
}

static void print_test(const struct es_rule_node *node, struct es_text *out)
{
  print_name(node->column, out);
  if (node->op != ES_RULE_HOLDS) es_text_add(out, " %s", op_text[node->op]);
  if (node->value == NULL) return;
  es_text_add(out, " ");
  if (node->numeric)
    es_text_add(out, "%s", node->value);
  else
    print_name(node->value, out);
}

/* How closely an operator binds: the order of the enum. */
static int closeness(const struct es_rule_node *node)
{
  return node->op < ES_RULE_LESS ? (int)node->op : (int)ES_RULE_LESS;
}

/* The condition that ends at `last`, in parentheses when it binds less closely than `least`.  Depth
 * is bounded by ES_RULE_NODES. */
static void print_condition(const struct es_rules *rules, size_t last, int least,
                            struct es_text *out)
{
  const struct es_rule_node *node = &rules->node[last];
  int own = closeness(node);
  if (own < least) es_text_add(out, "(");
  if (node->column != NULL) {
    print_test(node, out);
  } else if (node->op == ES_RULE_NOT) {
    es_text_add(out, "not ");
    print_condition(rules, last - 1, own, out);
  } else {
    print_condition(rules, last - 1 - node[-1].size, own, out);
    es_text_add(out, " %s ", op_text[node->op]);
    print_condition(rules, last - 1, own + 1, out);
  }
  if (own < least) es_text_add(out, ")");
}

void es_rules_print_action(const struct es_rule *rule, struct es_text *out)
{
  char number[ES_NUMBER_SIZE];
  es_text_add(out, "%s", act_text[rule->act]);
  if (rule->act == ES_RULE_SCORE) es_text_add(out, " %s", es_number(number, rule->score));
}

void es_rules_print_condition(const struct es_rules *rules, size_t last, struct es_text *out)
{
  print_condition(rules, last, ES_RULE_OR, out);
}

static void print_action(const struct es_rule *rule, struct es_text *out)
{
  es_rules_print_action(rule, out);
  if (rule->ground != NULL && rule->ground[0] != '\0') {
    es_text_add(out, " ");
    es_rules_print_quoted(rule->ground, out);
  }
}

static void print_end(const struct es_rule *rule, struct es_text *out)
{
  if (rule->term > 0) es_text_add(out, " term %u days", (unsigned)rule->term);
  if (rule->people > 0)
    es_text_add(out, "  # %.0f people, %.0f favorable", rule->people, rule->favorable);
  es_text_add(out, "\n");
}

static void print_proof(const struct es_rules *rules, struct es_text *out)
{
  char number[ES_NUMBER_SIZE];
  const struct es_rule_proof *proof = &rules->proof;
  if (!(proof->lambda > 0)) return;
  es_text_add(out, "# misjudges %.0f of %.0f people", proof->errors, proof->people);
  es_text_add(out, " with %zu rule%s at %s each: ", rules->rules, rules->rules == 1 ? "" : "s",
              es_number(number, proof->lambda));
  es_text_add(out, "objective %s\n", es_number(number, proof->objective));
  if (es_rules_certified(rules)) {
    es_text_add(out,
                "# certified: no %slist of the %zu antecedents has a lower objective; %zu lists "
                "were kept to prove it\n",
                proof->falling ? "falling " : "", proof->antecedents, proof->nodes);
    return;
  }
  es_text_add(out, "# not certified: stopped %s, with %zu lists of the %zu antecedents kept;\n",
              proof->end == ES_PROOF_CLOCK ? "by the clock" : "at its limit of nodes", proof->nodes,
              proof->antecedents);
  es_text_add(out, "# a better %slist has at least %s, ", proof->falling ? "falling " : "",
              es_number(number, proof->lower_bound));
  es_text_add(out, "%s less\n", es_number_short(number, proof->objective - proof->lower_bound));
}

void es_rules_print(const struct es_rules *rules, struct es_text *out)
{
  print_proof(rules, out);
  for (size_t r = 0; r < rules->rules; r++) {
    const struct es_rule *rule = &rules->rule[r];
    print_action(rule, out);
    es_text_add(out, " if ");
    es_rules_print_condition(rules, rule->first + rule->nodes - 1, out);
    print_end(rule, out);
  }
  es_text_add(out, "otherwise ");
  print_action(&rules->otherwise, out);
  print_end(&rules->otherwise, out);
}
