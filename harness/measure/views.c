/* Attributes crossed, and the people of each crossing. */
#include "harness/measure/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/text.h"

/* --- which views ------------------------------------------------------------------------------ */

size_t es_cell_count(const struct es_attribute *attribute, size_t attributes)
{
  size_t cells = 1;
  for (size_t a = 0; a < attributes; a++) cells *= attribute[a].levels;
  return cells;
}

static enum es_status add_view(struct es_view **views, size_t *count, const struct es_view *view,
                               struct es_context *ctx)
{
  struct es_view *grown = realloc(*views, (*count + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  *views = grown;
  grown[(*count)++] = *view;
  return ES_OK;
}

static enum es_status find_attribute(size_t *at, const char *name, size_t size,
                                     const struct es_attribute *attribute, size_t attributes,
                                     struct es_context *ctx)
{
  char word[128];
  snprintf(word, sizeof word, "%.*s", (int)size, name);
  const char *names[64] = {NULL};
  for (size_t a = 0; a < attributes; a++) {
    if (a < ES_COUNT_OF(names)) names[a] = attribute[a].name;
    if (strcmp(attribute[a].name, word) == 0) {
      *at = a;
      return ES_OK;
    }
  }
  const char *near = es_nearest(word, names, attributes < 64 ? attributes : 64);
  return es_fail(ctx, ES_INPUT, "--group %s: there is no such attribute; %s %s", word,
                 near != NULL ? "did you mean" : "the first is",
                 near != NULL     ? near
                 : attributes > 0 ? attribute[0].name
                                  : "none");
}

enum es_status es_views_make(struct es_view **views, size_t *count, const struct es_texts *groups,
                             const struct es_attribute *attribute, size_t attributes,
                             struct es_context *ctx)
{
  *views = NULL;
  *count = 0;
  for (size_t a = 0; groups->count == 0 && a < attributes; a++)
    ES_TRY(add_view(views, count, &(struct es_view){{a}, 1}, ctx));
  for (size_t g = 0; g < groups->count; g++) {
    struct es_view crossed = {{0}, 0};
    for (const char *at = groups->at[g]; *at != '\0';) {
      size_t size = strcspn(at, ",");
      if (crossed.count == ES_VIEW_ATTRIBUTES)
        return es_fail(ctx, ES_INPUT, "--group %s: cross %d attributes at the most", groups->at[g],
                       ES_VIEW_ATTRIBUTES);
      size_t *slot = &crossed.attribute[crossed.count++];
      ES_TRY(find_attribute(slot, at, size, attribute, attributes, ctx));
      ES_TRY(add_view(views, count, &(struct es_view){{*slot}, 1}, ctx));
      at += size + (at[size] == ',');
    }
    if (crossed.count > 1) ES_TRY(add_view(views, count, &crossed, ctx));
  }
  return ES_OK;
}

/* Names of a view's attributes, or of the `number`-th combination of its levels, joined by "*". */
static char *joined(const struct es_attribute *attribute, const struct es_view *view, size_t number,
                    bool levels)
{
  struct es_text text = {0};
  for (size_t k = 0; k < view->count; k++) {
    const struct es_attribute *a = &attribute[view->attribute[k]];
    es_text_add(&text, "%s%s", k > 0 ? "*" : "", levels ? a->level[number % a->levels] : a->name);
    number /= a->levels;
  }
  return es_text_take(&text);
}

char *es_view_name(const struct es_view *view, const struct es_attribute *attribute)
{
  return joined(attribute, view, 0, false);
}

/* --- the groups of a view --------------------------------------------------------------------- */

size_t es_view_groups(const struct es_view *view, const struct es_attribute *attribute)
{
  size_t count = 1;
  for (size_t k = 0; k < view->count; k++) count *= attribute[view->attribute[k]].levels;
  return count;
}

char *es_view_group(const struct es_view *view, const struct es_attribute *attribute, size_t number)
{
  return joined(attribute, view, number, true);
}

bool es_view_holds(const struct es_view *view, const struct es_attribute *attribute, size_t number,
                   size_t cell)
{
  for (size_t k = 0; k < view->count; k++) {
    size_t stride = es_cell_count(attribute, view->attribute[k]);
    size_t levels = attribute[view->attribute[k]].levels;
    if (cell / stride % levels != number % levels) return false;
    number /= levels;
  }
  return true;
}

void es_groups_free(struct es_group *groups, size_t count)
{
  for (size_t g = 0; groups != NULL && g < count; g++) {
    free(groups[g].name);
    es_counts_clear(&groups[g].counts);
  }
  free(groups);
}

/* The oracle's wrong decisions on the same people. */
static void add_oracle(struct es_counts *counts, const struct es_tally *oracle, const bool *member)
{
  static const size_t outcome[2] = {ES_FAVORABLE, ES_UNFAVORABLE},
                      decision[2] = {ES_DENIED, ES_APPROVED};
  counts->has_oracle = true;
  for (size_t c = 0; c < oracle->cells; c++)
    for (size_t k = 0; k < 2 && member[c]; k++)
      for (size_t s = 0; s < 2; s++)
        counts->oracle[k] += oracle->weighted
                                 ? es_fixed_to(oracle->cell[c].weight[outcome[k]][s][decision[k]])
                                 : (double)oracle->cell[c].people[outcome[k]][s][decision[k]];
}

static enum es_status make_group(struct es_group *group, const struct es_tally *tally,
                                 const struct es_grouping *how, const struct es_view *view,
                                 size_t number, bool *member, struct es_context *ctx)
{
  for (size_t c = 0; c < tally->cells; c++)
    member[c] = es_view_holds(view, how->attribute, number, c);
  group->name =
      view->count > 0 ? joined(how->attribute, view, number, true) : es_strdup("all", ctx);
  if (group->name == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  ES_TRY(es_counts_make(&group->counts, tally, member, how->consequence, how->positive_is_adverse,
                        ctx));
  if (how->oracle != NULL) add_oracle(&group->counts.weight, how->oracle, member);
  return ES_OK;
}

/* Which group of the view the cell is in. */
static size_t group_of(const struct es_attribute *attribute, const struct es_view *view,
                       size_t cell)
{
  size_t number = 0, place = 1;
  for (size_t k = 0; k < view->count; k++) {
    size_t levels = attribute[view->attribute[k]].levels;
    number += cell / es_cell_count(attribute, view->attribute[k]) % levels * place;
    place *= levels;
  }
  return number;
}

/* Kept scores group after group, each group's in their order, so that a group looks at its own
 * only. first[g] … first[g + 1] are those of group g. */
static enum es_status deal(struct es_kept **dealt, size_t *first, size_t groups,
                           const struct es_tally *tally, const struct es_attribute *attribute,
                           const struct es_view *view, struct es_context *ctx)
{
  size_t *group = es_alloc(tally->cells, sizeof *group, ctx);
  *dealt = es_alloc(tally->kept_count, sizeof **dealt, ctx);
  if (group == NULL || *dealt == NULL) {
    free(group);
    return ES_NOMEM;
  }
  for (size_t c = 0; c < tally->cells; c++) group[c] = group_of(attribute, view, c);
  for (size_t k = 0; k < tally->kept_count; k++) first[group[tally->kept[k].list / 2] + 1]++;
  for (size_t g = 0; g < groups; g++) first[g + 1] += first[g];
  for (size_t k = 0; k < tally->kept_count; k++)
    (*dealt)[first[group[tally->kept[k].list / 2]]++] = tally->kept[k];
  for (size_t g = groups; g > 0; g--) first[g] = first[g - 1]; /* each stands at its end by now */
  first[0] = 0;
  free(group);
  return ES_OK;
}

static enum es_status make_groups(struct es_group *made, size_t n, const struct es_tally *tally,
                                  const struct es_grouping *how, const struct es_view *view,
                                  struct es_context *ctx)
{
  bool *member = es_alloc(tally->cells, sizeof *member, ctx);
  size_t *first = es_alloc(n + 1, sizeof *first, ctx);
  struct es_kept *dealt = NULL;
  bool deals = n > 1 && tally->kept_count > 0;
  enum es_status status = member != NULL && first != NULL ? ES_OK : ES_NOMEM;
  if (status == ES_OK && deals) status = deal(&dealt, first, n, tally, how->attribute, view, ctx);
  for (size_t g = 0; status == ES_OK && g < n; g++) {
    struct es_tally own = *tally;
    if (deals) {
      own.kept = dealt + first[g];
      own.kept_count = first[g + 1] - first[g];
    }
    status = make_group(&made[g], &own, how, view, g, member, ctx);
  }
  free(dealt);
  free(first);
  free(member);
  return status;
}

enum es_status es_groups_make(struct es_group **groups, size_t *count, const struct es_tally *tally,
                              const struct es_grouping *how, const struct es_view *view,
                              struct es_context *ctx)
{
  size_t n = es_view_groups(view, how->attribute);
  struct es_group *made = es_alloc(n, sizeof *made, ctx);
  if (made == NULL) return ES_NOMEM;
  enum es_status status = make_groups(made, n, tally, how, view, ctx);
  if (status != ES_OK) {
    es_groups_free(made, n);
    return status;
  }
  *groups = made;
  *count = n;
  return ES_OK;
}

enum es_status es_reference_check(const char *reference, const struct es_view *views, size_t count,
                                  const struct es_attribute *attribute, struct es_context *ctx)
{
  const char *names[256] = {NULL};
  size_t known = 0;
  if (reference == NULL || reference[0] == '\0') return ES_OK;
  for (size_t v = 0; v < count; v++)
    for (size_t n = es_view_groups(&views[v], attribute), g = 0; g < n; g++) {
      char *name = joined(attribute, &views[v], g, true);
      if (name == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
      bool found = strcmp(name, reference) == 0;
      free(name);
      if (found) return ES_OK;
    }
  for (size_t v = 0; v < count; v++) {
    const struct es_attribute *a = &attribute[views[v].attribute[0]];
    for (size_t l = 0; l < a->levels && views[v].count == 1 && known < ES_COUNT_OF(names); l++)
      names[known++] = a->level[l];
  }
  const char *near = es_nearest(reference, names, known);
  return es_fail(ctx, ES_INPUT, "--reference %s: no group is called that; %s %s", reference,
                 near != NULL ? "did you mean" : "there is",
                 near != NULL ? near
                 : known > 0  ? names[0]
                              : "none");
}
