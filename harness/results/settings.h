/* Settings as JSON: what a results file and a model file say of them. */
#ifndef ES_RESULTS_SETTINGS_H
#define ES_RESULTS_SETTINGS_H

#include <jansson.h>

#include "harness/base/option.h"

/* The values of a table's options, each in JSON's own type. */
json_t *es_json_options(const struct es_option *table, const void *block);

#endif
