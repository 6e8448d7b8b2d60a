#!/bin/sh
# Makes the history of both engines anew, as one migration each: what drizzle-kit finds in the tables, then what it cannot
# know (the triggers over evidence, *.evidence.sql). Only while nothing of it is released: see CONTRIBUTING.md.
set -eu
cd "$(dirname "$0")"
rm -rf sqlite postgres
./generate.sh --name baseline
for engine in sqlite postgres; do
  printf '\n--> statement-breakpoint\n' >> "$engine/0000_baseline.sql"
  cat "$engine.evidence.sql" >> "$engine/0000_baseline.sql"
done
