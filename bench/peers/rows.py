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
import statistics
import sys

import libraries


def reversed_tube(k):
    return [-l % k for l in range(k)]


def tproduct_by_definition(lib, a, b):
    k = a.shape[0]
    return lib.stack([sum(a[s] @ b[(l - s) % k] for s in range(k)) for l in range(k)])


def transpose(a):
    return a[reversed_tube(a.shape[0])].swapaxes(1, 2)


def conjugate(spectrum):
    return spectrum.conj().swapaxes(1, 2)


class Case:
    """`run` is `start`, then `advance` as often as `iterations` says; a graph holds one `advance`."""
    iterations = 1
    times = 1  # what is timed stands for so many
    bound = 1e-12  # of the error
    capturable = True

    def __init__(self, lib):
        self.lib = lib

    def start(self):
        pass

    def relative(self, found, wanted):
        return float(self.lib.norm(found - wanted) / self.lib.norm(wanted))


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


class Completion(Case):
    """A step, of a tensor of tubal rank `rank`, of which `percent` are seen."""

    def __init__(self, lib, n1, n2, k, rank, columns, percent):
        super().__init__(lib)
        self.name = (f"completion, {self.kind} step n1={n1} n2={n2} k={k} r={rank} R={columns} "
                     f"percent={percent}")
        self.k, self.columns = k, columns
        left, right = lib.rfft(lib.normal(k, n1, rank)), lib.rfft(lib.normal(k, n2, rank))
        self.truth = lib.irfft(left @ conjugate(right), k)
        # of as many as are to be seen, the smallest of a random tensor
        order = lib.normal(k, n1, n2)
        self.seen = order < lib.quantile(order, percent / 100)
        self.data = lib.where(self.seen, self.truth, 0 * self.truth)
        self.begin()

    def error(self):
        for _ in range(120):
            self.advance()
        error = self.relative(self.x, self.truth)
        self.begin()
        return error
    bound = 1e-4
    capturable = False


class Admm(Completion):
    """Z <- singular value thresholding of X + U; X <- Z - U, with the seen entries; U <- U + X - Z"""
    kind = "ADMM"

    def begin(self):
        self.x, self.dual = self.data, 0 * self.data
        self.rho = 1.25 / self.lib.largest(self.lib.svd(self.lib.rfft(self.x))[1])

    def advance(self):
        u, s, vh = self.lib.svd(self.lib.rfft(self.x + self.dual))
        s = self.lib.positive(s - 1 / self.rho)
        z = self.lib.irfft((u * s[:, None, :]) @ vh, self.k)
        self.x = self.lib.where(self.seen, self.data, z - self.dual)
        self.dual = self.dual + self.x - z
        self.rho, self.dual = 1.1 * self.rho, self.dual / 1.1


class Alternating(Completion):
    """Soft-impute: unseen entries from X, then a ridge regression per slice for L, then for Q; with
    Nesterov's momentum and a weight that falls, as the library's."""
    kind = "alternating"

    def begin(self):
        lib = self.lib
        u, s, vh = lib.svd(lib.rfft(self.data))
        root = s[:, None, :self.columns]**0.5
        self.left = u[:, :, :self.columns] * root
        self.right = conjugate(vh)[:, :, :self.columns] * root
        self.weight = 0.1 * lib.largest(s)
        self.x = lib.irfft(self.left @ conjugate(self.right), self.k)
        self.moved = [0 * self.left, 0 * self.right]

    def solved(self, spectrum, factor):
        gram = conjugate(factor) @ factor + self.weight * self.lib.eye(self.columns)
        return conjugate(self.lib.solve(gram, conjugate(spectrum @ factor)))

    def half_step(self, factor, other, transposed, part):
        filled = self.lib.rfft(self.lib.where(self.seen, self.data, self.x))
        moved = self.solved(conjugate(filled) if transposed else filled, other) - factor
        self.moved[part] = 0.4 * self.moved[part] + moved
        return factor + moved + 0.4 * self.moved[part]

    def advance(self):
        self.left = self.half_step(self.left, self.right, False, 0)
        self.x = self.lib.irfft(self.left @ conjugate(self.right), self.k)
        self.right = self.half_step(self.right, self.left, True, 1)
        self.x = self.lib.irfft(self.left @ conjugate(self.right), self.k)
        self.weight = max(0.8 * self.weight, 1e-9)


def runner(case, way):
    """What is timed: the whole of the case, its repeated part as a graph when `way` says so."""
    advance = case.lib.captured(case.advance) if way else case.advance

    def run():
        case.start()
        for _ in range(case.iterations):
            advance()
    return run


def measure(case, way, error, seconds, repetitions=5):
    """Median and relative spread of the mean time of a call over some repetitions."""
    run, lib = runner(case, way), case.lib
    lib.seconds(run, 1)
    calls = max(1, int(seconds / lib.seconds(run, 1)))
    means = [case.times * lib.seconds(run, calls) / calls for _ in range(repetitions)]
    return {"name": case.name, "by": lib.name + way, "seconds": statistics.median(means),
            "error": error, "noise": statistics.stdev(means) / statistics.mean(means)}


def measure_all(case, seconds):
    error = case.error()
    if not error < case.bound:
        raise SystemExit(f"{case.lib.name}: {case.name}: wrong result, error {error}")
    return [measure(case, way, error, seconds) for way in case.lib.ways if not way or case.capturable]


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
