/* What standard output shows: how wide it is, colours, signs beyond ASCII. */
#include "harness/cli/cli.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "harness/run/ranks.h"

/* COLUMNS, where somebody has set it, is a wish. */
static size_t width_of_terminal(void)
{
  struct winsize size;
  int64_t wish;
  const char *columns = getenv("COLUMNS");
  if (columns != NULL && es_parse_int(columns, &wish) && wish > 0) return (size_t)wish;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool shows_color(void)
{
  const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
  return (no_color == NULL || no_color[0] == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

/* What the user's locale says; one that is not installed says nothing that could be relied on. */
static bool is_utf8(void)
{
  locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
  if (locale == (locale_t)0) return false;
  bool utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
  freelocale(locale);
  return utf8;
}

struct es_paper es_stdout_paper(void)
{
  bool terminal = !es_ranks_launched() && isatty(STDOUT_FILENO);
  return (struct es_paper){.wide = terminal ? width_of_terminal() : 0,
                           .color = terminal && shows_color(),
                           .ascii = !is_utf8()};
}
