/* Sees people through their records: what is recorded, links, sharing.
 *
 * A false link attaches a stranger's record in place of the person's own.  Strangers are drawn like
 * anybody, so a false link to somebody whom the source does not have attaches nothing.
 */
#include "harness/population/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
                        size_t i, double u)
{
  const struct es_indicator *x = &p->indicator[indicator];
  const struct es_peer_view *peer = &p->peer[indicator * p->strata + r->stratum[i]];
  if (peer->bias == 0) return 0;
  return peer->bias * successes(x->peers, peer->strangers, peer->none, u) / (double)x->peers;
}

static void add_prejudice(double *out, const struct es_population *p, size_t indicator,
                          const struct es_records *r, const struct es_words *d)
{
  for (size_t i = 0; i < r->people; i++)
    out[i] += prejudice(p, indicator, r, i, es_uniform(d->word[2][i]));
}

/* Fills out[i] of one indicator, for people who are not covered, too. */
static void read_indicator(double *out, const struct es_records *r, const struct es_population *p,
                           size_t s, size_t k, const struct es_context *ctx)
{
  const struct es_lanes *lanes = es_lanes();
  const struct es_indicator *x = &p->indicator[p->source[s].first_indicator + k];
  const double loading[ES_TRAITS] = {x->capacity, x->reliability, x->visibility};
  struct es_stream stream = es_stream(ctx, es_purpose(s, ES_DRAW_INDICATOR + k));
  struct es_words d;
  double index[ES_CHUNK], normal[ES_CHUNK];
  size_t n = r->people;
  bool number = x->kind == ES_NUMBER || x->kind == ES_PEER;
  double *at = number ? out : index;
  lanes->draw(&d, &stream, r->person, n);
  lanes->fill(at, x->intercept, n);
  for (size_t j = 0; j < ES_TRAITS; j++)
    if (loading[j] != 0) lanes->add_scaled(at, loading[j], r->trait[j], n);
  if (x->blur > 0) {
    lanes->normal(normal, d.word[0], n);
    lanes->add_scaled(at, x->blur, normal, n);
  }
  if (r->noisy) {
    lanes->normal(normal, d.word[1], n);
    lanes->add_product(at, r->spread, normal, n);
  }
  if (x->kind == ES_BINARY) lanes->positive(out, at, n);
  if (x->kind == ES_COUNT) lanes->count(out, at, d.word[2], n);
  if (x->kind == ES_PEER) add_prejudice(out, p, p->source[s].first_indicator + k, r, &d);
}

/* The people of a chunk whose records reach somebody, side by side. */
struct reached {
  struct es_records records;
  uint16_t who[ES_CHUNK];
  uint64_t person[ES_CHUNK];
  uint32_t stratum[ES_CHUNK];
  double trait[ES_TRAITS][ES_CHUNK];
};

static void find_reached(struct reached *to, const struct es_records *r)
{
  size_t n = 0;
  for (size_t i = 0; i < r->people; i++) {
    to->who[n] = (uint16_t)i;
    n += r->covered[i] & r->shared[i];
  }
  to->records.people = n;
}

static void gather_reached(struct reached *to, const struct es_records *r)
{
  to->records.noisy = r->noisy;
  to->records.person = to->person;
  to->records.stratum = to->stratum;
  for (size_t k = 0; k < ES_TRAITS; k++) to->records.trait[k] = to->trait[k];
  for (size_t j = 0; j < to->records.people; j++) {
    size_t i = to->who[j];
    to->person[j] = r->person[i];
    to->stratum[j] = r->stratum[i];
    for (size_t k = 0; k < ES_TRAITS; k++) to->trait[k][j] = r->trait[k][i];
    to->records.spread[j] = r->spread[i];
  }
}

/* What is recorded of people whom it reaches nobody from is not looked at; where they are many,
 * they are left out. */
static void read_records(const struct es_records *r, const struct es_population *p, size_t s,
                         const struct es_context *ctx, double *const *column)
{
  struct reached few;
  double value[ES_CHUNK];
  find_reached(&few, r);
  bool apart = 3 * few.records.people < 2 * r->people;
  if (apart) gather_reached(&few, r);
  for (size_t k = 0; k < p->source[s].indicators; k++) {
    read_indicator(apart ? value : column[k], apart ? &few.records : r, p, s, k, ctx);
    for (size_t j = 0; apart && j < few.records.people; j++) column[k][few.who[j]] = value[j];
  }
}

/* Reads the strangers' records and writes them over the receivers'. */
static void attach(struct es_records *r, struct es_donors *donors, const struct es_population *p,
                   size_t s, const struct es_context *ctx, double *const *column,
                   double *const *scratch)
{
  struct es_records theirs = es_draw_donors(&donors->truth, p, s, ctx, scratch);
  memset(theirs.shared, 1, sizeof theirs.shared); /* the receiver's link is */
  read_records(&theirs, p, s, ctx, scratch);
  for (size_t d = 0; d < theirs.people; d++) {
    size_t i = donors->receiver[d];
    r->covered[i] = theirs.covered[d];
    if (es_is_dated(&p->source[s])) {
      r->months[i] = theirs.months[d];
      r->updated[i] = theirs.updated[d];
    }
    for (size_t k = 0; k < p->source[s].columns; k++) column[k][i] = scratch[k][d];
  }
}

/* Nothing that the source knows gets to the deciding agency. */
static bool is_hidden(const struct es_population *p, size_t s)
{
  for (size_t g = 0; g < p->strata; g++)
    if (p->routes > 0 || p->seen[s * p->strata + g].shared > 0) return false;
  return true;
}

static void hide(size_t columns, size_t n, double **column, uint8_t **seen)
{
  for (size_t k = 0; k < columns; k++) {
    es_lanes()->fill(column[k], NAN, n);
    memset(seen[k], 0, n);
  }
}

/* What is seen of the dates of a source's files. */
static void reveal_dates(const struct es_records *r, double **column, uint8_t **seen)
{
  const double *const from[] = {r->months, r->updated};
  for (size_t k = 0; k < ES_COUNT_OF(from); k++) {
    memcpy(column[k], from[k], r->people * sizeof **column);
    es_lanes()->reveal(column[k], seen[k], r->covered, r->shared, r->people);
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
    es_lanes()->reveal(column[k], seen[k], r->covered, r->shared, r->people);
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
  es_donors_open(&donors);
  double **column = es_alloc(p->columns + p->dates, sizeof *column, ctx);
  uint8_t **mask = es_alloc(p->columns + p->dates, sizeof *mask, ctx);
  enum es_status status = make_scratch(p, &scratch, &cells, ctx);
  if (column == NULL || mask == NULL) status = ES_NOMEM;
  for (size_t from = 0; status == ES_OK && from < t->people; from += ES_CHUNK) {
    r.people = t->people - from < ES_CHUNK ? t->people - from : ES_CHUNK;
    r.person = t->person + from;
    r.stratum = t->stratum + from;
    r.outcome = t->outcome + from;
    r.known = t->known != NULL ? t->known + from : NULL;
    r.gained = t->gained != NULL ? t->gained + from : NULL;
    for (size_t k = 0; k < ES_TRAITS; k++) r.trait[k] = t->trait[k] + from;
    for (size_t c = 0; c < p->columns + p->dates; c++) {
      column[c] = value[c] + from;
      mask[c] = seen[c] + from;
    }
    es_follow_routes(&r, p, ctx);
    for (size_t s = 0; s < p->sources; s++) {
      size_t first = p->source[s].first, date = p->columns + p->source[s].date;
      size_t dates = es_is_dated(&p->source[s]) ? 2 : 0;
      if (is_hidden(p, s)) {
        hide(p->source[s].columns, r.people, column + first, mask + first);
        hide(dates, r.people, column + date, mask + date);
        continue;
      }
      observe_source(&r, &donors, p, s, ctx, column + first, mask + first, scratch);
      if (dates > 0) reveal_dates(&r, column + date, mask + date);
    }
  }
  free(column);
  free(mask);
  free(scratch);
  free(cells);
  return status;
}
