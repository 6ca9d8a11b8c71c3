/* Opens files: which people a source has, for how many months, and whose records it shares.
 *
 * Coverage is drawn as a normal number below a threshold, so that it can rise with a trait and the
 * share of people covered still be what was given.
 */
#include "harness/population/parts.h"

#include <math.h>
#include <string.h>

static void draw(struct es_words *words, const struct es_records *r, size_t s, size_t what,
                 const struct es_context *ctx)
{
  struct es_stream stream = es_stream(ctx, es_purpose(s, what));
  es_lanes()->draw(words, &stream, r->person, r->people);
}

void es_below_share(uint8_t *out, const uint32_t *word, const double *share, size_t size,
                    const struct es_population *p, const uint32_t *stratum, size_t n)
{
  double limit[ES_CHUNK];
  size_t none = 0, all = 0, stride = size / sizeof *share;
  for (size_t g = 0; g < p->strata; g++) {
    none += share[g * stride] <= 0;
    all += share[g * stride] >= 1;
  }
  if (none == p->strata || all == p->strata) {
    memset(out, all > 0, n);
    return;
  }
  es_by_stratum(limit, es_lanes(), p, stratum, share, size, n);
  es_lanes()->below(out, word, limit, n);
}

static void keep_both(uint8_t *one, const uint8_t *other, size_t n)
{
  for (size_t i = 0; i < n; i++) one[i] &= other[i];
}

/* Whom the source has, by its own draw and by that of the source whose people it has. */
static void find_covered(uint8_t *covered, const struct es_words *d, const struct es_population *p,
                         size_t s, const struct es_records *r, const struct es_context *ctx)
{
  const struct es_lanes *lanes = es_lanes();
  const struct es_source *source = &p->source[s];
  const struct es_view_of *view = &p->seen[s * p->strata];
  double limit[ES_CHUNK], normal[ES_CHUNK];
  size_t n = r->people;
  if (source->opt_in == 0) {
    es_below_share(covered, d->word[0], &view->drawn, sizeof *view, p, r->stratum, n);
  } else {
    lanes->normal(normal, d->word[0], n);
    es_by_stratum(limit, lanes, p, r->stratum, &view->threshold, sizeof *view, n);
    lanes->add_scaled(limit, source->opt_in, r->trait[source->opt_in_trait], n);
    lanes->less(covered, normal, limit, n);
  }
  if (source->mechanism == ES_NEGATIVE_ONLY && source->events == 0)
    for (size_t i = 0; i < n; i++) covered[i] &= r->outcome[i] == ES_UNFAVORABLE;
  if (source->mechanism != ES_PLATFORM) return;
  struct es_words of;
  uint8_t within[ES_CHUNK];
  draw(&of, r, source->within_source, ES_DRAW_RECORD, ctx);
  find_covered(within, &of, p, source->within_source, r, ctx);
  keep_both(covered, within, n);
}

/* Months on record, 1 + geometric with the stratum's mean, and how much noise that leaves. */
static void measure_files(struct es_records *r, const struct es_population *p, size_t s)
{
  const struct es_lanes *lanes = es_lanes();
  const struct es_view_of *view = &p->seen[s * p->strata];
  double wait[ES_CHUNK], stretch[ES_CHUNK], noise[ES_CHUNK];
  r->noisy = false;
  for (size_t g = 0; g < p->strata; g++) r->noisy = r->noisy || view[g].noise > 0;
  if (!r->noisy && p->source[s].events == 0 && !es_is_dated(&p->source[s])) return;
  lanes->exponential(wait, r->draw.word[1], r->people);
  es_by_stratum(stretch, lanes, p, r->stratum, &view->stretch, sizeof *view, r->people);
  es_by_stratum(noise, lanes, p, r->stratum, &view->noise, sizeof *view, r->people);
  lanes->history(r->months, r->spread, wait, stretch, noise, r->people);
}

static void find_shared(struct es_records *r, const struct es_population *p, size_t s)
{
  const struct es_view_of *view = &p->seen[s * p->strata];
  if (p->routes > 0)
    for (size_t i = 0; i < r->people; i++) r->shared[i] = (uint8_t)(r->reach[i] >> s & 1);
  else
    es_below_share(r->shared, r->draw.word[2], &view->shared, sizeof *view, p, r->stratum,
                   r->people);
}

/* On a list without dated events, some stand who have done nothing. */
static void add_false_records(struct es_records *r, const struct es_population *p, size_t s,
                              const struct es_context *ctx)
{
  const struct es_view_of *view = &p->seen[s * p->strata];
  struct es_words d;
  uint8_t listed[ES_CHUNK];
  bool some = false;
  for (size_t g = 0; g < p->strata; g++) some = some || view[g].false_records > 0;
  if (!some || p->source[s].events > 0) return;
  draw(&d, r, s, ES_DRAW_FALSE, ctx);
  es_below_share(listed, d.word[0], &view->false_records, sizeof *view, p, r->stratum, r->people);
  for (size_t i = 0; i < r->people; i++) r->covered[i] |= listed[i];
}

/* Whether time adds to this source's files: they are the deciding agency's own. */
static bool has_grown_files(const struct es_population *p, size_t s)
{
  bool core = p->core_source == SIZE_MAX || p->core_source == s;
  return core && p->source[s].mechanism != ES_NEGATIVE_ONLY;
}

/* Time has made more people known to the deciding agency, and files of its own longer. */
static void grow_files(struct es_records *r, const struct es_population *p, size_t s)
{
  if (!has_grown_files(p, s)) return;
  for (size_t i = 0; r->known != NULL && i < r->people; i++) r->covered[i] |= r->known[i];
  bool measured = r->noisy || es_is_dated(&p->source[s]);
  for (size_t i = 0; r->gained != NULL && measured && i < r->people; i++) {
    r->spread[i] *= sqrt(r->months[i] / (r->months[i] + r->gained[i]));
    r->months[i] += r->gained[i];
  }
}

/* Months since the latest record, from a uniform: more than 24 for a share of files, more than 6
 * for another, evenly within; nothing is kept for longer than KEPT. */
static double last_updated(const struct es_view_of *view, double u)
{
  enum { KEPT = 84 };
  if (u < view->stale_24) return KEPT - (KEPT - 24) * (u / view->stale_24);
  if (u < view->stale_6) return 24 - 18 * ((u - view->stale_24) / (view->stale_6 - view->stale_24));
  return 6 - 6 * ((u - view->stale_6) / (1 - view->stale_6));
}

/* A file's latest record is no older than its oldest; that of somebody who has come to be known, or
 * whose file has grown, is new. */
static void date_files(struct es_records *r, const struct es_population *p, size_t s,
                       const struct es_context *ctx)
{
  bool grows = has_grown_files(p, s);
  struct es_words d;
  if (!es_is_dated(&p->source[s])) return;
  draw(&d, r, s, ES_DRAW_DATES, ctx);
  for (size_t i = 0; i < r->people; i++) {
    const struct es_view_of *view = &p->seen[s * p->strata + r->stratum[i]];
    bool fresh = (r->known != NULL && r->known[i]) || (r->gained != NULL && r->gained[i] > 0);
    double updated = last_updated(view, es_uniform(d.word[0][i]));
    r->updated[i] = grows && fresh ? 0 : fmin(updated, r->months[i]);
  }
}

void es_open_files(struct es_records *r, const struct es_population *p, size_t s,
                   const struct es_context *ctx)
{
  draw(&r->draw, r, s, ES_DRAW_RECORD, ctx);
  find_covered(r->covered, &r->draw, p, s, r, ctx);
  measure_files(r, p, s);
  grow_files(r, p, s);
  date_files(r, p, s, ctx);
  find_shared(r, p, s);
  add_false_records(r, p, s, ctx);
}
