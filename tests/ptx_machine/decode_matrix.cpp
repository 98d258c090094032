// mma of FP64: m8n8k4, and m16n8 with k = 4, 8, 16. Lane l holds row l/4 and column l%4 of a tile
// of A, row l%4 and column l/4 of B, row l/4 and columns 2 (l%4), 2 (l%4) + 1 of C; further
// registers are further tiles.
#include <cmath>

#include "decode.hpp"
#include "lanewise.hpp"

namespace ptx {

namespace {

/// count: rows; width: k. Registers: `many` holds those of D, A, B, C in this order.
bool multiply(warp& w, const operation& o, std::uint32_t mask) {
  if (mask != all_lanes) w.in_block().of().fail(w, "not all lanes of the warp are here");
  const unsigned rows = o.count, depth = o.width, parts = rows / 8;
  const std::int32_t *d = o.many.data(), *a = d + 2 * parts, *b = a + parts * depth / 4,
                     *c = b + depth / 4;
  double x[16][16], y[16][8], r[16][8];
  for (unsigned l = 0; l < lanes; ++l) {
    for (unsigned i = 0; i < parts * depth / 4; ++i)
      x[l / 4 + 8 * (i % parts)][l % 4 + 4 * (i / parts)] = value<double>(w.in(a[i])[l]);
    for (unsigned i = 0; i < depth / 4; ++i) y[l % 4 + 4 * i][l / 4] = value<double>(w.in(b[i])[l]);
    for (unsigned i = 0; i < 2 * parts; ++i)
      r[l / 4 + 8 * (i / 2)][2 * (l % 4) + i % 2] = value<double>(w.in(c[i])[l]);
  }
  for (unsigned i = 0; i < rows; ++i)
    for (unsigned j = 0; j < 8; ++j)
      for (unsigned k = 0; k < depth; ++k) r[i][j] = std::fma(x[i][k], y[k][j], r[i][j]);
  for (unsigned l = 0; l < lanes; ++l)
    for (unsigned i = 0; i < 2 * parts; ++i)
      w.out(d[i])[l] = word(r[l / 4 + 8 * (i / 2)][2 * (l % 4) + i % 2]);
  w.synchronise();
  return true;
}

void decode_mma(decoder& d, const statement& s, modifiers& m, operation& o) {
  if (!m.take("sync") || !m.take("aligned")) m.unknown();
  const std::string size = m.take_one({"m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16"});
  if (size.empty() || !m.take("row") || !m.take("col")) m.unknown();
  m.take_one({"rn"});
  for (int i = 0; i < 4; ++i)
    if (m.type() != "f64") m.unknown();
  m.done();
  o.count = size.starts_with("m8") ? 8 : 16;
  o.width = static_cast<std::uint8_t>(std::stoi(size.substr(size.find('k') + 1)));
  o.many = d.destinations(s.operands.at(0));
  for (int i = 1; i < 4; ++i)
    for (const std::int32_t r : d.sources(s.operands.at(static_cast<std::size_t>(i))))
      o.many.push_back(r);
  const std::size_t parts = o.count / 8u, tiles = o.width / 4u;
  if (o.many.size() != 4 * parts + parts * tiles + tiles) m.unknown();
  o.run = multiply;
  o.kind = group_of::matrix;
  d.add(o);
}

}  // namespace

void add_matrix(instruction_table& t) { t["mma"] = decode_mma; }

}  // namespace ptx
