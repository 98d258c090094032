#include "counters.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
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

double ratio(std::int64_t a, std::int64_t b) {
  return b == 0 ? 0 : static_cast<double>(a) / static_cast<double>(b);
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

std::string table_of_counters() {
  std::string out =
      "    launches  warp instr. threads/instr.  sectors/req.  wavefronts/req.  divergent  local "
      "bytes  kernel\n";
  for (const auto& [name, c] : all()) {
    char line[160];
    std::snprintf(
        line, sizeof line, "%12lld %12lld %14.1f %13.2f %16.2f %10lld %12lld  ",
        static_cast<long long>(c.launches), static_cast<long long>(c.warp_operations()),
        ratio(c.thread_operations(), c.warp_operations()),
        ratio(c.global_sectors, c.global_requests), ratio(c.shared_wavefronts, c.shared_requests),
        static_cast<long long>(c.divergent_branches), static_cast<long long>(c.local_bytes));
    out += line + name + '\n';
  }
  return out;
}

std::string json_of_counters() {
  std::string out = "{\"kernels\": [";
  bool first = true;
  for (const auto& [name, c] : all()) {
    out += first ? "\n  " : ",\n  ";
    first = false;
    out += json_of(name, c);
  }
  return out + "\n]}\n";
}

void write_counters() {
  const char* folder = std::getenv("TUBAL_PTX_COUNTERS");
  if (!folder || all().empty()) return;
  mkdir(folder, 0777);
  const std::string path = std::string(folder) + "/" + std::to_string(getpid()) + ".json";
  if (std::FILE* file = std::fopen(path.c_str(), "w")) {
    std::fputs(json_of_counters().c_str(), file);
    std::fclose(file);
  }
}

}  // namespace ptx
