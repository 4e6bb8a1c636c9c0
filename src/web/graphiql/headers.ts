const NAME = 'Authorization';

export const bearer = (token: string): string => `Bearer ${token}`;

/**
 * The text of the headers editor with this token in it, or without any. What somebody typed there is left alone, be it
 * another header, another token or something unfinished; `isOurs` tells the tokens that were put there.
 */
export function withToken(text: string, token: string | null, isOurs: (value: unknown) => boolean): string {
  const headers = parsed(text);
  if (!headers || (NAME in headers && !isOurs(headers[NAME]))) return text;
  const { [NAME]: before, ...others } = headers;
  if (before === (token === null ? undefined : bearer(token))) return text;
  const next = token === null ? others : { [NAME]: bearer(token), ...others };
  return Object.keys(next).length === 0 ? '' : JSON.stringify(next, null, 2);
}

/** The access token that a request with these headers would carry. */
export function tokenIn(headers: Readonly<Record<string, unknown>> = {}): string {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return /^Bearer +(\S+)$/i.exec(String(value))?.[1] ?? '';
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return typeof found === 'object' && !Array.isArray(found)
      ? (found as Record<string, unknown> | null)
      : null;
  } catch {
    return null;
  }
}
