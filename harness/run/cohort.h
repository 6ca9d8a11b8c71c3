/* Some people followed over months under one scorer and policy.
 *
 * A cohort is who they are, what decisions have made of them, and working memory.  Everything
 * random is addressed by person and month, so a person's course is the same in whatever cohort they
 * are.
 */
#ifndef ES_RUN_COHORT_H
#define ES_RUN_COHORT_H

#include "harness/measure/trajectory.h"
#include "harness/run/contest.h"

/* What decides: a model that has learned, a policy, and what the policy has learned. */
struct es_judge {
  struct es_model *model;
  const struct es_policy *policy;
  const struct es_rule *rule;
};

/* One person.
 *   until    month until which they are restricted
 *   standing enum es_decision, as last decided; free again once a case of theirs is over
 *   chance   probability of the favourable outcome at first, as log-odds */
struct es_followed {
  double capacity, reliability, gained, until, score, first_score, chance;
  uint32_t cell, stratum;
  int32_t recovered; /* the month of their first approval; -1: none yet */
  uint8_t known, standing, why, favorable, ever_scored, first_scored, first_wronged;
};

struct es_cohort {
  const struct es_contest *contest;
  size_t people, room;
  uint64_t *person;
  struct es_followed *one;
  size_t *due; /* who is decided upon */
  struct es_block block;
  struct es_scores scores, second;
  double *change[3]; /* of those due: capacity, reliability, months */
  uint8_t *known;
};

enum es_status es_cohort_create(struct es_cohort *cohort, const struct es_contest *contest,
                                size_t room, struct es_context *ctx) ES_CHECKED;
void es_cohort_clear(struct es_cohort *cohort);

/* Begins anew with the `people` at first, first + 1, … of a part of the population. */
void es_cohort_begin(struct es_cohort *cohort, uint64_t first, size_t people);

/* A month: what has become of people since the last one, then decisions on those who are due;
 * month 0 decides on everybody. */
enum es_status es_cohort_month(struct es_cohort *cohort, size_t month, const struct es_judge *judge,
                               struct es_context *ctx) ES_CHECKED;

/* Fills the block with everybody as they are in that month. */
enum es_status es_cohort_look(struct es_cohort *cohort, size_t month,
                              struct es_context *ctx) ES_CHECKED;

/* Counts where they stand in that month, and after the last one how they have come there. */
void es_cohort_count(const struct es_cohort *cohort, size_t month, struct es_trajectory *t);
void es_cohort_end(const struct es_cohort *cohort, struct es_trajectory *t);

#endif
