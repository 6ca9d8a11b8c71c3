/* Finds what is watched in both results, and judges all of it together. */
#include "harness/gate/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/gate/comparison.h"
#include "harness/measure/metric.h"

/* A number that is judged: against the baseline, or against a limit (then `limit` says it). */
struct item {
  struct es_change change;
  const char *limit;
  double baseline, value;
  const char *method, *reason;
};

struct making {
  const struct es_side *old, *new;
  const struct es_rules *rules;
  bool same_people;
  struct item *item;
  struct es_judged *judged;
  size_t items, room;
  struct es_results *out;
  struct es_context noting, *ctx;
};

bool es_gate_watches(const struct es_rules *rules, const struct es_results *results,
                     const struct es_row *row)
{
  bool groups = es_filters_name(&rules->filter, "group") ||
                es_filters_name(&rules->filter, "attribute") ||
                es_filters_name(&rules->filter, "reduction");
  return (groups || es_is_headline(row)) && es_metric_wanted(&rules->metrics, row->metric) &&
         es_direction_of(row->metric) != 0 && !es_is_yardstick(results, row->scorer) &&
         es_filters_pass(&rules->filter, row);
}

static bool is_ok(const struct es_row *row) { return strcmp(row->status, "ok") == 0; }

/* --- refusals --------------------------------------------------------------------------------- */

#define MEND "accept the new results as the baseline with --update"

static enum es_status refuse_others(struct making *m)
{
  struct es_notes differences = {0};
  es_pairing_differences(m->old, m->new, &differences);
  enum es_status status = ES_OK;
  if (differences.count > 0)
    status = es_fail(m->ctx, ES_INPUT, "%s; their numbers cannot be compared: " MEND,
                     differences.text[0]);
  es_notes_clear(&differences);
  return status;
}

static enum es_status refuse_missing(struct making *m, const struct es_row *row)
{
  for (size_t i = 0; i < m->new->results->rows; i++)
    if (strcmp(m->new->results->row[i].scorer, row->scorer) == 0)
      return es_fail(m->ctx, ES_INPUT,
                     "%s has %s of %s (policy %s), and %s does not: measure it, "
                     "or " MEND,
                     m->old->name, row->metric, row->scorer, row->policy, m->new->name);
  return es_fail(m->ctx, ES_INPUT, "scorer %s is in %s, and not in %s: run it, or " MEND,
                 row->scorer, m->old->name, m->new->name);
}

/* --- items ------------------------------------------------------------------------------------ */

static enum es_status add(struct making *m, const struct item *item, const struct es_judged *judged)
{
  if (m->items == m->room) {
    size_t room = 2 * m->room + 32;
    struct item *items = realloc(m->item, room * sizeof *items);
    if (items != NULL) m->item = items;
    struct es_judged *all = items != NULL ? realloc(m->judged, room * sizeof *all) : NULL;
    if (all == NULL) return es_fail(m->ctx, ES_NOMEM, "out of memory");
    m->judged = all;
    m->room = room;
  }
  m->item[m->items] = *item;
  m->judged[m->items++] = *judged;
  return ES_OK;
}

/* What cannot be judged by numbers: the reason, and the verdict that it makes. */
static void settle(struct item *item, struct es_judged *j, enum es_finding verdict,
                   const char *reason)
{
  j->settled = true;
  j->verdict = verdict;
  item->reason = reason;
}

static enum es_status watch(struct making *m, const struct es_row *old)
{
  const struct es_row *new = es_side_find(m->new, old, (struct es_renamed){0});
  if (new == NULL) return refuse_missing(m, old);
  struct item item = {.change = es_change_between(m->old, old, m->new, new, m->same_people),
                      .baseline = old->value,
                      .value = new->value,
                      .reason = ""};
  struct es_judged j = {.worsening = -es_direction_of(old->metric) * item.change.change,
                        .error = item.change.error,
                        .df = item.change.df,
                        .tolerance = es_rules_tolerance(m->rules, old->metric, old->value),
                        .untold = item.change.untold};
  item.method = item.change.method;
  if (!is_ok(old) && !is_ok(new)) {
    es_note(&m->noting, "not judged, undefined in both: %s of %s", old->metric, old->scorer);
    return ES_OK;
  }
  if (!is_ok(new))
    settle(&item, &j, ES_REGRESSION, new->status);
  else if (!is_ok(old))
    settle(&item, &j, ES_INCONCLUSIVE, "undefined in the baseline");
  else if (item.change.undefined != NULL)
    settle(&item, &j, ES_INCONCLUSIVE, item.change.undefined);
  else if (j.worsening == 0) /* not minus zero */
    j.worsening = 0;
  return add(m, &item, &j);
}

static enum es_status watch_all(struct making *m)
{
  const struct es_results *old = m->old->results, *new = m->new->results;
  ES_TRY(refuse_others(m));
  m->same_people = es_same_people(old, new);
  for (size_t i = 0; i < old->rows; i++)
    if (es_gate_watches(m->rules, old, &old->row[i])) ES_TRY(watch(m, &old->row[i]));
  for (size_t i = 0; i < new->rows; i++)
    if (es_gate_watches(m->rules, new, &new->row[i]) &&
        es_side_find(m->old, &new->row[i], (struct es_renamed){0}) == NULL)
      es_note(&m->noting, "not judged, new since the baseline: %s of %s (--update adds it)",
              new->row[i].metric, new->row[i].scorer);
  return ES_OK;
}

static enum es_status hold(struct making *m, const struct es_limit *limit, const char *text,
                           const struct es_row *row)
{
  struct item item = {.change = {.new = row},
                      .limit = text,
                      .baseline = NAN,
                      .value = row->value,
                      .method = "limit",
                      .reason = ""};
  struct es_judged j = {.limit = true, .df = INFINITY};
  j.worsening = limit->at_least ? limit->value - row->value : row->value - limit->value;
  es_row_error(m->new, row, &j.error, &j.df);
  if (!is_ok(row)) {
    settle(&item, &j, ES_REGRESSION, row->status);
  } else if (j.error < 0) {
    settle(&item, &j, j.worsening > 0 ? ES_REGRESSION : ES_PASS,
           "no interval: the number is taken as it is");
  }
  return add(m, &item, &j);
}

static enum es_status hold_all(struct making *m)
{
  const struct es_results *new = m->new->results;
  for (size_t k = 0; k < m->rules->limit.count; k++) {
    struct es_limit limit;
    size_t before = m->items;
    ES_TRY(es_limit_read(&limit, m->rules->limit.at[k], m->ctx));
    for (size_t i = 0; i < new->rows; i++)
      if (es_limit_is_on(&limit, &new->row[i]) && !es_is_yardstick(new, new->row[i].scorer))
        ES_TRY(hold(m, &limit, m->rules->limit.at[k], &new->row[i]));
    if (m->items == before)
      return es_fail(m->ctx, ES_INPUT, "limit %s: %s has no such number; measure it (--metrics %s)",
                     m->rules->limit.at[k], m->new->name, limit.metric);
  }
  return ES_OK;
}

/* --- the table -------------------------------------------------------------------------------- */

static const char *reason_of(const struct making *m, size_t i)
{
  const struct es_judged *j = &m->judged[i];
  if (j->verdict == ES_INCONCLUSIVE && j->untold)
    return "scorers learned from other people, and one replicate does not tell that luck: run the "
           "same seed, or --replicates";
  if (j->verdict == ES_INCONCLUSIVE && m->item[i].reason[0] == '\0')
    return "the interval holds the tolerance: more people or --replicates would tell";
  return m->item[i].reason;
}

static enum es_status write_rows(struct making *m, size_t count[ES_FINDING_COUNT])
{
  for (size_t i = 0; i < m->items; i++) {
    const struct item *item = &m->item[i];
    const struct es_judged *j = &m->judged[i];
    const struct es_row *row = item->change.new;
    count[j->verdict]++;
    bool judged = !j->settled;
    ES_TRY(es_results_tidy(
        m->out, "gate",
        json_pack("{ss ss ss ss ss ss ss ss si so so so so so so so so ss sI ss ss}", "population",
                  row->population, "scorer", row->scorer, "policy", row->policy, "attribute",
                  row->attribute, "group", row->group, "metric", row->metric, "reduction",
                  row->reduction, "limit", item->limit != NULL ? item->limit : "", "direction",
                  es_direction_of(row->metric), "baseline", es_json_real(item->baseline), "value",
                  es_json_real(item->value), "worsening", es_json_real(j->worsening), "low",
                  es_json_real(judged ? j->low : NAN), "high", es_json_real(judged ? j->high : NAN),
                  "tolerance", es_json_real(j->tolerance), "p", es_json_real(j->p), "p_adjusted",
                  es_json_real(j->p_adjusted), "method", item->method, "n", (json_int_t)row->n,
                  "verdict", es_finding_text[j->verdict], "reason", reason_of(m, i)),
        m->ctx));
  }
  return ES_OK;
}

static enum es_status judge(struct making *m, size_t count[ES_FINDING_COUNT])
{
  m->out->study = json_pack("{ss ss sf}", "baseline", m->old != NULL ? m->old->name : "", "results",
                            m->new->name, "level", m->rules->level);
  m->out->populations = json_incref(m->new->results->populations);
  if (m->out->study == NULL) return es_fail(m->ctx, ES_NOMEM, "out of memory");
  if (m->old != NULL) ES_TRY(watch_all(m));
  ES_TRY(hold_all(m));
  if (m->items == 0)
    return es_fail(m->ctx, ES_INPUT,
                   "nothing is watched: the filters and --metrics let no number "
                   "of %s through",
                   m->old != NULL ? m->old->name : m->new->name);
  ES_TRY(es_judge(m->judged, m->items, m->rules->level, m->ctx));
  return write_rows(m, count);
}

enum es_status es_gate_make(struct es_results *out, size_t count[ES_FINDING_COUNT],
                            const struct es_side *old, const struct es_side *new,
                            const struct es_rules *rules, struct es_context *ctx)
{
  struct making m = {.old = old, .new = new, .rules = rules, .out = out, .ctx = ctx};
  m.noting = (struct es_context){.notes = &out->warnings};
  memset(count, 0, ES_FINDING_COUNT * sizeof *count);
  enum es_status status = judge(&m, count);
  free(m.item);
  free(m.judged);
  if (status != ES_OK) es_results_clear(out);
  return status;
}

/* --- a baseline to commit --------------------------------------------------------------------- */

static bool is_kept(const struct es_rules *rules, const struct es_results *results,
                    const struct es_row *row)
{
  struct es_context unused = {0};
  struct es_limit limit;
  if (es_gate_watches(rules, results, row)) return true;
  for (size_t k = 0; k < rules->limit.count; k++)
    if (es_limit_read(&limit, rules->limit.at[k], &unused) == ES_OK && es_limit_is_on(&limit, row))
      return !es_is_yardstick(results, row->scorer);
  return false;
}

static enum es_status keep_replicates(struct es_results *out, const struct es_side *side,
                                      size_t row, struct es_context *ctx)
{
  const struct es_row *r = &side->results->row[row];
  for (size_t k = 0; k < side->replicated; k++)
    ES_TRY(es_results_tidy(out, "replicates",
                           json_pack("{ss ss ss ss ss ss ss sI so}", "population", r->population,
                                     "scorer", r->scorer, "policy", r->policy, "attribute",
                                     r->attribute, "group", r->group, "metric", r->metric,
                                     "reduction", r->reduction, "replicate", (json_int_t)k, "value",
                                     es_json_real(side->replicates[row * side->replicated + k])),
                           ctx));
  return ES_OK;
}

static enum es_status compact(struct es_results *out, const struct es_side *side,
                              const struct es_rules *rules, struct es_context *ctx)
{
  const struct es_results *from = side->results;
  out->study = json_incref(from->study);
  out->populations = json_incref(from->populations);
  out->tallies = json_array();
  out->scorer = es_alloc(from->scorers, sizeof *out->scorer, ctx);
  if (out->scorer == NULL) return ES_NOMEM;
  for (size_t k = 0; k < from->scorers; k++) {
    const struct es_scorer_result *s = &from->scorer[k];
    out->scorer[out->scorers++] =
        (struct es_scorer_result){es_strdup(s->name, ctx), es_strdup(s->summary, ctx),
                                  es_strdup(s->cite, ctx), s->yardstick, es_strdup("", ctx)};
  }
  for (size_t i = 0; i < from->rows; i++) {
    if (!is_kept(rules, from, &from->row[i])) continue;
    ES_TRY(es_results_add(out, &from->row[i], ctx));
    ES_TRY(keep_replicates(out, side, i, ctx));
  }
  return ES_OK;
}

enum es_status es_gate_compact(struct es_results *out, const struct es_side *side,
                               const struct es_rules *rules, struct es_context *ctx)
{
  enum es_status status = compact(out, side, rules, ctx);
  if (status != ES_OK) es_results_clear(out);
  return status;
}
