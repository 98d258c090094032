// What is done to an operand before it is used.
#pragma once

namespace tubal {

/// op(A) = A or A^T. Of a complex slice, the transpose is the adjoint A^H; the values are those of
/// BLAS.
enum class op : char { none = 'N', transpose = 'C' };

}  // namespace tubal
