/* One run of somebody's program: input from a file, output and errors read to their limits. */
#ifndef ES_FOREIGN_PROGRAM_H
#define ES_FOREIGN_PROGRAM_H

#include "harness/foreign/keeper.h"
#include "harness/base/text.h"

/*   in       an open file, read from its beginning as standard input
 *   most     bytes of standard output that it may write
 *   doing    "while learning": for messages
 *   private  a path that messages show as FOLDER, because it differs from run to run */
struct es_program {
  char *const *argv, *const *envp;
  int in;
  size_t most;
  double seconds;
  int64_t memory;
  const char *doing, *private;
};

/* Its standard output, once it has ended with status 0; ES_BROKEN says how it failed otherwise,
 * with the last lines of its standard error.  Safe from several threads at once. */
enum es_status es_program_run(const struct es_program *program, struct es_text *out,
                              struct es_context *ctx) ES_CHECKED;

#endif
