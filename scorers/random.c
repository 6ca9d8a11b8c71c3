/* A lottery: a uniform number per person, the same one wherever the person is met.
 *
 * Its AUC is 1/2 and its disparities are 0, up to chance: what another scorer shows beyond this
 * one's intervals is not noise.
 */
#include "scorers/scorer.h"

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state, (void)options;
  for (size_t i = 0; i < frame->people; i++)
    out->value[i] = es_uniform(es_scorer_draw(ctx, frame->person[i], 0).word[0]);
  return ES_OK;
}

ES_SCORER(random) = {
    .api = ES_SCORER_API,
    .name = "random",
    .summary = "a uniform number per person, blind to everything",
    .flags = ES_YARDSTICK,
    .score = score,
};
