/* Sees people through their records: coverage, history, noise, links, sharing.
 *
 * A false link attaches a stranger's record in place of the person's own.  Strangers are drawn like
 * anybody, so a false link to somebody whom the source does not have attaches nothing.
 */
#include "harness/base/math.h"
#include "harness/base/random.h"
#include "harness/population/draws.h"
#include "harness/population/population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256, MOST_EVENTS = 99 };

/* The records of a few people at one source, before links. */
struct records {
  size_t people;
  const uint64_t *person;
  const uint32_t *stratum;
  const double *trait[ES_TRAITS];
  uint8_t covered[CHUNK], shared[CHUNK];
  double spread[CHUNK]; /* 1 / sqrt(months of history) */
};

static uint32_t purpose(size_t source, size_t what)
{
  return (uint32_t)(ES_DRAW_SOURCE * (source + 1) + what);
}

/* Months on record: 1 + geometric, with the stratum's mean. */
static double months(double mean, double u)
{
  return mean > 1 ? 1 + floor(es_log(u) / es_log(1 - 1 / mean)) : 1;
}

static void open_files(struct records *r, const struct es_population *p, size_t s,
                       const struct es_context *ctx)
{
  const struct es_source *source = &p->source[s];
  const struct es_view_of *views = &p->seen[s * p->strata];
  for (size_t i = 0; i < r->people; i++) {
    const struct es_view_of *view = &views[r->stratum[i]];
    struct es_draw d = es_draw(ctx, r->person[i], purpose(s, ES_DRAW_RECORD));
    double pull = r->trait[2][i] - p->stratum[r->stratum[i]].mean[2];
    r->covered[i] = view->coverage >= 1 ||
                    (view->coverage > 0 && es_normal(d.word[0]) < view->threshold + source->opt_in * pull);
    r->spread[i] = view->noise / sqrt(months(view->history, es_uniform(d.word[1])));
    r->shared[i] = es_uniform(d.word[2]) < view->shared;
  }
}

/* A Poisson count by inversion of one uniform. */
static double count(double mean, double u)
{
  double p = es_exp(-mean), sum = p;
  int k = 0;
  while (u > sum && k < MOST_EVENTS) sum += p *= mean / ++k;
  return k;
}

static double recorded(const struct es_indicator *x, const struct records *r, size_t i, struct es_draw d)
{
  double index = x->intercept + x->capacity * r->trait[0][i] + x->reliability * r->trait[1][i] +
                 x->visibility * r->trait[2][i];
  if (x->residual > 0) index += x->residual * es_normal(d.word[0]);
  if (r->spread[i] > 0) index += r->spread[i] * es_normal(d.word[1]);
  if (x->kind == ES_NUMBER) return index;
  if (x->kind == ES_BINARY) return index > 0;
  return count(es_exp(index), es_uniform(d.word[2]));
}

/* Fills column[k][i] for covered people. */
static void read_records(const struct records *r, const struct es_population *p, size_t s,
                         const struct es_context *ctx, double *const *column)
{
  const struct es_source *source = &p->source[s];
  for (size_t k = 0; k < source->indicators; k++)
    for (size_t i = 0; i < r->people; i++)
      if (r->covered[i])
        column[k][i] = recorded(&p->indicator[source->first + k], r, i,
                                es_draw(ctx, r->person[i], purpose(s, ES_DRAW_INDICATOR + k)));
}

/* People to whom a stranger's record is linked at this source, and those strangers. */
struct donors {
  struct es_truth truth;
  uint64_t address[CHUNK];
  size_t receiver[CHUNK];
};

/* Which of a chunk's own records are lost on the way, and who is given a stranger's. */
static void link_records(struct records *r, struct donors *donors, const struct es_population *p, size_t s,
                 const struct es_context *ctx)
{
  const struct es_view_of *views = &p->seen[s * p->strata];
  donors->truth.people = 0;
  for (size_t i = 0; i < r->people; i++) {
    const struct es_view_of *view = &views[r->stratum[i]];
    if (view->missed <= 0 && view->false_links <= 0) continue;
    struct es_draw d = es_draw(ctx, r->person[i], purpose(s, ES_DRAW_LINK));
    if (es_uniform(d.word[0]) < view->missed) r->covered[i] = 0;
    if (es_uniform(d.word[1]) >= view->false_links) continue;
    donors->receiver[donors->truth.people] = i;
    donors->address[donors->truth.people++] =
        ES_DONOR_ADDRESS | ((uint64_t)(d.word[2] & 0x3FFFFFFF) << 32) | d.word[3];
  }
}

/* Draws the strangers, reads their records, and writes them over the receivers'. */
static void attach(struct records *r, struct donors *donors, const struct es_population *p, size_t s,
                   const struct es_context *ctx, double *const *column, double **scratch)
{
  struct es_truth *t = &donors->truth;
  t->person = donors->address;
  es_population_people(p, ctx, t);
  struct records theirs = {.people = t->people, .person = t->person, .stratum = t->stratum,
                           .trait = {t->trait[0], t->trait[1], t->trait[2]}};
  open_files(&theirs, p, s, ctx);
  read_records(&theirs, p, s, ctx, scratch);
  for (size_t d = 0; d < t->people; d++) {
    size_t i = donors->receiver[d];
    r->covered[i] = theirs.covered[d];
    for (size_t k = 0; k < p->source[s].indicators; k++) column[k][i] = scratch[k][d];
  }
}

static void observe_source(struct records *r, struct donors *donors, const struct es_population *p,
                           size_t s, const struct es_context *ctx, double **column, uint8_t **seen,
                           double **scratch)
{
  open_files(r, p, s, ctx);
  link_records(r, donors, p, s, ctx);
  read_records(r, p, s, ctx, column);
  if (donors->truth.people > 0) attach(r, donors, p, s, ctx, column, scratch);
  for (size_t k = 0; k < p->source[s].indicators; k++)
    for (size_t i = 0; i < r->people; i++) {
      seen[k][i] = r->covered[i] && r->shared[i];
      if (!seen[k][i]) column[k][i] = NAN;
    }
}

/* Per-call working memory: one column of a chunk per indicator of the widest source. */
static enum es_status make_scratch(const struct es_population *p, double ***scratch, double **cells,
                                   struct es_context *ctx)
{
  size_t widest = 1;
  for (size_t s = 0; s < p->sources; s++)
    if (p->source[s].indicators > widest) widest = p->source[s].indicators;
  *scratch = es_alloc(widest, sizeof **scratch, ctx);
  *cells = es_alloc(widest * CHUNK, sizeof **cells, ctx);
  if (*scratch == NULL || *cells == NULL) return ES_NOMEM;
  for (size_t k = 0; k < widest; k++) (*scratch)[k] = *cells + k * CHUNK;
  return ES_OK;
}

enum es_status es_population_observe(const struct es_population *p, const struct es_truth *t,
                                     double *const *value, uint8_t *const *seen,
                                     struct es_context *ctx)
{
  double **scratch = NULL, *cells = NULL;
  struct donors donors;
  struct records r;
  double **column = es_alloc(p->indicators, sizeof *column, ctx);
  uint8_t **mask = es_alloc(p->indicators, sizeof *mask, ctx);
  enum es_status status = es_truth_create(&donors.truth, CHUNK, ctx);
  if (status == ES_OK) status = make_scratch(p, &scratch, &cells, ctx);
  if (column == NULL || mask == NULL) status = ES_NOMEM;
  for (size_t from = 0; status == ES_OK && from < t->people; from += CHUNK) {
    r.people = t->people - from < CHUNK ? t->people - from : CHUNK;
    r.person = t->person + from;
    r.stratum = t->stratum + from;
    for (size_t k = 0; k < ES_TRAITS; k++) r.trait[k] = t->trait[k] + from;
    for (size_t c = 0; c < p->indicators; c++) {
      column[c] = value[c] + from;
      mask[c] = seen[c] + from;
    }
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
