/* A page for readers: one file without requests, that works without JavaScript, prints, and fits a
 * phone.
 *
 * What the page looks like is in reports/html/ (page.html, page.css, page.js); here its places,
 * {{name}}, are filled.  Tables come from the table model, pictures from the figures' model, the
 * words of measures from the registry.
 */
#include "reports/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/digest.h"
#include "harness/base/embedded.h"
#include "harness/figures/figure.h"
#include "harness/measure/metric.h"
#include "harness/tables/command.h"
#include "harness/tables/shown.h"

enum { MOST_NUMBERS = 2500, MOST_LINES = 400, MOST_PARTS = 4 };

/* The page while it is filled. */
struct page {
  const struct es_results *results;
  struct es_table main, groups;
  struct es_notes metrics, listed; /* names of all measures; of those in the two tables */
  struct es_text *out;
  struct es_context *ctx;
};

/* --- text ------------------------------------------------------------------------------------- */

static void add_text(struct es_text *out, const char *text)
{
  for (; *text != '\0'; text++) {
    const char *entity = *text == '<'   ? "&lt;"
                         : *text == '>' ? "&gt;"
                         : *text == '&' ? "&amp;"
                         : *text == '"' ? "&quot;"
                                        : NULL;
    if (entity != NULL)
      es_text_add(out, "%s", entity);
    else
      es_text_bytes(out, (unsigned char)*text < ' ' && *text != '\n' ? " " : text, 1);
  }
}

static void add_attribute(struct es_text *out, const char *name, const char *text)
{
  es_text_add(out, " %s=\"", name);
  add_text(out, text);
  es_text_add(out, "\"");
}

/* A name in a direction of its own, so that one from right to left turns nothing else round. */
static void add_name(struct es_text *out, const char *text)
{
  es_text_add(out, "<bdi>");
  add_text(out, text);
  es_text_add(out, "</bdi>");
}

static const char *text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static void add_options(struct es_text *out, const struct es_notes *list)
{
  for (size_t i = 0; i < list->count; i++) {
    es_text_add(out, "<option");
    add_attribute(out, "value", list->text[i]);
    es_text_add(out, ">");
    struct es_metric_words words;
    add_text(out, es_metric_look_up(list->text[i], &words) ? words.label : list->text[i]);
    es_text_add(out, "</option>");
  }
}

/* --- tables ----------------------------------------------------------------------------------- */

static bool is_undefined(const char *text) { return strncmp(text, "undefined", 9) == 0; }

static void add_over(struct es_text *out, const struct es_table *table)
{
  bool any = false;
  for (size_t c = 0; c < table->columns; c++) any |= table->column[c].over[0] != '\0';
  if (!any) return;
  es_text_add(out, "<tr class=\"over\">");
  for (size_t c = 0, end; c < table->columns; c = end) {
    for (end = c + 1; end < table->columns; end++)
      if (strcmp(table->column[end].over, table->column[c].over) != 0) break;
    bool blank = table->column[c].over[0] == '\0';
    es_text_add(out, blank ? "<td colspan=\"%zu\">" : "<th scope=\"colgroup\" colspan=\"%zu\">",
                end - c);
    add_text(out, table->column[c].over);
    es_text_add(out, blank ? "</td>" : "</th>");
  }
  es_text_add(out, "</tr>\n");
}

static void add_heading(struct es_text *out, const struct es_table_column *column)
{
  es_text_add(out, "<th scope=\"col\"%s", column->align == ES_RIGHT ? " class=\"n\"" : "");
  if (column->metric != NULL) add_attribute(out, "data-metric", column->metric);
  if (column->arrow != 0)
    es_text_add(out, " data-first=\"%s\"", column->arrow > 0 ? "descending" : "ascending");
  es_text_add(out, ">");
  struct es_metric_words words;
  bool defined = column->metric != NULL && es_metric_look_up(column->metric, &words);
  if (defined) es_text_add(out, "<a href=\"#m-%s\">", column->metric);
  add_text(out, column->heading);
  es_text_add(out, "%s", column->arrow > 0 ? "\302\240↑" : column->arrow < 0 ? "\302\240↓" : "");
  es_text_add(out, defined ? "</a></th>" : "</th>");
}

/* What a number rests on: its interval, how that was made, and how many people. */
static void add_source(struct es_text *out, const struct es_row *row)
{
  char number[ES_NUMBER_SIZE];
  struct es_text says = {0};
  if (strcmp(row->status, "ok") != 0)
    es_text_add(&says, "%s", row->status);
  else
    es_text_add(&says, "%s", es_number_short(number, row->value));
  if (isfinite(row->low) && isfinite(row->high)) {
    es_text_add(&says, " (%s to ", es_number_short(number, row->low));
    es_text_add(&says, "%s), %g%% %s", es_number_short(number, row->high), 100 * row->confidence,
                row->method);
  }
  es_text_add(&says, ", n = %llu", (unsigned long long)row->n);
  add_attribute(out, "title", es_text_get(&says));
  es_text_clear(&says);
}

/* The number that a cell shows: of "1,234", "<0.001" and "85%", too. */
static bool read_shown(const char *text, double *x)
{
  char plain[64];
  size_t n = 0;
  for (; *text != '\0' && n + 1 < sizeof plain; text++)
    if (strchr(",<>%", *text) == NULL) plain[n++] = *text;
  plain[n] = '\0';
  return es_parse_double(plain, x);
}

static void add_cell(struct es_text *out, const struct es_table *table, size_t i, size_t c)
{
  const struct es_table_cell *cell = &table->cell[i * table->columns + c];
  const struct es_table_column *column = &table->column[c];
  char number[ES_NUMBER_SIZE];
  double x;
  for (size_t k = i; cell->repeated && k > 0; k--) cell -= table->columns;
  if (c == 0) { /* sorted rows lose what stood above them, so every row says its words */
    es_text_add(out, "<th scope=\"row\">");
    add_name(out, cell->text[0] != '\0' ? cell->text : "–");
    es_text_add(out, "</th>");
    return;
  }
  es_text_add(out, "<td");
  if (column->align == ES_RIGHT) {
    bool bar = column->bars != NULL && cell->bar > 0; /* not NaN */
    es_text_add(out, " class=\"n%s%s%s\"", cell->best ? " best" : "",
                is_undefined(cell->text) ? " why" : "", bar ? " part" : "");
    if (bar) es_text_add(out, " style=\"--part:%.1f%%\"", 100 * fmin(cell->bar, 1));
    if (cell->from != NULL && isfinite(cell->from->value))
      add_attribute(out, "data-v", es_number(number, cell->from->value));
    else if (cell->from != NULL || !read_shown(cell->text, &x))
      es_text_add(out, " data-v=\"\"");
    else
      add_attribute(out, "data-v", es_number(number, x));
    if (cell->from != NULL) add_source(out, cell->from);
  }
  es_text_add(out, ">");
  add_name(out, cell->text);
  if (cell->spread[0] != '\0') {
    es_text_add(out, " <small>");
    add_text(out, cell->spread);
    es_text_add(out, "</small>");
  }
  es_text_add(out, "</td>");
}

/* Of which scorer, group and measure a row is: as the rows of the results say that it shows. */
static void add_row(struct es_text *out, const struct es_table *table, size_t i)
{
  const struct es_row *of = NULL;
  for (size_t c = 0; c < table->columns && of == NULL; c++)
    of = table->cell[i * table->columns + c].from;
  es_text_add(out, table->rule_before[i] ? "<tr class=\"rule\"" : "<tr");
  if (of != NULL) add_attribute(out, "data-scorer", of->scorer);
  if (of != NULL && of->attribute[0] != '\0' && of->group[0] != '\0')
    add_attribute(out, "data-group", of->group);
  static const char *const keys[][2] = {
      {"scorer", "data-scorer"}, {"group", "data-group"}, {"metric", "data-metric"}};
  for (size_t k = 0; table->tidy != NULL && k < ES_COUNT_OF(keys); k++) {
    bool across = k > 0 && table->column[table->columns - 1].metric != NULL; /* a line of several */
    const char *word = across ? "" : text_of(table->tidy[i], keys[k][0]);
    if (word[0] != '\0') add_attribute(out, keys[k][1], word);
  }
  es_text_add(out, ">");
  for (size_t c = 0; c < table->columns; c++) add_cell(out, table, i, c);
  es_text_add(out, "</tr>\n");
}

static void add_table(struct es_text *out, const struct es_table *table, const char *label)
{
  es_text_add(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: ");
  add_text(out, label);
  es_text_add(out, "\">\n<table data-sortable>\n<thead>\n");
  add_over(out, table);
  es_text_add(out, "<tr>");
  for (size_t c = 0; c < table->columns; c++) add_heading(out, &table->column[c]);
  es_text_add(out, "</tr>\n</thead>\n<tbody>\n");
  for (size_t i = 0; i < table->rows; i++) add_row(out, table, i);
  es_text_add(out, "</tbody>\n</table>\n</div>\n");
}

static void add_notes(struct es_text *out, const struct es_notes *notes)
{
  if (notes->count == 0) return;
  es_text_add(out, "<ul class=\"notes\">\n");
  for (size_t i = 0; i < notes->count; i++) {
    es_text_add(out, "<li>");
    add_text(out, notes->text[i]);
    es_text_add(out, "</li>\n");
  }
  es_text_add(out, "</ul>\n");
}

static void add_whole_table(struct es_text *out, const struct es_table *table, const char *label)
{
  if (table->rows > 0) add_table(out, table, label);
  add_notes(out, &table->notes);
}

static enum es_status put_comparison(struct page *p)
{
  add_whole_table(p->out, &p->main, "Scorers side by side");
  return ES_OK;
}

static enum es_status put_groups(struct page *p)
{
  if (p->groups.rows == 0)
    es_text_add(p->out, "<p>These results know no groups.</p>\n");
  else
    add_table(p->out, &p->groups, "Group by group");
  return ES_OK;
}

static enum es_status put_tables(struct page *p)
{
  for (size_t t = 0; t < es_tidy_count; t++) {
    const struct es_tidy *tidy = &es_tidy_tables[t];
    size_t lines = json_array_size(json_object_get(p->results->tables, tidy->name));
    if (lines == 0) continue;
    if (lines > MOST_LINES && tidy->across == NULL) {
      es_text_add(p->out,
                  "<p class=\"soft\">%c%s: %zu rows, by <code>--format csv --table "
                  "%s</code></p>\n",
                  tidy->summary[0] - 'a' + 'A', tidy->summary + 1, lines, tidy->name);
      continue;
    }
    const struct es_table_request request = {.table = tidy->name};
    struct es_table table = {0};
    ES_TRY(es_table_make(&table, p->results, &request, p->ctx));
    es_text_add(p->out, "<details%s><summary>", tidy->on_request ? " class=\"long\"" : " open");
    es_text_add(p->out, "%c%s</summary>\n", tidy->summary[0] - 'a' + 'A', tidy->summary + 1);
    if (table.sentence[0] != '\0') {
      es_text_add(p->out, "<p dir=\"auto\">");
      add_text(p->out, table.sentence);
      es_text_add(p->out, "</p>\n");
    }
    es_text_add(p->out, "<p class=\"facts\">");
    add_text(p->out, table.title);
    es_text_add(p->out, "</p>\n");
    add_whole_table(p->out, &table, tidy->summary);
    es_text_add(p->out, "</details>\n");
    es_table_clear(&table);
  }
  return ES_OK;
}

/* --- every number ----------------------------------------------------------------------------- */

static void add_number(struct es_text *out, double x)
{
  char number[ES_NUMBER_SIZE];
  es_text_add(out, "<td class=n>%s</td>", isfinite(x) ? es_number_short(number, x) : "–");
}

static void add_words(struct es_text *out, const char *text)
{
  es_text_add(out, "<td>");
  add_text(out, text);
  es_text_add(out, "</td>");
}

static void add_result(struct es_text *out, const struct es_row *row, bool populations,
                       bool policies)
{
  es_text_add(out, "<tr><th>");
  add_name(out, row->scorer);
  es_text_add(out, "</th>");
  if (populations) add_words(out, row->population);
  if (policies) add_words(out, row->policy);
  add_words(out, row->attribute);
  add_words(out, row->group);
  add_words(out, row->metric);
  add_words(out, row->reduction);
  if (strcmp(row->status, "ok") == 0) {
    add_number(out, row->value);
  } else {
    es_text_add(out, "<td class=\"n why\">");
    add_text(out, row->status);
    es_text_add(out, "</td>");
  }
  add_number(out, row->low);
  add_number(out, row->high);
  add_words(out, row->method);
  es_text_add(out, "<td class=n>");
  es_show_grouped(out, (double)row->n, 0);
  es_text_add(out, "</tr>\n");
}

static enum es_status put_numbers(struct page *p)
{
  const struct es_results *r = p->results;
  bool populations = json_array_size(r->populations) > 1;
  bool policies = json_is_array(json_object_get(r->study, "policy"));
  es_text_add(p->out,
              "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Every number\">\n"
              "<table data-sortable>\n<thead><tr>"
              "<th scope=\"col\" data-key=scorer>scorer</th>");
  if (populations) es_text_add(p->out, "<th scope=\"col\">population</th>");
  if (policies) es_text_add(p->out, "<th scope=\"col\">policy</th>");
  static const char *const heading[] = {"attribute", "group", "metric", "reduction", "value",
                                        "low",       "high",  "method", "n"};
  for (size_t k = 0; k < ES_COUNT_OF(heading); k++) {
    bool number = (k >= 4 && k <= 6) || k == 8;
    bool key = k == 1 || k == 2;
    es_text_add(p->out, "<th scope=\"col\"%s%s%s>%s</th>", number ? " class=\"n\"" : "",
                key ? " data-key=" : "", key ? heading[k] : "", heading[k]);
  }
  es_text_add(p->out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < r->rows && i < MOST_NUMBERS; i++)
    add_result(p->out, &r->row[i], populations, policies);
  es_text_add(p->out, "</tbody>\n</table>\n</div>\n");
  if (r->rows > MOST_NUMBERS)
    es_text_add(p->out, "<p>%zu more numbers: <code>--format csv</code></p>\n",
                r->rows - MOST_NUMBERS);
  return ES_OK;
}

/* --- figures ---------------------------------------------------------------------------------- */

/* A figure; the further parts of one are folded. */
static void add_figure(struct es_text *out, const struct es_figure *figure)
{
  if (figure->part > 0) {
    es_text_add(out, "<details><summary>");
    add_text(out, figure->title);
    es_text_add(out, "</summary>\n");
  }
  es_text_add(out, "<figure id=\"f-%s\"%s>\n<figcaption><h3>", figure->name,
              figure->panels == 1 ? " class=\"one\"" : "");
  add_text(out, figure->title);
  es_text_add(out, "</h3><p class=\"about\">");
  add_text(out, figure->about);
  es_text_add(out, "</p></figcaption>\n<div class=\"panels\">\n");
  for (size_t k = 0; k < figure->panels; k++) {
    es_text_add(out, "<div class=\"panel\">");
    if (figure->panel[k].title[0] != '\0') {
      es_text_add(out, "<h4>");
      add_name(out, figure->panel[k].title);
      es_text_add(out, "</h4>");
    }
    es_figure_svg(out, figure, &figure->panel[k]);
    es_text_add(out, "</div>\n");
  }
  es_text_add(out, "</div>\n</figure>\n%s", figure->part > 0 ? "</details>\n" : "");
}

static enum es_status put_figures(struct page *p)
{
  struct es_figures figures = {0};
  ES_TRY(es_figures_make(&figures, p->results, p->ctx));
  for (size_t f = 0; f < figures.count; f++) {
    struct es_context noting = {.notes = &figures.left_out};
    if (figures.at[f].part < MOST_PARTS)
      add_figure(p->out, &figures.at[f]);
    else
      es_note(&noting, "%s: more than a page holds; report --figures draws it",
              figures.at[f].title);
  }
  if (figures.left_out.count > 0) es_text_add(p->out, "<p class=\"soft\">Left out:</p>\n");
  add_notes(p->out, &figures.left_out);
  es_figures_clear(&figures);
  return ES_OK;
}

/* --- measures --------------------------------------------------------------------------------- */

static void add_measure(struct es_text *out, const char *name)
{
  struct es_metric_words words;
  if (!es_metric_look_up(name, &words)) return;
  es_text_add(out, "<div><dt>");
  add_text(out, words.label);
  es_text_add(out, "<br><code>%s</code></dt><dd id=\"m-%s\"><span class=\"means\">", name, name);
  add_text(out, words.summary);
  es_text_add(out, "%s</span>",
              words.direction > 0   ? " (more is better)"
              : words.direction < 0 ? " (less is better)"
                                    : "");
  if (words.formula[0] != '\0') {
    es_text_add(out, "<br><code>");
    add_text(out, words.formula);
    es_text_add(out, "</code>");
  }
  if (words.reference != NULL && words.reference[0] != '\0') {
    es_text_add(out, "<br><span class=\"soft\">");
    add_text(out, words.reference);
    es_text_add(out, "</span>");
  }
  es_text_add(out, "</dd></div>\n");
}

static bool is_in(const struct es_notes *list, const char *text)
{
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->text[i], text) == 0) return true;
  return false;
}

static enum es_status put_measures(struct page *p)
{
  es_text_add(p->out, "<dl class=\"measures\">\n");
  for (size_t i = 0; i < p->listed.count; i++) add_measure(p->out, p->listed.text[i]);
  es_text_add(p->out, "</dl>\n<details class=\"long\"><summary>All others in these "
                      "results</summary>\n<dl class=\"measures\">\n");
  for (size_t i = 0; i < p->metrics.count; i++)
    if (!is_in(&p->listed, p->metrics.text[i])) add_measure(p->out, p->metrics.text[i]);
  es_text_add(p->out, "</dl></details>\n");
  return ES_OK;
}

/* --- population ------------------------------------------------------------------------------- */

/* A line of a definition: "[part]", or "key = value ; [tag] where from". */
static void add_fact(struct es_text *out, const char *line, size_t size)
{
  char fact[1024];
  if (size >= sizeof fact) size = sizeof fact - 1;
  memcpy(fact, line, size);
  fact[size] = '\0';
  if (fact[0] == '[') {
    fact[strcspn(fact, "]")] = '\0';
    es_text_add(out, "<tr><th scope=\"rowgroup\" colspan=\"3\">");
    add_text(out, fact + 1);
    es_text_add(out, "</th></tr>\n");
    return;
  }
  char *from = strstr(fact, " ; "), *value = strstr(fact, " = ");
  if (value == NULL || (from != NULL && value > from)) return;
  if (from != NULL) *from = '\0', from += 3;
  *value = '\0';
  es_text_add(out, "<tr><th scope=\"row\">");
  add_text(out, fact);
  es_text_add(out, "</th>");
  add_words(out, value + 3);
  es_text_add(out, "<td>");
  char *end = from != NULL && from[0] == '[' ? strchr(from, ']') : NULL;
  if (end != NULL) {
    *end = '\0';
    es_text_add(out, "<span class=\"tag%s\">", strcmp(from + 1, "assumed") == 0 ? " assumed" : "");
    add_text(out, from + 1);
    es_text_add(out, "</span> ");
    from = end + 1;
  }
  if (from != NULL) add_text(out, from);
  es_text_add(out, "</td></tr>\n");
}

static void add_facts(struct es_text *out, const char *name, const char *definition)
{
  es_text_add(out, "<details class=\"long\"><summary>Every number of <bdi>");
  add_text(out, name);
  es_text_add(out,
              "</bdi>, and where it comes from</summary>\n<div class=\"scroll\" role=\"region\" "
              "tabindex=\"0\"");
  add_attribute(out, "aria-label", name);
  es_text_add(out, "><table>\n<thead><tr><th scope=\"col\">setting</th><th scope=\"col\">value</th>"
                   "<th scope=\"col\">source</th></tr></thead>\n<tbody>\n");
  while (*definition != '\0') {
    size_t size = strcspn(definition, "\n");
    add_fact(out, definition, size);
    definition += size + (definition[size] != '\0');
  }
  es_text_add(out, "</tbody>\n</table></div></details>\n");
}

static enum es_status put_population(struct page *p)
{
  const json_t *one;
  size_t i;
  json_array_foreach(p->results->populations, i, one)
  {
    const char *name = text_of(one, "name"), *title = text_of(one, "title");
    int64_t numbers = es_population_number(p->results, name, "numbers");
    int64_t assumed = es_population_number(p->results, name, "assumed");
    es_text_add(p->out, "<h3>");
    add_name(p->out, name);
    es_text_add(p->out, "</h3>\n<p>");
    add_text(p->out, title);
    es_text_add(p->out, "%sVersion ", title[0] != '\0' ? ". " : "");
    add_text(p->out, text_of(one, "version"));
    es_text_add(p->out, ", ");
    es_show_grouped(p->out, (double)es_population_number(p->results, name, "people"), 0);
    es_text_add(p->out, " people are judged");
    if (text_of(one, "favorable")[0] != '\0') {
      es_text_add(p->out, "; the favourable outcome: ");
      add_text(p->out, text_of(one, "favorable"));
    }
    es_text_add(p->out, ".</p>\n");
    if (numbers > 0)
      es_text_add(p->out,
                  "<p class=\"warning\">%lld of its %lld numbers are <strong>assumed</strong>, not "
                  "sourced.</p>\n",
                  (long long)assumed, (long long)numbers);
    if (text_of(one, "definition")[0] != '\0') add_facts(p->out, name, text_of(one, "definition"));
  }
  return ES_OK;
}

/* --- the study -------------------------------------------------------------------------------- */

static enum es_status put_command(struct page *p)
{
  struct es_text command = {0};
  es_command_add(&command, p->results);
  add_text(p->out, es_text_get(&command));
  es_text_clear(&command);
  return ES_OK;
}

static enum es_status put_digest(struct page *p)
{
  char hex[ES_DIGEST_SIZE];
  struct es_text bytes = {0};
  enum es_status status = es_results_write(p->results, &bytes, p->ctx);
  if (status == ES_OK) {
    es_sha256(es_text_get(&bytes), bytes.size, hex);
    es_text_add(p->out, "%s  results.json", hex);
  }
  es_text_clear(&bytes);
  return status;
}

static enum es_status put_scorers(struct page *p)
{
  for (size_t k = 0; k < p->results->scorers; k++) {
    const struct es_scorer_result *s = &p->results->scorer[k];
    es_text_add(p->out, "<details class=\"long\"><summary>");
    add_name(p->out, s->name);
    es_text_add(p->out, "%s</summary>\n<p>", s->yardstick ? " (yardstick)" : "");
    add_text(p->out, s->summary);
    es_text_add(p->out, "%s", s->cite[0] != '\0' ? "<br><span class=\"soft\">" : "");
    add_text(p->out, s->cite);
    es_text_add(p->out, "%s</p>\n", s->cite[0] != '\0' ? "</span>" : "");
    if (s->model[0] != '\0') {
      es_text_add(p->out, "<pre tabindex=\"0\"");
      add_attribute(p->out, "aria-label", s->name);
      es_text_add(p->out, ">");
      add_text(p->out, s->model);
      es_text_add(p->out, "</pre>");
    }
    es_text_add(p->out, "</details>\n");
  }
  return ES_OK;
}

static enum es_status put_study(struct page *p)
{
  struct es_text json = {0};
  es_json_write(p->results->study, &json);
  add_text(p->out, es_text_get(&json));
  es_text_clear(&json);
  return ES_OK;
}

static enum es_status put_warnings(struct page *p)
{
  if (p->results->warnings.count == 0) return ES_OK;
  es_text_add(p->out, "<div class=\"warning\"><h3>Warnings</h3>\n");
  add_notes(p->out, &p->results->warnings);
  es_text_add(p->out, "</div>\n");
  return ES_OK;
}

/* --- small places ----------------------------------------------------------------------------- */

static enum es_status put_title(struct page *p)
{
  const char *title = text_of(p->results->study, "title");
  add_text(p->out, title[0] != '\0' ? title : p->main.title);
  return ES_OK;
}

static enum es_status put_sentence(struct page *p)
{
  add_text(p->out, p->main.sentence);
  return ES_OK;
}

static enum es_status put_facts(struct page *p)
{
  add_text(p->out, p->main.title);
  return ES_OK;
}

static enum es_status put_version(struct page *p)
{
  add_text(p->out, es_results_version(p->results));
  return ES_OK;
}

static enum es_status put_css(struct page *p)
{
  es_text_add(p->out, "%s", es_embedded_find("page", "page.css")->text);
  return ES_OK;
}

static enum es_status put_js(struct page *p)
{
  es_text_add(p->out, "%s", es_embedded_find("page", "page.js")->text);
  return ES_OK;
}

static enum es_status put_scorer_options(struct page *p)
{
  struct es_notes names = {0};
  struct es_context noting = {.notes = &names};
  for (size_t k = 0; k < p->results->scorers; k++)
    es_note(&noting, "%s", p->results->scorer[k].name);
  add_options(p->out, &names);
  es_notes_clear(&names);
  return ES_OK;
}

static enum es_status put_group_options(struct page *p)
{
  struct es_notes names = {0};
  struct es_context noting = {.notes = &names};
  for (size_t i = 0; i < p->results->rows; i++)
    if (p->results->row[i].attribute[0] != '\0' && p->results->row[i].group[0] != '\0')
      es_note(&noting, "%s", p->results->row[i].group);
  add_options(p->out, &names);
  es_notes_clear(&names);
  return ES_OK;
}

static enum es_status put_metric_options(struct page *p)
{
  add_options(p->out, &p->listed);
  return ES_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  enum es_status (*put)(struct page *page);
} places[] = {{"title", put_title},
              {"css", put_css},
              {"js", put_js},
              {"sentence", put_sentence},
              {"facts", put_facts},
              {"scorer_options", put_scorer_options},
              {"group_options", put_group_options},
              {"metric_options", put_metric_options},
              {"comparison", put_comparison},
              {"groups", put_groups},
              {"figures", put_figures},
              {"tables", put_tables},
              {"numbers", put_numbers},
              {"measures", put_measures},
              {"population", put_population},
              {"command", put_command},
              {"digest", put_digest},
              {"warnings", put_warnings},
              {"scorers", put_scorers},
              {"study", put_study},
              {"version", put_version}};

static enum es_status put_place(struct page *p, const char *name, size_t size)
{
  for (size_t k = 0; k < ES_COUNT_OF(places); k++)
    if (strlen(places[k].name) == size && memcmp(places[k].name, name, size) == 0)
      return places[k].put(p);
  return es_fail(p->ctx, ES_BROKEN, "html: the page has a place {{%.*s}} that nothing fills",
                 (int)size, name);
}

static enum es_status fill(struct page *p, const char *name_of_page)
{
  const char *at = es_embedded_find("page", name_of_page)->text;
  for (const char *open; (open = strstr(at, "{{")) != NULL;) {
    const char *name = open + 2, *end = strstr(name, "}}");
    if (end == NULL) break;
    es_text_bytes(p->out, at, (size_t)(open - at));
    ES_TRY(put_place(p, name, (size_t)(end - name)));
    at = end + 2;
  }
  es_text_add(p->out, "%s", at);
  return ES_OK;
}

static void list_metrics(struct page *p)
{
  struct es_context listing = {.notes = &p->listed}, naming = {.notes = &p->metrics};
  const struct es_table *const tables[] = {&p->main, &p->groups};
  for (size_t t = 0; t < ES_COUNT_OF(tables); t++)
    for (size_t c = 0; c < tables[t]->columns; c++)
      if (tables[t]->column[c].metric != NULL) es_note(&listing, "%s", tables[t]->column[c].metric);
  for (size_t i = 0; i < p->results->rows; i++) es_note(&naming, "%s", p->results->row[i].metric);
}

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  /* The page has every table; of results without numbers (compare, check) the one that is asked
   * for is all there is. */
  bool one = results->rows == 0 && request->table != NULL && es_tidy_find(request->table) != NULL;
  struct page page = {.results = results, .out = out, .ctx = ctx};
  const struct es_table_request main = {.table = one ? request->table : "main"},
                                groups = {.table = "groups"};
  enum es_status status = es_table_make(&page.main, results, &main, ctx);
  if (status == ES_OK) status = es_table_make(&page.groups, results, &groups, ctx);
  if (status == ES_OK) {
    list_metrics(&page);
    status = fill(&page, one ? "table.html" : "page.html");
  }
  es_table_clear(&page.main);
  es_table_clear(&page.groups);
  es_notes_clear(&page.metrics);
  es_notes_clear(&page.listed);
  if (status == ES_OK && out->failed) status = es_fail(ctx, ES_NOMEM, "html: out of memory");
  return status;
}

ES_REPORT(html) = {.api = ES_REPORT_API,
                   .name = "html",
                   .summary = "a page for readers: one file, tables to sort and filter, figures",
                   .extension = ".html",
                   .write = write};
