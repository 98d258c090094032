// A kernel and the functions that it calls, one behind the other; frames and registers of their own
// for each, so none may call itself.
#include <algorithm>
#include <set>

#include "decode.hpp"

namespace ptx {

namespace {

std::int64_t aligned(std::int64_t at, std::int64_t to) { return (at + to - 1) / to * to; }

struct function_state {
  const function_text* text = nullptr;
  body code;
  symbols own;
  std::vector<symbol> parameters, results;
  std::vector<std::int64_t> sizes;
};

class linker {
 public:
  linker(const module_text& m, const symbols& outer) : module_(m), outer_(outer) {}

  program link(const std::string& name) {
    program p;
    p.symbol = p.name = name;
    reach(name);
    p.cluster = functions_.at(name).text->cluster;
    lay_out_shared(p);
    for (const std::string& f : order_) lay_out(p, f, functions_.at(f));
    for (const std::string& f : order_) decode(p, f);
    for (const auto& [at, callee] : calls_)
      p.code[at].number = static_cast<std::int64_t>(begins_.at(callee));
    return p;
  }

 private:
  void reach(const std::string& name) {
    if (functions_.contains(name)) return;
    const auto found = module_.functions.find(name);
    if (found == module_.functions.end()) throw syntax_error("no function " + name);
    order_.push_back(name);
    function_state& f = functions_[name];
    f.text = &found->second;
    f.code = read_body(found->second.text);
    std::vector<std::string> callees;
    for (const statement& s : f.code.statements)
      if (s.mnemonic == "call")
        for (const operand& o : s.operands)
          if (o.is == operand::kind::name) callees.push_back(o.name);
    for (const std::string& c : callees) reach(c);
  }

  /// Static variables, then the dynamic ones, which all begin at the same place.
  void lay_out_shared(program& p) {
    std::vector<std::pair<const variable*, symbols*>> all;
    std::int64_t at = 0, align = 16;
    const auto place = [&](const std::vector<variable>& variables, symbols& into) {
      for (const variable& v : variables) {
        if (v.bytes == 0) {
          align = std::max(align, v.align);
          all.emplace_back(&v, &into);
          continue;
        }
        at = aligned(at, v.align);
        into[v.name] = {space::shared, first_shared + at};
        at += v.bytes;
      }
    };
    place(module_.shared, shared_);
    for (const std::string& f : order_) place(functions_.at(f).code.shared, functions_.at(f).own);
    p.shared_bytes = at;
    p.dynamic_shared = aligned(at, align);
    for (const auto& [v, into] : all)
      (*into)[v->name] = {space::shared, first_shared + p.dynamic_shared};
  }

  void lay_out(program& p, const std::string&, function_state& f) {
    const auto local = [&](const variable& v) {
      p.local_bytes = aligned(p.local_bytes, std::max<std::int64_t>(v.align, 8));
      const symbol s{space::local, p.local_bytes};
      f.own[v.name] = s;
      p.local_bytes += v.bytes;
      return s;
    };
    for (const variable& v : f.code.local) local(v);
    for (const variable& v : f.code.parameters) {
      local(v);
      f.sizes.push_back(v.bytes);
    }
    for (const variable& v : f.text->results) f.results.push_back(local(v));
    for (const variable& v : f.text->parameters)
      if (!f.text->entry) f.parameters.push_back(local(v));
    if (!f.text->entry) return;
    std::int64_t at = 0;
    for (const variable& v : f.text->parameters) {
      at = aligned(at, v.align);
      f.own[v.name] = {space::parameter, at};
      p.parameter_offsets.push_back(at);
      p.parameter_sizes.push_back(v.bytes);
      at += v.bytes;
    }
    p.parameter_bytes = at;
  }

  void decode(program& p, const std::string& name) {
    function_state& f = functions_.at(name);
    begins_[name] = p.code.size();
    symbols outer = outer_;
    outer.insert(shared_.begin(), shared_.end());
    decoder d(p, outer, f.code, name);
    d.own = f.own;
    std::map<std::string, std::pair<std::vector<symbol>, std::vector<symbol>>> signatures;
    std::map<std::string, std::vector<std::int64_t>> sizes;
    for (const auto& [callee, g] : functions_) {
      signatures[callee] = {g.results, g.parameters};
      for (const variable& v : g.text->results) sizes[callee].push_back(v.bytes);
      for (const variable& v : g.text->parameters) sizes[callee].push_back(v.bytes);
    }
    d.signatures = &signatures;
    d.sizes = &sizes;
    d.calls = &calls_;
    d.decode_all();
  }

  const module_text& module_;
  const symbols& outer_;
  symbols shared_;
  std::vector<std::string> order_;
  std::map<std::string, function_state> functions_;
  std::map<std::string, std::size_t> begins_;
  std::vector<std::pair<std::size_t, std::string>> calls_;
};

}  // namespace

program decode_kernel(const module_text& m, const symbols& outer, const std::string& name) {
  return linker(m, outer).link(name);
}

}  // namespace ptx
