import { once } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { CertifiedSigner } from '../../foundations/signing/certified.ts';

/** Headers that prove whose words these bytes are; the names of OpenGDPR too where it was spoken. */
export function signedHeaders(signer: CertifiedSigner, body: Buffer, old = false): Record<string, string> {
  const signature = signer.sign(body);
  return {
    'X-OpenDSR-Processor-Domain': signer.domain,
    'X-OpenDSR-Signature': signature,
    ...(old ? { 'X-OpenGDPR-Processor-Domain': signer.domain, 'X-OpenGDPR-Signature': signature } : {}),
  };
}

/** An answer as the specification has it: what was refused too, without anything of the input. */
export async function answered(
  signer: CertifiedSigner,
  { status, old }: { status: number; old: boolean },
  work: () => Promise<object>,
) {
  let answer: { status: number; value: object };
  try {
    answer = { status, value: await work() };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || error.type === 'misdirected-request') throw error;
    answer = { status: 400, value: errorBody(error) };
  }
  const body = Buffer.from(JSON.stringify(answer.value));
  return { status: answer.status, headers: signedHeaders(signer, body, old), stream: once(body) };
}

function errorBody({ message, extras, type }: Problem): object {
  const named = extras.errors ?? [];
  const errors = (named.length > 0 ? named : [{ pointer: '', detail: message }]).map(({ pointer, detail }) => ({
    domain: 'Validation',
    reason: type,
    message: pointer === '' ? detail : `${pointer.slice(1)} ${detail}`,
  }));
  return { error: { code: 400, message: errors[0]?.message ?? message, errors } };
}
