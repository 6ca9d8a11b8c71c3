/* The results file: the same bytes after reading, exact numbers, and refusals that say what to
 * mend. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/results/results.h"

static struct es_context ctx;

static char *write_text(const struct es_results *results)
{
  struct es_text text = {0};
  cr_assert_eq(es_results_write(results, &text, &ctx), ES_OK, "%s", ctx.message);
  return es_text_take(&text);
}

/* Reads text through a file of its own; the message gets "FILE" in place of the file's name. */
static enum es_status read_text(struct es_results *results, const char *text)
{
  char path[] = "/tmp/evenscore-results-XXXXXX";
  int fd = mkstemp(path);
  cr_assert_geq(fd, 0);
  close(fd);
  cr_assert_eq(es_file_write(path, text, strlen(text), &ctx), ES_OK);
  enum es_status status = es_results_read(results, path, &ctx);
  unlink(path);
  char *at = status != ES_OK ? strstr(ctx.message, path) : NULL;
  if (at != NULL) memmove(at + 4, at + strlen(path), strlen(at + strlen(path)) + 1);
  if (at != NULL) memcpy(at, "FILE", 4);
  return status;
}

static void add(struct es_results *results, double value, double low, double high,
                const char *status)
{
  struct es_row row = {.population = (char *)"cn-2017",
                       .scorer = (char *)"log\"istic\n",
                       .group = (char *)"all",
                       .metric = (char *)"auc",
                       .value = value,
                       .low = low,
                       .high = high,
                       .confidence = 0.95,
                       .method = (char *)"delong",
                       .n = 120000,
                       .status = (char *)status};
  cr_assert_eq(es_results_add(results, &row, &ctx), ES_OK, "%s", ctx.message);
}

static void fill(struct es_results *results)
{
  *results = (struct es_results){0};
  results->study = json_pack("{s:i, s:[f,f,i], s:{s:s}, s:[]}", "seed", 2018, "grid", 0.1, 1e-300,
                             3, "policy", "name", "approve \xe2\x89\xa5 60%", "empty");
  results->populations = json_pack("[{s:s, s:i}]", "name", "cn-2017", "people", 120000);
  results->scorer = calloc(1, sizeof *results->scorer);
  results->scorers = 1;
  results->scorer[0].name = strdup("logistic");
  results->scorer[0].model = strdup("one\ntwo\ttabs \x01");
  struct es_context noting = {.notes = &results->warnings};
  es_note(&noting, "column income is constant: left out");
  add(results, 0.1 + 0.2, 1.0 / 3, 1, "ok");
  add(results, 0.5, NAN, INFINITY, "ok");
  add(results, 7, 1, 2, "undefined: nobody of the \"bad\", ever");
}

Test(results, round_trip_gives_the_same_bytes)
{
  struct es_results results, again = {0};
  fill(&results);
  char *first = write_text(&results);
  cr_assert_eq(read_text(&again, first), ES_OK, "%s", ctx.message);
  char *second = write_text(&again);
  cr_expect_str_eq(first, second);
  cr_expect_eq(again.rows, 3);
  cr_expect_eq(again.row[0].value, 0.1 + 0.2);
  cr_expect_eq(again.row[0].low, 1.0 / 3);
  cr_expect(isnan(again.row[1].low) && isnan(again.row[1].high));
  cr_expect(isnan(again.row[2].value) && isnan(again.row[2].low) && isnan(again.row[2].high));
  cr_expect_str_eq(again.row[2].status, "undefined: nobody of the \"bad\", ever");
  cr_expect_str_eq(again.row[0].policy, "");
  cr_expect_str_eq(again.scorer[0].model, results.scorer[0].model);
  cr_expect_str_eq(again.warnings.text[0], "column income is constant: left out");
  free(first);
  free(second);
  es_results_clear(&results);
  es_results_clear(&again);
}

Test(results, version_of_the_writer_is_kept)
{
  struct es_results results = {0}, again = {0};
  results.evenscore = strdup("0.0.9");
  char *first = write_text(&results);
  cr_assert_eq(read_text(&again, first), ES_OK, "%s", ctx.message);
  cr_expect_str_eq(again.evenscore, "0.0.9");
  free(first);
  es_results_clear(&results);
  es_results_clear(&again);
}

Test(results, layout_is_one_row_per_line_with_shortest_numbers)
{
  struct es_results results;
  fill(&results);
  char *text = write_text(&results);
  cr_expect_eq(strncmp(text, "{\n  \"schema\": \"evenscore-results/1\",\n  \"evenscore\": \"", 53),
               0);
  cr_expect_not_null(strstr(text, "\n    \"grid\": [0.1, 1e-300, 3],\n"));
  cr_expect_not_null(strstr(text, "\n    \"empty\": []\n  },\n"));
  cr_expect_not_null(strstr(text,
                            "\n    {\"population\": \"cn-2017\", \"scorer\": \"log\\\"istic\\n\", "
                            "\"policy\": \"\", \"attribute\": \"\", \"group\": \"all\", "
                            "\"metric\": \"auc\", \"reduction\": \"\", "
                            "\"value\": 0.30000000000000004, \"low\": 0.3333333333333333, "
                            "\"high\": 1, \"confidence\": 0.95, \"method\": \"delong\", "
                            "\"n\": 120000, \"status\": \"ok\"},\n"));
  cr_expect_not_null(strstr(text, "\"value\": null, \"low\": null, \"high\": null"));
  cr_expect_null(strstr(text, "nan"));
  cr_expect_null(strstr(text, "inf"));
  free(text);
  es_results_clear(&results);
}

Test(results, empty_results_round_trip)
{
  struct es_results results = {0}, again = {0};
  char *text = write_text(&results);
  cr_assert_eq(read_text(&again, text), ES_OK, "%s", ctx.message);
  cr_expect_eq(again.rows, 0);
  cr_expect_eq(again.scorers, 0);
  free(text);
  es_results_clear(&again);
}

/* A number that is not one must not get in, whatever its status says. */
Test(results, add_refuses_a_value_that_contradicts_its_status)
{
  static const struct {
    double value;
    const char *status;
  } bad[] = {{NAN, "ok"}, {INFINITY, "ok"},   {0.5, ""},
             {0.5, NULL}, {0.5, "undefined"}, {0.5, "OK"}};
  struct es_results results = {0};
  for (size_t i = 0; i < ES_COUNT_OF(bad); i++) {
    struct es_row row = {
        .metric = (char *)"auc", .value = bad[i].value, .status = (char *)bad[i].status};
    cr_expect_eq(es_results_add(&results, &row, &ctx), ES_BROKEN, "row %zu", i);
  }
  cr_expect_eq(results.rows, 0);
  es_results_clear(&results);
}

Test(results, find_takes_null_for_anything)
{
  struct es_results results;
  fill(&results);
  cr_expect_eq(es_results_find(&results, NULL, NULL, NULL, NULL, NULL, NULL), results.row);
  cr_expect_eq(es_results_find(&results, "cn-2017", NULL, "", "all", "auc", ""), results.row);
  cr_expect_null(es_results_find(&results, NULL, NULL, NULL, NULL, "brier", NULL));
  cr_expect_null(es_results_find(&results, NULL, NULL, "region", NULL, "auc", NULL));
  es_results_clear(&results);
}

/* Replaces the first `from` of a good file by `to` and reads it. */
static void expect_refusal(const char *good, const char *from, const char *to, const char *message)
{
  struct es_text text = {0};
  const char *at = strstr(good, from);
  cr_assert_not_null(at, "%s", from);
  es_text_bytes(&text, good, (size_t)(at - good));
  es_text_add(&text, "%s%s", to, at + strlen(from));
  struct es_results results = {0};
  cr_expect_eq(read_text(&results, es_text_get(&text)), ES_INPUT, "%s", to);
  cr_expect_not_null(strstr(ctx.message, message), "wanted: %s\ngot:    %s", message, ctx.message);
  cr_expect_null(strchr(ctx.message, '\n'));
  cr_expect_eq(results.rows + results.scorers + results.warnings.count, 0, "cleared: %s", message);
  es_text_clear(&text);
}

Test(results, read_names_the_key_that_is_wrong)
{
  static const struct {
    const char *from, *to, *message;
  } row[] = {
      {"evenscore-results/1", "evenscore-results/9",
       "FILE: key schema: \"evenscore-results/9\", and this program reads \"evenscore-results/1\"; run"},
      {"\"schema\"", "\"scheme\"",
       "FILE: key schema: it is missing; is this a file that evenscore run"},
      {"\"study\": {", "\"study\": 3, \"x\": {", "FILE: key study: give an object;"},
      {"\"populations\"", "\"people\"", "FILE: key populations: it is missing;"},
      {"\"metrics\": [", "\"metrics\": {}, \"x\": [", "FILE: key metrics: give an array;"},
      {"\"yardstick\": false", "\"yardstick\": 0",
       "FILE: key scorers[0].yardstick: give true or false;"},
      {"0.30000000000000004", "\"0.3\"", "FILE: key metrics[0].value: give a number or null;"},
      {"0.30000000000000004", "null",
       "FILE: key metrics[0].value: status is ok, so give a number;"},
      {"\"value\": null", "\"value\": 0",
       "FILE: key metrics[2].value: status is undefined, so give null;"},
      {"\"low\": 0.3333333333333333, ", "", "FILE: key metrics[0].low: it is missing;"},
      {"\"n\": 120000", "\"n\": -1", "FILE: key metrics[0].n: give a count, 0 or more;"},
      {"\"n\": 120000", "\"n\": 1.5", "FILE: key metrics[0].n: give a whole number;"},
      {"\"status\": \"ok\"", "\"status\": \"fine\"", "FILE: key metrics[0].status: give \"ok\" or"},
      {"\"warnings\": [", "\"warnings\": [1, ", "FILE: key warnings: give an array of texts;"},
      {"\"group\": \"all\"", "\"group\": \"all\", \"group\": \"x\"",
       "not JSON: duplicate object key"},
      {"{\n", "{\n  oops\n", "FILE:2:6: not JSON: "},
      {"{", "", "not JSON: "},
  };
  struct es_results results;
  fill(&results);
  char *good = write_text(&results);
  for (size_t i = 0; i < ES_COUNT_OF(row); i++)
    expect_refusal(good, row[i].from, row[i].to, row[i].message);
  struct es_results none = {0};
  cr_expect_eq(es_results_read(&none, "/tmp/no/such/file.json", &ctx), ES_INPUT);
  free(good);
  es_results_clear(&results);
}
