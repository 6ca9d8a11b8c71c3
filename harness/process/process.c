/* The options of [process], and what they come to in each stratum. */
#include "harness/process/process.h"

#include <stdlib.h>
#include <string.h>
#include "harness/population/population.h"

#define P struct es_process_settings
const struct es_option es_process_options[] = {
    ES_OPTION_TEXT(P, preset, "", "NAME",
                   "the rules it starts from; see `evenscore list processes`"),
    ES_OPTION_TEXT(P, title, "", "TEXT", "what it is, in a line"),
    ES_OPTION_TEXT(P, cite, "", "TEXT", "where its numbers come from"),
    ES_OPTION_NUMBERS(P, notice, "0", 0, 1, "share of those restricted who are told, by stratum"),
    ES_OPTION_DOUBLE(P, window, "0", 0, 3650,
                     "days between the notice and the day that it takes effect"),
    ES_OPTION_NUMBERS(P, access, "0", 0, 365,
                      "looks at one's own record, times a year, by stratum"),
    ES_OPTION_NUMBERS(P, discovery, "0", 0, 365,
                      "other ways of finding out, times a year, by stratum"),
    ES_OPTION_NUMBERS(P, attempts, "0", 0, 365,
                      "attempts at what is denied, times a year, by stratum"),
    ES_OPTION_DOUBLE(P, refusal_tells, "1", 0, 1, "share of refused attempts that tell why"),
    ES_OPTION_DOUBLE(P, evasion, "0", 0, 1, "share of attempts that get through all the same"),
    ES_OPTION_NUMBERS(P, dispute, "0", 0, 1, "share of those who know who dispute, by stratum"),
    ES_OPTION_DOUBLE(P, clock, "0", 0, 3650, "days that the rule gives for an answer"),
    ES_OPTION_NUMBERS(P, practice, "0", 0, 3650,
                      "median days that an answer takes beyond the rule, by stratum"),
    ES_OPTION_DOUBLE(P, practice_spread, "1", 0, 5, "standard deviation of their logarithm"),
    ES_OPTION_DOUBLE(P, success, "1", 0, 1, "share of disputes over wrong records that succeed"),
    ES_OPTION_DOUBLE(P, again, "0", 0, 1, "share of those refused who dispute once more"),
    ES_OPTION_DOUBLE(P, reinsertion, "0", 0, 1, "share of corrected records that come back"),
    ES_OPTION_DOUBLE(P, reinsertion_days, "90", 0, 3650, "mean days until they do"),
    ES_OPTION_INT(P, linked, "0", 0, 64, "further agencies that may act on the record"),
    ES_OPTION_DOUBLE(P, density, "1", 0, 1, "share of them that are sent it"),
    ES_OPTION_INT(P, hops, "1", 1, 8, "hands that a correction goes through on its way there"),
    ES_OPTION_DOUBLE(P, lag, "0", 0, 3650, "mean days that it lies with each of them"),
    ES_OPTION_DOUBLE(P, loss, "0", 0, 1, "share of corrections that each of them loses"),
    ES_OPTION_NUMBERS(P, severity, "1", 0, 100,
                      "weight of a day under the record itself, by stratum"),
    ES_OPTION_DOUBLE(P, linked_severity, "1", 0, 100, "weight of a day under a linked agency"),
    ES_OPTION_NUMBERS(P, cure, "0", 0, 365,
                      "how often a right record's reason ends, times a year, by stratum"),
    ES_OPTION_NUMBERS(P, repair, "1", 0, 1,
                      "share of those cured for whom deletion is asked, by stratum"),
    ES_OPTION_DOUBLE(P, repair_wait, "0", 0, 3650, "days from cure to deletion by the rule"),
    ES_OPTION_DOUBLE(P, stale, "0", 0, 3650, "median days that a due deletion takes beyond it"),
    ES_OPTION_DOUBLE(P, stale_spread, "1", 0, 5, "standard deviation of their logarithm"),
    ES_OPTION_DOUBLE(P, longest, "3650", 1, 36500, "days that a record stays at the most"),
    ES_OPTION_DOUBLE(P, gap, "1", 0, 10, "differences between strata: 0 none, 1 as given"),
    ES_OPTION_DOUBLE(P, untold_scale, "1", 0, 1, "scales the share who are not told"),
    ES_OPTION_DOUBLE(P, discovery_scale, "1", 0, 1000, "scales how often people find out"),
    ES_OPTION_DOUBLE(P, undisputed_scale, "1", 0, 1,
                     "scales the share who know and do not dispute, outside the reference stratum"),
    ES_OPTION_DOUBLE(P, processing_scale, "1", 0, 1000, "scales clock and practice"),
    ES_OPTION_DOUBLE(P, term_scale, "1", 0, 1000, "scales the terms of restrictions"),
    ES_OPTION_DOUBLE(P, propagation_scale, "1", 0, 1, "scales lag and loss of corrections"),
    {0}};
#undef P

static double within(double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

static void work_out(struct es_process *process, size_t g, size_t reference)
{
  const struct es_process_settings *s = &process->settings;
  const struct es_numbers *list[] = {&s->notice,   &s->access,  &s->discovery,
                                     &s->attempts, &s->dispute, &s->practice,
                                     &s->cure,     &s->repair,  &s->severity};
  double x[ES_COUNT_OF(list)];
  for (size_t k = 0; k < ES_COUNT_OF(list); k++) {
    double base = list[k]->at[reference];
    x[k] = within(base + s->gap * (list[k]->at[g] - base), 0, 1e4);
  }
  double attempts = x[3] * (1 - s->evasion), dispute = within(x[4], 0, 1);
  double looks = x[1] + x[2] + s->refusal_tells * attempts;
  if (g != reference) dispute = 1 - (1 - dispute) * s->undisputed_scale;
  process->due[g] = (struct es_due){.notice = 1 - (1 - within(x[0], 0, 1)) * s->untold_scale,
                                    .discovery = looks * s->discovery_scale / 365,
                                    .attempts = attempts / 365,
                                    .dispute = dispute,
                                    .practice = x[5] * s->processing_scale,
                                    .cure = x[6] / 365,
                                    .repair = within(x[7], 0, 1),
                                    .severity = x[8]};
}

enum es_status es_process_open(struct es_process *process, const struct es_population *p,
                               struct es_context *ctx)
{
  *process = (struct es_process){0};
  bool there = false;
  for (size_t i = 0; i < p->ini.entries && !there; i++)
    there = strcmp(p->ini.entry[i].section, "process") == 0;
  if (!there) return ES_OK;
  struct es_process_settings *s = &process->settings;
  struct es_numbers *list[] = {&s->notice,   &s->access, &s->discovery, &s->attempts, &s->dispute,
                               &s->practice, &s->cure,   &s->repair,    &s->severity};
  static const char *const key[] = {"notice",   "access", "discovery", "attempts", "dispute",
                                    "practice", "cure",   "repair",    "severity"};
  enum es_status status = es_options_default(es_process_options, s, ctx);
  if (status == ES_OK) status = es_ini_options(&p->ini, "process", es_process_options, s, ctx);
  for (size_t k = 0; status == ES_OK && k < ES_COUNT_OF(list); k++)
    status = es_spread(p, "process", key[k], list[k], 1, ctx);
  if (status == ES_OK && (process->due = es_alloc(p->strata, sizeof *process->due, ctx)) == NULL)
    status = ES_NOMEM;
  if (status != ES_OK) {
    es_process_clear(process);
    return status;
  }
  process->strata = p->strata;
  for (size_t g = 0; g < p->strata; g++) work_out(process, g, es_population_reference(p));
  return ES_OK;
}

void es_process_clear(struct es_process *process)
{
  es_options_clear(es_process_options, &process->settings);
  free(process->due);
  *process = (struct es_process){0};
}

bool es_process_differs(const struct es_process *process)
{
  for (size_t g = 1; g < process->strata; g++)
    if (memcmp(&process->due[0], &process->due[g], sizeof process->due[0]) != 0) return true;
  return false;
}
