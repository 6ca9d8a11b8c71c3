/* Scores sorted once, weights summed from the top. */
#include "harness/policy/steps.h"

#include <math.h>
#include <stdlib.h>

struct ranked {
  double score;
  size_t person;
};

static int by_score(const void *a, const void *b)
{
  const struct ranked *x = a, *y = b;
  if (x->score != y->score) return x->score < y->score ? -1 : 1;
  return x->person < y->person ? -1 : x->person > y->person; /* sums in one order only */
}

static enum es_status make_room(struct es_steps *s, size_t people, struct es_context *ctx)
{
  s->score = es_alloc(people, sizeof *s->score, ctx);
  s->all = es_alloc(people + 1, sizeof *s->all, ctx);
  s->good = es_alloc(people + 1, sizeof *s->good, ctx);
  s->bad = es_alloc(people + 1, sizeof *s->bad, ctx);
  return s->score && s->all && s->good && s->bad ? ES_OK : ES_NOMEM;
}

/* Steps from people in ascending order: each step's own weight, then summed from the top. */
static void add_up(struct es_steps *s, const struct es_lesson *lesson, const struct ranked *rank,
                   size_t people)
{
  for (size_t r = 0; r < people; r++) {
    size_t i = rank[r].person;
    double w = lesson->weight != NULL ? lesson->weight[i] : 1;
    if (s->n == 0 || s->score[s->n - 1] != rank[r].score) s->score[s->n++] = rank[r].score;
    s->all[s->n - 1] += w;
    if (lesson->outcome[i] == ES_FAVORABLE) s->good[s->n - 1] += w;
    if (lesson->outcome[i] == ES_UNFAVORABLE) s->bad[s->n - 1] += w;
  }
  for (size_t k = s->n; k > 0; k--) {
    s->all[k - 1] += s->all[k];
    s->good[k - 1] += s->good[k];
    s->bad[k - 1] += s->bad[k];
  }
}

enum es_status es_steps_make(struct es_steps *steps, const struct es_lesson *lesson,
                             const struct es_scores *scores, const bool *in, unsigned only,
                             struct es_context *ctx)
{
  *steps = (struct es_steps){0};
  struct ranked *rank = es_alloc(lesson->n, sizeof *rank, ctx);
  enum es_status status = rank != NULL ? ES_OK : ES_NOMEM;
  size_t people = 0;
  for (size_t i = 0; status == ES_OK && i < lesson->n; i++) {
    if (scores->why[i] != ES_SCORED || (in != NULL && !in[lesson->cell[i]])) continue;
    if ((only & ES_KNOWN) && lesson->outcome[i] == ES_UNKNOWN) continue;
    if ((only & ES_UNLISTED) && scores->refuse[i]) continue;
    rank[people++] = (struct ranked){scores->value[i], i};
  }
  if (status == ES_OK) status = make_room(steps, people, ctx);
  if (status == ES_OK) {
    qsort(rank, people, sizeof *rank, by_score);
    add_up(steps, lesson, rank, people);
  }
  free(rank);
  if (status != ES_OK) es_steps_clear(steps);
  return status;
}

void es_steps_clear(struct es_steps *steps)
{
  free(steps->score);
  free(steps->all);
  free(steps->good);
  free(steps->bad);
  *steps = (struct es_steps){0};
}

size_t es_steps_nearest(const struct es_steps *s, double share, bool whole)
{
  double total = s->all[0], wish = (1 - share) * total;
  if (whole) wish = floor(wish);
  size_t k = s->n - 1;
  while (k > 0 && total - s->all[k] > wish) k--;
  double denied = total - s->all[k], above = total - s->all[k + 1];
  return k + 1 < s->n && above - wish < wish - denied ? k + 1 : k;
}

struct es_cut es_steps_cut(const struct es_steps *s, size_t k)
{
  double at = k < s->n ? s->score[k] : INFINITY;
  return (struct es_cut){.low = at, .high = at, .above = 1};
}

struct es_point es_steps_reach(const struct es_steps *s, const double *x, double amount)
{
  size_t low = 0, high = s->n; /* x falls with k: the last step that reaches the amount */
  if (amount > x[0]) amount = x[0];
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (x[middle] >= amount)
      low = middle;
    else
      high = middle;
  }
  double step = x[low] - x[low + 1], q = step > 0 ? (amount - x[low + 1]) / step : 1;
  if (q > 1 - 1e-12) return (struct es_point){low, 1};
  if (q > 1e-12) return (struct es_point){low, q};
  for (low++; low < s->n && x[low + 1] == x[low];) low++; /* as if it had been reached exactly */
  return (struct es_point){low, 1};
}

double es_steps_at(struct es_point point, const double *x)
{
  if (point.q == 1) return x[point.k];
  return x[point.k + 1] + point.q * (x[point.k] - x[point.k + 1]);
}

struct es_cut es_steps_cut_at(const struct es_steps *s, struct es_point point)
{
  struct es_cut cut = es_steps_cut(s, point.k);
  if (point.q == 1) return cut;
  cut.high = point.k + 1 < s->n ? s->score[point.k + 1] : INFINITY;
  cut.between = point.q;
  return cut;
}

/* Whether step b lies on or below the line from a to c. */
static bool is_under(const struct es_steps *s, size_t a, size_t b, size_t c)
{
  return (s->bad[b] - s->bad[a]) * (s->good[c] - s->good[a]) >=
         (s->good[b] - s->good[a]) * (s->bad[c] - s->bad[a]);
}

size_t es_steps_hull(const struct es_steps *s, size_t *hull)
{
  size_t points = 0;
  for (size_t k = s->n + 1; k-- > 0;) {
    while (points >= 2 && is_under(s, hull[points - 2], hull[points - 1], k)) points--;
    hull[points++] = k;
  }
  return points;
}
