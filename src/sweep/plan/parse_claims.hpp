// The figures and expectations of a plan.
#pragma once

#include "sweep/plan/plan.hpp"
#include "sweep/plan/toml_table.hpp"

namespace tubal::sweep {

/// [[figure]] and [[expect]] as JSON with every default filled in. `p` has everything else by now.
/// Throw `plan_error`.
json parse_figure(const plan& p, toml_table table);
json parse_expect(const plan& p, toml_table table);

}  // namespace tubal::sweep
