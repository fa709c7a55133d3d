"""Data files: only registered bytes are accepted, and what cannot be had says so clearly."""

import contextlib
import hashlib
import re
import socket
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from evidence.kit.paths import DATA, ROOT
from evidence.papers import tables as papers
from lib import datasets
from lib.datasets import cache, functions, sp500
from lib.datasets.registry import FOLDER, registry, sha256_of

sys.path.append(str(ROOT / "book" / "_ext"))
import registry_table

ENTRIES = registry()["upstream"] | registry()["package"]
HOSTS = {
    "archive.ics.uci.edu",
    "cdn.jsdelivr.net",
    "mba.tuck.dartmouth.edu",
    "ndownloader.figshare.com",
    "ossci-datasets.s3.amazonaws.com",
    "raw.githubusercontent.com",
    "storage.googleapis.com",
}
CONTENT = b"1,2,3\n"


# -- The registry ------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ENTRIES)
def test_every_entry_is_complete(file):
    entry = ENTRIES[file]
    assert re.fullmatch("[0-9a-f]{64}", entry["sha256"])
    assert cache.checksum(file) == entry["sha256"]
    assert entry["bytes"] > 0
    assert entry["terms"]
    assert entry["source"]


@pytest.mark.parametrize("file", registry()["upstream"])
def test_every_download_has_a_second_mirror_on_a_known_host(file):
    mirrors = ENTRIES[file]["mirrors"]
    assert len(set(mirrors)) == 2
    for url in mirrors:
        parts = urlsplit(url)
        assert parts.scheme == "https"
        assert parts.hostname in HOSTS
        assert (parts.fragment or parts.path).endswith(file) or "figshare" in parts.hostname


@pytest.mark.parametrize("file", ENTRIES)
def test_files_at_hand_are_the_registered_ones(file):
    if not cache.available(file):
        pytest.skip(f"{file} is not on this machine; name its folder in RNN_DATA_CACHE")
    path = cache.path(file)
    assert path.stat().st_size == ENTRIES[file]["bytes"]
    assert sha256_of(path) == ENTRIES[file]["sha256"]


def test_nothing_that_may_not_be_committed_lies_in_the_data_folders():
    forbidden = {entry["sha256"] for entry in ENTRIES.values()}
    held = (path for folder in (DATA, FOLDER) for path in folder.rglob("*"))
    found = {sha256_of(path) for path in held if path.is_file()}
    assert found
    assert not found & forbidden


def test_the_page_is_in_step_with_the_registry():
    page = (ROOT / "book" / "data.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r":::\{registry\} (\w+)", page)) == sorted(registry())
    for table, entries in registry().items():
        lines = registry_table.markdown(table)[2:]
        assert [line.split("`")[1] for line in lines] == list(entries)
        for line, entry in zip(lines, entries.values(), strict=True):
            checksum = entry.get("sha256") or entry["sha256_of_values"]
            assert line.split("|")[2].strip() == f"`{checksum[:8]}`"
            assert checksum[:8] not in page


def test_the_page_is_in_step_with_the_loaders_of_both_papers():
    page = (ROOT / "book" / "data.md").read_text(encoding="utf-8")
    for name in (*papers.SL1_TITLE_OF, *papers.ALM_TABLE_OF, *functions.NAMES):
        if not datasets.available(name):
            continue
        series = datasets.load(name, seed=0)
        if isinstance(series, datasets.Table):
            targets = f"{len(series.classes)} classes" if series.classes else series.y.shape[1]
            parts = datasets.SIZES.get(name, datasets.Sizes(len(series.X), 0))
            columns = f"{series.X.shape[1]} | {targets}"
            sizes = f"{len(series.X)} | {columns} | {parts.train} / {parts.test}"
        else:
            rows, test = len(series.X), len(series.X) - series.train
            columns = f"{series.X.shape[1]} | {series.Y.shape[1]}"
            sizes = f"{rows} | {columns} | {series.train} / {test}"
        assert f"| `{name}` | {sizes} |" in page


# -- Finding a file ----------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A registry of one file, an empty own cache, no user folder; returns the file's entry."""
    entry = {
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "bytes": len(CONTENT),
        "mirrors": [f"http://127.0.0.1:{closed_port()}/toy.csv"],
    }
    tables = {"upstream": {"toy.csv": entry}, "package": {}, "committed": {}, "bundled": {}}
    monkeypatch.setattr("lib.datasets.registry.registry", lambda: tables)
    monkeypatch.setattr(cache, "own_cache", lambda: tmp_path / "own")
    monkeypatch.delenv(cache.VARIABLE, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    return entry


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def site(tmp_path):
    """A web server on this machine; returns its folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    return folder


def own_files():
    own = cache.own_cache()
    return sorted(path.name for path in own.iterdir()) if own.is_dir() else []


@pytest.mark.usefixtures("place")
def test_the_users_folder_comes_first(user_folder):
    (user_folder / "toy.csv").write_bytes(CONTENT)
    assert cache.available("toy.csv")
    assert cache.path("toy.csv") == user_folder / "toy.csv"
    assert own_files() == []


def test_a_download_lands_in_the_own_cache_and_is_not_repeated(place, site):
    folder, address = site
    (folder / "toy.csv").write_bytes(CONTENT)
    place["mirrors"] = [f"{address}/toy.csv"]
    assert not cache.available("toy.csv")
    found = cache.path("toy.csv")
    assert found.read_bytes() == CONTENT
    assert own_files() == ["toy.csv"]
    (folder / "toy.csv").unlink()
    assert cache.available("toy.csv")
    assert cache.path("toy.csv") == found


def test_a_file_can_be_a_member_of_a_zip_archive(place, site):
    folder, address = site
    with zipfile.ZipFile(folder / "toy.zip", "w") as archive:
        archive.writestr("readme.txt", "other")
        archive.writestr("toy.csv", CONTENT)
    place["mirrors"] = [f"{address}/toy.zip#toy.csv"]
    assert cache.path("toy.csv").read_bytes() == CONTENT
    assert own_files() == ["toy.csv"]


@pytest.mark.parametrize(
    "first", ["altered.csv", "absent.csv", "toy.zip#absent.csv", "toy.csv#toy.csv"]
)
def test_the_second_mirror_is_asked_when_the_first_fails(place, site, first):
    folder, address = site
    (folder / "altered.csv").write_bytes(CONTENT + b"4,5,6\n")
    (folder / "toy.csv").write_bytes(CONTENT)
    with zipfile.ZipFile(folder / "toy.zip", "w") as archive:
        archive.writestr("toy.csv", CONTENT)
    place["mirrors"] = [f"{address}/{first}", f"{address}/toy.csv"]
    assert cache.path("toy.csv").read_bytes() == CONTENT
    assert own_files() == ["toy.csv"]


def test_altered_downloads_are_thrown_away_and_named(place, site):
    folder, address = site
    place["mirrors"] = [f"{address}/toy.csv", f"{address}/absent.csv"]
    size = len(CONTENT)
    for content, reason in (
        (CONTENT[::-1], "expected SHA-256 [0-9a-f]+, found [0-9a-f]+"),
        (CONTENT[1:], f"expected {size} bytes, found {size - 1}"),
        (CONTENT + b"1", f"it delivers more than {size} bytes"),
    ):
        (folder / "toy.csv").write_bytes(content)
        with pytest.raises(datasets.DatasetUnavailable, match=rf"{reason}; .*HTTP status 404"):
            cache.path("toy.csv")
        assert own_files() == []


def test_a_download_without_end_is_stopped(place):
    """What is sent after the registered size is not waited for."""
    sent = []

    class Endless(SimpleHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while len(sent) < 10_000:
                    sent.append(self.wfile.write(bytes(2**16)))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        for name, limit in (("toy.csv", len(CONTENT)), ("toy.zip#toy.csv", cache.LARGEST_ARCHIVE)):
            place["mirrors"] = [f"http://127.0.0.1:{server.server_port}/{name}"]
            with pytest.raises(datasets.DatasetUnavailable, match=f"more than {limit} bytes"):
                cache.path("toy.csv")
    finally:
        server.shutdown()
        server.server_close()
    assert sum(sent) < 2**27
    assert own_files() == []


def test_a_member_of_another_size_is_not_unpacked(place, site, monkeypatch):
    folder, address = site
    place["mirrors"] = [f"{address}/toy.zip#toy.csv"]
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    with zipfile.ZipFile(folder / "toy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy.csv", bytes(10**7))
    sentence = rf"its toy\.csv has 10000000 bytes, not {len(CONTENT)}"
    with pytest.raises(datasets.DatasetUnavailable, match=sentence):
        cache.path("toy.csv")


def test_a_member_that_cannot_be_read_or_is_another_one_is_named(place, site):
    folder, address = site
    place["mirrors"] = [f"{address}/toy.zip#toy.csv"]
    with zipfile.ZipFile(folder / "toy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy.csv", CONTENT[::-1])
    raw = (folder / "toy.zip").read_bytes()
    # Bit 0 of the flags, in the member's own header and in the directory, asks for a password.
    locked = bytearray(raw)
    locked[6] |= 1
    locked[raw.index(b"PK\x01\x02") + 8] |= 1
    cut = bytearray(raw)
    cut[45:55] = bytes(10)
    for content, reason in ((raw, "SHA-256"), (locked, "cannot be unpacked"), (cut, "127.0.0.1: ")):
        (folder / "toy.zip").write_bytes(content)
        with pytest.raises(datasets.DatasetUnavailable, match=reason):
            cache.path("toy.csv")
        assert own_files() == []


def test_a_damaged_file_in_the_own_cache_is_fetched_again(place, site):
    folder, address = site
    (folder / "toy.csv").write_bytes(CONTENT)
    place["mirrors"] = [f"{address}/toy.csv"]
    cache.own_cache().mkdir()
    (cache.own_cache() / "toy.csv").write_bytes(CONTENT[:3])
    assert not cache.available("toy.csv")
    assert cache.path("toy.csv").read_bytes() == CONTENT


@pytest.mark.usefixtures("place")
def test_offline_the_sentence_names_file_reason_and_both_ways_out():
    with pytest.raises(FileNotFoundError) as caught:
        cache.path("toy.csv")
    message = str(caught.value)
    assert isinstance(caught.value, datasets.DatasetUnavailable)
    assert "data file toy.csv is neither in RNN_DATA_CACHE (unset) nor in" in message
    assert "could not be downloaded (127.0.0.1: no connection)" in message
    assert "put it into a folder and name that folder in the environment variable RNN_" in message
    assert "run again with a connection" in message
    assert message.count(". ") == 0
    assert "\n" not in message


@pytest.mark.usefixtures("place")
def test_offline_a_users_folder_without_the_file_is_named(user_folder):
    with pytest.raises(datasets.DatasetUnavailable, match=re.escape(f"({user_folder}) nor in")):
        cache.path("toy.csv")


def test_a_file_without_mirrors_names_its_package(place):
    del place["mirrors"]
    place["package"] = "toys 1.0"
    with pytest.raises(datasets.DatasetUnavailable, match=r"not offered .* from toys 1\.0\."):
        cache.path("toy.csv")


def test_a_tampered_file_in_the_users_folder_is_refused(place, user_folder):
    (user_folder / "toy.csv").write_bytes(CONTENT[::-1])
    found = hashlib.sha256(CONTENT[::-1]).hexdigest()
    for ask in (cache.path, cache.available):
        with pytest.raises(
            datasets.ChecksumMismatch, match=f"toy.csv.*expected SHA-256 {place['sha256']}.*{found}"
        ):
            ask("toy.csv")


@pytest.mark.usefixtures("place")
def test_a_file_of_another_size_is_refused_before_it_is_hashed(user_folder, monkeypatch):
    monkeypatch.setattr("lib.datasets.registry.sha256_of", lambda _: pytest.fail("hashed"))
    (user_folder / "toy.csv").write_bytes(CONTENT + b"1")
    size = len(CONTENT)
    with pytest.raises(
        datasets.ChecksumMismatch, match=f"toy.csv: expected {size} bytes, found {size + 1}; repl"
    ):
        cache.path("toy.csv")


@pytest.mark.usefixtures("place")
def test_an_unknown_file_is_refused_with_a_list():
    for ask in (cache.path, cache.available, cache.checksum):
        with pytest.raises(ValueError, match=r"unknown data file 'tor\.csv'; accepted: toy\.csv"):
            ask("tor.csv")


@pytest.mark.usefixtures("place")
def test_a_variable_that_names_no_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "nowhere"))
    for ask in (cache.path, cache.available):
        with pytest.raises(
            ValueError, match=r"RNN_DATA_CACHE names '.*nowhere', which is not a folder"
        ):
            ask("toy.csv")


@pytest.mark.usefixtures("place")
def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, "")
    assert cache.folder() is None
    assert not cache.available("toy.csv")


def test_a_tampered_committed_file_is_refused(tmp_path, monkeypatch):
    text = (FOLDER / sp500.REBUILT).read_text(encoding="utf-8")
    (tmp_path / sp500.REBUILT).write_text(text.replace("-4.85", "-4.86", 1), encoding="utf-8")
    monkeypatch.setattr("lib.datasets.registry.FOLDER", tmp_path)
    with pytest.raises(datasets.ChecksumMismatch, match=r"not the registered sp500_rebuilt\.csv"):
        datasets.load("sp500-intended")


def test_checksums_need_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    monkeypatch.setattr(cache, "own_cache", lambda: tmp_path / "own")
    monkeypatch.setattr("lib.datasets.registry.FOLDER", tmp_path)
    assert all(re.fullmatch("[0-9a-f]{64}", datasets.checksum(name)) for name in datasets.DATASETS)
    assert not datasets.available("sp500-written")
