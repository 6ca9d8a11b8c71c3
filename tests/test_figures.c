/* Figures: what they show is what the results say; and the hash that pages print. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/digest.h"
#include "harness/figures/figure.h"
#include "harness/run/runner.h"

static struct es_context ctx;

/* FIPS 180-4's examples (NIST, "SHA256.pdf"): one block, two blocks; and nothing at all. */
Test(figures, the_hash_is_sha256)
{
  static const struct {
    const char *text, *hex;
  } known[] = {{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
               {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
               {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}};
  for (size_t k = 0; k < ES_COUNT_OF(known); k++) {
    char hex[ES_DIGEST_SIZE];
    es_sha256(known[k].text, strlen(known[k].text), hex);
    cr_expect_str_eq(hex, known[k].hex);
  }
}

/* A small study with every table that figures are made of. */
static void run(struct es_results *results, struct es_figures *figures)
{
  struct es_study study = {0};
  *results = (struct es_results){0};
  *figures = (struct es_figures){0};
  cr_assert_eq(es_study_open(&study, "default", &ctx), ES_OK, "%s", ctx.message);
  study.people = study.train = 3000;
  study.bootstrap = 20;
  study.periods = 2;
  static const char *const set[][2] = {{"metrics", "auc"},
                                       {"metrics", "abstention_rate"},
                                       {"metrics", "demographic_parity_difference"},
                                       {"metrics", "calibration_error_quantile"},
                                       {"attribute", "demographic_parity_difference"},
                                       {"sweep", "coverage_gap=0,1"}};
  for (size_t k = 0; k < ES_COUNT_OF(set); k++)
    cr_assert_eq(es_options_set(es_study_options, &study, set[k][0], set[k][1], &ctx), ES_OK, "%s",
                 ctx.message);
  cr_assert_eq(es_run(&study, 1, results, &ctx), ES_OK, "%s", ctx.message);
  cr_assert_eq(es_figures_make(figures, results, &ctx), ES_OK, "%s", ctx.message);
  es_study_clear(&study);
}

static const struct es_figure *find(const struct es_figures *figures, const char *name)
{
  for (size_t f = 0; f < figures->count; f++)
    if (strcmp(figures->at[f].name, name) == 0) return &figures->at[f];
  cr_assert_fail("no figure %s", name);
  return NULL;
}

static const struct es_series *series(const struct es_panel *panel, const char *name)
{
  for (size_t s = 0; s < panel->count; s++)
    if (strcmp(panel->series[s].name, name) == 0) return &panel->series[s];
  cr_assert_fail("no series %s in %s", name, panel->title);
  return NULL;
}

static void check_points(const struct es_results *results, const struct es_figures *figures)
{
  const struct es_row *gap = es_results_find(results, NULL, "logistic", "region", "",
                                             "demographic_parity_difference", "between_groups");
  const struct es_row *auc = es_results_find(results, NULL, "logistic", "", "all", "auc", "");
  const struct es_point *forest = series(&find(figures, "forest")->panel[0], "logistic")->point;
  const struct es_point *both =
      series(&find(figures, "accuracy_disparity")->panel[0], "logistic")->point;
  cr_expect_eq(forest->x, gap->value);
  cr_expect_eq(forest->x_low, gap->low);
  cr_expect_eq(forest->x_high, gap->high);
  cr_expect_eq(both->x, auc->value);
  cr_expect_eq(both->y, gap->value);
  cr_expect_eq(both->y_high, gap->high);
}

/* Bars of causes end where they add up to the measured gap. */
static void check_bars(const struct es_results *results, const struct es_figures *figures)
{
  const struct es_row *gap = es_results_find(results, NULL, "logistic", "region", "",
                                             "demographic_parity_difference", "between_groups");
  const struct es_panel *panel = &find(figures, "attribution")->panel[0];
  double sum = 0;
  for (size_t s = 0; s < panel->count; s++)
    for (size_t i = 0; i < panel->series[s].points; i++)
      if (panel->series[s].point[i].y == 0)
        sum += panel->series[s].point[i].x - panel->series[s].point[i].from;
  cr_expect_float_eq(sum, gap->value, 1e-9);
}

/* The table's tenths are those that the metric is made of. */
static void check_calibration(const struct es_results *results)
{
  const struct es_row *error = es_results_find(results, NULL, "logistic", "region", "rural",
                                               "calibration_error_quantile", "");
  double people = 0, off = 0;
  size_t i;
  const json_t *row;
  json_array_foreach(json_object_get(results->tables, "calibration"), i, row)
  {
    const char *scorer = json_string_value(json_object_get(row, "scorer"));
    const char *group = json_string_value(json_object_get(row, "group"));
    if (strcmp(scorer, "logistic") != 0 || strcmp(group, "rural") != 0) continue;
    double n = json_number_value(json_object_get(row, "n"));
    people += n;
    off += n * fabs(json_number_value(json_object_get(row, "predicted")) -
                    json_number_value(json_object_get(row, "value")));
  }
  cr_assert_not_null(error);
  cr_expect_float_eq(off / people, error->value, 1e-12);
}

/* What stands under a group's steps is the share of it that has a score; tenths of probability lie
 * in their intervals. */
static void check_tallies(const struct es_results *results, const struct es_figures *figures)
{
  const struct es_row *none =
      es_results_find(results, NULL, "logistic", "region", "rural", "abstention_rate", "");
  const struct es_series *rural = series(&find(figures, "scores")->panel[0], "rural");
  double scored = 0;
  for (size_t i = 0; i < rural->points; i++) scored += rural->point[i].y;
  cr_expect_float_eq(scored, 1 - none->value, 1e-12);
  const struct es_series *tenths = series(&find(figures, "calibration")->panel[0], "rural");
  cr_expect_gt(tenths->points, 3);
  for (size_t i = 0; i < tenths->points; i++)
    cr_expect(tenths->point[i].y_low <= tenths->point[i].y &&
              tenths->point[i].y <= tenths->point[i].y_high);
}

Test(figures, points_are_the_results_numbers)
{
  struct es_results results;
  struct es_figures figures;
  run(&results, &figures);
  check_points(&results, &figures);
  check_bars(&results, &figures);
  check_tallies(&results, &figures);
  check_calibration(&results);
  cr_expect_eq(series(&find(&figures, "sweep")->panel[0], "logistic")->points, 2);
  cr_expect_eq(series(&find(&figures, "trajectory")->panel[0], "rural")->points, 3);
  cr_expect_eq(find(&figures, "harm")->categories, 3);
  cr_expect_eq(figures.left_out.count, 0, "%s",
               figures.left_out.count ? figures.left_out.text[0] : "");
  /* A scorer has one colour everywhere, and no other has it. */
  size_t hue = series(&find(&figures, "forest")->panel[0], "rule_list")->hue;
  cr_expect_eq(series(&find(&figures, "sweep")->panel[0], "rule_list")->hue, hue);
  cr_expect_neq(series(&find(&figures, "forest")->panel[0], "logistic")->hue, hue);
  for (size_t f = 0; f < figures.count; f++)
    for (size_t p = 0; p < figures.at[f].panels; p++) {
      const struct es_axis *x = &figures.at[f].panel[p].x;
      cr_expect(x->low < x->high && x->step > 0 && (x->high - x->low) / x->step < 12, "%s",
                figures.at[f].name);
    }
  es_figures_clear(&figures);
  es_results_clear(&results);
}

Test(figures, what_is_not_there_is_left_out_with_a_reason)
{
  struct es_results results = {0};
  struct es_figures figures = {0};
  struct es_row row = {.population = (char *)"p",
                       .scorer = (char *)"a<b>&\"c\"",
                       .attribute = (char *)"sex",
                       .metric = (char *)"demographic_parity_difference",
                       .reduction = (char *)"between_groups",
                       .status = (char *)"ok",
                       .value = 0.25,
                       .low = 0.125,
                       .high = 0.5,
                       .n = 10};
  cr_assert_eq(es_results_add(&results, &row, &ctx), ES_OK);
  row.scorer = (char *)"other\u202e", row.status = (char *)"undefined: nobody <is> there";
  cr_assert_eq(es_results_add(&results, &row, &ctx), ES_OK);
  row.metric = (char *)"selection_rate", row.group = (char *)"f", row.reduction = NULL;
  cr_assert_eq(es_results_add(&results, &row, &ctx), ES_OK);
  cr_assert_eq(es_figures_make(&figures, &results, &ctx), ES_OK, "%s", ctx.message);
  cr_assert_eq(figures.count, 1);
  cr_expect_eq(figures.left_out.count, 8); /* one line for each figure that is not there */
  struct es_text svg = {0};
  es_figure_svg(&svg, &figures.at[0], &figures.at[0].panel[0]);
  cr_expect_not_null(strstr(svg.at, "a&lt;b&gt;&amp;&quot;c&quot;"));
  cr_expect_not_null(strstr(svg.at, "nobody &lt;is&gt; there"));
  cr_expect_not_null(strstr(svg.at, "(0.1250 to 0.5000)"));
  cr_expect_null(strstr(svg.at, "nan"));
  cr_expect_null(strstr(svg.at, "\u202e"), "a turn of direction");
  es_text_clear(&svg);
  es_figures_clear(&figures);
  es_results_clear(&results);
}

/* Fifteen policies are fifteen panels: twelve on a page, on the same axes, and none is lost. */
Test(figures, what_a_page_has_no_room_for_stands_on_the_next)
{
  struct es_results results = {.study = json_pack("{s:[ss]}", "policy", "a", "b")};
  struct es_figures figures = {0};
  for (int k = 0; k < 15; k++) {
    char policy[16];
    snprintf(policy, sizeof policy, "rate:%d", k);
    struct es_row row = {.population = (char *)"p",
                         .scorer = (char *)"s",
                         .policy = policy,
                         .attribute = (char *)"sex",
                         .metric = (char *)"demographic_parity_difference",
                         .reduction = (char *)"between_groups",
                         .status = (char *)"ok",
                         .value = k,
                         .low = k - 0.5,
                         .high = k + 0.5,
                         .n = 10};
    cr_assert_eq(es_results_add(&results, &row, &ctx), ES_OK);
  }
  cr_assert_eq(es_figures_make(&figures, &results, &ctx), ES_OK, "%s", ctx.message);
  cr_assert_eq(figures.count, 2);
  const struct es_figure *first = find(&figures, "forest"), *next = find(&figures, "forest-2");
  cr_expect_str_eq(first->title, "How unequal is each scorer? (1 of 2)");
  cr_expect_str_eq(next->title, "How unequal is each scorer? (2 of 2)");
  cr_expect_eq(first->panels, 12);
  cr_expect_eq(next->panels, 3);
  cr_expect_eq(next->part, 1);
  cr_expect_eq(next->categories, 1);
  for (size_t k = 0; k < 15; k++) {
    const struct es_panel *panel = k < 12 ? &first->panel[k] : &next->panel[k - 12];
    cr_expect_eq(panel->series[0].point[0].x, (double)k);
    cr_expect_eq(panel->x.high, first->panel[0].x.high);
  }
  es_figures_clear(&figures);
  es_results_clear(&results);
}

Test(figures, names_stand_apart_and_inside)
{
  struct es_point at = {.x = 1, .y = 0.02};
  struct es_series all[6];
  for (size_t s = 0; s < 6; s++)
    all[s] = (struct es_series){.mark = ES_MARK_LINE, .named = true, .point = &at, .points = 1};
  struct es_panel panel = {.series = all, .count = 6, .y = {0, 1, 0.5, 1}};
  double place[6];
  es_label_places(&panel, 0.1, place);
  for (size_t s = 0; s < 6; s++) {
    cr_expect(place[s] >= 0 && place[s] <= 1 + 1e-12, "%g", place[s]);
    for (size_t k = 0; k < s; k++) cr_expect_geq(fabs(place[s] - place[k]), 0.1 - 1e-12);
  }
}

Test(figures, long_names_are_cut_between_characters)
{
  struct es_text text = {0};
  es_shorten(&text, "äöüäöü", 4);
  cr_expect_str_eq(text.at, "äöü…");
  es_text_clear(&text);
  es_shorten(&text, "äöüä", 4);
  cr_expect_str_eq(text.at, "äöüä");
  es_text_clear(&text);
}
