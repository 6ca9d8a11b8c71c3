/* The table of measures.  Names are fairlearn's where it has one; each row states its own formula.
 *
 * In formulas, Y is the outcome and D the decision, 1 = the positive class (--positive); "good" is
 * a person with the favourable outcome, "bad" one with the unfavourable, whatever is positive.
 * People without a score stand in every denominator unless the name ends in _scored.
 */
#include "harness/measure/metric.h"

#include <string.h>
#include "harness/measure/calibration.h"
#include "harness/measure/cost.h"
#include "harness/measure/curve.h"
#include "harness/measure/inequality.h"
#include "harness/measure/reasons.h"
#include "harness/measure/utility.h"

#define RATE(name)                     static struct es_ratio name(const struct es_counts *c)
#define SUM(outcome, scored, decision) es_counts_sum(c, outcome, scored, decision)
enum { ANY = -1 };

RATE(coverage_rate) { return (struct es_ratio){SUM(ANY, 1, ANY), c->people}; }
RATE(abstention_rate) { return (struct es_ratio){SUM(ANY, 0, ANY), c->people}; }
RATE(review_rate) { return (struct es_ratio){SUM(ANY, ANY, ES_REVIEWED), c->people}; }
RATE(selection_rate)
{
  return (struct es_ratio){SUM(ANY, ANY, c->positive_is_adverse ? ES_DENIED : ES_APPROVED),
                           c->people};
}
RATE(selection_rate_scored)
{
  return (struct es_ratio){SUM(ANY, 1, c->positive_is_adverse ? ES_DENIED : ES_APPROVED),
                           SUM(ANY, 1, ANY)};
}
RATE(base_rate) { return (struct es_ratio){c->tp + c->fn, c->tp + c->fn + c->fp + c->tn}; }
RATE(true_positive_rate) { return (struct es_ratio){c->tp, c->tp + c->fn}; }
RATE(false_negative_rate) { return (struct es_ratio){c->fn, c->tp + c->fn}; }
RATE(false_positive_rate) { return (struct es_ratio){c->fp, c->fp + c->tn}; }
RATE(true_negative_rate) { return (struct es_ratio){c->tn, c->fp + c->tn}; }
RATE(precision) { return (struct es_ratio){c->tp, c->tp + c->fp}; }
RATE(false_discovery_rate) { return (struct es_ratio){c->fp, c->tp + c->fp}; }
RATE(negative_predictive_value) { return (struct es_ratio){c->tn, c->tn + c->fn}; }
RATE(false_omission_rate) { return (struct es_ratio){c->fn, c->tn + c->fn}; }
RATE(accuracy) { return (struct es_ratio){c->tp + c->tn, c->tp + c->fn + c->fp + c->tn}; }
RATE(error_rate) { return (struct es_ratio){c->fp + c->fn, c->tp + c->fn + c->fp + c->tn}; }
RATE(wrongful_denial_rate)
{
  return (struct es_ratio){SUM(ES_FAVORABLE, ANY, ES_DENIED), SUM(ES_FAVORABLE, ANY, ANY)};
}
RATE(wrongful_denial_rate_scored)
{
  return (struct es_ratio){SUM(ES_FAVORABLE, 1, ES_DENIED), SUM(ES_FAVORABLE, 1, ANY)};
}
RATE(wrongful_approval_rate)
{
  return (struct es_ratio){SUM(ES_UNFAVORABLE, ANY, ES_APPROVED), SUM(ES_UNFAVORABLE, ANY, ANY)};
}

static struct es_ratio of_wronged(const struct es_counts *c, enum es_harm_count what)
{
  if (c->harm == NULL) return (struct es_ratio){0, 0};
  return (struct es_ratio){(double)c->harm->count[what], (double)c->harm->count[ES_HARM_WRONGED]};
}
RATE(never_knew_share)
{
  struct es_ratio knew = of_wronged(c, ES_HARM_KNEW);
  return (struct es_ratio){knew.whole - knew.part, knew.whole};
}
RATE(uncorrected_share)
{
  struct es_ratio corrected = of_wronged(c, ES_HARM_CORRECTED);
  return (struct es_ratio){corrected.whole - corrected.part, corrected.whole};
}
RATE(notified_share) { return of_wronged(c, ES_HARM_TOLD); }
RATE(disputed_share) { return of_wronged(c, ES_HARM_DISPUTED); }
RATE(reinserted_share)
{
  return (struct es_ratio){of_wronged(c, ES_HARM_REINSERTED).part,
                           of_wronged(c, ES_HARM_CORRECTED).part};
}

static struct es_estimate balanced_accuracy(const struct es_counts *c)
{
  double positive = c->tp + c->fn, negative = c->fp + c->tn;
  struct es_estimate e = {.n = positive + negative, .variance = -1, .method = "normal"};
  if (positive == 0)
    e.undefined = "nobody of the positive class";
  else if (negative == 0)
    e.undefined = "nobody of the negative class";
  if (e.undefined != NULL) return e;
  double tpr = c->tp / positive, tnr = c->tn / negative;
  e.value = (tpr + tnr) / 2;
  e.variance = (tpr * (1 - tpr) / positive + tnr * (1 - tnr) / negative) / 4 / c->effective;
  return e;
}

/* Its variance by the delta method, with a = tp/n and b = (fp + fn)/n. */
static struct es_estimate f1(const struct es_counts *c)
{
  double n = c->tp + c->fp + c->fn + c->tn, twice = 2 * c->tp + c->fp + c->fn;
  struct es_estimate e = {.n = n, .variance = -1, .method = "delta"};
  if (twice == 0) {
    e.undefined = "0 of 0: nobody is positive and nobody selected";
    return e;
  }
  double a = c->tp / n, b = (c->fp + c->fn) / n, d = twice / n;
  e.value = 2 * c->tp / twice;
  e.variance = 4 * a * b * (a + b) / (d * d * d * d) / (n * c->effective);
  return e;
}

static struct es_estimate treatment_equality(const struct es_counts *c)
{
  struct es_estimate e = {.n = c->fn + c->fp, .variance = -1};
  if (e.n == 0)
    e.undefined = "0 of 0: no wrong decisions";
  else if (c->fp == 0)
    e.undefined = "division by zero: no false positives";
  else
    e.value = c->fn / c->fp;
  return e;
}

struct es_estimate es_estimate_mean(double sum, double square, double n, double effective)
{
  double value = sum / n, variance = square / n - value * value, people = n * effective;
  if (people <= 1) return (struct es_estimate){.value = value, .n = n, .variance = -1};
  return (struct es_estimate){.value = value,
                              .n = n,
                              .method = "normal",
                              .variance = (variance > 0 ? variance : 0) / people};
}

static struct es_estimate of_probability(const struct es_counts *c, double sum, double square)
{
  if (c->probability_weight > 0)
    return es_estimate_mean(sum, square, c->probability_weight, c->effective);
  return (struct es_estimate){.undefined = "no probability: the score is not one"};
}

static struct es_estimate brier(const struct es_counts *c)
{
  return of_probability(c, c->brier, c->brier_square);
}
static struct es_estimate log_loss(const struct es_counts *c)
{
  return of_probability(c, c->loss, c->loss_square);
}

static struct es_estimate restriction_days(const struct es_counts *c)
{
  if (c->people == 0) return (struct es_estimate){.undefined = "nobody in this group"};
  if (c->consequence.term < 0)
    return (struct es_estimate){.undefined = "no term of a denial is stated"};
  struct es_estimate e = es_estimate_mean(c->days, c->days_square, c->people, c->effective);
  e.value *= 1000;
  e.variance *= 1e6;
  return e;
}

const char *const es_family_names[ES_FAMILIES] = {"coverage", "accuracy", "disparity", "impact"};

#define COVERAGE           ES_FAMILY_COVERAGE
#define ACCURACY           ES_FAMILY_ACCURACY
#define DISPARITY          ES_FAMILY_DISPARITY
#define IMPACT             ES_FAMILY_IMPACT
#define BY_RATE(f)         .name = #f, .rate = f, .version = 1
#define BY_ESTIMATE(id, f) .name = id, .estimate = f, .version = 1

const struct es_metric es_metrics[] = {
    {BY_ESTIMATE("auc", es_curve_auc), .headline = true, .share = true, .label = "AUC",
     .direction = 1, .family = ACCURACY, .by_default = true,
     .formula = "P(score of a good > score of a bad) + P(tie)/2, among the scored",
     .summary = "how well the score orders people", .reference = "DeLong et al. 1988"},
    {BY_ESTIMATE("brier", brier), .headline = true, .label = "Brier", .direction = -1,
     .family = ACCURACY, .by_default = true,
     .formula = "mean (probability - outcome)^2, among the scored",
     .summary = "how far the stated probabilities are off", .reference = "Brier 1950"},
    {BY_ESTIMATE("log_loss", log_loss), .label = "log loss", .direction = -1, .family = ACCURACY,
     .by_default = true, .formula = "mean -ln(probability of what happened), clipped at 1e-15",
     .summary = "the same, punishing confident mistakes", .reference = "Good 1952"},
    {BY_ESTIMATE("gini", es_curve_gini), .label = "Gini", .direction = 1, .family = ACCURACY,
     .formula = "2 AUC - 1", .summary = "the credit field's name for the AUC",
     .reference = "Somers 1962"},
    {BY_ESTIMATE("ks", es_curve_ks), .label = "KS", .direction = 1, .family = ACCURACY,
     .formula = "max |F_good(s) - F_bad(s)|", .summary = "the best separation at any one cut-off",
     .reference = "Kolmogorov 1933, Smirnov 1939"},
    {BY_ESTIMATE("average_precision", es_curve_average_precision), .label = "avg precision",
     .direction = 1, .family = ACCURACY, .formula = "sum (R_k - R_k-1) P_k over distinct scores",
     .summary = "how pure the top of the order is", .reference = "Manning et al. 2008, ch. 8"},
    {BY_ESTIMATE("partial_auc", es_curve_partial_auc), .label = "partial AUC", .direction = 1,
     .family = ACCURACY, .formula = "area under the ROC curve where FPR is at most 0.2",
     .summary = "how well the score orders people where few are wrongly selected",
     .reference = "McClish 1989; pROC"},
    {BY_ESTIMATE("partial_auc_corrected", es_curve_partial_auc_corrected),
     .label = "partial AUC, corr.", .direction = 1, .family = ACCURACY,
     .formula = "[1 + (A - 0.2^2/2)/(0.2 - 0.2^2/2)]/2 of the partial AUC A",
     .summary = "the same on the AUC's scale: 0.5 is chance, 1 perfect",
     .reference = "McClish 1989; scikit-learn roc_auc_score, max_fpr 0.2"},
    {BY_ESTIMATE("calibration_error", es_calibration_error), .label = "calibration",
     .direction = -1, .family = ACCURACY,
     .formula = "sum over 10 equal bins of n_b/n × |mean P - share of Y=1|",
     .summary = "how far stated probabilities are from what happens",
     .reference = "Naeini et al. 2015"},
    {BY_ESTIMATE("calibration_error_quantile", es_calibration_error_quantile),
     .label = "calibration, quantiles", .direction = -1, .family = ACCURACY,
     .formula = "the same over 10 bins between quantiles of P",
     .summary = "the same, with as many people in each bin", .reference = "Nguyen & O'Connor 2015"},
    {BY_ESTIMATE("calibration_error_max", es_calibration_error_max), .label = "worst bin",
     .direction = -1, .family = ACCURACY,
     .formula = "max over 10 equal bins of |mean P - share of Y=1|",
     .summary = "how far off the worst bin is", .reference = "Naeini et al. 2015"},
    {BY_ESTIMATE("calibration_slope", es_calibration_slope), .slow = true, .label = "cal. slope",
     .direction = 0, .family = ACCURACY, .formula = "b of logit P(Y=1) = a + b logit P; 1 is right",
     .summary = "below 1: probabilities are too extreme; above: too timid",
     .reference = "Cox 1958"},
    {BY_ESTIMATE("calibration_intercept", es_calibration_intercept), .slow = true,
     .label = "cal. intercept", .direction = 0, .family = ACCURACY,
     .formula = "a of logit P(Y=1) = a + logit P; 0 is right",
     .summary = "below 0: probabilities are too high on the whole; above: too low",
     .reference = "Van Calster et al. 2019"},
    {BY_ESTIMATE("brier_reliability", es_brier_reliability), .label = "reliability",
     .direction = -1, .family = ACCURACY,
     .formula = "sum over 10 equal bins of n_b/n × (mean P - share of Y=1)^2",
     .summary = "the part of Brier that calibration would mend", .reference = "Murphy 1973"},
    {BY_ESTIMATE("brier_resolution", es_brier_resolution), .label = "resolution", .direction = 1,
     .family = ACCURACY,
     .formula = "sum over 10 equal bins of n_b/n × (share of Y=1 - base rate)^2",
     .summary = "how much bins tell people apart", .reference = "Murphy 1973"},
    {BY_ESTIMATE("brier_uncertainty", es_brier_uncertainty), .label = "uncertainty", .direction = 0,
     .family = ACCURACY, .formula = "base rate × (1 - base rate), among the scored",
     .summary = "the Brier score of who only knows the base rate", .reference = "Murphy 1973"},
    {BY_ESTIMATE("brier_within_bins", es_brier_within_bins), .label = "within bins", .direction = 0,
     .family = ACCURACY, .formula = "Brier - (reliability - resolution + uncertainty)",
     .summary = "what the spread of P within bins adds to Brier",
     .reference = "Stephenson et al. 2008"},
    {BY_RATE(error_rate), .label = "error rate", .direction = -1, .family = ACCURACY,
     .formula = "(FP+FN)/n", .summary = "share of wrong decisions",
     .reference = "AIF360 error_rate"},
    {BY_ESTIMATE("f1", f1), .label = "F1", .direction = 1, .family = ACCURACY,
     .formula = "2TP/(2TP+FP+FN)", .summary = "harmonic mean of precision and TPR",
     .reference = "scikit-learn f1_score"},
    {BY_RATE(accuracy), .label = "accuracy", .direction = 1, .family = ACCURACY, .by_default = true,
     .formula = "(TP+TN)/n", .summary = "share of right decisions",
     .reference = "fairlearn accuracy_score"},
    {BY_ESTIMATE("balanced_accuracy", balanced_accuracy), .label = "balanced acc.", .direction = 1,
     .family = ACCURACY, .by_default = true, .formula = "(TPR+TNR)/2",
     .summary = "accuracy with both classes weighing the same",
     .reference = "Brodersen et al. 2010"},
    {BY_RATE(coverage_rate), .label = "scored", .direction = 1, .family = COVERAGE,
     .by_default = true, .formula = "scored/n", .summary = "whom the system can score at all",
     .reference = "docs/conventions.md"},
    {BY_RATE(abstention_rate), .headline = true, .label = "no score", .direction = -1,
     .family = COVERAGE, .by_default = true, .formula = "unscorable/n",
     .summary = "whom the system cannot score", .reference = "docs/conventions.md"},
    {BY_RATE(review_rate), .label = "reviewed", .direction = 0, .family = COVERAGE,
     .by_default = true, .formula = "reviewed/n", .summary = "whose case a person looks at",
     .reference = "docs/conventions.md"},
    {BY_ESTIMATE("missing_reason_share", es_missing_reason_share), .share = true,
     .label = "reasons: missing", .direction = -1, .family = COVERAGE,
     .formula = "reasons about missing data/all; no score for want of records is one",
     .summary = "of the reasons why scores are not higher, how many are that nothing is on record",
     .reference = "docs/conventions.md"},
    {BY_ESTIMATE("missing_reason_share_scored", es_missing_reason_share_scored), .share = true,
     .label = "missing|scored", .direction = -1, .family = COVERAGE,
     .formula = "reasons about missing data/all, of the scored",
     .summary = "the same among those with a score", .reference = "docs/conventions.md"},
    {BY_RATE(base_rate), .label = "base rate", .direction = 0, .family = COVERAGE,
     .by_default = true, .formula = "P(Y=1)", .summary = "how common the positive outcome is",
     .reference = "AIF360 base_rate"},
    {BY_RATE(selection_rate), .label = "selected", .direction = 0, .family = DISPARITY,
     .by_default = true, .formula = "(TP+FP)/n, the unscorable in n",
     .summary = "who gets the positive decision, out of everyone",
     .reference = "fairlearn selection_rate"},
    {BY_RATE(selection_rate_scored), .label = "selected|scored", .direction = 0,
     .family = DISPARITY, .by_default = true, .formula = "(TP+FP)/scored",
     .summary = "the same among those with a score", .reference = "AIF360 selection_rate"},
    {BY_RATE(true_positive_rate), .label = "TPR", .direction = 1, .family = DISPARITY,
     .by_default = true, .formula = "TP/(TP+FN)", .summary = "of the positive, who is found",
     .reference = "fairlearn true_positive_rate"},
    {BY_RATE(false_positive_rate), .label = "FPR", .direction = -1, .family = DISPARITY,
     .by_default = true, .formula = "FP/(FP+TN)",
     .summary = "of the negative, who is taken for positive",
     .reference = "fairlearn false_positive_rate"},
    {BY_RATE(true_negative_rate), .label = "TNR", .direction = 1, .family = DISPARITY,
     .by_default = true, .formula = "TN/(FP+TN)", .summary = "of the negative, who is found",
     .reference = "fairlearn true_negative_rate"},
    {BY_RATE(false_negative_rate), .label = "FNR", .direction = -1, .family = DISPARITY,
     .by_default = true, .formula = "FN/(TP+FN)", .summary = "of the positive, who is missed",
     .reference = "fairlearn false_negative_rate"},
    {BY_RATE(precision), .label = "precision", .direction = 1, .family = DISPARITY,
     .by_default = true, .formula = "TP/(TP+FP)", .summary = "of the selected, who is positive",
     .reference = "scikit-learn precision_score"},
    {BY_RATE(negative_predictive_value), .label = "NPV", .direction = 1, .family = DISPARITY,
     .by_default = true, .formula = "TN/(TN+FN)", .summary = "of the others, who is negative",
     .reference = "AIF360 negative_predictive_value"},
    {BY_RATE(false_discovery_rate), .label = "FDR", .direction = -1, .family = DISPARITY,
     .by_default = true, .formula = "FP/(TP+FP)", .summary = "of the selected, who is negative",
     .reference = "AIF360 false_discovery_rate"},
    {BY_RATE(false_omission_rate), .label = "FOR", .direction = -1, .family = DISPARITY,
     .by_default = true, .formula = "FN/(TN+FN)", .summary = "of the others, who is positive",
     .reference = "AIF360 false_omission_rate"},
    {BY_ESTIMATE("treatment_equality", treatment_equality), .label = "FN/FP", .direction = 0,
     .family = DISPARITY, .formula = "FN/FP",
     .summary = "which of the two errors a group gets more of", .reference = "Berk et al. 2021"},
    {BY_ESTIMATE("balance_positive_class", es_curve_balance_positive), .label = "score | Y=1",
     .direction = 0, .family = DISPARITY, .formula = "mean score, as given, of the scored with Y=1",
     .summary = "what the positive are scored", .reference = "Kleinberg et al. 2016"},
    {BY_ESTIMATE("balance_negative_class", es_curve_balance_negative), .label = "score | Y=0",
     .direction = 0, .family = DISPARITY, .formula = "mean score, as given, of the scored with Y=0",
     .summary = "what the negative are scored", .reference = "Kleinberg et al. 2016"},
    {BY_ESTIMATE("generalized_entropy_index", es_generalized_entropy), .label = "entropy",
     .direction = -1, .family = DISPARITY,
     .formula = "mean of [(b/mean b)^2 - 1]/2, b = 1 + approved - good",
     .summary = "how unequally wrong decisions spread over people",
     .reference = "Speicher et al. 2018; AIF360, alpha 2"},
    {BY_ESTIMATE("theil_index", es_theil), .label = "Theil", .direction = -1, .family = DISPARITY,
     .formula = "mean of (b/mean b) ln(b/mean b), b = 1 + approved - good",
     .summary = "the same, alpha 1", .reference = "AIF360 theil_index"},
    {BY_ESTIMATE("coefficient_of_variation", es_coefficient_of_variation), .label = "CV",
     .direction = -1, .family = DISPARITY, .formula = "sqrt(2 generalized_entropy_index)",
     .summary = "the same as standard deviation over mean",
     .reference = "AIF360 coefficient_of_variation"},
    {BY_RATE(wrongful_denial_rate), .headline = true, .label = "wrongly denied", .direction = -1,
     .family = IMPACT, .by_default = true, .formula = "P(denied | good), the unscorable included",
     .summary = "of those who deserve a yes, who gets a no", .reference = "docs/conventions.md"},
    {BY_RATE(wrongful_denial_rate_scored), .label = "wrongly denied|scored", .direction = -1,
     .family = IMPACT, .by_default = true, .formula = "P(denied | good, scored)",
     .summary = "the same among those with a score", .reference = "docs/conventions.md"},
    {BY_RATE(wrongful_approval_rate), .label = "wrongly approved", .direction = -1,
     .family = IMPACT, .by_default = true, .formula = "P(approved | bad)",
     .summary = "of those who will not keep it, who gets a yes",
     .reference = "docs/conventions.md"},
    {BY_ESTIMATE("wrongful_restriction_days_per_1000", restriction_days), .headline = true,
     .label = "days per 1,000", .direction = -1, .family = IMPACT, .by_default = true,
     .formula = "1000 × mean of (days restricted if denied and good, else 0)",
     .summary = "days of undeserved restriction per 1,000 people", .reference = "docs/harm.md"},
    {BY_ESTIMATE("wrongful_restriction_days_per_wronged", es_harm_days_per_wronged),
     .label = "days each", .direction = -1, .family = IMPACT,
     .formula = "mean days restricted of the denied good",
     .summary = "days of undeserved restriction per person who suffers it",
     .reference = "docs/harm.md"},
    {BY_ESTIMATE("severity_weighted_days_per_1000", es_harm_weighted_per_1000),
     .label = "weighted days", .direction = -1, .family = IMPACT,
     .formula = "1000 × mean of days × severity, summed over agencies that act",
     .summary = "the same, each day as heavy as what it denies", .reference = "docs/harm.md"},
    {BY_ESTIMATE("denied_attempts_per_1000", es_harm_attempts_per_1000),
     .label = "refused per 1,000", .direction = -1, .family = IMPACT,
     .formula = "1000 × mean refused attempts of the denied good",
     .summary = "tickets, loans, jobs refused to those who deserve them",
     .reference = "docs/harm.md"},
    {BY_ESTIMATE("stale_days_per_1000", es_harm_stale_per_1000), .label = "stale days",
     .direction = -1, .family = IMPACT,
     .formula = "1000 × mean days that a right record outstays its cure",
     .summary = "days of restriction after its reason has ended", .reference = "docs/harm.md"},
    {BY_ESTIMATE("time_to_correction_median", es_harm_correction_median),
     .label = "days to correct", .direction = -1, .family = IMPACT,
     .formula = "days until half of wrong records are corrected, expiry censoring",
     .summary = "how long a wrong record usually stands", .reference = "Kaplan & Meier 1958"},
    {BY_ESTIMATE("time_to_correction_p90", es_harm_correction_p90), .label = "days to correct 90%",
     .direction = -1, .family = IMPACT,
     .formula = "days until nine in ten are corrected, expiry censoring",
     .summary = "how long the most stubborn wrong records stand",
     .reference = "Kaplan & Meier 1958"},
    {BY_RATE(uncorrected_share), .label = "uncorrected", .direction = -1, .family = IMPACT,
     .formula = "P(never corrected | denied, good)",
     .summary = "of the wronged, whose record expired as it was", .reference = "docs/harm.md"},
    {BY_RATE(never_knew_share), .label = "never knew", .direction = -1, .family = IMPACT,
     .formula = "P(never finds out | denied, good)",
     .summary = "of the wronged, who never heard of it", .reference = "docs/harm.md"},
    {BY_RATE(notified_share), .label = "told", .direction = 1, .family = IMPACT,
     .formula = "P(told | denied, good)", .summary = "of the wronged, who is given notice",
     .reference = "docs/harm.md"},
    {BY_RATE(disputed_share), .label = "disputed", .direction = 0, .family = IMPACT,
     .formula = "P(disputes | denied, good)", .summary = "of the wronged, who disputes",
     .reference = "docs/harm.md"},
    {BY_RATE(reinserted_share), .label = "came back", .direction = -1, .family = IMPACT,
     .formula = "P(comes back | corrected)", .summary = "of the corrected, whose record comes back",
     .reference = "docs/harm.md"},
    {BY_ESTIMATE("cascade_factor", es_harm_cascade), .label = "cascade", .direction = -1,
     .family = IMPACT,
     .formula = "days under any agency / days under the deciding agency's own record",
     .summary = "by how much linked agencies prolong an error", .reference = "docs/harm.md"},
    {BY_ESTIMATE("expected_cost_per_person", es_cost_expected), .headline = true,
     .label = "cost per person", .direction = -1, .family = IMPACT, .by_default = true,
     .formula = "sum of the parts below that the population states",
     .summary = "what wrong decisions cost, per person", .reference = "Elkan 2001"},
    {BY_ESTIMATE("cost_wrongful_denial_per_person", es_cost_denial), .label = "cost: denials",
     .direction = -1, .family = IMPACT, .formula = "c_denial × denied good/n",
     .summary = "of which: the favourable who are denied", .reference = "Elkan 2001"},
    {BY_ESTIMATE("cost_wrongful_approval_per_person", es_cost_approval), .label = "cost: approvals",
     .direction = -1, .family = IMPACT, .formula = "c_approval × approved bad/n",
     .summary = "of which: the unfavourable who are approved", .reference = "Elkan 2001"},
    {BY_ESTIMATE("cost_restriction_per_person", es_cost_restriction), .label = "cost: days",
     .direction = -1, .family = IMPACT, .formula = "c_day × days of undeserved restriction/n",
     .summary = "of which: days of undeserved restriction", .reference = "docs/harm.md"},
    {BY_ESTIMATE("cost_deposit_per_person", es_cost_deposit), .label = "cost: deposits",
     .direction = -1, .family = IMPACT, .formula = "deposit × denied good/n",
     .summary = "of which: deposits left by those who would have kept their word",
     .reference = "docs/harm.md"},
    {BY_ESTIMATE("excess_interest", es_cost_interest), .label = "excess interest", .direction = -1,
     .family = IMPACT,
     .formula = "mean of loan × max(0, rate paid - rate by the truth) of the good",
     .summary = "of which: interest above what the truth would have people pay, a year",
     .reference = "docs/harm.md"},
    {BY_ESTIMATE("regret_per_person", es_cost_regret), .label = "regret", .direction = -1,
     .family = IMPACT,
     .formula = "cost of denials and approvals - the oracle's, on the same people",
     .summary = "what the oracle would have saved; it must be in the same run",
     .reference = "Savage 1951"},
    {BY_ESTIMATE("utility_per_person", es_utility_per_person), .label = "utility per person",
     .direction = 1, .family = IMPACT,
     .formula = "(u_plus × approved good + u_minus × approved bad)/n",
     .summary = "what decisions bring who decides, per person", .reference = "Liu et al. 2018"},
    {BY_ESTIMATE("utility_per_decision", es_utility_per_decision), .label = "utility per decision",
     .direction = 1, .family = IMPACT, .formula = "the same over the approved and the denied",
     .summary = "the same without those whose case is reviewed", .reference = "Liu et al. 2018"},
    {BY_ESTIMATE("mean_score_change", es_mean_score_change), .label = "score change",
     .direction = 1, .family = IMPACT,
     .formula = "mean of (expected change of the score if approved, else 0), within its bounds",
     .summary = "delayed impact: how decisions move people's mean score",
     .reference = "Liu et al. 2018"},
};
const size_t es_metric_count = ES_COUNT_OF(es_metrics);

const struct es_metric *es_metric_find(const char *name)
{
  for (size_t i = 0; i < es_metric_count; i++)
    if (strcmp(es_metrics[i].name, name) == 0) return &es_metrics[i];
  return NULL;
}
