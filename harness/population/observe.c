/* Sees people through their records: what is recorded, links, sharing.
 *
 * A false link attaches a stranger's record in place of the person's own.  Strangers are drawn like
 * anybody, so a false link to somebody whom the source does not have attaches nothing.
 */
#include "harness/base/math.h"
#include "harness/population/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EVENTS = 99 };

/* A Poisson count by inversion of one uniform. */
static double count(double mean, double u)
{
  double p = es_exp(-mean), sum = p;
  int k = 0;
  while (u > sum && k < MOST_EVENTS) sum += p *= mean / ++k;
  return k;
}

static double recorded(const struct es_indicator *x, const struct es_records *r, size_t i,
                       struct es_draw d)
{
  double index = x->intercept + x->capacity * r->trait[0][i] + x->reliability * r->trait[1][i] +
                 x->visibility * r->trait[2][i];
  if (x->blur > 0) index += x->blur * es_normal(d.word[0]);
  if (r->spread[i] > 0) index += r->spread[i] * es_normal(d.word[1]);
  if (x->kind == ES_NUMBER || x->kind == ES_PEER) return index;
  if (x->kind == ES_BINARY) return index > 0;
  return count(es_exp(index), es_uniform(d.word[2]));
}

/* A binomial count by inversion of one uniform; none: its probability of 0, (1 - q)^n. */
static double successes(int64_t n, double q, double none, double u)
{
  if (q <= 0 || q >= 1) return q <= 0 ? 0 : (double)n;
  double p = none, sum = none;
  int64_t k = 0;
  while (u > sum && k < n) {
    p *= (double)(n - k) / (double)(k + 1) * (q / (1 - q));
    sum += p;
    k++;
  }
  return (double)k;
}

/* What peers of other strata add to the mean opinion of person i. */
static double prejudice(const struct es_population *p, size_t indicator, const struct es_records *r,
                        size_t i, struct es_draw d)
{
  const struct es_indicator *x = &p->indicator[indicator];
  const struct es_peer_view *peer = &p->peer[indicator * p->strata + r->stratum[i]];
  if (peer->bias == 0) return 0;
  return peer->bias * successes(x->peers, peer->strangers, peer->none, es_uniform(d.word[2])) /
         (double)x->peers;
}

/* Fills column[k][i] for covered people. */
static void read_records(const struct es_records *r, const struct es_population *p, size_t s,
                         const struct es_context *ctx, double *const *column)
{
  const struct es_source *source = &p->source[s];
  for (size_t k = 0; k < source->indicators; k++) {
    const struct es_indicator *x = &p->indicator[source->first_indicator + k];
    for (size_t i = 0; i < r->people; i++) {
      if (!r->covered[i]) continue;
      struct es_draw d = es_draw(ctx, r->person[i], es_purpose(s, ES_DRAW_INDICATOR + k));
      column[k][i] = recorded(x, r, i, d);
      if (x->kind == ES_PEER) column[k][i] += prejudice(p, source->first_indicator + k, r, i, d);
    }
  }
}

/* Reads the strangers' records and writes them over the receivers'. */
static void attach(struct es_records *r, struct es_donors *donors, const struct es_population *p,
                   size_t s, const struct es_context *ctx, double *const *column,
                   double *const *scratch)
{
  donors->truth.person = donors->address;
  struct es_records theirs = es_draw_donors(&donors->truth, p, s, ctx, scratch);
  read_records(&theirs, p, s, ctx, scratch);
  for (size_t d = 0; d < theirs.people; d++) {
    size_t i = donors->receiver[d];
    r->covered[i] = theirs.covered[d];
    for (size_t k = 0; k < p->source[s].columns; k++) column[k][i] = scratch[k][d];
  }
}

static void observe_source(struct es_records *r, struct es_donors *donors,
                           const struct es_population *p, size_t s, const struct es_context *ctx,
                           double **column, uint8_t **seen, double **scratch)
{
  es_open_files(r, p, s, ctx);
  es_read_events(r, p, s, ctx, column);
  es_link_records(r, donors, p, s, ctx, scratch);
  read_records(r, p, s, ctx, column);
  if (donors->truth.people > 0) attach(r, donors, p, s, ctx, column, scratch);
  for (size_t k = 0; k < p->source[s].columns; k++)
    for (size_t i = 0; i < r->people; i++) {
      seen[k][i] = r->covered[i] && r->shared[i];
      if (!seen[k][i]) column[k][i] = NAN;
    }
  for (size_t k = p->source[s].indicators + 1; k < p->source[s].columns; k += 2)
    for (size_t i = 0; i < r->people; i++) seen[k][i] = (uint8_t)!isnan(column[k][i]);
}

/* Per-call working memory: one column of a chunk per indicator of the widest source. */
static enum es_status make_scratch(const struct es_population *p, double ***scratch, double **cells,
                                   struct es_context *ctx)
{
  size_t widest = 1;
  for (size_t s = 0; s < p->sources; s++)
    if (p->source[s].columns > widest) widest = p->source[s].columns;
  *scratch = es_alloc(widest, sizeof **scratch, ctx);
  *cells = es_alloc(widest * ES_CHUNK, sizeof **cells, ctx);
  if (*scratch == NULL || *cells == NULL) return ES_NOMEM;
  for (size_t k = 0; k < widest; k++) (*scratch)[k] = *cells + k * ES_CHUNK;
  return ES_OK;
}

enum es_status es_population_observe(const struct es_population *p, const struct es_truth *t,
                                     double *const *value, uint8_t *const *seen,
                                     struct es_context *ctx)
{
  double **scratch = NULL, *cells = NULL;
  struct es_donors donors;
  struct es_records r;
  double **column = es_alloc(p->columns, sizeof *column, ctx);
  uint8_t **mask = es_alloc(p->columns, sizeof *mask, ctx);
  enum es_status status = es_truth_create(&donors.truth, ES_CHUNK, ctx);
  if (status == ES_OK) status = make_scratch(p, &scratch, &cells, ctx);
  if (column == NULL || mask == NULL) status = ES_NOMEM;
  for (size_t from = 0; status == ES_OK && from < t->people; from += ES_CHUNK) {
    r.people = t->people - from < ES_CHUNK ? t->people - from : ES_CHUNK;
    r.person = t->person + from;
    r.stratum = t->stratum + from;
    r.outcome = t->outcome + from;
    for (size_t k = 0; k < ES_TRAITS; k++) r.trait[k] = t->trait[k] + from;
    for (size_t c = 0; c < p->columns; c++) {
      column[c] = value[c] + from;
      mask[c] = seen[c] + from;
    }
    es_follow_routes(&r, p, ctx);
    for (size_t s = 0; s < p->sources; s++) {
      size_t first = p->source[s].first;
      observe_source(&r, &donors, p, s, ctx, column + first, mask + first, scratch);
    }
  }
  es_truth_clear(&donors.truth);
  free(column);
  free(mask);
  free(scratch);
  free(cells);
  return status;
}
