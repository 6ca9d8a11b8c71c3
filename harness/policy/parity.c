/* One share for all groups, of everybody or of the good; and the most profit. */
#include <math.h>
#include <stdlib.h>
#include "harness/policy/learn.h"
#include "harness/policy/parting.h"

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

/* What is to be equal: of everybody, or of the good. */
static const double *along(const struct es_parting *p, size_t g, enum es_among of)
{
  return of == ES_OF_GOOD ? p->group[g].steps.good : p->group[g].steps.all;
}

/* What a group's share is a share of, and what of it is approved without a score. */
static double whole(const struct es_parting *p, size_t g, enum es_among of)
{
  if (p->policy->settings.among == ES_AMONG_SCORED) return along(p, g, of)[0];
  return p->group[g].people[of];
}
static double granted(const struct es_parting *p, size_t g, enum es_among of)
{
  return p->policy->settings.among == ES_AMONG_SCORED ? 0 : p->group[g].granted[of];
}

static struct es_point reach(const struct es_parting *p, size_t g, enum es_among of, double share)
{
  double amount = share * whole(p, g, of) - granted(p, g, of);
  return es_steps_reach(&p->group[g].steps, along(p, g, of), fmax(amount, 0));
}

/* What is wanted of a common share: the profit, or the people approved. */
static double worth(const struct es_parting *p, enum es_among of, double share)
{
  double sum = 0;
  for (size_t g = 0; g < p->groups; g++) {
    const struct es_steps *s = &p->group[g].steps;
    struct es_point at = reach(p, g, of, share);
    sum += p->policy->settings.aim == ES_AIM_PROFIT
               ? es_parting_profit_at(p, s, at)
               : es_steps_at(at, s->all) + granted(p, g, ES_OF_ALL);
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

/* The shares that all groups can have: some approve people without a score, others run out of
 * people with one. */
static void find_limits(const struct es_parting *p, enum es_among of, double *low, double *high)
{
  *low = 0;
  *high = 1;
  for (size_t g = 0; g < p->groups; g++) {
    double all = whole(p, g, of), without = granted(p, g, of);
    *low = fmax(*low, without / all);
    *high = fmin(*high, (along(p, g, of)[0] + without) / all);
  }
}

/* Common shares at which a group comes to a step of its own: in between all is linear. */
static double *corners(const struct es_parting *p, enum es_among of, size_t *count)
{
  size_t room = 2;
  double low, high;
  find_limits(p, of, &low, &high);
  for (size_t g = 0; g < p->groups; g++) room += p->group[g].steps.n + 1;
  double *x = es_alloc(room, sizeof *x, p->ctx);
  if (x == NULL) return NULL;
  x[0] = low;
  x[1] = high;
  *count = 2;
  for (size_t g = 0; g < p->groups; g++)
    for (size_t k = 0; k <= p->group[g].steps.n; k++) {
      double share = (along(p, g, of)[k] + granted(p, g, of)) / whole(p, g, of);
      if (share > low && share < high) x[(*count)++] = share;
    }
  *count = unique(x, *count);
  return x;
}

/* The corner of most profit; of equal ones the one that approves more. */
static double best_share(const struct es_parting *p, enum es_among of, const double *x, size_t n)
{
  double best = x[n - 1], most = worth(p, of, best);
  for (size_t i = n - 1; i-- > 0;) {
    double profit = worth(p, of, x[i]);
    if (profit > most) most = profit, best = x[i];
  }
  return best;
}

/* Where the wanted number of people is approved: at a corner or between two. */
static double wanted_share(const struct es_parting *p, enum es_among of, const double *x, size_t n)
{
  double people = 0;
  for (size_t g = 0; g < p->groups; g++) people += whole(p, g, ES_OF_ALL);
  double wanted = p->policy->settings.share * people;
  size_t low = 0, high = n - 1;
  if (n < 2 || worth(p, of, x[low]) >= wanted) return x[low];
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (worth(p, of, x[middle]) < wanted)
      low = middle;
    else
      high = middle;
  }
  /* Straight from just above the lower corner on; at it people may come in who are not good. */
  double top = worth(p, of, x[high]);
  double start = 2 * worth(p, of, x[low] + (x[high] - x[low]) / 2) - top;
  if (!(wanted > start)) return x[low];
  return x[low] + fmin(1, (wanted - start) / (top - start)) * (x[high] - x[low]);
}

static enum es_status find_share(struct es_parting *p, enum es_among of, double *share)
{
  const struct es_policy_settings *set = &p->policy->settings;
  bool profit = set->aim == ES_AIM_PROFIT;
  double low, high;
  for (size_t g = 0; of == ES_OF_GOOD && g < p->groups; g++)
    if (!(p->group[g].steps.good[0] > 0))
      return es_parting_unlike(p, "nobody good has a score", p->group[g].name);
  if (profit) ES_TRY(es_parting_profit(p));
  find_limits(p, of, &low, &high);
  if (low > high)
    return es_parting_unlike(
        p, "no share is within reach of all groups: too many have no score and are approved", NULL);
  size_t n = 0;
  double *x = corners(p, of, &n);
  if (x == NULL) return ES_NOMEM;
  *share = profit ? best_share(p, of, x, n) : wanted_share(p, of, x, n);
  if (set->among == ES_AMONG_EVERYONE && !profit && *share >= high && high < set->share)
    es_note(p->ctx,
            "%s: policy %s: %.0f%% is the most that is within reach of every %s, not %.0f%%",
            p->lesson->scorer->name, p->policy->kind->name, 100 * high, p->of, 100 * set->share);
  free(x);
  return ES_OK;
}

static enum es_status learn_share(const struct es_policy *policy, const struct es_lesson *lesson,
                                  enum es_among of, struct es_rule *rule, struct es_context *ctx)
{
  struct es_parting p;
  bool known = of == ES_OF_GOOD || policy->settings.aim == ES_AIM_PROFIT;
  ES_TRY(es_parting_open(&p, policy, lesson, known, ctx));
  double share = 0;
  struct es_cut *cut = es_alloc(p.groups, sizeof *cut, ctx);
  enum es_status status = cut != NULL ? find_share(&p, of, &share) : ES_NOMEM;
  for (size_t g = 0; status == ES_OK && g < p.groups; g++)
    cut[g] = es_steps_cut_at(&p.group[g].steps, reach(&p, g, of, share));
  if (status == ES_OK) status = es_parting_rule(&p, rule, cut);
  free(cut);
  es_parting_close(&p);
  return status;
}

enum es_status es_learn_demographic_parity(const struct es_policy *policy,
                                           const struct es_lesson *lesson, struct es_rule *rule,
                                           struct es_context *ctx)
{
  return learn_share(policy, lesson, ES_OF_ALL, rule, ctx);
}

enum es_status es_learn_equal_opportunity(const struct es_policy *policy,
                                          const struct es_lesson *lesson, struct es_rule *rule,
                                          struct es_context *ctx)
{
  return learn_share(policy, lesson, ES_OF_GOOD, rule, ctx);
}
