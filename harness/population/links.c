/* Links records to people: some are lost on the way, some are a stranger's.
 *
 * By given rates, the stranger is anybody.  By name alone, it is somebody on the list who has the
 * same name: with n people on it and a name that a share q of people have, there is one with
 * probability 1 - (1 - q)^n.
 */
#include "harness/population/parts.h"

#include <math.h>
#include "harness/base/math.h"

enum { MOST_TRIES = 2000 };

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

/* The probability that somebody else on the list has person i's name, and that somebody's address.
 */
static double namesake(const struct es_population *p, size_t s, uint64_t person,
                       const struct es_context *ctx, uint32_t word, uint64_t *address)
{
  struct es_person_name name = es_names_of(&p->names, ctx, person);
  *address = es_names_address(name, word);
  double others = p->source[s].list_size * p->settings.error_scale;
  return 1 - es_exp(others * es_log(1 - es_names_share(&p->names, name)));
}

void es_link_records(struct es_records *r, struct es_donors *donors, const struct es_population *p,
                     size_t s, const struct es_context *ctx, double *const *scratch)
{
  const struct es_view_of *views = &p->seen[s * p->strata];
  bool by_name = p->source[s].links == ES_NAME_ONLY;
  donors->truth.people = 0;
  for (size_t i = 0; i < r->people; i++) {
    const struct es_view_of *view = &views[r->stratum[i]];
    if (view->missed <= 0 && view->false_links <= 0 && !by_name) continue;
    struct es_draw d = es_draw(ctx, r->person[i], es_purpose(s, ES_DRAW_LINK));
    double false_link = view->false_links;
    uint64_t address = ES_DONOR_ADDRESS | ((uint64_t)(d.word[2] & 0x3FFFFFFF) << 32) | d.word[3];
    if (by_name) false_link = namesake(p, s, r->person[i], ctx, d.word[3], &address);
    if (es_uniform(d.word[0]) < view->missed) r->covered[i] = 0;
    if (es_uniform(d.word[1]) >= false_link) continue;
    donors->receiver[donors->truth.people] = i;
    donors->address[donors->truth.people++] = address;
  }
  if (by_name) find_listed(donors, p, s, ctx, scratch);
}
