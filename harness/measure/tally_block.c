/* Adds blocks of decided people to a tally.
 *
 * What a block has of a cell is first counted in small numbers that stay near the processor
 * (es_tally.alike and .fresh), and then added to the cell: once for each combination of outcome,
 * reason and decision that has come up, not once for each person.
 */
#include "harness/measure/tally.h"

#include <math.h>
#include "harness/base/lanes.h"

/* --- people ----------------------------------------------------------------------------------- */

/* So many are counted before the cells hear of it. */
enum { MANY = 4096 };

/* Who is alike: of one cell, outcome, reason and decision. */
static void find_kinds(uint32_t *kind, const struct es_verdicts *v, size_t from, size_t n)
{
  const uint32_t *cell = v->cell + from;
  const uint8_t *outcome = v->outcome + from, *why = v->why + from, *decision = v->decision + from;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    kind[i] = cell[i] * ES_KINDS +
              ((uint32_t)outcome[i] * ES_UNSCORABLE_REASONS + why[i]) * ES_DECISIONS + decision[i];
}

/* Unweighted people who are alike; days, and their square: of each who is wrongly denied. */
static void add_alike(struct es_cell *cell, size_t kind, uint32_t people, es_fixed days,
                      es_fixed square)
{
  size_t decision = kind % ES_DECISIONS, why = kind / ES_DECISIONS % ES_UNSCORABLE_REASONS;
  size_t outcome = kind / ES_DECISIONS / ES_UNSCORABLE_REASONS;
  cell->people[outcome][why == ES_SCORED][decision] += people;
  cell->why[why] += people;
  if (outcome != ES_FAVORABLE || decision != ES_DENIED) return;
  cell->days += people * days;
  cell->days_square += people * square;
}

static void count_people(struct es_tally *tally, const struct es_verdicts *v, double days)
{
  uint32_t kind[ES_LANES], first[MANY], kinds = 0, *alike = tally->alike;
  for (size_t from = 0; from < v->people; from += ES_LANES) {
    size_t n = v->people - from < ES_LANES ? v->people - from : ES_LANES;
    find_kinds(kind, v, from, n);
    for (size_t i = 0; i < n; i++) { /* noted where it comes up first; no branches */
      first[kinds] = kind[i];
      kinds += alike[kind[i]]++ == 0;
    }
  }
  es_fixed each = days > 0 ? es_fixed_from(days) : 0;
  es_fixed square = days > 0 ? es_fixed_from(days * days) : 0;
  for (size_t k = 0; k < kinds; k++) {
    add_alike(&tally->cell[first[k] / ES_KINDS], first[k] % ES_KINDS, alike[first[k]], each,
              square);
    alike[first[k]] = 0;
  }
}

/* --- weights and days ----------------------------------------------------------------------------
 */

/* Days of a denial that was wrong, of the share of the person's weight that met it. */
static void add_days(struct es_cell *cell, const struct es_verdicts *v, size_t i, double denied)
{
  double weight = v->weight != NULL ? v->weight[i] : 1, term = v->term != NULL ? v->term[i] : 0;
  if (v->outcome[i] != ES_FAVORABLE || !(denied > 0) || !(term > 0)) return;
  cell->days += es_fixed_from(weight * term * denied);
  cell->days_square += es_fixed_from(weight * term * term * denied);
}

static void add_weight(struct es_tally *tally, const struct es_verdicts *v, size_t i,
                       size_t decision, double share)
{
  struct es_cell *cell = &tally->cell[v->cell[i]];
  bool scored = v->why[i] == ES_SCORED;
  double weight = v->weight[i], square = tally->counted ? weight : weight * weight;
  cell->weight[v->outcome[i]][scored][decision] += es_fixed_from(weight * share);
  cell->square[v->outcome[i]][scored][decision] += es_fixed_from(square * share);
}

/* A row of weighted data stands for many people: where chance has decided, it is shared out. */
static void add_weighted(struct es_tally *tally, const struct es_verdicts *v)
{
  for (size_t i = 0; i < v->people; i++) {
    struct es_cell *cell = &tally->cell[v->cell[i]];
    double chance = v->chance != NULL ? v->chance[i] : -1;
    if (chance > 0) {
      add_weight(tally, v, i, ES_APPROVED, chance);
      add_weight(tally, v, i, ES_DENIED, 1 - chance);
      add_days(cell, v, i, 1 - chance);
    } else {
      add_weight(tally, v, i, v->decision[i], 1);
      add_days(cell, v, i, v->decision[i] == ES_DENIED);
    }
  }
}

/* Whether all have the same term, and which. */
static bool one_term(double *same, const struct es_verdicts *v)
{
  const double *term = v->term, first = term != NULL ? term[0] : 0;
  unsigned other = 0;
#pragma omp simd reduction(+ : other)
  for (size_t i = 0; i < (term != NULL ? v->people : 0); i++) other += term[i] != first;
  *same = other == 0 ? first : 0;
  return other == 0;
}

/* How the scores of the approved move, by the share of their weight that is approved. */
static void add_moves(struct es_tally *tally, const struct es_verdicts *v)
{
  for (size_t i = 0; v->move != NULL && i < v->people; i++) {
    double weight = v->weight != NULL ? v->weight[i] : 1, move = v->move[i];
    if (tally->weighted && v->chance != NULL && v->chance[i] > 0)
      weight *= v->chance[i];
    else if (v->decision[i] != ES_APPROVED)
      continue;
    struct es_cell *cell = &tally->cell[v->cell[i]];
    if (move > 0) cell->rise += es_fixed_from(weight * move);
    if (move < 0) cell->fall += es_fixed_from(weight * -move);
    cell->move_square += es_fixed_from(weight * move * move);
  }
}

static void add_people(struct es_tally *tally, const struct es_verdicts *v)
{
  double term = 0;
  bool alike = tally->weighted || one_term(&term, v);
  count_people(tally, v, term);
  if (tally->weighted) add_weighted(tally, v);
  for (size_t i = 0; !alike && i < v->people; i++)
    add_days(&tally->cell[v->cell[i]], v, i, v->decision[i] == ES_DENIED);
  add_moves(tally, v);
}

/* --- scores ----------------------------------------------------------------------------------- */

/* People of a block who count in something: their numbers, and what they have of a column. */
struct chosen {
  size_t count;
  uint16_t who[ES_LANES];
  uint8_t favorable[ES_LANES];
  double x[ES_LANES];
};

/* Those with a known outcome, a score and a number of at least `least` in that column; NaN is none.
 */
static void choose(struct chosen *c, const struct es_verdicts *v, const double *column,
                   double least)
{
  const uint8_t *outcome = v->outcome, *why = v->why;
  uint8_t fit[ES_LANES];
  es_lanes()->reaches(fit, column, least, v->people);
#pragma omp simd
  for (size_t i = 0; i < v->people; i++)
    fit[i] = fit[i] & (why[i] == ES_SCORED) & (outcome[i] != ES_UNKNOWN);
  c->count = 0;
  for (size_t i = 0; i < v->people; i++) {
    c->who[c->count] = (uint16_t)i;
    c->count += fit[i];
  }
  for (size_t k = 0; k < c->count; k++) {
    c->favorable[k] = outcome[c->who[k]] == ES_FAVORABLE;
    c->x[k] = column[c->who[k]];
  }
}

static void count_losses(struct es_tally *tally, const struct es_verdicts *v,
                         const struct chosen *c, const struct es_losses *losses)
{
  for (size_t k = 0; k < c->count; k++) {
    struct es_fresh *fresh = &tally->fresh[v->cell[c->who[k]]];
    fresh->brier += losses->brier[k];
    fresh->brier_square += losses->brier_square[k];
    fresh->loss += losses->loss[k];
    fresh->loss_square += losses->loss_square[k];
    fresh->probabilities++;
  }
  for (size_t k = 0; k < c->count; k++) {
    struct es_fresh *fresh = &tally->fresh[v->cell[c->who[k]]];
    struct es_cell *cell = &tally->cell[v->cell[c->who[k]]];
    if (fresh->probabilities == 0) continue;
    cell->brier += (es_fixed)fresh->brier << (64 - ES_BRIER_BITS);
    cell->brier_square += (es_fixed)fresh->brier_square << (64 - ES_BRIER_BITS);
    cell->loss += (es_fixed)fresh->loss << (64 - ES_LOSS_BITS);
    cell->loss_square += (es_fixed)fresh->loss_square << (64 - ES_LOSS_SQUARE_BITS);
    cell->probability_weight += (es_fixed)fresh->probabilities << 64;
    cell->probabilities += fresh->probabilities;
    fresh->brier = fresh->brier_square = fresh->loss = fresh->loss_square = 0;
    fresh->probabilities = 0;
  }
}

static void add_weighted_losses(struct es_tally *tally, const struct es_verdicts *v,
                                const struct chosen *c, const struct es_losses *losses)
{
  for (size_t k = 0; k < c->count; k++) {
    struct es_cell *cell = &tally->cell[v->cell[c->who[k]]];
    double weight = v->weight[c->who[k]];
    cell->brier += es_fixed_from(weight * ldexp((double)losses->brier[k], -ES_BRIER_BITS));
    cell->brier_square +=
        es_fixed_from(weight * ldexp((double)losses->brier_square[k], -ES_BRIER_BITS));
    cell->loss += es_fixed_from(weight * ldexp((double)losses->loss[k], -ES_LOSS_BITS));
    cell->loss_square +=
        es_fixed_from(weight * ldexp((double)losses->loss_square[k], -ES_LOSS_SQUARE_BITS));
    cell->probability_weight += es_fixed_from(weight);
    cell->probabilities++;
  }
}

/* Counts the chosen on the grid of their scores, or of the log-odds that those have. */
static void add_to_bins(struct es_tally *tally, const struct es_verdicts *v, const struct chosen *c,
                        const double *at, uint16_t *bin)
{
  uint16_t found[ES_LANES];
  es_lanes()->bin(found, at, tally->low, ES_SCORE_BINS / (tally->high - tally->low), ES_SCORE_BINS,
                  c->count);
  for (size_t k = 0; k < c->count; k++)
    tally->bins[((size_t)v->cell[c->who[k]] * 2 + c->favorable[k]) * ES_SCORE_BINS + found[k]]++;
  for (size_t k = 0; bin != NULL && k < c->count; k++) bin[c->who[k]] = found[k];
}

static enum es_status keep_scores(struct es_tally *tally, const struct es_verdicts *v,
                                  const struct chosen *c, struct es_context *ctx)
{
  ES_TRY(es_tally_room(tally, c->count, ctx));
  for (size_t k = 0; k < c->count; k++) {
    size_t i = c->who[k];
    es_tally_keep(tally, c->x[k], v->cell[i] * 2 + c->favorable[k],
                  v->weight != NULL ? v->weight[i] : 1,
                  v->probability != NULL ? v->probability[i] : -1);
  }
  return ES_OK;
}

/* Scores and stated probabilities: losses of the one, places on the grid of the other. */
static enum es_status add_scores(struct es_tally *tally, const struct es_verdicts *v, uint16_t *bin,
                                 struct es_context *ctx)
{
  struct chosen c;
  struct es_losses losses;
  bool same = v->probability == v->score;
  if (v->probability != NULL) {
    choose(&c, v, v->probability, 0);
    es_lanes()->losses(&losses, c.x, c.favorable, c.count);
    if (v->weight != NULL)
      add_weighted_losses(tally, v, &c, &losses);
    else
      count_losses(tally, v, &c, &losses);
  }
  if (tally->scores_dropped) return ES_OK;
  if (!same) choose(&c, v, v->score, -INFINITY);
  if (tally->bins == NULL) return keep_scores(tally, v, &c, ctx);
  if (tally->probability && !same) es_lanes()->logit(losses.log_odds, c.x, c.count);
  add_to_bins(tally, v, &c, tally->probability ? losses.log_odds : c.x, bin);
  return ES_OK;
}

/* --- blocks ----------------------------------------------------------------------------------- */

/* At most so many of a block's people, from one on. */
static struct es_verdicts slice(const struct es_verdicts *v, size_t from, size_t most)
{
  return (struct es_verdicts){.people = v->people - from < most ? v->people - from : most,
                              .cell = v->cell + from,
                              .outcome = v->outcome + from,
                              .why = v->why + from,
                              .decision = v->decision + from,
                              .score = v->score + from,
                              .probability = v->probability != NULL ? v->probability + from : NULL,
                              .weight = v->weight != NULL ? v->weight + from : NULL,
                              .term = v->term != NULL ? v->term + from : NULL,
                              .chance = v->chance != NULL ? v->chance + from : NULL,
                              .move = v->move != NULL ? v->move + from : NULL};
}

enum es_status es_tally_add_block(struct es_tally *tally, const struct es_verdicts *v,
                                  uint16_t *bin, struct es_context *ctx)
{
  for (size_t from = 0; from < v->people; from += MANY) {
    const struct es_verdicts many = slice(v, from, MANY);
    add_people(tally, &many);
  }
  for (size_t from = 0; from < v->people; from += ES_LANES) {
    const struct es_verdicts few = slice(v, from, ES_LANES);
    ES_TRY(add_scores(tally, &few, bin != NULL ? bin + from : NULL, ctx));
  }
  return ES_OK;
}

enum es_status es_tally_add(struct es_tally *tally, const struct es_verdict *v,
                            struct es_context *ctx)
{
  return es_tally_add_block(tally,
                            &(struct es_verdicts){1, &v->cell, &v->outcome, &v->why, &v->decision,
                                                  &v->score, &v->probability, &v->weight, &v->term,
                                                  &v->chance, NULL},
                            NULL, ctx);
}
