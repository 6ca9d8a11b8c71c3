/* What the files of this folder share with one another and with nobody else. */
#ifndef ES_POPULATION_PARTS_H
#define ES_POPULATION_PARTS_H

#include "harness/population/population.h"

/* Reads every section of p->ini into the settings, and checks what can be checked one by one. */
enum es_status es_settings_read(struct es_population *p, struct es_context *ctx) ES_CHECKED;
void es_settings_clear(struct es_population *p);

/* Puts file:line of that key in front of the message that is there; the section where it is not set. */
enum es_status es_settings_wrong(const struct es_population *p, const char *section, const char *key,
                                 struct es_context *ctx);

/* The number of a source; SIZE_MAX when there is none of that name. */
size_t es_find_source(const struct es_population *p, const char *name, size_t size);

#endif
