// The transform along the tubes against the DFT's definition, and its layout.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using half_spectrum_test = operator_test<T>;
TYPED_TEST_SUITE(half_spectrum_test, precisions);

const std::int64_t tube_lengths[] = {1,  2,  3,  4,  5,   7,   8,   13,  16,  17,   31,
                                     32, 33, 64, 97, 101, 127, 128, 257, 857, 1021, 4099};

/// Growth of the error with k: a fast transform's, or that of sums of k terms.
template <class S>
double growth(const context<S>& ctx, std::int64_t k) {
  const auto size = static_cast<double>(k);
  return ctx.description()["tube_transform"] == "DFT" ? std::sqrt(size) : std::log2(size) + 1;
}

TYPED_TEST(half_spectrum_test, counts) {
  for (const std::int64_t k : tube_lengths) {
    const slice_counts s(k);
    EXPECT_EQ(s.complex + s.real, k / 2 + 1);
    EXPECT_EQ(2 * s.complex + s.real, k);
  }
}

TYPED_TEST(half_spectrum_test, by_hand) {
  using T = TypeParam;
  // Tubes (1,2,3,4) and (1,0,0,0): spectra 10, -2+2i, -2 and 1, 1, 1; the complex slice comes
  // first.
  const auto x = this->put({1, 2, 4}, {1, 1, 2, 0, 3, 0, 4, 0});
  half_spectrum<T, space> spectrum(this->ctx(), x.shape());
  tube_transform<T, space>(this->ctx(), x.shape()).forward(x, spectrum);
  const double expected[] = {-2, 2, 1, 0, 10, 1, -2, 1};
  const std::vector<T> found = this->get(spectrum);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(found[i], expected[i], 30 * this->eps);
  EXPECT_EQ(reinterpret_cast<T*>(spectrum.complex_data()), spectrum.data());
  EXPECT_EQ(spectrum.real_data(), spectrum.data() + 4);
}

TYPED_TEST(half_spectrum_test, definition) {
  using T = TypeParam;
  std::vector<shape> cases = {{0, 3, 4}, {3, 0, 1}, {17, 33, 6}, {33, 31, 5}, {65, 64, 3}};
  for (const std::int64_t k : tube_lengths) cases.push_back({2, k > 1000 ? 1 : 9, k});
  unsigned seed = 1;
  for (const shape& s : cases) {
    const double size = growth(this->ctx(), s.tube), root = std::sqrt(double(s.tube));
    tube_transform<T, space> transform(this->ctx(), s);
    for (int round = 0; round < 3; ++round) {  // a plan executes again, on fresh data
      const plain x = random_tensor(s, seed++);
      const auto dx = this->put(x);
      auto spectrum = this->put_spectrum(s, this->get(this->poisoned(s)));
      transform.forward(dx, spectrum);
      const std::vector<double> expected = half_spectrum_of(x);
      const std::vector<T> forward = this->get(spectrum);
      this->expect_ratio("forward transform", distance(expected, forward), root * norm(x) * size,
                         to_string(s));
      EXPECT_EQ(this->get(dx), x.as<T>()) << "input changed";

      auto back = this->poisoned(s);
      transform.inverse(spectrum, back);
      this->expect_ratio("round trip", distance(x, this->get(back)), norm(x) * size, to_string(s));
      EXPECT_EQ(this->get(spectrum), forward) << "input changed";
    }
  }
}

TYPED_TEST(half_spectrum_test, inverse_definition) {
  using T = TypeParam;
  unsigned seed = 100;
  for (const std::int64_t k : tube_lengths) {
    const shape s{3, k > 1000 ? 1 : 5, k};
    const plain spectrum = random_tensor(s, seed++);
    auto x = this->poisoned(s);
    tube_transform<T, space> transform(this->ctx(), s);
    transform.inverse(this->put_spectrum(s, spectrum.as<T>()), x);
    const plain expected = tensor_of(s, spectrum.values);
    this->expect_ratio("inverse transform", distance(expected, this->get(x)),
                       norm(expected) * growth(this->ctx(), k), to_string(s));
  }
}

TYPED_TEST(half_spectrum_test, denormals) {
  for (const std::int64_t k : tube_lengths) {
    const plain x = this->denormals({3, 2, k}, 300);
    const double unit = this->norm_of_denormals(x.shape) * growth(this->ctx(), k);
    const auto spectrum = this->spectrum_of(x);
    this->expect_ratio("forward transform, denormals",
                       distance(half_spectrum_of(x), this->get(spectrum)),
                       std::sqrt(double(k)) * unit, to_string(x.shape));
    auto back = this->poisoned(x.shape);
    tube_transform<TypeParam, space>(this->ctx(), x.shape).inverse(spectrum, back);
    this->expect_ratio("round trip, denormals", distance(x, this->get(back)), unit,
                       to_string(x.shape));
  }
}

TYPED_TEST(half_spectrum_test, parseval) {
  unsigned seed = 200;
  for (const std::int64_t k : tube_lengths) {
    const shape s{3, 2, k};
    const plain a = random_tensor(s, seed++), b = random_tensor(s, seed++);
    const auto sa = this->get(this->spectrum_of(a)), sb = this->get(this->spectrum_of(b));
    double sum = 0;  // <A,B> = (1/k) (2 Re <complex parts> + <real parts>)
    const auto complex_reals =
        static_cast<std::size_t>(2 * slice_counts(k).complex * s.slice_size());
    for (std::size_t i = 0; i < sa.size(); ++i)
      sum +=
          (i < complex_reals ? 2.0 : 1.0) * static_cast<double>(sa[i]) * static_cast<double>(sb[i]);
    this->expect_ratio("Parseval", std::abs(sum / static_cast<double>(k) - dot(a, b)),
                       norm(a) * norm(b) * growth(this->ctx(), k), to_string(s));
  }
}

TYPED_TEST(half_spectrum_test, plans_move_and_tell_their_workspace) {
  using T = TypeParam;
  const shape s{2, 2, 6};
  tube_transform<T, space> plan(this->ctx(), s), other(this->ctx(), {1, 1, 1});
  const std::size_t bytes = plan.workspace_bytes();
  other = std::move(plan);
  EXPECT_EQ(other.workspace_bytes(), bytes);
  const plain x = random_tensor(s, 5);
  half_spectrum<T, space> spectrum(this->ctx(), s);
  other.forward(this->put(x), spectrum);
  this->expect_ratio("forward transform", distance(half_spectrum_of(x), this->get(spectrum)),
                     std::sqrt(6.0) * norm(x));
}

}  // namespace
}  // namespace tubal::test
