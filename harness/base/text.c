/* Growing text, exact and short numbers, nearest words, UTF-8. */
#include "harness/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void es_text_bytes(struct es_text *text, const char *bytes, size_t size)
{
  if (text->failed) return;
  if (text->size + size + 1 > text->room) {
    size_t room = 2 * text->room + size + 64;
    char *grown = realloc(text->at, room);
    if (grown == NULL) {
      text->failed = true;
      return;
    }
    text->at = grown;
    text->room = room;
  }
  if (size > 0) memcpy(text->at + text->size, bytes, size);
  text->size += size;
  text->at[text->size] = '\0';
}

void es_text_addv(struct es_text *text, const char *format, va_list args)
{
  char small[512];
  va_list again;
  va_copy(again, args);
  int size = vsnprintf(small, sizeof small, format, args);
  if (size < 0) {
    text->failed = true;
  } else if ((size_t)size < sizeof small) {
    es_text_bytes(text, small, (size_t)size);
  } else {
    char *large = malloc((size_t)size + 1);
    if (large == NULL) {
      text->failed = true;
    } else {
      vsnprintf(large, (size_t)size + 1, format, again);
      es_text_bytes(text, large, (size_t)size);
      free(large);
    }
  }
  va_end(again);
}

void es_text_add(struct es_text *text, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  es_text_addv(text, format, args);
  va_end(args);
}

void es_text_clear(struct es_text *text)
{
  free(text->at);
  *text = (struct es_text){0};
}

const char *es_text_get(const struct es_text *text) { return text->at != NULL ? text->at : ""; }

char *es_text_take(struct es_text *text)
{
  es_text_bytes(text, "", 0); /* empty text is "" and not NULL */
  char *at = text->failed ? NULL : text->at;
  if (text->failed) free(text->at);
  *text = (struct es_text){0};
  return at;
}

const char *es_number(char buffer[ES_NUMBER_SIZE], double x)
{
  if (x == 0) x = 0; /* no "-0" */
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(buffer, ES_NUMBER_SIZE, "%.*g", digits, x);
    if (strtod(buffer, NULL) == x) break;
  }
  return buffer;
}

const char *es_number_short(char buffer[ES_NUMBER_SIZE], double x)
{
  double size = fabs(x);
  if (x == 0) {
    snprintf(buffer, ES_NUMBER_SIZE, "0");
  } else if (size < 9.9995e-5 || size >= 1e9) {
    snprintf(buffer, ES_NUMBER_SIZE, "%.3e", x);
  } else {
    int digits = 3 - (int)floor(log10(size));
    snprintf(buffer, ES_NUMBER_SIZE, "%.*f", digits > 0 ? digits : 0, x);
    if (digits < 0)
      snprintf(buffer, ES_NUMBER_SIZE, "%.0f", rint(x / pow(10, -digits)) * pow(10, -digits));
  }
  return buffer;
}

static const char *skip_blanks(const char *at)
{
  while (isspace((unsigned char)*at)) at++;
  return at;
}

/* Most decimals without strtod, after Clinger (PLDI 1990): up to 2^53 a whole number is exact, and
 * so is a power of ten up to the 22nd; one multiplication or division of the two rounds correctly.
 */
static bool parse_short(const char *text, double *x)
{
  static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char *at = text + (*text == '-');
  uint64_t whole = 0;
  int digits = 0, after = 0, exponent = 0, count = 0;
  bool point = false;
  for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point); at++) {
    if (*at == '.') {
      point = true;
      continue;
    }
    if (++digits > 19) return false;
    whole = 10 * whole + (uint64_t)(*at - '0');
    after += point;
  }
  if (digits == after || whole > (uint64_t)1 << 53) return false;
  if (*at == 'e' || *at == 'E') {
    bool minus = *++at == '-';
    at += *at == '-' || *at == '+';
    for (; *at >= '0' && *at <= '9' && count < 3; at++, count++)
      exponent = 10 * exponent + (*at - '0');
    if (count == 0) return false;
    if (minus) exponent = -exponent;
  }
  exponent -= after;
  if (*at != '\0' || exponent < -22 || exponent > 22) return false;
  double size = exponent < 0 ? (double)whole / power[-exponent] : (double)whole * power[exponent];
  *x = *text == '-' ? -size : size;
  return true;
}

bool es_parse_double(const char *text, double *x)
{
  if (parse_short(text, x)) return true;
  text = skip_blanks(text);
  /* strtod also takes "inf", "nan" and hexadecimal: none of them is a number in a data file. */
  const char *at = text + (*text == '+' || *text == '-');
  if (!isdigit((unsigned char)*at) && !(*at == '.' && isdigit((unsigned char)at[1]))) return false;
  if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) return false;
  char *end;
  double value = strtod(text, &end);
  if (*skip_blanks(end) != '\0' || !isfinite(value)) return false;
  *x = value;
  return true;
}

bool es_parse_int(const char *text, int64_t *x)
{
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (end == text || *skip_blanks(end) != '\0') {
    double real; /* 1e6 and 1412000000.0 are whole numbers too */
    if (!es_parse_double(text, &real) || real != floor(real) || fabs(real) > 0x1p53) return false;
    value = (long long)real;
  } else if (errno == ERANGE) {
    return false;
  }
  *x = value;
  return true;
}

/* Levenshtein distance, with a swap of neighbours counted once; words over 63 bytes are cut. */
static size_t distance(const char *a, const char *b)
{
  size_t row[3][64] = {{0}};
  size_t na = strnlen(a, 63), nb = strnlen(b, 63);
  for (size_t j = 0; j <= nb; j++) row[1][j] = j;
  for (size_t i = 1; i <= na; i++) {
    row[2][0] = i;
    for (size_t j = 1; j <= nb; j++) {
      size_t best = row[1][j - 1] + (a[i - 1] != b[j - 1]);
      if (row[1][j] + 1 < best) best = row[1][j] + 1;
      if (row[2][j - 1] + 1 < best) best = row[2][j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          row[0][j - 2] + 1 < best)
        best = row[0][j - 2] + 1;
      row[2][j] = best;
    }
    memcpy(row[0], row[1], sizeof row[0]);
    memcpy(row[1], row[2], sizeof row[1]);
  }
  return row[1][nb];
}

const char *es_nearest(const char *word, const char *const *words, size_t count)
{
  const char *best = NULL;
  size_t near = strlen(word) / 3 + 2; /* further away is another word, not a slip */
  for (size_t i = 0; i < count; i++) {
    size_t d = distance(word, words[i]);
    if (d < near) {
      near = d;
      best = words[i];
    }
  }
  return best;
}

/* Ranges of characters that take no place (marks, joiners, directions) or two (East Asian, Hangul,
 * pictures); after Unicode 15's East_Asian_Width and Grapheme_Extend, the common blocks. */
static const struct {
  unsigned long first, last;
  size_t width;
} widths[] = {
    {0x0300, 0x036F, 0},   {0x0591, 0x05BD, 0},   {0x0610, 0x061A, 0}, {0x064B, 0x065F, 0},
    {0x1100, 0x115F, 2},   {0x200B, 0x200F, 0},   {0x202A, 0x202E, 0}, {0x2060, 0x2069, 0},
    {0x20D0, 0x20FF, 0},   {0x2E80, 0x303E, 2},   {0x3041, 0x4DBF, 2}, {0x4E00, 0xA4CF, 2},
    {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0}, {0xFE20, 0xFE2F, 0},
    {0xFE30, 0xFE6F, 2},   {0xFEFF, 0xFEFF, 0},   {0xFF00, 0xFF60, 2}, {0xFFE0, 0xFFE6, 2},
    {0x1F300, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2},
};

size_t es_text_character(const char *text, unsigned long *code)
{
  const unsigned char *b = (const unsigned char *)text;
  size_t size = b[0] < 0xC0 ? 1 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;
  *code = size == 1 ? b[0] : b[0] & (0x7Fu >> size);
  for (size_t k = 1; k < size; k++) {
    if ((b[k] & 0xC0) != 0x80) return k; /* cut short: not UTF-8 */
    *code = *code << 6 | (b[k] & 0x3Fu);
  }
  return size;
}

static size_t width_of(unsigned long code)
{
  for (size_t k = 0; code >= widths[0].first && k < ES_COUNT_OF(widths); k++)
    if (code >= widths[k].first && code <= widths[k].last) return widths[k].width;
  return 1;
}

size_t es_text_fit(const char *text, size_t size, size_t most, size_t *width)
{
  size_t at = 0;
  *width = 0;
  while (at < size) {
    unsigned long code;
    size_t bytes = es_text_character(text + at, &code), wide = width_of(code);
    if (at + bytes > size || *width + wide > most) break;
    at += bytes;
    *width += wide;
  }
  return at;
}

size_t es_text_width(const char *text)
{
  size_t width;
  es_text_fit(text, strlen(text), SIZE_MAX, &width);
  return width;
}

bool es_is_utf8(const char *bytes, size_t size, size_t *at)
{
  const unsigned char *b = (const unsigned char *)bytes;
  for (size_t i = 0; i < size;) {
    uint64_t eight = 0; /* nearly all text is ASCII */
    if (size - i >= sizeof eight) memcpy(&eight, b + i, sizeof eight);
    if (size - i >= sizeof eight && (eight & 0x8080808080808080u) == 0) {
      i += sizeof eight;
      continue;
    }
    size_t more = b[i] < 0x80                   ? 0
                  : b[i] >= 0xC2 && b[i] < 0xE0 ? 1
                  : b[i] >= 0xE0 && b[i] < 0xF0 ? 2
                  : b[i] >= 0xF0 && b[i] < 0xF5 ? 3
                                                : 9;
    bool good = more < 9 && i + more < size;
    for (size_t k = 1; good && k <= more; k++) good = (b[i + k] & 0xC0) == 0x80;
    /* overlong forms, surrogates, beyond U+10FFFF */
    if (good && more == 2)
      good = !(b[i] == 0xE0 && b[i + 1] < 0xA0) && !(b[i] == 0xED && b[i + 1] >= 0xA0);
    if (good && more == 3)
      good = !(b[i] == 0xF0 && b[i + 1] < 0x90) && !(b[i] == 0xF4 && b[i + 1] >= 0x90);
    if (!good) {
      *at = i;
      return false;
    }
    i += more + 1;
  }
  return true;
}
