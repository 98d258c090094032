#include "cli/algebra/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace tubal::cli {

namespace {

using kind = algebra_kind;

const std::vector<algebra_operation> operations = {
    {.kind = kind::tprod,
     .name = "tprod",
     .text = "t-product A * B",
     .example = "tubal tprod A.npy B.npy -o C.npy",
     .has_b = true,
     .options = {"op"}},
    {.kind = kind::transpose,
     .name = "transpose",
     .text = "Transpose A^T",
     .example = "tubal transpose A.npy -o C.npy"},
    {.kind = kind::svd,
     .name = "svd",
     .text = "t-SVD A = U * S * V^T",
     .example = "tubal svd A.npy --rank 2 -o factors",
     .options = {"rank", "full", "tolerance"},
     .factors = {"U", "S", "V"}},
    {.kind = kind::qr,
     .name = "qr",
     .text = "t-QR A = Q * R, the diagonals of R nonnegative in every transformed slice",
     .example = "tubal qr A.npy -o factors",
     .options = {"full"},
     .factors = {"Q", "R"}},
    {.kind = kind::eig,
     .name = "eig",
     .text = "Eigendecomposition (A + A^T) / 2 = V * D * V^T",
     .example = "tubal eig A.npy -o factors",
     .factors = {"V", "D"}},
    {.kind = kind::inv,
     .name = "inv",
     .text = "Inverse A^-1",
     .example = "tubal inv A.npy -o X.npy"},
    {.kind = kind::pinv,
     .name = "pinv",
     .text = "Pseudo-inverse A^+",
     .example = "tubal pinv A.npy -o X.npy",
     .options = {"tolerance"}},
    {.kind = kind::solve,
     .name = "solve",
     .text = "The X with A * X = B; of least squares and the smallest norm where A is not square, "
             "or a tolerance is given",
     .example = "tubal solve A.npy B.npy -o X.npy",
     .has_b = true,
     .options = {"tolerance"}},
    {.kind = kind::rank,
     .name = "rank",
     .text = "Tubal rank of A; with --json the multi-rank and the average rank too",
     .example = "tubal rank A.npy --tolerance 1e-6",
     .options = {"tolerance"}},
    {.kind = kind::norm,
     .name = "norm",
     .text = "A norm of A",
     .example = "tubal norm A.npy --kind nuclear",
     .options = {"kind"}},
};

constexpr const char* tensors_text =
    "A tensor is FILE.npy, an array of NumPy of shape (n1, n2, k) with float32 or float64 in C or\n"
    "Fortran order, or FILE.h5:/dataset in the memory order of MATLAB, which h5py lists as\n"
    "(k, n2, n1). With fewer dimensions it is a matrix or a column; with more, (n1, n2, k1, k2, "
    "...),\n"
    "the transform is taken along each of k1, k2, ...\n";

constexpr const char* transform_text =
    "dft, dct, haar, identity, or a matrix M of size k x k in a file, FILE.npy or "
    "FILE.h5:/dataset: "
    "X^(i,j,f) = sum_l M(f,l) X(i,j,l) (dft)";

void add_tolerance(CLI::App& app, kind k, algebra_options& o) {
  app.add_option("--tolerance", o.tolerance,
                 std::string("Singular values up to this part of the largest one of all slices ") +
                     (k == kind::svd ? "count as 0, and U, S, V have as many columns as the "
                                       "tubal rank is then"
                                     : "count as 0 (max(n1, n2) eps)"));
}

void add_own(CLI::App& app, const algebra_operation& operation, algebra_options& o) {
  const auto takes = [&](const char* name) {
    return std::find(operation.options.begin(), operation.options.end(), name) !=
           operation.options.end();
  };
  if (takes("op")) {
    app.add_option("--op-a", o.op_a, "t: A^T in place of A; none")
        ->check(CLI::IsMember({"none", "t"}));
    app.add_option("--op-b", o.op_b, "t: B^T in place of B; none")
        ->check(CLI::IsMember({"none", "t"}));
  }
  if (takes("kind"))
    app.add_option(
           "--kind", o.norm,
           "frobenius; spectral, the largest singular value of all slices; or nuclear, with "
           "the dft the mean over the slices of their sums of singular values (frobenius)")
        ->check(CLI::IsMember({"frobenius", "spectral", "nuclear"}));
  if (takes("full")) app.add_flag("--full", o.full, "All columns of the orthogonal factors");
  if (takes("rank")) app.add_option("--rank", o.rank, "The leading R singular tubes alone");
  if (takes("tolerance")) add_tolerance(app, operation.kind, o);
  if (operation.kind == kind::svd) {
    app.get_option("--rank")->excludes("--full")->excludes("--tolerance");
    app.get_option("--tolerance")->excludes("--full");
  }
}

void add_output(CLI::App& app, const algebra_operation& operation, algebra_options& o) {
  if (operation.gives_number()) {
    app.add_flag("--json", o.json, "As one JSON object");
    return;
  }
  std::string text = "Tensor to write, FILE.npy or FILE.h5:/dataset";
  if (!operation.factors.empty()) {
    text = "Directory for";
    for (const auto& name : operation.factors) text += " " + name + ".npy";
    text += ", or FILE.h5:/group for the datasets";
  }
  app.add_option("-o,--output", o.out, text)
      ->required()
      ->option_text(operation.factors.empty() ? "FILE" : "DIR");
}

void add_machine(CLI::App& app, algebra_options& o) {
  app.add_option("--device", o.device, "host or cuda (host)")
      ->check(CLI::IsMember({"host", "cuda"}));
  app.add_option(
         "--precision", o.precision,
         "double or float, of the computation and of what is written (float when all tensors "
         "are float32, otherwise double)")
      ->check(CLI::IsMember({"double", "float"}));
  app.add_option("--threads", o.threads, "Threads of the host (0: all cores)")
      ->check(CLI::Range(0, 1024));
}

}  // namespace

std::span<const algebra_operation> algebra_operations() { return operations; }

void add_options(CLI::App& app, const algebra_operation& operation, algebra_options& o) {
  app.add_option("A", o.a, "Tensor")->required()->option_text(" ");
  if (operation.has_b) app.add_option("B", o.b, "Tensor")->required()->option_text(" ");
  add_output(app, operation, o);
  app.add_option("--transform", o.transform, transform_text);
  add_own(app, operation, o);
  add_machine(app, o);
  app.footer(tensors_text + std::string("\nExample: ") + operation.example + "\n");
}

}  // namespace tubal::cli
