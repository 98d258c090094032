"""The rows of the benchmark programs in NumPy, written as one writes NumPy: rfft, matmul on the half
spectrum, irfft; two matrix-vector products; gradient descent on the half spectrum of the factor.
Tensors have shape (k, rows, cols): the tube is axis 0.

  numpy_rows.py OUT.json [--tproduct NxK,...] [--sensing NxKxM,...]
                [--recovery NxKxRANKxMxCOLUMNS,...] [--iterations T] [--seconds S]
"""
import argparse
import ctypes
import json
import re
import statistics
import time

import numpy as np


def half_spectrum(a):
    """Contiguous: matmul does without BLAS on what rfft returns, ten times slower at n = 512."""
    return np.ascontiguousarray(np.fft.rfft(a, axis=0))


def tproduct(a, b):
    return np.fft.irfft(half_spectrum(a) @ half_spectrum(b), n=a.shape[0], axis=0)


def tproduct_by_definition(a, b):
    k = a.shape[0]
    return np.stack([sum(a[s] @ b[(l - s) % k] for s in range(k)) for l in range(k)])


def transpose(a):
    return np.roll(a[::-1].transpose(0, 2, 1), 1, axis=0)


def conjugate(spectrum):
    return spectrum.conj().transpose(0, 2, 1)


class Product:
    def __init__(self, random, n, k):
        self.name = f"tproduct n={n} k={k}"
        self.a, self.b = random.standard_normal((2, k, n, n))

    def run(self):
        return tproduct(self.a, self.b)

    def error(self):
        wanted = tproduct_by_definition(self.a, self.b)
        return np.linalg.norm(self.run() - wanted) / np.linalg.norm(wanted)


class ApplyAdjoint:
    def __init__(self, random, n, k, m):
        self.name = f"apply+adjoint n={n} k={k} m={m}"
        self.matrix = random.standard_normal((m, n * n * k)) / np.sqrt(m)
        self.x = random.standard_normal(n * n * k)

    def run(self):
        return self.matrix.T @ (self.matrix @ self.x)

    def error(self):
        wanted = np.einsum("ij,i->j", self.matrix, np.einsum("ij,j->i", self.matrix, self.x))
        return np.linalg.norm(self.run() - wanted) / np.linalg.norm(wanted)


class Descent:
    """U <- U - mu sym(A^T(A(U*U^T) - y)) * U, with the half spectrum of U as the state."""

    def __init__(self, random, n, k, m, rank, columns, scale, mu):
        self.k, self.mu = k, mu
        self.matrix = random.standard_normal((m, n * n * k)) / np.sqrt(m)
        factor = np.linalg.qr(half_spectrum(random.standard_normal((k, n, rank))))[0]
        self.truth = np.fft.irfft(factor @ conjugate(factor), n=k, axis=0)
        self.y = self.matrix @ self.truth.ravel()
        self.start = scale * random.standard_normal((k, n, columns)) / np.sqrt(columns)
        self.u = half_spectrum(self.start)

    def evaluate(self):
        x = np.fft.irfft(self.u @ conjugate(self.u), n=self.k, axis=0)
        return x, self.matrix @ x.ravel() - self.y

    def step(self, x, residual):
        z = half_spectrum((residual @ self.matrix).reshape(x.shape))
        self.u = self.u - self.mu * ((z + conjugate(z)) / 2 @ self.u)

    def error(self):
        x = tproduct_by_definition(self.start, transpose(self.start))
        z = np.einsum("ij,i->j", self.matrix, self.matrix @ x.ravel() - self.y).reshape(x.shape)
        before, self.mu, mu = self.u, 1e-2, self.mu
        wanted = self.start - self.mu * tproduct_by_definition((z + transpose(z)) / 2, self.start)
        self.step(*self.evaluate())
        found = np.fft.irfft(self.u, n=self.k, axis=0)
        self.u, self.mu = before, mu
        return np.linalg.norm(found - wanted) / np.linalg.norm(wanted)


class Step(Descent):
    def __init__(self, random, n, k, m):
        super().__init__(random, n, k, m, 1, 4, np.sqrt(4 / (n * k)), 1e-12)
        self.name = f"step n={n} k={k} m={m}"

    def run(self):
        self.step(*self.evaluate())


class Recovery(Descent):
    def __init__(self, random, n, k, rank, m, columns, iterations, errors):
        super().__init__(random, n, k, m, rank, columns, 1e-7, 2e-2)
        self.name = (f"recovery, {'errors' if errors else 'steps'} "
                     f"n={n} k={k} r={rank} m={m} R={columns}")
        self.iterations, self.errors = iterations, errors

    def run(self):
        self.u = half_spectrum(self.start)
        norm_y, norm_t = np.linalg.norm(self.y), np.linalg.norm(self.truth)
        for _ in range(self.iterations):
            x, residual = self.evaluate()
            if self.errors:
                self.last = (np.linalg.norm(residual) / norm_y,
                             np.linalg.norm(x - self.truth) / norm_t)
            self.step(x, residual)


def measure(case, seconds, repetitions=5):
    """Median and relative spread of the mean time of a call over some repetitions."""
    error = case.error()
    if not error < 1e-12:
        raise SystemExit(f"{case.name}: wrong result, error {error}")
    case.run()
    began = time.perf_counter()
    case.run()
    calls = max(1, int(seconds / (time.perf_counter() - began)))
    means = []
    for _ in range(repetitions):
        began = time.perf_counter()
        for _ in range(calls):
            case.run()
        means.append((time.perf_counter() - began) / calls)
    return {"name": case.name, "seconds": statistics.median(means), "error": error,
            "noise": statistics.stdev(means) / statistics.mean(means)}


def blas():
    """The OpenBLAS in this process: its kernel and threads."""
    with open("/proc/self/maps") as maps:
        paths = re.findall(r"\S*openblas\S*\.so\S*", maps.read())
    if not paths:
        return "not OpenBLAS"
    library = ctypes.CDLL(paths[0])
    library.openblas_get_config.restype = ctypes.c_char_p
    return f"{library.openblas_get_config().decode()}, {library.openblas_get_num_threads()} threads"


def sizes(text):
    return [[int(number) for number in row.split("x")] for row in text.split(",")] if text else []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    for rows in ("--tproduct", "--sensing", "--recovery"):
        parser.add_argument(rows, type=sizes, default=[])
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=0.3)
    options = parser.parse_args()
    random = np.random.default_rng(1)

    makers = [lambda s=s: Product(random, *s) for s in options.tproduct]
    for s in options.sensing:
        makers += [lambda s=s: ApplyAdjoint(random, *s), lambda s=s: Step(random, *s)]
    for s in options.recovery:
        makers += [lambda s=s, e=e: Recovery(random, *s, options.iterations, e)
                   for e in (False, True)]
    rows = [measure(make(), options.seconds) for make in makers]
    with open(options.out, "w") as out:
        json.dump({"context": {"numpy": np.__version__, "blas": blas()}, "rows": rows}, out, indent=1)


if __name__ == "__main__":
    main()
