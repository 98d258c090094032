// Random signs, Fourier transforms along all three dimensions, a random subset.
#include <tubal/sensing_operators.hpp>

#include <cmath>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

namespace {

shape domain_of_transform(const shape& domain, std::int64_t m) {
  const detail::checks check("fast_transform_sensing");
  check.valid("domain", domain);
  if (domain.size() == 0) check.fail("domain is " + to_string(domain) + ", which has no entries");
  check.between("m", m, 1, domain.size());
  return domain;
}

}  // namespace

template <class T, class S>
struct fast_transform_sensing<T, S>::state {
  using plan = typename detail::backend<S>::template transform_plan<T>;

  /// The slowest dimension of three is transformed and becomes the fastest; three such turns go
  /// once around.
  struct turn {
    std::int64_t tubes, k;
    plan transform;
    /// Orthonormal: w_f = 2 of complex slices is split evenly between both directions.
    detail::turn_spectrum<T> functor(const T* from, T* to, bool back) const {
      const auto length = static_cast<double>(k);
      const double scale = back ? std::sqrt(length) : 1 / std::sqrt(length), root = std::sqrt(2.0);
      return {from,  to,  tubes, k, slice_counts(k).complex, back ? scale / root : scale * root,
              scale, back};
    }
  };

  state(context<S>& ctx, const shape& domain, std::int64_t m, std::uint64_t seed_)
      : seed(seed_),
        scale(std::sqrt(static_cast<double>(domain.size()) / static_cast<double>(m))),
        indices(from_host<std::int64_t>(ctx, {m, 1, 1}, random_subset(domain.size(), m, seed_))),
        first(ctx, domain),
        second(ctx, domain) {
    for (const std::int64_t k : {domain.tube, domain.cols, domain.rows})
      turns.push_back({domain.size() / k, k, plan(*ctx.backend(), domain.size() / k, k)});
  }

  detail::philox_key signs() const {
    return {seed, static_cast<std::uint32_t>(random_stream::signs)};
  }

  std::uint64_t seed;
  double scale;
  std::vector<turn> turns;
  tensor<std::int64_t, S> indices;
  tensor<T, S> first, second;
};

template <class T, class S>
fast_transform_sensing<T, S>::fast_transform_sensing(context<S>& ctx, const shape& domain,
                                                     std::int64_t m, std::uint64_t seed)
    : sensing_operator<T, S>("fast_transform_sensing", domain_of_transform(domain, m), m),
      state_(detail::make_owned<state>(ctx, domain, m, seed)) {}

template <class T, class S>
void fast_transform_sensing<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                            tensor_view<T, S> y) const {
  state& s = *state_;
  detail::backend<S>& b = *ctx.backend();
  // first = D x
  b.for_each(x.size(), detail::multiply_signs<T>{x.data(), s.first.data(), s.signs()});
  for (typename state::turn& t : s.turns) {
    t.transform.forward(s.first.data(), s.second.data());
    const auto turned = t.functor(s.second.data(), s.first.data(), false);
    b.for_each(turned.calls(), turned);
  }
  // y = sqrt(N/m) P first
  b.for_each(y.size(),
             detail::gather_entries<T>{s.first.data(), s.indices.data(), s.scale, y.data()});
}

template <class T, class S>
void fast_transform_sensing<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                              tensor_view<T, S> x) const {
  state& s = *state_;
  detail::backend<S>& b = *ctx.backend();
  b.for_each(x.size(), detail::fill_constant<T>{s.first.data(), T(0)});
  b.for_each(y.size(),
             detail::scatter_entries<T>{y.data(), s.indices.data(), s.scale, s.first.data()});
  for (auto t = s.turns.rbegin(); t != s.turns.rend(); ++t) {
    const auto turned = t->functor(s.first.data(), s.second.data(), true);
    b.for_each(turned.calls(), turned);
    t->transform.inverse(s.second.data(), s.first.data());
  }
  b.for_each(x.size(), detail::multiply_signs<T>{s.first.data(), x.data(), s.signs()});
}

template <class T, class S>
std::size_t fast_transform_sensing<T, S>::bytes() const {
  const state& s = *state_;
  std::size_t bytes = static_cast<std::size_t>(s.first.size() + s.second.size()) * sizeof(T) +
                      static_cast<std::size_t>(s.indices.size()) * sizeof(std::int64_t);
  for (const typename state::turn& t : s.turns) bytes += t.transform.workspace_bytes();
  return bytes;
}

#define TUBAL_INSTANTIATE(T, S) template class fast_transform_sensing<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
