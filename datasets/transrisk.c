/* transrisk: people of the Federal Reserve's tables of TransRisk scores (2003), by group.
 *
 * The Board's report to Congress on credit scoring (2007) tells, for four groups, how many percent
 * have at most each score and how many percent of those at it default.  The tables are read from
 * the files of Barocas, Hardt & Narayanan, "Fairness and machine learning" (code/creditscore/data),
 * and become weighted rows: one per score, group and outcome.  The probability of repaying is known
 * at each, so that truth is.  Nobody is left to be judged who was not learned from: the tables are
 * the population, and replications (Hardt et al. 2016, Liu et al. 2018) want the optimum on it.
 */
#include "datasets/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/data/csv.h"

enum { MOST_GROUPS = 16 };
enum { SCALE_TRANSRISK, SCALE_FICO };

struct settings {
  char *groups;
  int scale;
  double cost_wrongful_denial, cost_wrongful_approval, term;
  double u_plus, u_minus, score_gain, score_loss, score_low, score_high;
};

#define S struct settings
static const struct es_option settings_table[] = {
    ES_OPTION_TEXT(S, groups, "", "NAMES", "groups to look at, separated by commas; empty: all"),
    ES_OPTION_CHOICE(S, scale, "transrisk", "transrisk|fico",
                     "scores as in the tables, or from 300 to 850 by FICO's percentiles"),
    ES_OPTION_DOUBLE(S, cost_wrongful_denial, "-1", -1, 1e12,
                     "cost of denying a favourable person"),
    ES_OPTION_DOUBLE(S, cost_wrongful_approval, "-1", -1, 1e12,
                     "cost of approving an unfavourable one"),
    ES_OPTION_DOUBLE(S, term, "-1", -1, 36500, "days that a denial lasts"),
    ES_OPTION_DOUBLE(S, u_plus, "0", -1e12, 1e12,
                     "what an approved favourable person brings who decides"),
    ES_OPTION_DOUBLE(S, u_minus, "0", -1e12, 1e12,
                     "what an approved unfavourable one brings; both 0: not stated"),
    ES_OPTION_DOUBLE(S, score_gain, "0", 0, 1e12,
                     "how far an approved favourable person's score goes up"),
    ES_OPTION_DOUBLE(S, score_loss, "0", 0, 1e12,
                     "how far an approved unfavourable one's goes down; both 0: not stated"),
    ES_OPTION_DOUBLE(S, score_low, "300", -1e12, 1e12, "the lowest score that there is"),
    ES_OPTION_DOUBLE(S, score_high, "850", -1e12, 1e12, "the highest"),
    {0}};
#undef S

/* One row: people of a group at a score who repay, or who do not. */
struct row {
  double score, weight, truth;
  uint32_t group;
  uint8_t outcome;
};

struct state {
  struct settings settings;
  struct es_people people;
  struct es_attribute attribute;
  char *level[MOST_GROUPS], *heading[MOST_GROUPS];
  struct row *row;
  size_t rows, groups;
  double stand_for; /* people */
};

static const struct es_column column = {
    .name = "score", .kind = ES_NUMBER, .direction = +1, .core = true, .source = ""};

/* --- the tables ------------------------------------------------------------------------------- */

static const char *const files[] = {"transrisk_cdf_by_race_ssa.csv",
                                    "transrisk_performance_by_race_ssa.csv", "totals.csv"};
enum { CDF, PERFORMANCE, TOTALS, FILES };

static enum es_status read_table(struct es_csv *csv, const char *folder, const char *file,
                                 struct es_context *ctx)
{
  struct es_text path = {0};
  es_text_add(&path, "%s/%s", folder, file);
  struct es_csv_request request = {.others = ES_CSV_GUESS};
  enum es_status status = es_csv_read(csv, es_text_get(&path), &request, ctx);
  es_text_clear(&path);
  return status;
}

static const double *numbers(const struct es_csv *csv, const char *name)
{
  for (size_t c = 0; c < csv->columns; c++)
    if (strcmp(csv->column[c].name, name) == 0) return csv->column[c].number;
  return NULL;
}

/* "Non- Hispanic white" is called White. */
static const char *called(const char *heading)
{
  return strstr(heading, "white") != NULL ? "White" : heading;
}

/* Whether a group is among those asked for: "Black,White". */
static bool is_asked(const char *list, const char *name)
{
  size_t size = strlen(name);
  if (list[0] == '\0') return true;
  for (const char *at = list; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
    at += strspn(at, " ");
    if (strncmp(at, name, size) == 0 && at[size + strspn(at + size, " ")] != '\0' &&
        at[size + strspn(at + size, " ")] != ',')
      continue;
    if (strncmp(at, name, size) == 0) return true;
  }
  return false;
}

static enum es_status find_groups(struct state *s, const struct es_csv *cdf, struct es_context *ctx)
{
  for (size_t c = 0; c < cdf->columns; c++) {
    const char *heading = cdf->column[c].name;
    if (strcmp(heading, "Score") == 0 || !is_asked(s->settings.groups, called(heading))) continue;
    if (s->groups == MOST_GROUPS)
      return es_fail(ctx, ES_INPUT, "%s: more than %d groups", cdf->name, MOST_GROUPS);
    s->heading[s->groups] = es_strdup(heading, ctx);
    s->level[s->groups] = es_strdup(called(heading), ctx);
    if (s->heading[s->groups] == NULL || s->level[s->groups++] == NULL) return ES_NOMEM;
  }
  if (s->groups > 0) return ES_OK;
  return es_fail(ctx, ES_INPUT, "groups = %s: none of them is a column of %s", s->settings.groups,
                 cdf->name);
}

/* FICO's scores by percentile of the national distribution, as Liu et al. have them. */
static double fico(double percentile)
{
  static const double share[] = {2.1, 4.2, 5.4, 6.5, 7.9, 9.6, 12.0, 13.8, 17.0, 15.8, 5.7};
  double low = 0;
  for (size_t k = 0; k < ES_COUNT_OF(share); k++, low += share[k - 1])
    if (percentile <= low + share[k] || k + 1 == ES_COUNT_OF(share))
      return 300 + 50 * ((double)k + (percentile - low) / share[k]);
  return 850;
}

static enum es_status add_group(struct state *s, uint32_t g, const struct es_csv csv[FILES],
                                struct es_context *ctx)
{
  const double *score = numbers(&csv[CDF], "Score"), *at = numbers(&csv[PERFORMANCE], "Score");
  const double *cdf = numbers(&csv[CDF], s->heading[g]);
  const double *risk = numbers(&csv[PERFORMANCE], s->heading[g]);
  const double *total = numbers(&csv[TOTALS], s->heading[g]);
  if (!score || !at || !cdf || !risk || !total || csv[CDF].rows != csv[PERFORMANCE].rows ||
      csv[TOTALS].rows == 0)
    return es_fail(ctx, ES_INPUT, "%s: the three tables have no column of numbers \"%s\" each",
                   csv[CDF].name, s->heading[g]);
  double before = 0;
  s->stand_for += total[0];
  for (size_t i = 0; i < csv[CDF].rows; i++) {
    double share = (cdf[i] - before) / 100, truth = 1 - risk[i] / 100;
    if (!(score[i] == at[i] && share >= 0 && truth >= 0 && truth <= 1))
      return es_fail(ctx, ES_INPUT,
                     "%s:%llu: scores that both tables have, rising shares and "
                     "percentages are wanted",
                     csv[CDF].name, (unsigned long long)csv[CDF].line[i]);
    before = cdf[i];
    for (uint8_t outcome = ES_UNFAVORABLE; outcome <= ES_FAVORABLE; outcome++) {
      double weight = total[0] * share * (outcome == ES_FAVORABLE ? truth : 1 - truth);
      double x = s->settings.scale == SCALE_FICO ? fico(score[i]) : score[i];
      if (weight > 0) s->row[s->rows++] = (struct row){x, weight, truth, g, outcome};
    }
  }
  return ES_OK;
}

static enum es_status read_tables(struct state *s, const char *folder, struct es_context *ctx)
{
  struct es_csv csv[FILES] = {{0}};
  enum es_status status = ES_OK;
  size_t read = 0;
  for (; status == ES_OK && read < FILES; read++)
    status = read_table(&csv[read], folder, files[read], ctx);
  if (status == ES_OK) status = find_groups(s, &csv[CDF], ctx);
  if (status == ES_OK &&
      (s->row = es_alloc(2 * s->groups * csv[CDF].rows, sizeof *s->row, ctx)) == NULL)
    status = ES_NOMEM;
  for (uint32_t g = 0; status == ES_OK && g < s->groups; g++) status = add_group(s, g, csv, ctx);
  for (size_t f = 0; f < FILES; f++) es_csv_clear(&csv[f]);
  return status;
}

/* --- the dataset ------------------------------------------------------------------------------ */

static enum es_status set_all(struct state *s, const struct es_texts *overrides,
                              struct es_context *ctx)
{
  ES_TRY(es_options_default(settings_table, &s->settings, ctx));
  for (size_t i = 0; i < overrides->count; i++) {
    char *key = es_strdup(overrides->at[i], ctx);
    char *equal = key != NULL ? strchr(key, '=') : NULL;
    enum es_status status = key != NULL ? ES_OK : ES_NOMEM;
    if (status == ES_OK && equal == NULL)
      status = es_fail(ctx, ES_INPUT, "--set %s: give KEY=VALUE", overrides->at[i]);
    if (equal != NULL) {
      *equal = '\0';
      status = es_options_set(settings_table, &s->settings, key, equal + 1, ctx);
    }
    free(key);
    if (status == ES_INPUT && equal != NULL)
      return es_fail_at(ctx, status, "--set %s: ", overrides->at[i]);
    if (status != ES_OK) return status;
  }
  return ES_OK;
}

static enum es_status open(void *data, const struct es_dataset_request *request,
                           struct es_context *ctx)
{
  struct state *s = data;
  if (request->source == NULL || request->source[0] == '\0')
    return es_fail(ctx, ES_INPUT,
                   "transrisk: in which folder are the tables? give --population transrisk:FOLDER");
  ES_TRY(set_all(s, &request->overrides, ctx));
  ES_TRY(read_tables(s, request->source, ctx));
  const struct settings *set = &s->settings;
  s->attribute = (struct es_attribute){"group", (const char *const *)s->level, (uint32_t)s->groups};
  s->people =
      (struct es_people){.name = "transrisk",
                         .title = "TransRisk scores, Federal Reserve 2007",
                         .version = "1",
                         .favorable = "repays",
                         .reference = "",
                         .columns = 1,
                         .attributes = 1,
                         .folds = 1,
                         .column = &column,
                         .attribute = &s->attribute,
                         .weighted = true,
                         .counted = (uint64_t)(s->stand_for + 0.5),
                         .truth = true,
                         .consequence = {.cost_wrongful_denial = set->cost_wrongful_denial,
                                         .cost_wrongful_approval = set->cost_wrongful_approval,
                                         .term = set->term,
                                         .u_plus = set->u_plus,
                                         .u_minus = set->u_minus,
                                         .score_gain = set->score_gain,
                                         .score_loss = set->score_loss,
                                         .score_low = set->score_low,
                                         .score_high = set->score_high}};
  return ES_OK;
}

static const struct es_people *people(const void *state)
{
  return &((const struct state *)state)->people;
}

static uint64_t size(const void *state, size_t fold, enum es_part part)
{
  (void)fold, (void)part;
  return ((const struct state *)state)->rows;
}

static enum es_status block(const void *state, size_t fold, enum es_part part, uint64_t first,
                            struct es_block *out, struct es_context *ctx)
{
  (void)fold, (void)part, (void)ctx;
  const struct row *row = ((const struct state *)state)->row + first;
  for (size_t i = 0; i < out->people; i++) {
    out->person[i] = first + i;
    out->outcome[i] = row[i].outcome;
    out->weight[i] = row[i].weight;
    out->truth[i] = row[i].truth;
    out->group[0][i] = row[i].group;
    out->value[0][i] = row[i].score;
    out->seen[0][i] = 1;
  }
  return ES_OK;
}

static enum es_status describe(const void *state, struct es_text *out, struct es_context *ctx)
{
  const struct state *s = state;
  es_text_add(out, "; %zu weighted rows, by score, group and outcome\n", s->rows);
  for (const struct es_option *row = settings_table; row->name != NULL; row++) {
    char *text = es_option_text(row, &s->settings);
    es_text_add(out, "%s = %s\n", row->name, text != NULL ? text : "");
    free(text);
  }
  return out->failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
}

static void close(void *state)
{
  struct state *s = state;
  es_options_clear(settings_table, &s->settings);
  for (size_t g = 0; g < MOST_GROUPS; g++) {
    free(s->level[g]);
    free(s->heading[g]);
  }
  free(s->row);
}

ES_DATASET(transrisk) = {
    .api = ES_DATASET_API,
    .name = "transrisk",
    .summary = "the Federal Reserve's tables of TransRisk scores by group, from a folder",
    .flags = ES_LISTED,
    .state_size = sizeof(struct state),
    .open = open,
    .people = people,
    .size = size,
    .block = block,
    .describe = describe,
    .close = close,
};
