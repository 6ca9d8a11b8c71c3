/* Tests between groups and between scorers: the rows of the table "tests".
 *
 * What is tested: AUC, accuracy, selection and abstention, wrongful denial and approval, as far as
 * --metrics has them, and whatever else it names.
 */
#ifndef ES_MEASURE_COMPARE_H
#define ES_MEASURE_COMPARE_H

#include "harness/measure/evaluate.h"
#include "harness/measure/paired.h"
#include "harness/statistics/significance.h"

/* One scorer between the groups of each attribute ("logistic: rural vs urban"): all pairs, or each
 * against the reference where one is named; crossed groups against a crossed reference only. */
enum es_status es_compare_groups(struct es_results *results, const struct es_tally *tally,
                                 const struct es_evaluation *evaluation,
                                 struct es_context *ctx) ES_CHECKED;

/* Two scorers on the same people, everyone and group by group; evaluation->scorer is "A vs B". Also
 * adds the differences A - B as rows of results, with reduction "between_scorers". */
enum es_status es_compare_scorers(struct es_results *results, const struct es_pair *pair,
                                  const struct es_evaluation *evaluation,
                                  struct es_context *ctx) ES_CHECKED;
#define ES_BETWEEN_SCORERS "between_scorers"

/* Corrects all p-values of the table for their number. */
enum es_status es_tests_correct(struct es_results *results, enum es_correction correction,
                                struct es_context *ctx) ES_CHECKED;

#endif
