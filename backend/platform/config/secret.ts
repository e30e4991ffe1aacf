/** A value that cannot slip into a log, an error or a JSON body. */
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Holds a secret text; only `reveal()` gives it, every other way of showing it gives a placeholder. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself. Call it where the secret is used, not before. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
