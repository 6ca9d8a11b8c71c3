/* Arithmetic on a block of people at once, as wide as the processor allows.
 *
 * A lane is one person in a vector register.  Every function here does the same thing to each of n
 * elements, and is compiled three times from the same plain C (harness/base/lanes/): for any
 * x86-64, for AVX2 and for AVX-512.  es_lanes() picks the widest that the processor has.  The
 * results have the same bytes on each: no operation but those that IEEE 754 rounds exactly, none
 * fused, none regrouped.  EVENSCORE_LANES=any|avx2|avx512 forces one, for the tests that compare
 * them.
 *
 * Blocks are short: ES_LANES people.
 */
#ifndef ES_BASE_LANES_H
#define ES_BASE_LANES_H

#include <stddef.h>
#include "harness/base/frame.h"
#include "harness/base/random.h"

/* The draws of up to ES_LANES people for one purpose. */
struct es_words {
  uint32_t word[4][ES_LANES];
};

/* Which draws: everything of an address but the person. */
struct es_stream {
  uint32_t purpose, replicate, key[2];
};

/* Squared error and log loss of probabilities in fixed point, and the log-odds that fall out on the
 * way.  A sum of ES_LANES of them fits into 64 bits. */
enum { ES_BRIER_BITS = 50, ES_LOSS_BITS = 46, ES_LOSS_SQUARE_BITS = 41 };
struct es_losses {
  uint64_t brier[ES_LANES], brier_square[ES_LANES]; /* 2^-ES_BRIER_BITS */
  uint64_t loss[ES_LANES], loss_square[ES_LANES];   /* 2^-ES_LOSS_BITS, 2^-ES_LOSS_SQUARE_BITS */
  double log_odds[ES_LANES];
};

/* Numbers k of n people who each have the chance p <= 1/2, where some ten or more are expected:
 * what is proposed, and whether it is taken (es_comparison's words).  v: uniform and scaled to the
 * height of the distribution; then its logarithm. */
struct es_hat {
  double n[ES_LANES], p[ES_LANES], k[ES_LANES], v[ES_LANES];
  uint64_t verdict[ES_LANES];
};
enum { ES_INVERTED = 99 }; /* the most that inversion says of fewer than ten expected */

/* Rows that linear models are fitted to come in blocks: column after column of ES_ROWS numbers.
 * What is summed over them stays in ES_STRANDS parts until it is folded; a Gram matrix of d columns
 * needs ES_GRAM_ROOM(d) numbers for that. */
enum { ES_ROWS = 128, ES_STRANDS = 8, ES_GRAM_TILE = 3 };
#define ES_GRAM_TILES(d) (((d) + ES_GRAM_TILE - 1) / ES_GRAM_TILE)
#define ES_GRAM_ROOM(d)                                                                            \
  (ES_GRAM_TILES(d) * (ES_GRAM_TILES(d) + 1) / 2 * ES_GRAM_TILE * ES_GRAM_TILE * ES_STRANDS)

/* Rows under a logistic model.  Given are the outcome, the weight (0: no row), the linear predictor
 * `right` and its offset, and a change of it, `gain`.  The latter are turned to where the outcome
 * is; found are the logarithm of the likelihood, its first two derivatives (info: minus the
 * second), and 0.5 - p. */
struct es_odds {
  double weight[ES_ROWS], offset[ES_ROWS], right[ES_ROWS], gain[ES_ROWS];
  double likelihood[ES_ROWS], residual[ES_ROWS], info[ES_ROWS], lean[ES_ROWS];
  uint8_t favorable[ES_ROWS];
};

/* A comparison, and what comes of it: the greater is the truer. */
enum es_comparison { ES_LESS, ES_AT_MOST, ES_MORE, ES_AT_LEAST, ES_EQUAL, ES_UNEQUAL };
enum { ES_FALSE, ES_UNKNOWABLE, ES_TRUE };

/* Outputs stand first.  Tables by group have `groups` numbers, `stride` numbers apart. */
#define ES_LANES_LIST(X)                                                                           \
  /* Philox4x32-10: word k of person i as es_draw has it; n at most ES_LANES */                    \
  X(draw, struct es_words *out, const struct es_stream *stream, const uint64_t *person, size_t n)  \
  /* es_uniform, es_normal, es_exponential of each word */                                         \
  X(uniform, double *out, const uint32_t *word, size_t n)                                          \
  X(normal, double *out, const uint32_t *word, size_t n)                                           \
  X(exponential, double *out, const uint32_t *word, size_t n)                                      \
  /* elementary functions, within two units of the last place; log: of positive normal numbers,    \
   * exp: 0 below -708, nothing above 709 */                                                       \
  X(exp, double *out, const double *x, size_t n)                                                   \
  X(log, double *out, const double *x, size_t n)                                                   \
  X(logistic, double *out, const double *x, size_t n)                                              \
  /* the group's number */                                                                         \
  X(pick, double *out, const uint32_t *group, const double *table, size_t stride, size_t groups,   \
    size_t n)                                                                                      \
  /* the level in whose share the uniform falls */                                                 \
  X(level, uint32_t *out, const uint32_t *word, const double *share, size_t stride, size_t levels, \
    size_t n)                                                                                      \
  /* out = a */                                                                                    \
  X(fill, double *out, double a, size_t n)                                                         \
  /* out += a x, out += x y */                                                                     \
  X(add_scaled, double *out, double a, const double *x, size_t n)                                  \
  X(add_product, double *out, const double *x, const double *y, size_t n)                          \
  /* 1 where the uniform of the word is below that share; where x is below y */                    \
  X(below, uint8_t *out, const uint32_t *word, const double *share, size_t n)                      \
  X(less, uint8_t *out, const double *x, const double *y, size_t n)                                \
  /* months on record, 1 + floor(wait scale), and noise / sqrt(months) */                          \
  X(history, double *months, double *spread, const double *wait, const double *scale,              \
    const double *noise, size_t n)                                                                 \
  /* a Poisson count of mean exp(x), 99 at the most, by inversion */                               \
  X(count, double *out, const double *x, const uint32_t *word, size_t n)                           \
  /* 1 where x is above 0 */                                                                       \
  X(positive, double *out, const double *x, size_t n)                                              \
  /* x rounded to that many significant bits, as es_round_bits has it */                           \
  X(round, double *x, int bits, size_t n)                                                          \
  /* how many of those with skip[i] = 0 are not within low and high, NaN among them */             \
  X(stray, size_t *out, const double *x, const uint8_t *skip, double low, double high, size_t n)   \
  /* 1 where x is at least a */                                                                    \
  X(reaches, uint8_t *out, const double *x, double a, size_t n)                                    \
  /* log-odds of probabilities, which are taken to be within 1e-15 and 1 - 1e-15 */                \
  X(logit, double *out, const double *p, size_t n)                                                 \
  /* what a stated probability of a favourable outcome costs; n at most ES_LANES */                \
  X(losses, struct es_losses *out, const double *p, const uint8_t *favorable, size_t n)            \
  /* which of the bins of width 1/scale from `low` on; the ends take what is beyond */             \
  X(bin, uint16_t *out, const double *x, double low, double scale, uint16_t bins, size_t n)        \
  /* out += a times x where it is seen, and times `otherwise` where not */                         \
  X(add_known, double *out, double a, const double *x, const uint8_t *seen, double otherwise,      \
    size_t n)                                                                                      \
  /* of blocks of rows: (x - mean) inverse of a column; sums of weighted x - shift, and its */     \
  /* squares; a combination of columns; dot products of y with each; the lower half of their */    \
  /* Gram matrix, while the next block is fetched from memory */                                   \
  X(standardize, double *out, const double *x, double mean, double inverse)                        \
  X(add_moments, double *sum, const double *weight, const double *x, double shift)                 \
  X(combine, double *out, const double *x, const double *by, size_t columns)                       \
  X(add_dots, double *sum, const double *y, const double *x, size_t columns)                       \
  X(add_gram, double *sum, const double *weight, const double *x, size_t columns,                  \
    const double *next)                                                                            \
  X(odds, struct es_odds *o)                                                                       \
  /* out += what n sums of strands, and those of a Gram matrix, come to */                         \
  X(fold, double *out, const double *sum, size_t n)                                                \
  X(fold_gram, double *out, const double *sum, size_t columns)                                     \
  /* the smallest and the largest, also of what stands there */                                    \
  X(range, double *low, double *high, const double *x, size_t n)                                   \
  /* binomial numbers by inversion; by a hat: a proposal, a quick look and a close one */          \
  X(invert, double *k, const double *n, const double *p, const struct es_words *words,             \
    size_t size)                                                                                   \
  X(hat, struct es_hat *h, const struct es_words *words, size_t size)                              \
  X(squeeze, struct es_hat *h, size_t size)                                                        \
  X(height, struct es_hat *h, size_t size)                                                         \
  /* people (below 2^52) of whom a share is on one side: n, and p the smaller share; those on */   \
  /* both sides, from k on the smaller */                                                          \
  X(open_pairs, double *n, double *p, const uint64_t *people, const double *share, size_t size)    \
  X(close_pairs, uint64_t *pairs, const double *n, const double *k, const double *share,           \
    size_t size)                                                                                   \
  /* weighted means, NaN left out; NaN where nothing is there */                                   \
  X(add_weighted, double *sum, double *total, double weight, const double *x, size_t n)            \
  /* the same of where x stands between `from` and `to`, from 0 to 1; of `otherwise` where it is   \
   * not seen */                                                                                   \
  X(add_shares, double *sum, double *total, double weight, const double *x, const uint8_t *seen,   \
    double from, double to, double otherwise, size_t n)                                            \
  X(mean, double *out, const double *sum, const double *total, size_t n)                           \
  /* a test of x, in three-valued logic */                                                         \
  X(compare, uint8_t *out, const double *x, const uint8_t *seen, enum es_comparison how,           \
    double number, size_t n)                                                                       \
  /* bits set in a, b and `within`; those of them that are set in `favorable` */                   \
  X(count_bits, uint64_t *all, uint64_t *good, const uint64_t *a, const uint64_t *b,               \
    const uint64_t *within, const uint64_t *favorable, size_t words)                               \
  /* out = x, or a, where the flag is `when` */                                                    \
  X(put, double *out, const double *x, const uint8_t *flag, uint8_t when, size_t n)                \
  X(put_one, double *out, double a, const uint8_t *flag, uint8_t when, size_t n)                   \
  /* what is seen of covered people whose records are shared: NaN where not */                     \
  X(reveal, double *value, uint8_t *seen, const uint8_t *covered, const uint8_t *shared, size_t n)

struct es_lanes {
  const char *name;
#define ES_LANES_MEMBER(name, ...) void (*name)(__VA_ARGS__);
  ES_LANES_LIST(ES_LANES_MEMBER)
#undef ES_LANES_MEMBER
};

const struct es_lanes *es_lanes(void);

/* The widths of this build, widest first, and whether the processor has one. */
extern const struct es_lanes *const es_lanes_widths[];
extern const size_t es_lanes_width_count;
bool es_lanes_runs(const struct es_lanes *lanes);

/* Refuses an EVENSCORE_LANES that is not there, or that the processor does not have. */
enum es_status es_lanes_check(struct es_context *ctx) ES_CHECKED;

/* The stream of es_draw in that context. */
struct es_stream es_stream(const struct es_context *ctx, uint32_t purpose);

#endif
