/* Whose file is enough to be scored: what every scorer's option `gate` does. */
#include "scorers/scorer.h"

void es_apply_gate(enum es_gate gate, const struct es_frame *frame, struct es_scores *out)
{
  if (gate == ES_GATE_NONE) return;
  bool any_core = false;
  for (size_t c = 0; c < frame->columns; c++) any_core = any_core || frame->column[c].core;
  for (size_t i = 0; i < frame->people; i++) out->why[i] = ES_NO_RECORD;
  for (size_t c = 0; c < frame->columns; c++) {
    if (gate != ES_GATE_ANY && any_core && !frame->column[c].core) continue;
    const uint8_t *seen = frame->seen[c];
    uint8_t *why = out->why;
#pragma omp simd
    for (size_t i = 0; i < frame->people; i++) why[i] = seen[i] ? ES_SCORED : why[i];
  }
}
