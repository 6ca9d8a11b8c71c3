/* The gap between groups under every way to treat people without a record.
 *
 * Deny them, approve them, have their case reviewed; or score them all, with missing values filled
 * in by the mean, by their group's mean, or as what they are.  A gap that the treatment moves is
 * the treatment's.
 */
#ifndef ES_RUN_MISSING_H
#define ES_RUN_MISSING_H

#include "harness/results/results.h"
#include "harness/run/study.h"

/* Adds to the results' table "missing_policies": each scorer's gaps under each treatment, and
 * between which values they move. */
enum es_status es_missing_policies(const struct es_study *study, int threads,
                                   struct es_results *results, struct es_context *ctx) ES_CHECKED;

#endif
