/* Looks a compiled-in file up; the list itself is generated (Makefile). */
#include "harness/base/embedded.h"

#include <string.h>

const struct es_embedded *es_embedded_find(const char *kind, const char *name)
{
  for (size_t i = 0; i < es_embedded_count; i++)
    if (strcmp(es_embedded[i].kind, kind) == 0 && strcmp(es_embedded[i].name, name) == 0)
      return &es_embedded[i];
  return NULL;
}
