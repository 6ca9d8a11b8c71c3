/* A composite index, or a ledger of points.
 *
 * Index: the steps of OECD/JRC, Handbook on Constructing Composite Indicators (2008): normalise by
 * what training showed, turn columns that speak against a person round, weigh, aggregate.  The menu
 * is that of the package COINr (Becker et al., J. Open Source Softw. 7 (2022) 4567); for means that
 * want positive numbers, normalised values are first moved from [0, 1] to [0.01, 1], which is a
 * mean over [1, 100] there.  Copeland's comparison of everybody with everybody becomes one with
 * people of training, for a person's score may not hang on who else is scored.
 * How far ranks hang on all these choices is said on request (harness/methods/rankbands.h).
 * Ledger: everybody starts with the same points, and each unit on record adds or deducts some.
 * Which way a column speaks is never guessed: only columns with a direction take part.  The
 * index itself is in harness/methods/composite.h.
 */
#include "scorers/scorer.h"

#include <stdlib.h>
#include "harness/base/lanes.h"
#include "harness/methods/composite.h"
#include "harness/methods/rankbands.h"

enum mode { INDEX, LEDGER };
enum pillars { NONE, SOURCE };
enum { ARITHMETIC = ES_MEAN_ARITHMETIC, GENERALISED = ES_MEAN_GENERALISED, COPELAND };

struct settings {
  int mode, normalise, weights, aggregate, pillars, missing;
  struct es_numbers weight, points, bands, target, ends;
  double start, low, high, power, screen;
  int64_t rivals;
  bool uncertainty;
  int gate;
};

static const struct es_option options[] = {
    ES_OPTION_CHOICE(struct settings, mode, "index", "index|ledger",
                     "an index, or points that start high and are deducted"),
    ES_OPTION_CHOICE(struct settings, normalise, "minmax",
                     "minmax|zscore|rank|percentile|borda|target|goalposts|scaled|fracmax",
                     "index: the scale that the columns are brought to"),
    ES_OPTION_NUMBERS(struct settings, target, "", -1e15, 1e15,
                      "normalise=target: one per column that has a direction"),
    ES_OPTION_NUMBERS(struct settings, ends, "", -1e15, 1e15,
                      "normalise=goalposts, scaled: least and most, a pair per column"),
    ES_OPTION_CHOICE(struct settings, weights, "equal", "equal|given|pca|correlation",
                     "index: all the same, those of `weight`, squared PCA loadings, the same "
                     "correlation with the index"),
    ES_OPTION_NUMBERS(struct settings, weight, "", 0, 1e9,
                      "weights=given: one per column that has a direction"),
    ES_OPTION_CHOICE(struct settings, aggregate, "arithmetic",
                     "arithmetic|geometric|harmonic|generalised|copeland",
                     "index: which weighted mean, or pairs won against people of training"),
    ES_OPTION_DOUBLE(struct settings, power, "0.5", -100, 100, "aggregate=generalised: its power"),
    ES_OPTION_INT(struct settings, rivals, "500", 1, 100000,
                  "aggregate=copeland: people of training to compare with, at the most"),
    ES_OPTION_CHOICE(struct settings, pillars, "none", "none|source",
                     "index: a mean within each source first (a/b within a), then of these"),
    ES_OPTION_CHOICE(struct settings, missing, "renormalise", "renormalise|zero|mean",
                     "what is not on record: left out, no points, as the average in training"),
    ES_OPTION_DOUBLE(struct settings, screen, "0", 0, 1,
                     "index: share of the columns that must be on record to have a score"),
    ES_OPTION_DOUBLE(struct settings, low, "0", -1e9, 1e9,
                     "index: score of the worst (not zscore, rank, borda)"),
    ES_OPTION_DOUBLE(struct settings, high, "100", -1e9, 1e9, "index: score of the best"),
    ES_OPTION_DOUBLE(struct settings, start, "1000", -1e9, 1e9, "ledger: points at the start"),
    ES_OPTION_NUMBERS(struct settings, points, "", 0, 1e9,
                      "ledger: points per unit, one per column that has a direction"),
    ES_OPTION_NUMBERS(struct settings, bands, "", -1e9, 1e9, "cut-points of grades, ascending"),
    ES_OPTION_BOOL(struct settings, uncertainty, "no",
                   "index: ranks of the people of training by other choices, in `describe`"),
    ES_GATE_OPTION(struct settings),
    {0}};

enum { NAMES_SHOWN = 5 };

struct state {
  struct es_composite index; /* a ledger: with its points as weights */
  struct es_rank_bands bands;
};

/* --- columns and options ---------------------------------------------------------------------- */

/* "a, b, c, d, e and 7 more", of the columns that take part (or of those that do not). */
static void add_names(struct es_text *out, const struct es_frame *frame, bool used)
{
  size_t count = 0;
  for (size_t c = 0; c < frame->columns; c++) {
    const struct es_column *column = &frame->column[c];
    if ((column->direction != 0 && column->kind != ES_LEVELS) != used) continue;
    if (count++ < NAMES_SHOWN) es_text_add(out, "%s%s", count > 1 ? ", " : "", column->name);
  }
  if (count > NAMES_SHOWN) es_text_add(out, " and %zu more", count - NAMES_SHOWN);
}

static enum es_status choose_columns(struct es_composite *index, const struct es_frame *frame,
                                     struct es_context *ctx)
{
  index->at = es_alloc(frame->columns, sizeof *index->at, ctx);
  index->weight = es_alloc(frame->columns, sizeof *index->weight, ctx);
  if (!index->at || !index->weight) return ES_NOMEM;
  for (size_t c = 0; c < frame->columns; c++) {
    const struct es_column *column = &frame->column[c];
    if (column->direction != 0 && column->kind != ES_LEVELS)
      index->at[index->count++] =
          (struct es_indicator){.column = c, .sign = column->direction > 0 ? 1 : -1};
  }
  if (index->count == 0)
    return es_fail(ctx, ES_DEGENERATE,
                   "no column says whether more of it speaks for or against a person: say "
                   "direction = + or - in the schema or population");
  if (index->count < frame->columns) {
    struct es_text names = {0};
    add_names(&names, frame, false);
    es_note(ctx, "composite_index: left out, %zu that have no direction or are levels: %s",
            frame->columns - index->count, es_text_get(&names));
    es_text_clear(&names);
  }
  return ES_OK;
}

/* A list of so many numbers per column. */
static enum es_status check_count(const struct es_numbers *list, size_t per, const char *why,
                                  const char *key, const struct es_frame *frame, size_t count,
                                  struct es_context *ctx)
{
  if (list->count == per * count) return ES_OK;
  struct es_text names = {0};
  add_names(&names, frame, true);
  es_fail(ctx, ES_INPUT, "%s wants %zu numbers in %s, and there are %zu; %s for each of: %s", why,
          per * count, key, list->count, per == 1 ? "one" : "two", es_text_get(&names));
  es_text_clear(&names);
  return ES_INPUT;
}

/* A list of one number per column, at least one of them above 0. */
static enum es_status check_list(const struct es_numbers *list, const char *why, const char *key,
                                 const struct es_frame *frame, size_t count, struct es_context *ctx)
{
  bool some = false;
  ES_TRY(check_count(list, 1, why, key, frame, count, ctx));
  for (size_t k = 0; k < list->count; k++) some |= list->at[k] > 0;
  return some ? ES_OK : es_fail(ctx, ES_INPUT, "%s: the numbers in %s are all 0", why, key);
}

/* Lists belong to one way to normalise. */
static enum es_status check_scale(const struct settings *set, const struct es_frame *frame,
                                  size_t count, struct es_context *ctx)
{
  bool ends = set->normalise == ES_NORM_GOALPOSTS || set->normalise == ES_NORM_SCALED;
  if (set->normalise == ES_NORM_TARGET)
    ES_TRY(check_count(&set->target, 1, "normalise=target", "target", frame, count, ctx));
  else if (set->target.count > 0)
    return es_fail(ctx, ES_INPUT, "target goes with normalise=target");
  const char *way = set->normalise == ES_NORM_SCALED ? "normalise=scaled" : "normalise=goalposts";
  if (ends)
    ES_TRY(check_count(&set->ends, 2, way, "ends", frame, count, ctx));
  else if (set->ends.count > 0)
    return es_fail(ctx, ES_INPUT, "ends go with normalise=goalposts and normalise=scaled");
  for (size_t k = 0; k < set->ends.count; k += 2)
    if (!(set->ends.at[k] < set->ends.at[k + 1]))
      return es_fail(ctx, ES_INPUT, "ends: the first of each pair must be less than the second");
  return ES_OK;
}

/* What does not go together. */
static enum es_status check_means(const struct settings *set, struct es_context *ctx)
{
  if (set->aggregate != ARITHMETIC && set->aggregate != COPELAND &&
      !es_norm_is_bounded((enum es_norm)set->normalise))
    return es_fail(ctx, ES_INPUT,
                   "a geometric, harmonic or generalised mean wants values from 0 "
                   "to 1: use normalise=minmax, percentile, target or goalposts");
  if (set->aggregate == COPELAND && set->pillars != NONE)
    return es_fail(ctx, ES_INPUT,
                   "aggregate=copeland compares all columns at once: leave "
                   "pillars=none");
  if (set->weights == ES_WEIGHTS_CORRELATION &&
      (set->aggregate != ARITHMETIC || set->pillars != NONE))
    return es_fail(ctx, ES_INPUT,
                   "weights=correlation goes with aggregate=arithmetic and "
                   "pillars=none");
  if (set->weights == ES_WEIGHTS_CORRELATION &&
      (set->normalise == ES_NORM_RANK || set->normalise == ES_NORM_BORDA ||
       set->normalise == ES_NORM_PERCENTILE))
    return es_fail(ctx, ES_INPUT,
                   "weights=correlation does not go with ranks: use "
                   "normalise=minmax or zscore");
  return ES_OK;
}

static enum es_status check_options(const struct settings *set, const struct es_frame *frame,
                                    size_t count, struct es_context *ctx)
{
  for (size_t k = 1; k < set->bands.count; k++)
    if (!(set->bands.at[k] > set->bands.at[k - 1]))
      return es_fail(ctx, ES_INPUT, "bands must be ascending");
  if (set->mode == LEDGER) {
    if (set->weight.count > 0)
      return es_fail(ctx, ES_INPUT, "weight belongs to mode=index; a ledger has points");
    return check_list(&set->points, "mode=ledger", "points", frame, count, ctx);
  }
  if (set->points.count > 0) return es_fail(ctx, ES_INPUT, "points belong to mode=ledger");
  if (!(set->low < set->high)) return es_fail(ctx, ES_INPUT, "low must be less than high");
  ES_TRY(check_scale(set, frame, count, ctx));
  ES_TRY(check_means(set, ctx));
  if (set->weights == ES_WEIGHTS_GIVEN)
    return check_list(&set->weight, "weights=given", "weight", frame, count, ctx);
  if (set->weight.count > 0) return es_fail(ctx, ES_INPUT, "weight goes with weights=given");
  return ES_OK;
}

/* --- learning --------------------------------------------------------------------------------- */

/* The columns that training says too little about. */
static void note_silent(const struct es_composite *index, const struct settings *set,
                        const struct es_frame *frame, struct es_context *ctx)
{
  struct es_text names = {0};
  size_t count = 0;
  for (size_t k = 0; k < index->count; k++) {
    const struct es_indicator *one = &index->at[k];
    /* A column that nobody has (a source that does not share) is no surprise and goes unsaid. */
    bool speaks = set->mode == LEDGER ? set->missing != ES_MISSING_MEAN
                                      : es_indicator_tells(one, (enum es_norm)set->normalise);
    if (speaks || one->known == (set->mode == LEDGER)) continue;
    if (count++ < NAMES_SHOWN)
      es_text_add(&names, "%s%s", count > 1 ? ", " : "", frame->column[one->column].name);
  }
  if (count > NAMES_SHOWN) es_text_add(&names, " and %zu more", count - NAMES_SHOWN);
  if (count > 0)
    es_note(ctx, "composite_index: %s: %s",
            set->mode == LEDGER ? "no average in training, left out of who has no record"
                                : "weight 0, the same for everybody in training",
            es_text_get(&names));
  es_text_clear(&names);
}

static struct es_composite_plan plan_of(const struct settings *set)
{
  bool copeland = set->aggregate == COPELAND;
  return (struct es_composite_plan){.norm = (enum es_norm)set->normalise,
                                    .weighing = (enum es_weighing)set->weights,
                                    .missing = (enum es_missing)set->missing,
                                    .mean = copeland ? ES_MEAN_ARITHMETIC
                                                     : (enum es_mean)set->aggregate,
                                    .power = set->power,
                                    .screen = set->screen,
                                    .copeland = copeland,
                                    .by_source = set->pillars == SOURCE,
                                    .rivals = (size_t)set->rivals,
                                    .weight = set->weight.at,
                                    .target = set->target.at,
                                    .ends = set->ends.at};
}

/* Of the people of training who would have a score. */
static enum es_status find_bands(struct state *state, const struct settings *set,
                                 const struct es_composite_plan *plan,
                                 const struct es_training *training, struct es_context *ctx)
{
  size_t people = training->frame.people;
  struct es_scores gated = {.why = es_alloc(people, sizeof *gated.why, ctx)};
  if (gated.why == NULL) return ES_NOMEM;
  enum es_status status = es_apply_gate((enum es_gate)set->gate, &training->frame, &gated, ctx);
  if (status == ES_OK)
    status = es_rank_bands(&state->bands, &state->index, plan, training, gated.why, ctx);
  free(gated.why);
  return status;
}

static enum es_status fit(void *state_, const void *options_, const struct es_training *training,
                          struct es_context *ctx)
{
  struct state *state = state_;
  struct es_composite *index = &state->index;
  const struct settings *set = options_;
  const struct es_frame *frame = &training->frame;
  struct es_composite_plan plan = plan_of(set);
  enum es_status status = ES_OK;
  if (frame->people == 0) return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn from");
  ES_TRY(es_check_gate((enum es_gate)set->gate, frame, ctx));
  ES_TRY(choose_columns(index, frame, ctx));
  ES_TRY(check_options(set, frame, index->count, ctx));
  if (set->mode == INDEX) status = es_composite_learn(index, &plan, training, ctx);
  for (size_t k = 0; k < index->count && set->mode == LEDGER; k++) {
    es_indicator_survey(&index->at[k], training);
    index->weight[k] = set->points.at[k];
  }
  if (status != ES_INPUT) note_silent(index, set, frame, ctx);
  if (status != ES_OK || set->mode == LEDGER || !set->uncertainty) return status;
  return find_bands(state, set, &plan, training, ctx);
}

/* --- scoring ---------------------------------------------------------------------------------- */

/* NaN: nothing is there to go by. */
static double ledger_of(const struct es_composite *index, const struct settings *set,
                        const struct es_frame *frame, size_t person)
{
  double change = 0, seen_points = 0, points = 0;
  for (size_t k = 0; k < index->count; k++) {
    const struct es_indicator *one = &index->at[k];
    double weight = index->weight[k];
    bool seen = es_seen(frame, one->column, person);
    if (seen || (set->missing == ES_MISSING_MEAN && one->known))
      change += one->sign * weight * (seen ? frame->value[one->column][person] : one->mean);
    if (seen) seen_points += weight;
    points += weight;
  }
  if (set->missing == ES_MISSING_RENORMALISE) {
    if (seen_points == 0) return NAN;
    change *= points / seen_points;
  }
  return set->start + change;
}

/* Too little is on record of those whose value is NaN. */
static void refuse_thin(struct es_scores *out, const double *value, size_t first, size_t n)
{
  size_t thin;
  es_lanes()->stray(&thin, value, out->why + first, -INFINITY, INFINITY, n);
  for (size_t i = 0; thin > 0 && i < n; i++)
    if (out->why[first + i] == ES_SCORED && isnan(value[i]))
      es_unscorable(out, first + i, ES_THIN_FILE);
}

static enum es_status score(const void *state_, const void *options_, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  const struct settings *set = options_;
  const struct es_composite *index = &((const struct state *)state_)->index;
  struct es_composite_plan plan = plan_of(set);
  bool share = set->mode == INDEX && (plan.copeland || es_norm_is_share(plan.norm));
  ES_TRY(es_apply_gate((enum es_gate)set->gate, frame, out, ctx));
  double *room = es_alloc(es_composite_room(index), sizeof *room, ctx);
  if (room == NULL) return ES_NOMEM;
  for (size_t first = 0; first < frame->people; first += ES_LANES) {
    size_t n = frame->people - first < ES_LANES ? frame->people - first : ES_LANES;
    double value[ES_LANES], points[ES_LANES];
    if (set->mode == INDEX) es_composite_block(value, index, &plan, frame, first, n, room);
    for (size_t i = 0; set->mode == LEDGER && i < n; i++)
      value[i] = ledger_of(index, set, frame, first + i);
    refuse_thin(out, value, first, n);
    es_lanes()->fill(points, share ? set->low : 0, n);
    es_lanes()->add_scaled(points, share ? set->high - set->low : 1, value, n);
    es_lanes()->put(out->value + first, points, out->why + first, ES_SCORED, n);
  }
  free(room);
  return ES_OK;
}

/* --- words ------------------------------------------------------------------------------------ */

static void add_choice(struct es_text *out, const char *key, const struct settings *set)
{
  char *text = es_option_text(es_options_find(options, key), set);
  es_text_add(out, "%s %s", key, text != NULL ? text : "?");
  free(text);
}

static void describe_method(const struct settings *set, struct es_text *out)
{
  static const char *const keys[] = {"normalise", "weights", "aggregate"};
  char number[2][ES_NUMBER_SIZE];
  if (set->mode == LEDGER) {
    es_text_add(out, "ledger that starts at %s", es_number(number[0], set->start));
  } else {
    es_text_add(out, "index");
    for (size_t k = 0; k < ES_COUNT_OF(keys); k++) {
      es_text_add(out, ", ");
      add_choice(out, keys[k], set);
    }
  }
  es_text_add(out, ", ");
  add_choice(out, "missing", set);
  if (set->mode == INDEX && es_norm_is_share((enum es_norm)set->normalise))
    es_text_add(out, ", from %s to %s", es_number(number[0], set->low),
                es_number(number[1], set->high));
  es_text_add(out, "\n");
  if (set->mode == LEDGER) return;
  if (set->aggregate != ARITHMETIC && set->aggregate != COPELAND)
    es_text_add(out, "values are moved to [0.01, 1] before the mean\n");
  if (set->aggregate == GENERALISED)
    es_text_add(out, "power %s\n", es_number(number[0], set->power));
  if (set->weights == ES_WEIGHTS_PCA || set->weights == ES_WEIGHTS_CORRELATION)
    es_text_add(out, "missing values count as the mean in the columns' correlations\n");
  if (set->screen > 0)
    es_text_add(out, "no score with less than %s of the columns on record\n",
                es_number(number[0], set->screen));
}

static void describe_pillars(const struct es_composite *index, const struct settings *set,
                             struct es_text *out)
{
  const struct es_pillars *p = &index->pillars;
  size_t count = 0;
  for (size_t k = 1; k < p->nodes; k++) {
    size_t own = 0;
    for (size_t i = 0; i < p->indicators; i++) own += p->of[i] == k && index->weight[i] > 0;
    if (own == 0) continue;
    es_text_add(out, "%s%s%s%s (%zu)", count++ == 0 ? "pillars of equal weight: " : ", ",
                p->parent[k] > 0 ? p->name[p->parent[k]] : "", p->parent[k] > 0 ? "/" : "",
                p->name[k][0] != '\0' ? p->name[k] : "without a source", own);
  }
  if (count > 0) es_text_add(out, "\n");
  if (set->aggregate == COPELAND && set->mode == INDEX)
    es_text_add(out, "compared with %zu people of training\n", index->rivals.count);
}

static void describe_columns(const struct es_composite *index, const struct settings *set,
                             const struct es_frame *frame, struct es_text *out)
{
  char number[5][ES_NUMBER_SIZE];
  size_t width = sizeof "column" - 1;
  for (size_t k = 0; k < index->count; k++) {
    size_t own = es_text_width(frame->column[index->at[k].column].name);
    if (own > width) width = own;
  }
  es_text_add(out, "%-*s   %9s %10s %10s %10s %10s\n", (int)width, "column",
              set->mode == LEDGER ? "points" : "weight", "low", "high", "mean", "std. dev.");
  for (size_t k = 0; k < index->count; k++) {
    const struct es_indicator *one = &index->at[k];
    const char *name = frame->column[one->column].name;
    es_text_add(out, "%s%*s %s %9s", name, (int)(width - es_text_width(name)), "",
                one->sign > 0 ? "+" : "-", es_number_short(number[0], index->weight[k]));
    if (one->known)
      es_text_add(out, " %10s %10s %10s %10s\n", es_number_short(number[1], one->low),
                  es_number_short(number[2], one->high), es_number_short(number[3], one->mean),
                  es_number_short(number[4], one->sd));
    else
      es_text_add(out, " never seen in training\n");
  }
}

static void describe_bands(const struct es_rank_bands *bands, struct es_text *out)
{
  char number[4][ES_NUMBER_SIZE];
  if (bands->people == 0) return;
  es_text_add(out,
              "%zu other choices of scale, weights, mean and treatment of what is missing move a "
              "person by %s of 100 ranks on average\n",
              bands->ways, es_number_short(number[0], 100 * bands->shift));
  es_text_add(out,
              "nine in ten choices hold a person within %s ranks (median; for one in ten people "
              "more than %s); %s%% of the people are in the better half by some of them and in "
              "the worse by others (n %zu)\n",
              es_number_short(number[1], 100 * bands->median),
              es_number_short(number[2], 100 * bands->wide),
              es_number_short(number[3], 100 * bands->crossing), bands->people);
}

static enum es_status describe(const void *state_, const void *options_,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  const struct state *state = state_;
  const struct settings *set = options_;
  const struct es_numbers *bands = &set->bands;
  char number[2][ES_NUMBER_SIZE];
  describe_method(set, out);
  describe_pillars(&state->index, set, out);
  describe_bands(&state->bands, out);
  describe_columns(&state->index, set, columns, out);
  for (size_t k = 0; k <= bands->count && bands->count > 0; k++) {
    if (k == 0)
      es_text_add(out, "bands: below %s", es_number(number[0], bands->at[0]));
    else if (k < bands->count)
      es_text_add(out, "; from %s to below %s", es_number(number[0], bands->at[k - 1]),
                  es_number(number[1], bands->at[k]));
    else
      es_text_add(out, "; from %s on\n", es_number(number[0], bands->at[k - 1]));
  }
  return out->failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
}

static void keep(void *state_, const void *options_, struct es_keep *file)
{
  struct state *state = state_;
  struct es_rank_bands *bands = &state->bands;
  const struct settings *set = options_;
  struct es_composite_plan plan = plan_of(set);
  plan.by_source &= set->mode == INDEX;
  plan.copeland &= set->mode == INDEX;
  es_composite_keep(&state->index, &plan, file);
  es_keep_count(file, "ways", &bands->ways);
  es_keep_count(file, "ranked", &bands->people);
  es_keep_number(file, "shift", &bands->shift);
  es_keep_number(file, "band_median", &bands->median);
  es_keep_number(file, "band_wide", &bands->wide);
  es_keep_number(file, "crossing", &bands->crossing);
}

static void clear(void *state) { es_composite_clear(&((struct state *)state)->index); }

ES_SCORER(composite_index) = {
    .api = ES_SCORER_API,
    .name = "composite_index",
    .summary = "indicators normalised, weighted and aggregated; or a ledger of points",
    .cite = "OECD/JRC (2008), Handbook on Constructing Composite Indicators",
    .flags = ES_NEEDS_TRAINING,
    .options = options,
    .options_size = sizeof(struct settings),
    .state_size = sizeof(struct state),
    .fit = fit,
    .score = score,
    .describe = describe,
    .keep = keep,
    .clear = clear,
};
