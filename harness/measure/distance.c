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

static double here(const struct es_curve *c, size_t k)
{
  return c->favorable[k] + c->unfavorable[k];
}

/* The largest |F_a - F_b| and the area between, over the scores of both in rising order. */
static void compare(const struct es_counts *first, const struct es_counts *second, double *largest,
                    double *area)
{
  const struct es_curve *a = &first->curve, *b = &second->curve;
  struct totals ta = total(first), tb = total(second);
  double na = ta.favorable + ta.unfavorable, nb = tb.favorable + tb.unfavorable;
  double fa = 0, fb = 0, last = 0, apart = 0;
  *largest = *area = 0;
  for (size_t i = 0, j = 0; i < a->points || j < b->points;) {
    double score = i == a->points   ? b->score[j]
                   : j == b->points ? a->score[i]
                                    : fmin(a->score[i], b->score[j]);
    if (apart > 0) *area += apart * (score - last);
    if (i < a->points && a->score[i] == score) fa += here(a, i++);
    if (j < b->points && b->score[j] == score) fb += here(b, j++);
    apart = fabs(fa / na - fb / nb);
    *largest = fmax(*largest, apart);
    last = score;
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

/* P(score of a favourable person of a > score of an unfavourable person of b) + P(tie)/2. */
static double cross(const struct es_counts *first, const struct es_counts *second)
{
  const struct es_curve *a = &first->curve, *b = &second->curve;
  double wins = 0, below = 0;
  size_t j = 0;
  for (size_t i = 0; i < a->points; i++) {
    while (j < b->points && b->score[j] < a->score[i]) below += b->unfavorable[j++];
    double tied = j < b->points && b->score[j] == a->score[i] ? b->unfavorable[j] : 0;
    wins += a->favorable[i] * (below + tied / 2);
  }
  return wins / (total(first).favorable * total(second).unfavorable);
}

struct es_estimate es_cross_auc(const struct es_counts *a, const struct es_counts *b)
{
  return (struct es_estimate){.value = fmin(cross(a, b), cross(b, a)), .variance = -1};
}

struct es_estimate es_cross_auc_difference(const struct es_counts *a, const struct es_counts *b)
{
  return (struct es_estimate){.value = fabs(cross(a, b) - cross(b, a)), .variance = -1};
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
