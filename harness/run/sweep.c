/* Runs a study once per setting, and keeps the rows. */
#include "harness/run/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/model/registry.h"
#include "harness/run/runner.h"

enum { MOST_SWEEPS = 2, MOST_SETTINGS = 10000 };

/* One parameter and its settings. */
struct range {
  char *key;
  struct es_texts at;
};

/* What a sweep shows when no measures are asked for. */
static const char *const headline[] = {"auc",
                                       "abstention_rate",
                                       "selection_rate",
                                       "wrongful_denial_rate",
                                       "wrongful_restriction_days_per_1000",
                                       "demographic_parity_difference",
                                       "equal_opportunity_difference"};

static enum es_status refuse(const char *sweep, const char *why, struct es_context *ctx)
{
  return es_fail(ctx, ES_INPUT,
                 "--sweep %s: %s; give KEY=FROM:TO:STEP, like coverage_gap=0:2:0.25, or KEY=A,B,C",
                 sweep, why);
}

/* Numbers as they would be typed, so that 1.0 and 1 are one setting. */
static enum es_status add_number(struct es_texts *list, double x, struct es_context *ctx)
{
  char number[ES_NUMBER_SIZE];
  es_number(number, x);
  return es_texts_add(list, number, strlen(number), ctx);
}

/* FROM:TO:STEP, both ends within. */
static enum es_status read_steps(struct range *range, const char *sweep, const char *text,
                                 struct es_context *ctx)
{
  double part[3];
  size_t parts = 0;
  char word[64];
  for (const char *at = text; parts < 3;) {
    size_t size = strcspn(at, ":");
    if (size >= sizeof word) return refuse(sweep, "a number is too long", ctx);
    memcpy(word, at, size);
    word[size] = '\0';
    if (!es_parse_double(word, &part[parts++])) return refuse(sweep, "this is not a number", ctx);
    if (at[size] == '\0') break;
    at += size + 1;
  }
  if (parts != 3 || !(part[2] > 0) || part[1] < part[0])
    return refuse(sweep, "the steps lead nowhere", ctx);
  double steps = floor((part[1] - part[0]) / part[2] + 1e-9);
  if (steps >= MOST_SETTINGS) return refuse(sweep, "over 10,000 settings", ctx);
  for (double k = 0; k <= steps; k++) {
    double x;
    snprintf(word, sizeof word, "%.12g", part[0] + k * part[2]); /* 0.3, not 0.30000000000000004 */
    if (!es_parse_double(word, &x)) return refuse(sweep, "this is not a number", ctx);
    ES_TRY(add_number(&range->at, x, ctx));
  }
  return ES_OK;
}

/* A,B,C: numbers or words. */
static enum es_status read_words(struct range *range, const char *sweep, const char *text,
                                 struct es_context *ctx)
{
  struct es_texts words = {0};
  enum es_status status = es_texts_add(&words, text, strlen(text), ctx);
  if (status == ES_OK) status = es_texts_split(&words, ctx);
  for (size_t i = 0; status == ES_OK && i < words.count; i++) {
    double x;
    status = es_parse_double(words.at[i], &x)
                 ? add_number(&range->at, x, ctx)
                 : es_texts_add(&range->at, words.at[i], strlen(words.at[i]), ctx);
  }
  if (status == ES_OK && words.count == 0) status = refuse(sweep, "there is no setting", ctx);
  es_texts_clear(&words);
  return status;
}

static enum es_status read_range(struct range *range, const char *sweep, struct es_context *ctx)
{
  const char *equal = strchr(sweep, '=');
  if (equal == NULL || equal == sweep) return refuse(sweep, "there is no KEY=", ctx);
  if ((range->key = es_strdup(sweep, ctx)) == NULL) return ES_NOMEM;
  range->key[equal - sweep] = '\0';
  const char *at = equal + 1;
  bool steps = strchr(at, ':') != NULL && strspn(at, "+-.0123456789") > 0;
  return steps ? read_steps(range, sweep, at, ctx) : read_words(range, sweep, at, ctx);
}

static void clear_ranges(struct range *range)
{
  for (size_t k = 0; k < MOST_SWEEPS; k++) {
    free(range[k].key);
    es_texts_clear(&range[k].at);
  }
}

static enum es_status read_ranges(struct range *range, const struct es_texts *sweeps,
                                  struct es_context *ctx)
{
  double settings = 1;
  if (sweeps->count > MOST_SWEEPS)
    return es_fail(ctx, ES_INPUT, "--sweep %s: sweep two parameters at once at the most",
                   sweeps->at[MOST_SWEEPS]);
  for (size_t k = 0; k < sweeps->count; k++) {
    ES_TRY(read_range(&range[k], sweeps->at[k], ctx));
    settings *= (double)range[k].at.count;
  }
  return settings <= MOST_SETTINGS ? ES_OK : refuse(sweeps->at[0], "over 10,000 settings", ctx);
}

enum es_status es_sweep_check(const struct es_texts *sweeps, struct es_context *ctx)
{
  struct range range[MOST_SWEEPS] = {0};
  enum es_status status = read_ranges(range, sweeps, ctx);
  clear_ranges(range);
  return status;
}

/* --- one setting
 * -------------------------------------------------------------------------------------- */

/* Scorers are called as in the study, whatever the setting has made of their options. */
static enum es_status keep_rows(struct es_results *results, const struct es_results *of,
                                const struct range *range, const char *const *x, size_t sweeps,
                                struct es_context *ctx)
{
  for (size_t i = 0; i < of->rows; i++) {
    const struct es_row *r = &of->row[i];
    json_t *row = json_pack(
        "{ss ss ss ss ss ss ss ss ss ss ss so so so so ss sI ss}", "parameter", range[0].key,
        "setting", x[0], "parameter_2", sweeps > 1 ? range[1].key : "", "setting_2", x[1],
        "population", r->population, "scorer", r->scorer, "policy", r->policy, "attribute",
        r->attribute, "group", r->group, "metric", r->metric, "reduction", r->reduction, "value",
        es_json_real(r->value), "low", es_json_real(r->low), "high", es_json_real(r->high),
        "confidence", es_json_real(r->confidence), "method", r->method, "n", (json_int_t)r->n,
        "status", r->status);
    ES_TRY(es_results_tidy(results, "sweep", row, ctx));
  }
  return ES_OK;
}

static enum es_status vary(struct es_study *one, const struct es_study *study,
                           const struct range *range, const char *const *x, struct es_context *ctx)
{
  for (size_t m = 0; study->metrics.count == 0 && m < ES_COUNT_OF(headline); m++)
    ES_TRY(es_texts_add(&one->metrics, headline[m], strlen(headline[m]), ctx));
  for (size_t k = 0; k < study->sweep.count; k++)
    ES_TRY(es_study_vary(one, range[k].key, x[k], ctx));
  return ES_OK;
}

static enum es_status run_setting(const struct es_study *study, const struct range *range,
                                  const char *const *x, int threads, struct es_results *results,
                                  struct es_context *ctx)
{
  struct es_study one;
  struct es_results rows = {0};
  struct es_notes *notes = ctx->notes;
  ES_TRY(es_study_copy(&one, study, ctx));
  enum es_status status = vary(&one, study, range, x, ctx);
  if (status == ES_OK) status = es_run(&one, threads, &rows, ctx);
  ctx->notes = notes;
  if (status == ES_OK) status = keep_rows(results, &rows, range, x, study->sweep.count, ctx);
  es_results_clear(&rows);
  es_study_clear(&one);
  return status;
}

enum es_status es_sweep(const struct es_study *study, int threads, struct es_results *results,
                        struct es_context *ctx)
{
  struct range range[MOST_SWEEPS] = {0};
  enum es_status status = read_ranges(range, &study->sweep, ctx);
  size_t second = study->sweep.count > 1 ? range[1].at.count : 1;
  for (size_t i = 0; status == ES_OK && i < range[0].at.count; i++)
    for (size_t j = 0; status == ES_OK && j < second; j++) {
      const char *const x[MOST_SWEEPS] = {range[0].at.at[i],
                                          study->sweep.count > 1 ? range[1].at.at[j] : ""};
      status = run_setting(study, range, x, threads, results, ctx);
    }
  clear_ranges(range);
  return status;
}
