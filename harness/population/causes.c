/* Which reasons for gaps a population has. */
#include "datasets/dataset.h"
#include "harness/population/population.h"

#include <string.h>

/* Each is taken away by making every stratum as the reference in that one respect. */
static const struct es_cause table[] = {
    {"absence", "coverage_gap=0", "everybody were covered as % people are"},
    {"thin_files", "noise_gap=0", "everybody's files were as thick as % people's"},
    {"missed_links", "missed_gap=0", "everybody's records were found as often as % people's"},
    {"false_links", "false_gap=0", "nobody were taken for others more often than % people are"},
    {"sharing", "sharing_gap=0", "everybody's records were shared as % people's are"},
    {"detection", "detection_gap=0", "everybody's doings came on record as often as % people's"},
    {"peers", "peer_gap=0",
     "nobody's peers of other groups thought otherwise of them than their own"},
    {"base_rate", "base_rate_gap=0", "everybody had % people's means and outcomes"},
};
enum { ABSENCE, THIN_FILES, MISSED_LINKS, FALSE_LINKS, SHARING, DETECTION, PEERS, BASE_RATE };

static bool same_view(const struct es_view_of *a, const struct es_view_of *b, size_t cause)
{
  switch (cause) {
  case ABSENCE: return a->coverage == b->coverage;
  case THIN_FILES:
    return a->history == b->history && a->noise == b->noise && a->stale_6 == b->stale_6 &&
           a->stale_24 == b->stale_24;
  case MISSED_LINKS: return a->missed == b->missed;
  case FALSE_LINKS: return a->false_links == b->false_links;
  default: return a->shared == b->shared;
  }
}

static bool same_people(const struct es_stratum *a, const struct es_stratum *b)
{
  return a->bad_rate == b->bad_rate && memcmp(a->mean, b->mean, sizeof a->mean) == 0;
}

/* In what people are and do: means, outcomes, the rates of events, what further attributes shift.
 */
static bool have_base_rates(const struct es_population *p, size_t g)
{
  if (!same_people(&p->stratum[0], &p->stratum[g])) return true;
  for (size_t e = 0; e < p->events; e++)
    if (p->felt[e * p->strata].rate != p->felt[e * p->strata + g].rate) return true;
  for (size_t m = 0; m < p->mixes; m++)
    for (size_t k = 0; k < ES_TRAITS; k++)
      if (p->shift[m][k] != 0) return true;
  return false;
}

static bool have_detection(const struct es_population *p, size_t g)
{
  for (size_t e = 0; e < p->events; e++)
    if (p->felt[e * p->strata].detection != p->felt[e * p->strata + g].detection) return true;
  for (size_t s = 0; s < p->sources; s++)
    if (p->seen[s * p->strata].false_records != p->seen[s * p->strata + g].false_records)
      return true;
  return false;
}

static bool have_peers(const struct es_population *p, size_t g)
{
  for (size_t k = 0; k < p->indicators; k++)
    if (p->peer[k * p->strata].bias != 0 || p->peer[k * p->strata + g].bias != 0) return true;
  return false;
}

static bool has(const struct es_population *p, size_t cause)
{
  for (size_t g = 1; g < p->strata; g++) {
    bool found = false;
    switch (cause) {
    case BASE_RATE: found = have_base_rates(p, g); break;
    case DETECTION: found = have_detection(p, g); break;
    case PEERS: found = have_peers(p, g); break;
    default:
      for (size_t e = 0; cause == SHARING && e < p->routes; e++)
        found = found || p->carried[e * p->strata] != p->carried[e * p->strata + g];
      for (size_t s = 0; s < p->sources; s++)
        found = found || !same_view(&p->seen[s * p->strata], &p->seen[s * p->strata + g], cause);
    }
    if (found) return true;
  }
  return false;
}

size_t es_population_causes(const struct es_population *p, const struct es_cause **cause,
                            size_t room)
{
  size_t count = 0;
  for (size_t c = 0; c < ES_COUNT_OF(table) && count < room; c++)
    if (has(p, c)) cause[count++] = &table[c];
  return count;
}
