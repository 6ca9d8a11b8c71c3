/* evenscore score: a model file and the rows of a CSV → a score and its reasons for each row. */
#include "harness/cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"
#include "harness/data/listing.h"
#include "harness/model/explain.h"
#include "harness/model/saved.h"

enum { BLOCK = ES_BLOCK };

struct scoring {
  char *output;
  int64_t seed;
};

static const struct es_option options[] = {
    ES_OPTION_INT(struct scoring, seed, "2018", 0, 9007199254740992.0,
                  "what a scorer's randomness is drawn from"),
    {"output", ES_TYPE_TEXT, ES_FIELD_(struct scoring, output, char *), "", 0, 0, NULL,
     "write there instead of to standard output", "FILE", 'o'},
    {0}};

/* level[c][k]: which of the model's levels the file's k-th is; UINT32_MAX: none of them
 *   odd[i]  the column in which the block's row i has a level that the model does not know, or
 *           columns */
struct work {
  struct es_saved saved;
  struct es_schema schema;
  struct es_listing listing;
  uint32_t **level;
  struct es_block block;
  struct es_scores scores;
  struct es_reasons reasons;
  size_t *odd;
  struct es_text text;
};

/* --- reading ---------------------------------------------------------------------------------- */

/* The features of the CSV that the model was fitted on; of a model of other people, its columns. */
static enum es_status make_schema(struct work *w, const char *model, struct es_context *ctx)
{
  static const enum es_feature_type type[] = {ES_FEATURE_NUMBER, ES_FEATURE_BINARY,
                                              ES_FEATURE_COUNT, ES_FEATURE_LEVELS};
  const struct es_people *people = &w->saved.people;
  if (w->saved.reading[0] == '\0') {
    ES_TRY(es_schema_default(&w->schema, ctx));
    for (size_t c = 0; c < es_all_columns(people); c++) {
      ES_TRY(
          es_schema_feature(&w->schema, people->column[c].name, type[people->column[c].kind], ctx));
      w->schema.feature[c].date = (int)people->column[c].date;
    }
    return ES_OK;
  }
  ES_TRY(es_schema_parse(&w->schema, model, w->saved.reading, ctx));
  w->schema.outcome[0] = w->schema.weight[0] = '\0'; /* need not be there any more */
  es_schema_drop_groups(&w->schema);
  if (w->schema.features == es_all_columns(people)) return ES_OK;
  return es_fail(ctx, ES_INPUT, "%s: \"reading\" and \"columns\" differ; fit it again", model);
}

static enum es_status map_levels(struct work *w, struct es_context *ctx)
{
  const struct es_people *people = &w->saved.people;
  w->level = es_alloc(es_all_columns(people), sizeof *w->level, ctx);
  if (w->level == NULL) return ES_NOMEM;
  for (size_t c = 0; c < es_all_columns(people); c++) {
    const struct es_column *own = &people->column[c], *file = &w->listing.column[c];
    if (strcmp(own->name, file->name) != 0 || own->kind != file->kind)
      return es_fail(ctx, ES_INPUT, "the model's \"reading\" and \"columns\" differ at %s",
                     own->name);
    if (own->kind != ES_LEVELS) continue;
    if ((w->level[c] = es_alloc(file->levels, sizeof **w->level, ctx)) == NULL) return ES_NOMEM;
    for (uint32_t k = 0; k < file->levels; k++) {
      uint32_t at = 0;
      while (at < own->levels && strcmp(own->level[at], file->level[k]) != 0) at++;
      w->level[c][k] = at < own->levels ? at : UINT32_MAX;
    }
  }
  return ES_OK;
}

static enum es_status read_people(struct work *w, const char *data, struct es_context *ctx)
{
  const char *offset = w->saved.offset;
  struct es_csv_want want = {offset, ES_CSV_NUMBER, NULL};
  struct es_listing_request request = {.more = &want, .mores = offset[0] != '\0'};
  ES_TRY(es_listing_read(&w->listing, &w->schema, data, &request, ctx));
  for (size_t i = 0; request.mores > 0 && i < w->listing.people; i++)
    if (!w->listing.more->seen[i])
      return es_fail(ctx, ES_INPUT, "%s:%llu: column \"%s\" is empty; an offset is a number", data,
                     (unsigned long long)w->listing.line[i], offset);
  ES_TRY(map_levels(w, ctx));
  ES_TRY(es_block_create(&w->block, &w->saved.people, BLOCK, ctx));
  ES_TRY(es_scores_create(&w->scores, BLOCK, ctx));
  ES_TRY(es_reasons_create(&w->reasons, BLOCK, ctx));
  w->odd = es_alloc(BLOCK, sizeof *w->odd, ctx);
  return w->odd != NULL ? ES_OK : ES_NOMEM;
}

/* --- scoring ---------------------------------------------------------------------------------- */

static void fill_block(struct work *w, size_t first, size_t people)
{
  struct es_block *block = &w->block;
  size_t columns = es_all_columns(&w->saved.people);
  block->people = people;
  if (w->saved.offset[0] != '\0') block->offset = w->listing.more->number + first;
  for (size_t i = 0; i < people; i++) {
    block->person[i] = first + i;
    w->odd[i] = columns;
  }
  for (size_t c = 0; c < columns; c++)
    for (size_t i = 0; i < people; i++) {
      double value = w->listing.value[c][first + i];
      bool seen = w->listing.seen[c][first + i] != 0;
      if (seen && w->level[c] != NULL) {
        uint32_t level = w->level[c][(size_t)value];
        value = level;
        if (level == UINT32_MAX) {
          seen = false;
          w->odd[i] = c;
        }
      }
      block->value[c][i] = seen ? value : (double)NAN;
      block->seen[c][i] = seen;
    }
}

/* A cell of a CSV. */
static void add_cell(struct es_text *out, const char *text)
{
  if (strpbrk(text, ",\"\r\n") == NULL) {
    es_text_add(out, "%s", text);
    return;
  }
  es_text_add(out, "\"");
  for (; *text != '\0'; text++) es_text_add(out, *text == '"' ? "\"\"" : "%c", *text);
  es_text_add(out, "\"");
}

static void add_reasons(struct work *w, size_t i)
{
  struct es_text text = {0};
  for (size_t k = 0; k < w->reasons.count[i]; k++) {
    const struct es_reason *reason = &w->reasons.reason[i * ES_REASONS + k];
    es_text_add(&text, "%s%s%s", k > 0 ? ";" : "", reason->missing ? "missing: " : "",
                w->saved.people.column[reason->column].name);
  }
  add_cell(&w->text, es_text_get(&text));
  w->text.failed |= text.failed;
  es_text_clear(&text);
}

static void add_row(struct work *w, size_t row, size_t i)
{
  char number[ES_NUMBER_SIZE];
  struct es_text why = {0};
  size_t odd = w->odd[i];
  es_text_add(&w->text, "%zu,", row + 1);
  if (odd < es_all_columns(&w->saved.people)) {
    es_text_add(&why, "unscorable: %s has a level that the model does not know",
                w->saved.people.column[odd].name);
    w->reasons.count[i] = 0;
  } else if (w->scores.why[i] != ES_SCORED) {
    es_text_add(&why, "unscorable: %s", es_unscorable_text(w->scores.why[i]));
  } else {
    es_text_add(&w->text, "%s", es_number(number, w->scores.value[i]));
    es_text_add(&why, "ok");
  }
  es_text_add(&w->text, ",");
  add_cell(&w->text, es_text_get(&why));
  es_text_add(&w->text, ",");
  add_reasons(w, i);
  es_text_add(&w->text, "\n");
  w->text.failed |= why.failed;
  es_text_clear(&why);
}

static enum es_status score_all(struct work *w, struct es_stream *stream, struct es_context *ctx)
{
  const struct es_people *people = &w->saved.people;
  es_text_add(&w->text, "row,score,status,reasons\n");
  for (size_t first = 0; first < w->listing.people; first += BLOCK) {
    size_t left = w->listing.people - first;
    fill_block(w, first, left < BLOCK ? left : BLOCK);
    ES_TRY(es_model_score(&w->saved.model, people, &w->block, &w->scores, ctx));
    ES_TRY(es_reasons_find(&w->reasons, &w->saved.model, people, &w->block, &w->scores, ctx));
    for (size_t i = 0; i < w->block.people; i++) add_row(w, first + i, i);
    if (w->text.failed) return es_fail(ctx, ES_NOMEM, "out of memory");
    ES_TRY(es_stream_append(stream, es_text_get(&w->text), w->text.size, ctx));
    w->text.size = 0;
  }
  return es_stream_append(stream, es_text_get(&w->text), w->text.size, ctx);
}

static void clear(struct work *w)
{
  for (size_t c = 0; w->level != NULL && c < es_all_columns(&w->saved.people); c++)
    free(w->level[c]);
  free(w->level);
  free(w->odd);
  es_reasons_clear(&w->reasons);
  es_scores_clear(&w->scores);
  es_block_clear(&w->block, &w->saved.people);
  es_listing_clear(&w->listing);
  es_schema_clear(&w->schema);
  es_saved_clear(&w->saved);
  es_text_clear(&w->text);
}

static enum es_status score(const struct scoring *s, const char *model, const char *data,
                            struct es_context *ctx)
{
  struct work w = {0};
  struct es_stream stream = {0};
  ctx->seed = (uint64_t)s->seed;
  enum es_status status = es_saved_read(&w.saved, model, ctx);
  if (status == ES_OK) status = make_schema(&w, model, ctx);
  if (status == ES_OK) status = read_people(&w, data, ctx);
  if (status == ES_OK) status = es_stream_open(&stream, s->output, ctx);
  if (status == ES_OK) {
    status = score_all(&w, &stream, ctx);
    if (status == ES_OK)
      status = es_stream_commit(&stream, ctx);
    else
      es_stream_close(&stream);
  }
  clear(&w);
  return status;
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct scoring s = {0};
  const struct es_args sets[] = {{options, &s}};
  const char *name[2] = {NULL, NULL};
  size_t count = 0;
  enum es_status status = es_options_default(options, &s, ctx);
  if (status == ES_OK) status = es_args_parse(argc, argv, sets, 1, name, 2, &count, ctx);
  if (status == ES_OK && count < 2)
    status =
        es_fail(ctx, ES_INPUT, "score: name a model file and a CSV: score MODEL.json DATA.csv");
  if (status == ES_OK) status = es_output_folder(s.output, ctx);
  if (status == ES_OK) status = score(&s, name[0], name[1], ctx);
  es_options_clear(options, &s);
  return status;
}

static const struct es_option *const tables[] = {options, NULL};
const struct es_command es_command_score = {
    .name = "score",
    .usage = "score MODEL.json DATA.csv [options]",
    .summary = "a model file's scores for the rows of a CSV",
    .help = "Writes a line for each row (counted from 1): row,score,status,reasons.  Who has no "
            "score has the\n"
            "status `unscorable: reason`.  The reasons, at most four, joined by ; and the "
            "strongest first, are\n"
            "the columns that keep the score from being higher: `missing: COLUMN` where that is "
            "because nothing\n"
            "is on record.\n\n"
            "  evenscore score model.json people.csv -o scores.csv\n",
    .tables = tables,
    .run = run,
};
