"""What the subcommands compute, written in NumPy. A tensor has shape (n1, n2, k1, k2, ...); "hat" is its
transform."""
import numpy as np


def haar(k):
    """Orthonormal: the mean, then differences from coarse to fine."""
    if k == 1:
        return np.ones((1, 1))
    coarse = np.kron(haar(k // 2), [1, 1])
    fine = np.kron(np.eye(k // 2), [1, -1])
    return np.vstack([coarse, fine]) / np.sqrt(2)


def dct(k):
    f, l = np.arange(k)[:, None], np.arange(k)[None, :]
    return np.where(f == 0, 1, np.sqrt(2)) / np.sqrt(k) * np.cos(np.pi * f * (2 * l + 1) / (2 * k))


class Transform:
    """Along each tube axis in turn, or a matrix M for tubes in the order k1 fastest."""

    def __init__(self, name, tube, matrix=None):
        self.name, self.tube, self.matrix = name, tube, matrix
        self.k = int(np.prod(tube))
        self.condition = 1 if matrix is None else np.linalg.cond(matrix)
        self.is_orthogonal = name != 'well-conditioned'
        self.scale = self.k if name == 'dft' else 1
        if matrix is not None:
            self.scale = np.linalg.norm(matrix) ** 2 / self.k

    def flat(self, x):
        return x.reshape(x.shape[:2] + (self.k,), order='F')

    def apply(self, x, inverse):
        x = np.asarray(x, dtype=complex if self.name == 'dft' else float)
        if self.name == 'dft':
            axes = tuple(range(2, x.ndim))
            return np.fft.ifftn(x, axes=axes) if inverse else np.fft.fftn(x, axes=axes)
        if self.matrix is not None:
            m = np.linalg.inv(self.matrix) if inverse else self.matrix
            return np.einsum('fl,ijl->ijf', m, self.flat(x)).reshape(x.shape, order='F')
        for axis, k in enumerate(self.tube, start=2):
            m = {'dct': dct, 'haar': haar, 'identity': np.eye}[self.name](k)
            x = np.moveaxis(np.tensordot(m.T if inverse else m, x, axes=(1, axis)), 0, axis)
        return x

    def slices(self, x):
        """The frontal slices of the transform, k x n1 x n2."""
        return np.moveaxis(self.flat(self.apply(x, False)), 2, 0)

    def tensor(self, slices):
        """The tensor with these slices; its imaginary part must be rounding."""
        hat = np.moveaxis(np.asarray(slices), 0, 2)
        x = self.apply(hat.reshape(hat.shape[:2] + self.tube, order='F'), True)
        assert np.abs(x.imag).max(initial=0) <= 1e-10 * max(np.abs(x).max(initial=0), 1)
        return x.real


def adjoint(slices):
    return np.conj(np.swapaxes(slices, 1, 2))


def bcirc(x):
    k = x.shape[2]
    return np.block([[x[:, :, (p - q) % k] for q in range(k)] for p in range(k)])


def unfold(x):
    return np.concatenate([x[:, :, l] for l in range(x.shape[2])])
