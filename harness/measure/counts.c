/* From tallies to the counts of a group. */
#include "harness/measure/counts.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/base/sort.h"

double es_counts_sum(const struct es_counts *counts, int outcome, int scored, int decision)
{
  double sum = 0;
  for (int o = 0; o < ES_OUTCOMES; o++)
    for (int s = 0; s < 2; s++)
      for (int d = 0; d < ES_DECISIONS; d++)
        if ((outcome < 0 || o == outcome) && (scored < 0 || s == scored) &&
            (decision < 0 || d == decision))
          sum += counts->by[o][s][d];
  return sum;
}

static void orient(struct es_counts *c)
{
  int good = c->positive_is_adverse ? ES_UNFAVORABLE : ES_FAVORABLE;
  int bad = c->positive_is_adverse ? ES_FAVORABLE : ES_UNFAVORABLE;
  int decision = c->positive_is_adverse ? ES_DENIED : ES_APPROVED;
  c->people = es_counts_sum(c, -1, -1, -1);
  c->tp = es_counts_sum(c, good, -1, decision);
  c->fn = es_counts_sum(c, good, -1, -1) - c->tp;
  c->fp = es_counts_sum(c, bad, -1, decision);
  c->tn = es_counts_sum(c, bad, -1, -1) - c->fp;
}

/* --- sorting ---------------------------------------------------------------------------------- */

/* People of the same score, who must be added up in one order only. */
struct tied {
  struct es_told told;
  struct es_kept kept;
};

static int by_what_they_told(const void *a, const void *b)
{
  const struct es_told *x = a, *y = b; /* as a struct tied begins */
  if (x->probability != y->probability) return x->probability < y->probability ? -1 : 1;
  return x->weight < y->weight ? -1 : x->weight > y->weight;
}

static enum es_status sort_tied(struct es_kept *kept, size_t n, const struct es_tally *tally,
                                struct es_context *ctx)
{
  struct tied *tied = es_room(n, sizeof *tied, ctx);
  if (tied == NULL) return ES_NOMEM;
  for (size_t k = 0; k < n; k++) tied[k] = (struct tied){es_told_of(tally, &kept[k]), kept[k]};
  qsort(tied, n, sizeof *tied, by_what_they_told);
  for (size_t k = 0; k < n; k++) kept[k] = tied[k].kept;
  free(tied);
  return ES_OK;
}

/* Those of one score by what they told, where they do not stand so. */
static enum es_status sort_ties(struct es_kept *kept, size_t n, const struct es_tally *tally,
                                struct es_context *ctx)
{
  for (size_t first = 0, end; tally->told_count > ES_TOLD && first < n; first = end) {
    bool in_order = true;
    struct es_told last = es_told_of(tally, &kept[first]);
    for (end = first + 1; end < n && kept[end].score == kept[first].score; end++) {
      struct es_told here = es_told_of(tally, &kept[end]);
      in_order = in_order && by_what_they_told(&last, &here) <= 0;
      last = here;
    }
    if (!in_order) ES_TRY(sort_tied(kept + first, end - first, tally, ctx));
  }
  return ES_OK;
}

/* What was told, in the order of those who did. */
static enum es_status follow(struct es_tally *tally, struct es_context *ctx)
{
  if (tally->told_count <= ES_TOLD) return ES_OK;
  struct es_told *told = es_room(tally->told_count, sizeof *told, ctx);
  if (told == NULL) return ES_NOMEM;
  for (size_t k = 0; k < ES_TOLD; k++) told[k] = tally->told[k];
  uint32_t count = ES_TOLD;
  for (size_t k = 0; k < tally->kept_count; k++) {
    if (tally->kept[k].told < ES_TOLD) continue;
    told[count] = tally->told[tally->kept[k].told];
    tally->kept[k].told = count++;
  }
  free(tally->told);
  tally->told = told;
  tally->told_room = tally->told_count;
  return ES_OK;
}

enum es_status es_tally_sort(struct es_tally *tally, struct es_context *ctx)
{
  _Static_assert(sizeof *tally->kept == ES_RECORD, "what es_sort_records sorts");
  ES_TRY(es_sort_records(tally->kept, tally->kept_count, ctx));
  ES_TRY(follow(tally, ctx));
  return sort_ties(tally->kept, tally->kept_count, tally, ctx);
}

/* --- curves ----------------------------------------------------------------------------------- */

static void add_point(struct es_curve *curve, double score, bool favorable, double weight)
{
  size_t at = curve->points - 1;
  if (curve->points == 0 || curve->score[at] != score) {
    at = curve->points++;
    curve->score[at] = score;
    curve->favorable[at] = curve->unfavorable[at] = 0;
  }
  if (favorable)
    curve->favorable[at] += weight;
  else
    curve->unfavorable[at] += weight;
}

static void curve_from_kept(struct es_curve *curve, const struct es_tally *tally,
                            const bool *member)
{
  for (size_t k = 0; k < tally->kept_count; k++) {
    const struct es_kept *one = &tally->kept[k];
    if (member[one->list / 2])
      add_point(curve, one->score, one->list % 2 == ES_FAVORABLE, tally->told[one->told].weight);
  }
}

static void curve_from_bins(struct es_curve *curve, const struct es_tally *tally,
                            const bool *member)
{
  for (size_t b = 0; b < ES_SCORE_BINS; b++) {
    uint64_t count[2] = {0, 0};
    for (size_t c = 0; c < tally->cells; c++)
      for (size_t o = 0; member[c] && o < 2; o++)
        count[o] += tally->bins[(c * 2 + o) * ES_SCORE_BINS + b];
    if (count[0] + count[1] == 0) continue;
    double middle = tally->low + ((double)b + 0.5) / ES_SCORE_BINS * (tally->high - tally->low);
    curve->score[curve->points] = tally->probability ? es_logistic(middle) : middle;
    curve->unfavorable[curve->points] = (double)count[ES_UNFAVORABLE];
    curve->favorable[curve->points++] = (double)count[ES_FAVORABLE];
  }
}

static void add_up(struct es_curve *curve)
{
  for (size_t k = 0; k < curve->points; k++) {
    curve->all_favorable += curve->favorable[k];
    curve->all_unfavorable += curve->unfavorable[k];
  }
}

static enum es_status make_room(struct es_curve *curve, size_t room, struct es_context *ctx)
{
  *curve = (struct es_curve){.score = es_room(room, sizeof(double), ctx),
                             .favorable = es_room(room, sizeof(double), ctx),
                             .unfavorable = es_room(room, sizeof(double), ctx)};
  return curve->score && curve->favorable && curve->unfavorable ? ES_OK : ES_NOMEM;
}

static enum es_status make_curve(struct es_curve *curve, const struct es_tally *tally,
                                 const bool *member, struct es_context *ctx)
{
  ES_TRY(make_room(curve, tally->bins != NULL ? ES_SCORE_BINS : tally->kept_count, ctx));
  if (tally->bins != NULL)
    curve_from_bins(curve, tally, member);
  else
    curve_from_kept(curve, tally, member);
  add_up(curve);
  return ES_OK;
}

/* The members who have a probability, which stands where the score did. */
static size_t take_probable(struct es_kept *kept, const struct es_tally *tally, const bool *member,
                            bool *rising)
{
  size_t n = 0;
  *rising = true;
  for (size_t k = 0; k < tally->kept_count; k++) {
    struct es_kept one = tally->kept[k];
    one.score = es_told_of(tally, &one).probability;
    if (!member[one.list / 2] || !(one.score >= 0)) continue;
    *rising = *rising && (n == 0 || kept[n - 1].score <= one.score);
    kept[n++] = one;
  }
  return n;
}

/* Whether the score of every member is its probability. */
static bool scores_are_probable(const struct es_tally *tally, const bool *member)
{
  bool all = true;
  for (size_t k = 0; k < tally->kept_count && all; k++)
    all = tally->kept[k].told == ES_TOLD_SCORE || !member[tally->kept[k].list / 2];
  return all;
}

/* By probability.  The curve by score itself where that is one; else people sorted anew, which
 * scores that rise with the probability make unnecessary. */
static enum es_status make_probability(struct es_counts *counts, const struct es_tally *tally,
                                       const bool *member, struct es_context *ctx)
{
  bool rising, grid = tally->bins != NULL;
  if (grid ? tally->probability : scores_are_probable(tally, member))
    counts->probability = counts->curve;
  if (grid || counts->probability.score != NULL) return ES_OK;
  struct es_kept *kept = es_room(tally->kept_count, sizeof *kept, ctx);
  if (kept == NULL) return ES_NOMEM;
  size_t n = take_probable(kept, tally, member, &rising);
  enum es_status status = rising ? ES_OK : es_sort_records(kept, n, ctx);
  if (status == ES_OK && !rising) status = sort_ties(kept, n, tally, ctx);
  if (status == ES_OK && n > 0) status = make_room(&counts->probability, n, ctx);
  for (size_t k = 0; status == ES_OK && k < n; k++)
    add_point(&counts->probability, kept[k].score, kept[k].list % 2 == ES_FAVORABLE,
              tally->told[kept[k].told].weight);
  add_up(&counts->probability);
  free(kept);
  return status;
}

static void add_cell(struct es_group_counts *group, const struct es_tally *tally,
                     const struct es_cell *cell)
{
  for (size_t o = 0; o < ES_OUTCOMES; o++)
    for (size_t s = 0; s < 2; s++)
      for (size_t d = 0; d < ES_DECISIONS; d++) {
        double people = (double)cell->people[o][s][d];
        if (tally->counted) people = es_fixed_to(cell->weight[o][s][d]);
        group->people.by[o][s][d] += people;
        group->weight.by[o][s][d] += tally->weighted ? es_fixed_to(cell->weight[o][s][d]) : people;
        group->square.by[o][s][d] += tally->weighted ? es_fixed_to(cell->square[o][s][d]) : people;
      }
}

static enum es_status add_harm(struct es_counts *counts, const struct es_tally *tally,
                               const bool *member, struct es_context *ctx)
{
  if (tally->harm == NULL) return ES_OK;
  if ((counts->harm = es_alloc(1, sizeof *counts->harm, ctx)) == NULL) return ES_NOMEM;
  for (size_t c = 0; c < tally->cells; c++)
    if (member[c]) es_fields_add(&es_harm_layout, counts->harm, &tally->harm[c], 1);
  return ES_OK;
}

static enum es_status add_reasons(struct es_counts *counts, const struct es_tally *tally,
                                  const bool *member, struct es_context *ctx)
{
  if (tally->reasoned == NULL) return ES_OK;
  if ((counts->reasoned = es_alloc(1, sizeof *counts->reasoned, ctx)) == NULL) return ES_NOMEM;
  for (size_t c = 0; c < tally->cells; c++)
    if (member[c]) es_fields_add(&es_reasoned_layout, counts->reasoned, &tally->reasoned[c], 1);
  return ES_OK;
}

enum es_status es_counts_make(struct es_group_counts *group, const struct es_tally *tally,
                              const bool *member, const struct es_consequence *consequence,
                              bool positive_is_adverse, struct es_context *ctx)
{
  *group = (struct es_group_counts){0};
  struct es_cell sum = {0};
  for (size_t c = 0; c < tally->cells; c++) {
    if (!member[c]) continue;
    const struct es_cell *cell = &tally->cell[c];
    add_cell(group, tally, cell);
    sum.days += cell->days;
    sum.days_square += cell->days_square;
    sum.interest += cell->interest;
    sum.interest_square += cell->interest_square;
    sum.interest_denied += cell->interest_denied;
    sum.interest_days += cell->interest_days;
    sum.rise += cell->rise;
    sum.fall += cell->fall;
    sum.move_square += cell->move_square;
    sum.brier += cell->brier;
    sum.brier_square += cell->brier_square;
    sum.loss += cell->loss;
    sum.loss_square += cell->loss_square;
    sum.probability_weight += cell->probability_weight;
  }
  struct es_counts *each[] = {&group->weight, &group->people, &group->square};
  for (size_t k = 0; k < ES_COUNT_OF(each); k++) {
    each[k]->positive_is_adverse = positive_is_adverse;
    each[k]->consequence = *consequence;
    orient(each[k]);
  }
  struct es_counts *w = &group->weight;
  w->days = es_fixed_to(sum.days);
  w->days_square = es_fixed_to(sum.days_square);
  w->interest = es_fixed_to(sum.interest);
  w->interest_square = es_fixed_to(sum.interest_square);
  w->interest_denied = es_fixed_to(sum.interest_denied);
  w->interest_days = es_fixed_to(sum.interest_days);
  w->moved = es_fixed_to(sum.rise) - es_fixed_to(sum.fall);
  w->moved_square = es_fixed_to(sum.move_square);
  w->brier = es_fixed_to(sum.brier);
  w->brier_square = es_fixed_to(sum.brier_square);
  w->loss = es_fixed_to(sum.loss);
  w->loss_square = es_fixed_to(sum.loss_square);
  w->probability_weight = es_fixed_to(sum.probability_weight);
  w->effective = group->square.people > 0 ? w->people / group->square.people : 1;
  w->reversed = tally->reversed;
  ES_TRY(add_harm(w, tally, member, ctx));
  group->people.harm = group->square.harm = w->harm; /* such people weigh the same */
  ES_TRY(add_reasons(w, tally, member, ctx));
  ES_TRY(make_curve(&w->curve, tally, member, ctx));
  return make_probability(w, tally, member, ctx);
}

static void add_table(struct es_counts *sum, const struct es_counts *one)
{
  for (size_t o = 0; o < ES_OUTCOMES; o++)
    for (size_t s = 0; s < 2; s++)
      for (size_t d = 0; d < ES_DECISIONS; d++) sum->by[o][s][d] += one->by[o][s][d];
  sum->positive_is_adverse = one->positive_is_adverse;
  orient(sum);
}

void es_counts_add(struct es_group_counts *sum, const struct es_group_counts *group)
{
  add_table(&sum->weight, &group->weight);
  add_table(&sum->people, &group->people);
  add_table(&sum->square, &group->square);
  double square = sum->square.people;
  sum->weight.effective = square > 0 ? sum->weight.people / square : 1;
}

static void clear_curve(struct es_curve *curve)
{
  free(curve->score);
  free(curve->favorable);
  free(curve->unfavorable);
}

void es_counts_clear(struct es_group_counts *group)
{
  struct es_counts *w = &group->weight;
  if (w->probability.score != w->curve.score) clear_curve(&w->probability);
  clear_curve(&w->curve);
  free(w->harm);
  free(w->reasoned);
  *group = (struct es_group_counts){0};
}
