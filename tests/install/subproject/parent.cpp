#include <tubal/tproduct.hpp>

int main() {
  tubal::context<tubal::host> ctx;
  return ctx.description().empty() ? 1 : 0;
}
