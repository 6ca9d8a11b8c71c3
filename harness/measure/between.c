/* The table of numbers between groups that are more than the gap of one measure.
 *
 * Peers' signed measures keep their own formula: u is everybody outside the reference group, p the
 * reference group, and the positive class is the favourable one, whatever --positive says.
 */
#include "harness/measure/metric.h"

#include <math.h>
#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/measure/distance.h"
#include "harness/measure/inequality.h"
#include "harness/measure/utility.h"

#define SUM(c, outcome, decision) es_counts_sum(c, outcome, -1, decision)
enum { ANY = -1 };

static const char *lacks_people(const struct es_counts *c)
{
  return SUM(c, ANY, ANY) > 0 ? NULL : "nobody in this group";
}

/* --- signed gaps to the reference group ------------------------------------------------------- */

static struct es_ratio favored(const struct es_counts *c)
{
  return (struct es_ratio){SUM(c, ANY, ES_APPROVED), SUM(c, ANY, ANY)};
}
static struct es_ratio favored_good(const struct es_counts *c)
{
  return (struct es_ratio){SUM(c, ES_FAVORABLE, ES_APPROVED), SUM(c, ES_FAVORABLE, ANY)};
}
static struct es_ratio favored_bad(const struct es_counts *c)
{
  return (struct es_ratio){SUM(c, ES_UNFAVORABLE, ES_APPROVED), SUM(c, ES_UNFAVORABLE, ANY)};
}
static struct es_ratio good_among_favored(const struct es_counts *c)
{
  double good = SUM(c, ES_FAVORABLE, ES_APPROVED);
  return (struct es_ratio){good, good + SUM(c, ES_UNFAVORABLE, ES_APPROVED)};
}
static struct es_ratio good_among_others(const struct es_counts *c)
{
  double good = SUM(c, ES_FAVORABLE, ANY) - SUM(c, ES_FAVORABLE, ES_APPROVED);
  double bad = SUM(c, ES_UNFAVORABLE, ANY) - SUM(c, ES_UNFAVORABLE, ES_APPROVED);
  return (struct es_ratio){good, good + bad};
}

typedef struct es_ratio rate_of(const struct es_counts *counts);

/* Half of the two rates' gaps u - p, with their signs or without.  A sum of absolute values has no
 * normal interval. */
static struct es_estimate half_gaps(const struct es_counts *u, const struct es_counts *p,
                                    rate_of *first, rate_of *second, bool absolute)
{
  rate_of *const rate[2] = {first, second};
  struct es_estimate e = {.method = "normal"};
  for (int k = 0; k < 2; k++) {
    struct es_ratio a = rate[k](u), b = rate[k](p);
    if (!(a.whole > 0)) e.undefined = "a rate is 0 of 0 people outside the reference group";
    if (!(b.whole > 0)) e.undefined = "a rate is 0 of 0 people in the reference group";
    if (e.undefined != NULL) return e;
    double x = a.part / a.whole, y = b.part / b.whole;
    e.value += (absolute ? fabs(x - y) : x - y) / 2;
    e.variance +=
        (x * (1 - x) / (a.whole * u->effective) + y * (1 - y) / (b.whole * p->effective)) / 4;
  }
  if (absolute) e.variance = -1;
  return e;
}

static struct es_estimate average_odds(const struct es_counts *u, const struct es_counts *p)
{
  return half_gaps(u, p, favored_good, favored_bad, false);
}
static struct es_estimate average_abs_odds(const struct es_counts *u, const struct es_counts *p)
{
  return half_gaps(u, p, favored_good, favored_bad, true);
}
static struct es_estimate average_predictive_value(const struct es_counts *u,
                                                   const struct es_counts *p)
{
  return half_gaps(u, p, good_among_favored, good_among_others, false);
}

/* --- pairs of groups -------------------------------------------------------------------------- */

static struct es_estimate four_fifths(const struct es_counts *a, const struct es_counts *b)
{
  struct es_ratio x = favored(a), y = favored(b);
  double p = x.part / x.whole, q = y.part / y.whole, most = fmax(p, q);
  if (!(most > 0)) return (struct es_estimate){.undefined = "division by zero: nobody is approved"};
  return (struct es_estimate){.value = fmin(p, q) / most, .variance = -1};
}

/* --- all groups at once ----------------------------------------------------------------------- */

/* Largest |ln p_i - ln p_j| over pairs of groups, for the rate and for its complement, each
 * smoothed by half a person on both sides (Dirichlet, concentration 1). */
static double smoothed(const struct es_counts *const *group, size_t groups, rate_of *rate)
{
  double low = INFINITY, high = -INFINITY;
  for (size_t g = 0; g < groups; g++) {
    struct es_ratio r = rate(group[g]);
    double p = (r.part + 0.5) / (r.whole + 1);
    low = fmin(low, p);
    high = fmax(high, p);
  }
  return fmax(es_log(high) - es_log(low), es_log(1 - low) - es_log(1 - high));
}

static struct es_ratio good(const struct es_counts *c)
{
  double known = SUM(c, ES_FAVORABLE, ANY) + SUM(c, ES_UNFAVORABLE, ANY);
  return (struct es_ratio){SUM(c, ES_FAVORABLE, ANY), known};
}

static struct es_estimate differential(const struct es_counts *const *group, size_t groups)
{
  return (struct es_estimate){.value = smoothed(group, groups, favored), .variance = -1};
}

static struct es_estimate amplification(const struct es_counts *const *group, size_t groups)
{
  return (struct es_estimate){
      .value = smoothed(group, groups, favored) - smoothed(group, groups, good), .variance = -1};
}

static struct es_estimate conditional_disparity(const struct es_counts *const *group, size_t groups)
{
  double approved = 0, people = 0, term[ES_MOST_SORTED];
  if (groups > ES_MOST_SORTED) return (struct es_estimate){.undefined = "too many groups"};
  for (size_t g = 0; g < groups; g++) {
    approved += SUM(group[g], ANY, ES_APPROVED);
    people += SUM(group[g], ANY, ANY);
  }
  if (approved == 0)
    return (struct es_estimate){.undefined = "division by zero: nobody is approved"};
  if (approved == people)
    return (struct es_estimate){.undefined = "division by zero: everybody is approved"};
  for (size_t g = 0; g < groups; g++) {
    struct es_ratio r = favored(group[g]);
    term[g] = r.whole / people * ((r.whole - r.part) / (people - approved) - r.part / approved);
  }
  return (struct es_estimate){.value = es_sum_sorted(term, groups), .variance = -1};
}

const struct es_between es_betweens[] = {
    {.name = "statistical_parity_difference",
     .label = "parity u-p",
     .version = 1,
     .rate = favored,
     .formula = "P(approved | u) - P(approved | p), signed",
     .summary = "how far the approvals of the others are from the reference group's",
     .reference = "AIF360 statistical_parity_difference"},
    {.name = "disparate_impact",
     .label = "parity u/p",
     .version = 1,
     .rate = favored,
     .divided = true,
     .formula = "P(approved | u) / P(approved | p), can exceed 1",
     .summary = "how many times as often the others are approved as the reference group",
     .reference = "AIF360 disparate_impact; Feldman et al. 2015"},
    {.name = "average_odds_difference",
     .label = "mean odds u-p",
     .version = 1,
     .others = average_odds,
     .formula = "[(FPR_u - FPR_p) + (TPR_u - TPR_p)]/2, signed: opposite gaps cancel",
     .summary = "the mean of two signed gaps; read it with average_abs_odds_difference",
     .reference = "AIF360 average_odds_difference"},
    {.name = "average_abs_odds_difference",
     .label = "mean |odds| u-p",
     .version = 1,
     .direction = -1,
     .others = average_abs_odds,
     .formula = "[|FPR_u - FPR_p| + |TPR_u - TPR_p|]/2",
     .summary = "the mean of two gaps, of which none can hide the other",
     .reference = "AIF360 average_abs_odds_difference"},
    {.name = "average_predictive_value_difference",
     .label = "mean PV u-p",
     .version = 1,
     .others = average_predictive_value,
     .formula = "[(PPV_u - PPV_p) + (FOR_u - FOR_p)]/2, signed: opposite gaps cancel",
     .summary = "the mean of the signed gaps in what an approval and a denial say",
     .reference = "AIF360 average_predictive_value_difference"},
    {.name = "share_of_max_utility",
     .label = "of max utility",
     .version = 1,
     .direction = 1,
     .lacks = lacks_people,
     .groups = es_utility_share,
     .formula = "utility / sum over groups of the most that one cut-off brings there",
     .summary = "how much of what cut-offs by group could bring the decisions bring",
     .reference = "Hardt et al. 2016"},
    {.name = "four_fifths",
     .label = "four fifths",
     .version = 1,
     .direction = 1,
     .lacks = lacks_people,
     .pair = four_fifths,
     .formula = "min(r, 1/r) of the approval rates of two groups",
     .summary = "the ratio that the four-fifths rule wants at 0.8 or more",
     .reference = "EEOC 1978, 29 CFR 1607.4(D)"},
    {.name = "smoothed_empirical_differential_fairness",
     .label = "diff. fairness",
     .version = 1,
     .direction = -1,
     .lacks = lacks_people,
     .groups = differential,
     .formula = "max |ln p_i - ln p_j|, p = (approved + 1/2)/(n + 1), also of 1 - p",
     .summary = "how many times likelier a decision is in one group, as a logarithm",
     .reference = "Foulds et al. 2020; AIF360, concentration 1"},
    {.name = "differential_fairness_bias_amplification",
     .label = "amplification",
     .version = 1,
     .direction = -1,
     .lacks = es_lacks_outcomes,
     .groups = amplification,
     .formula = "differential fairness of decisions - the same of outcomes",
     .summary = "how much more unequal decisions are than outcomes",
     .reference = "Foulds et al. 2020"},
    {.name = "conditional_demographic_disparity",
     .label = "cond. disparity",
     .version = 1,
     .lacks = lacks_people,
     .groups = conditional_disparity,
     .formula = "sum over groups of n_g/n × (share of the denied - share of the approved)",
     .summary = "which groups make up more of the denied than of the approved, weighted",
     .reference = "AIF360; Wachter et al. 2021"},
    {.name = "between_group_generalized_entropy_index",
     .label = "entropy between",
     .version = 1,
     .direction = -1,
     .lacks = es_lacks_outcomes,
     .groups = es_between_group_entropy,
     .formula = "generalized_entropy_index with each benefit replaced by its group's mean",
     .summary = "the part of the inequality of benefits that lies between groups",
     .reference = "Speicher et al. 2018; AIF360"},
    {.name = "between_group_theil_index",
     .label = "Theil between",
     .version = 1,
     .direction = -1,
     .lacks = es_lacks_outcomes,
     .groups = es_between_group_theil,
     .formula = "theil_index with each benefit replaced by its group's mean",
     .summary = "the same by Theil's index",
     .reference = "Speicher et al. 2018; AIF360"},
    {.name = "between_group_coefficient_of_variation",
     .label = "CV between",
     .version = 1,
     .direction = -1,
     .lacks = es_lacks_outcomes,
     .groups = es_between_group_variation,
     .formula = "sqrt(2 between_group_generalized_entropy_index)",
     .summary = "the same as a coefficient of variation",
     .reference = "AIF360"},
    {.name = "cross_group_auc",
     .label = "xAUC",
     .version = 1,
     .direction = 1,
     .lacks = es_lacks_curve,
     .pair = es_cross_auc,
     .formula = "min over ordered pairs of P(good of a > bad of b) + P(tie)/2",
     .summary = "how well good people of one group are told from bad ones of another",
     .reference = "Kallus & Zhou 2019"},
    {.name = "cross_group_auc_difference",
     .label = "xAUC gap",
     .version = 1,
     .direction = -1,
     .lacks = es_lacks_curve,
     .pair = es_cross_auc_difference,
     .formula = "max over pairs of |xAUC(a, b) - xAUC(b, a)|",
     .summary = "whose good people are ranked below the others' bad ones more often",
     .reference = "Kallus & Zhou 2019"},
    {.name = "abroca",
     .label = "ABROCA",
     .version = 1,
     .direction = -1,
     .lacks = es_lacks_curve,
     .pair = es_abroca,
     .formula = "integral over FPR of |ROC_a - ROC_b|",
     .summary = "how far two ROC curves are apart, also where they cross",
     .reference = "Gardner et al. 2019"},
    {.name = "score_ks_distance",
     .label = "score KS",
     .version = 1,
     .lacks = es_lacks_scores,
     .pair = es_score_ks,
     .formula = "max over scores of |F_a - F_b|",
     .summary = "how different two groups' scores are, at the worst cut-off",
     .reference = "Kolmogorov 1933, Smirnov 1939"},
    {.name = "score_wasserstein_distance",
     .label = "score distance",
     .version = 1,
     .lacks = es_lacks_scores,
     .pair = es_score_wasserstein,
     .formula = "integral over scores of |F_a - F_b|, in the score's units",
     .summary = "how far scores would have to move for two groups to be scored alike",
     .reference = "Kantorovich 1942; Jiang et al. 2020"},
};
const size_t es_between_count = ES_COUNT_OF(es_betweens);
