/* A scorecard: columns in bins, bins in points, and the sum of the points as the score.
 *
 * The regression is that of `logistic`, on weights of evidence; what is not on record is a bin of
 * its own with points of its own.  The score is in points and no probability, which is why it is a
 * scorer beside `logistic`; both can stand in one study.  Bins, regression and points are in
 * harness/methods/woe.h and scorecard.h.
 */
#include "scorers/scorer.h"

#include "harness/methods/scorecard.h"

struct settings {
  int binning, penalty, gate;
  int64_t bins;
  double least, least_iv, empty;
  struct es_texts breaks;
  double base, odds, pdo, low, high;
};

static const struct es_option options[] = {
    ES_OPTION_CHOICE(struct settings, binning, "optimal", "optimal|quantile",
                     "the most information in bins that rise or fall throughout; as many people"),
    ES_OPTION_INT(struct settings, bins, "5", 1, 20, "bins of a column at the most"),
    ES_OPTION_DOUBLE(struct settings, least, "0.05", 0, 0.5,
                     "optimal: least share of the people in a bin"),
    ES_OPTION_DOUBLE(struct settings, least_iv, "0.02", 0, 10,
                     "information value that a column must have, unless its breaks are given"),
    ES_OPTION_TEXTS(struct settings, breaks, "", "COLUMN: A B C",
                    "bins of one column as given: cuts, or levels as a & b | c"),
    ES_OPTION_DOUBLE(struct settings, empty, "0.9", 0.000001, 1,
                     "people that a bin without any favourable or unfavourable counts as having"),
    ES_OPTION_CHOICE(struct settings, penalty, "firth", "none|ridge|firth",
                     "penalty of the regression on the weights of evidence"),
    ES_OPTION_DOUBLE(struct settings, base, "600", -1e6, 1e6, "points of somebody with the odds"),
    ES_OPTION_DOUBLE(struct settings, odds, "19", 0.000001, 1e6,
                     "favourable to 1 unfavourable at the base points"),
    ES_OPTION_DOUBLE(struct settings, pdo, "50", 0.000001, 1e6, "points that double the odds"),
    ES_OPTION_DOUBLE(struct settings, low, "300", -1e9, 1e9,
                     "least points of a person: 300 as FICO, 350 as Sesame, 0 as the PBoC"),
    ES_OPTION_DOUBLE(struct settings, high, "850", -1e9, 1e9,
                     "most points of a person: 850, 950, 1000"),
    ES_GATE_OPTION(struct settings),
    {0}};

static enum es_status fit(void *state, const void *options_, const struct es_training *training,
                          struct es_context *ctx)
{
  const struct settings *set = options_;
  struct es_card *card = state;
  ES_TRY(es_check_gate((enum es_gate)set->gate, &training->frame, ctx));
  if (!(set->low < set->high)) return es_fail(ctx, ES_INPUT, "low must be less than high");
  struct es_card_plan plan = {.rule = {.how = (enum es_woe_how)set->binning,
                                       .bins = (size_t)set->bins,
                                       .least = set->least,
                                       .empty = set->empty},
                              .given = set->breaks.at,
                              .givens = set->breaks.count,
                              .least_iv = set->least_iv,
                              .base = set->base,
                              .odds = set->odds,
                              .pdo = set->pdo,
                              .low = set->low,
                              .high = set->high,
                              .penalty = (enum es_logit_penalty)set->penalty};
  ES_TRY(es_card_learn(card, training, &plan, ctx));
  const struct es_column *column = training->frame.column;
  for (size_t k = 0; k < card->columns; k++)
    if (card->column[k].coefficient < 0)
      es_note(ctx, "scorecard: beside the others, %s speaks the other way than alone",
              column[card->column[k].woe.column].name);
  return ES_OK;
}

static enum es_status score(const void *state, const void *options_, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  const struct settings *set = options_;
  ES_TRY(es_apply_gate((enum es_gate)set->gate, frame, out, ctx));
  for (size_t i = 0; i < frame->people; i++)
    if (out->why[i] == ES_SCORED) out->value[i] = es_card_score(state, frame, i);
  return ES_OK;
}

static size_t explain(const void *state, const void *options_, const struct es_frame *frame,
                      size_t person, struct es_reason *reason)
{
  (void)options_;
  const struct es_card *card = state;
  struct es_card_reason lost[ES_REASONS];
  size_t found = es_card_reasons(lost, ES_REASONS, card, frame, person), count = 0;
  for (size_t k = 0; k < found; k++)
    count = es_reason_add(reason, count,
                          (struct es_reason){card->column[lost[k].column].woe.column,
                                             lost[k].missing, lost[k].points});
  return count;
}

/* --- words ------------------------------------------------------------------------------------ */

/* Whole numbers, which points and mostly people are, in full. */
static const char *whole(char number[ES_NUMBER_SIZE], double x)
{
  return x == rint(x) ? es_number(number, x) : es_number_short(number, x);
}

static void describe_bins(const struct es_card_column *one, const struct es_column *column,
                          size_t width, struct es_text *out)
{
  char number[6][ES_NUMBER_SIZE];
  es_text_add(out, "%s: coefficient %s ± %s, IV %s\n", column->name,
              es_number_short(number[0], one->coefficient), es_number_short(number[1], one->error),
              es_number_short(number[2], one->woe.iv));
  for (size_t k = 0; k < one->woe.bins; k++) {
    const struct es_woe_bin *bin = &one->woe.bin[k];
    double people = bin->favorable + bin->unfavorable;
    struct es_text name = {0};
    es_woe_name(&one->woe, column, k, &name);
    size_t own = es_text_width(es_text_get(&name));
    es_text_add(out, "  %s%*s %9s %10s %9s %9s %7s\n", es_text_get(&name),
                own < width ? (int)(width - own) : 0, "", whole(number[0], people),
                people > 0 ? es_number_short(number[1], bin->unfavorable / people) : "nobody",
                es_number_short(number[2], bin->woe), es_number_short(number[3], bin->iv),
                whole(number[4], one->points[k]));
    out->failed |= name.failed;
    es_text_clear(&name);
  }
}

static size_t find_width(const struct es_card *card, const struct es_column *column)
{
  size_t width = 0;
  for (size_t k = 0; k < card->columns; k++)
    for (size_t b = 0; b < card->column[k].woe.bins; b++) {
      struct es_text name = {0};
      es_woe_name(&card->column[k].woe, &column[card->column[k].woe.column], b, &name);
      size_t own = es_text_width(es_text_get(&name));
      if (own > width && own <= 48) width = own;
      es_text_clear(&name);
    }
  return width;
}

static enum es_status describe(const void *state, const void *options_,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  const struct es_card *card = state;
  const struct settings *set = options_;
  char number[5][ES_NUMBER_SIZE];
  size_t width = find_width(card, columns->column);
  es_text_add(out, "start %s points; %s points are odds of %s to 1, and %s more twice the odds\n",
              whole(number[0], card->start), es_number(number[1], set->base),
              es_number(number[2], set->odds), es_number(number[3], set->pdo));
  es_text_add(out, "cut off below %s and above %s; n %zu, intercept %s, regression %s\n",
              es_number(number[0], card->low), es_number(number[1], card->high), card->people,
              es_number_short(number[2], card->intercept), es_logit_verdict_text(card->verdict));
  es_text_add(out, "WoE: log(share of the unfavourable / share of the favourable), above 0 speaks "
                   "against\n");
  es_text_add(out, "  %-*s %9s %10s %9s %9s %7s\n", (int)width, "bin", "people", "unfavour.", "WoE",
              "IV", "points");
  for (size_t k = 0; k < card->columns; k++)
    describe_bins(&card->column[k], &columns->column[card->column[k].woe.column], width, out);
  return out->failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
}

static void keep(void *state, const void *options_, struct es_keep *file)
{
  (void)options_;
  es_card_keep(state, file);
}

static void clear(void *state) { es_card_clear(state); }

ES_SCORER(scorecard) = {
    .api = ES_SCORER_API,
    .name = "scorecard",
    .summary = "points for bins of weight of evidence, missing being a bin of its own",
    .cite = "Siddiqi (2006), Credit Risk Scorecards, Wiley",
    .flags = ES_NEEDS_TRAINING,
    .options = options,
    .options_size = sizeof(struct settings),
    .state_size = sizeof(struct es_card),
    .fit = fit,
    .score = score,
    .describe = describe,
    .explain = explain,
    .keep = keep,
    .clear = clear,
};
