#include "cli/recover/checkpoint.hpp"

#include "cli/recover/report.hpp"
#include "cli/terminal/exit_code.hpp"
#include "io/seal.hpp"

#include <cmath>
#include <set>
#include <sstream>

namespace tubal::cli {

namespace {

using attributes = std::map<std::string, io::attribute_value>;

/// What a recovery may be gone on with under other values of.
const std::set<std::string> may_change = {"problem", "iterations", "threads"};

std::string text_of(const attributes& all, const std::string& key) {
  const auto at = all.find(key);
  if (at == all.end()) return "nothing";
  std::ostringstream text;
  text.precision(17);
  std::visit([&](const auto& value) { text << value; }, at->second);
  return text.str();
}

std::string differences(const attributes& there, const attributes& now) {
  std::string text;
  for (const auto& [key, value] : now)
    if (!may_change.contains(key) && (!there.contains(key) || there.at(key) != value))
      text += (text.empty() ? "" : "; ") + key + " is " + text_of(there, key) + " there, " +
              text_of(now, key) + " now";
  return text;
}

/// All that must be the same when a recovery goes on.
attributes identity_of(const recover_settings& s) {
  auto all = settings_attributes(s);
  if (s.file)
    all["problem_checksum"] = static_cast<std::int64_t>(io::checksum_of(*s.given.problem));
  return all;
}

}  // namespace

checkpoint_keeper::checkpoint_keeper(const recover_settings& s) : settings_(s) {
  if (!s.given.checkpoint) return;
  identity_ = identity_of(s);
  if (!std::filesystem::exists(*s.given.checkpoint)) return;
  found_ = io::read_checkpoint(*s.given.checkpoint);
  take(found_.run);
}

void checkpoint_keeper::take(const io::run_data& run) {
  const std::string file = *settings_.given.checkpoint;
  const auto different = differences(run.attributes, identity_);
  if (!different.empty())
    throw usage_error("--checkpoint: " + file + " is of another recovery: " + different);
  if (run.iteration.back() > settings_.run.iterations)
    throw usage_error("--iterations: expected at least the " +
                      std::to_string(run.iteration.back()) + " of " + file + ", got " +
                      std::to_string(settings_.run.iterations));
  records_.resize(run.iteration.size());
  for (std::size_t i = 0; i < records_.size(); ++i) records_[i].iteration = run.iteration[i];
  for (int m = 0; m < measure_count; ++m)
    if (const auto* row = run.row(std::string(name(static_cast<measure>(m)))))
      for (std::size_t i = 0; i < records_.size(); ++i)
        records_[i][static_cast<measure>(m)] = (*row)[i];
}

double checkpoint_keeper::run_seconds() const {
  const auto at = found_.run.attributes.find("run_seconds");
  if (at == found_.run.attributes.end()) return 0;
  if (const auto* seconds = std::get_if<double>(&at->second)) return *seconds;
  throw io::file_error(*settings_.given.checkpoint,
                       "attribute 'run_seconds': expected a real number, found another type");
}

bool checkpoint_keeper::is_due() const {
  const std::chrono::duration<double> since = clock::now() - last_;
  return settings_.given.checkpoint && since.count() >= settings_.given.checkpoint_every;
}

void checkpoint_keeper::write(const outcome& until_now, std::vector<double> spectral_factor) {
  if (!settings_.given.checkpoint || !std::isfinite(until_now.last()[measure::train_error])) return;
  io::checkpoint state{run_data(settings_, until_now), std::move(spectral_factor)};
  state.run.attributes.insert(identity_.begin(), identity_.end());
  state.run.attributes["format"] = std::string("tubal checkpoint 1");
  state.run.attributes.erase("stop_reason");  // it has not stopped
  io::write_checkpoint(*settings_.given.checkpoint, state);
  last_ = clock::now();
}

}  // namespace tubal::cli
