/* The dataset kind `synthetic`: people of a population whose truth is known.
 *
 * A person is an address: those who are judged are 0 … people-1, those learned from lie far beyond,
 * so that no size changes who anybody is.
 */
#include "datasets/dataset.h"

#include <string.h>
#include "harness/population/draws.h"
#include "harness/population/population.h"
#include "harness/process/dynamics.h"
#include "harness/process/process.h"

/* Where in a draw's replicate number the occasion stands: above the 10,000 that there may be. */
enum { OCCASION_SHIFT = 16 };

struct synthetic {
  struct es_population population;
  struct es_process process;
  struct es_dynamics dynamics;
  struct es_people people;
  uint64_t size[2];
};

static enum es_status tell_best(const void *state, const struct es_block *block, double *told,
                                struct es_context *ctx)
{
  return es_population_best(&((const struct synthetic *)state)->population,
                            (const double *const *)block->value,
                            (const uint8_t *const *)block->seen, block->people, told, ctx);
}

static enum es_status tell_incumbent(const void *state, const struct es_block *block, double *told,
                                     struct es_context *ctx)
{
  (void)ctx;
  for (size_t i = 0; i < block->people; i++)
    told[i] = es_population_incumbent(&((const struct synthetic *)state)->population,
                                      (const double *const *)block->value,
                                      (const uint8_t *const *)block->seen, i);
  return ES_OK;
}

static enum es_status open(void *state, const struct es_dataset_request *request,
                           struct es_context *ctx)
{
  struct synthetic *s = state;
  if (request->schema[0] != '\0')
    return es_fail(ctx, ES_INPUT,
                   "--schema %s: only a CSV has a schema; give --population csv:FILE",
                   request->schema);
  ES_TRY(es_population_open(&s->population, request->source, &request->overrides, ctx));
  const struct es_population *p = &s->population;
  ES_TRY(es_process_open(&s->process, p, ctx));
  ES_TRY(es_dynamics_open(&s->dynamics, p, ctx));
  const struct es_population_settings *set = &p->settings;
  s->size[ES_TEST] = request->people > 0 ? request->people : (uint64_t)set->people;
  s->size[ES_TRAIN] = request->train > 0 ? request->train : (uint64_t)set->train;
  s->people =
      (struct es_people){.name = p->name,
                         .title = set->title,
                         .version = set->version,
                         .favorable = set->favorable,
                         .reference = set->reference,
                         .columns = p->columns,
                         .dates = p->dates,
                         .attributes = 1 + p->groupings,
                         .folds = 1,
                         .column = p->column,
                         .attribute = p->attribute,
                         .truth = true,
                         .selective = p->incumbent_column != SIZE_MAX,
                         .best = tell_best,
                         .incumbent = p->incumbent_column != SIZE_MAX ? tell_incumbent : NULL,
                         .state = s,
                         .process = s->process.strata > 0 ? &s->process : NULL,
                         .dynamics = &s->dynamics,
                         .consequence = {.cost_wrongful_denial = set->cost_wrongful_denial,
                                         .cost_wrongful_approval = set->cost_wrongful_approval,
                                         .term = set->term,
                                         .cost_restriction_day = set->cost_restriction_day,
                                         .cost_deposit = set->cost_deposit,
                                         .fallback_share = set->fallback_share,
                                         .loan = set->loan,
                                         .loan_rate = set->loan_rate,
                                         .fallback_rate = set->fallback_rate,
                                         .tier_share = set->tier_share.at,
                                         .tier_rate = set->tier_rate.at,
                                         .tiers = set->tier_share.count,
                                         .u_plus = set->u_plus,
                                         .u_minus = set->u_minus,
                                         .score_gain = set->score_gain,
                                         .score_loss = set->score_loss,
                                         .score_low = set->score_low,
                                         .score_high = set->score_high}};
  es_population_count_tags(p, &s->people.numbers, &s->people.assumed);
  return ES_OK;
}

static const struct es_people *people(const void *state)
{
  return &((const struct synthetic *)state)->people;
}

static uint64_t size(const void *state, size_t fold, enum es_part part)
{
  (void)fold;
  return ((const struct synthetic *)state)->size[part];
}

/* Draws the people at block->person, as those changes have made them (NULL: none), and sees them.
 */
static enum es_status fill(const struct es_population *p, const struct es_changes *changes,
                           struct es_block *block, struct es_context *ctx)
{
  struct es_truth truth;
  struct es_context occasion = *ctx;
  ES_TRY(es_truth_create(&truth, block->people, ctx));
  truth.person = block->person;
  es_population_people(p, ctx, &truth);
  if (changes != NULL) {
    es_population_change(p, changes, ctx, &truth);
    occasion.replicate |= changes->occasion << OCCASION_SHIFT;
  }
  memcpy(block->outcome, truth.outcome, block->people * sizeof *block->outcome);
  memcpy(block->truth, truth.probability, block->people * sizeof *block->truth);
  memcpy(block->group[0], truth.stratum, block->people * sizeof **block->group);
  for (size_t a = 0; a < p->groupings; a++)
    for (size_t i = 0; i < block->people; i++)
      block->group[1 + a][i] = es_population_level(p, truth.mix[i], a);
  enum es_status status = es_population_observe(p, &truth, block->value, block->seen, &occasion);
  if (status != ES_OK) memcpy(ctx->message, occasion.message, sizeof ctx->message);
  es_truth_clear(&truth);
  return status;
}

static enum es_status again(const void *state, const struct es_changes *changes,
                            struct es_block *block, struct es_context *ctx)
{
  return fill(&((const struct synthetic *)state)->population, changes, block, ctx);
}

static enum es_status block(const void *state, size_t fold, enum es_part part, uint64_t first,
                            struct es_block *block, struct es_context *ctx)
{
  (void)fold;
  const struct es_population *p = &((const struct synthetic *)state)->population;
  for (size_t i = 0; i < block->people; i++)
    block->person[i] = (part == ES_TRAIN ? ES_TRAIN_ADDRESS : 0) + first + i;
  enum es_status status = fill(p, NULL, block, ctx);
  for (size_t i = 0; status == ES_OK && block->labelled != NULL && i < block->people; i++) {
    block->labelled[i] = es_population_approved(p, (const double *const *)block->value,
                                                (const uint8_t *const *)block->seen, i);
    if (part == ES_TRAIN && !block->labelled[i]) block->outcome[i] = ES_UNKNOWN;
  }
  return status;
}

static enum es_status describe(const void *state, struct es_text *out, struct es_context *ctx)
{
  (void)ctx;
  const struct es_population *p = &((const struct synthetic *)state)->population;
  const char *section = "";
  for (size_t i = 0; i < p->ini.entries; i++) {
    const struct es_ini_entry *e = &p->ini.entry[i];
    if (strcmp(section, e->section) != 0) es_text_add(out, "[%s]\n", section = e->section);
    es_text_add(out, "%s = %s%s%s\n", e->key, e->value, e->comment[0] != '\0' ? " ; " : "",
                e->comment);
  }
  return ES_OK;
}

static size_t causes(const void *state, const struct es_cause **cause, size_t room)
{
  static const struct es_cause due_process = {"due_process", "process.gap=0",
                                              "everybody were told, heard and answered as % people "
                                              "are"};
  const struct synthetic *s = state;
  size_t count = es_population_causes(&s->population, cause, room);
  if (count < room && es_process_differs(&s->process)) cause[count++] = &due_process;
  return count;
}

static void close_population(void *state)
{
  es_dynamics_clear(&((struct synthetic *)state)->dynamics);
  es_process_clear(&((struct synthetic *)state)->process);
  es_population_clear(&((struct synthetic *)state)->population);
}

ES_DATASET(synthetic) = {
    .api = ES_DATASET_API,
    .name = "synthetic",
    .summary = "people whose truth is known, seen through agencies' records",
    .state_size = sizeof(struct synthetic),
    .open = open,
    .people = people,
    .size = size,
    .block = block,
    .again = again,
    .describe = describe,
    .causes = causes,
    .close = close_population,
};
