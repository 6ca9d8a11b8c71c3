/* Many indicators into one number: means over a tree of pillars, and Copeland's comparison. */
#ifndef ES_METHODS_AGGREGATE_H
#define ES_METHODS_AGGREGATE_H

#include "harness/base/status.h"

/* The generalised mean of power p is (sum w x^p / sum w)^(1/p); geometric at p = 0. */
enum es_mean { ES_MEAN_ARITHMETIC, ES_MEAN_GEOMETRIC, ES_MEAN_HARMONIC, ES_MEAN_GENERALISED };

/* A tree: node 0 is the whole, and parent[k] < k.  of[i] is the node that indicator i belongs to.
 * A pillar counts 1 in the one above it. */
struct es_pillars {
  size_t *parent, *of, nodes, indicators;
  char **name;
};

/* path[i]: the pillars of indicator i from the top, joined by /: "sustainability/social"; ""
 * belongs to a pillar of that name.  path NULL: all belong to the whole. */
enum es_status es_pillars_build(struct es_pillars *pillars, const char *const *path,
                                size_t indicators, struct es_context *ctx) ES_CHECKED;

/* value[k]: the mean of node k, NaN where nothing is there; x[i] NaN: not there.  All but the
 * arithmetic mean want x > 0.  value and total have room for every node.  Returns value[0]. */
double es_pillars_mean(const struct es_pillars *pillars, enum es_mean mean, double power,
                       const double *x, const double *weight, double *value, double *total);

void es_pillars_clear(struct es_pillars *pillars);

/* People to be compared with: x (count × indicators, NaN: not there). */
struct es_rivals {
  double *x, *weight;
  size_t count, indicators;
};

/* The weight of the rivals whom a person beats, less that of those who beat the person, over that
 * of all: from -1 to 1.  Of two people that one wins who is better in more of the weight of what
 * both have; ties count half (A. H. Copeland; G. Munda, M. Nardo, Appl. Econ. 41 (2009) 1513-1523).
 * */
double es_rivals_compare(const struct es_rivals *rivals, const double *x, const double *weight);

void es_rivals_clear(struct es_rivals *rivals);

#endif
