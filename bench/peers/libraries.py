"""What the rows need of an array library, and how its work is timed: NumPy by the clock, CuPy and
PyTorch by events on the GPU; PyTorch also as a captured graph, and on the CPU.

A library has `name`, `ways` (the graph is one), `context()`, `normal(*shape)`, `rfft`, `irfft`,
`qr`, `svd`, `eigh`, `diagonal`, `solve`, `eye`, `where`, `quantile`, `largest`, `positive`, `einsum`,
`stack`, `copy`, `norm` and `seconds(work, calls)`; `captured(work)` gives the graph's replay.
Arrays are float64.
"""
import ctypes
import re
import time


class Missing(Exception):
    """The library, or a GPU for it, is not here."""


class Numpy:
    name, ways = "NumPy", [""]

    def __init__(self):
        try:
            import numpy
        except ImportError as error:
            raise Missing(f"no NumPy ({error})") from error
        self.np = numpy
        self.random = numpy.random.default_rng(1)

    def context(self):
        return {"numpy": self.np.__version__, "numpy blas": blas()}

    def normal(self, *shape):
        return self.random.standard_normal(shape)

    def rfft(self, a):
        """Contiguous: matmul does without BLAS on what rfft returns, ten times slower at n = 512."""
        return self.np.ascontiguousarray(self.np.fft.rfft(a, axis=0))

    def irfft(self, spectrum, k):
        return self.np.fft.irfft(spectrum, n=k, axis=0)

    def qr(self, a):
        return self.np.linalg.qr(a)

    def svd(self, a):
        return self.np.linalg.svd(a, full_matrices=False)

    def eigh(self, a):
        return self.np.linalg.eigh(a)

    def diagonal(self, values):
        """Matrices with these on their diagonals."""
        return values[..., None] * self.np.eye(values.shape[-1])

    def solve(self, a, b):
        return self.np.linalg.solve(a, b)

    def eye(self, n):
        return self.np.eye(n)

    def where(self, which, a, b):
        return self.np.where(which, a, b)

    def quantile(self, a, share):
        return self.np.quantile(a, share)

    def largest(self, a):
        return float(a.max())

    def positive(self, a):
        return self.np.maximum(a, 0)

    def einsum(self, *arguments):
        return self.np.einsum(*arguments)

    def stack(self, slices):
        return self.np.stack(slices)

    def copy(self, a):
        return a.copy()

    def norm(self, a):
        return self.np.linalg.norm(a)

    def seconds(self, work, calls):
        began = time.perf_counter()
        for _ in range(calls):
            work()
        return time.perf_counter() - began


class Cupy(Numpy):
    name = "CuPy"

    def __init__(self):
        try:
            import cupy
            devices = cupy.cuda.runtime.getDeviceCount()
        except Exception as error:  # also what its CUDA runtime throws
            raise Missing(f"no CuPy, or no GPU for it ({error})") from error
        if devices == 0:
            raise Missing("no GPU for CuPy")
        self.np = cupy
        self.random = cupy.random.RandomState(1)

    def context(self):
        return {"cupy": self.np.__version__,
                "cupy cuda runtime": str(self.np.cuda.runtime.runtimeGetVersion())}

    def rfft(self, a):
        return self.np.fft.rfft(a, axis=0)

    def norm(self, a):
        """Stays on the GPU."""
        return self.np.linalg.norm(a.ravel())

    def seconds(self, work, calls):
        start, stop = self.np.cuda.Event(), self.np.cuda.Event()
        start.record()
        for _ in range(calls):
            work()
        stop.record()
        stop.synchronize()
        return 1e-3 * self.np.cuda.get_elapsed_time(start, stop)


class Torch:
    name = "PyTorch"

    def __init__(self, device):
        try:
            import torch
        except ImportError as error:
            raise Missing(f"no PyTorch ({error})") from error
        if device == "cuda" and not torch.cuda.is_available():
            raise Missing("no GPU for PyTorch")
        self.torch, self.device = torch, device
        self.ways = ["", ", graph"] if device == "cuda" else [""]
        torch.manual_seed(1)
        torch.backends.cuda.matmul.allow_tf32 = False

    def context(self):
        if self.device == "cpu":
            return {"torch": self.torch.__version__,
                    "torch threads": str(self.torch.get_num_threads())}
        return {"torch": self.torch.__version__, "torch device": self.device,
                "torch cuda": str(self.torch.version.cuda)}

    def normal(self, *shape):
        return self.torch.randn(shape, dtype=self.torch.float64, device=self.device)

    def rfft(self, a):
        return self.torch.fft.rfft(a, dim=0)

    def irfft(self, spectrum, k):
        return self.torch.fft.irfft(spectrum, n=k, dim=0)

    def qr(self, a):
        return self.torch.linalg.qr(a)

    def svd(self, a):
        return self.torch.linalg.svd(a, full_matrices=False)

    def eigh(self, a):
        return self.torch.linalg.eigh(a)

    def diagonal(self, values):
        return self.torch.diag_embed(values)

    def solve(self, a, b):
        return self.torch.linalg.solve(a, b)

    def eye(self, n):
        return self.torch.eye(n, dtype=self.torch.float64, device=self.device)

    def where(self, which, a, b):
        return self.torch.where(which, a, b)

    def quantile(self, a, share):
        return self.torch.quantile(a.ravel(), share)

    def largest(self, a):
        return float(a.max())

    def positive(self, a):
        return self.torch.clamp(a, min=0)

    def einsum(self, *arguments):
        return self.torch.einsum(*arguments)

    def stack(self, slices):
        return self.torch.stack(slices)

    def copy(self, a):
        return a.clone()

    def norm(self, a):
        return self.torch.linalg.vector_norm(a)

    def captured(self, work):
        """The replay of `work`, which runs a few times beforehand as PyTorch asks for."""
        side = self.torch.cuda.Stream()
        side.wait_stream(self.torch.cuda.current_stream())
        with self.torch.cuda.stream(side):
            for _ in range(3):
                work()
        self.torch.cuda.current_stream().wait_stream(side)
        graph = self.torch.cuda.CUDAGraph()
        with self.torch.cuda.graph(graph):
            work()
        return graph.replay

    def seconds(self, work, calls):
        if self.device == "cpu":
            return Numpy.seconds(self, work, calls)
        start, stop = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(calls):
            work()
        stop.record()
        stop.synchronize()
        return 1e-3 * start.elapsed_time(stop)


def make(name, device):
    return {"numpy": Numpy, "cupy": Cupy, "torch": lambda: Torch(device)}[name]()


def blas():
    """The OpenBLAS in this process: its kernel and threads."""
    with open("/proc/self/maps") as maps:
        paths = re.findall(r"\S*openblas\S*\.so\S*", maps.read())
    try:
        library = ctypes.CDLL(paths[0])
        library.openblas_get_config.restype = ctypes.c_char_p
        threads = library.openblas_get_num_threads()
        return f"{library.openblas_get_config().decode()}, {threads} threads"
    except (IndexError, AttributeError):
        return "not OpenBLAS, or not by that name"
