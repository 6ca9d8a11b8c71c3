/* Differences of two numbers with their standard errors.
 *
 * An interval tells a standard error by the quantile of its confidence.  Its longer side is taken:
 * the shorter one may have been cut at 0 or 1.  Intervals of gaps hold several pairs of groups at
 * once and are the wider for it, so that error is on the safe side, too.
 */
#include "harness/gate/change.h"

#include <math.h>
#include <string.h>
#include "harness/base/math.h"

double es_upper_tail(double t, double df)
{
  if (isinf(df)) return es_normal_cdf(-t);
  double tails = es_student_tails(t, df);
  return t > 0 ? tails / 2 : 1 - tails / 2;
}

double es_upper_quantile(double tail, double df)
{
  return isinf(df) ? -es_normal_quantile(tail) : -es_student_quantile(tail, df);
}

static bool is_ok(const struct es_row *row) { return strcmp(row->status, "ok") == 0; }

static const double *replicates_of(const struct es_side *side, const struct es_row *row)
{
  if (side->replicates == NULL) return NULL;
  const double *value = side->replicates + (size_t)(row - side->results->row) * side->replicated;
  for (size_t r = 0; r < side->replicated; r++)
    if (isnan(value[r])) return NULL;
  return value;
}

static double mean_of(const double *value, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += value[i];
  return sum / (double)n;
}

/* Of the mean. */
static double variance_of(const double *value, size_t n)
{
  double mean = mean_of(value, n), squares = 0;
  for (size_t i = 0; i < n; i++) squares += (value[i] - mean) * (value[i] - mean);
  return squares / ((double)n - 1) / (double)n;
}

void es_row_error(const struct es_side *side, const struct es_row *row, double *error, double *df)
{
  const double *value = replicates_of(side, row);
  *df = INFINITY;
  *error = -1;
  if (value != NULL) {
    *df = (double)side->replicated - 1;
    *error = sqrt(variance_of(value, side->replicated));
  } else if (isfinite(row->low) && isfinite(row->high) && row->confidence > 0 &&
             row->confidence < 1) {
    double half = fmax(row->value - row->low, row->high - row->value);
    *error = half / es_upper_quantile((1 - row->confidence) / 2, *df);
  }
}

static void pair_by_seed(struct es_change *c, const double *old, const double *new, size_t n)
{
  double sum = 0, squares = 0;
  for (size_t r = 0; r < n; r++) sum += new[r] - old[r];
  c->change = sum / (double)n;
  for (size_t r = 0; r < n; r++) {
    double off = new[r] - old[r] - c->change;
    squares += off * off;
  }
  c->error = sqrt(squares / ((double)n - 1) / (double)n);
  c->df = (double)n - 1;
  c->method = "paired_by_seed";
}

/* Welch 1947, Satterthwaite's df. */
static void compare_unpaired(struct es_change *c, double error1, double df1, double error2,
                             double df2)
{
  double a = error1 * error1, b = error2 * error2;
  c->change = c->new->value - c->old->value;
  c->error = sqrt(a + b);
  c->df = a + b > 0 ? (a + b) * (a + b) / (a * a / df1 + b * b / df2) : fmin(df1, df2);
  c->method = isinf(c->df) ? "unpaired" : "welch";
}

static bool same_number(const struct es_row *a, const struct es_row *b)
{
  bool low = a->low == b->low || (isnan(a->low) && isnan(b->low));
  bool high = a->high == b->high || (isnan(a->high) && isnan(b->high));
  return a->value == b->value && low && high && a->n == b->n;
}

/* What is equal to the last bit is not tested: nothing there could be a false finding. */
static void test(struct es_change *c)
{
  if (c->change == 0 && c->error == 0) return;
  double t = c->error > 0 ? fabs(c->change) / c->error : INFINITY;
  c->p = isinf(t) ? 0 : fmin(1, 2 * es_upper_tail(t, c->df));
}

struct es_change es_change_between(const struct es_side *old, const struct es_row *old_row,
                                   const struct es_side *new, const struct es_row *new_row,
                                   bool same_people)
{
  struct es_change c = {
      .old = old_row, .new = new_row, .change = NAN, .error = NAN, .df = INFINITY, .p = NAN};
  c.method = "";
  if (old_row == NULL || new_row == NULL)
    c.undefined = old_row == NULL ? "not in the first" : "not in the second";
  else if (!is_ok(old_row) || !is_ok(new_row))
    c.undefined = is_ok(old_row) ? new_row->status : old_row->status;
  if (c.undefined != NULL) return c;
  const double *a = replicates_of(old, old_row), *b = replicates_of(new, new_row);
  double error1, error2, df1, df2;
  es_row_error(old, old_row, &error1, &df1);
  es_row_error(new, new_row, &error2, &df2);
  size_t pairs = old->replicated < new->replicated ? old->replicated : new->replicated;
  if (same_people && a != NULL && b != NULL) {
    pair_by_seed(&c, a, b, pairs);
  } else if (same_people && a == NULL && b == NULL && same_number(old_row, new_row)) {
    c.change = c.error = 0;
    c.method = "same";
  } else if (error1 < 0 || error2 < 0) {
    c.change = new_row->value - old_row->value;
    c.undefined = "no interval, so chance cannot be told from change";
    return c;
  } else {
    compare_unpaired(&c, error1, df1, error2, df2);
    bool single = a == NULL || b == NULL, alike = (a == NULL) == (b == NULL);
    c.untold =
        single && !(same_people && alike) && (es_learned(old->results) || es_learned(new->results));
  }
  test(&c);
  return c;
}
