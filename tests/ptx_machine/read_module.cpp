#include "declarations.hpp"

namespace ptx {

namespace {

std::vector<variable> read_parameters(tokens& in) {
  std::vector<variable> all;
  in.expect('(');
  while (!in.accept(')')) {
    const std::string_view space = in.word();
    if (space != ".param" && space != ".reg") in.fail("a parameter in " + std::string(space));
    all.push_back(read_variable(in));
    in.accept(',');
  }
  return all;
}

/// `.maxntid 256` and the like, up to the body or the end of a declaration.
void read_performance(tokens& in, function_text& f) {
  while (in.peek() == '.') {
    const std::string_view word = in.word();
    if (word == ".noreturn" || word == ".explicitcluster" || word == ".abi_preserve") continue;
    std::int64_t product = in.integer();
    while (in.accept(',')) product *= in.integer();
    if (word == ".reqnctapercluster") f.cluster = product;
    if (word.find("tid") == word.npos && word.find("cta") == word.npos && word != ".maxnreg" &&
        word != ".maxclusterrank")
      in.fail("unknown directive " + std::string(word));
  }
}

void read_function(tokens& in, bool entry, module_text& m) {
  function_text f;
  f.entry = entry;
  if (!entry && in.peek() == '(') f.results = read_parameters(in);
  f.name = in.word();
  if (in.peek() == '(') f.parameters = read_parameters(in);
  read_performance(in, f);
  if (in.accept(';')) return;  // a declaration; the function itself comes later
  f.text = in.braced();
  m.functions[f.name] = f;
}

void skip_block(tokens& in) {
  in.until('{');
  in.until('}');
}

}  // namespace

module_text read_module(std::string_view text) {
  module_text m;
  tokens in(text);
  const auto declare = [&](std::vector<variable>& where) {
    where.push_back(read_variable(in));
    in.expect(';');
  };
  while (!in.at_end()) {
    const std::string_view word = in.word();
    if (word == ".version") {
      in.word();
    } else if (word == ".target") {
      do in.word();
      while (in.accept(','));
    } else if (word == ".address_size") {
      in.integer();
    } else if (word == ".file") {
      const auto number = static_cast<int>(in.integer());
      m.files[number] = in.quoted();
      while (in.accept(',')) in.integer();
    } else if (word == ".section") {
      skip_block(in);
    } else if (word == ".pragma") {
      in.until(';');
    } else if (word == ".entry" || word == ".func") {
      read_function(in, word == ".entry", m);
    } else if (word == ".global") {
      declare(m.global);
    } else if (word == ".const") {
      declare(m.constant);
    } else if (word == ".shared") {
      declare(m.shared);
    } else if (word != ".visible" && word != ".weak" && word != ".extern" && word != ".common") {
      in.fail("unknown directive " + std::string(word));
    }
  }
  return m;
}

}  // namespace ptx
