/* Three generated lists, each included twice: declarations, then pointers. */
#include "harness/model/registry.h"

#include <string.h>

#define X(id) extern const struct es_scorer es_scorer_##id;
#include "scorer_list.h"
#undef X
#define X(id) &es_scorer_##id,
const struct es_scorer *const es_scorers[] = {
#include "scorer_list.h"
};
#undef X
const size_t es_scorer_count = ES_COUNT_OF(es_scorers);

#define X(id) extern const struct es_dataset es_dataset_##id;
#include "dataset_list.h"
#undef X
#define X(id) &es_dataset_##id,
const struct es_dataset *const es_datasets[] = {
#include "dataset_list.h"
};
#undef X
const size_t es_dataset_count = ES_COUNT_OF(es_datasets);

#define X(id) extern const struct es_report es_report_##id;
#include "report_list.h"
#undef X
#define X(id) &es_report_##id,
const struct es_report *const es_reports[] = {
#include "report_list.h"
};
#undef X
const size_t es_report_count = ES_COUNT_OF(es_reports);

enum { MOST_NAMES = 256 };

static enum es_status no_such(const char *what, const char *name, const char *const *names,
                              size_t count, struct es_context *ctx)
{
  const char *near = es_nearest(name, names, count);
  if (near != NULL)
    return es_fail(ctx, ES_INPUT, "there is no %s \"%s\"; did you mean \"%s\"?", what, name, near);
  struct es_text list = {0};
  for (size_t i = 0; i < count; i++) es_text_add(&list, "%s%s", i > 0 ? ", " : "", names[i]);
  es_fail(ctx, ES_INPUT, "there is no %s \"%s\"; there are: %s", what, name, es_text_get(&list));
  es_text_clear(&list);
  return ES_INPUT;
}

enum es_status es_scorer_find(const struct es_scorer **scorer, const char *name,
                              struct es_context *ctx)
{
  const char *names[MOST_NAMES] = {NULL};
  for (size_t i = 0; i < es_scorer_count && i < MOST_NAMES; i++) {
    *scorer = es_scorers[i];
    if (strcmp((names[i] = es_scorers[i]->name), name) == 0) return ES_OK;
  }
  return no_such("scorer", name, names, es_scorer_count, ctx);
}

enum es_status es_report_find(const struct es_report **report, const char *name,
                              struct es_context *ctx)
{
  const char *names[MOST_NAMES] = {NULL};
  for (size_t i = 0; i < es_report_count && i < MOST_NAMES; i++) {
    *report = es_reports[i];
    if (strcmp((names[i] = es_reports[i]->name), name) == 0) return ES_OK;
  }
  return no_such("format", name, names, es_report_count, ctx);
}

enum es_status es_dataset_find(const struct es_dataset **dataset, const char **source,
                               const char *spec, struct es_context *ctx)
{
  const char *colon = strchr(spec, ':');
  size_t size = colon != NULL ? (size_t)(colon - spec) : strlen("synthetic");
  const char *kind = colon != NULL ? spec : "synthetic";
  *source = colon != NULL ? colon + 1 : spec;
  const char *names[MOST_NAMES] = {NULL};
  for (size_t i = 0; i < es_dataset_count && i < MOST_NAMES; i++) {
    *dataset = es_datasets[i];
    names[i] = es_datasets[i]->name;
    if (strlen(names[i]) == size && strncmp(names[i], kind, size) == 0) return ES_OK;
  }
  char word[64] = "";
  if (size < sizeof word) memcpy(word, kind, size);
  return no_such("kind of dataset", word, names, es_dataset_count, ctx);
}

enum es_status es_registry_check(struct es_context *ctx)
{
  for (size_t i = 0; i < es_scorer_count; i++) {
    const struct es_scorer *s = es_scorers[i];
    if (s->api != ES_SCORER_API)
      return es_fail(ctx, ES_BROKEN, "scorers/%s.c speaks API %u, this build %u", s->name, s->api,
                     ES_SCORER_API);
    if (s->score == NULL || s->summary == NULL)
      return es_fail(ctx, ES_BROKEN, "scorers/%s.c lacks its %s", s->name,
                     s->score == NULL ? "score" : "summary");
  }
  for (size_t i = 0; i < es_dataset_count; i++) {
    const struct es_dataset *d = es_datasets[i];
    if (d->api != ES_DATASET_API || !d->open || !d->people || !d->size || !d->block)
      return es_fail(ctx, ES_BROKEN,
                     "datasets/%s.c: another API, or open, people, size or block is missing",
                     d->name);
  }
  for (size_t i = 0; i < es_report_count; i++)
    if (es_reports[i]->api != ES_REPORT_API || es_reports[i]->write == NULL)
      return es_fail(ctx, ES_BROKEN, "reports/%s.c: another API, or write is missing",
                     es_reports[i]->name);
  return ES_OK;
}
