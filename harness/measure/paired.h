/* Two scorers on the same people, counted together: what their paired comparison rests on. */
#ifndef ES_MEASURE_PAIRED_H
#define ES_MEASURE_PAIRED_H

#include "harness/measure/tally.h"

/* Two AUCs with DeLong's variances and covariance; undefined: the reason, or NULL.  A variance
 * below 0: a class has one person only. */
struct es_paired_auc {
  double auc[2], variance[2], covariance, people;
  const char *undefined;
};
double es_paired_variance(const struct es_paired_auc *auc);

/* From scores of n people, higher for the favourable; people with a NaN score or an unknown outcome
 * do not count (DeLong, DeLong & Clarke-Pearson 1988, by sorting: Sun & Xu 2014). */
enum es_status es_delong_paired(struct es_paired_auc *auc, const double *a, const double *b,
                                const uint8_t *outcome, size_t n,
                                struct es_context *ctx) ES_CHECKED;

/* Of one cell: people by outcome and by both decisions, with weights and their squares in weighted
 * data. */
struct es_pair_cell {
  uint64_t people[ES_OUTCOMES][ES_DECISIONS][ES_DECISIONS];
  es_fixed weight[ES_OUTCOMES][ES_DECISIONS][ES_DECISIONS],
      square[ES_OUTCOMES][ES_DECISIONS][ES_DECISIONS];
};

/* Both scores of a person whom both scored and whose outcome is known. */
struct es_kept_pair {
  double score[2];
  uint32_t cell;
  uint8_t outcome;
};

/* Streamed people are kept on grids: each score's own (fine), for the AUCs and their variances, and
 * both together (coarse), for their correlation.  Above ES_PAIR_CELLS groups there is no room for
 * that, and AUCs are not compared. */
enum { ES_PAIR_FINE = 512, ES_PAIR_COARSE = 32, ES_PAIR_CELLS = 64 };
struct es_pair_grid {
  uint64_t fine[2][2][ES_PAIR_FINE];                  /* [scorer][outcome][bin] */
  uint64_t coarse[2][ES_PAIR_COARSE][ES_PAIR_COARSE]; /* [outcome][bin of one][bin of the other] */
};

/* exact: scores are kept as they are. */
struct es_pair {
  size_t cells;
  bool weighted, counted, exact;
  struct es_pair_cell *cell;
  struct es_pair_grid *grid;
  struct es_kept_pair *kept;
  size_t kept_count, kept_room;
};

/* The shape follows the scorers' tallies. */
enum es_status es_pair_create(struct es_pair *pair, const struct es_tally *like,
                              struct es_context *ctx) ES_CHECKED;
/* bin: of both scores on the grids of their tallies; NULL where exact. */
enum es_status es_pair_add(struct es_pair *pair, const struct es_verdict *a,
                           const struct es_verdict *b, const uint16_t bin[2],
                           struct es_context *ctx) ES_CHECKED;
/* Adds a block of `people` decided by both: columns of each side, as in es_verdicts, and of the
 * people.  bin: as es_tally_add_block gives them; NULL where exact. */
struct es_pair_side {
  const uint8_t *why, *decision;
  const double *score;
  const uint16_t *bin;
  const double *chance; /* P(approved) as in es_verdicts; NULL: never */
};
enum es_status es_pair_add_block(struct es_pair *pair, const struct es_pair_side *one,
                                 const struct es_pair_side *other, const uint32_t *cell,
                                 const uint8_t *outcome, const double *weight, size_t people,
                                 struct es_context *ctx) ES_CHECKED;
enum es_status es_pair_merge(struct es_pair *whole, const struct es_pair *part,
                             struct es_context *ctx) ES_CHECKED;
void es_pair_clear(struct es_pair *pair);
extern const struct es_layout es_pair_cell_layout, es_pair_grid_layout; /* a row for each field */

/* As a JSON object, and adding what was written to a pair of the same shape. */
void es_pair_write(const struct es_pair *pair, struct es_text *out);
enum es_status es_pair_read(struct es_pair *pair, const json_t *from,
                            struct es_context *ctx) ES_CHECKED;

/* The AUCs of people in cells with member[cell] true, on those whom both scored. */
enum es_status es_pair_auc(struct es_paired_auc *auc, const struct es_pair *pair,
                           const bool *member, struct es_context *ctx) ES_CHECKED;

#endif
