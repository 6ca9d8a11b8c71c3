/* A list of names, families, "all" and "default" as bits per row of the registry. */
#include "harness/measure/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const es_form_ending[ES_FORMS] = {"", "_difference", "_ratio", "_group_min",
                                              "_group_max"};

static bool listed(const struct es_texts *list, const char *word)
{
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->at[i], word) == 0) return true;
  return false;
}

static bool named(const struct es_choice *c, const char *name)
{
  if (listed(c->list, name)) return true;
  for (size_t i = 0; i < c->aliases; i++)
    if (strcmp(c->means[i], name) == 0) return true;
  return false;
}

/* By "all", by family, or by default. */
static bool in_bulk(const struct es_choice *c, enum es_family family, bool by_default)
{
  return c->everything || listed(c->list, es_family_names[family]) ||
         (by_default && (c->list->count == 0 || listed(c->list, "default")));
}

static void choose_metric(struct es_choice *c, size_t k)
{
  const struct es_metric *row = &es_metrics[k];
  for (unsigned part = ES_VALUE; part < ES_FORMS; part++) {
    char name[ES_METRIC_NAME];
    snprintf(name, sizeof name, "%s%s", row->name, es_form_ending[part]);
    bool asked = named(c, name);
    bool bulk = part < ES_GROUP_MIN ? in_bulk(c, row->family, row->by_default) : c->everything;
    if (asked) c->metric_named[k] |= 1u << part;
    if (asked || bulk) c->metric[k] |= 1u << part;
  }
  c->needed[k] = c->metric[k] != 0;
}

static void choose_disparity(struct es_choice *c, size_t d)
{
  const struct es_disparity *row = &es_disparities[d];
  for (unsigned part = ES_DIFFERENCE; part <= ES_RATIO; part++) {
    char name[ES_METRIC_NAME];
    snprintf(name, sizeof name, "%s%s", row->name, es_form_ending[part]);
    if (named(c, name) || in_bulk(c, ES_FAMILY_DISPARITY, row->by_default))
      c->disparity[d] |= 1u << part;
  }
  for (size_t k = 0; k < 2 && c->disparity[d] != 0 && row->metric[k] != NULL; k++)
    c->needed[es_metric_find(row->metric[k]) - es_metrics] = true;
}

static enum es_status find_aliases(struct es_choice *c, struct es_context *ctx)
{
  c->alias = es_alloc(c->list->count, sizeof *c->alias, ctx);
  c->means = es_alloc(c->list->count, sizeof *c->means, ctx);
  if (c->alias == NULL || c->means == NULL) return ES_NOMEM;
  for (size_t i = 0; i < c->list->count; i++) {
    es_metric_resolve(c->list->at[i], c->means[c->aliases]);
    if (strcmp(c->means[c->aliases], c->list->at[i]) != 0) c->alias[c->aliases++] = c->list->at[i];
  }
  return ES_OK;
}

enum es_status es_choice_make(struct es_choice *c, const struct es_texts *metrics,
                              struct es_context *ctx)
{
  *c = (struct es_choice){.list = metrics, .everything = listed(metrics, "all")};
  c->bulk = c->everything || listed(metrics, "default");
  for (size_t f = 0; f < ES_FAMILIES; f++) c->bulk = c->bulk || listed(metrics, es_family_names[f]);
  c->metric = es_alloc(es_metric_count, sizeof *c->metric, ctx);
  c->metric_named = es_alloc(es_metric_count, sizeof *c->metric_named, ctx);
  c->disparity = es_alloc(es_disparity_count, sizeof *c->disparity, ctx);
  c->between = es_alloc(es_between_count, sizeof *c->between, ctx);
  c->needed = es_alloc(es_metric_count, sizeof *c->needed, ctx);
  bool room = c->metric && c->metric_named && c->disparity && c->between && c->needed;
  enum es_status status = room ? find_aliases(c, ctx) : ES_NOMEM;
  if (status != ES_OK) {
    es_choice_clear(c);
    return status;
  }
  for (size_t k = 0; k < es_metric_count; k++) choose_metric(c, k);
  for (size_t d = 0; d < es_disparity_count; d++) choose_disparity(c, d);
  for (size_t b = 0; b < es_between_count; b++)
    c->between[b] = named(c, es_betweens[b].name) ? 2 : in_bulk(c, ES_FAMILY_DISPARITY, false);
  return ES_OK;
}

void es_choice_clear(struct es_choice *c)
{
  free(c->metric);
  free(c->metric_named);
  free(c->disparity);
  free(c->between);
  free(c->needed);
  free(c->alias);
  free(c->means);
  *c = (struct es_choice){0};
}

const char *es_choice_name(const struct es_choice *c, const char *name, size_t number)
{
  size_t aliases = 0;
  for (size_t i = 0; i < c->aliases; i++) aliases += strcmp(c->means[i], name) == 0;
  bool own = aliases == 0 || c->bulk || listed(c->list, name);
  if (own && number-- == 0) return name;
  for (size_t i = 0; i < c->aliases; i++)
    if (strcmp(c->means[i], name) == 0 && number-- == 0) return c->alias[i];
  return NULL;
}
