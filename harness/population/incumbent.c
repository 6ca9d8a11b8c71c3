/* Selective labels: scorers learn only from people whom the policy before them approved.
 *
 * The incumbent looks at one column and approves those on the better side of a cut-off.  Given a
 * share to approve, the cut-off is that share's quantile among people of a pilot of its own, so
 * that it is a fact about the population: no seed and no size moves it.
 */
#include "harness/population/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PILOT = 20000 };

/* What the incumbent goes by, turned so that more is better; NaN where it has nothing to go by. */
static double standing(const struct es_population *p, const double *const *value,
                       const uint8_t *const *seen, size_t i)
{
  size_t c = p->incumbent_column;
  return seen[c][i] ? p->column[c].direction * value[c][i] : (double)NAN;
}

bool es_population_approved(const struct es_population *p, const double *const *value,
                            const uint8_t *const *seen, size_t i)
{
  if (p->incumbent_column == SIZE_MAX) return true;
  double x = standing(p, value, seen, i);
  return isnan(x) ? p->settings.incumbent_unseen != 0 : x >= p->incumbent_cutoff;
}

double es_population_incumbent(const struct es_population *p, const double *const *value,
                               const uint8_t *const *seen, size_t i)
{
  if (p->incumbent_column == SIZE_MAX) return NAN;
  double x = standing(p, value, seen, i);
  return isnan(x) && p->settings.incumbent_unseen != 0 ? 0 : x - p->incumbent_cutoff;
}

static int descending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? 1 : x > y ? -1 : 0;
}

/* Room for the pilot's people and all that is seen of them. */
struct pilot {
  struct es_truth truth;
  uint64_t *person;
  double **value, *standing;
  uint8_t **seen;
};

static enum es_status make_pilot(struct pilot *x, const struct es_population *p,
                                 struct es_context *ctx)
{
  ES_TRY(es_truth_create(&x->truth, PILOT, ctx));
  x->person = es_alloc(PILOT, sizeof *x->person, ctx);
  x->standing = es_alloc(PILOT, sizeof *x->standing, ctx);
  x->value = es_alloc(p->columns, sizeof *x->value, ctx);
  x->seen = es_alloc(p->columns, sizeof *x->seen, ctx);
  if (!x->person || !x->standing || !x->value || !x->seen) return ES_NOMEM;
  for (size_t c = 0; c < p->columns; c++) {
    x->value[c] = es_alloc(PILOT, sizeof **x->value, ctx);
    x->seen[c] = es_alloc(PILOT, sizeof **x->seen, ctx);
    if (x->value[c] == NULL || x->seen[c] == NULL) return ES_NOMEM;
  }
  for (size_t i = 0; i < PILOT; i++) x->person[i] = ES_PILOT_ADDRESS + i;
  x->truth.person = x->person;
  return ES_OK;
}

static void clear_pilot(struct pilot *x, size_t columns)
{
  for (size_t c = 0; x->value != NULL && c < columns; c++) free(x->value[c]);
  for (size_t c = 0; x->seen != NULL && c < columns; c++) free(x->seen[c]);
  free(x->value);
  free(x->seen);
  free(x->person);
  free(x->standing);
  es_truth_clear(&x->truth);
}

static enum es_status find_cutoff(struct es_population *p, struct pilot *x, struct es_context *ctx)
{
  struct es_context seedless = {0};
  size_t known = 0;
  ES_TRY(make_pilot(x, p, ctx));
  es_population_people(p, &seedless, &x->truth);
  if (es_population_observe(p, &x->truth, x->value, x->seen, &seedless) != ES_OK)
    return es_fail(ctx, ES_NOMEM, "out of memory");
  for (size_t i = 0; i < PILOT; i++) {
    double s = standing(p, (const double *const *)x->value, (const uint8_t *const *)x->seen, i);
    if (!isnan(s)) x->standing[known++] = s;
  }
  if (known == 0)
    return es_fail(ctx, ES_INPUT, "%s: nobody is seen in incumbent = %s", p->ini.name,
                   p->settings.incumbent);
  qsort(x->standing, known, sizeof *x->standing, descending);
  size_t approved = (size_t)(p->settings.incumbent_share * (double)known + 0.5);
  p->incumbent_cutoff = approved > 0 ? x->standing[approved - 1] : x->standing[0] + 1;
  return ES_OK;
}

static enum es_status find_column(struct es_population *p, struct es_context *ctx)
{
  for (size_t c = 0; c < p->columns; c++)
    if (strcmp(p->column[c].name, p->settings.incumbent) == 0) p->incumbent_column = c;
  if (p->incumbent_column != SIZE_MAX && p->column[p->incumbent_column].direction != 0)
    return ES_OK;
  if (p->incumbent_column == SIZE_MAX)
    es_fail(
        ctx, ES_INPUT,
        "incumbent = %s: name the column that the incumbent policy looked at, like credit.arrears",
        p->settings.incumbent);
  else
    es_fail(ctx, ES_INPUT, "incumbent = %s: say what more of it means: direction = for or against",
            p->settings.incumbent);
  return es_settings_wrong(p, "population", "incumbent", ctx);
}

enum es_status es_incumbent_find(struct es_population *p, struct es_context *ctx)
{
  p->incumbent_column = SIZE_MAX;
  if (p->settings.labels == 0) return ES_OK;
  ES_TRY(find_column(p, ctx));
  p->incumbent_cutoff = p->settings.incumbent_cutoff * p->column[p->incumbent_column].direction;
  if (es_ini_find(&p->ini, "population", "incumbent_cutoff") != NULL) return ES_OK;
  struct pilot pilot = {0};
  enum es_status status = find_cutoff(p, &pilot, ctx);
  clear_pilot(&pilot, p->columns);
  return status;
}
