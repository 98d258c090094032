// How near a picture is to another.
#pragma once

#include <cstdint>
#include <span>

namespace tubal::image {

/// 10 log10(1 / mean squared difference), in dB, of values in [0, 1]; those of `found` beyond are
/// taken as 0 or 1. Infinite for equal ones.
double psnr(std::span<const double> found, std::span<const double> truth);

/// Mean structural similarity of planes of rows x columns, one after the other, `found` clipped to
/// [0, 1] as above: Gaussian window of 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, range 1, over
/// the places where the window lies inside; the mean over planes. NaN for planes smaller than the
/// window. Source: Wang, Bovik, Sheikh and Simoncelli 2004; as `structural_similarity` of
/// scikit-image with gaussian_weights=True, sigma=1.5, use_sample_covariance=False.
double ssim(std::span<const double> found, std::span<const double> truth, std::int64_t rows,
            std::int64_t columns);

}  // namespace tubal::image
