/* Tiers as quantiles, and the difference between two rates. */
#include "harness/policy/price.h"

#include <math.h>
#include <stdlib.h>

static int descending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? 1 : x > y ? -1 : 0;
}

enum es_status es_tiers_learn(struct es_tiers *tiers, const struct es_consequence *c,
                              const double *value, const uint8_t *why, size_t n,
                              struct es_context *ctx)
{
  *tiers = (struct es_tiers){0};
  if (c->tiers == 0 || c->loan <= 0) return ES_OK;
  double *sorted = es_alloc(n, sizeof *sorted, ctx), share = 0;
  if (sorted == NULL) return ES_NOMEM;
  size_t known = 0;
  for (size_t i = 0; i < n; i++)
    if (why == NULL || why[i] == ES_SCORED) sorted[known++] = value[i];
  qsort(sorted, known, sizeof *sorted, descending);
  for (size_t t = 0; t + 1 < c->tiers && known > 0; t++) {
    share += c->tier_share[t];
    size_t at = (size_t)(share * (double)known);
    tiers->cut[tiers->cuts++] = sorted[at < known ? at : known - 1];
  }
  free(sorted);
  return ES_OK;
}

static double rate_of(const struct es_consequence *c, const struct es_tiers *tiers, double value)
{
  if (c->tiers == 0) return c->loan_rate;
  size_t t = 0;
  while (t < tiers->cuts && !(value >= tiers->cut[t])) t++;
  return c->tier_rate[t < c->tiers ? t : c->tiers - 1];
}

double es_excess_interest(const struct es_consequence *c, const struct es_tiers *scored,
                          const struct es_tiers *fair, enum es_decision decision, double score,
                          double truth)
{
  double share = decision == ES_DENIED ? c->fallback_share : 1;
  double rate = decision == ES_DENIED ? c->fallback_rate : rate_of(c, scored, score);
  return fmax(0, share * c->loan * (rate - rate_of(c, fair, truth)) / 100);
}
