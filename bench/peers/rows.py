"""The rows of the benchmark programs in NumPy, CuPy or PyTorch, written as one writes these: rfft,
matmul on the half spectrum, irfft; two matrix-vector products; gradient descent on the half spectrum
of the factor. Tensors have shape (k, rows, cols): the tube is axis 0.

  rows.py LIBRARY OUT.json [--tproduct NxK,...] [--sensing NxKxM,...] [--svd NxK,...]
          [--qr NxK,...] [--eigen NxK,...] [--recovery NxKxRANKxMxCOLUMNS,...]
          [--ensembles NxKxRANKxMxCOLUMNSxTRIALS,...]
          [--completion N1xN2xKxRANKxCOLUMNSxPERCENT,...] [--iterations T] [--seconds S]
          [--device cuda|cpu]

LIBRARY is numpy, cupy or torch; --device is torch's. Without the library, or a GPU for it: says so,
and exits with 77.
"""
import argparse
import json
import sys

import libraries
from case import Case, conjugate, measure_all, tproduct_by_definition, transpose
from completion import Admm, Alternating


class Product(Case):
    def __init__(self, lib, n, k):
        super().__init__(lib)
        self.name = f"tproduct n={n} k={k}"
        self.a, self.b = lib.normal(k, n, n), lib.normal(k, n, n)

    def advance(self):
        lib, k = self.lib, self.a.shape[0]
        self.c = lib.irfft(lib.rfft(self.a) @ lib.rfft(self.b), k)

    def error(self):
        self.advance()
        return self.relative(self.c, tproduct_by_definition(self.lib, self.a, self.b))


class Decomposition(Case):
    """Of the batch of half-spectrum slices; the factors are tensors again."""
    capturable = False

    def __init__(self, lib, n, k):
        super().__init__(lib)
        self.name = f"{self.kind} n={n} k={k}"
        self.a = lib.normal(k, n, n)

    def back(self, *spectra):
        return [self.lib.irfft(x, self.a.shape[0]) for x in spectra]

    def error(self):
        self.advance()
        return self.relative(self.product(), self.a)

    def product(self):
        u, s, v = (self.lib.rfft(x) for x in self.factors)
        return self.lib.irfft(u @ s @ conjugate(v), self.a.shape[0])


class Svd(Decomposition):
    kind = "svd"

    def advance(self):
        u, s, vh = self.lib.svd(self.lib.rfft(self.a))
        self.factors = self.back(u, self.lib.diagonal(s), conjugate(vh))


class Eigen(Decomposition):
    kind = "eigen"

    def __init__(self, lib, n, k):
        super().__init__(lib, n, k)
        self.a = tproduct_by_definition(lib, self.a, transpose(self.a))

    def advance(self):
        d, v = self.lib.eigh(self.lib.rfft(self.a))
        v, d = self.back(v, self.lib.diagonal(d))
        self.factors = v, d, v


class Qr(Decomposition):
    kind = "qr"

    def advance(self):
        self.factors = self.back(*self.lib.qr(self.lib.rfft(self.a)))

    def product(self):
        q, r = (self.lib.rfft(x) for x in self.factors)
        return self.lib.irfft(q @ r, self.a.shape[0])


class ApplyAdjoint(Case):
    def __init__(self, lib, n, k, m):
        super().__init__(lib)
        self.name = f"apply+adjoint n={n} k={k} m={m}"
        self.matrix = lib.normal(m, n * n * k) / m**0.5
        self.x = lib.normal(n * n * k)

    def advance(self):
        self.z = self.matrix.T @ (self.matrix @ self.x)

    def error(self):
        self.advance()
        y = self.lib.einsum("ij,j->i", self.matrix, self.x)
        return self.relative(self.z, self.lib.einsum("ij,i->j", self.matrix, y))


class Descent(Case):
    """U <- U - mu sym(A^T(A(U*U^T) - y)) * U, with the half spectrum of U as the state."""

    def __init__(self, lib, n, k, m, rank, columns, scale, mu):
        super().__init__(lib)
        self.k, self.mu = k, mu
        self.matrix = lib.normal(m, n * n * k) / m**0.5
        factor = lib.qr(lib.rfft(lib.normal(k, n, rank)))[0]
        self.truth = lib.irfft(factor @ conjugate(factor), k)
        self.y = self.matrix @ self.truth.ravel()
        self.tensor = scale * lib.normal(k, n, columns) / columns**0.5
        self.u0 = lib.rfft(self.tensor)
        self.u = lib.copy(self.u0)

    def start(self):
        self.u[...] = self.u0

    def evaluate(self):
        x = self.lib.irfft(self.u @ conjugate(self.u), self.k)
        return x, self.matrix @ x.ravel() - self.y

    def step(self, x, residual):
        z = self.lib.rfft((residual @ self.matrix).reshape(x.shape))
        self.u -= self.mu * ((z + conjugate(z)) / 2 @ self.u)

    def advance(self):
        self.step(*self.evaluate())

    def error(self):
        lib, u, mu = self.lib, self.tensor, 1e-2
        x = tproduct_by_definition(lib, u, transpose(u))
        residual = lib.einsum("ij,j->i", self.matrix, x.ravel()) - self.y
        z = lib.einsum("ij,i->j", self.matrix, residual).reshape(x.shape)
        wanted = u - mu * tproduct_by_definition(lib, (z + transpose(z)) / 2, u)
        self.mu, mu = mu, self.mu
        self.start()
        self.advance()
        self.mu = mu
        return self.relative(lib.irfft(self.u, self.k), wanted)


class Step(Descent):
    def __init__(self, lib, n, k, m):
        super().__init__(lib, n, k, m, 1, 4, (4 / (n * k))**0.5, 1e-12)
        self.name = f"step n={n} k={k} m={m}"


class Recovery(Descent):
    def __init__(self, lib, n, k, rank, m, columns, iterations, errors):
        super().__init__(lib, n, k, m, rank, columns, 1e-7, 2e-2)
        self.name = (f"recovery, {'errors' if errors else 'steps'} "
                     f"n={n} k={k} r={rank} m={m} R={columns}")
        self.iterations, self.errors = iterations, errors
        self.norm_y, self.norm_t = lib.norm(self.y), lib.norm(self.truth)

    def advance(self):
        x, residual = self.evaluate()
        if self.errors:  # left where they are computed
            self.last = (self.lib.norm(residual) / self.norm_y,
                         self.lib.norm(x - self.truth) / self.norm_t)
        self.step(x, residual)


class Ensemble(Recovery):
    """Both errors every 10 iterations. One trial is run; the time is that of all, one by one."""

    def __init__(self, lib, n, k, rank, m, columns, trials, iterations):
        super().__init__(lib, n, k, rank, m, columns, iterations, False)
        self.name = f"ensemble, errors n={n} k={k} r={rank} m={m} R={columns} trials={trials}"
        self.times = trials

    def start(self):
        super().start()
        self.t = 0

    def advance(self):
        self.errors = self.t % 10 == 0
        self.t += 1
        super().advance()


def cases(lib, options):
    for s in options.tproduct:
        yield Product(lib, *s)
    for s in options.sensing:
        yield ApplyAdjoint(lib, *s)
        yield Step(lib, *s)
    for make, rows in (Svd, options.svd), (Qr, options.qr), (Eigen, options.eigen):
        for s in rows:
            yield make(lib, *s)
    for s in options.completion:
        yield Admm(lib, *s)
        yield Alternating(lib, *s)
    for s in options.ensembles:
        yield Ensemble(lib, *s, options.iterations)
    for s in options.recovery:
        for errors in (False, True):
            yield Recovery(lib, *s, options.iterations, errors)


def sizes(text):
    return [[int(number) for number in row.split("x")] for row in text.split(",")] if text else []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=("numpy", "cupy", "torch"))
    parser.add_argument("out")
    for rows in ("--tproduct", "--sensing", "--recovery", "--svd", "--qr", "--eigen",
                 "--ensembles", "--completion"):
        parser.add_argument(rows, type=sizes, default=[])
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    options = parser.parse_args()
    try:
        lib = libraries.make(options.library, options.device)
    except libraries.Missing as error:
        print(f"rows.py: {error}", file=sys.stderr)
        sys.exit(77)
    rows = [row for case in cases(lib, options) for row in measure_all(case, options.seconds)]
    with open(options.out, "w") as out:
        json.dump({"context": lib.context(), "rows": rows}, out, indent=1)


if __name__ == "__main__":
    main()
