/* The probability of the favourable outcome given all that is seen of a person, by the model that
 * made the people: what the best scorer could know that sees what others see.
 *
 * From here to the oracle is what records miss; from another scorer to here, what it makes of them.
 * harness/population/posterior.c says how it is worked out, and what is left out.
 */
#include "scorers/scorer.h"

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state, (void)options;
  if (frame->truth == NULL)
    return es_fail(ctx, ES_DEGENERATE, "what made these people is not known");
  for (size_t i = 0; i < frame->people; i++) out->value[i] = frame->truth[i];
  return ES_OK;
}

ES_SCORER(bayes) = {
    .api = ES_SCORER_API,
    .name = "bayes",
    .summary = "the probability given what is seen, by the model that made the people",
    .flags = ES_PROBABILITY | ES_SEES_BEST | ES_YARDSTICK,
    .score = score,
};
