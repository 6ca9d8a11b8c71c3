/* Chinese names as they are spread: what a match by name alone runs into.
 *
 * Surnames: the shares of the five commonest, a Zipf tail of exponent 0.9 to rank 100 that brings
 * the hundred to their published total, and 6,050 rare ones alike.  Given names: Zipf-Mandelbrot
 * with exponent 0.8 and shift 9.4 over 200,000, by which 0.31% are called the commonest.  A given
 * name does not depend on the surname, nor either of them on anything else about the person.
 */
#ifndef ES_POPULATION_NAMES_H
#define ES_POPULATION_NAMES_H

#include "harness/base/random.h"

enum { ES_SURNAMES = 6150, ES_GIVEN_NAMES = 200000 };

/* Ranks from 0: Wang, Li, Zhang, …; the commonest given name is Wei. */
struct es_person_name {
  uint32_t surname, given;
};

struct es_names {
  double *surname, *given; /* shares of the ranks up to and including each */
};

enum es_status es_names_create(struct es_names *names, struct es_context *ctx) ES_CHECKED;
void es_names_clear(struct es_names *names);

/* The name of whoever lives at that address; a namesake's address says it (draws.h). */
struct es_person_name es_names_of(const struct es_names *names, const struct es_context *ctx,
                                  uint64_t person);

/* Share of people who have that very name. */
double es_names_share(const struct es_names *names, struct es_person_name name);

/* The address of the k-th person of that name. */
uint64_t es_names_address(struct es_person_name name, uint32_t k);

#endif
