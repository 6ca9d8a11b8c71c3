/* Counts fates, and measures them. */
#include "harness/measure/harm.h"

#include <math.h>
#include "harness/base/math.h"
#include "harness/measure/metric.h"

/* --- counting
 * ------------------------------------------------------------------------------------ */

/* Whole days below 128, then 64 bins to every doubling. */
static size_t duration_bin(double days)
{
  double width = 1;
  size_t octave = 0;
  for (; days >= 2 * ES_DURATION_OCTAVE * width; octave++) width *= 2;
  size_t bin = octave * ES_DURATION_OCTAVE + (size_t)(days / width);
  return bin < ES_DURATIONS - 1 ? bin : ES_DURATIONS - 1;
}

/* Where a bin begins. */
static double duration_from(size_t bin)
{
  size_t octave = bin / ES_DURATION_OCTAVE > 0 ? bin / ES_DURATION_OCTAVE - 1 : 0;
  return ldexp((double)(bin - octave * ES_DURATION_OCTAVE), (int)octave);
}

void es_harm_add(struct es_harm *h, const struct es_fate *f)
{
  h->count[ES_HARM_WRONGED] += f->wronged;
  h->count[ES_HARM_LISTED] += !f->wronged;
  h->count[ES_HARM_TOLD] += f->told;
  h->count[ES_HARM_KNEW] += f->knew;
  h->count[ES_HARM_DISPUTED] += f->disputed;
  h->count[ES_HARM_CORRECTED] += f->corrected;
  h->count[ES_HARM_REINSERTED] += f->reinserted;
  h->count[ES_HARM_CURED] += f->cured;
  const double amount[ES_HARM_SUMS] = {[ES_HARM_DAYS] = f->days,
                                       [ES_HARM_OWN] = f->own,
                                       [ES_HARM_WEIGHTED] = f->weighted,
                                       [ES_HARM_ATTEMPTS] = f->attempts,
                                       [ES_HARM_STALE] = f->stale};
  for (size_t k = 0; k < ES_HARM_SUMS; k++) {
    h->sum[k] += es_fixed_from(amount[k]);
    h->square[k] += es_fixed_from(amount[k] * amount[k]);
  }
  h->cross += es_fixed_from(f->days * f->own);
  for (size_t s = 0; s < ES_STATES; s++) h->state[s] += es_fixed_from(f->state[s]);
  if (f->wronged) (f->corrected ? h->corrected : h->expired)[duration_bin(f->followed)]++;
}

#define HARM struct es_harm
static const struct es_field harm_fields[] = {ES_COUNTS(HARM, count),   ES_SUMS(HARM, sum),
                                              ES_SUMS(HARM, square),    ES_SUMS(HARM, cross),
                                              ES_SUMS(HARM, state),     ES_COUNTS(HARM, corrected),
                                              ES_COUNTS(HARM, expired), {0}};
#undef HARM
const struct es_layout es_harm_layout = {sizeof(struct es_harm), harm_fields};

/* --- measuring
 * ----------------------------------------------------------------------------------- */

static const char *lacks(const struct es_counts *c)
{
  if (c->people == 0) return "nobody in this group";
  return c->harm == NULL ? "the population states no due process" : NULL;
}

static double wronged(const struct es_counts *c) { return (double)c->harm->count[ES_HARM_WRONGED]; }

static struct es_estimate per_1000(const struct es_counts *c, enum es_harm_sum what)
{
  if (lacks(c) != NULL) return (struct es_estimate){.undefined = lacks(c)};
  struct es_estimate e = es_estimate_mean(es_fixed_to(c->harm->sum[what]),
                                          es_fixed_to(c->harm->square[what]), c->people, 1);
  e.value *= 1000;
  e.variance *= e.variance > 0 ? 1e6 : 1;
  return e;
}

struct es_estimate es_harm_weighted_per_1000(const struct es_counts *c)
{
  return per_1000(c, ES_HARM_WEIGHTED);
}
struct es_estimate es_harm_attempts_per_1000(const struct es_counts *c)
{
  return per_1000(c, ES_HARM_ATTEMPTS);
}
struct es_estimate es_harm_stale_per_1000(const struct es_counts *c)
{
  return per_1000(c, ES_HARM_STALE);
}

struct es_estimate es_harm_days_per_wronged(const struct es_counts *c)
{
  if (lacks(c) != NULL) return (struct es_estimate){.undefined = lacks(c)};
  if (wronged(c) == 0) return (struct es_estimate){.undefined = "0 of 0: nobody is wronged"};
  return es_estimate_mean(es_fixed_to(c->harm->sum[ES_HARM_DAYS]),
                          es_fixed_to(c->harm->square[ES_HARM_DAYS]), wronged(c), 1);
}

/* A ratio of two sums over the same people, by linearisation. */
struct es_estimate es_harm_cascade(const struct es_counts *c)
{
  if (lacks(c) != NULL) return (struct es_estimate){.undefined = lacks(c)};
  const struct es_harm *h = c->harm;
  double n = wronged(c), days = es_fixed_to(h->sum[ES_HARM_DAYS]),
         own = es_fixed_to(h->sum[ES_HARM_OWN]);
  if (own == 0) return (struct es_estimate){.undefined = "0 of 0: no days of wrong restriction"};
  double r = days / own, squares = es_fixed_to(h->square[ES_HARM_DAYS]) -
                                   2 * r * es_fixed_to(h->cross) +
                                   r * r * es_fixed_to(h->square[ES_HARM_OWN]);
  return (struct es_estimate){
      .value = r, .n = n, .method = "linearised", .variance = fmax(0, squares) / (own * own)};
}

/* The share still uncorrected after a bin, by Kaplan and Meier, with Greenwood's variance. */
struct survival {
  double share, variance;
};

/* The first time at which `share + z·sd` has fallen to `level`; NaN: it never does. */
static double first_below(const struct es_harm *h, double level, double z)
{
  double at_risk = (double)h->count[ES_HARM_WRONGED], greenwood = 0;
  struct survival s = {1, 0};
  for (size_t b = 0; b < ES_DURATIONS && at_risk > 0; b++) {
    double events = (double)h->corrected[b];
    s.share *= 1 - events / at_risk;
    if (events > 0 && at_risk > events) greenwood += events / (at_risk * (at_risk - events));
    s.variance = s.share * s.share * greenwood;
    if (s.share + z * sqrt(s.variance) <= level + 1e-12)
      return (duration_from(b) + duration_from(b + 1)) / 2;
    at_risk -= events + (double)h->expired[b];
  }
  return NAN;
}

/* Brookmeyer and Crowley 1982: the times at which the survival curve's band crosses the level; its
 * width stands for 2 × 1.96 standard errors. */
static struct es_estimate correction_quantile(const struct es_counts *c, double level,
                                              const char *never)
{
  if (lacks(c) != NULL) return (struct es_estimate){.undefined = lacks(c)};
  if (wronged(c) == 0) return (struct es_estimate){.undefined = "0 of 0: nobody is wronged"};
  const double z = 1.959963984540054;
  double at = first_below(c->harm, level, 0);
  if (isnan(at)) return (struct es_estimate){.undefined = never};
  double low = first_below(c->harm, level, -z), high = first_below(c->harm, level, z);
  double sd = (high - low) / (2 * z);
  return (struct es_estimate){.value = at,
                              .n = wronged(c),
                              .method = "brookmeyer_crowley",
                              .variance = isnan(sd) ? -1 : sd * sd};
}

struct es_estimate es_harm_correction_median(const struct es_counts *c)
{
  return correction_quantile(c, 0.5, "fewer than half are corrected before their record expires");
}
struct es_estimate es_harm_correction_p90(const struct es_counts *c)
{
  return correction_quantile(c, 0.1,
                             "fewer than nine in ten are corrected before their record expires");
}
