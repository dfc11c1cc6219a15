"""The ablation: every part of the search can be switched off, is missed in pairs, and comes back."""

import json
import sys
from pathlib import Path

import pytest
from benchmarks.ablation import EVERYTHING, SWITCHES, Solved, losses, table

from benchmarks import ablation
from estafette.planning import cooling, crew, improve, partition
from estafette.planning.kernel import ruin
from estafette.planning.kernel.odds import ODDS, RUINS


def solved(off: str, cost: float, *, case: str = "day-1", seed: int = 1, left: int = 0) -> Solved:
    return Solved(part="day-100", case=case, off=off, seed=seed, cost=cost, left=left, runs=4, iterations=9)


def test_a_loss_is_the_mean_over_pairs_of_the_same_case_and_seed() -> None:
    found = [
        solved(EVERYTHING, 1000.0), solved("strings", 1010.0),
        solved(EVERYTHING, 2000.0, seed=2), solved("strings", 2060.0, seed=2, left=1),
    ]  # fmt: skip
    (of_part, together) = losses(found)
    assert (of_part.pairs, of_part.permille, of_part.error, of_part.left) == (2, 20.0, 10.0, 1)
    assert (together.part, together.permille) == ("together", 20.0)
    assert [" ".join(line.split()) for line in table(found, [of_part, together])][1] == (
        "strings +20.0 ±10.0 (+1 left) +20.0 ±10.0 (+1 left)"
    )


@pytest.mark.parametrize("name", SWITCHES)
def test_what_was_switched_off_is_on_again_afterwards(name: str) -> None:
    def all_settings() -> list[dict[str, object]]:
        return [dict(ODDS), *(vars(module).copy() for module in (cooling, crew, improve, partition))]

    before = all_settings()
    with SWITCHES[name]():
        assert all_settings() != before
    assert all_settings() == before


def test_every_ruin_operator_has_a_file_of_its_own() -> None:
    files = {path.stem for path in Path(ruin.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == {"whole_run" if name == "run" else name for name in RUINS}


def test_a_small_ablation_is_one_object_and_says_what_it_has_no_data_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(ablation, "DAYS", {"day-100": (8, 1)})
    asked = ["--iterations", "20", "--seeds", "1,2", "--only", "blink,ejection", "--json", "--data"]
    monkeypatch.setattr(sys, "argv", ["ablation", *asked, str(tmp_path)])
    ablation.main()
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert len(found["solved"]) == 2 * 3
    assert {(each["part"], each["off"]) for each in found["losses"]} == {
        (part, off) for part in ("day-100", "together") for off in ("blink", "ejection")
    }
    assert "cordeau: skipped, no data at" in said.err


def test_a_name_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["ablation", "--only", "luck"])
    with pytest.raises(SystemExit, match="nothing is called luck"):
        ablation.main()
