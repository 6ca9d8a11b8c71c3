/* What a run or an audit writes: one value that every report is a view of.
 *
 * On disk it is one JSON object (docs/results.schema.json), the same bytes for the same study.
 */
#ifndef ES_RESULTS_RESULTS_H
#define ES_RESULTS_RESULTS_H

#include <jansson.h>
#include "harness/base/status.h"
#include "harness/base/text.h"

#define ES_RESULTS_SCHEMA "evenscore-results/1"

/* One number.  Texts are never NULL; value, low, high are NaN unless `status` is "ok" (low and high
 * also where no interval is defined).
 *   attribute, group  "region", "rural"; "" and "all" for everyone; "region" and "" for a
 * disparity; crossed: "region*income", "rural*low" reduction         "between_groups",
 * "to_overall", "to_reference:urban"; "" for a rate n                 people that the number rests
 * on: a rate's denominator status            "ok" or "undefined: reason" */
struct es_row {
  char *population, *scorer, *policy, *attribute, *group, *metric, *reduction;
  double value, low, high, confidence;
  char *method;
  uint64_t n;
  char *status;
};

/* The columns of a row, in the order that CSV and JSON write them. */
enum es_row_kind { ES_ROW_TEXT, ES_ROW_REAL, ES_ROW_COUNT };
struct es_row_field {
  const char *name;
  enum es_row_kind kind;
  size_t offset;
};
#define ES_ROW_FIELDS 14
extern const struct es_row_field es_row_fields[ES_ROW_FIELDS];

/* A scorer as it took part. */
struct es_scorer_result {
  char *name; /* as in rows: "logistic", or "logistic:l2=1" when it appears twice */
  char *summary, *cite;
  bool yardstick;
  char *model; /* what it learned, in lines; "" when nothing */
};

struct es_results {
  char *evenscore;     /* version of the program that wrote it; NULL: this one */
  json_t *study;       /* every resolved setting and seed; an object */
  json_t *populations; /* array of {name, title, version, favorable, people, assumed, numbers, …} */
  json_t *tallies;     /* array: the counts that every number comes from */
  struct es_scorer_result *scorer;
  size_t scorers;
  struct es_row *row;
  size_t rows, room;
  json_t *tables; /* further tidy tables: {name: [{column: value, …}, …]}; may be NULL */
  struct es_notes warnings;
};

/* A tidy table beside the metrics, with its columns in order: "tests", "attribution", … */
enum { ES_TIDY_COLUMNS = 24 };
struct es_tidy {
  const char *name, *summary;
  const char *column[ES_TIDY_COLUMNS]; /* ended by NULL */
  const char *across; /* laid out, this column's values stand side by side; NULL: none */
  bool on_request;    /* laid out only where it is asked for */
  const char *how;    /* "run the study with --sweep": how results get it */
};
extern const struct es_tidy es_tidy_tables[];
extern const size_t es_tidy_count;
const struct es_tidy *es_tidy_find(const char *name);

/* The rows of it; none: ES_INPUT, saying how to get them. */
enum es_status es_tidy_rows(const json_t **rows, const struct es_results *results,
                            const struct es_tidy *table, struct es_context *ctx) ES_CHECKED;

/* Adds a row, whose reference it takes; its keys are the table's columns, null where a value is not
 * defined. */
enum es_status es_results_tidy(struct es_results *results, const char *table, json_t *row,
                               struct es_context *ctx) ES_CHECKED;

/* Adds a copy of the row (its texts are copied; NULL texts become "").  ES_BROKEN where the status
 * is neither "ok" with a finite value nor "undefined: reason".  What is not finite becomes NaN. */
enum es_status es_results_add(struct es_results *results, const struct es_row *row,
                              struct es_context *ctx) ES_CHECKED;

/* The first row of that address, or NULL.  NULL arguments match anything. */
const struct es_row *es_results_find(const struct es_results *results, const char *population,
                                     const char *scorer, const char *attribute, const char *group,
                                     const char *metric, const char *reduction);

/* The attribute that stands for a population where there is place for one: the first in the rows
 * that is not crossed; "" when there is none. */
const char *es_first_attribute(const struct es_results *results, const char *population);

/* The version of the program that made them. */
const char *es_results_version(const struct es_results *results);

/* Whether the rows' scorer of that name is a bound to compare with. */
bool es_is_yardstick(const struct es_results *results, const char *scorer);

/* A text or a whole number of the population of that name; "" or -1 when it is not there. */
const char *es_population_text(const struct es_results *results, const char *population,
                               const char *key);
int64_t es_population_number(const struct es_results *results, const char *population,
                             const char *key);

/* JSON text, keys in fixed order, numbers shortest round-trip, ended by a newline.  What was read
 * and is written again gives the same bytes. */
enum es_status es_results_write(const struct es_results *results, struct es_text *out,
                                struct es_context *ctx) ES_CHECKED;

/* Reads a results file.  Not JSON, another schema, a missing key: ES_INPUT with file:line or key.
 */
enum es_status es_results_read(struct es_results *results, const char *path,
                               struct es_context *ctx) ES_CHECKED;

void es_results_clear(struct es_results *results);

/* A number, or null for one that is not there. */
json_t *es_json_real(double x);

/* Writes any JSON value with shortest round-trip numbers and two-blank indentation.  Arrays of
 * plain numbers take one line, and so do flat objects in an array: a table reads and diffs by row.
 */
void es_json_write(const json_t *value, struct es_text *out);

#endif
