"""The completion of a tensor from some of its entries, a step of two solvers."""
from case import Case, conjugate


class Completion(Case):
    """A step, of a tensor of tubal rank `rank`, of which `percent` are seen."""
    bound = 1e-4
    capturable = False

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
