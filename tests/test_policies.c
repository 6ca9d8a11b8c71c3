/* Policies: several in one run, what each has learned against its definition, and chance. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "harness/measure/compare.h"
#include "tests/kit.h"

static struct es_context ctx;

/* A study of few people and one scorer, with settings "key=value" separated by |. */
static void open_study(struct es_study *study, const char *settings)
{
  MUST(es_study_open(study, "default", &ctx), &ctx);
  es_texts_clear(&study->scorer);
  MUST(es_options_parse(es_study_options, study, "people=3000,train=1500", &ctx), &ctx);
  for (const char *at = settings; *at != '\0';) {
    char key[32] = "", value[160] = "";
    size_t size = strcspn(at, "|"), name = strcspn(at, "=");
    snprintf(key, sizeof key, "%.*s", (int)name, at);
    snprintf(value, sizeof value, "%.*s", (int)(size - name - 1), at + name + 1);
    MUST(es_options_set(es_study_options, study, key, value, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  if (study->scorer.count == 0) MUST(es_texts_add(&study->scorer, "logistic", 8, &ctx), &ctx);
  MUST(es_study_settle(study, &ctx), &ctx);
}

static struct es_results run(const char *settings, int threads)
{
  struct es_study study;
  struct es_results results;
  open_study(&study, settings);
  MUST(es_run(&study, threads, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

/* --- several at once -------------------------------------------------------------------------- */

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static const struct es_row *twin(const struct es_results *results, const struct es_row *row)
{
  for (size_t i = 0; i < results->rows; i++) {
    const struct es_row *r = &results->row[i];
    if (strcmp(r->scorer, row->scorer) == 0 && strcmp(r->policy, row->policy) == 0 &&
        strcmp(r->attribute, row->attribute) == 0 && strcmp(r->group, row->group) == 0 &&
        strcmp(r->metric, row->metric) == 0 && strcmp(r->reduction, row->reduction) == 0)
      return r;
  }
  return NULL;
}

/* Side by side, policies give what each gives alone, regret against the oracle included. */
Test(policies, side_by_side_they_are_as_alone)
{
  static const char *const policies[] = {"rate", "cost", "cutoff:at=0.9,unscorable=review"};
  const char *rest = "metrics=all|bootstrap=0|scorer=logistic|scorer=oracle";
  char all[256], one[256];
  snprintf(all, sizeof all, "%s|policy=%s|policy=%s|policy=%s", rest, policies[0], policies[1],
           policies[2]);
  struct es_results together = run(all, 2);
  size_t checked = 0;
  for (size_t p = 0; p < ES_COUNT_OF(policies); p++) {
    snprintf(one, sizeof one, "%s|policy=%s", rest, policies[p]);
    struct es_results alone = run(one, 1);
    for (size_t i = 0; i < alone.rows; i++, checked++) {
      const struct es_row *a = &alone.row[i], *b = twin(&together, a);
      cr_assert_not_null(b, "%s %s", a->policy, a->metric);
      cr_expect(same(a->value, b->value) && same(a->low, b->low), "%s %s", a->policy, a->metric);
      cr_expect_str_eq(a->status, b->status);
    }
    es_results_clear(&alone);
  }
  cr_expect_gt(checked, 1000);
  es_results_clear(&together);
}

/* Two policies of one scorer are tested on the same people; its scores are tested once. */
Test(policies, two_are_tested_on_the_same_people)
{
  struct es_results r = run("policy=cutoff:at=0.9|policy=cutoff:at=0.8|group=region", 2);
  const struct es_row *d =
      es_results_find(&r, NULL, NULL, "", "all", "selection_rate_difference", ES_BETWEEN_POLICIES);
  const struct es_row *a = es_results_find(&r, NULL, NULL, "", "all", "selection_rate", "");
  cr_assert(d != NULL && a != NULL);
  double first = a->value;
  for (a++; strcmp(a->metric, "selection_rate") != 0 || strcmp(a->group, "all") != 0;) a++;
  cr_expect_float_eq(d->value, first - a->value, 1e-12);
  cr_expect_gt(a->value, first);
  size_t i, tests = 0, of_scores = 0;
  json_t *row;
  json_array_foreach(json_object_get(r.tables, "tests"), i, row)
  {
    of_scores += strcmp(json_string_value(json_object_get(row, "metric")), "auc") == 0;
    tests++;
  }
  cr_expect_eq(of_scores, 2, "%zu tests of scores", of_scores); /* two pairs of groups */
  cr_expect_eq(tests, 2 * 6 + 2 * 4 + 4 * 4, "%zu tests", tests);
  es_results_clear(&r);
}

/* The text of one, the list of several: what a results file says was asked for. */
Test(policies, results_say_what_was_asked_for)
{
  struct es_results one = run("metrics=auc", 0),
                    two = run("metrics=auc|policy=rate|policy=cost", 0);
  cr_expect_str_eq(json_string_value(json_object_get(one.study, "policy")), ES_DEFAULT_POLICY);
  cr_expect_eq(json_array_size(json_object_get(two.study, "policy")), 2);
  es_results_clear(&one);
  es_results_clear(&two);
}

/* policy.KEY reaches those policies that have the key. */
Test(policies, a_sweep_reaches_the_policies_that_have_the_key)
{
  struct es_results r = run("policy=rate|policy=cost|sweep=policy.share=0.5,0.9|metrics=auc", 0);
  size_t i, rates[2] = {0}, costs = 0;
  json_t *row;
  json_array_foreach(json_object_get(r.tables, "sweep"), i, row)
  {
    const char *policy = json_string_value(json_object_get(row, "policy"));
    rates[0] += strcmp(policy, "rate:share=0.5,unscorable=deny") == 0;
    rates[1] += strcmp(policy, "rate:share=0.9,unscorable=deny") == 0;
    costs += strcmp(policy, "cost:unscorable=deny") == 0;
  }
  cr_expect(rates[0] > 0 && rates[0] == rates[1] && costs == 2 * rates[0], "%zu %zu %zu", rates[0],
            rates[1], costs);
  es_results_clear(&r);
}

Test(policies, what_is_wrong_is_said)
{
  static const char *const wrong[][2] = {
      {"policy=costs", "there is no policy \"costs\"; did you mean cost; there are: rate"},
      {"policy=rate|policy=rate:share=0.8", "policy rate:share=0.8,unscorable=deny is given twice"},
      {"policy=rate:at=1", "policy rate: there is no option \"at\""},
      {"policy=rate:share=2", "policy rate: share = 2: give a number from 0 to 1"}};
  for (size_t k = 0; k < ES_COUNT_OF(wrong); k++) {
    struct es_study study;
    struct es_results results;
    open_study(&study, wrong[k][0]);
    cr_expect_eq(es_run(&study, 1, &results, &ctx), ES_INPUT);
    cr_expect_eq(strncmp(ctx.message, wrong[k][1], strlen(wrong[k][1])), 0, "%s", ctx.message);
    es_study_clear(&study);
  }
}
