/* The best that can be said of people by what is seen of them: the probability of the favourable
 * outcome, given every column and every gap, by the very model that made them.
 *
 * The likelihood of what a source shows is integrated over the months of its file (in classes),
 * and the product over sources over the traits: 5 × 5 × 5 Gauss-Hermite nodes, placed for each
 * person where assumed-density filtering through the columns puts their traits.  Strata are summed
 * over by what is seen, for nobody is told them.  Left out: false links (each record is taken for
 * the person's own), that sources which overlap (platform) or share a route have people together,
 * dates, and what time has changed.  Peers' opinions count by their mean and variance.
 */
#include "harness/population/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"

enum { KNOTS = 5, NODES = KNOTS * KNOTS * KNOTS, AGES = 12 };

static const double knot[KNOTS] = {-2.8569700138728056, -1.3556261799742659, 0, 1.3556261799742659,
                                   2.8569700138728056};
static const double knot_weight[KNOTS] = {0.011257411327720693, 0.22207592200561266,
                                          0.53333333333333333, 0.22207592200561266,
                                          0.011257411327720693};
/* No file is taken to be more exact: a column without noise is one of this variance. */
static const double least_variance = 1e-8;

/* Months on record in classes: the first of each; the last has no end. */
static const double age_from[AGES] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233};

/* What one source's files are like in one stratum. */
struct glimpse {
  double arrives;                 /* of the records that there are: linked, and shared */
  double age[AGES], months[AGES]; /* share of files of each class, and their length */
  size_t ages;                    /* 1 where length does not matter */
};

struct sight {
  const struct es_population *p;
  double mean[ES_TRAITS], cov[ES_TRAITS][ES_TRAITS]; /* of everybody's traits */
  struct glimpse *glimpse;                           /* [sources][strata] */
  /* One person at a time. */
  const double *const *value;
  const uint8_t *const *seen;
  size_t person;
  double z[ES_TRAITS][NODES], weight[NODES];
  double *total[2]; /* [strata][NODES] log of prior, likelihood and outcome, each outcome */
  double *record;   /* [AGES][NODES] */
};

/* --- what is the same for everybody ------------------------------------------------------------
 */

/* The share of a source's records that reach the core by any way; ways as if they shared nothing.
 */
static double reach_of(const struct es_population *p, size_t s, size_t g, size_t hops)
{
  double shared = p->seen[s * p->strata + g].shared;
  if (p->routes == 0) return shared;
  if (s == p->core_source) return 1;
  double none = p->source[s].routed ? 1 : 1 - shared;
  for (size_t e = 0; e < p->routes && hops > 0; e++)
    if (p->route[e].from == s)
      none *= 1 - p->carried[e * p->strata + g] * reach_of(p, p->route[e].to, g, hops - 1);
  return 1 - none;
}

static void look_at_source(struct glimpse *v, const struct es_population *p, size_t s, size_t g)
{
  const struct es_view_of *view = &p->seen[s * p->strata + g];
  enum { HOPS = 4 };
  v->arrives = (1 - view->missed) * reach_of(p, s, g, HOPS);
  v->ages = view->noise > 0 || p->source[s].events > 0 ? AGES : 1;
  for (size_t k = 0; k < v->ages; k++) {
    double from = age_from[k], to = k + 1 < AGES ? age_from[k + 1] : INFINITY;
    double longer = k + 1 < AGES && v->ages > 1 ? es_longer_than(view->history, to - 1) : 0;
    v->age[k] = (k == 0 ? 1 : es_longer_than(view->history, from - 1)) - longer;
    v->months[k] = k + 1 < AGES ? (from + to - 1) / 2 : 1.5 * from;
  }
}

/* Mean and covariance of everybody's traits. */
static void look_at_traits(struct sight *x)
{
  const struct es_population *p = x->p;
  double share = 0;
  for (int round = 0; round < 2; round++)
    for (size_t g = 0; g < p->strata; g++)
      for (size_t m = 0; m < p->mixes; m++) {
        share = p->stratum[g].share * p->mix_share[g * p->mixes + m];
        double at[ES_TRAITS];
        for (size_t k = 0; k < ES_TRAITS; k++) at[k] = p->stratum[g].mean[k] + p->shift[m][k];
        for (size_t k = 0; k < ES_TRAITS; k++) {
          if (round == 0) x->mean[k] += share * at[k];
          for (size_t j = 0; j < ES_TRAITS && round == 1; j++)
            x->cov[k][j] += share * (at[k] - x->mean[k]) * (at[j] - x->mean[j]);
        }
      }
  for (size_t k = 0; k < ES_TRAITS; k++)
    for (size_t j = 0; j < ES_TRAITS; j++)
      for (size_t i = 0; i <= (k < j ? k : j); i++)
        x->cov[k][j] += p->factor[k][i] * p->factor[j][i];
}

/* --- where to look -----------------------------------------------------------------------------
 */

static void loadings_of(double *loading, const struct es_indicator *x)
{
  loading[0] = x->capacity;
  loading[1] = x->reliability;
  loading[2] = x->visibility;
}

/* Variance of an indicator's value in files of that class. */
static double variance_of(const struct es_population *p, size_t s, size_t k, size_t g,
                          double months)
{
  const struct es_indicator *x = &p->indicator[k];
  const struct es_peer_view *peer = &p->peer[k * p->strata + g];
  double noise = p->seen[s * p->strata + g].noise, v = x->blur * x->blur + noise * noise / months;
  if (x->kind == ES_PEER)
    v += peer->bias * peer->bias * peer->strangers * (1 - peer->strangers) / (double)x->peers;
  return fmax(v, least_variance);
}

struct guess {
  double mean[ES_TRAITS], cov[ES_TRAITS][ES_TRAITS];
};

/* Something with those loadings turned out `by` above its mean, and has `left` of its variance. */
static void learn(struct guess *q, const double *loading, double variance, double by, double left)
{
  double along[ES_TRAITS] = {0};
  for (size_t k = 0; k < ES_TRAITS; k++)
    for (size_t j = 0; j < ES_TRAITS; j++) along[k] += q->cov[k][j] * loading[j];
  for (size_t k = 0; k < ES_TRAITS; k++) {
    q->mean[k] += along[k] / variance * by;
    for (size_t j = 0; j < ES_TRAITS; j++)
      q->cov[k][j] -= along[k] * along[j] / (variance * variance) * (variance - left);
  }
}

static double along(const struct guess *q, const double *loading, double own)
{
  double v = own;
  for (size_t k = 0; k < ES_TRAITS; k++)
    for (size_t j = 0; j < ES_TRAITS; j++) v += loading[k] * q->cov[k][j] * loading[j];
  return v;
}

/* Of a count: as if the logarithm of its mean had been seen, with an error. */
static void learn_count(struct guess *q, const double *loading, double at, double own, double count)
{
  double variance = along(q, loading, own), error = 1 / (count + 0.5);
  double gain = variance / (variance + error);
  learn(q, loading, variance, gain * (es_log(count + 0.5) - at), gain * error);
}

/* Of a yes or no: the value is on that side of 0. */
static void learn_sign(struct guess *q, const double *loading, double at, double own, bool yes)
{
  double variance = along(q, loading, own), sd = sqrt(variance), a = (yes ? at : -at) / sd;
  double p = es_normal_cdf(a);
  double h = a > -8 ? es_exp(-a * a / 2) * 0.3989422804014327 / p : -a + 1e-3;
  learn(q, loading, variance, (yes ? sd : -sd) * h, variance * fmax(1 - h * (h + a), 1e-3));
}

static void learn_indicator(struct guess *q, const struct sight *x, size_t s, size_t k,
                            double value)
{
  const struct es_population *p = x->p;
  const struct es_indicator *of = &p->indicator[k];
  double loading[ES_TRAITS], at = of->intercept, own = 0, bias = 0;
  loadings_of(loading, of);
  for (size_t j = 0; j < ES_TRAITS; j++) at += loading[j] * q->mean[j];
  for (size_t g = 0; g < p->strata; g++) {
    const struct es_peer_view *peer = &p->peer[k * p->strata + g];
    double months = fmax(1, 0.7 * p->seen[s * p->strata + g].history);
    own += p->stratum[g].share * variance_of(p, s, k, g, months);
    bias += p->stratum[g].share * peer->bias * peer->strangers;
  }
  if (of->kind == ES_COUNT)
    learn_count(q, loading, at, own, value);
  else if (of->kind == ES_BINARY)
    learn_sign(q, loading, at, own, value > 0);
  else
    learn(q, loading, along(q, loading, own), value - at - (of->kind == ES_PEER ? bias : 0), 0);
}

static bool is_seen(const struct sight *x, size_t column)
{
  return x->seen[column][x->person] != 0;
}

/* Lays the nodes around the traits that the columns speak of. */
static void place(struct sight *x)
{
  const struct es_population *p = x->p;
  struct guess q;
  memcpy(q.mean, x->mean, sizeof q.mean);
  memcpy(q.cov, x->cov, sizeof q.cov);
  for (size_t s = 0; s < p->sources; s++)
    for (size_t k = 0; k < p->source[s].indicators; k++)
      if (is_seen(x, p->source[s].first + k))
        learn_indicator(&q, x, s, p->source[s].first_indicator + k,
                        x->value[p->source[s].first + k][x->person]);
  double l[ES_TRAITS][ES_TRAITS] = {{0}}, volume = 0;
  for (size_t k = 0; k < ES_TRAITS; k++)
    for (size_t j = 0; j <= k; j++) {
      double v = q.cov[k][j];
      for (size_t i = 0; i < j; i++) v -= l[k][i] * l[j][i];
      l[k][j] = j < k ? v / l[j][j] : sqrt(fmax(v, 1e-12));
    }
  for (size_t k = 0; k < ES_TRAITS; k++) volume += es_log(l[k][k] / p->factor[k][k]);
  for (size_t n = 0; n < NODES; n++) {
    size_t at[ES_TRAITS] = {n % KNOTS, n / KNOTS % KNOTS, n / (KNOTS * KNOTS)};
    x->weight[n] = volume;
    for (size_t k = 0; k < ES_TRAITS; k++) {
      x->z[k][n] = q.mean[k];
      for (size_t j = 0; j <= k; j++) x->z[k][n] += l[k][j] * knot[at[j]];
      x->weight[n] += es_log(knot_weight[at[k]]) + knot[at[k]] * knot[at[k]] / 2;
    }
  }
}

/* --- likelihoods at the nodes ------------------------------------------------------------------
 */

static double linear(const struct sight *x, size_t n, double at, const double *loading)
{
  return at + loading[0] * x->z[0][n] + loading[1] * x->z[1][n] + loading[2] * x->z[2][n];
}

/* Adds log P(count), where its mean's logarithm is normal around each `at` with variance v: by five
 * nodes where the two agree. */
static void add_count(double *out, const double *at, double v, double count)
{
  const struct es_lanes *lanes = es_lanes();
  double error = 1 / (count + 0.5), left = v * error / (v + error), sd = sqrt(left);
  double seen = es_log(count + 0.5), part[KNOTS][NODES], rate[NODES], top[NODES], sum[NODES];
  lanes->fill(top, -INFINITY, NODES);
  lanes->fill(sum, 0, NODES);
  for (size_t k = 0; k < KNOTS; k++) {
    for (size_t n = 0; n < NODES; n++) {
      double eta = fmin((at[n] * error + seen * v) / (v + error) + sd * knot[k], 600);
      part[k][n] = count * eta - (eta - at[n]) * (eta - at[n]) / (2 * v) + knot[k] * knot[k] / 2;
      rate[n] = eta;
    }
    lanes->exp(rate, rate, NODES);
    for (size_t n = 0; n < NODES; n++) {
      part[k][n] -= rate[n];
      top[n] = part[k][n] > top[n] ? part[k][n] : top[n];
    }
  }
  for (size_t k = 0; k < KNOTS; k++) {
    for (size_t n = 0; n < NODES; n++) part[k][n] -= top[n];
    lanes->exp(part[k], part[k], NODES);
    for (size_t n = 0; n < NODES; n++) sum[n] += knot_weight[k] * part[k][n];
  }
  lanes->log(sum, sum, NODES);
  double rest = es_log(left / v) / 2 - es_log_gamma(count + 1);
  for (size_t n = 0; n < NODES; n++) out[n] += top[n] + sum[n] + rest;
}

static void add_indicator(double *out, const struct sight *x, size_t s, size_t g, size_t k,
                          double value, double months)
{
  const struct es_population *p = x->p;
  const struct es_indicator *of = &p->indicator[k];
  const struct es_peer_view *peer = &p->peer[k * p->strata + g];
  double loading[ES_TRAITS], v = variance_of(p, s, k, g, months), sd = sqrt(v);
  double at = of->intercept + (of->kind == ES_PEER ? peer->bias * peer->strangers : 0);
  double base = -es_log(2 * 3.14159265358979323846 * v) / 2;
  loadings_of(loading, of);
  double m[NODES];
  for (size_t n = 0; n < NODES; n++) m[n] = linear(x, n, at, loading);
  if (of->kind == ES_COUNT) add_count(out, m, v, fmax(value, 0));
  for (size_t n = 0; n < NODES && of->kind == ES_BINARY; n++)
    out[n] += es_log(fmax(es_normal_cdf((value > 0 ? m[n] : -m[n]) / sd), 1e-300));
  for (size_t n = 0; n < NODES && (of->kind == ES_NUMBER || of->kind == ES_PEER); n++)
    out[n] += base - (value - m[n]) * (value - m[n]) / (2 * v);
}

static double poisson(double count, double mean)
{
  if (count < 0) return 0;
  if (mean <= 0) return count == 0;
  return es_exp(count * es_log(mean) - mean - es_log_gamma(count + 1));
}

/* The density of what is shown of one event over a file of that length: how many within the window,
 * and when the last was.  With probability `wrong` one more is recorded, at an even date. */
static double shown(const struct es_event *e, double rate, double months, double wrong,
                    double count, double last)
{
  double end = e->expiry > 0 ? fmin(months, e->expiry) : months;
  if (isnan(last)) return (1 - wrong) * es_exp(-rate * end);
  end = fmax(end, last);
  double until = fmax(e->window > 0 ? fmin(e->window, end) : end, last), span = until - last;
  bool inside = e->window <= 0 || last <= e->window;
  double rest = inside ? poisson(count - 1, rate * span) : 1;
  double one_less = inside ? poisson(count - 2, rate * span) : 0;
  double later = (span * one_less + (end - until) * rest) / end;
  return es_exp(-rate * last) * ((1 - wrong) * rate * rest + wrong * (rest / end + rate * later));
}

static void add_events(double *out, const struct sight *x, size_t s, size_t g, double months,
                       bool none)
{
  const struct es_population *p = x->p;
  const struct es_source *source = &p->source[s];
  double wrong = p->seen[s * p->strata + g].false_records / (double)source->events;
  for (size_t k = 0; k < source->events; k++) {
    const struct es_event *e = &p->event[source->first_event + k];
    const struct es_event_view *felt = &p->felt[(source->first_event + k) * p->strata + g];
    const double loading[ES_TRAITS] = {e->capacity, e->reliability, e->visibility};
    size_t c = source->first + source->indicators + 2 * k;
    double count = none ? 0 : x->value[c][x->person];
    double last = !none && is_seen(x, c + 1) ? x->value[c + 1][x->person] : (double)NAN;
    for (size_t n = 0; n < NODES; n++) {
      double rate = felt->rate * felt->detection * es_exp(fmin(linear(x, n, 0, loading), 300));
      out[n] += es_log(fmax(shown(e, rate, months, wrong, count, last), 1e-300));
    }
  }
}

/* Whether a record is as likely in that stratum as in the one before, given the length of its file.
 */
static bool as_before(const struct es_population *p, size_t s, size_t g)
{
  const struct es_source *source = &p->source[s];
  const struct es_view_of *view = &p->seen[s * p->strata + g];
  if (g == 0 || source->events > 0 || view->noise != view[-1].noise) return false;
  for (size_t k = source->first_indicator; k < source->first_indicator + source->indicators; k++)
    if (p->indicator[k].kind == ES_PEER) return false;
  return true;
}

/* x->record: log of the density of the source's record at each length of its file; `none`: of no
 * event on record. */
static void read_record(struct sight *x, size_t s, size_t g, bool none)
{
  const struct es_source *source = &x->p->source[s];
  const struct glimpse *v = &x->glimpse[s * x->p->strata + g];
  if (as_before(x->p, s, g)) return;
  memset(x->record, 0, v->ages * NODES * sizeof *x->record);
  for (size_t a = 0; a < v->ages; a++) {
    double *own = x->record + a * NODES;
    for (size_t k = 0; !none && k < source->indicators; k++)
      add_indicator(own, x, s, g, source->first_indicator + k,
                    x->value[source->first + k][x->person], v->months[a]);
    if (source->events > 0) add_events(own, x, s, g, v->months[a], none);
  }
}

/* out[n] = log of the record's density, over the lengths that the stratum's files have. */
static void weigh_record(double *out, struct sight *x, size_t s, size_t g, bool none)
{
  const struct glimpse *v = &x->glimpse[s * x->p->strata + g];
  const struct es_lanes *lanes = es_lanes();
  double sum[NODES], part[NODES], top[NODES];
  read_record(x, s, g, none);
  lanes->fill(sum, 0, NODES);
  lanes->fill(top, -INFINITY, NODES);
  for (size_t a = 0; a < v->ages; a++)
    for (size_t n = 0; n < NODES; n++) top[n] = fmax(top[n], x->record[a * NODES + n]);
  for (size_t a = 0; a < v->ages; a++) {
    for (size_t n = 0; n < NODES; n++) part[n] = x->record[a * NODES + n] - top[n];
    lanes->exp(part, part, NODES);
    lanes->add_scaled(sum, v->age[a], part, NODES);
  }
  for (size_t n = 0; n < NODES; n++) sum[n] = fmax(sum[n], 1e-300);
  lanes->log(sum, sum, NODES);
  for (size_t n = 0; n < NODES; n++) out[n] = top[n] + sum[n];
}

/* The probability that the source has somebody with those traits and that outcome; on a list with
 * events, less those of whom it has none. */
static double covers(const struct sight *x, size_t s, size_t g, size_t n, bool favorable)
{
  const struct es_source *source = &x->p->source[s];
  const struct es_view_of *view = &x->p->seen[s * x->p->strata + g];
  double has = view->drawn;
  if (source->mechanism == ES_PLATFORM) has = view->coverage;
  if (source->opt_in != 0)
    has = es_normal_cdf(view->threshold + source->opt_in * x->z[source->opt_in_trait][n]);
  if (source->events > 0) return has;
  if (source->mechanism == ES_NEGATIVE_ONLY && favorable) has = 0;
  return 1 - (1 - has) * (1 - view->false_records);
}

static void add_source(struct sight *x, size_t s, size_t g)
{
  const struct es_source *source = &x->p->source[s];
  double arrives = x->glimpse[s * x->p->strata + g].arrives, record[NODES] = {0};
  bool here = is_seen(x, source->first);
  bool listed = source->mechanism == ES_NEGATIVE_ONLY && source->events > 0;
  bool varies = source->opt_in != 0 || listed;
  if (arrives <= 0 && !here) return;
  if (here || listed) weigh_record(record, x, s, g, !here);
  for (size_t y = 0; y < 2; y++)
    for (size_t n = 0; n < NODES; n++) {
      double *total = &x->total[y][g * NODES + n];
      if (!varies && n > 0 && !here) { /* the same at every node */
        *total += record[0];
        continue;
      }
      double has = arrives * covers(x, s, g, n, y == 1);
      double apart = here ? has : 1 - has * (listed ? 1 - es_exp(record[n]) : 1);
      apart = es_log(fmax(apart, 1e-300));
      if (!varies && !here) record[0] = apart;
      *total += here ? apart + record[n] : apart;
    }
}

/* --- the person --------------------------------------------------------------------------------
 */

/* log of how many people of stratum g have the traits of node n. */
static double log_prior(const struct sight *x, size_t g, size_t n)
{
  const struct es_population *p = x->p;
  double sum = 0, top = -INFINITY, part[ES_MOST_MIXES];
  for (size_t m = 0; m < p->mixes; m++) {
    double t[ES_TRAITS], share = p->stratum[g].share * p->mix_share[g * p->mixes + m];
    part[m] = share > 0 ? es_log(share) : -700;
    for (size_t k = 0; k < ES_TRAITS; k++) {
      t[k] = x->z[k][n] - p->stratum[g].mean[k] - p->shift[m][k];
      for (size_t j = 0; j < k; j++) t[k] -= p->factor[k][j] * t[j];
      t[k] /= p->factor[k][k];
      part[m] -= t[k] * t[k] / 2;
    }
    top = fmax(top, part[m]);
  }
  if (p->mixes == 1) return top;
  for (size_t m = 0; m < p->mixes; m++) sum += es_exp(part[m] - top);
  return top + es_log(sum);
}

static double best_of(struct sight *x)
{
  const struct es_population *p = x->p;
  const double slope[ES_TRAITS] = {p->traits.capacity, p->traits.reliability, p->traits.visibility};
  double top = -INFINITY, sum[2] = {0}, base = 0;
  place(x);
  for (size_t g = 0; g < p->strata; g++) {
    base += p->stratum[g].share * (1 - p->stratum[g].bad_rate);
    for (size_t n = 0; n < NODES; n++) {
      double prior = x->weight[n] + log_prior(x, g, n);
      double good = es_logistic(linear(x, n, p->stratum[g].intercept, slope));
      x->total[0][g * NODES + n] = prior + es_log(fmax(1 - good, 1e-300));
      x->total[1][g * NODES + n] = prior + es_log(fmax(good, 1e-300));
    }
  }
  for (size_t s = 0; s < p->sources; s++)
    for (size_t g = 0; g < p->strata; g++) add_source(x, s, g);
  for (size_t y = 0; y < 2; y++)
    for (size_t n = 0; n < p->strata * NODES; n++) top = fmax(top, x->total[y][n]);
  for (size_t y = 0; y < 2; y++) {
    for (size_t n = 0; n < p->strata * NODES; n++) x->total[y][n] -= top;
    es_lanes()->exp(x->total[y], x->total[y], p->strata * NODES);
    for (size_t n = 0; n < p->strata * NODES; n++) sum[y] += x->total[y][n];
  }
  double best = sum[1] / (sum[0] + sum[1]);
  return best >= 0 && best <= 1 ? best : base; /* records that cannot be */
}

enum es_status es_population_best(const struct es_population *p, const double *const *value,
                                  const uint8_t *const *seen, size_t people, double *best,
                                  struct es_context *ctx)
{
  struct sight *x = es_alloc(1, sizeof *x, ctx);
  if (x == NULL) return ES_NOMEM;
  x->p = p;
  x->value = value;
  x->seen = seen;
  x->glimpse = es_alloc(p->sources * p->strata, sizeof *x->glimpse, ctx);
  for (size_t y = 0; y < 2; y++) x->total[y] = es_alloc(p->strata * NODES, sizeof **x->total, ctx);
  x->record = es_alloc((size_t)AGES * NODES, sizeof *x->record, ctx);
  bool good = x->glimpse && x->total[0] && x->total[1] && x->record;
  if (good) look_at_traits(x);
  for (size_t s = 0; good && s < p->sources; s++)
    for (size_t g = 0; g < p->strata; g++) look_at_source(&x->glimpse[s * p->strata + g], p, s, g);
  for (size_t i = 0; good && i < people; i++) {
    x->person = i;
    best[i] = best_of(x);
  }
  free(x->glimpse);
  free(x->total[0]);
  free(x->total[1]);
  free(x->record);
  free(x);
  return good ? ES_OK : ES_NOMEM;
}
