/* Compares what two results say of themselves. */
#include "harness/gate/pairing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/metric.h"

/* --- replicates ------------------------------------------------------------------------------- */

static bool is_of(const json_t *entry, const struct es_row *row)
{
  for (size_t f = 0; f < ES_ROW_FIELDS; f++) {
    const struct es_row_field *field = &es_row_fields[f];
    if (strcmp(field->name, "value") == 0) break; /* the address stands before it */
    const char *text = json_string_value(json_object_get(entry, field->name));
    if (text == NULL || strcmp(text, *(char *const *)((const char *)row + field->offset)) != 0)
      return false;
  }
  return true;
}

/* Entries stand as rows do, one row's after the other's; rows without any are passed over. */
static enum es_status take_replicates(struct es_side *side, const json_t *table,
                                      struct es_context *ctx)
{
  size_t next = 0, entries = json_array_size(table);
  for (size_t i = 0; i < side->results->rows; i++)
    for (size_t r = 0; r < side->replicated; r++) {
      const json_t *entry = json_array_get(table, next);
      double *value = &side->replicates[i * side->replicated + r];
      *value = NAN;
      if (entry == NULL || !is_of(entry, &side->results->row[i])) {
        if (r == 0) break;
        return es_fail(ctx, ES_INPUT,
                       "%s: key tables.replicates[%zu]: not replicate %zu of the metric before it; "
                       "run the study again",
                       side->name, next, r);
      }
      const json_t *number = json_object_get(entry, "value");
      if (json_is_number(number)) *value = json_number_value(number);
      next++;
    }
  if (next == entries) return ES_OK;
  return es_fail(ctx, ES_INPUT,
                 "%s: key tables.replicates[%zu]: there is no such metric; run the "
                 "study again",
                 side->name, next);
}

enum es_status es_side_make(struct es_side *side, const char *name,
                            const struct es_results *results, struct es_context *ctx)
{
  const json_t *table = json_object_get(results->tables, "replicates");
  *side = (struct es_side){.name = name, .results = results};
  json_int_t replicates = json_integer_value(json_object_get(results->study, "replicates"));
  if (replicates < 2 || json_array_size(table) == 0) return ES_OK;
  if ((size_t)replicates > json_array_size(table))
    return es_fail(ctx, ES_INPUT, "%s: key study.replicates: %lld, and tables.replicates has fewer",
                   name, (long long)replicates);
  side->replicated = (size_t)replicates;
  side->replicates = es_alloc(results->rows * side->replicated, sizeof *side->replicates, ctx);
  if (side->replicates == NULL) return ES_NOMEM;
  for (size_t i = 0; i < results->rows * side->replicated; i++) side->replicates[i] = NAN;
  enum es_status status = take_replicates(side, table, ctx);
  if (status != ES_OK) es_side_clear(side);
  return status;
}

void es_side_clear(struct es_side *side)
{
  free(side->replicates);
  *side = (struct es_side){0};
}

/* --- the same people -------------------------------------------------------------------------- */

static bool same_keys(const json_t *a, const json_t *b, const char *const *keys, size_t count)
{
  for (size_t k = 0; k < count; k++) {
    const json_t *x = json_object_get(a, keys[k]), *y = json_object_get(b, keys[k]);
    if (x != y && !json_equal(x, y)) return false;
  }
  return true;
}

bool es_same_people(const struct es_results *a, const struct es_results *b)
{
  static const char *const study[] = {"seed",       "people", "train", "folds",
                                      "test_share", "schema", "set"};
  static const char *const population[] = {"name",  "kind",  "version",   "people",
                                           "train", "folds", "definition"};
  size_t count = json_array_size(a->populations);
  if (json_object_get(a->study, "seed") == NULL) return false; /* an audit: whose rows are they? */
  if (count != json_array_size(b->populations)) return false;
  for (size_t p = 0; p < count; p++)
    if (!same_keys(json_array_get(a->populations, p), json_array_get(b->populations, p), population,
                   ES_COUNT_OF(population)))
      return false;
  return same_keys(a->study, b->study, study, ES_COUNT_OF(study));
}

bool es_learned(const struct es_results *results)
{
  size_t i;
  json_t *population;
  json_array_foreach(results->populations, i, population)
  {
    if (json_integer_value(json_object_get(population, "train")) > 0) return true;
  }
  return false;
}

/* --- what may not be compared ----------------------------------------------------------------- */

struct comparing {
  const struct es_side *old, *new;
  struct es_context noting;
};

static const char *text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static const json_t *population_of(const struct es_results *results, const char *name)
{
  size_t i;
  json_t *population;
  json_array_foreach(results->populations, i, population)
  {
    if (strcmp(text_of(population, "name"), name) == 0) return population;
  }
  return NULL;
}

/* A line of a definition without its comment and the blanks around. */
static size_t line_size(const char *line)
{
  size_t size = strcspn(line, "\n;");
  while (size > 0 && line[size - 1] == ' ') size--;
  return size;
}

static const char *next_line(const char *line)
{
  line += strcspn(line, "\n");
  return *line != '\0' ? line + 1 : line;
}

/* How many people there are says nothing of who they are. */
static bool is_size(const char *line)
{
  return strncmp(line, "people =", 8) == 0 || strncmp(line, "train =", 7) == 0;
}

static void compare_definitions(struct comparing *c, const char *name, const char *old,
                                const char *new)
{
  while (*old != '\0' || *new != '\0') {
    size_t a = line_size(old), b = line_size(new);
    if ((a != b || strncmp(old, new, a) != 0) && !(is_size(old) && is_size(new))) {
      es_note(&c->noting, "population %s has \"%.*s\" in %s and \"%.*s\" in %s", name,
              (int)(a < 80 ? a : 80), old, c->old->name, (int)(b < 80 ? b : 80), new, c->new->name);
      return;
    }
    old = next_line(old);
    new = next_line(new);
  }
}

static void compare_populations(struct comparing *c)
{
  size_t i, before;
  json_t *new;
  json_array_foreach(c->new->results->populations, i, new)
  {
    const char *name = text_of(new, "name");
    const json_t *old = population_of(c->old->results, name);
    if (old == NULL) {
      es_note(&c->noting, "population %s is in %s, and not in %s", name, c->new->name,
              c->old->name);
      continue;
    }
    before = c->noting.notes->count;
    static const char *const keys[] = {"kind", "version", "favorable"};
    for (size_t k = 0; k < ES_COUNT_OF(keys); k++)
      if (strcmp(text_of(old, keys[k]), text_of(new, keys[k])) != 0)
        es_note(&c->noting, "population %s: %s is %.60s in %s and %.60s in %s", name, keys[k],
                text_of(old, keys[k]), c->old->name, text_of(new, keys[k]), c->new->name);
    if (c->noting.notes->count == before)
      compare_definitions(c, name, text_of(old, "definition"), text_of(new, "definition"));
  }
  json_array_foreach(c->old->results->populations, i, new)
  {
    if (population_of(c->new->results, text_of(new, "name")) == NULL)
      es_note(&c->noting, "population %s is in %s, and not in %s", text_of(new, "name"),
              c->old->name, c->new->name);
  }
}

/* Settings that change what a number means. */
static void compare_settings(struct comparing *c)
{
  static const char *const keys[] = {"positive", "undefined", "favorable_outcome", "higher_is",
                                     "outcome"};
  for (size_t k = 0; k < ES_COUNT_OF(keys); k++) {
    const char *old = text_of(c->old->results->study, keys[k]),
               *new = text_of(c->new->results->study, keys[k]);
    if (strcmp(old, new) != 0)
      es_note(&c->noting, "orientation: %s is %.60s in %s and %.60s in %s", keys[k], old,
              c->old->name, new, c->new->name);
  }
}

/* A metric that is not named is at version 1. */
static json_int_t version_of(const struct es_results *results, const char *metric)
{
  const json_t *versions = json_object_get(results->study, "metric_versions");
  const json_t *version = json_object_get(versions, metric);
  return json_is_integer(version) ? json_integer_value(version) : 1;
}

/* Whether a number of the results is made of the metric. */
static bool rests_on(const struct es_results *results, const char *metric)
{
  size_t size = strlen(metric);
  for (size_t i = 0; i < results->rows; i++) {
    const char *name = results->row[i].metric;
    if (strncmp(name, metric, size) == 0 && (name[size] == '\0' || name[size] == '_')) return true;
    for (size_t d = 0; d < es_disparity_count; d++)
      for (size_t k = 0; k < 2; k++) {
        const char *of = es_disparities[d].metric[k];
        size_t stem = strlen(es_disparities[d].name);
        if (of != NULL && strcmp(of, metric) == 0 &&
            strncmp(name, es_disparities[d].name, stem) == 0)
          return true;
      }
  }
  return false;
}

static void compare_versions(struct comparing *c)
{
  const struct es_results *sides[] = {c->old->results, c->new->results};
  for (size_t s = 0; s < 2; s++) {
    const char *metric;
    json_t *version;
    json_t *versions = json_object_get(sides[s]->study, "metric_versions");
    json_object_foreach(versions, metric, version)
    {
      json_int_t old = version_of(sides[0], metric), new = version_of(sides[1], metric);
      if (old != new &&rests_on(c->new->results, metric))
        es_note(&c->noting, "metric %s: version %lld in %s and %lld in %s", metric, (long long)old,
                c->old->name, (long long)new, c->new->name);
    }
  }
}

void es_pairing_differences(const struct es_side *old, const struct es_side *new,
                            struct es_notes *differences)
{
  struct comparing c = {old, new, {.notes = differences}};
  compare_populations(&c);
  compare_settings(&c);
  compare_versions(&c);
}

/* --- rows ------------------------------------------------------------------------------------- */

const struct es_row *es_side_find(const struct es_side *side, const struct es_row *like,
                                  struct es_renamed renamed)
{
  for (size_t i = 0; i < side->results->rows; i++) {
    const struct es_row *row = &side->results->row[i];
    if (strcmp(row->metric, like->metric) == 0 && strcmp(row->group, like->group) == 0 &&
        strcmp(row->attribute, like->attribute) == 0 &&
        strcmp(row->reduction, like->reduction) == 0 &&
        (renamed.population || strcmp(row->population, like->population) == 0) &&
        (renamed.scorer || strcmp(row->scorer, like->scorer) == 0) &&
        (renamed.policy || strcmp(row->policy, like->policy) == 0))
      return row;
  }
  return NULL;
}
