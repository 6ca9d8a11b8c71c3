/* The base room: options, INI files, text and numbers, elementary functions, draws, files. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness/base/embedded.h"
#include "harness/base/file.h"
#include "harness/base/ini.h"
#include "harness/base/math.h"
#include "harness/base/random.h"
#include "harness/base/sort.h"
#include "harness/base/text.h"

static struct es_context ctx = {.seed = 2018};

#define OK(call) cr_assert_eq((call), ES_OK, "%s: %s", #call, ctx.message)
#define SAYS(words)                                                                                \
  cr_expect(strstr(ctx.message, words) != NULL, "\"%s\" lacks \"%s\"", ctx.message, words)

/* --- options ---------------------------------------------------------------------------------- */

struct block {
  double share;
  int64_t most;
  bool loud;
  int color;
  char *name;
  struct es_numbers weights;
  struct es_texts words;
  struct es_input file;
};
#define B struct block
static const struct es_option table[] = {
    ES_OPTION_DOUBLE(B, share, "0.5", 0, 1, "a share"),
    ES_OPTION_INT(B, most, "10", 1, 1e6, "a number"),
    ES_OPTION_BOOL(B, loud, "no", "noise"),
    ES_OPTION_CHOICE(B, color, "red", "red|green|blue", "a colour"),
    ES_OPTION_TEXT(B, name, "", "NAME", "a name"),
    ES_OPTION_NUMBERS(B, weights, "1 2", 0, 9, "weights"),
    ES_OPTION_TEXTS(B, words, "", "WORD", "words"),
    ES_OPTION_FILE(B, file, "a file"),
    {0}};
#undef B

Test(option, defaults_read_back)
{
  static const char *const want[] = {"0.5", "10", "false", "red", "", "1 2", "", ""};
  struct block b = {0};
  OK(es_options_default(table, &b, &ctx));
  for (size_t k = 0; table[k].name != NULL; k++) {
    char *text = es_option_text(&table[k], &b);
    cr_expect_str_eq(text, want[k], "%s", table[k].name);
    free(text);
  }
  es_options_clear(table, &b);
}

Test(option, parses_lists_within_lists)
{
  struct block b = {0};
  OK(es_options_default(table, &b, &ctx));
  OK(es_options_parse(table, &b, "weights=3,4,5,share=0.25,loud=yes,color=blue,name=a b", &ctx));
  cr_expect_eq(b.weights.count, 3);
  cr_expect_eq(b.weights.at[2], 5);
  cr_expect_eq(b.share, 0.25);
  cr_expect(b.loud);
  cr_expect_eq(b.color, 2);
  cr_expect_str_eq(b.name, "a b");
  OK(es_options_set(table, &b, "words", "one", &ctx));
  OK(es_options_set(table, &b, "words", "two,three", &ctx));
  cr_expect_eq(b.words.count, 2);
  OK(es_texts_split(&b.words, &ctx));
  cr_expect_eq(b.words.count, 3);
  cr_expect_str_eq(b.words.at[2], "three");
  es_options_clear(table, &b);
}

Test(option, refuses_with_the_range_or_the_nearest)
{
  static const char *const rows[][3] = {{"share", "1.5", "from 0 to 1"},
                                        {"share", "half", "share = half: give a number"},
                                        {"share", "inf", "give a number"},
                                        {"share", "0x1", "give a number"},
                                        {"share", "", "give a number"},
                                        {"most", "0", "from 1 to 1000000"},
                                        {"most", "2.5", "a whole number"},
                                        {"most", "99999999999999999999", "a whole number"},
                                        {"loud", "maybe", "yes or no"},
                                        {"color", "pink", "one of red, green, blue"},
                                        {"color", "re", "one of red, green, blue"},
                                        {"weights", "1 10", "from 0 to 9"},
                                        {"file", "/no/such/file", "cannot open"},
                                        {"shrae", "1", "did you mean \"share\"?"},
                                        {"unheard-of", "1", "there are: share, most"}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct block b = {0};
    OK(es_options_default(table, &b, &ctx));
    cr_expect_eq(es_options_set(table, &b, rows[k][0], rows[k][1], &ctx), ES_INPUT, "%s = %s",
                 rows[k][0], rows[k][1]);
    SAYS(rows[k][2]);
    es_options_clear(table, &b);
  }
  struct block b = {0};
  cr_expect_eq(es_options_parse(table, &b, "share", &ctx), ES_INPUT);
  SAYS("key=value");
}

/* --- INI -------------------------------------------------------------------------------------- */

static enum es_status read_ini(struct es_ini *ini, const char *text)
{
  return es_ini_read(ini, "x.ini", text, strlen(text), &ctx);
}

Test(ini, keeps_lines_and_comments_and_the_last_value)
{
  struct es_ini ini;
  OK(read_ini(&ini, "; first\n[a]\nx = 1 ; [found] where\n  y=two words\r\n\n"
                    "[b]\nx = 3\n[a]\nx = 4\n"));
  cr_expect_eq(ini.entries, 4);
  cr_expect_eq(ini.entry[0].line, 3);
  cr_expect_str_eq(ini.entry[0].value, "1");
  cr_expect_str_eq(ini.entry[0].comment, "[found] where");
  cr_expect_str_eq(es_ini_get(&ini, "a", "y"), "two words");
  cr_expect_str_eq(es_ini_get(&ini, "a", "x"), "4");
  cr_expect_null(es_ini_get(&ini, "b", "y"));
  OK(es_ini_override(&ini, "b", "x=5=6", &ctx));
  cr_expect_str_eq(es_ini_get(&ini, "b", "x"), "5=6");
  OK(es_ini_override(&ini, "b", "a.x=7", &ctx));
  cr_expect_str_eq(es_ini_get(&ini, "a", "x"), "7");
  es_ini_clear(&ini);
}

Test(ini, refuses_naming_the_line)
{
  char longer[300] = "[a]\nx = ";
  memset(longer + 8, 'y', 250);
  const char *const rows[][2] = {{"[a]\nx\n", "x.ini:2: give [section], key = value"},
                                 {"[a\nx = 1\n", "x.ini:1: a section wants its ]"},
                                 {"[a]\n\n[b]\nx = 1\n", "x.ini:1: this section is empty"},
                                 {"[a]\nx = 1\n[b]\n", "x.ini:3: this section is empty"},
                                 {"[a]\nx = \xff\n", "x.ini:2: "},
                                 {longer, "x.ini:2: line too long"}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct es_ini ini = {0};
    cr_expect_eq(read_ini(&ini, rows[k][0]), ES_INPUT, "row %zu is taken", k);
    SAYS(rows[k][1]);
  }
  struct es_ini ini;
  cr_expect_eq(es_ini_open(&ini, "population", "cn-2107", &ctx), ES_INPUT);
  SAYS("did you mean \"cn-2017\"?");
}

Test(ini, every_ini_compiled_in_can_be_read)
{
  cr_assert_gt(es_embedded_count, 5);
  for (size_t k = 0; k < es_embedded_count; k++) {
    struct es_ini ini;
    if (strcmp(es_embedded[k].kind, "rules") == 0 || strcmp(es_embedded[k].kind, "page") == 0)
      continue; /* languages of their own */
    OK(es_ini_open(&ini, es_embedded[k].kind, es_embedded[k].name, &ctx));
    cr_expect_gt(ini.entries, 0);
    es_ini_clear(&ini);
  }
}

/* --- text and numbers ------------------------------------------------------------------------- */

static uint64_t bits(struct es_draw d) { return (uint64_t)d.word[0] << 32 | d.word[1]; }

Test(text, numbers_are_short_and_read_back)
{
  static const struct {
    double x;
    const char *full, *brief;
  } rows[] = {{0, "0", "0"},
              {-0.0, "0", "0"},
              {0.1, "0.1", "0.1000"},
              {1e-9, "1e-09", "1.000e-09"},
              {123456, "123456", "123500"},
              {0.6438, "0.6438", "0.6438"},
              {1.0 / 3, "0.333333333333333", NULL},
              {5e-324, NULL, NULL},
              {DBL_MAX, NULL, NULL}};
  char text[ES_NUMBER_SIZE];
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    double back;
    const char *full = es_number(text, rows[k].x);
    if (rows[k].full != NULL) cr_expect(strncmp(full, rows[k].full, strlen(rows[k].full)) == 0);
    cr_expect(es_parse_double(full, &back) && back == rows[k].x, "%s", full);
    if (rows[k].brief != NULL) cr_expect_str_eq(es_number_short(text, rows[k].x), rows[k].brief);
  }
  for (uint64_t i = 0; i < 20000; i++) {
    uint64_t raw = bits(es_draw(&ctx, i, 3));
    double x, back;
    memcpy(&x, &raw, sizeof x);
    if (!isfinite(x)) continue;
    cr_assert(es_parse_double(es_number(text, x), &back) && back == x, "%.17g", x);
  }
}

Test(text, what_is_no_number_is_refused)
{
  static const char *const no[] = {"",     " ",     "x",   "1x", "1 2", "nan", "NaN", "inf", "-inf",
                                   "0x10", "1e999", "--1", ".",  "+",   "1,5", "1e",  "-"};
  static const char *const yes[] = {"1", " 1 ", "+1", "-.5", "1.", "1e3", "1E-3", "007"};
  double x;
  int64_t n;
  for (size_t k = 0; k < ES_COUNT_OF(no); k++) {
    cr_expect_not(es_parse_double(no[k], &x), "\"%s\"", no[k]);
    cr_expect_not(es_parse_int(no[k], &n), "\"%s\"", no[k]);
  }
  for (size_t k = 0; k < ES_COUNT_OF(yes); k++)
    cr_expect(es_parse_double(yes[k], &x), "\"%s\"", yes[k]);
  cr_expect(es_parse_int("1e6", &n) && n == 1000000);
  cr_expect(es_parse_int("9007199254740993", &n) && n == 9007199254740993);
  cr_expect_not(es_parse_int("1.5", &n));
}

Test(text, finds_the_nearest_word_or_none)
{
  static const char *const words[] = {"logistic", "rule_list", "oracle"};
  cr_expect_str_eq(es_nearest("logsitic", words, 3), "logistic");
  cr_expect_str_eq(es_nearest("orcale", words, 3), "oracle");
  cr_expect_null(es_nearest("banana", words, 3));
  cr_expect_null(es_nearest("x", words, 0));
}

Test(text, knows_utf8)
{
  static const struct {
    const char *bytes;
    size_t size, bad; /* bad: SIZE_MAX for good text */
  } rows[] = {{"", 0, SIZE_MAX},
              {"a\xc3\xa9", 3, SIZE_MAX},
              {"\xf0\x9f\x99\x82", 4, SIZE_MAX},
              {"a\xff", 2, 1},
              {"\xc3", 1, 0},
              {"\xc0\xaf", 2, 0},
              {"\xed\xa0\x80", 3, 0},
              {"\xf4\x90\x80\x80", 4, 0},
              {"ab\x80", 3, 2},
              {"\xe2\x82", 2, 0},
              {"\xe0\x80\xaf", 3, 0}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    size_t at = SIZE_MAX;
    bool good = es_is_utf8(rows[k].bytes, rows[k].size, &at);
    cr_expect_eq(good, rows[k].bad == SIZE_MAX, "row %zu", k);
    if (!good) cr_expect_eq(at, rows[k].bad, "row %zu: %zu", k, at);
  }
  cr_expect_eq(es_text_width("±0.1 é"), 6);
}

Test(text, messages_never_overflow)
{
  char longer[5000];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  cr_expect_eq(es_fail(&ctx, ES_INPUT, "%s", longer), ES_INPUT);
  cr_expect_eq(strlen(ctx.message), sizeof ctx.message - 1);
  cr_expect_eq(es_fail_at(&ctx, ES_IO, "%s:", longer), ES_IO);
  cr_expect_eq(strlen(ctx.message), sizeof ctx.message - 1);
  es_fail(&ctx, ES_INPUT, "why");
  es_fail_at(&ctx, ES_INPUT, "where:%d: ", 3);
  cr_expect_str_eq(ctx.message, "where:3: why");
}

/* --- elementary functions --------------------------------------------------------------------- */

static bool near(double a, double b, double relative)
{
  return a == b || fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
}

/* Within an ulp or so of libm, which is right to half of one. */
Test(math, agrees_with_libm)
{
  for (uint64_t i = 0; i < 100000; i++) {
    struct es_draw d = es_draw(&ctx, i, 4);
    double x = 1400 * (es_uniform(d.word[0]) - 0.5), y = es_uniform(d.word[1]) * 100 + 1e-9;
    cr_assert(near(es_exp(x), exp(x), 1e-15) || exp(x) < 1e-300, "exp(%.17g)", x);
    cr_assert(fabs(es_log(y) - log(y)) <= 1e-15 * fmax(1, fabs(log(y))), "log(%.17g)", y);
    cr_assert(near(es_pow(y, x / 700), pow(y, x / 700), 2e-15), "pow(%.17g)", y);
  }
  cr_expect_eq(es_exp(0), 1);
  cr_expect_eq(es_log(1), 0);
  cr_expect_eq(es_logistic(0), 0.5);
  cr_expect_eq(es_logistic(1000), 1);
  cr_expect(es_logistic(-700) > 0 && es_logistic(-1000) == 0);
}

/* Quantiles as Python's statistics.NormalDist gives them. */
Test(math, normal_quantiles_and_back)
{
  static const double rows[][2] = {{0.5, 0},
                                   {0.975, 1.959963984540054},
                                   {0.995, 2.575829303548901},
                                   {0.05, -1.6448536269514729},
                                   {1e-10, -6.361340902404056},
                                   {1e-300, -37.0470962993612}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++)
    cr_expect(fabs(es_normal_quantile(rows[k][0]) - rows[k][1]) <= 1e-12, "%g: %.17g", rows[k][0],
              es_normal_quantile(rows[k][0]));
  for (double p = 0.001; p < 1; p += 0.001)
    cr_expect(near(es_normal_cdf(es_normal_quantile(p)), p, 1e-14), "%g", p);
}

Test(math, rounds_to_bits)
{
  cr_expect_eq(es_round_bits(1 + 0x1p-45, 40), 1);
  cr_expect_eq(es_round_bits(1 + 0x1p-39, 40), 1 + 0x1p-39);
  cr_expect_eq(es_round_bits(-1 - 0x1p-45, 40), -1);
  cr_expect_eq(es_round_bits(0, 40), 0);
  cr_expect_eq(es_round_bits(2 - 0x1p-50, 40), 2);
  cr_expect(isnan(es_round_bits(NAN, 40)) && isinf(es_round_bits(INFINITY, 40)));
  for (uint64_t i = 0; i < 10000; i++) {
    double x = es_normal(es_draw(&ctx, i, 5).word[0]), r = es_round_bits(x, 40);
    cr_assert(fabs(r - x) <= fabs(x) * 0x1p-40 && es_round_bits(r, 40) == r);
  }
}

/* --- draws ------------------------------------------------------------------------------------ */

/* Philox4x32-10's published answers (Random123, tests/kat_vectors): counter and key all zero. */
Test(random, is_philox)
{
  struct es_context zero = {0};
  static const uint32_t want[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  struct es_draw d = es_draw(&zero, 0, 0);
  for (size_t k = 0; k < 4; k++) cr_expect_eq(d.word[k], want[k], "%08x", d.word[k]);
}

Test(random, every_part_of_the_address_counts)
{
  struct es_context other = ctx;
  uint64_t base = bits(es_draw(&ctx, 1, 1));
  cr_expect_eq(bits(es_draw(&ctx, 1, 1)), base);
  cr_expect_neq(bits(es_draw(&ctx, 2, 1)), base);
  cr_expect_neq(bits(es_draw(&ctx, 1 + ((uint64_t)1 << 40), 1)), base);
  cr_expect_neq(bits(es_draw(&ctx, 1, 2)), base);
  other.replicate = 1;
  cr_expect_neq(bits(es_draw(&other, 1, 1)), base);
  other = ctx;
  other.seed += (uint64_t)1 << 33;
  cr_expect_neq(bits(es_draw(&other, 1, 1)), base);
  other = ctx;
  other.salt = 5;
  cr_expect_eq(bits(es_draw(&other, 1, 1)), base, "the salt is for scorers alone");
  cr_expect_neq(bits(es_scorer_draw(&other, 1, 1)), bits(es_scorer_draw(&ctx, 1, 1)));
  cr_expect_neq(bits(es_scorer_draw(&ctx, 1, 1)), base);
  cr_expect_neq(es_name_hash("logistic"), es_name_hash("logistid"));
}

Test(random, is_uniform_and_normal)
{
  enum { DRAWS = 400000, CELLS = 64 };
  double sum = 0, square = 0, chi = 0, cells[CELLS] = {0};
  for (uint64_t i = 0; i < DRAWS; i++) {
    struct es_draw d = es_draw(&ctx, i, 6);
    cells[(size_t)(es_uniform(d.word[i % 4]) * CELLS)]++;
    double z = es_normal(d.word[(i + 1) % 4]);
    sum += z;
    square += z * z;
  }
  for (size_t k = 0; k < CELLS; k++)
    chi += (cells[k] - DRAWS / CELLS) * (cells[k] - DRAWS / CELLS) / (DRAWS / CELLS);
  cr_expect(fabs(chi - (CELLS - 1)) < 5 * sqrt(2 * (CELLS - 1)), "chi squared %g", chi);
  cr_expect(fabs(sum / DRAWS) < 5 / sqrt(DRAWS));
  cr_expect(fabs(square / DRAWS - 1) < 5 * sqrt(2.0 / DRAWS));
  cr_expect(es_uniform(0) > 0 && es_uniform(UINT32_MAX) < 1);
}

/* Of the rarest words every one, of the others one in some hundred, in both halves. */
Test(random, normal_is_the_quantile_of_its_uniform)
{
  double worst = 0, sides = 0;
  for (uint32_t word = 0; word < 0x80000000u; word += word < 1u << 16 ? 1 : 97 + word / 4096) {
    double low = es_normal(word), high = es_normal(~word);
    worst = fmax(worst, fabs(low - es_normal_quantile(es_uniform(word))));
    sides = fmax(sides, fabs(low + high));
  }
  cr_expect(worst <= 7.4e-7, "%g off", worst);
  cr_expect(sides <= 0, "the halves differ by %g", sides);
}

/* --- files ------------------------------------------------------------------------------------ */

Test(file, is_written_whole_or_not_at_all)
{
  char folder[] = "/tmp/evenscore-file-XXXXXX", path[64], *bytes;
  size_t size;
  struct stat there;
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/a", folder);
  OK(es_file_write(path, "one\0two", 7, &ctx));
  OK(es_file_read(path, &bytes, &size, &ctx));
  cr_expect(size == 7 && memcmp(bytes, "one\0two", 8) == 0);
  free(bytes);
  OK(es_file_write(path, "", 0, &ctx));
  OK(es_file_read(path, &bytes, &size, &ctx));
  cr_expect(size == 0 && bytes[0] == '\0');
  free(bytes);
  cr_expect(stat(path, &there) == 0 && (there.st_mode & 0600) == 0600);
  unlink(path);
  rmdir(folder);
  cr_expect_neq(es_file_write(path, "x", 1, &ctx), ES_OK, "the folder is gone");
  SAYS("cannot write");
  cr_expect_eq(es_file_read(path, &bytes, &size, &ctx), ES_INPUT);
  SAYS("cannot open");
  cr_expect_eq(es_file_read("/", &bytes, &size, &ctx), ES_INPUT);
  SAYS("cannot read");
}

/* Digits, points and exponents of all sorts: the double that strtod makes of them. */
Test(text, numbers_are_strtod_s)
{
  enum { NUMBERS = 1000000 };
  size_t wrong = 0, is_short = 0;
  for (uint64_t i = 0; i < NUMBERS; i++) {
    struct es_draw d = es_draw(&ctx, i, 20), e = es_draw(&ctx, i, 21);
    char text[64];
    uint64_t digits = ((uint64_t)d.word[0] << 32 | d.word[1]) >> d.word[2] % 64;
    int before = snprintf(text, sizeof text, "%s%llu", d.word[2] & 64 ? "-" : "",
                          (unsigned long long)digits);
    size_t point = d.word[3] % (unsigned)(before + 8);
    if (point > 1 && point < (size_t)before) { /* a point somewhere inside */
      memmove(text + point + 1, text + point, (size_t)before - point + 1);
      text[point] = '.';
    }
    if (e.word[0] % 2)
      snprintf(text + strlen(text), 16, "%c%s%u", e.word[0] & 2 ? 'e' : 'E',
               (const char *[]){"", "-", "+"}[e.word[1] % 3],
               e.word[2] % (e.word[0] & 4 ? 30 : 400));
    double want = strtod(text, NULL), got = 0;
    bool finite = isfinite(want);
    wrong +=
        es_parse_double(text, &got) != finite || (finite && memcmp(&got, &want, sizeof want) != 0);
    is_short += strlen(text) < 16;
  }
  cr_expect_eq(wrong, 0u);
  cr_expect_gt(is_short, NUMBERS / 10);
}

/* --- sorting ---------------------------------------------------------------------------------- */

Test(sort, is_in_order_and_stable)
{
  enum { N = 3000 };
  struct {
    double x, other;
  } row[N];
  uint32_t order[N];
  /* any; rounded, with ties; few, of both signs of 0; so near each other that it takes every digit
   */
  for (int kind = 0; kind < 4; kind++) {
    for (size_t i = 0; i < N; i++) {
      double x = es_normal(es_draw(&ctx, i, 12).word[0]) * es_exp((double)(i % 100));
      row[i].x = kind == 0 ? x : kind == 1 ? floor(x) : i % 3 == 0 ? -0.0 : i % 3 == 1 ? 0 : -1;
      if (kind == 3) row[i].x = 1 + floor(x) * 0x1p-50;
      row[i].other = (double)i;
    }
    row[7].x = kind == 0 ? (double)INFINITY : row[7].x;
    row[8].x = kind == 0 ? -(double)INFINITY : row[8].x;
    cr_assert_eq(es_sort_order(order, &row->x, sizeof *row, N, &(struct es_context){0}), ES_OK);
    cr_assert_eq(es_sort_records(row, N, &(struct es_context){0}), ES_OK);
    for (size_t k = 0; k < N; k++) {
      cr_assert_eq(row[k].other, order[k], "kind %d: what goes along", kind);
      if (k == 0) continue;
      double before = row[k - 1].x, here = row[k].x;
      cr_assert(before < here || (before == here && order[k - 1] < order[k]), "kind %d", kind);
    }
  }
  cr_expect_eq(es_sort_order(order, &row->x, sizeof *row, 0, &(struct es_context){0}), ES_OK);
}
