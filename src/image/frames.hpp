// Videos as folders of frames.
#pragma once

#include "png.hpp"

namespace tubal::image {

/// The PNG files of a folder in the order of their names, all of one size and kind. Throws
/// `io::file_error`: no such folder, no frame in it, a frame that is damaged or does not fit the
/// first one.
std::vector<picture> read_frames(const std::filesystem::path& folder);

/// frame_0000.png, frame_0001.png, ... into a folder, which is made if it is not there. Throws
/// `io::write_error`.
void write_frames(const std::filesystem::path& folder, const std::vector<picture>& frames);

}  // namespace tubal::image
