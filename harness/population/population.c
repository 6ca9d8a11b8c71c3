/* Works out the numbers of each stratum, with every gap applied: closed forms wherever there is
 * one. */
#include "harness/population/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"
#include "harness/base/text.h"

/* --- numbers by stratum, gaps applied
 * -------------------------------------------------------------- */

static double within(double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

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

double es_longer_than(double history, double months)
{
  return history > 1 ? es_pow(1 - 1 / history, months) : 0;
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

static double along_slopes(const struct es_population *p, const double *trait)
{
  return p->traits.capacity * trait[0] + p->traits.reliability * trait[1] +
         p->traits.visibility * trait[2];
}

/* The intercept at which a stratum's unfavourable outcomes are its bad rate, over all mixes of its
 * people's further attributes. */
static double solve_intercept(const struct es_population *p, size_t g, double at, double sd)
{
  double low = -50, high = 50, good_rate = 1 - p->stratum[g].bad_rate;
  if (good_rate <= 0) return low;
  if (good_rate >= 1) return high;
  for (int step = 0; step < 60; step++) {
    double middle = (low + high) / 2, mean = 0;
    for (size_t m = 0; m < p->mixes; m++)
      mean += p->mix_share[g * p->mixes + m] *
              mean_probability(middle + at + along_slopes(p, p->shift[m]), sd);
    if (mean < good_rate)
      low = middle;
    else
      high = middle;
  }
  return (low + high) / 2;
}

/* What each mix of levels shifts, and how many people of each stratum have it. */
static void make_mixes(struct es_population *p)
{
  for (size_t m = 0; m < p->mixes; m++) {
    for (size_t g = 0; g < p->strata; g++) p->mix_share[g * p->mixes + m] = 1;
    size_t rest = m;
    for (size_t a = 0; a < p->groupings; a++) {
      const struct es_grouping *by = &p->grouping[a];
      const double *shift[ES_TRAITS] = {by->capacity_shift.at, by->reliability_shift.at,
                                        by->visibility_shift.at};
      size_t level = rest % by->count;
      rest /= by->count;
      for (size_t k = 0; k < ES_TRAITS; k++)
        p->shift[m][k] += p->settings.base_rate_gap * shift[k][level];
      for (size_t g = 0; g < p->strata; g++)
        p->mix_share[g * p->mixes + m] *= by->share.at[g * by->count + level];
    }
  }
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
  es_fail(ctx, ES_INPUT,
          "correlation: give three that can hold together (a positive definite matrix)");
  return es_settings_wrong(p, "traits", "correlation", ctx);
}

static void make_stratum(struct es_population *p, size_t g, size_t reference)
{
  struct es_stratum *s = &p->stratum[g];
  const struct es_numbers *mean[ES_TRAITS] = {&p->traits.capacity_mean, &p->traits.reliability_mean,
                                              &p->traits.visibility_mean};
  const double slope[ES_TRAITS] = {p->traits.capacity, p->traits.reliability, p->traits.visibility};
  double gap = p->settings.base_rate_gap, variance = 0;
  for (size_t k = 0; k < ES_TRAITS; k++) {
    s->mean[k] = gapped(mean[k], g, reference, gap);
    double along = 0; /* of the k-th independent draw */
    for (size_t j = k; j < ES_TRAITS; j++) along += slope[j] * p->factor[j][k];
    variance += along * along;
  }
  s->share = p->settings.share.at[g];
  s->bad_rate = within(gapped(&p->settings.bad_rate, g, reference, gap), 0, 1);
  s->intercept = solve_intercept(p, g, along_slopes(p, s->mean), sqrt(variance));
}

/* How far a trait of a mix's people lies above the mean of their stratum. */
static double mix_pull(const struct es_population *p, const struct es_source *s, size_t mix)
{
  return s->opt_in * p->shift[mix][s->opt_in_trait];
}

/* e < threshold + opt_in·z has probability `drawn` over z and e both standard normal, and over the
 * mixes of further attributes that shift z. */
static double solve_threshold(const struct es_population *p, const struct es_source *s, size_t g,
                              double drawn)
{
  double width = sqrt(1 + s->opt_in * s->opt_in), at = es_normal_quantile(drawn) * width, span = 0;
  for (size_t m = 0; m < p->mixes; m++) span = fmax(span, fabs(mix_pull(p, s, m)));
  if (span == 0) return at;
  double low = at - span, high = at + span;
  for (int step = 0; step < 60; step++) {
    double middle = (low + high) / 2, covered = 0;
    for (size_t m = 0; m < p->mixes; m++)
      covered +=
          p->mix_share[g * p->mixes + m] * es_normal_cdf((middle + mix_pull(p, s, m)) / width);
    if (covered < drawn)
      low = middle;
    else
      high = middle;
  }
  return (low + high) / 2;
}

/* The share of people that agencies have all of them, or any of them, each by itself. */
static double together(const struct es_source *s, double coverage)
{
  double all = 1, none = 1;
  for (size_t k = 0; k < s->agencies.count; k++) {
    all *= s->agencies.at[k] * coverage;
    none *= 1 - s->agencies.at[k] * coverage;
  }
  return s->seen_when == 0 ? all : 1 - none;
}

static void make_coverage(struct es_population *p, size_t source, size_t g, size_t reference)
{
  const struct es_source *s = &p->source[source];
  struct es_view_of *view = &p->seen[source * p->strata + g];
  view->coverage = within(gapped(&s->coverage, g, reference, p->settings.coverage_gap), 0, 1);
  if (s->mechanism == ES_FRAGMENTED) view->coverage = together(s, view->coverage);
  view->drawn = view->coverage;
  if (s->mechanism == ES_PLATFORM) {
    double whole = p->seen[s->within_source * p->strata + g].coverage;
    view->coverage = fmin(view->coverage, whole);
    view->drawn = whole > 0 ? view->coverage / whole : 0;
  }
  view->threshold = view->drawn > 0 ? INFINITY : -INFINITY;
  if (view->drawn > 0 && view->drawn < 1)
    view->threshold =
        solve_threshold(p, s, g, view->drawn) - s->opt_in * p->stratum[g].mean[s->opt_in_trait];
}

static void make_view(struct es_population *p, size_t source, size_t g, size_t reference)
{
  const struct es_population_settings *set = &p->settings;
  const struct es_source *s = &p->source[source];
  struct es_view_of *view = &p->seen[source * p->strata + g];
  make_coverage(p, source, g, reference);
  view->history = fmax(1, gapped_size(&s->history, g, reference, set->noise_gap));
  if (view->history > 1) view->stretch = -1 / es_log(1 - 1 / view->history);
  double longer_6 = es_longer_than(view->history, 6), longer_24 = es_longer_than(view->history, 24);
  if (es_is_dated(s)) {
    double noise_gap = set->noise_gap, stale_6 = gapped(&s->stale_6, g, reference, noise_gap),
           stale_24 = gapped(&s->stale_24, g, reference, noise_gap);
    view->stale_6 = longer_6 > 0 ? within(stale_6 / longer_6, 0, 1) : 0;
    view->stale_24 = longer_24 > 0 ? within(stale_24 / longer_24, 0, view->stale_6) : 0;
  }
  view->noise = gapped_size(&s->noise, g, reference, set->noise_gap);
  double links = set->linkage_gap, errors = set->error_scale;
  view->missed = within(gapped(&s->missed, g, reference, links * set->missed_gap), 0, 1);
  view->false_links =
      within(errors * gapped(&s->false_links, g, reference, links * set->false_gap), 0, 1);
  view->lost = view->missed * (1 - view->false_links);
  view->shared = within(gapped(&s->shared, g, reference, set->sharing_gap), 0, 1);
  view->false_records =
      within(errors * gapped(&s->false_records, g, reference, set->detection_gap), 0, 1);
  for (size_t k = s->first_indicator; k < s->first_indicator + s->indicators; k++) {
    const struct es_indicator *x = &p->indicator[k];
    double strangers = (1 - x->homophily) * (1 - set->share.at[g]);
    p->peer[k * p->strata + g] =
        (struct es_peer_view){.strangers = strangers,
                              .bias = set->peer_gap * x->bias.at[g],
                              .none = es_pow(1 - strangers, (double)x->peers)};
  }
  for (size_t e = s->first_event; e < s->first_event + s->events; e++) {
    const struct es_event *event = &p->event[e];
    struct es_event_view *felt = &p->felt[e * p->strata + g];
    felt->rate = gapped_size(&event->rate, g, reference, set->base_rate_gap) / 12;
    felt->detection = within(gapped(&event->detection, g, reference, set->detection_gap), 0, 1);
  }
}

/* A platform cannot have more people than the source that it takes them from. */
static enum es_status check_platforms(const struct es_population *p, struct es_context *ctx)
{
  for (size_t s = 0; s < p->sources; s++) {
    const struct es_source *source = &p->source[s], *of = &p->source[source->within_source];
    if (source->mechanism != ES_PLATFORM) continue;
    for (size_t g = 0; g < p->strata; g++) {
      double whole =
          of->mechanism == ES_FRAGMENTED ? together(of, of->coverage.at[g]) : of->coverage.at[g];
      if (source->coverage.at[g] <= whole) continue;
      return es_fail(ctx, ES_INPUT,
                     "%s: [source %s] coverage: %g of %s people are more than the %g whom %s has",
                     p->ini.name, source->name, source->coverage.at[g], p->stratum_name[g], whole,
                     of->name);
    }
  }
  return ES_OK;
}

static void make_columns(struct es_population *p, const struct es_source *s)
{
  bool core = strcmp(s->name, p->settings.core) == 0;
  struct es_column *column = &p->column[s->first];
  for (size_t k = 0; k < s->indicators; k++) {
    const struct es_indicator *x = &p->indicator[s->first_indicator + k];
    *column++ = (struct es_column){.name = x->name,
                                   .source = s->name,
                                   .kind = x->kind == ES_PEER ? ES_NUMBER : (enum es_kind)x->kind,
                                   .direction = x->direction - 1,
                                   .core = core};
  }
  for (size_t k = 0; k < s->events; k++) {
    const struct es_event *e = &p->event[s->first_event + k];
    *column++ = (struct es_column){
        .name = e->name, .source = s->name, .kind = ES_COUNT, .direction = -1, .core = core};
    *column++ = (struct es_column){
        .name = e->months_name, .source = s->name, .kind = ES_NUMBER, .direction = 1, .core = core};
  }
}

static enum es_status make_dates(struct es_population *p, struct es_source *s,
                                 struct es_context *ctx)
{
  static const char *const what[] = {"opened", "updated"};
  char **name[] = {&s->opened_name, &s->updated_name};
  bool core = strcmp(s->name, p->settings.core) == 0;
  for (size_t k = 0; es_is_dated(s) && k < 2; k++) {
    struct es_text text = {0};
    es_text_add(&text, "%s.%s", s->name, what[k]);
    if ((*name[k] = es_text_take(&text)) == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
    p->column[p->columns + s->date + k] = (struct es_column){.name = *name[k],
                                                             .source = s->name,
                                                             .kind = ES_NUMBER,
                                                             .core = core,
                                                             .date = (enum es_date)(ES_OPENED + k)};
  }
  return ES_OK;
}

/* An event's column may have the name of an indicator, or a copy that of another. */
static enum es_status check_names(const struct es_population *p, struct es_context *ctx)
{
  for (size_t c = 0; c < p->columns + p->dates; c++)
    for (size_t b = 0; b < c; b++)
      if (strcmp(p->column[b].name, p->column[c].name) == 0)
        return es_fail(ctx, ES_INPUT, "%s: two columns would be called %s; name one otherwise",
                       p->ini.name, p->column[c].name);
  return ES_OK;
}

size_t es_population_reference(const struct es_population *p)
{
  size_t reference = 0;
  for (size_t g = 0; g < p->strata; g++)
    if (strcmp(p->stratum_name[g], p->settings.reference) == 0) reference = g;
  return reference;
}

static enum es_status work_out(struct es_population *p, struct es_context *ctx)
{
  size_t reference = es_population_reference(p);
  double total = 0;
  const char *wish = p->settings.reference;
  for (size_t g = 0; g < p->strata; g++) total += p->settings.share.at[g];
  if (fabs(total - 1) > 1e-6) {
    es_fail(ctx, ES_INPUT, "share: the shares sum to %g; make them sum to 1", total);
    return es_settings_wrong(p, "population", "share", ctx);
  }
  if (wish[0] != '\0' && strcmp(p->stratum_name[reference], wish) != 0) {
    es_fail(ctx, ES_INPUT, "reference = %s: name one of the strata (%s)", wish, p->settings.strata);
    return es_settings_wrong(p, "population", "reference", ctx);
  }
  ES_TRY(factorise(p, ctx));
  ES_TRY(check_platforms(p, ctx));
  p->stratum = es_alloc(p->strata, sizeof *p->stratum, ctx);
  p->seen = es_alloc(p->strata * p->sources, sizeof *p->seen, ctx);
  p->peer = es_alloc(p->indicators * p->strata + 1, sizeof *p->peer, ctx);
  p->felt = es_alloc(p->events * p->strata + 1, sizeof *p->felt, ctx);
  p->carried = es_alloc(p->routes * p->strata + 1, sizeof *p->carried, ctx);
  p->column = es_alloc(p->columns + p->dates, sizeof *p->column, ctx);
  p->shift = es_alloc(p->mixes, sizeof *p->shift, ctx);
  p->mix_share = es_alloc(p->strata * p->mixes, sizeof *p->mix_share, ctx);
  p->attribute = es_alloc(1 + p->groupings, sizeof *p->attribute, ctx);
  if (!p->stratum || !p->seen || !p->felt || !p->peer || !p->carried || !p->column || !p->shift ||
      !p->mix_share || !p->attribute)
    return ES_NOMEM;
  make_mixes(p);
  for (size_t g = 0; g < p->strata; g++) {
    make_stratum(p, g, reference);
    for (size_t s = 0; s < p->sources; s++) make_view(p, s, g, reference);
    for (size_t e = 0; e < p->routes; e++)
      p->carried[e * p->strata + g] =
          within(gapped(&p->route[e].shared, g, reference, p->settings.sharing_gap), 0, 1);
  }
  for (size_t s = 0; s < p->sources; s++) make_columns(p, &p->source[s]);
  for (size_t s = 0; s < p->sources; s++) ES_TRY(make_dates(p, &p->source[s], ctx));
  ES_TRY(check_names(p, ctx));
  p->attribute[0] = (struct es_attribute){
      p->settings.attribute, (const char *const *)p->stratum_name, (uint32_t)p->strata};
  for (size_t a = 0; a < p->groupings; a++)
    p->attribute[1 + a] =
        (struct es_attribute){p->grouping[a].name, (const char *const *)p->grouping[a].level,
                              (uint32_t)p->grouping[a].count};
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
  const char *rules = es_ini_get(&p->ini, "process", "preset"), *slash = strrchr(name, '/');
  if (rules != NULL)
    ES_TRY_TO(failed, status, es_ini_include(&p->ini, "process", "process", rules, ctx));
  if ((p->name = es_strdup(slash != NULL ? slash + 1 : name, ctx)) == NULL) {
    status = ES_NOMEM;
    goto failed;
  }
  size_t length = strlen(p->name);
  if (length > 4 && strcmp(p->name + length - 4, ".ini") == 0) p->name[length - 4] = '\0';
  ES_TRY_TO(failed, status, es_settings_read(p, ctx));
  ES_TRY_TO(failed, status, work_out(p, ctx));
  ES_TRY_TO(failed, status, es_incumbent_find(p, ctx));
  return ES_OK;
failed:
  es_population_clear(p);
  return status;
}

void es_population_clear(struct es_population *p)
{
  es_settings_clear(p);
  free(p->stratum);
  free(p->shift);
  free(p->mix_share);
  free(p->seen);
  free(p->peer);
  free(p->felt);
  free(p->column);
  free(p->attribute);
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
    for (size_t size; value += strspn(value, " \t,"), (size = strcspn(value, " \t,")) > 0;
         value += size) {
      char word[64] = "";
      double x;
      if (size < sizeof word) memcpy(word, value, size);
      if (!es_parse_double(word, &x)) continue;
      *numbers += 1;
      *assumed += strstr(tag, "[assumed") != NULL;
    }
  }
}
