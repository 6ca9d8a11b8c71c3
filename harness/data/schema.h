/* How to read people (listing.h) out of a CSV: which column is the outcome, which value of it is
 * favourable, who belongs to which group, which columns are features and what their values mean.
 *
 * A schema is an INI file (datasets/README.md) or is put together by hand, for the command line:
 *
 *   struct es_schema schema;
 *   es_schema_default(&schema, ctx);
 *   es_options_set(es_schema_options, &schema, "outcome", "two_year_recid", ctx);
 *   es_options_set(es_schema_options, &schema, "favorable", "0", ctx);
 *   es_schema_group(&schema, "race", ctx);
 *   es_listing_read(&listing, &schema, "people.csv", NULL, ctx);
 *
 * Lists are words separated by blanks or commas; a word with blanks stands in "double quotes"; a
 * list goes on when its key is given again.
 */
#ifndef ES_DATA_SCHEMA_H
#define ES_DATA_SCHEMA_H

#include "harness/base/option.h"
#include "harness/base/text.h"

enum es_separator { ES_COMMA, ES_SEMICOLON, ES_TABULATOR };
enum es_feature_type {
  ES_FEATURE_NUMBER,
  ES_FEATURE_BINARY,
  ES_FEATURE_COUNT,
  ES_FEATURE_LEVELS,
  ES_FEATURE_ORDERED
};

/* A feature: [feature NAME].
 *   direction  the index in "-|0|+": what more of it says of the person
 *   order      ordered: these values become 0, 1, 2, …
 *   yes        binary: the values that become 1; none: cells are 0 or 1
 *   date       enum es_date: no fact but how old the source's records are, in months */
struct es_schema_feature {
  char *name;
  char *column, *source; /* column "": the name */
  int type, direction, date;
  bool core;
  struct es_texts order, yes, missing;
};

/* A way to group people: [group NAME], or a word of `groups`.
 *   cut    people are split at `above`, into "<=25" and ">25"; otherwise by the column's text
 *   level  lines "male: A91 A93 A94": these values make the level; none: each value is one */
struct es_schema_group {
  char *name;
  char *column; /* "": the name */
  struct es_texts level;
  bool cut;
  double above;
};

/* [schema].  Costs and term: -1 is not stated.
 *   group  the first group_count are looked at; those up to `groups_defined` are known by name */
struct es_schema {
  char *title, *source, *cite, *outcome, *favorable_name, *reference, *weight, *version;
  int separator; /* enum es_separator */
  struct es_texts missing, favorable, groups;
  double cost_wrongful_denial, cost_wrongful_approval, term;
  double u_plus, u_minus, score_gain, score_loss, score_low, score_high;
  struct es_schema_feature *feature;
  struct es_schema_group *group;
  size_t features, group_count, groups_defined;
};

extern const struct es_option es_schema_options[], es_schema_feature_options[],
    es_schema_group_options[];

/* An empty schema with every default. */
enum es_status es_schema_default(struct es_schema *schema, struct es_context *ctx) ES_CHECKED;

/* Reads a schema that is compiled in ("compas") or a file ("mine.ini"), with --set assignments on
 * top (overrides may be NULL).  On failure nothing is left to free. */
enum es_status es_schema_load(struct es_schema *schema, const char *name,
                              const struct es_texts *overrides, struct es_context *ctx) ES_CHECKED;

/* The same from text, as es_schema_describe writes it; `name` is what messages call it. */
enum es_status es_schema_parse(struct es_schema *schema, const char *name, const char *text,
                               struct es_context *ctx) ES_CHECKED;

/* Adds a feature of that column and type. */
enum es_status es_schema_feature(struct es_schema *schema, const char *name,
                                 enum es_feature_type type, struct es_context *ctx) ES_CHECKED;

/* Adds one group: one that the schema defines, a column's name as it is, or COLUMN>NUMBER. */
enum es_status es_schema_group(struct es_schema *schema, const char *spec,
                               struct es_context *ctx) ES_CHECKED;

bool es_schema_has_group(const struct es_schema *schema, const char *name);

/* Leaves out what a schema says, for a command line that says it anew.  Groups that are left out
 * can still be added by their name. */
void es_schema_drop_groups(struct es_schema *schema);
void es_schema_drop_features(struct es_schema *schema);
void es_schema_drop_favorable(struct es_schema *schema);

/* What no single key can tell: an outcome without its favourable value, an order without a type. */
enum es_status es_schema_check(const struct es_schema *schema, struct es_context *ctx) ES_CHECKED;

/* The resolved schema as INI text. */
void es_schema_describe(const struct es_schema *schema, struct es_text *out);
void es_schema_clear(struct es_schema *schema);

#endif
