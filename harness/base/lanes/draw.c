/* Philox4x32-10 of many people at once, and what is made of its words.
 *
 * A word lives in the lower half of a 64-bit lane; what is above it is left there and never looked
 * at.  The one instruction that compilers do not find by themselves is the product of lower halves.
 */
#include "harness/base/lanes/width.h"

#include <string.h>
#if defined __SSE2__
#include <immintrin.h>
#endif
#include "harness/base/lanes/inline.h"

enum { VECTOR = ES_VECTOR_BYTES / 8, ROUNDS = 10 };
typedef uint64_t words __attribute__((vector_size(ES_VECTOR_BYTES)));
typedef uint32_t half __attribute__((vector_size(ES_VECTOR_BYTES / 2)));

/* The products of the lower halves. */
static inline words product(words a, uint32_t b)
{
#if defined __AVX512F__ && ES_VECTOR_BYTES == 64
  return (words)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined __AVX2__ && ES_VECTOR_BYTES == 32
  return (words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#elif defined __SSE2__
  return (words)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(b));
#else
  return (a & 0xffffffffu) * b;
#endif
}

static inline void store(uint32_t *out, words w)
{
  half lower = __builtin_convertvector(w, half);
  memcpy(out, &lower, sizeof lower);
}

/* What does not depend on the person: the keys of every round, and the rest of the counter. */
struct schedule {
  words purpose, replicate, key[ROUNDS][2];
};

static void make_schedule(struct schedule *s, const struct es_stream *stream)
{
  const words zero = {0};
  uint32_t x = stream->key[0], y = stream->key[1];
  s->purpose = zero + stream->purpose;
  s->replicate = zero + stream->replicate;
  for (int round = 0; round < ROUNDS; round++, x += 0x9E3779B9u, y += 0xBB67AE85u) {
    s->key[round][0] = zero + x;
    s->key[round][1] = zero + y;
  }
}

/* The words of VECTOR people, written from `at` on. */
static inline void philox(struct es_words *out, size_t at, words person, const struct schedule *s)
{
  words a = person, b = person >> 32, c = s->purpose, d = s->replicate;
  for (int round = 0; round < ROUNDS; round++) {
    words p = product(a, 0xD2511F53u), q = product(c, 0xCD9E8D57u);
    a = (q >> 32) ^ b ^ s->key[round][0];
    b = q;
    c = (p >> 32) ^ d ^ s->key[round][1];
    d = p;
  }
  store(out->word[0] + at, a);
  store(out->word[1] + at, b);
  store(out->word[2] + at, c);
  store(out->word[3] + at, d);
}

void LANES(draw)(struct es_words *out, const struct es_stream *stream, const uint64_t *person,
                 size_t n)
{
  struct schedule schedule;
  make_schedule(&schedule, stream);
  for (size_t i = 0; i < n; i += VECTOR) {
    words some = {0};
    if (i + VECTOR <= n)
      memcpy(&some, person + i, sizeof some);
    else
      memcpy(&some, person + i, (n - i) * sizeof *person);
    philox(out, i, some, &schedule);
  }
}

void LANES(uniform)(double *restrict out, const uint32_t *restrict word, size_t n)
{
  EACH(i, n) out[i] = es_lane_uniform(word[i]);
}

#if defined __AVX512F__
/* One instruction looks up 16 octaves in a table of 32. */
static inline __m512 looked_up(const float *table, __m512i octave)
{
  return _mm512_permutex2var_ps(_mm512_loadu_ps(table), octave, _mm512_loadu_ps(table + 16));
}

static void sixteen_normals(double *restrict out, const uint32_t *restrict word)
{
  uint32_t upper[16], octave[16];
  float t[16], y[16];
  for (int i = 0; i < 16; i++) t[i] = es_lane_octave(word[i], &upper[i], &octave[i]);
  __m512i at = _mm512_loadu_si512(octave);
  __m512 x = _mm512_loadu_ps(t), sum = looked_up(es_quantile[ES_QUANTILE_DEGREE], at);
  for (int k = ES_QUANTILE_DEGREE - 1; k >= 0; k--)
    sum = _mm512_add_ps(_mm512_mul_ps(sum, x), looked_up(es_quantile[k], at));
  _mm512_storeu_ps(y, sum);
  for (int i = 0; i < 16; i++)
    out[i] = es_float_from_bits(es_bits_float(y[i]) ^ (~upper[i] & 0x80000000u));
}
#endif

void LANES(normal)(double *restrict out, const uint32_t *restrict word, size_t n)
{
  size_t done = 0;
#if defined __AVX512F__
  for (; done + 16 <= n; done += 16) sixteen_normals(out + done, word + done);
#endif
  for (size_t i = done; i < n; i++) out[i] = es_lane_normal(word[i]);
}

void LANES(exponential)(double *restrict out, const uint32_t *restrict word, size_t n)
{
  EACH(i, n) out[i] = es_lane_exponential(word[i]);
}

void LANES(level)(uint32_t *restrict out, const uint32_t *restrict word,
                  const double *restrict share, size_t stride, size_t levels, size_t n)
{
  double sum = 0;
  EACH(i, n) out[i] = 0;
  for (size_t g = 0; g + 1 < levels; g++) {
    sum += share[g * stride];
    EACH(i, n) out[i] += es_lane_uniform(word[i]) >= sum;
  }
}

void LANES(below)(uint8_t *restrict out, const uint32_t *restrict word,
                  const double *restrict share, size_t n)
{
  EACH(i, n) out[i] = es_lane_uniform(word[i]) < share[i];
}
