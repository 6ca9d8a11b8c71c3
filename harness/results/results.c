/* The results: rows added while a run goes on, written as JSON and read back.
 *
 * jansson parses and holds the values; we print them ourselves, because its own printer gives every
 * real 17 digits.  A row's columns are one table (es_row_fields) that drives writing, reading and
 * the CSV report, so that the three cannot drift apart.
 */
#include "harness/results/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"

#define FIELD(name, kind)                                                                          \
  {                                                                                                \
#name, kind, offsetof(struct es_row, name)                                                     \
  }
const struct es_row_field es_row_fields[ES_ROW_FIELDS] = {
    FIELD(population, ES_ROW_TEXT), FIELD(scorer, ES_ROW_TEXT),     FIELD(policy, ES_ROW_TEXT),
    FIELD(attribute, ES_ROW_TEXT),  FIELD(group, ES_ROW_TEXT),      FIELD(metric, ES_ROW_TEXT),
    FIELD(reduction, ES_ROW_TEXT),  FIELD(value, ES_ROW_REAL),      FIELD(low, ES_ROW_REAL),
    FIELD(high, ES_ROW_REAL),       FIELD(confidence, ES_ROW_REAL), FIELD(method, ES_ROW_TEXT),
    FIELD(n, ES_ROW_COUNT),         FIELD(status, ES_ROW_TEXT)};

static void *at(const struct es_row_field *field, struct es_row *row)
{
  return (char *)row + field->offset;
}

static bool is_undefined(const char *status) { return strncmp(status, "undefined: ", 11) == 0; }

static void clear_row(struct es_row *row)
{
  for (size_t f = 0; f < ES_ROW_FIELDS; f++)
    if (es_row_fields[f].kind == ES_ROW_TEXT) free(*(char **)at(&es_row_fields[f], row));
}

static enum es_status make_room(struct es_results *results, struct es_context *ctx)
{
  if (results->rows < results->room) return ES_OK;
  size_t room = 2 * results->room + 64;
  struct es_row *grown = realloc(results->row, room * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory: %zu rows of results", room);
  results->row = grown;
  results->room = room;
  return ES_OK;
}

enum es_status es_results_add(struct es_results *results, const struct es_row *row,
                              struct es_context *ctx)
{
  struct es_row copy = *row;
  const char *status = row->status != NULL ? row->status : "";
  bool ok = strcmp(status, "ok") == 0;
  if (ok ? !isfinite(row->value) : !is_undefined(status))
    return es_fail(ctx, ES_BROKEN, "metric %s of scorer %s: status \"%s\" with a value that is %s",
                   row->metric != NULL ? row->metric : "", row->scorer != NULL ? row->scorer : "",
                   status, isfinite(row->value) ? "finite" : "not finite");
  if (!ok) copy.value = copy.low = copy.high = NAN;
  if (!isfinite(copy.low)) copy.low = NAN;
  if (!isfinite(copy.high)) copy.high = NAN;
  if (!isfinite(copy.confidence)) copy.confidence = NAN;
  ES_TRY(make_room(results, ctx));
  bool failed = false;
  for (size_t f = 0; f < ES_ROW_FIELDS; f++) {
    if (es_row_fields[f].kind != ES_ROW_TEXT) continue;
    char **text = at(&es_row_fields[f], &copy);
    *text = failed ? NULL : es_strdup(*text != NULL ? *text : "", ctx);
    failed = *text == NULL;
  }
  if (failed) {
    clear_row(&copy);
    return ES_NOMEM;
  }
  results->row[results->rows++] = copy;
  return ES_OK;
}

const struct es_tidy es_tidy_tables[] = {
    {"attribution",
     "how much of each gap would vanish with each cause",
     {"population", "scorer", "policy", "attribute", "metric", "cause", "value", "low", "high",
      "share"},
     NULL,
     false,
     "run the study with --attribute METRIC"},
    {"comparison",
     "numbers of several results side by side, and how far each moved from the first",
     {"population",  "scorer", "policy",     "attribute", "group",  "metric", "reduction",
      "file",        "value",  "low",        "high",      "n",      "change", "change_low",
      "change_high", "p",      "p_adjusted", "direction", "method", "status"},
     NULL,
     true,
     "evenscore compare OLD.json NEW.json makes it"},
    {"dynamics",
     "what months of decisions have done: lock-in, recovery, delayed impact",
     {"population", "scorer", "policy", "attribute", "group", "measure", "value", "low", "high",
      "n", "status"},
     NULL,
     false,
     "run the study with --periods N"},
    {"gate",
     "each number that check watches: how much worse than the baseline, and the verdict",
     {"population", "scorer",     "policy", "attribute", "group",   "metric", "reduction",
      "limit",      "baseline",   "value",  "worsening", "low",     "high",   "tolerance",
      "p",          "p_adjusted", "method", "n",         "verdict", "reason"},
     NULL,
     true,
     "evenscore check RESULTS.json --baseline BASE.json makes it"},
    {"harm",
     "who bears the harm of wrong decisions: each group's share of it beside its share of people",
     {"population", "scorer", "policy", "attribute", "group", "harm", "total", "per_1000", "low",
      "high", "harm_share", "population_share", "ratio"},
     NULL,
     true,
     "it wants groups, and people whose denials have a term (evenscore list processes)"},
    {"levers",
     "what would reduce wrongful days most, each thing in the way halved",
     {"population", "scorer", "policy", "attribute", "metric", "rank", "lever", "before", "value",
      "low", "high", "share", "elasticity"},
     NULL,
     false,
     "run the study with --levers"},
    {"calibration",
     "whether stated probabilities come true, in tenths of each group",
     {"population", "scorer", "policy", "attribute", "group", "tenth", "predicted", "value", "low",
      "high", "n"},
     NULL,
     true,
     "it wants groups, and a scorer that states probabilities"},
    {"cutoffs",
     "what policies have learned: P(approved) below, between and above two scores",
     {"population", "scorer", "policy", "attribute", "group", "cutoff", "from", "to", "p_below",
      "p_between", "p_above"},
     NULL,
     false,
     "run the study with a policy that learns cut-offs for groups, like --policy "
     "equal_opportunity"},
    {"missing_policies",
     "gaps under each way to treat people without a record",
     {"population", "scorer", "policy", "treatment", "attribute", "group", "metric", "value", "low",
      "high"},
     "metric",
     false,
     "run the study with --missing-policies"},
    {"plan",
     "the smallest worsening that check would find, and what a wished one takes",
     {"population", "scorer", "policy", "attribute", "group", "metric", "reduction", "value",
      "tolerance", "detectable", "wished", "people", "replicates"},
     NULL,
     true,
     "evenscore check RESULTS.json --plan makes it"},
    {"replicates",
     "each replicate's numbers",
     {"population", "scorer", "policy", "attribute", "group", "metric", "reduction", "replicate",
      "value"},
     NULL,
     true,
     "run the study with --replicates N"},
    {"scores",
     "where each group's scores lie: shares of its people, those without a score among them",
     {"population", "scorer", "policy", "attribute", "group", "scale", "score", "wide", "share"},
     NULL,
     true,
     "it wants groups and scores"},
    {"sweep",
     "the measures at each setting of a parameter",
     {"parameter", "setting", "parameter_2", "setting_2", "population", "scorer", "policy",
      "attribute", "group", "metric", "reduction", "value", "low", "high", "confidence", "method",
      "n", "status"},
     "metric",
     false,
     "run the study with --sweep KEY=A:B:STEP"},
    {"tests",
     "whether groups differ, and scorers on the same people",
     {"population", "comparison", "attribute", "group", "metric", "estimate", "low", "high",
      "statistic", "p", "p_adjusted", "method", "n"},
     NULL,
     true,
     "it wants groups or scorers to compare"},
    {"trajectory",
     "where each group stands in each month",
     {"population", "scorer", "policy", "attribute", "group", "month", "measure", "value", "low",
      "high", "n", "status"},
     NULL,
     true,
     "run the study with --periods N"},
};
const size_t es_tidy_count = ES_COUNT_OF(es_tidy_tables);

const struct es_tidy *es_tidy_find(const char *name)
{
  for (size_t t = 0; t < es_tidy_count; t++)
    if (strcmp(es_tidy_tables[t].name, name) == 0) return &es_tidy_tables[t];
  return NULL;
}

enum es_status es_tidy_rows(const json_t **rows, const struct es_results *results,
                            const struct es_tidy *table, struct es_context *ctx)
{
  *rows = json_object_get(results->tables, table->name);
  if (json_array_size(*rows) > 0) return ES_OK;
  return es_fail(ctx, ES_INPUT, "--table %s: these results have none; %s", table->name, table->how);
}

enum es_status es_results_tidy(struct es_results *results, const char *table, json_t *row,
                               struct es_context *ctx)
{
  if (results->tables == NULL) results->tables = json_object();
  json_t *rows = json_object_get(results->tables, table);
  if (rows == NULL && json_object_set_new(results->tables, table, json_array()) == 0)
    rows = json_object_get(results->tables, table);
  if (row != NULL && json_array_append_new(rows, row) == 0) return ES_OK;
  return es_fail(ctx, ES_NOMEM, "out of memory, or a name that is not UTF-8");
}

static bool same(const char *wanted, const char *text)
{
  return wanted == NULL || strcmp(wanted, text) == 0;
}

const struct es_row *es_results_find(const struct es_results *results, const char *population,
                                     const char *scorer, const char *attribute, const char *group,
                                     const char *metric, const char *reduction)
{
  for (const struct es_row *row = results->row; row < results->row + results->rows; row++)
    if (same(metric, row->metric) && same(scorer, row->scorer) && same(group, row->group) &&
        same(attribute, row->attribute) && same(reduction, row->reduction) &&
        same(population, row->population))
      return row;
  return NULL;
}

const char *es_first_attribute(const struct es_results *results, const char *population)
{
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *row = &results->row[i];
    if (strcmp(row->population, population) == 0 && row->attribute[0] != '\0' &&
        strchr(row->attribute, '*') == NULL)
      return row->attribute;
  }
  return "";
}

bool es_is_yardstick(const struct es_results *results, const char *scorer)
{
  for (size_t i = 0; i < results->scorers; i++)
    if (strcmp(results->scorer[i].name, scorer) == 0) return results->scorer[i].yardstick;
  return false;
}

static const json_t *population_key(const struct es_results *results, const char *population,
                                    const char *key)
{
  size_t i;
  json_t *object;
  json_array_foreach(results->populations, i, object)
  {
    const char *name = json_string_value(json_object_get(object, "name"));
    if (name != NULL && strcmp(name, population) == 0) return json_object_get(object, key);
  }
  return NULL;
}

const char *es_population_text(const struct es_results *results, const char *population,
                               const char *key)
{
  const char *text = json_string_value(population_key(results, population, key));
  return text != NULL ? text : "";
}

int64_t es_population_number(const struct es_results *results, const char *population,
                             const char *key)
{
  const json_t *value = population_key(results, population, key);
  return json_is_integer(value) ? (int64_t)json_integer_value(value) : -1;
}

void es_results_clear(struct es_results *results)
{
  free(results->evenscore);
  json_decref(results->study);
  json_decref(results->populations);
  json_decref(results->tallies);
  json_decref(results->tables);
  for (size_t i = 0; i < results->scorers; i++) {
    struct es_scorer_result *scorer = &results->scorer[i];
    free(scorer->name);
    free(scorer->summary);
    free(scorer->cite);
    free(scorer->model);
  }
  free(results->scorer);
  for (size_t i = 0; i < results->rows; i++) clear_row(&results->row[i]);
  free(results->row);
  es_notes_clear(&results->warnings);
  *results = (struct es_results){0};
}

/* --- writing ---------------------------------------------------------------------------------- */

static int append(const char *bytes, size_t size, void *out)
{
  es_text_bytes(out, bytes, size);
  return 0;
}

static void write_scalar(const json_t *value, struct es_text *out)
{
  char number[ES_NUMBER_SIZE];
  if (json_is_real(value))
    es_text_add(out, "%s", es_number(number, json_real_value(value)));
  else if (json_dump_callback(value, append, out, JSON_ENCODE_ANY) != 0)
    out->failed = true;
}

static void write_key(const char *key, struct es_text *out)
{
  json_t *value = json_string(key);
  if (value == NULL)
    out->failed = true;
  else
    write_scalar(value, out);
  json_decref(value);
  es_text_add(out, ": ");
}

static bool is_scalar(const json_t *value)
{
  return !json_is_object(value) && !json_is_array(value);
}

/* On one line: arrays of plain numbers, flat objects that stand in an array, and what is empty. */
static bool on_one_line(const json_t *value, bool in_array)
{
  const char *key;
  json_t *member;
  size_t i;
  if (json_is_object(value)) {
    if (!in_array) return json_object_size(value) == 0;
    json_object_foreach((json_t *)value, key, member) if (!is_scalar(member)) return false;
  } else {
    json_array_foreach(value, i, member) if (!json_is_number(member)) return false;
  }
  return true;
}

static void write_value(const json_t *value, int depth, bool in_array, struct es_text *out)
{
  if (is_scalar(value)) {
    write_scalar(value, out);
    return;
  }
  bool object = json_is_object(value), one_line = on_one_line(value, in_array);
  const char *key, *between = "";
  json_t *member;
  size_t i;
  es_text_add(out, object ? "{" : "[");
  if (object) {
    json_object_foreach((json_t *)value, key, member)
    {
      if (one_line)
        es_text_add(out, "%s", between);
      else
        es_text_add(out, "%s\n%*s", between[0] != '\0' ? "," : "", 2 * (depth + 1), "");
      write_key(key, out);
      write_value(member, depth + 1, false, out);
      between = ", ";
    }
  } else {
    json_array_foreach(value, i, member)
    {
      if (one_line)
        es_text_add(out, "%s", between);
      else
        es_text_add(out, "%s\n%*s", between[0] != '\0' ? "," : "", 2 * (depth + 1), "");
      write_value(member, depth + 1, true, out);
      between = ", ";
    }
  }
  if (!one_line) es_text_add(out, "\n%*s", 2 * depth, "");
  es_text_add(out, object ? "}" : "]");
}

json_t *es_json_real(double x) { return isfinite(x) ? json_real(x) : json_null(); }

void es_json_write(const json_t *value, struct es_text *out) { write_value(value, 0, false, out); }

/* The pieces of the tree; NULL (no memory, text that is not UTF-8) makes the setting fail. */
static json_t *row_to_json(struct es_row *row)
{
  json_t *object = json_object();
  for (size_t f = 0; f < ES_ROW_FIELDS; f++) {
    const void *from = at(&es_row_fields[f], row);
    json_t *value = NULL;
    switch (es_row_fields[f].kind) {
    case ES_ROW_TEXT: value = json_string(*(char *const *)from); break;
    case ES_ROW_COUNT: value = json_integer((json_int_t) * (const uint64_t *)from); break;
    case ES_ROW_REAL: {
      double x = *(const double *)from;
      value = isfinite(x) ? json_real(x) : json_null();
    }
    }
    if (json_object_set_new(object, es_row_fields[f].name, value) != 0) {
      json_decref(object);
      return NULL;
    }
  }
  return object;
}

static json_t *rows_to_json(const struct es_results *results)
{
  json_t *array = json_array();
  for (size_t i = 0; i < results->rows; i++)
    if (json_array_append_new(array, row_to_json(&results->row[i])) != 0) {
      json_decref(array);
      return NULL;
    }
  return array;
}

static const char *or_empty(const char *text) { return text != NULL ? text : ""; }

static json_t *scorers_to_json(const struct es_results *results)
{
  json_t *array = json_array();
  for (size_t i = 0; i < results->scorers; i++) {
    const struct es_scorer_result *scorer = &results->scorer[i];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:b, s:s}", "name", or_empty(scorer->name), "summary",
                  or_empty(scorer->summary), "cite", or_empty(scorer->cite), "yardstick",
                  (int)scorer->yardstick, "model", or_empty(scorer->model));
    if (json_array_append_new(array, object) != 0) {
      json_decref(array);
      return NULL;
    }
  }
  return array;
}

static json_t *warnings_to_json(const struct es_results *results)
{
  json_t *array = json_array();
  for (size_t i = 0; i < results->warnings.count; i++)
    if (json_array_append_new(array, json_string(results->warnings.text[i])) != 0) {
      json_decref(array);
      return NULL;
    }
  return array;
}

static json_t *share(json_t *value, json_t *otherwise)
{
  if (value == NULL) return otherwise;
  json_decref(otherwise);
  return json_incref(value);
}

const char *es_results_version(const struct es_results *results)
{
  return results->evenscore != NULL ? results->evenscore : ES_VERSION;
}

enum es_status es_results_write(const struct es_results *results, struct es_text *out,
                                struct es_context *ctx)
{
  json_t *root = json_object();
  const char *version = es_results_version(results);
  struct {
    const char *key;
    json_t *value;
  } member[] = {{"schema", json_string(ES_RESULTS_SCHEMA)},
                {"evenscore", json_string(version)},
                {"study", share(results->study, json_object())},
                {"populations", share(results->populations, json_array())},
                {"scorers", scorers_to_json(results)},
                {"metrics", rows_to_json(results)},
                {"tables", share(results->tables, json_object())},
                {"tallies", share(results->tallies, json_array())},
                {"warnings", warnings_to_json(results)}};
  bool bad = false;
  for (size_t i = 0; i < ES_COUNT_OF(member); i++)
    bad |= json_object_set_new(root, member[i].key, member[i].value) != 0;
  if (!bad) {
    es_json_write(root, out);
    es_text_add(out, "\n");
  }
  json_decref(root);
  if (bad || out->failed)
    return es_fail(ctx, ES_NOMEM, "results: out of memory, or a name that is not UTF-8");
  return ES_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reader {
  const char *path;
  struct es_context *ctx;
};

static enum es_status refuse(const struct reader *in, const char *where, const char *key,
                             const char *what)
{
  return es_fail(in->ctx, ES_INPUT, "%s: key %s%s%s: %s; is this a file that evenscore run wrote?",
                 in->path, where, where[0] != '\0' ? "." : "", key, what);
}

/* A member of that type, or NULL with the message set. */
static json_t *want(const struct reader *in, const json_t *object, const char *where,
                    const char *key, json_type type)
{
  static const char *const name[] = {"an object", "an array", "a text",        "a whole number",
                                     "a number",  "true",     "true or false", "null"};
  json_t *value = json_object_get(object, key);
  if (value == NULL) {
    refuse(in, where, key, "it is missing");
    return NULL;
  }
  json_type is = json_typeof(value);
  if (is == type || (type == JSON_FALSE && is == JSON_TRUE)) return value;
  struct es_text what = {0};
  es_text_add(&what, "give %s", name[type]);
  refuse(in, where, key, es_text_get(&what));
  es_text_clear(&what);
  return NULL;
}

static enum es_status read_text(const struct reader *in, const json_t *object, const char *where,
                                const char *key, char **text)
{
  const json_t *value = want(in, object, where, key, JSON_STRING);
  if (value == NULL) return ES_INPUT;
  *text = es_strdup(json_string_value(value), in->ctx);
  return *text != NULL ? ES_OK : ES_NOMEM;
}

/* A number, or null for one that is not there. */
static enum es_status read_real(const struct reader *in, const json_t *object, const char *where,
                                const char *key, double *x)
{
  const json_t *value = json_object_get(object, key);
  if (value == NULL) return refuse(in, where, key, "it is missing");
  if (!json_is_number(value) && !json_is_null(value))
    return refuse(in, where, key, "give a number or null");
  *x = json_is_null(value) ? NAN : json_number_value(value);
  return ES_OK;
}

static enum es_status read_count(const struct reader *in, const json_t *object, const char *where,
                                 const char *key, uint64_t *n)
{
  const json_t *value = want(in, object, where, key, JSON_INTEGER);
  if (value == NULL) return ES_INPUT;
  if (json_integer_value(value) < 0) return refuse(in, where, key, "give a count, 0 or more");
  *n = (uint64_t)json_integer_value(value);
  return ES_OK;
}

static enum es_status read_fields(const struct reader *in, const json_t *object, const char *where,
                                  struct es_row *row)
{
  for (size_t f = 0; f < ES_ROW_FIELDS; f++) {
    const char *key = es_row_fields[f].name;
    void *to = at(&es_row_fields[f], row);
    switch (es_row_fields[f].kind) {
    case ES_ROW_TEXT: ES_TRY(read_text(in, object, where, key, to)); break;
    case ES_ROW_REAL: ES_TRY(read_real(in, object, where, key, to)); break;
    case ES_ROW_COUNT: ES_TRY(read_count(in, object, where, key, to)); break;
    }
  }
  bool ok = strcmp(row->status, "ok") == 0;
  if (!ok && !is_undefined(row->status))
    return refuse(in, where, "status", "give \"ok\" or \"undefined: reason\"");
  if (ok != isfinite(row->value))
    return refuse(in, where, "value",
                  ok ? "status is ok, so give a number" : "status is undefined, so give null");
  return ES_OK;
}

static enum es_status read_rows(const struct reader *in, const json_t *array,
                                struct es_results *results)
{
  size_t i;
  json_t *object;
  json_array_foreach(array, i, object)
  {
    char where[48];
    snprintf(where, sizeof where, "metrics[%zu]", i);
    ES_TRY(make_room(results, in->ctx));
    struct es_row *row = &results->row[results->rows];
    *row = (struct es_row){0};
    results->rows++; /* a row half read is freed with the others */
    ES_TRY(read_fields(in, object, where, row));
  }
  return ES_OK;
}

static enum es_status read_scorers(const struct reader *in, const json_t *array,
                                   struct es_results *results)
{
  size_t i;
  json_t *object;
  results->scorer = es_alloc(json_array_size(array), sizeof *results->scorer, in->ctx);
  if (results->scorer == NULL) return ES_NOMEM;
  json_array_foreach(array, i, object)
  {
    char where[48];
    snprintf(where, sizeof where, "scorers[%zu]", i);
    struct es_scorer_result *scorer = &results->scorer[results->scorers++];
    ES_TRY(read_text(in, object, where, "name", &scorer->name));
    ES_TRY(read_text(in, object, where, "summary", &scorer->summary));
    ES_TRY(read_text(in, object, where, "cite", &scorer->cite));
    const json_t *yardstick = want(in, object, where, "yardstick", JSON_FALSE);
    if (yardstick == NULL) return ES_INPUT;
    scorer->yardstick = json_is_true(yardstick);
    ES_TRY(read_text(in, object, where, "model", &scorer->model));
  }
  return ES_OK;
}

static enum es_status read_warnings(const struct reader *in, const json_t *array,
                                    struct es_results *results)
{
  size_t i;
  json_t *text;
  struct es_notes *notes = &results->warnings;
  notes->text = es_alloc(json_array_size(array), sizeof *notes->text, in->ctx);
  if (notes->text == NULL) return ES_NOMEM;
  json_array_foreach(array, i, text)
  {
    if (!json_is_string(text)) return refuse(in, "", "warnings", "give an array of texts");
    notes->text[i] = es_strdup(json_string_value(text), in->ctx);
    if (notes->text[i] == NULL) return ES_NOMEM;
    notes->count++;
  }
  return ES_OK;
}

static enum es_status read_root(const struct reader *in, const json_t *root,
                                struct es_results *results)
{
  const json_t *schema = want(in, root, "", "schema", JSON_STRING), *part;
  if (schema == NULL) return ES_INPUT;
  if (strncmp(json_string_value(schema), "evenscore-tallies/", 18) == 0)
    return es_fail(in->ctx, ES_INPUT,
                   "%s: key schema: these are the tallies of a shard or of an interrupted run; "
                   "evenscore merge or evenscore run --resume makes results of them",
                   in->path);
  if (strcmp(json_string_value(schema), ES_RESULTS_SCHEMA) != 0)
    return es_fail(in->ctx, ES_INPUT,
                   "%s: key schema: \"%.40s\", and this program reads \"%s\"; run the study again, "
                   "or read it with the evenscore that wrote it",
                   in->path, json_string_value(schema), ES_RESULTS_SCHEMA);
  ES_TRY(read_text(in, root, "", "evenscore", &results->evenscore));
  results->study = json_incref(want(in, root, "", "study", JSON_OBJECT));
  if (results->study == NULL) return ES_INPUT;
  results->populations = json_incref(want(in, root, "", "populations", JSON_ARRAY));
  if (results->populations == NULL) return ES_INPUT;
  if ((part = want(in, root, "", "scorers", JSON_ARRAY)) == NULL) return ES_INPUT;
  ES_TRY(read_scorers(in, part, results));
  if ((part = want(in, root, "", "metrics", JSON_ARRAY)) == NULL) return ES_INPUT;
  ES_TRY(read_rows(in, part, results));
  results->tables = json_incref(want(in, root, "", "tables", JSON_OBJECT));
  if (results->tables == NULL) return ES_INPUT;
  results->tallies = json_incref(want(in, root, "", "tallies", JSON_ARRAY));
  if (results->tallies == NULL) return ES_INPUT;
  if ((part = want(in, root, "", "warnings", JSON_ARRAY)) == NULL) return ES_INPUT;
  return read_warnings(in, part, results);
}

enum es_status es_results_read(struct es_results *results, const char *path, struct es_context *ctx)
{
  char *bytes;
  size_t size;
  ES_TRY(es_file_read(path, &bytes, &size, ctx));
  json_error_t error;
  json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
  free(bytes);
  if (root == NULL)
    return es_fail(ctx, ES_INPUT,
                   "%s:%d:%d: not JSON: %s; is this a file that evenscore run wrote?", path,
                   error.line, error.column, error.text);
  struct reader in = {path, ctx};
  enum es_status status = read_root(&in, root, results);
  json_decref(root);
  if (status != ES_OK) es_results_clear(results);
  return status;
}
