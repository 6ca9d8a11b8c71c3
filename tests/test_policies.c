/* Policies: several in one run, what each has learned against its definition, and chance. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/measure/compare.h"
#include "harness/measure/gap.h"
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

/* --- what is learned, against its definition -------------------------------------------------- */

enum { PEOPLE = 90, GROUPS = 3 };

/* Training people made by hand: scores that tie, groups of other sizes and other base rates. */
struct class
{
  struct es_people people;
  struct es_scores scores, second;
  struct es_scorer scorer;
  struct es_lesson lesson;
  uint32_t cell[PEOPLE];
  uint8_t outcome[PEOPLE];
  double weight[PEOPLE];
};

static const char *const level[] = {"a", "b", "c"};
static const struct es_attribute attribute = {"g", level, GROUPS};

static void open_class(struct class *class, uint64_t seed)
{
  struct es_context draws = {.seed = seed};
  *class = (struct class){.scorer = {.name = "by hand"},
                          .people = {.attribute = &attribute,
                                     .attributes = 1,
                                     .consequence = {.cost_wrongful_denial = -1,
                                                     .cost_wrongful_approval = -1,
                                                     .u_plus = 1,
                                                     .u_minus = -2}}};
  MUST(es_scores_create(&class->scores, PEOPLE, &ctx), &ctx);
  MUST(es_scores_create(&class->second, PEOPLE, &ctx), &ctx);
  for (uint32_t i = 0; i < PEOPLE; i++) {
    struct es_draw d = es_draw(&draws, i, 1), e = es_draw(&draws, i, 2);
    class->cell[i] = i < GROUPS ? i : d.word[0] % 6 < 3 ? 0 : d.word[0] % 6 < 5 ? 1 : 2;
    class->scores.value[i] = floor(12 * es_uniform(d.word[1]));
    double good = (class->scores.value[i] + 2 * class->cell[i] + 1) / 18;
    class->outcome[i] = es_uniform(d.word[2]) < good ? ES_FAVORABLE : ES_UNFAVORABLE;
    class->weight[i] = 0.5 + es_uniform(d.word[3]);
    class->scores.why[i] = i >= 6 && e.word[0] % 8 == 0 ? ES_NO_RECORD : ES_SCORED;
    class->second.value[i] = 100 + floor(7 * es_uniform(e.word[1]));
    class->second.why[i] = e.word[2] % 5 == 0 ? ES_NO_RECORD : ES_SCORED;
  }
  class->lesson = (struct es_lesson){.scorer = &class->scorer,
                                     .people = &class->people,
                                     .scores = &class->scores,
                                     .second = &class->second,
                                     .cell = class->cell,
                                     .outcome = class->outcome,
                                     .weight = class->weight,
                                     .n = PEOPLE};
}

static void close_class(struct class *class)
{
  es_scores_clear(&class->scores);
  es_scores_clear(&class->second);
}

static struct es_rule learn(const struct class *class, const char *spec)
{
  struct es_policy policy;
  struct es_rule rule = {0};
  MUST(es_policy_create(&policy, spec, &ctx), &ctx);
  MUST(es_policy_learn(&policy, &class->lesson, &rule, &ctx), &ctx);
  es_policy_clear(&policy);
  return rule;
}

static double chance(const struct es_cut *cut, double x)
{
  return x < cut->low ? cut->below : x < cut->high ? cut->between : cut->above;
}

/* Of a group's scored people (GROUPS: of all): the weight in expectation approved, of outcome o
 * (ES_UNKNOWN: of any), and the weight there is. */
struct share {
  double approved, all;
};
static struct share share_of(const struct class *class, const struct es_rule *rule, uint32_t group,
                             uint8_t outcome)
{
  struct share s = {0, 0};
  for (size_t i = 0; i < PEOPLE; i++) {
    if (class->scores.why[i] != ES_SCORED || (group < GROUPS && class->cell[i] != group)) continue;
    if (outcome != ES_UNKNOWN && class->outcome[i] != outcome) continue;
    const struct es_cut *cut = &rule->cut[rule->cuts > 1 ? class->cell[i] : 0];
    s.all += class->weight[i];
    s.approved += class->weight[i] * chance(cut, class->scores.value[i]);
  }
  return s;
}

static double rate_in(const struct class *class, const struct es_rule *rule, uint32_t group,
                      uint8_t outcome)
{
  struct share s = share_of(class, rule, group, outcome);
  return s.approved / s.all;
}

static double profit_of(const struct class *class, const struct es_rule *rule)
{
  return share_of(class, rule, GROUPS, ES_FAVORABLE).approved -
         2 * share_of(class, rule, GROUPS, ES_UNFAVORABLE).approved;
}

/* Parity holds exactly in expectation on the training people, and the share asked for is met. */
Test(learning, parity_holds_exactly_in_training)
{
  static const struct {
    const char *spec;
    uint8_t equal[2]; /* outcomes whose approvals are equal */
    size_t count;
  } kinds[] = {{"demographic_parity:share=0.63", {ES_UNKNOWN}, 1},
               {"equal_opportunity:share=0.63", {ES_FAVORABLE}, 1},
               {"equalized_odds:share=0.63", {ES_FAVORABLE, ES_UNFAVORABLE}, 2},
               {"demographic_parity:aim=profit", {ES_UNKNOWN}, 1},
               {"equal_opportunity:aim=profit", {ES_FAVORABLE}, 1},
               {"equalized_odds:aim=profit", {ES_FAVORABLE, ES_UNFAVORABLE}, 2}};
  for (uint64_t seed = 1; seed <= 20; seed++) {
    struct class class;
    open_class(&class, seed);
    for (size_t k = 0; k < ES_COUNT_OF(kinds); k++) {
      struct es_rule rule = learn(&class, kinds[k].spec);
      for (size_t e = 0; e < kinds[k].count; e++)
        for (uint32_t g = 1; g < GROUPS; g++)
          cr_expect_float_eq(rate_in(&class, &rule, g, kinds[k].equal[e]),
                             rate_in(&class, &rule, 0, kinds[k].equal[e]), 1e-9,
                             "%s, seed %d: %g %g", kinds[k].spec, (int)seed,
                             rate_in(&class, &rule, g, kinds[k].equal[e]),
                             rate_in(&class, &rule, 0, kinds[k].equal[e]));
      if (strstr(kinds[k].spec, "share") != NULL)
        cr_expect_float_eq(
            rate_in(&class, &rule, GROUPS, ES_UNKNOWN), 0.63,
            kinds[k].equal[0] == ES_FAVORABLE && kinds[k].count == 1 ? 0.12 : 1e-9,
            "%s, seed %d: %g, TPR %g", kinds[k].spec, (int)seed,
            rate_in(&class, &rule, GROUPS, ES_UNKNOWN),
            rate_in(&class, &rule, GROUPS, ES_FAVORABLE)); /* 0.12: bad people who tie */
      es_rule_clear(&rule);
    }
    close_class(&class);
  }
}

/* Whom a scorer lists no cut-off can help: groups are equal among the others. */
Test(learning, parity_holds_among_those_who_are_not_listed)
{
  struct class class;
  open_class(&class, 6);
  for (size_t i = 0; i < PEOPLE; i++) class.scores.refuse[i] = i % 7 == 3;
  struct es_notes notes = {0};
  struct es_context noting = {.notes = &notes};
  static const char *const kinds[] = {"demographic_parity:share=0.6",
                                      "equal_opportunity:share=0.6"};
  for (size_t k = 0; k < ES_COUNT_OF(kinds); k++) {
    struct es_policy policy;
    struct es_rule rule = {0};
    double approved[GROUPS] = {0}, all[GROUPS] = {0};
    MUST(es_policy_create(&policy, kinds[k], &ctx), &ctx);
    MUST(es_policy_learn(&policy, &class.lesson, &rule, &noting), &noting);
    for (size_t i = 0; i < PEOPLE; i++) {
      if (class.scores.why[i] != ES_SCORED || class.scores.refuse[i]) continue;
      if (k == 1 && class.outcome[i] != ES_FAVORABLE) continue;
      uint32_t g = class.cell[i];
      all[g] += class.weight[i];
      approved[g] += class.weight[i] * chance(&rule.cut[g], class.scores.value[i]);
    }
    for (size_t g = 1; g < GROUPS; g++)
      cr_expect_float_eq(approved[g] / all[g], approved[0] / all[0], 1e-9, "%s", kinds[k]);
    es_rule_clear(&rule);
    es_policy_clear(&policy);
  }
  cr_expect(notes.count == 2 && strstr(notes.text[0], "it lists ") != NULL);
  es_notes_clear(&notes);
  close_class(&class);
}

/* Of everybody of a group, people without a score as `without` says: the approved of outcome o. */
static double rate_of_everyone(const struct class *class, const struct es_rule *rule,
                               uint32_t group, uint8_t outcome, double without)
{
  double approved = 0, all = 0;
  for (size_t i = 0; i < PEOPLE; i++) {
    if ((group < GROUPS && class->cell[i] != group) ||
        (outcome != ES_UNKNOWN && class->outcome[i] != outcome))
      continue;
    bool scored = class->scores.why[i] == ES_SCORED;
    all += class->weight[i];
    approved += class->weight[i] *
                (scored ? chance(&rule->cut[class->cell[i]], class->scores.value[i]) : without);
  }
  return approved / all;
}

/* Among everyone, parity is exact with people counted who have no score, denied or approved. */
Test(learning, parity_among_everyone_counts_people_without_a_score)
{
  static const char *const kinds[] = {"demographic_parity:share=0.5,among=everyone",
                                      "equal_opportunity:share=0.5,among=everyone",
                                      "demographic_parity:aim=profit,among=everyone",
                                      "equal_opportunity:aim=profit,among=everyone"};
  for (uint64_t seed = 1; seed <= 20; seed++) {
    struct class class;
    open_class(&class, seed);
    for (size_t k = 0; k < 2 * ES_COUNT_OF(kinds); k++) {
      char spec[128];
      double without = k % 2 ? 1 : 0;
      uint8_t outcome = k / 2 % 2 ? ES_FAVORABLE : ES_UNKNOWN;
      snprintf(spec, sizeof spec, "%s%s", kinds[k / 2], k % 2 ? ",unscorable=approve" : "");
      struct es_rule rule = learn(&class, spec);
      double first = rate_of_everyone(&class, &rule, 0, outcome, without);
      for (uint32_t g = 1; g < GROUPS; g++)
        cr_expect_float_eq(rate_of_everyone(&class, &rule, g, outcome, without), first, 1e-9,
                           "%s, seed %d: %g %g", spec, (int)seed,
                           rate_of_everyone(&class, &rule, g, outcome, without), first);
      if (k < 2) cr_expect_float_eq(first, 0.5, 1e-9, "%s, seed %d: %g", spec, (int)seed, first);
      es_rule_clear(&rule);
    }
    close_class(&class);
  }
}

/* The most profit that a cut-off for each group can make, by trying them all. */
static double best_cuts(const struct class *class, bool together)
{
  struct es_cut cut[GROUPS];
  struct es_rule rule = {.cut = cut, .cuts = GROUPS};
  double best[GROUPS] = {0}, all = -INFINITY, sum = 0;
  for (double x = 0; x <= 12; x++) {
    for (size_t g = 0; g < GROUPS; g++) cut[g] = (struct es_cut){.low = x, .high = x, .above = 1};
    all = fmax(all, profit_of(class, &rule));
    for (uint32_t g = 0; g < GROUPS; g++)
      best[g] = fmax(best[g], share_of(class, &rule, g, ES_FAVORABLE).approved -
                                  2 * share_of(class, &rule, g, ES_UNFAVORABLE).approved);
  }
  for (size_t g = 0; g < GROUPS; g++) sum += best[g];
  return together ? all : sum;
}

Test(learning, the_most_profit_is_the_most)
{
  for (uint64_t seed = 1; seed <= 30; seed++) {
    struct class class;
    open_class(&class, seed);
    struct es_rule apart = learn(&class, "max_profit:by=g"), together = learn(&class, "max_profit");
    cr_expect_float_eq(profit_of(&class, &apart), best_cuts(&class, false), 1e-9);
    cr_expect_float_eq(profit_of(&class, &together), best_cuts(&class, true), 1e-9);
    cr_expect_eq(together.cuts, 1);
    es_rule_clear(&apart);
    es_rule_clear(&together);
    close_class(&class);
  }
}

/* A group's cut at which `share` of everybody (or of the good) is approved, by chance at one score:
 * found by going down the scores. */
static struct es_cut cut_for(const struct class *class, uint32_t g, uint8_t outcome, double share)
{
  struct es_rule all = {.cut = &(struct es_cut){.low = 0, .high = 0, .above = 1}, .cuts = 1};
  double left = share * share_of(class, &all, g, outcome).all;
  for (double x = 11; x >= 0; x--) {
    struct es_rule here = {.cut = &(struct es_cut){.low = x, .high = x + 1, .between = 1},
                           .cuts = 1};
    double step = share_of(class, &here, g, outcome).approved;
    if (step >= left && step > 0)
      return (struct es_cut){.low = x, .high = x + 1, .between = left / step, .above = 1};
    left -= step;
  }
  return all.cut[0];
}

/* No common share on a fine grid makes more than the one that was found. */
Test(learning, no_common_share_makes_more)
{
  static const struct {
    const char *spec;
    uint8_t outcome;
  } kinds[] = {{"demographic_parity:aim=profit", ES_UNKNOWN},
               {"equal_opportunity:aim=profit", ES_FAVORABLE}};
  for (uint64_t seed = 1; seed <= 10; seed++) {
    struct class class;
    open_class(&class, seed);
    for (size_t k = 0; k < ES_COUNT_OF(kinds); k++) {
      struct es_rule rule = learn(&class, kinds[k].spec);
      double found = profit_of(&class, &rule), best = -INFINITY;
      for (double share = 0; share <= 1; share += 1.0 / 512) {
        struct es_cut cut[GROUPS];
        for (uint32_t g = 0; g < GROUPS; g++) cut[g] = cut_for(&class, g, kinds[k].outcome, share);
        best = fmax(best, profit_of(&class, &(struct es_rule){.cut = cut, .cuts = GROUPS}));
      }
      cr_expect(found >= best - 1e-9 && found <= best + 0.5, "%s, seed %d: %g, not %g",
                kinds[k].spec, (int)seed, found, best);
      es_rule_clear(&rule);
    }
    close_class(&class);
  }
}

/* The highest share of the good that a group can have at a share of the bad, over all mixtures of
 * two cut-offs. */
static double reachable(const struct class *class, uint32_t g, double fpr)
{
  double f[13], t[13], best = 0;
  for (size_t k = 0; k <= 12; k++) {
    struct es_cut cut = {.low = (double)k, .high = (double)k, .above = 1};
    struct es_rule rule = {.cut = &cut, .cuts = 1};
    f[k] = rate_in(class, &rule, g, ES_UNFAVORABLE);
    t[k] = rate_in(class, &rule, g, ES_FAVORABLE);
  }
  for (size_t a = 0; a <= 12; a++)
    for (size_t b = 0; b <= 12; b++) {
      if (f[a] == fpr) best = fmax(best, t[a]);
      if (f[a] <= fpr && fpr <= f[b] && f[a] < f[b])
        best = fmax(best, t[a] + (fpr - f[a]) / (f[b] - f[a]) * (t[b] - t[a]));
    }
  return best;
}

Test(learning, equalized_odds_makes_the_most_of_what_all_groups_can_have)
{
  for (uint64_t seed = 1; seed <= 10; seed++) {
    struct class class;
    open_class(&class, seed);
    struct es_rule rule = learn(&class, "equalized_odds:aim=profit");
    double goods = share_of(&class, &rule, GROUPS, ES_FAVORABLE).all,
           bads = share_of(&class, &rule, GROUPS, ES_UNFAVORABLE).all, best = -INFINITY;
    for (double fpr = 0; fpr <= 1; fpr += 1.0 / 512) {
      double tpr = 1;
      for (uint32_t g = 0; g < GROUPS; g++) tpr = fmin(tpr, reachable(&class, g, fpr));
      best = fmax(best, goods * tpr - 2 * bads * fpr);
    }
    double found = profit_of(&class, &rule);
    cr_expect(found >= best - 1e-9 && found <= best + 0.5, "seed %d: %g, not %g", (int)seed, found,
              best);
    es_rule_clear(&rule);
    close_class(&class);
  }
}

/* In groups that are alike, telling them apart changes nothing. */
Test(learning, equal_groups_get_one_rule)
{
  struct class class;
  open_class(&class, 3);
  for (size_t i = 0; i < PEOPLE; i++) { /* thirds of the class, the same in each */
    size_t like = i % (PEOPLE / GROUPS);
    class.cell[i] = (uint32_t)(i / (PEOPLE / GROUPS));
    class.scores.value[i] = class.scores.value[like];
    class.scores.why[i] = class.scores.why[like];
    class.outcome[i] = class.outcome[like];
    class.weight[i] = 1;
  }
  static const char *const pairs[][2] = {
      {"demographic_parity:share=0.5", "equal_opportunity:share=0.5"},
      {"max_profit", "max_profit:by=g"},
      {"max_profit", "demographic_parity:aim=profit"},
      {"max_profit", "equal_opportunity:aim=profit"},
      {"max_profit", "equalized_odds:aim=profit"}};
  for (size_t k = 0; k < ES_COUNT_OF(pairs); k++) {
    struct es_rule one = learn(&class, pairs[k][0]), other = learn(&class, pairs[k][1]);
    for (size_t i = 0; i < PEOPLE; i++) {
      double x = class.scores.value[i];
      const struct es_cut *a = &one.cut[one.cuts > 1 ? class.cell[i] : 0],
                          *b = &other.cut[other.cuts > 1 ? class.cell[i] : 0];
      cr_expect_float_eq(chance(a, x), chance(b, x), 1e-9, "%s, %s at %g", pairs[k][0], pairs[k][1],
                         x);
    }
    es_rule_clear(&one);
    es_rule_clear(&other);
  }
  close_class(&class);
}

/* The share of everybody's scores from x on. */
static double from_on(const struct class *class, double x)
{
  struct es_cut cut = {.low = x, .high = x, .above = 1};
  return rate_in(class, &(struct es_rule){.cut = &cut, .cuts = 1}, GROUPS, ES_UNKNOWN);
}

static double nearest_cut(const struct class *class, double share)
{
  double best = 11;
  for (double x = 11; x >= 0; x--)
    if (fabs(from_on(class, x) - share) < fabs(from_on(class, best) - share)) best = x;
  return best;
}

/* Kamiran et al.: in the band the deprived are approved, the others denied; or all are reviewed. */
Test(learning, a_band_is_decided_for_the_deprived_or_by_review)
{
  struct class class;
  open_class(&class, 5);
  double low = nearest_cut(&class, 0.75), middle = nearest_cut(&class, 0.6),
         high = nearest_cut(&class, 0.45);
  cr_assert(low < middle && middle < high);
  struct es_cut cut = {.low = middle, .high = middle, .above = 1};
  struct es_rule plain = {.cut = &cut, .cuts = 1};
  struct es_rule rule = learn(&class, "reject_option:share=0.6,band=0.3"),
                 named = learn(&class, "reject_option:share=0.6,band=0.3,deprived=c"),
                 review = learn(&class, "reject_option:share=0.6,band=0.3,in_band=review");
  size_t deprived = 0;
  for (uint32_t g = 0; g < GROUPS; g++) {
    bool less =
        rate_in(&class, &plain, g, ES_UNKNOWN) < rate_in(&class, &plain, GROUPS, ES_UNKNOWN);
    cr_expect_eq(rule.cut[g].low, less ? low : high, "group %s", level[g]);
    cr_expect_eq(named.cut[g].low, g == 2 ? low : high);
    deprived += less;
  }
  cr_expect(deprived > 0 && deprived < GROUPS);
  cr_expect(review.review && review.cuts == 1 && review.cut[0].low == low &&
            review.cut[0].high == high);
  es_rule_clear(&rule);
  es_rule_clear(&named);
  es_rule_clear(&review);
  close_class(&class);
}

/* The second scorer's bar: as many of those whom both score as the first approves of them. */
Test(learning, a_second_scorer_holds_people_to_the_same_bar)
{
  struct class class;
  open_class(&class, 7);
  struct es_rule rule = learn(&class, "alternative_data:share=0.6");
  cr_expect_eq(rule.cut[0].low, nearest_cut(&class, 0.6));
  double both = 0, first = 0, nearest = INFINITY, at = NAN;
  for (size_t i = 0; i < PEOPLE; i++) {
    if (class.scores.why[i] != ES_SCORED || class.second.why[i] != ES_SCORED) continue;
    both += class.weight[i];
    first += class.weight[i] * (class.scores.value[i] >= rule.cut[0].low);
  }
  for (double x = 106; x >= 100; x--) {
    double second = 0;
    for (size_t i = 0; i < PEOPLE; i++)
      if (class.scores.why[i] == ES_SCORED && class.second.why[i] == ES_SCORED)
        second += class.weight[i] * (class.second.value[i] >= x);
    if (fabs(second - first) < nearest) nearest = fabs(second - first), at = x;
  }
  cr_expect_eq(rule.second.low, at, "%g, not %g (both %g)", rule.second.low, at, both);
  es_rule_clear(&rule);
  close_class(&class);
}

/* What cannot be learned has a reason that names policy and group. */
Test(learning, what_cannot_be_learned_says_why)
{
  struct class class;
  open_class(&class, 2);
  for (size_t i = 0; i < PEOPLE; i++)
    if (class.cell[i] == 1) class.outcome[i] = ES_UNFAVORABLE;
  static const struct {
    const char *spec, *message;
    enum es_status status;
  } wrong[] = {
      {"equal_opportunity",
       "policy equal_opportunity: nobody good has a score in training among g=b", ES_DEGENERATE},
      {"equalized_odds", "policy equalized_odds: nobody good has a score in training among g=b",
       ES_DEGENERATE},
      {"demographic_parity:by=h",
       "policy demographic_parity: by=h: there is no such attribute; did you mean g", ES_INPUT},
      {"reject_option:deprived=bb",
       "policy reject_option: deprived=bb: g has no such group; did you mean b", ES_INPUT},
      {"cost", "policy cost wants a probability, which this score is not", ES_DEGENERATE}};
  for (size_t k = 0; k < ES_COUNT_OF(wrong); k++) {
    struct es_policy policy;
    struct es_rule rule = {0};
    MUST(es_policy_create(&policy, wrong[k].spec, &ctx), &ctx);
    cr_expect_eq(es_policy_learn(&policy, &class.lesson, &rule, &ctx), wrong[k].status);
    cr_expect_str_eq(ctx.message, wrong[k].message);
    cr_expect_null(rule.cut);
    es_policy_clear(&policy);
  }
  for (size_t i = 0; i < PEOPLE; i++)
    if (class.cell[i] == 2) class.scores.why[i] = ES_THIN_FILE;
  struct es_policy policy;
  struct es_rule rule = {0};
  MUST(es_policy_create(&policy, "demographic_parity", &ctx), &ctx);
  cr_expect_eq(es_policy_learn(&policy, &class.lesson, &rule, &ctx), ES_DEGENERATE);
  cr_expect_str_eq(ctx.message,
                   "policy demographic_parity: nobody has a score in training among g=c");
  es_policy_clear(&policy);
  class.people.consequence.u_plus = class.people.consequence.u_minus = 0;
  MUST(es_policy_create(&policy, "max_profit", &ctx), &ctx);
  cr_expect_eq(es_policy_learn(&policy, &class.lesson, &rule, &ctx), ES_DEGENERATE);
  cr_expect_not_null(strstr(ctx.message, "no profit to look for"));
  es_policy_clear(&policy);
  close_class(&class);
}

/* Costs of wrong decisions have their optimum where utilities of the same size have it. */
Test(learning, costs_stand_in_for_utilities)
{
  struct class class;
  open_class(&class, 4);
  struct es_rule stated = learn(&class, "max_profit:by=g");
  class.people.consequence =
      (struct es_consequence){.cost_wrongful_denial = 1, .cost_wrongful_approval = 2};
  struct es_rule costs = learn(&class, "max_profit:by=g");
  for (size_t g = 0; g < GROUPS; g++) cr_expect_eq(stated.cut[g].low, costs.cut[g].low);
  es_rule_clear(&stated);
  es_rule_clear(&costs);
  close_class(&class);
}

/* --- chance ----------------------------------------------------------------------------------- */

/* Of many people as many are approved as the rule says, and each is decided alike every time. */
Test(chance, decides_as_often_as_it_should)
{
  enum { MANY = 20000 };
  struct es_policy policy;
  MUST(es_policy_create(&policy, "equalized_odds", &ctx), &ctx);
  struct es_cut cut = {.low = 1, .high = 2, .below = 0.05, .between = 0.3, .above = 0.97};
  struct es_rule rule = {.cut = &cut, .cuts = 1};
  double value[] = {0.5, 1, 2}, wanted[] = {0.05, 0.3, 0.97};
  uint8_t why[3] = {ES_SCORED}, refuse[3] = {0};
  struct es_scores scores = {.value = value, .why = why, .refuse = refuse};
  struct es_context draws = {.seed = 5};
  for (size_t k = 0; k < 3; k++) {
    double approved = 0;
    for (uint64_t person = 0; person < MANY; person++) {
      struct es_ruling r = es_policy_decide(&policy, &rule, 0, &scores, NULL, k, person, &draws);
      cr_assert_eq(r.chance, wanted[k]);
      approved += r.decision == ES_APPROVED;
    }
    double error = sqrt(wanted[k] * (1 - wanted[k]) / MANY);
    cr_expect_lt(fabs(approved / MANY - wanted[k]), 4 * error, "%g, not %g", approved / MANY,
                 wanted[k]);
  }
  es_policy_clear(&policy);
}

/* On people whom nobody learned from, equalized odds are equal up to what chance in the people
 * explains; one cut-off for all is further off. */
Test(chance, equalized_odds_hold_on_other_people)
{
  struct es_results r = run("people=30000|train=30000|scorer=logistic:gate=none|policy=rate|policy="
                            "equalized_odds|metrics=equalized_odds_difference|bootstrap=0",
                            0);
  const struct es_row *one = NULL, *two = NULL;
  for (size_t i = 0; i < r.rows; i++)
    if (strcmp(r.row[i].metric, "equalized_odds_difference") == 0 &&
        strcmp(r.row[i].reduction, "between_groups") == 0) {
      if (strncmp(r.row[i].policy, "rate", 4) == 0) one = &r.row[i];
      if (strncmp(r.row[i].policy, "equalized_odds", 14) == 0) two = &r.row[i];
    }
  cr_assert(one != NULL && two != NULL);
  cr_expect_lt(two->low, 0.0 + 1e-9, "%g from %g", two->value, two->low);
  cr_expect_gt(one->low, 0);
  cr_expect_lt(two->value, one->value);
  es_results_clear(&r);
}

Test(chance, threads_change_nothing)
{
  const char *all = "people=2000|metrics=all|bootstrap=0|scorer=logistic|scorer=random|policy=rate"
                    "|policy=demographic_parity|policy=equal_opportunity|policy=equalized_odds"
                    "|policy=reject_option|policy=alternative_data|policy=max_profit:by=region";
  struct es_text text[2] = {{0}, {0}};
  for (int k = 0; k < 2; k++) {
    struct es_results r = run(all, 1 + 3 * k);
    MUST(es_results_write(&r, &text[k], &ctx), &ctx);
    es_results_clear(&r);
  }
  cr_expect_str_eq(es_text_get(&text[0]), es_text_get(&text[1]));
  es_text_clear(&text[0]);
  es_text_clear(&text[1]);
}

/* A row of weighted data stands for many people: its weight is shared out, and no draw moves it. */
Test(chance, weighted_rows_are_shared_out)
{
  struct es_tally tally;
  MUST(es_tally_create(&tally, 1, true, &ctx), &ctx);
  tally.weighted = true;
  for (uint8_t drawn = ES_APPROVED; drawn <= ES_DENIED; drawn++)
    MUST(es_tally_add(&tally,
                      &(struct es_verdict){.outcome = ES_FAVORABLE,
                                           .decision = drawn,
                                           .chance = 0.25,
                                           .probability = -1,
                                           .weight = 8,
                                           .term = 10},
                      &ctx),
         &ctx);
  const struct es_cell *c = tally.cell;
  cr_expect_eq(es_fixed_to(c->weight[ES_FAVORABLE][1][ES_APPROVED]), 4);
  cr_expect_eq(es_fixed_to(c->weight[ES_FAVORABLE][1][ES_DENIED]), 12);
  cr_expect_eq(es_fixed_to(c->square[ES_FAVORABLE][1][ES_DENIED]), 96);
  cr_expect_eq(es_fixed_to(c->days), 120);
  cr_expect_eq(c->people[ES_FAVORABLE][1][ES_APPROVED], 1);
  es_tally_clear(&tally);
}

/* Two policies that draw lots about weighted rows: their difference is that of what each shares
 * out. */
Test(chance, weighted_rows_are_shared_out_in_pairs)
{
  struct es_tally tally;
  struct es_pair pair;
  MUST(es_tally_create(&tally, 1, true, &ctx), &ctx);
  tally.weighted = true;
  MUST(es_pair_create(&pair, &tally, &ctx), &ctx);
  struct es_verdict one = {.decision = ES_DENIED, .chance = 0.25, .score = 1, .weight = 8},
                    other = one, denied = one;
  other.chance = 0.75;
  denied.chance = -1;
  MUST(es_pair_add(&pair, &one, &other, NULL, &ctx), &ctx);
  es_fixed(*weight)[ES_DECISIONS] = pair.cell->weight[ES_UNFAVORABLE];
  cr_expect_eq(es_fixed_to(weight[ES_APPROVED][ES_APPROVED]), 2); /* draws below 0.25 */
  cr_expect_eq(es_fixed_to(weight[ES_DENIED][ES_APPROVED]), 4);
  cr_expect_eq(es_fixed_to(weight[ES_DENIED][ES_DENIED]), 2);
  MUST(es_pair_add(&pair, &denied, &other, NULL, &ctx), &ctx);
  cr_expect_eq(es_fixed_to(weight[ES_DENIED][ES_APPROVED]), 10);
  cr_expect_eq(es_fixed_to(weight[ES_DENIED][ES_DENIED]), 4);
  cr_expect_eq(es_fixed_to(weight[ES_APPROVED][ES_DENIED]), 0);
  cr_expect_eq(pair.cell->people[ES_UNFAVORABLE][ES_DENIED][ES_DENIED], 2);
  es_pair_clear(&pair);
  es_tally_clear(&tally);
}

/* A second scorer that cannot learn costs its policy's rows, with its reason, and no others. */
Test(policies, a_second_scorer_that_fails_costs_its_own_rows)
{
  struct es_results r = run("train=1|scorer=random|policy=rate|policy=alternative_data|"
                            "metrics=selection_rate",
                            0);
  size_t good = 0, bad = 0;
  for (size_t i = 0; i < r.rows; i++) {
    bool second = strncmp(r.row[i].policy, "alternative", 11) == 0;
    good += !second && strcmp(r.row[i].status, "ok") == 0;
    bad += second && strstr(r.row[i].status, "second scorer of policy alternative_data") != NULL;
    cr_expect(second || strcmp(r.row[i].status, "ok") == 0, "%s", r.row[i].status);
  }
  cr_expect(good > 0 && bad > 0, "%zu %zu", good, bad);
  es_results_clear(&r);
}

/* As many are reviewed as the band has people with a score. */
Test(policies, a_band_is_reviewed)
{
  struct es_results r =
      run("people=20000|train=20000|scorer=logistic:gate=none|metrics=review_rate|"
          "policy=reject_option:band=0.3,in_band=review,share=0.6",
          0);
  const struct es_row *row = es_results_find(&r, NULL, NULL, "", "all", "review_rate", "");
  cr_assert_not_null(row);
  cr_expect_float_eq(row->value, 0.3, 4 * sqrt(2 * 0.3 * 0.7 / 20000), "%g", row->value);
  es_results_clear(&r);
}

/* People whom the first scorer cannot score are decided by the second; they count as unscored. */
Test(policies, alternative_data_rescues_people_without_a_score)
{
  struct es_results r = run("policy=rate|policy=alternative_data|metrics=abstention_rate,"
                            "wrongful_denial_rate,demographic_parity_difference",
                            2);
  double denied[2] = {0}, unscored[2] = {0}, gap[2] = {0};
  for (size_t i = 0; i < r.rows; i++) {
    const struct es_row *row = &r.row[i];
    size_t p = strncmp(row->policy, "alternative", 11) == 0;
    if (es_is_paired(row->reduction)) continue;
    if (strcmp(row->group, "all") == 0 && strcmp(row->metric, "abstention_rate") == 0)
      unscored[p] = row->value;
    if (strcmp(row->group, "all") == 0 && strcmp(row->metric, "wrongful_denial_rate") == 0)
      denied[p] = row->value;
    if (strcmp(row->metric, "demographic_parity_difference") == 0 &&
        strcmp(row->reduction, "between_groups") == 0)
      gap[p] = row->value;
  }
  cr_expect(unscored[0] == unscored[1] && unscored[0] > 0.5);
  cr_expect_lt(denied[1], denied[0] / 2);
  cr_expect_lt(gap[1], gap[0] / 2);
  es_results_clear(&r);
}

/* --- utilities, and what decisions do to scores ----------------------------------------------- */

static void write_file(const char *folder, const char *name, const char *text)
{
  char path[160];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  MUST(es_file_write(path, text, strlen(text), &ctx), &ctx);
}

static void remove_file(const char *folder, const char *name)
{
  char path[160];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  unlink(path);
}

static double value_of(const struct es_results *r, const char *policy, const char *group,
                       const char *metric)
{
  for (size_t i = 0; i < r->rows; i++)
    if (strncmp(r->row[i].policy, policy, strlen(policy)) == 0 &&
        strcmp(r->row[i].group, group) == 0 && strcmp(r->row[i].metric, metric) == 0 &&
        !es_is_paired(r->row[i].reduction)) {
      cr_assert_str_eq(r->row[i].status, "ok", "%s: %s", metric, r->row[i].status);
      return r->row[i].value;
    }
  cr_assert_fail("no %s of %s", metric, group);
  return NAN;
}

/* By hand.  A: 1000 people, 200 400 400 at 300 500 840, of whom 10% 50% 100% repay; B: 200 people,
 * 100 60 40, of whom 5% 40% 95% do.  With +1 and -2 an approval pays where 2 in 3 repay: at 840. So
 * the most is 400 + 38 - 2·2 = 434.  One cut-off at 500 brings 600 - 2·200 of A, 62 - 2·38 of B. */
Test(utility, is_what_a_calculation_by_hand_says)
{
  char folder[] = "/tmp/evenscore-risk-XXXXXX", population[64];
  cr_assert_not_null(mkdtemp(folder));
  write_file(folder, "transrisk_cdf_by_race_ssa.csv",
             "Score,A,B\n300,20,50\n500,60,80\n840,100,100\n");
  write_file(folder, "transrisk_performance_by_race_ssa.csv",
             "Score,A,B\n300,90,95\n500,50,60\n840,0,5\n");
  write_file(folder, "totals.csv", "Kind,A,B\nSSA,1000,200\n");
  snprintf(population, sizeof population, "transrisk:%s", folder);
  struct es_study study;
  struct es_results r;
  open_study(&study,
             "scorer=column|set=u_plus=1|set=u_minus=-2|set=score_gain=50|set=score_loss=100|"
             "policy=cutoff:at=500|policy=max_profit|policy=demographic_parity:aim=profit|"
             "metrics=utility_per_person,utility_per_decision,share_of_max_utility,"
             "mean_score_change|bootstrap=0");
  es_texts_clear(&study.population);
  MUST(es_texts_add(&study.population, population, strlen(population), &ctx), &ctx);
  MUST(es_run(&study, 2, &r, &ctx), &ctx);
  es_study_clear(&study);
  const struct es_row *all = es_results_find(&r, NULL, NULL, "", "all", "utility_per_person", "");
  cr_expect_eq(all->n, 1200); /* people, not rows */
  cr_expect_float_eq(value_of(&r, "cutoff", "A", "utility_per_person"), 200 / 1000.0, 1e-12);
  cr_expect_float_eq(value_of(&r, "cutoff", "B", "utility_per_person"), -14 / 200.0, 1e-12);
  cr_expect_float_eq(value_of(&r, "cutoff", "B", "utility_per_decision"), -14 / 200.0, 1e-12);
  cr_expect_float_eq(value_of(&r, "cutoff", "all", "utility_per_person"), 186 / 1200.0, 1e-12);
  cr_expect_float_eq(value_of(&r, "cutoff", "", "share_of_max_utility"), 186 / 434.0, 1e-12);
  cr_expect_float_eq(value_of(&r, "max_profit", "", "share_of_max_utility"), 1, 1e-12);
  /* At one share s of both groups, up to B's 40 of 200: 1000 s + 200 s (0.95 - 2·0.05); from there
   * A goes on alone to be worth 400 s, and B's next people lose 1.2 - 0.4 each: 240 s in all. */
  cr_expect_float_eq(value_of(&r, "demographic_parity", "", "share_of_max_utility"),
                     (400 + 34 - 0.8 * 40) / 434.0, 1e-12);
  /* A: at 500 the expected move is 0.5·50 - 0.5·100, at 840 it is 50, of which 10 are left. */
  cr_expect_float_eq(value_of(&r, "cutoff", "A", "mean_score_change"),
                     (400 * -25 + 400 * 10) / 1000.0, 1e-9);
  cr_expect_float_eq(value_of(&r, "max_profit", "A", "mean_score_change"), 400 * 10 / 1000.0, 1e-9);
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(r.tables, "cutoffs"), i, row)
  {
    const char *policy = json_string_value(json_object_get(row, "policy"));
    if (strncmp(policy, "max_profit", 10) == 0)
      cr_expect_eq(json_number_value(json_object_get(row, "cutoff")), 840);
    if (strncmp(policy, "demographic", 11) == 0 &&
        strcmp(json_string_value(json_object_get(row, "group")), "B") == 0) {
      cr_expect_float_eq(json_number_value(json_object_get(row, "p_between")), 40 / 60.0, 1e-12);
      cr_expect_float_eq(json_number_value(json_object_get(row, "cutoff")), 500 + 340 / 3.0, 1e-9);
    }
  }
  cr_expect_eq(i, 4);
  es_results_clear(&r);
  remove_file(folder, "transrisk_cdf_by_race_ssa.csv");
  remove_file(folder, "transrisk_performance_by_race_ssa.csv");
  remove_file(folder, "totals.csv");
  rmdir(folder);
}

/* Rows that stand for people have the intervals of as many people: 438 of 1200, not 1 of 2. */
Test(utility, counted_rows_have_the_intervals_of_people)
{
  struct es_tally tally;
  struct es_group_counts group;
  struct es_consequence none = {0};
  bool member[1] = {true};
  MUST(es_tally_create(&tally, 1, true, &ctx), &ctx);
  tally.weighted = tally.counted = true;
  MUST(es_tally_add(&tally,
                    &(struct es_verdict){
                        .decision = ES_APPROVED, .probability = -1, .weight = 438, .chance = -1},
                    &ctx),
       &ctx);
  MUST(es_tally_add(&tally,
                    &(struct es_verdict){
                        .decision = ES_DENIED, .probability = -1, .weight = 762, .chance = -1},
                    &ctx),
       &ctx);
  cr_assert_eq(es_tally_sort(&tally, &ctx), ES_OK);
  MUST(es_counts_make(&group, &tally, member, &none, false, &ctx), &ctx);
  struct es_measured m = es_measure(es_metric_find("selection_rate"), &group);
  cr_expect_eq(m.people, 1200);
  cr_expect_float_eq(m.value, 0.365, 1e-15);
  cr_expect_float_eq(group.weight.effective, 1, 1e-15);
  es_counts_clear(&group);
  es_tally_clear(&tally);
}

/* Utilities are linear: twice the stakes, twice the utility, the same share of the most. */
Test(utility, doubles_with_the_stakes)
{
  const char *rest = "policy=max_profit:by=region|policy=equal_opportunity:aim=profit|bootstrap=0|"
                     "metrics=utility_per_person,share_of_max_utility|set=u_plus=%d|set=u_minus=%d";
  char settings[256];
  struct es_results one, two;
  snprintf(settings, sizeof settings, rest, 1, -5);
  one = run(settings, 0);
  snprintf(settings, sizeof settings, rest, 2, -10);
  two = run(settings, 0);
  static const char *const policies[] = {"max_profit", "equal_opportunity"};
  for (size_t p = 0; p < 2; p++) {
    cr_expect_float_eq(value_of(&two, policies[p], "all", "utility_per_person"),
                       2 * value_of(&one, policies[p], "all", "utility_per_person"), 1e-12);
    cr_expect_float_eq(value_of(&two, policies[p], "", "share_of_max_utility"),
                       value_of(&one, policies[p], "", "share_of_max_utility"), 1e-12);
  }
  cr_expect_lt(value_of(&one, "max_profit", "", "share_of_max_utility"), 1 + 1e-12);
  es_results_clear(&one);
  es_results_clear(&two);
}

/* Where nothing is stated nothing is measured. */
Test(utility, is_undefined_where_none_is_stated)
{
  struct es_results r =
      run("metrics=utility_per_person,share_of_max_utility,mean_score_change|bootstrap=0", 0);
  for (size_t i = 0; i < r.rows; i++)
    cr_expect_not_null(strstr(r.row[i].status, " is stated"), "%s: %s", r.row[i].metric,
                       r.row[i].status);
  es_results_clear(&r);
}
