#!/bin/sh
# Generates the migrations of both engines from src/foundations/store/tables/; SQLite tables are made STRICT.
set -eu
cd "$(dirname "$0")/../../../.."
LETHE_DIALECT=sqlite npx drizzle-kit generate "$@"
LETHE_DIALECT=postgres npx drizzle-kit generate "$@"
sed -i.bak -E '/^CREATE TABLE/,/^\);/ s/^\);/) STRICT;/' src/foundations/store/migrations/sqlite/*.sql
rm -f src/foundations/store/migrations/sqlite/*.bak
