/* Draws people: stratum, further attributes, traits, the outcome's probability, the outcome. */
#include "harness/base/math.h"
#include "harness/base/random.h"
#include "harness/population/draws.h"
#include "harness/population/population.h"

#include <stdlib.h>

static uint32_t draw_stratum(const struct es_population *p, double u)
{
  double sum = 0;
  for (size_t g = 0; g + 1 < p->strata; g++)
    if (u < (sum += p->stratum[g].share)) return (uint32_t)g;
  return (uint32_t)(p->strata - 1);
}

/* The person's level of each further attribute, as one number. */
static uint32_t draw_mix(const struct es_population *p, const struct es_context *ctx,
                         uint64_t person, uint32_t g)
{
  uint32_t mix = 0, stride = 1;
  struct es_draw d = {{0}};
  for (size_t a = 0; a < p->groupings; a++) {
    const struct es_grouping *by = &p->grouping[a];
    const double *share = &by->share.at[g * by->count];
    if (a % 4 == 0) d = es_draw(ctx, person, ES_DRAW_ATTRIBUTES + (uint32_t)(a / 4));
    double u = es_uniform(d.word[a % 4]), sum = share[0];
    uint32_t level = 0;
    while (level + 1 < by->count && u >= sum) sum += share[++level];
    mix += stride * level;
    stride *= (uint32_t)by->count;
  }
  return mix;
}

void es_population_people(const struct es_population *p, const struct es_context *ctx,
                          struct es_truth *t)
{
  const double slope[ES_TRAITS] = {p->traits.capacity, p->traits.reliability, p->traits.visibility};
  for (size_t i = 0; i < t->people; i++) {
    struct es_draw person = es_draw(ctx, t->person[i], ES_DRAW_PERSON);
    struct es_draw traits = es_draw(ctx, t->person[i], ES_DRAW_TRAITS);
    uint32_t g = draw_stratum(p, es_uniform(person.word[0]));
    const struct es_stratum *stratum = &p->stratum[g];
    uint32_t mix = p->groupings > 0 ? draw_mix(p, ctx, t->person[i], g) : 0;
    double normal[ES_TRAITS], logit = stratum->intercept;
    for (size_t k = 0; k < ES_TRAITS; k++) normal[k] = es_normal(traits.word[k]);
    for (size_t k = 0; k < ES_TRAITS; k++) {
      double z = stratum->mean[k] + p->shift[mix][k];
      for (size_t j = 0; j <= k; j++) z += p->factor[k][j] * normal[j];
      t->trait[k][i] = z;
      logit += slope[k] * z;
    }
    t->stratum[i] = g;
    t->mix[i] = mix;
    t->probability[i] = es_logistic(logit);
    t->outcome[i] = es_uniform(person.word[1]) < t->probability[i] ? ES_FAVORABLE : ES_UNFAVORABLE;
  }
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
