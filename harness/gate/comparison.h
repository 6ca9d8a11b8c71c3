/* Several results side by side: the rows of the table "comparison". */
#ifndef ES_GATE_COMPARISON_H
#define ES_GATE_COMPARISON_H

#include "harness/gate/change.h"
#include "harness/gate/choose.h"

enum es_comparison_order { ES_BY_FILE, ES_BY_NAME, ES_BY_P, ES_BY_WORSE };
#define ES_COMPARISON_ORDERS "file|name|p|worse"

/* level: p-values below it, after Holm's correction over the table, tell a change. */
struct es_comparison_request {
  const struct es_texts *metrics, *filter;
  enum es_comparison_order order;
  double level;
};

/* Fills zeroed results with the table: a row per number and file, later files against the first.
 * What makes numbers differ in meaning becomes a warning.  ES_INPUT where the files have nothing in
 * common that the request asks for. */
enum es_status es_comparison_make(struct es_results *out, const struct es_side *side, size_t sides,
                                  const struct es_comparison_request *request,
                                  struct es_context *ctx) ES_CHECKED;

/* The better direction of a metric: +1, -1, or 0 where there is none. */
int es_direction_of(const char *metric);

#endif
