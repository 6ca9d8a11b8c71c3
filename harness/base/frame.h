/* What is visible of a block of people: the only thing that a scorer is given.
 *
 * Columns are stored one after the other (structure of arrays), each with a mask of who was seen.
 * A person whose record is absent, lost on the way or not shared is *not seen*: the mask says so,
 * and the value is NaN, so that a scorer which reads it by mistake is found out at once.
 */
#ifndef ES_BASE_FRAME_H
#define ES_BASE_FRAME_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* People stream through in blocks of ES_BLOCK, and through arithmetic in chunks of ES_LANES, so
 * that what one function writes the next finds in the cache.  Results depend on neither size:
 * tests/same-bytes.sh builds with others. */
#ifndef ES_BLOCK
#define ES_BLOCK 512
#endif
#ifndef ES_LANES
#define ES_LANES 256
#endif

enum es_kind {
  ES_NUMBER, /* any finite number */
  ES_BINARY, /* 0 or 1 */
  ES_COUNT,  /* 0, 1, 2, … */
  ES_LEVELS  /* the number of a level: 0 … levels-1, in no order */
};

/* What a column of dates says of a source's records of a person, in months. */
enum es_date {
  ES_UNDATED, /* nothing: it is a fact like any other */
  ES_OPENED,  /* since the oldest began */
  ES_UPDATED  /* since the latest came in */
};

/* One column.  Everything is owned by the dataset and outlives the frame.
 *   source     the agency or platform that holds the record; "" when there is only one
 *   direction  +1: more speaks for the person; -1: more speaks against; 0: nobody has said
 *   core       belongs to the deciding agency's own file; the gate `core` looks at these
 *   date       not a fact but a date; only gates look at these */
struct es_column {
  const char *name;
  const char *source;
  enum es_kind kind;
  int direction;
  bool core;
  enum es_date date;
  const char *const *level;
  uint32_t levels;
};

/* One way to group people (region, income, …); never among the columns. */
struct es_attribute {
  const char *name;
  const char *const *level;
  uint32_t levels;
};

/* What happened, as far as the favourable outcome goes. */
enum es_outcome { ES_UNFAVORABLE, ES_FAVORABLE, ES_UNKNOWN };

enum { ES_MOST_TIERS = 32 };

/* What a wrong decision does, in the population's own units.  Not stated: the first three below 0,
 * the others 0. */
struct es_consequence {
  double cost_wrongful_denial;   /* per favourable person denied */
  double cost_wrongful_approval; /* per unfavourable person approved */
  double term;                   /* days that a denial lasts */
  double cost_restriction_day;   /* per day of undeserved restriction */
  double cost_deposit;           /* per favourable person denied, who leaves one instead */
  /* The favourable who are denied and borrow elsewhere: which share of them, how much, at what rate
   * in place of which (% a year). */
  double fallback_share, loan, loan_rate, fallback_rate;
  /* What an approved good and an approved bad person bring whoever decides; both 0: not stated. */
  double u_plus, u_minus;
  /* Prices instead of the one loan_rate: shares of people, best first, and their rates. */
  const double *tier_share, *tier_rate;
  size_t tiers;
  /* How an approved person's score moves: up when it turns out well, down when it does not, within
   * low … high; gain and loss 0: not stated. */
  double score_gain, score_loss, score_low, score_high;
};

static inline bool es_utility_stated(const struct es_consequence *c)
{
  return c->u_plus != 0 || c->u_minus != 0;
}
static inline bool es_moves_stated(const struct es_consequence *c)
{
  return c->score_gain > 0 || c->score_loss > 0;
}

/* Why a person has no score: an outcome of its own, counted and reported. */
#define ES_UNSCORABLE_LIST(X)                                                                      \
  X(SCORED, "scored")                                                                              \
  X(NO_RECORD, "no record in the deciding agency's file")                                          \
  X(THIN_FILE, "too few records")                                                                  \
  X(DECLINED, "the scorer declines to say")                                                        \
  X(STALE, "nothing recent on record")

enum es_unscorable {
#define ES_UNSCORABLE_ENUM(name, text) ES_##name,
  ES_UNSCORABLE_LIST(ES_UNSCORABLE_ENUM)
#undef ES_UNSCORABLE_ENUM
      ES_UNSCORABLE_REASONS
};

/* A block of people.
 *   columns, dates           facts, and behind them dates: column[columns] … [columns + dates - 1]
 *   value[c][i], seen[c][i]  column c of person i
 *   person[i]                the person's address (random.h), the same in every block
 *   offset[i]                added to the linear predictor of a regression; NULL unless
 *                            ES_TAKES_OFFSET, and where nothing is added
 *   truth[i]                 probability of the favourable outcome, or what else a yardstick's
 *                            flag asks for (scorers/scorer.h); NULL unless it does
 *   group[a][i]              level of attribute a; NULL unless ES_SEES_GROUPS */
struct es_frame {
  size_t people;
  size_t columns;
  size_t dates;
  size_t attributes;
  const struct es_column *column;
  const struct es_attribute *attribute;
  const double *const *value;
  const uint8_t *const *seen;
  const uint64_t *person;
  const double *offset;
  const double *truth;
  const uint32_t *const *group;
};

/* People whose outcome is known to the system that learns from them.
 *   outcome[i]  1 favourable (repays; did not violate), 0 unfavourable
 *   weight[i]   sampling weight, or NULL: all 1 */
struct es_training {
  struct es_frame frame;
  const uint8_t *outcome;
  const double *weight;
};

static inline bool es_seen(const struct es_frame *frame, size_t column, size_t person)
{
  return frame->seen[column][person] != 0;
}

/* The value where there is one, else `otherwise`. */
static inline double es_value(const struct es_frame *frame, size_t column, size_t person,
                              double otherwise)
{
  return es_seen(frame, column, person) ? frame->value[column][person] : otherwise;
}

#endif
