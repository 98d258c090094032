// Videos as folders of frames.
#pragma once

#include "png.hpp"

namespace tubal::image {

/// The PNG files of a folder in the natural order of their names (2 before 10), all of one size;
/// hidden files and other ones are left out. Throws `io::file_error`: no such folder, no frame in
/// it, a frame that is damaged or does not fit the first one.
std::vector<picture> read_frames(const std::filesystem::path& folder);

/// Throws `io::write_error` where `folder` is a file, or holds pictures under other names than
/// `write_frames` gives: they would be frames, too.
void require_frames_folder(const std::filesystem::path& folder);

/// frame_0000.png, frame_0001.png, ... (with more digits where there are more than 10000) into a
/// folder, which is made if it is not there; frames that an earlier call left are removed. Throws
/// `io::write_error`.
void write_frames(const std::filesystem::path& folder, const std::vector<picture>& frames);

}  // namespace tubal::image
