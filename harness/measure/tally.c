/* Adds decided people to integer tallies, and tallies to each other. */
#include "harness/measure/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/measure/harm.h"

es_fixed es_fixed_from(double x)
{
  double whole = floor(x);
  return ((es_fixed)(uint64_t)whole << 64) | (uint64_t)((x - whole) * 0x1p64);
}

double es_fixed_to(es_fixed x)
{
  return (double)(uint64_t)(x >> 64) + (double)(uint64_t)x * 0x1p-64;
}

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

/* Which bin of the even grid; people beyond its ends stand in the end bins. */
static size_t bin(const struct es_tally *tally, double score)
{
  double x = tally->probability ? es_logit(score) : score;
  double at = (x - tally->low) / (tally->high - tally->low) * ES_SCORE_BINS;
  if (!(at > 0)) return 0;
  return at < ES_SCORE_BINS ? (size_t)at : ES_SCORE_BINS - 1;
}

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

/* Squared error and log loss of the probability (clipped at 1e-15, as scikit-learn does). */
static void add_probability(struct es_cell *cell, const struct es_verdict *v)
{
  double hit = v->outcome == ES_FAVORABLE ? v->probability : 1 - v->probability;
  double error = (1 - hit) * (1 - hit);
  double loss = fmax(0, -es_log(fmin(fmax(hit, 1e-15), 1 - 1e-15)));
  cell->brier += es_fixed_from(v->weight * error);
  cell->brier_square += es_fixed_from(v->weight * error * error);
  cell->loss += es_fixed_from(v->weight * loss);
  cell->loss_square += es_fixed_from(v->weight * loss * loss);
  cell->probability_weight += es_fixed_from(v->weight);
  cell->probabilities++;
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

enum es_status es_tally_add(struct es_tally *tally, const struct es_verdict *v,
                            struct es_context *ctx)
{
  struct es_cell *cell = &tally->cell[v->cell];
  bool scored = v->why == ES_SCORED, known = v->outcome != ES_UNKNOWN;
  cell->people[v->outcome][scored][v->decision]++;
  cell->why[v->why]++;
  if (tally->weighted && v->chance > 0) {
    add_weight(cell, v, ES_APPROVED, v->chance);
    add_weight(cell, v, ES_DENIED, 1 - v->chance);
    add_days(cell, v, 1 - v->chance);
  } else {
    if (tally->weighted) add_weight(cell, v, v->decision, 1);
    add_days(cell, v, v->decision == ES_DENIED);
  }
  if (v->fate != NULL && tally->harm != NULL) es_harm_add(&tally->harm[v->cell], v->fate);
  if (known && scored && v->probability >= 0) add_probability(cell, v);
  if (!known || !scored || isnan(v->score) || tally->scores_dropped) return ES_OK;
  if (tally->bins == NULL) return keep(tally, v, ctx);
  tally->bins[((size_t)v->cell * 2 + v->outcome) * ES_SCORE_BINS + bin(tally, v->score)]++;
  return ES_OK;
}

static void merge_cell(struct es_cell *whole, const struct es_cell *part)
{
  for (size_t o = 0; o < ES_OUTCOMES; o++)
    for (size_t s = 0; s < 2; s++)
      for (size_t d = 0; d < ES_DECISIONS; d++) {
        whole->people[o][s][d] += part->people[o][s][d];
        whole->weight[o][s][d] += part->weight[o][s][d];
        whole->square[o][s][d] += part->square[o][s][d];
      }
  whole->days += part->days;
  whole->days_square += part->days_square;
  whole->brier += part->brier;
  whole->brier_square += part->brier_square;
  whole->loss += part->loss;
  whole->loss_square += part->loss_square;
  whole->probability_weight += part->probability_weight;
  whole->probabilities += part->probabilities;
  for (size_t w = 0; w < ES_UNSCORABLE_REASONS; w++) whole->why[w] += part->why[w];
}

enum es_status es_tally_merge(struct es_tally *whole, const struct es_tally *part,
                              struct es_context *ctx)
{
  for (size_t c = 0; c < whole->cells; c++) {
    merge_cell(&whole->cell[c], &part->cell[c]);
    if (whole->harm != NULL) es_harm_merge(&whole->harm[c], &part->harm[c]);
  }
  for (size_t b = 0; whole->bins != NULL && b < whole->cells * 2 * ES_SCORE_BINS; b++)
    whole->bins[b] += part->bins[b];
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
