/* The table of measures.  Names are fairlearn's where it has one; each row states its own formula.
 *
 * In formulas, Y is the outcome and D the decision, 1 = the positive class (--positive); "good" is a
 * person with the favourable outcome, "bad" one with the unfavourable, whatever is positive.  People
 * without a score stand in every denominator unless the name ends in _scored.
 */
#include "harness/measure/metric.h"

#include <stdio.h>
#include <string.h>
#include "harness/measure/curve.h"

#define RATE(name) static struct es_ratio name(const struct es_counts *c)
#define SUM(outcome, scored, decision) es_counts_sum(c, outcome, scored, decision)
enum { ANY = -1 };

RATE(coverage_rate) { return (struct es_ratio){SUM(ANY, 1, ANY), c->people}; }
RATE(abstention_rate) { return (struct es_ratio){SUM(ANY, 0, ANY), c->people}; }
RATE(review_rate) { return (struct es_ratio){SUM(ANY, ANY, ES_REVIEWED), c->people}; }
RATE(selection_rate)
{
  return (struct es_ratio){SUM(ANY, ANY, c->positive_is_adverse ? ES_DENIED : ES_APPROVED), c->people};
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

static struct es_estimate balanced_accuracy(const struct es_counts *c)
{
  double positive = c->tp + c->fn, negative = c->fp + c->tn;
  struct es_estimate e = {.n = positive + negative, .variance = -1, .method = "normal"};
  if (positive == 0) e.undefined = "nobody of the positive class";
  else if (negative == 0) e.undefined = "nobody of the negative class";
  if (e.undefined != NULL) return e;
  double tpr = c->tp / positive, tnr = c->tn / negative;
  e.value = (tpr + tnr) / 2;
  e.variance = (tpr * (1 - tpr) / positive + tnr * (1 - tnr) / negative) / 4 / c->effective;
  return e;
}

/* The mean of something added up with its squares, and the variance of that mean. */
static struct es_estimate mean(double sum, double square, double n, double effective)
{
  double value = sum / n, variance = square / n - value * value;
  return (struct es_estimate){.value = value, .n = n, .method = "normal",
                              .variance = (variance > 0 ? variance : 0) / (n * effective)};
}

static struct es_estimate of_probability(const struct es_counts *c, double sum, double square)
{
  if (c->probability_weight > 0) return mean(sum, square, c->probability_weight, c->effective);
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
  if (c->consequence.term < 0) return (struct es_estimate){.undefined = "no term of a denial is stated"};
  struct es_estimate e = mean(c->days, c->days_square, c->people, c->effective);
  e.value *= 1000;
  e.variance *= 1e6;
  return e;
}

static struct es_estimate expected_cost(const struct es_counts *c)
{
  double denial = c->consequence.cost_wrongful_denial, approval = c->consequence.cost_wrongful_approval;
  double n = SUM(ES_FAVORABLE, ANY, ANY) + SUM(ES_UNFAVORABLE, ANY, ANY);
  if (n == 0) return (struct es_estimate){.undefined = "nobody with a known outcome"};
  if (denial < 0 || approval < 0)
    return (struct es_estimate){.undefined = "no costs of wrong decisions are stated"};
  double denied = SUM(ES_FAVORABLE, ANY, ES_DENIED), approved = SUM(ES_UNFAVORABLE, ANY, ES_APPROVED);
  return mean(denial * denied + approval * approved,
              denial * denial * denied + approval * approval * approved, n, c->effective);
}

#define COVERAGE ES_FAMILY_COVERAGE
#define ACCURACY ES_FAMILY_ACCURACY
#define DISPARITY ES_FAMILY_DISPARITY
#define IMPACT ES_FAMILY_IMPACT
#define BY_RATE(f) .name = #f, .rate = f, .version = 1
#define BY_ESTIMATE(id, f) .name = id, .estimate = f, .version = 1

const struct es_metric es_metrics[] = {
    {BY_ESTIMATE("auc", es_curve_auc), .label = "AUC", .direction = 1, .family = ACCURACY,
     .by_default = true, .formula = "P(score of a good > score of a bad) + P(tie)/2, among the scored",
     .summary = "how well the score orders people", .reference = "DeLong et al. 1988"},
    {BY_ESTIMATE("brier", brier), .label = "Brier", .direction = -1, .family = ACCURACY,
     .by_default = true, .formula = "mean (probability - outcome)^2, among the scored",
     .summary = "how far the stated probabilities are off", .reference = "Brier 1950"},
    {BY_ESTIMATE("log_loss", log_loss), .label = "log loss", .direction = -1, .family = ACCURACY,
     .by_default = true, .formula = "mean -ln(probability of what happened), clipped at 1e-15",
     .summary = "the same, punishing confident mistakes", .reference = "Good 1952"},
    {BY_ESTIMATE("gini", es_curve_gini), .label = "Gini", .direction = 1, .family = ACCURACY,
     .formula = "2 AUC - 1", .summary = "the credit field's name for the AUC", .reference = "Somers 1962"},
    {BY_ESTIMATE("ks", es_curve_ks), .label = "KS", .direction = 1, .family = ACCURACY,
     .formula = "max |F_good(s) - F_bad(s)|", .summary = "the best separation at any one cut-off",
     .reference = "Kolmogorov 1933, Smirnov 1939"},
    {BY_ESTIMATE("average_precision", es_curve_average_precision), .label = "avg precision",
     .direction = 1, .family = ACCURACY, .formula = "sum (R_k - R_k-1) P_k over distinct scores",
     .summary = "how pure the top of the order is", .reference = "Manning et al. 2008, ch. 8"},
    {BY_RATE(accuracy), .label = "accuracy", .direction = 1, .family = ACCURACY, .by_default = true,
     .formula = "(TP+TN)/n", .summary = "share of right decisions", .reference = "fairlearn accuracy_score"},
    {BY_ESTIMATE("balanced_accuracy", balanced_accuracy), .label = "balanced acc.", .direction = 1,
     .family = ACCURACY, .by_default = true, .formula = "(TPR+TNR)/2",
     .summary = "accuracy with both classes weighing the same", .reference = "Brodersen et al. 2010"},
    {BY_RATE(coverage_rate), .label = "scored", .direction = 1, .family = COVERAGE, .by_default = true,
     .formula = "scored/n", .summary = "whom the system can score at all", .reference = "docs/conventions.md"},
    {BY_RATE(abstention_rate), .label = "no score", .direction = -1, .family = COVERAGE,
     .by_default = true, .formula = "unscorable/n", .summary = "whom the system cannot score",
     .reference = "docs/conventions.md"},
    {BY_RATE(review_rate), .label = "reviewed", .direction = 0, .family = COVERAGE,
     .by_default = true, .formula = "reviewed/n", .summary = "whose case a person looks at",
     .reference = "docs/conventions.md"},
    {BY_RATE(base_rate), .label = "base rate", .direction = 0, .family = COVERAGE, .by_default = true,
     .formula = "P(Y=1)", .summary = "how common the positive outcome is", .reference = "AIF360 base_rate"},
    {BY_RATE(selection_rate), .label = "selected", .direction = 0, .family = DISPARITY,
     .by_default = true, .formula = "(TP+FP)/n, the unscorable in n",
     .summary = "who gets the positive decision, out of everyone", .reference = "fairlearn selection_rate"},
    {BY_RATE(selection_rate_scored), .label = "selected|scored", .direction = 0, .family = DISPARITY,
     .by_default = true, .formula = "(TP+FP)/scored", .summary = "the same among those with a score",
     .reference = "AIF360 selection_rate"},
    {BY_RATE(true_positive_rate), .label = "TPR", .direction = 1, .family = DISPARITY,
     .by_default = true, .formula = "TP/(TP+FN)", .summary = "of the positive, who is found",
     .reference = "fairlearn true_positive_rate"},
    {BY_RATE(false_positive_rate), .label = "FPR", .direction = -1, .family = DISPARITY,
     .by_default = true, .formula = "FP/(FP+TN)", .summary = "of the negative, who is taken for positive",
     .reference = "fairlearn false_positive_rate"},
    {BY_RATE(true_negative_rate), .label = "TNR", .direction = 1, .family = DISPARITY,
     .by_default = true, .formula = "TN/(FP+TN)", .summary = "of the negative, who is found",
     .reference = "fairlearn true_negative_rate"},
    {BY_RATE(false_negative_rate), .label = "FNR", .direction = -1, .family = DISPARITY,
     .by_default = true, .formula = "FN/(TP+FN)", .summary = "of the positive, who is missed",
     .reference = "fairlearn false_negative_rate"},
    {BY_RATE(precision), .label = "precision", .direction = 1, .family = DISPARITY, .by_default = true,
     .formula = "TP/(TP+FP)", .summary = "of the selected, who is positive",
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
    {BY_RATE(wrongful_denial_rate), .label = "wrongly denied", .direction = -1, .family = IMPACT,
     .by_default = true, .formula = "P(denied | good), the unscorable included",
     .summary = "of those who deserve a yes, who gets a no", .reference = "docs/conventions.md"},
    {BY_RATE(wrongful_denial_rate_scored), .label = "wrongly denied|scored", .direction = -1,
     .family = IMPACT, .by_default = true, .formula = "P(denied | good, scored)",
     .summary = "the same among those with a score", .reference = "docs/conventions.md"},
    {BY_RATE(wrongful_approval_rate), .label = "wrongly approved", .direction = -1, .family = IMPACT,
     .by_default = true, .formula = "P(approved | bad)",
     .summary = "of those who will not keep it, who gets a yes", .reference = "docs/conventions.md"},
    {BY_ESTIMATE("wrongful_restriction_days_per_1000", restriction_days), .label = "days per 1,000",
     .direction = -1, .family = IMPACT, .by_default = true,
     .formula = "1000 × mean of (term if denied and good, else 0)",
     .summary = "days of undeserved restriction per 1,000 people", .reference = "docs/conventions.md"},
    {BY_ESTIMATE("expected_cost_per_person", expected_cost), .label = "cost per person",
     .direction = -1, .family = IMPACT, .by_default = true,
     .formula = "(c_denial × denied good + c_approval × approved bad)/n",
     .summary = "what wrong decisions cost, per person", .reference = "Elkan 2001"},
};
const size_t es_metric_count = ES_COUNT_OF(es_metrics);

const struct es_disparity es_disparities[] = {
    {"demographic_parity", "parity", {"selection_rate", NULL},
     "selection rates are equal across groups", "fairlearn; Dwork et al. 2012"},
    {"equal_opportunity", "opportunity", {"true_positive_rate", NULL},
     "true positive rates are equal across groups", "Hardt et al. 2016"},
    {"equalized_odds", "odds", {"true_positive_rate", "false_positive_rate"},
     "true and false positive rates are equal across groups (the worse of the two)",
     "Hardt et al. 2016; fairlearn, worst case"},
};
const size_t es_disparity_count = ES_COUNT_OF(es_disparities);

const struct es_metric *es_metric_find(const char *name)
{
  for (size_t i = 0; i < es_metric_count; i++)
    if (strcmp(es_metrics[i].name, name) == 0) return &es_metrics[i];
  return NULL;
}

/* The part of "selection_rate_ratio" before "_ratio", in `stem`; false when it does not end so. */
static bool strip(const char *name, const char *ending, char *stem, size_t size)
{
  size_t length = strlen(name), cut = strlen(ending);
  if (length <= cut || length - cut >= size || strcmp(name + length - cut, ending) != 0) return false;
  memcpy(stem, name, length - cut);
  stem[length - cut] = '\0';
  return true;
}

bool es_metric_look_up(const char *name, struct es_metric_words *words)
{
  static const struct {
    const char *ending, *word, *formula;
    int direction;
  } reductions[] = {{"_difference", "gap", "max - min over groups of ", -1},
                    {"_ratio", "ratio", "min / max over groups of ", 1},
                    {"_group_min", "lowest", "min over groups of ", 0},
                    {"_group_max", "highest", "max over groups of ", 0}};
  *words = (struct es_metric_words){.version = 1, .family = ES_FAMILY_DISPARITY};
  const struct es_metric *metric = es_metric_find(name);
  if (metric != NULL) {
    snprintf(words->label, sizeof words->label, "%s", metric->label);
    snprintf(words->formula, sizeof words->formula, "%s", metric->formula);
    snprintf(words->summary, sizeof words->summary, "%s", metric->summary);
    words->reference = metric->reference;
    words->direction = metric->direction;
    words->version = metric->version;
    words->family = metric->family;
    return true;
  }
  for (size_t r = 0; r < ES_COUNT_OF(reductions); r++) {
    char stem[64];
    if (!strip(name, reductions[r].ending, stem, sizeof stem)) continue;
    const char *label = NULL, *of = stem;
    words->reference = "docs/conventions.md";
    metric = es_metric_find(stem);
    if (metric != NULL) label = metric->label;
    for (size_t d = 0; d < es_disparity_count; d++) {
      const struct es_disparity *named = &es_disparities[d];
      if (strcmp(named->name, stem) != 0 || r > 1) continue;
      label = named->label;
      of = named->metric[1] != NULL ? "TPR and of FPR, the worse" : named->metric[0];
      words->reference = named->reference;
    }
    if (label == NULL) continue;
    words->direction = reductions[r].direction;
    snprintf(words->label, sizeof words->label, "%s %s", label, reductions[r].word);
    snprintf(words->formula, sizeof words->formula, "%s%s", reductions[r].formula, of);
    snprintf(words->summary, sizeof words->summary, "how unequal groups are in %s", of);
    return true;
  }
  return false;
}
