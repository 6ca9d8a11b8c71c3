/* People as CSV for a program, and its answer: one line per person. */
#ifndef ES_FOREIGN_ANSWER_H
#define ES_FOREIGN_ANSWER_H

#include "scorers/scorer.h"

/* Writes a header and a line per person to an open file: the columns by name, a level by its name,
 * an empty cell for what is not seen.  With `training` the columns outcome (1 favourable, 0 not)
 * and weight stand first. */
enum es_status es_people_write(int file, const struct es_frame *frame,
                               const struct es_training *training,
                               struct es_context *ctx) ES_CHECKED;

/* Reads as many lines as there are people: a number is a score; no_record, thin_file, stale,
 * declined or an empty line say why there is none.  Too few, too many, anything else: ES_BROKEN
 * names the line.
 */
enum es_status es_answer_read(const char *text, size_t size, size_t people, struct es_scores *out,
                              struct es_context *ctx) ES_CHECKED;

#endif
