/* What a gate asks: which numbers, how much worse each may get, and limits that none may cross. */
#ifndef ES_GATE_RULES_H
#define ES_GATE_RULES_H

#include "harness/gate/choose.h"

/* The [gate] section of evenscore.ini, and the same on the command line. */
struct es_rules {
  char *study, *baseline;
  struct es_texts metrics, filter, tolerance, limit;
  double level;
  bool strict;
};
extern const struct es_option es_rules_options[];
#define ES_GATE_FILE   "evenscore.ini"
#define ES_NO_BASELINE "none"

/* Splits "a,b" in two, and checks every name and number.  A metric that is neither better nor worse
 * when it is more can only have a limit. */
enum es_status es_rules_check(struct es_rules *rules, struct es_context *ctx) ES_CHECKED;

/* How much worse a number may get: what the rules say of its metric, or the default; a share is
 * taken of the baseline's value. */
double es_rules_tolerance(const struct es_rules *rules, const char *metric, double baseline);

/* What that default is, as it would be written: "0.01", "5%". */
const char *es_default_tolerance(const char *metric);

/* "METRIC>=X", "METRIC@GROUP<=X". */
struct es_limit {
  char metric[96], group[96]; /* group "": everyone, or between groups */
  bool at_least;
  double value;
};
enum es_status es_limit_read(struct es_limit *limit, const char *text,
                             struct es_context *ctx) ES_CHECKED;
bool es_limit_is_on(const struct es_limit *limit, const struct es_row *row);

/* "METRIC=X": the metric's real name, and X, which may be a share ("5%"). */
enum es_status es_wish_read(const char *option, const char *text, char metric[96], double *value,
                            bool *share, struct es_context *ctx) ES_CHECKED;

#endif
