/* What people add up to in a contest, as a pass wants it (pass.h): the sums of one thread, of a
 * shard, or of everybody. */
#ifndef ES_RUN_SUMS_H
#define ES_RUN_SUMS_H

#include <jansson.h>

#include "harness/run/contest.h"

/* What people add up to: tallies of each contender and batch, and pairs. */
struct es_contest_sums {
  struct es_tally *tally; /* [contenders][batches] */
  struct es_pair *pair;   /* [pairs]; NULL without */
};

/* `job` is the contest. */
enum es_status es_sums_open(void *sums, const void *job, struct es_context *ctx) ES_CHECKED;
void es_sums_close(void *sums, const void *job);
enum es_status es_sums_add(void *sums, const void *part, const void *job,
                           struct es_context *ctx) ES_CHECKED;
void es_sums_write(const void *sums, const void *job, struct es_text *out);
/* With what was learned there, which must be what was learned here. */
enum es_status es_sums_read(void *sums, void *job, const json_t *from,
                            struct es_context *ctx) ES_CHECKED;

/* The sums of a fold come on top of those of the folds before. */
enum es_status es_sums_take(struct es_contest *contest, const struct es_contest_sums *sums,
                            struct es_context *ctx) ES_CHECKED;

#endif
