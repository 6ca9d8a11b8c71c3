/* One pass over people: block by block, over threads and shards, into sums that do not depend on
 * how the blocks were shared out.
 *
 * Whoever judges people (a contest, the months of a cohort) says how a block is added to its sums;
 * the pass shares the blocks out, stops after Ctrl-C, and keeps or finds sums in the study's
 * ledger.
 */
#ifndef ES_RUN_PASS_H
#define ES_RUN_PASS_H

#include <jansson.h>
#include "harness/base/text.h"
#include "harness/run/progress.h"

struct es_ledger;

/* What a kind of pass does.  `job` is whatever it works for.
 *   ready  before any block: everything that blocks need; not called where no block is left to do
 *   sums   opened empty, added to each other, written as JSON and read (added) back; closing
 *          accepts what was opened in part */
struct es_pass_kind {
  size_t sums_size, worker_size;
  enum es_status (*ready)(void *job, struct es_context *ctx);
  enum es_status (*open_sums)(void *sums, const void *job, struct es_context *ctx);
  void (*close_sums)(void *sums, const void *job);
  enum es_status (*add_sums)(void *sums, const void *part, const void *job, struct es_context *ctx);
  void (*write_sums)(const void *sums, const void *job, struct es_text *out);
  enum es_status (*read_sums)(void *sums, void *job, const json_t *from, struct es_context *ctx);
  /* One thread's own room. */
  enum es_status (*open_worker)(void *worker, const void *job, struct es_context *ctx);
  void (*close_worker)(void *worker, const void *job);
  /* Adds people `first` … `first + people - 1` to the sums. */
  enum es_status (*block)(void *job, void *worker, void *sums, uint64_t first, size_t people,
                          struct es_context *ctx);
};

/*   name    whose people they are, in messages
 *   block   people in a block, the last one may have fewer; chunk: blocks that a thread takes */
struct es_pass {
  const struct es_pass_kind *kind;
  void *job;
  const char *name;
  uint64_t people;
  size_t block, chunk;
  int threads;
  struct es_progress *progress;
  struct es_ledger *ledger; /* or NULL */
};

/* Fills opened sums with this process's share of the people.  ES_INTERRUPTED after Ctrl-C. */
enum es_status es_pass_run(const struct es_pass *pass, void *sums,
                           struct es_context *ctx) ES_CHECKED;

#endif
