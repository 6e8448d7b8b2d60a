import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { createSigner, verifyDocument } from '../../../src/foundations/signing/signer.ts';

const vaultWith = (key = generateKeyPairSync('ed25519').privateKey) => ({
  signingKey: async () => key,
  signingNumbers: async () => [1],
});

describe('A signed document', () => {
  it('opens with the key set alone, and says which key signed it', async () => {
    const signer = createSigner(vaultWith());
    const jws = await signer.sign({ b: 1, a: 'ä' }, 'consent-receipt+jws');
    const keySet = await signer.keySet();
    assert.deepEqual(await verifyDocument(keySet, jws, 'consent-receipt+jws'), {
      ok: true,
      document: { a: 'ä', b: 1 },
      keyId: keySet.keys[0]?.kid,
    });
    assert.equal(keySet.keys[0]?.d, undefined, 'the private part stays at home');
  });

  it('is the same text whenever the same content is signed', async () => {
    const signer = createSigner(vaultWith());
    assert.equal(
      await signer.sign({ a: 1, b: 2 }, 'consent-receipt+jws'),
      await signer.sign({ b: 2, a: 1 }, 'consent-receipt+jws'),
    );
  });

  it('is signed by the newest key, and can be checked for good under each that there was', async () => {
    const made = new Map<string, KeyObject>();
    const vault = {
      signingKey: async (_: string, name: string) => {
        const key = made.get(name) ?? generateKeyPairSync('ed25519').privateKey;
        made.set(name, key);
        return key;
      },
      signingNumbers: async () => [...made.keys()].map((name) => Number(name.split('/')[1])),
    };
    const signer = createSigner(vault);
    const old = await signer.sign({ a: 1 }, 'consent-receipt+jws');
    const before = await signer.keySet();
    const { number, kid } = await signer.rotate();
    assert.equal(number, 2);
    const next = await signer.sign({ a: 1 }, 'consent-receipt+jws');
    const keySet = await signer.keySet();
    assert.deepEqual(
      keySet.keys.map((key) => key.kid),
      [kid, before.keys[0]?.kid],
    );
    for (const [jws, keyId] of [
      [old, before.keys[0]?.kid],
      [next, kid],
    ] as const)
      assert.deepEqual(await verifyDocument(keySet, jws, 'consent-receipt+jws'), {
        ok: true,
        document: { a: 1 },
        keyId,
      });
    assert.equal((await verifyDocument(before, next, 'consent-receipt+jws')).ok, false);
    // Another instance, or a start after it, goes on with the newest.
    assert.equal(await createSigner(vault).sign({ a: 1 }, 'consent-receipt+jws'), next);
  });

  it('fails with a reason: any character changed, another kind, another key', async () => {
    const signer = createSigner(vaultWith());
    const keySet = await signer.keySet();
    const jws = await signer.sign({ a: 1 }, 'consent-receipt+jws');
    for (let at = 0; at < jws.length; at += 1) {
      const altered = `${jws.slice(0, at)}${jws[at] === 'A' ? 'Q' : 'A'}${jws.slice(at + 1)}`;
      assert.equal((await verifyDocument(keySet, altered, 'consent-receipt+jws')).ok, false, `character ${at}`);
    }
    const asOther = await verifyDocument(keySet, jws, 'erasure-certificate+jws');
    assert.deepEqual(asOther, { ok: false, fault: 'it is signed as another kind of document' });
    const stranger = await createSigner(vaultWith()).keySet();
    const byStranger = await verifyDocument(stranger, jws, 'consent-receipt+jws');
    assert.deepEqual(byStranger, { ok: false, fault: 'it names a key that is not in the key set' });
    // What no canonical form can be made of was never signed as one, whoever signed it.
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const halved = await new CompactSign(Buffer.from('{"a":"\\ud800"}'))
      .setProtectedHeader({ alg: 'EdDSA', kid: 'own', typ: 'consent-receipt+jws' })
      .sign(privateKey);
    const own = { keys: [{ ...(await exportJWK(publicKey)), kid: 'own' }] };
    assert.deepEqual(await verifyDocument(own as never, halved, 'consent-receipt+jws'), {
      ok: false,
      fault: 'it is not a signed document',
    });
  });
});
