/* Two curves walked side by side. */
#include "harness/measure/distance.h"

#include <math.h>

struct totals {
  double favorable, unfavorable;
};

static struct totals total(const struct es_counts *c)
{
  return (struct totals){c->curve.all_favorable, c->curve.all_unfavorable};
}

const char *es_lacks_scores(const struct es_counts *c)
{
  struct totals sum = total(c);
  return sum.favorable + sum.unfavorable > 0 ? NULL : "nobody with a score and a known outcome";
}

const char *es_lacks_curve(const struct es_counts *c)
{
  struct totals sum = total(c);
  if (sum.favorable + sum.unfavorable == 0) return "nobody with a score and a known outcome";
  if (sum.favorable == 0) return "no scored person with the favourable outcome";
  return sum.unfavorable == 0 ? "no scored person with the unfavourable outcome" : NULL;
}

/* --- distributions of scores ------------------------------------------------------------------ */

/* Two curves walked together: the next score of either, and who stands there. */
struct walk {
  const struct es_curve *a, *b;
  size_t i, j;
  double score, fa, ua, fb, ub;
};

static bool step(struct walk *w)
{
  bool more_a = w->i < w->a->points, more_b = w->j < w->b->points;
  if (!more_a && !more_b) return false;
  bool from_a = more_a && (!more_b || w->a->score[w->i] <= w->b->score[w->j]);
  w->score = from_a ? w->a->score[w->i] : w->b->score[w->j];
  bool from_b = more_b && w->b->score[w->j] == w->score;
  w->fa = from_a ? w->a->favorable[w->i] : 0;
  w->ua = from_a ? w->a->unfavorable[w->i] : 0;
  w->fb = from_b ? w->b->favorable[w->j] : 0;
  w->ub = from_b ? w->b->unfavorable[w->j] : 0;
  w->i += from_a;
  w->j += from_b;
  return true;
}

/* The largest |F_a - F_b| and the area between, over the scores of both in rising order. */
static void compare(const struct es_counts *first, const struct es_counts *second, double *largest,
                    double *area)
{
  struct totals ta = total(first), tb = total(second);
  struct walk w = {.a = &first->curve, .b = &second->curve};
  double na = ta.favorable + ta.unfavorable, nb = tb.favorable + tb.unfavorable;
  double fa = 0, fb = 0, last = 0, apart = 0;
  *largest = *area = 0;
  while (step(&w)) {
    if (apart > 0) *area += apart * (w.score - last);
    fa += w.fa + w.ua;
    fb += w.fb + w.ub;
    apart = fabs(fa / na - fb / nb);
    if (apart > *largest) *largest = apart;
    last = w.score;
  }
}

struct es_estimate es_score_ks(const struct es_counts *a, const struct es_counts *b)
{
  double largest, area;
  compare(a, b, &largest, &area);
  return (struct es_estimate){.value = largest, .variance = -1};
}

struct es_estimate es_score_wasserstein(const struct es_counts *a, const struct es_counts *b)
{
  double largest, area;
  compare(a, b, &largest, &area);
  return (struct es_estimate){.value = area, .variance = -1};
}

/* --- orderings across groups ------------------------------------------------------------------ */

/* P(score of a favourable person of one > score of an unfavourable person of the other) + P(tie)/2,
 * both ways round. */
struct crossed {
  double ab, ba;
};

static struct crossed cross(const struct es_counts *first, const struct es_counts *second)
{
  struct totals ta = total(first), tb = total(second);
  struct walk w = {.a = &first->curve, .b = &second->curve};
  struct crossed wins = {0, 0};
  double below_a = 0, below_b = 0;
  while (step(&w)) {
    wins.ab += w.fa * (below_b + w.ub / 2);
    wins.ba += w.fb * (below_a + w.ua / 2);
    below_a += w.ua;
    below_b += w.ub;
  }
  return (struct crossed){wins.ab / (ta.favorable * tb.unfavorable),
                          wins.ba / (tb.favorable * ta.unfavorable)};
}

struct es_estimate es_cross_auc(const struct es_counts *a, const struct es_counts *b)
{
  struct crossed x = cross(a, b);
  return (struct es_estimate){.value = fmin(x.ab, x.ba), .variance = -1};
}

struct es_estimate es_cross_auc_difference(const struct es_counts *a, const struct es_counts *b)
{
  struct crossed x = cross(a, b);
  return (struct es_estimate){.value = fabs(x.ab - x.ba), .variance = -1};
}

/* --- ROC curves ------------------------------------------------------------------------------- */

/* A ROC curve from the best score down: where it stands, and the end of its next slanted piece. */
struct roc {
  const struct es_curve *curve;
  struct totals sum;
  size_t left; /* points not yet taken, from the top of the scores */
  double seen_f, seen_u, x, y, next_x, next_y;
};

/* Takes points up to the next one that moves along x; upright pieces only lift y. */
static void advance(struct roc *r)
{
  r->x = r->next_x;
  r->y = r->next_y;
  while (r->left > 0) {
    size_t k = --r->left;
    bool upright = !(r->curve->unfavorable[k] > 0);
    r->seen_f += r->curve->favorable[k];
    r->seen_u += r->curve->unfavorable[k];
    r->next_x = r->seen_u / r->sum.unfavorable;
    r->next_y = r->seen_f / r->sum.favorable;
    if (!upright) break;
    r->y = r->next_y;
  }
  if (r->left == 0) r->next_x = r->next_y = 1; /* whatever sums of weights round to */
}

static double height(const struct roc *r, double x)
{
  if (!(r->next_x > r->x)) return r->y;
  return r->y + (r->next_y - r->y) * ((x - r->x) / (r->next_x - r->x));
}

struct es_estimate es_abroca(const struct es_counts *a, const struct es_counts *b)
{
  struct roc first = {.curve = &a->curve, .sum = total(a), .left = a->curve.points};
  struct roc second = {.curve = &b->curve, .sum = total(b), .left = b->curve.points};
  double area = 0, x = 0;
  advance(&first);
  advance(&second);
  while (x < 1) {
    double to = fmin(first.next_x, second.next_x);
    double d0 = height(&first, x) - height(&second, x),
           d1 = height(&first, to) - height(&second, to);
    double width = to - x;
    if ((d0 < 0) != (d1 < 0) && d0 != d1)
      area += width * (d0 * d0 + d1 * d1) / (2 * (fabs(d0) + fabs(d1)));
    else
      area += width * (fabs(d0) + fabs(d1)) / 2;
    x = to;
    if (first.next_x <= x) advance(&first);
    if (second.next_x <= x) advance(&second);
  }
  return (struct es_estimate){.value = area, .variance = -1};
}
