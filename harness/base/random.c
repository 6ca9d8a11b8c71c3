/* Philox4x32-10 over (person, purpose, replicate), keyed by the seed. */
#include "harness/base/random.h"

#include <Random123/philox.h>
#include <math.h>
#include "harness/base/lanes.h"
#include "harness/base/lanes/inline.h"
#include "harness/base/math.h"

/* Purposes from here on belong to scorers; people and their records stay below. */
#define SCORER_PURPOSES 0x80000000u

static struct es_draw draw(const struct es_context *ctx, uint64_t person, uint32_t purpose,
                           uint32_t salt)
{
  philox4x32_ctr_t counter = {
      {(uint32_t)person, (uint32_t)(person >> 32), purpose, ctx->replicate}};
  philox4x32_key_t key = {{(uint32_t)ctx->seed, (uint32_t)(ctx->seed >> 32) ^ salt}};
  philox4x32_ctr_t out = philox4x32(counter, key);
  return (struct es_draw){{out.v[0], out.v[1], out.v[2], out.v[3]}};
}

struct es_draw es_draw(const struct es_context *ctx, uint64_t person, uint32_t purpose)
{
  return draw(ctx, person, purpose, 0);
}

struct es_draw es_scorer_draw(const struct es_context *ctx, uint64_t person, uint32_t k)
{
  return draw(ctx, person, SCORER_PURPOSES | k, ctx->salt);
}

struct es_stream es_stream(const struct es_context *ctx, uint32_t purpose)
{
  return (struct es_stream){
      purpose, ctx->replicate, {(uint32_t)ctx->seed, (uint32_t)(ctx->seed >> 32)}};
}

double es_normal(uint32_t word) { return es_lane_normal(word); }
double es_exponential(uint32_t word) { return es_lane_exponential(word); }

double es_poisson(double mean, double u)
{
  if (mean > 30) return fmax(0, floor(mean + sqrt(mean) * es_normal_quantile(u) + 0.5));
  double p = es_exp(-mean), sum = p, k = 0;
  while (u > sum && k < 1000) {
    k++;
    sum += p *= mean / k;
  }
  return k;
}

uint32_t es_name_hash(const char *name)
{
  uint32_t hash = 2166136261u;
  for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
  return hash;
}
