/* Whether a stated probability happens as often as it says: functions of the curve by probability.
 *
 * P is the probability of the positive outcome (--positive), Y = 1 the positive outcome.
 */
#ifndef ES_MEASURE_CALIBRATION_H
#define ES_MEASURE_CALIBRATION_H

#include "harness/measure/metric.h"

/* People in a bin: their weight, their mean probability, and the share whose outcome is positive.
 */
enum { ES_CALIBRATION_BINS = 10 };
struct es_calibration_bin {
  double weight, mean, share;
};

/* Fills `bins` bins, each open below and closed above as in scikit-learn's calibration_curve: of
 * equal width, or between quantiles of P (linear between people, numpy's default).  Empty bins have
 * weight 0.  Returns the weight of all. */
double es_calibration_bins(const struct es_counts *counts, bool quantiles,
                           struct es_calibration_bin *bin, size_t bins);

/* Sum over bins of share of people × |mean probability - share of positives|. */
struct es_estimate es_calibration_error(const struct es_counts *counts);
struct es_estimate es_calibration_error_quantile(const struct es_counts *counts);
struct es_estimate es_calibration_error_max(const struct es_counts *counts);

/* Murphy's split of the Brier score over the equal bins (1973).  Brier = reliability - resolution +
 * uncertainty + within_bins, the last being what a bin's spread adds (Stephenson et al. 2008). */
struct es_estimate es_brier_reliability(const struct es_counts *counts);
struct es_estimate es_brier_resolution(const struct es_counts *counts);
struct es_estimate es_brier_uncertainty(const struct es_counts *counts);
struct es_estimate es_brier_within_bins(const struct es_counts *counts);

/* logit P(Y=1) = a + b logit P by maximum likelihood: the slope b (Cox 1958), and a where b is held
 * at 1, the calibration in the large (Van Calster et al. 2019). */
struct es_estimate es_calibration_slope(const struct es_counts *counts);
struct es_estimate es_calibration_intercept(const struct es_counts *counts);

#endif
