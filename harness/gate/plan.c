/* What a gate can find: the power of each number's first, hardest step.
 *
 * A later run's number is taken to err as much as this one's and independently of it, as if nothing
 * of the people's luck were shared; where seeds pair up, less is enough.
 */
#include "harness/gate/gate.h"

#include <math.h>
#include <string.h>
#include "harness/measure/metric.h"

enum { MOST_REPLICATES = 10000 };

struct planning {
  const struct es_side *side;
  const struct es_rules *rules;
  const struct es_texts *wished;
  double power, level; /* level: of one number of the family */
  struct es_results *out;
  struct es_context *ctx;
};

static enum es_status wish_of(const struct planning *p, const struct es_row *row, double *wish)
{
  *wish = NAN;
  for (size_t i = 0; i < p->wished->count; i++) {
    char metric[96];
    double value;
    bool share;
    ES_TRY(es_wish_read("--detect", p->wished->at[i], metric, &value, &share, p->ctx));
    if (strcmp(metric, row->metric) == 0) *wish = share ? value * fabs(row->value) : value;
  }
  return ES_OK;
}

/* The fewest replicates that find it; 0: not even MOST_REPLICATES. */
static json_int_t replicates_needed(const struct planning *p, double wish, double tolerance,
                                    double error)
{
  double now = (double)p->side->replicated;
  int low = 1, high = MOST_REPLICATES;
  while (low + 1 < high) {
    int middle = low + (high - low) / 2;
    double e = error * sqrt(now / middle);
    bool found = es_detection_rate(wish, tolerance, e, middle - 1, p->level) >= p->power;
    if (found)
      high = middle;
    else
      low = middle;
  }
  return high < MOST_REPLICATES ? high : 0;
}

static enum es_status plan_row(const struct planning *p, const struct es_row *row)
{
  double error, df, wish, tolerance = es_rules_tolerance(p->rules, row->metric, row->value);
  json_t *people = json_null(), *replicates = json_null();
  es_row_error(p->side, row, &error, &df);
  ES_TRY(wish_of(p, row, &wish));
  double change = error * sqrt(2);
  double least = error < 0 ? NAN : es_detectable(tolerance, change, df, p->level, p->power);
  if (wish > tolerance && error >= 0 && p->side->replicates != NULL) {
    json_int_t needed = replicates_needed(p, wish, tolerance, change);
    if (needed > 0) replicates = json_integer(needed);
  } else if (wish > tolerance && error >= 0) {
    double times = es_shrink_needed(wish, tolerance, change, df, p->level, p->power);
    double needed =
        times * (double)es_population_number(p->side->results, row->population, "people");
    people = json_integer((json_int_t)ceil(fmin(needed, 9e15)));
  }
  return es_results_tidy(p->out, "plan",
                         json_pack("{ss ss ss ss ss ss ss so so so so so so}", "population",
                                   row->population, "scorer", row->scorer, "policy", row->policy,
                                   "attribute", row->attribute, "group", row->group, "metric",
                                   row->metric, "reduction", row->reduction, "value",
                                   es_json_real(row->value), "tolerance", es_json_real(tolerance),
                                   "detectable", es_json_real(least), "wished", es_json_real(wish),
                                   "people", people, "replicates", replicates),
                         p->ctx);
}

static enum es_status check_wishes(const struct planning *p)
{
  for (size_t i = 0; i < p->wished->count; i++) {
    char metric[96];
    double value;
    bool share, any = false;
    ES_TRY(es_wish_read("--detect", p->wished->at[i], metric, &value, &share, p->ctx));
    for (size_t k = 0; k < p->side->results->rows; k++) {
      const struct es_row *row = &p->side->results->row[k];
      any |= strcmp(row->metric, metric) == 0 && es_gate_watches(p->rules, p->side->results, row);
    }
    if (!any)
      return es_fail(p->ctx, ES_INPUT, "--detect %s: the gate does not watch it; add it to metrics",
                     p->wished->at[i]);
  }
  return ES_OK;
}

static enum es_status plan(struct planning *p)
{
  const struct es_results *results = p->side->results;
  size_t family = p->rules->limit.count;
  for (size_t i = 0; i < results->rows; i++)
    family += es_gate_watches(p->rules, results, &results->row[i]) &&
              strcmp(results->row[i].status, "ok") == 0;
  p->out->study = json_pack("{ss sI sf sf si}", "results", p->side->name, "replicates",
                            (json_int_t)(p->side->replicates != NULL ? p->side->replicated : 1),
                            "level", p->rules->level, "power", p->power, "family", (int)family);
  p->out->populations = json_incref(results->populations);
  if (p->out->study == NULL) return es_fail(p->ctx, ES_NOMEM, "out of memory");
  ES_TRY(check_wishes(p));
  p->level = p->rules->level / (double)(family > 0 ? family : 1);
  for (size_t i = 0; i < results->rows; i++)
    if (es_gate_watches(p->rules, results, &results->row[i]) &&
        strcmp(results->row[i].status, "ok") == 0)
      ES_TRY(plan_row(p, &results->row[i]));
  if (json_object_size(p->out->tables) == 0)
    return es_fail(p->ctx, ES_INPUT,
                   "nothing is watched: the filters and --metrics let no number "
                   "of %s through",
                   p->side->name);
  return ES_OK;
}

enum es_status es_plan_make(struct es_results *out, const struct es_side *side,
                            const struct es_rules *rules, const struct es_texts *wished,
                            double power, struct es_context *ctx)
{
  struct planning p = {
      .side = side, .rules = rules, .wished = wished, .power = power, .out = out, .ctx = ctx};
  enum es_status status = plan(&p);
  if (status != ES_OK) es_results_clear(out);
  return status;
}
