/* Numbers as tables show them: a value and its half-width at the same decimals.
 *
 * Decimals may be negative: tens, hundreds, …
 */
#ifndef ES_TABLES_SHOWN_H
#define ES_TABLES_SHOWN_H

#include "harness/base/text.h"

/* The most decimals that keep 4 significant digits, or so many; 0: 4. */
int es_most_decimals(double value);
int es_decimals_within(double value, int digits);

/* The decimals at which a half-width has two significant digits; or one, but where the first is a
 * 1: ±0.001 could be anything from 0.0005 to 0.0015. */
int es_decimals_for_two(double half);
int es_decimals_for_one(double half);

/* Digits with a comma before each three, for what has at least four before the point. */
void es_show_grouped(struct es_text *out, double x, int decimals);

/* What is not 0 never looks like 0: "<0.001", and a half-width of at least one unit. */
void es_show_value(struct es_text *out, double x, int decimals);
void es_show_half(struct es_text *out, double half, int decimals);

/* Of a policy's label what tells it from all the others of a table: its kind, and settings in which
 * it differs from others of its kind. */
void es_show_policy(struct es_text *out, const char *policy, const char *const *all, size_t count);

/* The number of a footnote: ¹, ², … */
void es_show_superscript(struct es_text *out, size_t number);

#endif
