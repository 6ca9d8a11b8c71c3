/* Runs a study: people stream in blocks through every scorer, its policy and its tally. */
#ifndef ES_RUN_RUNNER_H
#define ES_RUN_RUNNER_H

#include "harness/results/results.h"
#include "harness/run/contest.h"

/* threads: 0 for all cores.  The results do not depend on it. */
enum es_status es_run(const struct es_study *study, int threads, struct es_results *results,
                      struct es_context *ctx) ES_CHECKED;

#endif
