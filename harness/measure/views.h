/* Ways to look at groups: one attribute by itself, or several crossed. */
#ifndef ES_MEASURE_VIEWS_H
#define ES_MEASURE_VIEWS_H

#include "harness/base/option.h"
#include "harness/measure/counts.h"

/* One attribute, or several crossed ("region*income"); none: everyone together. */
enum { ES_VIEW_ATTRIBUTES = 4 };
struct es_view {
  size_t attribute[ES_VIEW_ATTRIBUTES];
  size_t count;
};

/* Views of --group: "race,sex" is race, sex and race*sex; each further --group adds its own.
 * Without any, each attribute by itself.  Unknown attribute: names the nearest.  The caller frees
 * *views. */
enum es_status es_views_make(struct es_view **views, size_t *count, const struct es_texts *groups,
                             const struct es_attribute *attribute, size_t attributes,
                             struct es_context *ctx) ES_CHECKED;

/* A person's cell: the levels of all attributes in mixed radix, the first attribute fastest. */
size_t es_cell_count(const struct es_attribute *attribute, size_t attributes);

/* "region*income", which the caller frees; NULL: no memory. */
char *es_view_name(const struct es_view *view, const struct es_attribute *attribute);

/* The combinations of its levels: how many, what the `number`-th is called (the caller frees it;
 * NULL: no memory), and whether the people of a cell belong to it. */
size_t es_view_groups(const struct es_view *view, const struct es_attribute *attribute);
char *es_view_group(const struct es_view *view, const struct es_attribute *attribute,
                    size_t number);
bool es_view_holds(const struct es_view *view, const struct es_attribute *attribute, size_t number,
                   size_t cell);

/* A group of a view, counted. */
struct es_group {
  char *name; /* "rural*low"; "all" */
  struct es_group_counts counts;
};

struct es_grouping {
  const struct es_attribute *attribute;
  size_t attributes;
  const struct es_consequence *consequence;
  bool positive_is_adverse;
  const struct es_tally *oracle; /* the oracle's decisions on the same people, or NULL */
};

/* Counts every group of the view, people or none; `tally` must have been sorted. */
enum es_status es_groups_make(struct es_group **groups, size_t *count, const struct es_tally *tally,
                              const struct es_grouping *how, const struct es_view *view,
                              struct es_context *ctx) ES_CHECKED;
void es_groups_free(struct es_group *groups, size_t count);

/* Fails where `reference` is a group of none of the views, saying the nearest; "" is fine. */
enum es_status es_reference_check(const char *reference, const struct es_view *views, size_t count,
                                  const struct es_attribute *attribute,
                                  struct es_context *ctx) ES_CHECKED;

#endif
