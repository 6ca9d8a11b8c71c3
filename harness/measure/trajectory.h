/* People over months: counts of where each group stands, and rows made of them.
 *
 * Integer sums, like every tally: any order of blocks and threads gives the same.
 */
#ifndef ES_MEASURE_TRAJECTORY_H
#define ES_MEASURE_TRAJECTORY_H

#include "harness/measure/evaluate.h"

__extension__ typedef __int128 es_signed; /* sums of numbers of either sign, in units of 2^-40 */

/* A sum with squares. */
struct es_sum {
  uint64_t n;
  es_signed sum;
  es_fixed square;
};
void es_sum_add(struct es_sum *sum, double x);

/* One group cell in one month.
 *   favorable  by their outcome when they were last decided upon; wronged: of those, the denied
 *   chance     of the favourable outcome, of everybody; score: the last one, of the scored */
struct es_moment {
  uint64_t people, scored, approved, restricted, favorable, wronged;
  struct es_sum chance, score;
};

/* One group cell from the first month to the last.
 *   never      without a score all along
 *   recovered  [months + 1] of those wronged at first, how many were first approved in that month
 *   chance, score  changes from the first month to the last */
struct es_course {
  uint64_t people, never, wronged;
  uint64_t *recovered;
  struct es_sum chance, score;
};

struct es_trajectory {
  size_t cells, months;
  struct es_moment *moment; /* [months + 1][cells] */
  struct es_course *course; /* [cells] */
  uint64_t *recovered;      /* [cells][months + 1] */
};
enum es_status es_trajectory_create(struct es_trajectory *t, size_t cells, size_t months,
                                    struct es_context *ctx) ES_CHECKED;
void es_trajectory_merge(struct es_trajectory *whole, const struct es_trajectory *part);
void es_trajectory_clear(struct es_trajectory *t);
extern const struct es_layout es_moment_layout, es_course_layout; /* a row for each field */

/* As a JSON object, and adding what was written to a trajectory of the same shape. */
void es_trajectory_write(const struct es_trajectory *t, struct es_text *out);
enum es_status es_trajectory_read(struct es_trajectory *t, const json_t *from,
                                  struct es_context *ctx) ES_CHECKED;

/* Adds rows to the results' tables "trajectory" (by month) and "dynamics" (from first to last). */
enum es_status es_trajectory_rows(struct es_results *results, const struct es_trajectory *t,
                                  const struct es_evaluation *evaluation,
                                  struct es_context *ctx) ES_CHECKED;

#endif
