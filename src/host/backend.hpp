// The primitives on the CPU. Their contracts hold for every back end; "enqueues" means, here, that
// the work is done when the call returns.
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
#include "host/memory.hpp"
#include "host/threads.hpp"

namespace tubal::detail {

template <class Space>
class backend;

template <>
class backend<host> {
 public:
  explicit backend(const host::options& options);

  // ---- memory (memory.cpp)
  /// `bytes` bytes aligned to 256, uninitialised. Null for 0. Throws `out_of_memory`.
  void* allocate(std::size_t bytes);
  /// Gives back what `allocate` gave.
  void release(void* data, std::size_t bytes) noexcept;
  /// Copies within the space. Enqueues.
  void copy(void* to, const void* from, std::size_t bytes);
  /// From main memory, which may be reused on return.
  void upload(void* to, const void* from, std::size_t bytes);
  /// To main memory. Waits.
  void download(void* to, const void* from, std::size_t bytes);
  /// Waits for everything enqueued.
  void wait();
  /// `fault_count` doubles in the memory of the space, zero at the start.
  double* fault_slots() { return faults_; }
  double* slot(fault f) { return faults_ + static_cast<int>(f); }
  /// Names and values for reports.
  std::map<std::string, std::string> description() const;

  // ---- slice products (gemm.cpp)
  /// C = alpha op(A) op(B) + beta C for every matrix of the batch. With beta = 0, C is not read.
  /// C must not overlap A or B. Enqueues.
  template <class E>
  void gemm(op op_a, op op_b, E alpha, batch<const E> a, batch<const E> b, E beta, batch<E> c);
  /// The lower triangle of X = U U^H; the strict upper one is unspecified. Enqueues.
  template <class E>
  void gram(batch<const E> u, batch<E> x);

  /// B = op(A)^-1 B for triangular A, count matrices each. A zero on a given diagonal leads to Inf
  /// or NaN. Enqueues.
  template <class E>
  void solve_triangular(triangle t, op op_a, diagonal d, batch<const E> a, batch<E> b);

  // ---- shorter ways, for back ends and sizes that have one: false, with nothing done, elsewhere
  /// packed = the coordinates (symmetric.hpp) of X^_f = U^_f U^_f^H, U n x width with its half
  /// spectrum without gaps, without X^ in memory. Enqueues.
  template <class T>
  bool packed_gram(const symmetric_layout&, const T*, std::int64_t, T*) {
    return false;
  }
  /// A whole t-product in one pass over A, B and C. Enqueues.
  template <class T>
  bool direct_product(const tensor_product<T>&) {
    return false;
  }

  // ---- elementwise and sums (elementwise.cpp, reduce.cpp)
  /// functor(i) for i = 0 .. count-1, in any order. Enqueues.
  template <class F>
  void for_each(std::int64_t count, F functor);
  /// *sum = term(0) + ... + term(count-1), in double, in an order that depends on count alone;
  /// `sum` is in the memory of the space. With `accumulate`, *sum += instead. Enqueues.
  template <class F>
  void sum(std::int64_t count, F term, double* sum, bool accumulate = false);

  // ---- tube transforms (fft.cpp)
  /// Between tensors with `tubes` tubes of length k, tube-by-tube stride `tubes`, and half spectra
  /// in the layout of half_spectrum.hpp. Forward unnormalised, inverse with 1/k; input unchanged.
  template <class T>
  class transform_plan {
   public:
    transform_plan(backend& b, std::int64_t tubes, std::int64_t k);
    ~transform_plan();
    transform_plan(transform_plan&&) noexcept;
    void forward(const T* x, T* spectrum);
    void inverse(const T* spectrum, T* x);
    std::size_t workspace_bytes() const;

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

  // ---- slice factorisations (factor.cpp)
  /// How one thread's share of a LAPACK workspace is cut.
  struct lapack_work {
    std::int64_t elements = 0;  // `lwork`, of the element type
    std::int64_t reals = 0;     // `rwork`
    std::int64_t integers = 0;  // `iwork`
    std::size_t bytes = 0;      // all, rounded up
  };
  // Batches of `count` matrices; E real or complex. A matrix with NaN or Inf gives NaN, never a
  // hang; no convergence gives NaN and sets a fault. Inputs are destroyed.

  /// Hermitian A (lower triangle read) = V diag(values) V^H, values ascending, n per matrix.
  /// With vectors, V replaces A.
  template <class E>
  class eigen_plan {
   public:
    eigen_plan(backend& b, std::int64_t n, std::int64_t count, vectors v);
    void execute(batch<E> a, real_of<E>* values);
    std::size_t workspace_bytes() const { return work_.size(); }

   private:
    backend* backend_;
    std::int64_t n_;
    vectors vectors_;
    bool divide_;  // and conquer
    lapack_work layout_;
    host_vector<unsigned char> work_;  // layout_.bytes for each thread
  };

  /// A = U diag(values) V^H, rows x cols, q = min(rows, cols): U rows x q, V^H q x cols, values
  /// descending, q per matrix. Without vectors u and vh are not looked at.
  template <class E>
  class svd_plan {
   public:
    svd_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t count, vectors v);
    void execute(batch<E> a, real_of<E>* values, batch<E> u, batch<E> vh);
    std::size_t workspace_bytes() const { return work_.size(); }

   private:
    friend class backend;
    /// One slice; false when it did not converge.
    bool slice(const svd_arguments<E>& x, std::int64_t i, int worker);

    backend* backend_;
    std::int64_t rows_, cols_;
    vectors vectors_;
    bool small_;  // for rotations of its rows
    lapack_work layout_;
    host_vector<unsigned char> work_;
  };

  /// Both executed, over slices of one size; on the CPU they share the threads.
  template <class T>
  void svd(svd_plan<std::complex<T>>& complex, const svd_arguments<std::complex<T>>& of_complex,
           svd_plan<T>& real, const svd_arguments<T>& of_real);

  /// A = L Q, rows x cols with rows <= cols: L rows x rows lower triangular (zero above), Q with
  /// orthonormal rows replaces A.
  template <class E>
  class lq_plan {
   public:
    lq_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t count);
    void execute(batch<E> a, batch<E> l);
    std::size_t workspace_bytes() const { return work_.size(); }

   private:
    backend* backend_;
    std::int64_t rows_, cols_;
    lapack_work layout_;
    host_vector<unsigned char> work_;
  };

  /// P A = L U with partial pivoting, q = min(rows, cols): the strict lower trapezoid of L (its
  /// diagonal is ones) and U replace A; row i of P A is row order[i] of A, `rows` per matrix. A
  /// pivot that is zero stays in U; with a slot `singular` it is a fault, and nobody reads U.
  template <class E>
  class lu_plan {
   public:
    lu_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t count);
    void execute(batch<E> a, std::int64_t* order, double* singular = nullptr);
    std::size_t workspace_bytes() const { return pivots_.size() * sizeof(int); }

   private:
    backend* backend_;
    std::int64_t rows_, cols_;
    host_vector<int> pivots_;  // min(rows, cols) for each thread
  };

  /// A = L L^H of a positive definite A (lower triangle read): L replaces A, zeros above. A matrix
  /// that is not positive definite gives NaN and sets a fault.
  template <class E>
  class cholesky_plan {
   public:
    cholesky_plan(backend& b, std::int64_t n, std::int64_t count) : backend_(&b), n_(n) {
      static_cast<void>(count);
    }
    void execute(batch<E> a);
    std::size_t workspace_bytes() const { return 0; }

   private:
    backend* backend_;
    std::int64_t n_;
  };

  // ---- sensing (sensing.cpp)
  /// residual = A x - y and z = A^T residual, A m x N with row i at a + i N, in one pass over A,
  /// for `count` columns x, y, residual and z (at the `most` so many), each kind without gaps.
  template <class T, class Stored = T>
  class sensing_plan {
   public:
    sensing_plan(backend& b, std::int64_t m, std::int64_t n, std::int64_t most = 1);
    void execute(const Stored* a, const T* x, const T* y, T* residual, T* z,
                 std::int64_t count = 1);
    std::size_t workspace_bytes() const { return partial_.size() * sizeof(T); }

   private:
    backend* backend_;
    std::int64_t m_, n_;
    host_vector<T> partial_;
  };

  // ---- small descents (descent.cpp)
  /// Gradient descent of many small problems at once (core/primitives/descents.hpp).
  template <class T>
  class descent_plan {
   public:
    /// Whether a problem is small enough; if not, the rest of this class is not for it.
    static bool fits(backend& b, std::int64_t n, std::int64_t width, std::int64_t k);
    descent_plan(backend& b, std::int64_t n, std::int64_t width, std::int64_t k);
    /// Numbers that M, N x N, is kept in, and keeps it, given its lower triangle.
    static std::int64_t gram_reals(std::int64_t size);
    void keep_gram(batch<const T> m, T* kept);
    /// Steps U <- U - mu unpack(z) U, each followed by z of the new U. Enqueues.
    void execute(const descents<T>& all, const descent_course& course);
    std::size_t workspace_bytes() const { return work_.size(); }

   private:
    backend* backend_;
    std::int64_t per_thread_;  // bytes
    host_vector<unsigned char> work_;
  };

  // ---- repetition and profiling
  /// Work that is enqueued again and again. The constructor calls `enqueue`, which must only
  /// enqueue, once or not at all, and does none of its work; each `replay` does all of it. Memory
  /// that the work uses must stay where it is.
  class sequence {
   public:
    sequence(backend&, std::function<void()> enqueue) : enqueue_(std::move(enqueue)) {}
    void replay() { enqueue_(); }

   private:
    std::function<void()> enqueue_;
  };

  /// Names, for profilers, what is enqueued while it lives.
  struct range {
    explicit range(const char*) {}
  };

  /// The threads that share one call.
  thread_pool& threads() { return threads_; }

 private:
  thread_pool threads_;
  double faults_[fault_count] = {};
};

}  // namespace tubal::detail
