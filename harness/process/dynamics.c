/* The options of [dynamics]. */
#include "harness/process/dynamics.h"

#include "harness/population/population.h"

#define D struct es_dynamics_settings
const struct es_option es_dynamics_options[] = {
    ES_OPTION_TEXT(D, title, "", "TEXT", "what it is, in a line"),
    ES_OPTION_TEXT(D, cite, "", "TEXT", "where its numbers come from"),
    ES_OPTION_CHOICE(D, records, "lasting", "lasting|fresh",
                     "whether records stay and grow, or each decision is on a case of its own"),
    ES_OPTION_DOUBLE(D, reviewed, "0.0833", 0, 1,
                     "share of those not restricted who are decided upon in a month"),
    ES_OPTION_DOUBLE(D, grows, "0", 0, 12,
                     "months that an approved person's file gains in a month"),
    ES_OPTION_DOUBLE(D, grows_denied, "0", 0, 12, "the same of a denied person's"),
    ES_OPTION_NUMBERS(D, enters, "0", 0, 1,
                      "share of those without a score who come on file in a month, by stratum"),
    ES_OPTION_NUMBERS(D, strain, "0", 0, 10,
                      "capacity lost in a month of restriction, in sd, by stratum"),
    ES_OPTION_DOUBLE(D, recovers, "0", 0, 1,
                     "share of lost capacity that comes back in a month without restriction"),
    ES_OPTION_DOUBLE(D, responds, "0", 0, 10,
                     "reliability gained in a month by the denied, in sd: how incentives work"),
    ES_OPTION_DOUBLE(D, responds_most, "1", 0, 10, "the most that anybody gains so"),
    {0}};
#undef D

enum es_status es_dynamics_open(struct es_dynamics *d, const struct es_population *p,
                                struct es_context *ctx)
{
  struct es_dynamics_settings *s = &d->settings;
  *d = (struct es_dynamics){.capacity = p->traits.capacity, .reliability = p->traits.reliability};
  enum es_status status = es_options_default(es_dynamics_options, s, ctx);
  if (status == ES_OK) status = es_ini_options(&p->ini, "dynamics", es_dynamics_options, s, ctx);
  if (status == ES_OK) status = es_spread(p, "dynamics", "enters", &s->enters, 1, ctx);
  if (status == ES_OK) status = es_spread(p, "dynamics", "strain", &s->strain, 1, ctx);
  if (status != ES_OK) es_dynamics_clear(d);
  return status;
}

void es_dynamics_clear(struct es_dynamics *d)
{
  es_options_clear(es_dynamics_options, &d->settings);
  *d = (struct es_dynamics){0};
}
