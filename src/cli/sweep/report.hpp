// What `tubal sweep` tells: the cost before, the outcome after.
#pragma once

#include "sweep/execute.hpp"

#include <optional>
#include <string>

namespace tubal::cli {

std::string sweep_table(const sweep::plan& p, const sweep::estimate& cost);
std::string sweep_table(const sweep::folder_writer& folder, const sweep::sweep_result& result,
                        const std::string& name);
/// One JSON object; without a result for a dry run.
std::string sweep_json(const sweep::plan& p, const sweep::estimate& cost, const std::string& folder,
                       const std::optional<sweep::sweep_result>& result);

}  // namespace tubal::cli
