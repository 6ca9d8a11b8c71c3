/* What the files of this folder share with one another and with nobody else. */
#ifndef ES_POPULATION_PARTS_H
#define ES_POPULATION_PARTS_H

#include "harness/base/lanes.h"
#include "harness/population/draws.h"
#include "harness/population/population.h"

/* Reads every section of p->ini into the settings, and checks what can be checked one by one. */
enum es_status es_settings_read(struct es_population *p, struct es_context *ctx) ES_CHECKED;
void es_settings_clear(struct es_population *p);

/* Puts file:line of that key in front of the message that is there; the section where it is not
 * set. */
enum es_status es_settings_wrong(const struct es_population *p, const char *section,
                                 const char *key, struct es_context *ctx);

/* The number of a source; SIZE_MAX when there is none of that name. */
size_t es_find_source(const struct es_population *p, const char *name, size_t size);

/* The share of files longer than so many whole months, where they have `history` on the mean. */
double es_longer_than(double history, double months);

/* Whether its records have dates. */
static inline bool es_is_dated(const struct es_source *source) { return source->stale_6.count > 0; }

/* The purpose of a draw for a source: ES_DRAW_RECORD and the like. */
static inline uint32_t es_purpose(size_t source, size_t what)
{
  return (uint32_t)(ES_DRAW_SOURCE * (source + 1) + what);
}

/* A number of each person's stratum, member `first` of the first stratum's struct, `size` bytes
 * long. */
static inline void es_by_stratum(double *out, const struct es_lanes *lanes,
                                 const struct es_population *p, const uint32_t *stratum,
                                 const double *first, size_t size, size_t n)
{
  lanes->pick(out, stratum, first, size / sizeof *first, p->strata, n);
}

/* The records of a few people at one source, before links.
 *   draw    the words of ES_DRAW_RECORD
 *   noisy   spread is not 0 for everybody
 *   updated  months since the latest record came in; months: since the oldest began
 *   known, gained  what time has added: whom the core has come to know, months on record; or NULL
 */
enum { ES_CHUNK = ES_LANES };
struct es_records {
  size_t people;
  const uint64_t *person;
  const uint32_t *stratum;
  const uint8_t *outcome;
  const double *trait[ES_TRAITS];
  uint8_t covered[ES_CHUNK], shared[ES_CHUNK];
  uint64_t reach[ES_CHUNK]; /* which sources' records reach the deciding agency, where there are
                               routes */
  struct es_words draw;
  bool noisy;
  const uint8_t *known;
  const double *gained;
  double months[ES_CHUNK], updated[ES_CHUNK];
  double spread[ES_CHUNK]; /* spread: noise / sqrt(months of history) */
};

/* Whom source s has, for how long, and whose records it shares. */
void es_open_files(struct es_records *r, const struct es_population *p, size_t s,
                   const struct es_context *ctx);

/* [sharing]: reads the routes, works out what they carry, and finds whose records reach the core.
 */
enum es_status es_routes_read(struct es_population *p, struct es_context *ctx) ES_CHECKED;
void es_routes_clear(struct es_population *p);
void es_follow_routes(struct es_records *r, const struct es_population *p,
                      const struct es_context *ctx);

/* Finds the incumbent policy's column and cut-off, once everything else is worked out. */
enum es_status es_incumbent_find(struct es_population *p, struct es_context *ctx) ES_CHECKED;

/* Writes the columns of source s's events, for those whom it has; a list of what is bad then has
 * those with an event on record and nobody else. */
void es_read_events(struct es_records *r, const struct es_population *p, size_t s,
                    const struct es_context *ctx, double *const *column);

/* People to whom a stranger's record is linked at a source, and those strangers. */
struct es_donors {
  struct es_truth truth; /* in the arrays below */
  uint64_t address[ES_CHUNK];
  size_t receiver[ES_CHUNK];
  uint32_t stratum[ES_CHUNK], mix[ES_CHUNK];
  double trait[ES_TRAITS][ES_CHUNK], probability[ES_CHUNK];
  uint8_t outcome[ES_CHUNK];
};
void es_donors_open(struct es_donors *donors);

/* 1 for those whose word falls below their stratum's share: a member of structs of that size. */
void es_below_share(uint8_t *out, const uint32_t *word, const double *share, size_t size,
                    const struct es_population *p, const uint32_t *stratum, size_t n);

/* Which of a chunk's own records are lost on the way, and who is given whose instead. */
void es_link_records(struct es_records *r, struct es_donors *donors, const struct es_population *p,
                     size_t s, const struct es_context *ctx, double *const *scratch);

/* Draws the strangers and opens their files at the source. */
struct es_records es_draw_donors(struct es_truth *truth, const struct es_population *p, size_t s,
                                 const struct es_context *ctx, double *const *scratch);

#endif
