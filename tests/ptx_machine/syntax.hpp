// PTX as text: a module's variables and functions, and the statements of a function.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ptx {

/// Text that is not PTX, or an instruction that the machine does not know.
struct syntax_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A declared variable: `.shared .align 8 .b8 name[2048]`, a parameter, a local array.
struct variable {
  std::string name;
  std::int64_t bytes = 0;  // 0: of the launch (`extern ... name[]`)
  std::int64_t align = 1;
  std::vector<unsigned char> initial;
};

struct operand {
  enum class kind { name, number, address, vector, list };
  kind is = kind::name;
  std::string name;            // a register, a symbol; of an address: its base, may be empty
  std::string second;          // after '|'
  bool negated = false;        // !%p1
  std::int64_t value = 0;      // a number's bits; what is added to a name
  bool real32 = false;         // written as 0f...
  std::vector<operand> parts;  // of a vector or a list
};

struct statement {
  std::string guard;  // a predicate, or empty
  bool guard_negated = false;
  std::string mnemonic;                // "add"
  std::vector<std::string> modifiers;  // "rn", "f64"
  std::vector<operand> operands;
  int line = 0;  // of the source, as .loc says; 0: unknown

  std::string text() const;  // "add.rn.f64"
};

/// The body of a function. Names are made unique where a nested scope hides them.
struct body {
  std::vector<statement> statements;
  std::map<std::string, std::size_t> labels;        // statement that follows
  std::map<std::string, std::string> registers;     // name, type without dot
  std::vector<variable> shared, local, parameters;  // declared inside
};

/// A function, not yet parsed: most kernels of a module are never launched.
struct function_text {
  std::string name;
  bool entry = false;
  std::vector<variable> parameters, results;
  std::string_view text;     // of the body, between braces
  std::int64_t cluster = 0;  // blocks of a cluster by .reqnctapercluster; 0: none stated
};

struct module_text {
  std::map<std::string, function_text> functions;
  std::vector<variable> global, constant, shared;
  std::map<int, std::string> files;
};

/// Throws syntax_error. What it returns refers to `text`.
module_text read_module(std::string_view text);
body read_body(std::string_view text);

}  // namespace ptx
