/* Deterministic elementary functions (SLEEF), and the normal and Student distributions. */
#include "harness/base/math.h"

#include <float.h>
#include <math.h>
#include <sleef.h>
#include <stdint.h>
#include <string.h>

double es_exp(double x) { return Sleef_cinz_expd1_u10purec(x); }
double es_log(double x) { return Sleef_cinz_logd1_u10purec(x); }
double es_pow(double x, double y) { return Sleef_cinz_powd1_u10purec(x, y); }
double es_log1p(double x) { return Sleef_cinz_log1pd1_u10purec(x); }
double es_log_gamma(double x) { return Sleef_cinz_lgammad1_u10purec(x); }

double es_logistic(double x)
{
  /* e^-|x| never overflows, and both tails keep their relative precision. */
  double e = es_exp(-fabs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double es_logit(double p) { return es_log(p / (1 - p)); }

double es_normal_cdf(double x) { return 0.5 * Sleef_cinz_erfcd1_u15purec(-x * M_SQRT1_2); }

static double ratio(const double *a, const double *b, double r)
{
  double num = a[7], den = b[6];
  for (int k = 6; k >= 0; k--) num = num * r + a[k];
  for (int k = 5; k >= 0; k--) den = den * r + b[k];
  return num / (den * r + 1);
}

double es_normal_quantile(double p)
{
  static const double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                              1.9715909503065514427e+3, 1.3731693765509461125e+4,
                              4.5921953931549871457e+4, 6.7265770927008700853e+4,
                              3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static const double b[7] = {4.2313330701600911252e+1, 6.8718700749205790830e+2,
                              5.3941960214247511077e+3, 2.1213794301586595867e+4,
                              3.9307895800092710610e+4, 2.8729085735721942674e+4,
                              5.2264952788528545610e+3};
  static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                              5.76949722146069140550e0,  3.64784832476320460504e0,
                              1.27045825245236838258e0,  2.41780725177450611770e-1,
                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double d[7] = {2.05319162663775882187e0,  1.67638483018380384940e0,
                              6.89767334985100004550e-1, 1.48103976427480074590e-1,
                              1.51986665636164571966e-2, 5.47593808499534494600e-4,
                              1.05075007164441684324e-9};
  static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                              1.78482653991729133580e0,  2.96560571828504891230e-1,
                              2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[7] = {5.99832206555887937690e-1, 1.36929880922735805310e-1,
                              1.48753612908506148525e-2, 7.86869131145613259100e-4,
                              1.84631831751005468180e-5, 1.42151175831644588870e-7,
                              2.04426310338993978564e-15};
  double q = p - 0.5;
  if (fabs(q) <= 0.425) return q * ratio(a, b, 0.180625 - q * q);
  double r = sqrt(-es_log(q < 0 ? p : 1 - p));
  double x = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
  return q < 0 ? -x : x;
}

/* The continued fraction of I_x(a, b), which converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
  enum { MOST = 10000 };
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
  double h = d;
  for (int m = 1; m < MOST; m++) {
    double before = h;
    for (int odd = 0; odd < 2; odd++) {
      double k = m, step = odd ? -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
                               : k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
      d = 1 + step * d;
      c = 1 + step / c;
      d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
      if (fabs(c) < DBL_MIN) c = DBL_MIN;
      h *= c * d;
    }
    if (fabs(h - before) <= 1e-16 * fabs(h)) break;
  }
  return h;
}

double es_beta_cdf(double x, double a, double b)
{
  if (!(x > 0)) return 0;
  if (!(x < 1)) return 1;
  double front = es_exp(es_log_gamma(a + b) - es_log_gamma(a) - es_log_gamma(b) + a * es_log(x) +
                        b * es_log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
  return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double es_student_tails(double t, double df) { return es_beta_cdf(df / (df + t * t), df / 2, 0.5); }

double es_student_quantile(double p, double df)
{
  double tails = 2 * fmin(p, 1 - p), low = 0, high = 1;
  if (tails >= 1) return 0;
  while (es_student_tails(high, df) > tails && high < 1e300) high *= 2;
  for (int k = 0; k < 200 && high - low > 1e-15 * high; k++) {
    double middle = low + (high - low) / 2;
    if (es_student_tails(middle, df) > tails)
      low = middle;
    else
      high = middle;
  }
  return p < 0.5 ? -high : high;
}

double es_round_bits(double x, int bits)
{
  /* In the binary representation, adding half a unit of the last kept bit and clearing what is
   * below rounds to nearest; a carry runs into the exponent, as it should. */
  uint64_t raw, unit = (uint64_t)1 << (53 - bits);
  if (!isfinite(x)) return x;
  memcpy(&raw, &x, sizeof raw);
  raw = (raw + unit / 2) & ~(unit - 1);
  memcpy(&x, &raw, sizeof x);
  return x;
}
