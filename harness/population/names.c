/* The distribution of names, and the addresses of namesakes. */
#include "harness/population/names.h"

#include <stdlib.h>
#include "harness/base/math.h"
#include "harness/population/draws.h"

enum { COMMON = 100, GIVEN_BITS = 18, NUMBER_BITS = 31 };
/* [found] China Daily 2007: Wang, Li, Zhang; [derived] Liu and Chen share what is left of the
 * five's 30.8% ([found] Shine 2021) as the Zipf tail would have it. */
static const double top[] = {0.0725, 0.0719, 0.0683, 0.0524, 0.0429};
static const double top_hundred =
    0.859; /* [found] Shine 2020; 6,150 surnames in use [found] ecns 2019 */
static const double surname_tail = 0.9; /* [assumed] */
static const double given_tail = 0.8,
                    given_shift = 9.4; /* [assumed] fitted to how many are Zhang Wei */

/* cumulative[k] = (weights up to k) · total/(their sum) + before */
static void accumulate(double *cumulative, size_t n, double exponent, double shift, double before,
                       double total)
{
  double sum = 0;
  for (size_t k = 0; k < n; k++) cumulative[k] = sum += es_pow((double)k + shift, -exponent);
  for (size_t k = 0; k < n; k++) cumulative[k] = before + cumulative[k] * (total / sum);
}

enum es_status es_names_create(struct es_names *names, struct es_context *ctx)
{
  enum { FEW = ES_COUNT_OF(top) };
  *names = (struct es_names){es_alloc(ES_SURNAMES, sizeof *names->surname, ctx),
                             es_alloc(ES_GIVEN_NAMES, sizeof *names->given, ctx)};
  if (names->surname == NULL || names->given == NULL) {
    es_names_clear(names);
    return ES_NOMEM;
  }
  double sum = 0;
  for (size_t k = 0; k < FEW; k++) names->surname[k] = sum += top[k];
  accumulate(names->surname + FEW, COMMON - FEW, surname_tail, FEW + 1, sum, top_hundred - sum);
  accumulate(names->surname + COMMON, ES_SURNAMES - COMMON, 0, 1, top_hundred, 1 - top_hundred);
  accumulate(names->given, ES_GIVEN_NAMES, given_tail, 1 + given_shift, 0, 1);
  return ES_OK;
}

void es_names_clear(struct es_names *names)
{
  free(names->surname);
  free(names->given);
  *names = (struct es_names){0};
}

/* The first rank whose cumulative share is above u. */
static uint32_t rank(const double *cumulative, size_t n, double u)
{
  size_t low = 0, high = n - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (u < cumulative[middle])
      high = middle;
    else
      low = middle + 1;
  }
  return (uint32_t)low;
}

struct es_person_name es_names_of(const struct es_names *names, const struct es_context *ctx,
                                  uint64_t person)
{
  if (person >= ES_NAMESAKE_ADDRESS) {
    uint64_t name = (person - ES_NAMESAKE_ADDRESS) >> NUMBER_BITS;
    return (struct es_person_name){(uint32_t)(name >> GIVEN_BITS),
                                   (uint32_t)(name & ((1u << GIVEN_BITS) - 1))};
  }
  struct es_draw d = es_draw(ctx, person, ES_DRAW_PERSON);
  return (struct es_person_name){rank(names->surname, ES_SURNAMES, es_uniform(d.word[2])),
                                 rank(names->given, ES_GIVEN_NAMES, es_uniform(d.word[3]))};
}

static double share_at(const double *cumulative, uint32_t k)
{
  return k > 0 ? cumulative[k] - cumulative[k - 1] : cumulative[0];
}

double es_names_share(const struct es_names *names, struct es_person_name name)
{
  return share_at(names->surname, name.surname) * share_at(names->given, name.given);
}

uint64_t es_names_address(struct es_person_name name, uint32_t k)
{
  uint64_t code = (uint64_t)name.surname << GIVEN_BITS | name.given;
  return ES_NAMESAKE_ADDRESS | code << NUMBER_BITS | (k & 0x7FFFFFFF);
}
