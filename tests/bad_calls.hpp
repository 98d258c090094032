// Calls with wrong arguments: each must throw the error that names the argument, and change
// nothing.
#pragma once

#include <algorithm>
#include <functional>

#include "spaces.hpp"

namespace tubal::test {

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
class bad_calls : public operator_test<T> {
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

  /// A value that must throw, with `mentions` in the message.
  void bad(const std::string& what, const std::string& mentions, const std::function<void()>& call,
           fault_kind kind = fault_kind::value) {
    expect_throw({what, kind, {mentions}}, call);
  }

  int calls = 0;
};

}  // namespace tubal::test
