/* The policy before: the one whose approvals decided whose outcome is known (labels = approved).
 *
 * Its score is how far above its cut-off it puts a person, by the one column that it looks at.  A
 * scorer that learned of the people whom it approved has it to beat.
 */
#include "scorers/scorer.h"

struct options {
  bool cutoff;
};

static const struct es_option options_table[] = {
    ES_OPTION_BOOL(struct options, cutoff, "yes",
                   "whom it denied is denied, whatever the study's policy would do"),
    {0},
};

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state;
  const struct options *o = options;
  if (frame->truth == NULL) return es_fail(ctx, ES_DEGENERATE, "there is no incumbent policy");
  for (size_t i = 0; i < frame->people; i++) {
    double above = frame->truth[i];
    if (isnan(above)) {
      es_unscorable(out, i, ES_NO_RECORD);
    } else {
      out->value[i] = above;
      out->refuse[i] = o->cutoff && above < 0;
    }
  }
  return ES_OK;
}

ES_SCORER(incumbent) = {
    .api = ES_SCORER_API,
    .name = "incumbent",
    .summary = "the policy that made labels selective, by its own column and cut-off",
    .flags = ES_SEES_INCUMBENT | ES_YARDSTICK,
    .options = options_table,
    .options_size = sizeof(struct options),
    .score = score,
};
