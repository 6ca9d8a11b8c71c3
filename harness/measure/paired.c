/* DeLong's covariance from placements: a favourable person's share of the unfavourable they stand
 * above, and the other way round, once for each score. */
#include "harness/measure/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/base/sort.h"

double es_paired_variance(const struct es_paired_auc *auc)
{
  if (auc->variance[0] < 0 || auc->variance[1] < 0) return -1;
  double variance = auc->variance[0] + auc->variance[1] - 2 * auc->covariance;
  double least =
      1e-15 * (auc->variance[0] + auc->variance[1]); /* identical scores: rounding alone */
  return variance > least ? variance : 0;
}

static const char *missing_class(double favorable, double unfavorable)
{
  if (favorable + unfavorable == 0) return "nobody with both scores and a known outcome";
  if (favorable == 0) return "no person with both scores and the favourable outcome";
  if (unfavorable == 0) return "no person with both scores and the unfavourable outcome";
  return NULL;
}

/* Sums over people of a class: of placements a and b, their squares and product. */
struct moments {
  double a, b, aa, bb, ab, n;
};

static void add_moments(struct moments *m, double a, double b, double n)
{
  m->a += n * a;
  m->b += n * b;
  m->aa += n * a * a;
  m->bb += n * b * b;
  m->ab += n * a * b;
  m->n += n;
}

/* Placements are taken relative to a middle near their mean, so that squares lose no digits. */
static void finish(struct es_paired_auc *auc, const struct moments class[2], double middle)
{
  const struct moments *f = &class[ES_FAVORABLE];
  *auc = (struct es_paired_auc){.people = class[0].n + class[1].n,
                                .variance = {-1, -1},
                                .undefined = missing_class(f->n, class[ES_UNFAVORABLE].n)};
  if (auc->undefined != NULL) return;
  auc->auc[0] = middle + f->a / f->n;
  auc->auc[1] = middle + f->b / f->n;
  if (class[0].n < 2 || class[1].n < 2) return;
  auc->variance[0] = auc->variance[1] = 0;
  for (int o = 0; o < 2; o++) {
    const struct moments *m = &class[o];
    double scale = m->n * (m->n - 1);
    auc->variance[0] += fmax(0, m->aa - m->a * m->a / m->n) / scale;
    auc->variance[1] += fmax(0, m->bb - m->b * m->b / m->n) / scale;
    auc->covariance += (m->ab - m->a * m->b / m->n) / scale;
  }
}

/* --- people by themselves
 * --------------------------------------------------------------------------- */

/* placement[i] of person i among the other class, as a share won, ties counting half. */
static enum es_status place(double *placement, uint32_t *order, const struct es_kept_pair *pair,
                            size_t n, int which, struct es_context *ctx)
{
  double class[2] = {0, 0}, below[2] = {0, 0};
  for (size_t i = 0; i < n; i++) class[pair[i].outcome]++;
  if (n > 0) ES_TRY(es_sort_order(order, &pair->score[which], sizeof *pair, n, ctx));
  for (size_t first = 0, end; first < n; first = end) {
    double here[2] = {0, 0}, score = pair[order[first]].score[which];
    for (end = first; end < n && pair[order[end]].score[which] == score; end++)
      here[pair[order[end]].outcome]++;
    for (size_t k = first; k < end; k++) {
      size_t i = order[k];
      int other = pair[i].outcome == ES_FAVORABLE ? ES_UNFAVORABLE : ES_FAVORABLE;
      double won = below[other] + here[other] / 2;
      placement[i] = (other == ES_UNFAVORABLE ? won : class[other] - won) / class[other];
    }
    below[0] += here[0];
    below[1] += here[1];
  }
  return ES_OK;
}

static enum es_status from_people(struct es_paired_auc *auc, const struct es_kept_pair *pair,
                                  size_t n, struct es_context *ctx)
{
  uint32_t *order = es_alloc(n, sizeof *order, ctx);
  double *a = es_alloc(n, sizeof *a, ctx), *b = es_alloc(n, sizeof *b, ctx);
  enum es_status status = order && a && b ? ES_OK : ES_NOMEM;
  if (status == ES_OK) status = place(a, order, pair, n, 0, ctx);
  if (status == ES_OK) status = place(b, order, pair, n, 1, ctx);
  if (status == ES_OK) {
    struct moments class[2] = {{.n = 0}, {.n = 0}};
    for (size_t i = 0; i < n; i++) add_moments(&class[pair[i].outcome], a[i] - 0.5, b[i] - 0.5, 1);
    finish(auc, class, 0.5);
  }
  free(order);
  free(a);
  free(b);
  return status;
}

enum es_status es_delong_paired(struct es_paired_auc *auc, const double *a, const double *b,
                                const uint8_t *outcome, size_t n, struct es_context *ctx)
{
  struct es_kept_pair *pair = es_alloc(n, sizeof *pair, ctx);
  if (pair == NULL) return ES_NOMEM;
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (outcome[i] != ES_UNKNOWN && !isnan(a[i]) && !isnan(b[i]))
      pair[kept++] = (struct es_kept_pair){{a[i], b[i]}, 0, outcome[i]};
  enum es_status status = from_people(auc, pair, kept, ctx);
  free(pair);
  return status;
}

/* --- people on grids
 * --------------------------------------------------------------------------------- */

/* Placements of each bin's people, by outcome, as es_delong_paired has them by person. */
static void place_bins(double *placement[2], const uint64_t *const count[2], size_t bins)
{
  double class[2] = {0, 0}, below[2] = {0, 0};
  for (int o = 0; o < 2; o++)
    for (size_t k = 0; k < bins; k++) class[o] += (double)count[o][k];
  for (size_t k = 0; k < bins; k++) {
    double u = (double)count[ES_UNFAVORABLE][k], f = (double)count[ES_FAVORABLE][k];
    placement[ES_FAVORABLE][k] = (below[ES_UNFAVORABLE] + u / 2) / class[ES_UNFAVORABLE];
    placement[ES_UNFAVORABLE][k] =
        (class[ES_FAVORABLE] - below[ES_FAVORABLE] - f / 2) / class[ES_FAVORABLE];
    below[ES_UNFAVORABLE] += u;
    below[ES_FAVORABLE] += f;
  }
}

/* One scorer's AUC and variance, into both places. */
static void fine_auc(struct es_paired_auc *auc, const struct es_pair_grid *grid, int which)
{
  double room[2][ES_PAIR_FINE], *placement[2] = {room[0], room[1]};
  const uint64_t *const count[2] = {grid->fine[which][0], grid->fine[which][1]};
  struct moments class[2] = {{.n = 0}, {.n = 0}};
  place_bins(placement, count, ES_PAIR_FINE);
  for (int o = 0; o < 2; o++)
    for (size_t k = 0; k < ES_PAIR_FINE; k++)
      if (count[o][k] > 0)
        add_moments(&class[o], room[o][k] - 0.5, room[o][k] - 0.5, (double)count[o][k]);
  finish(auc, class, 0.5);
}

/* The correlation of the two AUCs. */
static double coarse_correlation(const struct es_pair_grid *grid)
{
  double room[2][2][ES_PAIR_COARSE];
  uint64_t edge[2][2][ES_PAIR_COARSE] = {{{0}}};
  for (int o = 0; o < 2; o++)
    for (size_t i = 0; i < ES_PAIR_COARSE; i++)
      for (size_t j = 0; j < ES_PAIR_COARSE; j++) {
        edge[0][o][i] += grid->coarse[o][i][j];
        edge[1][o][j] += grid->coarse[o][i][j];
      }
  for (int which = 0; which < 2; which++)
    place_bins((double *[2]){room[which][0], room[which][1]},
               (const uint64_t *const[2]){edge[which][0], edge[which][1]}, ES_PAIR_COARSE);
  struct moments class[2] = {{.n = 0}, {.n = 0}};
  for (int o = 0; o < 2; o++)
    for (size_t i = 0; i < ES_PAIR_COARSE; i++)
      for (size_t j = 0; j < ES_PAIR_COARSE; j++)
        if (grid->coarse[o][i][j] > 0)
          add_moments(&class[o], room[0][o][i] - 0.5, room[1][o][j] - 0.5,
                      (double)grid->coarse[o][i][j]);
  struct es_paired_auc auc;
  finish(&auc, class, 0.5);
  double spread = sqrt(auc.variance[0] * auc.variance[1]);
  return auc.undefined == NULL && spread > 0 ? auc.covariance / spread : 0;
}

static void from_grid(struct es_paired_auc *auc, const struct es_pair_grid *grid)
{
  struct es_paired_auc other;
  fine_auc(auc, grid, 0);
  fine_auc(&other, grid, 1);
  auc->auc[1] = other.auc[1];
  auc->variance[1] = other.variance[1];
  auc->covariance = 0;
  if (auc->variance[0] > 0 && auc->variance[1] > 0)
    auc->covariance = coarse_correlation(grid) * sqrt(auc->variance[0] * auc->variance[1]);
}

/* --- counting
 * ----------------------------------------------------------------------------------------- */

enum es_status es_pair_create(struct es_pair *pair, const struct es_tally *like,
                              struct es_context *ctx)
{
  *pair = (struct es_pair){.cells = like->cells,
                           .weighted = like->weighted,
                           .counted = like->counted,
                           .exact = like->bins == NULL};
  bool grid = !pair->exact && pair->cells <= ES_PAIR_CELLS;
  pair->cell = es_alloc(pair->cells, sizeof *pair->cell, ctx);
  if (grid) pair->grid = es_alloc(pair->cells, sizeof *pair->grid, ctx);
  if (pair->cell != NULL && (!grid || pair->grid != NULL)) return ES_OK;
  es_pair_clear(pair);
  return ES_NOMEM;
}

void es_pair_clear(struct es_pair *pair)
{
  free(pair->cell);
  free(pair->grid);
  free(pair->kept);
  *pair = (struct es_pair){0};
}

static enum es_status keep(struct es_pair *pair, const struct es_kept_pair *one,
                           struct es_context *ctx)
{
  if (pair->kept_count == pair->kept_room) {
    size_t room = 2 * pair->kept_room + 1024;
    struct es_kept_pair *grown = realloc(pair->kept, room * sizeof *grown);
    if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory: %zu pairs of scores", room);
    pair->kept = grown;
    pair->kept_room = room;
  }
  pair->kept[pair->kept_count++] = *one;
  return ES_OK;
}

static double chance_of(const struct es_pair_side *side, size_t i)
{
  return side->chance != NULL && side->chance[i] > 0 ? side->chance[i] : 0;
}

/* What a side decides about those whose own draw is u. */
static uint8_t at_draw(const struct es_pair_side *side, size_t i, double u)
{
  double chance = chance_of(side, i);
  if (chance > 0) return u < chance ? ES_APPROVED : ES_DENIED;
  return side->decision[i];
}

/* A row of weighted data stands for people with draws of their own, which are the same for both:
 * its weight goes to the pairs of decisions by the share of draws that lead there. */
static void share_out(struct es_pair *pair, const struct es_pair_side *a,
                      const struct es_pair_side *b, const uint32_t *cell, const uint8_t *outcome,
                      const double *weight, size_t i)
{
  struct es_pair_cell *in = &pair->cell[cell[i]];
  double one = chance_of(a, i), other = chance_of(b, i);
  const double edge[4] = {0, fmin(one, other), fmax(one, other), 1};
  for (size_t k = 0; k < 3; k++) {
    double share = edge[k + 1] - edge[k], u = edge[k] + share / 2;
    if (!(share > 0)) continue;
    uint8_t first = at_draw(a, i, u), second = at_draw(b, i, u);
    in->weight[outcome[i]][first][second] += es_fixed_from(weight[i] * share);
    double square = pair->counted ? weight[i] : weight[i] * weight[i];
    in->square[outcome[i]][first][second] += es_fixed_from(square * share);
  }
}

static void count_decisions(struct es_pair *pair, const struct es_pair_side *a,
                            const struct es_pair_side *b, const uint32_t *cell,
                            const uint8_t *outcome, const double *weight, size_t people)
{
  for (size_t i = 0; i < people; i++)
    pair->cell[cell[i]].people[outcome[i]][a->decision[i]][b->decision[i]]++;
  for (size_t i = 0; pair->weighted && i < people; i++)
    share_out(pair, a, b, cell, outcome, weight, i);
}

/* Numbers of those, among ES_LANES people from the `first` on, whose outcome is known and whom both
 * have scored. */
static size_t both_scored(size_t *who, const struct es_pair_side *a, const struct es_pair_side *b,
                          const uint8_t *outcome, size_t first, size_t people)
{
  const uint8_t *one = a->why + first, *other = b->why + first, *known = outcome + first;
  size_t count = 0, n = people - first < ES_LANES ? people - first : ES_LANES;
  uint8_t fit[ES_LANES];
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    fit[i] = (one[i] == ES_SCORED) & (other[i] == ES_SCORED) & (known[i] != ES_UNKNOWN);
  for (size_t i = 0; i < n; i++) {
    who[count] = first + i;
    count += fit[i];
  }
  return count;
}

static void count_bins(struct es_pair_grid *grid, int outcome, uint16_t one, uint16_t other)
{
  enum { FINE = ES_SCORE_BINS / ES_PAIR_FINE, COARSE = ES_SCORE_BINS / ES_PAIR_COARSE };
  grid->fine[0][outcome][one / FINE]++;
  grid->fine[1][outcome][other / FINE]++;
  grid->coarse[outcome][one / COARSE][other / COARSE]++;
}

enum es_status es_pair_add_block(struct es_pair *pair, const struct es_pair_side *a,
                                 const struct es_pair_side *b, const uint32_t *cell,
                                 const uint8_t *outcome, const double *weight, size_t people,
                                 struct es_context *ctx)
{
  size_t who[ES_LANES];
  count_decisions(pair, a, b, cell, outcome, weight, people);
  for (size_t first = 0; (pair->exact || pair->grid != NULL) && first < people; first += ES_LANES) {
    size_t count = both_scored(who, a, b, outcome, first, people);
    for (size_t k = 0; !pair->exact && k < count; k++)
      count_bins(&pair->grid[cell[who[k]]], outcome[who[k]], a->bin[who[k]], b->bin[who[k]]);
    for (size_t k = 0; pair->exact && k < count; k++) {
      size_t i = who[k];
      if (isnan(a->score[i]) || isnan(b->score[i])) continue; /* decided without being shown */
      struct es_kept_pair one = {{a->score[i], b->score[i]}, cell[i], outcome[i]};
      ES_TRY(keep(pair, &one, ctx));
    }
  }
  return ES_OK;
}

enum es_status es_pair_add(struct es_pair *pair, const struct es_verdict *a,
                           const struct es_verdict *b, const uint16_t bin[2],
                           struct es_context *ctx)
{
  struct es_pair_side one = {&a->why, &a->decision, &a->score, bin, &a->chance};
  struct es_pair_side other = {&b->why, &b->decision, &b->score, bin != NULL ? bin + 1 : NULL,
                               &b->chance};
  return es_pair_add_block(pair, &one, &other, &a->cell, &a->outcome, &a->weight, 1, ctx);
}

static const struct es_field cell_fields[] = {ES_COUNTS(struct es_pair_cell, people),
                                              ES_SUMS(struct es_pair_cell, weight),
                                              ES_SUMS(struct es_pair_cell, square),
                                              {0}};
static const struct es_field grid_fields[] = {
    ES_COUNTS(struct es_pair_grid, fine), ES_COUNTS(struct es_pair_grid, coarse), {0}};
const struct es_layout es_pair_cell_layout = {sizeof(struct es_pair_cell), cell_fields};
const struct es_layout es_pair_grid_layout = {sizeof(struct es_pair_grid), grid_fields};

enum es_status es_pair_merge(struct es_pair *whole, const struct es_pair *part,
                             struct es_context *ctx)
{
  es_fields_add(&es_pair_cell_layout, whole->cell, part->cell, whole->cells);
  if (whole->grid != NULL)
    es_fields_add(&es_pair_grid_layout, whole->grid, part->grid, whole->cells);
  for (size_t k = 0; k < part->kept_count; k++) ES_TRY(keep(whole, &part->kept[k], ctx));
  return ES_OK;
}

/* Kept pairs come in the order in which threads merged; sums are made in an order of their own. */
static int by_scores(const void *a, const void *b)
{
  const struct es_kept_pair *x = a, *y = b;
  for (int k = 0; k < 2; k++)
    if (x->score[k] != y->score[k]) return x->score[k] < y->score[k] ? -1 : 1;
  return (x->outcome > y->outcome) - (x->outcome < y->outcome);
}

enum es_status es_pair_auc(struct es_paired_auc *auc, const struct es_pair *pair,
                           const bool *member, struct es_context *ctx)
{
  if (!pair->exact && pair->grid == NULL) {
    *auc = (struct es_paired_auc){.undefined = "too many combinations of groups to compare scores"};
    return ES_OK;
  }
  if (!pair->exact) {
    struct es_pair_grid *sum = es_alloc(1, sizeof *sum, ctx);
    if (sum == NULL) return ES_NOMEM;
    for (size_t c = 0; c < pair->cells; c++)
      if (member[c]) es_fields_add(&es_pair_grid_layout, sum, &pair->grid[c], 1);
    from_grid(auc, sum);
    free(sum);
    return ES_OK;
  }
  struct es_kept_pair *mine = es_alloc(pair->kept_count, sizeof *mine, ctx);
  if (mine == NULL) return ES_NOMEM;
  size_t n = 0;
  for (size_t k = 0; k < pair->kept_count; k++)
    if (member[pair->kept[k].cell]) mine[n++] = pair->kept[k];
  qsort(mine, n, sizeof *mine, by_scores);
  enum es_status status = from_people(auc, mine, n, ctx);
  free(mine);
  return status;
}

void es_pair_write(const struct es_pair *pair, struct es_text *out)
{
  char one[ES_NUMBER_SIZE], other[ES_NUMBER_SIZE];
  es_text_add(out, "{\"cell\":");
  es_fields_write(&es_pair_cell_layout, pair->cell, pair->cells, out);
  es_text_add(out, ",\"grid\":");
  es_fields_write(&es_pair_grid_layout, pair->grid, pair->grid != NULL ? pair->cells : 0, out);
  es_text_add(out, ",\"kept\":[");
  for (size_t k = 0; k < pair->kept_count; k++) {
    const struct es_kept_pair *p = &pair->kept[k];
    es_text_add(out, "%s[%s,%s,%u,%u]", k > 0 ? "," : "", es_number(one, p->score[0]),
                es_number(other, p->score[1]), (unsigned)p->cell, (unsigned)p->outcome);
  }
  es_text_add(out, "]}");
}

static enum es_status read_kept(struct es_pair *pair, const json_t *one, struct es_context *ctx)
{
  struct es_kept_pair p = {
      {json_number_value(json_array_get(one, 0)), json_number_value(json_array_get(one, 1))},
      (uint32_t)json_integer_value(json_array_get(one, 2)),
      (uint8_t)json_integer_value(json_array_get(one, 3))};
  if (json_array_size(one) != 4 || p.cell >= pair->cells || p.outcome >= ES_UNKNOWN)
    return es_fail(ctx, ES_INPUT, "kept: these are no scores of somebody in such groups");
  return keep(pair, &p, ctx);
}

enum es_status es_pair_read(struct es_pair *pair, const json_t *from, struct es_context *ctx)
{
  const json_t *one;
  size_t k;
  ES_TRY(es_fields_read(&es_pair_cell_layout, pair->cell, pair->cells,
                        json_object_get(from, "cell"), ctx));
  ES_TRY(es_fields_read(&es_pair_grid_layout, pair->grid, pair->grid != NULL ? pair->cells : 0,
                        json_object_get(from, "grid"), ctx));
  json_array_foreach(json_object_get(from, "kept"), k, one) ES_TRY(read_kept(pair, one, ctx));
  return ES_OK;
}
