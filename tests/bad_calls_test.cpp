// Bad calls: a typed error that names the argument and both shapes, and outputs as they were.
#include <algorithm>
#include <functional>

#include "spaces.hpp"

namespace tubal::test {
namespace {

enum class fault_kind { shape, value, alias };

/// A way to call an operation: the views that stand for its arguments, in order.
template <class T>
using views = std::vector<tensor_view<T, space>>;

struct parameter {
  const char* name;
  tubal::shape good;
  bool output = false;
  /// Sizes that the call may choose: R rows, C cols, K tube length.
  std::string free = {};
};

template <class T>
struct operation {
  std::string name;
  std::vector<parameter> parameters;
  std::function<void(const views<T>&)> call;
};

struct bad_call {
  std::string what;
  fault_kind kind;
  std::vector<std::string> mentions;
};

template <class T>
class bad_calls_test : public operator_test<T> {
 protected:
  static constexpr std::int64_t room = 512;  // elements that each argument may take

  static half_spectrum_view<T, space> spectrum(const tensor_view<T, space>& x) {
    return {x.data(), x.shape()};
  }

  /// One call that must throw, and leave `pool` alone.
  void expect_throw(const bad_call& bad, const std::function<void()>& call) {
    ++calls;
    SCOPED_TRACE(bad.what);
    try {
      call();
      ADD_FAILURE() << "no error";
    } catch (const error& e) {
      const bool shape = dynamic_cast<const shape_error*>(&e) != nullptr;
      const bool alias = dynamic_cast<const alias_error*>(&e) != nullptr;
      const bool value = dynamic_cast<const argument_error*>(&e) != nullptr;
      EXPECT_TRUE(bad.kind == fault_kind::alias   ? alias
                  : bad.kind == fault_kind::shape ? shape
                                                  : value && !alias)
          << e.what();
      if (shape) expect_name_and_two_shapes(e.what());
      for (const std::string& part : bad.mentions)
        EXPECT_NE(std::string(e.what()).find(part), std::string::npos)
            << "no \"" << part << "\" in: " << e.what();
    } catch (const std::exception& e) {
      ADD_FAILURE() << "an error of another type: " << e.what();
    }
  }

  /// "c is 3 x 5 x 4, but a * b asks for 3 x 4 x 4": a name with its shape and, once more, sizes.
  static void expect_name_and_two_shapes(const std::string& message) {
    const auto sizes = [&](std::size_t from) {  // where "3 x 5", "k = 3" or "23 numbers" stands
      return std::min(
          {message.find(" x ", from), message.find("k = ", from), message.find(" numbers", from)});
    };
    const std::size_t named = std::min(message.find(" is "), message.find(" holds "));
    const std::size_t but = message.find(", but ");
    ASSERT_NE(named, std::string::npos) << "no name in: " << message;
    ASSERT_NE(but, std::string::npos) << "nothing to compare with in: " << message;
    EXPECT_LT(sizes(named), but) << "no shape of the argument in: " << message;
    EXPECT_TRUE(sizes(but) != std::string::npos || message.find(" and b is ") < but)
        << "no second shape in: " << message;
  }

  void try_everything(const operation<T>& op) {
    // Every argument has a place of its own in one piece of memory.
    const auto count = static_cast<std::int64_t>(op.parameters.size());
    std::vector<T> contents(static_cast<std::size_t>(room * count));
    for (std::size_t i = 0; i < contents.size(); ++i) contents[i] = static_cast<T>(i % 7) - 3;
    const auto pool = this->put({room * count, 1, 1}, contents);
    views<T> good;
    for (std::int64_t a = 0; a < count; ++a)
      good.emplace_back(pool.data() + a * room, op.parameters[static_cast<std::size_t>(a)].good);

    const auto with = [&](std::size_t a, T* data, const shape& s) {
      views<T> changed = good;
      changed[a] = tensor_view<T, space>(data, s);
      return changed;
    };
    const auto expect = [&](const bad_call& bad, const views<T>& arguments) {
      expect_throw(bad, [&] { op.call(arguments); });
      EXPECT_EQ(this->get(pool), contents) << bad.what << ": memory changed";
    };
    for (std::size_t a = 0; a < good.size(); ++a) {
      const parameter& p = op.parameters[a];
      T* const data = good[a].data();
      for (const shape& s : other_shapes(p))
        expect({op.name + ": " + p.name + " is " + to_string(s), fault_kind::shape, {}},
               with(a, data, s));
      for (const shape& s : impossible_shapes(p.good))
        expect({op.name + ": " + p.name + " is " + to_string(s), fault_kind::value, {to_string(s)}},
               with(a, data, s));
      expect({op.name + ": " + p.name + " is null",
              fault_kind::value,
              {std::string(p.name) + " (" + to_string(p.good) + ")", "null"}},
             with(a, nullptr, p.good));
      for (const int bytes : {1, 2})
        expect({op.name + ": " + p.name + " is misaligned",
                fault_kind::value,
                {std::string(p.name) + " (" + to_string(p.good) + ")", "aligned"}},
               with(a, reinterpret_cast<T*>(reinterpret_cast<char*>(data) + bytes), p.good));
      if (!p.output) continue;
      for (std::size_t b = 0; b < good.size(); ++b) {
        if (op.parameters[b].output) continue;
        const parameter& in = op.parameters[b];
        for (const std::int64_t shift : {std::int64_t{0}, in.good.size() - 1})
          expect({op.name + ": " + p.name + " overlaps " + in.name,
                  fault_kind::alias,
                  {p.name, in.name, to_string(p.good), to_string(in.good)}},
                 with(a, good[b].data() + shift, p.good));
      }
    }
    this->ctx().wait();
  }

  /// Shapes that other arguments, or a plan, do not allow.
  static std::vector<shape> other_shapes(const parameter& p) {
    std::vector<shape> all;
    const auto add = [&](char which, std::int64_t shape::*size, std::int64_t least) {
      if (p.free.find(which) != std::string::npos) return;
      for (const std::int64_t value :
           {p.good.*size - 1, p.good.*size + 1, 2 * p.good.*size, std::int64_t{1000000}}) {
        shape s = p.good;
        s.*size = value;
        if (value >= least && s != p.good) all.push_back(s);
      }
    };
    add('R', &shape::rows, 0);
    add('C', &shape::cols, 0);
    add('K', &shape::tube, 1);
    return all;
  }
  /// Shapes that no tensor has.
  static std::vector<shape> impossible_shapes(const shape& good) {
    std::vector<shape> all;
    for (const auto size : {&shape::rows, &shape::cols, &shape::tube})
      for (const std::int64_t value :
           {std::int64_t{-1}, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max(),
            std::numeric_limits<std::int64_t>::min()}) {
        shape s = good;
        s.*size = value;
        all.push_back(s);
      }
    all.push_back({good.rows, good.cols, 0});
    return all;
  }

  int calls = 0;
};
TYPED_TEST_SUITE(bad_calls_test, precisions);

TYPED_TEST(bad_calls_test, every_operation) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const std::int64_t n = 3, k = 4, m = 5, dimension = symmetric_dimension(n, k);
  const shape a{3, 2, k}, b{2, 5, k}, c{3, 5, k}, square{n, n, k};
  const shape packed{dimension, 1, 1}, data{m, 1, 1}, tensors{n, n, k * m};
  const auto view = [](const auto& x) { return TestFixture::spectrum(x); };

  tproduct_plan<T, space> product(ctx, a, b);
  gram_plan<T, space> gram_of(ctx, a);
  tube_transform<T, space> transform(ctx, a);
  auto op = packed_sensing<T, space>::gaussian(ctx, n, k, m, 1);
  const auto before = this->get(op.matrix());
  const auto stored = this->put(random_tensor(tensors, 1));
  const dense_sensing plain_op(ctx, stored, k);
  const auto y = this->put(random_tensor(data, 2)), u0 = this->put(random_tensor(a, 3));
  recovery descent(ctx, op, y, u0, 1e-3);
  std::vector<T> values(1000);
  const shape full{n, n, k}, q_shape{2, 2, k};
  svd_plan<T, space> svd_of(ctx, a);
  randomized_svd_plan<T, space> sketch(ctx, a, 2);
  qr_plan<T, space> qr_of(ctx, a);
  lq_plan<T, space> lq_of(ctx, a);
  eigen_plan<T, space> eigen_of(ctx, full);
  symmetric_function_plan<T, space> exponential_of(ctx, full, symmetric_function::exponential);
  cholesky_plan<T, space> cholesky_of(ctx, full);
  lu_plan<T, space> lu_of(ctx, a);
  solve_plan<T, space> solver(ctx, full, a);
  inverse_plan<T, space> inverse_of(ctx, full);
  pseudo_inverse_plan<T, space> pseudo(ctx, a);
  least_squares_plan<T, space> least(ctx, a, full);
  polar_plan<T, space> polar_of(ctx, a);
  power_plan<T, space> power_of(ctx, full, 3);
  projection_plan<T, space> projection(ctx, a, full);
  shrink_plan<T, space> shrinking(ctx, a, shrinkage::soft_threshold);

  const std::vector<operation<T>> operations = {
      {"svd_plan",
       {{"a", a}, {"u", a, true}, {"s", q_shape, true}, {"v", q_shape, true}},
       [&](const auto& x) { svd_of.execute(x[0], x[1], x[2], x[3]); }},
      {"randomized_svd_plan",
       {{"a", a}, {"u", a, true}, {"s", q_shape, true}, {"v", q_shape, true}},
       [&](const auto& x) { sketch.execute(x[0], x[1], x[2], x[3]); }},
      {"qr_plan",
       {{"a", a}, {"q", a, true}, {"r", q_shape, true}},
       [&](const auto& x) { qr_of.execute(x[0], x[1], x[2]); }},
      {"lq_plan",
       {{"a", a}, {"l", a, true}, {"q", q_shape, true}},
       [&](const auto& x) { lq_of.execute(x[0], x[1], x[2]); }},
      {"eigen_plan",
       {{"a", full}, {"v", full, true}, {"d", full, true}},
       [&](const auto& x) { eigen_of.execute(x[0], x[1], x[2]); }},
      {"symmetric_function_plan",
       {{"a", full}, {"c", full, true}},
       [&](const auto& x) { exponential_of.execute(x[0], x[1]); }},
      {"cholesky_plan",
       {{"a", full}, {"l", full, true}},
       [&](const auto& x) { cholesky_of.execute(x[0], x[1]); }},
      {"lu_plan",
       {{"a", a}, {"p", full, true}, {"l", a, true}, {"u", q_shape, true}},
       [&](const auto& x) { lu_of.execute(x[0], x[1], x[2], x[3]); }},
      {"solve_plan",
       {{"a", full}, {"b", a}, {"x", a, true}},
       [&](const auto& x) { solver.execute(x[0], x[1], x[2]); }},
      {"inverse_plan",
       {{"a", full}, {"x", full, true}},
       [&](const auto& x) { inverse_of.execute(x[0], x[1]); }},
      {"pseudo_inverse_plan",
       {{"a", a}, {"x", {2, 3, k}, true}},
       [&](const auto& x) { pseudo.execute(x[0], x[1]); }},
      {"least_squares_plan",
       {{"a", a}, {"b", full}, {"x", {2, 3, k}, true}},
       [&](const auto& x) { least.execute(x[0], x[1], x[2]); }},
      {"polar_plan",
       {{"a", a}, {"w", a, true}, {"h", q_shape, true}},
       [&](const auto& x) { polar_of.execute(x[0], x[1], x[2]); }},
      {"power_plan",
       {{"a", full}, {"c", full, true}},
       [&](const auto& x) { power_of.execute(x[0], x[1]); }},
      {"projection_plan",
       {{"a", a}, {"x", full}, {"projected", full, true}},
       [&](const auto& x) { projection.execute(x[0], x[1], x[2]); }},
      {"shrink_plan",
       {{"a", a}, {"c", a, true}},
       [&](const auto& x) { shrinking.execute(x[0], x[1], 0.5); }},
      {"facewise_product",
       {{"a", a}, {"b", b}, {"c", c, true}},
       [&](const auto& x) { facewise_product(ctx, x[0], x[1], x[2]); }},
      {"bcirc",
       {{"a", a}, {"c", {3 * k, 2 * k, 1}, true}},
       [&](const auto& x) { bcirc(ctx, x[0], x[1]); }},
      {"unfold",
       {{"a", a}, {"c", {3 * k, 2, 1}, true}},
       [&](const auto& x) { unfold(ctx, x[0], x[1]); }},
      {"fold",
       {{"a", {3 * k, 2, 1}}, {"c", a, true}},
       [&](const auto& x) { fold(ctx, x[0], x[1]); }},
      {"singular_values_of",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { singular_values_of(ctx, x[0]); }},
      {"singular_tubes",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { singular_tubes(ctx, x[0]); }},
      {"truncated_svd",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { truncated_svd(ctx, x[0], truncation::numerical_rank()); }},
      {"tproduct_plan",
       {{"a", a}, {"b", b}, {"c", c, true}},
       [&](const auto& x) { product.execute(x[0], x[1], x[2]); }},
      {"tproduct into",
       {{"a", a}, {"b", b}, {"c", c, true}},
       [&](const auto& x) { tproduct(ctx, x[0], x[1], x[2]); }},
      {"tproduct",
       {{"a", a, false, "R"}, {"b", b, false, "C"}},
       [&](const auto& x) { tproduct(ctx, x[0], x[1]); }},
      {"gram_plan",
       {{"u", a}, {"x", square, true}},
       [&](const auto& x) { gram_of.execute(x[0], x[1]); }},
      {"gram", {{"u", a, false, "RCK"}}, [&](const auto& x) { gram(ctx, x[0]); }},
      {"transpose",
       {{"a", a}, {"c", {2, 3, k}, true}},
       [&](const auto& x) { transpose(ctx, x[0], x[1]); }},
      {"set_identity", {{"e", square, true, "K"}}, [&](const auto& x) { set_identity(ctx, x[0]); }},
      {"inner_product",
       {{"a", a}, {"b", a}},
       [&](const auto& x) { inner_product(ctx, x[0], x[1]); }},
      {"frobenius_norm",
       {{"a", a, false, "RCK"}},
       [&](const auto& x) { frobenius_norm(ctx, x[0]); }},
      {"copy", {{"from", a}, {"to", a, true}}, [&](const auto& x) { copy(ctx, x[0], x[1]); }},
      {"to_host",
       {{"x", a, false, "RCK"}},
       [&](const auto& x) { to_host(ctx, x[0], values.data()); }},
      {"fill_normal",
       {{"x", a, true, "RCK"}},
       [&](const auto& x) { fill_normal(ctx, x[0], 1, 1); }},
      {"fill_uniform",
       {{"x", a, true, "RCK"}},
       [&](const auto& x) { fill_uniform(ctx, x[0], 1, 1); }},
      {"forward",
       {{"x", a}, {"spectrum", a, true}},
       [&](const auto& x) { transform.forward(x[0], view(x[1])); }},
      {"inverse",
       {{"spectrum", a}, {"x", a, true}},
       [&](const auto& x) { transform.inverse(view(x[0]), x[1]); }},
      {"pack_symmetric",
       {{"spectrum", square}, {"packed", packed, true}},
       [&](const auto& x) { pack_symmetric(ctx, view(x[0]), x[1]); }},
      {"unpack_symmetric",
       {{"packed", packed}, {"spectrum", square, true}},
       [&](const auto& x) { unpack_symmetric(ctx, x[0], view(x[1])); }},
      {"packed apply",
       {{"x", packed}, {"y", data, true}},
       [&](const auto& x) { op.apply(ctx, x[0], x[1]); }},
      {"packed adjoint",
       {{"y", data}, {"x", packed, true}},
       [&](const auto& x) { op.adjoint(ctx, x[0], x[1]); }},
      {"assign",
       {{"tensors", {n, n, k}, false, "K"}},
       [&](const auto& x) { op.assign(ctx, 0, x[0]); }},
      {"plain apply",
       {{"x", square}, {"y", data, true}},
       [&](const auto& x) { plain_op.apply(ctx, x[0], x[1]); }},
      {"plain adjoint",
       {{"y", data}, {"x", square, true}},
       [&](const auto& x) { plain_op.adjoint(ctx, x[0], x[1]); }},
      {"dense_sensing",
       {{"tensors", {n, n, 1 * k}, false, "RCK"}},
       [&](const auto& x) { dense_sensing(ctx, x[0], k); }},
      {"recovery",
       {{"y", data}, {"initial", a, false, "C"}},
       [&](const auto& x) { recovery(ctx, op, x[0], x[1], 1e-3); }},
      {"monitor", {{"truth", square}}, [&](const auto& x) { monitor(descent, x[0], {}); }}};
  for (const operation<T>& one : operations) this->try_everything(one);
  std::printf("%d bad calls\n", this->calls);
  EXPECT_GE(this->calls, 300);

  // Nothing has stuck: the operators are as they were and good calls work.
  EXPECT_EQ(this->get(op.matrix()), before);
  const plain one = random_tensor(a, 1), two = random_tensor(b, 2);
  auto out = this->poisoned(c);
  product.execute(this->put(one), this->put(two), out);
  ctx.wait();
  this->expect_ratio("t-product", distance(tproduct(one, two), this->get(out)),
                     norm(one) * norm(two));
}

TYPED_TEST(bad_calls_test, values_and_options) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  constexpr std::int64_t far = std::int64_t{1} << 40;
  const auto bad = [&](const std::string& what, const std::string& mentions,
                       const std::function<void()>& call, fault_kind kind = fault_kind::value) {
    this->expect_throw({what, kind, {mentions}}, call);
  };
  // Shapes of new tensors and plans
  for (const shape& s : TestFixture::impossible_shapes({3, 2, 4})) {
    bad("tensor", to_string(s), [&] { empty<T>(ctx, s); });
    bad("zeros", to_string(s), [&] { zeros<T>(ctx, s); });
    bad("from_host", to_string(s), [&] { from_host(ctx, s, std::vector<T>(24)); });
    bad("half_spectrum", to_string(s), [&] { half_spectrum<T, space>(ctx, s); });
    bad("tube_transform", to_string(s), [&] { tube_transform<T, space>(ctx, s); });
    bad("gram_plan", to_string(s), [&] { gram_plan<T, space>(ctx, s); });
    bad("tproduct_plan a", to_string(s), [&] { tproduct_plan<T, space>(ctx, s, {2, 3, 4}); });
    bad("svd_plan", to_string(s), [&] { svd_plan<T, space>(ctx, s); });
    bad("qr_plan", to_string(s), [&] { qr_plan<T, space>(ctx, s); });
    bad("lq_plan", to_string(s), [&] { lq_plan<T, space>(ctx, s); });
    bad("eigen_plan", to_string(s), [&] { eigen_plan<T, space>(ctx, s); });
    bad("cholesky_plan", to_string(s), [&] { cholesky_plan<T, space>(ctx, s); });
    bad("lu_plan", to_string(s), [&] { lu_plan<T, space>(ctx, s); });
    bad("inverse_plan", to_string(s), [&] { inverse_plan<T, space>(ctx, s); });
    bad("solve_plan", to_string(s), [&] { solve_plan<T, space>(ctx, s, s); });
    bad("polar_plan", to_string(s), [&] { polar_plan<T, space>(ctx, s); });
    bad("tproduct_plan b", to_string(s), [&] { tproduct_plan<T, space>(ctx, {3, 3, 4}, s); });
  }
  for (const shape& s : {shape{3, 3, 4}, shape{1, 3, 4}, shape{2, 3, 3}, shape{2, 3, 5}})
    bad(
        "tproduct_plan b", to_string(s),
        [&] {
          tproduct_plan<T, space>(ctx, {3, 2, 4}, s);
        },
        fault_kind::shape);
  const shape wide{3, 4, 2};
  const auto not_square = [&](const char* what, const std::function<void()>& call) {
    bad(what, "3 x 4 x 2", call, fault_kind::shape);
  };
  not_square("eigen_plan", [&] { eigen_plan<T, space>(ctx, wide); });
  not_square("cholesky_plan", [&] { cholesky_plan<T, space>(ctx, wide); });
  not_square("inverse_plan", [&] { inverse_plan<T, space>(ctx, wide); });
  not_square("solve_plan", [&] { solve_plan<T, space>(ctx, wide, wide); });
  not_square("power_plan", [&] { power_plan<T, space>(ctx, wide, 2); });
  not_square("projection_plan", [&] { projection_plan<T, space>(ctx, wide, wide); });
  bad("svd rank", "rank is 4", [&] { svd_plan<T, space>(ctx, wide, {.rank = 4}); });
  bad("power", "exponent is -1", [&] { power_plan<T, space>(ctx, {2, 2, 2}, -1); });
  bad(
      "solve_plan b", "4 x 1 x 2",
      [&] {
        solve_plan<T, space>(ctx, {3, 3, 2}, {4, 1, 2});
      },
      fault_kind::shape);
  bad(
      "least_squares_plan b", "3 x 1 x 3",
      [&] {
        least_squares_plan<T, space>(ctx, {3, 2, 2}, {3, 1, 3});
      },
      fault_kind::shape);
  bad("haar", "", [&] { svd_plan<T, space>(ctx, {2, 2, 6}, {.along = transform::haar()}); });
  bad(
      "from_host", "23 numbers",
      [&] {
        from_host(ctx, {3, 2, 4}, std::vector<T>(23));
      },
      fault_kind::shape);
  bad("from_host", "null", [&] { from_host(ctx, {3, 2, 4}, static_cast<const T*>(nullptr)); });
  const auto x = this->put(random_tensor({3, 2, 4}, 1));
  bad("to_host", "values (3 x 2 x 4)", [&] { to_host(ctx, x, static_cast<T*>(nullptr)); });
  for (const shape& s : TestFixture::impossible_shapes({3, 2, 4}))
    bad("to_host", to_string(s), [&] { to_host(ctx, tensor_view<T, space>(x.data(), s)); });
  // Counts
  for (const std::int64_t n : {std::int64_t{-1}, far})
    bad("n", "", [&] { symmetric_dimension(n, 3); });
  for (const std::int64_t k : {std::int64_t{-1}, std::int64_t{0}, far})
    bad("k", "", [&] { symmetric_dimension(3, k); });
  for (const std::int64_t r : {-1, 4})
    bad("r", "r is", [&] { symmetric_degrees_of_freedom(3, 2, r); });
  // Random numbers
  auto fresh = this->put(random_tensor({3, 2, 4}, 1));
  for (const double scale : {-1.0, double(this->nan), double(this->inf)}) {
    bad("fill_normal", "scale", [&] { fill_normal(ctx, fresh, scale, 1); });
    bad("fill_uniform", "scale", [&] { fill_uniform(ctx, fresh, scale, 1); });
  }
  EXPECT_EQ(this->get(fresh), this->get(x));
  // Sensing
  for (const std::int64_t wrong : {std::int64_t{-1}, far})
    bad("sensing n", "X is", [&] { packed_sensing<T, space>(ctx, wrong, 4, 5); });
  for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{0}, far}) {
    bad("sensing k", "X is", [&] { packed_sensing<T, space>(ctx, 3, wrong, 5); });
    bad("sensing m", "m is", [&] { packed_sensing<T, space>(ctx, 3, 4, wrong); });
    bad("gaussian m", "m is", [&] { packed_sensing<T, space>::gaussian(ctx, 3, 4, wrong, 1); });
  }
  auto op = packed_sensing<T, space>::gaussian(ctx, 3, 4, 5, 1);
  const auto two = this->put(random_tensor({3, 3, 8}, 1));
  for (const std::int64_t first : {-1, 4, 5, 100})
    bad("assign first", "first is", [&] { op.assign(ctx, first, two); });
  const auto many = this->put(random_tensor({3, 3, 24}, 1));
  bad("assign too many", "tensors is 3 x 3 x 24", [&] { op.assign(ctx, 0, many); });
  for (const std::int64_t tube : {1, 3, 5, 9})
    bad(
        "assign tube", "tensors is",
        [&] {
          op.assign(ctx, 0, tensor_view<T, space>(two.data(), {2, 2, tube}));
        },
        fault_kind::shape);
  for (const std::int64_t k : {-1, 0}) bad("plain k", "k is", [&] { dense_sensing(ctx, two, k); });
  for (const std::int64_t k : {3, 5, 16})
    bad(
        "plain k", "3 x 3 x 8", [&] { dense_sensing(ctx, two, k); }, fault_kind::shape);
  // Recovery, monitor, run
  const auto y = this->put(random_tensor({5, 1, 1}, 1)),
             u0 = this->put(random_tensor({3, 2, 4}, 2));
  for (const double step : {0.0, -1.0, double(this->nan), double(this->inf)})
    bad("recovery", "step_size", [&] { recovery(ctx, op, y, u0, step); });
  bad("recovery", "nothing to recover", [&] {
    recovery(ctx, op, zeros<T>(ctx, {5, 1, 1}), u0, 1e-3);
  });
  bad("recovery", "R (columns of initial)", [&] {
    recovery(ctx, op, y, empty<T>(ctx, {3, 0, 4}), 1e-3);
  });
  recovery descent(ctx, op, y, u0, 1e-3);
  for (const std::int64_t r : {-1, 0, 4})
    bad("monitor", "tubal_rank", [&] { monitor(descent, {}, {.tubal_rank = r}); });
  for (const double tolerance : {-1.0, double(this->nan), double(this->inf)})
    bad("monitor", "rank_tolerance",
        [&] { monitor(descent, {}, {.tubal_rank = {}, .rank_tolerance = tolerance}); });
  bad("monitor", "all zero", [&] { monitor(descent, zeros<T>(ctx, {3, 3, 4}), {}); });
  bad("monitor", "not t-symmetric", [&] {
    monitor(descent, this->put(random_tensor({3, 3, 4}, 3)), {});
  });
  monitor watch(descent, {}, {});
  const auto bad_run = [&](const char* field, auto run_options::*member, auto value) {
    run_options o;
    o.*member = value;
    bad("run", field, [&] { run(descent, watch, o); });
  };
  bad_run("iterations", &run_options::iterations, std::int64_t{-1});
  bad_run("record_every", &run_options::record_every, std::int64_t{0});
  bad_run("record_every", &run_options::record_every, std::int64_t{-5});
  bad_run("progress_window", &run_options::progress_window, std::int64_t{-1});
  for (const double value : {-1.0, double(this->nan), double(this->inf)}) {
    bad_run("train_tolerance", &run_options::train_tolerance, value);
    bad_run("progress_tolerance", &run_options::progress_tolerance, value);
  }
  EXPECT_EQ(descent.iteration(), 0);
  descent.step();
  bad("monitor", "iteration 1", [&] { monitor(descent, {}, {}); });
  // Synthetic problems
  const auto bad_problem = [&](const char* field, auto synthetic_options::*member, auto value) {
    synthetic_options o;
    o.*member = value;
    bad("problem", field, [&] { make_synthetic_problem<T>(ctx, o); });
  };
  for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{0}, far}) {
    bad_problem("n is", &synthetic_options::n, value);
    bad_problem("k is", &synthetic_options::k, value);
    bad_problem("tubal_rank", &synthetic_options::tubal_rank, value);
    bad_problem("factor_rank", &synthetic_options::factor_rank, value);
    bad_problem("measurements", &synthetic_options::measurements, value);
  }
  bad_problem("tubal_rank", &synthetic_options::tubal_rank, std::int64_t{11});
  for (const double value : {-1.0, double(this->nan), double(this->inf)}) {
    bad_problem("init_scale", &synthetic_options::init_scale, value);
    bad_problem("noise", &synthetic_options::noise, value);
  }
  bad_problem("init_scale", &synthetic_options::init_scale, 0.0);
  for (const double value : {-1.0, 0.0, 0.5, double(this->nan), double(this->inf)})
    bad_problem("condition", &synthetic_options::condition, value);
  for (const std::vector<std::int64_t>& ranks : {std::vector<std::int64_t>{2, 2, 2},
                                                 {2, 2, 2, 1},
                                                 {3, 2, 2, 2},
                                                 {2, -1, 2, -1},
                                                 {1, 1, 1, 1}})
    bad_problem("multi_rank", &synthetic_options::multi_rank, ranks);
  bad("problem", "tubal_rank = 1",
      [&] { make_synthetic_problem<T>(ctx, {.tubal_rank = 1, .condition = 2}); });
  bad("problem", "orthonormal",
      [&] { make_synthetic_problem<T>(ctx, {.factor = truth_factor::gaussian, .condition = 2}); });
  std::printf("%d bad calls\n", this->calls);
  ctx.wait();
}

}  // namespace
}  // namespace tubal::test
