/* Scorecards: evidence in, a regression on it, points out. */
#include "harness/methods/scorecard.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/base/text.h"

enum { STEPS = 100, NAMES_SHOWN = 5 };
#define TOLERANCE 1e-12

/* --- bins ------------------------------------------------------------------------------------- */

/* The breaks given for a column, or NULL. */
static const char *given_for(const struct es_card_plan *plan, const char *name)
{
  for (size_t k = 0; k < plan->givens; k++) {
    const char *line = plan->given[k] + strspn(plan->given[k], " \t");
    size_t size = strlen(name);
    if (strncmp(line, name, size) != 0) continue;
    line += size + strspn(line + size, " \t");
    if (*line == ':') return line + 1;
  }
  return NULL;
}

/* Every line names a column. */
static enum es_status check_given(const struct es_card_plan *plan, const struct es_frame *frame,
                                  struct es_context *ctx)
{
  for (size_t k = 0; k < plan->givens; k++) {
    struct es_card_plan one = {.given = &plan->given[k], .givens = 1};
    size_t c = 0;
    while (c < frame->columns && given_for(&one, frame->column[c].name) == NULL) c++;
    if (c == frame->columns)
      return es_fail(ctx, ES_INPUT, "breaks \"%s\" do not start with a column's name and a colon",
                     plan->given[k]);
  }
  return ES_OK;
}

/* A column that everybody has in one bin, or nobody has, goes unsaid. */
static void note_weak(const struct es_card_plan *plan, const char *const *name, size_t count,
                      struct es_context *ctx)
{
  char number[ES_NUMBER_SIZE];
  struct es_text names = {0};
  for (size_t k = 0; k < count && k < NAMES_SHOWN; k++)
    es_text_add(&names, "%s%s", k > 0 ? ", " : "", name[k]);
  if (count > NAMES_SHOWN) es_text_add(&names, " and %zu more", count - NAMES_SHOWN);
  if (count > 0)
    es_note(ctx, "scorecard: left out, information value below %s: %s",
            es_number(number, plan->least_iv), es_text_get(&names));
  es_text_clear(&names);
}

static enum es_status find_evidence(struct es_card *card, const struct es_training *training,
                                    const struct es_card_plan *plan, struct es_context *ctx)
{
  const struct es_frame *frame = &training->frame;
  const char *name[NAMES_SHOWN] = {NULL};
  size_t weak = 0;
  ES_TRY(check_given(plan, frame, ctx));
  card->column = es_alloc(frame->columns, sizeof *card->column, ctx);
  if (card->column == NULL) return ES_NOMEM;
  for (size_t c = 0; c < frame->columns; c++) {
    struct es_card_column *one = &card->column[card->columns++];
    const char *given = given_for(plan, frame->column[c].name);
    ES_TRY(es_woe_learn(&one->woe, training, c, &plan->rule, given, ctx));
    if (one->woe.iv > 0 && (given != NULL || one->woe.iv >= plan->least_iv)) continue;
    if (one->woe.iv > 0 && weak++ < NAMES_SHOWN) name[weak - 1] = frame->column[c].name;
    es_woe_clear(&one->woe);
    card->columns--;
  }
  note_weak(plan, name, weak, ctx);
  if (card->columns == 0)
    return es_fail(ctx, ES_DEGENERATE, "no column tells the favourable from the unfavourable");
  return ES_OK;
}

/* --- points ----------------------------------------------------------------------------------- */

static double evidence(const struct es_card_column *one, const struct es_frame *frame,
                       size_t person)
{
  size_t bin = es_woe_bin_of(&one->woe, frame, person);
  return bin != ES_WOE_NONE ? one->woe.bin[bin].woe : 0;
}

/* The people of positive weight as a problem; its arrays are the caller's to free. */
static enum es_status build_problem(struct es_logit *problem, double **weight, uint8_t **bad,
                                    const struct es_card *card, const struct es_training *training,
                                    struct es_context *ctx)
{
  size_t people = training->frame.people, rows = 0;
  *bad = es_alloc(people, sizeof **bad, ctx);
  *weight = es_alloc(people, sizeof **weight, ctx);
  if (people > SIZE_MAX / sizeof(double) / card->columns - ES_ROWS)
    return es_fail(ctx, ES_NOMEM, "%zu people × %zu columns are too many", people, card->columns);
  double *x = es_alloc(es_logit_size(people, card->columns), sizeof *x, ctx);
  problem->x = x;
  if (!*bad || !*weight || !x) return ES_NOMEM;
  for (size_t i = 0; i < people; i++) {
    double own = training->weight != NULL ? training->weight[i] : 1;
    if (!(own > 0)) continue;
    for (size_t k = 0; k < card->columns; k++)
      x[es_logit_place(card->columns, rows, k)] = evidence(&card->column[k], &training->frame, i);
    (*weight)[rows] = own;
    (*bad)[rows++] = !training->outcome[i];
  }
  problem->rows = rows;
  problem->columns = card->columns;
  problem->y = *bad;
  problem->weight = training->weight != NULL ? *weight : NULL;
  return ES_OK;
}

static enum es_status take_fit(struct es_card *card, const struct es_logit_fit *fit,
                               const struct es_frame *frame, struct es_context *ctx)
{
  card->verdict = fit->verdict;
  if (!fit->exists)
    return es_fail(ctx, ES_DEGENERATE, "the outcomes are %s, most of all by %s: use penalty=firth",
                   es_logit_verdict_text(fit->verdict),
                   frame->column[card->column[fit->culprit].woe.column].name);
  card->intercept = fit->coefficient[0];
  card->intercept_error = fit->error[0];
  for (size_t k = 0; k < card->columns; k++) {
    card->column[k].coefficient = fit->coefficient[k + 1];
    card->column[k].error = fit->error[k + 1];
  }
  return ES_OK;
}

static enum es_status regress(struct es_card *card, const struct es_training *training,
                              const struct es_card_plan *plan, struct es_context *ctx)
{
  struct es_logit problem = {.penalty = plan->penalty,
                             .l2 = 1,
                             .standardize = true,
                             .max_iter = STEPS,
                             .tolerance = TOLERANCE,
                             .confidence = 0.95};
  struct es_logit_fit fit = {0};
  double *weight = NULL;
  uint8_t *bad = NULL;
  enum es_status status = build_problem(&problem, &weight, &bad, card, training, ctx);
  card->people = problem.rows;
  if (status == ES_OK) status = es_logit_fit(&problem, &fit, ctx);
  if (status == ES_OK) status = take_fit(card, &fit, &training->frame, ctx);
  es_logit_clear(&fit);
  free((void *)problem.x);
  free(weight);
  free(bad);
  return status;
}

static enum es_status lay_points(struct es_card *card, const struct es_card_plan *plan,
                                 struct es_context *ctx)
{
  double factor = plan->pdo / es_log(2);
  card->start = rint(plan->base - factor * (es_log(plan->odds) + card->intercept));
  card->low = plan->low;
  card->high = plan->high;
  for (size_t k = 0; k < card->columns; k++) {
    struct es_card_column *one = &card->column[k];
    one->points = es_alloc(one->woe.bins, sizeof *one->points, ctx);
    if (one->points == NULL) return ES_NOMEM;
    for (size_t b = 0; b < one->woe.bins; b++) {
      one->points[b] = rint(-factor * one->coefficient * one->woe.bin[b].woe) + 0.0; /* no -0 */
      if (b == 0 || one->points[b] > one->most) one->most = one->points[b];
    }
  }
  return ES_OK;
}

static enum es_status check_classes(const struct es_training *training, struct es_context *ctx)
{
  size_t count[2] = {0};
  for (size_t i = 0; i < training->frame.people; i++)
    if (training->weight == NULL || training->weight[i] > 0) count[training->outcome[i] != 0]++;
  if (count[0] > 0 && count[1] > 0) return ES_OK;
  if (count[0] + count[1] == 0) return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn from");
  return es_fail(ctx, ES_DEGENERATE, "all training outcomes are %s",
                 count[1] > 0 ? "favourable" : "unfavourable");
}

enum es_status es_card_learn(struct es_card *card, const struct es_training *training,
                             const struct es_card_plan *plan, struct es_context *ctx)
{
  *card = (struct es_card){0};
  ES_TRY(check_classes(training, ctx));
  ES_TRY(find_evidence(card, training, plan, ctx));
  ES_TRY(regress(card, training, plan, ctx));
  return lay_points(card, plan, ctx);
}

/* --- people ----------------------------------------------------------------------------------- */

static double points_of(const struct es_card_column *one, const struct es_frame *frame,
                        size_t person)
{
  size_t bin = es_woe_bin_of(&one->woe, frame, person);
  return bin != ES_WOE_NONE ? one->points[bin] : 0;
}

double es_card_score(const struct es_card *card, const struct es_frame *frame, size_t person)
{
  double sum = card->start;
  for (size_t k = 0; k < card->columns; k++) sum += points_of(&card->column[k], frame, person);
  return fmin(fmax(sum, card->low), card->high);
}

size_t es_card_reasons(struct es_card_reason *reason, size_t most, const struct es_card *card,
                       const struct es_frame *frame, size_t person)
{
  size_t count = 0;
  for (size_t k = 0; k < card->columns; k++) {
    const struct es_card_column *one = &card->column[k];
    struct es_card_reason own = {.column = k,
                                 .points = one->most - points_of(one, frame, person),
                                 .missing = !es_seen(frame, one->woe.column, person)};
    size_t at = count;
    while (at > 0 && reason[at - 1].points < own.points) at--;
    if (!(own.points > 0) || at == most) continue;
    if (count < most) count++;
    memmove(&reason[at + 1], &reason[at], (count - at - 1) * sizeof *reason);
    reason[at] = own;
  }
  return count;
}

static void keep_column(struct es_card_column *one, struct es_keep *file)
{
  es_woe_keep(&one->woe, file);
  es_keep_number(file, "coefficient", &one->coefficient);
  es_keep_number(file, "std_error", &one->error);
  size_t bins = one->woe.bins;
  es_keep_numbers(file, "points", &one->points, &bins, bins);
  for (size_t b = 0; es_keep_good(file) && b < bins; b++) {
    es_keep_check(file, isfinite(one->points[b]), "points are not numbers");
    if (b == 0 || one->points[b] > one->most) one->most = one->points[b];
  }
}

void es_card_keep(struct es_card *card, struct es_keep *file)
{
  int verdict = (int)card->verdict;
  es_keep_choice(file, "status", &verdict, es_logit_verdict_words, ES_LOGIT_VERDICTS);
  card->verdict = (enum es_logit_verdict)verdict;
  es_keep_count(file, "people", &card->people);
  es_keep_number(file, "intercept", &card->intercept);
  es_keep_number(file, "intercept_std_error", &card->intercept_error);
  es_keep_number(file, "start", &card->start);
  es_keep_number(file, "low", &card->low);
  es_keep_number(file, "high", &card->high);
  es_keep_list(file, "card", (void **)&card->column, sizeof *card->column, &card->columns);
  for (size_t k = 0; k < card->columns && es_keep_item(file, k); k++)
    keep_column(&card->column[k], file);
  es_keep_end(file);
  es_keep_check(file, isfinite(card->start) && card->low < card->high && card->columns > 0,
                "the scale of the points is not whole");
}

void es_card_clear(struct es_card *card)
{
  for (size_t k = 0; k < card->columns; k++) {
    es_woe_clear(&card->column[k].woe);
    free(card->column[k].points);
  }
  free(card->column);
  *card = (struct es_card){0};
}
