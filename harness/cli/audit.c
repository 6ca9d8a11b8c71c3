/* evenscore audit: measures on a CSV of decisions or scores, where no scorer runs at all. */
#include "harness/cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/data/listing.h"
#include "harness/data/words.h"
#include "harness/measure/compare.h"
#include "harness/measure/shape.h"
#include "harness/run/progress.h"
#include "harness/run/resolved.h"

enum { MOST_COLUMNS = 64 };

struct audit {
  char *schema, *outcome, *favorable_outcome, *decision, *favorable_decision, *probability, *weight,
      *name;
  char *reference, *higher_is;
  struct es_texts score, group, metrics, missing;
  struct es_numbers cutoff;
  int positive, unscorable, separator, undefined, correction;
  int64_t small, bootstrap;
  double confidence, cost_wrongful_denial, cost_wrongful_approval, term, u_plus, u_minus;
};

#define A struct audit
static const struct es_option audit_options[] = {
    ES_OPTION_TEXT(A, outcome, "", "COL", "column of what happened"),
    ES_OPTION_TEXT(A, favorable_outcome, "", "VALUE", "its value that is favourable to the person"),
    ES_OPTION_TEXTS(A, score, "", "COL", "column of scores; again to compare several"),
    ES_OPTION_TEXT(A, higher_is, "", "better|worse", "what a higher score means for the person"),
    {"cutoff", ES_TYPE_NUMBERS, ES_FIELD_(A, cutoff, struct es_numbers), "", 0, 0, NULL,
     "scores of at least this are the upper side", "X", 0},
    ES_OPTION_TEXT(A, decision, "", "COL", "column of decisions, in place of score and cut-off"),
    ES_OPTION_TEXT(A, favorable_decision, "", "VALUE",
                   "its value that is favourable to the person"),
    ES_OPTION_TEXTS(
        A, group, "", "COL[,COL]",
        "columns to group by, or AGE>25; with a comma also their crossing; again for more"),
    ES_OPTION_CHOICE(A, positive, "favorable", "favorable|adverse",
                     "which decision the textbook rates (TPR, FPR, ...) count as positive"),
    ES_OPTION_TEXT(A, probability, "", "COL",
                   "calibrated probability of the positive outcome, where the score is not one"),
    ES_OPTION_TEXT(A, weight, "", "COL", "sampling weights"),
    ES_OPTION_CHOICE(A, unscorable, "deny", "approve|deny|review",
                     "what happens to people without a score"),
    ES_OPTION_TEXT(A, reference, "", "GROUP", "the group that others are measured from"),
    ES_OPTION_TEXTS(
        A, metrics, "", "M[,M]",
        "default, all, coverage, accuracy, disparity, impact, or names (evenscore list metrics)"),
    ES_OPTION_CHOICE(A, undefined, "keep", "keep|skip",
                     "a gap over an undefined group: undefined, or over the other groups"),
    ES_OPTION_INT(A, small, "30", 0, 1e9, "warn of groups with fewer people than this"),
    ES_OPTION_DOUBLE(A, confidence, "0.95", 0.5, 0.9999, "confidence of the intervals"),
    ES_OPTION_INT(A, bootstrap, "1000", 0, 100000,
                  "replicates for intervals without a closed form; 0: none"),
    ES_OPTION_CHOICE(A, correction, "holm", ES_CORRECTIONS,
                     "how p-values are corrected for their number"),
    ES_OPTION_DOUBLE(A, cost_wrongful_denial, "-1", -1, 1e12,
                     "cost of denying a favourable person; -1: not stated"),
    ES_OPTION_DOUBLE(A, cost_wrongful_approval, "-1", -1, 1e12,
                     "cost of approving an unfavourable one; -1: not stated"),
    ES_OPTION_DOUBLE(A, term, "-1", -1, 36500, "days that a denial lasts; -1: not stated"),
    ES_OPTION_DOUBLE(A, u_plus, "0", -1e12, 1e12,
                     "what an approved favourable person brings who decides"),
    ES_OPTION_DOUBLE(A, u_minus, "0", -1e12, 1e12,
                     "what an approved unfavourable one brings; both 0: not stated"),
    ES_OPTION_TEXT(A, schema, "", "S",
                   "take outcome, groups, weight and missing markers from a schema"),
    ES_OPTION_TEXTS(A, missing, "", "MARK", "cells that mean missing, besides empty ones"),
    ES_OPTION_CHOICE(A, separator, "comma", "comma|semicolon|tab", "what stands between cells"),
    ES_OPTION_TEXT(A, name, "", "TEXT", "what the report calls these people; else the file's name"),
    {0}};
#undef A

/* Everything of one audit. */
struct auditing {
  const struct audit *a;
  struct es_schema schema;
  struct es_listing listing;
  struct es_csv_want want[MOST_COLUMNS];
  size_t wants, decision, probability; /* decision, probability: index in listing.more, or wants */
  char *name;
};

static bool higher_is_better(const struct audit *a) { return strcmp(a->higher_is, "better") == 0; }

/* --- what was asked for
 * ---------------------------------------------------------------------------- */

static enum es_status check(const struct audit *a, struct es_context *ctx)
{
  bool scores = a->score.count > 0, decides = a->decision[0] != '\0';
  if (!scores && !decides && a->outcome[0] == '\0' && a->schema[0] == '\0')
    return es_fail(ctx, ES_INPUT,
                   "audit: say what to audit: --score COL with --cutoff, or --decision COL");
  if (!scores && !decides)
    return es_fail(ctx, ES_INPUT,
                   "audit: give --score COL --higher-is better|worse --cutoff X, or "
                   "--decision COL --favorable-decision VALUE");
  if (a->outcome[0] != '\0' && a->favorable_outcome[0] == '\0')
    return es_fail(ctx, ES_INPUT,
                   "--outcome %s: say which value is favourable: --favorable-outcome VALUE",
                   a->outcome);
  if (scores && strcmp(a->higher_is, "better") != 0 && strcmp(a->higher_is, "worse") != 0)
    return es_fail(ctx, ES_INPUT,
                   "--score %s: say what a higher score means: --higher-is better or worse",
                   a->score.at[0]);
  if (scores && !decides && a->cutoff.count != 1)
    return es_fail(ctx, ES_INPUT, "--score %s: give one --cutoff X (or a --decision COL)",
                   a->score.at[0]);
  if (decides && a->cutoff.count > 0)
    return es_fail(ctx, ES_INPUT,
                   "--decision and --cutoff: decisions come from one of them; leave one out");
  if (decides && a->favorable_decision[0] == '\0')
    return es_fail(ctx, ES_INPUT,
                   "--decision %s: say which value is favourable: --favorable-decision VALUE",
                   a->decision);
  return es_metrics_check(&a->metrics, ctx);
}

/* "key=value" onto the schema, unless nothing was given. */
static enum es_status assign(struct es_texts *list, const char *key, const char *value,
                             struct es_context *ctx)
{
  if (value[0] == '\0') return ES_OK;
  struct es_text text = {0}; /* a value with blanks is one word */
  es_text_add(&text, strpbrk(value, " ,\t") != NULL ? "%s=\"%s\"" : "%s=%s", key, value);
  enum es_status status = es_texts_add(list, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

static enum es_status assignments(const struct audit *a, struct es_texts *list,
                                  struct es_context *ctx)
{
  static const char *const separators[] = {"", "semicolon", "tab"};
  ES_TRY(assign(list, "outcome", a->outcome, ctx));
  ES_TRY(assign(list, "favorable", a->favorable_outcome, ctx));
  ES_TRY(assign(list, "weight", a->weight, ctx));
  return assign(list, "separator", separators[a->separator], ctx);
}

static bool has_group(const struct es_schema *schema, const char *name)
{
  for (size_t g = 0; g < schema->group_count; g++)
    if (strcmp(schema->group[g].name, name) == 0) return true;
  return false;
}

static enum es_status add_groups(struct es_schema *schema, const struct es_texts *groups,
                                 struct es_context *ctx)
{
  struct es_texts names = {0};
  enum es_status status = ES_OK;
  for (size_t g = 0; status == ES_OK && g < groups->count; g++)
    status = es_texts_add(&names, groups->at[g], strlen(groups->at[g]), ctx);
  if (status == ES_OK) status = es_texts_split(&names, ctx);
  for (size_t g = 0; status == ES_OK && g < names.count; g++)
    if (!has_group(schema, names.at[g])) status = es_schema_group(schema, names.at[g], ctx);
  es_texts_clear(&names);
  return status;
}

/* The schema that was named, or an empty one, with what the command line says on top. */
static enum es_status make_schema(struct auditing *at, struct es_context *ctx)
{
  const struct audit *a = at->a;
  struct es_texts list = {0};
  enum es_status status = assignments(a, &list, ctx);
  if (status == ES_OK && a->schema[0] != '\0') {
    status = es_schema_load(&at->schema, a->schema, &list, ctx);
  } else if (status == ES_OK) {
    status = es_schema_default(&at->schema, ctx);
    for (size_t i = 0; status == ES_OK && i < list.count; i++) {
      char *equal = strchr(list.at[i], '=');
      *equal = '\0';
      status = es_options_set(es_schema_options, &at->schema, list.at[i], equal + 1, ctx);
    }
  }
  es_texts_clear(&list);
  for (size_t i = 0; status == ES_OK && i < a->missing.count; i++)
    status = es_options_set(es_schema_options, &at->schema, "missing", a->missing.at[i], ctx);
  if (status == ES_OK) status = add_groups(&at->schema, &a->group, ctx);
  return status == ES_OK ? es_schema_check(&at->schema, ctx) : status;
}

static enum es_status read_people(struct auditing *at, const char *path, struct es_context *ctx)
{
  const struct audit *a = at->a;
  if (a->score.count + 2 > ES_COUNT_OF(at->want))
    return es_fail(ctx, ES_INPUT, "--score: %zu columns are too many", a->score.count);
  for (size_t k = 0; k < a->score.count; k++)
    at->want[at->wants++] = (struct es_csv_want){a->score.at[k], ES_CSV_NUMBER, NULL};
  at->decision = at->wants;
  if (a->decision[0] != '\0')
    at->want[at->wants++] = (struct es_csv_want){a->decision, ES_CSV_LEVELS, NULL};
  at->probability = at->wants;
  if (a->probability[0] != '\0')
    at->want[at->wants++] = (struct es_csv_want){a->probability, ES_CSV_NUMBER, NULL};
  struct es_listing_request request = {.more = at->want, .mores = at->wants};
  return es_listing_read(&at->listing, &at->schema, path, &request, ctx);
}

/* --- tallying
 * ---------------------------------------------------------------------------------------- */

static enum es_status favorable_level(const struct auditing *at, uint32_t *level,
                                      struct es_context *ctx)
{
  const struct es_csv_column *column = &at->listing.more[at->decision];
  for (*level = 0; *level < column->levels; ++*level)
    if (es_words_same(column->label[*level], at->a->favorable_decision)) return ES_OK;
  return es_fail(ctx, ES_INPUT, "--favorable-decision %s: column %s never says that; it says %s%s",
                 at->a->favorable_decision, column->name,
                 column->levels > 0 ? column->label[0] : "nothing",
                 column->levels > 1 ? ", ..." : "");
}

/* Whether every score is within 0 and 1: then it is read as a probability unless one is named. */
static bool unit_range(const struct es_csv_column *score, size_t people)
{
  for (size_t i = 0; i < people; i++)
    if (score->seen[i] && (score->number[i] < 0 || score->number[i] > 1)) return false;
  return true;
}

/* What the command line states, else what the schema does. */
static struct es_consequence consequence(const struct auditing *at)
{
  const struct audit *a = at->a;
  const struct es_schema *s = &at->schema;
  return (struct es_consequence){
      .cost_wrongful_denial =
          a->cost_wrongful_denial >= 0 ? a->cost_wrongful_denial : s->cost_wrongful_denial,
      .cost_wrongful_approval =
          a->cost_wrongful_approval >= 0 ? a->cost_wrongful_approval : s->cost_wrongful_approval,
      .term = a->term >= 0 ? a->term : s->term,
      .u_plus = a->u_plus != 0 || a->u_minus != 0 ? a->u_plus : s->u_plus,
      .u_minus = a->u_plus != 0 || a->u_minus != 0 ? a->u_minus : s->u_minus};
}

/* One thing that is audited: a score column, or the decisions alone. */
struct subject {
  const struct es_csv_column *score, *decision, *probability;
  uint32_t favorable;
  bool score_is_probability;
};

static void decide(const struct audit *a, const struct subject *s, size_t i, struct es_verdict *v)
{
  bool scored = s->score == NULL || s->score->seen[i];
  if (s->decision != NULL) {
    v->decision = s->decision->level[i] == s->favorable ? ES_APPROVED : ES_DENIED;
    if (!s->decision->seen[i]) v->decision = (uint8_t)a->unscorable;
    scored = scored && s->decision->seen[i];
  } else if (scored) {
    bool upper = s->score->number[i] >= a->cutoff.at[0];
    v->decision = upper == (higher_is_better(a)) ? ES_APPROVED : ES_DENIED;
  } else {
    v->decision = (uint8_t)a->unscorable;
  }
  v->why = scored ? ES_SCORED : ES_NO_RECORD;
  v->score = NAN;
  if (scored && s->score != NULL)
    v->score = higher_is_better(a) ? s->score->number[i] : -s->score->number[i];
}

/* P(favourable outcome), or -1. */
static double probability(const struct audit *a, const struct subject *s, size_t i)
{
  if (s->probability != NULL) {
    if (!s->probability->seen[i]) return -1;
    return a->positive == 0 ? s->probability->number[i] : 1 - s->probability->number[i];
  }
  if (!s->score_is_probability || !s->score->seen[i]) return -1;
  return higher_is_better(a) ? s->score->number[i] : 1 - s->score->number[i];
}

static struct es_verdict verdict(const struct auditing *at, const struct subject *s, size_t i)
{
  const struct es_listing *l = &at->listing;
  struct es_verdict v = {.outcome = l->outcome[i],
                         .weight = l->weight != NULL ? l->weight[i] : 1,
                         .term = consequence(at).term};
  uint32_t stride = 1;
  for (size_t g = 0; g < l->attributes; g++, stride *= l->attribute[g - 1].levels)
    v.cell += stride * l->group[g][i];
  decide(at->a, s, i, &v);
  v.probability = probability(at->a, s, i);
  return v;
}

static enum es_status tally_people(const struct auditing *at, const struct subject *s,
                                   struct es_tally *tally, struct es_context *ctx)
{
  const struct es_listing *l = &at->listing;
  for (size_t i = 0; i < l->people; i++) {
    struct es_verdict v = verdict(at, s, i);
    if (s->probability != NULL && s->probability->seen[i] &&
        (v.probability < 0 || v.probability > 1))
      return es_fail(ctx, ES_INPUT, "%s:%llu: column %s: a probability is from 0 to 1", l->csv.name,
                     (unsigned long long)l->line[i], s->probability->name);
    ES_TRY(es_tally_add(tally, &v, ctx));
  }
  return ES_OK;
}

static char *policy_name(const struct audit *a, const struct subject *s)
{
  struct es_text text = {0};
  char number[ES_NUMBER_SIZE];
  if (s->decision != NULL)
    es_text_add(&text, "%s=%s", s->decision->name, a->favorable_decision);
  else
    es_text_add(&text, "%s>=%s is %s", s->score->name, es_number(number, a->cutoff.at[0]),
                higher_is_better(a) ? "approve" : "deny");
  if (a->unscorable != ES_DENIED)
    es_text_add(&text, ", unscorable=%s", a->unscorable == ES_APPROVED ? "approve" : "review");
  return es_text_take(&text);
}

/* What is asked of every scorer; the views are freed by the caller. */
static enum es_status evaluation(struct es_evaluation *e, struct es_view **views,
                                 const struct auditing *at, struct es_context *ctx)
{
  const struct audit *a = at->a;
  const struct es_listing *l = &at->listing;
  *e = (struct es_evaluation){.population = at->name,
                              .reference =
                                  a->reference[0] != '\0' ? a->reference : at->schema.reference,
                              .attribute = l->attribute,
                              .attributes = l->attributes,
                              .consequence = consequence(at),
                              .positive_is_adverse = a->positive != 0,
                              .confidence = a->confidence,
                              .metrics = &a->metrics,
                              .small = (uint64_t)a->small,
                              .skip_undefined = a->undefined != 0,
                              .bootstrap = (size_t)a->bootstrap};
  ES_TRY(es_views_make(views, &e->views, &a->group, l->attribute, l->attributes, ctx));
  e->view = *views;
  return es_reference_check(a->reference, *views, e->views, l->attribute, ctx);
}

static enum es_status make_tally(struct es_tally *tally, const struct auditing *at,
                                 const struct subject *s, struct es_context *ctx)
{
  const struct es_listing *l = &at->listing;
  ES_TRY(es_tally_create(tally, es_cell_count(l->attribute, l->attributes), true, ctx));
  tally->weighted = l->weight != NULL;
  tally->reversed = s->score != NULL && !higher_is_better(at->a);
  return ES_OK;
}

static enum es_status audit_one(const struct auditing *at, const struct subject *s,
                                struct es_evaluation *e, struct es_results *results,
                                struct es_context *ctx)
{
  struct es_tally tally = {0};
  char *policy = policy_name(at->a, s);
  e->scorer = s->score != NULL ? s->score->name : s->decision->name;
  e->policy = policy;
  enum es_status status = policy != NULL ? ES_OK : es_fail(ctx, ES_NOMEM, "out of memory");
  if (status == ES_OK) status = make_tally(&tally, at, s, ctx);
  if (status == ES_OK) status = tally_people(at, s, &tally, ctx);
  if (status == ES_OK) status = es_evaluate(results, &tally, e, ctx);
  if (status == ES_OK) status = es_shape(results, &tally, e, ctx);
  if (status == ES_OK) status = es_compare_groups(results, &tally, e, ctx);
  if (status == ES_OK) status = es_resolved_tally(results, e, &tally, ctx);
  free(policy);
  es_tally_clear(&tally);
  return status;
}

/* Two score columns on the same people. */
static enum es_status audit_pair(const struct auditing *at, const struct subject *a,
                                 const struct subject *b, struct es_evaluation *e,
                                 struct es_results *results, struct es_context *ctx)
{
  struct es_tally like = {0};
  struct es_pair pair = {0};
  struct es_text name = {0};
  es_text_add(&name, "%s vs %s", a->score->name, b->score->name);
  e->scorer = es_text_get(&name);
  e->policy = "";
  enum es_status status = make_tally(&like, at, a, ctx);
  if (status == ES_OK) status = es_pair_create(&pair, &like, ctx);
  for (size_t i = 0; status == ES_OK && i < at->listing.people; i++) {
    struct es_verdict one = verdict(at, a, i), other = verdict(at, b, i);
    status = es_pair_add(&pair, &one, &other, NULL, ctx);
  }
  if (status == ES_OK) status = es_compare_paired(results, &pair, ES_BETWEEN_SCORERS, e, ctx);
  es_pair_clear(&pair);
  es_tally_clear(&like);
  es_text_clear(&name);
  return status;
}

static enum es_status audit_scores(const struct auditing *at, const struct subject *like,
                                   struct es_evaluation *e, struct es_results *results,
                                   struct es_context *ctx)
{
  const struct es_texts *score = &at->a->score;
  struct subject subject[MOST_COLUMNS];
  for (size_t k = 0; k < score->count; k++) {
    struct subject *s = &subject[k];
    *s = *like;
    s->score = &at->listing.more[k];
    s->score_is_probability = s->probability == NULL && unit_range(s->score, at->listing.people);
    if (s->score_is_probability)
      es_note(ctx, "%s is within 0 and 1 throughout and taken for a probability of the %s outcome",
              s->score->name, higher_is_better(at->a) ? "favourable" : "adverse");
    ES_TRY(audit_one(at, s, e, results, ctx));
  }
  for (size_t a = 0; a < score->count; a++)
    for (size_t b = a + 1; b < score->count; b++)
      ES_TRY(audit_pair(at, &subject[a], &subject[b], e, results, ctx));
  return ES_OK;
}

static enum es_status audit_all(const struct auditing *at, struct es_results *results,
                                struct es_context *ctx)
{
  const struct audit *a = at->a;
  struct subject s = {0};
  struct es_evaluation e;
  struct es_view *views = NULL;
  if (a->decision[0] != '\0') {
    s.decision = &at->listing.more[at->decision];
    ES_TRY(favorable_level(at, &s.favorable, ctx));
  }
  if (a->probability[0] != '\0') s.probability = &at->listing.more[at->probability];
  if (at->listing.unknown > 0)
    es_note(ctx, "%zu of %zu people have no outcome: they count where no outcome is needed",
            at->listing.unknown, at->listing.people);
  enum es_status status = evaluation(&e, &views, at, ctx);
  if (status == ES_OK)
    status = a->score.count > 0 ? audit_scores(at, &s, &e, results, ctx)
                                : audit_one(at, &s, &e, results, ctx);
  if (status == ES_OK) status = es_tests_correct(results, (enum es_correction)a->correction, ctx);
  free(views);
  return status;
}

/* --- the command
 * ------------------------------------------------------------------------------------- */

/* "people" of "folder/people.csv". */
static char *file_stem(const char *path, struct es_context *ctx)
{
  const char *slash = strrchr(path, '/');
  char *name = es_strdup(slash != NULL ? slash + 1 : path, ctx);
  size_t length = name != NULL ? strlen(name) : 0;
  if (length > 4 && strcmp(name + length - 4, ".csv") == 0) name[length - 4] = '\0';
  return name;
}

static enum es_status audit_file(struct auditing *at, const char *path, struct es_results *results,
                                 struct es_context *ctx)
{
  ES_TRY(make_schema(at, ctx));
  ES_TRY(read_people(at, path, ctx));
  at->name = at->a->name[0] != '\0' ? es_strdup(at->a->name, ctx) : file_stem(path, ctx);
  if (at->name == NULL) return ES_NOMEM;
  struct es_texts decision = {(char *[]){at->a->decision}, 1};
  ES_TRY(es_resolved_audit(results, audit_options, at->a, at->name, at->schema.favorable_name,
                           at->listing.people, at->a->score.count > 0 ? &at->a->score : &decision,
                           ctx));
  return audit_all(at, results, ctx);
}

static enum es_status audit_and_report(const struct audit *a, const struct es_output *output,
                                       const char *path, struct es_context *ctx)
{
  ES_TRY(es_output_check(output, ctx));
  ES_TRY(check(a, ctx));
  struct es_results results = {0};
  struct auditing at = {.a = a};
  ctx->notes = &results.warnings;
  enum es_status status = audit_file(&at, path, &results, ctx);
  ctx->notes = NULL;
  if (status == ES_OK) status = es_output_results(&results, output, ctx);
  es_listing_clear(&at.listing);
  es_schema_clear(&at.schema);
  free(at.name);
  es_results_clear(&results);
  return status;
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct audit a = {0};
  struct es_output output = {0};
  const struct es_args sets[] = {{audit_options, &a}, {es_output_options, &output}};
  const char *file = NULL;
  size_t files = 0;
  enum es_status status = es_options_default(audit_options, &a, ctx);
  if (status == ES_OK) status = es_options_default(es_output_options, &output, ctx);
  if (status == ES_OK)
    status = es_args_parse(argc, argv, sets, ES_COUNT_OF(sets), &file, 1, &files, ctx);
  if (status == ES_OK) status = es_texts_split(&a.metrics, ctx);
  if (status == ES_OK && files == 0)
    status = es_fail(ctx, ES_INPUT, "audit: name a CSV file; see evenscore audit --help");
  if (status == ES_OK) status = audit_and_report(&a, &output, file, ctx);
  es_options_clear(audit_options, &a);
  es_options_clear(es_output_options, &output);
  return status;
}

static const struct es_option *const tables[] = {audit_options, es_output_options, NULL};
const struct es_command es_command_audit = {
    .name = "audit",
    .usage = "audit DATA.csv [options]",
    .summary = "measures on a CSV of scores or decisions",
    .help = "Audits scores or decisions that are already there.\n\n"
            "  evenscore audit compas.csv --outcome two_year_recid --favorable-outcome 0 \\\n"
            "    --score decile_score --higher-is worse --cutoff 5 --group race,sex --positive "
            "adverse\n"
            "  evenscore audit loans.csv --outcome repaid --favorable-outcome 1 \\\n"
            "    --decision granted --favorable-decision yes --group region\n\n"
            "A person exactly at the cut-off belongs to the upper side.\n",
    .tables = tables,
    .run = run,
};
