/* Why a person's score is not higher: which facts, and which absences.
 *
 * A scorer that knows says it itself (scorer.h, explain).  Of any other, one column at a time is
 * set to what is typical in training, on record, and the person scored again: what raises the
 * score is a reason, and the more it does, the earlier.  Of somebody without a score, reasons are
 * the absences that each alone stand between the person and one.  It costs a score per column, and
 * nothing where nobody asks.
 */
#ifndef ES_MODEL_EXPLAIN_H
#define ES_MODEL_EXPLAIN_H

#include "harness/model/model.h"

/* Learns model->typical: of numbers the lower median of those seen, of levels the commonest; NaN
 * for a column that nobody has. */
enum es_status es_typical_learn(struct es_model *model, const struct es_people *people,
                                const struct es_block *training, struct es_context *ctx) ES_CHECKED;

/* Up to ES_REASONS of each person of a block, the strongest first: reason[i * ES_REASONS + k], and
 * how many in count[i].  `scores` are theirs.  scored_only: nothing is asked about the others. */
struct es_reasons {
  bool scored_only;
  struct es_reason *reason;
  size_t *count;
  struct es_scores other; /* room for scores of the same people, changed */
  double *value;
  uint8_t *seen;
};
enum es_status es_reasons_create(struct es_reasons *reasons, size_t room,
                                 struct es_context *ctx) ES_CHECKED;
enum es_status es_reasons_find(struct es_reasons *reasons, const struct es_model *model,
                               const struct es_people *people, const struct es_block *block,
                               const struct es_scores *scores, struct es_context *ctx) ES_CHECKED;
void es_reasons_clear(struct es_reasons *reasons);

#endif
