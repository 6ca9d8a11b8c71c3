/* template: the share of a person's recorded columns that speak for the person.
 *
 * A complete scorer, to be changed.  Higher is better for the person.  README.md beside this file
 * says the rest: the frame, options, learning with fit(), and what the tests check.
 */
#include "scorers/scorer.h"

/* Options are the fields of a plain struct; the table gives default, range and help. */
struct options {
  int64_t least;
};
static const struct es_option table[] = {
    ES_OPTION_INT(struct options, least, "1", 1, 1000, "fewest columns to be scored on"), {0}};

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state, (void)ctx;
  for (size_t i = 0; i < frame->people; i++) {
    int64_t seen = 0, good = 0;
    for (size_t c = 0; c < frame->columns; c++) {
      int direction = frame->column[c].direction; /* +1: more is better, -1: worse, 0: not said */
      if (direction == 0 || !es_seen(frame, c, i)) continue; /* what is not seen is never read */
      seen++;
      good += (frame->value[c][i] > 0) == (direction > 0);
    }
    /* No score is an answer too: it is counted, with its reason. */
    if (seen < ((const struct options *)options)->least)
      es_unscorable(out, i, ES_THIN_FILE);
    else
      out->value[i] = (double)good / (double)seen;
  }
  return ES_OK;
}

ES_SCORER(template) = {.api = ES_SCORER_API,
                       .name = "template",
                       .summary = "the share of columns that speak for one",
                       .options = table,
                       .options_size = sizeof(struct options),
                       .score = score};
