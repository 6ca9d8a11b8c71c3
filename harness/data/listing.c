/* From the columns of a CSV to people: outcome, groups, features, weights.
 *
 * Columns are turned into what people need in place (a level's number becomes a value, a number
 * becomes a group), so the CSV stays the owner of everything and nothing is stored twice.
 */
#include "harness/data/listing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"
#include "harness/data/words.h"

static const char missing_level[] = "(missing)";

/* What is asked of the CSV: groups, features, outcome, weight, then what the caller adds. */
struct plan {
  struct es_csv_want *want;
  size_t wants;
  struct es_texts missing, *feature_missing;
};

static const char *or_name(const char *column, const char *name)
{
  return column[0] != '\0' ? column : name;
}

static void free_plan(struct plan *plan, const struct es_schema *schema)
{
  for (size_t i = 0; plan->feature_missing != NULL && i < schema->features; i++)
    es_words_clear(&plan->feature_missing[i]);
  free(plan->feature_missing);
  es_words_clear(&plan->missing);
  free(plan->want);
}

static enum es_csv_kind feature_kind(const struct es_schema_feature *feature)
{
  bool text = feature->type == ES_FEATURE_LEVELS || feature->type == ES_FEATURE_ORDERED ||
              (feature->type == ES_FEATURE_BINARY && feature->yes.count > 0);
  return text ? ES_CSV_LEVELS : ES_CSV_NUMBER;
}

static enum es_status make_plan(struct plan *plan, const struct es_schema *schema,
                                const struct es_listing_request *request, struct es_context *ctx)
{
  size_t most = schema->group_count + schema->features + 2 + request->mores;
  plan->want = es_alloc(most, sizeof *plan->want, ctx);
  plan->feature_missing = es_alloc(schema->features, sizeof *plan->feature_missing, ctx);
  if (plan->want == NULL || plan->feature_missing == NULL) return ES_NOMEM;
  ES_TRY(es_words_split(&plan->missing, &schema->missing, ctx));
  for (size_t i = 0; i < schema->group_count; i++) {
    const struct es_schema_group *group = &schema->group[i];
    plan->want[plan->wants++] = (struct es_csv_want){
        or_name(group->column, group->name), group->cut ? ES_CSV_NUMBER : ES_CSV_LEVELS, NULL};
  }
  for (size_t i = 0; i < schema->features; i++) {
    const struct es_schema_feature *feature = &schema->feature[i];
    ES_TRY(es_words_split(&plan->feature_missing[i], &feature->missing, ctx));
    plan->want[plan->wants++] = (struct es_csv_want){
        or_name(feature->column, feature->name), feature_kind(feature), &plan->feature_missing[i]};
  }
  if (schema->outcome[0] != '\0')
    plan->want[plan->wants++] = (struct es_csv_want){schema->outcome, ES_CSV_LEVELS, NULL};
  if (schema->weight[0] != '\0')
    plan->want[plan->wants++] = (struct es_csv_want){schema->weight, ES_CSV_NUMBER, NULL};
  for (size_t i = 0; i < request->mores; i++) plan->want[plan->wants++] = request->more[i];
  return ES_OK;
}

/* --- messages --------------------------------------------------------------------------------- */

static enum es_status bad_cell(const struct es_csv *csv, const struct es_csv_column *column,
                               size_t row, const char *what, struct es_context *ctx)
{
  char name[ES_SHOWN_SIZE], shown[ES_SHOWN_SIZE], number[ES_NUMBER_SIZE];
  const char *cell = !column->seen[row]       ? ""
                     : column->number != NULL ? es_number(number, column->number[row])
                                              : column->label[column->level[row]];
  return es_fail(ctx, ES_INPUT, "%s:%llu: column \"%s\": \"%s\" %s", csv->name,
                 (unsigned long long)csv->line[row], es_csv_shown(name, column->name),
                 es_csv_shown(shown, cell), what);
}

/* "there are: no, yes": the values of a column, at most eight. */
static enum es_status bad_value(const struct es_csv *csv, const struct es_csv_column *column,
                                const char *what, const char *value, struct es_context *ctx)
{
  char shown[ES_SHOWN_SIZE], name[ES_SHOWN_SIZE], given[ES_SHOWN_SIZE];
  struct es_text list = {0};
  for (uint32_t i = 0; i < column->levels && i < 8; i++)
    es_text_add(&list, "%s%s", i > 0 ? ", " : "", es_csv_shown(shown, column->label[i]));
  if (column->levels > 8) es_text_add(&list, ", … (%u values)", column->levels);
  es_fail(ctx, ES_INPUT, "%s: column \"%s\": no cell is the %s \"%s\"; there are: %s", csv->name,
          es_csv_shown(name, column->name), what, es_csv_shown(given, value),
          column->levels > 0 ? es_text_get(&list) : "only missing ones");
  es_text_clear(&list);
  return ES_INPUT;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* Takes `label` over as the column's new labels; the old ones go. */
static void set_labels(struct es_csv_column *column, char **label, uint32_t levels)
{
  for (uint32_t i = 0; i < column->levels; i++) free(column->label[i]);
  free(column->label);
  column->label = label;
  column->levels = levels;
}

/* People without the value are a level of their own. */
static enum es_status level_missing(struct es_csv_column *column, size_t rows,
                                    struct es_context *ctx)
{
  if (rows == 0 || memchr(column->seen, 0, rows) == NULL) return ES_OK;
  uint32_t level = 0;
  while (level < column->levels && strcmp(column->label[level], missing_level) != 0) level++;
  if (level == column->levels) {
    char **grown = realloc(column->label, (column->levels + 1u) * sizeof *grown);
    if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
    column->label = grown;
    if ((grown[level] = es_strdup(missing_level, ctx)) == NULL) return ES_NOMEM;
    column->levels++;
  }
  for (size_t i = 0; i < rows; i++)
    if (!column->seen[i]) column->level[i] = level;
  return ES_OK;
}

/* age>25: levels "<=25" and ">25", both of them always. */
static enum es_status cut_group(struct es_csv_column *column, double above, size_t rows,
                                struct es_context *ctx)
{
  char number[ES_NUMBER_SIZE];
  es_number(number, above);
  char **label = es_alloc(2, sizeof *label, ctx);
  if (label == NULL) return ES_NOMEM;
  set_labels(column, label, 2);
  for (int side = 0; side < 2; side++) {
    struct es_text text = {0};
    es_text_add(&text, "%s%s", side == 0 ? "<=" : ">", number);
    if ((label[side] = es_text_take(&text)) == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  }
  column->level = es_alloc(rows, sizeof *column->level, ctx);
  if (column->level == NULL) return ES_NOMEM;
  for (size_t i = 0; i < rows; i++) column->level[i] = column->seen[i] && column->number[i] > above;
  return ES_OK;
}

/* Reads "male: A91 A93" into the level's name and its values. */
static enum es_status read_level(const char *line, char **name, struct es_texts *values,
                                 struct es_context *ctx)
{
  const char *colon = strchr(line, ':');
  size_t size = colon != NULL ? (size_t)(colon - line) : 0;
  while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '\t')) size--;
  if (size == 0) return es_fail(ctx, ES_INPUT, "level = %s: give NAME: VALUES", line);
  ES_TRY(es_words_of(values, colon + 1, ctx));
  if (values->count == 0) return es_fail(ctx, ES_INPUT, "level = %s: give it values", line);
  if ((*name = es_alloc(size + 1, 1, ctx)) == NULL) return ES_NOMEM;
  memcpy(*name, line, size);
  return ES_OK;
}

/* now[label] = the level that the label belongs to, or `levels` when to none. */
static enum es_status map_labels(const struct es_csv_column *column, const struct es_texts *values,
                                 char *const *name, uint32_t levels, uint32_t *now,
                                 struct es_context *ctx)
{
  char shown[ES_SHOWN_SIZE];
  for (uint32_t g = 1; g < levels; g++)
    for (uint32_t h = 0; h < g; h++)
      if (strcmp(name[g], name[h]) == 0)
        return es_fail(ctx, ES_INPUT, "level %s is there twice: give it one line", name[g]);
  for (uint32_t i = 0; i < column->levels; i++) {
    now[i] = levels;
    for (uint32_t g = 0; g < levels; g++) {
      if (es_words_find(&values[g], column->label[i]) == values[g].count) continue;
      if (now[i] < levels)
        return es_fail(ctx, ES_INPUT, "\"%s\" belongs to level %s and to level %s: choose one",
                       es_csv_shown(shown, column->label[i]), name[now[i]], name[g]);
      now[i] = g;
    }
  }
  return ES_OK;
}

/* Renumbers the people; a value that belongs to no level is an error. */
static enum es_status move_people(const struct es_csv *csv, struct es_csv_column *column,
                                  const uint32_t *now, size_t levels, struct es_context *ctx)
{
  for (size_t i = 0; i < csv->rows; i++)
    if (column->seen[i] && now[column->level[i]] == levels)
      return bad_cell(csv, column, i, "belongs to no level; add it to a level or to missing", ctx);
  for (size_t i = 0; i < csv->rows; i++)
    if (column->seen[i]) column->level[i] = now[column->level[i]];
  return ES_OK;
}

static enum es_status map_group(const struct es_csv *csv, struct es_csv_column *column,
                                const struct es_schema_group *group, struct es_context *ctx)
{
  enum es_status status = ES_OK;
  size_t levels = group->level.count;
  char **name = es_alloc(levels, sizeof *name, ctx);
  struct es_texts *values = es_alloc(levels, sizeof *values, ctx);
  uint32_t *now = es_alloc(column->levels, sizeof *now, ctx);
  if (name == NULL || values == NULL || now == NULL) status = ES_NOMEM;
  for (size_t g = 0; g < levels && status == ES_OK; g++)
    status = read_level(group->level.at[g], &name[g], &values[g], ctx);
  if (status == ES_OK) status = map_labels(column, values, name, (uint32_t)levels, now, ctx);
  if (status == ES_INPUT) es_fail_at(ctx, status, "[group %s] ", group->name);
  if (status == ES_OK) status = move_people(csv, column, now, levels, ctx);
  if (status == ES_OK) {
    set_labels(column, name, (uint32_t)levels);
    name = NULL;
  }
  for (size_t g = 0; name != NULL && g < levels; g++) free(name[g]);
  for (size_t g = 0; values != NULL && g < levels; g++) es_words_clear(&values[g]);
  free(name);
  free(values);
  free(now);
  return status;
}

static enum es_status read_group(struct es_listing *out, const struct es_schema_group *group,
                                 struct es_csv_column *column, struct es_context *ctx)
{
  enum es_status status = ES_OK;
  if (group->cut)
    status = cut_group(column, group->above, out->people, ctx);
  else if (group->level.count > 0)
    status = map_group(&out->csv, column, group, ctx);
  if (status == ES_OK) status = level_missing(column, out->people, ctx);
  if (status != ES_OK) return status;
  size_t a = out->attributes++;
  out->group[a] = column->level;
  out->attribute[a] =
      (struct es_attribute){group->name, (const char *const *)column->label, column->levels};
  return ES_OK;
}

static enum es_status check_reference(const struct es_listing *out, const char *reference,
                                      struct es_context *ctx)
{
  if (reference[0] == '\0') return ES_OK;
  if (out->attributes == 0)
    return es_fail(ctx, ES_INPUT, "reference = %s: there is no group; give groups", reference);
  const struct es_attribute *first = &out->attribute[0];
  struct es_text list = {0};
  for (uint32_t i = 0; i < first->levels; i++) {
    if (strcmp(first->level[i], reference) == 0) {
      es_text_clear(&list);
      return ES_OK;
    }
    if (i < 8) es_text_add(&list, "%s%s", i > 0 ? ", " : "", first->level[i]);
  }
  es_fail(ctx, ES_INPUT, "reference = %s: group %s has no such level; there are: %s", reference,
          first->name, es_text_get(&list));
  es_text_clear(&list);
  return ES_INPUT;
}

/* --- features --------------------------------------------------------------------------------- */

/* value[label] for text features; NaN where the label has none. */
static enum es_status label_values(const struct es_csv *csv, const struct es_csv_column *column,
                                   const struct es_schema_feature *feature, double *value,
                                   struct es_context *ctx)
{
  if (feature->type == ES_FEATURE_LEVELS) {
    for (uint32_t i = 0; i < column->levels; i++) value[i] = i;
    return ES_OK;
  }
  struct es_texts words;
  bool binary = feature->type == ES_FEATURE_BINARY, any = false;
  ES_TRY(es_words_split(&words, binary ? &feature->yes : &feature->order, ctx));
  enum es_status status = ES_OK;
  for (uint32_t i = 0; i < column->levels; i++) {
    size_t at = es_words_find(&words, column->label[i]);
    if (binary)
      value[i] = at < words.count;
    else
      value[i] = at < words.count ? (double)at : (double)NAN;
    any |= at < words.count;
  }
  /* One value only may be a file of people who all say no; two of which none is yes are a slip. */
  if (binary && !any && column->levels > 1)
    status = bad_value(csv, column, "value of yes,", feature->yes.at[0], ctx);
  es_words_clear(&words);
  return status;
}

static enum es_status values_of_labels(const struct es_csv *csv, struct es_csv_column *column,
                                       const struct es_schema_feature *feature,
                                       struct es_context *ctx)
{
  double *value = es_alloc(column->levels, sizeof *value, ctx);
  double *number = es_alloc(csv->rows, sizeof *number, ctx);
  enum es_status status =
      value != NULL && number != NULL ? label_values(csv, column, feature, value, ctx) : ES_NOMEM;
  for (size_t i = 0; status == ES_OK && i < csv->rows; i++) {
    number[i] = column->seen[i] ? value[column->level[i]] : (double)NAN;
    if (column->seen[i] && isnan(number[i]))
      status = bad_cell(csv, column, i, "is not in its order; add it to order or to missing", ctx);
  }
  free(value);
  if (status != ES_OK) {
    free(number);
    return status;
  }
  column->number = number;
  free(column->level); /* the labels stay: they are the levels' names */
  column->level = NULL;
  return ES_OK;
}

static enum es_status check_numbers(const struct es_csv *csv, const struct es_csv_column *column,
                                    int type, struct es_context *ctx)
{
  for (size_t i = 0; i < csv->rows; i++) {
    double x = column->number[i];
    if (!column->seen[i]) continue;
    if (type == ES_FEATURE_COUNT && (x < 0 || x != floor(x)))
      return bad_cell(csv, column, i, "is not a count (0, 1, 2, …); give type = number", ctx);
    if (type == ES_FEATURE_BINARY && x != 0 && x != 1)
      return bad_cell(csv, column, i, "is neither 0 nor 1; say which value is yes = VALUE", ctx);
  }
  return ES_OK;
}

static enum es_status check_dates(const struct es_csv *csv, const struct es_csv_column *column,
                                  struct es_context *ctx)
{
  for (size_t i = 0; i < csv->rows; i++)
    if (column->seen[i] && column->number[i] < 0)
      return bad_cell(csv, column, i, "is no number of months since then; give 0 or more", ctx);
  return ES_OK;
}

/* `facts`: how many features there are that are not dates, which come before those. */
static enum es_status read_feature(struct es_listing *out, const struct es_schema_feature *feature,
                                   size_t facts, struct es_csv_column *column,
                                   struct es_context *ctx)
{
  static const enum es_kind kind[] = {ES_NUMBER, ES_BINARY, ES_COUNT, ES_LEVELS, ES_NUMBER};
  enum es_status status = column->kind == ES_CSV_LEVELS
                              ? values_of_labels(&out->csv, column, feature, ctx)
                              : check_numbers(&out->csv, column, feature->type, ctx);
  if (status == ES_OK && feature->date != ES_UNDATED) status = check_dates(&out->csv, column, ctx);
  if (status != ES_OK) return status;
  size_t c = feature->date == ES_UNDATED ? out->columns++ : facts + out->dates++;
  out->value[c] = column->number;
  out->seen[c] = column->seen;
  out->column[c] = (struct es_column){.name = feature->name,
                                      .source = feature->source,
                                      .kind = kind[feature->type],
                                      .direction = feature->direction - 1,
                                      .core = feature->core,
                                      .date = (enum es_date)feature->date};
  if (feature->type == ES_FEATURE_LEVELS) {
    out->column[c].level = (const char *const *)column->label;
    out->column[c].levels = column->levels;
  }
  return ES_OK;
}

/* --- outcome and weight ----------------------------------------------------------------------- */

/* Marks the labels that one line of `favorable` means: the whole line as it stands ("Fully Paid"),
 * or else its words. */
static enum es_status mark_favorable(const struct es_csv_column *column, const char *line,
                                     bool *good, bool *any, struct es_context *ctx)
{
  bool whole = false;
  for (uint32_t i = 0; i < column->levels; i++)
    if (es_words_same(column->label[i], line)) good[i] = whole = true;
  *any |= whole;
  if (whole) return ES_OK;
  struct es_texts words;
  ES_TRY(es_words_of(&words, line, ctx));
  for (uint32_t i = 0; i < column->levels; i++)
    if (es_words_find(&words, column->label[i]) < words.count) good[i] = *any = true;
  es_words_clear(&words);
  return ES_OK;
}

static enum es_status read_outcome(struct es_listing *out, const struct es_schema *schema,
                                   const struct es_csv_column *column, struct es_context *ctx)
{
  bool any = false, *good = es_alloc(column->levels, sizeof *good, ctx);
  if (good == NULL) return ES_NOMEM;
  enum es_status status = ES_OK;
  for (size_t i = 0; i < schema->favorable.count && status == ES_OK; i++)
    status = mark_favorable(column, schema->favorable.at[i], good, &any, ctx);
  /* One value only may be a file of one class; two of which none is favourable are a slip. */
  if (status == ES_OK && !any && column->levels > 1)
    status = bad_value(&out->csv, column, "favorable value", schema->favorable.at[0], ctx);
  for (size_t i = 0; status == ES_OK && i < out->people; i++) {
    out->outcome[i] = (uint8_t)(!column->seen[i]         ? ES_UNKNOWN
                                : good[column->level[i]] ? ES_FAVORABLE
                                                         : ES_UNFAVORABLE);
    out->unknown += !column->seen[i];
  }
  free(good);
  return status;
}

static enum es_status check_weights(const struct es_csv *csv, const struct es_csv_column *column,
                                    struct es_context *ctx)
{
  double sum = 0, square = 0;
  for (size_t i = 0; i < csv->rows; i++) {
    if (!column->seen[i] || column->number[i] < 0)
      return bad_cell(csv, column, i, "is not a weight; give a number of 0 or more", ctx);
    sum += column->number[i];
    square += column->number[i] * column->number[i];
  }
  if (!(sum > 0))
    return es_fail(ctx, ES_INPUT,
                   "%s: column \"%s\": the weights add up to 0; give weights that can be compared",
                   csv->name, column->name);
  if (sum < 0x1p32 && square < 0x1p63) return ES_OK; /* what tallies have room for */
  return es_fail(ctx, ES_INPUT,
                 "%s: column \"%s\": the weights add up to more than can be tallied; divide them "
                 "all by the same number",
                 csv->name, column->name);
}

/* --- all together ----------------------------------------------------------------------------- */

static enum es_status make_people(struct es_listing *out, const struct es_schema *schema,
                                  struct es_context *ctx)
{
  struct es_csv_column *column = out->csv.column;
  out->people = out->csv.rows;
  out->line = out->csv.line;
  out->outcome = es_alloc(out->people, sizeof *out->outcome, ctx);
  out->column = es_alloc(schema->features, sizeof *out->column, ctx);
  out->value = es_alloc(schema->features, sizeof *out->value, ctx);
  out->seen = es_alloc(schema->features, sizeof *out->seen, ctx);
  out->attribute = es_alloc(schema->group_count, sizeof *out->attribute, ctx);
  out->group = es_alloc(schema->group_count, sizeof *out->group, ctx);
  if (!out->outcome || !out->column || !out->value || !out->seen || !out->attribute || !out->group)
    return ES_NOMEM;
  for (size_t i = 0; i < schema->group_count; i++)
    ES_TRY(read_group(out, &schema->group[i], column++, ctx));
  ES_TRY(check_reference(out, schema->reference, ctx));
  size_t facts = 0;
  for (size_t i = 0; i < schema->features; i++) facts += schema->feature[i].date == ES_UNDATED;
  for (size_t i = 0; i < schema->features; i++)
    ES_TRY(read_feature(out, &schema->feature[i], facts, column++, ctx));
  if (schema->outcome[0] != '\0') {
    ES_TRY(read_outcome(out, schema, column++, ctx));
  } else {
    memset(out->outcome, ES_UNKNOWN, out->people);
    out->unknown = out->people;
  }
  if (schema->weight[0] != '\0') {
    ES_TRY(check_weights(&out->csv, column, ctx));
    out->weight = (column++)->number;
  }
  out->more = column;
  return ES_OK;
}

enum es_status es_listing_read(struct es_listing *listing, const struct es_schema *schema,
                               const char *path, const struct es_listing_request *request,
                               struct es_context *ctx)
{
  static const struct es_listing_request nothing = {0};
  static const char separator[] = {',', ';', '\t'};
  *listing = (struct es_listing){0};
  struct plan plan = {0};
  if (request == NULL) request = &nothing;
  ES_TRY(es_schema_check(schema, ctx));
  enum es_status status = make_plan(&plan, schema, request, ctx);
  if (status == ES_OK) {
    struct es_csv_request csv = {.separator = separator[schema->separator],
                                 .want = plan.want,
                                 .wants = plan.wants,
                                 .missing = &plan.missing};
    status = es_csv_read(&listing->csv, path, &csv, ctx);
  }
  if (status == ES_OK && (status = make_people(listing, schema, ctx)) != ES_OK)
    es_listing_clear(listing);
  free_plan(&plan, schema);
  return status;
}

void es_listing_clear(struct es_listing *listing)
{
  free(listing->outcome);
  free(listing->column);
  free(listing->value);
  free(listing->seen);
  free(listing->attribute);
  free(listing->group);
  es_csv_clear(&listing->csv);
  *listing = (struct es_listing){0};
}
