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

static enum es_status write_stdout(const char *bytes, size_t size, struct es_context *ctx)
{
  if (fwrite(bytes, 1, size, stdout) != size || fflush(stdout) != 0)
    return es_fail(ctx, ES_IO, "standard output: cannot write: %s", strerror(errno));
  return ES_OK;
}

/* Writes and syncs the temporary file; on failure `errno` says why. */
static bool write_synced(int fd, const char *bytes, size_t size)
{
  for (size_t done = 0; done < size;) {
    ssize_t put = write(fd, bytes + done, size - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    done += (size_t)put;
  }
  return fsync(fd) == 0;
}

enum es_status es_file_write(const char *path, const char *bytes, size_t size,
                             struct es_context *ctx)
{
  if (path == NULL || strcmp(path, "-") == 0) return write_stdout(bytes, size, ctx);
  struct stat there;
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) { /* /dev/stdout, a pipe: no renaming */
    FILE *file = fopen(path, "wb");
    bool good = file != NULL && fwrite(bytes, 1, size, file) == size;
    if (file != NULL && fclose(file) != 0) good = false;
    return good ? ES_OK : es_fail(ctx, ES_IO, "%s: cannot write: %s", path, strerror(errno));
  }
  struct es_text name = {0};
  es_text_add(&name, "%s.XXXXXX", path);
  if (name.failed) return es_fail(ctx, ES_NOMEM, "out of memory");
  int fd = mkstemp(name.at);
  bool good = fd >= 0;
  if (good) {
    mode_t mask = umask(0);
    umask(mask);
    good = fchmod(fd, 0666 & ~mask) == 0 && write_synced(fd, bytes, size);
    int error = errno;
    if (close(fd) != 0 && good) good = false, error = errno;
    if (good && rename(name.at, path) != 0) good = false, error = errno;
    if (!good) unlink(name.at);
    errno = error;
  }
  es_text_clear(&name);
  return good ? ES_OK : es_fail(ctx, ES_IO, "%s: cannot write: %s", path, strerror(errno));
}
