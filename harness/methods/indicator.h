/* An indicator of a composite index: what training showed of a column, and its values on a common
 * scale.
 *
 * More is better for the person afterwards: a column that speaks against a person is turned round.
 * The ways are those of the package COINr (Becker et al., J. Open Source Softw. 7 (2022) 4567) for
 * the people of training; others are placed among these.
 */
#ifndef ES_METHODS_INDICATOR_H
#define ES_METHODS_INDICATOR_H

#include "harness/base/frame.h"
#include "harness/base/keep.h"
#include "harness/base/status.h"

/*   MINMAX      share of the range in training, cut off at 0 and 1
 *   ZSCORE      standard deviations (n - 1) above the mean
 *   RANK        1 + people who are worse
 *   PERCENTILE  people who are worse / (people - 1), cut off at 1
 *   BORDA       people who are worse
 *   TARGET      share of the way from the worst to `to`, cut off at 0 and 1
 *   GOALPOSTS   share of the way between `from` and `to`, cut off at 0 and 1
 *   SCALED      the same, not cut off
 *   FRACMAX     share of the largest; only for columns of which more is better */
enum es_norm {
  ES_NORM_MINMAX,
  ES_NORM_ZSCORE,
  ES_NORM_RANK,
  ES_NORM_PERCENTILE,
  ES_NORM_BORDA,
  ES_NORM_TARGET,
  ES_NORM_GOALPOSTS,
  ES_NORM_SCALED,
  ES_NORM_FRACMAX
};

/* Whether its values are shares, which 0 and 1 mark the worst and best of; and whether they never
 * leave [0, 1]. */
bool es_norm_is_share(enum es_norm how);
bool es_norm_is_bounded(enum es_norm how);

/* A column that takes part.
 *   sign    +1 or -1: which way it speaks
 *   known   somebody in training has a value: low, high, mean and sd mean something
 *   people  their number, and total their weight
 *   value   for ranks: distinct values, ascending; under[k]: weight of the people under value[k],
 *           under[values]: of all */
struct es_indicator {
  size_t column;
  double sign;
  bool known;
  double low, high, mean, sd, people, total, from, to;
  double *value, *under;
  size_t values;
};

/* The weight of a person whose value is there; 0: not there. */
double es_indicator_weight(const struct es_training *training, size_t column, size_t person);

/* Fills what training shows: known … total; and what ranks need. */
void es_indicator_survey(struct es_indicator *one, const struct es_training *training);
enum es_status es_indicator_rank(struct es_indicator *one, const struct es_training *training,
                                 struct es_context *ctx) ES_CHECKED;

/* Whether it is not the same for everybody in training. */
bool es_indicator_varies(const struct es_indicator *one);

/* Whether values of this kind can tell people apart. */
bool es_indicator_tells(const struct es_indicator *one, enum es_norm how);

double es_indicator_value(const struct es_indicator *one, enum es_norm how, double x);

/* How much a normalised value changes per unit of the column, inside its ends; 0: not evenly. */
double es_indicator_slope(const struct es_indicator *one, enum es_norm how);

/* All of it in a model file. */
void es_indicator_keep(struct es_indicator *one, struct es_keep *file);

void es_indicator_clear(struct es_indicator *one);

#endif
