/* Due process: closed forms of every piece, states that add up, Kaplan and Meier, and whole runs.
 * Tolerances are five standard errors of what is drawn. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "harness/measure/harm.h"
#include "harness/measure/metric.h"
#include "harness/population/population.h"
#include "harness/process/process.h"
#include "harness/policy/price.h"
#include "tests/kit.h"

static struct es_context ctx = {.seed = 2018};

/* The court list's process with other settings, "process.key=value" separated by |. */
static struct es_process open_process(const char *settings)
{
  struct es_texts sets = {0};
  struct es_population p;
  struct es_process process;
  for (const char *at = settings; *at != '\0';) {
    size_t size = strcspn(at, "|");
    MUST(es_texts_add(&sets, at, size, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  MUST(es_population_open(&p, "court-list", &sets, &ctx), &ctx);
  MUST(es_process_open(&process, &p, &ctx), &ctx);
  es_population_clear(&p);
  es_texts_clear(&sets);
  return process;
}

/* What every test of one piece starts from: nothing but the term. */
#define BARE                                                                                       \
  "process.notice=0|process.access=0|process.discovery=0|process.attempts=0|process.dispute=0|"    \
  "process.practice=0|process.clock=0|process.cure=0|process.stale=0|process.success=1|"           \
  "process.longest=36500|process.repair_wait=0|"

struct moments {
  double mean, error;
};

static double days_of(const struct es_fate *f) { return f->days; }
static double stale_of(const struct es_fate *f) { return f->stale; }
static double attempts_of(const struct es_fate *f) { return f->attempts; }
static double corrected_of(const struct es_fate *f) { return f->corrected; }

static struct moments draw(const struct es_process *process, size_t stratum, double term,
                           bool wrongly, double (*what)(const struct es_fate *), int people)
{
  double sum = 0, square = 0;
  for (int i = 0; i < people; i++) {
    struct es_fate fate;
    es_fate_draw(&fate, process, stratum, term, wrongly, (uint64_t)i, &ctx);
    double x = what(&fate);
    sum += x;
    square += x * x;
  }
  double mean = sum / people;
  return (struct moments){mean, sqrt(fmax(0, square / people - mean * mean) / people)};
}

static void expect(struct moments m, double wanted, const char *what)
{
  cr_assert_leq(fabs(m.mean - wanted), 5 * m.error + 1e-9, "%s: %.4f drawn, %.4f by the formula",
                what, m.mean, wanted);
}

/* Expected days of a wrong record, where nothing is tried twice, comes back or is linked, there is
 * no window, and every dispute takes `clock` days:
 *   L - q s [p (L - c) + (1 - p) ((L - c) - (1 - exp(-h (L - c)))/h)]   for L > c, else L
 * with L = term, p told, h hazard a day, q dispute, s success, c clock. */
static double expected_days(const struct es_process *process, double term)
{
  const struct es_due *due = &process->due[0];
  double rest = term - process->settings.clock, h = due->discovery;
  if (rest <= 0) return term;
  double found = h > 0 ? rest - (1 - exp(-h * rest)) / h : 0;
  return term - due->dispute * process->settings.success *
                    (due->notice * rest + (1 - due->notice) * found);
}

/* Expected days of one wrong record: 100 points of notice, discovery, dispute, clock and term. */
Test(process, expected_days_on_a_grid)
{
  static const double notice[] = {0, 0.7}, rate[] = {0.1, 0.3, 1, 2, 12}, clock[] = {0, 60};
  static const double dispute[] = {0.09, 0.5, 0.25, 1, 0.18}, term[] = {180, 730, 365, 1825, 2555};
  for (int k = 0; k < 100; k++) {
    char settings[512];
    snprintf(settings, sizeof settings,
             BARE "process.notice=%g|process.discovery=%g|process.dispute=%g|process.clock=%g|"
                  "process.success=0.8",
             notice[k % 2], rate[k / 2 % 5], dispute[k / 10 % 5], clock[k / 50]);
    struct es_process p = open_process(settings);
    double l = term[k % 5];
    expect(draw(&p, 0, l, true, days_of, 4000), expected_days(&p, l), settings);
    es_process_clear(&p);
  }
}

/* The illustrations of expected days: discovery, dispute, success 0.8, answer, term. */
Test(process, expected_days_of_known_cases)
{
  static const struct {
    const char *name;
    double term, rate, dispute, clock, days;
  } cases[] = {{"court 2017, urban", 730, 1.0, 0.50, 19, 571},
               {"court 2017, rural", 730, 0.3, 0.25, 19, 696},
               {"urban, 60 days", 730, 1.0, 0.50, 60, 585},
               {"court 2013", 1825, 1.0, 0.50, 60, 1264},
               {"registry, urban", 1825, 0.2, 0.18, 20, 1730},
               {"registry, rural", 1825, 0.1, 0.09, 20, 1798},
               {"bureau, 0.2 looks", 2555, 0.2, 0.18, 30, 2388},
               {"bureau, 0.6 looks", 2555, 0.6, 0.18, 30, 2278},
               {"rail", 180, 2, 0.5, 10, 156},
               {"air", 365, 1, 0.5, 10, 314}};
  for (size_t k = 0; k < ES_COUNT_OF(cases); k++) {
    char settings[512];
    snprintf(settings, sizeof settings,
             BARE "process.discovery=%g|process.dispute=%g|process.clock=%g|process.success=0.8",
             cases[k].rate, cases[k].dispute, cases[k].clock);
    struct es_process p = open_process(settings);
    cr_assert_float_eq(expected_days(&p, cases[k].term), cases[k].days, 0.55, "%s: %g",
                       cases[k].name, expected_days(&p, cases[k].term));
    es_process_clear(&p);
  }
}

/* One agency, told of a correction after one or two exponential waits, or never. */
Test(process, corrections_propagate)
{
  const double clock = 20, mean = 30, loss = 0.1, term = 200, rest = term - clock;
  for (int hops = 1; hops <= 2; hops++) {
    char settings[512];
    snprintf(settings, sizeof settings,
             BARE "process.notice=1|process.dispute=1|process.clock=20|process.linked=1|"
                  "process.density=1|process.lag=30|process.loss=0.1|process.hops=%d",
             hops);
    struct es_process p = open_process(settings);
    double late = hops == 1 ? mean * (1 - exp(-rest / mean))
                            : 2 * mean - exp(-rest / mean) * (2 * mean + rest);
    double reaches = pow(1 - loss, hops);
    expect(draw(&p, 0, term, true, days_of, 40000), clock + reaches * late + (1 - reaches) * rest,
           settings);
    es_process_clear(&p);
  }
}

/* A corrected record comes back once with probability r, after an exponential wait, and stays. */
Test(process, records_come_back)
{
  struct es_process p = open_process(BARE "process.notice=1|process.dispute=1|process.clock=20|"
                                          "process.reinsertion=0.3|process.reinsertion_days=90");
  double rest = 400 - 20, back = rest - 90 * (1 - exp(-rest / 90));
  expect(draw(&p, 0, 400, true, days_of, 40000), 20 + 0.3 * back, "reinsertion");
  es_process_clear(&p);
}

/* Disputes repeated with probability a succeed sooner or later: s / (1 - (1 - s) a). */
Test(process, disputes_are_repeated)
{
  struct es_process p =
      open_process(BARE "process.notice=1|process.dispute=1|process.clock=5|process.success=0.3|"
                        "process.again=0.5");
  double never = pow(0.7 * 0.5, 8); /* eight disputes at the most */
  expect(draw(&p, 0, 3000, true, corrected_of, 40000), 0.3 / (1 - 0.35) * (1 - never), "again");
  es_process_clear(&p);
}

/* A right record outstays its cure until it expires, where nobody asks for its deletion. */
Test(process, cured_records_stay)
{
  struct es_process p = open_process(BARE "process.cure=0.5|process.repair=0");
  double h = 0.5 / 365;
  expect(draw(&p, 0, 730, false, stale_of, 40000), 730 - (1 - exp(-h * 730)) / h, "stale days");
  es_process_clear(&p);
  p = open_process(BARE "process.cure=0.5|process.repair=1|process.repair_wait=30");
  expect(draw(&p, 0, 730, false, stale_of, 1000), 0, "deleted in time");
  es_process_clear(&p);
}

/* Refused attempts are Poisson over restricted days, less those that get through. */
Test(process, attempts_are_refused)
{
  struct es_process p = open_process(BARE "process.attempts=20|process.evasion=0.25|"
                                          "process.refusal_tells=0");
  expect(draw(&p, 0, 365, true, attempts_of, 20000), 15, "attempts");
  es_process_clear(&p);
}

/* An objection that succeeds before the record takes effect spares its person every day. */
Test(process, objections_in_time_spare_everything)
{
  struct es_process p = open_process(BARE "process.notice=1|process.dispute=1|process.clock=5|"
                                          "process.window=9");
  expect(draw(&p, 0, 180, true, days_of, 1000), 0, "objection");
  es_process_clear(&p);
  p = open_process(BARE "process.notice=1|process.dispute=1|process.clock=12|process.window=9");
  expect(draw(&p, 0, 180, true, days_of, 1000), 3, "objection, three days late");
  es_process_clear(&p);
}

Test(process, every_day_is_in_one_state)
{
  struct es_process p = open_process(
      "process.linked=6|process.lag=40|process.loss=0.2|process.reinsertion=0.4|process.again=0.6|"
      "process.window=9|process.practice=30");
  for (uint64_t i = 0; i < 20000; i++) {
    struct es_fate f;
    double sum = 0;
    es_fate_draw(&f, &p, i % 3, 730, true, i, &ctx);
    for (int s = 0; s < ES_STATES; s++) {
      cr_assert_geq(f.state[s], -1e-9);
      sum += f.state[s];
    }
    cr_assert_float_eq(sum, f.days, 1e-6, "person %llu: %g of %g", (unsigned long long)i, sum,
                       f.days);
    cr_assert_leq(f.days, 730 + 1e-9);
    cr_assert_leq(f.own, f.days + 1e-9);
  }
  es_process_clear(&p);
}

Test(process, gap_0_treats_all_as_the_reference)
{
  struct es_process given = open_process(""), equal = open_process("process.gap=0");
  cr_assert(es_process_differs(&given));
  cr_assert_not(es_process_differs(&equal));
  cr_assert_eq(memcmp(&given.due[0], &equal.due[2], sizeof equal.due[0]), 0);
  es_process_clear(&given);
  es_process_clear(&equal);
}

Test(process, presets_are_rules_and_the_population_keeps_its_people)
{
  struct es_process now = open_process(""), then = open_process("process.preset=court-2013");
  cr_assert_eq(now.settings.clock, 19);
  cr_assert_eq(then.settings.clock, 60);
  cr_assert_eq(now.due[2].dispute, then.due[2].dispute);
  es_process_clear(&now);
  es_process_clear(&then);
}

/* --- counted --------------------------------------------------------------------------------- */

/* Kaplan and Meier by hand: 10 people, corrected on days 5, 5, 9, 20, expired on day 7 (2 people)
 * and on day 30 (4).  S = 0.8 after 5, 0.8·5/6 = 0.667 after 9, 0.667·4/5 = 0.533 after 20. */
Test(harm, correction_times_by_hand)
{
  struct es_harm h = {.count = {[ES_HARM_WRONGED] = 10}};
  h.corrected[5] = 2;
  h.corrected[9] = h.corrected[20] = 1;
  h.expired[7] = 2;
  h.expired[30] = 4;
  struct es_counts c = {.people = 100, .effective = 1, .harm = &h};
  cr_assert_not_null(es_harm_correction_median(&c).undefined);
  h.corrected[30] = 1; /* S = 0.4 then */
  h.expired[30] = 3;
  cr_assert_null(es_harm_correction_median(&c).undefined);
  cr_assert_float_eq(es_harm_correction_median(&c).value, 30.5, 1e-12);
  cr_assert_not_null(es_harm_correction_p90(&c).undefined);
}

Test(harm, no_process_no_number)
{
  struct es_counts c = {.people = 10, .effective = 1};
  cr_assert_not_null(es_harm_cascade(&c).undefined);
  cr_assert_not_null(es_harm_days_per_wronged(&c).undefined);
}

/* --- whole runs ------------------------------------------------------------------------------- */

static struct es_results run(const char *system, const char *settings)
{
  struct es_study study;
  struct es_results results;
  MUST(es_study_open(&study, system, &ctx), &ctx);
  study.people = 20000;
  study.bootstrap = 0;
  for (const char *at = settings; *at != '\0';) {
    size_t size = strcspn(at, "|");
    MUST(es_texts_add(&study.set, at, size, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  MUST(es_texts_add(&study.metrics, "impact", 6, &ctx), &ctx);
  MUST(es_study_settle(&study, &ctx), &ctx);
  MUST(es_run(&study, 2, &results, &ctx), &ctx);
  es_study_clear(&study);
  return results;
}

static double value(const struct es_results *r, const char *group, const char *metric)
{
  const struct es_row *row = es_results_find(r, NULL, NULL, NULL, group, metric, "");
  cr_assert_not_null(row, "%s of %s", metric, group);
  cr_assert_str_eq(row->status, "ok", "%s: %s", metric, row->status);
  return row->value;
}

/* Groups' harm adds up to everybody's, for the first scorer. */
Test(harm, groups_add_up)
{
  struct es_results r = run("joint-punishment", "");
  double share = 0, people = 0, total = 0;
  size_t i;
  json_t *row;
  const char *scorer = r.scorer[0].name;
  json_array_foreach(json_object_get(r.tables, "harm"), i, row)
  {
    if (strcmp(json_string_value(json_object_get(row, "scorer")), scorer) != 0 ||
        strcmp(json_string_value(json_object_get(row, "harm")), "wrongful_restriction_days") != 0)
      continue;
    share += json_number_value(json_object_get(row, "harm_share"));
    people += json_number_value(json_object_get(row, "population_share"));
    total += json_number_value(json_object_get(row, "total"));
  }
  cr_assert_float_eq(share, 1, 1e-12);
  cr_assert_float_eq(people, 1, 1e-12);
  cr_assert_float_eq(total / 20, value(&r, "all", "wrongful_restriction_days_per_1000"), 1e-6);
  es_results_clear(&r);
}

/* Twice the price of everything costs twice as much; the parts add up to the whole. */
Test(harm, costs_are_linear)
{
  static const char *const part[] = {
      "cost_wrongful_denial_per_person", "cost_wrongful_approval_per_person",
      "cost_restriction_per_person", "cost_deposit_per_person", "excess_interest"};
  struct es_results one = run("court-list", "cost_wrongful_denial=3|cost_wrongful_approval=7|"
                                            "cost_restriction_day=2|cost_deposit=5|loan=100|"
                                            "fallback_rate=20|loan_rate=5");
  struct es_results two = run("court-list", "cost_wrongful_denial=6|cost_wrongful_approval=14|"
                                            "cost_restriction_day=4|cost_deposit=10|loan=200|"
                                            "fallback_rate=20|loan_rate=5");
  double whole = value(&one, "all", "expected_cost_per_person"), sum = 0;
  for (size_t k = 0; k < ES_COUNT_OF(part); k++) sum += value(&one, "all", part[k]);
  cr_assert_float_eq(sum, whole, 1e-9 * whole);
  cr_assert_float_eq(value(&two, "all", "expected_cost_per_person"), 2 * whole, 1e-9 * whole);
  es_results_clear(&one);
  es_results_clear(&two);
}

/* Two tiers at 5 and 9%: a loan of 100 at too dear a rate costs 4 a year, at too cheap a one
 * nothing; half of the denied borrow at 12%. */
Test(harm, excess_interest_by_hand)
{
  const double share[] = {0.5, 0.5}, rate[] = {5, 9};
  const struct es_consequence c = {.loan = 100,
                                   .fallback_share = 0.5,
                                   .fallback_rate = 12,
                                   .tier_share = share,
                                   .tier_rate = rate,
                                   .tiers = 2};
  const struct es_tiers tiers = {.cuts = 1, .cut = {600}}, fair = {.cuts = 1, .cut = {0.8}};
  cr_assert_float_eq(es_excess_interest(&c, &tiers, &fair, ES_APPROVED, 500, 0.9), 4, 1e-12);
  cr_assert_eq(es_excess_interest(&c, &tiers, &fair, ES_APPROVED, 600, 0.8), 0);
  cr_assert_eq(es_excess_interest(&c, &tiers, &fair, ES_APPROVED, 700, 0.7), 0);
  cr_assert_float_eq(es_excess_interest(&c, &tiers, &fair, ES_APPROVED, NAN, 0.9), 4, 1e-12);
  cr_assert_float_eq(es_excess_interest(&c, &tiers, &fair, ES_DENIED, NAN, 0.9), 3.5, 1e-12);
}

/* The oracle's tiers are the fair ones, so nobody pays in excess; whoever is refused does, at the
 * fallback's rate. */
Test(harm, excess_interest_is_above_the_fair_tier)
{
  struct es_study study;
  struct es_results results;
  static const char *const policy[] = {"cutoff:at=0", "cutoff:at=2"};
  double interest[2], refused = 0;
  for (int k = 0; k < 2; k++) {
    MUST(es_study_open(&study, "us-bureau", &ctx), &ctx);
    es_texts_clear(&study.scorer);
    es_texts_clear(&study.policy);
    study.people = 20000;
    MUST(es_texts_add(&study.scorer, "oracle", 6, &ctx), &ctx);
    MUST(es_texts_add(&study.policy, policy[k], strlen(policy[k]), &ctx), &ctx);
    MUST(es_texts_add(&study.set, "tier_share=1", 12, &ctx), &ctx);
    MUST(es_texts_add(&study.set, "tier_rate=6", 11, &ctx), &ctx);
    MUST(es_texts_add(&study.metrics, "impact", 6, &ctx), &ctx);
    if (k == 0) es_texts_clear(&study.set); /* the shipped tiers */
    MUST(es_study_settle(&study, &ctx), &ctx);
    MUST(es_run(&study, 2, &results, &ctx), &ctx);
    interest[k] = value(&results, "all", "excess_interest");
    refused = value(&results, "all", "cost_wrongful_denial_per_person") / 3000;
    es_results_clear(&results);
    es_study_clear(&study);
  }
  cr_assert_eq(interest[0], 0);
  cr_assert_float_eq(interest[1], refused * 0.1 * 300000 * 0.06, 1e-6);
}

/* Where nobody objects, days fall in proportion to the term, and to nothing that people might do.
 */
Test(harm, levers_of_the_term_alone)
{
  struct es_study study;
  struct es_results results;
  MUST(es_study_open(&study, "court-list", &ctx), &ctx);
  study.people = 20000;
  study.bootstrap = 0;
  study.levers = true;
  MUST(es_texts_add(&study.set, "process.success=0", 17, &ctx), &ctx);
  MUST(es_study_settle(&study, &ctx), &ctx);
  MUST(es_run(&study, 2, &results, &ctx), &ctx);
  size_t i, terms = 0;
  double last = 0;
  json_t *row;
  json_array_foreach(json_object_get(results.tables, "levers"), i, row)
  {
    const char *lever = json_string_value(json_object_get(row, "lever"));
    bool next = json_integer_value(json_object_get(row, "rank")) > 1;
    double change = json_number_value(json_object_get(row, "value"));
    cr_assert(!next || change >= last, "%s stands behind a weaker one", lever);
    last = change;
    cr_assert(strcmp(lever, "notice") != 0 && strcmp(lever, "dispute_help") != 0 &&
                  strcmp(lever, "processing") != 0,
              "%s changes something", lever);
    if (strcmp(lever, "term") != 0) continue;
    terms++;
    cr_assert_float_eq(json_number_value(json_object_get(row, "elasticity")), 1, 1e-9);
    cr_assert_float_eq(json_number_value(json_object_get(row, "share")), -0.5, 1e-9);
  }
  cr_assert_geq(terms, 2);
  es_results_clear(&results);
  es_study_clear(&study);
}

/* Where nobody objects, a wrong denial lasts its term, as it does without a process. */
Test(harm, no_dispute_no_difference)
{
  struct es_results r = run("court-list", "process.dispute=0");
  cr_assert_eq(value(&r, "all", "uncorrected_share"), 1);
  cr_assert_eq(value(&r, "all", "cascade_factor"), 1);
  cr_assert_geq(value(&r, "all", "wrongful_restriction_days_per_wronged"), 730);
  es_results_clear(&r);
}
