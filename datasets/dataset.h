/* A kind of dataset: where people come from.
 *
 * A dataset is a const record that opens a source of people ("cn-2017", "people.csv"), says what is
 * visible of them, and fills blocks of them on demand.  People come in two parts: those a scorer
 * learns from and those it is judged on, once per fold.  `block` is called in any order and from
 * several threads; it gets const state.  README.md shows how to add a kind.
 */
#ifndef ES_DATASET_H
#define ES_DATASET_H

#include "harness/base/frame.h"
#include "harness/base/option.h"
#include "harness/base/status.h"
#include "harness/base/text.h"

#define ES_DATASET_API 2u

enum es_part { ES_TRAIN, ES_TEST };

enum es_dataset_flag {
  ES_LISTED = 1u << 0, /* a finite list of real rows: scores are tallied exactly, not on a grid */
};

struct es_process;
struct es_dynamics;
struct es_block;

/* Fills told[i] with what a yardstick may know of the people of a block, by what is seen of them.
 */
typedef enum es_status es_tell(const void *state, const struct es_block *block, double *told,
                               struct es_context *ctx);

/* What is the same for every person of an opened dataset; owned by it.
 *   name        as reports name the population; `version` changes when its people do
 *   favorable   what the favourable outcome is called ("repays")
 *   columns, dates  facts, and behind them dates: column[columns] … [columns + dates - 1]
 *   folds       how many train/test splits there are (1, or k for k-fold)
 *   reference   the level of the first attribute that others are measured from; "" when unstated
 *   selective   outcomes become known only for some (es_block.labelled)
 *   process     what becomes of restricted people, by level of the first attribute; NULL: a denial
 *               lasts its term
 *   dynamics    what decisions do to people over time; NULL: nothing is known of it
 *   counted     rows are not people but stand for that many: weights are numbers of people; 0: they
 *               are sampling weights, if any
 *   best        tells the probability of the favourable outcome given what is seen; NULL: not known
 *   incumbent   tells how far above its cut-off the incumbent policy puts people
 * (scorers/scorer.h); NULL: there is none state       what it is told from assumed     how many of
 * its numbers are assumed rather than sourced, out of `numbers` */
struct es_people {
  const char *name, *title, *version, *favorable, *reference;
  size_t columns, dates, attributes, folds;
  const struct es_column *column;
  const struct es_attribute *attribute;
  struct es_consequence consequence;
  const struct es_process *process;
  const struct es_dynamics *dynamics;
  bool weighted, truth, selective;
  es_tell *best, *incumbent;
  const void *state;
  uint64_t counted;
  unsigned assumed, numbers;
};

/* Facts and dates together: all that a block stores. */
static inline size_t es_all_columns(const struct es_people *people)
{
  return people->columns + people->dates;
}

/* Storage for one block, owned by the caller (es_block_create), filled by the dataset.
 *   outcome[i]  enum es_outcome
 * Arrays have room for `room` people; truth and weight stay NULL when the dataset has none. */
struct es_block {
  size_t people, room;
  double **value;   /* [columns + dates][room]; NaN where not seen */
  uint8_t **seen;   /* [columns + dates][room] */
  uint32_t **group; /* [attributes][room] */
  uint64_t *person;
  uint8_t *outcome;
  uint8_t *labelled; /* 1: the outcome becomes known; NULL where everybody's does */
  double *truth, *weight;
  double *offset; /* NULL unless somebody set it; borrowed */
  bool filled;    /* some of what is not on record was filled in (harness/model/impute.h) */
};

/* What a user asked for: the part of a study that datasets look at.
 *   source     what stood after --population, less the "kind:" ("cn-2017", "people.csv")
 *   schema     --schema, or ""
 *   overrides  --set key=value, in order
 *   people, train  sizes for populations that have no end; 0: the dataset's own
 *   folds      0: one train/test split; k: k-fold */
struct es_dataset_request {
  const char *source, *schema;
  struct es_texts overrides;
  uint64_t people, train, folds;
  double test_share;
};

/* A reason for a gap that can be taken away: the same people, opened with `override` on top.
 *   words  what that world is like: "everybody were covered as % people are", where % stands for
 *          the group that the others are made equal to */
struct es_cause {
  const char *name, *override, *words;
};

/* How people have changed since they were drawn; arrays of the block's people.
 *   capacity, reliability  added to their traits, in sd
 *   months     added to their files at the deciding agency
 *   known      1: it has come to have them on file
 *   occasion   0: the records that there always were; else fresh ones, of that number */
struct es_changes {
  const double *capacity, *reliability, *months;
  const uint8_t *known;
  uint32_t occasion;
};

struct es_dataset {
  unsigned api;        /* ES_DATASET_API, exactly */
  const char *name;    /* = the file's name; "csv" in --population csv:FILE */
  const char *summary; /* one line for `list datasets` */
  unsigned flags;
  size_t state_size;
  enum es_status (*open)(void *state, const struct es_dataset_request *request,
                         struct es_context *ctx);
  const struct es_people *(*people)(const void *state);
  /* How many people a part of a fold has. */
  uint64_t (*size)(const void *state, size_t fold, enum es_part part);
  /* Fills block->people people from the `first` of that part on. */
  enum es_status (*block)(const void *state, size_t fold, enum es_part part, uint64_t first,
                          struct es_block *block, struct es_context *ctx);
  /* Fills the block with the people at block->person as they are after those changes.  Optional:
   * without it nothing is followed over time. */
  enum es_status (*again)(const void *state, const struct es_changes *changes,
                          struct es_block *block, struct es_context *ctx);
  /* The resolved definition, as lines for the results and `describe`. */
  enum es_status (*describe)(const void *state, struct es_text *out, struct es_context *ctx);
  /* Reasons why groups are seen differently that this population has; fills at most `room`.
   * Optional: without it nothing can be attributed. */
  size_t (*causes)(const void *state, const struct es_cause **cause, size_t room);
  void (*close)(void *state);
};

/* Arrays for `room` people of that dataset; es_block_clear frees them. */
enum es_status es_block_create(struct es_block *block, const struct es_people *people, size_t room,
                               struct es_context *ctx) ES_CHECKED;
void es_block_clear(struct es_block *block, const struct es_people *people);

/* People first … first + n - 1 of one block become people at … at + n - 1 of another. */
void es_block_copy(struct es_block *to, size_t at, const struct es_block *from, size_t first,
                   size_t n, const struct es_people *people);

/* Puts people whose outcome is known first, each part in its order; *known is how many they are. */
enum es_status es_block_known_first(struct es_block *block, const struct es_people *people,
                                    size_t *known, struct es_context *ctx) ES_CHECKED;

/* Leaves only the people whose outcome becomes known, in their order. */
enum es_status es_block_keep_labelled(struct es_block *block, const struct es_people *people,
                                      struct es_context *ctx) ES_CHECKED;

/* ES_DATASET(my_kind) = { .api = ES_DATASET_API, .name = "my_kind", … }; */
#define ES_DATASET(id)                                                                             \
  extern const struct es_dataset es_dataset_##id;                                                  \
  const struct es_dataset es_dataset_##id

#endif
