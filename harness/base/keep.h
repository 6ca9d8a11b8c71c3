/* What a scorer keeps in a model file: one function of the scorer both saves and loads.
 *
 * Each call names a key of a JSON object and the variable that belongs to it; saving writes it,
 * loading fills it, so that the two can never disagree.  Columns and levels are kept by name.  The
 * first failure stays: later calls do nothing and leave what they were to fill as it was, zeroed,
 * so that one check at the end is enough.
 *
 *   static void keep(void *state_, const void *options, struct es_keep *file)
 *   {
 *     struct state *state = state_;
 *     es_keep_number(file, "share", &state->share);
 *     es_keep_list(file, "terms", (void **)&state->term, sizeof *state->term, &state->terms);
 *     for (size_t k = 0; k < state->terms && es_keep_item(file, k); k++)
 *       es_keep_column(file, "column", &state->term[k].column);
 *     es_keep_end(file);
 *   }
 */
#ifndef ES_BASE_KEEP_H
#define ES_BASE_KEEP_H

#include "harness/base/frame.h"
#include "harness/base/status.h"

struct es_keep;

bool es_keep_loading(const struct es_keep *file);

/* The columns that names are looked up in, and nobody.  For what else may fail on the way: its
 * context, and where to hand its status. */
const struct es_frame *es_keep_frame(const struct es_keep *file);
struct es_context *es_keep_context(struct es_keep *file);
void es_keep_fail(struct es_keep *file, enum es_status status);
bool es_keep_good(const struct es_keep *file);

/* A number that is not finite is kept as null, and comes back as NaN.  A count or flag is always
 * there; a choice is kept as the words[*value] that it stands for. */
void es_keep_number(struct es_keep *file, const char *key, double *value);
void es_keep_count(struct es_keep *file, const char *key, size_t *value);
void es_keep_flag(struct es_keep *file, const char *key, bool *value);
void es_keep_choice(struct es_keep *file, const char *key, int *value, const char *const *words,
                    size_t count);

/* A text; loading gives a copy that the state owns. */
void es_keep_text(struct es_keep *file, const char *key, char **value);

/* A list of them, which loading allocates, and its texts. */
void es_keep_texts(struct es_keep *file, const char *key, char ***at, size_t *count);

/* A column of the frame, by name; a level of that column, by name. */
void es_keep_column(struct es_keep *file, const char *key, size_t *column);
void es_keep_level(struct es_keep *file, const char *key, size_t column, uint32_t *level);

/* Numbers in a row.  Loading allocates them, and fails unless there are `want` of them; SIZE_MAX:
 * as many as there are, which *count then says. */
void es_keep_numbers(struct es_keep *file, const char *key, double **at, size_t *count,
                     size_t want);
void es_keep_counts(struct es_keep *file, const char *key, size_t **at, size_t *count, size_t want);

/* A list of objects: loading allocates *count zeroed elements of `size` bytes.  Between item k and
 * the next, keys are those of its k-th object; end goes back to where the list stands.  False: do
 * not go on. */
void es_keep_list(struct es_keep *file, const char *key, void **at, size_t size, size_t *count);
bool es_keep_item(struct es_keep *file, size_t k);
void es_keep_end(struct es_keep *file);

/* Only where loading: what was read must hold, or the file is refused with these words. */
void es_keep_check(struct es_keep *file, bool holds, const char *format, ...) ES_PRINTF(3, 4);

/* For whoever reads and writes the file.  `columns` are those that names are looked up in, `json` a
 * json_t object (jansson), borrowed.  es_keep_close gives the first failure. */
struct es_keep *es_keep_open(void *json, bool loading, const struct es_frame *columns,
                             struct es_context *ctx) ES_CHECKED;
enum es_status es_keep_close(struct es_keep *file) ES_CHECKED;

#endif
