/* What every plug-in must hold to: each test runs once for every file of scorers/, datasets/ and
 * reports/, so that a new one is tested without a line of its own; and for scorers from elsewhere,
 * shared objects and a program. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/model/registry.h"
#include "tests/kit.h"

#define X(id) #id,
static const char *const scorer_files[] = {
#include "scorer_list.h"
};
static const char *const dataset_files[] = {
#include "dataset_list.h"
};
static const char *const report_files[] = {
#include "report_list.h"
};
#undef X

/* Behind the scorers of this build. */
static const struct {
  const char *spec, *name;
} elsewhere[] = {{OBJECTS "/records.so", "records"},
                 {OBJECTS "/hostile.so", "hostile"},
                 {"command:awk -f tests/foreign/cells.awk", "cells"}};

enum { PEOPLE = 2000, MOST = 256 };
static struct es_context ctx = {.seed = 2018};

/* Criterion's parameters are numbers: pointers do not survive its processes. */
static int numbers[MOST];
static struct criterion_test_params each(size_t count)
{
  for (int i = 0; i < MOST; i++) numbers[i] = i;
  return cr_make_param_array(int, numbers, count < MOST ? count : MOST);
}
#define FOR_EACH(suite, name, count)                                                               \
  ParameterizedTestParameters(suite, name) { return each(count); }                                 \
  ParameterizedTest(int *number, suite, name)
#define SCORERS(name)  FOR_EACH(scorers, name, es_scorer_count + ES_COUNT_OF(elsewhere))
#define DATASETS(name) FOR_EACH(datasets, name, es_dataset_count)
#define REPORTS(name)  FOR_EACH(reports, name, es_report_count)

static void check_words(const char *what, const char *name, const char *file, const char *summary)
{
  cr_expect_str_eq(name, file, "%s/%s.c calls itself \"%s\"", what, file, name);
  cr_assert_not_null(summary, "%s/%s.c has no summary", what, file);
  cr_expect(summary[0] != '\0' && strchr(summary, '\n') == NULL, "%s: a summary is one line", name);
  cr_expect_neq(summary[strlen(summary) - 1], '.', "%s: a summary ends without a full stop", name);
}

/* --- scorers: what they say of themselves ----------------------------------------------------- */

static bool is_own(int number) { return (size_t)number < es_scorer_count; }
static const char *spec_of(int number)
{
  return is_own(number) ? es_scorers[number]->name
                        : elsewhere[(size_t)number - es_scorer_count].spec;
}
static const char *name_of(int number)
{
  return is_own(number) ? scorer_files[number] : elsewhere[(size_t)number - es_scorer_count].name;
}

/* Its spec with options. */
static void spec_with(char spec[256], int number, const char *options)
{
  const char *plain = spec_of(number);
  if (strncmp(plain, "command:", 8) == 0)
    snprintf(spec, 256, "command:%s %s", options, plain + 8);
  else
    snprintf(spec, 256, "%s:%s", plain, options);
}

SCORERS(says_what_it_is)
{
  struct es_model model;
  MUST(es_model_create(&model, spec_of(*number), &ctx), &ctx);
  const struct es_scorer *s = model.scorer;
  check_words("scorers", s->name, name_of(*number), s->summary);
  cr_expect_eq(s->api, ES_SCORER_API);
  cr_assert_not_null(s->score, "%s has no score", s->name);
  cr_expect(s->options == NULL || s->options->name == NULL || s->options_size > 0,
            "%s: options without options_size", s->name);
  cr_expect(!(s->flags & ES_NEEDS_TRAINING) || s->fit != NULL, "%s learns without fit", s->name);
  cr_expect(s->clear == NULL || s->state_size > 0, "%s clears no state", s->name);
  es_model_clear(&model);
}

static void check_taken(const struct es_option *row, void *block, const char *value)
{
  cr_expect_eq(es_options_set(row, block, row->name, value, &ctx), ES_OK, "%s = %s: %s", row->name,
               value, ctx.message);
}

static void check_refused(const struct es_option *row, void *block, const char *value)
{
  char *range = es_option_range(row);
  cr_assert_not_null(range);
  cr_expect_eq(es_options_set(row, block, row->name, value, &ctx), ES_INPUT, "%s = %s is taken",
               row->name, value);
  cr_expect(strstr(ctx.message, range) != NULL && strstr(ctx.message, row->name) != NULL,
            "%s = %s: \"%s\" does not quote \"%s\"", row->name, value, ctx.message, range);
  free(range);
}

static void check_numbers(const struct es_option *row, void *block)
{
  char text[ES_NUMBER_SIZE];
  check_refused(row, block, "much");
  check_refused(row, block, "nan");
  if (row->min == 0 && row->max == 0) return;
  check_taken(row, block, es_number(text, row->min));
  check_taken(row, block, es_number(text, row->max));
  check_refused(row, block, es_number(text, row->min - 1 - fabs(row->min) / 2));
  check_refused(row, block, es_number(text, row->max + 1 + fabs(row->max) / 2));
}

static void check_choices(const struct es_option *row, void *block)
{
  char word[64];
  check_refused(row, block, "none of these");
  for (const char *at = row->choices; *at != '\0';) {
    size_t size = strcspn(at, "|");
    snprintf(word, sizeof word, "%.*s", (int)size, at);
    check_taken(row, block, word);
    at += size + (at[size] == '|');
  }
}

/* The default reads back as itself; both ends of a range are taken; what is beyond is refused. */
static void check_option(const struct es_option *row, void *block)
{
  struct es_option one[2] = {*row, {0}};
  cr_expect(row->help != NULL && row->help[0] != '\0', "option %s has no help", row->name);
  char *text = es_option_text(row, block);
  if (row->type != ES_TYPE_TEXTS && text[0] != '\0') check_taken(one, block, text);
  char *again = es_option_text(row, block);
  cr_expect_str_eq(text, again, "option %s does not read back", row->name);
  free(text);
  free(again);
  if (row->type == ES_TYPE_DOUBLE || row->type == ES_TYPE_INT || row->type == ES_TYPE_NUMBERS)
    check_numbers(one, block);
  else if (row->type == ES_TYPE_CHOICE)
    check_choices(one, block);
  else if (row->type == ES_TYPE_BOOL)
    check_refused(one, block, "perhaps");
}

SCORERS(takes_its_options_and_no_others)
{
  char wrong[80], spec[256];
  struct es_model model, other;
  MUST(es_model_create(&model, spec_of(*number), &ctx), &ctx);
  for (const struct es_option *row = model.scorer->options; row != NULL && row->name != NULL;
       row++) {
    MUST(es_model_create(&other, spec_of(*number), &ctx), &ctx);
    check_option(row, other.options);
    es_model_clear(&other);
    snprintf(wrong, sizeof wrong, "%sx=1", row->name);
    spec_with(spec, *number, wrong);
    cr_expect_eq(es_model_create(&other, spec, &ctx), ES_INPUT);
    cr_expect(strstr(ctx.message, "did you mean") != NULL &&
                  strstr(ctx.message, name_of(*number)) != NULL,
              "\"%s\" names neither the nearest option nor the scorer", ctx.message);
  }
  es_model_clear(&model);
  spec_with(spec, *number, "no_such_option_at_all=1");
  cr_expect_eq(es_model_create(&model, spec, &ctx), ES_INPUT);
}

/* --- scorers: how they behave ----------------------------------------------------------------- */

static struct kit kit;

/* Opens people and a model of the scorer; false where this build cannot run it. */
static bool begin(struct es_model *model, int number)
{
  MUST(es_model_create(model, spec_of(number), &ctx), &ctx);
  const struct es_scorer *s = model->scorer;
  const char *reason = s->unavailable != NULL ? s->unavailable() : NULL;
  if (reason != NULL) {
    fprintf(stderr, "skipped: %s is not in this build: %s\n", s->name, reason);
    es_model_clear(model);
    return false;
  }
  bool selective = (s->flags & ES_SEES_INCUMBENT) != 0;
  kit_open_with(&kit, "cn-2017", selective ? "labels=approved|incumbent=credit.arrears" : "",
                PEOPLE, &ctx);
  return true;
}

static void end(struct es_model *model)
{
  es_model_clear(model);
  kit_close(&kit);
}

static void fit(struct es_model *model, const struct es_block *training)
{
  MUST(es_model_fit(model, kit.from.people, training, &ctx), &ctx);
}

/* Scores that the caller frees. */
static struct es_scores score(const struct es_model *model, const struct es_block *people)
{
  struct es_scores out;
  MUST(es_scores_create(&out, people->people, &ctx), &ctx);
  MUST(es_model_score(model, kit.from.people, people, &out, &ctx), &ctx);
  return out;
}

static bool same_person(const struct es_scores *a, size_t i, const struct es_scores *b, size_t j)
{
  return memcmp(&a->value[i], &b->value[j], sizeof *a->value) == 0 && a->why[i] == b->why[j] &&
         a->term[i] == b->term[j] && a->refuse[i] == b->refuse[j];
}

static void expect_same(struct es_scores *a, struct es_scores *b, size_t n, const char *when)
{
  size_t wrong = 0;
  for (size_t i = 0; i < n; i++) wrong += !same_person(a, i, b, i);
  cr_expect_eq(wrong, 0, "%zu of %zu people have another score %s", wrong, n, when);
  es_scores_clear(b);
}

SCORERS(same_input_same_output)
{
  struct es_model model, twin;
  if (!begin(&model, *number)) return;
  MUST(es_model_create(&twin, spec_of(*number), &ctx), &ctx);
  fit(&model, &kit.train);
  struct es_scores first = score(&model, &kit.test), second = score(&model, &kit.test);
  expect_same(&first, &second, PEOPLE, "when asked twice");
  fit(&twin, &kit.train);
  second = score(&twin, &kit.test);
  expect_same(&first, &second, PEOPLE, "from a second instance");
  fit(&model, &kit.train);
  second = score(&model, &kit.test);
  expect_same(&first, &second, PEOPLE, "after learning the same again");
  es_scores_clear(&first);
  es_model_clear(&twin);
  end(&model);
}

/* Two that learn from different people, in turns. */
SCORERS(instances_share_nothing)
{
  struct es_model a, b;
  if (!begin(&a, *number)) return;
  MUST(es_model_create(&b, spec_of(*number), &ctx), &ctx);
  struct es_block other = kit_copy(&kit.train, PEOPLE / 2, PEOPLE / 2, kit.from.people, &ctx);
  fit(&a, &kit.train);
  struct es_scores alone_a = score(&a, &kit.test), again;
  fit(&b, &other);
  struct es_scores alone_b = score(&b, &kit.test);
  again = score(&a, &kit.test);
  expect_same(&alone_a, &again, PEOPLE, "after another instance learned");
  fit(&a, &kit.train);
  again = score(&b, &kit.test);
  expect_same(&alone_b, &again, PEOPLE, "after another instance learned again");
  es_model_clear(&a);
  again = score(&b, &kit.test);
  expect_same(&alone_b, &again, PEOPLE, "after another instance was cleared");
  es_scores_clear(&alone_a);
  es_scores_clear(&alone_b);
  es_block_clear(&other, kit.from.people);
  end(&b);
}

SCORERS(order_of_people_changes_nothing)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  struct es_block mixed = kit_copy(&kit.test, 0, PEOPLE, kit.from.people, &ctx);
  size_t step = 777; /* shares no factor with PEOPLE */
  for (size_t i = 0; i < PEOPLE; i++)
    kit_copy_person(&mixed, i * step % PEOPLE, &kit.test, i, kit.from.people);
  fit(&model, &kit.train);
  struct es_scores straight = score(&model, &kit.test), other = score(&model, &mixed);
  size_t wrong = 0;
  for (size_t i = 0; i < PEOPLE; i++)
    wrong += !same_person(&straight, i, &other, i * step % PEOPLE);
  cr_expect_eq(wrong, 0, "%zu of %d people have another score in another order", wrong, PEOPLE);
  es_scores_clear(&straight);
  es_scores_clear(&other);
  es_block_clear(&mixed, kit.from.people);
  end(&model);
}

SCORERS(size_of_blocks_changes_nothing)
{
  static const size_t sizes[] = {1, 7, 512};
  struct es_model model;
  if (!begin(&model, *number)) return;
  fit(&model, &kit.train);
  struct es_scores whole = score(&model, &kit.test);
  for (size_t k = 0; k < ES_COUNT_OF(sizes); k++) {
    size_t wrong = 0, people = PEOPLE;
    if (!is_own(*number) && people > 32 * sizes[k]) people = 32 * sizes[k]; /* a process each */
    for (size_t first = 0; first < people; first += sizes[k]) {
      size_t n = people - first < sizes[k] ? people - first : sizes[k];
      struct es_block part = kit_copy(&kit.test, first, n, kit.from.people, &ctx);
      struct es_scores out = score(&model, &part);
      for (size_t i = 0; i < n; i++) wrong += !same_person(&whole, first + i, &out, i);
      es_scores_clear(&out);
      es_block_clear(&part, kit.from.people);
    }
    cr_expect_eq(wrong, 0, "%zu people have another score in blocks of %zu", wrong, sizes[k]);
  }
  es_scores_clear(&whole);
  end(&model);
}

/* A value that is not seen is NaN; a scorer that never looks does not mind another. */
SCORERS(what_is_not_seen_is_not_read)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  fit(&model, &kit.train);
  struct es_scores before = score(&model, &kit.test);
  struct es_block *blocks[] = {&kit.train, &kit.test};
  for (size_t b = 0; b < 2; b++)
    for (size_t c = 0; c < kit.from.people->columns; c++)
      for (size_t i = 0; i < PEOPLE; i++)
        if (!blocks[b]->seen[c][i]) blocks[b]->value[c][i] = 1e6 + (double)i;
  fit(&model, &kit.train);
  struct es_scores after = score(&model, &kit.test);
  expect_same(&before, &after, PEOPLE, "when values that nobody sees change");
  es_scores_clear(&before);
  end(&model);
}

/* Other groups and another truth change nothing for those who did not ask to see them. */
SCORERS(blind_to_what_it_did_not_ask_for)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  unsigned flags = model.scorer->flags;
  fit(&model, &kit.train);
  struct es_scores before = score(&model, &kit.test);
  struct es_block *blocks[] = {&kit.train, &kit.test};
  for (size_t b = 0; b < 2; b++)
    for (size_t i = 0; i < PEOPLE; i++) {
      for (size_t a = 0; a < kit.from.people->attributes && !(flags & ES_SEES_GROUPS); a++)
        blocks[b]->group[a][i] = (uint32_t)(i % kit.from.people->attribute[a].levels);
      if (!(flags & ES_SEES_TRUTH)) blocks[b]->truth[i] = i % 2 ? 0.01 : 0.99;
    }
  fit(&model, &kit.train);
  struct es_scores after = score(&model, &kit.test);
  expect_same(&before, &after, PEOPLE, "when groups and truth are others");
  es_scores_clear(&before);
  end(&model);
}

SCORERS(scores_some_people_within_its_range)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  fit(&model, &kit.train);
  struct es_scores out = score(&model, &kit.test);
  size_t scored = 0;
  for (size_t i = 0; i < PEOPLE; i++) {
    if (out.why[i] != ES_SCORED) continue;
    scored++;
    cr_expect(isfinite(out.value[i]));
    if (model.scorer->flags & ES_PROBABILITY)
      cr_expect(out.value[i] >= 0 && out.value[i] <= 1, "%g is no probability", out.value[i]);
  }
  cr_expect_gt(scored, 0, "%s scores nobody", name_of(*number));
  es_scores_clear(&out);
  end(&model);
}

SCORERS(describes_what_it_learned)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  struct es_text first = {0}, second = {0};
  fit(&model, &kit.train);
  MUST(es_model_describe(&model, kit.from.people, &first, &ctx), &ctx);
  MUST(es_model_describe(&model, kit.from.people, &second, &ctx), &ctx);
  cr_expect_str_eq(es_text_get(&first), es_text_get(&second));
  cr_expect(first.size == 0 || first.at[first.size - 1] == '\n', "the last line has no end");
  es_text_clear(&first);
  es_text_clear(&second);
  end(&model);
}

/* --- scorers: people that break careless arithmetic ------------------------------------------- */

static void one_class_good(struct es_block *b)
{
  for (size_t i = 0; i < b->people; i++) b->outcome[i] = ES_FAVORABLE;
}
static void one_class_bad(struct es_block *b)
{
  for (size_t i = 0; i < b->people; i++) b->outcome[i] = ES_UNFAVORABLE;
}
static void one_person(struct es_block *b) { b->people = 1; }
static void two_people(struct es_block *b) { b->people = 2; }
static void no_person(struct es_block *b) { b->people = 0; }
static void all_missing(struct es_block *b)
{
  for (size_t c = 0; c < kit.from.people->columns; c++)
    for (size_t i = 0; i < b->people; i++) b->value[c][i] = NAN, b->seen[c][i] = 0;
}
static void constant_columns(struct es_block *b)
{
  for (size_t c = 0; c < kit.from.people->columns; c++)
    for (size_t i = 0; i < b->people; i++) b->value[c][i] = 1, b->seen[c][i] = 1;
}
static void same_column_throughout(struct es_block *b)
{
  for (size_t c = 1; c < kit.from.people->columns; c++)
    for (size_t i = 0; i < b->people; i++)
      b->value[c][i] = b->value[0][i], b->seen[c][i] = b->seen[0][i];
}
static void outcome_in_a_column(struct es_block *b)
{
  for (size_t i = 0; i < b->people; i++) b->value[0][i] = b->outcome[i], b->seen[0][i] = 1;
}
static void large_numbers(struct es_block *b)
{
  for (size_t c = 0; c < kit.from.people->columns; c++)
    for (size_t i = 0; i < b->people; i++)
      if (b->seen[c][i] && kit.from.people->column[c].kind == ES_NUMBER) b->value[c][i] *= 1e150;
}
static void no_column(struct es_block *b) { (void)b; } /* done to the people, not to the block */

static const struct {
  const char *name;
  void (*change)(struct es_block *block);
} odd[] = {{"one class, good", one_class_good},
           {"one class, bad", one_class_bad},
           {"one person", one_person},
           {"two people", two_people},
           {"nobody", no_person},
           {"all missing", all_missing},
           {"constant columns", constant_columns},
           {"one column many times", same_column_throughout},
           {"the outcome as a column", outcome_in_a_column},
           {"numbers around 1e150", large_numbers},
           {"no column", no_column}};

/* An answer or ES_DEGENERATE; es_model_score checks what an answer must be. */
static void check_answer(enum es_status status, const char *what, const char *when)
{
  cr_expect(status == ES_OK || status == ES_DEGENERATE, "%s with %s: %s (%s)", what, when,
            es_status_text(status), ctx.message);
  cr_expect(status == ES_OK || ctx.message[0] != '\0', "%s with %s fails in silence", what, when);
}

static void check_odd(struct es_model *model, size_t k, const struct es_people *people)
{
  struct es_block train = kit_copy(&kit.train, 0, PEOPLE, kit.from.people, &ctx);
  struct es_block test = kit_copy(&kit.test, 0, PEOPLE, kit.from.people, &ctx);
  struct es_scores out;
  MUST(es_scores_create(&out, PEOPLE, &ctx), &ctx);
  odd[k].change(&train);
  ctx.message[0] = '\0';
  enum es_status status = es_model_fit(model, people, &train, &ctx);
  check_answer(status, "learning", odd[k].name);
  if (status == ES_OK) {
    status = es_model_score(model, people, &test, &out, &ctx);
    check_answer(status, "ordinary people after learning", odd[k].name);
    odd[k].change(&test);
    status = es_model_score(model, people, &test, &out, &ctx);
    check_answer(status, "scoring", odd[k].name);
  }
  es_scores_clear(&out);
  es_block_clear(&train, kit.from.people);
  es_block_clear(&test, kit.from.people);
}

SCORERS(bears_odd_people)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  fit(&model, &kit.train);
  struct es_scores before = score(&model, &kit.test);
  for (size_t k = 0; k < ES_COUNT_OF(odd); k++) {
    struct es_people people = *kit.from.people;
    if (odd[k].change == no_column) people.columns = 0;
    check_odd(&model, k, &people);
    fit(&model, &kit.train); /* a failed or odd fit leaves nothing behind */
    struct es_scores after = score(&model, &kit.test);
    expect_same(&before, &after, PEOPLE, odd[k].name);
  }
  es_scores_clear(&before);
  end(&model);
}

/* After an ordinary fit, odd people may come to be judged. */
SCORERS(scores_odd_people)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  fit(&model, &kit.train);
  for (size_t k = 0; k < ES_COUNT_OF(odd); k++) {
    struct es_block test = kit_copy(&kit.test, 0, PEOPLE, kit.from.people, &ctx);
    struct es_scores out;
    MUST(es_scores_create(&out, PEOPLE, &ctx), &ctx);
    odd[k].change(&test);
    enum es_status status = es_model_score(&model, kit.from.people, &test, &out, &ctx);
    check_answer(status, "scoring", odd[k].name);
    es_scores_clear(&out);
    es_block_clear(&test, kit.from.people);
  }
  end(&model);
}

SCORERS(bears_weights)
{
  struct es_model model;
  if (!begin(&model, *number)) return;
  double weight[PEOPLE];
  for (size_t i = 0; i < PEOPLE; i++) weight[i] = i % 5 == 0 ? 0 : 0.25 * (double)(i % 5);
  struct es_block train = kit.train; /* borrows everything but the weights */
  train.weight = weight;
  fit(&model, &train);
  struct es_scores out = score(&model, &kit.test);
  es_scores_clear(&out);
  for (size_t i = 0; i < PEOPLE; i++) weight[i] = 0;
  check_answer(es_model_fit(&model, kit.from.people, &train, &ctx), "learning", "no weight at all");
  end(&model);
}

/* --- datasets --------------------------------------------------------------------------------- */

static const char schema[] =
    "[schema]\noutcome = repaid\nfavorable = yes\ngroups = region\nweight = w\n"
    "[feature income]\ndirection = +\n[feature work]\ntype = levels\n";

/* A few hundred rows with missing cells, missing groups and unknown outcomes. */
static void write_rows(const char *path)
{
  struct es_text text = {0};
  es_text_add(&text, "repaid,region,income,work,w\n");
  for (int i = 0; i < 300; i++)
    es_text_add(&text, "%s,%s,%s%.0d,%s,%d\n",
                i % 29 == 0 ? ""
                : i % 3     ? "yes"
                            : "no",
                i % 31 == 0 ? ""
                : i % 2     ? "rural"
                            : "urban",
                i % 7 ? "1" : "", i % 7 ? i : 0, i % 11 ? "farm" : "shop", i % 4);
  MUST(es_file_write(path, text.at, text.size, &ctx), &ctx);
  es_text_clear(&text);
}

/* Made up: three scores, two groups. */
static const char *const risk_tables[][2] = {
    {"transrisk_cdf_by_race_ssa.csv", "Score,A white,Black\n0,20,50\n50,60,80\n100,100,100\n"},
    {"transrisk_performance_by_race_ssa.csv", "Score,A white,Black\n0,90,95\n50,50,60\n100,0,5\n"},
    {"totals.csv", "Kind,A white,Black\nSSA,1000,200\n"}};

/* People of every kind that the kit knows how to open; false for others. */
static bool open_kind(struct kit *k, const struct es_dataset *kind, const char *folder)
{
  char population[128], path[96];
  *k = (struct kit){0};
  MUST(es_study_open(&k->study, "default", &ctx), &ctx);
  k->study.people = 3000;
  k->study.train = 1000;
  snprintf(population, sizeof population, "cn-2017");
  if (strcmp(kind->name, "csv") == 0) {
    snprintf(path, sizeof path, "%s/people.ini", folder);
    MUST(es_file_write(path, schema, strlen(schema), &ctx), &ctx);
    free(k->study.schema);
    k->study.schema = es_strdup(path, &ctx);
    snprintf(path, sizeof path, "%s/people.csv", folder);
    write_rows(path);
    snprintf(population, sizeof population, "csv:%s", path);
  } else if (strcmp(kind->name, "transrisk") == 0) {
    for (size_t f = 0; f < ES_COUNT_OF(risk_tables); f++) {
      snprintf(path, sizeof path, "%s/%s", folder, risk_tables[f][0]);
      MUST(es_file_write(path, risk_tables[f][1], strlen(risk_tables[f][1]), &ctx), &ctx);
    }
    snprintf(population, sizeof population, "transrisk:%s", folder);
  } else if (strcmp(kind->name, "synthetic") != 0) {
    fprintf(stderr, "skipped: no people are known here of the kind %s\n", kind->name);
    es_study_clear(&k->study);
    return false;
  }
  MUST(es_people_open(&k->from, &k->study, population, &ctx), &ctx);
  return true;
}

static void remove_folder(const char *folder)
{
  static const char *const names[] = {"people.ini", "people.csv"};
  char path[128];
  for (size_t i = 0; i < ES_COUNT_OF(names); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  for (size_t i = 0; i < ES_COUNT_OF(risk_tables); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, risk_tables[i][0]);
    unlink(path);
  }
  rmdir(folder);
}

static uint64_t part_size(const struct kit *k, enum es_part part)
{
  return k->from.dataset->size(k->from.state, 0, part);
}

/* Everybody of a part, read in blocks of `cut`. */
static struct es_block read_part(const struct kit *k, enum es_part part, size_t cut)
{
  const struct es_people *people = k->from.people;
  size_t n = (size_t)part_size(k, part);
  struct es_block whole, some;
  MUST(es_block_create(&whole, people, n, &ctx), &ctx);
  MUST(es_block_create(&some, people, cut, &ctx), &ctx);
  whole.people = n;
  for (size_t first = 0; first < n; first += cut) {
    some.people = n - first < cut ? n - first : cut;
    kit_fill(&k->from, part, first, &some, &ctx);
    for (size_t i = 0; i < some.people; i++) kit_copy_person(&whole, first + i, &some, i, people);
  }
  es_block_clear(&some, people);
  return whole;
}

static bool same_block(const struct es_block *a, const struct es_block *b,
                       const struct es_people *p)
{
  size_t n = a->people;
  bool same = b->people == n && memcmp(a->person, b->person, n * sizeof *a->person) == 0 &&
              memcmp(a->outcome, b->outcome, n) == 0;
  for (size_t c = 0; same && c < p->columns; c++)
    same = memcmp(a->seen[c], b->seen[c], n) == 0 &&
           memcmp(a->value[c], b->value[c], n * sizeof **a->value) == 0;
  for (size_t g = 0; same && g < p->attributes; g++)
    same = memcmp(a->group[g], b->group[g], n * sizeof **a->group) == 0;
  if (same && p->truth) same = memcmp(a->truth, b->truth, n * sizeof *a->truth) == 0;
  if (same && p->weighted) same = memcmp(a->weight, b->weight, n * sizeof *a->weight) == 0;
  return same;
}

DATASETS(says_what_it_is)
{
  const struct es_dataset *d = es_datasets[*number];
  check_words("datasets", d->name, dataset_files[*number], d->summary);
  cr_expect_eq(d->api, ES_DATASET_API);
  cr_expect(d->open && d->people && d->size && d->block, "%s lacks a function", d->name);
}

DATASETS(any_cut_gives_the_same_people)
{
  static const size_t cuts[] = {1, 7, 512, 5000};
  char folder[] = "/tmp/evenscore-people-XXXXXX";
  cr_assert_not_null(mkdtemp(folder));
  struct kit a, b;
  if (open_kind(&a, es_datasets[*number], folder)) {
    cr_assert(open_kind(&b, es_datasets[*number], folder));
    for (int part = ES_TRAIN; part <= ES_TEST; part++) {
      struct es_block whole = read_part(&a, (enum es_part)part, 5000);
      for (size_t k = 0; k < ES_COUNT_OF(cuts); k++) {
        struct es_block again = read_part(k % 2 ? &a : &b, (enum es_part)part, cuts[k]);
        cr_expect(same_block(&whole, &again, a.from.people), "blocks of %zu, part %d", cuts[k],
                  part);
        es_block_clear(&again, a.from.people);
      }
      es_block_clear(&whole, a.from.people);
    }
    kit_close(&a);
    struct es_block after = read_part(&b, ES_TEST, 512); /* one closed, the other is whole */
    es_block_clear(&after, b.from.people);
    kit_close(&b);
  }
  remove_folder(folder);
}

static void check_people(const struct es_block *b, const struct es_people *p, enum es_part part)
{
  size_t odd_values = 0, odd_groups = 0, odd_weights = 0, unknown = 0, odd_truths = 0;
  for (size_t i = 0; i < b->people; i++) {
    for (size_t c = 0; c < p->columns; c++) {
      double x = b->value[c][i];
      const struct es_column *column = &p->column[c];
      odd_values += b->seen[c][i] > 1 || (b->seen[c][i] ? !isfinite(x) : !isnan(x));
      if (!b->seen[c][i]) continue;
      if (column->kind == ES_BINARY) odd_values += x != 0 && x != 1;
      if (column->kind == ES_COUNT) odd_values += x < 0 || x != floor(x);
      if (column->kind == ES_LEVELS) odd_values += !(x >= 0 && x < column->levels) || x != floor(x);
    }
    for (size_t a = 0; a < p->attributes; a++)
      odd_groups += b->group[a][i] >= p->attribute[a].levels;
    if (p->weighted) odd_weights += !(b->weight[i] >= 0) || !isfinite(b->weight[i]);
    if (p->truth) odd_truths += !(b->truth[i] >= 0 && b->truth[i] <= 1);
    unknown += b->outcome[i] != ES_FAVORABLE && b->outcome[i] != ES_UNFAVORABLE;
  }
  cr_expect_eq(odd_values, 0, "%zu values break their kind or their mask", odd_values);
  cr_expect_eq(odd_groups, 0);
  cr_expect_eq(odd_weights, 0);
  cr_expect_eq(odd_truths, 0);
  cr_expect(part == ES_TEST || unknown == 0, "%zu to learn from have no outcome", unknown);
}

DATASETS(people_are_what_it_says)
{
  char folder[] = "/tmp/evenscore-people-XXXXXX";
  cr_assert_not_null(mkdtemp(folder));
  struct kit k;
  if (open_kind(&k, es_datasets[*number], folder)) {
    const struct es_people *p = k.from.people;
    cr_expect(p->name && p->name[0] && p->title && p->version && p->favorable && p->reference);
    cr_expect(p->folds > 0 && p->columns > 0);
    cr_expect_leq(p->assumed, p->numbers);
    for (int part = ES_TRAIN; part <= ES_TEST; part++) {
      cr_expect_gt(part_size(&k, (enum es_part)part), 0);
      struct es_block whole = read_part(&k, (enum es_part)part, 512);
      check_people(&whole, p, (enum es_part)part);
      es_block_clear(&whole, p);
    }
    struct es_text text = {0};
    if (k.from.dataset->describe != NULL) {
      MUST(k.from.dataset->describe(k.from.state, &text, &ctx), &ctx);
      cr_expect(text.size > 0 && text.at[text.size - 1] == '\n');
    }
    es_text_clear(&text);
    kit_close(&k);
  }
  remove_folder(folder);
}

/* Closing what could not be opened frees everything (LeakSanitizer looks). */
DATASETS(what_is_not_there_fails_in_one_line)
{
  char population[128];
  struct es_opened opened;
  struct es_study study;
  MUST(es_study_open(&study, "default", &ctx), &ctx);
  snprintf(population, sizeof population, "%s:no-such-people", es_datasets[*number]->name);
  cr_expect_eq(es_people_open(&opened, &study, population, &ctx), ES_INPUT);
  cr_expect(ctx.message[0] != '\0' && strchr(ctx.message, '\n') == NULL);
  es_study_clear(&study);
}

/* --- reports ---------------------------------------------------------------------------------- */

/* A word that a computer says where a person would say "undefined". */
static bool has_word(const char *text, const char *word)
{
  size_t size = strlen(word);
  for (const char *at = text; (at = strstr(at, word)) != NULL; at += size) {
    bool starts = at == text || !isalnum((unsigned char)at[-1]);
    if (starts && !isalnum((unsigned char)at[size])) return true;
  }
  return false;
}

static void check_report(const struct es_report *r, const struct es_results *results)
{
  static const char *const tables[] = {NULL, "main", "groups"};
  for (size_t t = 0; t < ES_COUNT_OF(tables); t++) {
    struct es_text text = {0}, again = {0};
    struct es_table_request request = {.table = tables[t], .paper = {.color = t == 2}};
    MUST(r->write(results, &request, &text, &ctx), &ctx);
    MUST(r->write(results, &request, &again, &ctx), &ctx);
    cr_assert_gt(text.size, 0, "%s writes nothing", r->name);
    if (!request.paper.color)
      cr_expect_eq(text.at[text.size - 1], '\n', "%s: the last line has no end", r->name);
    cr_expect_str_eq(text.at, again.at);
    cr_expect_eq(strlen(text.at), text.size);
    cr_expect(!has_word(text.at, "nan") && !has_word(text.at, "inf") && !has_word(text.at, "-nan"),
              "%s says nan or inf", r->name);
    es_text_clear(&text);
    es_text_clear(&again);
  }
}

REPORTS(says_what_it_is)
{
  const struct es_report *r = es_reports[*number];
  check_words("reports", r->name, report_files[*number], r->summary);
  cr_expect_eq(r->api, ES_REPORT_API);
  cr_expect(r->extension != NULL && r->extension[0] == '.', "%s has no .extension", r->name);
  cr_assert_not_null(r->write);
}

REPORTS(writes_nothing_much_for_no_results)
{
  struct es_results none = {0};
  check_report(es_reports[*number], &none);
}

/* Every scorer, undefined values among them: a single person in training fails most. */
REPORTS(writes_a_run)
{
  for (int train = 1; train <= 1500; train += 1499) {
    struct es_study study;
    struct es_results results;
    MUST(es_study_open(&study, "default", &ctx), &ctx);
    study.people = 1500;
    study.train = train;
    MUST(es_run(&study, 1, &results, &ctx), &ctx);
    check_report(es_reports[*number], &results);
    es_results_clear(&results);
    es_study_clear(&study);
  }
}
