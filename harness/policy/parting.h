/* Training people told apart by group: each group's steps, and the rule that is made of a cut for
 * each.  What the policies that tell groups apart share. */
#ifndef ES_POLICY_PARTING_H
#define ES_POLICY_PARTING_H

#include "harness/policy/steps.h"

/* Of everybody and of the good: */
enum es_among { ES_OF_ALL, ES_OF_GOOD };

/*   in       which cells are the group's
 *   people   the weight of its people, with a score or without
 *   granted  of those without, who are approved */
struct es_part_group {
  char *name;
  bool *in;
  struct es_steps steps;
  double people[2], granted[2];
};

/*   of           the attribute, or several crossed
 *   plus, minus  profit of an approved good and bad person (es_parting_profit) */
struct es_parting {
  const struct es_policy *policy;
  const struct es_lesson *lesson;
  char *of;
  struct es_part_group *group;
  size_t groups, cells;
  double plus, minus;
  struct es_context *ctx;
};

/* known: only people whose outcome is.  ES_DEGENERATE: a group in which nobody has a score. */
enum es_status es_parting_open(struct es_parting *parting, const struct es_policy *policy,
                               const struct es_lesson *lesson, bool known,
                               struct es_context *ctx) ES_CHECKED;
void es_parting_close(struct es_parting *parting);

/* Finds what an approval earns; ES_DEGENERATE where nothing is stated that says so. */
enum es_status es_parting_profit(struct es_parting *parting) ES_CHECKED;
double es_parting_profit_at(const struct es_parting *parting, const struct es_steps *steps,
                            struct es_point at);

/* One cut per group becomes one per cell, so that a person's is found without the group. */
enum es_status es_parting_rule(const struct es_parting *parting, struct es_rule *rule,
                               const struct es_cut *cut) ES_CHECKED;

/* ES_DEGENERATE "policy P: WHAT in training among region=rural"; group NULL: among all. */
enum es_status es_parting_unlike(const struct es_parting *parting, const char *what,
                                 const char *group);

#endif
