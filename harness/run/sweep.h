/* Sweeps: the study again for each setting of a parameter, or of two at once as a grid. */
#ifndef ES_RUN_SWEEP_H
#define ES_RUN_SWEEP_H

#include "harness/results/results.h"
#include "harness/run/study.h"

/* Fails on what is not KEY=FROM:TO:STEP or KEY=A,B,C, on more than two, on over 10,000 settings. */
enum es_status es_sweep_check(const struct es_texts *sweeps, struct es_context *ctx) ES_CHECKED;

/* Adds the rows of every setting to the results' table "sweep".  A key is a population's, as for
 * --set; policy.KEY is the policy's; SCORER.KEY a scorer's. */
enum es_status es_sweep(const struct es_study *study, int threads, struct es_results *results,
                        struct es_context *ctx) ES_CHECKED;

#endif
