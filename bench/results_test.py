"""Of table.py and results.py, on small results made up here."""
import importlib.machinery
import importlib.util
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import results  # noqa: E402
import roofline  # noqa: E402
import table  # noqa: E402


def script(name):
    """A program of this folder, as a module."""
    path = str(pathlib.Path(__file__).with_name(name))
    spec = importlib.util.spec_from_loader(name, importlib.machinery.SourceFileLoader(name, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compare = script("compare")


def benchmark(run_name, seconds, noise, **counters):
    common = {"run_name": run_name, "time_unit": "ns", **counters}
    return [{**common, "aggregate_name": "median", "real_time": seconds * 1e9},
            {**common, "aggregate_name": "cv", "real_time": noise},
            {**common, "aggregate_name": "mean", "real_time": 77.0}]


TUBAL = {"context": {"device": "Some GPU", "num_cpus": 2, "host_name": "secret"}, "benchmarks": [
    *benchmark("peak read/manual_time", 1.0, 0.0, flops=0.0, bytes=100e9),
    *benchmark("peak dgemm/manual_time", 1.0, 0.0, flops=1000e9, bytes=0.0),
    *benchmark("step n=4/manual_time", 4e-6, 0.01, flops=1e6, bytes=2e5, error=1e-16),
    *benchmark("step n=4, graph/manual_time", 2e-6, 0.02, flops=1e6, bytes=2e5, error=1e-16),
    *benchmark("alone n=1/manual_time", 3e-3, 0.5, flops=1.0, bytes=0.0, error=0.0, steps=7.0),
    *benchmark("saving, thrift, on n=4 R=2/manual_time", 3e-6, 0.03, error=1e-16),
    *benchmark("saving, thrift, on n=4 R=2, graph/manual_time", 2e-6, 0.02, error=1e-16),
    *benchmark("saving, thrift, off n=4 R=2/manual_time", 7e-6, 0.01, error=1e-16),
    *benchmark("saving, half, on n=4/manual_time", 1e-6, 0.01, error=1e-16),
    {"run_name": "saving, half, off n=4/manual_time", "error_occurred": True, "time_unit": "ns"},
    {"run_name": "wrong n=1/manual_time", "error_occurred": True, "time_unit": "ns"}]}
PEER = {"context": {"torch": "1.2"}, "rows": [
    {"name": "step n=4", "by": "PyTorch", "seconds": 8e-6, "noise": 0.1, "error": 0},
    {"name": "step n=4", "by": "PyTorch, graph", "seconds": 6e-6, "noise": 0.1, "error": 0},
    {"name": "nobody's", "by": "PyTorch", "seconds": 1, "noise": 0, "error": 0}]}


def row(name, tubal, peer=None, **more):
    times = {"tubal": {"seconds": tubal, "noise": 0.01}}
    if peer:
        times["NumPy"] = {"seconds": peer, "noise": 0.01}
    return {"name": name, "times": times, "flops": 1e6, "bytes": 1e5, "error": 0, **more}


class Tables(unittest.TestCase):
    def test_rows_that_miss(self):
        rows = [row("tproduct n=16 k=4", 1.0, 1.4), row("tproduct n=16 k=8", 1.0, 1.6),
                row("tproduct n=512 k=4", 1.0, 1.2), row("eigen n=8 k=3", 1.0, 0.9)]
        self.assertEqual(list(table.misses(rows)), [("tproduct n=16 k=4", "1.40", "1.5"),
                                                    ("eigen n=8 k=3", "0.90", "1")])

    def test_step_has_a_target_beyond_the_cache_alone(self):
        self.assertIsNone(table.target(row("step n=10 k=4 m=285", 1.0)))
        self.assertEqual(table.target(row("step n=32 k=8 m=8000", 1.0)), 3.5)

    def test_cost_against_columns_and_memory(self):
        rows = [row("recovery, steps n=4 k=3 r=1 m=9 R=4", 1.0),
                row("recovery, steps n=4 k=3 r=1 m=9 R=40", 1.05),
                row("memory n=4 k=3 m=9", 1.0, operator=100e6, resident=103e6)]
        lines = list(table.more_tables({"rows": rows}))
        self.assertIn("| recovery, steps n=4 k=3 r=1 m=9 | 4, 40 | 5.0% |", lines)
        self.assertIn("| memory n=4 k=3 m=9 | 100 MB | 103 MB | 3.0% |", lines)

    def test_roofline(self):
        results = {"peaks": [{**row("peak read", 1.0), "flops": 0, "bytes": 20e9},
                             {**row("peak dgemm", 1.0), "flops": 100e9, "bytes": 0}],
                   "rows": [row("svd n=8 k=4", 1e-3)]}
        drawn = "\n".join(roofline.script(results, "x.svg"))
        self.assertIn("min(100.0, x * 20.0)", drawn)
        self.assertIn("$svd << EOD\n10.0 1.0\nEOD", drawn)


class Compare(unittest.TestCase):
    def changes(self, before, after):
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder) / name for name in ("a.json", "b.json")]
            for path, rows in zip(paths, (before, after)):
                path.write_text(json.dumps({"rows": rows}))
            rows = list(compare.compared(*map(compare.load, paths)))
        return [entry for entry in rows if compare.is_real(entry)]

    def test_noise_is_no_change(self):
        self.assertEqual(self.changes([row("a n=1", 1.0)], [row("a n=1", 1.04)]), [])

    def test_beside_the_peer(self):
        before, after = [row("a n=1", 1.0, 2.0)], [row("a n=1", 2.0, 4.0)]
        self.assertEqual(self.changes(before, after), [])  # the machine was busy
        slower = self.changes(before, [row("a n=1", 2.0, 2.0)])
        self.assertAlmostEqual(slower[0]["change"], 1.0)
        self.assertTrue(slower[0]["beside"])


class Results(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        (self.path / "tubal_x.json").write_text(json.dumps(TUBAL))
        (self.path / "peer_torch.json").write_text(json.dumps(PEER))
        self.merged = table.merged(self.path)

    def test_rows_are_joined_by_name(self):
        self.assertEqual([row["name"] for row in self.merged["rows"]][:2], ["step n=4", "alone n=1"])
        times = self.merged["rows"][0]["times"]
        self.assertEqual(list(times), ["tubal", "tubal, graph", "PyTorch", "PyTorch, graph"])
        self.assertAlmostEqual(times["tubal, graph"]["seconds"], 2e-6)
        self.assertEqual(times["tubal"]["noise"], 0.01)

    def test_table(self):
        lines = list(table.markdown(self.merged))
        self.assertIn("| row | tubal | noise | tubal, graph | noise | GFlop/s | GB/s | of peak | "
                      "error | PyTorch | noise | PyTorch, graph | noise | ratio | "
                      "target |", lines)
        # needed: 1e6 flops at 1000 GFlop/s, 2e5 bytes at 100 GB/s: 2 us; the faster peer: 6 us
        self.assertIn("| step n=4 | 4 us | 1.0% | 2 us | 2.0% | 500 | 100 | 100% | 1.0e-16 | 8 us | "
                      "10.0% | 6 us | 10.0% | 3.00 |  |", lines)
        self.assertIn("| measured peak, read | 100 GB/s |", lines)
        self.assertIn("| steps of a recovery | 7 |", lines)
        self.assertNotIn("secret", "\n".join(lines))
        self.assertEqual(len({line.count("|") for line in lines if "n=" in line}), 1)

    def test_savings_are_pairs_of_rows(self):
        self.assertEqual(list(table.savings(self.merged["rows"])), [  # the graph is the faster one
            ("thrift", "n=4 R=2", "2 us", "2.0%", "7 us", "1.0%", "3.50")])
        self.assertNotIn("saving", "\n".join(table.markdown(self.merged)))
        self.assertIn("| thrift | n=4 R=2 | 2 us | 2.0% | 7 us | 1.0% | 3.50 |",
                      list(table.more_tables(self.merged)))

    def test_kept_and_listed(self):
        self.assertIn(results.NOTHING_YET, results.overview(self.path / "none"))
        kept = self.path / "kept"
        kept.mkdir()
        for date in ("2001-02-03", "2002-01-01"):
            facts = {"device": "Some GPU", "commit": "abc", "driver": "1.2"}
            results.keep({"date": date, "facts": facts, "checks": {"tests": "passed"},
                          **self.merged}, kept)
        made = (kept / "some-gpu-2001-02-03.md").read_text()
        for line in ("# Some GPU, 2001-02-03", "| driver | 1.2 |", "| tests | passed |",
                     "## What each saving is worth"):
            self.assertIn(line, made)
        listed = (kept / "README.md").read_text()
        self.assertNotIn(results.NOTHING_YET, listed)
        self.assertLess(listed.index("some-gpu-2002"), listed.index("some-gpu-2001"))

    def test_that_nothing_is_measured_is_said_where_it_is_so(self):
        said = results.INTRODUCTION + results.NOTHING_YET + "\n"
        folder = results.HERE / "results"
        if not list(folder.glob("*.json")):
            self.assertEqual((folder / "README.md").read_text(), said)
            self.assertTrue(list(results.stale_lines(results.HERE.parent, "README.md")))


if __name__ == "__main__":
    unittest.main()
