// From statements to operations. Every family of instructions has a file, decode_*.cpp, that names
// the mnemonics it knows.
#pragma once

#include <initializer_list>
#include <map>
#include <string_view>

#include "program.hpp"
#include "syntax.hpp"

namespace ptx {

/// A variable of a module or function: where it lies, and from which address on.
struct symbol {
  space where = space::global;
  std::int64_t address = 0;
};
using symbols = std::map<std::string, symbol, std::less<>>;

/// The dotted parts of an instruction. A part that nobody asked for is an error.
class modifiers {
 public:
  explicit modifiers(const statement& s) : of_(s), left_(s.modifiers) {}
  bool take(std::string_view which);
  /// The first that is there, or "".
  std::string take_one(std::initializer_list<std::string_view> which);
  /// The next one that names a type.
  std::string type();
  /// Passes over parts that tell the hardware how, not what: cache hints.
  void ignore_hints();
  void done() const;
  [[noreturn]] void unknown() const;

 private:
  const statement& of_;
  std::vector<std::string> left_;
};

/// What a decoder of an instruction sees of the function around it.
class decoder {
 public:
  decoder(program& p, const symbols& outer, const body& b, std::string prefix);

  void decode_all();

  // ---- operands
  std::int32_t source(const operand& o);       // register or number
  std::int32_t destination(const operand& o);  // "_": a register that nobody reads
  std::int32_t predicate(const operand& o);    // not negated
  std::int32_t predicate_or_sink(const std::string& name);
  std::vector<std::int32_t> sources(const operand& o);
  std::vector<std::int32_t> destinations(const operand& o);
  std::int32_t constant(std::uint64_t value);
  /// Puts [base + offset] in `a`, `number` and `short_address`; the space, where the symbol says
  /// it.
  void address(const operand& o, operation& op);
  std::int32_t address_register(const operand& o, std::int64_t& offset, bool& is_short);
  const symbol* find(std::string_view name) const;
  std::string type_of(const operand& o) const;
  std::int32_t new_register() { return program_.registers++; }
  std::int32_t new_predicate() { return program_.predicates++; }

  operation& add(operation o);
  std::int64_t label(const std::string& name);  // to be resolved: the name's number
  void call(const statement& s, const operation& like);

  symbols own;                                              // variables of the function
  std::map<std::string, std::size_t>* functions = nullptr;  // where they begin, as far as known
  std::vector<std::pair<std::size_t, std::string>>* calls = nullptr;  // operations to mend
  const std::map<std::string, std::pair<std::vector<symbol>, std::vector<symbol>>>* signatures =
      nullptr;
  const std::map<std::string, std::vector<std::int64_t>>* sizes = nullptr;

 private:
  void decode_one(const statement& s);
  std::int32_t slot(const std::string& name);

  program& program_;
  std::vector<std::int32_t> reads_, writes_;  // of the statement so far
  const symbols& outer_;
  const body& body_;
  std::string prefix_;
  std::map<std::string, std::int32_t> slots_, predicates_;
  std::vector<std::pair<std::size_t, std::string>> jumps_;
};

using decode_function = void (*)(decoder&, const statement&, modifiers&, operation&);
/// Mnemonic and how it is decoded. The operation comes with guard, text and line; `add` it.
using instruction_table = std::map<std::string_view, decode_function>;
void add_arithmetic(instruction_table&);
void add_real(instruction_table&);
void add_moves(instruction_table&);
void add_conversions(instruction_table&);
void add_comparisons(instruction_table&);
void add_memory(instruction_table&);
void add_atomics(instruction_table&);
void add_control(instruction_table&);
void add_warp_wide(instruction_table&);
void add_asynchronous(instruction_table&);
void add_clusters(instruction_table&);
void add_matrix(instruction_table&);

/// The kernel `name`. `outer`: variables of the module.
program decode_kernel(const module_text& m, const symbols& outer, const std::string& name);

}  // namespace ptx
