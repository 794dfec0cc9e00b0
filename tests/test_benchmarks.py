"""The benchmarks measure what they say: a clean record of the right shape, and real commands."""

import json
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parent.parent


def bench(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_record_is_clean_and_of_the_right_size(project):
    script = "import sys; from pathlib import Path; from benchmarks.corpora import write_corpus"
    subprocess.run(
        [sys.executable, "-c", f"{script}\nwrite_corpus(Path(sys.argv[1]), 60)", str(project.root)],
        cwd=TOP,
        check=True,
    )
    outcome = project.build(strict=True)

    assert (outcome.failure, outcome.report) == (None, "")
    tasks = [path.stat().st_size for path in project.root.glob("tasks/*/meta.yml")]
    plans = [path.stat().st_size for path in project.root.glob("docs/plans/*/*/PLAN.md")]
    logs = [path.stat().st_size for path in project.root.glob("docs/plans/*/*/EXEC_LOG.md")]
    assert len(tasks) == len(plans) == len(logs) == 60
    for sizes, wanted in ((tasks, 3500), (plans, 2500), (logs, 1000)):
        assert 0.8 * wanted < sum(sizes) / len(sizes) < 1.2 * wanted
    assert "connection to server" in outcome.page("trace/errors/index.html")


def test_figures_are_shown_and_kept(tmp_path):
    ended = bench("check", "--tasks", "20", "--repeat", "1", "--output", str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    kept = json.loads((tmp_path / "benchmarks.json").read_text())
    (result,) = kept["results"]
    assert (result["measure"], result["tasks"], result["documents"]) == ("check", 20, 41)
    assert list(result["figures"]) == ["plantrace check", "floor"]
    assert ended.stdout in (tmp_path / "BENCHMARKS.md").read_text()

    bench("check", "--tasks", "10", "--repeat", "1", "--output", str(tmp_path))
    kept = json.loads((tmp_path / "benchmarks.json").read_text())
    assert [result["tasks"] for result in kept["results"]] == [10, 20]


def test_a_measure_that_there_is_not_is_refused():
    ended = bench("chek")
    assert ended.returncode == 2
    assert "no measure 'chek'; there are check, recheck," in ended.stderr
