/* Reads a list of rules: a tokenizer and recursive descent, one function per line of the grammar.
 *
 *   list       = { rule } [ "otherwise" action [ term ] ]
 *   rule       = action "if" condition [ term ]
 *   action     = ( "list" | "deny" | "approve" | "score" NUMBER ) [ STRING ]
 *   term       = "term" NUMBER ( "days" | "day" )
 *   condition  = both { "or" both }
 *   both       = negation { "and" negation }
 *   negation   = "not" negation | "(" condition ")" | test
 *   test       = name [ OPERATOR ( NUMBER | name ) | "is" [ "not" ] ( "missing" | "recorded" ) ]
 *   name       = WORD | STRING
 *
 * Ends of lines are blanks, so that a rule may go on over several; # starts a comment.
 */
#include "harness/methods/rules.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 100, LONGEST_TERM = 36500, TEXT_SIZE = 256 };

enum kind { END, WORD, STRING, NUMBER, OPERATOR, SIGN };

/*   text  a word, a number or a sign as written; a string without its quotes */
struct token {
  enum kind kind;
  struct es_place place;
  char text[TEXT_SIZE];
  double number;
  enum es_rule_op op;
};

struct parser {
  struct es_rules *rules;
  struct es_context *ctx;
  const char *at, *end;
  struct es_place here;
  struct token token;
  size_t first; /* node that the present rule starts with */
  int depth;
};

#define FAIL(p, place, ...)                                                                        \
  (es_fail((p)->ctx, ES_INPUT, __VA_ARGS__),                                                       \
   es_fail_at((p)->ctx, ES_INPUT, "%s:%d:%d: ", (p)->rules->name, (place).line, (place).col))

/* --- tokens ----------------------------------------------------------------------------------- */

static void step(struct parser *p)
{
  if (*p->at == '\n')
    p->here = (struct es_place){p->here.line + 1, 1};
  else if (((unsigned char)*p->at & 0xC0) != 0x80)
    p->here.col++; /* a character's first byte */
  p->at++;
}

static void skip_blanks(struct parser *p)
{
  while (p->at < p->end && (*p->at == ' ' || (*p->at >= '\t' && *p->at <= '\r') || *p->at == '#')) {
    bool comment = *p->at == '#';
    do step(p);
    while (comment && p->at < p->end && *p->at != '\n');
  }
}

static enum es_status keep(struct parser *p, size_t *size)
{
  if (*size + 1 == TEXT_SIZE) return FAIL(p, p->token.place, "longer than %d bytes", TEXT_SIZE - 1);
  p->token.text[(*size)++] = *p->at;
  step(p);
  return ES_OK;
}

static enum es_status read_string(struct parser *p)
{
  size_t size = 0;
  p->token.kind = STRING;
  for (step(p); p->at < p->end && *p->at != '"';) {
    if ((unsigned char)*p->at < ' ') break;
    if (*p->at == '\\' && p->at + 1 < p->end && (p->at[1] == '"' || p->at[1] == '\\')) step(p);
    ES_TRY(keep(p, &size));
  }
  if (p->at == p->end || *p->at != '"')
    return FAIL(p, p->token.place, "the quote is not closed on its line; put a \" at its end");
  step(p);
  return ES_OK;
}

static enum es_status read_number(struct parser *p)
{
  size_t size = 0;
  p->token.kind = NUMBER;
  do ES_TRY(keep(p, &size));
  while (p->at < p->end && (es_rules_word_byte(*p->at, false) || *p->at == '+'));
  if (!es_parse_double(p->token.text, &p->token.number))
    return FAIL(p, p->token.place, "\"%s\" is not a number; a name that starts so wants quotes",
                p->token.text);
  return ES_OK;
}

static enum es_status read_sign(struct parser *p)
{
  static const struct {
    char text[3];
    enum es_rule_op op;
  } operators[] = {{"<=", ES_RULE_AT_MOST}, {">=", ES_RULE_AT_LEAST}, {"!=", ES_RULE_UNEQUAL},
                   {"<", ES_RULE_LESS},     {">", ES_RULE_MORE},      {"=", ES_RULE_EQUAL}};
  size_t size = 0;
  for (size_t k = 0; k < ES_COUNT_OF(operators); k++) {
    size_t length = strlen(operators[k].text);
    if (strncmp(p->at, operators[k].text, length) != 0) continue;
    p->token.kind = OPERATOR;
    p->token.op = operators[k].op;
    while (size < length) ES_TRY(keep(p, &size));
    return ES_OK;
  }
  p->token.kind = SIGN;
  if (*p->at == '(' || *p->at == ')') return keep(p, &size);
  if (*p->at > ' ' && *p->at < 127)
    return FAIL(p, p->here, "\"%c\" has no meaning here; a name with it wants quotes", *p->at);
  return FAIL(p, p->here, "a control character (byte %d); remove it", (int)(unsigned char)*p->at);
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

static enum es_status advance(struct parser *p)
{
  skip_blanks(p);
  p->token = (struct token){.kind = END, .place = p->here};
  if (p->at == p->end) return ES_OK;
  char c = *p->at, next = p->at[1]; /* NUL at the end */
  if (c == '"') return read_string(p);
  if (digit(c) || ((c == '+' || c == '-' || c == '.') && (next == '.' || digit(next))))
    return read_number(p);
  if (!es_rules_word_byte(c, true)) return read_sign(p);
  size_t size = 0;
  p->token.kind = WORD;
  while (p->at < p->end && es_rules_word_byte(*p->at, false)) ES_TRY(keep(p, &size));
  return ES_OK;
}

/* Whether the token is that unquoted word or sign. */
static bool is(const struct parser *p, const char *text)
{
  return p->token.kind != STRING && strcmp(p->token.text, text) == 0;
}

static enum es_status expected(struct parser *p, const char *what)
{
  if (p->token.kind == END) return FAIL(p, p->token.place, "the text ends; expected %s", what);
  return FAIL(p, p->token.place, "expected %s, not %s\"%s\"", what,
              p->token.kind == STRING ? "the quoted " : "", p->token.text);
}

/* --- the grammar ------------------------------------------------------------------------------ */

static enum es_status condition(struct parser *p);

static enum es_status add(struct parser *p, const struct es_rule_node *node)
{
  if (p->rules->nodes - p->first == ES_RULE_NODES)
    return FAIL(p, p->token.place, "a rule of more than %d tests and words; split it",
                ES_RULE_NODES);
  return es_rules_add_node(p->rules, node, p->ctx);
}

static bool is_name(const struct parser *p)
{
  return p->token.kind == STRING || (p->token.kind == WORD && !es_rules_reserved(p->token.text));
}

static enum es_status expected_name(struct parser *p, const char *what)
{
  if (p->token.kind != WORD) return expected(p, what);
  return FAIL(p, p->token.place, "expected %s; the word %s means something; as a name, quote it",
              what, p->token.text);
}

static enum es_status is_test(struct parser *p, struct es_rule_node *node)
{
  ES_TRY(advance(p));
  bool no = is(p, "not");
  if (no) ES_TRY(advance(p));
  if (!is(p, "missing") && !is(p, "recorded")) return expected(p, "\"missing\" or \"recorded\"");
  node->op = is(p, "missing") != no ? ES_RULE_MISSING : ES_RULE_RECORDED;
  ES_TRY(advance(p));
  return add(p, node);
}

static enum es_status test(struct parser *p)
{
  if (!is_name(p)) return expected_name(p, "a column");
  char column[TEXT_SIZE], value[TEXT_SIZE];
  memcpy(column, p->token.text, sizeof column);
  struct es_rule_node node = {.op = ES_RULE_HOLDS, .column = column};
  node.column_place = p->token.place;
  ES_TRY(advance(p));
  if (is(p, "is")) return is_test(p, &node);
  if (p->token.kind != OPERATOR) return add(p, &node);
  node.op = p->token.op;
  ES_TRY(advance(p));
  if (p->token.kind != NUMBER && !is_name(p)) return expected_name(p, "a number or a level");
  memcpy(value, p->token.text, sizeof value);
  node.value = value;
  node.value_place = p->token.place;
  node.numeric = p->token.kind == NUMBER;
  node.number = p->token.number;
  ES_TRY(advance(p));
  return add(p, &node);
}

static enum es_status negation(struct parser *p)
{
  if (++p->depth > DEEPEST) return FAIL(p, p->token.place, "nested deeper than %d", DEEPEST);
  if (is(p, "not")) {
    ES_TRY(advance(p));
    ES_TRY(negation(p));
    ES_TRY(add(p, &(struct es_rule_node){.op = ES_RULE_NOT}));
  } else if (is(p, "(")) {
    ES_TRY(advance(p));
    ES_TRY(condition(p));
    if (!is(p, ")")) return expected(p, "\"and\", \"or\" or \")\"");
    ES_TRY(advance(p));
  } else {
    ES_TRY(test(p));
  }
  p->depth--;
  return ES_OK;
}

static enum es_status both(struct parser *p)
{
  ES_TRY(negation(p));
  while (is(p, "and")) {
    ES_TRY(advance(p));
    ES_TRY(negation(p));
    ES_TRY(add(p, &(struct es_rule_node){.op = ES_RULE_AND}));
  }
  return ES_OK;
}

static enum es_status condition(struct parser *p)
{
  ES_TRY(both(p));
  while (is(p, "or")) {
    ES_TRY(advance(p));
    ES_TRY(both(p));
    ES_TRY(add(p, &(struct es_rule_node){.op = ES_RULE_OR}));
  }
  return ES_OK;
}

/* The ground goes to `ground`, of TEXT_SIZE. */
static enum es_status action(struct parser *p, struct es_rule *rule, char *ground)
{
  static const char *const acts[] = {"list", "deny", "approve", "score"};
  size_t act = 0;
  while (act < ES_COUNT_OF(acts) && !is(p, acts[act])) act++;
  if (act == ES_COUNT_OF(acts)) return expected(p, "list, deny, approve or score");
  rule->act = (enum es_rule_act)act;
  rule->score = rule->act == ES_RULE_APPROVE;
  ES_TRY(advance(p));
  if (rule->act == ES_RULE_SCORE) {
    if (p->token.kind != NUMBER) return expected(p, "a score from 0 to 1");
    if (p->token.number < 0 || p->token.number > 1)
      return FAIL(p, p->token.place, "score %s; give a number from 0 to 1", p->token.text);
    rule->score = p->token.number;
    ES_TRY(advance(p));
  }
  ground[0] = '\0';
  if (p->token.kind == STRING) {
    memcpy(ground, p->token.text, TEXT_SIZE);
    ES_TRY(advance(p));
  }
  rule->ground = ground;
  return ES_OK;
}

static enum es_status term(struct parser *p, struct es_rule *rule)
{
  if (!is(p, "term")) return ES_OK;
  if (rule->act != ES_RULE_LIST && rule->act != ES_RULE_DENY)
    return FAIL(p, p->token.place, "only list and deny have a term; remove it");
  ES_TRY(advance(p));
  if (p->token.kind != NUMBER) return expected(p, "a number of days");
  double days = p->token.number;
  if (!(days >= 1 && days <= LONGEST_TERM) || days != (uint32_t)days)
    return FAIL(p, p->token.place, "term %s; give whole days from 1 to %d", p->token.text,
                LONGEST_TERM);
  rule->term = (uint32_t)days;
  ES_TRY(advance(p));
  if (!is(p, "days") && !is(p, "day")) return expected(p, "\"days\"");
  return advance(p);
}

static enum es_status one_rule(struct parser *p)
{
  char ground[TEXT_SIZE];
  struct es_rule rule = {.first = p->first = p->rules->nodes};
  ES_TRY(action(p, &rule, ground));
  if (!is(p, "if"))
    return expected(p, rule.ground[0] == '\0' ? "grounds in quotes or \"if\"" : "\"if\"");
  ES_TRY(advance(p));
  ES_TRY(condition(p));
  ES_TRY(term(p, &rule));
  bool ends = p->token.kind == END || is(p, "otherwise") || is(p, "list") || is(p, "deny") ||
              is(p, "approve") || is(p, "score");
  if (!ends) return expected(p, "\"and\", \"or\", \"term\" or the next rule");
  return es_rules_add_rule(p->rules, &rule, p->ctx);
}

static enum es_status last_line(struct parser *p)
{
  char ground[TEXT_SIZE] = "";
  struct es_rule rule = {.act = ES_RULE_APPROVE, .score = 1, .ground = ground};
  if (is(p, "otherwise")) {
    ES_TRY(advance(p));
    ES_TRY(action(p, &rule, ground));
    ES_TRY(term(p, &rule));
    if (p->token.kind != END) return expected(p, "nothing after \"otherwise\"");
  } else if (p->rules->rules == 0) {
    return FAIL(p, p->here, "no rules; write one, as in: deny if credit.arrears >= 3");
  }
  p->rules->otherwise = rule;
  p->rules->otherwise.ground = es_strdup(ground, p->ctx);
  return p->rules->otherwise.ground != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status check_text(struct parser *p)
{
  size_t size = (size_t)(p->end - p->at), bad = size;
  const char *nul = memchr(p->at, '\0', size);
  if (nul != NULL)
    bad = (size_t)(nul - p->at);
  else if (es_is_utf8(p->at, size, &bad))
    return ES_OK;
  for (size_t i = 0; i < bad; i++) step(p);
  return FAIL(p, p->here, "not UTF-8 text; save it as UTF-8");
}

enum es_status es_rules_parse(struct es_rules *rules, const char *name, const char *text,
                              size_t size, struct es_context *ctx)
{
  *rules = (struct es_rules){.name = es_strdup(name, ctx)};
  if (rules->name == NULL) return ES_NOMEM;
  if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, size -= 3;
  struct parser p = {.rules = rules, .ctx = ctx, .at = text, .end = text + size, .here = {1, 1}};
  enum es_status status;
  ES_TRY_TO(out, status, check_text(&p));
  ES_TRY_TO(out, status, advance(&p));
  while (p.token.kind != END && !is(&p, "otherwise")) ES_TRY_TO(out, status, one_rule(&p));
  status = last_line(&p);
out:
  if (status != ES_OK) es_rules_clear(rules);
  return status;
}
