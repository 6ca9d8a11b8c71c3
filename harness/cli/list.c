/* evenscore list and describe: what there is, and what it is. */
#include "harness/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/embedded.h"
#include "harness/base/ini.h"
#include "harness/measure/metric.h"
#include "harness/population/population.h"
#include "harness/model/registry.h"
#include "harness/run/study.h"

/* --- list
 * ------------------------------------------------------------------------------------------ */

static void row(const char *name, const char *summary) { printf("%-34s %s\n", name, summary); }

static enum es_status list_scorers(struct es_context *ctx)
{
  (void)ctx;
  for (size_t i = 0; i < es_scorer_count; i++) row(es_scorers[i]->name, es_scorers[i]->summary);
  return ES_OK;
}

static enum es_status list_datasets(struct es_context *ctx)
{
  (void)ctx;
  for (size_t i = 0; i < es_dataset_count; i++) row(es_datasets[i]->name, es_datasets[i]->summary);
  return ES_OK;
}

static enum es_status list_reports(struct es_context *ctx)
{
  (void)ctx;
  for (size_t i = 0; i < es_report_count; i++) row(es_reports[i]->name, es_reports[i]->summary);
  return ES_OK;
}

static enum es_status list_policies(struct es_context *ctx)
{
  (void)ctx;
  for (size_t i = 0; i < es_policy_count; i++) row(es_policies[i].name, es_policies[i].summary);
  return ES_OK;
}

bool es_is_system(const struct es_embedded *file)
{
  return strcmp(file->kind, "study") == 0 && strstr(file->text, "\nsystem = ") != NULL;
}

/* Compiled-in INI files of a kind, each with the title in its main section. */
static enum es_status list_files(const char *kind, bool systems, struct es_context *ctx)
{
  for (size_t i = 0; i < es_embedded_count; i++) {
    if (strcmp(es_embedded[i].kind, kind) != 0 || es_is_system(&es_embedded[i]) != systems)
      continue;
    struct es_ini ini;
    ES_TRY(es_ini_open(&ini, kind, es_embedded[i].name, ctx));
    const char *title = es_ini_get(&ini, kind, "title");
    row(es_embedded[i].name, title != NULL ? title : "");
    es_ini_clear(&ini);
  }
  return ES_OK;
}
static enum es_status list_populations(struct es_context *ctx)
{
  return list_files("population", false, ctx);
}
static enum es_status list_processes(struct es_context *ctx)
{
  return list_files("process", false, ctx);
}
static enum es_status list_schemas(struct es_context *ctx)
{
  return list_files("schema", false, ctx);
}
static enum es_status list_studies(struct es_context *ctx)
{
  return list_files("study", false, ctx);
}
static enum es_status list_systems(struct es_context *ctx)
{
  return list_files("study", true, ctx);
}

static const struct {
  const char *name;
  enum es_status (*list)(struct es_context *ctx);
} lists[] = {{"scorers", list_scorers},         {"datasets", list_datasets},
             {"populations", list_populations}, {"processes", list_processes},
             {"schemas", list_schemas},         {"systems", list_systems},
             {"studies", list_studies},         {"policies", list_policies},
             {"metrics", es_list_metrics},      {"reports", list_reports}};

static enum es_status list(int argc, char **argv, struct es_context *ctx)
{
  const char *names[ES_COUNT_OF(lists)];
  for (size_t i = 0; i < ES_COUNT_OF(lists); i++) names[i] = lists[i].name;
  if (argc > 1)
    return es_fail(ctx, ES_INPUT, "%s: one argument too many; see evenscore list --help", argv[1]);
  for (size_t i = 0; argc == 1 && i < ES_COUNT_OF(lists); i++)
    if (strcmp(lists[i].name, argv[0]) == 0) return lists[i].list(ctx);
  if (argc == 1) {
    const char *near = es_nearest(argv[0], names, ES_COUNT_OF(lists));
    return es_fail(
        ctx, ES_INPUT,
        "there is no list of \"%s\"%s%s; there are scorers, datasets, populations, processes, "
        "schemas, systems, studies, policies, metrics, reports",
        argv[0], near != NULL ? "; did you mean " : "", near != NULL ? near : "");
  }
  for (size_t i = 0; i < ES_COUNT_OF(lists); i++) {
    printf("%s%s\n", i > 0 ? "\n" : "", lists[i].name);
    ES_TRY(lists[i].list(ctx));
  }
  return ES_OK;
}

const struct es_command es_command_list = {
    .name = "list",
    .usage = "list [scorers|populations|...]",
    .summary = "what there is",
    .help = "Lists scorers, datasets, populations, processes, schemas, systems, studies, policies, "
            "metrics or reports;\n"
            "all of them when none is named.\n",
    .run = list,
};

/* --- describe
 * ---------------------------------------------------------------------------------------- */

static void print_flags(unsigned flags)
{
  static const struct {
    unsigned flag;
    const char *words;
  } meaning[] = {{ES_PROBABILITY, "its score is the probability of the favourable outcome"},
                 {ES_SEES_GROUPS, "it sees the group attributes"},
                 {ES_SEES_TRUTH, "it sees the truth: a bound, not a proposal"},
                 {ES_SEES_BEST, "it knows the model that made the people: a bound, not a proposal"},
                 {ES_SEES_INCUMBENT, "it is told how the incumbent policy of the population ranks"},
                 {ES_NEEDS_TRAINING, "it learns from people whose outcome is known"}};
  for (size_t k = 0; k < ES_COUNT_OF(meaning); k++)
    if (flags & meaning[k].flag) printf("  %s\n", meaning[k].words);
  if (!(flags & ES_SEES_GROUPS)) printf("  it is blind to group attributes\n");
}

static void print_scorer(const struct es_scorer *s, const char *spec)
{
  printf("scorer %s: %s\n", s->name, s->summary);
  if (s->cite != NULL) printf("  after %s\n", s->cite);
  print_flags(s->flags);
  if (s->options != NULL && s->options->name != NULL)
    printf("\noptions, as in --scorer %s:%s=...\n", spec, s->options->name);
  es_print_options(s->options, false);
}

static bool describe_scorer(const char *name)
{
  for (size_t i = 0; i < es_scorer_count; i++)
    if (strcmp(es_scorers[i]->name, name) == 0) {
      print_scorer(es_scorers[i], name);
      return true;
    }
  return false;
}

/* A shared object's or a program's scorer. */
static enum es_status describe_foreign(const char *spec, struct es_context *ctx)
{
  struct es_model model;
  ES_TRY(es_model_create(&model, spec, ctx));
  char *name = es_strdup(spec, ctx);
  if (name != NULL) {
    name[strcspn(name, ":")] = '\0';
    print_scorer(model.scorer, name);
  }
  free(name);
  es_model_clear(&model);
  return ES_OK;
}

static bool describe_dataset(const char *name)
{
  for (size_t i = 0; i < es_dataset_count; i++)
    if (strcmp(es_datasets[i]->name, name) == 0) {
      printf("dataset %s: %s\n  as in --population %s:...\n", name, es_datasets[i]->summary, name);
      return true;
    }
  return false;
}

static bool describe_report(const char *name)
{
  for (size_t i = 0; i < es_report_count; i++)
    if (strcmp(es_reports[i]->name, name) == 0) {
      printf("report %s: %s\n  as in --format %s; files end in %s\n", name, es_reports[i]->summary,
             name, es_reports[i]->extension);
      return true;
    }
  return false;
}

static bool describe_policy(const char *name)
{
  for (size_t i = 0; i < es_policy_count; i++)
    if (strcmp(es_policies[i].name, name) == 0) {
      const struct es_policy_kind *k = &es_policies[i];
      printf("policy %s: %s\n", name, k->summary);
      if (k->cite != NULL) printf("  after %s\n", k->cite);
      printf("\n%s\n\noptions, as in --policy %s:%s=...\n", k->words, name, k->options->name);
      es_print_options(es_policies[i].options, false);
      return true;
    }
  return false;
}

static void print_tags(const char *name, unsigned numbers, unsigned assumed)
{
  printf("\n%u of the %u numbers of %s that carry a tag are assumed.\n", assumed, numbers, name);
}

static enum es_status describe_population(const char *name, struct es_context *ctx)
{
  struct es_population p;
  struct es_texts none = {0};
  ES_TRY(es_population_open(&p, name, &none, ctx));
  printf("population %s: %s\n  favourable outcome: %s; reference group: %s; version %s\n", p.name,
         p.settings.title, p.settings.favorable, p.settings.reference, p.settings.version);
  if (p.settings.cite[0] != '\0') printf("  after %s\n", p.settings.cite);
  const char *section = "";
  for (size_t i = 0; i < p.ini.entries; i++) {
    const struct es_ini_entry *e = &p.ini.entry[i];
    if (strcmp(section, e->section) != 0) printf("\n[%s]\n", section = e->section);
    if (e->comment[0] != '\0')
      printf("%-24s %-24s %s\n", e->key, e->value, e->comment);
    else
      printf("%-24s %s\n", e->key, e->value);
  }
  unsigned numbers, assumed;
  es_population_count_tags(&p, &numbers, &assumed);
  print_tags(p.name, numbers, assumed);
  es_population_clear(&p);
  return ES_OK;
}

static enum es_status describe_file(const char *kind, const char *name)
{
  printf("%s %s\n\n%s", kind, name, es_embedded_find(kind, name)->text);
  return ES_OK;
}

static enum es_status no_such(const char *name, struct es_context *ctx)
{
  const char *names[512];
  size_t n = 0;
  for (size_t i = 0; i < es_scorer_count; i++) names[n++] = es_scorers[i]->name;
  for (size_t i = 0; i < es_dataset_count; i++) names[n++] = es_datasets[i]->name;
  for (size_t i = 0; i < es_report_count; i++) names[n++] = es_reports[i]->name;
  for (size_t i = 0; i < es_policy_count; i++) names[n++] = es_policies[i].name;
  for (size_t i = 0; i < es_metric_count; i++) names[n++] = es_metrics[i].name;
  for (size_t i = 0; i < es_between_count; i++) names[n++] = es_betweens[i].name;
  for (size_t i = 0; i < es_alias_count; i++) names[n++] = es_aliases[i].name;
  for (size_t i = 0; i < es_embedded_count && n < ES_COUNT_OF(names); i++)
    names[n++] = es_embedded[i].name;
  const char *near = es_nearest(name, names, n);
  return es_fail(ctx, ES_INPUT, "there is nothing called \"%s\"%s%s%s; see evenscore list", name,
                 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                 near != NULL ? "\"?" : "");
}

static bool ends_with(const char *name, const char *end)
{
  size_t size = strlen(name), tail = strlen(end);
  return size > tail && strcmp(name + size - tail, end) == 0;
}

static enum es_status describe(int argc, char **argv, struct es_context *ctx)
{
  if (argc != 1)
    return es_fail(ctx, ES_INPUT, "describe: name one thing, like: evenscore describe logistic");
  const char *name = argv[0];
  if (es_is_foreign(name) && !ends_with(name, ".ini")) return describe_foreign(name, ctx);
  if (describe_scorer(name) || describe_dataset(name) || describe_report(name) ||
      describe_policy(name) || es_describe_metric(name))
    return ES_OK;
  if (strcmp(name, "metrics") == 0) {
    es_describe_metrics();
    return ES_OK;
  }
  if (es_embedded_find("study", name) != NULL) {
    ES_TRY(describe_file("study", name));
    if (es_embedded_find("population", name) == NULL) return ES_OK;
    printf("\n");
  }
  if (es_embedded_find("population", name) != NULL || ends_with(name, ".ini"))
    return describe_population(name, ctx);
  if (es_embedded_find("process", name) != NULL) return describe_file("process", name);
  if (es_embedded_find("schema", name) != NULL) return describe_file("schema", name);
  if (es_embedded_find("rules", name) != NULL) return describe_file("rules", name);
  return no_such(name, ctx);
}

const struct es_command es_command_describe = {
    .name = "describe",
    .usage = "describe NAME",
    .summary = "what a scorer, population, metric, … is",
    .help = "Describes one scorer (options, ranges, defaults), dataset, population (every number "
            "with its\n"
            "source), schema, system, study, policy, metric (formula, direction, reference) or "
            "report; `describe metrics`\n"
            "prints the tables of all metrics in Markdown.\n",
    .run = describe,
};
