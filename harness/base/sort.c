/* Least significant digit first, in digits of 11 bits; a digit that is the same for all is skipped,
 * so that scores which are rounded cost less. */
#include "harness/base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { BITS = 11, BUCKETS = 1 << BITS, DIGITS = 6 };

struct item {
  uint64_t key;
  uint32_t index;
};

/* A number whose order as an integer is that of the double. */
static uint64_t key_of(double x)
{
  uint64_t bits;
  x += 0; /* -0 becomes 0 */
  memcpy(&bits, &x, sizeof bits);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static size_t digit_of(uint64_t key, int digit) { return key >> (BITS * digit) & (BUCKETS - 1); }

/* Deals the items to the places that follow from how often each digit occurs. */
static void deal(struct item *to, const struct item *from, size_t n, int digit, uint32_t *count)
{
  uint32_t before = 0;
  for (size_t b = 0; b < BUCKETS; b++) {
    uint32_t here = count[b];
    count[b] = before;
    before += here;
  }
  for (size_t i = 0; i < n; i++) to[count[digit_of(from[i].key, digit)]++] = from[i];
}

enum es_status es_sort_order(uint32_t *order, const double *x, size_t stride, size_t n,
                             struct es_context *ctx)
{
  struct item *item = es_alloc(2 * n, sizeof *item, ctx), *from = item, *to = item + n;
  uint32_t(*count)[BUCKETS] = es_alloc(DIGITS, sizeof *count, ctx);
  enum es_status status = item != NULL && count != NULL ? ES_OK : ES_NOMEM;
  for (size_t i = 0; status == ES_OK && i < n; i++) {
    from[i] = (struct item){key_of(*(const double *)((const char *)x + i * stride)), (uint32_t)i};
    for (int d = 0; d < DIGITS; d++) count[d][digit_of(from[i].key, d)]++;
  }
  for (int d = 0; status == ES_OK && n > 0 && d < DIGITS; d++) {
    if (count[d][digit_of(from[0].key, d)] == n) continue;
    deal(to, from, n, d, count[d]);
    struct item *swap = from;
    from = to;
    to = swap;
  }
  for (size_t i = 0; status == ES_OK && i < n; i++) order[i] = from[i].index;
  free(item);
  free(count);
  return status;
}
