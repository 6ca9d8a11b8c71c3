/* People of a CSV file: `--population csv:people.csv --schema people.ini`.
 *
 * A person's address is the row, counted from 0.  Who learns and who is judged depends on
 * es_draw(ctx, row, SPLIT) alone: people with a known outcome are sorted by (draw, row) and dealt
 * out, so that parts have exact sizes, and the same row is dealt the same way whatever is scored.
 *
 *   one split   the first test_share (30 % when none is asked for) of the known people are tested,
 *               the others train; people whose outcome is not known are tested too
 *   k folds     every person is tested in exactly one fold, known and unknown people dealt apart
 */
#include "datasets/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/embedded.h"
#include "harness/base/random.h"
#include "harness/data/listing.h"

enum { SPLIT = 0x63737600 }; /* the draw's purpose: "csv" */

/*   row    the rows of each part of each fold, in the file's order
 *   start  where a part begins in `row`: [2 * fold + part]; then the end */
struct state {
  struct es_schema schema;
  struct es_listing listing;
  struct es_people people;
  char *name, *favorable;
  size_t *row, *start;
};

struct dealt {
  uint64_t draw;
  size_t row;
};

static int by_draw(const void *a, const void *b)
{
  const struct dealt *x = a, *y = b;
  if (x->draw != y->draw) return x->draw < y->draw ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

static bool is_known(const struct es_listing *listing, size_t row)
{
  return listing->outcome[row] != ES_UNKNOWN;
}

/* Deals the people whose outcome is known, or the others: tested[row] is the fold in which a person
 * is tested, or `folds` for one who only trains. */
static enum es_status deal(const struct es_listing *listing, bool known, size_t tests, size_t folds,
                           size_t *tested, struct es_context *ctx)
{
  size_t count = 0;
  struct dealt *deck = es_alloc(listing->people, sizeof *deck, ctx);
  if (deck == NULL) return ES_NOMEM;
  for (size_t i = 0; i < listing->people; i++) {
    if (is_known(listing, i) != known) continue;
    struct es_draw draw = es_draw(ctx, i, SPLIT);
    deck[count++] = (struct dealt){(uint64_t)draw.word[0] << 32 | draw.word[1], i};
  }
  qsort(deck, count, sizeof *deck, by_draw);
  for (size_t i = 0; i < count; i++)
    tested[deck[i].row] = folds > 1 ? i % folds : i < tests ? 0 : folds;
  free(deck);
  return ES_OK;
}

/* Lists the rows of each part, in the file's order. */
static enum es_status list_parts(struct state *state, const size_t *tested, struct es_context *ctx)
{
  const struct es_listing *listing = &state->listing;
  size_t folds = state->people.folds, at = 0;
  state->start = es_alloc(2 * folds + 1, sizeof *state->start, ctx);
  state->row = es_alloc(folds * listing->people, sizeof *state->row, ctx);
  if (state->start == NULL || state->row == NULL) return ES_NOMEM;
  for (size_t f = 0; f < folds; f++) {
    for (size_t i = 0; i < listing->people; i++)
      if (tested[i] != f && is_known(listing, i)) state->row[at++] = i;
    state->start[2 * f + ES_TEST] = at;
    for (size_t i = 0; i < listing->people; i++)
      if (tested[i] == f) state->row[at++] = i;
    state->start[2 * f + 2] = at;
  }
  return ES_OK;
}

static enum es_status split(struct state *state, const struct es_dataset_request *request,
                            struct es_context *ctx)
{
  const struct es_listing *listing = &state->listing;
  double share = request->test_share != 0 ? request->test_share : 0.3;
  size_t known = listing->people - listing->unknown;
  size_t folds = request->folds > 0 ? (size_t)request->folds : 1;
  if (request->folds == 1)
    return es_fail(ctx, ES_INPUT, "folds = 1: give 2 or more, or 0 for one train/test split");
  if (known < 2 || folds > known)
    return es_fail(ctx, ES_INPUT,
                   "%s: people with an outcome: %zu; at least %zu are wanted to "
                   "learn from some and judge on others",
                   listing->csv.name, known, folds > 2 ? folds : (size_t)2);
  if (!(share > 0 && share < 1))
    return es_fail(ctx, ES_INPUT, "test_share = %g: give a number between 0 and 1", share);
  size_t tests = (size_t)floor(share * (double)known + 0.5);
  tests = tests < 1 ? 1 : tests > known - 1 ? known - 1 : tests;
  state->people.folds = folds;
  size_t *tested = es_alloc(listing->people, sizeof *tested, ctx);
  if (tested == NULL) return ES_NOMEM;
  enum es_status status = deal(listing, true, tests, folds, tested, ctx);
  if (status == ES_OK) status = deal(listing, false, listing->people, folds, tested, ctx);
  if (status == ES_OK) status = list_parts(state, tested, ctx);
  free(tested);
  return status;
}

static enum es_status no_schema(const char *source, struct es_context *ctx)
{
  struct es_text list = {0};
  for (size_t i = 0; i < es_embedded_count; i++)
    if (strcmp(es_embedded[i].kind, "schema") == 0)
      es_text_add(&list, "%s%s", list.size > 0 ? ", " : "", es_embedded[i].name);
  es_fail(ctx, ES_INPUT,
          "csv:%s wants a schema that says how to read it: --schema FILE.ini or one "
          "of %s",
          source, list.size > 0 ? es_text_get(&list) : "(none is compiled in)");
  es_text_clear(&list);
  return ES_INPUT;
}

/* "data/people.csv" is the population "people". */
static char *base_name(const char *path, struct es_context *ctx)
{
  const char *slash = strrchr(path, '/');
  char *name = es_strdup(slash != NULL ? slash + 1 : path, ctx);
  size_t size = name != NULL ? strlen(name) : 0;
  if (size > 4 && strcmp(name + size - 4, ".csv") == 0) name[size - 4] = '\0';
  return name;
}

/* "class = 1" where the schema does not say what the favourable outcome is called. */
static char *favorable_name(const struct es_schema *schema, struct es_context *ctx)
{
  if (schema->favorable_name[0] != '\0') return es_strdup(schema->favorable_name, ctx);
  struct es_text text = {0};
  es_text_add(&text, "%s = ", schema->outcome);
  for (size_t i = 0; i < schema->favorable.count; i++)
    es_text_add(&text, "%s%s", i > 0 ? " " : "", schema->favorable.at[i]);
  char *name = es_text_take(&text);
  if (name == NULL) es_fail(ctx, ES_NOMEM, "out of memory");
  return name;
}

static enum es_status describe_people(struct state *state, const char *source,
                                      struct es_context *ctx)
{
  const struct es_schema *schema = &state->schema;
  const struct es_listing *listing = &state->listing;
  state->name = base_name(source, ctx);
  state->favorable = favorable_name(schema, ctx);
  if (state->name == NULL || state->favorable == NULL) return ES_NOMEM;
  state->people = (struct es_people){
      .name = state->name,
      .title = schema->title[0] != '\0' ? schema->title : state->name,
      .version = schema->version,
      .favorable = state->favorable,
      .reference = schema->reference,
      .columns = listing->columns,
      .dates = listing->dates,
      .attributes = listing->attributes,
      .column = listing->column,
      .attribute = listing->attribute,
      .consequence = {.cost_wrongful_denial = schema->cost_wrongful_denial,
                      .cost_wrongful_approval = schema->cost_wrongful_approval,
                      .term = schema->term,
                      .u_plus = schema->u_plus,
                      .u_minus = schema->u_minus,
                      .score_gain = schema->score_gain,
                      .score_loss = schema->score_loss,
                      .score_low = schema->score_low,
                      .score_high = schema->score_high},
      .weighted = listing->weight != NULL,
  };
  if (listing->unknown > 0)
    es_note(ctx, "%s: %zu of %zu people have no outcome; they are judged and never learnt from",
            state->name, listing->unknown, listing->people);
  return ES_OK;
}

static enum es_status open(void *data, const struct es_dataset_request *request,
                           struct es_context *ctx)
{
  struct state *state = data;
  if (request->source == NULL || request->source[0] == '\0')
    return es_fail(ctx, ES_INPUT, "csv: which file? give csv:FILE");
  if (request->schema == NULL || request->schema[0] == '\0') return no_schema(request->source, ctx);
  ES_TRY(es_schema_load(&state->schema, request->schema, &request->overrides, ctx));
  if (state->schema.outcome[0] == '\0')
    return es_fail(ctx, ES_INPUT,
                   "schema %s: give outcome = COLUMN and favorable = VALUE: scorers "
                   "learn from it",
                   request->schema);
  ES_TRY(es_listing_read(&state->listing, &state->schema, request->source, NULL, ctx));
  ES_TRY(describe_people(state, request->source, ctx));
  return split(state, request, ctx);
}

static const struct es_people *people(const void *data)
{
  return &((const struct state *)data)->people;
}

static uint64_t size(const void *data, size_t fold, enum es_part part)
{
  const size_t *start = ((const struct state *)data)->start + 2 * fold + part;
  return start[1] - start[0];
}

static enum es_status block(const void *data, size_t fold, enum es_part part, uint64_t first,
                            struct es_block *out, struct es_context *ctx)
{
  (void)ctx;
  const struct state *state = data;
  const struct es_listing *listing = &state->listing;
  const size_t *row = state->row + state->start[2 * fold + part] + first;
  for (size_t i = 0; i < out->people; i++) {
    out->person[i] = row[i];
    out->outcome[i] = listing->outcome[row[i]];
    if (listing->weight != NULL) out->weight[i] = listing->weight[row[i]];
  }
  for (size_t c = 0; c < listing->columns + listing->dates; c++)
    for (size_t i = 0; i < out->people; i++) {
      out->value[c][i] = listing->value[c][row[i]];
      out->seen[c][i] = listing->seen[c][row[i]];
    }
  for (size_t a = 0; a < listing->attributes; a++)
    for (size_t i = 0; i < out->people; i++) out->group[a][i] = listing->group[a][row[i]];
  return ES_OK;
}

static enum es_status describe(const void *data, struct es_text *out, struct es_context *ctx)
{
  const struct state *state = data;
  es_text_add(out, "; %zu people, %zu of them without an outcome\n", state->listing.people,
              state->listing.unknown);
  es_schema_describe(&state->schema, out);
  return out->failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
}

static void close(void *data)
{
  struct state *state = data;
  es_listing_clear(&state->listing);
  es_schema_clear(&state->schema);
  free(state->name);
  free(state->favorable);
  free(state->row);
  free(state->start);
}

ES_DATASET(csv) = {
    .api = ES_DATASET_API,
    .name = "csv",
    .summary = "the rows of a CSV file, read as a schema says (--schema)",
    .flags = ES_LISTED,
    .state_size = sizeof(struct state),
    .open = open,
    .people = people,
    .size = size,
    .block = block,
    .describe = describe,
    .close = close,
};
