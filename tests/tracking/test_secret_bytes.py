"""No byte of a secret reaches any file of the store: journal, DuckDB file, or log."""

from __future__ import annotations

import pytest

SECRET = "hunter2-correct-horse"


def bytes_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_nowhere(folder, needle: str = SECRET):
    files = bytes_of(folder)
    assert files
    assert [str(path) for path, content in files.items() if needle.encode() in content] == []


@pytest.mark.parametrize("name", ["api_key", "DB_PASSWORD", "authToken", "my.secret"])
def test_values_of_secret_names_are_not_written(shelduck, tmp_path, name):
    with shelduck.start_run(tags={name: SECRET}) as run:
        shelduck.log_param(name, SECRET)
        shelduck.log_params({"cfg": {"deep": [{name: SECRET}]}, "max_tokens": 512})
        shelduck.set_tags({name: SECRET})
        shelduck.set_experiment_tag(name, SECRET)
        assert_nowhere(tmp_path)
    shelduck.fold()
    assert_nowhere(tmp_path)
    data = shelduck.get_run(run.run_id).data
    assert data.params[name] == data.tags[name] == "[redacted]"
    assert data.params["cfg"] == {"deep": [{name: "[redacted]"}]}
    assert data.params["max_tokens"] == 512


def test_secrets_are_known_by_their_form_too(shelduck, tmp_path):
    with shelduck.start_run(description=f"see postgres://ann:{SECRET}@db") as run:
        shelduck.log_param("url", f"postgres://ann:{SECRET}@db")
        shelduck.log_param("args", ["--db", f"password={SECRET}"])
        shelduck.set_tag("header", f'{{"password": "{SECRET}"}}')
    shelduck.fold()
    assert_nowhere(tmp_path)
    assert shelduck.get_run(run.run_id).data.params["url"] == "postgres://ann:[redacted]@db"


def test_an_exception_does_not_tell_either(shelduck, tmp_path):
    with pytest.raises(ConnectionError), shelduck.start_run() as run:
        raise ConnectionError(f"no route to postgres://ann:{SECRET}@db")
    shelduck.fold()
    assert_nowhere(tmp_path)
    assert "[redacted]" in shelduck.get_run(run.run_id).info.error


def test_nor_does_a_named_tuple(shelduck, tmp_path):
    from collections import namedtuple

    login = namedtuple("Login", "user password")("ann", SECRET)
    with shelduck.start_run() as run:
        shelduck.log_param("login", login)
        shelduck.log_param("logins", [login])
    shelduck.fold()
    assert_nowhere(tmp_path)
    assert shelduck.get_run(run.run_id).data.params["login"] == ("ann", "[redacted]")


def test_what_was_logged_is_still_the_users(shelduck):
    config = {"password": SECRET, "lr": 0.1}
    with shelduck.start_run():
        assert shelduck.log_param("cfg", config) is config
    assert config == {"password": SECRET, "lr": 0.1}


def test_the_bytes_would_be_found(shelduck, tmp_path):
    with shelduck.start_run():
        shelduck.log_param("innocent", SECRET)
        with pytest.raises(AssertionError):
            assert_nowhere(tmp_path)
