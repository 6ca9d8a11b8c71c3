/* Scorers under policies, against each other on the same people: fitted, then judged on people
 * streamed in blocks.  A scorer scores a block once, and every policy decides on those scores.
 *
 * A scorer that fails (a single class, a broken contract) is out, with its reason; the others go
 * on. Integer tallies make the order of blocks and threads invisible.
 */
#ifndef ES_RUN_CONTEST_H
#define ES_RUN_CONTEST_H

#include "harness/measure/paired.h"
#include "harness/model/impute.h"
#include "harness/policy/policy.h"
#include "harness/policy/price.h"
#include "harness/run/people.h"
#include "harness/run/progress.h"

/* Who takes part: every model under every policy. */
struct es_entrants {
  struct es_model *model;
  struct es_policy *policy;
  size_t models, policies;
};

/* One scorer under one policy.  `tally` has one entry per batch.
 *   tiers      prices by its scores
 *   rule       what the policy has learned of the scorer's scores
 *   found      that rule was found in a file
 *   failed_at  address of the failing block, so that the reason does not depend on threads */
struct es_contender {
  struct es_model *model;
  const struct es_policy *policy;
  struct es_tally *tally;
  struct es_rule rule;
  struct es_tiers tiers;
  bool found, failed;
  uint64_t failed_at;
  char reason[1024];
};

/* How scores are tallied: on a grid (streamed people), exactly (listed people), or not at all,
 * where only decisions are looked at. */
enum es_scores_kept { ES_KEEP_GRID, ES_KEEP_EXACT, ES_KEEP_NONE };

/*   contender  [models][policies]
 *   pair       two contenders that are no yardsticks, on the same people: two scorers under one
 *              policy, or one scorer under two; contender[pair_of[k][0]] and [1]; only where
 *              `paired` asks for them
 *   batches    people are dealt to this many tallies, ES_DEALT in a row, for intervals from leaving
 *              one out
 */
enum { ES_DEALT = 512 };
struct es_contest {
  const struct es_study *study;
  struct es_entrants who;
  struct es_opened from;
  struct es_contender *contender;
  size_t contenders, cells, batches, fold;
  struct es_progress *progress;
  enum es_scores_kept keep;
  bool paired;
  struct es_pair *pair;
  size_t (*pair_of)[2];
  size_t pairs;
  bool only_labelled; /* judge those alone whose outcome becomes known */
  struct es_imputer imputer;
  struct es_tiers fair;         /* by the truth */
  bool fitted;                  /* the scorers have learned: not where the sums are found */
  struct es_contest *taught_by; /* whose scorers these are; NULL: its own */
  char **learned;               /* [models] in words, of the first fold; NULL: not asked for */
};

/* Opens the people and makes empty tallies for every contender. */
enum es_status es_contest_open(struct es_contest *contest, const struct es_study *study,
                               const struct es_entrants *who, const char *population,
                               size_t batches, struct es_context *ctx) ES_CHECKED;
void es_contest_close(struct es_contest *contest);

/* Fits every scorer on the fold's training people; every policy learns from their scores.  Not
 * before it is needed where the study's ledger has the sums of the fold. */
enum es_status es_contest_fit(struct es_contest *contest, struct es_context *ctx) ES_CHECKED;

/* Takes what another contest's contenders have learned: the same models, rules and failures. */
enum es_status es_contest_adopt(struct es_contest *contest, struct es_contest *from,
                                struct es_context *ctx) ES_CHECKED;

/* Fits now what es_contest_fit has put off. */
enum es_status es_contest_ready(struct es_contest *contest, struct es_context *ctx) ES_CHECKED;

/* Whether its tallies are of everybody: not in a run of one shard. */
bool es_contest_whole(const struct es_contest *contest);

/* Of all models in one row, the m-th: the entrants', and behind them the second of each policy. */
const struct es_model *es_contest_model(const struct es_contest *contest, size_t m);

/* Whether a scorer's failure costs its own row alone. */
bool es_survivable(enum es_status status);
/* Puts a contender out as of the block that begins at `at`; of several reasons the first block's
 * stays. */
void es_contender_fail(struct es_contender *contender, uint64_t at, const char *reason);
/* Whether it was out when the block that begins at `before` was begun. */
bool es_contender_failed(const struct es_contender *contender, uint64_t before);
/* Whether a scorer is out under every policy. */
bool es_model_failed(const struct es_contest *contest, size_t model);

/* Judges the fold's people; ES_INTERRUPTED after Ctrl-C. */
enum es_status es_contest_stream(struct es_contest *contest, int threads,
                                 struct es_context *ctx) ES_CHECKED;

/* How many people es_contest_stream will judge over all folds. */
uint64_t es_contest_size(const struct es_contest *contest);

#endif
