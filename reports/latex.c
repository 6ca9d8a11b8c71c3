/* A table for papers: booktabs, numbers aligned at their points by siunitx, half-widths in small
 * type, the best in bold, notes below.
 *
 * Packages: booktabs, siunitx, adjustbox, array; longtable for what is longer than a page.  What
 * pdfTeX has no glyph for is written as its code point by \evenscorecode, which authors who have
 * the glyphs may define anew.
 */
#include "reports/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/words.h"

/* Columns of words wider than so many characters of small type are set in lines, and tables wider
 * than a page has room for lose columns that may be dropped.  What has more than PAGE_ROWS takes
 * several pages, where nothing scales it. */
enum { WIDE_COLUMN = 32, PAGE_WIDTH = 92, PAGE_ROWS = 36, LONG_WIDE_COLUMN = 20, LONG_WIDTH = 76 };

static bool is_long(const struct es_table *t) { return t->rows > PAGE_ROWS; }

static size_t wide_column(const struct es_table *t)
{
  return is_long(t) ? LONG_WIDE_COLUMN : WIDE_COLUMN;
}

static void add_text(struct es_text *out, const char *text)
{
  es_show_latex(out, text, "\\evenscorecode{");
}

/* --- numbers --------------------------------------------------------------------------------- */

/* "110,700" as 110700; false where siunitx could not align it. */
static bool plain_number(const char *text, char out[64])
{
  size_t n = 0;
  for (; *text != '\0'; text++) {
    if (*text == ',') continue;
    if (!isdigit((unsigned char)*text) && *text != '.' && *text != '-') return false;
    if (n + 1 >= 64) return false;
    out[n++] = *text;
  }
  out[n] = '\0';
  return n > 0;
}

/* Digits before and behind the point, at the most, in a column. */
struct digits {
  size_t before, behind;
  bool negative, any, spread, dropped;
};

static struct digits count_digits(const struct es_table *t, size_t c)
{
  struct digits d = {.before = 1};
  for (size_t r = 0; r < t->rows; r++) {
    const struct es_table_cell *cell = &t->cell[r * t->columns + c];
    char number[64];
    d.spread |= cell->spread[0] != '\0';
    if (!plain_number(cell->text, number)) continue;
    size_t minus = number[0] == '-', whole = strcspn(number + minus, ".");
    size_t behind = strlen(number + minus) > whole ? strlen(number + minus) - whole - 1 : 0;
    d.any = true;
    d.negative |= minus > 0;
    if (whole > d.before) d.before = whole;
    if (behind > d.behind) d.behind = behind;
  }
  return d;
}

static void add_number(struct es_text *out, const struct es_table_cell *cell, bool aligned)
{
  char number[64];
  if (aligned && plain_number(cell->text, number)) {
    es_text_add(out, "%s%s", cell->best ? "\\bfseries " : "", number);
    return;
  }
  es_text_add(out, "{%s", cell->best ? "\\bfseries " : "");
  if (cell->text[0] == '<' || cell->text[0] == '>')
    es_text_add(out, "$%c$%s", cell->text[0], cell->text + 1);
  else
    add_text(out, cell->text);
  es_text_add(out, "}");
}

/* --- the table ------------------------------------------------------------------------------- */

/* The blank nearest to the middle of a heading, where it goes on in a second line; its end where
 * there is none. */
static size_t fold(const char *heading)
{
  size_t size = strlen(heading), best = size;
  for (size_t i = 0; i < size; i++) {
    size_t off = 2 * i > size ? 2 * i - size : size - 2 * i;
    size_t now = 2 * best > size ? 2 * best - size : size - 2 * best;
    if (heading[i] == ' ' && off < now) best = i;
  }
  return best;
}

/* In characters of the table's type; half-widths have a column of their own, and are set smaller.
 */
static size_t widest(const struct es_table *t, size_t c)
{
  size_t size = strlen(t->column[c].heading), first = fold(t->column[c].heading);
  size_t heading = (first > size - first ? first : size - first) + 2, text = 0, spread = 0;
  for (size_t r = 0; r < t->rows; r++) {
    const struct es_table_cell *cell = &t->cell[r * t->columns + c];
    size_t wide = es_text_width(cell->text), half = es_text_width(cell->spread) * 7 / 10;
    if (wide > text) text = wide;
    if (half > spread) spread = half;
  }
  return text + spread > heading ? text + spread : heading;
}

/* Of the whole table, in characters. */
static size_t whole_width(const struct es_table *t, const struct digits *digits)
{
  size_t total = 0;
  for (size_t c = 0; c < t->columns; c++) {
    size_t width = widest(t, c), most = wide_column(t);
    if (digits[c].dropped) continue;
    total += (t->column[c].align == ES_LEFT && width > most ? most : width) + 2;
  }
  return total;
}

/* Marks the columns that a page has no room for, those first that the table can do without. */
static void drop_columns(const struct es_table *t, struct digits *digits)
{
  while (whole_width(t, digits) > (is_long(t) ? LONG_WIDTH : PAGE_WIDTH)) {
    size_t worst = t->columns;
    for (size_t c = 0; c < t->columns; c++) {
      int drop = digits[c].dropped ? 0 : t->column[c].drop;
      if (drop > 0 && (worst == t->columns || drop > t->column[worst].drop)) worst = c;
    }
    if (worst == t->columns) return;
    digits[worst].dropped = true;
  }
}

static void add_preamble(struct es_text *out, const struct es_table *t, const struct digits *digits)
{
  for (size_t c = 0; c < t->columns; c++) {
    const struct digits *d = &digits[c];
    if (d->dropped) continue;
    if (t->column[c].align == ES_LEFT && widest(t, c) > wide_column(t))
      es_text_add(out, ">{\\raggedright\\arraybackslash}p{0.%d\\linewidth}", is_long(t) ? 2 : 3);
    else if (t->column[c].align == ES_LEFT)
      es_text_add(out, "l");
    else if (!d->any)
      es_text_add(out, "r");
    else
      es_text_add(out, "S[table-format=%s%zu.%zu]", d->negative ? "-" : "", d->before, d->behind);
    if (d->spread) es_text_add(out, "@{\\,}>{\\scriptsize}l");
  }
}

/* "ERROR IMPACT" as "Error impact". */
static void add_over_text(struct es_text *out, const char *over)
{
  struct es_text words = {0};
  for (size_t i = 0; over[i] != '\0'; i++)
    es_text_add(&words, "%c", i == 0 ? over[i] : tolower((unsigned char)over[i]));
  add_text(out, es_text_get(&words));
  es_text_clear(&words);
}

/* Headings over several columns, with a rule under each. */
static void add_over(struct es_text *out, const struct es_table *t, const struct digits *digits)
{
  struct es_text rules = {0};
  bool any = false;
  size_t at = 1;
  for (size_t c = 0; c < t->columns; c++) any |= t->column[c].over[0] != '\0';
  for (size_t c = 0, next; any && c < t->columns; c = next) {
    size_t span = 0;
    for (next = c; next < t->columns && strcmp(t->column[next].over, t->column[c].over) == 0;
         next++)
      span += digits[next].dropped ? 0 : 1 + (size_t)digits[next].spread;
    if (span == 0) continue;
    es_text_add(out, "%s\\multicolumn{%zu}{c}{", at > 1 ? " & " : "", span);
    add_over_text(out, t->column[c].over);
    es_text_add(out, "}");
    if (t->column[c].over[0] != '\0')
      es_text_add(&rules, "\\cmidrule(lr){%zu-%zu}", at, at + span - 1);
    at += span;
  }
  if (any) es_text_add(out, " \\\\\n%s\n", es_text_get(&rules));
  es_text_clear(&rules);
}

/* A heading in one or two lines, the arrow behind the last. */
static void add_heading(struct es_text *out, const struct es_table_column *column)
{
  const char *heading = column->heading, *align = column->align == ES_LEFT ? "l" : "c";
  size_t first = fold(heading);
  struct es_text line = {0};
  es_text_add(out, "\\begin{tabular}[b]{@{}%s@{}}", align);
  if (heading[first] != '\0') {
    es_text_add(&line, "%.*s", (int)first, heading);
    add_text(out, es_text_get(&line));
    es_text_add(out, "\\\\");
    heading += first + 1;
  }
  add_text(out, heading);
  es_text_add(out, "%s\\end{tabular}",
              column->arrow > 0   ? "~$\\uparrow$"
              : column->arrow < 0 ? "~$\\downarrow$"
                                  : "");
  es_text_clear(&line);
}

static void add_headings(struct es_text *out, const struct es_table *t, const struct digits *digits)
{
  const char *between = "";
  for (size_t c = 0; c < t->columns; c++) {
    if (digits[c].dropped) continue;
    es_text_add(out, "%s\\multicolumn{%d}{%s}{", between, digits[c].spread ? 2 : 1,
                t->column[c].align == ES_LEFT ? "l"
                : digits[c].any               ? "c"
                                              : "r");
    add_heading(out, &t->column[c]);
    es_text_add(out, "}");
    between = " & ";
  }
  es_text_add(out, " \\\\\n\\midrule\n");
}

static void add_rows(struct es_text *out, const struct es_table *t, const struct digits *digits)
{
  for (size_t r = 0; r < t->rows; r++) {
    if (t->rule_before[r]) es_text_add(out, "\\midrule\n");
    const char *between = "";
    for (size_t c = 0; c < t->columns; c++) {
      const struct es_table_cell *cell = &t->cell[r * t->columns + c];
      if (digits[c].dropped) continue;
      es_text_add(out, "%s", between);
      between = " & ";
      if (t->column[c].align == ES_LEFT)
        add_text(out, cell->text);
      else
        add_number(out, cell, digits[c].any);
      if (digits[c].spread) es_text_add(out, " & ");
      if (cell->spread[0] != '\0') add_text(out, cell->spread);
    }
    es_text_add(out, " \\\\\n");
  }
}

/* A footnote whose cells all stand in columns that were dropped. */
static bool is_idle(const struct es_table *t, const struct digits *digits, const char *note)
{
  bool any = false;
  for (size_t c = 0; c < t->columns; c++) {
    if (!es_column_has_note(t, c, note)) continue;
    if (!digits[c].dropped) return false;
    any = true;
  }
  return any;
}

/* What the table means, its notes, and which columns it has no room for. */
static void add_notes(struct es_text *out, const struct es_table *t, const struct digits *digits)
{
  es_text_add(
      out, "\\par\\smallskip\\noindent\n\\begin{minipage}{\\linewidth}\\scriptsize\\raggedright\n");
  add_text(out, t->sentence);
  for (size_t i = 0; i < t->notes.count; i++) {
    if (is_idle(t, digits, t->notes.text[i])) continue;
    es_text_add(out, "\n\n");
    add_text(out, t->notes.text[i]);
    es_text_add(out, ".");
  }
  const char *between = "\n\nLeft out for the width of the page: ";
  for (size_t c = 0; c < t->columns; c++) {
    if (!digits[c].dropped) continue;
    es_text_add(out, "%s", between);
    add_text(out, t->column[c].heading);
    between = ", ";
  }
  es_text_add(out, "\n\\end{minipage}\n");
}

static void add_caption(struct es_text *out, const struct es_table *t,
                        const struct es_table_request *request)
{
  bool own = request->caption != NULL && request->caption[0] != '\0';
  es_text_add(out, "\\caption{");
  if (own)
    es_text_add(out, "%s", request->caption); /* an author's own TeX */
  else
    add_text(out, t->title);
  es_text_add(out, "}");
  if (request->label != NULL && request->label[0] != '\0')
    es_text_add(out, "\n\\label{%s}", request->label);
}

static const char numbers[] = "\\sisetup{group-digits=integer,group-separator={,},"
                              "group-minimum-digits=4,detect-weight=true}\n";

static void add_head(struct es_text *out, const struct es_table *t, const struct digits *digits)
{
  es_text_add(out, "\\toprule\n");
  add_over(out, t, digits);
  add_headings(out, t, digits);
}

/* A float, which a page holds, and which is made as narrow as one. */
static void add_float(struct es_text *out, const struct es_table *t, const struct digits *digits,
                      const struct es_table_request *request)
{
  es_text_add(out, "\\begin{table}\n\\centering\\small\n%s", numbers);
  add_caption(out, t, request);
  es_text_add(out, "\n\\smallskip\n\\begin{adjustbox}{max width=\\linewidth}\n\\begin{tabular}{");
  add_preamble(out, t, digits);
  es_text_add(out, "}\n");
  add_head(out, t, digits);
  add_rows(out, t, digits);
  es_text_add(out, "\\bottomrule\n\\end{tabular}\n\\end{adjustbox}\n");
  add_notes(out, t, digits);
  es_text_add(out, "\\end{table}\n");
}

/* Over as many pages as it takes, the headings on each; nothing scales it, but smaller type does.
 */
static void add_long(struct es_text *out, const struct es_table *t, const struct digits *digits,
                     const struct es_table_request *request)
{
  size_t width = whole_width(t, digits);
  es_text_add(out,
              "\\begingroup\\%s\n%s\\setlength{\\tabcolsep}{.3em}"
              "\\setlength{\\LTcapwidth}{\\linewidth}\n",
              width <= 60   ? "small"
              : width <= 68 ? "footnotesize"
                            : "scriptsize",
              numbers);
  es_text_add(out, "\\begin{longtable}{");
  add_preamble(out, t, digits);
  es_text_add(out, "}\n");
  add_caption(out, t, request);
  es_text_add(out, "\\\\\n");
  add_head(out, t, digits);
  es_text_add(out, "\\endfirsthead\n");
  add_head(out, t, digits);
  es_text_add(out, "\\endhead\n\\bottomrule\n\\endfoot\n");
  add_rows(out, t, digits);
  es_text_add(out, "\\end{longtable}\n");
  add_notes(out, t, digits);
  es_text_add(out, "\\endgroup\n");
}

static void add_table(struct es_text *out, const struct es_table *t, const struct digits *digits,
                      const struct es_table_request *request)
{
  es_text_add(out,
              "%% \\usepackage[T1]{fontenc} \\usepackage{textcomp,booktabs,siunitx,array,"
              "adjustbox%s}\n\\providecommand{\\evenscorecode}[1]{\\texttt{U+#1}}\n",
              is_long(t) ? ",longtable" : "");
  if (is_long(t))
    add_long(out, t, digits, request);
  else
    add_float(out, t, digits, request);
}

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  struct es_table table = {0};
  ES_TRY(es_table_make(&table, results, request, ctx));
  ES_TRY(es_table_plain(&table, ctx));
  struct digits *digits = es_alloc(table.columns, sizeof *digits, ctx);
  for (size_t c = 0; digits != NULL && c < table.columns; c++) digits[c] = count_digits(&table, c);
  if (digits != NULL) drop_columns(&table, digits);
  if (digits != NULL) add_table(out, &table, digits, request);
  enum es_status status = digits != NULL ? ES_OK : ES_NOMEM;
  free(digits);
  es_table_clear(&table);
  if (status == ES_OK && out->failed) status = es_fail(ctx, ES_NOMEM, "latex: out of memory");
  return status;
}

ES_REPORT(latex) = {.api = ES_REPORT_API,
                    .name = "latex",
                    .summary = "a table for papers: booktabs and siunitx, notes below",
                    .extension = ".tex",
                    .lays_out = true,
                    .write = write};
