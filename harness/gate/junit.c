/* Verdicts for machines: JUnit's XML, as Jenkins' junit-10.xsd and GitLab read it, and GitHub's
 * workflow commands.
 *
 * JUnit: a test case per number; a regression is a failure, inconclusive is skipped (strict: a
 * failure).  Names are as they are in results, whatever they hold; XML 1.0 has no way to say
 * control characters, which become spaces.
 */
#include <math.h>
#include <string.h>
#include "harness/gate/gate.h"
#include "harness/measure/metric.h"

static const char *text_of(const json_t *row, const char *key)
{
  const char *text = json_string_value(json_object_get(row, key));
  return text != NULL ? text : "";
}

static double number_of(const json_t *row, const char *key)
{
  const json_t *value = json_object_get(row, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static enum es_finding verdict_of(const json_t *row)
{
  for (size_t v = 0; v < ES_FINDING_COUNT; v++)
    if (strcmp(es_finding_text[v], text_of(row, "verdict")) == 0) return (enum es_finding)v;
  return ES_INCONCLUSIVE;
}

static bool fails(const json_t *row, bool strict)
{
  enum es_finding verdict = verdict_of(row);
  return verdict == ES_REGRESSION || (strict && verdict == ES_INCONCLUSIVE);
}

/* "demographic_parity_difference of logistic (region)". */
static void say_what(struct es_text *out, const json_t *row, bool with_scorer)
{
  const char *group = text_of(row, "group"), *attribute = text_of(row, "attribute");
  es_text_add(out, "%s",
              text_of(row, "limit")[0] != '\0' ? text_of(row, "limit") : text_of(row, "metric"));
  if (with_scorer) es_text_add(out, " of %s", text_of(row, "scorer"));
  if (attribute[0] == '\0') return;
  es_text_add(out, " (%s%s%s)", attribute, group[0] != '\0' ? "=" : "", group);
}

static void say_number(struct es_text *out, const char *before, double x)
{
  char number[ES_NUMBER_SIZE];
  es_text_add(out, "%s%s", before, isnan(x) ? "undefined" : es_number_short(number, x));
}

/* "was 0.2, is 0.3: worse by 0.1 (0.08 to 0.12), tolerated 0.01". */
static void say_how(struct es_text *out, const json_t *row)
{
  const char *reason = text_of(row, "reason");
  bool limit = text_of(row, "limit")[0] != '\0';
  double worsening = number_of(row, "worsening"), low = number_of(row, "low");
  if (worsening == 0 && low == 0 && !limit) {
    say_number(out, "is what it was, ", number_of(row, "value"));
    return;
  }
  if (!limit) say_number(out, "was ", number_of(row, "baseline"));
  say_number(out, limit ? "is " : ", is ", number_of(row, "value"));
  if (!isnan(worsening))
    say_number(out, limit ? ": beyond the limit by " : ": worse by ", worsening);
  if (!isnan(low)) {
    say_number(out, " (", low);
    say_number(out, " to ", number_of(row, "high"));
    es_text_add(out, ")");
  }
  if (!limit) say_number(out, ", tolerated ", number_of(row, "tolerance"));
  if (reason[0] != '\0') es_text_add(out, "; %s", reason);
}

/* --- JUnit ------------------------------------------------------------------------------------ */

static void add_xml(struct es_text *out, const char *text)
{
  for (; *text != '\0'; text++) {
    switch (*text) {
    case '&': es_text_add(out, "&amp;"); break;
    case '<': es_text_add(out, "&lt;"); break;
    case '>': es_text_add(out, "&gt;"); break;
    case '"': es_text_add(out, "&quot;"); break;
    default:
      if ((unsigned char)*text < ' ')
        es_text_add(out, " ");
      else
        es_text_bytes(out, text, 1);
    }
  }
}

static void add_case(struct es_text *out, const json_t *row, bool strict)
{
  struct es_text what = {0}, how = {0};
  say_what(&what, row, false);
  say_how(&how, row);
  es_text_add(out, "    <testcase classname=\"");
  add_xml(out, text_of(row, "population"));
  es_text_add(out, ".");
  add_xml(out, text_of(row, "scorer"));
  es_text_add(out, "\" name=\"");
  add_xml(out, es_text_get(&what));
  es_text_add(out, "\" time=\"0\">");
  bool failure = fails(row, strict), skipped = !failure && verdict_of(row) == ES_INCONCLUSIVE;
  if (failure)
    es_text_add(out, "\n      <failure type=\"%s\" message=\"", text_of(row, "verdict"));
  else
    es_text_add(out, "\n      <%s", skipped ? "skipped message=\"" : "system-out>");
  add_xml(out, es_text_get(&how));
  es_text_add(out, failure || skipped ? "\"/>\n" : "</system-out>\n");
  es_text_add(out, "    </testcase>\n");
  es_text_clear(&what);
  es_text_clear(&how);
}

enum es_status es_gate_junit(const struct es_results *gate, bool strict, struct es_text *out,
                             struct es_context *ctx)
{
  const json_t *rows = json_object_get(gate->tables, "gate");
  size_t failures = 0, skipped = 0, i;
  json_t *row;
  json_array_foreach(rows, i, row)
  {
    failures += fails(row, strict);
    skipped += !fails(row, strict) && verdict_of(row) == ES_INCONCLUSIVE;
  }
  size_t tests = json_array_size(rows);
  es_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  es_text_add(out, "<testsuites name=\"evenscore\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
              tests, failures);
  es_text_add(out,
              "  <testsuite name=\"evenscore check\" tests=\"%zu\" failures=\"%zu\" "
              "errors=\"0\" skipped=\"%zu\" time=\"0\">\n",
              tests, failures, skipped);
  json_array_foreach(rows, i, row) add_case(out, row, strict);
  es_text_add(out, "  </testsuite>\n</testsuites>\n");
  return out->failed ? es_fail(ctx, ES_NOMEM, "junit: out of memory") : ES_OK;
}

/* --- GitHub ----------------------------------------------------------------------------------- */

/* As GitHub's runner escapes them: %, line ends; and : and , where they would end a property. */
static void add_command(struct es_text *out, const char *text, bool property)
{
  for (; *text != '\0'; text++) {
    bool escape = *text == '%' || *text == '\r' || *text == '\n' ||
                  (property && (*text == ':' || *text == ','));
    if (escape)
      es_text_add(out, "%%%02X", (unsigned)*text);
    else
      es_text_bytes(out, text, 1);
  }
}

enum es_status es_gate_annotate(const struct es_results *gate, bool strict, struct es_text *out,
                                struct es_context *ctx)
{
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(gate->tables, "gate"), i, row)
  {
    enum es_finding verdict = verdict_of(row);
    struct es_text what = {0}, how = {0};
    if (verdict == ES_PASS) continue;
    say_what(&what, row, true);
    say_how(&how, row);
    es_text_add(out, "::%s title=",
                fails(row, strict)           ? "error"
                : verdict == ES_INCONCLUSIVE ? "warning"
                                             : "notice");
    add_command(out, es_finding_text[verdict], true);
    add_command(out, ": ", true);
    add_command(out, es_text_get(&what), true);
    es_text_add(out, "::");
    add_command(out, es_text_get(&how), false);
    es_text_add(out, "\n");
    es_text_clear(&what);
    es_text_clear(&how);
  }
  return out->failed ? es_fail(ctx, ES_NOMEM, "annotations: out of memory") : ES_OK;
}
