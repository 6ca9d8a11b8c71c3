/* How figures are filled: inside this room only. */
#ifndef ES_FIGURES_BUILD_H
#define ES_FIGURES_BUILD_H

#include "harness/figures/figure.h"

/* Failures are sticky: after one, adds do nothing, and the maker looks once at the end. */
struct es_build {
  struct es_figures *figures;
  const struct es_results *results;
  bool failed;
  struct es_context *ctx;
};

/* A new figure, or NULL. */
struct es_figure *es_build_figure(struct es_build *b, const char *name, const char *title,
                                  const char *about, const char *x_title, const char *y_title);
/* The figure's panel of that title, made where it is not there. */
struct es_panel *es_build_panel(struct es_build *b, struct es_figure *figure, const char *title);
/* The panel's series of that name and mark, made where it is not there. */
struct es_series *es_build_series(struct es_build *b, struct es_panel *panel, const char *name,
                                  enum es_mark mark);
/* A point whose numbers are all NaN but these; borrowed until the next one. */
struct es_point *es_build_point(struct es_build *b, struct es_series *series, double x, double y,
                                const char *label);
/* The number of the category, made where it is not there. */
double es_build_category(struct es_build *b, struct es_figure *figure, const char *name);
/* Each panel measures something else than its neighbours. */
void es_build_own_axes(struct es_figure *figure);
/* Takes the last figure away where it shows nothing, with a note why; else chooses its axes, and
 * shares its panels out over as many figures as they take. */
void es_build_finish(struct es_build *b, const char *why_not);

/* The colour of a scorer, the same in every figure; of the k-th group, in the rows' order. */
void es_build_scorer(struct es_build *b, struct es_series *series, const char *scorer);
void es_build_group(struct es_build *b, struct es_series *series, const char *population,
                    const char *attribute, const char *group);

/* "population: title" where there are several, and the policy where there are several. */
char *es_build_title(struct es_build *b, const char *population, const char *policy,
                     const char *title);
bool es_is_main_attribute(const struct es_build *b, const char *population, const char *attribute);

/* A tidy row's text or number: "" or NaN where it is not there. */
const char *es_row_text(const json_t *row, const char *key);
double es_row_number(const json_t *row, const char *key);

/* The figures, by where their data is. */
void es_build_forest(struct es_build *b);
void es_build_accuracy(struct es_build *b);
void es_build_attribution(struct es_build *b);
void es_build_sweep(struct es_build *b);
void es_build_harm(struct es_build *b);
void es_build_trajectory(struct es_build *b);
void es_build_calibration(struct es_build *b);
void es_build_scores(struct es_build *b);

#endif
