/* Elementary functions whose results do not depend on the processor.
 *
 * glibc picks fused multiply-add variants of exp and log at run time, so the last digit differs
 * from machine to machine; SLEEF's deterministic (cinz) functions do not.  Anything that ends up in
 * a result goes through here. sqrt, fabs, floor and friends are exact and need no wrapper.
 */
#ifndef ES_BASE_MATH_H
#define ES_BASE_MATH_H

double es_exp(double x);
double es_log(double x);
double es_pow(double x, double y);
double es_log1p(double x);     /* log(1 + x), also where x is tiny */
double es_log_gamma(double x); /* of x > 0 */

/* 1 / (1 + exp(-x)), and its inverse. */
double es_logistic(double x);
double es_logit(double p);

/* Standard normal distribution function and its inverse (Wichura, "Algorithm AS 241", Applied
 * Statistics 37 (1988): PPND16, relative error about 1e-16). */
double es_normal_cdf(double x);
double es_normal_quantile(double p);

/* Regularised incomplete beta function I_x(a, b) for a, b > 0: the continued fraction of
 * DLMF 8.17.22 by Lentz's method, about 1e-14. */
double es_beta_cdf(double x, double a, double b);

/* Student's t with any df > 0: P(T > |t|) in both tails together, and the quantile of p in (0, 1).
 */
double es_student_tails(double t, double df);
double es_student_quantile(double p, double df);

/* x rounded to `bits` (at most 52) significant bits: hides the last digits in which BLAS kernels
 * differ. */
double es_round_bits(double x, int bits);

#endif
