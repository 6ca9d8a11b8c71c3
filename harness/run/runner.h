/* Runs a study: people stream in blocks through every scorer, its policy and its tally. */
#ifndef ES_RUN_RUNNER_H
#define ES_RUN_RUNNER_H

#include "harness/measure/results.h"
#include "harness/run/study.h"

/* threads: 0 for all cores.  The results do not depend on it. */
enum es_status es_run(const struct es_study *study, int threads, struct es_results *results,
                      struct es_context *ctx) ES_CHECKED;

/* Opens a population as the study would: for `describe` and tests too.  *state is freed by
 * es_people_close. */
struct es_opened {
  const struct es_dataset *dataset;
  void *state;
  const struct es_people *people;
};
enum es_status es_people_open(struct es_opened *opened, const struct es_study *study,
                              const char *population, struct es_context *ctx) ES_CHECKED;
void es_people_close(struct es_opened *opened);

/* A person's cell from their levels of every attribute (es_cell_count). */
uint32_t es_cell_of(const struct es_people *people, const struct es_block *block, size_t person);

#endif
