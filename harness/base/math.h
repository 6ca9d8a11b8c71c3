/* Elementary functions whose results do not depend on the processor.
 *
 * glibc picks fused multiply-add variants of exp and log at run time, so the last digit differs from
 * machine to machine; SLEEF's deterministic (cinz) functions do not.  Anything that ends up in a
 * result goes through here. sqrt, fabs, floor and friends are exact and need no wrapper.
 */
#ifndef ES_BASE_MATH_H
#define ES_BASE_MATH_H

double es_exp(double x);
double es_log(double x);
double es_pow(double x, double y);

/* 1 / (1 + exp(-x)), and its inverse. */
double es_logistic(double x);
double es_logit(double p);

/* Standard normal distribution function and its inverse (Wichura, "Algorithm AS 241", Applied
 * Statistics 37 (1988): PPND16, relative error about 1e-16). */
double es_normal_cdf(double x);
double es_normal_quantile(double p);

/* x rounded to `bits` (at most 52) significant bits: hides the last digits in which BLAS kernels differ. */
double es_round_bits(double x, int bits);

#endif
