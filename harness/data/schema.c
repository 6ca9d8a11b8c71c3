/* Schemas: option tables, INI files on top of them, and what no single key can tell. */
#include "harness/data/schema.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/frame.h"
#include "harness/base/ini.h"
#include "harness/base/text.h"
#include "harness/data/words.h"

const struct es_option es_schema_options[] = {
    ES_OPTION_TEXT(struct es_schema, title, "", "TEXT", "what the data are, in a line"),
    ES_OPTION_TEXT(struct es_schema, source, "", "URL", "where to get the file"),
    ES_OPTION_TEXT(struct es_schema, cite, "", "TEXT", "how to cite it"),
    ES_OPTION_TEXT(struct es_schema, version, "1", "TEXT", "changes when the data do"),
    ES_OPTION_CHOICE(struct es_schema, separator, "comma", "comma|semicolon|tab",
                     "what stands between fields"),
    ES_OPTION_TEXTS(struct es_schema, missing, "", "VALUES", "cells that mean a missing value"),
    ES_OPTION_TEXT(struct es_schema, outcome, "", "COLUMN", "the column with the truth"),
    ES_OPTION_TEXTS(struct es_schema, favorable, "", "VALUES",
                    "the outcome that is good for the person"),
    ES_OPTION_TEXT(struct es_schema, favorable_name, "", "TEXT",
                   "what that outcome is called (repays)"),
    ES_OPTION_TEXTS(struct es_schema, groups, "", "GROUPS",
                    "columns that group people, or COLUMN>NUMBER"),
    ES_OPTION_TEXT(struct es_schema, reference, "", "LEVEL",
                   "level of the first group that others are measured from"),
    ES_OPTION_TEXT(struct es_schema, weight, "", "COLUMN", "sampling weights"),
    ES_OPTION_DOUBLE(struct es_schema, cost_wrongful_denial, "-1", -1, 1e15,
                     "cost per favourable person denied; -1: not stated"),
    ES_OPTION_DOUBLE(struct es_schema, cost_wrongful_approval, "-1", -1, 1e15,
                     "cost per unfavourable person approved; -1: not stated"),
    ES_OPTION_DOUBLE(struct es_schema, term, "-1", -1, 1e6,
                     "days that a denial lasts; -1: not stated"),
    ES_OPTION_DOUBLE(struct es_schema, u_plus, "0", -1e12, 1e12,
                     "what an approved favourable person brings who decides"),
    ES_OPTION_DOUBLE(struct es_schema, u_minus, "0", -1e12, 1e12,
                     "what an approved unfavourable one brings; both 0: not stated"),
    ES_OPTION_DOUBLE(struct es_schema, score_gain, "0", 0, 1e12,
                     "how far an approved favourable person's score goes up"),
    ES_OPTION_DOUBLE(struct es_schema, score_loss, "0", 0, 1e12,
                     "how far an approved unfavourable one's goes down; both 0: not stated"),
    ES_OPTION_DOUBLE(struct es_schema, score_low, "300", -1e12, 1e12,
                     "the lowest score that there is"),
    ES_OPTION_DOUBLE(struct es_schema, score_high, "850", -1e12, 1e12, "the highest"),
    {0}};

const struct es_option es_schema_feature_options[] = {
    ES_OPTION_TEXT(struct es_schema_feature, column, "", "COLUMN", "the column, if not the name"),
    ES_OPTION_CHOICE(struct es_schema_feature, type, "number", "number|binary|count|levels|ordered",
                     "what its cells are"),
    ES_OPTION_CHOICE(struct es_schema_feature, direction, "0", "-|0|+",
                     "+: more speaks for the person; -: against"),
    ES_OPTION_TEXTS(struct es_schema_feature, order, "", "VALUES",
                    "ordered: these become 0, 1, 2, …"),
    ES_OPTION_TEXTS(struct es_schema_feature, yes, "", "VALUES", "binary: these become 1"),
    ES_OPTION_TEXTS(struct es_schema_feature, missing, "", "VALUES",
                    "more cells that mean a missing value"),
    ES_OPTION_BOOL(struct es_schema_feature, core, "no", "in the deciding agency's own file"),
    ES_OPTION_TEXT(struct es_schema_feature, source, "", "AGENCY", "who holds the record"),
    ES_OPTION_CHOICE(
        struct es_schema_feature, date, "none", "none|opened|updated",
        "no fact, but months since the source's oldest record began or its latest came"),
    {0}};

const struct es_option es_schema_group_options[] = {
    ES_OPTION_TEXT(struct es_schema_group, column, "", "COLUMN", "the column, if not the name"),
    ES_OPTION_TEXTS(struct es_schema_group, level, "", "NAME: VALUES", "the values of one level"),
    {0}};

enum es_status es_schema_default(struct es_schema *schema, struct es_context *ctx)
{
  *schema = (struct es_schema){0};
  enum es_status status = es_options_default(es_schema_options, schema, ctx);
  if (status != ES_OK) es_schema_clear(schema);
  return status;
}

/* The group's place; groups_defined when it is not known. */
static size_t find_group(const struct es_schema *schema, const char *name)
{
  size_t at = 0;
  while (at < schema->groups_defined && strcmp(schema->group[at].name, name) != 0) at++;
  return at;
}

bool es_schema_has_group(const struct es_schema *schema, const char *name)
{
  return find_group(schema, name) < schema->group_count;
}

/* Moves a group that is only known behind those that are looked at. */
static struct es_schema_group *use_group(struct es_schema *schema, size_t at)
{
  struct es_schema_group chosen = schema->group[at];
  size_t to = schema->group_count++;
  memmove(&schema->group[to + 1], &schema->group[to], (at - to) * sizeof chosen);
  schema->group[to] = chosen;
  return &schema->group[to];
}

static enum es_status add_group(struct es_schema *schema, const char *name,
                                struct es_schema_group **added, struct es_context *ctx)
{
  struct es_schema_group *grown =
      realloc(schema->group, (schema->groups_defined + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  schema->group = grown;
  size_t at = schema->groups_defined++;
  grown[at] = (struct es_schema_group){.name = es_strdup(name, ctx)};
  *added = use_group(schema, at);
  if ((*added)->name == NULL) return ES_NOMEM;
  return es_options_default(es_schema_group_options, *added, ctx);
}

static enum es_status add_feature(struct es_schema *schema, const char *name,
                                  struct es_schema_feature **added, struct es_context *ctx)
{
  struct es_schema_feature *grown =
      realloc(schema->feature, (schema->features + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  schema->feature = grown;
  *added = &grown[schema->features++];
  **added = (struct es_schema_feature){.name = es_strdup(name, ctx)};
  if ((*added)->name == NULL) return ES_NOMEM;
  return es_options_default(es_schema_feature_options, *added, ctx);
}

enum es_status es_schema_feature(struct es_schema *schema, const char *name,
                                 enum es_feature_type type, struct es_context *ctx)
{
  struct es_schema_feature *added;
  ES_TRY(add_feature(schema, name, &added, ctx));
  added->type = (int)type;
  return ES_OK;
}

enum es_status es_schema_group(struct es_schema *schema, const char *spec, struct es_context *ctx)
{
  if (spec[0] == '\0') return es_fail(ctx, ES_INPUT, "a group has no name: give a column");
  size_t at = find_group(schema, spec);
  if (at < schema->group_count)
    return es_fail(ctx, ES_INPUT, "group \"%s\" is named twice: leave one out", spec);
  if (at < schema->groups_defined) {
    use_group(schema, at);
    return ES_OK;
  }
  double above = 0;
  const char *mark = strrchr(spec, '>');
  if (mark != NULL && (mark == spec || !es_parse_double(mark + 1, &above)))
    return es_fail(ctx, ES_INPUT, "group \"%s\": give COLUMN or COLUMN>NUMBER", spec);
  struct es_schema_group *group;
  ES_TRY(add_group(schema, spec, &group, ctx));
  if (mark == NULL) return ES_OK;
  group->cut = true;
  group->above = above;
  char *column = es_strdup(spec, ctx);
  if (column == NULL) return ES_NOMEM;
  column[mark - spec] = '\0';
  free(group->column);
  group->column = column;
  return ES_OK;
}

static enum es_status set_entry(struct es_schema *schema, const struct es_ini_entry *entry,
                                struct es_context *ctx)
{
  static const char *const kinds[] = {"schema", "feature", "group"};
  const char *name = strchr(entry->section, ' ');
  size_t size = name != NULL ? (size_t)(name - entry->section) : strlen(entry->section);
  if (name != NULL) name += strspn(name, " \t");
  if (strcmp(entry->section, "schema") == 0)
    return es_options_set(es_schema_options, schema, entry->key, entry->value, ctx);
  if (name != NULL && size == 7 && memcmp(entry->section, "feature", size) == 0) {
    struct es_schema_feature *feature = NULL;
    for (size_t i = 0; i < schema->features; i++)
      if (strcmp(schema->feature[i].name, name) == 0) feature = &schema->feature[i];
    if (feature == NULL) ES_TRY(add_feature(schema, name, &feature, ctx));
    return es_options_set(es_schema_feature_options, feature, entry->key, entry->value, ctx);
  }
  if (name != NULL && size == 5 && memcmp(entry->section, "group", size) == 0) {
    size_t at = find_group(schema, name);
    struct es_schema_group *group = NULL;
    if (at < schema->groups_defined)
      group = &schema->group[at];
    else
      ES_TRY(add_group(schema, name, &group, ctx));
    return es_options_set(es_schema_group_options, group, entry->key, entry->value, ctx);
  }
  char word[64] = "";
  memcpy(word, entry->section, size < sizeof word ? size : sizeof word - 1);
  const char *near = es_nearest(word, kinds, ES_COUNT_OF(kinds));
  return es_fail(ctx, ES_INPUT,
                 "there is no such section; %s%s%s[schema], [feature NAME] or "
                 "[group NAME]",
                 near != NULL ? "did you mean " : "", near != NULL ? near : "",
                 near != NULL ? "? There are " : "give ");
}

/* The groups that [schema] lists come first, so that the first one is the one that `reference` and
 * the headline look at; sections then add to them. */
static enum es_status set_entries(struct es_schema *schema, const struct es_ini *ini,
                                  struct es_context *ctx)
{
  enum es_status status = ES_OK;
  for (int sections = 0; sections < 2; sections++) {
    for (size_t i = 0; i < ini->entries; i++) {
      const struct es_ini_entry *entry = &ini->entry[i];
      if ((strcmp(entry->section, "schema") == 0) == (sections == 1)) continue;
      status = set_entry(schema, entry, ctx);
      if (status != ES_OK) return es_ini_fail_at(ini, entry, status, ctx);
    }
    if (sections == 1) break;
    struct es_texts groups;
    status = es_words_split(&groups, &schema->groups, ctx);
    for (size_t i = 0; i < groups.count && status == ES_OK; i++)
      status = es_schema_group(schema, groups.at[i], ctx);
    es_words_clear(&groups);
    const struct es_ini_entry *entry = es_ini_find(ini, "schema", "groups");
    if (status != ES_OK && entry != NULL) return es_ini_fail_at(ini, entry, status, ctx);
    if (status != ES_OK) return status;
  }
  return ES_OK;
}

static const char *feature_column(const struct es_schema_feature *feature)
{
  return feature->column[0] != '\0' ? feature->column : feature->name;
}

enum es_status es_schema_check(const struct es_schema *schema, struct es_context *ctx)
{
  if (schema->outcome[0] != '\0' && schema->favorable.count == 0)
    return es_fail(ctx, ES_INPUT,
                   "outcome %s: which value is good for the person? give favorable = "
                   "VALUE",
                   schema->outcome);
  for (size_t i = 0; i < schema->features; i++) {
    const struct es_schema_feature *feature = &schema->feature[i];
    const char *what = NULL;
    if (strcmp(feature_column(feature), schema->outcome) == 0)
      what = "is the outcome, so it cannot be a feature: leave it out";
    else if (strcmp(feature_column(feature), schema->weight) == 0)
      what = "is the weight, so it cannot be a feature: leave it out";
    else if (feature->type == ES_FEATURE_ORDERED && feature->order.count == 0)
      what = "type = ordered wants order = VALUES, lowest first";
    else if (feature->type != ES_FEATURE_ORDERED && feature->order.count > 0)
      what = "order goes with type = ordered only";
    else if (feature->type != ES_FEATURE_BINARY && feature->yes.count > 0)
      what = "yes goes with type = binary only";
    else if (feature->date != ES_UNDATED && feature->type != ES_FEATURE_NUMBER)
      what = "date counts months: it goes with type = number only";
    if (what != NULL) return es_fail(ctx, ES_INPUT, "[feature %s] %s", feature->name, what);
    const struct es_texts *list[] = {&feature->order, &feature->yes, &feature->missing};
    for (size_t k = 0; k < ES_COUNT_OF(list); k++) {
      struct es_texts words;
      enum es_status status = es_words_split(&words, list[k], ctx);
      if (status != ES_OK) return es_fail_at(ctx, status, "[feature %s] ", feature->name);
      es_words_clear(&words);
    }
  }
  for (size_t i = 0; i < schema->group_count; i++)
    if (schema->group[i].cut && schema->group[i].level.count > 0)
      return es_fail(ctx, ES_INPUT, "[group %s] is cut at a number: it takes no level",
                     schema->group[i].name);
  return ES_OK;
}

/* From an opened file, which goes. */
static enum es_status take_ini(struct es_schema *schema, struct es_ini *ini, struct es_context *ctx)
{
  enum es_status status = es_schema_default(schema, ctx);
  if (status == ES_OK) {
    status = set_entries(schema, ini, ctx);
    if (status == ES_OK && (status = es_schema_check(schema, ctx)) != ES_OK)
      es_fail_at(ctx, status, "%s: ", ini->name);
    if (status != ES_OK) es_schema_clear(schema);
  }
  es_ini_clear(ini);
  return status;
}

enum es_status es_schema_load(struct es_schema *schema, const char *name,
                              const struct es_texts *overrides, struct es_context *ctx)
{
  struct es_ini ini;
  ES_TRY(es_ini_open(&ini, "schema", name, ctx));
  enum es_status status = ES_OK;
  for (size_t i = 0; overrides != NULL && i < overrides->count && status == ES_OK; i++)
    status = es_ini_override(&ini, "schema", overrides->at[i], ctx);
  if (status == ES_OK) return take_ini(schema, &ini, ctx);
  es_ini_clear(&ini);
  return status;
}

enum es_status es_schema_parse(struct es_schema *schema, const char *name, const char *text,
                               struct es_context *ctx)
{
  struct es_ini ini;
  ES_TRY(es_ini_read(&ini, name, text, strlen(text), ctx));
  return take_ini(schema, &ini, ctx);
}

static void describe_block(const struct es_option *table, const void *block, struct es_text *out)
{
  for (; table->name != NULL; table++) {
    if (strcmp(table->name, "groups") == 0) continue; /* es_schema_describe names those in use */
    if (table->type == ES_TYPE_TEXTS) { /* one line each: what a level names must stay together */
      const struct es_texts *list = (const void *)((const char *)block + table->offset);
      for (size_t i = 0; i < list->count; i++)
        es_text_add(out, "%s = %s\n", table->name, list->at[i]);
      continue;
    }
    char *text = es_option_text(table, block);
    if (text == NULL)
      out->failed = true;
    else if (text[0] != '\0')
      es_text_add(out, "%s = %s\n", table->name, text);
    free(text);
  }
}

void es_schema_describe(const struct es_schema *schema, struct es_text *out)
{
  es_text_add(out, "[schema]\n");
  describe_block(es_schema_options, schema, out);
  for (size_t i = 0; i < schema->group_count; i++)
    es_text_add(out, "%s\"%s\"%s", i == 0 ? "groups = " : " ", schema->group[i].name,
                i + 1 == schema->group_count ? "\n" : "");
  for (size_t i = 0; i < schema->group_count; i++) {
    const struct es_schema_group *group = &schema->group[i];
    if (group->level.count == 0 && group->column[0] == '\0') continue;
    es_text_add(out, "[group %s]\n", group->name);
    describe_block(es_schema_group_options, group, out);
  }
  for (size_t i = 0; i < schema->features; i++) {
    es_text_add(out, "[feature %s]\n", schema->feature[i].name);
    describe_block(es_schema_feature_options, &schema->feature[i], out);
  }
}

void es_schema_drop_groups(struct es_schema *schema)
{
  schema->group_count = 0;
  schema->reference[0] = '\0'; /* a level of the group that was first */
}

void es_schema_drop_features(struct es_schema *schema)
{
  for (size_t i = 0; i < schema->features; i++) {
    es_options_clear(es_schema_feature_options, &schema->feature[i]);
    free(schema->feature[i].name);
  }
  free(schema->feature);
  schema->feature = NULL;
  schema->features = 0;
}

void es_schema_drop_favorable(struct es_schema *schema) { es_words_clear(&schema->favorable); }

void es_schema_clear(struct es_schema *schema)
{
  es_schema_drop_features(schema);
  for (size_t i = 0; i < schema->groups_defined; i++) {
    es_options_clear(es_schema_group_options, &schema->group[i]);
    free(schema->group[i].name);
  }
  free(schema->group);
  es_options_clear(es_schema_options, schema);
  *schema = (struct es_schema){0};
}
