/* Both groups' people in one deck: by outcome, scored and decision, and the scored by band of
 * score. */
#include "harness/measure/permute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/statistics/sample.h"

enum { SLOTS = ES_OUTCOMES * 2 * ES_DECISIONS };

/* People of one outcome in one band of scores: of both groups, and of the first. */
struct band {
  double score, probability; /* sums, then means */
  uint64_t people, first;
};

struct deck {
  uint64_t slot[2][SLOTS];
  struct band *band[2]; /* [outcome][bands] */
  size_t bands;
  bool reversed;
};

/* The band of everybody with a score, in ascending order. */
static void put_kept(struct deck *deck, const struct es_tally *tally, const bool *const member[2],
                     double share)
{
  double here = 0, last = NAN;
  for (size_t k = 0; k < tally->kept_count; k++) {
    const struct es_kept *one = &tally->kept[k];
    if (!member[0][one->list / 2] && !member[1][one->list / 2]) continue;
    if (one->score != last && here >= share) here = 0, deck->bands++;
    last = one->score;
    here++;
    struct band *b = &deck->band[one->list % 2][deck->bands];
    b->people++;
    b->first += member[0][one->list / 2];
    b->score += one->score;
    b->probability += es_told_of(tally, one).probability;
  }
  deck->bands += here > 0;
}

static void put_bins(struct deck *deck, const struct es_tally *tally, const bool *const member[2],
                     double share)
{
  double here = 0;
  for (size_t bin = 0; bin < ES_SCORE_BINS; bin++) {
    double middle = tally->low + ((double)bin + 0.5) / ES_SCORE_BINS * (tally->high - tally->low);
    double score = tally->probability ? es_logistic(middle) : middle;
    if (here > 0 && here >= share) here = 0, deck->bands++;
    for (size_t l = 0; l < tally->cells * 2; l++) {
      uint64_t people = tally->bins[l * ES_SCORE_BINS + bin];
      if (people == 0 || (!member[0][l / 2] && !member[1][l / 2])) continue;
      struct band *b = &deck->band[l % 2][deck->bands];
      here += (double)people;
      b->people += people;
      b->first += member[0][l / 2] ? people : 0;
      b->score += score * (double)people;
      b->probability += (tally->probability ? score : -1) * (double)people;
    }
  }
  deck->bands += here > 0;
}

static double scored_people(const struct es_tally *tally, const bool *const member[2])
{
  double people = 0;
  for (size_t c = 0; c < tally->cells; c++)
    for (size_t o = 0; o < 2 && (member[0][c] || member[1][c]); o++)
      for (size_t d = 0; d < ES_DECISIONS; d++) people += (double)tally->cell[c].people[o][1][d];
  return people;
}

static enum es_status make_deck(struct deck *deck, const struct es_tally *tally,
                                const bool *const member[2], struct es_context *ctx)
{
  for (size_t c = 0; c < tally->cells; c++)
    for (int g = 0; g < 2; g++)
      for (size_t s = 0; member[g][c] && s < SLOTS; s++)
        deck->slot[g][s] += ((const uint64_t *)tally->cell[c].people)[s];
  for (int o = 0; o < 2; o++)
    if ((deck->band[o] = es_alloc(ES_PERMUTATION_BANDS + 1, sizeof **deck->band, ctx)) == NULL)
      return ES_NOMEM;
  double share = scored_people(tally, member) / ES_PERMUTATION_BANDS;
  if (tally->bins != NULL)
    put_bins(deck, tally, member, share);
  else
    put_kept(deck, tally, member, share);
  deck->reversed = tally->reversed;
  for (int o = 0; o < 2; o++)
    for (size_t b = 0; b < deck->bands; b++) {
      struct band *band = &deck->band[o][b];
      if (band->people == 0) continue;
      band->score /= (double)band->people;
      band->probability /= (double)band->people;
    }
  return ES_OK;
}

/* Deals `hand` people of n piles. */
static void deal(uint64_t *dealt, const uint64_t *pile, size_t n, uint64_t hand,
                 struct es_dice *dice)
{
  uint64_t rest = 0;
  for (size_t i = 0; i < n; i++) rest += pile[i];
  for (size_t i = 0; i < n; i++) {
    dealt[i] = es_hypergeometric(dice, pile[i], rest - pile[i], hand);
    hand -= dealt[i];
    rest -= pile[i];
  }
}

/* A tally of two cells from the first group's share of the deck. */
static void lay(struct es_tally *two, const struct deck *deck, const uint64_t first[SLOTS],
                const uint64_t *const banded[2])
{
  for (size_t s = 0; s < SLOTS; s++) {
    ((uint64_t *)two->cell[0].people)[s] = first[s];
    ((uint64_t *)two->cell[1].people)[s] = deck->slot[0][s] + deck->slot[1][s] - first[s];
  }
  two->kept_count = 0;
  two->told_count = ES_TOLD;
  for (size_t b = 0; b < deck->bands; b++)
    for (uint32_t o = 0; o < 2; o++)
      for (uint32_t g = 0; g < 2; g++) {
        const struct band *band = &deck->band[o][b];
        double people = (double)(g == 0 ? banded[o][b] : band->people - banded[o][b]);
        if (people > 0) es_tally_keep(two, band->score, g * 2 + o, people, band->probability);
      }
}

static uint64_t scored_of(const uint64_t slot[SLOTS], int outcome)
{
  uint64_t people = 0;
  for (int d = 0; d < ES_DECISIONS; d++) people += slot[(outcome * 2 + 1) * ES_DECISIONS + d];
  return people;
}

/* The difference between the two cells; NaN where undefined. */
static enum es_status difference(double *gap, const struct es_metric *metric,
                                 const struct es_tally *two, const struct es_counts *like,
                                 struct es_context *ctx)
{
  static const bool member[2][2] = {{true, false}, {false, true}};
  struct es_estimate e[2];
  for (int g = 0; g < 2; g++) {
    struct es_group_counts counts;
    ES_TRY(es_counts_make(&counts, two, member[g], &like->consequence, like->positive_is_adverse,
                          ctx));
    e[g] = metric->estimate(&counts.weight);
    es_counts_clear(&counts);
  }
  *gap = e[0].undefined == NULL && e[1].undefined == NULL ? e[0].value - e[1].value : NAN;
  return ES_OK;
}

/* Everything of one test. */
struct dealing {
  const struct es_metric *metric;
  const struct es_counts *like;
  struct deck deck;
  struct es_tally two;
  uint64_t *pile, *banded[2];
};

static enum es_status one_deal(double *gap, struct dealing *at, uint32_t number,
                               struct es_context *ctx)
{
  struct es_dice dice = es_dice_open(ctx, ES_DRAW_PERMUTATION, number);
  uint64_t first[SLOTS], all[SLOTS], hand = 0;
  for (size_t s = 0; s < SLOTS; s++) {
    all[s] = at->deck.slot[0][s] + at->deck.slot[1][s];
    hand += at->deck.slot[0][s];
  }
  deal(first, all, SLOTS, hand, &dice);
  for (int o = 0; o < 2; o++) {
    uint64_t people = 0;
    for (size_t b = 0; b < at->deck.bands; b++) people += at->pile[b] = at->deck.band[o][b].people;
    uint64_t scored = scored_of(first, o);
    deal(at->banded[o], at->pile, at->deck.bands, scored < people ? scored : people, &dice);
  }
  lay(&at->two, &at->deck, first, (const uint64_t *const[2]){at->banded[0], at->banded[1]});
  return difference(gap, at->metric, &at->two, at->like, ctx);
}

static enum es_status prepare(struct dealing *at, const struct es_tally *tally,
                              const bool *const member[2], struct es_context *ctx)
{
  ES_TRY(make_deck(&at->deck, tally, member, ctx));
  ES_TRY(es_tally_create(&at->two, 2, true, ctx));
  size_t bands = at->deck.bands;
  at->two.reversed = tally->reversed;
  ES_TRY(es_tally_room(&at->two, 4 * bands, ctx));
  at->pile = es_alloc(bands, sizeof *at->pile, ctx);
  for (int o = 0; o < 2; o++) at->banded[o] = es_alloc(bands, sizeof *at->banded[o], ctx);
  if (!at->pile || !at->banded[0] || !at->banded[1]) return ES_NOMEM;
  for (int o = 0; o < 2; o++)
    for (size_t b = 0; b < bands; b++) at->banded[o][b] = at->deck.band[o][b].first;
  lay(&at->two, &at->deck, at->deck.slot[0],
      (const uint64_t *const[2]){at->banded[0], at->banded[1]});
  return ES_OK;
}

static enum es_status run(struct es_test *test, struct dealing *at, size_t times,
                          struct es_context *ctx)
{
  double seen, gap, far = 0, dealt = 0;
  ES_TRY(difference(&seen, at->metric, &at->two, at->like, ctx));
  for (uint32_t t = 0; !isnan(seen) && t < times; t++) {
    ES_TRY(one_deal(&gap, at, t, ctx));
    if (isnan(gap)) continue;
    dealt++;
    far += fabs(gap) >= fabs(seen) * (1 - 1e-12);
  }
  if (dealt > 0) test->p = (1 + far) / (1 + dealt);
  return ES_OK;
}

enum es_status es_test_dealing(struct es_test *test, const struct es_metric *metric,
                               const struct es_tally *tally, const bool *const member[2],
                               const struct es_counts *like, size_t times, struct es_context *ctx)
{
  struct dealing at = {.metric = metric, .like = like};
  *test = (struct es_test){NAN, NAN, "permutation"};
  enum es_status status = prepare(&at, tally, member, ctx);
  if (status == ES_OK) status = run(test, &at, times, ctx);
  for (int o = 0; o < 2; o++) {
    free(at.deck.band[o]);
    free(at.banded[o]);
  }
  free(at.pile);
  es_tally_clear(&at.two);
  return status;
}
