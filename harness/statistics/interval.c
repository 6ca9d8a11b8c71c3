/* Closed-form intervals. */
#include "harness/statistics/interval.h"

#include <math.h>
#include "harness/base/math.h"

static const struct es_interval none = {NAN, NAN};

struct es_interval es_wilson(double k, double n, double z)
{
  if (!(n > 0)) return none;
  double p = k / n, z2 = z * z;
  double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  double half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  return (struct es_interval){k <= 0 ? 0 : fmax(0, middle - half),
                              k >= n ? 1 : fmin(1, middle + half)};
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

/* Koopman's statistic for the ratio θ: how far the data are from the most likely rates θp and p. */
static double koopman_distance(double k1, double n1, double k2, double n2, double theta)
{
  double a = (n1 + n2) * theta, b = n1 * theta + k1 + n2 + k2 * theta, c = k1 + k2;
  double root = sqrt(fmax(0, b * b - 4 * a * c));
  double p2 = 2 * c / (b + root), p1 = theta * p2; /* the smaller root, without cancellation */
  double variance = p1 * (1 - p1) / n1 + theta * theta * p2 * (1 - p2) / n2;
  double gap = k1 / n1 - theta * (k2 / n2);
  return variance > 0 ? gap * fabs(gap) / variance : 0;
}

/* Where the statistic, which falls with θ, passes `wanted` between two ratios, on the log scale. */
static double koopman_end(double k1, double n1, double k2, double n2, double wanted, double from,
                          double factor)
{
  double inside = from, outside = from * factor;
  for (int k = 0; k < 1000; k++, inside = outside, outside *= factor) {
    double d = koopman_distance(k1, n1, k2, n2, outside);
    if (factor > 1 ? d <= wanted : d >= wanted) break;
  }
  for (int k = 0; k < 100; k++) {
    double middle = sqrt(inside) * sqrt(outside);
    if (middle == inside || middle == outside) break;
    double d = koopman_distance(k1, n1, k2, n2, middle);
    if (factor > 1 ? d > wanted : d < wanted)
      inside = middle;
    else
      outside = middle;
  }
  return sqrt(inside) * sqrt(outside);
}

struct es_interval es_koopman(double k1, double n1, double k2, double n2, double z)
{
  if (!(k2 > 0) || !(n1 > 0) || !(n2 > 0)) return none;
  double ratio = (k1 > 0 ? k1 / n1 : 0.5 / n1) / (k2 / n2);
  return (struct es_interval){k1 > 0 ? koopman_end(k1, n1, k2, n2, z * z, ratio, 0.5) : 0,
                              koopman_end(k1, n1, k2, n2, -z * z, ratio, 2)};
}

struct es_interval es_newcombe_paired(double both, double only1, double only2, double n, double z)
{
  if (!(n > 0)) return none;
  double k1 = both + only1, k2 = both + only2, neither = n - both - only1 - only2;
  double p1 = k1 / n, p2 = k2 / n;
  struct es_interval a = es_wilson(k1, n, z), b = es_wilson(k2, n, z);
  double scale = k1 * (n - k1) * k2 * (n - k2), product = both * neither - only1 * only2, phi = 0;
  if (scale > 0 && product > 0)
    phi = fmax(0, product - n / 2) / sqrt(scale);
  else if (scale > 0)
    phi = product / sqrt(scale);
  double down1 = p1 - a.low, up1 = a.high - p1, down2 = p2 - b.low, up2 = b.high - p2;
  double low = down1 * down1 - 2 * phi * down1 * up2 + up2 * up2;
  double high = up1 * up1 - 2 * phi * up1 * down2 + down2 * down2;
  return (struct es_interval){p1 - p2 - sqrt(fmax(0, low)), p1 - p2 + sqrt(fmax(0, high))};
}

struct es_interval es_student_interval(const double *value, size_t n, double confidence)
{
  if (n < 2) return none;
  double mean = 0, square = 0;
  for (size_t i = 0; i < n; i++) mean += value[i] / (double)n;
  for (size_t i = 0; i < n; i++) square += (value[i] - mean) * (value[i] - mean);
  double t = es_student_quantile(0.5 + confidence / 2, (double)(n - 1));
  double half = t * sqrt(square / (double)(n - 1) / (double)n);
  return (struct es_interval){mean - half, mean + half};
}

double es_effective_people(double part, double whole, double part_square, double whole_square)
{
  double p = part / whole, kish = whole * (whole / whole_square);
  if (whole == whole_square || !(p > 0) || !(p < 1)) return kish;
  double spread = part_square * (1 - p) * (1 - p) + (whole_square - part_square) * p * p;
  return spread > 0 ? p * (1 - p) * whole * (whole / spread) : kish;
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
