/** cap 4: what CI systems post becomes changes. */
import fc from 'fast-check';
import { changeBody } from '#contract';
import { parseChanges, type ChangeParse } from './changePayload.ts';
import { ARGO_SYNC, GITHUB_DEPLOYMENT, GITHUB_DEPLOYMENT_STATUS, GITLAB_DEPLOYMENT, GITLAB_PIPELINE, OWN_CHANGE } from './changePayload.testkit.ts';

const NOW = new Date('2026-03-02T13:00:00.000Z');

function changesOf(result: ChangeParse) {
  if (!result.ok) throw new Error(`${result.fault.field}: ${result.fault.message}`);
  return result.changes;
}

const parsed = (body: unknown) => changesOf(parseChanges(body, NOW))[0];

test('cap 4: a GitHub deployment, and its success, are one change of the repository\'s service', () => {
  expect(parsed(GITHUB_DEPLOYMENT)).toEqual({
    id: 'github:710', kind: 'deploy', state: 'open', service: 'checkout', clusters: [], at: '2026-03-02T10:00:00.000Z', title: 'main to production', author: 'ada',
    link: 'https://github.example.com/example/Checkout',
  });
  expect(parsed(GITHUB_DEPLOYMENT_STATUS)).toMatchObject({ id: 'github:710', state: 'closed', at: '2026-03-02T10:04:00.000Z', title: 'Release 4.2', link: 'https://ci.example.com/run/9' });
});

test('cap 4: GitLab deployments and pipelines, with its own way to write time', () => {
  expect(parsed(GITLAB_DEPLOYMENT)).toEqual({
    id: 'gitlab:deployment:15', kind: 'deploy', state: 'closed', service: 'payments', clusters: [], at: '2026-03-02T10:00:00.000Z', title: 'Raise the pool size', author: 'bo',
    link: 'https://gitlab.example.com/shop/payments/-/jobs/796',
  });
  expect(parsed(GITLAB_PIPELINE)).toMatchObject({ id: 'gitlab:pipeline:31', service: 'ledger', at: '2026-03-02T11:03:00.000Z', title: 'Book twice at most' });
});

test('cap 4: a sync of Argo CD, with the cluster it went to', () => {
  expect(parsed(ARGO_SYNC)).toEqual({
    id: 'argocd:argocd/orders:53e28ff20c:2026-03-02T10:10:00Z', kind: 'deploy', state: 'closed', service: 'orders', clusters: ['eu-1'], at: '2026-03-02T10:11:00.000Z',
    title: 'Sync to 53e28ff20c', author: 'cleo', link: 'https://argocd.example.com/applications/orders',
  });
});

test('cap 4: Muster\'s own shape, one or many; without a time it is now', () => {
  expect(parsed(OWN_CHANGE)).toEqual({ ...OWN_CHANGE, state: 'open', service: 'checkout', clusters: ['eu-1'], at: '2026-03-02T10:00:00.000Z' });
  expect(changesOf(parseChanges({ changes: [{ id: '1', title: 'a' }, { id: '2', title: 'b', kind: 'config' }] }, NOW))).toMatchObject([
    { id: '1', kind: 'deploy', service: null, at: NOW.toISOString() }, { id: '2', kind: 'config' },
  ]);
});

test.each([
  [{ ...GITHUB_DEPLOYMENT_STATUS, deployment_status: { state: 'queued' } }, /queued/],
  [{ ...GITLAB_DEPLOYMENT, status: 'canceled' }, /canceled/, ['gitlab:deployment:15']],
  [{ ...GITLAB_PIPELINE, object_attributes: { ...GITLAB_PIPELINE.object_attributes, status: 'failed' } }, /failed/],
  [{ object_kind: 'push' }, /push/],
  [{ zen: 'Keep it logically awesome.', hook_id: 1 }, /hello/],
])('what changes nothing is taken and left: %#', (body, why, over: string[] = []) => {
  const result = parseChanges(body, NOW);
  expect(result).toMatchObject({ ok: true, changes: [], over, ignored: expect.stringMatching(why) });
});

test.each([
  [null, 'body'], [[], 'body'], ['text', 'body'], [{}, 'id'], [{ id: 'x' }, 'title'], [{ id: 'x', title: 'y', kind: 'party' }, 'kind'], [{ id: 'x', title: 'y', at: 'noon' }, 'at'],
  [{ ...GITLAB_DEPLOYMENT, project: {} }, 'project.name'], [{ app: {} }, 'app.metadata'], [{ deployment: {}, repository: { name: 'x' } }, 'deployment.id'],
])('what cannot be read names the field: %j', (body, field) => {
  expect(parseChanges(body, NOW)).toMatchObject({ ok: false, fault: { field } });
});

test('whatever is posted, the answer is a change of the contract or a fault with a field; never an exception', () => {
  const shapes = [GITHUB_DEPLOYMENT, GITHUB_DEPLOYMENT_STATUS, GITLAB_DEPLOYMENT, GITLAB_PIPELINE, ARGO_SYNC, OWN_CHANGE];
  fc.assert(fc.property(fc.constantFrom<object>(...shapes), fc.string(), fc.anything(), fc.boolean(), (shape, key, value, deep) => {
    const names = Object.keys(shape);
    const name = names[key.length % names.length] ?? '';
    const part: unknown = Reflect.get(shape, name);
    const bent = deep && typeof part === 'object' && part !== null ? { ...shape, [name]: { ...part, [Object.keys(part)[key.length % Math.max(1, Object.keys(part).length)] ?? key]: value } } : { ...shape, [name]: value };
    const result = parseChanges(bent, NOW);
    if (!result.ok) {
      expect(result.fault.field).not.toBe('');
      return;
    }
    for (const change of result.changes) expect(changeBody.safeParse(change).success).toBe(true);
  }), { numRuns: 500 });
});
