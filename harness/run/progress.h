/* A progress bar with rate and remaining time on a terminal; nothing in a pipe. */
#ifndef ES_RUN_PROGRESS_H
#define ES_RUN_PROGRESS_H

#include <stdint.h>
#include "harness/base/stop.h"

struct es_progress {
  const char *label, *unit;
  uint64_t total, done;
  double started, drawn; /* seconds */
  int shown;             /* whether anything has been drawn */
};

/* Seconds of a clock: for bars and for what is saved, never for results. */
double es_now(void);

void es_progress_start(struct es_progress *progress, const char *label, const char *unit,
                       uint64_t total);
/* Adds to what is done; from one thread at a time. */
void es_progress_add(struct es_progress *progress, uint64_t done);
/* Wipes the bar. */
void es_progress_end(struct es_progress *progress);

#endif
