/* hostile: does to whoever loads it what its option says; otherwise it scores everybody 0.5.
 * Compiled by the transcripts into a shared object, in several ways:
 *   -DNAME=x        what it calls itself
 *   -DAPI=n         which API it says it speaks
 *   -DAT_LOAD=f()   what happens when it is loaded */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "scorers/scorer.h"

#ifndef NAME
#define NAME hostile
#endif
#ifndef API
#define API ES_SCORER_API
#endif
#ifdef AT_LOAD
__attribute__((constructor)) static void at_load(void) { AT_LOAD; }
#endif

enum act {
  NOTHING,
  NOT_A_NUMBER,
  SEGV,
  FPE,
  ABORT,
  STACK,
  LOOP,
  EXIT,
  PRINT,
  CHILDREN,
  MEMORY,
  WILD,
  REASON,
  FAIL,
  THREADS,
  COUNT
};
struct options {
  int does, when;
  double share;
  struct es_numbers numbers;
  char *word;
};
static const struct es_option table[] = {
    ES_OPTION_CHOICE(struct options, does, "nothing",
                     "nothing|nan|segv|fpe|abort|stack|loop|exit|print|children|memory|wild|reason|"
                     "fail|threads|count",
                     "what it does"),
    ES_OPTION_CHOICE(struct options, when, "score", "score|fit|describe", "when it does it"),
    ES_OPTION_DOUBLE(struct options, share, "0.5", 0, 1, "everybody's score"),
    ES_OPTION_NUMBERS(struct options, numbers, "1,2", 0, 9, "numbers to be handed on"),
    ES_OPTION_TEXT(struct options, word, "so", "WORD", "a text to be handed on"),
    {0}};

static volatile int sink;
__attribute__((noinline)) static int deeper(volatile char *above)
{
  volatile char room[4096];
  room[0] = above[0];
  return sink == 12345 ? 0 : deeper(room) + room[0];
}

static void leave_children(void)
{
  for (int k = 0; k < 3; k++)
    if (fork() == 0) {
      if (k > 0) setsid();
      if (k > 1 && fork() > 0) _exit(0);
      signal(SIGTERM, SIG_IGN);
      for (;;) pause();
    }
}

static void take_memory(void)
{
  for (;;) {
    char *more = malloc(1 << 24);
    if (more == NULL) abort();
    memset(more, 1, 1 << 24);
  }
}

static void act(const struct options *o)
{
  char start = 0;
  double sum = 0;
  volatile int zero = 0;
  switch ((enum act)o->does) {
  case SEGV: *(volatile int *)(size_t)zero = 1; break;
  case FPE: raise(SIGFPE); break;
  case ABORT: abort();
  case STACK: sink = deeper(&start); break;
  case LOOP:
    for (;;) sink++;
  case EXIT: exit(0);
  case PRINT:
    for (int k = 0; k < 1 << 20; k++) printf("%01023d\n", k);
    break;
  case CHILDREN: leave_children(); break;
  case MEMORY: take_memory(); break;
  case THREADS:
#pragma omp parallel for num_threads(4) reduction(+ : sum)
    for (int k = 0; k < 1000; k++) sum += k;
    sink = (int)sum;
    break;
  default: break;
  }
}

static enum es_status fit(void *state, const void *options, const struct es_training *training,
                          struct es_context *ctx)
{
  const struct options *o = options;
  (void)state;
  es_note(ctx, "%s learned from %zu people: %zu numbers, \"%s\"", "hostile", training->frame.people,
          o->numbers.count, o->word);
  if (o->when == 1 && o->does == FAIL) return es_fail(ctx, ES_DEGENERATE, "will not\nlearn \xff");
  if (o->when == 1) act(o);
  return ES_OK;
}

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  static int calls; /* a breach of the contract: what one call leaves behind */
  const struct options *o = options;
  (void)state;
  if (o->when == 0 && o->does == FAIL) return es_fail(ctx, ES_DEGENERATE, "will not score");
  if (o->when == 0) act(o);
  for (size_t i = 0; i < frame->people; i++) {
    out->value[i] = o->share;
    if (o->does == NOT_A_NUMBER && frame->person[i] % 1000 == 999) out->value[i] = NAN;
    if (o->does == REASON && frame->person[i] % 1000 == 999) out->why[i] = 77;
    if (o->does == COUNT) out->value[i] = calls;
  }
  calls++;
  if (o->does == WILD) memset(out->value - 100000, 0x55, 2000000);
  return ES_OK;
}

static enum es_status describe(const void *state, const void *options,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  (void)state, (void)ctx;
  if (((const struct options *)options)->when == 2) act(options);
  es_text_add(out, "sees %zu columns\n", columns->columns);
  return ES_OK;
}

#define WORD_OF(x) #x
#define WORD(x)    WORD_OF(x)
#define DEFINE(x)  ES_SCORER(x)
DEFINE(NAME) = {.api = API,
                .name = WORD(NAME),
                .summary = "does what its option says",
                .options = table,
                .options_size = sizeof(struct options),
                .fit = fit,
                .score = score,
                .describe = describe};
