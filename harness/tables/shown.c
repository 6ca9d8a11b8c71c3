/* Rounding and printing numbers beside their half-widths. */
#include "harness/tables/shown.h"

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
