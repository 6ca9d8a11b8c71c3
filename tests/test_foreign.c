/* Scorers from elsewhere, part by part: what a program is told and answers, how one is kept, and
 * what a spec says.  What hostile ones do to a run is in tests/cli/objects.sh and command.sh. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness/foreign/answer.h"
#include "harness/foreign/program.h"
#include "harness/run/ahead.h"
#include "tests/kit.h"

static struct es_context ctx = {.seed = 4};

/* --- people as a program reads them ----------------------------------------------------------- */

enum { ROWS = 3 };
static const char *const level[] = {"plain", "with, comma", "say \"so\""};
static const struct es_column column[] = {
    {.name = "income", .kind = ES_NUMBER},
    {.name = "kind, of work", .kind = ES_LEVELS, .level = level, .levels = 3},
    {.name = "debts", .kind = ES_COUNT}};
static double first[ROWS] = {0.1, NAN, 1e300}, second[ROWS] = {0, 1, 2},
              third[ROWS] = {7, -0.0, NAN};
static uint8_t one_of[ROWS] = {1, 0, 1}, all[ROWS] = {1, 1, 1}, two[ROWS] = {1, 1, 0};
static const double *const values[] = {first, second, third};
static const uint8_t *const seen[] = {one_of, all, two};
static const uint8_t outcome[ROWS] = {1, 0, 1};
static const double weight[ROWS] = {1, 0.25, 2};

static struct es_frame frame_of(size_t columns)
{
  return (struct es_frame){
      .people = ROWS, .columns = columns, .column = column, .value = values, .seen = seen};
}

/* What is written of these people; the caller frees it. */
static char *written(size_t columns, bool training)
{
  struct es_frame frame = frame_of(columns);
  struct es_training known = {frame, outcome, weight};
  FILE *file = tmpfile();
  cr_assert_not_null(file);
  MUST(es_people_write(fileno(file), &frame, training ? &known : NULL, &ctx), &ctx);
  char *text = calloc(1, 4096);
  rewind(file);
  cr_assert_lt(fread(text, 1, 4095, file), 4095);
  fclose(file);
  return text;
}

Test(foreign, people_are_csv_that_any_reader_reads)
{
  char *text = written(3, false);
  cr_expect_str_eq(text, "income,\"kind, of work\",debts\n"
                         "0.1,plain,7\n"
                         ",\"with, comma\",0\n"
                         "1e+300,\"say \"\"so\"\"\",\n");
  free(text);
  text = written(1, true);
  cr_expect_str_eq(text, "outcome,weight,income\n1,1,0.1\n0,0.25,\n1,2,1e+300\n");
  free(text);
}

/* Readers skip an empty line, and would find one person less. */
Test(foreign, nobody_is_an_empty_line)
{
  char *text = written(1, false);
  cr_expect_str_eq(text, "income\n0.1\n\"\"\n1e+300\n");
  free(text);
}

Test(foreign, a_column_called_like_the_outcome_is_refused)
{
  const struct es_column clash[] = {{.name = "outcome", .kind = ES_NUMBER}};
  struct es_frame frame = frame_of(1);
  frame.column = clash;
  cr_expect_eq(es_people_write(2, &frame, NULL, &ctx), ES_DEGENERATE);
  cr_expect(strstr(ctx.message, "a column called outcome") != NULL, "%s", ctx.message);
}

/* --- and what it answers ---------------------------------------------------------------------- */

static enum es_status read_answer(const char *text, size_t people, struct es_scores *out)
{
  MUST(es_scores_create(out, people + 1, &ctx), &ctx);
  return es_answer_read(text, strlen(text), people, out, &ctx);
}

Test(foreign, an_answer_is_a_line_per_person)
{
  struct es_scores out;
  cr_expect_eq(read_answer("0.5\r\n-3e-7\nno_record\nthin_file\nstale\ndeclined\n\n1", 8, &out),
               ES_OK, "%s", ctx.message);
  static const uint8_t why[] = {ES_SCORED, ES_SCORED,   ES_NO_RECORD, ES_THIN_FILE,
                                ES_STALE,  ES_DECLINED, ES_DECLINED,  ES_SCORED};
  cr_expect_arr_eq(out.why, why, sizeof why);
  cr_expect(out.value[0] == 0.5 && out.value[1] == -3e-7 && out.value[7] == 1);
  es_scores_clear(&out);
}

Test(foreign, a_wrong_answer_is_named_by_its_line)
{
  static const struct {
    const char *text, *says;
  } wrong[] = {{"1\n2\n", "answered 2 lines for 3 people: line 3 is missing"},
               {"", "answered 0 lines for 3 people: line 1 is missing"},
               {"1\n2\n3\n4\n", "line 4 is too many"},
               {"1\nhigh\n3\n", "line 2 of its answer is \"high\""},
               {"1\n2\nnan\n", "line 3 of its answer is \"nan\""},
               {"1\n2\ninf\n", "line 3 of its answer is \"inf\""},
               {"1,2\n2\n3\n", "line 1 of its answer is \"1,2\""},
               {"1\n\x1b[31m\n3\n", "line 2 of its answer is \"?[31m\""}};
  for (size_t k = 0; k < ES_COUNT_OF(wrong); k++) {
    struct es_scores out;
    cr_expect_eq(read_answer(wrong[k].text, 3, &out), ES_BROKEN, "\"%s\" is taken", wrong[k].text);
    cr_expect(strstr(ctx.message, wrong[k].says) != NULL, "\"%s\" does not say \"%s\"", ctx.message,
              wrong[k].says);
    es_scores_clear(&out);
  }
}

/* --- one run of a program --------------------------------------------------------------------- */

/* Runs a line of sh on an empty input. */
static enum es_status run_sh(const char *line, struct es_text *out, double seconds, size_t most)
{
  char *const argv[] = {"/bin/sh", "-c", (char *)line, NULL}, *const envp[] = {"PATH=/usr/bin:/bin",
                                                                               NULL};
  FILE *in = tmpfile();
  cr_assert_not_null(in);
  struct es_program program = {.argv = argv,
                               .envp = envp,
                               .in = fileno(in),
                               .most = most,
                               .seconds = seconds,
                               .doing = "while scoring",
                               .private = "/private/folder"};
  enum es_status status = es_program_run(&program, out, &ctx);
  fclose(in);
  return status;
}

Test(foreign, a_program_gives_its_output)
{
  struct es_text out = {0};
  MUST(run_sh("echo one; echo aside >&2; cat; echo two", &out, 60, 100), &ctx);
  cr_expect_str_eq(es_text_get(&out), "one\ntwo\n");
  es_text_clear(&out);
}

Test(foreign, how_a_program_failed_is_one_line)
{
  static const struct {
    const char *line, *says;
  } wrong[] = {
      {"echo no luck >&2; exit 3", "ended with exit status 3 while scoring: no luck"},
      {"kill -SEGV $$", "crashed (Segmentation fault) while scoring"},
      {"printf 'a\\nb\\nc\\nd\\n' >&2; exit 1", "exit status 1 while scoring: b | c | d"},
      {"echo in /private/folder/x >&2; exit 1", ": in FOLDER/x"},
      {"while :; do echo yes; done", "wrote more than 100 bytes to standard output while scoring"},
      {"trap '' TERM; sleep 600 & sleep 600", "took more than 0.5 s while scoring (time_limit)"}};
  for (size_t k = 0; k < ES_COUNT_OF(wrong); k++) {
    struct es_text out = {0};
    double seconds = k + 1 == ES_COUNT_OF(wrong) ? 0.5 : 60;
    cr_expect_eq(run_sh(wrong[k].line, &out, seconds, 100), ES_BROKEN, "%s", wrong[k].line);
    cr_expect(strstr(ctx.message, wrong[k].says) != NULL, "\"%s\" does not say \"%s\"", ctx.message,
              wrong[k].says);
    es_text_clear(&out);
  }
}

static void do_nothing(void *with) { (void)with; }

Test(foreign, a_keeper_removes_the_folder)
{
  char folder[] = "/tmp/es_test_foreign_XXXXXX", inside[64];
  struct es_ward kept = {0};
  cr_assert_not_null(mkdtemp(folder));
  snprintf(inside, sizeof inside, "%s/deeper", folder);
  cr_assert_eq(mkdir(inside, 0700), 0);
  struct es_work work = {.work = do_nothing, .stdio = {-1, -1, -1}, .folder = folder};
  MUST(es_keep(&kept, &work, &ctx), &ctx);
  cr_expect_eq(access(inside, F_OK), 0);
  es_ward_end(&kept);
  cr_expect_neq(access(folder, F_OK), 0, "%s is left", folder);
  es_ward_end(&kept); /* does nothing */
}

/* --- specs ------------------------------------------------------------------------------------ */

Test(foreign, a_path_or_a_command_is_from_elsewhere)
{
  static const char *const theirs[] = {"command:x", "./x", "a/b:c=1", "x.so", "x.so:c=1"};
  static const char *const ours[] = {"logistic", "logistic:l2=0.1", "rule_list:rules=a/b.rules",
                                     "so", ".so"};
  for (size_t k = 0; k < ES_COUNT_OF(theirs); k++)
    cr_expect(es_is_foreign(theirs[k]), "%s", theirs[k]);
  for (size_t k = 0; k < ES_COUNT_OF(ours); k++) cr_expect(!es_is_foreign(ours[k]), "%s", ours[k]);
}

static void expect_extended(const char *spec, const char *key, const char *setting,
                            const char *want)
{
  struct es_model model, again;
  char *text = es_strdup(spec, &ctx);
  MUST(es_model_create(&model, spec, &ctx), &ctx);
  MUST(es_foreign_extend(model.foreign, &text, key, setting, &ctx), &ctx);
  cr_expect_str_eq(text, want);
  MUST(es_model_create(&again, text, &ctx), &ctx);
  free(text);
  es_model_clear(&model);
  es_model_clear(&again);
}

Test(foreign, an_option_more_stands_on_top)
{
  expect_extended(OBJECTS "/records.so", "least", "4", OBJECTS "/records.so:least=4");
  expect_extended(OBJECTS "/records.so:least=2", "least", "4",
                  OBJECTS "/records.so:least=2,least=4");
  expect_extended("command:sh -c true", "time_limit", "4", "command:time_limit=4 sh -c true");
  expect_extended("command:time_limit=9  sh 'a b'", "name", "x y",
                  "command:time_limit=9  name=x\\ y sh 'a b'");
}

/* --- how many people at once ------------------------------------------------------------------ */

static size_t people_at_once(const char *spec, size_t columns, size_t block)
{
  struct es_model model;
  struct es_policy policy = {0};
  struct es_people people = {.columns = columns};
  MUST(es_model_create(&model, spec, &ctx), &ctx);
  struct es_contest contest = {.who = {&model, &policy, 1, 1}, .from = {.people = &people}};
  size_t n = es_ahead_people(&contest, block);
  es_model_clear(&model);
  return n;
}

Test(foreign, people_at_once_are_whole_blocks_within_memory)
{
  cr_expect_eq(people_at_once("random", 20, 512), 512);
  cr_expect_eq(people_at_once(OBJECTS "/records.so", 20, 512), 4096);
  cr_expect_eq(people_at_once("command:sh", 20, 512), 65536);
  cr_expect_eq(people_at_once("command:sh", 20, 500), 65500);
  cr_expect_eq(people_at_once("command:sh", 1000, 512), 2048);
  cr_expect_eq(people_at_once("command:sh", 100000, 512), 512);
}
