#include "counters.hpp"

#include <map>
#include <numeric>

namespace ptx {

namespace {

std::map<std::string, kernel_counters>& all() {
  static auto* counters = new std::map<std::string, kernel_counters>;  // by name; lives to the end
  return *counters;
}

using by_class = std::array<std::int64_t, static_cast<std::size_t>(group_of::number)>;
by_class classes(const kernel_counters& c) {
  by_class sums{};
  for (std::size_t i = 0; i < c.issued.size(); ++i)
    sums[static_cast<std::size_t>(c.code->code[i].kind)] += c.issued[i];
  return sums;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string json_of(const std::string& name, const kernel_counters& c) {
  std::string out = "{\"name\": \"" + escaped(name) +
                    "\", \"launches\": " + std::to_string(c.launches) +
                    ", \"warp_instructions\": " + std::to_string(c.warp_operations()) +
                    ", \"thread_instructions\": " + std::to_string(c.thread_operations()) +
                    ", \"divergent_branches\": " + std::to_string(c.divergent_branches) +
                    ", \"shared_requests\": " + std::to_string(c.shared_requests) +
                    ", \"shared_wavefronts\": " + std::to_string(c.shared_wavefronts) +
                    ", \"global_requests\": " + std::to_string(c.global_requests) +
                    ", \"global_sectors\": " + std::to_string(c.global_sectors) +
                    ", \"local_bytes\": " + std::to_string(c.local_bytes) + ", \"classes\": {";
  const by_class sums = classes(c);
  bool first = true;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] == 0) continue;
    if (!first) out += ", ";
    first = false;
    out += std::string("\"") + name_of(static_cast<group_of>(i)) + "\": " + std::to_string(sums[i]);
  }
  return out + "}}";
}

}  // namespace

const char* name_of(group_of g) {
  static const char* names[] = {"integer",          "real",         "real double", "convert",
                                "special function", "matrix",       "move",        "global memory",
                                "shared memory",    "local memory", "parameters",  "atomic",
                                "control",          "barrier",      "warp wide",   "asynchronous"};
  return names[static_cast<std::size_t>(g)];
}

std::int64_t kernel_counters::warp_operations() const {
  return std::accumulate(issued.begin(), issued.end(), std::int64_t{0});
}
std::int64_t kernel_counters::thread_operations() const {
  return std::accumulate(threads.begin(), threads.end(), std::int64_t{0});
}

kernel_counters& counters_of(const program& code) {
  kernel_counters& c = all()[code.name];
  if (c.code != &code) {
    c = {};
    c.code = &code;
    c.issued.resize(code.code.size());
    c.threads.resize(code.code.size());
  }
  return c;
}

std::string json_of_counters(const std::vector<std::string>& names) {
  for (const std::string& name : names) all()[name];
  std::string out = "{\"kernels\": [";
  bool first = true;
  for (const auto& [name, c] : all()) {
    out += first ? "\n  " : ",\n  ";
    first = false;
    out += json_of(name, c);
  }
  return out + "\n]}\n";
}

}  // namespace ptx
