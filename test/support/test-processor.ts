import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certifiedSigner } from '../../src/foundations/signing/certified.ts';

const here = (name: string) => readFileSync(join(import.meta.dirname, '../rights/opendsr', name), 'utf8');

/** Who signs OpenDSR in tests: `localhost`, certified by an authority that exists for tests only. */
export const testProcessor = () =>
  certifiedSigner(here('test-only-processor.key.pem'), here('test-only-processor.pem'));
export const testAuthority = (): string => here('test-only-ca.pem');
