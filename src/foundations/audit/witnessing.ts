import { Problem } from '../contract/problem.ts';
import type { Store } from '../store/store.ts';
import { splitNote } from './log/note.ts';
import type { MerkleLog } from './log/service.ts';
import { findHead, findWitnessed, insertWitnessed } from './log/table.ts';
import { askWitness, type Witness, type WitnessDeps, type WitnessReason } from './witness.ts';

export interface WitnessingDeps extends Pick<WitnessDeps, 'fetch' | 'clock'> {
  store: Store;
  merkleLog: Pick<MerkleLog, 'consistency'>;
  witnesses: readonly Witness[];
}

export interface WitnessRefusal {
  witness: string;
  reason: WitnessReason;
  detail: string;
}

/** Has the heads of the logs cosigned by others, and keeps what they signed. */
export function createWitnessing({ store, merkleLog, witnesses, fetch, clock }: WitnessingDeps) {
  return {
    /** Shows the newest checkpoint to every witness, unless one has cosigned it; answers who did not, and why. */
    async ask(tenantId: string): Promise<{ asked: number; cosigned: number; refusals: WitnessRefusal[] }> {
      const nothing = { asked: 0, cosigned: 0, refusals: [] };
      if (witnesses.length === 0) return nothing;
      const head = await store.read((q) => findHead(q, tenantId));
      if (!head?.checkpoint) return nothing;
      const { checkpoint, checkpointSize: size, generation } = head;
      const last = await store.read((q) => findWitnessed(q, tenantId, generation));
      if (last?.size === size) return nothing;
      const signed = last ? splitNote(last.checkpoint).signatures : [];
      const consistencyProof = async (from: number, to: number) =>
        (await merkleLog.consistency(tenantId, from, to)).map((hash) => Buffer.from(hash, 'base64'));

      const lines: string[] = [];
      const refusals: WitnessRefusal[] = [];
      await Promise.all(
        witnesses.map(async (witness) => {
          const { name, keyId } = witness.verifier;
          const known = signed.some((by) => by.name === name && by.keyId === keyId) ? (last?.size ?? 0) : 0;
          const answer = await askWitness({ fetch, clock, consistencyProof }, witness, checkpoint, known);
          if (answer.cosigned) lines.push(answer.line);
          else refusals.push({ witness: name, reason: answer.reason, detail: answer.detail });
        }),
      );
      if (lines.length > 0) {
        const row = { tenantId, generation, size, checkpoint: checkpoint + lines.join(''), witnessedAt: clock() };
        await store.write((tx) => insertWitnessed(tx, row));
      }
      return { asked: witnesses.length, cosigned: lines.length, refusals };
    },

    /** The newest checkpoint that witnesses have cosigned, with their signatures. @throws Problem `not-found` */
    async checkpoint(tenantId: string): Promise<string> {
      const head = await store.read((q) => findHead(q, tenantId));
      const last = head && (await store.read((q) => findWitnessed(q, tenantId, head.generation)));
      if (!last) throw new Problem('not-found', 'No witness has cosigned this log.');
      return last.checkpoint;
    },
  };
}

export type Witnessing = ReturnType<typeof createWitnessing>;
