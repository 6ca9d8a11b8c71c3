/* Which agency shares with which: a record that no agency passes on to the deciding one is not
 * seen.
 *
 * Each row of [sharing], "bank > credit = 0.3", is a route that carries that share of people's
 * records, person by person.  A source without a row of its own goes straight to the core, as its
 * key `shared` says; one with rows goes where they lead, if need be through several agencies, and
 * straight to the core only if it has that key too.
 */
#include "harness/population/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SOURCES = 64 };

/* The source that a piece of a key names, blanks around it aside. */
static size_t named(const struct es_population *p, const char *at, size_t size)
{
  while (size > 0 && (*at == ' ' || *at == '\t')) at++, size--;
  while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t')) size--;
  return es_find_source(p, at, size);
}

/* The route of that pair, made if it is new: a later row of the same pair counts. */
static struct es_route *route_of(struct es_population *p, size_t from, size_t to,
                                 struct es_context *ctx)
{
  for (size_t e = 0; e < p->routes; e++)
    if (p->route[e].from == from && p->route[e].to == to) return &p->route[e];
  struct es_route *grown = realloc(p->route, (p->routes + 1) * sizeof *grown);
  if (grown == NULL) {
    es_fail(ctx, ES_NOMEM, "out of memory");
    return NULL;
  }
  p->route = grown;
  grown[p->routes] = (struct es_route){.from = from, .to = to};
  return &grown[p->routes++];
}

static enum es_status take_row(struct es_population *p, const struct es_ini_entry *row,
                               struct es_context *ctx)
{
  static const struct es_option table[] = {
      ES_OPTION_NUMBERS(struct es_route, shared, "", 0, 1, "share of people, by stratum"), {0}};
  const char *mark = strchr(row->key, '>');
  size_t from = mark != NULL ? named(p, row->key, (size_t)(mark - row->key)) : SIZE_MAX;
  size_t to = mark != NULL ? named(p, mark + 1, strlen(mark + 1)) : SIZE_MAX;
  if (from == SIZE_MAX || to == SIZE_MAX || from == to) {
    es_fail(ctx, ES_INPUT,
            "%s: name two sources, the one that shares first, like: bank > credit = 0.3", row->key);
    return es_ini_fail_at(&p->ini, row, ES_INPUT, ctx);
  }
  struct es_route *route = route_of(p, from, to, ctx);
  if (route == NULL) return ES_NOMEM;
  enum es_status status = es_options_set(table, route, "shared", row->value, ctx);
  if (status != ES_OK) return es_ini_fail_at(&p->ini, row, status, ctx);
  return es_spread(p, "sharing", row->key, &route->shared, 1, ctx);
}

static enum es_status check_routes(const struct es_population *p, struct es_context *ctx)
{
  if (p->core_source == SIZE_MAX)
    return es_fail(
        ctx, ES_INPUT,
        "%s: [sharing] leads to the deciding agency; name it in [population]: core = SOURCE",
        p->ini.name);
  if (p->sources > MOST_SOURCES)
    return es_fail(ctx, ES_INPUT, "%s: [sharing] takes %d sources at the most", p->ini.name,
                   MOST_SOURCES);
  return ES_OK;
}

/* A source with a row of its own, and nothing said under `shared`, has no straight way to the core.
 */
static void mark_routed(struct es_population *p)
{
  for (size_t e = 0; e < p->routes; e++) {
    char section[128];
    struct es_source *from = &p->source[p->route[e].from];
    snprintf(section, sizeof section, "source %s", from->name);
    from->routed = es_ini_find(&p->ini, section, "shared") == NULL;
  }
}

enum es_status es_routes_read(struct es_population *p, struct es_context *ctx)
{
  for (size_t i = 0; i < p->ini.entries; i++)
    if (strcmp(p->ini.entry[i].section, "sharing") == 0) ES_TRY(take_row(p, &p->ini.entry[i], ctx));
  mark_routed(p);
  return p->routes > 0 ? check_routes(p, ctx) : ES_OK;
}

void es_routes_clear(struct es_population *p)
{
  for (size_t e = 0; e < p->routes; e++) free(p->route[e].shared.at);
  free(p->route);
  free(p->carried);
}

/* The sources whose records of that person go straight to the core. */
static uint64_t straight(const struct es_population *p, const struct es_context *ctx,
                         uint64_t person, uint32_t g)
{
  uint64_t open = 0;
  for (size_t s = 0; s < p->sources; s++) {
    double shared = p->seen[s * p->strata + g].shared;
    if (s == p->core_source || p->source[s].routed) continue;
    if (shared >= 1 ||
        es_uniform(es_draw(ctx, person, es_purpose(s, ES_DRAW_RECORD)).word[2]) < shared)
      open |= (uint64_t)1 << s;
  }
  return open;
}

void es_follow_routes(struct es_records *r, const struct es_population *p,
                      const struct es_context *ctx)
{
  for (size_t i = 0; p->routes > 0 && i < r->people; i++) {
    uint32_t g = r->stratum[i];
    uint64_t reach = straight(p, ctx, r->person[i], g) | (uint64_t)1 << p->core_source, before;
    do {
      before = reach;
      struct es_draw d = {{0}};
      for (size_t e = 0; e < p->routes; e++) {
        if (e % 4 == 0) d = es_draw(ctx, r->person[i], ES_DRAW_ROUTES + (uint32_t)(e / 4));
        if (es_uniform(d.word[e % 4]) < p->carried[e * p->strata + g] &&
            (reach >> p->route[e].to & 1))
          reach |= (uint64_t)1 << p->route[e].from;
      }
    } while (reach != before);
    r->reach[i] = reach;
  }
}
