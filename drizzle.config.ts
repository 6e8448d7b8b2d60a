import { defineConfig } from 'drizzle-kit';

/** `LETHE_DIALECT=sqlite|postgres drizzle-kit generate`; `npm run migrations` does both. */
const postgres = process.env['LETHE_DIALECT'] === 'postgres';

export default defineConfig({
  dialect: postgres ? 'postgresql' : 'sqlite',
  schema: `./src/foundations/store/migrations/${postgres ? 'postgres' : 'sqlite'}.tables.cjs`,
  out: `./src/foundations/store/migrations/${postgres ? 'postgres' : 'sqlite'}`,
});
