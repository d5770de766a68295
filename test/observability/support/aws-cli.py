"""Judges command lines by the AWS command line itself, with nothing sent: standard input has them as a JSON list of
lists of arguments, standard output gets what is wrong with each, or null."""

import contextlib
import io
import json
import os
import sys

os.environ |= {
    "AWS_ACCESS_KEY_ID": "made-up",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

from awscli.clidriver import create_clidriver  # noqa: E402

ASKED = "this would be sent"


def ask(**_):
    raise RuntimeError(ASKED)


# One for all: reading a service's description takes the most of the time.
driver = create_clidriver()
# By then the arguments are parsed, and the request is valid and serialised.
driver.session.register("before-call", ask)


def judge(arguments):
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            code = driver.main(arguments)
        except SystemExit as end:
            code = end.code
    return None if ASKED in said.getvalue() or code == 0 else said.getvalue().strip()[-300:]


json.dump([judge(arguments) for arguments in json.load(sys.stdin)], sys.stdout)
