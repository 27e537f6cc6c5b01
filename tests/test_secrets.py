"""Secrets: what is one, and that none is left where it was."""

from __future__ import annotations

import ast
import string
from collections import OrderedDict, namedtuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shelduck.errors import BadValue
from shelduck.secrets import REDACTED, is_secret, redact_source, redact_text, redact_value

SECRET_NAMES = """
api_key apikey apiKey APIKey API_KEY x-api-key OPENAI_API_KEY OPENAI_API_KEY_2 openaiApikey
api_keys
access_key AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID private_key privateKey ssh_key signing_key
secret SECRET client-secret client_secret_prod secrets mySecret.value password PASSWORD db.password
passwd pwd userPassword password2 passwordStr PGPASSWORD passphrase db_pass credential credentials
token TOKEN hf_token github_token_prod auth_token authToken accessToken access_tokens auth
Authorization bearer bearer_token jwt dsn SENTRY_DSN connection_string conn_str connectionString
ｐassword
""".split()
SECRET_NAMES += ["connection string", "api key", "Auth Token"]

PLAIN_NAMES = """
alpha max_tokens n_tokens num_tokens new_tokens tokens tokenizer tokenizer_name token_count
token_type token_index eos_token pad_token pad_token_id unk_token loss_per_token secretary
secretariat num_passwords n_secrets password_length max_password_length min_secret_size
api_key_file password_field secret_name key keys primary_key sort_key monkey author author_name
authority passes n_passes pass_at_1 compass bypass encoder string connection path x
""".split()
PLAIN_NAMES += ["", "_", "__", "1", "é"]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_that_are_secrets(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_names_that_are_not(name):
    assert not is_secret(name)


@given(st.text())
def test_any_text_may_be_asked_about(name):
    assert isinstance(is_secret(name), bool)


@given(st.sampled_from(["password", "secret", "apiKey", "credentials"]), st.sampled_from("_-. "))
def test_a_secret_word_among_others(word, between):
    assert is_secret(between.join(["my", word]))
    assert is_secret(between.join([word, "prod"]))


# --- values


def test_a_value_of_a_secret_name_is_replaced_whole():
    for value in ["x", 7, 1.5, b"x", ["x"], {"user": "x"}, object()]:
        assert redact_value("password", value) == REDACTED
    for value in [None, True, False]:
        assert redact_value("password", value) is value


def test_secrets_within_a_value_are_replaced_and_the_original_is_left_alone():
    value = {
        "alpha": 0.1,
        "db": {"user": "u", "password": "hunter2"},
        "l": [{"api_key": "k"}, (1, 2)],
    }
    redacted = redact_value("params", value)
    assert redacted == {
        "alpha": 0.1,
        "db": {"user": "u", "password": REDACTED},
        "l": [{"api_key": REDACTED}, (1, 2)],
    }
    assert value["db"]["password"] == "hunter2"


def test_values_keep_their_kind():
    Login = namedtuple("Login", "user password")
    assert redact_value("l", Login("u", "hunter2")) == ("u", REDACTED)
    assert redact_value("s", {"a", "b"}) == {"a", "b"}
    assert redact_value("o", OrderedDict(token="x", n=1)) == {"token": REDACTED, "n": 1}
    assert redact_value("d", {1: "a", ("b",): 2}) == {1: "a", ("b",): 2}
    assert redact_value("b", b"\xff\x00") == b"\xff\x00"
    assert redact_value("b", b"ghp_" + b"a1" * 18) == REDACTED
    text = "text"
    assert redact_value("t", text) is text


def test_a_value_that_contains_itself_is_refused_by_name():
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(BadValue, match="`loop`"):
        redact_value("loop", loop)


# --- forms

KNOWN = [
    "ghp_" + "aB3" * 12,
    "github_pat_11" + "aB3_" * 10,
    "glpat-" + "aB3-x" * 4,
    "sk-" + "aB3x" * 8,
    "sk-proj-" + "aB3x" * 8,
    "sk-ant-api03-" + "aB3x-" * 8,
    "sk_live_" + "aB3x" * 5,
    "AKIA" + "ABCDEFGH12345678",
    "ASIA" + "ABCDEFGH12345678",
    "AIza" + "aB3-_" * 7,
    "xoxb-123456789012-abcdefABCDEF",
    "hf_" + "aBcD" * 8,
    "npm_" + "aB3x" * 9,
    "pypi-" + "AgEI" * 12,
    "dapi" + "0123456789abcdef" * 2,
    "SG." + "aB3x" * 5 + "." + "aB3x" * 8,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123",
]


@pytest.mark.parametrize("key", KNOWN)
@pytest.mark.parametrize("around", ["{}", "a {} b", "'{}'", "https://{}@github.com/x", "x={}&y=1"])
def test_well_known_keys_are_replaced_wherever_they_stand(key, around):
    redacted = redact_text(around.format(key))
    assert key not in redacted and REDACTED in redacted
    assert redact_value("note", around.format(key)) == redacted
    assert key not in redact_source(f"x = {around.format(key)!r}")
    assert key not in redact_source(f"# {around.format(key)}\nnot python {key}")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("postgres://me:hunter2@db/x", "postgres://me:[redacted]@db/x"),
        ("see redis://:hunter2@db and more", "see redis://:[redacted]@db and more"),
        ("https://me:p@ss@host/x?y=1", "https://me:[redacted]@host/x?y=1"),
        ("Authorization: Bearer abcdef1234567890", "Authorization: [redacted]"),
        ("say Bearer abcdef1234567890 now", "say Bearer [redacted] now"),
        ("host=db password=hunter2 port=5", "host=db password=[redacted] port=5"),
        ("run --password=hunter2 --n=5", "run --password=[redacted] --n=5"),
        ("--api-key='a hunter2' x", "--api-key='[redacted]' x"),
        ("Server=db;Pwd=hunter2;Port=5", "Server=db;Pwd=[redacted];Port=5"),
        ("https://x/?a=1&api_key=hunter2&b=2", "https://x/?a=1&api_key=[redacted]&b=2"),
        ('{"password": "a hunter2", "n": 1}', '{"password": "[redacted]", "n": 1}'),
        ("user: me\npassword: a hunter2\nn: 1", "user: me\npassword: [redacted]\nn: 1"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nrest",
            "[redacted]\n\n\nrest",
        ),
        ("-----BEGIN PRIVATE KEY-----\nabc", "[redacted]\n"),
    ],
)
def test_credentials_within_text(text, redacted):
    assert redact_text(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:8888/lab", "https://host/path@v1", "s3://bucket/key", "max_tokens=5",
        "the secret of good coffee", "task-based-scheduling-2021-edition",
        "sk-learn-like-names-only", "Next token: the", "bearer of good news", "a token is a word",
        "user@host:22", "",
        "postgres://{user}:{password}@host", "d:/data/password/file", "hf_transfer",
    ],
)  # fmt: skip
def test_text_without_credentials_is_left_alone(text):
    assert redact_text(text) == text


@given(st.text() | st.text(alphabet="password=:'\"\\ \n[]{}@/&;-#x"))
def test_redacting_text_twice_changes_no_more(text):
    once = redact_text(text)
    assert redact_text(once) == once
    assert once.count("\n") == text.count("\n")


# --- source: exact


@pytest.mark.parametrize(
    ("source", "redacted"),
    [
        ("api_key = 'k'", 'api_key = "[redacted]"'),
        ("a, password = 1, 'k'", 'a, password = 1, "[redacted]"'),
        ("a, password = f('k')", 'a, password = f("[redacted]")'),
        ("token: str = b'k'", 'token: str = "[redacted]"'),
        ("pin = password = 'k'", 'pin = password = "[redacted]"'),
        ("self.password = 'k'; n = 'k'", "self.password = \"[redacted]\"; n = 'k'"),
        ("secret += 'k'", 'secret += "[redacted]"'),
        ("if (token := 'k'): pass", 'if (token := "[redacted]"): pass'),
        ("f('a', password='k', n=1)", "f('a', password=\"[redacted]\", n=1)"),
        ("d = {'password': 'k', 'n': 'a'}", "d = {'password': \"[redacted]\", 'n': 'a'}"),
        ("os.environ['API_KEY'] = 'k'", "os.environ['API_KEY'] = \"[redacted]\""),
        ("credentials['user'] = 'k'", "credentials['user'] = \"[redacted]\""),
        (
            "os.environ.setdefault('API_KEY', 'k')",
            "os.environ.setdefault('API_KEY', \"[redacted]\")",
        ),
        (
            "p.add_argument('--token', default='k')",
            "p.add_argument('--token', default=\"[redacted]\")",
        ),
        ("run(['curl', '--token', 'k'])", "run(['curl', '--token', \"[redacted]\"])"),
        ("dict([('password', 'k')])", "dict([('password', \"[redacted]\")])"),
        ("assert password == 'k'", 'assert password == "[redacted]"'),
        ("def f(n, password='k'): ...", 'def f(n, password="[redacted]"): ...'),
        ("lambda *, token='k', n='a': 0", "lambda *, token=\"[redacted]\", n='a': 0"),
        ("for token in ['k']: pass", 'for token in ["[redacted]"]: pass'),
        ("password = 'k' if x else y", 'password = "[redacted]" if x else y'),
        ("password = f'{x}k'", 'password = "[redacted]"'),
        ("url = f'{f(password=\"k\")}'", 'url = "[redacted]"'),
        ("password = 'a' 'k'", 'password = "[redacted]"'),
        ("pin_password = 1234", 'pin_password = "[redacted]"'),
        ("é = 'ü'; password = 'k'; z = 'é'", "é = 'ü'; password = \"[redacted]\"; z = 'é'"),
        ("password = os.environ['DB_PASSWORD']", "password = os.environ['DB_PASSWORD']"),
        ("password = getpass('Password: ')", "password = getpass('Password: ')"),
        ("t = os.environ.get('TOKEN', 'k')", "t = os.environ.get('TOKEN', \"[redacted]\")"),
        ("token = None; use_auth = True", "token = None; use_auth = True"),
        ("max_tokens = 5; eos_token = '</s>'", "max_tokens = 5; eos_token = '</s>'"),
        ("c = connect('host=x password=k n=1')", 'c = connect("host=x password=[redacted] n=1")'),
        ("x = 1  # password = 'k'", "x = 1  # password = [redacted]"),
        ("# the token is read below", "# the token is read below"),
        ("password = '''\nk\n'''\nn = 1", 'password = """[redacted]\n\n"""\nn = 1'),
        ("password = (\n    'a'\n    'k'\n)", 'password = (\n    """[redacted]\n"""\n)'),
        ("cfg = '''\npassword: k k\nn: 1\n'''", 'cfg = """\npassword: [redacted]\nn: 1\n"""'),
        ("%%track lasso\npassword = 'k'\nn = 1", '%%track lasso\npassword = "[redacted]"\nn = 1'),
        ("%env API_KEY=k\nn = 'a'", "%env API_KEY=[redacted]\nn = 'a'"),
        ("%env API_KEY k\nn = 'a'", "%env API_KEY [redacted]\nn = 'a'"),
        ("!export TOKEN=k && ls\nn = 'a'", "!export TOKEN=[redacted]\nn = 'a'"),
        ("if x:\n    !login --token k\nn = 'a'", "if x:\n    !login --token [redacted]\nn = 'a'"),
        ("files = !ls --password k", "files = !ls --password [redacted]"),
        ("%sql postgres://u:k@host/db", "%sql postgres://u:[redacted]@host/db"),
        ("%%bash\nexport TOKEN=k\nls 'a'", "%%bash\nexport TOKEN=[redacted]\nls 'a'"),
        ("%%writefile c.yml\npassword: k\nn: a", "%%writefile c.yml\npassword: [redacted]\nn: a"),
        ("this is not python: f(password='k')", "this is not python: f(password=[redacted])"),
        (
            "x = (\npassword = '''\nk\n'''\n",
            "x = (\npassword = [redacted]\n[redacted]\n[redacted]\n",
        ),
        ("a = 1\r\npassword = 'k'\r\n", 'a = 1\r\npassword = "[redacted]"\r\n'),
        ("password = 'k'\rn = 1\r", 'password = "[redacted]"\rn = 1\r'),
    ],
)
def test_source(source, redacted):
    assert redact_source(source) == redacted
    assert redact_source(redacted) == redacted


def test_a_cell_without_secrets_is_left_as_it_is():
    cell = (
        "%%track lasso -t developer=ann\nalpha = 0.01\n"
        "lr = Lasso(alpha).fit(X, y)  # a key step?\nlr.score?\n"
    )
    assert redact_source(cell) == cell


def test_what_ipython_makes_of_magics():
    source = (
        "get_ipython().run_line_magic('env', 'API_KEY k')\nget_ipython().system('curl --token k')"
    )
    redacted = redact_source(source)
    assert "k')" not in redacted
    assert redacted.count(REDACTED) == 2


# --- source: nothing leaks

SECRETS = st.text(string.ascii_letters + string.digits + "é!$%^*_+", min_size=8, max_size=20).map(
    lambda s: f"zq{s}zq"
)
NAMES = st.sampled_from(
    ["password", "API_KEY", "db_token", "clientSecret", "self.passwd", "a['secret']"]
)
PLACES = st.sampled_from(
    [
        "{name} = {value}",
        "{name}: str = {value}",
        "{name} += {value}",
        "x, {name} = 1, {value}",
        "x = {name} = {value}",
        "[{name}, *x] = {value}, 2",
        "({name}) = [{value}][0]",
        "{name} = x or {value}",
        "{name} = str({value}).strip() + 'a'",
        "{name} = dict(a={value})",
        "{name} = [\n    {value},\n]",
        "for {name} in [{value}]:\n    pass",
        "if {name} == {value}:\n    pass",
        "connect(1, {word}={value})",
        "connect(\n    1,\n    {word}={value},\n    n=1,\n)",
        "x = {{'a': 1, '{word}': {value}}}",
        "x = {{'a': {{'{word}': [{value}]}}}}",
        "os.environ['{word}'] = {value}",
        "os.putenv('{word}', {value})",
        "def f(a, {word}={value}):\n    pass",
        "f = lambda {word}={value}: {word}",
        "x = f'a{{g({word}={inner})}}b'",
        "if ({word} := {value}):\n    pass",
        "class C:\n    {word} = {value}",
        "with f({word}={value}) as x:\n    pass",
        "x = [f({word}={value}) for a in b]",
        "x = 1  # {word} = {value}",
        "%env {word}={bare}",
        "%env {word} {bare}",
        "!export {word}={bare}",
        "if x:\n    !tool --{word} {bare} -v",
        "x = !tool --{word}={bare}",
        "%%bash\nexport {word}={bare}\nls",
        "%%writefile x.yml\n{word}: {bare}\n",
        "x = 'host=a {word}={bare} port=1'",
        "x = '''\n{word}: {bare}\n'''",
        "x = 'https://me:{bare}@host/path'",
        "get_ipython().run_line_magic('env', '{word}={bare}')",
        "get_ipython().run_cell_magic('time', '', '{word} = \"{bare}\"\\nx = 1')",
    ]
)
QUOTES = st.sampled_from(
    [
        "'{}'",
        '"{}"',
        "'''{}'''",
        '"""\n{}\n"""',
        "r'{}'",
        "b'{}'",
        "f'a{{x}}{}'",
        "'a' '{}'",
        "(\n'a'\n'{}')",
    ]
)
BEFORE = st.sampled_from(
    ["", "x = 1\n", "%%track lasso\n", "é = 'ü'; ", "!ls\n", "# why?\n", "oops (\n"]
)
AFTER = st.sampled_from(
    ["", "\n", "\nrmse = fit(1)\n", "\n!ls\n", "\nlr.fit?", "\n)", "\nx = 'a'  # é"]
)


@given(SECRETS, NAMES, PLACES, QUOTES, BEFORE, AFTER)
@settings(max_examples=1500, deadline=None)
def test_no_secret_is_left_in_source(secret, name, place, quotes, before, after):
    word = name.removeprefix("self.").strip("a[]'") if "." in name or "[" in name else name
    assume(not ("#" in place and "\n" in quotes))
    if "b'" in quotes:
        secret = secret.replace("é", "e")
    if "f'" in quotes:
        secret = secret.replace("{", "").replace("}", "")
    inner = f'"{secret}"'
    source = before + place.format(
        name=name, word=word, value=quotes.format(secret), bare=secret, inner=inner
    ) + after  # fmt: skip
    redacted = redact_source(source)
    assert secret not in redacted
    assert redacted.count("\n") == source.count("\n")
    assert redact_source(redacted) == redacted


PIECES = '''password token x 1 é = : := == , ' " """ f' b' ( ) [ ] { } \\ # ! ? if %%bash %env
://u:p@h [redacted]'''.split()
PIECES += [" ", "\n", "\n  ", "\r\n", '"""']


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=1500, deadline=None)
def test_any_source_keeps_its_lines_and_is_redacted_at_once(source):
    redacted = redact_source(source)
    assert redacted.count("\n") == source.count("\n")
    assert redacted.count("\r") == source.count("\r")
    assert redact_source(redacted) == redacted


@given(SECRETS, NAMES, QUOTES)
@settings(deadline=None)
def test_redacted_python_is_still_python(secret, name, quotes):
    source = f"x = 1\n{name} = {quotes.format(secret.replace('é', 'e'))}\ny = 'é'"
    ast.parse(source)
    tree = ast.parse(redact_source(source))
    assert [type(node) for node in tree.body] == [ast.Assign] * 3
