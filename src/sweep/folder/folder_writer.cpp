#include "sweep/folder/folder_writer.hpp"

#include "io/atomic_file.hpp"
#include "sweep/folder/quantiles.hpp"
#include "sweep/folder/summary.hpp"
#include "sweep/plan/expand.hpp"

#include <algorithm>

namespace tubal::sweep {

namespace fs = std::filesystem;

namespace {

void make_folder(const fs::path& folder) {
  std::error_code code;
  fs::create_directories(folder / "curves", code);
  if (code) throw io::write_error(folder, "cannot make the folder: " + code.message());
}

/// A folder with other things in it is not taken for a sweep.
void require_own(const fs::path& folder) {
  std::error_code code;
  if (!fs::exists(folder, code) || fs::exists(plan_path(folder), code)) return;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const auto name = entry.path().filename().string();
    if (name != "lock" && name != "curves" && name.rfind(".tubal-", 0) != 0)
      throw io::write_error(folder, "holds '" + name + "' and no plan.json; name a new folder");
  }
}

void write_text(const fs::path& path, const std::string& text) {
  io::write_atomically(path, text.data(), text.size());
}

io::attribute_value attribute_of(const json& value) {
  if (value.is_whole()) return value.whole();
  if (value.is_number()) return value.number();
  return value.is_text() ? value.text() : value.dump();
}

std::map<std::string, io::attribute_value> attributes_of(std::int64_t point, const settings& s) {
  std::map<std::string, io::attribute_value> attributes{{"point", point}};
  const auto values = to_json(s);
  for (const auto& [key, value] : values.members()) attributes[key] = attribute_of(value);
  return attributes;
}

void require_same(const fs::path& folder, const json& there, const json& now) {
  const auto found = differences(there, now);
  if (found.empty()) return;
  std::string text = folder.string() + ": holds a sweep of another plan: ";
  for (const auto& d : found)
    text += (&d == &found.front() ? "" : "; ") + d.key + " is " + d.before + " there, " + d.now +
            " now";
  throw plan_error(found.front().key, text);
}

/// What a line says of itself must be what the plan says of its trial.
void require_of_plan(const fs::path& path, const plan& p, const finished_trial& t) {
  const auto wanted = trial_of(p, t.trial);
  if (t.trial < 0 || t.trial >= trial_count(p) || t.point != wanted.point ||
      t.repetition != wanted.repetition || t.seed != wanted.seed)
    throw io::file_error(path, "trial " + std::to_string(t.trial) + " is none of the plan");
}

}  // namespace

folder_writer::folder_writer(const fs::path& folder, const plan& p, const machine& where)
    : folder_(folder), plan_(p) {
  require_own(folder);
  make_folder(folder);
  lock_ = std::make_unique<io::file_lock>(folder / "lock", "another sweep runs in this folder");
  io::remove_leftovers(folder);
  io::remove_leftovers(folder / "curves");
  take_plan(where);
  take_trials();
}

void folder_writer::take_plan(const machine& where) {
  const auto now = to_json(plan_, where.device, where.precision);
  if (fs::exists(plan_path(folder_))) {
    const auto there = read_plan_json(folder_);
    require_same(folder_, there, now);
    if (there == now) return;
  }
  write_text(plan_path(folder_), now.dump(2) + "\n");
}

void folder_writer::take_trials() {
  auto found = read_trials(folder_);
  finished_ = std::move(found.trials);
  for (const auto& t : finished_) {
    require_of_plan(trials_path(folder_), plan_, t);
    done_.insert(t.trial);
  }
  lines_ = std::make_unique<io::append_file>(trials_path(folder_), found.bytes);
  judge_again();
}

/// The threshold of success may have changed.
void folder_writer::judge_again() {
  bool changed = false;
  for (auto& t : finished_) {
    const bool now = succeeded(t, plan_.measured);
    changed = changed || now != t.success;
    t.success = now;
  }
  if (!changed) return;
  std::string text;
  for (const auto& t : finished_) text += to_line(t);
  write_text(trials_path(folder_), text);
  lines_ = std::make_unique<io::append_file>(trials_path(folder_), text.size());
}

/// The trials of the point that have their lines; what else the file has is of a killed process.
void folder_writer::take_curves(std::int64_t point, curves& to) const {
  const auto path = curves_path(folder_, point);
  const auto first = done_.lower_bound(point * plan_.repetitions);
  const auto last = done_.lower_bound((point + 1) * plan_.repetitions);
  if (first == last) return;
  const auto there = read_curves(path);
  if (there.iteration != to.iteration)
    throw io::file_error(path, "expected the iterations that the plan measures");
  for (auto number = first; number != last; ++number)
    to.trials[*number] = there.values_of(path, *number, to.rows);
}

curves& folder_writer::curves_of(std::int64_t point, const settings& values) {
  const auto known = open_.find(point);
  if (known != open_.end()) return known->second;
  curves& c = open_[point];
  for (const auto row : plan_.measured.rows) c.rows.emplace_back(name(row));
  c.iteration = measured_iterations(values, plan_.measured);
  take_curves(point, c);
  return c;
}

void folder_writer::add(const std::vector<trial_result>& results) {
  std::map<std::int64_t, const settings*> touched;
  std::string lines;
  std::vector<finished_trial> summaries;
  for (const auto& r : results) {
    auto& c = curves_of(r.what.point, r.values);
    c.trials[r.what.number] = curve_values(r, plan_.measured);
    touched[r.what.point] = &r.values;
    summaries.push_back(summary_of(r, plan_.measured));
    lines += to_line(summaries.back());
  }
  for (const auto& [point, values] : touched)
    write_curves(curves_path(folder_, point), open_[point], attributes_of(point, *values));
  lines_->append(lines);
  for (auto& t : summaries) {
    done_.insert(t.trial);
    finished_.push_back(std::move(t));
  }
  for (const auto& [point, values] : touched) forget_if_complete(point);
}

void folder_writer::forget_if_complete(std::int64_t point) {
  if (static_cast<std::int64_t>(open_[point].trials.size()) == plan_.repetitions)
    open_.erase(point);
}

void folder_writer::finish() const {
  write_text(quantiles_path(folder_), quantiles_csv(plan_, finished_));
}

}  // namespace tubal::sweep
