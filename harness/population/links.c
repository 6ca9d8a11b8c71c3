/* Links records to people: some are lost on the way, some are a stranger's.
 *
 * By given rates, the stranger is anybody.  By name alone, it is somebody on the list who has the
 * same name: with n people on it and a name that a share q of people have, there is one with
 * probability 1 - (1 - q)^n.
 */
#include "harness/population/parts.h"

#include <string.h>
#include "harness/base/math.h"

enum { MOST_TRIES = 2000 };

void es_donors_open(struct es_donors *d)
{
  d->truth = (struct es_truth){.person = d->address,
                               .stratum = d->stratum,
                               .mix = d->mix,
                               .trait = {d->trait[0], d->trait[1], d->trait[2]},
                               .probability = d->probability,
                               .outcome = d->outcome};
}

struct es_records es_draw_donors(struct es_truth *t, const struct es_population *p, size_t s,
                                 const struct es_context *ctx, double *const *scratch)
{
  es_population_people(p, ctx, t);
  struct es_records theirs = {.people = t->people,
                              .person = t->person,
                              .stratum = t->stratum,
                              .outcome = t->outcome,
                              .trait = {t->trait[0], t->trait[1], t->trait[2]}};
  es_open_files(&theirs, p, s, ctx);
  es_read_events(&theirs, p, s, ctx, scratch);
  return theirs;
}

/* A namesake on the list is somebody whom the source has: goes through the people of that name,
 * number by number, until it finds one.  On a list that next to nobody is on, some are never found.
 */
static void find_listed(struct es_donors *donors, const struct es_population *p, size_t s,
                        const struct es_context *ctx, double *const *scratch)
{
  size_t pending[ES_CHUNK], left = donors->truth.people;
  uint64_t address[ES_CHUNK];
  struct es_truth t = donors->truth;
  t.person = address;
  for (size_t d = 0; d < left; d++) pending[d] = d;
  for (int round = 0; left > 0 && round < MOST_TRIES; round++) {
    for (size_t k = 0; k < left; k++) address[k] = donors->address[pending[k]];
    t.people = left;
    struct es_records theirs = es_draw_donors(&t, p, s, ctx, scratch);
    size_t still = 0;
    for (size_t k = 0; k < left; k++) {
      if (theirs.covered[k]) continue;
      donors->address[pending[k]] =
          es_names_address(es_names_of(&p->names, ctx, address[k]), (uint32_t)address[k] + 1);
      pending[still++] = pending[k];
    }
    left = still;
  }
}

/* The probability that somebody else on the list has that name. */
static double namesake(const struct es_population *p, size_t s, struct es_person_name name)
{
  double others = p->source[s].list_size * p->settings.error_scale;
  return 1 - es_exp(others * es_log(1 - es_names_share(&p->names, name)));
}

/* Person i is given a stranger's record. */
static void give(struct es_donors *donors, const struct es_population *p, size_t s,
                 const struct es_records *r, size_t i, const struct es_context *ctx)
{
  struct es_draw d = es_draw(ctx, r->person[i], es_purpose(s, ES_DRAW_STRANGER));
  uint64_t address = ES_DONOR_ADDRESS | (uint64_t)(d.word[0] & 0x3FFFFFFF) << 32 | d.word[1];
  if (p->source[s].links == ES_NAME_ONLY)
    address = es_names_address(es_names_of(&p->names, ctx, r->person[i]), d.word[1]);
  donors->receiver[donors->truth.people] = i;
  donors->address[donors->truth.people++] = address;
}

/* One word decides: from its upper end a stranger's record, from its lower end none. */
static void link_by_name(struct es_records *r, struct es_donors *donors,
                         const struct es_population *p, size_t s, const struct es_context *ctx)
{
  for (size_t i = 0; i < r->people; i++) {
    uint32_t word = r->draw.word[3][i];
    double stranger = namesake(p, s, es_names_of(&p->names, ctx, r->person[i]));
    double missed = p->seen[s * p->strata + r->stratum[i]].missed;
    if (es_uniform(word) < missed * (1 - stranger)) r->covered[i] = 0;
    if (es_uniform(~word) < stranger) give(donors, p, s, r, i, ctx);
  }
}

static void link_by_rates(struct es_records *r, struct es_donors *donors,
                          const struct es_population *p, size_t s, const struct es_context *ctx)
{
  const struct es_view_of *view = &p->seen[s * p->strata];
  size_t n = r->people;
  uint32_t from_above[ES_CHUNK];
  uint8_t found[ES_CHUNK], *covered = r->covered;
  const uint32_t *word = r->draw.word[3];
  es_below_share(found, word, &view->lost, sizeof *view, p, r->stratum, n);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    covered[i] &= found[i] ^ 1;
    from_above[i] = ~word[i];
  }
  es_below_share(found, from_above, &view->false_links, sizeof *view, p, r->stratum, n);
  for (const uint8_t *at = found; (at = memchr(at, 1, (size_t)(found + n - at))) != NULL; at++)
    give(donors, p, s, r, (size_t)(at - found), ctx);
}

void es_link_records(struct es_records *r, struct es_donors *donors, const struct es_population *p,
                     size_t s, const struct es_context *ctx, double *const *scratch)
{
  donors->truth.people = 0;
  if (p->source[s].links != ES_NAME_ONLY) {
    link_by_rates(r, donors, p, s, ctx);
  } else {
    link_by_name(r, donors, p, s, ctx);
    find_listed(donors, p, s, ctx, scratch);
  }
}
