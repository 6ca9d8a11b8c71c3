/* Indices: learned, and asked about a person. */
#include "harness/methods/composite.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/lanes.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/methods/weights.h"

/* --- learning --------------------------------------------------------------------------------- */

/* The ends that the plan gives; checked against the column. */
static enum es_status take_ends(struct es_indicator *one, const struct es_composite_plan *plan,
                                size_t k, const char *name, struct es_context *ctx)
{
  double worst = one->sign > 0 ? one->low : one->high;
  if (plan->ends != NULL) {
    one->from = plan->ends[2 * k];
    one->to = plan->ends[2 * k + 1];
  }
  if (plan->target != NULL) {
    one->to = plan->target[k];
    if (one->known && !(one->sign * (one->to - worst) > 0))
      return es_fail(ctx, ES_INPUT, "the target of %s is no better than the worst in training",
                     name);
  }
  if (plan->norm == ES_NORM_FRACMAX && one->known && !(one->sign * one->high > 0))
    return es_fail(ctx, ES_INPUT, "normalise=fracmax: %s %s", name,
                   one->sign > 0 ? "has no value above 0" : "speaks against people");
  return ES_OK;
}

static bool wants_ranks(const struct es_composite_plan *plan)
{
  return plan->norm == ES_NORM_RANK || plan->norm == ES_NORM_PERCENTILE ||
         plan->norm == ES_NORM_BORDA;
}

static enum es_status survey(struct es_composite *index, const struct es_composite_plan *plan,
                             const struct es_training *training, struct es_context *ctx)
{
  for (size_t k = 0; k < index->count; k++) {
    struct es_indicator *one = &index->at[k];
    es_indicator_survey(one, training);
    ES_TRY(take_ends(one, plan, k, training->frame.column[one->column].name, ctx));
    if (wants_ranks(plan) && es_indicator_varies(one))
      ES_TRY(es_indicator_rank(one, training, ctx));
  }
  return ES_OK;
}

/* Weights that the data choose, of the columns that vary. */
static enum es_status find_weights(double *weight, const struct es_indicator *const *one, size_t d,
                                   const struct es_composite_plan *plan,
                                   const struct es_training *training, struct es_context *ctx)
{
  if (plan->weighing == ES_WEIGHTS_PCA) return es_weights_pca(weight, one, d, training, ctx);
  char number[2][ES_NUMBER_SIZE];
  double least, most;
  ES_TRY(es_weights_correlation(weight, &least, &most, one, d, plan->norm, training, ctx));
  if (most - least > 1e-3)
    es_note(ctx,
            "composite_index: no weights give all columns the same correlation with the "
            "index: from %s to %s",
            es_number_short(number[0], least), es_number_short(number[1], most));
  return ES_OK;
}

static enum es_status weigh(struct es_composite *index, const struct es_composite_plan *plan,
                            const struct es_training *training, struct es_context *ctx)
{
  bool chosen = plan->weighing == ES_WEIGHTS_PCA || plan->weighing == ES_WEIGHTS_CORRELATION;
  const struct es_indicator **one = es_alloc(index->count, sizeof *one, ctx);
  double *found = es_alloc(index->count, sizeof *found, ctx), sum = 0;
  enum es_status status = one && found ? ES_OK : ES_NOMEM;
  size_t d = 0, j = 0;
  for (size_t k = 0; k < index->count && status == ES_OK && chosen; k++)
    if (es_indicator_varies(&index->at[k])) one[d++] = &index->at[k];
  if (d > 0) status = find_weights(found, one, d, plan, training, ctx);
  for (size_t k = 0; k < index->count && status == ES_OK; k++) {
    if (chosen)
      index->weight[k] = es_indicator_varies(&index->at[k]) ? found[j++] : 0;
    else if (es_indicator_tells(&index->at[k], plan->norm))
      index->weight[k] = plan->weighing == ES_WEIGHTS_GIVEN ? plan->weight[k] : 1;
    sum += index->weight[k];
  }
  free(one);
  free(found);
  for (size_t k = 0; k < index->count && sum > 0; k++) index->weight[k] /= sum;
  if (status == ES_OK && !(sum > 0))
    status = es_fail(ctx, ES_DEGENERATE,
                     "every column of weight above 0 is the same for everybody "
                     "in training");
  return status;
}

static enum es_status build_pillars(struct es_composite *index,
                                    const struct es_composite_plan *plan,
                                    const struct es_frame *frame, struct es_context *ctx)
{
  if (!plan->by_source) return es_pillars_build(&index->pillars, NULL, index->count, ctx);
  const char **path = es_alloc(index->count, sizeof *path, ctx);
  if (path == NULL) return ES_NOMEM;
  for (size_t k = 0; k < index->count; k++) path[k] = frame->column[index->at[k].column].source;
  enum es_status status = es_pillars_build(&index->pillars, path, index->count, ctx);
  free(path);
  return status;
}

/* --- people ----------------------------------------------------------------------------------- */

/* A person's normalised values, NaN where one does not count; false: too few are on record. */
static bool gather(double *x, const struct es_composite *index,
                   const struct es_composite_plan *plan, const struct es_frame *frame,
                   size_t person)
{
  enum es_norm how = plan->norm;
  bool lift = plan->mean != ES_MEAN_ARITHMETIC && !plan->copeland;
  size_t seen = 0, all = 0;
  for (size_t k = 0; k < index->count; k++) {
    const struct es_indicator *one = &index->at[k];
    bool there = es_seen(frame, one->column, person);
    x[k] = NAN;
    if (index->weight[k] == 0) continue;
    all++;
    seen += there;
    if (there)
      x[k] = es_indicator_value(one, how, frame->value[one->column][person]);
    else if (plan->missing == ES_MISSING_ZERO || (plan->missing == ES_MISSING_MEAN && !one->known))
      x[k] = 0;
    else if (plan->missing == ES_MISSING_MEAN)
      x[k] = es_indicator_value(one, how, one->mean);
    if (lift) x[k] = ES_COMPOSITE_FLOOR + (1 - ES_COMPOSITE_FLOOR) * x[k];
  }
  return (double)seen >= plan->screen * (double)all;
}

/* Compares with those who drew the least, so that their order in training does not matter. */
struct lot {
  uint64_t drawn;
  size_t person;
};

static int by_lot(const void *a_, const void *b_)
{
  const struct lot *a = a_, *b = b_;
  if (a->drawn != b->drawn) return a->drawn < b->drawn ? -1 : 1;
  return (a->person > b->person) - (a->person < b->person);
}

static enum es_status choose_rivals(struct es_composite *index,
                                    const struct es_composite_plan *plan,
                                    const struct es_training *training, struct es_context *ctx)
{
  const struct es_frame *frame = &training->frame;
  struct es_rivals *rivals = &index->rivals;
  struct lot *lot = es_alloc(frame->people, sizeof *lot, ctx);
  if (lot == NULL) return ES_NOMEM;
  for (size_t i = 0; i < frame->people; i++) {
    struct es_draw draw = es_scorer_draw(ctx, frame->person[i], 0);
    lot[i] = (struct lot){(uint64_t)draw.word[0] << 32 | draw.word[1], i};
  }
  qsort(lot, frame->people, sizeof *lot, by_lot);
  size_t most = plan->rivals < frame->people ? plan->rivals : frame->people;
  rivals->indicators = index->count;
  rivals->x = es_alloc(most * index->count, sizeof *rivals->x, ctx);
  rivals->weight = es_alloc(most, sizeof *rivals->weight, ctx);
  for (size_t i = 0; i < frame->people && rivals->count < most && rivals->weight != NULL; i++) {
    size_t person = lot[i].person;
    double weight = training->weight != NULL ? training->weight[person] : 1, *x = rivals->x;
    if (!(weight > 0) || x == NULL) continue;
    if (!gather(x + rivals->count * index->count, index, plan, frame, person)) continue;
    rivals->weight[rivals->count++] = weight;
  }
  free(lot);
  return rivals->x != NULL && rivals->weight != NULL ? ES_OK : ES_NOMEM;
}

enum es_status es_composite_learn(struct es_composite *index, const struct es_composite_plan *plan,
                                  const struct es_training *training, struct es_context *ctx)
{
  ES_TRY(survey(index, plan, training, ctx));
  ES_TRY(weigh(index, plan, training, ctx));
  ES_TRY(build_pillars(index, plan, &training->frame, ctx));
  return plan->copeland ? choose_rivals(index, plan, training, ctx) : ES_OK;
}

double es_composite_of(const struct es_composite *index, const struct es_composite_plan *plan,
                       const struct es_frame *frame, size_t person, double *room)
{
  double *x = room, *value = x + index->count, *total = value + index->pillars.nodes;
  bool some = false;
  if (!gather(x, index, plan, frame, person)) return NAN;
  if (!plan->copeland)
    return es_pillars_mean(&index->pillars, plan->mean, plan->power, x, index->weight, value,
                           total);
  for (size_t k = 0; k < index->count; k++) some |= !isnan(x[k]);
  return some ? (1 + es_rivals_compare(&index->rivals, x, index->weight)) / 2 : NAN;
}

/* A weighted arithmetic mean of all columns at once. */
static bool is_flat(const struct es_composite *index, const struct es_composite_plan *plan)
{
  return plan->mean == ES_MEAN_ARITHMETIC && !plan->copeland && index->pillars.nodes == 1;
}

/* Columns lie far apart, where the processor does not guess what comes next: a column's values are
 * asked for while those AHEAD of it are added. */
enum { AHEAD = 2, LINE = 64 };
static void fetch(const struct es_indicator *one, const struct es_frame *frame, size_t first,
                  size_t n)
{
  const double *value = frame->value[one->column] + first;
  const uint8_t *seen = frame->seen[one->column] + first;
  for (size_t i = 0; i < n; i += LINE / sizeof *value) __builtin_prefetch(value + i);
  for (size_t i = 0; i < n; i += LINE) __builtin_prefetch(seen + i);
}

/* Adds one column's normalised values of n people, times its weight; where one does not count,
 * nothing. */
static void add_column(double *sum, double *total, double weight, const struct es_indicator *one,
                       const struct es_composite_plan *plan, const struct es_frame *frame,
                       size_t first, size_t n)
{
  const double *x = frame->value[one->column] + first;
  const uint8_t *seen = frame->seen[one->column] + first;
  enum es_norm how = plan->norm;
  double otherwise = (double)NAN, value[ES_LANES];
  if (plan->missing == ES_MISSING_ZERO || (plan->missing == ES_MISSING_MEAN && !one->known))
    otherwise = 0;
  else if (plan->missing == ES_MISSING_MEAN)
    otherwise = es_indicator_value(one, how, one->mean);
  if (how == ES_NORM_MINMAX || how == ES_NORM_GOALPOSTS) {
    double from = how == ES_NORM_MINMAX ? one->low : one->from;
    double to = how == ES_NORM_MINMAX ? one->high : one->to;
    es_lanes()->add_shares(sum, total, weight, x, seen, one->sign > 0 ? from : to,
                           one->sign > 0 ? to : from, otherwise, n);
  } else {
    for (size_t i = 0; i < n; i++)
      value[i] = seen[i] ? es_indicator_value(one, how, x[i]) : otherwise;
    es_lanes()->add_weighted(sum, total, weight, value, n);
  }
}

/* Takes the index from whom too few columns are on record of. */
static void screen(double *out, const struct es_composite *index,
                   const struct es_composite_plan *plan, const struct es_frame *frame, size_t first,
                   size_t n)
{
  double all = 0, count[ES_LANES] = {0};
  for (size_t k = 0; k < index->count; k++) {
    if (index->weight[k] == 0) continue;
    all++;
    for (size_t i = 0; i < n; i++) count[i] += frame->seen[index->at[k].column][first + i];
  }
  for (size_t i = 0; i < n; i++)
    if (count[i] < plan->screen * all) out[i] = (double)NAN;
}

void es_composite_block(double *out, const struct es_composite *index,
                        const struct es_composite_plan *plan, const struct es_frame *frame,
                        size_t first, size_t n, double *room)
{
  const struct es_lanes *lanes = es_lanes();
  double sum[ES_LANES], total[ES_LANES];
  if (!is_flat(index, plan)) {
    for (size_t i = 0; i < n; i++) out[i] = es_composite_of(index, plan, frame, first + i, room);
    return;
  }
  lanes->fill(sum, 0, n);
  lanes->fill(total, 0, n);
  for (size_t k = 0; k < index->count; k++) {
    if (index->weight[k] == 0) continue;
    if (k + AHEAD < index->count) fetch(&index->at[k + AHEAD], frame, first, n);
    add_column(sum, total, index->weight[k], &index->at[k], plan, frame, first, n);
  }
  lanes->mean(out, sum, total, n);
  if (plan->screen > 0) screen(out, index, plan, frame, first, n);
}

size_t es_composite_room(const struct es_composite *index)
{
  return index->count + 2 * index->pillars.nodes;
}

static void keep_rivals(struct es_rivals *rivals, size_t indicators, struct es_keep *file)
{
  size_t cells = rivals->count * indicators;
  es_keep_numbers(file, "rival_weights", &rivals->weight, &rivals->count, SIZE_MAX);
  es_keep_numbers(file, "rivals", &rivals->x, &cells, SIZE_MAX);
  es_keep_check(file, cells == rivals->count * indicators,
                "\"rivals\" has another length than it must have");
  rivals->indicators = indicators;
}

void es_composite_keep(struct es_composite *index, const struct es_composite_plan *plan,
                       struct es_keep *file)
{
  es_keep_list(file, "indicators", (void **)&index->at, sizeof *index->at, &index->count);
  for (size_t k = 0; k < index->count && es_keep_item(file, k); k++)
    es_indicator_keep(&index->at[k], file);
  es_keep_end(file);
  size_t weights = index->count;
  es_keep_numbers(file, "weights", &index->weight, &weights, index->count);
  for (size_t k = 0; es_keep_good(file) && k < weights; k++) {
    es_keep_check(file, index->weight[k] >= 0, "a weight is not a number of 0 or more");
    es_keep_check(file, index->weight[k] == 0 || !wants_ranks(plan) || index->at[k].values > 0,
                  "an indicator has no values to rank people among");
  }
  if (plan->copeland) keep_rivals(&index->rivals, index->count, file);
  if (es_keep_loading(file) && es_keep_good(file))
    es_keep_fail(file, build_pillars(index, plan, es_keep_frame(file), es_keep_context(file)));
}

void es_composite_clear(struct es_composite *index)
{
  for (size_t k = 0; k < index->count; k++) es_indicator_clear(&index->at[k]);
  free(index->at);
  free(index->weight);
  es_pillars_clear(&index->pillars);
  es_rivals_clear(&index->rivals);
  *index = (struct es_composite){0};
}
