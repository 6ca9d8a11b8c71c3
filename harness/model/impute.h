/* Filling missing values in before a scorer sees people: what a user does who wants no absences.
 *
 * Means are of those seen in training (weighted where people are); by group where asked for, with
 * the mean of everyone for a group in which nobody was seen.  A column nobody has stays missing.
 * Levels take the most frequent one.  Then everybody has a record, and no gate refuses anybody.
 */
#ifndef ES_MODEL_IMPUTE_H
#define ES_MODEL_IMPUTE_H

#include "datasets/dataset.h"

enum es_imputation { ES_IMPUTE_NONE, ES_IMPUTE_MEAN, ES_IMPUTE_GROUP_MEAN };

/* fill[c][1 + g]: for level g of the first attribute; fill[c][0]: for everyone.  NaN: nobody seen.
 */
struct es_imputer {
  enum es_imputation kind;
  size_t columns, groups;
  double *fill;
};

enum es_status es_imputer_learn(struct es_imputer *imputer, enum es_imputation kind,
                                const struct es_people *people, const struct es_block *training,
                                struct es_context *ctx) ES_CHECKED;
void es_impute(const struct es_imputer *imputer, struct es_block *block);
void es_imputer_clear(struct es_imputer *imputer);

#endif
