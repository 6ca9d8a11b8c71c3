/* A figure as a gnuplot script beside its numbers, so that an author can restyle it.
 *
 * Everything stands where it stands in a page (es_panel_frame).  Words are in single quotes, where
 * gnuplot runs nothing; for TikZ they are LaTeX.
 */
#include <math.h>
#include <string.h>
#include "harness/base/words.h"
#include "harness/figures/figure.h"

enum { TITLE = 34, HEAD = 20, GAP = 18 };

struct script {
  struct es_text *out;
  const struct es_figure *figure;
  bool latex;
  size_t columns;
  double wide, tall; /* of the whole, in a page's units */
};

/* --- the numbers ------------------------------------------------------------------------------ */

static void add_row(struct es_text *out, const struct es_point *at)
{
  const double column[] = {at->x, at->y, at->x_low, at->x_high, at->y_low, at->y_high, at->from};
  char number[ES_NUMBER_SIZE];
  for (size_t c = 0; c < ES_COUNT_OF(column); c++)
    es_text_add(out, "%s%s", c > 0 ? "\t" : "",
                isfinite(column[c]) ? es_number(number, column[c]) : "NaN");
  es_text_add(out, "\n");
}

void es_figure_data(struct es_text *out, const struct es_figure *figure)
{
  es_text_add(out, "# %s: %s\n# x\ty\tx_low\tx_high\ty_low\ty_high\tfrom\n", figure->name,
              figure->title);
  size_t block = 0;
  for (size_t p = 0; p < figure->panels; p++)
    for (size_t s = 0; s < figure->panel[p].count; s++) {
      es_text_add(out, "%s# index %zu: ", block > 0 ? "\n\n" : "", block);
      es_show_plain(out, figure->panel[p].title);
      es_text_add(out, " | ");
      es_show_plain(out, figure->panel[p].series[s].name);
      es_text_add(out, "\n");
      for (size_t i = 0; i < figure->panel[p].series[s].points; i++)
        add_row(out, &figure->panel[p].series[s].point[i]);
      block++;
    }
}

/* --- words ------------------------------------------------------------------------------------ */

static void add_label(struct es_text *out, const char *text, size_t width, bool latex)
{
  struct es_text plain = {0}, shown = {0};
  es_show_plain(&plain, text);
  es_shorten(latex ? &shown : out, es_text_get(&plain), width);
  if (latex) es_show_latex(out, es_text_get(&shown), "\\texttt{U+");
  es_text_clear(&plain);
  es_text_clear(&shown);
}

/* In single quotes, which gnuplot wants doubled inside.  Names of tics are formats, and short ones
 * where they have a %. */
static void add_text(const struct script *s, const char *text, size_t width, bool tic)
{
  struct es_text label = {0};
  add_label(&label, text, width, s->latex);
  es_text_add(s->out, "'");
  for (const char *at = es_text_get(&label); *at != '\0'; at++) {
    if (tic && s->latex && strncmp(at, "\\%", 2) == 0)
      es_text_add(s->out, "\\char37{}"), at++;
    else
      es_text_add(s->out, *at == '\'' || (tic && *at == '%') ? "%c%c" : "%c", *at, *at);
  }
  es_text_add(s->out, "'");
  es_text_clear(&label);
}

static void add_quoted(const struct script *s, const char *text, size_t width)
{
  add_text(s, text, width, false);
}

/* --- the page --------------------------------------------------------------------------------- */

static double panel_height(const struct es_figure *figure)
{
  double most = 0;
  for (size_t p = 0; p < figure->panels; p++) {
    struct es_panel_frame frame = es_panel_place(figure, &figure->panel[p]);
    if (frame.tall > most) most = frame.tall;
  }
  return most + HEAD + GAP;
}

static void add_terminal(const struct script *s, const char *format)
{
  const char *name = s->figure->name;
  if (strcmp(format, "tikz") == 0)
    es_text_add(s->out, "set terminal tikz size %.2fcm,%.2fcm font '\\scriptsize'\n",
                s->wide * 2.54 / 96, s->tall * 2.54 / 96);
  else if (strcmp(format, "pdf") == 0)
    es_text_add(s->out, "set terminal pdfcairo noenhanced size %.2fin,%.2fin font 'sans,8' lw 1\n",
                s->wide / 96, s->tall / 96);
  else if (strcmp(format, "png") == 0)
    es_text_add(s->out,
                "set terminal pngcairo noenhanced size %.0f,%.0f font 'sans,8' fontscale 2 "
                "linewidth 2 pointscale 2\n",
                2 * s->wide, 2 * s->tall);
  else
    es_text_add(s->out,
                "set terminal svg noenhanced size %.0f,%.0f dynamic font 'sans,11' "
                "background rgb 'white'\n",
                s->wide, s->tall);
  es_text_add(s->out, "set output '%s.%s'\n", name, strcmp(format, "tikz") == 0 ? "tex" : format);
}

static void add_head(const struct script *s, const char *format)
{
  es_text_add(s->out, "# %s: %s\n# ", s->figure->name, s->figure->title);
  es_show_plain(s->out, s->figure->about);
  es_text_add(s->out,
              "\n# Draw it with gnuplot 5.4 or later: gnuplot %s.gp\n"
              "# The numbers are in %s.dat, a block (index) for each series.\n",
              s->figure->name, s->figure->name);
  add_terminal(s, format);
  es_text_add(s->out, "title = ");
  add_quoted(s, s->figure->title, 200);
  es_text_add(s->out,
              " # '' where a caption says it\n"
              "data = '%s.dat'\n"
              "set encoding utf8\n"
              "set datafile separator tab\n"
              "set border 0\n"
              "set tics scale 0\n"
              "set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1\n"
              "unset key\n"
              "set multiplot\n"
              "set label 1 title at screen %.4f, screen %.4f\n",
              s->figure->name, 8 / s->wide, 1 - 16 / s->tall);
}

/* --- a panel ---------------------------------------------------------------------------------- */

static void add_axis(const struct script *s, const char *letter, const struct es_axis *axis)
{
  char low[ES_NUMBER_SIZE], high[ES_NUMBER_SIZE], step[ES_NUMBER_SIZE];
  es_text_add(s->out, "set %srange [%s:%s]\nset %stics %s\nset format %s '%%.%df'\n", letter,
              es_number(low, axis->low), es_number(high, axis->high), letter,
              es_number(step, axis->step), letter, axis->decimals);
}

static void add_categories(const struct script *s)
{
  es_text_add(s->out, "set yrange [%zu.5:-0.5]\nset ytics (", s->figure->categories - 1);
  for (size_t c = 0; c < s->figure->categories; c++) {
    es_text_add(s->out, "%s", c > 0 ? ", " : "");
    add_text(s, s->figure->category[c], ES_LONGEST_NAME, true); /* of tics */
    es_text_add(s->out, " %zu", c);
  }
  es_text_add(s->out, ")\n");
}

static void add_place(const struct script *s, size_t p, const struct es_panel_frame *frame)
{
  double each = (s->tall - TITLE) / ceil((double)s->figure->panels / (double)s->columns);
  double x = (double)(p % s->columns) * frame->wide;
  double y = TITLE + (double)(p / s->columns) * each + HEAD;
  es_text_add(s->out,
              "set lmargin at screen %.4f\nset rmargin at screen %.4f\n"
              "set tmargin at screen %.4f\nset bmargin at screen %.4f\n",
              (x + frame->left) / s->wide, (x + frame->right) / s->wide,
              1 - (y + frame->top) / s->tall, 1 - (y + frame->bottom) / s->tall);
}

static void add_titles(const struct script *s, const struct es_panel *panel)
{
  es_text_add(s->out, "set xlabel ");
  add_quoted(s, s->figure->x_title, 60);
  es_text_add(s->out, "\nset label 2 ");
  add_quoted(s, panel->title, 44);
  es_text_add(s->out, " at graph 0, graph 1 offset 0, %s\n",
              s->figure->y_title[0] != '\0' ? "1.9" : "0.8");
  if (s->figure->y_title[0] == '\0') return;
  es_text_add(s->out, "set label 3 ");
  add_quoted(s, s->figure->y_title, 60);
  es_text_add(s->out, " at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'\n");
}

/* Lines that help: where x is 0, where both are equal. */
static void add_guides(const struct script *s, const struct es_panel *panel)
{
  if (s->figure->zero && panel->x.low <= 0 && panel->x.high >= 0)
    es_text_add(s->out, "set arrow from first 0, graph 0 to first 0, graph 1 nohead back "
                        "lc rgb '#8a8f98'\n");
  if (s->figure->diagonal)
    es_text_add(s->out, "set arrow from graph 0, graph 0 to graph 1, graph 1 nohead back "
                        "lc rgb '#8a8f98'\n");
}

static void add_names(const struct script *s, const struct es_panel *panel,
                      const struct es_panel_frame *frame)
{
  double place[ES_MOST_NAMES];
  if (panel->count > ES_MOST_NAMES) return;
  double wide = frame->right - frame->left, tall = frame->bottom - frame->top;
  es_label_places(panel, ES_NAME_HEIGHT / tall, place);
  for (size_t k = 0; k < panel->count; k++) {
    const struct es_series *series = &panel->series[k];
    if (!series->named || series->points == 0) continue;
    double y = 1 - place[k];
    const struct es_point *last = &series->point[series->points - 1];
    if (series->mark == ES_MARK_POINT && !series->listed)
      es_text_add(s->out,
                  "set arrow from first %.10g, first %.10g to graph %.4f, graph %.4f nohead back "
                  "lw 0.5 lc rgb '#8a8f98'\n",
                  last->x, last->y, 1 + 6 / wide, y);
    es_text_add(s->out,
                "set object rectangle from graph %.4f, graph %.4f to graph %.4f, graph %.4f "
                "noclip fs solid noborder fc rgb '%s'\nset label ",
                1 + 7 / wide, y - 4 / tall, 1 + 15 / wide, y + 4 / tall,
                es_hue_rgb(series->palette, series->hue));
    add_quoted(s, series->name, ES_LONGEST_NAME);
    es_text_add(s->out, " at graph %.4f, graph %.4f\n", 1 + 19 / wide, y);
  }
}

/* Why there is no value, where it would stand. */
static void add_reasons(const struct script *s, const struct es_panel *panel)
{
  for (size_t k = 0; k < panel->count; k++)
    for (size_t i = 0; i < panel->series[k].points; i++) {
      const struct es_point *at = &panel->series[k].point[i];
      if (isfinite(at->x)) continue;
      es_text_add(s->out, "set label ");
      add_quoted(s, at->label, 40);
      es_text_add(s->out, " at graph 0.02, first %g tc rgb '#565b64'\n", at->y);
    }
}

static bool has(const struct es_series *series, bool across)
{
  for (size_t i = 0; i < series->points; i++)
    if (isfinite(across ? series->point[i].x_low : series->point[i].y_low)) return true;
  return false;
}

static bool is_drawn(const struct es_series *series)
{
  for (size_t i = 0; i < series->points; i++)
    if (isfinite(series->point[i].x) && isfinite(series->point[i].y)) return true;
  return false;
}

static void add_marks(const struct script *s, const struct es_series *series, size_t index,
                      const char *between)
{
  static const char *const dash[] = {"1", "'-'", "'.'"};
  const char *rgb = es_hue_rgb(series->palette, series->hue);
  struct es_text *out = s->out;
  bool grey = series->palette == ES_GREY, groups = series->palette == ES_GROUPS;
  es_text_add(out, "%s", between);
  switch (series->mark) {
  case ES_MARK_POINT:
    if (has(series, true))
      es_text_add(out,
                  "data index %zu using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '%s', \\\n  ",
                  index, rgb);
    if (has(series, false))
      es_text_add(out,
                  "data index %zu using 1:2:5:6 with yerrorbars ps 0 lw 1.5 lc rgb '%s', \\\n  ",
                  index, rgb);
    if (grey)
      es_text_add(out, "data index %zu using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \\\n  ",
                  index);
    es_text_add(out, "data index %zu using 1:2 with points pt %d ps 0.7 lw 1.5 lc rgb '%s'", index,
                grey ? 6 : 7, rgb);
    break;
  case ES_MARK_BAR:
    es_text_add(out,
                "data index %zu using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror "
                "fs solid noborder lc rgb '%s'",
                index, rgb);
    break;
  case ES_MARK_STEP:
    es_text_add(out, "data index %zu using 1:2 with histeps lw 1.5 dt %s lc rgb '%s'", index,
                dash[groups ? series->hue % 3 : 0], rgb);
    break;
  case ES_MARK_LINE:
    if (has(series, false))
      es_text_add(out,
                  "data index %zu using 1:5:6 with filledcurves fs transparent solid 0.16 noborder "
                  "lc rgb '%s', \\\n  ",
                  index, rgb);
    es_text_add(out,
                series->named ? "data index %zu using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 "
                                "dt %s lc rgb '%s'"
                              : "data index %zu using 1:2 with lines dt %s lc rgb '%s'",
                index, !series->named ? "'-'" : dash[groups ? series->hue % 3 : 0], rgb);
    break;
  }
}

static void add_panel(const struct script *s, size_t p, size_t block)
{
  const struct es_panel *panel = &s->figure->panel[p];
  struct es_panel_frame frame = es_panel_place(s->figure, panel);
  es_text_add(s->out, "\n# --- ");
  es_show_plain(s->out, panel->title[0] != '\0' ? panel->title : s->figure->title);
  es_text_add(s->out, "\nunset arrow\nunset object\n");
  if (p > 0) es_text_add(s->out, "unset label\n");
  add_place(s, p, &frame);
  add_axis(s, "x", &panel->x);
  if (s->figure->categories > 0)
    add_categories(s);
  else
    add_axis(s, "y", &panel->y);
  add_titles(s, panel);
  add_guides(s, panel);
  add_names(s, panel, &frame);
  add_reasons(s, panel);
  es_text_add(s->out, "plot ");
  const char *between = "";
  for (int points = 0; points < 2; points++) /* on top of what is wide */
    for (size_t k = 0; k < panel->count; k++) {
      if (!is_drawn(&panel->series[k]) || (panel->series[k].mark == ES_MARK_POINT) != points)
        continue;
      add_marks(s, &panel->series[k], block + k, between);
      between = ", \\\n  ";
    }
  es_text_add(s->out, "%s\n", between[0] != '\0' ? "" : "NaN");
}

void es_figure_script(struct es_text *out, const struct es_figure *figure, const char *format)
{
  struct script s = {.out = out, .figure = figure, .latex = strcmp(format, "tikz") == 0};
  bool paper = s.latex || strcmp(format, "pdf") == 0; /* a page is 7 inches wide */
  s.columns = paper && figure->columns != 3 ? 2 : figure->columns > 0 ? figure->columns : 3;
  if (figure->panels < s.columns) s.columns = figure->panels;
  s.wide = ES_PANEL_WIDE * (double)s.columns;
  s.tall = TITLE + panel_height(figure) * ceil((double)figure->panels / (double)s.columns);
  add_head(&s, format);
  if (figure->categories == 0) es_text_add(out, "set grid ytics\n");
  size_t block = 0;
  for (size_t p = 0; p < figure->panels; p++) {
    add_panel(&s, p, block);
    block += figure->panel[p].count;
  }
  es_text_add(out, "\nunset multiplot\nset output\n");
}
