/* What the registry of measures says of itself: as a list, one by one, and as the tables of
 * docs/metrics.md. */
#include "harness/cli/cli.h"

#include <stdio.h>
#include <string.h>
#include "harness/measure/choice.h"

static const char *const better[] = {"lower", "neither", "higher"};

/* --- the list --------------------------------------------------------------------------------- */

static void row(const char *name, enum es_family family, bool headline, const char *summary)
{
  printf("%-43s %-9s %s %s\n", name, es_family_names[family], headline ? "*" : " ", summary);
}

enum es_status es_list_metrics(struct es_context *ctx)
{
  (void)ctx;
  for (enum es_family f = 0; f < ES_FAMILIES; f++)
    for (size_t i = 0; i < es_metric_count; i++)
      if (es_metrics[i].family == f)
        row(es_metrics[i].name, f, es_metrics[i].headline, es_metrics[i].summary);
  for (size_t i = 0; i < es_disparity_count; i++) {
    char name[ES_METRIC_NAME];
    snprintf(name, sizeof name, "%s_difference, _ratio", es_disparities[i].name);
    row(name, ES_FAMILY_DISPARITY, es_disparities[i].headline, es_disparities[i].summary);
  }
  for (size_t i = 0; i < es_between_count; i++)
    row(es_betweens[i].name, ES_FAMILY_DISPARITY, false, es_betweens[i].summary);
  printf("\n* one of those to look at first.  Every measure M also has M_difference, M_ratio, "
         "M_group_min and\n"
         "M_group_max between groups.  --metrics takes default, all, a family (coverage, accuracy, "
         "disparity,\n"
         "impact) or names, and these other names of the same numbers:\n");
  for (size_t i = 0, width = 0; i < es_alias_count; i++) {
    size_t size = strlen(es_aliases[i].name) + 2;
    const char *between = i == 0 ? "" : width + size > 100 ? ",\n" : ", ";
    printf("%s%s", between, es_aliases[i].name);
    width = between[0] != '\0' && between[1] == '\n' ? size : width + size;
  }
  printf("\n");
  return ES_OK;
}

/* --- one by one ------------------------------------------------------------------------------- */

static const char *whose(const char *name)
{
  for (size_t i = 0; i < es_alias_count; i++)
    if (strcmp(es_aliases[i].name, name) == 0) return es_aliases[i].who;
  return NULL;
}

bool es_describe_metric(const char *name)
{
  struct es_metric_words words;
  char resolved[ES_METRIC_NAME];
  if (!es_metric_look_up(name, &words)) return false;
  es_metric_resolve(name, resolved);
  printf("metric %s (%s): %s\n", name, words.label, words.summary);
  if (strcmp(name, resolved) != 0)
    printf("  means      %s%s%s\n", resolved, whose(name) != NULL ? ", in the words of " : "",
           whose(name) != NULL ? whose(name) : "");
  printf("  formula    %s\n  direction  %s%s\n  family     %s\n  reference  %s\n  version    %d\n",
         words.formula, better[words.direction + 1],
         words.direction == 0 ? " high nor low is better" : " is better",
         es_family_names[words.family], words.reference, words.version);
  if (es_metric_find(resolved) != NULL)
    printf("  between groups: %s_difference, _ratio, _group_min, _group_max\n", name);
  return true;
}

/* --- tables in Markdown ----------------------------------------------------------------------- */

static void cell(const char *text)
{
  printf(" ");
  for (; *text != '\0'; text++)
    printf(*text == '|' || *text == '*' || *text == '_' ? "\\%c" : "%c", *text);
  printf(" |");
}

static void line(const char *name, const char *suffix, bool headline, const char *summary,
                 const char *formula, int direction, const char *reference, int version)
{
  const char *strong = headline ? "**" : "";
  printf("| %s`%s%s%s |", strong, name, suffix, strong);
  cell(summary);
  cell(formula);
  cell(direction == 0 ? "" : better[direction + 1]);
  cell(reference);
  printf(" %d |\n", version);
}

static void heading(const char *title)
{
  printf(
      "### %s\n\n| name | says | formula | better | after | version |\n|---|---|---|---|---|---|\n",
      title);
}

static void disparities(void)
{
  heading("Named gaps: of one rate, or of two");
  for (size_t i = 0; i < es_disparity_count; i++) {
    const struct es_disparity *d = &es_disparities[i];
    char of[ES_METRIC_NAME];
    snprintf(of, sizeof of, "of %s%s%s%s", d->metric[0], d->metric[1] != NULL ? " and " : "",
             d->metric[1] != NULL ? d->metric[1] : "",
             d->metric[1] == NULL ? ""
             : d->mean            ? ": mean"
                                  : ": worse");
    line(d->name, "_difference`, `_ratio`", d->headline, d->summary, of, 0, d->reference, 1);
  }
  heading("\nBetween groups: more than a gap");
  for (size_t i = 0; i < es_between_count; i++) {
    const struct es_between *b = &es_betweens[i];
    line(b->name, "`", false, b->summary, b->formula, b->direction, b->reference, b->version);
  }
}

void es_describe_metrics(void)
{
  static const char *const titles[ES_FAMILIES] = {"Coverage", "Accuracy",
                                                  "Decisions and scores by group", "Error impact"};
  for (enum es_family f = 0; f < ES_FAMILIES; f++) {
    heading(titles[f]);
    for (size_t i = 0; i < es_metric_count; i++) {
      const struct es_metric *m = &es_metrics[i];
      if (m->family == f)
        line(m->name, "`", m->headline, m->summary, m->formula, m->direction, m->reference,
             m->version);
    }
    printf("\n");
  }
  disparities();
  printf("\n### Other names\n\n| name | means | whose |\n|---|---|---|\n");
  for (size_t i = 0; i < es_alias_count; i++)
    printf("| `%s` | `%s` | %s |\n", es_aliases[i].name, es_aliases[i].means, es_aliases[i].who);
}
