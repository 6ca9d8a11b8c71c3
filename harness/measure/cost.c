/* Costs per person: linear in counts and days, so that tallies are enough for their variance. */
#include "harness/measure/cost.h"

/* The parts of a cost, as bits. */
enum part { DENIAL = 1, APPROVAL = 2, RESTRICTION = 4, DEPOSIT = 8, INTEREST = 16, PARTS = 5 };

/* What one wrongly denied person, a day of their restriction, and one wrongly approved cost. */
struct unit {
  double denied, day, approved, interest; /* interest: 1 where what is paid in excess counts */
};

/* Adds up the parts asked for; false where one of them is not stated. */
static bool add_parts(struct unit *unit, const struct es_consequence *c, unsigned parts)
{
  const struct {
    double value, *to;
    bool stated;
  } part[PARTS] = {
      {c->cost_wrongful_denial, &unit->denied, c->cost_wrongful_denial >= 0},
      {c->cost_wrongful_approval, &unit->approved, c->cost_wrongful_approval >= 0},
      {c->cost_restriction_day, &unit->day, c->cost_restriction_day > 0},
      {c->cost_deposit, &unit->denied, c->cost_deposit > 0},
      {1, &unit->interest, c->loan > 0},
  };
  for (size_t k = 0; k < PARTS; k++) {
    if (!(parts >> k & 1)) continue;
    if (!part[k].stated) return false;
    *part[k].to += part[k].value;
  }
  return true;
}

static struct es_estimate cost(const struct es_counts *c, unsigned parts, const char *unstated)
{
  struct unit unit = {0};
  double n = es_counts_sum(c, ES_FAVORABLE, -1, -1) + es_counts_sum(c, ES_UNFAVORABLE, -1, -1);
  if (n == 0) return (struct es_estimate){.undefined = "nobody with a known outcome"};
  if (parts == 0 || !add_parts(&unit, &c->consequence, parts))
    return (struct es_estimate){.undefined = unstated};
  double denied = es_counts_sum(c, ES_FAVORABLE, -1, ES_DENIED);
  double approved = es_counts_sum(c, ES_UNFAVORABLE, -1, ES_APPROVED);
  double sum = unit.denied * denied + unit.day * c->days + unit.approved * approved +
               unit.interest * c->interest;
  double square = unit.denied * unit.denied * denied + 2 * unit.denied * unit.day * c->days +
                  unit.day * unit.day * c->days_square + unit.approved * unit.approved * approved +
                  unit.interest * (c->interest_square + 2 * unit.denied * c->interest_denied +
                                   2 * unit.day * c->interest_days);
  return es_estimate_mean(sum, square, n, c->effective);
}

/* The parts that the population states; the costs of the two wrong decisions go together. */
static unsigned stated(const struct es_consequence *c)
{
  unsigned parts = 0;
  for (unsigned k = 0; k < PARTS; k++) {
    struct unit unit = {0};
    if (add_parts(&unit, c, 1u << k)) parts |= 1u << k;
  }
  unsigned both = DENIAL | APPROVAL;
  return (parts & both) == both || (parts & both) == 0 ? parts : 0;
}

struct es_estimate es_cost_expected(const struct es_counts *c)
{
  return cost(c, stated(&c->consequence), "no costs of wrong decisions are stated");
}
struct es_estimate es_cost_denial(const struct es_counts *c)
{
  return cost(c, DENIAL, "no cost of a wrongful denial is stated");
}
struct es_estimate es_cost_approval(const struct es_counts *c)
{
  return cost(c, APPROVAL, "no cost of a wrongful approval is stated");
}
struct es_estimate es_cost_restriction(const struct es_counts *c)
{
  return cost(c, RESTRICTION, "no cost of a day of restriction is stated");
}
struct es_estimate es_cost_deposit(const struct es_counts *c)
{
  return cost(c, DEPOSIT, "no deposit is stated");
}
struct es_estimate es_cost_interest(const struct es_counts *c)
{
  return cost(c, INTEREST, "no loan and no rates are stated");
}

struct es_estimate es_cost_regret(const struct es_counts *c)
{
  if (!c->has_oracle) return (struct es_estimate){.undefined = "no oracle in this run"};
  struct es_estimate e = cost(c, DENIAL | APPROVAL, "no costs of wrong decisions are stated");
  if (e.undefined != NULL) return e;
  e.value -= (c->consequence.cost_wrongful_denial * c->oracle[0] +
              c->consequence.cost_wrongful_approval * c->oracle[1]) /
             e.n;
  e.variance = -1; /* the two costs are of the same people */
  return e;
}
