#include "checkpoint_file.hpp"

#include "hdf5_image.hpp"
#include "seal.hpp"

namespace tubal::io {

namespace {
const std::string state_name = "spectral_factor";
}

void write_checkpoint(const std::filesystem::path& path, const checkpoint& state) {
  const hdf5_image file(path, hdf5_image::start::empty);
  write_run(file, state.run);
  file.write(state_name, {static_cast<std::int64_t>(state.spectral_factor.size())},
             state.spectral_factor.data());
  file.save_sealed();
}

checkpoint read_checkpoint(const std::filesystem::path& path) {
  require_sealed(path);
  checkpoint state{read_run_file(path), {}};
  const hdf5_reader reader(path);
  state.spectral_factor = reader.read(state_name, reader.open(state_name));
  reader.require_finite(state_name, state.spectral_factor.data(),
                        static_cast<std::int64_t>(state.spectral_factor.size()));
  if (state.run.iteration.empty()) reader.fail("dataset 'trajectory/iteration': expected a record");
  return state;
}

}  // namespace tubal::io
