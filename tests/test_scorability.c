/* Who can be scored by the dates of their records: the gates, and the dates they look at. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "harness/base/math.h"
#include "harness/population/population.h"
#include "tests/kit.h"

static struct es_context ctx = {.seed = 7};

/* --- the gates -------------------------------------------------------------------------------- */

/* Two sources with dates, the first of which is the deciding agency's own. */
static const struct es_column column[] = {
    {.name = "file.x", .source = "file", .core = true},
    {.name = "file.opened", .source = "file", .core = true, .date = ES_OPENED},
    {.name = "file.updated", .source = "file", .core = true, .date = ES_UPDATED},
    {.name = "shop.opened", .source = "shop", .date = ES_OPENED},
    {.name = "shop.updated", .source = "shop", .date = ES_UPDATED}};

enum { CASES = 9 };
#define NO NAN
static const struct dated_case {
  double file[2], shop[2]; /* opened and updated */
  enum es_unscorable fico, vantage;
} of[CASES] = {
    {{6, 6}, {NO, NO}, ES_SCORED, ES_SCORED},        {{5, 0}, {NO, NO}, ES_THIN_FILE, ES_SCORED},
    {{60, 7}, {NO, NO}, ES_STALE, ES_SCORED},        {{60, 24}, {NO, NO}, ES_STALE, ES_SCORED},
    {{60, 25}, {NO, NO}, ES_STALE, ES_STALE},        {{60, 25}, {90, 3}, ES_STALE, ES_SCORED},
    {{3, 3}, {90, 3}, ES_THIN_FILE, ES_SCORED},      {{NO, NO}, {90, 3}, ES_NO_RECORD, ES_SCORED},
    {{NO, NO}, {NO, NO}, ES_NO_RECORD, ES_NO_RECORD}};

/* The cases as a frame with the facts and dates that `columns` and `dates` leave of it. */
struct held {
  double cell[5][CASES];
  uint8_t mask[5][CASES];
  const double *value[5];
  const uint8_t *seen[5];
  uint8_t why[CASES];
};

static struct es_frame hold(struct held *h, size_t dates)
{
  for (size_t c = 0; c < 5; c++) {
    for (size_t i = 0; i < CASES; i++) {
      double x = c == 0 ? of[i].file[0] : c < 3 ? of[i].file[c - 1] : of[i].shop[c - 3];
      h->cell[c][i] = x;
      h->mask[c][i] = (uint8_t)!isnan(x);
    }
    h->value[c] = h->cell[c];
    h->seen[c] = h->mask[c];
  }
  return (struct es_frame){.people = CASES,
                           .columns = 1,
                           .dates = dates,
                           .column = column,
                           .value = h->value,
                           .seen = h->seen};
}

Test(scorability, each_gate_by_its_rule)
{
  struct held h;
  struct es_frame frame = hold(&h, 4);
  struct es_scores out = {.why = h.why};
  MUST(es_apply_gate(ES_GATE_FICO_6_6, &frame, &out, &ctx), &ctx);
  for (size_t i = 0; i < CASES; i++) cr_expect_eq(h.why[i], of[i].fico, "fico_6_6, case %zu", i);
  MUST(es_apply_gate(ES_GATE_VANTAGE_24, &frame, &out, &ctx), &ctx);
  for (size_t i = 0; i < CASES; i++)
    cr_expect_eq(h.why[i], of[i].vantage, "vantage_24, case %zu", i);
  MUST(es_apply_gate(ES_GATE_ANY, &frame, &out, &ctx), &ctx);
  for (size_t i = 0; i < CASES; i++)
    cr_expect_eq(h.why[i], i < 7 ? ES_SCORED : ES_NO_RECORD, "any looks at facts alone, case %zu",
                 i);
}

/* Dates of other sources do not help a gate that asks for the core's. */
Test(scorability, a_gate_without_its_dates_says_so)
{
  struct held h;
  struct es_frame none = hold(&h, 0), only_shop = hold(&h, 2);
  struct es_scores out = {.why = h.why};
  cr_expect_eq(es_apply_gate(ES_GATE_FICO_6_6, &none, &out, &ctx), ES_INPUT);
  cr_expect_str_eq(ctx.message,
                   "gate = fico_6_6: it asks how old the deciding agency's records are, "
                   "and the data state no such dates; choose core, any or none");
  cr_expect_eq(es_check_gate(ES_GATE_VANTAGE_24, &none, &ctx), ES_INPUT);
  cr_expect_eq(es_check_gate(ES_GATE_ANY, &none, &ctx), ES_OK);
  struct es_column moved[] = {column[0], column[3], column[4]};
  only_shop.column = moved;
  cr_expect_eq(es_check_gate(ES_GATE_FICO_6_6, &only_shop, &ctx), ES_INPUT);
  cr_expect_eq(es_check_gate(ES_GATE_VANTAGE_24, &only_shop, &ctx), ES_OK);
}

/* --- the dates -------------------------------------------------------------------------------- */

enum { PEOPLE = 200000, BLOCK = 2000 };
#define STRATA                                                                                     \
  "[population]\nstrata = urban rural\nreference = urban\nshare = 0.6 0.4\nbad_rate = 0.1 0.2\n"   \
  "core = a\n[source a]\ncoverage = 0.9 0.7\nhistory = 60 30\nnoise = 1\n"
#define INDICATOR "[indicator a.x]\ncapacity = 1\n"
#define DATES     "stale_6 = 0.05 0.2\nstale_24 = 0.02 0.1\n"

static enum es_status open_text(struct es_population *p, const char *text, const char *override)
{
  char path[] = "/tmp/evenscore-XXXXXX.ini", *set = (char *)(size_t) override;
  int fd = mkstemps(path, 4);
  cr_assert_geq(fd, 0);
  cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
  enum es_status status =
      es_population_open(p, path, &(struct es_texts){&set, override != NULL}, &ctx);
  unlink(path);
  return status;
}

/* Of each stratum's people: how many, how many have a file, one shorter than six months, one whose
 * latest record is older than 6 and 24 months; and how many dates are impossible. */
struct shares {
  double people[2], file[2], young[2], stale_6[2], stale_24[2], wrong;
};

static void count(struct shares *s, const struct es_truth *t, double *const *value,
                  uint8_t *const *seen)
{
  for (size_t i = 0; i < t->people; i++) {
    uint32_t g = t->stratum[i];
    s->people[g]++;
    s->wrong += seen[1][i] != seen[0][i] || seen[2][i] != seen[0][i];
    if (!seen[0][i]) continue;
    double opened = value[1][i], updated = value[2][i];
    s->wrong += !(opened >= 1 && updated > 0 && updated <= opened);
    s->file[g]++;
    s->young[g] += opened < 6;
    s->stale_6[g] += updated > 6;
    s->stale_24[g] += updated > 24;
  }
}

static struct shares survey(const struct es_population *p, double *sum)
{
  struct shares s = {0};
  struct es_truth t;
  static uint64_t person[BLOCK];
  static double cell[3][BLOCK];
  static uint8_t mask[3][BLOCK];
  double *value[] = {cell[0], cell[1], cell[2]};
  uint8_t *seen[] = {mask[0], mask[1], mask[2]};
  MUST(es_truth_create(&t, BLOCK, &ctx), &ctx);
  t.person = person;
  *sum = 0;
  for (uint64_t first = 0; first < PEOPLE; first += BLOCK) {
    for (size_t i = 0; i < BLOCK; i++) person[i] = first + i;
    es_population_people(p, &ctx, &t);
    MUST(es_population_observe(p, &t, value, seen, &ctx), &ctx);
    if (p->dates > 0) count(&s, &t, value, seen);
    for (size_t i = 0; i < BLOCK; i++) *sum += seen[0][i] ? cell[0][i] : 0;
  }
  es_truth_clear(&t);
  return s;
}

/* Five standard errors of a share. */
static void near(double part, double whole, double expected, const char *what)
{
  double error = sqrt(expected * (1 - expected) / whole);
  cr_expect_float_eq(part / whole, expected, 5 * error, "%s: %.5f, expected %.5f ± %.5f", what,
                     part / whole, expected, error);
}

static void expect_shares(const struct shares *s, const double history[2], const double stale_6[2],
                          const double stale_24[2])
{
  cr_expect_eq(s->wrong, 0, "%g files have dates that cannot be", s->wrong);
  for (size_t g = 0; g < 2; g++) {
    near(s->young[g], s->file[g], 1 - pow(1 - 1 / history[g], 5), "shorter than six months");
    near(s->stale_6[g], s->file[g], stale_6[g], "older than 6");
    near(s->stale_24[g], s->file[g], stale_24[g], "older than 24");
  }
}

Test(scorability, files_are_as_old_and_as_stale_as_stated)
{
  struct es_population p;
  double sum;
  MUST(open_text(&p, STRATA DATES INDICATOR, NULL), &ctx);
  struct shares s = survey(&p, &sum);
  expect_shares(&s, (double[]){60, 30}, (double[]){0.05, 0.2}, (double[]){0.02, 0.1});
  es_population_clear(&p);
}

/* thin_files is a cause, and this is part of it. */
Test(scorability, without_a_noise_gap_files_are_as_fresh_as_the_references)
{
  struct es_population p;
  const struct es_cause *cause[16];
  double sum;
  MUST(open_text(&p, STRATA DATES INDICATOR, "noise_gap=0"), &ctx);
  struct shares s = survey(&p, &sum);
  expect_shares(&s, (double[]){60, 60}, (double[]){0.05, 0.05}, (double[]){0.02, 0.02});
  es_population_clear(&p);
  MUST(open_text(&p, STRATA DATES INDICATOR, "source a.history=30"), &ctx);
  size_t causes = es_population_causes(&p, cause, 16);
  bool thin = false;
  for (size_t c = 0; c < causes; c++) thin = thin || strcmp(cause[c]->name, "thin_files") == 0;
  cr_expect(thin, "files that are staler are not among the causes");
  es_population_clear(&p);
}

/* Dates have draws of their own: what else is recorded stays as it was. */
Test(scorability, dates_change_nothing_else)
{
  struct es_population p;
  double with, without;
  MUST(open_text(&p, STRATA INDICATOR, NULL), &ctx);
  cr_expect_eq(p.dates, 0);
  survey(&p, &without);
  es_population_clear(&p);
  MUST(open_text(&p, STRATA DATES INDICATOR, NULL), &ctx);
  survey(&p, &with);
  es_population_clear(&p);
  cr_expect_eq(with, without);
}

/* With a stranger's record come its dates: urban and rural people then have the same mixture, that
 * of all who have a file. */
Test(scorability, a_false_link_brings_the_strangers_dates)
{
  struct es_population p;
  double sum, urban = 0.6 * 0.9, rural = 0.4 * 0.7;
  MUST(open_text(&p, STRATA DATES "false_links = 1\n" INDICATOR, NULL), &ctx);
  struct shares s = survey(&p, &sum);
  cr_expect_eq(s.wrong, 0);
  for (size_t g = 0; g < 2; g++)
    near(s.stale_6[g], s.file[g], (urban * 0.05 + rural * 0.2) / (urban + rural), "the mixture");
  es_population_clear(&p);
}

/* Files of the core that grew last month are not stale, however old their records were. */
Test(scorability, what_grows_is_fresh)
{
  enum { N = 500 };
  struct es_study study;
  struct es_opened from;
  struct es_block block;
  static double none[N], gained[N];
  static uint8_t known[N];
  MUST(es_study_open(&study, "us-bureau", &ctx), &ctx);
  static const char own[] = "source file.false_links=0"; /* a stranger's file does not grow */
  MUST(es_texts_add(&study.set, own, strlen(own), &ctx), &ctx);
  MUST(es_people_open(&from, &study, "us-bureau", &ctx), &ctx);
  MUST(es_block_create(&block, from.people, N, &ctx), &ctx);
  block.people = N;
  struct es_changes changes = {none, none, gained, known, 0};
  double opened[N];
  for (int grown = 0; grown < 2; grown++) {
    size_t stale = 0, files = 0, c = from.people->columns;
    for (size_t i = 0; i < N; i++) {
      block.person[i] = i;
      gained[i] = 3 * grown;
    }
    MUST(from.dataset->again(from.state, &changes, &block, &ctx), &ctx);
    for (size_t i = 0; i < N; i++) {
      files += block.seen[c][i];
      if (!block.seen[c][i]) continue;
      stale += block.value[c + 1][i] > 6;
      if (grown) cr_expect_eq(block.value[c][i], opened[i] + 3);
      opened[i] = block.value[c][i];
    }
    cr_expect_gt(files, N * 9 / 10);
    cr_expect(grown ? stale == 0 : stale > 0, "%zu stale files", stale);
  }
  es_block_clear(&block, from.people);
  es_people_close(&from);
  es_study_clear(&study);
}

Test(scorability, dates_that_cannot_be_are_refused)
{
  static const struct {
    const char *keys, *words;
  } bad[] = {
      {"stale_6 = 0.1\n", "give both"},
      {"stale_24 = 0.1\n", "give both"},
      {"stale_6 = 0.1 0.1 0.1\nstale_24 = 0\n", "one for each of the 2 strata"},
      {"stale_6 = 0.95\nstale_24 = 0\n", "stale_6: of urban people's files, 0.904 are longer"},
      {"stale_6 = 0.8\nstale_24 = 0.5\n", "stale_24: of rural people's files, 0.443"},
      {"stale_6 = 0.1\nstale_24 = 0.2\n", "stale_24 is part of stale_6"}};
  char text[1024];
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    struct es_population p;
    snprintf(text, sizeof text, STRATA "%s" INDICATOR, bad[k].keys);
    cr_expect_eq(open_text(&p, text, NULL), ES_INPUT, "%s is taken", bad[k].keys);
    cr_expect(strstr(ctx.message, bad[k].words) != NULL, "\"%s\" is not in \"%s\"", bad[k].words,
              ctx.message);
    cr_expect(strstr(ctx.message, ".ini:") != NULL, "no line in \"%s\"", ctx.message);
  }
}
