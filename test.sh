#!/usr/bin/env bash
# Builds everything and runs every test: ./test.sh. Needs the .NET SDK that global.json names, and root or sudo where a
# package is missing. Ends with the runner's summary; fails when a test fails, and when none ran.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

has_postgresql() {
  [[ -n ${ConnectionStrings__PostgreSqlTests:-} ]] || compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb
}

# One line for each package that a test needs: how to see that it is there, and its name on Debian and Ubuntu.
missing=()
has_postgresql >/dev/null || missing+=(postgresql)
command -v python3 >/dev/null || missing+=(python3)
command -v curl >/dev/null || missing+=(curl)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v chromium >/dev/null || missing+=(chromium)

if ((${#missing[@]})); then
  as_root=(env DEBIAN_FRONTEND=noninteractive)
  if ((EUID != 0)); then as_root=(sudo "${as_root[@]}"); fi
  if ! command -v apt-get >/dev/null || ! command -v "${as_root[0]}" >/dev/null; then
    echo "test.sh: please install: ${missing[*]}. I would with apt-get, as root or through sudo, but that is missing here." >&2
    exit 1
  fi
  "${as_root[@]}" apt-get update
  "${as_root[@]}" apt-get install --yes --no-install-recommends "${missing[@]}"
fi

# One test project at a time: they measure durability and share two cores.
dotnet test --solution Webhooks.sln --configuration Release --max-parallel-test-modules 1 "$@"
