// A small t-product in one launch: A, B are read and C is written once. A block has 16 x 16 tubes
// of C, a thread each; tubes of A and B are transformed by the definition of the DFT on their way
// into shared memory, and the tubes of C on their way out.
#include "core/primitives/number.hpp"
#include "cuda/context.hpp"
#include "cuda/kernels/block.cuh"

namespace tubal::detail {
namespace {

constexpr int side = 16, depth = 8, tubes = side * depth;  // of a tile, and of its panels of A, B
// Above, the transforms pay. Not measured yet.
constexpr std::int64_t largest_direct = 32, longest_tube = 16;

static_assert(2 * tubes == block_threads && side * side == block_threads);

/// A tube and its half spectrum: real and imaginary parts of slices 1 .., then the real slices.
template <class T>
struct tube {
  T of[longest_tube];
};

/// The DFT of a length k by its definition.
template <class T>
struct direct_dft {
  const T* cosine;  // of 2 pi m / k, m = 0 .. k - 1; then the sines
  int k;

  __device__ int complex() const { return (k - 1) / 2; }
  __device__ T cos_of(int f, int l) const { return cosine[f * l % k]; }
  __device__ T sin_of(int f, int l) const { return cosine[k + f * l % k]; }

  /// Number s of the half spectrum.
  __device__ T forward(const tube<T>& x, int s) const {
    const int f = s < 2 * complex() ? s / 2 + 1 : s == 2 * complex() ? 0 : k / 2;
    const bool imaginary = s < 2 * complex() && s % 2 == 1;
    T sum = 0;
    for (int l = 0; l < k; ++l) sum += x.of[l] * (imaginary ? -sin_of(f, l) : cos_of(f, l));
    return sum;
  }
  /// Entry l of the tube.
  __device__ T inverse(const tube<T>& spectrum, int l) const {
    T sum = spectrum.of[2 * complex()];
    if (k % 2 == 0) sum += l % 2 == 0 ? spectrum.of[k - 1] : -spectrum.of[k - 1];
    for (int p = 0; p < complex(); ++p)
      sum +=
          2 * (spectrum.of[2 * p] * cos_of(p + 1, l) - spectrum.of[2 * p + 1] * sin_of(p + 1, l));
    return sum / static_cast<T>(k);
  }
};

template <class T>
__device__ void note_nonfinite(T x, double* fault) {
  if (magnitude(x) > DBL_MAX) *fault = NAN;
}

/// Tube (i, j) of op(X), transformed, to `to[s * tubes]`; zero outside of op(X), rows x cols.
template <class T>
__device__ void load_tube(const direct_dft<T>& dft, const T* x, op o, std::int64_t rows,
                          std::int64_t cols, std::int64_t i, std::int64_t j, double* fault, T* to) {
  tube<T> values{};
  const bool inside = i < rows && j < cols;
  for (int l = 0; l < dft.k && inside; ++l) {
    values.of[l] = o == op::none ? x[i + rows * (j + cols * l)] : x[j + cols * (i + rows * l)];
    note_nonfinite(values.of[l], fault);
  }
  for (int s = 0; s < dft.k; ++s) {
    const bool conjugated = o == op::transpose && s < 2 * dft.complex() && s % 2 == 1;
    const T value = dft.forward(values, s);
    to[s * tubes] = conjugated ? -value : value;
  }
}

/// c += a b, slice by slice.
template <class T>
__device__ void multiply_add(int k, const T* a, const T* b, tube<T>& c) {
  const int complex = (k - 1) / 2;
  for (int p = 0; p < complex; ++p) {
    const T ar = a[2 * p * tubes], ai = a[(2 * p + 1) * tubes], br = b[2 * p * tubes],
            bi = b[(2 * p + 1) * tubes];
    c.of[2 * p] += ar * br - ai * bi;
    c.of[2 * p + 1] += ar * bi + ai * br;
  }
  for (int s = 2 * complex; s < k; ++s) c.of[s] += a[s * tubes] * b[s * tubes];
}

template <class T>
__global__ void direct_product_kernel(tensor_product<T> p) {
  T* const table = reinterpret_cast<T*>(dynamic_shared_memory());
  const int k = static_cast<int>(p.k), me = static_cast<int>(threadIdx.x);
  T *const a = table + 2 * k, *const b = a + k * tubes;
  const direct_dft<T> dft{table, k};
  for (int m = me; m < k; m += block_threads) {
    const double angle = 2 * 3.14159265358979323846 * (2 * m > k ? m - k : m) / k;
    table[m] = static_cast<T>(cos(angle));
    table[k + m] = static_cast<T>(sin(angle));
  }
  const std::int64_t tile_rows = (p.rows + side - 1) / side;
  const std::int64_t first_row = blockIdx.x % tile_rows * side,
                     first_col = blockIdx.x / tile_rows * side;
  tube<T> c{};
  for (std::int64_t q = 0; q < p.inner; q += depth) {
    __syncthreads();
    const int own = me % tubes;
    if (me < tubes)
      load_tube(dft, p.a, p.op_a, p.rows, p.inner, first_row + own % side, q + own / side,
                p.fault_a, a + own);
    else
      load_tube(dft, p.b, p.op_b, p.inner, p.cols, q + own % depth, first_col + own / depth,
                p.fault_b, b + own);
    __syncthreads();
    for (int s = 0; s < depth; ++s)
      multiply_add(k, a + me % side + side * s, b + s + depth * (me / side), c);
  }
  const std::int64_t i = first_row + me % side, j = first_col + me / side;
  for (int l = 0; l < k && i < p.rows && j < p.cols; ++l) {
    T& to = p.c[i + p.rows * (j + p.cols * l)];
    T value = p.inner > 0 ? p.alpha * dft.inverse(c, l) : T(0);
    if (p.beta != 0) {
      note_nonfinite(to, p.fault_c);
      value += p.beta * to;
    }
    note_nonfinite(value, p.fault_result);
    to = value;
  }
}

}  // namespace

template <class T>
bool backend<cuda>::direct_product(const tensor_product<T>& p) {
  if (!state_->choices.direct_product || p.k > longest_tube ||
      std::max({p.rows, p.inner, p.cols}) > largest_direct)
    return false;
  const device_guard guard(state_->device);
  const std::int64_t blocks = (p.rows + side - 1) / side * ((p.cols + side - 1) / side);
  const auto shared = static_cast<std::size_t>(2 * p.k + 2 * p.k * tubes) * sizeof(T);
  launch_with_shared(state_->stream, "small product kernel", direct_product_kernel<T>, blocks,
                     shared, p);
  return true;
}

template bool backend<cuda>::direct_product(const tensor_product<float>&);
template bool backend<cuda>::direct_product(const tensor_product<double>&);

}  // namespace tubal::detail
