/* The one table model that every laid-out format shares. */
#ifndef ES_TABLES_TABLE_H
#define ES_TABLES_TABLE_H

#include "harness/base/option.h"
#include "harness/results/results.h"

/* What the text goes to: how many columns it has (0: 100), whether it shows colours, and whether
 * ASCII is all that it shows. */
struct es_paper {
  size_t wide;
  bool color, ascii;
};

/* Which table, and how; `paper` is for formats that are read as they are printed.
 *   table  "main" (also NULL): a row per scorer, accuracy, disparity and error impact side by side
 *          "disparity": a row per scorer, its gaps between groups
 *          "groups": a row per scorer and group, the rates of each
 *   metrics, groups  those columns, and the rows of those groups; NULL or empty: the table's own
 *   transpose        measures in rows, scorers in columns
 *   digits           significant digits at the most; 0: 4
 *   caption, label   of formats that have them (LaTeX); NULL or "": the table's title, none */
struct es_table_request {
  const char *table;
  struct es_paper paper;
  const struct es_texts *metrics, *groups;
  bool transpose;
  int digits;
  const char *caption, *label;
};

enum es_align { ES_LEFT, ES_RIGHT };

/* A column heading; `over` is the heading above several columns ("DISPARITY"), `arrow` is +1 where
 * up is good, -1 where down is good, 0 otherwise.  Where the place is narrow, columns with a `drop`
 * above 0 go before the half-widths do, those below 0 after; the highest first.  0: it stays.
 * `metric` is what the column measures, NULL for words; it lives as long as the results.  `bars`
 * says what bars beside its numbers show; NULL: there are none. */
struct es_table_column {
  char *over, *heading;
  int arrow, drop;
  enum es_align align;
  const char *metric, *bars;
};

/* A cell: a number with its half-width, or a word ("undefined ¹").  `best` marks the best value of
 * its column among scorers that are not yardsticks, within one population and policy; `from` is the
 * row of the results that it shows, NULL where it shows none.  `repeated`: a word that is the same
 * as in the row above, and is not said again.  `bar` is how long its bar is, from 0 to 1, and
 * `tick` where a mark stands in it (0: nowhere). */
struct es_table_cell {
  char *text;   /* "0.742" */
  char *spread; /* "±0.008", or "" */
  bool best, repeated;
  double bar;
  const struct es_row *from;
};

struct es_table {
  char *title;    /* "cn-2017: 120,000 people, seed 2018" */
  char *sentence; /* what the table means, in one plain sentence */
  struct es_table_column *column;
  struct es_table_cell *cell; /* [rows][columns] */
  bool *rule_before;          /* [rows]: a line above this row (yardsticks, next population) */
  const json_t **tidy;        /* [rows]: of a tidy table, the results' row it shows; NULL: none */
  size_t columns, rows;
  struct es_notes notes; /* reasons of undefined cells, methods, n, what is assumed */
};

/* Fills a zeroed table.  Unknown name: ES_INPUT, naming those that there are.  The caller clears
 * it. */
enum es_status es_table_make(struct es_table *table, const struct es_results *results,
                             const struct es_table_request *request,
                             struct es_context *ctx) ES_CHECKED;
void es_table_clear(struct es_table *table);

/* Makes its texts plain (es_show_plain), for formats that are read line by line; on failure it is
 * cleared. */
enum es_status es_table_plain(struct es_table *table, struct es_context *ctx) ES_CHECKED;

/* The same, in ASCII (es_show_ascii). */
enum es_status es_table_ascii(struct es_table *table, struct es_context *ctx) ES_CHECKED;

/* Whether a cell of the column has the note's number: "undefined ¹" and "¹ undefined: …".  A format
 * that leaves columns out also leaves out the notes of theirs alone. */
bool es_column_has_note(const struct es_table *table, size_t column, const char *note);

#endif
