/* Settings as JSON. */
#include "harness/results/settings.h"

#include <stdlib.h>

/* An option's value in JSON's own type. */
static json_t *value_of(const struct es_option *row, const void *block)
{
  const void *at = (const char *)block + row->offset;
  switch (row->type) {
  case ES_TYPE_DOUBLE: return json_real(*(const double *)at);
  case ES_TYPE_INT: return json_integer(*(const int64_t *)at);
  case ES_TYPE_BOOL: return json_boolean(*(const bool *)at);
  case ES_TYPE_NUMBERS: {
    json_t *list = json_array();
    for (size_t i = 0; i < ((const struct es_numbers *)at)->count; i++)
      json_array_append_new(list, json_real(((const struct es_numbers *)at)->at[i]));
    return list;
  }
  case ES_TYPE_TEXTS: {
    json_t *list = json_array();
    for (size_t i = 0; i < ((const struct es_texts *)at)->count; i++)
      json_array_append_new(list, json_string(((const struct es_texts *)at)->at[i]));
    return list;
  }
  case ES_TYPE_CHOICE:
  case ES_TYPE_TEXT:
  case ES_TYPE_FILE: break;
  }
  char *text = es_option_text(row, block);
  json_t *value = text != NULL ? json_string(text) : NULL;
  free(text);
  return value;
}

json_t *es_json_options(const struct es_option *table, const void *block)
{
  json_t *object = json_object();
  for (; table != NULL && table->name != NULL; table++)
    json_object_set_new(object, table->name, value_of(table, block));
  return object;
}
