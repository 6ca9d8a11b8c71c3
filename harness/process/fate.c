/* The fate of one restricted person, from addressed draws.
 *
 * A wrong record is in force from the day that it takes effect until it expires; corrections and
 * reinsertions cut that into spells.  Each agency that was sent the record is late, by its own lag,
 * with every correction, or never hears of it: its spells are the record's, prolonged.
 */
#include "harness/process/process.h"

#include <math.h>
#include "harness/base/math.h"
#include "harness/population/draws.h"

enum { MOST_SPELLS = 8, AGENCIES = 1024, ATTEMPTS = 3072 }; /* numbers of uniforms */

/* A person's uniforms, in order: four to a draw. */
struct luck {
  const struct es_context *ctx;
  uint64_t person;
  struct es_draw draw;
  uint32_t used;
};

static double next(struct luck *l)
{
  if (l->used % 4 == 0) l->draw = es_draw(l->ctx, l->person, ES_DRAW_PROCESS + l->used / 4);
  return es_uniform(l->draw.word[l->used++ % 4]);
}

static bool happens(struct luck *l, double probability) { return next(l) < probability; }

/* Exponential; never, where the rate is 0. */
static double after(struct luck *l, double rate)
{
  double u = next(l);
  return rate > 0 ? -es_log(u) / rate : INFINITY;
}

static double lognormal(struct luck *l, double median, double spread)
{
  double u = next(l);
  return median > 0 ? median * es_exp(spread * es_normal_quantile(u)) : 0;
}

/* When the record was in force. */
struct spells {
  double from[MOST_SPELLS], to[MOST_SPELLS];
  size_t count;
};

static void spend(struct es_fate *f, enum es_process_state state, double from, double to)
{
  if (to > from) f->state[state] += to - from;
}

/* One spell: from when the record is in force until it is corrected or, at `end`, expires.  Says
 * when; `known` is when the person learns of it, before the spell where they were given notice. */
static double run_spell(struct es_fate *f, const struct es_process *p, const struct es_due *due,
                        struct luck *l, double from, double known, double end, bool *corrected)
{
  const struct es_process_settings *s = &p->settings;
  double clock = s->clock * s->processing_scale, at = known;
  *corrected = false;
  spend(f, ES_UNAWARE, from, fmin(known, end));
  if (!(known < end)) return end;
  f->knew = true;
  bool disputes = happens(l, due->dispute);
  for (int round = 0; disputes && round < MOST_SPELLS; round++) {
    f->disputed = true;
    double answer = at + clock + lognormal(l, due->practice, s->practice_spread);
    spend(f, ES_DISPUTING, fmax(at, from), fmin(answer, end));
    at = answer;
    if (answer >= end) return end;
    if (happens(l, s->success)) {
      *corrected = true;
      return answer;
    }
    disputes = happens(l, s->again);
  }
  spend(f, ES_AWARE, fmax(at, from), end);
  return end;
}

/* Fills the spells of the deciding agency's own record. */
static void run_record(struct es_fate *f, const struct es_process *p, const struct es_due *due,
                       struct luck *l, double term, struct spells *spells)
{
  const struct es_process_settings *s = &p->settings;
  double end = s->window + term, from = s->window;
  f->followed = term;
  f->told = happens(l, due->notice);
  double known = after(l, due->discovery);
  known = f->told ? 0 : from + known;
  while (from < end && spells->count < MOST_SPELLS) {
    bool corrected;
    double to = run_spell(f, p, due, l, from, known, end, &corrected);
    if (to > from) {
      spells->from[spells->count] = from;
      spells->to[spells->count++] = to;
      f->own += to - from;
    }
    if (!corrected) return;
    if (!f->corrected) f->followed = fmax(0, to - s->window);
    f->corrected = true;
    if (!happens(l, s->reinsertion)) return;
    from = fmax(to, s->window) + after(l, s->reinsertion_days > 0 ? 1 / s->reinsertion_days : 0);
    f->reinserted = f->reinserted || from < end;
    known = from + after(l, due->discovery);
  }
}

/* Days that an agency acts on which hears of each correction `lag` days late. */
static double prolonged(const struct spells *spells, double lag, double end)
{
  double days = 0;
  for (size_t k = 0; k < spells->count; k++) {
    double until = k + 1 < spells->count ? spells->from[k + 1] : end;
    days += fmin(spells->to[k] + lag, until) - spells->from[k];
  }
  return days;
}

/* How late one linked agency hears of corrections; infinity: never. */
static double lag_of(const struct es_process_settings *s, struct luck *l)
{
  double lag = 0, mean = s->lag * s->propagation_scale;
  bool lost = false;
  for (int64_t hop = 0; hop < s->hops; hop++) {
    lost = happens(l, s->loss * s->propagation_scale) || lost;
    double days = after(l, mean > 0 ? 1 / mean : 0);
    lag += mean > 0 ? days : 0;
  }
  return lost ? INFINITY : lag;
}

/* The record and everybody who was sent it. */
static void add_agencies(struct es_fate *f, const struct es_process_settings *s, double severity,
                         struct luck *l, double end, const struct spells *spells)
{
  double longest = 0;
  f->weighted = severity * f->own;
  l->used = AGENCIES; /* the agencies' luck does not depend on how many disputes there were */
  for (int64_t a = 0; a < s->linked; a++) {
    bool sent = happens(l, s->density);
    double lag = lag_of(s, l);
    if (!sent) continue;
    f->weighted += s->linked_severity * prolonged(spells, lag, end);
    longest = fmax(longest, lag);
  }
  f->days = prolonged(spells, longest, end);
  f->ends = spells->count > 0 ? fmin(spells->to[spells->count - 1] + longest, end) : 0;
  f->state[ES_LINGERING] = f->days - f->own;
}

static void wronged(struct es_fate *f, const struct es_process *p, const struct es_due *due,
                    struct luck *l, double term)
{
  struct spells spells = {.count = 0};
  f->wronged = true;
  run_record(f, p, due, l, term, &spells);
  add_agencies(f, &p->settings, due->severity, l, p->settings.window + term, &spells);
  l->used = ATTEMPTS;
  f->attempts = es_poisson(due->attempts * f->days, next(l));
}

/* A right record: what is left of it once its reason has ended and deletion is due. */
static void listed(struct es_fate *f, const struct es_process *p, const struct es_due *due,
                   struct luck *l, double term)
{
  const struct es_process_settings *s = &p->settings;
  double cured = after(l, due->cure);
  bool asked = happens(l, due->repair);
  double late = lognormal(l, s->stale, s->stale_spread), over = cured + s->repair_wait;
  f->cured = cured < term;
  f->ends = asked ? fmin(over + late, term) : term;
  if (over < term) f->stale = f->ends - over;
}

void es_fate_draw(struct es_fate *fate, const struct es_process *process, size_t stratum,
                  double term, bool wrongly, uint64_t person, const struct es_context *ctx)
{
  const struct es_process_settings *s = &process->settings;
  struct luck luck = {.ctx = ctx, .person = person};
  *fate = (struct es_fate){0};
  term = fmin(term, s->longest) * s->term_scale;
  if (wrongly)
    wronged(fate, process, &process->due[stratum], &luck, term);
  else
    listed(fate, process, &process->due[stratum], &luck, term);
}
