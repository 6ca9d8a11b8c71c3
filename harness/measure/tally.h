/* The counts that a run accumulates.  Every measure is a pure function of them.
 *
 * Everything is an integer: people are counted, sampling weights and per-person amounts are added
 * up in fixed point, of 128 bits.  So sums do not depend on the order in which blocks, threads or
 * shards arrive, and tallies of parts add up exactly to the tally of the whole.
 */
#ifndef ES_MEASURE_TALLY_H
#define ES_MEASURE_TALLY_H

#include "harness/base/fixed.h"
#include "harness/base/frame.h"
#include "harness/base/status.h"
#include "harness/measure/fields.h"

enum es_decision { ES_APPROVED, ES_DENIED, ES_REVIEWED, ES_DECISIONS };
enum { ES_OUTCOMES = 3, ES_SCORE_BINS = 4096 };

/* One group cell: people by outcome, by whether they have a score, and by decision.
 *   weight, square  sums of weights and of squares of sampling weights (weighted data only)
 *   why             people by the reason for having no score (ES_SCORED: they have one)
 *   days            of people with the favourable outcome who are denied: the restriction's days
 *   interest        of people with the favourable outcome: what they pay in excess; of those
 *                   denied; times their days
 *   rise, fall      by how much the scores of approved people move up and down, and squares
 *   brier, loss     squared error and log loss of people with a probability and a known outcome */
struct es_cell {
  uint64_t people[ES_OUTCOMES][2][ES_DECISIONS];
  es_fixed weight[ES_OUTCOMES][2][ES_DECISIONS], square[ES_OUTCOMES][2][ES_DECISIONS];
  es_fixed days, days_square;
  es_fixed interest, interest_square, interest_denied, interest_days;
  es_fixed rise, fall, move_square;
  es_fixed brier, brier_square, loss, loss_square, probability_weight;
  uint64_t probabilities;
  uint64_t why[ES_UNSCORABLE_REASONS];
};
extern const struct es_layout es_cell_layout; /* a row for each of them: tally.c */

/* A person's score as it is tallied where scores are kept exactly (a listed dataset).  These are
 * sorted and dealt to groups, so they are small: what few have stands elsewhere.
 *   list  cell · 2 + outcome
 *   told  where in es_tally.told weight and probability stand, from ES_TOLD on; below it the weight
 *         is 1, and there is no probability, or the score is one */
enum { ES_TOLD_NOTHING, ES_TOLD_SCORE, ES_TOLD };
struct es_kept {
  double score;
  uint32_t list, told;
};

/* probability: of the favourable outcome; below 0: none. */
struct es_told {
  double weight, probability;
};

struct es_harm;
struct es_reasoned;

/* Combinations of outcome, reason and decision; and one block's losses of a cell, in lanes.h's
 * units. */
enum { ES_KINDS = ES_OUTCOMES * ES_UNSCORABLE_REASONS * ES_DECISIONS };
struct es_fresh {
  uint64_t brier, brier_square, loss, loss_square, probabilities;
};

/* One scorer under one policy on one population.
 *   counted         weights are numbers of people, and no sampling weights
 *   reversed        scores stand here as minus what was given (higher is worse)
 *   scores_dropped  neither bins nor kept scores: only decisions are looked at
 *   bins   [cells][2][ES_SCORE_BINS] counts of scored people by outcome on an even grid over
 *          low … high of the score (of its log-odds for a probability); NULL where kept exactly
 *   harm   [cells] what became of the restricted (harm.h); NULL without a due process
 *   reasoned  [cells] what reasons are about (reasons.h); NULL where nobody asks */
struct es_tally {
  uint32_t *alike; /* [cells][ES_KINDS] where a block's people are counted first; and its losses */
  struct es_fresh *fresh; /* [cells]; both all 0 between blocks */
  size_t cells;
  bool weighted, counted, probability, reversed, scores_dropped;
  struct es_cell *cell;
  double low, high;
  uint64_t *bins;
  struct es_kept *kept;
  struct es_told *told; /* [ES_TOLD] at least, where scores are kept */
  size_t kept_count, kept_room, told_count, told_room;
  struct es_harm *harm;
  struct es_reasoned *reasoned;
};

/* One person, decided.  `why` is ES_SCORED or the reason there is no score.  A NaN score is decided
 * without being shown (an audit of decisions); probability < 0: none.  `term` is the days of
 * restriction if the decision is a wrong denial.
 *   chance  P(approved) where chance has decided, between 0 and 1; else 0 or below.  A row of
 *           weighted data stands for many people, each with a draw of their own: its weight is
 *           shared out, its one count goes where `decision` says */
struct es_verdict {
  uint32_t cell;
  uint8_t outcome, why, decision;
  double score, probability, weight, term, chance;
};

/* A block of decided people: the same in columns, of `people` numbers.  probability, weight, term
 * and chance may be NULL: none, all 1, none, never.  move: how the scores of those would move who
 * are approved; NULL: not at all. */
struct es_verdicts {
  size_t people;
  const uint32_t *cell;
  const uint8_t *outcome, *why, *decision;
  const double *score, *probability, *weight, *term, *chance, *move;
};

enum es_status es_tally_create(struct es_tally *tally, size_t cells, bool exact,
                               struct es_context *ctx) ES_CHECKED;
/* Room for the fates of the restricted. */
enum es_status es_tally_harm(struct es_tally *tally, struct es_context *ctx) ES_CHECKED;
/* Room for what reasons are about. */
enum es_status es_tally_reasons(struct es_tally *tally, struct es_context *ctx) ES_CHECKED;
/* An empty tally of the same shape. */
enum es_status es_tally_like(struct es_tally *tally, const struct es_tally *like,
                             struct es_context *ctx) ES_CHECKED;
enum es_status es_tally_add(struct es_tally *tally, const struct es_verdict *verdict,
                            struct es_context *ctx) ES_CHECKED;
/* What one favourable person pays in excess; `days` of restriction where they are denied. */
void es_tally_interest(struct es_cell *cell, double interest, bool denied, double days);
/* Adds a block.  bin[i], unless NULL: where on the grid the score of a person stands who has one
 * and whose outcome is known. */
enum es_status es_tally_add_block(struct es_tally *tally, const struct es_verdicts *verdicts,
                                  uint16_t *bin, struct es_context *ctx) ES_CHECKED;
/* Makes room for so many more scores; then they can be kept as they are. */
enum es_status es_tally_room(struct es_tally *tally, size_t scores,
                             struct es_context *ctx) ES_CHECKED;
static inline void es_tally_keep(struct es_tally *tally, double score, uint32_t list, double weight,
                                 double probability)
{
  uint32_t told = probability >= 0 ? ES_TOLD_SCORE : ES_TOLD_NOTHING;
  if (weight != 1 || (probability >= 0 && probability != score)) {
    told = (uint32_t)tally->told_count++;
    tally->told[told] = (struct es_told){weight, probability};
  }
  tally->kept[tally->kept_count++] = (struct es_kept){score, list, told};
}
static inline struct es_told es_told_of(const struct es_tally *tally, const struct es_kept *one)
{
  if (one->told == ES_TOLD_SCORE) return (struct es_told){1, one->score};
  return tally->told[one->told];
}
/* Adds `part` to `whole`; both must have the same cells and grid. */
enum es_status es_tally_merge(struct es_tally *whole, const struct es_tally *part,
                              struct es_context *ctx) ES_CHECKED;
void es_tally_clear(struct es_tally *tally);

/* As a JSON object, and adding what was written to a tally of the same cells. */
void es_tally_write(const struct es_tally *tally, struct es_text *out);
enum es_status es_tally_read(struct es_tally *tally, const json_t *from,
                             struct es_context *ctx) ES_CHECKED;

#endif
