/** A made-up catalogue of hundreds of services, as CSV: areas with the usual roles, and calls between areas. The same at each run. */

const AREAS = [
  'accounts', 'ads', 'archive', 'auctions', 'basket', 'billing', 'bookings', 'campaigns', 'catalogue', 'chat', 'claims', 'content', 'coupons', 'credits', 'delivery', 'devices', 'discounts',
  'documents', 'events', 'export', 'feedback', 'files', 'forms', 'fraud', 'gifts', 'groups', 'history', 'identity', 'images', 'import', 'inventory', 'invoices', 'labels', 'ledger', 'loyalty',
  'mail', 'maps', 'media', 'messages', 'notes', 'offers', 'orders', 'partners', 'payments', 'photos', 'pricing', 'profiles', 'quotes', 'ratings', 'refunds',
] as const;

/** Roles of an area, what each needs within it, and its tier. */
const ROLES: readonly (readonly [role: string, tier: string, needs: readonly string[]])[] = [
  ['web', 'edge', ['gateway']],
  ['gateway', 'front', ['api', 'auth']],
  ['api', 'domain', ['db:stores-in', 'cache', 'queue']],
  ['auth', 'domain', ['cache']],
  ['worker', 'domain', ['queue', 'db:stores-in']],
  ['search', 'domain', ['db:stores-in']],
  ['report', 'domain', ['db:stores-in']],
  ['queue', 'data', []],
  ['cache', 'data', []],
  ['db', 'data', []],
];

/** `areas` × 10 services; each api calls those of three areas that stand further down. */
export function manyServices(areas: number = AREAS.length): string {
  const chosen = AREAS.slice(0, areas);
  const rows = chosen.flatMap((area, index) =>
    ROLES.map(([role, tier, needs]) => {
      const inside = needs.map((need) => `${area}-${need}`);
      const outside = role === 'api' ? [10, 13, 17].flatMap((step) => (chosen[index + step] === undefined ? [] : [`${chosen[index + step]}-api`])) : [];
      return [`${area}-${role}`, `${area}-team`, tier, area, [...inside, ...outside].join(' ')].join(',');
    })
  );
  return ['name,team,tier,business_service,depends_on', ...rows].join('\n');
}
