#include "modules.hpp"

#include <cxxabi.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>

#include "counters.hpp"
#include "decode.hpp"
#include "memory.hpp"

namespace ptx {

namespace {

/// PTX text, with its variables once it is used.
struct loaded_module {
  std::string_view text;
  std::string kept;  // of a test
  bool ready = false;
  module_text read;
  symbols variables;
  std::map<std::string, std::unique_ptr<program>> programs;
};

struct registered {
  loaded_module* module = nullptr;
  std::string symbol;
};

struct registry {
  std::mutex lock;
  std::vector<std::unique_ptr<loaded_module>> modules;
  std::map<const void*, registered> functions;
};
registry& the() {
  static auto* r = new registry;  // objects register before main
  return *r;
}

std::string readable(const std::string& symbol) {
  int status = 0;
  char* text = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status);
  std::string name = status == 0 ? text : symbol;
  std::free(text);
  for (const std::string_view noise : {"tubal::detail::", "(anonymous namespace)::", "void "})
    for (std::size_t at; (at = name.find(noise)) != name.npos;) name.erase(at, noise.size());
  for (std::size_t at;
       (at = name.find("_GLOBAL__N__")) != name.npos;) {  // the file's own namespace
    const std::size_t end = name.find("::", at);
    if (end == name.npos) break;
    name.erase(at, end + 2 - at);
  }
  return name;
}

void load(loaded_module& m) {
  if (m.ready) return;
  m.read = read_module(m.text);
  for (const auto* variables : {&m.read.global, &m.read.constant})
    for (const variable& v : *variables)
      m.variables[v.name] = {space::global, load_variable(v.initial.data(), v.initial.size(),
                                                          static_cast<std::size_t>(v.bytes),
                                                          static_cast<std::size_t>(v.align))};
  m.ready = true;
}

const program* kernel_in(loaded_module& m, const std::string& symbol) {
  auto& p = m.programs[symbol];
  if (!p) {
    load(m);
    p = std::make_unique<program>(decode_kernel(m.read, m.variables, symbol));
    p->name = readable(symbol);
  }
  return p.get();
}

}  // namespace

const program* kernel_of(const void* function) {
  const std::lock_guard hold(the().lock);
  const auto found = the().functions.find(function);
  return found == the().functions.end() ? nullptr
                                        : kernel_in(*found->second.module, found->second.symbol);
}

const program* kernel_of_text(const std::string& text, const std::string& name) {
  const std::lock_guard hold(the().lock);
  for (const auto& m : the().modules)
    if (m->kept == text) return kernel_in(*m, name);
  auto m = std::make_unique<loaded_module>();
  m->kept = text;
  m->text = m->kept;
  the().modules.push_back(std::move(m));
  return kernel_in(*the().modules.back(), name);
}

void write_counters() {
  const char* folder = std::getenv("TUBAL_PTX_COUNTERS");
  if (!folder) return;
  std::vector<std::string> names;
  for (const auto& [function, r] : the().functions) names.push_back(readable(r.symbol));
  mkdir(folder, 0777);
  std::ofstream(std::string(folder) + "/" + std::to_string(getpid()) + ".json")
      << json_of_counters(names);
}

// ---- fat binaries: a header, then parts, each with a header of its own
namespace {

struct fat_header {
  std::uint32_t magic;
  std::uint16_t version, header_bytes;
  std::uint64_t bytes;
};
struct part_header {
  std::uint16_t kind, version;  // kind 1: PTX, 2: machine code
  std::uint32_t header_bytes;
  std::uint64_t bytes;
};
struct wrapper {
  std::uint32_t magic, version;
  const void* data;
};

std::string_view text_in(const void* fat_binary) {
  const auto* at = static_cast<const char*>(fat_binary);
  fat_header h;
  std::memcpy(&h, at, sizeof h);
  if (h.magic != 0xba55ed50) throw syntax_error("not a fat binary");
  const char* end = at + h.header_bytes + h.bytes;
  for (at += h.header_bytes; at + sizeof(part_header) <= end;) {
    part_header p;
    std::memcpy(&p, at, sizeof p);
    const std::string_view text(at + p.header_bytes, strnlen(at + p.header_bytes, p.bytes));
    if (p.kind == 1 && text.find(".version") != text.npos) return text;
    at += p.header_bytes + p.bytes;
  }
  throw syntax_error(
      "a fat binary without uncompressed PTX: build it with --no-compress and for a virtual "
      "architecture");
}

}  // namespace

}  // namespace ptx

extern "C" {

void** __cudaRegisterFatBinary(void* fat_binary) {
  ptx::wrapper w;
  std::memcpy(&w, fat_binary, sizeof w);
  const std::lock_guard hold(ptx::the().lock);
  if (ptx::the().modules.empty()) std::atexit(ptx::write_counters);
  auto m = std::make_unique<ptx::loaded_module>();
  m->text = ptx::text_in(w.data);
  ptx::the().modules.push_back(std::move(m));
  return reinterpret_cast<void**>(ptx::the().modules.back().get());
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}

void __cudaRegisterFunction(void** module, const char* host, char*, const char* device, int, void*,
                            void*, void*, void*, int*) {
  const std::lock_guard hold(ptx::the().lock);
  ptx::the().functions[host] = {reinterpret_cast<ptx::loaded_module*>(module), device};
}
void __cudaRegisterVar(void**, char*, char*, const char*, int, std::size_t, int, int) {}
char __cudaInitModule(void**) { return 1; }

}  // extern "C"
