/* Reads a population's INI file into its settings: the option tables, and what must hold of them.
 */
#include "harness/population/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"

#define P struct es_population_settings
static const struct es_option population_table[] = {
    ES_OPTION_TEXT(P, title, "", "TEXT", "one line for lists and reports"),
    ES_OPTION_TEXT(P, version, "1", "N", "changes when the people do"),
    ES_OPTION_TEXT(P, cite, "", "TEXT", "where its numbers come from"),
    ES_OPTION_TEXT(P, attribute, "region", "NAME", "what the strata are levels of"),
    ES_OPTION_TEXT(P, strata, "", "NAMES", "names of the strata, separated by blanks"),
    ES_OPTION_TEXT(P, reference, "", "STRATUM",
                   "the stratum that a gap of 0 makes the others equal to"),
    ES_OPTION_TEXT(P, favorable, "repays", "WORD", "what the favourable outcome is called"),
    ES_OPTION_TEXT(P, core, "", "SOURCE", "the deciding agency's own file; empty: every source"),
    ES_OPTION_NUMBERS(P, share, "", 0, 1, "share of people, by stratum; sums to 1"),
    ES_OPTION_NUMBERS(P, bad_rate, "", 0, 1, "share of unfavourable outcomes, by stratum"),
    ES_OPTION_INT(P, people, "120000", 1, 1e12, "people that scorers are judged on"),
    ES_OPTION_INT(P, train, "20000", 1, 1e8, "people that scorers learn from"),
    ES_OPTION_DOUBLE(P, coverage_gap, "1", 0, 10,
                     "differences in coverage: 0 none, 1 as given, 2 twice"),
    ES_OPTION_DOUBLE(P, noise_gap, "1", 0, 10, "differences in history and noise"),
    ES_OPTION_DOUBLE(P, linkage_gap, "1", 0, 10, "differences in links: scales the next two"),
    ES_OPTION_DOUBLE(P, missed_gap, "1", 0, 10, "differences in missed links"),
    ES_OPTION_DOUBLE(P, false_gap, "1", 0, 10, "differences in false links"),
    ES_OPTION_DOUBLE(P, sharing_gap, "1", 0, 10, "differences in what reaches the deciding agency"),
    ES_OPTION_DOUBLE(P, detection_gap, "1", 0, 10, "differences in detection and in false records"),
    ES_OPTION_DOUBLE(P, peer_gap, "1", 0, 10, "peers' bias: 0 none, 1 as given"),
    ES_OPTION_DOUBLE(P, error_scale, "1", 0, 10, "scales false links and false records"),
    ES_OPTION_DOUBLE(P, base_rate_gap, "1", 0, 10, "differences in traits and in outcomes"),
    ES_OPTION_DOUBLE(P, cost_wrongful_denial, "-1", -1, 1e12,
                     "cost of denying a favourable person"),
    ES_OPTION_DOUBLE(P, cost_wrongful_approval, "-1", -1, 1e12,
                     "cost of approving an unfavourable one"),
    ES_OPTION_DOUBLE(P, term, "-1", -1, 36500, "days that a denial lasts"),
    ES_OPTION_DOUBLE(P, cost_restriction_day, "0", 0, 1e12,
                     "cost of a day of undeserved restriction; 0: not stated"),
    ES_OPTION_DOUBLE(P, cost_deposit, "0", 0, 1e12,
                     "cost of the deposit that a favourable person leaves who is denied"),
    ES_OPTION_DOUBLE(P, loan, "0", 0, 1e12,
                     "what a favourable person who is denied borrows elsewhere"),
    ES_OPTION_DOUBLE(P, fallback_share, "1", 0, 1, "share of them who do"),
    ES_OPTION_DOUBLE(P, fallback_rate, "0", 0, 1000, "at what rate, % a year"),
    ES_OPTION_DOUBLE(P, loan_rate, "0", 0, 1000, "in place of which rate, % a year"),
    ES_OPTION_NUMBERS(P, tier_share, "", 0, 1,
                      "prices by score instead: shares of people, best first; sum to 1"),
    ES_OPTION_NUMBERS(P, tier_rate, "", 0, 1000, "and the rate of each, % a year"),
    ES_OPTION_DOUBLE(P, u_plus, "0", -1e12, 1e12,
                     "what an approved favourable person brings who decides"),
    ES_OPTION_DOUBLE(P, u_minus, "0", -1e12, 1e12,
                     "what an approved unfavourable one brings; both 0: not stated"),
    ES_OPTION_DOUBLE(P, score_gain, "0", 0, 1e12,
                     "how far an approved favourable person's score goes up"),
    ES_OPTION_DOUBLE(P, score_loss, "0", 0, 1e12,
                     "how far an approved unfavourable one's goes down; both 0: not stated"),
    ES_OPTION_DOUBLE(P, score_low, "300", -1e12, 1e12, "the lowest score that there is"),
    ES_OPTION_DOUBLE(P, score_high, "850", -1e12, 1e12, "the highest"),
    ES_OPTION_CHOICE(
        P, labels, "all", "all|approved",
        "whose outcomes scorers learn from: everybody's, or those whom an incumbent approved"),
    ES_OPTION_TEXT(P, incumbent, "", "SOURCE.NAME",
                   "the column that the incumbent policy looks at"),
    ES_OPTION_DOUBLE(P, incumbent_share, "0.5", 0, 1,
                     "share of those with a value there whom it approved"),
    ES_OPTION_DOUBLE(P, incumbent_cutoff, "0", -1e9, 1e9, "instead: the value that divides them"),
    ES_OPTION_CHOICE(P, incumbent_unseen, "deny", "deny|approve", "what it did with the others"),
    {0}};
#undef P

#define P struct es_trait_settings
static const struct es_option trait_table[] = {
    ES_OPTION_NUMBERS(
        P, correlation, "0 0 0", -0.99, 0.99,
        "capacity with reliability, capacity with visibility, reliability with visibility"),
    ES_OPTION_NUMBERS(P, capacity_mean, "0", -10, 10, "mean ability to pay, by stratum, in sd"),
    ES_OPTION_NUMBERS(P, reliability_mean, "0", -10, 10, "mean reliability, by stratum, in sd"),
    ES_OPTION_NUMBERS(P, visibility_mean, "0", -10, 10, "mean visibility, by stratum, in sd"),
    ES_OPTION_DOUBLE(P, capacity, "1", -10, 10,
                     "log-odds of the favourable outcome per sd of capacity"),
    ES_OPTION_DOUBLE(P, reliability, "1", -10, 10, "the same for reliability"),
    ES_OPTION_DOUBLE(P, visibility, "0", -10, 10, "the same for visibility"),
    {0}};
#undef P

#define P struct es_grouping
static const struct es_option grouping_table[] = {
    ES_OPTION_TEXT(P, levels, "", "NAMES", "names of the levels, separated by blanks"),
    ES_OPTION_NUMBERS(P, share, "", 0, 1,
                      "share of people at each level: one row, or one by stratum"),
    ES_OPTION_NUMBERS(P, capacity_shift, "0", -10, 10,
                      "what a level adds to the mean capacity, by level"),
    ES_OPTION_NUMBERS(P, reliability_shift, "0", -10, 10, "the same for reliability"),
    ES_OPTION_NUMBERS(P, visibility_shift, "0", -10, 10, "the same for visibility"),
    {0}};
#undef P

#define P struct es_source
static const struct es_option source_table[] = {
    ES_OPTION_TEXT(P, title, "", "TEXT", "what it is"),
    ES_OPTION_CHOICE(P, mechanism, "stratum", "stratum|opt_in|negative_only|platform|fragmented",
                     "how it comes to have people"),
    ES_OPTION_NUMBERS(P, coverage, "1", 0, 1, "share of people it has at all, by stratum"),
    ES_OPTION_DOUBLE(P, opt_in, "0", -5, 5, "how coverage rises with a trait, in sd"),
    ES_OPTION_CHOICE(P, opt_in_trait, "visibility", "capacity|reliability|visibility",
                     "which trait"),
    ES_OPTION_TEXT(P, within, "", "SOURCE", "platform: the source that its people must have"),
    ES_OPTION_NUMBERS(P, agencies, "", 0, 1,
                      "fragmented: share of people each agency has; coverage multiplies each"),
    ES_OPTION_CHOICE(P, seen_when, "all", "all|any",
                     "fragmented: how many of the agencies must have a person"),
    ES_OPTION_NUMBERS(P, history, "1", 1, 1200, "mean months on record, by stratum"),
    ES_OPTION_NUMBERS(P, noise, "0", 0, 100, "sd of one month's measurement noise, by stratum"),
    ES_OPTION_NUMBERS(P, stale_6, "", 0, 1,
                      "records have dates: share of files last updated more than 6 months ago, by "
                      "stratum"),
    ES_OPTION_NUMBERS(P, stale_24, "", 0, 1, "the same for 24 months"),
    ES_OPTION_CHOICE(P, links, "given", "given|id_exact|id_plus_fuzzy|name_dob|name_only",
                     "by what records are linked; given: missed and false_links say how well"),
    ES_OPTION_DOUBLE(P, list_size, "0", 0, 1e10,
                     "name_only: people on the list that names are looked up in"),
    ES_OPTION_NUMBERS(P, missed, "0", 0, 1,
                      "share of records not linked to their person, by stratum"),
    ES_OPTION_NUMBERS(P, false_links, "0", 0, 1,
                      "share of people linked to a stranger's record, by stratum"),
    ES_OPTION_NUMBERS(P, shared, "1", 0, 1,
                      "share of records that reach the deciding agency, by stratum"),
    ES_OPTION_NUMBERS(P, false_records, "0", 0, 1,
                      "share of people of whom something bad is wrongly recorded, by stratum"),
    {0}};
#undef P

#define P struct es_indicator
static const struct es_option indicator_table[] = {
    ES_OPTION_CHOICE(
        P, kind, "number", "number|binary|count|peer",
        "the index; 1 where it is above 0; Poisson with mean exp(index); peers' mean opinion"),
    ES_OPTION_CHOICE(P, direction, "none", "against|none|for",
                     "what more of it says of the person"),
    ES_OPTION_INT(P, copies, "1", 1, 3000, "how many alike there are: NAME_1, NAME_2, …"),
    ES_OPTION_DOUBLE(P, intercept, "0", -100, 100, "index of a person with average traits"),
    ES_OPTION_DOUBLE(P, capacity, "0", -100, 100, "loading on capacity"),
    ES_OPTION_DOUBLE(P, reliability, "0", -100, 100, "loading on reliability"),
    ES_OPTION_DOUBLE(P, visibility, "0", -100, 100, "loading on visibility"),
    ES_OPTION_DOUBLE(P, residual, "0", 0, 100,
                     "sd of what the traits do not explain; of one peer's opinion"),
    ES_OPTION_INT(P, peers, "5", 1, 1000, "peer: how many people's opinions it averages"),
    ES_OPTION_DOUBLE(P, homophily, "0", 0, 1,
                     "peer: share of them who are surely of the person's own stratum"),
    ES_OPTION_NUMBERS(P, bias, "0", -10, 10,
                      "peer: what those of other strata add, by the person's stratum"),
    {0}};
#undef P

enum es_status es_settings_wrong(const struct es_population *p, const char *section,
                                 const char *key, struct es_context *ctx)
{
  const struct es_ini_entry *entry = es_ini_find(&p->ini, section, key);
  if (entry != NULL) return es_ini_fail_at(&p->ini, entry, ES_INPUT, ctx);
  return es_fail_at(ctx, ES_INPUT, "%s: [%s] ", p->ini.name, section);
}

/* The words of a list of names. */
static enum es_status split_names(const char *at, char ***names, size_t *count,
                                  struct es_context *ctx)
{
  if ((*names = es_alloc(strlen(at) / 2 + 1, sizeof **names, ctx)) == NULL) return ES_NOMEM;
  for (size_t size; at += strspn(at, " \t,"), (size = strcspn(at, " \t,")) > 0; at += size) {
    char *name = es_alloc(size + 1, 1, ctx);
    if (name == NULL) return ES_NOMEM;
    memcpy(name, at, size);
    (*names)[(*count)++] = name;
  }
  return ES_OK;
}

static void free_names(char **names, size_t count)
{
  for (size_t k = 0; k < count; k++) free(names[k]);
  free(names);
}

#define P struct es_event
static const struct es_option event_table[] = {
    ES_OPTION_NUMBERS(P, rate, "", 0, 12,
                      "times a year, of a person with average traits, by stratum"),
    ES_OPTION_DOUBLE(P, capacity, "0", -10, 10, "how the rate's logarithm rises with capacity"),
    ES_OPTION_DOUBLE(P, reliability, "0", -10, 10, "the same for reliability"),
    ES_OPTION_DOUBLE(P, visibility, "0", -10, 10, "the same for visibility"),
    ES_OPTION_NUMBERS(P, detection, "1", 0, 1, "share of events that are recorded, by stratum"),
    ES_OPTION_DOUBLE(P, expiry, "0", 0, 1200, "months after which one is struck off; 0 never"),
    ES_OPTION_DOUBLE(P, window, "0", 0, 1200, "months that are counted; 0 the whole record"),
    {0}};
#undef P

enum es_status es_spread(const struct es_population *p, const char *section, const char *key,
                         struct es_numbers *list, size_t width, struct es_context *ctx)
{
  size_t full = p->strata * width;
  if (list->count == full) return ES_OK;
  if (list->count != width) {
    es_fail(ctx, ES_INPUT, "%s: give %zu numbers, or %zu for each of the %zu strata (%s)", key,
            width, width, p->strata, p->settings.strata);
    if (width == 1)
      es_fail(ctx, ES_INPUT, "%s: give one number, or one for each of the %zu strata (%s)", key,
              p->strata, p->settings.strata);
    return es_settings_wrong(p, section, key, ctx);
  }
  double *grown = realloc(list->at, full * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  for (size_t k = width; k < full; k++) grown[k] = grown[k - width];
  *list = (struct es_numbers){grown, full};
  return ES_OK;
}

static enum es_status spread(const struct es_population *p, const char *section, const char *key,
                             struct es_numbers *list, struct es_context *ctx)
{
  return es_spread(p, section, key, list, 1, ctx);
}

/* One number stands for all levels. */
static enum es_status spread_levels(const struct es_population *p, const char *section,
                                    const char *key, struct es_numbers *list, size_t levels,
                                    struct es_context *ctx)
{
  if (list->count == levels) return ES_OK;
  if (list->count != 1) {
    es_fail(ctx, ES_INPUT, "%s: give one number for each of the %zu levels", key, levels);
    return es_settings_wrong(p, section, key, ctx);
  }
  double *grown = realloc(list->at, levels * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  for (size_t k = 1; k < levels; k++) grown[k] = grown[0];
  *list = (struct es_numbers){grown, levels};
  return ES_OK;
}

size_t es_find_source(const struct es_population *p, const char *name, size_t size)
{
  for (size_t s = 0; s < p->sources; s++)
    if (strlen(p->source[s].name) == size && strncmp(p->source[s].name, name, size) == 0) return s;
  return SIZE_MAX;
}

/* Reads [source NAME] and [indicator NAME] sections in the file's order; `what` is the first word.
 */
static enum es_status each_section(struct es_population *p, const char *what,
                                   struct es_context *ctx,
                                   enum es_status (*take)(struct es_population *,
                                                          const char *section, struct es_context *))
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

static enum es_status check_grouping(struct es_population *p, const char *section,
                                     struct es_grouping *a, struct es_context *ctx)
{
  if (a->count < 2) {
    es_fail(ctx, ES_INPUT, "levels: name at least two, like: levels = low high");
    return es_settings_wrong(p, section, "levels", ctx);
  }
  if (strcmp(a->name, p->settings.attribute) == 0) {
    es_fail(ctx, ES_INPUT, "[attribute %s]: the strata have that name; give another", a->name);
    return es_settings_wrong(p, section, "levels", ctx);
  }
  ES_TRY(es_spread(p, section, "share", &a->share, a->count, ctx));
  ES_TRY(spread_levels(p, section, "capacity_shift", &a->capacity_shift, a->count, ctx));
  ES_TRY(spread_levels(p, section, "reliability_shift", &a->reliability_shift, a->count, ctx));
  ES_TRY(spread_levels(p, section, "visibility_shift", &a->visibility_shift, a->count, ctx));
  for (size_t g = 0; g < p->strata; g++) {
    double total = 0;
    for (size_t k = 0; k < a->count; k++) total += a->share.at[g * a->count + k];
    if (fabs(total - 1) <= 1e-6) continue;
    es_fail(ctx, ES_INPUT, "share: those of %s people sum to %g; make them sum to 1",
            p->stratum_name[g], total);
    return es_settings_wrong(p, section, "share", ctx);
  }
  if ((p->mixes *= a->count) <= ES_MOST_MIXES) return ES_OK;
  es_fail(ctx, ES_INPUT,
          "levels: %zu combinations of levels are more than the %d that there may be", p->mixes,
          ES_MOST_MIXES);
  return es_settings_wrong(p, section, "levels", ctx);
}

static enum es_status take_grouping(struct es_population *p, const char *section,
                                    struct es_context *ctx)
{
  struct es_grouping *grown = realloc(p->grouping, (p->groupings + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  p->grouping = grown;
  struct es_grouping *a = &grown[p->groupings++];
  *a = (struct es_grouping){.name = (char *)section + strlen("attribute ")};
  ES_TRY(es_options_default(grouping_table, a, ctx));
  ES_TRY(es_ini_options(&p->ini, section, grouping_table, a, ctx));
  ES_TRY(split_names(a->levels, &a->level, &a->count, ctx));
  return check_grouping(p, section, a, ctx);
}

/* A key that has no use beside what `chooser` (mechanism, links, kind) chooses.  Where --set chose,
 * the keys of the file's own choice may stay. */
static enum es_status no_use(const struct es_population *p, const char *section,
                             const char *chooser, const char *key, const char *words,
                             struct es_context *ctx)
{
  const struct es_ini_entry *entry = es_ini_find(&p->ini, section, key),
                            *chosen = es_ini_find(&p->ini, section, chooser);
  if (entry == NULL || (entry->line > 0 && chosen != NULL && chosen->line == 0)) return ES_OK;
  es_fail(ctx, ES_INPUT, "%s: %s", key, words);
  return es_ini_fail_at(&p->ini, entry, ES_INPUT, ctx);
}

static enum es_status check_within(struct es_population *p, const char *section,
                                   struct es_source *s, struct es_context *ctx)
{
  s->within_source = es_find_source(p, s->within, strlen(s->within));
  if (s->within_source < p->sources - 1 &&
      p->source[s->within_source].mechanism != ES_NEGATIVE_ONLY)
    return ES_OK;
  es_fail(ctx, ES_INPUT, "within = %s: name a [source] above this one that is not negative_only",
          s->within);
  return es_settings_wrong(p, section, "within", ctx);
}

static enum es_status check_mechanism(struct es_population *p, const char *section,
                                      struct es_source *s, struct es_context *ctx)
{
  if (s->mechanism != ES_PLATFORM)
    ES_TRY(no_use(p, section, "mechanism", "within", "only mechanism = platform looks at it", ctx));
  if (s->mechanism != ES_FRAGMENTED) {
    ES_TRY(no_use(p, section, "mechanism", "agencies", "only mechanism = fragmented looks at it",
                  ctx));
    ES_TRY(no_use(p, section, "mechanism", "seen_when", "only mechanism = fragmented looks at it",
                  ctx));
  }
  switch (s->mechanism) {
  case ES_OPT_IN:
    if (s->opt_in != 0) return ES_OK;
    es_fail(ctx, ES_INPUT, "opt_in: say how coverage rises with the trait, like: opt_in = 0.5");
    return es_settings_wrong(p, section, "opt_in", ctx);
  case ES_NEGATIVE_ONLY:
    return no_use(p, section, "mechanism", "opt_in", "nobody opts in to a list of what is bad",
                  ctx);
  case ES_PLATFORM:
    ES_TRY(no_use(p, section, "mechanism", "opt_in",
                  "give it to the source that its people come from", ctx));
    return check_within(p, section, s, ctx);
  case ES_FRAGMENTED:
    if (s->agencies.count > 0) return ES_OK;
    es_fail(ctx, ES_INPUT,
            "agencies: give the share of people that each has, like: agencies = 0.8 0.8 0.7");
    return es_settings_wrong(p, section, "agencies", ctx);
  default: return ES_OK;
  }
}

static enum es_status set_all(const struct es_population *p, struct es_numbers *list, double value,
                              struct es_context *ctx)
{
  double *same = es_alloc(p->strata, sizeof *same, ctx);
  if (same == NULL) return ES_NOMEM;
  for (size_t g = 0; g < p->strata; g++) same[g] = value;
  free(list->at);
  *list = (struct es_numbers){same, p->strata};
  return ES_OK;
}

/* What ways of linking are known to get wrong. */
static enum es_status check_links(struct es_population *p, const char *section, struct es_source *s,
                                  struct es_context *ctx)
{
  static const struct {
    double false_links, missed;
  } rate[] = {
      [ES_ID_EXACT] = {0.0005, 0.041},     /* [assumed], [found] PMC4550723 */
      [ES_ID_PLUS_FUZZY] = {0.002, 0.041}, /* [found] PMC4550723, English hospitals, both */
      [ES_NAME_DOB] = {0.02, 0.05},        /* [assumed], both */
  };
  if (s->links != ES_NAME_ONLY)
    ES_TRY(no_use(p, section, "links", "list_size", "only links = name_only looks at it", ctx));
  if (s->links == ES_GIVEN_RATES) return ES_OK;
  ES_TRY(no_use(p, section, "links", "false_links", "follows from links; leave one of the two out",
                ctx));
  if (s->links != ES_NAME_ONLY) {
    ES_TRY(
        no_use(p, section, "links", "missed", "follows from links; leave one of the two out", ctx));
    ES_TRY(set_all(p, &s->false_links, rate[s->links].false_links, ctx));
    return set_all(p, &s->missed, rate[s->links].missed, ctx);
  }
  if (s->list_size > 0) return p->names.surname == NULL ? es_names_create(&p->names, ctx) : ES_OK;
  es_fail(ctx, ES_INPUT,
          "list_size: say how many people are on the list that names are looked up in");
  return es_settings_wrong(p, section, "list_size", ctx);
}

/* Both shares or none; what no file of its length can be, too. */
static enum es_status check_dates(struct es_population *p, const char *section, struct es_source *s,
                                  struct es_context *ctx)
{
  if (s->stale_6.count == 0 && s->stale_24.count == 0) return ES_OK;
  if (s->stale_6.count == 0 || s->stale_24.count == 0) {
    es_fail(ctx, ES_INPUT, "stale_6, stale_24: give both, or none where records have no dates");
    return es_settings_wrong(p, section, s->stale_6.count > 0 ? "stale_6" : "stale_24", ctx);
  }
  ES_TRY(spread(p, section, "stale_6", &s->stale_6, ctx));
  ES_TRY(spread(p, section, "stale_24", &s->stale_24, ctx));
  for (size_t g = 0; g < p->strata; g++) {
    double most_6 = es_longer_than(s->history.at[g], 6),
           most_24 = es_longer_than(s->history.at[g], 24);
    bool late = s->stale_24.at[g] > most_24 || s->stale_24.at[g] > s->stale_6.at[g];
    if (!late && s->stale_6.at[g] <= most_6) continue;
    es_fail(
        ctx, ES_INPUT,
        "%s: of %s people's files, %.3g are longer than %s months%s; give less, or more history",
        late ? "stale_24" : "stale_6", p->stratum_name[g], late ? most_24 : most_6,
        late ? "24" : "6", late ? ", and stale_24 is part of stale_6" : "");
    return es_settings_wrong(p, section, late ? "stale_24" : "stale_6", ctx);
  }
  return ES_OK;
}

static enum es_status take_source(struct es_population *p, const char *section,
                                  struct es_context *ctx)
{
  struct es_source *grown = realloc(p->source, (p->sources + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  p->source = grown;
  struct es_source *s = &grown[p->sources++];
  *s = (struct es_source){.name = (char *)section + strlen("source ")};
  ES_TRY(es_options_default(source_table, s, ctx));
  ES_TRY(es_ini_options(&p->ini, section, source_table, s, ctx));
  struct es_numbers *lists[] = {&s->coverage,    &s->history, &s->noise,        &s->missed,
                                &s->false_links, &s->shared,  &s->false_records};
  static const char *const keys[] = {"coverage",    "history", "noise",        "missed",
                                     "false_links", "shared",  "false_records"};
  for (size_t k = 0; k < ES_COUNT_OF(lists); k++)
    ES_TRY(spread(p, section, keys[k], lists[k], ctx));
  ES_TRY(check_dates(p, section, s, ctx));
  ES_TRY(check_links(p, section, s, ctx));
  return check_mechanism(p, section, s, ctx);
}

/* The source whose name stands before the dot of [indicator SOURCE.NAME]; SIZE_MAX after a failure.
 */
static size_t source_of(const struct es_population *p, const char *section, struct es_context *ctx)
{
  const char *name = strchr(section, ' ') + 1, *dot = strchr(name, '.');
  size_t s = dot != NULL ? es_find_source(p, name, (size_t)(dot - name)) : SIZE_MAX;
  if (s == SIZE_MAX)
    es_fail(ctx, ES_INPUT,
            "%s: [%s] wants the name of a [source] before a dot, like credit.arrears", p->ini.name,
            section);
  return s;
}

static enum es_status too_many(const struct es_population *p, const char *what, size_t most,
                               const char *name, struct es_context *ctx)
{
  return es_fail(ctx, ES_INPUT, "%s: [source %s] has more than %zu %s; make it two sources",
                 p->ini.name, name, most, what);
}

static enum es_status check_indicator(const struct es_population *p, const char *section,
                                      struct es_indicator *x, struct es_context *ctx)
{
  static const char *const keys[] = {"peers", "homophily", "bias"};
  for (size_t k = 0; x->kind != ES_PEER && k < ES_COUNT_OF(keys); k++)
    ES_TRY(no_use(p, section, "kind", keys[k], "only kind = peer looks at it", ctx));
  x->blur = x->kind == ES_PEER ? x->residual / sqrt((double)x->peers) : x->residual;
  return spread(p, section, "bias", &x->bias, ctx);
}

/* One of the indicators that a section stands for, read into a row that is already counted. */
static enum es_status read_indicator(const struct es_population *p, const char *section,
                                     size_t copy, struct es_indicator *x, struct es_context *ctx)
{
  struct es_text name = {0};
  ES_TRY(es_options_default(indicator_table, x, ctx));
  ES_TRY(es_ini_options(&p->ini, section, indicator_table, x, ctx));
  es_text_add(&name, "%s", strchr(section, ' ') + 1);
  if (x->copies > 1) es_text_add(&name, "_%zu", copy + 1);
  if ((x->name = es_text_take(&name)) == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  return check_indicator(p, section, x, ctx);
}

/* Keeps indicators together by source: a new one goes behind the last of its source. */
static enum es_status take_indicator(struct es_population *p, const char *section,
                                     struct es_context *ctx)
{
  size_t s = source_of(p, section, ctx), at = 0, copies = 1;
  if (s == SIZE_MAX) return ES_INPUT;
  for (size_t k = 0; k <= s; k++) at += p->source[k].indicators;
  for (size_t copy = 0; copy < copies; copy++, at++) {
    if (p->source[s].indicators == ES_MOST_INDICATORS)
      return too_many(p, "indicators", ES_MOST_INDICATORS, p->source[s].name, ctx);
    struct es_indicator *grown = realloc(p->indicator, (p->indicators + 1) * sizeof *grown);
    if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
    p->indicator = grown;
    memmove(&grown[at + 1], &grown[at], (p->indicators - at) * sizeof *grown);
    grown[at] = (struct es_indicator){0};
    p->indicators++;
    p->source[s].indicators++;
    ES_TRY(read_indicator(p, section, copy, &grown[at], ctx));
    copies = (size_t)grown[at].copies;
  }
  return ES_OK;
}

static enum es_status take_event(struct es_population *p, const char *section,
                                 struct es_context *ctx)
{
  size_t s = source_of(p, section, ctx), at = 0;
  if (s == SIZE_MAX) return ES_INPUT;
  if (p->source[s].events == ES_MOST_EVENTS)
    return too_many(p, "events", ES_MOST_EVENTS, p->source[s].name, ctx);
  struct es_event *grown = realloc(p->event, (p->events + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  p->event = grown;
  for (size_t k = 0; k <= s; k++) at += p->source[k].events;
  memmove(&grown[at + 1], &grown[at], (p->events - at) * sizeof *grown);
  struct es_event *e = &grown[at];
  *e = (struct es_event){.name = strchr(section, ' ') + 1};
  p->events++;
  p->source[s].events++;
  struct es_text name = {0};
  es_text_add(&name, "%s_months", e->name);
  if ((e->months_name = es_text_take(&name)) == NULL)
    return es_fail(ctx, ES_NOMEM, "out of memory");
  ES_TRY(es_options_default(event_table, e, ctx));
  ES_TRY(es_ini_options(&p->ini, section, event_table, e, ctx));
  ES_TRY(spread(p, section, "rate", &e->rate, ctx));
  return spread(p, section, "detection", &e->detection, ctx);
}

/* Prices: a rate for each share, and the shares all there is. */
static enum es_status check_tiers(const struct es_population *p, struct es_context *ctx)
{
  const struct es_numbers *share = &p->settings.tier_share, *rate = &p->settings.tier_rate;
  double total = 0;
  for (size_t t = 0; t < share->count; t++) total += share->at[t];
  if (share->count == 0 && rate->count == 0) return ES_OK;
  if (share->count != rate->count || share->count > ES_MOST_TIERS) {
    es_fail(ctx, ES_INPUT, "tier_rate: %zu rates for %zu shares; give one each, %d at the most",
            rate->count, share->count, ES_MOST_TIERS);
    return es_settings_wrong(p, "population", "tier_rate", ctx);
  }
  if (fabs(total - 1) <= 1e-6) return ES_OK;
  es_fail(ctx, ES_INPUT, "tier_share: the shares sum to %g; make them sum to 1", total);
  return es_settings_wrong(p, "population", "tier_share", ctx);
}

/* False records want something to record. */
static enum es_status check_false_records(const struct es_population *p, struct es_context *ctx)
{
  for (size_t s = 0; s < p->sources; s++) {
    const struct es_source *source = &p->source[s];
    if (source->events > 0 || source->mechanism == ES_NEGATIVE_ONLY) continue;
    for (size_t g = 0; g < p->strata; g++)
      if (source->false_records.at[g] > 0)
        return es_fail(ctx, ES_INPUT,
                       "%s: [source %s] false_records: only a source with an [event] or with "
                       "mechanism = negative_only has any",
                       p->ini.name, source->name);
  }
  return ES_OK;
}

/* Where each source's columns begin. */
static void lay_columns(struct es_population *p)
{
  size_t indicator = 0, event = 0;
  for (size_t s = 0; s < p->sources; s++) {
    struct es_source *source = &p->source[s];
    source->first = p->columns;
    source->first_indicator = indicator;
    source->first_event = event;
    source->columns = source->indicators + 2 * source->events;
    source->date = p->dates;
    p->dates += es_is_dated(source) ? 2 : 0;
    indicator += source->indicators;
    event += source->events;
    p->columns += source->columns;
  }
}

static enum es_status check_sections(const struct es_population *p, struct es_context *ctx)
{
  static const char *const known[] = {"attribute ", "source ", "indicator ", "event "};
  for (size_t i = 0; i < p->ini.entries; i++) {
    const char *section = p->ini.entry[i].section;
    bool good = strcmp(section, "population") == 0 || strcmp(section, "traits") == 0 ||
                strcmp(section, "sharing") == 0 || strcmp(section, "process") == 0 ||
                strcmp(section, "dynamics") == 0;
    for (size_t k = 0; k < ES_COUNT_OF(known); k++)
      good = good || strncmp(section, known[k], strlen(known[k])) == 0;
    if (good) continue;
    es_fail(ctx, ES_INPUT,
            "unknown section; there are [population], [traits], [attribute NAME], "
            "[source NAME], [indicator SOURCE.NAME], [event SOURCE.NAME], [sharing], [process], "
            "[dynamics]");
    return es_ini_fail_at(&p->ini, &p->ini.entry[i], ES_INPUT, ctx);
  }
  return ES_OK;
}

/* A source without indicators is a slip of the pen, like --set "source bnk.coverage=1". */
static enum es_status records_nothing(const struct es_population *p, const char *name,
                                      struct es_context *ctx)
{
  const char *others[64];
  size_t count = 0;
  for (size_t s = 0; s < p->sources && count < ES_COUNT_OF(others); s++)
    if (p->source[s].columns > 0) others[count++] = p->source[s].name;
  const char *near = es_nearest(name, others, count);
  return es_fail(ctx, ES_INPUT, "%s: [source %s] records nothing; %s%s%s", p->ini.name, name,
                 near != NULL ? "did you mean [source " : "add an [indicator ",
                 near != NULL ? near : name, near != NULL ? "]?" : ".NAME] or leave it out");
}

enum es_status es_settings_read(struct es_population *p, struct es_context *ctx)
{
  struct es_population_settings *set = &p->settings;
  ES_TRY(check_sections(p, ctx));
  ES_TRY(es_options_default(population_table, set, ctx));
  ES_TRY(es_options_default(trait_table, &p->traits, ctx));
  ES_TRY(es_ini_options(&p->ini, "population", population_table, set, ctx));
  ES_TRY(es_ini_options(&p->ini, "traits", trait_table, &p->traits, ctx));
  ES_TRY(split_names(set->strata, &p->stratum_name, &p->strata, ctx));
  if (p->strata == 0) {
    es_fail(ctx, ES_INPUT, "strata: name at least one, like: strata = urban rural");
    return es_settings_wrong(p, "population", "strata", ctx);
  }
  if (set->share.count == 1 && p->strata > 1) set->share.count = 0; /* one share is no default */
  ES_TRY(spread(p, "population", "share", &set->share, ctx));
  ES_TRY(spread(p, "population", "bad_rate", &set->bad_rate, ctx));
  ES_TRY(check_tiers(p, ctx));
  ES_TRY(spread(p, "traits", "capacity_mean", &p->traits.capacity_mean, ctx));
  ES_TRY(spread(p, "traits", "reliability_mean", &p->traits.reliability_mean, ctx));
  ES_TRY(spread(p, "traits", "visibility_mean", &p->traits.visibility_mean, ctx));
  p->mixes = 1;
  ES_TRY(each_section(p, "attribute", ctx, take_grouping));
  ES_TRY(each_section(p, "source", ctx, take_source));
  ES_TRY(each_section(p, "indicator", ctx, take_indicator));
  ES_TRY(each_section(p, "event", ctx, take_event));
  lay_columns(p);
  if (p->columns == 0)
    return es_fail(ctx, ES_INPUT,
                   "%s: nothing is recorded: add a [source NAME] and an [indicator NAME.WHAT]",
                   p->ini.name);
  for (size_t s = 0; s < p->sources; s++)
    if (p->source[s].columns == 0) return records_nothing(p, p->source[s].name, ctx);
  ES_TRY(check_false_records(p, ctx));
  p->core_source = es_find_source(p, set->core, strlen(set->core));
  if (set->core[0] != '\0' && p->core_source == SIZE_MAX) {
    es_fail(ctx, ES_INPUT, "core = %s: there is no [source %s]", set->core, set->core);
    return es_settings_wrong(p, "population", "core", ctx);
  }
  return es_routes_read(p, ctx);
}

void es_settings_clear(struct es_population *p)
{
  for (size_t a = 0; a < p->groupings; a++) {
    free_names(p->grouping[a].level, p->grouping[a].count);
    es_options_clear(grouping_table, &p->grouping[a]);
  }
  for (size_t e = 0; e < p->events; e++) {
    free(p->event[e].months_name);
    es_options_clear(event_table, &p->event[e]);
  }
  for (size_t k = 0; k < p->indicators; k++) {
    free(p->indicator[k].name);
    es_options_clear(indicator_table, &p->indicator[k]);
  }
  for (size_t s = 0; s < p->sources; s++) {
    free(p->source[s].opened_name);
    free(p->source[s].updated_name);
    es_options_clear(source_table, &p->source[s]);
  }
  es_options_clear(population_table, &p->settings);
  es_options_clear(trait_table, &p->traits);
  es_routes_clear(p);
  es_names_clear(&p->names);
  free_names(p->stratum_name, p->strata);
  free(p->grouping);
  free(p->source);
  free(p->indicator);
  free(p->event);
}
