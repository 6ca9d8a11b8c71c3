/* Levers: what would reduce wrongful person-days most.
 *
 * Each lever halves one thing that stands in a wronged person's way (the share who are not told,
 * the time until they find out, the wait for an answer, the share of false records, …), for the
 * same people.  So its elasticity, ln(days after / days before) / ln(1/2), compares with every
 * other's: 1 means that days fall in proportion.
 */
#ifndef ES_RUN_LEVERS_H
#define ES_RUN_LEVERS_H

#include "harness/results/results.h"
#include "harness/run/contest.h"

/* Fails where people have no due process that could be changed, before any work. */
enum es_status es_levers_check(const struct es_people *people, struct es_context *ctx) ES_CHECKED;

/* Adds rows to the results' table "levers", the strongest lever first; one that changes nothing is
 * left out.  Intervals as for attribution (worlds.h). */
enum es_status es_levers(struct es_contest *factual, const char *population, int threads,
                         struct es_results *results, struct es_context *ctx) ES_CHECKED;

#endif
