// Tensors and measurements of them, for the tests of sensing operators and of descents.
#pragma once

#include <string>

#include "reference_algebra.hpp"
#include "spaces.hpp"

namespace tubal::test {

inline const shape measured_domains[] = {{1, 1, 1}, {3, 2, 4}, {4, 5, 1},
                                         {2, 3, 5}, {5, 4, 6}, {17, 2, 3}};

template <class T>
class measured_test : public operator_test<T> {
 protected:
  using sensing = sensing_operator<T, space>;

  /// A(X)
  tensor<T, space> measured(const sensing& a, const plain& x) {
    auto y = this->poisoned({a.measurements(), 1, 1});
    a.apply(this->ctx(), this->put(x), y);
    return y;
  }
  plain image(const sensing& a, const plain& x) { return this->fetch(measured(a, x)); }
  /// A^T(r)
  plain back(const sensing& a, const plain& r) {
    auto x = this->poisoned(a.domain());
    a.adjoint(this->ctx(), this->put(r), x);
    return this->fetch(x);
  }

  struct instance {
    plain truth;
    tensor<T, space> y;
  };
  /// X = L * Q^T of tubal rank r and norm 1, with measurements of it.
  instance measure(const sensing& a, std::int64_t r, bool t_symmetric = false) {
    const shape s = a.domain();
    const plain l = random_tensor({s.rows, r, s.tube}, 1),
                q = random_tensor({s.cols, r, s.tube}, 2);
    const plain x = tproduct(l, transpose(t_symmetric ? l : q));
    instance p{plus(plain(s), 1 / norm(x), x), {}};
    p.y = measured(a, p.truth);
    return p;
  }
  double error(descent<T, space>& d, const plain& truth) {
    return distance(truth, this->get(d.product())) / norm(truth);
  }
  /// |A(L * Q^T) - y|^2 / 2 + w (|L|^2 + |Q|^2) / 2; with one factor half of that.
  double loss(const sensing& a, const plain& y, const plain& l, const plain& q, double w,
              bool one_factor) {
    const plain r = plus(image(a, tproduct(l, transpose(q))), -1, y);
    return one_factor ? dot(r, r) / 4 + w * dot(l, l) / 2
                      : dot(r, r) / 2 + w * (dot(l, l) + dot(q, q)) / 2;
  }
};

/// Gaussian measurements.
template <class T>
auto dense(context<space>& ctx, const shape& s, std::int64_t m) {
  return dense_sensing<T, space>::random(ctx, s, m, ensemble_law::gaussian, 3);
}

/// Expects the error, with the text in its message.
template <class Error, class F>
void expect_error(const char* text, F&& f) {
  try {
    f();
    ADD_FAILURE() << "no error: " << text;
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(text), std::string::npos) << e.what();
  }
}

}  // namespace tubal::test
