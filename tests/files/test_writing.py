"""A file is written whole or not at all, to where its path leads, and to nothing but a file."""

from __future__ import annotations

import os
import resource
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from softgrad.errors import InputTypeError, StorageError
from softgrad.files import check_can_write, open_file, write_file

DATA = b"new"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(path, message: str) -> None:
    """By the check before the work as by the writing after it, and nothing is left behind."""
    folder = Path(path).parent
    before = sorted(folder.iterdir()) if folder.is_dir() else []
    for call in (lambda: check_can_write(path), lambda: write_file(path, DATA)):
        with pytest.raises(StorageError, match=message):
            call()
    assert (sorted(folder.iterdir()) if folder.is_dir() else []) == before


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path, mask):
    old = os.umask(mask)
    try:
        write_file(tmp_path / "new", DATA)
    finally:
        os.umask(old)
    assert mode(tmp_path / "new") == 0o666 & ~mask


@pytest.mark.parametrize("kept", [0o600, 0o640, 0o666, 0o755])
def test_an_existing_file_keeps_its_mode(tmp_path, kept):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(kept)
    write_file(path, DATA)
    assert (path.read_bytes(), mode(path)) == (DATA, kept)
    assert list(tmp_path.iterdir()) == [path]


def test_links_are_followed_and_stay_links(tmp_path):
    (tmp_path / "folder").mkdir()
    real = tmp_path / "folder" / "real"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "first").symlink_to("folder/real")
    (tmp_path / "second").symlink_to(tmp_path / "first")
    assert write_file(tmp_path / "second", DATA) == tmp_path / "second"
    assert (real.read_bytes(), mode(real)) == (DATA, 0o640)
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()


def test_a_link_to_nothing_makes_the_file_that_it_names_as_open_does(tmp_path):
    (tmp_path / "link").symlink_to("target")
    check_can_write(tmp_path / "link")
    assert not (tmp_path / "target").exists()
    write_file(tmp_path / "link", DATA)
    assert (tmp_path / "target").read_bytes() == DATA
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "lost").symlink_to("no folder/target")
    refused(tmp_path / "lost", f"the folder {tmp_path}/no folder does not exist")
    (tmp_path / "round").symlink_to("round")
    refused(tmp_path / "round", "symbolic links")


def test_nothing_but_a_file_is_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "it is a pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    (tmp_path / "link").symlink_to("pipe")
    refused(tmp_path / "link", "it is a pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        refused(tmp_path / "socket", "it is a socket")
    refused(tmp_path, "it is a folder")
    for device in ("/dev/null", "/dev/full"):
        with pytest.raises(StorageError, match="it is a device"):
            write_file(device, DATA)


@pytest.mark.parametrize("number", [1, 2])
def test_what_the_program_prints_to_is_not_replaced(tmp_path, number):
    path = tmp_path / "printed"
    stream = ("stdout", "stderr")[number - 1]
    script = (
        "import sys\nfrom softgrad.errors import StorageError\nfrom softgrad.files import *\n"
        "for path in sys.argv[1:]:\n"
        "    try: write_file(path, b'new')\n"
        f"    except StorageError as error: print(error, file=sys.{stream})\n"
    )
    words = [sys.executable, "-c", script, str(path), f"/dev/fd/{number}"]
    with path.open("wb") as file:
        subprocess.run(words, check=True, timeout=60, **{stream: file})
    assert path.read_text().count("it is what this program prints to") == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no folder/file", "the folder .*no folder does not exist"),
        ("file/inside", "Not a directory"),
        ("a\0b", "NUL"),
        ("n" * 300, "File name too long"),
    ],
)
def test_names_that_no_file_can_have_are_refused(tmp_path, name, message):
    (tmp_path / "file").touch()
    refused(os.path.join(tmp_path, name), message)  # noqa: PTH118  # as users give it


def test_the_longest_name_that_a_file_can_have_can_be_written(tmp_path):
    write_file(tmp_path / ("n" * 255), DATA)
    assert (tmp_path / ("n" * 255)).read_bytes() == DATA


@pytest.mark.parametrize("path", [None, 3, b"name", ["name"]])
def test_what_is_no_path_is_refused_by_its_type(path):
    for call in (lambda: write_file(path, DATA), lambda: open_file(path)):
        with pytest.raises(InputTypeError, match=f"path is a {type(path).__name__}"):
            call()


def test_a_disk_that_fills_up_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(StorageError, match="old cannot be written: File too large"):
            write_file(path, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_whatever_stops_it_leaves_the_old_file_and_nothing_beside_it(
    tmp_path, monkeypatch, call, error
):
    path = tmp_path / "old"
    path.write_bytes(b"old")

    def fails(*_, **__):
        raise error

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(StorageError if isinstance(error, OSError) else KeyboardInterrupt):
        write_file(path, DATA)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_numbers_reach_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path, monkeypatch
):
    told = []
    replace, fsync = os.replace, os.fsync

    def synced(handle):
        told.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", lambda *a: (told.append("renamed"), replace(*a))[1])
    write_file(tmp_path / "file", DATA)
    assert told == ["file", "renamed", "folder"]


def test_a_pipe_or_device_in_place_of_a_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, kind in ((tmp_path / "pipe", "a pipe"), ("/dev/zero", "a device"), ("/", "a folder")):
        with pytest.raises(StorageError, match=f"cannot be read: it is {kind}"):
            open_file(path)
    with pytest.raises(StorageError, match="cannot be read: No such file"):
        open_file(tmp_path / "nothing")


def test_files_are_read_and_written_without_what_only_posix_has(tmp_path, monkeypatch):
    """Windows has no such flags, and no mode or owner of an open file."""
    for name in ("O_NONBLOCK", "O_CLOEXEC", "fchmod", "fchown"):
        monkeypatch.delattr(os, name)
    monkeypatch.setattr(sys, "platform", "win32")
    path = tmp_path / "file"
    for data in (DATA, b"\r\n newer"):
        check_can_write(path)
        write_file(path, data)
        with open_file(path) as file:
            assert file.read() == data
