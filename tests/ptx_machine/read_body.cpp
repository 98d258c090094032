#include <cstring>

#include "declarations.hpp"

namespace ptx {

std::string statement::text() const {
  std::string all = mnemonic;
  for (const std::string& m : modifiers) all += '.' + m;
  return all;
}

namespace {

class reader {
 public:
  explicit reader(std::string_view text) : in_(text) { scopes_.emplace_back(); }

  body read() {
    while (!in_.at_end()) {
      if (in_.accept('{')) {
        scopes_.emplace_back();
      } else if (in_.accept('}')) {
        scopes_.pop_back();
      } else if (in_.accept('@')) {
        read_guarded();
      } else if (!in_.accept(';')) {
        read_line();
      }
    }
    return std::move(body_);
  }

 private:
  void read_guarded() {
    statement s;
    s.guard_negated = in_.accept('!');
    s.guard = resolve(in_.word());
    read_instruction(in_.word(), std::move(s));
  }

  void read_line() {
    const std::string_view word = in_.word();
    if (word.back() == ':' && word.find("::") == word.npos) {
      body_.labels[std::string(word.substr(0, word.size() - 1))] = body_.statements.size();
    } else if (word[0] == '.') {
      read_directive(word);
    } else {
      read_instruction(word, {});
    }
  }

  void read_directive(std::string_view word) {
    if (word == ".reg") return read_registers();
    if (word == ".loc") return read_location();
    if (word == ".pragma") {
      in_.until(';');
      return;
    }
    variable v;
    if (word != ".shared" && word != ".local" && word != ".param")
      in_.fail("unknown directive " + std::string(word));
    v = read_variable(in_);
    in_.expect(';');
    v.name = declare(v.name);
    (word == ".shared"  ? body_.shared
     : word == ".local" ? body_.local
                        : body_.parameters)
        .push_back(v);
  }

  /// `.reg .b32 %r<12>;` or names
  void read_registers() {
    std::string_view type = in_.word();
    if (type == ".v2" || type == ".v4") in_.fail("vector registers");
    type.remove_prefix(1);
    do {
      const std::string name(in_.word());
      if (in_.accept('<')) {
        const std::int64_t count = in_.integer();
        in_.expect('>');
        for (std::int64_t i = 0; i < count; ++i)
          body_.registers[declare(name + std::to_string(i))] = type;
      } else {
        body_.registers[declare(name)] = type;
      }
    } while (in_.accept(','));
    in_.expect(';');
  }

  /// `.loc file line column[, function_name label, inlined_at file line column]`
  void read_location() {
    in_.integer();
    line_ = static_cast<int>(in_.integer());
    in_.integer();
    while (in_.accept(',')) {
      if (in_.word() == "function_name") {
        in_.word();
        if (in_.accept('+')) in_.integer();
      } else {
        for (int i = 0; i < 3; ++i) in_.integer();
      }
    }
  }

  void read_instruction(std::string_view word, statement s) {
    for (std::size_t at = 0; at <= word.size();) {
      std::size_t end = word.find('.', at);
      if (end == word.npos) end = word.size();
      const std::string part(word.substr(at, end - at));
      if (at == 0)
        s.mnemonic = part;
      else
        s.modifiers.push_back(part);
      at = end + 1;
    }
    s.line = line_;
    if (!in_.accept(';')) {
      do s.operands.push_back(read_operand());
      while (in_.accept(','));
      in_.expect(';');
    }
    body_.statements.push_back(std::move(s));
  }

  operand read_operand() {
    operand o;
    if (in_.accept('{')) return read_parts(operand::kind::vector, '}');
    if (in_.accept('(')) return read_parts(operand::kind::list, ')');
    if (in_.accept('[')) {
      o = read_operand();
      if (o.is == operand::kind::number) o.name.clear();
      o.is = operand::kind::address;
      in_.expect(']');
      return o;
    }
    o.negated = in_.accept('!');
    if (in_.peek() == '-' || std::isdigit(static_cast<unsigned char>(in_.peek()))) {
      read_number(o);
      return o;
    }
    o.name = resolve(in_.word());
    if (in_.accept('|')) o.second = resolve(in_.word());
    if (in_.accept('+')) o.value = in_.integer();
    return o;
  }

  operand read_parts(operand::kind is, char end) {
    operand o;
    o.is = is;
    while (!in_.accept(end)) {
      o.parts.push_back(read_operand());
      in_.accept(',');
    }
    return o;
  }

  void read_number(operand& o) {
    o.is = operand::kind::number;
    const std::size_t at = in_.position();
    if (in_.peek() == '0') {
      const std::string_view word = in_.word();
      if (word.size() > 2 && std::strchr("dDfF", word[1])) {
        std::uint64_t bits = 0;
        std::from_chars(word.begin() + 2, word.end(), bits, 16);
        o.value = static_cast<std::int64_t>(bits);
        o.real32 = word[1] == 'f' || word[1] == 'F';
        return;
      }
      in_.go_to(at);
    }
    o.value = in_.integer();
  }

  std::string declare(const std::string& name) {
    std::string unique = name;
    if (scopes_.size() > 1) unique += '@' + std::to_string(++renamed_);
    scopes_.back()[name] = unique;
    return unique;
  }
  std::string resolve(std::string_view word) const {
    const std::string name(word);
    for (std::size_t i = scopes_.size(); i-- > 0;)
      if (const auto found = scopes_[i].find(name); found != scopes_[i].end()) return found->second;
    return name;
  }

  tokens in_;
  body body_;
  std::vector<std::map<std::string, std::string>> scopes_;
  int renamed_ = 0, line_ = 0;
};

}  // namespace

body read_body(std::string_view text) { return reader(text).read(); }

}  // namespace ptx
