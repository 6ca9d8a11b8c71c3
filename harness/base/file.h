/* Files: read whole, written whole or not at all. */
#ifndef ES_BASE_FILE_H
#define ES_BASE_FILE_H

#include <stdio.h>
#include "harness/base/status.h"

/* The file's bytes, with a NUL after the last; the caller frees them. */
enum es_status es_file_read(const char *path, char **bytes, size_t *size,
                            struct es_context *ctx) ES_CHECKED;

/* Writes beside the file, fsyncs and renames, so that a reader sees the old file or the new one and
 * a full disk or Ctrl-C leaves the old.  Path "-" or NULL: standard output, flushed and checked. */
enum es_status es_file_write(const char *path, const char *bytes, size_t size,
                             struct es_context *ctx) ES_CHECKED;

/* The same for what is too long to hold: append as often as needed, then commit.  Without a commit
 * es_stream_close leaves nothing behind. */
struct es_stream {
  FILE *file;
  char *path, *temporary; /* NULL: standard output */
};
enum es_status es_stream_open(struct es_stream *stream, const char *path,
                              struct es_context *ctx) ES_CHECKED;
enum es_status es_stream_append(struct es_stream *stream, const char *bytes, size_t size,
                                struct es_context *ctx) ES_CHECKED;
enum es_status es_stream_commit(struct es_stream *stream, struct es_context *ctx) ES_CHECKED;
void es_stream_close(struct es_stream *stream);

#endif
