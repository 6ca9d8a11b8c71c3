/* Best-first search over lists of rules, with bounds that prove its answer.
 *
 * A list grows by a rule at its end, so what its rules misjudge stays misjudged: that, the people
 * whom nothing can judge right any more, and the price of the rules are a floor under every list
 * that begins so.  Whatever lies above the best list known is cut away, the list with the lowest
 * floor is next, and when that floor reaches the best list known, the best is proved.  In the words
 * of the paper:
 *
 *   hierarchical objective   the floor itself
 *   equivalent points        of the people of one point, the smaller side is lost in any list
 *   antecedent support       a rule that judges less than lambda rightly does not earn its price:
 *                            the list is no worse without it
 *   look-ahead               a longer list pays for at least one more rule; and since last_rule()
 *                            tries all lists of one more, what is kept pays for two
 *   permutation map,         lists that leave the same points go on alike, whatever their rules and
 *   identical support        their order: only the cheapest is kept
 *
 * Among falling lists (F. Wang, C. Rudin, AISTATS 2015; C. Chen, C. Rudin, AISTATS 2018) every rule
 * of the best speaks against people: one that does not could leave its own to the default, whose
 * share is higher still.  The floor holds, for these are some of all lists.  A rule that does not
 * earn its price may have to stand, for without it the shares after it change; so antecedent
 * support is not used.  Lists that leave the same points go on alike if the last share of one is no
 * higher: only those stay that are cheaper or end lower than each other.
 *
 * A kept list is its last rule and its parent, 48 bytes; which points it leaves is worked out again
 * when its turn comes.  Weights are integers, and a cost is made of them in one way only, so that
 * equal lists cost the same to the last bit; between equals, the first found stays.
 */
#include "harness/methods/rules_search.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What some points weigh: together, favourable, and the smaller side of each point. */
struct sums {
  int64_t all, good, lost;
};

/*   rules, errors  of the whole list; errors without those of the default
 *   next           in its chain of the map; 0 ends it
 *   hash           of the points it leaves
 *   floor          what any list costs that begins so and has two more rules
 *   share          a falling list: of favourable outcomes, where the last rule decides */
struct node {
  uint32_t parent, rule, rules, next;
  int64_t errors;
  uint64_t hash;
  double floor, share;
};

struct turn {
  double floor;
  uint32_t node;
};

/* favourable less unfavourable weight of an antecedent */
struct ranked {
  int64_t gain;
  size_t rule;
};

/*   kept         antecedents, without twins that capture the same points
 *   rest, fresh  points that the list in turn leaves; those of them that its new rule takes
 *   other        the points that another list leaves
 *   part         of each kept antecedent, the points in `rest`; `ranked`: by gain, highest first
 *   best         what the best list known costs: best_node's rules and best_more others */
struct search {
  const struct es_list_problem *of;
  size_t words, count, nodes, room, turns, turn_room;
  size_t *kept;
  struct sums *point, *part;
  struct ranked *ranked;
  uint64_t *rest, *fresh, *other;
  struct node *node;
  uint32_t *map;
  struct turn *turn;
  double price, best;
  uint32_t next, best_node;
  size_t best_more, best_rule[2];
  struct timespec deadline;
  enum es_proof_end end;
};

/* --- weighing --------------------------------------------------------------------------------- */

static const uint64_t *row(const struct search *s, size_t rule)
{
  return s->of->row + s->kept[rule] * s->words;
}

static struct sums weigh(const struct search *s, const uint64_t *a, const uint64_t *b)
{
  struct sums sums = {0, 0, 0};
  for (size_t w = 0; w < s->words; w++)
    for (uint64_t in = a[w] & b[w]; in != 0; in &= in - 1) {
      const struct sums *point = &s->point[64 * w + (size_t)__builtin_ctzll(in)];
      sums.all += point->all;
      sums.good += point->good;
      sums.lost += point->lost;
    }
  return sums;
}

static struct sums without(struct sums all, struct sums part)
{
  return (struct sums){all.all - part.all, all.good - part.good, all.lost - part.lost};
}

static int64_t gain_of(struct sums sums) { return 2 * sums.good - sums.all; }

/* Misjudged where everybody is judged alike. */
static int64_t smaller_side(struct sums sums)
{
  return gain_of(sums) < 0 ? sums.good : sums.all - sums.good;
}

static double cost(const struct search *s, int64_t errors, size_t rules)
{
  return (double)errors + (double)rules * s->price;
}

static double share_of(struct sums sums) { return (double)sums.good / (double)sums.all; }

/* Whether a falling list may go from a share to those people; from any to nobody. */
static bool rises(double share, struct sums to) { return to.all == 0 || share <= share_of(to); }

/* --- kept lists: a tree, a queue by floor, a map by the points left --------------------------- */

/* The points that a list leaves. */
static void leave(const struct search *s, uint32_t node, uint64_t *rest)
{
  for (size_t w = 0; w < s->words; w++) rest[w] = ~(uint64_t)0;
  if (s->of->points % 64 != 0) rest[s->words - 1] >>= 64 - s->of->points % 64;
  for (; node != 0; node = s->node[node].parent) {
    const uint64_t *taken = row(s, s->node[node].rule);
    for (size_t w = 0; w < s->words; w++) rest[w] &= ~taken[w];
  }
}

/* Of the points in `rest` that are not in `fresh`. */
static uint64_t hash_of(const struct search *s)
{
  uint64_t hash = 0;
  for (size_t w = 0; w < s->words; w++) {
    hash = (hash ^ (s->rest[w] & ~s->fresh[w])) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  return hash;
}

/* Whether all that may follow b may follow a, at no higher cost; of two that leave the same. */
static bool serves(const struct search *s, const struct node *a, const struct node *b)
{
  return cost(s, a->errors, a->rules) <= cost(s, b->errors, b->rules) && a->share <= b->share;
}

/* The kept list that leaves what `list` does, the points in `rest` that are not in `fresh`, and
 * serves for it, or `list` for it; 0: there is none. */
static uint32_t find(const struct search *s, const struct node *list)
{
  for (uint32_t k = s->map[list->hash & (s->room - 1)]; k != 0; k = s->node[k].next) {
    if (s->node[k].hash != list->hash) continue;
    if (!serves(s, list, &s->node[k]) && !serves(s, &s->node[k], list)) continue;
    leave(s, k, s->other);
    size_t w = 0;
    while (w < s->words && s->other[w] == (s->rest[w] & ~s->fresh[w])) w++;
    if (w == s->words) return k;
  }
  return 0;
}

static void chain(struct search *s, uint32_t node)
{
  uint32_t *first = &s->map[s->node[node].hash & (s->room - 1)];
  s->node[node].next = *first;
  *first = node;
}

static void *doubled(void *array, size_t *room, size_t size, struct es_context *ctx)
{
  void *larger = realloc(array, 2 * *room * size);
  if (larger != NULL)
    *room *= 2;
  else
    es_fail(ctx, ES_NOMEM, "out of memory for %zu lists of rules; lower nodes", 2 * *room);
  return larger;
}

static enum es_status add_node(struct search *s, const struct node *node, struct es_context *ctx)
{
  if (s->nodes == s->room) {
    struct node *larger = doubled(s->node, &s->room, sizeof *larger, ctx);
    if (larger == NULL) return ES_NOMEM;
    s->node = larger;
    free(s->map);
    s->map = es_alloc(s->room, sizeof *s->map, ctx);
    if (s->map == NULL) return ES_NOMEM;
    for (size_t k = 1; k < s->nodes; k++) chain(s, (uint32_t)k);
  }
  s->node[s->nodes] = *node;
  chain(s, (uint32_t)s->nodes);
  s->nodes++;
  return ES_OK;
}

static bool before(struct turn a, struct turn b)
{
  return a.floor != b.floor ? a.floor < b.floor : a.node < b.node;
}

static enum es_status enqueue(struct search *s, struct turn turn, struct es_context *ctx)
{
  if (s->turns == s->turn_room) {
    struct turn *larger = doubled(s->turn, &s->turn_room, sizeof *larger, ctx);
    if (larger == NULL) return ES_NOMEM;
    s->turn = larger;
  }
  size_t at = s->turns++;
  for (size_t up; at > 0 && (up = (at - 1) / 2, before(turn, s->turn[up])); at = up)
    s->turn[at] = s->turn[up];
  s->turn[at] = turn;
  return ES_OK;
}

static struct turn dequeue(struct search *s)
{
  struct turn first = s->turn[0], last = s->turn[--s->turns];
  size_t at = 0;
  for (size_t down; (down = 2 * at + 1) < s->turns; at = down) {
    if (down + 1 < s->turns && before(s->turn[down + 1], s->turn[down])) down++;
    if (!before(s->turn[down], last)) break;
    s->turn[at] = s->turn[down];
  }
  s->turn[at] = last;
  return first;
}

/* Keeps a list; in the place of `twin`, which leaves the same points and is no better, if not 0. */
static enum es_status keep(struct search *s, const struct node *node, uint32_t twin,
                           struct es_context *ctx)
{
  struct turn turn = {node->floor, twin != 0 ? twin : (uint32_t)s->nodes};
  if (twin != 0) {
    uint32_t next = s->node[twin].next;
    s->node[twin] = *node;
    s->node[twin].next = next;
  } else if (s->nodes > s->of->most_nodes) {
    s->end = ES_PROOF_NODES;
    return ES_OK;
  } else {
    ES_TRY(add_node(s, node, ctx));
  }
  return enqueue(s, turn, ctx);
}

/* --- branch and bound ------------------------------------------------------------------------- */

static void offer(struct search *s, double price, uint32_t node, size_t a, size_t b, size_t more)
{
  if (price >= s->best) return;
  s->best = price;
  s->best_node = node;
  s->best_more = more;
  s->best_rule[0] = a;
  s->best_rule[1] = b;
}

/* Whether a falling list may put that part between a share and those who are left. */
static bool stands(double share, struct sums part, struct sums left)
{
  return part.all > 0 && share <= share_of(part) && rises(share_of(part), left);
}

/* Whether rule `part` may go on after a list, or no list with it there is better than without. */
static bool may_follow(const struct search *s, const struct node *list, struct sums part)
{
  if (s->of->falling) return gain_of(part) < 0 && rises(list->share, part);
  return (double)(part.all - smaller_side(part)) >= s->price;
}

/* Tries all lists of one rule more than `list`, whose last rule takes `part` and leaves `left`.
 * That rule favours and the default does not (sign 1), or the reverse (-1); it mends its gain in
 * what the default misjudges.  Of rule b, the gain in `left` is the gain in `rest`, which is known,
 * less that in `fresh`: no more than if `fresh` took all that speaks against b, nor more than what
 * speaks for b in `rest`.  Few rules are left to weigh.  In a falling list the default favours, and
 * b must stand between the last rule and the default. */
static void last_rule(struct search *s, const struct node *list, struct sums part, struct sums left)
{
  for (int sign = s->of->falling ? -1 : 1; sign >= -1; sign -= 2) {
    int64_t errors = list->errors + (sign > 0 ? left.good : left.all - left.good);
    int64_t against = (sign > 0 ? part.all - part.good : part.good) - part.lost;
    for (size_t k = 0; k < s->count; k++) {
      struct ranked b = s->ranked[sign > 0 ? k : s->count - 1 - k];
      const struct sums *of_b = &s->part[b.rule];
      if (cost(s, errors - sign * b.gain - against, list->rules + 1) >= s->best) break;
      int64_t most = (sign > 0 ? of_b->good : of_b->all - of_b->good) - of_b->lost;
      if (cost(s, errors - most, list->rules + 1) >= s->best) continue;
      struct sums taken = without(*of_b, weigh(s, row(s, b.rule), s->fresh));
      if (s->of->falling && !stands(list->share, taken, without(left, taken))) continue;
      offer(s, cost(s, errors - sign * gain_of(taken), list->rules + 1), list->parent, list->rule,
            b.rule, 2);
    }
  }
}

/* Puts rule `a` behind list `from`, which leaves the points `rest`, of weight `all`. */
static enum es_status extend(struct search *s, uint32_t from, size_t a, struct sums all,
                             struct es_context *ctx)
{
  struct sums part = s->part[a], left = without(all, part);
  int64_t errors = s->node[from].errors + smaller_side(part);
  uint32_t rules = s->node[from].rules + 1;
  double best = s->best;
  if (!may_follow(s, &s->node[from], part)) return ES_OK;
  double share = s->of->falling ? share_of(part) : 0;
  if (!s->of->falling || rises(share, left))
    offer(s, cost(s, errors + smaller_side(left), rules), from, a, a, 1);
  if (cost(s, errors + left.lost, rules + 1) >= s->best) return ES_OK;

  for (size_t w = 0; w < s->words; w++) s->fresh[w] = s->rest[w] & row(s, a)[w];
  struct node list = {.parent = from,
                      .rule = (uint32_t)a,
                      .rules = rules,
                      .errors = errors,
                      .share = share,
                      .floor = cost(s, errors + left.lost, rules + 2)};
  last_rule(s, &list, part, left);
  if (list.floor >= s->best) return ES_OK;
  list.hash = hash_of(s);
  uint32_t twin = find(s, &list);
  if (twin != 0 && serves(s, &s->node[twin], &list)) return ES_OK;
  ES_TRY(keep(s, &list, twin, ctx));
  if (s->best < best && s->end == ES_PROOF_WHOLE)
    s->next = twin != 0 ? twin : (uint32_t)s->nodes - 1;
  return ES_OK;
}

static int by_gain(const void *a, const void *b)
{
  const struct ranked *x = a, *y = b;
  if (x->gain != y->gain) return x->gain > y->gain ? -1 : 1;
  return (x->rule > y->rule) - (x->rule < y->rule);
}

static bool late(const struct search *s)
{
  struct timespec now;
  if (!(s->of->most_seconds > 0)) return false;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec != s->deadline.tv_sec ? now.tv_sec > s->deadline.tv_sec
                                          : now.tv_nsec > s->deadline.tv_nsec;
}

static enum es_status expand(struct search *s, uint32_t from, struct es_context *ctx)
{
  s->next = 0;
  s->node[from].floor = -1; /* whatever turns it still has in the queue are over */
  leave(s, from, s->rest);
  struct sums all = weigh(s, s->rest, s->rest);
  for (size_t a = 0; a < s->count; a++) {
    s->part[a] = weigh(s, row(s, a), s->rest);
    s->ranked[a] = (struct ranked){gain_of(s->part[a]), a};
  }
  qsort(s->ranked, s->count, sizeof *s->ranked, by_gain);
  for (size_t a = 0; a < s->count && s->end == ES_PROOF_WHOLE; a++) {
    ES_TRY(extend(s, from, a, all, ctx));
    if (late(s)) s->end = ES_PROOF_CLOCK;
  }
  return ES_OK;
}

/* Until the best list known is proved best, or a limit is met.  *floor: no list costs less. */
static enum es_status run(struct search *s, double *floor, struct es_context *ctx)
{
  ES_TRY(enqueue(s, (struct turn){s->node[0].floor, 0}, ctx));
  while (s->turns > 0 && s->turn[0].floor < s->best && s->end == ES_PROOF_WHOLE) {
    *floor = s->turn[0].floor;
    uint32_t node = s->next; /* queued as well, so that no floor is below the first */
    if (node == 0) {
      struct turn turn = dequeue(s);
      if (turn.floor != s->node[turn.node].floor) continue; /* its turn is over */
      node = turn.node;
    }
    ES_TRY(expand(s, node, ctx));
  }
  if (s->end == ES_PROOF_WHOLE || *floor > s->best) *floor = s->best;
  return ES_OK;
}

/* --- the problem and the answer --------------------------------------------------------------- */

static void drop_twins(struct search *s)
{
  for (size_t a = 0; a < s->of->antecedents; a++) {
    size_t b = 0;
    const uint64_t *bits = s->of->row + a * s->words;
    while (b < s->count && memcmp(bits, row(s, b), s->words * sizeof *bits) != 0) b++;
    if (b == s->count) s->kept[s->count++] = a;
  }
}

static enum es_status set_up(struct search *s, const struct es_list_problem *problem,
                             struct es_context *ctx)
{
  *s = (struct search){.of = problem,
                       .words = (problem->points + 63) / 64,
                       .nodes = 1,
                       .room = 1024,
                       .turn_room = 1024};
  if ((s->kept = es_alloc(problem->antecedents, sizeof *s->kept, ctx)) == NULL ||
      (s->part = es_alloc(problem->antecedents, sizeof *s->part, ctx)) == NULL ||
      (s->ranked = es_alloc(problem->antecedents, sizeof *s->ranked, ctx)) == NULL ||
      (s->point = es_alloc(problem->points, sizeof *s->point, ctx)) == NULL ||
      (s->rest = es_alloc(3 * s->words, sizeof *s->rest, ctx)) == NULL ||
      (s->node = es_alloc(s->room, sizeof *s->node, ctx)) == NULL ||
      (s->map = es_alloc(s->room, sizeof *s->map, ctx)) == NULL ||
      (s->turn = es_alloc(s->turn_room, sizeof *s->turn, ctx)) == NULL)
    return ES_NOMEM;
  s->fresh = s->rest + s->words;
  s->other = s->fresh + s->words;
  for (size_t p = 0; p < problem->points; p++) {
    struct sums point = {(int64_t)problem->all[p], (int64_t)problem->good[p], 0};
    point.lost = smaller_side(point);
    s->point[p] = point;
  }
  drop_twins(s);
  leave(s, 0, s->rest);
  struct sums all = weigh(s, s->rest, s->rest);
  s->price = problem->lambda * (double)all.all;
  s->best = cost(s, smaller_side(all), 0);
  s->node[0].floor = cost(s, all.lost, 1);
  if (!(problem->most_seconds > 0)) return ES_OK;
  clock_gettime(CLOCK_MONOTONIC, &s->deadline);
  double seconds = problem->most_seconds + (double)s->deadline.tv_nsec / 1e9;
  s->deadline.tv_sec += (time_t)seconds;
  s->deadline.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9);
  return ES_OK;
}

static bool lighter(const struct search *s, size_t a, size_t b)
{
  int64_t of_a = weigh(s, row(s, a), row(s, a)).all, of_b = weigh(s, row(s, b), row(s, b)).all;
  return of_a != of_b ? of_a < of_b : a < b;
}

/* Neighbours of one verdict commute, but in a falling list: the lighter antecedent goes first, so
 * that a list reads the same however it was found. */
static void settle(const struct search *s, size_t *list, size_t rules)
{
  bool favors = false;
  leave(s, 0, s->rest);
  for (size_t k = 0, run = 0; k < rules; k++) {
    size_t rule = list[k], at = k;
    const uint64_t *bits = row(s, rule);
    bool verdict = gain_of(weigh(s, bits, s->rest)) >= 0;
    if (verdict != favors) run = k;
    favors = verdict;
    for (; at > run && lighter(s, rule, list[at - 1]); at--) list[at] = list[at - 1];
    list[at] = rule;
    for (size_t w = 0; w < s->words; w++) s->rest[w] &= ~bits[w];
  }
}

/* The antecedents of the best list, and what it misjudges. */
static enum es_status answer(struct search *s, size_t **list, size_t *rules,
                             struct es_rule_proof *proof, struct es_context *ctx)
{
  size_t before_more = s->node[s->best_node].rules, at = before_more;
  *rules = before_more + s->best_more;
  *list = es_alloc(*rules, sizeof **list, ctx);
  if (*list == NULL) return ES_NOMEM;
  for (uint32_t node = s->best_node; node != 0; node = s->node[node].parent)
    (*list)[--at] = s->node[node].rule;
  for (size_t k = 0; k < s->best_more; k++) (*list)[before_more + k] = s->best_rule[k];

  if (!s->of->falling) settle(s, *list, *rules);
  int64_t errors = 0;
  leave(s, 0, s->rest);
  struct sums left = weigh(s, s->rest, s->rest);
  proof->people = (double)left.all;
  for (size_t k = 0; k < *rules; k++) {
    const uint64_t *bits = row(s, (*list)[k]);
    struct sums part = weigh(s, bits, s->rest);
    errors += smaller_side(part);
    left = without(left, part);
    for (size_t w = 0; w < s->words; w++) s->rest[w] &= ~bits[w];
    (*list)[k] = s->kept[(*list)[k]];
  }
  proof->errors = (double)(errors + smaller_side(left));
  return ES_OK;
}

static void clear(struct search *s)
{
  free(s->kept);
  free(s->part);
  free(s->ranked);
  free(s->point);
  free(s->rest);
  free(s->node);
  free(s->map);
  free(s->turn);
}

enum es_status es_list_search(const struct es_list_problem *problem, size_t **list, size_t *rules,
                              struct es_rule_proof *proof, struct es_context *ctx)
{
  struct search s;
  double floor = 0;
  enum es_status status = set_up(&s, problem, ctx);
  if (status == ES_OK) status = run(&s, &floor, ctx);
  if (status == ES_OK) status = answer(&s, list, rules, proof, ctx);
  if (status == ES_OK) {
    proof->end = s.end;
    proof->lambda = problem->lambda;
    proof->falling = problem->falling;
    proof->antecedents = problem->antecedents;
    proof->nodes = s.nodes;
    proof->objective = proof->errors / proof->people + problem->lambda * (double)*rules;
    proof->lower_bound = s.end == ES_PROOF_WHOLE ? proof->objective : floor / proof->people;
    if (proof->lower_bound > proof->objective) proof->lower_bound = proof->objective;
  }
  clear(&s);
  return status;
}
