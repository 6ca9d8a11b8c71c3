/* Residual unfairness: what a gap among people with labels says too much or too little.
 *
 * Where outcomes become known only for those whom an incumbent policy approved, a user can measure
 * gaps among the labelled alone.  The residual is the gap among them less the gap among everyone
 * (Kallus and Zhou, "Residual unfairness in fair machine learning from prejudiced data", ICML
 * 2018).
 */
#ifndef ES_RUN_RESIDUAL_H
#define ES_RUN_RESIDUAL_H

#include "harness/measure/evaluate.h"
#include "harness/run/contest.h"

/* Adds a row of reduction "labelled_minus_everyone" for each gap of decisions between groups that
 * is defined among both; nothing where every outcome is known. */
enum es_status es_residual(struct es_contest *contest, const char *population,
                           const struct es_evaluation *evaluation, int threads,
                           struct es_results *results, struct es_context *ctx) ES_CHECKED;

#endif
