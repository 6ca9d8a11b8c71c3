/* Addressed randomness: a draw is a pure function of (seed, replicate, person, purpose).
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11;
 * Random123's implementation) is keyed by the seed; its counter is the person's 64-bit address, the
 * purpose and the replicate.  Nothing is streamed, so a person is the same whoever computes them,
 * in any order, on any thread, and can be observed again in another world.
 */
#ifndef ES_BASE_RANDOM_H
#define ES_BASE_RANDOM_H

#include "harness/base/status.h"

struct es_draw {
  uint32_t word[4];
};

/* Four independent 32-bit words. */
struct es_draw es_draw(const struct es_context *ctx, uint64_t person, uint32_t purpose);

/* The draws of a scorer: independent of every other purpose and of every other scorer, because the
 * core salts the context with the scorer's name.  `k` numbers them: 0, 1, 2, … */
struct es_draw es_scorer_draw(const struct es_context *ctx, uint64_t person, uint32_t k);

/* Uniform in (0, 1): (word + 1/2) / 2^32. */
static inline double es_uniform(uint32_t word) { return ((double)word + 0.5) * 0x1p-32; }

/* Standard normal by inversion of that uniform, to 7.4e-7: no more would show in a billion people.
 */
double es_normal(uint32_t word);

/* A Poisson count by inversion of one uniform; above a mean of 30 by the normal approximation. */
double es_poisson(double mean, double u);

/* Exponential of mean 1, to single precision. */
double es_exponential(uint32_t word);

/* A 32-bit number of a name (FNV-1a), for salts. */
uint32_t es_name_hash(const char *name);

#endif
