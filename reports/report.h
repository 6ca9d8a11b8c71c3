/* A report: one format over results, and over the tables that are made from them.
 *
 * A report is a const record with one function.  Text-like formats lay out struct es_table
 * (harness/tables/table.h: the comparison, the groups); csv and json write the rows themselves.
 */
#ifndef ES_REPORT_H
#define ES_REPORT_H

#include "harness/results/results.h"
#include "harness/tables/table.h"

#define ES_REPORT_API 1u

struct es_report {
  unsigned api;          /* ES_REPORT_API, exactly */
  const char *name;      /* = the file's name; --format NAME */
  const char *summary;   /* one line for `list reports` */
  const char *extension; /* ".md" */
  bool lays_out;         /* it prints tables: further ones follow the main one */
  enum es_status (*write)(const struct es_results *results, const struct es_table_request *request,
                          struct es_text *out, struct es_context *ctx);
};

/* ES_REPORT(markdown) = { .api = ES_REPORT_API, .name = "markdown", … }; */
#define ES_REPORT(id)                                                                              \
  extern const struct es_report es_report_##id;                                                    \
  const struct es_report es_report_##id

#endif
