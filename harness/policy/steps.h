/* Training scores as steps: who would be approved with each score as the lowest that is.
 *
 * Cut-offs of every policy are found on these: a share of people, a share of the good, a profit,
 * the curve of true over false positives and its upper hull.
 */
#ifndef ES_POLICY_STEPS_H
#define ES_POLICY_STEPS_H

#include "harness/policy/policy.h"

/* n distinct scores, ascending.  At k: the weight of people with score[k] or more, of everybody, of
 * the good, of the bad (people whose outcome is not known are neither); at n nobody. */
struct es_steps {
  size_t n;
  double *score, *all, *good, *bad;
};

/* Of the people with a score whose cell has in[cell]; NULL: everybody's.
 *   ES_KNOWN     only those whose outcome is known
 *   ES_UNLISTED  only those whom the scorer does not deny whatever the cut-off */
enum { ES_KNOWN = 1u << 0, ES_UNLISTED = 1u << 1 };
enum es_status es_steps_make(struct es_steps *steps, const struct es_lesson *lesson,
                             const struct es_scores *scores, const bool *in, unsigned only,
                             struct es_context *ctx) ES_CHECKED;
void es_steps_clear(struct es_steps *steps);

/* The step at which the share of approved people is nearest to `share`; n > 0.  whole: people are
 * counted, not weighed. */
size_t es_steps_nearest(const struct es_steps *steps, double share, bool whole);

/* A cut that approves from step k on; n: nobody. */
struct es_cut es_steps_cut(const struct es_steps *steps, size_t k);

/* A point between two steps along `x` (all, good or bad): where x reaches `amount`, the share q of
 * step k and everybody above. */
struct es_point {
  size_t k;
  double q;
};
struct es_point es_steps_reach(const struct es_steps *steps, const double *x, double amount);
double es_steps_at(struct es_point point, const double *x);
struct es_cut es_steps_cut_at(const struct es_steps *steps, struct es_point point);

/* Steps on the upper hull of good over bad, from nobody to everybody; `hull` has room for n + 1. */
size_t es_steps_hull(const struct es_steps *steps, size_t *hull);

#endif
