/* Other people's words, for readers and programs that would take parts of them for themselves. */
#include "harness/base/words.h"

#include <ctype.h>
#include <string.h>

/* In LaTeX long words may be broken behind punctuation, and where there is none for so many
 * characters. */
enum { LONG_WORD = 20 };

static bool is_control(unsigned long code)
{
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

static bool runs_from_the_right(unsigned long code)
{
  return (code >= 0x590 && code < 0x900) || (code >= 0xFB1D && code < 0xFE00) ||
         (code >= 0xFE70 && code < 0xFEFF);
}

/* Whether words from right to left end here: what follows is neither one of them nor a number. */
static bool turns(const char *text)
{
  unsigned long code;
  text += strspn(text, " ");
  es_text_character(text, &code);
  return !runs_from_the_right(code) && !isdigit((unsigned char)*text) && code != 0x200E;
}

void es_show_plain(struct es_text *out, const char *text)
{
  for (unsigned long code; *text != '\0';) {
    size_t size = es_text_character(text, &code);
    if (is_control(code))
      es_text_add(out, " ");
    else
      es_text_bytes(out, text, size);
    text += size;
    if (runs_from_the_right(code) && turns(text)) es_text_add(out, "\u200E");
  }
}

/* The digit that stands above the line, or -1. */
static int superscript(unsigned long code)
{
  return code == 0xB9                       ? 1
         : code == 0xB2 || code == 0xB3     ? (int)(code - 0xB0)
         : code == 0x2070                   ? 0
         : code >= 0x2074 && code <= 0x2079 ? (int)(code - 0x2070)
                                            : -1;
}

static void add_ascii(struct es_text *out, unsigned long code)
{
  static const struct {
    unsigned long code;
    const char *text;
  } signs[] = {{0xA0, " "},     {0xB1, "+-"},   {0xB7, "*"},    {0xD7, "x"},
               {0x200E, ""},    {0x2013, "-"},  {0x2014, "-"},  {0x2019, "'"},
               {0x2026, "..."}, {0x2190, "<-"}, {0x2191, "+"},  {0x2192, "->"},
               {0x2193, "-"},   {0x2212, "-"},  {0x2264, "<="}, {0x2265, ">="}};
  for (size_t k = 0; k < ES_COUNT_OF(signs); k++)
    if (signs[k].code == code) {
      es_text_add(out, "%s", signs[k].text);
      return;
    }
  if (code < 0x80)
    es_text_add(out, "%c", (int)code);
  else
    es_text_add(out, "<U+%04lX>", code);
}

void es_show_ascii(struct es_text *out, const char *plain)
{
  bool above = false; /* in a footnote's number */
  for (unsigned long code; *plain != '\0';) {
    plain += es_text_character(plain, &code);
    int digit = superscript(code);
    if (above != (digit >= 0)) es_text_add(out, above ? ")" : "(");
    above = digit >= 0;
    if (above)
      es_text_add(out, "%d", digit);
    else
      add_ascii(out, code);
  }
  if (above) es_text_add(out, ")");
}

/* A character of Markdown: what it stands for, or with a \ before it. */
static void add_markdown(struct es_text *out, char before, char c, char after)
{
  bool inside = isalnum((unsigned char)before) && isalnum((unsigned char)after);
  switch (c) {
  case '<': es_text_add(out, "&lt;"); break;
  case '>': es_text_add(out, "&gt;"); break;
  case '&': es_text_add(out, "&amp;"); break;
  case '$': es_text_add(out, "&#36;"); break;
  case '@': es_text_add(out, isalnum((unsigned char)after) ? "@<!-- -->" : "@"); break;
  case '#': es_text_add(out, isdigit((unsigned char)after) ? "#<!-- -->" : "\\#"); break;
  case '_': es_text_add(out, inside ? "%c" : "\\%c", c); break;
  default: es_text_add(out, strchr("|*\\`[]~", c) != NULL ? "\\%c" : "%c", c);
  }
}

void es_show_markdown(struct es_text *out, const char *text)
{
  struct es_text plain = {0};
  es_show_plain(&plain, text);
  const char *at = es_text_get(&plain);
  for (size_t i = 0; at[i] != '\0'; i++)
    add_markdown(out, i > 0 ? at[i - 1] : ' ', at[i], at[i + 1]);
  out->failed |= plain.failed;
  es_text_clear(&plain);
}

/* --- LaTeX -------------------------------------------------------------------------------------
 */

/* What TeX would take for itself, and signs that its plain fonts lack. */
static const struct {
  const char *text, *tex;
} signs[] = {
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"#", "\\#"},
    {"$", "\\$"},
    {"%", "\\%"},
    {"&", "\\&"},
    {"_", "\\_"},
    {"^", "\\textasciicircum{}"},
    {"~", "\\textasciitilde{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "\\textquotedbl{}"},
    {"`", "\\textasciigrave{}"},
    {"'", "\\textquotesingle{}"},
    {"-", "{-}"},
    {"\u200E", ""}, /* TeX has no marks of direction */
    {"±", "\\textpm{}"},
    {"×", "\\texttimes{}"},
    {"–", "--"},
    {"—", "---"},
    {"…", "\\dots{}"},
    {"·", "\\textperiodcentered{}"},
    {"↑", "$\\uparrow$"},
    {"↓", "$\\downarrow$"},
    {"≤", "$\\leq$"},
    {"≥", "$\\geq$"},
    {"¹", "\\textsuperscript{1}"},
    {"²", "\\textsuperscript{2}"},
    {"³", "\\textsuperscript{3}"},
    {"⁴", "\\textsuperscript{4}"},
    {"⁵", "\\textsuperscript{5}"},
    {"⁶", "\\textsuperscript{6}"},
    {"⁷", "\\textsuperscript{7}"},
    {"⁸", "\\textsuperscript{8}"},
    {"⁹", "\\textsuperscript{9}"},
    {"⁰", "\\textsuperscript{0}"},
};

static void add_latex(struct es_text *out, const char *text, size_t size, unsigned long code,
                      const char *macro)
{
  for (size_t k = 0; k < ES_COUNT_OF(signs); k++)
    if (strlen(signs[k].text) == size && strncmp(signs[k].text, text, size) == 0) {
      es_text_add(out, "%s", signs[k].tex);
      return;
    }
  if (code < 0x20 || code == 0x7F)
    es_text_add(out, " ");
  else if (code < 0x7F || (code >= 0xC0 && code < 0x180)) /* Latin letters of fonts in T1 */
    es_text_bytes(out, text, size);
  else
    es_text_add(out, "%s%04lX}\\allowbreak{}", macro, code);
}

void es_show_latex(struct es_text *out, const char *text, const char *macro)
{
  size_t run = 0;
  unsigned long code;
  for (size_t size; *text != '\0'; text += size) {
    size = es_text_character(text, &code);
    add_latex(out, text, size, code, macro);
    bool stop = strchr(",:;=/_.", *text) != NULL;
    run = *text == ' ' ? 0 : run + 1;
    if (run > 3 && text[size] != '\0' && text[size] != ' ' && (stop || run >= LONG_WORD)) {
      es_text_add(out, "\\allowbreak{}");
      run = 0;
    }
  }
}
