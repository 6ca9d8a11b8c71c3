/* AUC with DeLong's variance, KS and average precision, each in one sweep over the distinct scores. */
#include "harness/measure/curve.h"

#include <math.h>

struct totals {
  double favorable, unfavorable;
};

static struct totals total(const struct es_curve *curve)
{
  struct totals sum = {0, 0};
  for (size_t k = 0; k < curve->points; k++) {
    sum.favorable += curve->favorable[k];
    sum.unfavorable += curve->unfavorable[k];
  }
  return sum;
}

static const char *missing_class(struct totals sum)
{
  if (sum.favorable + sum.unfavorable == 0) return "nobody with a score and a known outcome";
  if (sum.favorable == 0) return "no scored person with the favourable outcome";
  if (sum.unfavorable == 0) return "no scored person with the unfavourable outcome";
  return NULL;
}

struct es_estimate es_curve_auc(const struct es_counts *counts)
{
  const struct es_curve *c = &counts->curve;
  struct totals sum = total(c);
  struct es_estimate e = {.variance = -1, .n = sum.favorable + sum.unfavorable, .method = "delong",
                          .undefined = missing_class(sum)};
  if (e.undefined != NULL) return e;
  double below = 0, wins = 0;
  for (size_t k = 0; k < c->points; k++) {
    wins += c->favorable[k] * (below + c->unfavorable[k] / 2);
    below += c->unfavorable[k];
  }
  e.value = wins / (sum.favorable * sum.unfavorable);
  /* The placements: of a favourable person among the unfavourable, and the other way round. */
  double spread_f = 0, spread_u = 0, above = sum.favorable;
  below = 0;
  for (size_t k = 0; k < c->points; k++) {
    double v10 = (below + c->unfavorable[k] / 2) / sum.unfavorable;
    double v01 = (above - c->favorable[k] / 2) / sum.favorable;
    spread_f += c->favorable[k] * (v10 - e.value) * (v10 - e.value);
    spread_u += c->unfavorable[k] * (v01 - e.value) * (v01 - e.value);
    below += c->unfavorable[k];
    above -= c->favorable[k];
  }
  double f = sum.favorable * counts->effective, u = sum.unfavorable * counts->effective;
  if (f > 1 && u > 1)
    e.variance = spread_f / sum.favorable / (f - 1) + spread_u / sum.unfavorable / (u - 1);
  return e;
}

struct es_estimate es_curve_gini(const struct es_counts *counts)
{
  struct es_estimate e = es_curve_auc(counts);
  e.value = 2 * e.value - 1;
  if (e.variance >= 0) e.variance *= 4;
  return e;
}

struct es_estimate es_curve_ks(const struct es_counts *counts)
{
  const struct es_curve *c = &counts->curve;
  struct totals sum = total(c);
  struct es_estimate e = {.variance = -1, .n = sum.favorable + sum.unfavorable,
                          .undefined = missing_class(sum)};
  double f = 0, u = 0;
  for (size_t k = 0; e.undefined == NULL && k < c->points; k++) {
    f += c->favorable[k];
    u += c->unfavorable[k];
    e.value = fmax(e.value, fabs(f / sum.favorable - u / sum.unfavorable));
  }
  return e;
}

struct es_estimate es_curve_average_precision(const struct es_counts *counts)
{
  const struct es_curve *c = &counts->curve;
  struct totals sum = total(c);
  bool adverse = counts->positive_is_adverse;
  double positives = adverse ? sum.unfavorable : sum.favorable;
  struct es_estimate e = {.variance = -1, .n = sum.favorable + sum.unfavorable};
  if (e.n == 0) e.undefined = "nobody with a score and a known outcome";
  else if (positives == 0) e.undefined = "no scored person of the positive class";
  double hits = 0, seen = 0;
  for (size_t k = 0; e.undefined == NULL && k < c->points; k++) {
    size_t at = adverse ? k : c->points - 1 - k;
    double gain = adverse ? c->unfavorable[at] : c->favorable[at];
    hits += gain;
    seen += c->favorable[at] + c->unfavorable[at];
    if (seen > 0) e.value += hits / seen * gain / positives;
  }
  return e;
}
