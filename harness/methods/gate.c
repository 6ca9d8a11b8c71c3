/* Whose file is enough to be scored: what every scorer's option `gate` does. */
#include "scorers/scorer.h"

#include <string.h>

/* A gate that looks at dates: some record at least so old, and some at most so old, in months. */
struct dated {
  const char *name;
  double oldest, latest;
  bool core_only;
};
static const struct dated fico_6_6 = {"fico_6_6", 6, 6, true},
                          vantage_24 = {"vantage_24", 0, 24, false};

static const struct dated *dates_of(enum es_gate gate)
{
  return gate == ES_GATE_FICO_6_6 ? &fico_6_6 : gate == ES_GATE_VANTAGE_24 ? &vantage_24 : NULL;
}

/* Whether any of these columns is of the deciding agency's own file; otherwise all of them are. */
static bool any_core(const struct es_column *column, size_t count)
{
  bool any = false;
  for (size_t c = 0; c < count; c++) any = any || column[c].core;
  return any;
}

enum es_status es_check_gate(enum es_gate gate, const struct es_frame *frame,
                             struct es_context *ctx)
{
  const struct dated *by = dates_of(gate);
  if (by == NULL) return ES_OK;
  const struct es_column *date = frame->column + frame->columns;
  bool core = by->core_only && any_core(frame->column, frame->columns);
  bool opened = by->oldest == 0, updated = false;
  for (size_t d = 0; d < frame->dates; d++) {
    if (core && !date[d].core) continue;
    opened = opened || date[d].date == ES_OPENED;
    updated = updated || date[d].date == ES_UPDATED;
  }
  if (opened && updated) return ES_OK;
  return es_fail(ctx, ES_INPUT,
                 "gate = %s: it asks how old %srecords are, and the data state no such dates; "
                 "choose core, any or none",
                 by->name, core ? "the deciding agency's " : "");
}

/* What is found out about a person, column by column, and what follows of it. */
enum { KNOWN = 1, OLD = 2, FRESH = 4, FOUND = 8 };
static const uint8_t verdict[FOUND] = {[0] = ES_NO_RECORD,
                                       [KNOWN] = ES_THIN_FILE,
                                       [KNOWN | FRESH] = ES_THIN_FILE,
                                       [KNOWN | OLD] = ES_STALE,
                                       [KNOWN | OLD | FRESH] = ES_SCORED};

static void look_at_dates(const struct dated *by, const struct es_frame *frame, uint8_t *why)
{
  bool core = by->core_only && any_core(frame->column, frame->columns);
  memset(why, by->oldest == 0 ? OLD : 0, frame->people);
  for (size_t c = frame->columns; c < frame->columns + frame->dates; c++) {
    const struct es_column *column = &frame->column[c];
    if (core && !column->core) continue;
    for (size_t i = 0; i < frame->people; i++) {
      if (!es_seen(frame, c, i)) continue;
      double months = frame->value[c][i];
      bool opened = column->date == ES_OPENED;
      why[i] |= KNOWN;
      if (opened && months >= by->oldest) why[i] |= OLD;
      if (!opened && months <= by->latest) why[i] |= FRESH;
    }
  }
  for (size_t i = 0; i < frame->people; i++)
    why[i] = why[i] & KNOWN ? verdict[why[i]] : (uint8_t)ES_NO_RECORD;
}

static void look_for_records(bool core_only, const struct es_frame *frame, uint8_t *why)
{
  bool core = core_only && any_core(frame->column, frame->columns);
  memset(why, ES_NO_RECORD, frame->people);
  for (size_t c = 0; c < frame->columns; c++) {
    if (core && !frame->column[c].core) continue;
    const uint8_t *seen = frame->seen[c];
#pragma omp simd
    for (size_t i = 0; i < frame->people; i++) why[i] = seen[i] ? ES_SCORED : why[i];
  }
}

enum es_status es_apply_gate(enum es_gate gate, const struct es_frame *frame, struct es_scores *out,
                             struct es_context *ctx)
{
  ES_TRY(es_check_gate(gate, frame, ctx));
  if (dates_of(gate) != NULL)
    look_at_dates(dates_of(gate), frame, out->why);
  else if (gate != ES_GATE_NONE)
    look_for_records(gate == ES_GATE_CORE, frame, out->why);
  return ES_OK;
}
