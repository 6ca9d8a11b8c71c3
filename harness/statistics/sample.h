/* Exact random counts: binomial, hypergeometric and multinomial draws whose cost does not grow with
 * the number of people.  Addressed like everything random: dice are (seed, replicate, purpose,
 * number), and always fall the same. */
#ifndef ES_STATISTICS_SAMPLE_H
#define ES_STATISTICS_SAMPLE_H

#include "harness/base/random.h"

/* Purposes of draws, beside those of populations (which stay far below) and of scorers (above). */
enum { ES_DRAW_BOOTSTRAP = 0x70000000, ES_DRAW_PERMUTATION = 0x71000000 };

/* The context must outlive the dice. */
struct es_dice {
  const struct es_context *ctx;
  uint64_t address;
  uint32_t purpose;
  unsigned used;
  struct es_draw draw;
};
struct es_dice es_dice_open(const struct es_context *ctx, uint32_t purpose, uint32_t number);

/* Uniform in (0, 1) with 53 bits; a whole number below `n`, each equally likely. */
double es_dice_uniform(struct es_dice *dice);
uint32_t es_dice_below(struct es_dice *dice, uint32_t n);

/* Successes in n trials (n below 2^53). */
uint64_t es_binomial(struct es_dice *dice, uint64_t n, double p);

/* Marked among `drawn` of marked + others, without replacement. */
uint64_t es_hypergeometric(struct es_dice *dice, uint64_t marked, uint64_t others, uint64_t drawn);

/* People in cells, from whom new samples are drawn with replacement.  share: of the first of each
 * pair of cells, of pairs, of pairs of pairs, …; `owner` has every person's cell where that is
 * cheaper: few people per cell. */
struct es_multinomial {
  const uint64_t *count;
  size_t cells;
  uint64_t total;
  double *share;
  uint32_t *owner;
};
enum es_status es_multinomial_create(struct es_multinomial *m, const uint64_t *count, size_t cells,
                                     struct es_context *ctx) ES_CHECKED;
void es_multinomial_draw(uint64_t *drawn, const struct es_multinomial *m, uint64_t people,
                         struct es_dice *dice);
void es_multinomial_clear(struct es_multinomial *m);

#endif
