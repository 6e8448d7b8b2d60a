import assert from 'node:assert/strict';
import { callbackUrlAt, certificateUrlAt } from '../../../src/rights/opendsr/addresses.ts';

describe('Addresses of OpenDSR', () => {
  it('call a tenant back below the public address; without one, processors are asked', () => {
    assert.equal(callbackUrlAt('https://lethe.example')('north'), 'https://lethe.example/opendsr/north/v1/callbacks');
    assert.equal(callbackUrlAt(undefined)('north'), null);
  });

  it('show the certificate below it', () => {
    assert.equal(certificateUrlAt('https://lethe.example'), 'https://lethe.example/opendsr/certificate.pem');
    assert.equal(certificateUrlAt(undefined), '/opendsr/certificate.pem');
  });
});
