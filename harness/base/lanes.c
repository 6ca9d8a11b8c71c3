/* Chooses how wide lanes are. */
#include "harness/base/lanes.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const struct es_lanes es_lanes_any;
#ifdef ES_WIDE
extern const struct es_lanes es_lanes_avx2, es_lanes_avx512;
const struct es_lanes *const es_lanes_widths[] = {&es_lanes_avx512, &es_lanes_avx2, &es_lanes_any};
#else
const struct es_lanes *const es_lanes_widths[] = {&es_lanes_any};
#endif
const size_t es_lanes_width_count = ES_COUNT_OF(es_lanes_widths);

bool es_lanes_runs(const struct es_lanes *lanes)
{
#ifdef ES_WIDE
  __builtin_cpu_init();
  if (lanes == &es_lanes_avx2) return __builtin_cpu_supports("avx2") != 0;
  if (lanes == &es_lanes_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
  return lanes == &es_lanes_any;
}

static const struct es_lanes *named(const char *name)
{
  for (size_t k = 0; k < es_lanes_width_count; k++)
    if (strcmp(es_lanes_widths[k]->name, name) == 0) return es_lanes_widths[k];
  return NULL;
}

enum es_status es_lanes_check(struct es_context *ctx)
{
  const char *wish = getenv("EVENSCORE_LANES");
  if (wish == NULL) return ES_OK;
  const struct es_lanes *lanes = named(wish);
  if (lanes != NULL && es_lanes_runs(lanes)) return ES_OK;
  return es_fail(ctx, ES_INPUT, "EVENSCORE_LANES=%s: %s; give any, avx2 or avx512, or unset it",
                 wish,
                 lanes != NULL ? "this processor does not have it" : "there is no such width");
}

const struct es_lanes *es_lanes(void)
{
  static _Atomic(const struct es_lanes *) chosen;
  const struct es_lanes *lanes = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (lanes != NULL) return lanes;
  const char *wish = getenv("EVENSCORE_LANES");
  lanes = wish != NULL ? named(wish) : NULL;
  for (size_t k = 0; lanes == NULL || !es_lanes_runs(lanes); k++) lanes = es_lanes_widths[k];
  atomic_store_explicit(&chosen, lanes, memory_order_relaxed);
  return lanes;
}
