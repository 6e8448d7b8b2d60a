/**
 * Whether a request carries Global Privacy Control (W3C draft; REQ-C08): a field `Sec-GPC` whose value is exactly `1`.
 * Of several fields one `1` is enough. Node joins repeated fields as `0, 1`, hence the raw headers (name, value, …).
 */
export function globalPrivacyControl(rawHeaders: readonly string[]): boolean {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    if (rawHeaders[index + 1] === '1' && rawHeaders[index]?.toLowerCase() === 'sec-gpc') return true;
  return false;
}
