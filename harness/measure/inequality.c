/* Inequality indices of the benefit 1 + decision - outcome. */
#include "harness/measure/inequality.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"

enum index { ENTROPY, THEIL, VARIATION };

/* `people` who all have this benefit. */
struct share {
  double people, benefit;
};

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double es_sum_sorted(double *x, size_t n)
{
  double sum = 0;
  if (n > 1) qsort(x, n, sizeof *x, by_size);
  for (size_t k = 0; k < n; k++) sum += x[k];
  return sum;
}

static struct es_estimate inequality(const struct share *share, size_t shares, enum index index)
{
  struct es_estimate e = {.variance = -1};
  double term[ES_MOST_SORTED];
  if (shares > ES_MOST_SORTED) return (struct es_estimate){.undefined = "too many groups"};
  for (size_t k = 0; k < shares; k++) term[k] = share[k].people;
  e.n = es_sum_sorted(term, shares);
  if (!(e.n > 0)) {
    e.undefined = "nobody with a known outcome";
    return e;
  }
  for (size_t k = 0; k < shares; k++) term[k] = share[k].people * share[k].benefit;
  double mean = es_sum_sorted(term, shares) / e.n;
  if (!(mean > 0)) {
    e.undefined = "nobody has any benefit: all are wrongly denied";
    return e;
  }
  for (size_t k = 0; k < shares; k++) {
    double r = share[k].benefit / mean, x = index == THEIL ? r > 0 ? r * es_log(r) : 0 : r * r - 1;
    term[k] = share[k].people * x;
  }
  e.value = fmax(0, es_sum_sorted(term, shares) / e.n); /* below 0 by rounding only */
  if (index != THEIL) e.value /= 2;
  if (index == VARIATION) e.value = sqrt(2 * e.value);
  return e;
}

/* People wrongly denied, wrongly approved, and the rest with a known outcome. */
static void benefits(const struct es_counts *c, struct share share[3])
{
  double good = es_counts_sum(c, ES_FAVORABLE, -1, -1),
         bad = es_counts_sum(c, ES_UNFAVORABLE, -1, -1);
  double denied = good - es_counts_sum(c, ES_FAVORABLE, -1, ES_APPROVED);
  double approved = es_counts_sum(c, ES_UNFAVORABLE, -1, ES_APPROVED);
  share[0] = (struct share){denied, 0};
  share[1] = (struct share){good - denied + bad - approved, 1};
  share[2] = (struct share){approved, 2};
}

static struct es_estimate of_group(const struct es_counts *c, enum index index)
{
  struct share share[3];
  benefits(c, share);
  return inequality(share, 3, index);
}

struct es_estimate es_generalized_entropy(const struct es_counts *c)
{
  return of_group(c, ENTROPY);
}
struct es_estimate es_theil(const struct es_counts *c) { return of_group(c, THEIL); }
struct es_estimate es_coefficient_of_variation(const struct es_counts *c)
{
  return of_group(c, VARIATION);
}

const char *es_lacks_outcomes(const struct es_counts *c)
{
  return c->tp + c->fp + c->fn + c->tn > 0 ? NULL : "nobody with a known outcome";
}

static struct es_estimate of_groups(const struct es_counts *const *group, size_t groups,
                                    enum index index)
{
  struct share share[ES_MOST_SORTED];
  if (groups > ES_MOST_SORTED) return (struct es_estimate){.undefined = "too many groups"};
  for (size_t g = 0; g < groups; g++) {
    struct share own[3];
    benefits(group[g], own);
    double people = own[0].people + own[1].people + own[2].people;
    share[g] =
        (struct share){people, people > 0 ? (own[1].people + 2 * own[2].people) / people : 0};
  }
  return inequality(share, groups, index);
}

struct es_estimate es_between_group_entropy(const struct es_counts *const *group, size_t groups)
{
  return of_groups(group, groups, ENTROPY);
}
struct es_estimate es_between_group_theil(const struct es_counts *const *group, size_t groups)
{
  return of_groups(group, groups, THEIL);
}
struct es_estimate es_between_group_variation(const struct es_counts *const *group, size_t groups)
{
  return of_groups(group, groups, VARIATION);
}
