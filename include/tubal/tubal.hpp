// Everything.
#pragma once

#include <tubal/algebra.hpp>
#include <tubal/context.hpp>
#include <tubal/diagnostics.hpp>
#include <tubal/error.hpp>
#include <tubal/gram.hpp>
#include <tubal/problem.hpp>
#include <tubal/random.hpp>
#include <tubal/recovery.hpp>
#include <tubal/run.hpp>
#include <tubal/sensing.hpp>
#include <tubal/symmetric.hpp>
#include <tubal/tensor.hpp>
#include <tubal/tproduct.hpp>
#include <tubal/tube_transform.hpp>
#include <tubal/version.hpp>
