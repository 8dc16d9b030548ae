"""Generates a plan: kecamatan side by side, then movers, listings, index, truth and manifest."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from datetime import datetime, time, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path

from hub.errors import InputError
from hub.simulator.areas import AreaPlan, plan_area
from hub.simulator.district import DistrictResult, write_district
from hub.simulator.lookup import write_index
from hub.simulator.plan import DEFAULT_REFERENCE, Emitted, EmittedFile, Plan
from hub.simulator.workshop import WrittenFile

WIB = timezone(timedelta(hours=7))
#: Below this many persons a second process costs more than it saves.
WORTH_A_POOL = 60_000
TRUTH_HEAD = "source,month,file,row,person,defects\n"

Progress = Callable[[int, int], None]


def generate(
    plan: Plan,
    directory: Path,
    truth: Path | None = None,
    progress: Progress | None = None,
    reference: Path = DEFAULT_REFERENCE,
) -> Emitted:
    """Writes the registries of all months below a directory; the same plan gives the same bytes.

    Memory holds one desa a process; at most two processes run.

    Args:
        plan: What to generate.
        directory: A new or empty directory, or one that an earlier generation filled (it is replaced).
        truth: File that gets one line an emitted row: source, month, file, row (from 1), true person,
            kinds of defects joined by bars. Only evaluation may read it.
        progress: Called with (persons done, persons in all).
        reference: Directory of the area reference files.

    Raises:
        InputError: The directory holds something else, or the plan cannot be met.
        FatalError: A reference file is missing.
    """
    _make_room(directory)
    area = plan_area(plan, reference)
    results = _write_districts(plan, area, directory, truth is not None, progress)
    final = _finish(plan, area, directory, results)
    emitted = Emitted(directory, [_describe(plan, directory, each) for each, _ in final])
    if truth is not None:
        _write_truth(truth, final)
    shutil.rmtree(directory / "parts")
    _write_manifest(plan, area, emitted)
    return emitted


def _finish(
    plan: Plan, area: AreaPlan, directory: Path, results: list[DistrictResult]
) -> list[tuple[WrittenFile, list[Path]]]:
    """Movers to their new place, listings in one piece, and the NIK index."""
    written = [each for result in results for each in result.files if each.source != "elsewhere"]
    outside = [each.path for result in results for each in result.files if each.source == "elsewhere"]
    arrivals = _append_arrivals(results, written) if plan.months == 2 else {}
    write_index(plan, area, directory, arrivals, outside)
    return _join_listings(written, directory)


def _make_room(directory: Path) -> None:
    if directory.exists() and any(directory.iterdir()):
        if not (directory / "manifest.json").exists() and not (directory / "parts").exists():
            raise InputError("directory_in_use", f"{directory.name} holds files that no simulator wrote.")
        for each in directory.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    (directory / "parts").mkdir(parents=True)


def _write_districts(
    plan: Plan, area: AreaPlan, directory: Path, keep_truth: bool, progress: Progress | None
) -> list[DistrictResult]:
    """Every kecamatan, in area order whatever order they were finished in."""
    found: dict[int, DistrictResult] = {}
    done = 0
    for position, result in _district_results(plan, area, directory, keep_truth):
        found[position] = result
        done += result.persons
        if progress is not None:
            progress(done, plan.persons)
    return [found[position] for position in sorted(found)]


def _district_results(
    plan: Plan, area: AreaPlan, directory: Path, keep_truth: bool
) -> Iterator[tuple[int, DistrictResult]]:
    positions = range(len(area.kecamatan))
    if plan.persons < WORTH_A_POOL or (os.cpu_count() or 1) < 2:
        for position in positions:
            yield position, write_district(plan, area, position, directory, keep_truth)
        return
    largest = sorted(positions, key=lambda i: -sum(desa.persons for desa in area.kecamatan[i].desa))
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        jobs = {pool.submit(write_district, plan, area, i, directory, keep_truth): i for i in largest}
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def _append_arrivals(
    results: list[DistrictResult], written: list[WrittenFile]
) -> dict[str, list[tuple[int, int]]]:
    """Puts movers at the end of their new kecamatan's file; (NIK, bytes) by kecamatan, in order."""
    places = {each.name: each for each in written if each.source == "dukcapil" and each.month == 2}
    keys: dict[str, list[tuple[int, int]]] = {}
    for arrival in (each for result in results for each in result.arrivals):
        place = places[f"biodata_wni_{arrival.kecamatan.replace('.', '')}.csv"]
        line = f"{arrival.line}\n".encode()
        with place.path.open("ab") as out:
            out.write(line)
        keys.setdefault(arrival.kecamatan, []).append((arrival.nik, len(line)))
        if place.truth is not None:
            with place.truth.open("a", encoding="utf-8") as part:
                part.write(f"{arrival.person},{arrival.kinds}\n")
        at = written.index(place)
        places[place.name] = written[at] = WrittenFile(
            place.source, place.month, place.name, place.path, place.truth, place.rows + 1
        )
    return keys


def _join_listings(written: list[WrittenFile], directory: Path) -> list[tuple[WrittenFile, list[Path]]]:
    """Listings in one file each, kecamatan after kecamatan; every file with its truth parts in order."""
    final = [(each, [each.truth] if each.truth else []) for each in written if not each.listing]
    shares = [each for each in written if each.listing]
    for source, month, name in sorted({(each.source, each.month, each.name) for each in shares}):
        parts = [each for each in shares if (each.source, each.month, each.name) == (source, month, name)]
        path = directory / f"month{month}" / source / f"{name.replace('/', '_')}.ndjson"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            for part in parts:
                with part.path.open("rb") as piece:
                    shutil.copyfileobj(piece, out, 1 << 20)
        rows = sum(part.rows for part in parts)
        whole = WrittenFile(source, month, name, path, None, rows, listing=True)
        final.append((whole, [part.truth for part in parts if part.truth]))
    return sorted(final, key=lambda each: (each[0].source, each[0].month, each[0].name))


def _describe(plan: Plan, directory: Path, written: WrittenFile) -> EmittedFile:
    """Name, size and digest; the modification time is the extract's, for caches to be steady."""
    digest = hashlib.sha256()
    with written.path.open("rb") as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    modified = datetime.combine(plan.extract_date(written.month), time(2), WIB)
    os.utime(written.path, (modified.timestamp(), modified.timestamp()))
    return EmittedFile(
        written.source,
        written.month,
        written.name,
        str(written.path.relative_to(directory)),
        written.rows,
        written.path.stat().st_size,
        digest.hexdigest(),
        modified.isoformat(),
        written.listing,
    )


def _write_truth(truth: Path, final: list[tuple[WrittenFile, list[Path]]]) -> None:
    truth.parent.mkdir(parents=True, exist_ok=True)
    with truth.open("w", encoding="utf-8", newline="") as out:
        out.write(TRUTH_HEAD)
        for written, parts in final:
            row, start = 0, f"{written.source},{written.month},{written.name},"
            for part in parts:
                with part.open(encoding="utf-8") as lines:
                    out.writelines(f"{start}{n},{line}" for n, line in enumerate(lines, row + 1))
                with part.open("rb") as lines_again:
                    row += sum(1 for _ in lines_again)


def _write_manifest(plan: Plan, area: AreaPlan, emitted: Emitted) -> None:
    """What the server needs to know, without any truth."""
    manifest = {
        "plan": {**asdict(plan), "base_date": plan.base_date.isoformat()},
        "extracts": [plan.extract_date(month).isoformat() for month in range(1, plan.months + 1)],
        "names": area.names,
        "files": [asdict(each) for each in emitted.files],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (emitted.directory / "manifest.json").write_text(text, encoding="utf-8")
