// The seam: what a back end must supply. Algorithms in src/core use nothing else, so that one text
// of each algorithm runs everywhere. Contracts stand with the host's declarations
// (src/host/backend.hpp); the other back ends mirror them file for file.
#pragma once

#include <tubal/half_spectrum.hpp>
#include <tubal/tensor.hpp>

#include <complex>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/primitives/batch.hpp"
#include "core/primitives/descents.hpp"
#include "core/primitives/fault.hpp"
#include "core/primitives/functors.hpp"
#include "core/primitives/tensor_product.hpp"
#include "host/backend.hpp"
#if TUBAL_HAS_CUDA
#include "cuda/backend.hpp"
#endif
#ifdef TUBAL_EXTRA_BACKEND  // a further space, for tests
#include TUBAL_EXTRA_BACKEND
#endif

namespace tubal::detail {

/// Factorisations and transforms have plans: the constructor prepares (may allocate and wait),
/// `execute` only enqueues.
template <class B, class E>
concept factors = requires(B& b, std::int64_t n, batch<E> a, real_of<E>* values,
                           typename B::template eigen_plan<E>& eigen,
                           typename B::template svd_plan<E>& svd,
                           typename B::template lq_plan<E>& lq, std::int64_t* order,
                           typename B::template lu_plan<E>& lu,
                           typename B::template cholesky_plan<E>& cholesky) {
  requires std::constructible_from<typename B::template eigen_plan<E>, B&, std::int64_t,
                                   std::int64_t, vectors>;
  requires std::constructible_from<typename B::template svd_plan<E>, B&, std::int64_t, std::int64_t,
                                   std::int64_t, vectors>;
  requires std::constructible_from<typename B::template lq_plan<E>, B&, std::int64_t, std::int64_t,
                                   std::int64_t>;
  requires std::constructible_from<typename B::template lu_plan<E>, B&, std::int64_t, std::int64_t,
                                   std::int64_t>;
  requires std::constructible_from<typename B::template cholesky_plan<E>, B&, std::int64_t,
                                   std::int64_t>;
  { eigen.execute(a, values) } -> std::same_as<void>;
  { svd.execute(a, values, a, a) } -> std::same_as<void>;
  { lq.execute(a, a) } -> std::same_as<void>;
  { lu.execute(a, order, b.fault_slots()) } -> std::same_as<void>;
  { cholesky.execute(a) } -> std::same_as<void>;
  { eigen.workspace_bytes() } -> std::same_as<std::size_t>;
  { svd.workspace_bytes() } -> std::same_as<std::size_t>;
  { lq.workspace_bytes() } -> std::same_as<std::size_t>;
  { lu.workspace_bytes() } -> std::same_as<std::size_t>;
  { cholesky.workspace_bytes() } -> std::same_as<std::size_t>;
};

template <class B, class E>
concept multiplies = requires(B& b, op o, triangle t, diagonal d, E scale, batch<const E> in,
                              batch<E> out) {
  { b.gemm(o, o, scale, in, in, scale, out) } -> std::same_as<void>;
  { b.gram(in, out) } -> std::same_as<void>;
  { b.solve_triangular(t, o, d, in, out) } -> std::same_as<void>;
};

template <class B, class T>
concept primitives = factors<B, T> && factors<B, std::complex<T>> && multiplies<B, T> &&
    multiplies<B, std::complex<T>> &&
    requires(B& b, void* to, const void* from, std::size_t bytes, std::int64_t n, T* x, const T* cx,
             double* sum, fill_constant<T> element, dot_term<T> term,
             typename B::template transform_plan<T>& transform) {
  // memory
  { b.allocate(bytes) } -> std::same_as<void*>;
  { b.release(to, bytes) }
  noexcept;
  { b.copy(to, from, bytes) } -> std::same_as<void>;
  { b.upload(to, from, bytes) } -> std::same_as<void>;
  { b.download(to, from, bytes) } -> std::same_as<void>;  // waits
  { b.wait() } -> std::same_as<void>;                     // waits
  { b.fault_slots() } -> std::same_as<double*>;
  { b.description() } -> std::same_as<std::map<std::string, std::string>>;
  // both parts of a spectrum at once
  requires requires(typename B::template svd_plan<std::complex<T>> & complex,
                    typename B::template svd_plan<T> & real,
                    svd_arguments<std::complex<T>> of_complex, svd_arguments<T> of_real) {
    { b.template svd<T>(complex, of_complex, real, of_real) } -> std::same_as<void>;
  };
  // tube transforms
  requires std::constructible_from<typename B::template transform_plan<T>, B&, std::int64_t,
                                   std::int64_t>;
  { transform.forward(cx, x) } -> std::same_as<void>;
  { transform.inverse(cx, x) } -> std::same_as<void>;
  { transform.workspace_bytes() } -> std::same_as<std::size_t>;
  // elementwise and reductions, over the functors of core/primitives/functors.hpp
  { b.for_each(n, element) } -> std::same_as<void>;
  { b.sum(n, term, sum) } -> std::same_as<void>;
  // shorter ways of back ends that have them
  { b.packed_gram(symmetric_layout(), cx, n, x) } -> std::same_as<bool>;
  { b.direct_product(tensor_product<T>()) } -> std::same_as<bool>;
  // sensing
  requires std::constructible_from<typename B::template sensing_plan<T>, B&, std::int64_t,
                                   std::int64_t, std::int64_t>;
  requires requires(typename B::template sensing_plan<T> & sense) {
    { sense.execute(cx, cx, cx, x, x, n) } -> std::same_as<void>;
    { sense.workspace_bytes() } -> std::same_as<std::size_t>;
  };
  // small descents
  requires std::constructible_from<typename B::template descent_plan<T>, B&, std::int64_t,
                                   std::int64_t, std::int64_t>;
  requires requires(typename B::template descent_plan<T> & plan, descents<T> all,
                    descent_course course) {
    { plan.gram_reals(n) } -> std::same_as<std::int64_t>;
    { plan.keep_gram(batch<const T>(), x) } -> std::same_as<void>;
    { plan.fits(b, n, n, n) } -> std::same_as<bool>;
    { plan.execute(all, course) } -> std::same_as<void>;
    { plan.workspace_bytes() } -> std::same_as<std::size_t>;
  };
};

static_assert(primitives<backend<host>, float> && primitives<backend<host>, double>);
#if TUBAL_HAS_CUDA
static_assert(primitives<backend<cuda>, float> && primitives<backend<cuda>, double>);
#endif

}  // namespace tubal::detail
