/* The same people in other worlds: a study run again with some settings of its population changed,
 * and the same few numbers read off each time.
 *
 * People are dealt into batches by their place, so that leaving one batch out at a time (a
 * delete-a-group jackknife) says how far the luck of who is judged moves a comparison of worlds:
 * the same batch is left out of all of them.
 */
#ifndef ES_RUN_WORLDS_H
#define ES_RUN_WORLDS_H

#include "harness/run/contest.h"

enum { ES_BATCHES = 20 };

/* A number to read: the row of that address (es_row). */
struct es_target {
  char *attribute; /* owned */
  const char *group, *metric, *reduction;
};

/* value  [worlds][contenders][targets][1 + ES_BATCHES]: with everybody, then without each batch;
 *        NaN where undefined */
struct es_worlds {
  struct es_contest *factual;
  const char *population;
  const struct es_texts *metrics; /* what the targets are rows of */
  struct es_view *view;
  size_t views, worlds, targets;
  struct es_target *target;
  double *value;
  struct es_progress *progress;
  int threads;
};

/* Views of the study, and room for `targets` numbers of each of them in `worlds` worlds; the caller
 * fills the targets. */
enum es_status es_worlds_create(struct es_worlds *w, size_t worlds, size_t targets,
                                struct es_context *ctx) ES_CHECKED;
void es_worlds_clear(struct es_worlds *w);

/* Runs world number `world`: the factual one with those overrides of its population on top, `count`
 * of them.  Scorers stay as they learned in the factual world, unless the study says refit. */
enum es_status es_worlds_run(struct es_worlds *w, size_t world, const char *const *override,
                             size_t count, struct es_context *ctx) ES_CHECKED;

/* The values of one number in one world. */
double *es_worlds_at(const struct es_worlds *w, size_t world, size_t contender, size_t target);

/* Half-width of the jackknife's interval of a statistic: without[b] is it without batch b. */
double es_worlds_half_width(const double without[ES_BATCHES], double confidence);

#endif
