"""Of table.py and results.py, on small results made up here."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import results  # noqa: E402
import table  # noqa: E402


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
    {"run_name": "wrong n=1/manual_time", "error_occurred": True, "time_unit": "ns"}]}
PEER = {"context": {"torch": "1.2"}, "rows": [
    {"name": "step n=4", "by": "PyTorch", "seconds": 8e-6, "noise": 0.1, "error": 0},
    {"name": "step n=4", "by": "PyTorch, graph", "seconds": 6e-6, "noise": 0.1, "error": 0},
    {"name": "nobody's", "by": "PyTorch", "seconds": 1, "noise": 0, "error": 0}]}


class Results(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        (self.path / "tubal_x.json").write_text(json.dumps(TUBAL))
        (self.path / "peer_torch.json").write_text(json.dumps(PEER))
        self.merged = table.merged(self.path)

    def test_rows_are_joined_by_name(self):
        self.assertEqual([row["name"] for row in self.merged["rows"]], ["step n=4", "alone n=1"])
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

    def test_kept_and_listed(self):
        self.assertIn(results.NOTHING_YET, results.overview(self.path / "none"))
        kept = self.path / "kept"
        kept.mkdir()
        for date in ("2001-02-03", "2002-01-01"):
            facts = {"device": "Some GPU", "commit": "abc", "driver": "1.2"}
            results.keep({"date": date, "facts": facts, "checks": {"tests": "passed"},
                          **self.merged}, kept)
        made = (kept / "some-gpu-2001-02-03.md").read_text()
        for line in ("# Some GPU, 2001-02-03", "| driver | 1.2 |", "| tests | passed |"):
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
