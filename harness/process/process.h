/* What happens to people after a decision against them: due process, by stratum.
 *
 * A wrong record restricts its person until it expires, unless they hear of it, dispute it, and the
 * dispute succeeds in time.  Agencies that were sent the record go on acting on it until the
 * correction reaches them, or until it expires there too.  A right record may outstay its cure.
 * docs/harm.md draws the states; every wait is exponential, log-normal or fixed, so that each piece
 * has a closed form (es_process_expected_days).
 */
#ifndef ES_PROCESS_H
#define ES_PROCESS_H

#include "harness/base/option.h"
#include "harness/base/random.h"

struct es_population;

/* [process] of a population: numbers by stratum may be one for all.  Days and shares; `access`,
 * `discovery`, `attempts` and `cure` are times a year. */
struct es_process_settings {
  char *preset, *title, *cite;
  struct es_numbers notice, access, discovery, attempts, dispute, practice, cure, repair, severity;
  double window, clock, practice_spread, success, again, reinsertion, reinsertion_days;
  double refusal_tells, evasion;
  int64_t linked, hops;
  double density, lag, loss, linked_severity;
  double repair_wait, stale, stale_spread, longest;
  /* Switches: differences between strata, and what levers scale. */
  double gap, untold_scale, discovery_scale, undisputed_scale, processing_scale, term_scale,
      propagation_scale;
};
extern const struct es_option es_process_options[];

/* What all that comes to for one stratum, with gap and scales applied.
 *   discovery  hazard a day of finding out, for who was not told
 *   attempts   a day, less those that evade the restriction */
struct es_due {
  double notice, discovery, attempts, dispute, practice, cure, repair, severity;
};

struct es_process {
  struct es_process_settings settings;
  size_t strata;
  struct es_due *due;
};

/* Reads the [process] section of an opened population; a population without one leaves `process`
 * zeroed (strata 0). */
enum es_status es_process_open(struct es_process *process, const struct es_population *population,
                               struct es_context *ctx) ES_CHECKED;
void es_process_clear(struct es_process *process);

/* Whether people of some stratum are treated otherwise than those of the reference. */
bool es_process_differs(const struct es_process *process);

/* Where a restricted day is spent, from the person's side. */
enum es_process_state {
  ES_UNAWARE,   /* does not know */
  ES_AWARE,     /* knows, and no dispute is open */
  ES_DISPUTING, /* waits for an answer */
  ES_LINGERING, /* corrected where it came from, still restricted elsewhere */
  ES_STATES
};

/* What became of one person against whom there is a record.
 *   days       under any restriction that they do not deserve; by state they add up to it
 *   own        of those, by the deciding agency's own record
 *   weighted   days × severity, over every agency that acts
 *   attempts   refused attempts at what is denied
 *   stale      days that a right record outstayed its cure
 *   followed   days until the first correction, or until the record expired without one
 *   ends       day on which the last restriction ends */
struct es_fate {
  double days, own, weighted, attempts, stale, followed, ends;
  double state[ES_STATES];
  bool wronged, told, knew, disputed, corrected, reinserted, cured;
};

/* Draws the fate of a person of that stratum who is restricted for `term` days: wrongly, or
 * rightly.  Addressed: the same person has the same luck in every world. */
void es_fate_draw(struct es_fate *fate, const struct es_process *process, size_t stratum,
                  double term, bool wrongly, uint64_t person, const struct es_context *ctx);

#endif
