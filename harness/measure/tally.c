/* Adds decided people to integer tallies, and tallies to each other. */
#include "harness/measure/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/measure/harm.h"

enum es_status es_tally_create(struct es_tally *tally, size_t cells, bool exact,
                               struct es_context *ctx)
{
  *tally = (struct es_tally){.cells = cells};
  tally->cell = es_alloc(cells, sizeof *tally->cell, ctx);
  if (!exact) tally->bins = es_alloc(cells * 2 * ES_SCORE_BINS, sizeof *tally->bins, ctx);
  if (tally->cell != NULL && (exact || tally->bins != NULL)) return ES_OK;
  es_tally_clear(tally);
  return ES_NOMEM;
}

enum es_status es_tally_harm(struct es_tally *tally, struct es_context *ctx)
{
  tally->harm = es_alloc(tally->cells, sizeof *tally->harm, ctx);
  return tally->harm != NULL ? ES_OK : ES_NOMEM;
}

enum es_status es_tally_like(struct es_tally *tally, const struct es_tally *like,
                             struct es_context *ctx)
{
  ES_TRY(es_tally_create(tally, like->cells, like->bins == NULL, ctx));
  tally->weighted = like->weighted;
  tally->probability = like->probability;
  tally->reversed = like->reversed;
  tally->scores_dropped = like->scores_dropped;
  tally->low = like->low;
  tally->high = like->high;
  return like->harm != NULL ? es_tally_harm(tally, ctx) : ES_OK;
}

/* --- one person at a time ------------------------------------------------------------------------
 */

static enum es_status keep(struct es_tally *tally, const struct es_verdict *v,
                           struct es_context *ctx)
{
  if (tally->kept_count == tally->kept_room) {
    size_t room = 2 * tally->kept_room + 1024;
    struct es_kept *grown = realloc(tally->kept, room * sizeof *grown);
    if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory: %zu scores", room);
    tally->kept = grown;
    tally->kept_room = room;
  }
  tally->kept[tally->kept_count++] =
      (struct es_kept){v->score, v->weight, v->cell, v->outcome, v->probability};
  return ES_OK;
}

static void add_weight(struct es_cell *cell, const struct es_verdict *v, size_t decision,
                       double share)
{
  bool scored = v->why == ES_SCORED;
  cell->weight[v->outcome][scored][decision] += es_fixed_from(v->weight * share);
  cell->square[v->outcome][scored][decision] += es_fixed_from(v->weight * v->weight * share);
}

/* Days of a denial that was wrong, of the share of the person's weight that met it. */
static void add_days(struct es_cell *cell, const struct es_verdict *v, double denied)
{
  if (v->outcome != ES_FAVORABLE || !(denied > 0) || !(v->term > 0)) return;
  cell->days += es_fixed_from(v->weight * v->term * denied);
  cell->days_square += es_fixed_from(v->weight * v->term * v->term * denied);
}

/* Weight and days of somebody who stands for many people. */
static void add_weighted(struct es_cell *cell, const struct es_verdict *v)
{
  if (v->chance > 0) {
    add_weight(cell, v, ES_APPROVED, v->chance);
    add_weight(cell, v, ES_DENIED, 1 - v->chance);
    add_days(cell, v, 1 - v->chance);
  } else {
    add_weight(cell, v, v->decision, 1);
    add_days(cell, v, v->decision == ES_DENIED);
  }
}

static struct es_verdict verdict_of(const struct es_verdicts *v, size_t i)
{
  return (struct es_verdict){.cell = v->cell[i],
                             .outcome = v->outcome[i],
                             .why = v->why[i],
                             .decision = v->decision[i],
                             .score = v->score[i],
                             .probability = v->probability != NULL ? v->probability[i] : -1,
                             .weight = v->weight != NULL ? v->weight[i] : 1,
                             .term = v->term[i],
                             .chance = v->chance != NULL ? v->chance[i] : -1};
}

/* --- a block of people ---------------------------------------------------------------------------
 */

static void count_people(struct es_tally *tally, const struct es_verdicts *v)
{
  for (size_t i = 0; i < v->people; i++) {
    struct es_cell *cell = &tally->cell[v->cell[i]];
    cell->people[v->outcome[i]][v->why[i] == ES_SCORED][v->decision[i]]++;
    cell->why[v->why[i]]++;
  }
}

/* Days of wrong denials.  Most have the same term, whose fixed point is worked out once. */
static void add_unweighted_days(struct es_tally *tally, const struct es_verdicts *v)
{
  uint16_t wronged[ES_LANES];
  size_t count = 0;
  double last = 0;
  es_fixed days = 0, square = 0;
  for (size_t i = 0; i < v->people; i++) {
    wronged[count] = (uint16_t)i;
    count += (v->outcome[i] == ES_FAVORABLE) & (v->decision[i] == ES_DENIED);
  }
  for (size_t k = 0; k < count; k++) {
    double term = v->term[wronged[k]];
    if (!(term > 0)) continue;
    if (term != last) {
      days = es_fixed_from(term);
      square = es_fixed_from(term * term);
      last = term;
    }
    tally->cell[v->cell[wronged[k]]].days += days;
    tally->cell[v->cell[wronged[k]]].days_square += square;
  }
}

/* Units of 2^-bits, as often as the weight says. */
static es_fixed weighed(uint64_t units, int bits, double weight)
{
  if (weight == 1) return (es_fixed)units << (64 - bits);
  return es_fixed_from(weight * ((double)units / (double)((uint64_t)1 << bits)));
}

static void add_losses(struct es_tally *tally, const struct es_verdicts *v, const uint16_t *who,
                       const struct es_losses *losses, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    struct es_cell *cell = &tally->cell[v->cell[who[k]]];
    double weight = v->weight != NULL ? v->weight[who[k]] : 1;
    cell->brier += weighed(losses->brier[k], ES_BRIER_BITS, weight);
    cell->brier_square += weighed(losses->brier_square[k], ES_BRIER_BITS, weight);
    cell->loss += weighed(losses->loss[k], ES_LOSS_BITS, weight);
    cell->loss_square += weighed(losses->loss_square[k], ES_LOSS_SQUARE_BITS, weight);
    cell->probability_weight += weighed(1, 0, weight);
    cell->probabilities++;
  }
}

/* People of a block who count in something: their numbers, and what they have of a column. */
struct chosen {
  size_t count;
  uint16_t who[ES_LANES];
  uint8_t favorable[ES_LANES];
  double x[ES_LANES];
};

/* Those with a known outcome, a score and a number in that column (NaN: none; below `least`: none).
 */
static void choose(struct chosen *c, const struct es_verdicts *v, const double *column,
                   double least)
{
  c->count = 0;
  for (size_t i = 0; i < v->people; i++) {
    c->who[c->count] = (uint16_t)i;
    c->count += (v->why[i] == ES_SCORED) & (v->outcome[i] != ES_UNKNOWN) & (column[i] >= least);
  }
  for (size_t k = 0; k < c->count; k++) {
    c->favorable[k] = v->outcome[c->who[k]] == ES_FAVORABLE;
    c->x[k] = column[c->who[k]];
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
  for (size_t k = 0; k < c->count; k++) {
    struct es_verdict one = verdict_of(v, c->who[k]);
    ES_TRY(keep(tally, &one, ctx));
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
    add_losses(tally, v, c.who, &losses, c.count);
  }
  if (tally->scores_dropped) return ES_OK;
  if (!same) choose(&c, v, v->score, -INFINITY);
  if (tally->bins == NULL) return keep_scores(tally, v, &c, ctx);
  if (tally->probability && !same) es_lanes()->logit(losses.log_odds, c.x, c.count);
  add_to_bins(tally, v, &c, tally->probability ? losses.log_odds : c.x, bin);
  return ES_OK;
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

static enum es_status add_few(struct es_tally *tally, const struct es_verdicts *v, uint16_t *bin,
                              struct es_context *ctx)
{
  count_people(tally, v);
  if (!tally->weighted) {
    add_unweighted_days(tally, v);
  } else {
    for (size_t i = 0; i < v->people; i++) {
      struct es_verdict one = verdict_of(v, i);
      add_weighted(&tally->cell[one.cell], &one);
    }
  }
  add_moves(tally, v);
  return add_scores(tally, v, bin, ctx);
}

enum es_status es_tally_add_block(struct es_tally *tally, const struct es_verdicts *v,
                                  uint16_t *bin, struct es_context *ctx)
{
  for (size_t from = 0; from < v->people; from += ES_LANES) {
    const struct es_verdicts few = {
        .people = v->people - from < ES_LANES ? v->people - from : ES_LANES,
        .cell = v->cell + from,
        .outcome = v->outcome + from,
        .why = v->why + from,
        .decision = v->decision + from,
        .score = v->score + from,
        .probability = v->probability != NULL ? v->probability + from : NULL,
        .weight = v->weight != NULL ? v->weight + from : NULL,
        .term = v->term + from,
        .chance = v->chance != NULL ? v->chance + from : NULL,
        .move = v->move != NULL ? v->move + from : NULL};
    ES_TRY(add_few(tally, &few, bin != NULL ? bin + from : NULL, ctx));
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

void es_tally_interest(struct es_cell *cell, double interest, bool denied, double days)
{
  cell->interest += es_fixed_from(interest);
  cell->interest_square += es_fixed_from(interest * interest);
  if (denied) cell->interest_denied += es_fixed_from(interest);
  if (denied && days > 0) cell->interest_days += es_fixed_from(interest * days);
}

/* --- tallies with each other --------------------------------------------------------------------
 */

#define CELL struct es_cell
static const struct es_field cell_fields[] = {ES_COUNTS(CELL, people),
                                              ES_SUMS(CELL, weight),
                                              ES_SUMS(CELL, square),
                                              ES_SUMS(CELL, days),
                                              ES_SUMS(CELL, days_square),
                                              ES_SUMS(CELL, interest),
                                              ES_SUMS(CELL, interest_square),
                                              ES_SUMS(CELL, interest_denied),
                                              ES_SUMS(CELL, interest_days),
                                              ES_SUMS(CELL, rise),
                                              ES_SUMS(CELL, fall),
                                              ES_SUMS(CELL, move_square),
                                              ES_SUMS(CELL, brier),
                                              ES_SUMS(CELL, brier_square),
                                              ES_SUMS(CELL, loss),
                                              ES_SUMS(CELL, loss_square),
                                              ES_SUMS(CELL, probability_weight),
                                              ES_COUNTS(CELL, probabilities),
                                              ES_COUNTS(CELL, why),
                                              {0}};
#undef CELL
const struct es_layout es_cell_layout = {sizeof(struct es_cell), cell_fields};

static size_t bins_of(const struct es_tally *tally)
{
  return tally->bins != NULL ? tally->cells * 2 * ES_SCORE_BINS : 0;
}

enum es_status es_tally_merge(struct es_tally *whole, const struct es_tally *part,
                              struct es_context *ctx)
{
  es_fields_add(&es_cell_layout, whole->cell, part->cell, whole->cells);
  if (whole->harm != NULL) es_fields_add(&es_harm_layout, whole->harm, part->harm, whole->cells);
  es_fields_add(&es_count_layout, whole->bins, part->bins, bins_of(whole));
  for (size_t k = 0; k < part->kept_count; k++) {
    const struct es_kept *one = &part->kept[k];
    struct es_verdict v = {.score = one->score,
                           .weight = one->weight,
                           .cell = one->cell,
                           .outcome = one->outcome,
                           .probability = one->probability};
    ES_TRY(keep(whole, &v, ctx));
  }
  return ES_OK;
}

void es_tally_clear(struct es_tally *tally)
{
  free(tally->cell);
  free(tally->bins);
  free(tally->kept);
  free(tally->harm);
  *tally = (struct es_tally){0};
}

/* --- written and read ----------------------------------------------------------------------------
 */

void es_tally_write(const struct es_tally *tally, struct es_text *out)
{
  char score[ES_NUMBER_SIZE], weight[ES_NUMBER_SIZE], probability[ES_NUMBER_SIZE];
  es_text_add(out, "{\"cell\":");
  es_fields_write(&es_cell_layout, tally->cell, tally->cells, out);
  es_text_add(out, ",\"bins\":");
  es_fields_write(&es_count_layout, tally->bins, bins_of(tally), out);
  if (tally->harm != NULL) {
    es_text_add(out, ",\"harm\":");
    es_fields_write(&es_harm_layout, tally->harm, tally->cells, out);
  }
  es_text_add(out, ",\"kept\":[");
  for (size_t k = 0; k < tally->kept_count; k++) {
    const struct es_kept *one = &tally->kept[k];
    es_text_add(out, "%s[%s,%s,%u,%u,%s]", k > 0 ? "," : "", es_number(score, one->score),
                es_number(weight, one->weight), (unsigned)one->cell, (unsigned)one->outcome,
                es_number(probability, one->probability));
  }
  es_text_add(out, "]}");
}

static enum es_status read_kept(struct es_tally *tally, const json_t *one, struct es_context *ctx)
{
  struct es_verdict v = {.score = json_number_value(json_array_get(one, 0)),
                         .weight = json_number_value(json_array_get(one, 1)),
                         .cell = (uint32_t)json_integer_value(json_array_get(one, 2)),
                         .outcome = (uint8_t)json_integer_value(json_array_get(one, 3)),
                         .probability = json_number_value(json_array_get(one, 4))};
  if (json_array_size(one) != 5 || v.cell >= tally->cells || v.outcome >= ES_UNKNOWN)
    return es_fail(ctx, ES_INPUT, "kept: this is no score of somebody in such groups");
  return keep(tally, &v, ctx);
}

enum es_status es_tally_read(struct es_tally *tally, const json_t *from, struct es_context *ctx)
{
  const json_t *one;
  size_t k;
  ES_TRY(es_fields_read(&es_cell_layout, tally->cell, tally->cells, json_object_get(from, "cell"),
                        ctx));
  ES_TRY(es_fields_read(&es_count_layout, tally->bins, bins_of(tally),
                        json_object_get(from, "bins"), ctx));
  if (tally->harm != NULL)
    ES_TRY(es_fields_read(&es_harm_layout, tally->harm, tally->cells, json_object_get(from, "harm"),
                          ctx));
  json_array_foreach(json_object_get(from, "kept"), k, one) ES_TRY(read_kept(tally, one, ctx));
  return ES_OK;
}
