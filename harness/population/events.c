/* Dated negative records: a Poisson process backwards from now, each event detected or not, and
 * struck off when it is old enough.
 *
 * Every event has draws of its own, so that in another world the same events happen and only what
 * is detected of them, or still on record, differs.
 */
#include "harness/population/parts.h"

#include <math.h>
#include "harness/base/math.h"

enum { MOST = 2 * ES_EVENT_DRAWS };

/* What is on record of one event. */
struct entries {
  double count, last; /* within the window; months since the last one, NaN when there is none */
};

static void enter(struct entries *e, const struct es_event *event, double age)
{
  if (event->window <= 0 || age <= event->window) e->count++;
  if (!(e->last <= age)) e->last = age;
}

/* How far back the record goes. */
static double reach(const struct es_event *event, double months)
{
  return event->expiry > 0 ? fmin(months, event->expiry) : months;
}

static double rate_of(const struct es_event *event, const struct es_event_view *felt,
                      const struct es_records *r, size_t i)
{
  return felt->rate *
         es_exp(event->capacity * r->trait[0][i] + event->reliability * r->trait[1][i] +
                event->visibility * r->trait[2][i]);
}

static struct entries happened(const struct es_event *event, const struct es_event_view *felt,
                               const struct es_records *r, size_t i, uint32_t purpose,
                               const struct es_context *ctx)
{
  struct entries found = {0, NAN};
  double rate = felt->rate > 0 ? rate_of(event, felt, r, i) : 0, age = 0;
  double end = reach(event, r->months[i]);
  struct es_draw d = {{0}};
  for (uint32_t k = 0; rate > 0 && k < MOST; k++) {
    if (k % 2 == 0) d = es_draw(ctx, r->person[i], purpose + k / 2);
    age += es_exponential(d.word[k % 2 * 2]) / rate;
    if (age > end) break;
    if (es_uniform(d.word[k % 2 * 2 + 1]) < felt->detection) enter(&found, event, age);
  }
  return found;
}

/* Which of the source's events an office wrongly recorded of person i, and when; SIZE_MAX: none. */
static size_t wrongly_recorded(const struct es_population *p, size_t s, const struct es_records *r,
                               size_t i, const struct es_context *ctx, double *u)
{
  double share = p->seen[s * p->strata + r->stratum[i]].false_records;
  if (share <= 0) return SIZE_MAX;
  struct es_draw d = es_draw(ctx, r->person[i], es_purpose(s, ES_DRAW_FALSE));
  *u = es_uniform(d.word[2]);
  if (es_uniform(d.word[0]) >= share) return SIZE_MAX;
  return (size_t)(es_uniform(d.word[1]) * (double)p->source[s].events);
}

void es_read_events(struct es_records *r, const struct es_population *p, size_t s,
                    const struct es_context *ctx, double *const *column)
{
  const struct es_source *source = &p->source[s];
  if (source->events == 0) return;
  double *const *own = column + source->indicators;
  for (size_t i = 0; i < r->people; i++) {
    if (!r->covered[i]) continue;
    double when = 0;
    bool any = false;
    size_t wrong = wrongly_recorded(p, s, r, i, ctx, &when);
    for (size_t e = 0; e < source->events; e++) {
      const struct es_event *event = &p->event[source->first_event + e];
      const struct es_event_view *felt =
          &p->felt[(source->first_event + e) * p->strata + r->stratum[i]];
      struct entries found =
          happened(event, felt, r, i, es_purpose(s, ES_DRAW_EVENT + e * ES_EVENT_DRAWS), ctx);
      if (e == wrong) enter(&found, event, when * reach(event, r->months[i]));
      own[2 * e][i] = found.count;
      own[2 * e + 1][i] = found.last;
      any = any || !isnan(found.last);
    }
    if (source->mechanism == ES_NEGATIVE_ONLY) r->covered[i] = any;
  }
}
