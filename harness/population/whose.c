/* Whose record stands in whose file: the truth behind observe.c, for `evenscore generate --truth`.
 */
#include "harness/population/parts.h"

#include <stdlib.h>

enum es_status es_population_whose(const struct es_population *p, const struct es_truth *t,
                                   size_t s, uint64_t *whose, struct es_context *ctx)
{
  struct es_donors donors;
  double **column = es_alloc(p->columns, sizeof *column, ctx);
  double *cells = es_alloc(p->columns * ES_CHUNK, sizeof *cells, ctx);
  enum es_status status = ES_OK;
  es_donors_open(&donors);
  if (column == NULL || cells == NULL) status = ES_NOMEM;
  for (size_t c = 0; status == ES_OK && c < p->columns; c++) column[c] = cells + c * ES_CHUNK;
  for (size_t from = 0; status == ES_OK && from < t->people; from += ES_CHUNK) {
    size_t people = t->people - from < ES_CHUNK ? t->people - from : ES_CHUNK;
    struct es_records r = {.people = people,
                           .person = t->person + from,
                           .stratum = t->stratum + from,
                           .outcome = t->outcome + from,
                           .trait = {t->trait[0] + from, t->trait[1] + from, t->trait[2] + from}};
    es_open_files(&r, p, s, ctx);
    es_read_events(&r, p, s, ctx, column);
    es_link_records(&r, &donors, p, s, ctx, column);
    for (size_t i = 0; i < people; i++) whose[from + i] = r.covered[i] ? r.person[i] : ES_NOBODY;
    if (donors.truth.people == 0) continue;
    struct es_records theirs = es_draw_donors(&donors.truth, p, s, ctx, column);
    for (size_t d = 0; d < theirs.people; d++)
      whose[from + donors.receiver[d]] = theirs.covered[d] ? donors.address[d] : ES_NOBODY;
  }
  free(column);
  free(cells);
  return status;
}
