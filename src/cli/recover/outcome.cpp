#include "cli/recover/outcome.hpp"

namespace tubal::cli {

const record* smallest(const outcome& o, measure m) {
  const record* best = nullptr;
  for (const auto& r : o.records)
    if (best == nullptr || r[m] < (*best)[m] || (*best)[m] != (*best)[m]) best = &r;
  return o.available[static_cast<std::size_t>(m)] ? best : nullptr;
}

}  // namespace tubal::cli
