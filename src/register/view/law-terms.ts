import { selector, type Texts } from '../../foundations/messages/texts.ts';
import type { Bound, RightStanding } from '../../law/rights.ts';
import type { SpecialCondition } from '../../law/vocabularies/special-conditions.ts';
import type { TransferTool } from '../../law/vocabularies/transfer-tools.ts';
import {
  basisPoint,
  ERASURE_EXCEPTIONS,
  type ErasureException,
  LAWFUL_BASES,
  type LawfulBasis,
  type PartyRole,
  UK_BASIS,
} from '../../law/vocabulary.ts';
import { lawInWords } from './law-in-words.ts';

/** Where each exception stands. */
const EXCEPTIONS: Record<ErasureException, string> = {
  JustificationA17Archiving: '17(3)(d)',
  JustificationA17FreedomOfExpression: '17(3)(a)',
  JustificationA17LegalClaims: '17(3)(e)',
  JustificationA17LegallyRequired: '17(3)(b)',
  JustificationA17OfficialAuthority: '17(3)(b)',
  JustificationA17PublicHealth: '17(3)(c)',
  JustificationA17PublicInterest: '17(3)(b)',
};

/** Where each bound of a right stands. */
const BOUNDS: Record<Bound, readonly string[]> = {
  'consent-or-contract-only': ['20(1)(a)'],
  'task-or-interests-only': ['21(1)'],
  'withdraw-instead': ['7(3)'],
  'not-consent': ['7(3)'],
  'required-by-law': ['17(1)(a)', '17(1)(d)', '17(3)(b)'],
  'task-after-objection': ['17(1)(a)', '17(1)(c)', '17(1)(d)', '17(3)(b)'],
};

/** Before the id of a condition, where it stands as a ground. */
export const CONDITION = 'condition:';

const BASES: readonly string[] = [...LAWFUL_BASES, UK_BASIS];

/** `A46-2-c`: `46(2)(c)`. */
const provisionOf = (id: string): string =>
  id
    .slice(1)
    .split('-')
    .map((part, index) => (index === 0 ? part : `(${part})`))
    .join('');

/** The law's own terms, as a language says them and the law of a portal cites them. */
export function lawTerms(tenant: { jurisdiction: string }, t: Texts) {
  const { cite } = lawInWords(tenant, t);
  const cited = (what: string, citation: string) => (citation === '' ? what : t('law-terms.with', { what, citation }));

  const basis = (of: LawfulBasis): string => {
    const point = basisPoint(of);
    return cited(t(`law-terms.basis.${point}`), cite(`6(1)(${point})`));
  };
  const exception = (of: ErasureException): string => cited(t(`law-terms.exception.${of}`), cite(EXCEPTIONS[of]));

  return {
    basis,
    exception,
    /** Why something stays: an exception of Art. 17(3), another basis, a condition of a rule, or a hold of a kind. */
    stays(ground: string): string {
      if (BASES.includes(ground)) return t('law-terms.still-needed', { basis: basis(ground as LawfulBasis) });
      if ((ERASURE_EXCEPTIONS as readonly string[]).includes(ground)) return exception(ground as ErasureException);
      if (ground.startsWith(CONDITION)) return t('law-terms.condition', { id: ground.slice(CONDITION.length) });
      return t('law-terms.hold', { kind: selector(ground) });
    },
    /** By its DPV id: `A15`, `A7-3`. */
    right: (of: string): string => t.maybe(`law-terms.right.${of}`) ?? of,
    rightStandsIn: (of: string): string => cite(provisionOf(of)),
    /** Why a right does not exist, or how it is bounded. */
    bound({ reason }: Pick<RightStanding, 'reason'>): string | null {
      return reason && t(`law-terms.bound.${reason}`, { citation: cite(...BOUNDS[reason]) });
    },
    transferTool(of: TransferTool): string {
      const what = t(`law-terms.transfer.${of}`);
      if (of !== 'A49-1-compelling') return cited(what, cite(provisionOf(of)));
      const citation = cite('49(1)');
      return cited(what, citation && t('law-terms.second-subparagraph', { citation }));
    },
    specialCondition: (of: SpecialCondition): string => cited(t(`law-terms.special.${of}`), cite(provisionOf(of))),
    role: (of: PartyRole): string => t(`law-terms.role.${of}`),
    source: (of: 'person' | 'platform' | 'observed' | 'computed'): string => t(`law-terms.source.${of}`),
  };
}

export type LawTerms = ReturnType<typeof lawTerms>;
