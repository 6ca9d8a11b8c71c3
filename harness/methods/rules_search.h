/* The best list of rules there is, and the proof that there is no better one.
 *
 * A list costs the share of people it misjudges plus lambda for each rule (the default, which
 * judges the rest, is free); every rule and the default judge by the majority of those they
 * capture.  Branch and bound in the manner of CORELS: E. Angelino, N. Larus-Stone, D. Alabi,
 * M. Seltzer, C. Rudin, "Learning certifiably optimal rule lists for categorical data", JMLR 18
 * (2018) 234.  This part knows nothing of columns: antecedents are rows of bits over points, and a
 * point stands for all people whom no antecedent can tell apart.
 */
#ifndef ES_METHODS_RULES_SEARCH_H
#define ES_METHODS_RULES_SEARCH_H

#include "harness/methods/rules.h"

/*   row          for each antecedent (points + 63) / 64 words; point p is bit p % 64 of word p / 64
 *   all, good    what each point weighs, and the part of it whose outcome is favourable
 *   lambda       > 0
 *   falling      among falling lists (of risk): shares of favourable outcomes never fall from one
 *                rule to the next, nor from the last to the default
 *   most_nodes   lists to keep at the most
 *   most_seconds 0: as long as it takes */
struct es_list_problem {
  size_t points, antecedents;
  const uint64_t *row, *all, *good;
  double lambda, most_seconds;
  size_t most_nodes;
  bool falling;
};

/* Puts the antecedents of the best list found into *list, in order (the caller frees it), and what
 * is known of it into *proof, with errors and people as weight.  The same problem gives the same
 * answer, unless it was stopped by the clock, which the proof then says. */
enum es_status es_list_search(const struct es_list_problem *problem, size_t **list, size_t *rules,
                              struct es_rule_proof *proof, struct es_context *ctx) ES_CHECKED;

#endif
