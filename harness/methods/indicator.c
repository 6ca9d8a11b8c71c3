/* Columns on a common scale. */
#include "harness/methods/indicator.h"

#include <math.h>
#include <stdlib.h>

bool es_norm_is_share(enum es_norm how)
{
  return how != ES_NORM_ZSCORE && how != ES_NORM_RANK && how != ES_NORM_BORDA;
}

bool es_norm_is_bounded(enum es_norm how)
{
  return es_norm_is_share(how) && how != ES_NORM_SCALED && how != ES_NORM_FRACMAX;
}

/* --- training --------------------------------------------------------------------------------- */

double es_indicator_weight(const struct es_training *training, size_t column, size_t person)
{
  if (!es_seen(&training->frame, column, person)) return 0;
  double weight = training->weight != NULL ? training->weight[person] : 1;
  return weight > 0 ? weight : 0;
}

void es_indicator_survey(struct es_indicator *one, const struct es_training *training)
{
  const double *value = training->frame.value[one->column];
  double sum = 0, squares = 0, n = 0;
  for (size_t i = 0; i < training->frame.people; i++) {
    double weight = es_indicator_weight(training, one->column, i);
    if (weight == 0) continue;
    if (n == 0 || value[i] < one->low) one->low = value[i];
    if (n == 0 || value[i] > one->high) one->high = value[i];
    sum += weight * value[i];
    one->total += weight;
    n++;
  }
  one->people = n;
  one->known = n > 0;
  if (n == 0) return;
  one->mean = sum / one->total;
  for (size_t i = 0; i < training->frame.people; i++) {
    double weight = es_indicator_weight(training, one->column, i);
    if (weight > 0) squares += weight * (value[i] - one->mean) * (value[i] - one->mean);
  }
  if (n > 1) one->sd = sqrt(squares / one->total * (n / (n - 1)));
}

struct pair {
  double value, weight;
};

static int by_value(const void *a_, const void *b_)
{
  const struct pair *a = a_, *b = b_;
  if (a->value != b->value) return a->value < b->value ? -1 : 1;
  return (a->weight > b->weight) - (a->weight < b->weight);
}

enum es_status es_indicator_rank(struct es_indicator *one, const struct es_training *training,
                                 struct es_context *ctx)
{
  size_t people = training->frame.people, n = 0;
  struct pair *pair = es_alloc(people, sizeof *pair, ctx);
  one->value = es_alloc(people, sizeof *one->value, ctx);
  one->under = es_alloc(people + 1, sizeof *one->under, ctx);
  if (!pair || !one->value || !one->under) {
    free(pair);
    return ES_NOMEM;
  }
  for (size_t i = 0; i < people; i++) {
    double weight = es_indicator_weight(training, one->column, i);
    if (weight > 0) pair[n++] = (struct pair){training->frame.value[one->column][i], weight};
  }
  qsort(pair, n, sizeof *pair, by_value);
  double total = 0;
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || pair[i].value != pair[i - 1].value) {
      one->value[one->values] = pair[i].value;
      one->under[one->values++] = total;
    }
    total += pair[i].weight;
  }
  one->under[one->values] = total;
  free(pair);
  return ES_OK;
}

bool es_indicator_varies(const struct es_indicator *one)
{
  return one->high > one->low && one->sd > 0;
}

bool es_indicator_tells(const struct es_indicator *one, enum es_norm how)
{
  return how == ES_NORM_GOALPOSTS || how == ES_NORM_SCALED || es_indicator_varies(one);
}

/* --- values ----------------------------------------------------------------------------------- */

/* The weight of the people in training who are worse than x. */
static double worse(const struct es_indicator *one, double x)
{
  size_t low = 0, high = one->values;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (one->value[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  if (one->sign > 0) return one->under[low];
  bool there = low < one->values && one->value[low] == x;
  return one->under[one->values] - one->under[there ? low + 1 : low];
}

static double cut_off(double share) { return fmin(fmax(share, 0), 1); }

/* The share of the way to the target. */
static double approach(const struct es_indicator *one, double x)
{
  double worst = one->sign > 0 ? one->low : one->high;
  return cut_off((x - worst) / (one->to - worst));
}

static double turn(const struct es_indicator *one, double share)
{
  return one->sign > 0 ? share : 1 - share;
}

double es_indicator_value(const struct es_indicator *one, enum es_norm how, double x)
{
  switch (how) {
  case ES_NORM_MINMAX: return turn(one, cut_off((x - one->low) / (one->high - one->low)));
  case ES_NORM_ZSCORE: return one->sign * (x - one->mean) / one->sd;
  case ES_NORM_RANK: return 1 + worse(one, x);
  case ES_NORM_PERCENTILE:
    return cut_off(worse(one, x) / (one->total * ((one->people - 1) / one->people)));
  case ES_NORM_BORDA: return worse(one, x);
  case ES_NORM_TARGET: return approach(one, x);
  case ES_NORM_GOALPOSTS: return turn(one, cut_off((x - one->from) / (one->to - one->from)));
  case ES_NORM_SCALED: return turn(one, (x - one->from) / (one->to - one->from));
  case ES_NORM_FRACMAX: return x / one->high;
  }
  return 0;
}

double es_indicator_slope(const struct es_indicator *one, enum es_norm how)
{
  switch (how) {
  case ES_NORM_MINMAX: return one->sign / (one->high - one->low);
  case ES_NORM_ZSCORE: return one->sign / one->sd;
  case ES_NORM_TARGET: return 1 / (one->to - (one->sign > 0 ? one->low : one->high));
  case ES_NORM_GOALPOSTS:
  case ES_NORM_SCALED: return one->sign / (one->to - one->from);
  case ES_NORM_FRACMAX: return 1 / one->high;
  case ES_NORM_RANK:
  case ES_NORM_PERCENTILE:
  case ES_NORM_BORDA: break;
  }
  return 0;
}

void es_indicator_keep(struct es_indicator *one, struct es_keep *file)
{
  size_t under = one->values > 0 ? one->values + 1 : 0;
  double *const numbers[] = {&one->sign, &one->low,    &one->high,  &one->mean, &one->sd,
                             &one->from, &one->people, &one->total, &one->to};
  static const char *const keys[] = {"sign", "low",    "high",  "mean", "std_dev",
                                     "from", "people", "total", "to"};
  es_keep_column(file, "column", &one->column);
  es_keep_flag(file, "known", &one->known);
  for (size_t k = 0; k < ES_COUNT_OF(keys); k++) {
    es_keep_number(file, keys[k], numbers[k]);
    es_keep_check(file, isfinite(*numbers[k]), "\"%s\" is not a number", keys[k]);
  }
  es_keep_numbers(file, "values", &one->value, &one->values, SIZE_MAX);
  es_keep_numbers(file, "under", &one->under, &under, SIZE_MAX);
  es_keep_check(file, under == (one->values > 0 ? one->values + 1 : 0),
                "\"under\" has another length than \"values\" want");
}

void es_indicator_clear(struct es_indicator *one)
{
  free(one->value);
  free(one->under);
  *one = (struct es_indicator){0};
}
