/* Least significant digit first, in digits of 11 bits, of those bits only in which numbers differ.
 *
 * The first three of these digits nearly sort what is not made to defeat them; what still stands
 * wrong is then put in order by insertion.  Where that takes too long, all digits are sorted by.
 */
#include "harness/base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { BITS = 11, BUCKETS = 1 << BITS, FEW = 3, DIGITS = 6, MOVES = 4 };

struct item {
  uint64_t key, rest;
};

static struct item item_at(const char *record, size_t i)
{
  struct item item;
  memcpy(&item, record + i * ES_RECORD, sizeof item);
  return item;
}

static void put_item(char *record, size_t i, struct item item)
{
  memcpy(record + i * ES_RECORD, &item, sizeof item);
}

/* A number whose order as an integer is that of the double, and back. */
static uint64_t key_of(uint64_t bits)
{
  double x;
  memcpy(&x, &bits, sizeof x);
  x += 0; /* -0 becomes 0 */
  memcpy(&bits, &x, sizeof bits);
  return bits ^ ((0 - (bits >> 63)) | (uint64_t)1 << 63);
}

static uint64_t bits_of(uint64_t key) { return key ^ (((key >> 63) - 1) | (uint64_t)1 << 63); }

/* Makes keys of the numbers; in which bits they differ. */
static uint64_t make_keys(char *record, size_t n)
{
  uint64_t any = 0, all = ~(uint64_t)0;
  for (size_t i = 0; i < n; i++) {
    struct item item = item_at(record, i);
    item.key = key_of(item.key);
    any |= item.key;
    all &= item.key;
    put_item(record, i, item);
  }
  return any & ~all;
}

static size_t digit_of(uint64_t key, int shift) { return key >> shift & (BUCKETS - 1); }

/* Deals the items to the places that follow from how often each digit occurs. */
static void deal(char *to, const char *from, size_t n, int shift, uint32_t *count)
{
  uint32_t before = 0;
  for (size_t b = 0; b < BUCKETS; b++) {
    uint32_t here = count[b];
    count[b] = before;
    before += here;
  }
  for (size_t i = 0; i < n; i++) {
    struct item item = item_at(from, i);
    put_item(to, count[digit_of(item.key, shift)]++, item);
  }
}

/* Sorts by at most so many digits below and at the highest bit that differs; back and forth between
 * two rooms, of which the one with the outcome is returned. */
static char *sort_keys(char *record, char *other, size_t n, uint64_t differ, int most,
                       uint32_t (*count)[BUCKETS])
{
  int low = 0, high = 64, digits = 0, shift[DIGITS];
  while (high > 0 && !(differ >> (high - 1))) high--;
  while (low < high && !(differ >> low & 1)) low++;
  for (int at = high - most * BITS > low ? high - most * BITS : low; at < high; at += BITS)
    shift[digits++] = at;
  memset(count, 0, DIGITS * sizeof *count);
  for (size_t i = 0; i < n; i++) {
    uint64_t key = item_at(record, i).key;
    for (int d = 0; d < digits; d++) count[d][digit_of(key, shift[d])]++;
  }
  char *from = record, *to = other;
  for (int d = 0; n > 0 && d < digits; d++) {
    if (count[d][digit_of(item_at(from, 0).key, shift[d])] == n) continue; /* the same for all */
    deal(to, from, n, shift[d], count[d]);
    char *swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/* Writes the items back as numbers, each as far down as it belongs; false where that is too far:
 * they are all there then, but in no order. */
static bool insert(char *record, const char *from, size_t n)
{
  size_t moves = 0, most = MOVES * n;
  uint64_t highest = 0;
  for (size_t i = 0; i < n; i++) {
    struct item item = item_at(from, i);
    uint64_t key = item.key;
    size_t at = i;
    item.key = bits_of(key);
    if (key >= highest) {
      highest = key;
    } else {
      for (; at > 0 && moves < most; at--, moves++) {
        struct item before = item_at(record, at - 1);
        if (key_of(before.key) <= key) break;
        put_item(record, at, before);
      }
    }
    put_item(record, at, item);
  }
  return moves < most || n < 2;
}

enum es_status es_sort_records(void *record, size_t n, struct es_context *ctx)
{
  char *other = es_room(n, ES_RECORD, ctx);
  uint32_t(*count)[BUCKETS] = es_room(DIGITS, sizeof *count, ctx);
  bool room = other != NULL && count != NULL, sorted = false;
  for (int most = FEW; room && !sorted; most = DIGITS) {
    uint64_t differ = make_keys(record, n);
    sorted = insert(record, sort_keys(record, other, n, differ, most, count), n);
  }
  free(other);
  free(count);
  return room ? ES_OK : ES_NOMEM;
}

enum es_status es_sort_order(uint32_t *order, const double *x, size_t stride, size_t n,
                             struct es_context *ctx)
{
  struct numbered {
    double x;
    uint64_t index;
  } *item = es_alloc(n, sizeof *item, ctx);
  if (item == NULL) return ES_NOMEM;
  for (size_t i = 0; i < n; i++)
    item[i] = (struct numbered){*(const double *)(const void *)((const char *)x + i * stride), i};
  enum es_status status = es_sort_records(item, n, ctx);
  for (size_t i = 0; status == ES_OK && i < n; i++) order[i] = (uint32_t)item[i].index;
  free(item);
  return status;
}
