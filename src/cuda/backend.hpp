// The primitives on an NVIDIA GPU, with the contracts of src/host/backend.hpp. Everything that
// "enqueues" does so on the stream of the context and nowhere else; it neither allocates nor waits.
// No CUDA header is needed to read this one.
#pragma once

#include <tubal/space.hpp>

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/primitives/batch.hpp"
#include "core/primitives/descents.hpp"
#include "core/primitives/fault.hpp"
#include "core/primitives/functors.hpp"
#include "core/primitives/tensor_product.hpp"

namespace tubal::detail {

template <class Space>
class backend;

template <>
class backend<cuda> {
 public:
  explicit backend(const cuda::options& options);
  ~backend();

  // ---- memory (memory.cpp)
  void* allocate(std::size_t bytes);
  /// May wait for the device.
  void release(void* data, std::size_t bytes) noexcept;
  void copy(void* to, const void* from, std::size_t bytes);
  /// Waits.
  void upload(void* to, const void* from, std::size_t bytes);
  void download(void* to, const void* from, std::size_t bytes);
  void wait();
  double* fault_slots();
  std::map<std::string, std::string> description() const;
  /// Slices, so far, whose decomposition by a vendor was none and was made again. Waits.
  std::int64_t decomposed_again();

  // ---- slice products (gemm.cpp)
  template <class E>
  void gemm(op op_a, op op_b, E alpha, batch<const E> a, batch<const E> b, E beta, batch<E> c);
  template <class E>
  void gram(batch<const E> u, batch<E> x);

  template <class E>
  void solve_triangular(triangle t, op op_a, diagonal d, batch<const E> a, batch<E> b);

  // ---- shorter ways, for small sizes (packed_gram.cu, direct_product.cu)
  template <class T>
  bool packed_gram(const symmetric_layout& at, const T* u, std::int64_t width, T* packed);
  template <class T>
  bool direct_product(const tensor_product<T>& p);

  // ---- elementwise and sums (elementwise.cu, reduce.cu)
  template <class F>
  void for_each(std::int64_t count, F functor);
  template <class F>
  void sum(std::int64_t count, F term, double* sum, bool accumulate = false);

  // Plans share one scratch area per context. A plan keeps the area that it was made with, so that
  // captured work stays valid when a later plan needs a larger one.

  // ---- tube transforms (fft.cu)
  template <class T>
  class transform_plan {
   public:
    transform_plan(backend& b, std::int64_t tubes, std::int64_t k);
    ~transform_plan();
    transform_plan(transform_plan&&) noexcept;
    transform_plan& operator=(transform_plan&&) noexcept;
    void forward(const T* x, T* spectrum);
    void inverse(const T* spectrum, T* x);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  // ---- slice factorisations (eigen.cpp, svd.cpp, lq.cpp, lu.cpp, cholesky.cpp)
  // Up to 32 they are kernels of our own (small.hpp, jacobi.hpp), without workspace. Above, they
  // can be captured as far as cuSOLVER's routines can. What those say of eigenvalues and singular
  // values is checked on the device; a slice that fails is computed again by a kernel that is
  // always enqueued and does nothing otherwise, so that nobody waits for the verdict. A slice that
  // fails there, too, is NaN and sets a fault.
  template <class E>
  class eigen_plan {
   public:
    eigen_plan(backend& b, std::int64_t n, std::int64_t count, vectors v);
    ~eigen_plan();
    eigen_plan(eigen_plan&&) noexcept;
    eigen_plan& operator=(eigen_plan&&) noexcept;
    void execute(batch<E> a, real_of<E>* values);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  /// Not capturable when a dimension is above 32: cuSOLVER's general routine may wait.
  template <class E>
  class svd_plan {
   public:
    svd_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t count, vectors v);
    ~svd_plan();
    svd_plan(svd_plan&&) noexcept;
    svd_plan& operator=(svd_plan&&) noexcept;
    void execute(batch<E> a, real_of<E>* values, batch<E> u, batch<E> vh);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  template <class T>
  void svd(svd_plan<std::complex<T>>& complex, const svd_arguments<std::complex<T>>& of_complex,
           svd_plan<T>& real, const svd_arguments<T>& of_real) {
    complex.execute(of_complex.a, of_complex.values, of_complex.u, of_complex.vh);
    real.execute(of_real.a, of_real.values, of_real.u, of_real.vh);
  }

  template <class E>
  class lq_plan {
   public:
    lq_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t count);
    ~lq_plan();
    lq_plan(lq_plan&&) noexcept;
    lq_plan& operator=(lq_plan&&) noexcept;
    void execute(batch<E> a, batch<E> l);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  template <class E>
  class lu_plan {
   public:
    lu_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t count);
    ~lu_plan();
    lu_plan(lu_plan&&) noexcept;
    lu_plan& operator=(lu_plan&&) noexcept;
    void execute(batch<E> a, std::int64_t* order, double* singular = nullptr);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  template <class E>
  class cholesky_plan {
   public:
    cholesky_plan(backend& b, std::int64_t n, std::int64_t count);
    ~cholesky_plan();
    cholesky_plan(cholesky_plan&&) noexcept;
    cholesky_plan& operator=(cholesky_plan&&) noexcept;
    void execute(batch<E> a);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  // ---- sensing (sensing.cpp, one_pass.cu)
  template <class T, class Stored = T>
  class sensing_plan {
   public:
    sensing_plan(backend& b, std::int64_t m, std::int64_t n, std::int64_t most = 1);
    ~sensing_plan();
    sensing_plan(sensing_plan&&) noexcept;
    sensing_plan& operator=(sensing_plan&&) noexcept;
    void execute(const Stored* a, const T* x, const T* y, T* residual, T* z,
                 std::int64_t count = 1);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  // ---- small descents (descent.cu)
  /// A block per trial; what a trial needs must fit the shared memory of a multiprocessor.
  template <class T>
  class descent_plan {
   public:
    static bool fits(backend& b, std::int64_t n, std::int64_t width, std::int64_t k);
    descent_plan(backend& b, std::int64_t n, std::int64_t width, std::int64_t k);
    static std::int64_t gram_reals(std::int64_t size);
    void keep_gram(batch<const T> m, T* kept);
    void execute(const descents<T>& all, const descent_course& course);
    std::size_t workspace_bytes() const { return 0; }

   private:
    backend* backend_;
    std::size_t shared_bytes_;
  };

  // ---- repetition and profiling (sequence.cpp)
  /// A CUDA graph, captured from the stream of the context.
  class sequence {
   public:
    sequence(backend& b, const std::function<void()>& enqueue);
    ~sequence();
    sequence(sequence&&) noexcept;
    void replay();

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  /// An NVTX range.
  struct range {
    explicit range(const char* name);
    ~range();
    range(const range&) = delete;
    range& operator=(const range&) = delete;
  };

  /// Device, stream, handles and scratch (context.hpp).
  struct state;
  state& internals() { return *state_; }

 private:
  std::unique_ptr<state> state_;
};

}  // namespace tubal::detail
