/* From tidy rows to a laid-out table, and the sentence of an attribution. */
#include "harness/tables/tidy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/metric.h"
#include "harness/tables/shown.h"

struct laying {
  struct es_table *table;
  const struct es_results *results;
  const struct es_tidy *tidy;
  const struct es_table_request *request;
  json_t *rows;
  struct es_notes reasons;         /* of what is undefined */
  size_t columns[ES_TIDY_COLUMNS]; /* which of the tidy columns are shown */
  const char **policy;             /* of every row; NULL: they say nothing */
  struct es_context *ctx;
};

static const char *text_of(const json_t *row, const char *key)
{
  const char *text = json_string_value(json_object_get(row, key));
  return text != NULL ? text : "";
}

/* NaN where it is null. */
static double number_of(const json_t *row, const char *key)
{
  const json_t *value = json_object_get(row, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* --- which rows --------------------------------------------------------------------------------
 */

bool es_is_asked(const struct es_texts *list, const char *name)
{
  for (size_t i = 0; list != NULL && i < list->count; i++)
    if (strcmp(list->at[i], name) == 0) return true;
  return list == NULL || list->count == 0;
}

static const char *column_of(const struct es_tidy *tidy, const char *name, const char *other)
{
  for (size_t c = 0; tidy->column[c] != NULL; c++)
    if (strcmp(tidy->column[c], name) == 0 || strcmp(tidy->column[c], other) == 0)
      return tidy->column[c];
  return NULL;
}

/* Whether each word that was asked for is in the column. */
static enum es_status check(const json_t *rows, const struct es_tidy *tidy, const char *option,
                            const struct es_texts *asked, const char *key, struct es_context *ctx)
{
  if (asked == NULL || asked->count == 0) return ES_OK;
  if (key == NULL)
    return es_fail(ctx, ES_INPUT, "%s: the table %s has no such column", option, tidy->name);
  for (size_t k = 0; k < asked->count; k++) {
    bool there = false;
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) there = there || strcmp(text_of(row, key), asked->at[k]) == 0;
    if (!there)
      return es_fail(ctx, ES_INPUT, "%s %s: the table %s of these results does not have it", option,
                     asked->at[k], tidy->name);
  }
  return ES_OK;
}

enum es_status es_tidy_select(json_t **rows, const struct es_results *results,
                              const struct es_tidy *tidy, const struct es_table_request *request,
                              struct es_context *ctx)
{
  const char *metric = column_of(tidy, "metric", "measure"), *group = column_of(tidy, "group", "");
  const json_t *all;
  ES_TRY(es_tidy_rows(&all, results, tidy, ctx));
  ES_TRY(check(all, tidy, "--metrics", request->metrics, metric, ctx));
  ES_TRY(check(all, tidy, "--groups", request->groups, group, ctx));
  if ((*rows = json_array()) == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  size_t i;
  json_t *row;
  json_array_foreach(all, i, row)
  {
    if (metric != NULL && !es_is_asked(request->metrics, text_of(row, metric))) continue;
    if (group != NULL && !es_is_asked(request->groups, text_of(row, group))) continue;
    if (json_array_append(*rows, row) != 0) return es_fail(ctx, ES_NOMEM, "out of memory");
  }
  if (json_array_size(*rows) > 0) return ES_OK;
  return es_fail(ctx, ES_INPUT, "--metrics and --groups leave nothing of the table %s", tidy->name);
}

/* --- what a row shows ---------------------------------------------------------------------------
 */

/* Why a number is not there, as the row says it; "" where it does not. */
static const char *reason_of(const json_t *row)
{
  const char *status = text_of(row, "status"), *method = text_of(row, "method");
  const char *undefined = "undefined: ";
  const char *said = status[0] != '\0' && strcmp(status, "ok") != 0       ? status
                     : strncmp(method, undefined, strlen(undefined)) == 0 ? method
                                                                          : "";
  return strncmp(said, undefined, strlen(undefined)) == 0 ? said + strlen(undefined) : said;
}

/* What no row says of its own. */
static const char *reason_for(const json_t *row, const char *key)
{
  static const struct {
    const char *key, *reason;
  } known[] = {{"share", "a part of nothing: the whole is 0"},
               {"harm_share", "a part of nothing: the whole is 0"},
               {"ratio", "a part of nothing: the whole is 0"},
               {"elasticity", "the days were or became 0"},
               {"cutoff", "no one score stands for it"},
               {"from", "beyond every score"},
               {"to", "beyond every score"}};
  const char *said = reason_of(row);
  for (size_t k = 0; said[0] == '\0' && k < ES_COUNT_OF(known); k++)
    if (strcmp(known[k].key, key) == 0) said = known[k].reason;
  return said;
}

static bool is_words(const struct laying *l, const char *key)
{
  size_t i;
  json_t *row;
  json_array_foreach(l->rows, i, row) if (json_is_string(json_object_get(row, key))) return true;
  return false;
}

static bool says_one_thing(const struct laying *l, const char *key)
{
  const char *first = text_of(json_array_get(l->rows, 0), key);
  size_t i;
  json_t *row;
  json_array_foreach(l->rows, i, row) if (strcmp(text_of(row, key), first) != 0) return false;
  return true;
}

static bool is_bound(const char *key)
{
  return strcmp(key, "low") == 0 || strcmp(key, "high") == 0;
}

/* The column that low and high are the ends of. */
static bool has_bounds(const struct es_tidy *tidy, const char *key)
{
  for (size_t c = 0; tidy->column[c] != NULL; c++)
    if (strcmp(tidy->column[c], key) == 0)
      return tidy->column[c + 1] != NULL && strcmp(tidy->column[c + 1], "low") == 0;
  return false;
}

/* Where the page is narrow: what goes first, the highest first. */
static int dispensable(const char *key)
{
  static const char *const keys[] = {"method", "n", "statistic", "total"};
  for (size_t k = 0; k < ES_COUNT_OF(keys); k++)
    if (strcmp(keys[k], key) == 0) return (int)k + 1;
  return 0;
}

static enum es_status list_policies(struct laying *l)
{
  size_t i;
  json_t *row;
  if ((l->policy = es_alloc(json_array_size(l->rows), sizeof *l->policy, l->ctx)) == NULL)
    return ES_NOMEM;
  json_array_foreach(l->rows, i, row) l->policy[i] = text_of(row, "policy");
  return ES_OK;
}

static void show_word(const struct laying *l, struct es_text *text, const char *key,
                      const char *word)
{
  if (strcmp(key, "policy") == 0 && l->policy != NULL)
    es_show_policy(text, word, l->policy, json_array_size(l->rows));
  else
    es_text_add(text, "%s", word);
}

/* What bars beside a column show: the table's headline. */
static const char *bars_of(const struct es_tidy *tidy, const char *key)
{
  if (strcmp(tidy->name, "attribution") == 0 && strcmp(key, "share") == 0)
    return "Bars: the part of the gap that each cause makes";
  bool shares = strcmp(key, "harm_share") == 0 || strcmp(key, "population_share") == 0;
  return shares && strcmp(tidy->name, "harm") == 0
             ? "Bars: each group's share of the harm, and of the people"
             : NULL;
}

/* A column's name as words. */
static char *words_of(const char *key, struct es_context *ctx)
{
  char *words = es_strdup(key, ctx);
  for (char *at = words; at != NULL && *at != '\0'; at++)
    if (*at == '_') *at = ' ';
  return words;
}

static enum es_status choose_columns(struct laying *l, struct es_text *title)
{
  es_text_add(title, "%s", l->tidy->name);
  for (size_t c = 0; l->tidy->column[c] != NULL; c++) {
    const char *key = l->tidy->column[c];
    bool words = is_words(l, key);
    if (is_bound(key) || strcmp(key, "status") == 0) continue; /* a footnote says it */
    if (words && says_one_thing(l, key)) {
      const char *text = text_of(json_array_get(l->rows, 0), key);
      if (text[0] != '\0') es_text_add(title, ", %s %s", key, text);
      continue;
    }
    if (strcmp(key, "policy") == 0) ES_TRY(list_policies(l));
    struct es_table_column *column = &l->table->column[l->table->columns];
    *column = (struct es_table_column){.over = es_strdup("", l->ctx),
                                       .heading = words_of(key, l->ctx),
                                       .drop = dispensable(key),
                                       .align = words ? ES_LEFT : ES_RIGHT,
                                       .bars = bars_of(l->tidy, key)};
    l->columns[l->table->columns++] = c;
    if (column->over == NULL || column->heading == NULL) return ES_NOMEM;
  }
  return ES_OK;
}

/* Counts and parameters that are whole numbers are written as such, results are not; whatever the
 * type was: a file keeps none. */
static bool is_whole(const char *key, double x)
{
  return strcmp(key, "value") != 0 && strcmp(key, "estimate") != 0 && x == floor(x) &&
         fabs(x) < 1e15;
}

/* "undefined ¹", or a dash where no reason is known. */
static void show_nothing(struct laying *l, const json_t *row, const char *key, struct es_text *text)
{
  const char *reason = reason_for(row, key);
  struct es_context noting = {.notes = &l->reasons};
  size_t number = 0;
  es_text_add(text, reason[0] != '\0' ? "undefined " : "–");
  if (reason[0] == '\0') return;
  es_note(&noting, "%s", reason);
  while (number < l->reasons.count && strcmp(l->reasons.text[number], reason) != 0) number++;
  es_show_superscript(text, number + 1);
}

static void show_number(struct laying *l, const json_t *row, const char *key, struct es_text *text,
                        struct es_text *spread)
{
  double x = number_of(row, key), low = number_of(row, "low"), high = number_of(row, "high");
  int most = isnan(x) ? 0 : es_decimals_within(x, l->request->digits);
  if (isnan(x)) {
    show_nothing(l, row, key, text);
  } else if (strcmp(key, "share") == 0) {
    es_text_add(text, "%.0f%%", fabs(x) < 0.005 ? 0 : 100 * x);
  } else if (has_bounds(l->tidy, key) && high > low) {
    double half = (high - low) / 2;
    int decimals = es_decimals_for_one(half);
    if (decimals > most) decimals = most;
    es_show_value(text, x, decimals);
    es_show_half(spread, half, decimals);
  } else if (x == 0 || is_whole(key, x)) {
    es_show_grouped(text, x, 0);
  } else if (x != 0 && fabs(x) < 1e-4) { /* p-values */
    es_text_add(text, "%.*e", l->request->digits > 0 ? l->request->digits - 1 : 3, x);
  } else {
    es_show_value(text, x, most);
  }
}

/* Whether the row begins like the one above it, up to and with column c. */
static bool repeats(const struct laying *l, size_t i, size_t c)
{
  if (i == 0) return false;
  for (size_t k = 0; k <= c; k++) {
    const char *key = l->tidy->column[l->columns[k]];
    if (strcmp(text_of(json_array_get(l->rows, i), key),
               text_of(json_array_get(l->rows, i - 1), key)) != 0)
      return false;
  }
  return true;
}

static enum es_status fill(struct laying *l)
{
  for (size_t i = 0; i < l->table->rows; i++) {
    const json_t *row = json_array_get(l->rows, i);
    l->table->tidy[i] = row;
    l->table->rule_before[i] = i > 0 && !repeats(l, i, 0) && l->table->columns > 2;
    for (size_t c = 0; c < l->table->columns; c++) {
      const char *key = l->tidy->column[l->columns[c]];
      struct es_text text = {0}, spread = {0};
      bool words = l->table->column[c].align == ES_LEFT;
      bool again = words && !l->request->transpose && repeats(l, i, c);
      if (!words)
        show_number(l, row, key, &text, &spread);
      else if (!again)
        show_word(l, &text, key, text_of(row, key));
      struct es_table_cell *cell = &l->table->cell[i * l->table->columns + c];
      *cell = (struct es_table_cell){
          .text = es_text_take(&text), .spread = es_text_take(&spread), .repeated = again};
      if (l->table->column[c].bars != NULL) cell->bar = number_of(row, key);
      if (cell->text == NULL || cell->spread == NULL)
        return es_fail(l->ctx, ES_NOMEM, "out of memory");
    }
  }
  return ES_OK;
}

/* --- side by side
 * -------------------------------------------------------------------------------------- */

/* Rows about everyone, or between the groups of one attribute: those that fit a line per setting.
 */
static bool is_headline(const struct laying *l, const json_t *row)
{
  if (l->request->groups != NULL && l->request->groups->count > 0) return true; /* chosen already */
  const char *reduction = text_of(row, "reduction"), *attribute = text_of(row, "attribute");
  if (strcmp(text_of(row, "group"), "all") == 0) return reduction[0] == '\0'; /* not of a pair */
  return text_of(row, "group")[0] == '\0' &&
         (reduction[0] == '\0' || strcmp(reduction, "between_groups") == 0) &&
         strcmp(attribute, es_first_attribute(l->results, text_of(row, "population"))) == 0;
}

static bool same_keys(const struct laying *l, size_t keys, const json_t *a, const json_t *b)
{
  for (size_t k = 0; k < keys; k++) {
    const char *key = l->tidy->column[l->columns[k]];
    if (strcmp(text_of(a, key), text_of(b, key)) != 0) return false;
  }
  return true;
}

static size_t find_metric(const json_t *const *first, size_t metrics, const char *name)
{
  for (size_t m = 0; m < metrics; m++)
    if (strcmp(text_of(first[m], "metric"), name) == 0) return m;
  return metrics;
}

static enum es_status add_metric(struct laying *l, const char *name)
{
  struct es_metric_words words;
  const char *label = es_metric_look_up(name, &words) ? words.label : name;
  struct es_table_column *column = &l->table->column[l->table->columns++];
  *column = (struct es_table_column){.over = es_strdup("", l->ctx),
                                     .heading = words_of(label, l->ctx),
                                     .arrow = label != name ? words.direction : 0,
                                     .align = ES_RIGHT,
                                     .metric = label != name ? name : NULL};
  return column->over != NULL && column->heading != NULL ? ES_OK : ES_NOMEM;
}

static enum es_status put(struct laying *l, size_t line, size_t column, struct es_text *text,
                          struct es_text *spread)
{
  struct es_table_cell *cell = &l->table->cell[line * ES_TIDY_COLUMNS + column];
  free(cell->text);
  free(cell->spread);
  *cell = (struct es_table_cell){.text = es_text_take(text), .spread = es_text_take(spread)};
  return cell->text != NULL && cell->spread != NULL ? ES_OK
                                                    : es_fail(l->ctx, ES_NOMEM, "out of memory");
}

/* The columns that tell lines apart; what is the same everywhere goes to the title. */
static enum es_status choose_keys(struct laying *l, struct es_text *title)
{
  bool groups = l->request->groups != NULL && l->request->groups->count > 0;
  es_text_add(title, "%s", l->tidy->name);
  for (size_t c = 0; strcmp(l->tidy->column[c], "metric") != 0; c++) {
    const char *key = l->tidy->column[c];
    bool group = strcmp(key, "attribute") == 0 || strcmp(key, "group") == 0;
    if (group && !groups) continue; /* headlines */
    if (strcmp(key, "policy") == 0 && !json_is_array(json_object_get(l->results->study, key)))
      continue; /* a swept policy says so under its setting */
    if (says_one_thing(l, key)) {
      const char *text = text_of(json_array_get(l->rows, 0), key);
      if (text[0] != '\0') es_text_add(title, ", %s %s", key, text);
      continue;
    }
    if (strcmp(key, "policy") == 0) ES_TRY(list_policies(l));
    l->columns[l->table->columns] = c;
    ES_TRY(add_metric(l, key));
    l->table->column[l->table->columns - 1].align = ES_LEFT;
  }
  return ES_OK;
}

static enum es_status begin_line(struct laying *l, size_t line, size_t keys, const json_t *last,
                                 const json_t *row)
{
  l->table->tidy[line] = row;
  l->table->rule_before[line] = last != NULL && !same_keys(l, keys > 1 ? keys - 1 : 0, last, row);
  for (size_t k = 0; k < keys; k++) {
    struct es_text text = {0}, none = {0};
    const char *key = l->tidy->column[l->columns[k]];
    show_word(l, &text, key, text_of(row, key));
    ES_TRY(put(l, line, k, &text, &none));
  }
  return ES_OK;
}

/* A line per setting and scorer, a column per measure; those behind the first ALWAYS may go where
 * the page is narrow, the last ones first. */
enum { ALWAYS = 7 };
static enum es_status lay_across(struct laying *l, struct es_text *title)
{
  const json_t *metric[ES_TIDY_COLUMNS], *last = NULL;
  ES_TRY(choose_keys(l, title));
  size_t metrics = 0, keys = l->table->columns, lines = 0, i;
  json_t *row;
  json_array_foreach(l->rows, i, row)
  {
    if (!is_headline(l, row)) continue;
    size_t m = find_metric(metric, metrics, text_of(row, "metric"));
    if (m == metrics) {
      if (l->table->columns == ES_TIDY_COLUMNS) continue; /* the CSV has them all */
      metric[metrics++] = row;
      ES_TRY(add_metric(l, text_of(row, "metric")));
      if (metrics > ALWAYS) l->table->column[keys + m].drop = (int)m;
    }
    if (last == NULL || !same_keys(l, keys, last, row))
      ES_TRY(begin_line(l, lines++, keys, last, row));
    last = row;
    struct es_text text = {0}, spread = {0};
    show_number(l, row, "value", &text, &spread);
    ES_TRY(put(l, lines - 1, keys + m, &text, &spread));
  }
  l->table->rows = lines;
  return ES_OK;
}

/* Cells stand ES_TIDY_COLUMNS apart while columns are still found; now as many apart as there are.
 */
static enum es_status close_ranks(struct laying *l)
{
  struct es_table *t = l->table;
  for (size_t r = 0; r < t->rows; r++)
    for (size_t c = 0; c < t->columns; c++) {
      struct es_table_cell *cell = &t->cell[r * ES_TIDY_COLUMNS + c];
      if (cell->text == NULL) {
        struct es_text text = {0}, none = {0};
        es_text_add(&text, "–");
        ES_TRY(put(l, r, c, &text, &none));
      }
    }
  for (size_t r = 0; r < t->rows; r++)
    for (size_t c = 0; c < t->columns; c++) {
      struct es_table_cell moved = t->cell[r * ES_TIDY_COLUMNS + c];
      t->cell[r * ES_TIDY_COLUMNS + c] = (struct es_table_cell){0};
      t->cell[r * t->columns + c] = moved;
    }
  return ES_OK;
}

/* --- what an attribution means
 * ------------------------------------------------------------------------ */

/* The measure that a difference is of: selection_rate of demographic_parity_difference. */
static void measure_of(char stem[64], const char *metric)
{
  size_t size = strlen(metric) - strlen("_difference");
  stem[0] = '\0';
  if (size >= 64) return;
  memcpy(stem, metric, size);
  stem[size] = '\0';
  for (size_t d = 0; d < es_disparity_count; d++)
    if (strcmp(es_disparities[d].name, stem) == 0 && es_disparities[d].metric[1] == NULL)
      snprintf(stem, 64, "%s", es_disparities[d].metric[0]);
}

/* What an attribution says of the first scorer that is no yardstick. */
struct finding {
  const json_t *first, *largest;
  double gap;
  const struct es_row *high, *low; /* groups at the gap's ends; NULL: not in the results */
};

static bool same_gap(const json_t *a, const json_t *b)
{
  static const char *const key[] = {"population", "scorer", "attribute", "metric"};
  for (size_t k = 0; k < ES_COUNT_OF(key); k++)
    if (strcmp(text_of(a, key[k]), text_of(b, key[k])) != 0) return false;
  return true;
}

static struct finding find(const struct laying *l, char stem[64])
{
  struct finding f = {0};
  size_t i;
  json_t *row;
  json_array_foreach(l->rows, i, row)
  {
    if (f.first == NULL && es_is_yardstick(l->results, text_of(row, "scorer"))) continue;
    if (f.first == NULL) f.first = row;
    if (!same_gap(f.first, row)) break;
    f.gap += number_of(row, "value");
    bool cause = strcmp(text_of(row, "cause"), "remainder") != 0;
    if (cause && (f.largest == NULL || number_of(row, "value") > number_of(f.largest, "value")))
      f.largest = row;
  }
  if (f.first == NULL) return f;
  measure_of(stem, text_of(f.first, "metric"));
  for (const struct es_row *r = l->results->row; r < l->results->row + l->results->rows; r++) {
    if (strcmp(r->metric, stem) != 0 || strcmp(r->attribute, text_of(f.first, "attribute")) != 0 ||
        strcmp(r->scorer, text_of(f.first, "scorer")) != 0 || isnan(r->value) ||
        r->group[0] == '\0' || strcmp(r->population, text_of(f.first, "population")) != 0)
      continue;
    if (f.high == NULL || r->value > f.high->value) f.high = r;
    if (f.low == NULL || r->value < f.low->value) f.low = r;
  }
  return f;
}

static void say_attribution(const struct laying *l, struct es_text *out)
{
  char stem[64] = "";
  struct finding f = find(l, stem);
  if (f.largest == NULL || isnan(f.gap)) return;
  double value = number_of(f.largest, "value");
  es_text_add(out, "Of %s's %.2f gap in ", text_of(f.first, "scorer"), f.gap);
  for (const char *at = stem; *at != '\0'; at++) es_text_add(out, "%c", *at == '_' ? ' ' : *at);
  if (f.high != NULL && f.low != NULL)
    es_text_add(out, " between %s and %s people", f.high->group, f.low->group);
  if (!(number_of(f.largest, "low") > 0)) {
    es_text_add(out, ", no cause makes a part beyond its interval.");
    return;
  }
  es_text_add(out, ", %.2f (%.0f%%) would vanish if ", value, 100 * value / f.gap);
  for (const char *at = text_of(f.largest, "words"); *at != '\0'; at++)
    if (*at == '%')
      es_text_add(out, "%s", text_of(f.largest, "reference"));
    else
      es_text_add(out, "%c", *at);
  es_text_add(out, ".");
}

/* The first scorer's gap: from which value to which the treatment moves it. */
static void say_treatments(const struct laying *l, struct es_text *out)
{
  const json_t *first = json_array_get(l->rows, 0), *low = first, *high = first;
  char stem[64];
  size_t i;
  json_t *row;
  json_array_foreach(l->rows, i, row)
  {
    if (!same_gap(first, row)) continue;
    if (number_of(row, "value") < number_of(low, "value")) low = row;
    if (number_of(row, "value") > number_of(high, "value")) high = row;
  }
  if (isnan(number_of(low, "value"))) return;
  measure_of(stem, text_of(first, "metric"));
  es_text_add(out, "By how people without a record are treated, %s's gap in ",
              text_of(first, "scorer"));
  for (const char *at = stem; *at != '\0'; at++) es_text_add(out, "%c", *at == '_' ? ' ' : *at);
  es_text_add(out, " moves from %.2f (%s) to %.2f (%s).", number_of(low, "value"),
              text_of(low, "treatment"), number_of(high, "value"), text_of(high, "treatment"));
}

/* The strongest lever on everybody's days, for the first scorer. */
static void say_levers(const struct laying *l, struct es_text *out)
{
  const json_t *best = json_array_get(l->rows, 0);
  es_text_add(out, "%s's days of wrongful restriction would fall by %.0f%% if %s.",
              text_of(best, "scorer"), -100 * number_of(best, "share"), text_of(best, "words"));
}

/* How many tests there are, and what was done about it. */
static void note_family(const struct laying *l)
{
  static const char *const names[][2] = {{"holm", "Holm"}, {"bh", "Benjamini-Hochberg"}};
  const char *correction = text_of(l->results->study, "correction"), *name = NULL;
  struct es_context noting = {.notes = &l->table->notes};
  size_t family = 0, i;
  json_t *row;
  json_array_foreach(l->rows, i, row) family += json_is_number(json_object_get(row, "p"));
  for (size_t k = 0; k < ES_COUNT_OF(names); k++)
    if (strcmp(names[k][0], correction) == 0) name = names[k][1];
  if (name != NULL)
    es_note(&noting, "p adjusted: %s, over a family of %zu tests", name, family);
  else
    es_note(&noting, "p adjusted: not corrected; there are %zu tests", family);
}

/* The reasons, and what ± is. */
static void write_notes(const struct laying *l)
{
  struct es_context noting = {.notes = &l->table->notes};
  const json_t *study = json_object_get(l->results->study, "confidence");
  bool spreads = false;
  for (size_t i = 0; i < l->reasons.count; i++) {
    struct es_text number = {0};
    es_show_superscript(&number, i + 1);
    es_note(&noting, "%s undefined: %s", es_text_get(&number), l->reasons.text[i]);
    es_text_clear(&number);
  }
  for (size_t i = 0; i < l->table->rows * l->table->columns; i++)
    spreads |= l->table->cell[i].spread[0] != '\0';
  if (spreads && json_is_number(study))
    es_note(&noting, "± is half of the %g%% interval", 100 * json_number_value(study));
  if (strcmp(l->tidy->name, "tests") == 0) note_family(l);
}

static enum es_status lay(struct laying *l, struct es_text *title)
{
  struct es_table *table = l->table;
  table->rows = json_array_size(l->rows);
  table->column = es_alloc(ES_TIDY_COLUMNS, sizeof *table->column, l->ctx);
  table->cell = es_alloc(table->rows * ES_TIDY_COLUMNS, sizeof *table->cell, l->ctx);
  table->rule_before = es_alloc(table->rows, sizeof *table->rule_before, l->ctx);
  table->tidy = es_alloc(table->rows, sizeof *table->tidy, l->ctx);
  if (table->column == NULL || table->cell == NULL || table->rule_before == NULL ||
      table->tidy == NULL)
    return ES_NOMEM;
  ES_TRY(l->tidy->across != NULL ? lay_across(l, title) : choose_columns(l, title));
  return l->tidy->across != NULL ? close_ranks(l) : fill(l);
}

enum es_status es_tidy_make(struct es_table *table, const struct es_results *results,
                            const struct es_tidy *tidy, const struct es_table_request *request,
                            struct es_context *ctx)
{
  struct laying l = {
      .table = table, .results = results, .tidy = tidy, .request = request, .ctx = ctx};
  struct es_text title = {0}, sentence = {0};
  enum es_status status = es_tidy_select(&l.rows, results, tidy, request, ctx);
  if (status == ES_OK) status = lay(&l, &title);
  if (status == ES_OK && strcmp(tidy->name, "attribution") == 0) say_attribution(&l, &sentence);
  if (status == ES_OK && strcmp(tidy->name, "missing_policies") == 0) say_treatments(&l, &sentence);
  if (status == ES_OK && strcmp(tidy->name, "levers") == 0) say_levers(&l, &sentence);
  if (status == ES_OK) write_notes(&l);
  free(l.policy);
  json_decref(l.rows);
  es_notes_clear(&l.reasons);
  table->title = es_text_take(&title);
  table->sentence = es_text_take(&sentence);
  if (status == ES_OK && (table->title == NULL || table->sentence == NULL))
    status = es_fail(ctx, ES_NOMEM, "out of memory");
  if (status != ES_OK) es_table_clear(table);
  return status;
}
