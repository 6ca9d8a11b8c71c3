/* Storage for a block of people. */
#include "datasets/dataset.h"

#include <stdlib.h>

enum es_status es_block_create(struct es_block *block, const struct es_people *people, size_t room,
                               struct es_context *ctx)
{
  *block = (struct es_block){.room = room};
  block->value = es_alloc(people->columns, sizeof *block->value, ctx);
  block->seen = es_alloc(people->columns, sizeof *block->seen, ctx);
  block->group = es_alloc(people->attributes, sizeof *block->group, ctx);
  block->person = es_alloc(room, sizeof *block->person, ctx);
  block->outcome = es_alloc(room, sizeof *block->outcome, ctx);
  bool good = block->value && block->seen && block->group && block->person && block->outcome;
  for (size_t c = 0; good && c < people->columns; c++) {
    block->value[c] = es_alloc(room, sizeof **block->value, ctx);
    block->seen[c] = es_alloc(room, sizeof **block->seen, ctx);
    good = block->value[c] != NULL && block->seen[c] != NULL;
  }
  for (size_t a = 0; good && a < people->attributes; a++)
    good = (block->group[a] = es_alloc(room, sizeof **block->group, ctx)) != NULL;
  if (good && people->truth) good = (block->truth = es_alloc(room, sizeof *block->truth, ctx)) != NULL;
  if (good && people->weighted)
    good = (block->weight = es_alloc(room, sizeof *block->weight, ctx)) != NULL;
  if (good) return ES_OK;
  es_block_clear(block, people);
  return ES_NOMEM;
}

void es_block_clear(struct es_block *block, const struct es_people *people)
{
  for (size_t c = 0; block->value != NULL && c < people->columns; c++) free(block->value[c]);
  for (size_t c = 0; block->seen != NULL && c < people->columns; c++) free(block->seen[c]);
  for (size_t a = 0; block->group != NULL && a < people->attributes; a++) free(block->group[a]);
  free(block->value);
  free(block->seen);
  free(block->group);
  free(block->person);
  free(block->outcome);
  free(block->truth);
  free(block->weight);
  *block = (struct es_block){0};
}
