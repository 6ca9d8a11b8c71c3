/* The language of rules, its logic, the learner, and the scorer on top of them. */
#include <criterion/criterion.h>

#include <string.h>
#include "harness/base/file.h"
#include "harness/methods/rules.h"
#include "scorers/scorer.h"

extern const struct es_scorer es_scorer_rule_list;

#define MISSING NAN

/* --- people made of numbers: one row each, MISSING where not seen ----------------------------- */

enum { COLUMNS = 4, ROOM = 512 };

static const char *const sex_levels[] = {"male", "female", "not said", "4"};
static const struct es_column columns[COLUMNS] = {
    {.name = "credit.late", .kind = ES_COUNT, .core = true},
    {.name = "court.unpaid", .kind = ES_BINARY, .core = true},
    {.name = "sex", .kind = ES_LEVELS, .level = sex_levels, .levels = 4},
    {.name = "income (a year)", .kind = ES_NUMBER}};

struct crowd {
  double value[COLUMNS][ROOM];
  uint8_t seen[COLUMNS][ROOM], outcome[ROOM];
  double weight[ROOM];
  uint64_t person[ROOM];
  const double *values[COLUMNS];
  const uint8_t *seens[COLUMNS];
  size_t people;
};

static void add_person(struct crowd *crowd, const double row[COLUMNS], int outcome)
{
  size_t i = crowd->people++;
  for (size_t c = 0; c < COLUMNS; c++) {
    crowd->value[c][i] = row[c];
    crowd->seen[c][i] = (uint8_t)(isnan(row[c]) == 0);
  }
  crowd->outcome[i] = (uint8_t)outcome;
  crowd->weight[i] = 1;
  crowd->person[i] = i;
}

static struct es_frame frame_of(struct crowd *crowd)
{
  for (size_t c = 0; c < COLUMNS; c++) {
    crowd->values[c] = crowd->value[c];
    crowd->seens[c] = crowd->seen[c];
  }
  return (struct es_frame){.people = crowd->people,
                           .columns = COLUMNS,
                           .column = columns,
                           .value = crowd->values,
                           .seen = crowd->seens,
                           .person = crowd->person};
}

static struct es_training training_of(struct crowd *crowd, bool weighted)
{
  return (struct es_training){frame_of(crowd), crowd->outcome, weighted ? crowd->weight : NULL};
}

/* --- the language ----------------------------------------------------------------------------- */

static enum es_status read(struct es_rules *rules, const char *text, struct es_context *ctx)
{
  return es_rules_parse(rules, "t.rules", text, strlen(text), ctx);
}

Test(rule_list, parser_says_where_and_how_to_mend)
{
  static const struct {
    const char *text, *message;
  } rows[] = {
      {"", "t.rules:1:1: no rules; write one, as in: deny if credit.arrears >= 3"},
      {"# only a remark\n", "t.rules:2:1: no rules; write one, as in: deny if credit.arrears >= 3"},
      {"blacklist if x", "t.rules:1:1: expected list, deny, approve or score, not \"blacklist\""},
      {"deny x > 3", "t.rules:1:6: expected grounds in quotes or \"if\", not \"x\""},
      {"deny \"g\" x", "t.rules:1:10: expected \"if\", not \"x\""},
      {"deny if\n  x >", "t.rules:2:6: the text ends; expected a number or a level"},
      {"deny if x >= )", "t.rules:1:14: expected a number or a level, not \")\""},
      {"deny if (x or y", "t.rules:1:16: the text ends; expected \"and\", \"or\" or \")\""},
      {"deny if x y",
       "t.rules:1:11: expected \"and\", \"or\", \"term\" or the next rule, not \"y\""},
      {"deny if x > 3e",
       "t.rules:1:13: \"3e\" is not a number; a name that starts so wants quotes"},
      {"deny if x is here", "t.rules:1:14: expected \"missing\" or \"recorded\", not \"here\""},
      {"deny if score > 3",
       "t.rules:1:9: expected a column; the word score means something; as a name, quote it"},
      {"deny if \"x > 3\n",
       "t.rules:1:9: the quote is not closed on its line; put a \" at its end"},
      {"deny if x & y", "t.rules:1:11: \"&\" has no meaning here; a name with it wants quotes"},
      {"deny if x\001", "t.rules:1:10: a control character (byte 1); remove it"},
      {"deny if x = \"a\xff\"", "t.rules:1:15: not UTF-8 text; save it as UTF-8"},
      {"score 1.5 if x", "t.rules:1:7: score 1.5; give a number from 0 to 1"},
      {"score if x", "t.rules:1:7: expected a score from 0 to 1, not \"if\""},
      {"approve if x term 3 days", "t.rules:1:14: only list and deny have a term; remove it"},
      {"deny if x term 0.5 days", "t.rules:1:16: term 0.5; give whole days from 1 to 36500"},
      {"deny if x term 7 weeks", "t.rules:1:18: expected \"days\", not \"weeks\""},
      {"otherwise approve\ndeny if x",
       "t.rules:2:1: expected nothing after \"otherwise\", not \"deny\""},
      {"deny \"Schulden \xe2\x82\xac\" if \xc3\xa9t\xc3\xa9 ! 3",
       "t.rules:1:26: \"!\" has no meaning here; a name with it wants quotes"}};
  struct es_context ctx = {0};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct es_rules rules;
    ctx.message[0] = '\0';
    cr_expect_eq(read(&rules, rows[k].text, &ctx), ES_INPUT, "%s", rows[k].text);
    cr_expect_str_eq(ctx.message, rows[k].message);
    cr_expect_eq(rules.rules, 0);
    es_rules_clear(&rules);
  }
}

Test(rule_list, nesting_and_length_have_an_end)
{
  struct es_context ctx = {0};
  struct es_rules rules;
  struct es_text deep = {0}, lengthy = {0};
  es_text_add(&deep, "deny if ");
  for (int k = 0; k < 100000; k++) es_text_add(&deep, k % 2 ? "(" : "not ");
  cr_expect_eq(read(&rules, es_text_get(&deep), &ctx), ES_INPUT);
  cr_expect(strstr(ctx.message, "nested deeper than 100") != NULL);
  es_text_add(&lengthy, "deny if x");
  for (int k = 0; k < 499; k++) es_text_add(&lengthy, " or x");
  cr_assert_eq(read(&rules, es_text_get(&lengthy), &ctx), ES_OK);
  es_rules_clear(&rules);
  for (int k = 0; k < 499; k++) es_text_add(&lengthy, " or x");
  cr_expect_eq(read(&rules, es_text_get(&lengthy), &ctx), ES_INPUT);
  cr_expect(strstr(ctx.message, "split it") != NULL);
  es_text_clear(&deep);
  es_text_clear(&lengthy);
}

Test(rule_list, binding_names_the_nearest)
{
  static const struct {
    const char *text, *message;
  } rows[] = {
      {"deny if credit.lat > 1",
       "t.rules:1:9: there is no column \"credit.lat\"; did you mean \"credit.late\"?"},
      {"deny if court.unpaid\ndeny if zodiac = aries",
       "t.rules:2:9: there is no column \"zodiac\"; `describe` lists the population's columns"},
      {"deny if sex = femal", "t.rules:1:15: sex has no level \"femal\"; did you mean \"female\"?"},
      {"deny if sex = 7", "t.rules:1:15: sex has no level \"7\"; did you mean \"4\"?"},
      {"deny if sex = aquarius",
       "t.rules:1:15: sex has no level \"aquarius\"; the first of its 4 levels is \"male\""},
      {"deny if sex > male", "t.rules:1:9: the levels of sex have no order; compare with = or !="},
      {"deny if sex", "t.rules:1:9: sex is not a yes or no; compare it: = LEVEL"},
      {"deny if credit.late", "t.rules:1:9: credit.late is not a yes or no; compare it: > NUMBER"},
      {"deny if credit.late = many",
       "t.rules:1:23: credit.late holds numbers; compare it with a number, not with \"many\""}};
  struct es_context ctx = {0};
  struct crowd crowd = {.people = 0};
  struct es_frame frame = frame_of(&crowd);
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct es_rules rules;
    cr_assert_eq(read(&rules, rows[k].text, &ctx), ES_OK, "%s", ctx.message);
    cr_expect_eq(es_rules_bind(&rules, &frame, &ctx), ES_INPUT);
    cr_expect_str_eq(ctx.message, rows[k].message);
    es_rules_clear(&rules);
  }
}

Test(rule_list, printed_text_reads_back_the_same)
{
  static const char *const rows[][2] = {
      {"deny if a", "deny if a\notherwise approve\n"},
      {"list \"g \\\"q\\\" \\\\\" if a>=3 term 1 day otherwise deny term 10 days",
       "list \"g \\\"q\\\" \\\\\" if a >= 3 term 1 days\notherwise deny term 10 days\n"},
      {"score .5 if a or b and not c otherwise score 1e-2",
       "score 0.5 if a or b and not c\notherwise score 0.01\n"},
      {"deny if ((a or b) and (c)) or not (d and not not e)",
       "deny if (a or b) and c or not (d and not not e)\notherwise approve\n"},
      {"deny if a or (b or c)", "deny if a or (b or c)\notherwise approve\n"},
      {"deny if a is not missing and b is not recorded",
       "deny if a is recorded and b is missing\notherwise approve\n"},
      {"deny if \"if\" = \"not said\" or x-y.z_1 != \"4\" or w = 4",
       "deny if \"if\" = \"not said\" or x-y.z_1 != \"4\" or w = 4\notherwise approve\n"},
      {"deny if a # why\r\n\tand b\r\n\r\nscore -0 \"n\" if c<-1",
       "deny if a and b\nscore 0 \"n\" if c < -1\notherwise approve\n"}};
  struct es_context ctx = {0};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    const char *text = rows[k][0];
    for (int pass = 0; pass < 2; pass++) {
      struct es_rules rules;
      struct es_text out = {0};
      cr_assert_eq(read(&rules, text, &ctx), ES_OK, "%s: %s", text, ctx.message);
      es_rules_print(&rules, &out);
      cr_expect_str_eq(es_text_get(&out), rows[k][1]);
      es_text_clear(&out);
      es_rules_clear(&rules);
      text = rows[k][1];
    }
  }
}

Test(rule_list, shipped_examples_parse)
{
  static const char *const names[] = {"docs/examples/court_list.rules",
                                      "docs/examples/credit.rules"};
  struct es_context ctx = {0};
  for (size_t k = 0; k < ES_COUNT_OF(names); k++) {
    char *text;
    size_t size;
    struct es_rules rules;
    cr_assert_eq(es_file_read(names[k], &text, &size, &ctx), ES_OK, "%s", ctx.message);
    cr_expect_eq(es_rules_parse(&rules, names[k], text, size, &ctx), ES_OK, "%s", ctx.message);
    cr_expect_geq(rules.rules, 2);
    es_rules_clear(&rules);
    free(text);
  }
}

/* --- asking ----------------------------------------------------------------------------------- */

static bool fires(const char *condition, const double row[COLUMNS])
{
  struct es_context ctx = {0};
  struct crowd crowd = {.people = 0};
  add_person(&crowd, row, 1);
  struct es_frame frame = frame_of(&crowd);
  struct es_text text = {0};
  struct es_rules rules;
  es_text_add(&text, "deny if %s", condition);
  cr_assert_eq(read(&rules, es_text_get(&text), &ctx), ES_OK, "%s", ctx.message);
  cr_assert_eq(es_rules_bind(&rules, &frame, &ctx), ES_OK, "%s", ctx.message);
  bool yes = es_rule_fires(&rules, 0, &frame, 0);
  es_rules_clear(&rules);
  es_text_clear(&text);
  return yes;
}

/* 't', 'f', or 'u': a condition is unknown where neither it nor its negation fires. */
static char truth(const char *condition, const double row[COLUMNS])
{
  struct es_text negated = {0};
  es_text_add(&negated, "not (%s)", condition);
  bool yes = fires(condition, row), no = fires(es_text_get(&negated), row);
  es_text_clear(&negated);
  cr_expect_not(yes && no);
  return yes ? 't' : no ? 'f' : 'u';
}

/* Kleene's tables (Introduction to Metamathematics, section 64), operands false, unknown, true. */
Test(rule_list, logic_is_kleenes)
{
  static const char *const operand[] = {"credit.late > 5", "court.unpaid", "credit.late < 5"};
  static const char and_table[3][4] = {"fff", "fuu", "fut"}, or_table[3][4] = {"fut", "uut", "ttt"};
  static const double row[COLUMNS] = {3, MISSING, 0, MISSING};
  char condition[100];
  for (size_t a = 0; a < 3; a++) {
    cr_expect_eq(truth(operand[a], row), "fut"[a]);
    for (size_t b = 0; b < 3; b++) {
      snprintf(condition, sizeof condition, "%s and %s", operand[a], operand[b]);
      cr_expect_eq(truth(condition, row), and_table[a][b], "%s", condition);
      snprintf(condition, sizeof condition, "%s or %s", operand[a], operand[b]);
      cr_expect_eq(truth(condition, row), or_table[a][b], "%s", condition);
    }
  }
}

Test(rule_list, tests_mean_what_they_say)
{
  static const double row[COLUMNS] = {3, 1, 2, MISSING};
  static const struct {
    const char *condition;
    char truth;
  } rows[] = {{"credit.late < 3", 'f'},
              {"credit.late <= 3", 't'},
              {"credit.late > 3", 'f'},
              {"credit.late >= 3", 't'},
              {"credit.late = 3", 't'},
              {"credit.late != 3", 'f'},
              {"court.unpaid", 't'},
              {"court.unpaid = 1", 't'},
              {"court.unpaid = 0", 'f'},
              {"sex = \"not said\"", 't'},
              {"sex != male", 't'},
              {"sex = 4", 'f'},
              {"sex = \"4\"", 'f'},
              {"sex is missing", 'f'},
              {"sex is recorded", 't'},
              {"\"income (a year)\" is missing", 't'},
              {"\"income (a year)\" is recorded", 'f'},
              {"\"income (a year)\" != 3", 'u'},
              {"\"income (a year)\" > -1e300", 'u'},
              {"court.unpaid and credit.late > 9 or credit.late = 3", 't'},
              {"court.unpaid or credit.late > 9 and credit.late = 9", 't'},
              {"not credit.late > 9 and court.unpaid", 't'}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++)
    cr_expect_eq(truth(rows[k].condition, row), rows[k].truth, "%s", rows[k].condition);
}

/* --- the scorer ------------------------------------------------------------------------------- */

/* Runs the scorer with the options on its training people; `described` may be NULL. */
static enum es_status run(const char *rules, const char *options, struct crowd *crowd,
                          bool weighted, struct es_scores *out, struct es_text *described,
                          struct es_context *ctx)
{
  const struct es_scorer *scorer = &es_scorer_rule_list;
  void *block = es_alloc(1, scorer->options_size, ctx);
  void *state = es_alloc(1, scorer->state_size, ctx);
  cr_assert_eq(es_options_default(scorer->options, block, ctx), ES_OK, "%s", ctx->message);
  cr_assert_eq(es_options_parse(scorer->options, block, options, ctx), ES_OK, "%s", ctx->message);
  if (rules != NULL) {
    struct es_input *input = (struct es_input *)(void *)((char *)block + scorer->options[0].offset);
    free(input->path);
    *input = (struct es_input){es_strdup("t.rules", ctx), es_strdup(rules, ctx), strlen(rules)};
  }
  struct es_training training = training_of(crowd, weighted);
  enum es_status status = scorer->fit(state, block, &training, ctx);
  if (status == ES_OK && out != NULL) {
    for (size_t i = 0; i < crowd->people; i++) out->value[i] = NAN;
    status = scorer->score(state, block, &training.frame, out, ctx);
  }
  if (status == ES_OK && described != NULL)
    status = scorer->describe(state, block, &training.frame, described, ctx);
  scorer->clear(state);
  es_options_clear(scorer->options, block);
  free(block);
  free(state);
  return status;
}

struct answer {
  double value[ROOM];
  uint8_t why[ROOM], refuse[ROOM];
  uint32_t term[ROOM];
};

static struct es_scores scores(struct answer *answer)
{
  memset(answer, 0, sizeof *answer);
  return (struct es_scores){answer->value, answer->why, answer->term, answer->refuse};
}

static const char sanctions[] = "list \"unpaid\" if court.unpaid term 100 days\n"
                                "approve \"woman\" if sex = female\n"
                                "deny if credit.late >= 3 term 30 days\n"
                                "score 0.25 if credit.late is missing\n"
                                "list if credit.late >= 5 term 400 days\n"
                                "otherwise score 0.75\n";

Test(rule_list, first_match_wins_and_terms_stack)
{
  static const double person[][COLUMNS] = {{0, 1, 1, 0},
                                           {9, 1, 0, 0},
                                           {9, 0, 1, 0},
                                           {4, 0, 0, 0},
                                           {MISSING, 0, 0, 0},
                                           {0, 0, 0, 0},
                                           {3, MISSING, MISSING, MISSING}};
  static const double value[] = {0, 0, 1, 0, 0.25, 0.75, 0};
  static const uint8_t refuse[] = {1, 1, 0, 1, 0, 0, 1};
  static const struct {
    const char *options;
    uint32_t term[7];
  } rows[] = {{"stack=first", {100, 100, 0, 30, 0, 0, 30}},
              {"stack=longest", {100, 400, 0, 30, 0, 0, 30}},
              {"stack=sum", {100, 530, 0, 30, 0, 0, 30}}};
  struct es_context ctx = {0};
  struct crowd crowd = {.people = 0};
  for (size_t i = 0; i < ES_COUNT_OF(person); i++) add_person(&crowd, person[i], 1);
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct answer answer;
    struct es_scores out = scores(&answer);
    cr_assert_eq(run(sanctions, rows[k].options, &crowd, false, &out, NULL, &ctx), ES_OK, "%s",
                 ctx.message);
    for (size_t i = 0; i < ES_COUNT_OF(person); i++) {
      cr_expect_eq(answer.value[i], value[i], "person %zu", i);
      cr_expect_eq(answer.refuse[i], refuse[i], "person %zu", i);
      cr_expect_eq(answer.term[i], rows[k].term[i], "%s, person %zu", rows[k].options, i);
      cr_expect_eq(answer.why[i], ES_SCORED);
    }
  }
}

Test(rule_list, gate_keeps_out_who_has_no_record)
{
  static const double person[][COLUMNS] = {
      {0, 0, 0, 0}, {MISSING, MISSING, 0, MISSING}, {MISSING, MISSING, MISSING, MISSING}};
  static const struct {
    const char *options;
    uint8_t why[3];
  } rows[] = {{"gate=core", {ES_SCORED, ES_NO_RECORD, ES_NO_RECORD}},
              {"gate=any", {ES_SCORED, ES_SCORED, ES_NO_RECORD}},
              {"gate=none", {ES_SCORED, ES_SCORED, ES_SCORED}}};
  struct es_context ctx = {0};
  struct crowd crowd = {.people = 0};
  for (size_t i = 0; i < ES_COUNT_OF(person); i++) add_person(&crowd, person[i], 1);
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct answer answer;
    struct es_scores out = scores(&answer);
    cr_assert_eq(run(sanctions, rows[k].options, &crowd, false, &out, NULL, &ctx), ES_OK);
    for (size_t i = 0; i < 3; i++) {
      cr_expect_eq(answer.why[i], rows[k].why[i], "%s, person %zu", rows[k].options, i);
      cr_expect_eq(isnan(answer.value[i]) != 0, rows[k].why[i] != ES_SCORED);
    }
  }
}

Test(rule_list, errors_of_the_file_reach_the_user)
{
  struct es_context ctx = {0};
  struct crowd crowd = {.people = 0};
  add_person(&crowd, (const double[COLUMNS]){0, 0, 0, 0}, 1);
  cr_expect_eq(run("deny if credit.lte > 1", "", &crowd, false, NULL, NULL, &ctx), ES_INPUT);
  cr_expect_str_eq(ctx.message,
                   "t.rules:1:9: there is no column \"credit.lte\"; did you mean \"credit.late\"?");
}

/* --- the learner ------------------------------------------------------------------------------ */

/* 256 people, all of: late 0 … 7, unpaid 0 or 1, sex male or missing, income 0 … 7.  Unfavourable
 * are the unpaid with late > 3, those of missing sex with income <= 1, and those late = 2 and not
 * unpaid. */
static void plant(struct crowd *crowd, size_t copies, size_t stride)
{
  crowd->people = 0;
  for (size_t copy = 0; copy < copies; copy++)
    for (size_t k = 0; k < 256; k++) {
      size_t i = k * stride % 256; /* an odd stride visits everyone */
      size_t late = i % 8, unpaid = i / 8 % 2, sex = i / 16 % 2, income = i / 32;
      bool bad = (unpaid && late > 3) || (sex == 1 && income <= 1) || (late == 2 && !unpaid);
      double row[COLUMNS] = {(double)late, (double)unpaid, sex == 1 ? MISSING : 0, (double)income};
      add_person(crowd, row, !bad);
    }
}

/* By hand.  Unpaid and late > 3: 1/2 × 1/2 of 256.  Missing sex and low income: 1/2 × 1/4 of 256,
 * less a quarter that the first rule took.  Quartile cuts cannot tell late = 2 from 3: those are
 * 64, less 8 that the second rule took, and 16 - 2 of them are unfavourable.  The shares are
 * (favourable + 1/2) / (people + 1). */
static const char planted[] =
    "score 0.007692307692307693 if credit.late > 3 and court.unpaid = 1  # 64 people, 0 favorable\n"
    "score 0.02 if sex is missing and \"income (a year)\" <= 1  # 24 people, 0 favorable\n"
    "score 0.7456140350877193 if credit.late > 1 and credit.late <= 3  # 56 people, 42 favorable\n"
    "otherwise score 0.995575221238938  # 112 people, 112 favorable\n";

static void expect_learned(const char *options, struct crowd *crowd, bool weighted,
                           const char *list)
{
  struct es_context ctx = {0};
  struct es_text text = {0};
  cr_assert_eq(run(NULL, options, crowd, weighted, NULL, &text, &ctx), ES_OK, "%s", ctx.message);
  cr_expect_str_eq(es_text_get(&text), list);
  es_text_clear(&text);
}

Test(rule_list, learner_finds_the_planted_rules_and_their_shares)
{
  struct crowd crowd;
  plant(&crowd, 1, 1);
  expect_learned("", &crowd, false, planted);
}

Test(rule_list, learner_does_not_see_the_order_of_people)
{
  struct crowd crowd;
  plant(&crowd, 1, 77);
  expect_learned("", &crowd, false, planted);
  plant(&crowd, 1, 255);
  expect_learned("", &crowd, true, planted);
}

Test(rule_list, doubled_people_give_the_same_rules)
{
  struct crowd crowd;
  plant(&crowd, 2, 1);
  expect_learned("", &crowd, false,
                 "score 0.003875968992248062 if credit.late > 3 and court.unpaid = 1"
                 "  # 128 people, 0 favorable\n"
                 "score 0.01020408163265306 if sex is missing and \"income (a year)\" <= 1"
                 "  # 48 people, 0 favorable\n"
                 "score 0.7477876106194691 if credit.late > 1 and credit.late <= 3"
                 "  # 112 people, 84 favorable\n"
                 "otherwise score 0.9977777777777778  # 224 people, 224 favorable\n");
}

/* Equal weights of any size are no weights; weight 0 is absence; weight 2 is being there twice. */
Test(rule_list, weights_count_people)
{
  struct crowd crowd;
  plant(&crowd, 1, 1);
  for (size_t i = 0; i < crowd.people; i++) crowd.weight[i] = 0.3;
  expect_learned("", &crowd, true, planted);
  plant(&crowd, 2, 1);
  for (size_t i = 0; i < crowd.people; i++) crowd.weight[i] = i < 256 ? 1 : 0;
  for (size_t i = 256; i < crowd.people; i++) crowd.outcome[i] = 0;
  expect_learned("", &crowd, true, planted);
}

Test(rule_list, limits_hold)
{
  struct crowd crowd;
  plant(&crowd, 1, 1);
  static const char all[] = "otherwise score 0.6011673151750972  # 256 people, 154 favorable\n";
  expect_learned("max_rules=0", &crowd, false, all);
  expect_learned("price=1", &crowd, false, all);
  expect_learned("max_rules=1,support=0.5,conjuncts=1", &crowd, false,
                 "score 0.5103626943005182 if credit.late > 1  # 192 people, 98 favorable\n"
                 "otherwise score 0.8692307692307693  # 64 people, 56 favorable\n");
}

/* --- the certified learner -------------------------------------------------------------------- */

/* By hand.  Of 102 unfavourable people the two rules get all but the 14 with late = 2 who are not
 * unpaid and whose sex or income spares them; no test tells those from favourable people, so a
 * third rule gains nothing.  Antecedents: 16 tests (6 cuts of late, 6 of income, unpaid 1 and 0,
 * male and missing), 88 pairs of different columns, 3 intervals each of late and income. */
static const char certified[] =
    "# misjudges 14 of 256 people with 2 rules at 0.01 each: objective 0.0746875\n"
    "# certified: no list of the 110 antecedents has a lower objective; 19 lists were kept to prove"
    " it\n"
    "score 0.015151515151515152 if sex is missing and \"income (a year)\" <= 1"
    "  # 32 people, 0 favorable\n"
    "score 0.008771929824561403 if credit.late > 3 and court.unpaid = 1  # 56 people, 0 favorable\n"
    "otherwise score 0.9142011834319527  # 168 people, 154 favorable\n";

Test(rule_list, lambda_asks_for_the_certified_list)
{
  struct crowd crowd;
  plant(&crowd, 1, 1);
  expect_learned("learn=true,lambda=0.01,support=0.005,conjuncts=2", &crowd, false, certified);
  plant(&crowd, 1, 77);
  expect_learned("lambda=0.01,support=0.005", &crowd, true, certified);
  expect_learned("lambda=0.01,support=0.005,seconds=1000", &crowd, true, certified);
}

/* The printed list, remarks and all, is a list that can be kept. */
Test(rule_list, certified_list_reads_back)
{
  struct es_context ctx = {0};
  struct es_rules rules;
  struct es_text text = {0};
  cr_assert_eq(read(&rules, certified, &ctx), ES_OK, "%s", ctx.message);
  es_rules_print(&rules, &text);
  cr_expect_eq(rules.rules, 2);
  cr_expect_eq(es_text_get(&text)[0], 's');
  es_text_clear(&text);
  es_rules_clear(&rules);
}

Test(rule_list, limit_of_nodes_prints_the_gap)
{
  struct es_context ctx = {0};
  struct es_text text = {0};
  struct crowd crowd;
  plant(&crowd, 1, 1);
  cr_assert_eq(run(NULL, "lambda=0.0005,support=0,nodes=3", &crowd, false, NULL, &text, &ctx),
               ES_OK);
  cr_expect(strstr(es_text_get(&text),
                   "# not certified: stopped at its limit of nodes, with 4 lists") != NULL,
            "%s", es_text_get(&text));
  cr_expect(strstr(es_text_get(&text), "# a better list has at least 0.") != NULL);
  es_text_clear(&text);
}

Test(rule_list, contradictory_wishes_are_named)
{
  static const struct {
    const char *rules, *options, *message;
  } rows[] = {
      {"deny if court.unpaid", "learn=true",
       "rule_list: rules= names a list, learn=true wants none; drop one"},
      {NULL, "learn=false", "rule_list: learn=false needs a list; name its file with rules="}};
  struct es_context ctx = {0};
  struct crowd crowd;
  plant(&crowd, 1, 1);
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    cr_expect_eq(run(rows[k].rules, rows[k].options, &crowd, false, NULL, NULL, &ctx), ES_INPUT);
    cr_expect_str_eq(ctx.message, rows[k].message);
  }
  cr_expect_eq(run("deny if court.unpaid", "learn=false", &crowd, false, NULL, NULL, &ctx), ES_OK);
}

/* Shares rise down a falling list (of risk), and do not in the same list without the wish. */
Test(rule_list, falling_list_serves_the_worst_off_first)
{
  struct es_context ctx = {0};
  struct crowd crowd;
  plant(&crowd, 1, 1);
  for (size_t i = 0; i < crowd.people; i++) crowd.outcome[i] ^= crowd.value[3][i] > 5;
  static const char *const options[] = {"", "falling=true", "lambda=0.01,falling=true"};
  for (size_t falling = 0; falling < ES_COUNT_OF(options); falling++) {
    struct es_text text = {0};
    size_t rises = 0, rules = 0;
    double last = 0;
    cr_assert_eq(run(NULL, options[falling], &crowd, false, NULL, &text, &ctx), ES_OK);
    for (const char *at = es_text_get(&text); (at = strstr(at, "score ")) != NULL; at += 6) {
      double share = strtod(at + 6, NULL);
      rises += share >= last;
      last = share;
      rules++;
    }
    cr_expect_gt(rules, 2, "%s", es_text_get(&text));
    cr_expect_eq(rises == rules, falling > 0, "%s", es_text_get(&text));
    es_text_clear(&text);
  }
}

/* --- its edges -------------------------------------------------------------------------------- */

Test(rule_list, one_class_no_columns_and_nobody)
{
  struct es_context ctx = {0};
  struct crowd crowd;
  plant(&crowd, 1, 1);
  memset(crowd.outcome, 1, sizeof crowd.outcome);
  expect_learned("price=0", &crowd, false,
                 "otherwise score 0.9980544747081712  # 256 people, 256 favorable\n");
  for (size_t c = 0; c < COLUMNS; c++) memset(crowd.seen[c], 0, sizeof crowd.seen[c]);
  crowd.outcome[0] = 0;
  expect_learned("price=0", &crowd, false,
                 "otherwise score 0.9941634241245136  # 256 people, 255 favorable\n");
  memset(crowd.weight, 0, sizeof crowd.weight);
  cr_expect_eq(run(NULL, "", &crowd, true, NULL, NULL, &ctx), ES_DEGENERATE);
  crowd.people = 0;
  cr_expect_eq(run(NULL, "", &crowd, false, NULL, NULL, &ctx), ES_DEGENERATE);
}

/* Between complements, whoever captures fewer goes first; between equals, the first column. */
Test(rule_list, ties_go_to_the_smaller_then_the_first)
{
  struct crowd crowd = {.people = 0};
  for (int i = 0; i < 40; i++) {
    double bad = i % 4 == 0;
    add_person(&crowd, (const double[COLUMNS]){1 - bad, bad, bad, -bad}, bad == 0);
  }
  expect_learned("", &crowd, false,
                 "score 0.045454545454545456 if credit.late <= 0  # 10 people, 0 favorable\n"
                 "otherwise score 0.9838709677419355  # 30 people, 30 favorable\n");
}

Test(rule_list, learned_list_can_be_kept_in_a_file)
{
  struct es_context ctx = {0};
  struct crowd crowd;
  struct answer learned, kept;
  struct es_text text = {0};
  plant(&crowd, 1, 1);
  struct es_scores out = scores(&learned);
  cr_assert_eq(run(NULL, "", &crowd, false, &out, &text, &ctx), ES_OK);
  out = scores(&kept);
  cr_assert_eq(run(es_text_get(&text), "", &crowd, false, &out, NULL, &ctx), ES_OK, "%s",
               ctx.message);
  for (size_t i = 0; i < crowd.people; i++) cr_expect_eq(learned.value[i], kept.value[i]);
  es_text_clear(&text);
}
