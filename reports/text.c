/* A table for the terminal, as wide as that is; within 100 columns elsewhere.
 *
 * Numbers stand right, value under value and ± under ±.  Where the place is narrow, first the
 * columns go that the table lets go, then bars, then the blank before ±, then the half-widths, then
 * the ends of very long names, then more columns, then the ends of all names, at last the columns
 * at the right; a note says what is left out.  Words in lines are not read any better on a screen
 * wider than a page.
 */
#include "reports/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, LEAST = 20, GAP = 2, LONG_NAME = 24, SHORT_NAME = 8, BAR = 10 };

/* A column as it is printed.  `value` and `spread` are the widths of the two parts of its numbers,
 * `bar` of what stands behind them; the heading has a newline where it goes on below. */
struct column {
  size_t index, value, spread, bar, width;
  char *heading;
};

struct page {
  const struct es_table *table;
  struct column *column;
  size_t columns, blank, wide; /* blank: before ±, 1 or 0; wide: the whole line */
  bool spreads, bars, color, ascii;
  struct es_text left_out;
  struct es_text *out;
};

/* A sign, or what stands for it in ASCII. */
static const char *sign(const struct page *page, const char *text, const char *ascii)
{
  return page->ascii ? ascii : text;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static const struct es_table_cell *cell_at(const struct page *page, size_t row, size_t c)
{
  return &page->table->cell[row * page->table->columns + page->column[c].index];
}

static const struct es_table_column *about(const struct page *page, size_t c)
{
  return &page->table->column[page->column[c].index];
}

static bool has_spread(const struct page *page, const struct es_table_cell *cell)
{
  return page->spreads && cell->spread[0] != '\0';
}

static void repeat(struct es_text *out, const char *text, size_t times)
{
  while (times-- > 0) es_text_add(out, "%s", text);
}

static size_t width_of(const char *text, size_t size)
{
  size_t width;
  es_text_fit(text, size, SIZE_MAX, &width);
  return width;
}

/* --- measuring -------------------------------------------------------------------------------- */

/* The word that starts here; an arrow belongs to the word before it. */
static size_t word_size(const char *at)
{
  static const char *const arrows[] = {" ↑", " ↓", " +", " -"};
  size_t size = strcspn(at, " ");
  for (size_t k = 0; k < ES_COUNT_OF(arrows); k++)
    if (strcmp(at + size, arrows[k]) == 0) return size + strlen(arrows[k]);
  return size;
}

/* Breaks the heading into lines no wider than the column's cells or its longest word. */
static void break_heading(struct column *column)
{
  char *text = column->heading;
  for (size_t at = 0, size; text[at] != '\0'; at += size + (text[at + size] != '\0')) {
    size = word_size(text + at);
    column->width = larger(column->width, width_of(text + at, size));
  }
  size_t start = 0;
  for (size_t at = 0, size; text[at] != '\0'; at += size + (text[at + size] != '\0')) {
    size = word_size(text + at);
    if (at == start || width_of(text + start, at + size - start) <= column->width) continue;
    text[at - 1] = '\n';
    start = at;
  }
}

static enum es_status measure(struct page *page, struct es_context *ctx)
{
  for (size_t c = 0; c < page->columns; c++) {
    struct column *column = &page->column[c];
    const struct es_table_column *from = about(page, c);
    struct es_text heading = {0};
    size_t whole = 0;
    column->value = column->spread = 0;
    for (size_t i = 0; i < page->table->rows; i++) {
      const struct es_table_cell *cell = cell_at(page, i, c);
      size_t width = es_text_width(cell->text);
      if (!has_spread(page, cell))
        whole = larger(whole, width);
      else
        column->value = larger(column->value, width);
      if (has_spread(page, cell))
        column->spread = larger(column->spread, page->blank + es_text_width(cell->spread));
    }
    column->width = larger(whole, column->value + column->spread);
    es_text_add(&heading, "%s%s", from->heading,
                from->arrow > 0   ? sign(page, " ↑", " +")
                : from->arrow < 0 ? sign(page, " ↓", " -")
                                  : "");
    free(column->heading);
    column->heading = es_text_take(&heading);
    if (column->heading == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
    break_heading(column);
    column->bar = page->bars && from->bars != NULL ? 1 + BAR : 0;
    column->width += column->bar;
  }
  return ES_OK;
}

/* Where the run of columns under the same heading ends. */
static size_t span_end(const struct page *page, size_t c)
{
  size_t end = c + 1;
  while (end < page->columns && strcmp(about(page, end)->over, about(page, c)->over) == 0) end++;
  return end;
}

static size_t span_width(const struct page *page, size_t c, size_t end)
{
  size_t width = GAP * (end - c - 1);
  for (; c < end; c++) width += page->column[c].width;
  return width;
}

static void widen_to_headings(struct page *page)
{
  for (size_t c = 0, end; c < page->columns; c = end) {
    end = span_end(page, c);
    size_t wanted = es_text_width(about(page, c)->over), width = span_width(page, c, end);
    if (width < wanted) page->column[c].width += wanted - width;
  }
}

static void leave_out(struct page *page, size_t c)
{
  es_text_add(&page->left_out, "%s%s", page->left_out.size > 0 ? ", " : "",
              about(page, c)->heading);
  free(page->column[c].heading);
  page->columns--;
  memmove(&page->column[c], &page->column[c + 1], (page->columns - c) * sizeof *page->column);
}

/* Takes the column out that the table lets go first, of those it lets go before the half-widths
 * while they are there, and after them then; false when all that are left stay. */
static bool drop_one(struct page *page)
{
  size_t first = page->columns;
  for (size_t c = 0; c < page->columns; c++) {
    int drop = about(page, c)->drop;
    if (page->spreads ? drop <= 0 : drop >= 0) continue;
    if (first == page->columns || drop > about(page, first)->drop) first = c;
  }
  if (first == page->columns) return false;
  leave_out(page, first);
  return true;
}

/* Takes the last column of numbers out; false when it is the only one. */
static bool drop_last(struct page *page)
{
  size_t numbers = 0, last = 0;
  for (size_t c = 0; c < page->columns; c++)
    if (about(page, c)->align == ES_RIGHT) numbers++, last = c;
  if (numbers < 2) return false;
  leave_out(page, last);
  return true;
}

/* Cuts the widest column of names, one by one, until the table fits; false when it cannot. */
static bool cut_names(struct page *page, size_t shortest)
{
  while (span_width(page, 0, page->columns) > page->wide) {
    struct column *widest = NULL;
    for (size_t c = 0; c < page->columns; c++)
      if (about(page, c)->align == ES_LEFT && page->column[c].width > shortest &&
          (widest == NULL || page->column[c].width > widest->width))
        widest = &page->column[c];
    if (widest == NULL) return false;
    widest->width--;
  }
  return true;
}

static enum es_status lay_out(struct page *page, struct es_context *ctx)
{
  for (;;) {
    ES_TRY(measure(page, ctx));
    widen_to_headings(page);
    if (span_width(page, 0, page->columns) <= page->wide) return ES_OK;
    if (!page->spreads && cut_names(page, LONG_NAME)) return ES_OK;
    if (drop_one(page)) continue;
    if (page->bars) {
      page->bars = false;
    } else if (page->blank > 0) {
      page->blank = 0;
    } else if (page->spreads) {
      page->spreads = false;
      es_text_add(&page->left_out, "%sintervals", page->left_out.size > 0 ? ", " : "");
    } else if (cut_names(page, SHORT_NAME) || !drop_last(page)) {
      return ES_OK;
    }
  }
}

/* --- printing --------------------------------------------------------------------------------- */

static void style(const struct page *page, const char *code)
{
  if (page->color) es_text_add(page->out, "\033[%sm", code);
}

/* Text of `used` columns cut to `width`: its end is kept, where there is room, for names that begin
 * alike. */
static void add_cut(const struct page *page, const char *text, size_t size, size_t used,
                    size_t width)
{
  size_t tail = width >= 2 * SHORT_NAME ? width / 3 : 0, skipped, taken;
  size_t rest = es_text_fit(text, size, used - tail, &skipped);
  size_t room = width - 1 - (used - skipped);
  es_text_bytes(page->out, text, es_text_fit(text, size, room, &taken));
  repeat(page->out, " ", room - taken); /* a wide character has no half */
  es_text_add(page->out, "%s", sign(page, "…", "~"));
  if (strstr(text, "\u200E") != NULL) es_text_add(page->out, "\u200E"); /* its mark is cut off */
  es_text_bytes(page->out, text + rest, size - rest);
}

/* Text in `width` columns, cut with a sign where it is longer. */
static void add_padded(const struct page *page, const char *text, size_t size, size_t width,
                       enum es_align align)
{
  size_t used = width_of(text, size), blank = used < width ? width - used : 0;
  if (align == ES_RIGHT) repeat(page->out, " ", blank);
  if (used > width)
    add_cut(page, text, size, used, width);
  else
    es_text_bytes(page->out, text, size);
  if (align == ES_LEFT) repeat(page->out, " ", blank);
}

/* Ends a line without the blanks that would stand at its end. */
static void end_line(struct es_text *out)
{
  while (out->size > 0 && out->at[out->size - 1] == ' ') out->at[--out->size] = '\0';
  es_text_add(out, "\n");
}

static void print_over(const struct page *page)
{
  bool any = false;
  for (size_t c = 0; c < page->columns; c++) any |= about(page, c)->over[0] != '\0';
  for (size_t c = 0, end; any && c < page->columns; c = end) {
    end = span_end(page, c);
    const char *over = about(page, c)->over;
    size_t width = span_width(page, c, end), blank = width - es_text_width(over);
    const char *fill = over[0] != '\0' && blank >= 4 ? sign(page, "─", "-") : " ";
    if (c > 0) repeat(page->out, " ", GAP);
    repeat(page->out, fill, blank / 2 - (fill[0] != ' '));
    es_text_add(page->out, fill[0] != ' ' ? " %s " : "%s", over);
    repeat(page->out, fill, blank - blank / 2 - (fill[0] != ' '));
  }
  if (any) end_line(page->out);
}

static size_t count_lines(const char *text)
{
  size_t lines = 1;
  for (; *text != '\0'; text++) lines += *text == '\n';
  return lines;
}

/* Headings stand on the line above the numbers, and grow upwards. */
static void print_headings(const struct page *page)
{
  size_t lines = 0;
  for (size_t c = 0; c < page->columns; c++)
    lines = larger(lines, count_lines(page->column[c].heading));
  for (size_t k = 0; k < lines; k++) {
    for (size_t c = 0; c < page->columns; c++) {
      const struct column *column = &page->column[c];
      size_t above = lines - count_lines(column->heading);
      const char *line = column->heading;
      for (size_t skip = above; skip < k; skip++) line = strchr(line, '\n') + 1;
      if (c > 0) repeat(page->out, " ", GAP);
      add_padded(page, line, k < above ? 0 : strcspn(line, "\n"), column->width - column->bar,
                 about(page, c)->align);
      repeat(page->out, " ", column->bar);
    }
    end_line(page->out);
  }
}

static void print_rule(const struct page *page)
{
  repeat(page->out, sign(page, "─", "-"), span_width(page, 0, page->columns));
  es_text_add(page->out, "\n");
}

/* Blocks, the last of them in eighths. */
static void print_bar(const struct page *page, const struct es_table_cell *cell)
{
  static const char *const part[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
  double size = cell->bar > 0 ? fmin(cell->bar, 1) : 0; /* NaN: none */
  long eighths = lrint(size * BAR * 8);
  es_text_add(page->out, " ");
  for (long k = 0; k < BAR; k++) {
    long full = eighths - 8 * k;
    full = full < 0 ? 0 : full > 8 ? 8 : full;
    es_text_add(page->out, "%s", sign(page, part[full], full >= 4 ? "#" : " "));
  }
}

static void print_cell(const struct page *page, size_t row, size_t c)
{
  const struct column *column = &page->column[c];
  const struct es_table_cell *cell = cell_at(page, row, c);
  size_t width = column->width - column->bar;
  if (cell->best) style(page, "1");
  if (has_spread(page, cell)) {
    repeat(page->out, " ", width - column->value - column->spread);
    add_padded(page, cell->text, strlen(cell->text), column->value, ES_RIGHT);
    repeat(page->out, " ", page->blank);
    add_padded(page, cell->spread, strlen(cell->spread), column->spread - page->blank, ES_LEFT);
  } else {
    add_padded(page, cell->text, strlen(cell->text), width, about(page, c)->align);
  }
  if (column->bar > 0) print_bar(page, cell);
  if (cell->best) style(page, "0");
}

static void print_rows(const struct page *page)
{
  for (size_t i = 0; i < page->table->rows; i++) {
    if (page->table->rule_before[i]) print_rule(page);
    for (size_t c = 0; c < page->columns; c++) {
      if (c > 0) repeat(page->out, " ", GAP);
      print_cell(page, i, c);
    }
    end_line(page->out);
  }
}

/* Words in lines of at most PAGE columns; what goes on below is indented. */
static void print_wrapped(const struct page *page, const char *text, size_t indent)
{
  struct es_text *out = page->out;
  size_t used = 0, most = page->wide < PAGE ? page->wide : PAGE;
  while (*text != '\0') {
    size_t size = strcspn(text, " \n"), wide = width_of(text, size);
    if (used > indent && used + 1 + wide > most) {
      es_text_add(out, "\n%*s", (int)indent, "");
      used = indent;
    } else if (used > 0) {
      es_text_add(out, " ");
      used++;
    }
    es_text_bytes(out, text, size);
    used += wide;
    text += size + (text[size] != '\0');
  }
  es_text_add(out, "\n");
}

/* A footnote whose cells all stand in columns that were left out. */
static bool is_idle(const struct page *page, const char *note)
{
  bool any = false;
  for (size_t c = 0; c < page->table->columns; c++) any |= es_column_has_note(page->table, c, note);
  for (size_t c = 0; c < page->columns; c++)
    if (es_column_has_note(page->table, page->column[c].index, note)) return false;
  return any;
}

static void print(const struct page *page)
{
  const struct es_table *table = page->table;
  style(page, "1");
  print_wrapped(page, table->title, 2);
  style(page, "0");
  es_text_add(page->out, "\n");
  if (table->rows > 0) {
    print_over(page);
    print_headings(page);
    print_rule(page);
    print_rows(page);
    es_text_add(page->out, "\n");
  }
  if (table->sentence[0] != '\0') print_wrapped(page, table->sentence, 0);
  bool notes = table->notes.count > 0 || page->left_out.size > 0 || page->bars;
  if (notes && table->sentence[0] != '\0') es_text_add(page->out, "\n");
  style(page, "2");
  for (size_t i = 0; i < table->notes.count; i++)
    if (!is_idle(page, table->notes.text[i])) print_wrapped(page, table->notes.text[i], 2);
  const char *bars = NULL;
  for (size_t c = 0; page->bars && c < page->columns; c++)
    if (page->column[c].bar > 0) bars = about(page, c)->bars;
  if (bars != NULL) print_wrapped(page, bars, 2);
  if (page->left_out.size > 0) {
    struct es_text note = {0};
    es_text_add(&note, "Left out to fit %zu columns: %s; more with --format csv", page->wide,
                page->left_out.at);
    print_wrapped(page, es_text_get(&note), 2);
    es_text_clear(&note);
  }
  style(page, "0");
}

static bool any_bars(const struct es_table *table)
{
  for (size_t c = 0; c < table->columns; c++)
    if (table->column[c].bars != NULL) return true;
  return false;
}

static enum es_status write(const struct es_results *results,
                            const struct es_table_request *request, struct es_text *out,
                            struct es_context *ctx)
{
  struct es_table table = {0};
  ES_TRY(es_table_make(&table, results, request, ctx));
  const struct es_paper *paper = &request->paper;
  ES_TRY(paper->ascii ? es_table_ascii(&table, ctx) : es_table_plain(&table, ctx));
  struct page page = {.table = &table,
                      .columns = table.columns,
                      .blank = 1,
                      .spreads = true,
                      .bars = any_bars(&table),
                      .wide = larger(paper->wide > 0 ? paper->wide : PAGE, LEAST),
                      .color = paper->color,
                      .ascii = paper->ascii,
                      .out = out};
  page.column = es_alloc(table.columns, sizeof *page.column, ctx);
  enum es_status status = page.column != NULL ? ES_OK : ES_NOMEM;
  for (size_t c = 0; status == ES_OK && c < page.columns; c++) page.column[c].index = c;
  if (status == ES_OK) status = lay_out(&page, ctx);
  if (status == ES_OK) print(&page);
  if (status == ES_OK && out->failed) status = es_fail(ctx, ES_NOMEM, "text: out of memory");
  for (size_t c = 0; page.column != NULL && c < page.columns; c++) free(page.column[c].heading);
  free(page.column);
  es_text_clear(&page.left_out);
  es_table_clear(&table);
  return status;
}

ES_REPORT(text) = {.api = ES_REPORT_API,
                   .name = "text",
                   .summary = "a table for the terminal, as wide as that is",
                   .extension = ".txt",
                   .lays_out = true,
                   .write = write};
