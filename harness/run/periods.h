/* Time: the study's people over months in which decisions feed back (--periods).
 *
 * Scorers may learn anew every few months (--refit-every), from the training people, who live
 * through the same months under the same scorer, and of whom it sees the outcomes of the approved
 * alone.  Then people who are judged stream through, block by block, each block through all of its
 * months, so that memory does not depend on their number.
 */
#ifndef ES_RUN_PERIODS_H
#define ES_RUN_PERIODS_H

#include "harness/results/results.h"
#include "harness/run/contest.h"

/* Fails where people cannot be followed, before any work. */
enum es_status es_periods_check(const struct es_contest *contest,
                                struct es_context *ctx) ES_CHECKED;

/* Adds the tables "trajectory" and "dynamics" for every contender of a fitted contest. */
enum es_status es_periods(struct es_contest *contest, int threads, struct es_results *results,
                          struct es_context *ctx) ES_CHECKED;

#endif
