/* Sums that do not depend on the order in which they are added up. */
#ifndef ES_BASE_FIXED_H
#define ES_BASE_FIXED_H

/* A sum of non-negative numbers in units of 2^-64. */
__extension__ typedef unsigned __int128 es_fixed;
es_fixed es_fixed_from(double x);
double es_fixed_to(es_fixed x);

#endif
