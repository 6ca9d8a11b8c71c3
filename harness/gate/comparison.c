/* Lines of numbers, each looked up in every file, and their changes tested together. */
#include "harness/gate/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/metric.h"
#include "harness/statistics/significance.h"

/* A number of the first file and what became of it: change[s] and adjusted[s] of file s > 0. */
struct line {
  const struct es_row *row;
  struct es_change *change;
  double *adjusted;
  size_t place;
  double key;
};

struct making {
  const struct es_side *side;
  size_t sides;
  const struct es_comparison_request *request;
  bool groups_asked;
  struct es_renamed renamed;
  struct line *line;
  size_t lines;
  struct es_change *changes;
  double *p, *adjusted;
  struct es_results *out;
  struct es_context noting, *ctx;
};

int es_direction_of(const char *metric)
{
  struct es_metric_words words;
  return es_metric_look_up(metric, &words) ? words.direction : 0;
}

/* --- which lines ------------------------------------------------------------------------------ */

static bool wanted(const struct making *m, const struct es_side *side, const struct es_row *row)
{
  const struct es_texts *filter = m->request->filter;
  if (!es_metric_wanted(m->request->metrics, row->metric)) return false;
  if (!m->groups_asked && !es_is_headline(row)) return false;
  if (es_is_yardstick(side->results, row->scorer) && !es_filters_name(filter, "scorer"))
    return false;
  return es_filters_pass(filter, row);
}

/* The only name that wanted rows have there, or NULL. */
static const char *only(const struct making *m, const struct es_side *side, size_t offset)
{
  const char *name = NULL;
  for (size_t i = 0; i < side->results->rows; i++) {
    const struct es_row *row = &side->results->row[i];
    if (!wanted(m, side, row)) continue;
    const char *text = *(char *const *)((const char *)row + offset);
    if (name != NULL && strcmp(name, text) != 0) return NULL;
    name = text;
  }
  return name;
}

/* One scorer (or policy) in each file, of different names: they are put side by side. */
static bool pair_names(struct making *m, size_t offset, const char *what)
{
  const char *first = only(m, &m->side[0], offset);
  bool differ = false;
  for (size_t s = 0; s < m->sides; s++) {
    const char *name = only(m, &m->side[s], offset);
    if (first == NULL || name == NULL) return false;
    differ |= strcmp(name, first) != 0;
  }
  for (size_t s = 0; differ && s < m->sides; s++)
    es_note(&m->noting, "%s in %s: %s", what, m->side[s].name, only(m, &m->side[s], offset));
  return differ;
}

static enum es_status find_lines(struct making *m)
{
  const struct es_results *first = m->side[0].results;
  m->line = es_alloc(first->rows, sizeof *m->line, m->ctx);
  if (m->line == NULL) return ES_NOMEM;
  for (size_t i = 0; i < first->rows; i++) {
    const struct es_row *row = &first->row[i];
    bool any = false, defined = strcmp(row->status, "ok") == 0;
    if (!wanted(m, &m->side[0], row)) continue;
    for (size_t s = 1; s < m->sides; s++) {
      const struct es_row *other = es_side_find(&m->side[s], row, m->renamed);
      any |= other != NULL;
      defined |= other != NULL && strcmp(other->status, "ok") == 0;
    }
    if (any && defined)
      m->line[m->lines++] = (struct line){.row = row, .place = i};
    else if (any)
      es_note(&m->noting, "undefined in every file: %s of %s", row->metric, row->scorer);
  }
  if (m->lines > 0) return ES_OK;
  return es_fail(m->ctx, ES_INPUT,
                 "%s and %s have no number in common%s; name what both have with --metrics and "
                 "--filter (evenscore report FILE --format csv shows it)",
                 m->side[0].name, m->side[1].name,
                 m->request->filter->count > 0 ? " that the filters let through" : "");
}

/* --- changes ---------------------------------------------------------------------------------- */

static enum es_status find_changes(struct making *m)
{
  size_t cells = m->lines * m->sides;
  m->changes = es_alloc(cells, sizeof *m->changes, m->ctx);
  m->p = es_alloc(cells, sizeof *m->p, m->ctx);
  m->adjusted = es_alloc(cells, sizeof *m->adjusted, m->ctx);
  if (m->changes == NULL || m->p == NULL || m->adjusted == NULL) return ES_NOMEM;
  for (size_t s = 1; s < m->sides; s++) {
    bool same = es_same_people(m->side[0].results, m->side[s].results);
    for (size_t i = 0; i < m->lines; i++) {
      const struct es_row *row = m->line[i].row;
      m->changes[i * m->sides + s] = es_change_between(
          &m->side[0], row, &m->side[s], es_side_find(&m->side[s], row, m->renamed), same);
    }
  }
  for (size_t i = 0; i < m->lines; i++) {
    m->line[i].change = &m->changes[i * m->sides];
    m->line[i].adjusted = &m->adjusted[i * m->sides];
    m->p[i * m->sides] = NAN; /* the first file against itself */
    for (size_t s = 1; s < m->sides; s++) m->p[i * m->sides + s] = m->line[i].change[s].p;
  }
  return es_adjust(m->adjusted, m->p, cells, ES_HOLM, m->ctx);
}

/* --- the order of lines ----------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
  const struct line *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

static int by_name(const void *a, const void *b)
{
  const struct line *x = a, *y = b;
  int order = strcmp(x->row->metric, y->row->metric);
  if (order == 0) order = strcmp(x->row->scorer, y->row->scorer);
  if (order == 0) order = strcmp(x->row->group, y->row->group);
  return order != 0 ? order : x->place < y->place ? -1 : x->place > y->place;
}

static void sort_lines(struct making *m)
{
  enum es_comparison_order order = m->request->order;
  if (order == ES_BY_NAME) qsort(m->line, m->lines, sizeof *m->line, by_name);
  if (order != ES_BY_P && order != ES_BY_WORSE) return;
  for (size_t i = 0; i < m->lines; i++) {
    struct line *line = &m->line[i];
    line->key = INFINITY;
    for (size_t s = 1; s < m->sides; s++) {
      const struct es_change *c = &line->change[s];
      if (isnan(c->p)) continue;
      double better = c->change * es_direction_of(line->row->metric);
      double errors = c->error > 0 ? better / c->error : better;
      line->key = fmin(line->key, order == ES_BY_P ? c->p : errors);
    }
  }
  qsort(m->line, m->lines, sizeof *m->line, by_key);
}

/* --- rows of the table ------------------------------------------------------------------------ */

static enum es_status add_row(struct making *m, const struct line *line, size_t s)
{
  const struct es_change *c = &line->change[s];
  const struct es_row *first = line->row, *row = s == 0 ? first : c->new;
  double level = m->request->level;
  double reach = s > 0 && c->undefined == NULL && c->error > 0
                     ? c->error * es_upper_quantile(level / 2, c->df)
                     : 0;
  bool moved = s > 0 && isfinite(c->change), sure = moved && c->undefined == NULL;
  const char *status = row == NULL ? "undefined: not in this file" : row->status;
  if (row != NULL && strcmp(status, "ok") == 0 && moved && !sure) status = c->undefined;
  return es_results_tidy(
      m->out, "comparison",
      json_pack("{ss ss ss ss ss ss ss ss si so so so sI so so so so so ss ss}", "population",
                first->population, "scorer", first->scorer, "policy", first->policy, "attribute",
                first->attribute, "group", first->group, "metric", first->metric, "reduction",
                first->reduction, "file", m->side[s].name, "direction",
                es_direction_of(first->metric), "value", es_json_real(row ? row->value : NAN),
                "low", es_json_real(row ? row->low : NAN), "high",
                es_json_real(row ? row->high : NAN), "n", (json_int_t)(row ? row->n : 0), "change",
                es_json_real(moved ? c->change : NAN), "change_low",
                es_json_real(sure ? c->change - reach : NAN), "change_high",
                es_json_real(sure ? c->change + reach : NAN), "p", es_json_real(sure ? c->p : NAN),
                "p_adjusted", es_json_real(sure ? line->adjusted[s] : NAN), "method",
                s > 0 ? c->method : "", "status", status),
      m->ctx);
}

static void note_methods(struct making *m)
{
  bool untold = false, single = false;
  for (size_t i = 0; i < m->lines * m->sides; i++) {
    if (i % m->sides == 0) continue;
    const struct es_change *c = &m->changes[i];
    untold |= c->untold;
    single |= !c->untold && strcmp(c->method, "unpaired") == 0 &&
              es_same_people(m->side[0].results, m->side[i % m->sides].results);
  }
  if (untold)
    es_note(&m->noting, "scorers learned from other people, and the intervals do not hold that "
                        "luck: use run --replicates");
  if (single)
    es_note(&m->noting, "the same people, one replicate each: compared as if they were others, "
                        "which errs on the safe side; run --replicates pairs them");
}

static enum es_status describe(struct making *m)
{
  json_t *files = json_array();
  for (size_t s = 0; s < m->sides; s++) json_array_append_new(files, json_string(m->side[s].name));
  m->out->study = json_pack("{so sf ss sb}", "files", files, "level", m->request->level,
                            "correction", "holm", "sorted", (int)(m->request->order != ES_BY_FILE));
  m->out->populations = json_incref(m->side[0].results->populations);
  if (m->out->study == NULL) return es_fail(m->ctx, ES_NOMEM, "out of memory");
  for (size_t s = 1; s < m->sides; s++) {
    const char *old = m->side[0].results->evenscore, *new = m->side[s].results->evenscore;
    es_pairing_differences(&m->side[0], &m->side[s], &m->out->warnings);
    if (old != NULL && new != NULL && strcmp(old, new) != 0)
      es_note(&m->noting, "%s is of evenscore %s, %s of %s", m->side[0].name, old, m->side[s].name,
              new);
  }
  return ES_OK;
}

enum es_status es_comparison_make(struct es_results *out, const struct es_side *side, size_t sides,
                                  const struct es_comparison_request *request,
                                  struct es_context *ctx)
{
  struct making m = {.side = side, .sides = sides, .request = request, .out = out, .ctx = ctx};
  m.noting = (struct es_context){.notes = &out->warnings};
  m.groups_asked = es_filters_name(request->filter, "group") ||
                   es_filters_name(request->filter, "attribute") ||
                   es_filters_name(request->filter, "reduction");
  enum es_status status = describe(&m);
  m.renamed.population = pair_names(&m, offsetof(struct es_row, population), "population");
  m.renamed.scorer = pair_names(&m, offsetof(struct es_row, scorer), "scorer");
  m.renamed.policy = pair_names(&m, offsetof(struct es_row, policy), "policy");
  if (status == ES_OK) status = find_lines(&m);
  if (status == ES_OK) status = find_changes(&m);
  if (status == ES_OK) sort_lines(&m);
  for (size_t i = 0; status == ES_OK && i < m.lines; i++)
    for (size_t s = 0; status == ES_OK && s < sides; s++) status = add_row(&m, &m.line[i], s);
  if (status == ES_OK) note_methods(&m);
  free(m.line);
  free(m.changes);
  free(m.p);
  free(m.adjusted);
  if (status != ES_OK) es_results_clear(out);
  return status;
}
