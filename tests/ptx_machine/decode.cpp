#include "decode.hpp"

#include <algorithm>

#include "declarations.hpp"

namespace ptx {

// ---- modifiers
bool modifiers::take(std::string_view which) {
  const auto found = std::find(left_.begin(), left_.end(), which);
  if (found == left_.end()) return false;
  left_.erase(found);
  return true;
}
std::string modifiers::take_one(std::initializer_list<std::string_view> which) {
  for (const std::string_view w : which)
    if (take(w)) return std::string(w);
  return {};
}
std::string modifiers::type() {
  for (std::size_t i = 0; i < left_.size(); ++i) {
    const std::string t = left_[i];
    if (bytes_of(t) == 0 && t != "pred") continue;
    left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(i));
    return t;
  }
  unknown();
}
void modifiers::ignore_hints() {
  std::erase_if(left_, [](const std::string& m) {
    return m == "ca" || m == "cg" || m == "cs" || m == "lu" || m == "wb" || m == "wt" ||
           m == "nc" || m == "weak" || m == "uni" || m.starts_with("L1::") ||
           m.starts_with("L2::") || m == "unified";
  });
}
void modifiers::done() const {
  if (!left_.empty()) unknown();
}
void modifiers::unknown() const { throw syntax_error("unknown instruction " + of_.text()); }

// ---- operands
decoder::decoder(program& p, const symbols& outer, const body& b, std::string prefix)
    : program_(p), outer_(outer), body_(b), prefix_(std::move(prefix)) {}

const symbol* decoder::find(std::string_view name) const {
  if (const auto f = own.find(name); f != own.end()) return &f->second;
  if (const auto f = outer_.find(name); f != outer_.end()) return &f->second;
  return nullptr;
}

std::int32_t decoder::constant(std::uint64_t value) {
  auto& all = program_.constants;
  for (std::size_t i = all.size(); i-- > 0 && i + 64 > all.size();)
    if (all[i].at[0] == value) return ~static_cast<std::int32_t>(i);
  lane_words w;
  std::fill(std::begin(w.at), std::end(w.at), value);
  all.push_back(w);
  return ~static_cast<std::int32_t>(all.size() - 1);
}

namespace {
const std::map<std::string_view, special>& special_names() {
  using enum special;
  static const std::map<std::string_view, special> all = {
      {"%tid.x", tid_x},
      {"%tid.y", tid_y},
      {"%tid.z", tid_z},
      {"%ntid.x", ntid_x},
      {"%ntid.y", ntid_y},
      {"%ntid.z", ntid_z},
      {"%ctaid.x", ctaid_x},
      {"%ctaid.y", ctaid_y},
      {"%ctaid.z", ctaid_z},
      {"%nctaid.x", nctaid_x},
      {"%nctaid.y", nctaid_y},
      {"%nctaid.z", nctaid_z},
      {"%laneid", laneid},
      {"%warpid", warpid},
      {"%nwarpid", nwarpid},
      {"%smid", smid},
      {"%nsmid", nsmid},
      {"%gridid", gridid},
      {"%lanemask_eq", lanemask_eq},
      {"%lanemask_le", lanemask_le},
      {"%lanemask_lt", lanemask_lt},
      {"%lanemask_ge", lanemask_ge},
      {"%lanemask_gt", lanemask_gt},
      {"%clusterid.x", clusterid_x},
      {"%clusterid.y", clusterid_y},
      {"%clusterid.z", clusterid_z},
      {"%nclusterid.x", nclusterid_x},
      {"%nclusterid.y", nclusterid_y},
      {"%nclusterid.z", nclusterid_z},
      {"%cluster_ctaid.x", cluster_ctaid_x},
      {"%cluster_ctaid.y", cluster_ctaid_y},
      {"%cluster_ctaid.z", cluster_ctaid_z},
      {"%cluster_nctaid.x", cluster_nctaid_x},
      {"%cluster_nctaid.y", cluster_nctaid_y},
      {"%cluster_nctaid.z", cluster_nctaid_z},
      {"%cluster_ctarank", cluster_ctarank},
      {"%cluster_nctarank", cluster_nctarank},
      {"%dynamic_smem_size", dynamic_smem_size},
      {"%total_smem_size", total_smem_size},
      {"%is_explicit_cluster", is_explicit_cluster}};
  return all;
}
}  // namespace

std::int32_t decoder::slot(const std::string& name) {
  if (const auto found = slots_.find(name); found != slots_.end()) return found->second;
  if (const auto s = special_names().find(name); s != special_names().end()) {
    for (const auto& [which, at] : program_.specials)
      if (which == s->second) return slots_[name] = at;
    program_.specials.emplace_back(s->second, program_.registers);
    return slots_[name] = program_.registers++;
  }
  const auto declared = body_.registers.find(name);
  if (declared == body_.registers.end()) throw syntax_error("unknown name " + name);
  if (declared->second == "pred") throw syntax_error("a predicate as a number: " + name);
  return slots_[name] = program_.registers++;
}

std::int32_t decoder::source(const operand& o) {
  if (o.is == operand::kind::number) return constant(static_cast<std::uint64_t>(o.value));
  if (o.is != operand::kind::name || o.negated) throw syntax_error("not a register or number");
  if (o.name == "WARP_SZ") return constant(lanes);
  if (const symbol* s = find(o.name))
    return constant(static_cast<std::uint64_t>(s->address + o.value));
  reads_.push_back(slot(o.name));
  return reads_.back();
}
std::int32_t decoder::destination(const operand& o) {
  if (o.name == "_") return new_register();
  if (o.is != operand::kind::name) throw syntax_error("not a register");
  writes_.push_back(slot(o.name));
  return writes_.back();
}
std::int32_t decoder::predicate_or_sink(const std::string& name) {
  if (name.empty() || name == "_") return new_predicate();
  const auto declared = body_.registers.find(name);
  if (declared == body_.registers.end() || declared->second != "pred")
    throw syntax_error("not a predicate: " + name);
  const auto [at, fresh] = predicates_.emplace(name, program_.predicates);
  if (fresh) ++program_.predicates;
  return at->second;
}
std::int32_t decoder::predicate(const operand& o) { return predicate_or_sink(o.name); }
std::vector<std::int32_t> decoder::sources(const operand& o) {
  std::vector<std::int32_t> all;
  if (o.is != operand::kind::vector) return {source(o)};
  for (const operand& p : o.parts) all.push_back(source(p));
  return all;
}
std::vector<std::int32_t> decoder::destinations(const operand& o) {
  std::vector<std::int32_t> all;
  if (o.is != operand::kind::vector) return {destination(o)};
  for (const operand& p : o.parts) all.push_back(destination(p));
  return all;
}

std::string decoder::type_of(const operand& o) const {
  const auto found = body_.registers.find(o.name);
  return found == body_.registers.end() ? std::string() : found->second;
}

std::int32_t decoder::address_register(const operand& o, std::int64_t& offset, bool& is_short) {
  offset = o.value;
  is_short = false;
  if (o.name.empty()) return constant(0);
  if (const symbol* s = find(o.name)) {
    offset += s->address;
    return constant(0);
  }
  is_short = bytes_of(type_of(o)) == 4;
  reads_.push_back(slot(o.name));
  return reads_.back();
}
void decoder::address(const operand& o, operation& op) {
  if (o.is != operand::kind::address) throw syntax_error("not an address");
  op.a = address_register(o, op.number, op.short_address);
  const symbol* s = o.name.empty() ? nullptr : find(o.name);
  if (s && (op.where == space::parameter || op.where == space::generic)) op.where = s->where;
}

// ---- functions
operation& decoder::add(operation o) {
  o.reads = reads_;
  o.writes = writes_;
  using enum group_of;
  o.passes_on = !writes_.empty() && (o.kind == integer || o.kind == real || o.kind == real_double ||
                                     o.kind == convert || o.kind == move || o.kind == matrix);
  program_.code.push_back(std::move(o));
  return program_.code.back();
}

std::int64_t decoder::label(const std::string& name) {
  jumps_.emplace_back(program_.code.size(), name);
  return -1;
}

namespace {

const instruction_table& instructions() {
  static const instruction_table all = [] {
    instruction_table t;
    for (const auto add :
         {add_arithmetic, add_real, add_moves, add_conversions, add_comparisons, add_memory,
          add_atomics, add_control, add_warp_wide, add_asynchronous, add_clusters, add_matrix})
      add(t);
    return t;
  }();
  return all;
}

}  // namespace

void decoder::decode_one(const statement& s) {
  reads_.clear();
  writes_.clear();
  operation o;
  o.text = s.text();
  o.line = s.line;
  if (!s.guard.empty()) {
    o.guard = predicate_or_sink(s.guard);
    o.guard_negated = s.guard_negated;
  }
  if (s.mnemonic == "call") return call(s, o);
  const auto found = instructions().find(s.mnemonic);
  if (found == instructions().end()) throw syntax_error("unknown instruction " + o.text);
  modifiers m(s);
  try {
    found->second(*this, s, m, o);
  } catch (const std::out_of_range&) {
    throw syntax_error("too few operands: " + o.text);
  }
}

void decoder::decode_all() {
  std::vector<std::size_t> begins;
  for (const statement& s : body_.statements) {
    begins.push_back(program_.code.size());
    decode_one(s);
  }
  begins.push_back(program_.code.size());
  statement end;
  end.mnemonic = "ret";
  decode_one(end);
  for (const auto& [at, name] : jumps_) {
    const auto found = body_.labels.find(name);
    if (found == body_.labels.end()) throw syntax_error("no label " + name);
    program_.code[at].number = static_cast<std::int64_t>(begins[found->second]);
  }
}

}  // namespace ptx
