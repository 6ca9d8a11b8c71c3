/* How much a composite index hangs on the choices of whoever made it: the same people ranked by
 * many other ways to make it.
 *
 * After M. Saisana, A. Saltelli, S. Tarantola, J. R. Stat. Soc. A 168 (2005) 307-323; but as there
 * are few choices, every combination is tried instead of a sample of them.
 */
#ifndef ES_METHODS_RANKBANDS_H
#define ES_METHODS_RANKBANDS_H

#include "harness/methods/composite.h"

/* Ranks are shares of the people who have a score: 0 worst, 1 best.  A person's band reaches from
 * the 5th to the 95th percentile of the ways.
 *   ways, people  that were compared; 0 people: too few have a score
 *   shift         average over people and ways of how far a rank is from the index's own
 *   median, wide  width of the band: half of the people have a wider one; one in ten has
 *   crossing      share of the people whose band holds both halves of the people */
struct es_rank_bands {
  size_t ways, people;
  double shift, median, wide, crossing;
};

/* Tries minmax, zscore and percentile; the plan's weights and equal ones (for equal ones those of
 * the principal component, where there is a first); the arithmetic, geometric and harmonic mean
 * where they can be had; and each treatment of what is missing.  why[i]: ES_SCORED, or the person
 * does not take part. */
enum es_status es_rank_bands(struct es_rank_bands *bands, const struct es_composite *index,
                             const struct es_composite_plan *plan,
                             const struct es_training *training, const uint8_t *why,
                             struct es_context *ctx) ES_CHECKED;

#endif
