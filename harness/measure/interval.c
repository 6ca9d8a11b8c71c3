/* Closed-form intervals. */
#include "harness/measure/interval.h"

#include <math.h>
#include "harness/base/math.h"

static const struct es_interval none = {NAN, NAN};

struct es_interval es_wilson(double k, double n, double z)
{
  if (!(n > 0)) return none;
  double p = k / n, z2 = z * z;
  double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  double half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  return (struct es_interval){k <= 0 ? 0 : fmax(0, middle - half), k >= n ? 1 : fmin(1, middle + half)};
}

struct es_interval es_newcombe(double k1, double n1, double k2, double n2, double z)
{
  if (!(n1 > 0) || !(n2 > 0)) return none;
  double p1 = k1 / n1, p2 = k2 / n2;
  struct es_interval a = es_wilson(k1, n1, z), b = es_wilson(k2, n2, z);
  return (struct es_interval){
      p1 - p2 - sqrt((p1 - a.low) * (p1 - a.low) + (b.high - p2) * (b.high - p2)),
      p1 - p2 + sqrt((a.high - p1) * (a.high - p1) + (p2 - b.low) * (p2 - b.low))};
}

struct es_interval es_katz_log(double k1, double n1, double k2, double n2, double z)
{
  if (!(k1 > 0) || !(k2 > 0)) return none;
  double ratio = (k1 / n1) / (k2 / n2);
  double spread = es_exp(z * sqrt(1 / k1 - 1 / n1 + 1 / k2 - 1 / n2));
  return (struct es_interval){ratio / spread, ratio * spread};
}

struct es_interval es_normal_interval(double value, double variance, double z)
{
  if (!(variance >= 0)) return none;
  double half = z * sqrt(variance);
  return (struct es_interval){value - half, value + half};
}

struct es_interval es_delta_log(double a, double variance_a, double b, double variance_b, double z)
{
  if (!(a > 0) || !(b > 0) || !(variance_a >= 0) || !(variance_b >= 0)) return none;
  double spread = es_exp(z * sqrt(variance_a / (a * a) + variance_b / (b * b)));
  return (struct es_interval){a / b / spread, a / b * spread};
}
