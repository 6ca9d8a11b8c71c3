/* The CSV reader: quoting, lines, types, levels, and every error word for word. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness/base/text.h"
#include "harness/base/random.h"
#include "harness/data/csv.h"
#include "tests/libcsv.h"

#ifndef SHARED
#define SHARED "../shared"
#endif

static void put(char path[32], const char *bytes, size_t size)
{
  memcpy(path, "/tmp/es-csv-XXXXXX", sizeof "/tmp/es-csv-XXXXXX");
  int fd = mkstemp(path);
  cr_assert(fd >= 0);
  FILE *file = fdopen(fd, "wb");
  cr_assert(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* Reads bytes as a file; the message comes back with the path replaced by "f". */
static enum es_status read_bytes(struct es_csv *csv, const char *bytes, size_t size,
                                 const struct es_csv_request *request, char said[1024])
{
  static const struct es_csv_request guess = {.others = ES_CSV_GUESS};
  char path[32];
  struct es_context ctx = {0};
  put(path, bytes, size);
  enum es_status status = es_csv_read(csv, path, request != NULL ? request : &guess, &ctx);
  unlink(path);
  bool named = strncmp(ctx.message, path, strlen(path)) == 0;
  snprintf(said, 1024, "%s%.1000s", named ? "f" : "", ctx.message + (named ? strlen(path) : 0));
  return status;
}

static void read_good(struct es_csv *csv, const char *text, const struct es_csv_request *request)
{
  char said[1024];
  cr_assert(read_bytes(csv, text, strlen(text), request, said) == ES_OK, "%s", said);
}

/* The cell as text, "-" where missing. */
static const char *cell(const struct es_csv *csv, size_t k, size_t i)
{
  static char number[ES_NUMBER_SIZE];
  const struct es_csv_column *column = &csv->column[k];
  if (!column->seen[i]) return "-";
  return column->kind == ES_CSV_NUMBER ? es_number(number, column->number[i])
                                       : column->label[column->level[i]];
}

Test(csv, guesses_kinds_and_tells_missing_from_zero)
{
  struct es_csv csv;
  read_good(&csv, "id,age,name,none\n1,0,ann,\n2,,\"\",\n3, 1e2 ,x y,\n", NULL);
  cr_assert(csv.rows == 3 && csv.columns == 4);
  const enum es_csv_kind kind[] = {ES_CSV_NUMBER, ES_CSV_NUMBER, ES_CSV_LEVELS, ES_CSV_NUMBER};
  const char *want[4][3] = {
      {"1", "2", "3"}, {"0", "-", "100"}, {"ann", "-", "x y"}, {"-", "-", "-"}};
  for (size_t k = 0; k < 4; k++) {
    cr_expect_eq(csv.column[k].kind, kind[k], "%s", csv.column[k].name);
    for (size_t i = 0; i < 3; i++) cr_expect_str_eq(cell(&csv, k, i), want[k][i]);
  }
  cr_expect(isnan(csv.column[1].number[1]));
  es_csv_clear(&csv);
}

Test(csv, takes_only_what_is_wanted)
{
  static char *na[] = {"NA", "-9"};
  static const struct es_texts missing = {na, 1}, more = {na, 2};
  static const struct es_csv_want want[] = {
      {"b", ES_CSV_NUMBER, &more}, {"b", ES_CSV_LEVELS, NULL}, {"d", ES_CSV_LEVELS, NULL}};
  struct es_csv_request request = {.want = want, .wants = 3, .missing = &missing};
  struct es_csv csv;
  read_good(&csv, "a,b,c,d\nx,-9,y,NA\nx,0.0,y,z\nx,NA,y,\n", &request);
  cr_assert_eq(csv.columns, 3u);
  const char *cells[3][3] = {{"-", "0", "-"}, {"-9", "0.0", "-"}, {"-", "z", "-"}};
  for (size_t k = 0; k < 3; k++)
    for (size_t i = 0; i < 3; i++) cr_expect_str_eq(cell(&csv, k, i), cells[k][i]);
  es_csv_clear(&csv);
}

/* The same two rows in every dress; the second row begins on the line that is given. */
Test(csv, quoting_line_ends_and_line_numbers)
{
  static const struct {
    const char *text, *first, *second;
    uint64_t line;
  } row[] = {
      {"a,b\nu,1\nv,2\n", "u", "v", 3},
      {"a,b\nu,1\nv,2", "u", "v", 3},
      {"a,b\r\nu,1\r\nv,2\r\n", "u", "v", 3},
      {"a,b\ru,1\rv,2\r", "u", "v", 3},
      {"a,b\ru,1\rv,2", "u", "v", 3},
      {"\xEF\xBB\xBF"
       "a,b\nu,1\nv,2\n",
       "u", "v", 3},
      {"\xEF\xBB\xBF\"a\",\"b\"\n\"u\",\"1\"\n\"v\",2\n", "u", "v", 3},
      {"a,b\n\n \nu,1\n\nv,2\n\n", "u", "v", 6},
      {"a,b\n\"u,\"\"x\"\"\",1\nv,2\n", "u,\"x\"", "v", 3},
      {"a,b\n\"one\ntwo\n\nfour\",1\nv,2\n", "one\ntwo\n\nfour", "v", 6},
      {"a,b\r\n\"one\r\ntwo\",1\r\nv,2\r\n", "one\r\ntwo", "v", 4},
      {"\"a\",\"b\"\n\"one\n\",1\n\"\nv\",2\n", "one\n", "\nv", 4},
      {"a,b\n  u  ,1\n\"  v\" , 2\n", "u", "  v", 3},
      {"a,b\nžluť,1\n人,2\n", "žluť", "人", 3},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_csv csv;
    read_good(&csv, row[i].text, NULL);
    cr_assert(csv.rows == 2 && csv.columns == 2, "row %zu", i);
    cr_expect_str_eq(csv.column[0].name, "a");
    cr_expect_str_eq(cell(&csv, 0, 0), row[i].first, "row %zu", i);
    cr_expect_str_eq(cell(&csv, 0, 1), row[i].second, "row %zu", i);
    cr_expect_eq(csv.line[1], row[i].line, "row %zu: line %d", i, (int)csv.line[1]);
    cr_expect(csv.column[1].number[0] == 1 && csv.column[1].number[1] == 2, "row %zu", i);
    es_csv_clear(&csv);
  }
}

Test(csv, other_separators)
{
  static const struct {
    char separator;
    const char *text;
  } row[] = {{';', "a;b\n1,5;2\n"}, {'\t', "a\tb\n1,5\t2\n"}, {'\t', "a\tb\n\"1,5\"\t 2\n"}};
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_csv_request request = {.separator = row[i].separator, .others = ES_CSV_GUESS};
    struct es_csv csv;
    read_good(&csv, row[i].text, &request);
    cr_expect_str_eq(cell(&csv, 0, 0), "1,5");
    cr_expect(csv.column[1].number[0] == 2);
    es_csv_clear(&csv);
  }
  struct es_csv_request request = {.separator = '\t', .others = ES_CSV_GUESS};
  struct es_csv csv;
  read_good(&csv, "a\tb\n\t\n1\t\n", &request);
  cr_expect_eq(csv.rows, 2u, "a row of nothing but separators is a row");
  es_csv_clear(&csv);
}

Test(csv, levels_do_not_depend_on_row_order)
{
  struct es_csv one, two;
  read_good(&one, "g\nurban\nrural\n10\nmigrant\n9\n", NULL);
  read_good(&two, "g\n9\n10\nmigrant\nurban\nrural\n", NULL);
  const char *sorted[] = {"10", "9", "migrant", "rural", "urban"};
  cr_assert(one.column[0].levels == 5 && two.column[0].levels == 5);
  for (uint32_t i = 0; i < 5; i++) {
    cr_expect_str_eq(one.column[0].label[i], sorted[i]);
    cr_expect_str_eq(two.column[0].label[i], sorted[i]);
  }
  cr_expect_str_eq(cell(&one, 0, 3), "migrant");
  cr_expect_str_eq(cell(&two, 0, 0), "9");
  es_csv_clear(&one);
  es_csv_clear(&two);
}

/* Many labels and rows: the tables grow, and every cell still finds its own. */
Test(csv, grows)
{
  struct es_text text = {0};
  es_text_add(&text, "name,number\n");
  for (int i = 0; i < 20000; i++) es_text_add(&text, "n%d,%d.25\n", (i * 7919) % 20000, i);
  struct es_csv csv;
  read_good(&csv, es_text_get(&text), NULL);
  cr_assert(csv.rows == 20000 && csv.column[0].levels == 20000);
  size_t wrong = 0;
  for (int i = 0; i < 20000; i++) {
    char name[16];
    snprintf(name, sizeof name, "n%d", (i * 7919) % 20000);
    wrong += strcmp(cell(&csv, 0, (size_t)i), name) != 0;
    wrong += csv.column[1].number[i] != i + 0.25 || csv.line[i] != (uint64_t)i + 2;
  }
  cr_expect_eq(wrong, 0u);
  es_csv_clear(&csv);
  es_text_clear(&text);
}

/* The short way to a number gives the same double as strtod. */
Test(csv, numbers_are_strtod_s)
{
  static const char *const number[] = {"0",
                                       "-0",
                                       "1",
                                       "-1.5",
                                       "0.1",
                                       "0.221000003814697",
                                       "123456789012345",
                                       "1234567890123456789",
                                       "0.000000000000001",
                                       "999999.999999999",
                                       ".5",
                                       "5.",
                                       "+3",
                                       "1e-5",
                                       "1E22",
                                       "4.9e-324",
                                       "1.7976931348623157e308",
                                       "00012",
                                       "8.5000000000000001",
                                       "72057594037927937",
                                       "0.30000000000000004"};
  struct es_text text = {0};
  es_text_add(&text, "x\n");
  for (size_t i = 0; i < ES_COUNT_OF(number); i++) es_text_add(&text, "%s\n", number[i]);
  uint64_t state = 1;
  enum { RANDOM = 5000 };
  for (int i = 0; i < RANDOM; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    es_text_add(&text, "%.*f\n", (int)(state >> 60), (double)(int64_t)state / 1e15);
  }
  static const struct es_csv_want want[] = {{"x", ES_CSV_NUMBER, NULL}};
  struct es_csv_request request = {.want = want, .wants = 1};
  struct es_csv csv;
  read_good(&csv, es_text_get(&text), &request);
  const char *at = strchr(es_text_get(&text), '\n') + 1;
  size_t wrong = 0;
  for (size_t i = 0; i < csv.rows; i++, at = strchr(at, '\n') + 1) {
    double x = strtod(at, NULL);
    wrong += memcmp(&x, &csv.column[0].number[i], sizeof x) != 0;
  }
  cr_expect_eq(csv.rows, ES_COUNT_OF(number) + RANDOM);
  cr_expect_eq(wrong, 0u);
  es_csv_clear(&csv);
  es_text_clear(&text);
}

/* A line without quotes is split without libcsv: small files of what it has rules for. */
Test(csv, plain_lines_are_split_as_libcsv_does)
{
  enum { FILES = 10000, LONGEST = 24 };
  static const char some[] = {0,   0,    0,   '\n', '\n', '\r',
                              ' ', '\t', 'x', 'y',  '"'}; /* 0: separator */
  static const char separator[] = {',', ';', '\t'};
  size_t good = 0, bad = 0;
  for (uint64_t i = 0; i < FILES; i++) {
    char bytes[LONGEST], by = separator[i % 3];
    struct es_draw size = es_draw(&(struct es_context){0}, i, 1);
    size_t n = size.word[0] % LONGEST;
    for (size_t k = 0; k < n; k++) {
      uint32_t word = es_draw(&(struct es_context){0}, i, 2 + (uint32_t)k).word[0];
      char c = some[word % (sizeof some - (i % 2))]; /* every other file has no quotes */
      bytes[k] = c == 0 ? by : c;
    }
    bool read;
    cr_assert(same_as_libcsv(bytes, n, by, &read), "\"%.*s\" by '%c'", (int)n, bytes, by);
    good += read;
    bad += !read;
  }
  cr_expect(good > 500 && bad > 500, "%zu read, %zu refused", good, bad);
}

/* A column of numbers that ends in a name: their texts are the levels, from a pipe too. */
Test(csv, guesses_again_when_a_late_cell_is_no_number)
{
  struct es_csv csv;
  read_good(&csv, "id,code,n\n1,7,1.0\n2,07,2\n3,7,\n4,x,3\n", NULL);
  cr_expect_eq(csv.column[0].kind, ES_CSV_NUMBER);
  cr_assert_eq(csv.column[1].kind, ES_CSV_LEVELS);
  cr_expect_eq(csv.column[1].levels, 3u);
  cr_expect_str_eq(cell(&csv, 1, 0), "7");
  cr_expect_str_eq(cell(&csv, 1, 1), "07");
  cr_expect_str_eq(cell(&csv, 1, 3), "x");
  cr_expect_str_eq(cell(&csv, 2, 2), "-");
  cr_expect_eq(csv.line[3], 5u);
  es_csv_clear(&csv);

  int end[2];
  char path[32];
  struct es_context ctx = {0};
  struct es_csv_request request = {.others = ES_CSV_GUESS};
  cr_assert(pipe(end) == 0 && write(end[1], "a\n01\nx\n", 7) == 7 && close(end[1]) == 0);
  snprintf(path, sizeof path, "/dev/fd/%d", end[0]);
  cr_assert(es_csv_read(&csv, path, &request, &ctx) == ES_OK, "%s", ctx.message);
  cr_expect_str_eq(cell(&csv, 0, 0), "01");
  es_csv_clear(&csv);
  close(end[0]);
}

#define BYTES(text) text, sizeof text - 1
#define LONG_NAME   "0123456789012345678901234567890123456789"

Test(csv, says_what_is_wrong)
{
  static const struct es_csv_want want[] = {{"age", ES_CSV_NUMBER, NULL}};
  static const struct {
    const char *bytes;
    size_t size;
    const char *said;
  } row[] = {
      {BYTES(""), "f: the file is empty; give one with a header and rows"},
      {BYTES("\n \r\n"), "f: the file is empty; give one with a header and rows"},
      {BYTES("\xEF\xBB\xBF"), "f: the file is empty; give one with a header and rows"},
      {BYTES("age,b\n"), "f:1: a header and no rows; is the first line a header?"},
      {BYTES("age,,b\n1,2,3\n"),
       "f:1: field 2 of the header has no name; the first line must name the columns"},
      {BYTES("\n\"\"\n1\n"),
       "f:2: field 1 of the header has no name; the first line must name the columns"},
      {BYTES("aeg,b\n1,2\n"),
       "f:1: there is no column \"age\"; did you mean \"aeg\"? (columns: aeg, b)"},
      {BYTES("12,13\n1,2\n"),
       "f:1: there is no column \"age\"; the first line must name them (columns: 12, 13)"},
      {BYTES("age;b\n1;2\n"),
       "f:1: there is no column \"age\", only one field: is the separator a semicolon?"},
      {BYTES("age\tb\n1\t2\n"),
       "f:1: there is no column \"age\", only one field: is the separator a tab?"},
      {BYTES("age,b\n1,2\n3\n"),
       "f:3: 1 field where the header has 2; is a separator missing or a text "
       "with one not quoted?"},
      {BYTES("age,b\n\"x\n\",2\n3,4,5\n"),
       "f:2: column \"age\": \"x \" is not a number; if it stands "
       "for a missing value, add it to missing"},
      {BYTES("age,b\n1,\"2\n\"\n3,4,5\n"),
       "f:4: 3 fields where the header has 2; is a separator missing "
       "or a text with one not quoted?"},
      {BYTES("age,b\nx\n"), "f:2: 1 field where the header has 2; is a separator missing or a text "
                            "with one not quoted?"},
      {BYTES("age,b\n1,2\nold,2\n"),
       "f:3: column \"age\": \"old\" is not a number; if it stands for a "
       "missing value, add it to missing"},
      {BYTES("age,b\n" LONG_NAME "x,2\n"),
       "f:2: column \"age\": \"" LONG_NAME "…\" is not a number; if it "
       "stands for a missing value, add it to missing"},
      {BYTES("age,b\n1234567890123456789012345678901234567890e,2\n"),
       "f:2: column \"age\": \""
       "1234567890123456789012345678901234567890…\" is not a number; if it "
       "stands for a missing value, add it to missing"},
      {BYTES("age,b\n01234567890123456789012345678901234567é9,2\n"),
       "f:2: column \"age\": \"01234567890123456789012345678901234567é…\" is not a number; if it "
       "stands "
       "for a missing value, add it to missing"},
      {BYTES("age\n1\n\ninf\n"),
       "f:4: column \"age\": \"inf\" is not a number; if it stands for a missing "
       "value, add it to missing"},
      {BYTES("age\nnan\n"),
       "f:2: column \"age\": \"nan\" is not a number; if it stands for a missing "
       "value, add it to missing"},
      {BYTES("age\n0x10\n"),
       "f:2: column \"age\": \"0x10\" is not a number; if it stands for a missing "
       "value, add it to missing"},
      {BYTES("age\n1e999\n"),
       "f:2: column \"age\": \"1e999\" is not a number; if it stands for a missing "
       "value, add it to missing"},
      {BYTES("age\n1,000\n"),
       "f:2: 2 fields where the header has 1; is a separator missing or a text "
       "with one not quoted?"},
      {BYTES("age,b\n1,2\n3,\"4\n5,6\n"),
       "f:3: the quote that opens field 2 of this record is never "
       "closed; close it, or double it to mean a quote"},
      {BYTES("age,b\n1,2\n3,4\"5\n"),
       "f:3: bad quoting in field 2; put the whole field in quotes and "
       "double each quote inside it"},
      {BYTES("age,b\n1,\"2\n\n\"x\n"),
       "f:4: bad quoting in field 2; put the whole field in quotes and "
       "double each quote inside it"},
      {BYTES("age,b\n1,2\n3,\0\n"), "f:3: holds a NUL byte; save the file as UTF-8 text"},
      {BYTES("\xFF\xFE"
             "a\0g\0e\0"),
       "f:1: holds a NUL byte; save the file as UTF-8 text"},
      {BYTES("age,b\n1,2\n3,caf\xE9\n"), "f:3: byte 6 is not UTF-8; save the file as UTF-8 text"},
      {BYTES("age,b,age\n1,2,1\n3,4,5\n"),
       "f:3: column \"age\" is there twice, and here the two differ; rename one"},
  };
  struct es_csv_request request = {.want = want, .wants = 1};
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_csv csv;
    char said[1024];
    cr_expect(read_bytes(&csv, row[i].bytes, row[i].size, &request, said) == ES_INPUT, "row %zu",
              i);
    cr_expect_str_eq(said, row[i].said);
    cr_expect(csv.column == NULL && csv.name == NULL, "nothing is left to free");
  }
}

Test(csv, lets_harmless_oddities_pass)
{
  static const struct es_csv_want want[] = {{"age", ES_CSV_NUMBER, NULL}};
  struct es_csv_request request = {.want = want, .wants = 1};
  static const char *const text[] = {
      "\"\",age\n\"1\",7\n", /* R's row names */
      "age,x,x\n7,1,2\n",    /* a repeated column that nobody wants */
      "age,x,age\n7,1,7\n",  /* a wanted one whose copies agree, as in ProPublica's file */
      "age\n7",
  };
  for (size_t i = 0; i < ES_COUNT_OF(text); i++) {
    struct es_csv csv;
    read_good(&csv, text[i], &request);
    cr_expect(csv.rows == 1 && csv.column[0].number[0] == 7, "row %zu", i);
    es_csv_clear(&csv);
  }
}

Test(csv, long_lines_are_refused_early)
{
  struct es_csv csv;
  struct es_context ctx = {0};
  char path[32], said[1024];
  put(path, "", 0);
  cr_assert(truncate(path, (off_t)1 << 30) == 0); /* a GiB of one line, and no disk */
  struct es_csv_request request = {.others = ES_CSV_GUESS};
  cr_expect(es_csv_read(&csv, path, &request, &ctx) == ES_INPUT);
  cr_expect(strstr(ctx.message, ":1: a line of over 1 MiB: is this a CSV file?") != NULL, "%s",
            ctx.message);
  unlink(path);
  static const struct {
    const char *before, *fill, *said;
    size_t times;
  } row[] = {
      {"a,b\n1,2\n3,", "xxxxxxxx", "f:3: a line of over 1 MiB: is this a CSV file?", 140000},
      {"a,b\n1,2\n3,\"", "xxxxxxx\n",
       "f:3: the quote that opens field 2 of this record is never closed; "
       "close it, or double it to mean a quote",
       140000},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_text text = {0};
    es_text_add(&text, "%s", row[i].before);
    for (size_t k = 0; k < row[i].times; k++) es_text_add(&text, "%s", row[i].fill);
    cr_expect(read_bytes(&csv, text.at, text.size, &request, said) == ES_INPUT);
    cr_expect_str_eq(said, row[i].said);
    es_text_clear(&text);
  }
  struct es_text text = {0}; /* just under the limit, and larger than one read */
  es_text_add(&text, "a,b\n");
  for (int line = 0; line < 3; line++) {
    for (size_t k = 0; k < 100000; k++) es_text_add(&text, "xxxxxxxxxx");
    es_text_add(&text, ",%d\r\n", line);
  }
  cr_assert(read_bytes(&csv, text.at, text.size, NULL, said) == ES_OK, "%s", said);
  cr_expect(csv.rows == 3 && csv.column[0].levels == 1 && csv.column[1].number[2] == 2);
  es_csv_clear(&csv);
  es_text_clear(&text);
}

static void count_progress(void *data, uint64_t done, uint64_t total)
{
  uint64_t *seen = data;
  seen[0]++;
  seen[1] = done;
  seen[2] = total;
}

Test(csv, opens_or_says_why)
{
  struct es_csv csv;
  struct es_context ctx = {0};
  struct es_csv_request request = {.others = ES_CSV_GUESS};
  cr_expect(es_csv_read(&csv, "/nowhere/x.csv", &request, &ctx) == ES_INPUT);
  cr_expect_str_eq(ctx.message, "/nowhere/x.csv: cannot open: No such file or directory");
  cr_expect(es_csv_read(&csv, "/tmp", &request, &ctx) == ES_INPUT);
  cr_expect_str_eq(ctx.message, "/tmp: is a directory; give a CSV file in it");

  uint64_t seen[3] = {0};
  char path[32];
  put(path, "a\n1\n", 4);
  ctx.reading = count_progress;
  ctx.reading_data = seen;
  cr_assert(es_csv_read(&csv, path, &request, &ctx) == ES_OK);
  cr_expect(seen[0] > 0 && seen[1] == 4 && seen[2] == 4);
  es_csv_clear(&csv);
  unlink(path);
}

/* Cells of a record that is cut by the end of a read arrive whole: many sizes of line. */
Test(csv, reads_across_its_buffer)
{
  for (int width = 1; width < 4000; width += 397) {
    struct es_text text = {0};
    es_text_add(&text, "a,b\r\n");
    int rows = 0;
    while (text.size < 3u << 20)
      es_text_add(&text, "\"x%0*d\n\",%d\r\n", width, rows, rows), rows++;
    struct es_csv csv;
    char said[1024];
    cr_assert(read_bytes(&csv, text.at, text.size, NULL, said) == ES_OK, "%s", said);
    cr_assert_eq(csv.rows, (size_t)rows);
    size_t wrong = 0;
    for (int i = 0; i < rows; i++)
      wrong += csv.column[1].number[i] != i || csv.line[i] != 2 * (uint64_t)i + 2 ||
               atol(cell(&csv, 0, (size_t)i) + 1) != i;
    cr_expect_eq(wrong, 0u);
    es_csv_clear(&csv);
    es_text_clear(&text);
  }
}

/* Source: ProPublica's notebook: 7,214 rows, of whom 3,251 rearrested within two years. */
Test(csv, reads_compas)
{
  static const char path[] = SHARED "/data/propublica_compas/compas_general_min.csv";
  struct es_context ctx = {0};
  struct es_csv csv;
  static const struct es_csv_want want[] = {{"two_year_recid", ES_CSV_NUMBER, NULL},
                                            {"days_b_screening_arrest", ES_CSV_NUMBER, NULL}};
  struct es_csv_request request = {.want = want, .wants = 2};
  if (access(path, R_OK) != 0) {
    fprintf(stderr, "skipped: no ../shared\n");
    return;
  }
  cr_assert(es_csv_read(&csv, path, &request, &ctx) == ES_OK, "%s", ctx.message);
  cr_assert_eq(csv.rows, 7214u);
  double sum = 0;
  size_t missing = 0;
  for (size_t i = 0; i < csv.rows; i++) {
    sum += csv.column[0].number[i];
    missing += !csv.column[1].seen[i];
  }
  cr_expect(sum == 3251);
  cr_expect_eq(missing, 307u);
  es_csv_clear(&csv);
}
