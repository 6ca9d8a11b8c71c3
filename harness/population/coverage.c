/* Opens files: which people a source has, for how many months, and whose records it shares.
 *
 * Coverage is drawn as a normal number below a threshold, so that it can rise with a trait and the
 * share of people covered still be what was given.
 */
#include "harness/population/parts.h"

#include <math.h>
#include "harness/base/math.h"

/* Months on record: 1 + geometric, with the stratum's mean. */
static double months(const struct es_view_of *view, double u)
{
  return view->history > 1 ? 1 + floor(es_log(u) / view->forget) : 1;
}

/* Whether the source has person i, by its own draw and by that of the source whose people it has.
 */
static bool has(const struct es_population *p, size_t s, const struct es_records *r, size_t i,
                uint32_t word, const struct es_context *ctx)
{
  const struct es_source *source = &p->source[s];
  const struct es_view_of *view = &p->seen[s * p->strata + r->stratum[i]];
  if (view->drawn <= 0) return false;
  if (view->drawn < 1) {
    size_t k = (size_t)source->opt_in_trait;
    double pull = r->trait[k][i] - p->stratum[r->stratum[i]].mean[k];
    if (es_normal(word) >= view->threshold + source->opt_in * pull) return false;
  }
  if (source->mechanism == ES_NEGATIVE_ONLY && source->events == 0)
    return r->outcome[i] == ES_UNFAVORABLE;
  if (source->mechanism != ES_PLATFORM) return true;
  struct es_draw d = es_draw(ctx, r->person[i], es_purpose(source->within_source, ES_DRAW_RECORD));
  return has(p, source->within_source, r, i, d.word[0], ctx);
}

void es_open_files(struct es_records *r, const struct es_population *p, size_t s,
                   const struct es_context *ctx)
{
  const struct es_view_of *views = &p->seen[s * p->strata];
  for (size_t i = 0; i < r->people; i++) {
    const struct es_view_of *view = &views[r->stratum[i]];
    struct es_draw d = es_draw(ctx, r->person[i], es_purpose(s, ES_DRAW_RECORD));
    r->covered[i] = has(p, s, r, i, d.word[0], ctx);
    r->spread[i] = 0;
    if (view->noise > 0 || p->source[s].events > 0) {
      r->months[i] = months(view, es_uniform(d.word[1]));
      r->spread[i] = view->noise / sqrt(r->months[i]);
    }
    bool reaches = (r->reach[i] >> s & 1) != 0;
    r->shared[i] = p->routes > 0 ? reaches : es_uniform(d.word[2]) < view->shared;
    if (view->false_records > 0 && p->source[s].events == 0 && !r->covered[i])
      r->covered[i] = es_uniform(es_draw(ctx, r->person[i], es_purpose(s, ES_DRAW_FALSE)).word[0]) <
                      view->false_records;
  }
}
