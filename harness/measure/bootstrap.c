/* Cells of two kinds are drawn: first people by group, outcome, scored and decision; then, for each
 * group and outcome, as many scored people as that gave over the scores of that group and outcome.
 */
#include "harness/measure/bootstrap.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/statistics/sample.h"

enum { SLOTS = ES_OUTCOMES * 2 * ES_DECISIONS, BLOCKS_PER_LIST = 8, MOST_BLOCKS = 2000 };

/* Scored people of one group cell, outcome and score (or several pooled scores). */
struct point {
  double score, weight, probability; /* means over its people; no probability: -1 */
  uint64_t people;
  uint32_t list; /* cell × 2 + outcome */
};

/* point: in ascending order of score.  order[first[l] …]: the points of list l; count: their
 * people. */
struct es_resample {
  const struct es_tally *from;
  struct point *point;
  size_t points, room, lists;
  size_t *order, *first;
  uint64_t *count, *slot;
  struct es_multinomial table, *list;
};

/* --- pooling scores
 * ------------------------------------------------------------------------------- */

struct pool {
  struct es_resample *to;
  struct piled {
    uint64_t people;
    double weight, probability;
  } * list;
  uint32_t *touched;
  size_t lists, touches;
  double score, total; /* sums, for the mean score */
};

static enum es_status flush(struct pool *pool, struct es_context *ctx)
{
  struct es_resample *r = pool->to;
  for (size_t k = 0; k < pool->touches; k++) {
    uint32_t l = pool->touched[k];
    if (r->points == r->room) {
      size_t room = 2 * r->room + 256;
      struct point *grown = realloc(r->point, room * sizeof *grown);
      if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory: %zu scores", room);
      r->point = grown;
      r->room = room;
    }
    struct piled *pile = &pool->list[l];
    double people = (double)pile->people;
    r->point[r->points++] = (struct point){pool->score / pool->total, pile->weight / people,
                                           pile->probability / people, pile->people, l};
    *pile = (struct piled){0};
  }
  pool->touches = 0;
  pool->score = pool->total = 0;
  return ES_OK;
}

static void pool_people(struct pool *pool, const struct point *p)
{
  struct piled *pile = &pool->list[p->list];
  double people = (double)p->people;
  if (pile->people == 0) pool->touched[pool->touches++] = p->list;
  pile->people += p->people;
  pile->weight += p->weight * people;
  pile->probability += p->probability * people;
  pool->score += p->score * people;
  pool->total += people;
}

/* Every `share` people or more make a pooled score; people with the same score stay together. */
static enum es_status pool_kept(struct pool *pool, const struct es_tally *from, double share,
                                struct es_context *ctx)
{
  for (size_t k = 0; k < from->kept_count; k++) {
    const struct es_kept *one = &from->kept[k];
    struct es_told told = es_told_of(from, one);
    if (k > 0 && from->kept[k - 1].score != one->score && pool->total >= share)
      ES_TRY(flush(pool, ctx));
    pool_people(pool, &(struct point){one->score, told.weight, told.probability, 1, one->list});
  }
  return flush(pool, ctx);
}

static enum es_status pool_bins(struct pool *pool, const struct es_tally *from, double share,
                                struct es_context *ctx)
{
  for (size_t b = 0; b < ES_SCORE_BINS; b++) {
    double middle = from->low + ((double)b + 0.5) / ES_SCORE_BINS * (from->high - from->low);
    if (from->probability) middle = es_logistic(middle);
    if (pool->total > 0 && pool->total >= share) ES_TRY(flush(pool, ctx));
    for (uint32_t l = 0; l < pool->lists; l++) {
      uint64_t people = from->bins[l * ES_SCORE_BINS + b];
      struct point p = {middle, 1, from->probability ? middle : -1, people, l};
      if (people > 0) pool_people(pool, &p);
    }
  }
  return flush(pool, ctx);
}

static uint64_t scored_people(const struct es_tally *from)
{
  uint64_t people = from->kept_count;
  for (size_t b = 0; from->bins != NULL && b < from->cells * 2 * ES_SCORE_BINS; b++)
    people += from->bins[b];
  return people;
}

/* First every score by itself; when that is too many, pooled into bands of equally many people. */
static enum es_status pool_scores(struct es_resample *r, struct pool *pool, struct es_context *ctx)
{
  const struct es_tally *from = r->from;
  double people = (double)scored_people(from),
         bands = (double)ES_BOOTSTRAP_POINTS / (double)r->lists;
  for (int pooled = 0; pooled < 2; pooled++) {
    double share = pooled ? people / fmax(50, bands) : 0;
    r->points = 0;
    ES_TRY(from->bins != NULL ? pool_bins(pool, from, share, ctx)
                              : pool_kept(pool, from, share, ctx));
    if (r->points <= ES_BOOTSTRAP_POINTS) break;
  }
  return ES_OK;
}

static enum es_status make_points(struct es_resample *r, struct es_context *ctx)
{
  struct pool pool = {.to = r, .lists = r->lists};
  pool.list = es_alloc(r->lists, sizeof *pool.list, ctx);
  pool.touched = es_alloc(r->lists, sizeof *pool.touched, ctx);
  enum es_status status = pool.list && pool.touched ? pool_scores(r, &pool, ctx) : ES_NOMEM;
  free(pool.list);
  free(pool.touched);
  return status;
}

/* --- making
 * --------------------------------------------------------------------------------------- */

static enum es_status make_lists(struct es_resample *r, struct es_context *ctx)
{
  r->first = es_alloc(r->lists + 1, sizeof *r->first, ctx);
  r->order = es_alloc(r->points, sizeof *r->order, ctx);
  r->count = es_alloc(r->points, sizeof *r->count, ctx);
  r->list = es_alloc(r->lists, sizeof *r->list, ctx);
  if (!r->first || !r->order || !r->count || !r->list) return ES_NOMEM;
  for (size_t p = 0; p < r->points; p++) r->first[r->point[p].list + 1]++;
  for (size_t l = 0; l < r->lists; l++) r->first[l + 1] += r->first[l];
  for (size_t p = 0; p < r->points; p++) {
    size_t at = r->first[r->point[p].list]++;
    r->order[at] = p;
    r->count[at] = r->point[p].people;
  }
  for (size_t l = r->lists; l > 0; l--) r->first[l] = r->first[l - 1];
  r->first[0] = 0;
  for (size_t l = 0; l < r->lists; l++)
    ES_TRY(es_multinomial_create(&r->list[l], r->count + r->first[l], r->first[l + 1] - r->first[l],
                                 ctx));
  return ES_OK;
}

static enum es_status make_table(struct es_resample *r, struct es_context *ctx)
{
  r->slot = es_alloc(r->from->cells * SLOTS, sizeof *r->slot, ctx);
  if (r->slot == NULL) return ES_NOMEM;
  for (size_t c = 0; c < r->from->cells; c++)
    memcpy(r->slot + c * SLOTS, r->from->cell[c].people, SLOTS * sizeof *r->slot);
  return es_multinomial_create(&r->table, r->slot, r->from->cells * SLOTS, ctx);
}

enum es_status es_resample_create(struct es_resample **resample, const struct es_tally *tally,
                                  struct es_context *ctx)
{
  struct es_resample *r = *resample = es_alloc(1, sizeof *r, ctx);
  if (r == NULL) return ES_NOMEM;
  r->from = tally;
  r->lists = tally->cells * 2;
  enum es_status status = make_points(r, ctx);
  if (status == ES_OK) status = make_lists(r, ctx);
  if (status == ES_OK) status = make_table(r, ctx);
  if (status == ES_OK) return ES_OK;
  es_resample_free(r);
  *resample = NULL;
  return status;
}

void es_resample_free(struct es_resample *r)
{
  if (r == NULL) return;
  for (size_t l = 0; r->list != NULL && l < r->lists; l++) es_multinomial_clear(&r->list[l]);
  es_multinomial_clear(&r->table);
  free(r->point);
  free(r->order);
  free(r->first);
  free(r->count);
  free(r->slot);
  free(r->list);
  free(r);
}

enum es_status es_resample_room(struct es_tally *room, const struct es_resample *r,
                                struct es_context *ctx)
{
  ES_TRY(es_tally_create(room, r->from->cells, true, ctx));
  room->weighted = r->from->weighted;
  room->probability = r->from->probability;
  room->reversed = r->from->reversed;
  enum es_status status = es_tally_room(room, r->points, ctx);
  if (status != ES_OK) es_tally_clear(room);
  return status;
}

/* So many people of point p, whose weight and probability stand at its own place. */
static void keep_point(struct es_tally *room, const struct es_resample *r, size_t p, double people)
{
  const struct point *point = &r->point[p];
  room->kept[p] = (struct es_kept){point->score, point->list, (uint32_t)p + ES_TOLD};
  room->told[p + ES_TOLD] = (struct es_told){people * point->weight, point->probability};
}

void es_resample_base(struct es_tally *room, const struct es_resample *r)
{
  memcpy(room->cell, r->from->cell, r->from->cells * sizeof *room->cell);
  for (size_t p = 0; p < r->points; p++) keep_point(room, r, p, (double)r->point[p].people);
  room->kept_count = r->points;
}

/* --- drawing
 * -------------------------------------------------------------------------------------- */

static es_fixed scaled(es_fixed sum, double factor)
{
  return es_fixed_from(es_fixed_to(sum) * factor);
}

/* Sums over people follow the number of the people they are over. */
static void scale_sums(struct es_cell *to, const struct es_cell *from)
{
  uint64_t wronged[2] = {0, 0}, scored[2] = {0, 0};
  for (int o = 0; o < ES_OUTCOMES; o++)
    for (int s = 0; s < 2; s++)
      for (int d = 0; d < ES_DECISIONS; d++) {
        const struct es_cell *each[2] = {from, to};
        for (int k = 0; k < 2; k++) {
          if (o == ES_FAVORABLE && d == ES_DENIED) wronged[k] += each[k]->people[o][s][d];
          if (o != ES_UNKNOWN && s == 1) scored[k] += each[k]->people[o][s][d];
        }
        if (from->people[o][s][d] == 0) continue;
        double factor = (double)to->people[o][s][d] / (double)from->people[o][s][d];
        to->weight[o][s][d] = scaled(from->weight[o][s][d], factor);
        to->square[o][s][d] = scaled(from->square[o][s][d], factor);
      }
  double days = wronged[0] > 0 ? (double)wronged[1] / (double)wronged[0] : 0;
  double told = scored[0] > 0 ? (double)scored[1] / (double)scored[0] : 0;
  to->days = scaled(from->days, days);
  to->days_square = scaled(from->days_square, days);
  to->brier = scaled(from->brier, told);
  to->brier_square = scaled(from->brier_square, told);
  to->loss = scaled(from->loss, told);
  to->loss_square = scaled(from->loss_square, told);
  to->probability_weight = scaled(from->probability_weight, told);
}

static void draw_table(struct es_tally *room, const struct es_resample *r, uint64_t *drawn,
                       struct es_dice *dice)
{
  es_multinomial_draw(drawn, &r->table, r->table.total, dice);
  for (size_t c = 0; c < r->from->cells; c++) {
    room->cell[c] = r->from->cell[c];
    memcpy(room->cell[c].people, drawn + c * SLOTS, sizeof room->cell[c].people);
    scale_sums(&room->cell[c], &r->from->cell[c]);
  }
}

static void draw_scores(struct es_tally *room, const struct es_resample *r, uint64_t *drawn,
                        struct es_dice *dice)
{
  for (size_t l = 0; l < r->lists; l++) {
    const struct es_multinomial *list = &r->list[l];
    uint64_t people = 0, before = 0;
    for (size_t d = 0; d < ES_DECISIONS; d++) {
      people += room->cell[l / 2].people[l % 2][1][d];
      before += r->from->cell[l / 2].people[l % 2][1][d];
    }
    if (list->total == 0) continue;
    if (before != list->total) people = list->total; /* scores of some only: by themselves */
    es_multinomial_draw(drawn, list, people, dice);
    for (size_t k = 0; k < list->cells; k++) /* parked at its point, then put in order */
      keep_point(room, r, r->order[r->first[l] + k], (double)drawn[k]);
  }
  room->kept_count = 0;
  for (size_t p = 0; p < r->points; p++)
    if (room->told[p + ES_TOLD].weight > 0) room->kept[room->kept_count++] = room->kept[p];
}

enum es_status es_resample_draw(struct es_tally *room, const struct es_resample *r, uint32_t number,
                                struct es_context *ctx)
{
  size_t most = r->points > r->from->cells * SLOTS ? r->points : r->from->cells * SLOTS;
  uint64_t *drawn = es_alloc(most, sizeof *drawn, ctx);
  if (drawn == NULL) return ES_NOMEM;
  struct es_dice dice = es_dice_open(ctx, ES_DRAW_BOOTSTRAP, number);
  draw_table(room, r, drawn, &dice);
  draw_scores(room, r, drawn, &dice);
  free(drawn);
  return ES_OK;
}

/* --- the jackknife
 * -------------------------------------------------------------------------------- */

/* People who are nearly alike: a slot of the table, or points first … end of the order of a list.
 */
struct block {
  size_t slot, first, end;
  uint64_t people;
};

static size_t find_blocks(struct block *block, const struct es_resample *r)
{
  size_t n = 0;
  for (size_t s = 0; s < r->table.cells && n < MOST_BLOCKS; s++)
    if (r->slot[s] > 0) block[n++] = (struct block){s, 0, 0, r->slot[s]};
  for (size_t l = 0; l < r->lists; l++) {
    struct block b = {SIZE_MAX, r->first[l], r->first[l], 0};
    for (size_t k = r->first[l]; k < r->first[l + 1] && n < MOST_BLOCKS; k++) {
      b.people += r->count[k];
      b.end = k + 1;
      if (b.people * BLOCKS_PER_LIST < r->list[l].total && b.end < r->first[l + 1]) continue;
      block[n++] = b;
      b = (struct block){SIZE_MAX, k + 1, k + 1, 0};
    }
  }
  return n;
}

/* The tally with one person of the block gone, evenly from all of it. */
static void leave_one_out(struct es_tally *room, const struct es_resample *r, const struct block *b)
{
  es_resample_base(room, r);
  if (b->slot != SIZE_MAX) {
    struct es_cell *cell = &room->cell[b->slot / SLOTS];
    ((uint64_t *)cell->people)[b->slot % SLOTS]--;
    scale_sums(cell, &r->from->cell[b->slot / SLOTS]);
  }
  for (size_t k = b->first; k < b->end; k++)
    room->told[r->order[k] + ES_TOLD].weight *= 1 - 1 / (double)b->people;
}

/* --- intervals
 * ------------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t n, double p)
{
  double at = fmin(fmax((double)(n + 1) * p, 1), (double)n), whole = floor(at);
  size_t k = (size_t)whole;
  return k < n ? sorted[k - 1] + (at - whole) * (sorted[k] - sorted[k - 1]) : sorted[n - 1];
}

struct es_interval es_bca(double *replicate, size_t n, double value, double acceleration,
                          double confidence, const char **method)
{
  qsort(replicate, n, sizeof *replicate, by_value);
  double below = 0, alpha[2] = {0.5 - confidence / 2, 0.5 + confidence / 2};
  for (size_t i = 0; i < n; i++)
    below += replicate[i] < value ? 1 : replicate[i] == value ? 0.5 : 0;
  *method = "bootstrap_percentile";
  if (below > 0 && below < (double)n && isfinite(acceleration)) {
    double bias = es_normal_quantile(below / (double)n), moved[2];
    for (int k = 0; k < 2; k++) {
      double z = bias + es_normal_quantile(alpha[k]);
      moved[k] = es_normal_cdf(bias + z / (1 - acceleration * z));
    }
    *method = "bootstrap_bca";
    memcpy(alpha, moved, sizeof alpha);
  }
  return (struct es_interval){quantile(replicate, n, alpha[0]), quantile(replicate, n, alpha[1])};
}

/* Everything of one bootstrap.  value: [replicate or block][count], row 0 of `base` is pooled. */
struct running {
  const struct es_bootstrap *b;
  const struct es_resample *resample;
  es_statistics statistics;
  const void *closure;
  double *base, *replicate, *jackknife;
  struct block *block;
  size_t replicates, blocks;
};

static enum es_status one_tally(const struct running *run, struct es_tally *room, size_t k,
                                struct es_context *ctx)
{
  size_t count = run->b->count;
  double *values = k < run->replicates ? run->replicate + k * count
                                       : run->jackknife + (k - run->replicates) * count;
  if (k < run->replicates)
    ES_TRY(es_resample_draw(room, run->resample, (uint32_t)k, ctx));
  else
    leave_one_out(room, run->resample, &run->block[k - run->replicates]);
  return run->statistics(values, room, run->closure, ctx);
}

static enum es_status compute(const struct running *run, struct es_context *ctx)
{
  enum es_status status = ES_OK;
  int64_t all = (int64_t)(run->replicates + run->blocks);
#pragma omp parallel
  {
    struct es_context mine = *ctx;
    struct es_tally room = {0};
    mine.notes = NULL;
    enum es_status own = es_resample_room(&room, run->resample, &mine);
#pragma omp for schedule(dynamic, 8)
    for (int64_t k = 0; k < all; k++)
      if (own == ES_OK) own = one_tally(run, &room, (size_t)k, &mine);
    es_tally_clear(&room);
#pragma omp critical(es_bootstrap)
    if (own != ES_OK && status == ES_OK) {
      status = own;
      memcpy(ctx->message, mine.message, sizeof ctx->message);
    }
  }
  return status;
}

/* Σ u³ / (6 (Σ u²)^1.5) over people, u: what a number loses without one of them. */
static double acceleration(const struct running *run, size_t i)
{
  double squares = 0, cubes = 0, mean = 0, people = 0;
  for (int pass = 0; pass < 2; pass++)
    for (size_t k = 0; k < run->blocks; k++) {
      double n = (double)run->block[k].people, left = run->jackknife[k * run->b->count + i];
      double u = run->base[i] - left;
      if (isnan(u) || u == 0) continue;
      if (pass == 0) {
        mean += n * u;
        people += n;
        continue;
      }
      squares += n * (u - mean / people) * (u - mean / people);
      cubes += n * (u - mean / people) * (u - mean / people) * (u - mean / people);
    }
  return squares > 0 ? cubes / (6 * squares * sqrt(squares)) : 0;
}

/* `pooled` is what replicates vary around; the interval never leaves the number itself out. */
static struct es_interval mirrored(double *replicate, size_t n, double pooled, double value,
                                   enum es_worst worst, double confidence)
{
  qsort(replicate, n, sizeof *replicate, by_value);
  double low = fmin(value, value + pooled - quantile(replicate, n, 0.5 + confidence / 2));
  double high = fmax(value, value + pooled - quantile(replicate, n, 0.5 - confidence / 2));
  if (worst != ES_WORST_RATIO && replicate[0] >= 0) low = fmax(low, 0);
  if (worst == ES_WORST_RATIO) high = fmin(high, 1), low = fmin(fmax(low, 0), 1);
  return (struct es_interval){low, high};
}

/* Nine in ten replicates on one side: more bias than BCa can take out. */
static bool is_one_sided(const double *replicate, size_t n, double value)
{
  size_t below = 0, above = 0;
  for (size_t k = 0; k < n; k++) {
    below += replicate[k] < value;
    above += replicate[k] > value;
  }
  return 10 * below > 9 * n || 10 * above > 9 * n;
}

static void make_interval(const struct running *run, size_t i, double *sorted, double confidence)
{
  const struct es_bootstrap *b = run->b;
  size_t n = 0;
  b->interval[i] = (struct es_interval){NAN, NAN};
  b->method[i] = "";
  for (size_t k = 0; k < run->replicates; k++) {
    double x = run->replicate[k * b->count + i];
    if (!isnan(x)) sorted[n++] = x;
  }
  if (isnan(b->estimate[i]) || isnan(run->base[i]) || 10 * n < 9 * run->replicates || n < 10)
    return;
  enum es_worst worst = b->worst != NULL ? b->worst[i] : ES_NOT_CHOSEN;
  if (worst != ES_NOT_CHOSEN || is_one_sided(sorted, n, run->base[i])) {
    b->method[i] = "bootstrap_basic";
    b->interval[i] = mirrored(sorted, n, run->base[i], b->estimate[i], worst, confidence);
    return;
  }
  struct es_interval at =
      es_bca(sorted, n, run->base[i], acceleration(run, i), confidence, &b->method[i]);
  double shift = b->estimate[i] - run->base[i];
  b->interval[i] = (struct es_interval){at.low + shift, at.high + shift};
}

static enum es_status run_all(struct running *run, double confidence, struct es_context *ctx)
{
  struct es_tally pooled = {0};
  double *sorted = es_alloc(run->replicates, sizeof *sorted, ctx);
  size_t count = run->b->count;
  run->block = es_alloc(MOST_BLOCKS, sizeof *run->block, ctx);
  if (sorted == NULL || run->block == NULL) {
    free(sorted);
    return ES_NOMEM;
  }
  run->blocks = find_blocks(run->block, run->resample);
  if (run->blocks == MOST_BLOCKS) run->blocks = 0; /* too many kinds of people: no acceleration */
  run->base = es_alloc(count, sizeof *run->base, ctx);
  run->replicate = es_alloc(count * run->replicates, sizeof *run->replicate, ctx);
  run->jackknife = es_alloc(count * run->blocks, sizeof *run->jackknife, ctx);
  enum es_status status = run->base && run->replicate && run->jackknife ? ES_OK : ES_NOMEM;
  if (status == ES_OK) status = es_resample_room(&pooled, run->resample, ctx);
  if (status == ES_OK) {
    es_resample_base(&pooled, run->resample);
    status = run->statistics(run->base, &pooled, run->closure, ctx);
  }
  if (status == ES_OK) status = compute(run, ctx);
  for (size_t i = 0; status == ES_OK && i < count; i++) make_interval(run, i, sorted, confidence);
  es_tally_clear(&pooled);
  free(sorted);
  return status;
}

enum es_status es_bootstrap(const struct es_bootstrap *b, const struct es_tally *tally,
                            size_t replicates, double confidence, es_statistics statistics,
                            const void *closure, struct es_context *ctx)
{
  struct es_resample *resample = NULL;
  ES_TRY(es_resample_create(&resample, tally, ctx));
  struct running run = {.b = b,
                        .resample = resample,
                        .statistics = statistics,
                        .closure = closure,
                        .replicates = replicates};
  enum es_status status = run_all(&run, confidence, ctx);
  free(run.block);
  free(run.base);
  free(run.replicate);
  free(run.jackknife);
  es_resample_free(resample);
  return status;
}
