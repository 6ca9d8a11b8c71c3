/* A composite index, or a ledger of points.
 *
 * Index: the steps of OECD/JRC, Handbook on Constructing Composite Indicators (2008): normalise by
 * what training showed, turn columns that speak against a person round, weigh, aggregate.  For the
 * geometric mean, normalised values are first moved from [0, 1] to [0.01, 1], which is a mean over
 * [1, 100] as in the package COINr (Becker et al., J. Open Source Softw. 7 (2022) 4567).
 * Ledger: everybody starts with the same points, and each unit on record adds or deducts some.
 * Which way a column speaks is never guessed: only columns with a direction take part.
 */
#include "scorers/scorer.h"

#include <stdlib.h>
#include "harness/base/linalg.h"
#include "harness/base/math.h"

enum mode { INDEX, LEDGER };
enum normalise { MINMAX, ZSCORE, RANK };
enum weights { EQUAL, GIVEN, PCA };
enum aggregate { ARITHMETIC, GEOMETRIC };
enum missing { RENORMALISE, ZERO, MEAN };

struct settings {
  int mode, normalise, weights, aggregate, missing;
  struct es_numbers weight, points, bands;
  double start, low, high;
  int gate;
};

static const struct es_option options[] = {
  ES_OPTION_CHOICE(struct settings, mode, "index", "index|ledger",
                   "an index, or points that start high and are deducted"),
  ES_OPTION_CHOICE(struct settings, normalise, "minmax", "minmax|zscore|rank",
                   "index: to the range, the standard deviation or the ranks in training"),
  ES_OPTION_CHOICE(struct settings, weights, "equal", "equal|given|pca",
                   "index: all the same, those of `weight`, squared PCA loadings"),
  ES_OPTION_NUMBERS(struct settings, weight, "", 0, 1e9,
                    "weights=given: one per column that has a direction"),
  ES_OPTION_CHOICE(struct settings, aggregate, "arithmetic", "arithmetic|geometric",
                   "index: which weighted mean"),
  ES_OPTION_CHOICE(struct settings, missing, "renormalise", "renormalise|zero|mean",
                   "what is not on record: left out, no points, as the average in training"),
  ES_OPTION_DOUBLE(struct settings, low, "0", -1e9, 1e9,
                   "index: score of the worst (not zscore)"),
  ES_OPTION_DOUBLE(struct settings, high, "100", -1e9, 1e9, "index: score of the best"),
  ES_OPTION_DOUBLE(struct settings, start, "1000", -1e9, 1e9, "ledger: points at the start"),
  ES_OPTION_NUMBERS(struct settings, points, "", 0, 1e9,
                    "ledger: points per unit, one per column that has a direction"),
  ES_OPTION_NUMBERS(struct settings, bands, "", -1e9, 1e9, "cut-points of grades, ascending"),
  ES_GATE_OPTION(struct settings),
  {0}};

enum { NAMES_SHOWN = 5, BLOCK = 256 };

/* A column that takes part, and what training showed of it.
 *   sign     +1 or -1: which way it speaks
 *   weight   sums to 1 over an index; a ledger's points per unit
 *   known    somebody in training has a value: low, high, mean and sd (n - 1) mean something
 *   value    RANK: distinct values, ascending; below[k]: share of people under value[k], and 1 */
struct indicator {
  size_t column;
  bool known;
  double sign, weight, low, high, mean, sd;
  double *value, *below;
  size_t values;
};

struct state {
  struct indicator *at;
  size_t count;
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

static enum es_status choose_columns(struct state *state, const struct es_frame *frame,
                                     struct es_context *ctx)
{
  state->at = es_alloc(frame->columns, sizeof *state->at, ctx);
  if (state->at == NULL) return ES_NOMEM;
  for (size_t c = 0; c < frame->columns; c++) {
    const struct es_column *column = &frame->column[c];
    if (column->direction != 0 && column->kind != ES_LEVELS)
      state->at[state->count++] =
          (struct indicator){.column = c, .sign = column->direction > 0 ? 1 : -1};
  }
  if (state->count == 0)
    return es_fail(ctx, ES_DEGENERATE,
                   "no column says whether more of it speaks for or against a person: say "
                   "direction = + or - in the schema or population");
  if (state->count < frame->columns) {
    struct es_text names = {0};
    add_names(&names, frame, false);
    es_note(ctx, "composite_index: left out, %zu that have no direction or are levels: %s",
            frame->columns - state->count, es_text_get(&names));
    es_text_clear(&names);
  }
  return ES_OK;
}

/* A list of one number per column, at least one of them above 0. */
static enum es_status check_list(const struct es_numbers *list, const char *why, const char *key,
                                 const struct es_frame *frame, size_t count, struct es_context *ctx)
{
  bool some = false;
  for (size_t k = 0; k < list->count; k++) some |= list->at[k] > 0;
  if (list->count == count && some) return ES_OK;
  if (list->count == count)
    return es_fail(ctx, ES_INPUT, "%s: the numbers in %s are all 0", why, key);
  struct es_text names = {0};
  add_names(&names, frame, true);
  es_fail(ctx, ES_INPUT, "%s wants %zu numbers in %s, and there are %zu; one for each of: %s", why,
          count, key, list->count, es_text_get(&names));
  es_text_clear(&names);
  return ES_INPUT;
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
  if (set->normalise == ZSCORE && set->aggregate == GEOMETRIC)
    return es_fail(ctx, ES_INPUT, "there is no geometric mean of the negative numbers that "
                                  "normalise=zscore gives: use minmax or rank");
  if (set->weights == GIVEN)
    return check_list(&set->weight, "weights=given", "weight", frame, count, ctx);
  if (set->weight.count > 0) return es_fail(ctx, ES_INPUT, "weight goes with weights=given");
  return ES_OK;
}

/* --- what training shows ---------------------------------------------------------------------- */

/* The weight of a person whose value is there; 0: not there. */
static double counts(const struct es_training *training, size_t column, size_t person)
{
  if (!es_seen(&training->frame, column, person)) return 0;
  double weight = training->weight != NULL ? training->weight[person] : 1;
  return weight > 0 ? weight : 0;
}

static void survey(struct indicator *one, const struct es_training *training)
{
  const double *value = training->frame.value[one->column];
  double sum = 0, total = 0, squares = 0, n = 0;
  for (size_t i = 0; i < training->frame.people; i++) {
    double weight = counts(training, one->column, i);
    if (weight == 0) continue;
    if (n == 0 || value[i] < one->low) one->low = value[i];
    if (n == 0 || value[i] > one->high) one->high = value[i];
    sum += weight * value[i];
    total += weight;
    n++;
  }
  one->known = n > 0;
  if (n == 0) return;
  one->mean = sum / total;
  for (size_t i = 0; i < training->frame.people; i++) {
    double weight = counts(training, one->column, i);
    if (weight > 0) squares += weight * (value[i] - one->mean) * (value[i] - one->mean);
  }
  if (n > 1) one->sd = sqrt(squares / total * (n / (n - 1)));
}

static bool varies(const struct indicator *one) { return one->high > one->low && one->sd > 0; }

struct pair {
  double value, weight;
};

static int by_value(const void *a_, const void *b_)
{
  const struct pair *a = a_, *b = b_;
  if (a->value != b->value) return a->value < b->value ? -1 : 1;
  return (a->weight > b->weight) - (a->weight < b->weight);
}

static enum es_status rank(struct indicator *one, const struct es_training *training,
                           struct es_context *ctx)
{
  size_t people = training->frame.people, n = 0;
  struct pair *pair = es_alloc(people, sizeof *pair, ctx);
  one->value = es_alloc(people, sizeof *one->value, ctx);
  one->below = es_alloc(people + 1, sizeof *one->below, ctx);
  if (!pair || !one->value || !one->below) {
    free(pair);
    return ES_NOMEM;
  }
  for (size_t i = 0; i < people; i++) {
    double weight = counts(training, one->column, i);
    if (weight > 0) pair[n++] = (struct pair){training->frame.value[one->column][i], weight};
  }
  qsort(pair, n, sizeof *pair, by_value);
  double total = 0;
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || pair[i].value != pair[i - 1].value) {
      one->value[one->values] = pair[i].value;
      one->below[one->values++] = total;
    }
    total += pair[i].weight;
  }
  for (size_t k = 0; k < one->values; k++) one->below[k] /= total;
  one->below[one->values] = 1;
  free(pair);
  return ES_OK;
}

/* --- weights ---------------------------------------------------------------------------------- */

/* Correlations of the columns that vary; what is missing is set to the mean. */
static void correlate(double *c, double *block, const struct indicator *const *one, size_t d,
                      const struct es_training *training)
{
  size_t rows = 0;
  for (size_t i = 0; i < training->frame.people; i++) {
    for (size_t j = 0; j < d; j++) {
      double weight = counts(training, one[j]->column, i);
      double off = weight > 0 ? training->frame.value[one[j]->column][i] - one[j]->mean : 0;
      block[rows * d + j] = sqrt(weight) * off / one[j]->sd;
    }
    if (++rows < BLOCK && i + 1 < training->frame.people) continue;
    es_gram_add(c, block, rows, d);
    rows = 0;
  }
  for (size_t j = 0; j < d; j++) block[j] = sqrt(c[j * d + j]);
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < d; k++) c[j * d + k] /= block[j] * block[k];
}

/* Squared loadings of the first principal component (after OECD/JRC, 6.1), on a grid of 2^-24 that
 * hides what BLAS kernels differ in.  c has room for d × d numbers, block for BLOCK × d. */
static enum es_status weigh_pca(double *c, double *block, struct indicator **one, size_t d,
                                const struct es_training *training, struct es_context *ctx)
{
  correlate(c, block, (const struct indicator *const *)one, d, training);
  double *values = block;
  if (!es_symmetric_eigen(c, values, d))
    return es_fail(ctx, ES_DIVERGED, "weights=pca: the eigenvalues did not converge");
  if (d > 1 && values[d - 1] - values[d - 2] < 1e-6 * values[d - 1])
    return es_fail(ctx, ES_DEGENERATE, "weights=pca: the columns have no first principal component "
                                       "(two are as large): use weights=equal");
  for (size_t j = 0; j < d; j++) {
    double loading = c[(d - 1) * d + j];
    one[j]->weight = rint(loading * loading * 0x1p24) * 0x1p-24;
  }
  return ES_OK;
}

static enum es_status weigh(struct state *state, const struct settings *set,
                            const struct es_training *training, struct es_context *ctx)
{
  enum es_status status = ES_OK;
  size_t d = 0;
  struct indicator **one = es_alloc(state->count, sizeof *one, ctx);
  if (one == NULL) return ES_NOMEM;
  for (size_t k = 0; k < state->count; k++) {
    if (!varies(&state->at[k])) continue;
    state->at[k].weight = set->weights == GIVEN ? set->weight.at[k] : 1;
    one[d++] = &state->at[k];
  }
  if (set->weights == PCA && d > 0) {
    double *c = es_alloc(d * d, sizeof *c, ctx), *block = es_alloc(BLOCK * d, sizeof *block, ctx);
    status = c && block ? weigh_pca(c, block, one, d, training, ctx) : ES_NOMEM;
    free(c);
    free(block);
  }
  double sum = 0;
  for (size_t j = 0; j < d; j++) sum += one[j]->weight;
  for (size_t j = 0; j < d && sum > 0; j++) one[j]->weight /= sum;
  free(one);
  if (status == ES_OK && !(sum > 0))
    status = es_fail(ctx, ES_DEGENERATE, "every column of weight above 0 is the same for everybody "
                                         "in training");
  return status;
}

/* The columns that training says too little about. */
static void note_silent(const struct state *state, const struct settings *set,
                        const struct es_frame *frame, struct es_context *ctx)
{
  struct es_text names = {0};
  size_t count = 0;
  for (size_t k = 0; k < state->count; k++) {
    const struct indicator *one = &state->at[k];
    /* A column that nobody has (a source that does not share) is no surprise and goes unsaid. */
    if (set->mode == LEDGER ? one->known || set->missing != MEAN : varies(one) || !one->known) continue;
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

static enum es_status fit(void *state_, const void *options_, const struct es_training *training,
                          struct es_context *ctx)
{
  struct state *state = state_;
  const struct settings *set = options_;
  const struct es_frame *frame = &training->frame;
  if (frame->people == 0) return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn from");
  ES_TRY(choose_columns(state, frame, ctx));
  ES_TRY(check_options(set, frame, state->count, ctx));
  for (size_t k = 0; k < state->count; k++) {
    struct indicator *one = &state->at[k];
    survey(one, training);
    if (set->mode == LEDGER) one->weight = set->points.at[k];
    else if (set->normalise == RANK && varies(one)) ES_TRY(rank(one, training, ctx));
  }
  note_silent(state, set, frame, ctx);
  return set->mode == LEDGER ? ES_OK : weigh(state, set, training, ctx);
}

/* --- scoring ---------------------------------------------------------------------------------- */

/* Share of the people in training under x, and half of those at it. */
static double percentile(const struct indicator *one, double x)
{
  size_t low = 0, high = one->values;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (one->value[middle] < x) low = middle + 1;
    else high = middle;
  }
  bool there = low < one->values && one->value[low] == x;
  return there ? (one->below[low] + one->below[low + 1]) / 2 : one->below[low];
}

/* More is better; in [0, 1] but for zscore, whose average is 0. */
static double normalise(const struct indicator *one, enum normalise how, double x)
{
  double share;
  if (how == ZSCORE) return one->sign * (x - one->mean) / one->sd;
  if (how == RANK) share = percentile(one, x);
  else share = fmin(fmax((x - one->low) / (one->high - one->low), 0), 1);
  return one->sign > 0 ? share : 1 - share;
}

static double average(const struct indicator *one, enum normalise how)
{
  return how == RANK ? 0.5 : normalise(one, how, one->mean);
}

/* Both return false when nothing is there to go by. */
static bool index_of(const struct state *state, const struct settings *set,
                     const struct es_frame *frame, size_t person, double *score)
{
  enum normalise how = (enum normalise)set->normalise;
  double sum = 0, weight = 0;
  for (size_t k = 0; k < state->count; k++) {
    const struct indicator *one = &state->at[k];
    bool seen = es_seen(frame, one->column, person);
    if (one->weight == 0 || (!seen && set->missing == RENORMALISE)) continue;
    double x = seen ? normalise(one, how, frame->value[one->column][person])
             : set->missing == MEAN ? average(one, how) : 0;
    sum += one->weight * (set->aggregate == GEOMETRIC ? es_log(0.01 + 0.99 * x) : x);
    weight += one->weight;
  }
  if (weight == 0) return false;
  double mean = set->aggregate == GEOMETRIC ? es_exp(sum / weight) : sum / weight;
  *score = how == ZSCORE ? mean : set->low + (set->high - set->low) * mean;
  return true;
}

static bool ledger_of(const struct state *state, const struct settings *set,
                      const struct es_frame *frame, size_t person, double *score)
{
  double change = 0, seen_points = 0, points = 0;
  for (size_t k = 0; k < state->count; k++) {
    const struct indicator *one = &state->at[k];
    bool seen = es_seen(frame, one->column, person);
    if (seen || (set->missing == MEAN && one->known))
      change += one->sign * one->weight * (seen ? frame->value[one->column][person] : one->mean);
    if (seen) seen_points += one->weight;
    points += one->weight;
  }
  if (set->missing == RENORMALISE) {
    if (seen_points == 0) return false;
    change *= points / seen_points;
  }
  *score = set->start + change;
  return true;
}

static enum es_status score(const void *state_, const void *options_, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  const struct settings *set = options_;
  (void)ctx;
  es_apply_gate((enum es_gate)set->gate, frame, out);
  for (size_t i = 0; i < frame->people; i++) {
    if (out->why[i] != ES_SCORED) continue;
    bool good = set->mode == LEDGER ? ledger_of(state_, set, frame, i, &out->value[i])
                                    : index_of(state_, set, frame, i, &out->value[i]);
    if (!good) es_unscorable(out, i, ES_THIN_FILE);
  }
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
  if (set->mode == INDEX && set->normalise != ZSCORE)
    es_text_add(out, ", from %s to %s", es_number(number[0], set->low),
                es_number(number[1], set->high));
  es_text_add(out, "\n");
  if (set->mode == INDEX && set->aggregate == GEOMETRIC)
    es_text_add(out, "values are moved to [0.01, 1] before the geometric mean\n");
  if (set->mode == INDEX && set->weights == PCA)
    es_text_add(out, "missing values count as the mean in the principal component\n");
}

static void describe_columns(const struct state *state, const struct settings *set,
                             const struct es_frame *frame, struct es_text *out)
{
  char number[5][ES_NUMBER_SIZE];
  size_t width = sizeof "column" - 1;
  for (size_t k = 0; k < state->count; k++) {
    size_t own = es_text_width(frame->column[state->at[k].column].name);
    if (own > width) width = own;
  }
  es_text_add(out, "%-*s   %9s %10s %10s %10s %10s\n", (int)width, "column",
              set->mode == LEDGER ? "points" : "weight", "low", "high", "mean", "std. dev.");
  for (size_t k = 0; k < state->count; k++) {
    const struct indicator *one = &state->at[k];
    const char *name = frame->column[one->column].name;
    es_text_add(out, "%s%*s %s %9s", name, (int)(width - es_text_width(name)), "",
                one->sign > 0 ? "+" : "-", es_number_short(number[0], one->weight));
    if (one->known)
      es_text_add(out, " %10s %10s %10s %10s\n", es_number_short(number[1], one->low),
                  es_number_short(number[2], one->high), es_number_short(number[3], one->mean),
                  es_number_short(number[4], one->sd));
    else es_text_add(out, " never seen in training\n");
  }
}

static enum es_status describe(const void *state_, const void *options_,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  const struct settings *set = options_;
  const struct es_numbers *bands = &set->bands;
  char number[2][ES_NUMBER_SIZE];
  describe_method(set, out);
  describe_columns(state_, set, columns, out);
  for (size_t k = 0; k <= bands->count && bands->count > 0; k++) {
    if (k == 0) es_text_add(out, "bands: below %s", es_number(number[0], bands->at[0]));
    else if (k < bands->count)
      es_text_add(out, "; from %s to below %s", es_number(number[0], bands->at[k - 1]),
                  es_number(number[1], bands->at[k]));
    else es_text_add(out, "; from %s on\n", es_number(number[0], bands->at[k - 1]));
  }
  return out->failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
}

static void clear(void *state_)
{
  struct state *state = state_;
  for (size_t k = 0; k < state->count; k++) {
    free(state->at[k].value);
    free(state->at[k].below);
  }
  free(state->at);
  *state = (struct state){0};
}

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
    .clear = clear,
};
