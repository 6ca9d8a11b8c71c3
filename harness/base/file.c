/* Whole-file reading, and writing that leaves the old file or the new one. */
#include "harness/base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "harness/base/text.h"

enum es_status es_file_read(const char *path, char **bytes, size_t *size, struct es_context *ctx)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL) return es_fail(ctx, ES_INPUT, "%s: cannot open: %s", path, strerror(errno));
  struct es_text text = {0};
  char chunk[65536];
  size_t got;
  while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) es_text_bytes(&text, chunk, got);
  int error = ferror(file) ? errno : 0;
  fclose(file);
  if (error != 0 || text.failed) {
    es_text_clear(&text);
    if (error == 0) return es_fail(ctx, ES_NOMEM, "%s: out of memory while reading", path);
    return es_fail(ctx, ES_INPUT, "%s: cannot read: %s", path, strerror(error));
  }
  *size = text.size;
  *bytes = es_text_take(&text);
  return ES_OK;
}

static enum es_status cannot_write(const char *path, struct es_context *ctx)
{
  return es_fail(ctx, ES_IO, "%s: cannot write: %s", path != NULL ? path : "standard output",
                 strerror(errno));
}

/* Beside the file, under a name of its own, with the rights that a new file has. */
static FILE *open_temporary(char *name)
{
  int fd = mkstemp(name);
  if (fd < 0) return NULL;
  mode_t mask = umask(0);
  umask(mask);
  FILE *file = fchmod(fd, 0666 & ~mask) == 0 ? fdopen(fd, "wb") : NULL;
  if (file != NULL) return file;
  int error = errno;
  close(fd);
  unlink(name);
  errno = error;
  return NULL;
}

enum es_status es_stream_open(struct es_stream *stream, const char *path, struct es_context *ctx)
{
  struct stat there;
  *stream = (struct es_stream){.file = stdout};
  if (path == NULL || path[0] == '\0' || strcmp(path, "-") == 0) return ES_OK;
  if ((stream->path = es_strdup(path, ctx)) == NULL) return ES_NOMEM;
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) { /* /dev/stdout, a pipe: no renaming */
    stream->file = fopen(path, "wb");
  } else {
    struct es_text name = {0};
    es_text_add(&name, "%s.XXXXXX", path);
    if ((stream->temporary = es_text_take(&name)) == NULL) {
      es_stream_close(stream);
      return es_fail(ctx, ES_NOMEM, "out of memory");
    }
    stream->file = open_temporary(stream->temporary);
  }
  if (stream->file != NULL) return ES_OK;
  cannot_write(path, ctx);
  free(stream->temporary);
  stream->temporary = NULL;
  es_stream_close(stream);
  return ES_IO;
}

enum es_status es_stream_append(struct es_stream *stream, const char *bytes, size_t size,
                                struct es_context *ctx)
{
  return fwrite(bytes, 1, size, stream->file) == size ? ES_OK : cannot_write(stream->path, ctx);
}

enum es_status es_stream_commit(struct es_stream *stream, struct es_context *ctx)
{
  bool good = fflush(stream->file) == 0;
  if (good && stream->temporary != NULL) {
    good = fsync(fileno(stream->file)) == 0 && rename(stream->temporary, stream->path) == 0;
    if (good) {
      free(stream->temporary);
      stream->temporary = NULL;
    }
  }
  enum es_status status = good ? ES_OK : cannot_write(stream->path, ctx);
  es_stream_close(stream);
  return status;
}

void es_stream_close(struct es_stream *stream)
{
  if (stream->file != NULL && stream->file != stdout) fclose(stream->file);
  if (stream->temporary != NULL) unlink(stream->temporary);
  free(stream->temporary);
  free(stream->path);
  *stream = (struct es_stream){0};
}

enum es_status es_file_write(const char *path, const char *bytes, size_t size,
                             struct es_context *ctx)
{
  struct es_stream stream;
  ES_TRY(es_stream_open(&stream, path, ctx));
  enum es_status status = es_stream_append(&stream, bytes, size, ctx);
  if (status == ES_OK) return es_stream_commit(&stream, ctx);
  es_stream_close(&stream);
  return status;
}
