/* Lists of rules in model files: read by the language's own parser. */
#include "harness/methods/rules.h"

#include <stdlib.h>
#include "harness/base/option.h"

/* A rule as it stands in the file. */
struct line {
  char **condition, *then, *ground;
  size_t conditions, term;
  double people, favorable;
};

static void clear_line(struct line *line)
{
  es_texts_clear(&(struct es_texts){line->condition, line->conditions});
  free(line->then);
  free(line->ground);
}

/* --- saving ----------------------------------------------------------------------------------- */

/* Adds what the condition that ends at `last` demands: one text, or those of both sides of `and`.
 */
static void add_conditions(struct es_texts *texts, const struct es_rules *rules, size_t last,
                           struct es_keep *file)
{
  const struct es_rule_node *node = &rules->node[last];
  if (node->op == ES_RULE_AND) {
    add_conditions(texts, rules, last - 1 - node[-1].size, file);
    add_conditions(texts, rules, last - 1, file);
    return;
  }
  struct es_text text = {0};
  es_rules_print_condition(rules, last, &text);
  es_keep_fail(file, es_texts_add(texts, es_text_get(&text), text.size, es_keep_context(file)));
  es_text_clear(&text);
}

static void take_line(struct line *line, const struct es_rules *rules, const struct es_rule *rule,
                      struct es_keep *file)
{
  struct es_texts conditions = {0};
  struct es_text then = {0};
  if (rule->nodes > 0) add_conditions(&conditions, rules, rule->first + rule->nodes - 1, file);
  es_rules_print_action(rule, &then);
  *line = (struct line){
      .condition = conditions.at,
      .conditions = conditions.count,
      .then = es_text_take(&then),
      .ground = es_strdup(rule->ground != NULL ? rule->ground : "", es_keep_context(file)),
      .term = rule->term,
      .people = rule->people,
      .favorable = rule->favorable};
  if (line->then == NULL || line->ground == NULL) es_keep_fail(file, ES_NOMEM);
}

static void keep_line(struct line *line, bool rule, struct es_keep *file)
{
  if (rule) es_keep_texts(file, "if", &line->condition, &line->conditions);
  es_keep_text(file, "then", &line->then);
  es_keep_text(file, "ground", &line->ground);
  es_keep_count(file, "term", &line->term);
  es_keep_number(file, "people", &line->people);
  es_keep_number(file, "favorable", &line->favorable);
  es_keep_check(file, !rule || line->conditions > 0, "a rule has no condition");
}

/* --- loading ---------------------------------------------------------------------------------- */

static void print_line(const struct line *line, struct es_text *out)
{
  es_text_add(out, "%s", line->conditions > 0 ? "" : "otherwise ");
  es_text_add(out, "%s", line->then);
  if (line->ground[0] != '\0') {
    es_text_add(out, " ");
    es_rules_print_quoted(line->ground, out);
  }
  for (size_t k = 0; k < line->conditions; k++)
    es_text_add(out, "%s(%s)", k == 0 ? " if " : " and ", line->condition[k]);
  if (line->term > 0) es_text_add(out, " term %zu days", line->term);
  es_text_add(out, "\n");
}

static void load(struct es_rules *rules, const struct line *line, size_t lines,
                 struct es_keep *file)
{
  struct es_text text = {0};
  struct es_context *ctx = es_keep_context(file);
  for (size_t k = 0; k < lines; k++) print_line(&line[k], &text);
  enum es_status status = text.failed
                              ? es_fail(ctx, ES_NOMEM, "out of memory")
                              : es_rules_parse(rules, "rules", es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  if (status == ES_OK) status = es_rules_bind(rules, es_keep_frame(file), ctx);
  es_keep_fail(file, status);
  es_keep_check(file, rules->rules + 1 == lines, "\"rules\" are others than they seem");
  for (size_t k = 0; rules->rules + 1 == lines && k < lines; k++) {
    struct es_rule *rule = k < rules->rules ? &rules->rule[k] : &rules->otherwise;
    rule->people = line[k].people;
    rule->favorable = line[k].favorable;
  }
}

/* --- both ------------------------------------------------------------------------------------- */

static void keep_proof(struct es_rules *rules, struct es_keep *file)
{
  static const char *const ends[] = {"whole", "nodes", "clock"};
  struct es_rule_proof *proof = &rules->proof, none = {.lambda = NAN,
                                                       .people = NAN,
                                                       .errors = NAN,
                                                       .objective = NAN,
                                                       .lower_bound = NAN};
  bool loading = es_keep_loading(file), certified = es_rules_certified(rules);
  struct es_rule_proof now = proof->lambda > 0 ? *proof : none;
  int end = (int)now.end;
  es_keep_number(file, "lambda", &now.lambda);
  es_keep_number(file, "objective", &now.objective);
  es_keep_number(file, "lower_bound", &now.lower_bound);
  es_keep_flag(file, "certified", &certified);
  es_keep_flag(file, "falling", &now.falling);
  es_keep_number(file, "errors", &now.errors);
  es_keep_count(file, "nodes", &now.nodes);
  es_keep_number(file, "people", &now.people);
  es_keep_count(file, "antecedents", &now.antecedents);
  es_keep_choice(file, "ended_by", &end, ends, ES_COUNT_OF(ends));
  now.end = (enum es_proof_end)end;
  if (loading && now.lambda > 0) *proof = now;
}

void es_rules_keep(struct es_rules *rules, struct es_keep *file)
{
  bool loading = es_keep_loading(file);
  size_t count = rules->rules, rests = 1;
  struct line *line = NULL, *rest = NULL;
  es_keep_list(file, "rules", (void **)&line, sizeof *line, &count);
  struct es_context *ctx = es_keep_context(file);
  struct line *all = es_alloc(count + 1, sizeof *all, ctx);
  if (all == NULL) es_keep_fail(file, ES_NOMEM);
  for (size_t k = 0; k < count && es_keep_item(file, k); k++) {
    if (!loading) take_line(&all[k], rules, &rules->rule[k], file);
    keep_line(&all[k], true, file);
  }
  es_keep_end(file);
  es_keep_list(file, "otherwise", (void **)&rest, sizeof *rest, &rests);
  if (es_keep_item(file, 0)) {
    if (!loading) take_line(&all[count], rules, &rules->otherwise, file);
    keep_line(&all[count], false, file);
  }
  es_keep_end(file);
  if (loading && es_keep_good(file)) load(rules, all, count + 1, file);
  keep_proof(rules, file);
  for (size_t k = 0; all != NULL && k <= count; k++) clear_line(&all[k]);
  free(all);
  free(line);
  free(rest);
}
