// Random tensors from seeds.
#pragma once

#include <tubal/tensor.hpp>

namespace tubal {

/// What a random tensor is for. Different streams of one seed are independent.
enum class random_stream : std::uint32_t {
  user = 0,
  ground_truth = 1,
  initial_factor = 2,
  measurement = 3,
  noise = 4,
  right_factor = 5,  ///< Q_0 of L_0 * Q_0^T
  sampling = 6,      ///< which entries, tubes, slices, coordinates are measured
  signs = 7,         ///< of a randomised transform
  held_out = 8,      ///< which measurements are held out
  probe = 9          ///< where a power iteration starts
};

/// x(i) = scale * (normal or uniform number i of the stream), i counting in memory order.
/// Number i depends on (seed, stream, i) alone: not on the size, the space, the threads; float is
/// the rounding of double. Generator: Philox 4x32-10 with counter (i, stream) and key seed; 52 bits
/// give a uniform in (0,1); the normal is its inverse distribution function (Wichura 1988, AS 241).
/// Enqueue only.
template <class T, class Space>
void fill_normal(context<Space>& ctx, tensor_view<T, Space> x, double scale, std::uint64_t seed,
                 random_stream stream = random_stream::user);
template <class T, class Space>
void fill_uniform(context<Space>& ctx, tensor_view<T, Space> x, double scale, std::uint64_t seed,
                  random_stream stream = random_stream::user);

}  // namespace tubal
