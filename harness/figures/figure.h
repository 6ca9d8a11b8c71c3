/* Figures: one data model that every drawing of them shares (svg.c in pages, gnuplot.c in files).
 *
 * A figure is a row of panels, mostly on the same axes; a panel holds series of points, lines or
 * bars. Nothing here knows about pixels.  What the results do not have is no figure, and a note.
 */
#ifndef ES_FIGURES_FIGURE_H
#define ES_FIGURES_FIGURE_H

#include "harness/results/results.h"

/* A point; what is not there is NaN.  `from` is where a bar begins, x where it ends.  `label` says
 * why there is no value. */
struct es_point {
  double x, y, x_low, x_high, y_low, y_high, from;
  char *label;
};

enum es_mark { ES_MARK_POINT, ES_MARK_LINE, ES_MARK_STEP, ES_MARK_BAR };

/* Scorers, groups and causes each have colours of their own: es_hue_rgb.  ES_GREY: yardsticks, and
 * what is only there to compare with. */
enum es_palette { ES_GREY, ES_SCORERS, ES_GROUPS };

struct es_series {
  char *name;
  enum es_palette palette;
  size_t hue; /* which colour of the palette; of grey: which mark */
  enum es_mark mark;
  bool named;  /* its name stands beside the panel */
  bool listed; /* … in a list from the top, and not where it ends */
  struct es_point *point;
  size_t points, room;
};

/* An axis from low to high, with a tick each `step`; decimals of the ticks. */
struct es_axis {
  double low, high, step;
  int decimals;
};

struct es_panel {
  char *title;
  struct es_series *series;
  size_t count, room;
  size_t scale; /* panels of the same number share their axes */
  struct es_axis x, y;
};

/* `category`: names down the y axis, y being their number from the top (0, 1, …); none: y is a
 * number.  `abreast`: how many points stand side by side in a line of them.  zero: a line where x
 * is 0.  diagonal: a line where both are equal.  tight: lines go from edge to edge.  `columns`: how
 * many panels stand in a row, so that rows mean something; 0: as many as there is room for.
 * `part`: what a page has no room for goes on in figures of the same kind, numbered from 1. */
struct es_figure {
  char *name, *title, *about, *x_title, *y_title;
  char **category;
  size_t categories, abreast, columns, part;
  bool zero, diagonal, tight;
  struct es_panel *panel;
  size_t panels, room;
};

struct es_figures {
  struct es_figure *at;
  size_t count, room;
  struct es_notes left_out; /* "sweep: these results have no table sweep" */
};

/* All figures that the results have data for; the caller clears them. */
enum es_status es_figures_make(struct es_figures *figures, const struct es_results *results,
                               struct es_context *ctx) ES_CHECKED;
void es_figures_clear(struct es_figures *figures);

/* The colour of a series, "#0072b2" on white paper. */
const char *es_hue_rgb(enum es_palette palette, size_t hue);

/* Where the names beside a panel's series stand: fractions of the height from the top, far enough
 * apart.  `gap` is the height of a line as a fraction; place has room for each series. */
enum { ES_MOST_NAMES = 64 };
void es_label_places(const struct es_panel *panel, double gap, double *place);

/* Where a panel's plot stands in its place, in a page's units: ES_PANEL_WIDE across. */
enum { ES_PANEL_WIDE = 340, ES_LINE_HEIGHT = 24, ES_NAME_HEIGHT = 13, ES_LONGEST_NAME = 16 };
struct es_panel_frame {
  double wide, tall, left, right, top, bottom;
};
struct es_panel_frame es_panel_place(const struct es_figure *figure, const struct es_panel *panel);

/* What fits in `width` characters, with an ellipsis for the rest. */
void es_shorten(struct es_text *out, const char *text, size_t width);

/* One panel as an inline SVG element, whose colours are the page's classes. */
void es_figure_svg(struct es_text *out, const struct es_figure *figure,
                   const struct es_panel *panel);

/* The figure's numbers, a block per series, and the gnuplot script that draws them to NAME.FORMAT:
 * svg, pdf, png or tikz. */
void es_figure_data(struct es_text *out, const struct es_figure *figure);
void es_figure_script(struct es_text *out, const struct es_figure *figure, const char *format);

#endif
