/** TypeScript for the JSON Schemas that the contract uses. */

interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  patternProperties?: Readonly<Record<string, Schema>>;
}

/** What makes a schema a type of its own, here as in the OpenAPI document. */
const NAME = /^[A-Z]\w+$/;
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/** Types that are written once: those of schemas with a title of one word. */
export class NamedTypes {
  readonly #texts = new Map<string, string>();

  /** @throws Error for two schemas of one title that are not the same. */
  textOf(given: unknown): string {
    const schema = given as Schema;
    const { title } = schema;
    if (title === undefined || !NAME.test(title)) return this.#inline(schema);
    const text = this.#inline(schema);
    const known = this.#texts.get(title);
    if (known !== undefined && known !== text)
      throw new Error(`Two schemas are called ${title}; give one of them another title.`);
    this.#texts.set(title, text);
    return title;
  }

  /** Declarations, by name. */
  declarations(): string[] {
    return [...this.#texts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) =>
        text.startsWith('{') && !text.includes('\n} ')
          ? `export interface ${name} ${text}`
          : `export type ${name} = ${text};`,
      );
  }

  #inline(schema: Schema): string {
    if ('const' in schema) return literal(schema.const);
    if (schema.enum) return union(schema.enum.map(literal));
    if (schema.anyOf) return union(schema.anyOf.map((one) => this.textOf(one)));
    if (schema.allOf) return schema.allOf.map((one) => parenthesised(this.textOf(one))).join(' & ');
    if (Array.isArray(schema.type)) return union(schema.type.map((type) => this.#inline({ ...schema, type })));
    switch (schema.type) {
      case 'string':
        return 'string';
      case 'integer':
      case 'number':
        return 'number';
      case 'boolean':
        return 'boolean';
      case 'null':
        return 'null';
      case 'array':
        return schema.items ? `${parenthesised(this.textOf(schema.items))}[]` : 'unknown[]';
      case 'object':
        return this.#object(schema);
      default:
        return 'unknown';
    }
  }

  #object({ properties = {}, required = [], additionalProperties, patternProperties = {} }: Schema): string {
    const further = Object.values(patternProperties).map((one) => this.textOf(one));
    if (typeof additionalProperties === 'object') further.push(this.textOf(additionalProperties));
    const names = Object.keys(properties);
    if (names.length === 0) {
      if (further.length > 0) return `Record<string, ${union(further)}>`;
      return additionalProperties === false ? 'Record<string, never>' : 'Record<string, unknown>';
    }
    const members = names.map((name) => {
      const schema = properties[name] as Schema;
      const optional = required.includes(name) ? '' : '?';
      return `${comment(schema.description)}${quoted(name)}${optional}: ${this.textOf(schema)};`;
    });
    const own = `{\n${indented(members.join('\n'))}\n}`;
    return further.length > 0 ? `${own} & Record<string, ${union([...further, 'unknown'])}>` : own;
  }
}

/** A doc comment, with a line of its own; empty for nothing said. */
export function comment(text: string | undefined): string {
  return text === undefined ? '' : `/** ${text.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */\n`;
}

export const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

export const quoted = (name: string): string => (PLAIN_NAME.test(name) ? name : literal(name));

export function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.includes("'") ? JSON.stringify(value) : `'${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}'`;
}

/** Each alternative once; of anything at all, nothing else is said. */
export function union(texts: readonly string[]): string {
  const different = [...new Set(texts)];
  return different.includes('unknown') ? 'unknown' : different.join(' | ') || 'never';
}

/** What an array is of, in parentheses where it is made of several types. */
function parenthesised(text: string): string {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('/**'));
  let rest = lines.join('\n').replace(/'[^']*'|"[^"]*"/g, '');
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\{[^{}]*\}|<[^<>]*>|\([^()]*\)/g, '');
  }
  return /[|&]/.test(rest) ? `(${text})` : text;
}
