/* Every replicate is measured as the data were; rows are told apart by their place. */
#include "harness/measure/resampled.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/bootstrap.h"

struct measuring {
  const struct es_evaluation *evaluation;
  size_t count;
};

static enum es_status measure(double *values, struct es_tally *tally, const void *closure,
                              struct es_context *ctx)
{
  const struct measuring *m = closure;
  return es_evaluate_values(values, m->count, tally, m->evaluation, ctx);
}

static bool lacks_interval(const struct es_row *row)
{
  return strcmp(row->status, "ok") == 0 && isnan(row->low);
}

/* Gaps and ratios between groups are those of the groups that are furthest apart. */
static enum es_worst chosen(const struct es_row *row)
{
  size_t size = strlen(row->metric);
  if (row->group[0] != '\0' || strstr(row->metric, "_group_m") != NULL) return ES_NOT_CHOSEN;
  bool ratio = size > 6 && strcmp(row->metric + size - 6, "_ratio") == 0;
  if (ratio) return row->value <= 1 ? ES_WORST_RATIO : ES_NOT_CHOSEN;
  return row->value >= 0 ? ES_WORST_GAP : ES_NOT_CHOSEN;
}

static enum es_status fill(struct es_row *row, struct es_interval interval, const char *method,
                           double confidence, struct es_context *ctx)
{
  if (isnan(interval.low)) return ES_OK;
  struct es_text text = {0}; /* what is there says how many groups were skipped */
  es_text_add(&text, "%s%s%s", method, row->method[0] != '\0' ? ", " : "", row->method);
  free(row->method);
  row->method = es_text_take(&text);
  row->low = interval.low;
  row->high = interval.high;
  row->confidence = confidence;
  return row->method != NULL ? ES_OK : es_fail(ctx, ES_NOMEM, "out of memory");
}

enum es_status es_resample_rows(struct es_results *results, size_t first,
                                const struct es_tally *tally,
                                const struct es_evaluation *evaluation, struct es_context *ctx)
{
  struct es_evaluation e = *evaluation;
  e.oracle = NULL;
  size_t count = results->rows - first, lacking = 0;
  struct measuring closure = {&e, count};
  double *estimate = es_alloc(count, sizeof *estimate, ctx);
  struct es_interval *interval = es_alloc(count, sizeof *interval, ctx);
  const char **method = es_alloc(count, sizeof *method, ctx);
  enum es_worst *worst = es_alloc(count, sizeof *worst, ctx);
  enum es_status status = estimate && interval && method && worst ? ES_OK : ES_NOMEM;
  for (size_t i = 0; status == ES_OK && i < count; i++) {
    const struct es_row *row = &results->row[first + i];
    estimate[i] = lacks_interval(row) ? row->value : NAN;
    worst[i] = chosen(row);
    lacking += lacks_interval(row);
  }
  struct es_bootstrap b = {count, estimate, worst, interval, method};
  if (status == ES_OK && lacking > 0) {
    status = es_bootstrap(&b, tally, e.bootstrap, e.confidence, measure, &closure, ctx);
    for (size_t i = 0; status == ES_OK && i < count; i++)
      if (!isnan(estimate[i]))
        status = fill(&results->row[first + i], interval[i], method[i], e.confidence, ctx);
  }
  free(estimate);
  free(interval);
  free(method);
  free(worst);
  return status;
}
