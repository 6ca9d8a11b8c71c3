/* The true probability of the favourable outcome, where the population knows it.
 *
 * No scorer can be more accurate that does not see the outcome itself, as on a list of those who
 * have failed; and what disparity it shows comes from the world itself (base rates), not from what
 * the records miss.
 */
#include "scorers/scorer.h"

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state, (void)options;
  if (frame->truth == NULL)
    return es_fail(ctx, ES_DEGENERATE, "the population's truth is not known");
  for (size_t i = 0; i < frame->people; i++) out->value[i] = frame->truth[i];
  return ES_OK;
}

ES_SCORER(oracle) = {
    .api = ES_SCORER_API,
    .name = "oracle",
    .summary = "the true probability, before the outcome: the bound of what can be foreseen",
    .flags = ES_PROBABILITY | ES_SEES_TRUTH | ES_YARDSTICK,
    .score = score,
};
