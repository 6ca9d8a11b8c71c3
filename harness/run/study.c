/* Reads studies and makes their models. */
#include "harness/run/study.h"

#include <stdlib.h>
#include <string.h>
#include "harness/measure/evaluate.h"
#include "harness/statistics/significance.h"
#include "harness/run/attribute.h"
#include "harness/model/registry.h"
#include "harness/model/saved.h"
#include "harness/run/sweep.h"

#define S struct es_study
const struct es_option es_study_options[] = {
    ES_OPTION_TEXT(S, title, "", "TEXT", "what the study is about"),
    ES_OPTION_TEXT(S, system, "", "NAME", "one of the stylised systems (evenscore list systems)"),
    ES_OPTION_TEXT(S, shows, "", "TEXT", "what to look at in the results"),
    ES_OPTION_TEXTS(S, population, "", "P",
                    "a preset, a population's INI file, or csv:FILE; again for more"),
    ES_OPTION_TEXTS(S, scorer, "", "NAME[:key=value,...]",
                    "a scorer with its options; again for more"),
    ES_OPTION_TEXTS(S, policy, "", "NAME[:key=value,...]",
                    "from scores to decisions (evenscore list policies); again for more "
                    "[" ES_DEFAULT_POLICY "]"),
    ES_OPTION_TEXT(S, load_model, "", "FILE",
                   "the scorer of that model file is as it is kept there, and learns nothing"),
    ES_OPTION_INT(S, people, "0", 0, 1e12, "people to judge; 0: as the population says"),
    ES_OPTION_INT(S, train, "0", 0, 1e8, "people to learn from; 0: as the population says"),
    ES_OPTION_INT(S, seed, "2018", 0, 9007199254740992.0, "what all randomness is drawn from"),
    ES_OPTION_INT(S, replicates, "1", 1, 10000,
                  "run everything so often under other draws; intervals from how much it varies"),
    ES_OPTION_TEXTS(
        S, set, "", "KEY=VALUE",
        "change a population's number, like coverage_gap=0 or \"source credit.coverage=0.5\""),
    ES_OPTION_TEXT(S, schema, "", "S", "how to read a CSV: a shipped schema or an INI file"),
    ES_OPTION_INT(S, folds, "0", 0, 1000, "CSV: k-fold cross-validation; 0: one train/test split"),
    ES_OPTION_DOUBLE(S, test_share, "0.3", 0.01, 0.99,
                     "CSV: share of rows that scorers are judged on"),
    ES_OPTION_TEXTS(S, group, "", "A[,B]",
                    "attributes to group by; with a comma also their crossing"),
    ES_OPTION_TEXT(S, reference, "", "GROUP", "the group that others are measured from"),
    ES_OPTION_TEXTS(
        S, metrics, "", "M[,M]",
        "default, all, coverage, accuracy, disparity, impact, or names (evenscore list metrics)"),
    ES_OPTION_CHOICE(S, undefined, "keep", "keep|skip",
                     "a gap over an undefined group: undefined, or over the other groups"),
    ES_OPTION_INT(S, small, "30", 0, 1e9, "warn of groups with fewer people than this"),
    ES_OPTION_TEXTS(S, attribute, "", "M[,M]",
                    "share gaps out over their causes, like demographic_parity_difference"),
    ES_OPTION_TEXTS(S, sweep, "", "KEY=A:B:STEP",
                    "again for each setting, like coverage_gap=0:2:0.25; twice for a grid"),
    ES_OPTION_BOOL(S, refit, "no", "attribution: let scorers learn anew in each world"),
    ES_OPTION_CHOICE(
        S, impute, "none", "none|mean|group_mean",
        "fill missing values in before scorers see them: training means, or the group's"),
    ES_OPTION_BOOL(S, missing_policies, "no",
                   "also show the gaps under each way to treat people without a record"),
    ES_OPTION_INT(S, periods, "0", 0, 1200,
                  "also follow people over so many months in which decisions feed back"),
    ES_OPTION_INT(S, refit_every, "0", 0, 1200,
                  "periods: scorers learn anew every so many months; 0: never"),
    ES_OPTION_BOOL(S, reasons, "no",
                   "also measure how many reasons for scores are that data are missing"),
    ES_OPTION_BOOL(S, levers, "no",
                   "also rank what would reduce wrongful days most; wants a due process"),
    ES_OPTION_CHOICE(S, positive, "favorable", "favorable|adverse",
                     "which decision the textbook rates (TPR, FPR, ...) count as positive"),
    ES_OPTION_DOUBLE(S, confidence, "0.95", 0.5, 0.9999, "confidence of the intervals"),
    ES_OPTION_INT(S, bootstrap, "1000", 0, 100000,
                  "replicates for intervals without a closed form; 0: none"),
    ES_OPTION_CHOICE(S, correction, "holm", ES_CORRECTIONS,
                     "how p-values are corrected for their number"),
    {0}};
#undef S

static enum es_status check_section(const struct es_study *study, const struct es_ini_entry *entry,
                                    struct es_context *ctx)
{
  const char *s = entry->section;
  if (strcmp(s, "study") == 0 || strcmp(s, "gate") == 0 || strncmp(s, "population ", 11) == 0 ||
      strncmp(s, "scorer ", 7) == 0)
    return ES_OK;
  es_fail(ctx, ES_INPUT,
          "unknown section; there are [study], [scorer NAME], [population NAME], [gate]");
  return es_ini_fail_at(&study->file, entry, ES_INPUT, ctx);
}

enum es_status es_study_open(struct es_study *study, const char *name, struct es_context *ctx)
{
  *study = (struct es_study){0};
  enum es_status status;
  ES_TRY_TO(failed, status, es_options_default(es_study_options, study, ctx));
  ES_TRY_TO(failed, status, es_ini_open(&study->file, "study", name, ctx));
  for (size_t i = 0; i < study->file.entries; i++)
    ES_TRY_TO(failed, status, check_section(study, &study->file.entry[i], ctx));
  ES_TRY_TO(failed, status, es_ini_options(&study->file, "study", es_study_options, study, ctx));
  return ES_OK;
failed:
  es_study_clear(study);
  return status;
}

void es_study_clear(struct es_study *study)
{
  es_options_clear(es_study_options, study);
  if (!study->borrowed) es_ini_clear(&study->file);
  *study = (struct es_study){0};
}

enum es_status es_study_copy(struct es_study *copy, const struct es_study *study,
                             struct es_context *ctx)
{
  *copy = (struct es_study){.file = study->file, .borrowed = true, .ledger = study->ledger};
  enum es_status status = es_options_copy(es_study_options, copy, study, ctx);
  es_texts_clear(&copy->sweep);
  es_texts_clear(&copy->attribute);
  copy->missing_policies = false;
  copy->levers = false;
  copy->periods = 0;
  if (status != ES_OK) es_study_clear(copy);
  return status;
}

/* Puts ":key=value" or ",key=value" behind a spec. */
static enum es_status extend(char **spec, const char *key, const char *value,
                             struct es_context *ctx)
{
  struct es_text text = {0};
  es_text_add(&text, "%s%c%s=%s", *spec, strchr(*spec, ':') != NULL ? ',' : ':', key, value);
  free(*spec);
  *spec = es_text_take(&text);
  return *spec != NULL ? ES_OK : es_fail(ctx, ES_NOMEM, "out of memory");
}

/* Those policies that have the option, or all, so that one says what is wrong. */
static enum es_status vary_policies(struct es_study *study, const char *key, const char *value,
                                    struct es_context *ctx)
{
  struct es_texts *list = &study->policy;
  bool any = false;
  if (list->count == 0)
    ES_TRY(es_texts_add(list, ES_DEFAULT_POLICY, strlen(ES_DEFAULT_POLICY), ctx));
  for (size_t i = 0; i < list->count; i++) any |= es_policy_takes(list->at[i], key);
  for (size_t i = 0; i < list->count; i++)
    if (!any || es_policy_takes(list->at[i], key)) ES_TRY(extend(&list->at[i], key, value, ctx));
  return ES_OK;
}

/* Varies "name.key" of a scorer where it is called so; one from elsewhere is asked its name. */
static enum es_status vary_scorer(char **spec, bool *found, const char *key, const char *value,
                                  struct es_context *ctx)
{
  const char *dot = strchr(key, '.');
  struct es_model model = {0};
  bool elsewhere = es_is_foreign(*spec);
  if (dot == NULL) return ES_OK;
  if (elsewhere) ES_TRY(es_model_create(&model, *spec, ctx));
  const char *name = elsewhere ? model.scorer->name : *spec;
  size_t size = elsewhere ? strlen(name) : strcspn(name, ":");
  enum es_status status = ES_OK;
  if (size == (size_t)(dot - key) && strncmp(name, key, size) == 0) {
    *found = true;
    status = elsewhere ? es_foreign_extend(model.foreign, spec, dot + 1, value, ctx)
                       : extend(spec, dot + 1, value, ctx);
  }
  es_model_clear(&model);
  return status;
}

enum es_status es_study_vary(struct es_study *study, const char *key, const char *value,
                             struct es_context *ctx)
{
  if (strncmp(key, "policy.", 7) == 0) return vary_policies(study, key + 7, value, ctx);
  bool scorer = false;
  for (size_t i = 0; i < study->scorer.count; i++)
    ES_TRY(vary_scorer(&study->scorer.at[i], &scorer, key, value, ctx));
  if (scorer) return ES_OK;
  struct es_text text = {0};
  es_text_add(&text, "%s=%s", key, value);
  enum es_status status = es_texts_add(&study->set, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

/* Reasons that are asked for are shown, beside what else is. */
static enum es_status show_reasons(struct es_texts *metrics, struct es_context *ctx)
{
  static const char *const shown[] = {
      "default", "missing_reason_share", "missing_reason_share_difference",
      "missing_reason_share_scored", "missing_reason_share_scored_difference"};
  for (size_t k = metrics->count > 0; k < ES_COUNT_OF(shown); k++) {
    bool there = false;
    for (size_t m = 0; m < metrics->count; m++)
      there = there || strcmp(metrics->at[m], shown[k]) == 0;
    if (!there) ES_TRY(es_texts_add(metrics, shown[k], strlen(shown[k]), ctx));
  }
  return ES_OK;
}

enum es_status es_study_settle(struct es_study *study, struct es_context *ctx)
{
  ES_TRY(es_texts_split(&study->metrics, ctx));
  if (study->reasons) ES_TRY(show_reasons(&study->metrics, ctx));
  ES_TRY(es_texts_split(&study->attribute, ctx));
  ES_TRY(es_attribute_check(&study->attribute, ctx));
  ES_TRY(es_sweep_check(&study->sweep, ctx));
  return es_metrics_check(&study->metrics, ctx);
}

/* The file's [scorer NAME] section, for a scorer named without options of its own on top. */
static enum es_status apply_section(const struct es_study *study, struct es_model *model,
                                    struct es_context *ctx)
{
  for (size_t i = 0; i < study->file.entries; i++) {
    const struct es_ini_entry *e = &study->file.entry[i];
    if (strncmp(e->section, "scorer ", 7) != 0 || strcmp(e->section + 7, model->scorer->name) != 0)
      continue;
    enum es_status status = es_model_set(model, e->key, e->value, ctx);
    if (status != ES_OK) return es_ini_fail_at(&study->file, e, status, ctx);
  }
  return ES_OK;
}

static enum es_status make_model(const struct es_study *study, struct es_model *model,
                                 const char *spec, struct es_context *ctx)
{
  ES_TRY(es_model_create(model, spec, ctx));
  ES_TRY(apply_section(study, model, ctx));
  return es_model_set_given(model, ctx);
}

/* A name that stands for two models is no name: both are called by their options. */
static enum es_status tell_apart(struct es_model *models, size_t count, struct es_context *ctx)
{
  for (size_t i = 0; i < count; i++) {
    bool twin = false;
    for (size_t j = 0; j < count; j++)
      twin = twin || (j != i && strcmp(models[i].scorer->name, models[j].scorer->name) == 0);
    if (!twin) continue;
    free(models[i].label);
    if ((models[i].label = es_strdup(models[i].spec, ctx)) == NULL) return ES_NOMEM;
    for (size_t j = 0; j < i; j++)
      if (strcmp(models[i].spec, models[j].spec) == 0)
        return es_fail(ctx, ES_INPUT, "scorer %s is given twice with the same options",
                       models[i].spec);
  }
  return ES_OK;
}

/* Whether each [scorer NAME] is of a scorer: one of the study's, or at least one of this build. */
static enum es_status check_sections(const struct es_study *study, const struct es_model *models,
                                     size_t count, struct es_context *ctx)
{
  for (size_t i = 0; i < study->file.entries; i++) {
    const struct es_scorer *scorer;
    const struct es_ini_entry *e = &study->file.entry[i];
    if (strncmp(e->section, "scorer ", 7) != 0) continue;
    bool ours = false;
    for (size_t k = 0; k < count; k++)
      ours = ours || strcmp(models[k].scorer->name, e->section + 7) == 0;
    if (!ours && es_scorer_find(&scorer, e->section + 7, ctx) != ES_OK)
      return es_ini_fail_at(&study->file, e, ES_INPUT, ctx);
  }
  return ES_OK;
}

/* Puts the model of --load-model in the place of the study's scorer of that name. */
static enum es_status load_model(const struct es_study *study, struct es_model *models,
                                 size_t count, struct es_context *ctx)
{
  const char *path = study->load_model;
  struct es_saved saved;
  size_t place = count, alike = 0;
  if (path[0] == '\0') return ES_OK;
  ES_TRY(es_saved_read(&saved, path, ctx));
  for (size_t k = 0; k < count; k++)
    if (models[k].scorer == saved.model.scorer && alike++ == 0) place = k;
  enum es_status status = ES_OK;
  if (alike != 1)
    status = es_fail(ctx, ES_INPUT,
                     "--load-model %s: it holds a %s, and the study has %s; name it "
                     "with --scorer %s",
                     path, saved.model.scorer->name, alike == 0 ? "none" : "several",
                     saved.model.scorer->name);
  else if (saved.offset[0] != '\0')
    status =
        es_fail(ctx, ES_INPUT, "--load-model %s: it wants offsets, which a study has not", path);
  if (status == ES_OK) {
    es_model_clear(&models[place]);
    models[place] = saved.model;
    saved.model = (struct es_model){0};
  }
  es_saved_clear(&saved);
  return status;
}

enum es_status es_study_models(const struct es_study *study, struct es_model **models,
                               size_t *count, struct es_context *ctx)
{
  *count = 0;
  *models = NULL;
  if (study->scorer.count == 0)
    return es_fail(ctx, ES_INPUT,
                   "no scorer is named; give --scorer NAME (evenscore list scorers)");
  if ((*models = es_alloc(study->scorer.count, sizeof **models, ctx)) == NULL) return ES_NOMEM;
  for (size_t i = 0; i < study->scorer.count; i++, ++*count) {
    enum es_status status = make_model(study, &(*models)[i], study->scorer.at[i], ctx);
    if (status != ES_OK) {
      ++*count;
      return status;
    }
  }
  ES_TRY(check_sections(study, *models, *count, ctx));
  ES_TRY(load_model(study, *models, *count, ctx));
  return tell_apart(*models, *count, ctx);
}

enum es_status es_study_policies(const struct es_study *study, struct es_policy **policies,
                                 size_t *count, struct es_context *ctx)
{
  const struct es_texts *list = &study->policy;
  size_t n = list->count > 0 ? list->count : 1;
  *count = 0;
  if ((*policies = es_alloc(n, sizeof **policies, ctx)) == NULL) return ES_NOMEM;
  for (size_t i = 0; i < n; i++) {
    ES_TRY(es_policy_create(&(*policies)[*count], list->count > 0 ? list->at[i] : ES_DEFAULT_POLICY,
                            ctx));
    ++*count;
    for (size_t j = 0; j < i; j++)
      if (strcmp((*policies)[j].label, (*policies)[i].label) == 0)
        return es_fail(ctx, ES_INPUT, "policy %s is given twice", (*policies)[i].label);
  }
  return ES_OK;
}

enum es_status es_study_overrides(const struct es_study *study, const char *population,
                                  struct es_texts *overrides, struct es_context *ctx)
{
  *overrides = (struct es_texts){0};
  for (size_t i = 0; i < study->file.entries; i++) {
    const struct es_ini_entry *e = &study->file.entry[i];
    if (strncmp(e->section, "population ", 11) != 0 || strcmp(e->section + 11, population) != 0)
      continue;
    struct es_text text = {0};
    es_text_add(&text, "%s=%s", e->key, e->value);
    enum es_status status = es_texts_add(overrides, es_text_get(&text), text.size, ctx);
    es_text_clear(&text);
    if (status != ES_OK) return status;
  }
  for (size_t i = 0; i < study->set.count; i++)
    ES_TRY(es_texts_add(overrides, study->set.at[i], strlen(study->set.at[i]), ctx));
  return ES_OK;
}
