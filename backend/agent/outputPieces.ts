/** Cuts what a command writes into pieces, and says where a request may end. */

export interface Piece {
  readonly text: string;
  /** A request may end after it: it ends a line, or all that there is for now. */
  readonly isEnd: boolean;
}

/** Where to cut within `limit`: after a line, else anywhere but within a character. */
function cutAt(text: string, from: number, limit: number): number {
  if (text.length - from <= limit) return text.length;
  const line = text.lastIndexOf('\n', from + limit - 1) + 1;
  if (line > from) return line;
  const last = text.charCodeAt(from + limit - 1);
  return from + limit - (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
}

/** Pieces of `limit` characters at most, at the ends of lines as far as lines are that short. */
export function cutPieces(text: string, limit: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length;) {
    const end = cutAt(text, at, limit);
    pieces.push({ text: text.slice(at, end), isEnd: end === text.length || text[end - 1] === '\n' });
    at = end;
  }
  return pieces;
}

/** How many of the first pieces go into one request: as many as `limit` allows, and no line in two requests where that can be. */
export function countForRequest(pieces: readonly Pick<Piece, 'isEnd'>[], limit: number): number {
  if (pieces.length <= limit) return pieces.length;
  const last = pieces.slice(0, limit).findLastIndex(({ isEnd }) => isEnd);
  return last === -1 ? limit : last + 1;
}

/** The last characters of a text, and no half of one. */
export function lastOf(text: string, limit: number): string {
  const first = text.charCodeAt(text.length - limit);
  return text.slice(-(limit - (text.length > limit && first >= 0xdc00 && first <= 0xdfff ? 1 : 0)));
}
