/* The files that are compiled into the program: populations, schemas, studies, rule lists, and what
 * the HTML page is made of. */
#ifndef ES_BASE_EMBEDDED_H
#define ES_BASE_EMBEDDED_H

#include <stddef.h>

struct es_embedded {
  const char *kind; /* "population", "process", "schema", "study", "rules", "page" */
  const char *name; /* the file's name without .ini or .rules; "page.css" */
  const char *text;
};

extern const struct es_embedded es_embedded[];
extern const size_t es_embedded_count;

/* NULL when there is none of that kind and name. */
const struct es_embedded *es_embedded_find(const char *kind, const char *name);

#endif
