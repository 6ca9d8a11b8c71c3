/* Fuzz target: any bytes are read as a CSV, or refused with one line.
 *
 * libFuzzer:  clang -fsanitize=fuzzer,address,undefined … tests/fuzz/csv.c
 * replay:     cc -DES_REPLAY … tests/fuzz/csv.c; then give it the files of a corpus
 *
 * The first byte chooses the separator and whether columns `a` (number) and `b` (levels) are
 * wanted.  What is UTF-8 is also held against libcsv by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/text.h"
#include "harness/data/csv.h"
#include "tests/libcsv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define MUST(truth)                                                                                \
  do {                                                                                             \
    if (!(truth)) {                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #truth);                                  \
      abort();                                                                                     \
    }                                                                                              \
  } while (0)

static void check_message(const char *message)
{
  size_t bad;
  MUST(message[0] != '\0' && strchr(message, '\n') == NULL);
  MUST(es_is_utf8(message, strlen(message), &bad));
}

static void check_columns(const struct es_csv *csv)
{
  MUST(csv->rows > 0);
  for (size_t i = 1; i < csv->rows; i++) MUST(csv->line[i - 1] < csv->line[i]);
  for (size_t k = 0; k < csv->columns; k++) {
    const struct es_csv_column *column = &csv->column[k];
    MUST(column->kind == ES_CSV_NUMBER || column->kind == ES_CSV_LEVELS);
    MUST((column->kind == ES_CSV_NUMBER) == (column->number != NULL));
    for (uint32_t i = 1; i < column->levels; i++)
      MUST(strcmp(column->label[i - 1], column->label[i]) < 0);
    for (size_t i = 0; i < csv->rows; i++)
      if (column->seen[i] && column->kind == ES_CSV_LEVELS)
        MUST(column->level[i] < column->levels);
      else if (column->kind == ES_CSV_NUMBER)
        MUST((column->number[i] == column->number[i]) == column->seen[i]);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const struct es_csv_want want[] = {{"a", ES_CSV_NUMBER, NULL}, {"b", ES_CSV_LEVELS, NULL}};
  static const char separator[] = {',', ';', '\t', ','};
  if (size == 0) return 0;
  struct es_csv_request request = {.separator = separator[bytes[0] & 3],
                                   .want = want,
                                   .wants = bytes[0] & 4 ? 2 : 0,
                                   .others = bytes[0] & 8 ? ES_CSV_SKIP : ES_CSV_GUESS};
  char path[] = "/tmp/es-fuzz-XXXXXX";
  int fd = mkstemp(path);
  MUST(fd >= 0 && write(fd, bytes + 1, size - 1) == (ssize_t)(size - 1) && close(fd) == 0);
  struct es_context ctx = {0};
  struct es_csv csv;
  if (es_csv_read(&csv, path, &request, &ctx) == ES_OK) {
    check_columns(&csv);
    es_csv_clear(&csv);
  } else {
    check_message(ctx.message);
    MUST(csv.column == NULL && csv.name == NULL);
  }
  unlink(path);
  size_t bad;
  bool read;
  if (memchr(bytes, 0, size) == NULL && es_is_utf8((const char *)bytes + 1, size - 1, &bad))
    MUST(same_as_libcsv((const char *)bytes + 1, size - 1, request.separator, &read));
  return 0;
}

#ifdef ES_REPLAY
int main(int count, char **path)
{
  for (int i = 1; i < count; i++) {
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path[i], "rb");
    if (file == NULL) return perror(path[i]), 1;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, size);
  }
  return printf("%d inputs replayed\n", count - 1), 0;
}
#endif
