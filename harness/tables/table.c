/* Rows laid out as a table: which numbers stand where, with how many digits, and what the notes
 * say.
 *
 * A half-width shows one or two significant digits, a number at most four, and all of a column have
 * the same decimals.
 */
#include "harness/tables/table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/metric.h"
#include "harness/tables/compared.h"
#include "harness/tables/sentence.h"
#include "harness/base/words.h"
#include "harness/tables/shown.h"
#include "harness/tables/tidy.h"
#include "harness/tables/transpose.h"

/* Columns by metric; a disparity is one between groups of the population's first attribute. */
struct wanted {
  const char *over, *metric;
  bool disparity;
  int drop;
};

static const struct wanted main_columns[] = {
    {"ACCURACY", "auc", false, 0},
    {"ACCURACY", "brier", false, 2},
    {"COVERAGE", "abstention_rate", false, 0},
    {"COVERAGE", "missing_reason_share", false, 0},
    {"DISPARITY", "demographic_parity_difference", true, 0},
    {"DISPARITY", "equal_opportunity_difference", true, 0},
    {"ERROR IMPACT", "wrongful_denial_rate", false, 0},
    {"ERROR IMPACT", "wrongful_restriction_days_per_1000", false, 0},
    {"ERROR IMPACT", "expected_cost_per_person", false, 1},
    {"UTILITY", "share_of_max_utility", true, 0},
    {"UTILITY", "utility_per_person", false, 0},
    {"UTILITY", "mean_score_change", false, 0},
};
static const struct wanted disparity_columns[] = {
    {"DECISIONS", "demographic_parity_difference", true, 0},
    {"DECISIONS", "demographic_parity_ratio", true, 0},
    {"GIVEN THE OUTCOME", "equal_opportunity_difference", true, 0},
    {"GIVEN THE OUTCOME", "equalized_odds_difference", true, 0},
    {"GIVEN THE OUTCOME", "wrongful_approval_rate_difference", true, 1},
    {"GIVEN THE DECISION", "predictive_parity_difference", true, 2},
    {"COVERAGE", "abstention_rate_difference", true, 0},
    {"ACCURACY", "auc_difference", true, 3},
};
static const struct wanted group_columns[] = {
    {"COVERAGE", "abstention_rate", false, 0},
    {"COVERAGE", "missing_reason_share", false, 0},
    {"DECISIONS", "selection_rate", false, 0},
    {"DECISIONS", "true_positive_rate", false, -2},
    {"DECISIONS", "false_positive_rate", false, -1},
    {"ERROR IMPACT", "wrongful_denial_rate", false, 0},
    {"ERROR IMPACT", "wrongful_approval_rate", false, 0},
    {"ERROR IMPACT", "wrongful_restriction_days_per_1000", false, -3},
    {"ACCURACY", "auc", false, 0},
    {"UTILITY", "utility_per_person", false, 0},
    {"UTILITY", "mean_score_change", false, 0},
};
static const struct {
  const char *name;
  const struct wanted *wanted;
  size_t count;
  bool groups;
} kinds[] = {{"main", main_columns, ES_COUNT_OF(main_columns), false},
             {"disparity", disparity_columns, ES_COUNT_OF(disparity_columns), false},
             {"groups", group_columns, ES_COUNT_OF(group_columns), true}};

/* What a line is about; attribute and group only in the table of groups. */
struct line {
  const char *population, *scorer, *policy, *attribute, *group;
  bool yardstick;
};

/* The table while it is made.  Words stand before the first number; wanted[c] and row[i][c] are
 * what column c shows and the row that line i shows in it, NULL where there is none. */
enum word { POPULATION, SCORER, POLICY, GROUP, WORDS };
enum { MOST_METRICS = 24, ROOM = WORDS + 1 + MOST_METRICS };
struct making {
  struct es_table *table;
  const struct es_results *results;
  const struct es_table_request *request;
  struct line *line;
  size_t lines;
  const struct wanted *wanted[ROOM];
  const struct es_row *(*row)[ROOM];
  bool groups;
  bool shown[WORDS];
  const char **policy; /* of every line */
  size_t policies;
  struct es_notes reasons;
  uint64_t least, most; /* people that the numbers rest on */
  struct es_context noting, *ctx;
};

static bool is_ok(const struct es_row *row)
{
  return row != NULL && strcmp(row->status, "ok") == 0;
}

static bool has_interval(const struct es_row *row)
{
  return is_ok(row) && isfinite(row->low) && isfinite(row->high);
}

static double half_width(const struct es_row *row)
{
  return has_interval(row) ? row->high / 2 - row->low / 2 : 0; /* no overflow on the way */
}

/* --- which row stands in a cell --------------------------------------------------------------- */

static const struct es_row *find(const struct making *m, const struct line *line,
                                 const struct wanted *wanted)
{
  const char *attribute = line->attribute, *group = line->group;
  if (!m->groups) {
    attribute = wanted->disparity ? es_first_attribute(m->results, line->population) : "";
    group = wanted->disparity ? "" : "all";
  }
  for (size_t i = 0; i < m->results->rows; i++) {
    const struct es_row *row = &m->results->row[i];
    if (strcmp(row->metric, wanted->metric) == 0 && strcmp(row->group, group) == 0 &&
        strcmp(row->attribute, attribute) == 0 && strcmp(row->scorer, line->scorer) == 0 &&
        strcmp(row->population, line->population) == 0 && strcmp(row->policy, line->policy) == 0 &&
        strcmp(row->reduction, wanted->disparity ? "between_groups" : "") == 0)
      return row;
  }
  return NULL;
}

static bool same_line(const struct line *a, const struct line *b)
{
  return strcmp(a->population, b->population) == 0 && strcmp(a->scorer, b->scorer) == 0 &&
         strcmp(a->policy, b->policy) == 0 && strcmp(a->attribute, b->attribute) == 0 &&
         strcmp(a->group, b->group) == 0;
}

static bool same_contest(const struct line *a, const struct line *b)
{
  return strcmp(a->population, b->population) == 0 && strcmp(a->policy, b->policy) == 0;
}

/* Where a new line goes: after the last of its population and kind, so that yardsticks stand last.
 */
static size_t place_of(const struct making *m, const struct line *line)
{
  size_t after = m->lines;
  for (size_t i = m->lines; i > 0; i--)
    if (strcmp(m->line[i - 1].population, line->population) == 0 &&
        m->line[i - 1].yardstick <= line->yardstick)
      return i;
  for (size_t i = m->lines; i > 0; i--)
    if (strcmp(m->line[i - 1].population, line->population) == 0) after = i - 1;
  return after;
}

static enum es_status find_lines(struct making *m)
{
  m->line = es_alloc(m->results->rows, sizeof *m->line, m->ctx);
  if (m->line == NULL) return ES_NOMEM;
  for (size_t i = 0; i < m->results->rows; i++) {
    const struct es_row *row = &m->results->row[i];
    struct line line = {row->population,
                        row->scorer,
                        row->policy,
                        "",
                        "",
                        es_is_yardstick(m->results, row->scorer)};
    if (m->groups) line.attribute = row->attribute, line.group = row->group;
    if (m->groups && (row->attribute[0] == '\0' || row->group[0] == '\0')) continue;
    if (m->groups && !es_is_asked(m->request->groups, row->group)) continue;
    if (strcmp(row->reduction, "between_scorers") == 0 ||
        strcmp(row->reduction, "between_policies") == 0)
      continue; /* of two: no line of one */
    bool there = false;
    for (size_t k = 0; k < m->lines && !there; k++) there = same_line(&line, &m->line[k]);
    if (there) continue;
    size_t place = place_of(m, &line);
    memmove(&m->line[place + 1], &m->line[place], (m->lines - place) * sizeof line);
    m->line[place] = line;
    m->lines++;
  }
  if ((m->policy = es_alloc(m->lines, sizeof *m->policy, m->ctx)) == NULL) return ES_NOMEM;
  for (; m->policies < m->lines; m->policies++)
    m->policy[m->policies] = m->line[m->policies].policy;
  m->shown[SCORER] = true;
  m->shown[GROUP] = m->groups;
  for (size_t i = 1; i < m->lines; i++) {
    m->shown[POPULATION] |= strcmp(m->line[i].population, m->line[0].population) != 0;
    m->shown[POLICY] |= strcmp(m->line[i].policy, m->line[0].policy) != 0;
  }
  return ES_OK;
}

/* --- columns ---------------------------------------------------------------------------------- */

static enum es_status add_column(struct making *m, const char *over, const char *heading, int arrow,
                                 int drop, enum es_align align)
{
  struct es_table_column *column = &m->table->column[m->table->columns++];
  *column = (struct es_table_column){.over = es_strdup(over, m->ctx),
                                     .heading = es_strdup(heading, m->ctx),
                                     .arrow = arrow,
                                     .drop = drop,
                                     .align = align};
  return column->over != NULL && column->heading != NULL ? ES_OK : ES_NOMEM;
}

/* Whether groups are of more than one attribute, so that a level alone would not say of which. */
static bool mixed_attributes(const struct making *m)
{
  for (size_t i = 1; i < m->lines; i++)
    if (strcmp(m->line[i].attribute, m->line[0].attribute) != 0) return true;
  return false;
}

static enum es_status add_number(struct making *m, const struct wanted *wanted)
{
  size_t c = m->table->columns;
  bool any = false;
  for (size_t i = 0; i < m->lines; i++) {
    m->row[i][c] = find(m, &m->line[i], wanted);
    any |= m->row[i][c] != NULL;
  }
  if (!any) return ES_OK; /* nobody has it: the next one takes the place */
  struct es_metric_words words;
  if (!es_metric_look_up(wanted->metric, &words))
    snprintf(words.label, sizeof words.label, "%s", wanted->metric), words.direction = 0;
  m->wanted[c] = wanted;
  ES_TRY(add_column(m, wanted->over, words.label, words.direction, wanted->drop, ES_RIGHT));
  m->table->column[c].metric = wanted->metric;
  return ES_OK;
}

static enum es_status add_columns(struct making *m, const struct wanted *list, size_t count)
{
  const char *group = m->lines > 0 && !mixed_attributes(m) ? m->line[0].attribute : "group";
  const char *const heading[WORDS] = {"population", "scorer", "policy", group};
  m->row = es_alloc(m->lines, sizeof *m->row, m->ctx);
  m->table->column = es_alloc(ROOM, sizeof *m->table->column, m->ctx);
  if (m->row == NULL || m->table->column == NULL) return ES_NOMEM;
  for (size_t w = 0; w < WORDS; w++)
    if (m->shown[w]) ES_TRY(add_column(m, "", heading[w], 0, 0, ES_LEFT));
  if (m->groups) ES_TRY(add_column(m, "", "n", 0, 0, ES_RIGHT));
  for (size_t c = 0; c < count; c++) ES_TRY(add_number(m, &list[c]));
  return ES_OK;
}

/* --- cells ------------------------------------------------------------------------------------ */

static enum es_status put(struct making *m, size_t row, size_t column, struct es_text *text,
                          struct es_text *spread)
{
  struct es_table_cell *cell = &m->table->cell[row * m->table->columns + column];
  cell->text = es_text_take(text);
  cell->spread = es_text_take(spread);
  if (cell->text != NULL && cell->spread != NULL) return ES_OK;
  return es_fail(m->ctx, ES_NOMEM, "out of memory");
}

/* The footnote's number of an undefined row's reason; the same reason gets the same one. */
static size_t footnote(struct making *m, const struct es_row *row)
{
  const char *reason = row->status + strlen("undefined: ");
  m->noting.notes = &m->reasons;
  es_note(&m->noting, "%s", reason);
  for (size_t i = 0; i < m->reasons.count; i++)
    if (strcmp(m->reasons.text[i], reason) == 0) return i + 1;
  return m->reasons.count;
}

/* The decimals of a column: enough for one digit of its narrowest interval, but not so many that
 * its widest shows more than two.  Scorers decide; yardsticks only where there is nothing else. */
static int column_decimals(const struct making *m, size_t column)
{
  for (int yardsticks = 0; yardsticks < 2; yardsticks++) {
    int enough = INT_MIN, most = INT_MAX;
    for (size_t i = 0; i < m->lines; i++) {
      double half = is_ok(m->row[i][column]) ? half_width(m->row[i][column]) : 0;
      if (!(half > 0) || (m->line[i].yardstick && !yardsticks)) continue;
      if (es_decimals_for_one(half) > enough) enough = es_decimals_for_one(half);
      if (es_decimals_for_two(half) < most) most = es_decimals_for_two(half);
    }
    if (enough > INT_MIN) return enough < most ? enough : most;
  }
  return INT_MAX; /* no intervals: 4 significant digits */
}

static enum es_status fill_cell(struct making *m, size_t i, size_t column, int decimals)
{
  const struct es_row *row = m->row[i][column];
  struct es_text text = {0}, spread = {0};
  m->table->cell[i * m->table->columns + column].from = row;
  if (row == NULL) {
    es_text_add(&text, "–");
  } else if (!is_ok(row)) {
    es_text_add(&text, "undefined ");
    es_show_superscript(&text, footnote(m, row));
  } else {
    int most = es_decimals_within(row->value, m->request->digits);
    int d = decimals < most ? decimals : most;
    es_show_value(&text, row->value, d);
    if (has_interval(row)) es_show_half(&spread, half_width(row), d);
    if (m->most == 0 || row->n < m->least) m->least = row->n;
    if (row->n > m->most) m->most = row->n;
  }
  return put(m, i, column, &text, &spread);
}

/* Marks the best value of a column in each contest of at least two scorers that differ. */
static void mark_best(struct making *m, size_t column)
{
  int arrow = m->table->column[column].arrow;
  if (arrow == 0 || m->groups) return;
  for (size_t i = 0; i < m->lines; i++) {
    const struct es_row *mine = m->row[i][column];
    if (!is_ok(mine) || m->line[i].yardstick) continue;
    bool best = true, beats = false;
    for (size_t k = 0; k < m->lines; k++) {
      const struct es_row *other = m->row[k][column];
      if (!is_ok(other) || m->line[k].yardstick || !same_contest(&m->line[i], &m->line[k]))
        continue;
      best &= arrow * mine->value >= arrow * other->value;
      beats |= arrow * mine->value > arrow * other->value;
    }
    m->table->cell[i * m->table->columns + column].best = best && beats;
  }
}

static enum es_status fill_column(struct making *m, size_t column)
{
  int decimals = column_decimals(m, column);
  for (size_t i = 0; i < m->lines; i++) ES_TRY(fill_cell(m, i, column, decimals));
  mark_best(m, column);
  return ES_OK;
}

/* People of a group: whom its rates over everyone rest on. */
static enum es_status fill_people(struct making *m, size_t column)
{
  static const struct wanted sources[] = {{"", "abstention_rate", false, 0},
                                          {"", "selection_rate", false, 0}};
  for (size_t i = 0; i < m->lines; i++) {
    struct es_text text = {0}, spread = {0};
    const struct es_row *row = find(m, &m->line[i], &sources[0]);
    if (row == NULL) row = find(m, &m->line[i], &sources[1]);
    if (row == NULL)
      es_text_add(&text, "–");
    else
      es_show_grouped(&text, (double)row->n, 0);
    ES_TRY(put(m, i, column, &text, &spread));
  }
  return ES_OK;
}

static enum es_status fill_words(struct making *m, size_t i)
{
  const struct line *line = &m->line[i];
  const char *const word[WORDS] = {line->population, line->scorer, line->policy, line->group};
  bool mixed = m->groups && mixed_attributes(m);
  size_t column = 0;
  for (size_t w = 0; w < WORDS; w++) {
    if (!m->shown[w]) continue;
    struct es_text text = {0}, spread = {0};
    if (w == GROUP && mixed)
      es_group_add(&text, line->attribute, word[w]);
    else if (w == POLICY)
      es_show_policy(&text, word[w], m->policy, m->policies);
    else
      es_text_add(&text, "%s", word[w]);
    ES_TRY(put(m, i, column++, &text, &spread));
  }
  const struct line *before = i > 0 ? line - 1 : NULL;
  m->table->rule_before[i] =
      before != NULL &&
      (strcmp(before->population, line->population) != 0 || before->yardstick != line->yardstick ||
       (m->groups &&
        (strcmp(before->scorer, line->scorer) != 0 || strcmp(before->policy, line->policy) != 0)));
  return ES_OK;
}

static enum es_status fill(struct making *m)
{
  m->table->rows = m->lines;
  m->table->cell = es_alloc(m->lines * m->table->columns, sizeof *m->table->cell, m->ctx);
  m->table->rule_before = es_alloc(m->lines, sizeof *m->table->rule_before, m->ctx);
  if (m->table->cell == NULL || m->table->rule_before == NULL) return ES_NOMEM;
  for (size_t i = 0; i < m->lines; i++) ES_TRY(fill_words(m, i));
  size_t first = 0;
  while (first < m->table->columns && m->table->column[first].align == ES_LEFT) first++;
  if (m->groups && first < m->table->columns) ES_TRY(fill_people(m, first++));
  for (size_t c = first; c < m->table->columns; c++) ES_TRY(fill_column(m, c));
  return ES_OK;
}

/* --- notes ------------------------------------------------------------------------------------ */

static void note_reasons(struct making *m)
{
  for (size_t i = 0; i < m->reasons.count; i++) {
    struct es_text number = {0};
    es_show_superscript(&number, i + 1);
    es_note(&m->noting, "%s undefined: %s", es_text_get(&number), m->reasons.text[i]);
    es_text_clear(&number);
  }
}

/* "a, b, c"; beyond `most`, how many more there are. */
static void add_list(struct es_text *out, const struct es_notes *list, size_t most)
{
  for (size_t i = 0; i < list->count && i < most; i++)
    es_text_add(out, "%s%s", i > 0 ? ", " : "", list->text[i]);
  if (list->count > most) es_text_add(out, " and %zu more", list->count - most);
}

static bool uses(const struct making *m, size_t column, const char *method)
{
  for (size_t i = 0; i < m->lines; i++)
    if (has_interval(m->row[i][column]) && strcmp(m->row[i][column]->method, method) == 0)
      return true;
  return false;
}

/* "± is half of the 95% interval: delong (AUC), wilson (no score, wrongly denied)". */
static void note_methods(struct making *m)
{
  struct es_notes methods = {0};
  struct es_context listing = {.notes = &methods};
  double confidence = 0;
  for (size_t c = 0; c < m->table->columns; c++)
    for (size_t i = 0; i < m->lines; i++) {
      const struct es_row *row = m->row[i][c];
      if (!has_interval(row)) continue;
      es_note(&listing, "%s", row->method);
      confidence = row->confidence;
    }
  struct es_text text = {0};
  for (size_t k = 0; k < methods.count; k++) {
    es_text_add(&text, "%s%s (", k > 0 ? ", " : "", methods.text[k]);
    const char *between = "";
    for (size_t c = 0; c < m->table->columns; c++) {
      if (!uses(m, c, methods.text[k])) continue;
      es_text_add(&text, "%s%s", between, m->table->column[c].heading);
      between = ", ";
    }
    es_text_add(&text, ")");
  }
  if (methods.count > 0)
    es_note(&m->noting, "± is half of the %g%% interval: %s", 100 * confidence, es_text_get(&text));
  es_text_clear(&text);
  es_notes_clear(&methods);
}

static void note_marks(struct making *m)
{
  struct es_notes names = {0};
  struct es_context naming = {.notes = &names};
  bool arrows = false;
  for (size_t c = 0; c < m->table->columns; c++) arrows |= m->table->column[c].arrow != 0;
  if (arrows) es_note(&m->noting, "↑ more is better, ↓ less is better");
  const char *positive = json_string_value(json_object_get(m->results->study, "positive"));
  if (positive != NULL && strcmp(positive, "adverse") == 0)
    es_note(&m->noting,
            "Positive is the adverse decision: selection, TPR, FPR and opportunity count "
            "denials");
  for (size_t i = 0; i < m->lines; i++)
    if (m->line[i].yardstick) es_note(&naming, "%s", m->line[i].scorer);
  struct es_text list = {0};
  add_list(&list, &names, SIZE_MAX);
  if (names.count > 0)
    es_note(&m->noting, "Yardsticks, bounds to compare with and no proposals: %s", list.at);
  es_text_clear(&list);
  es_notes_clear(&names);
}

/* Which groups the disparity columns compare, and what else the results hold. */
static void note_attributes(struct making *m, const char *population)
{
  const char *first = es_first_attribute(m->results, population);
  struct es_notes others = {0}, levels = {0};
  struct es_context other = {.notes = &others}, level = {.notes = &levels};
  for (size_t i = 0; i < m->results->rows; i++) {
    const struct es_row *row = &m->results->row[i];
    if (strcmp(row->population, population) != 0 || row->attribute[0] == '\0') continue;
    if (strcmp(row->attribute, first) != 0)
      es_note(&other, "%s", row->attribute);
    else if (row->group[0] != '\0')
      es_note(&level, "%s", row->group);
  }
  struct es_text text = {0};
  es_text_add(&text, "Gaps are between groups of %s (", first);
  add_list(&text, &levels, 8);
  es_text_add(&text, others.count > 0 ? "); --format csv also has: " : ")");
  add_list(&text, &others, 8);
  if (first[0] != '\0') es_note(&m->noting, "%s", es_text_get(&text));
  es_text_clear(&text);
  es_notes_clear(&others);
  es_notes_clear(&levels);
}

static void note_population(struct making *m, const char *population)
{
  const char *title = es_population_text(m->results, population, "title");
  const char *version = es_population_text(m->results, population, "version");
  int64_t assumed = es_population_number(m->results, population, "assumed");
  int64_t numbers = es_population_number(m->results, population, "numbers");
  if (title[0] != '\0' || version[0] != '\0')
    es_note(&m->noting, "%s%s%s%s%s", population, version[0] != '\0' ? ", version " : "", version,
            title[0] != '\0' ? ": " : "", title);
  if (numbers > 0 && assumed >= 0)
    es_note(&m->noting, "%lld of %lld numbers of %s are assumed, not sourced", (long long)assumed,
            (long long)numbers, population);
}

/* A system is called stylised wherever its numbers stand. */
static void note_system(struct making *m)
{
  const char *system = json_string_value(json_object_get(m->results->study, "system"));
  const char *title = json_string_value(json_object_get(m->results->study, "title"));
  const char *shows = json_string_value(json_object_get(m->results->study, "shows"));
  if (system != NULL && system[0] != '\0')
    es_note(&m->noting, "System %s, stylised: %s", system, title != NULL ? title : "");
  if (shows != NULL && shows[0] != '\0') es_note(&m->noting, "What it shows: %s", shows);
}

static void write_notes(struct making *m)
{
  enum { WARNINGS = 5 };
  const struct es_notes *warnings = &m->results->warnings;
  bool gaps = false;
  for (size_t c = 0; c < m->table->columns; c++)
    gaps |= m->wanted[c] != NULL && m->wanted[c]->disparity;
  m->noting.notes = &m->table->notes;
  note_system(m);
  note_reasons(m);
  note_methods(m);
  note_marks(m);
  for (size_t i = 0; i < m->lines; i++) {
    const char *population = m->line[i].population;
    if (i > 0 && strcmp(m->line[i - 1].population, population) == 0) continue;
    if (gaps) note_attributes(m, population);
    note_population(m, population);
  }
  if (m->most > 0) {
    struct es_text people = {0};
    es_show_grouped(&people, (double)m->least, 0);
    if (m->least != m->most) es_text_add(&people, " to ");
    if (m->least != m->most) es_show_grouped(&people, (double)m->most, 0);
    es_note(&m->noting, "Each number rests on %s people: column n of --format csv",
            es_text_get(&people));
    es_text_clear(&people);
  }
  for (size_t i = 0; i < warnings->count && i < WARNINGS; i++)
    es_note(&m->noting, "Warning: %s", warnings->text[i]);
  if (warnings->count > WARNINGS)
    es_note(&m->noting, "%zu more warnings: --format json", warnings->count - WARNINGS);
}

static enum es_status make_title(struct making *m)
{
  struct es_text title = {0};
  const char *last = NULL, *between = "";
  for (size_t i = 0; i < m->lines; i++) {
    const char *population = m->line[i].population;
    if (last != NULL && strcmp(last, population) == 0) continue;
    last = population;
    int64_t people = es_population_number(m->results, population, "people");
    es_text_add(&title, "%s%s", between, population);
    between = "; ";
    if (people < 0) continue;
    es_text_add(&title, ": ");
    es_show_grouped(&title, (double)people, 0);
    es_text_add(&title, " people");
  }
  if (last == NULL) es_text_add(&title, "No numbers");
  const json_t *seed = json_object_get(m->results->study, "seed");
  if (json_is_integer(seed))
    es_text_add(&title, "%sseed %lld", m->shown[POPULATION] ? "; " : ", ",
                (long long)json_integer_value(seed));
  if (m->lines > 0 && !m->shown[POLICY] && m->line[0].policy[0] != '\0')
    es_text_add(&title, ", policy %s", m->line[0].policy);
  m->table->title = es_text_take(&title);
  return m->table->title != NULL ? ES_OK : es_fail(m->ctx, ES_NOMEM, "out of memory");
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The columns that --metrics names, under the headings of their families. */
static enum es_status ask(const struct making *m, struct wanted *list, size_t *count)
{
  static const char *const over[ES_FAMILIES] = {"COVERAGE", "ACCURACY", "DISPARITY",
                                                "ERROR IMPACT"};
  const struct es_texts *metrics = m->request->metrics;
  for (*count = 0; *count < metrics->count; ++*count) {
    const char *name = metrics->at[*count];
    struct es_metric_words words;
    const struct es_row *gap = es_results_find(m->results, NULL, NULL, NULL, "", name, NULL);
    if (es_results_find(m->results, NULL, NULL, NULL, NULL, name, NULL) == NULL)
      return es_fail(m->ctx, ES_INPUT,
                     "--metrics %s: the results do not have it; run the study with --metrics %s",
                     name, name);
    if (*count == MOST_METRICS)
      return es_fail(m->ctx, ES_INPUT, "--metrics: %d columns at the most", MOST_METRICS);
    list[*count] =
        (struct wanted){.over = es_metric_look_up(name, &words) ? over[words.family] : "",
                        .metric = name,
                        .disparity = gap != NULL};
  }
  return ES_OK;
}

static enum es_status check_groups(const struct making *m)
{
  const struct es_texts *groups = m->request->groups;
  if (groups == NULL || groups->count == 0) return ES_OK;
  if (!m->groups)
    return es_fail(m->ctx, ES_INPUT,
                   "--groups: this table has a line per scorer; give --table groups");
  for (size_t k = 0; k < groups->count; k++) {
    bool there = false;
    for (size_t i = 0; i < m->lines; i++) there |= strcmp(m->line[i].group, groups->at[k]) == 0;
    if (!there)
      return es_fail(m->ctx, ES_INPUT, "--groups %s: the results have no such group",
                     groups->at[k]);
  }
  return ES_OK;
}

static enum es_status make(struct making *m, const struct wanted *list, size_t count)
{
  struct wanted asked[MOST_METRICS];
  if (m->request->metrics != NULL && m->request->metrics->count > 0) {
    ES_TRY(ask(m, asked, &count));
    list = asked;
  }
  ES_TRY(find_lines(m));
  ES_TRY(check_groups(m));
  ES_TRY(add_columns(m, list, count));
  ES_TRY(fill(m));
  ES_TRY(make_title(m));
  m->table->sentence = es_sentence_make(m->results, m->ctx);
  if (m->table->sentence == NULL) return ES_NOMEM;
  write_notes(m);
  return ES_OK;
}

static enum es_status make_named(struct es_table *table, const struct es_results *results,
                                 const struct es_table_request *request, struct es_context *ctx)
{
  const char *name = request->table != NULL ? request->table : kinds[0].name;
  for (size_t k = 0; k < ES_COUNT_OF(kinds); k++) {
    if (strcmp(kinds[k].name, name) != 0) continue;
    struct making m = {.table = table,
                       .results = results,
                       .request = request,
                       .groups = kinds[k].groups,
                       .ctx = ctx};
    enum es_status status = make(&m, kinds[k].wanted, kinds[k].count);
    free(m.line);
    free(m.row);
    free(m.policy);
    es_notes_clear(&m.reasons);
    if (status != ES_OK) es_table_clear(table);
    return status;
  }
  if (strcmp(name, "comparison") == 0) return es_compared_make(table, results, ctx);
  if (strcmp(name, "gate") == 0 || strcmp(name, "plan") == 0)
    return es_gated_make(table, results, name, ctx);
  if (es_tidy_find(name) != NULL)
    return es_tidy_make(table, results, es_tidy_find(name), request, ctx);
  return es_fail(ctx, ES_INPUT, "there is no table \"%s\"; there are: %s, %s, %s", name,
                 kinds[0].name, kinds[1].name, kinds[2].name);
}

/* Writes a text anew, as `show` shows it. */
typedef void show_text(struct es_text *out, const char *text);

static bool rewrite(char **text, show_text *show)
{
  struct es_text shown = {0};
  show(&shown, *text);
  char *made = es_text_take(&shown);
  if (made == NULL) return false;
  free(*text);
  *text = made;
  return true;
}

static enum es_status rewrite_all(struct es_table *table, show_text *show, struct es_context *ctx)
{
  bool good = rewrite(&table->title, show) && rewrite(&table->sentence, show);
  for (size_t c = 0; good && c < table->columns; c++)
    good = rewrite(&table->column[c].over, show) && rewrite(&table->column[c].heading, show);
  for (size_t i = 0; good && i < table->rows * table->columns; i++)
    good = rewrite(&table->cell[i].text, show) && rewrite(&table->cell[i].spread, show);
  for (size_t i = 0; good && i < table->notes.count; i++)
    good = rewrite(&table->notes.text[i], show);
  if (good) return ES_OK;
  es_table_clear(table);
  return es_fail(ctx, ES_NOMEM, "out of memory");
}

enum es_status es_table_make(struct es_table *table, const struct es_results *results,
                             const struct es_table_request *request, struct es_context *ctx)
{
  ES_TRY(make_named(table, results, request, ctx));
  return request->transpose ? es_table_transpose(table, ctx) : ES_OK;
}

enum es_status es_table_plain(struct es_table *table, struct es_context *ctx)
{
  return rewrite_all(table, es_show_plain, ctx);
}

enum es_status es_table_ascii(struct es_table *table, struct es_context *ctx)
{
  ES_TRY(es_table_plain(table, ctx));
  return rewrite_all(table, es_show_ascii, ctx);
}

bool es_column_has_note(const struct es_table *table, size_t column, const char *note)
{
  size_t size = strcspn(note, " ");
  for (size_t i = 0; i < table->rows; i++) {
    const char *mark = strrchr(table->cell[i * table->columns + column].text, ' ');
    if (mark != NULL && strlen(mark + 1) == size && strncmp(mark + 1, note, size) == 0) return true;
  }
  return false;
}

void es_table_clear(struct es_table *table)
{
  for (size_t i = 0; table->cell != NULL && i < table->rows * table->columns; i++) {
    free(table->cell[i].text);
    free(table->cell[i].spread);
  }
  for (size_t c = 0; table->column != NULL && c < table->columns; c++) {
    free(table->column[c].over);
    free(table->column[c].heading);
  }
  free(table->cell);
  free(table->column);
  free(table->rule_before);
  free(table->tidy);
  free(table->title);
  free(table->sentence);
  es_notes_clear(&table->notes);
  *table = (struct es_table){0};
}
