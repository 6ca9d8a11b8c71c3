/* Binomial: inversion where few are expected, else BTRS with the bounds of BTRD (Hörmann, "The
 * generation of binomial random variates", J. Statist. Comput. Simul. 46, 1993), many at once.
 * Hypergeometric: an urn where few are drawn, else HRUA (Stadlober, "Sampling from Poisson,
 * binomial and hypergeometric distributions", 1989).  Multinomial: cells are halved, and halved
 * again, with a binomial for each half's people; or person by person where that costs less. */
#include "harness/statistics/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/base/math.h"

struct es_dice es_dice_open(const struct es_context *ctx, uint32_t purpose, uint32_t number)
{
  return (struct es_dice){
      .ctx = ctx, .address = (uint64_t)number << 32, .purpose = purpose, .used = 4};
}

static inline uint32_t next(struct es_dice *s)
{
  if (s->used == 4) {
    s->draw = es_draw(s->ctx, s->address++, s->purpose);
    s->used = 0;
  }
  return s->draw.word[s->used++];
}

double es_dice_uniform(struct es_dice *s)
{
  uint64_t high = next(s) >> 6, low = next(s) >> 5;
  return ((double)(high << 27 | low) + 0.5) * 0x1p-53;
}

uint32_t es_dice_below(struct es_dice *s, uint32_t n)
{
  /* Multiply and shift; the few words that would favour some numbers are drawn again (Lemire 2019).
   */
  uint64_t wide = (uint64_t)next(s) * n;
  if ((uint32_t)wide >= n) return (uint32_t)(wide >> 32);
  for (uint32_t least = -n % n; (uint32_t)wide < least;) wide = (uint64_t)next(s) * n;
  return (uint32_t)(wide >> 32);
}

/* --- binomials -------------------------------------------------------------------------------- */

enum { MANY = 10 }; /* expected, from here on by the hat */

/* Those of a block who have no number yet. */
struct waiting {
  size_t size;
  uint16_t at[ES_LANES + 1]; /* and one for what is not kept */
};

/* Where the words of a block are: the place of its first among `places`, of which every further try
 * has as many again.  tries: so many were needed. */
struct round {
  const struct es_dice *dice;
  uint64_t first, places, tries;
};

static void draw_words(struct es_words *words, struct round *r, const struct waiting *w,
                       uint64_t number)
{
  const struct es_stream stream = es_stream(r->dice->ctx, r->dice->purpose);
  uint64_t address[ES_LANES], from = r->dice->address + number * r->places + r->first;
  for (size_t i = 0; i < w->size; i++) address[i] = from + w->at[i];
  es_lanes()->draw(words, &stream, address, w->size);
  if (number + 1 > r->tries) r->tries = number + 1;
}

static void take_few(double *k, const double *n, const double *p, const struct waiting *few,
                     struct round *r)
{
  double people[ES_LANES], chance[ES_LANES], found[ES_LANES];
  struct es_words words;
  if (few->size == 0) return;
  for (size_t i = 0; i < few->size; i++) {
    people[i] = n[few->at[i]];
    chance[i] = p[few->at[i]];
  }
  draw_words(&words, r, few, 0);
  es_lanes()->invert(found, people, chance, &words, few->size);
  for (size_t i = 0; i < few->size; i++) k[few->at[i]] = fmin(found[i], people[i]);
}

/* Writes the numbers that were taken, and keeps what nothing is known of yet; who was turned down
 * is added to `again`.  Without branches, as nobody could guess them. */
static void sort_out(double *k, struct es_hat *h, struct waiting *w, struct waiting *again)
{
  uint16_t keep[ES_LANES + 1];
  size_t left = 0, turned_down = again->size;
  for (size_t i = 0; i < w->size; i++) {
    k[w->at[i]] = h->k[i]; /* or is overwritten */
    again->at[turned_down] = w->at[i];
    turned_down += h->verdict[i] == ES_FALSE;
    keep[left] = (uint16_t)i;
    left += h->verdict[i] == ES_UNKNOWABLE;
  }
  for (size_t i = 0; i < left; i++) {
    h->n[i] = h->n[keep[i]];
    h->p[i] = h->p[keep[i]];
    h->k[i] = h->k[keep[i]];
    h->v[i] = h->v[keep[i]];
    w->at[i] = w->at[keep[i]];
  }
  again->size = turned_down;
  w->size = left;
}

static void take_many(double *k, const double *n, const double *p, struct waiting *w,
                      struct round *r)
{
  struct es_hat h;
  struct es_words words;
  for (uint64_t number = 0; w->size > 0; number++) {
    struct waiting again = {.size = 0};
    for (size_t i = 0; i < w->size; i++) {
      h.n[i] = n[w->at[i]];
      h.p[i] = p[w->at[i]];
    }
    draw_words(&words, r, w, number);
    es_lanes()->hat(&h, &words, w->size);
    sort_out(k, &h, w, &again);
    es_lanes()->squeeze(&h, w->size);
    sort_out(k, &h, w, &again);
    es_lanes()->height(&h, w->size);
    sort_out(k, &h, w, &again);
    w->size = again.size;
    memcpy(w->at, again.at, again.size * sizeof *w->at);
  }
}

/* k[i] successes of n[i], p[i] at most a half; size at most ES_LANES. */
static void take_binomials(double *k, const double *n, const double *p, size_t size,
                           struct round *r)
{
  struct waiting few, many;
  double mean[ES_LANES], least = MANY, most = 0;
  few.size = 0;
  many.size = size;
  es_lanes()->fill(mean, 0, size);
  es_lanes()->add_product(mean, n, p, size);
  es_lanes()->range(&least, &most, mean, size);
  for (size_t i = 0; i < size; i++) many.at[i] = (uint16_t)i;
  if (least < MANY) {
    es_lanes()->fill(k, 0, size);
    many.size = 0;
    for (size_t i = 0; i < size; i++) {
      few.at[few.size] = many.at[many.size] = (uint16_t)i;
      few.size += mean[i] > 0 && mean[i] < MANY;
      many.size += mean[i] >= MANY;
    }
  }
  take_few(k, n, p, &few, r);
  take_many(k, n, p, &many, r);
}

uint64_t es_binomial(struct es_dice *dice, uint64_t n, double p)
{
  struct round r = {dice, 0, 1, 0};
  double people = (double)n, chance = fmin(p, 1 - p), k;
  take_binomials(&k, &people, &chance, 1, &r);
  dice->address += r.tries;
  return p <= 0.5 ? (uint64_t)k : n - (uint64_t)k;
}

/* --- without replacement ---------------------------------------------------------------------- */

static double log_factorial(double k) { return es_log_gamma(k + 1); }

static uint64_t by_urn(struct es_dice *s, double marked, double total, uint64_t drawn)
{
  uint64_t found = 0;
  for (; drawn > 0; drawn--, total--)
    if (es_dice_uniform(s) * total < marked) {
      found++;
      marked--;
    }
  return found;
}

/* drawn is at most half of all, fewer at most as many as more. */
static double by_hrua(struct es_dice *s, double fewer, double more, double drawn)
{
  double all = fewer + more, p = fewer / all, a = drawn * p + 0.5;
  double c = sqrt((all - drawn) * drawn * p * (1 - p) / (all - 1) + 0.5);
  double h = 1.7155277699214135 * c + 0.8989161620588988; /* 2 sqrt(2/e), 3 - 2 sqrt(3/e) */
  double mode = floor((drawn + 1) * (fewer + 1) / (all + 2));
  double top = log_factorial(mode) + log_factorial(fewer - mode) + log_factorial(drawn - mode) +
               log_factorial(more - drawn + mode);
  double beyond = fmin(fmin(drawn, fewer) + 1, floor(a + 16 * c));
  for (;;) {
    double u = es_dice_uniform(s), v = es_dice_uniform(s), x = a + h * (v - 0.5) / u;
    if (x < 0 || x >= beyond) continue;
    double k = floor(x);
    double t = top - log_factorial(k) - log_factorial(fewer - k) - log_factorial(drawn - k) -
               log_factorial(more - drawn + k);
    if (u * (4 - u) - 3 <= t) return k;
    if (u * (u - t) < 1 && 2 * es_log(u) <= t) return k;
  }
}

uint64_t es_hypergeometric(struct es_dice *s, uint64_t marked, uint64_t others, uint64_t drawn)
{
  uint64_t all = marked + others, least = drawn < all - drawn ? drawn : all - drawn, k;
  if (least == 0 || marked == 0 || others == 0)
    return drawn == 0 || marked == 0 ? 0 : drawn == all ? marked : drawn;
  bool swapped = marked > others;
  uint64_t rare = swapped ? others : marked;
  if (rare < 10 && least >= 10) { /* the other way round: which of the few are among those drawn */
    k = by_urn(s, (double)drawn, (double)all, rare);
    return swapped ? drawn - k : k;
  }
  if (least < 10)
    k = by_urn(s, (double)marked, (double)all, least);
  else
    k = (uint64_t)by_hrua(s, (double)(swapped ? others : marked),
                          (double)(swapped ? marked : others), (double)least);
  if (least >= 10 && swapped) k = least - k;
  return least < drawn ? marked - k : k;
}

/* --- people in cells -------------------------------------------------------------------------- */

/* Below this many people per cell it is cheaper to draw people than binomials. */
enum { FEW = 4 };

static size_t half_of(size_t cells) { return (cells + 1) / 2; }

/* The chance of the first of two neighbours, for all pairs of cells, all pairs of pairs, … */
static bool make_shares(struct es_multinomial *m, struct es_context *ctx)
{
  double *sum = es_alloc(m->cells + 1, sizeof *sum, ctx);
  size_t pairs = 1;
  for (size_t size = m->cells; size > 1; size = half_of(size)) pairs += half_of(size);
  m->share = es_alloc(pairs, sizeof *m->share, ctx);
  for (size_t c = 0; sum != NULL && c < m->cells; c++) sum[c] = (double)m->count[c];
  double *share = m->share;
  for (size_t size = m->cells; sum && share && size > 1; size = half_of(size)) {
    sum[size] = 0;
    for (size_t i = 0; i < half_of(size); i++) {
      double first = sum[2 * i], both = first + (2 * i + 1 < size ? sum[2 * i + 1] : 0);
      *share++ = both > 0 ? first / both : 1;
      sum[i] = both;
    }
  }
  free(sum);
  return sum != NULL && m->share != NULL;
}

static bool make_owners(struct es_multinomial *m, struct es_context *ctx)
{
  if ((m->owner = es_alloc(m->total, sizeof *m->owner, ctx)) == NULL) return false;
  uint32_t *owner = m->owner;
  for (size_t c = 0; c < m->cells; c++)
    for (uint64_t k = 0; k < m->count[c]; k++) *owner++ = (uint32_t)c;
  return true;
}

enum es_status es_multinomial_create(struct es_multinomial *m, const uint64_t *count, size_t cells,
                                     struct es_context *ctx)
{
  *m = (struct es_multinomial){.count = count, .cells = cells};
  for (size_t c = 0; c < cells; c++) m->total += count[c];
  bool few = m->total <= FEW * (uint64_t)cells && m->total <= UINT32_MAX;
  if (make_shares(m, ctx) && (!few || make_owners(m, ctx))) return ES_OK;
  es_multinomial_clear(m);
  return ES_NOMEM;
}

/* By multiply and shift, as es_dice_below. */
static void draw_people(uint64_t *drawn, const struct es_multinomial *m, uint64_t people,
                        struct es_dice *dice)
{
  const uint32_t total = (uint32_t)m->total, least = -total % total;
  const struct es_stream stream = es_stream(dice->ctx, dice->purpose);
  struct es_words words;
  memset(drawn, 0, m->cells * sizeof *drawn);
  while (people > 0) {
    uint64_t address[ES_LANES];
    size_t size = people < ES_LANES ? (people + 3) / 4 : ES_LANES;
    for (size_t i = 0; i < size; i++) address[i] = dice->address + i;
    es_lanes()->draw(&words, &stream, address, size);
    for (size_t i = 0; i < 4 * size && people > 0; i++) {
      uint64_t wide = (uint64_t)words.word[i % 4][i / 4] * total;
      dice->address += i % 4 == 0;
      if ((uint32_t)wide < least) continue;
      drawn[m->owner[wide >> 32]]++;
      people--;
    }
  }
}

/* Parts the first `size` numbers into their pairs; from the last on, so that it goes in place. */
static void part(uint64_t *drawn, const double *share, size_t size, size_t cells,
                 struct round *level)
{
  double n[ES_LANES], p[ES_LANES], k[ES_LANES];
  uint64_t pairs[2 * ES_LANES];
  for (size_t end = size; end > 0;) {
    size_t first = (end - 1) / ES_LANES * ES_LANES, count = end - first;
    size_t room = cells - 2 * first < 2 * count ? cells - 2 * first : 2 * count;
    es_lanes()->open_pairs(n, p, drawn + first, share + first, count);
    struct round r = *level;
    r.first += first;
    take_binomials(k, n, p, count, &r);
    level->tries = r.tries;
    es_lanes()->close_pairs(pairs, n, k, share + first, count);
    memcpy(drawn + 2 * first, pairs, room * sizeof *pairs);
    end = first;
  }
}

void es_multinomial_draw(uint64_t *drawn, const struct es_multinomial *m, uint64_t people,
                         struct es_dice *dice)
{
  size_t size[64] = {m->cells}, levels = 0, pairs = 0;
  if (m->owner != NULL && people <= 2 * m->total) {
    draw_people(drawn, m, people, dice);
    return;
  }
  for (; size[levels] > 1; pairs += size[levels]) {
    size[levels + 1] = half_of(size[levels]);
    levels++;
  }
  struct round r = {dice, pairs, pairs, 0};
  if (m->cells > 0) drawn[0] = m->total > 0 ? people : 0;
  for (; levels > 0; levels--) {
    r.first -= size[levels];
    part(drawn, m->share + r.first, size[levels], size[levels - 1], &r);
  }
  dice->address += r.tries * pairs;
}

void es_multinomial_clear(struct es_multinomial *m)
{
  free(m->owner);
  free(m->share);
  *m = (struct es_multinomial){0};
}
