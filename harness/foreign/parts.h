/* What the files of this room share. */
#ifndef ES_FOREIGN_PARTS_H
#define ES_FOREIGN_PARTS_H

#include "harness/foreign/foreign.h"
#include "harness/foreign/keeper.h"

/* Every foreign scorer's options begin with these.  `self` is no option: it is how the functions of
 * the record know whom they serve. */
struct es_foreign_limits {
  struct es_foreign *self;
  double time_limit;
  int64_t memory_limit;
};
#define ES_FOREIGN_LIMITS                                                                          \
  ES_OPTION_DOUBLE(struct es_foreign_limits, time_limit, "300", 0.01, 1e6,                         \
                   "seconds that one call may take"),                                              \
      ES_OPTION_INT(struct es_foreign_limits, memory_limit, "4096", 0, 1e9,                        \
                    "megabytes of memory that it may use; 0: no limit")

/* People of one call: a fork is cheap, and whatever a program does before it begins is not. */
enum { ES_OBJECT_BATCH = 4096, ES_COMMAND_BATCH = 1 << 16 };

/*   path    an object's; a program's words are in `words`, and as one text in `line`
 *   record  what an object says of itself: texts that the scorer and its table point into
 *   settle  takes from the options what the record depends on; NULL: nothing */
struct es_foreign {
  struct es_scorer scorer;
  char *path, *line, *record, *name;
  struct es_texts words;
  struct es_option *table;
  size_t rows, batch;
  void (*settle)(struct es_foreign *self, const void *options);
};

enum es_status es_object_open(struct es_foreign *self, char **given, const char *spec,
                              struct es_context *ctx) ES_CHECKED;

enum es_status es_command_open(struct es_foreign *self, char **given, const char *spec,
                               struct es_context *ctx) ES_CHECKED;

/* An object's functions, as its dress has them. */
struct es_object_state {
  struct es_host *host;
};
enum es_status es_object_fit(void *state, const void *options, const struct es_training *training,
                             struct es_context *ctx);
enum es_status es_object_score(const void *state, const void *options, const struct es_frame *frame,
                               struct es_scores *out, struct es_context *ctx);
enum es_status es_object_describe(const void *state, const void *options,
                                  const struct es_frame *columns, struct es_text *out,
                                  struct es_context *ctx);
void es_object_clear(void *state);

/* In a worker: the record that a shared object exports, or NULL and one line that says why not. */
const struct es_scorer *es_object_load(const char *path, char message[512]);

/* Bytes that a field of that type takes. */
size_t es_option_field(enum es_option_type type);

/* Makes a foreign text one line of UTF-8 without control characters. */
void es_foreign_tidy(char *text);

/* Memory that this program and its workers share, zeroed; NULL with a message. */
void *es_shared_memory(size_t size, struct es_context *ctx);
void es_shared_free(void *memory, size_t size);

#endif
