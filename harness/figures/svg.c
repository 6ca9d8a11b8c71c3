/* A panel as an inline SVG element: 340 units wide, which is a phone's column, so that nothing has
 * to shrink.
 *
 * Colours are classes (s0, g2, y1) that the page defines for light and dark.  Names are in the text
 * colour beside a mark in theirs: pale hues would not be read.
 */
#include <math.h>
#include <string.h>
#include "harness/base/words.h"
#include "harness/figures/figure.h"

struct drawing {
  struct es_text *out;
  const struct es_figure *figure;
  const struct es_panel *panel;
  double left, right, top, bottom; /* of the plot */
};

static void escape(struct es_text *out, const char *text)
{
  struct es_text plain = {0};
  es_show_plain(&plain, text);
  for (const char *at = es_text_get(&plain); *at != '\0'; at++) {
    const char *entity = *at == '<'   ? "&lt;"
                         : *at == '>' ? "&gt;"
                         : *at == '&' ? "&amp;"
                         : *at == '"' ? "&quot;"
                                      : NULL;
    if (entity != NULL)
      es_text_add(out, "%s", entity);
    else
      es_text_add(out, "%c", *at);
  }
  es_text_clear(&plain);
}

static double x_at(const struct drawing *d, double x)
{
  const struct es_axis *axis = &d->panel->x;
  return d->left + (x - axis->low) / (axis->high - axis->low) * (d->right - d->left);
}

/* Numbers grow upwards, categories downwards. */
static double y_at(const struct drawing *d, double y)
{
  const struct es_axis *axis = &d->panel->y;
  double up = (y - axis->low) / (axis->high - axis->low);
  if (d->figure->categories > 0) up = 1 - up;
  return d->bottom - up * (d->bottom - d->top);
}

static void text_at(const struct drawing *d, double x, double y, const char *attributes,
                    const char *text, size_t width)
{
  struct es_text shown = {0};
  es_shorten(&shown, text, width);
  es_text_add(d->out, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, attributes);
  escape(d->out, es_text_get(&shown));
  es_text_add(d->out, "</text>");
  es_text_clear(&shown);
}

static void line(const struct drawing *d, const char *class, double x1, double y1, double x2,
                 double y2)
{
  es_text_add(d->out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", class,
              x1, y1, x2, y2);
}

/* --- axes ------------------------------------------------------------------------------------- */

static void add_tick(const struct drawing *d, const struct es_axis *axis, size_t k, bool along_x)
{
  double at = (ceil(axis->low / axis->step - 1e-9) + (double)k) * axis->step;
  struct es_text number = {0};
  es_text_add(&number, "%.*f", axis->decimals, fabs(at) < axis->step / 2 ? 0 : at);
  if (along_x) {
    line(d, "grid", x_at(d, at), d->top, x_at(d, at), d->bottom);
    text_at(d, x_at(d, at), d->bottom + 13, " text-anchor=\"middle\"", es_text_get(&number), 12);
  } else {
    line(d, "grid", d->left, y_at(d, at), d->right, y_at(d, at));
    text_at(d, d->left - 4, y_at(d, at) + 3.5, " text-anchor=\"end\"", es_text_get(&number), 12);
  }
  es_text_clear(&number);
}

static size_t ticks(const struct es_axis *axis)
{
  return (size_t)(floor(axis->high / axis->step + 1e-9) - ceil(axis->low / axis->step - 1e-9) + 1);
}

static void add_axes(const struct drawing *d)
{
  const struct es_figure *figure = d->figure;
  for (size_t k = 0; k < ticks(&d->panel->x); k++) add_tick(d, &d->panel->x, k, true);
  for (size_t k = 0; figure->categories == 0 && k < ticks(&d->panel->y); k++)
    add_tick(d, &d->panel->y, k, false);
  for (size_t c = 0; c < figure->categories; c++)
    text_at(d, d->left - 6, y_at(d, (double)c) + 4, " class=\"name\" text-anchor=\"end\"",
            figure->category[c], ES_LONGEST_NAME);
  if (figure->zero && d->panel->x.low <= 0 && d->panel->x.high >= 0)
    line(d, "axis", x_at(d, 0), d->top, x_at(d, 0), d->bottom);
  if (figure->diagonal) line(d, "axis", d->left, d->bottom, d->right, d->top);
  text_at(d, (d->left + d->right) / 2, d->bottom + 30, " class=\"title\" text-anchor=\"middle\"",
          figure->x_title, 40);
  if (figure->y_title[0] != '\0') text_at(d, 2, 11, " class=\"title\"", figure->y_title, 40);
}

/* --- marks ------------------------------------------------------------------------------------ */

static void class_of(const struct es_series *series, char class[8])
{
  static const char letter[] = {'y', 's', 'g'};
  static const size_t most[] = {3, 7, 8};
  class[0] = letter[series->palette];
  class[1] = (char)('0' + series->hue % most[series->palette]);
  class[2] = '\0';
}

static void add_tip(const struct drawing *d, const struct es_series *series,
                    const struct es_point *at)
{
  char x[ES_NUMBER_SIZE], y[ES_NUMBER_SIZE], low[ES_NUMBER_SIZE], high[ES_NUMBER_SIZE];
  bool lines = d->figure->categories > 0, across = isfinite(at->x_low), bar = isfinite(at->from);
  es_text_add(d->out, "<title>");
  escape(d->out, series->name);
  double value = bar ? at->x - at->from : at->x;
  es_text_add(d->out, lines ? ": %s" : ": %s, %s", es_number_short(x, value),
              es_number_short(y, at->y));
  double from = lines ? at->x_low : at->y_low, to = lines ? at->x_high : at->y_high;
  if (isfinite(from) && (across || !lines))
    es_text_add(d->out, " (%s to %s)", es_number_short(low, from), es_number_short(high, to));
  es_text_add(d->out, "</title>");
}

static void add_dot(const struct drawing *d, const struct es_series *series,
                    const struct es_point *at, const char *class)
{
  double x = x_at(d, at->x), y = y_at(d, at->y);
  es_text_add(d->out, "<g class=\"%s\">", class);
  add_tip(d, series, at);
  if (isfinite(at->x_low)) line(d, "whisker", x_at(d, at->x_low), y, x_at(d, at->x_high), y);
  if (isfinite(at->y_low)) line(d, "whisker", x, y_at(d, at->y_low), x, y_at(d, at->y_high));
  es_text_add(d->out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/></g>",
              series->palette == ES_GREY ? "hollow" : "dot", x, y);
}

static void add_points(const struct drawing *d, const struct es_series *series, const char *class)
{
  for (size_t i = 0; i < series->points; i++) {
    const struct es_point *at = &series->point[i];
    if (!isfinite(at->x)) {
      text_at(d, d->left + 4, y_at(d, at->y) + 4, " class=\"why\"", at->label, 34);
      continue;
    }
    add_dot(d, series, at, class);
  }
}

static void add_bars(const struct drawing *d, const struct es_series *series, const char *class)
{
  for (size_t i = 0; i < series->points; i++) {
    const struct es_point *at = &series->point[i];
    double x1 = x_at(d, fmin(at->x, at->from)), x2 = x_at(d, fmax(at->x, at->from));
    es_text_add(d->out,
                "<g class=\"%s\"><rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                "height=\"%d\">",
                class, x1, y_at(d, at->y) - ES_LINE_HEIGHT / 3.0, fmax(x2 - x1, 0.2),
                2 * ES_LINE_HEIGHT / 3);
    add_tip(d, series, at);
    es_text_add(d->out, "</rect></g>");
  }
}

static void add_ribbon(const struct drawing *d, const struct es_series *series)
{
  size_t n = series->points;
  for (size_t i = 0; i < n; i++)
    if (!isfinite(series->point[i].y_low) || !isfinite(series->point[i].y_high)) return;
  if (n < 2) return;
  es_text_add(d->out, "<path class=\"ribbon\" d=\"");
  for (size_t i = 0; i < n; i++)
    es_text_add(d->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L', x_at(d, series->point[i].x),
                y_at(d, series->point[i].y_high));
  for (size_t i = n; i > 0; i--)
    es_text_add(d->out, "L%.1f %.1f", x_at(d, series->point[i - 1].x),
                y_at(d, series->point[i - 1].y_low));
  es_text_add(d->out, "Z\"/>");
}

/* A line through the points, or steps half-way between them. */
static void add_line(const struct drawing *d, const struct es_series *series, const char *class)
{
  es_text_add(d->out, "<g class=\"%s\">", class);
  if (series->mark == ES_MARK_LINE) add_ribbon(d, series);
  es_text_add(d->out, "<path class=\"line%s\" d=\"", series->named ? "" : " dashed");
  for (size_t i = 0; i < series->points; i++) {
    const struct es_point *at = &series->point[i];
    double x = x_at(d, at->x), y = y_at(d, at->y);
    if (series->mark == ES_MARK_STEP && i > 0)
      es_text_add(d->out, "H%.1fV%.1f", (x_at(d, at[-1].x) + x) / 2, y);
    else
      es_text_add(d->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L', x, y);
    if (series->mark == ES_MARK_STEP) es_text_add(d->out, "H%.1f", x);
  }
  es_text_add(d->out, "\"/>");
  for (size_t i = 0; i < series->points && series->mark == ES_MARK_LINE && series->named; i++) {
    es_text_add(d->out, "<circle class=\"small\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\">",
                x_at(d, series->point[i].x), y_at(d, series->point[i].y));
    add_tip(d, series, &series->point[i]);
    es_text_add(d->out, "</circle>");
  }
  es_text_add(d->out, "</g>");
}

/* Names at the right, each with a stroke of its colour. */
static void add_names(const struct drawing *d)
{
  double place[ES_MOST_NAMES];
  if (d->panel->count > ES_MOST_NAMES) return;
  es_label_places(d->panel, ES_NAME_HEIGHT / (d->bottom - d->top), place);
  for (size_t s = 0; s < d->panel->count; s++) {
    const struct es_series *series = &d->panel->series[s];
    if (!series->named || series->points == 0) continue;
    char class[8];
    class_of(series, class);
    double y = d->top + place[s] * (d->bottom - d->top);
    const struct es_point *last = &series->point[series->points - 1];
    if (series->mark == ES_MARK_POINT && !series->listed) /* a thread from the point to its name */
      line(d, "thread", x_at(d, last->x), y_at(d, last->y), d->right + 6, y);
    es_text_add(d->out, "<g class=\"%s\">", class);
    es_text_add(d->out, "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\"/></g>",
                d->right + 7, y - 4);
    text_at(d, d->right + 19, y + 4, " class=\"name\"", series->name, ES_LONGEST_NAME);
  }
}

/* --- the whole -------------------------------------------------------------------------------- */

void es_figure_svg(struct es_text *out, const struct es_figure *figure,
                   const struct es_panel *panel)
{
  struct es_panel_frame frame = es_panel_place(figure, panel);
  struct drawing d = {out, figure, panel, frame.left, frame.right, frame.top, frame.bottom};
  es_text_add(out,
              "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" "
              "aria-label=\"",
              ES_PANEL_WIDE, frame.tall);
  escape(out, figure->title);
  es_text_add(out, " ");
  escape(out, panel->title);
  es_text_add(out, "\">");
  add_axes(&d);
  for (size_t s = 0; s < panel->count; s++) {
    const struct es_series *series = &panel->series[s];
    char class[8];
    class_of(series, class);
    if (series->mark == ES_MARK_BAR) add_bars(&d, series, class);
    if (series->mark == ES_MARK_LINE || series->mark == ES_MARK_STEP) add_line(&d, series, class);
  }
  add_names(&d);
  for (size_t s = 0; s < panel->count; s++) {
    char class[8];
    class_of(&panel->series[s], class);
    if (panel->series[s].mark == ES_MARK_POINT) add_points(&d, &panel->series[s], class);
  }
  es_text_add(out, "</svg>\n");
}
