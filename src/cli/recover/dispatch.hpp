#pragma once

#include "cli/recover/options.hpp"
#include "cli/recover/outcome.hpp"

namespace tubal::cli {

/// The one place where the run-time choice of device and precision becomes a choice of types.
outcome recover(const recover_settings& s);

}  // namespace tubal::cli
