"""Secrets in a tracked cell are written nowhere."""

import pytest

import shelduck
from shelduck.secrets import REDACTED


@pytest.fixture
def store(own_store):
    return own_store


KEY = "sk-proj-0123456789abcdefghijklmnopqrstuv"
PASSWORD = "correct horse battery"
TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"


def test_secrets_of_the_cell_are_in_no_file_of_the_store(shell, run, store):
    run(
        shell,
        f"%%track -t api_key={KEY} --description 'with {TOKEN}'\n"
        f"api_key = '{KEY}'\n"
        f"db = dict(host='localhost', password='{PASSWORD}')\n"
        f"client = dict(headers={{'Authorization': 'Bearer {TOKEN}'}})\n"
        f"# the old one was {KEY}\n"
        f"url = 'https://ann:{TOKEN}@example.org/'\n"
        "rate = 0.5\nmax_tokens = 256",
    )
    run(shell, f"%%track failing\nraise ValueError('refused: {KEY}')")
    run(shell, f"%track -n line dict(password='{PASSWORD}')")
    run(shell, f"%%track broken literal\npassword = '{PASSWORD}'\nx = = 1")
    shelduck.fold()
    files = [p for p in store.parent.rglob("*") if p.is_file()]
    assert store in files
    for path in files:
        content = path.read_bytes()
        for secret in (KEY, PASSWORD, TOKEN):
            assert secret.encode() not in content, path


def test_what_is_no_secret_is_kept(shell, run, runs):
    ran = run(shell, f"%%track\nmax_tokens = 256\npassword = '{PASSWORD}'\nrate = 0.5")
    [found] = runs()
    assert found.data.params["max_tokens"] == 256 and found.data.params["rate"] == 0.5
    source = shelduck.get_run(found.info.run_id).cell.source
    assert source == f'%%track\nmax_tokens = 256\npassword = "{REDACTED}"\nrate = 0.5'
    for bundle in ran.shown:
        assert PASSWORD not in str(bundle)


def test_the_cell_itself_has_its_secrets(shell, run):
    assert run(shell, f"%%track\npassword = '{PASSWORD}'\npassword").result.result == PASSWORD
