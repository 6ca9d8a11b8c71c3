/* Replicates: the whole study again under other draws, and intervals from how much it varies.
 *
 * Replicate r is the same study with r in every draw's counter: other people to learn from and
 * other people to be judged.  A number's value is the mean of its replicates, its interval mean ±
 * t·sd/sqrt(R) with R-1 degrees of freedom (method student_replicates), which holds whatever the
 * number is and counts the luck of training too.
 */
#ifndef ES_RUN_REPLICATES_H
#define ES_RUN_REPLICATES_H

#include "harness/results/results.h"
#include "harness/run/study.h"

/* Runs study->replicates of them.  Each one's numbers stay in the table "replicates", so that pairs
 * can be formed later; attribution, sweeps and treatments are of the first. */
enum es_status es_replicates(const struct es_study *study, int threads, struct es_results *results,
                             struct es_context *ctx) ES_CHECKED;

#endif
