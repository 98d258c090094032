#!/usr/bin/env python3
"""The tables of docs/images.md from the JSON files that scripts/images leaves in FOLDER.

  table.py FOLDER
"""
import datetime
import json
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
tubes_text = {"last": "colour as tubes (256 x 256 x 3)", "columns": "columns as tubes (256 x 3 x 256)"}


def runs(name, share, tubes):
    return [json.loads(path.read_text())
            for path in sorted(folder.glob(f"{name}-{share}-{tubes}-[0-9]*.json"))]


def rows(name, share, tubes):
    """{solver: its row, with the shortest time of all runs}"""
    found = {}
    for run in runs(name, share, tubes):
        for row in run["solvers"]:
            best = found.setdefault(row["solver"], row)
            best["seconds"] = min(best["seconds"], row["seconds"])
    return found


def table(combinations, tubes):
    print(f"\n## {tubes_text[tubes][0].upper()}{tubes_text[tubes][1:]}\n")
    print("| image | observed | solver | PSNR dB | SSIM | relative error | time s | iterations |"
          " PSNR against ADMM | speed against ADMM |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    worst, slowest = 1e9, 1e9
    for name, share in combinations:
        found = rows(name, share, tubes)
        admm = found["admm"]
        for solver, row in found.items():
            score = row["score"]
            gain = score["psnr"] - admm["score"]["psnr"]
            speed = admm["seconds"] / row["seconds"]
            if solver == "alternating":
                worst, slowest = min(worst, gain), min(slowest, speed)
            print(f"| {name} | {100 * float(share):.0f} % | {solver} | {score['psnr']:.2f} |"
                  f" {score['ssim']:.4f} | {score['relative_error']:.4f} | {row['seconds']:.3f} |"
                  f" {row['iterations']} | {gain:+.2f} | {speed:.1f}x |")
    print(f"\n`alternating` beside ADMM, over these rows: at the least {worst:+.2f} dB, at the least "
          f"{slowest:.1f} times its speed.")


def chosen(combinations):
    print("\n## What `tubal complete` chooses\n")
    print("| image | observed | tubes along | held-out error: last, columns, rows | PSNR dB | SSIM |"
          " time s |")
    print("|---|---|---|---|---|---|---|")
    for name, share in combinations:
        r = json.loads((folder / f"{name}-{share}-complete.json").read_text())
        held_out = r["tubes"]["held_out_error"]
        print(f"| {name} | {100 * float(share):.0f} % | {r['tubes']['along']} |"
              f" {', '.join(f'{held_out[t]:.4f}' for t in ('last', 'columns', 'rows'))} |"
              f" {r['score']['psnr']:.2f} | {r['score']['ssim']:.4f} | {r['seconds']:.3f} |")


def machine():
    """The processor, and what of tubal's own description bears on times."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    told = (folder / "machine.txt").read_text()
    facts = [re.search(rf"{name} +(.*)", told) for name in ("blas_kernel", "threads")]
    kernel, threads = (fact.group(1).strip() if fact else "unknown" for fact in facts)
    return f"{model.group(1) if model else 'unknown processor'}, {threads} threads, OpenBLAS kernel {kernel}"


def main():
    combinations = sorted({tuple(re.match(r"(.*)-([0-9.]+)-last-", p.name).groups())
                           for p in folder.glob("*-last-*.json")})
    print(f"\nMeasured on {datetime.date.today()}: {machine()}.")
    for tubes in tubes_text:
        table(combinations, tubes)
    chosen(combinations)


if __name__ == "__main__":
    main()
