/* Threads take blocks from a counter that only grows, so that what is done when they stop is all
 * that was taken: a beginning of what there was to do. */
#include "harness/run/pass.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/stop.h"
#include "harness/run/ledger.h"

/* One thread's share. */
struct share {
  void *worker, *sums;
  struct es_context ctx;
};

static enum es_status open_share(struct share *s, const struct es_pass *pass,
                                 const struct es_context *ctx)
{
  *s = (struct share){.ctx = *ctx};
  s->ctx.notes = NULL;
  s->worker = es_alloc(1, pass->kind->worker_size, &s->ctx);
  s->sums = es_alloc(1, pass->kind->sums_size, &s->ctx);
  if (s->worker == NULL || s->sums == NULL) return ES_NOMEM;
  ES_TRY(pass->kind->open_sums(s->sums, pass->job, &s->ctx));
  return pass->kind->open_worker(s->worker, pass->job, &s->ctx);
}

static void close_share(struct share *s, const struct es_pass *pass)
{
  if (s->worker != NULL) pass->kind->close_worker(s->worker, pass->job);
  if (s->sums != NULL) pass->kind->close_sums(s->sums, pass->job);
  free(s->worker);
  free(s->sums);
}

/* The k-th of the blocks to do. */
static enum es_status one_block(const struct es_pass *pass, const struct es_blocks *todo,
                                uint64_t k, struct share *s)
{
  uint64_t first = es_blocks_at(todo, k) * pass->block, left = pass->people - first;
  size_t people = left < pass->block ? (size_t)left : pass->block;
  ES_TRY(pass->kind->block(pass->job, s->worker, s->sums, first, people, &s->ctx));
#pragma omp critical(es_progress)
  es_progress_add(pass->progress, people);
  return ES_OK;
}

/* Takes blocks from *next on until `end`, or until somebody stops. */
static enum es_status take_blocks(const struct es_pass *pass, const struct es_blocks *todo,
                                  uint64_t *next, uint64_t end, const int *failed, struct share *s)
{
  for (;;) {
    uint64_t first;
    int stop;
#pragma omp atomic read
    stop = *failed;
    if (stop || es_stop) return ES_OK;
#pragma omp atomic capture
    {
      first = *next;
      *next += pass->chunk;
    }
    if (first >= end) return ES_OK;
    uint64_t last = end - first < pass->chunk ? end : first + pass->chunk;
    for (uint64_t k = first; k < last; k++) ES_TRY(one_block(pass, todo, k, s));
  }
}

/* Adds blocks *next … end - 1 of those to do to the sums; moves *next behind what was done. */
static enum es_status run_slice(const struct es_pass *pass, const struct es_blocks *todo,
                                uint64_t *next, uint64_t end, void *sums, struct es_context *ctx)
{
  uint64_t counter = *next;
  int failed = 0;
  enum es_status status = ES_OK;
#pragma omp parallel num_threads(pass->threads)
  {
    struct share s;
    enum es_status mine = open_share(&s, pass, ctx);
    if (mine == ES_OK) mine = take_blocks(pass, todo, &counter, end, &failed, &s);
#pragma omp critical(es_merge)
    {
      if (mine == ES_OK && status == ES_OK)
        mine = pass->kind->add_sums(sums, s.sums, pass->job, &s.ctx);
      if (mine != ES_OK && status == ES_OK) {
        status = mine;
        memcpy(ctx->message, s.ctx.message, sizeof ctx->message);
#pragma omp atomic write
        failed = 1;
      }
    }
    close_share(&s, pass);
  }
  if (status == ES_OK) *next = counter < end ? counter : end;
  return status;
}

/* In slices, each into sums of its own, so that a block which is broken off (by a scorer that does
 * not answer any more) costs a slice and not the pass. */
static enum es_status run_blocks(const struct es_pass *pass, const struct es_blocks *todo,
                                 uint64_t *done, void *sums, struct es_context *ctx)
{
  uint64_t total = es_blocks_count(todo), least = (uint64_t)pass->threads * pass->chunk * 64;
  uint64_t slice = total / 64 > least ? total / 64 : least;
  enum es_status status = ES_OK;
  while (status == ES_OK && *done < total && !es_stop) {
    void *part = es_alloc(1, pass->kind->sums_size, ctx);
    if (part == NULL) return ES_NOMEM;
    uint64_t next = *done, end = total - next < slice ? total : next + slice;
    status = pass->kind->open_sums(part, pass->job, ctx);
    if (status == ES_OK) status = run_slice(pass, todo, &next, end, part, ctx);
    if (status == ES_OK) status = pass->kind->add_sums(sums, part, pass->job, ctx);
    if (status == ES_OK) *done = next;
    pass->kind->close_sums(part, pass->job);
    free(part);
  }
  return status;
}

static uint64_t people_in(const struct es_pass *pass, const struct es_blocks *blocks)
{
  uint64_t all = (pass->people + pass->block - 1) / pass->block, people = 0;
  for (size_t r = 0; r < blocks->count; r++) {
    people += (blocks->at[r].end - blocks->at[r].first) * pass->block;
    if (blocks->at[r].end == all) people -= all * pass->block - pass->people;
  }
  return people;
}

enum es_status es_pass_run(const struct es_pass *pass, void *sums, struct es_context *ctx)
{
  struct es_blocks todo = {0};
  uint64_t done = 0;
  enum es_status status = es_ledger_todo(pass->ledger, pass, &todo, ctx);
  pass->progress->total -= pass->people - people_in(pass, &todo);
  if (status == ES_OK && todo.count > 0) status = pass->kind->ready(pass->job, ctx);
  if (status == ES_OK) status = es_ledger_read(pass->ledger, pass, sums, ctx);
  if (status == ES_OK) status = run_blocks(pass, &todo, &done, sums, ctx);
  bool whole = done == es_blocks_count(&todo);
  if (status == ES_OK || status == ES_INTERRUPTED) {
    es_blocks_cut(&todo, done);
    enum es_status kept = es_ledger_keep(pass->ledger, pass, &todo, sums, ctx);
    if (kept != ES_OK) status = kept;
  }
  es_blocks_clear(&todo);
  if (status == ES_OK && !whole)
    status = es_fail(ctx, ES_INTERRUPTED, "interrupted after %llu of %llu people",
                     (unsigned long long)pass->progress->done,
                     (unsigned long long)pass->progress->total);
  return status;
}
