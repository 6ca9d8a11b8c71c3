/* A scorer at work: its options, what it learned, and checked scores. */
#ifndef ES_MODEL_MODEL_H
#define ES_MODEL_MODEL_H

#include "datasets/dataset.h"
#include "harness/foreign/foreign.h"
#include "scorers/scorer.h"

/*   label    how rows call it; the name alone, or with its options where the name is not enough
 *   given    the options that its spec holds
 *   foreign  the shared object or program behind it; NULL: a scorer of this build
 *   kept     it came from a model file (saved.h), was shown these columns, dates and all, which it
 *            owns, and learns no more
 *   typical  of each column, what most of training looks like (explain.h); NULL: not known */
struct es_model {
  const struct es_scorer *scorer;
  struct es_foreign *foreign;
  char *spec, *label, *given;
  void *options, *state;
  bool kept;
  struct es_column *column;
  size_t columns;
  double *typical;
};

/* From "logistic:l2=0.1", "./mine.so:l2=0.1" or "command:python3 mine.py".  An unknown scorer or
 * option fails naming the nearest. */
enum es_status es_model_create(struct es_model *model, const char *spec,
                               struct es_context *ctx) ES_CHECKED;
void es_model_clear(struct es_model *model);

/* Sets one more option, as a study file's [scorer NAME] does. */
enum es_status es_model_set(struct es_model *model, const char *key, const char *value,
                            struct es_context *ctx) ES_CHECKED;

/* Sets the options of its spec again, on top of others. */
enum es_status es_model_set_given(struct es_model *model, struct es_context *ctx) ES_CHECKED;

/* Learns from a block of people whose outcomes are known; what it learned before is forgotten.  One
 * from a model file only asks whether the people have its columns; ES_INPUT names the first that
 * differs. */
enum es_status es_model_fit(struct es_model *model, const struct es_people *people,
                            const struct es_block *training, struct es_context *ctx) ES_CHECKED;

/* Room for the scores of a block. */
enum es_status es_scores_create(struct es_scores *scores, size_t room,
                                struct es_context *ctx) ES_CHECKED;
void es_scores_clear(struct es_scores *scores);

/* Scores a block, checks every output (finite, in [0, 1] for a probability, known reason) and
 * rounds scores to 40 significant bits.  ES_BROKEN names scorer and person. */
enum es_status es_model_score(const struct es_model *model, const struct es_people *people,
                              const struct es_block *block, struct es_scores *scores,
                              struct es_context *ctx) ES_CHECKED;

/* How many people it is best asked about at once; 1: it does not matter. */
size_t es_model_batch(const struct es_model *model);

/* Asks the scorer's `explain` about everybody who has a score: reason[i * ES_REASONS + k]. */
void es_model_explain(const struct es_model *model, const struct es_people *people,
                      const struct es_block *block, const struct es_scores *scores,
                      struct es_reason *reason, size_t *count);

/* What it learned, in lines; nothing when the scorer does not say. */
enum es_status es_model_describe(const struct es_model *model, const struct es_people *people,
                                 struct es_text *out, struct es_context *ctx) ES_CHECKED;

/* "record not there", … for enum es_unscorable. */
const char *es_unscorable_text(unsigned why);

#endif
