/* Each mechanism of a synthetic population against its own definition, on 200,000 people.
 *
 * What is measured must be within five of its own standard errors of what the file says; seeds are
 * fixed, so a test that passes once passes always. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "harness/base/embedded.h"
#include "harness/base/file.h"
#include "harness/base/math.h"
#include "harness/base/text.h"
#include "harness/population/population.h"
#include "tests/kit.h"

enum { PEOPLE = 200000, STRATA = 2 };
static struct es_context ctx = {.seed = 2018};

/* Two strata that differ in everything, and one column that is a trait and nothing else. */
static const char base[] = "[population]\n"
                           "strata = near far\n"
                           "reference = near\n"
                           "core = bank\n"
                           "share = 0.6 0.4\n"
                           "bad_rate = 0.1 0.3\n"
                           "[traits]\n"
                           "correlation = 0.3 -0.2 0.1\n"
                           "capacity_mean = 0 -0.5\n"
                           "reliability_mean = 0 0.2\n"
                           "visibility_mean = 0 -1\n"
                           "capacity = 0.6\n"
                           "reliability = 1.2\n"
                           "[source bank]\n"
                           "coverage = 0.7 0.4\n"
                           "[indicator bank.balance]\n"
                           "capacity = 1\n";

/* --- a world: people, and what is seen of them ------------------------------------------------ */

struct world {
  struct es_population p;
  struct es_truth t;
  uint64_t *person;
  double *value;
  uint8_t *seen;
};

/* Opens text as if it were a file with `overrides`, separated by |, on top. */
static enum es_status open_text(struct es_population *p, const char *text, const char *overrides)
{
  char path[] = "/tmp/evenscore-people-XXXXXX", name[64];
  struct es_texts list = {0};
  for (const char *at = overrides; *at != '\0';) {
    size_t size = strcspn(at, "|");
    MUST(es_texts_add(&list, at, size, &ctx), &ctx);
    at += size + (at[size] == '|');
  }
  cr_assert_not_null(mkdtemp(path));
  snprintf(name, sizeof name, "%s/p.ini", path);
  MUST(es_file_write(name, text, strlen(text), &ctx), &ctx);
  enum es_status status = es_population_open(p, name, &list, &ctx);
  unlink(name);
  rmdir(path);
  es_texts_clear(&list);
  return status;
}

/* The first column of everybody. */
static struct world observe(const char *overrides)
{
  struct world w = {.person = malloc(PEOPLE * sizeof *w.person),
                    .value = malloc(PEOPLE * sizeof *w.value),
                    .seen = malloc(PEOPLE)};
  MUST(open_text(&w.p, base, overrides), &ctx);
  MUST(es_truth_create(&w.t, PEOPLE, &ctx), &ctx);
  for (size_t i = 0; i < PEOPLE; i++) w.person[i] = i;
  w.t.person = w.person;
  es_population_people(&w.p, &ctx, &w.t);
  MUST(es_population_observe(&w.p, &w.t, &w.value, &w.seen, &ctx), &ctx);
  return w;
}

static void forget(struct world *w)
{
  es_population_clear(&w->p);
  es_truth_clear(&w->t);
  free(w->person);
  free(w->value);
  free(w->seen);
}

/* --- means with their standard errors --------------------------------------------------------- */

struct mean {
  double sum, square, n;
};

static void count(struct mean *m, double x)
{
  m->sum += x;
  m->square += x * x;
  m->n++;
}

static double value_of(const struct mean *m) { return m->sum / m->n; }
static double variance_of(const struct mean *m)
{
  return m->square / m->n - value_of(m) * value_of(m);
}

static void expect(const char *what, const struct mean *m, double want)
{
  double error = sqrt(fmax(variance_of(m), want * fabs(1 - want) / m->n) / m->n);
  cr_expect(m->n > 100 && fabs(value_of(m) - want) <= 5 * error, "%s: %.6f, not %.6f ± %.6f", what,
            value_of(m), want, 5 * error);
}

/* Share of a stratum that is seen. */
static struct mean seen_in(const struct world *w, uint32_t stratum)
{
  struct mean m = {0};
  for (size_t i = 0; i < PEOPLE; i++)
    if (w->t.stratum[i] == stratum) count(&m, w->seen[i]);
  return m;
}

static void expect_seen(const char *overrides, double near, double far)
{
  struct world w = observe(overrides);
  struct mean m = seen_in(&w, 0);
  expect(overrides, &m, near);
  m = seen_in(&w, 1);
  expect(overrides, &m, far);
  forget(&w);
}

/* --- people ----------------------------------------------------------------------------------- */

Test(population, strata_have_their_shares)
{
  struct world w = observe("");
  struct mean far = {0};
  for (size_t i = 0; i < PEOPLE; i++) count(&far, w.t.stratum[i]);
  expect("far", &far, 0.4);
  forget(&w);
}

Test(population, traits_have_their_means_and_correlations)
{
  static const double means[STRATA][ES_TRAITS] = {{0, 0, 0}, {-0.5, 0.2, -1}};
  static const double correlation[] = {0.3, -0.2, 0.1};
  static const size_t pair[][2] = {{0, 1}, {0, 2}, {1, 2}};
  struct world w = observe("");
  for (size_t k = 0; k < ES_TRAITS; k++)
    for (uint32_t g = 0; g < STRATA; g++) {
      struct mean mean = {0}, square = {0};
      for (size_t i = 0; i < PEOPLE; i++) {
        if (w.t.stratum[i] != g) continue;
        double z = w.t.trait[k][i] - means[g][k];
        count(&mean, z);
        count(&square, z * z);
      }
      expect("mean of a trait", &mean, 0);
      expect("variance of a trait", &square, 1);
    }
  for (size_t r = 0; r < 3; r++) {
    struct mean product = {0};
    for (size_t i = 0; i < PEOPLE; i++) {
      const double *mean = means[w.t.stratum[i]];
      size_t a = pair[r][0], b = pair[r][1];
      count(&product, (w.t.trait[a][i] - mean[a]) * (w.t.trait[b][i] - mean[b]));
    }
    expect("correlation of traits", &product, correlation[r]);
  }
  forget(&w);
}

static void expect_bad_rates(const char *overrides, double near, double far)
{
  struct world w = observe(overrides);
  for (uint32_t g = 0; g < STRATA; g++) {
    struct mean bad = {0}, probability = {0}, surprise = {0};
    for (size_t i = 0; i < PEOPLE; i++) {
      if (w.t.stratum[i] != g) continue;
      count(&bad, w.t.outcome[i] == ES_UNFAVORABLE);
      count(&probability, 1 - w.t.probability[i]);
      count(&surprise, (w.t.outcome[i] == ES_FAVORABLE) - w.t.probability[i]);
    }
    expect("bad rate", &bad, g == 0 ? near : far);
    expect("mean probability", &probability, g == 0 ? near : far);
    expect("outcome less its probability", &surprise, 0);
  }
  forget(&w);
}

Test(population, outcomes_have_their_base_rates)
{
  expect_bad_rates("", 0.1, 0.3);
  expect_bad_rates("base_rate_gap=0", 0.1, 0.1);
  expect_bad_rates("base_rate_gap=2", 0.1, 0.5);
  expect_bad_rates("bad_rate=0.02|traits.visibility=2", 0.02, 0.02);
}

/* The log-odds rise by the slope: people one sd apart in reliability alone differ by 1.2. */
Test(population, probability_follows_the_traits)
{
  struct world w = observe("");
  for (size_t i = 0; i < 1000; i++) {
    const struct es_stratum *s = &w.p.stratum[w.t.stratum[i]];
    double logit = s->intercept + 0.6 * w.t.trait[0][i] + 1.2 * w.t.trait[1][i];
    cr_expect(fabs(es_logit(w.t.probability[i]) - logit) < 1e-9);
  }
  forget(&w);
}

/* --- coverage --------------------------------------------------------------------------------- */

Test(population, coverage_is_as_given_and_its_gap_scales)
{
  expect_seen("", 0.7, 0.4);
  expect_seen("coverage_gap=0", 0.7, 0.7);
  expect_seen("coverage_gap=0.5", 0.7, 0.55);
  expect_seen("coverage_gap=2", 0.7, 0.1);
  expect_seen("coverage_gap=5", 0.7, 0); /* never below nobody */
  expect_seen("source bank.coverage=1 0", 1, 0);
}

/* At 0.5, coverage and visibility are the signs of two normals: 1/4 + asin(r)/2π are both up. */
Test(population, opting_in_leaves_the_share_and_prefers_the_visible)
{
  expect_seen("source bank.opt_in=1.5", 0.7, 0.4);
  struct world w = observe("source bank.opt_in=1.5|source bank.coverage=0.5");
  struct mean both = {0};
  for (size_t i = 0; i < PEOPLE; i++)
    count(&both, w.seen[i] && w.t.trait[2][i] > w.p.stratum[w.t.stratum[i]].mean[2]);
  expect("seen and visible", &both, 0.25 + asin(1.5 / sqrt(1 + 1.5 * 1.5)) / (2 * M_PI));
  forget(&w);
}

Test(population, sharing_and_missed_links_hide_records)
{
  expect_seen("source bank.coverage=1|source bank.shared=0.25", 0.25, 0.25);
  expect_seen("source bank.shared=0", 0, 0);
  expect_seen("source bank.coverage=1|source bank.missed=0.1 0.3", 0.9, 0.7);
  expect_seen("source bank.coverage=1|source bank.missed=0.1 0.3|linkage_gap=0", 0.9, 0.9);
  expect_seen("source bank.missed=0.1|source bank.shared=0.5", 0.7 * 0.9 * 0.5, 0.4 * 0.9 * 0.5);
}

/* --- records ---------------------------------------------------------------------------------- */

/* Of a history of 1 + geometric months with mean m, E[1/n] = ln(m) / (m - 1). */
static double mean_inverse_history(double m) { return m > 1 ? log(m) / (m - 1) : 1; }

static void expect_noise(const char *overrides, double near, double far)
{
  struct world w = observe(overrides);
  for (uint32_t g = 0; g < STRATA; g++) {
    struct mean square = {0}, mean = {0};
    for (size_t i = 0; i < PEOPLE; i++) {
      if (w.t.stratum[i] != g) continue;
      double error = w.value[i] - w.t.trait[0][i];
      count(&mean, error);
      count(&square, error * error);
    }
    expect("mean error", &mean, 0);
    expect(overrides, &square, g == 0 ? near : far);
  }
  forget(&w);
}

Test(population, noise_shrinks_with_history)
{
#define ALL "source bank.coverage=1|"
  expect_noise(ALL "source bank.noise=2", 4, 4);
  expect_noise(ALL "source bank.noise=3|source bank.history=24 6", 9 * mean_inverse_history(24),
               9 * mean_inverse_history(6));
  expect_noise(ALL "source bank.noise=2 3|source bank.history=24 6|noise_gap=0",
               4 * mean_inverse_history(24), 4 * mean_inverse_history(24));
  expect_noise(ALL "source bank.noise=2 3|source bank.history=4 4|noise_gap=2",
               4 * mean_inverse_history(4), pow(2 * 1.5 * 1.5, 2) * mean_inverse_history(4));
  expect_noise(ALL "indicator bank.balance.residual=0.5", 0.25, 0.25);
}

Test(population, indicators_have_their_kinds)
{
#define BALANCE "|indicator bank.balance."
  struct world w = observe(ALL "base_rate_gap=0" BALANCE "kind=binary" BALANCE
                               "intercept=-1" BALANCE "residual=0.75");
  struct mean m = {0};
  for (size_t i = 0; i < PEOPLE; i++) count(&m, w.value[i]);
  expect("share of ones", &m, es_normal_cdf(-1 / 1.25));
  forget(&w);
  w = observe(ALL "base_rate_gap=0" BALANCE "kind=count" BALANCE "intercept=-1" BALANCE
                  "capacity=0.6");
  m = (struct mean){0};
  for (size_t i = 0; i < PEOPLE; i++) {
    cr_assert(w.value[i] >= 0 && w.value[i] == floor(w.value[i]));
    count(&m, w.value[i]);
  }
  expect("mean count", &m, exp(-1 + 0.6 * 0.6 / 2));
  forget(&w);
}

/* A false link shows a stranger: nothing of one's own trait is left in it. */
Test(population, false_links_show_other_people)
{
  struct world w = observe(ALL "source bank.false_links=0.2 0.4|base_rate_gap=0");
  for (uint32_t g = 0; g < STRATA; g++) {
    struct mean strangers = {0}, product = {0}, theirs = {0};
    double rate = g == 0 ? 0.2 : 0.4;
    for (size_t i = 0; i < PEOPLE; i++) {
      if (w.t.stratum[i] != g) continue;
      double own = w.t.trait[0][i];
      bool stranger = w.value[i] != own;
      count(&strangers, stranger);
      count(&product, w.value[i] * own);
      if (stranger) count(&theirs, w.value[i] * w.value[i]);
    }
    expect("share of strangers' records", &strangers, rate);
    expect("correlation with one's own trait", &product, 1 - rate);
    expect("variance of strangers' records", &theirs, 1);
  }
  forget(&w);
  /* Whom the source does not have it cannot give to anybody. */
  expect_seen("source bank.coverage=0.5|source bank.false_links=1", 0.5, 0.5);
  expect_seen(ALL "source bank.missed=1|source bank.false_links=0.3", 0.3, 0.3);
}

/* --- who is who ------------------------------------------------------------------------------- */

/* Repairing one thing leaves people, and records that are seen in both worlds, as they were. */
Test(population, the_same_people_live_in_every_world)
{
  static const char *const repairs[] = {"coverage_gap=0", "noise_gap=0", "linkage_gap=0",
                                        "source bank.shared=1"};
  const char *world = "source bank.missed=0.1 0.2|source bank.shared=0.8|source bank.history=6";
  struct world w = observe(world);
  for (size_t k = 0; k < ES_COUNT_OF(repairs); k++) {
    char overrides[160];
    size_t wrong = 0, lost = 0, gained = 0;
    snprintf(overrides, sizeof overrides, "%s|%s", world, repairs[k]);
    struct world other = observe(overrides);
    for (size_t i = 0; i < PEOPLE; i++) {
      wrong += w.t.stratum[i] != other.t.stratum[i] || w.t.outcome[i] != other.t.outcome[i] ||
               w.t.trait[1][i] != other.t.trait[1][i] ||
               (w.seen[i] && other.seen[i] && w.value[i] != other.value[i]);
      lost += w.seen[i] && !other.seen[i];
      gained += !w.seen[i] && other.seen[i];
    }
    cr_expect_eq(wrong, 0, "%s changes %zu people", repairs[k], wrong);
    cr_expect_eq(lost, 0, "%s loses %zu records", repairs[k], lost);
    cr_expect(gained > 0 || k == 1, "%s gains nothing", repairs[k]);
    forget(&other);
  }
  forget(&w);
}

Test(population, a_person_is_the_same_in_any_study)
{
  struct kit small, large;
  kit_open(&small, "cn-2017", 100, &ctx);
  kit_open(&large, "cn-2017", 3000, &ctx);
  const struct es_block *few[] = {&small.train, &small.test}, *many[] = {&large.train, &large.test};
  size_t wrong = 0;
  for (size_t part = 0; part < 2; part++)
    for (size_t i = 0; i < 100; i++) {
      const struct es_block *a = few[part], *b = many[part];
      wrong += a->person[i] != b->person[i] || a->truth[i] != b->truth[i] ||
               a->outcome[i] != b->outcome[i] || a->group[0][i] != b->group[0][i];
      for (size_t c = 0; c < small.from.people->columns; c++)
        wrong += memcmp(&a->value[c][i], &b->value[c][i], sizeof(double)) != 0;
    }
  cr_expect_eq(wrong, 0);
  for (size_t i = 0; i < 3000; i++) cr_assert_neq(large.train.person[i], large.test.person[i]);
  kit_close(&small);
  kit_close(&large);
}

/* --- the presets ------------------------------------------------------------------------------ */

/* z of the difference of two means. */
static double apart(const struct mean *a, const struct mean *b)
{
  double spread = variance_of(a) / a->n + variance_of(b) / b->n;
  return spread > 0 ? fabs(value_of(a) - value_of(b)) / sqrt(spread) : value_of(a) != value_of(b);
}

Test(presets, null_has_no_gap_in_anything)
{
  enum { BLOCK = 1000, LEVELS = 3 };
  struct kit kit;
  struct mean seen[16][LEVELS] = {0}, value[16][LEVELS] = {0}, good[LEVELS] = {0};
  kit_open(&kit, "null", BLOCK, &ctx);
  size_t columns = kit.from.people->columns;
  cr_assert_leq(columns, 16);
  for (uint64_t first = 0; first < PEOPLE; first += BLOCK) {
    kit_fill(&kit.from, ES_TEST, first, &kit.test, &ctx);
    for (size_t i = 0; i < BLOCK; i++) {
      uint32_t g = kit.test.group[0][i];
      count(&good[g], kit.test.outcome[i]);
      for (size_t c = 0; c < columns; c++) {
        count(&seen[c][g], kit.test.seen[c][i]);
        if (kit.test.seen[c][i]) count(&value[c][g], kit.test.value[c][i]);
      }
    }
  }
  for (size_t g = 1; g < LEVELS; g++) {
    cr_expect_lt(apart(&good[0], &good[g]), 5);
    for (size_t c = 0; c < columns; c++) {
      cr_expect_lt(apart(&seen[c][0], &seen[c][g]), 5, "column %zu is seen otherwise", c);
      cr_expect_lt(apart(&value[c][0], &value[c][g]), 5, "column %zu is otherwise", c);
    }
  }
  kit_close(&kit);
}

/* A number is a setting or a fact, and a fact says where it comes from. */
static bool is_setting(const char *key)
{
  static const char *const settings[] = {"people", "train", "version"};
  for (size_t k = 0; k < ES_COUNT_OF(settings); k++)
    if (strcmp(key, settings[k]) == 0) return true;
  size_t size = strlen(key);
  return size > 4 && strcmp(key + size - 4, "_gap") == 0;
}

static bool is_tagged(const char *comment)
{
  static const char *const tags[] = {"[found]", "[seed]", "[derived]", "[memory", "[assumed]"};
  for (size_t k = 0; k < ES_COUNT_OF(tags); k++)
    if (strncmp(comment, tags[k], strlen(tags[k])) == 0) return true;
  return false;
}

Test(presets, every_number_says_where_it_comes_from)
{
  size_t presets = 0, numbers = 0;
  for (size_t k = 0; k < es_embedded_count; k++) {
    const struct es_embedded *file = &es_embedded[k];
    struct es_ini ini;
    if (strcmp(file->kind, "population") != 0) continue;
    presets++;
    MUST(es_ini_read(&ini, file->name, file->text, strlen(file->text), &ctx), &ctx);
    for (size_t i = 0; i < ini.entries; i++) {
      const struct es_ini_entry *e = &ini.entry[i];
      char first[64] = "";
      double x;
      size_t size = strcspn(e->value, " \t,");
      if (size < sizeof first) memcpy(first, e->value, size);
      if (!es_parse_double(first, &x) || is_setting(e->key)) continue;
      numbers++;
      cr_expect(is_tagged(e->comment), "%s.ini:%d: %s = %s carries no tag", file->name, e->line,
                e->key, e->value);
    }
    es_ini_clear(&ini);
  }
  cr_expect(presets >= 3 && numbers > 100, "%zu presets, %zu numbers", presets, numbers);
}

/* --- refusals --------------------------------------------------------------------------------- */

/* Every message begins with the file and the line, and says what would be right. */
Test(population, wrong_values_name_their_line)
{
  static const struct {
    int at;
    const char *line, *becomes, *says;
  } rows[] = {{5, "share = 0.6 0.4", "share = 0.6 0.5", "share: the shares sum to 1.1"},
              {5, "share = 0.6 0.4", "share = 0.6 0.2 0.2", "share: give one number, or one for"},
              {5, "share = 0.6 0.4", "share = 0.6 much", "0.6 much: give numbers from 0 to 1"},
              {5, "share = 0.6 0.4", "sahre = 0.6 0.4", "did you mean \"share\"?"},
              {6, "bad_rate = 0.1 0.3", "bad_rate = 0.1 1.3", "give numbers from 0 to 1"},
              {3, "reference = near", "reference = neer", "name one of the strata (near far)"},
              {4, "core = bank", "core = court", "there is no [source court]"},
              {2, "strata = near far", "strata =", "strata: name at least one"},
              {8, "= 0.3 -0.2 0.1", "= 0.9 0.9 -0.9", "correlation: give three"},
              {15, "[source bank]", "[sauce bank]", "unknown section; there are"},
              {0, "[indicator bank", "[indicator court", "wants the name of a [source]"},
              {15, "coverage = 0.7 0.4", "coverage = 0.7 1.4", "give numbers from 0 to 1"},
              {17, "capacity = 1\n", "kind = word\n", "give one of number, binary, count"},
              {17, "capacity = 1\n", "capacity\n", "give [section], key = value or ; comment"}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    const char *at = strstr(base, rows[k].line);
    struct es_text text = {0};
    struct es_population p;
    cr_assert_not_null(at);
    es_text_bytes(&text, base, (size_t)(at - base));
    es_text_add(&text, "%s%s", rows[k].becomes, at + strlen(rows[k].line));
    cr_expect_eq(open_text(&p, text.at, ""), ES_INPUT, "%s is taken", rows[k].becomes);
    char place[32] = "p.ini: ";
    if (rows[k].at > 0) snprintf(place, sizeof place, "p.ini:%d: ", rows[k].at);
    cr_expect(strstr(ctx.message, place) && strstr(ctx.message, rows[k].says),
              "\"%s\" lacks \"%s\" or \"%s\"", ctx.message, place, rows[k].says);
    es_text_clear(&text);
  }
}

Test(population, wrong_overrides_say_so)
{
  static const char *const rows[][2] = {{"coverge_gap=0", "did you mean \"coverage_gap\"?"},
                                        {"coverage_gap=11", "from 0 to 10"},
                                        {"source bnk.coverage=1", "did you mean [source bank]?"},
                                        {"coverage_gap", "="}};
  for (size_t k = 0; k < ES_COUNT_OF(rows); k++) {
    struct es_population p;
    cr_expect_eq(open_text(&p, base, rows[k][0]), ES_INPUT, "%s is taken", rows[k][0]);
    cr_expect(strstr(ctx.message, rows[k][1]) != NULL, "\"%s\" lacks \"%s\"", ctx.message,
              rows[k][1]);
  }
  struct es_population p;
  cr_expect_eq(es_population_open(&p, "cn-2107", &(struct es_texts){0}, &ctx), ES_INPUT);
  cr_expect(strstr(ctx.message, "cn-2017") != NULL, "%s", ctx.message);
}
