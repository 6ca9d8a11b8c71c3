/* The search for the best list of rules, against enumeration and against CORELS. */
#include <criterion/criterion.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "harness/methods/rules_mine.h"
#include "harness/methods/rules_search.h"
#include "scorers/scorer.h"

#define MUST(call) cr_assert_eq((call), ES_OK, "%s", ctx.message)

/* --- small problems --------------------------------------------------------------------------- */

enum { POINTS = 70, FEW = 12, ANTECEDENTS = 10, LIMIT = 1000000 };

struct small {
  uint64_t row[ANTECEDENTS][2], all[POINTS], good[POINTS];
  size_t points, antecedents;
  double lambda;
  bool falling;
};

/* Rows stand one behind the other, without the room of the struct. */
static enum es_status solve(const struct small *small, size_t nodes, double seconds, size_t **list,
                            size_t *rules, struct es_rule_proof *proof, struct es_context *ctx)
{
  uint64_t row[ANTECEDENTS * 2];
  size_t words = (small->points + 63) / 64;
  for (size_t a = 0; a < small->antecedents; a++)
    memcpy(row + a * words, small->row[a], words * sizeof *row);
  struct es_list_problem problem = {.points = small->points,
                                    .antecedents = small->antecedents,
                                    .row = row,
                                    .all = small->all,
                                    .good = small->good,
                                    .lambda = small->lambda,
                                    .falling = small->falling,
                                    .most_nodes = nodes,
                                    .most_seconds = seconds};
  return es_list_search(&problem, list, rules, proof, ctx);
}

static bool takes(const struct small *small, size_t rule, size_t point)
{
  return (small->row[rule][point / 64] >> (point % 64)) & 1;
}

/* What a list misjudges, person by person: the definition.  A list that does not fall where it
 * should is worth nothing; a rule that takes nobody has no share. */
static double objective(const struct small *small, const size_t *list, size_t rules)
{
  uint64_t all[ANTECEDENTS + 1] = {0}, good[ANTECEDENTS + 1] = {0}, people = 0, errors = 0;
  for (size_t p = 0; p < small->points; p++) {
    size_t k = 0;
    while (k < rules && !takes(small, list[k], p)) k++;
    all[k] += small->all[p];
    good[k] += small->good[p];
  }
  double last = 0;
  for (size_t k = 0; k <= rules; k++) {
    if (small->falling && all[k] > 0) {
      double share = (double)good[k] / (double)all[k];
      if (share < last) return INFINITY;
      last = share;
    }
    people += all[k];
    errors += good[k] < all[k] - good[k] ? good[k] : all[k] - good[k];
  }
  return (double)errors / (double)people + small->lambda * (double)rules;
}

/* The best of all lists that go on from `list`, each antecedent once. */
static double enumerate(const struct small *small, size_t *list, size_t rules)
{
  double best = objective(small, list, rules);
  for (size_t a = 0; a < small->antecedents; a++) {
    size_t k = 0;
    while (k < rules && list[k] != a) k++;
    if (k < rules) continue;
    list[rules] = a;
    double longer = enumerate(small, list, rules + 1);
    if (longer < best) best = longer;
  }
  return best;
}

/* xorshift64*: any stream will do. */
static uint64_t draw(uint64_t *state, uint64_t below)
{
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return (*state * 0x2545F4914F6CDD1D >> 33) % below;
}

/* Antecedents of very different width over weighted points, a twin among them. */
static struct small random_problem(uint64_t seed, size_t antecedents, size_t points)
{
  struct small small = {.points = 1 + (size_t)draw(&seed, points),
                        .antecedents = antecedents,
                        .lambda = (double)(1 + draw(&seed, 40)) / 1000};
  for (size_t p = 0; p < small.points; p++) {
    small.all[p] = draw(&seed, 9);
    small.good[p] = draw(&seed, small.all[p] + 1);
    for (size_t a = 0; a < antecedents; a++)
      if (draw(&seed, antecedents + 2) <= a) small.row[a][p / 64] |= (uint64_t)1 << (p % 64);
  }
  small.all[0]++;
  memcpy(small.row[1], small.row[0], sizeof small.row[0]);
  return small;
}

/* The certified objective of a problem, which is the best of all lists, one by one. */
static double expect_enumerated(const struct small *small, unsigned seed)
{
  struct es_context ctx = {0};
  size_t *list = NULL, rules, trail[ANTECEDENTS];
  struct es_rule_proof proof;
  MUST(solve(small, LIMIT, 0, &list, &rules, &proof, &ctx));
  double best = enumerate(small, trail, 0);
  cr_expect_float_eq(proof.objective, best, 1e-12, "seed %u: %.17g, enumerated %.17g", seed,
                     proof.objective, best);
  cr_expect_float_eq(objective(small, list, rules), best, 1e-12, "seed %u", seed);
  cr_expect_eq(proof.end, ES_PROOF_WHOLE);
  cr_expect_eq(proof.lower_bound, proof.objective);
  free(list);
  return best;
}

Test(rules_search, equals_enumeration)
{
  for (unsigned seed = 1; seed <= 400; seed++) {
    struct small small = random_problem(seed * 0x9E3779B97F4A7C15, 3 + seed % 4, POINTS);
    expect_enumerated(&small, seed);
  }
}

Test(rules_search, falling_lists_equal_enumeration)
{
  size_t dearer = 0, longer = 0;
  for (unsigned seed = 1; seed <= 1000; seed++) {
    struct small small = random_problem(seed * 0x9E3779B97F4A7C15, 3 + seed % 4, FEW);
    double free_of_order = expect_enumerated(&small, seed);
    small.falling = true;
    double falling = expect_enumerated(&small, seed);
    dearer += falling > free_of_order + 1e-12;
    longer += falling < objective(&small, NULL, 0) - small.lambda / 2;
  }
  cr_expect_gt(dearer, 100, "%zu", dearer);
  cr_expect_gt(longer, 100, "%zu", longer);
}

/* Points that a rule takes, one after the other from the bit 0 on. */
static struct small drawn(size_t points, const uint64_t *all, const uint64_t *good, double price)
{
  struct small small = {.points = points, .falling = true};
  uint64_t people = 0;
  for (size_t p = 0; p < points; p++) {
    small.all[p] = all[p];
    small.good[p] = good[p];
    people += all[p];
  }
  small.lambda = price / (double)people;
  return small;
}

/* b and c share people who are better off: 16 of 70 in b and 12 of 60 in the rest of c, so neither
 * may follow the other.  Rule a judges 9 people rightly, which does not earn its price of 10, but
 * without them c stands at 12 of 51, and may follow b. */
Test(rules_search, a_rule_of_a_falling_list_may_stand_for_the_sake_of_others)
{
  static const uint64_t all[] = {60, 10, 51, 9, 1000}, good[] = {12, 4, 12, 0, 900};
  struct small small = drawn(5, all, good, 10);
  small.antecedents = 3;
  small.row[0][0] = 0x8; /* a */
  small.row[1][0] = 0x3; /* b */
  small.row[2][0] = 0xE; /* c */
  cr_expect_float_eq(expect_enumerated(&small, 0), (12 + 4 + 12 + 100 + 3 * 10) / 1130.0, 1e-12);
}

/* b, c and c, b take the same people at the same cost, but end at 12 of 50 and at 10 of 50: only
 * the latter lets d, at 11 of 50, follow.  Whichever is met first, it must be found. */
Test(rules_search, of_falling_lists_with_the_same_rest_the_lower_end_is_kept)
{
  static const uint64_t all[] = {50, 30, 40, 10, 50, 50, 1000};
  static const uint64_t good[] = {10, 0, 8, 4, 11, 15, 900};
  for (size_t first = 0; first < 2; first++) {
    struct small small = drawn(7, all, good, 5);
    small.antecedents = 4;
    small.row[first][0] = 0x3;     /* b */
    small.row[1 - first][0] = 0xE; /* c */
    small.row[2][0] = 0x18;        /* d */
    small.row[3][0] = 0x20;        /* e */
    cr_expect_float_eq(expect_enumerated(&small, 0), (48 + 100 + 4 * 5) / 1230.0, 1e-12);
  }
}

/* Stopped at any time, the truth lies between the bound and the answer, which is a list's own. */
Test(rules_search, stopped_early_the_gap_is_true)
{
  struct es_context ctx = {0};
  size_t stopped = 0;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    struct small small = random_problem(seed * 0x9E3779B97F4A7C15, ANTECEDENTS, POINTS);
    small.lambda /= 20;
    small.falling = seed % 2 == 0;
    size_t *list = NULL, rules;
    struct es_rule_proof whole, part;
    MUST(solve(&small, LIMIT, 0, &list, &rules, &whole, &ctx));
    free(list);
    double last = 0;
    for (size_t nodes = 1; nodes <= 64; nodes *= 4) {
      MUST(solve(&small, nodes, 0, &list, &rules, &part, &ctx));
      cr_expect_leq(part.lower_bound, whole.objective + 1e-12);
      cr_expect_geq(part.objective, whole.objective - 1e-12);
      cr_expect_geq(part.lower_bound, last, "a longer search knows no less");
      cr_expect_leq(part.nodes, nodes + 1);
      cr_expect_float_eq(objective(&small, list, rules), part.objective, 1e-12);
      stopped += part.end == ES_PROOF_NODES;
      last = part.lower_bound;
      free(list);
    }
    MUST(solve(&small, LIMIT, 1e-9, &list, &rules, &part, &ctx));
    cr_expect(part.end == ES_PROOF_CLOCK || part.end == ES_PROOF_WHOLE);
    cr_expect_leq(part.lower_bound, whole.objective + 1e-12);
    free(list);
  }
  cr_expect_gt(stopped, 50, "only %zu searches were stopped", stopped);
}

Test(rules_search, nothing_to_choose_from)
{
  struct es_context ctx = {0};
  struct small small = {.points = 2, .all = {5, 3}, .good = {5, 0}, .lambda = 0.01};
  size_t *list, rules;
  struct es_rule_proof proof;
  MUST(solve(&small, 1, 0, &list, &rules, &proof, &ctx));
  cr_expect_eq(rules, 0);
  cr_expect_float_eq(proof.objective, 0.375, 1e-15);
  cr_expect_eq(proof.end, ES_PROOF_WHOLE);
  free(list);
}

/* --- CORELS's answers ------------------------------------------------------------------------- */

static json_t *peer(void)
{
  json_t *cases = json_load_file(SHARED "/cases/corels_rulelists.json", 0, NULL);
  if (cases == NULL) cr_log_info("skipped: no " SHARED);
  return cases;
}

static struct small small_of(const json_t *input)
{
  const json_t *rows = json_object_get(input, "antecedents"), *y = json_object_get(input, "y");
  struct small small = {.points = json_array_size(y),
                        .antecedents = json_array_size(rows),
                        .lambda = json_number_value(json_object_get(input, "lambda"))};
  cr_assert(small.points <= POINTS && small.antecedents <= ANTECEDENTS);
  for (size_t p = 0; p < small.points; p++) {
    small.all[p] = 1;
    small.good[p] = (uint64_t)json_integer_value(json_array_get(y, p));
    for (size_t a = 0; a < small.antecedents; a++)
      if (json_integer_value(json_array_get(json_array_get(rows, a), p)) != 0)
        small.row[a][p / 64] |= (uint64_t)1 << (p % 64);
  }
  return small;
}

Test(rules_search, small_exhaustive_cases_of_the_peer)
{
  struct es_context ctx = {0};
  json_t *cases = peer();
  if (cases == NULL) return;
  size_t i;
  json_t *one;
  json_array_foreach(json_object_get(cases, "small_exhaustive"), i, one)
  {
    struct small small = small_of(json_object_get(one, "input"));
    size_t *list = NULL, rules;
    struct es_rule_proof proof;
    double best =
        json_number_value(json_object_get(json_object_get(one, "expected"), "optimal_objective"));
    MUST(solve(&small, LIMIT, 0, &list, &rules, &proof, &ctx));
    cr_expect_float_eq(proof.objective, best, 1e-9, "%s: %.17g instead of %.17g",
                       json_string_value(json_object_get(one, "id")), proof.objective, best);
    free(list);
  }
  cr_expect_geq(i, 10);
  json_decref(cases);
}

/* The file of the CORELS experiment: seven columns of levels, the outcome last. */
enum { COLUMNS = 7, PEOPLE = 7000, LEVELS = 8 };

struct compas {
  char name[COLUMNS][64], level[COLUMNS][LEVELS][64];
  const char *levels[COLUMNS][LEVELS];
  struct es_column column[COLUMNS];
  double value[COLUMNS][PEOPLE];
  uint8_t seen[PEOPLE], outcome[PEOPLE];
  const double *values[COLUMNS];
  const uint8_t *seens[COLUMNS];
  struct es_training training;
};

static void keep_text(char room[64], const char *text)
{
  cr_assert_lt(strlen(text), 64);
  memcpy(room, text, strlen(text) + 1);
}

static double level_of(struct compas *compas, size_t c, const char *text)
{
  uint32_t k = 0;
  while (k < compas->column[c].levels && strcmp(compas->level[c][k], text) != 0) k++;
  cr_assert_lt(k, LEVELS);
  if (k < compas->column[c].levels) return k;
  keep_text(compas->level[c][k], text);
  compas->column[c].levels++;
  return k;
}

/* Levels that *compas has keep their numbers. */
static bool read_people(struct compas *compas, const char *path)
{
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    cr_log_info("skipped: no " SHARED);
    return false;
  }
  char line[400];
  size_t row = 0;
  for (; fgets(line, sizeof line, file) != NULL; row++) {
    char *at = line;
    for (size_t c = 0; c < COLUMNS; c++) {
      char *comma = strchr(at, ',');
      *comma = '\0';
      if (row == 0)
        keep_text(compas->name[c], at);
      else
        compas->value[c][row - 1] = level_of(compas, c, at);
      at = comma + 1;
    }
    if (row > 0) compas->outcome[row - 1] = at[0] == '0'; /* did not offend again */
  }
  fclose(file);
  memset(compas->seen, 1, sizeof compas->seen);
  for (size_t c = 0; c < COLUMNS; c++) {
    for (size_t k = 0; k < LEVELS; k++) compas->levels[c][k] = compas->level[c][k];
    compas->values[c] = compas->value[c];
    compas->seens[c] = compas->seen;
    compas->column[c].name = compas->name[c];
    compas->column[c].kind = ES_LEVELS;
    compas->column[c].level = compas->levels[c];
  }
  struct es_frame frame = {.people = row - 1,
                           .columns = COLUMNS,
                           .column = compas->column,
                           .value = compas->values,
                           .seen = compas->seens};
  compas->training = (struct es_training){.frame = frame, .outcome = compas->outcome};
  return true;
}

static struct compas *read_compas(void)
{
  static struct compas compas;
  return read_people(&compas, SHARED "/data/corels_compas/compas_train.csv") ? &compas : NULL;
}

/* Whom a list misjudges of people it was not learned from. */
static size_t misjudged(const struct es_rules *rules, const struct compas *train)
{
  static struct compas test;
  test = *train;
  cr_assert(read_people(&test, SHARED "/data/corels_compas/compas_test.csv"));
  cr_assert_eq(test.training.frame.people, 721);
  size_t errors = 0;
  for (size_t i = 0; i < 721; i++) {
    uint32_t fired;
    double share;
    es_rules_first(&fired, &share, rules, &test.training.frame, i, 1);
    errors += (share > 0.5) != test.outcome[i];
  }
  return errors;
}

static const struct es_rule_search published = {
    .support = 0.005, .conjuncts = 2, .bins = 2, .nodes = 5000000};

/* "sex:Male,age:21-22", as CORELS calls antecedents. */
static const char *name_of(const struct es_rule_mine *mine, size_t k, char name[200])
{
  const struct es_rule_node *a = &mine->pool->test[mine->a[k]], *b = &mine->pool->test[mine->b[k]];
  int size = snprintf(name, 200, "{%s:%s", a->column, a->value);
  if (a != b) size += snprintf(name + size, 200 - (size_t)size, ",%s:%s", b->column, b->value);
  snprintf(name + size, 200 - (size_t)size, "}");
  return name;
}

Test(rules_search, mines_the_antecedents_of_the_published_experiment)
{
  struct es_context ctx = {0};
  struct compas *compas = read_compas();
  FILE *file = fopen(SHARED "/data/corels_compas/compas_train.out", "r");
  if (compas == NULL || file == NULL) return;
  struct es_rule_pool pool;
  struct es_rule_mine mine;
  MUST(es_rule_pool_fill(&pool, &published, &compas->training, &ctx));
  MUST(es_rule_mine_dig(&mine, &pool, &ctx));
  static char line[20000], name[200];
  size_t theirs = 0;
  for (; fgets(line, sizeof line, file) != NULL; theirs++) {
    char *bits = strchr(line, '}') + 1;
    *bits++ = '\0';
    size_t k = 0, differ = 0;
    while (k < mine.antecedents && strcmp(name_of(&mine, k, name), line) != 0) k++;
    cr_assert_lt(k, mine.antecedents, "%s was not mined", line);
    for (size_t i = 0; i < compas->training.frame.people; i++) {
      uint64_t word = mine.row[k * mine.words + mine.point[i] / 64];
      differ += ((word >> (mine.point[i] % 64)) & 1) != (bits[2 * i] == '1');
    }
    cr_expect_eq(differ, 0, "%s differs for %zu people", line, differ);
  }
  fclose(file);
  cr_expect_eq(theirs, 155);
  cr_expect_eq(mine.antecedents, theirs);
  cr_expect_eq(mine.points, 194);
  es_rule_mine_clear(&mine);
  es_rule_pool_clear(&pool);
}

/* People in another order, or everybody twice by weight, change nothing. */
Test(rules_search, order_and_scale_of_people_change_nothing)
{
  static struct compas turned;
  static double weight[PEOPLE];
  struct es_context ctx = {0};
  struct compas *compas = read_compas();
  if (compas == NULL) return;
  struct es_rule_search search = published;
  search.lambda = 0.015;
  struct es_rules rules[2];
  struct es_text text[2] = {{0}, {0}};
  turned = *compas;
  turned.training.weight = weight;
  size_t people = compas->training.frame.people;
  for (size_t c = 0; c < COLUMNS; c++) turned.values[c] = turned.value[c];
  turned.training.frame.value = turned.values;
  turned.training.outcome = turned.outcome;
  for (size_t i = 0; i < people; i++) {
    size_t from = people - 1 - i;
    for (size_t c = 0; c < COLUMNS; c++) turned.value[c][i] = compas->value[c][from];
    turned.outcome[i] = compas->outcome[from];
    weight[i] = 2;
  }
  MUST(es_rules_prove(&rules[0], &search, &compas->training, &ctx));
  MUST(es_rules_prove(&rules[1], &search, &turned.training, &ctx));
  for (size_t k = 0; k < 2; k++) es_rules_print(&rules[k], &text[k]);
  cr_expect_str_eq(es_text_get(&text[0]), es_text_get(&text[1]));
  for (size_t k = 0; k < 2; k++) {
    es_text_clear(&text[k]);
    es_rules_clear(&rules[k]);
  }
}

/* The list of figure 1 of Angelino et al. 2018.  Its rules are all of one verdict, so their order
 * is free: here the narrower goes first.  Shares are (favourable + 1/2) / (people + 1). */
static const char figure_1[] =
    "score 0.23096446700507614 if age = \"18-20\"  # 196 people, 45 favorable\n"
    "score 0.3433179723502304 if age = \"23-25\" and priors = \"2-3\"  # 216 people, 74 favorable\n"
    "score 0.3993576017130621 if sex = Male and age = \"21-22\"  # 466 people, 186 favorable\n"
    "score 0.3715943491422805 if priors = \">3\"  # 1981 people, 736 favorable\n"
    "otherwise score 0.7002203249793445  # 3630 people, 2542 favorable\n";

static void expect_printed(const struct es_rules *rules, const char *lines)
{
  struct es_text text = {0};
  es_rules_print(rules, &text);
  cr_expect(strstr(es_text_get(&text), lines) != NULL, "%s", es_text_get(&text));
  es_text_clear(&text);
}

Test(rules_search, compas_is_certified_at_every_lambda_of_the_peer)
{
  struct es_context ctx = {0};
  struct compas *compas = read_compas();
  json_t *cases = peer();
  if (compas == NULL || cases == NULL) return;
  const char *lambda;
  json_t *expected;
  json_object_foreach(json_object_get(cases, "lambda"), lambda, expected)
  {
    struct es_rules rules;
    struct es_rule_search search = published;
    search.lambda = strtod(lambda, NULL);
    MUST(es_rules_prove(&rules, &search, &compas->training, &ctx));
    double best = json_number_value(json_object_get(expected, "objective"));
    cr_expect(es_rules_certified(&rules), "lambda %s", lambda);
    cr_expect_float_eq(rules.proof.objective, best, 1e-9, "lambda %s: %.17g instead of %.17g",
                       lambda, rules.proof.objective, best);
    cr_expect_eq(rules.proof.lower_bound, rules.proof.objective);
    cr_expect_eq(rules.proof.errors, json_number_value(json_object_get(expected, "train_errors")));
    cr_expect_eq(rules.rules, json_array_size(json_object_get(expected, "rules")));
    cr_expect_eq((json_int_t)misjudged(&rules, compas),
                 json_integer_value(json_object_get(expected, "test_errors")), "lambda %s", lambda);
    cr_expect_eq(rules.proof.people, 6489);
    cr_expect_eq(rules.proof.antecedents, 155);
    if (strcmp(lambda, "0.005") == 0) expect_printed(&rules, figure_1);
    es_rules_clear(&rules);

    /* All rules of these lists speak against people, and they can be put in falling order. */
    search.falling = true;
    MUST(es_rules_prove(&rules, &search, &compas->training, &ctx));
    cr_expect(es_rules_certified(&rules), "falling, lambda %s", lambda);
    cr_expect_float_eq(rules.proof.objective, best, 1e-9, "falling, lambda %s", lambda);
    for (size_t k = 1; k < rules.rules; k++)
      cr_expect_leq(rules.rule[k - 1].score, rules.rule[k].score, "falling, lambda %s", lambda);
    es_rules_clear(&rules);
  }
  json_decref(cases);
}
