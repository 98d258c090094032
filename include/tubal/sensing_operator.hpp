// What every linear measurement of tensors can do: y_i = <A_i, X>, i = 1..m.
#pragma once

#include <tubal/random.hpp>

namespace tubal {

/// A linear map A from tensors of one shape to m numbers, and its adjoint. An operator derives from
/// it and says what `do_apply` and `do_adjoint` enqueue.
///
/// `apply`, `adjoint`, `normal_step`: enqueue only, no allocation, no wait; inputs are unchanged.
/// Throw `shape_error` naming the argument and both shapes, `alias_error`, `argument_error`. What
/// an operator needs while it runs it holds since its constructor, so one operator works for one
/// context at a time. NaN or Inf in what apply and adjoint give is reported by the next
/// `context::wait` as `nonfinite_error`; normal_step is for iterations, and leaves it in z.
template <class T, class Space>
class sensing_operator {
 public:
  virtual ~sensing_operator() = default;

  /// Shape of X.
  const shape& domain() const { return domain_; }
  /// m
  std::int64_t measurements() const { return measurements_; }
  /// Bytes that the operator holds in the memory of the space.
  virtual std::size_t bytes() const { return 0; }

  /// y = A(X); x: domain(), y: {m,1,1}.
  void apply(context<Space>& ctx, tensor_view<const T, Space> x, tensor_view<T, Space> y) const;
  /// X = A^T(y); shapes as above.
  void adjoint(context<Space>& ctx, tensor_view<const T, Space> y, tensor_view<T, Space> x) const;
  /// residual = A(x) - y,  z = A^T(residual); x, z: domain(), y, residual: {m,1,1}. In one pass
  /// over the operator where it has one.
  void normal_step(context<Space>& ctx, tensor_view<const T, Space> x,
                   tensor_view<const T, Space> y, tensor_view<T, Space> residual,
                   tensor_view<T, Space> z) const;

 protected:
  /// `name` begins the messages of errors; a literal.
  sensing_operator(const char* name, const shape& domain, std::int64_t measurements);
  sensing_operator(sensing_operator&&) noexcept = default;
  sensing_operator& operator=(sensing_operator&&) noexcept = default;

  // With arguments that have been checked. `do_normal_step` is, unless overridden, the two others.
  virtual void do_apply(context<Space>& ctx, tensor_view<const T, Space> x,
                        tensor_view<T, Space> y) const = 0;
  virtual void do_adjoint(context<Space>& ctx, tensor_view<const T, Space> y,
                          tensor_view<T, Space> x) const = 0;
  virtual void do_normal_step(context<Space>& ctx, tensor_view<const T, Space> x,
                              tensor_view<const T, Space> y, tensor_view<T, Space> residual,
                              tensor_view<T, Space> z) const;

 private:
  const char* name_;
  shape domain_;
  std::int64_t measurements_;
};

struct operator_norm_options {
  std::int64_t iterations = 100;
  /// Stop when the estimate has grown by less than this share in one iteration.
  double tolerance = 1e-3;
  std::uint64_t seed = 0;
};

/// ||A||, the largest singular value, by power iteration on A^T A from a random X: never above it
/// (up to rounding), and near it after enough iterations. Allocates two tensors of the domain,
/// waits. Throws `argument_error`, `nonfinite_error`.
template <class T, class Space>
double operator_norm(context<Space>& ctx, const sensing_operator<T, Space>& a,
                     const operator_norm_options& options = {});

/// |<A(X), y> - <X, A^T(y)>| / (||A(X)|| ||y||) of a random X and y: a few eps where `do_adjoint`
/// is the adjoint of `do_apply`, and about 1 / sqrt(m) where it is not. Allocates two tensors of
/// the domain, waits. Throws `nonfinite_error`.
template <class T, class Space>
double adjoint_error(context<Space>& ctx, const sensing_operator<T, Space>& a,
                     std::uint64_t seed = 0);

/// y <- y + e with e i.i.d. normal and sqrt(E ||e||^2) = level ||y||. Allocates, waits. Throws
/// `argument_error` for a negative level, `nonfinite_error`.
template <class T, class Space>
void add_noise(context<Space>& ctx, tensor_view<T, Space> y, double level, std::uint64_t seed);
template <class T, class Space>
void add_noise(context<Space>& ctx, const tensor<T, Space>& y, double level, std::uint64_t seed) {
  add_noise(ctx, static_cast<const tensor_view<T, Space>&>(y), level, seed);
}

}  // namespace tubal
