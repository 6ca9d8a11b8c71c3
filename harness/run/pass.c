/* Ranks take slices of the blocks from rank 0, threads take blocks of a slice, both from a counter
 * that only grows, so that what is done when they stop is all that was taken: the slice's
 * beginning.
 */
#include "harness/run/pass.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/stop.h"
#include "harness/run/ledger.h"
#include "harness/run/ranks.h"

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

/* --- a run of blocks ------------------------------------------------------------------------ */

/* People of a slice for each thread, at the least; fewer where slices are shared out. */
enum { SLICE = 1 << 18 };

/* The whole of a pass, on this process.
 *   todo   the blocks that are left, of all ranks together; they are shared out by their place here
 *   done   the places of those that `sums` has
 *   next   the first place that nobody has taken
 *   slice  how many are taken at once: into sums of their own, so that a block which is broken off
 *          (by a scorer that does not answer any more) costs a slice and not the pass
 *   away   ranks that have not sent their last letter */
struct crew {
  const struct es_pass *pass;
  struct es_blocks todo, done;
  void *sums;
  uint64_t total, next, slice, letters;
  int away;
  enum es_status status;
  struct es_context *ctx;
};

static void serve(struct crew *crew);

/* Takes blocks from *next on until `end`, or until somebody stops. */
static enum es_status take_blocks(struct crew *crew, uint64_t *next, uint64_t end,
                                  const int *failed, struct share *s)
{
  const struct es_pass *pass = crew->pass;
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
    for (uint64_t k = first; k < last; k++) ES_TRY(one_block(pass, &crew->todo, k, s));
    if (omp_get_thread_num() == 0) serve(crew);
  }
}

/* Adds blocks *next … end - 1 of those to do to the sums; moves *next behind what was done. */
static enum es_status run_slice(struct crew *crew, uint64_t *next, uint64_t end, void *sums,
                                struct es_context *ctx)
{
  const struct es_pass *pass = crew->pass;
  uint64_t counter = *next;
  int failed = 0;
  enum es_status status = ES_OK;
#pragma omp parallel num_threads(pass->threads)
  {
    struct share s;
    enum es_status mine = open_share(&s, pass, ctx);
    if (mine == ES_OK) mine = take_blocks(crew, &counter, end, &failed, &s);
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

/* Adds the slice to the crew's sums. */
static enum es_status add_slice(struct crew *crew, uint64_t first, uint64_t end)
{
  const struct es_pass *pass = crew->pass;
  void *part = es_alloc(1, pass->kind->sums_size, crew->ctx);
  if (part == NULL) return ES_NOMEM;
  uint64_t next = first;
  enum es_status status = pass->kind->open_sums(part, pass->job, crew->ctx);
  if (status == ES_OK) status = run_slice(crew, &next, end, part, crew->ctx);
  if (status == ES_OK) status = pass->kind->add_sums(crew->sums, part, pass->job, crew->ctx);
  if (status == ES_OK) status = es_blocks_add(&crew->done, first, next, crew->ctx);
  pass->kind->close_sums(part, pass->job);
  free(part);
  return status;
}

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* --- rank 0 --------------------------------------------------------------------------------- */

/* Hands out the next slice, or none where there is nothing left or somebody stops. */
static enum es_status give(struct crew *crew, int to)
{
  uint64_t first = crew->next;
  bool stop = es_stop || crew->status != ES_OK;
  if (!stop) crew->next = min(crew->total, first + crew->slice);
  struct es_letter letter = {.kind = ES_GIVE, .first = first, .end = stop ? first : crew->next};
  return es_letter_send(to, crew->letters, &letter, crew->ctx);
}

static enum es_status take_sums(struct crew *crew, const struct es_letter *letter)
{
  const struct es_pass *pass = crew->pass;
  json_t *json = json_loads(letter->text, 0, NULL);
  enum es_status status = json == NULL
                              ? es_fail(crew->ctx, ES_BROKEN, "its sums are not JSON")
                              : pass->kind->read_sums(crew->sums, pass->job, json, crew->ctx);
  json_decref(json);
  if (status == ES_OK) status = es_blocks_add(&crew->done, letter->first, letter->end, crew->ctx);
#pragma omp critical(es_progress)
  es_progress_add(pass->progress, (letter->end - letter->first) * pass->block);
  return status;
}

static enum es_status answer(struct crew *crew, const struct es_letter *letter)
{
  enum es_status status = ES_OK;
  if (letter->kind == ES_WANT) status = give(crew, letter->from);
  if (letter->kind == ES_SUMS) status = take_sums(crew, letter);
  if (letter->kind == ES_FAIL) status = es_fail(crew->ctx, ES_IO, "%s", letter->text);
  if (letter->kind == ES_LAST) crew->away--;
  return status != ES_OK ? es_fail_at(crew->ctx, status, "rank %d: ", letter->from) : ES_OK;
}

/* Reads the other ranks' letters; between blocks, by the first thread, and so never twice at once.
 */
static void serve(struct crew *crew)
{
  struct es_letter letter;
  while (crew->away > 0 && es_letter_look(&letter, crew->letters)) {
    enum es_status status = answer(crew, &letter);
    if (crew->status == ES_OK) crew->status = status;
    free(letter.text);
  }
}

/* So that what ends without a word (rank 0, the machine) has not done everything for nothing. */
static void save(struct crew *crew)
{
  struct es_blocks done = {0};
  if (es_blocks_map(&done, &crew->todo, &crew->done, crew->ctx) == ES_OK)
    es_ledger_save(crew->pass->ledger, crew->pass, &done, crew->sums, crew->ctx);
  es_blocks_clear(&done);
}

static enum es_status lead(struct crew *crew)
{
  while (crew->status == ES_OK && crew->next < crew->total && !es_stop) {
    uint64_t first = crew->next;
    crew->next = min(crew->total, first + crew->slice);
    enum es_status status = add_slice(crew, first, crew->next);
    if (crew->status == ES_OK) crew->status = status;
    serve(crew);
    if (crew->status == ES_OK) save(crew);
  }
  while (crew->status == ES_OK && crew->away > 0 && !es_stop) {
    serve(crew);
    es_letter_rest();
  }
  return crew->status;
}

/* --- the other ranks ------------------------------------------------------------------------ */

static enum es_status ask(struct crew *crew, struct es_letter *reply)
{
  ES_TRY(es_letter_send(0, crew->letters, &(struct es_letter){.kind = ES_WANT}, crew->ctx));
  while (!es_letter_look(reply, crew->letters)) {
    if (es_stop) return es_fail(crew->ctx, ES_INTERRUPTED, "interrupted");
    es_letter_rest();
  }
  free(reply->text);
  reply->text = NULL;
  return ES_OK;
}

/* Sends a slice's sums, and begins anew. */
static enum es_status send_sums(struct crew *crew)
{
  const struct es_pass *pass = crew->pass;
  struct es_text text = {0};
  enum es_status status = ES_OK;
  pass->kind->write_sums(crew->sums, pass->job, &text);
  if (text.failed) status = es_fail(crew->ctx, ES_NOMEM, "out of memory");
  for (size_t r = 0; status == ES_OK && r < crew->done.count; r++) /* one: a slice */
    status = es_letter_send(0, crew->letters,
                            &(struct es_letter){.kind = ES_SUMS,
                                                .first = crew->done.at[r].first,
                                                .end = crew->done.at[r].end,
                                                .text = text.at},
                            crew->ctx);
  es_text_clear(&text);
  es_blocks_clear(&crew->done);
  pass->kind->close_sums(crew->sums, pass->job);
  memset(crew->sums, 0, pass->kind->sums_size);
  return status == ES_OK ? pass->kind->open_sums(crew->sums, pass->job, crew->ctx) : status;
}

static enum es_status follow(struct crew *crew)
{
  struct es_letter slice = {0};
  enum es_status status = ES_OK;
  while (status == ES_OK && (status = ask(crew, &slice)) == ES_OK && slice.first < slice.end) {
    status = add_slice(crew, slice.first, slice.end);
    if (status == ES_OK) status = send_sums(crew);
  }
  struct es_letter last = {.kind = ES_LAST};
  if (status != ES_OK && status != ES_INTERRUPTED)
    last = (struct es_letter){.kind = ES_FAIL, .text = crew->ctx->message};
  struct es_context own = {0};
  if (es_letter_send(0, crew->letters, &last, &own) != ES_OK && status == ES_OK) status = ES_IO;
  return status;
}

/* --- the pass ------------------------------------------------------------------------------- */

static uint64_t people_in(const struct es_pass *pass, const struct es_blocks *blocks)
{
  uint64_t all = (pass->people + pass->block - 1) / pass->block, people = 0;
  for (size_t r = 0; r < blocks->count; r++) {
    people += (blocks->at[r].end - blocks->at[r].first) * pass->block;
    if (blocks->at[r].end == all) people -= all * pass->block - pass->people;
  }
  return people;
}

static enum es_status run_crew(struct crew *crew)
{
  const struct es_pass *pass = crew->pass;
  uint64_t ranks = (uint64_t)es_ranks(), each = ranks == 1 ? SLICE : SLICE / 16;
  uint64_t least = (uint64_t)pass->threads * (each > pass->block ? each / pass->block : 1);
  crew->total = es_blocks_count(&crew->todo);
  crew->slice = crew->total / 64 > least ? crew->total / 64 : least;
  crew->away = es_rank() == 0 ? (int)ranks - 1 : 0;
  return es_rank() == 0 ? lead(crew) : follow(crew);
}

enum es_status es_pass_run(const struct es_pass *pass, void *sums, struct es_context *ctx)
{
  struct crew crew = {.pass = pass,
                      .sums = sums,
                      .ctx = ctx,
                      .letters = pass->ledger != NULL ? pass->ledger->next : 0};
  struct es_blocks done = {0};
  enum es_status status = es_ledger_todo(pass->ledger, pass, &crew.todo, ctx);
  pass->progress->total -= pass->people - people_in(pass, &crew.todo);
  if (status == ES_OK && crew.todo.count > 0) status = pass->kind->ready(pass->job, ctx);
  if (status == ES_OK && es_rank() == 0) status = es_ledger_read(pass->ledger, pass, sums, ctx);
  if (status == ES_OK && crew.todo.count > 0) status = run_crew(&crew);
  bool whole = es_rank() > 0 || es_blocks_count(&crew.done) == crew.total;
  if (status == ES_OK || status == ES_INTERRUPTED) {
    enum es_status kept = es_blocks_map(&done, &crew.todo, &crew.done, ctx);
    if (kept == ES_OK) kept = es_ledger_keep(pass->ledger, pass, &done, sums, ctx);
    if (kept != ES_OK) status = kept;
  }
  es_blocks_clear(&crew.todo);
  es_blocks_clear(&crew.done);
  es_blocks_clear(&done);
  if (status == ES_OK && !whole)
    status =
        es_fail(ctx, ES_INTERRUPTED, "interrupted after %llu of %llu people%s",
                (unsigned long long)pass->progress->done, (unsigned long long)pass->progress->total,
                es_ranks() > 1 ? ", or another rank has ended" : "");
  return status;
}
