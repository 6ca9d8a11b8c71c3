/* Walks over the numbers of structs. */
#include "harness/measure/fields.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

static const struct es_field one_count[] = {{"count", 0, 8, 1}, {0}};
const struct es_layout es_count_layout = {8, one_count};

void es_fields_add(const struct es_layout *layout, void *whole, const void *part, size_t n)
{
  for (const struct es_field *f = layout->field; f->name != NULL; f++)
    for (size_t i = 0; i < n; i++) {
      char *to = (char *)whole + i * layout->size + f->offset;
      const char *from = (const char *)part + i * layout->size + f->offset;
      for (size_t k = 0; f->size == 8 && k < f->count; k++)
        ((uint64_t *)(void *)to)[k] += ((const uint64_t *)(const void *)from)[k];
      for (size_t k = 0; f->size == 16 && k < f->count; k++)
        ((wide *)(void *)to)[k] += ((const wide *)(const void *)from)[k];
    }
}

/* Number k of a field, counted over all structs. */
static void *number_at(const struct es_layout *layout, const struct es_field *f, const void *at,
                       size_t k)
{
  size_t offset = k / f->count * layout->size + f->offset + k % f->count * f->size;
  return (char *)(size_t)((const char *)at + offset);
}

static wide value_at(const struct es_field *f, const void *number)
{
  return f->size == 8 ? *(const uint64_t *)number : *(const wide *)number;
}

/* By hand: hundreds of thousands of them are written. */
static void write_number(const char *before, bool minus, uint64_t x, struct es_text *out)
{
  char text[32], *at = text + sizeof text;
  do *--at = (char)('0' + x % 10);
  while ((x /= 10) > 0);
  if (minus) *--at = '-';
  if (before[0] != '\0') *--at = before[0];
  es_text_bytes(out, at, (size_t)(text + sizeof text - at));
}

static void write_field(const struct es_layout *layout, const struct es_field *f, const void *at,
                        size_t n, struct es_text *out)
{
  const char *comma = "";
  uint64_t zeros = 0;
  es_text_add(out, "\"%s\":[", f->name);
  for (size_t k = 0; k < n * f->count; k++) {
    wide x = value_at(f, number_at(layout, f, at, k));
    if (x == 0) {
      zeros++;
      continue;
    }
    if (zeros > 0) write_number(comma, true, zeros, out), comma = ",";
    zeros = 0;
    if (f->size == 8)
      write_number(comma, false, (uint64_t)x, out);
    else
      es_text_add(out, "%s\"%llx%016llx\"", comma, (unsigned long long)(x >> 64),
                  (unsigned long long)x);
    comma = ",";
  }
  es_text_add(out, "]");
}

void es_fields_write(const struct es_layout *layout, const void *at, size_t n, struct es_text *out)
{
  es_text_add(out, "{");
  for (const struct es_field *f = layout->field; f->name != NULL; f++) {
    if (f != layout->field) es_text_add(out, ",");
    write_field(layout, f, at, n, out);
  }
  es_text_add(out, "}");
}

/* Hexadecimal digits; false where there is anything else. */
static bool read_wide(wide *x, const char *text)
{
  *x = 0;
  if (text == NULL || text[0] == '\0' || strlen(text) > 32) return false;
  for (; *text != '\0'; text++) {
    const char *digits = "0123456789abcdef", *digit = strchr(digits, *text);
    if (digit == NULL) return false;
    *x = *x << 4 | (wide)(size_t)(digit - digits);
  }
  return true;
}

/* Adds one written number, or steps over zeros. */
static bool take(const struct es_layout *layout, const struct es_field *f, void *at, size_t n,
                 size_t *k, const json_t *number)
{
  bool count = json_is_integer(number);
  json_int_t value = count ? json_integer_value(number) : 0;
  size_t left = n * f->count - *k;
  if (value < 0) {
    uint64_t zeros = 0 - (uint64_t)value;
    if (zeros > left) return false;
    *k += zeros;
    return true;
  }
  if (left == 0 || count != (f->size == 8)) return false;
  void *to = number_at(layout, f, at, (*k)++);
  wide x;
  if (count)
    *(uint64_t *)to += (uint64_t)value;
  else if (read_wide(&x, json_string_value(number)))
    *(wide *)to += x;
  else
    return false;
  return true;
}

enum es_status es_fields_read(const struct es_layout *layout, void *at, size_t n,
                              const json_t *from, struct es_context *ctx)
{
  for (const struct es_field *f = layout->field; f->name != NULL; f++) {
    const json_t *list = json_object_get(from, f->name), *number;
    size_t i, k = 0;
    bool good = json_is_array(list);
    json_array_foreach(list, i, number) good = good && take(layout, f, at, n, &k, number);
    if (!good) return es_fail(ctx, ES_INPUT, "%s: these are not counts of such groups", f->name);
  }
  return ES_OK;
}
