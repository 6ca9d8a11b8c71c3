/* Ctrl-C: set by the program's signal handler; long work looks at it and ends in order. */
#ifndef ES_BASE_STOP_H
#define ES_BASE_STOP_H

#include <signal.h>

extern volatile sig_atomic_t es_stop;

#endif
