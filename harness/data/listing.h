/* The people of a CSV, as a schema says to read them. */
#ifndef ES_DATA_LISTING_H
#define ES_DATA_LISTING_H

#include "datasets/dataset.h"
#include "harness/data/csv.h"
#include "harness/data/schema.h"

/* What the caller wants beside the schema's own columns; may be all zero.
 *   more  further columns (scores, decisions), which come back in es_listing.more */
struct es_listing_request {
  const struct es_csv_want *more;
  size_t mores;
};

/* The people of a file, in its order.
 *   unknown  how many have no outcome
 *   outcome  enum es_outcome; everybody is ES_UNKNOWN when the schema names no outcome
 *   weight   NULL when the schema names none
 *   dates    columns of dates, behind the others
 *   value, seen, group  [columns + dates][people], [attributes][people], as in struct es_block
 *   more     the further columns; owned by csv, like every name and level
 *   line     the line of the file on which person i stands */
struct es_listing {
  size_t people, unknown, columns, dates, attributes;
  uint8_t *outcome;
  double *weight;
  struct es_column *column;
  double **value;
  uint8_t **seen;
  struct es_attribute *attribute;
  uint32_t **group;
  const struct es_csv_column *more;
  const uint64_t *line;
  struct es_csv csv;
};

/* The schema must outlive the listing: it owns the names.  `request` may be NULL.  On failure
 * nothing is left to free. */
enum es_status es_listing_read(struct es_listing *listing, const struct es_schema *schema,
                               const char *path, const struct es_listing_request *request,
                               struct es_context *ctx) ES_CHECKED;
void es_listing_clear(struct es_listing *listing);

#endif
