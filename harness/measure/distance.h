/* How differently two groups are scored, from their two curves.  None depends on which is the
 * first. */
#ifndef ES_MEASURE_DISTANCE_H
#define ES_MEASURE_DISTANCE_H

#include "harness/measure/metric.h"

/* Largest distance between the two distributions of scores, and the area between them (the
 * 1-Wasserstein distance, in the score's own units): of scored people with a known outcome. */
struct es_estimate es_score_ks(const struct es_counts *a, const struct es_counts *b);
struct es_estimate es_score_wasserstein(const struct es_counts *a, const struct es_counts *b);

/* xAUC of Kallus & Zhou (2019): P(score of a favourable person of one group > score of an
 * unfavourable person of the other) + P(tie)/2.  The lower of the two ways round, and how far they
 * are apart. */
struct es_estimate es_cross_auc(const struct es_counts *a, const struct es_counts *b);
struct es_estimate es_cross_auc_difference(const struct es_counts *a, const struct es_counts *b);

/* Area between the two ROC curves, slices in absolute value (ABROCA, Gardner et al. 2019). */
struct es_estimate es_abroca(const struct es_counts *a, const struct es_counts *b);

/* Why a group has no scores, or no ROC curve; NULL when it has. */
const char *es_lacks_scores(const struct es_counts *counts);
const char *es_lacks_curve(const struct es_counts *counts);

#endif
