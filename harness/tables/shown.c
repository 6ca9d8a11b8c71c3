/* Rounding and printing numbers beside their half-widths. */
#include "harness/tables/shown.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The decimal exponent of |x| as it is after rounding to `digits` significant digits. */
static int exponent(double x, int digits)
{
  char text[ES_NUMBER_SIZE];
  snprintf(text, sizeof text, "%.*e", digits - 1, fabs(x));
  return (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

int es_most_decimals(double value) { return es_decimals_within(value, 0); }

int es_decimals_within(double value, int digits)
{
  if (digits <= 0) digits = 4;
  int place = value == 0 ? -1 : exponent(value, digits);
  return place < 0 ? digits : digits - 1 - place;
}

int es_decimals_for_two(double half) { return 1 - exponent(half, 2); }

int es_decimals_for_one(double half)
{
  char text[ES_NUMBER_SIZE];
  snprintf(text, sizeof text, "%.1e", half);
  return es_decimals_for_two(half) - (text[0] != '1');
}

static double unit_of(int decimals)
{
  double unit = 1;
  for (; decimals > 0; decimals--) unit /= 10;
  for (; decimals < 0; decimals++) unit *= 10;
  return unit;
}

void es_show_grouped(struct es_text *out, double x, int decimals)
{
  char digits[400];
  if (decimals < 0) x = rint(x / unit_of(decimals)) * unit_of(decimals);
  snprintf(digits, sizeof digits, "%.*f", decimals > 0 ? decimals : 0, x);
  size_t whole = strcspn(digits, ".");
  for (size_t i = 0; digits[i] != '\0'; i++) {
    bool comma = i > 0 && i < whole && (whole - i) % 3 == 0 && digits[i - 1] != '-';
    es_text_add(out, comma ? ",%c" : "%c", digits[i]);
  }
}

void es_show_value(struct es_text *out, double x, int decimals)
{
  double unit = unit_of(decimals);
  bool small = x != 0 && fabs(x) < unit / 2;
  if (small) es_text_add(out, x > 0 ? "<" : ">-");
  es_show_grouped(out, small ? unit : x, decimals);
}

void es_show_half(struct es_text *out, double half, int decimals)
{
  double unit = unit_of(decimals);
  es_text_add(out, "±");
  es_show_grouped(out, half > 0 && half < unit / 2 ? unit : half, decimals);
}

/* Whether a policy has that very setting ("share=0.8"). */
static bool has_setting(const char *policy, const char *setting, size_t size)
{
  for (const char *at = strchr(policy, ':'); at != NULL; at = strchr(at, ',')) {
    at++;
    if (strcspn(at, ",") == size && strncmp(at, setting, size) == 0) return true;
  }
  return false;
}

void es_show_policy(struct es_text *out, const char *policy, const char *const *all, size_t count)
{
  size_t kind = strcspn(policy, ":");
  char mark = ':';
  es_text_add(out, "%.*s", (int)kind, policy);
  for (const char *at = policy + kind; *at != '\0';) {
    size_t size = strcspn(++at, ",");
    bool tells = false;
    for (size_t i = 0; i < count; i++)
      tells = tells || (strncmp(all[i], policy, kind + 1) == 0 && !has_setting(all[i], at, size));
    if (tells) es_text_add(out, "%c%.*s", mark, (int)size, at);
    if (tells) mark = ',';
    at += size;
  }
}

void es_show_superscript(struct es_text *out, size_t number)
{
  static const char *const digit[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  if (number >= 10) es_show_superscript(out, number / 10);
  es_text_add(out, "%s", digit[number % 10]);
}

/* --- other people's words ----------------------------------------------------------------------
 */

static bool is_control(unsigned long code)
{
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

static bool runs_from_the_right(unsigned long code)
{
  return (code >= 0x590 && code < 0x900) || (code >= 0xFB1D && code < 0xFE00) ||
         (code >= 0xFE70 && code < 0xFEFF);
}

/* Whether words from right to left end here: what follows is neither one of them nor a number. */
static bool turns(const char *text)
{
  unsigned long code;
  text += strspn(text, " ");
  es_text_character(text, &code);
  return !runs_from_the_right(code) && !isdigit((unsigned char)*text) && code != 0x200E;
}

void es_show_plain(struct es_text *out, const char *text)
{
  for (unsigned long code; *text != '\0';) {
    size_t size = es_text_character(text, &code);
    if (is_control(code))
      es_text_add(out, " ");
    else
      es_text_bytes(out, text, size);
    text += size;
    if (runs_from_the_right(code) && turns(text)) es_text_add(out, "\u200E");
  }
}

/* The digit that stands above the line, or -1. */
static int superscript(unsigned long code)
{
  return code == 0xB9                       ? 1
         : code == 0xB2 || code == 0xB3     ? (int)(code - 0xB0)
         : code == 0x2070                   ? 0
         : code >= 0x2074 && code <= 0x2079 ? (int)(code - 0x2070)
                                            : -1;
}

static void add_ascii(struct es_text *out, unsigned long code)
{
  static const struct {
    unsigned long code;
    const char *text;
  } signs[] = {{0xA0, " "},     {0xB1, "+-"},   {0xB7, "*"},    {0xD7, "x"},
               {0x200E, ""},    {0x2013, "-"},  {0x2014, "-"},  {0x2019, "'"},
               {0x2026, "..."}, {0x2190, "<-"}, {0x2191, "+"},  {0x2192, "->"},
               {0x2193, "-"},   {0x2212, "-"},  {0x2264, "<="}, {0x2265, ">="}};
  for (size_t k = 0; k < ES_COUNT_OF(signs); k++)
    if (signs[k].code == code) {
      es_text_add(out, "%s", signs[k].text);
      return;
    }
  if (code < 0x80)
    es_text_add(out, "%c", (int)code);
  else
    es_text_add(out, "<U+%04lX>", code);
}

void es_show_ascii(struct es_text *out, const char *plain)
{
  bool above = false; /* in a footnote's number */
  for (unsigned long code; *plain != '\0';) {
    plain += es_text_character(plain, &code);
    int digit = superscript(code);
    if (above != (digit >= 0)) es_text_add(out, above ? ")" : "(");
    above = digit >= 0;
    if (above)
      es_text_add(out, "%d", digit);
    else
      add_ascii(out, code);
  }
  if (above) es_text_add(out, ")");
}

/* A character of Markdown: what it stands for, or with a \ before it. */
static void add_markdown(struct es_text *out, char before, char c, char after)
{
  bool inside = isalnum((unsigned char)before) && isalnum((unsigned char)after);
  switch (c) {
  case '<': es_text_add(out, "&lt;"); break;
  case '>': es_text_add(out, "&gt;"); break;
  case '&': es_text_add(out, "&amp;"); break;
  case '$': es_text_add(out, "&#36;"); break;
  case '@': es_text_add(out, isalnum((unsigned char)after) ? "@<!-- -->" : "@"); break;
  case '#': es_text_add(out, isdigit((unsigned char)after) ? "#<!-- -->" : "\\#"); break;
  case '_': es_text_add(out, inside ? "%c" : "\\%c", c); break;
  default: es_text_add(out, strchr("|*\\`[]~", c) != NULL ? "\\%c" : "%c", c);
  }
}

void es_show_markdown(struct es_text *out, const char *text)
{
  struct es_text plain = {0};
  es_show_plain(&plain, text);
  const char *at = es_text_get(&plain);
  for (size_t i = 0; at[i] != '\0'; i++)
    add_markdown(out, i > 0 ? at[i - 1] : ' ', at[i], at[i + 1]);
  out->failed |= plain.failed;
  es_text_clear(&plain);
}
