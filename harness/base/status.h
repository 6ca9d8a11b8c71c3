/* How a function says that it failed, and what it says.
 *
 * Every function that can fail returns an enum es_status and leaves one sentence in its context.
 * Callers add what they know in front of it ("study.ini:14: ") on the way out; only main() exits.
 */
#ifndef ES_BASE_STATUS_H
#define ES_BASE_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#define ES_STATUS_LIST(X)                                                                          \
  X(OK, "done")                                                                                    \
  X(NOMEM, "out of memory")                                                                        \
  X(INPUT, "wrong usage or input")             /* exit status 2 */                                 \
  X(DEGENERATE, "the data cannot answer this") /* a table cell, not an end */                      \
  X(DIVERGED, "did not converge")                                                                  \
  X(BROKEN, "a plug-in broke its contract")                                                        \
  X(IO, "could not read or write")                                                                 \
  X(INTERRUPTED, "interrupted")                                                                    \
  X(GATE_RED, "a regression")    /* exit status 1 */                                               \
  X(GATE_UNSURE, "inconclusive") /* exit status 4 */

enum es_status {
#define ES_STATUS_ENUM(name, text) ES_##name,
  ES_STATUS_LIST(ES_STATUS_ENUM)
#undef ES_STATUS_ENUM
};

/* "out of memory" for ES_NOMEM, and so on. */
const char *es_status_text(enum es_status status);

#define ES_CHECKED             __attribute__((warn_unused_result))
#define ES_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define ES_COUNT_OF(array)     (sizeof(array) / sizeof((array)[0]))

/* Remarks that belong in the results ("column income is constant: left out"), in order. */
struct es_notes {
  char **text;
  size_t count;
};

/* What a call may use beside its arguments.  One per thread; never shared.
 *   message  why the last call failed, one line without a newline
 *   seed, replicate, salt  where this call's randomness is addressed (random.h)
 *   notes    where remarks go, or NULL: dropped
 *   reading  told now and then how many bytes of a file are read, of how many (0: not known); or
 *            NULL */
struct es_context {
  char message[1024];
  uint64_t seed;
  uint32_t replicate;
  uint32_t salt;
  struct es_notes *notes;
  void (*reading)(void *data, uint64_t done, uint64_t total);
  void *reading_data;
};

/* Stores the message and returns `status`, so that `return es_fail(ctx, ES_INPUT, "…")` reads well.
 */
enum es_status es_fail(struct es_context *ctx, enum es_status status, const char *format, ...)
    ES_PRINTF(3, 4);

/* Puts "prefix" in front of the message that is there, and returns `status`. */
enum es_status es_fail_at(struct es_context *ctx, enum es_status status, const char *format, ...)
    ES_PRINTF(3, 4);

/* Adds a remark; a repeated one is kept once.  Without notes in the context it does nothing. */
void es_note(struct es_context *ctx, const char *format, ...) ES_PRINTF(2, 3);

void es_notes_clear(struct es_notes *notes);

/* Hands a failure on to the caller. */
#define ES_TRY(call)                                                                               \
  do {                                                                                             \
    enum es_status es_try_ = (call);                                                               \
    if (es_try_ != ES_OK) return es_try_;                                                          \
  } while (0)

/* The same where there is something to release first: goes to the label with `status` set. */
#define ES_TRY_TO(label, status, call)                                                             \
  do {                                                                                             \
    (status) = (call);                                                                             \
    if ((status) != ES_OK) goto label;                                                             \
  } while (0)

/* Zeroed memory for n elements of `size` bytes, or NULL with the message set. */
void *es_alloc(size_t n, size_t size, struct es_context *ctx) ES_CHECKED;
/* The same, not zeroed: for what is written before it is read. */
void *es_room(size_t n, size_t size, struct es_context *ctx) ES_CHECKED;
/* Asks for pages of 2 MB where much is walked all over: most of the time of a sort goes into
 * finding small ones. */
void es_use_big_pages(void *memory, size_t bytes);
char *es_strdup(const char *text, struct es_context *ctx) ES_CHECKED;

#endif
