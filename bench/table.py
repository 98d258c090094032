"""Joins the results of one run of scripts/bench into a Markdown table on standard output.

  table.py DIRECTORY    holds tubal_*.json (Google Benchmark) and numpy_*.json (numpy_rows.py)
"""
import json
import pathlib
import sys


def load(directory, pattern):
    for path in sorted(directory.glob(pattern)):
        with open(path) as file:
            yield json.load(file)


def tubal_rows(directory):
    """name -> median and noise of the time, counters; and the context."""
    rows, context = {}, {}
    for result in load(directory, "tubal_*.json"):
        context.update(result["context"])
        for entry in result["benchmarks"]:
            name = entry["run_name"].removesuffix("/real_time")
            row = rows.setdefault(name, {})
            if entry.get("aggregate_name") == "median":
                scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[entry["time_unit"]]
                row |= {key: entry.get(key, 0.0)
                        for key in ("flops", "bytes", "GFlop/s", "GB/s", "error", "steps")}
                row["seconds"] = entry["real_time"] * scale
            elif entry.get("aggregate_name") == "cv":
                row["noise"] = entry["real_time"]
    return rows, context


def numpy_rows(directory):
    rows, context = {}, {}
    for result in load(directory, "numpy_*.json"):
        context.update(result["context"])
        rows |= {row["name"]: row for row in result["rows"]}
    return rows, context


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "unknown"


def duration(seconds):
    for unit, scale in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def main():
    directory = pathlib.Path(sys.argv[1])
    tubal, context = tubal_rows(directory)
    numpy, numpy_context = numpy_rows(directory)
    peak = {name.removeprefix("peak "): tubal.pop(name) for name in list(tubal)
            if name.startswith("peak ")}

    described = {key: value for key, value in context.items()
                 if isinstance(value, str) and key not in ("date", "executable", "host_name",
                                                           "library_build_type")}
    print("| where | what |\n|---|---|")
    for key, value in described.items():
        print(f"| {key} | {value} |")
    print(f"| processor | {processor()}, {context['num_cpus']} cores |")
    print(f"| load average before | {context['load_avg'][0]:.1f} |")
    for key, value in numpy_context.items():
        print(f"| peer: {key} | {value} |")
    for steps in {row["steps"] for row in tubal.values() if row["steps"]}:
        print(f"| steps of a recovery | {steps:.0f} |")
    for name, row in peak.items():
        rate = f"{row['GFlop/s']:.3g} GFlop/s" if row["flops"] else f"{row['GB/s']:.3g} GB/s"
        print(f"| measured peak, {name} | {rate} |")

    print("\n| row | tubal | noise | GFlop/s | GB/s | of peak | error | NumPy | noise | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, row in tubal.items():
        floor = max(row["flops"] / (peak["dgemm"]["GFlop/s"] * 1e9),
                    row["bytes"] / (peak["read"]["GB/s"] * 1e9))
        cells = [name, duration(row["seconds"]), f"{row['noise']:.1%}", f"{row['GFlop/s']:.3g}",
                 f"{row['GB/s']:.3g}", f"{floor / row['seconds']:.0%}", f"{row['error']:.1e}"]
        other = numpy.get(name)
        cells += ([duration(other["seconds"]), f"{other['noise']:.1%}",
                   f"{other['seconds'] / row['seconds']:.2f}"] if other else ["", "", ""])
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
