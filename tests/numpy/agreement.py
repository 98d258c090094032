#!/usr/bin/env python3
"""Compares the subcommands of `tubal` with definitions written in NumPy.

    agreement.py TUBAL [--cases N] [--seed S]

Draws N cases (shape, transform, precision, file format, order of memory), runs every subcommand on
each, and prints the largest ratio error / (eps * norm * size) of every check. Fails above 10.
"""
import argparse
import itertools
import json
import pathlib
import sys
import tempfile

import numpy as np

from case import Case, worst
from definitions import adjoint, bcirc, unfold

LIMIT = 10


def op_of(slices, name):
    return adjoint(slices) if name == 't' else slices


def test_products(c, a, b, a_file, b_file):
    t = c.transform
    for op_a, op_b in itertools.product(['none', 't'], repeat=2):
        if c.rng.random() < 0.5:
            continue
        left = a_file if op_a == 'none' else c.write('At' + op_b, np.asarray(
            t.tensor(adjoint(t.slices(a))), dtype=c.dtype))
        right = b_file if op_b == 'none' else c.write('Bt' + op_a, np.asarray(
            t.tensor(adjoint(t.slices(b))), dtype=c.dtype))
        found = c.result('tprod', left, right, '--op-a', op_a, '--op-b', op_b)
        expected = t.tensor(t.slices(a) @ t.slices(b))
        norm = np.linalg.norm(a) * np.linalg.norm(b) * np.sqrt(t.scale)
        c.check('tprod', found, expected, norm)
        if t.name == 'dft' and len(t.tube) == 1:
            c.check('tprod (bcirc)', unfold(found), bcirc(a.astype(float)) @ unfold(b.astype(float)),
                    norm)
    c.check('transpose', c.result('transpose', a_file), t.tensor(adjoint(t.slices(a))))
    if t.name == 'dft' and len(t.tube) == 1:
        c.check('transpose (bcirc)', bcirc(c.result('transpose', a_file)), bcirc(a).T)


def test_orthonormal(c, name, x):
    hat = c.transform.slices(x)
    columns = hat.shape[2]
    c.check(name, adjoint(hat) @ hat, np.broadcast_to(np.eye(columns), (c.transform.k, columns, columns)))


def off_diagonal(slices):
    return slices * (1 - np.eye(*slices.shape[1:]))


def test_svd(c, a, a_file):
    t = c.transform
    hat = t.slices(a)
    norm = np.linalg.norm(hat)
    values = np.linalg.svd(hat, compute_uv=False)
    q = values.shape[1]
    shapes = {(): (q, q, q), ('--full',): (c.n1, None, c.n2)}
    r = int(c.rng.integers(1, q + 1))
    shapes[('--rank', str(r))] = (r, r, r)
    for options, (columns_u, columns_s, columns_v) in shapes.items():
        u, s, v = c.factors('USV', 'svd', a_file, *options)
        assert u.shape[1] == columns_u and v.shape[1] == columns_v
        assert s.shape[:2] == ((columns_s, columns_s) if columns_s else (c.n1, c.n2))
        uh, sh, vh = t.slices(u), t.slices(s), t.slices(v)
        test_orthonormal(c, 'svd: U^T * U', u)
        test_orthonormal(c, 'svd: V^T * V', v)
        c.check('svd: S f-diagonal', off_diagonal(sh), 0 * sh, norm)
        kept = min(q, sh.shape[1])
        found = np.diagonal(sh, axis1=1, axis2=2)[:, :kept]
        c.check('svd: singular values', found, values[:, :kept], norm)
        product = uh @ sh @ adjoint(vh)
        if kept == q:
            c.check('svd: U * S * V^T', product, hat, norm)
        else:  # the best approximation: its error is that of the values left out
            c.check('svd: error of --rank', np.linalg.norm(product - hat),
                    np.linalg.norm(values[:, kept:]), norm)


def test_qr(c, a, a_file):
    t = c.transform
    hat = t.slices(a)
    norm = np.linalg.norm(hat)
    for options in [(), ('--full',)]:
        q, r = c.factors('QR', 'qr', a_file, *options)
        columns = c.n1 if options else min(c.n1, c.n2)
        assert q.shape[1] == columns and r.shape[0] == columns
        qh, rh = t.slices(q), t.slices(r)
        test_orthonormal(c, 'qr: Q^T * Q', q)
        c.check('qr: Q * R', qh @ rh, hat, norm)
        c.check('qr: R triangular', np.tril(rh, -1), 0 * rh, norm)
        diagonal = np.diagonal(rh, axis1=1, axis2=2)
        c.check('qr: diagonal of R nonnegative', diagonal, np.maximum(diagonal.real, 0), norm)


def test_eigen(c, square, file):
    t = c.transform
    hat = t.slices(square)
    hat = (hat + adjoint(hat)) / 2
    norm = np.linalg.norm(hat)
    v, d = c.factors('VD', 'eig', file)
    vh, dh = t.slices(v), t.slices(d)
    test_orthonormal(c, 'eig: V^T * V', v)
    c.check('eig: D f-diagonal', off_diagonal(dh), 0 * dh, norm)
    c.check('eig: eigenvalues', np.diagonal(dh, axis1=1, axis2=2), np.linalg.eigvalsh(hat)[:, ::-1],
            norm)
    c.check('eig: V * D * V^T', vh @ dh @ adjoint(vh), hat, norm)


def test_systems(c, square, square_file, b, b_file, a, a_file):
    t = c.transform
    hat = t.slices(square)
    inverse = np.linalg.inv(hat)
    condition = np.linalg.norm(inverse) * np.linalg.norm(hat)
    found = t.slices(c.result('inv', square_file))
    c.check('inv', found, inverse, condition * np.linalg.norm(inverse))
    found = t.slices(c.result('solve', square_file, b_file))
    expected = inverse @ t.slices(b)
    c.check('solve', found, expected, condition * np.linalg.norm(expected))
    c.check('solve: A * X - B', hat @ found, t.slices(b), np.linalg.norm(hat) * np.linalg.norm(found))
    hat = t.slices(a)
    values = np.linalg.svd(hat, compute_uv=False)
    # Well apart from values that count as 0.
    cut = 0 if values.min() > 1e3 * c.unit * values.max() else np.sqrt(c.unit)
    if np.any(np.abs(values / values.max() - cut) < cut / 10):
        return
    options = ['--tolerance', repr(float(cut))] if cut else []
    pinv = np.stack([np.linalg.pinv(x, rcond=cut * values.max() / np.linalg.norm(x, 2)) for x in hat])
    kept = values[values > cut * values.max()].min()
    found = t.slices(c.result('pinv', a_file, *options))
    c.check('pinv', found, pinv, np.linalg.norm(hat) / kept ** 2 * np.sqrt(t.k))
    rhs = c.random(c.n1, 2)
    if cut or c.n1 != c.n2:
        found = t.slices(c.result('solve', a_file, c.write('P', rhs), *options))
        c.check('solve: least squares', found, pinv @ t.slices(rhs),
                np.linalg.norm(hat) / kept ** 2 * np.sqrt(t.k) * np.linalg.norm(t.slices(rhs)))


def test_numbers(c, a, a_file):
    t = c.transform
    values = np.linalg.svd(t.slices(a), compute_uv=False)
    c.check('norm: frobenius', float(c.run('norm', a_file)), np.linalg.norm(a.astype(float)))
    c.check('norm: spectral', float(c.run('norm', a_file, '--kind', 'spectral')), values.max())
    c.check('norm: nuclear', float(c.run('norm', a_file, '--kind', 'nuclear')),
            values.sum() / t.scale)
    if t.name == 'dft' and len(t.tube) == 1:
        of_bcirc = np.linalg.svd(bcirc(a.astype(float)), compute_uv=False)
        c.check('norm: spectral (bcirc)', values.max(), of_bcirc.max())
        c.check('norm: nuclear (bcirc)', values.sum() / t.k, of_bcirc.sum() / t.k)
    # In the middle of the widest gap between singular values no rounding changes a rank.
    ordered = np.sort(np.append(values.ravel() / values.max(), 0.01))
    gap = np.argmax(np.diff(ordered)) if len(ordered) > 1 else 0
    cut = ordered[gap:gap + 2].mean()
    if cut >= 1:
        cut = 0.005
    ranks = (values > cut * values.max()).sum(axis=1)
    found = json.loads(c.run('rank', a_file, '--tolerance', repr(float(cut)), '--json'))
    assert found['tubal_rank'] == ranks.max(), c.text
    assert found['multi_rank'] == ranks.tolist(), c.text
    assert abs(found['average_rank'] - ranks.mean()) < 1e-12, c.text
    assert found['shape'] == list(a.shape), c.text


def test_low_rank(c):
    """A product of inner size r has tubal rank r, without a tolerance."""
    t = c.transform
    r = min(c.n1, c.n2) // 2
    if r == 0 or t.name == 'well-conditioned':
        return
    left, right = (c.rng.standard_normal(n + t.tube) for n in [(c.n1, r), (r, c.n2)])
    # Not rounded to float: rounding would give it full rank.
    x = t.tensor(t.slices(left) @ t.slices(right))
    dtype, c.dtype = c.dtype, np.float64
    file = c.write('L', x)
    values = np.linalg.svd(t.slices(x), compute_uv=False)
    if values[:, r - 1].min() > 1e-8 * values.max():
        noise = values[:, r:].max() / values.max()
        cut = max(1e3 * noise, 1e-13)
        assert int(c.run('rank', file, '--tolerance', repr(float(cut)))) == r, c.text
        u, s, v = c.factors('USV', 'svd', file, '--tolerance', repr(float(cut)))
        assert u.shape[1] == s.shape[0] == v.shape[1] == r, c.text
    c.dtype = dtype


def test_case(c):
    a, b = c.random(c.n1, c.n2), c.random(c.n2, c.n3)
    square, right = c.random(c.n1, c.n1), c.random(c.n1, c.n3)
    c.size = max(c.n1, c.n2, c.n3) + c.transform.k
    a_file, b_file = c.write('A', a), c.write('B', b)
    square_file, right_file = c.write('S', square), c.write('R', right)
    test_products(c, a, b, a_file, b_file)
    test_svd(c, a, a_file)
    test_qr(c, a, a_file)
    test_eigen(c, square, square_file)
    test_systems(c, square, square_file, right, right_file, a, a_file)
    test_numbers(c, a, a_file)
    test_low_rank(c)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('tubal')
    parser.add_argument('--cases', type=int, default=200)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    for number in range(options.cases):
        with tempfile.TemporaryDirectory() as directory:
            rng = np.random.default_rng([options.seed, number])
            test_case(Case(rng, number, pathlib.Path(directory), options.tubal))
    for name, (ratio, text) in sorted(worst.items()):
        print(f'{name:32} {ratio:9.2g}   {text}')
    bad = [name for name, (ratio, _) in worst.items() if not ratio <= LIMIT]
    print(f'{options.cases} cases; ' + (f'above {LIMIT}: {", ".join(bad)}' if bad else 'all agree'))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
