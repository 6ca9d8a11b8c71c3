/* Utilities after Liu et al. 2018, "Delayed impact of fair machine learning"; the share of the
 * maximum after Hardt et al. 2016. */
#include "harness/measure/utility.h"

#include <math.h>

static const char *const unstated = "no utility of an approval is stated (u_plus, u_minus)";

static struct es_estimate utility(const struct es_counts *c, double n)
{
  const struct es_consequence *k = &c->consequence;
  if (!es_utility_stated(k)) return (struct es_estimate){.undefined = unstated};
  if (!(n > 0)) return (struct es_estimate){.undefined = "nobody with a known outcome is decided"};
  double good = es_counts_sum(c, ES_FAVORABLE, -1, ES_APPROVED);
  double bad = es_counts_sum(c, ES_UNFAVORABLE, -1, ES_APPROVED);
  return es_estimate_mean(k->u_plus * good + k->u_minus * bad,
                          k->u_plus * k->u_plus * good + k->u_minus * k->u_minus * bad, n,
                          c->effective);
}

static double known(const struct es_counts *c, int decision)
{
  return es_counts_sum(c, ES_FAVORABLE, -1, decision) +
         es_counts_sum(c, ES_UNFAVORABLE, -1, decision);
}

struct es_estimate es_utility_per_person(const struct es_counts *c)
{
  return utility(c, known(c, -1));
}

struct es_estimate es_utility_per_decision(const struct es_counts *c)
{
  return utility(c, known(c, ES_APPROVED) + known(c, ES_DENIED));
}

struct es_estimate es_mean_score_change(const struct es_counts *c)
{
  if (!es_moves_stated(&c->consequence))
    return (struct es_estimate){.undefined =
                                    "no change of scores is stated (score_gain, score_loss)"};
  double n = known(c, -1);
  if (!(n > 0)) return (struct es_estimate){.undefined = "nobody with a known outcome"};
  return es_estimate_mean(c->moved, c->moved_square, n, c->effective);
}

/* The most that one cut-off brings among a group's scored people. */
static double most(const struct es_counts *c)
{
  double best = 0, sum = 0; /* 0: nobody is approved */
  for (size_t k = c->curve.points; k-- > 0;) {
    sum += c->consequence.u_plus * c->curve.favorable[k] +
           c->consequence.u_minus * c->curve.unfavorable[k];
    best = fmax(best, sum);
  }
  return best;
}

struct es_estimate es_utility_share(const struct es_counts *const *group, size_t groups)
{
  double sum = 0, best = 0;
  for (size_t g = 0; g < groups; g++) {
    const struct es_consequence *k = &group[g]->consequence;
    if (!es_utility_stated(k)) return (struct es_estimate){.undefined = unstated};
    sum += k->u_plus * es_counts_sum(group[g], ES_FAVORABLE, -1, ES_APPROVED) +
           k->u_minus * es_counts_sum(group[g], ES_UNFAVORABLE, -1, ES_APPROVED);
    best += most(group[g]);
  }
  if (!(best > 0)) return (struct es_estimate){.undefined = "0 is the most that a cut-off brings"};
  return (struct es_estimate){.value = sum / best, .variance = -1};
}
