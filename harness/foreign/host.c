/* A shared object at work.  Its host is a worker that loads it and lets it learn, and then forks a
 * child for each call of score: every call begins with what was learned, as `fit` left it, so
 * nothing that one call does is felt by another, and a crash is the call's alone.
 *
 *     this program ── keeper ── host (fit) ── a child per call (score)
 *
 * The host is a fork of this program, so it has the training people without a copy.  Blocks and
 * scores travel in shared memory, one lane for each thread that may call at once; orders and the
 * wait status of the child in a socket pair per lane.  What the shared memory holds afterwards is
 * checked like any scorer's output.
 */
#define _GNU_SOURCE /* ppoll */
#include "harness/foreign/parts.h"

#include <errno.h>
#include <omp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness/base/stop.h"

enum { PEOPLE = ES_OBJECT_BATCH, LANES = 64, NOTES = 8192, TEXT = 1 << 16 };
enum order { SCORE, DESCRIBE, END };

/* What a call is given and gives, at the head of a lane's memory; the arrays stand behind it. */
struct call {
  size_t people;
  uint64_t seed;
  uint32_t replicate, salt;
  bool truth;
  enum es_status status;
  char message[1024], notes[NOTES], text[TEXT];
};

struct lane {
  struct call *call;
  double **value;
  uint8_t **seen;
  uint32_t **group;
  uint64_t *person;
  double *truth;
  struct es_scores out;
  int ours, theirs; /* ends of the socket pair */
  bool busy;        /* here: a thread has it */
  pid_t child;      /* in the host: who works at it */
};

struct es_host {
  struct es_ward kept;
  const struct es_foreign *self;
  const void *options; /* this program's block */
  struct es_training training;
  struct es_context ctx; /* where fit draws from */
  struct lane lane[LANES];
  size_t lanes, columns, attributes, size;
  char *memory;
  pthread_mutex_t lock;
  pthread_cond_t freed;
  const struct es_scorer *scorer; /* in the host: the object's record, its options, its state */
  void *block, *state;
};

/* --- shared memory ------------------------------------------------------------------------------
 */

/* The next `size` bytes; without memory it only counts. */
static void *take(struct es_host *h, size_t *at, size_t size)
{
  void *here = h->memory != NULL ? h->memory + *at : NULL;
  *at += (size + 63) / 64 * 64;
  return here;
}

static size_t lay_lane(struct es_host *h, struct lane *l, size_t at)
{
  l->call = take(h, &at, sizeof *l->call);
  for (size_t c = 0; c < h->columns; c++) {
    l->value[c] = take(h, &at, PEOPLE * sizeof **l->value);
    l->seen[c] = take(h, &at, PEOPLE * sizeof **l->seen);
  }
  for (size_t a = 0; a < h->attributes; a++) l->group[a] = take(h, &at, PEOPLE * sizeof **l->group);
  l->person = take(h, &at, PEOPLE * sizeof *l->person);
  l->truth = take(h, &at, PEOPLE * sizeof *l->truth);
  l->out.value = take(h, &at, PEOPLE * sizeof *l->out.value);
  l->out.why = take(h, &at, PEOPLE * sizeof *l->out.why);
  l->out.term = take(h, &at, PEOPLE * sizeof *l->out.term);
  l->out.refuse = take(h, &at, PEOPLE * sizeof *l->out.refuse);
  return at;
}

static enum es_status lay_out(struct es_host *h, struct es_context *ctx)
{
  for (size_t k = 0; k < h->lanes; k++) {
    struct lane *l = &h->lane[k];
    l->value = es_alloc(h->columns, sizeof *l->value, ctx);
    l->seen = es_alloc(h->columns, sizeof *l->seen, ctx);
    l->group = es_alloc(h->attributes, sizeof *l->group, ctx);
    if (!l->value || !l->seen || !l->group) return ES_NOMEM;
  }
  size_t each = lay_lane(h, &h->lane[0], 0);
  h->size = each * h->lanes;
  if ((h->memory = es_shared_memory(h->size, ctx)) == NULL) return ES_NOMEM;
  for (size_t k = 0; k < h->lanes; k++) {
    int pair[2];
    lay_lane(h, &h->lane[k], k * each);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
      return es_fail(ctx, ES_IO, "cannot make a socket pair: %s", strerror(errno));
    h->lane[k].ours = pair[0];
    h->lane[k].theirs = pair[1];
  }
  return ES_OK;
}

/* --- in the host --------------------------------------------------------------------------------
 */

static void finish(struct call *call, enum es_status status, struct es_context *ctx,
                   struct es_notes *notes)
{
  call->status = status;
  memcpy(call->message, ctx->message, sizeof call->message);
  size_t used = 0;
  for (size_t k = 0; k < notes->count; k++) {
    int size = snprintf(call->notes + used, NOTES - used, "%s\n", notes->text[k]);
    if (size < 0 || (size_t)size >= NOTES - used) break;
    used += (size_t)size;
  }
  call->notes[used] = '\0';
}

static struct es_frame frame_of(const struct es_host *h, const struct lane *l)
{
  struct es_frame frame = h->training.frame;
  frame.people = l->call->people;
  frame.value = (const double *const *)l->value;
  frame.seen = (const uint8_t *const *)l->seen;
  frame.group = h->attributes > 0 ? (const uint32_t *const *)l->group : NULL;
  frame.person = l->person;
  frame.truth = l->call->truth ? l->truth : NULL;
  return frame;
}

/* One call, in a child of its own; nothing that it does comes back but what the lane holds. */
static void answer(struct es_host *h, struct lane *l, enum order order)
{
  struct es_notes notes = {0};
  struct es_context ctx = {.seed = l->call->seed,
                           .replicate = l->call->replicate,
                           .salt = l->call->salt,
                           .notes = &notes};
  struct es_frame frame = frame_of(h, l);
  struct es_text text = {0};
  enum es_status status = ES_OK;
  if (order == SCORE)
    status = h->scorer->score(h->state, h->block, &frame, &l->out, &ctx);
  else if (h->scorer->describe != NULL)
    status = h->scorer->describe(h->state, h->block, &frame, &text, &ctx);
  snprintf(l->call->text, TEXT, "%s", es_text_get(&text));
  finish(l->call, status, &ctx, &notes);
  _exit(0);
}

/* The user's options in the block that the object's own table describes. */
static enum es_status copy_options(struct es_host *h, struct es_context *ctx)
{
  const struct es_option *theirs = h->scorer->options;
  const struct es_option *ours = h->self->table + 2; /* behind the limits */
  h->block = es_alloc(1, h->scorer->options_size, ctx);
  h->state = es_alloc(1, h->scorer->state_size, ctx);
  if (h->block == NULL || h->state == NULL) return ES_NOMEM;
  for (size_t r = 0; r < h->self->rows; r++) {
    size_t size = es_option_field(ours[r].type);
    if (theirs == NULL || theirs[r].name == NULL || theirs[r].type != ours[r].type ||
        theirs[r].offset + size > h->scorer->options_size)
      return es_fail(ctx, ES_BROKEN, "row %zu of its option table lies outside of its options",
                     r + 1);
    memcpy((char *)h->block + theirs[r].offset, (const char *)h->options + ours[r].offset, size);
  }
  return ES_OK;
}

static enum es_status learn(struct es_host *h, struct es_context *ctx)
{
  char message[512];
  if ((h->scorer = es_object_load(h->self->path, message)) == NULL)
    return es_fail(ctx, ES_BROKEN, "%s", message);
  const char *reason = h->scorer->unavailable != NULL ? h->scorer->unavailable() : NULL;
  if (reason != NULL) return es_fail(ctx, ES_DEGENERATE, "not in this build: %s", reason);
  ES_TRY(copy_options(h, ctx));
  if (h->scorer->fit == NULL) return ES_OK;
  return h->scorer->fit(h->state, h->block, &h->training, ctx);
}

static void nothing_to_do(int signal_number) { (void)signal_number; }

static void hear_of_children(sigset_t *before)
{
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  signal(SIGCHLD, nothing_to_do);
  sigprocmask(SIG_BLOCK, &child, before);
}

static void reap(struct es_host *h)
{
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
    for (size_t k = 0; k < h->lanes; k++)
      if (h->lane[k].child == pid) {
        h->lane[k].child = 0;
        if (send(h->lane[k].theirs, &status, sizeof status, MSG_NOSIGNAL) < 0) _exit(0);
      }
}

static void obey(struct es_host *h, struct lane *l, const sigset_t *before)
{
  enum order order;
  if (recv(l->theirs, &order, sizeof order, 0) != sizeof order) _exit(0);
  if (order == END) {
    if (l->child > 0) kill(l->child, SIGKILL);
    return;
  }
  l->child = fork();
  if (l->child == 0) {
    es_end_with_parent();
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, before, NULL);
    answer(h, l, order);
  }
  int none = SIGKILL;
  if (l->child < 0 && send(l->theirs, &none, sizeof none, MSG_NOSIGNAL) < 0) _exit(0);
}

static void be_host(void *with)
{
  struct es_host *h = with;
  struct es_notes notes = {0};
  struct es_context ctx = h->ctx;
  sigset_t before;
  ctx.notes = &notes;
  omp_set_num_threads(1); /* threads do not survive a fork */
  enum es_status status = learn(h, &ctx);
  finish(h->lane[0].call, status, &ctx, &notes);
  hear_of_children(&before);
  int done = 0;
  if (send(h->lane[0].theirs, &done, sizeof done, MSG_NOSIGNAL) < 0 || status != ES_OK) return;
  struct pollfd at[LANES];
  for (size_t k = 0; k < h->lanes; k++)
    at[k] = (struct pollfd){.fd = h->lane[k].theirs, .events = POLLIN};
  for (;;) {
    int ready = ppoll(at, h->lanes, NULL, &before);
    reap(h);
    for (size_t k = 0; ready > 0 && k < h->lanes; k++)
      if (at[k].revents != 0) obey(h, &h->lane[k], &before);
  }
}

/* --- here ---------------------------------------------------------------------------------------
 */

static const struct es_foreign_limits *limits_of(const struct es_host *h) { return h->options; }

static const char *const doing[] = {"while scoring", "while describing itself", "while learning"};
enum { LEARN = 2 };

/* Waits for the status of a lane's child; false when there is none before the limit. */
static bool hear(struct es_host *h, struct lane *l, double until, int *status)
{
  for (;;) {
    struct pollfd at = {.fd = l->ours, .events = POLLIN};
    int ready = poll(&at, 1, 100);
    if (ready > 0) {
      if (recv(l->ours, status, sizeof *status, MSG_WAITALL) == sizeof *status) return true;
      *status = SIGKILL; /* the host is gone; its keeper knows how */
      pthread_mutex_lock(&h->lock);
      double patience = es_seconds() + 1;
      while (!es_ward_ended(&h->kept) && es_seconds() < patience) poll(NULL, 0, 1);
      if (h->kept.ended) *status = h->kept.status;
      pthread_mutex_unlock(&h->lock);
      return true;
    }
    if (es_stop || es_seconds() > until) return false;
  }
}

/* What became of a call. */
static enum es_status outcome(struct es_host *h, struct lane *l, unsigned what,
                              struct es_context *ctx)
{
  int status;
  char how[96];
  double seconds = limits_of(h)->time_limit;
  if (!hear(h, l, es_seconds() + seconds, &status)) {
    enum order order = END;
    if (send(l->ours, &order, sizeof order, MSG_NOSIGNAL) > 0 && what != LEARN)
      hear(h, l, es_seconds() + 2, &status); /* so that the lane is free again */
    if (es_stop) return es_fail(ctx, ES_INTERRUPTED, "interrupted");
    return es_fail(ctx, ES_BROKEN, "took more than %g s %s (time_limit)", seconds, doing[what]);
  }
  if (status != 0 || l->call->status == ES_INTERRUPTED) /* it did not come to its end */
    return es_fail(ctx, ES_BROKEN, "%s %s", es_how_it_ended(how, status), doing[what]);
  struct call *call = l->call;
  call->message[sizeof call->message - 1] = call->notes[NOTES - 1] = call->text[TEXT - 1] = '\0';
  for (char *at = call->notes, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
    *end = '\0';
    es_foreign_tidy(at);
    es_note(ctx, "%s", at);
  }
  if (call->status == ES_OK) return ES_OK;
  es_foreign_tidy(call->message);
  memcpy(ctx->message, call->message, sizeof ctx->message);
  bool survivable =
      call->status == ES_DEGENERATE || call->status == ES_DIVERGED || call->status == ES_INPUT;
  return survivable ? call->status : ES_BROKEN;
}

static void free_host(struct es_host *h)
{
  for (size_t k = 0; k < h->lanes; k++) {
    if (h->lane[k].ours > 0) close(h->lane[k].ours);
    if (h->lane[k].theirs > 0) close(h->lane[k].theirs);
  }
  es_ward_end(&h->kept);
  es_shared_free(h->memory, h->size);
  for (size_t k = 0; k < h->lanes; k++) {
    free(h->lane[k].value);
    free(h->lane[k].seen);
    free(h->lane[k].group);
  }
  pthread_mutex_destroy(&h->lock);
  pthread_cond_destroy(&h->freed);
  free(h);
}

void es_object_clear(void *state)
{
  struct es_object_state *s = state;
  if (s->host != NULL) free_host(s->host);
  s->host = NULL;
}

static enum es_status start(struct es_host *h, struct es_context *ctx)
{
  ES_TRY(lay_out(h, ctx));
  h->lane[0].call->status = ES_INTERRUPTED;
  int fds[LANES];
  for (size_t k = 0; k < h->lanes; k++) fds[k] = h->lane[k].theirs;
  struct es_work work = {.work = be_host,
                         .with = h,
                         .stdio = {-1, -1, -1},
                         .fds = fds,
                         .fd_count = h->lanes,
                         .memory = limits_of(h)->memory_limit};
  fflush(NULL); /* the object may call exit */
  ES_TRY(es_keep(&h->kept, &work, ctx));
  for (size_t k = 0; k < h->lanes; k++) {
    close(h->lane[k].theirs);
    h->lane[k].theirs = -1;
  }
  return outcome(h, &h->lane[0], LEARN, ctx);
}

enum es_status es_object_fit(void *state, const void *options, const struct es_training *training,
                             struct es_context *ctx)
{
  struct es_host *h = es_alloc(1, sizeof *h, ctx);
  if (h == NULL) return ES_NOMEM;
  int threads = omp_get_max_threads();
  h->lanes = threads < 1 ? 1 : threads > LANES ? LANES : (size_t)threads;
  h->self = ((const struct es_foreign_limits *)options)->self;
  h->options = options;
  h->training = *training;
  h->columns = training->frame.columns + training->frame.dates;
  h->attributes = training->frame.attributes;
  h->ctx = *ctx;
  pthread_mutex_init(&h->lock, NULL);
  pthread_cond_init(&h->freed, NULL);
  enum es_status status = start(h, ctx);
  if (status == ES_OK)
    ((struct es_object_state *)state)->host = h;
  else
    free_host(h);
  return status;
}

static struct lane *lease(struct es_host *h)
{
  pthread_mutex_lock(&h->lock);
  for (;;) {
    for (size_t k = 0; k < h->lanes; k++)
      if (!h->lane[k].busy) {
        h->lane[k].busy = true;
        pthread_mutex_unlock(&h->lock);
        return &h->lane[k];
      }
    pthread_cond_wait(&h->freed, &h->lock);
  }
}

static void give_back(struct es_host *h, struct lane *l)
{
  pthread_mutex_lock(&h->lock);
  l->busy = false;
  pthread_cond_signal(&h->freed);
  pthread_mutex_unlock(&h->lock);
}

static enum es_status call(struct es_host *h, struct lane *l, enum order order,
                           struct es_context *ctx)
{
  l->call->seed = ctx->seed;
  l->call->replicate = ctx->replicate;
  l->call->salt = ctx->salt;
  l->call->status = ES_INTERRUPTED;
  l->call->notes[0] = l->call->text[0] = '\0';
  if (send(l->ours, &order, sizeof order, MSG_NOSIGNAL) != sizeof order && errno != EPIPE)
    return es_fail(ctx, ES_BROKEN, "cannot be called: %s", strerror(errno));
  return outcome(h, l, (unsigned)order, ctx);
}

/* At most PEOPLE people, from `first` on. */
static enum es_status score_part(struct es_host *h, struct lane *l, const struct es_frame *frame,
                                 size_t first, size_t n, struct es_scores *out,
                                 struct es_context *ctx)
{
  l->call->people = n;
  l->call->truth = frame->truth != NULL;
  for (size_t c = 0; c < h->columns; c++) {
    memcpy(l->value[c], frame->value[c] + first, n * sizeof **l->value);
    memcpy(l->seen[c], frame->seen[c] + first, n * sizeof **l->seen);
  }
  for (size_t a = 0; a < h->attributes; a++)
    memcpy(l->group[a], frame->group[a] + first, n * sizeof **l->group);
  memcpy(l->person, frame->person + first, n * sizeof *l->person);
  if (frame->truth != NULL) memcpy(l->truth, frame->truth + first, n * sizeof *l->truth);
  memcpy(l->out.value, out->value + first, n * sizeof *l->out.value);
  memset(l->out.why, ES_SCORED, n * sizeof *l->out.why);
  memset(l->out.term, 0, n * sizeof *l->out.term);
  memset(l->out.refuse, 0, n * sizeof *l->out.refuse);
  ES_TRY(call(h, l, SCORE, ctx));
  memcpy(out->value + first, l->out.value, n * sizeof *l->out.value);
  memcpy(out->why + first, l->out.why, n * sizeof *l->out.why);
  memcpy(out->term + first, l->out.term, n * sizeof *l->out.term);
  memcpy(out->refuse + first, l->out.refuse, n * sizeof *l->out.refuse);
  return ES_OK;
}

enum es_status es_object_score(const void *state, const void *options, const struct es_frame *frame,
                               struct es_scores *out, struct es_context *ctx)
{
  (void)options;
  struct es_host *h = ((const struct es_object_state *)state)->host;
  if (h == NULL) return es_fail(ctx, ES_BROKEN, "was asked to score before it has learned");
  if (frame->columns + frame->dates != h->columns || frame->attributes != h->attributes)
    return es_fail(ctx, ES_DEGENERATE, "has learned from people with other columns");
  struct lane *l = lease(h);
  enum es_status status = ES_OK;
  for (size_t first = 0; status == ES_OK && first < frame->people; first += PEOPLE) {
    size_t n = frame->people - first < PEOPLE ? frame->people - first : PEOPLE;
    status = score_part(h, l, frame, first, n, out, ctx);
  }
  give_back(h, l);
  return status;
}

enum es_status es_object_describe(const void *state, const void *options,
                                  const struct es_frame *columns, struct es_text *out,
                                  struct es_context *ctx)
{
  (void)options, (void)columns;
  struct es_host *h = ((const struct es_object_state *)state)->host;
  if (h == NULL) return ES_OK;
  struct lane *l = lease(h);
  l->call->people = 0;
  enum es_status status = call(h, l, DESCRIBE, ctx);
  for (char *at = l->call->text, *end; status == ES_OK && *at != '\0'; at = end) {
    end = at + strcspn(at, "\n");
    bool more = *end == '\n';
    *end = '\0';
    es_foreign_tidy(at);
    es_text_add(out, "%s\n", at);
    end += more;
  }
  give_back(h, l);
  if (status != ES_BROKEN) return status;
  es_note(ctx, "%s: %s", h->self->scorer.name, ctx->message); /* its scores may stand */
  return ES_OK;
}
