import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

type HeaderSet = Readonly<Record<string, string>>;

/** What helmet would set on every response, worked out once: it does not depend on the request. */
function helmetHeaders(options: HelmetOptions): HeaderSet {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

const nothing = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] };
const common: HelmetOptions = {
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
};

/** On answers of the API: nothing a browser could run, nothing anybody may keep. */
export const API_HEADERS: HeaderSet = {
  ...helmetHeaders({ ...common, contentSecurityPolicy: { useDefaults: false, directives: nothing } }),
  'Cache-Control': 'no-store',
};

/** On the pages for people: their own scripts and styles, nothing from elsewhere. */
export const PAGE_HEADERS: HeaderSet = {
  ...helmetHeaders({
    ...common,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...nothing,
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
      },
    },
  }),
  'Cache-Control': 'no-cache',
};
