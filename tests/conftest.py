"""What every test may ask for."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import wraps
from itertools import groupby
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings

from delivery.press.press import Press
from tests import make
from tests.databases import copy_on_server, copy_to_memory, drop_on_server
from tests.processes import processes

COPY_MIGRATED = pytest.StashKey()
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """The longest tests first, so that no worker is alone with one in the end.

    Those that read or write a database are marked, before any are chosen by their
    marks: on a second one only they can come out otherwise.
    """
    for item in items:
        asked = {"db", "transactional_db", "django_db_setup"} & set(item.fixturenames)
        marks = {mark.name for mark in item.iter_markers()}
        if asked or marks & {"django_db", "processes"}:
            item.add_marker("database")
    answer = yield
    files = groupby(items, key=lambda item: item.path)
    items[:] = [item for _path, tests in files for item in sorted(tests, key=is_kept)]
    items.sort(key=lambda item: not is_long(item.path))
    return answer


def pytest_collection_finish(session):
    """Python looks for garbage less often, and not among what stays.

    Half a million objects are there to the end; to walk them again and again took a
    seventh of the time of pages.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def is_kept(item):
    """Whether it starts from rows kept for its file, which those before it must not see."""
    return "kept" in item.fixturenames


def is_long(path):
    """Whether it takes half a minute rather than half a second."""
    long_folder = path.parent.name in {"replay", "browser", "crash"}
    return long_folder or path.stem.endswith("_at_once") or "_queue" in path.stem


@pytest.fixture(autouse=True)
def quick(settings):
    """Two things that are done once in a server, and for every test here.

    Hashing a password well takes half a second, and no test is about that; each test
    has a browser of its own, for which all static files would be looked through.
    """
    settings.PASSWORD_HASHERS = HASHERS
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def no_memory_of_others(settings):
    """What stands still is looked up for each page, not every ten seconds."""
    settings.BANNER_SECONDS = 0


@pytest.fixture(autouse=True)
def own_anchors(settings, tmp_path_factory):
    """What a test archives is not written down beside the database of a developer."""
    settings.ANCHORS_FILE = tmp_path_factory.getbasetemp() / f"{uuid4().hex}.txt"


# Time says nothing on a busy machine: an example is wrong or right, never slow.
settings.register_profile(
    "relance", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("relance")


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_modify_db_settings, django_db_blocker
):
    """The database of this process: a copy of the migrated one.

    In place of pytest-django's own, by which each process migrates for itself.
    """
    name = connection.creation._get_test_db_name()

    def copy_migrated():
        with django_db_blocker.unblock():
            if connection.vendor == "sqlite":
                copy_to_memory(name)
                return
            connection.close()
            copy_on_server(name)
            django_settings.DATABASES["default"]["NAME"] = name
            connection.settings_dict["NAME"] = name

    copy_migrated()
    request.config.stash[COPY_MIGRATED] = copy_migrated
    yield
    with django_db_blocker.unblock():
        connection.close()
        if connection.vendor == "postgresql":
            drop_on_server(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """A test that commits leaves empty tables: the next one gets the rows of migrations.

    Whatever its order, which is nobody's to rely on once workers share the files.
    """
    answer = yield
    mark = item.get_closest_marker("django_db")
    commits = mark and mark.kwargs.get("transaction")
    copy_migrated = item.config.stash.get(COPY_MIGRATED, None)
    # None: the test was skipped before anybody asked for the database.
    if copy_migrated and (commits or "transactional_db" in item.fixturenames):
        copy_migrated()
    return answer


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker, tmp_path_factory):
    """Rows that all tests of a file start from, written once: `with kept(): ...`.

    They stand in a transaction around those of the tests, and go with the file. What
    a test changes is taken back as always; objects are to be read by each test anew.
    Tests of the file that do not ask for them run before. Not for tests that commit.
    """
    quickly = override_settings(
        PASSWORD_HASHERS=HASHERS,
        ANCHORS_FILE=tmp_path_factory.mktemp("kept") / "anchors",
    )

    @contextmanager
    def writing():
        with django_db_blocker.unblock(), quickly:
            yield

    around = transaction.atomic()
    # As Django marks those of its own test cases.
    around._from_testcase = True
    with django_db_blocker.unblock():
        around.__enter__()
    yield writing
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def company(db):
    return make.company()


@pytest.fixture
def accountant(db):
    """Somebody who may do everything an accountant does; a file may have kept her."""
    return User.objects.filter(username="anna").first() or make.accountant()


@pytest.fixture
def stranger(db):
    """Somebody who may log in, and nothing else."""
    return User.objects.create_user("sven", password="a-long-password-1")


@pytest.fixture
def desk(client, accountant, company):
    """A browser at which the accountant is logged in (English pages)."""
    client.force_login(accountant)
    return client


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, django_db_setup, django_db_blocker):
    """A database of its own that is migrated: copied, others start in a moment."""
    folder = tmp_path_factory.mktemp("migrated")
    with django_db_blocker.unblock(), processes(folder) as found:
        yield found


@pytest.fixture(autouse=True)
def no_drawing_inside_a_transaction(monkeypatch):
    """Nobody waits for a database that waits for a PDF."""

    def outside(method):
        @wraps(method)
        def checked(*given):
            open_ones = [b for b in connection.atomic_blocks if not b._from_testcase]
            assert not open_ones, "a document is drawn inside a transaction"
            return method(*given)

        return checked

    monkeypatch.setattr(Press, "draw", outside(Press.draw))
    monkeypatch.setattr(Press, "draw_many", outside(Press.draw_many))
