/* Draws people: stratum, further attributes, traits, the outcome's probability, the outcome. */
#include "harness/population/parts.h"

#include <stdlib.h>
#include <string.h>

/* The person's level of each further attribute, as one number. */
static void draw_mixes(struct es_truth *t, size_t from, size_t n, const struct es_population *p,
                       const struct es_context *ctx)
{
  struct es_words d;
  uint32_t stride = 1;
  memset(t->mix + from, 0, n * sizeof *t->mix);
  for (size_t a = 0; a < p->groupings; a++) {
    const struct es_grouping *by = &p->grouping[a];
    struct es_stream stream = es_stream(ctx, ES_DRAW_ATTRIBUTES + (uint32_t)(a / 4));
    if (a % 4 == 0) es_lanes()->draw(&d, &stream, t->person + from, n);
    for (size_t i = 0; i < n; i++) {
      const double *share = &by->share.at[t->stratum[from + i] * by->count];
      double u = es_uniform(d.word[a % 4][i]), sum = share[0];
      uint32_t level = 0;
      while (level + 1 < by->count && u >= sum) sum += share[++level];
      t->mix[from + i] += stride * level;
    }
    stride *= (uint32_t)by->count;
  }
}

/* Traits of their stratum's mean, shifted by further attributes, with the correlation given. */
static void draw_traits(struct es_truth *t, size_t from, size_t n, const struct es_population *p,
                        const struct es_context *ctx)
{
  const struct es_lanes *lanes = es_lanes();
  struct es_stream stream = es_stream(ctx, ES_DRAW_TRAITS);
  struct es_words d;
  double normal[ES_TRAITS][ES_LANES];
  lanes->draw(&d, &stream, t->person + from, n);
  for (size_t k = 0; k < ES_TRAITS; k++) lanes->normal(normal[k], d.word[k], n);
  for (size_t k = 0; k < ES_TRAITS; k++) {
    double *z = t->trait[k] + from;
    es_by_stratum(z, lanes, p, t->stratum + from, &p->stratum->mean[k], sizeof *p->stratum, n);
    for (size_t i = 0; p->groupings > 0 && i < n; i++) z[i] += p->shift[t->mix[from + i]][k];
    for (size_t j = 0; j <= k; j++) lanes->add_scaled(z, p->factor[k][j], normal[j], n);
  }
}

static void draw_chunk(struct es_truth *t, size_t from, size_t n, const struct es_population *p,
                       const struct es_context *ctx)
{
  const double slope[ES_TRAITS] = {p->traits.capacity, p->traits.reliability, p->traits.visibility};
  const struct es_lanes *lanes = es_lanes();
  struct es_stream stream = es_stream(ctx, ES_DRAW_PERSON);
  struct es_words d;
  double logit[ES_LANES];
  uint32_t *stratum = t->stratum + from;
  enum { STRIDE = sizeof *p->stratum / sizeof(double) };
  lanes->draw(&d, &stream, t->person + from, n);
  lanes->level(stratum, d.word[0], &p->stratum->share, STRIDE, p->strata, n);
  draw_mixes(t, from, n, p, ctx);
  draw_traits(t, from, n, p, ctx);
  es_by_stratum(logit, lanes, p, stratum, &p->stratum->intercept, sizeof *p->stratum, n);
  for (size_t k = 0; k < ES_TRAITS; k++)
    if (slope[k] != 0) lanes->add_scaled(logit, slope[k], t->trait[k] + from, n);
  lanes->logistic(t->probability + from, logit, n);
  lanes->below(t->outcome + from, d.word[1], t->probability + from, n);
}

void es_population_people(const struct es_population *p, const struct es_context *ctx,
                          struct es_truth *t)
{
  _Static_assert(ES_UNFAVORABLE == 0 && ES_FAVORABLE == 1, "an outcome is a comparison's result");
  for (size_t from = 0; from < t->people; from += ES_LANES)
    draw_chunk(t, from, t->people - from < ES_LANES ? t->people - from : ES_LANES, p, ctx);
}

uint32_t es_population_level(const struct es_population *p, uint32_t mix, size_t grouping)
{
  for (size_t a = 0; a < grouping; a++) mix /= (uint32_t)p->grouping[a].count;
  return mix % (uint32_t)p->grouping[grouping].count;
}

enum es_status es_truth_create(struct es_truth *t, size_t room, struct es_context *ctx)
{
  *t = (struct es_truth){.people = room};
  t->stratum = es_alloc(room, sizeof *t->stratum, ctx);
  t->mix = es_alloc(room, sizeof *t->mix, ctx);
  t->probability = es_alloc(room, sizeof *t->probability, ctx);
  t->outcome = es_alloc(room, sizeof *t->outcome, ctx);
  bool good = t->stratum != NULL && t->mix != NULL && t->probability != NULL && t->outcome != NULL;
  for (size_t k = 0; k < ES_TRAITS; k++)
    good = (t->trait[k] = es_alloc(room, sizeof **t->trait, ctx)) != NULL && good;
  if (good) return ES_OK;
  es_truth_clear(t);
  return ES_NOMEM;
}

void es_truth_clear(struct es_truth *t)
{
  free(t->stratum);
  free(t->mix);
  free(t->probability);
  free(t->outcome);
  for (size_t k = 0; k < ES_TRAITS; k++) free(t->trait[k]);
  *t = (struct es_truth){0};
}
