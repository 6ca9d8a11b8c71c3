/* Holds a scorer to its contract: blind to what it did not ask for, checked in what it writes. */
#include "harness/model/model.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/lanes.h"
#include "harness/model/registry.h"

const char *es_unscorable_text(unsigned why)
{
  static const char *const text[] = {
#define ES_UNSCORABLE_TEXT(name, words) words,
      ES_UNSCORABLE_LIST(ES_UNSCORABLE_TEXT)
#undef ES_UNSCORABLE_TEXT
  };
  return why < ES_COUNT_OF(text) ? text[why] : NULL;
}

/* A scorer of this build, and the options behind its name. */
static enum es_status find_own(struct es_model *model, const char *spec, struct es_context *ctx)
{
  size_t size = strcspn(spec, ":");
  char *name = es_strdup(spec, ctx);
  model->given = es_strdup(spec[size] == ':' ? spec + size + 1 : "", ctx);
  enum es_status status = name != NULL && model->given != NULL ? ES_OK : ES_NOMEM;
  if (status == ES_OK) {
    name[size] = '\0';
    status = es_scorer_find(&model->scorer, name, ctx);
  }
  free(name);
  return status;
}

/* One from elsewhere, which may not pass for one of this build. */
static enum es_status find_foreign(struct es_model *model, const char *spec, struct es_context *ctx)
{
  ES_TRY(es_foreign_open(&model->foreign, &model->given, spec, ctx));
  model->scorer = es_foreign_scorer(model->foreign);
  for (size_t k = 0; k < es_scorer_count; k++)
    if (strcmp(es_scorers[k]->name, model->scorer->name) == 0)
      return es_fail(ctx, ES_INPUT, "scorer %s: a scorer of this build is called %s; rename yours",
                     spec, model->scorer->name);
  return ES_OK;
}

static enum es_status fill(struct es_model *model, const char *spec, struct es_context *ctx)
{
  const struct es_scorer *s = model->scorer;
  model->spec = es_strdup(spec, ctx);
  model->options = es_alloc(1, s->options_size, ctx);
  model->state = es_alloc(1, s->state_size, ctx);
  if (!model->spec || !model->options || !model->state) return ES_NOMEM;
  enum es_status status = es_options_default(s->options, model->options, ctx);
  if (status == ES_INPUT) es_fail_at(ctx, status, "scorer %s: its default of ", s->name);
  if (status == ES_OK) status = es_model_set_given(model, ctx);
  if (status == ES_OK && (model->label = es_strdup(s->name, ctx)) == NULL) status = ES_NOMEM;
  return status;
}

enum es_status es_model_create(struct es_model *model, const char *spec, struct es_context *ctx)
{
  *model = (struct es_model){0};
  enum es_status status =
      es_is_foreign(spec) ? find_foreign(model, spec, ctx) : find_own(model, spec, ctx);
  if (status == ES_OK) status = fill(model, spec, ctx);
  if (status != ES_OK) es_model_clear(model);
  return status;
}

/* After options changed: a foreign scorer's record may depend on them. */
static enum es_status settle(struct es_model *model, enum es_status status)
{
  if (model->foreign != NULL) es_foreign_settle(model->foreign, model->options);
  return status;
}

enum es_status es_model_set(struct es_model *model, const char *key, const char *value,
                            struct es_context *ctx)
{
  return settle(model, es_options_set(model->scorer->options, model->options, key, value, ctx));
}

enum es_status es_model_set_given(struct es_model *model, struct es_context *ctx)
{
  enum es_status status =
      es_options_parse(model->scorer->options, model->options, model->given, ctx);
  if (status == ES_INPUT) es_fail_at(ctx, status, "scorer %s: ", model->scorer->name);
  return settle(model, status);
}

static void forget(struct es_model *model)
{
  if (model->state == NULL) return;
  if (model->scorer->clear != NULL) model->scorer->clear(model->state);
  memset(model->state, 0, model->scorer->state_size);
}

static void clear_column(struct es_column *column)
{
  for (uint32_t k = 0; k < column->levels; k++) free((char *)column->level[k]);
  free((void *)column->level);
  free((char *)column->name);
  free((char *)column->source);
}

void es_model_clear(struct es_model *model)
{
  forget(model);
  if (model->options != NULL) es_options_clear(model->scorer->options, model->options);
  free(model->options);
  free(model->state);
  free(model->typical);
  for (size_t c = 0; c < model->columns; c++) clear_column(&model->column[c]);
  free(model->column);
  free(model->spec);
  free(model->label);
  free(model->given);
  es_foreign_close(model->foreign);
  *model = (struct es_model){0};
}

/* The part of a block that this scorer may see. */
static struct es_frame visible(const struct es_model *model, const struct es_people *people,
                               const struct es_block *block)
{
  unsigned flags = model->scorer->flags;
  struct es_frame frame = {.people = block->people,
                           .columns = people->columns,
                           .dates = people->dates,
                           .column = people->column,
                           .value = (const double *const *)block->value,
                           .seen = (const uint8_t *const *)block->seen,
                           .person = block->person};
  if (flags & ES_TAKES_OFFSET) frame.offset = block->offset;
  if (flags & ES_SEES_TRUTH) frame.truth = block->truth;
  if (flags & ES_SEES_GROUPS) {
    frame.attributes = people->attributes;
    frame.attribute = people->attribute;
    frame.group = (const uint32_t *const *)block->group;
  }
  return frame;
}

/* What a yardstick is told beside the truth, and why it is not where it cannot be. */
struct teller {
  unsigned flag;
  es_tell *tell;
  const char *otherwise;
};

static struct teller teller_of(const struct es_scorer *s, const struct es_people *people)
{
  const struct teller all[] = {
      {ES_SEES_BEST, people->best,
       "what made these people is not known, and so not what is best given their records"},
      {ES_SEES_INCUMBENT, people->incumbent,
       "no incumbent policy decided whose outcome is known; a population has one with "
       "labels = approved and incumbent = COLUMN"},
  };
  for (size_t k = 0; k < ES_COUNT_OF(all); k++)
    if (s->flags & all[k].flag) return all[k];
  return (struct teller){0};
}

/* *told, which the caller frees, stays NULL for a scorer that is told nothing. */
static enum es_status tell(double **told, const struct es_scorer *s, const struct es_people *people,
                           const struct es_block *block, struct es_context *ctx)
{
  struct teller teller = teller_of(s, people);
  *told = NULL;
  if (teller.flag == 0) return ES_OK;
  if (block->filled)
    return es_fail(ctx, ES_DEGENERATE, "it looks at what is on record, and impute filled some in");
  if ((*told = es_alloc(block->people, sizeof **told, ctx)) == NULL) return ES_NOMEM;
  return teller.tell(people->state, block, *told, ctx);
}

/* The context a scorer draws from: salted with its name, so that no scorer shifts another's draws.
 */
static struct es_context salted(const struct es_model *model, const struct es_context *ctx)
{
  struct es_context own = *ctx;
  own.salt = es_name_hash(model->scorer->name);
  return own;
}

static bool same_column(const struct es_column *a, const struct es_column *b)
{
  if (a->kind != b->kind || a->direction != b->direction || a->core != b->core ||
      a->date != b->date || a->levels != b->levels || strcmp(a->name, b->name) != 0 ||
      strcmp(a->source, b->source) != 0)
    return false;
  for (uint32_t k = 0; k < a->levels; k++)
    if (strcmp(a->level[k], b->level[k]) != 0) return false;
  return true;
}

static enum es_status check_columns(const struct es_model *model, const struct es_people *people,
                                    struct es_context *ctx)
{
  for (size_t c = 0; c < model->columns && c < es_all_columns(people); c++)
    if (!same_column(&model->column[c], &people->column[c]))
      return es_fail(ctx, ES_INPUT,
                     "the model was shown other columns: its %s is not %s of %s; fit it on these "
                     "people",
                     model->column[c].name, people->column[c].name, people->name);
  if (model->columns == es_all_columns(people)) return ES_OK;
  return es_fail(ctx, ES_INPUT,
                 "the model was shown %zu columns, and %s has %zu; fit it on these people",
                 model->columns, people->name, es_all_columns(people));
}

enum es_status es_model_fit(struct es_model *model, const struct es_people *people,
                            const struct es_block *training, struct es_context *ctx)
{
  if (model->kept) return check_columns(model, people, ctx);
  forget(model);
  const struct es_scorer *s = model->scorer;
  const char *reason = s->unavailable != NULL ? s->unavailable() : NULL;
  if (reason != NULL) return es_fail(ctx, ES_DEGENERATE, "not in this build: %s", reason);
  if ((s->flags & ES_SEES_TRUTH) && !people->truth)
    return es_fail(ctx, ES_DEGENERATE, "the truth of these people is not known");
  struct teller teller = teller_of(s, people);
  if (teller.flag != 0 && teller.tell == NULL)
    return es_fail(ctx, ES_DEGENERATE, "%s", teller.otherwise);
  if (s->fit == NULL) return ES_OK;
  struct es_training known = {visible(model, people, training), training->outcome,
                              training->weight};
  struct es_context own = salted(model, ctx);
  enum es_status status = s->fit(model->state, model->options, &known, &own);
  if (status != ES_OK) memcpy(ctx->message, own.message, sizeof ctx->message);
  return status;
}

enum es_status es_scores_create(struct es_scores *scores, size_t room, struct es_context *ctx)
{
  *scores = (struct es_scores){
      es_alloc(room, sizeof *scores->value, ctx), es_alloc(room, sizeof *scores->why, ctx),
      es_alloc(room, sizeof *scores->term, ctx), es_alloc(room, sizeof *scores->refuse, ctx)};
  if (scores->value && scores->why && scores->term && scores->refuse) return ES_OK;
  es_scores_clear(scores);
  return ES_NOMEM;
}

void es_scores_clear(struct es_scores *scores)
{
  free(scores->value);
  free(scores->why);
  free(scores->term);
  free(scores->refuse);
  *scores = (struct es_scores){0};
}

static const char *defect(const struct es_scorer *s, const struct es_scores *out, size_t i)
{
  if (out->why[i] != ES_SCORED)
    return es_unscorable_text(out->why[i]) != NULL ? NULL
                                                   : "the reason for having no score is not one";
  double x = out->value[i];
  if (isnan(x)) return "neither a score nor a reason (did it read a value that is not seen?)";
  if (!isfinite(x)) return "the score is infinite";
  if ((s->flags & ES_PROBABILITY) && (x < 0 || x > 1))
    return "the probability is not within 0 and 1";
  if (out->refuse[i] > 1) return "refuse is neither 0 nor 1";
  return NULL;
}

/* Whether nobody's score has a defect, at one look. */
static bool is_sound(const struct es_scorer *s, const struct es_scores *out, size_t n)
{
  size_t strays;
  bool probability = (s->flags & ES_PROBABILITY) != 0;
  uint8_t why = 0, refuse = 0;
  for (size_t i = 0; i < n; i++) {
    why = why > out->why[i] ? why : out->why[i];
    refuse |= out->refuse[i];
  }
  es_lanes()->stray(&strays, out->value, out->why, probability ? 0 : -DBL_MAX,
                    probability ? 1 : DBL_MAX, n);
  return strays == 0 && why < ES_UNSCORABLE_REASONS && refuse <= 1;
}

enum es_status es_model_score(const struct es_model *model, const struct es_people *people,
                              const struct es_block *block, struct es_scores *out,
                              struct es_context *ctx)
{
  const struct es_scorer *s = model->scorer;
  struct es_frame frame = visible(model, people, block);
  struct es_context own = salted(model, ctx);
  double *told;
  es_lanes()->fill(out->value, NAN, block->people);
  memset(out->why, ES_SCORED, block->people * sizeof *out->why);
  memset(out->term, 0, block->people * sizeof *out->term);
  memset(out->refuse, 0, block->people * sizeof *out->refuse);
  enum es_status status = tell(&told, s, people, block, &own);
  if (told != NULL) frame.truth = told;
  if (status == ES_OK) status = s->score(model->state, model->options, &frame, out, &own);
  free(told);
  if (status != ES_OK) {
    memcpy(ctx->message, own.message, sizeof ctx->message);
    return status;
  }
  bool sound = is_sound(s, out, block->people);
  for (size_t i = 0; !sound && i < block->people; i++) {
    const char *what = defect(s, out, i);
    if (what != NULL)
      return es_fail(ctx, ES_BROKEN, "scorer %s, person %llu: %s", s->name,
                     (unsigned long long)block->person[i], what);
  }
  es_lanes()->round(out->value, 40, block->people);
  return ES_OK;
}

size_t es_model_batch(const struct es_model *model)
{
  return model->foreign != NULL ? es_foreign_batch(model->foreign) : 1;
}

void es_model_explain(const struct es_model *model, const struct es_people *people,
                      const struct es_block *block, const struct es_scores *scores,
                      struct es_reason *reason, size_t *count)
{
  struct es_frame frame = visible(model, people, block);
  for (size_t i = 0; i < block->people; i++)
    if (scores->why[i] == ES_SCORED)
      count[i] =
          model->scorer->explain(model->state, model->options, &frame, i, &reason[i * ES_REASONS]);
}

enum es_status es_model_describe(const struct es_model *model, const struct es_people *people,
                                 struct es_text *out, struct es_context *ctx)
{
  if (model->scorer->describe == NULL) return ES_OK;
  struct es_frame columns = visible(model, people, &(struct es_block){0});
  return model->scorer->describe(model->state, model->options, &columns, out, ctx);
}
