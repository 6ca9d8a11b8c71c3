/* Reads a population's INI file, checks it, and works out the numbers of each stratum. */
#include "harness/population/population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/base/text.h"

#define P struct es_population_settings
static const struct es_option population_table[] = {
    ES_OPTION_TEXT(P, title, "", "TEXT", "one line for lists and reports"),
    ES_OPTION_TEXT(P, version, "1", "N", "changes when the people do"),
    ES_OPTION_TEXT(P, cite, "", "TEXT", "where its numbers come from"),
    ES_OPTION_TEXT(P, attribute, "region", "NAME", "what the strata are levels of"),
    ES_OPTION_TEXT(P, strata, "", "NAMES", "names of the strata, separated by blanks"),
    ES_OPTION_TEXT(P, reference, "", "STRATUM", "the stratum that a gap of 0 makes the others equal to"),
    ES_OPTION_TEXT(P, favorable, "repays", "WORD", "what the favourable outcome is called"),
    ES_OPTION_TEXT(P, core, "", "SOURCE", "the deciding agency's own file; empty: every source"),
    ES_OPTION_NUMBERS(P, share, "", 0, 1, "share of people, by stratum; sums to 1"),
    ES_OPTION_NUMBERS(P, bad_rate, "", 0, 1, "share of unfavourable outcomes, by stratum"),
    ES_OPTION_INT(P, people, "120000", 1, 1e12, "people that scorers are judged on"),
    ES_OPTION_INT(P, train, "20000", 1, 1e8, "people that scorers learn from"),
    ES_OPTION_DOUBLE(P, coverage_gap, "1", 0, 10, "differences in coverage: 0 none, 1 as given, 2 twice"),
    ES_OPTION_DOUBLE(P, noise_gap, "1", 0, 10, "differences in history and noise"),
    ES_OPTION_DOUBLE(P, linkage_gap, "1", 0, 10, "differences in links: scales the next two"),
    ES_OPTION_DOUBLE(P, missed_gap, "1", 0, 10, "differences in missed links"),
    ES_OPTION_DOUBLE(P, false_gap, "1", 0, 10, "differences in false links"),
    ES_OPTION_DOUBLE(P, sharing_gap, "1", 0, 10, "differences in what reaches the deciding agency"),
    ES_OPTION_DOUBLE(P, base_rate_gap, "1", 0, 10, "differences in traits and in outcomes"),
    ES_OPTION_DOUBLE(P, cost_wrongful_denial, "-1", -1, 1e12, "cost of denying a favourable person"),
    ES_OPTION_DOUBLE(P, cost_wrongful_approval, "-1", -1, 1e12, "cost of approving an unfavourable one"),
    ES_OPTION_DOUBLE(P, term, "-1", -1, 36500, "days that a denial lasts"),
    {0}};
#undef P

#define P struct es_trait_settings
static const struct es_option trait_table[] = {
    ES_OPTION_NUMBERS(P, correlation, "0 0 0", -0.99, 0.99,
                      "capacity with reliability, capacity with visibility, reliability with visibility"),
    ES_OPTION_NUMBERS(P, capacity_mean, "0", -10, 10, "mean ability to pay, by stratum, in sd"),
    ES_OPTION_NUMBERS(P, reliability_mean, "0", -10, 10, "mean reliability, by stratum, in sd"),
    ES_OPTION_NUMBERS(P, visibility_mean, "0", -10, 10, "mean visibility, by stratum, in sd"),
    ES_OPTION_DOUBLE(P, capacity, "1", -10, 10, "log-odds of the favourable outcome per sd of capacity"),
    ES_OPTION_DOUBLE(P, reliability, "1", -10, 10, "the same for reliability"),
    ES_OPTION_DOUBLE(P, visibility, "0", -10, 10, "the same for visibility"),
    {0}};
#undef P

#define P struct es_source
static const struct es_option source_table[] = {
    ES_OPTION_TEXT(P, title, "", "TEXT", "what it is"),
    ES_OPTION_NUMBERS(P, coverage, "1", 0, 1, "share of people it has at all, by stratum"),
    ES_OPTION_DOUBLE(P, opt_in, "0", -5, 5, "how coverage rises with visibility, in sd"),
    ES_OPTION_NUMBERS(P, history, "1", 1, 1200, "mean months on record, by stratum"),
    ES_OPTION_NUMBERS(P, noise, "0", 0, 100, "sd of one month's measurement noise, by stratum"),
    ES_OPTION_NUMBERS(P, missed, "0", 0, 1, "share of records not linked to their person, by stratum"),
    ES_OPTION_NUMBERS(P, false_links, "0", 0, 1, "share of people linked to a stranger's record, by stratum"),
    ES_OPTION_NUMBERS(P, shared, "1", 0, 1,
                      "share of records that reach the deciding agency, by stratum"),
    {0}};
#undef P

#define P struct es_indicator
static const struct es_option indicator_table[] = {
    ES_OPTION_CHOICE(P, kind, "number", "number|binary|count",
                     "the index itself; 1 where it is above 0; Poisson with mean exp(index)"),
    ES_OPTION_CHOICE(P, direction, "none", "against|none|for", "what more of it says of the person"),
    ES_OPTION_DOUBLE(P, intercept, "0", -100, 100, "index of a person with average traits"),
    ES_OPTION_DOUBLE(P, capacity, "0", -100, 100, "loading on capacity"),
    ES_OPTION_DOUBLE(P, reliability, "0", -100, 100, "loading on reliability"),
    ES_OPTION_DOUBLE(P, visibility, "0", -100, 100, "loading on visibility"),
    ES_OPTION_DOUBLE(P, residual, "0", 0, 100, "sd of what the traits do not explain"),
    {0}};
#undef P

/* A failure at the line of a key, or at the file when the key is not there. */
static enum es_status wrong(const struct es_population *p, const char *section, const char *key,
                            struct es_context *ctx)
{
  const struct es_ini_entry *entry = es_ini_find(&p->ini, section, key);
  if (entry != NULL) return es_ini_fail_at(&p->ini, entry, ES_INPUT, ctx);
  return es_fail_at(ctx, ES_INPUT, "%s: [%s] ", p->ini.name, section);
}

static enum es_status split_strata(struct es_population *p, struct es_context *ctx)
{
  const char *at = p->settings.strata;
  p->stratum_name = es_alloc(strlen(at) / 2 + 1, sizeof *p->stratum_name, ctx);
  if (p->stratum_name == NULL) return ES_NOMEM;
  for (size_t size; at += strspn(at, " \t,"), (size = strcspn(at, " \t,")) > 0; at += size) {
    char *name = es_alloc(size + 1, 1, ctx);
    if (name == NULL) return ES_NOMEM;
    memcpy(name, at, size);
    p->stratum_name[p->strata++] = name;
  }
  if (p->strata > 0) return ES_OK;
  es_fail(ctx, ES_INPUT, "strata: name at least one, like: strata = urban rural");
  return wrong(p, "population", "strata", ctx);
}

/* One number stands for all strata. */
static enum es_status spread(const struct es_population *p, const char *section, const char *key,
                             struct es_numbers *list, struct es_context *ctx)
{
  if (list->count == p->strata) return ES_OK;
  if (list->count != 1) {
    es_fail(ctx, ES_INPUT, "%s: give one number, or one for each of the %zu strata (%s)", key, p->strata,
            p->settings.strata);
    return wrong(p, section, key, ctx);
  }
  double *grown = realloc(list->at, p->strata * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  for (size_t g = 1; g < p->strata; g++) grown[g] = grown[0];
  *list = (struct es_numbers){grown, p->strata};
  return ES_OK;
}

static size_t find_source(const struct es_population *p, const char *name, size_t size)
{
  for (size_t s = 0; s < p->sources; s++)
    if (strlen(p->source[s].name) == size && strncmp(p->source[s].name, name, size) == 0) return s;
  return SIZE_MAX;
}

/* Reads [source NAME] and [indicator NAME] sections in the file's order; `what` is the first word. */
static enum es_status each_section(struct es_population *p, const char *what, struct es_context *ctx,
                                   enum es_status (*take)(struct es_population *, const char *section,
                                                          struct es_context *))
{
  size_t prefix = strlen(what);
  for (size_t i = 0; i < p->ini.entries; i++) {
    const char *section = p->ini.entry[i].section;
    if (strncmp(section, what, prefix) != 0 || section[prefix] != ' ') continue;
    bool seen = false;
    for (size_t j = 0; j < i && !seen; j++) seen = strcmp(p->ini.entry[j].section, section) == 0;
    if (!seen) ES_TRY(take(p, section, ctx));
  }
  return ES_OK;
}

static enum es_status take_source(struct es_population *p, const char *section, struct es_context *ctx)
{
  struct es_source *grown = realloc(p->source, (p->sources + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  p->source = grown;
  struct es_source *s = &grown[p->sources++];
  *s = (struct es_source){.name = (char *)section + strlen("source ")};
  ES_TRY(es_options_default(source_table, s, ctx));
  ES_TRY(es_ini_options(&p->ini, section, source_table, s, ctx));
  struct es_numbers *lists[] = {&s->coverage, &s->history, &s->noise, &s->missed, &s->false_links, &s->shared};
  static const char *const keys[] = {"coverage", "history", "noise", "missed", "false_links",
                                      "shared"};
  for (size_t k = 0; k < ES_COUNT_OF(lists); k++) ES_TRY(spread(p, section, keys[k], lists[k], ctx));
  return ES_OK;
}

/* Keeps indicators together by source: a new one goes behind the last of its source. */
static enum es_status take_indicator(struct es_population *p, const char *section, struct es_context *ctx)
{
  const char *name = section + strlen("indicator "), *dot = strchr(name, '.');
  size_t s = dot != NULL ? find_source(p, name, (size_t)(dot - name)) : SIZE_MAX;
  if (s == SIZE_MAX)
    return es_fail(ctx, ES_INPUT, "%s: [%s] wants the name of a [source] before a dot, like credit.arrears",
                   p->ini.name, section);
  struct es_indicator *grown = realloc(p->indicator, (p->indicators + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  p->indicator = grown;
  size_t at = 0;
  for (size_t k = 0; k <= s; k++) at += p->source[k].indicators;
  memmove(&grown[at + 1], &grown[at], (p->indicators - at) * sizeof *grown);
  grown[at] = (struct es_indicator){.name = (char *)name};
  p->indicators++;
  p->source[s].indicators++;
  ES_TRY(es_options_default(indicator_table, &grown[at], ctx));
  return es_ini_options(&p->ini, section, indicator_table, &grown[at], ctx);
}

static enum es_status check_sections(const struct es_population *p, struct es_context *ctx)
{
  for (size_t i = 0; i < p->ini.entries; i++) {
    const char *section = p->ini.entry[i].section;
    if (strcmp(section, "population") == 0 || strcmp(section, "traits") == 0 ||
        strncmp(section, "source ", 7) == 0 || strncmp(section, "indicator ", 10) == 0)
      continue;
    es_fail(ctx, ES_INPUT, "unknown section; there are [population], [traits], [source NAME], "
                           "[indicator SOURCE.NAME]");
    return es_ini_fail_at(&p->ini, &p->ini.entry[i], ES_INPUT, ctx);
  }
  return ES_OK;
}

static enum es_status read_settings(struct es_population *p, struct es_context *ctx)
{
  struct es_population_settings *set = &p->settings;
  ES_TRY(check_sections(p, ctx));
  ES_TRY(es_options_default(population_table, set, ctx));
  ES_TRY(es_options_default(trait_table, &p->traits, ctx));
  ES_TRY(es_ini_options(&p->ini, "population", population_table, set, ctx));
  ES_TRY(es_ini_options(&p->ini, "traits", trait_table, &p->traits, ctx));
  ES_TRY(split_strata(p, ctx));
  if (set->share.count == 1 && p->strata > 1) set->share.count = 0; /* one share is no default */
  ES_TRY(spread(p, "population", "share", &set->share, ctx));
  ES_TRY(spread(p, "population", "bad_rate", &set->bad_rate, ctx));
  ES_TRY(spread(p, "traits", "capacity_mean", &p->traits.capacity_mean, ctx));
  ES_TRY(spread(p, "traits", "reliability_mean", &p->traits.reliability_mean, ctx));
  ES_TRY(spread(p, "traits", "visibility_mean", &p->traits.visibility_mean, ctx));
  ES_TRY(each_section(p, "source", ctx, take_source));
  ES_TRY(each_section(p, "indicator", ctx, take_indicator));
  if (p->indicators == 0)
    return es_fail(ctx, ES_INPUT, "%s: nothing is recorded: add a [source NAME] and an [indicator NAME.WHAT]",
                   p->ini.name);
  for (size_t s = 1; s < p->sources; s++)
    p->source[s].first = p->source[s - 1].first + p->source[s - 1].indicators;
  if (set->core[0] == '\0' || find_source(p, set->core, strlen(set->core)) != SIZE_MAX) return ES_OK;
  es_fail(ctx, ES_INPUT, "core = %s: there is no [source %s]", set->core, set->core);
  return wrong(p, "population", "core", ctx);
}

/* --- numbers by stratum, gaps applied -------------------------------------------------------------- */

static double within(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

/* 0: as the reference; 1: as given; 2: twice as far. */
static double gapped(const struct es_numbers *list, size_t g, size_t reference, double gap)
{
  return list->at[reference] + gap * (list->at[g] - list->at[reference]);
}

/* The same on a log scale, for sizes that must stay positive. */
static double gapped_size(const struct es_numbers *list, size_t g, size_t reference, double gap)
{
  double base = list->at[reference];
  if (base <= 0 || list->at[g] <= 0 || gap == 1) return gap == 0 ? base : list->at[g];
  return base * es_pow(list->at[g] / base, gap);
}

/* E[logistic(a + m + s·x)], x standard normal: trapezoids of width 1/16 over ±8, exact to 1e-14. */
static double mean_probability(double at, double sd)
{
  double sum = 0, weights = 0;
  for (int k = -128; k <= 128; k++) {
    double x = k / 16.0, w = es_exp(-x * x / 2);
    sum += w * es_logistic(at + sd * x);
    weights += w;
  }
  return sum / weights;
}

/* The intercept at which a stratum's unfavourable outcomes are its bad rate. */
static double solve_intercept(double good_rate, double mean, double sd)
{
  double low = -50, high = 50;
  if (good_rate <= 0) return low;
  if (good_rate >= 1) return high;
  for (int step = 0; step < 60; step++) {
    double middle = (low + high) / 2;
    if (mean_probability(middle + mean, sd) < good_rate) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

static enum es_status factorise(struct es_population *p, struct es_context *ctx)
{
  const struct es_numbers *r = &p->traits.correlation;
  if (r->count == ES_TRAITS) {
    const double a = r->at[0], b = r->at[1], c = r->at[2];
    double d = 1 - a * a, e = d > 0 ? (c - a * b) / sqrt(d) : 2, f = 1 - b * b - e * e;
    if (d > 0 && f > 0) {
      const double factor[ES_TRAITS][ES_TRAITS] = {{1, 0, 0}, {a, sqrt(d), 0}, {b, e, sqrt(f)}};
      memcpy(p->factor, factor, sizeof factor);
      return ES_OK;
    }
  }
  es_fail(ctx, ES_INPUT, "correlation: give three that can hold together (a positive definite matrix)");
  return wrong(p, "traits", "correlation", ctx);
}

static void make_stratum(struct es_population *p, size_t g, size_t reference)
{
  struct es_stratum *s = &p->stratum[g];
  const struct es_numbers *mean[ES_TRAITS] = {&p->traits.capacity_mean, &p->traits.reliability_mean,
                                              &p->traits.visibility_mean};
  const double slope[ES_TRAITS] = {p->traits.capacity, p->traits.reliability, p->traits.visibility};
  double gap = p->settings.base_rate_gap, at = 0, variance = 0;
  for (size_t k = 0; k < ES_TRAITS; k++) {
    s->mean[k] = gapped(mean[k], g, reference, gap);
    at += slope[k] * s->mean[k];
    double along = 0; /* of the k-th independent draw */
    for (size_t j = k; j < ES_TRAITS; j++) along += slope[j] * p->factor[j][k];
    variance += along * along;
  }
  s->share = p->settings.share.at[g];
  s->bad_rate = within(gapped(&p->settings.bad_rate, g, reference, gap), 0, 1);
  s->intercept = solve_intercept(1 - s->bad_rate, at, sqrt(variance));
}

static void make_view(struct es_population *p, size_t source, size_t g, size_t reference)
{
  const struct es_population_settings *set = &p->settings;
  const struct es_source *s = &p->source[source];
  struct es_view_of *view = &p->seen[source * p->strata + g];
  view->coverage = within(gapped(&s->coverage, g, reference, set->coverage_gap), 0, 1);
  /* e < threshold + opt_in·z has probability `coverage` over z and e both standard normal. */
  if (view->coverage > 0 && view->coverage < 1)
    view->threshold = es_normal_quantile(view->coverage) * sqrt(1 + s->opt_in * s->opt_in);
  view->history = fmax(1, gapped_size(&s->history, g, reference, set->noise_gap));
  view->noise = gapped_size(&s->noise, g, reference, set->noise_gap);
  double links = set->linkage_gap;
  view->missed = within(gapped(&s->missed, g, reference, links * set->missed_gap), 0, 1);
  view->false_links = within(gapped(&s->false_links, g, reference, links * set->false_gap), 0, 1);
  view->shared = within(gapped(&s->shared, g, reference, set->sharing_gap), 0, 1);
}

static enum es_status work_out(struct es_population *p, struct es_context *ctx)
{
  size_t reference = 0;
  double total = 0;
  const char *wish = p->settings.reference;
  for (size_t g = 0; g < p->strata; g++) {
    total += p->settings.share.at[g];
    if (strcmp(p->stratum_name[g], wish) == 0) reference = g;
  }
  if (fabs(total - 1) > 1e-6) {
    es_fail(ctx, ES_INPUT, "share: the shares sum to %g; make them sum to 1", total);
    return wrong(p, "population", "share", ctx);
  }
  if (wish[0] != '\0' && strcmp(p->stratum_name[reference], wish) != 0) {
    es_fail(ctx, ES_INPUT, "reference = %s: name one of the strata (%s)", wish, p->settings.strata);
    return wrong(p, "population", "reference", ctx);
  }
  ES_TRY(factorise(p, ctx));
  p->stratum = es_alloc(p->strata, sizeof *p->stratum, ctx);
  p->seen = es_alloc(p->strata * p->sources, sizeof *p->seen, ctx);
  p->column = es_alloc(p->indicators, sizeof *p->column, ctx);
  if (p->stratum == NULL || p->seen == NULL || p->column == NULL) return ES_NOMEM;
  for (size_t g = 0; g < p->strata; g++) {
    make_stratum(p, g, reference);
    for (size_t s = 0; s < p->sources; s++) make_view(p, s, g, reference);
  }
  for (size_t s = 0; s < p->sources; s++)
    for (size_t c = p->source[s].first; c < p->source[s].first + p->source[s].indicators; c++)
      p->column[c] = (struct es_column){
          .name = p->indicator[c].name,
          .source = p->source[s].name,
          .kind = (enum es_kind)p->indicator[c].kind,
          .direction = p->indicator[c].direction - 1,
          .core = strcmp(p->source[s].name, p->settings.core) == 0};
  p->attribute = (struct es_attribute){p->settings.attribute, (const char *const *)p->stratum_name,
                                       (uint32_t)p->strata};
  return ES_OK;
}

enum es_status es_population_open(struct es_population *p, const char *name,
                                  const struct es_texts *overrides, struct es_context *ctx)
{
  *p = (struct es_population){0};
  enum es_status status;
  ES_TRY_TO(failed, status, es_ini_open(&p->ini, "population", name, ctx));
  for (size_t i = 0; i < overrides->count; i++)
    ES_TRY_TO(failed, status, es_ini_override(&p->ini, "population", overrides->at[i], ctx));
  const char *slash = strrchr(name, '/');
  if ((p->name = es_strdup(slash != NULL ? slash + 1 : name, ctx)) == NULL) {
    status = ES_NOMEM;
    goto failed;
  }
  size_t length = strlen(p->name);
  if (length > 4 && strcmp(p->name + length - 4, ".ini") == 0) p->name[length - 4] = '\0';
  ES_TRY_TO(failed, status, read_settings(p, ctx));
  ES_TRY_TO(failed, status, work_out(p, ctx));
  return ES_OK;
failed:
  es_population_clear(p);
  return status;
}

void es_population_clear(struct es_population *p)
{
  for (size_t s = 0; s < p->sources; s++) es_options_clear(source_table, &p->source[s]);
  for (size_t g = 0; g < p->strata; g++) free(p->stratum_name[g]);
  es_options_clear(population_table, &p->settings);
  es_options_clear(trait_table, &p->traits);
  free(p->stratum_name);
  free(p->stratum);
  free(p->source);
  free(p->indicator);
  free(p->seen);
  free(p->column);
  free(p->name);
  es_ini_clear(&p->ini);
  *p = (struct es_population){0};
}

void es_population_count_tags(const struct es_population *p, unsigned *numbers, unsigned *assumed)
{
  *numbers = *assumed = 0;
  for (size_t i = 0; i < p->ini.entries; i++) {
    const char *value = p->ini.entry[i].value, *tag = p->ini.entry[i].comment;
    if (tag[0] != '[') continue; /* a setting, not a fact */
    for (size_t size; value += strspn(value, " \t,"), (size = strcspn(value, " \t,")) > 0; value += size) {
      char word[64] = "";
      double x;
      if (size < sizeof word) memcpy(word, value, size);
      if (!es_parse_double(word, &x)) continue;
      *numbers += 1;
      *assumed += strstr(tag, "[assumed") != NULL;
    }
  }
}
