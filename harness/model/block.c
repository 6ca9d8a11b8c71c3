/* Storage for a block of people. */
#include "datasets/dataset.h"

#include <stdlib.h>
#include <string.h>

enum es_status es_block_create(struct es_block *block, const struct es_people *people, size_t room,
                               struct es_context *ctx)
{
  *block = (struct es_block){.room = room};
  block->value = es_alloc(es_all_columns(people), sizeof *block->value, ctx);
  block->seen = es_alloc(es_all_columns(people), sizeof *block->seen, ctx);
  block->group = es_alloc(people->attributes, sizeof *block->group, ctx);
  block->person = es_alloc(room, sizeof *block->person, ctx);
  block->outcome = es_alloc(room, sizeof *block->outcome, ctx);
  bool good = block->value && block->seen && block->group && block->person && block->outcome;
  for (size_t c = 0; good && c < es_all_columns(people); c++) {
    block->value[c] = es_alloc(room, sizeof **block->value, ctx);
    block->seen[c] = es_alloc(room, sizeof **block->seen, ctx);
    good = block->value[c] != NULL && block->seen[c] != NULL;
  }
  for (size_t a = 0; good && a < people->attributes; a++)
    good = (block->group[a] = es_alloc(room, sizeof **block->group, ctx)) != NULL;
  if (good && people->truth)
    good = (block->truth = es_alloc(room, sizeof *block->truth, ctx)) != NULL;
  if (good && people->weighted)
    good = (block->weight = es_alloc(room, sizeof *block->weight, ctx)) != NULL;
  if (good && people->selective)
    good = (block->labelled = es_alloc(room, sizeof *block->labelled, ctx)) != NULL;
  if (good) return ES_OK;
  es_block_clear(block, people);
  return ES_NOMEM;
}

void es_block_clear(struct es_block *block, const struct es_people *people)
{
  for (size_t c = 0; block->value != NULL && c < es_all_columns(people); c++) free(block->value[c]);
  for (size_t c = 0; block->seen != NULL && c < es_all_columns(people); c++) free(block->seen[c]);
  for (size_t a = 0; block->group != NULL && a < people->attributes; a++) free(block->group[a]);
  free(block->value);
  free(block->seen);
  free(block->group);
  free(block->person);
  free(block->outcome);
  free(block->labelled);
  free(block->truth);
  free(block->weight);
  *block = (struct es_block){0};
}

static void copy(void *to, size_t at, const void *from, size_t first, size_t n, size_t size)
{
  if (to != NULL && from != NULL)
    memcpy((char *)to + at * size, (const char *)from + first * size, n * size);
}

void es_block_copy(struct es_block *to, size_t at, const struct es_block *from, size_t first,
                   size_t n, const struct es_people *people)
{
  for (size_t c = 0; c < es_all_columns(people); c++) {
    copy(to->value[c], at, from->value[c], first, n, sizeof **to->value);
    copy(to->seen[c], at, from->seen[c], first, n, sizeof **to->seen);
  }
  for (size_t a = 0; a < people->attributes; a++)
    copy(to->group[a], at, from->group[a], first, n, sizeof **to->group);
  copy(to->person, at, from->person, first, n, sizeof *to->person);
  copy(to->outcome, at, from->outcome, first, n, sizeof *to->outcome);
  copy(to->labelled, at, from->labelled, first, n, sizeof *to->labelled);
  copy(to->truth, at, from->truth, first, n, sizeof *to->truth);
  copy(to->weight, at, from->weight, first, n, sizeof *to->weight);
}

/* New places for the elements of an array: order[k] is who comes k-th. */
static void reorder(void *array, size_t size, const size_t *order, size_t n, unsigned char *scratch)
{
  if (array == NULL) return;
  for (size_t k = 0; k < n; k++)
    memcpy(scratch + k * size, (const unsigned char *)array + order[k] * size, size);
  memcpy(array, scratch, n * size);
}

/* Puts every array of a block into that order of n of its people. */
static enum es_status reorder_all(struct es_block *block, const struct es_people *people,
                                  const size_t *order, size_t n, struct es_context *ctx)
{
  unsigned char *scratch = es_alloc(n, sizeof(double), ctx);
  if (scratch == NULL) return ES_NOMEM;
  for (size_t c = 0; c < es_all_columns(people); c++) {
    reorder(block->value[c], sizeof **block->value, order, n, scratch);
    reorder(block->seen[c], sizeof **block->seen, order, n, scratch);
  }
  for (size_t a = 0; a < people->attributes; a++)
    reorder(block->group[a], sizeof **block->group, order, n, scratch);
  reorder(block->person, sizeof *block->person, order, n, scratch);
  reorder(block->outcome, sizeof *block->outcome, order, n, scratch);
  reorder(block->labelled, sizeof *block->labelled, order, n, scratch);
  reorder(block->truth, sizeof *block->truth, order, n, scratch);
  reorder(block->weight, sizeof *block->weight, order, n, scratch);
  reorder(block->offset, sizeof *block->offset, order, n, scratch);
  free(scratch);
  return ES_OK;
}

enum es_status es_block_known_first(struct es_block *block, const struct es_people *people,
                                    size_t *known, struct es_context *ctx)
{
  size_t n = block->people, at = 0;
  *known = 0;
  for (size_t i = 0; i < n; i++) *known += block->outcome[i] != ES_UNKNOWN;
  if (*known == n) return ES_OK;
  size_t *order = es_alloc(n, sizeof *order, ctx);
  if (order == NULL) return ES_NOMEM;
  for (int unknown = 0; unknown < 2; unknown++)
    for (size_t i = 0; i < n; i++)
      if ((block->outcome[i] == ES_UNKNOWN) == (unknown == 1)) order[at++] = i;
  enum es_status status = reorder_all(block, people, order, n, ctx);
  free(order);
  return status;
}

enum es_status es_block_keep_labelled(struct es_block *block, const struct es_people *people,
                                      struct es_context *ctx)
{
  size_t *order = es_alloc(block->people, sizeof *order, ctx), count = 0;
  if (order == NULL) return ES_NOMEM;
  for (size_t i = 0; i < block->people; i++)
    if (block->labelled[i]) order[count++] = i;
  enum es_status status = reorder_all(block, people, order, count, ctx);
  block->people = count;
  free(order);
  return status;
}
