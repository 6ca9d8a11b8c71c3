/* Attribution: how much of a gap each cause makes.
 *
 * The same people (every draw is addressed) are observed in worlds where some causes are taken
 * away: everybody covered as the reference stratum is, files as thick, records found as often, …
 * With v(S) the measure in the world without the causes S, cause c makes its Shapley value of the
 * gap,
 *
 *     part(c) = Σ over S without c of |S|! (k-|S|-1)! / k! · (v(S) - v(S and c)),
 *
 * the average over all orders in which the k causes could be taken away (Shapley 1953; Shorrocks
 * 1999, "Decomposition procedures for distributional analysis").  The parts and the remainder, v
 * without any cause, sum to the measured gap exactly.  Intervals are from leaving out one of 20
 * batches of people at a time (delete-a-group jackknife, Student's t with 19 degrees of freedom),
 * paired over worlds.
 */
#ifndef ES_RUN_ATTRIBUTE_H
#define ES_RUN_ATTRIBUTE_H

#include "harness/results/results.h"
#include "harness/run/contest.h"

/* Decomposes each measure of study->attribute for every scorer of the fitted contest, which has
 * judged its people; adds rows to the results' table "attribution".  With study->refit scorers
 * learn anew in each world.  A population without causes gets a warning. */
enum es_status es_attribute(struct es_contest *factual, const char *population, int threads,
                            struct es_results *results, struct es_context *ctx) ES_CHECKED;

/* Fails on measures that cannot be attributed, before any work. */
enum es_status es_attribute_check(const struct es_texts *metrics,
                                  struct es_context *ctx) ES_CHECKED;

#endif
