/* The gate: new results held against a baseline, a verdict for each number. */
#ifndef ES_GATE_GATE_H
#define ES_GATE_GATE_H

#include "harness/gate/pairing.h"
#include "harness/gate/rules.h"
#include "harness/gate/verdict.h"

/* Fills zeroed results with the table "gate", a row per number, and counts the verdicts.  `old` is
 * NULL where there are limits only.  ES_INPUT, with the reason, where the two may not be compared,
 * the new results lack what the baseline has, or nothing is watched. */
enum es_status es_gate_make(struct es_results *out, size_t count[ES_FINDING_COUNT],
                            const struct es_side *old, const struct es_side *new,
                            const struct es_rules *rules, struct es_context *ctx) ES_CHECKED;

/* Fills zeroed results with the table "plan": the smallest worsening of each number that the gate
 * would find with that power, were the results `side` a baseline; and what a wished one takes. */
enum es_status es_plan_make(struct es_results *out, const struct es_side *side,
                            const struct es_rules *rules, const struct es_texts *wished,
                            double power, struct es_context *ctx) ES_CHECKED;

/* Fills zeroed results with what the gate needs of others, and no more: a baseline to commit. */
enum es_status es_gate_compact(struct es_results *out, const struct es_side *side,
                               const struct es_rules *rules, struct es_context *ctx) ES_CHECKED;

/* Whether the gate looks at the row at all, and whether it has a better direction to watch. */
bool es_gate_watches(const struct es_rules *rules, const struct es_results *results,
                     const struct es_row *row);

/* The table "gate" for machines: JUnit's XML (strict: inconclusive is a failure), and the workflow
 * commands that GitHub shows at the change. */
enum es_status es_gate_junit(const struct es_results *gate, bool strict, struct es_text *out,
                             struct es_context *ctx) ES_CHECKED;
enum es_status es_gate_annotate(const struct es_results *gate, bool strict, struct es_text *out,
                                struct es_context *ctx) ES_CHECKED;

#endif
