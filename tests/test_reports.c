/* Reports over a small set of results held here: what stands in tables, sentences and files. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"
#include "harness/tables/sentence.h"
#include "reports/report.h"

extern const struct es_report es_report_text, es_report_markdown, es_report_csv, es_report_json;

static struct es_context ctx;

#define FIXTURE "tests/fixtures/results.json"
#define WRONG   "wrongful_denial_rate"

static void add(struct es_results *r, const char *scorer, const char *group, const char *metric,
                double value, double half, const char *method, uint64_t n)
{
  bool gap = group == NULL, all = !gap && strcmp(group, "all") == 0;
  struct es_row row = {.population = (char *)"cn-2017",
                       .scorer = (char *)scorer,
                       .policy = (char *)"approve 60%",
                       .attribute = (char *)(all ? "" : "region"),
                       .group = (char *)(gap ? "" : group),
                       .metric = (char *)metric,
                       .reduction = (char *)(gap ? "between_groups" : ""),
                       .value = value,
                       .low = value - half,
                       .high = value + half,
                       .confidence = half >= 0 ? 0.95 : NAN,
                       .method = (char *)method,
                       .n = n,
                       .status = (char *)"ok"};
  if (half < 0) row.low = row.high = NAN;
  cr_assert_eq(es_results_add(r, &row, &ctx), ES_OK, "%s", ctx.message);
}

static void undefined(struct es_results *r, const char *scorer, const char *group,
                      const char *metric, const char *status)
{
  struct es_row row = {.population = (char *)"cn-2017",
                       .scorer = (char *)scorer,
                       .policy = (char *)"approve 60%",
                       .group = (char *)group,
                       .metric = (char *)metric,
                       .value = NAN,
                       .low = NAN,
                       .high = NAN,
                       .confidence = NAN,
                       .status = (char *)status};
  if (group[0] == '\0') row.attribute = (char *)"region", row.reduction = (char *)"between_groups";
  cr_assert_eq(es_results_add(r, &row, &ctx), ES_OK, "%s", ctx.message);
}

static void scorer(struct es_results *r, const char *name, bool yardstick)
{
  struct es_scorer_result *grown = realloc(r->scorer, (r->scorers + 1) * sizeof *grown);
  cr_assert_not_null(grown);
  r->scorer = grown;
  grown[r->scorers++] = (struct es_scorer_result){.name = strdup(name),
                                                  .summary = strdup("one line"),
                                                  .cite = strdup(""),
                                                  .model = strdup(""),
                                                  .yardstick = yardstick};
}

static void all_of(struct es_results *r, const char *name, const double *v)
{
  add(r, name, "all", "auc", v[0], 0.0043, "delong", 61234);
  if (v[1] < 0)
    undefined(r, name, "all", "brier", "undefined: no probability: the score is not one");
  else
    add(r, name, "all", "brier", v[1], 0.0006, "normal", 61234);
  add(r, name, "all", "abstention_rate", v[2], 0.0028, "wilson", 120000);
  add(r, name, NULL, "demographic_parity_difference", v[3], 0.0061, "newcombe", 120000);
  add(r, name, NULL, "equal_opportunity_difference", v[4], 0.0072, "newcombe", 120000);
  add(r, name, NULL, WRONG "_difference", v[4], 0.0072, "newcombe", 120000);
  add(r, name, "all", WRONG, v[5], 0.0032, "wilson", 98765);
  add(r, name, "all", "wrongful_restriction_days_per_1000", v[6], 1234, "normal", 120000);
  add(r, name, "all", "expected_cost_per_person", v[7], 0.0031, "normal", 120000);
}

static void group_of(struct es_results *r, const char *name, const char *group, double unscored,
                     double denied)
{
  add(r, name, group, "abstention_rate", unscored, 0.004, "wilson", 40000);
  add(r, name, group, WRONG, denied, 0.005, "wilson", 32000);
}

/* Three scorers and a yardstick that comes first in the rows, and last in the table. */
static void fill(struct es_results *r)
{
  *r = (struct es_results){0};
  r->study = json_pack("{s:i, s:s}", "seed", 2018, "policy", "approve 60%");
  r->populations = json_pack("[{s:s, s:s, s:s, s:s, s:i, s:i, s:i}]", "name", "cn-2017", "title",
                             "China 2017, stylised", "version", "1", "favorable", "repays",
                             "people", 120000, "assumed", 14, "numbers", 60);
  scorer(r, "oracle", true);
  scorer(r, "logistic", false);
  scorer(r, "rule_list", false);
  scorer(r, "composite_index", false);
  all_of(r, "oracle", (double[]){0.8312, 0.1204, 0, 0.1012, 0.0801, 0.2102, 54321, 0.1801});
  all_of(r, "logistic", (double[]){0.7424, 0.1611, 0.5621, 0.3012, 0.3204, 0.6712, 171234, 0.4512});
  all_of(r, "rule_list",
         (double[]){0.6912, 0.1802, 0.5621, 0.2904, 0.3111, 0.6809, 174321, 0.4612});
  all_of(r, "composite_index",
         (double[]){0.7101, -1, 0.0003, 0.1502, 0.1402, 0.3901, 99876, 0.2912});
  group_of(r, "logistic", "urban", 0.4212, 0.5218);
  group_of(r, "logistic", "rural", 0.7112, 0.8422);
  group_of(r, "rule_list", "urban", 0.4212, 0.5318);
  group_of(r, "rule_list", "rural", 0.7112, 0.8429);
  struct es_context noting = {.notes = &r->warnings};
  es_note(&noting, "column a|b is constant: left out");
}

static char *report(const struct es_report *format, const struct es_results *r, const char *table)
{
  struct es_text out = {0};
  struct es_table_request request = {.table = table};
  cr_assert_eq(format->write(r, &request, &out, &ctx), ES_OK, "%s", ctx.message);
  return es_text_take(&out);
}

static void expect_text(const char *got, const char *wanted)
{
  cr_expect(strcmp(got, wanted) == 0, "wanted:\n%s\ngot:\n%s", wanted, got);
}

static size_t widest_line(const char *text)
{
  size_t widest = 0;
  for (const char *end; *text != '\0'; text = end + (*end != '\0')) {
    end = text + strcspn(text, "\n");
    char line[4096] = "";
    memcpy(line, text, (size_t)(end - text) < sizeof line ? (size_t)(end - text) : sizeof line - 1);
    if (es_text_width(line) > widest) widest = es_text_width(line);
  }
  return widest;
}

/* --- whole reports ---------------------------------------------------------------------------- */

Test(reports, text_stands_as_it_should)
{
  struct es_results r;
  fill(&r);
  char *text = report(&es_report_text, &r, NULL);
  expect_text(text,
              "cn-2017: 120,000 people, seed 2018, policy approve 60%\n"
              "\n"
              "                  ACCURACY    ─ COVERAGE ─  ────── DISPARITY ───────  ────── ERROR "
              "IMPACT ──────\n"
              "                                                 parity  opportunity      wrongly   "
              "    days per\n"
              "scorer                 AUC ↑    no score ↓        gap ↓        gap ↓     denied ↓   "
              "     1,000 ↓\n"
              "────────────────────────────────────────────────────────────────────────────────────"
              "────────────\n"
              "logistic         0.742±0.004   0.562±0.003  0.301±0.006  0.320±0.007  0.671±0.003  "
              "171,200±1,200\n"
              "rule_list        0.691±0.004   0.562±0.003  0.290±0.006  0.311±0.007  0.681±0.003  "
              "174,300±1,200\n"
              "composite_index  0.710±0.004  <0.001±0.003  0.150±0.006  0.140±0.007  0.390±0.003   "
              "99,900±1,200\n"
              "────────────────────────────────────────────────────────────────────────────────────"
              "────────────\n"
              "oracle           0.831±0.004   0.000±0.003  0.101±0.006  0.080±0.007  0.210±0.003   "
              "54,300±1,200\n"
              "\n"
              "Among everyone who repays, logistic denies 84% of rural and 52% of urban people; "
              "71% of rural people\n"
              "have no score at all, against 42% of urban.\n"
              "\n"
              "± is half of the 95% interval: delong (AUC), normal (Brier, days per 1,000, cost "
              "per person), wilson\n"
              "  (no score, wrongly denied), newcombe (parity gap, opportunity gap)\n"
              "↑ more is better, ↓ less is better\n"
              "Yardsticks, bounds to compare with and no proposals: oracle\n"
              "Gaps are between groups of region (urban, rural)\n"
              "cn-2017, version 1: China 2017, stylised\n"
              "14 of 60 numbers of cn-2017 are assumed, not sourced\n"
              "Each number rests on 61,234 to 120,000 people: column n of --format csv\n"
              "Warning: column a|b is constant: left out\n"
              "Left out to fit 100 columns: Brier, cost per person; more with --format csv\n");
  cr_expect_leq(widest_line(text), 100);
  free(text);
  es_results_clear(&r);
}

Test(reports, markdown_stands_as_it_should)
{
  struct es_results r;
  fill(&r);
  char *text = report(&es_report_markdown, &r, "main");
  expect_text(
      text,
      "### cn-2017: 120,000 people, seed 2018, policy approve 60%\n"
      "\n"
      "Among everyone who repays, logistic denies 84% of rural and 52% of urban people; 71% of "
      "rural people have no score at all, against 42% of urban.\n"
      "\n"
      "| scorer          |            AUC\u00A0↑ |            Brier\u00A0↓ |           no "
      "score\u00A0↓ |     "
      "parity gap\u00A0↓ | opportunity gap\u00A0↓ | wrongly denied\u00A0↓ |  days per 1,000\u00A0↓ "
      "| cost per person\u00A0↓ "
      "|\n"
      "| :-------------- | ---------------: | -----------------: | -------------------: | "
      "---------------: | ----------------: | ---------------: | ----------------: | "
      "----------------: |\n"
      "| logistic        | **0.742** ±0.004 | **0.1611** ±0.0006 |         0.562 ±0.003 |     "
      "0.301 ±0.006 |      0.320 ±0.007 |     0.671 ±0.003 |    171,200 ±1,200 |      0.451 ±0.003 "
      "|\n"
      "| rule_list       |     0.691 ±0.004 |     0.1802 ±0.0006 |         0.562 ±0.003 |     "
      "0.290 ±0.006 |      0.311 ±0.007 |     0.681 ±0.003 |    174,300 ±1,200 |      0.461 ±0.003 "
      "|\n"
      "| composite_index |     0.710 ±0.004 |        undefined\u00A0¹ | **&lt;0.001** ±0.003 | "
      "**0.150** ±0.006 |  **0.140** ±0.007 | **0.390** ±0.003 | **99,900** ±1,200 |  **0.291** "
      "±0.003 |\n"
      "| oracle          |     0.831 ±0.004 |     0.1204 ±0.0006 |         0.000 ±0.003 |     "
      "0.101 ±0.006 |      0.080 ±0.007 |     0.210 ±0.003 |     54,300 ±1,200 |      0.180 ±0.003 "
      "|\n"
      "\n"
      "<details><summary>Notes</summary>\n"
      "\n"
      "- ¹ undefined: no probability: the score is not one\n"
      "- ± is half of the 95% interval: delong (AUC), normal (Brier, days per 1,000, cost per "
      "person), wilson (no score, wrongly denied), newcombe (parity gap, opportunity gap)\n"
      "- ↑ more is better, ↓ less is better\n"
      "- Yardsticks, bounds to compare with and no proposals: oracle\n"
      "- Gaps are between groups of region (urban, rural)\n"
      "- cn-2017, version 1: China 2017, stylised\n"
      "- 14 of 60 numbers of cn-2017 are assumed, not sourced\n"
      "- Each number rests on 61,234 to 120,000 people: column n of --format csv\n"
      "- Warning: column a\\|b is constant: left out\n"
      "\n"
      "</details>\n");
  free(text);
  es_results_clear(&r);
}

Test(reports, groups_have_a_row_each)
{
  struct es_results r;
  fill(&r);
  char *text = report(&es_report_text, &r, "groups");
  expect_text(text, "cn-2017: 120,000 people, seed 2018, policy approve 60%\n"
                    "\n"
                    "                           ─ COVERAGE ─  ERROR IMPACT\n"
                    "                                              wrongly\n"
                    "scorer     region       n    no score ↓      denied ↓\n"
                    "─────────────────────────────────────────────────────\n"
                    "logistic   urban   40,000  0.421 ±0.004  0.522 ±0.005\n"
                    "logistic   rural   40,000  0.711 ±0.004  0.842 ±0.005\n"
                    "─────────────────────────────────────────────────────\n"
                    "rule_list  urban   40,000  0.421 ±0.004  0.532 ±0.005\n"
                    "rule_list  rural   40,000  0.711 ±0.004  0.843 ±0.005\n"
                    "\n"
                    "Among everyone who repays, logistic denies 84% of rural and 52% of urban "
                    "people; 71% of rural people\n"
                    "have no score at all, against 42% of urban.\n"
                    "\n"
                    "± is half of the 95% interval: wilson (no score, wrongly denied)\n"
                    "↑ more is better, ↓ less is better\n"
                    "cn-2017, version 1: China 2017, stylised\n"
                    "14 of 60 numbers of cn-2017 are assumed, not sourced\n"
                    "Each number rests on 32,000 to 40,000 people: column n of --format csv\n"
                    "Warning: column a|b is constant: left out\n");
  free(text);
  es_results_clear(&r);
}

Test(reports, every_format_holds_no_nan_and_no_infinity)
{
  const struct es_report *const formats[] = {&es_report_text, &es_report_markdown, &es_report_csv,
                                             &es_report_json};
  struct es_results r;
  fill(&r);
  add(&r, "logistic", "all", "selection_rate", 0.5, INFINITY, "wilson", 10);
  for (size_t k = 0; k < ES_COUNT_OF(formats); k++)
    for (int groups = 0; groups < 2; groups++) {
      char *text = report(formats[k], &r, groups ? "groups" : "main");
      cr_expect_null(strstr(text, "nan"), "%s", formats[k]->name);
      cr_expect_null(strstr(text, "inf"), "%s", formats[k]->name);
      cr_expect_eq(text[strlen(text) - 1], '\n');
      free(text);
    }
  es_results_clear(&r);
}

/* --- files ------------------------------------------------------------------------------------ */

/* The fixture is what fill() gives, under a version that does not move on with the program's, and
 * is enough to make every report again.  EVENSCORE_UPDATE=1 writes it anew. */
Test(reports, json_is_the_fixture_and_makes_every_report_again)
{
  const struct es_report *const formats[] = {&es_report_text, &es_report_markdown, &es_report_csv,
                                             &es_report_json};
  struct es_results r, read = {0};
  fill(&r);
  r.evenscore = strdup("fixture");
  char *text = report(&es_report_json, &r, NULL), *bytes = NULL;
  if (getenv("EVENSCORE_UPDATE") != NULL)
    cr_assert_eq(es_file_write(FIXTURE, text, strlen(text), &ctx), ES_OK, "%s", ctx.message);
  size_t size;
  cr_assert_eq(es_file_read(FIXTURE, &bytes, &size, &ctx), ES_OK, "%s", ctx.message);
  expect_text(text, bytes);
  cr_assert_eq(es_results_read(&read, FIXTURE, &ctx), ES_OK, "%s", ctx.message);
  for (size_t k = 0; k < ES_COUNT_OF(formats); k++) {
    char *one = report(formats[k], &r, NULL), *two = report(formats[k], &read, NULL);
    expect_text(two, one);
    free(one);
    free(two);
  }
  free(text);
  free(bytes);
  es_results_clear(&r);
  es_results_clear(&read);
}

/* The schema and the file agree on which keys there are, and in which order. */
Test(reports, schema_names_the_keys_of_the_file)
{
  json_t *schema = json_load_file("docs/results.schema.json", 0, NULL);
  json_t *file = json_load_file(FIXTURE, 0, NULL);
  cr_assert(schema != NULL && file != NULL);
  const json_t *top = json_object_get(schema, "properties");
  const json_t *row =
      json_object_get(json_object_get(json_object_get(top, "metrics"), "items"), "properties");
  const json_t *maker =
      json_object_get(json_object_get(json_object_get(top, "scorers"), "items"), "properties");
  const struct {
    const json_t *schema, *file;
  } pair[] = {{top, file},
              {row, json_array_get(json_object_get(file, "metrics"), 0)},
              {maker, json_array_get(json_object_get(file, "scorers"), 0)}};
  for (size_t k = 0; k < ES_COUNT_OF(pair); k++) {
    void *a = json_object_iter((json_t *)pair[k].schema),
         *b = json_object_iter((json_t *)pair[k].file);
    cr_assert_not_null(b);
    for (; a != NULL && b != NULL; a = json_object_iter_next((json_t *)pair[k].schema, a),
                                   b = json_object_iter_next((json_t *)pair[k].file, b))
      cr_expect_str_eq(json_object_iter_key(a), json_object_iter_key(b));
    cr_expect(a == NULL && b == NULL, "pair %zu has as many keys on either side", k);
  }
  cr_expect_str_eq(json_string_value(json_object_get(json_object_get(top, "schema"), "const")),
                   ES_RESULTS_SCHEMA);
  json_decref(schema);
  json_decref(file);
}

Test(reports, csv_quotes_and_leaves_the_undefined_empty)
{
  struct es_results r = {0};
  add(&r, "a,b", "say \"x\"", "auc", 0.1 + 0.2, 0.1, "two\nlines", 7);
  add(&r, "plain", "all", "auc", 1e-7, -1, "", 0);
  undefined(&r, "plain", "all", "brier", "undefined: no probability, none");
  char *text = report(&es_report_csv, &r, NULL);
  expect_text(text, "population,scorer,policy,attribute,group,metric,reduction,value,low,high,"
                    "confidence,method,n,status\n"
                    "cn-2017,\"a,b\",approve 60%,region,\"say \"\"x\"\"\",auc,,0.30000000000000004,"
                    "0.20000000000000004,0.4,0.95,\"two\nlines\",7,ok\n"
                    "cn-2017,plain,approve 60%,,all,auc,,1e-07,,,,,0,ok\n"
                    "cn-2017,plain,approve 60%,,all,brier,,,,,,,0,"
                    "\"undefined: no probability, none\"\n");
  free(text);
  es_results_clear(&r);
}

/* --- digits ----------------------------------------------------------------------------------- */

/* value and half-width of the only number in a table, as they are shown */
Test(reports, digits_are_those_that_the_interval_deserves)
{
  static const struct {
    double value, half;
    const char *text, *spread;
  } row[] = {
      {0.7424, 0.0043, "0.742", "±0.004"},
      {0.7424, 0.0013, "0.7424", "±0.0013"},
      {0.7424, 0.00196, "0.742", "±0.002"},
      {0.7424, 0.0096, "0.742", "±0.010"},
      {0.7424, 0.0000004, "0.7424", "±0.0001"},
      {0.7424, 0, "0.7424", "±0.0000"},
      {0.99996, 0.00001, "1.000", "±0.001"},
      {0, 0.00002, "0.0000", "±0.0001"},
      {0.00003, 0.00002, "<0.0001", "±0.0001"},
      {-0.00003, 0.00002, ">-0.0001", "±0.0001"},
      {123.456, 3.2, "123", "±3"},
      {123.456, 0.013, "123.5", "±0.1"},
      {171234, 1234, "171,200", "±1,200"},
      {171234, 3210, "171,000", "±3,000"},
      {1234567, 12, "1,235,000", "±1,000"},
      {999.96, 0.3, "1,000", "±1"},
      {-1234.5, 56, "-1,230", "±60"},
      {0.5, -1, "0.5000", ""},
      {12345.6, -1, "12,350", ""},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_results r = {0};
    struct es_table table = {0};
    add(&r, "logistic", "all", "auc", row[i].value, row[i].half, "delong", 100);
    cr_assert_eq(es_table_make(&table, &r, &(struct es_table_request){0}, &ctx), ES_OK);
    cr_assert_eq(table.columns, 2);
    cr_expect_str_eq(table.cell[1].text, row[i].text, "%g", row[i].value);
    cr_expect_str_eq(table.cell[1].spread, row[i].spread, "%g ± %g", row[i].value, row[i].half);
    es_table_clear(&table);
    es_results_clear(&r);
  }
}

/* A column's numbers stand under each other: decimals for its narrowest interval, while its widest
 * shows at most two digits. */
Test(reports, a_column_has_the_same_decimals)
{
  static const struct {
    double half[2];
    const char *spread[2];
  } row[] = {{{0.0096, 0.0056}, {"±0.010", "±0.006"}},
             {{0.04, 0.0013}, {"±0.040", "±0.001"}},
             {{0.4, 0.0013}, {"±0.40", "±0.01"}},
             {{0.004, 0}, {"±0.004", "±0.000"}},
             {{0.004, -1}, {"±0.004", ""}}};
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_results r = {0};
    struct es_table table = {0};
    scorer(&r, "oracle", true);
    add(&r, "oracle", "all", "auc", 0.9, 0.0000001, "delong", 100);
    add(&r, "a", "all", "auc", 0.7424, row[i].half[0], "delong", 100);
    add(&r, "b", "all", "auc", 0.7424, row[i].half[1], "delong", 100);
    cr_assert_eq(es_table_make(&table, &r, &(struct es_table_request){0}, &ctx), ES_OK);
    cr_expect_str_eq(table.cell[1].spread, row[i].spread[0], "row %zu", i);
    cr_expect_str_eq(table.cell[3].spread, row[i].spread[1], "row %zu", i);
    cr_expect_eq(strlen(table.cell[1].text), strlen(table.cell[5].text), "row %zu", i);
    es_table_clear(&table);
    es_results_clear(&r);
  }
}

/* --- the table -------------------------------------------------------------------------------- */

Test(reports, undefined_cells_share_a_footnote_by_reason)
{
  struct es_results r = {0};
  struct es_table table = {0};
  undefined(&r, "a", "all", "auc", "undefined: nobody was scored");
  undefined(&r, "a", "all", WRONG, "undefined: 0 of 0 people");
  undefined(&r, "b", "all", "auc", "undefined: nobody was scored");
  add(&r, "c", "all", "auc", 0.5, 0.01, "delong", 9);
  cr_assert_eq(es_table_make(&table, &r, &(struct es_table_request){.table = "main"}, &ctx), ES_OK);
  static const char *const wanted[] = {"a", "undefined ¹", "undefined ²", "b", "undefined ¹",
                                       "–", "c",           "0.500",       "–"};
  cr_assert_eq(table.rows * table.columns, 9);
  for (size_t i = 0; i < 9; i++) cr_expect_str_eq(table.cell[i].text, wanted[i]);
  cr_expect_str_eq(table.notes.text[0], "¹ undefined: nobody was scored");
  cr_expect_str_eq(table.notes.text[1], "² undefined: 0 of 0 people");
  es_table_clear(&table);
  es_results_clear(&r);
}

Test(reports, best_is_among_scorers_and_follows_the_arrow)
{
  struct es_results r;
  struct es_table table = {0};
  fill(&r);
  cr_assert_eq(es_table_make(&table, &r, &(struct es_table_request){0}, &ctx), ES_OK);
  for (size_t i = 0; i < table.rows; i++) {
    const struct es_table_cell *cell = &table.cell[i * table.columns];
    bool oracle = strcmp(cell[0].text, "oracle") == 0;
    cr_expect_eq(cell[1].best, strcmp(cell[0].text, "logistic") == 0, "AUC of %s", cell[0].text);
    cr_expect_eq(cell[4].best, strcmp(cell[0].text, "composite_index") == 0, "gap of %s",
                 cell[0].text);
    cr_expect_eq(table.rule_before[i], oracle);
    cr_expect(!oracle || i == table.rows - 1, "yardsticks stand last");
  }
  es_table_clear(&table);
  es_results_clear(&r);
}

Test(reports, colour_only_where_asked)
{
  struct es_results r;
  fill(&r);
  for (int color = 0; color < 2; color++) {
    struct es_text out = {0};
    struct es_table_request request = {.paper = {.color = color}};
    cr_assert_eq(es_report_text.write(&r, &request, &out, &ctx), ES_OK);
    cr_expect_eq(strchr(out.at, '\033') != NULL, color);
    es_text_clear(&out);
  }
  es_results_clear(&r);
}

Test(reports, long_names_and_several_populations_fit_the_page)
{
  struct es_results r;
  fill(&r);
  for (size_t i = 0, n = r.rows; i < n; i++) {
    struct es_row row = r.row[i];
    row.population = (char *)"a-population-with-a-name-that-takes-much-place";
    row.scorer = (char *)"logistic:l2=0.1,max_iter=200,gate=none,bins=12,färbung=grün";
    cr_assert_eq(es_results_add(&r, &row, &ctx), ES_OK);
  }
  for (int groups = 0; groups < 2; groups++) {
    char *text = report(&es_report_text, &r, groups ? "groups" : "main");
    cr_expect_leq(widest_line(text), 100, "%s", text);
    cr_expect_not_null(strstr(text, "…"));
    cr_expect_not_null(strstr(text, "population"));
    size_t at;
    cr_expect(es_is_utf8(text, strlen(text), &at));
    free(text);
  }
  es_results_clear(&r);
}

Test(reports, unknown_table_names_those_that_there_are)
{
  struct es_results r = {0};
  struct es_table table = {0};
  cr_expect_eq(es_table_make(&table, &r, &(struct es_table_request){.table = "mian"}, &ctx),
               ES_INPUT);
  cr_expect_str_eq(ctx.message, "there is no table \"mian\"; there are: main, disparity, groups");
}

Test(reports, no_rows_make_no_table)
{
  struct es_results r = {0};
  char *text = report(&es_report_text, &r, NULL);
  expect_text(text, "No numbers\n\nThere are no wrongful denials to compare.\n");
  free(text);
  text = report(&es_report_markdown, &r, "groups");
  expect_text(text, "### No numbers\n\nThere are no wrongful denials to compare.\n\n");
  free(text);
}

/* --- the sentence ----------------------------------------------------------------------------- */

static void expect_sentence(struct es_results *r, const char *wanted)
{
  char *sentence = es_sentence_make(r, &ctx);
  cr_expect_str_eq(sentence, wanted);
  free(sentence);
  es_results_clear(r);
}

static void two_groups(struct es_results *r, double high, double low, double half)
{
  add(r, "logistic", "all", WRONG, (high + low) / 2, 0.01, "wilson", 20);
  add(r, "logistic", NULL, WRONG "_difference", high - low, half, "newcombe", 20);
  add(r, "logistic", "urban", WRONG, low, half / 2, "wilson", 10);
  add(r, "logistic", "rural", WRONG, high, half / 2, "wilson", 10);
}

static void favorable(struct es_results *r, const char *word)
{
  r->populations = json_pack("[{s:s, s:s}]", "name", "cn-2017", "favorable", word);
}

Test(reports, sentence_says_the_gap)
{
  struct es_results r = {0};
  two_groups(&r, 0.84, 0.52, 0.02);
  expect_sentence(&r, "Among people with the favourable outcome, logistic denies 84% of rural and "
                      "52% of urban people.");
  static const struct {
    const char *word, *among;
  } row[] = {{"repays", "everyone who repays"},
             {"does not reoffend", "everyone who does not reoffend"},
             {"0", "people whose outcome is \"0\""},
             {"yes", "people whose outcome is \"yes\""},
             {"success", "people whose outcome is \"success\""},
             {"Repays", "people whose outcome is \"Repays\""},
             {"good", "people whose outcome is \"good\""}};
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    char wanted[200];
    favorable(&r, row[i].word);
    two_groups(&r, 0.84, 0.52, 0.02);
    snprintf(wanted, sizeof wanted,
             "Among %s, logistic denies 84%% of rural and 52%% of urban people.", row[i].among);
    expect_sentence(&r, wanted);
  }
}

Test(reports, sentence_never_rounds_a_gap_away_nor_a_share_to_nothing)
{
  static const struct {
    double high, low;
    const char *says;
  } row[] = {{0.524, 0.521, "52.4% of rural and 52.1% of urban"},
             {0.9999, 0.0001, "more than 99% of rural and less than 1% of urban"},
             {1, 0, "100% of rural and 0% of urban"},
             {0.004, 0.001, "0.4% of rural and 0.1% of urban"}};
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_results r = {0};
    char wanted[200];
    two_groups(&r, row[i].high, row[i].low, 0.0001);
    snprintf(wanted, sizeof wanted,
             "Among people with the favourable outcome, logistic denies %s people.", row[i].says);
    expect_sentence(&r, wanted);
  }
}

Test(reports, sentence_claims_no_more_than_the_interval)
{
  struct es_results r = {0};
  two_groups(&r, 0.53, 0.52, 0.02);
  expect_sentence(&r, "Among people with the favourable outcome, logistic denies 53% of rural and "
                      "52% of urban people: no difference beyond their intervals.");
  /* The gap leaves 0 out, but the two groups' own intervals meet. */
  two_groups(&r, 0.53, 0.52, 0.02);
  for (size_t i = 0; i < r.rows; i++)
    if (r.row[i].group[0] == '\0') r.row[i].low = 0.001;
  expect_sentence(&r, "Among people with the favourable outcome, logistic denies 53% of rural and "
                      "52% of urban people: no difference beyond their intervals.");
  two_groups(&r, 0.5, 0.5, 0.02);
  expect_sentence(&r,
                  "Among people with the favourable outcome, logistic denies 50% in every group "
                  "of region.");
}

Test(reports, sentence_leaves_out_coverage_that_does_not_differ)
{
  static const double unscored[][2] = {{0, 0}, {0.301, 0.3}};
  for (size_t i = 0; i < ES_COUNT_OF(unscored); i++) {
    struct es_results r = {0};
    two_groups(&r, 0.84, 0.52, 0.02);
    add(&r, "logistic", "urban", "abstention_rate", unscored[i][0], 0.003, "wilson", 10);
    add(&r, "logistic", "rural", "abstention_rate", unscored[i][1], 0.003, "wilson", 10);
    expect_sentence(&r,
                    "Among people with the favourable outcome, logistic denies 84% of rural and "
                    "52% of urban people.");
  }
}

Test(reports, sentence_names_the_outcome_of_an_audit)
{
  struct es_results r = {0};
  r.study = json_pack("{s:s, s:s}", "outcome", "two_year_recid", "favorable_outcome", "0");
  two_groups(&r, 0.45, 0.23, 0.02);
  expect_sentence(&r, "Among people with two_year_recid=0, logistic denies 45% of rural and 23% of "
                      "urban people.");
}

Test(reports, sentence_without_a_gap_says_why)
{
  struct es_results r = {0};
  undefined(&r, "logistic", "", WRONG "_difference", "undefined: rural: 0 of 0 people");
  expect_sentence(&r, "Whether logistic wrongly denies one group of region more than another is "
                      "undefined: rural: 0 of 0 people.");
  add(&r, "logistic", "all", WRONG, 0.34, 0.01, "wilson", 10);
  expect_sentence(&r, "Among people with the favourable outcome, logistic denies 34%; there are no "
                      "groups to compare.");
  undefined(&r, "logistic", "all", WRONG, "undefined: no outcome is known");
  expect_sentence(&r, "How many people logistic wrongly denies is undefined: no outcome is known.");
}

/* The first scorer with a gap that is no yardstick; a yardstick where there is nothing else. */
Test(reports, sentence_chooses_its_scorer)
{
  struct es_results r = {0};
  scorer(&r, "oracle", true);
  add(&r, "oracle", NULL, WRONG "_difference", 0.3, 0.01, "newcombe", 20);
  add(&r, "oracle", "urban", WRONG, 0.1, 0.01, "wilson", 10);
  add(&r, "oracle", "rural", WRONG, 0.4, 0.01, "wilson", 10);
  undefined(&r, "rule_list", "", WRONG "_difference", "undefined: nobody");
  two_groups(&r, 0.84, 0.52, 0.02);
  expect_sentence(&r, "Among people with the favourable outcome, logistic denies 84% of rural and "
                      "52% of urban people.");
  scorer(&r, "oracle", true);
  add(&r, "oracle", NULL, WRONG "_difference", 0.3, 0.01, "newcombe", 20);
  add(&r, "oracle", "0", WRONG, 0.1, 0.01, "wilson", 10);
  add(&r, "oracle", "1", WRONG, 0.4, 0.01, "wilson", 10);
  expect_sentence(&r, "Among people with the favourable outcome, oracle denies 40% of region=1 and "
                      "10% of region=0 people.");
}
