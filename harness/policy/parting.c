/* Groups, their steps, and rules of them. */
#include "harness/policy/parting.h"

#include <stdlib.h>
#include "harness/measure/views.h"

enum es_status es_parting_unlike(const struct es_parting *p, const char *what, const char *group)
{
  if (p->of != NULL && p->of[0] == '\0') group = NULL; /* nobody is told apart */
  return es_fail(p->ctx, ES_DEGENERATE, "policy %s: %s in training%s%s%s%s", p->policy->kind->name,
                 what, group != NULL ? " among " : "", group != NULL ? p->of : "",
                 group != NULL ? "=" : "", group != NULL ? group : "");
}

/* Everybody of the group, and those without a score whom the policy approves. */
static void count_people(const struct es_parting *p, struct es_part_group *g, bool known)
{
  const struct es_lesson *l = p->lesson;
  for (size_t i = 0; i < l->n; i++) {
    if (!g->in[l->cell[i]] || (known && l->outcome[i] == ES_UNKNOWN)) continue;
    double weight = l->weight != NULL ? l->weight[i] : 1;
    bool granted = l->scores->why[i] != ES_SCORED && !l->scores->refuse[i] &&
                   p->policy->settings.unscorable == ES_APPROVED;
    for (int of = ES_OF_ALL; of <= ES_OF_GOOD; of++) {
      if (of == ES_OF_GOOD && l->outcome[i] != ES_FAVORABLE) continue;
      g->people[of] += weight;
      if (granted) g->granted[of] += weight;
    }
  }
}

/* A list of people who are denied whatever their score is beyond the reach of cut-offs. */
static void note_listed(const struct es_parting *p)
{
  const struct es_scores *s = p->lesson->scores;
  double listed = 0, scored = 0;
  for (size_t i = 0; i < p->lesson->n; i++) {
    if (s->why[i] != ES_SCORED) continue;
    scored++;
    listed += s->refuse[i];
  }
  if (listed > 0)
    es_note(p->ctx,
            "%s: it lists %.1f%% of people, who are denied whatever their score; policy %s learns "
            "from the others",
            p->lesson->scorer->name, 100 * listed / scored, p->policy->kind->name);
}

static enum es_status open_group(struct es_parting *p, const struct es_view *view, size_t number,
                                 bool known)
{
  struct es_part_group *g = &p->group[number];
  const struct es_attribute *attribute = p->lesson->people->attribute;
  g->name = view->count > 0 ? es_view_group(view, attribute, number) : es_strdup("all", p->ctx);
  if (g->name == NULL) return es_fail(p->ctx, ES_NOMEM, "out of memory");
  if ((g->in = es_alloc(p->cells, sizeof *g->in, p->ctx)) == NULL) return ES_NOMEM;
  for (size_t c = 0; c < p->cells; c++) g->in[c] = es_view_holds(view, attribute, number, c);
  count_people(p, g, known);
  ES_TRY(es_steps_make(&g->steps, p->lesson, p->lesson->scores, g->in,
                       ES_UNLISTED | (known ? ES_KNOWN : 0u), p->ctx));
  if (g->steps.n == 0)
    return es_parting_unlike(
        p, known ? "nobody has a score and a known outcome" : "nobody has a score",
        view->count > 0 ? g->name : NULL);
  return ES_OK;
}

void es_parting_close(struct es_parting *p)
{
  for (size_t g = 0; p->group != NULL && g < p->groups; g++) {
    free(p->group[g].name);
    free(p->group[g].in);
    es_steps_clear(&p->group[g].steps);
  }
  free(p->group);
  free(p->of);
}

enum es_status es_parting_open(struct es_parting *p, const struct es_policy *policy,
                               const struct es_lesson *lesson, bool known, struct es_context *ctx)
{
  const struct es_people *people = lesson->people;
  struct es_view view;
  *p = (struct es_parting){.policy = policy, .lesson = lesson, .ctx = ctx};
  ES_TRY(es_policy_view(policy, people, &view, ctx));
  p->cells = es_cell_count(people->attribute, people->attributes);
  p->groups = es_view_groups(&view, people->attribute);
  p->of = es_view_name(&view, people->attribute);
  p->group = es_alloc(p->groups, sizeof *p->group, ctx);
  enum es_status status = p->of != NULL && p->group != NULL ? ES_OK : ES_NOMEM;
  for (size_t g = 0; status == ES_OK && g < p->groups; g++) status = open_group(p, &view, g, known);
  if (status == ES_OK)
    note_listed(p);
  else
    es_parting_close(p);
  return status;
}

/* One cut per cell, so that a person's is found without looking for the group. */
enum es_status es_parting_rule(const struct es_parting *p, struct es_rule *rule,
                               const struct es_cut *cut)
{
  size_t cuts = p->groups > 1 ? p->cells : 1;
  if ((rule->cut = es_alloc(cuts, sizeof *rule->cut, p->ctx)) == NULL) return ES_NOMEM;
  rule->cuts = cuts;
  for (size_t g = 0; g < p->groups; g++)
    for (size_t c = 0; c < cuts; c++)
      if (cuts == 1 || p->group[g].in[c]) rule->cut[c] = cut[g];
  return ES_OK;
}

/* --- profit ----------------------------------------------------------------------------------- */

/* Stated utilities; without them what wrong decisions cost, which has its optimum at the same
 * place. */
enum es_status es_parting_profit(struct es_parting *p)
{
  const struct es_consequence *c = &p->lesson->people->consequence;
  if (es_utility_stated(c)) {
    p->plus = c->u_plus;
    p->minus = c->u_minus;
    return ES_OK;
  }
  p->plus = c->cost_wrongful_denial;
  p->minus = -c->cost_wrongful_approval;
  if (p->plus >= 0 && p->minus <= 0) return ES_OK;
  return es_parting_unlike(
      p,
      "neither utilities (u_plus, u_minus) nor costs of wrong decisions are stated: no "
      "profit to look for",
      NULL);
}

double es_parting_profit_at(const struct es_parting *p, const struct es_steps *s,
                            struct es_point at)
{
  return p->plus * es_steps_at(at, s->good) + p->minus * es_steps_at(at, s->bad);
}
