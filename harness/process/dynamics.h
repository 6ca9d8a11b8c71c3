/* What decisions do to people over months: [dynamics] of a population.
 *
 * Each month some people are decided upon (again).  Whoever is approved goes on building a file;
 * whoever is denied does not, and may lose capacity while restricted.  Every default is 0: a
 * population that states nothing stays as it is.
 */
#ifndef ES_DYNAMICS_H
#define ES_DYNAMICS_H

#include "harness/base/option.h"

struct es_population;

/* lasting: the same records, which grow; fresh: each decision is on a case of its own. */
enum es_records_kind { ES_LASTING, ES_FRESH };

/*   reviewed   share of people decided upon in a month, who are not restricted
 *   grows, grows_denied  months that a file gains in a month, of the approved, of the others
 *   enters     share of those without a score who come on file in a month, by stratum
 *   strain     sd of capacity lost in a month of restriction, by stratum
 *   recovers   share of lost capacity that comes back in a month without one
 *   responds, responds_most  sd of reliability gained in a month by the denied, and at the most */
struct es_dynamics_settings {
  char *title, *cite;
  int records;
  double reviewed, grows, grows_denied, recovers, responds, responds_most;
  struct es_numbers enters, strain;
};
extern const struct es_option es_dynamics_options[];

/* strata numbers of `enters` and `strain`; slopes of the outcome's log-odds. */
struct es_dynamics {
  struct es_dynamics_settings settings;
  double capacity, reliability;
};

/* Reads the section of an opened population; the defaults where it has none. */
enum es_status es_dynamics_open(struct es_dynamics *dynamics,
                                const struct es_population *population,
                                struct es_context *ctx) ES_CHECKED;
void es_dynamics_clear(struct es_dynamics *dynamics);

#endif
