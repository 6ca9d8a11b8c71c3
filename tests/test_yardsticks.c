/* The yardsticks, whose answers are known without their computation. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/base/math.h"
#include "scorers/scorer.h"
#include "harness/model/impute.h"
#include "harness/population/population.h"
#include "tests/kit.h"

extern const struct es_scorer es_scorer_constant, es_scorer_random, es_scorer_oracle,
    es_scorer_column;

enum { PEOPLE = 5 };

static const uint64_t address[PEOPLE] = {3, 1, 4, 15, 9};
static const double truth[PEOPLE] = {0.1, 0.25, 0.5, 0.75, 1};

struct answer {
  double value[PEOPLE];
  uint8_t why[PEOPLE], refuse[PEOPLE];
  uint32_t term[PEOPLE];
};

static struct es_scores scores(struct answer *answer)
{
  memset(answer, 0, sizeof *answer);
  for (size_t i = 0; i < PEOPLE; i++) answer->value[i] = NAN;
  return (struct es_scores){answer->value, answer->why, answer->term, answer->refuse};
}

static enum es_status constant_of(const uint8_t *outcome, const double *weight, size_t people,
                                  double *share, struct es_context *ctx)
{
  const struct es_scorer *scorer = &es_scorer_constant;
  void *state = es_alloc(1, scorer->state_size, ctx);
  struct es_training training = {{.people = people, .person = address}, outcome, weight};
  enum es_status status = scorer->fit(state, NULL, &training, ctx);
  if (status == ES_OK) {
    struct answer answer;
    struct es_scores out = scores(&answer);
    struct es_frame frame = {.people = 1, .person = address};
    status = scorer->score(state, NULL, &frame, &out, ctx);
    *share = answer.value[0];
  }
  free(state);
  return status;
}

Test(yardsticks, constant_is_the_weighted_share)
{
  struct es_context ctx = {.seed = 1};
  const uint8_t outcome[4] = {1, 0, 1, 1};
  const double weight[4] = {1, 6, 2, 3}, none[4] = {0};
  double share = -1;
  cr_assert_eq(constant_of(outcome, NULL, 4, &share, &ctx), ES_OK);
  cr_expect_eq(share, 0.75);
  cr_assert_eq(constant_of(outcome, weight, 4, &share, &ctx), ES_OK);
  cr_expect_eq(share, 0.5);
  cr_assert_eq(constant_of(outcome, NULL, 1, &share, &ctx), ES_OK);
  cr_expect_eq(share, 1);
  cr_expect_eq(constant_of(outcome, NULL, 0, &share, &ctx), ES_DEGENERATE);
  cr_expect_eq(constant_of(outcome, none, 4, &share, &ctx), ES_DEGENERATE);
}

Test(yardsticks, random_depends_on_the_address_and_the_seed_alone)
{
  struct es_context ctx = {.seed = 7}, other = {.seed = 8};
  struct answer all, one, again;
  struct es_scores out = scores(&all);
  struct es_frame frame = {.people = PEOPLE, .person = address};
  cr_assert_eq(es_scorer_random.score(NULL, NULL, &frame, &out, &ctx), ES_OK);
  for (size_t i = 0; i < PEOPLE; i++) {
    cr_expect(all.value[i] > 0 && all.value[i] < 1);
    struct es_frame alone = {.people = 1, .person = &address[i]};
    out = scores(&one);
    cr_assert_eq(es_scorer_random.score(NULL, NULL, &alone, &out, &ctx), ES_OK);
    cr_expect_eq(one.value[0], all.value[i]);
    out = scores(&again);
    cr_assert_eq(es_scorer_random.score(NULL, NULL, &alone, &out, &other), ES_OK);
    cr_expect_neq(again.value[0], all.value[i]);
  }
}

Test(yardsticks, oracle_is_the_truth_or_says_that_there_is_none)
{
  struct es_context ctx = {.seed = 1};
  struct answer answer;
  struct es_scores out = scores(&answer);
  struct es_frame frame = {.people = PEOPLE, .person = address, .truth = truth};
  cr_assert_eq(es_scorer_oracle.score(NULL, NULL, &frame, &out, &ctx), ES_OK);
  for (size_t i = 0; i < PEOPLE; i++) cr_expect_eq(answer.value[i], truth[i]);
  frame.truth = NULL;
  cr_expect_eq(es_scorer_oracle.score(NULL, NULL, &frame, &out, &ctx), ES_DEGENERATE);
  cr_expect_str_eq(ctx.message, "the population's truth is not known");
}

Test(yardsticks, are_marked_as_such)
{
  const struct es_scorer *const all[] = {&es_scorer_constant, &es_scorer_random, &es_scorer_oracle};
  for (size_t k = 0; k < ES_COUNT_OF(all); k++) cr_expect(all[k]->flags & ES_YARDSTICK);
  cr_expect(es_scorer_oracle.flags & ES_SEES_TRUTH);
  cr_expect_not(es_scorer_random.flags & ES_PROBABILITY);
}

/* A score that is there already: as it stands, its sign turned where more speaks against a person.
 */
Test(yardsticks, a_column_is_a_score_as_it_stands)
{
  struct es_context ctx = {0};
  const struct es_column column[] = {
      {.name = "late", .source = "bank", .kind = ES_COUNT, .direction = -1},
      {.name = "points", .source = "platform", .kind = ES_NUMBER, .direction = +1},
      {.name = "job", .source = "", .kind = ES_LEVELS, .levels = 2}};
  const double late[] = {0, 3, NAN, 1, 2}, points[] = {650, 700, 500, NAN, 720},
               job[] = {0, 1, 1, 0, 1};
  const uint8_t all[] = {1, 1, 1, 1, 1}, two[] = {1, 1, 0, 1, 1}, three[] = {1, 1, 1, 0, 1};
  struct es_frame frame = {.people = PEOPLE,
                           .columns = 3,
                           .column = column,
                           .value = (const double *const[]){late, points, job},
                           .seen = (const uint8_t *const[]){two, three, all},
                           .person = address};
  struct answer answer;
  struct es_scores out = scores(&answer);
  char *name = (char *)""; /* the scorer's only option */
  cr_assert_eq(es_scorer_column.score(NULL, &name, &frame, &out, &ctx), ES_OK);
  cr_expect_eq(answer.value[1], -3);
  cr_expect_eq(answer.why[2], ES_NO_RECORD);
  static const char *const names[] = {"points", "platform.points"};
  for (size_t k = 0; k < 2; k++) {
    out = scores(&answer);
    name = (char *)names[k];
    cr_assert_eq(es_scorer_column.score(NULL, &name, &frame, &out, &ctx), ES_OK);
    cr_expect_eq(answer.value[0], 650);
    cr_expect_eq(answer.why[3], ES_NO_RECORD);
  }
  name = (char *)"job";
  cr_expect_eq(es_scorer_column.score(NULL, &name, &frame, &out, &ctx), ES_DEGENERATE);
  name = (char *)"point";
  cr_expect_eq(es_scorer_column.score(NULL, &name, &frame, &out, &ctx), ES_INPUT);
  cr_expect_str_eq(ctx.message,
                   "scorer column: name=point: there is no such column; did you mean points");
}

/* --- the incumbent -----------------------------------------------------------------------------
 */

enum { MANY = 3000 };
#define LENDER "labels=approved|incumbent=credit.arrears|incumbent_cutoff=1"

static struct es_scores scores_of(const struct kit *kit, const char *spec, struct es_context *ctx)
{
  struct es_model model;
  struct es_scores out;
  MUST(es_model_create(&model, spec, ctx), ctx);
  MUST(es_model_fit(&model, kit->from.people, &kit->train, ctx), ctx);
  MUST(es_scores_create(&out, kit->test.people, ctx), ctx);
  MUST(es_model_score(&model, kit->from.people, &kit->test, &out, ctx), ctx);
  es_model_clear(&model);
  return out;
}

Test(yardsticks, incumbent_is_the_distance_from_its_cut_off)
{
  static const char *const specs[] = {"incumbent", "incumbent:cutoff=no"};
  struct es_context ctx = {.seed = 3};
  struct kit kit = {0};
  kit_open_with(&kit, "cn-2017", LENDER, MANY, &ctx);
  const double *arrears = NULL;
  const uint8_t *seen = NULL;
  for (size_t c = 0; c < kit.from.people->columns; c++)
    if (strcmp(kit.from.people->column[c].name, "credit.arrears") == 0)
      arrears = kit.test.value[c], seen = kit.test.seen[c];
  for (size_t k = 0; k < ES_COUNT_OF(specs); k++) {
    struct es_scores out = scores_of(&kit, specs[k], &ctx);
    for (size_t i = 0; i < MANY; i++) {
      cr_assert_eq(out.why[i], seen[i] ? ES_SCORED : ES_NO_RECORD);
      if (!seen[i]) continue;
      cr_assert_eq(out.value[i], 1 - arrears[i], "fewer are better");
      cr_assert_eq(out.refuse[i], k == 0 && arrears[i] > 1);
      cr_assert_eq(kit.test.labelled[i], arrears[i] <= 1, "as the labels have it");
    }
    es_scores_clear(&out);
  }
  kit_close(&kit);
}

Test(yardsticks, incumbent_approves_whom_it_does_not_know_if_it_does)
{
  struct es_context ctx = {.seed = 3};
  struct kit kit = {0};
  kit_open_with(&kit, "cn-2017", LENDER "|incumbent_unseen=approve", MANY, &ctx);
  struct es_scores out = scores_of(&kit, "incumbent", &ctx);
  for (size_t i = 0; i < MANY; i++) {
    cr_assert_eq(out.why[i], ES_SCORED);
    cr_assert_eq(out.refuse[i], !kit.test.labelled[i]);
  }
  es_scores_clear(&out);
  kit_close(&kit);
}

static void expect_unfit(struct kit *kit, const char *spec, const char *words,
                         struct es_context *ctx)
{
  struct es_model model;
  MUST(es_model_create(&model, spec, ctx), ctx);
  cr_expect_eq(es_model_fit(&model, kit->from.people, &kit->train, ctx), ES_DEGENERATE);
  cr_expect(strstr(ctx->message, words) != NULL, "%s: %s", spec, ctx->message);
  es_model_clear(&model);
}

Test(yardsticks, are_unavailable_with_a_reason)
{
  struct es_context ctx = {.seed = 3};
  struct kit kit = {0};
  kit_open(&kit, "cn-2017", 10, &ctx);
  expect_unfit(&kit, "incumbent", "no incumbent policy decided", &ctx);
  kit_close(&kit);
}

/* What was filled in is not on record: no yardstick of what is on record looks at it. */
Test(yardsticks, of_records_refuse_what_was_filled_in)
{
  static const char *const specs[] = {"incumbent", "bayes"};
  struct es_context ctx = {.seed = 3};
  struct es_imputer imputer = {0};
  struct kit kit = {0};
  kit_open_with(&kit, "cn-2017", LENDER, MANY, &ctx);
  MUST(es_imputer_learn(&imputer, ES_IMPUTE_MEAN, kit.from.people, &kit.train, &ctx), &ctx);
  es_impute(&imputer, &kit.test);
  for (size_t k = 0; k < ES_COUNT_OF(specs); k++) {
    struct es_model model;
    struct es_scores out;
    MUST(es_model_create(&model, specs[k], &ctx), &ctx);
    MUST(es_scores_create(&out, MANY, &ctx), &ctx);
    cr_expect_eq(es_model_score(&model, kit.from.people, &kit.test, &out, &ctx), ES_DEGENERATE);
    cr_expect(strstr(ctx.message, "impute") != NULL, "%s", ctx.message);
    es_scores_clear(&out);
    es_model_clear(&model);
  }
  es_imputer_clear(&imputer);
  kit_close(&kit);
}

/* --- the best that records allow ---------------------------------------------------------------
 */

#define ONE                                                                                        \
  "[population]\nstrata = one\nshare = 1\nbad_rate = 0.2\n[traits]\ncapacity = 1\n"                \
  "reliability = 0.5\n"
#define TWO  "[population]\nstrata = near far\nshare = 0.6 0.4\nbad_rate = 0.1 0.3\n[traits]\n"
#define SEEN "[source a]\ntitle = a\n[indicator a.x]\ncapacity = 1\nresidual = 0.5\n"

static void open_text(struct es_population *p, const char *text, struct es_context *ctx)
{
  char path[] = "/tmp/evenscore-XXXXXX.ini";
  struct es_texts none = {0};
  int file = mkstemps(path, 4);
  cr_assert_geq(file, 0);
  close(file);
  MUST(es_file_write(path, text, strlen(text), ctx), ctx);
  MUST(es_population_open(p, path, &none, ctx), ctx);
  unlink(path);
}

/* What is best of somebody of whom one column is x, or of whom it is not seen. */
static double best_of(const char *text, double x, uint8_t seen)
{
  struct es_context ctx = {.seed = 1};
  struct es_population p;
  double best = -1;
  open_text(&p, text, &ctx);
  MUST(es_population_best(&p, (const double *const[]){&x}, (const uint8_t *const[]){&seen}, 1,
                          &best, &ctx),
       &ctx);
  es_population_clear(&p);
  return best;
}

/* x = capacity + e/2: capacity is normal around x/1.25 with variance 0.2, and reliability beside it
 * adds its own; the rest is one integral. */
Test(yardsticks, bayes_is_the_closed_form_of_one_normal_column)
{
  struct es_context ctx = {.seed = 1};
  struct es_population p;
  open_text(&p, ONE SEEN, &ctx);
  double a = p.stratum[0].intercept;
  es_population_clear(&p);
  for (double x = -3; x <= 3; x += 0.75) {
    double sum = 0, weights = 0;
    for (int k = -800; k <= 800; k++) {
      double t = k / 100.0, w = es_exp(-t * t / 2);
      sum += w * es_logistic(a + x / 1.25 + sqrt(0.2 + 0.25) * t);
      weights += w;
    }
    cr_expect_float_eq(best_of(ONE SEEN, x, 1), sum / weights, 2e-5, "x = %g", x);
  }
}

/* Who is not on record is so by a known share of each stratum. */
Test(yardsticks, bayes_of_nobody_s_records_is_the_base_rate)
{
  cr_expect_float_eq(best_of(ONE SEEN, NAN, 0), 0.8, 1e-4);
  double want = (0.6 * 0.3 * 0.9 + 0.4 * 0.6 * 0.7) / (0.6 * 0.3 + 0.4 * 0.6);
  cr_expect_float_eq(best_of(TWO "capacity = 1\n[source a]\ncoverage = 0.7 0.4\n[indicator a.x]\n"
                                 "capacity = 1\nresidual = 1\n",
                             NAN, 0),
                     want, 1e-3);
}

/* A list of nobody but those with an unfavourable outcome, and some who are on it wrongly. */
Test(yardsticks, bayes_reads_a_list)
{
#define LIST                                                                                       \
  TWO "capacity = 0\nreliability = 0\n[source a]\nmechanism = negative_only\ncoverage = "          \
      "0.5\nfalse_records = 0.02\n"                                                                \
      "[indicator a.x]\nresidual = 1\n"
  double bad = 0.6 * 0.1 + 0.4 * 0.3, listed = 1 - 0.5 * 0.98;
  cr_expect_float_eq(best_of(LIST, 0, 1), (1 - bad) * 0.02 / ((1 - bad) * 0.02 + bad * listed),
                     1e-3);
  cr_expect_float_eq(best_of(LIST, NAN, 0),
                     (1 - bad) * 0.98 / ((1 - bad) * 0.98 + bad * (1 - listed)), 1e-3);
}

/* Columns that are the traits themselves leave nothing but luck. */
Test(yardsticks, bayes_nears_the_oracle_as_noise_goes)
{
  struct es_context ctx = {.seed = 3};
  struct kit kit = {0};
  char path[] = "/tmp/evenscore-XXXXXX.ini";
  static const char text[] =
      ONE "[source a]\ntitle = a\n[indicator a.x]\ncapacity = 1\nresidual = 0.01\n"
          "[indicator a.y]\nreliability = 1\nresidual = 0.01\n";
  close(mkstemps(path, 4));
  MUST(es_file_write(path, text, strlen(text), &ctx), &ctx);
  kit_open(&kit, path, 500, &ctx);
  unlink(path);
  struct es_scores out = scores_of(&kit, "bayes", &ctx);
  for (size_t i = 0; i < 500; i++) cr_assert_float_eq(out.value[i], kit.test.truth[i], 0.02);
  es_scores_clear(&out);
  kit_close(&kit);
}

struct fit {
  double distance, off[4], error[4]; /* by range of the score */
};

/* How far scores lie from the truth, and it from them on the mean of each range; from outcomes
 * where records know more of those than their probability. */
static struct fit fit_of(const struct kit *kit, const char *spec, bool outcomes,
                         struct es_context *ctx)
{
  struct fit f = {0};
  struct es_scores out = scores_of(kit, spec, ctx);
  for (size_t i = 0; i < MANY; i++) {
    double off = (outcomes ? kit->test.outcome[i] : kit->test.truth[i]) - out.value[i];
    size_t range = out.value[i] < 0.8 ? 0 : out.value[i] < 0.9 ? 1 : out.value[i] < 0.96 ? 2 : 3;
    f.distance += off * off;
    f.off[range] += off;
    f.error[range] += off * off;
  }
  es_scores_clear(&out);
  return f;
}

/* Of everybody with such a score, as many are favourable; and no scorer comes nearer. */
Test(yardsticks, bayes_is_calibrated_and_nearest_to_the_truth)
{
  static const char *const names[] = {"cn-2017", "us-2020", "licence-suspension", "transport-list",
                                      "sesame"};
  struct es_context ctx = {.seed = 3};
  for (size_t k = 0; k < ES_COUNT_OF(names); k++) {
    struct kit kit = {0};
    kit_open_with(&kit, names[k], "error_scale=0", MANY, &ctx);
    bool listed = strcmp(names[k], "transport-list") == 0;
    struct fit bayes = fit_of(&kit, "bayes", listed, &ctx),
               constant = fit_of(&kit, "constant", listed, &ctx),
               logistic = fit_of(&kit, "logistic:gate=none", listed, &ctx);
    for (size_t r = 0; r < 4; r++)
      cr_expect(fabs(bayes.off[r]) <= 4 * sqrt(bayes.error[r]), "%s, range %zu: %g of %g", names[k],
                r, bayes.off[r], sqrt(bayes.error[r]));
    cr_expect(bayes.distance < logistic.distance && bayes.distance < constant.distance,
              "%s: %g %g %g", names[k], bayes.distance, logistic.distance, constant.distance);
    kit_close(&kit);
  }
}
