/* A synthetic population: who its people are, and through whose records they are seen.
 *
 * Person i of stratum g has traits z ~ N(mean_g, correlation): capacity (ability to pay),
 * reliability (keeps obligations), visibility (leaves records).  The favourable outcome has logit P
 * = a_g + capacity·z1 + reliability·z2 + visibility·z3, with a_g such that the stratum's
 * unfavourable outcomes are its bad_rate.  Each indicator has x* = intercept + loadings·z +
 * residual·e, and each source sees it of a person it covers, after n months of history, as x = x* +
 * noise/sqrt(n)·h, unless the record is not linked (missed), another person's is (false), or it is
 * not shared.  A source that dates its records says of each file how long ago it was opened (n) and
 * last updated.
 *
 * Everything is read from an INI file whose keys are the tables below; docs/populations.md explains
 * them.  Numbers given by stratum may be one for all.
 */
#ifndef ES_POPULATION_H
#define ES_POPULATION_H

#include "harness/base/frame.h"
#include "harness/base/ini.h"
#include "harness/population/names.h"

struct es_cause;
struct es_changes;
enum { ES_TRAITS = 3, ES_MOST_MIXES = 64 };

/* How a source comes to have people: see docs/populations.md. */
enum es_mechanism { ES_BY_STRATUM, ES_OPT_IN, ES_NEGATIVE_ONLY, ES_PLATFORM, ES_FRAGMENTED };

/* By what records are linked to people. */
enum es_linkage { ES_GIVEN_RATES, ES_ID_EXACT, ES_ID_PLUS_FUZZY, ES_NAME_DOB, ES_NAME_ONLY };

/* [source NAME]: an agency or platform that holds records. */
struct es_source {
  char *name; /* borrowed from the INI */
  char *title;
  struct es_numbers coverage; /* share of people it has at all, by stratum */
  int mechanism;              /* enum es_mechanism */
  double opt_in;              /* how coverage rises with a trait, in sd: 0 not at all */
  int opt_in_trait;
  char *within; /* platform: the source that its people must have; its number is below */
  size_t within_source;
  struct es_numbers agencies; /* fragmented: share of people each agency has, where coverage is 1 */
  int seen_when;              /* fragmented: 0 all of the agencies have the person, 1 any */
  struct es_numbers history;  /* mean months on record, by stratum; at least 1 */
  struct es_numbers noise;    /* measurement noise of one month, by stratum */
  /* Share of those it has whose latest record is more than 6, and 24, months old, by stratum;
   * empty: its records have no dates. */
  struct es_numbers stale_6, stale_24;
  size_t date;                      /* its columns of dates: column[columns + date] and the next */
  char *opened_name, *updated_name; /* owned */
  int links;                        /* enum es_linkage */
  double list_size; /* name_only: how many people are on the list that names are looked up in */
  struct es_numbers missed; /* share of records that are not linked to their person, by stratum */
  struct es_numbers false_links; /* share of people to whom another person's record is linked */
  struct es_numbers shared;      /* share of records that reach the deciding agency, by stratum */
  bool routed;                   /* they go by the rows of [sharing] alone */
  struct es_numbers
      false_records;     /* share of people of whom it wrongly records something, by stratum */
  size_t first, columns; /* its columns: its indicators', then two for each of its events */
  size_t first_indicator, indicators, first_event, events;
};

/* A kind of indicator beyond enum es_kind's first three; shown as a number. */
enum { ES_PEER = 3 };

/* [indicator SOURCE.NAME]: one recorded quantity. */
struct es_indicator {
  char *name;
  int64_t copies;      /* how many alike the section stands for: NAME_1, NAME_2, … */
  int kind, direction; /* index into "number|binary|count|peer"; "against|none|for" */
  double intercept, capacity, reliability, visibility, residual;
  int64_t peers;    /* peer: how many people's opinions it averages */
  double homophily; /* peer: share of them who are of the person's own stratum, whatever its size */
  struct es_numbers bias; /* peer: what the others add to their opinion, by the person's stratum */
  double blur;            /* residual, averaged over peers */
};

/* How peers of other strata see those of one. */
struct es_peer_view {
  double strangers, bias; /* share of peers who are of other strata; what each of them adds */
  double none;            /* probability that no peer is a stranger */
};

/* [event SOURCE.NAME]: something bad that happens again and again, recorded with its date.  Two
 * columns: how often within the window, and the months since the last time. */
struct es_event {
  const char *name;
  char *months_name;      /* owned */
  struct es_numbers rate; /* times a year, of a person with average traits, by stratum */
  double capacity, reliability, visibility; /* of the rate's logarithm */
  struct es_numbers detection;              /* share of events that are recorded, by stratum */
  double expiry, window;                    /* months; 0: never, and the whole record */
};

/* A row of [sharing]: which agency lets which see its records. */
struct es_route {
  size_t from, to;
  struct es_numbers shared; /* share of people whose records go that way, by stratum */
};

struct es_population_settings {
  char *title, *version, *cite, *attribute, *strata, *favorable, *reference, *core;
  struct es_numbers share, bad_rate;
  int64_t people, train;
  double coverage_gap, noise_gap, base_rate_gap;
  double linkage_gap, missed_gap, false_gap; /* the first scales the other two */
  double sharing_gap, detection_gap, peer_gap;
  double error_scale; /* of false links and false records */
  double cost_wrongful_denial, cost_wrongful_approval, term;
  double cost_restriction_day, cost_deposit, fallback_share, loan, loan_rate, fallback_rate;
  struct es_numbers tier_share, tier_rate;
  double u_plus, u_minus, score_gain, score_loss, score_low, score_high;
  int labels;             /* 0: every outcome is known; 1: of those whom the incumbent approved */
  char *incumbent;        /* the column that it looks at */
  double incumbent_share; /* of those who have a value there; unless there is a cut-off */
  double incumbent_cutoff;
  int incumbent_unseen; /* 0: denies those without a value, 1: approves them */
};

struct es_trait_settings {
  struct es_numbers correlation;
  struct es_numbers capacity_mean, reliability_mean, visibility_mean;
  double capacity, reliability, visibility; /* slopes of the outcome's log-odds */
};

/* [attribute NAME]: a further way to group people, beside the strata. */
struct es_grouping {
  char *name, *levels;
  struct es_numbers share; /* [strata][levels] */
  struct es_numbers capacity_shift, reliability_shift,
      visibility_shift; /* of trait means, by level */
  char **level;
  size_t count;
};

/* Numbers of one stratum, with every gap applied. */
struct es_stratum {
  double share, bad_rate, intercept; /* intercept: a_g */
  double mean[ES_TRAITS];            /* of people whose further attributes shift nothing */
};

/* What one source does to one stratum, with every gap applied. */
struct es_view_of {
  double coverage;          /* over everybody; negative_only: over those with something bad */
  double drawn;             /* the probability of the source's own draw */
  double threshold;         /* covered is a normal draw below this and opt_in times the trait */
  double history, stretch;  /* a file has 1 + the whole part of stretch·(exponential) months */
  double stale_6, stale_24; /* share of files longer than that whose latest record is older */
  double noise, missed, false_links, shared, false_records;
  double lost; /* share of people whose own record is missed and nobody else's is in its place */
};

/* What one event is to one stratum. */
struct es_event_view {
  double rate, detection; /* rate: a month */
};

struct es_population {
  char *name;
  struct es_ini ini;
  struct es_population_settings settings;
  struct es_trait_settings traits;
  size_t strata, sources, indicators, events, columns, dates, groupings;
  char **stratum_name;
  struct es_stratum *stratum;
  struct es_grouping *grouping;
  size_t mixes;               /* combinations of the groupings' levels; the first's vary fastest */
  double (*shift)[ES_TRAITS]; /* [mixes] of trait means, gap applied */
  double *mix_share;          /* [strata][mixes] */
  struct es_source *source;
  struct es_indicator *indicator; /* by source, in the file's order */
  struct es_event *event;         /* by source, in the file's order */
  struct es_route *route;
  size_t routes, core_source;          /* core_source: SIZE_MAX when no source is the core */
  double *carried;                     /* [routes][strata] shares of people, gap applied */
  struct es_view_of *seen;             /* [sources][strata] */
  struct es_peer_view *peer;           /* [indicators][strata] */
  struct es_event_view *felt;          /* [events][strata] */
  struct es_names names;               /* empty where nothing is linked by name */
  double factor[ES_TRAITS][ES_TRAITS]; /* Cholesky factor of the correlation */
  size_t incumbent_column;             /* SIZE_MAX: every outcome is known */
  double incumbent_cutoff;             /* of the value, turned so that more is better */
  struct es_column *column;
  struct es_attribute *attribute; /* the strata first, then the groupings */
};

/* Reads and checks a preset or a file, after --set.  A wrong value names file:line and the mend. */
enum es_status es_population_open(struct es_population *population, const char *name,
                                  const struct es_texts *overrides,
                                  struct es_context *ctx) ES_CHECKED;
void es_population_clear(struct es_population *population);

/* How many numbers carry a tag ("[found] …"), and how many of those are [assumed]. */
void es_population_count_tags(const struct es_population *population, unsigned *numbers,
                              unsigned *assumed);

/* The stratum that others are made equal to where a gap is 0. */
size_t es_population_reference(const struct es_population *population);

/* The reasons for gaps that this population has: those in which some stratum differs from the
 * reference.  Fills at most `room`, returns how many. */
size_t es_population_causes(const struct es_population *population, const struct es_cause **cause,
                            size_t room);

/* A block of people as they are; arrays of n. */
struct es_truth {
  size_t people;
  const uint64_t *person;
  uint32_t *stratum, *mix;
  double *trait[ES_TRAITS];
  double *probability; /* of the favourable outcome */
  uint8_t *outcome;
  /* What time has added to the files of the core, or NULL: who is known to it, months on record. */
  const uint8_t *known;
  const double *gained;
};

/* One number stands for all strata; in rows of `width` numbers, one row for all. */
enum es_status es_spread(const struct es_population *population, const char *section,
                         const char *key, struct es_numbers *list, size_t width,
                         struct es_context *ctx) ES_CHECKED;

/* Draws the people at those addresses. */
void es_population_people(const struct es_population *population, const struct es_context *ctx,
                          struct es_truth *truth);

/* Moves people's traits, and what follows of them; their luck stays.  The truth borrows what its
 * files have gained. */
void es_population_change(const struct es_population *population, const struct es_changes *changes,
                          const struct es_context *ctx, struct es_truth *truth);

/* The level of a further attribute, of somebody with that truth.mix. */
uint32_t es_population_level(const struct es_population *population, uint32_t mix, size_t grouping);

/* What the deciding agency sees of them: value[c][i] (NaN where not seen), seen[c][i], columns of
 * dates behind the others. */
enum es_status es_population_observe(const struct es_population *population,
                                     const struct es_truth *truth, double *const *value,
                                     uint8_t *const *seen, struct es_context *ctx) ES_CHECKED;

/* Whose record source s holds under each person's name: their own address, a stranger's, or
 * nobody's. Not: whether it reaches the deciding agency. */
#define ES_NOBODY UINT64_MAX
enum es_status es_population_whose(const struct es_population *population,
                                   const struct es_truth *truth, size_t source, uint64_t *whose,
                                   struct es_context *ctx) ES_CHECKED;

/* Whether the incumbent policy approved person i of what was observed, so that their outcome became
 * known; always so where labels = all. */
bool es_population_approved(const struct es_population *population, const double *const *value,
                            const uint8_t *const *seen, size_t i);

/* The probability of the favourable outcome given what is seen of people, and nothing else of them;
 * posterior.c says how. */
enum es_status es_population_best(const struct es_population *population,
                                  const double *const *value, const uint8_t *const *seen,
                                  size_t people, double *best, struct es_context *ctx) ES_CHECKED;

/* How far above its cut-off the incumbent puts person i: 0 those without a value whom it approves;
 * NaN those whom it denies for that, and everybody where there is no incumbent. */
double es_population_incumbent(const struct es_population *population, const double *const *value,
                               const uint8_t *const *seen, size_t i);

/* Arrays of a truth for `room` people. */
enum es_status es_truth_create(struct es_truth *truth, size_t room,
                               struct es_context *ctx) ES_CHECKED;
void es_truth_clear(struct es_truth *truth);

#endif
