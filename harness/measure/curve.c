/* AUC with DeLong's variance, KS, average precision, partial AUC and means of scores, each in one
 * sweep over the distinct scores. */
#include "harness/measure/curve.h"

#include <math.h>

struct totals {
  double favorable, unfavorable;
};

static struct totals total(const struct es_curve *curve)
{
  return (struct totals){curve->all_favorable, curve->all_unfavorable};
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
  struct es_estimate e = {.variance = -1,
                          .n = sum.favorable + sum.unfavorable,
                          .method = "delong",
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
  struct es_estimate e = {
      .variance = -1, .n = sum.favorable + sum.unfavorable, .undefined = missing_class(sum)};
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
  if (e.n == 0)
    e.undefined = "nobody with a score and a known outcome";
  else if (positives == 0)
    e.undefined = "no scored person of the positive class";
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

static const double most_fpr = 0.2;

struct es_estimate es_curve_partial_auc(const struct es_counts *counts)
{
  const struct es_curve *c = &counts->curve;
  struct totals sum = total(c);
  bool adverse = counts->positive_is_adverse;
  struct es_estimate e = {
      .variance = -1, .n = sum.favorable + sum.unfavorable, .undefined = missing_class(sum)};
  double positives = adverse ? sum.unfavorable : sum.favorable;
  double negatives = adverse ? sum.favorable : sum.unfavorable, tp = 0, fp = 0;
  for (size_t k = 0; e.undefined == NULL && k < c->points; k++) {
    size_t at = adverse ? k : c->points - 1 - k;
    double up = adverse ? c->unfavorable[at] : c->favorable[at];
    double along = adverse ? c->favorable[at] : c->unfavorable[at];
    double x = fp / negatives, y = tp / positives, to = (fp + along) / negatives;
    if (to >= most_fpr) {
      double part = (most_fpr - x) / (to - x);
      e.value += (most_fpr - x) * (y + part * (up / positives) / 2);
      break;
    }
    e.value += (to - x) * (y + up / positives / 2);
    tp += up;
    fp += along;
  }
  return e;
}

struct es_estimate es_curve_partial_auc_corrected(const struct es_counts *counts)
{
  struct es_estimate e = es_curve_partial_auc(counts);
  double least = most_fpr * most_fpr / 2;
  e.value = (1 + (e.value - least) / (most_fpr - least)) / 2;
  return e;
}

/* Mean and its variance in two sweeps, which lose fewer digits than one. */
static struct es_estimate mean_score(const struct es_counts *counts, bool favorable)
{
  const struct es_curve *c = &counts->curve;
  const double *people = favorable ? c->favorable : c->unfavorable;
  struct totals sum = total(c);
  struct es_estimate e = {
      .variance = -1, .n = favorable ? sum.favorable : sum.unfavorable, .method = "normal"};
  if (e.n == 0)
    e.undefined = favorable ? "no scored person with the favourable outcome"
                            : "no scored person with the unfavourable outcome";
  if (e.undefined != NULL) return e;
  double mean = 0, spread = 0;
  for (size_t k = 0; k < c->points; k++) mean += people[k] * c->score[k];
  mean /= e.n;
  for (size_t k = 0; k < c->points; k++)
    spread += people[k] * (c->score[k] - mean) * (c->score[k] - mean);
  e.value = counts->reversed ? -mean : mean;
  double n = e.n * counts->effective;
  if (n > 1) e.variance = spread / e.n / n; /* one person says nothing of others */
  return e;
}

struct es_estimate es_curve_balance_positive(const struct es_counts *counts)
{
  return mean_score(counts, !counts->positive_is_adverse);
}

struct es_estimate es_curve_balance_negative(const struct es_counts *counts)
{
  return mean_score(counts, counts->positive_is_adverse);
}
