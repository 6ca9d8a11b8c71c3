/* Whose file is enough to be scored: what every scorer's option `gate` does. */
#include "scorers/scorer.h"

void es_apply_gate(enum es_gate gate, const struct es_frame *frame, struct es_scores *out)
{
  if (gate == ES_GATE_NONE) return;
  bool any_core = false;
  for (size_t c = 0; c < frame->columns; c++) any_core = any_core || frame->column[c].core;
  for (size_t i = 0; i < frame->people; i++) {
    bool passes = false;
    for (size_t c = 0; c < frame->columns && !passes; c++)
      passes = es_seen(frame, c, i) && (gate == ES_GATE_ANY || !any_core || frame->column[c].core);
    if (!passes) es_unscorable(out, i, ES_NO_RECORD);
  }
}
