#include "cli/sweep/report.hpp"

#include "cli/terminal/status_line.hpp"
#include "cli/terminal/table_text.hpp"

#include <algorithm>

namespace tubal::cli {

namespace {

std::string in_bytes(double bytes) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit < 4; ++unit) bytes /= 1024;
  return table_number(bytes, "%.3g ") + units[unit];
}

std::string varied(const sweep::plan& p) {
  std::string text;
  for (const auto& a : p.vary)
    text += (text.empty() ? ": " : " x ") + std::to_string(a.values.size()) + " " + a.key;
  return text;
}

}  // namespace

std::string sweep_table(const sweep::plan& p, const sweep::estimate& cost) {
  std::string text = table_line("sweep", p.title);
  text += table_line("points", std::to_string(cost.points) + varied(p));
  text +=
      table_line("trials", std::to_string(cost.trials) + ", " + std::to_string(p.repetitions) +
                               " for each point" +
                               (cost.trials_left == cost.trials
                                    ? std::string()
                                    : "; " + std::to_string(cost.trials_left) + " are to be run"));
  text +=
      table_line("iterations", std::to_string(cost.trial_iterations) + " in all trials to be run");
  text += table_line("memory", in_bytes(cost.bytes_per_trial) + " for a trial, " +
                                   std::to_string(cost.at_once) + " at the same time");
  text += table_line("time", "about " + in_words(cost.seconds));
  return text;
}

std::string sweep_table(const sweep::folder_writer& folder, const sweep::sweep_result& result,
                        const std::string& name) {
  const auto& all = folder.finished();
  const auto good = std::count_if(all.begin(), all.end(), [](const auto& t) { return t.success; });
  std::string text = table_line("finished", std::to_string(result.ran) + " trials in " +
                                                table_number(result.seconds, "%.3g") + " s");
  text += table_line("successes", std::to_string(good) + " of " + std::to_string(all.size()));
  text += table_line("written", name);
  return text;
}

std::string sweep_json(const sweep::plan& p, const sweep::estimate& cost, const std::string& folder,
                       const std::optional<sweep::sweep_result>& result) {
  io::json report = {{"title", p.title},
                     {"points", cost.points},
                     {"trials", cost.trials},
                     {"estimate",
                      {{"trials_left", cost.trials_left},
                       {"trial_iterations", cost.trial_iterations},
                       {"bytes_per_trial", cost.bytes_per_trial},
                       {"at_once", cost.at_once},
                       {"seconds", cost.seconds}}}};
  if (result) {
    report["ran"] = result->ran;
    report["seconds"] = result->seconds;
    report["out"] = folder;
  }
  return report.dump(2) + "\n";
}

}  // namespace tubal::cli
