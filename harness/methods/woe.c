/* Bins of a column, their people, and their weights of evidence. */
#include "harness/methods/woe.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/math.h"

/* What one value or level holds of the people in training. */
struct place {
  double value;
  struct es_woe_bin people;
};

static void count_person(struct es_woe_bin *bin, const struct es_training *training, size_t person)
{
  double weight = training->weight != NULL ? training->weight[person] : 1;
  if (!(weight > 0)) return;
  if (training->outcome[person])
    bin->favorable += weight;
  else
    bin->unfavorable += weight;
}

static double people_of(const struct es_woe_bin *bin) { return bin->favorable + bin->unfavorable; }

/* --- given ------------------------------------------------------------------------------------ */

static enum es_status read_numbers(struct es_woe *woe, const char *name, const char *given,
                                   struct es_context *ctx)
{
  size_t room = strlen(given) / 2 + 1;
  woe->cut = es_alloc(room, sizeof *woe->cut, ctx);
  char *text = es_strdup(given, ctx), *rest = NULL;
  enum es_status status = woe->cut && text ? ES_OK : ES_NOMEM;
  for (char *word = status == ES_OK ? strtok_r(text, " \t", &rest) : NULL;
       word != NULL && status == ES_OK; word = strtok_r(NULL, " \t", &rest)) {
    double *cut = &woe->cut[woe->cuts];
    if (!es_parse_double(word, cut))
      status = es_fail(ctx, ES_INPUT, "breaks of %s: \"%s\" is not a number", name, word);
    else if (woe->cuts > 0 && !(*cut > cut[-1]))
      status = es_fail(ctx, ES_INPUT, "breaks of %s must be ascending: see %s", name, word);
    else
      woe->cuts++;
  }
  free(text);
  woe->bins = woe->cuts + 1;
  return status;
}

static enum es_status place_level(struct es_woe *woe, const struct es_column *column, char *word,
                                  struct es_context *ctx)
{
  word += strspn(word, " \t");
  for (size_t end = strlen(word); end > 0 && strchr(" \t", word[end - 1]) != NULL;)
    word[--end] = '\0';
  for (size_t level = 0; level < column->levels; level++) {
    if (strcmp(column->level[level], word) != 0) continue;
    if (woe->of[level] != ES_WOE_NONE)
      return es_fail(ctx, ES_INPUT, "breaks of %s name %s twice", column->name, word);
    woe->of[level] = woe->bins;
    return ES_OK;
  }
  const char *near = es_nearest(word, column->level, column->levels);
  return es_fail(ctx, ES_INPUT, "breaks of %s: there is no level \"%s\"%s%s%s", column->name, word,
                 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                 near != NULL ? "\"?" : "");
}

static enum es_status read_levels(struct es_woe *woe, const struct es_column *column,
                                  const char *given, struct es_context *ctx)
{
  char *text = es_strdup(given, ctx), *rest = NULL, *inner = NULL;
  enum es_status status = text != NULL ? ES_OK : ES_NOMEM;
  bool others = false;
  for (char *group = text != NULL ? strtok_r(text, "|", &rest) : NULL;
       group != NULL && status == ES_OK; group = strtok_r(NULL, "|", &rest)) {
    for (char *word = strtok_r(group, "&", &inner); word != NULL && status == ES_OK;
         word = strtok_r(NULL, "&", &inner))
      status = place_level(woe, column, word, ctx);
    woe->bins++;
  }
  for (size_t level = 0; level < column->levels; level++) {
    if (woe->of[level] != ES_WOE_NONE) continue;
    woe->of[level] = woe->bins;
    others = true;
  }
  woe->bins += others;
  free(text);
  return status;
}

/* --- learned ---------------------------------------------------------------------------------- */

static int by_value(const void *a_, const void *b_)
{
  const struct place *a = a_, *b = b_;
  if (a->value != b->value) return a->value < b->value ? -1 : 1;
  if (a->people.favorable != b->people.favorable)
    return a->people.favorable < b->people.favorable ? -1 : 1;
  return (a->people.unfavorable > b->people.unfavorable) -
         (a->people.unfavorable < b->people.unfavorable);
}

/* The people seen, one place per distinct value, ascending; `place` has room for everybody. */
static size_t find_values(struct place *place, const struct es_training *training, size_t column)
{
  size_t n = 0, places = 0;
  for (size_t i = 0; i < training->frame.people; i++) {
    if (!es_seen(&training->frame, column, i)) continue;
    place[n] = (struct place){.value = training->frame.value[column][i]};
    count_person(&place[n].people, training, i);
    n += people_of(&place[n].people) > 0;
  }
  qsort(place, n, sizeof *place, by_value);
  for (size_t i = 0; i < n; i++) {
    if (places > 0 && place[places - 1].value == place[i].value) {
      place[places - 1].people.favorable += place[i].people.favorable;
      place[places - 1].people.unfavorable += place[i].people.unfavorable;
    } else {
      place[places++] = place[i];
    }
  }
  return places;
}

/* One place per level that somebody has, by rising share of the unfavourable; value: the level. */
static size_t find_levels(struct place *place, const struct es_training *training, size_t column)
{
  size_t levels = training->frame.column[column].levels, places = 0;
  for (size_t k = 0; k < levels; k++) place[k] = (struct place){.value = (double)k};
  for (size_t i = 0; i < training->frame.people; i++)
    if (es_seen(&training->frame, column, i))
      count_person(&place[(size_t)training->frame.value[column][i]].people, training, i);
  for (size_t k = 0; k < levels; k++) {
    struct place one = place[k];
    if (!(people_of(&one.people) > 0)) continue;
    size_t at = places++;
    for (; at > 0 && one.people.unfavorable * people_of(&place[at - 1].people) <
                         place[at - 1].people.unfavorable * people_of(&one.people);
         at--)
      place[at] = place[at - 1];
    place[at] = one;
  }
  return places;
}

static void take_ends(struct es_woe *woe, const struct place *place, const size_t *end)
{
  for (size_t k = 0; k + 1 < woe->bins && woe->of == NULL; k++)
    woe->cut[woe->cuts++] = place[end[k]].value;
  for (size_t k = 0, at = 0; k < woe->bins && woe->of != NULL; k++)
    for (; at < end[k]; at++) woe->of[(size_t)place[at].value] = k;
}

static enum es_status find_bins(struct es_woe *woe, const struct es_training *training,
                                const struct es_woe_rule *rule, struct es_context *ctx)
{
  const struct es_column *column = &training->frame.column[woe->column];
  size_t room = woe->of != NULL ? column->levels : training->frame.people, places = 0;
  struct place *place = es_alloc(room, sizeof *place, ctx);
  struct es_woe_bin *people = es_alloc(room, sizeof *people, ctx), all = {0};
  size_t *end = es_alloc(room, sizeof *end, ctx);
  if (woe->of == NULL) woe->cut = es_alloc(room, sizeof *woe->cut, ctx);
  enum es_status status = place && people && end && (woe->cut || woe->of) ? ES_OK : ES_NOMEM;
  if (status == ES_OK) {
    places = woe->of != NULL ? find_levels(place, training, woe->column)
                             : find_values(place, training, woe->column);
    for (size_t k = 0; k < places; k++) people[k] = place[k].people;
    for (size_t i = 0; i < training->frame.people; i++) count_person(&all, training, i);
  }
  if (places > 0) {
    bool alone = woe->of != NULL && rule->how == ES_WOE_QUANTILE;
    for (size_t k = 0; k < places && alone; k++) end[k] = k + 1;
    woe->bins = alone ? places : es_woe_cut(end, people, places, &all, rule);
    take_ends(woe, place, end);
  }
  free(place);
  free(people);
  free(end);
  return status;
}

/* --- evidence --------------------------------------------------------------------------------- */

/* A bin that nobody in training is in (given breaks may make one) says nothing. */
static void weigh(struct es_woe *woe, double empty)
{
  double good = 0, bad = 0;
  for (size_t k = 0; k < woe->bins; k++) {
    if (!(people_of(&woe->bin[k]) > 0)) continue;
    good += woe->bin[k].favorable > 0 ? woe->bin[k].favorable : empty;
    bad += woe->bin[k].unfavorable > 0 ? woe->bin[k].unfavorable : empty;
  }
  for (size_t k = 0; k < woe->bins; k++) {
    struct es_woe_bin *bin = &woe->bin[k];
    if (!(people_of(bin) > 0)) continue;
    double of_good = (bin->favorable > 0 ? bin->favorable : empty) / good;
    double of_bad = (bin->unfavorable > 0 ? bin->unfavorable : empty) / bad;
    bin->woe = es_log(of_bad / of_good);
    bin->iv = (of_bad - of_good) * bin->woe;
    woe->iv += bin->iv;
  }
}

static enum es_status count_bins(struct es_woe *woe, const struct es_training *training,
                                 double empty, struct es_context *ctx)
{
  woe->bin = es_alloc(woe->bins + 1, sizeof *woe->bin, ctx);
  if (woe->bin == NULL) return ES_NOMEM;
  for (size_t i = 0; i < training->frame.people; i++) {
    bool seen = es_seen(&training->frame, woe->column, i);
    size_t at = seen ? es_woe_bin_of(woe, &training->frame, i) : woe->bins;
    if (at != ES_WOE_NONE) count_person(&woe->bin[at], training, i);
  }
  woe->missing = people_of(&woe->bin[woe->bins]) > 0;
  woe->bins += woe->missing;
  weigh(woe, empty);
  return ES_OK;
}

enum es_status es_woe_learn(struct es_woe *woe, const struct es_training *training, size_t column,
                            const struct es_woe_rule *rule, const char *given,
                            struct es_context *ctx)
{
  const struct es_column *of = &training->frame.column[column];
  *woe = (struct es_woe){.column = column};
  if (of->kind == ES_LEVELS) {
    woe->of = es_alloc(of->levels, sizeof *woe->of, ctx);
    if (woe->of == NULL) return ES_NOMEM;
    for (size_t k = 0; k < of->levels; k++) woe->of[k] = ES_WOE_NONE;
  }
  if (given == NULL)
    ES_TRY(find_bins(woe, training, rule, ctx));
  else if (woe->of != NULL)
    ES_TRY(read_levels(woe, of, given, ctx));
  else
    ES_TRY(read_numbers(woe, of->name, given, ctx));
  return count_bins(woe, training, rule->empty, ctx);
}

size_t es_woe_bin_of(const struct es_woe *woe, const struct es_frame *frame, size_t person)
{
  if (!es_seen(frame, woe->column, person)) return woe->missing ? woe->bins - 1 : ES_WOE_NONE;
  double value = frame->value[woe->column][person];
  if (woe->of != NULL) return woe->of[(size_t)value];
  size_t low = 0, high = woe->cuts;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (woe->cut[middle] <= value)
      low = middle + 1;
    else
      high = middle;
  }
  return woe->bins > (woe->missing ? 1 : 0) ? low : ES_WOE_NONE;
}

void es_woe_name(const struct es_woe *woe, const struct es_column *column, size_t bin,
                 struct es_text *out)
{
  char number[2][ES_NUMBER_SIZE];
  size_t count = 0;
  if (woe->missing && bin == woe->bins - 1) {
    es_text_add(out, "missing");
  } else if (woe->of != NULL) {
    for (size_t k = 0; k < column->levels; k++)
      if (woe->of[k] == bin) es_text_add(out, "%s%s", count++ > 0 ? ", " : "", column->level[k]);
  } else {
    es_text_add(out, "[%s,%s)", bin > 0 ? es_number(number[0], woe->cut[bin - 1]) : "-inf",
                bin < woe->cuts ? es_number(number[1], woe->cut[bin]) : "inf");
  }
}

/* Every place of a person leads to a bin: cuts rise, and levels name bins that there are. */
static bool is_whole(const struct es_woe *woe, const struct es_column *column)
{
  size_t seen = woe->bins - woe->missing;
  if (woe->bins == 0 || (woe->missing && woe->bins == 1 && woe->cuts > 0)) return false;
  for (size_t k = 1; k < woe->cuts; k++)
    if (!(woe->cut[k - 1] < woe->cut[k])) return false;
  if (column->kind != ES_LEVELS) return woe->cuts == (seen > 0 ? seen - 1 : 0);
  for (uint32_t k = 0; k < column->levels; k++)
    if (woe->of[k] != ES_WOE_NONE && woe->of[k] >= seen) return false;
  return true;
}

void es_woe_keep(struct es_woe *woe, struct es_keep *file)
{
  es_keep_column(file, "column", &woe->column);
  const struct es_column *column = &es_keep_frame(file)->column[woe->column];
  size_t levels = column->levels;
  if (column->kind == ES_LEVELS)
    es_keep_counts(file, "bin_of_level", &woe->of, &levels, levels);
  else
    es_keep_numbers(file, "cuts", &woe->cut, &woe->cuts, SIZE_MAX);
  es_keep_flag(file, "missing_bin", &woe->missing);
  es_keep_number(file, "iv", &woe->iv);
  es_keep_list(file, "bins", (void **)&woe->bin, sizeof *woe->bin, &woe->bins);
  for (size_t k = 0; k < woe->bins && es_keep_item(file, k); k++) {
    es_keep_number(file, "favorable", &woe->bin[k].favorable);
    es_keep_number(file, "unfavorable", &woe->bin[k].unfavorable);
    es_keep_number(file, "woe", &woe->bin[k].woe);
    es_keep_number(file, "iv", &woe->bin[k].iv);
  }
  es_keep_end(file);
  if (es_keep_good(file))
    es_keep_check(file, is_whole(woe, column), "the bins of %s do not fit", column->name);
}

void es_woe_clear(struct es_woe *woe)
{
  free(woe->cut);
  free(woe->of);
  free(woe->bin);
  *woe = (struct es_woe){0};
}
