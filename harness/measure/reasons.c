/* Counts reasons, and measures how many are about missing data. */
#include "harness/measure/reasons.h"

#include <math.h>
#include "harness/measure/metric.h"

#define REASONED struct es_reasoned
static const struct es_field fields[] = {ES_COUNTS(REASONED, people),
                                         ES_COUNTS(REASONED, absent),
                                         ES_SUMS(REASONED, weight),
                                         ES_SUMS(REASONED, absent_weight),
                                         {0}};
#undef REASONED
const struct es_layout es_reasoned_layout = {sizeof(struct es_reasoned), fields};

void es_reasoned_add(struct es_reasoned *cell, enum es_unscorable why, size_t reasons,
                     size_t missing, double weight)
{
  if (why == ES_SCORED) {
    cell->people[reasons][missing]++;
    cell->weight[reasons][missing] += es_fixed_from(weight);
  } else if (why != ES_DECLINED) {
    cell->absent++;
    cell->absent_weight += es_fixed_from(weight);
  }
}

static const char not_asked[] = "nobody asked for reasons: --reasons, of a scorer of this build";

/* A ratio of sums over people, who may have several reasons each: by linearisation. */
static struct es_estimate share(const struct es_counts *c, bool everyone)
{
  const struct es_reasoned *r = c->reasoned;
  if (r == NULL) return (struct es_estimate){.undefined = not_asked};
  double people = everyone ? es_fixed_to(r->absent_weight) : 0, all = people, about = people;
  for (size_t n = 1; n <= ES_MOST_REASONS; n++)
    for (size_t m = 0; m <= n; m++) {
      double weight = es_fixed_to(r->weight[n][m]);
      people += weight;
      all += weight * (double)n;
      about += weight * (double)m;
    }
  if (!(all > 0)) return (struct es_estimate){.undefined = "0 of 0: nobody is given a reason"};
  double value = about / all;
  double squares = everyone ? es_fixed_to(r->absent_weight) * (1 - value) * (1 - value) : 0;
  for (size_t n = 1; n <= ES_MOST_REASONS; n++)
    for (size_t m = 0; m <= n; m++) {
      double off = (double)m - value * (double)n;
      squares += es_fixed_to(r->weight[n][m]) * off * off;
    }
  return (struct es_estimate){.value = value,
                              .n = people,
                              .variance = squares / (all * all) / c->effective,
                              .method = "linearised"};
}

struct es_estimate es_missing_reason_share(const struct es_counts *c) { return share(c, true); }
struct es_estimate es_missing_reason_share_scored(const struct es_counts *c)
{
  return share(c, false);
}
