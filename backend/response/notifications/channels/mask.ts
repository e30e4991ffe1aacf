/** Takes secrets out of what others said. Pure. */

/** Shorter ones are words that stand anywhere. */
const SHORTEST = 4;
const SHOWN_CHARACTERS = 200;

/** Every form in which a secret may come back. */
function formsOf(secret: string): string[] {
  const path = URL.parse(secret)?.pathname.split('/') ?? [];
  // An address is secret by the long parts of its path.
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), JSON.stringify(secret).slice(1, -1), ...path.filter((part) => part.length >= 8)];
}

/** What a provider said, on one line, short, and with every secret cut out (before it is shortened, so that no half of one is left). */
export function safeSaying(text: string, secrets: readonly string[]): string {
  let said = text;
  const forms = secrets.flatMap(formsOf).filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  for (const form of new Set(forms)) said = said.replaceAll(form, '…');
  const line = said.toWellFormed().replaceAll('\u0000', '').replace(/\s+/g, ' ').trim();
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`;
}
