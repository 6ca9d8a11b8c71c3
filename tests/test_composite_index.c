/* The composite index and the ledger: hand-computed values, COINr's, and what must not matter. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/linalg.h"
#include "harness/methods/aggregate.h"
#include "harness/methods/indicator.h"
#include "scorers/scorer.h"

#ifndef SHARED
#define SHARED "../shared"
#endif

extern const struct es_scorer es_scorer_composite_index;

enum { PEOPLE = 64, COLUMNS = 1000 };
#define _ NAN /* not on record */

static bool near(double a, double b) { return fabs(a - b) <= 1e-12 * fmax(1, fabs(b)); }

/* People in rows, NAN where nothing is on record. */
struct world {
  struct es_column column[COLUMNS];
  double value[COLUMNS][PEOPLE];
  uint8_t seen[COLUMNS][PEOPLE], outcome[PEOPLE];
  uint64_t person[PEOPLE];
  const double *values[COLUMNS];
  const uint8_t *seens[COLUMNS];
  double score[PEOPLE];
  uint8_t why[PEOPLE];
  struct es_training training;
  struct es_notes notes;
  struct es_context ctx;
  void *options, *state;
};

static struct world *make(size_t columns)
{
  static const char *const name[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  struct world *w = calloc(1, sizeof *w);
  es_linalg_start();
  for (size_t c = 0; c < columns; c++) {
    w->column[c] =
        (struct es_column){.name = name[c % 8], .source = "", .kind = ES_NUMBER, .direction = 1};
    w->values[c] = w->value[c];
    w->seens[c] = w->seen[c];
  }
  for (size_t i = 0; i < PEOPLE; i++) w->person[i] = i;
  w->training = (struct es_training){.frame = {.columns = columns,
                                               .column = w->column,
                                               .value = w->values,
                                               .seen = w->seens,
                                               .person = w->person},
                                     .outcome = w->outcome};
  w->ctx.notes = &w->notes;
  w->options = calloc(1, es_scorer_composite_index.options_size);
  w->state = calloc(1, es_scorer_composite_index.state_size);
  cr_assert(es_options_default(es_scorer_composite_index.options, w->options, &w->ctx) == ES_OK);
  return w;
}

static void people(struct world *w, size_t count, const double *rows)
{
  w->training.frame.people = count;
  for (size_t i = 0; i < count; i++)
    for (size_t c = 0; c < w->training.frame.columns; c++) {
      w->value[c][i] = rows[i * w->training.frame.columns + c];
      w->seen[c][i] = (uint8_t)!isnan(w->value[c][i]);
    }
}

static void set(struct world *w, const char *settings)
{
  es_options_clear(es_scorer_composite_index.options, w->options);
  cr_assert(es_options_default(es_scorer_composite_index.options, w->options, &w->ctx) == ES_OK);
  cr_assert(es_options_parse(es_scorer_composite_index.options, w->options, settings, &w->ctx) ==
                ES_OK,
            "%s", w->ctx.message);
}

static enum es_status fit(struct world *w, const char *settings)
{
  set(w, settings);
  es_scorer_composite_index.clear(w->state);
  es_notes_clear(&w->notes);
  return es_scorer_composite_index.fit(w->state, w->options, &w->training, &w->ctx);
}

static void score(struct world *w)
{
  static uint8_t refuse[PEOPLE];
  static uint32_t term[PEOPLE];
  for (size_t i = 0; i < PEOPLE; i++) w->score[i] = NAN, w->why[i] = ES_SCORED;
  struct es_scores out = {w->score, w->why, term, refuse};
  cr_assert(es_scorer_composite_index.score(w->state, w->options, &w->training.frame, &out,
                                            &w->ctx) == ES_OK);
}

static bool described(struct world *w, const char *part)
{
  struct es_text text = {0};
  cr_assert(es_scorer_composite_index.describe(w->state, w->options, &w->training.frame, &text,
                                               &w->ctx) == ES_OK);
  bool there = strstr(es_text_get(&text), part) != NULL;
  if (!there) cr_log_warn("%s", es_text_get(&text));
  es_text_clear(&text);
  return there;
}

static bool noted(const struct world *w, const char *part)
{
  for (size_t k = 0; k < w->notes.count; k++)
    if (strstr(w->notes.text[k], part) != NULL) return true;
  return false;
}

static void end(struct world *w)
{
  es_scorer_composite_index.clear(w->state);
  es_options_clear(es_scorer_composite_index.options, w->options);
  es_notes_clear(&w->notes);
  free(w->options);
  free(w->state);
  free(w);
}

/* a: 0 10 2 5 _, mean 4.25; b: 4 0 3 _ 1, mean 2, and more of b speaks against a person.
 * Oriented, minmax   a: 0 1 .2 .5 _, average .425; b: 0 1 .25 _ .75, average .5
 *           zscore   a: (x - 4.25) / sd, sd² = (18.0625 + 33.0625 + 5.0625 + .5625) / 3
 *                    b: (2 - x) / sd, sd² = (4 + 4 + 1 + 1) / 3
 *           rank     a: 1 4 2 3 _, b: 1 4 2 _ 3; the means would be third in both
 *           target   8 and 1 at best, goalposts 0 to 20 and 0 to 4
 * The third, fourth and fifth person, with weights 3 and 1 for a and b. */
static const double table[] = {0, 4, 10, 0, 2, 3, 5, _, _, 1};

Test(composite_index, every_choice_gives_what_the_hand_gives)
{
  const double sa = sqrt(56.75 / 3), sb = sqrt(10.0 / 3);
  const struct {
    const char *options;
    double third, fourth, fifth;
  } rows[] = {
      {"normalise=minmax,missing=renormalise", 100 * (.6 + .25) / 4, 50, 75},
      {"normalise=minmax,missing=zero", 100 * .85 / 4, 100 * 1.5 / 4, 100 * .75 / 4},
      {"normalise=minmax,missing=mean", 100 * .85 / 4, 100 * (1.5 + .5) / 4,
       100 * (3 * .425 + .75) / 4},
      {"normalise=minmax,missing=zero,low=300,high=850", 300 + 550 * .85 / 4, 300 + 550 * 1.5 / 4,
       300 + 550 * .75 / 4},
      {"normalise=rank,missing=renormalise", 2, 3, 3},
      {"normalise=rank,missing=zero", 2, 2.25, .75},
      {"normalise=rank,missing=mean", 2, 3, 3},
      {"normalise=borda,missing=renormalise", 1, 2, 2},
      {"normalise=percentile,missing=renormalise", 100 / 3.0, 200 / 3.0, 200 / 3.0},
      {"normalise=percentile,missing=zero", 100 / 3.0, 50, 50 / 3.0},
      {"normalise=target,target=8 1,missing=renormalise", 100 * (.75 + 1 / 3.0) / 4, 62.5, 100},
      {"normalise=goalposts,ends=0 20 0 4,missing=zero", 100 * .55 / 4, 75 / 4.0, 75 / 4.0},
      {"normalise=scaled,ends=0 20 0 2,missing=renormalise", 100 * (.3 - .5) / 4, 25, 50},
      {"normalise=zscore,missing=renormalise", (3 * -2.25 / sa - 1 / sb) / 4, .75 / sa, 1 / sb},
      {"normalise=zscore,missing=zero", (3 * -2.25 / sa - 1 / sb) / 4, .75 * .75 / sa, .25 / sb},
      {"normalise=zscore,missing=mean", (3 * -2.25 / sa - 1 / sb) / 4, .75 * .75 / sa, .25 / sb},
      {"aggregate=geometric,missing=renormalise",
       100 * pow(.01 + .99 * .2, .75) * pow(.01 + .99 * .25, .25), 50.5, 75.25},
      {"aggregate=geometric,missing=zero", 100 * pow(.208, .75) * pow(.2575, .25),
       100 * pow(.505, .75) * pow(.01, .25), 100 * pow(.01, .75) * pow(.7525, .25)},
      {"aggregate=geometric,missing=mean", 100 * pow(.208, .75) * pow(.2575, .25), 50.5,
       100 * pow(.01 + .99 * .425, .75) * pow(.7525, .25)},
      {"aggregate=geometric,normalise=percentile,missing=renormalise", 34, 67, 67},
      {"aggregate=geometric,normalise=percentile,missing=zero", 34,
       100 * pow(.67, .75) * pow(.01, .25), 100 * pow(.01, .75) * pow(.67, .25)},
      {"aggregate=harmonic,missing=renormalise", 100 / (.75 / .208 + .25 / .2575), 50.5, 75.25},
      {"aggregate=harmonic,missing=zero", 100 / (.75 / .208 + .25 / .2575),
       100 / (.75 / .505 + .25 / .01), 100 / (.75 / .01 + .25 / .7525)},
      {"aggregate=generalised,power=2,missing=zero",
       100 * sqrt(.75 * .208 * .208 + .25 * .2575 * .2575),
       100 * sqrt(.75 * .505 * .505 + .25 * .0001), 100 * sqrt(.75 * .0001 + .25 * .7525 * .7525)},
      {"aggregate=generalised,power=0,missing=zero", 100 * pow(.208, .75) * pow(.2575, .25),
       100 * pow(.505, .75) * pow(.01, .25), 100 * pow(.01, .75) * pow(.7525, .25)},
      {"aggregate=generalised,power=-1,missing=renormalise", 100 / (.75 / .208 + .25 / .2575), 50.5,
       75.25},
      /* the third beats the first alone; the fourth and fifth have nothing in common */
      {"aggregate=copeland,missing=renormalise", 50 * (1 + (1 - 3) / 5.0), 50 * (1 + (2 - 1) / 5.0),
       50 * (1 + (2 - 1) / 5.0)},
  };
  struct world *w = make(2);
  w->column[1].direction = -1;
  people(w, 5, table);
  for (size_t r = 0; r < ES_COUNT_OF(rows); r++) {
    char options[128];
    snprintf(options, sizeof options, "weights=given,weight=3 1,%s", rows[r].options);
    cr_assert(fit(w, options) == ES_OK, "%s", w->ctx.message);
    score(w);
    const double want[] = {rows[r].third, rows[r].fourth, rows[r].fifth};
    for (size_t i = 0; i < 3; i++)
      cr_expect(near(w->score[i + 2], want[i]), "%s: %g, not %g", options, w->score[i + 2],
                want[i]);
  }
  end(w);
}

Test(composite_index, people_beyond_the_training_range_get_its_ends)
{
  struct world *w = make(1);
  people(w, 3, (double[]){0, 10, 10});
  cr_assert(fit(w, "") == ES_OK);
  people(w, 4, (double[]){-5, 25, 2.5, _});
  set(w, "gate=none");
  score(w);
  cr_expect(near(w->score[0], 0) && near(w->score[1], 100) && near(w->score[2], 25));
  cr_expect(w->why[3] == ES_THIN_FILE && isnan(w->score[3]), "nothing to go by");
  people(w, 3, (double[]){0, 10, 10});
  cr_assert(fit(w, "normalise=percentile") == ES_OK);
  people(w, 5, (double[]){-5, 25, 3, 10, 0});
  score(w);
  const double want[] = {0, 100, 50, 50, 0}; /* ties share their least rank */
  for (size_t i = 0; i < 5; i++) cr_expect(near(w->score[i], want[i]), "%g", w->score[i]);
  people(w, 3, (double[]){0, 10, 10});
  cr_assert(fit(w, "normalise=goalposts,ends=0 20") == ES_OK);
  people(w, 3, (double[]){-5, 25, 5});
  score(w);
  cr_expect(near(w->score[0], 0) && near(w->score[1], 100) && near(w->score[2], 25));
  people(w, 2, (double[]){7, 7}); /* the same for everybody, and yet it tells others apart */
  cr_assert(fit(w, "normalise=scaled,ends=0 20,low=0,high=1") == ES_OK);
  people(w, 2, (double[]){-5, 25});
  score(w);
  cr_expect(near(w->score[0], -.25) && near(w->score[1], 1.25));
  end(w);
}

Test(composite_index, sampling_weights_stand_for_people)
{
  const char *const options[] = {"normalise=minmax,missing=mean", "normalise=rank",
                                 "normalise=minmax,weights=pca"};
  struct world *w = make(2);
  double weight[] = {1, 2, 1, 0, 3};
  for (size_t k = 0; k < ES_COUNT_OF(options); k++) {
    people(w, 7, (double[]){0, 4, 10, 0, 10, 0, 2, 3, 4, 1, 4, 1, 4, 1});
    cr_assert(fit(w, options[k]) == ES_OK);
    people(w, 3, (double[]){2, 3, _, 2, 5, _});
    score(w);
    double by_hand[3] = {w->score[0], w->score[1], w->score[2]};
    people(w, 5, (double[]){0, 4, 10, 0, 2, 3, 99, 99, 4, 1});
    w->training.weight = weight;
    cr_assert(fit(w, options[k]) == ES_OK);
    w->training.weight = NULL;
    people(w, 3, (double[]){2, 3, _, 2, 5, _});
    score(w);
    for (size_t i = 0; i < 3; i++)
      cr_expect(near(w->score[i], by_hand[i]), "%s: %g, not %g", options[k], w->score[i],
                by_hand[i]);
  }
  end(w);
}

/* a = b + c with b and c uncorrelated: the first component is (sqrt(2), 1, 1) / 2; d goes with
 * none of them. */
Test(composite_index, principal_component_weighs_by_squared_loadings)
{
  struct world *w = make(4);
  double rows[32];
  for (size_t i = 0; i < 8; i++) {
    double b = i & 1 ? 1 : -1, c = i & 2 ? 1 : -1, d = i & 4 ? 1 : -1;
    memcpy(rows + 4 * i, (double[]){b + c, b, c, d}, 4 * sizeof *rows);
  }
  w->column[1].direction = -1; /* turns a loading round, which its square does not see */
  people(w, 8, rows);
  cr_assert(fit(w, "weights=pca") == ES_OK, "%s", w->ctx.message);
  cr_expect(described(w, "a      +    0.5000 "));
  cr_expect(described(w, "b      -    0.2500 "));
  cr_expect(described(w, "c      +    0.2500 "));
  cr_expect(described(w, "d      +         0 "));
  w->training.frame.columns = 2;
  people(w, 4, (double[]){0, 0, 1, 1, 0, 1, 1, 0}); /* r = 0: no component is the first */
  cr_expect(fit(w, "weights=pca") == ES_DEGENERATE);
  cr_expect(strstr(w->ctx.message, "use weights=equal") != NULL, "%s", w->ctx.message);
  end(w);
}

Test(composite_index, order_of_people_and_shifts_of_columns_do_not_matter)
{
  const char *const options[] = {"",
                                 "normalise=zscore",
                                 "normalise=rank",
                                 "weights=pca",
                                 "aggregate=geometric,missing=mean",
                                 "normalise=percentile",
                                 "weights=correlation",
                                 "aggregate=copeland",
                                 "aggregate=harmonic,pillars=source"};
  struct world *w = make(2);
  w->column[1].direction = -1;
  for (size_t k = 0; k < ES_COUNT_OF(options); k++) {
    double before[5], other[10];
    people(w, 5, table);
    cr_assert(fit(w, options[k]) == ES_OK, "%s", w->ctx.message);
    score(w);
    memcpy(before, w->score, sizeof before);
    for (size_t i = 0; i < 5; i++)
      for (size_t c = 0; c < 2; c++) other[2 * i + c] = table[2 * (4 - i) + c] + (c ? 64 : -8);
    people(w, 5, other);
    cr_assert(fit(w, options[k]) == ES_OK);
    score(w);
    for (size_t i = 0; i < 5; i++)
      cr_expect(near(w->score[4 - i], before[i]), "%s: %g, not %g", options[k], w->score[4 - i],
                before[i]);
  }
  end(w);
}

Test(composite_index, only_columns_with_a_direction_take_part)
{
  struct world *w = make(8);
  double rows[16];
  for (size_t c = 0; c < 8; c++) w->column[c].direction = 0, rows[c] = 1, rows[8 + c] = 2;
  people(w, 2, rows);
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect(strstr(w->ctx.message, "say direction = + or - in the schema") != NULL);
  w->column[2].direction = 1;
  w->column[3] = (struct es_column){.name = "d", .source = "", .kind = ES_LEVELS, .direction = 1};
  cr_assert(fit(w, "") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "left out, 7 that have no direction or are levels: a, b, d, e, f and 2 more"));
  score(w);
  cr_expect(near(w->score[0], 0) && near(w->score[1], 100));
  end(w);
}

Test(composite_index, columns_that_say_nothing_weigh_nothing)
{
  struct world *w = make(3);
  people(w, 3, (double[]){1, 7, _, 2, 7, _, 3, 7, _});
  cr_assert(fit(w, "missing=zero,weights=given,weight=1 2 3") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "weight 0, the same for everybody in training: b"));
  score(w);
  cr_expect(near(w->score[1], 50));
  cr_expect(described(w, "c      +         0 never seen in training"));
  people(w, 2, (double[]){7, 7, _, 7, 7, _});
  cr_expect(fit(w, "") == ES_DEGENERATE);
  people(w, 0, NULL);
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "there is nobody to learn from");
  end(w);
}

/* Late payments (a, -10 each), offences (b, -50 each), volunteering days (c, +2 each).  Whoever has
 * no record keeps the start value where missing means "no points", and none elsewhere. */
Test(composite_index, a_ledger_is_kind_to_those_whom_it_does_not_see)
{
  struct world *w = make(3);
  w->column[0].direction = w->column[1].direction = -1;
  people(w, 4, (double[]){3, 1, 5, 0, 0, 0, _, _, _, 1, _, 2});
  cr_assert(fit(w, "mode=ledger,points=10 50 2,missing=zero,gate=none,bands=600 850 970") == ES_OK);
  score(w);
  const double zero[] = {1000 - 30 - 50 + 10, 1000, 1000, 1000 - 10 + 4};
  for (size_t i = 0; i < 4; i++) cr_expect(near(w->score[i], zero[i]), "%g", w->score[i]);
  cr_expect(described(w, "ledger that starts at 1000, missing zero\n"));
  cr_expect(described(w, "bands: below 600; from 600 to below 850; from 850 to below 970; "
                         "from 970 on\n"));
  set(w, "mode=ledger,points=10 50 2,missing=mean,gate=none,start=0");
  score(w);
  cr_expect(near(w->score[2], -10 * 4 / 3.0 - 25 + 2 * 7 / 3.0), "%g", w->score[2]);
  set(w, "mode=ledger,points=10 50 2,missing=renormalise,gate=none");
  score(w);
  cr_expect(near(w->score[3], 1000 - 6 * 62 / 12.0), "%g", w->score[3]);
  cr_expect(w->why[2] == ES_THIN_FILE && isnan(w->score[2]));
  set(w, "mode=ledger,points=10 50 2,missing=zero,gate=any");
  score(w);
  cr_expect(w->why[2] == ES_NO_RECORD);
  end(w);
}

Test(composite_index, wrong_options_are_refused_with_the_mend)
{
  static const struct {
    const char *options, *message;
  } rows[] = {
      {"mode=ledger", "mode=ledger wants 2 numbers in points, and there are 0; one for each of: a"},
      {"mode=ledger,points=1", "and there are 1; one for each of: a, b"},
      {"mode=ledger,points=0 0", "mode=ledger: the numbers in points are all 0"},
      {"mode=ledger,points=1 2,weight=1", "weight belongs to mode=index"},
      {"points=1 2", "points belong to mode=ledger"},
      {"weight=1 2", "weight goes with weights=given"},
      {"weights=given,weight=1 2 3", "weights=given wants 2 numbers in weight, and there are 3"},
      {"low=5,high=5", "low must be less than high"},
      {"bands=600 600", "bands must be ascending"},
      {"normalise=zscore,aggregate=geometric", "wants values from 0 to 1: use normalise=minmax"},
      {"normalise=rank,aggregate=harmonic", "wants values from 0 to 1: use normalise=minmax"},
      {"normalise=target,target=3",
       "wants 2 numbers in target, and there are 1; one for each of: a"},
      {"normalise=target,target=0 3", "the target of a is no better than the worst in training"},
      {"target=3 4", "target goes with normalise=target"},
      {"normalise=scaled,ends=3 4", "4 numbers in ends, and there are 2; two for each of: a, b"},
      {"normalise=goalposts,ends=3 4 5 5", "ends: the first of each pair must be less"},
      {"ends=3 4", "ends go with normalise=goalposts and normalise=scaled"},
      {"normalise=fracmax", "normalise=fracmax: b speaks against people"},
      {"aggregate=copeland,pillars=source", "leave pillars=none"},
      {"weights=correlation,pillars=source", "weights=correlation goes with aggregate=arithmetic"},
      {"weights=correlation,normalise=borda", "weights=correlation does not go with ranks"},
  };
  struct world *w = make(2);
  w->column[1].direction = -1;
  people(w, 5, table);
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    cr_expect(fit(w, rows[k].options) == ES_INPUT, "%s", rows[k].options);
    cr_expect(strstr(w->ctx.message, rows[k].message) != NULL, "%s", w->ctx.message);
  }
  end(w);
}

Test(composite_index, pillars_are_means_of_their_own)
{
  struct world *w = make(5);
  static const char *const source[] = {"x/p", "x/p", "x/q", "y", ""};
  for (size_t c = 0; c < 5; c++) w->column[c].source = source[c];
  people(w, 3, (double[]){0, 0, 0, 0, 0, 1, 1, 1, 1, 1, .2, .6, .8, .5, .9});
  cr_assert(fit(w, "pillars=source,weights=given,weight=3 1 7 1 1") == ES_OK, "%s", w->ctx.message);
  score(w);
  cr_expect(near(w->score[2], 100 * ((.3 + .8) / 2 + .5 + .9) / 3), "%g", w->score[2]);
  cr_expect(
      described(w, "pillars of equal weight: x/p (2), x/q (1), y (1), without a source (1)\n"));
  people(w, 1, (double[]){.2, _, _, .5, _});
  score(w);
  cr_expect(near(w->score[0], 100 * (.2 + .5) / 2), "a pillar that nobody has is left out");
  end(w);
}

Test(composite_index, screening_leaves_thin_files_without_a_score)
{
  struct world *w = make(4);
  people(w, 3, (double[]){0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2});
  cr_assert(fit(w, "screen=0.5,missing=mean") == ES_OK);
  people(w, 3, (double[]){2, _, _, _, 2, _, 2, _, _, 1, 1, 1});
  score(w);
  cr_expect(w->why[0] == ES_THIN_FILE && isnan(w->score[0]));
  cr_expect(near(w->score[1], 75) && near(w->score[2], 50));
  cr_expect(described(w, "no score with less than 0.5 of the columns on record\n"));
  end(w);
}

Test(composite_index, correlation_weights_make_every_column_follow_alike)
{
  struct world *w = make(4);
  double rows[4 * 40], r[4] = {0};
  unsigned draw = 7;
  for (size_t i = 0; i < 40; i++) {
    double z[4];
    for (size_t k = 0; k < 4; k++) z[k] = (double)((draw = draw * 1664525u + 1013904223u) >> 20);
    double x[] = {z[0], 5 * z[1] + z[0], -z[2] - z[1], z[3] + z[0]};
    memcpy(rows + 4 * i, x, sizeof x);
  }
  w->column[2].direction = -1;
  people(w, 40, rows);
  cr_assert(fit(w, "weights=correlation") == ES_OK, "%s", w->ctx.message);
  cr_expect_eq(w->notes.count, 0);
  score(w);
  for (size_t c = 0; c < 4; c++) {
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < 40; i++) x += rows[4 * i + c] / 40, y += w->score[i] / 40;
    for (size_t i = 0; i < 40; i++) {
      double dx = rows[4 * i + c] - x, dy = w->score[i] - y;
      xx += dx * dx, yy += dy * dy, xy += dx * dy;
    }
    r[c] = (c == 2 ? -1 : 1) * xy / sqrt(xx * yy);
    cr_expect(fabs(r[c] - r[0]) < 1e-5 && r[c] > 0, "%zu: %g, not %g", c, r[c], r[0]);
  }
  for (size_t i = 0; i < 40; i++) rows[4 * i + 3] = -rows[4 * i]; /* against all weights above 0 */
  people(w, 40, rows);
  cr_assert(fit(w, "weights=correlation") == ES_OK, "%s", w->ctx.message);
  cr_expect(noted(w, "no weights give all columns the same correlation with the index: from "));
  end(w);
}

Test(composite_index, copeland_compares_with_people_of_training)
{
  struct world *w = make(2);
  double rows[2 * PEOPLE];
  for (size_t i = 0; i < PEOPLE; i++) rows[2 * i] = rows[2 * i + 1] = (double)(i * 37 % PEOPLE);
  people(w, PEOPLE, rows);
  cr_assert(fit(w, "aggregate=copeland") == ES_OK);
  score(w);
  for (size_t i = 0; i < PEOPLE; i++) {
    double beaten = rows[2 * i], lost = PEOPLE - 1 - beaten;
    cr_expect(near(w->score[i], 50 * (1 + (beaten - lost) / PEOPLE)), "%g", w->score[i]);
  }
  cr_assert(fit(w, "aggregate=copeland,rivals=10") == ES_OK);
  cr_expect(described(w, "compared with 10 people of training\n"));
  score(w);
  for (size_t i = 0; i < PEOPLE; i++)
    cr_expect(near(fmod(w->score[i], 5), 0) || near(fmod(w->score[i], 5), 5), "%g", w->score[i]);
  end(w);
}

/* One column ranks people alike however it is scaled; two that contradict each other do not, and
 * for whom one is missing the choices differ most. */
Test(composite_index, uncertainty_says_how_far_ranks_hang_on_choices)
{
  struct world *w = make(2);
  double rows[2 * 40];
  w->training.frame.columns = 1;
  for (size_t i = 0; i < 40; i++) rows[i] = (double)(i * 7 % 40);
  people(w, 40, rows);
  cr_assert(fit(w, "uncertainty=yes") == ES_OK, "%s", w->ctx.message);
  cr_expect(described(w, " of scale, weights, mean and treatment of what is missing move a person "
                         "by 0 of 100 ranks on average\n"));
  cr_expect(described(w, "within 0 ranks (median; for one in ten people more than 0); 0% of the "));
  w->training.frame.columns = 2;
  for (size_t i = 0; i < 40; i++) {
    rows[2 * i] = i % 4 == 0 ? _ : (double)i;
    rows[2 * i + 1] = (double)(i * i % 23);
  }
  people(w, 40, rows);
  cr_assert(fit(w, "uncertainty=yes,weights=given,weight=3 1") == ES_OK, "%s", w->ctx.message);
  cr_expect(described(w, "42 other choices of scale, "));
  cr_expect(described(w, "(n 40)\n"));
  struct es_text text = {0};
  cr_assert(es_scorer_composite_index.describe(w->state, w->options, &w->training.frame, &text,
                                               &w->ctx) == ES_OK);
  double shift, median, wide, crossing;
  const char *line = strstr(text.at, "move a person by ");
  cr_assert_eq(sscanf(line, "move a person by %lf of", &shift), 1);
  line = strstr(text.at, "person within ");
  cr_assert_eq(sscanf(line,
                      "person within %lf ranks (median; for one in ten people more than %lf); "
                      "%lf%%",
                      &median, &wide, &crossing),
               3);
  cr_expect(0 < shift && shift < median && median < wide && wide < 100, "%g %g %g", shift, median,
            wide);
  cr_expect(0 < crossing && crossing < 100);
  es_text_clear(&text);
  for (size_t i = 0; i < 40; i++) w->seen[0][i] = w->seen[1][i] = 0;
  cr_expect(fit(w, "uncertainty=yes") == ES_DEGENERATE);
  end(w);
}

Test(composite_index, a_thousand_indicators_are_an_ordinary_size)
{
  struct world *w = make(COLUMNS);
  w->training.frame.people = PEOPLE;
  for (size_t c = 0; c < COLUMNS; c++)
    for (size_t i = 0; i < PEOPLE; i++) {
      w->value[c][i] = (double)i + (double)((i * 31 + c * 17) % 13);
      w->seen[c][i] = 1;
    }
  cr_assert(fit(w, "weights=pca,normalise=percentile") == ES_OK, "%s", w->ctx.message);
  score(w);
  for (size_t i = 13; i < PEOPLE; i++) cr_expect(w->score[i] > w->score[i - 13]);
  end(w);
}

/* --- COINr 1.1.14 ----------------------------------------------------------------------------- */

static double number(const json_t *at) { return json_is_number(at) ? json_number_value(at) : NAN; }

static const struct {
  const char *method, *options, *params;
} ways[] = {
    {"n_minmax", "low=%g,high=%g", "l_u"},
    {"n_zscore", "normalise=zscore", "m_sd"},
    {"n_scaled", "normalise=scaled,ends=%g %g", "npara"},
    {"n_rank", "normalise=rank", NULL},
    {"n_borda", "normalise=borda", NULL},
    {"n_prank", "normalise=percentile,low=0,high=1", NULL},
    {"n_fracmax", "normalise=fracmax,low=0,high=1", NULL},
    {"n_dist2max", "normalise=minmax,low=0,high=1", NULL},
};

/* One column, trained and scored on the same people.  Where it is the same for all there is no
 * index, though COINr ranks all first. */
static void check_normalise(const json_t *one, size_t way, const json_t *expected)
{
  const json_t *x = json_object_get(json_object_get(one, "input"), "x"), *two = NULL;
  if (ways[way].params != NULL)
    two = json_object_get(json_object_get(one, "params"), ways[way].params);
  double first = number(json_array_get(two, 0)), second = number(json_array_get(two, 1));
  bool zscore = strcmp(ways[way].method, "n_zscore") == 0;
  double rows[PEOPLE];
  char options[128];
  size_t n = json_array_size(x);
  struct world *w = make(1);
  for (size_t i = 0; i < n; i++) rows[i] = number(json_array_get(x, i));
  people(w, n, rows);
  snprintf(options, sizeof options, ways[way].options, first, second);
  enum es_status status = fit(w, options);
  if (strcmp(json_string_value(json_object_get(one, "data_kind")), "const") == 0 &&
      strcmp(ways[way].method, "n_scaled") != 0) {
    cr_expect(status == ES_DEGENERATE, "constant: no index");
  } else {
    cr_assert(status == ES_OK, "%s: %s", ways[way].method, w->ctx.message);
    score(w);
    for (size_t i = 0; i < n; i++) {
      double want = number(json_array_get(expected, i));
      double got = zscore ? first + second * w->score[i] : w->score[i];
      cr_expect(isnan(want) ? isnan(got) : fabs(got - want) < 1e-12 * fmax(100, fabs(want)),
                "%s: %.17g, not %.17g", ways[way].method, got, want);
    }
  }
  end(w);
}

/* Under these training ranges values from 0 (geometric: 1) to 100 stay themselves; false: one lies
 * below, where our geometric mean has its floor and COINr may refuse. */
static bool check_aggregate(const json_t *one, const char *method, double expected)
{
  const json_t *input = json_object_get(one, "input");
  const json_t *x = json_object_get(input, "x"), *weights = json_object_get(input, "w");
  bool geometric = strcmp(method, "a_amean") != 0;
  size_t n = json_array_size(x);
  double ends[2 * PEOPLE], row[PEOPLE];
  struct es_text options = {0};
  bool outside = false;
  es_text_add(&options, "aggregate=%s,weights=given,weight=",
              !geometric         ? "arithmetic"
              : method[2] == 'g' ? "geometric"
                                 : "harmonic");
  for (size_t c = 0; c < n; c++) {
    char text[ES_NUMBER_SIZE];
    ends[c] = geometric ? 1 : 0;
    ends[n + c] = 100;
    row[c] = number(json_array_get(x, c));
    outside |= row[c] < ends[c];
    es_text_add(&options, " %s", es_number(text, number(json_array_get(weights, c))));
  }
  if (!outside) {
    struct world *w = make(n);
    people(w, 2, ends);
    cr_assert(fit(w, es_text_get(&options)) == ES_OK, "%s", w->ctx.message);
    people(w, 1, row);
    score(w);
    cr_expect(fabs(w->score[0] - expected) < 1e-12 * expected, "%s: %.17g, not %.17g", method,
              w->score[0], expected);
    end(w);
  }
  es_text_clear(&options);
  return !outside;
}

static void check_copeland(const json_t *one, const json_t *expected)
{
  const json_t *input = json_object_get(one, "input"), *x = json_object_get(input, "X");
  const json_t *weights = json_object_get(input, "w");
  size_t n = json_array_size(x), d = json_array_size(weights);
  double rows[PEOPLE * 8];
  struct es_text options = {0};
  char text[ES_NUMBER_SIZE];
  struct world *w = make(d);
  es_text_add(&options, "aggregate=copeland,low=-%zu,high=%zu,weights=given,weight=", n, n);
  for (size_t c = 0; c < d; c++) {
    es_text_add(&options, " %s", es_number(text, number(json_array_get(weights, c))));
    for (size_t i = 0; i < n; i++)
      rows[i * d + c] = number(json_array_get(json_array_get(x, i), c));
  }
  people(w, n, rows);
  cr_assert(fit(w, es_text_get(&options)) == ES_OK, "%s", w->ctx.message);
  score(w);
  for (size_t i = 0; i < n; i++) {
    double want = number(json_array_get(json_object_get(expected, "copeland"), i));
    cr_expect(fabs(w->score[i] - want) < 1e-12 * (double)n, "%g, not %g", w->score[i], want);
  }
  es_text_clear(&options);
  end(w);
}

Test(composite_index, agrees_with_coinr)
{
  json_t *root = json_load_file(SHARED "/cases/composite_coinr.json", 0, NULL);
  if (root == NULL) {
    puts("skipped: no " SHARED);
    return;
  }
  size_t k, normalised = 0, aggregated = 0, compared = 0;
  json_t *one;
  json_array_foreach(json_object_get(root, "cases"), k, one)
  {
    const char *method = json_string_value(json_object_get(one, "method"));
    const json_t *expected = json_object_get(one, "expected");
    if (strcmp(method, "a_copeland") == 0)
      check_copeland(one, expected), compared++;
    else if (strncmp(method, "a_", 2) == 0)
      aggregated += check_aggregate(one, method, number(expected));
    for (size_t way = 0; way < ES_COUNT_OF(ways); way++)
      if (strcmp(method, ways[way].method) == 0) check_normalise(one, way, expected), normalised++;
  }
  cr_expect(normalised >= 60 && aggregated >= 45 && compared >= 5, "%zu %zu %zu", normalised,
            aggregated, compared);
  json_decref(root);
}

/* --- the ASEM index (Becker et al. 2022), stage by stage -------------------------------------- */

enum { FIELDS = 80, ROWS = 128 };
struct sheet {
  char *text, *cell[ROWS][FIELDS];
  size_t rows, columns;
};

/* Quotes are taken off; what they hold has no quote. */
static bool read_sheet(struct sheet *sheet, const char *name)
{
  char path[256];
  snprintf(path, sizeof path, SHARED "/data/asem_composite/%s.csv", name);
  FILE *in = fopen(path, "rb");
  memset(sheet, 0, sizeof *sheet);
  if (in == NULL) return false;
  sheet->text = calloc(1, 1 << 20);
  char *end = sheet->text + fread(sheet->text, 1, (1 << 20) - 1, in);
  fclose(in);
  for (char *at = sheet->text; at < end; sheet->rows++) {
    size_t field = 0;
    for (bool more = true; more; field++) {
      bool quoted = *at == '"';
      at += quoted;
      sheet->cell[sheet->rows][field] = at;
      at += strcspn(at, quoted ? "\"" : ",\n");
      if (quoted) *at++ = '\0';
      more = *at == ',';
      *at++ = '\0';
    }
    sheet->columns = field;
  }
  return true;
}

static size_t column_of(const struct sheet *sheet, const char *name)
{
  size_t c = 0;
  while (c < sheet->columns && strcmp(sheet->cell[0][c], name) != 0) c++;
  cr_assert(c < sheet->columns, "%s", name);
  return c;
}

static const char *parent_of(const struct sheet *meta, const char *name)
{
  for (size_t i = 1; i < meta->rows; i++)
    if (strcmp(meta->cell[i][1], name) == 0) return meta->cell[i][8];
  return "";
}

/* Columns of the treated stage, pillars as sources; fills path. */
static struct world *read_asem(const struct sheet *meta, const struct sheet *treated,
                               char path[FIELDS][64])
{
  struct world *w = make(FIELDS);
  size_t count = 0;
  for (size_t i = 1; i < meta->rows && strcmp(meta->cell[i][0], "1") == 0; i++, count++) {
    const char *name = meta->cell[i][1], *inner = parent_of(meta, name);
    size_t c = column_of(treated, name);
    snprintf(path[count], 64, "%s/%s", parent_of(meta, inner), inner);
    w->column[count] = (struct es_column){.name = name,
                                          .source = path[count],
                                          .kind = ES_NUMBER,
                                          .direction = meta->cell[i][3][0] == '-' ? -1 : 1};
    for (size_t k = 0; k + 1 < treated->rows; k++) {
      w->value[count][k] = strtod(treated->cell[k + 1][c], NULL);
      w->seen[count][k] = 1;
    }
  }
  w->training.frame.columns = count;
  w->training.frame.people = treated->rows - 1;
  return w;
}

static void check_person(const struct world *w, size_t i, const struct es_indicator *one,
                         const struct es_pillars *pillars, const struct sheet *final)
{
  static double weight[FIELDS], x[FIELDS], value[FIELDS], total[FIELDS];
  size_t columns = w->training.frame.columns;
  for (size_t c = 0; c < columns; c++) {
    weight[c] = 1;
    x[c] = 100 * es_indicator_value(&one[c], ES_NORM_MINMAX, w->value[c][i]);
    double want = strtod(final->cell[i + 1][column_of(final, w->column[c].name)], NULL);
    cr_expect(fabs(x[c] - want) < 1e-8, "%s %s", final->cell[i + 1][0], w->column[c].name);
  }
  es_pillars_mean(pillars, ES_MEAN_ARITHMETIC, 0, x, weight, value, total);
  for (size_t k = 0; k < pillars->nodes; k++) {
    const char *name = k > 0 ? pillars->name[k] : "Index";
    double want = strtod(final->cell[i + 1][column_of(final, name)], NULL);
    cr_expect(fabs(value[k] - want) < 1e-8, "%s %s: %.12g", final->cell[i + 1][0], name, value[k]);
  }
  double want = strtod(final->cell[i + 1][column_of(final, "Index")], NULL);
  cr_expect(fabs(w->score[i] - want) < 1e-8);
}

Test(composite_index, agrees_with_the_asem_index_stage_by_stage)
{
  static struct sheet meta, treated, final;
  static char path[FIELDS][64];
  static const char *paths[FIELDS];
  static struct es_indicator one[FIELDS];
  struct es_pillars pillars;
  if (!read_sheet(&meta, "ASEM_iMeta") || !read_sheet(&treated, "stage_Treated") ||
      !read_sheet(&final, "stage_Aggregated")) {
    puts("skipped: no " SHARED);
    return;
  }
  struct world *w = read_asem(&meta, &treated, path);
  cr_assert(fit(w, "pillars=source") == ES_OK, "%s", w->ctx.message);
  score(w);
  for (size_t c = 0; c < w->training.frame.columns; c++) {
    paths[c] = path[c];
    one[c] = (struct es_indicator){.column = c, .sign = w->column[c].direction};
    es_indicator_survey(&one[c], &w->training);
  }
  cr_assert(es_pillars_build(&pillars, paths, w->training.frame.columns, &w->ctx) == ES_OK);
  cr_expect_eq(pillars.nodes, 11);
  for (size_t i = 0; i + 1 < treated.rows; i++) {
    cr_assert_str_eq(treated.cell[i + 1][0], final.cell[i + 1][0]);
    check_person(w, i, one, &pillars, &final);
  }
  es_pillars_clear(&pillars);
  end(w);
  free(meta.text);
  free(treated.text);
  free(final.text);
}
