/* Passes over the rows of a sample, from memory once each: a block is read, its columns
 * standardised, and everything that is wanted of it summed while it is in the cache. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "harness/methods/logit_search.h"

enum { PANEL = 16, PANELS = 32, ALIGNED = 64 };

/* A panel is some PANEL blocks or more that one thread sums up; then the panels' sums are added. */

/* x: the block, 1 first.  The sums: gram, dots (of every column), and moments (two a column) in the
 * same place. */
struct es_logit_room {
  double *memory, *x, *gram, *dots;
  struct es_odds odds;
  double likelihood[ES_STRANDS];
  double margin, spread, worst, moves;
};

/* What a pass is after; beta NULL: only the Gram matrix. */
struct pass {
  const double *beta, *direction;
  bool moments;
};

static const double *block_of(const struct es_logit_search *s, size_t first, size_t column)
{
  return s->x + es_logit_place(s->columns, first, column);
}

void es_logit_read_row(const struct es_logit_search *s, double *out, size_t row)
{
  for (size_t j = 0; j < s->d - 1; j++)
    out[j] = (s->x[es_logit_place(s->columns, row, s->kept[j])] - s->mean[j]) * s->inverse[j];
}

static void read_columns(const struct es_logit_search *s, struct es_logit_room *r, size_t first,
                         size_t n)
{
  size_t slopes = s->d - 1;
  for (size_t j = 0; j < slopes && s->own == NULL; j++)
    es_lanes()->standardize(r->x + (j + 1) * ES_ROWS, block_of(s, first, s->kept[j]), s->mean[j],
                            s->inverse[j]);
  for (size_t j = 0; j < slopes && s->own != NULL; j++)
    for (size_t i = 0; i < n; i++) r->x[(j + 1) * ES_ROWS + i] = s->own[(first + i) * slopes + j];
}

/* Rows beyond the last have no weight. */
static void read_outcomes(const struct es_logit_search *s, struct es_odds *o, size_t first,
                          size_t n)
{
  memcpy(o->favorable, s->y + first, n);
  if (s->offset != NULL) memcpy(o->offset, s->offset + first, n * sizeof *o->offset);
  if (s->weight != NULL)
    memcpy(o->weight, s->weight + first, n * sizeof *o->weight);
  else
    es_lanes()->fill(o->weight, 1, n);
  es_lanes()->fill(o->weight + n, 0, ES_ROWS - n);
}

static void add_range(double *low, double *far, const double *x, size_t n)
{
  double least = INFINITY, most = -INFINITY;
  es_lanes()->range(&least, &most, x, n);
  *low = fmin(*low, least);
  *far = fmax(*far, fmax(fabs(least), fabs(most)));
}

/* next: the block after this one. */
static void add_likelihood(struct es_logit_search *s, struct es_logit_room *r, const struct pass *p,
                           size_t first, size_t n, const double *next)
{
  const struct es_lanes *lanes = es_lanes();
  struct es_odds *o = &r->odds;
  lanes->combine(o->right, r->x, p->beta, s->d);
  if (p->direction != NULL) lanes->combine(o->gain, r->x, p->direction, s->d);
  lanes->odds(o);
  add_range(&r->margin, &r->spread, o->right, n);
  if (p->direction != NULL) add_range(&r->worst, &r->moves, o->gain, n);
  lanes->add_dots(r->likelihood, o->likelihood, r->x, 1);
  lanes->add_dots(r->dots, o->residual, r->x, s->d);
  if (!s->keep) lanes->add_gram(r->gram, o->info, r->x, s->d, next);
  if (!s->firth) return;
  memcpy(s->info + first, o->info, n * sizeof *s->info);
  memcpy(s->lean + first, o->lean, n * sizeof *s->lean);
}

static void add_block(struct es_logit_search *s, struct es_logit_room *r, const struct pass *p,
                      size_t first)
{
  size_t n = s->rows - first < ES_ROWS ? s->rows - first : ES_ROWS;
  size_t after = first + s->stride * ES_ROWS < s->rows ? first + s->stride * ES_ROWS : first;
  read_outcomes(s, &r->odds, first, n);
  if (p->moments) {
    for (size_t j = 0; j < s->columns; j++)
      es_lanes()->add_moments(r->dots + 2 * j * ES_STRANDS, r->odds.weight, block_of(s, first, j),
                              s->mean[j]);
    es_lanes()->add_dots(r->likelihood, r->odds.weight, r->x, 1);
    return;
  }
  read_columns(s, r, first, n);
  if (p->beta != NULL)
    add_likelihood(s, r, p, first, n, block_of(s, after, 0));
  else
    es_lanes()->add_gram(r->gram, r->odds.weight, r->x, s->d, block_of(s, after, 0));
}

static void clear_sums(const struct es_logit_search *s, struct es_logit_room *r)
{
  memset(r->gram, 0, ES_GRAM_ROOM(s->d) * sizeof *r->gram);
  memset(r->dots, 0, 2 * s->d * ES_STRANDS * sizeof *r->dots);
  memset(r->likelihood, 0, sizeof r->likelihood);
  r->margin = r->worst = INFINITY;
  r->spread = r->moves = 0;
}

/* What a panel comes to: gram, dots, likelihood, and the extremes. */
static size_t panel_size(const struct es_logit_search *s) { return s->d * (s->d + 2) + 5; }

static void fold_sums(double *out, const struct es_logit_search *s, const struct es_logit_room *r)
{
  size_t d = s->d;
  memset(out, 0, panel_size(s) * sizeof *out);
  if (!s->keep) es_lanes()->fold_gram(out, r->gram, d);
  es_lanes()->fold(out + d * d, r->dots, 2 * d);
  es_lanes()->fold(out + d * (d + 2), r->likelihood, 1);
  memcpy(out + d * (d + 2) + 1, (double[]){r->margin, r->spread, r->worst, r->moves},
         4 * sizeof *out);
}

static void take_panel(struct es_logit_search *s, double *dots, const double *panel)
{
  size_t d = s->d;
  for (size_t k = 0; k < d * d; k++) s->information[k] += panel[k];
  for (size_t k = 0; k < 2 * d; k++) dots[k] += panel[d * d + k];
  const double *rest = panel + d * (d + 2);
  s->log_likelihood += rest[0];
  s->margin = fmin(s->margin, rest[1]);
  s->spread = fmax(s->spread, rest[2]);
  s->worst = fmin(s->worst, rest[3]);
  s->moves = fmax(s->moves, rest[4]);
}

/* As many panels as make sums small beside the rows; how many does not depend on the threads. */
static size_t count_panels(const struct es_logit_search *s, size_t blocks)
{
  size_t most = blocks * ES_ROWS / (8 * (s->columns + 1)), panels = blocks / PANEL;
  panels = panels < most ? panels : most;
  return panels < 1 ? 1 : panels < PANELS ? panels : PANELS;
}

bool es_logit_make_room(struct es_logit_search *s, struct es_context *ctx)
{
  size_t d = s->d, gram = ES_GRAM_ROOM(d), dots = 2 * d * ES_STRANDS;
  size_t blocks = (s->rows - 1) / ES_ROWS + 1;
  s->panel = es_alloc(count_panels(s, blocks) * panel_size(s), sizeof *s->panel, ctx);
  s->dots = es_alloc(2 * d, sizeof *s->dots, ctx);
  s->rooms = (size_t)omp_get_max_threads();
  s->room = es_alloc(s->rooms, sizeof *s->room, ctx);
  for (size_t t = 0; s->room != NULL && t < s->rooms; t++) {
    struct es_logit_room *r = &s->room[t];
    r->memory = es_alloc(d * ES_ROWS + gram + dots + ALIGNED / sizeof(double), sizeof(double), ctx);
    if (r->memory == NULL) return false;
    r->x = r->memory + (ALIGNED - (uintptr_t)r->memory % ALIGNED) / sizeof(double);
    r->gram = r->x + d * ES_ROWS;
    r->dots = r->gram + gram;
    for (size_t i = 0; i < ES_ROWS; i++) r->x[i] = 1;
  }
  return s->room != NULL && s->panel != NULL && s->dots != NULL;
}

void es_logit_free_room(struct es_logit_search *s)
{
  for (size_t t = 0; s->room != NULL && t < s->rooms; t++) free(s->room[t].memory);
  free(s->room);
  free(s->panel);
  free(s->dots);
}

/* s->dots: the sums of columns that are asked for. */
static void run(struct es_logit_search *s, const struct pass *p)
{
  size_t blocks = (s->rows - 1) / ES_ROWS / s->stride + 1, panels = count_panels(s, blocks);
  if (!s->keep) memset(s->information, 0, s->d * s->d * sizeof *s->information);
  memset(s->dots, 0, 2 * s->d * sizeof *s->dots);
  s->log_likelihood = 0;
  s->margin = s->worst = INFINITY;
  s->spread = s->moves = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)s->rooms) if (panels > 1)
  for (size_t k = 0; k < panels; k++) {
    struct es_logit_room *r = &s->room[omp_get_thread_num()];
    clear_sums(s, r);
    for (size_t b = k * blocks / panels; b < (k + 1) * blocks / panels; b++)
      add_block(s, r, p, b * s->stride * ES_ROWS);
    fold_sums(s->panel + k * panel_size(s), s, r);
  }
  for (size_t k = 0; k < panels; k++) take_panel(s, s->dots, s->panel + k * panel_size(s));
}

void es_logit_likelihood(struct es_logit_search *s, const double *beta, const double *direction)
{
  run(s, &(struct pass){.beta = beta, .direction = direction});
  memcpy(s->gradient, s->dots, s->d * sizeof *s->gradient);
}

void es_logit_gram(struct es_logit_search *s) { run(s, &(struct pass){0}); }

/* Around the first row, which is as near to the mean as need be: what is lost of the variance is at
 * most the part (rows × 1e-16).  A column that is the same for all has inverse 0. */
void es_logit_measure(struct es_logit_search *s)
{
  for (size_t j = 0; j < s->columns; j++) s->mean[j] = *block_of(s, 0, j);
  run(s, &(struct pass){.moments = true});
  s->total = s->log_likelihood;
  for (size_t j = 0; j < s->columns; j++) {
    double away = s->dots[2 * j] / s->total, square = s->dots[2 * j + 1] / s->total - away * away;
    s->mean[j] += away;
    s->scale[j] = sqrt(fmax(square, 0));
    s->inverse[j] = s->scale[j] <= 1e-14 * fabs(s->mean[j]) ? 0 : 1 / s->scale[j];
  }
}
