/* Draws on standard error, at most ten times a second, and not at all for work under half a second.
 */
#include "harness/run/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "harness/run/ranks.h"

double es_now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void es_progress_start(struct es_progress *p, const char *label, const char *unit, uint64_t total)
{
  *p = (struct es_progress){.label = label, .unit = unit, .total = total, .started = es_now()};
  p->drawn = p->started + 0.4;
}

static void draw(struct es_progress *p, double at)
{
  double share = p->total > 0 ? (double)p->done / (double)p->total : 1;
  double seconds = at - p->started, rate = (double)p->done / seconds;
  char bar[31];
  for (size_t k = 0; k < sizeof bar - 1; k++) bar[k] = (double)k < 30 * share ? '#' : '.';
  bar[sizeof bar - 1] = '\0';
  double left = rate > 0 ? (double)(p->total - p->done) / rate : 0;
  fprintf(stderr, "\r%s [%s] %3.0f%%  %.3g %s/s  %.0f s left \033[K", p->label, bar, 100 * share,
          rate, p->unit, left);
  p->shown = 1;
  p->drawn = at;
}

void es_progress_add(struct es_progress *p, uint64_t done)
{
  p->done += done;
  double at = es_now();
  if (at - p->drawn >= 0.1 && !es_ranks_launched() && isatty(STDERR_FILENO)) draw(p, at);
}

void es_progress_end(struct es_progress *p)
{
  if (p->shown) fprintf(stderr, "\r\033[K");
  p->shown = 0;
}
