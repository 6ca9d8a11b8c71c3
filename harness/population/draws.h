/* Which counter of a person's draws is for what.  A number that changes changes every result. */
#ifndef ES_POPULATION_DRAWS_H
#define ES_POPULATION_DRAWS_H

enum es_draw_purpose {
  ES_DRAW_PERSON = 1,        /* words: stratum, outcome, surname, given name */
  ES_DRAW_TRAITS = 2,        /* words: capacity, reliability, visibility, - */
  ES_DRAW_DECISION = 4,      /* words: what a randomised policy decides by, -, -, - */
  ES_DRAW_ATTRIBUTES = 0x10, /* four further attributes each */
  ES_DRAW_ROUTES = 0x100,    /* four routes between agencies each */
  ES_DRAW_PROCESS = 0x400,   /* what becomes of a restricted person: harness/process/fate.c */
  ES_DRAW_MONTH = 0x800,     /* words: comes on file, is decided upon, -, -; a month each */
  ES_DRAW_SOURCE = 0x1000    /* from here 0x1000 per source: */
};

/* Within a source: its record, the stranger whose record is linked, then one per indicator, a few
 * per event, and the rest. */
enum {
  ES_DRAW_RECORD = 0,    /* words: covered, history, shared, linked */
  ES_DRAW_STRANGER = 1,  /* words: address high, low (or the namesake's number), -, - */
  ES_DRAW_INDICATOR = 2, /* words: residual, noise, count or peers of other strata, - */
  ES_DRAW_EVENT =
      0xC00, /* from here ES_EVENT_DRAWS per event; words: gap, detected, gap, detected */
  ES_EVENT_DRAWS = 32,
  ES_DRAW_FALSE = 0xFC0, /* words: false record, which event, its date, - */
  ES_DRAW_DATES = 0xFC1  /* words: how old the latest record is, -, -, - */
};
enum {
  ES_MOST_INDICATORS = ES_DRAW_EVENT - ES_DRAW_INDICATOR,
  ES_MOST_EVENTS = (ES_DRAW_FALSE - ES_DRAW_EVENT) / ES_EVENT_DRAWS
};

/* Donors live at addresses of their own, beyond any person of a study: strangers to it, as the
 * namesake in another county is, and the same whatever the study's size. */
#define ES_DONOR_ADDRESS ((uint64_t)1 << 62)
/* Namesakes: behind these two bits, 13 for the surname, 18 for the given name and 31 for a number.
 * So everybody has any number of namesakes, each of them always the same stranger. */
#define ES_NAMESAKE_ADDRESS ((uint64_t)3 << 62)
/* People on whom the incumbent policy finds its cut-off. */
#define ES_PILOT_ADDRESS ((uint64_t)1 << 60)
/* People that scorers learn from; those they are judged on start at 0. */
#define ES_TRAIN_ADDRESS ((uint64_t)1 << 61)

#endif
