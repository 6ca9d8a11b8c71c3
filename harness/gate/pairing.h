/* Two results side by side: whether they may be compared, whether the people are the same, and
 * which numbers belong together. */
#ifndef ES_GATE_PAIRING_H
#define ES_GATE_PAIRING_H

#include "harness/results/results.h"

/* Results as they are compared: `name` stands for them in messages and tables.  `replicates` has,
 * for each row, `replicated` values one after the other (NaN: undefined); NULL where there is one
 * replicate. */
struct es_side {
  const char *name;
  const struct es_results *results;
  double *replicates;
  size_t replicated;
};

/* Fills a zeroed side; ES_INPUT where the table of replicates does not fit the rows. */
enum es_status es_side_make(struct es_side *side, const char *name,
                            const struct es_results *results, struct es_context *ctx) ES_CHECKED;
void es_side_clear(struct es_side *side);

/* The seed, the people and how they are drawn are the same in both: what differs is the scorers. */
bool es_same_people(const struct es_results *a, const struct es_results *b);

/* Whether scorers learned from people whose luck the numbers' intervals do not hold. */
bool es_learned(const struct es_results *results);

/* Why numbers of the two do not mean the same: another population, version of a population or
 * metric, orientation, treatment of undefined groups.  One note each. */
void es_pairing_differences(const struct es_side *old, const struct es_side *new,
                            struct es_notes *differences);

/* What may have another name on the other side, because each side has one only. */
struct es_renamed {
  bool population, scorer, policy;
};

/* The row of the same address, or NULL. */
const struct es_row *es_side_find(const struct es_side *side, const struct es_row *like,
                                  struct es_renamed renamed);

#endif
