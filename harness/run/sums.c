/* What people add up to in a contest: made, added, written, read. */
#include "harness/run/sums.h"

#include <stdlib.h>
#include <string.h>

static size_t tallies(const struct es_contest *contest)
{
  return contest->contenders * contest->batches;
}

static struct es_tally *own_tally(const struct es_contest *contest, size_t k)
{
  return &contest->contender[k / contest->batches].tally[k % contest->batches];
}

void es_sums_close(void *sums, const void *job)
{
  const struct es_contest *contest = job;
  struct es_contest_sums *s = sums;
  for (size_t k = 0; s->tally != NULL && k < tallies(contest); k++) es_tally_clear(&s->tally[k]);
  for (size_t k = 0; s->pair != NULL && k < contest->pairs; k++) es_pair_clear(&s->pair[k]);
  free(s->tally);
  free(s->pair);
}

enum es_status es_sums_open(void *sums, const void *job, struct es_context *ctx)
{
  const struct es_contest *contest = job;
  struct es_contest_sums *s = sums;
  if ((s->tally = es_alloc(tallies(contest), sizeof *s->tally, ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_like(&s->tally[k], own_tally(contest, k), ctx));
  if (contest->pair == NULL) return ES_OK;
  if ((s->pair = es_alloc(contest->pairs, sizeof *s->pair, ctx)) == NULL) return ES_NOMEM;
  for (size_t p = 0; p < contest->pairs; p++)
    ES_TRY(es_pair_create(&s->pair[p], contest->contender[contest->pair_of[p][0]].tally, ctx));
  return ES_OK;
}

enum es_status es_sums_add(void *sums, const void *part, const void *job, struct es_context *ctx)
{
  const struct es_contest *contest = job;
  struct es_contest_sums *to = sums;
  const struct es_contest_sums *from = part;
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_merge(&to->tally[k], &from->tally[k], ctx));
  for (size_t p = 0; contest->pair != NULL && p < contest->pairs; p++)
    ES_TRY(es_pair_merge(&to->pair[p], &from->pair[p], ctx));
  return ES_OK;
}

static void write_text(const char *text, struct es_text *out)
{
  json_t *json = text != NULL ? json_string(text) : json_null();
  char *line = json != NULL ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
  json_decref(json);
  es_text_add(out, "%s", line != NULL ? line : "null");
  free(line);
}

static void write_contender(const struct es_contest *contest, size_t k,
                            const struct es_contest_sums *s, struct es_text *out)
{
  const struct es_contender *c = &contest->contender[k];
  char low[ES_NUMBER_SIZE], high[ES_NUMBER_SIZE];
  es_text_add(out, "%s{\"low\":%s,\"high\":%s,\"probability\":%s,\"failed_at\":%lld,\"reason\":",
              k > 0 ? "," : "", es_number(low, c->tally->low), es_number(high, c->tally->high),
              c->tally->probability ? "true" : "false", c->failed ? (long long)c->failed_at : -1);
  write_text(c->reason, out);
  es_text_add(out, ",\"rule\":");
  es_rule_write(&c->rule, out);
  for (size_t b = 0; b < contest->batches; b++) {
    es_text_add(out, b > 0 ? "," : ",\"tally\":[");
    es_tally_write(&s->tally[k * contest->batches + b], out);
  }
  es_text_add(out, "]}");
}

void es_sums_write(const void *sums, const void *job, struct es_text *out)
{
  const struct es_contest *contest = job;
  const struct es_contest_sums *s = sums;
  es_text_add(out, "{\"learned\":[");
  for (size_t m = 0; contest->learned != NULL && m < contest->who.models; m++) {
    es_text_add(out, m > 0 ? "," : "");
    write_text(contest->learned[m], out);
  }
  es_text_add(out, "],\"contender\":[");
  for (size_t k = 0; k < contest->contenders; k++) write_contender(contest, k, s, out);
  es_text_add(out, "],\"pair\":[");
  for (size_t p = 0; s->pair != NULL && p < contest->pairs; p++) {
    es_text_add(out, p > 0 ? "," : "");
    es_pair_write(&s->pair[p], out);
  }
  es_text_add(out, "]}");
}

static void take_grid(struct es_contest *contest, struct es_contender *c, const json_t *from)
{
  for (size_t b = 0; b < contest->batches; b++) {
    c->tally[b].low = json_number_value(json_object_get(from, "low"));
    c->tally[b].high = json_number_value(json_object_get(from, "high"));
    c->tally[b].probability = json_is_true(json_object_get(from, "probability"));
  }
}

/* What was learned there, which must be what was learned here, or in the other files. */
static enum es_status read_learned(struct es_contest *contest, struct es_contender *c,
                                   const json_t *from, struct es_context *ctx)
{
  double low = json_number_value(json_object_get(from, "low")),
         high = json_number_value(json_object_get(from, "high"));
  struct es_rule rule;
  ES_TRY(es_rule_read(&rule, json_object_get(from, "rule"), ctx));
  bool same = c->tally->low == low && c->tally->high == high && es_rule_same(&c->rule, &rule);
  if (!contest->fitted && !c->found) {
    take_grid(contest, c, from);
    es_rule_clear(&c->rule);
    c->rule = rule;
    c->found = same = true;
  } else {
    es_rule_clear(&rule);
  }
  if (same || c->failed) return ES_OK;
  return es_fail(ctx, ES_INPUT, "%s has learned something else there; were its data the same?",
                 c->model->label);
}

static enum es_status read_contender(struct es_contest *contest, size_t k,
                                     struct es_contest_sums *s, const json_t *from,
                                     struct es_context *ctx)
{
  struct es_contender *c = &contest->contender[k];
  const json_t *tally = json_object_get(from, "tally");
  const char *reason = json_string_value(json_object_get(from, "reason"));
  json_int_t failed_at = json_integer_value(json_object_get(from, "failed_at"));
  if (json_array_size(tally) != contest->batches || reason == NULL)
    return es_fail(ctx, ES_INPUT, "contender: there are other tallies of %s", c->model->label);
  if (failed_at >= 0) {
#pragma omp critical(es_give_up)
    es_contender_fail(c, (uint64_t)failed_at, reason);
  }
  ES_TRY(read_learned(contest, c, from, ctx));
  for (size_t b = 0; b < contest->batches; b++)
    ES_TRY(es_tally_read(&s->tally[k * contest->batches + b], json_array_get(tally, b), ctx));
  return ES_OK;
}

enum es_status es_sums_read(void *sums, void *job, const json_t *from, struct es_context *ctx)
{
  struct es_contest *contest = job;
  struct es_contest_sums *s = sums;
  const json_t *learned = json_object_get(from, "learned"),
               *who = json_object_get(from, "contender"), *pair = json_object_get(from, "pair");
  if (json_array_size(who) != contest->contenders ||
      json_array_size(pair) != (s->pair != NULL ? contest->pairs : 0))
    return es_fail(ctx, ES_INPUT, "contender: there are others than in the study");
  for (size_t m = 0; contest->learned != NULL && m < contest->who.models; m++) {
    const char *text = json_string_value(json_array_get(learned, m));
    if (text == NULL || contest->learned[m] != NULL) continue;
    if ((contest->learned[m] = es_strdup(text, ctx)) == NULL) return ES_NOMEM;
  }
  for (size_t k = 0; k < contest->contenders; k++)
    ES_TRY(read_contender(contest, k, s, json_array_get(who, k), ctx));
  for (size_t p = 0; s->pair != NULL && p < contest->pairs; p++)
    ES_TRY(es_pair_read(&s->pair[p], json_array_get(pair, p), ctx));
  return ES_OK;
}

enum es_status es_sums_take(struct es_contest *contest, const struct es_contest_sums *s,
                            struct es_context *ctx)
{
  for (size_t k = 0; k < tallies(contest); k++)
    ES_TRY(es_tally_merge(own_tally(contest, k), &s->tally[k], ctx));
  for (size_t p = 0; contest->pair != NULL && p < contest->pairs; p++)
    ES_TRY(es_pair_merge(&contest->pair[p], &s->pair[p], ctx));
  return ES_OK;
}
