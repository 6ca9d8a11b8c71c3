/* Reads filters, and looks metrics up in the registry. */
#include "harness/gate/choose.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include "harness/measure/metric.h"

static bool is_first_to_look_at(const char *metric)
{
  const struct es_metric *row = es_metric_find(metric);
  char name[ES_METRIC_NAME];
  for (size_t d = 0; d < es_disparity_count; d++) {
    snprintf(name, sizeof name, "%s_difference", es_disparities[d].name);
    if (strcmp(name, metric) == 0) return es_disparities[d].headline;
  }
  return row != NULL && row->headline;
}

bool es_metric_wanted(const struct es_texts *metrics, const char *metric)
{
  char name[ES_METRIC_NAME];
  struct es_metric_words words;
  if (metrics->count == 0) return is_first_to_look_at(metric);
  for (size_t i = 0; i < metrics->count; i++) {
    const char *word = metrics->at[i];
    if (strcmp(word, "all") == 0) return true;
    if (strcmp(word, "default") == 0 && is_first_to_look_at(metric)) return true;
    for (size_t f = 0; f < ES_FAMILIES; f++)
      if (strcmp(es_family_names[f], word) == 0 && es_metric_look_up(metric, &words) &&
          words.family == f)
        return true;
    es_metric_resolve(word, name);
    if (strcmp(name, metric) == 0) return true;
  }
  return false;
}

/* --- filters ---------------------------------------------------------------------------------- */

/* "scorer!=a,b": the column, whether it is to differ, and the values; NULL: not so written. */
static const char *read_filter(const char *filter, char column[32], bool *differs)
{
  size_t size = strcspn(filter, "!=");
  *differs = filter[size] == '!';
  if (size == 0 || size >= 32 || filter[size + *differs] != '=') return NULL;
  memcpy(column, filter, size);
  column[size] = '\0';
  return filter + size + *differs + 1;
}

static const struct es_row_field *find_column(const char *name)
{
  for (size_t f = 0; f < ES_ROW_FIELDS; f++)
    if (es_row_fields[f].kind == ES_ROW_TEXT && strcmp(es_row_fields[f].name, name) == 0)
      return &es_row_fields[f];
  return NULL;
}

enum es_status es_filters_check(const struct es_texts *filters, struct es_context *ctx)
{
  const char *names[ES_ROW_FIELDS];
  size_t count = 0;
  for (size_t f = 0; f < ES_ROW_FIELDS; f++)
    if (es_row_fields[f].kind == ES_ROW_TEXT) names[count++] = es_row_fields[f].name;
  for (size_t i = 0; i < filters->count; i++) {
    char column[32];
    bool differs;
    if (read_filter(filters->at[i], column, &differs) == NULL)
      return es_fail(ctx, ES_INPUT, "--filter %.100s: give COLUMN=VALUE or COLUMN!=VALUE",
                     filters->at[i]);
    if (find_column(column) != NULL) continue;
    const char *near = es_nearest(column, names, count);
    return es_fail(ctx, ES_INPUT, "--filter %.100s: there is no column \"%s\"%s%s%s",
                   filters->at[i], column, near != NULL ? "; did you mean \"" : "",
                   near != NULL ? near : "", near != NULL ? "\"?" : "; give scorer or group");
  }
  return ES_OK;
}

static bool among(const char *values, const char *text)
{
  char value[256];
  while (*values != '\0') {
    size_t size = strcspn(values, ",");
    snprintf(value, sizeof value, "%.*s", (int)(size < 255 ? size : 255), values);
    if (fnmatch(value, text, 0) == 0) return true;
    values += size + (values[size] == ',');
  }
  return false;
}

bool es_filters_pass(const struct es_texts *filters, const struct es_row *row)
{
  for (size_t i = 0; i < filters->count; i++) {
    char column[32];
    bool differs;
    const char *values = read_filter(filters->at[i], column, &differs);
    const struct es_row_field *field = values != NULL ? find_column(column) : NULL;
    if (field == NULL) return false;
    const char *text = *(char *const *)((const char *)row + field->offset);
    bool is = values[0] == '\0' ? text[0] == '\0' : among(values, text);
    if (is == differs) return false;
  }
  return true;
}

bool es_filters_name(const struct es_texts *filters, const char *name)
{
  char column[32];
  bool differs;
  for (size_t i = 0; i < filters->count; i++)
    if (read_filter(filters->at[i], column, &differs) != NULL && strcmp(column, name) == 0)
      return true;
  return false;
}

bool es_is_headline(const struct es_row *row)
{
  if (strcmp(row->group, "all") == 0) return row->reduction[0] == '\0';
  return row->group[0] == '\0' && strcmp(row->reduction, "between_groups") == 0 &&
         strchr(row->attribute, '*') == NULL;
}
