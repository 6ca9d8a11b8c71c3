/* Tests between groups, scorers and policies: the rows of the table "tests".
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

/* Two scorers, or one under two policies, on the same people, everyone and group by group;
 * evaluation->scorer, or ->policy, is "A vs B".  Also adds the differences A - B as rows of
 * results, with that reduction. */
enum es_status es_compare_paired(struct es_results *results, const struct es_pair *pair,
                                 const char *reduction, const struct es_evaluation *evaluation,
                                 struct es_context *ctx) ES_CHECKED;
#define ES_BETWEEN_SCORERS  "between_scorers"
#define ES_BETWEEN_POLICIES "between_policies"
bool es_is_paired(const char *reduction);

/* What a test calls the scorer ("A vs B" or one of them): with the policy where there are several.
 */
void es_comparison_name(struct es_text *name, const char *scorer, const char *policy,
                        bool several_policies);

/* Corrects all p-values of the table for their number. */
enum es_status es_tests_correct(struct es_results *results, enum es_correction correction,
                                struct es_context *ctx) ES_CHECKED;

#endif
