import type { ErrorObject } from 'ajv/dist/2020.js';
import { nearest } from '../../law/vocabulary.ts';
import type { Mistake } from './model.ts';
import type { YamlFile } from './yaml.ts';

/** What a schema error means to whoever wrote the file, and what would be right. */
export function schemaMistake(file: string, yaml: YamlFile, error: ErrorObject): Mistake {
  const extra =
    error.keyword === 'additionalProperties' ? `/${escaped(String(error.params['additionalProperty']))}` : '';
  const pointer = error.instancePath + extra;
  return { file, ...yaml.place(pointer), pointer, ...explain(error) };
}

/** A member's name inside a JSON pointer (RFC 6901). */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function didYouMean(written: unknown, terms: string[]): string {
  const like = typeof written === 'string' ? nearest(written, terms) : [];
  return like.length > 0 ? `Did you mean ${like.join(' or ')}? ` : '';
}

function explain(error: ErrorObject): { message: string; remedy: string } {
  const { keyword, params, parentSchema } = error;
  const about = (parentSchema as { description?: string } | undefined)?.description;
  switch (keyword) {
    case 'additionalProperties': {
      const fields = Object.keys((parentSchema as { properties?: object }).properties ?? {});
      return {
        message: 'This field is not known here.',
        remedy: `${didYouMean(params['additionalProperty'], fields)}Known fields: ${fields.join(', ')}.`,
      };
    }
    case 'required':
      return {
        message: `The field "${params['missingProperty']}" is missing.`,
        remedy: `Add "${params['missingProperty']}".`,
      };
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      return (
        refusedAction(error) ?? {
          message: 'This value is not one of those allowed.',
          remedy: `${didYouMean(error.data, allowed)}Allowed: ${allowed.join(', ')}.`,
        }
      );
    }
    case 'pattern':
      return {
        message: 'This text does not have the right form.',
        remedy: about ?? `It must match ${params['pattern']}.`,
      };
    case 'type':
      return {
        message: `This must be of type ${params['type']}.`,
        remedy: about ?? 'See the shipped policies for an example.',
      };
    default:
      return {
        message: `This ${error.message ?? 'is not valid'}.`,
        remedy: about ?? 'See the JSON Schema beside the policies.',
      };
  }
}

const PSEUDONYMISING = /hash|mask|token|encrypt|ipcrypt|hmac|truncat/i;

/** REQ-E01: what only pseudonymises may not be called anything else. */
function refusedAction({ data, instancePath }: ErrorObject): { message: string; remedy: string } | undefined {
  if (typeof data !== 'string' || !PSEUDONYMISING.test(data) || !/\/(action|method)$/.test(instancePath))
    return undefined;
  return {
    message: 'Hashing, masking, tokenising or encrypting is pseudonymisation, not anonymisation (REQ-E01).',
    remedy:
      'Use "pseudonymise" (the data stays personal and keeps its retention), "reduce", or "anonymise" by daily counts.',
  };
}
