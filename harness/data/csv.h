/* CSV files as typed columns (libcsv, strict quoting).
 *
 * Memory is proportional to the columns that are wanted; the others are skipped over.  Every error
 * is one line, "people.csv:12: what is wrong; what to do", with the physical line on which the
 * record begins, also after quoted line breaks.  An empty cell, quoted or not, is missing.
 */
#ifndef ES_DATA_CSV_H
#define ES_DATA_CSV_H

#include <stddef.h>
#include <stdint.h>
#include "harness/base/option.h"
#include "harness/base/status.h"

enum es_csv_kind {
  ES_CSV_SKIP,
  ES_CSV_NUMBER, /* every cell that is not missing must be a number */
  ES_CSV_LEVELS, /* cells are names; "0" and "0.0" are two */
  ES_CSV_GUESS   /* numbers when every cell is one, else levels; never stays in a column */
};

/* A column that the caller wants; the same name may be wanted twice, in two kinds.
 *   missing  cells that stand for a missing value in this column, beside the request's */
struct es_csv_want {
  const char *name;
  enum es_csv_kind kind;
  const struct es_texts *missing;
};

/*   separator  ',' when 0
 *   others     what to do with columns that nobody wanted: ES_CSV_SKIP or ES_CSV_GUESS */
struct es_csv_request {
  char separator;
  const struct es_csv_want *want;
  size_t wants;
  enum es_csv_kind others;
  const struct es_texts *missing;
};

/* One column; of number and level there is the one that `kind` says, else NULL.
 *   number[i]  NaN where missing
 *   level[i]   which label; 0 where missing
 *   label      in strcmp order, so that the order of rows changes nothing */
struct es_csv_column {
  char *name;
  enum es_csv_kind kind;
  uint8_t *seen;
  double *number;
  uint32_t *level;
  char **label;
  uint32_t levels;
};

/* column[k] answers want[k]; with ES_CSV_GUESS the others follow in the file's order.
 *   line[i]  the physical line on which row i begins, from 1 */
struct es_csv {
  char *name; /* the path as given */
  size_t rows, columns;
  struct es_csv_column *column;
  uint64_t *line;
};

/* On failure nothing is left to free. */
enum es_status es_csv_read(struct es_csv *csv, const char *path,
                           const struct es_csv_request *request, struct es_context *ctx) ES_CHECKED;
void es_csv_clear(struct es_csv *csv);

/* Text from a file as messages show it: at most 40 bytes, on one line, never half a letter. */
#define ES_SHOWN_SIZE 48
const char *es_csv_shown(char buffer[ES_SHOWN_SIZE], const char *text);

#endif
