/* People as time has changed them: the same luck under other traits. */
#include <math.h>
#include "datasets/dataset.h"
#include "harness/base/math.h"
#include "harness/population/parts.h"

void es_population_change(const struct es_population *p, const struct es_changes *c,
                          const struct es_context *ctx, struct es_truth *t)
{
  t->known = c->known;
  t->gained = c->months;
  for (size_t i = 0; i < t->people; i++) {
    double shift = p->traits.capacity * c->capacity[i] + p->traits.reliability * c->reliability[i];
    if (c->capacity[i] == 0 && c->reliability[i] == 0) continue;
    t->trait[0][i] += c->capacity[i];
    t->trait[1][i] += c->reliability[i];
    double u = es_uniform(es_draw(ctx, t->person[i], ES_DRAW_PERSON).word[1]);
    t->probability[i] = es_logistic(es_logit(t->probability[i]) + shift);
    t->outcome[i] = u < t->probability[i] ? ES_FAVORABLE : ES_UNFAVORABLE;
  }
}
