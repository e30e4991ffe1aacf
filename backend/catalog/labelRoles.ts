/**
 * What the labels of an alert are for, under the names that exporters, Kubernetes and collectors give them. Pure.
 * `exported_service`, `k8s.deployment.name`, `label_app_kubernetes_io_name` and `Service` all have a plain name.
 */

const JOINTS = /[./-]/g;
const PREFIXES = /^(?:(?:label|exported|kubernetes|k8s|kube)_)+/;
const SUFFIXES = /(?:_name)$/;
const MAX_KNOWN = 5_000;

/** The plain name of a label: `service` for `exported_service` or `k8s.service.name`. */
export function plainLabel(label: string): string {
  const joined = label.toLowerCase().replaceAll(JOINTS, '_').replace(/^_+/, '');
  const bare = joined.replace(PREFIXES, '').replace(SUFFIXES, '');
  return bare === '' ? joined : bare;
}

export interface PlainLabel {
  /** As the sender wrote it. */
  readonly label: string;
  readonly value: string;
}

/** Labels by their plain names. */
export type PlainLabels = ReadonlyMap<string, readonly PlainLabel[]>;

/** Lower is looked at first: what the metric itself said before Prometheus put its own label in front, then the plain name, then the others by name. */
function rank(label: string, plain: string): number {
  if (label.startsWith('exported_')) return 0;
  return label === plain ? 1 : 2;
}

/** Reads labels by plain names, whatever their order; remembers the names that it has seen. */
export function createLabelReader(wanted: ReadonlySet<string>): (labels: Readonly<Record<string, unknown>>) => PlainLabels {
  const known = new Map<string, string | null>();

  function plainOf(label: string): string | null {
    const found = known.get(label);
    if (found !== undefined) return found;
    if (known.size >= MAX_KNOWN) known.clear();
    const plain = plainLabel(label);
    const kept = wanted.has(plain) ? plain : null;
    known.set(label, kept);
    return kept;
  }

  return (labels) => {
    const found = new Map<string, PlainLabel[]>();
    for (const label of Object.keys(labels)) {
      const plain = plainOf(label);
      const value = plain === null ? undefined : labels[label];
      if (plain === null || typeof value !== 'string') continue;
      const trimmed = value.trim();
      if (trimmed === '') continue;
      const list = found.get(plain);
      if (list === undefined) found.set(plain, [{ label, value: trimmed }]);
      else list.push({ label, value: trimmed });
    }
    for (const [plain, list] of found) {
      if (list.length > 1) list.sort((a, b) => rank(a.label, plain) - rank(b.label, plain) || (a.label < b.label ? -1 : 1));
    }
    return found;
  };
}

const PORT = /:\d{1,5}$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * What a value may name, the most literal first: the value without its port, the host of a URL, what stands
 * behind a namespace (`shop/checkout`), and the first part of a domain name (`checkout.shop.svc.cluster.local`).
 */
export function namesIn(value: string): string[] {
  const bare = value.replace(PORT, '');
  if (!/[/.]/.test(bare)) return [bare];
  const host = SCHEME.test(value) ? (value.replace(SCHEME, '').split(/[/?#]/)[0] ?? '').replace(/^[^@]*@/, '').replace(PORT, '') : (bare.split('/').at(-1) ?? bare).replace(PORT, '');
  const first = ADDRESS.test(host) ? host : (host.split('.')[0] ?? host);
  return [...new Set([bare, host, first])].filter((name) => name !== '');
}
