/* What several tests need: people of a shipped population as blocks, and blocks cut otherwise.
 *
 * Include it after criterion.h.  Everything asserts, so that a test says what it checks.
 */
#ifndef ES_TESTS_KIT_H
#define ES_TESTS_KIT_H

#include <string.h>
#include "harness/run/runner.h"

#define MUST(call, context) cr_assert_eq((call), ES_OK, "%s: %s", #call, (context)->message)

/* An opened population with a block to learn from and a block to be judged on. */
struct kit {
  struct es_study study;
  struct es_opened from;
  struct es_block train, test;
};

static inline void kit_fill(const struct es_opened *from, enum es_part part, uint64_t first,
                            struct es_block *block, struct es_context *ctx)
{
  MUST(from->dataset->block(from->state, 0, part, first, block, ctx), ctx);
}

/* With overrides of the population, "key=value|key=value". */
static inline void kit_open_with(struct kit *kit, const char *population, const char *overrides,
                                 size_t people, struct es_context *ctx)
{
  MUST(es_study_open(&kit->study, "default", ctx), ctx);
  for (const char *at = overrides; *at != '\0';) {
    size_t size = strcspn(at, "|");
    MUST(es_texts_add(&kit->study.set, at, size, ctx), ctx);
    at += size + (at[size] == '|');
  }
  kit->study.people = kit->study.train = (int64_t)people;
  MUST(es_people_open(&kit->from, &kit->study, population, ctx), ctx);
  MUST(es_block_create(&kit->train, kit->from.people, people, ctx), ctx);
  MUST(es_block_create(&kit->test, kit->from.people, people, ctx), ctx);
  kit->train.people = kit->test.people = people;
  kit_fill(&kit->from, ES_TRAIN, 0, &kit->train, ctx);
  kit_fill(&kit->from, ES_TEST, 0, &kit->test, ctx);
}

static inline void kit_open(struct kit *kit, const char *population, size_t people,
                            struct es_context *ctx)
{
  kit_open_with(kit, population, "", people, ctx);
}

static inline void kit_close(struct kit *kit)
{
  es_block_clear(&kit->train, kit->from.people);
  es_block_clear(&kit->test, kit->from.people);
  es_people_close(&kit->from);
  es_study_clear(&kit->study);
}

/* Person `from` of one block becomes person `to` of another. */
static inline void kit_copy_person(struct es_block *out, size_t to, const struct es_block *in,
                                   size_t from, const struct es_people *people)
{
  es_block_copy(out, to, in, from, 1, people);
}

/* A copy of `count` people from `first` on. */
static inline struct es_block kit_copy(const struct es_block *in, size_t first, size_t count,
                                       const struct es_people *people, struct es_context *ctx)
{
  struct es_block out;
  MUST(es_block_create(&out, people, count, ctx), ctx);
  out.people = count;
  es_block_copy(&out, 0, in, first, count, people);
  return out;
}

#endif
