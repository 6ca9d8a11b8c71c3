/* Everyone alike: the training people's share of favourable outcomes.
 *
 * The yardstick below which a probability is not worth having: it knows how many people repay and
 * nothing about who.  Its disparities are zero by construction.
 */
#include "scorers/scorer.h"

struct state {
  double share;
};

static enum es_status fit(void *state, const void *options, const struct es_training *training,
                          struct es_context *ctx)
{
  (void)options;
  double all = 0, favorable = 0;
  for (size_t i = 0; i < training->frame.people; i++) {
    double weight = training->weight != NULL ? training->weight[i] : 1;
    all += weight;
    favorable += weight * training->outcome[i];
  }
  if (!(all > 0)) return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn a share from");
  ((struct state *)state)->share = favorable / all;
  return ES_OK;
}

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)options, (void)ctx;
  for (size_t i = 0; i < frame->people; i++) out->value[i] = ((const struct state *)state)->share;
  return ES_OK;
}

static enum es_status describe(const void *state, const void *options,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  (void)options, (void)columns, (void)ctx;
  char number[ES_NUMBER_SIZE];
  es_text_add(out, "everyone: %s\n", es_number(number, ((const struct state *)state)->share));
  return ES_OK;
}

static void keep(void *state, const void *options, struct es_keep *file)
{
  (void)options;
  es_keep_number(file, "share", &((struct state *)state)->share);
}

ES_SCORER(constant) = {
    .api = ES_SCORER_API,
    .name = "constant",
    .summary = "the share of favourable outcomes in training, for everyone",
    .flags = ES_PROBABILITY | ES_YARDSTICK | ES_NEEDS_TRAINING,
    .state_size = sizeof(struct state),
    .fit = fit,
    .score = score,
    .describe = describe,
    .keep = keep,
};
