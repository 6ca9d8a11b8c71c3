/* Each mechanism of the observation model against its own definition, on many people.
 *
 * Tolerances are five standard errors unless a comment says otherwise: draws are addressed, so a
 * test that passes once passes always, and five leave room for a changed seed.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/math.h"
#include "harness/population/population.h"
#include "tests/kit.h"

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
  cr_assert(strstr(w->ctx.message, words) != NULL, "\"%s\" is not in \"%s\"", words,
            w->ctx.message);
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
  cr_expect_leq(fabs(average(m) - expected), 5 * error + floor, "%s: %.6f, expected %.6f ± %.6f",
                what, average(m), expected, error);
}

#define TWO_STRATA                                                                                 \
  "[population]\nstrata = urban rural\nreference = urban\nshare = 0.6 0.4\nbad_rate = 0.1 0.2\n"   \
  "[traits]\ncorrelation = 0.3 0.3 0.1\ncapacity = 0.6\nreliability = 1.2\n"                       \
  "reliability_mean = 0 -0.3\nvisibility_mean = 0 -0.8\n"
#define PLAIN_SOURCE "[source a]\ntitle = a\n[indicator a.x]\ncapacity = 1\n"

/* --- further attributes ----------------------------------------------------------------------- */

#define INCOME                                                                                     \
  "[attribute income]\nlevels = low middle high\nshare = 0.2 0.5 0.3, 0.5 0.4 0.1\n"               \
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
          near(&trait[g][k][age][t], mean[g][t] + shift[k][t] - (age == 1 && t == 2),
               "mean of a trait");
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
  refuses(TWO_STRATA "[attribute a]\nlevels = b c\nshare = 0.5\n" PLAIN_SOURCE,
          "give 2 numbers, or 2 for each");
  refuses(TWO_STRATA
          "[attribute a]\nlevels = b c\nshare = 0.5 0.5\ncapacity_shift = 1 2 3\n" PLAIN_SOURCE,
          "one number for each of the 2 levels");
  refuses(TWO_STRATA "[attribute region]\nlevels = b c\nshare = 0.5 0.5\n" PLAIN_SOURCE,
          "the strata have that name");
}

/* --- how a source comes to have people -------------------------------------------------------- */

#define COLUMN(source) "[indicator " source ".x]\ncapacity = 1\n"

/* Share of each stratum that each source has, from `people` people. */
static void measure_coverage(struct world *w, uint64_t people, struct mean (*covered)[2])
{
  for (uint64_t from = 0; from < people; from += BLOCK) {
    see(w, from);
    for (size_t c = 0; c < w->p.sources; c++)
      for (size_t i = 0; i < BLOCK; i++) add(&covered[c][w->truth.stratum[i]], w->seen[c][i]);
  }
}

Test(observation, coverage_is_what_was_given_whatever_the_mechanism)
{
  static const char text[] = TWO_STRATA INCOME
      "[source pay]\ncoverage = 0.8 0.6\nopt_in = 0.7\nopt_in_trait = capacity\nmechanism = "
      "opt_in\n" COLUMN("pay") "[source plat]\nmechanism = platform\nwithin = pay\ncoverage = 0.4 "
                               "0.1\n" COLUMN("plat") "[source six]\nmechanism = "
                                                      "fragmented\nagencies = 0.8 0.8 0.8 0.8 0.8 "
                                                      "0.8\ncoverage = 1 0.9\n" COLUMN(
                                                          "six") "[source any]\nmechanism = "
                                                                 "fragmented\nagencies = 0.2 "
                                                                 "0.5\nseen_when = any\nopt_in = "
                                                                 "1\n" COLUMN("any") "[source "
                                                                                     "list]"
                                                                                     "\nmechanism "
                                                                                     "= "
                                                                                     "negative_"
                                                                                     "only\ncoverag"
                                                                                     "e = 0.5 "
                                                                                     "0.3\n" COLUMN(
                                                                                         "list");
  static const double expected[][2] = {
      {0.8, 0.6}, {0.4, 0.1}, {0.262144, 0.262144 * 0.531441}, {0.6, 0.6}, {0.1 * 0.5, 0.2 * 0.3}};
  struct world *w = open_world(text);
  struct mean covered[5][2] = {0};
  measure_coverage(w, 600000, covered);
  for (size_t s = 0; s < 5; s++)
    for (size_t g = 0; g < 2; g++) near(&covered[s][g], expected[s][g], w->p.source[s].name);
  close_world(w);
}

Test(observation, coverage_gap_moves_every_mechanism)
{
  struct world *w = open_world(
      TWO_STRATA "[population]\ncoverage_gap = 0\n"
                 "[source pay]\ncoverage = 0.8 0.6\n" COLUMN(
                     "pay") "[source plat]\nmechanism = platform\nwithin = pay\ncoverage = 0.4 "
                            "0.1\n" COLUMN("plat") "[source six]\nmechanism = fragmented\nagencies "
                                                   "= 0.8 0.5\ncoverage = 1 0.9\n" COLUMN("six"));
  struct mean covered[3][2] = {0};
  measure_coverage(w, 100000, covered);
  for (size_t g = 0; g < 2; g++) {
    near(&covered[0][g], 0.8, "coverage as the reference");
    near(&covered[1][g], 0.4, "a platform as the reference");
    near(&covered[2][g], 0.4, "agencies as the reference");
  }
  close_world(w);
}

Test(observation, platform_has_nobody_whom_its_source_has_not)
{
  struct world *w = open_world(TWO_STRATA "[source pay]\ncoverage = 0.8 0.6\nopt_in = 1\n" COLUMN(
      "pay") "[source plat]\nmechanism = platform\nwithin = pay\ncoverage = 0.4 0.1\n" COLUMN("pla"
                                                                                              "t"));
  struct mean visible[2] = {0};
  for (uint64_t from = 0; from < 40000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      cr_assert(w->seen[0][i] || !w->seen[1][i]);
      if (w->truth.stratum[i] == 0) add(&visible[w->seen[1][i]], w->truth.trait[2][i]);
    }
  }
  cr_expect_gt(average(&visible[1]), average(&visible[0]) + 0.3,
               "the platform inherits who opts in");
  close_world(w);
}

Test(observation, list_of_what_is_bad_has_nobody_else)
{
  struct world *w =
      open_world(TWO_STRATA "[source l]\nmechanism = negative_only\ncoverage = 0.5\n" COLUMN("l"));
  size_t listed = 0;
  for (uint64_t from = 0; from < 20000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      listed += w->seen[0][i];
      cr_assert(!w->seen[0][i] || w->truth.outcome[i] == ES_UNFAVORABLE);
    }
  }
  cr_expect_gt(listed, 1000);
  close_world(w);
}

/* Coverage as a probit of the trait: E[z | covered] = o/√(1+o²) · φ(q)/c with q = Φ⁻¹(c); and the
 * slope of a logistic fit, which is 1.6 to 1.8 times a probit's. */
Test(observation, opt_in_slope_is_recovered)
{
  static const char *const trait[] = {"capacity", "reliability", "visibility"};
  static const double slope[] = {0.5, -0.4, 1}, share[] = {0.4, 0.7, 0.2};
  for (size_t k = 0; k < ES_TRAITS; k++) {
    char text[600];
    snprintf(
        text, sizeof text,
        TWO_STRATA
        "[source a]\nmechanism = opt_in\ncoverage = %g\nopt_in = %g\nopt_in_trait = %s\n" COLUMN(
            "a"),
        share[k], slope[k], trait[k]);
    struct world *w = open_world(text);
    struct mean pull = {0};
    enum { N = 200000 };
    double *z = malloc(N * sizeof *z), a = 0, b = 0;
    uint8_t *y = malloc(N);
    for (size_t from = 0; from < N; from += BLOCK) {
      see(w, from);
      for (size_t i = 0; i < BLOCK; i++) {
        z[from + i] = w->truth.trait[k][i] - w->p.stratum[w->truth.stratum[i]].mean[k];
        if ((y[from + i] = w->seen[0][i])) add(&pull, z[from + i]);
      }
    }
    for (int step = 0; step < 8; step++) { /* Newton on the two coefficients */
      double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
      for (size_t i = 0; i < N; i++) {
        double q = es_logistic(a + b * z[i]), v = q * (1 - q), e = y[i] - q;
        ga += e, gb += e * z[i], haa += v, hab += v * z[i], hbb += v * z[i] * z[i];
      }
      double d = haa * hbb - hab * hab;
      a += (hbb * ga - hab * gb) / d;
      b += (haa * gb - hab * ga) / d;
    }
    double q = es_normal_quantile(share[k]), density = es_exp(-q * q / 2) / 2.5066282746310002;
    near(&pull, slope[k] / sqrt(1 + slope[k] * slope[k]) * density / share[k],
         "mean trait of those who opt in");
    cr_expect(b / slope[k] > 1.6 && b / slope[k] < 1.8, "%s: logistic slope %g of %g", trait[k], b,
              slope[k]);
    free(z);
    free(y);
    close_world(w);
  }
}

Test(observation, mechanisms_that_cannot_be_are_refused)
{
  refuses(TWO_STRATA "[source a]\nmechanism = opt_in\n" COLUMN("a"), "say how coverage rises");
  refuses(TWO_STRATA "[source a]\nmechanism = platform\nwithin = b\n" COLUMN("a"),
          "above this one");
  refuses(TWO_STRATA "[source a]\nmechanism = platform\nwithin = a\n" COLUMN("a"),
          "above this one");
  refuses(TWO_STRATA "[source a]\nwithin = a\n" COLUMN("a"), "only mechanism = platform");
  refuses(TWO_STRATA "[source a]\nmechanism = fragmented\n" COLUMN("a"),
          "share of people that each has");
  refuses(TWO_STRATA "[source a]\nmechanism = negative_only\nopt_in = 1\n" COLUMN("a"),
          "nobody opts in");
  refuses(TWO_STRATA "[source a]\ncoverage = 0.5\n" COLUMN(
              "a") "[source b]\nmechanism = platform\nwithin = a\ncoverage = 0.4 0.6\n" COLUMN("b"),
          "0.6 of rural people are more than the 0.5 whom a has");
}

Test(observation, another_mechanism_may_be_chosen_on_top_of_a_file)
{
  char path[] = "/tmp/evenscore-XXXXXX.ini";
  write_file(path, TWO_STRATA "[source pay]\ncoverage = 0.8\n" COLUMN(
                       "pay") "[source plat]\nmechanism = platform\nwithin = pay\ncoverage = "
                              "0.4\nlinks = name_only\n"
                              "list_size = 1000\n" COLUMN("plat"));
  char *sets[] = {"source plat.mechanism=stratum", "source plat.coverage=0.9",
                  "source plat.links=given", "source plat.missed=0.1"};
  struct es_context ctx = {0};
  struct es_population p;
  MUST(es_population_open(&p, path, &(struct es_texts){sets, 4}, &ctx), &ctx);
  cr_expect_eq(p.seen[2].coverage, 0.9);
  es_population_clear(&p);
  cr_expect_eq(es_population_open(&p, path, &(struct es_texts){sets + 3, 1}, &ctx), ES_OK,
               "name_only may miss");
  es_population_clear(&p);
  char *wrong = "source pay.within=plat";
  cr_expect_eq(es_population_open(&p, path, &(struct es_texts){&wrong, 1}, &ctx), ES_INPUT);
  unlink(path);
}

/* --- dated negative events
 * ---------------------------------------------------------------------------- */

/* E[f(min(n, end))] for n = 1 + geometric with that mean. */
static double over_history(double mean, double end, double (*f)(double months, double rate),
                           double rate)
{
  double sum = 0, q = 1 - 1 / mean, weight = 1 - q;
  for (int n = 1; n < 20000; n++, weight *= q) sum += weight * f(fmin(n, end), rate);
  return sum;
}

static double length(double months, double rate) { return rate * months; }
static double none(double months, double rate) { return es_exp(-rate * months); }

#define EVENTFUL "[source e]\nhistory = 37 20\n"
#define LATE                                                                                       \
  "[event e.late]\nrate = 0.5 0.8\nreliability = -0.6\ncapacity = -0.3\ndetection = 0.9 0.5\n"     \
  "expiry = 60\nwindow = 12\n"
#define THEFT "[event e.theft]\nrate = 0.4\nexpiry = 24\n"

Test(observation, events_come_at_their_rate)
{
  static const double rate[2] = {0.5, 0.8}, detection[2] = {0.9, 0.5}, history[2] = {37, 20};
  struct world *w = open_world(TWO_STRATA EVENTFUL LATE THEFT);
  struct mean late[2] = {0}, theft[2] = {0}, clean[2] = {0}, recent[2] = {0};
  cr_assert_eq(w->p.columns, 4);
  cr_assert_str_eq(w->p.column[1].name, "e.late_months");
  for (uint64_t from = 0; from < 600000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      uint32_t g = w->truth.stratum[i];
      cr_assert(w->seen[0][i] && w->seen[2][i]);
      cr_assert_eq(w->seen[3][i], w->value[2][i] > 0);
      add(&late[g], w->value[0][i]);
      add(&theft[g], w->value[2][i]);
      add(&clean[g], !w->seen[3][i]);
      add(&recent[g], w->seen[3][i] && w->value[3][i] <= 6);
    }
  }
  for (size_t g = 0; g < 2; g++) {
    double spread = 0.3 * 0.3 + 0.6 * 0.6 + 2 * 0.3 * 0.3 * 0.6; /* b'Rb */
    double mean = rate[g] / 12 * detection[g] * es_exp(-0.6 * (g == 1 ? -0.3 : 0) + spread / 2);
    near(&late[g], over_history(history[g], 12, length, mean), "events within the window");
    near(&theft[g], over_history(history[g], 24, length, 0.4 / 12), "events on record");
    near(&clean[g], over_history(history[g], 24, none, 0.4 / 12), "people without an event");
    near(&recent[g], 1 - over_history(history[g], 6, none, 0.4 / 12),
         "last event within six months");
  }
  close_world(w);
}

Test(observation, detection_loses_events_and_invents_none)
{
  struct world *all = open_world(TWO_STRATA EVENTFUL "[event e.x]\nrate = 1\n");
  struct world *half = open_world(TWO_STRATA EVENTFUL "[event e.x]\nrate = 1\ndetection = 0.5\n");
  struct mean kept = {0};
  for (uint64_t from = 0; from < 20000; from += BLOCK) {
    see(all, from);
    see(half, from);
    for (size_t i = 0; i < BLOCK; i++) {
      cr_assert_leq(half->value[0][i], all->value[0][i]);
      cr_assert(!half->seen[1][i] || half->value[1][i] >= all->value[1][i]);
      if (all->value[0][i] == 1) add(&kept, half->value[0][i]);
    }
  }
  near(&kept, 0.5, "share of lone events that are detected");
  close_world(all);
  close_world(half);
}

Test(observation, list_of_events_has_those_with_one_on_record)
{
  static const double wrong[2] = {0.01, 0.05}, history[2] = {30, 60};
  struct world *w = open_world(
      TWO_STRATA
      "[source l]\nmechanism = negative_only\nhistory = 30 60\nfalse_records = 0.01 0.05\n"
      "[event l.listed]\nrate = 0.1\nexpiry = 24\ndetection = 0.8\n");
  struct mean listed[2] = {0};
  for (uint64_t from = 0; from < 400000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      add(&listed[w->truth.stratum[i]], w->seen[0][i]);
      cr_assert(!w->seen[0][i] || (w->value[0][i] >= 1 && w->seen[1][i] && w->value[1][i] <= 24));
    }
  }
  for (size_t g = 0; g < 2; g++)
    near(&listed[g], 1 - (1 - wrong[g]) * over_history(history[g], 24, none, 0.1 / 12 * 0.8),
         "listed");
  close_world(w);
}

Test(observation, false_records_list_the_innocent_too)
{
  struct world *w = open_world(
      TWO_STRATA
      "[source l]\nmechanism = negative_only\ncoverage = 0.5\nfalse_records = 0.02\n" COLUMN("l"));
  struct mean listed[2] = {0};
  for (uint64_t from = 0; from < 200000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++)
      add(&listed[w->truth.outcome[i] == ES_UNFAVORABLE], w->seen[0][i]);
  }
  near(&listed[0], 0.02, "innocent people listed");
  near(&listed[1], 0.5 + 0.5 * 0.02, "others listed");
  close_world(w);
}

Test(observation, events_that_cannot_be_are_refused)
{
  refuses(TWO_STRATA EVENTFUL "[event f.x]\nrate = 1\n", "wants the name of a [source]");
  refuses(TWO_STRATA EVENTFUL "[event e.x]\ndetection = 1\n", "rate: give one number");
  refuses(TWO_STRATA "[source a]\nfalse_records = 0.1\n" COLUMN("a"),
          "only a source with an [event]");
}

Test(observation, columns_that_share_a_name_are_refused)
{
  refuses(TWO_STRATA EVENTFUL "[event e.x]\nrate = 1\n[indicator e.x]\ncapacity = 1\n",
          "two columns would be called e.x");
  refuses(TWO_STRATA EVENTFUL "[indicator e.x_2]\ncapacity = 1\n[indicator e.x]\ncopies = 2\n",
          "two columns would be called e.x_2");
}

/* --- links, by rate and by name
 * ------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* Of a million people: how many are the third surname's commonest given name, and how many pairs
 * share a surname, and both names. */
Test(observation, names_are_spread_as_published)
{
  enum { N = 1000000 };
  struct es_context ctx = {.seed = 11};
  struct es_names names;
  MUST(es_names_create(&names, &ctx), &ctx);
  cr_expect_float_eq(names.surname[2], 0.0725 + 0.0719 + 0.0683, 1e-12);
  cr_expect_float_eq(names.surname[4], 0.308, 1e-12);
  cr_expect_float_eq(names.surname[99], 0.859, 1e-12);
  cr_expect_float_eq(names.surname[ES_SURNAMES - 1], 1, 1e-12);
  cr_expect_float_eq(names.given[ES_GIVEN_NAMES - 1], 1, 1e-12);
  uint64_t *full = malloc(N * sizeof *full);
  double *surname = calloc(ES_SURNAMES, sizeof *surname), zhang_wei = 0, squares = 0, pairs = 0,
         run = 1;
  for (uint64_t i = 0; i < N; i++) {
    struct es_person_name name = es_names_of(&names, &ctx, i);
    surname[name.surname]++;
    zhang_wei += name.surname == 2 && name.given == 0;
    full[i] = (uint64_t)name.surname << 32 | name.given;
  }
  for (size_t k = 0; k < ES_SURNAMES; k++)
    squares += surname[k] * (surname[k] - 1) / ((double)N * (N - 1));
  qsort(full, N, sizeof *full, by_value);
  for (size_t i = 1; i < N; i++) {
    run = full[i] == full[i - 1] ? run + 1 : 1;
    pairs += run - 1;
  }
  double collision = pairs / (0.5 * N * (N - 1.0));
  cr_expect(fabs(zhang_wei / N / 2.1e-4 - 1) < 0.2, "share of Zhang Wei %g", zhang_wei / N);
  cr_expect(fabs(squares / 0.025 - 1) < 0.1, "sum of squared surname shares %g", squares);
  cr_expect(collision > 2.5e-6 && collision < 1.1e-5, "two people share both names with %g",
            collision);
  cr_expect(fabs(es_names_share(&names, (struct es_person_name){2, 0}) / 2.1e-4 - 1) < 0.2);
  cr_expect_float_eq(collision / 4.4e-6, 1, 0.05);
  free(full);
  free(surname);
  es_names_clear(&names);
}

Test(observation, namesakes_have_the_name_and_are_many)
{
  struct es_context ctx = {.seed = 11};
  struct es_names names;
  MUST(es_names_create(&names, &ctx), &ctx);
  for (uint64_t i = 0; i < 1000; i++) {
    struct es_person_name name = es_names_of(&names, &ctx, i);
    uint64_t one = es_names_address(name, (uint32_t)(i * 7919)),
             other = es_names_address(name, (uint32_t)i + 1);
    struct es_person_name again = es_names_of(&names, &ctx, one);
    cr_assert(again.surname == name.surname && again.given == name.given);
    cr_assert_neq(one, other);
  }
  es_names_clear(&names);
}

#define CERTAIN "[indicator a.x]\ncapacity = 1\n"

/* Where nothing blurs the record, it is a stranger's exactly when it is not the person's own. */
static void measure_links(const char *text, uint64_t people, struct mean *missed,
                          struct mean *strange, struct mean *expected, double list)
{
  struct world *w = open_world(text);
  for (uint64_t from = 0; from < people; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      bool own = w->value[0][i] == w->truth.trait[0][i];
      add(missed, !w->seen[0][i]);
      add(strange, w->seen[0][i] && !own);
      if (list <= 0) continue;
      double q = es_names_share(&w->p.names, es_names_of(&w->p.names, &w->ctx, w->person[i]));
      add(expected, 1 - pow(1 - q, list));
    }
  }
  close_world(w);
}

Test(observation, ways_of_linking_have_their_rates)
{
  static const struct {
    const char *links;
    double false_links, missed;
  } row[] = {
      {"id_exact", 0.0005, 0.041}, {"id_plus_fuzzy", 0.002, 0.041}, {"name_dob", 0.02, 0.05}};
  for (size_t k = 0; k < 3; k++) {
    char text[500];
    snprintf(text, sizeof text, TWO_STRATA "[source a]\nlinks = %s\n" CERTAIN, row[k].links);
    struct mean missed = {0}, strange = {0};
    measure_links(text, 400000, &missed, &strange, NULL, 0);
    near(&strange, row[k].false_links, row[k].links);
    near(&missed, row[k].missed * (1 - row[k].false_links), row[k].links);
  }
}

Test(observation, false_links_by_name_follow_from_the_list)
{
  static const struct {
    const char *size;
    double list, low, high;
  } row[] = {{"4150", 4150, 0.0175, 0.0185}, {"1000000", 1e6, 0.3, 0.9}};
  for (size_t k = 0; k < 2; k++) {
    char text[500];
    snprintf(text, sizeof text,
             TWO_STRATA "[source a]\nlinks = name_only\nlist_size = %s\n" CERTAIN, row[k].size);
    struct mean missed = {0}, strange = {0}, expected = {0};
    measure_links(text, 200000, &missed, &strange, &expected, row[k].list);
    near(&strange, average(&expected), "people with a namesake on the list");
    cr_expect_eq(average(&missed), 0);
    cr_expect(average(&expected) > row[k].low / 1.2 && average(&expected) < row[k].high, "%g",
              average(&expected));
  }
}

/* Nearly every namesake found is on the list, however few people are. */
Test(observation, namesakes_are_looked_for_on_the_list)
{
  struct world *w = open_world(
      TWO_STRATA "[source a]\nmechanism = negative_only\ncoverage = 0.2\nlinks = name_only\n"
                 "list_size = 20000\n" CERTAIN);
  struct mean listed = {0}, expected = {0};
  for (uint64_t from = 0; from < 60000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      if (w->truth.outcome[i] == ES_UNFAVORABLE) continue;
      add(&listed, w->seen[0][i]);
      double q = es_names_share(&w->p.names, es_names_of(&w->p.names, &w->ctx, w->person[i]));
      add(&expected, 1 - pow(1 - q, 20000));
    }
  }
  near(&listed, average(&expected), "innocent people taken for their namesake");
  close_world(w);
}

Test(observation, links_that_cannot_be_are_refused)
{
  refuses(TWO_STRATA "[source a]\nlinks = name_only\n" COLUMN("a"),
          "how many people are on the list");
  refuses(TWO_STRATA "[source a]\nlinks = id_exact\nmissed = 0.1\n" COLUMN("a"),
          "follows from links");
  refuses(TWO_STRATA "[source a]\nlist_size = 5\n" COLUMN("a"), "only links = name_only");
}

/* --- sharing
 * ---------------------------------------------------------------------------------------------- */

#define CERTAIN_OF(source) "[indicator " source ".x]\ncapacity = 1\n"
#define SOURCE(name) "[source " name "]\ntitle = " name "\n" CERTAIN_OF(name)
#define SHARERS                                                                                    \
  TWO_STRATA                                                                                       \
  "[population]\ncore = c\n" SOURCE("c") SOURCE("b") SOURCE("a")                                   \
      "[source d]\nshared = 0.4\n" CERTAIN_OF("d") SOURCE("e")
#define ROUTES \
  "[sharing]\nb > c = 0.5 0.3\na > b = 0.8\n" \
  "a > c = 0.2\nb > a = 0.6\ne > d = 0.9\n"

Test(observation, records_reach_the_core_by_any_route)
{
  static const double direct[2] = {0.5, 0.3};
  struct world *w = open_world(SHARERS ROUTES);
  struct mean reached[5][2] = {0};
  measure_coverage(w, 400000, reached);
  for (size_t g = 0; g < 2; g++) {
    near(&reached[0][g], 1, "the core's own");
    near(&reached[1][g], 1 - (1 - direct[g]) * (1 - 0.6 * 0.2), "b, straight or through a");
    near(&reached[2][g], 1 - (1 - 0.2) * (1 - 0.8 * direct[g]), "a, straight or through b");
    near(&reached[3][g], 0.4, "d, by its own key");
    near(&reached[4][g], 0.9 * 0.4, "e, through d");
  }
  close_world(w);
}

Test(observation, a_route_may_stand_beside_the_straight_way)
{
  struct world *w = open_world(SHARERS "[sharing]\nd > c = 0.5\ne > c = 0.3\n");
  struct mean reached[5][2] = {0};
  measure_coverage(w, 100000, reached);
  near(&reached[3][0], 1 - 0.6 * 0.5, "d, by its own key or by its row");
  near(&reached[4][0], 0.3, "e, by its row alone");
  close_world(w);
}

Test(observation, sharing_gap_moves_routes)
{
  struct world *w = open_world(SHARERS ROUTES "[population]\nsharing_gap = 0\n");
  cr_expect_eq(w->p.carried[1], 0.5);
  close_world(w);
}

Test(observation, routes_that_cannot_be_are_refused)
{
  refuses(SHARERS "[sharing]\nb > x = 0.5\n", "name two sources");
  refuses(SHARERS "[sharing]\nb = 0.5\n", "name two sources");
  refuses(SHARERS "[sharing]\nb > c = 1.5\n", "from 0 to 1");
  refuses(TWO_STRATA PLAIN_SOURCE "[source b]\ntitle = b\n" COLUMN("b") "[sharing]\na > b = 0.5\n",
          "core = SOURCE");
}

/* --- selective labels
 * ----------------------------------------------------------------------------------------- */

#define LENDER                                                                                     \
  TWO_STRATA                                                                                       \
  "[source a]\ncoverage = 0.7 0.4\nhistory = 30 10\nnoise = 2\n[indicator a.x]\n"                  \
  "direction = for\nreliability = 1\n[indicator a.y]\nkind = count\ndirection = against\n"         \
  "reliability = -1\n[indicator a.z]\nreliability = 1\n"

static double approved_share(const char *text, bool *ordered)
{
  struct world *w = open_world(text);
  struct mean approved = {0};
  double worst = INFINITY, best = -INFINITY;
  for (uint64_t from = 0; from < 100000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      bool yes = es_population_approved(&w->p, (const double *const *)w->value,
                                        (const uint8_t *const *)w->seen, i);
      if (!w->seen[0][i]) {
        cr_assert_eq(yes, w->p.settings.incumbent_unseen == 1);
        continue;
      }
      add(&approved, yes);
      if (yes)
        worst = fmin(worst, w->value[0][i]);
      else
        best = fmax(best, w->value[0][i]);
    }
  }
  if (ordered != NULL) *ordered = best < worst;
  close_world(w);
  return average(&approved);
}

Test(observation, incumbent_approves_its_share_of_those_it_knows)
{
  bool ordered;
  /* the cut-off is of 20,000 pilot people, some 11,000 of whom are known: standard error 0.005 */
  double share = approved_share(
      LENDER "[population]\nlabels = approved\nincumbent = a.x\nincumbent_share = 0.6\n", &ordered);
  cr_expect_float_eq(share, 0.6, 0.02);
  cr_expect(ordered);
  share = approved_share(LENDER
                         "[population]\nlabels = approved\nincumbent = a.x\nincumbent_share = 0.9\n"
                         "incumbent_unseen = approve\n",
                         NULL);
  cr_expect_float_eq(share, 0.9, 0.02);
  share = approved_share(
      LENDER "[population]\nlabels = approved\nincumbent = a.x\nincumbent_cutoff = 1e9\n", NULL);
  cr_expect_eq(share, 0);
}

Test(observation, incumbent_reads_a_column_the_right_way_round)
{
  struct world *w =
      open_world(LENDER "[population]\nlabels = approved\nincumbent = a.y\nincumbent_cutoff = 2\n");
  see(w, 0);
  for (size_t i = 0; i < BLOCK; i++)
    cr_assert_eq(es_population_approved(&w->p, (const double *const *)w->value,
                                        (const uint8_t *const *)w->seen, i),
                 w->seen[1][i] && w->value[1][i] <= 2);
  close_world(w);
}

Test(observation, outcomes_are_known_of_approved_people_alone)
{
  char path[] = "/tmp/evenscore-XXXXXX.ini";
  write_file(path, LENDER "[population]\nlabels = approved\nincumbent = a.x\n");
  struct es_context ctx = {.seed = 3};
  struct kit kit = {0};
  kit_open(&kit, path, 5000, &ctx);
  unlink(path);
  struct mean known = {0};
  for (size_t i = 0; i < 5000; i++) {
    cr_assert_neq(kit.test.outcome[i], ES_UNKNOWN, "everybody is judged");
    cr_assert(kit.train.seen[0][i] || kit.train.outcome[i] == ES_UNKNOWN);
    if (kit.train.seen[0][i]) add(&known, kit.train.outcome[i] != ES_UNKNOWN);
  }
  cr_expect_float_eq(average(&known), 0.5, 0.06);
  kit_close(&kit);
}

Test(observation, incumbents_that_cannot_be_are_refused)
{
  refuses(LENDER "[population]\nlabels = approved\n", "name the column");
  refuses(LENDER "[population]\nlabels = approved\nincumbent = a.w\n", "name the column");
  refuses(LENDER "[population]\nlabels = approved\nincumbent = a.z\n",
          "direction = for or against");
}

/* --- peers ------------------------------------------------------------------------------------ */

#define PEERS(more)                                                                                \
  TWO_STRATA more                                                                                  \
      "[source a]\ntitle = a\n[indicator a.x]\nkind = peer\nreliability = 0.8\nresidual = 1.5\n"   \
      "peers = 4\nhomophily = 0.3\nbias = -0.1 0.6\n"

Test(observation, peers_of_other_strata_add_their_bias)
{
  static const double bias[2] = {-0.1, 0.6}, share[2] = {0.6, 0.4};
  struct world *w = open_world(PEERS(""));
  struct mean opinion[2] = {0}, square[2] = {0};
  cr_assert_eq(w->p.column[0].kind, ES_NUMBER);
  for (uint64_t from = 0; from < 400000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      uint32_t g = w->truth.stratum[i];
      double x = w->value[0][i] - 0.8 * w->truth.trait[1][i], mean = bias[g] * 0.7 * (1 - share[g]);
      add(&opinion[g], x);
      add(&square[g], (x - mean) * (x - mean));
    }
  }
  for (size_t g = 0; g < 2; g++) {
    double q = 0.7 * (1 - share[g]);
    near(&opinion[g], bias[g] * q, "mean bias");
    near(&square[g], 1.5 * 1.5 / 4 + bias[g] * bias[g] * q * (1 - q) / 4,
         "variance of a mean of four opinions");
  }
  close_world(w);
}

Test(observation, peer_gap_takes_bias_away_and_nothing_else)
{
  struct world *biased = open_world(PEERS("")),
               *fair = open_world(PEERS("[population]\npeer_gap = 0\n"));
  see(biased, 0);
  see(fair, 0);
  for (size_t i = 0; i < BLOCK; i++) {
    double added = biased->value[0][i] - fair->value[0][i],
           bias = biased->truth.stratum[i] == 0 ? -0.1 : 0.6;
    double peers = added / bias * 4;
    cr_assert(fabs(peers - round(peers)) < 1e-9 && peers > -1e-9 && peers < 4 + 1e-9);
  }
  close_world(biased);
  close_world(fair);
}

Test(observation, peers_that_cannot_be_are_refused)
{
  refuses(TWO_STRATA "[source a]\ntitle = a\n[indicator a.x]\nbias = 1\n", "only kind = peer");
  refuses(PEERS("") "peers = 0\n", "from 1 to 1000");
}

/* --- indicators alike
 * ------------------------------------------------------------------------------------------ */

Test(observation, copies_are_alike_and_not_the_same)
{
  struct world *w =
      open_world(TWO_STRATA "[source a]\nnoise = 0.5\n[indicator a.first]\ncapacity = 1\n"
                            "[indicator a.x]\ncopies = 3\ncapacity = 0.6\nresidual = "
                            "0.8\n[indicator a.y]\ncapacity = 1\n");
  static const char *const name[] = {"a.first", "a.x_1", "a.x_2", "a.x_3", "a.y"};
  struct mean product[3] = {0};
  cr_assert_eq(w->p.columns, 5);
  for (size_t c = 0; c < 5; c++) cr_expect_str_eq(w->p.column[c].name, name[c]);
  for (uint64_t from = 0; from < 200000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      add(&product[0], w->value[1][i] * w->value[1][i]);
      add(&product[1], w->value[1][i] * w->value[2][i]);
      add(&product[2], w->value[2][i] * w->value[3][i]);
    }
  }
  near(&product[0], 0.36 + 0.64 + 0.25, "variance of a copy");
  near(&product[1], 0.36, "covariance of copies, which the trait alone makes");
  near(&product[2], 0.36, "covariance of copies");
  close_world(w);
}

/* --- closed forms of one gaussian indicator
 * -------------------------------------------------------------------- */

#define ALIKE                                                                                      \
  "[population]\nstrata = urban rural\nshare = 0.6 0.4\nbad_rate = 0.2\n[traits]\nreliability = "  \
  "1.5\ncapacity = 0\n"

struct person_score {
  double score;
  uint8_t good;
};

static int by_score(const void *a, const void *b)
{
  double x = ((const struct person_score *)a)->score, y = ((const struct person_score *)b)->score;
  return x < y ? -1 : x > y;
}

/* Area under the curve by ranks; scores do not tie. */
static double area(struct person_score *s, size_t n)
{
  double ranks = 0, good = 0;
  qsort(s, n, sizeof *s, by_score);
  for (size_t i = 0; i < n; i++)
    if (s[i].good) ranks += (double)i + 1, good++;
  return (ranks - good * (good + 1) / 2) / (good * ((double)n - good));
}

/* P(a good person's score exceeds a bad one's), score | z ~ N(slope·z, sd²), by quadrature over
 * both z. */
static double expected_area(double intercept, double beta, double slope, double sd)
{
  double sum = 0, weight = 0;
  for (double z = -6; z <= 6; z += 0.05)
    for (double y = -6; y <= 6; y += 0.05) {
      double w = es_exp(-(z * z + y * y) / 2) * es_logistic(intercept + beta * z) *
                 (1 - es_logistic(intercept + beta * y));
      weight += w;
      sum += w * es_normal_cdf(slope * (z - y) / (sd * sqrt(2)));
    }
  return sum / weight;
}

Test(observation, noise_attenuates_the_auc_as_its_formula_says)
{
  enum { N = 200000 };
  struct world *w = open_world(
      ALIKE "[source a]\nnoise = 0 1.2\n[indicator a.x]\nreliability = 0.9\nresidual = 0.5\n");
  struct person_score *s[2] = {malloc(N * sizeof **s), malloc(N * sizeof **s)};
  size_t n[2] = {0};
  for (uint64_t from = 0; from < N; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++) {
      uint32_t g = w->truth.stratum[i];
      s[g][n[g]++] = (struct person_score){w->value[0][i], w->truth.outcome[i] == ES_FAVORABLE};
    }
  }
  static const double noise[2] = {0, 1.2};
  double areas[2];
  for (size_t g = 0; g < 2; g++) {
    double expected =
        expected_area(w->p.stratum[g].intercept, 1.5, 0.9, sqrt(0.25 + noise[g] * noise[g]));
    areas[g] = area(s[g], n[g]);
    cr_expect_float_eq(areas[g], expected, 5 * 0.0025, "AUC %g, expected %g", areas[g], expected);
    free(s[g]);
  }
  cr_expect_gt(areas[0], areas[1] + 0.05);
  close_world(w);
}

/* Correlation with the own trait falls by the share of records that are a stranger's. */
Test(observation, false_links_attenuate_the_correlation)
{
  static const double rate[] = {0, 0.3};
  double correlation[2];
  for (size_t k = 0; k < 2; k++) {
    char text[400];
    snprintf(text, sizeof text,
             ALIKE
             "[source a]\nfalse_links = %g\n[indicator a.x]\nreliability = 0.9\nresidual = 0.5\n",
             rate[k]);
    struct world *w = open_world(text);
    struct mean xy = {0}, xx = {0}, yy = {0};
    for (uint64_t from = 0; from < 400000; from += BLOCK) {
      see(w, from);
      for (size_t i = 0; i < BLOCK; i++) {
        double x = w->value[0][i], z = w->truth.trait[1][i];
        add(&xy, x * z), add(&xx, x * x), add(&yy, z * z);
      }
    }
    correlation[k] = average(&xy) / sqrt(average(&xx) * average(&yy));
    close_world(w);
  }
  cr_expect_float_eq(correlation[0], 0.9 / sqrt(0.81 + 0.25), 0.002);
  cr_expect_float_eq(correlation[1], 0.7 * correlation[0], 5 * 0.0013);
}

/* With absence alone and absent people denied, approvals differ by the coverage gap times the share
 * approved of those with a score. */
Test(observation, absence_alone_costs_its_share_of_approvals)
{
  struct world *w = open_world(
      ALIKE "[source a]\ncoverage = 0.8 0.3\n[indicator a.x]\nreliability = 0.9\nresidual = 0.5\n");
  struct mean approved[2] = {0};
  double cutoff = -0.4, scored = 1 - es_normal_cdf(cutoff / sqrt(0.81 + 0.25));
  for (uint64_t from = 0; from < 400000; from += BLOCK) {
    see(w, from);
    for (size_t i = 0; i < BLOCK; i++)
      add(&approved[w->truth.stratum[i]], w->seen[0][i] && w->value[0][i] >= cutoff);
  }
  near(&approved[0], 0.8 * scored, "urban approvals");
  near(&approved[1], 0.3 * scored, "rural approvals");
  cr_expect_float_eq(average(&approved[0]) - average(&approved[1]), 0.5 * scored, 5 * 0.0016);
  close_world(w);
}

/* --- the presets ------------------------------------------------------------------------------ */

/* AUC of logistic among rural people, and the share of everybody who has a score. */
static void run_bureau(const char *population, const char *override, double *auc, double *scored)
{
  struct es_context ctx = {0};
  struct es_study study;
  struct es_results results;
  MUST(es_study_open(&study, "default", &ctx), &ctx);
  es_texts_clear(&study.scorer);
  es_texts_clear(&study.population);
  MUST(es_texts_add(&study.scorer, "logistic", 8, &ctx), &ctx);
  MUST(es_texts_add(&study.population, population, strlen(population), &ctx), &ctx);
  MUST(es_texts_add(&study.set, override, strlen(override), &ctx), &ctx);
  study.people = 200000;
  MUST(es_study_settle(&study, &ctx), &ctx);
  MUST(es_run(&study, 0, &results, &ctx), &ctx);
  const struct es_row *row = es_results_find(&results, NULL, NULL, "region", "rural", "auc", "");
  cr_assert_not_null(row);
  *auc = row->value;
  row = es_results_find(&results, NULL, NULL, "", "all", "abstention_rate", "");
  cr_assert_not_null(row);
  *scored = 1 - row->value;
  es_results_clear(&results);
  es_study_clear(&study);
}

/* Blattner and Nelson 2021: scores are 5-10% less accurate for people whom bureaus see less of. */
Test(presets, thin_bureau_files_cost_rural_people_a_tenth_of_the_gini_at_most)
{
  static const struct {
    const char *population;
    double scored;
  } row[] = {{"us-2010-original", 0.807}, {"us-2010-revised", 0.816}, {"us-2020", 0.875}};
  for (size_t k = 0; k < 3; k++) {
    double thin, thick, scored;
    run_bureau(row[k].population, "noise_gap=0", &thick, &scored);
    run_bureau(row[k].population, "noise_gap=1", &thin, &scored);
    double loss = 1 - (2 * thin - 1) / (2 * thick - 1);
    cr_expect(loss > 0.05 && loss < 0.10, "%s: relative Gini loss %g", row[k].population, loss);
    cr_expect_float_eq(scored, row[k].scored, 0.01, "%s: %g have a score", row[k].population,
                       scored);
  }
}
