/* One share for all groups, of everybody or of the good; and the most profit. */
#include <math.h>
#include <stdlib.h>
#include "harness/run/learn.h"
#include "harness/run/parting.h"

enum es_status es_learn_max_profit(const struct es_policy *policy, const struct es_lesson *lesson,
                                   struct es_rule *rule, struct es_context *ctx)
{
  struct es_parting p;
  ES_TRY(es_parting_open(&p, policy, lesson, true, ctx));
  struct es_cut *cut = es_alloc(p.groups, sizeof *cut, ctx);
  enum es_status status = cut != NULL ? es_parting_profit(&p) : ES_NOMEM;
  for (size_t g = 0; status == ES_OK && g < p.groups; g++) {
    const struct es_steps *s = &p.group[g].steps;
    size_t best = 0; /* of equal profits the one that approves more */
    for (size_t k = 1; k <= s->n; k++)
      if (es_parting_profit_at(&p, s, (struct es_point){k, 1}) >
          es_parting_profit_at(&p, s, (struct es_point){best, 1}))
        best = k;
    cut[g] = es_steps_cut(s, best);
  }
  if (status == ES_OK) status = es_parting_rule(&p, rule, cut);
  free(cut);
  es_parting_close(&p);
  return status;
}

/* --- one share for all groups ----------------------------------------------------------------- */

/* What is to be equal: of everybody with a score, or of the good. */
static const double *along(const struct es_parting *p, size_t g, bool good)
{
  return good ? p->group[g].steps.good : p->group[g].steps.all;
}

static struct es_point reach(const struct es_parting *p, size_t g, bool good, double share)
{
  const double *x = along(p, g, good);
  return es_steps_reach(&p->group[g].steps, x, share * x[0]);
}

/* What is wanted of a common share: the profit, or the people approved. */
static double worth(const struct es_parting *p, bool good, double share)
{
  double sum = 0;
  for (size_t g = 0; g < p->groups; g++) {
    struct es_point at = reach(p, g, good, share);
    sum += p->policy->settings.aim == ES_AIM_PROFIT
               ? es_parting_profit_at(p, &p->group[g].steps, at)
               : es_steps_at(at, p->group[g].steps.all);
  }
  return sum;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static size_t unique(double *x, size_t n)
{
  size_t kept = 0;
  qsort(x, n, sizeof *x, ascending);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || x[kept - 1] != x[i]) x[kept++] = x[i];
  return kept;
}

/* Common shares at which a group comes to a step of its own: in between all is linear. */
static double *corners(const struct es_parting *p, bool good, size_t *count)
{
  size_t room = 0;
  for (size_t g = 0; g < p->groups; g++) room += p->group[g].steps.n + 1;
  double *x = es_alloc(room, sizeof *x, p->ctx);
  *count = 0;
  for (size_t g = 0; x != NULL && g < p->groups; g++)
    for (size_t k = 0; k <= p->group[g].steps.n; k++)
      x[(*count)++] = along(p, g, good)[k] / along(p, g, good)[0];
  if (x != NULL) *count = unique(x, *count);
  return x;
}

/* The corner of most profit; of equal ones the one that approves more. */
static double best_share(const struct es_parting *p, bool good, const double *x, size_t n)
{
  double best = x[n - 1], most = worth(p, good, best);
  for (size_t i = n - 1; i-- > 0;) {
    double profit = worth(p, good, x[i]);
    if (profit > most) most = profit, best = x[i];
  }
  return best;
}

/* Where the wanted number of people is approved: at a corner or between two. */
static double wanted_share(const struct es_parting *p, bool good, const double *x, size_t n)
{
  double people = 0;
  for (size_t g = 0; g < p->groups; g++) people += p->group[g].steps.all[0];
  double wanted = p->policy->settings.share * people;
  size_t low = 0, high = n - 1;
  if (worth(p, good, x[low]) >= wanted) return x[low];
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (worth(p, good, x[middle]) < wanted)
      low = middle;
    else
      high = middle;
  }
  /* Straight from just above the lower corner on; at it people may come in who are not good. */
  double top = worth(p, good, x[high]);
  double start = 2 * worth(p, good, x[low] + (x[high] - x[low]) / 2) - top;
  if (!(wanted > start)) return x[low];
  return x[low] + fmin(1, (wanted - start) / (top - start)) * (x[high] - x[low]);
}

static enum es_status find_share(struct es_parting *p, bool good, double *share)
{
  bool profit = p->policy->settings.aim == ES_AIM_PROFIT;
  for (size_t g = 0; good && g < p->groups; g++)
    if (!(p->group[g].steps.good[0] > 0))
      return es_parting_unlike(p, "nobody good has a score", p->group[g].name);
  if (profit) ES_TRY(es_parting_profit(p));
  size_t n;
  double *x = corners(p, good, &n);
  if (x == NULL) return ES_NOMEM;
  *share = profit ? best_share(p, good, x, n) : wanted_share(p, good, x, n);
  free(x);
  return ES_OK;
}

static enum es_status learn_share(const struct es_policy *policy, const struct es_lesson *lesson,
                                  bool good, struct es_rule *rule, struct es_context *ctx)
{
  struct es_parting p;
  bool known = good || policy->settings.aim == ES_AIM_PROFIT;
  ES_TRY(es_parting_open(&p, policy, lesson, known, ctx));
  double share = 0;
  struct es_cut *cut = es_alloc(p.groups, sizeof *cut, ctx);
  enum es_status status = cut != NULL ? find_share(&p, good, &share) : ES_NOMEM;
  for (size_t g = 0; status == ES_OK && g < p.groups; g++)
    cut[g] = es_steps_cut_at(&p.group[g].steps, reach(&p, g, good, share));
  if (status == ES_OK) status = es_parting_rule(&p, rule, cut);
  free(cut);
  es_parting_close(&p);
  return status;
}

enum es_status es_learn_demographic_parity(const struct es_policy *policy,
                                           const struct es_lesson *lesson, struct es_rule *rule,
                                           struct es_context *ctx)
{
  return learn_share(policy, lesson, false, rule, ctx);
}

enum es_status es_learn_equal_opportunity(const struct es_policy *policy,
                                          const struct es_lesson *lesson, struct es_rule *rule,
                                          struct es_context *ctx)
{
  return learn_share(policy, lesson, true, rule, ctx);
}
