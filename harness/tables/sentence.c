/* The sentence under the table.
 *
 * It names numbers that stand in the rows and claims no more than their intervals allow.  The two
 * groups are the extremes of several, so it asks more than that the gap's interval leaves 0 out:
 * their own intervals must not meet.
 */
#include "harness/tables/sentence.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DENIAL     "wrongful_denial_rate"
#define DENIAL_GAP DENIAL "_difference"

static bool is_ok(const struct es_row *row)
{
  return row != NULL && strcmp(row->status, "ok") == 0;
}

static const char *reason(const struct es_row *row) { return row->status + strlen("undefined: "); }

void es_group_add(struct es_text *out, const char *attribute, const char *group)
{
  bool word = isalpha((unsigned char)group[0]) || (unsigned char)group[0] >= 0x80;
  if (word)
    es_text_add(out, "%s", group);
  else if (group[0] == '<' || group[0] == '>') /* age>25 and <=25 make age<=25 */
    es_text_add(out, "%.*s%s", (int)strcspn(attribute, "<>"), attribute, group);
  else
    es_text_add(out, "%s=%s", attribute, group);
}

/* --- whom the sentence is about --------------------------------------------------------------- */

/* What was found of one scorer; worst and best are the groups it denies most and least. */
struct finding {
  const char *population, *scorer, *attribute;
  const struct es_row *all, *gap, *worst, *best;
};

static struct finding look(const struct es_results *results, const struct es_row *first)
{
  struct finding f = {.population = first->population, .scorer = first->scorer};
  f.attribute = es_first_attribute(results, f.population);
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *row = &results->row[i];
    if (strcmp(row->population, f.population) != 0 || strcmp(row->scorer, f.scorer) != 0 ||
        strcmp(row->policy, first->policy) != 0)
      continue;
    if (strcmp(row->metric, DENIAL_GAP) == 0 && strcmp(row->attribute, f.attribute) == 0 &&
        strcmp(row->reduction, "between_groups") == 0)
      f.gap = row;
    if (strcmp(row->metric, DENIAL) != 0 || row->reduction[0] != '\0') continue;
    if (row->attribute[0] == '\0') f.all = row;
    if (row->attribute[0] == '\0' || strcmp(row->attribute, f.attribute) != 0 || !is_ok(row))
      continue;
    if (f.worst == NULL || row->value > f.worst->value) f.worst = row;
    if (f.best == NULL || row->value < f.best->value) f.best = row;
  }
  return f;
}

/* How much a sentence about this scorer would say. */
static int worth(const struct es_results *results, const struct finding *f)
{
  int is = 0;
  if (is_ok(f->gap) && f->worst != NULL)
    is = 3;
  else if (f->gap != NULL)
    is = 2;
  else if (f->all != NULL)
    is = 1;
  return is + 4 * !es_is_yardstick(results, f->scorer);
}

/* --- saying it -------------------------------------------------------------------------------- */

/* A share in percent; never "0%" for some or "100%" for not all. */
static void add_percent(struct es_text *out, double share, int decimals)
{
  static const double unit[] = {1, 0.1, 0.01};
  double percent = 100 * share;
  if (percent > 0 && percent < unit[decimals] / 2)
    es_text_add(out, "less than %.*f%%", decimals, unit[decimals]);
  else if (percent < 100 && percent > 100 - unit[decimals] / 2)
    es_text_add(out, "more than %.*f%%", decimals, 100 - unit[decimals]);
  else
    es_text_add(out, "%.*f%%", decimals, percent);
}

/* The fewest decimals that tell two shares apart, at most 2. */
static int decimals_between(double a, double b)
{
  int decimals = 0;
  for (bool same = true; same && decimals < 2; decimals += same) {
    struct es_text one = {0}, two = {0};
    add_percent(&one, a, decimals);
    add_percent(&two, b, decimals);
    same = strcmp(es_text_get(&one), es_text_get(&two)) == 0;
    es_text_clear(&one);
    es_text_clear(&two);
  }
  return decimals;
}

static void add_group(struct es_text *out, const struct es_row *row)
{
  es_group_add(out, row->attribute, row->group);
}

/* Whether "everyone who …" can stand before it: a verb in the third person, in lower case. */
static bool is_verb_phrase(const char *words)
{
  size_t size = strcspn(words, " ");
  for (size_t i = 0; words[i] != '\0'; i++)
    if (!islower((unsigned char)words[i]) && strchr(" '-", words[i]) == NULL) return false;
  if (size < 2 || words[size - 1] != 's' || words[size - 2] == 's') return false;
  return size > 3 || strncmp(words, "is ", 3) == 0 || strncmp(words, "has ", 4) == 0 ||
         strncmp(words, "was ", 4) == 0;
}

static void add_among(struct es_text *out, const struct es_results *results,
                      const struct finding *f)
{
  const char *favorable = es_population_text(results, f->population, "favorable");
  const char *outcome = json_string_value(json_object_get(results->study, "outcome"));
  const char *value = json_string_value(json_object_get(results->study, "favorable_outcome"));
  if (json_array_size(results->populations) > 1)
    es_text_add(out, "In %s, among ", f->population);
  else
    es_text_add(out, "Among ");
  if (is_verb_phrase(favorable))
    es_text_add(out, "everyone who %s, ", favorable);
  else if (favorable[0] == '\0' && outcome != NULL && outcome[0] != '\0' && value != NULL)
    es_text_add(out, "people with %s=%s, ", outcome, value);
  else if (favorable[0] == '\0')
    es_text_add(out, "people with the favourable outcome, ");
  else
    es_text_add(out, "people whose outcome is \"%s\", ", favorable);
  es_text_add(out, "%s denies ", f->scorer);
}

/* Without intervals, only equal values meet. */
static bool intervals_meet(const struct es_row *a, const struct es_row *b)
{
  const struct es_row *high = a->value > b->value ? a : b, *low = high == a ? b : a;
  if (isfinite(high->low) && isfinite(low->high)) return high->low <= low->high;
  return high->value == low->value;
}

/* "; 71% of rural people have no score at all, against 42% of urban" */
static void add_unscored(struct es_text *out, const struct es_results *results,
                         const struct finding *f)
{
  const struct es_row *worst = NULL, *best = NULL;
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *row = &results->row[i];
    if (strcmp(row->metric, "abstention_rate") != 0 || !is_ok(row) ||
        strcmp(row->population, f->population) != 0 || strcmp(row->scorer, f->scorer) != 0 ||
        strcmp(row->policy, f->worst->policy) != 0 || strcmp(row->attribute, f->attribute) != 0)
      continue;
    if (strcmp(row->group, f->worst->group) == 0) worst = row;
    if (strcmp(row->group, f->best->group) == 0) best = row;
  }
  if (worst == NULL || best == NULL || intervals_meet(worst, best)) return;
  int decimals = decimals_between(worst->value, best->value);
  es_text_add(out, "; ");
  add_percent(out, worst->value, decimals);
  es_text_add(out, " of ");
  add_group(out, worst);
  es_text_add(out, " people have no score at all, against ");
  add_percent(out, best->value, decimals);
  es_text_add(out, " of ");
  add_group(out, best);
}

static void add_gap(struct es_text *out, const struct es_results *results, const struct finding *f)
{
  add_among(out, results, f);
  if (f->worst->value == f->best->value) {
    add_percent(out, f->worst->value, 0);
    es_text_add(out, " in every group of %s.", f->attribute);
    return;
  }
  bool within = f->gap->low <= 0 || intervals_meet(f->worst, f->best);
  int decimals = within ? 0 : decimals_between(f->worst->value, f->best->value);
  add_percent(out, f->worst->value, decimals);
  es_text_add(out, " of ");
  add_group(out, f->worst);
  es_text_add(out, " and ");
  add_percent(out, f->best->value, decimals);
  es_text_add(out, " of ");
  add_group(out, f->best);
  es_text_add(out, " people");
  if (within)
    es_text_add(out, ": no difference beyond their intervals");
  else
    add_unscored(out, results, f);
  es_text_add(out, ".");
}

static void add_sentence(struct es_text *out, const struct es_results *results,
                         const struct finding *f)
{
  if (is_ok(f->gap) && f->worst != NULL) {
    add_gap(out, results, f);
  } else if (f->gap != NULL) {
    es_text_add(out,
                "Whether %s wrongly denies one group of %s more than another is undefined: %s.",
                f->scorer, f->attribute, is_ok(f->gap) ? "no group has a rate" : reason(f->gap));
  } else if (is_ok(f->all)) {
    add_among(out, results, f);
    add_percent(out, f->all->value, 0);
    es_text_add(out, "; there are no groups to compare.");
  } else if (f->all != NULL) {
    es_text_add(out, "How many people %s wrongly denies is undefined: %s.", f->scorer,
                reason(f->all));
  } else {
    es_text_add(out, "There are no wrongful denials to compare.");
  }
}

char *es_sentence_make(const struct es_results *results, struct es_context *ctx)
{
  struct finding best = {.population = "", .scorer = ""};
  const char *population = results->rows > 0 ? results->row[0].population : "", *last = "";
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *row = &results->row[i];
    if (strcmp(row->population, population) != 0 || strcmp(row->scorer, last) == 0) continue;
    last = row->scorer;
    struct finding f = look(results, row);
    if (best.scorer[0] == '\0' || worth(results, &f) > worth(results, &best)) best = f;
  }
  struct es_text out = {0};
  add_sentence(&out, results, &best);
  char *sentence = es_text_take(&out);
  if (sentence == NULL) es_fail(ctx, ES_NOMEM, "out of memory");
  return sentence;
}
