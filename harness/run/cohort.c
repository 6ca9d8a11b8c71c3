/* Months of a cohort: waits, strain, files that grow, and decisions. */
#include "harness/run/cohort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/population/draws.h"
#include "harness/process/dynamics.h"
#include "harness/process/process.h"

static const double days_a_month = 365 / 12.0;

enum es_status es_cohort_create(struct es_cohort *c, const struct es_contest *contest, size_t room,
                                struct es_context *ctx)
{
  const struct es_people *people = contest->from.people;
  *c = (struct es_cohort){.contest = contest, .room = room};
  ES_TRY(es_block_create(&c->block, people, room, ctx));
  ES_TRY(es_scores_create(&c->scores, room, ctx));
  ES_TRY(es_scores_create(&c->second, room, ctx));
  c->person = es_alloc(room, sizeof *c->person, ctx);
  c->one = es_alloc(room, sizeof *c->one, ctx);
  c->due = es_alloc(room, sizeof *c->due, ctx);
  c->known = es_alloc(room, sizeof *c->known, ctx);
  bool good = c->person && c->one && c->due && c->known;
  for (size_t k = 0; k < ES_COUNT_OF(c->change); k++)
    good = (c->change[k] = es_alloc(room, sizeof **c->change, ctx)) != NULL && good;
  return good ? ES_OK : ES_NOMEM;
}

void es_cohort_clear(struct es_cohort *c)
{
  if (c->contest != NULL) es_block_clear(&c->block, c->contest->from.people);
  es_scores_clear(&c->scores);
  es_scores_clear(&c->second);
  free(c->person);
  free(c->one);
  free(c->due);
  free(c->known);
  for (size_t k = 0; k < ES_COUNT_OF(c->change); k++) free(c->change[k]);
  *c = (struct es_cohort){0};
}

void es_cohort_begin(struct es_cohort *c, uint64_t first, size_t people)
{
  c->people = people;
  for (size_t i = 0; i < people; i++) {
    c->person[i] = first + i;
    c->one[i] = (struct es_followed){.recovered = -1};
  }
}

/* --- seeing --------------------------------------------------------------------------------- */

/* Fills the block with the first `count` people of `due`, as they are now. */
static enum es_status see(struct es_cohort *c, size_t count, size_t month, struct es_context *ctx)
{
  const struct es_opened *from = &c->contest->from;
  bool fresh = from->people->dynamics->settings.records == ES_FRESH;
  for (size_t d = 0; d < count; d++) {
    const struct es_followed *one = &c->one[c->due[d]];
    c->block.person[d] = c->person[c->due[d]];
    c->change[0][d] = one->capacity;
    c->change[1][d] = one->reliability;
    c->change[2][d] = one->gained;
    c->known[d] = one->known;
  }
  struct es_changes changes = {c->change[0], c->change[1], c->change[2], c->known,
                               fresh ? (uint32_t)month : 0};
  c->block.people = count;
  ES_TRY(from->dataset->again(from->state, &changes, &c->block, ctx));
  es_impute(&c->contest->imputer, &c->block);
  return ES_OK;
}

enum es_status es_cohort_look(struct es_cohort *c, size_t month, struct es_context *ctx)
{
  for (size_t i = 0; i < c->people; i++) c->due[i] = i;
  return see(c, c->people, month, ctx);
}

/* --- deciding ------------------------------------------------------------------------------- */

/* Days that a denial restricts this person. */
static double restriction(const struct es_cohort *c, size_t d, size_t month,
                          const struct es_context *ctx)
{
  const struct es_people *people = c->contest->from.people;
  double term = c->scores.term[d] > 0 ? c->scores.term[d] : people->consequence.term;
  if (people->process == NULL) return term;
  struct es_fate fate;
  struct es_context occasion = *ctx;
  occasion.replicate |= (uint32_t)month << 16; /* other luck each time */
  es_fate_draw(&fate, people->process, c->block.group[0][d], term,
               c->block.outcome[d] == ES_FAVORABLE, c->block.person[d], &occasion);
  return fate.ends;
}

static void settle(struct es_cohort *c, size_t d, size_t month, const struct es_judge *judge,
                   const struct es_context *ctx)
{
  struct es_followed *one = &c->one[c->due[d]];
  uint32_t cell = es_cell_of(c->contest->from.people, &c->block, d);
  struct es_ruling ruling = es_policy_decide(judge->policy, judge->rule, cell, &c->scores,
                                             &c->second, d, c->block.person[d], ctx);
  bool scored = c->scores.why[d] == ES_SCORED;
  one->cell = cell;
  one->stratum = c->block.group[0][d];
  one->why = c->scores.why[d];
  one->standing = (uint8_t)ruling.decision;
  one->favorable = c->block.outcome[d] == ES_FAVORABLE;
  if (scored) one->score = c->scores.value[d];
  one->ever_scored |= scored;
  if (ruling.decision == ES_DENIED)
    one->until = (double)month + fmax(0, restriction(c, d, month, ctx)) / days_a_month;
  else if (one->recovered < 0 && month > 0)
    one->recovered = (int32_t)month;
  if (month > 0) return;
  one->chance = es_logit(c->block.truth[d]);
  one->first_scored = scored;
  one->first_score = one->score;
  one->first_wronged = one->favorable && ruling.decision == ES_DENIED;
}

static enum es_status decide(struct es_cohort *c, size_t count, size_t month,
                             const struct es_judge *judge, struct es_context *ctx)
{
  const struct es_people *people = c->contest->from.people;
  if (count == 0) return ES_OK;
  ES_TRY(see(c, count, month, ctx));
  ES_TRY(es_model_score(judge->model, people, &c->block, &c->scores, ctx));
  if (judge->policy->second.scorer != NULL)
    ES_TRY(es_model_score(&judge->policy->second, people, &c->block, &c->second, ctx));
  for (size_t d = 0; d < count; d++) settle(c, d, month, judge, ctx);
  return ES_OK;
}

/* --- a month passes -------------------------------------------------------------------------- */

static bool is_restricted(const struct es_followed *one, double month)
{
  return one->standing == ES_DENIED && one->until > month;
}

/* What the month before has done to one person. */
static void live(struct es_followed *one, const struct es_dynamics *d, double month, double u)
{
  const struct es_dynamics_settings *s = &d->settings;
  bool approved = one->standing == ES_APPROVED;
  one->gained += approved ? s->grows : s->grows_denied;
  if (approved && s->grows > 0) one->known = 1;
  if (one->why != ES_SCORED && u < s->enters.at[one->stratum]) one->known = 1;
  if (is_restricted(one, month - 1))
    one->capacity -= s->strain.at[one->stratum];
  else
    one->capacity *= 1 - s->recovers;
  if (one->standing == ES_DENIED)
    one->reliability = fmin(one->reliability + s->responds, s->responds_most);
}

/* Whether somebody is decided upon in a month. */
static bool is_due(struct es_followed *one, const struct es_dynamics *d, double month, double u)
{
  if (is_restricted(one, month)) return false;
  if (one->standing != ES_DENIED) return u < d->settings.reviewed;
  if (d->settings.records == ES_LASTING) return true;
  one->standing = ES_APPROVED; /* the case is over; another may come */
  if (one->recovered < 0) one->recovered = (int32_t)month;
  return u < d->settings.reviewed;
}

enum es_status es_cohort_month(struct es_cohort *c, size_t month, const struct es_judge *judge,
                               struct es_context *ctx)
{
  const struct es_dynamics *d = c->contest->from.people->dynamics;
  size_t count = 0;
  for (size_t i = 0; i < c->people; i++) {
    if (month > 0) {
      struct es_draw draw = es_draw(ctx, c->person[i], ES_DRAW_MONTH + (uint32_t)month);
      live(&c->one[i], d, (double)month, es_uniform(draw.word[0]));
      if (!is_due(&c->one[i], d, (double)month, es_uniform(draw.word[1]))) continue;
    }
    c->due[count++] = i;
  }
  return decide(c, count, month, judge, ctx);
}

/* --- counting -------------------------------------------------------------------------------- */

static double shift_of(const struct es_cohort *c, const struct es_followed *one)
{
  const struct es_dynamics *d = c->contest->from.people->dynamics;
  return d->capacity * one->capacity + d->reliability * one->reliability;
}

void es_cohort_count(const struct es_cohort *c, size_t month, struct es_trajectory *t)
{
  for (size_t i = 0; i < c->people; i++) {
    const struct es_followed *one = &c->one[i];
    struct es_moment *m = &t->moment[month * t->cells + one->cell];
    m->people++;
    m->scored += one->why == ES_SCORED;
    m->approved += one->standing == ES_APPROVED;
    m->restricted += one->standing == ES_DENIED;
    m->favorable += one->favorable;
    m->wronged += one->favorable && one->standing == ES_DENIED;
    es_sum_add(&m->chance, es_logistic(one->chance + shift_of(c, one)));
    if (one->why == ES_SCORED) es_sum_add(&m->score, one->score);
  }
}

void es_cohort_end(const struct es_cohort *c, struct es_trajectory *t)
{
  for (size_t i = 0; i < c->people; i++) {
    const struct es_followed *one = &c->one[i];
    struct es_course *course = &t->course[one->cell];
    course->people++;
    course->never += !one->ever_scored;
    course->wronged += one->first_wronged;
    if (one->first_wronged && one->recovered >= 0) course->recovered[one->recovered]++;
    es_sum_add(&course->chance,
               es_logistic(one->chance + shift_of(c, one)) - es_logistic(one->chance));
    if (one->first_scored && one->why == ES_SCORED)
      es_sum_add(&course->score, one->score - one->first_score);
  }
}
