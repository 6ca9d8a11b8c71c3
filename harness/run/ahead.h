/* People ahead of their judgement, with the scores of scorers from elsewhere.
 *
 * Each call of such a scorer costs a process, so it is asked about many blocks at once; block after
 * block is then judged from what is kept here.  A contest without one keeps nothing here.
 */
#ifndef ES_RUN_AHEAD_H
#define ES_RUN_AHEAD_H

#include "harness/run/contest.h"

/* What one model has said of everybody here; no scores: it is asked about each block. */
struct es_said {
  struct es_scores scores;
  enum es_status status;
  char message[1024];
};

/*   said   [models + policies] the models, then the second scorers of policies
 *   start  where in `people` each block begins, and the last one ends */
struct es_ahead {
  const struct es_contest *contest;
  struct es_block people;
  struct es_said *said;
  size_t *start, blocks;
};

/* How many people are judged at once: `block` where no scorer of the contest is from elsewhere,
 * else more blocks of them, as far as memory allows; a function of the study alone. */
size_t es_ahead_people(const struct es_contest *contest, size_t block);

enum es_status es_ahead_create(struct es_ahead *ahead, const struct es_contest *contest,
                               size_t block, struct es_context *ctx) ES_CHECKED;
void es_ahead_clear(struct es_ahead *ahead);

/* Whether blocks are to be added before they are judged. */
bool es_ahead_wanted(const struct es_ahead *ahead);
void es_ahead_begin(struct es_ahead *ahead);
void es_ahead_add(struct es_ahead *ahead, const struct es_block *block);

/* Lets a model score everybody that was added. */
void es_ahead_score(struct es_ahead *ahead, size_t model, struct es_context *ctx);
bool es_ahead_scores(const struct es_ahead *ahead, size_t model);

/* The k-th block, and what a model has said of it: a failure, if that is what came of it. */
void es_ahead_block(const struct es_ahead *ahead, size_t k, struct es_block *block);
enum es_status es_ahead_said(const struct es_ahead *ahead, size_t model, size_t k,
                             struct es_scores *scores, struct es_context *ctx) ES_CHECKED;

#endif
