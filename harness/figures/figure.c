/* The figures' memory, axes, colours and the places of names.
 *
 * Colours after Okabe & Ito, "Color Universal Design" (2008), for scorers, and Tol's muted scheme
 * (SRON/EPS/TN/09-002, 2021) for groups and causes: told apart by colour-blind readers, and from
 * each other.  Ticks stand at 1, 2 or 5 times a power of ten.
 */
#include "harness/figures/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"

/* A page holds so many panels, in rows of so many where the figure does not say. */
enum { PAGE_PANELS = 12, ROW_PANELS = 3, MOST_CATEGORIES = 40 };

/* --- growing ---------------------------------------------------------------------------------- */

static void *grow(struct es_build *b, void *array, size_t count, size_t *room, size_t size)
{
  if (b->failed) return NULL;
  if (count < *room) return array;
  void *grown = realloc(array, (2 * *room + 8) * size);
  if (grown == NULL)
    b->failed = true;
  else
    *room = 2 * *room + 8;
  return grown;
}

static char *copy(struct es_build *b, const char *text)
{
  char *new = b->failed ? NULL : es_strdup(text, b->ctx);
  b->failed |= new == NULL;
  return new;
}

static struct es_figure *last(struct es_build *b) { return &b->figures->at[b->figures->count - 1]; }

struct es_figure *es_build_figure(struct es_build *b, const char *name, const char *title,
                                  const char *about, const char *x_title, const char *y_title)
{
  struct es_figures *f = b->figures;
  struct es_figure *grown = grow(b, f->at, f->count, &f->room, sizeof *f->at);
  if (grown == NULL) return NULL;
  f->at = grown;
  f->at[f->count++] = (struct es_figure){.name = copy(b, name),
                                         .title = copy(b, title),
                                         .about = copy(b, about),
                                         .x_title = copy(b, x_title),
                                         .y_title = copy(b, y_title)};
  return last(b);
}

struct es_panel *es_build_panel(struct es_build *b, struct es_figure *figure, const char *title)
{
  if (figure == NULL || b->failed) return NULL;
  for (size_t p = 0; p < figure->panels; p++)
    if (strcmp(figure->panel[p].title, title) == 0) return &figure->panel[p];
  struct es_panel *grown =
      grow(b, figure->panel, figure->panels, &figure->room, sizeof *figure->panel);
  if (grown == NULL) return NULL;
  figure->panel = grown;
  figure->panel[figure->panels] = (struct es_panel){.title = copy(b, title)};
  return b->failed ? NULL : &figure->panel[figure->panels++];
}

struct es_series *es_build_series(struct es_build *b, struct es_panel *panel, const char *name,
                                  enum es_mark mark)
{
  if (panel == NULL || b->failed) return NULL;
  for (size_t s = 0; s < panel->count; s++)
    if (strcmp(panel->series[s].name, name) == 0 && panel->series[s].mark == mark)
      return &panel->series[s];
  struct es_series *grown =
      grow(b, panel->series, panel->count, &panel->room, sizeof *panel->series);
  if (grown == NULL) return NULL;
  panel->series = grown;
  panel->series[panel->count] = (struct es_series){.name = copy(b, name),
                                                   .mark = mark,
                                                   .named = mark != ES_MARK_POINT,
                                                   .listed = mark == ES_MARK_BAR};
  return b->failed ? NULL : &panel->series[panel->count++];
}

struct es_point *es_build_point(struct es_build *b, struct es_series *series, double x, double y,
                                const char *label)
{
  static struct es_point const none = {.x_low = NAN, .x_high = NAN, .y_low = NAN, .y_high = NAN};
  if (series == NULL || b->failed) return NULL;
  struct es_point *grown =
      grow(b, series->point, series->points, &series->room, sizeof *series->point);
  if (grown == NULL) return NULL;
  series->point = grown;
  struct es_point *point = &series->point[series->points];
  *point = none;
  point->x = x;
  point->y = y;
  point->from = NAN;
  point->label = copy(b, label);
  if (b->failed) return NULL;
  series->points++;
  return point;
}

double es_build_category(struct es_build *b, struct es_figure *figure, const char *name)
{
  if (figure == NULL || b->failed) return NAN;
  for (size_t c = 0; c < figure->categories; c++)
    if (strcmp(figure->category[c], name) == 0) return (double)c;
  if (figure->categories == MOST_CATEGORIES) {
    struct es_context noting = {.notes = &b->figures->left_out};
    es_note(&noting, "%s: lines beyond the first %d", figure->name, MOST_CATEGORIES);
    return NAN;
  }
  if (figure->category == NULL)
    figure->category = es_alloc(MOST_CATEGORIES, sizeof *figure->category, b->ctx);
  b->failed |= figure->category == NULL;
  if (b->failed) return NAN;
  figure->category[figure->categories] = copy(b, name);
  return b->failed ? NAN : (double)figure->categories++;
}

static void clear_panel(struct es_panel *panel)
{
  for (size_t s = 0; s < panel->count; s++) {
    struct es_series *series = &panel->series[s];
    for (size_t i = 0; i < series->points; i++) free(series->point[i].label);
    free(series->point);
    free(series->name);
  }
  free(panel->series);
  free(panel->title);
}

static void clear_figure(struct es_figure *figure)
{
  for (size_t p = 0; p < figure->panels; p++) clear_panel(&figure->panel[p]);
  for (size_t c = 0; c < figure->categories; c++) free(figure->category[c]);
  free(figure->category);
  free(figure->panel);
  free(figure->name);
  free(figure->title);
  free(figure->about);
  free(figure->x_title);
  free(figure->y_title);
}

void es_figures_clear(struct es_figures *figures)
{
  for (size_t f = 0; f < figures->count; f++) clear_figure(&figures->at[f]);
  free(figures->at);
  es_notes_clear(&figures->left_out);
  *figures = (struct es_figures){0};
}

/* --- axes ------------------------------------------------------------------------------------- */

static void take(struct es_axis *axis, double x)
{
  if (!isfinite(x)) return;
  if (!(x >= axis->low)) axis->low = x;
  if (!(x <= axis->high)) axis->high = x;
}

/* Steps, about four of them; unless it is tight the range is rounded out to whole ones. */
static void settle(struct es_axis *axis, bool tight)
{
  static const double nice[] = {1, 2, 5, 10};
  if (!isfinite(axis->low)) axis->low = 0, axis->high = 1;
  double wide = axis->high - axis->low, least = fmax(fabs(axis->low), fabs(axis->high));
  if (!(wide > 1e-9 * least)) wide = least > 0 ? least : 1;
  double power = 1;
  axis->decimals = 0;
  while (power > wide / 4) power /= 10, axis->decimals++;
  while (power * 10 <= wide / 4) power *= 10;
  size_t k = 0;
  while (k + 1 < ES_COUNT_OF(nice) && nice[k] * power < wide / 4) k++;
  if (nice[k] == 10 && axis->decimals > 0) axis->decimals--;
  axis->step = nice[k] * power;
  if (tight && axis->high > axis->low) return;
  axis->low = axis->step * floor(axis->low / axis->step + 1e-9);
  axis->high = axis->step * ceil(axis->high / axis->step - 1e-9);
  if (axis->high == axis->low) axis->high += axis->step;
}

static void take_panel(struct es_axis *x, struct es_axis *y, const struct es_panel *panel)
{
  for (size_t s = 0; s < panel->count; s++)
    for (size_t i = 0; i < panel->series[s].points; i++) {
      const struct es_point *at = &panel->series[s].point[i];
      /* Bars show their ends: where their interval reaches is in the numbers. */
      bool bar = panel->series[s].mark == ES_MARK_BAR;
      take(x, at->x), take(y, at->y);
      take(x, bar ? at->from : at->x_low), take(x, bar ? NAN : at->x_high);
      take(y, at->y_low), take(y, at->y_high);
    }
}

void es_build_own_axes(struct es_figure *figure)
{
  for (size_t p = 0; figure != NULL && p < figure->panels; p++) figure->panel[p].scale = p;
}

/* The axes that the panels of a scale share. */
static void choose_axes(const struct es_figure *figure, size_t scale)
{
  struct es_axis x = {.low = figure->zero ? 0 : NAN, .high = figure->zero ? 0 : NAN};
  struct es_axis y = {.low = NAN, .high = NAN};
  bool lines = false;
  for (size_t p = 0; p < figure->panels; p++) {
    const struct es_panel *panel = &figure->panel[p];
    if (panel->scale != scale) continue;
    take_panel(&x, &y, panel);
    lines |= panel->count > 0 && panel->series[0].mark == ES_MARK_LINE;
  }
  if (figure->diagonal) {
    take(&x, y.low), take(&x, y.high);
    y = x;
  }
  settle(&x, figure->tight && lines);
  settle(&y, false);
  if (figure->categories > 0) y = (struct es_axis){-0.5, (double)figure->categories - 0.5, 1, 0};
  for (size_t p = 0; p < figure->panels; p++)
    if (figure->panel[p].scale == scale) figure->panel[p].x = x, figure->panel[p].y = y;
}

static bool shows_anything(const struct es_figure *figure)
{
  for (size_t p = 0; p < figure->panels; p++)
    for (size_t s = 0; s < figure->panel[p].count; s++)
      for (size_t i = 0; i < figure->panel[p].series[s].points; i++)
        if (isfinite(figure->panel[p].series[s].point[i].x)) return true;
  return false;
}

/* A figure for the panels from `first` on of a figure, which it takes; they are its part-th page.
 */
static void add_part(struct es_build *b, size_t index, size_t first, size_t count, size_t part)
{
  const struct es_figure *whole = &b->figures->at[index];
  struct es_text name = {0};
  es_text_add(&name, "%s-%zu", whole->name, part + 1);
  struct es_figure *page = es_build_figure(b, es_text_get(&name), whole->title, whole->about,
                                           whole->x_title, whole->y_title);
  es_text_clear(&name);
  struct es_figure *from = &b->figures->at[index]; /* it may have moved */
  for (size_t c = 0; c < from->categories; c++) es_build_category(b, page, from->category[c]);
  for (size_t p = first; p < first + count; p++) es_build_panel(b, page, from->panel[p].title);
  if (b->failed) return;
  page->abreast = from->abreast, page->columns = from->columns, page->part = part;
  page->zero = from->zero, page->diagonal = from->diagonal, page->tight = from->tight;
  for (size_t p = 0; p < count; p++) {
    struct es_panel old = page->panel[p];
    page->panel[p] = from->panel[first + p];
    from->panel[first + p] = old; /* the titles are the same */
  }
}

/* Whole rows of panels for each page. */
static void share_out(struct es_build *b)
{
  size_t index = b->figures->count - 1, panels = last(b)->panels;
  size_t row = last(b)->columns > 0 ? last(b)->columns : ROW_PANELS;
  size_t most = PAGE_PANELS / row * row;
  for (size_t first = most, part = 1; first < panels && !b->failed; first += most, part++)
    add_part(b, index, first, panels - first < most ? panels - first : most, part);
  if (b->failed || panels <= most) return;
  struct es_figure *whole = &b->figures->at[index];
  for (size_t p = most; p < panels; p++) clear_panel(&whole->panel[p]);
  whole->panels = most;
  for (size_t f = index; f < b->figures->count; f++) {
    struct es_text title = {0};
    es_text_add(&title, "%s (%zu of %zu)", b->figures->at[f].title, f - index + 1,
                b->figures->count - index);
    free(b->figures->at[f].title);
    b->figures->at[f].title = es_text_take(&title);
    b->failed |= b->figures->at[f].title == NULL;
  }
}

void es_build_finish(struct es_build *b, const char *why_not)
{
  if (b->failed || b->figures->count == 0) return;
  struct es_context noting = {.notes = &b->figures->left_out};
  struct es_figure *figure = last(b);
  if (shows_anything(figure)) {
    for (size_t p = 0; p < figure->panels; p++) choose_axes(figure, figure->panel[p].scale);
    share_out(b);
    return;
  }
  es_note(&noting, "%s: %s", figure->name, why_not);
  clear_figure(figure);
  b->figures->count--;
}

/* --- colours ---------------------------------------------------------------------------------- */

const char *es_hue_rgb(enum es_palette palette, size_t hue)
{
  static const char *const scorers[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                        "#e69f00", "#56b4e9", "#8c7a00"};
  static const char *const groups[] = {"#332288", "#cc6677", "#117733", "#aa4499",
                                       "#999933", "#44aa99", "#882255", "#88ccee"};
  static const char *const greys[] = {"#555555", "#777777", "#999999"};
  switch (palette) {
  case ES_SCORERS: return scorers[hue % ES_COUNT_OF(scorers)];
  case ES_GROUPS: return groups[hue % ES_COUNT_OF(groups)];
  case ES_GREY: break;
  }
  return greys[hue % ES_COUNT_OF(greys)];
}

void es_build_scorer(struct es_build *b, struct es_series *series, const char *scorer)
{
  if (series == NULL) return;
  bool yardstick = es_is_yardstick(b->results, scorer);
  size_t hue = 0;
  for (size_t k = 0; k < b->results->scorers; k++) {
    if (strcmp(b->results->scorer[k].name, scorer) == 0) break;
    hue += es_is_yardstick(b->results, b->results->scorer[k].name) == yardstick;
  }
  series->palette = yardstick ? ES_GREY : ES_SCORERS;
  series->hue = hue;
}

void es_build_group(struct es_build *b, struct es_series *series, const char *population,
                    const char *attribute, const char *group)
{
  if (series == NULL) return;
  struct es_notes seen = {0};
  struct es_context noting = {.notes = &seen};
  for (size_t i = 0; i < b->results->rows; i++) {
    const struct es_row *row = &b->results->row[i];
    if (strcmp(row->population, population) != 0 || strcmp(row->attribute, attribute) != 0)
      continue;
    if (row->group[0] != '\0') es_note(&noting, "%s", row->group);
  }
  series->palette = ES_GROUPS;
  series->hue = 0;
  while (series->hue < seen.count && strcmp(seen.text[series->hue], group) != 0) series->hue++;
  es_notes_clear(&seen);
}

/* --- what makers share ------------------------------------------------------------------------ */

char *es_build_title(struct es_build *b, const char *population, const char *policy,
                     const char *title)
{
  struct es_text text = {0};
  if (json_array_size(b->results->populations) > 1) es_text_add(&text, "%s: ", population);
  es_text_add(&text, "%s", title);
  if (json_is_array(json_object_get(b->results->study, "policy")) && policy[0] != '\0')
    es_text_add(&text, ", %s", policy);
  b->failed |= text.failed;
  return es_text_take(&text);
}

bool es_is_main_attribute(const struct es_build *b, const char *population, const char *attribute)
{
  return strcmp(attribute, es_first_attribute(b->results, population)) == 0;
}

const char *es_row_text(const json_t *row, const char *key)
{
  const char *text = json_string_value(json_object_get(row, key));
  return text != NULL ? text : "";
}

double es_row_number(const json_t *row, const char *key)
{
  const json_t *value = json_object_get(row, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* --- names beside their series ---------------------------------------------------------------- */

static double wanted_place(const struct es_panel *panel, const struct es_series *series)
{
  double y = NAN;
  for (size_t i = 0; i < series->points; i++) {
    double at = series->point[i].y;
    if (isfinite(at) && (series->mark != ES_MARK_STEP || !(y >= at))) y = at;
  }
  return isfinite(y) ? (panel->y.high - y) / (panel->y.high - panel->y.low) : 1;
}

/* The named series of a panel from the top down. */
static size_t from_the_top(const struct es_panel *panel, const double *place, size_t *order)
{
  size_t count = 0;
  for (size_t s = 0; s < panel->count; s++) {
    if (!panel->series[s].named || count == ES_MOST_NAMES) continue;
    size_t at = count++;
    for (; at > 0 && place[order[at - 1]] > place[s]; at--) order[at] = order[at - 1];
    order[at] = s;
  }
  return count;
}

void es_label_places(const struct es_panel *panel, double gap, double *place)
{
  size_t order[ES_MOST_NAMES];
  for (size_t s = 0, listed = 0; s < panel->count; s++)
    place[s] = panel->series[s].listed ? gap / 2 + (double)listed++ * gap
                                       : wanted_place(panel, &panel->series[s]);
  size_t count = from_the_top(panel, place, order);
  for (size_t k = 1; k < count; k++) /* pushed apart downwards … */
    place[order[k]] = fmax(place[order[k]], place[order[k - 1]] + gap);
  double edge = 1;
  for (size_t k = count; k > 0; k--, edge -= gap) { /* … and back where the last has left */
    if (place[order[k - 1]] <= edge) break;
    place[order[k - 1]] = edge;
  }
}

/* The longest name beside the panel, in characters, as far as it is shown; 0: none. */
static size_t names_width(const struct es_panel *panel)
{
  size_t most = 0;
  for (size_t s = 0; s < panel->count; s++) {
    size_t width = panel->series[s].named ? es_text_width(panel->series[s].name) : 0;
    if (width > most) most = width;
  }
  return most < ES_LONGEST_NAME ? most : ES_LONGEST_NAME;
}

static size_t longest(const struct es_figure *figure)
{
  size_t most = 0;
  for (size_t c = 0; c < figure->categories; c++) {
    size_t width = es_text_width(figure->category[c]);
    if (width > most) most = width;
  }
  return most < ES_LONGEST_NAME ? most : ES_LONGEST_NAME;
}

/* Decimals widen the numbers on the y axis, names of categories its other kind. */
static double left_margin(const struct es_figure *figure, const struct es_panel *panel)
{
  if (figure->categories > 0) return 10 + 6.4 * (double)longest(figure);
  struct es_text high = {0}, low = {0};
  es_text_add(&high, "%.*f", panel->y.decimals, panel->y.high);
  es_text_add(&low, "%.*f", panel->y.decimals, panel->y.low);
  double width = 14 + 6.2 * (double)(high.size > low.size ? high.size : low.size);
  es_text_clear(&high);
  es_text_clear(&low);
  return width;
}

struct es_panel_frame es_panel_place(const struct es_figure *figure, const struct es_panel *panel)
{
  enum { TOP = 22, BARE_TOP = 6, BOTTOM = 38, TALL = 178, LEAST = 70 };
  bool lines = figure->categories > 0;
  size_t names = names_width(panel);
  double line = fmax(ES_LINE_HEIGHT, ES_NAME_HEIGHT * (double)figure->abreast);
  double tall = lines ? line * (double)figure->categories : TALL;
  if (lines && names > 0) tall = fmax(tall, LEAST);
  struct es_panel_frame frame = {.wide = ES_PANEL_WIDE};
  frame.left = left_margin(figure, panel);
  frame.right = ES_PANEL_WIDE - (names > 0 ? 22 + 6.2 * (double)names : 14);
  frame.top = figure->y_title[0] != '\0' ? TOP : BARE_TOP;
  frame.bottom = frame.top + tall;
  frame.tall = frame.bottom + BOTTOM;
  return frame;
}

void es_shorten(struct es_text *out, const char *text, size_t width)
{
  if (es_text_width(text) <= width) {
    es_text_add(out, "%s", text);
    return;
  }
  size_t used;
  es_text_bytes(out, text, es_text_fit(text, strlen(text), width - 1, &used));
  es_text_add(out, "…");
}

/* --- the whole -------------------------------------------------------------------------------- */

enum es_status es_figures_make(struct es_figures *figures, const struct es_results *results,
                               struct es_context *ctx)
{
  static void (*const build[])(struct es_build *) = {
      es_build_forest, es_build_accuracy,    es_build_attribution, es_build_harm,
      es_build_scores, es_build_calibration, es_build_sweep,       es_build_trajectory};
  struct es_build b = {.figures = figures, .results = results, .ctx = ctx};
  for (size_t k = 0; k < ES_COUNT_OF(build); k++) build[k](&b);
  if (!b.failed) return ES_OK;
  es_figures_clear(figures);
  return es_fail(ctx, ES_NOMEM, "out of memory: figures");
}
