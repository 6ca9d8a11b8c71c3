/* Letters by MPI, of one message each: kind and range, then the text.  Only the thread that began
 * (MPI_THREAD_FUNNELED) writes or looks. */
#include "harness/run/ranks.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

void es_letter_rest(void)
{
  const struct timespec moment = {0, 500000};
  nanosleep(&moment, NULL);
}

void es_ranks_wait(void)
{
  for (int k = 0; k < 4000; k++) es_letter_rest();
}

#ifdef ES_MPI
#include <limits.h>
#include <mpi.h>

enum { TAGS = 30000 }; /* MPI allows 32767 at least */

void es_ranks_start(int *argc, char ***argv)
{
  int provided;
  MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
}

void es_ranks_end(int code)
{
  if (code != 0 && es_ranks() > 1) MPI_Abort(MPI_COMM_WORLD, code);
  MPI_Finalize();
}

int es_rank(void)
{
  int rank, started;
  MPI_Initialized(&started);
  if (!started) return 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int es_ranks(void)
{
  int ranks, started;
  MPI_Initialized(&started);
  if (!started) return 1;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  return ranks;
}

bool es_ranks_launched(void) { return es_ranks() > 1 || getenv("OMPI_COMM_WORLD_SIZE") != NULL; }

#define TEXT(x)    #x
#define TEXT_OF(x) TEXT(x)

const char *es_ranks_version(void)
{
  return ", MPI " TEXT_OF(MPI_VERSION) "." TEXT_OF(MPI_SUBVERSION);
}

struct header {
  uint64_t kind, first, end;
};

enum es_status es_letter_send(int to, uint64_t pass, const struct es_letter *letter,
                              struct es_context *ctx)
{
  struct header header = {(uint64_t)letter->kind, letter->first, letter->end};
  size_t text = letter->text != NULL ? strlen(letter->text) : 0, size = sizeof header + text;
  if (size > INT_MAX) return es_fail(ctx, ES_IO, "more than MPI sends at once");
  char *bytes = es_alloc(size, 1, ctx);
  if (bytes == NULL) return ES_NOMEM;
  memcpy(bytes, &header, sizeof header);
  if (text > 0) memcpy(bytes + sizeof header, letter->text, text);
  int error = MPI_Send(bytes, (int)size, MPI_BYTE, to, (int)(pass % TAGS), MPI_COMM_WORLD);
  free(bytes);
  return error == MPI_SUCCESS ? ES_OK : es_fail(ctx, ES_IO, "rank %d cannot be reached", to);
}

bool es_letter_look(struct es_letter *letter, uint64_t pass)
{
  MPI_Status from;
  struct header header;
  int there = 0, size = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, (int)(pass % TAGS), MPI_COMM_WORLD, &there, &from);
  if (!there) return false;
  MPI_Get_count(&from, MPI_BYTE, &size);
  char *bytes = calloc((size_t)size + 1, 1);
  if (bytes == NULL) return false; /* it stays there */
  MPI_Recv(bytes, size, MPI_BYTE, from.MPI_SOURCE, from.MPI_TAG, MPI_COMM_WORLD, &from);
  memcpy(&header, bytes, sizeof header);
  memmove(bytes, bytes + sizeof header, (size_t)size + 1 - sizeof header);
  *letter = (struct es_letter){from.MPI_SOURCE, (int)header.kind, header.first, header.end, bytes};
  return true;
}

#else

void es_ranks_start(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
}

void es_ranks_end(int code) { (void)code; }
int es_rank(void) { return 0; }
int es_ranks(void) { return 1; }
bool es_ranks_launched(void) { return false; }
const char *es_ranks_version(void) { return ""; }

enum es_status es_letter_send(int to, uint64_t pass, const struct es_letter *letter,
                              struct es_context *ctx)
{
  (void)pass;
  (void)letter;
  return es_fail(ctx, ES_IO, "there is no rank %d: this program was made without MPI", to);
}

bool es_letter_look(struct es_letter *letter, uint64_t pass)
{
  (void)letter;
  (void)pass;
  return false;
}
#endif
