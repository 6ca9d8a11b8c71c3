/* Calibration errors over bins, the split of the Brier score, and the logistic recalibration, whose
 * Newton steps go over the distinct probabilities. */
#include "harness/measure/calibration.h"

#include <math.h>
#include <string.h>
#include "harness/base/math.h"

enum { MOST_BINS = 100, MOST_STEPS = 100 };

/* The k-th distinct probability of the positive outcome, rising, with its people. */
struct point {
  double p, positive, negative;
};

static struct point point(const struct es_counts *c, size_t k)
{
  const struct es_curve *curve = &c->probability;
  if (!c->positive_is_adverse)
    return (struct point){curve->score[k], curve->favorable[k], curve->unfavorable[k]};
  size_t at = curve->points - 1 - k;
  return (struct point){1 - curve->score[at], curve->unfavorable[at], curve->favorable[at]};
}

static const char *lacks(const struct es_counts *c)
{
  return c->probability_weight > 0 && c->probability.points > 0
             ? NULL
             : "no probability: the score is not one";
}

static struct es_estimate nothing_yet(const struct es_counts *c)
{
  return (struct es_estimate){.variance = -1, .n = c->probability_weight, .undefined = lacks(c)};
}

/* --- bins ------------------------------------------------------------------------------------- */

/* Edges between people: of n people (effective ones, where weighted), the value at (n - 1) q. */
static void quantile_edges(const struct es_counts *c, double total, double *edge, size_t bins)
{
  double n = total * c->effective, seen = 0;
  size_t k = 0;
  struct point here = point(c, 0);
  for (size_t e = 1; e < bins; e++) {
    double at = (n - 1) * ((double)e * (1.0 / (double)bins)), whole = floor(at), part = at - whole;
    while (k + 1 < c->probability.points &&
           seen + (here.positive + here.negative) * c->effective <= whole) {
      seen += (here.positive + here.negative) * c->effective;
      here = point(c, ++k);
    }
    double low = here.p, high = low;
    double end = seen + (here.positive + here.negative) * c->effective;
    if (end <= whole + 1 && k + 1 < c->probability.points) high = point(c, k + 1).p;
    edge[e - 1] = part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
  }
}

double es_calibration_bins(const struct es_counts *c, bool quantiles,
                           struct es_calibration_bin *bin, size_t bins)
{
  double edge[MOST_BINS], total = c->probability.all_favorable + c->probability.all_unfavorable;
  memset(bin, 0, bins * sizeof *bin);
  if (bins > MOST_BINS || !(total > 0)) return 0;
  for (size_t e = 1; e < bins; e++) edge[e - 1] = (double)e * (1.0 / (double)bins);
  if (quantiles) quantile_edges(c, total, edge, bins);
  size_t b = 0;
  for (size_t k = 0; k < c->probability.points; k++) {
    struct point x = point(c, k);
    while (b + 1 < bins && edge[b] < x.p) b++;
    bin[b].weight += x.positive + x.negative;
    bin[b].mean += (x.positive + x.negative) * x.p;
    bin[b].share += x.positive;
  }
  for (b = 0; b < bins; b++) {
    if (!(bin[b].weight > 0)) continue;
    bin[b].mean /= bin[b].weight;
    bin[b].share /= bin[b].weight;
  }
  return total;
}

static struct es_estimate error(const struct es_counts *c, bool quantiles, bool worst)
{
  struct es_calibration_bin bin[ES_CALIBRATION_BINS];
  struct es_estimate e = nothing_yet(c);
  if (e.undefined != NULL) return e;
  double total = es_calibration_bins(c, quantiles, bin, ES_CALIBRATION_BINS);
  for (size_t b = 0; b < ES_CALIBRATION_BINS; b++) {
    double off = fabs(bin[b].mean - bin[b].share);
    if (!worst)
      e.value += bin[b].weight / total * off;
    else if (bin[b].weight > 0)
      e.value = fmax(e.value, off);
  }
  return e;
}

struct es_estimate es_calibration_error(const struct es_counts *c)
{
  return error(c, false, false);
}
struct es_estimate es_calibration_error_quantile(const struct es_counts *c)
{
  return error(c, true, false);
}
struct es_estimate es_calibration_error_max(const struct es_counts *c)
{
  return error(c, false, true);
}

/* --- the split of the Brier score ------------------------------------------------------------- */

enum part { RELIABILITY, RESOLUTION, UNCERTAINTY, WITHIN_BINS };

static struct es_estimate split(const struct es_counts *c, enum part part)
{
  struct es_calibration_bin bin[ES_CALIBRATION_BINS];
  struct es_estimate e = nothing_yet(c);
  if (e.undefined != NULL) return e;
  double total = es_calibration_bins(c, false, bin, ES_CALIBRATION_BINS), share = 0;
  for (size_t b = 0; b < ES_CALIBRATION_BINS; b++) share += bin[b].weight / total * bin[b].share;
  double reliability = 0, resolution = 0, uncertainty = share * (1 - share), brier = 0;
  for (size_t b = 0; b < ES_CALIBRATION_BINS; b++) {
    double off = bin[b].mean - bin[b].share, apart = bin[b].share - share;
    reliability += bin[b].weight / total * off * off;
    resolution += bin[b].weight / total * apart * apart;
  }
  for (size_t k = 0; part == WITHIN_BINS && k < c->probability.points; k++) {
    struct point x = point(c, k);
    brier += x.positive / total * (1 - x.p) * (1 - x.p) + x.negative / total * x.p * x.p;
  }
  double value[] = {reliability, resolution, uncertainty,
                    brier - (reliability - resolution + uncertainty)};
  e.value = value[part];
  return e;
}

struct es_estimate es_brier_reliability(const struct es_counts *c) { return split(c, RELIABILITY); }
struct es_estimate es_brier_resolution(const struct es_counts *c) { return split(c, RESOLUTION); }
struct es_estimate es_brier_uncertainty(const struct es_counts *c) { return split(c, UNCERTAINTY); }
struct es_estimate es_brier_within_bins(const struct es_counts *c) { return split(c, WITHIN_BINS); }

/* --- logistic recalibration ------------------------------------------------------------------- */

/* Why there is no slope: one class, one probability, or classes that the probability keeps apart,
 * when the likelihood has no maximum. */
static const char *no_fit(const struct es_counts *c, bool slope)
{
  double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
  for (size_t k = 0; k < c->probability.points; k++) {
    struct point x = point(c, k);
    double people[2] = {x.negative, x.positive};
    for (int y = 0; y < 2; y++) {
      if (!(people[y] > 0)) continue;
      low[y] = fmin(low[y], x.p);
      high[y] = fmax(high[y], x.p);
    }
  }
  if (!(low[0] < INFINITY)) return "nobody with a probability has the negative outcome";
  if (!(low[1] < INFINITY)) return "nobody with a probability has the positive outcome";
  if (!slope) return NULL;
  if (fmin(low[0], low[1]) == fmax(high[0], high[1])) return "one probability for all";
  if (!(low[1] < high[0]) || !(low[0] < high[1])) return "the probability separates the outcomes";
  return NULL;
}

/* Gradient and information of the log-likelihood at a + b x. */
struct newton {
  double g0, g1, h00, h01, h11;
};

/* People with nearly the same logit. */
struct cluster {
  double x, positive, people;
};
enum { CLUSTERS = 4096 };

static double logit_of(struct point point)
{
  return es_logit(fmin(fmax(point.p, 1e-15), 1 - 1e-15));
}

static void add(struct newton *sum, const struct cluster *at, double a, double b)
{
  double mu = es_logistic(a + b * at->x), off = at->positive - at->people * mu;
  double info = at->people * mu * (1 - mu);
  sum->g0 += off;
  sum->g1 += off * at->x;
  sum->h00 += info;
  sum->h01 += info * at->x;
  sum->h11 += info * at->x * at->x;
}

/* Neighbours pooled: a start from which few steps over everybody are left. */
static size_t pool(const struct es_counts *c, struct cluster *cluster)
{
  size_t each = c->probability.points / CLUSTERS + 1, n = 0;
  for (size_t k = 0; k < c->probability.points; k += each, n++) {
    struct cluster sum = {0, 0, 0};
    for (size_t i = k; i < k + each && i < c->probability.points; i++) {
      struct point one = point(c, i);
      sum.x += (one.positive + one.negative) * logit_of(one);
      sum.positive += one.positive;
      sum.people += one.positive + one.negative;
    }
    if (sum.people > 0) sum.x /= sum.people;
    cluster[n] = sum;
  }
  return n;
}

/* Newton steps until they vanish, none longer than 1 so that a far start cannot overshoot; over the
 * clusters, or over everybody where there are none.  The last step was smaller than 1e-7, so that
 * what is left is about its square. */
struct fit {
  double a, b, variance;
  bool slope, converged;
};

static void search(struct fit *f, const struct es_counts *c, const struct cluster *cluster,
                   size_t clusters)
{
  f->converged = false;
  for (int step = 0; step < MOST_STEPS && !f->converged; step++) {
    struct newton s = {0};
    for (size_t k = 0; k < clusters; k++) add(&s, &cluster[k], f->a, f->b);
    for (size_t k = 0; clusters == 0 && k < c->probability.points; k++) {
      struct point one = point(c, k);
      struct cluster alone = {logit_of(one), one.positive, one.positive + one.negative};
      add(&s, &alone, f->a, f->b);
    }
    double det = f->slope ? s.h00 * s.h11 - s.h01 * s.h01 : s.h00;
    if (!(det > 0)) return;
    double da = f->slope ? (s.h11 * s.g0 - s.h01 * s.g1) / det : s.g0 / det;
    double db = f->slope ? (s.h00 * s.g1 - s.h01 * s.g0) / det : 0;
    double size = fmax(fabs(da), fabs(db)), shorten = size > 1 ? 1 / size : 1;
    f->a += da * shorten;
    f->b += db * shorten;
    f->variance = f->slope ? s.h00 / det : 1 / det;
    f->converged = size < 1e-7;
  }
}

static struct es_estimate recalibrate(const struct es_counts *c, bool slope)
{
  struct cluster cluster[CLUSTERS];
  struct fit f = {.b = 1, .slope = slope};
  struct es_estimate e = nothing_yet(c);
  if (e.undefined == NULL) e.undefined = no_fit(c, slope);
  if (e.undefined != NULL) return e;
  if (c->probability.points > 4 * CLUSTERS) search(&f, c, cluster, pool(c, cluster));
  if (!f.converged) f = (struct fit){.b = 1, .slope = slope};
  search(&f, c, NULL, 0);
  if (!f.converged) e.undefined = "the recalibration does not converge";
  e.value = slope ? f.b : f.a;
  e.variance = f.variance / c->effective;
  e.method = "normal";
  return e;
}

struct es_estimate es_calibration_slope(const struct es_counts *c) { return recalibrate(c, true); }
struct es_estimate es_calibration_intercept(const struct es_counts *c)
{
  return recalibrate(c, false);
}
