/* The fields of tallies: every byte of their structs in exactly one row, added, written and read.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "harness/measure/harm.h"
#include "harness/measure/paired.h"
#include "harness/measure/reasons.h"
#include "harness/measure/trajectory.h"
#include "tests/kit.h"

static const struct named {
  const char *name;
  const struct es_layout *layout;
  size_t bare; /* bytes of pointers, and of padding before and after 16-byte sums */
} layouts[] = {
    {"cell", &es_cell_layout, 0},           {"harm", &es_harm_layout, 0},
    {"pair cell", &es_pair_cell_layout, 8}, {"pair grid", &es_pair_grid_layout, 0},
    {"moment", &es_moment_layout, 16},      {"course", &es_course_layout, 16 + sizeof(void *)},
    {"count", &es_count_layout, 0},         {"reasoned", &es_reasoned_layout, 0},
};

/* A struct of 3, its bytes counted up, so that no two numbers are alike and many carry over. */
static unsigned char *filled(const struct es_layout *layout, unsigned from)
{
  unsigned char *at = malloc(3 * layout->size);
  for (size_t i = 0; i < 3 * layout->size; i++) at[i] = (unsigned char)((from + i * i) & 0x3f);
  return at;
}

Test(fields, every_number_has_one_row)
{
  for (size_t l = 0; l < ES_COUNT_OF(layouts); l++) {
    const struct es_layout *layout = layouts[l].layout;
    unsigned char *rows = calloc(layout->size, 1);
    size_t bare = 0;
    for (const struct es_field *f = layout->field; f->name != NULL; f++)
      for (size_t i = 0; i < f->size * f->count; i++) rows[f->offset + i]++;
    for (size_t i = 0; i < layout->size; i++) {
      cr_expect_leq(rows[i], 1, "%s: byte %zu is in two rows", layouts[l].name, i);
      bare += rows[i] == 0;
    }
    cr_expect_eq(bare, layouts[l].bare, "%s: %zu bytes have no row", layouts[l].name, bare);
    free(rows);
  }
}

Test(fields, add_and_round_trip)
{
  struct es_context ctx = {0};
  for (size_t l = 0; l < ES_COUNT_OF(layouts); l++) {
    const struct es_layout *layout = layouts[l].layout;
    unsigned char *a = filled(layout, 7), *sum = calloc(3, layout->size);
    struct es_text one = {0}, other = {0};
    /* What is read is added: twice gives the double. */
    es_fields_write(layout, a, 3, &one);
    json_t *json = json_loads(es_text_get(&one), 0, NULL);
    cr_assert_not_null(json, "%s: not JSON", layouts[l].name);
    MUST(es_fields_read(layout, sum, 3, json, &ctx), &ctx);
    es_fields_write(layout, sum, 3, &other);
    cr_expect_str_eq(es_text_get(&one), es_text_get(&other), "%s", layouts[l].name);
    MUST(es_fields_read(layout, sum, 3, json, &ctx), &ctx);
    es_fields_add(layout, a, a, 3);
    es_text_clear(&one);
    es_text_clear(&other);
    es_fields_write(layout, a, 3, &one);
    es_fields_write(layout, sum, 3, &other);
    cr_expect_str_eq(es_text_get(&one), es_text_get(&other), "%s: added", layouts[l].name);
    json_decref(json);
    es_text_clear(&one);
    es_text_clear(&other);
    free(a);
    free(sum);
  }
}

Test(fields, zeros_take_no_room)
{
  struct es_pair_grid *grid = calloc(2, sizeof *grid);
  struct es_text text = {0};
  grid[0].coarse[1][3][4] = 5;
  grid[1].coarse[1][31][31] = 6;
  es_fields_write(&es_pair_grid_layout, grid, 2, &text);
  cr_expect_str_eq(es_text_get(&text), "{\"fine\":[],\"coarse\":[-1124,5,-2970,6]}");
  es_text_clear(&text);
  free(grid);
}

Test(fields, what_does_not_fit_is_refused)
{
  const char *bad[] = {"{}",
                       "{\"count\":1}",
                       "{\"count\":[1,2,3,4]}",
                       "{\"count\":[-4]}",
                       "{\"count\":[1,-3]}",
                       "{\"count\":[\"1\"]}",
                       "{\"count\":[0.5]}",
                       "{\"count\":[-9223372036854775808]}"};
  struct es_context ctx = {0};
  for (size_t b = 0; b < ES_COUNT_OF(bad); b++) {
    uint64_t count[3] = {0};
    json_t *json = json_loads(bad[b], 0, NULL);
    cr_expect_eq(es_fields_read(&es_count_layout, count, 3, json, &ctx), ES_INPUT, "%s", bad[b]);
    json_decref(json);
  }
}
