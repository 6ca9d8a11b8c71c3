/* Records of passes, written and read as lines of JSON. */
#include "harness/run/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"
#include "harness/run/ranks.h"

/* --- blocks --------------------------------------------------------------------------------- */

uint64_t es_blocks_count(const struct es_blocks *blocks)
{
  uint64_t count = 0;
  for (size_t r = 0; r < blocks->count; r++) count += blocks->at[r].end - blocks->at[r].first;
  return count;
}

uint64_t es_blocks_at(const struct es_blocks *blocks, uint64_t k)
{
  const struct es_range *r = blocks->at;
  for (; k >= r->end - r->first; r++) k -= r->end - r->first;
  return r->first + k;
}

void es_blocks_clear(struct es_blocks *blocks)
{
  free(blocks->at);
  *blocks = (struct es_blocks){0};
}

enum es_status es_blocks_add(struct es_blocks *blocks, uint64_t first, uint64_t end,
                             struct es_context *ctx)
{
  if (first == end) return ES_OK;
  struct es_range *grown = realloc(blocks->at, (blocks->count + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  blocks->at = grown;
  grown[blocks->count++] = (struct es_range){first, end};
  return ES_OK;
}

/* Adds those at places first … end - 1 of `of`. */
static enum es_status map_range(struct es_blocks *blocks, const struct es_blocks *of,
                                uint64_t first, uint64_t end, struct es_context *ctx)
{
  uint64_t before = 0;
  for (size_t r = 0; r < of->count && before < end; r++) {
    uint64_t size = of->at[r].end - of->at[r].first;
    uint64_t from = first > before ? first - before : 0, to = end - before;
    if (to > size) to = size;
    if (from < to) ES_TRY(es_blocks_add(blocks, of->at[r].first + from, of->at[r].first + to, ctx));
    before += size;
  }
  return ES_OK;
}

enum es_status es_blocks_map(struct es_blocks *blocks, const struct es_blocks *of,
                             const struct es_blocks *places, struct es_context *ctx)
{
  for (size_t r = 0; r < places->count; r++)
    ES_TRY(map_range(blocks, of, places->at[r].first, places->at[r].end, ctx));
  return ES_OK;
}

static int by_first(const void *a, const void *b)
{
  const struct es_range *x = a, *y = b;
  return (x->first > y->first) - (x->first < y->first);
}

/* Sorts, and joins neighbours; false where ranges overlap. */
static bool tidy(struct es_blocks *blocks)
{
  size_t kept = 0;
  if (blocks->count > 0) qsort(blocks->at, blocks->count, sizeof *blocks->at, by_first);
  for (size_t r = 0; r < blocks->count; r++) {
    if (kept > 0 && blocks->at[r].first < blocks->at[kept - 1].end) return false;
    if (kept > 0 && blocks->at[r].first == blocks->at[kept - 1].end)
      blocks->at[kept - 1].end = blocks->at[r].end;
    else
      blocks->at[kept++] = blocks->at[r];
  }
  blocks->count = kept;
  return true;
}

/* --- lines ---------------------------------------------------------------------------------- */

/* Passes take two lines each: head and sums. */
enum { HEAD, SUMS, LINES };

static json_t *read_line(const struct es_tallies *t, size_t pass, size_t which,
                         struct es_context *ctx)
{
  json_error_t error;
  const char *line = t->line[LINES * pass + which];
  json_t *json = json_loads(line + (*line == ','), 0, &error);
  if (json == NULL)
    es_fail(ctx, ES_INPUT, "%s: pass %zu: not JSON: %s", t->path, pass + 1, error.text);
  return json;
}

/* Adds the blocks that a head says are done. */
static enum es_status add_done(const struct es_tallies *t, const json_t *head, uint64_t all,
                               struct es_blocks *done, struct es_context *ctx)
{
  const json_t *list = json_object_get(head, "done");
  for (size_t i = 0; i + 1 < json_array_size(list); i += 2) {
    json_int_t first = json_integer_value(json_array_get(list, i)),
               end = json_integer_value(json_array_get(list, i + 1));
    if (first < 0 || end < first || (uint64_t)end > all)
      return es_fail(ctx, ES_INPUT, "%s: done: there are no such blocks", t->path);
    ES_TRY(es_blocks_add(done, (uint64_t)first, (uint64_t)end, ctx));
  }
  return ES_OK;
}

static enum es_status check_head(const struct es_tallies *t, const json_t *head,
                                 const struct es_pass *pass, struct es_context *ctx)
{
  const char *name = json_string_value(json_object_get(head, "pass"));
  if (name == NULL || strcmp(name, pass->name) != 0)
    return es_fail(ctx, ES_INPUT, "%s: pass: \"%s\" stands where the study has \"%s\"", t->path,
                   name != NULL ? name : "", pass->name);
  const json_int_t people = json_integer_value(json_object_get(head, "people")),
                   block = json_integer_value(json_object_get(head, "block"));
  if (people == (json_int_t)pass->people && block == (json_int_t)pass->block) return ES_OK;
  return es_fail(ctx, ES_INPUT, "%s: people: %lld of \"%s\", where the study has %llu", t->path,
                 (long long)people, pass->name, (unsigned long long)pass->people);
}

/* All blocks of the next pass that are found; pass NULL: whoever's, *all as the files say. */
static enum es_status find_done(const struct es_ledger *l, const struct es_pass *pass,
                                uint64_t *all, struct es_blocks *done, struct es_context *ctx)
{
  for (size_t f = 0; f < l->count; f++) {
    const struct es_tallies *t = &l->found[f];
    if (l->next >= t->passes) continue;
    json_t *head = read_line(t, l->next, HEAD, ctx);
    if (head == NULL) return ES_INPUT;
    json_int_t people = json_integer_value(json_object_get(head, "people")),
               block = json_integer_value(json_object_get(head, "block"));
    if (pass == NULL && people > 0 && block > 0) *all = (uint64_t)((people + block - 1) / block);
    enum es_status status = pass != NULL ? check_head(t, head, pass, ctx) : ES_OK;
    if (status == ES_OK) status = add_done(t, head, *all, done, ctx);
    json_decref(head);
    if (status != ES_OK) return status;
  }
  if (tidy(done)) return ES_OK;
  return es_fail(ctx, ES_INPUT, "%s: done: the same people are there twice", l->found[0].path);
}

/* This process's share of `all` blocks, less `done`. */
static enum es_status left_over(const struct es_ledger *l, uint64_t all,
                                const struct es_blocks *done, struct es_blocks *todo,
                                struct es_context *ctx)
{
  uint64_t at = 0, end = all;
  if (l->shards > 0) {
    at = all * (l->shard - 1) / l->shards;
    end = all * l->shard / l->shards;
  }
  for (size_t r = 0; r < done->count && at < end; r++) {
    const struct es_range *range = &done->at[r];
    if (range->end <= at) continue;
    if (range->first >= end) break;
    if (range->first > at) ES_TRY(es_blocks_add(todo, at, range->first, ctx));
    at = range->end;
  }
  return at < end ? es_blocks_add(todo, at, end, ctx) : ES_OK;
}

/* --- while a study runs --------------------------------------------------------------------- */

bool es_ledger_whole(const struct es_ledger *ledger)
{
  return ledger == NULL || ledger->shards == 0;
}

bool es_ledger_has(const struct es_ledger *ledger)
{
  struct es_context ctx = {0};
  struct es_blocks done = {0}, todo = {0};
  uint64_t all = 0;
  if (ledger == NULL || ledger->count == 0) return false;
  bool has = find_done(ledger, NULL, &all, &done, &ctx) == ES_OK && all > 0 &&
             left_over(ledger, all, &done, &todo, &ctx) == ES_OK && todo.count == 0;
  es_blocks_clear(&done);
  es_blocks_clear(&todo);
  return has;
}

enum es_status es_ledger_todo(const struct es_ledger *ledger, const struct es_pass *pass,
                              struct es_blocks *todo, struct es_context *ctx)
{
  uint64_t all = (pass->people + pass->block - 1) / pass->block;
  struct es_blocks done = {0};
  if (ledger == NULL) return es_blocks_add(todo, 0, all, ctx);
  enum es_status status = find_done(ledger, pass, &all, &done, ctx);
  if (status == ES_OK) status = left_over(ledger, all, &done, todo, ctx);
  es_blocks_clear(&done);
  return status;
}

static enum es_status read_pass(const struct es_tallies *t, const struct es_ledger *ledger,
                                const struct es_pass *pass, void *sums, struct es_context *ctx)
{
  json_t *head = read_line(t, ledger->next, HEAD, ctx), *note;
  json_t *from = head != NULL ? read_line(t, ledger->next, SUMS, ctx) : NULL;
  enum es_status status = from != NULL ? ES_OK : ES_INPUT;
  size_t i;
  json_array_foreach(json_object_get(head, "notes"), i, note) if (json_is_string(note))
      es_note(ctx, "%s", json_string_value(note));
  if (status == ES_OK) {
    status = pass->kind->read_sums(sums, pass->job, from, ctx);
    if (status == ES_INPUT) es_fail_at(ctx, status, "%s: %s: ", t->path, pass->name);
  }
  json_decref(head);
  json_decref(from);
  return status;
}

enum es_status es_ledger_read(const struct es_ledger *ledger, const struct es_pass *pass,
                              void *sums, struct es_context *ctx)
{
  for (size_t f = 0; ledger != NULL && f < ledger->count; f++)
    if (ledger->next < ledger->found[f].passes)
      ES_TRY(read_pass(&ledger->found[f], ledger, pass, sums, ctx));
  return ES_OK;
}

static enum es_status keep_text(struct es_ledger *ledger, struct es_text *text,
                                struct es_context *ctx)
{
  enum es_status status = text->failed
                              ? es_fail(ctx, ES_NOMEM, "out of memory")
                              : es_texts_add(&ledger->record, es_text_get(text), text->size, ctx);
  es_text_clear(text);
  return status;
}

static enum es_status keep_head(struct es_ledger *ledger, const struct es_pass *pass,
                                const struct es_blocks *done, struct es_context *ctx)
{
  json_t *list = json_array(), *notes = json_array();
  struct es_text text = {0};
  for (size_t r = 0; r < done->count; r++) {
    json_array_append_new(list, json_integer((json_int_t)done->at[r].first));
    json_array_append_new(list, json_integer((json_int_t)done->at[r].end));
  }
  for (size_t n = 0; ctx->notes != NULL && n < ctx->notes->count; n++)
    json_array_append_new(notes, json_string(ctx->notes->text[n]));
  json_t *head =
      json_pack("{ss sI sI so so}", "pass", pass->name, "people", (json_int_t)pass->people, "block",
                (json_int_t)pass->block, "done", list, "notes", notes);
  char *line = head != NULL ? json_dumps(head, JSON_COMPACT) : NULL;
  json_decref(head);
  if (line == NULL) return es_fail(ctx, ES_NOMEM, "out of memory, or a name that is not UTF-8");
  es_text_add(&text, "%s", line);
  free(line);
  return keep_text(ledger, &text, ctx);
}

enum es_status es_ledger_keep(struct es_ledger *ledger, const struct es_pass *pass,
                              const struct es_blocks *done, const void *sums,
                              struct es_context *ctx)
{
  if (ledger == NULL) return ES_OK;
  uint64_t all = (pass->people + pass->block - 1) / pass->block;
  struct es_blocks both = {0};
  struct es_text text = {0};
  enum es_status status = ES_OK;
  if (ledger->keeps && es_rank() == 0) {
    status = find_done(ledger, pass, &all, &both, ctx);
    for (size_t r = 0; status == ES_OK && r < done->count; r++)
      status = es_blocks_add(&both, done->at[r].first, done->at[r].end, ctx);
    tidy(&both);
    if (status == ES_OK) status = keep_head(ledger, pass, &both, ctx);
    if (status == ES_OK) {
      pass->kind->write_sums(sums, pass->job, &text);
      status = keep_text(ledger, &text, ctx);
    }
    es_blocks_clear(&both);
  }
  ledger->next++;
  return status;
}

void es_ledger_save(struct es_ledger *ledger, const struct es_pass *pass,
                    const struct es_blocks *done, const void *sums, const struct es_context *ctx)
{
  if (ledger == NULL || ledger->safe == NULL || es_now() - ledger->saved < ledger->every) return;
  struct es_context own = *ctx;
  size_t passes = ledger->record.count;
  enum es_status status = es_ledger_keep(ledger, pass, done, sums, &own);
  ledger->next--; /* the pass goes on */
  if (status == ES_OK) status = es_ledger_write(ledger, ledger->study, false, ledger->safe, &own);
  while (ledger->record.count > passes) free(ledger->record.at[--ledger->record.count]);
  if (status != ES_OK) ledger->safe = NULL;
  ledger->saved = es_now();
  ledger->saves++;
}

void es_ledger_clear(struct es_ledger *ledger)
{
  for (size_t f = 0; f < ledger->count; f++) {
    json_decref(ledger->found[f].head);
    free(ledger->found[f].line);
    free(ledger->found[f].text);
    free(ledger->found[f].path);
  }
  free(ledger->found);
  es_texts_clear(&ledger->record);
  *ledger = (struct es_ledger){0};
}
