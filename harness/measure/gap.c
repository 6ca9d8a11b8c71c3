/* Differences with Newcombe's interval, ratios with Katz's, and Koopman's where counts are small;
 * of averages and curves normal ones from their own variances.  Anything over an undefined group is
 * undefined, unless such groups are skipped. */
#include "harness/measure/gap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "harness/base/math.h"

static const struct es_interval none = {NAN, NAN};

struct es_measured es_measure_rate(struct es_ratio (*rate)(const struct es_counts *),
                                   const char *formula, const struct es_group_counts *group)
{
  struct es_measured m = {.rate = true, .variance = -1, .method = "wilson"};
  struct es_ratio value = rate(&group->weight), people = rate(&group->people);
  struct es_ratio square = rate(&group->square);
  m.people = (uint64_t)(people.whole + 0.5);
  if (!(value.whole > 0)) {
    snprintf(m.undefined, sizeof m.undefined, "0 of 0 people in %s", formula);
    return m;
  }
  m.value = value.part / value.whole;
  m.n = es_effective_people(value.part, value.whole, square.part, square.whole);
  m.k = m.value * m.n;
  return m;
}

struct es_measured es_measure(const struct es_metric *metric, const struct es_group_counts *group)
{
  if (metric->rate != NULL) return es_measure_rate(metric->rate, metric->formula, group);
  struct es_estimate e = metric->estimate(&group->weight);
  struct es_measured m = {.value = e.value,
                          .variance = e.variance,
                          .method = e.method != NULL ? e.method : "",
                          .people = (uint64_t)(e.n * group->weight.effective + 0.5)};
  if (e.undefined != NULL) snprintf(m.undefined, sizeof m.undefined, "%s", e.undefined);
  return m;
}

/* --- two numbers ------------------------------------------------------------------------------ */

/* A comparison that is the worst of several was chosen because it is: its interval must hold for
 * all of them, or gaps between many equal groups would look real. */
struct level {
  double z;
  const char *suffix;
};

static struct level for_worst_of(size_t comparisons, double confidence)
{
  double miss = (1 - confidence) / (double)(comparisons > 1 ? comparisons : 1);
  return (struct level){es_normal_quantile(1 - miss / 2), comparisons > 1 ? "_bonferroni" : ""};
}

/* Katz's interval wants some people on either side of both rates. */
static bool is_small(const struct es_measured *m) { return m->k < 5 || m->n - m->k < 5; }

static void divide_rates(struct es_gap *d, const struct es_measured *a, const struct es_measured *b,
                         struct level level)
{
  bool small = is_small(a) || is_small(b);
  d->interval = small ? es_koopman(a->k, a->n, b->k, b->n, level.z)
                      : es_katz_log(a->k, a->n, b->k, b->n, level.z);
  snprintf(d->method, sizeof d->method, "%s%s", small ? "koopman" : "katz_log", level.suffix);
}

static void divide(struct es_gap *d, const struct es_measured *a, const struct es_measured *b,
                   struct level level)
{
  if (b->value == 0)
    snprintf(d->undefined, sizeof d->undefined, "division by zero: the value compared with is 0");
  else if (a->value < 0 || b->value < 0)
    snprintf(d->undefined, sizeof d->undefined, "a ratio of negative values says nothing");
  if (d->undefined[0] != '\0') return;
  d->value = a->value / b->value;
  if (a->rate)
    divide_rates(d, a, b, level);
  else
    d->interval = es_delta_log(a->value, a->variance, b->value, b->variance, level.z);
}

static void subtract(struct es_gap *d, const struct es_measured *a, const struct es_measured *b,
                     double z)
{
  d->value = a->value - b->value;
  if (a->rate)
    d->interval = es_newcombe(a->k, a->n, b->k, b->n, z);
  else if (a->variance < 0 || b->variance < 0)
    d->interval = none;
  else
    d->interval = es_normal_interval(d->value, a->variance + b->variance, z);
}

static struct es_gap compare(bool divided, const struct es_measured *a, const struct es_measured *b,
                             struct level level)
{
  struct es_gap d = {.interval = none};
  const char *method = a->rate ? "newcombe" : divided ? "delta_log" : a->method;
  snprintf(d.method, sizeof d.method, "%s%s", method, level.suffix);
  if (divided)
    divide(&d, a, b, level);
  else
    subtract(&d, a, b, level.z);
  return d;
}

struct es_gap es_gap_of(const struct es_measured *a, const struct es_measured *b, bool divided,
                        double confidence)
{
  const struct es_measured *both[2] = {a, b};
  for (int k = 0; k < 2; k++) {
    struct es_gap d = {.interval = none};
    if (both[k]->undefined[0] == '\0') continue;
    snprintf(d.undefined, sizeof d.undefined, "%s", both[k]->undefined);
    return d;
  }
  return compare(divided, a, b, for_worst_of(1, confidence));
}

/* --- many groups ------------------------------------------------------------------------------ */

/* Leaves `d` undefined where a group is, or counts those that are skipped; `least` must be left. */
static bool settle(struct es_gap *d, const struct es_compared *c, size_t least)
{
  for (size_t g = 0; g < c->groups; g++) {
    if (c->m[g].undefined[0] == '\0') continue;
    d->skipped++;
    if (c->skip) continue;
    snprintf(d->undefined, sizeof d->undefined, "%.60s: %.150s", c->name[g], c->m[g].undefined);
    return false;
  }
  if (c->groups - d->skipped >= least) return true;
  snprintf(d->undefined, sizeof d->undefined, "%zu of %zu groups are undefined", d->skipped,
           c->groups);
  return false;
}

static bool is_out(const struct es_compared *c, size_t g) { return c->m[g].undefined[0] != '\0'; }

/* Of equal groups the one that is known less well speaks, so that their order does not show. */
static bool is_vaguer(const struct es_measured *a, const struct es_measured *b)
{
  return a->rate ? a->n < b->n : a->variance > b->variance;
}

/* The group with the lowest value, or the highest, other than `but`. */
static size_t extreme(const struct es_compared *c, bool highest, size_t but)
{
  size_t found = but;
  for (size_t g = 0; g < c->groups; g++) {
    if (is_out(c, g) || g == but) continue;
    const struct es_measured *a = &c->m[g], *b = &c->m[found == but ? g : found];
    if (found == but || (highest ? a->value > b->value : a->value < b->value) ||
        (a->value == b->value && is_vaguer(a, b)))
      found = g;
  }
  return found;
}

struct es_gap es_gap_between(const struct es_compared *c, bool divided, size_t comparisons)
{
  struct es_gap d = {.interval = none};
  if (!settle(&d, c, c->groups > 1 ? 2 : 1)) return d;
  size_t skipped = d.skipped, low = extreme(c, false, SIZE_MAX), high = extreme(c, true, low);
  struct level level = for_worst_of(comparisons, c->confidence);
  d = divided ? compare(true, &c->m[low], &c->m[high], level)
              : compare(false, &c->m[high], &c->m[low], level);
  d.skipped = skipped;
  return d;
}

struct es_gap es_gap_to(const struct es_compared *c, bool divided, const struct es_measured *one)
{
  struct es_gap worst = {.interval = none};
  if (!settle(&worst, c, 1)) return worst;
  if (one->undefined[0] != '\0') {
    snprintf(worst.undefined, sizeof worst.undefined, "%s", one->undefined);
    return worst;
  }
  struct level level = for_worst_of(c->groups - 1, c->confidence);
  size_t skipped = worst.skipped, at = SIZE_MAX;
  for (size_t g = 0; g < c->groups; g++) {
    if (&c->m[g] == one || is_out(c, g)) continue;
    bool up = c->m[g].value >= one->value;
    bool over = divided ? !up : up; /* so that differences are >= 0 and ratios <= 1 */
    struct es_gap d = compare(divided, over ? &c->m[g] : one, over ? one : &c->m[g], level);
    d.skipped = skipped;
    if (d.undefined[0] != '\0') return d;
    bool worse = at == SIZE_MAX || (divided ? d.value < worst.value : d.value > worst.value);
    if (!worse && (d.value != worst.value || !is_vaguer(&c->m[g], &c->m[at]))) continue;
    worst = d;
    at = g;
  }
  if (at == SIZE_MAX)
    snprintf(worst.undefined, sizeof worst.undefined, "there is no other group to compare with");
  return worst;
}

struct es_gap es_gap_extreme(const struct es_compared *c, bool highest)
{
  struct es_gap d = {.interval = none};
  if (!settle(&d, c, 1)) return d;
  d.value = c->m[extreme(c, highest, SIZE_MAX)].value;
  return d;
}
