"""A random case: shape, transform, precision, files; and the command run on them."""
import subprocess
import sys

import h5py
import numpy as np

from definitions import Transform

worst = {}  # the largest ratio of every check, and where


class Case:
    def __init__(self, rng, number, directory, command):
        self.rng, self.directory, self.command = rng, directory, command
        self.dtype = rng.choice([np.float64, np.float32])
        self.format = rng.choice(['npy', 'h5'])
        self.order = rng.choice(['C', 'F'])
        self.n1, self.n2, self.n3 = (int(n) for n in rng.choice([1, 2, 3, 4, 5, 7, 8, 11, 13], 3))
        name = ['dft', 'dft', 'dct', 'haar', 'identity', 'orthogonal', 'well-conditioned'][number % 7]
        sizes = [1, 2, 4, 8, 16] if name == 'haar' else [1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 16]
        tube = (int(rng.choice(sizes)),)
        if number % 5 == 3:
            tube = tuple(int(k) for k in rng.choice([1, 2, 4] if name == 'haar' else [1, 2, 3, 4, 5],
                                                    rng.integers(2, 4)))
        self.transform = Transform(name, tube, self.matrix(name, int(np.prod(tube))))
        self.option = [name]
        if self.transform.matrix is not None:
            self.option = [self.write('M', self.transform.matrix)]
        self.options = ['--transform'] + self.option
        if name == 'dft' and rng.random() < 0.5:
            self.options = []
        # Errors grow with the square of the condition of M; see transform.hpp.
        self.unit = np.finfo(self.dtype).eps * self.transform.condition ** 2
        self.text = (f'case {number}: {self.n1} x {self.n2} x {tube}, {name}, '
                     f'{self.dtype.__name__}, {self.format}, {self.order}')

    def matrix(self, name, k):
        if name == 'orthogonal':
            return np.linalg.qr(self.rng.standard_normal((k, k)))[0]
        if name == 'well-conditioned':
            q = [np.linalg.qr(self.rng.standard_normal((k, k)))[0] for _ in range(2)]
            return q[0] @ np.diag(np.linspace(1, 3, k)) @ q[1]
        return None

    def random(self, n1, n2):
        return self.rng.standard_normal((n1, n2) + self.transform.tube).astype(self.dtype)

    def write(self, name, x):
        if self.format == 'npy':
            path = self.directory / (name + '.npy')
            np.save(path, np.asarray(x, order=self.order))
            return str(path)
        path = self.directory / 'tensors.h5'
        with h5py.File(path, 'a') as file:
            file['in/' + name] = np.transpose(x)
        return f'{path}:/in/{name}'

    def run(self, *arguments):
        done = subprocess.run([self.command, *arguments, *self.options, '--threads', '1'],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f'{self.text}\ntubal {" ".join(arguments)}: {done.stderr}')
        return done.stdout

    def read(self, place):
        if place.endswith('.npy'):
            x = np.load(place)
        else:
            path, name = place.split(':/')
            with h5py.File(path, 'r') as file:
                x = np.transpose(file[name][()])
        assert x.dtype == self.dtype and x.ndim == 2 + len(self.transform.tube), self.text
        return x.astype(float)

    def result(self, *arguments):
        out = str(self.directory / ('C.npy' if self.rng.random() < 0.5 else 'out.h5:/C'))
        self.run(*arguments, '-o', out)
        return self.read(out)

    def factors(self, names, *arguments):
        if self.rng.random() < 0.5:
            self.run(*arguments, '-o', str(self.directory / 'f'))
            return [self.read(str(self.directory / 'f' / (name + '.npy'))) for name in names]
        out = str(self.directory / 'out.h5') + ':/f'
        self.run(*arguments, '-o', out)
        return [self.read(out + '/' + name) for name in names]

    def check(self, name, found, expected, norm=None, size=None):
        """Error in units of eps * norm * size."""
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape, f'{self.text}, {name}: {found.shape} {expected.shape}'
        if norm is None:
            norm = np.linalg.norm(expected)
        if size is None:
            size = self.size
        ratio = float(np.linalg.norm(found - expected) / max(self.unit * norm * size, 1e-300))
        if not ratio <= worst.get(name, (-1, ''))[0]:
            worst[name] = (ratio, self.text)
