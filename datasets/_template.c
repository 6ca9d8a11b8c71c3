/* template: what kind of people these are, in a line or two; the method and its source.
 *
 * The smallest dataset: a thousand made-up people of two regions, one number about each.  Copy this
 * file to datasets/NAME.c, put NAME in place of `template`, and rebuild: nothing else is to be
 * edited.
 */
#include "datasets/dataset.h"
#include "harness/base/math.h"
#include "harness/base/random.h"

enum { PEOPLE = 1000, REGION = 0x74000001, INCOME, OUTCOME }; /* purposes of draws: yours alone */

static const char *const region[] = {"rural", "urban"};
static const struct es_column column[] = {
    {.name = "income", .source = "bank", .kind = ES_NUMBER, .direction = +1, .core = true}};
static const struct es_attribute attribute[] = {{.name = "region", .level = region, .levels = 2}};
static const struct es_people all = {
    .name = "template",
    .title = "a thousand made-up people",
    .version = "1",
    .favorable = "repays",
    .reference = "urban",
    .columns = 1,
    .attributes = 1,
    .folds = 1,
    .column = column,
    .attribute = attribute,
    .consequence = {.cost_wrongful_denial = 1, .cost_wrongful_approval = 5, .term = 30},
    .truth = true};

/* Here a file is read, settings are taken, state is built; `close` frees it. */
static enum es_status open(void *state, const struct es_dataset_request *request,
                           struct es_context *ctx)
{
  (void)state, (void)request, (void)ctx;
  return ES_OK;
}

static const struct es_people *people(const void *state) { return (void)state, &all; }

static uint64_t size(const void *state, size_t fold, enum es_part part)
{
  return (void)state, (void)fold, (void)part, PEOPLE;
}

/* A person is a pure function of their address, so that blocks come in any order. */
static enum es_status block(const void *state, size_t fold, enum es_part part, uint64_t first,
                            struct es_block *out, struct es_context *ctx)
{
  (void)state, (void)fold;
  for (size_t i = 0; i < out->people; i++) {
    uint64_t person = first + i + (part == ES_TEST ? PEOPLE : 0);
    uint32_t urban = es_draw(ctx, person, REGION).word[0] & 1;
    double income = es_normal(es_draw(ctx, person, INCOME).word[0]) + urban;
    out->person[i] = person;
    out->group[0][i] = urban;
    out->value[0][i] = income;
    out->seen[0][i] = 1; /* where it is 0, the value is NAN */
    out->truth[i] = es_logistic(income);
    out->outcome[i] = es_uniform(es_draw(ctx, person, OUTCOME).word[0]) < out->truth[i];
  }
  return ES_OK;
}

ES_DATASET(template) = {
    .api = ES_DATASET_API,
    .name = "template",
    .summary = "what `list datasets` says of it",
    .open = open,
    .people = people,
    .size = size,
    .block = block,
};
