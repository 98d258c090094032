// Tube transforms: cuFFT along the slow dimension, through scratch, because a strided inverse may
// destroy its input, the half spectrum keeps no conjugate and no zero imaginary part, and cuFFT
// wants real data aligned as complex data are.
#include <algorithm>

#include "cuda/context.hpp"
#include "cuda/kernels/block.cuh"

namespace tubal::detail {
namespace {

/// cuFFT's order: slices 0 .. k/2, all complex, `tubes` entries each.
struct slice_order {
  std::int64_t tubes, k;

  __host__ __device__ std::int64_t complex_reals() const { return (k - 1) / 2 * 2 * tubes; }
  __host__ __device__ std::int64_t slices() const { return k / 2 + 1; }
  /// Slice and entry of real number e, counted from the first real slice, in cuFFT's order.
  __host__ __device__ std::int64_t real_entry(std::int64_t e) const {
    return e < tubes ? 2 * e : 2 * (k / 2 * tubes + e - tubes);
  }
};

template <class T>
__global__ void drop_redundant(slice_order at, const T* all, T* spectrum) {
  const std::int64_t complex_reals = at.complex_reals(), size = at.tubes * at.k;
  for (std::int64_t e = first_element(); e < size; e += grid_threads()) {
    spectrum[e] = e < complex_reals ? all[2 * at.tubes + e] : all[at.real_entry(e - complex_reals)];
  }
}

/// With the factor 1/k.
template <class T>
__global__ void add_redundant(slice_order at, const T* spectrum, T* all) {
  const std::int64_t complex_reals = at.complex_reals(), size = at.tubes * at.k;
  const T factor = T(1) / static_cast<T>(at.k);
  for (std::int64_t e = first_element(); e < size; e += grid_threads()) {
    const T value = spectrum[e] * factor;
    if (e < complex_reals) {
      all[2 * at.tubes + e] = value;
    } else {
      T* entry = all + at.real_entry(e - complex_reals);
      entry[0] = value;
      entry[1] = 0;
    }
  }
}

cufftResult run(cufftHandle plan, double* x, double* all) {
  return cufftExecD2Z(plan, x, reinterpret_cast<cufftDoubleComplex*>(all));
}
cufftResult run(cufftHandle plan, float* x, float* all) {
  return cufftExecR2C(plan, x, reinterpret_cast<cufftComplex*>(all));
}
cufftResult run_back(cufftHandle plan, double* all, double* x) {
  return cufftExecZ2D(plan, reinterpret_cast<cufftDoubleComplex*>(all), x);
}
cufftResult run_back(cufftHandle plan, float* all, float* x) {
  return cufftExecC2R(plan, reinterpret_cast<cufftComplex*>(all), x);
}

/// Documentation of cufftExecR2C, cufftExecC2R: "input and output data pointers must be aligned to
/// the complex type".
template <class T>
bool fit_for_cufft(const T* x) {
  return reinterpret_cast<std::uintptr_t>(x) % (2 * sizeof(T)) == 0;
}

/// A plan for all tubes without a work area; adds to `bytes` what it needs.
fft_handle make_plan(slice_order at, cufftType type, cudaStream_t stream, std::size_t& bytes) {
  fft_handle plan = create<fft_handle>({"cufftCreate"}, cufftCreate);
  check(cufftSetAutoAllocation(plan.get(), 0), {"cufftSetAutoAllocation"});
  long long length = at.k, embed = at.k;  // distances between entries are given, `embed` unused
  std::size_t wanted = 0;
  check(cufftMakePlanMany64(plan.get(), 1, &length, &embed, at.tubes, 1, &embed, at.tubes, 1, type,
                            at.tubes, &wanted),
        {"cufftMakePlanMany64", {at.tubes, at.k}});
  check(cufftSetStream(plan.get(), stream), {"cufftSetStream"});
  bytes = std::max(bytes, wanted);
  return plan;
}

}  // namespace

template <class T>
struct backend<cuda>::transform_plan<T>::state {
  backend<cuda>* owner;
  slice_order at;
  fft_handle forward, inverse;
  // The spectrum in cuFFT's order, aligned tubes, cuFFT's work area.
  std::shared_ptr<device_memory> scratch;
  std::size_t tubes_at = 0, bytes = 0;

  bool trivial() const { return at.k == 1 || at.tubes == 0; }
  std::size_t tube_bytes() const { return static_cast<std::size_t>(at.tubes * at.k) * sizeof(T); }
  T* all() const { return part_of<T>(*scratch, 0); }
  T* tubes() const { return part_of<T>(*scratch, tubes_at); }
  std::int64_t blocks() const { return blocks_for(at.tubes * at.k); }
};

template <class T>
backend<cuda>::transform_plan<T>::transform_plan(backend& b, std::int64_t tubes, std::int64_t k)
    : state_(new state{&b, {tubes, k}, {}, {}, {}, 0, 0}) {
  state& s = *state_;
  if (s.trivial()) return;
  auto& context = b.internals();
  const device_guard guard(context.device);
  constexpr bool single = sizeof(T) == sizeof(float);
  std::size_t work_bytes = 0;
  s.forward = make_plan(s.at, single ? CUFFT_R2C : CUFFT_D2Z, context.stream, work_bytes);
  s.inverse = make_plan(s.at, single ? CUFFT_C2R : CUFFT_Z2D, context.stream, work_bytes);
  scratch_layout layout;
  layout.template add<T>(2 * s.at.slices() * tubes);
  s.tubes_at = layout.template add<T>(tubes * k);
  const std::size_t work = layout.add(work_bytes);
  s.bytes = layout.bytes();
  s.scratch = context.scratch(s.bytes);
  for (const fft_handle* plan : {&s.forward, &s.inverse}) {
    check(cufftSetWorkArea(plan->get(), part_of<void>(*s.scratch, work)),
          {"cufftSetWorkArea", {tubes, k}});
  }
}

template <class T>
backend<cuda>::transform_plan<T>::~transform_plan() {
  if (!state_) return;
  const device_guard guard(state_->owner->internals().device);
  state_.reset();
}
template <class T>
backend<cuda>::transform_plan<T>::transform_plan(transform_plan&&) noexcept = default;
template <class T>
backend<cuda>::transform_plan<T>& backend<cuda>::transform_plan<T>::operator=(
    transform_plan&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

template <class T>
void backend<cuda>::transform_plan<T>::forward(const T* x, T* spectrum) {
  state& s = *state_;
  auto& context = s.owner->internals();
  if (s.trivial())
    return s.owner->copy(spectrum, x, static_cast<std::size_t>(s.at.tubes) * sizeof(T));
  const device_guard guard(context.device);
  if (!fit_for_cufft(x)) {
    s.owner->copy(s.tubes(), x, s.tube_bytes());
    x = s.tubes();
  }
  // out of place, a forward transform leaves its input alone
  check(run(s.forward.get(), const_cast<T*>(x), s.all()),
        {"cufftExecD2Z or cufftExecR2C", {s.at.tubes, s.at.k}});
  launch(context.stream, "spectrum kernel", drop_redundant<T>, s.blocks(), s.at, s.all(), spectrum);
}

template <class T>
void backend<cuda>::transform_plan<T>::inverse(const T* spectrum, T* x) {
  state& s = *state_;
  auto& context = s.owner->internals();
  if (s.trivial())
    return s.owner->copy(x, spectrum, static_cast<std::size_t>(s.at.tubes) * sizeof(T));
  const device_guard guard(context.device);
  launch(context.stream, "spectrum kernel", add_redundant<T>, s.blocks(), s.at, spectrum, s.all());
  T* const to = fit_for_cufft(x) ? x : s.tubes();
  check(run_back(s.inverse.get(), s.all(), to),
        {"cufftExecZ2D or cufftExecC2R", {s.at.tubes, s.at.k}});
  if (to != x) s.owner->copy(x, to, s.tube_bytes());
}

template <class T>
std::size_t backend<cuda>::transform_plan<T>::workspace_bytes() const {
  return state_->bytes;
}

template class backend<cuda>::transform_plan<float>;
template class backend<cuda>::transform_plan<double>;

}  // namespace tubal::detail
