/* Ranks of people by every way to make an index. */
#include "harness/methods/rankbands.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_WAYS = 64 };

/* The people with a score, and their ranks: way by way, and by the index itself.
 *   order  room to sort them */
struct place {
  double value;
  size_t person;
};
struct table {
  size_t *row, people, ways;
  double *rank, *own;
  struct place *order;
};

static int by_value(const void *a_, const void *b_)
{
  const struct place *a = a_, *b = b_;
  if (a->value != b->value) return a->value < b->value ? -1 : 1;
  return (a->person > b->person) - (a->person < b->person);
}

static int ascending(const void *a_, const void *b_)
{
  const double *a = a_, *b = b_;
  return (*a > *b) - (*a < *b);
}

/* Fills the people's ranks by an index; ties share their mean.  Who has no score there is placed
 * where nothing is known: in the middle. */
static enum es_status rank(double *out, const struct table *table, const struct es_composite *index,
                           const struct es_composite_plan *plan, const struct es_frame *frame,
                           struct es_context *ctx)
{
  double *room = es_alloc(es_composite_room(index), sizeof *room, ctx);
  size_t n = 0;
  if (room == NULL) return ES_NOMEM;
  for (size_t i = 0; i < table->people; i++) {
    double value = es_composite_of(index, plan, frame, table->row[i], room);
    out[i] = 0.5;
    if (!isnan(value)) table->order[n++] = (struct place){value, i};
  }
  qsort(table->order, n, sizeof *table->order, by_value);
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && table->order[end].value == table->order[first].value;) end++;
    for (size_t i = first; i < end; i++)
      out[table->order[i].person] = (double)(first + end) / 2 / (double)n;
  }
  free(room);
  return ES_OK;
}

/* --- ways ------------------------------------------------------------------------------------- */

static size_t list_ways(struct es_composite_plan *way, const struct es_composite_plan *plan)
{
  static const enum es_norm norms[] = {ES_NORM_MINMAX, ES_NORM_ZSCORE, ES_NORM_PERCENTILE};
  static const enum es_mean means[] = {ES_MEAN_ARITHMETIC, ES_MEAN_GEOMETRIC, ES_MEAN_HARMONIC};
  const enum es_weighing weighings[] = {
      ES_WEIGHTS_EQUAL, plan->weighing == ES_WEIGHTS_GIVEN ? ES_WEIGHTS_GIVEN : ES_WEIGHTS_PCA};
  size_t count = 0;
  for (size_t n = 0; n < ES_COUNT_OF(norms); n++)
    for (size_t m = 0; m < ES_COUNT_OF(means); m++)
      for (size_t w = 0; w < ES_COUNT_OF(weighings); w++)
        for (int missing = ES_MISSING_RENORMALISE; missing <= ES_MISSING_MEAN; missing++) {
          if (means[m] != ES_MEAN_ARITHMETIC && !es_norm_is_bounded(norms[n])) continue;
          struct es_composite_plan *one = &way[count++];
          *one = *plan;
          one->norm = norms[n];
          one->mean = means[m];
          one->weighing = weighings[w];
          one->missing = (enum es_missing)missing;
          one->copeland = false;
          one->screen = 0;
          one->target = one->ends = NULL;
        }
  return count;
}

/* Learns the index another way, and ranks by it; a way that the data do not allow is left out. */
static enum es_status try_way(struct table *table, const struct es_composite *index,
                              const struct es_composite_plan *way,
                              const struct es_training *training, struct es_context *ctx)
{
  struct es_context silent = *ctx;
  silent.notes = NULL;
  struct es_composite other = {.at = es_alloc(index->count, sizeof *other.at, ctx),
                               .weight = es_alloc(index->count, sizeof *other.weight, ctx)};
  enum es_status status = other.at && other.weight ? ES_OK : ES_NOMEM;
  if (status == ES_OK) {
    other.count = index->count;
    for (size_t k = 0; k < index->count; k++)
      other.at[k] = (struct es_indicator){.column = index->at[k].column, .sign = index->at[k].sign};
    status = es_composite_learn(&other, way, training, &silent);
  }
  if (status == ES_OK) {
    double *out = table->rank + table->ways * table->people;
    status = rank(out, table, &other, way, &training->frame, ctx);
    table->ways += status == ES_OK;
  }
  es_composite_clear(&other);
  return status == ES_DEGENERATE || status == ES_DIVERGED ? ES_OK : status;
}

/* --- bands ------------------------------------------------------------------------------------ */

static double quantile(const double *sorted, size_t count, double share)
{
  double at = share * (double)(count - 1);
  size_t low = (size_t)at;
  double rest = at - (double)low;
  return low + 1 < count ? sorted[low] + rest * (sorted[low + 1] - sorted[low]) : sorted[low];
}

/* `width` has room for everybody. */
static void sum_up(struct es_rank_bands *bands, const struct table *table, double *width)
{
  size_t people = table->people, ways = table->ways, crossing = 0;
  double way[MOST_WAYS], shift = 0;
  for (size_t i = 0; i < people; i++) {
    for (size_t k = 0; k < ways; k++) {
      way[k] = table->rank[k * people + i];
      shift += fabs(way[k] - table->own[i]);
    }
    qsort(way, ways, sizeof *way, ascending);
    double low = quantile(way, ways, 0.05), high = quantile(way, ways, 0.95);
    width[i] = high - low;
    crossing += low < 0.5 && high > 0.5;
  }
  qsort(width, people, sizeof *width, ascending);
  *bands = (struct es_rank_bands){.ways = ways,
                                  .people = people,
                                  .shift = shift / (double)people / (double)ways,
                                  .median = quantile(width, people, 0.5),
                                  .wide = quantile(width, people, 0.9),
                                  .crossing = (double)crossing / (double)people};
}

static enum es_status find_people(struct table *table, const struct es_composite *index,
                                  const struct es_composite_plan *plan,
                                  const struct es_training *training, const uint8_t *why,
                                  struct es_context *ctx)
{
  const struct es_frame *frame = &training->frame;
  double *room = es_alloc(es_composite_room(index), sizeof *room, ctx);
  table->row = es_alloc(frame->people, sizeof *table->row, ctx);
  for (size_t i = 0; i < frame->people && room != NULL && table->row != NULL; i++) {
    if (why[i] != ES_SCORED || (training->weight != NULL && !(training->weight[i] > 0))) continue;
    if (!isnan(es_composite_of(index, plan, frame, i, room))) table->row[table->people++] = i;
  }
  free(room);
  return room != NULL && table->row != NULL ? ES_OK : ES_NOMEM;
}

enum es_status es_rank_bands(struct es_rank_bands *bands, const struct es_composite *index,
                             const struct es_composite_plan *plan,
                             const struct es_training *training, const uint8_t *why,
                             struct es_context *ctx)
{
  struct es_composite_plan way[MOST_WAYS];
  struct table table = {0};
  double *width = NULL;
  size_t ways = list_ways(way, plan);
  enum es_status status = find_people(&table, index, plan, training, why, ctx);
  *bands = (struct es_rank_bands){0};
  if (status == ES_OK && table.people > 1) {
    table.rank = es_alloc(ways * table.people, sizeof *table.rank, ctx);
    table.own = es_alloc(table.people, sizeof *table.own, ctx);
    table.order = es_alloc(table.people, sizeof *table.order, ctx);
    width = es_alloc(table.people, sizeof *width, ctx);
    if (!table.rank || !table.own || !table.order || !width) status = ES_NOMEM;
    if (status == ES_OK) status = rank(table.own, &table, index, plan, &training->frame, ctx);
    for (size_t k = 0; k < ways && status == ES_OK; k++)
      status = try_way(&table, index, &way[k], training, ctx);
    if (status == ES_OK && table.ways > 0) sum_up(bands, &table, width);
  }
  free(table.row);
  free(table.rank);
  free(table.own);
  free(table.order);
  free(width);
  return status;
}
