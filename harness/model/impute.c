/* Learns what to fill in, and fills it in. */
#include "harness/model/impute.h"

#include <math.h>
#include <stdlib.h>

/* Mean of column c among those of group g (everyone where g is beyond the last group). */
static double mean(const struct es_block *b, size_t c, const uint32_t *group, uint32_t g,
                   bool everyone)
{
  double sum = 0, total = 0;
  for (size_t i = 0; i < b->people; i++) {
    if (!b->seen[c][i] || (!everyone && group[i] != g)) continue;
    double weight = b->weight != NULL ? b->weight[i] : 1;
    sum += weight * b->value[c][i];
    total += weight;
  }
  return total > 0 ? sum / total : NAN;
}

static double most_frequent(const struct es_block *b, size_t c, uint32_t levels,
                            const uint32_t *group, uint32_t g, bool everyone)
{
  double best = NAN, most = 0;
  for (uint32_t level = 0; level < levels; level++) {
    double total = 0;
    for (size_t i = 0; i < b->people; i++)
      if (b->seen[c][i] && (everyone || group[i] == g) && b->value[c][i] == level)
        total += b->weight != NULL ? b->weight[i] : 1;
    if (total > most) {
      most = total;
      best = level;
    }
  }
  return best;
}

enum es_status es_imputer_learn(struct es_imputer *m, enum es_imputation kind,
                                const struct es_people *people, const struct es_block *training,
                                struct es_context *ctx)
{
  es_imputer_clear(m);
  if (kind == ES_IMPUTE_NONE) return ES_OK;
  *m = (struct es_imputer){.kind = kind, .columns = people->columns};
  if (kind == ES_IMPUTE_GROUP_MEAN && people->attributes > 0)
    m->groups = people->attribute[0].levels;
  if ((m->fill = es_alloc(m->columns * (1 + m->groups), sizeof *m->fill, ctx)) == NULL)
    return ES_NOMEM;
  const uint32_t *group = people->attributes > 0 ? training->group[0] : NULL;
  for (size_t c = 0; c < m->columns; c++) {
    const struct es_column *column = &people->column[c];
    double *fill = m->fill + c * (1 + m->groups);
    for (size_t g = 0; g <= m->groups; g++) {
      uint32_t level = g > 0 ? (uint32_t)(g - 1) : 0;
      fill[g] = column->kind == ES_LEVELS
                    ? most_frequent(training, c, column->levels, group, level, g == 0)
                    : mean(training, c, group, level, g == 0);
      if (g > 0 && isnan(fill[g])) fill[g] = fill[0];
    }
  }
  return ES_OK;
}

void es_impute(const struct es_imputer *m, struct es_block *block)
{
  if (m->kind == ES_IMPUTE_NONE) return;
  block->filled = true;
  for (size_t c = 0; c < m->columns; c++)
    for (size_t i = 0; i < block->people; i++) {
      if (block->seen[c][i]) continue;
      double x = m->fill[c * (1 + m->groups) + (m->groups > 0 ? 1 + block->group[0][i] : 0)];
      if (isnan(x)) continue;
      block->value[c][i] = x;
      block->seen[c][i] = 1;
    }
}

void es_imputer_clear(struct es_imputer *m)
{
  free(m->fill);
  *m = (struct es_imputer){0};
}
