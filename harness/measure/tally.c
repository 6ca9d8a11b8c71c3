/* Makes integer tallies and adds them to each other. */
#include "harness/measure/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/harm.h"
#include "harness/measure/reasons.h"

static const struct es_told nothing_told = {.weight = 1, .probability = -1};

enum es_status es_tally_create(struct es_tally *tally, size_t cells, bool exact,
                               struct es_context *ctx)
{
  *tally = (struct es_tally){.cells = cells};
  tally->cell = es_alloc(cells, sizeof *tally->cell, ctx);
  tally->alike = es_alloc(cells * ES_KINDS, sizeof *tally->alike, ctx);
  tally->fresh = es_alloc(cells, sizeof *tally->fresh, ctx);
  if (!exact) tally->bins = es_alloc(cells * 2 * ES_SCORE_BINS, sizeof *tally->bins, ctx);
  if (exact) tally->told = es_alloc(ES_TOLD, sizeof *tally->told, ctx);
  if (tally->cell && tally->alike && tally->fresh &&
      (exact ? tally->told != NULL : !!tally->bins)) {
    for (size_t k = 0; exact && k < ES_TOLD; k++) tally->told[k] = nothing_told;
    if (exact) tally->told_count = tally->told_room = ES_TOLD;
    return ES_OK;
  }
  es_tally_clear(tally);
  return ES_NOMEM;
}

enum es_status es_tally_harm(struct es_tally *tally, struct es_context *ctx)
{
  tally->harm = es_alloc(tally->cells, sizeof *tally->harm, ctx);
  return tally->harm != NULL ? ES_OK : ES_NOMEM;
}

enum es_status es_tally_reasons(struct es_tally *tally, struct es_context *ctx)
{
  tally->reasoned = es_alloc(tally->cells, sizeof *tally->reasoned, ctx);
  return tally->reasoned != NULL ? ES_OK : ES_NOMEM;
}

enum es_status es_tally_like(struct es_tally *tally, const struct es_tally *like,
                             struct es_context *ctx)
{
  ES_TRY(es_tally_create(tally, like->cells, like->bins == NULL, ctx));
  tally->weighted = like->weighted;
  tally->counted = like->counted;
  tally->probability = like->probability;
  tally->reversed = like->reversed;
  tally->scores_dropped = like->scores_dropped;
  tally->low = like->low;
  tally->high = like->high;
  if (like->harm != NULL) ES_TRY(es_tally_harm(tally, ctx));
  return like->reasoned != NULL ? es_tally_reasons(tally, ctx) : ES_OK;
}

/* Room for so many more elements of that size. */
static enum es_status grow(void **array, size_t size, size_t count, size_t *room, size_t more,
                           struct es_context *ctx)
{
  if (count + more <= *room) return ES_OK;
  size_t wanted = 2 * *room + more;
  void *grown = count + more < UINT32_MAX ? realloc(*array, wanted * size) : NULL;
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory: %zu scores", wanted);
  es_use_big_pages(grown, wanted * size);
  *array = grown;
  *room = wanted;
  return ES_OK;
}

enum es_status es_tally_room(struct es_tally *tally, size_t scores, struct es_context *ctx)
{
  void *kept = tally->kept, *told = tally->told;
  enum es_status status =
      grow(&kept, sizeof *tally->kept, tally->kept_count, &tally->kept_room, scores, ctx);
  if (status == ES_OK)
    status = grow(&told, sizeof *tally->told, tally->told_count, &tally->told_room, scores, ctx);
  tally->kept = kept;
  tally->told = told;
  return status;
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
  if (whole->reasoned != NULL)
    es_fields_add(&es_reasoned_layout, whole->reasoned, part->reasoned, whole->cells);
  es_fields_add(&es_count_layout, whole->bins, part->bins, bins_of(whole));
  if (part->kept_count == 0) return ES_OK;
  ES_TRY(es_tally_room(whole, part->kept_count, ctx));
  for (size_t k = 0; k < part->kept_count; k++) {
    const struct es_kept *one = &part->kept[k];
    struct es_told told = es_told_of(part, one);
    es_tally_keep(whole, one->score, one->list, told.weight, told.probability);
  }
  return ES_OK;
}

void es_tally_clear(struct es_tally *tally)
{
  free(tally->cell);
  free(tally->bins);
  free(tally->kept);
  free(tally->told);
  free(tally->harm);
  free(tally->reasoned);
  free(tally->alike);
  free(tally->fresh);
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
  if (tally->reasoned != NULL) {
    es_text_add(out, ",\"reasoned\":");
    es_fields_write(&es_reasoned_layout, tally->reasoned, tally->cells, out);
  }
  es_text_add(out, ",\"kept\":[");
  for (size_t k = 0; k < tally->kept_count; k++) {
    const struct es_kept *one = &tally->kept[k];
    struct es_told told = es_told_of(tally, one);
    es_text_add(out, "%s[%s,%s,%u,%u,%s]", k > 0 ? "," : "", es_number(score, one->score),
                es_number(weight, told.weight), (unsigned)(one->list / 2),
                (unsigned)(one->list % 2), es_number(probability, told.probability));
  }
  es_text_add(out, "]}");
}

static enum es_status read_kept(struct es_tally *tally, const json_t *one, struct es_context *ctx)
{
  json_int_t cell = json_integer_value(json_array_get(one, 2)),
             outcome = json_integer_value(json_array_get(one, 3));
  if (json_array_size(one) != 5 || cell < 0 || cell >= (json_int_t)tally->cells || outcome < 0 ||
      outcome >= ES_UNKNOWN || tally->told == NULL)
    return es_fail(ctx, ES_INPUT, "kept: this is no score of somebody in such groups");
  ES_TRY(es_tally_room(tally, 1, ctx));
  es_tally_keep(tally, json_number_value(json_array_get(one, 0)), (uint32_t)(cell * 2 + outcome),
                json_number_value(json_array_get(one, 1)),
                json_number_value(json_array_get(one, 4)));
  return ES_OK;
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
  if (tally->reasoned != NULL)
    ES_TRY(es_fields_read(&es_reasoned_layout, tally->reasoned, tally->cells,
                          json_object_get(from, "reasoned"), ctx));
  json_array_foreach(json_object_get(from, "kept"), k, one) ES_TRY(read_kept(tally, one, ctx));
  return ES_OK;
}
