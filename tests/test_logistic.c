/* Logistic regression: the fitting core against 50-digit references, the scorer against hand-made
 * tables. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/linalg.h"
#include "harness/methods/logit.h"
#include "harness/base/math.h"
#include "scorers/scorer.h"

#ifndef SHARED
#define SHARED "../shared"
#endif

extern const struct es_scorer es_scorer_logistic;

static double apart(double a, double b) { return fabs(a - b) / fmax(fabs(b), 1e-300); }

/* --- the scorer, called as the core calls it -------------------------------------------------- */

enum { PEOPLE = 4096, COLUMNS = 8 };
static const char *const three[] = {"rent", "own", "free"};

struct world {
  struct es_column column[COLUMNS];
  double value[COLUMNS][PEOPLE];
  uint8_t seen[COLUMNS][PEOPLE], outcome[PEOPLE];
  double weight[PEOPLE];
  uint64_t person[PEOPLE];
  const double *values[COLUMNS];
  const uint8_t *seens[COLUMNS];
  struct es_training training;
  struct es_notes notes;
  struct es_context ctx;
  void *options, *state;
};

static struct world *make(size_t columns, size_t people)
{
  static const char *const name[COLUMNS] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"};
  struct world *w = calloc(1, sizeof *w);
  es_linalg_start();
  for (size_t c = 0; c < columns; c++) {
    w->column[c] = (struct es_column){.name = name[c], .source = "", .kind = ES_NUMBER};
    w->values[c] = w->value[c];
    w->seens[c] = w->seen[c];
    memset(w->seen[c], 1, sizeof w->seen[c]);
  }
  for (size_t i = 0; i < PEOPLE; i++) w->person[i] = i, w->weight[i] = 1;
  w->training = (struct es_training){.frame = {.people = people,
                                               .columns = columns,
                                               .column = w->column,
                                               .value = w->values,
                                               .seen = w->seens,
                                               .person = w->person},
                                     .outcome = w->outcome};
  w->ctx.notes = &w->notes;
  w->options = calloc(1, es_scorer_logistic.options_size);
  w->state = calloc(1, es_scorer_logistic.state_size);
  cr_assert(es_options_default(es_scorer_logistic.options, w->options, &w->ctx) == ES_OK);
  return w;
}

static enum es_status fit(struct world *w, const char *settings)
{
  const struct es_scorer *s = &es_scorer_logistic;
  cr_assert(es_options_parse(s->options, w->options, settings, &w->ctx) == ES_OK, "%s",
            w->ctx.message);
  s->clear(w->state);
  memset(w->state, 0, s->state_size);
  es_notes_clear(&w->notes);
  for (size_t c = 0; c < w->training.frame.columns; c++)
    for (size_t i = 0; i < w->training.frame.people; i++)
      if (!w->seen[c][i]) w->value[c][i] = NAN;
  return s->fit(w->state, w->options, &w->training, &w->ctx);
}

/* The log odds that the scorer gives to a person of the training frame; NaN: unscorable. */
static double log_odds(struct world *w, size_t i)
{
  static double value[PEOPLE];
  static uint8_t why[PEOPLE], refuse[PEOPLE];
  static uint32_t term[PEOPLE];
  for (size_t k = 0; k < PEOPLE; k++) value[k] = NAN, why[k] = 0;
  struct es_scores out = {value, why, term, refuse};
  cr_assert_eq(es_scorer_logistic.score(w->state, w->options, &w->training.frame, &out, &w->ctx),
               ES_OK);
  cr_expect(isnan(value[i]) == (why[i] != ES_SCORED));
  return isnan(value[i]) ? NAN : es_logit(value[i]);
}

static char *description(struct world *w)
{
  struct es_text text = {0};
  cr_assert(es_scorer_logistic.describe(w->state, w->options, &w->training.frame, &text, &w->ctx) ==
            ES_OK);
  return es_text_take(&text);
}

static bool noted(const struct world *w, const char *part)
{
  for (size_t k = 0; k < w->notes.count; k++)
    if (strstr(w->notes.text[k], part) != NULL) return true;
  return false;
}

static void end(struct world *w)
{
  es_scorer_logistic.clear(w->state);
  es_options_clear(es_scorer_logistic.options, w->options);
  es_notes_clear(&w->notes);
  free(w->options);
  free(w->state);
  free(w);
}

/* 2 × 2 table: of 30 people with x = 0, 10 repay; of 50 with x = 1, 40 do. */
static void fill_table(struct world *w, size_t column)
{
  for (size_t i = 0; i < 80; i++) {
    w->value[column][i] = i >= 30;
    w->outcome[i] = i < 30 ? i < 10 : i < 70;
  }
}

Test(logistic, slope_of_a_table_is_its_log_odds_ratio)
{
  struct world *w = make(1, 80);
  fill_table(w, 0);
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  cr_expect(apart(log_odds(w, 0), log(10.0 / 20)) < 1e-10);
  cr_expect(apart(log_odds(w, 79), log(40.0 / 10)) < 1e-10);
  char *text = description(w);
  /* log(8) = 2.079; its error sqrt(1/10 + 1/20 + 1/40 + 1/10) (Woolf 1955) = 0.5244 */
  const char *line = "c0                 2.079       0.5244     3.965       1.052       3.107\n";
  cr_expect(strstr(text, line) != NULL, "%s", text);
  /* 10 log(1/3) + 20 log(2/3) + 40 log(.8) + 10 log(.2) */
  cr_expect(strstr(text, "n 80, log-likelihood -44.12,") != NULL, "%s", text);
  cr_expect(strstr(text, ", ok\n") != NULL, "%s", text);
  free(text);
  end(w);
}

Test(logistic, without_columns_it_is_the_base_rate)
{
  struct world *w = make(1, 80);
  fill_table(w, 0);
  for (size_t i = 0; i < 80; i++) w->value[0][i] = 7;
  cr_assert(fit(w, "") == ES_OK, "%s", w->ctx.message);
  cr_expect(apart(log_odds(w, 3), log(50.0 / 30)) < 1e-10);
  cr_expect(noted(w, "left out, the same for everybody in training: c0"));
  end(w);
}

Test(logistic, people_twice_or_of_weight_two_change_no_coefficient)
{
  struct world *w = make(1, 80);
  fill_table(w, 0);
  w->training.weight = w->weight;
  for (size_t i = 0; i < 80; i++) w->weight[i] = 2;
  cr_assert(fit(w, "penalty=none") == ES_OK);
  double weighted = log_odds(w, 0);
  char *once = description(w);
  cr_expect(strstr(once, "log-likelihood -88.23,") != NULL, "%s", once);
  cr_expect(strstr(once, "0.3708") != NULL, "the error shrinks by sqrt(2): %s", once);
  for (size_t i = 0; i < 80; i++) {
    w->weight[i] = w->weight[i + 80] = 1;
    w->value[0][i + 80] = w->value[0][i];
    w->outcome[i + 80] = w->outcome[i];
  }
  w->training.frame.people = 160;
  cr_assert(fit(w, "penalty=none") == ES_OK);
  cr_expect(apart(log_odds(w, 0), weighted) < 1e-11);
  for (size_t i = 0; i < 40; i++) w->weight[160 + i] = 0, w->outcome[160 + i] = 1;
  w->training.frame.people = 200;
  cr_assert(fit(w, "penalty=none") == ES_OK);
  cr_expect_eq(log_odds(w, 0), log_odds(w, 80));
  cr_expect(apart(log_odds(w, 0), weighted) < 1e-11, "weight 0 is not there");
  for (size_t i = 0; i < 200; i++) w->weight[i] = w->outcome[i];
  cr_expect(fit(w, "penalty=none") == ES_DEGENERATE, "nobody of weight is unfavourable");
  free(once);
  end(w);
}

Test(logistic, levels_are_indicators_of_all_but_the_first)
{
  struct world *w = make(1, 90);
  static const double repaid[] = {10, 15, 20};
  w->column[0] = (struct es_column){
      .name = "housing", .source = "", .kind = ES_LEVELS, .level = three, .levels = 3};
  for (size_t i = 0; i < 90; i++) {
    w->value[0][i] = (double)(i / 30);
    w->outcome[i] = (double)(i % 30) < repaid[i / 30];
  }
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  cr_expect(apart(log_odds(w, 0), log(10.0 / 20)) < 1e-10);
  cr_expect(fabs(log_odds(w, 30)) < 1e-10);
  cr_expect(apart(log_odds(w, 60), log(20.0 / 10)) < 1e-10);
  for (size_t i = 0; i < 90; i++) w->value[0][i] = i < 30 ? 0 : 1;
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "nobody in training has the level: housing=free"));
  w->value[0][5] = 2; /* a level that training never saw scores as the first */
  cr_expect_eq(log_odds(w, 5), log_odds(w, 4));
  for (size_t i = 0; i < 90; i++) w->value[0][i] = i < 30 ? 1 : 2;
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "given by the columns before it (collinear): housing=free"));
  end(w);
}

Test(logistic, what_is_missing_has_a_coefficient_of_its_own)
{
  struct world *w = make(3, 120);
  fill_table(w, 0);
  for (size_t i = 0; i < 120; i++) {
    w->value[1][i] = (double)((i * 7) % 5);
    w->value[2][i] = (double)((i * 3) % 7);
    if (i >= 80) w->outcome[i] = i < 105, w->seen[0][i] = w->seen[1][i] = w->seen[2][i] = 0;
  }
  cr_assert(fit(w, "penalty=none,gate=none") == ES_OK, "%s", w->ctx.message);
  cr_expect(apart(log_odds(w, 100), log(25.0 / 15)) < 1e-9, "40 people of whom nothing is seen");
  char *text = description(w);
  cr_expect(strstr(text, "missing: c0 and 2 more") != NULL, "%s", text);
  cr_expect(strstr(text, ", ok\n") != NULL, "%s", text);
  free(text);
  cr_assert(fit(w, "gate=any") == ES_OK);
  cr_expect(isnan(log_odds(w, 100)), "nobody's file is scored");
  end(w);
}

Test(logistic, first_missing_when_scoring_means_the_mean)
{
  struct world *w = make(1, 80);
  fill_table(w, 0);
  cr_assert(fit(w, "penalty=none,gate=none") == ES_OK);
  double b0 = log_odds(w, 0), b1 = log_odds(w, 79) - b0;
  w->seen[0][0] = 0;
  w->value[0][0] = NAN;
  cr_expect(apart(log_odds(w, 0), b0 + b1 * 50 / 80) < 1e-10);
  cr_expect_eq(w->notes.count, 0);
  end(w);
}

/* A penalty of 0.5 l2 b² with the intercept free: at the solution, sum x (y - p) = l2 b. */
Test(logistic, ridge_acts_on_the_scale_that_it_says)
{
  struct world *w = make(1, 80);
  for (int standardize = 0; standardize < 2; standardize++) {
    fill_table(w, 0);
    for (size_t i = 0; i < 80; i++) w->value[0][i] *= 1000;
    cr_assert(fit(w, standardize ? "l2=3,standardize=yes" : "l2=3e6,standardize=no") == ES_OK);
    double sd = standardize ? 1000 * sqrt(30.0 / 80 * 50 / 80) : 1;
    double slope = (log_odds(w, 79) - log_odds(w, 0)) / 1000, pull = 0, sum = 0;
    for (size_t i = 0; i < 80; i++) {
      double residual = w->outcome[i] - es_logistic(log_odds(w, i));
      sum += residual;
      pull += residual * w->value[0][i];
    }
    cr_expect(fabs(sum) < 1e-8);
    cr_expect(apart(pull, (standardize ? 3 * sd * sd : 3e6) * slope) < 1e-8);
  }
  end(w);
}

Test(logistic, separation_is_proved_and_named)
{
  struct world *w = make(2, 80);
  for (size_t i = 0; i < 80; i++) {
    w->value[0][i] = (double)((i * 37) % 11);
    w->value[1][i] = (double)i;
    w->outcome[i] = i >= 40;
  }
  cr_expect(fit(w, "penalty=none") == ES_DEGENERATE);
  cr_expect(strstr(w->ctx.message, "completely separated, most of all by c1") != NULL, "%s",
            w->ctx.message);
  cr_expect(fit(w, "penalty=ridge,l2=0") == ES_DEGENERATE);
  cr_expect(fit(w, "l2=1") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "completely separated, most of all by c1"));
  cr_expect(log_odds(w, 79) > log_odds(w, 0));
  /* quasi: c1 says "favourable" for sure, its absence says nothing */
  for (size_t i = 0; i < 80; i++) {
    w->value[1][i] = i >= 70;
    w->outcome[i] = (uint8_t)(i >= 70 || (i * 13) % 7 < 3);
  }
  cr_expect(fit(w, "penalty=none") == ES_DEGENERATE);
  cr_expect(strstr(w->ctx.message, "quasi-completely separated, most of all by c1") != NULL, "%s",
            w->ctx.message);
  cr_expect(fit(w, "penalty=ridge") == ES_OK);
  cr_expect(noted(w, "quasi-completely separated, most of all by c1"));
  w->outcome[75] = 0; /* one exception, and there is a maximum again */
  cr_expect(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  cr_expect_eq(w->notes.count, 0);
  end(w);
}

/* Saturated by a table, Firth's estimate is that of the table with half a person more in each cell
 * (Firth 1993, section 4). */
Test(logistic, firth_adds_half_a_person_to_each_cell_of_a_table)
{
  struct world *w = make(1, 80);
  for (int separated = 0; separated < 2; separated++) {
    fill_table(w, 0);
    for (size_t i = 30; i < 80 && separated; i++) w->outcome[i] = 1;
    cr_assert(fit(w, "penalty=firth,interval=profile") == ES_OK, "%s", w->ctx.message);
    cr_expect(apart(log_odds(w, 0), log(10.5 / 20.5)) < 1e-10);
    cr_expect(apart(log_odds(w, 79), separated ? log(50.5 / .5) : log(40.5 / 10.5)) < 1e-10);
    cr_expect_eq(noted(w, "quasi-completely separated, most of all by c0; only the penalty keeps"),
                 separated == 1);
    char *text = description(w);
    cr_expect(strstr(text, "Firth's penalty") != NULL, "%s", text);
    cr_expect(strstr(text, "95% intervals: profile penalised likelihood\n") != NULL, "%s", text);
    free(text);
  }
  end(w);
}

Test(logistic, collinear_columns_are_named_and_left_out)
{
  struct world *w = make(4, 80);
  fill_table(w, 1);
  for (size_t i = 0; i < 80; i++) {
    w->value[0][i] = (double)((i * 7) % 5);
    w->value[2][i] = 3 * w->value[0][i] - 0.1 * w->value[1][i] + 1e6;
    w->value[3][i] = (double)((i * 11) % 13);
  }
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "given by the columns before it (collinear): c2"));
  char *text = description(w);
  cr_expect(strstr(text, "c2") == NULL && strstr(text, "rank deficient") != NULL, "%s", text);
  free(text);
  end(w);
}

Test(logistic, data_that_cannot_answer_say_so)
{
  struct world *w = make(1, 0);
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "there is nobody to learn from");
  w->training.frame.people = 20;
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "all training outcomes are unfavourable");
  memset(w->outcome, 1, sizeof w->outcome);
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "all training outcomes are favourable");
  memset(w->seen, 0, sizeof w->seen);
  w->outcome[3] = 0;
  cr_expect(fit(w, "gate=none") == ES_OK, "nothing seen of anybody: the base rate");
  cr_expect(apart(log_odds(w, 3), log(19)) < 1e-10);
  cr_expect(fit(w, "max_iter=1") == ES_OK);
  w->training.frame.people = 80;
  memset(w->seen, 1, sizeof w->seen);
  fill_table(w, 0);
  cr_expect(fit(w, "max_iter=1") == ES_DIVERGED);
  cr_expect(strstr(w->ctx.message, "did not converge in 1 steps") != NULL, "%s", w->ctx.message);
  end(w);
}

/* --- many rows -------------------------------------------------------------------------------- */

/* Six columns that go together, with scales from 1 to 10^5, and two that are rare; one good in ten.
 * lbfgs stops far from the maximum of such a sample. */
enum { MANY = 70000, HARD = 8 };
struct many {
  struct es_logit problem;
  double *x;
  uint8_t *y;
};

static struct many make_many(void)
{
  const struct es_context ctx = {.seed = 11};
  struct many m = {.x = calloc(es_logit_size(MANY, HARD), sizeof *m.x), .y = calloc(MANY, 1)};
  for (size_t i = 0; i < MANY; i++) {
    double common = es_normal(es_draw(&ctx, i, 8).word[0]), eta = -2.9;
    for (uint32_t k = 0; k < HARD; k++) {
      uint32_t word = es_draw(&ctx, i, 10 + k).word[0];
      double z = sqrt(0.9) * common + sqrt(0.1) * es_normal(word);
      double x = k < 6 ? z : es_uniform(word) < 0.002;
      m.x[es_logit_place(HARD, i, k)] = x * (k < 6 ? pow(10, k) : 1);
      eta += x * (k % 2 ? 0.7 : -0.4);
    }
    m.y[i] = es_uniform(es_draw(&ctx, i, 9).word[0]) < es_logistic(eta);
  }
  m.problem = (struct es_logit){.rows = MANY,
                                .columns = HARD,
                                .x = m.x,
                                .y = m.y,
                                .max_iter = 60,
                                .tolerance = 1e-8,
                                .confidence = 0.95};
  return m;
}

static struct es_logit_fit fit_many(const struct es_logit *problem)
{
  struct es_context ctx = {0};
  struct es_logit_fit fitted;
  cr_assert(es_logit_fit(problem, &fitted, &ctx) == ES_OK, "%s", ctx.message);
  return fitted;
}

static void end_many(struct many *m)
{
  free(m->x);
  free(m->y);
}

/* A start from a part of the rows leaves no trace: where the search ends is where it ends for half
 * as many rows of weight 2, which are too few for that. */
Test(logistic, hard_columns_converge_from_a_part_of_the_rows)
{
  struct many m = make_many();
  double *weight = malloc(MANY * sizeof *weight);
  for (size_t i = 0; i < MANY; i++) {
    size_t twin = i % (MANY / 2);
    m.y[i] = m.y[twin];
    for (size_t k = 0; k < HARD; k++)
      m.x[es_logit_place(HARD, i, k)] = m.x[es_logit_place(HARD, twin, k)];
    weight[i] = 2;
  }
  struct es_logit half = m.problem;
  half.rows = MANY / 2;
  half.weight = weight;
  struct es_logit_fit all = fit_many(&m.problem), few = fit_many(&half);
  cr_expect(all.gradient <= 1e-8 * MANY && few.gradient <= 1e-8 * MANY);
  cr_expect_lt(all.steps, few.steps);
  for (size_t j = 0; j <= HARD; j++) {
    cr_expect(apart(all.coefficient[j], few.coefficient[j]) < 1e-10, "%zu", j);
    cr_expect(apart(all.error[j], few.error[j]) < 1e-8, "%zu", j);
  }
  cr_expect(apart(all.log_likelihood, few.log_likelihood) < 1e-12);
  es_logit_clear(&all);
  es_logit_clear(&few);
  free(weight);
  end_many(&m);
}

Test(logistic, the_same_bytes_on_any_number_of_threads)
{
  struct many m = make_many();
  struct es_logit_fit want = {0};
  for (int threads = 1; threads <= 7; threads += 3) {
    omp_set_num_threads(threads);
    struct es_logit_fit got = fit_many(&m.problem);
    if (threads == 1)
      want = got;
    else {
      cr_expect(memcmp(got.coefficient, want.coefficient, (HARD + 1) * sizeof(double)) == 0);
      cr_expect(memcmp(got.error, want.error, (HARD + 1) * sizeof(double)) == 0);
      cr_expect(got.log_likelihood == want.log_likelihood && got.gradient == want.gradient);
      es_logit_clear(&got);
    }
  }
  es_logit_clear(&want);
  end_many(&m);
}

/* What the part that is searched first does not show: some rows among those left out. */
Test(logistic, a_part_of_the_rows_decides_nothing)
{
  enum { ELSEWHERE = 3 * ES_ROWS, CHOSEN = HARD - 1 };
  struct many m = make_many();
  for (size_t i = 0; i < MANY; i++) m.x[es_logit_place(HARD, i, CHOSEN)] = 0;
  for (size_t i = ELSEWHERE; i < ELSEWHERE + 3; i++)
    m.x[es_logit_place(HARD, i, CHOSEN)] = m.y[i] = 1;
  struct es_logit_fit rare = fit_many(&m.problem);
  cr_expect_eq(rare.verdict, ES_LOGIT_QUASI_SEPARATED);
  cr_expect_eq(rare.culprit, CHOSEN);
  m.y[ELSEWHERE] = 0;
  struct es_logit_fit fine = fit_many(&m.problem);
  cr_expect(fine.exists && fine.verdict == ES_LOGIT_OK);
  for (size_t i = 0; i < MANY; i++) {
    bool wrong = i >= ELSEWHERE && i < ELSEWHERE + 20;
    m.x[es_logit_place(HARD, i, CHOSEN)] = (m.y[i] != 0) != wrong;
  }
  struct es_logit_fit told = fit_many(&m.problem);
  cr_expect(told.exists && told.verdict == ES_LOGIT_OK, "all but 20 are told apart");
  for (size_t i = 0; i < MANY; i++)
    m.x[es_logit_place(HARD, i, CHOSEN)] = 2 * m.x[es_logit_place(HARD, i, 0)];
  m.x[es_logit_place(HARD, ELSEWHERE, CHOSEN)] += 1;
  struct es_logit_fit nearly = fit_many(&m.problem);
  cr_expect_eq(nearly.verdict, ES_LOGIT_QUASI_SEPARATED, "all but one row are collinear");
  m.x[es_logit_place(HARD, ELSEWHERE, CHOSEN)] -= 1;
  struct es_logit_fit collinear = fit_many(&m.problem);
  cr_expect_eq(collinear.verdict, ES_LOGIT_RANK_DEFICIENT);
  cr_expect(collinear.dropped[CHOSEN] && collinear.coefficient[CHOSEN + 1] == 0);
  struct es_logit_fit *all[] = {&rare, &fine, &told, &nearly, &collinear};
  for (size_t k = 0; k < ES_COUNT_OF(all); k++) es_logit_clear(all[k]);
  end_many(&m);
}

/* --- 50-digit references ---------------------------------------------------------------------- */

/* weight, offset: the places of those columns, or 0 (the outcome's). */
struct csv {
  double *cell;
  size_t rows, columns, weight, offset;
};

static struct csv read_csv(const char *file)
{
  struct csv csv = {.columns = 1};
  char line[4096];
  FILE *in = fopen(file, "r");
  if (in == NULL || fgets(line, sizeof line, in) == NULL) return csv;
  csv.weight = strncmp(line, "y,weight", 8) == 0;
  csv.offset = strncmp(line, "y,offset", 8) == 0;
  for (const char *at = line; *at != '\0'; at++) csv.columns += *at == ',';
  csv.cell = malloc(40000 * csv.columns * sizeof *csv.cell);
  while (fgets(line, sizeof line, in) != NULL) {
    char *at = line;
    for (size_t k = 0; k < csv.columns; k++, at++)
      csv.cell[csv.rows * csv.columns + k] = strtod(at, &at);
    csv.rows++;
  }
  fclose(in);
  return csv;
}

/* A problem of the reference file; weight-0 rows are taken out, as the scorer does.  `without`: a
 * column that enters as the offset, `fixed` times itself; 0: none. */
struct held {
  struct es_logit problem;
  double *x, *weight, *offset;
  uint8_t *y;
};

static struct held hold(const struct csv *csv, enum es_logit_penalty penalty, size_t without,
                        double fixed)
{
  size_t first = 1 + csv->weight + csv->offset, columns = csv->columns - first - (without > 0);
  size_t rows = 0;
  struct held h = {.x = calloc(es_logit_size(csv->rows, columns) + 1, sizeof *h.x),
                   .weight = malloc(csv->rows * sizeof *h.weight),
                   .offset = malloc(csv->rows * sizeof *h.offset),
                   .y = malloc(csv->rows)};
  for (size_t i = 0; i < csv->rows; i++) {
    const double *row = csv->cell + i * csv->columns;
    if (csv->weight > 0 && row[csv->weight] == 0) continue;
    h.y[rows] = row[0] != 0;
    h.weight[rows] = csv->weight > 0 ? row[csv->weight] : 1;
    h.offset[rows] = without > 0 ? fixed * row[without] : row[csv->offset];
    for (size_t k = first, place = 0; k < csv->columns; k++)
      if (k != without) h.x[es_logit_place(columns, rows, place++)] = row[k];
    rows++;
  }
  h.problem = (struct es_logit){.rows = rows,
                                .columns = columns,
                                .x = h.x,
                                .y = h.y,
                                .weight = csv->weight > 0 ? h.weight : NULL,
                                .offset = csv->offset > 0 || without > 0 ? h.offset : NULL,
                                .penalty = penalty,
                                .l2 = 1,
                                .max_iter = 100,
                                .tolerance = 1e-12,
                                .confidence = 0.95};
  return h;
}

static void let_go(struct held *h)
{
  free(h->x);
  free(h->weight);
  free(h->offset);
  free(h->y);
}

static enum es_status fit_csv(const struct csv *csv, enum es_logit_penalty penalty,
                              struct es_logit_fit *fitted)
{
  struct es_context ctx = {0};
  struct held h = hold(csv, penalty, 0, 0);
  enum es_status status = es_logit_fit(&h.problem, fitted, &ctx);
  let_go(&h);
  return status;
}

static double worst(const json_t *expected, const double *got)
{
  double most = 0;
  for (size_t k = 0; k < json_array_size(expected); k++) {
    const json_t *at = json_array_get(expected, k);
    double want = json_is_string(at) ? strtod(json_string_value(at), NULL) : json_number_value(at);
    most = fmax(most, apart(got[k], want));
  }
  return most;
}

static double quoted(const json_t *object, const char *key)
{
  return strtod(json_string_value(json_object_get(object, key)), NULL);
}

static enum es_logit_verdict wanted(const char *status)
{
  return strncmp(status, "quasi", 5) == 0  ? ES_LOGIT_QUASI_SEPARATED
         : strncmp(status, "comp", 4) == 0 ? ES_LOGIT_SEPARATED
         : strncmp(status, "rank", 4) == 0 ? ES_LOGIT_RANK_DEFICIENT
                                           : ES_LOGIT_OK;
}

static struct csv read_case(const json_t *entry)
{
  char path[512];
  snprintf(path, sizeof path, SHARED "/cases/%s",
           json_string_value(json_object_get(entry, "file")));
  struct csv csv = read_csv(path);
  cr_assert(csv.rows > 0, "%s", path);
  return csv;
}

static void check_case(const char *name, const json_t *entry)
{
  const char *const kind[] = {"ml", "ridge_lambda1_unpenalised_intercept", "firth"};
  struct csv csv = read_case(entry);
  const double limit = 1e-9;
  for (size_t k = 0; k < 3; k++) {
    const json_t *want = json_object_get(entry, kind[k]);
    struct es_logit_fit got;
    if (k == 2 && want == NULL) continue;
    enum es_status done = fit_csv(&csv, (enum es_logit_penalty)k, &got);
    enum es_logit_verdict verdict = wanted(json_string_value(json_object_get(entry, "status")));
    cr_expect_eq(done, ES_OK, "%s %s", name, kind[k]);
    cr_expect_eq(got.verdict, verdict, "%s %s: %s", name, kind[k],
                 es_logit_verdict_text(got.verdict));
    if (want != NULL) {
      double off = worst(json_object_get(want, "coef"), got.coefficient);
      cr_expect(got.exists && off < limit, "%s %s: coefficients off by %g", name, kind[k], off);
      off = apart(got.log_likelihood, quoted(want, "loglik"));
      cr_expect(off < limit, "%s %s: likelihood off by %g", name, kind[k], off);
      /* The reference's errors for ridge are of another kind: from the unpenalised information. */
      off = k != 1 ? worst(json_object_get(want, "se"), got.error) : 0;
      cr_expect(off < limit, "%s %s: errors off by %g", name, kind[k], off);
      off = k == 2 ? apart(got.objective, quoted(want, "penalised_loglik")) : 0;
      cr_expect(off < limit, "%s %s: penalised likelihood off by %g", name, kind[k], off);
    }
    es_logit_clear(&got);
  }
  free(csv.cell);
}

static json_t *references(void)
{
  json_t *root = json_load_file(SHARED "/cases/logit_reference.json", 0, NULL);
  if (root == NULL) puts("skipped: no " SHARED);
  es_linalg_start();
  return root;
}

Test(logistic, agrees_with_fifty_digits)
{
  json_t *root = references(), *entry;
  const char *name;
  json_object_foreach(json_object_get(root, "cases"), name, entry) check_case(name, entry);
  json_decref(root);
}

/* What papers print, to the digits that they print. */
Test(logistic, agrees_with_published_tables)
{
  static const struct {
    const char *name;
    size_t columns;
    double digit, coefficient[12], error[12], deviance, null_deviance;
  } table[] = {
      /* Angwin et al., ProPublica 2016, Compas Analysis.ipynb, R's glm; AIC = deviance + 24 =
         6192.4 */
      {"compas_propublica_score",
       12,
       5e-6,
       {-1.52554, 0.22127, -1.35563, 1.30839, 0.47721, -0.25441, -0.42839, 1.39421, -0.82635,
        0.26895, -0.31124, 0.68586},
       {0.07851, 0.07951, 0.09908, 0.07593, 0.06935, 0.47821, 0.12813, 0.76612, 0.16208, 0.01110,
        0.06655, 0.06402},
       6168.4,
       8483.3},
      /* Stock and Watson, Introduction to Econometrics, (11.10): Boston mortgages, HMDA */
      {"hmda_sw_eq11_10", 3, 5e-3, {-4.13, 5.37, 1.27}, {0}, 0, 0},
  };
  json_t *root = references(), *cases = json_object_get(root, "cases");
  for (size_t k = 0; k < ES_COUNT_OF(table) && root != NULL; k++) {
    struct csv csv = read_case(json_object_get(cases, table[k].name));
    struct es_logit_fit got, null;
    cr_assert_eq(csv.columns, table[k].columns); /* the outcome for the intercept */
    cr_assert(fit_csv(&csv, ES_LOGIT_NONE, &got) == ES_OK);
    for (size_t j = 0; j < table[k].columns; j++) {
      cr_expect_float_eq(got.coefficient[j], table[k].coefficient[j], table[k].digit,
                         "%s %zu: %.7g", table[k].name, j, got.coefficient[j]);
      if (table[k].deviance > 0)
        cr_expect_float_eq(got.error[j], table[k].error[j], table[k].digit, "%s %zu: se %.7g",
                           table[k].name, j, got.error[j]);
    }
    if (table[k].deviance > 0) {
      cr_expect_float_eq(-2 * got.log_likelihood, table[k].deviance, 0.05);
      csv.columns = 1; /* the intercept alone */
      for (size_t i = 0; i < csv.rows; i++) csv.cell[i] = csv.cell[i * table[k].columns];
      cr_assert(fit_csv(&csv, ES_LOGIT_NONE, &null) == ES_OK);
      cr_expect_float_eq(-2 * null.log_likelihood, table[k].null_deviance, 0.05);
      es_logit_clear(&null);
    }
    es_logit_clear(&got);
    free(csv.cell);
  }
  json_decref(root);
}

/* With the slope held at an end of its interval, the best likelihood of the rest is lower by half
 * the quantile of chi-squared. */
static void check_profile(const char *name, const struct csv *csv)
{
  struct es_context ctx = {0};
  struct es_logit_fit full, rest;
  struct held h = hold(csv, ES_LOGIT_NONE, 0, 0);
  size_t first = 1 + csv->weight + csv->offset;
  h.problem.profile = true;
  cr_assert(es_logit_fit(&h.problem, &full, &ctx) == ES_OK, "%s", ctx.message);
  let_go(&h);
  for (size_t k = first; k < csv->columns; k++)
    for (int side = 0; side < 2; side++) {
      double end = side ? full.high[k - first + 1] : full.low[k - first + 1];
      double estimate = full.coefficient[k - first + 1];
      cr_expect(side ? end > estimate : end < estimate);
      h = hold(csv, ES_LOGIT_NONE, k, end);
      cr_assert(es_logit_fit(&h.problem, &rest, &ctx) == ES_OK, "%s", ctx.message);
      double fall = 2 * (full.log_likelihood - rest.log_likelihood);
      cr_expect(fabs(fall - 3.841458820694124) < 1e-6, "%s %zu: %.10g", name, k, fall);
      es_logit_clear(&rest);
      let_go(&h);
    }
  es_logit_clear(&full);
}

Test(logistic, profile_intervals_end_where_the_likelihood_has_fallen_enough)
{
  static const char *const names[] = {"german_numeric", "endometrial_noNV", "syn_tiny_scale",
                                      "breastcancer", "syn_weights_integer"};
  json_t *root = references(), *cases = json_object_get(root, "cases");
  for (size_t k = 0; k < ES_COUNT_OF(names) && root != NULL; k++) {
    struct csv csv = read_case(json_object_get(cases, names[k]));
    check_profile(names[k], &csv);
    free(csv.cell);
  }
  json_decref(root);
}

/* Heinze, Schemper, Stat. Med. 21 (2002) 2409-2419: no maximum of the likelihood, and Firth's.  The
 * intervals are those of their R package logistf. */
Test(logistic, firth_answers_where_the_likelihood_has_no_maximum)
{
  static const double coefficient[] = {3.775, 2.929, -0.035, -2.604},
                      error[] = {1.489, 1.551, 0.040, 0.776},
                      low[] = {1.0825, 0.6097, -0.1245, -4.3652},
                      high[] = {7.2093, 7.8546, 0.0405, -1.2327};
  json_t *root = references();
  if (root == NULL) return;
  struct es_context ctx = {0};
  struct es_logit_fit got;
  struct csv csv = read_case(json_object_get(json_object_get(root, "cases"), "endometrial"));
  struct held h = hold(&csv, ES_LOGIT_FIRTH, 0, 0);
  h.problem.profile = true;
  cr_assert(es_logit_fit(&h.problem, &got, &ctx) == ES_OK, "%s", ctx.message);
  for (size_t j = 0; j < 4; j++) {
    cr_expect(fabs(got.coefficient[j] - coefficient[j]) < 5e-4);
    cr_expect(fabs(got.error[j] - error[j]) < 5e-4);
    cr_expect(fabs(got.low[j] - low[j]) < 5e-5 && fabs(got.high[j] - high[j]) < 5e-5,
              "%zu: %g to %g", j, got.low[j], got.high[j]);
  }
  es_logit_clear(&got);
  let_go(&h);
  free(csv.cell);
  json_decref(root);
}
