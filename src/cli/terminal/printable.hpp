// Texts of files, on a terminal.
#pragma once

#include <string>

namespace tubal::cli {

/// `text` without what a terminal obeys: control characters (C0, DEL and C1) become blanks, bytes
/// that are no UTF-8 question marks.
std::string printable(const std::string& text);

}  // namespace tubal::cli
