/* Schemas, the people read with them, and the dataset kind csv. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "harness/base/embedded.h"
#include "harness/data/listing.h"
#include "harness/data/words.h"

extern const struct es_dataset es_dataset_csv;

#ifndef SHARED
#define SHARED "../shared"
#endif

struct files {
  char folder[32], csv[64], ini[64];
};

static void put(const char *path, const char *text)
{
  FILE *file = fopen(path, "wb");
  cr_assert(file != NULL);
  cr_assert(fwrite(text, 1, strlen(text), file) == strlen(text));
  cr_assert(fclose(file) == 0);
}

static struct files make(const char *csv, const char *ini)
{
  struct files f = {.folder = "/tmp/es-schema-XXXXXX"};
  cr_assert(mkdtemp(f.folder) != NULL);
  snprintf(f.csv, sizeof f.csv, "%s/people.csv", f.folder);
  snprintf(f.ini, sizeof f.ini, "%s/people.ini", f.folder);
  put(f.csv, csv);
  put(f.ini, ini);
  return f;
}

static void drop(const struct files *f)
{
  unlink(f->csv);
  unlink(f->ini);
  rmdir(f->folder);
}

/* Reads people; on failure the message without the folder is in `said`. */
static enum es_status load(struct es_schema *schema, struct es_listing *listing, const char *csv,
                           const char *ini, char said[1024])
{
  struct es_context ctx = {0};
  struct files f = make(csv, ini);
  enum es_status status = es_schema_load(schema, f.ini, NULL, &ctx);
  if (status == ES_OK && (status = es_listing_read(listing, schema, f.csv, NULL, &ctx)) != ES_OK)
    es_schema_clear(schema);
  const char *from = strncmp(ctx.message, f.folder, strlen(f.folder)) == 0
                         ? ctx.message + strlen(f.folder) + 1
                         : ctx.message;
  snprintf(said, 1024, "%s", from);
  drop(&f);
  return status;
}

static void done(struct es_schema *schema, struct es_listing *listing)
{
  es_listing_clear(listing);
  es_schema_clear(schema);
}

static const char *level_of(const struct es_listing *listing, size_t a, size_t i)
{
  return listing->attribute[a].level[listing->group[a][i]];
}

static bool there(const char *path)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    cr_log_info("skipped: no %s", path);
    fprintf(stderr, "skipped: no %s\n", path);
    return false;
  }
  fclose(file);
  return true;
}

Test(words, are_split_and_found)
{
  struct es_context ctx = {0};
  struct es_texts words;
  cr_assert(es_words_of(&words, " A61,A62  \"25 - 45\" \"\" 7", &ctx) == ES_OK);
  const char *want[] = {"A61", "A62", "25 - 45", "", "7"};
  cr_assert_eq(words.count, ES_COUNT_OF(want));
  for (size_t i = 0; i < words.count; i++) cr_expect_str_eq(words.at[i], want[i]);
  cr_expect_eq(es_words_find(&words, "7.0"), 4u);
  cr_expect_eq(es_words_find(&words, "25"), words.count);
  es_words_clear(&words);
  cr_assert(es_words_of(&words, "a \"b", &ctx) == ES_INPUT);
  cr_expect_str_eq(ctx.message, "a \"b: close the quote");
}

/* One person per line exercises every type. */
Test(schema, reads_people)
{
  static const char ini[] = "[schema]\n"
                            "outcome = paid\n"
                            "favorable = 1\n"
                            "groups = age>25 region\n"
                            "weight = w\n"
                            "missing = NA ?\n"
                            "term = 30\n"
                            "[group sex]\n"
                            "column = code\n"
                            "level = male: 1 3\n"
                            "level = female: 2\n"
                            "[feature income]\n"
                            "type = number\n"
                            "direction = +\n"
                            "core = yes\n"
                            "source = bank\n"
                            "[feature late]\n"
                            "type = count\n"
                            "missing = -1\n"
                            "direction = -\n"
                            "[feature phone]\n"
                            "type = binary\n"
                            "yes = y\n"
                            "[feature flag]\n"
                            "type = binary\n"
                            "[feature job]\n"
                            "type = levels\n"
                            "[feature savings]\n"
                            "type = ordered\n"
                            "order = low mid\n"
                            "order = high\n";
  static const char csv[] = "paid,age,region,code,w,income,late,phone,flag,job,savings\n"
                            "1.0,26,urban,1,1,10.5,0,y,1,smith,low\n"
                            "0,25,?,2,0.5,NA,-1,n,0,baker,high\n"
                            ",NA,rural,3.0,0,7,2,,,?,mid\n";
  struct es_schema schema;
  struct es_listing people;
  char said[1024];
  cr_assert(load(&schema, &people, csv, ini, said) == ES_OK, "%s", said);
  cr_expect_eq(people.people, 3u);
  cr_expect_eq(people.unknown, 1u);
  const uint8_t outcome[] = {ES_FAVORABLE, ES_UNFAVORABLE, ES_UNKNOWN};
  cr_expect(memcmp(people.outcome, outcome, 3) == 0);
  cr_expect(people.weight[1] == 0.5);
  cr_expect_eq(people.line[2], 4u);

  cr_assert_eq(people.attributes, 3u);
  const char *group[3][3] = {
      {">25", "<=25", "(missing)"}, {"urban", "(missing)", "rural"}, {"male", "female", "male"}};
  const char *name[] = {"age>25", "region", "sex"};
  for (size_t a = 0; a < 3; a++) {
    cr_expect_str_eq(people.attribute[a].name, name[a]);
    for (size_t i = 0; i < 3; i++) cr_expect_str_eq(level_of(&people, a, i), group[a][i]);
  }
  cr_expect_eq(people.attribute[2].levels, 2u, "nobody's sex is missing");

  cr_assert_eq(people.columns, 6u);
  const double value[6][3] = {{10.5, NAN, 7}, {0, NAN, 2}, {1, 0, NAN},
                              {1, 0, NAN},    {1, 0, NAN}, {0, 2, 1}};
  const enum es_kind kind[] = {ES_NUMBER, ES_COUNT, ES_BINARY, ES_BINARY, ES_LEVELS, ES_NUMBER};
  for (size_t c = 0; c < 6; c++) {
    cr_expect_eq(people.column[c].kind, kind[c]);
    for (size_t i = 0; i < 3; i++) {
      cr_expect_eq(people.seen[c][i], !isnan(value[c][i]), "%s %zu", people.column[c].name, i);
      cr_expect(isnan(value[c][i]) ? isnan(people.value[c][i]) : people.value[c][i] == value[c][i]);
    }
  }
  cr_expect_str_eq(people.column[4].level[0], "baker");
  cr_expect_eq(people.column[4].levels, 2u);
  cr_expect_eq(people.column[0].direction, 1);
  cr_expect_eq(people.column[1].direction, -1);
  cr_expect_eq(people.column[2].direction, 0);
  cr_expect(people.column[0].core && !people.column[1].core);
  cr_expect_str_eq(people.column[0].source, "bank");
  cr_expect(schema.term == 30 && schema.cost_wrongful_denial == -1);
  done(&schema, &people);
}

#define HEAD "[schema]\noutcome = y\nfavorable = 1\n"

/* Dates stand behind the facts, wherever the schema names them. */
Test(schema, dates_stand_last)
{
  static const char ini[] = HEAD "[feature opened]\ndate = opened\ncore = yes\nsource = bank\n"
                                 "[feature x]\ntype = count\n"
                                 "[feature last]\ncolumn = updated\ndate = updated\ncore = yes\n"
                                 "[feature z]\ntype = number\n";
  static const char csv[] = "y,opened,updated,x,z\n1,30,2.5,1,7\n0,,,2,8\n";
  struct es_schema schema;
  struct es_listing people;
  char said[1024];
  cr_assert(load(&schema, &people, csv, ini, said) == ES_OK, "%s", said);
  static const char *const name[] = {"x", "z", "opened", "last"};
  static const enum es_date date[] = {ES_UNDATED, ES_UNDATED, ES_OPENED, ES_UPDATED};
  const double value[][2] = {{1, 2}, {7, 8}, {30, NAN}, {2.5, NAN}};
  cr_assert(people.columns == 2 && people.dates == 2);
  for (size_t c = 0; c < 4; c++) {
    cr_expect_str_eq(people.column[c].name, name[c]);
    cr_expect_eq(people.column[c].date, date[c], "%s", name[c]);
    for (size_t i = 0; i < 2; i++) {
      cr_expect_eq(people.seen[c][i], !isnan(value[c][i]), "%s %zu", name[c], i);
      cr_expect(!people.seen[c][i] || people.value[c][i] == value[c][i]);
    }
  }
  done(&schema, &people);
}

Test(schema, says_what_is_wrong)
{
  static const struct {
    const char *ini, *csv, *said;
  } row[] = {
      {"[schema]\noutcom = y\n", "y\n1\n",
       "people.ini:2: [schema] there is no option \"outcom\"; did you mean \"outcome\"?"},
      {HEAD "[featur x]\ntype = number\n", "y\n1\n",
       "people.ini:5: [featur x] there is no such section; did you mean feature? There are "
       "[schema], "
       "[feature NAME] or [group NAME]"},
      {HEAD "[feature x]\n; nothing\n[feature z]\ntype = number\n", "y\n1\n",
       "people.ini:4: this section is empty; give it a key = value or leave it out"},
      {HEAD "[feature x]\n", "y\n1\n",
       "people.ini:4: this section is empty; give it a key = value or leave it out"},
      {HEAD "[feature x]\ntype = numbr\n", "y\n1\n",
       "people.ini:5: [feature x] type = numbr: give one of number, binary, count, levels, "
       "ordered"},
      {HEAD "groups = x>y\n", "y\n1\n",
       "people.ini:4: [schema] group \"x>y\": give COLUMN or COLUMN>NUMBER"},
      {HEAD "groups = x x\n", "y\n1\n",
       "people.ini:4: [schema] group \"x\" is named twice: leave one out"},
      {"[schema]\noutcome = y\n", "y\n1\n",
       "people.ini: outcome y: which value is good for the person? give favorable = VALUE"},
      {HEAD "[feature y]\ntype = number\n", "y\n1\n",
       "people.ini: [feature y] is the outcome, so it cannot be a feature: leave it out"},
      {HEAD "[feature x]\ntype = count\ndate = opened\n", "y,x\n1,2\n",
       "people.ini: [feature x] date counts months: it goes with type = number only"},
      {HEAD "[feature x]\ndate = opened\n", "y,x\n1,2\n0,-1\n",
       "people.csv:3: column \"x\": \"-1\" is no number of months since then; give 0 or more"},
      {HEAD "[feature x]\ntype = ordered\n", "y\n1\n",
       "people.ini: [feature x] type = ordered wants order = VALUES, lowest first"},
      {HEAD "[feature x]\norder = a b\n", "y\n1\n",
       "people.ini: [feature x] order goes with type = ordered only"},
      {HEAD "[feature x]\nyes = a\n", "y\n1\n",
       "people.ini: [feature x] yes goes with type = binary only"},
      {HEAD "[feature x]\ntype = ordered\norder = \"a\n", "y\n1\n",
       "people.ini: [feature x] \"a: close the quote"},
      {HEAD "[group x]\nlevel = a b\n", "y,x\n1,a\n", "[group x] level = a b: give NAME: VALUES"},
      {HEAD "[group x]\nlevel = a: 1\nlevel = b: 2 1.0\n", "y,x\n1,1\n",
       "[group x] \"1\" belongs to level a and to level b: choose one"},
      {HEAD "[group x]\nlevel = a: 1\nlevel = a: 2\n", "y,x\n1,1\n",
       "[group x] level a is there twice: give it one line"},
      {HEAD "[group x]\nlevel = a: 1\n", "y,x\n1,1\n\n0,2\n",
       "people.csv:4: column \"x\": \"2\" belongs to no level; add it to a level or to missing"},
      {HEAD "groups = x\nreference = c\n", "y,x\n1,a\n0,b\n",
       "reference = c: group x has no such level; there are: a, b"},
      {"[schema]\noutcome = y\nfavorable = 3\n", "y\n1\n2\n1\n",
       "people.csv: column \"y\": no cell is the favorable value \"3\"; there are: 1, 2"},
      {"[schema]\noutcome = y\nfavorable = z\n", "y\na\nb\nc\nd\ne\nf\ng\nh\ni\n",
       "people.csv: column \"y\": no cell is the favorable value \"z\"; there are: a, b, c, d, e, "
       "f, g, "
       "h, … (9 values)"},
      {HEAD "weight = w\n", "y,w\n1,1\n0,-2\n",
       "people.csv:3: column \"w\": \"-2\" is not a weight; give a number of 0 or more"},
      {HEAD "weight = w\n", "y,w\n1,1\n0,\n",
       "people.csv:3: column \"w\": \"\" is not a weight; give a number of 0 or more"},
      {HEAD "weight = w\n", "y,w\n1,0\n",
       "people.csv: column \"w\": the weights add up to 0; give weights that can be compared"},
      {HEAD "[feature x]\ntype = count\n", "y,x\n1,1\n0,1.5\n",
       "people.csv:3: column \"x\": \"1.5\" is not a count (0, 1, 2, …); give type = number"},
      {HEAD "[feature x]\ntype = binary\n", "y,x\n1,1\n0,2\n",
       "people.csv:3: column \"x\": \"2\" is neither 0 nor 1; say which value is yes = VALUE"},
      {HEAD "[feature x]\ntype = binary\nyes = y\n", "y,x\n1,yes\n0,no\n",
       "people.csv: column \"x\": no cell is the value of yes, \"y\"; there are: no, yes"},
      {HEAD "[feature x]\ntype = ordered\norder = a b\n", "y,x\n1,a\n0,c\n",
       "people.csv:3: column \"x\": \"c\" is not in its order; add it to order or to missing"},
      {HEAD "[feature x]\ntype = number\n", "y,x\n1,a\n",
       "people.csv:2: column \"x\": \"a\" is not a number; if it stands for a missing value, add "
       "it "
       "to missing"},
      {HEAD "[feature incom]\ntype = number\n", "y,income\n1,1\n",
       "people.csv:1: there is no column \"incom\"; did you mean \"income\"? (columns: y, income)"},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_schema schema;
    struct es_listing people;
    char said[1024];
    cr_expect(load(&schema, &people, row[i].csv, row[i].ini, said) == ES_INPUT, "row %zu", i);
    cr_expect_str_eq(said, row[i].said);
  }
}

Test(schema, favorable_is_a_line_or_its_words)
{
  static const struct {
    const char *favorable, *cells;
    uint8_t outcome[3];
  } row[] = {
      {"Fully Paid", "y\nFully Paid\nPaid\nOff\n", {1, 0, 0}},
      {">50K >50K.", "y\n>50K\n<=50K\n>50K.\n", {1, 0, 1}},
      {"\"a b\" c", "y\na b\nb\nc\n", {1, 0, 1}},
      {"0", "y\n0\n0.0\n1\n", {1, 1, 0}},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_schema schema;
    struct es_listing people;
    char said[1024], ini[128];
    snprintf(ini, sizeof ini, "[schema]\noutcome = y\nfavorable = %s\n", row[i].favorable);
    cr_assert(load(&schema, &people, row[i].cells, ini, said) == ES_OK, "%s", said);
    cr_expect(memcmp(people.outcome, row[i].outcome, 3) == 0, "row %zu", i);
    done(&schema, &people);
  }
}

/* The command line builds the same struct without a file, and asks for more columns. */
Test(schema, is_built_by_hand)
{
  struct es_context ctx = {0};
  struct es_schema schema;
  struct es_listing people;
  struct files f = make("y,my group,score\n1,a b,0.5\n0,c,NA\n", "");
  cr_assert(es_schema_default(&schema, &ctx) == ES_OK);
  cr_assert(es_options_set(es_schema_options, &schema, "outcome", "y", &ctx) == ES_OK);
  cr_assert(es_options_set(es_schema_options, &schema, "favorable", "1", &ctx) == ES_OK);
  cr_assert(es_options_set(es_schema_options, &schema, "missing", "NA", &ctx) == ES_OK);
  cr_assert(es_schema_group(&schema, "my group", &ctx) == ES_OK);
  struct es_csv_want more = {"score", ES_CSV_NUMBER, NULL};
  struct es_listing_request request = {.more = &more, .mores = 1};
  cr_assert(es_listing_read(&people, &schema, f.csv, &request, &ctx) == ES_OK, "%s", ctx.message);
  cr_expect_str_eq(level_of(&people, 0, 0), "a b");
  cr_expect(people.more[0].number[0] == 0.5 && !people.more[0].seen[1]);
  done(&schema, &people);
  drop(&f);
}

Test(schema, overrides_and_describes_itself)
{
  struct es_context ctx = {0};
  struct es_schema schema, again;
  char *set[] = {"missing=NA", "feature priors_count.direction=0"};
  struct es_texts overrides = {set, 2};
  cr_assert(es_schema_load(&schema, "compas", &overrides, &ctx) == ES_OK, "%s", ctx.message);
  struct es_text first = {0}, second = {0};
  es_schema_describe(&schema, &first);
  cr_expect(strstr(es_text_get(&first), "missing = NA\n") != NULL);
  struct files f = make("", es_text_get(&first));
  cr_assert(es_schema_load(&again, f.ini, NULL, &ctx) == ES_OK, "%s", ctx.message);
  es_schema_describe(&again, &second);
  cr_expect_str_eq(es_text_get(&first), es_text_get(&second));
  char *wrong[] = {"outcom=y"};
  overrides = (struct es_texts){wrong, 1};
  es_schema_clear(&again);
  cr_assert(es_schema_load(&again, "compas", &overrides, &ctx) == ES_INPUT);
  cr_expect_str_eq(ctx.message,
                   "--set outcom: there is no option \"outcom\"; did you mean \"outcome\"?");
  es_schema_clear(&schema);
  es_text_clear(&first);
  es_text_clear(&second);
  drop(&f);
}

/* The listings of datasets/README.md work as they stand. */
Test(schema, readme_is_right)
{
  static char page[20000];
  FILE *file = fopen("datasets/README.md", "rb");
  cr_assert(file != NULL);
  page[fread(page, 1, sizeof page - 1, file)] = '\0';
  fclose(file);
  char *csv = strstr(page, "```csv\n"), *ini = strstr(page, "```ini\n");
  cr_assert(csv != NULL && ini != NULL);
  csv += 7, ini += 7;
  *strstr(csv, "```") = '\0';
  *strstr(ini, "```") = '\0';
  struct es_schema schema;
  struct es_listing people;
  char said[1024];
  cr_assert(load(&schema, &people, csv, ini, said) == ES_OK, "%s", said);
  cr_expect(people.people == 4 && people.unknown == 1 && people.columns == 3);
  const char *group[2][4] = {{"urban", "rural", "rural", "(missing)"},
                             {">25", "<=25", ">25", ">25"}};
  for (size_t a = 0; a < 2; a++)
    for (size_t i = 0; i < 4; i++) cr_expect_str_eq(level_of(&people, a, i), group[a][i]);
  cr_expect(people.value[2][1] == 0 && people.value[2][0] == 2 && !people.seen[1][2]);
  done(&schema, &people);
}

/* A command line that names groups anew still finds what the schema defines. */
Test(schema, groups_are_chosen_again)
{
  struct es_context ctx = {0};
  struct es_schema schema;
  cr_assert(es_schema_load(&schema, "german_credit", NULL, &ctx) == ES_OK, "%s", ctx.message);
  es_schema_drop_groups(&schema);
  es_schema_drop_features(&schema);
  cr_expect_not(es_schema_has_group(&schema, "sex"));
  cr_expect_str_eq(schema.reference, "", "it was a level of the group that was first");
  cr_assert(es_schema_group(&schema, "housing", &ctx) == ES_OK);
  cr_assert(es_schema_group(&schema, "sex", &ctx) == ES_OK);
  cr_assert_eq(schema.group_count, 2u);
  cr_expect_str_eq(schema.group[0].name, "housing");
  cr_expect_str_eq(schema.group[1].column, "personal_status_sex");
  cr_expect(es_schema_has_group(&schema, "sex"));
  cr_assert(es_schema_group(&schema, "sex", &ctx) == ES_INPUT);
  struct es_text text = {0};
  es_schema_describe(&schema, &text);
  cr_expect(strstr(es_text_get(&text), "groups = \"housing\" \"sex\"\n") != NULL);
  es_text_clear(&text);
  es_schema_drop_favorable(&schema);
  cr_assert(es_schema_check(&schema, &ctx) == ES_INPUT);
  es_schema_clear(&schema);
}

/* Every shipped schema: parses, says where its data come from, keeps groups out of the features. */
Test(schema, shipped_ones_are_whole)
{
  size_t found = 0;
  for (size_t i = 0; i < es_embedded_count; i++) {
    if (strcmp(es_embedded[i].kind, "schema") != 0) continue;
    struct es_context ctx = {0};
    struct es_schema schema;
    const char *name = es_embedded[i].name;
    cr_assert(es_schema_load(&schema, name, NULL, &ctx) == ES_OK, "%s", ctx.message);
    cr_expect(schema.title[0] && schema.source[0] && schema.cite[0] && schema.outcome[0], "%s",
              name);
    cr_expect(schema.favorable_name[0] != '\0' && schema.features > 0 && schema.group_count > 0);
    for (size_t g = 0; g < schema.group_count; g++)
      for (size_t k = 0; k < schema.features; k++) {
        const struct es_schema_group *group = &schema.group[g];
        const char *column = group->column[0] != '\0' ? group->column : group->name;
        cr_expect_str_neq(schema.feature[k].name, column, "%s", name);
      }
    es_schema_clear(&schema);
    found++;
  }
  cr_expect_geq(found, 5u);
}

/* A line of the usual public layout of those two that ../shared has no copy of. */
Test(schema, taiwan_and_adult_read_their_layouts)
{
  static const char *const csv[] = {
      "ID,LIMIT_BAL,SEX,EDUCATION,MARRIAGE,AGE,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,BILL_AMT1,"
      "BILL_AMT2,BILL_AMT3,BILL_AMT4,BILL_AMT5,BILL_AMT6,PAY_AMT1,PAY_AMT2,PAY_AMT3,PAY_AMT4,"
      "PAY_AMT5,PAY_AMT6,default.payment.next.month\n"
      "1,20000.0,2,2,1,24,2,2,-1,-1,-2,-2,1,2,3,0,0,0,0,9,0,0,0,0,1\n"
      "2,50000.0,1,5,0,57,0,0,0,0,0,0,1,2,3,0,0,0,0,9,0,0,0,0,0\n",
      "age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,"
      "sex,"
      "capital-gain,capital-loss,hours-per-week,native-country,income\n"
      "39, State-gov, 77516, Bachelors, 13, Never-married, Adm-clerical, Not-in-family, White, "
      "Male, "
      "2174, 0, 40, United-States, <=50K\n"
      "38, ?, 28887, 11th, 7, Divorced, Sales, Husband, Black, Female, 0, 0, 50, ?, >50K.\n"};
  static const char *const name[] = {"taiwan_credit", "adult"};
  static const char *const reference[] = {"male", "Male"};
  for (size_t i = 0; i < 2; i++) {
    struct es_context ctx = {0};
    struct es_schema schema;
    struct es_listing people;
    struct files f = make(csv[i], "");
    cr_assert(es_schema_load(&schema, name[i], NULL, &ctx) == ES_OK, "%s", ctx.message);
    cr_assert(es_listing_read(&people, &schema, f.csv, NULL, &ctx) == ES_OK, "%s", ctx.message);
    cr_expect_eq(people.outcome[0], ES_UNFAVORABLE);
    cr_expect_eq(people.outcome[1], ES_FAVORABLE);
    cr_expect_str_eq(level_of(&people, 0, i == 0 ? 1 : 0), reference[i]);
    if (i == 0) cr_expect_str_eq(level_of(&people, 1, 0), "<=25");
    done(&schema, &people);
    drop(&f);
  }
}

/* Favourable and all people of a level, from a file in ../shared. */
static void count_level(const struct es_listing *people, size_t a, const char *level, size_t *good,
                        size_t *all)
{
  *good = *all = 0;
  for (size_t i = 0; i < people->people; i++)
    if (level == NULL || strcmp(level_of(people, a, i), level) == 0) {
      ++*all;
      *good += people->outcome[i] == ES_FAVORABLE;
    }
}

/* Sources: ProPublica's notebook (7,214 people, 3,251 rearrested); UCI's good rates by age and sex;
 * AER's HMDA: table(deny, afam). */
Test(schema, real_files_have_their_published_counts)
{
  static const struct {
    const char *schema, *file;
    size_t attribute;
    const char *level;
    size_t good, all;
  } row[] = {
      {"compas", SHARED "/data/propublica_compas/compas_general_min.csv", 0, NULL, 7214 - 3251,
       7214},
      {"compas", SHARED "/data/propublica_compas/compas_general_min.csv", 0, "African-American",
       990 + 805, 3696},
      {"german_credit", SHARED "/data/german_credit/german.csv", 0, ">25", 590, 810},
      {"german_credit", SHARED "/data/german_credit/german.csv", 0, "<=25", 110, 190},
      {"german_credit", SHARED "/data/german_credit/german.csv", 1, "male", 499, 690},
      {"german_credit", SHARED "/data/german_credit/german.csv", 1, "female", 201, 310},
      {"hmda_boston", SHARED "/data/hmda_boston/HMDA.csv", 0, "no", 2041 - 189, 2041},
      {"hmda_boston", SHARED "/data/hmda_boston/HMDA.csv", 0, "yes", 339 - 96, 339},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    if (!there(row[i].file)) continue;
    struct es_context ctx = {0};
    struct es_schema schema;
    struct es_listing people;
    size_t good, all;
    cr_assert(es_schema_load(&schema, row[i].schema, NULL, &ctx) == ES_OK, "%s", ctx.message);
    cr_assert(es_listing_read(&people, &schema, row[i].file, NULL, &ctx) == ES_OK, "%s",
              ctx.message);
    cr_expect_eq(people.unknown, 0u);
    count_level(&people, row[i].attribute, row[i].level, &good, &all);
    cr_expect(good == row[i].good && all == row[i].all, "row %zu: %zu of %zu", i, good, all);
    done(&schema, &people);
  }
  cr_expect_float_eq(590 / 810., .728395, 5e-7);
  cr_expect_float_eq(110 / 190., .578947, 5e-7);
}

/* --- the dataset ------------------------------------------------------------------------------ */

static void *open_csv(const struct es_dataset_request *request, enum es_status *status,
                      struct es_context *ctx)
{
  void *state = calloc(1, es_dataset_csv.state_size);
  cr_assert(state != NULL);
  *status = es_dataset_csv.open(state, request, ctx);
  return state;
}

static void close_csv(void *state)
{
  es_dataset_csv.close(state);
  free(state);
}

/* A hundred people, every seventh without an outcome. */
static struct files hundred(void)
{
  struct es_text csv = {0};
  es_text_add(&csv, "y,g,x,w\n");
  for (int i = 0; i < 100; i++)
    es_text_add(&csv, "%s,%s,%d,%d\n",
                i % 7 == 0   ? ""
                : i % 3 == 0 ? "1"
                             : "0",
                i % 2 ? "a" : "b", i, 1 + i % 2);
  struct files f = make(es_text_get(&csv), "[schema]\noutcome = y\nfavorable = 1\ngroups = g\n"
                                           "weight = w\n[feature x]\ntype = number\n");
  es_text_clear(&csv);
  return f;
}

/* Fills seen[fold][part][row] block by block and checks each person on the way. */
static void walk(const void *state, size_t folds, size_t step, unsigned char seen[][2][100])
{
  struct es_context ctx = {0};
  const struct es_people *people = es_dataset_csv.people(state);
  struct es_block block;
  cr_assert(es_block_create(&block, people, step, &ctx) == ES_OK);
  for (size_t f = 0; f < folds; f++)
    for (int part = ES_TRAIN; part <= ES_TEST; part++) {
      uint64_t size = es_dataset_csv.size(state, f, (enum es_part)part);
      for (uint64_t first = 0; first < size; first += step) {
        block.people = size - first < step ? (size_t)(size - first) : step;
        cr_assert(es_dataset_csv.block(state, f, (enum es_part)part, first, &block, &ctx) == ES_OK);
        for (size_t i = 0; i < block.people; i++) {
          size_t row = block.person[i];
          cr_assert_lt(row, 100u);
          seen[f][part][row]++;
          cr_expect(block.value[0][i] == (double)row && block.seen[0][i] == 1);
          cr_expect(block.weight[i] == (double)(1 + row % 2));
          cr_expect_eq(block.group[0][i], row % 2 ? 0u : 1u);
          cr_expect_eq(block.outcome[i], row % 7 == 0 ? ES_UNKNOWN : row % 3 == 0);
        }
      }
    }
  es_block_clear(&block, people);
}

Test(dataset_csv, splits_once_with_exact_sizes)
{
  struct files f = hundred();
  struct es_dataset_request request = {.source = f.csv, .schema = f.ini, .test_share = 0.25};
  unsigned char seen[3][1][2][100] = {0};
  for (int k = 0; k < 3; k++) { /* 0 and 1: the same seed; 2: another */
    struct es_context ctx = {.seed = k == 2 ? 2018 : 7};
    enum es_status status;
    void *state = open_csv(&request, &status, &ctx);
    cr_assert(status == ES_OK, "%s", ctx.message);
    const struct es_people *people = es_dataset_csv.people(state);
    cr_expect_str_eq(people->name, "people");
    cr_expect_str_eq(people->favorable, "y = 1");
    cr_expect(people->weighted && !people->truth && people->folds == 1);
    /* 85 known: 21 of them and the 15 others are tested */
    cr_expect_eq(es_dataset_csv.size(state, 0, ES_TRAIN), 64u);
    cr_expect_eq(es_dataset_csv.size(state, 0, ES_TEST), 36u);
    walk(state, 1, k == 1 ? 7 : 100, seen[k]);
    for (size_t i = 0; i < 100; i++) {
      cr_expect_eq(seen[k][0][ES_TRAIN][i] + seen[k][0][ES_TEST][i], 1);
      if (i % 7 == 0) cr_expect_eq(seen[k][0][ES_TRAIN][i], 0);
    }
    close_csv(state);
  }
  cr_expect(memcmp(seen[0], seen[1], sizeof seen[0]) == 0, "block size changes nothing");
  cr_expect(memcmp(seen[0], seen[2], sizeof seen[0]) != 0, "the seed decides");
  drop(&f);
}

Test(dataset_csv, folds_test_everybody_once)
{
  struct files f = hundred();
  struct es_dataset_request request = {.source = f.csv, .schema = f.ini, .folds = 4};
  struct es_context ctx = {.seed = 3};
  enum es_status status;
  unsigned char seen[4][2][100] = {0};
  void *state = open_csv(&request, &status, &ctx);
  cr_assert(status == ES_OK, "%s", ctx.message);
  cr_expect_eq(es_dataset_csv.people(state)->folds, 4u);
  walk(state, 4, 13, seen);
  const uint64_t tests[] = {22 + 4, 21 + 4, 21 + 4,
                            21 + 3}; /* 85 known and 15 others, dealt apart */
  for (size_t k = 0; k < 4; k++) cr_expect_eq(es_dataset_csv.size(state, k, ES_TEST), tests[k]);
  for (size_t i = 0; i < 100; i++) {
    int tested = 0;
    for (size_t k = 0; k < 4; k++) {
      tested += seen[k][ES_TEST][i];
      cr_expect_eq(seen[k][ES_TRAIN][i], i % 7 != 0 && !seen[k][ES_TEST][i]);
    }
    cr_expect_eq(tested, 1);
  }
  close_csv(state);
  drop(&f);
}

Test(dataset_csv, says_what_is_wrong)
{
  struct files f = make("y,g\n1,a\n0,b\n", HEAD "groups = g\n"),
               none = make("g\na\n", "[schema]\ngroups = g\n");
  struct files one = make("y\n1\n\"\"\n", HEAD);
  const struct {
    struct es_dataset_request request;
    const char *said;
  } row[] = {
      {{.source = "people.csv"},
       "csv:people.csv wants a schema that says how to read it: --schema "
       "FILE.ini or one of adult, compas, german_credit, hmda_boston, "
       "taiwan_credit"},
      {{.source = "", .schema = "compas"}, "csv: which file? give csv:FILE"},
      {{.source = f.csv, .schema = "compass"},
       "there is no schema \"compass\"; did you mean \"compas\"?"},
      {{.source = f.csv, .schema = f.ini, .folds = 1},
       "folds = 1: give 2 or more, or 0 for one train/test split"},
      {{.source = f.csv, .schema = f.ini, .test_share = 1.5},
       "test_share = 1.5: give a number between 0 and 1"},
      {{.source = f.csv, .schema = f.ini, .folds = 3},
       "*people with an outcome: 2; at least 3 are wanted to learn from some and judge on others"},
      {{.source = one.csv, .schema = one.ini},
       "*people with an outcome: 1; at least 2 are wanted to learn from some and judge on others"},
      {{.source = none.csv, .schema = none.ini},
       "*give outcome = COLUMN and favorable = VALUE: scorers learn from it"},
  };
  for (size_t i = 0; i < ES_COUNT_OF(row); i++) {
    struct es_context ctx = {0};
    enum es_status status;
    void *state = open_csv(&row[i].request, &status, &ctx);
    cr_expect(status == ES_INPUT, "row %zu", i);
    if (row[i].said[0] == '*')
      cr_expect(strstr(ctx.message, row[i].said + 1) != NULL, "%s", ctx.message);
    else
      cr_expect_str_eq(ctx.message, row[i].said);
    close_csv(state);
  }
  drop(&f);
  drop(&none);
  drop(&one);
}
