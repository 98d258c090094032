// What the stand-in's own tests include.
#pragma once

#include <gtest/gtest.h>

#include "core/primitives/backend.hpp"
#include "primitives.hpp"
#include "stand_in.hpp"
