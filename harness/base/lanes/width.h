/* What the sources of this folder share.  Each is compiled once for each width, with ES_WIDTH set
 * to its name; that name ends the names of its functions. */
#ifndef ES_BASE_LANES_WIDTH_H
#define ES_BASE_LANES_WIDTH_H

#include "harness/base/lanes.h"

#define ES_PASTE(name, width)       es_lanes_##name##_##width
#define ES_PASTE_AFTER(name, width) ES_PASTE(name, width)
#define LANES(name)                 ES_PASTE_AFTER(name, ES_WIDTH)

#if defined __AVX512F__
#define ES_VECTOR_BYTES 64
#elif defined __AVX2__
#define ES_VECTOR_BYTES 32
#else
#define ES_VECTOR_BYTES 16
#endif

/* for i from 0 to n-1, none of which depends on another */
#define ES_SIMD    _Pragma("omp simd")
#define EACH(i, n) ES_SIMD for (size_t i = 0; i < (n); i++)

#define ES_LANES_DECLARE(name, ...) void LANES(name)(__VA_ARGS__);
ES_LANES_LIST(ES_LANES_DECLARE)
#undef ES_LANES_DECLARE

#endif
