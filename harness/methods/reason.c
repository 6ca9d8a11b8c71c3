/* Reasons in order: what every scorer's `explain` adds to. */
#include "scorers/scorer.h"

#include <string.h>

size_t es_reason_add(struct es_reason *reason, size_t count, struct es_reason own)
{
  size_t at = 0, from = 0;
  while (from < count && reason[from].column != own.column) from++;
  if (from < count && reason[from].effect >= own.effect) return count;
  while (at < count && reason[at].effect >= own.effect) at++;
  if (at == ES_REASONS) return count;
  if (from == count) count += count < ES_REASONS;
  size_t last = from < count ? from : count - 1; /* whose place is taken */
  memmove(&reason[at + 1], &reason[at], (last - at) * sizeof *reason);
  reason[at] = own;
  return count;
}
