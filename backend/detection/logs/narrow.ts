/** The query with which lines of a pattern are looked at. Pure. */
import { HOLE } from './lineText.ts';

/** The longest piece of a template that stands in its example as it is; empty where there is none worth asking for. */
function pieceOf(template: string, example: string): string {
  const pieces = template.split(HOLE).flatMap((piece) => [piece.trim(), ...piece.split(' ')]).filter((piece) => piece.length >= 3 && !/[`…]/.test(piece) && example.includes(piece));
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}

/** LogQL that gives the lines of a pattern, and few others. */
export function narrowed(expr: string, template: string, example: string): string {
  const piece = pieceOf(template, example);
  return piece === '' ? expr : `${expr} |= \`${piece}\``;
}
