/* SHA-256 of bytes, as sha256sum prints it. */
#ifndef ES_BASE_DIGEST_H
#define ES_BASE_DIGEST_H

#include <stddef.h>

enum { ES_DIGEST_SIZE = 65 };
void es_sha256(const void *bytes, size_t size, char hex[ES_DIGEST_SIZE]);

#endif
