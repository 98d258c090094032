"""Draws the roofline of a run with gnuplot.

  roofline.py RESULTS.json OUT.svg    RESULTS.json: results.json of table.py
"""
import json
import subprocess
import sys

import table

COLOURS = {"tproduct": "#1f77b4", "svd": "#d62728", "qr": "#9467bd", "eigen": "#8c564b",
           "step": "#2ca02c", "apply+adjoint": "#98df8a", "recovery": "#ff7f0e",
           "ensemble": "#e377c2", "completion": "#17becf"}


def kind(row):
    return row["name"].split(",")[0].split(" ")[0]


def points(results):
    """{kind: [(flops per byte, GFlop/s)]}"""
    found = {}
    for row in results["rows"]:
        if row.get("flops") and row.get("bytes"):
            speed = row["flops"] / table.fastest(row, True) * 1e-9
            found.setdefault(kind(row), []).append((row["flops"] / row["bytes"], speed))
    return found


def script(results, out):
    peaks = {row["name"]: table.rate(row) * 1e-9 for row in results["peaks"]}
    found = points(results)
    yield f'set terminal svg size 900,560 font "sans,13" background "white"\nset output "{out}"'
    yield "set logscale xy\nset grid\nset key outside right\nset samples 400"
    yield 'set xlabel "needed flops per needed byte"\nset ylabel "GFlop/s"'
    yield "set xrange [0.1:300]"
    plots = [f'min({peaks["peak dgemm"]}, x * {peaks["peak read"]}) lw 2 lc "#444444" '
             'title "peak: dgemm, reading memory"']
    for name, rows in found.items():
        yield f"${name.replace('+', '_')} << EOD"
        yield from (f"{x} {y}" for x, y in rows)
        yield "EOD"
        plots.append(f'${name.replace("+", "_")} with points pt 7 ps 0.7 '
                     f'lc "{COLOURS.get(name, "#000000")}" title "{name}"')
    yield "min(a, b) = a < b ? a : b"
    yield "plot " + ", \\\n  ".join(plots)


def main():
    with open(sys.argv[1]) as file:
        results = json.load(file)
    subprocess.run(["gnuplot"], input="\n".join(script(results, sys.argv[2])), text=True, check=True)


if __name__ == "__main__":
    main()
