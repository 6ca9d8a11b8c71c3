/* Reads the rules of a gate; knows its defaults. */
#include "harness/gate/rules.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "harness/measure/choice.h"
#include "harness/measure/metric.h"

#define R struct es_rules
const struct es_option es_rules_options[] = {
    ES_OPTION_TEXT(R, study, "", "STUDY",
                   "the study to run where no results are given; the file's own [study] otherwise"),
    ES_OPTION_TEXT(R, baseline, "baseline.json", "FILE",
                   "results to hold the new ones against; none: limits only"),
    ES_OPTION_TEXTS(R, metrics, "", "M[,M]",
                    "names or families to watch; not given: the few to look at first"),
    ES_OPTION_TEXTS(R, filter, "", "COLUMN=VALUE",
                    "only such rows, like scorer=logistic or group=rural"),
    ES_OPTION_TEXTS(R, tolerance, "", "METRIC=X",
                    "how much worse it may get, like auc=0.01 or brier=5%; again for more"),
    ES_OPTION_TEXTS(R, limit, "", "METRIC>=X",
                    "what it must keep, like demographic_parity_ratio>=0.8 or "
                    "wrongful_denial_rate@rural<=0.5"),
    ES_OPTION_DOUBLE(R, level, "0.05", 1e-6, 0.5,
                     "chance of any false regression, over everything that is watched"),
    ES_OPTION_BOOL(R, strict, "no", "inconclusive is not good enough: exit 4"),
    {0}};
#undef R

/* Numbers between 0 and 1 may move by a point, sums of days and money by a part of themselves. */
const char *es_default_tolerance(const char *metric)
{
  static const char *const by_share[] = {"brier", "log_loss"};
  const struct es_metric *row = es_metric_find(metric);
  size_t size = strlen(metric);
  if (size > 6 && strcmp(metric + size - 6, "_ratio") == 0) return "0.02";
  for (size_t k = 0; k < ES_COUNT_OF(by_share); k++)
    if (strncmp(metric, by_share[k], strlen(by_share[k])) == 0) return "5%";
  for (size_t i = 0; row == NULL && i < es_metric_count; i++) { /* the measure that a gap is of */
    size_t stem = strlen(es_metrics[i].name);
    if (strncmp(metric, es_metrics[i].name, stem) == 0 && strcmp(metric + stem, "_difference") == 0)
      row = &es_metrics[i];
  }
  return row != NULL && row->family == ES_FAMILY_IMPACT && row->rate == NULL ? "5%" : "0.01";
}

/* --- reading ---------------------------------------------------------------------------------- */

static enum es_status check_metric(const char *name, struct es_context *ctx)
{
  char *one[] = {(char *)name};
  const struct es_texts list = {one, 1};
  return es_metrics_check(&list, ctx);
}

static bool read_number(const char *text, double *value, bool *share)
{
  char number[64];
  size_t size = strlen(text);
  while (size > 0 && text[size - 1] == ' ') size--;
  *share = size > 0 && text[size - 1] == '%';
  if (size >= sizeof number) return false;
  snprintf(number, sizeof number, "%.*s", (int)(size - *share), text);
  if (!es_parse_double(number, value)) return false;
  if (*share) *value /= 100;
  return true;
}

/* The text before `end` without the blanks around it. */
static bool copy_name(char name[96], const char *text, const char *end)
{
  while (text < end && *text == ' ') text++;
  while (end > text && end[-1] == ' ') end--;
  size_t size = (size_t)(end - text);
  if (size == 0 || size >= 96) return false;
  memcpy(name, text, size);
  name[size] = '\0';
  return true;
}

enum es_status es_wish_read(const char *option, const char *text, char metric[96], double *value,
                            bool *share, struct es_context *ctx)
{
  char name[96];
  const char *equal = strchr(text, '=');
  if (equal == NULL || !copy_name(name, text, equal) || !read_number(equal + 1, value, share) ||
      *value < 0)
    return es_fail(ctx, ES_INPUT, "%s %.100s: give METRIC=X, X a number from 0 or a share like 5%%",
                   option, text);
  enum es_status status = check_metric(name, ctx);
  if (status != ES_OK) return es_fail_at(ctx, status, "%s %.100s: ", option, text);
  es_metric_resolve(name, metric);
  return ES_OK;
}

enum es_status es_limit_read(struct es_limit *limit, const char *text, struct es_context *ctx)
{
  char name[96];
  bool share = false;
  const char *sign = strpbrk(text, "<>"), *at = strchr(text, '@');
  *limit = (struct es_limit){.at_least = sign != NULL && *sign == '>'};
  bool group = at != NULL && sign != NULL && at < sign;
  if (sign == NULL || sign[1] != '=' || !copy_name(name, text, group ? at : sign) ||
      (group && !copy_name(limit->group, at + 1, sign)) ||
      !read_number(sign + 2, &limit->value, &share) || share)
    return es_fail(ctx, ES_INPUT,
                   "limit %.100s: give METRIC>=X or METRIC<=X, or METRIC@GROUP for one group",
                   text);
  enum es_status status = check_metric(name, ctx);
  if (status != ES_OK) return es_fail_at(ctx, status, "limit %.100s: ", text);
  es_metric_resolve(name, limit->metric);
  return ES_OK;
}

bool es_limit_is_on(const struct es_limit *limit, const struct es_row *row)
{
  if (strcmp(limit->metric, row->metric) != 0) return false;
  if (limit->group[0] == '\0') return es_is_headline(row);
  return strcmp(limit->group, row->group) == 0 && row->reduction[0] == '\0';
}

enum es_status es_rules_check(struct es_rules *rules, struct es_context *ctx)
{
  char metric[96];
  double value;
  bool share;
  struct es_limit limit;
  ES_TRY(es_texts_split(&rules->metrics, ctx));
  ES_TRY(es_metrics_check(&rules->metrics, ctx));
  ES_TRY(es_filters_check(&rules->filter, ctx));
  for (size_t i = 0; i < rules->metrics.count; i++) {
    struct es_metric_words words;
    if (es_metric_look_up(rules->metrics.at[i], &words) && words.direction == 0)
      return es_fail(ctx, ES_INPUT,
                     "metrics %s: more of it is neither better nor worse; give it a limit",
                     rules->metrics.at[i]);
  }
  for (size_t i = 0; i < rules->tolerance.count; i++)
    ES_TRY(es_wish_read("tolerance", rules->tolerance.at[i], metric, &value, &share, ctx));
  for (size_t i = 0; i < rules->limit.count; i++)
    ES_TRY(es_limit_read(&limit, rules->limit.at[i], ctx));
  return ES_OK;
}

double es_rules_tolerance(const struct es_rules *rules, const char *metric, double baseline)
{
  struct es_context unused = {0};
  char name[96];
  double value = 0;
  bool share = false, found = false;
  for (size_t i = 0; i < rules->tolerance.count && !found; i++) /* they have been checked */
    found = es_wish_read("", rules->tolerance.at[i], name, &value, &share, &unused) == ES_OK &&
            strcmp(name, metric) == 0;
  if (!found) read_number(es_default_tolerance(metric), &value, &share);
  return share ? value * fabs(baseline) : value;
}
