/* 64 bits before the point and 64 behind it. */
#include "harness/base/fixed.h"

#include <math.h>
#include <stdint.h>

es_fixed es_fixed_from(double x)
{
  double whole = floor(x);
  return ((es_fixed)(uint64_t)whole << 64) | (uint64_t)((x - whole) * 0x1p64);
}

double es_fixed_to(es_fixed x)
{
  return (double)(uint64_t)(x >> 64) + (double)(uint64_t)x * 0x1p-64;
}
