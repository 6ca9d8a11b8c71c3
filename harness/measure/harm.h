/* What wrong decisions do to people: the fates of those restricted, counted, and the measures made
 * of them.  Only populations with a [process] have any. */
#ifndef ES_MEASURE_HARM_H
#define ES_MEASURE_HARM_H

#include "harness/base/fixed.h"
#include "harness/process/process.h"

/* Sums over people, each with its squares. */
enum es_harm_sum {
  ES_HARM_DAYS,     /* of undeserved restriction, under any agency */
  ES_HARM_OWN,      /* of those, under the deciding agency's own record */
  ES_HARM_WEIGHTED, /* days × severity */
  ES_HARM_ATTEMPTS, /* refused */
  ES_HARM_STALE,    /* days that a right record outstayed its cure */
  ES_HARM_SUMS
};

enum es_harm_count {
  ES_HARM_WRONGED,
  ES_HARM_TOLD,
  ES_HARM_KNEW,
  ES_HARM_DISPUTED,
  ES_HARM_CORRECTED,
  ES_HARM_REINSERTED,
  ES_HARM_LISTED, /* rightly */
  ES_HARM_CURED,
  ES_HARM_COUNTS
};

/* Times to correction, in bins whose width is at most a sixty-fourth of the time: whole days up to
 * 128, up to 4,096 days. */
enum { ES_DURATION_OCTAVE = 64, ES_DURATIONS = 7 * ES_DURATION_OCTAVE + 1 };

/* One group cell.
 *   cross      sum of days × own days, for the variance of their ratio
 *   state      days by where they are spent
 *   corrected  people by when their record was corrected; expired: by when it expired without */
struct es_harm {
  uint64_t count[ES_HARM_COUNTS];
  es_fixed sum[ES_HARM_SUMS], square[ES_HARM_SUMS], cross, state[ES_STATES];
  uint64_t corrected[ES_DURATIONS], expired[ES_DURATIONS];
};

void es_harm_add(struct es_harm *harm, const struct es_fate *fate);
extern const struct es_layout es_harm_layout; /* a row for each field */

/* Measures: of groups without a process they are undefined, and say so. */
struct es_counts;
struct es_estimate es_harm_days_per_wronged(const struct es_counts *c);
struct es_estimate es_harm_weighted_per_1000(const struct es_counts *c);
struct es_estimate es_harm_attempts_per_1000(const struct es_counts *c);
struct es_estimate es_harm_stale_per_1000(const struct es_counts *c);
struct es_estimate es_harm_cascade(const struct es_counts *c);
struct es_estimate es_harm_correction_median(const struct es_counts *c);
struct es_estimate es_harm_correction_p90(const struct es_counts *c);

#endif
