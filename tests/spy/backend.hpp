// A back end that counts: the host's, with every allocation, wait and transfer noted.
#pragma once

#include "core/primitives/batch.hpp"
#include "host/backend.hpp"

namespace tubal {

struct spy {
  using options = host::options;
  static constexpr const char* name = "spy";
};

namespace detail {

struct spy_counts {
  int allocations = 0;  // of the space's memory
  int waits = 0;        // wait, download
  int uploads = 0;
  int plans = 0;
};

template <>
class backend<spy> : public backend<host> {
 public:
  using backend<host>::backend;
  using host_backend = backend<host>;

  spy_counts counts;

  void* allocate(std::size_t bytes) {
    ++counts.allocations;
    return host_backend::allocate(bytes);
  }
  void upload(void* to, const void* from, std::size_t bytes) {
    ++counts.uploads;
    host_backend::upload(to, from, bytes);
  }
  void download(void* to, const void* from, std::size_t bytes) {
    ++counts.waits;
    host_backend::download(to, from, bytes);
  }
  void wait() {
    ++counts.waits;
    host_backend::wait();
  }

  /// A plan of the host; its constructor prepares and is counted.
  template <class Plan>
  struct counted : Plan {
    template <class... Args>
    explicit counted(backend& b, Args... args) : Plan(b, args...) {
      ++b.counts.plans;
    }
  };
  template <class T>
  using transform_plan = counted<host_backend::transform_plan<T>>;
  template <class E>
  using eigen_plan = counted<host_backend::eigen_plan<E>>;
  template <class E>
  using svd_plan = counted<host_backend::svd_plan<E>>;
  template <class E>
  using lq_plan = counted<host_backend::lq_plan<E>>;
  template <class E>
  using lu_plan = counted<host_backend::lu_plan<E>>;
  template <class E>
  using cholesky_plan = counted<host_backend::cholesky_plan<E>>;
  struct sequence : host_backend::sequence {
    sequence(backend& b, std::function<void()> enqueue)
        : host_backend::sequence(b, std::move(enqueue)) {
      ++b.counts.plans;
    }
  };
  template <class T, class Stored = T>
  using sensing_plan = counted<host_backend::sensing_plan<T, Stored>>;
  template <class T>
  using descent_plan = counted<host_backend::descent_plan<T>>;
};

}  // namespace detail

}  // namespace tubal
