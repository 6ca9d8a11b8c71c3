/* Means over pillars, and comparison by pairs. */
#include "harness/methods/aggregate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"

/* --- pillars ---------------------------------------------------------------------------------- */

/* The node of this name under `parent`, made when it is not there yet; SIZE_MAX: no memory. */
static size_t find_node(struct es_pillars *p, size_t parent, const char *name, size_t size,
                        struct es_context *ctx)
{
  for (size_t k = 1; k < p->nodes; k++)
    if (p->parent[k] == parent && strlen(p->name[k]) == size &&
        strncmp(p->name[k], name, size) == 0)
      return k;
  char *copy = es_alloc(size + 1, 1, ctx);
  if (copy == NULL) return SIZE_MAX;
  memcpy(copy, name, size);
  p->parent[p->nodes] = parent;
  p->name[p->nodes] = copy;
  return p->nodes++;
}

enum es_status es_pillars_build(struct es_pillars *pillars, const char *const *path,
                                size_t indicators, struct es_context *ctx)
{
  size_t room = 1;
  for (size_t i = 0; i < indicators && path != NULL; i++) {
    room++;
    for (const char *at = path[i]; *at != '\0'; at++) room += *at == '/';
  }
  *pillars = (struct es_pillars){.nodes = 1, .indicators = indicators};
  pillars->parent = es_alloc(room, sizeof *pillars->parent, ctx);
  pillars->name = es_alloc(room, sizeof *pillars->name, ctx);
  pillars->of = es_alloc(indicators, sizeof *pillars->of, ctx);
  if (!pillars->parent || !pillars->name || !pillars->of) return ES_NOMEM;
  for (size_t i = 0; i < indicators && path != NULL; i++) {
    const char *at = path[i];
    for (bool more = true; more; at++) {
      size_t size = strcspn(at, "/");
      pillars->of[i] = find_node(pillars, pillars->of[i], at, size, ctx);
      if (pillars->of[i] == SIZE_MAX) return ES_NOMEM;
      at += size;
      more = *at == '/';
    }
  }
  return ES_OK;
}

static double bend(enum es_mean mean, double power, double x)
{
  switch (mean) {
  case ES_MEAN_ARITHMETIC: return x;
  case ES_MEAN_GEOMETRIC: return es_log(x);
  case ES_MEAN_HARMONIC: return 1 / x;
  case ES_MEAN_GENERALISED: return power == 0 ? es_log(x) : es_pow(x, power);
  }
  return x;
}

static double unbend(enum es_mean mean, double power, double y)
{
  switch (mean) {
  case ES_MEAN_ARITHMETIC: return y;
  case ES_MEAN_GEOMETRIC: return es_exp(y);
  case ES_MEAN_HARMONIC: return 1 / y;
  case ES_MEAN_GENERALISED: return power == 0 ? es_exp(y) : es_pow(y, 1 / power);
  }
  return y;
}

double es_pillars_mean(const struct es_pillars *pillars, enum es_mean mean, double power,
                       const double *x, const double *weight, double *value, double *total)
{
  for (size_t k = 0; k < pillars->nodes; k++) value[k] = total[k] = 0;
  for (size_t i = 0; i < pillars->indicators; i++) {
    if (isnan(x[i])) continue;
    value[pillars->of[i]] += weight[i] * bend(mean, power, x[i]);
    total[pillars->of[i]] += weight[i];
  }
  for (size_t k = pillars->nodes; k-- > 0;) {
    value[k] = total[k] > 0 ? unbend(mean, power, value[k] / total[k]) : NAN;
    if (k == 0 || isnan(value[k])) continue;
    value[pillars->parent[k]] += bend(mean, power, value[k]);
    total[pillars->parent[k]] += 1;
  }
  return value[0];
}

void es_pillars_clear(struct es_pillars *pillars)
{
  for (size_t k = 1; k < pillars->nodes && pillars->name != NULL; k++) free(pillars->name[k]);
  free(pillars->parent);
  free(pillars->name);
  free(pillars->of);
  *pillars = (struct es_pillars){0};
}

/* --- pairs ------------------------------------------------------------------------------------ */

double es_rivals_compare(const struct es_rivals *rivals, const double *x, const double *weight)
{
  double won = 0, all = 0;
  for (size_t r = 0; r < rivals->count; r++) {
    const double *other = rivals->x + r * rivals->indicators;
    double ahead = 0, both = 0;
    for (size_t i = 0; i < rivals->indicators; i++) {
      if (isnan(x[i]) || isnan(other[i])) continue;
      both += weight[i];
      if (x[i] != other[i]) ahead += x[i] > other[i] ? weight[i] : -weight[i];
    }
    all += rivals->weight[r];
    if (fabs(ahead) > 1e-12 * both) won += ahead > 0 ? rivals->weight[r] : -rivals->weight[r];
  }
  return all > 0 ? won / all : 0;
}

void es_rivals_clear(struct es_rivals *rivals)
{
  free(rivals->x);
  free(rivals->weight);
  *rivals = (struct es_rivals){0};
}
