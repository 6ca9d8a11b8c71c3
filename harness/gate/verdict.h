/* Verdicts: whether each gated number got worse by more than its tolerance, for certain.
 *
 * The worsening w of a number has an interval [low, high].  low > tolerance: a regression; high <
 * -tolerance: an improvement; high <= tolerance: pass; otherwise the interval holds both, and the
 * verdict is inconclusive.  Intervals are as wide as Holm's procedure asks of their rank, so the
 * chance of any false regression among all numbers is at most the level.
 */
#ifndef ES_GATE_VERDICT_H
#define ES_GATE_VERDICT_H

#include "harness/gate/change.h"

#define ES_FINDINGS(X)                                                                             \
  X(PASS, "pass")                                                                                  \
  X(REGRESSION, "regression") X(IMPROVEMENT, "improvement") X(INCONCLUSIVE, "inconclusive")
enum es_finding {
#define ES_FINDING_ENUM(name, text) ES_##name,
  ES_FINDINGS(ES_FINDING_ENUM)
#undef ES_FINDING_ENUM
      ES_FINDING_COUNT
};
extern const char *const es_finding_text[ES_FINDING_COUNT];

/* What is judged.  Filled by the caller: worsening, error, df, tolerance, and
 *   settled  the verdict is given without numbers; it is not in the family (nor is what has no
 * error) untold   a regression could be luck that the error does not hold limit    to be well
 * within it is a pass, and no improvement Then come the interval, and p (one-sided, against a
 * worsening of at most the tolerance). */
struct es_judged {
  double worsening, error, df, tolerance;
  bool settled, untold, limit;
  double low, high, p, p_adjusted;
  enum es_finding verdict;
};
enum es_status es_judge(struct es_judged *judged, size_t count, double level,
                        struct es_context *ctx) ES_CHECKED;

/* The chance that a worsening of `true_worsening` is found a regression, at that one-sided level:
 * the noncentral t distribution, by Simpson's rule over the estimated error. */
double es_detection_rate(double true_worsening, double tolerance, double error, double df,
                         double level);

/* The smallest worsening found with that power; and the factor by which the squared error must
 * shrink (people or, at the same df, replicates must grow) to find `worsening`.  INFINITY where
 * nothing helps: it is within the tolerance. */
double es_detectable(double tolerance, double error, double df, double level, double power);
double es_shrink_needed(double worsening, double tolerance, double error, double df, double level,
                        double power);

#endif
