/* A program under a keeper, with two pipes that are emptied as they fill. */
#define _GNU_SOURCE /* pipe2, execvpe */
#include "harness/foreign/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/stop.h"
#include "harness/foreign/parts.h"

enum { TAIL = 2048, LOUD = 1 << 26 /* bytes of standard error */ };

struct running {
  struct es_ward kept;
  int out[2], err[2];
  size_t said; /* bytes of standard error so far */
  char tail[TAIL + 1];
  size_t tail_size;
};

static void run(void *with)
{
  const struct es_program *p = with;
  lseek(0, 0, SEEK_SET);
  execvpe(p->argv[0], p->argv, p->envp);
  const char *why = strerror(errno);
  if (write(2, why, strlen(why)) < 0) _exit(126);
  _exit(127);
}

/* Empties a pipe as far as it goes without waiting; false when it has said too much. */
static bool read_out(struct running *r, struct es_text *out, size_t most)
{
  char chunk[65536];
  for (ssize_t got; (got = read(r->out[0], chunk, sizeof chunk)) > 0;) {
    es_text_bytes(out, chunk, (size_t)got);
    if (out->size > most) return false;
  }
  return true;
}

static bool read_err(struct running *r)
{
  char chunk[65536];
  for (ssize_t got; (got = read(r->err[0], chunk, sizeof chunk)) > 0;) {
    size_t new = (size_t)got < TAIL ? (size_t)got : TAIL;
    size_t keep = r->tail_size + new > TAIL ? TAIL - new : r->tail_size;
    memmove(r->tail, r->tail + r->tail_size - keep, keep);
    memcpy(r->tail + keep, chunk + (size_t)got - new, new);
    r->tail_size = keep + new;
    r->said += (size_t)got;
    if (r->said > LOUD) return false;
  }
  return true;
}

/* Shows a path that differs from run to run as a word. */
static void hide(char *text, const char *path)
{
  size_t size = strlen(path);
  for (char *at; size > 6 && (at = strstr(text, path)) != NULL;) {
    memcpy(at, "FOLDER", 6);
    memmove(at + 6, at + size, strlen(at + size) + 1);
  }
}

/* Its last three lines with a word in them, as one: ": a | b | c". */
static void last_words(struct running *r, const char *private, char words[512])
{
  const char *line[3];
  size_t lines = 0;
  r->tail[r->tail_size] = '\0';
  hide(r->tail, private);
  for (char *end = r->tail + strlen(r->tail); end > r->tail && lines < 3;) {
    *end = '\0';
    char *start = end;
    while (start > r->tail && start[-1] != '\n') start--;
    if (start[strspn(start, " \t\r^~")] != '\0') line[lines++] = start + strspn(start, " \t");
    end = start > r->tail ? start - 1 : r->tail;
  }
  size_t used = 0;
  words[0] = '\0';
  for (size_t k = lines; k-- > 0 && used < 400;) {
    int size =
        snprintf(words + used, 512 - used, "%s%.160s", k + 1 == lines ? ": " : " | ", line[k]);
    if (size > 0) used += (size_t)size;
  }
  es_foreign_tidy(words);
}

/* Until it has ended; an error when it takes too long or says too much. */
static enum es_status attend(const struct es_program *p, struct running *r, struct es_text *out,
                             struct es_context *ctx)
{
  double until = es_seconds() + p->seconds;
  for (bool ended = false; !ended;) {
    struct pollfd at[3] = {
        {r->out[0], POLLIN, 0}, {r->err[0], POLLIN, 0}, {r->kept.report, POLLIN, 0}};
    for (int k = 0; k < 2;
         k++) /* a closed pipe is always ready: look at it no more often than this */
      if (poll(&at[k], 1, 0) > 0 && !(at[k].revents & POLLIN)) at[k].fd = -1;
    poll(at, 3, 100);
    ended = es_ward_ended(&r->kept);
    if (!read_out(r, out, p->most))
      return es_fail(ctx, ES_BROKEN, "wrote more than %zu bytes to standard output %s", p->most,
                     p->doing);
    if (!read_err(r))
      return es_fail(ctx, ES_BROKEN, "wrote more than %d MB to standard error %s", LOUD >> 20,
                     p->doing);
    if (es_stop) return es_fail(ctx, ES_INTERRUPTED, "interrupted; nothing was written");
    if (!ended && es_seconds() > until)
      return es_fail(ctx, ES_BROKEN, "took more than %g s %s (time_limit)", p->seconds, p->doing);
  }
  return ES_OK;
}

static void close_pipe(int *pipe_ends)
{
  for (int k = 0; k < 2; k++) {
    if (pipe_ends[k] > 0) close(pipe_ends[k]);
    pipe_ends[k] = 0;
  }
}

static enum es_status start(const struct es_program *p, struct running *r, struct es_context *ctx)
{
  if (pipe2(r->out, O_CLOEXEC) != 0 || pipe2(r->err, O_CLOEXEC) != 0)
    return es_fail(ctx, ES_IO, "cannot make a pipe: %s", strerror(errno));
  fcntl(r->out[0], F_SETFL, O_NONBLOCK);
  fcntl(r->err[0], F_SETFL, O_NONBLOCK);
  struct es_program copy = *p;
  struct es_work work = {.work = run,
                         .with = &copy,
                         .stdio = {p->in, r->out[1], r->err[1]},
                         .memory = p->memory,
                         .program = true};
  enum es_status status = es_keep(&r->kept, &work, ctx);
  close(r->out[1]);
  close(r->err[1]);
  r->out[1] = r->err[1] = 0;
  return status;
}

enum es_status es_program_run(const struct es_program *p, struct es_text *out,
                              struct es_context *ctx)
{
  struct running r = {.said = 0};
  char how[96], words[512];
  enum es_status status = start(p, &r, ctx);
  if (status == ES_OK) status = attend(p, &r, out, ctx);
  es_ward_end(&r.kept); /* whoever still holds the pipes, too */
  if (status == ES_OK && (!read_out(&r, out, p->most) || !read_err(&r)))
    status = es_fail(ctx, ES_BROKEN, "wrote more than %zu bytes to standard output %s", p->most,
                     p->doing);
  close_pipe(r.out);
  close_pipe(r.err);
  if (status == ES_OK && out->failed) return es_fail(ctx, ES_NOMEM, "out of memory");
  if (status != ES_OK || r.kept.status == 0) return status;
  last_words(&r, p->private, words);
  return es_fail(ctx, ES_BROKEN, "%s %s%s", es_how_it_ended(how, r.kept.status), p->doing, words);
}
