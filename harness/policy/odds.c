/* Equalized odds: one point of true and false positives for all groups.
 *
 * A group can have any point under the upper hull of its curve: on the hull by chance between two
 * cut-offs, below it by leaving some of the decisions to chance alone, with the probability that
 * keeps the false positives where they are.  So the common points are those under the lowest of the
 * hulls, and the best of them lies on it: where a hull has a corner, or two hulls cross. */
#include <math.h>
#include <stdlib.h>
#include "harness/policy/learn.h"
#include "harness/policy/parting.h"

/* fpr, tpr  the hulls' corners, group by group, from nobody to everybody
 * step      which step of the group each is
 * x         false positive rates at which the lowest hull bends, and maybe more */
struct odds {
  struct es_parting p;
  double *fpr, *tpr, *x;
  size_t *step, *first; /* group g: from first[g] to before first[g + 1] */
  size_t bends;
  double goods, bads;
};

static void close_odds(struct odds *o)
{
  es_parting_close(&o->p);
  free(o->fpr);
  free(o->tpr);
  free(o->x);
  free(o->step);
  free(o->first);
}

static enum es_status lay_hull(struct odds *o, size_t g)
{
  const struct es_steps *s = &o->p.group[g].steps;
  size_t from = o->first[g], points = es_steps_hull(s, o->step + from);
  if (!(s->good[0] > 0))
    return es_parting_unlike(&o->p, "nobody good has a score", o->p.group[g].name);
  if (!(s->bad[0] > 0))
    return es_parting_unlike(&o->p, "nobody bad has a score", o->p.group[g].name);
  for (size_t i = from; i < from + points; i++) {
    o->fpr[i] = s->bad[o->step[i]] / s->bad[0];
    o->tpr[i] = s->good[o->step[i]] / s->good[0];
  }
  o->first[g + 1] = from + points;
  o->goods += s->good[0];
  o->bads += s->bad[0];
  return ES_OK;
}

static enum es_status open_odds(struct odds *o, const struct es_policy *policy,
                                const struct es_lesson *lesson, struct es_context *ctx)
{
  *o = (struct odds){0};
  ES_TRY(es_parting_open(&o->p, policy, lesson, true, ctx));
  size_t room = 0;
  for (size_t g = 0; g < o->p.groups; g++) room += o->p.group[g].steps.n + 1;
  o->fpr = es_alloc(room, sizeof *o->fpr, ctx);
  o->tpr = es_alloc(room, sizeof *o->tpr, ctx);
  o->step = es_alloc(room, sizeof *o->step, ctx);
  o->first = es_alloc(o->p.groups + 1, sizeof *o->first, ctx);
  enum es_status status = o->fpr && o->tpr && o->step && o->first ? ES_OK : ES_NOMEM;
  for (size_t g = 0; status == ES_OK && g < o->p.groups; g++) status = lay_hull(o, g);
  if (status == ES_OK && policy->settings.aim == ES_AIM_PROFIT) status = es_parting_profit(&o->p);
  if (status != ES_OK) close_odds(o);
  return status;
}

/* The last corner of a hull whose false positive rate is at most x. */
static size_t corner_at(const struct odds *o, size_t g, double x)
{
  size_t low = o->first[g], high = o->first[g + 1];
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (o->fpr[middle] <= x)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* How far x is on the way from corner i to the next. */
static double way(const struct odds *o, size_t g, size_t i, double x)
{
  if (i + 1 == o->first[g + 1]) return 0;
  return (x - o->fpr[i]) / (o->fpr[i + 1] - o->fpr[i]);
}

static double tpr_at(const struct odds *o, size_t g, double x)
{
  size_t i = corner_at(o, g, x);
  double w = way(o, g, i, x);
  return w > 0 ? o->tpr[i] + w * (o->tpr[i + 1] - o->tpr[i]) : o->tpr[i];
}

static double lowest(const struct odds *o, double x)
{
  double tpr = 1;
  for (size_t g = 0; g < o->p.groups; g++) tpr = fmin(tpr, tpr_at(o, g, x));
  return tpr;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Where two hulls, straight between neighbouring corners a and b, cross. */
static void add_crossings(struct odds *o, double a, double b, size_t *n)
{
  for (size_t g = 0; g < o->p.groups; g++)
    for (size_t h = g + 1; h < o->p.groups; h++) {
      double left = tpr_at(o, g, a) - tpr_at(o, h, a), right = tpr_at(o, g, b) - tpr_at(o, h, b);
      if (left * right < 0) o->x[(*n)++] = a + (b - a) * (left / (left - right));
    }
}

static enum es_status find_bends(struct odds *o)
{
  size_t corners = o->first[o->p.groups], pairs = o->p.groups * (o->p.groups - 1) / 2, n = 0;
  if ((o->x = es_alloc(corners * (1 + pairs), sizeof *o->x, o->p.ctx)) == NULL) return ES_NOMEM;
  for (size_t i = 0; i < corners; i++) o->x[n++] = o->fpr[i];
  qsort(o->x, n, sizeof *o->x, ascending);
  for (size_t i = 0; i + 1 < corners; i++)
    if (o->x[i] < o->x[i + 1]) add_crossings(o, o->x[i], o->x[i + 1], &n);
  qsort(o->x, n, sizeof *o->x, ascending);
  o->bends = n;
  return ES_OK;
}

/* --- the common point ------------------------------------------------------------------------- */

static void most_profit(const struct odds *o, double *fpr, double *tpr)
{
  double most = -INFINITY;
  for (size_t i = o->bends; i-- > 0;) { /* of equal ones the one that approves more */
    double t = lowest(o, o->x[i]);
    double profit = o->p.plus * o->goods * t + o->p.minus * o->bads * o->x[i];
    if (!(profit > most)) continue;
    most = profit;
    *fpr = o->x[i];
    *tpr = t;
  }
}

static double approved(const struct odds *o, double fpr)
{
  return o->goods * lowest(o, fpr) + o->bads * fpr;
}

/* The point of the lowest hull where the wanted number of people is approved. */
static void wanted_share(const struct odds *o, double *fpr, double *tpr)
{
  double wanted = o->p.policy->settings.share * (o->goods + o->bads);
  size_t low = 0, high = o->bends - 1;
  *fpr = o->x[0];
  *tpr = fmin(lowest(o, *fpr), (wanted - o->bads * *fpr) / o->goods);
  if (approved(o, *fpr) >= wanted) return;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (approved(o, o->x[middle]) < wanted)
      low = middle;
    else
      high = middle;
  }
  double below = approved(o, o->x[low]), step = approved(o, o->x[high]) - below;
  double w = step > 0 ? fmin(1, (wanted - below) / step) : 1;
  *fpr = o->x[low] + w * (o->x[high] - o->x[low]);
  *tpr = lowest(o, *fpr);
}

/* --- how a group comes to it ------------------------------------------------------------------ */

static struct es_cut cut_of(const struct odds *o, size_t g, double fpr, double tpr)
{
  const struct es_steps *s = &o->p.group[g].steps;
  size_t i = corner_at(o, g, fpr);
  double w = way(o, g, i, fpr), reached = tpr_at(o, g, fpr);
  struct es_cut cut = es_steps_cut(s, o->step[i]);
  if (w > 1e-12) {
    cut.low = es_steps_cut(s, o->step[i + 1]).low;
    cut.between = w;
  }
  double by_chance = reached > fpr ? fmax(0, fmin(1, (reached - tpr) / (reached - fpr))) : 0;
  if (by_chance < 1e-12) return cut;
  cut.below = by_chance * fpr + (1 - by_chance) * cut.below;
  cut.between = by_chance * fpr + (1 - by_chance) * cut.between;
  cut.above = by_chance * fpr + (1 - by_chance) * cut.above;
  return cut;
}

enum es_status es_learn_equalized_odds(const struct es_policy *policy,
                                       const struct es_lesson *lesson, struct es_rule *rule,
                                       struct es_context *ctx)
{
  struct odds o;
  ES_TRY(open_odds(&o, policy, lesson, ctx));
  struct es_cut *cut = es_alloc(o.p.groups, sizeof *cut, ctx);
  enum es_status status = cut != NULL ? find_bends(&o) : ES_NOMEM;
  double fpr = 0, tpr = 0;
  if (status == ES_OK && policy->settings.aim == ES_AIM_PROFIT)
    most_profit(&o, &fpr, &tpr);
  else if (status == ES_OK)
    wanted_share(&o, &fpr, &tpr);
  for (size_t g = 0; status == ES_OK && g < o.p.groups; g++) cut[g] = cut_of(&o, g, fpr, tpr);
  if (status == ES_OK) status = es_parting_rule(&o.p, rule, cut);
  free(cut);
  close_odds(&o);
  return status;
}
