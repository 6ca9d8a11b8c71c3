/* Keepers and workers.  A keeper may be forked while other threads run, so until its work begins it
 * calls nothing that takes a lock; removing a folder comes last. */
#define _GNU_SOURCE /* ppoll, close_range */
#include "harness/foreign/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

double es_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *es_how_it_ended(char text[96], int status)
{
  if (WIFEXITED(status))
    snprintf(text, 96, "ended with exit status %d", WEXITSTATUS(status));
  else if (WTERMSIG(status) == SIGXFSZ)
    snprintf(text, 96, "wrote more than it may");
  else if (WTERMSIG(status) == SIGKILL)
    snprintf(text, 96, "was killed (out of memory?)");
  else
    snprintf(text, 96, "crashed (%s)", strsignal(WTERMSIG(status)));
  return text;
}

/* --- file descriptors ---------------------------------------------------------------------------
 */

static void close_between(int first, int last)
{
  if (first > last) return;
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0u) == 0) return;
#endif
  long most = sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd <= last && fd < (most > 0 ? most : 1024); fd++) close(fd);
}

static bool is_kept(int fd, const int *keep, size_t count)
{
  for (size_t k = 0; k < count; k++)
    if (keep[k] == fd) return true;
  return false;
}

/* Closes all but those, of which there are few. */
static void close_others(int first, const int *keep, size_t count)
{
  int top = first - 1;
  for (size_t k = 0; k < count; k++) top = keep[k] > top ? keep[k] : top;
  for (int fd = first; fd <= top; fd++)
    if (!is_kept(fd, keep, count)) close(fd);
  close_between(top + 1, 0x7ffffffe);
}

/* --- the worker ---------------------------------------------------------------------------------
 */

/* Bytes of memory that count for RLIMIT_DATA now. */
static uint64_t data_now(void)
{
  char text[256];
  int fd = open("/proc/self/statm", O_RDONLY);
  ssize_t size = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
  if (fd >= 0) close(fd);
  if (size <= 0) return 0;
  text[size] = '\0';
  const char *at = text; /* size resident shared text lib data */
  for (int field = 0; field < 5 && at != NULL; field++)
    if ((at = strchr(at, ' ')) != NULL) at++;
  uint64_t pages = 0;
  for (; at != NULL && *at >= '0' && *at <= '9'; at++) pages = 10 * pages + (uint64_t)(*at - '0');
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Lowers a limit that is there to so many bytes. */
static void lower(struct rlimit *now, uint64_t bytes)
{
  if (now->rlim_max != RLIM_INFINITY && bytes > now->rlim_max) bytes = now->rlim_max;
  now->rlim_cur = now->rlim_max = (rlim_t)bytes;
}

/* A macro, because resources are an enum in glibc and an int elsewhere. */
#define LIMIT(what, bytes)                                                                         \
  do {                                                                                             \
    struct rlimit now;                                                                             \
    if (getrlimit(what, &now) != 0) break;                                                         \
    lower(&now, bytes);                                                                            \
    setrlimit(what, &now);                                                                         \
  } while (0)

static void ordinary_signals(void)
{
  static const int all[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGTRAP, SIGINT, SIGTERM,
                            SIGHUP,  SIGQUIT, SIGPIPE, SIGCHLD, SIGXFSZ, SIGXCPU, SIGALRM};
  sigset_t none;
  for (size_t k = 0; k < ES_COUNT_OF(all); k++) signal(all[k], SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

void es_end_with_parent(void)
{
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

static void be_worker(const struct es_work *work)
{
  ordinary_signals();
  es_end_with_parent();
  int nothing = open("/dev/null", O_RDWR), moved[3];
  for (int k = 0; k < 3; k++) /* out of the way of each other first */
    moved[k] = fcntl(work->stdio[k] >= 0 ? work->stdio[k] : nothing, F_DUPFD, 3);
  for (int k = 0; k < 3; k++) dup2(moved[k], k);
  close_others(3, work->fds, work->fd_count);
  LIMIT(RLIMIT_CORE, 0);
  if (work->file > 0) LIMIT(RLIMIT_FSIZE, (uint64_t)work->file);
  uint64_t own = work->program ? 0 : data_now();
  if (work->memory > 0) LIMIT(RLIMIT_DATA, own + ((uint64_t)work->memory << 20));
  work->work(work->with);
  _exit(0);
}

/* --- the keeper ---------------------------------------------------------------------------------
 */

/* SIGKILL to every child that the system knows of. */
static void kill_children(void)
{
  char text[4096];
  int fd = open("/proc/thread-self/children", O_RDONLY);
  if (fd < 0) return;
  ssize_t size = read(fd, text, sizeof text);
  close(fd);
  pid_t pid = 0;
  for (ssize_t k = 0; k < size; k++) {
    if (text[k] >= '0' && text[k] <= '9') {
      pid = 10 * pid + (text[k] - '0');
    } else {
      if (pid > 1) kill(pid, SIGKILL);
      pid = 0;
    }
  }
}

/* Until nobody is left: who loses a parent becomes ours, and is next. */
static void end_everybody(pid_t worker)
{
  for (int rounds = 0; rounds < 5000; rounds++) { /* a process of other rights cannot be killed */
    if (worker > 0) kill(-worker, SIGKILL);
    kill_children();
    pid_t gone;
    while ((gone = waitpid(-1, NULL, WNOHANG)) > 0) continue;
    if (gone < 0 && errno == ECHILD) return;
    poll(NULL, 0, 1);
  }
}

static int remove_one(const char *path, const struct stat *what, int flag, struct FTW *where)
{
  (void)what, (void)where;
  if (flag == FTW_DNR) chmod(path, 0700);
  remove(path);
  return 0;
}

static void remove_folder(const char *folder)
{
  for (int k = 0; k < 3 && access(folder, F_OK) == 0; k++)
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void nothing_to_do(int signal_number) { (void)signal_number; }

/* Waits for the end of this program's side, telling it of the worker's end. */
static void watch(pid_t worker, int control, int report)
{
  sigset_t open_to_all;
  sigemptyset(&open_to_all);
  for (;;) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
      if (pid == worker && write(report, &status, sizeof status) < 0) return;
    struct pollfd pipe_end = {.fd = control, .events = POLLIN};
    if (ppoll(&pipe_end, 1, NULL, &open_to_all) > 0) return;
  }
}

static void be_keeper(const struct es_work *work, int control, int report)
{
  setsid(); /* Ctrl-C on the terminal is not for us */
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  signal(SIGCHLD, nothing_to_do);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  pid_t worker = work->work != NULL ? fork() : 0;
  if (worker == 0 && work->work != NULL) {
    setpgid(0, 0);
    be_worker(work);
  }
  if (worker > 0) setpgid(worker, worker);
  close_others(0, (int[]){control, report}, 2);
  if (worker >= 0) watch(worker, control, report);
  end_everybody(worker);
  if (work->folder != NULL) remove_folder(work->folder);
}

/* --- this program's side ------------------------------------------------------------------------
 */

static void close_both(const int *pair)
{
  close(pair[0]);
  close(pair[1]);
}

enum es_status es_keep(struct es_ward *kept, const struct es_work *work, struct es_context *ctx)
{
  int control[2], report[2];
  *kept = (struct es_ward){0};
  if (pipe2(control, O_CLOEXEC) != 0)
    return es_fail(ctx, ES_IO, "cannot make a pipe: %s", strerror(errno));
  if (pipe2(report, O_CLOEXEC) != 0) {
    close_both(control);
    return es_fail(ctx, ES_IO, "cannot make a pipe: %s", strerror(errno));
  }
  pid_t keeper = fork();
  if (keeper == 0) {
    be_keeper(work, control[0], report[1]);
    _exit(0);
  }
  if (keeper < 0) {
    es_fail(ctx, ES_IO, "cannot start a process: %s", strerror(errno));
    close_both(control);
    close_both(report);
    return ES_IO;
  }
  close(control[0]);
  close(report[1]);
  *kept = (struct es_ward){.keeper = keeper, .control = control[1], .report = report[0]};
  return ES_OK;
}

bool es_ward_ended(struct es_ward *kept)
{
  struct pollfd report = {.fd = kept->report, .events = POLLIN};
  if (kept->ended) return true;
  if (poll(&report, 1, 0) <= 0) return false;
  if (read(kept->report, &kept->status, sizeof kept->status) != sizeof kept->status)
    kept->status = SIGKILL; /* the keeper itself is gone */
  return kept->ended = true;
}

void es_ward_end(struct es_ward *kept)
{
  if (kept->keeper <= 0) return;
  close(kept->control);
  while (waitpid(kept->keeper, NULL, 0) < 0 && errno == EINTR) continue;
  es_ward_ended(kept); /* what it said before it went */
  close(kept->report);
  *kept = (struct es_ward){.ended = true, .status = kept->status};
}
