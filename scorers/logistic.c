/* Logistic regression of the favourable outcome: the score is its probability.
 *
 * Numbers enter as they are; a column of levels as indicators of every level but the first.  Where
 * a record can be missing, "is it missing" becomes a column of its own (one for all columns that
 * are missing together), and the value is set to the mean: without a penalty any would do.
 * Cox, J. R. Stat. Soc. B 20 (1958) 215-242; ridge: le Cessie, van Houwelingen, Appl. Stat. 41
 * (1992) 191-201; Firth, Biometrika 80 (1993) 27-38, finite for separated people too (Heinze,
 * Schemper, Stat. Med. 21 (2002) 2409-2419).  The fitting itself is in harness/methods/logit.h.
 */
#include "scorers/scorer.h"

#include <stdlib.h>
#include "harness/methods/logit.h"
#include "harness/base/lanes.h"
#include "harness/base/math.h"

struct settings {
  int penalty, interval;
  double l2;
  bool standardize;
  int64_t max_iter;
  double tolerance;
  int gate;
};

static const struct es_option options[] = {
    ES_OPTION_CHOICE(struct settings, penalty, "ridge", "none|ridge|firth",
                     "none, on squared slopes, or Firth's: less bias, and finite when separated"),
    ES_OPTION_DOUBLE(struct settings, l2, "1", 0, 1e12, "ridge: half of it per squared slope"),
    ES_OPTION_BOOL(struct settings, standardize, "yes",
                   "ridge: on the slopes per standard deviation of a column"),
    ES_OPTION_INT(struct settings, max_iter, "100", 1, 10000, "Newton steps at the most"),
    ES_OPTION_DOUBLE(struct settings, tolerance, "1e-12", 1e-15, 0.01,
                     "largest gradient per unit of weight when done"),
    ES_OPTION_CHOICE(struct settings, interval, "wald", "wald|profile",
                     "95% intervals of the coefficients in `describe`"),
    ES_GATE_OPTION(struct settings),
    {0}};

enum { NAMES_SHOWN = 5 };
enum interval { WALD, PROFILE };

/* One column of the design.
 *   mean   of those seen in training: the value of whom it is not seen of
 *   alike  MISSING: how many more columns are missing for the same people */
enum what { VALUE, LEVEL, MISSING };
struct term {
  enum what what;
  size_t column;
  uint32_t level;
  size_t alike;
  double mean, coefficient, error, low, high;
};

/* intercept: its coefficient, error and interval; left: terms without a coefficient */
struct state {
  struct term *term, *left, intercept;
  size_t terms, lefts, people, steps;
  double log_likelihood, gradient;
  bool converged;
  int verdict; /* enum es_logit_verdict */
};

/* What fit() works on: the people of positive weight, by their place in the training frame. */
struct sample {
  const struct es_frame *frame;
  size_t *row;
  size_t rows;
  double *weight, *offset, *x;
  uint8_t *y;
};

/* Names for a note: the first few, and how many more. */
struct names {
  struct es_text text;
  size_t count;
};

static void add_term_name(struct es_text *out, const struct term *term,
                          const struct es_column *column)
{
  const struct es_column *of = &column[term->column];
  if (term->what == MISSING) es_text_add(out, "missing: ");
  es_text_add(out, "%s", of->name);
  if (term->what == LEVEL) es_text_add(out, "=%s", of->level[term->level]);
  if (term->alike > 0) es_text_add(out, " and %zu more", term->alike);
}

static void add_name(struct names *names, const struct term *term, const struct es_column *column)
{
  if (names->count < NAMES_SHOWN) {
    es_text_add(&names->text, names->count > 0 ? ", " : "");
    add_term_name(&names->text, term, column);
  }
  names->count++;
}

static void note_names(struct names *names, const char *what, struct es_context *ctx)
{
  if (names->count > NAMES_SHOWN)
    es_text_add(&names->text, " and %zu more", names->count - NAMES_SHOWN);
  if (names->count > 0) es_note(ctx, "logistic: %s: %s", what, es_text_get(&names->text));
  es_text_clear(&names->text);
}

/* --- columns ---------------------------------------------------------------------------------- */

static double value_of(const struct term *term, const struct es_frame *frame, size_t person)
{
  bool seen = es_seen(frame, term->column, person);
  if (term->what == MISSING) return seen ? 0 : 1;
  if (!seen) return term->mean;
  double value = frame->value[term->column][person];
  if (term->what == VALUE) return value;
  return (uint32_t)value == term->level ? 1 : 0;
}

/* Adds a term's part of n people's log-odds, as value_of has it. */
static void add_term(double *eta, const struct term *term, const struct es_frame *frame,
                     size_t first, size_t n)
{
  const double *value = frame->value[term->column] + first;
  const uint8_t *seen = frame->seen[term->column] + first;
  double x[ES_LANES], otherwise = term->what == MISSING ? 1 : term->mean;
  es_lanes()->fill(x, 0, n);
  for (size_t i = 0; term->what == LEVEL && i < n; i++)
    x[i] = seen[i] && (uint32_t)value[i] == term->level;
  es_lanes()->add_known(eta, term->coefficient, term->what == VALUE ? value : x, seen, otherwise,
                        n);
}

static double weight_of(const struct sample *sample, size_t i)
{
  return sample->weight != NULL ? sample->weight[i] : 1;
}

/* Fills the mean; false when the term does not vary among those seen.  *low: its least value. */
static bool survey(const struct sample *sample, struct term *term, double *low)
{
  double sum = 0, total = 0, high = -INFINITY;
  *low = INFINITY;
  for (size_t i = 0; i < sample->rows; i++) {
    if (!es_seen(sample->frame, term->column, sample->row[i])) continue;
    double value = value_of(term, sample->frame, sample->row[i]), weight = weight_of(sample, i);
    sum += weight * value;
    total += weight;
    *low = value < *low ? value : *low;
    high = value > high ? value : high;
  }
  term->mean = total > 0 ? sum / total : 0;
  return high > *low;
}

static bool same_seen(const struct sample *sample, size_t a, size_t b)
{
  for (size_t i = 0; i < sample->rows; i++)
    if (es_seen(sample->frame, a, sample->row[i]) != es_seen(sample->frame, b, sample->row[i]))
      return false;
  return true;
}

/* Adds the column's missing indicator, unless another column is missing for the same people. */
static void add_missing(struct state *state, const struct sample *sample, size_t column)
{
  size_t missing = 0;
  for (size_t i = 0; i < sample->rows; i++)
    missing += !es_seen(sample->frame, column, sample->row[i]);
  if (missing == 0 || missing == sample->rows) return;
  for (size_t k = 0; k < state->terms; k++) {
    struct term *other = &state->term[k];
    if (other->what == MISSING && same_seen(sample, other->column, column)) {
      other->alike++;
      return;
    }
  }
  state->term[state->terms++] = (struct term){.what = MISSING, .column = column};
}

static void add_column(struct state *state, const struct sample *sample, size_t c,
                       struct names *constant, struct names *unused)
{
  const struct es_column *column = &sample->frame->column[c];
  struct term term = {.what = column->kind == ES_LEVELS ? LEVEL : VALUE, .column = c};
  uint32_t first = term.what == LEVEL ? 1 : 0, end = term.what == LEVEL ? column->levels : 1;
  size_t before = state->terms;
  double low = 0;
  for (term.level = first; term.level < end; term.level++) {
    if (survey(sample, &term, &low))
      state->term[state->terms++] = term;
    else if (term.what == LEVEL && low == 0)
      add_name(unused, &term, sample->frame->column);
  }
  term.what = VALUE; /* for its bare name */
  /* A column that nobody has (a source that does not share) is no surprise and goes unsaid. */
  if (state->terms == before && isfinite(low)) {
    add_name(constant, &term, sample->frame->column);
    state->left[state->lefts++] = term;
  }
  add_missing(state, sample, c);
}

static enum es_status build_terms(struct state *state, const struct sample *sample,
                                  struct es_context *ctx)
{
  const struct es_frame *frame = sample->frame;
  struct names constant = {0}, unused = {0};
  size_t room = 0;
  for (size_t c = 0; c < frame->columns; c++)
    room += frame->column[c].kind == ES_LEVELS ? frame->column[c].levels + (size_t)1 : 2;
  state->term = es_alloc(room, sizeof *state->term, ctx);
  state->left = es_alloc(room, sizeof *state->left, ctx);
  if (state->term == NULL || state->left == NULL) return ES_NOMEM;
  for (size_t c = 0; c < frame->columns; c++) add_column(state, sample, c, &constant, &unused);
  note_names(&constant, "left out, the same for everybody in training", ctx);
  note_names(&unused, "no coefficient, nobody in training has the level", ctx);
  return ES_OK;
}

/* --- learning --------------------------------------------------------------------------------- */

static enum es_status gather(struct sample *sample, const struct es_training *training,
                             struct es_context *ctx)
{
  size_t people = training->frame.people;
  sample->frame = &training->frame;
  sample->row = es_alloc(people, sizeof *sample->row, ctx);
  sample->y = es_alloc(people, sizeof *sample->y, ctx);
  const double *weight = training->weight, *offset = training->frame.offset;
  if (weight != NULL) sample->weight = es_alloc(people, sizeof *sample->weight, ctx);
  if (offset != NULL) sample->offset = es_alloc(people, sizeof *sample->offset, ctx);
  if (!sample->row || !sample->y || !weight != !sample->weight || !offset != !sample->offset)
    return ES_NOMEM;
  for (size_t i = 0; i < people; i++) {
    if (weight != NULL && !(weight[i] > 0)) continue;
    if (weight != NULL) sample->weight[sample->rows] = weight[i];
    if (offset != NULL) sample->offset[sample->rows] = offset[i];
    sample->y[sample->rows] = training->outcome[i];
    sample->row[sample->rows++] = i;
  }
  if (sample->rows == 0) return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn from");
  for (size_t i = 1; i < sample->rows; i++)
    if (sample->y[i] != sample->y[0]) return ES_OK;
  return es_fail(ctx, ES_DEGENERATE, "all training outcomes are %s",
                 sample->y[0] ? "favourable" : "unfavourable");
}

static enum es_status build_design(struct sample *sample, const struct state *state,
                                   struct es_context *ctx)
{
  size_t terms = state->terms;
  if (terms > 0 && sample->rows > SIZE_MAX / sizeof(double) / terms - ES_ROWS)
    return es_fail(ctx, ES_NOMEM, "%zu people × %zu columns are too many", sample->rows, terms);
  sample->x = es_alloc(es_logit_size(sample->rows, terms), sizeof *sample->x, ctx);
  if (sample->x == NULL) return ES_NOMEM;
  for (size_t i = 0; i < sample->rows; i++)
    for (size_t k = 0; k < terms; k++)
      sample->x[es_logit_place(terms, i, k)] =
          value_of(&state->term[k], sample->frame, sample->row[i]);
  return ES_OK;
}

static enum es_status report_separation(const struct state *state, const struct es_logit_fit *fit,
                                        const struct es_column *column, struct es_context *ctx)
{
  struct es_text name = {0};
  add_term_name(&name, &state->term[fit->culprit], column);
  enum es_status status = ES_OK;
  const char *verdict = es_logit_verdict_text(fit->verdict);
  es_note(ctx, "logistic: the outcomes are %s, most of all by %s%s", verdict, es_text_get(&name),
          fit->exists ? "; only the penalty keeps its slope finite" : "");
  if (!fit->exists)
    status = es_fail(ctx, ES_DEGENERATE,
                     "the outcomes are %s, most of all by %s: there is no maximum of the "
                     "likelihood; use penalty=firth, or penalty=ridge with l2 > 0",
                     verdict, es_text_get(&name));
  es_text_clear(&name);
  return status;
}

static void take_number(struct term *term, const struct es_logit_fit *fit, size_t place)
{
  term->coefficient = fit->coefficient[place];
  term->error = fit->error[place];
  term->low = fit->low[place];
  term->high = fit->high[place];
}

/* Keeps the terms that have a coefficient. */
static void take_fit(struct state *state, const struct es_logit_fit *fit,
                     const struct es_column *column, struct es_context *ctx)
{
  struct names dropped = {0};
  size_t kept = 0;
  for (size_t k = 0; k < state->terms; k++) {
    struct term term = state->term[k];
    take_number(&term, fit, k + 1);
    if (!fit->dropped[k]) {
      state->term[kept++] = term;
      continue;
    }
    add_name(&dropped, &term, column);
    state->left[state->lefts++] = term;
  }
  state->terms = kept;
  take_number(&state->intercept, fit, 0);
  state->log_likelihood = fit->log_likelihood;
  state->gradient = fit->gradient;
  state->converged = true;
  note_names(&dropped, "left out, given by the columns before it (collinear)", ctx);
}

static enum es_status learn(struct state *state, const struct settings *set, struct sample *sample,
                            struct es_context *ctx)
{
  ES_TRY(build_terms(state, sample, ctx));
  ES_TRY(build_design(sample, state, ctx));
  struct es_logit problem = {.rows = sample->rows,
                             .columns = state->terms,
                             .x = sample->x,
                             .y = sample->y,
                             .weight = sample->weight,
                             .offset = sample->offset,
                             .penalty = (enum es_logit_penalty)set->penalty,
                             .l2 = set->l2,
                             .standardize = set->standardize,
                             .max_iter = (size_t)set->max_iter,
                             .tolerance = set->tolerance,
                             .profile = set->interval == PROFILE,
                             .confidence = 0.95};
  struct es_logit_fit found;
  enum es_status status = es_logit_fit(&problem, &found, ctx);
  state->verdict = (int)found.verdict;
  state->steps = found.steps;
  if (state->verdict == ES_LOGIT_OK && state->lefts > 0) state->verdict = ES_LOGIT_RANK_DEFICIENT;
  if (status == ES_OK &&
      (found.verdict == ES_LOGIT_SEPARATED || found.verdict == ES_LOGIT_QUASI_SEPARATED))
    status = report_separation(state, &found, sample->frame->column, ctx);
  if (status == ES_OK) take_fit(state, &found, sample->frame->column, ctx);
  es_logit_clear(&found);
  return status;
}

static enum es_status fit(void *state_, const void *options_, const struct es_training *training,
                          struct es_context *ctx)
{
  struct state *state = state_;
  const struct settings *set = options_;
  struct sample sample = {0};
  ES_TRY(es_check_gate((enum es_gate)set->gate, &training->frame, ctx));
  state->verdict = ES_LOGIT_ONE_CLASS;
  enum es_status status = gather(&sample, training, ctx);
  state->people = sample.rows;
  if (status == ES_OK) status = learn(state, set, &sample, ctx);
  free(sample.row);
  free(sample.weight);
  free(sample.offset);
  free(sample.x);
  free(sample.y);
  return status;
}

/* --- scoring ---------------------------------------------------------------------------------- */

static enum es_status score(const void *state_, const void *options_, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  const struct state *state = state_;
  const struct settings *set = options_;
  ES_TRY(es_apply_gate((enum es_gate)set->gate, frame, out, ctx));
  for (size_t first = 0; first < frame->people; first += ES_LANES) {
    size_t n = frame->people - first < ES_LANES ? frame->people - first : ES_LANES;
    double eta[ES_LANES], p[ES_LANES];
    es_lanes()->fill(eta, state->intercept.coefficient, n);
    for (size_t i = 0; frame->offset != NULL && i < n; i++) eta[i] += frame->offset[first + i];
    for (size_t k = 0; k < state->terms; k++) add_term(eta, &state->term[k], frame, first, n);
    es_lanes()->logistic(p, eta, n);
    es_lanes()->put(out->value + first, p, out->why + first, ES_SCORED, n);
  }
  return ES_OK;
}

/* What the terms of a column take off the linear predictor, against an average person on record.
 * The terms of a column stand together. */
static size_t explain(const void *state_, const void *options_, const struct es_frame *frame,
                      size_t person, struct es_reason *reason)
{
  (void)options_;
  const struct state *state = state_;
  size_t count = 0;
  double effect = 0;
  for (size_t k = 0; k < state->terms; k++) {
    const struct term *term = &state->term[k];
    double usual = term->what == MISSING ? 0 : term->mean;
    effect += term->coefficient * (usual - value_of(term, frame, person));
    if (k + 1 < state->terms && term[1].column == term->column) continue;
    struct es_reason own = {term->column, !es_seen(frame, term->column, person), effect};
    if (effect > 0) count = es_reason_add(reason, count, own);
    effect = 0;
  }
  return count;
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *end_text(char number[ES_NUMBER_SIZE], double end)
{
  return isfinite(end) ? es_number_short(number, end) : "none found";
}

static void add_line(struct es_text *out, const char *name, size_t width, const struct term *term)
{
  char number[5][ES_NUMBER_SIZE];
  double b = term->coefficient, error = term->error;
  es_text_add(out, "%s%*s %12s %12s %9s %11s %11s\n", name, (int)(width - es_text_width(name)), "",
              es_number_short(number[0], b), es_number_short(number[1], error),
              error > 0 ? es_number_short(number[2], b / error) : "",
              end_text(number[3], term->low), end_text(number[4], term->high));
}

static void describe_fit(const struct state *state, const struct settings *set, struct es_text *out)
{
  char number[ES_NUMBER_SIZE];
  es_text_add(out, "n %zu, log-likelihood %s, Newton steps %zu, %s\n", state->people,
              es_number_short(number, state->log_likelihood), state->steps,
              es_logit_verdict_text((enum es_logit_verdict)state->verdict));
  if (set->penalty == ES_LOGIT_RIDGE)
    es_text_add(out, "ridge penalty 0.5 × %s × sum of squared slopes%s\n",
                es_number(number, set->l2), set->standardize ? " per standard deviation" : "");
  if (set->penalty == ES_LOGIT_FIRTH)
    es_text_add(out, "Firth's penalty: half the log determinant of the information is added\n");
  es_text_add(out, "95%% intervals: %s\n",
              set->interval == WALD           ? "Wald"
              : set->penalty == ES_LOGIT_NONE ? "profile likelihood"
                                              : "profile penalised likelihood");
}

static enum es_status describe(const void *state_, const void *options_,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  const struct state *state = state_;
  const struct settings *set = options_;
  struct es_text name = {0};
  size_t width = sizeof "(intercept)" - 1;
  for (size_t k = 0; k < state->terms; k++) {
    add_term_name(&name, &state->term[k], columns->column);
    if (es_text_width(es_text_get(&name)) > width) width = es_text_width(es_text_get(&name));
    es_text_clear(&name);
  }
  es_text_add(out, "%-*s %12s %12s %9s %11s %11s\n", (int)width, "column", "coefficient",
              "std. error", "z", "low", "high");
  add_line(out, "(intercept)", width, &state->intercept);
  for (size_t k = 0; k < state->terms; k++) {
    add_term_name(&name, &state->term[k], columns->column);
    add_line(out, es_text_get(&name), width, &state->term[k]);
    es_text_clear(&name);
  }
  describe_fit(state, set, out);
  return out->failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
}

/* --- model files ------------------------------------------------------------------------------ */

/* Which column of the design it is; only when saving, `name` says it in one word. */
static void keep_term(struct term *term, const struct es_column *column, struct es_keep *file)
{
  static const char *const what[] = {"value", "level", "missing"};
  int is = (int)term->what;
  if (!es_keep_loading(file)) {
    struct es_text text = {0};
    add_term_name(&text, term, column);
    char *name = es_text_take(&text);
    if (name != NULL) es_keep_text(file, "name", &name);
    free(name);
  }
  es_keep_choice(file, "is", &is, what, ES_COUNT_OF(what));
  term->what = (enum what)is;
  es_keep_column(file, "column", &term->column);
  if (term->what == LEVEL) es_keep_level(file, "level", term->column, &term->level);
  if (term->what == MISSING) es_keep_count(file, "alike", &term->alike);
  if (term->what != MISSING) es_keep_number(file, "mean", &term->mean);
}

static void keep_number(struct term *term, struct es_keep *file)
{
  es_keep_number(file, "estimate", &term->coefficient);
  es_keep_number(file, "std_error", &term->error);
  es_keep_number(file, "low", &term->low);
  es_keep_number(file, "high", &term->high);
  es_keep_check(file, isfinite(term->coefficient), "a coefficient is not a number");
}

/* The coefficients, the intercept's first; none where there was no solution. */
static void keep_coefficients(struct state *state, struct es_keep *file)
{
  size_t count = state->converged ? state->terms + 1 : 0;
  struct term *all = NULL, intercept = state->intercept;
  const struct es_column *column = es_keep_frame(file)->column;
  es_keep_list(file, "coefficients", (void **)&all, sizeof *all, &count);
  bool loading = es_keep_loading(file);
  for (size_t k = 0; k < count && es_keep_item(file, k); k++) {
    struct term *term = k == 0 ? &intercept : loading ? &all[k - 1] : &state->term[k - 1];
    if (k == 0) {
      char name[] = "(intercept)", *text = name;
      if (!loading) es_keep_text(file, "name", &text);
    } else {
      keep_term(term, column, file);
    }
    keep_number(term, file);
  }
  es_keep_end(file);
  es_keep_check(file, count > 0, "there are no coefficients");
  if (!loading) return;
  state->term = all;
  state->terms = count > 0 ? count - 1 : 0;
  state->intercept = intercept;
}

static void keep(void *state_, const void *options_, struct es_keep *file)
{
  (void)options_;
  struct state *state = state_;
  es_keep_choice(file, "status", &state->verdict, es_logit_verdict_words, ES_LOGIT_VERDICTS);
  es_keep_flag(file, "converged", &state->converged);
  es_keep_check(file, state->converged,
                "the fit found no solution (%s), so there is nothing to score with",
                es_logit_verdict_text((enum es_logit_verdict)state->verdict));
  es_keep_count(file, "iterations", &state->steps);
  es_keep_count(file, "people", &state->people);
  es_keep_number(file, "log_likelihood",
                 state->converged ? &state->log_likelihood : &(double){NAN});
  es_keep_number(file, "gradient_norm", state->converged ? &state->gradient : &(double){NAN});
  keep_coefficients(state, file);
  es_keep_list(file, "left_out", (void **)&state->left, sizeof *state->left, &state->lefts);
  for (size_t k = 0; k < state->lefts && es_keep_item(file, k); k++)
    keep_term(&state->left[k], es_keep_frame(file)->column, file);
  es_keep_end(file);
}

static void clear(void *state_)
{
  struct state *state = state_;
  free(state->term);
  free(state->left);
  state->term = state->left = NULL;
}

ES_SCORER(logistic) = {
    .api = ES_SCORER_API,
    .name = "logistic",
    .summary = "logistic regression with ridge or Firth penalty and missing-value indicators",
    .cite = "Cox (1958), J. R. Stat. Soc. B 20, 215-242",
    .flags = ES_PROBABILITY | ES_NEEDS_TRAINING | ES_TAKES_OFFSET,
    .options = options,
    .options_size = sizeof(struct settings),
    .state_size = sizeof(struct state),
    .fit = fit,
    .score = score,
    .describe = describe,
    .explain = explain,
    .keep = keep,
    .fit_options = "penalty=none",
    .clear = clear,
};
