/* What the order of scores says: functions of a curve. */
#ifndef ES_MEASURE_CURVE_H
#define ES_MEASURE_CURVE_H

#include "harness/measure/metric.h"

/* P(score of a favourable person > score of an unfavourable one), ties counting half; variance by
 * DeLong, DeLong & Clarke-Pearson (Biometrics 44, 1988), undefined with a single person in a class.
 */
struct es_estimate es_curve_auc(const struct es_counts *counts);

/* 2 AUC - 1, with its variance. */
struct es_estimate es_curve_gini(const struct es_counts *counts);

/* Largest distance between the two classes' score distributions (Kolmogorov-Smirnov). */
struct es_estimate es_curve_ks(const struct es_counts *counts);

/* Sum over distinct scores, from the best down, of precision × gain in recall; the positive class
 * is the favourable outcome, or the adverse one with the scores reversed (--positive adverse). */
struct es_estimate es_curve_average_precision(const struct es_counts *counts);

/* Area under the ROC curve of the positive class where FPR is at most 0.2; and McClish's correction
 * of it (Medical Decision Making 9, 1989), 0.5 for chance. */
struct es_estimate es_curve_partial_auc(const struct es_counts *counts);
struct es_estimate es_curve_partial_auc_corrected(const struct es_counts *counts);

/* Mean score, as it was given, of each class. */
struct es_estimate es_curve_balance_positive(const struct es_counts *counts);
struct es_estimate es_curve_balance_negative(const struct es_counts *counts);

#endif
