/* Structs of whole numbers, described field by field: one row per field of a tally's struct, and
 * adding up, writing into a tallies file and reading back all follow.
 *
 *   static const struct es_field fields[] = {
 *       ES_COUNTS(struct es_cell, people), ES_SUMS(struct es_cell, days), {0}};
 *   const struct es_layout es_cell_layout = {sizeof(struct es_cell), fields};
 */
#ifndef ES_MEASURE_FIELDS_H
#define ES_MEASURE_FIELDS_H

#include <jansson.h>
#include "harness/base/status.h"
#include "harness/base/text.h"

/* `count` numbers of `size` bytes: 8 (counts) or 16 (fixed point, of either sign). */
struct es_field {
  const char *name;
  size_t offset, size, count;
};
struct es_layout {
  size_t size;                  /* of the struct */
  const struct es_field *field; /* ended by {0} */
};

#define ES_NUMBERS_(block, field, bytes)                                                           \
  {                                                                                                \
#field, offsetof(block, field), bytes, sizeof(((block *)0)->field) / (bytes)                   \
  }
#define ES_COUNTS(block, field) ES_NUMBERS_(block, field, 8)
#define ES_SUMS(block, field)   ES_NUMBERS_(block, field, 16)

/* A bare array of counts. */
extern const struct es_layout es_count_layout;

/* Adds n structs to n others. */
void es_fields_add(const struct es_layout *layout, void *whole, const void *part, size_t n);

/* Writes n structs as a JSON object: field by field, the numbers of all structs in a row.  A
 * negative number -k stands for k zeros; what has 16 bytes is text of hexadecimal digits. */
void es_fields_write(const struct es_layout *layout, const void *at, size_t n, struct es_text *out);

/* Adds what was written to n structs; ES_INPUT where it does not fit them. */
enum es_status es_fields_read(const struct es_layout *layout, void *at, size_t n,
                              const json_t *from, struct es_context *ctx) ES_CHECKED;

#endif
