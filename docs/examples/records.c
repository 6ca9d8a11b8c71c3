/* records: what speaks for a person less what speaks against, per record.  A shared object:
 *
 *   gcc -shared -fPIC -O2 $(pkg-config --cflags evenscore) -o records.so records.c
 *   evenscore run --scorer ./records.so:least=2 --scorer logistic
 */
#include "scorers/scorer.h"

struct options {
  int64_t least;
};
static const struct es_option table[] = {
    ES_OPTION_INT(struct options, least, "3", 1, 1000, "fewest records to be scored on"), {0}};

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state, (void)ctx;
  for (size_t i = 0; i < frame->people; i++) {
    double sum = 0;
    int64_t records = 0;
    for (size_t c = 0; c < frame->columns; c++) {
      if (frame->column[c].direction == 0 || !es_seen(frame, c, i)) continue;
      sum += frame->column[c].direction * frame->value[c][i];
      records++;
    }
    if (records >= ((const struct options *)options)->least)
      out->value[i] = sum / (double)records;
    else
      es_unscorable(out, i, ES_THIN_FILE);
  }
  return ES_OK;
}

ES_SCORER(records) = {.api = ES_SCORER_API,
                      .name = "records",
                      .summary = "records for a person less records against",
                      .options = table,
                      .options_size = sizeof(struct options),
                      .score = score};
