#!/usr/bin/env bash
# Gives this tree the checkov that requirements.txt names, in a folder of its own: .checkov. Does nothing where it
# stands already. Needs Python with its venv module; where that or the package cannot be had, the tests say so.
set -euo pipefail
cd "$(dirname "$0")/../.."

wanted=test/checkov/requirements.txt
installed=.checkov/requirements.txt
if cmp -s "$wanted" "$installed"; then exit 0; fi

rm -rf .checkov
python3 -m venv .checkov
.checkov/bin/pip install --quiet --disable-pip-version-check --requirement "$wanted"
cp "$wanted" "$installed"
