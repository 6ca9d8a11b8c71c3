/* People of a population, opened; their cells. */
#ifndef ES_RUN_PEOPLE_H
#define ES_RUN_PEOPLE_H

#include "harness/run/study.h"

/* People of a population, opened as a study would. */
struct es_opened {
  const struct es_dataset *dataset;
  void *state;
  const struct es_people *people;
};
enum es_status es_people_open(struct es_opened *opened, const struct es_study *study,
                              const char *population, struct es_context *ctx) ES_CHECKED;
void es_people_close(struct es_opened *opened);

/* A person's cell from their levels of every attribute (es_cell_count), and everybody's. */
uint32_t es_cell_of(const struct es_people *people, const struct es_block *block, size_t person);
void es_cells_of(uint32_t *cell, const struct es_people *people, const struct es_block *block);

#endif
