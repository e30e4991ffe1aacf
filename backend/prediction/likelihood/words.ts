/** Why trouble is expected, in words; the strongest reason first. */
import { EVIDENCE_NAMES, type EvidenceName, type Gathered } from './evidence.ts';
import type { Prior } from './prior.ts';

export interface Reason {
  readonly text: string;
  /** Log odds that it adds; negative speaks against. */
  readonly weight: number;
}

const LEAST = 0.1;

function times(rarity: number): string {
  const factor = Math.exp(Math.abs(rarity));
  return factor < 1.5 ? 'about as often as' : `${Math.round(factor)} times ${rarity > 0 ? 'more rarely than' : 'as often as'}`;
}

function textOf(name: EvidenceName, { evidence, rules, clusters }: Gathered): string {
  const [first = 'an alert'] = rules;
  switch (name) {
    case 'rarest':
      return `${first} fires ${times(evidence.rarest)} other weak alerts do`;
    case 'further':
      return rules.length > 1 ? `it complains of ${rules.slice(1, 4).join(', ')} as well` : `${first} fires in several places`;
    case 'spread':
      return evidence.spread === 1 ? 'all clusters in which it runs stir' : `${clusters} of its clusters ${clusters === 1 ? 'stirs' : 'stir'}`;
    case 'whole':
      return 'the service as a whole complains, not one instance';
    case 'elsewhere':
      return `${first} fires at ${Math.round(Math.expm1(evidence.elsewhere))} unrelated services too`;
    case 'neighbours':
      return 'its neighbours stir as well';
    case 'leaf':
      return 'nothing is known to depend on it';
    case 'restless':
      return 'it stirs often';
    case 'changed':
      return 'it was changed within the last hour';
    case 'lessons':
      return evidence.lessons > 0 ? 'trouble has followed such alerts before' : 'such alerts have passed without trouble before';
  }
}

/** Each piece of evidence that counts, with what it adds. */
export function reasonsFor(gathered: Gathered, prior: Prior): Reason[] {
  return EVIDENCE_NAMES
    .map((name) => ({ text: textOf(name, gathered), weight: prior.weights[name] * gathered.evidence[name] }))
    .filter(({ weight }) => Math.abs(weight) >= LEAST)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}
