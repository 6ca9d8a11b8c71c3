/* Scorers that are not compiled in: a shared object, or any program.
 *
 * Each is dressed as a `struct es_scorer`, so the core treats it as one of its own: the same life
 * cycle, the same checks.  Whatever the foreign code does (crash, hang, answer nonsense) it does in
 * a process of its own (keeper.h), and costs its own row and one message.
 *
 *     --scorer ./my_score.so:least=3                        object.c
 *     --scorer 'command:time_limit=60 python3 my_model.py'  command.c
 */
#ifndef ES_FOREIGN_FOREIGN_H
#define ES_FOREIGN_FOREIGN_H

#include "scorers/scorer.h"

struct es_foreign;

/* Whether a --scorer names one: "command:…", or a path (with a slash, or ending in .so). */
bool es_is_foreign(const char *spec);

/* Loads and checks it; *given are the options that the spec holds, as es_options_parse reads them.
 * ES_INPUT names what is wrong with the file or the program. */
enum es_status es_foreign_open(struct es_foreign **foreign, char **given, const char *spec,
                               struct es_context *ctx) ES_CHECKED;
void es_foreign_close(struct es_foreign *foreign);

/* The record it is dressed in; owned by it. */
const struct es_scorer *es_foreign_scorer(const struct es_foreign *foreign);

/* How many people it is best asked about at once, because each call starts a process. */
size_t es_foreign_batch(const struct es_foreign *foreign);

/* Puts one more option into its spec, on top of those that are there. */
enum es_status es_foreign_extend(const struct es_foreign *foreign, char **spec, const char *key,
                                 const char *value, struct es_context *ctx) ES_CHECKED;

/* Ties a block of its options to it, when created and again when options were set: they may say
 * what it is called, or that it gives probabilities. */
void es_foreign_settle(struct es_foreign *foreign, void *options);

#endif
