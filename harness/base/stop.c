/* The one variable that a signal handler sets. */
#include "harness/base/stop.h"

volatile sig_atomic_t es_stop = 0;
