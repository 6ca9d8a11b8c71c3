/* People of a population, opened; their cells. */
#include "harness/run/people.h"

#include <stdlib.h>
#include <string.h>
#include "harness/model/registry.h"

enum es_status es_people_open(struct es_opened *opened, const struct es_study *study,
                              const char *population, struct es_context *ctx)
{
  *opened = (struct es_opened){0};
  struct es_dataset_request request = {.schema = study->schema,
                                       .people = (uint64_t)study->people,
                                       .train = (uint64_t)study->train,
                                       .folds = (uint64_t)study->folds,
                                       .test_share = study->test_share};
  ES_TRY(es_dataset_find(&opened->dataset, &request.source, population, ctx));
  enum es_status status = es_study_overrides(study, request.source, &request.overrides, ctx);
  if (status == ES_OK && (opened->state = es_alloc(1, opened->dataset->state_size, ctx)) == NULL)
    status = ES_NOMEM;
  if (status == ES_OK) status = opened->dataset->open(opened->state, &request, ctx);
  es_texts_clear(&request.overrides);
  if (status == ES_OK)
    opened->people = opened->dataset->people(opened->state);
  else
    es_people_close(opened);
  return status;
}

void es_people_close(struct es_opened *opened)
{
  if (opened->state != NULL && opened->dataset->close != NULL)
    opened->dataset->close(opened->state);
  free(opened->state);
  *opened = (struct es_opened){0};
}

uint32_t es_cell_of(const struct es_people *people, const struct es_block *block, size_t i)
{
  uint32_t cell = 0, stride = 1;
  for (size_t a = 0; a < people->attributes; a++) {
    cell += stride * block->group[a][i];
    stride *= people->attribute[a].levels;
  }
  return cell;
}

void es_cells_of(uint32_t *cell, const struct es_people *people, const struct es_block *block)
{
  uint32_t stride = 1;
  memset(cell, 0, block->people * sizeof *cell);
  for (size_t a = 0; a < people->attributes; a++) {
    const uint32_t *group = block->group[a];
#pragma omp simd
    for (size_t i = 0; i < block->people; i++) cell[i] += stride * group[i];
    stride *= people->attribute[a].levels;
  }
}
