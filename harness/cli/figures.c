/* evenscore report --figures: each figure's numbers, its script, and what gnuplot draws of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness/base/file.h"
#include "harness/cli/cli.h"
#include "harness/figures/figure.h"

/* Runs gnuplot on the script in the folder, or --version where there is none; -1: it cannot be
 * started. */
static int gnuplot(const char *folder, const char *script)
{
  fflush(NULL); /* or the child would print it, too */
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    setenv("SOURCE_DATE_EPOCH", "0", 0); /* a PDF is of no day, where cairo listens */
    if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL ||
        (folder != NULL && chdir(folder) != 0))
      _exit(126);
    execlp("gnuplot", "gnuplot", script != NULL ? script : "--version", (char *)NULL);
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  if (!WIFEXITED(status)) return 126;
  return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
}

static enum es_status write_file(const char *folder, const char *name, const char *suffix,
                                 struct es_text *bytes, struct es_context *ctx)
{
  struct es_text path = {0};
  es_text_add(&path, "%s/%s.%s", folder, name, suffix);
  enum es_status status =
      bytes->failed || path.failed ? es_fail(ctx, ES_NOMEM, "out of memory") : ES_OK;
  if (status == ES_OK)
    status = es_file_write(es_text_get(&path), es_text_get(bytes), bytes->size, ctx);
  es_text_clear(&path);
  return status;
}

/* The first place of a word in bytes, or their end. */
static size_t find(const char *bytes, size_t size, const char *word)
{
  size_t length = strlen(word), at = 0;
  while (at + length <= size && memcmp(bytes + at, word, length) != 0) at++;
  return at + length <= size ? at : size;
}

/* Takes the day out on which a TikZ or PDF file was drawn: the same figure is the same bytes.  A
 * PDF keeps its length, for it says where everything stands. */
static enum es_status undate(const char *folder, const char *name, const char *ending,
                             struct es_context *ctx)
{
  bool tex = strcmp(ending, "tex") == 0;
  if (!tex && strcmp(ending, "pdf") != 0) return ES_OK;
  struct es_text path = {0};
  char *bytes = NULL;
  size_t size = 0;
  es_text_add(&path, "%s/%s.%s", folder, name, ending);
  enum es_status status = es_file_read(es_text_get(&path), &bytes, &size, ctx);
  if (status == ES_OK && tex) { /* the line behind the one that names gnuplot */
    size_t from = find(bytes, size, "%% generated with GNUPLOT");
    from += find(bytes + from, size - from, "\n%% ");
    size_t day = from < size ? 1 + strcspn(bytes + from + 1, "\n") : 0;
    memmove(bytes + from, bytes + from + day, size - from - day);
    size -= day;
  } else if (status == ES_OK) {
    size_t from = find(bytes, size, "/CreationDate (");
    memset(bytes + from, ' ', size - from > 0 ? strcspn(bytes + from, ")") + 1 : 0);
  }
  if (status == ES_OK) status = es_file_write(es_text_get(&path), bytes, size, ctx);
  free(bytes);
  es_text_clear(&path);
  return status;
}

static enum es_status draw(const char *folder, const struct es_figure *figure, const char *format,
                           struct es_context *ctx)
{
  const char *ending = strcmp(format, "tikz") == 0 ? "tex" : format;
  struct es_text data = {0}, script = {0}, name = {0};
  es_figure_data(&data, figure);
  es_figure_script(&script, figure, format);
  es_text_add(&name, "%s.gp", figure->name);
  enum es_status status = write_file(folder, figure->name, "dat", &data, ctx);
  if (status == ES_OK) status = write_file(folder, figure->name, "gp", &script, ctx);
  if (status == ES_OK && gnuplot(folder, es_text_get(&name)) != 0)
    status = es_fail(ctx, ES_IO, "gnuplot fails on %s/%s.gp: run it there to see why", folder,
                     figure->name);
  if (status == ES_OK) status = undate(folder, figure->name, ending, ctx);
  if (status == ES_OK) printf("%s/%s.%s: %s\n", folder, figure->name, ending, figure->title);
  es_text_clear(&data);
  es_text_clear(&script);
  es_text_clear(&name);
  return status;
}

enum es_status es_output_figures(const struct es_results *results, const char *folder,
                                 const char *format, struct es_context *ctx)
{
  struct es_figures figures = {0};
  if (gnuplot(NULL, NULL) != 0)
    return es_fail(ctx, ES_IO,
                   "--figures: gnuplot is not there; on Debian or Ubuntu:  sudo apt-get install "
                   "gnuplot-nox");
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return es_fail(ctx, ES_INPUT, "--figures %s: cannot make the folder: %s", folder,
                   strerror(errno));
  ES_TRY(es_figures_make(&figures, results, ctx));
  enum es_status status = ES_OK;
  for (size_t f = 0; f < figures.count && status == ES_OK; f++)
    status = draw(folder, &figures.at[f], format, ctx);
  for (size_t i = 0; i < figures.left_out.count && status == ES_OK; i++)
    printf("left out: %s\n", figures.left_out.text[i]);
  es_figures_clear(&figures);
  return status;
}
