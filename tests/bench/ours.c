/* What `make bench` times of this program: one task, one line of seconds for each repetition.
 *
 *   ours TASK N [REPETITIONS]
 *
 * The first repetition warms up and is not printed.  peers.py and peers.R have the same tasks.
 */
#include <csv.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "datasets/dataset.h"
#include "harness/base/lanes.h"
#include "harness/base/math.h"
#include "harness/base/text.h"
#include "harness/data/csv.h"
#include "harness/measure/bootstrap.h"
#include "harness/measure/counts.h"
#include "harness/measure/curve.h"
#include "harness/measure/metric.h"
#include "harness/methods/composite.h"
#include "harness/methods/logit.h"
#include "harness/methods/rules.h"
#include "harness/model/registry.h"
#include "harness/statistics/sample.h"

static struct es_context ctx = {.seed = 2018};

static void must(enum es_status status)
{
  if (status == ES_OK) return;
  fprintf(stderr, "bench: %s\n", ctx.message);
  exit(1);
}

static void *room(size_t n, size_t size)
{
  void *memory = es_alloc(n, size, &ctx);
  if (memory == NULL) must(ES_NOMEM);
  return memory;
}

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile double sink; /* what is computed is looked at, so that it is computed */

/* A task makes ready what is not timed, and is then run again and again. */
struct task {
  const char *name;
  void *(*ready)(size_t n);
  void (*run)(void *state, size_t n);
};

/* --- people -------------------------------------------------------------------------------------
 */

enum { BLOCK = 512 };
struct people {
  const struct es_dataset *dataset;
  void *state;
  struct es_block block;
};

static void *open_people(size_t n)
{
  struct people *p = room(1, sizeof *p);
  struct es_dataset_request request = {.schema = "", .people = n};
  must(es_dataset_find(&p->dataset, &request.source, "cn-2017", &ctx));
  p->state = room(1, p->dataset->state_size);
  must(p->dataset->open(p->state, &request, &ctx));
  must(es_block_create(&p->block, p->dataset->people(p->state), BLOCK, &ctx));
  return p;
}

static void generate(void *state, size_t n)
{
  struct people *p = state;
  for (size_t from = 0; from < n; from += BLOCK) {
    p->block.people = n - from < BLOCK ? n - from : BLOCK;
    must(p->dataset->block(p->state, 0, ES_TEST, from, &p->block, &ctx));
    sink += p->block.truth[0];
  }
}

/* --- memory -------------------------------------------------------------------------------------
 */

static void *make_numbers(size_t n)
{
  double *x = room(n, sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = (double)i;
  return x;
}

static double sum(const double *x, size_t n)
{
  double total = 0;
#pragma omp parallel for simd reduction(+ : total)
  for (size_t i = 0; i < n; i++) total += x[i];
  return total;
}

static void read_once(void *state, size_t n) { sink += sum(state, n); }

static void write_and_read(void *state, size_t n)
{
  double *x = state, from = sink;
#pragma omp parallel for simd
  for (size_t i = 0; i < n; i++) x[i] = from + (double)i;
  sink += sum(x, n);
}

/* --- scores -------------------------------------------------------------------------------------
 */

struct scored {
  double *score;
  uint32_t *cell;
  uint8_t *outcome, *why, *decision;
};

static void fill_scores(struct scored *s, size_t first, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    struct es_draw d = es_draw(&ctx, first + i, 1);
    s->outcome[i] = d.word[1] % 2 == 0;
    s->score[i] = es_round_bits(es_normal(d.word[0]) + s->outcome[i], 40);
    s->cell[i] = d.word[2] % 5;
    s->decision[i] = s->score[i] > 0.5 ? ES_APPROVED : ES_DENIED;
  }
}

static void *make_scores(size_t n)
{
  struct scored *s = room(1, sizeof *s);
  *s = (struct scored){room(n, sizeof(double)), room(n, sizeof(uint32_t)), room(n, 1), room(n, 1),
                       room(n, 1)};
  fill_scores(s, 0, n);
  return s;
}

static struct es_verdicts verdicts_of(const struct scored *s, size_t n)
{
  return (struct es_verdicts){.people = n,
                              .cell = s->cell,
                              .outcome = s->outcome,
                              .why = s->why,
                              .decision = s->decision,
                              .score = s->score};
}

/* AUC and its standard error by DeLong, from scores as they are. */
static void auc(void *state, size_t n)
{
  struct es_verdicts v = verdicts_of(state, n);
  const struct es_consequence none = {.cost_wrongful_denial = -1, .term = -1};
  struct es_group_counts group;
  struct es_tally tally;
  const bool member[5] = {true, true, true, true, true};
  must(es_tally_create(&tally, 5, true, &ctx));
  must(es_tally_add_block(&tally, &v, NULL, &ctx));
  must(es_tally_sort(&tally, &ctx));
  must(es_counts_make(&group, &tally, member, &none, false, &ctx));
  sink += es_curve_auc(&group.weight).value;
  es_counts_clear(&group);
  es_tally_clear(&tally);
}

/* Outcomes and decisions of five groups, counted. */
static void confusion(void *state, size_t n)
{
  struct es_verdicts v = verdicts_of(state, n);
  struct es_tally tally;
  must(es_tally_create(&tally, 5, true, &ctx));
  tally.scores_dropped = true;
  must(es_tally_add_block(&tally, &v, NULL, &ctx));
  sink += (double)tally.cell[0].people[1][1][0];
  es_tally_clear(&tally);
}

/* --- resampling ---------------------------------------------------------------------------------
 */

enum { CELLS = 10240, DRAWS = 1000 };

static void *make_cells(size_t n)
{
  struct es_multinomial *m = room(1, sizeof *m);
  uint64_t *count = room(CELLS, sizeof *count);
  for (size_t i = 0; i < n; i++) count[es_draw(&ctx, i, 2).word[0] % CELLS]++;
  must(es_multinomial_create(m, count, CELLS, &ctx));
  return m;
}

/* A thousand samples, each of as many people as there are. */
static void multinomial(void *state, size_t n)
{
  const struct es_multinomial *m = state;
  uint64_t *drawn = room(CELLS, sizeof *drawn);
  for (uint32_t k = 0; k < DRAWS; k++) {
    struct es_dice dice = es_dice_open(&ctx, ES_DRAW_BOOTSTRAP, k);
    es_multinomial_draw(drawn, m, n, &dice);
    sink += (double)drawn[0];
  }
  free(drawn);
}

/* People of five groups on a grid of scores, as they are streamed. */
static void *make_tally(size_t n)
{
  struct es_tally *tally = room(1, sizeof *tally);
  struct scored *s = make_scores(BLOCK);
  must(es_tally_create(tally, 5, false, &ctx));
  tally->low = -5;
  tally->high = 6;
  for (size_t from = 0; from < n; from += BLOCK) {
    struct es_verdicts v = verdicts_of(s, n - from < BLOCK ? n - from : BLOCK);
    fill_scores(s, from, v.people);
    must(es_tally_add_block(tally, &v, NULL, &ctx));
  }
  return tally;
}

static enum es_status measure(double *value, struct es_tally *tally, const void *closure,
                              struct es_context *own)
{
  (void)closure;
  const struct es_consequence none = {.cost_wrongful_denial = -1, .term = -1};
  const bool member[5] = {true, true, true, true, true};
  struct es_group_counts all;
  ES_TRY(es_counts_make(&all, tally, member, &none, false, own));
  value[0] = es_curve_ks(&all.weight).value;
  value[1] = es_curve_average_precision(&all.weight).value;
  es_counts_clear(&all);
  return ES_OK;
}

/* Two numbers that have no closed form, and their intervals by a thousand replicates. */
static void bootstrap(void *state, size_t n)
{
  struct es_interval interval[2];
  const char *method[2];
  double value[2];
  (void)n;
  must(measure(value, state, NULL, &ctx));
  struct es_bootstrap b = {2, value, NULL, interval, method};
  must(es_bootstrap(&b, state, DRAWS, 0.95, measure, NULL, &ctx));
  sink += interval[0].low;
}

/* --- models -------------------------------------------------------------------------------------
 */

enum { SLOPES = 20, MORE_SLOPES = 100, INDICATORS = 1000 };
struct coins {
  struct es_column column[SLOPES];
  const double *value[SLOPES];
  const uint8_t *seen[SLOPES];
  struct es_training training;
};
static const char *const names[SLOPES] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                          "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"};
struct design {
  double *x;
  uint8_t *y;
  size_t slopes;
};

static void *make_columns(size_t n, size_t slopes)
{
  struct design *d = room(1, sizeof *d);
  double size = sqrt(20.0 / (double)slopes);
  *d = (struct design){room(es_logit_size(n, slopes), sizeof(double)), room(n, 1), slopes};
  for (size_t i = 0; i < n; i++) {
    double eta = 0;
    for (uint32_t k = 0; k < slopes; k++) {
      double *x = &d->x[es_logit_place(slopes, i, k)];
      *x = es_normal(es_draw(&ctx, i, 10 + k).word[0]);
      eta += *x * size * (k % 2 ? 0.3 : -0.2);
    }
    d->y[i] = es_uniform(es_draw(&ctx, i, 9).word[0]) < es_logistic(eta);
  }
  return d;
}

static void *make_design(size_t n) { return make_columns(n, SLOPES); }
static void *make_wide_design(size_t n) { return make_columns(n, MORE_SLOPES); }

/* Ten columns that go together and have scales from 1 to 100, ten that are rare, one good in ten.
 */
static void *make_hard_design(size_t n)
{
  struct design *d = room(1, sizeof *d);
  *d = (struct design){room(es_logit_size(n, SLOPES), sizeof(double)), room(n, 1), SLOPES};
  for (size_t i = 0; i < n; i++) {
    double common = es_normal(es_draw(&ctx, i, 8).word[0]), eta = -2.9;
    for (uint32_t k = 0; k < SLOPES; k++) {
      uint32_t word = es_draw(&ctx, i, 10 + k).word[0];
      double z = sqrt(0.8) * common + sqrt(0.2) * es_normal(word), rare = es_uniform(word) < 0.02;
      d->x[es_logit_place(SLOPES, i, k)] = k < 10 ? z * es_pow(100, k / 9.0) : rare;
      eta += (k < 10 ? 0.3 * z : rare) * (k % 2 ? 1 : -0.5);
    }
    d->y[i] = es_uniform(es_draw(&ctx, i, 9).word[0]) < es_logistic(eta);
  }
  return d;
}

static void logistic(void *state, size_t n)
{
  struct design *d = state;
  struct es_logit problem = {.rows = n,
                             .columns = d->slopes,
                             .x = d->x,
                             .y = d->y,
                             .max_iter = 100,
                             .tolerance = 1e-8,
                             .confidence = 0.95};
  struct es_logit_fit fit;
  must(es_logit_fit(&problem, &fit, &ctx));
  if (!(fit.gradient <= 1e-8 * (double)n)) must(es_fail(&ctx, ES_DIVERGED, "%g", fit.gradient));
  sink += fit.coefficient[0];
  es_logit_clear(&fit);
}

/* Binary columns of coins and an outcome that hangs on some of them. */
static void *make_coins(size_t n)
{
  struct coins *c = room(1, sizeof *c);
  uint8_t *seen = room(n, 1), *outcome = room(n, 1);
  memset(seen, 1, n);
  for (uint32_t k = 0; k < SLOPES; k++) {
    double *x = room(n, sizeof *x);
    for (size_t i = 0; i < n; i++) x[i] = es_draw(&ctx, i, 10 + k).word[0] % 2;
    c->value[k] = x;
    c->seen[k] = seen;
    c->column[k] = (struct es_column){.name = names[k], .kind = ES_BINARY};
  }
  for (size_t i = 0; i < n; i++) {
    double eta = 0;
    for (uint32_t k = 0; k < SLOPES; k++) eta += c->value[k][i] * (k % 2 ? 0.6 : -0.4);
    outcome[i] = es_uniform(es_draw(&ctx, i, 9).word[0]) < es_logistic(eta);
  }
  c->training.frame = (struct es_frame){
      .people = n, .columns = SLOPES, .column = c->column, .value = c->value, .seen = c->seen};
  c->training.outcome = outcome;
  return c;
}

/* Five rules of one or two tests: as deep as the tree that they are held against. */
static void greedy(void *state, size_t n)
{
  (void)n;
  const struct coins *c = state;
  const struct es_rule_search search = {
      .support = 0.001, .conjuncts = 2, .bins = 2, .max_rules = 5, .price = 0};
  struct es_rules rules;
  must(es_rules_learn(&rules, &search, &c->training, &ctx));
  sink += rules.rule[0].score;
  es_rules_clear(&rules);
}

struct indexed {
  struct es_composite index;
  struct es_composite_plan plan;
  struct es_frame frame;
};

static void *make_index(size_t n)
{
  struct indexed *x = room(1, sizeof *x);
  double **value = room(INDICATORS, sizeof *value);
  uint8_t **seen = room(INDICATORS, sizeof *seen);
  struct es_column *column = room(INDICATORS, sizeof *column);
  x->index = (struct es_composite){.at = room(INDICATORS, sizeof *x->index.at),
                                   .weight = room(INDICATORS, sizeof *x->index.weight),
                                   .count = INDICATORS};
  for (size_t c = 0; c < INDICATORS; c++) {
    value[c] = room(n, sizeof **value);
    seen[c] = room(n, 1);
    for (size_t i = 0; i < n; i++) value[c][i] = (double)((i + c) % 100);
    memset(seen[c], 1, n);
    x->index.at[c] = (struct es_indicator){.column = c, .sign = 1};
  }
  x->frame = (struct es_frame){.people = n,
                               .columns = INDICATORS,
                               .column = column,
                               .value = (const double *const *)value,
                               .seen = (const uint8_t *const *)seen};
  x->plan = (struct es_composite_plan){.norm = ES_NORM_MINMAX};
  must(es_composite_learn(&x->index, &x->plan, &(struct es_training){.frame = x->frame}, &ctx));
  return x;
}

static void composite(void *state, size_t n)
{
  const struct indexed *x = state;
#pragma omp parallel for schedule(static)
  for (size_t first = 0; first < n; first += ES_LANES) {
    double out[ES_LANES];
    es_composite_block(out, &x->index, &x->plan, &x->frame, first,
                       n - first < ES_LANES ? n - first : ES_LANES, NULL);
#pragma omp atomic write
    sink = out[0];
  }
}

/* As many bytes as the index has, read and added up. */
static void *make_index_bytes(size_t n) { return make_numbers(n * INDICATORS * 9 / 8); }
static void read_index_bytes(void *state, size_t n) { read_once(state, n * INDICATORS * 9 / 8); }

/* --- files --------------------------------------------------------------------------------------
 */

enum { FIELDS = 20, ROWS = 20000 }; /* of which there are so many different ones, over and over */

static FILE *open_csv(char *path, size_t n)
{
  struct es_text rows = {0};
  FILE *file = fdopen(mkstemp(path), "w+b");
  if (file == NULL) must(es_fail(&ctx, ES_INPUT, "%s: cannot write", path));
  for (uint32_t k = 0; k < FIELDS; k++) fprintf(file, "c%u%s", k, k + 1 < FIELDS ? "," : "\n");
  for (size_t i = 0; i < ROWS; i++)
    for (uint32_t k = 0; k < FIELDS; k++)
      es_text_add(&rows, "%.6f%s", es_normal(es_draw(&ctx, i, 100 + k).word[0]),
                  k + 1 < FIELDS ? "," : "\n");
  for (size_t i = 0; i < n; i += ROWS) fwrite(rows.at, 1, rows.size, file);
  es_text_clear(&rows);
  if (fflush(file) != 0) must(es_fail(&ctx, ES_INPUT, "%s: cannot write", path));
  return file;
}

static char csv_path[] = "/tmp/es-bench-XXXXXX";
static void forget_csv(void) { remove(csv_path); }

static void *make_csv(size_t n)
{
  FILE *file = open_csv(csv_path, n);
  atexit(forget_csv);
  return file;
}

static void read_csv(void *state, size_t n)
{
  const struct es_csv_request request = {.others = ES_CSV_GUESS};
  struct es_csv csv;
  (void)state;
  must(es_csv_read(&csv, csv_path, &request, &ctx));
  sink += csv.column[0].number[n / 2];
  es_csv_clear(&csv);
}

static void one_field(void *text, size_t size, void *sum)
{
  (void)text;
  *(size_t *)sum += size;
}

static void one_record(int end, void *sum) { *(size_t *)sum += (size_t)end; }

/* libcsv alone: fields are found, and no more. */
static void split_csv(void *state, size_t n)
{
  static char some[1 << 18];
  struct csv_parser parser;
  size_t got, seen = n;
  rewind(state);
  if (csv_init(&parser, CSV_STRICT) != 0) must(ES_NOMEM);
  while ((got = fread(some, 1, sizeof some, state)) > 0)
    csv_parse(&parser, some, got, one_field, one_record, &seen);
  csv_fini(&parser, one_field, one_record, &seen);
  csv_free(&parser);
  sink += (double)seen;
}

static const struct task tasks[] = {{"generate", open_people, generate},
                                    {"move", make_numbers, write_and_read},
                                    {"read", make_numbers, read_once},
                                    {"auc", make_scores, auc},
                                    {"confusion", make_scores, confusion},
                                    {"multinomial", make_cells, multinomial},
                                    {"bootstrap", make_tally, bootstrap},
                                    {"logistic", make_design, logistic},
                                    {"logistic-wide", make_wide_design, logistic},
                                    {"logistic-hard", make_hard_design, logistic},
                                    {"greedy", make_coins, greedy},
                                    {"composite", make_index, composite},
                                    {"composite-read", make_index_bytes, read_index_bytes},
                                    {"csv", make_csv, read_csv},
                                    {"csv-libcsv", make_csv, split_csv}};

int main(int argc, char **argv)
{
  const struct task *task = NULL;
  for (size_t k = 0; argc > 2 && k < ES_COUNT_OF(tasks); k++)
    if (strcmp(tasks[k].name, argv[1]) == 0) task = &tasks[k];
  if (task == NULL) {
    fprintf(stderr, "usage: ours TASK N [REPETITIONS]\n");
    return 2;
  }
  size_t n = strtoull(argv[2], NULL, 10), repetitions = argc > 3 ? strtoull(argv[3], NULL, 10) : 5;
  void *state = task->ready(n);
  for (size_t r = 0; r <= repetitions; r++) {
    double begin = now();
    task->run(state, n);
    double took = now() - begin;
    if (r > 0) printf("%.9f\n", took);
  }
  return 0;
}
