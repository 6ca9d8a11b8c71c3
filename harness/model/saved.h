/* Model files: what a scorer learned, kept in readable JSON and exact to the bit.
 *
 * One object: the format's version, the scorer with every option, the columns it was shown, how a
 * CSV of such columns is read, and what the scorer itself keeps (scorer.h, keep).  Numbers are the
 * shortest that read back as the same double, so that a model saved and loaded scores the same.
 */
#ifndef ES_MODEL_SAVED_H
#define ES_MODEL_SAVED_H

#include "harness/model/model.h"

#define ES_MODEL_FORMAT "evenscore-model/1"

/* What stands in a model file beside the model.
 *   reading  the schema that its CSV was read by (es_schema_describe); "" when it was no CSV
 *   offset   the CSV's column of offsets, or ""
 *   notes    remarks of the fit, or NULL */
struct es_provenance {
  const char *reading, *offset;
  const struct es_notes *notes;
};

/* Writes the model as it is, without a solution too: its keys then say so.  ES_INPUT: the scorer
 * learns and keeps nothing. */
enum es_status es_saved_write(const struct es_model *model, const struct es_people *people,
                              const struct es_provenance *from, struct es_text *out,
                              struct es_context *ctx) ES_CHECKED;

/* A model that was read, with the columns that it must be shown as people that borrow them. */
struct es_saved {
  struct es_model model;
  struct es_people people;
  char *reading, *offset;
};

/* Another format, scorer or column, a model without a solution: ES_INPUT, with the file's name.  On
 * failure nothing is left to clear. */
enum es_status es_saved_read(struct es_saved *saved, const char *path,
                             struct es_context *ctx) ES_CHECKED;
void es_saved_clear(struct es_saved *saved);

#endif
