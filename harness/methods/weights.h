/* Weights of a composite index that the data choose.
 *
 * Both start from the correlations of the columns in training, what is missing being set to the
 * mean; and both end on a grid of 2^-24, which hides what BLAS kernels differ in.
 */
#ifndef ES_METHODS_WEIGHTS_H
#define ES_METHODS_WEIGHTS_H

#include "harness/methods/indicator.h"

/* Squared loadings of the first principal component (after OECD/JRC 2008, 6.1).  Every column must
 * vary.  ES_DEGENERATE: no component is the first. */
enum es_status es_weights_pca(double *weight, const struct es_indicator *const *one, size_t count,
                              const struct es_training *training,
                              struct es_context *ctx) ES_CHECKED;

/* Weights with which every column, normalised, has the same correlation with their weighted mean
 * (after W. Becker et al., Ecol. Indic. 80 (2017) 12-22).  Every column must vary, and `how` be
 * even (es_indicator_slope).  *least and *most: the correlations that were reached; they differ
 * where only weights below 0 could make them the same. */
enum es_status es_weights_correlation(double *weight, double *least, double *most,
                                      const struct es_indicator *const *one, size_t count,
                                      enum es_norm how, const struct es_training *training,
                                      struct es_context *ctx) ES_CHECKED;

#endif
