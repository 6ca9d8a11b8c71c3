/* Rules as rows. */
#include "harness/run/cutoffs.h"

#include <math.h>
#include <stdlib.h>
#include "harness/measure/views.h"

/* The one score that stands for a cut: between its two as far up as chance denies. */
static double middle(const struct es_cut *cut)
{
  if (cut->below != 0 || cut->above != 1) return NAN;
  if (cut->low == cut->high || isinf(cut->high)) return cut->low;
  return cut->low + (1 - cut->between) * (cut->high - cut->low);
}

static enum es_status add(const struct es_contender *c, const struct es_cut *cut, bool review,
                          const char *population, const char *attribute, const char *group,
                          struct es_results *results, struct es_context *ctx)
{
  json_t *row =
      json_pack("{ss ss ss ss ss so so so so so so}", "population", population, "scorer",
                c->model->label, "policy", c->policy->label, "attribute", attribute, "group", group,
                "cutoff", es_json_real(review ? NAN : middle(cut)), "from", es_json_real(cut->low),
                "to", es_json_real(cut->high), "p_below", es_json_real(cut->below), "p_between",
                es_json_real(review || cut->low == cut->high ? NAN : cut->between), "p_above",
                es_json_real(cut->above));
  return es_results_tidy(results, "cutoffs", row, ctx);
}

/* The cut of the first cell that a group has. */
static const struct es_cut *cut_of(const struct es_rule *rule, const struct es_view *view,
                                   const struct es_people *people, size_t group)
{
  size_t cell = 0;
  while (rule->cuts > 1 && !es_view_holds(view, people->attribute, group, cell)) cell++;
  return &rule->cut[cell];
}

static enum es_status add_contender(const struct es_contest *contest, const struct es_contender *c,
                                    struct es_results *results, struct es_context *ctx)
{
  const struct es_people *people = contest->from.people;
  struct es_view view;
  ES_TRY(es_policy_view(c->policy, people, &view, ctx));
  if (c->rule.cuts == 1) view.count = 0;
  char *attribute = es_view_name(&view, people->attribute);
  enum es_status status = attribute != NULL ? ES_OK : es_fail(ctx, ES_NOMEM, "out of memory");
  for (size_t g = 0; status == ES_OK && g < es_view_groups(&view, people->attribute); g++) {
    char *group =
        view.count > 0 ? es_view_group(&view, people->attribute, g) : es_strdup("all", ctx);
    status = group == NULL ? es_fail(ctx, ES_NOMEM, "out of memory")
                           : add(c, cut_of(&c->rule, &view, people, g), c->rule.review,
                                 people->name, attribute, group, results, ctx);
    free(group);
  }
  if (status == ES_OK && c->policy->second.scorer != NULL)
    status = add(c, &c->rule.second, false, people->name, "", "without a score", results, ctx);
  free(attribute);
  return status;
}

enum es_status es_cutoffs(const struct es_contest *contest, struct es_results *results,
                          struct es_context *ctx)
{
  bool wanted = contest->who.policies > 1 || contest->who.policy->second.scorer != NULL;
  for (size_t k = 0; k < contest->contenders; k++)
    wanted |= contest->contender[k].rule.cuts > 1 || contest->contender[k].rule.review;
  for (size_t k = 0; wanted && k < contest->contenders; k++)
    if (!contest->contender[k].failed)
      ES_TRY(add_contender(contest, &contest->contender[k], results, ctx));
  return ES_OK;
}
