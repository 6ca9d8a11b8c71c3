/* The processes of one run, under MPI (make MPI=1): rank 0 prints, writes and adds up, the others
 * count for it.  Without MPI there is one process, rank 0 of 1.
 *
 * They speak in letters: the others write to rank 0, which answers.
 */
#ifndef ES_RUN_RANKS_H
#define ES_RUN_RANKS_H

#include "harness/base/status.h"

/* Before and after everything else.  A code other than 0 ends the other processes, too. */
void es_ranks_start(int *argc, char ***argv);
void es_ranks_end(int code);

/* Two seconds for rank 0 to end the run itself. */
void es_ranks_wait(void);

int es_rank(void);
int es_ranks(void);

/* Whether mpirun began this process: what looks like a terminal is then mpirun's pipe to itself. */
bool es_ranks_launched(void);

/* ", MPI 3.1", or "" without. */
const char *es_ranks_version(void);

/*   WANT  asks for blocks; GIVE: first … end - 1 are yours, none: there are no more
 *   SUMS  what blocks first … end - 1 add up to, as text
 *   LAST  nothing will come any more from this rank
 *   FAIL  the text says why */
enum es_letter_kind { ES_WANT, ES_GIVE, ES_SUMS, ES_LAST, ES_FAIL };
struct es_letter {
  int from, kind;
  uint64_t first, end;
  char *text; /* the reader frees it; may be "" */
};

/* Letters of different passes have different numbers, and do not get mixed up. */
enum es_status es_letter_send(int to, uint64_t pass, const struct es_letter *letter,
                              struct es_context *ctx) ES_CHECKED;
/* Whether there was one. */
bool es_letter_look(struct es_letter *letter, uint64_t pass);
/* Waits a moment, so that looking again and again costs nothing. */
void es_letter_rest(void);

#endif
