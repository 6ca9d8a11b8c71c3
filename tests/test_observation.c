/* Each mechanism of the observation model against its own definition, on many people.
 *
 * Tolerances are five standard errors unless a comment says otherwise: draws are addressed, so a test
 * that passes once passes always, and five leave room for a changed seed.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/math.h"
#include "harness/population/population.h"

#define MUST(call, context) cr_assert_eq((call), ES_OK, "%s: %s", #call, (context)->message)

enum { BLOCK = 2000, COLUMNS = 16 };

/* People of a population that is written in a test, and what is seen of a block of them. */
struct world {
  struct es_context ctx;
  struct es_population p;
  struct es_truth truth;
  uint64_t person[BLOCK];
  double cell[COLUMNS][BLOCK], *value[COLUMNS];
  uint8_t mask[COLUMNS][BLOCK], *seen[COLUMNS];
};

static void write_file(char *path, const char *text)
{
  int fd = mkstemps(path, 4);
  cr_assert_geq(fd, 0);
  size_t size = strlen(text);
  cr_assert_eq(write(fd, text, size), (ssize_t)size);
  close(fd);
}

static enum es_status try_open(struct world *w, const char *text)
{
  char path[] = "/tmp/evenscore-XXXXXX.ini";
  memset(w, 0, sizeof *w);
  w->ctx.seed = 7;
  write_file(path, text);
  enum es_status status = es_population_open(&w->p, path, &(struct es_texts){0}, &w->ctx);
  unlink(path);
  return status;
}

static struct world *open_world(const char *text)
{
  struct world *w = malloc(sizeof *w);
  MUST(try_open(w, text), &w->ctx);
  MUST(es_truth_create(&w->truth, BLOCK, &w->ctx), &w->ctx);
  for (size_t c = 0; c < COLUMNS; c++) {
    w->value[c] = w->cell[c];
    w->seen[c] = w->mask[c];
  }
  return w;
}

static void see(struct world *w, uint64_t first)
{
  for (size_t i = 0; i < BLOCK; i++) w->person[i] = first + i;
  w->truth.people = BLOCK;
  w->truth.person = w->person;
  es_population_people(&w->p, &w->ctx, &w->truth);
  MUST(es_population_observe(&w->p, &w->truth, w->value, w->seen, &w->ctx), &w->ctx);
}

static void close_world(struct world *w)
{
  es_truth_clear(&w->truth);
  es_population_clear(&w->p);
  free(w);
}

static void refuses(const char *text, const char *words)
{
  struct world *w = malloc(sizeof *w);
  cr_assert_eq(try_open(w, text), ES_INPUT, "accepted: %s", text);
  cr_assert(strstr(w->ctx.message, words) != NULL, "\"%s\" is not in \"%s\"", words, w->ctx.message);
  free(w);
}

/* A running mean with its standard error. */
struct mean {
  double n, sum, squares;
};

static void add(struct mean *m, double x)
{
  m->n++;
  m->sum += x;
  m->squares += x * x;
}

static double average(const struct mean *m) { return m->sum / m->n; }

static double variance(const struct mean *m) { return m->squares / m->n - average(m) * average(m); }

static void near(const struct mean *m, double expected, const char *what)
{
  double error = sqrt(variance(m) / m->n), floor = 1e-9;
  cr_expect_leq(fabs(average(m) - expected), 5 * error + floor, "%s: %.6f, expected %.6f ± %.6f", what,
                average(m), expected, error);
}

#define TWO_STRATA                                                                   \
  "[population]\nstrata = urban rural\nreference = urban\nshare = 0.6 0.4\nbad_rate = 0.1 0.2\n" \
  "[traits]\ncorrelation = 0.3 0.3 0.1\ncapacity = 0.6\nreliability = 1.2\n"         \
  "reliability_mean = 0 -0.3\nvisibility_mean = 0 -0.8\n"
#define PLAIN_SOURCE "[source a]\ntitle = a\n[indicator a.x]\ncapacity = 1\n"

/* --- further attributes ------------------------------------------------------------------------- */

#define INCOME                                                                       \
  "[attribute income]\nlevels = low middle high\nshare = 0.2 0.5 0.3, 0.5 0.4 0.1\n" \
  "capacity_shift = -0.8 0 1.1\nreliability_shift = 0 0 0.2\n"
#define AGE "[attribute age]\nlevels = young old\nshare = 0.7 0.3\nvisibility_shift = 0 -1\n"

Test(observation, attributes_have_their_shares_and_shift_the_means)
{
  static const double share[2][3] = {{0.2, 0.5, 0.3}, {0.5, 0.4, 0.1}}, old[2] = {0.3, 0.3};
  static const double shift[3][ES_TRAITS] = {{-0.8, 0, 0}, {0, 0, 0}, {1.1, 0.2, 0}};
  static const double mean[2][ES_TRAITS] = {{0, 0, 0}, {0, -0.3, -0.8}}, bad[2] = {0.1, 0.2};
  struct world *w = open_world(TWO_STRATA INCOME AGE PLAIN_SOURCE);
  struct mean level[2][3] = {0}, older[2] = {0}, outcome[2] = {0}, risk[2] = {0};
  struct mean trait[2][3][2][ES_TRAITS] = {0};
  cr_assert_eq(w->p.groupings, 2);
  for (uint64_t from = 0; from < 600000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      uint32_t g = w->truth.stratum[i], income = es_population_level(&w->p, w->truth.mix[i], 0),
               age = es_population_level(&w->p, w->truth.mix[i], 1);
      for (uint32_t k = 0; k < 3; k++) add(&level[g][k], income == k);
      add(&older[g], age == 1);
      add(&outcome[g], w->truth.outcome[i] == ES_UNFAVORABLE);
      add(&risk[g], 1 - w->truth.probability[i]);
      for (size_t k = 0; k < ES_TRAITS; k++) add(&trait[g][income][age][k], w->truth.trait[k][i]);
    }
  }
  for (size_t g = 0; g < 2; g++) {
    near(&older[g], old[g], "share of the old");
    near(&outcome[g], bad[g], "bad rate, whatever the attributes shift");
    near(&risk[g], bad[g], "mean risk");
    for (size_t k = 0; k < 3; k++) {
      near(&level[g][k], share[g][k], "share of a level");
      for (size_t age = 0; age < 2; age++)
        for (size_t t = 0; t < ES_TRAITS; t++)
          near(&trait[g][k][age][t], mean[g][t] + shift[k][t] - (age == 1 && t == 2), "mean of a trait");
    }
  }
  close_world(w);
}

Test(observation, attributes_shift_nothing_without_a_base_rate_gap)
{
  struct world *w = open_world(TWO_STRATA INCOME "[population]\nbase_rate_gap = 0\n" PLAIN_SOURCE);
  for (size_t m = 0; m < w->p.mixes; m++)
    for (size_t k = 0; k < ES_TRAITS; k++) cr_expect_eq(w->p.shift[m][k], 0);
  close_world(w);
}

Test(observation, attributes_that_cannot_be_are_refused)
{
  refuses(TWO_STRATA "[attribute a]\nlevels = one\nshare = 1\n" PLAIN_SOURCE, "name at least two");
  refuses(TWO_STRATA "[attribute a]\nlevels = b c\nshare = 0.5 0.4\n" PLAIN_SOURCE, "sum to 0.9");
  refuses(TWO_STRATA "[attribute a]\nlevels = b c\nshare = 0.5\n" PLAIN_SOURCE, "give 2 numbers, or 2 for each");
  refuses(TWO_STRATA "[attribute a]\nlevels = b c\nshare = 0.5 0.5\ncapacity_shift = 1 2 3\n" PLAIN_SOURCE,
          "one number for each of the 2 levels");
  refuses(TWO_STRATA "[attribute region]\nlevels = b c\nshare = 0.5 0.5\n" PLAIN_SOURCE, "the strata have that name");
}
