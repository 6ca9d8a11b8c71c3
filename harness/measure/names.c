/* Names that are made from rows of the registry: disparities, reductions, aliases, and their words.
 */
#include <stdio.h>
#include <string.h>
#include "harness/base/text.h"
#include "harness/measure/choice.h"

const struct es_disparity es_disparities[] = {
    {"demographic_parity",
     "parity",
     {"selection_rate", NULL},
     false,
     true,
     true,
     "selection rates are equal across groups",
     "fairlearn; Dwork et al. 2012"},
    {"equal_opportunity",
     "opportunity",
     {"true_positive_rate", NULL},
     false,
     true,
     true,
     "true positive rates are equal across groups",
     "Hardt et al. 2016"},
    {"equalized_odds",
     "odds",
     {"true_positive_rate", "false_positive_rate"},
     false,
     true,
     false,
     "true and false positive rates are equal across groups (the worse of the two)",
     "Hardt et al. 2016; fairlearn, worst case"},
    {"equalized_odds_mean",
     "mean odds",
     {"true_positive_rate", "false_positive_rate"},
     true,
     false,
     false,
     "true and false positive rates are equal across groups (the mean of the two)",
     "Hardt et al. 2016; fairlearn, agg='mean'"},
    {"predictive_parity",
     "precision",
     {"precision", NULL},
     false,
     false,
     false,
     "precision is equal across groups",
     "Chouldechova 2017"},
    {"predictive_equality",
     "FPR",
     {"false_positive_rate", NULL},
     false,
     false,
     false,
     "false positive rates are equal across groups",
     "Corbett-Davies et al. 2017"},
    {"conditional_use_accuracy",
     "use accuracy",
     {"precision", "negative_predictive_value"},
     false,
     false,
     false,
     "precision and NPV are equal across groups (the worse of the two)",
     "Berk et al. 2021"},
};
const size_t es_disparity_count = ES_COUNT_OF(es_disparities);

const struct es_alias es_aliases[] = {
    {"tpr", "true_positive_rate", "aequitas"},
    {"tnr", "true_negative_rate", "aequitas"},
    {"fpr", "false_positive_rate", "aequitas"},
    {"fnr", "false_negative_rate", "aequitas"},
    {"fdr", "false_discovery_rate", "aequitas"},
    {"for", "false_omission_rate", "aequitas"},
    {"npv", "negative_predictive_value", "aequitas"},
    {"pprev", "selection_rate", "aequitas"},
    {"prev", "base_rate", "aequitas"},
    {"ppv", "precision", "fairmodels"},
    {"positive_predictive_value", "precision", "AIF360"},
    {"recall", "true_positive_rate", "AIF360, fairlearn"},
    {"sensitivity", "true_positive_rate", "AIF360"},
    {"specificity", "true_negative_rate", "AIF360"},
    {"mean_difference", "statistical_parity_difference", "AIF360"},
    {"disparate_impact_ratio", "disparate_impact", "AIF360"},
    {"average_odds_error", "average_abs_odds_difference", "AIF360"},
    {"smoothed_edf", "smoothed_empirical_differential_fairness", "AIF360"},
    {"df_bias_amplification", "differential_fairness_bias_amplification", "AIF360"},
    {"generalized_entropy_error", "generalized_entropy_index", "AIF360"},
    {"accuracy_score", "accuracy", "fairlearn"},
    {"balanced_accuracy_score", "balanced_accuracy", "fairlearn"},
    {"precision_score", "precision", "fairlearn"},
    {"recall_score", "true_positive_rate", "fairlearn"},
    {"f1_score", "f1", "fairlearn"},
    {"zero_one_loss", "error_rate", "fairlearn"},
    {"roc_auc_score", "auc", "fairlearn"},
    {"average_precision_score", "average_precision", "scikit-learn"},
    {"brier_score_loss", "brier", "scikit-learn"},
    {"calibration_gap", "calibration_error_difference", "Evenscore"},
    {"auc_gap", "auc_difference", "Evenscore"},
    {"xauc", "cross_group_auc", "Kallus & Zhou"},
};
const size_t es_alias_count = ES_COUNT_OF(es_aliases);

/* The part of "selection_rate_ratio" before "_ratio", in `stem`; false when it does not end so. */
static bool strip(const char *name, const char *ending, char stem[ES_METRIC_NAME])
{
  size_t length = strlen(name), cut = strlen(ending);
  if (length <= cut || length - cut >= ES_METRIC_NAME || strcmp(name + length - cut, ending) != 0)
    return false;
  memcpy(stem, name, length - cut);
  stem[length - cut] = '\0';
  return true;
}

static const struct es_alias *find_alias(const char *name)
{
  for (size_t i = 0; i < es_alias_count; i++)
    if (strcmp(es_aliases[i].name, name) == 0) return &es_aliases[i];
  return NULL;
}

static const struct es_between *find_between(const char *name)
{
  for (size_t i = 0; i < es_between_count; i++)
    if (strcmp(es_betweens[i].name, name) == 0) return &es_betweens[i];
  return NULL;
}

static const struct es_disparity *find_disparity(const char *name)
{
  for (size_t i = 0; i < es_disparity_count; i++)
    if (strcmp(es_disparities[i].name, name) == 0) return &es_disparities[i];
  return NULL;
}

void es_metric_resolve(const char *name, char resolved[ES_METRIC_NAME])
{
  const struct es_alias *alias = find_alias(name);
  snprintf(resolved, ES_METRIC_NAME, "%s", alias != NULL ? alias->means : name);
  for (size_t p = ES_DIFFERENCE; alias == NULL && p < ES_FORMS; p++) {
    char stem[ES_METRIC_NAME];
    if (!strip(name, es_form_ending[p], stem) || (alias = find_alias(stem)) == NULL) continue;
    if (es_metric_find(alias->means) != NULL)
      snprintf(resolved, ES_METRIC_NAME, "%s%s", alias->means, es_form_ending[p]);
  }
}

#define SAY(field, ...) snprintf(words->field, sizeof words->field, __VA_ARGS__)

static bool say_metric(const struct es_metric *row, struct es_metric_words *words)
{
  if (row == NULL) return false;
  SAY(label, "%s", row->label);
  SAY(formula, "%s", row->formula);
  SAY(summary, "%s", row->summary);
  words->reference = row->reference;
  words->direction = row->direction;
  words->version = row->version;
  words->family = row->family;
  return true;
}

static bool say_between(const struct es_between *row, struct es_metric_words *words)
{
  if (row == NULL) return false;
  SAY(label, "%s", row->label);
  SAY(formula, "%s", row->formula);
  SAY(summary, "%s", row->summary);
  words->reference = row->reference;
  words->direction = row->direction;
  words->version = row->version;
  return true;
}

static const struct {
  const char *word, *formula;
  int direction;
} parts[ES_FORMS] = {[ES_DIFFERENCE] = {"gap", "max - min over groups of ", -1},
                     [ES_RATIO] = {"ratio", "min / max over groups of ", 1},
                     [ES_GROUP_MIN] = {"lowest", "min over groups of ", 0},
                     [ES_GROUP_MAX] = {"highest", "max over groups of ", 0}};

/* "selection_rate" + "_ratio", or "equalized_odds" + "_difference". */
static bool say_part(const char *stem, enum es_form part, struct es_metric_words *words)
{
  const struct es_metric *metric = es_metric_find(stem);
  const struct es_disparity *named = part <= ES_RATIO ? find_disparity(stem) : NULL;
  if (metric == NULL && named == NULL) return false;
  const struct es_metric *one = metric != NULL ? metric : es_metric_find(named->metric[0]);
  const struct es_metric *two =
      metric == NULL && named->metric[1] != NULL ? es_metric_find(named->metric[1]) : NULL;
  char of[96];
  if (two == NULL)
    snprintf(of, sizeof of, "%s", one->name);
  else
    snprintf(of, sizeof of, "%s and of %s, the %s", one->label, two->label,
             named->mean ? "mean" : "worse");
  words->reference = named != NULL ? named->reference : "docs/conventions.md";
  words->direction = parts[part].direction;
  SAY(label, "%s %s", named != NULL ? named->label : metric->label, parts[part].word);
  SAY(formula, "%s%s", parts[part].formula, of);
  SAY(summary, "how unequal groups are in %s", of);
  return true;
}

bool es_metric_look_up(const char *name, struct es_metric_words *words)
{
  char resolved[ES_METRIC_NAME], stem[ES_METRIC_NAME];
  *words = (struct es_metric_words){.version = 1, .family = ES_FAMILY_DISPARITY};
  es_metric_resolve(name, resolved);
  if (say_metric(es_metric_find(resolved), words) || say_between(find_between(resolved), words))
    return true;
  for (enum es_form part = ES_DIFFERENCE; part < ES_FORMS; part++)
    if (strip(resolved, es_form_ending[part], stem) && say_part(stem, part, words)) return true;
  return false;
}

static bool is_bulk(const char *word)
{
  for (size_t f = 0; f < ES_FAMILIES; f++)
    if (strcmp(es_family_names[f], word) == 0) return true;
  return strcmp(word, "all") == 0 || strcmp(word, "default") == 0;
}

/* Every name that is in a table, and each disparity's two. */
static const char *nearest(const char *name, struct es_text *made)
{
  const char *names[512] = {"default", "all"};
  size_t count = 2, at[2 * 32], ends = 0;
  for (size_t f = 0; f < ES_FAMILIES; f++) names[count++] = es_family_names[f];
  for (size_t m = 0; m < es_metric_count; m++) names[count++] = es_metrics[m].name;
  for (size_t m = 0; m < es_between_count; m++) names[count++] = es_betweens[m].name;
  for (size_t m = 0; m < es_alias_count; m++) names[count++] = es_aliases[m].name;
  for (size_t d = 0; d < es_disparity_count && ends + 1 < ES_COUNT_OF(at); d++)
    for (enum es_form part = ES_DIFFERENCE; part <= ES_RATIO; part++) {
      at[ends++] = made->size;
      es_text_add(made, "%s%s", es_disparities[d].name, es_form_ending[part]);
      es_text_bytes(made, "", 1);
    }
  for (size_t k = 0; !made->failed && k < ends; k++) names[count++] = made->at + at[k];
  return es_nearest(name, names, count);
}

enum es_status es_metrics_check(const struct es_texts *metrics, struct es_context *ctx)
{
  for (size_t i = 0; i < metrics->count; i++) {
    struct es_metric_words words;
    struct es_text made = {0};
    const char *name = metrics->at[i];
    if (is_bulk(name) || es_metric_look_up(name, &words)) continue;
    const char *near = nearest(name, &made);
    es_fail(ctx, ES_INPUT, "there is no metric \"%s\"%s%s%s; see: evenscore list metrics", name,
            near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
            near != NULL ? "\"?" : "");
    es_text_clear(&made);
    return ES_INPUT;
  }
  return ES_OK;
}
