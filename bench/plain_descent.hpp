// Gradient descent on a symmetric factor in plain form, on the host.
#pragma once

#include <tubal/sensing.hpp>
#include <tubal/symmetric.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <complex>

#include "naive.hpp"
#include "plain_slices.hpp"

namespace bench {

/// Gradient descent on the half spectrum of all R columns, otherwise as in `recovery` without Gram
/// form: one triangle, packed coordinates, one pass over A.
class plain_descent {
 public:
  using context = tubal::context<tubal::host>;
  plain_descent(context& ctx, const tubal::packed_sensing<double, tubal::host>& a,
                tubal::input<double, tubal::host> y, tubal::input<double, tubal::host> start,
                double step_size)
      : ctx_(ctx),
        y_(y),
        square_{a.n(), a.n(), a.k()},
        step_size_(step_size),
        pass_(ctx, {a.matrix().data(), {a.dimension(), 1, a.measurements()}}, 1),
        u_(ctx, start.shape()),
        before_(ctx, start.shape()),
        x_hat_(ctx, square_),
        x_(ctx, {a.dimension(), 1, 1}),
        z_(ctx, x_.shape()),
        residual_(ctx, y.shape()) {
    tubal::tube_transform<double, tubal::host>(ctx, start.shape()).forward(start, u_);
  }

  void step() {
    multiply();
    tubal::pack_symmetric<double, tubal::host>(ctx_, x_hat_, x_);
    pass_.normal_step(ctx_, x_, y_, residual_, z_);
    tubal::unpack_symmetric<double, tubal::host>(ctx_, z_, x_hat_);
    // U <- U - mu Z U
    std::copy_n(u_.data(), u_.size(), before_.data());
    for_each_slice([&](auto z, auto before, auto u) { gemm(false, -step_size_, z, before, 1, u); },
                   x_hat_, before_, u_);
  }
  values product() {
    multiply();
    tubal::tensor<double, tubal::host> x(ctx_, square_);
    tubal::tube_transform<double, tubal::host>(ctx_, square_).inverse(x_hat_, x);
    return to_host(ctx_, x);
  }

 private:
  /// X^ = U U^H
  void multiply() {
    for_each_slice(
        [](auto u, auto x) {
          herk(u, x);
          for (int j = 0; j < x.cols; ++j)
            for (int i = j + 1; i < x.rows; ++i)
              x.data[j + i * x.rows] = conjugate(x.data[i + j * x.rows]);
        },
        u_, x_hat_);
  }
  static double conjugate(double x) { return x; }
  static std::complex<double> conjugate(std::complex<double> x) { return std::conj(x); }

  context& ctx_;
  tubal::tensor_view<const double, tubal::host> y_;
  tubal::shape square_;
  double step_size_;
  tubal::dense_sensing<double, tubal::host> pass_;
  tubal::half_spectrum<double, tubal::host> u_, before_, x_hat_;
  tubal::tensor<double, tubal::host> x_, z_, residual_;
};

}  // namespace bench
