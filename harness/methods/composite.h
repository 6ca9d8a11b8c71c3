/* A composite index: indicators normalised, weighted and aggregated by what training showed.
 *
 * The steps of OECD/JRC, Handbook on Constructing Composite Indicators (2008), with the menu of the
 * package COINr: indicator.h has the scales, weights.h the weights that data choose, aggregate.h
 * the means.
 */
#ifndef ES_METHODS_COMPOSITE_H
#define ES_METHODS_COMPOSITE_H

#include "harness/methods/aggregate.h"
#include "harness/methods/indicator.h"

enum es_weighing { ES_WEIGHTS_EQUAL, ES_WEIGHTS_GIVEN, ES_WEIGHTS_PCA, ES_WEIGHTS_CORRELATION };

/* What is not on record: left out, worth 0, or as the average in training. */
enum es_missing { ES_MISSING_RENORMALISE, ES_MISSING_ZERO, ES_MISSING_MEAN };

/* How to make an index.  Means other than the arithmetic see values moved from [0, 1] to
 * [ES_COMPOSITE_FLOOR, 1], and want a bounded scale (es_norm_is_bounded).
 *   weight     ES_WEIGHTS_GIVEN: one per indicator
 *   target     ES_NORM_TARGET: one per indicator
 *   ends       ES_NORM_GOALPOSTS, ES_NORM_SCALED: two per indicator, least and most
 *   copeland   compares by pairs, with at most `rivals` people of training, instead of `mean`
 *   by_source  with a pillar for each source; otherwise all indicators at once
 *   screen     share of the indicators that must be on record */
#define ES_COMPOSITE_FLOOR 0.01
struct es_composite_plan {
  enum es_norm norm;
  enum es_weighing weighing;
  enum es_missing missing;
  enum es_mean mean;
  double power, screen;
  bool copeland, by_source;
  size_t rivals;
  const double *weight, *target, *ends;
};

/* weight sums to 1; 0: the indicator tells nobody apart. */
struct es_composite {
  struct es_indicator *at;
  double *weight;
  size_t count;
  struct es_pillars pillars;
  struct es_rivals rivals;
};

/* Learns an index whose indicators have their column and sign, and whose weights have room.  A
 * target no better than the worst person is ES_INPUT; data that tell nobody apart ES_DEGENERATE. */
enum es_status es_composite_learn(struct es_composite *index, const struct es_composite_plan *plan,
                                  const struct es_training *training,
                                  struct es_context *ctx) ES_CHECKED;

/* The index of a person on the scale of its values (copeland: from 0 to 1); NaN: too little is on
 * record.  `room` holds es_composite_room() numbers. */
double es_composite_of(const struct es_composite *index, const struct es_composite_plan *plan,
                       const struct es_frame *frame, size_t person, double *room);

/* The same of n people from the `first` on, at most ES_LANES. */
void es_composite_block(double *out, const struct es_composite *index,
                        const struct es_composite_plan *plan, const struct es_frame *frame,
                        size_t first, size_t n, double *room);
size_t es_composite_room(const struct es_composite *index);

/* The index in a model file; its pillars are built anew. */
void es_composite_keep(struct es_composite *index, const struct es_composite_plan *plan,
                       struct es_keep *file);

void es_composite_clear(struct es_composite *index);

#endif
