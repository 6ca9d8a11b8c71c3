/* evenscore generate: the people of a population as CSV, and with --truth what nobody sees. */
#include "harness/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include "datasets/dataset.h"
#include "harness/base/file.h"
#include "harness/population/population.h"
#include "harness/run/progress.h"

enum { BLOCK = ES_BLOCK, MOST_CAUSES = 16 };

struct generate {
  int64_t people, seed;
  struct es_texts set;
  bool truth;
  char *output;
};
#define G struct generate
static const struct es_option options[] = {
    ES_OPTION_INT(G, people, "0", 0, 1e12, "how many people; 0: as the population says"),
    ES_OPTION_INT(G, seed, "2018", 0, 9007199254740992.0, "what all randomness is drawn from"),
    ES_OPTION_TEXTS(G, set, "", "KEY=VALUE", "change a population's number, like coverage_gap=0"),
    ES_OPTION_BOOL(G, truth, "no",
                   "also traits, outcome, what records truly say, whose they are, and each world"),
    {"output", ES_TYPE_TEXT, ES_FIELD_(G, output, char *), "", 0, 0, NULL,
     "write there instead of to standard output", "FILE", 'o'},
    {0}};
#undef G

/* A population with room for a block of what is seen of its people.  `prefix` stands before its
 * columns' names: "", "true." or a cause's. */
struct world {
  struct es_population population;
  char *prefix;
  double **value;
  uint8_t **seen;
};

struct generating {
  const struct generate *g;
  struct world *world; /* as it is; then, with --truth, seen perfectly, and without each cause */
  size_t worlds;
  struct es_truth truth;
  uint64_t *person, *whose;
  struct es_text text;
};

static size_t all_columns(const struct es_population *p) { return p->columns + p->dates; }

/* --- worlds
 * ------------------------------------------------------------------------------------------ */

static void close_world(struct world *w)
{
  for (size_t c = 0; w->value != NULL && c < all_columns(&w->population); c++) free(w->value[c]);
  for (size_t c = 0; w->seen != NULL && c < all_columns(&w->population); c++) free(w->seen[c]);
  free(w->value);
  free(w->seen);
  free(w->prefix);
  es_population_clear(&w->population);
}

static enum es_status open_world(struct generating *at, const char *name, const char *prefix,
                                 const struct es_texts *more, struct es_context *ctx)
{
  struct world *grown = realloc(at->world, (at->worlds + 1) * sizeof *grown);
  if (grown == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  at->world = grown;
  struct world *w = &grown[at->worlds++];
  *w = (struct world){.prefix = es_strdup(prefix, ctx)};
  struct es_texts set = {0};
  enum es_status status = w->prefix != NULL ? ES_OK : ES_NOMEM;
  for (size_t i = 0; status == ES_OK && i < at->g->set.count; i++)
    status = es_texts_add(&set, at->g->set.at[i], strlen(at->g->set.at[i]), ctx);
  for (size_t i = 0; status == ES_OK && i < more->count; i++)
    status = es_texts_add(&set, more->at[i], strlen(more->at[i]), ctx);
  if (status == ES_OK) status = es_population_open(&w->population, name, &set, ctx);
  es_texts_clear(&set);
  if (status != ES_OK) return status;
  w->value = es_alloc(all_columns(&w->population), sizeof *w->value, ctx);
  w->seen = es_alloc(all_columns(&w->population), sizeof *w->seen, ctx);
  if (w->value == NULL || w->seen == NULL) return ES_NOMEM;
  for (size_t c = 0; c < all_columns(&w->population); c++)
    if ((w->value[c] = es_alloc(BLOCK, sizeof **w->value, ctx)) == NULL ||
        (w->seen[c] = es_alloc(BLOCK, sizeof **w->seen, ctx)) == NULL)
      return ES_NOMEM;
  return ES_OK;
}

static enum es_status add_override(struct es_texts *set, const char *kind, const char *name,
                                   const char *assignment, struct es_context *ctx)
{
  struct es_text text = {0};
  es_text_add(&text, "%s %s.%s", kind, name, assignment);
  enum es_status status = es_texts_add(set, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

/* Everybody on record everywhere, without noise, under their own name, for all to see. */
static enum es_status perfect(const struct es_population *p, struct es_texts *set,
                              struct es_context *ctx)
{
  static const char *const each[] = {"mechanism=stratum", "coverage=1",     "noise=0",
                                     "links=given",       "missed=0",       "false_links=0",
                                     "shared=1",          "false_records=0"};
  for (size_t s = 0; s < p->sources; s++)
    for (size_t k = 0; k < ES_COUNT_OF(each); k++)
      ES_TRY(add_override(set, "source", p->source[s].name, each[k], ctx));
  for (size_t e = 0; e < p->events; e++)
    ES_TRY(add_override(set, "event", p->event[e].name, "detection=1", ctx));
  return es_texts_add(set, "peer_gap=0", strlen("peer_gap=0"), ctx);
}

static enum es_status open_worlds(struct generating *at, const char *name, struct es_context *ctx)
{
  struct es_texts set = {0};
  ES_TRY(open_world(at, name, "", &set, ctx));
  if (!at->g->truth) return ES_OK;
  enum es_status status = perfect(&at->world[0].population, &set, ctx);
  if (status == ES_OK) status = open_world(at, name, "true.", &set, ctx);
  es_texts_clear(&set);
  const struct es_cause *cause[MOST_CAUSES];
  size_t causes = es_population_causes(&at->world[0].population, cause, MOST_CAUSES);
  for (size_t c = 0; status == ES_OK && c < causes; c++) {
    char *override = (char *)cause[c]->override, prefix[64];
    snprintf(prefix, sizeof prefix, "without_%s.", cause[c]->name);
    status = open_world(at, name, prefix, &(struct es_texts){&override, 1}, ctx);
  }
  return status;
}

/* --- lines
 * ---------------------------------------------------------------------------------------------- */

static void add_header(struct generating *at)
{
  const struct es_population *p = &at->world[0].population;
  es_text_add(&at->text, "person");
  for (size_t a = 0; a <= p->groupings; a++) es_text_add(&at->text, ",%s", p->attribute[a].name);
  for (size_t c = 0; c < all_columns(p); c++) es_text_add(&at->text, ",%s", p->column[c].name);
  if (at->g->truth) {
    es_text_add(&at->text, ",outcome,probability,capacity,reliability,visibility");
    for (size_t s = 0; s < p->sources; s++) es_text_add(&at->text, ",from.%s", p->source[s].name);
    for (size_t w = 1; w < at->worlds; w++)
      for (size_t c = 0; c < all_columns(p); c++)
        es_text_add(&at->text, ",%s%s", at->world[w].prefix, p->column[c].name);
  }
  es_text_add(&at->text, "\n");
}

static void add_seen(struct es_text *text, const struct world *w, size_t i)
{
  char number[ES_NUMBER_SIZE];
  for (size_t c = 0; c < all_columns(&w->population); c++)
    es_text_add(text, ",%s", w->seen[c][i] ? es_number(number, w->value[c][i]) : "");
}

static void add_truth(struct generating *at, size_t i)
{
  char number[ES_NUMBER_SIZE];
  const struct es_truth *t = &at->truth;
  es_text_add(&at->text, ",%d,%s", t->outcome[i] == ES_FAVORABLE,
              es_number(number, t->probability[i]));
  for (size_t k = 0; k < ES_TRAITS; k++)
    es_text_add(&at->text, ",%s", es_number(number, t->trait[k][i]));
  for (size_t s = 0; s < at->world[0].population.sources; s++) {
    uint64_t who = at->whose[s * BLOCK + i];
    if (who == ES_NOBODY)
      es_text_add(&at->text, ",");
    else
      es_text_add(&at->text, ",%llu", (unsigned long long)who);
  }
  for (size_t w = 1; w < at->worlds; w++) add_seen(&at->text, &at->world[w], i);
}

/* People are who they are in the world as it is; only what is seen of them differs, but for the
 * world in which they themselves are made equal. */
static enum es_status observe(struct generating *at, struct es_context *ctx)
{
  for (size_t w = at->worlds; w-- > 0;) {
    const struct world *world = &at->world[w];
    es_population_people(&world->population, ctx, &at->truth);
    ES_TRY(es_population_observe(&world->population, &at->truth, world->value, world->seen, ctx));
  }
  for (size_t s = 0; at->g->truth && s < at->world[0].population.sources; s++)
    ES_TRY(
        es_population_whose(&at->world[0].population, &at->truth, s, at->whose + s * BLOCK, ctx));
  return ES_OK;
}

static enum es_status write_block(struct generating *at, uint64_t first, size_t people,
                                  struct es_stream *stream, struct es_context *ctx)
{
  const struct es_population *p = &at->world[0].population;
  at->truth.people = people;
  at->truth.person = at->person;
  for (size_t i = 0; i < people; i++) at->person[i] = first + i;
  ES_TRY(observe(at, ctx));
  at->text.size = 0;
  if (first == 0) add_header(at);
  for (size_t i = 0; i < people; i++) {
    es_text_add(&at->text, "%llu,%s", (unsigned long long)(first + i),
                p->attribute[0].level[at->truth.stratum[i]]);
    for (size_t a = 0; a < p->groupings; a++)
      es_text_add(&at->text, ",%s",
                  p->attribute[1 + a].level[es_population_level(p, at->truth.mix[i], a)]);
    add_seen(&at->text, &at->world[0], i);
    if (at->g->truth) add_truth(at, i);
    es_text_add(&at->text, "\n");
  }
  if (at->text.failed) return es_fail(ctx, ES_NOMEM, "out of memory");
  return es_stream_append(stream, es_text_get(&at->text), at->text.size, ctx);
}

static enum es_status write_all(struct generating *at, struct es_stream *stream,
                                struct es_context *ctx)
{
  const struct es_population *p = &at->world[0].population;
  uint64_t people = (uint64_t)(at->g->people > 0 ? at->g->people : p->settings.people);
  struct es_progress progress;
  enum es_status status = es_truth_create(&at->truth, BLOCK, ctx);
  at->person = es_alloc(BLOCK, sizeof *at->person, ctx);
  at->whose = es_alloc(BLOCK * p->sources, sizeof *at->whose, ctx);
  if (at->person == NULL || at->whose == NULL) status = ES_NOMEM;
  es_progress_start(&progress, p->name, "people", people);
  for (uint64_t first = 0; status == ES_OK && first < people; first += BLOCK) {
    size_t n = people - first < BLOCK ? (size_t)(people - first) : BLOCK;
    status = write_block(at, first, n, stream, ctx);
    es_progress_add(&progress, n);
    if (status == ES_OK && es_stop)
      status = es_fail(ctx, ES_INTERRUPTED, "interrupted; nothing was kept%s",
                       stream->path == NULL ? " beyond what is printed" : "");
  }
  es_progress_end(&progress);
  return status;
}

static enum es_status generate(const struct generate *g, const char *name, struct es_context *ctx)
{
  struct generating at = {.g = g};
  struct es_stream stream = {0};
  ctx->seed = (uint64_t)g->seed;
  enum es_status status = open_worlds(&at, name, ctx);
  if (status == ES_OK) status = es_stream_open(&stream, g->output, ctx);
  if (status == ES_OK) status = write_all(&at, &stream, ctx);
  if (status == ES_OK)
    status = es_stream_commit(&stream, ctx);
  else
    es_stream_close(&stream);
  for (size_t w = 0; w < at.worlds; w++) close_world(&at.world[w]);
  free(at.world);
  free(at.person);
  free(at.whose);
  es_truth_clear(&at.truth);
  es_text_clear(&at.text);
  return status;
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct generate g = {0};
  const struct es_args sets[] = {{options, &g}};
  const char *name = NULL;
  size_t names = 0;
  enum es_status status = es_options_default(options, &g, ctx);
  if (status == ES_OK) status = es_args_parse(argc, argv, sets, 1, &name, 1, &names, ctx);
  if (status == ES_OK && names == 0)
    status = es_fail(ctx, ES_INPUT, "generate: name a population (evenscore list populations)");
  if (status == ES_OK) status = generate(&g, name, ctx);
  es_options_clear(options, &g);
  return status;
}

static const struct es_option *const tables[] = {options, NULL};
const struct es_command es_command_generate = {
    .name = "generate",
    .usage = "generate POPULATION [options]",
    .summary = "a population's people as CSV",
    .help =
        "Writes what the deciding agency sees: an address, the groups, and the columns, empty "
        "where nothing\n"
        "is seen.  With --truth also outcome, probability and traits; from.SOURCE, the address of "
        "whoever's\n"
        "record the source holds under this name (empty: none); true.COLUMN, seen perfectly; and\n"
        "without_CAUSE.COLUMN, seen in the world in which that cause of gaps is taken away.\n\n"
        "  evenscore generate cn-2017 --people 1000 -o people.csv\n"
        "  evenscore generate null --truth --set \"source credit.coverage=0.5\"\n",
    .tables = tables,
    .run = run,
};
