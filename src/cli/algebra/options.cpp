#include "cli/algebra/options.hpp"

#include <algorithm>

namespace tubal::cli {

namespace {

const std::vector<algebra_operation> operations = {
    {.kind = algebra_kind::tprod,
     .name = "tprod",
     .text = "t-product A * B",
     .example = "tubal tprod A.npy B.npy -o C.npy",
     .has_b = true,
     .options = {"op"}},
    {.kind = algebra_kind::transpose,
     .name = "transpose",
     .text = "Transpose A^T",
     .example = "tubal transpose A.npy -o C.npy"},
    {.kind = algebra_kind::svd,
     .name = "svd",
     .text = "t-SVD A = U * S * V^T",
     .example = "tubal svd A.npy --rank 2 -o factors",
     .options = {"rank", "full", "tolerance"},
     .factors = {"U", "S", "V"}},
    {.kind = algebra_kind::qr,
     .name = "qr",
     .text = "t-QR A = Q * R, the diagonals of R nonnegative in every transformed slice",
     .example = "tubal qr A.npy -o factors",
     .options = {"full"},
     .factors = {"Q", "R"}},
    {.kind = algebra_kind::eig,
     .name = "eig",
     .text = "Eigendecomposition (A + A^T) / 2 = V * D * V^T",
     .example = "tubal eig A.npy -o factors",
     .factors = {"V", "D"}},
    {.kind = algebra_kind::inv,
     .name = "inv",
     .text = "Inverse A^-1",
     .example = "tubal inv A.npy -o X.npy"},
    {.kind = algebra_kind::pinv,
     .name = "pinv",
     .text = "Pseudo-inverse A^+",
     .example = "tubal pinv A.npy -o X.npy",
     .options = {"tolerance"}},
    {.kind = algebra_kind::solve,
     .name = "solve",
     .text = "The X with A * X = B; of least squares and the smallest norm where A is not square, "
             "or a tolerance is given",
     .example = "tubal solve A.npy B.npy -o X.npy",
     .has_b = true,
     .options = {"tolerance"}},
    {.kind = algebra_kind::rank,
     .name = "rank",
     .text = "Tubal rank of A; with --json the multi-rank and the average rank too",
     .example = "tubal rank A.npy --tolerance 1e-6",
     .options = {"tolerance"}},
    {.kind = algebra_kind::norm,
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

void add_tolerance(subcommand& c, algebra_kind k, algebra_options& o) {
  c.add("--tolerance", &o.tolerance,
        std::string("Singular values up to this part of the largest one of all slices ") +
            (k == algebra_kind::svd
                 ? "count as 0, and U, S, V have as many columns as the tubal rank is then"
                 : "count as 0 (max(n1, n2) eps)"));
  if (k == algebra_kind::svd) c.options.back().excludes({"--full"});
}

void add_own(subcommand& c, const algebra_operation& operation, algebra_options& o) {
  const auto takes = [&](const char* name) {
    return std::find(operation.options.begin(), operation.options.end(), name) !=
           operation.options.end();
  };
  if (takes("op")) {
    c.add("--op-a", &o.op_a, "t: A^T in place of A; none").one_of({"none", "t"});
    c.add("--op-b", &o.op_b, "t: B^T in place of B; none").one_of({"none", "t"});
  }
  if (takes("kind"))
    c.add("--kind", &o.norm,
          "frobenius; spectral, the largest singular value of all slices; or nuclear, with the dft "
          "the mean over the slices of their sums of singular values (frobenius)")
        .one_of({"frobenius", "spectral", "nuclear"});
  if (takes("full")) c.add("--full", &o.full, "All columns of the orthogonal factors");
  if (takes("rank"))
    c.add("--rank", &o.rank, "The leading R singular tubes alone")
        .excludes({"--full", "--tolerance"});
  if (takes("tolerance")) add_tolerance(c, operation.kind, o);
}

void add_output(subcommand& c, const algebra_operation& operation, algebra_options& o) {
  if (operation.gives_number()) {
    c.add("--json", &o.json, "As one JSON object");
    return;
  }
  std::string text = "Tensor to write, FILE.npy or FILE.h5:/dataset";
  if (!operation.factors.empty()) {
    text = "Directory for";
    for (const auto& name : operation.factors) text += " " + name + ".npy";
    text += ", or FILE.h5:/group for the datasets";
  }
  c.add_output(&o.out, text).required().shown_as(operation.factors.empty() ? "FILE" : "DIR");
}

void add_machine(subcommand& c, algebra_options& o) {
  c.add("--device", &o.device, "host or cuda (host)").one_of({"host", "cuda"});
  c.add("--precision", &o.precision,
        "double or float, of the computation and of what is written (float when all tensors are "
        "float32, otherwise double)")
      .one_of({"double", "float"});
  c.add("--threads", &o.threads, "Threads of the host (0: all cores)").between(0, 1024);
}

}  // namespace

std::span<const algebra_operation> algebra_operations() { return operations; }

void add_options(subcommand& c, const algebra_operation& operation, algebra_options& o) {
  c.add("A", &o.a, "Tensor").required().shown_as(" ");
  if (operation.has_b) c.add("B", &o.b, "Tensor").required().shown_as(" ");
  add_output(c, operation, o);
  c.add("--transform", &o.transform, transform_text);
  add_own(c, operation, o);
  add_machine(c, o);
  c.footer = tensors_text + std::string("\nExample: ") + operation.example + "\n";
}

}  // namespace tubal::cli
