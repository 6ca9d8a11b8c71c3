/* Model files: every scorer that learns can be kept, and scores the same afterwards, to the bit. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/model/explain.h"
#include "harness/model/saved.h"
#include "tests/kit.h"

enum { PEOPLE = 3000 };

static const struct es_provenance nowhere = {"", "", NULL};

/* Writes a model, reads it, and writes that again: the same bytes. */
static void keep_and_read(const struct es_model *model, const struct es_people *people,
                          struct es_saved *saved, struct es_context *ctx)
{
  char path[] = "/tmp/evenscore-model-XXXXXX";
  struct es_text text = {0}, again = {0};
  close(mkstemp(path));
  MUST(es_saved_write(model, people, &nowhere, &text, ctx), ctx);
  MUST(es_file_write(path, es_text_get(&text), text.size, ctx), ctx);
  MUST(es_saved_read(saved, path, ctx), ctx);
  MUST(es_saved_write(&saved->model, &saved->people, &nowhere, &again, ctx), ctx);
  cr_expect_str_eq(es_text_get(&text), es_text_get(&again));
  unlink(path);
  es_text_clear(&text);
  es_text_clear(&again);
}

static void same_scores(const struct es_model *a, const struct es_model *b, const struct kit *kit,
                        struct es_context *ctx)
{
  struct es_scores one, other;
  size_t n = kit->test.people;
  MUST(es_scores_create(&one, n, ctx), ctx);
  MUST(es_scores_create(&other, n, ctx), ctx);
  MUST(es_model_score(a, kit->from.people, &kit->test, &one, ctx), ctx);
  MUST(es_model_score(b, kit->from.people, &kit->test, &other, ctx), ctx);
  cr_expect_arr_eq(one.why, other.why, n * sizeof *one.why);
  cr_expect_arr_eq(one.term, other.term, n * sizeof *one.term);
  cr_expect_arr_eq(one.refuse, other.refuse, n * sizeof *one.refuse);
  for (size_t i = 0; i < n; i++)
    if (one.why[i] == ES_SCORED)
      cr_assert_eq(memcmp(&one.value[i], &other.value[i], sizeof *one.value), 0, "%s: person %zu",
                   a->spec, i);
  es_scores_clear(&one);
  es_scores_clear(&other);
}

static void same_words(const struct es_model *a, const struct es_model *b,
                       const struct es_people *people, struct es_context *ctx)
{
  struct es_text one = {0}, other = {0};
  MUST(es_model_describe(a, people, &one, ctx), ctx);
  MUST(es_model_describe(b, people, &other, ctx), ctx);
  cr_expect_str_eq(es_text_get(&one), es_text_get(&other));
  es_text_clear(&one);
  es_text_clear(&other);
}

Test(models, kept_and_read_they_score_the_same_to_the_bit)
{
  static const char *const specs[] = {"logistic",
                                      "logistic:penalty=none,interval=profile",
                                      "scorecard",
                                      "scorecard:binning=quantile,bins=3",
                                      "rule_list",
                                      "rule_list:lambda=0.01,nodes=2000",
                                      "rule_list:rules=builtin:court_2017",
                                      "composite_index:uncertainty=yes",
                                      "composite_index:normalise=percentile,pillars=source",
                                      "composite_index:aggregate=copeland,rivals=50",
                                      "composite_index:weights=pca,aggregate=geometric",
                                      "constant",
                                      "random"};
  struct es_context ctx = {.seed = 2018};
  struct kit kit = {0}, court = {0};
  kit_open(&kit, "cn-2017", PEOPLE, &ctx);
  kit_open(&court, "court-list", PEOPLE, &ctx);
  for (size_t k = 0; k < ES_COUNT_OF(specs); k++) {
    struct kit *at = strstr(specs[k], "court") != NULL ? &court : &kit;
    struct es_model model;
    struct es_saved saved;
    MUST(es_model_create(&model, specs[k], &ctx), &ctx);
    MUST(es_model_fit(&model, at->from.people, &at->train, &ctx), &ctx);
    MUST(es_typical_learn(&model, at->from.people, &at->train, &ctx), &ctx);
    keep_and_read(&model, at->from.people, &saved, &ctx);
    MUST(es_model_fit(&saved.model, at->from.people, &at->test, &ctx), &ctx); /* learns nothing */
    same_scores(&model, &saved.model, at, &ctx);
    same_words(&model, &saved.model, at->from.people, &ctx);
    es_saved_clear(&saved);
    es_model_clear(&model);
  }
  kit_close(&court);
  kit_close(&kit);
}

/* A file that is cut or changed anywhere is refused or read, and never more than that. */
Test(models, damaged_files_are_refused_in_words)
{
  static const char *const specs[] = {"logistic", "scorecard", "rule_list",
                                      "composite_index:normalise=percentile"};
  struct es_context ctx = {.seed = 2018};
  struct kit kit = {0};
  char path[] = "/tmp/evenscore-model-XXXXXX";
  close(mkstemp(path));
  kit_open(&kit, "cn-2017", 500, &ctx);
  for (size_t k = 0; k < ES_COUNT_OF(specs); k++) {
    struct es_model model;
    struct es_text text = {0};
    size_t refused = 0;
    MUST(es_model_create(&model, specs[k], &ctx), &ctx);
    MUST(es_model_fit(&model, kit.from.people, &kit.train, &ctx), &ctx);
    MUST(es_saved_write(&model, kit.from.people, &nowhere, &text, &ctx), &ctx);
    for (size_t at = 0; at < 60; at++) {
      struct es_saved saved;
      size_t digit = text.size * at / 60;
      while (digit < text.size && (text.at[digit] < '0' || text.at[digit] > '9')) digit++;
      if (digit == text.size) break;
      char was = text.at[digit];
      text.at[digit] = at % 2 ? 'x' : '9';
      MUST(es_file_write(path, text.at, text.size, &ctx), &ctx);
      text.at[digit] = was;
      if (es_saved_read(&saved, path, &ctx) == ES_OK) {
        same_scores(&saved.model, &saved.model, &kit, &ctx);
        es_saved_clear(&saved);
      } else {
        cr_expect(strncmp(ctx.message, path, strlen(path)) == 0, "%s", ctx.message);
        refused++;
      }
    }
    cr_expect_gt(refused, 10);
    es_text_clear(&text);
    es_model_clear(&model);
  }
  unlink(path);
  kit_close(&kit);
}

/* --- reasons ---------------------------------------------------------------------------------- */

Test(models, reasons_stand_by_strength_one_for_each_column)
{
  struct es_reason reason[ES_REASONS];
  static const struct es_reason in[] = {{0, false, 1}, {1, true, 3},  {2, false, 3}, {3, false, 2},
                                        {4, false, 9}, {0, true, 10}, {1, true, 0.5}};
  size_t count = 0;
  for (size_t k = 0; k < ES_COUNT_OF(in); k++) count = es_reason_add(reason, count, in[k]);
  static const size_t column[] = {0, 4, 1, 2};
  cr_assert_eq(count, 4);
  for (size_t k = 0; k < count; k++) cr_expect_eq(reason[k].column, column[k], "place %zu", k);
  cr_expect(reason[0].missing && reason[0].effect == 10);
}

/* Reasons say truly what is on record; of somebody without a score, they are the core records that
 * are not there. */
Test(models, whoever_is_refused_learns_which_absences_it_was)
{
  struct es_context ctx = {.seed = 2018};
  struct kit kit = {0};
  struct es_model model;
  struct es_scores scores;
  struct es_reasons reasons;
  size_t without = 0;
  kit_open(&kit, "cn-2017", PEOPLE, &ctx);
  const struct es_people *people = kit.from.people;
  MUST(es_model_create(&model, "logistic", &ctx), &ctx);
  MUST(es_model_fit(&model, people, &kit.train, &ctx), &ctx);
  MUST(es_typical_learn(&model, people, &kit.train, &ctx), &ctx);
  MUST(es_scores_create(&scores, PEOPLE, &ctx), &ctx);
  MUST(es_reasons_create(&reasons, PEOPLE, &ctx), &ctx);
  MUST(es_model_score(&model, people, &kit.test, &scores, &ctx), &ctx);
  MUST(es_reasons_find(&reasons, &model, people, &kit.test, &scores, &ctx), &ctx);
  for (size_t i = 0; i < PEOPLE; i++) {
    const struct es_reason *own = &reasons.reason[i * ES_REASONS];
    for (size_t k = 0; k < reasons.count[i]; k++) {
      cr_assert_eq(own[k].missing, !kit.test.seen[own[k].column][i]);
      cr_assert_gt(own[k].effect, 0);
      if (scores.why[i] == ES_SCORED) continue;
      cr_assert(own[k].missing && people->column[own[k].column].core);
    }
    if (scores.why[i] == ES_SCORED) continue;
    cr_assert_gt(reasons.count[i], 0, "person %zu has no score for no reason", i);
    without++;
  }
  cr_expect_gt(without, PEOPLE / 4);
  es_reasons_clear(&reasons);
  es_scores_clear(&scores);
  es_model_clear(&model);
  kit_close(&kit);
}
