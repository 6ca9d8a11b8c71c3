/* Where to cut a column: the bins of largest information value among those that rise or fall
 * throughout.
 *
 * A dynamic programme over the last bin: best[k][from][to] is the most that k bins can reach up to
 * place `to` when the last of them starts at `from`.  It takes bins × places³ / 6 steps.
 */
#include "harness/methods/woe.h"

#include "harness/base/math.h"

enum { FINE = ES_WOE_FINE, MOST_BINS = 20 };

/* Sums up to each place, and what bins may be. */
struct cut {
  size_t count, bins;
  double favorable[FINE + 1], unfavorable[FINE + 1];
  struct es_woe_bin all;
  double least;
  double best[2][FINE][FINE + 1];
  uint8_t before[MOST_BINS][FINE][FINE + 1];
};

static double share(const struct cut *c, size_t from, size_t to)
{
  double bad = c->unfavorable[to] - c->unfavorable[from];
  return bad / (bad + (c->favorable[to] - c->favorable[from]));
}

/* The bin's part of the information value; < 0: not to be. */
static double value(const struct cut *c, size_t from, size_t to)
{
  double good = c->favorable[to] - c->favorable[from];
  double bad = c->unfavorable[to] - c->unfavorable[from];
  if (!(good > 0 && bad > 0 && good + bad >= c->least)) return -1;
  good /= c->all.favorable;
  bad /= c->all.unfavorable;
  return (bad - good) * es_log(bad / good);
}

/* Fills best[k % 2] from best[(k - 1) % 2], for shares that rise (sign 1) or fall (-1). */
static void extend(struct cut *c, size_t k, double sign)
{
  for (size_t from = k; from < c->count; from++)
    for (size_t to = from + 1; to <= c->count; to++) {
      double own = value(c, from, to), most = -1;
      for (size_t start = k - 1; start < from && own >= 0; start++) {
        double rest = c->best[(k - 1) % 2][start][from];
        if (rest < 0 || rest + own <= most) continue;
        if (sign * (share(c, from, to) - share(c, start, from)) < 0) continue;
        most = rest + own;
        c->before[k][from][to] = (uint8_t)start;
      }
      c->best[k % 2][from][to] = most;
    }
}

/* The best of at most c->bins bins in one direction; *reach stays when it is not beaten. */
static size_t search(struct cut *c, double sign, double *reach, size_t *end)
{
  size_t found = 0;
  for (size_t from = 0; from < c->count; from++)
    for (size_t to = from + 1; to <= c->count; to++)
      c->best[0][from][to] = from == 0 ? value(c, 0, to) : -1;
  for (size_t k = 0; k < c->bins && k < c->count; k++) {
    if (k > 0) extend(c, k, sign);
    for (size_t from = k; from < (k > 0 ? c->count : 1); from++) {
      double iv = c->best[k % 2][from][c->count];
      if (iv <= *reach) continue;
      *reach = iv;
      found = k + 1;
      end[k] = c->count;
      for (size_t j = k, at = from, to = c->count; j > 0; j--) {
        size_t start = c->before[j][at][to];
        end[j - 1] = at;
        to = at;
        at = start;
      }
    }
  }
  return found;
}

/* Each bin ends where a quantile is reached; a place heavy enough for several takes them all. */
static size_t quantiles(size_t *end, const struct es_woe_bin *place, size_t count, size_t wanted)
{
  double total = 0, sum = 0;
  size_t bins = 0, next = 1;
  for (size_t k = 0; k < count; k++) total += place[k].favorable + place[k].unfavorable;
  for (size_t k = 0; k < count; k++) {
    sum += place[k].favorable + place[k].unfavorable;
    double reached = sum * (double)wanted / total * (1 + 1e-12);
    if (reached < (double)next && k + 1 < count) continue;
    end[bins++] = k + 1;
    while (reached >= (double)next) next++;
  }
  return bins;
}

static size_t optimal(size_t *end, const struct es_woe_bin *place, size_t count,
                      const struct es_woe_bin *all, const struct es_woe_rule *rule)
{
  static const double signs[] = {1, -1};
  struct cut c = {.bins = rule->bins < MOST_BINS ? rule->bins : MOST_BINS,
                  .all = *all,
                  .least = rule->least * (all->favorable + all->unfavorable)};
  size_t fine[FINE], bins = 1;
  double reach = 0;
  for (size_t k = 0; k < count && count <= FINE; k++) fine[k] = k + 1;
  c.count = count <= FINE ? count : quantiles(fine, place, count, FINE);
  for (size_t k = 0, from = 0; k < c.count; k++) {
    c.favorable[k + 1] = c.favorable[k];
    c.unfavorable[k + 1] = c.unfavorable[k];
    for (; from < fine[k]; from++) {
      c.favorable[k + 1] += place[from].favorable;
      c.unfavorable[k + 1] += place[from].unfavorable;
    }
  }
  end[0] = c.count;
  for (size_t k = 0; k < ES_COUNT_OF(signs); k++) {
    size_t found = search(&c, signs[k], &reach, end);
    if (found > 0) bins = found;
  }
  for (size_t k = 0; k < bins; k++) end[k] = fine[end[k] - 1];
  return bins;
}

size_t es_woe_cut(size_t *end, const struct es_woe_bin *place, size_t count,
                  const struct es_woe_bin *all, const struct es_woe_rule *rule)
{
  return rule->how == ES_WOE_OPTIMAL ? optimal(end, place, count, all, rule)
                                     : quantiles(end, place, count, rule->bins);
}
