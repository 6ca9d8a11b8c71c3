/* A study: populations × scorers × policies, with every setting that decides a result.
 *
 * One table serves the command line (--people), the [study] section of a file (people = …), --help,
 * the docs, and the resolved settings in the results.
 */
#ifndef ES_RUN_STUDY_H
#define ES_RUN_STUDY_H

#include "harness/base/ini.h"
#include "harness/model/model.h"
#include "harness/policy/policy.h"

struct es_ledger;

struct es_study {
  char *title, *system, *shows, *schema, *reference, *load_model;
  struct es_texts population, scorer, policy, set, group, metrics, attribute, sweep;
  bool refit, missing_policies, levers, reasons;
  int impute; /* enum es_imputation */
  int64_t people, train, seed, replicates, folds, small, bootstrap, periods, refit_every;
  double test_share, confidence;
  int positive;             /* enum: "favorable|adverse" */
  int undefined;            /* enum: "keep|skip" */
  int correction;           /* enum es_correction */
  struct es_ini file;       /* for [scorer NAME] and [population NAME] */
  bool borrowed;            /* the file is another study's */
  const char *save_model;   /* where what its one scorer learns is kept; NULL: nowhere */
  struct es_ledger *ledger; /* of the sums of every pass over people (ledger.h); NULL: none */
};

extern const struct es_option es_study_options[];
#define ES_DEFAULT_POLICY "rate:share=0.8" /* of a study that names none */

/* Defaults, then the file: a compiled-in study's name or a path. */
enum es_status es_study_open(struct es_study *study, const char *name,
                             struct es_context *ctx) ES_CHECKED;
void es_study_clear(struct es_study *study);

/* A copy to vary, without the sweeps, attributions and variants that are made of it. */
enum es_status es_study_copy(struct es_study *copy, const struct es_study *study,
                             struct es_context *ctx) ES_CHECKED;

/* Sets KEY of a population (as --set does), policy.KEY or SCORER.KEY. */
enum es_status es_study_vary(struct es_study *study, const char *key, const char *value,
                             struct es_context *ctx) ES_CHECKED;

/* "a,b" in metrics becomes two; unknown metrics fail.  Call after the command line was read. */
enum es_status es_study_settle(struct es_study *study, struct es_context *ctx) ES_CHECKED;

/* Models of every scorer named, with the file's [scorer NAME] options under those of the command
 * line; labels tell twins apart.  The caller clears and frees them. */
enum es_status es_study_models(const struct es_study *study, struct es_model **models,
                               size_t *count, struct es_context *ctx) ES_CHECKED;

/* Every policy named, or the default one.  The caller clears and frees them. */
enum es_status es_study_policies(const struct es_study *study, struct es_policy **policies,
                                 size_t *count, struct es_context *ctx) ES_CHECKED;

/* --set of the command line, and the file's [population NAME] keys, as overrides for one
 * population. */
enum es_status es_study_overrides(const struct es_study *study, const char *population,
                                  struct es_texts *overrides, struct es_context *ctx) ES_CHECKED;

#endif
