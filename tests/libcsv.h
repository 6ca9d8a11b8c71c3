/* What libcsv by itself makes of a file, held against what the reader makes of it: for the test of
 * lines that are split without it, and for the fuzz target. */
#ifndef ES_TESTS_LIBCSV_H
#define ES_TESTS_LIBCSV_H

#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/text.h"
#include "harness/data/csv.h"

/* Cells, each ended by \x1f and each record by \x1e, and whether every record has two. */
struct libcsv_cells {
  struct es_text text;
  size_t fields, records;
  bool ragged;
};

static void libcsv_field(void *text, size_t size, void *data)
{
  struct libcsv_cells *cells = data;
  es_text_bytes(&cells->text, text, size);
  es_text_add(&cells->text, "\x1f");
  cells->fields++;
}

static void libcsv_record(int end, void *data)
{
  struct libcsv_cells *cells = data;
  (void)end;
  es_text_add(&cells->text, "\x1e");
  cells->ragged |= cells->fields != 2;
  cells->fields = 0;
  cells->records++;
}

/* false: libcsv refuses it, or a record has not two fields, or there is none but the header. */
static bool libcsv_reads(struct libcsv_cells *cells, const char *bytes, size_t size, char separator)
{
  struct csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) abort();
  csv_set_delim(&parser, (unsigned char)separator);
  bool good = csv_parse(&parser, bytes, size, libcsv_field, libcsv_record, cells) == size &&
              csv_fini(&parser, libcsv_field, libcsv_record, cells) == 0;
  csv_free(&parser);
  return good && !cells->ragged && cells->records > 1;
}

static void our_cells(struct es_text *out, const struct es_csv *csv)
{
  es_text_add(out, "a\x1f"
                   "b\x1f\x1e");
  for (size_t i = 0; i < csv->rows; i++) {
    for (size_t k = 0; k < 2; k++) {
      const struct es_csv_column *column = &csv->column[k];
      es_text_add(out, "%s\x1f", column->seen[i] ? column->label[column->level[i]] : "");
    }
    es_text_add(out, "\x1e");
  }
}

/* Whether both read the same from a header of two names and these bytes, or both refuse them; *read
 * says which.  The bytes are text without NUL, in short lines. */
static bool same_as_libcsv(const char *bytes, size_t size, char separator, bool *read)
{
  static const struct es_csv_want want[] = {{"a", ES_CSV_LEVELS, NULL}, {"b", ES_CSV_LEVELS, NULL}};
  struct es_csv_request request = {.separator = separator, .want = want, .wants = 2};
  struct libcsv_cells theirs = {.fields = 0};
  struct es_text file = {0}, ours = {0};
  struct es_context ctx = {0};
  struct es_csv csv;
  es_text_add(&file, "a%cb\n", separator);
  es_text_bytes(&file, bytes, size);
  char path[] = "/tmp/es-libcsv-XXXXXX";
  int fd = mkstemp(path);
  if (fd < 0 || write(fd, file.at, file.size) != (ssize_t)file.size || close(fd) != 0) abort();
  bool good = libcsv_reads(&theirs, file.at, file.size, separator);
  *read = es_csv_read(&csv, path, &request, &ctx) == ES_OK;
  unlink(path);
  if (*read) our_cells(&ours, &csv);
  if (*read) es_csv_clear(&csv);
  bool same =
      good == *read && (!good || strcmp(es_text_get(&theirs.text), es_text_get(&ours)) == 0);
  es_text_clear(&theirs.text);
  es_text_clear(&file);
  es_text_clear(&ours);
  return same;
}

#endif
