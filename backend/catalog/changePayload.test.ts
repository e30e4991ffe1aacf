/** cap 4: what CI systems post becomes changes. */
import fc from 'fast-check';
import { changeBody } from '#contract';
import { parseChanges, type ChangeParse } from './changePayload.ts';
import {
  ARGO_SYNC, GITHUB_DEPLOYMENT, GITHUB_DEPLOYMENT_STATUS, GITHUB_RELEASE, GITHUB_RUN, GITLAB_DEPLOYMENT, GITLAB_PIPELINE, GITLAB_RELEASE, JENKINS_BUILD, OWN_CHANGE,
} from './changePayload.testkit.ts';

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

test('cap 4: a release of GitHub or GitLab, once published, and a workflow run of GitHub that went well', () => {
  expect(parsed(GITHUB_RELEASE)).toEqual({
    id: 'github:release:17372790', kind: 'deploy', state: 'closed', service: 'checkout', clusters: [], at: '2026-03-02T10:21:00.000Z', title: 'Release v4.3.0', author: 'ada',
    link: 'https://github.example.com/example/Checkout/releases/tag/v4.3.0',
  });
  expect(parsed(GITHUB_RUN)).toMatchObject({
    id: 'github:run:30433642', state: 'closed', service: 'checkout', at: '2026-03-02T10:34:00.000Z', title: 'Deploy: Raise the pool size', author: 'ada',
    link: 'https://github.example.com/example/Checkout/actions/runs/30433642',
  });
  expect(parsed(GITLAB_RELEASE)).toMatchObject({
    id: 'gitlab:release:7', state: 'closed', service: 'payments', at: '2026-03-02T10:41:00.000Z', title: 'Release 4.3', link: 'https://gitlab.example.com/shop/payments/-/releases/v4.3',
  });
});

test('cap 4: a build of Jenkins is one change from its start to its end, of the service that its repository names, else its job', () => {
  const { build } = JENKINS_BUILD;
  const over = {
    id: 'jenkins:job/shop/job/deploy-checkout/#18', kind: 'deploy', state: 'closed', service: 'checkout', clusters: [], at: '2026-03-02T10:10:00.000Z',
    title: 'deploy-checkout #18 at c6d86dc654', author: 'ada', link: 'https://jenkins.example.com/job/shop/job/deploy-checkout/18/',
  };
  expect(parsed(JENKINS_BUILD)).toEqual(over);
  // The status of a build that begins is that of the one before.
  expect(parsed({ ...JENKINS_BUILD, build: { ...build, phase: 'STARTED', status: 'ABORTED' } })).toEqual({ ...over, state: 'open' });
  expect(parsed({ ...JENKINS_BUILD, build: { ...build, phase: 'FINALIZED', status: 'FAILURE' } })).toEqual(over);
  expect(parsed({ ...JENKINS_BUILD, build: { ...build, scm: {}, timestamp: 1e300 } })).toMatchObject({ service: 'deploy-checkout', title: 'deploy-checkout #18', author: null, at: NOW.toISOString() });
  expect(parsed({ ...JENKINS_BUILD, build: { ...build, scm: { url: 'https://git.example.com/shop/Ledger.git' } } })).toMatchObject({ service: 'ledger' });
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
  [{ ...GITLAB_PIPELINE, object_attributes: { ...GITLAB_PIPELINE.object_attributes, source: 'merge_request_event' } }, /merge request/],
  [{ ...GITLAB_RELEASE, action: 'update' }, /update/],
  [{ ...GITHUB_RELEASE, action: 'released' }, /released/],
  [{ ...GITHUB_RUN, action: 'requested', workflow_run: { ...GITHUB_RUN.workflow_run, conclusion: null } }, /requested/],
  [{ ...GITHUB_RUN, workflow_run: { ...GITHUB_RUN.workflow_run, conclusion: 'failure' } }, /failure/],
  [{ ...GITHUB_RUN, workflow_run: { ...GITHUB_RUN.workflow_run, event: 'pull_request' } }, /pull request/],
  [{ ref: 'refs/heads/main', repository: GITHUB_RUN.repository, sender: { login: 'ada' } }, /GitHub/],
  [{ ...JENKINS_BUILD, build: { ...JENKINS_BUILD.build, phase: 'QUEUED' } }, /QUEUED/],
  [{ ...JENKINS_BUILD, build: { ...JENKINS_BUILD.build, status: 'ABORTED' } }, /ABORTED/, ['jenkins:job/shop/job/deploy-checkout/#18']],
  [{ object_kind: 'push' }, /push/],
  [{ zen: 'Keep it logically awesome.', hook_id: 1 }, /hello/],
])('what changes nothing is taken and left: %#', (body, why, over: string[] = []) => {
  const result = parseChanges(body, NOW);
  expect(result).toMatchObject({ ok: true, changes: [], over, ignored: expect.stringMatching(why) });
});

test.each([
  [null, 'body'], [[], 'body'], ['text', 'body'], [{}, 'id'], [{ id: 'x' }, 'title'], [{ id: 'x', title: 'y', kind: 'party' }, 'kind'], [{ id: 'x', title: 'y', at: 'noon' }, 'at'],
  [{ ...GITLAB_DEPLOYMENT, project: {} }, 'project.name'], [{ app: {} }, 'app.metadata'], [{ deployment: {}, repository: { name: 'x' } }, 'deployment.id'],
  [{ action: 'published', release: { id: 1 }, repository: { name: 'x' } }, 'release.tag_name'], [{ name: 'x', build: { number: '1' } }, 'build.number'],
])('what cannot be read names the field: %j', (body, field) => {
  expect(parseChanges(body, NOW)).toMatchObject({ ok: false, fault: { field } });
});

test('whatever is posted, the answer is a change of the contract or a fault with a field; never an exception', () => {
  const shapes = [GITHUB_DEPLOYMENT, GITHUB_DEPLOYMENT_STATUS, GITHUB_RELEASE, GITHUB_RUN, GITLAB_DEPLOYMENT, GITLAB_PIPELINE, GITLAB_RELEASE, JENKINS_BUILD, ARGO_SYNC, OWN_CHANGE];
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
