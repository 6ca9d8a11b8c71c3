/* The ledger of a study: the sums of each pass over people, kept for a file and found in files.
 *
 * Everything behind the sums (measures, intervals, tables) is a function of the study and of them.
 * So a shard is a run that judges its share of every pass and keeps the sums, an interrupted run
 * one that keeps what it has; and to merge or to resume is to run the study again with passes whose
 * sums are found instead of made, as far as they are there.  Passes are known by their order, which
 * the study alone decides.
 *
 * On disk, a tallies file: JSON in lines (head, then a line per pass), ended by a checksum of all
 * bytes before.  It is read by the version that wrote it; results files are what is published.
 */
#ifndef ES_RUN_LEDGER_H
#define ES_RUN_LEDGER_H

#include "harness/run/pass.h"
#include "harness/run/study.h"

#define ES_TALLIES_SCHEMA "evenscore-tallies/1"

/* Blocks of a pass, as ranges. */
struct es_blocks {
  struct es_range {
    uint64_t first, end;
  } * at;
  size_t count;
};
uint64_t es_blocks_count(const struct es_blocks *blocks);
uint64_t es_blocks_at(const struct es_blocks *blocks, uint64_t k); /* the k-th of them */
enum es_status es_blocks_add(struct es_blocks *blocks, uint64_t first, uint64_t end,
                             struct es_context *ctx) ES_CHECKED;
/* Adds those that stand at the `places` among `of`. */
enum es_status es_blocks_map(struct es_blocks *blocks, const struct es_blocks *of,
                             const struct es_blocks *places, struct es_context *ctx) ES_CHECKED;
void es_blocks_clear(struct es_blocks *blocks);

/* A tallies file that was read; its passes are lines of `text`. */
struct es_tallies {
  char *path, *text;
  json_t *head;
  char **line; /* [passes] */
  size_t passes;
};

/*   shard, shards  this process judges part `shard` of `shards` of every pass; 0: all
 *   keeps          the sums of each pass are kept, to be written
 *   found          files whose sums are taken where they are there
 *   next           the number of the next pass
 *   record         what was kept of each, as lines
 *   safe           where what was done of `study` is saved every so many seconds; NULL: nowhere
 *   saved          when it was last; `saves`: how often */
struct es_ledger {
  size_t shard, shards;
  bool keeps;
  struct es_tallies *found;
  size_t count, next;
  struct es_texts record;
  const struct es_study *study;
  const char *safe;
  double every, saved;
  size_t saves;
};
void es_ledger_clear(struct es_ledger *ledger);

/* --- while a study runs; ledger NULL: nothing is kept or found ---------------------------------
 */

/* Whether all sums of the next pass will be found, so that nothing has to be made ready for it. */
bool es_ledger_has(const struct es_ledger *ledger);

/* Whether this process sees everybody, so that there is something to evaluate. */
bool es_ledger_whole(const struct es_ledger *ledger);

/* This process's blocks of the pass, less those whose sums are found. */
enum es_status es_ledger_todo(const struct es_ledger *ledger, const struct es_pass *pass,
                              struct es_blocks *todo, struct es_context *ctx) ES_CHECKED;
/* Adds what is found of the pass to the sums; remarks of whoever made it go to the notes. */
enum es_status es_ledger_read(const struct es_ledger *ledger, const struct es_pass *pass,
                              void *sums, struct es_context *ctx) ES_CHECKED;
/* Keeps the sums of the pass, of what was found and of `done`, and goes on to the next. */
enum es_status es_ledger_keep(struct es_ledger *ledger, const struct es_pass *pass,
                              const struct es_blocks *done, const void *sums,
                              struct es_context *ctx) ES_CHECKED;

/* Saves what is done so far of a pass that goes on, when it is time; where that fails, no more. */
void es_ledger_save(struct es_ledger *ledger, const struct es_pass *pass,
                    const struct es_blocks *done, const void *sums, const struct es_context *ctx);

/* --- files ---------------------------------------------------------------------------------- */

/* Reads one unfinished file, to be completed; its shard becomes the ledger's. */
enum es_status es_ledger_resume(struct es_ledger *ledger, const char *path,
                                struct es_context *ctx) ES_CHECKED;
/* Reads all shards of one study.  ES_INPUT names the file and the key: a shard that is missing,
 * unfinished or there twice, another study or version, a file that is cut off or changed. */
enum es_status es_ledger_merge(struct es_ledger *ledger, const char *const *paths, size_t count,
                               struct es_context *ctx) ES_CHECKED;
/* The study of the first file. */
enum es_status es_ledger_study(const struct es_ledger *ledger, struct es_study *study,
                               struct es_context *ctx) ES_CHECKED;
enum es_status es_ledger_write(const struct es_ledger *ledger, const struct es_study *study,
                               bool finished, const char *path, struct es_context *ctx) ES_CHECKED;
/* Whether a file begins as tallies do. */
bool es_is_tallies(const char *path);

#endif
