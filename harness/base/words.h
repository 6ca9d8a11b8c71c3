/* Other people's words, for readers and programs that would take parts of them for themselves. */
#ifndef ES_BASE_WORDS_H
#define ES_BASE_WORDS_H

#include "harness/base/text.h"

/* The text in one line, for any reader: control characters and those that turn the direction of
 * what follows are blanks, and behind words that run from right to left stands a mark, so that
 * numbers behind them stay where they are. */
void es_show_plain(struct es_text *out, const char *text);

/* Plain text in ASCII: signs by what looks like them ("+-", "->", footnotes as "(1)"), letters by
 * their code points ("<U+00E9>"), so that different names stay different. */
void es_show_ascii(struct es_text *out, const char *plain);

/* Plain, with what Markdown, HTML or GitHub (formulas, mentions) would take for itself made
 * plain. */
void es_show_markdown(struct es_text *out, const char *text);

/* As LaTeX, with places to break long words.  What pdfTeX's fonts lack is written by its code
 * point, behind what `macro` says, like "\\texttt{U+". */
void es_show_latex(struct es_text *out, const char *text, const char *macro);

#endif
