/* Any program as a scorer.  It is run once to learn and once for each block of people:
 *
 *     PROGRAM ARGUMENTS… fit FOLDER     standard input: the training people as CSV
 *     PROGRAM ARGUMENTS… score FOLDER   standard input: people as CSV; output: a line per person
 *
 * The folder is the program's own, for what it has learned: private, and removed afterwards,
 * whatever happens.  No shell reads the command line unless shell=yes asks for one. */
#include "harness/foreign/parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness/foreign/answer.h"
#include "harness/foreign/program.h"

extern char **environ;

enum { SAID = 1 << 16, LINE = 64 };

struct options {
  struct es_foreign_limits limits;
  char *name;
  bool probability, shell;
};
static const struct es_option table[] = {
    ES_FOREIGN_LIMITS,
    ES_OPTION_TEXT(struct options, name, "", "NAME", "what it is called; else after its file"),
    ES_OPTION_BOOL(struct options, probability, "no",
                   "its scores are probabilities of the favourable outcome"),
    ES_OPTION_BOOL(struct options, shell, "no",
                   "sh reads the line; $1 is fit or score, $2 the folder"),
    {0}};

struct state {
  struct es_ward guard; /* removes the folder */
  char *folder, *said;
};

/* --- the command line ---------------------------------------------------------------------------
 */

/* Adds the next word, in which quotes and \ keep blanks; false at the end. */
static enum es_status next_word(const char **at, struct es_text *word, struct es_context *ctx)
{
  char quote = 0;
  for (; **at != '\0' && (quote != 0 || (**at != ' ' && **at != '\t')); ++*at) {
    if (quote == 0 && (**at == '\'' || **at == '"')) {
      quote = **at;
    } else if (quote != 0 && **at == quote) {
      quote = 0;
    } else {
      if (**at == '\\' && quote != '\'' && (*at)[1] != '\0') ++*at;
      es_text_bytes(word, *at, 1);
    }
  }
  return quote == 0 ? ES_OK : es_fail(ctx, ES_INPUT, "a quote %c is not closed", quote);
}

/* key=value in front of the program are options. */
static bool is_option(const char *word)
{
  size_t size = strspn(word, "abcdefghijklmnopqrstuvwxyz_");
  return size > 0 && word[size] == '=';
}

static enum es_status split(struct es_foreign *self, struct es_text *given, const char *line,
                            struct es_context *ctx)
{
  const char *at = line;
  for (at += strspn(at, " \t"); *at != '\0'; at += strspn(at, " \t")) {
    struct es_text word = {0};
    const char *start = at;
    enum es_status status = next_word(&at, &word, ctx);
    const char *text = es_text_get(&word);
    if (status == ES_OK && self->words.count == 0 && is_option(text)) {
      es_text_add(given, "%s%s", given->size > 0 ? "," : "", text);
    } else if (status == ES_OK) {
      if (self->words.count == 0) self->line = es_strdup(start, ctx);
      status = es_texts_add(&self->words, text, strlen(text), ctx);
    }
    es_text_clear(&word);
    if (status != ES_OK) return status;
  }
  return self->words.count > 0 ? ES_OK : es_fail(ctx, ES_INPUT, "no program is named");
}

/* Whether the words' first can be run: as a path, or found in PATH. */
static bool can_run(const char *program)
{
  const char *path = getenv("PATH");
  struct stat file;
  if (strchr(program, '/') != NULL)
    return access(program, X_OK) == 0 && stat(program, &file) == 0 && S_ISREG(file.st_mode);
  for (const char *at = path != NULL ? path : "/bin:/usr/bin"; *at != '\0';) {
    size_t size = strcspn(at, ":");
    char full[4096];
    snprintf(full, sizeof full, "%.*s/%s", (int)size, at, program);
    if (access(full, X_OK) == 0 && stat(full, &file) == 0 && S_ISREG(file.st_mode)) return true;
    at += size + (at[size] == ':');
  }
  return false;
}

/* my_model of "python3 ./my_model.py": the first word that is a file, else the program. */
static char *name_after_file(const struct es_texts *words, struct es_context *ctx)
{
  const char *word = words->at[0];
  struct stat file;
  for (size_t k = 0; k < words->count; k++)
    if (words->at[k][0] != '-' && stat(words->at[k], &file) == 0 && S_ISREG(file.st_mode)) {
      word = words->at[k];
      break;
    }
  const char *slash = strrchr(word, '/');
  char *name = es_strdup(slash != NULL ? slash + 1 : word, ctx);
  char *dot = name != NULL ? strrchr(name, '.') : NULL;
  if (dot != NULL && dot > name) *dot = '\0';
  return name;
}

static void settle(struct es_foreign *self, const void *options)
{
  const struct options *o = options;
  self->scorer.name = o->name != NULL && o->name[0] != '\0' ? o->name : self->name;
  self->scorer.flags = ES_NEEDS_TRAINING | (o->probability ? (unsigned)ES_PROBABILITY : 0);
}

/* --- at work ------------------------------------------------------------------------------------
 */

/* People in a file without a name. */
static enum es_status spool(const struct state *s, const struct es_frame *frame,
                            const struct es_training *training, int *file, struct es_context *ctx)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/people-XXXXXX", s->folder);
  *file = mkstemp(path);
  if (*file < 0) return es_fail(ctx, ES_BROKEN, "its folder cannot be used: %s", strerror(errno));
  unlink(path);
  return es_people_write(*file, frame, training, ctx);
}

/* The program's words with the verb and the folder, ended by NULL. */
static char **make_argv(const struct es_foreign *self, const struct options *o, const char *verb,
                        const char *folder, struct es_context *ctx)
{
  char **argv = es_alloc(self->words.count + 8, sizeof *argv, ctx);
  size_t n = 0;
  if (argv == NULL) return NULL;
  if (o->shell) {
    const char *const sh[] = {"/bin/sh", "-c", self->line, "evenscore"};
    for (size_t k = 0; k < ES_COUNT_OF(sh); k++) argv[n++] = (char *)sh[k];
  } else {
    for (size_t k = 0; k < self->words.count; k++) argv[n++] = self->words.at[k];
  }
  argv[n++] = (char *)verb;
  argv[n] = (char *)folder;
  return argv;
}

/* This program's environment and EVENSCORE_SEED in front; `seed` holds the text. */
static char **make_envp(char seed[48], const struct es_context *of, struct es_context *ctx)
{
  size_t n = 0;
  while (environ[n] != NULL) n++;
  char **envp = es_alloc(n + 2, sizeof *envp, ctx);
  if (envp == NULL) return NULL;
  struct es_draw draw = es_scorer_draw(of, 0, 0);
  snprintf(seed, 48, "EVENSCORE_SEED=%u", (unsigned)(draw.word[0] >> 1));
  envp[0] = seed;
  memcpy(envp + 1, environ, n * sizeof *envp);
  return envp;
}

static enum es_status run(const struct state *s, const struct options *o, const char *verb,
                          int file, size_t most, struct es_text *out, struct es_context *ctx)
{
  char seed[48];
  char **argv = make_argv(o->limits.self, o, verb, s->folder, ctx);
  char **envp = make_envp(seed, ctx, ctx);
  struct es_program program = {.argv = argv,
                               .envp = envp,
                               .in = file,
                               .most = most,
                               .seconds = o->limits.time_limit,
                               .memory = o->limits.memory_limit,
                               .doing = verb[0] == 'f' ? "while learning" : "while scoring",
                               .private = s->folder};
  enum es_status status =
      argv != NULL && envp != NULL ? es_program_run(&program, out, ctx) : ES_NOMEM;
  free(argv);
  free(envp);
  return status;
}

static enum es_status make_folder(struct state *s, struct es_context *ctx)
{
  const char *top = getenv("TMPDIR");
  struct es_text path = {0};
  es_text_add(&path, "%s/evenscore-XXXXXX", top != NULL && top[0] != '\0' ? top : "/tmp");
  s->folder = es_text_take(&path);
  if (s->folder == NULL) return es_fail(ctx, ES_NOMEM, "out of memory");
  if (mkdtemp(s->folder) == NULL) {
    es_fail(ctx, ES_IO, "cannot make a folder %s: %s", s->folder, strerror(errno));
    free(s->folder);
    s->folder = NULL;
    return ES_IO;
  }
  struct es_work work = {.folder = s->folder};
  return es_keep(&s->guard, &work, ctx);
}

static void clear(void *state)
{
  struct state *s = state;
  es_ward_end(&s->guard);
  free(s->folder);
  free(s->said);
  *s = (struct state){0};
}

static enum es_status fit(void *state, const void *options, const struct es_training *training,
                          struct es_context *ctx)
{
  struct state *s = state;
  struct es_text said = {0};
  int file = -1;
  if (training->frame.people == 0)
    return es_fail(ctx, ES_DEGENERATE, "there is nobody to learn from");
  if (training->frame.columns == 0)
    return es_fail(ctx, ES_DEGENERATE, "there is no column to learn from");
  ES_TRY(make_folder(s, ctx));
  enum es_status status = spool(s, &training->frame, training, &file, ctx);
  if (status == ES_OK) status = run(s, options, "fit", file, (size_t)1 << 26, &said, ctx);
  if (file >= 0) close(file);
  if (status == ES_OK && said.size > SAID) said.at[SAID] = '\0';
  if (status == ES_OK && (s->said = es_strdup(es_text_get(&said), ctx)) == NULL) status = ES_NOMEM;
  es_text_clear(&said);
  return status;
}

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  const struct state *s = state;
  struct es_text answer = {0};
  int file = -1;
  if (s->folder == NULL) return es_fail(ctx, ES_BROKEN, "was asked to score before it has learned");
  if (frame->people == 0) return ES_OK;
  enum es_status status = spool(s, frame, NULL, &file, ctx);
  if (status == ES_OK)
    status = run(s, options, "score", file, frame->people * LINE + SAID, &answer, ctx);
  if (file >= 0) close(file);
  if (status == ES_OK)
    status = es_answer_read(es_text_get(&answer), answer.size, frame->people, out, ctx);
  es_text_clear(&answer);
  return status;
}

/* What it printed while learning. */
static enum es_status describe(const void *state, const void *options,
                               const struct es_frame *columns, struct es_text *out,
                               struct es_context *ctx)
{
  (void)options, (void)columns;
  char *copy = es_strdup(((const struct state *)state)->said, ctx);
  if (copy == NULL) return ES_NOMEM;
  for (char *at = copy, *end; *at != '\0'; at = end) {
    end = at + strcspn(at, "\n");
    bool more = *end == '\n';
    *end = '\0';
    es_foreign_tidy(at);
    es_text_add(out, "%s\n", at);
    end += more;
  }
  free(copy);
  return ES_OK;
}

enum es_status es_command_open(struct es_foreign *self, char **given, const char *spec,
                               struct es_context *ctx)
{
  struct es_text options = {0};
  enum es_status status = split(self, &options, spec + strlen("command:"), ctx);
  *given = es_text_take(&options);
  if (*given == NULL) *given = es_strdup("", ctx);
  bool shell = *given != NULL && strstr(*given, "shell=") != NULL;
  if (status == ES_OK && !shell && !can_run(self->words.at[0]))
    status = es_fail(ctx, ES_INPUT, "there is no program %s that can be run", self->words.at[0]);
  if (status == ES_OK && (self->name = name_after_file(&self->words, ctx)) == NULL)
    status = ES_NOMEM;
  self->scorer = (struct es_scorer){.api = ES_SCORER_API,
                                    .name = self->name,
                                    .summary = "a program of its own",
                                    .options = table,
                                    .options_size = sizeof(struct options),
                                    .state_size = sizeof(struct state),
                                    .fit = fit,
                                    .score = score,
                                    .describe = describe,
                                    .clear = clear};
  self->settle = settle;
  self->batch = ES_COMMAND_BATCH;
  return status == ES_INPUT ? es_fail_at(ctx, status, "scorer command: ") : status;
}
