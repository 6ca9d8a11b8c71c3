/* Everything that an author of a scorer needs: the one header to include.
 *
 * A scorer turns what is visible of a person into a score, higher being better for the person, or
 * says why there is none.  It is a const record with a few functions; `score` is the only one
 * that must be there.  The core allocates and frees its state, hides the group attributes unless
 * asked, checks what it writes, and never calls it in a way that this page does not say:
 *
 *     once per fold     state zeroed → fit → many score → describe → clear
 *     a kept model      state zeroed → keep, which loads it → many score → clear
 *     score             any block of people, in any order, from several threads at once
 *
 * A scorer does not print, exit, read files, keep globals, or draw randomness other than
 * es_scorer_draw().  All of `struct es_frame` is in harness/base/frame.h; README.md shows the
 * smallest scorer.
 */
#ifndef ES_SCORER_H
#define ES_SCORER_H

#include "harness/base/frame.h"
#include "harness/base/keep.h"
#include "harness/base/option.h"
#include "harness/base/random.h"
#include "harness/base/status.h"
#include "harness/base/text.h"

#define ES_SCORER_API 3u

enum es_scorer_flag {
  ES_PROBABILITY = 1u << 0,    /* the score is P(favourable outcome), in [0, 1] */
  ES_SEES_GROUPS = 1u << 1,    /* frame.group is filled; without it a scorer is blind to groups */
  ES_SEES_TRUTH = 1u << 2,     /* frame.truth is filled: yardsticks only */
  ES_YARDSTICK = 1u << 3,      /* a bound to compare with, not a proposal */
  ES_NEEDS_TRAINING = 1u << 4, /* fit must have run */
  ES_TAKES_OFFSET = 1u << 5,   /* frame.offset counts; without it a frame has none */
  /* frame.truth is filled otherwise, for yardsticks that look at what is on record: */
  ES_SEES_BEST = 1u << 7,     /* the probability given what is seen, by the people's own model */
  ES_SEES_INCUMBENT = 1u << 6 /* how far above its cut-off the policy that made labels selective
                                 puts the person; NaN where it has nothing to go by and denies */
};

/* What `score` fills, for people 0 … frame.people-1.  The core presets value to NaN, why to
 * ES_SCORED, term and refuse to 0.  Afterwards each person has a finite value or a reason.
 *   term[i]    days that a denial of this person lasts; 0: as the study's consequence says
 *   refuse[i]  1: this person is denied whatever the cut-off (a rule that lists people) */
struct es_scores {
  double *value;
  uint8_t *why;
  uint32_t *term;
  uint8_t *refuse;
};

static inline void es_unscorable(struct es_scores *out, size_t person, enum es_unscorable why)
{
  out->why[person] = (uint8_t)why;
}

/* When a person's file is enough to be scored; scorers offer it as their option `gate`.
 *   core        a record in the deciding agency's own file (columns marked core; any column when
 *               the dataset marks none)
 *   any         a record in any source
 *   none        everybody
 *   fico_6_6    in the core file a record six months old, and one that came in within six
 *   vantage_24  in any source a record that came in within 24 months
 * The last two look at dates of records (frame.dates), which not every dataset has. */
enum es_gate { ES_GATE_CORE, ES_GATE_ANY, ES_GATE_NONE, ES_GATE_FICO_6_6, ES_GATE_VANTAGE_24 };
#define ES_GATE_OPTION(block)                                                                      \
  ES_OPTION_CHOICE(                                                                                \
      block, gate, "core", "core|any|none|fico_6_6|vantage_24",                                    \
      "whose file is enough: a core record; any; everybody; where records are dated, "             \
      "a core one 6 months old and one of the last 6; any of the last 24")

/* ES_INPUT where the gate looks at dates and there are none: the first thing that `fit` asks. */
enum es_status es_check_gate(enum es_gate gate, const struct es_frame *frame,
                             struct es_context *ctx) ES_CHECKED;

/* Marks the people who do not pass as ES_NO_RECORD, or by their dates as ES_THIN_FILE (nothing old
 * enough) or ES_STALE (nothing recent). */
enum es_status es_apply_gate(enum es_gate gate, const struct es_frame *frame, struct es_scores *out,
                             struct es_context *ctx) ES_CHECKED;

/* A reason why a person's score is not higher.
 *   missing  because nothing is on record in that column; otherwise because of what is
 *   effect   > 0: how much higher the score would be without it, on a scale of the scorer's own */
enum { ES_REASONS = 4 };
struct es_reason {
  size_t column;
  bool missing;
  double effect;
};

/* Puts a reason among the `count` that are there, strongest first, equal ones in the order in which
 * they come, one for each column; returns how many there are then, ES_REASONS at the most. */
size_t es_reason_add(struct es_reason *reason, size_t count, struct es_reason own);

/* `options` is the scorer's own struct, filled from its table; `state` its own, of state_size. */
struct es_scorer {
  unsigned api;                    /* ES_SCORER_API, exactly */
  const char *name;                /* = the file's name */
  const char *summary;             /* one line for `list scorers` */
  const char *cite;                /* the method's source, or NULL */
  unsigned flags;                  /* enum es_scorer_flag */
  const struct es_option *options; /* ended by {0}; NULL: no options */
  size_t options_size;
  size_t state_size;
  /* Learns from people whose outcome is known; NULL when there is nothing to learn. */
  enum es_status (*fit)(void *state, const void *options, const struct es_training *training,
                        struct es_context *ctx);
  enum es_status (*score)(const void *state, const void *options, const struct es_frame *frame,
                          struct es_scores *out, struct es_context *ctx);
  /* Says in plain lines what was learned (coefficients, rules, weights); optional. */
  enum es_status (*describe)(const void *state, const void *options, const struct es_frame *columns,
                             struct es_text *out, struct es_context *ctx);
  /* Why a scored person's score is not higher: fills at most ES_REASONS with es_reason_add and
   * returns how many; optional: without it each column is set to what is typical, in turn, and the
   * person scored again. */
  size_t (*explain)(const void *state, const void *options, const struct es_frame *frame,
                    size_t person, struct es_reason *reason);
  /* Why this build cannot run it, or NULL; optional. */
  const char *(*unavailable)(void);
  /* Saves what was learned to a model file, or loads it from one (keep.h); optional: without it a
   * scorer that learns cannot be kept. */
  void (*keep)(void *state, const void *options, struct es_keep *file);
  /* Options that `evenscore fit` begins with, where they are others than a run's; or NULL. */
  const char *fit_options;
  /* Frees what the state owns; must accept a zeroed and a half-built state; optional. */
  void (*clear)(void *state);
};

/* ES_SCORER(my_score) = { .api = ES_SCORER_API, .name = "my_score", … };
 * The weak pointer is how a shared object is asked for its scorer, whatever that is called. */
extern const struct es_scorer *const es_scorer_of_object;
#define ES_SCORER(id)                                                                              \
  extern const struct es_scorer es_scorer_##id;                                                    \
  __attribute__((weak, visibility("default"))) const struct es_scorer *const es_scorer_of_object = \
      &es_scorer_##id;                                                                             \
  const struct es_scorer es_scorer_##id

#endif
