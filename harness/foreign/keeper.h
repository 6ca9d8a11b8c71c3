/* Work in a process apart, and a keeper above it that leaves nothing behind.
 *
 *     this program ── keeper ── worker ── whatever the worker starts
 *
 * Somebody else's code runs in the worker.  If it crashes, the worker ends and this program is told
 * how.  The keeper runs our code alone; everything that the worker's descendants leave behind
 * becomes the keeper's (Linux: a child subreaper), so that it can end all of them, also those that
 * ignore SIGTERM or have left their session.  It does so when the work is over and when this
 * program is gone, whatever way it went, because then the pipe between them closes.
 *
 * This holds accidents, not attacks: the worker has the rights of whoever runs the program.
 */
#ifndef ES_FOREIGN_KEEPER_H
#define ES_FOREIGN_KEEPER_H

#include <sys/types.h>
#include "harness/base/status.h"

/* What the worker does and may use.
 *   work    runs in the worker; what follows it is _exit(0).  NULL: no worker, only a folder
 *   fds     file descriptors that stay open in the worker; all others are closed, and become
 *           0, 1, 2 where these are in `stdio` (-1: /dev/null)
 *   memory  megabytes that the worker may use on top of what it begins with; 0: no limit
 *   program it becomes another program, which begins with nothing
 *   file    bytes that a file may have that the worker writes; 0: no limit
 *   folder  removed with all that is in it when everything ends; NULL: none */
struct es_work {
  void (*work)(void *with);
  void *with;
  int stdio[3];
  const int *fds;
  size_t fd_count;
  int64_t memory, file;
  bool program;
  const char *folder;
};

/*   report  becomes readable when the worker has ended
 *   status  as waitpid gives it, once es_ward_ended has said so */
struct es_ward {
  pid_t keeper;
  int control, report, status;
  bool ended;
};

enum es_status es_keep(struct es_ward *kept, const struct es_work *work,
                       struct es_context *ctx) ES_CHECKED;

/* Whether the worker has ended; does not wait. */
bool es_ward_ended(struct es_ward *kept);

/* Ends the worker and everything it started, and waits until they are gone; `status` stays.  Does
 * nothing to a zeroed struct. */
void es_ward_end(struct es_ward *kept);

/* "crashed (Segmentation fault)", "ended with exit status 1". */
const char *es_how_it_ended(char text[96], int status);

/* In a worker's child: it ends when its parent does. */
void es_end_with_parent(void);

/* Seconds of a clock that only goes forward. */
double es_seconds(void);

#endif
