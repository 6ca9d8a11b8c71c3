/* evenscore fit: one scorer learns from a CSV, and what it learned becomes a model file. */
#include "harness/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include "harness/base/file.h"
#include "harness/data/listing.h"
#include "harness/model/explain.h"
#include "harness/model/saved.h"

struct fitting {
  char *data, *schema, *outcome, *favorable_outcome, *weight, *offset, *output;
  struct es_texts features, missing;
  int separator;
  int64_t seed;
};

#define F struct fitting
static const struct es_option options[] = {
    ES_OPTION_TEXT(F, data, "", "FILE", "the CSV to learn from"),
    ES_OPTION_TEXT(F, schema, "", "S", "how to read it: a shipped schema or an INI file; or:"),
    ES_OPTION_TEXT(F, outcome, "", "COL", "column of what happened"),
    ES_OPTION_TEXT(F, favorable_outcome, "", "VALUE", "its value that is favourable to the person"),
    ES_OPTION_TEXTS(F, features, "", "COL[,COL]",
                    "columns to learn from; all others when none is named"),
    ES_OPTION_TEXT(F, weight, "", "COL", "sampling weights"),
    ES_OPTION_TEXT(F, offset, "", "COL", "added to the linear predictor, with no coefficient"),
    ES_OPTION_TEXTS(F, missing, "", "MARK", "cells that mean missing, besides empty ones"),
    ES_OPTION_CHOICE(F, separator, "comma", "comma|semicolon|tab", "what stands between cells"),
    ES_OPTION_INT(F, seed, "2018", 0, 9007199254740992.0,
                  "what a scorer's randomness is drawn from"),
    {"output", ES_TYPE_TEXT, ES_FIELD_(F, output, char *), "", 0, 0, NULL,
     "write the model file there; - is standard output, without the summary", "FILE", 'o'},
    {0}};
#undef F

/* Everything of one fit. */
struct work {
  const struct fitting *f;
  struct es_schema schema;
  struct es_listing listing;
  struct es_people people;
  struct es_block block;
  struct es_model model;
  struct es_text reading;
};

static enum es_status check(const struct fitting *f, const char *scorer, struct es_context *ctx)
{
  if (scorer == NULL) return es_fail(ctx, ES_INPUT, "fit: name a scorer (evenscore list scorers)");
  if (f->data[0] == '\0') return es_fail(ctx, ES_INPUT, "fit: give --data FILE");
  if (f->schema[0] != '\0') {
    if (f->outcome[0] != '\0' || f->features.count > 0 || f->weight[0] != '\0')
      return es_fail(ctx, ES_INPUT,
                     "--schema %s says outcome, features and weight; leave those out", f->schema);
    return ES_OK;
  }
  if (f->outcome[0] == '\0')
    return es_fail(ctx, ES_INPUT, "fit: give --outcome COL --favorable-outcome VALUE, or --schema");
  if (f->favorable_outcome[0] == '\0')
    return es_fail(ctx, ES_INPUT,
                   "--outcome %s: say which value is favourable: --favorable-outcome VALUE",
                   f->outcome);
  return ES_OK;
}

/* --- what is in the file ---------------------------------------------------------------------- */

static bool is_listed(const struct es_texts *list, const char *name)
{
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->at[i], name) == 0) return true;
  return false;
}

static enum es_feature_type type_of(const struct es_csv_column *column, size_t rows)
{
  if (column->kind == ES_CSV_LEVELS) return ES_FEATURE_LEVELS;
  bool binary = true;
  for (size_t i = 0; i < rows && binary; i++)
    binary = !column->seen[i] || column->number[i] == 0 || column->number[i] == 1;
  return binary ? ES_FEATURE_BINARY : ES_FEATURE_NUMBER;
}

static enum es_status no_column(const struct es_csv *csv, const char *option, const char *name,
                                struct es_context *ctx)
{
  const char **names = es_alloc(csv->columns, sizeof *names, ctx);
  if (names == NULL) return ES_NOMEM;
  for (size_t c = 0; c < csv->columns; c++) names[c] = csv->column[c].name;
  const char *near = es_nearest(name, names, csv->columns);
  free(names);
  return es_fail(ctx, ES_INPUT, "%s: %s: there is no column \"%s\"%s%s%s", option, csv->name, name,
                 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                 near != NULL ? "\"?" : "");
}

static bool has_column(const struct es_csv *csv, const char *name)
{
  for (size_t c = 0; c < csv->columns; c++)
    if (strcmp(csv->column[c].name, name) == 0) return true;
  return false;
}

/* Features of the types that the cells suggest: those that were named, or all that are left. */
static enum es_status add_features(struct work *w, const struct es_csv *csv, struct es_context *ctx)
{
  const struct fitting *f = w->f;
  const char *taken[] = {f->outcome, f->weight, f->offset};
  for (size_t i = 0; i < f->features.count; i++)
    if (!has_column(csv, f->features.at[i]))
      return no_column(csv, "--features", f->features.at[i], ctx);
  for (size_t c = 0; c < csv->columns; c++) {
    const char *name = csv->column[c].name;
    bool is_taken = false;
    for (size_t k = 0; k < ES_COUNT_OF(taken); k++) is_taken |= strcmp(name, taken[k]) == 0;
    if (f->features.count > 0 ? !is_listed(&f->features, name) : is_taken) continue;
    if (is_taken)
      return es_fail(ctx, ES_INPUT, "--features: %s is the outcome, weight or offset; leave it out",
                     name);
    ES_TRY(es_schema_feature(&w->schema, name, type_of(&csv->column[c], csv->rows), ctx));
  }
  return ES_OK;
}

static enum es_status set(struct es_schema *schema, const char *key, const char *value,
                          struct es_context *ctx)
{
  return value[0] != '\0' ? es_options_set(es_schema_options, schema, key, value, ctx) : ES_OK;
}

/* A schema from the command line, and from a first look at the cells. */
static enum es_status make_schema(struct work *w, struct es_context *ctx)
{
  static const char separator[] = {',', ';', '\t'};
  const struct fitting *f = w->f;
  struct es_schema *schema = &w->schema;
  if (f->schema[0] != '\0') return es_schema_load(schema, f->schema, NULL, ctx);
  ES_TRY(es_schema_default(schema, ctx));
  schema->separator = f->separator;
  ES_TRY(set(schema, "outcome", f->outcome, ctx));
  ES_TRY(set(schema, "favorable", f->favorable_outcome, ctx));
  ES_TRY(set(schema, "weight", f->weight, ctx));
  for (size_t i = 0; i < f->missing.count; i++)
    ES_TRY(set(schema, "missing", f->missing.at[i], ctx));
  struct es_csv csv;
  struct es_csv_request request = {
      .separator = separator[f->separator], .others = ES_CSV_GUESS, .missing = &f->missing};
  ES_TRY(es_csv_read(&csv, f->data, &request, ctx));
  enum es_status status = add_features(w, &csv, ctx);
  es_csv_clear(&csv);
  return status;
}

static enum es_status check_offset(const struct work *w, struct es_context *ctx)
{
  const struct es_csv_column *offset = w->listing.more;
  if (w->f->offset[0] == '\0') return ES_OK;
  if (!(w->model.scorer->flags & ES_TAKES_OFFSET))
    return es_fail(ctx, ES_INPUT, "--offset %s: %s takes none; leave it out", w->f->offset,
                   w->model.scorer->name);
  for (size_t i = 0; i < w->listing.people; i++)
    if (!offset->seen[i])
      return es_fail(ctx, ES_INPUT, "%s:%llu: column \"%s\" is empty; an offset is a number",
                     w->f->data, (unsigned long long)w->listing.line[i], w->f->offset);
  return ES_OK;
}

/* The people as a block over the listing's own arrays, those with an outcome first. */
static enum es_status read_people(struct work *w, struct es_context *ctx)
{
  struct es_listing *listing = &w->listing;
  struct es_csv_want want = {w->f->offset, ES_CSV_NUMBER, NULL};
  struct es_listing_request request = {.more = &want, .mores = w->f->offset[0] != '\0'};
  ES_TRY(es_listing_read(listing, &w->schema, w->f->data, &request, ctx));
  ES_TRY(check_offset(w, ctx));
  w->people = (struct es_people){.name = w->f->data,
                                 .columns = listing->columns,
                                 .dates = listing->dates,
                                 .column = listing->column,
                                 .weighted = listing->weight != NULL};
  w->block = (struct es_block){.people = listing->people,
                               .room = listing->people,
                               .value = listing->value,
                               .seen = listing->seen,
                               .person = es_alloc(listing->people, sizeof(uint64_t), ctx),
                               .outcome = listing->outcome,
                               .weight = listing->weight,
                               .offset = request.mores > 0 ? listing->more->number : NULL};
  if (w->block.person == NULL) return ES_NOMEM;
  for (size_t i = 0; i < listing->people; i++) w->block.person[i] = i;
  if (listing->unknown > 0)
    es_note(ctx, "%zu of %zu people have no outcome; they are left out", listing->unknown,
            listing->people);
  return es_block_known_first(&w->block, &w->people, &w->block.people, ctx);
}

/* --- what comes out --------------------------------------------------------------------------- */

/* "logistic:l2=1" with the options that a fit begins with in front of those of the user. */
static enum es_status create_model(struct work *w, const char *spec, struct es_context *ctx)
{
  ES_TRY(es_model_create(&w->model, spec, ctx));
  const struct es_scorer *s = w->model.scorer;
  if (s->fit_options == NULL) return ES_OK;
  const char *own = strchr(spec, ':');
  struct es_text text = {0};
  es_text_add(&text, "%s:%s%s%s", s->name, s->fit_options, own != NULL ? "," : "",
              own != NULL ? own + 1 : "");
  es_model_clear(&w->model);
  enum es_status status = es_model_create(&w->model, es_text_get(&text), ctx);
  es_text_clear(&text);
  return status;
}

static enum es_status print_summary(struct work *w, const struct es_notes *notes,
                                    struct es_context *ctx)
{
  struct es_text text = {0};
  es_text_add(&text, "%s of %s, %zu people\n", w->model.scorer->name, w->f->data, w->block.people);
  enum es_status status = es_model_describe(&w->model, &w->people, &text, ctx);
  for (size_t i = 0; i < notes->count; i++) es_text_add(&text, "Warning: %s\n", notes->text[i]);
  if (status == ES_OK) status = es_file_write(NULL, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

static enum es_status write_model(struct work *w, const struct es_notes *notes,
                                  struct es_context *ctx)
{
  struct es_text text = {0};
  es_schema_describe(&w->schema, &w->reading);
  struct es_provenance from = {es_text_get(&w->reading), w->f->offset, notes};
  enum es_status status = es_saved_write(&w->model, &w->people, &from, &text, ctx);
  if (status == ES_OK) status = es_file_write(w->f->output, es_text_get(&text), text.size, ctx);
  es_text_clear(&text);
  return status;
}

/* A fit without a solution is an answer: the file says which, and the exit status that there is
 * nothing to score with. */
static enum es_status learn(struct work *w, struct es_context *ctx)
{
  const struct es_notes *notes = ctx->notes;
  char reason[sizeof ctx->message];
  bool to_stdout = strcmp(w->f->output, "-") == 0;
  enum es_status fitted = es_model_fit(&w->model, &w->people, &w->block, ctx), status = ES_OK;
  memcpy(reason, ctx->message, sizeof reason);
  if (fitted != ES_OK && fitted != ES_DEGENERATE && fitted != ES_DIVERGED) return fitted;
  status = es_typical_learn(&w->model, &w->people, &w->block, ctx);
  if (status == ES_OK && w->f->output[0] != '\0') status = write_model(w, notes, ctx);
  if (status == ES_OK && fitted == ES_OK && !to_stdout) status = print_summary(w, notes, ctx);
  return status == ES_OK && fitted != ES_OK
             ? es_fail(ctx, fitted, "%s: %s", w->model.scorer->name, reason)
             : status;
}

static enum es_status fit(const struct fitting *f, const char *scorer, struct es_context *ctx)
{
  struct work w = {.f = f};
  struct es_notes notes = {0};
  ctx->notes = &notes;
  ctx->seed = (uint64_t)f->seed;
  enum es_status status = create_model(&w, scorer, ctx);
  if (status == ES_OK) status = make_schema(&w, ctx);
  if (status == ES_OK && w.schema.outcome[0] == '\0')
    status =
        es_fail(ctx, ES_INPUT, "schema %s: give outcome = COLUMN and favorable = VALUE", f->schema);
  if (status == ES_OK) status = read_people(&w, ctx);
  if (status == ES_OK) status = learn(&w, ctx);
  ctx->notes = NULL;
  es_notes_clear(&notes);
  es_model_clear(&w.model);
  es_text_clear(&w.reading);
  free(w.block.person);
  es_listing_clear(&w.listing);
  es_schema_clear(&w.schema);
  return status;
}

static enum es_status run(int argc, char **argv, struct es_context *ctx)
{
  struct fitting f = {0};
  const struct es_args sets[] = {{options, &f}};
  const char *scorer = NULL;
  size_t count = 0;
  enum es_status status = es_options_default(options, &f, ctx);
  if (status == ES_OK) status = es_args_parse(argc, argv, sets, 1, &scorer, 1, &count, ctx);
  if (status == ES_OK) status = check(&f, scorer, ctx);
  if (status == ES_OK) status = es_texts_split(&f.features, ctx);
  if (status == ES_OK) status = es_output_folder(f.output, ctx);
  if (status == ES_OK) status = fit(&f, scorer, ctx);
  es_options_clear(options, &f);
  return status;
}

static const struct es_option *const tables[] = {options, NULL};
const struct es_command es_command_fit = {
    .name = "fit",
    .usage = "fit SCORER[:opts] --data FILE [options]",
    .summary = "a scorer learns from a CSV → a model file",
    .help = "Fits one scorer to the people of a CSV, prints what it learned, and with -o writes a "
            "model file\n"
            "that `score` and `run --load-model` read.  A column of text becomes indicators of its "
            "levels, the\n"
            "first in sort order being the base.  logistic fits without a penalty here, unless "
            "one is named.\n"
            "Where no solution exists (separated outcomes, one class), the model file says so and "
            "the exit\n"
            "status is 3.\n\n"
            "  evenscore fit logistic --data people.csv --outcome repaid --favorable-outcome yes "
            "-o model.json\n"
            "  evenscore fit rule_list:lambda=0.01 --data german.csv --schema german_credit\n",
    .tables = tables,
    .run = run,
};
