/* How to make the results again. */
#ifndef ES_TABLES_COMMAND_H
#define ES_TABLES_COMMAND_H

#include "harness/results/results.h"

/* The command line that gives the same results, every setting spelled out, for a POSIX shell. */
void es_command_add(struct es_text *out, const struct es_results *results);

#endif
