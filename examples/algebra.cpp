// Factorisations, and what they are good for.
#include <tubal/tubal.hpp>

#include <cstdio>

int main() {
  using tubal::op;
  tubal::context<tubal::host> ctx;

  // A of tubal rank 3: the product of a 20 x 3 x 8 and a 3 x 12 x 8 tensor, and a little noise.
  auto left = tubal::empty<double>(ctx, {20, 3, 8}), right = tubal::empty<double>(ctx, {3, 12, 8});
  tubal::fill_normal(ctx, left, 1.0, 1);
  tubal::fill_normal(ctx, right, 1.0, 2);
  auto a = tubal::empty<double>(ctx, {20, 12, 8});
  tubal::fill_normal(ctx, a, 1e-6, 3);
  tubal::tproduct_plan<double, tubal::host>(ctx, left.shape(), right.shape())
      .execute(left, right, a, /*alpha=*/1, /*beta=*/1);  // A <- left * right + A

  // Its singular values, once; ranks and norms from them.
  const tubal::singular_values s = tubal::singular_values_of(ctx, a);
  std::printf("tubal rank %ld, spectral norm %.3f, nuclear norm %.3f\n",
              static_cast<long>(tubal::tubal_rank(s, 1e-4)), tubal::spectral_norm(s),
              tubal::nuclear_norm(s));

  // The best tensor of tubal rank 3 leaves the noise out: U * S * V^T.
  const auto f = tubal::svd(ctx, a, {.rank = 3});
  const auto denoised =
      tubal::tproduct(ctx, tubal::tproduct(ctx, f.u, f.s), f.v, {.op_b = op::transpose});
  const auto exact = tubal::tproduct(ctx, left, right);
  const auto distance = [&](const auto& x) {
    return tubal::distance(ctx, x, exact) / tubal::frobenius_norm(ctx, exact);
  };
  std::printf("distance to the truth: %.1e, denoised %.1e\n", distance(a), distance(denoised));

  // A system, along the discrete cosine transform instead of the DFT.
  const tubal::transform dct = tubal::transform::dct();
  const auto gram = tubal::gram(ctx, left, dct);  // 20 x 20 x 8, of tubal rank 3
  const auto x = tubal::least_squares(ctx, left, a, {}, dct);
  std::printf("the least-squares solution is %s\n", to_string(x.shape()).c_str());
  std::printf("tubal rank of left * left^T: %ld\n",
              static_cast<long>(tubal::tubal_rank(ctx, gram, {}, dct)));
  return distance(denoised) < distance(a) ? 0 : 1;
}
