/* Intervals for numbers that have no closed form, by resampling a tally.
 *
 * A tally is people in cells, so resampling its people is one multinomial draw over the cells,
 * exact in distribution, and as cheap for a country as for a village (Efron & Tibshirani 1993).
 * Scores in more than ES_BOOTSTRAP_POINTS cells are pooled with their neighbours for this purpose
 * only; the interval is moved by what pooling changes in the number itself.  In weighted data each
 * person drawn brings the mean weight of their cell.
 */
#ifndef ES_MEASURE_BOOTSTRAP_H
#define ES_MEASURE_BOOTSTRAP_H

#include "harness/statistics/interval.h"
#include "harness/measure/tally.h"

enum { ES_BOOTSTRAP_POINTS = 4096 };

/* What is to be computed anew from each tally that is drawn: `values` in the order of the
 * estimates, NaN where undefined.  Called from several threads. */
typedef enum es_status (*es_statistics)(double *values, struct es_tally *tally, const void *closure,
                                        struct es_context *ctx);

/* estimate: the numbers themselves (NaN: undefined, skipped), interval and method: what comes of
 * it. bootstrap_bca         bias-corrected and accelerated (Efron 1987), acceleration by a
 * jackknife over groups of cells bootstrap_basic       for the worst of several, and where nine in
 * ten replicates lie on one side of the number: they are off by about as much as the number is, and
 * mirrored bootstrap_percentile  where all replicates are the number itself No interval (NaN, "")
 * where fewer than nine in ten replicates are defined. worst  per estimate; NULL: none.  A gap's
 * interval does not go below 0, a ratio's not above 1. */
enum es_worst { ES_NOT_CHOSEN, ES_WORST_GAP, ES_WORST_RATIO };
struct es_bootstrap {
  size_t count;
  const double *estimate;
  const enum es_worst *worst;
  struct es_interval *interval;
  const char **method;
};

/* `tally` must have been sorted (es_tally_sort).  The same intervals for any number of threads. */
enum es_status es_bootstrap(const struct es_bootstrap *b, const struct es_tally *tally,
                            size_t replicates, double confidence, es_statistics statistics,
                            const void *closure, struct es_context *ctx) ES_CHECKED;

/* Tallies that es_bootstrap draws, for those who want the draws themselves. */
struct es_resample;
enum es_status es_resample_create(struct es_resample **resample, const struct es_tally *tally,
                                  struct es_context *ctx) ES_CHECKED;
/* Room for a drawn tally (cleared by es_tally_clear), and the tally itself with scores pooled. */
enum es_status es_resample_room(struct es_tally *room, const struct es_resample *resample,
                                struct es_context *ctx) ES_CHECKED;
void es_resample_base(struct es_tally *room, const struct es_resample *resample);
enum es_status es_resample_draw(struct es_tally *room, const struct es_resample *resample,
                                uint32_t number, struct es_context *ctx) ES_CHECKED;
void es_resample_free(struct es_resample *resample);

/* The BCa interval from replicates (sorted in place) around `value`. */
struct es_interval es_bca(double *replicate, size_t n, double value, double acceleration,
                          double confidence, const char **method);

#endif
