/* Runs the study once per treatment of people without a record. */
#include "harness/run/missing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/model/impute.h"
#include "harness/model/registry.h"
#include "harness/run/runner.h"

/*   unscorable  what the policy does with people without a score
 *   everybody   scorers may refuse nobody (gate=none) */
static const struct treatment {
  const char *name, *unscorable;
  bool everybody;
  enum es_imputation impute;
} treatments[] = {
    {"deny", "deny", false, ES_IMPUTE_NONE},
    {"approve", "approve", false, ES_IMPUTE_NONE},
    {"review", "review", false, ES_IMPUTE_NONE},
    {"impute_mean", "deny", true, ES_IMPUTE_MEAN},
    {"impute_group_mean", "deny", true, ES_IMPUTE_GROUP_MEAN},
    {"as_missing", "deny", true, ES_IMPUTE_NONE},
};

static const char *const gaps[] = {"demographic_parity_difference",
                                   "wrongful_denial_rate_difference"};

/* Policies that differ in nothing but the treatment have become one. */
static enum es_status drop_twins(struct es_texts *policies, struct es_context *ctx)
{
  char **label = es_alloc(policies->count, sizeof *label, ctx);
  enum es_status status = label != NULL ? ES_OK : ES_NOMEM;
  size_t kept = 0;
  for (size_t i = 0; status == ES_OK && i < policies->count; i++) {
    struct es_policy policy = {0};
    status = es_policy_create(&policy, policies->at[i], ctx);
    bool twin = false;
    for (size_t k = 0; status == ES_OK && k < kept; k++)
      twin = twin || strcmp(label[k], policy.label) == 0;
    if (status != ES_OK) break;
    char *spec = policies->at[i];
    policies->at[i] = NULL;
    if (twin) {
      free(spec);
    } else {
      policies->at[kept] = spec;
      label[kept++] = policy.label;
      policy.label = NULL;
    }
    es_policy_clear(&policy);
  }
  if (status == ES_OK) policies->count = kept;
  for (size_t k = 0; label != NULL && k < kept; k++) free(label[k]);
  free(label);
  return status;
}

static enum es_status vary(struct es_study *one, const struct treatment *t, struct es_context *ctx)
{
  ES_TRY(es_study_vary(one, "policy.unscorable", t->unscorable, ctx));
  ES_TRY(drop_twins(&one->policy, ctx));
  one->impute = (int)t->impute;
  one->reasons = false;
  es_texts_clear(&one->metrics);
  for (size_t m = 0; m < ES_COUNT_OF(gaps); m++)
    ES_TRY(es_texts_add(&one->metrics, gaps[m], strlen(gaps[m]), ctx));
  for (size_t i = 0; t->everybody && i < one->scorer.count; i++) {
    char name[64];
    const struct es_scorer *scorer;
    if (es_is_foreign(one->scorer.at[i])) continue;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(one->scorer.at[i], ":"), one->scorer.at[i]);
    ES_TRY(es_scorer_find(&scorer, name, ctx));
    if (es_options_find(scorer->options, "gate") == NULL) continue;
    snprintf(name, sizeof name, "%s.gate", scorer->name);
    ES_TRY(es_study_vary(one, name, "none", ctx));
  }
  return ES_OK;
}

static enum es_status add(struct es_results *results, const struct es_row *r, const char *scorer,
                          const char *treatment, double value, double low, double high,
                          struct es_context *ctx)
{
  return es_results_tidy(results, "missing_policies",
                         json_pack("{ss ss ss ss ss ss ss so so so}", "population", r->population,
                                   "scorer", scorer, "policy", r->policy, "attribute", r->attribute,
                                   "group", "", "metric", r->metric, "treatment", treatment,
                                   "value", es_json_real(value), "low", es_json_real(low), "high",
                                   es_json_real(high)),
                         ctx);
}

static enum es_status run_treatment(const struct es_study *study, const struct treatment *t,
                                    int threads, struct es_results *rows, struct es_context *ctx)
{
  struct es_study one;
  ES_TRY(es_study_copy(&one, study, ctx));
  enum es_status status = vary(&one, t, ctx);
  if (status == ES_OK) status = es_run(&one, threads, rows, ctx);
  es_study_clear(&one);
  return status;
}

/* One scorer's gaps.  Treatments call it by other options; its place among the scorers stays. */
static enum es_status keep_rows(struct es_results *results, const struct es_results *of,
                                size_t scorer, const char *treatment, struct es_context *ctx)
{
  for (size_t i = 0; i < of->rows; i++) {
    const struct es_row *r = &of->row[i];
    if (strcmp(r->reduction, "between_groups") == 0 &&
        strcmp(r->scorer, of->scorer[scorer].name) == 0)
      ES_TRY(
          add(results, r, results->scorer[scorer].name, treatment, r->value, r->low, r->high, ctx));
  }
  return ES_OK;
}

enum es_status es_missing_policies(const struct es_study *study, int threads,
                                   struct es_results *results, struct es_context *ctx)
{
  struct es_results of[ES_COUNT_OF(treatments)] = {{0}};
  struct es_notes *notes = ctx->notes;
  enum es_status status = ES_OK;
  for (size_t t = 0; status == ES_OK && t < ES_COUNT_OF(treatments); t++)
    status = run_treatment(study, &treatments[t], threads, &of[t], ctx);
  ctx->notes = notes;
  for (size_t k = 0; status == ES_OK && k < results->scorers; k++)
    for (size_t t = 0;
         status == ES_OK && t < ES_COUNT_OF(treatments) && !results->scorer[k].yardstick; t++)
      status = keep_rows(results, &of[t], k, treatments[t].name, ctx);
  for (size_t t = 0; t < ES_COUNT_OF(treatments); t++) es_results_clear(&of[t]);
  return status;
}
